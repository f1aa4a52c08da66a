//! Variables under other names.

use super::{changes, machine};

const JSONATA: &str = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    "A": {"Type": "Pass", "Assign": {"total": "{% $states.input.a + 1 %}", "kept": 1}, "Next": "B"},
    "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f", "Payload": {"x": "{% $total * $kept %}"}},
          "Assign": {"total": "{% $total + 1 %}"}, "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Condition": "{% $total > 3 %}", "Next": "D", "Output": {"a": "{% $total %}"}}], "Default": "D"},
    "D": {"Type": "Wait", "Seconds": "{% $total %}", "End": true}}}"#;

const JSONPATH: &str = r#"{"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Assign": {"total.$": "$.a"}, "Next": "B"},
    "B": {"Type": "Pass", "Parameters": {"x.$": "States.MathAdd($total, 1)", "y.$": "$total.z"}, "InputPath": "$total", "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$total", "NumericGreaterThanPath": "$total.x", "Next": "D"}], "Default": "D"},
    "D": {"Type": "Wait", "SecondsPath": "$total", "End": true}}}"#;

fn renamed(text: &str) -> String {
    text.replace("$total", "$sum")
        .replace("\"total\"", "\"sum\"")
        .replace("\"total.$\"", "\"sum.$\"")
}

fn between(old: &str, new: &str) -> Vec<String> {
    changes(&machine("a.asl.json", old), &machine("b.asl.json", new))
}

#[test]
fn a_variable_that_is_renamed_everywhere_is_one_change() {
    for text in [JSONATA, JSONPATH] {
        let new = renamed(text);
        assert_eq!(
            between(text, &new),
            ["behavioural -: variable total renamed to sum"]
        );
        assert_eq!(
            between(&new, text),
            ["behavioural -: variable sum renamed to total"]
        );
    }
}

#[test]
fn what_else_changes_is_told_beside_it() {
    let new = renamed(JSONATA).replace("$sum > 3", "$sum > 4");
    assert_eq!(
        between(JSONATA, &new),
        [
            "behavioural -: variable total renamed to sum",
            "behavioural C: Choices[0] tests $sum > 4 instead of $sum > 3",
        ]
    );
    // Two at once.
    let new = renamed(JSONATA).replace("kept", "held");
    assert_eq!(
        between(JSONATA, &new),
        [
            "behavioural -: variable kept renamed to held",
            "behavioural -: variable total renamed to sum",
        ]
    );
}

#[test]
fn a_name_that_is_left_somewhere_is_not_renamed() {
    // It is read still.
    let new = renamed(JSONATA).replace("\"Seconds\": \"{% $sum %}\"", "\"Seconds\": \"{% $total %}\"");
    let found = between(JSONATA, &new);
    assert!(
        found.len() > 3 && !found.iter().any(|line| line.contains("renamed")),
        "{found:?}"
    );
    // One goes and another comes.
    let old = JSONPATH.replace("$.a", "$.one");
    let new = old.replace("\"total.$\": \"$.one\"", "\"other.$\": \"$.two\"");
    let found = between(&old, &new);
    assert!(!found.iter().any(|line| line.contains("renamed")), "{found:?}");
}
