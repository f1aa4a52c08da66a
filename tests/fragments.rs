//! Parts of definitions, as pages print them: told as what they are, and with `--fragment` looked at and run.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::called::run;

/// A state alone, which does not say what follows.
const STATE: &str = r#"{
  "Type": "Task",
  "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:charge",
  "TimeoutSeconds": 300
}
"#;
/// States that lead to one that is not there.
const STATES: &str = r#"{
  "Look": {
    "Type": "Choice",
    "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Approve"}],
    "Default": "Note"
  },
  "Note": {"Type": "Pass", "Result": {"noted": true}, "ResultPath": "$.note", "Next": "Send"}
}
"#;
/// The same without braces, as members of an object, with a mistake.
const MEMBERS: &str = r#"
"Look": {"Type": "Wait", "Seconds": 3, "Next": "Note"},
"Note": {"Type": "Pass", "Nxt": "Send"},
"#;
const YAML: &str = "Look:\n  Type: Wait\n  Seconds: 3\n  Next: Send\n";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in [
        ("state.json", STATE),
        ("states.json", STATES),
        ("members.json", MEMBERS),
        ("states.yaml", YAML),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

#[test]
fn a_part_is_told_as_one_with_what_to_write_around_it() {
    let folder = folder();
    for (file, what, around) in [
        (
            "state.json",
            "this is a single Task state, and no state machine",
            r#"write {"StartAt": "Task", "States": {"Task": ...}} around it"#,
        ),
        (
            "states.json",
            "this is a list of states, and no state machine",
            r#"write {"StartAt": "Look", "States": ...} around it"#,
        ),
        (
            "states.yaml",
            "this is a list of states, and no state machine",
            r#"write {"StartAt": "Look", "States": ...} around it"#,
        ),
        (
            "members.json",
            "its braces are missing",
            r#"write {"StartAt": "Look", "States": {...}} around it"#,
        ),
    ] {
        for command in ["validate", "check"] {
            let (code, out, err) = run(folder.path(), &[command, file, "--format", "json", "--causes"]);
            assert_eq!(code, 1, "{file}: {err}");
            let answer: Value = serde_json::from_str(&out).expect("JSON");
            let found = answer["files"][0]["diagnostics"].as_array().expect("findings");
            // Whatever else AWS says of it follows from that.
            assert_eq!(found.len(), 1, "{out}");
            let label = found[0]["label"].as_str().expect("a label");
            assert!(label.contains(what), "{file}: {label}");
            let help = found[0]["help"].as_str().expect("a help");
            assert!(
                help.starts_with(around) && help.contains("--fragment"),
                "{file}: {help}"
            );
        }
    }
    // What AWS says of it stays.
    let (_, out, _) = run(folder.path(), &["validate", "state.json", "--format", "json"]);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let messages: Vec<_> = (answer["files"][0]["diagnostics"]
        .as_array()
        .expect("findings")
        .iter())
    .map(|found| found["message"].as_str().expect("a message"))
    .collect();
    assert_eq!(
        messages,
        [
            "These fields are required: [States, StartAt]",
            "Field 'Type' is not supported",
            "Field 'Resource' is not supported",
        ]
    );
}

/// An object that is neither a machine nor a part of one is told in one finding; AWS's words of it stay.
#[test]
fn what_is_no_definition_at_all_is_told_once() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write(
        "package.json",
        r#"{"name": "app", "version": "1.0.0", "scripts": {"test": "jest"}, "Comment": 5}"#,
    );
    write(
        "wrapped.json",
        r#"{"name": "m", "definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}"#,
    );
    for (file, label, help) in [
        (
            "package.json",
            "this does not look like a state machine: it has no StartAt and no States",
            r#"a definition is an object with "StartAt" and "States""#,
        ),
        (
            "wrapped.json",
            r#"this is no state machine: its "definition" is one"#,
            r#"a file with the value of "definition" alone is a definition"#,
        ),
    ] {
        for command in ["validate", "check"] {
            let (code, out, _) = run(folder.path(), &[command, file, "--format", "json", "--causes"]);
            assert_eq!(code, 1, "{out}");
            let answer: Value = serde_json::from_str(&out).expect("JSON");
            let found = answer["files"][0]["diagnostics"].as_array().expect("findings");
            assert_eq!(found.len(), 1, "{out}");
            assert_eq!(found[0]["label"], label);
            assert_eq!(found[0]["help"], help);
        }
        let (_, out, _) = run(folder.path(), &["validate", file, "--format", "json"]);
        assert!(out.contains("Field 'name' is not supported"), "{out}");
    }
    let (code, _, err) = run(folder.path(), &["lint", "package.json"]);
    assert_eq!(code, 1);
    assert!(err.contains("AWS rejects the definition (1 error)"), "{err}");
    let (code, _, err) = run(folder.path(), &["simulate", "package.json"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("package.json cannot be run: it has 1 error"),
        "{err}"
    );
    // A name that is nearly right is told for itself.
    write(
        "lower.json",
        r#"{"name": "m", "startAt": "A", "states": {"A": {"Type": "Succeed"}}}"#,
    );
    let (_, out, _) = run(
        folder.path(),
        &["validate", "lower.json", "--format", "json", "--causes"],
    );
    assert!(
        out.contains("write 'StartAt'") && out.contains("write 'States'"),
        "{out}"
    );
}

#[test]
fn a_part_is_checked_as_it_is() {
    let folder = folder();
    for file in ["state.json", "states.json", "states.yaml"] {
        let (code, out, err) = run(
            folder.path(),
            &["validate", file, "--fragment", "--format", "concise"],
        );
        assert_eq!((code, &*out), (0, ""), "{file}: {err}");
    }
    let (code, out, _) = run(
        folder.path(),
        &["validate", "members.json", "--fragment", "--format", "concise"],
    );
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "members.json:3:26: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported\n"
    );
    // Lint sees the states, and no fix would write a machine around them.
    let (_, out, _) = run(
        folder.path(),
        &[
            "lint",
            "state.json",
            "--fragment",
            "--select",
            "missing-retry",
            "--format",
            "json",
        ],
    );
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let found = &answer["files"][0]["diagnostics"][0];
    assert_eq!(found["code"], "missing-retry", "{out}");
    assert_eq!(found["fixes"], Value::Array(Vec::new()), "{out}");
    // What holds inside of a state is known: a branch is whole.
    let branches = r#"{"Both": {"Type": "Parallel", "Next": "Send", "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}]}}"#;
    fs::write(folder.path().join("branches.json"), branches).expect("a file");
    let (_, out, _) = run(
        folder.path(),
        &["validate", "branches.json", "--fragment", "--format", "concise"],
    );
    assert_eq!(
        out,
        "branches.json:2:67: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B\n"
    );
    // A machine is none, and is read as ever.
    fs::write(
        folder.path().join("machine.json"),
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}"#,
    )
    .expect("a file");
    let (code, _, _) = run(folder.path(), &["validate", "machine.json", "--fragment"]);
    assert_eq!(code, 1);
}

#[test]
fn a_part_is_run_until_it_is_left() {
    let folder = folder();
    let simulate = |arguments: &[&str]| {
        let (code, out, err) = run(
            folder.path(),
            &[&["simulate"], arguments, &["--fragment", "--format", "json"]].concat(),
        );
        assert_eq!(code, 0, "{err}");
        (serde_json::from_str::<Value>(&out).expect("JSON"), err)
    };
    let (answer, err) = simulate(&["states.json", "--input-json", r#"{"total": 5}"#]);
    assert_eq!(answer["status"], "SUCCEEDED", "{answer}");
    assert_eq!(
        answer["output"],
        serde_json::json!({"total": 5, "note": {"noted": true}})
    );
    assert!(
        err.contains("'Approve' and 'Send' are not in the fragment: a run that comes there ends"),
        "{err}"
    );
    fs::write(
        folder.path().join("m.yaml"),
        "States:\n  Task: {Return: {paid: true}}\n",
    )
    .expect("a file");
    let (answer, err) = simulate(&["state.json", "--mocks", "m.yaml"]);
    assert_eq!(answer["output"], serde_json::json!({"paid": true}), "{answer}");
    assert_eq!(err, "");
    let (code, _, err) = run(folder.path(), &["simulate", "states.json"]);
    assert_eq!(code, 2);
    assert!(err.contains("this is a list of states"), "{err}");
}
