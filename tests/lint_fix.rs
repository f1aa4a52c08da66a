//! `lint --fix` and `--diff`: what is mended, and what is left as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use assert_cmd::Command;
use sfn_tool::asl::StateMachine;
use sfn_tool::diagnostics::{Applicability, Finding, Severity};
use sfn_tool::lint::{self, Selection, Settings};
use sfn_tool::source::{ParseOptions, SourceFile, parse};
use sfn_tool::validate::{MachineType, Options, validate};

fn sfn_tool(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("sfn-tool").expect("the binary of this package");
    command.current_dir(folder);
    command.args(arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every fixture of every rule, with the rule's name.
fn fixtures() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut all = Vec::new();
    for rule in fs::read_dir(folder).expect("fixtures/rules") {
        let rule = rule.expect("a folder").path();
        let name = rule
            .file_name()
            .and_then(|n| n.to_str())
            .expect("a plain name")
            .to_owned();
        for file in fs::read_dir(&rule).expect("a folder") {
            let file = file.expect("a file").path();
            if file.to_str().expect("a plain path").contains(".asl.") {
                all.push((name.clone(), file));
            }
        }
    }
    all.sort();
    assert!(all.len() > 80, "{} fixtures", all.len());
    all
}

/// What a rule finds in a text, and what AWS refuses in it.
fn look(name: &str, text: &str, settings: &Settings) -> (Vec<Finding>, usize) {
    let parsed = parse(Arc::new(SourceFile::new(name, text)));
    assert!(
        parsed.findings.is_empty(),
        "{name}: {:?}\n{text}",
        parsed.findings
    );
    let machine = StateMachine::read(Arc::new(parsed.document.expect("no finding, so a document")));
    let options = Options {
        machine_type: settings.machine_type.unwrap_or_default(),
    };
    let refused = validate(&machine, &options);
    let errors = refused.iter().filter(|f| f.severity == Severity::Error).count();
    (lint::check(&machine, settings), errors)
}

/// The property that makes `--fix` safe to run: what was mended is gone, AWS refuses nothing that it took before, and
/// outside of the edits not a byte has changed.
#[test]
fn what_is_mended_is_gone_and_nothing_else_has_changed() {
    let mut mended = std::collections::BTreeSet::new();
    for (rule, path) in fixtures() {
        let text = fs::read_to_string(&path).expect("a fixture");
        let name = path.to_str().expect("a plain path");
        let settings = Settings {
            machine_type: name.contains("-express.").then_some(MachineType::Express),
            ..Settings::from(Selection::new(std::slice::from_ref(&rule), &[]).expect("a rule"))
        };
        let (before, errors_before) = look(name, &text, &settings);
        let file = Arc::new(SourceFile::new(name, text.clone()));
        for unsafe_too in [false, true] {
            let fixed = lint::fix(&file, &ParseOptions::default(), &settings, unsafe_too);
            let applies = |finding: &Finding| {
                let mut fixes = finding.fixes.iter();
                fixes.any(|fix| unsafe_too || fix.applicability == Applicability::Safe)
            };
            let wanted = before.iter().filter(|finding| applies(finding)).count();
            assert_eq!(fixed.fixes > 0, wanted > 0, "{name}: {} fixes", fixed.fixes);
            let (after, errors) = look(name, &fixed.text, &settings);
            assert!(errors <= errors_before, "{name}:\n{}", fixed.text);
            assert!(!after.iter().any(applies), "{name}: {after:?}\n{}", fixed.text);
            assert_eq!(
                after.len() + wanted,
                before.len(),
                "{name}: what was not mended is still found\n{}",
                fixed.text
            );
            if wanted > 0 {
                mended.insert(rule.clone());
            }
            // Taking the edits out of both texts leaves the same: every line without an edit is there, in order.
            let touched = |at: usize| {
                let fixes = before.iter().flat_map(|finding| &finding.fixes);
                let mut edits = fixes.flat_map(|fix| &fix.edits);
                edits.any(|edit| (edit.span.start as usize..=edit.span.end as usize).contains(&at))
            };
            let mut at = 0;
            let mut rest = fixed.text.as_str();
            for line in text.split_inclusive('\n') {
                if !(at..=at + line.len()).any(touched) {
                    let found = rest.find(line);
                    let found = found.unwrap_or_else(|| panic!("{name}: lost {line:?}\n{}", fixed.text));
                    rest = &rest[found + line.len()..];
                }
                at += line.len();
            }
        }
    }
    assert!(mended.len() >= 8, "{mended:?}");
}

const BROKEN: &str = "# Orders\r\nStartAt: Work\r\nStates:\r\n  Work: {Type: Task, Resource: '${Work}',   # odd   spacing\r\n    Retry: [{ErrorEquals: [States.Timeot]}],\r\n    End: true}\r\n";

#[test]
fn fix_writes_and_diff_shows_and_both_keep_the_rest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.asl.yaml");
    fs::write(&file, BROKEN).expect("a file");
    let rule = ["lint", "--select", "unknown-error-name", "a.asl.yaml"];
    let diff = sfn_tool(folder.path(), &[&rule[..], &["--diff"]].concat());
    assert_eq!(diff.status.code(), Some(1));
    let text = stdout(&diff);
    assert!(
        text.contains("--- a/a.asl.yaml") && text.contains("+    Retry: [{ErrorEquals: [States.Timeout]}],"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&file).expect("the file"), BROKEN);
    let fix = sfn_tool(folder.path(), &[&rule[..], &["--fix"]].concat());
    assert_eq!((fix.status.code(), stdout(&fix).as_str()), (Some(0), ""));
    let expected = BROKEN.replace("Timeot", "Timeout");
    assert_eq!(fs::read_to_string(&file).expect("the file"), expected);
    let again = sfn_tool(folder.path(), &[&rule[..], &["--diff"]].concat());
    assert_eq!((again.status.code(), stdout(&again).as_str()), (Some(0), ""));
    // Nothing is left beside the file.
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn unsafe_fixes_wait_to_be_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.asl.json");
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"id": "$.id"}, "End": true}}}"#;
    fs::write(&file, text).expect("a file");
    let rule = ["lint", "--select", "path-without-dollar", "--fix", "a.asl.json"];
    assert_eq!(sfn_tool(folder.path(), &rule).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).expect("the file"), text);
    let all = sfn_tool(folder.path(), &[&rule[..], &["--unsafe-fixes"]].concat());
    assert_eq!(all.status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(&file).expect("the file"),
        text.replace("\"id\":", "\"id.$\":")
    );
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("real.asl.yaml");
    fs::write(&file, BROKEN).expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("real.asl.yaml", folder.path().join("link.asl.yaml")).expect("a link");
    let fix = ["lint", "--select", "unknown-error-name", "--fix", "link.asl.yaml"];
    assert_eq!(sfn_tool(folder.path(), &fix).status.code(), Some(0));
    assert!(
        fs::read_to_string(&file)
            .expect("the file")
            .contains("States.Timeout")
    );
    assert_eq!(
        fs::metadata(&file).expect("the file").permissions().mode() & 0o777,
        0o640
    );
    assert!(
        fs::symlink_metadata(folder.path().join("link.asl.yaml"))
            .expect("the link")
            .is_symlink()
    );
}

#[test]
fn stdin_goes_to_stdout() {
    let mut command = Command::cargo_bin("sfn-tool").expect("the binary of this package");
    let output = command
        .args([
            "lint",
            "--isolated",
            "--select",
            "unknown-error-name",
            "--fix",
            "-",
        ])
        .write_stdin(BROKEN)
        .output()
        .expect("the program runs");
    assert_eq!(stdout(&output), BROKEN.replace("Timeot", "Timeout"));
}
