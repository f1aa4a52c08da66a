//! `lint` and `explain`, driven as programs over `fixtures/rules/<rule>/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::called;

fn sfn_tool(arguments: &[&str]) -> Output {
    let mut command = called::tool();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fixtures(rule: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/rules")
        .join(rule);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder of the repository").path())
        .collect();
    files.sort();
    files
}

/// What a `bad` fixture is to give, from the file `<name>.expected` beside it: a line for each finding, in the order of
/// the text, `line:column` and words of its message.
fn expected(fixture: &Path) -> Vec<(String, String)> {
    let name = fixture.to_str().expect("a plain path");
    let stem = name
        .split_once(".asl.")
        .expect("fixtures are .asl.json or .asl.yaml")
        .0;
    let file = format!("{stem}.expected");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    text.lines()
        .map(|line| line.split_once(' ').expect("a place and words"))
        .map(|(place, words)| (place.to_owned(), words.to_owned()))
        .collect()
}

/// Runs one rule over one of its fixtures. A fixture with `.express.` in its name is for an Express machine.
fn lint_fixture(rule: &str, file: &Path) -> Output {
    let path = file.to_str().expect("a plain path");
    let mut arguments = vec![
        "lint",
        "--isolated",
        "--select",
        rule,
        "--format",
        "concise",
        "--fail-on",
        "info",
    ];
    if path.contains("-express.") {
        arguments.extend(["--type", "express"]);
    }
    // The values of a fixture's placeholders stand beside it.
    let values = path.replace(&format!(".asl.{}", extension(file)), ".substitutions.json");
    if Path::new(&values).exists() {
        arguments.extend(["--substitutions", &values]);
    }
    arguments.push(path);
    sfn_tool(&arguments)
}

fn rules() -> Vec<String> {
    let listed = stdout(&sfn_tool(&["explain"]));
    listed
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn bad_fixtures_give_what_is_expected_and_nothing_else() {
    for rule in rules() {
        for file in fixtures(&rule).iter().filter(|file| is_kind(file, "bad")) {
            let expected = expected(file);
            let output = lint_fixture(&rule, file);
            let text = stdout(&output);
            assert_eq!(output.status.code(), Some(1), "{}", file.display());
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), expected.len(), "{}:\n{text}", file.display());
            for (line, (place, words)) in lines.iter().zip(&expected) {
                assert!(
                    line.contains(&format!(".asl.{}:{place}: ", extension(file)))
                        && line.contains(&format!("[{rule}]")),
                    "{} {place}: {line}",
                    file.display()
                );
                assert!(
                    line.contains(words.as_str()),
                    "{}: {words}: {line}",
                    file.display()
                );
            }
        }
    }
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|e| e.to_str()).unwrap_or_default()
}

/// Whether it is a definition of this kind, `ok` or `bad`.
fn is_kind(file: &Path, kind: &str) -> bool {
    let name = file.file_name().and_then(|n| n.to_str()).expect("a plain name");
    name.contains(".asl.") && name.starts_with(kind)
}

#[test]
fn ok_fixtures_give_nothing_and_every_rule_has_both_kinds() {
    let rules = rules();
    assert!(rules.iter().any(|rule| rule == "missing-retry"), "{rules:?}");
    for rule in rules {
        let files = fixtures(&rule);
        for file in files.iter().filter(|file| is_kind(file, "ok")) {
            let output = lint_fixture(&rule, file);
            // What a rule leaves to validate is said there.
            let is_rejected = String::from_utf8_lossy(&output.stderr).contains("AWS rejects the definition");
            assert_eq!(
                (stdout(&output).as_str(), output.status.code()),
                ("", Some(i32::from(is_rejected))),
                "{}",
                file.display()
            );
        }
        for kind in ["ok", "bad"] {
            assert!(
                files.iter().any(|file| is_kind(file, kind)),
                "{rule} has no {kind} fixture"
            );
        }
    }
}

#[test]
fn the_rules_page_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let written = fs::read_to_string(page).expect("docs/rules.md");
    let generated = stdout(&sfn_tool(&["explain", "--format", "markdown"]));
    assert_eq!(
        written, generated,
        "run: cargo run -- explain --format markdown > docs/rules.md"
    );
}

#[test]
fn explain_shows_rules_and_codes_and_names_the_nearest() {
    let rule = stdout(&sfn_tool(&["explain", "no-way-out"]));
    for words in [
        "What it does",
        "Why",
        "Example",
        "Use instead",
        "flow rule, error",
    ] {
        assert!(rule.contains(words), "{rule}");
    }
    let error = stdout(&sfn_tool(&["explain", "States.Timeout"]));
    assert!(error.contains("TimeoutSeconds passed"), "{error}");
    let status = stdout(&sfn_tool(&["explain", "States.Http.StatusCode.503"]));
    assert!(status.contains("status code of the response"), "{status}");
    let described = stdout(&sfn_tool(&["explain", "MISSING_DESCRIPTION"]));
    assert!(described.contains("DefinitionUri"), "{described}");
    let code = stdout(&sfn_tool(&["explain", "missing_end_state"]));
    assert!(code.starts_with("MISSING_END_STATE: "), "{code}");
    let unknown = sfn_tool(&["explain", "mising-retry"]);
    assert_eq!(unknown.status.code(), Some(2));
    let words = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(words.contains("did you mean 'missing-retry'?"), "{words}");
}

#[test]
fn select_ignore_and_fail_on_decide() {
    let file = "fixtures/rules/missing-timeout/bad.asl.json";
    let run = |arguments: &[&str]| {
        let mut all = vec!["lint", file, "--format", "concise"];
        all.extend(arguments);
        let output = sfn_tool(&all);
        (output.status.code(), stdout(&output).lines().count())
    };
    assert_eq!(run(&["--select", "missing-timeout"]), (Some(1), 3));
    assert_eq!(run(&["--select", "missing-timeout,no-way-out"]), (Some(1), 3));
    assert_eq!(run(&["--select", "no-way-out"]), (Some(0), 0));
    assert_eq!(
        run(&["--select", "missing-timeout", "--fail-on", "error"]),
        (Some(0), 3)
    );
    assert_eq!(run(&["--select", "missing-timeout", "--exit-zero"]), (Some(0), 3));
    assert_eq!(run(&["--select", "all", "--ignore", "all"]), (Some(0), 0));
    let unknown = sfn_tool(&["lint", file, "--ignore", "missing-timeot"]);
    assert_eq!(unknown.status.code(), Some(2));
    let words = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(words.contains("did you mean 'missing-timeout'?"), "{words}");
}

#[test]
fn broken_text_is_said_and_fails() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("broken.asl.json");
    fs::write(&file, "{\"StartAt\": \"A\",\n \"States\": {\"A\": }}").expect("a file");
    let output = sfn_tool(&[
        "lint",
        "--format",
        "concise",
        file.to_str().expect("a plain path"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(
        text.contains("[INVALID_JSON_DESCRIPTION]") && text.contains(":2:"),
        "{text}"
    );
}

#[test]
fn json_carries_fixes_that_mend() {
    let file = "fixtures/rules/choice-without-default/bad.asl.json";
    let output = sfn_tool(&[
        "lint",
        "--select",
        "choice-without-default",
        "--format",
        "json",
        file,
    ]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the fixture");
    let mut edits: Vec<(usize, String)> = Vec::new();
    for diagnostic in report["files"][0]["diagnostics"].as_array().expect("a list") {
        let edit = &diagnostic["fixes"][0]["edits"][0];
        let at = edit["range"]["start"]["offset"].as_u64().expect("an offset");
        assert_eq!(edit["range"]["start"], edit["range"]["end"], "an insertion");
        edits.push((
            usize::try_from(at).expect("an offset"),
            edit["text"].as_str().expect("a text").to_owned(),
        ));
    }
    assert_eq!(edits.len(), 2);
    for (at, insertion) in edits.iter().rev() {
        text.insert_str(*at, insertion);
    }
    // The member is laid out as the one before it.
    assert!(
        text.contains("      ],\n      \"Default\": \"Failed\"\n    },"),
        "{text}"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fixed = folder.path().join("fixed.asl.json");
    fs::write(&fixed, text).expect("a file");
    let output = sfn_tool(&[
        "lint",
        "--select",
        "choice-without-default",
        fixed.to_str().expect("a plain path"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

/// A machine of `count` Pass states in one line, each with a field that says nothing and no use.
fn redundant(count: usize) -> String {
    let states: Vec<String> = (0..count)
        .map(|i| format!(r#""S{i}":{{"Type":"Pass","InputPath":"$","Next":"S{}"}}"#, i + 1))
        .collect();
    format!(
        r#"{{"Comment":"\u00e9","StartAt":"S0","States":{{{},"S{count}":{{"Type":"Succeed"}}}}}}"#,
        states.join(",")
    )
}

#[test]
fn text_shows_a_hundred_findings_of_a_file_and_other_formats_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one-line.asl.json");
    fs::write(&path, redundant(3_000)).expect("a file");
    let path = path.to_str().expect("a plain path");
    let lint = |more: &[&str]| {
        let arguments = ["lint", "--isolated", "--select", "redundant-field", path];
        sfn_tool(&[&arguments[..], more].concat())
    };
    let output = lint(&[]);
    let text = stdout(&output);
    assert_eq!(text.matches("info[redundant-field]").count(), 100);
    assert!(
        text.contains("one-line.asl.json: and 2900 more (--max-results none)"),
        "{}",
        text.len()
    );
    let summary = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(summary.contains("3000 infos in 1 file"), "{summary}");
    for (format, mark) in [
        ("text", "info[redundant-field]"),
        ("concise", "info[redundant-field]"),
        ("json", "\"code\": \"redundant-field\""),
        ("sarif", "\"ruleId\": \"redundant-field\""),
        ("github", "::notice"),
    ] {
        let count = |most: &[&str]| {
            stdout(&lint(&[&["--format", format], most].concat()))
                .matches(mark)
                .count()
        };
        assert_eq!(count(&["--max-results", "none"]), 3_000, "{format}");
        assert_eq!(count(&["--max-results", "7"]), 7, "{format}");
        if format != "text" {
            assert_eq!(count(&[]), 3_000, "{format}");
        }
    }
}

#[test]
fn the_last_line_says_what_rules_that_are_off_would_add() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("m.asl.json");
    // A field that says what holds without it, a Pass state that does nothing, and no Comment.
    fs::write(
        &file,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$", "Next": "B"}, "B": {"Type": "Succeed"}}}"#,
    )
    .expect("a file");
    let file = file.to_str().expect("a plain path");
    let last = |more: &[&str]| {
        let output = sfn_tool(&[&["lint", "--isolated", file], more].concat());
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    let line = last(&[]);
    assert!(
        line.starts_with("No findings in 1 file; rules that are off would add "),
        "{line}"
    );
    assert!(
        line.contains("redundant-field") && line.contains("missing-comment"),
        "{line}"
    );
    // Who names rules has chosen.
    assert_eq!(last(&["--select", "missing-retry"]), "No findings in 1 file");
    assert!(!last(&["--ignore", "pedantic"]).contains("would add"));
    let without = last(&["--ignore", "redundant-field"]);
    assert!(
        without.contains("missing-comment") && !without.contains("redundant-field"),
        "{without}"
    );
    assert_eq!(last(&["-q"]), "");
}

#[test]
fn a_file_that_a_template_names_is_counted_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
        "Parameters": {"TopicArn": "t", "Message": "m"}, "Retry": [{"ErrorEquals": ["States.ALL"]}]}}}"#;
    fs::write(folder.path().join("a.asl.json"), definition).expect("a file");
    let template = "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: a.asl.json}\n";
    fs::write(folder.path().join("template.yaml"), template).expect("a file");
    let added = |what: &str| {
        let (_, _, said) = called::run(folder.path(), &["check", what]);
        let (_, rest) = said.split_once("would add ").unwrap_or_else(|| panic!("{said}"));
        let count = rest.split(' ').next().unwrap_or_default();
        count.parse::<usize>().expect("a number")
    };
    // The template says of which type it is, which may be one finding more, and never all of them again.
    let (both, alone) = (added("."), added("a.asl.json"));
    assert!(both < 2 * alone, "{both} {alone}");
}
