//! Tasks that fail: what had happened before, and the event that tells of it.

use super::*;

const CALLBACK: &str = "sqs:sendMessage.waitForTaskToken";

/// The types of the events of one task of `resource` that is answered so, in a MockConfigFile.
fn types_with_local_mocks(resource: &str, response: &str) -> Vec<String> {
    let parameters = match resource.split(':').next() {
        Some("events") => r#""Entries": []"#,
        Some("ecs") => r#""TaskDefinition": "t""#,
        Some("states") => r#""StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:N""#,
        _ => r#""QueueUrl": "https://q", "MessageBody": "m""#,
    };
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}",
            "Parameters": {{{parameters}}}, "End": true}}}}}}"#
    );
    let config = format!(
        r#"{{"StateMachines": {{"M": {{"TestCases": {{"C": {{"T": "R"}}}}}}}},
            "MockedResponses": {{"R": {{"0": {response}}}}}}}"#
    );
    let parsed = parse(Arc::new(SourceFile::new("definition.json", definition.as_str())));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
    let file = Arc::new(SourceFile::new("mocks.json", config.as_str()));
    let mut mocks = mocks::read(file, None, None).expect("mocks");
    mocks.fit(&machine).expect("mocks that fit");
    let program = Program::compile(&machine).expect("a program");
    let input = parse_value("{}").expect("an input");
    let execution =
        run(&program, &Settings::default(), &mocks, input, Arc::from("{}")).expect("an execution");
    let events = execution.history.events();
    events[2..events.len() - 1]
        .iter()
        .map(|event| event.kind.type_name().to_owned())
        .collect()
}

#[test]
fn what_failed_had_been_submitted_unless_the_call_failed() {
    const AT_ONCE: [&str; 3] = ["TaskScheduled", "TaskStarted", "TaskFailed"];
    const SUBMITTED: [&str; 4] = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed"];
    let cases: [(&str, &str, &[&str]); 9] = [
        // SendTaskFailure gives any name; the service's own prefix is the call's.
        (CALLBACK, "Rejected", &SUBMITTED),
        (CALLBACK, "Order.Rejected", &SUBMITTED),
        (CALLBACK, "SQS.AmazonSQSException", &AT_ONCE),
        (
            "aws-sdk:sqs:sendMessage.waitForTaskToken",
            "Sqs.SqsException",
            &AT_ONCE,
        ),
        (
            "events:putEvents.waitForTaskToken",
            "EventBridge.FailedEntry",
            &AT_ONCE,
        ),
        // A job that failed is States.TaskFailed.
        ("ecs:runTask.sync", "States.TaskFailed", &SUBMITTED),
        ("ecs:runTask.sync", "ECS.ClientException", &AT_ONCE),
        ("states:startExecution.sync:2", "States.TaskFailed", &SUBMITTED),
        ("sqs:sendMessage", "SQS.AmazonSQSException", &AT_ONCE),
    ];
    for (resource, error, expected) in cases {
        let response = format!(r#"{{"Throw": {{"Error": "{error}", "Cause": "c"}}}}"#);
        assert_eq!(
            types_with_local_mocks(resource, &response),
            expected,
            "{resource} {error}"
        );
    }
}

#[test]
fn a_timeout_that_is_thrown_is_one() {
    // Each limit's error is written as ...TimedOut, under States.Timeout; catchers take a missed heartbeat under both
    // names, and a timeout only under its own.
    let expected = [
        ("States.Timeout", "States.HeartbeatTimeout", "Other"),
        ("States.Timeout", "States.Timeout", "Named"),
        ("States.HeartbeatTimeout", "States.HeartbeatTimeout", "Named"),
        ("States.HeartbeatTimeout", "States.Timeout", "Named"),
    ];
    for (thrown, caught, next) in expected {
        let definition = format!(
            r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "Next": "Other", "Catch": [
                {{"ErrorEquals": ["{caught}"], "Next": "Named"}},
                {{"ErrorEquals": ["States.ALL"], "Next": "Other"}}]}},
                "Named": {{"Type": "Pass", "Result": "Named", "ResultPath": "$.At", "End": true}},
                "Other": {{"Type": "Pass", "Result": "Other", "ResultPath": "$.At", "End": true}}}}}}"#
        );
        let mocks = format!(r#"{{"States": {{"T": {{"Throw": {{"Error": "{thrown}"}}}}}}}}"#);
        let execution = execute(&definition, &mocks, "{}");
        assert_eq!(chain(&execution)[4], "5[4] LambdaFunctionTimedOut");
        let output = execution.output.expect("an output").to_json();
        assert_eq!(
            output,
            format!(r#"{{"Error":"States.Timeout","Cause":"","At":"{next}"}}"#),
            "{thrown} and {caught}"
        );
    }
}
