//! What a call that fails tells programs: under `--format json`, stdout holds one JSON value whatever happens.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::called::{folder, run};

fn definition() -> Value {
    json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "B"},
        "B": {"Type": "Succeed"}}})
}

fn project() -> TempDir {
    let broken = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Gone"}}});
    let folder = folder(&[("a.asl.json", &definition()), ("broken.asl.json", &broken)]);
    fs::write(folder.path().join("text.asl.json"), "{\"StartAt\": ").unwrap();
    folder
}

/// The error of a call, which is all that it prints.
fn error(arguments: &[&str]) -> Value {
    let folder = project();
    let (status, out, err) = run(folder.path(), arguments);
    assert_eq!(status, 2, "{arguments:?}: {out}{err}");
    assert!(!err.is_empty(), "{arguments:?}: people are told as well");
    let all: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?}: {out:?}"));
    assert_eq!(all.as_object().unwrap().len(), 1, "{all}");
    all["error"].clone()
}

#[test]
fn a_call_that_fails_prints_its_error_and_nothing_else() {
    for (code, arguments) in [
        (
            "usage",
            &["validate", "a.asl.json", "--nonsense", "--format", "json"][..],
        ),
        ("usage", &["validate", "--format=json"]),
        ("usage", &["simulate", "a.asl.json", "--format=json", "--seed=x"]),
        ("usage", &["diff", "a.asl.json", "b", "c", "--format=json"]),
        ("usage", &["fmt", "a.asl.json", "--diff", "--format=json"]),
        ("unreadable", &["simulate", "gone.json", "--format", "json"]),
        ("unreadable", &["inspect", "gone.json", "--format", "json"]),
        ("unreadable", &["graph", "gone.json", "--format", "json"]),
        ("unreadable", &["fmt", "gone.json", "--check", "--format", "json"]),
        (
            "unreadable",
            &["diff", "gone.json", "a.asl.json", "--format", "json"],
        ),
        (
            "unreadable",
            &["mocks", "from-history", "gone.json", "--format", "json"],
        ),
        ("invalid-data", &["graph", "text.asl.json", "--format", "json"]),
        (
            "invalid-data",
            &["fmt", "text.asl.json", "--check", "--format", "json"],
        ),
        (
            "invalid-data",
            &["mocks", "from-history", "a.asl.json", "--format", "json"],
        ),
        (
            "invalid-data",
            &["simulate", "a.asl.json", "--input-json", "{", "--format", "json"],
        ),
        (
            "invalid-definition",
            &["simulate", "broken.asl.json", "--format", "json"],
        ),
        ("no-mock", &["simulate", "a.asl.json", "--format", "json"]),
        ("unknown-name", &["explain", "no-such-rule", "--format", "json"]),
        (
            "unknown-name",
            &["inspect", "a.asl.json", "--state", "C", "--format", "json"],
        ),
        (
            "unknown-name",
            &["graph", "a.asl.json", "--focus", "C", "--format", "json"],
        ),
        (
            "unknown-name",
            &[
                "lint",
                "a.asl.json",
                "--select",
                "no-such-rule",
                "--format",
                "json",
            ],
        ),
    ] {
        assert_eq!(error(arguments)["code"], code, "{arguments:?}");
    }
}

#[test]
fn an_error_says_what_to_do() {
    let missing = error(&["simulate", "a.asl.json", "--format", "json"]);
    assert!(missing["message"].as_str().unwrap().contains("'A'"), "{missing}");
    assert!(missing["help"].as_str().unwrap().contains("States:"), "{missing}");
    let usage = error(&["validate", "a.asl.json", "--formt", "json", "--format=json"]);
    assert!(
        usage["message"].as_str().unwrap().contains("'--formt'"),
        "{usage}"
    );
    assert!(usage["help"].as_str().unwrap().contains("'--format'"), "{usage}");
    let all = error(&["fmt", "gone.json", "lost.json", "--format", "json"]);
    for name in ["gone.json", "lost.json"] {
        assert!(all["message"].as_str().unwrap().contains(name), "{all}");
    }
}

/// Other formats are as they were: nothing on stdout.
#[test]
fn only_json_has_the_error_on_stdout() {
    let folder = project();
    for arguments in [
        &["graph", "gone.json"][..],
        &["graph", "gone.json", "--format", "dot"],
        &["validate", "a.asl.json", "--nonsense"],
        &["simulate", "a.asl.json", "--format", "history"],
    ] {
        let (status, out, _) = run(folder.path(), arguments);
        assert_eq!((status, &*out), (2, ""), "{arguments:?}");
    }
}

/// A file that cannot be formatted is an entry beside the others.
#[test]
fn one_file_that_fails_is_an_entry_of_fmt() {
    let folder = project();
    let arguments = [
        "fmt",
        "a.asl.json",
        "text.asl.json",
        "gone.json",
        "--check",
        "--format",
        "json",
    ];
    let (status, out, _) = run(folder.path(), &arguments);
    assert_eq!(status, 2);
    let all: Value = serde_json::from_str(&out).unwrap();
    let files = all["files"].as_array().unwrap();
    assert_eq!(files[0], json!({"file": "a.asl.json", "changed": true}));
    assert_eq!(files[1]["error"]["code"], "invalid-data");
    assert_eq!(
        (&files[2]["file"], &files[2]["error"]["code"]),
        (&json!("gone.json"), &json!("unreadable"))
    );
}

#[test]
fn fmt_tells_what_it_changed() {
    let folder = project();
    let fmt = |more: &[&str]| {
        let (status, out, _) = run(
            folder.path(),
            &[&["fmt", "a.asl.json", "--format", "json"][..], more].concat(),
        );
        let all: Value = serde_json::from_str(&out).unwrap();
        (status, all["files"][0]["changed"].clone())
    };
    assert_eq!(fmt(&["--check"]), (1, json!(true)));
    assert_eq!(fmt(&[]), (0, json!(true)));
    assert_eq!(fmt(&["--check"]), (0, json!(false)));
}

/// The entries of the files of a report: what was read stands, and what was not is an error among them.
#[test]
fn a_file_that_cannot_be_read_is_an_entry_beside_the_others() {
    let folder = project();
    for command in ["validate", "lint", "check"] {
        let (status, out, _) = run(
            folder.path(),
            &[command, "gone.json", "a.asl.json", "--format", "json"],
        );
        assert_eq!(status, 2, "{command}");
        let all: Value = serde_json::from_str(&out).unwrap();
        let files = all["files"].as_array().unwrap();
        assert_eq!(files.len(), 2, "{command}: {out}");
        assert_eq!(
            (&files[0]["file"], &files[0]["result"]),
            (&json!("a.asl.json"), &json!("OK")),
            "{command}"
        );
        assert_eq!(
            (&files[1]["file"], &files[1]["error"]["code"]),
            (&json!("gone.json"), &json!("unreadable"))
        );
    }
    for arguments in [
        &["validate", "gone.json", "--format", "json"][..],
        &["check", "empty", "--format", "json"],
        &["lint", "gone.json", "lost.json", "--format", "json"],
    ] {
        fs::create_dir_all(folder.path().join("empty")).unwrap();
        let (status, out, _) = run(folder.path(), arguments);
        let all: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (status, &all["error"]["code"]),
            (2, &json!("unreadable")),
            "{arguments:?}"
        );
        assert_eq!(all.as_object().unwrap().len(), 1, "{all}");
    }
}

#[test]
fn a_file_that_cannot_be_compared_is_an_entry_beside_the_others() {
    let folder = project();
    let changed = definition().to_string().replace("\"B\"", "\"C\"");
    for (name, text) in [
        ("old/a.asl.json", definition().to_string()),
        ("new/a.asl.json", changed),
    ] {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    for (side, text) in [("old", "{"), ("new", "{\"StartAt\"")] {
        fs::write(folder.path().join(side).join("text.asl.json"), text).unwrap();
    }
    let (status, out, _) = run(folder.path(), &["diff", "old", "new", "--format", "json"]);
    assert_eq!(status, 2);
    let all: Value = serde_json::from_str(&out).unwrap();
    let files = all["files"].as_array().unwrap();
    assert_eq!(files.len(), 2, "{out}");
    assert_eq!(files[0]["changes"].as_array().unwrap().len(), 1, "{out}");
    assert_eq!(files[1]["error"]["code"], "invalid-data", "{out}");
}

/// JSON in the place of a file's name: what is meant is clear.
#[test]
fn json_in_the_place_of_a_file_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    std::fs::write(folder.path().join("a.asl.json"), definition).unwrap();
    for (option, words) in [
        ("--input", "give it with --input-json"),
        ("--mocks", "write it into a file"),
        ("--substitutions", "write it into a file"),
    ] {
        let (code, _, err) =
            super::called::run(folder.path(), &["simulate", "a.asl.json", option, "{\"a\": 1}"]);
        assert_eq!(code, 2, "{option}");
        assert!(err.contains(words) && !err.contains("--write"), "{option}: {err}");
    }
}
