//! `lint --fix` and `--diff`: what is mended, and what is left as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use sfn_tool::internals::asl::MachineType;
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::definition;
use sfn_tool::internals::diagnostics::{Applicability, Finding, Severity};
use sfn_tool::internals::lint::{self, Selection, Settings};
use sfn_tool::internals::source::{ParseOptions, SourceFile, parse};
use sfn_tool::internals::validate::{Options, validate};

use crate::called;

fn sfn_tool(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = called::tool();
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

/// A definition written otherwise: the same value, with other blanks, other line ends, and as YAML in block style with a
/// comment on most lines.
fn variants(name: &str, text: &str) -> Vec<(String, String)> {
    let mut all = vec![(name.to_owned(), text.to_owned())];
    let crlf = text.replace('\n', "\r\n");
    all.push((format!("{name} (CRLF)"), crlf));
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return all;
    };
    all.push((format!("{name} (minified)"), value.to_string()));
    let mut tabs = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut tabs, formatter);
    serde::Serialize::serialize(&value, &mut serializer).expect("a value has a text");
    all.push((
        format!("{name} (tabs)"),
        String::from_utf8(tabs).expect("JSON is UTF-8"),
    ));
    for (dash, style) in [(2, "indented lists"), (0, "flush lists")] {
        let mut yaml = "# the file\n".to_owned();
        Block { dash, comments: 0 }.members(&value, 0, &mut yaml);
        let name = name.replace(".asl.json", ".asl.yaml");
        all.push((format!("{name} ({style})"), yaml));
    }
    all
}

/// Writes YAML's block style.
struct Block {
    /// By how much the dashes of a list are indented.
    dash: usize,
    comments: usize,
}

impl Block {
    fn members(&mut self, value: &serde_json::Value, column: usize, out: &mut String) {
        for (i, (key, value)) in value.as_object().expect("an object").iter().enumerate() {
            // The first member of a list's item stands behind the dash.
            if !out.ends_with("- ") {
                out.push_str(&" ".repeat(column));
            }
            out.push_str(&scalar(&serde_json::Value::from(key.as_str())));
            out.push(':');
            self.value(value, column, i > 0, out);
        }
    }

    fn value(&mut self, value: &serde_json::Value, column: usize, comment: bool, out: &mut String) {
        let comment = if comment {
            self.comments += 1;
            format!(" # {}.", self.comments)
        } else {
            String::new()
        };
        match value {
            serde_json::Value::Object(map) if !map.is_empty() => {
                out.push_str(&format!("{comment}\n"));
                self.members(value, column + 2, out);
            }
            serde_json::Value::Array(items) if !items.is_empty() => {
                out.push_str(&format!("{comment}\n"));
                let column = column + self.dash;
                for item in items {
                    out.push_str(&format!("{}- ", " ".repeat(column)));
                    match item {
                        serde_json::Value::Object(map) if !map.is_empty() => {
                            self.members(item, column + 2, out)
                        }
                        scalar_item => out.push_str(&format!("{}\n", scalar(scalar_item))),
                    }
                }
            }
            other => out.push_str(&format!(" {}{comment}\n", scalar(other))),
        }
    }
}

/// A scalar without quotes where they are not needed.
fn scalar(value: &serde_json::Value) -> String {
    let plain = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
            && !["true", "false", "null", "yes", "no", "on", "off"].contains(&text)
    };
    match value.as_str() {
        Some(text) if plain(text) => text.to_owned(),
        _ => value.to_string(),
    }
}

fn value_of(name: &str, text: &str) -> sfn_tool::internals::value::Value {
    let parsed = parse(Arc::new(SourceFile::new(name, text)));
    parsed.document.expect("a definition").root().to_value()
}

/// The property that makes `--fix` safe to run: what was mended is gone, AWS refuses nothing that it took before, a
/// second run changes nothing, outside of the edits not a byte has changed, and however the definition is written, the
/// same is mended.
#[test]
fn what_is_mended_is_gone_and_nothing_else_has_changed() {
    let mut mended = std::collections::BTreeSet::new();
    let mut mended_safely = std::collections::BTreeSet::new();
    for (rule, path) in fixtures() {
        let text = fs::read_to_string(&path).expect("a fixture");
        let original = path.to_str().expect("a plain path");
        let settings = Settings {
            machine_type: original.contains("-express.").then_some(MachineType::Express),
            ..Settings::from(Selection::new(std::slice::from_ref(&rule), &[]).expect("a rule"))
        };
        for unsafe_too in [false, true] {
            let mut first = None;
            for (name, text) in variants(original, &text) {
                let (before, errors_before) = look(&name, &text, &settings);
                let file = Arc::new(SourceFile::new(name.as_str(), text.as_str()));
                let fixed = definition::fix(&file, &ParseOptions::default(), &settings, unsafe_too);
                let applies = |finding: &Finding| {
                    let mut fixes = finding.fixes.iter();
                    fixes.any(|fix| unsafe_too || fix.applicability == Applicability::Safe)
                };
                let wanted = before.iter().filter(|finding| applies(finding)).count();
                assert_eq!(fixed.fixes > 0, wanted > 0, "{name}: {} fixes", fixed.fixes);
                let (after, errors) = look(&name, &fixed.text, &settings);
                assert!(errors <= errors_before, "{name}:\n{}", fixed.text);
                assert!(!after.iter().any(applies), "{name}: {after:?}\n{}", fixed.text);
                assert!(
                    after.len() + wanted <= before.len(),
                    "{name}: what was mended is still found\n{}",
                    fixed.text
                );
                let again = Arc::new(SourceFile::new(name.as_str(), fixed.text.as_str()));
                let again = definition::fix(&again, &ParseOptions::default(), &settings, unsafe_too);
                assert_eq!(again.fixes, 0, "{name}:\n{}", again.text);
                if wanted > 0 {
                    mended.insert(rule.clone());
                    if !unsafe_too {
                        mended_safely.insert(rule.clone());
                    }
                }
                let value = (value_of(&name, &fixed.text), before.len(), after.len());
                let expected = first.get_or_insert_with(|| value.clone());
                assert_eq!(*expected, value, "{name}:\n{}", fixed.text);
                untouched_text_stays(&name, &text, &fixed.text, &before);
            }
        }
    }
    assert!(mended.len() >= 20, "{mended:?}");
    assert!(mended_safely.len() >= 8, "{mended_safely:?}");
}

/// Every line without an edit is there, in order, and every comment that no edit covers.
fn untouched_text_stays(name: &str, text: &str, fixed: &str, findings: &[Finding]) {
    let edits = || {
        let fixes = findings.iter().flat_map(|finding| &finding.fixes);
        fixes.flat_map(|fix| &fix.edits)
    };
    let touched =
        |at: usize| edits().any(|edit| (edit.span.start as usize..=edit.span.end as usize).contains(&at));
    let mut at = 0;
    let mut rest = fixed;
    for line in text.split_inclusive('\n') {
        if !(at..=at + line.len()).any(touched) {
            let found = rest.find(line);
            let found = found.unwrap_or_else(|| panic!("{name}: lost {line:?}\n{fixed}"));
            rest = &rest[found + line.len()..];
        }
        if let Some(comment) = line.find(" # ") {
            let (from, to) = (at + comment, at + line.trim_end().len());
            let covered = edits().any(|edit| edit.span.range().start < to && from < edit.span.range().end);
            let comment = line[comment..].trim_end();
            assert!(
                covered || fixed.contains(comment),
                "{name}: lost {comment:?}\n{fixed}"
            );
        }
        at += line.len();
    }
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
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"idPath": "$.id"}, "End": true}}}"#;
    fs::write(&file, text).expect("a file");
    let rule = ["lint", "--select", "path-without-dollar", "--fix", "a.asl.json"];
    assert_eq!(sfn_tool(folder.path(), &rule).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).expect("the file"), text);
    let all = sfn_tool(folder.path(), &[&rule[..], &["--unsafe-fixes"]].concat());
    assert_eq!(all.status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(&file).expect("the file"),
        text.replace("\"idPath\":", "\"idPath.$\":")
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
    let mut command = called::tool();
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

/// Says twice what holds without it: `Wait` has a field that says what its absence says.
const REDUNDANT: &str =
    r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$", "End": true}}}"#;

#[test]
fn what_comes_from_stdin_goes_to_stdout_and_touches_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("f.asl.json");
    let fix = |text: &str| {
        let mut command = called::tool();
        let rule = ["lint", "--isolated", "--select", "redundant-field", "--fix"];
        command.current_dir(folder.path()).args(rule);
        command
            .args(["--stdin-filename", "f.asl.json", "-"])
            .write_stdin(text);
        stdout(&command.output().expect("the program runs"))
    };
    let fixed = |text: &str| text.replace(r#" "InputPath": "$","#, "");
    // An editor's buffer is saved, is not saved yet, or is that of a new file.
    fs::write(&file, REDUNDANT).expect("a file");
    assert_eq!(fix(REDUNDANT), fixed(REDUNDANT));
    let edited = REDUNDANT.replace("\"A\"", "\"B\"");
    assert_eq!(fix(&edited), fixed(&edited));
    assert_eq!(fs::read_to_string(&file).expect("a file"), REDUNDANT);
    // Nothing to mend, nothing that can be read: the buffer must not be lost.
    for text in [fixed(REDUNDANT).as_str(), "{\"StartAt\": "] {
        assert_eq!(fix(text), text);
    }
    fs::remove_file(&file).expect("a file");
    assert_eq!(fix(REDUNDANT), fixed(REDUNDANT));
    assert!(!file.exists());
}

#[test]
fn members_go_from_large_objects_as_from_small_ones() {
    let count = 500;
    let assign: Vec<String> = (0..count).map(|i| format!(r#""v{i}": {i}"#)).collect();
    let text = format!(
        r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{
  "A": {{"Type": "Pass", "Assign": {{{}}}, "Next": "B"}},
  "B": {{"Type": "Pass", "Output": "{{% $v7 %}}", "End": true}}}}}}"#,
        assign.join(", ")
    );
    let settings = Settings::from(Selection::new(&["unread-variable".to_owned()], &[]).expect("a rule"));
    let file = Arc::new(SourceFile::new("t.asl.json", text.as_str()));
    let fixed = definition::fix(&file, &ParseOptions::default(), &settings, true);
    assert!(
        fixed.text.contains(r#""Assign": {"v7": 7}"#),
        "{}",
        &fixed.text[..200]
    );
}

#[test]
fn expressions_are_put_between_their_delimiters() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass",
 "Output": {"id": "$states.input.id", "all": "$count($states.input.items)", "price": "$5"}, "End": true}}}
"#;
    fs::write(folder.path().join("m.asl.json"), text).expect("a file");
    sfn_tool(folder.path(), &["lint", "--fix", "m.asl.json"]);
    let path = text.replace("$states.input.id", "{% $states.input.id %}");
    assert_eq!(
        fs::read_to_string(folder.path().join("m.asl.json")).expect("a file"),
        path
    );
    // What a longer one comes to is to be looked at.
    sfn_tool(folder.path(), &["lint", "--fix", "--unsafe-fixes", "m.asl.json"]);
    let call = "$count($states.input.items)";
    let all = path.replace(call, &format!("{{% {call} %}}"));
    assert_eq!(
        fs::read_to_string(folder.path().join("m.asl.json")).expect("a file"),
        all
    );
}
