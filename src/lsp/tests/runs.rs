//! Cases are run beside the loop: typing goes on, what was asked for can be cancelled, and how far it is is told.

use std::fs;

use super::*;
use crossbeam_channel::Sender;

const DEFINITION: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;

/// The last case fails, in line 5.
const TEST: &str =
    "Definition: a.asl.json\nCases:\n  - Name: one\n  - Name: two\n    Expect:\n      Status: FAILED\n";

/// A test file that is open, in a dialogue in which cases wait for the sender.
fn held_back() -> (tempfile::TempDir, Talk, String, Sender<()>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("a.asl.json"), DEFINITION).unwrap();
    fs::write(folder.path().join("a.sfn-test.yaml"), TEST).unwrap();
    let (open, gate) = crossbeam_channel::unbounded();
    let pace = Pace {
        patience: PATIENCE,
        gate: Some(gate),
    };
    let mut talk = Talk::at(pace, json!({"capabilities": {}}));
    let uri = uri_of(&folder.path().join("a.sfn-test.yaml"));
    talk.open(&uri, "yaml", TEST);
    assert_eq!(talk.diagnostics(&uri), Vec::<Value>::new());
    (folder, talk, uri, open)
}

fn command(uri: &str) -> Value {
    json!({"command": "sfn-tool.runTests", "arguments": [uri], "workDoneToken": "mine"})
}

/// Lines of the failures that are told.
fn failures(diagnostics: &[Value]) -> Vec<u64> {
    let failed = diagnostics.iter().filter(|one| one["code"] == "test-case");
    failed
        .filter_map(|one| one["range"]["start"]["line"].as_u64())
        .collect()
}

#[test]
fn typing_goes_on_while_cases_are_run() {
    let (_folder, mut talk, uri, gate) = held_back();
    talk.send(100, "workspace/executeCommand", command(&uri));
    let other = "file:///nowhere/b.asl.json";
    talk.open(other, "json", "{");
    assert_eq!(talk.diagnostics(other).len(), 1);
    let symbols = json!({"textDocument": {"uri": uri}});
    talk.request("textDocument/documentSymbol", symbols).unwrap();
    drop(gate);
    let ran = json!({"passed": 1, "failed": 1});
    assert_eq!(talk.answer(), (100.into(), Ok(ran)));
    let kinds: Vec<&Value> = talk.progress.iter().map(|one| &one["value"]["kind"]).collect();
    assert_eq!(kinds.first(), Some(&&json!("begin")));
    assert_eq!(kinds.last(), Some(&&json!("end")));
    assert_eq!(talk.progress[1]["value"]["message"], "1 of 2: one");
    assert!(talk.progress.iter().all(|one| one["token"] == "mine"));
    while failures(&talk.diagnostics(&uri)) != [5] {}
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn a_run_that_is_cancelled_is_answered_at_once() {
    let (_folder, mut talk, uri, gate) = held_back();
    talk.send(100, "workspace/executeCommand", command(&uri));
    talk.send(101, "workspace/executeCommand", command(&uri));
    talk.notify("$/cancelRequest", json!({"id": 100}));
    assert_eq!(talk.answer(), (100.into(), Err(-32800)));
    // As the client shows it.
    talk.notify("window/workDoneProgress/cancel", json!({"token": "mine"}));
    assert_eq!(talk.answer(), (101.into(), Err(-32800)));
    drop(gate);
    let ran = talk.request("workspace/executeCommand", command(&uri));
    assert_eq!(ran.unwrap(), json!({"passed": 1, "failed": 1}));
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn more_runs_than_threads_are_all_answered() {
    let (_folder, mut talk, uri, gate) = held_back();
    for id in 100..110 {
        talk.send(id, "workspace/executeCommand", command(&uri));
    }
    drop(gate);
    let mut answered: Vec<String> = (0..10).map(|_| talk.answer().0.to_string()).collect();
    answered.sort();
    let expected: Vec<String> = (100..110).map(|id| id.to_string()).collect();
    assert_eq!(answered, expected);
    assert_eq!(talk.end(), Ended::Orderly);
}

/// Of a text that was changed meanwhile nobody knows where its failures stand.
#[test]
fn failures_of_a_text_that_is_another_are_not_told() {
    let (_folder, mut talk, uri, gate) = held_back();
    talk.send(100, "workspace/executeCommand", command(&uri));
    // It runs what is open when it begins.
    gate.send(()).unwrap();
    assert_eq!(talk.answer().1.unwrap(), json!({"passed": 1, "failed": 1}));
    assert_eq!(failures(&talk.diagnostics(&uri)), [5]);
    talk.change(&uri, 2, json!([{"text": TEST.replace("FAILED", "SUCCEEDED")}]));
    assert_eq!(failures(&talk.diagnostics(&uri)), Vec::<u64>::new());
    talk.send(101, "workspace/executeCommand", command(&uri));
    gate.send(()).unwrap();
    assert_eq!(talk.answer().1.unwrap(), json!({"passed": 2, "failed": 0}));
    drop(gate);
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn the_end_waits_for_no_run() {
    let (_folder, mut talk, uri, gate) = held_back();
    talk.send(100, "workspace/executeCommand", command(&uri));
    talk.send(101, "shutdown", Value::Null);
    assert_eq!(talk.answer(), (100.into(), Err(-32800)));
    assert_eq!(talk.answer().0, 101.into());
    drop(talk.connection);
    assert_eq!(talk.server.join().unwrap(), Ended::ClientGone);
    drop(gate);
}

#[test]
fn a_case_that_never_ends_is_stopped() {
    let (folder, mut talk, uri, gate) = held_back();
    drop(gate);
    let endless = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.done", "IsPresent": true, "Next": "B"}], "Default": "A"},
        "B": {"Type": "Succeed"}}}"#;
    fs::write(folder.path().join("a.asl.json"), endless).unwrap();
    let one = json!({"command": "sfn-tool.runCase", "arguments": [uri, "one"]});
    let ran = talk.request("workspace/executeCommand", one);
    assert_eq!(ran.unwrap(), json!({"passed": 0, "failed": 1}));
    assert_eq!(talk.end(), Ended::Orderly);
}
