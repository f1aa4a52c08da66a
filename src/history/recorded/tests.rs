use super::*;
use crate::history::{Fate, Timeline};

fn recording(events: &str) -> Recording {
    let text = format!("{{\"events\": [{events}]}}");
    let history = crate::source::parse_value(&text).expect("the test's history is JSON");
    Recording::read(&history).expect("it has events")
}

/// Two iterations of `Each` with a task each, the second first to answer; the first fails and so does the Map, whose
/// catcher leads on to `After`.
const ITERATIONS: &str = r#"
    {"id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": 1.5},
    {"id": 2, "previousEventId": 0, "type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Each"}},
    {"id": 3, "previousEventId": 2, "type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 2}},
    {"id": 4, "previousEventId": 3, "type": "MapIterationStarted",
     "mapIterationStartedEventDetails": {"name": "Each", "index": 0}},
    {"id": 5, "previousEventId": 3, "type": "MapIterationStarted",
     "mapIterationStartedEventDetails": {"name": "Each", "index": 1}},
    {"id": 6, "previousEventId": 4, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Work"}},
    {"id": 7, "previousEventId": 5, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Work"}},
    {"id": 8, "previousEventId": 6, "type": "TaskScheduled"},
    {"id": 9, "previousEventId": 7, "type": "TaskScheduled"},
    {"id": 10, "previousEventId": 9, "type": "TaskSucceeded"},
    {"id": 11, "previousEventId": 10, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "Work"}},
    {"id": 12, "previousEventId": 11, "type": "MapIterationSucceeded",
     "mapIterationSucceededEventDetails": {"name": "Each", "index": 1}},
    {"id": 13, "previousEventId": 8, "type": "TaskFailed"},
    {"id": 14, "previousEventId": 13, "type": "MapIterationFailed",
     "mapIterationFailedEventDetails": {"name": "Each", "index": 0}},
    {"id": 15, "previousEventId": 13, "type": "MapStateFailed"},
    {"id": 16, "previousEventId": 15, "type": "MapStateExited", "stateExitedEventDetails": {"name": "Each"}},
    {"id": 17, "previousEventId": 16, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "After"}}"#;

#[test]
fn every_event_finds_its_visit_and_its_iteration() {
    let recording = recording(ITERATIONS);
    let timeline = Timeline::of(&recording.history);
    let names: Vec<&str> = timeline.visits.iter().map(|visit| &**visit.name).collect();
    assert_eq!(names, ["Each", "Work", "Work", "After"]);
    let iteration = |visit: usize| timeline.iteration(timeline.visits[visit].lane as usize);
    assert_eq!(iteration(1), [0]);
    assert_eq!(iteration(2), [1]);
    assert!(iteration(3).is_empty());
    // By id, from 1: the Map's own are its first visit's, and so is what it says of its items.
    let visits: Vec<Option<usize>> = (0..17).map(|event| timeline.visit_of(event)).collect();
    let expected = [
        None,
        Some(0),
        Some(0),
        Some(0),
        Some(0),
        Some(1),
        Some(2),
        Some(1),
        Some(2),
        Some(2),
    ];
    assert_eq!(visits[..10], expected);
    assert_eq!(
        visits[10..],
        [Some(2), Some(0), Some(1), Some(0), Some(0), Some(0), Some(3)]
    );
    let lanes: Vec<usize> = (0..17).map(|event| timeline.lane_of(event)).collect();
    assert_eq!(lanes, [0, 0, 0, 0, 0, 1, 2, 1, 2, 2, 2, 0, 1, 0, 0, 0, 0]);
    let fates: Vec<Fate> = timeline.visits.iter().map(|visit| visit.fate).collect();
    assert_eq!(
        fates,
        [Fate::Caught, Fate::Failed, Fate::Succeeded, Fate::Aborted]
    );
    assert_eq!(timeline.visits[0].next, Some(3));
    assert_eq!(recording.history.events()[0].at.millis(), 1500);
    assert!(recording.history.ending().is_none());
}

#[test]
fn events_in_reverse_read_alike() {
    let mut lines: Vec<&str> = ITERATIONS.split("\n    {\"id\"").skip(1).collect();
    lines.reverse();
    let reversed: Vec<String> = lines
        .iter()
        .map(|line| format!("{{\"id\"{}", line.trim_end_matches(',')))
        .collect();
    let (a, b) = (recording(ITERATIONS), recording(&reversed.join(",")));
    let short = |r: &Recording| -> Vec<_> {
        r.history
            .events()
            .iter()
            .map(|e| (e.id, e.previous, e.lane))
            .collect()
    };
    assert_eq!(short(&a), short(&b));
}

#[test]
fn a_map_that_fails_in_a_map_fails_the_outer_one() {
    let recording = recording(
        r#"{"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
        {"id": 2, "previousEventId": 0, "type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Outer"}},
        {"id": 3, "previousEventId": 2, "type": "MapStateStarted"},
        {"id": 4, "previousEventId": 3, "type": "MapIterationStarted",
         "mapIterationStartedEventDetails": {"name": "Outer", "index": 3}},
        {"id": 5, "previousEventId": 4, "type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Inner"}},
        {"id": 6, "previousEventId": 5, "type": "MapStateStarted"},
        {"id": 7, "previousEventId": 6, "type": "MapIterationStarted",
         "mapIterationStartedEventDetails": {"name": "Inner", "index": 0}},
        {"id": 8, "previousEventId": 7, "type": "FailStateEntered", "stateEnteredEventDetails": {"name": "No"}},
        {"id": 9, "previousEventId": 8, "type": "MapIterationFailed",
         "mapIterationFailedEventDetails": {"name": "Inner", "index": 0}},
        {"id": 10, "previousEventId": 8, "type": "MapStateFailed"},
        {"id": 11, "previousEventId": 10, "type": "MapIterationFailed",
         "mapIterationFailedEventDetails": {"name": "Outer", "index": 3}},
        {"id": 12, "previousEventId": 10, "type": "MapStateFailed"},
        {"id": 13, "previousEventId": 12, "type": "ExecutionFailed"}"#,
    );
    let timeline = Timeline::of(&recording.history);
    assert_eq!(timeline.iteration(timeline.visits[2].lane as usize), [3, 0]);
    let visits: Vec<Option<usize>> = (8..13).map(|event| timeline.visit_of(event)).collect();
    assert_eq!(visits, [Some(1), Some(1), Some(0), Some(0), None]);
    assert!(timeline.visits.iter().all(|visit| visit.fate == Fate::Failed));
    assert_eq!(recording.history.ending().map(|event| event.id), Some(13));
}

#[test]
fn what_is_no_history_is_said() {
    for text in ["[]", "{}", r#"{"events": 1}"#] {
        let value = crate::source::parse_value(text).expect("JSON");
        assert!(Recording::read(&value).is_err(), "{text}");
    }
    // Nothing that stands in the list may trip it.
    let odd = recording(
        r#"1, {}, {"id": -5, "type": 3}, {"id": 2, "previousEventId": 2, "type": "MapStateFailed"},
        {"id": 3, "previousEventId": 2, "type": "MapIterationStarted", "x": {}},
        {"id": 4, "previousEventId": 9, "type": "PassStateExited"}"#,
    );
    Timeline::of(&odd.history);
}

/// A payload that was not exported, one that was cut off, and one that is whole.
#[test]
fn payloads_that_are_not_there_are_told() {
    let recording = recording(
        r#"{"id": 1, "type": "ExecutionStarted", "executionStartedEventDetails": {"roleArn": "r",
            "stateMachineVersionArn": "arn:aws:states:r:1:stateMachine:M:3"}},
        {"id": 2, "type": "TaskSucceeded", "taskSucceededEventDetails": {"output": "{\"a\": ",
            "outputDetails": {"truncated": true}}},
        {"id": 3, "type": "PassStateExited", "stateExitedEventDetails": {"name": "P", "output": "{\"a\": 1.0}",
            "outputDetails": {"truncated": false}, "assignedVariables": {"x": "[1]", "y": "z"}}},
        {"id": 4, "type": "ExecutionRedriven", "executionRedrivenEventDetails": {"redriveCount": 1}},
        {"id": 5, "type": "ExecutionAborted"}"#,
    );
    let gaps: Vec<Option<Gap>> = (0..5).map(|event| recording.history.gap(event)).collect();
    assert_eq!(gaps, [Some(Gap::Absent), Some(Gap::Cut), None, None, None]);
    assert_eq!(
        recording.machine_arns,
        [Arc::from("arn:aws:states:r:1:stateMachine:M:3")]
    );
    assert!(!recording.history.is_timed());
    let events = recording.history.events();
    // What is no JSON stands for itself; what is keeps the spelling of its numbers.
    assert_eq!(
        events[2].kind.details().to_json(),
        r#"{"name":"P","output":{"a":1.0},"assignedVariables":{"x":[1],"y":"z"}}"#
    );
    assert_eq!(events[3].kind.details().to_json(), r#"{"redriveCount":1}"#);
    assert_eq!(recording.history.ending().map(|event| event.id), Some(5));
}
