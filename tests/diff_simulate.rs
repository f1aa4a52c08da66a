//! `diff --simulate`: the same inputs on both machines.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::called;

const ORDER: &str = "fixtures/workflows/order/definition.asl.json";
const RUNS: &str = "fixtures/workflows/order/runs";

fn sfn_tool(arguments: &[&str]) -> Output {
    let mut command = called::tool();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn order() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(ORDER)).expect("the fixture")
}

/// The comparison of the order workflow with another version of it.
fn with(new: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("new.asl.json");
    fs::write(&path, new).expect("a file");
    let mut all = vec![
        "diff",
        ORDER,
        path.to_str().expect("a plain path"),
        "--simulate",
        RUNS,
    ];
    all.extend(arguments);
    sfn_tool(&all)
}

#[test]
fn the_same_machine_does_the_same() {
    let output = sfn_tool(&["diff", ORDER, ORDER, "--simulate", RUNS]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("no difference; 0 of 9 runs differ"),
        "{}",
        text(&output.stderr)
    );
    assert!(
        text(&output.stdout).contains("in-stock identical: SUCCEEDED after 0 s\n"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn a_renamed_state_is_followed_and_mocked() {
    let new = order().replace("CheckInventory", "LookUpInventory");
    let output = with(&new, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["changes"][0]["kind"], "state-renamed");
    assert_eq!(report["changes"][0]["certainty"], 1.0);
    for run in report["runs"].as_array().expect("runs") {
        assert_eq!(run["same"], true, "{run}");
    }
}

#[test]
fn histories_that_part_are_shown_where_they_do() {
    // The order is validated with fewer retries: a hopeless order is refused after two seconds and not after fourteen.
    let new = order().replace("\"MaxAttempts\": 3", "\"MaxAttempts\": 1");
    let output = with(&new, &["--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let run = |name: &str| {
        let runs = report["runs"].as_array().expect("runs").iter();
        runs.clone()
            .find(|run| run["name"] == name)
            .expect("the run")
            .clone()
    };
    assert_eq!(run("in-stock")["same"], true);
    let refused = run("validation-error");
    assert_eq!(refused["same"], false);
    assert_eq!(
        (&refused["old"]["seconds"], &refused["new"]["seconds"]),
        (&14.0.into(), &2.0.into())
    );
    assert_eq!(refused["old"]["error"], "OrderProcessingFailed");
    // Started, entered, two tries of three events each: the ninth event is the third try, or the state left.
    let parts = &refused["parts"];
    assert_eq!(
        (
            &parts["old"]["event"],
            &parts["old"]["type"],
            &parts["old"]["state"]
        ),
        (
            &9.into(),
            &"LambdaFunctionScheduled".into(),
            &"ValidateOrder".into()
        )
    );
    assert_eq!(
        (
            &parts["new"]["event"],
            &parts["new"]["type"],
            &parts["new"]["state"]
        ),
        (&9.into(), &"TaskStateExited".into(), &"ValidateOrder".into())
    );
    let shown = text(&with(&new, &[]).stdout);
    assert!(
        shown.contains("  validation-error FAILED with OrderProcessingFailed after 14 s -> FAILED with OrderProcessingFailed after 2 s\n    old: event 9, LambdaFunctionScheduled 'ValidateOrder'"),
        "{shown}"
    );
    let markdown = text(&with(&new, &["--format", "markdown"]).stdout);
    assert!(
        markdown.contains("\n**Runs**\n\n") && markdown.contains("- `validation-error`: `FAILED"),
        "{markdown}"
    );
}

#[test]
fn times_alone_are_told_as_that() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        path.to_str().expect("a plain path").to_owned()
    };
    let wait = |seconds: u32| {
        format!(
            r#"{{"StartAt": "W", "States": {{"W": {{"Type": "Wait", "Seconds": {seconds}, "Next": "E"}}, "E": {{"Type": "Succeed"}}}}}}"#
        )
    };
    let (old, new) = (write("a.asl.json", &wait(5)), write("b.asl.json", &wait(9)));
    write("once.input.yaml", "{}");
    let runs = folder.path().to_str().expect("a plain path");
    let output = sfn_tool(&["diff", &old, &new, "--simulate", runs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout)
            .contains("once identical, at different times: SUCCEEDED after 5 s -> SUCCEEDED after 9 s\n"),
        "{}",
        text(&output.stdout)
    );
    assert!(
        text(&output.stderr).contains("; 0 of 1 run differs, 1 at different times\n"),
        "{}",
        text(&output.stderr)
    );
}

/// Which of two branches comes first is no difference, here as in `simulate --replay`: both compare branch by branch.
#[test]
fn branches_that_take_other_turns_do_the_same_for_diff_and_replay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        path.to_str().expect("a plain path").to_owned()
    };
    // `Slow` waits two seconds; `Other` ends before it, or after it, or does something else.
    let machine = |seconds: u32, more: &str| {
        format!(
            r#"{{"StartAt": "Both", "States": {{"Both": {{"Type": "Parallel", "End": true, "Branches": [
                {{"StartAt": "Slow", "States": {{"Slow": {{"Type": "Wait", "Seconds": 2, "End": true}}}}}},
                {{"StartAt": "Other", "States": {{"Other": {{"Type": "Wait", "Seconds": {seconds}, {more}}}}}}}]}}}}}}"#
        )
    };
    let before = write("before.asl.json", &machine(1, r#""End": true"#));
    write("once.input.json", "{}");
    let runs = folder.path().to_str().expect("a plain path");
    let history = sfn_tool(&["simulate", &before, "--format", "history"]);
    let history = write("history.json", &text(&history.stdout));
    for (seconds, more, same) in [
        (1, r#""End": true"#, true),
        (3, r#""End": true"#, true),
        (
            3,
            r#""Next": "More"}, "More": {"Type": "Pass", "End": true"#,
            false,
        ),
    ] {
        let after = write("after.asl.json", &machine(seconds, more));
        let compared = sfn_tool(&["diff", &before, &after, "--simulate", runs, "--format", "json"]);
        let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
        let run = &compared["runs"][0];
        assert_eq!(run["same"], same, "{run}");
        assert_eq!(run["parts"].is_null(), same && seconds == 1, "{run}");
        if seconds == 3 {
            // When it happens differs in any case; that is told, and is no other answer.
            assert_eq!(run["parts"]["inTime"], same, "{run}");
        }
        let replayed = sfn_tool(&["simulate", &after, "--replay", &history, "--format", "json"]);
        let replayed: Value = serde_json::from_slice(&replayed.stdout).expect("JSON");
        assert_eq!(replayed["same"], same, "{replayed}");
    }
}

#[test]
fn a_task_without_a_mock_is_told() {
    let new = order().replace(
        "\"OrderComplete\": {",
        "\"Audit\": {\"Type\": \"Task\", \"Resource\": \"arn:aws:lambda:us-east-1:123456789012:function:audit\", \"End\": true},\n    \"OrderComplete\": {",
    );
    let new = new.replace("\"Next\": \"OrderComplete\"", "\"Next\": \"Audit\"");
    let output = with(&new, &["--no-such"]);
    assert_eq!(output.status.code(), Some(2));
    // Nothing leads to OrderComplete any more, which AWS refuses.
    let output = with(&new, &[]);
    assert!(
        text(&output.stdout).contains("not run (AWS would reject the definition"),
        "{}",
        text(&output.stdout)
    );
    let new = new.replace(
        "\"audit\", \"End\": true",
        "\"audit\", \"Next\": \"OrderComplete\"",
    );
    let new = new.replace(
        "function:audit\", \"End\": true",
        "function:audit\", \"Next\": \"OrderComplete\"",
    );
    let output = with(&new, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("in-stock SUCCEEDED after 0 s -> not run (") && shown.contains("Audit"),
        "{shown}"
    );
}

#[test]
fn trouble_with_runs_is_2() {
    let output = sfn_tool(&["diff", ORDER, ORDER, "--simulate", "fixtures/diff"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there are no runs in fixtures/diff"));
    let output = sfn_tool(&["diff", ORDER, ORDER, "--simulate", "no-such-folder"]);
    assert_eq!(output.status.code(), Some(2));
    let output = sfn_tool(&["diff", "fixtures/diff", "fixtures/diff", "--simulate", RUNS]);
    assert_eq!(output.status.code(), Some(2));
    // The mocks are of another machine.
    let choice = "fixtures/workflows/choice/definition.asl.json";
    let output = sfn_tool(&["diff", choice, choice, "--simulate", RUNS]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("has no state"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn what_differs_far_inside_a_long_value_is_shown() {
    let machine = |last: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {{"first": "{}", "last": "{last}"}}, "End": true}}}}}}"#,
            "x".repeat(200)
        )
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_str().expect("a plain path").to_owned()
    };
    let (old, new) = (
        write("a.asl.json", &machine("one")),
        write("b.asl.json", &machine("two")),
    );
    write("r.input.json", "{}");
    let runs = folder.path().to_str().expect("a plain path");
    let output = sfn_tool(&["diff", &old, &new, "--simulate", runs]);
    let out = text(&output.stdout);
    for side in [
        "old: event 3, PassStateExited 'A' ...xxxxxxxxxx",
        "\"last\":\"one\"}",
        "\"last\":\"two\"}",
    ] {
        assert!(out.contains(side), "{side}: {out}");
    }
    assert!(!out.contains("\"first\""), "{out}");
}
