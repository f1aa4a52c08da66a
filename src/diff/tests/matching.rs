//! Renamed, moved, wrapped, split: what is told, and what must not be.

use serde_json::{Value, json};

use super::{changes, json as machine};

/// The changes between two machines of these states, the first being the start.
fn told(old: Value, new: Value) -> Vec<String> {
    let scope = |states: Value| {
        let start = states
            .as_object()
            .and_then(|states| states.keys().next().cloned());
        machine(&json!({"StartAt": start, "States": states}))
    };
    changes(&scope(old), &scope(new))
}

fn task(resource: &str, next: &str) -> Value {
    match next {
        "" => json!({"Type": "Task", "Resource": resource, "End": true}),
        _ => json!({"Type": "Task", "Resource": resource, "Next": next}),
    }
}

fn pass(next: &str) -> Value {
    match next {
        "" => json!({"Type": "Pass", "End": true}),
        _ => json!({"Type": "Pass", "Next": next}),
    }
}

#[test]
fn every_state_of_a_chain_may_be_renamed() {
    let old = json!({"A": task("r", "B"), "B": pass("C"), "C": pass("D"), "D": task("r", "E"), "E": {"Type": "Succeed"}});
    let new = json!({"V": task("r", "W"), "W": pass("X"), "X": pass("Y"), "Y": task("r", "Z"), "Z": {"Type": "Succeed"}});
    assert_eq!(
        told(old, new),
        [
            "breaking V: renamed, was 'A' (the same otherwise)",
            "breaking W: renamed, was 'B' (the same otherwise)",
            "breaking X: renamed, was 'C' (the same otherwise)",
            "breaking Y: renamed, was 'D' (the same otherwise)",
            "breaking Z: renamed, was 'E' (the same otherwise)",
        ]
    );
}

#[test]
fn of_two_that_could_be_it_none_is() {
    // What was B is C or D: both say the same and stand where B stood.
    let choice = |targets: &[&str]| {
        let rules: Vec<Value> = (targets.iter().enumerate())
            .map(|(i, target)| json!({"Variable": "$.x", "NumericEquals": i, "Next": target}))
            .collect();
        json!({"Type": "Choice", "Choices": rules})
    };
    let old = json!({"A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "NumericEquals": 9, "Next": "B"}]}, "B": task("r", "")});
    let new = json!({"A": choice(&["C", "D"]), "C": task("r", ""), "D": task("r", "")});
    let lines = told(old, new);
    assert!(!lines.iter().any(|line| line.contains("renamed")), "{lines:?}");
    for line in [
        "behavioural C: Task state added",
        "behavioural D: Task state added",
        "behavioural B: Task state removed",
    ] {
        assert!(lines.iter().any(|other| other == line), "{lines:?}");
    }
    // Two that say nothing, for one.
    let old = json!({"A": task("r", "B"), "B": pass("Z"), "Z": {"Type": "Succeed"}});
    let new = json!({"A": task("r", "C"), "C": pass("D"), "D": pass("Z"), "Z": {"Type": "Succeed"}});
    let lines = told(old, new);
    assert!(!lines.iter().any(|line| line.contains("renamed")), "{lines:?}");
}

#[test]
fn what_has_little_in_common_is_another_state() {
    let old = json!({"A": pass("B"), "B": task("charge", "")});
    let new = json!({"A": pass("C"), "C": task("refund", "")});
    assert_eq!(
        told(old, new),
        [
            "behavioural A: continues to 'C' instead of 'B'",
            "behavioural C: Task state added",
            "behavioural B: Task state removed",
        ]
    );
}

#[test]
fn names_that_changed_places_are_told_by_what_they_do() {
    // By name first: both names are still there, so each is compared with itself.
    let old = json!({"A": task("r", "B"), "B": task("s", "")});
    let new = json!({"A": task("s", "B"), "B": task("r", "")});
    assert_eq!(
        told(old, new),
        ["behavioural A: resource r -> s", "behavioural B: resource s -> r"]
    );
}

#[test]
fn a_state_may_be_wrapped_and_taken_out_again() {
    let flat = json!({"A": pass("B"), "B": task("r", "C"), "C": pass("")});
    let map = |inner: Value| json!({"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": inner}}, "Next": "C"});
    let wrapped = json!({"A": pass("M"), "M": map(task("r", "")), "C": pass("")});
    assert_eq!(
        told(flat.clone(), wrapped.clone()),
        [
            "behavioural M: Map state added around 'B'",
            "behavioural B: wrapped in the processor of 'M', a new Map state, which runs it for each item",
        ]
    );
    let lines = told(wrapped, flat);
    assert!(
        lines.contains(
            &"behavioural B: taken out of the processor of 'M', a Map state that was removed".to_owned()
        ),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"behavioural M: Map state removed".to_owned()),
        "{lines:?}"
    );
}

/// What stands in a state that is called otherwise has not moved.
#[test]
fn states_inside_of_a_renamed_one_stay() {
    let inner = json!({"X": pass("Y"), "Y": pass("")});
    let machine = |name: &str, inner: &Value| {
        let map = json!({"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": inner}, "Next": "Z"});
        let mut states = json!({"A": pass(name), "Z": pass("")});
        states[name] = map;
        states
    };
    assert_eq!(
        told(machine("M", &inner), machine("N", &inner)),
        ["breaking N: renamed, was 'M' (the same otherwise)"]
    );
}

#[test]
fn a_state_may_move_and_be_renamed_at_once() {
    let parallel = |states: Value, start: &str| json!({"Type": "Parallel", "Branches": [{"StartAt": start, "States": states}], "Next": "Z"});
    let old = json!({"P": parallel(json!({"A": pass("B"), "B": task("charge", "")}), "A"), "Z": pass("")});
    let new = json!({"P": parallel(json!({"A": pass("")}), "A"), "Z": pass("C"), "C": task("charge", "")});
    let lines = told(old, new);
    // Content equal (0.7), half of nothing known about the neighbours (0.15).
    assert!(
        lines.contains(
            &"breaking C: renamed, was 'B' (85 % sure), and moved from Branches[0] of 'P' to the top level"
                .to_owned()
        ),
        "{lines:?}"
    );
}

#[test]
fn one_state_may_become_two() {
    let whole = json!({"Type": "Task", "Resource": "r", "Parameters": {"id.$": "$.id"},
        "ResultSelector": {"x.$": "$.Payload.x", "y.$": "$.Payload.y"}, "Next": "Z"});
    let end = json!({"Type": "Succeed"});
    // A keeps its name and loses what B does now.
    let old = json!({"A": whole, "Z": end});
    let new = json!({
        "A": {"Type": "Task", "Resource": "r", "Parameters": {"id.$": "$.id"}, "Next": "B"},
        "B": {"Type": "Pass", "ResultSelector": {"x.$": "$.Payload.x", "y.$": "$.Payload.y"}, "Next": "Z"}, "Z": end});
    let lines = told(old.clone(), new.clone());
    assert!(
        lines.contains(&"behavioural B: Pass state split off from 'A' (100 % sure)".to_owned()),
        "{lines:?}"
    );
    // And the other way round.
    let lines = told(new, old);
    assert!(
        lines.contains(&"behavioural B: Pass state merged into 'A' (100 % sure)".to_owned()),
        "{lines:?}"
    );
    // Both under new names. Of Resource, Parameters and two members of ResultSelector all four are found again, and
    // nothing else.
    let old = json!({"S": pass("A"), "A": whole, "Z": end});
    let new = json!({"S": pass("First"),
        "First": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "Next": "Second"},
        "Second": {"Type": "Task", "Resource": "r",
            "ResultSelector": {"x.$": "$.Payload.x", "y.$": "$.Payload.y"}, "Next": "Z"}, "Z": end});
    let lines = told(old, new);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("breaking Second: renamed, was 'A'")),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"behavioural First: Pass state split off from 'A' (100 % sure)".to_owned()),
        "{lines:?}"
    );
    // A new state that does something else is no part of it.
    let old = json!({"A": task("r", "Z"), "Z": end});
    let new = json!({"A": task("r", "B"), "B": task("s", "Z"), "Z": end});
    assert_eq!(
        told(old, new),
        [
            "behavioural A: continues to 'B' instead of 'Z'",
            "behavioural B: Task state added"
        ]
    );
}

#[test]
fn a_wait_inserted_is_no_rename() {
    let old = json!({"A": task("r", "B"), "B": pass("")});
    let new = json!({"A": task("r", "W"), "W": {"Type": "Wait", "Seconds": 5, "Next": "B"}, "B": pass("")});
    assert_eq!(
        told(old, new),
        [
            "behavioural A: continues to 'W' instead of 'B'",
            "behavioural W: Wait state added"
        ]
    );
}
