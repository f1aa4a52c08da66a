//! `sfn-tool simulate`, as it is called.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::called;

fn tool(folder: &Path) -> Command {
    let mut command = called::tool();
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

fn folder(files: &[(&str, Value)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content.to_string()).expect("a file");
    }
    folder
}

fn charge() -> Value {
    json!({"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "charge", "Payload.$": "$"},
            "ResultSelector": {"id.$": "$.Payload.id"}, "ResultPath": "$.charge",
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": "Refuse"}],
            "Next": "Done"},
        "Refuse": {"Type": "Fail", "ErrorPath": "$.problem.Error", "Cause": "refused"},
        "Done": {"Type": "Succeed"}}})
}

fn output_of(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("it runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_run_succeeds_with_its_output_and_events() {
    let mocks = json!({"States": {"Charge": [
        {"Throw": {"Error": "Busy", "Cause": "later"}}, {"Return": {"Payload": {"id": "ch_1"}, "StatusCode": 200}}]}});
    let folder = folder(&[
        ("d.json", charge()),
        ("m.json", mocks),
        ("i.json", json!({"n": 1})),
    ]);
    let (code, stdout, _) = output_of(tool(folder.path()).args([
        "simulate", "d.json", "--mocks", "m.json", "--input", "i.json", "--format", "json",
    ]));
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(answer["status"], "SUCCEEDED");
    assert_eq!(answer["output"], json!({"n": 1, "charge": {"id": "ch_1"}}));
    assert_eq!(
        answer["executionArn"],
        "arn:aws:states:us-east-1:123456789012:execution:d:execution"
    );
    assert!(answer.get("error").is_none());
    let types: Vec<&str> = answer["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        types,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskFailed",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
    );
    let scheduled = &answer["events"][5];
    assert_eq!(scheduled["timestamp"], "2024-01-01T00:00:03.000000+00:00");
    assert_eq!(
        scheduled["taskScheduledEventDetails"],
        json!({"resourceType": "lambda", "resource": "invoke", "region": "us-east-1",
               "parameters": "{\"FunctionName\":\"charge\",\"Payload\":{\"n\":1}}"})
    );
}

#[test]
fn a_caught_error_goes_where_its_catcher_leads() {
    let mocks = json!({"States": {"Charge": {"Throw": {"Error": "Declined", "Cause": "no funds"}}}});
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let (code, stdout, _) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json", "--format", "json"]));
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(
        (&answer["status"], &answer["error"], &answer["cause"]),
        (&json!("FAILED"), &json!("Declined"), &json!("refused"))
    );
}

#[test]
fn a_task_without_a_mock_says_what_to_write() {
    let folder = folder(&[("d.json", charge())]);
    let (code, stdout, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json"]));
    // How far it came is shown, with what the task would have been sent.
    assert_eq!(
        (code, stdout.as_str()),
        (2, "00:00:00 Charge Task\n   input {}\n")
    );
    assert!(stderr.contains("the task 'Charge' has no mock"), "{stderr}");
    // What Lambda's Invoke answers.
    let entry = r#"Return: {"ExecutedVersion":"$LATEST","Payload":{},"StatusCode":200}"#;
    assert!(stderr.contains(entry), "{stderr}");
}

// The answers are those of the services' API references.
/// In AWS's words; nothing is scheduled [recorded].
#[test]
fn an_activity_without_a_mock_does_not_exist() {
    const ACTIVITY: &str = "arn:aws:states:eu-west-1:123456789012:activity:review";
    let machine = json!({"StartAt": "Review", "States": {"Review": {"Type": "Task", "Resource": ACTIVITY, "End": true,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]}, "Caught": {"Type": "Pass", "End": true}}});
    let folder = folder(&[
        ("d.json", machine),
        ("m.json", json!({"States": {"Review": {"Return": 1}}})),
    ]);
    let (code, stdout, stderr) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--format", "json"]));
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stderr.contains("no mock answers for the activity of 'Review'"),
        "{stderr}"
    );
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(answer["error"], "States.Runtime");
    assert_eq!(
        answer["cause"],
        format!(
            "An error occurred while executing the state 'Review' (entered at the event id #2). The activity {ACTIVITY} \
             does not exist."
        )
    );
    let events = answer["events"].as_array().expect("events").iter();
    let types: Vec<&str> = events.filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types, ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn a_task_without_a_mock_shows_the_shape_of_its_answer() {
    for (resource, parameters, lines) in [
        (
            "arn:aws:states:::sns:publish",
            json!({"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message": "m"}),
            vec!["Return: {\"MessageId\":\"00000000-0000-4000-8000-000000000000\"}"],
        ),
        (
            "arn:aws:states:::sns:publish.waitForTaskToken",
            json!({"TopicArn": "arn:aws:sns:us-east-1:123456789012:t", "Message.$": "$$.Task.Token"}),
            vec!["Return: {}", "Submitted: {\"MessageId\":"],
        ),
        (
            "arn:aws:states:::aws-sdk:s3:deleteBucket",
            json!({"Bucket": "b"}),
            vec!["Return: {}"],
        ),
    ] {
        let task = json!({"Type": "Task", "Resource": resource, "Parameters": parameters, "End": true});
        let definition = json!({"StartAt": "Call", "States": {"Call": task}});
        let folder = folder(&[("d.json", definition)]);
        let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json"]));
        assert_eq!(code, 2, "{stderr}");
        for line in lines {
            assert!(stderr.contains(line), "{stderr}");
        }
    }
}

#[test]
fn mistakes_in_a_mock_file_are_told_with_their_place() {
    for (mocks, place, words, help) in [
        (
            r#"{"States": {"Chrage": {"Return": 1}}}"#,
            "m.json:1:13",
            "no state 'Chrage'",
            "did you mean 'Charge'?",
        ),
        (
            r#"{"States": {"Done": {"Return": 1}}}"#,
            "m.json:1:13",
            "'Done' is a Succeed state",
            "Charge",
        ),
        (
            r#"{"States": {"Charge": {"Retrun": 1}}}"#,
            "m.json:1:24",
            "unknown member 'Retrun'",
            "did you mean 'Return'?",
        ),
        (
            r#"{"States": {"Charge": [{"Return": 1, "Hang": true}]}}"#,
            "m.json:1:24",
            "one outcome",
            "an entry of its own",
        ),
        (
            r#"{"States": {"Charge": [{}]}}"#,
            "m.json:1:24",
            "an entry has an outcome",
            "Hang: true",
        ),
        (
            r#"{"States": {"Charge": {"Compute": "{% $sum( %}"}}}"#,
            "m.json:1:35",
            "'Compute' does not parse",
            "",
        ),
        (
            r#"{"States": {"Charge": {"Compute": ["{% 1 %}", "{% 2"]}}}"#,
            "m.json:1:47",
            "starts with {% and ends with %}",
            "one of the two",
        ),
        (
            r#"{"States": {"Charge": {"Compute": {"id": "ch_1"}}}}"#,
            "m.json:1:35",
            "no expression",
            "is a Return",
        ),
        (
            r#"{"States": {"Charge": {"Compute": "{% order.id %}"}}}"#,
            "m.json:1:35",
            "'order' in 'Compute' reads nothing",
            "$states.input.order",
        ),
        (
            r#"{"States": {"Charge": {"Compute": "{% $states.result %}"}}}"#,
            "m.json:1:35",
            "$states.result is not there",
            "$states.input",
        ),
        (
            r#"{"Objects": {"orders.csv": {"Body": ""}}}"#,
            "m.json:1:14",
            "S3",
            "s3://",
        ),
    ] {
        let folder = folder(&[("d.json", charge())]);
        fs::write(folder.path().join("m.json"), mocks).expect("a file");
        let (code, _, stderr) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
        assert_eq!(code, 2, "{mocks}");
        for expected in [place, words, help] {
            assert!(stderr.contains(expected), "{mocks}: {stderr}");
        }
    }
}

#[test]
fn a_list_that_is_used_up_is_an_error() {
    let mocks = json!({"States": {"Charge": [{"Throw": {"Error": "Busy"}}]}});
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!(code, 2);
    assert!(
        stderr.contains("'Charge' is called 2 times, and its mock has 1 entry"),
        "{stderr}"
    );
}

#[test]
fn a_list_that_is_not_used_up_is_told() {
    let answer = json!({"Return": {"Payload": {"id": 1}}});
    for (answers, warning) in [
        (
            json!([answer, answer]),
            "the mock of 'Charge' has 2 entries, and 1 was used",
        ),
        (json!([answer]), ""),
        (answer.clone(), ""),
    ] {
        let mocks = json!({"States": {"Charge": answers}});
        let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
        let (code, _, stderr) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
        assert_eq!(code, 0, "{stderr}");
        assert_eq!(stderr.trim().trim_start_matches("warning: "), warning);
    }
}

#[test]
fn an_invalid_definition_is_not_run() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}),
    )]);
    let (code, stdout, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json"]));
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("MISSING_TRANSITION_TARGET"), "{stderr}");
    assert!(stderr.contains("--no-validate"), "{stderr}");
}

#[test]
fn mocks_of_step_functions_local_work_unchanged() {
    let mocks = json!({
        "StateMachines": {"Orders": {"TestCases": {"Retried": {"Charge": "TwiceBusy"}, "Other": {}}}},
        "MockedResponses": {"TwiceBusy": {
            "0-1": {"Throw": {"Error": "Busy", "Cause": "later"}},
            "2": {"Return": {"StatusCode": 200, "Payload": {"id": "ch_2"}}}}}
    });
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let run = |case: &str| {
        output_of(tool(folder.path()).args([
            "simulate",
            "d.json",
            "--mocks",
            "m.json",
            "--state-machine-name",
            "Orders",
            "--test-case",
            case,
            "--format",
            "json",
        ]))
    };
    let (code, stdout, _) = run("Retried");
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, &answer["output"]["charge"]["id"]), (0, &json!("ch_2")));
    let (code, _, stderr) = run("Retired");
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean 'Retried'?"), "{stderr}");
}

#[test]
fn written_mocks_run() {
    let folder = folder(&[("d.json", charge())]);
    let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
    assert_eq!(code, 0);
    let text = fs::read_to_string(folder.path().join("m.json")).expect("the mock file");
    let mut mocks: Value = serde_json::from_str(&text).expect("JSON");
    mocks["States"]["Charge"]["Return"]["Payload"] = json!({"id": 1});
    fs::write(folder.path().join("m.json"), mocks.to_string()).expect("a file");
    let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!(code, 0);
}

/// A task whose result decides on the way, which reads the input, too.
fn reads_its_data() -> Value {
    json!({"StartAt": "Price", "States": {
        "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price",
            "Parameters": {"id.$": "$.order.id"}, "ResultPath": "$.quote", "Next": "Dear?"},
        "Dear?": {"Type": "Choice", "Choices": [
            {"Variable": "$.quote.price", "NumericGreaterThan": 50, "Next": "Refuse"}], "Default": "Buy"},
        "Refuse": {"Type": "Fail"},
        "Buy": {"Type": "Succeed"}}})
}

#[test]
fn written_input_and_mocks_fit_what_is_read() {
    let folder = folder(&[("d.json", reads_its_data())]);
    let simulate =
        |arguments: &[&str]| output_of(tool(folder.path()).args(["simulate", "d.json"]).args(arguments));
    let (code, stdout, stderr) = simulate(&["--write-mocks", "m.yaml", "--write-input", "i.json"]);
    assert_eq!((code, &*stdout), (0, ""), "{stderr}");
    assert!(
        stderr.contains("wrote m.yaml with 1 task\n") && stderr.contains("wrote i.json"),
        "{stderr}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it was written");
    let input: Value = serde_json::from_str(&read("i.json")).expect("JSON");
    assert_eq!(input, json!({"order": {"id": "id"}}));
    let first = "# yaml-language-server: $schema=https://";
    assert!(read("m.yaml").starts_with(first) && read("m.yaml").contains("mocks.schema.json\n"));
    // 1 is what a number is where nothing else is asked for: it is not greater than 50.
    assert!(read("m.yaml").contains("price: 1"), "{}", read("m.yaml"));
    let (code, ..) = simulate(&[
        "--mocks",
        "m.yaml",
        "--input",
        "i.json",
        "--expect-status",
        "succeeded",
    ]);
    assert_eq!(code, 0);
    // Alone, and on stdout.
    let (code, stdout, _) = simulate(&["--write-input", "-"]);
    assert_eq!((code, serde_json::from_str(&stdout).ok()), (0, Some(input)));
    let (code, stdout, stderr) = simulate(&["--write-input", "-", "--write-mocks", "-"]);
    assert_eq!((code, &*stdout), (2, ""));
    assert!(stderr.contains("cannot both go to stdout"), "{stderr}");
    let (code, _, stderr) = simulate(&["--write-input", "no/such/folder.json"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot write no/such/folder.json"), "{stderr}");
}

/// As DescribeExecution describes one that succeeded [Integrating optimized services].
#[test]
fn written_mocks_of_nested_executions_have_all_members() {
    let machine = json!({"StartAt": "Text", "States": {
        "Text": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync",
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:inner"}, "Next": "Json"},
        "Json": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:inner"}, "End": true}}});
    let folder = folder(&[("d.json", machine)]);
    let (code, _, stderr) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
    assert_eq!(code, 0, "{stderr}");
    let written = fs::read_to_string(folder.path().join("m.json")).expect("mocks");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    for (state, data) in [("Text", json!("{}")), ("Json", json!({}))] {
        let result = &written["States"][state]["Return"];
        let mut names: Vec<&str> = result
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "ExecutionArn",
                "Input",
                "InputDetails",
                "Name",
                "Output",
                "OutputDetails",
                "RedriveCount",
                "RedriveStatus",
                "RedriveStatusReason",
                "StartDate",
                "StateMachineArn",
                "Status",
                "StopDate",
            ]
        );
        assert_eq!((&result["Input"], &result["Output"]), (&data, &data), "{state}");
        assert_eq!(
            result["RedriveStatusReason"],
            "Execution is SUCCEEDED and cannot be redriven"
        );
    }
}

#[test]
fn mocks_are_read_as_they_were_written_whatever_states_are_called() {
    // What YAML does not print, ends a line with, or takes for something of its own.
    let name = "a\u{7f}\u{85}\u{9b}\u{2028}\u{feff}\u{fffe}\u{ffff}: #&*!";
    let machine = json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f"}, "End": true}}});
    let folder = folder(&[("d.json", machine)]);
    for file in ["m.yaml", "m.yml", "m.json"] {
        let (code, _, stderr) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", file]));
        assert_eq!(code, 0, "{stderr}");
        let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", file]));
        assert_eq!(code, 0, "{file}: {stderr}");
    }
    // A mock file of JSON is one of YAML, too.
    fs::copy(folder.path().join("m.json"), folder.path().join("json.yaml")).expect("a file");
    let (code, _, stderr) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "json.yaml"]));
    assert_eq!(code, 0, "{stderr}");
    // Test cases are written as YAML.
    let (code, test, stderr) = output_of(tool(folder.path()).args(["explore", "d.json", "--format", "test"]));
    assert!(code < 2, "{stderr}");
    fs::write(folder.path().join("d.sfn-test.yaml"), test).expect("a file");
    let (code, stdout, stderr) = output_of(tool(folder.path()).args(["test", "d.sfn-test.yaml"]));
    assert_eq!(code, 0, "{stdout}{stderr}");
}

#[test]
fn written_mocks_hold_what_readers_read() {
    for (resource, config) in [
        (
            "getObject",
            json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "TAB"}),
        ),
        (
            "getObject",
            json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"]}),
        ),
        ("getObject", json!({"InputType": "JSON", "ItemsPointer": "/a/b"})),
        ("getObject", json!({"InputType": "JSONL"})),
        (
            "getObject",
            json!({"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"}),
        ),
        (
            "getObject",
            json!({"InputType": "JSON", "ManifestType": "S3_INVENTORY", "Transformation": "LOAD_AND_FLATTEN"}),
        ),
        (
            "getObject",
            json!({"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}),
        ),
        ("listObjectsV2", json!({})),
        (
            "listObjectsV2",
            json!({"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}),
        ),
    ] {
        let name = if resource == "getObject" { "Key" } else { "Prefix" };
        let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
            "ItemReader": {"Resource": format!("arn:aws:states:::s3:{resource}"), "ReaderConfig": config,
                "Parameters": {"Bucket": "b", (name): "data/"}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "S", "States": {"S": {"Type": "Pass", "Result": "one", "End": true}}}}}});
        let folder = folder(&[("d.json", definition)]);
        let (code, ..) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
        assert_eq!(code, 0, "{config}");
        let (_, stdout, stderr) = output_of(tool(folder.path()).args([
            "simulate",
            "d.json",
            "--mocks",
            "m.json",
            "--format",
            "json",
            "--no-history",
        ]));
        let run: Value = serde_json::from_str(&stdout).unwrap_or_default();
        assert_eq!(run["output"], json!(["one"]), "{config}: {stdout}{stderr}");
    }
}

#[test]
fn mocked_errors_that_the_service_does_not_raise_are_told() {
    let put = json!({"StartAt": "Put", "States": {"Put": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem",
        "Parameters": {"TableName": "t", "Item": {}}}}});
    for (error, told) in [
        (
            "DynamoDB.ConditionalCheckFailedException",
            Some("did you mean 'DynamoDb.ConditionalCheckFailedException'?"),
        ),
        (
            "Lambda.TooManyRequestsException",
            Some("Lambda.* are errors of another service"),
        ),
        ("DynamoDb.ConditionalCheckFailedException", None),
        ("States.Timeout", None),
    ] {
        let mocks = json!({"States": {"Put": {"Throw": {"Error": error}}}});
        let folder = folder(&[("d.json", put.clone()), ("m.json", mocks)]);
        let (_, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
        match told {
            Some(told) => assert!(stderr.contains(told), "{error}: {stderr}"),
            None => assert!(!stderr.contains("warning"), "{error}: {stderr}"),
        }
    }
}

#[test]
fn the_trace_tells_what_happened() {
    let mocks = json!({"States": {"Charge": [
        {"Throw": {"Error": "Busy", "Cause": "later"}}, {"Return": {"Payload": {"id": "ch_1"}}}]}});
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let (_, stdout, _) = output_of(tool(folder.path()).args([
        "simulate",
        "d.json",
        "--mocks",
        "m.json",
        "--input-json",
        r#"{"n":1}"#,
    ]));
    for expected in [
        "00:00:00 Charge Task",
        "input {\"n\":1}",
        "call lambda:invoke {\"FunctionName\":\"charge\",\"Payload\":{\"n\":1}}",
        "failed Busy: later",
        "attempt 2 of 3, after 3 s",
        "result {\"Payload\":{\"id\":\"ch_1\"}}",
        "00:00:03 Done Succeed",
        "The execution succeeded after 3 s: {",
    ] {
        assert!(stdout.contains(expected), "{expected}: {stdout}");
    }
}

#[test]
fn the_history_has_the_shape_of_get_execution_history() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}),
    )]);
    let (code, stdout, _) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--format", "history"]));
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(code, 0);
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(
        answer["events"][1],
        json!({"timestamp": "2024-01-01T00:00:00.000000+00:00", "type": "PassStateEntered", "id": 2,
               "previousEventId": 0, "stateEnteredEventDetails":
               {"name": "A", "input": "{}", "inputDetails": {"truncated": false}}})
    );
}

#[test]
fn the_schema_of_mock_files_agrees_with_their_reader() {
    let schema: Value =
        serde_json::from_str(include_str!("../schemas/mocks.schema.json")).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let folder = folder(&[("d.json", charge())]);
    for (mocks, fits) in [
        (json!({"States": {"Charge": {"Return": null}}}), true),
        (
            json!({"States": {"Charge": [{"Throw": {}}, {"Hang": true, "Iteration": [0, 1]}]}}),
            true,
        ),
        (
            json!({"States": {"Charge": [{"Return": 1, "DelaySeconds": 1.5, "Iteration": 0}]}}),
            true,
        ),
        (
            json!({"States": {"Charge": [{"Compute": {"id": "{% $states.input.FunctionName %}"}, "DelaySeconds": 1}]}}),
            true,
        ),
        (json!({"States": {"Charge": {"External": false}}}), false),
        (
            json!({"States": {"Charge": {"External": true, "Return": 1}}}),
            false,
        ),
        (
            json!({"States": {"Charge": {"Compute": "{% 1 %}", "Return": 1}}}),
            false,
        ),
        (json!({"States": {"Charge": {"Compute": 1}}}), false),
        (json!({"Objects": {"s3://b/k/l": {"Json": []}}}), true),
        (json!({"Objects": {"s3://b/k": {"Throw": {"Cause": "c"}}}}), true),
        (json!({"Objects": {"s3://b/k": {"Throw": {}}}}), false),
        (
            json!({"Objects": {"s3://b/k": {"Throw": {"Cause": "c", "Error": "E"}}}}),
            false,
        ),
        (json!({"States": {"Charge": {"Return": 1, "Hang": true}}}), false),
        (
            json!({"States": {"Charge": {"Return": 1, "Iteration": 0}}}),
            false,
        ),
        (
            json!({"States": {"Charge": [{"Return": 1, "Iteration": -1}]}}),
            false,
        ),
        (json!({"States": {"Charge": [{"Throw": {"Error": 5}}]}}), false),
        (
            json!({"States": {"Charge": [{"Return": 1, "DelaySeconds": -1}]}}),
            false,
        ),
        (json!({"States": {"Charge": {"Hang": false}}}), false),
        (json!({"States": {"Charge": []}, "Stats": {}}), false),
        (json!({"Objects": {"s3://b": {"Body": ""}}}), false),
        (json!({"Objects": {"s3://b/k": {"Body": "", "Json": 1}}}), false),
        (
            json!({"StateMachines": {"M": {"TestCases": {"C": {"Charge": "R"}}}},
                   "MockedResponses": {"R": {"0-1": {"Return": 1}, "2": {"Throw": {"Error": "E", "Cause": "c"}}}}}),
            true,
        ),
        (
            json!({"StateMachines": {"M": {"TestCases": {"C": {"Charge": "R"}}}},
                   "MockedResponses": {"R": {"0-": {"Return": 1}}}}),
            false,
        ),
    ] {
        fs::write(folder.path().join("m.json"), mocks.to_string()).expect("a file");
        let (_, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
        assert_eq!(schema.is_valid(&mocks), fits, "schema: {mocks}");
        assert_eq!(!stderr.contains("m.json:"), fits, "reader: {mocks}: {stderr}");
    }
}

#[test]
fn expectations_decide_the_exit_status() {
    let mocks = json!({"States": {"Charge": {"Return": {"Payload": {"id": 1}}}}});
    let folder = folder(&[
        ("d.json", charge()),
        ("m.json", mocks),
        ("good.json", json!({"charge": {"id": 1}})),
        ("bad.json", json!({"charge": {"id": 2}})),
    ]);
    let run = |arguments: &[&str]| {
        let (code, _, stderr) = output_of(
            tool(folder.path())
                .args(["simulate", "d.json", "--mocks", "m.json"])
                .args(arguments),
        );
        (code, stderr)
    };
    assert_eq!(run(&["--expect-output", "good.json"]).0, 0);
    assert_eq!(run(&["--expect-status", "succeeded"]).0, 0);
    let (code, stderr) = run(&["--expect-status", "FAILED"]);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("status: expected FAILED, got SUCCEEDED"),
        "{stderr}"
    );
    let (code, stderr) = run(&["--expect-output", "bad.json"]);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("output $.charge.id: expected 2, got 1"),
        "{stderr}"
    );
}

#[test]
fn a_failure_that_is_expected_is_no_failure() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "F", "States": {"F": {"Type": "Fail"}}}),
    )]);
    let run = |status: &str| {
        output_of(tool(folder.path()).args(["simulate", "d.json", "--expect-status", status])).0
    };
    assert_eq!((run("FAILED"), run("TIMED_OUT")), (0, 1));
}

#[test]
fn without_history_the_outcome_is_the_same() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 5, "End": true}}}),
    )]);
    let (code, stdout, _) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--no-history", "--format", "json"]));
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        (code, &answer["output"], &answer["events"]),
        (0, &json!(5), &json!([]))
    );
}

#[test]
fn mocks_of_local_are_read_as_what_the_service_answers() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "B"},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
              "Parameters": {"FunctionName": "f"}, "Catch": [{"ErrorEquals": ["Broken"], "Next": "C"}]},
        "C": {"Type": "Pass", "End": true}}});
    let mocks = json!({
        "StateMachines": {"d": {"TestCases": {"Case": {"A": "Ok", "B": "Error"}}}},
        "MockedResponses": {
            "Ok": {"0": {"Return": {"StatusCode": 200, "Payload": {"x": 1}}}},
            "Error": {"0": {"Return": {"StatusCode": 200, "FunctionError": "Unhandled",
                                       "Payload": {"errorType": "Broken", "errorMessage": "no"}}}}}});
    let folder = folder(&[("d.json", definition), ("m.json", mocks)]);
    let (code, stdout, stderr) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json", "--format", "json"]));
    assert_eq!(code, 0, "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        answer["output"],
        json!({"Error": "Broken", "Cause": "{\"errorType\":\"Broken\",\"errorMessage\":\"no\"}"})
    );
    assert_eq!(
        answer["events"][4]["lambdaFunctionSucceededEventDetails"]["output"],
        "{\"x\":1}"
    );
}

#[test]
fn the_trace_says_what_was_caught_and_how_long_things_took() {
    let mocks = json!({"States": {"Charge": {"Throw": {"Error": "Declined"}, "DelaySeconds": 2.5}}});
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let (_, stdout, _) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    for expected in [
        "failed after 2.5 s Declined",
        "caught, on to Refuse",
        "\n8 events, 2 state transitions.\nThe execution failed after 2.5 s in 'Refuse': ",
    ] {
        assert!(stdout.contains(expected), "{expected}: {stdout}");
    }
}

#[test]
fn a_computed_answer_is_made_of_what_the_task_was_sent() {
    let mocks = json!({"States": {"Charge": {"Compute": {"StatusCode": 200, "Payload": {
        "id": "{% 'ch_' & $states.input.Payload.n & '_' & $states.input.FunctionName & '_' & $states.context.State.Name %}"
    }}}}});
    let folder = folder(&[
        ("d.json", charge()),
        ("m.json", mocks),
        ("i.json", json!({"n": 7})),
    ]);
    let (code, stdout, stderr) = output_of(tool(folder.path()).args([
        "simulate", "d.json", "--mocks", "m.json", "--input", "i.json", "--format", "json",
    ]));
    assert_eq!((code, stderr.as_str()), (0, ""));
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        answer["output"],
        json!({"n": 7, "charge": {"id": "ch_7_charge_Charge"}})
    );
}

#[test]
fn an_answer_that_cannot_be_computed_is_a_mistake_of_the_mock() {
    for (expression, words) in [
        ("{% $error('no') %}", "no"),
        ("{% $states.input.nothing %}", "returned nothing (undefined)"),
        ("{% $states.input.FunctionName + 1 %}", "T2001"),
    ] {
        let mocks = json!({"States": {"Charge": {"Compute": expression}}});
        let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
        // The catcher of every error must not take it.
        let (code, _, stderr) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
        assert_eq!(code, 2, "{expression}");
        for expected in [words, "m.json:1:32", "the result of 'Charge'", "Throw"] {
            assert!(stderr.contains(expected), "{expression}: {stderr}");
        }
    }
}

/// A loop of `turns` turns; each writes 4 events.
fn counting(turns: u64) -> Value {
    json!({"StartAt": "Init", "States": {
        "Init": {"Type": "Pass", "Result": {"n": 0}, "Next": "Check"},
        "Check": {"Type": "Choice", "Default": "Done",
            "Choices": [{"Variable": "$.n", "NumericLessThan": turns, "Next": "Add"}]},
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Check"},
        "Done": {"Type": "Succeed"}}})
}

#[test]
fn a_history_longer_than_what_is_held_is_written_whole() {
    let folder = folder(&[("d.json", counting(10_000))]);
    let (code, stdout, _) = output_of(tool(folder.path()).args([
        "simulate",
        "d.json",
        "--max-events",
        "none",
        "--format",
        "json",
    ]));
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    let events = answer["events"].as_array().expect("events");
    // Start, 2 for Init, 4 a turn, 2 for the last Check, 2 for Done, and the end.
    assert_eq!(events.len(), 1 + 2 + 40_000 + 2 + 2 + 1);
    for (event, id) in events.iter().zip(1u64..) {
        assert_eq!(event["id"], id);
    }
    assert_eq!(answer["status"], "SUCCEEDED");
    assert_eq!(answer["output"], json!({"n": 10_000}));
}

#[test]
fn an_endless_run_ends_when_nobody_reads_it() {
    use std::io::Read;
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let folder = folder(&[("d.json", counting(u64::MAX))]);
    for format in ["text", "json"] {
        let mut child = called::program()
            .current_dir(folder.path())
            .args(["simulate", "d.json", "--max-events", "none", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut begin = [0; 1000];
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut begin).expect("its beginning");
        drop(stdout);
        let patience = Instant::now() + Duration::from_secs(60);
        let status = loop {
            match child.try_wait().expect("its status") {
                Some(status) => break status,
                None if Instant::now() > patience => {
                    let _ = child.kill();
                    panic!("it goes on ({format})");
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        assert_eq!(status.code(), Some(0), "{format}");
        let mut words = String::new();
        child
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut words)
            .expect("text");
        assert_eq!(words, "", "{format}");
    }
}

/// What is deployed has something else in its place, so that its braces are none of the template's; what that is, a call
/// needs to know.
#[test]
fn a_placeholder_in_a_template_is_no_slot() {
    let machine = |template: &str| {
        json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
            "Parameters": {"key.$": format!("States.Format('{template}', $.id)")}}}})
    };
    let folder = folder(&[
        ("d.json", machine("s3://${Bucket}/{}")),
        ("stray.json", machine("s3://{Bucket}/{}")),
    ]);
    let run = |file: &str, more: &[&str]| {
        let mut command = tool(folder.path());
        command.args([
            "simulate",
            file,
            "--input-json",
            r#"{"id": 7}"#,
            "--format",
            "json",
        ]);
        output_of(command.args(more))
    };
    let (code, _, stderr) = run("d.json", &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--define Bucket=VALUE"), "{stderr}");
    let (code, stdout, _) = run("d.json", &["--define", "Bucket=b"]);
    let json: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, &json["output"]), (0, &json!({"key": "s3://b/7"})));
    // AWS's words [aws/aws-cdk#29261].
    let (_, stdout, _) = run("stray.json", &[]);
    let json: Value = serde_json::from_str(&stdout).expect("JSON");
    let cause = json["cause"].as_str().unwrap_or_default();
    assert!(
        cause.ends_with("Invalid template in States.Format: matching '}' not found for '{'."),
        "{cause}"
    );
}

#[test]
fn a_placeholder_without_a_value_is_named() {
    let folder = folder(&[]);
    fs::write(
        folder.path().join("d.json"),
        r#"{"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": ${wait}, "Next": "C"},
            "C": {"Type": "Choice", "Default": "P",
                "Choices": [{"Variable": "$.n", "NumericGreaterThan": ${limit}, "Next": "P"}]},
            "P": {"Type": "Pass", "Comment": "${Note}", "Result": "${Stage}", "End": true}}}"#,
    )
    .expect("a file");
    let run = |defines: &[&str]| {
        let mut command = tool(folder.path());
        command.args(["simulate", "d.json", "--input-json", "{\"n\": 1}"]);
        for define in defines {
            command.args(["--define", define]);
        }
        output_of(&mut command)
    };
    // A number stops the run, and all that are needed are named.
    let (code, _, stderr) = run(&[]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("'W' cannot be run: ${wait}, ${limit} have no value"),
        "{stderr}"
    );
    assert!(
        stderr.contains("--define wait=VALUE --define limit=VALUE"),
        "{stderr}"
    );
    let (code, _, stderr) = run(&["wait=3"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--define limit=VALUE"), "{stderr}");
    // Text is taken as it stands, and that is said.
    let (code, stdout, stderr) = run(&["wait=3", "limit=2"]);
    assert_eq!(code, 0);
    assert!(stdout.ends_with(": \"${Stage}\"\n"), "{stdout}");
    assert_eq!(
        stderr,
        "warning: no value for ${Stage}: taken as text; give values with --define Stage=VALUE or --substitutions FILE\n"
    );
    let (code, _, stderr) = run(&["wait=3", "limit=2", "Stage=prod"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn an_input_that_aws_would_refuse_is_told() {
    let folder = folder(&[
        (
            "d.json",
            json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "InputPath": null, "End": true}}}),
        ),
        ("i.json", json!("x".repeat(262_143))),
    ]);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--input", "i.json"]));
    assert_eq!(code, 0);
    assert_eq!(
        stderr,
        "warning: the input has 262145 bytes, and AWS takes 262144\n"
    );
}

#[test]
fn an_express_trace_ends_with_what_is_billed() {
    let folder = folder(&[("d.json", charge())]);
    fs::write(
        folder.path().join("m.yaml"),
        "States: {Charge: {Return: {Payload: {id: 1}}, DelaySeconds: 0.25}}",
    )
    .expect("a file");
    let (code, stdout, _) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--type", "express", "--mocks", "m.yaml"]));
    assert_eq!(code, 0);
    assert!(
        stdout.contains(
            "\n9 events, 1 request of 300 ms with 64 MB (memory as AWS's pricing page estimates it).\n\
             The execution succeeded after 0.25 s: {"
        ),
        "{stdout}"
    );
}

#[test]
fn the_trace_says_what_states_fail_with_and_which_are_stopped() {
    let inside = |first: &str, last: &str, state: Value| {
        let wait = json!({"Type": "Wait", "Seconds": 1, "Next": last});
        json!({"StartAt": first, "States": {first: wait, last: state}})
    };
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
        "Retry": [{"ErrorEquals": ["Mine"], "IntervalSeconds": 5, "MaxAttempts": 1}],
        "Branches": [inside("A", "B", json!({"Type": "Fail", "Error": "Mine", "Cause": "on purpose"})),
            inside("C", "D", json!({"Type": "Wait", "Seconds": 9, "End": true}))]}}});
    let folder = folder(&[("d.json", definition)]);
    let (code, stdout, _) = output_of(tool(folder.path()).args(["simulate", "d.json"]));
    assert_eq!(code, 1);
    let lines: Vec<&str> = stdout.lines().map(str::trim).collect();
    let once = [
        "branch 0",
        "00:00:00 A Wait",
        "waited 1 s",
        "00:00:01 B Fail",
        "failed Mine: on purpose",
        "branch 1",
        "00:00:00 C Wait",
        // Its second has passed, too, but the other branch's timer was set before.
        "aborted",
        "failed Mine: on purpose",
        "attempt 2 of 2, after 5 s",
        "branch 0",
    ];
    assert_eq!(lines[2..2 + once.len()], once);
}

/// AWS leaves out both members that tell what was assigned.
#[test]
fn an_assign_without_variables_leaves_the_history_valid() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Assign": {}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"x": 1}, "End": true}}}),
    )]);
    for format in ["json", "history"] {
        let printed = output_of(tool(folder.path()).args(["simulate", "d.json", "--format", format]));
        let history: Value = serde_json::from_str(&printed.1).expect("JSON");
        let left = |index: usize| &history["events"][index]["stateExitedEventDetails"];
        assert_eq!(
            left(2),
            &json!({"name": "A", "output": "{}", "outputDetails": {"truncated": false}})
        );
        assert_eq!(left(4)["assignedVariables"], json!({"x": "1"}));
        assert_eq!(left(4)["assignedVariablesDetails"], json!({"truncated": false}));
    }
}

/// A skeleton is in the language that its file is called by, and is read back whatever the names of tasks are.
#[test]
fn mocks_that_are_written_can_be_read() {
    let name = "odd \u{7f}\u{85}\u{2028}: #";
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true}}}),
    )]);
    for file in ["m.yaml", "m.yml", "m.json"] {
        let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", file]));
        assert_eq!(code, 0);
        let text = fs::read_to_string(folder.path().join(file)).expect("it was written");
        assert_eq!(text.starts_with('{'), file == "m.json", "{text}");
        assert_eq!(
            text.starts_with("# yaml-language-server:"),
            file != "m.json",
            "{text}"
        );
        let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", file]));
        assert_eq!(code, 0, "{file}: {stderr}");
    }
}

// "RedriveCount" is 0 in a first run of Standard and of asynchronous Express, and absent in StartSyncExecution
// [Accessing execution data from the Context object; recorded].
#[test]
fn a_synchronous_execution_has_no_count_of_redrives() {
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
            "Parameters": {"execution.$": "$$.Execution"}}}}),
    )]);
    let count = |options: &[&str]| {
        let mut command = tool(folder.path());
        command
            .args(["simulate", "d.json", "--format", "json"])
            .args(options);
        let printed: Value = serde_json::from_str(&output_of(&mut command).1).expect("JSON");
        assert_eq!(printed["status"], "SUCCEEDED");
        printed["output"]["execution"].get("RedriveCount").cloned()
    };
    assert_eq!(count(&[]), Some(json!(0)));
    assert_eq!(count(&["--type", "express"]), Some(json!(0)));
    assert_eq!(count(&["--type", "express", "--sync"]), None);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--sync"]));
    assert_eq!(code, 2);
    assert!(
        stderr.contains("StartSyncExecution takes no Standard one"),
        "{stderr}"
    );
}
