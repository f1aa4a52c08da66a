//! What is read: whatever a call names, of what files name only regular files inside their repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_sfn-tool");
const SECRET: &str = "the-secret-of-somebody-else";
const PASS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
const READER: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": "b", "Key": "k"}},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}}}}"#;

/// A repository `r`, and a file beside it.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        place.write("secret.txt", SECRET);
        place.write("outside.asl.json", PASS);
        place.write("r/.git/HEAD", "ref: refs/heads/main");
        place.write("r/d.asl.json", PASS);
        place.write("r/reads.asl.json", READER);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Runs the tool in the repository.
    fn call(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(BINARY)
            .current_dir(self.path("r"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        said(&output)
    }

    /// A call that is refused until it may read outside; nothing of the other file is quoted.
    fn refused_unless_allowed(&self, arguments: &[&str], file: &str) {
        let (_, text) = self.call(arguments);
        let root = self.path("r").canonicalize().expect("a folder");
        for part in [file, &root.display().to_string(), "--allow-outside"] {
            assert!(joined(&text).contains(part), "{arguments:?}: no {part} in {text}");
        }
        assert!(!text.contains(SECRET), "{arguments:?}: {text}");
        let mut allowed = arguments.to_vec();
        allowed.push("--allow-outside");
        let (_, text) = self.call(&allowed);
        assert!(!joined(&text).contains("lies outside"), "{allowed:?}: {text}");
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// A text that was broken into lines for a terminal, on one.
fn joined(text: &str) -> String {
    text.lines()
        .map(|line| line.trim_start_matches([' ', '│', '×', '╰', '─', '▶', '├']))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_files_name_outside_their_repository_is_refused() {
    let place = Place::new();
    place.write(
        "r/t.yaml",
        "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: ../secret.txt\n      Role: r\n",
    );
    for command in [
        "validate",
        "lint",
        "graph",
        "inspect",
        "simulate",
        "explore",
        "test-state",
    ] {
        place.refused_unless_allowed(&[command, "t.yaml"], "../secret.txt");
    }
    place.refused_unless_allowed(&["diff", "t.yaml", "d.asl.json"], "../secret.txt");

    place.write(
        "r/m.tf",
        "resource \"aws_sfn_state_machine\" \"m\" {\n  role_arn   = \"r\"\n  definition = file(\"${path.module}/../secret.txt\")\n}\n",
    );
    place.refused_unless_allowed(&["validate", "m.tf"], "../secret.txt");

    // A link is what it leads to.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.path("secret.txt"), place.path("r/link.txt")).expect("a link");
        place.write(
            "r/t2.yaml",
            "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: link.txt\n      Role: r\n",
        );
        place.refused_unless_allowed(&["validate", "t2.yaml"], "link.txt");
    }

    let test = |name: &str, text: &str| place.write(&format!("r/tests/{name}.sfn-test.yaml"), text);
    test(
        "definition",
        "Definition: ../../outside.asl.json\nCases: [{Name: a}]\n",
    );
    test(
        "input",
        "Definition: ../d.asl.json\nCases: [{Name: a, InputFile: ../../secret.txt}]\n",
    );
    test(
        "mocks",
        "Definition: ../d.asl.json\nMocks: {File: ../../secret.txt}\nCases: [{Name: a}]\n",
    );
    test(
        "substitutions",
        "Definition: ../d.asl.json\nSubstitutions: ../../secret.txt\nCases: [{Name: a}]\n",
    );
    test(
        "snapshot",
        "Definition: ../d.asl.json\nCases: [{Name: a, Expect: {Snapshot: ../../secret.txt}}]\n",
    );
    test(
        "objects",
        "Definition: ../reads.asl.json\nMocks: {Objects: {\"s3://b/k\": {File: ../../secret.txt}}}\nCases: [{Name: a}]\n",
    );
    for (name, file) in [
        ("snapshot", "secret.txt"),
        ("definition", "outside.asl.json"),
        ("input", "secret.txt"),
        ("mocks", "secret.txt"),
        ("substitutions", "secret.txt"),
        ("objects", "secret.txt"),
    ] {
        place.refused_unless_allowed(&["test", &format!("tests/{name}.sfn-test.yaml")], file);
    }

    place.write(
        "r/m.json",
        r#"{"Objects": {"s3://b/k": {"File": "../secret.txt"}}}"#,
    );
    place.refused_unless_allowed(
        &["simulate", "reads.asl.json", "--mocks", "m.json"],
        "../secret.txt",
    );

    place.write("r/c/sfn-tool.toml", "[lint]\nbaseline = \"../../secret.txt\"\n");
    place.refused_unless_allowed(
        &["lint", "d.asl.json", "--config", "c/sfn-tool.toml"],
        "secret.txt",
    );
}

#[cfg(unix)]
#[test]
fn what_is_found_and_leads_outside_is_refused() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    symlink(place.path("secret.txt"), place.path("r/found.asl.json")).expect("a link");
    symlink(place.path("secret.txt"), place.path("r/found.sfn-test.yaml")).expect("a link");
    place.refused_unless_allowed(&["validate", "."], "found.asl.json");
    place.refused_unless_allowed(&["lint", "fo*.json"], "found.asl.json");
    place.refused_unless_allowed(&["test", "."], "found.sfn-test.yaml");
    place.refused_unless_allowed(&["diff", ".", "."], "found.asl.json");
    fs::create_dir(place.path("r/runs")).expect("a folder");
    symlink(place.path("secret.txt"), place.path("r/runs/a.input.json")).expect("a link");
    place.refused_unless_allowed(
        &["diff", "d.asl.json", "reads.asl.json", "--simulate", "runs"],
        "a.input.json",
    );
    // What a link leads to is not formatted either.
    symlink(place.path("outside.asl.json"), place.path("r/other.asl.json")).expect("a link");
    place.call(&["fmt", "."]);
    place.call(&["lint", ".", "--select", "all", "--unsafe-fixes", "--fix"]);
    assert_eq!(
        fs::read_to_string(place.path("outside.asl.json")).expect("a file"),
        PASS
    );
    symlink(place.path("secret.txt"), place.path("r/sfn-tool.toml")).expect("a link");
    place.refused_unless_allowed(&["lint", "d.asl.json"], "sfn-tool.toml");
    // What the call names may lie anywhere.
    let (status, text) = place.call(&["validate", "../outside.asl.json", "other.asl.json"]);
    assert_eq!(status, Some(0), "{text}");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_read_only_where_the_call_gave_them_open() {
    let place = Place::new();
    let made = Command::new("mkfifo").arg(place.path("r/pipe")).status();
    assert!(made.expect("it runs").success());
    std::os::unix::fs::symlink("pipe", place.path("r/linked.asl.json")).expect("a link");
    place.write("r/m.json", r#"{"Objects": {"s3://b/k": {"File": "/dev/zero"}}}"#);
    place.write("r/p.json", r#"{"Objects": {"s3://b/k": {"File": "pipe"}}}"#);
    for arguments in [
        &["validate", "pipe"][..],
        &["validate", "/dev/zero"],
        &["validate", "linked.asl.json"],
        &["simulate", "d.asl.json", "--input", "pipe"],
        &["simulate", "d.asl.json", "--mocks", "/dev/zero"],
        &["simulate", "d.asl.json", "--substitutions", "pipe"],
        &["simulate", "d.asl.json", "--replay", "pipe"],
        &["lint", "d.asl.json", "--config", "pipe"],
        &["lint", "d.asl.json", "--baseline", "pipe"],
        &["test", "pipe"],
        &["diff", "pipe", "d.asl.json"],
        &["simulate", "reads.asl.json", "--mocks", "p.json"],
        &[
            "simulate",
            "reads.asl.json",
            "--mocks",
            "m.json",
            "--allow-outside",
        ],
        &[
            "simulate",
            "reads.asl.json",
            "--mocks",
            "p.json",
            "--allow-outside",
        ],
    ] {
        let (status, text) = place.call(arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {text}");
        assert!(
            joined(&text).contains("is no regular file"),
            "{arguments:?}: {text}"
        );
    }

    // Process substitution, and a stream of stdin.
    place.write(
        "r/t.asl.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}}"#,
    );
    for script in [
        r#"$0 simulate t.asl.json --mocks <(echo '{"States": {"A": {"Return": {"Payload": 7}}}}') --format json"#,
        r#"echo '{"States": {"A": {"Return": {"Payload": 7}}}}' | $0 simulate t.asl.json --mocks /dev/stdin --format json"#,
        r#"$0 simulate <(cat t.asl.json) --mocks - --format json <<< '{"States": {"A": {"Return": {"Payload": 7}}}}'"#,
        r#"exec 3< <(echo '{"States": {"A": {"Return": {"Payload": 7}}}}'); $0 simulate t.asl.json --mocks /dev/fd/3 --format json"#,
    ] {
        let output = Command::new("bash")
            .current_dir(place.path("r"))
            .args(["-c", script, BINARY])
            .output()
            .expect("bash runs");
        let (status, text) = said(&output);
        assert_eq!(status, Some(0), "{script}: {text}");
        assert!(
            text.contains(r#""Payload": 7"#) || text.contains(r#""Payload":7"#),
            "{script}: {text}"
        );
    }
}

#[test]
fn without_a_work_tree_the_current_folder_is_the_root() {
    let place = Place::new();
    let template = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: ../d.asl.json\n      Role: r\n";
    place.write("free/d.asl.json", PASS);
    place.write("free/a/t.yaml", template);
    let from = |folder: &str, file: &Path| {
        let output = Command::new(BINARY)
            .current_dir(place.path(folder))
            .arg("validate")
            .arg(file)
            .output()
            .expect("it runs");
        said(&output)
    };
    assert_eq!(from("free", Path::new("a/t.yaml")).0, Some(0));
    let (status, text) = from("free/a", Path::new("t.yaml"));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("lies outside"), "{text}");
    // Elsewhere: the file's own folder.
    let (status, text) = from("r", &place.path("free/a/t.yaml"));
    assert_eq!(status, Some(1), "{text}");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_told_from_a_file_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("gone.asl.json", folder.path().join("link.asl.json")).unwrap();
    let (code, _, err) = super::called::run(folder.path(), &["validate", "link.asl.json"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("link.asl.json is a link to gone.asl.json, which does not exist"),
        "{err}"
    );
    let (_, _, err) = super::called::run(folder.path(), &["validate", "gone.asl.json"]);
    assert!(err.contains("gone.asl.json does not exist"), "{err}");
}
