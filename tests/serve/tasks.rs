//! Tasks: mocks, cases, callbacks, workers, children, and what nobody answers.

use std::fs;

use serde_json::{Value, json};

use super::client::Server;

pub const CHARGE: &str = r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource":
    "arn:aws:lambda:us-east-1:123456789012:function:charge", "End": true}}}"#;
const APPROVE: &str = r#"{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 60,
    "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}, "End": true}}}"#;
const SHIP: &str = r#"{"StartAt": "Ship", "States": {"Ship": {"Type": "Task", "Resource":
    "arn:aws:states:us-east-1:123456789012:activity:ship", "End": true}}}"#;

pub fn create(server: &Server, name: &str, definition: &str) -> String {
    let role = "arn:aws:iam::123456789012:role/r";
    let made = server.ok(
        "CreateStateMachine",
        &json!({"name": name, "definition": definition, "roleArn": role}),
    );
    made["stateMachineArn"].as_str().expect("an ARN").to_owned()
}

/// Starts an execution and describes it.
pub fn run(server: &Server, machine: &str, input: &Value) -> Value {
    let started = server.ok(
        "StartExecution",
        &json!({"stateMachineArn": machine, "input": input.to_string()}),
    );
    describe(server, &started["executionArn"])
}

fn describe(server: &Server, execution: &Value) -> Value {
    server.ok("DescribeExecution", &json!({"executionArn": execution}))
}

/// Describes an execution that ends by itself, once it has.
pub fn ended(server: &Server, execution: &Value) -> Value {
    loop {
        let described = describe(server, execution);
        if described["status"] != "RUNNING" {
            return described;
        }
    }
}

/// The token that the last scheduled task was sent.
fn token(server: &Server, execution: &Value) -> String {
    let asked = json!({"executionArn": execution, "reverseOrder": true});
    let history = server.ok("GetExecutionHistory", &asked);
    let mut events = history["events"].as_array().into_iter().flatten();
    let sent = events.find_map(|event| event["taskScheduledEventDetails"]["parameters"].as_str());
    let sent: Value = serde_json::from_str(sent.expect("a task")).expect("JSON");
    sent["MessageBody"]["token"].as_str().expect("a token").to_owned()
}

#[test]
fn mocks_of_the_machine_and_of_the_case_that_is_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it is written");
        folder.path().join(name).display().to_string()
    };
    file("Charge.mocks.yaml", "States: {Charge: {Return: paid}}\n");
    let declined = file("declined.yaml", "States: {Charge: {Throw: {Error: Declined}}}\n");
    let config = file(
        "MockConfigFile.json",
        r#"{"StateMachines": {"Charge": {"TestCases": {"Broke": {"Charge": "broke"}}}},
            "MockedResponses": {"broke": {"0": {"Throw": {"Error": "Broke", "Cause": "no money"}}}}}"#,
    );
    let of_case = format!("Charge#Declined={declined}");
    let folder_name = folder.path().display().to_string();
    let server = Server::start(&["--mocks", &folder_name, "--mocks", &of_case, "--mocks", &config]);
    let arn = create(&server, "Charge", CHARGE);
    assert_eq!(run(&server, &arn, &json!({}))["output"], "\"paid\"");
    let declined = run(&server, &format!("{arn}#Declined"), &json!({}));
    assert_eq!(
        (&declined["status"], &declined["error"]),
        (&json!("FAILED"), &json!("Declined"))
    );
    // Responses describe the machine without the case.
    assert_eq!(declined["stateMachineArn"], arn);
    assert_eq!(
        run(&server, &format!("{arn}#Broke"), &json!({}))["cause"],
        "no money"
    );
    let unknown = json!({"stateMachineArn": format!("{arn}#Other")});
    assert_eq!(server.refused("StartExecution", &unknown).0, "InvalidName");
    // A file that breaks while the server runs ends the executions that need it, and no others.
    file("Charge.mocks.yaml", "States: {Charge: {Retrun: paid}}\n");
    let broken = run(&server, &arn, &json!({}));
    assert_eq!(broken["error"], "SfnTool.BadMocks", "{broken}");
    assert!(
        broken["cause"]
            .as_str()
            .unwrap_or_default()
            .contains("Charge.mocks.yaml"),
        "{broken}"
    );
}

#[test]
fn what_nobody_answers_ends_the_execution_and_says_what_to_write() {
    let server = Server::start(&[]);
    let arn = create(&server, "Charge", CHARGE);
    let ended = run(&server, &arn, &json!({}));
    assert_eq!(
        (&ended["status"], &ended["error"]),
        (&json!("FAILED"), &json!("SfnTool.NotMocked"))
    );
    assert!(
        ended["cause"].as_str().unwrap_or_default().contains("Charge"),
        "{ended}"
    );
}

#[test]
fn a_callback_is_answered_by_its_token() {
    let server = Server::start(&[]);
    let arn = create(&server, "Approve", APPROVE);
    let running = run(&server, &arn, &json!({}));
    // A day has passed, and the minute of the task has not.
    assert_eq!(running["status"], "RUNNING");
    let token = token(&server, &running["executionArn"]);
    server.ok("SendTaskHeartbeat", &json!({"taskToken": token}));
    let (code, message) = server.refused("SendTaskSuccess", &json!({"taskToken": token, "output": "nope"}));
    assert_eq!(code, "InvalidOutput", "{message}");
    server.ok("SendTaskSuccess", &json!({"taskToken": token, "output": "[1]"}));
    let ended = describe(&server, &running["executionArn"]);
    assert_eq!(
        (&ended["status"], &ended["output"]),
        (&json!("SUCCEEDED"), &json!("[1]"))
    );
    assert_eq!(
        server.refused("SendTaskFailure", &json!({"taskToken": token})).0,
        "TaskTimedOut"
    );
    assert_eq!(
        server.refused("SendTaskHeartbeat", &json!({"taskToken": "x"})).0,
        "InvalidToken"
    );
}

/// [API DeleteStateMachine]
#[test]
fn a_machine_goes_when_its_executions_have_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().display().to_string();
    let mut server = Server::start(&["--state", &state]);
    let goes_on = APPROVE.replace("\"End\": true", "\"Next\": \"Then\"");
    let goes_on = format!(
        "{}, \"Then\": {{\"Type\": \"Succeed\"}}}}}}",
        &goes_on[..goes_on.len() - 2]
    );
    let arn = create(&server, "m", &goes_on);
    let waits = run(&server, &arn, &json!({}))["executionArn"].clone();
    server.ok("DeleteStateMachine", &json!({"stateMachineArn": arn}));
    // Also for a server that is started anew.
    for _ in 0..2 {
        let deleted = server.ok("DescribeStateMachine", &json!({"stateMachineArn": arn}));
        assert_eq!(deleted["status"], "DELETING");
        let role = "arn:aws:iam::123456789012:role/r";
        for (operation, sent) in [
            ("StartExecution", json!({"stateMachineArn": arn})),
            (
                "CreateStateMachine",
                json!({"name": "m", "definition": goes_on, "roleArn": role}),
            ),
            (
                "UpdateStateMachine",
                json!({"stateMachineArn": arn, "roleArn": role}),
            ),
            ("PublishStateMachineVersion", json!({"stateMachineArn": arn})),
        ] {
            assert_eq!(
                server.refused(operation, &sent).0,
                "StateMachineDeleting",
                "{operation}"
            );
        }
        assert_eq!(describe(&server, &waits)["status"], "RUNNING");
        drop(server);
        server = Server::start(&["--state", &state]);
    }
    let sent = json!({"taskToken": token(&server, &waits), "output": "{}"});
    server.ok("SendTaskSuccess", &sent);
    assert_eq!(ended(&server, &waits)["status"], "ABORTED");
    let history = server.ok("GetExecutionHistory", &json!({"executionArn": waits}));
    let types = history["events"].as_array().into_iter().flatten();
    let types: Vec<&str> = types.filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types[types.len() - 2..], ["TaskStateExited", "ExecutionAborted"]);
    let gone = server.refused("DescribeStateMachine", &json!({"stateMachineArn": arn}));
    assert_eq!(gone.0, "StateMachineDoesNotExist");
    // The name is free, and the end of a machine is no transition.
    create(&server, "m", APPROVE);
    let waits = run(&server, &arn, &json!({}))["executionArn"].clone();
    server.ok("DeleteStateMachine", &json!({"stateMachineArn": arn}));
    let sent = json!({"taskToken": token(&server, &waits), "output": "{}"});
    server.ok("SendTaskSuccess", &sent);
    assert_eq!(ended(&server, &waits)["status"], "SUCCEEDED");
}

#[test]
fn a_timeout_comes_when_the_clock_is_moved() {
    let server = Server::start(&[]);
    let arn = create(&server, "Approve", APPROVE);
    let running = run(&server, &arn, &json!({}));
    let move_clock = |seconds: u32| {
        let body = json!({"executionArn": running["executionArn"], "advanceSeconds": seconds}).to_string();
        let head = format!(
            "POST /_sfn-tool/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        server.send(format!("{head}{body}").as_bytes()).status
    };
    assert_eq!(move_clock(59), 200);
    assert_eq!(describe(&server, &running["executionArn"])["status"], "RUNNING");
    assert_eq!(move_clock(2), 200);
    let ended = ended(&server, &running["executionArn"]);
    assert_eq!(
        (&ended["status"], &ended["error"]),
        (&json!("FAILED"), &json!("States.Timeout"))
    );
    // It may be redriven, so that its clock still goes: for fourteen days.
    assert_eq!(move_clock(14 * 86_400), 200);
    let described = describe(&server, &running["executionArn"]);
    assert_eq!(
        (&described["redriveStatus"], &described["redriveStatusReason"]),
        (
            &json!("NOT_REDRIVABLE"),
            &json!("Execution redrivable period exceeded")
        )
    );
    let redrive = json!({"executionArn": running["executionArn"]});
    let refused = server.refused("RedriveExecution", &redrive);
    assert_eq!(
        refused,
        (
            "ExecutionNotRedrivable".to_owned(),
            "Execution redrivable period exceeded".to_owned()
        )
    );
}

#[test]
fn a_worker_takes_tasks_of_its_activity() {
    let server = Server::start(&[]);
    let activity = server.ok("CreateActivity", &json!({"name": "ship"}))["activityArn"].clone();
    let arn = create(&server, "Ship", SHIP);
    let running = run(&server, &arn, &json!({"order": 7}));
    assert_eq!(running["status"], "RUNNING");
    let task = server.ok(
        "GetActivityTask",
        &json!({"activityArn": activity, "workerName": "w"}),
    );
    assert_eq!(task["input"], "{\"order\":7}");
    server.ok(
        "SendTaskFailure",
        &json!({"taskToken": task["taskToken"], "error": "Lost", "cause": "at sea"}),
    );
    let ended = describe(&server, &running["executionArn"]);
    assert_eq!(
        (&ended["error"], &ended["cause"]),
        (&json!("Lost"), &json!("at sea"))
    );
    let nowhere = json!({"activityArn": "arn:aws:states:us-east-1:123456789012:activity:none"});
    assert_eq!(
        server.refused("GetActivityTask", &nowhere).0,
        "ActivityDoesNotExist"
    );
}

#[test]
fn a_stopped_execution_says_what_it_was_stopped_with() {
    let server = Server::start(&[]);
    let arn = create(&server, "Approve", APPROVE);
    let running = run(&server, &arn, &json!({}));
    let stop = json!({"executionArn": running["executionArn"], "error": "E", "cause": "C"});
    assert!(server.ok("StopExecution", &stop)["stopDate"].is_number());
    let ended = describe(&server, &running["executionArn"]);
    assert_eq!(
        (&ended["status"], &ended["error"], &ended["cause"]),
        (&json!("ABORTED"), &json!("E"), &json!("C"))
    );
}

#[test]
fn an_execution_starts_another_here() {
    let server = Server::start(&[]);
    let child = server.machine("child");
    let parent = json!({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Input": {"a": 1}}, "OutputPath": "$.Output", "End": true}}});
    let parent = create(&server, "parent", &parent.to_string());
    let called = run(&server, &parent, &json!({}));
    assert_eq!(ended(&server, &called["executionArn"])["output"], "{\"a\":1}");
    let listed = server.ok("ListExecutions", &json!({"stateMachineArn": child}));
    assert_eq!(listed["executions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_failed_execution_is_redriven_from_where_it_failed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mocks = folder.path().join("mocks.yaml");
    let text = "States: {Charge: [{Throw: {Error: Timeout}}, {Return: paid}]}\n";
    fs::write(&mocks, text).expect("it is written");
    let server = Server::start(&["--mocks", &format!("Charge={}", mocks.display())]);
    let arn = create(&server, "Charge", CHARGE);
    let failed = run(&server, &arn, &json!({}));
    assert_eq!(
        (&failed["error"], &failed["redriveStatus"]),
        (&json!("Timeout"), &json!("REDRIVABLE"))
    );
    let redrive = json!({"executionArn": failed["executionArn"]});
    assert!(server.ok("RedriveExecution", &redrive)["redriveDate"].is_number());
    let redriven = ended(&server, &failed["executionArn"]);
    assert_eq!(
        (&redriven["output"], &redriven["redriveCount"]),
        (&json!("\"paid\""), &json!(1))
    );
    assert_eq!(
        server.refused("RedriveExecution", &redrive).0,
        "ExecutionNotRedrivable"
    );
}
