//! Names, errors and texts of a stranger's files cannot steer a terminal or a pipeline: hostile ones go through every
//! command and format, and the bytes that come out are looked at.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::called;

/// Clears the screen, hides what follows, sets the title, begins a command of GitHub Actions on a line of its own, in C1
/// form, turns the direction of what follows, and ends a paragraph.
const HOSTILE: &str =
    "A\u{1b}[2J\u{1b}[8m\u{1b}]0;t\u{7}\n::error::x\r\n##[error]x\u{9b}31m\u{202e}\u{2066}\u{2028}\u{7f}";

/// A folder in which everything that can have a name has a hostile one.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, value: &Value| {
        fs::write(folder.path().join(name), value.to_string()).expect("a file");
    };
    let other = format!("{HOSTILE}B");
    write(
        "d.asl.json",
        &json!({
            "Comment": HOSTILE,
            "StartAt": HOSTILE,
            "States": {
                HOSTILE: {
                    "Type": "Task",
                    "Comment": HOSTILE,
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Parameters": {"FunctionName": HOSTILE, "Payload": {"x.$": "$.x"}},
                    "ResultSelector": {HOSTILE: HOSTILE},
                    "Assign": {"v": HOSTILE},
                    "Retry": [{"ErrorEquals": [HOSTILE], "MaxAttempts": 1}],
                    "Catch": [{"ErrorEquals": ["Lambda.Unknown"], "Next": other}],
                    "Next": other,
                },
                other.clone(): {"Type": "Choice", "Choices": [{
                    "Variable": "$.x", "StringEquals": HOSTILE, "Next": "Done"}], "Default": "Bad"},
                "Done": {"Type": "Succeed"},
                "Bad": {"Type": "Fail", "Error": HOSTILE, "Cause": HOSTILE},
            },
        }),
    );
    write(
        "broken.asl.json",
        &json!({"StartAt": HOSTILE, "States": {HOSTILE: {"Type": HOSTILE, HOSTILE: 1, "Next": other}}}),
    );
    write(
        "m.json",
        &json!({"States": {HOSTILE: {"Throw": {"Error": HOSTILE, "Cause": HOSTILE}}, other: {"Return": HOSTILE}}}),
    );
    write(
        "throws.json",
        &json!({"States": {HOSTILE: {"Throw": {"Error": HOSTILE, "Cause": HOSTILE}}}}),
    );
    write(
        "returns.json",
        &json!({"States": {HOSTILE: {"Return": {"Payload": HOSTILE}}}}),
    );
    write("input.json", &json!({"x": HOSTILE}));
    write(
        "state.json",
        &json!({"Type": "Pass", "Comment": HOSTILE, "Result": {HOSTILE: HOSTILE}, "End": true}),
    );
    write(
        "d.sfn-test.json",
        &json!({
            "Definition": "d.asl.json",
            "Cases": [
                {"Name": HOSTILE, "Input": {"x": HOSTILE}, "Mocks": {"File": "throws.json"}},
                {"Name": format!("{HOSTILE}2"), "Input": {"x": HOSTILE}, "Mocks": {"File": "returns.json"}, "Expect": {"Output": {HOSTILE: 1}}},
                {"Name": "no mock"},
            ],
        }),
    );
    write(
        "broken.sfn-test.json",
        &json!({"Definition": "d.asl.json", HOSTILE: 1, "Cases": [{"Name": HOSTILE, HOSTILE: 2}]}),
    );
    #[cfg(unix)]
    {
        let name = "f\u{1b}[2J\n::error::f\u{202e}.asl.json";
        fs::copy(folder.path().join("d.asl.json"), folder.path().join(name)).expect("a file");
        fs::copy(
            folder.path().join("broken.asl.json"),
            folder.path().join(format!("x{name}")),
        )
        .expect("a file");
    }
    folder
}

fn called(folder: &Path, arguments: &[&str]) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let output = called::tool()
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .args(arguments)
        .output()
        .expect("it runs");
    (output.status.code(), output.stdout, output.stderr)
}

/// What in a text steers: an escape sequence that is none of ours, a control, a line that a pipeline obeys.
fn steers(text: &[u8], colour: bool, commands_are_ours: bool) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let mut rest = &*text;
    while let Some(at) = rest.find(|c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }) {
        let here = &rest[at..];
        let end = here.char_indices().nth(1).map_or(here.len(), |(end, _)| end);
        rest = &here[end..];
        let colours = here.strip_prefix("\u{1b}[").is_some_and(|numbers| {
            let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';');
            // 8 hides what follows.
            end.is_some_and(|end| numbers[end..].starts_with('m') && &numbers[..end] != "8")
        });
        if !(colour && colours) {
            return Some(here.chars().take(60).collect());
        }
    }
    text.lines()
        .find(|line| {
            let line = line.trim_start();
            !commands_are_ours && (line.starts_with("::") || line.starts_with("##["))
        })
        .map(str::to_owned)
}

#[test]
fn nothing_of_a_strangers_files_steers_a_terminal() {
    let folder = folder();
    record(folder.path());
    let mut calls: Vec<Vec<&str>> = vec![
        vec!["simulate", "d.asl.json"],
        vec!["simulate", "d.asl.json", "--mocks", "m.json"],
        vec![
            "simulate",
            "d.asl.json",
            "--mocks",
            "returns.json",
            "--input",
            "input.json",
        ],
        vec![
            "simulate",
            "d.asl.json",
            "--mocks",
            "returns.json",
            "--input",
            "input.json",
            "--full",
            "--cost",
        ],
        vec![
            "simulate",
            "d.asl.json",
            "--mocks",
            "m.json",
            "--expect-status",
            "SUCCEEDED",
        ],
        vec!["simulate", "d.asl.json", "--mocks", "throws.json"],
        vec!["simulate", "broken.asl.json"],
        vec!["simulate", "d.asl.json", "--mocks", "broken.asl.json"],
        vec!["explore", "d.asl.json"],
        vec!["test", "d.sfn-test.json", "--coverage"],
        vec!["test", "d.sfn-test.json", "--list"],
        vec!["test", "broken.sfn-test.json"],
        vec!["test-state", "state.json", "--inspection-level", "debug"],
        vec!["test-state", "broken.asl.json"],
        vec!["test-state", "d.asl.json", "--state-name", HOSTILE],
        vec!["inspect", "d.asl.json"],
        vec!["inspect", "broken.asl.json"],
        vec!["simulate", "d.asl.json", "--replay", "history.json"],
        vec!["simulate", "d.asl.json", "--replay", "other-history.json"],
        vec!["simulate", "other.asl.json", "--replay", "history.json"],
        vec![
            "mocks",
            "from-history",
            "history.json",
            "--definition",
            "other.asl.json",
        ],
        vec!["diff", "d.asl.json", "broken.asl.json"],
        vec!["graph", "d.asl.json", "--format", "text"],
        vec![
            "eval",
            "--language",
            "jsonata",
            "--expression",
            "$error(x)",
            "--input",
            "input.json",
        ],
        vec![
            "eval",
            "--language",
            "jsonata",
            "--expression",
            "x",
            "--input",
            "input.json",
        ],
        vec!["explain", HOSTILE],
        vec!["lint", ".", "--select", "all", "--fix", "--diff"],
        vec!["fmt", "--diff", "."],
        vec!["fmt", "--check", "."],
    ];
    for format in ["text", "concise", "github"] {
        calls.push(vec!["validate", ".", "--format", format]);
        calls.push(vec!["lint", ".", "--select", "all", "--format", format]);
    }
    calls.push(vec![
        "test",
        "d.sfn-test.json",
        "--format",
        "github",
        "--coverage",
    ]);
    let mut bad = Vec::new();
    for call in calls {
        for colour in ["never", "always"] {
            let mut arguments = call.clone();
            arguments.extend(["--color", colour]);
            let (status, out, err) = called(folder.path(), &arguments);
            assert!(matches!(status, Some(0..=2)), "{arguments:?}");
            let github = call.contains(&"github");
            for (stream, text) in [("stdout", &out), ("stderr", &err)] {
                // The usage of clap names an argument as it was given: that is the caller's own.
                if let Some(found) = steers(text, colour == "always", github && stream == "stdout") {
                    bad.push(format!("{stream} of {arguments:?}: {found:?}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// Names that differ in what is not seen, and a sentence in tags.
#[cfg(unix)]
#[test]
fn what_is_not_seen_is_spelt_out() {
    let folder = TempDir::new().expect("a folder");
    let name = "A\u{200b}B\u{ad}C\u{feff}D\u{2060}E\u{e0049}F\u{e0047}";
    let spelt = r"A\u200bB\u00adC\ufeffD\u2060E\udb40\udc49F\udb40\udc47";
    let definition =
        json!({"StartAt": name, "States": {name: {"Type": "Fail", "Cause": name, "Next": name}}});
    let file = folder.path().join(format!("{name}.asl.json"));
    fs::write(file, definition.to_string()).expect("a file");
    for call in [
        &["validate", ".", "--format", "text"][..],
        &["validate", ".", "--format", "concise"],
        &["validate", ".", "--format", "github"],
        &["validate", ".", "--format", "junit"],
        &["fmt", ".", "--diff"],
        &["simulate", &format!("{name}.asl.json")],
    ] {
        let (_, out, err) = called(folder.path(), call);
        let text = String::from_utf8_lossy(&[out, err].concat()).into_owned();
        assert!(text.contains(spelt), "{call:?}: {text}");
        let hides = |c: char| {
            matches!(
                c,
                '\u{200b}' | '\u{ad}' | '\u{feff}' | '\u{2060}' | '\u{e0000}'..='\u{e007f}'
            )
        };
        assert!(!text.contains(hides), "{call:?}: {text:?}");
    }
}

/// Records of formats that know no escapes, and headers of changes.
#[cfg(unix)]
#[test]
fn the_name_of_a_file_stays_on_its_line() {
    let folder = TempDir::new().expect("a folder");
    let name = "a\nSF:forged\nend_of_record\n::error::x\u{1b}[2J\u{202e}.asl.json";
    let spelt = r"a\nSF:forged\nend_of_record\n::error::x\u001b[2J\u202e.asl.json";
    let definition = json!({
        "StartAt": "A",
        "States": {"A": {"Type": "Choice", "Choices": [
            {"Not": {"Variable": "$.x", "IsPresent": true}, "Next": "B"}], "Default": "B"},
            "B": {"Type": "Pass", "InputPath": "$", "End": true}}
    });
    let test = json!({"Definition": name, "Cases": [{"Name": "it ends", "Input": {}}]});
    fs::write(folder.path().join(name), definition.to_string()).expect("a file");
    fs::write(folder.path().join("t.sfn-test.json"), test.to_string()).expect("a file");
    let (status, out, err) = called(folder.path(), &["test", ".", "--coverage-lcov", "c.lcov"]);
    let said = String::from_utf8_lossy(&[out, err].concat()).into_owned();
    assert_eq!(status, Some(0), "{said}");
    let text = fs::read_to_string(folder.path().join("c.lcov")).expect("a tracefile");
    let records: Vec<&str> = text.lines().filter(|line| line.starts_with("SF:")).collect();
    assert_eq!(records, [format!("SF:{spelt}")]);
    for call in [
        &["fmt", ".", "--diff"][..],
        &["lint", ".", "--select", "all", "--diff"],
    ] {
        let (_, out, _) = called(folder.path(), call);
        let text = String::from_utf8_lossy(&out);
        let headers: Vec<&str> = text.lines().filter(|line| line.starts_with("--- ")).collect();
        assert!(
            headers.len() == 1 && headers[0].contains(spelt),
            "{call:?}: {text}"
        );
        assert_eq!(steers(&out, false, false), None, "{call:?}");
    }
}

/// What was recorded may come from anywhere, too.
fn record(folder: &Path) {
    for (mocks, input, name) in [
        ("returns.json", "input.json", "history.json"),
        ("throws.json", "input.json", "other-history.json"),
    ] {
        let arguments = [
            "simulate",
            "d.asl.json",
            "--mocks",
            mocks,
            "--input",
            input,
            "--format",
            "history",
        ];
        let (_, out, _) = called(folder, &arguments);
        assert!(!out.is_empty());
        fs::write(folder.join(name), out).expect("a file");
    }
    let definition = fs::read_to_string(folder.join("d.asl.json")).expect("a file");
    // Another function is called than was recorded.
    let other = definition.replacen("\"FunctionName\":\"", "\"FunctionName\":\"other", 1);
    assert_ne!(other, definition);
    fs::write(folder.join("other.asl.json"), other).expect("a file");
}

/// Formats of pictures and reports: no control of direction and no control character, as far as the format lets them be
/// spelt otherwise.
#[test]
fn pictures_and_reports_spell_out_what_steers() {
    let folder = folder();
    record(folder.path());
    for call in [
        vec!["graph", "d.asl.json", "--format", "mermaid"],
        vec!["graph", "d.asl.json", "--format", "dot"],
        vec!["graph", "d.asl.json", "--format", "svg"],
        vec!["diff", "d.asl.json", "broken.asl.json", "--format", "markdown"],
        vec!["validate", ".", "--format", "junit"],
        vec!["validate", ".", "--format", "gitlab"],
        vec!["lint", ".", "--select", "all", "--format", "junit"],
        vec!["lint", ".", "--select", "all", "--format", "gitlab"],
        vec!["check", ".", "--select", "all", "--format", "gitlab"],
        vec!["test", "d.sfn-test.json", "--format", "junit"],
        vec!["test", "d.sfn-test.json", "--html", "-"],
        vec!["diff", "d.asl.json", "broken.asl.json", "--html", "-"],
        vec![
            "simulate",
            "d.asl.json",
            "--mocks",
            "returns.json",
            "--input",
            "input.json",
            "--html",
            "-",
        ],
        vec!["simulate", "d.asl.json", "--write-mocks", "-"],
        vec![
            "mocks",
            "from-history",
            "history.json",
            "--definition",
            "d.asl.json",
        ],
        vec!["explore", "d.asl.json", "--format", "test"],
    ] {
        let (status, out, _) = called(folder.path(), &call);
        assert!(matches!(status, Some(0..=2)), "{call:?}");
        assert!(!out.is_empty(), "{call:?}");
        if let Some(found) = steers(&out, false, false) {
            panic!("{call:?}: {found:?}");
        }
    }
}
