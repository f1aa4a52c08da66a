//! JSON Schemas that users bring: for definitions, and for the data of cases.

use std::fs;

use tempfile::TempDir;

use super::called;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    folder
}

/// An organisation's own rules, in addition to AWS's.
#[test]
fn a_schema_of_the_users_own_is_checked_beside_the_rules_of_aws() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write(
        "d.asl.json",
        r#"{"StartAt": "A", "States": {
  "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}"#,
    );
    write(
        "policy.yaml",
        "required: [Comment]\nproperties:\n  States:\n    additionalProperties:\n      if: {properties: {Type: {const: Task}}}\n      \
         then: {required: [Catch]}\n",
    );
    let validate = |arguments: &[&str]| {
        let (code, stdout, stderr) =
            called::run(folder.path(), &[&["validate", "d.asl.json"], arguments].concat());
        (Some(code), stdout, stderr)
    };
    // `check` takes schemas, too.
    let (code, out, err) = called::run(
        folder.path(),
        &[
            "check",
            "d.asl.json",
            "--schema",
            "policy.yaml",
            "--severity",
            "error",
            "--format",
            "concise",
        ],
    );
    assert_eq!(code, 1, "{err}");
    assert_eq!(
        out.lines()
            .filter(|line| line.contains("error[SCHEMA_POLICY]"))
            .count(),
        2,
        "{out}"
    );
    assert_eq!(validate(&[]).0, Some(0));
    assert_eq!(validate(&["--schema", "asl"]).0, Some(0));
    let (code, stdout, _) = validate(&["--schema", "policy.yaml", "--format", "json"]);
    assert_eq!(code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(report["files"][0]["result"], "FAIL");
    let found: Vec<(&str, &str, u64)> = report["files"][0]["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| {
            assert_eq!(finding["severity"], "ERROR");
            let line = finding["range"]["start"]["line"].as_u64().unwrap_or_default();
            (
                finding["code"].as_str().unwrap_or_default(),
                finding["location"].as_str().unwrap_or_default(),
                line,
            )
        })
        .collect();
    assert_eq!(
        found,
        [("SCHEMA_POLICY", "", 1), ("SCHEMA_POLICY", "/States/A", 2)]
    );
    assert!(stdout.contains("policy.yaml#/properties/States"), "{stdout}");
    // What AWS refuses is refused all the same, and a schema that is none is told before anything is checked.
    write(
        "d.asl.json",
        r#"{"StartAt": "B", "Comment": "c", "States": {"A": {"Type": "Succeed"}}}"#,
    );
    let (_, stdout, _) = validate(&["--schema", "policy.yaml", "--format", "concise"]);
    assert!(
        stdout.contains("MISSING_TRANSITION_TARGET") && !stdout.contains("SCHEMA_POLICY"),
        "{stdout}"
    );
    for (schema, words) in [
        ("no.json", "no.json"),
        ("bad.json", "cannot be used as a JSON Schema"),
        ("web.json", "https://x.test/p"),
    ] {
        write("bad.json", r#"{"type": 1}"#);
        write("web.json", r#"{"$ref": "https://x.test/p"}"#);
        let (code, stdout, stderr) = validate(&["--schema", schema]);
        assert_eq!((code, &*stdout), (Some(2), ""), "{schema}");
        assert!(stderr.contains(words), "{schema}: {stderr}");
    }
}

/// What an execution gives, what its tasks are sent and what their mocks return, against JSON Schemas.
#[test]
fn contracts_hold_in_every_case() {
    let folder = folder(&[
        (
            "d.asl.json",
            r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true, "Parameters": {"id.$": "$.id"},
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}"#,
        ),
        ("sent.json", r#"{"properties": {"id": {"type": "integer"}}}"#),
        (
            "returned.yaml",
            "required: [total]\nproperties: {total: {minimum: 0}}\n",
        ),
        (
            "d.sfn-test.yaml",
            "Definition: d.asl.json\nSchemas: {T: {Parameters: sent.json, Result: returned.yaml}}\nCases:\n  \
             - Name: fits\n    Input: {id: 1}\n    Mocks: {States: {T: {Return: {total: 2}}}}\n    \
             Expect: {OutputSchema: returned.yaml}\n  \
             - Name: sent\n    Input: {id: one}\n    Mocks: {States: {T: {Return: {total: 2}}}}\n  \
             - Name: lying mock\n    Input: {id: 1}\n    Mocks: {States: {T: {Return: {sum: 2}}}}\n  \
             - Name: output\n    Input: {id: 1}\n    Mocks: {States: {T: {Return: {total: -1}}}}\n    \
             Expect: {OutputSchema: returned.yaml}\n",
        ),
    ]);
    let (code, stdout, stderr) = called::run(folder.path(), &["test", "d.sfn-test.yaml"]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    assert!(stdout.contains("ok     fits"), "{stdout}");
    for words in [
        "Schemas of 'T' (line 2): call 1: Parameters: $.id: \"one\" is not of type \"integer\" (sent.json#/properties/id/type)",
        "Schemas of 'T' (line 2): call 1: Result: $: \"total\" is a required property (returned.yaml#/required)",
        "OutputSchema (line 17): $.total: -1 is less than the minimum of 0 (returned.yaml#/properties/total/minimum)",
    ] {
        assert!(stdout.contains(words), "{words}\n{stdout}");
    }
    // A schema that is none, and a state that is no task.
    fs::write(folder.path().join("sent.json"), r#"{"$ref": "https://x.test/s"}"#).expect("a file");
    let (code, stdout, stderr) = called::run(folder.path(), &["test", "d.sfn-test.yaml"]);
    assert_eq!(code, 2);
    assert!(
        format!("{stdout}{stderr}").contains("https://x.test/s"),
        "{stdout}{stderr}"
    );
}
