//! Map Runs, and the child executions that they start.

use serde_json::{Value, json};

use super::client::Server;
use super::tasks::{create, ended, run};

#[test]
fn map_runs_are_listed_and_described() {
    let server = Server::start(&[]);
    let each = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": true}}});
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "each", "ItemProcessor": each,
        "MaxConcurrency": 2, "End": true}}});
    let arn = create(&server, "Mapping", &map.to_string());
    let called = run(&server, &arn, &json!([1, 2, 3]));
    let execution = &called["executionArn"];
    assert_eq!(ended(&server, execution)["output"], "[1,2,3]");
    let listed = server.ok("ListMapRuns", &json!({"executionArn": execution}));
    let map_run = &listed["mapRuns"][0];
    assert_eq!(map_run["stateMachineArn"], format!("{arn}/each"));
    let described = server.ok("DescribeMapRun", &json!({"mapRunArn": map_run["mapRunArn"]}));
    assert_eq!(
        (&described["status"], &described["maxConcurrency"]),
        (&json!("SUCCEEDED"), &json!(2))
    );
    for counts in ["itemCounts", "executionCounts"] {
        assert_eq!(
            (&described[counts]["total"], &described[counts]["succeeded"]),
            (&json!(3), &json!(3))
        );
    }
    let update = json!({"mapRunArn": map_run["mapRunArn"], "maxConcurrency": 1});
    assert_eq!(server.refused("UpdateMapRun", &update).0, "ValidationException");
}

/// Each item is an execution: those that are no numbers fail.
const EACH: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "each", "End": true,
    "ToleratedFailurePercentage": 100, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "C", "States": {
            "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNumeric": true, "Next": "P"}], "Default": "F"},
            "P": {"Type": "Pass", "End": true},
            "F": {"Type": "Fail", "Error": "NoNumber", "Cause": "it is none"}}}}}}"#;

fn names(listed: &Value) -> Vec<&str> {
    let executions = listed["executions"].as_array().into_iter().flatten();
    executions
        .filter_map(|execution| execution["executionArn"].as_str())
        .collect()
}

#[test]
fn child_executions_are_listed_and_described_like_others() {
    let server = Server::start(&[]);
    let machine = create(&server, "Each", EACH);
    let parent = run(&server, &machine, &json!([1, "x", 2]))["executionArn"].clone();
    let map_runs = server.ok("ListMapRuns", &json!({"executionArn": parent}));
    let map_run = map_runs["mapRuns"][0]["mapRunArn"].clone();

    let all = server.ok("ListExecutions", &json!({"mapRunArn": map_run}));
    assert_eq!(names(&all).len(), 3, "{all}");
    let failed = json!({"mapRunArn": map_run, "statusFilter": "FAILED"});
    let failed = server.ok("ListExecutions", &failed)["executions"].clone();
    assert_eq!(failed.as_array().map(Vec::len), Some(1));
    let child = &failed[0];
    for (name, value) in [
        ("stateMachineArn", json!(format!("{machine}/each"))),
        ("mapRunArn", map_run.clone()),
        ("itemCount", json!(1)),
        ("redriveCount", json!(0)),
    ] {
        assert_eq!(child[name], value, "{name}");
    }
    // Executions of a machine are others.
    let of_machine = server.ok("ListExecutions", &json!({"stateMachineArn": machine}));
    assert_eq!(names(&of_machine), [parent.as_str().unwrap_or_default()]);
    assert!(of_machine["executions"][0].get("itemCount").is_none());

    // Pages go through all of them.
    let first = server.ok("ListExecutions", &json!({"mapRunArn": map_run, "maxResults": 2}));
    let token = &first["nextToken"];
    let rest = server.ok(
        "ListExecutions",
        &json!({"mapRunArn": map_run, "nextToken": token}),
    );
    assert_eq!([names(&first), names(&rest)].concat(), names(&all));
    let other = server.refused(
        "ListExecutions",
        &json!({"stateMachineArn": machine, "nextToken": token}),
    );
    assert_eq!(other.0, "InvalidToken");

    let asked = json!({"executionArn": child["executionArn"]});
    let described = server.ok("DescribeExecution", &asked);
    for (name, value) in [
        ("executionArn", child["executionArn"].clone()),
        ("stateMachineArn", json!(format!("{machine}/each"))),
        ("name", child["name"].clone()),
        ("mapRunArn", map_run.clone()),
        ("status", json!("FAILED")),
        ("input", json!("\"x\"")),
        ("error", json!("NoNumber")),
        ("cause", json!("it is none")),
        ("redriveStatus", json!("REDRIVABLE_BY_MAP_RUN")),
    ] {
        assert_eq!(described[name], value, "{name}");
    }
    let history = server.ok("GetExecutionHistory", &asked);
    let events: Vec<(u64, u64, &str)> = history["events"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| {
            Some((
                event["id"].as_u64()?,
                event["previousEventId"].as_u64()?,
                event["type"].as_str()?,
            ))
        })
        .collect();
    assert_eq!(
        events,
        [
            (1, 0, "ExecutionStarted"),
            (2, 0, "ChoiceStateEntered"),
            (3, 2, "ChoiceStateExited"),
            (4, 3, "FailStateEntered"),
            (5, 4, "ExecutionFailed"),
        ]
    );
    assert_eq!(
        history["events"][0]["executionStartedEventDetails"]["input"],
        "\"x\""
    );
    let machine_of = server.ok("DescribeStateMachineForExecution", &asked);
    assert_eq!(
        (&machine_of["label"], &machine_of["mapRunArn"]),
        (&json!("each"), &map_run)
    );
    assert_eq!(server.refused("StopExecution", &asked).0, "ValidationException");

    let succeeded = json!({"mapRunArn": map_run, "statusFilter": "SUCCEEDED"});
    let succeeded = server.ok("ListExecutions", &succeeded);
    let asked = json!({"executionArn": succeeded["executions"][0]["executionArn"]});
    let described = server.ok("DescribeExecution", &asked);
    assert_eq!(described["input"], described["output"], "a Pass state");
    assert_eq!(described["redriveStatus"], "NOT_REDRIVABLE");

    // What is asked for is a machine or a Map Run.
    for both in [
        json!({}),
        json!({"mapRunArn": map_run, "stateMachineArn": machine}),
    ] {
        assert_eq!(server.refused("ListExecutions", &both).0, "ValidationException");
    }
    let nothing = json!({"mapRunArn": format!("{}0", map_run.as_str().unwrap_or_default())});
    assert_eq!(server.refused("ListExecutions", &nothing).0, "ResourceNotFound");
}

#[test]
fn a_map_state_has_an_arn_of_its_own() {
    let server = Server::start(&[]);
    let machine = create(&server, "Each", EACH);
    let asked = json!({"stateMachineArn": format!("{machine}/each")});
    let described = server.ok("DescribeStateMachine", &asked);
    assert_eq!(
        (&described["label"], &described["stateMachineArn"]),
        (&json!("each"), &asked["stateMachineArn"])
    );
    let other = json!({"stateMachineArn": format!("{machine}/other")});
    assert_eq!(
        server.refused("DescribeStateMachine", &other).0,
        "StateMachineDoesNotExist"
    );
    for operation in ["StartExecution", "ListExecutions", "DeleteStateMachine"] {
        assert_eq!(server.refused(operation, &asked).0, "ValidationException");
    }
}

#[test]
fn children_are_stopped_with_their_execution_and_the_oldest_are_forgotten() {
    let server = Server::start(&["--keep", "2"]);
    let waits = EACH.replace(
        r#""P": {"Type": "Pass", "End": true}"#,
        r#""P": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
            "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}"#,
    );
    let machine = create(&server, "Each", &waits);
    let parent = run(&server, &machine, &json!([1, 2, 3, 4, 5]))["executionArn"].clone();
    let map_runs = server.ok("ListMapRuns", &json!({"executionArn": parent}));
    let of_map_run = json!({"mapRunArn": map_runs["mapRuns"][0]["mapRunArn"]});
    let running = server.ok("ListExecutions", &of_map_run);
    // However many are kept, those that run are there.
    assert_eq!(names(&running).len(), 5, "{running}");
    assert_eq!(running["executions"][0]["status"], "RUNNING");
    server.ok("StopExecution", &json!({"executionArn": parent}));
    let stopped = server.ok("ListExecutions", &of_map_run);
    assert_eq!(names(&stopped).len(), 2, "{stopped}");
    assert_eq!(stopped["executions"][0]["status"], "ABORTED");
    let asked = json!({"executionArn": stopped["executions"][0]["executionArn"]});
    let history = server.ok("GetExecutionHistory", &asked);
    let last = history["events"]
        .as_array()
        .and_then(|events| events.last().cloned());
    assert_eq!(last.unwrap_or_default()["type"], "ExecutionAborted");
}
