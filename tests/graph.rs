//! `sfn-tool graph`, driven as a program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::called;

fn graph(arguments: &[&str]) -> Output {
    let mut command = called::program();
    command.arg("graph").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn fixture(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path);
    path.to_str().unwrap().to_owned()
}

#[test]
fn text_is_the_default_and_yaml_is_drawn_like_json() {
    let json = stdout(&graph(&[&fixture("workflows/order/definition.asl.json")]));
    assert!(
        json.starts_with("* ValidateOrder (Task: lambda function validate-order)\n"),
        "{json}"
    );
    assert!(
        json.contains("    -> CreateBackorder if $.backorderAvailable = true\n"),
        "{json}"
    );
    assert!(json.contains("    ~> RejectOrder on ValidationError\n"), "{json}");
    let yaml = stdout(&graph(&[&fixture("workflows/order/definition.asl.yaml")]));
    assert_eq!(json, yaml);
}

#[test]
fn placeholders_stay_whole_and_only_retries_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.asl.json");
    fs::write(
        &path,
        r#"{"QueryLanguage": "JSONata", "StartAt": "C", "States": {
            "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.total>${Least} %}", "Next": "D"}], "Default": "D"},
            "D": {"Type": "Task", "Resource": "${F}", "End": true, "Retry": [
                {"ErrorEquals": ["CardDeclined", "Refused"], "MaxAttempts": 0},
                {"ErrorEquals": ["Busy", "Slow"], "MaxAttempts": 2}]}}}"#,
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let text = stdout(&graph(&[path]));
    assert!(
        text.contains("-> D if $states.input.total > ${Least}\n"),
        "{text}"
    );
    let svg = stdout(&graph(&[path, "--format", "svg"]));
    assert!(svg.contains("\u{21bb} 2\u{d7} Busy +1"), "{svg}");
}

#[test]
fn a_target_that_does_not_exist_is_shown() {
    let text = stdout(&graph(&[&fixture(
        "broken/order-workflow-missing-state.asl.json",
    )]));
    assert!(text.contains("-> CreateBackorder (no such state) if"), "{text}");
}

#[test]
fn jsonata_conditions_are_on_the_edges() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.asl.json");
    fs::write(
        &path,
        r#"{"QueryLanguage": "JSONata", "StartAt": "C", "States": {"C": {"Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.total > 1000 %}", "Next": "D"}], "Default": "D"},
            "D": {"Type": "Succeed"}}}"#,
    )
    .unwrap();
    let dot = stdout(&graph(&[path.to_str().unwrap(), "--format", "dot"]));
    assert!(dot.contains(r#"[label="$states.input.total > 1000"]"#), "{dot}");
    assert!(dot.contains(r#"[label="otherwise""#), "{dot}");
}

#[test]
fn focus_shows_the_neighbours_and_names_the_nearest() {
    let order = fixture("workflows/order/definition.asl.json");
    let text = stdout(&graph(&[&order, "--focus", "OrderComplete"]));
    for (name, shown) in [
        ("CreateBackorder", true),
        ("ParallelFulfillment", true),
        ("ShipOrder", false),
    ] {
        assert_eq!(text.contains(name), shown, "{name} in {text}");
    }
    let output = graph(&[&order, "--focus", "OrderCompleted"]);
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("did you mean 'OrderComplete'?"), "{words}");
}

fn history(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("history.json");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_history_is_highlighted() {
    let folder = tempfile::tempdir().unwrap();
    let path = history(
        folder.path(),
        r#"{"events": [
            {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
            {"id": 2, "previousEventId": 0, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "ValidateOrder"}},
            {"id": 3, "previousEventId": 2, "type": "LambdaFunctionScheduled"},
            {"id": 4, "previousEventId": 3, "type": "LambdaFunctionFailed"},
            {"id": 5, "previousEventId": 4, "type": "LambdaFunctionScheduled"},
            {"id": 6, "previousEventId": 5, "type": "LambdaFunctionSucceeded"},
            {"id": 7, "previousEventId": 6, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "ValidateOrder"}},
            {"id": 8, "previousEventId": 7, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "CheckInventory"}}]}"#,
    );
    let order = fixture("workflows/order/definition.asl.json");
    let path = path.to_str().unwrap();
    let text = stdout(&graph(&[&order, "--highlight", path]));
    assert!(text.contains("* [retried] ValidateOrder"), "{text}");
    assert!(
        text.contains("    retried once\n    -> CheckInventory [taken]\n"),
        "{text}"
    );
    assert!(text.contains("[unfinished] CheckInventory"), "{text}");
    assert!(text.contains("[untaken] RejectOrder"), "{text}");
    let mermaid = stdout(&graph(&[&order, "--highlight", path, "--format", "mermaid"]));
    assert!(mermaid.contains("    class s0 retried\n"), "{mermaid}");

    let output = graph(&[&order, "--highlight", &order]);
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("there is no list 'events'"), "{words}");
}

#[test]
fn a_state_that_fails_without_an_event_of_its_own_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let path = history(
        folder.path(),
        r#"{"events": [
            {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
            {"id": 2, "previousEventId": 0, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "ValidateOrder"}},
            {"id": 3, "previousEventId": 2, "type": "ExecutionFailed"}]}"#,
    );
    let order = fixture("workflows/order/definition.asl.json");
    let text = stdout(&graph(&[&order, "--highlight", path.to_str().unwrap()]));
    assert!(text.contains("* [failed] ValidateOrder"), "{text}");
}

#[test]
fn lint_is_configured_as_it_is_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.asl.json");
    fs::copy(fixture("workflows/process-order/definition.asl.json"), &path).unwrap();
    let path = path.to_str().unwrap();
    assert!(stdout(&graph(&[path, "--lint"])).contains("! missing-retry"));
    fs::write(
        folder.path().join("sfn-tool.toml"),
        "[lint]\nignore = [\"missing-retry\"]\n",
    )
    .unwrap();
    assert!(!stdout(&graph(&[path, "--lint"])).contains("! missing-retry"));
}

#[test]
fn what_lint_finds_is_marked() {
    let process = fixture("workflows/process-order/definition.asl.json");
    assert!(!stdout(&graph(&[&process])).contains("! missing-"));
    assert!(stdout(&graph(&[&process, "--lint"])).contains("! missing-"));
}

#[test]
fn a_diagram_that_viewers_refuse_is_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.asl.json");
    let mut text = String::from(r#"{"StartAt": "S0", "States": {"#);
    for i in 0..1_200 {
        text.push_str(&format!(r#""S{i}": {{"Type": "Pass", "Next": "S{}"}},"#, i + 1));
    }
    text.push_str(r#""S1200": {"Type": "Succeed"}}}"#);
    fs::write(&path, text).unwrap();
    let output = graph(&[path.to_str().unwrap(), "--format", "mermaid"]);
    assert!(output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("500 edges") && words.contains("50000 characters"),
        "{words}"
    );
}

#[test]
fn names_cannot_steer_a_terminal() {
    let hostile = fixture("graph/hostile-names.asl.json");
    for format in ["text", "mermaid", "dot", "svg"] {
        let text = stdout(&graph(&[&hostile, "--format", format]));
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(steers), "{format}: {text}");
    }
}

#[test]
fn a_picture_needs_nothing_from_elsewhere_and_no_name_is_markup() {
    let svg = stdout(&graph(&[
        &fixture("graph/hostile-names.asl.json"),
        "--format",
        "svg",
    ]));
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
    for part in ["<script", "<img", "href", "@import", "url(http"] {
        assert!(!svg.contains(part), "{part} in {svg}");
    }
    assert!(
        svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && svg.contains("prefers-color-scheme:dark")
    );
}

#[test]
fn what_is_no_definition_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = history(folder.path(), "{");
    assert_eq!(graph(&[path.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(graph(&["no-such-file.asl.json"]).status.code(), Some(2));
}

#[test]
fn a_target_that_may_be_filled_in_later_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = jsonencode({\n    StartAt = \"A\"\n    \
        States = merge(var.more, { A = { Type = \"Pass\", Next = \"Other\" } })\n  })\n}\n";
    fs::write(folder.path().join("main.tf"), text).unwrap();
    let drawn = |format: &str| called::run(folder.path(), &["graph", "main.tf", "--format", format]).1;
    assert_eq!(drawn("text"), "* A (Pass)\n    -> Other (filled in later)\n");
    for format in ["text", "mermaid", "dot", "svg"] {
        let drawn = drawn(format);
        assert!(
            drawn.contains("filled in later") && !drawn.contains("no such state"),
            "{drawn}"
        );
        assert!(!drawn.contains("class s1 missing"), "{drawn}");
    }
    let json: serde_json::Value = serde_json::from_str(&drawn("json")).unwrap();
    assert_eq!(json["states"][1]["unknown"], true, "{json}");
    assert_eq!(json["states"][1]["missing"], serde_json::Value::Null, "{json}");
}
