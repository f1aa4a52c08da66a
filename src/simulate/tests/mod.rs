//! Tests of the engine as a whole: order of events, times of retries, limits. Expected lists are worked out by hand
//! from AWS's rules [Handling errors in Step Functions workflows; recorded; floci#3167].

use std::sync::Arc;

use super::*;
use crate::asl::StateMachine;
use crate::history::Event;
use crate::mocks;
use crate::source::{SourceFile, parse, parse_value};

fn compile(definition: &str) -> Program {
    let parsed = parse(Arc::new(SourceFile::new("definition.json", definition)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
    Program::compile(&machine).expect("a program")
}

fn run_with(settings: &Settings, definition: &str, mocks: &str, input: &str) -> Execution {
    let mocks = mocks::read_within(
        Arc::new(SourceFile::new("mocks.json", mocks)),
        None,
        None,
        // The files of a test may lie anywhere.
        crate::source::Reach::new(true),
    )
    .expect("mocks");
    let value = parse_value(input).expect("an input");
    run(&compile(definition), settings, &mocks, value, Arc::from(input)).expect("an execution")
}

fn execute(definition: &str, mocks: &str, input: &str) -> Execution {
    run_with(&Settings::default(), definition, mocks, input)
}

/// `id[previous] Type` of every event.
fn chain(execution: &Execution) -> Vec<String> {
    let line = |event: &Event| format!("{}[{}] {}", event.id, event.previous, event.kind.type_name());
    execution.history.events().iter().map(line).collect()
}

/// Milliseconds from the start of every event of a type.
fn times(execution: &Execution, type_name: &str) -> Vec<i64> {
    let events = execution.history.events().iter();
    events
        .filter(|event| event.kind.type_name() == type_name)
        .map(|event| event.at.since(execution.started))
        .collect()
}

const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:F""#;

#[test]
fn retries_wait_as_long_as_their_retrier_says() {
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true, "Retry": [
            {{"ErrorEquals": ["A"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 10, "MaxAttempts": 3}},
            {{"ErrorEquals": ["B"], "IntervalSeconds": 1, "MaxAttempts": 1}},
            {{"ErrorEquals": ["States.ALL"], "MaxAttempts": 9}}]}}}}}}"#
    );
    // A waits 2; B waits 1; A's second retry waits 6, its third min(18, 10); the fourth A finds its retrier used up,
    // and no later retrier is asked.
    let mocks = r#"{"States": {"T": [
        {"Throw": {"Error": "A"}}, {"Throw": {"Error": "B"}}, {"Throw": {"Error": "A"}}, {"Throw": {"Error": "A"}},
        {"Throw": {"Error": "A", "Cause": "the last"}}]}}"#;
    let execution = execute(&definition, mocks, "{}");
    assert_eq!(execution.status, Status::Failed);
    assert_eq!(
        execution.failure.as_ref().and_then(|f| f.cause.as_deref()),
        Some("the last")
    );
    assert_eq!(
        times(&execution, "LambdaFunctionScheduled"),
        [0, 2000, 3000, 9000, 19_000]
    );
    assert_eq!(
        chain(&execution)[1..6],
        [
            "2[0] TaskStateEntered",
            "3[2] LambdaFunctionScheduled",
            "4[3] LambdaFunctionStarted",
            "5[4] LambdaFunctionFailed",
            "6[5] LambdaFunctionScheduled",
        ]
    );
}

#[test]
fn a_state_entered_again_counts_its_retries_anew() {
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "Next": "C", "ResultPath": "$.r",
            "Retry": [{{"ErrorEquals": ["E"], "MaxAttempts": 1}}]}},
            "C": {{"Type": "Choice", "Default": "T",
                   "Choices": [{{"Variable": "$.r", "NumericEquals": 2, "Next": "Done"}}]}},
            "Done": {{"Type": "Succeed"}}}}}}"#
    );
    let mocks = r#"{"States": {"T": [{"Throw": {"Error": "E"}}, {"Return": 1}, {"Throw": {"Error": "E"}}, {"Return": 2}]}}"#;
    assert_eq!(execute(&definition, mocks, "{}").status, Status::Succeeded);
}

#[test]
fn whichever_limit_is_shorter_ends_a_hanging_task() {
    let definition = |limits: &str, error: &str| {
        format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", {limits}, "End": true,
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {{"QueueUrl": "q", "MessageBody": "m"}},
                "Catch": [{{"ErrorEquals": ["{error}"], "Next": "Caught"}}]}},
                "Caught": {{"Type": "Pass", "End": true}}}}}}"#
        )
    };
    let mocks = r#"{"States": {"T": {"Hang": true}}}"#;
    for (limits, error, at, status) in [
        (
            r#""TimeoutSeconds": 60, "HeartbeatSeconds": 20"#,
            "States.HeartbeatTimeout",
            20_000,
            Status::Succeeded,
        ),
        (
            r#""TimeoutSeconds": 60, "HeartbeatSeconds": 20"#,
            "States.Timeout",
            20_000,
            Status::Succeeded,
        ),
        (
            r#""TimeoutSeconds": 60"#,
            "States.Timeout",
            60_000,
            Status::Succeeded,
        ),
        (
            r#""TimeoutSeconds": 60"#,
            "States.TaskFailed",
            60_000,
            Status::Failed,
        ),
    ] {
        let execution = execute(&definition(limits, error), mocks, "{}");
        assert_eq!(times(&execution, "TaskTimedOut"), [at], "{limits} {error}");
        assert_eq!(execution.status, status, "{limits} {error}");
    }
}

#[test]
fn a_machine_that_runs_too_long_times_out() {
    let definition = r#"{"StartAt": "W", "TimeoutSeconds": 5, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
    let execution = execute(definition, "{}", "{}");
    assert_eq!(execution.status, Status::TimedOut);
    assert_eq!(
        chain(&execution),
        [
            "1[0] ExecutionStarted",
            "2[0] WaitStateEntered",
            "3[0] ExecutionTimedOut"
        ]
    );
    assert_eq!(execution.stopped.since(execution.started), 5000);
    // Without its own limit, a year.
    let definition = format!(r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true}}}}}}"#);
    let execution = execute(&definition, r#"{"States": {"T": {"Hang": true}}}"#, "{}");
    assert_eq!(
        (execution.status, execution.stopped.since(execution.started)),
        (Status::TimedOut, 365 * 86_400_000)
    );
}

#[test]
fn a_failing_branch_stops_its_siblings_and_the_chain_goes_on_from_it() {
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [
            {{"StartAt": "A", "States": {{"A": {{{TASK}, "End": true}}}}}},
            {{"StartAt": "W", "States": {{"W": {{"Type": "Wait", "Seconds": 10, "End": true}}}}}}],
            "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "Caught"}}]}},
            "Caught": {{"Type": "Pass", "End": true}}}}}}"#
    );
    let execution = execute(
        &definition,
        r#"{"States": {"A": {"Throw": {"Error": "E"}}}}"#,
        "{}",
    );
    assert_eq!(
        chain(&execution),
        [
            "1[0] ExecutionStarted",
            "2[0] ParallelStateEntered",
            "3[2] ParallelStateStarted",
            "4[3] TaskStateEntered",
            "5[4] LambdaFunctionScheduled",
            "6[5] LambdaFunctionStarted",
            "7[3] WaitStateEntered",
            "8[6] LambdaFunctionFailed",
            "9[8] TaskStateAborted",
            "10[7] WaitStateAborted",
            "11[8] ParallelStateFailed",
            "12[11] ParallelStateExited",
            "13[12] PassStateEntered",
            "14[13] PassStateExited",
            "15[14] ExecutionSucceeded",
        ]
    );
}

#[test]
fn iterations_follow_one_another_as_aws_chains_them() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    assert_eq!(
        chain(&execute(definition, "{}", "[1, 2]")),
        [
            "1[0] ExecutionStarted",
            "2[0] MapStateEntered",
            "3[2] MapStateStarted",
            "4[3] MapIterationStarted",
            "5[4] PassStateEntered",
            "6[5] PassStateExited",
            "7[6] MapIterationSucceeded",
            "8[6] MapIterationStarted",
            "9[8] PassStateEntered",
            "10[9] PassStateExited",
            "11[10] MapIterationSucceeded",
            "12[11] MapStateSucceeded",
            "13[11] MapStateExited",
            "14[13] ExecutionSucceeded",
        ]
    );
    assert_eq!(
        chain(&execute(definition, "{}", "[]"))[2..5],
        [
            "3[2] MapStateStarted",
            "4[3] MapStateSucceeded",
            "5[3] MapStateExited"
        ]
    );
}

#[test]
fn no_more_than_forty_iterations_run_at_once() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 100, "End": true,
        "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}}}}"#;
    let items: Vec<String> = (0..100).map(|i| i.to_string()).collect();
    let input = format!("[{}]", items.join(","));
    let execution = execute(definition, "{}", &input);
    // Rounds of 40, 40 and 20 items.
    assert_eq!(execution.stopped.since(execution.started), 3000);
    assert_eq!(execution.output.map(|output| output.to_json()), Some(input));
}

#[test]
fn a_full_history_fails_the_execution() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#;
    let execution = execute(definition, "{}", "{}");
    assert_eq!(execution.history.count(), 25_000);
    let failure = execution.failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.Runtime"));
    assert_eq!(
        failure.cause.as_deref(),
        Some("The execution reached the maximum number of history events (25000).")
    );
}

#[test]
fn data_nested_ever_deeper_stops_the_run() {
    let settings = Settings {
        max_events: None,
        ..Settings::default()
    };
    // The output holds the input, or the variable holds itself, turn after turn.
    for fields in [
        r#""Parameters": {"x.$": "$"}"#,
        r#""Parameters": {"x.$": "States.Array($)"}"#,
        r#""ResultPath": null, "Assign": {"v.$": "States.Array($v, 1)"}"#,
    ] {
        let definition = format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Assign": {{"v": 1}}, "Next": "B"}},
                "B": {{"Type": "Pass", {fields}, "Next": "C"}}, "C": {{"Type": "Pass", "Next": "B"}}}}}}"#
        );
        let mocks = crate::mocks::Mocks::default();
        let input = parse_value("{}").expect("an input");
        let stopped = run(&compile(&definition), &settings, &mocks, input, Arc::from("{}"));
        let state = Arc::from("B");
        assert_eq!(stopped.err(), Some(StopError::TooDeep { state }), "{fields}");
    }
}

#[test]
fn items_that_hold_too_much_together_stop_the_run() {
    let settings = Settings {
        max_memory: Some(16 << 20),
        ..Settings::default()
    };
    // Each item's output is within AWS's limit, and takes some 200 kB of memory.
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "Items": "{% [1..1000] %}",
        "End": true, "ItemProcessor": {"StartAt": "P", "States": {
        "P": {"Type": "Pass", "Output": "{% [1..10000] %}", "End": true}}}}}}"#;
    let mocks = crate::mocks::Mocks::default();
    let input = parse_value("{}").expect("an input");
    let stopped = run(&compile(definition), &settings, &mocks, input, Arc::from("{}"));
    assert_eq!(stopped.err(), Some(StopError::Memory(16)));
}

#[test]
fn a_task_that_would_send_too_much_fails_before_it_is_scheduled() {
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "Parameters": {{"a.$": "$", "b.$": "$"}}, "Next": "Done",
            "Catch": [{{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Done"}}]}},
            "Done": {{"Type": "Succeed"}}}}}}"#
    );
    let mocks = r#"{"States": {"T": {"Return": "sent"}}}"#;
    // {"a":"xx..","b":"xx.."} has 15 bytes and twice the text, whose most is 131,064 bytes then.
    for (length, sent) in [(131_064, true), (131_065, false)] {
        let input = format!("\"{}\"", "x".repeat(length));
        let execution = execute(&definition, mocks, &input);
        let scheduled = times(&execution, "LambdaFunctionScheduled").len();
        assert_eq!(scheduled, usize::from(sent), "{length}");
        let output = execution.output.expect("an output");
        if sent {
            assert_eq!(output, Value::from("sent"));
        } else {
            assert_eq!(
                output.get("Cause").and_then(Value::as_str),
                Some(
                    "The state/task 'T' provided parameters with a size exceeding the maximum number of bytes service \
                     limit."
                )
            );
        }
    }
}

#[test]
fn the_memory_of_an_express_execution_is_estimated_as_aws_does() {
    // 50 MB, the definition, and what each of the 3 iterations gets: 5 bytes, "abc".
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    let execution = execute(definition, "{}", r#"["abc","def","ghi"]"#);
    assert_eq!(execution.memory_bytes, 50_000_000 + definition.len() as u64 + 15);
}

#[test]
fn an_endless_express_execution_is_given_up() {
    let settings = Settings {
        machine_type: MachineType::Express,
        max_events: None,
        endless_after: Some(1000),
        keep_events: false,
        ..Settings::default()
    };
    let program = compile(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#);
    let result = run(
        &program,
        &settings,
        &Mocks::default(),
        Value::empty_object(),
        Arc::from("{}"),
    );
    assert_eq!(result.err(), Some(StopError::Endless(1000)));
}

#[test]
fn an_execution_that_nobody_wants_any_more_is_stopped() {
    let hour = std::time::Duration::from_secs(3600);
    let now = std::time::Instant::now();
    for (unwanted, at, expected) in [
        (false, now + hour, None),
        (true, now + hour, Some(StopError::Directed)),
        (false, now, Some(StopError::Directed)),
    ] {
        let settings = Settings {
            stop: Some(Stop {
                unwanted: Arc::new(unwanted.into()),
                at,
            }),
            ..Settings::default()
        };
        let program = compile(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#);
        let (input, text) = (Value::empty_object(), Arc::from("{}"));
        let result = run(&program, &settings, &Mocks::default(), input, text);
        assert_eq!(result.err(), expected);
    }
}

#[test]
fn states_runtime_goes_past_every_catcher() {
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [
            {{"StartAt": "A", "States": {{"A": {{{TASK}, "InputPath": "$.nope", "End": true,
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "B"}}]}},
                "B": {{"Type": "Pass", "End": true}}}}}}],
            "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "Caught"}}]}},
            "Caught": {{"Type": "Pass", "End": true}}}}}}"#
    );
    let execution = execute(&definition, "{}", "{}");
    assert_eq!(
        chain(&execution)[3..],
        ["4[3] TaskStateEntered", "5[4] ExecutionFailed"]
    );
    let cause = execution.failure.and_then(|failure| failure.cause);
    assert_eq!(
        cause.as_deref(),
        Some(
            "An error occurred while executing the state 'A' (entered at the event id #4). \
             Invalid path '$.nope' : No results for path: $['nope']"
        )
    );
}

#[test]
fn a_call_without_an_answer_stops_the_run() {
    let program = compile(&format!(
        r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true}}}}}}"#
    ));
    let result = run(
        &program,
        &Settings::default(),
        &Mocks::default(),
        Value::empty_object(),
        Arc::from("{}"),
    );
    let error = result.expect_err("an error");
    assert_eq!(error.to_string(), "the task 'T' has no mock");
}

#[test]
fn nested_iterations_have_mocks_of_their_own() {
    let definition = format!(
        r#"{{"StartAt": "O", "States": {{"O": {{"Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "I",
            "States": {{"I": {{"Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "T", "States":
                {{"T": {{{TASK}, "End": true}}}}}}}}}}}}}}}}}}"#
    );
    let mocks = r#"{"States": {"T": [
        {"Return": "first"}, {"Return": "second"}, {"Return": "third"},
        {"Iteration": [1, 0], "Return": "own"}]}}"#;
    let execution = execute(&definition, mocks, "[[1, 2], [3, 4]]");
    let mut output = execution
        .output
        .map(|output| output.to_json())
        .unwrap_or_default();
    // The order in which the other three take their entries is the schedule's.
    for name in ["first", "second", "third"] {
        assert!(output.contains(name), "{output}");
        output = output.replace(name, "x");
    }
    assert_eq!(output, r#"[["x","x"],["own","x"]]"#);
}

#[test]
fn the_same_seed_gives_the_same_jitter() {
    let definition = format!(
        r#"{{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true, "Retry": [
            {{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "JitterStrategy": "FULL", "MaxAttempts": 1}}]}}}}}}"#
    );
    let mocks = r#"{"States": {"T": [{"Throw": {"Error": "E"}}, {"Return": 1}]}}"#;
    let delay = |seed| {
        let settings = Settings {
            seed,
            ..Settings::default()
        };
        times(
            &run_with(&settings, &definition, mocks, "{}"),
            "LambdaFunctionScheduled",
        )[1]
    };
    assert_eq!(delay(1), delay(1));
    assert_ne!(delay(1), delay(2));
    assert!((0..=100_000).contains(&delay(1)));
}

mod datasets;
mod distributed;
mod fingerprint;
mod jsonata;
mod payloads;
mod resumable;
mod tasks;
mod timeline;
mod variables;

#[test]
fn data_that_grows_past_the_limit_fails_the_state() {
    // Each turn doubles the text; the limit is 262,144 bytes.
    let definition = r#"{"StartAt": "Double", "States": {
        "Double": {"Type": "Pass", "Parameters": {"t.$": "States.Format('{}{}', $.t, $.t)"}, "Next": "Double"}}}"#;
    let execution = execute(definition, "{}", r#"{"t": "0123456789abcdef"}"#);
    let failure = execution.failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(
        failure.cause.as_deref(),
        Some(
            "The state/task 'Double' returned a result with a size exceeding the maximum number of bytes service limit."
        )
    );
}

#[test]
fn parameters_that_an_integration_does_not_take_are_refused_before_the_call() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::apigateway:invoke",
        "Parameters": {"ApiEndpoint": "e", "Method": "GET", "Headers.$": "$.h"}}}}"#;
    let mocks = r#"{"States": {"T": {"Return": {}}}}"#;
    let execution = execute(definition, mocks, r#"{"h": {"a": "text"}}"#);
    assert_eq!(chain(&execution)[2..], ["3[2] ExecutionFailed"]);
    let cause = execution
        .failure
        .and_then(|failure| failure.cause)
        .unwrap_or_default();
    assert!(
        cause.ends_with(
            "could not be used to start the Task: [The value of the field 'Headers' has an invalid format]"
        ),
        "{cause}"
    );
    let execution = execute(definition, mocks, r#"{"h": {"a": ["text"]}}"#);
    assert_eq!(execution.status, Status::Succeeded);
}

/// What a task of `resource` fails with when it is sent `input`.
fn refusal(resource: &str, input: &str) -> String {
    let definition = format!(
        r#"{{"QueryLanguage": "JSONata", "StartAt": "T", "States": {{"T": {{"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::{resource}", "Arguments": "{{% $states.input %}}"}}}}}}"#
    );
    let execution = execute(&definition, r#"{"States": {"T": {"Return": {}}}}"#, input);
    let cause = execution
        .failure
        .and_then(|failure| failure.cause)
        .unwrap_or_default();
    match cause.split_once("could not be used to start the Task: ") {
        Some((_, mistakes)) => mistakes.to_owned(),
        None => cause.to_string(),
    }
}

#[test]
fn what_an_api_does_not_take_is_refused_before_the_call() {
    for (resource, input, expected) in [
        // [aws-step-functions-data-science-sdk-python#15]
        (
            "sagemaker:createModel",
            r#"{"ModelName": "m", "S3Operations": {}}"#,
            r#"[The field "S3Operations" is not supported by Step Functions]"#,
        ),
        // [stackoverflow 76373088]
        (
            "lambda:invoke",
            r#"{"FunctionName": "f", "Payload": 1}"#,
            "[The value for the field 'Payload' must be a STRING]",
        ),
        // [hyp3#2585]
        (
            "batch:submitJob.sync",
            r#"{"JobName": "n", "JobQueue": "q", "JobDefinition": "d", "Parameters": {"a": "1", "frame_id": 1}}"#,
            "[The value for the field 'frame_id' must be a STRING]",
        ),
        (
            "aws-sdk:batch:submitJob",
            r#"{"JobName": "n", "JobQueue": "q", "RetryStrategy": {"attempts": 1}}"#,
            "[The field 'JobDefinition' is required but was missing, \
             The field \"attempts\" is not supported by Step Functions]",
        ),
        (
            "lambda:invoke",
            r#"{"FunctionName": "f", "Payload": {"a": 1}}"#,
            "",
        ),
        (
            "dynamodb:putItem",
            r#"{"TableName": "t", "Item": {"p": {"S": {"name": "DOC"}}}}"#,
            "[The value for the field 'S' must be a STRING]",
        ),
        (
            "dynamodb:putItem",
            r#"{"TableName": "t", "Item": "p"}"#,
            "[The value for the field 'Item' must be an OBJECT]",
        ),
        ("lambda:invoke", r#"{"FunctionName": "f", "Payload": [1]}"#, ""),
        (
            "sqs:sendMessage",
            r#"{"QueueUrl": "q", "MessageBody": {"a": 1}}"#,
            "",
        ),
        // Recorded by AWS: the body of an object may be anything.
        (
            "aws-sdk:s3:putObject",
            r#"{"Bucket": "b", "Key": "k", "Body": 0}"#,
            "",
        ),
        (
            "bedrock:invokeModel",
            r#"{"ModelId": "m", "Input": {"S3Uri": "s"}}"#,
            "",
        ),
        (
            "dynamodb:putItem",
            r#"{"TableName": "t", "Item": {"id": {"S": "1"}, "n": {"NULL": true}}}"#,
            "",
        ),
    ] {
        assert_eq!(refusal(resource, input), expected, "{resource} {input}");
    }
}

#[test]
fn what_an_integration_without_a_model_does_not_take_is_refused_before_the_call() {
    let connection =
        r#""Authentication": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"}"#;
    for (method, endpoint, expected) in [
        ("GET", "https://api.example.com/x", ""),
        (
            "FETCH",
            "https://api.example.com/x",
            "[The value for the 'Method' field is not valid]",
        ),
        (
            "get",
            "https://api.example.com/x",
            "[The value for the 'Method' field is not valid]",
        ),
        (
            "GET",
            "http://api.example.com/x",
            "[The value for the 'ApiEndpoint' field is not valid]",
        ),
    ] {
        let input = format!(r#"{{"Method": "{method}", "ApiEndpoint": "{endpoint}", {connection}}}"#);
        assert_eq!(refusal("http:invoke", &input), expected, "{input}");
    }
    assert_eq!(
        refusal(
            "http:invoke",
            &format!(r#"{{"ApiEndpoint": "https://a.example.com", {connection}}}"#)
        ),
        "[The field 'Method' is required but was missing]"
    );
    // What nobody has filled in may be anything.
    let input = format!(r#"{{"Method": "GET", "ApiEndpoint": "${{Api}}/x", {connection}}}"#);
    assert_eq!(refusal("http:invoke", &input), "");
}

#[test]
fn keys_of_made_parameters_that_look_like_paths_must_be_some() {
    let run = |payload: &str, input: &str| {
        let definition = format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {{"FunctionName": "f", {payload}}}}}}}}}"#
        );
        let execution = execute(&definition, r#"{"States": {"T": {"Return": {}}}}"#, input);
        let cause = execution.failure.and_then(|failure| failure.cause);
        cause.unwrap_or_default().to_string()
    };
    // [andybalham/blog-source-code]
    assert_eq!(
        run(r#""Payload": {"taskToken.$.$": "$.t"}"#, r#"{"t": "AQC"}"#),
        "An error occurred while executing the state 'T' (entered at the event id #2). The Parameters \
         '{\"FunctionName\":\"f\",\"Payload\":{\"taskToken.$\":\"AQC\"}}' could not be used to start the Task: [The value \
         for the field 'taskToken.$' must be a valid JSONPath or a valid intrinsic function call]"
    );
    // The data has them as well, at any depth.
    let cause = run(r#""Payload.$": "$""#, r#"{"a": [{"x.$": "b"}]}"#);
    assert!(cause.contains("The value for the field 'x.$' must be"), "{cause}");
    assert_eq!(run(r#""Payload.$": "$""#, r#"{"x.$": "$.y", "z.$": 1}"#), "");
}
