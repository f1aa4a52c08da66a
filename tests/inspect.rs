//! `sfn-tool inspect`: what states read, call and assign.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::{Value, json};

use crate::called;

fn inspect(definition: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("definition.json");
    std::fs::write(&path, definition.to_string()).unwrap();
    let mut command = called::program();
    let output = command
        .arg("inspect")
        .arg(path)
        .args(["--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A JSONPath machine with a JSONata state: every kind of place where a variable is read.
fn machine() -> Value {
    json!({
        "StartAt": "Start",
        "States": {
            "Start": {"Type": "Pass", "Assign": {"a": 1, "b.$": "$.b"}, "Next": "Pick"},
            "Pick": {
                "Type": "Choice",
                "Choices": [{
                    "And": [{"Variable": "$a.x", "NumericEqualsPath": "$b"}],
                    "Assign": {"picked": true},
                    "Next": "Each"
                }],
                "Default": "Each"
            },
            "Each": {
                "Type": "Map",
                "ItemsPath": "$list",
                "ItemSelector": {"v.$": "States.Format('{} {}', $$.Map.Item.Value, $b)"},
                "ItemProcessor": {"StartAt": "One", "States": {
                    "One": {
                        "Type": "Pass", "QueryLanguage": "JSONata",
                        "Output": "{% ($own := 1; $own + $c + $sum($states.input.$map($d, $uppercase))) %}",
                        "End": true
                    }
                }},
                "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"error.$": "$.Cause"}, "Next": "Last"}],
                "Next": "Last"
            },
            "Last": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true}
        }
    })
}

#[test]
fn rules_are_shown_with_their_conditions() {
    let answer = inspect(&json!({"StartAt": "Pick", "States": {
        "Pick": {"Type": "Choice", "Default": "End", "Choices": [
            {"And": [{"Variable": "$['a']", "IsPresent": true}, {"Variable": "$.a", "NumericLessThanPath": "$.b"}],
                "Next": "End"},
            {"Not": {"Variable": "$.s", "StringEquals": "x"}, "Next": "Own"}]},
        "Own": {"Type": "Choice", "QueryLanguage": "JSONata", "Default": "End",
            "Choices": [{"Condition": "{% $states.input.n>1 %}", "Next": "End"}]},
        "End": {"Type": "Succeed"}}}));
    let choices = |state: usize| answer["states"][state]["choices"].clone();
    assert_eq!(
        choices(0),
        json!([
            {"when": "$.a IsPresent true and $.a NumericLessThanPath $.b", "next": "End"},
            {"when": "not ($.s StringEquals \"x\")", "next": "Own"}
        ])
    );
    assert_eq!(
        choices(1),
        json!([{"when": "$states.input.n > 1", "next": "End"}])
    );
    assert_eq!(choices(2), Value::Null);
}

#[test]
fn variables_are_those_of_describe_state_machine() {
    let answer = inspect(&machine());
    assert_eq!(
        answer["variableReferences"],
        json!({"Pick": ["a", "b"], "Each": ["b", "list"], "One": ["c", "d"]})
    );
}

#[test]
fn states_are_listed_with_what_they_call_and_assign() {
    let answer = inspect(&machine());
    let states = answer["states"].as_array().unwrap();
    let names: Vec<&str> = states.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Start", "Pick", "Each", "One", "Last"]);
    assert_eq!(states[0]["variablesAssigned"], json!(["a", "b"]));
    assert_eq!(states[1]["variablesAssigned"], json!(["picked"]));
    assert_eq!(states[2]["variablesAssigned"], json!(["error"]));
    assert_eq!(states[3]["location"], "/States/Each/ItemProcessor/States/One");
    assert_eq!(states[3]["queryLanguage"], "JSONata");
    assert_eq!(states[4]["integration"], "sqs:sendMessage.waitForTaskToken");
    assert_eq!(
        states[1]["reads"],
        json!([
            {"field": "Choices[0]/And[0]/Variable", "text": "$a.x"},
            {"field": "Choices[0]/And[0]/NumericEqualsPath", "text": "$b"}
        ])
    );
}

#[test]
fn a_variable_stands_before_a_function_of_its_name() {
    let answer = inspect(&json!({"QueryLanguage": "JSONata", "StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"count": 0, "limit": "{% $max([1, 2]) %}"}, "Next": "Use"},
        "Use": {"Type": "Pass", "Output": "{% $sum([$count, $limit]) %}", "Next": "Open"},
        "Open": {"Type": "Pass", "Output": "{% $count ? $count : ${Default} %}", "End": true}}}));
    assert_eq!(
        answer["variableReferences"],
        json!({"Use": ["count", "limit"], "Open": ["count"]})
    );
}
