//! What the commands read: folders, patterns, stdin, placeholders, and files that are no definitions at all.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::called;

const FINE: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
const FINE_YAML: &str = "StartAt: A\nStates:\n  A: &a\n    Type: Pass\n    Next: B\n  B: {<<: *a, Next: C}\n  C: {Type: Wait, Seconds: ${wait}, End: true}\n";

fn tool(folder: &Path) -> Command {
    let mut command = called::tool();
    command.current_dir(folder).env_remove("NO_COLOR").arg("validate");
    command
}

/// Exit status, stdout and stderr.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn results(json: &str) -> Vec<(String, String)> {
    let answer: Value = serde_json::from_str(json).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (answer["files"].as_array().unwrap().iter())
        .map(|file| {
            // What could not be read is an entry, too.
            let result = file.get("result").unwrap_or(&file["error"]["code"]);
            (text(&file["file"]), text(result))
        })
        .collect()
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn a_folder_is_searched_and_one_bad_file_stops_nothing() {
    let wide: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = folder(&[
        ("flows/a.asl.json", FINE.as_bytes()),
        ("flows/b.asl.json", b"{\"StartAt\": \"A\",}"),
        ("flows/c.asl.json", &wide),
        ("flows/d.asl.yaml", FINE_YAML.as_bytes()),
        ("flows/e.asl.json", b"{\"a\": \"\xff\"}"),
        ("flows/notes.json", b"{"),
    ]);
    let (status, out, err) = run(tool(folder.path()).args(["flows", "gone.asl.json", "--format", "json"]));
    assert_eq!(status, 2);
    let expected = [
        ("flows/a.asl.json", "OK"),
        ("flows/b.asl.json", "FAIL"),
        ("flows/d.asl.yaml", "OK"),
        ("flows/c.asl.json", "unreadable"),
        ("flows/e.asl.json", "unreadable"),
        ("gone.asl.json", "unreadable"),
    ];
    assert_eq!(
        results(&out),
        expected.map(|(file, result)| (file.to_owned(), result.to_owned()))
    );
    for part in [
        "c.asl.json is encoded in UTF-16",
        "e.asl.json is not UTF-8 text: byte 7",
        "gone.asl.json does not exist",
    ] {
        assert!(err.contains(part), "{part} is missing in\n{err}");
    }
}

#[test]
fn patterns_and_stdin_are_inputs() {
    let folder = folder(&[("x/a.json", FINE.as_bytes()), ("y/b.json", FINE.as_bytes())]);
    let (status, out, _) = run(tool(folder.path()).args(["*/*.json", "--format", "json"]));
    assert_eq!((status, results(&out).len()), (0, 2));
    let command = &mut tool(folder.path());
    let (status, out, _) = run(command
        .args(["-", "--stdin-filename", "in.asl.yaml", "--format", "json"])
        .write_stdin(FINE_YAML));
    assert_eq!(
        (status, results(&out)),
        (0, vec![("in.asl.yaml".into(), "OK".into())])
    );
    let (status, _, err) = run(tool(folder.path()).args(["*.nothing"]));
    assert_eq!(status, 2);
    assert!(err.contains("no file matches *.nothing"), "{err}");
}

#[test]
fn values_of_placeholders_are_checked_like_any_others() {
    let definition = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Wait\", \"Seconds\": ${wait}, \"End\": true}}}";
    let folder = folder(&[
        ("a.asl.json", definition.as_bytes()),
        ("values.yaml", b"wait: 10\n"),
    ]);
    let verdict = |arguments: &[&str]| {
        let (_, out, _) = run(tool(folder.path())
            .args(["a.asl.json", "--format", "json"])
            .args(arguments));
        results(&out)[0].1.clone()
    };
    assert_eq!(verdict(&[]), "OK");
    assert_eq!(verdict(&["--define", "wait=10"]), "OK");
    assert_eq!(verdict(&["--define", "wait=soon"]), "FAIL");
    assert_eq!(verdict(&["--substitutions", "values.yaml"]), "OK");
    assert_eq!(
        verdict(&["--substitutions", "values.yaml", "--define", "wait=soon"]),
        "FAIL"
    );
    let (status, _, _) = run(tool(folder.path()).args(["a.asl.json", "--define", "wait"]));
    assert_eq!(status, 2);
}

#[test]
fn a_definition_of_megabytes_on_one_line_stays_readable() {
    let pad = "x".repeat(3_000_000);
    let text = format!(
        "{{\"Comment\": \"{pad}\", \"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Resource\": 1, \"End\": true}}}}, \"Comment\": \"{pad}\"}}"
    );
    let folder = folder(&[("a.asl.json", text.as_bytes())]);
    let (status, out, _) = run(tool(folder.path()).arg("a.asl.json"));
    assert_eq!(status, 1);
    assert!(out.len() < 6_000, "{} bytes of output", out.len());
    assert!(out.contains("Duplicate field 'Comment'"), "{out}");
}
