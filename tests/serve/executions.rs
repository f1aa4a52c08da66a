//! Executions: what is answered of one that runs through.

use serde_json::{Value, json};

use super::client::{Server, machine};

#[test]
fn an_execution_is_over_when_it_is_asked_about() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    let started = server.ok(
        "StartExecution",
        &json!({"stateMachineArn": arn, "name": "e", "input": "{\"a\": 1}"}),
    );
    let execution = "arn:aws:states:us-east-1:123456789012:execution:m:e";
    assert_eq!(started["executionArn"], execution);
    let described = server.ok("DescribeExecution", &json!({"executionArn": execution}));
    for (name, value) in [
        ("status", json!("SUCCEEDED")),
        ("input", json!("{\"a\": 1}")),
        ("output", json!("{\"a\":1}")),
        ("redriveStatus", json!("NOT_REDRIVABLE")),
        (
            "redriveStatusReason",
            json!("Execution is SUCCEEDED and cannot be redriven"),
        ),
    ] {
        assert_eq!(described[name], value, "{name}");
    }
    let history = server.ok("GetExecutionHistory", &json!({"executionArn": execution}));
    let types = |history: &Value| -> Vec<String> {
        let events = history["events"].as_array().into_iter().flatten();
        events
            .filter_map(|event| Some(event["type"].as_str()?.to_owned()))
            .collect()
    };
    let forward = [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(types(&history), forward);
    assert!(history["events"][0]["timestamp"].is_number(), "{history}");
    let asked = json!({"executionArn": execution, "reverseOrder": true, "maxResults": 3, "includeExecutionData": false});
    let reverse = server.ok("GetExecutionHistory", &asked);
    assert_eq!(
        types(&reverse),
        ["ExecutionSucceeded", "PassStateExited", "PassStateEntered"]
    );
    assert_eq!(
        reverse["events"][1]["stateExitedEventDetails"],
        json!({"name": "A"})
    );
    let asked = json!({"executionArn": execution, "reverseOrder": true, "nextToken": reverse["nextToken"]});
    assert_eq!(
        types(&server.ok("GetExecutionHistory", &asked)),
        ["ExecutionStarted"]
    );
    let (code, message) = server.refused(
        "StartExecution",
        &json!({"stateMachineArn": arn, "name": "e", "input": "{\"a\": 1}"}),
    );
    assert_eq!(
        (code.as_str(), message),
        (
            "ExecutionAlreadyExists",
            format!("Execution Already Exists: '{execution}'")
        )
    );
}

#[test]
fn input_that_is_no_json_is_refused_in_the_parsers_words() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    for (input, words) in [
        ("", "Invalid execution input."),
        (
            "nope",
            "Unrecognized token 'nope': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')",
        ),
    ] {
        let (code, message) =
            server.refused("StartExecution", &json!({"stateMachineArn": arn, "input": input}));
        let expected = format!("Invalid State Machine Execution Input: '{words}'");
        assert_eq!((code.as_str(), message), ("InvalidExecutionInput", expected));
    }
}

#[test]
fn express_executions_are_waited_for_and_billed() {
    let server = Server::start(&[]);
    let mut express = machine("x");
    express["type"] = json!("EXPRESS");
    let made = server.ok("CreateStateMachine", &express);
    let ended = server.ok(
        "StartSyncExecution",
        &json!({"stateMachineArn": made["stateMachineArn"], "input": "[]"}),
    );
    assert_eq!(
        (&ended["status"], &ended["output"]),
        (&json!("SUCCEEDED"), &json!("[]"))
    );
    assert_eq!(
        ended["billingDetails"],
        json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100})
    );
    let standard = server.machine("m");
    let (code, _) = server.refused("StartSyncExecution", &json!({"stateMachineArn": standard}));
    assert_eq!(code, "StateMachineTypeNotSupported");
}

#[test]
fn the_newest_executions_come_first() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    for name in ["a", "b", "c"] {
        server.ok("StartExecution", &json!({"stateMachineArn": arn, "name": name}));
    }
    let names = |sent: Value| -> Vec<String> {
        let page = server.ok("ListExecutions", &sent);
        let executions = page["executions"].as_array().into_iter().flatten();
        executions
            .filter_map(|execution| Some(execution["name"].as_str()?.to_owned()))
            .collect()
    };
    assert_eq!(names(json!({"stateMachineArn": arn})), ["c", "b", "a"]);
    let waits = r#"{"StartAt": "W", "States": {"W": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"QueueUrl": "q", "MessageBody": "m"}}}}"#;
    let waits = super::tasks::create(&server, "w", waits);
    for name in ["a", "b", "c"] {
        server.ok("StartExecution", &json!({"stateMachineArn": waits, "name": name}));
    }
    // Dates count milliseconds: what happens in one of them has no order.
    let later = || std::thread::sleep(std::time::Duration::from_millis(5));
    for name in ["b", "a"] {
        later();
        let execution = waits.replace(":stateMachine:", ":execution:") + ":" + name;
        server.ok("StopExecution", &json!({"executionArn": execution}));
    }
    // What has ended is there by its end, what runs by its start [API ListExecutions].
    assert_eq!(names(json!({"stateMachineArn": waits})), ["a", "b", "c"]);
    later();
    let second = waits.replace(":stateMachine:", ":execution:") + ":b";
    server.ok("RedriveExecution", &json!({"executionArn": second}));
    assert_eq!(names(json!({"stateMachineArn": waits})), ["b", "a", "c"]);
    assert_eq!(
        names(json!({"stateMachineArn": arn, "statusFilter": "FAILED"})),
        Vec::<String>::new()
    );
}

/// [API ListExecutions]
#[test]
fn what_is_listed_of_a_machine_is_there() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    let pending = json!({"stateMachineArn": arn, "statusFilter": "PENDING_REDRIVE"});
    assert_eq!(
        server.refused("ListExecutions", &pending).0,
        "ValidationException"
    );
    // Neither a version nor an alias.
    for qualifier in ["1", "live"] {
        let (code, message) = server.refused(
            "ListExecutions",
            &json!({"stateMachineArn": format!("{arn}:{qualifier}")}),
        );
        assert_eq!(
            (code.as_str(), message),
            (
                "StateMachineDoesNotExist",
                format!("State Machine Does Not Exist: '{arn}:{qualifier}'")
            )
        );
    }
    let version = server.ok("PublishStateMachineVersion", &json!({"stateMachineArn": arn}));
    let version = json!({"stateMachineArn": version["stateMachineVersionArn"]});
    assert_eq!(server.ok("ListExecutions", &version)["executions"], json!([]));
    server.ok("StartExecution", &version);
    server.ok(
        "DeleteStateMachineVersion",
        &json!({"stateMachineVersionArn": version["stateMachineArn"]}),
    );
    let listed = server.ok("ListExecutions", &version);
    assert_eq!(listed["executions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_tag_names_a_clock_that_there_is() {
    let server = Server::start(&[]);
    let mut tagged = machine("m");
    tagged["tags"] = json!([{"key": "sfn-tool:clock", "value": "banana"}]);
    let (code, message) = server.refused("CreateStateMachine", &tagged);
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "ValidationException",
            "The tag sfn-tool:clock is not usable: 'banana' is no clock: write fast, real or xN, as x100"
        )
    );
    tagged["tags"] = json!([{"key": "sfn-tool:clock", "value": "x60"}, {"key": "other", "value": "banana"}]);
    let arn = server.ok("CreateStateMachine", &tagged)["stateMachineArn"].clone();
    let tags = json!([{"key": "sfn-tool:clock", "value": "Fast"}]);
    let sent = json!({"resourceArn": arn, "tags": tags});
    assert_eq!(server.refused("TagResource", &sent).0, "ValidationException");
}
