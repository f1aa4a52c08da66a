//! The workflows in fixtures/workflows/ through the real binary: every definition is accepted, every run gives the
//! history that AWS would write, worked out by hand in `runs/*.expected.json`.

#[path = "seeds/history.rs"]
mod history;

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::called;

fn tool(arguments: &[&str]) -> Output {
    called::tool()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr));
    })
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of a folder, sorted, as paths relative to the package.
fn entries(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut entries: Vec<PathBuf> = fs::read_dir(root.join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| Path::new(folder).join(entry.expect("an entry").file_name()))
        .collect();
    entries.sort();
    entries
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// The workflow's definitions: one, or the same machine in JSON and in YAML.
fn definitions(workflow: &Path) -> Vec<PathBuf> {
    let found: Vec<PathBuf> = entries(text(workflow))
        .into_iter()
        .filter(|path| text(path).contains("/definition.asl."))
        .collect();
    assert!(!found.is_empty(), "{} has no definition", workflow.display());
    found
}

#[test]
fn every_definition_is_accepted() {
    for workflow in entries("fixtures/workflows") {
        for definition in definitions(&workflow) {
            let output = tool(&["validate", "--format", "json", text(&definition)]);
            let report = json(&output);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}: {report:#}",
                definition.display()
            );
            let file = &report["files"][0];
            assert_eq!(file["result"], "OK", "{}", definition.display());
            for finding in file["diagnostics"].as_array().expect("diagnostics") {
                assert_ne!(finding["severity"], "ERROR", "{finding:#}");
            }
        }
    }
}

#[test]
fn the_order_workflow_as_printed_lacks_a_state() {
    let file = "fixtures/broken/order-workflow-missing-state.asl.json";
    let output = tool(&["validate", "--format", "json", file]);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    assert_eq!(report["files"][0]["result"], "FAIL");
    let findings = report["files"][0]["diagnostics"].as_array().expect("diagnostics");
    let errors: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["severity"] == "ERROR")
        .collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_eq!(errors[0]["code"], "MISSING_TRANSITION_TARGET");
    assert_eq!(errors[0]["message"], "Missing 'Next' target: CreateBackorder");
    assert_eq!(errors[0]["location"], "/States/InventoryDecision/Choices[1]/Next");
    // The name in the file: "Next": "CreateBackorder".
    let source = read_text(file);
    let offset = errors[0]["range"]["start"]["offset"].as_u64().expect("an offset") as usize;
    assert!(source[offset..].starts_with("\"CreateBackorder\""));
    let help = errors[0]["help"].as_str().expect("help");
    for state in read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file).as_path())["States"]
        .as_object()
        .expect("states")
        .keys()
    {
        assert!(help.contains(state.as_str()), "{state} is not listed in: {help}");
    }
    // No state's name is near, so none is suggested.
    assert!(!help.to_lowercase().contains("did you mean"), "{help}");
}

fn read_text(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a fixture")
}

#[test]
fn every_run_gives_the_history_of_its_expected_file() {
    let mut failures = Vec::new();
    let mut count = 0;
    for workflow in entries("fixtures/workflows") {
        let definitions = definitions(&workflow);
        let runs = text(&workflow.join("runs")).to_owned();
        for expected in entries(&runs) {
            let Some(run) = text(&expected).strip_suffix(".expected.json") else {
                continue;
            };
            for definition in &definitions {
                count += 1;
                if let Err(panic) = panic::catch_unwind(|| check_run(text(definition), run)) {
                    let reason = panic.downcast_ref::<String>().map_or("(no text)", String::as_str);
                    failures.push(format!("{} {run}: {reason}", definition.display()));
                }
            }
        }
    }
    assert!(count > 40, "only {count} runs found");
    assert!(
        failures.is_empty(),
        "{} of {count} runs differ\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn check_run(definition: &str, run: &str) {
    let expected = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{run}.expected.json")));
    let (input, mocks) = (format!("{run}.input.json"), format!("{run}.mocks.yaml"));
    let output = tool(&[
        "simulate", definition, "--input", &input, "--mocks", &mocks, "--format", "json",
    ]);
    let status = if expected["status"] == "SUCCEEDED" { 0 } else { 1 };
    assert_eq!(
        output.status.code(),
        Some(status),
        "exit status; stderr: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let actual = json(&output);
    for member in ["status", "output", "error", "cause"] {
        let (expected, actual) = (expected.get(member), actual.get(member));
        let same = match (expected, actual) {
            (Some(expected), Some(actual)) => history::fits(expected, actual),
            (None, None) => true,
            _ => false,
        };
        assert!(same, "{member}: expected {expected:?}, got {actual:?}");
    }
    let list = |value: &Value| value["events"].as_array().expect("events").clone();
    history::assert_same(&list(&expected), &list(&actual));
}
