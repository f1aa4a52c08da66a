//! Executions that start executions.

use super::*;

fn parent(resource: &str, more: &str) -> String {
    format!(
        r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::{resource}", "Parameters": {{
                "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:Child", "Input": {{"x": 1}}}}{more}}}}}}}"#
    )
}

impl Test {
    fn with_child(definition: &str) -> Test {
        let test = test();
        let mut machines = test.here.machines.lock().expect("no panic");
        machines.insert("Child".to_owned(), read(definition));
        drop(machines);
        test
    }
}

const ADDS: &str = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "Next": "P"},
    "P": {"Type": "Pass", "Result": [2], "ResultPath": "$.y", "End": true}}}"#;

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:A";
const WORKED_ON: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}}}"#;

#[test]
fn a_child_is_waited_for() {
    let test = Test::with_child(ADDS);
    let sync2 = test.begin(&parent("states:startExecution.sync:2", ""));
    let view = test.end(&sync2);
    let output = view.output.clone().expect("an output");
    assert_eq!(output.get("Status").and_then(Value::as_str), Some("SUCCEEDED"));
    assert_eq!(
        output.get("Output").map(Value::to_json).as_deref(),
        Some(r#"{"x":1,"y":[2]}"#)
    );
    assert_eq!(
        test.types(&sync2)[2..],
        [
            "TaskScheduled",
            "TaskStarted",
            "TaskSubmitted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
    let sync = test.begin(&parent("states:startExecution.sync", ""));
    let output = test.end(&sync).output.expect("an output");
    assert_eq!(
        output.get("Output").and_then(Value::as_str),
        Some(r#"{"x":1,"y":[2]}"#)
    );
}

// Whoever has started the parent finds it done, as if there were no child.
#[test]
fn what_works_here_is_no_rest() {
    let test = Test::with_child(ADDS);
    let arn = test.begin(&parent("states:startExecution.sync:2", ""));
    assert_eq!(test.rest(&arn).status, Status::Succeeded);
}

// A child that waits for somebody keeps nobody who has started its parent.
#[test]
fn what_waits_for_a_child_that_waits_rests() {
    let test = Test::with_child(WORKED_ON);
    let arn = test.begin(&parent("states:startExecution.sync:2", ""));
    let child = "arn:aws:states:us-east-1:123456789012:execution:Child:child";
    let execution = test.running.shared.find(&arn).expect("an execution");
    while test.running.shared.is_at_work(&execution, DEEPEST) {
        thread::yield_now();
    }
    assert_eq!(
        test.running.view(&arn).map(|view| view.status),
        Some(Status::Running)
    );
    assert_eq!(test.rest(child).status, Status::Running);
    let task = wait(test.running.activity_task(ACTIVITY, None, LONG)).expect("a task");
    let output = Sent::Success(Value::from(7));
    assert_eq!(wait(test.running.answer(&task.token, now(), output)), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Succeeded);
}

// A job's task has a token, too: whoever has it may end the task before the job ends [recorded].
#[test]
fn a_jobs_token_ends_its_task() {
    let test = Test::with_child(WORKED_ON);
    let definition =
        parent("states:startExecution.sync", "").replace(r#"{"x": 1}"#, r#"{"token.$": "$$.Task.Token"}"#);
    let arn = test.begin(&definition);
    let task = wait(test.running.activity_task(ACTIVITY, None, LONG)).expect("a task");
    let token = task.input.get("token").and_then(Value::as_str).expect("a token");
    assert_eq!(
        wait(test.running.answer(token, now(), Sent::Success(Value::from(5)))),
        Ok(())
    );
    assert_eq!(output(&test.end(&arn)), "5");
    // The job goes on by itself.
    let child = "arn:aws:states:us-east-1:123456789012:execution:Child:child";
    assert_eq!(
        test.running.view(child).map(|view| view.status),
        Some(Status::Running)
    );
    assert_eq!(
        wait(
            test.running
                .answer(&task.token, now(), Sent::Success(Value::from(6)))
        ),
        Ok(())
    );
    assert_eq!(output(&test.end(child)), "6");
    assert_eq!(output(&test.end(&arn)), "5");
}

#[test]
fn a_child_is_started_and_left_alone() {
    let test = Test::with_child(ADDS);
    let arn = test.begin(&parent("states:startExecution", ""));
    let output = test.end(&arn).output.expect("an output");
    let child = output
        .get("ExecutionArn")
        .and_then(Value::as_str)
        .expect("an ARN");
    assert_eq!(
        child,
        "arn:aws:states:us-east-1:123456789012:execution:Child:child"
    );
    assert!(output.get("StartDate").and_then(Value::as_number).is_some());
    assert_eq!(test.end(child).status, Status::Succeeded);
}

#[test]
fn a_childs_failure_is_the_tasks() {
    let test = Test::with_child(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}"#);
    let view = test.end(&test.begin(&parent("states:startExecution.sync", "")));
    assert_eq!(error(&view), "States.TaskFailed");
    let cause = view.failure.and_then(|failure| failure.cause).unwrap_or_default();
    assert!(cause.contains(r#""Status":"FAILED""#), "{cause}");
}

#[test]
fn a_machine_that_is_not_there_is_the_services_error() {
    let test = test();
    let caught = r#", "Catch": [{"ErrorEquals": ["StepFunctions.StateMachineDoesNotExistException"], "Next": "S"}]}, "S": {"Type": "Succeed""#;
    let arn = test.begin(&parent("states:startExecution.sync", caught));
    assert_eq!(test.end(&arn).status, Status::Succeeded);
    assert!(test.types(&arn).contains(&"TaskSubmitFailed".to_owned()));
    let arn = test.begin(&parent("states:startExecution", ""));
    assert_eq!(
        error(&test.end(&arn)),
        "StepFunctions.StateMachineDoesNotExistException"
    );
}

#[test]
fn what_waits_for_a_child_takes_it_along() {
    let test = Test::with_child(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}}}"#,
    );
    let arn = test.begin(&parent("states:startExecution.sync:2", ""));
    let child = "arn:aws:states:us-east-1:123456789012:execution:Child:child";
    while !test.types(&arn).contains(&"TaskSubmitted".to_owned()) {
        std::thread::yield_now();
    }
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    assert_eq!(test.end(child).status, Status::Aborted);
}

#[test]
fn the_api_is_called_as_an_sdk_integration_calls_it() {
    let test = Test::with_child(ADDS);
    let arn = test.begin(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::aws-sdk:sfn:startExecution", "Parameters": {
                "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:Child", "Input": "{}"}}}}"#,
    );
    let output = test.end(&arn).output.expect("an output");
    let date = output
        .get("StartDate")
        .and_then(Value::as_str)
        .unwrap_or_default();
    assert!(Time::parse(date).is_some(), "{date}");
}
