//! `--state`: a server that is killed, and one that goes on from there.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::client::{Server, command};
use super::endpoints::{Service, http};
use super::tasks::{create, ended, run};

const APPROVE: &str = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters":
    {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "End": true}}}"#;

/// What is told of an execution.
fn described(server: &Server, execution: &Value) -> (Value, Value) {
    let asked = json!({"executionArn": execution});
    let told = server.ok("DescribeExecution", &asked);
    (told, server.ok("GetExecutionHistory", &asked))
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
    // What it says of its machines and executions after each line.
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
    // The first line says with what the server was started.
    let mut after = vec![told(&server), told(&server)];
    let approve =
        json!({"name": "approve", "definition": APPROVE, "roleArn": "arn:aws:iam::123456789012:role/r"});
    let arn = server.ok("CreateStateMachine", &approve)["stateMachineArn"].clone();
    after.push(told(&server));
    let execution = server.ok("StartExecution", &json!({"stateMachineArn": arn}))["executionArn"].clone();
    // The request, mocks, and that these are its mocks.
    after.extend(vec![told(&server); 3]);
    let tags = json!([{"key": "é", "value": "a\nb"}]);
    server.ok("TagResource", &json!({"resourceArn": arn, "tags": tags}));
    after.push(told(&server));
    server.ok(
        "StopExecution",
        &json!({"executionArn": execution, "cause": "enough"}),
    );
    after.push(told(&server));
    server.ok("RedriveExecution", &json!({"executionArn": execution}));
    // The request, and which its mocks are.
    after.extend(vec![told(&server); 2]);
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

const CHARGE: &str = r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource":
    "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "charge"}, "OutputPath": "$.Payload", "End": true}}}"#;

/// The answers that executions got stand in the journal: what files and options say later changes nothing that has been.
#[test]
fn what_has_ended_stays_as_it_was_whatever_the_mocks_say_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state").display().to_string();
    let mocks = folder.path().join("Charge.mocks.yaml");
    let case = folder.path().join("declined.yaml");
    let write = |path: &Path, text: &str| fs::write(path, text).expect("it is written");
    write(&mocks, "States: {Charge: {Return: {Payload: 1}}}\n");
    write(&case, "States: {Charge: {Throw: {Error: Declined, Cause: no}}}\n");
    let own = folder.path().display().to_string();
    let of_case = format!("Charge#Declined={}", case.display());
    let arguments = ["--state", &state, "--mocks", &own, "--mocks", &of_case];
    let server = Server::start(&arguments);
    let arn = create(&server, "Charge", CHARGE);
    let paid = run(&server, &arn, &json!({}))["executionArn"].clone();
    let declined = run(&server, &format!("{arn}#Declined"), &json!({}))["executionArn"].clone();
    write(&mocks, "States: {Chrage: {Return: {Payload: 1}}}\n");
    let broken = run(&server, &arn, &json!({}))["executionArn"].clone();
    let all = [&paid, &declined, &broken];
    let before = all.map(|execution| described(&server, execution));
    let status = |at: usize| before[at].0["status"].clone();
    assert_eq!([0, 1, 2].map(status), ["SUCCEEDED", "FAILED", "FAILED"]);
    drop(server);

    write(&mocks, "States: {Charge: {Throw: {Error: Other}}}\n");
    write(&case, "States: {Charge: {Return: {Payload: 2}}}\n");
    let server = Server::start(&arguments);
    assert_eq!(all.map(|execution| described(&server, execution)), before);
    // What begins now has the mocks of now.
    assert_eq!(run(&server, &arn, &json!({}))["error"], "Other");
    drop(server);

    // Without any.
    let server = Server::start(&["--state", &state, "--clock", "real"]);
    assert_eq!(all.map(|execution| described(&server, execution)), before);
}

#[test]
fn endpoints_are_not_called_again_and_need_not_be_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let lambda = Service::start(|_, _, before| http("200 OK", "", &json!(before)));
    let server = Server::start(&["--state", &state, "--lambda-endpoint", &lambda.url]);
    let arn = create(&server, "Charge", CHARGE);
    let all: Vec<Value> = (0..3)
        .map(|_| run(&server, &arn, &json!({}))["executionArn"].clone())
        .collect();
    let before: Vec<_> = (all.iter())
        .map(|execution| {
            ended(&server, execution);
            described(&server, execution)
        })
        .collect();
    assert_eq!(before[2].0["output"], "2");
    drop(server);
    let server = Server::start(&["--state", &state]);
    let after: Vec<_> = all
        .iter()
        .map(|execution| described(&server, execution))
        .collect();
    assert_eq!(after, before);
    assert_eq!(lambda.calls.load(Ordering::Relaxed), 3);
}

#[test]
fn executions_that_executions_have_started_are_theirs_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let arguments = ["--state", state.as_str()];
    let server = Server::start(&arguments);
    let child = create(&server, "child", APPROVE);
    let parent = json!({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child}, "OutputPath": "$.Output", "End": true}}});
    let parent = create(&server, "parent", &parent.to_string());
    let of_parent = run(&server, &parent, &json!({}))["executionArn"].clone();
    let children = || json!({"stateMachineArn": child});
    let of_child = loop {
        let listed = server.ok("ListExecutions", &children());
        match &listed["executions"][0]["executionArn"] {
            Value::Null => {}
            arn => break arn.clone(),
        }
    };
    let before = described(&server, &of_child);
    drop(server);

    let server = Server::start(&arguments);
    assert_eq!(described(&server, &of_child), before);
    let listed = server.ok("ListExecutions", &children());
    assert_eq!(listed["executions"].as_array().map(Vec::len), Some(1));
    let events = before.1["events"].as_array().cloned().unwrap_or_default();
    let sent = events
        .iter()
        .find_map(|event| event["taskScheduledEventDetails"]["parameters"].as_str());
    let sent: Value = serde_json::from_str(sent.expect("a task")).expect("JSON");
    let token = &sent["MessageBody"]["token"];
    server.ok("SendTaskSuccess", &json!({"taskToken": token, "output": "[7]"}));
    assert_eq!(ended(&server, &of_parent)["output"], "[7]");
    let before = [&of_parent, &of_child].map(|execution| described(&server, execution));
    drop(server);
    let server = Server::start(&arguments);
    assert_eq!(
        [&of_parent, &of_child].map(|execution| described(&server, execution)),
        before
    );
}

#[test]
fn a_redrive_takes_the_mocks_of_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state").display().to_string();
    let mocks = folder.path().join("mocks.yaml");
    let write = |text: &str| fs::write(&mocks, text).expect("it is written");
    write("States: {Charge: {Throw: {Error: Down}}}\n");
    let of_machine = format!("Charge={}", mocks.display());
    let arguments = ["--state", state.as_str(), "--mocks", &of_machine];
    let server = Server::start(&arguments);
    let arn = create(&server, "Charge", CHARGE);
    let failed = run(&server, &arn, &json!({}))["executionArn"].clone();
    let redrive = || server.ok("RedriveExecution", &json!({"executionArn": failed}));
    redrive();
    assert_eq!(described(&server, &failed).0["error"], "Down");
    write("States: {Chrage: {Return: {Payload: up}}}\n");
    redrive();
    assert_eq!(described(&server, &failed).0["error"], "SfnTool.BadMocks");
    write("States: {Charge: [{Return: {Payload: up}}]}\n");
    redrive();
    let before = described(&server, &failed);
    assert_eq!(
        (&before.0["output"], &before.0["redriveCount"]),
        (&json!("\"up\""), &json!(3))
    );
    drop(server);
    write("States: {}\n");
    let server = Server::start(&arguments);
    assert_eq!(described(&server, &failed), before);
}

#[test]
fn a_state_that_was_kept_with_other_settings_is_not_taken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    drop(Server::start(&["--state", &state, "--region", "eu-west-1"]));
    for (arguments, words) in [
        (["--region", "us-east-1"], "--region eu-west-1"),
        (["--account", "111111111111"], "--account 123456789012"),
        (["--seed", "7"], "--seed 0"),
    ] {
        let output = command()
            .args(["--port", "0", "--state", &state])
            .args(if arguments[0] == "--region" {
                &[][..]
            } else {
                &["--region", "eu-west-1"][..]
            })
            .args(arguments)
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(&format!("was kept with {words}")), "{stderr}");
    }
    drop(Server::start(&["--state", &state, "--region", "eu-west-1"]));
}

#[test]
fn what_was_forgotten_or_deleted_leaves_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state").display().to_string();
    let journal = folder.path().join("state/journal");
    let arguments = ["--state", state.as_str(), "--keep", "3"];
    let server = Server::start(&arguments);
    let pass = server.machine("pass");
    let input = json!({"stateMachineArn": pass, "input": json!({"x": "y".repeat(1000)}).to_string()});
    let started: Vec<Value> = (0..50)
        .map(|_| server.ok("StartExecution", &input)["executionArn"].clone())
        .collect();
    for number in 0..20 {
        let gone = server.machine(&format!("gone{number}"));
        server.ok("DeleteStateMachine", &json!({"stateMachineArn": gone}));
        let text = super::client::PASS.replace("\"A\"", &format!("\"A{number}\""));
        server.ok(
            "UpdateStateMachine",
            &json!({"stateMachineArn": pass, "definition": text}),
        );
    }
    let machine = server.ok("DescribeStateMachine", &json!({"stateMachineArn": pass}));
    let kept: Vec<_> = started[47..]
        .iter()
        .map(|execution| described(&server, execution))
        .collect();
    let size = || fs::metadata(&journal).expect("a journal").len();
    let before = size();
    drop(server);

    let server = Server::start(&arguments);
    let after: Vec<_> = started[47..]
        .iter()
        .map(|execution| described(&server, execution))
        .collect();
    assert_eq!(after, kept);
    assert_eq!(
        server.ok("DescribeStateMachine", &json!({"stateMachineArn": pass})),
        machine
    );
    let small = size();
    assert!(small * 5 < before, "{small} of {before} bytes");
    let lines = fs::read_to_string(&journal).expect("a journal");
    assert!(!lines.contains("gone"), "{lines}");
    // Names that nobody gives are not given twice.
    let next = server.ok("StartExecution", &input)["executionArn"].clone();
    assert!(!started.contains(&next), "{next}");
    drop(server);
    let server = Server::start(&arguments);
    assert_eq!(described(&server, &next).0["status"], "SUCCEEDED");
    assert_eq!(described(&server, &started[49]), kept[2]);
    assert_eq!(
        server.ok("DescribeStateMachine", &json!({"stateMachineArn": pass})),
        machine
    );
}

/// A machine of a file that has changed is updated, and executions of before are of the definition of before.
#[test]
fn machines_of_files_are_kept_as_they_were_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state").display().to_string();
    let definition = folder.path().join("order.asl.json");
    let write = |result: &str| {
        let text = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": true}}});
        fs::write(&definition, text.to_string()).expect("it is written");
    };
    write("one");
    let file = definition.display().to_string();
    let arguments = ["--state", state.as_str(), "--machines", &file];
    let server = Server::start(&arguments);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:order";
    let first = run(&server, arn, &json!({}));
    assert_eq!(first["output"], "\"one\"");
    let before = described(&server, &first["executionArn"]);
    drop(server);
    write("two");
    let server = Server::start(&arguments);
    assert_eq!(described(&server, &first["executionArn"]), before);
    let second = run(&server, arn, &json!({}));
    assert_eq!(second["output"], "\"two\"");
    let after = described(&server, &second["executionArn"]);
    drop(server);
    let server = Server::start(&arguments);
    assert_eq!(described(&server, &first["executionArn"]), before);
    assert_eq!(described(&server, &second["executionArn"]), after);
}
