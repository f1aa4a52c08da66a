use super::*;
use crate::history::{EventKind, Fate, Timeline};

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
fn pages_that_overlap_give_each_event_once_and_events_without_ids_are_all_kept() {
    let types = |events: &str| -> Vec<String> {
        let recording = recording(events);
        let events = recording.history.events().iter();
        events.map(|event| event.kind.type_name().to_owned()).collect()
    };
    let page = r#"{"id": 1, "type": "ExecutionStarted"}, {"id": 2, "previousEventId": 1, "type": "PassStateEntered"}"#;
    let next = r#"{"id": 2, "previousEventId": 1, "type": "PassStateEntered"}, {"id": 3, "previousEventId": 2, "type": "PassStateExited"}"#;
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited"];
    assert_eq!(types(&format!("{page}, {next}")), expected);
    let bare = r#"{"type": "ExecutionStarted"}, {"type": "PassStateEntered"}, {"type": "PassStateExited"}"#;
    assert_eq!(types(bare), expected);
}

#[test]
fn a_map_run_that_fails_fails_its_map_with_its_error() {
    let recording = recording(
        r#"
        {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
        {"id": 2, "previousEventId": 0, "type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Each"}},
        {"id": 3, "previousEventId": 2, "type": "MapStateStarted", "mapStateStartedEventDetails": {"length": 0}},
        {"id": 4, "previousEventId": 3, "type": "MapRunStarted", "mapRunStartedEventDetails": {"mapRunArn": "a"}},
        {"id": 5, "previousEventId": 4, "type": "MapRunFailed",
         "mapRunFailedEventDetails": {"error": "States.ItemReaderFailed", "cause": "c"}},
        {"id": 6, "previousEventId": 5, "type": "MapStateFailed"}"#,
    );
    let EventKind::MapRunFailed(failure) = &recording.history.events()[4].kind else {
        panic!("{:?}", recording.history.events()[4].kind);
    };
    assert_eq!(failure.error.as_deref(), Some("States.ItemReaderFailed"));
    let timeline = Timeline::of(&recording.history);
    assert_eq!(
        (0..6).map(|event| timeline.visit_of(event)).collect::<Vec<_>>(),
        [None, Some(0), Some(0), Some(0), Some(0), Some(0)]
    );
    assert_eq!(timeline.visits[0].fate, Fate::Failed);
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

/// The visits as name, fate, tries and lane; the lanes as holder, index and attempt.
fn told(recording: &Recording) -> (Vec<String>, Vec<String>) {
    let timeline = Timeline::of(&recording.history);
    let visits = timeline.visits.iter().map(|visit| {
        let (fate, tries) = (visit.fate.name(), visit.attempts.len());
        let error = visit
            .failure
            .and_then(|failure| failure.error.as_deref())
            .unwrap_or("-");
        format!(
            "{} {fate} {tries} {} {error} {:?}",
            visit.name, visit.lane, visit.next
        )
    });
    let lanes = timeline.lanes.iter();
    let lanes = lanes.map(|lane| format!("{:?} {} {}", lane.holder, lane.index, lane.attempt));
    (visits.collect(), lanes.collect())
}

#[test]
fn a_parallel_that_is_tried_again_has_new_lanes() {
    let recording = recording(
        r#"{"id": 1, "previousEventId": 0, "type": "ParallelStateEntered", "stateEnteredEventDetails": {"name": "P"}},
        {"id": 2, "previousEventId": 1, "type": "ParallelStateStarted"},
        {"id": 3, "previousEventId": 2, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "A"}},
        {"id": 4, "previousEventId": 2, "type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "B"}},
        {"id": 5, "previousEventId": 3, "type": "TaskScheduled"},
        {"id": 6, "previousEventId": 5, "type": "TaskFailed", "taskFailedEventDetails": {"error": "Busy"}},
        {"id": 7, "previousEventId": 4, "type": "WaitStateAborted"},
        {"id": 8, "previousEventId": 6, "type": "ParallelStateStarted"},
        {"id": 9, "previousEventId": 8, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "A"}},
        {"id": 10, "previousEventId": 8, "type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "B"}},
        {"id": 11, "previousEventId": 9, "type": "TaskScheduled"},
        {"id": 12, "previousEventId": 11, "type": "TaskSucceeded"},
        {"id": 13, "previousEventId": 12, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "A"}},
        {"id": 14, "previousEventId": 10, "type": "WaitStateExited", "stateExitedEventDetails": {"name": "B"}},
        {"id": 15, "previousEventId": 14, "type": "ParallelStateSucceeded"},
        {"id": 16, "previousEventId": 15, "type": "ParallelStateExited", "stateExitedEventDetails": {"name": "P"}},
        {"id": 17, "previousEventId": 16, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "Next"}},
        {"id": 18, "previousEventId": 17, "type": "ExecutionAborted"},
        {"id": 19, "previousEventId": 16, "type": "NewThing"}, {"id": 20, "previousEventId": 0, "type": "NewThing"}"#,
    );
    // What nobody knows belongs where the event before it does.
    let timeline = Timeline::of(&recording.history);
    let lanes: Vec<usize> = [5, 13, 18, 19].map(|event| timeline.lane_of(event)).to_vec();
    assert_eq!(lanes, [1, 4, 0, 0]);
    let (visits, lanes) = told(&recording);
    assert_eq!(
        visits,
        [
            "P succeeded 2 0 - Some(5)",
            "A failed 1 1 Busy None",
            "B aborted 0 2 - None",
            "A succeeded 1 3 - None",
            "B succeeded 0 4 - None",
            "Next aborted 0 0 - None",
        ]
    );
    assert_eq!(
        lanes,
        [
            "None 0 0",
            "Some(0) 0 1",
            "Some(0) 1 1",
            "Some(0) 0 2",
            "Some(0) 1 2"
        ]
    );
    let ending = recording
        .history
        .ending()
        .map(|event| event.kind.type_name().to_owned());
    assert_eq!(ending.as_deref(), Some("ExecutionAborted"));
}

/// An expression that fails before its state has done anything follows what stood before the state.
#[test]
fn a_failed_expression_belongs_to_its_state() {
    let events = |caught: &str| {
        recording(&format!(
            r#"{{"id": 1, "previousEventId": 0, "type": "PassStateEntered", "stateEnteredEventDetails": {{"name": "A"}}}},
            {{"id": 2, "previousEventId": 1, "type": "PassStateExited", "stateExitedEventDetails": {{"name": "A"}}}},
            {{"id": 3, "previousEventId": 2, "type": "TaskStateEntered", "stateEnteredEventDetails": {{"name": "B"}}}},
            {{"id": 4, "previousEventId": 2, "type": "EvaluationFailed",
              "evaluationFailedEventDetails": {{"state": "B", "error": "States.QueryEvaluationError", "location": "Arguments"}}}},
            {caught}"#
        ))
    };
    let failed = events(r#"{"id": 5, "previousEventId": 4, "type": "ExecutionFailed"}"#);
    assert_eq!(Timeline::of(&failed.history).visit_of(3), Some(1));
    assert_eq!(
        told(&failed).0,
        [
            "A succeeded 0 0 - Some(1)",
            "B failed 0 0 States.QueryEvaluationError None"
        ]
    );
    let caught = events(
        r#"{"id": 5, "previousEventId": 4, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "B"}},
        {"id": 6, "previousEventId": 5, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "C"}}"#,
    );
    assert_eq!(
        told(&caught).0[1..],
        [
            "B caught 0 0 States.QueryEvaluationError Some(2)",
            "C aborted 0 0 - None"
        ]
    );
}

/// A Wait whose moment is none fails without an event of its own: what follows it tells.
#[test]
fn what_fails_without_an_event_has_failed_all_the_same() {
    let branch = r#"{"id": 1, "previousEventId": 0, "type": "ParallelStateEntered", "stateEnteredEventDetails": {"name": "P"}},
        {"id": 2, "previousEventId": 1, "type": "ParallelStateStarted"},
        {"id": 3, "previousEventId": 2, "type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "W"}},"#;
    let whole = r#"{"id": 4, "previousEventId": 3, "type": "ParallelStateFailed"},
        {"id": 5, "previousEventId": 4, "type": "ParallelStateExited", "stateExitedEventDetails": {"name": "P"}}"#;
    let ended = r#"{"id": 4, "previousEventId": 3, "type": "ExecutionFailed",
        "executionFailedEventDetails": {"error": "States.Runtime"}}"#;
    let visits = |end: &str| told(&recording(&format!("{branch}{end}"))).0;
    assert_eq!(visits(whole), ["P caught 1 0 - None", "W failed 0 1 - None"]);
    // What is around it is left as it is.
    assert_eq!(
        visits(ended),
        ["P aborted 1 0 - None", "W failed 0 1 States.Runtime None"]
    );
}

/// What each task's event carries, by the families of tasks.
#[test]
fn tasks_of_every_family_are_read() {
    let recording = recording(
        r#"{"id": 1, "type": "ActivityScheduled", "activityScheduledEventDetails": {"resource": "arn:a", "input": "{\"x\": 1}",
            "inputDetails": {"truncated": false}, "timeoutInSeconds": 60, "heartbeatInSeconds": 5}},
        {"id": 2, "type": "ActivityStarted", "activityStartedEventDetails": {"workerName": "w"}},
        {"id": 3, "type": "LambdaFunctionScheduleFailed", "lambdaFunctionScheduleFailedEventDetails": {"error": "e"}},
        {"id": 4, "type": "TaskScheduled", "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke",
            "region": "r", "parameters": "{\"x\":1}", "taskCredentials": {"roleArn": "role"}}},
        {"id": 5, "type": "TaskSubmitted", "taskSubmittedEventDetails": {"resourceType": "sqs", "resource": "sendMessage",
            "output": "2"}},
        {"id": 6, "type": "TaskTimedOut", "taskTimedOutEventDetails": {"resourceType": "sqs", "resource": "sendMessage",
            "error": "States.Timeout", "cause": "late"}}"#,
    );
    let events = recording.history.events().iter();
    let details: Vec<String> = events
        .map(|event| format!("{} {}", event.kind.type_name(), event.kind.details().to_json()))
        .collect();
    assert_eq!(
        details,
        [
            r#"ActivityScheduled {"resource":"arn:a","input":{"x":1},"timeoutInSeconds":60,"heartbeatInSeconds":5}"#,
            r#"ActivityStarted {"workerName":"w"}"#,
            r#"LambdaFunctionScheduleFailed {"error":"e"}"#,
            r#"TaskScheduled {"resourceType":"lambda","resource":"invoke","region":"r","parameters":{"x":1},"taskCredentials":{"roleArn":"role"}}"#,
            r#"TaskSubmitted {"resourceType":"sqs","resource":"sendMessage","output":2}"#,
            r#"TaskTimedOut {"resourceType":"sqs","resource":"sendMessage","error":"States.Timeout","cause":"late"}"#,
        ]
    );
    assert!(recording.history.gap(0).is_none() && recording.history.gap(3).is_none());
}

/// The first state of a branch, whose expression fails before it has done anything: what stood before it is its Parallel.
#[test]
fn a_failed_expression_belongs_to_its_branch() {
    let recording = recording(
        r#"{"id": 1, "previousEventId": 0, "type": "ParallelStateEntered", "stateEnteredEventDetails": {"name": "P"}},
        {"id": 2, "previousEventId": 1, "type": "ParallelStateStarted"},
        {"id": 3, "previousEventId": 2, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "A"}},
        {"id": 4, "previousEventId": 2, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": "B"}},
        {"id": 5, "previousEventId": 2, "type": "EvaluationFailed", "evaluationFailedEventDetails": {"state": "B", "error": "E"}},
        {"id": 6, "previousEventId": 3, "type": "EvaluationFailed", "evaluationFailedEventDetails": {"state": "A", "error": "F"}}"#,
    );
    let timeline = Timeline::of(&recording.history);
    assert_eq!((timeline.visit_of(4), timeline.visit_of(5)), (Some(2), Some(1)));
    assert_eq!(
        told(&recording).0,
        [
            "P aborted 1 0 - None",
            "A failed 0 1 F None",
            "B failed 0 2 E None"
        ]
    );
}

#[test]
fn the_first_page_names_the_execution() {
    let pages = r#"[{"executionArn": "a", "events": [{"id": 2, "type": "PassStateEntered"}]},
        {"executionArn": "b", "nextToken": "t", "events": [{"id": 1, "type": "ExecutionStarted"}]}]"#;
    let pages = Recording::read(&crate::source::parse_value(pages).expect("JSON")).expect("a history");
    assert_eq!(pages.execution_arn.as_deref(), Some("a"));
    assert!(pages.has_more);
    assert_eq!(pages.history.events()[0].kind.type_name(), "ExecutionStarted");
}
