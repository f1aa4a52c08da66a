//! `diff`, driven as a program and by git.

use std::fs;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::called;

fn sfn_tool(arguments: &[&str]) -> Output {
    let mut command = called::tool();
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The changes between two texts, as `class kind state: message`.
fn changes(old: &str, new: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (a, b) = (
        write(&folder, "a.asl.json", old),
        write(&folder, "b.asl.json", new),
    );
    let output = sfn_tool(&["diff", "--all", "--format", "json", &a, &b]);
    lines(&output)
}

fn lines(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", text(&output.stdout), text(&output.stderr));
    });
    let changes = report["changes"].as_array().expect("a list");
    let word = |change: &Value, field: &str| change[field].as_str().unwrap_or("-").to_owned();
    let lines: Vec<String> = changes
        .iter()
        .map(|c| {
            let [class, kind, state, message] =
                ["class", "kind", "state", "message"].map(|field| word(c, field));
            format!("{class} {kind} {state}: {message}")
        })
        .collect();
    assert_eq!(
        output.status.code(),
        Some(i32::from(!lines.is_empty())),
        "{lines:?}"
    );
    lines
}

fn write(folder: &TempDir, name: &str, content: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    path.to_str().expect("a plain path").to_owned()
}

/// A machine with one task, `body` being its fields.
fn task(body: &str) -> String {
    format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "r", {body}}}, "Z": {{"Type": "Succeed"}}}}}}"#
    )
}

#[test]
fn order_spelling_defaults_old_names_and_comments_are_no_difference() {
    let output = sfn_tool(&[
        "diff",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/same.asl.yaml",
    ]);
    assert_eq!(
        (text(&output.stdout).as_str(), output.status.code()),
        ("", Some(0))
    );
    assert!(text(&output.stderr).contains("no difference (2 cosmetic not shown"));
    let all = sfn_tool(&[
        "diff",
        "--all",
        "--format",
        "json",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/same.asl.yaml",
    ]);
    assert_eq!(
        lines(&all),
        [
            "cosmetic comment-changed -: Comment removed",
            "cosmetic comment-changed Complete: Comment added"
        ]
    );
}

#[test]
fn every_change_of_a_revised_workflow_is_told_and_classed() {
    let output = sfn_tool(&[
        "diff",
        "--format",
        "json",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/new.asl.json",
    ]);
    let mut found = lines(&output);
    let mut expected = [
        "breaking input-read Validate: the execution's input must have $.order, which was not read before",
        "behavioural resource-changed Validate: resource arn:aws:lambda:us-east-1:123456789012:function:validate -> \
         arn:aws:lambda:us-east-1:123456789012:function:validate:2",
        "behavioural timeout-changed Validate: timeout 60 -> 300",
        "behavioural data-flow-changed Validate: Parameters {\"order.$\":\"$.order\"} added",
        "behavioural retrier-changed Validate: retrier for States.TaskFailed: retries 3 -> 5",
        "behavioural retrier-added Validate: retrier added for Lambda.TooManyRequestsException: 6 retries, after 1 s, \
         then times 2, at most 30 s",
        "behavioural catcher-added Validate: catcher added: States.ALL goes to 'Reject'",
        "behavioural transition-moved Decide: when $.rush BooleanEquals true, goes to 'Each' instead of 'Fulfil'",
        "behavioural choice-rule-changed Decide: Choices[1] tests $.total NumericGreaterThan 5000 instead of $.total \
         NumericGreaterThan 1000",
        "behavioural choice-rules-reordered Decide: rules are tried in a different order",
        "behavioural default-removed Decide: no longer defaults to 'Fulfil'",
        "breaking data-flow-changed Ask: Parameters.MessageBody.id.$ \"$.id\" removed (the callback's message)",
        "breaking data-flow-changed Ask: Parameters.MessageBody.order.$ \"$.id\" added (the callback's message)",
        "behavioural branch-moved Fulfil: Branches[1] is now Branches[0], and so is its result",
        "behavioural branch-moved Fulfil: Branches[0] is now Branches[1], and so is its result",
        "behavioural start-moved Fulfil: Branches[1] starts at 'Pack' instead of 'Ship'",
        "behavioural state-added Pack: Pass state added in Branches[1] of 'Fulfil'",
        "breaking label-changed Each: Label \"Items\" added (part of the Map Run's ARN)",
        "breaking processor-changed Each: Mode INLINE -> DISTRIBUTED (whether items are executions of their own)",
        "breaking processor-changed Each: ExecutionType none -> EXPRESS (the type of the child executions)",
        "breaking state-renamed Done: renamed, was 'Complete' (the same otherwise)",
        "breaking error-changed Reject: Error \"OrderRejected\" -> \"OrderRefused\" (no Fail state uses the old error name any more)",
    ];
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn places_are_given_at_both_sides() {
    let output = sfn_tool(&[
        "diff",
        "--format",
        "json",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/new.asl.json",
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let changes = report["changes"].as_array().expect("a list");
    let find = |kind: &str| {
        changes
            .iter()
            .find(|c| c["kind"] == kind)
            .expect("a change of the kind")
    };
    let timeout = find("timeout-changed");
    assert_eq!(timeout["location"]["old"], "/States/Validate/TimeoutSeconds");
    assert_eq!(timeout["location"]["new"], "/States/Validate/TimeoutSeconds");
    // `      "TimeoutSeconds": 60,` is line 8 of both files; the value begins in column 25.
    assert_eq!(timeout["range"]["old"]["start"]["line"], 8);
    assert_eq!(timeout["range"]["new"]["start"]["column"], 25);
    assert_eq!(
        (timeout["old"].as_u64(), timeout["new"].as_u64()),
        (Some(60), Some(300))
    );
    let renamed = find("state-renamed");
    assert_eq!(renamed["location"]["old"], "/States/Complete");
    assert_eq!(renamed["location"]["new"], "/States/Done");
    let added = find("state-added");
    assert_eq!(added["location"]["new"], "/States/Fulfil/Branches[1]/States/Pack");
    assert!(added["location"].get("old").is_none());
}

#[test]
fn the_text_groups_by_state_and_names_both_lines() {
    let output = sfn_tool(&["diff", "fixtures/diff/old.asl.json", "fixtures/diff/new.asl.json"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout);
    assert!(
        shown.starts_with("--- fixtures/diff/old.asl.json\n+++ fixtures/diff/new.asl.json\n\nValidate\n"),
        "{shown}"
    );
    assert!(
        shown.contains("  behavioural timeout 60 -> 300 (line 8 -> 8)\n"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'), "colour in a pipe: {shown}");
    assert!(text(&output.stderr).contains("22 changes: 8 breaking, 14 behavioural (1 cosmetic not shown"));
    let coloured = sfn_tool(&[
        "diff",
        "--color",
        "always",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/new.asl.json",
    ]);
    assert!(text(&coloured.stdout).contains("\u{1b}[31mbreaking"));
}

#[test]
fn transitions_and_ends() {
    assert_eq!(
        changes(&task(r#""Next": "Z""#), &task(r#""End": true"#)),
        ["behavioural transition-moved A: ends here instead of continuing to 'Z'"]
    );
    assert_eq!(
        changes(&task(r#""End": true"#), &task(r#""Next": "Z""#)),
        ["behavioural transition-moved A: continues to 'Z' instead of ending"]
    );
    assert_eq!(
        changes(&task(r#""Next": "Z", "End": false"#), &task(r#""Next": "Z""#)),
        ["cosmetic spelling-changed -: formatted or written differently, with the same meaning"]
    );
}

#[test]
fn retriers_and_catchers() {
    assert_eq!(
        changes(
            &task(
                r#""Retry": [{"ErrorEquals": ["X"], "BackoffRate": 1.5}, {"ErrorEquals": ["Y"]}], "End": true"#
            ),
            &task(
                r#""Retry": [{"ErrorEquals": ["Y"]}, {"ErrorEquals": ["X", "W"], "JitterStrategy": "FULL"}], "End": true"#
            ),
        ),
        [
            "behavioural retrier-changed A: retrier is for X and W instead of X",
            "behavioural retrier-changed A: retrier for X and W: backoff rate 1.5 -> 2",
            "behavioural retrier-changed A: retrier for X and W: jitter NONE -> FULL",
            "behavioural retriers-reordered A: retriers are tried in a different order",
        ]
    );
    assert_eq!(
        changes(
            &task(r#""Catch": [{"ErrorEquals": ["X"], "Next": "Z"}], "End": true"#),
            &task(r#""Catch": [{"ErrorEquals": ["X"], "Next": "A", "ResultPath": "$.e"}], "End": true"#),
        ),
        [
            "behavioural transition-moved A: catcher for X goes to 'A' instead of 'Z'",
            "behavioural catcher-changed A: catcher for X: ResultPath \"$\" -> \"$.e\"",
        ]
    );
}

#[test]
fn a_renamed_state_is_told_once_and_its_transitions_are_not() {
    let machine = |name: &str, seconds: u32| {
        format!(
            r#"{{"StartAt": "First", "States": {{
                "First": {{"Type": "Pass", "Next": "{name}"}},
                "{name}": {{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "TimeoutSeconds": {seconds}, "ResultPath": "$.r", "Next": "Last"}},
                "Last": {{"Type": "Succeed"}}}}}}"#
        )
    };
    assert_eq!(
        changes(&machine("Work", 10), &machine("Labour", 10)),
        ["breaking state-renamed Labour: renamed, was 'Work' (the same otherwise)"]
    );
    // Of the fields two are equal and one is not: two common out of four, times 0.7, and all neighbours: 0.65.
    assert_eq!(
        changes(&machine("Work", 10), &machine("Labour", 20)),
        [
            "breaking state-renamed Labour: renamed, was 'Work' (65 % sure)",
            "behavioural timeout-changed Labour: timeout 10 -> 20"
        ]
    );
}

#[test]
fn states_that_moved_are_followed() {
    let flat = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r", "End": true}}}"#;
    let wrapped = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "s", "End": true}}}]}}}"#;
    assert_eq!(
        changes(flat, wrapped),
        [
            "behavioural state-added P: Parallel state added around 'A'",
            "behavioural state-wrapped A: wrapped in Branches[0] of 'P', a new Parallel state, whose output is a list with \
             that of each branch",
            "behavioural resource-changed A: resource r -> s",
        ]
    );
}

#[test]
fn what_callers_rely_on_is_breaking() {
    let output = |result: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {result}, "End": true}}}}}}"#
        )
    };
    assert_eq!(
        changes(&output(r#"{"a": 1, "b": 2}"#), &output(r#"{"a": 1}"#)),
        ["breaking data-flow-changed A: Result.b 2 removed (the execution's output)"]
    );
    let fail = |error: &str| {
        format!(
            r#"{{"StartAt": "C", "States": {{
                "C": {{"Type": "Choice", "Choices": [{{"Variable": "$.x", "IsNull": true, "Next": "F"}}], "Default": "G"}},
                "F": {{"Type": "Fail", "Error": "{error}"}}, "G": {{"Type": "Fail", "Error": "Other"}}}}}}"#
        )
    };
    assert_eq!(
        changes(&fail("Mine"), &fail("Other")),
        [
            "breaking error-changed F: Error \"Mine\" -> \"Other\" (no Fail state uses the old error name any more)"
        ]
    );
    // The other Fail state still gives the name.
    assert_eq!(
        changes(&fail("Other"), &fail("Mine")),
        ["behavioural error-changed F: Error \"Other\" -> \"Mine\""]
    );
    let reads = |path: &str| task(&format!(r#""Parameters": {{"id.$": "{path}"}}, "End": true"#));
    assert_eq!(
        changes(&reads("$.a.b"), &reads("$.a")),
        ["behavioural data-flow-changed A: Parameters.id.$ \"$.a.b\" -> \"$.a\""]
    );
    assert_eq!(
        changes(&reads("$.a"), &reads("$$.Execution.Input.c")),
        [
            "breaking input-read A: the execution's input must have $.c, which was not read before",
            "behavioural data-flow-changed A: Parameters.id.$ \"$.a\" -> \"$$.Execution.Input.c\"",
        ]
    );
}

#[test]
fn trouble_is_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broken = write(
        &folder,
        "broken.asl.json",
        "{\"StartAt\": \"A\",\n  \"States\": {\"A\": }}",
    );
    let other = write(&folder, "other.json", "{\"name\": \"package\"}");
    let good = "fixtures/diff/old.asl.json";
    for (arguments, words) in [
        (
            vec!["diff", good, "no-such-file.asl.json"],
            "no-such-file.asl.json does not exist",
        ),
        (vec!["diff", good, &broken], "broken.asl.json:2:"),
        (vec!["diff", &other, good], "has no States"),
        (vec!["diff", good, good, good], "7 or 9"),
        (vec!["diff", "-", "-"], "only one side can be stdin"),
    ] {
        let output = sfn_tool(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(words),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn git_arguments() {
    let (old, new) = ("fixtures/diff/old.asl.json", "fixtures/diff/new.asl.json");
    let zero = "0000000";
    let seven = ["diff", "order.asl.json", old, zero, "100644", new, zero, "100644"];
    let output = sfn_tool(&seven);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("--- a/order.asl.json\n+++ b/order.asl.json\n"));
    let mut strict = vec!["diff", "--exit-code"];
    strict.extend(&seven[1..]);
    assert_eq!(sfn_tool(&strict).status.code(), Some(1));
    let mut nine = seven.to_vec();
    nine.extend(["orders.asl.json", "similarity index 90%"]);
    assert!(text(&sfn_tool(&nine).stdout).starts_with("--- a/order.asl.json\n+++ b/orders.asl.json\n"));
    let added = [
        "diff",
        "order.asl.json",
        "/dev/null",
        ".",
        ".",
        new,
        zero,
        "100644",
    ];
    let output = sfn_tool(&added);
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("--- /dev/null\n") && shown.contains("definition added: 11 states"),
        "{shown}"
    );
    // git calls so for a file with conflicts, and says how many files there are; a user who does forgot the other side.
    let one = ["diff", "order.asl.json"];
    let unmerged = assert_cmd::Command::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .args(one)
        .env("GIT_DIFF_PATH_TOTAL", "1")
        .output()
        .expect("the program runs");
    assert_eq!(unmerged.status.code(), Some(0));
    assert!(text(&unmerged.stdout).contains("has unresolved merge conflicts"));
    assert_eq!(sfn_tool(&one).status.code(), Some(2));
}

#[test]
fn substitutions_are_resolved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let old = write(
        &folder,
        "a.asl.json",
        &task(r#""TimeoutSeconds": 60, "End": true"#),
    );
    let new = write(
        &folder,
        "b.asl.json",
        &task(r#""TimeoutSeconds": ${limit}, "End": true"#),
    );
    let output = sfn_tool(&["diff", &old, &new, "--define", "limit=60"]);
    assert_eq!(
        (text(&output.stdout).as_str(), output.status.code()),
        ("", Some(0))
    );
    let output = sfn_tool(&["diff", &old, &new]);
    assert!(
        text(&output.stdout).contains("timeout 60 -> \"${limit}\""),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn the_type_of_the_machine_is_not_in_its_definition() {
    let file = "fixtures/diff/old.asl.json";
    let run = |arguments: &[&str]| {
        let mut all = vec!["diff", "--format", "json", file, file];
        all.extend(arguments);
        lines(&sfn_tool(&all))
    };
    assert_eq!(
        run(&["--new-type", "express"]),
        [
            "breaking machine-type-changed -: type Standard -> Express (executions last at most five minutes, may run more than once, and have no history to query)"
        ]
    );
    assert_eq!(
        run(&["--old-type", "express", "--new-type", "standard"]),
        [
            "breaking machine-type-changed -: type Express -> Standard (starting an execution returns an ARN; it runs once, and its name must be unique)"
        ]
    );
    assert_eq!(run(&["--old-type", "express"]), Vec::<String>::new());
}

#[test]
fn markdown_for_pull_requests() {
    let output = sfn_tool(&[
        "diff",
        "--format",
        "markdown",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/new.asl.json",
    ]);
    let shown = text(&output.stdout);
    assert!(
        shown.starts_with(
            "### `fixtures/diff/old.asl.json` → `fixtures/diff/new.asl.json`\n\n| class | changes | states |\n\
             |:--|--:|--:|\n| 🔴 breaking | 8 | 5 |\n| 🟡 behavioural | 14 | 4 |\n\n**State `Validate`**\n\n"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("- 🟡 behavioural `timeout 60 -> 300` (line 8 -> 8)\n"),
        "{shown}"
    );
    // States are numbered in the order of the text: 0 Validate, 3 Fulfil, 5 Pack.
    for line in [
        "<details><summary>",
        "```mermaid\nstateDiagram-v2\n",
        "    class s1,s3 changed\n",
        "    class s0,s2,s7,s9,s10 breaking\n",
        "    class s5 added\n```\n\n</details>\n",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let same = sfn_tool(&[
        "diff",
        "--format",
        "markdown",
        "fixtures/diff/old.asl.json",
        "fixtures/diff/same.asl.yaml",
    ]);
    assert_eq!(
        (text(&same.stdout).as_str(), same.status.code()),
        ("No difference in meaning.\n", Some(0))
    );
}

#[test]
fn markdown_stays_within_what_github_takes() {
    let chain = |seconds: usize, states: usize| {
        let states: Vec<String> = (0..states)
            .map(|i| {
                let end = if i + 1 == states {
                    r#""End": true"#.to_owned()
                } else {
                    format!(r#""Next": "S{}""#, i + 1)
                };
                format!(r#""S{i}": {{"Type": "Wait", "Seconds": {seconds}, {end}}}"#)
            })
            .collect();
        format!(r#"{{"StartAt": "S0", "States": {{{}}}}}"#, states.join(", "))
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let markdown = |states: usize| {
        let old = write(&folder, "a.asl.json", &chain(1, states));
        let new = write(&folder, "b.asl.json", &chain(2, states));
        text(&sfn_tool(&["diff", "--format", "markdown", &old, &new]).stdout)
    };
    // 600 edges are more than viewers draw.
    let shown = markdown(600);
    assert!(
        shown.contains("The graph of 600 states is too large") && !shown.contains("```mermaid"),
        "{shown}"
    );
    let shown = markdown(5_000);
    assert!(shown.len() < 65_536, "{}", shown.len());
    assert!(
        shown.contains("Too long for one comment: "),
        "{}",
        &shown[shown.len() - 300..]
    );
}

#[test]
fn hostile_names_stay_names() {
    let name = "</code><img src=x> `@all` | [x](y) \\u001b[31m\\n# title";
    let machine = |seconds: u32| {
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Wait", "Seconds": {seconds}, "End": true}}}}}}"#
        )
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (old, new) = (
        write(&folder, "a.asl.json", &machine(1)),
        write(&folder, "b.asl.json", &machine(2)),
    );
    let shown = text(&sfn_tool(&["diff", "--format", "markdown", &old, &new]).stdout);
    // In a code span whose fence is longer than any in the name.
    assert!(
        shown.contains("**State ``</code><img src=x> `@all` | [x](y) \\u001b[31m\\n# title``**\n"),
        "{shown}"
    );
    let shown = text(&sfn_tool(&["diff", &old, &new]).stdout);
    assert!(
        !shown.contains('\u{1b}') && !shown.contains("\n# title"),
        "{shown}"
    );
}

#[test]
fn changes_of_a_state_stand_together() {
    let machine = |body: &str| {
        format!(
            r#"{{"StartAt": "B", "States": {{"A": {{"Type": "Pass", "End": true}},
                "B": {{"Type": "Task", "Resource": "r", {body}}}}}}}"#
        )
    };
    assert_eq!(
        changes(
            &machine(r#""Next": "A""#).replace("\"StartAt\": \"B\"", "\"StartAt\": \"A\""),
            &machine(r#""Parameters": {"x.$": "$.x"}, "Next": "A", "TimeoutSeconds": 5"#)
        ),
        [
            "behavioural start-moved -: starts at 'B' instead of 'A'",
            "breaking input-read B: the execution's input must have $.x, which was not read before",
            "behavioural data-flow-changed B: Parameters {\"x.$\":\"$.x\"} added",
            "behavioural timeout-changed B: timeout 5 added",
        ]
    );
}
