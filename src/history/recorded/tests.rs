use super::*;

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
    let names: Vec<&str> = recording.visits.iter().map(|visit| &*visit.name).collect();
    assert_eq!(names, ["Each", "Work", "Work", "After"]);
    assert_eq!(recording.indexes(1), [0]);
    assert_eq!(recording.indexes(2), [1]);
    assert!(recording.indexes(3).is_empty());
    // By id, from 1: the Map's own are its first visit's, those of the iterations stand in their lines.
    let visits: Vec<Option<usize>> = recording.events.iter().map(|event| event.visit).collect();
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
    let lanes: Vec<usize> = recording.events.iter().map(|event| event.lane).collect();
    assert_eq!(lanes, [0, 0, 0, 1, 2, 1, 2, 1, 2, 2, 2, 2, 1, 1, 0, 0, 0]);
    assert_eq!(recording.visits[3].from, Some(0));
    assert_eq!(recording.events[0].millis, Some(1500));
    assert!(recording.ending().is_none());
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
    let short = |r: &Recording| -> Vec<_> { r.events.iter().map(|e| (e.id, e.visit, e.lane)).collect() };
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
    assert_eq!(recording.indexes(2), [3, 0]);
    let visits: Vec<Option<usize>> = recording.events[8..].iter().map(|event| event.visit).collect();
    assert_eq!(visits, [Some(1), Some(1), Some(0), Some(0), None]);
    assert_eq!(recording.ending().map(|event| event.id), Some(13));
}

#[test]
fn what_is_no_history_is_said() {
    for text in ["[]", "{}", r#"{"events": 1}"#] {
        let value = crate::source::parse_value(text).expect("JSON");
        assert!(Recording::read(&value).is_err(), "{text}");
    }
    // Nothing that stands in the list may trip it.
    recording(
        r#"1, {}, {"id": -5, "type": 3}, {"id": 2, "previousEventId": 2, "type": "MapStateFailed"},
        {"id": 3, "previousEventId": 2, "type": "MapIterationStarted", "x": {}},
        {"id": 4, "previousEventId": 9, "type": "PassStateExited"}"#,
    );
}
