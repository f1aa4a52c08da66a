//! `sfn-tool simulate --cost`, driven as a program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::called;

/// A Pass, and a Task that fails once and is tried again: three transitions, and 3.05 s.
const DEFINITION: &str = r#"{"StartAt": "Prepare", "States": {"Prepare": {"Type": "Pass", "Next": "Call"},
    "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3}], "End": true}}}"#;
const MOCKS: &str =
    r#"{"States": {"Call": [{"Throw": {"Error": "Busy"}}, {"Return": {}, "DelaySeconds": 0.05}]}}"#;

fn simulate(folder: &Path, arguments: &[&str]) -> Output {
    fs::write(folder.join("m.asl.json"), DEFINITION).unwrap();
    fs::write(folder.join("mocks.json"), MOCKS).unwrap();
    called::program()
        .current_dir(folder)
        .args(["simulate", "m.asl.json", "--mocks", "mocks.json"])
        .args(arguments)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn cost(folder: &Path, arguments: &[&str]) -> Value {
    let output = simulate(folder, &[arguments, &["--cost", "--format", "json"]].concat());
    let execution: Value = serde_json::from_str(&text(&output)).unwrap();
    execution["cost"].clone()
}

#[test]
fn the_trace_ends_with_what_is_billed_and_costs() {
    let folder = tempfile::tempdir().unwrap();
    let trace = text(&simulate(folder.path(), &["--cost"]));
    let end = trace.split_once("\nBilled:\n").unwrap().1;
    assert_eq!(
        end,
        "   3 state transitions\n   one million such executions: USD 75.00\n      USD 75.00: transitions, at USD 25.00 \
         a million\n   prices of https://aws.amazon.com/step-functions/pricing/ for us-east-1 as of 2026-03; no free \
         tier is subtracted, and what tasks call costs extra\n\nThe execution succeeded after 3.05 s: {}\n"
    );
    assert!(!text(&simulate(folder.path(), &[])).contains("Billed"));
}

#[test]
fn express_is_billed_by_requests_and_gb_seconds() {
    let folder = tempfile::tempdir().unwrap();
    // 3,050 ms are billed as 3,100, and 65 MB as 128: 3.1 s times 1/8 GB.
    let billed = cost(folder.path(), &["--type", "express", "--memory-mb", "65"]);
    assert_eq!(billed["stateTransitions"], 0);
    assert_eq!(billed["requests"], 1);
    assert_eq!(billed["billedDurationInMilliseconds"], 3_100);
    assert_eq!(billed["billedMemoryUsedInMB"], 128);
    assert_eq!(billed["gbSeconds"], "0.3875");
    // 387,500 GB-seconds at 0.00001667 are 6.459625, and the requests 1.
    let million = json!({"currency": "USD", "amount": "7.459625", "stateTransitions": "0.00", "requests": "1.00",
        "duration": "6.459625", "freeTierSubtracted": false});
    assert_eq!(billed["millionExecutions"], million);
    let assumed = text(&simulate(folder.path(), &["--cost", "--type", "express"]));
    assert!(
        assumed.contains("in 64 MB (assumed; set it with --memory-mb N)"),
        "{assumed}"
    );
}

#[test]
fn prices_come_from_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfn-tool.toml");
    fs::write(
        &config,
        "[cost]\nmillion-transitions = 37.5\nregion = \"sa-east-1\"\nas-of = \"2026-11\"\n",
    )
    .unwrap();
    let billed = cost(folder.path(), &[]);
    assert_eq!(billed["millionExecutions"]["amount"], "112.50");
    assert_eq!(billed["prices"]["region"], "sa-east-1");
    assert_eq!(billed["prices"]["source"], "the configuration");
    // Another file, by name.
    fs::write(
        folder.path().join("other.toml"),
        "[cost]\nmillion-transitions = \"0.1\"\n",
    )
    .unwrap();
    let billed = cost(folder.path(), &["--config", "other.toml"]);
    assert_eq!(billed["millionExecutions"]["amount"], "0.30");
    assert_eq!(billed["prices"]["asOf"], "");

    for (wrong, word) in [
        ("[cost]\nmillion-transition = 1\n", "million-transition"),
        ("[cost]\nmillion-requests = -1\n", "is no price"),
        ("[cost]\ngb-second = [{price = 1}, {price = 2}]\n", "up-to"),
    ] {
        fs::write(&config, wrong).unwrap();
        let output = simulate(folder.path(), &["--cost"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty());
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(word),
            "{output:?}"
        );
    }
}

#[test]
fn the_example_in_the_documentation_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cost.md")).unwrap();
    let (example, _) = page.split_once("```toml\n").unwrap().1.split_once("```").unwrap();
    fs::write(folder.path().join("sfn-tool.toml"), example).unwrap();
    // Three transitions at 29.5, and one request of 3,100 ms in 64 MB: 193,750 GB-seconds at 0.00001834 are 3.553375.
    assert_eq!(cost(folder.path(), &[])["millionExecutions"]["amount"], "88.50");
    let express = cost(folder.path(), &["--type", "express"]);
    assert_eq!(express["millionExecutions"]["amount"], "4.653375");
    assert_eq!(express["prices"]["region"], "eu-central-2");
}

#[test]
fn a_history_has_no_place_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = simulate(folder.path(), &["--cost", "--format", "history"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn express_children_of_a_standard_execution_are_requests() {
    let folder = tempfile::tempdir().unwrap();
    let definition = json!({"StartAt": "All", "States": {"All": {"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "Pause",
            "States": {"Pause": {"Type": "Wait", "SecondsPath": "$", "Next": "End"}, "End": {"Type": "Pass", "End": true}}}}}});
    let billed = |definition: &Value| {
        fs::write(folder.path().join("map.asl.json"), definition.to_string()).unwrap();
        let output = called::program()
            .current_dir(folder.path())
            .args([
                "simulate",
                "map.asl.json",
                "--input-json",
                r#"{"items": [0, 2, 1]}"#,
                "--cost",
                "--format",
                "json",
            ])
            .output()
            .unwrap();
        serde_json::from_str::<Value>(&text(&output)).unwrap()["cost"].clone()
    };
    // The Map is the only transition; its children run 0, 2 and 1 s, and the first is billed 100 ms all the same.
    let express = billed(&definition);
    assert_eq!(express["stateTransitions"], 1);
    assert_eq!(express["requests"], 3);
    assert_eq!(express["billedDurationInMilliseconds"], 3_100);
    let mut standard = definition;
    standard["States"]["All"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = "STANDARD".into();
    let standard = billed(&standard);
    assert_eq!(standard["stateTransitions"], 7);
    assert!(standard["requests"].is_null());
}
