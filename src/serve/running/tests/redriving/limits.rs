//! Map Runs that go on, at the limits of what they hold.

use super::*;

/// Starts a machine whose executions have so many events at most.
fn begin_with_most(test: &Test, definition: &str, input: &str, most: u64) -> Arc<str> {
    let settings = Settings {
        max_events: Some(most),
        ..settings("M", "e")
    };
    let start = started(&read(definition), settings, input);
    test.running.start(start).expect("it starts").0
}

/// A Map Run over workers' tasks, so many Pass states before each.
fn passing(states: usize, inner: &str) -> String {
    let name = |index: usize| format!("P{index}");
    let mut passes = String::new();
    for index in 0..states {
        let next = if index + 1 < states {
            name(index + 1)
        } else {
            "T".to_owned()
        };
        passes.push_str(&format!(
            r#""{}": {{"Type": "Pass", "Next": "{next}"}}, "#,
            name(index)
        ));
    }
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "P0", "States": {{{passes} "T": {inner}}}}}}}}}}}"#
    )
}

const TASK: &str =
    r#"{"Type": "Task", "End": true, "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}"#;

const FULL: &str = "The execution reached the maximum number of history events (20).";

// Three inputs of 100,000 bytes have no room in a result of 262,144: they are no part of it once their children go on.
#[test]
fn what_goes_on_takes_no_room_in_the_result() {
    let test = test();
    let definition = mapping(
        r#""ToleratedFailureCount": 0, "ItemsPath": "$.items",
           "ItemSelector": {"big.$": "$.big", "n.$": "$$.Map.Item.Value"},"#,
    );
    let input = json!({"big": "x".repeat(100_000), "items": [1, 2, 3]}).to_string();
    let arn = test.begin_over(&definition, &input);
    test.fail_one();
    assert_eq!(test.end(&arn).status, Status::Failed);
    let aborted = test.running.map_runs(&arn)[0].items.aborted;
    assert_eq!(aborted, 2);
    assert_eq!(test.redrive(&arn), Ok(()));
    for _ in 0..3 {
        let task = test.task_of();
        assert_eq!(
            wait(
                test.running
                    .answer(&task.token, now(), Sent::Success(Value::from(7)))
            ),
            Ok(())
        );
    }
    let view = test.end(&arn);
    assert_eq!((error(&view), output(&view)), ("", "[7,7,7]".to_owned()));
}

// 10,000 at work and one that has failed: one more than are kept.
#[test]
fn more_children_than_are_kept_do_not_become_another_map_run() {
    let test = test();
    let items = Json::from((1..=10_001).collect::<Vec<_>>()).to_string();
    let arn = test.begin_over(&mapping(r#""ToleratedFailureCount": 1,"#), &items);
    test.fail_one();
    test.rest(&arn);
    let view = test.running.map_runs(&arn)[0].clone();
    assert_eq!((view.executions.running, view.executions.failed), (10_000, 1));
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::MapRun));
    assert_eq!(test.running.map_runs(&arn).len(), 1);
    assert_eq!(test.end(&arn).status, Status::Aborted);
}

#[test]
fn a_child_that_fails_again_is_described_with_its_redrives() {
    let test = test();
    let settings = r#""MaxConcurrency": 1, "ToleratedFailureCount": 1,"#;
    let arn = test.begin_over(&mapping(settings), "[1, 2]");
    assert_eq!([test.fail_one(), test.fail_one()], ["1", "2"]);
    test.end(&arn);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!([test.fail_one(), test.do_one()], ["1", "2"]);
    let output = test.end(&arn).output.expect("an output").to_json();
    let output: Json = serde_json::from_str(&output).expect("JSON");
    assert_eq!(
        (&output[0]["RedriveCount"], &output[0]["Status"]),
        (&json!(1), &json!("FAILED"))
    );
    assert_eq!(output[1], json!("did 2"));
}

// ExecutionStarted, six times two events of Pass states, TaskStateEntered, ActivityScheduled, Started and Failed, and
// ExecutionFailed: 18 of at most 20. ExecutionRedriven is the 19th, and the last one says that there is no room.
#[test]
fn a_child_whose_history_is_full_when_it_goes_on_fails_of_that() {
    let test = test();
    let arn = begin_with_most(&test, &passing(6, TASK), "[1]", 20);
    test.fail_one();
    test.end(&arn);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Failed);
    let child = test.child_of(&arn, "1");
    let events = test.chain_of_child(&child);
    assert_eq!(
        events[17..],
        [
            "18[17] ExecutionFailed",
            "19[18] ExecutionRedriven",
            "20[19] ExecutionFailed"
        ]
    );
    let cause = child.view.failure.and_then(|failure| failure.cause);
    assert_eq!(cause.as_deref(), Some(FULL));
    assert_eq!(test.running.map_runs(&arn).len(), 1);
}

// With another Pass state it has 20 events, and does not go on.
#[test]
fn a_child_whose_history_is_full_does_not_go_on() {
    let test = test();
    let arn = begin_with_most(&test, &passing(7, TASK), "[1]", 20);
    test.fail_one();
    test.end(&arn);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Failed);
    let map_run = &test.running.map_runs(&arn)[0];
    assert_eq!((map_run.items.failed, map_run.items.not_redrivable), (1, 1));
    assert_eq!(test.child_of(&arn, "1").view.redrives, 0);
}

// A Map Run in the child, beside a task: ExecutionStarted, two times two events of Pass states, two of a Parallel that
// begins, three of the Map until its Map Run has started, and three of the task; three of the Map that fails and is aborted,
// one of the task that is, ParallelStateFailed and ExecutionFailed: 19 of at most 21. That the Map Run goes on finds no room.
#[test]
fn a_map_run_in_a_child_whose_history_is_full_ends_with_it() {
    let test = test();
    let beside = WORK.replace("\"T\"", "\"Beside\"");
    let branches = format!("{}, {beside}", mapping(""));
    let inner = format!(r#"{{"Type": "Parallel", "End": true, "Branches": [{branches}]}}"#);
    let arn = begin_with_most(&test, &passing(2, &inner), "[[1]]", 21);
    let (one, other) = (test.task_of(), test.task_of());
    let of_map_run = if one.input.to_json() == "1" { one } else { other };
    let failure = Sent::Failure(Failure::new("E", "C"));
    assert_eq!(
        wait(test.running.answer(&of_map_run.token, now(), failure)),
        Ok(())
    );
    test.end(&arn);
    let child = test.child_of(&arn, "[1]");
    assert_eq!(test.chain_of_child(&child).len(), 19);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Failed);
    let child = test.child_of(&arn, "[1]");
    let cause = child.view.failure.and_then(|failure| failure.cause);
    assert_eq!(cause.as_deref(), Some(FULL.replace("20", "21").as_str()));
    assert_eq!(test.running.map_runs(&arn)[0].redrives, 1);
}

#[test]
fn a_child_that_goes_on_has_not_ended() {
    let options = Options {
        keep: 2,
        ..Options::default()
    };
    let test = test_with(options, Sources::default());
    let arn = test.begin_over(&mapping(""), "[1, 2]");
    test.fail_one();
    test.end(&arn);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!([test.do_one(), test.do_one()], ["1", "2"]);
    test.end(&arn);
    assert_eq!(test.child_of(&arn, "1").view.redrives, 1);
    assert_eq!(test.child_of(&arn, "2").view.redrives, 1);
}
