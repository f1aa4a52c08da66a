//! What `sfn-tool simulate` makes of mock files, and says where a task has none.

use std::fs;

use serde_json::{Value, json};

use super::{charge, folder, output_of, tool};

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
fn all_mistakes_in_a_mock_file_are_told() {
    let folder = folder(&[("d.json", charge())]);
    let read = |mocks: &str, arguments: &[&str]| {
        fs::write(folder.path().join("m.yaml"), mocks).expect("a file");
        let (code, stdout, stderr) = output_of(
            tool(folder.path())
                .args(["simulate", "d.json", "--mocks", "m.yaml"])
                .args(arguments),
        );
        assert_eq!(code, 2, "{mocks}");
        (stdout, stderr)
    };
    let mocks = "States:\n  Charge:\n    - Retrun: 1\n      Dely: 1\n    - Return: 1\n    - DelaySeconds: 1\n\
                 Objets: {}\nObjects:\n  s3://b: {Body: a}\n";
    let (_, stderr) = read(mocks, &[]);
    for line in [
        "m.yaml:3:7: unknown member 'Retrun' (the first of 5 mistakes)",
        "help: did you mean 'Return'?",
        "m.yaml:4:7: unknown member 'Dely'",
        "m.yaml:6:7: an entry has an outcome",
        "m.yaml:7:1: unknown member 'Objets' (did you mean 'Objects'?)",
        "m.yaml:9:3: 's3://b' is not an S3 object",
    ] {
        assert!(stderr.contains(line), "{line}: {stderr}");
    }
    let (stdout, _) = read(mocks, &["--format", "json"]);
    let told: Value = serde_json::from_str(&stdout).expect("JSON");
    let help = told["error"]["help"].as_str().unwrap_or_default();
    assert_eq!(help.lines().count(), 5, "{help}");
    // Of very many some are told.
    let many: String = (0..2000).map(|n| format!("X{n}: {{}}\n")).collect();
    let (_, stderr) = read(&many, &[]);
    assert!(
        stderr.contains("m.yaml:100:1: ") && !stderr.contains("m.yaml:101:1: "),
        "{stderr}"
    );
    assert!(stderr.contains("and 1900 more"), "{stderr}");
    // A line break in a name begins no line.
    let (_, stderr) = read("A: {}\n\"B\\n::error::x\": {}\n", &[]);
    assert!(
        !stderr.lines().any(|line| line.trim_start().starts_with("::")),
        "{stderr}"
    );
    // Names that are no task's, all of them.
    let (_, stderr) = read("States:\n  A: {Return: 1}\n  Done: {Return: 1}\n", &[]);
    assert!(
        stderr.contains("m.yaml:2:3: the definition has no state 'A'"),
        "{stderr}"
    );
    assert!(
        stderr.contains("m.yaml:3:3: 'Done' is a Succeed state"),
        "{stderr}"
    );
}

/// Heartbeats put off `HeartbeatSeconds` until the answer or `TimeoutSeconds`.
#[test]
fn heartbeats_keep_a_task_waiting() {
    let machine = |resource: &str| {
        json!({"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": resource, "End": true,
            "TimeoutSeconds": 600, "HeartbeatSeconds": 60}}})
    };
    let activity = "arn:aws:states:eu-west-1:123456789012:activity:review";
    let end = |entry: Value| {
        let folder = folder(&[
            ("d.json", machine(activity)),
            ("m.json", json!({"States": {"Ask": entry}})),
        ]);
        let (_, stdout, stderr) = output_of(
            tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json", "--format", "json"]),
        );
        let answer: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"));
        let events = answer["events"].as_array().expect("events");
        let at = events[events.len() - 1]["timestamp"].as_str().expect("a time");
        (answer["status"].clone(), at[11..19].to_owned())
    };
    for (entry, status, at) in [
        (json!({"Return": 1, "DelaySeconds": 90}), "FAILED", "00:01:00"),
        (
            json!({"Return": 1, "DelaySeconds": 90, "HeartbeatEverySeconds": 30}),
            "SUCCEEDED",
            "00:01:30",
        ),
        // They come too late.
        (
            json!({"Return": 1, "DelaySeconds": 90, "HeartbeatEverySeconds": 60}),
            "FAILED",
            "00:01:00",
        ),
        (
            json!({"Hang": true, "HeartbeatEverySeconds": 30}),
            "FAILED",
            "00:10:00",
        ),
        (
            json!({"Return": 1, "DelaySeconds": 700, "HeartbeatEverySeconds": 30}),
            "FAILED",
            "00:10:00",
        ),
    ] {
        assert_eq!(end(entry.clone()), (json!(status), at.to_owned()), "{entry}");
    }
    let folder = folder(&[
        (
            "d.json",
            machine("arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ),
        (
            "m.json",
            json!({"States": {"Ask": {"Return": 1, "HeartbeatEverySeconds": 30}}}),
        ),
    ]);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!(code, 2);
    assert!(
        stderr.contains("nobody can send heartbeats for 'Ask'"),
        "{stderr}"
    );
}

#[test]
fn a_list_that_is_used_up_is_an_error() {
    let mocks = json!({"States": {"Charge": [{"Throw": {"Error": "Busy"}}]}});
    let folder = folder(&[("d.json", charge()), ("m.json", mocks)]);
    let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!(code, 2);
    assert!(
        stderr.contains("'Charge' is called twice, and its mock has 1 entry"),
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
fn the_schema_of_mock_files_agrees_with_their_reader() {
    let schema: Value =
        serde_json::from_str(include_str!("../../schemas/mocks.schema.json")).expect("the schema is JSON");
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
        (
            json!({"States": {"Charge": [{"Hang": true, "HeartbeatEverySeconds": -1}]}}),
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
        let (_, _, stderr) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json", "-q"]));
        assert_eq!(schema.is_valid(&mocks), fits, "schema: {mocks}");
        assert_eq!(!stderr.contains("m.json:"), fits, "reader: {mocks}: {stderr}");
    }
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

/// Local did not look at results, so that a mock that no service answers like runs; TestState rejects it [Testing state
/// machines with TestState API].
#[test]
fn a_mock_that_the_service_does_not_answer_like_is_told_with_its_place() {
    let definition = json!({"StartAt": "Invoke", "States": {"Invoke": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}}});
    let result = json!({"StatusCode": "200", "Payload": {"id": 1}, "price": 3});
    let folder = folder(&[("d.json", definition)]);
    let mocks = |result: &Value| format!("{{\"States\": {{\"Invoke\": {{\"Return\":\n {result}}}}}}}");
    let simulated = |mocks: String| {
        fs::write(folder.path().join("m.json"), mocks).expect("a file");
        output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]))
    };
    let (code, _, stderr) = simulated(mocks(&result));
    assert_eq!(code, 0, "{stderr}");
    for told in [
        "warning: m.json:2:16: ",
        "warning: m.json:2:49: ",
        "the mock of 'Invoke' is not what lambda:invoke answers: 'StatusCode' must be a number",
        "the mock of 'Invoke' is not what lambda:invoke answers: there is no 'price': what the function returns is in 'Payload'",
    ] {
        assert!(stderr.contains(told), "{told}: {stderr}");
    }
    let (_, _, stderr) = simulated(mocks(&json!({"StatusCode": 200, "Payload": {"price": "3"}})));
    assert_eq!(stderr, "");
    // Step Functions Local's form runs as it did there.
    let local = json!({"StateMachines": {"d": {"TestCases": {"t": {"Invoke": "r"}}}},
        "MockedResponses": {"r": {"0": {"Return": {"StatusCode": "200", "Payload": 1}}}}});
    let (code, _, stderr) = simulated(local.to_string());
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("'StatusCode' must be a number"), "{stderr}");
}

/// A task of `.sync` waits until its job has ended: no other status is ever a result.
#[test]
fn a_job_that_has_not_ended_is_no_result() {
    let definition = json!({"StartAt": "Load", "States": {"Load": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {"JobName": "j"}}}});
    let folder = folder(&[("d.json", definition)]);
    let simulated = |status: &str| {
        let mocks = format!("States:\n  Load:\n    Return: {{Id: jr_1, JobRunState: {status}}}\n");
        fs::write(folder.path().join("m.yaml"), mocks).expect("a file");
        output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.yaml"]))
    };
    let (code, _, stderr) = simulated("RUNNING");
    assert_eq!(code, 0, "{stderr}");
    let told = "warning: m.yaml:3:37: the mock of 'Load' is not what glue:startJobRun.sync answers: 'JobRunState' is RUNNING, \
                and the task waits until the job has ended";
    assert!(stderr.contains(told), "{stderr}");
    let (code, stdout, stderr) = simulated("STOPPED");
    assert_eq!((code, &*stderr), (1, ""));
    assert!(stdout.contains("States.TaskFailed"), "{stdout}");
    assert_eq!(simulated("SUCCEEDED").2, "");
}
