//! Executions that go on after they have failed [Restarting state machine executions with redrive].

use super::*;

mod limits;

const ARN: &str = "arn:aws:states:us-east-1:123456789012:activity:A";
/// A worker's task.
const WORK: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}}}"#;

impl Test {
    fn task_of(&self) -> ActivityTask {
        wait(self.running.activity_task(ARN, None, LONG)).expect("a task")
    }

    fn fail_one(&self) -> String {
        let task = self.task_of();
        let failure = Sent::Failure(Failure::new("E", "C"));
        assert_eq!(wait(self.running.answer(&task.token, now(), failure)), Ok(()));
        task.input.to_json()
    }

    fn do_one(&self) -> String {
        let task = self.task_of();
        let output = Value::from(format!("did {}", task.input.to_json()));
        assert_eq!(
            wait(self.running.answer(&task.token, now(), Sent::Success(output))),
            Ok(())
        );
        task.input.to_json()
    }

    fn redrive(&self, arn: &str) -> Result<(), NotRedrivable> {
        wait(self.running.redrive(arn, now(), None)).map(|_| ())
    }

    /// `id[previous] Type` of the events from an id on.
    fn chain(&self, arn: &str, from: u64) -> Vec<String> {
        let line = |event: &Event| format!("{}[{}] {}", event.id, event.previous, event.kind.type_name());
        let lines = |events: &[Event]| {
            let later = events.iter().filter(|event| event.id >= from);
            later.map(line).collect()
        };
        self.running.with_history(arn, lines).expect("an execution")
    }
}

#[test]
fn a_task_is_scheduled_again_and_the_state_not_entered_again() {
    let test = test();
    let arn = test.begin(WORK);
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::NotFailed));
    test.fail_one();
    let failed = test.end(&arn);
    assert_eq!((failed.status, failed.redrives), (Status::Failed, 0));
    assert_eq!(test.redrive(&arn), Ok(()));
    let view = test.rest(&arn);
    assert_eq!((view.status, view.redrives), (Status::Running, 1));
    assert!(view.failure.is_none() && view.stopped.is_none() && view.redriven.is_some());
    test.do_one();
    let view = test.end(&arn);
    assert_eq!(
        (view.status, output(&view)),
        (Status::Succeeded, r#""did {}""#.to_owned())
    );
    assert_eq!(
        test.chain(&arn, 6),
        [
            "6[5] ExecutionFailed",
            "7[6] ExecutionRedriven",
            "8[7] ActivityScheduled",
            "9[8] ActivityStarted",
            "10[9] ActivitySucceeded",
            "11[10] TaskStateExited",
            "12[11] ExecutionSucceeded"
        ]
    );
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::NotFailed));
    assert_eq!(test.redrive("nobody"), Err(NotRedrivable::NotFailed));
}

#[test]
fn branches_that_are_done_are_not_done_again() {
    let test = test();
    let inner = WORK.replace("\"T\"", "\"Inner\"");
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [
            {{"StartAt": "Done", "States": {{"Done": {{"Type": "Pass", "Result": 1, "End": true}}}}}},
            {{"StartAt": "Q", "States": {{"Q": {{"Type": "Parallel", "End": true, "Branches": [{inner}]}}}}}},
            {WORK}]}}}}}}"#
    );
    let arn = test.begin(&definition);
    // One fails, and the other is stopped with it.
    test.fail_one();
    assert_eq!(test.end(&arn).status, Status::Failed);
    let events = test.types(&arn).len();
    assert_eq!(test.redrive(&arn), Ok(()));
    test.do_one();
    test.do_one();
    let view = test.end(&arn);
    assert_eq!(output(&view), r#"[1,["did {}"],"did {}"]"#);
    let later = &test.types(&arn)[events..];
    let count = |name: &str| later.iter().filter(|of| *of == name).count();
    assert_eq!((count("ActivityScheduled"), count("TaskStateEntered")), (2, 0));
    assert_eq!((count("PassStateEntered"), count("ParallelStateStarted")), (0, 0));
    assert_eq!(count("ParallelStateSucceeded"), 2);
}

#[test]
fn iterations_that_are_done_are_not_done_again() {
    let test = test();
    let definition = format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "MaxConcurrency": 2,
            "ItemProcessor": {WORK}}}}}}}"#
    );
    let start = started(&read(&definition), settings("M", "e"), "[1, 2, 3, 4]");
    let (arn, _) = test.running.start(start).expect("it starts");
    assert_eq!(test.do_one(), "1");
    assert_eq!(test.fail_one(), "2");
    assert_eq!(test.end(&arn).status, Status::Failed);
    assert_eq!(test.redrive(&arn), Ok(()));
    let mut done = [test.do_one(), test.do_one(), test.do_one()];
    done.sort();
    assert_eq!(done, ["2", "3", "4"]);
    assert_eq!(output(&test.end(&arn)), r#"["did 1","did 2","did 3","did 4"]"#);
}

#[test]
fn what_was_stopped_or_ran_too_long_goes_on_as_well() {
    let test = test();
    let wait_state = r#"{"StartAt": "W", "TimeoutSeconds": 50, "States": {
        "W": {"Type": "Wait", "Seconds": 40, "Next": "P"},
        "P": {"Type": "Pass", "Parameters": {"n.$": "$$.Execution.RedriveCount"}, "End": true}}}"#;
    let arn = test.begin_with(wait_state, Some("real"));
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    assert_eq!(test.end(&arn).status, Status::Aborted);
    assert_eq!(test.redrive(&arn), Ok(()));
    // Both the wait and the machine's timeout begin anew.
    assert!(wait(test.running.advance_clock(&arn, now(), 39.0)));
    assert_eq!(test.rest(&arn).status, Status::Running);
    assert!(wait(test.running.advance_clock(&arn, now(), 2.0)));
    assert_eq!(output(&test.end(&arn)), r#"{"n":1}"#);

    let too_long = wait_state.replace("50", "30");
    let start = Start {
        clock: Some("real".to_owned()),
        ..started(&read(&too_long), settings("M", "late"), "{}")
    };
    let (arn, _) = test.running.start(start).expect("it starts");
    assert!(wait(test.running.advance_clock(&arn, now(), 31.0)));
    assert_eq!(test.end(&arn).status, Status::TimedOut);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert!(wait(test.running.advance_clock(&arn, now(), 31.0)));
    let view = test.end(&arn);
    assert_eq!((view.status, view.redrives), (Status::TimedOut, 1));
}

/// A Map Run with a worker's task for each item.
fn mapping(settings: &str) -> String {
    let processor = WORK.replacen(
        '{',
        r#"{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "#,
        1,
    );
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "Label": "L", {settings} "End": true,
            "ItemProcessor": {processor}}}}}}}"#
    )
}

impl Test {
    fn begin_over(&self, definition: &str, input: &str) -> Arc<str> {
        let start = started(&read(definition), settings("M", "e"), input);
        self.running.start(start).expect("it starts").0
    }

    /// The child of the execution's Map Run that was given an input.
    fn child_of(&self, arn: &str, input: &str) -> ChildView {
        let map_runs = self.running.map_runs(arn);
        let children = self.running.children(&map_runs[0].arn).expect("a Map Run");
        let mut children = children.into_iter();
        children.find(|child| &*child.input == input).expect("a child")
    }

    /// `id[previous] Type` of its events.
    fn chain_of_child(&self, child: &ChildView) -> Vec<String> {
        let line = |event: &Event| format!("{}[{}] {}", event.id, event.previous, event.kind.type_name());
        let lines = |events: &[Event]| events.iter().map(line).collect();
        let found = self.running.with_history_of_child(&child.child.arn, lines);
        found.expect("a child")
    }
}

#[test]
fn the_children_of_a_map_run_that_did_not_end_well_go_on() {
    let test = test();
    let arn = test.begin_over(&mapping(""), "[1, 2, 3]");
    assert_eq!(test.do_one(), "1");
    assert_eq!(test.fail_one(), "2");
    assert_eq!(error(&test.end(&arn)), "States.ExceedToleratedFailureThreshold");
    assert_eq!(test.child_of(&arn, "2").view.status, Status::Failed);
    assert_eq!(test.child_of(&arn, "3").view.status, Status::Aborted);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!(test.rest(&arn).status, Status::Running);
    let view = &test.running.map_runs(&arn)[0];
    assert_eq!((view.status.as_aws(), view.redrives), ("RUNNING", 1));
    assert!(view.redriven.is_some() && view.stopped.is_none());
    let counts = (
        view.items.succeeded,
        view.items.running,
        view.items.failed,
        view.items.aborted,
    );
    assert_eq!(counts, (1, 2, 0, 0));
    assert_eq!(test.child_of(&arn, "2").view.status, Status::Running);
    assert_eq!([test.do_one(), test.do_one()], ["2", "3"]);
    let view = test.end(&arn);
    assert_eq!((view.status, view.redrives), (Status::Succeeded, 1));
    assert_eq!(output(&view), r#"["did 1","did 2","did 3"]"#);
    assert_eq!(
        test.chain(&arn, 5),
        [
            "5[4] MapRunFailed",
            "6[5] MapStateFailed",
            "7[6] ExecutionFailed",
            "8[7] ExecutionRedriven",
            "9[8] MapRunRedriven",
            "10[9] MapRunSucceeded",
            "11[10] MapStateSucceeded",
            "12[9] MapStateExited",
            "13[12] ExecutionSucceeded",
        ]
    );
    let child = test.child_of(&arn, "2");
    assert_eq!((child.view.status, child.view.redrives), (Status::Succeeded, 1));
    assert_eq!(
        test.chain_of_child(&child),
        [
            "1[0] ExecutionStarted",
            "2[0] TaskStateEntered",
            "3[2] ActivityScheduled",
            "4[3] ActivityStarted",
            "5[4] ActivityFailed",
            "6[5] ExecutionFailed",
            "7[6] ExecutionRedriven",
            "8[7] ActivityScheduled",
            "9[8] ActivityStarted",
            "10[9] ActivitySucceeded",
            "11[10] TaskStateExited",
            "12[11] ExecutionSucceeded",
        ]
    );
    assert_eq!(test.child_of(&arn, "1").view.redrives, 0);
    let view = &test.running.map_runs(&arn)[0];
    assert_eq!((view.items.succeeded, view.items.total), (3, 3));
    assert_eq!((view.executions.succeeded, view.executions.total), (3, 3));
}

#[test]
fn a_map_run_that_was_stopped_goes_on_with_the_items_that_are_left() {
    let test = test();
    let arn = test.begin_over(&mapping(r#""MaxConcurrency": 1,"#), "[1, 2, 3]");
    assert_eq!(test.do_one(), "1");
    test.rest(&arn);
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    let view = &test.running.map_runs(&arn)[0];
    assert_eq!((view.items.pending, view.items.aborted), (1, 1));
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!([test.do_one(), test.do_one()], ["2", "3"]);
    assert_eq!(output(&test.end(&arn)), r#"["did 1","did 2","did 3"]"#);
    let view = &test.running.map_runs(&arn)[0];
    assert_eq!(
        (view.items.pending, view.items.succeeded, view.items.aborted),
        (0, 3, 0)
    );
}

#[test]
fn children_wait_to_go_on_until_it_is_their_turn() {
    let test = test();
    let settings = r#""MaxConcurrency": 1, "ToleratedFailureCount": 1,"#;
    let arn = test.begin_over(&mapping(settings), "[1, 2, 3]");
    assert_eq!([test.fail_one(), test.fail_one()], ["1", "2"]);
    test.end(&arn);
    // The tolerance is there again.
    assert_eq!(test.redrive(&arn), Ok(()));
    test.rest(&arn);
    assert_eq!(test.child_of(&arn, "1").view.status, Status::Running);
    assert_eq!(test.child_of(&arn, "2").view.status, Status::PendingRedrive);
    assert_eq!(test.running.map_runs(&arn)[0].items.pending_redrive, 1);
    // Stopped before its turn, it is what it was; it goes on the next time.
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!([test.fail_one(), test.do_one(), test.do_one()], ["1", "2", "3"]);
    let view = test.end(&arn);
    assert_eq!((view.status, view.redrives), (Status::Succeeded, 2));
    let items = test.running.map_runs(&arn)[0].items;
    assert_eq!(
        (items.succeeded, items.failed, items.aborted, items.total),
        (2, 1, 0, 3)
    );
}

#[test]
fn a_map_run_in_a_branch_goes_on_with_the_branch() {
    let test = test();
    let branches = format!("[{}, {WORK}]", mapping(""));
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": {}}}}}}}"#,
        branches
            .replacen(r#""T""#, r#""T1""#, 1)
            .replacen(r#"{"T":"#, r#"{"T1":"#, 1)
    );
    let arn = test.begin_over(&definition, "[1]");
    let (one, other) = (test.task_of(), test.task_of());
    let of_branch = if one.input.to_json() == "[1]" { one } else { other };
    let failure = Sent::Failure(Failure::new("E", "C"));
    assert_eq!(
        wait(test.running.answer(&of_branch.token, now(), failure)),
        Ok(())
    );
    assert_eq!(test.end(&arn).status, Status::Failed);
    assert_eq!(test.running.map_runs(&arn)[0].status.as_aws(), "ABORTED");
    assert_eq!(test.redrive(&arn), Ok(()));
    let mut inputs = [test.do_one(), test.do_one()];
    inputs.sort();
    assert_eq!(inputs, ["1", "[1]"]);
    assert_eq!(output(&test.end(&arn)), r#"[["did 1"],"did [1]"]"#);
    assert_eq!(test.running.map_runs(&arn).len(), 1);
}

#[test]
fn express_children_begin_anew() {
    let test = test();
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "F"}, "F": {"Type": "Fail", "Error": "E"}}}}}}"#;
    let arn = test.begin_over(definition, "[1]");
    assert_eq!(test.end(&arn).status, Status::Failed);
    assert_eq!(test.redrive(&arn), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Failed);
    let child = test.child_of(&arn, "1");
    let types: Vec<String> = test.chain_of_child(&child);
    let entered = types.iter().filter(|line| line.ends_with("PassStateEntered"));
    assert_eq!((entered.count(), child.view.redrives), (2, 1));
    assert_eq!(test.running.map_runs(&arn)[0].items.failed, 1);
}

#[test]
fn a_map_run_whose_results_are_in_files_is_not_taken_up_again() {
    let test = test();
    let writer =
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},"#;
    let arn = test.begin_over(&mapping(writer), "[1]");
    test.fail_one();
    assert_eq!(test.end(&arn).status, Status::Failed);
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::MapRun));
    assert_eq!(test.end(&arn).status, Status::Failed);
}

/// Seconds of a day.
const DAY: f64 = 24.0 * 60.0 * 60.0;

#[test]
fn after_fourteen_days_it_is_too_late() {
    let test = test();
    let arn = test.begin(WORK);
    test.fail_one();
    test.end(&arn);
    assert!(wait(test.running.advance_clock(&arn, now(), 13.9 * DAY)));
    assert_eq!(test.running.is_redrivable(&arn), Ok(()));
    assert!(wait(test.running.advance_clock(&arn, now(), 0.2 * DAY)));
    assert_eq!(test.running.is_redrivable(&arn), Err(NotRedrivable::TooLate));
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::TooLate));
    assert_eq!(test.end(&arn).status, Status::Failed);
}

#[test]
fn an_execution_has_a_year_however_often_it_is_redriven() {
    let test = test();
    let arn = test.begin(WORK);
    for _ in 0..27 {
        test.fail_one();
        test.end(&arn);
        assert!(wait(test.running.advance_clock(&arn, now(), 13.5 * DAY)));
        assert_eq!(test.redrive(&arn), Ok(()));
    }
    // 27 times 13.5 days are 364.5 days.
    test.fail_one();
    test.end(&arn);
    assert!(wait(test.running.advance_clock(&arn, now(), DAY)));
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::TooLong));
}

#[test]
fn a_history_that_is_nearly_full_takes_no_redrive() {
    // It goes round until AWS's limit of events.
    let test = test();
    let loops = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "P2"}, "P2": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.end", "IsPresent": true, "Next": "P3"}], "Default": "P"},
        "P3": {"Type": "Succeed"}}}"#;
    let arn = test.begin(loops);
    assert_eq!(test.end(&arn).status, Status::Failed);
    let count = test.running.with_history(&arn, <[Event]>::len);
    assert_eq!(count, Some(25_000));
    assert_eq!(test.redrive(&arn), Err(NotRedrivable::FullHistory));
}

#[test]
fn a_client_that_sends_its_token_again_is_told_the_same() {
    let test = test();
    let arn = test.begin(WORK);
    test.fail_one();
    test.end(&arn);
    let redrive = |token: &str| wait(test.running.redrive(&arn, now(), Some(token)));
    let at = redrive("t0").expect("it goes on");
    assert_eq!(redrive("t0"), Ok(at));
    assert_eq!(redrive("other"), Err(NotRedrivable::NotFailed));
    assert_eq!(test.rest(&arn).redrives, 1);
    // The last ten are known.
    for number in 1..=10 {
        test.fail_one();
        test.end(&arn);
        redrive(&format!("t{number}")).expect("it goes on");
    }
    assert_eq!(test.running.redriven_with(&arn, "t0"), None);
    assert!(test.running.redriven_with(&arn, "t1").is_some());
    assert_eq!(test.running.redriven_with("nobody", "t1"), None);
}
