//! A definition that AWS would refuse: every command that runs it says what `validate` says, in the same words.

use std::fs;
use std::path::Path;

use crate::called;

/// What a command writes: its exit status, stdout and stderr.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = called::tool();
    command.current_dir(folder).env("NO_COLOR", "1");
    let output = command.args(arguments).output().expect("the program runs");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Definitions with two mistakes, one of which makes AWS say two or three things more.
const BROKEN: [(&str, &str); 3] = [
    // What the text itself has comes first in the list that the others point into.
    (
        "m.asl.json",
        r#"{"StartAt": "A", "StartAt": "A", "States": {
            "A": {"Type": "Pass", "Nxet": "B"},
            "B": {"Type": "Succeed"}}}"#,
    ),
    (
        "m.asl.yaml",
        "StartAt: A\nComment: twice\nComment: twice\nStates:\n  A: {Type: Pass, Nxet: B}\n  B: {Type: Succeed}\n",
    ),
    // A warning stands before the errors.
    (
        "template.yaml",
        "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        \
         StartAt: First\n        States:\n          First: {Type: Pass, Result: $.x, Next: A}\n          \
         A: {Type: Pass, Nxet: B}\n          B: {Type: Succeed}\n          C: {Type: Pass, End: 1}\n",
    ),
];

#[test]
fn what_runs_a_definition_says_what_validate_says() {
    for (name, text) in BROKEN {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        fs::write(folder.join(name), text).expect("a temporary file");
        let (code, findings, summary) = run(folder, &["validate", "--severity", "error", name]);
        assert_eq!(code, Some(1), "{name}: {findings}");
        assert!(findings.contains("hence also"), "{name}: {findings}");
        assert!(summary.contains("2 errors in 1 file"), "{name}: {summary}");
        for command in ["simulate", "explore"] {
            let (code, _, stderr) = run(folder, &[command, name]);
            assert_eq!(code, Some(2), "{command} {name}: {stderr}");
            assert!(
                stderr.starts_with(findings.trim_end()),
                "{command} {name}: {stderr}"
            );
            assert!(stderr.contains("it has 2 errors"), "{command} {name}: {stderr}");
        }
        let test = format!("Definition: {name}\nCases:\n  - Name: one\n");
        fs::write(folder.join("t.sfn-test.yaml"), test).expect("a temporary file");
        let (code, stdout, stderr) = run(folder, &["test", "t.sfn-test.yaml"]);
        assert_eq!(code, Some(2), "test {name}: {stdout}{stderr}");
        assert!((stdout + &stderr).contains(findings.trim_end()), "test {name}");
    }
}
