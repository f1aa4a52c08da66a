//! Tasks that fail: what had happened before, and the event that tells of it.

use super::*;

const CALLBACK: &str = "sqs:sendMessage.waitForTaskToken";

/// The parameters of a call of `resource`.
fn parameters(resource: &str) -> &'static str {
    match resource.split(':').next() {
        Some("aws-sdk") if resource.contains("glue") => r#""JobName": "j", "RunId": "r""#,
        Some("events") => r#""Entries": []"#,
        Some("ecs") => r#""TaskDefinition": "t""#,
        Some("glue") => r#""JobName": "j""#,
        Some("states") => r#""StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:N""#,
        _ => r#""QueueUrl": "https://q", "MessageBody": "m""#,
    }
}

/// The types of the events of one task of `resource` that is answered so, in a MockConfigFile.
fn types_with_local_mocks(resource: &str, response: &str) -> Vec<String> {
    let parameters = parameters(resource);
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

/// The tool's own form says the same of an error as Step Functions Local's, unless it says what was submitted.
#[test]
fn a_mock_may_say_what_was_submitted() {
    let types = |resource: &str, mock: &str| {
        let definition = format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}",
                "Parameters": {{{}}}, "HeartbeatSeconds": 60, "End": true}}}}}}"#,
            parameters(resource)
        );
        let execution = execute(&definition, &format!(r#"{{"States": {{"T": {mock}}}}}"#), "{}");
        let events = execution.history.events();
        let kinds = events[4..events.len() - 1].iter();
        kinds
            .map(|event| event.kind.type_name())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (resource, mock, expected) in [
        (
            CALLBACK,
            r#"{"Throw": {"Error": "Rejected"}}"#,
            "TaskSubmitted TaskFailed",
        ),
        (CALLBACK, r#"{"Throw": {}}"#, "TaskSubmitted TaskFailed"),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "SQS.AmazonSQSException"}}"#,
            "TaskFailed",
        ),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "States.Permissions"}}"#,
            "TaskFailed",
        ),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "Rejected"}, "Submitted": null}"#,
            "TaskFailed",
        ),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "Rejected"}, "Event": "TaskSubmitFailed"}"#,
            "TaskSubmitFailed",
        ),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "SQS.AmazonSQSException"}, "Submitted": {"MessageId": "m"}}"#,
            "TaskSubmitted TaskFailed",
        ),
        // Whatever ends the wait.
        (CALLBACK, r#"{"Hang": true}"#, "TaskSubmitted TaskTimedOut"),
        (
            CALLBACK,
            r#"{"Throw": {"Error": "States.HeartbeatTimeout"}}"#,
            "TaskSubmitted TaskTimedOut",
        ),
        (
            "glue:startJobRun.sync",
            r#"{"Throw": {"Error": "States.TaskFailed"}}"#,
            "TaskSubmitted TaskFailed",
        ),
        (
            "glue:startJobRun.sync",
            r#"{"Throw": {"Error": "Glue.EntityNotFoundException"}}"#,
            "TaskFailed",
        ),
        (
            "glue:startJobRun.sync",
            r#"{"Return": {"JobRunState": "FAILED"}}"#,
            "TaskSubmitted TaskFailed",
        ),
    ] {
        assert_eq!(types(resource, mock), expected, "{resource} {mock}");
    }
}

/// As AWS was recorded for ECS and for nested executions: what describes the job is the cause.
#[test]
fn a_job_that_failed_fails_its_task() {
    let definition = |resource: &str| {
        format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}",
                "Parameters": {{{}}}, "Catch": [{{"ErrorEquals": ["States.TaskFailed"], "Next": "C"}}], "End": true}},
                "C": {{"Type": "Pass", "End": true}}}}}}"#,
            parameters(resource)
        )
    };
    for (resource, result, fails) in [
        (
            "glue:startJobRun.sync",
            r#"{"Id":"jr_1","JobRunState":"TIMEOUT"}"#,
            true,
        ),
        (
            "glue:startJobRun.sync",
            r#"{"Id":"jr_1","JobRunState":"SUCCEEDED"}"#,
            false,
        ),
        (
            "states:startExecution.sync:2",
            r#"{"Status":"FAILED","Error":"E"}"#,
            true,
        ),
        // A call that does not wait says what it was told.
        ("aws-sdk:glue:getJobRun", r#"{"JobRunState":"TIMEOUT"}"#, false),
    ] {
        let mocks = format!(r#"{{"States": {{"T": {{"Return": {result}}}}}}}"#);
        let output = execute(&definition(resource), &mocks, "{}")
            .output
            .expect("an output")
            .to_json();
        let caught = format!(
            r#"{{"Error":"States.TaskFailed","Cause":{}}}"#,
            Value::from(result).to_json()
        );
        assert_eq!(
            output,
            if fails { caught } else { result.to_owned() },
            "{resource} {result}"
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

/// Nothing is scheduled; the words are the path library's, those for a value of the wrong type AWS's own [recorded].
#[test]
fn a_limit_that_its_path_does_not_give_fails_before_the_call() {
    for (field, input, expected) in [
        (
            "TimeoutSecondsPath",
            "{}",
            "Invalid path '$.x' : No results for path: $['x']",
        ),
        (
            "HeartbeatSecondsPath",
            "{}",
            "Invalid path '$.x' : No results for path: $['x']",
        ),
        (
            "TimeoutSecondsPath",
            r#"{"x": "soon"}"#,
            "The TimeoutSecondsPath field refers to value \"soon\" which is not a valid integer: $.x",
        ),
        (
            "HeartbeatSecondsPath",
            r#"{"x": 1.5}"#,
            "The HeartbeatSecondsPath field refers to value \"1.5\" which is not a valid integer: $.x",
        ),
    ] {
        let definition =
            format!(r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "{field}": "$.x", "End": true}}}}}}"#);
        let execution = execute(&definition, "{}", input);
        assert_eq!(
            chain(&execution),
            [
                "1[0] ExecutionStarted",
                "2[0] TaskStateEntered",
                "3[2] ExecutionFailed"
            ]
        );
        let failure = execution.failure.expect("a failure");
        assert_eq!(failure.error.as_deref(), Some("States.Runtime"));
        assert_eq!(
            failure.cause.as_deref(),
            Some(
                format!(
                    "An error occurred while executing the state 'T' (entered at the event id #2). {expected}"
                )
                .as_str()
            )
        );
    }
}

/// [Accessing execution data from the Context object]
#[test]
fn whoever_waits_for_an_execution_gets_no_count_of_redrives() {
    let definition =
        r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "OutputPath": "$$.Execution", "End": true}}}"#;
    let count = |synchronous| {
        let settings = Settings {
            synchronous,
            ..Settings::of_type(MachineType::Express)
        };
        let output = run_with(&settings, definition, "{}", "{}")
            .output
            .expect("an output");
        output.get("RedriveCount").map(crate::value::Value::to_json)
    };
    assert_eq!(count(false).as_deref(), Some("0"));
    assert_eq!(count(true), None);
}

/// The failure, as `error: cause`, or the output of one task of `resource` that is answered so.
fn outcome_of(resource: &str, parameters: &str, answer: &str) -> String {
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}",
            "Parameters": {parameters}, "End": true}}}}}}"#
    );
    let mocks = format!(r#"{{"States": {{"T": {{"Return": {answer}}}}}}}"#);
    let execution = execute(&definition, &mocks, "{}");
    match execution.failure {
        Some(Failure { error, cause, .. }) => {
            format!("{}: {}", error.unwrap_or_default(), cause.unwrap_or_default())
        }
        None => execution
            .output
            .map(|output| output.to_json())
            .unwrap_or_default(),
    }
}

/// [recorded; Integrating optimized services]
#[test]
fn an_answer_that_tells_of_an_error_is_one() {
    const ENTRIES: &str = r#"{"Entries": [{"Detail": {}, "DetailType": "d", "Source": "s"}]}"#;
    const CALL: &str = r#"{"ApiEndpoint": "https://a.example", "Method": "GET",
        "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/c/1"}}"#;
    const API: &str = r#"{"ApiEndpoint": "a.execute-api.eu-west-1.amazonaws.com", "Method": "GET"}"#;
    for (resource, parameters, answer, expected) in [
        (
            "events:putEvents",
            ENTRIES,
            r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"X"}]}"#,
            r#"EventBridge.FailedEntry: {"FailedEntryCount":1,"Entries":[{"ErrorCode":"X"}]}"#,
        ),
        (
            "events:putEvents",
            ENTRIES,
            r#"{"FailedEntryCount":0}"#,
            r#"{"FailedEntryCount":0}"#,
        ),
        (
            "http:invoke",
            CALL,
            r#"{"StatusCode": 404, "ResponseBody": {"message": "gone"}}"#,
            r#"States.Http.StatusCode.404: {"message":"gone"}"#,
        ),
        (
            "http:invoke",
            CALL,
            r#"{"StatusCode":302}"#,
            r#"{"StatusCode":302}"#,
        ),
        (
            "apigateway:invoke",
            API,
            r#"{"StatusCode": 500, "ResponseBody": "broke"}"#,
            "ApiGateway.500: broke",
        ),
        // A function's answer is what it says.
        (
            "lambda:invoke",
            r#"{"FunctionName": "f"}"#,
            r#"{"StatusCode":500}"#,
            r#"{"StatusCode":500}"#,
        ),
    ] {
        assert_eq!(
            outcome_of(resource, parameters, answer),
            expected,
            "{resource} {answer}"
        );
    }
}

/// [Call HTTPS APIs in Step Functions]
#[test]
fn some_headers_are_not_for_an_http_task_to_set() {
    let sends = |header: &str| {
        let parameters = format!(
            r#"{{"ApiEndpoint": "https://a.example", "Method": "GET", "Headers": {{"{header}": "x"}},
                "Authentication": {{"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/c/1"}}}}"#
        );
        outcome_of("http:invoke", &parameters, "{}") == "{}"
    };
    for header in [
        "Authorization",
        "HOST",
        "x-amz-date",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "te",
    ] {
        assert!(!sends(header), "{header}");
    }
    for header in ["Accept", "Content-Type", "X-Api-Key", "User-Agent", "X-Amzon"] {
        assert!(sends(header), "{header}");
    }
}
