//! `--state`: a server that is killed, and one that goes on from there.

use std::fs;

use serde_json::{Value, json};

use super::client::{Server, command};

const APPROVE: &str = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters":
    {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "End": true}}}"#;

/// What is told of an execution, dates aside: they are some milliseconds off when it is run again.
fn described(server: &Server, execution: &Value) -> (Value, Value) {
    let asked = json!({"executionArn": execution});
    let mut told = server.ok("DescribeExecution", &asked);
    for date in ["startDate", "stopDate"] {
        if let Some(date) = told.get_mut(date) {
            *date = json!("a date");
        }
    }
    let mut history = server.ok("GetExecutionHistory", &asked);
    for event in history["events"].as_array_mut().into_iter().flatten() {
        event["timestamp"] = json!("a date");
    }
    (told, history)
}

#[test]
fn a_server_that_was_killed_is_taken_up_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state").display().to_string();
    let arguments = ["--state", state.as_str()];
    let server = Server::start(&arguments);
    let pass = server.machine("pass");
    let approve =
        json!({"name": "approve", "definition": APPROVE, "roleArn": "arn:aws:iam::123456789012:role/r"});
    let approve = server.ok("CreateStateMachine", &approve)["stateMachineArn"].clone();
    let done = server.ok("StartExecution", &json!({"stateMachineArn": pass}))["executionArn"].clone();
    let parked = server.ok("StartExecution", &json!({"stateMachineArn": approve}))["executionArn"].clone();
    server.ok(
        "TagResource",
        &json!({"resourceArn": pass, "tags": [{"key": "a", "value": "b"}]}),
    );
    let before = [described(&server, &done), described(&server, &parked)];
    let output = command()
        .args(["--port", "0"])
        .args(arguments)
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2), "one process a folder");
    // SIGKILL
    drop(server);

    let server = Server::start(&arguments);
    assert_eq!([described(&server, &done), described(&server, &parked)], before);
    let tags = server.ok("ListTagsForResource", &json!({"resourceArn": pass}));
    assert_eq!(tags["tags"], json!([{"key": "a", "value": "b"}]));
    let events = before[1].1["events"].as_array().cloned().unwrap_or_default();
    let sent = events
        .iter()
        .find_map(|event| event["taskScheduledEventDetails"]["parameters"].as_str());
    let sent: Value = serde_json::from_str(sent.expect("a task")).expect("JSON");
    let token = &sent["MessageBody"]["token"];
    server.ok("SendTaskSuccess", &json!({"taskToken": token, "output": "1"}));
    let answered = described(&server, &parked);
    assert_eq!(answered.0["status"], "SUCCEEDED");
    drop(server);
    let server = Server::start(&arguments);
    assert_eq!(described(&server, &parked), answered);
    // Names that nobody gives are not given twice.
    let next = server.ok("StartExecution", &json!({"stateMachineArn": pass}))["executionArn"].clone();
    assert_ne!(next, done);
}

#[test]
fn a_journal_that_ends_anywhere_is_what_was_written_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let server = Server::start(&["--state", &state]);
    for name in ["a", "b", "c"] {
        server.ok("CreateActivity", &json!({"name": name}));
    }
    drop(server);
    let path = folder.path().join("journal");
    let bytes = fs::read(&path).expect("the journal");
    for length in (0..=bytes.len()).step_by(23) {
        fs::write(&path, &bytes[..length]).expect("it is cut");
        let server = Server::start(&["--state", &state]);
        let listed = server.ok("ListActivities", &json!({}));
        let whole = bytes[..length].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(
            listed["activities"].as_array().map(Vec::len),
            Some(whole),
            "{length}"
        );
    }
    let mut broken = bytes;
    broken[12] ^= 1;
    fs::write(&path, broken).expect("it is broken");
    let output = command()
        .args(["--port", "0", "--state", &state])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("line 1 of"), "{stderr}");
}
