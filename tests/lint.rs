//! `lint` and `explain`, driven as programs over `fixtures/rules/<rule>/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

fn sfn_tool(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("sfn-tool").expect("the binary of this package");
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

/// A rule, its fixture, and of each finding there `line:column` and words of its message.
type Expected = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const EXPECTED: &[Expected] = &[
    (
        "catch-loses-input",
        "bad.asl.json",
        &[
            (
                "9:72",
                "'Refund' reads $.order.id, but this catcher gives it only $.Error and $.Cause",
            ),
            ("10:49", "'Refund' reads $.order.id"),
        ],
    ),
    (
        "catch-to-itself",
        "bad.asl.json",
        &[("9:49", "an error of 'Call' leads to 'Call' again")],
    ),
    (
        "fail-without-error",
        "bad.asl.json",
        &[("9:5", "'Failed' fails without an error name or a cause")],
    ),
    (
        "heartbeat-not-below-timeout",
        "bad.asl.json",
        &[(
            "8:27",
            "the heartbeat of 'Equal' (60 s) never strikes: its timeout (60 s)",
        )],
    ),
    (
        "jsonata-in-jsonpath",
        "bad.asl.json",
        &[
            (
                "8:15",
                "'Load' is a JSONPath state: this expression is passed on as text",
            ),
            ("9:27", "'Load' is a JSONPath state"),
        ],
    ),
    (
        "lambda-without-transient-errors",
        "bad.asl.json",
        &[(
            "4:5",
            "'Load' is retried, but not when the Lambda service fails for a moment",
        )],
    ),
    (
        "misspelt-error-name",
        "bad.asl.json",
        &[
            ("7:34", "no error is called 'States.Timeot'"),
            ("7:51", "no error is called 'states.all'"),
            ("8:34", "no error is called 'States.QuotaExceeded'"),
        ],
    ),
    (
        "unknown-context-path",
        "bad.asl.json",
        &[
            ("7:17", "the context object has no $$.Execution.Idd"),
            ("8:19", "the context object has no $$.Stat"),
            ("9:19", "the context object has no $$.Map.Item.value"),
            ("16:17", "the context object has no $states.context.State.name"),
        ],
    ),
    (
        "unreachable-retrier",
        "bad.asl.json",
        &[
            ("9:26", "never gets 'Busy': the one for 'Busy' before it does"),
            ("10:34", "never gets 'Busy'"),
        ],
    ),
    (
        "choice-without-default",
        "bad.asl.json",
        &[
            ("4:5", "'ByStatus' has no Default"),
            ("11:5", "'BySize' has no Default"),
        ],
    ),
    (
        "choice-without-default",
        "bad-jsonata.asl.json",
        &[("5:5", "'BySize' has no Default")],
    ),
    (
        "missing-catch",
        "bad-forgotten.asl.json",
        &[
            ("10:5", "'Charge' has no Catch: an error of it ends the execution"),
            (
                "15:5",
                "'Fulfil' has no Catch: an error of 'Ship' or 'Count' inside it",
            ),
        ],
    ),
    (
        "missing-catch",
        "bad-nothing-caught.asl.json",
        &[(
            "4:5",
            "no state catches errors: one of 'First' or 'Second' ends the execution",
        )],
    ),
    (
        "missing-retry",
        "bad-one-of-two.asl.json",
        &[("10:5", "'Write' has no Retry")],
    ),
    (
        "missing-retry",
        "bad-nothing-retried.asl.json",
        &[(
            "10:13",
            "no state retries: a passing error fails 'Left' or 'Right'",
        )],
    ),
    (
        "missing-timeout",
        "bad.asl.json",
        &[
            ("4:5", "'Ask' waits for its task token without a timeout"),
            ("10:5", "'Do' waits for a worker without a timeout"),
            ("15:5", "'Run' waits for its job without a timeout"),
        ],
    ),
    (
        "no-way-out",
        "bad-in-processor.asl.json",
        &[
            ("9:11", "no way out of the circle of 'Poll' and 'Pause'"),
            ("20:5", "'Sleep' leads only to itself"),
        ],
    ),
    (
        "unreachable-catcher",
        "bad.asl.json",
        &[
            (
                "9:26",
                "never gets 'CardDeclined': the one for 'CardDeclined' before it does",
            ),
            (
                "10:26",
                "never gets 'States.HeartbeatTimeout': the one for 'States.Timeout' before it does",
            ),
            (
                "12:26",
                "never gets 'States.Permissions': the one for 'States.TaskFailed' before it does",
            ),
        ],
    ),
];

#[test]
fn bad_fixtures_give_what_is_expected_and_nothing_else() {
    for (rule, name, expected) in EXPECTED {
        let file = format!("fixtures/rules/{rule}/{name}");
        let output = sfn_tool(&[
            "lint",
            "--select",
            rule,
            "--format",
            "concise",
            "--fail-on",
            "info",
            &file,
        ]);
        assert_eq!(output.status.code(), Some(1), "{file}");
        let text = stdout(&output);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), expected.len(), "{file}:\n{text}");
        for (line, (place, words)) in lines.iter().zip(*expected) {
            assert!(
                line.starts_with(&format!("{file}:{place}: ")) && line.contains(&format!("[{rule}]")),
                "{file} {place}: {line}"
            );
            assert!(line.contains(words), "{file}: {line}");
        }
    }
}

#[test]
fn ok_fixtures_give_nothing_and_every_rule_has_both_kinds() {
    let listed = stdout(&sfn_tool(&["explain"]));
    let rules: BTreeSet<&str> = listed
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(rules.contains("missing-retry"), "{listed}");
    for rule in rules {
        let (mut ok, mut bad) = (0, 0);
        for file in fixtures(rule) {
            let name = file.file_name().and_then(|n| n.to_str()).expect("a plain name");
            if name.starts_with("bad") {
                assert!(
                    EXPECTED.iter().any(|(r, n, _)| *r == rule && *n == name),
                    "nothing is expected of {rule}/{name}"
                );
                bad += 1;
                continue;
            }
            let path = file.to_str().expect("a plain path");
            let output = sfn_tool(&[
                "lint",
                "--select",
                rule,
                "--format",
                "concise",
                "--fail-on",
                "info",
                path,
            ]);
            assert_eq!(
                (stdout(&output).as_str(), output.status.code()),
                ("", Some(0)),
                "{path}"
            );
            ok += 1;
        }
        assert!(ok > 0 && bad > 0, "fixtures of {rule}: {ok} ok, {bad} bad");
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
