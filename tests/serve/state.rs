//! `--state`: a server that is killed, and one that goes on from there.

use std::fs;
use std::io::Read;

use serde_json::{Value, json};

use super::client::{Server, command};

const APPROVE: &str = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters":
    {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "End": true}}}"#;

/// What is told of an execution, dates aside: they are some milliseconds off when it is run again.
fn described(server: &Server, execution: &Value) -> (Value, Value) {
    let asked = json!({"executionArn": execution});
    let mut told = server.ok("DescribeExecution", &asked);
    for date in ["startDate", "stopDate", "redriveDate"] {
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

/// What time does between two requests it does again, at their moments: here a task's own timeout, before a redrive.
#[test]
fn what_became_due_between_two_requests_became_due_again() {
    const ASK: &str = r#"{"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "TimeoutSeconds": 1, "End": true,
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters":
        {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}}}}"#;
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let arguments = ["--state", state.as_str()];
    let server = Server::start(&arguments);
    let ask = json!({"name": "ask", "definition": ASK, "roleArn": "arn:aws:iam::123456789012:role/r"});
    let ask = server.ok("CreateStateMachine", &ask)["stateMachineArn"].clone();
    let execution = server.ok("StartExecution", &json!({"stateMachineArn": ask}))["executionArn"].clone();
    let status = || described(&server, &execution).0["status"].clone();
    while status() != "FAILED" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.ok("RedriveExecution", &json!({"executionArn": execution}));
    let sent = server.ok(
        "GetExecutionHistory",
        &json!({"executionArn": execution, "reverseOrder": true}),
    );
    let sent = (sent["events"].as_array().into_iter().flatten())
        .find_map(|event| event["taskScheduledEventDetails"]["parameters"].as_str());
    let sent: Value = serde_json::from_str(sent.expect("a task")).expect("JSON");
    let token = &sent["MessageBody"]["token"];
    server.ok("SendTaskSuccess", &json!({"taskToken": token, "output": "1"}));
    let before = described(&server, &execution);
    assert_eq!(
        (&before.0["status"], &before.0["redriveCount"]),
        (&json!("SUCCEEDED"), &json!(1))
    );
    drop(server);

    let server = Server::start(&arguments);
    assert_eq!(described(&server, &execution), before);
}

/// Where a journal is cut: before, at and behind the end of each line, and within it. With `SERVE_EVERY_BYTE`, everywhere.
fn cuts(bytes: &[u8]) -> Vec<usize> {
    if std::env::var_os("SERVE_EVERY_BYTE").is_some() {
        return (0..=bytes.len()).collect();
    }
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let ends = ends.flat_map(|(at, _)| [at - 20, at, at + 1, at + 2]);
    ends.filter(|at| *at <= bytes.len()).collect()
}

#[test]
fn a_server_that_was_killed_anywhere_starts_and_says_what_it_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let arguments = ["--state", state.as_str()];
    let server = Server::start(&arguments);
    // What it says of its machines and executions after each line: a line is a request that changes something.
    let told = |server: &Server| {
        let machines = server.ok("ListStateMachines", &json!({}))["stateMachines"].clone();
        let mut told = Vec::new();
        for machine in machines.as_array().into_iter().flatten() {
            let arn = &machine["stateMachineArn"];
            let executions =
                server.ok("ListExecutions", &json!({"stateMachineArn": arn}))["executions"].clone();
            for execution in executions.as_array().into_iter().flatten() {
                told.push(described(server, &execution["executionArn"]));
            }
            let tags = server.ok("ListTagsForResource", &json!({"resourceArn": arn}));
            told.push((arn.clone(), tags));
        }
        told
    };
    let mut after = vec![told(&server)];
    let approve =
        json!({"name": "approve", "definition": APPROVE, "roleArn": "arn:aws:iam::123456789012:role/r"});
    let arn = server.ok("CreateStateMachine", &approve)["stateMachineArn"].clone();
    after.push(told(&server));
    let execution = server.ok("StartExecution", &json!({"stateMachineArn": arn}))["executionArn"].clone();
    after.push(told(&server));
    let tags = json!([{"key": "é", "value": "a\nb"}]);
    server.ok("TagResource", &json!({"resourceArn": arn, "tags": tags}));
    after.push(told(&server));
    server.ok(
        "StopExecution",
        &json!({"executionArn": execution, "cause": "enough"}),
    );
    after.push(told(&server));
    server.ok("RedriveExecution", &json!({"executionArn": execution}));
    after.push(told(&server));
    server.ok("StopExecution", &json!({"executionArn": execution}));
    after.push(told(&server));
    server.ok("DeleteStateMachine", &json!({"stateMachineArn": arn}));
    after.push(told(&server));
    drop(server);
    let path = folder.path().join("journal");
    let bytes = fs::read(&path).expect("the journal");
    for length in cuts(&bytes) {
        fs::write(&path, &bytes[..length]).expect("it is cut");
        let mut server = Server::start(&arguments);
        let lines = bytes[..length].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(told(&server), after[lines], "{length}");
        server.child.kill().expect("it runs");
        let mut said = String::new();
        let stderr = server.child.stderr.take();
        stderr.expect("stderr").read_to_string(&mut said).expect("text");
        let whole = bytes[..length].iter().rposition(|byte| *byte == b'\n');
        let cut = length - whole.map_or(0, |at| at + 1);
        let warning = format!(
            "line {} of {}, the last one, was cut off after {cut} bytes",
            lines + 1,
            path.display()
        );
        assert_eq!(said.contains(&warning), cut > 0, "{length}: {said}");
    }
}

#[test]
fn a_journal_that_is_broken_in_its_middle_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let server = Server::start(&["--state", &state]);
    for name in ["a", "b", "c"] {
        server.ok("CreateActivity", &json!({"name": name}));
    }
    drop(server);
    let path = folder.path().join("journal");
    let bytes = fs::read(&path).expect("the journal");
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
