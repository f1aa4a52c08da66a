//! `sfn-tool simulate`, as it is called.

mod mocks;
mod written;

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
fn a_path_that_finds_nothing_in_no_input_leads_to_an_input() {
    let read =
        json!({"StartAt": "Read", "States": {"Read": {"Type": "Pass", "InputPath": "$.order", "End": true}}});
    let folder = folder(&[("d.json", read)]);
    let run =
        |arguments: &[&str]| output_of(tool(folder.path()).args(["simulate", "d.json"]).args(arguments));
    let (code, _, said) = run(&[]);
    assert_eq!(code, 1);
    assert!(said.contains("--write-input FILE writes one"), "{said}");
    // Somebody who gave one knows.
    let (code, _, said) = run(&["--input-json", "{}"]);
    assert_eq!((code, &*said), (1, ""));
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
