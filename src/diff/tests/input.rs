//! What the caller of a machine must give that it did not have to give before.

use serde_json::{Value, json};

use super::{changes, json as machine};

/// The paths of the input that are newly read where the last state of `states` reads `new` instead of `old`.
fn newly_read(language: &str, mut states: Value, reader: &str, old: Value, new: Value) -> Vec<String> {
    let mut with = |fields: Value| {
        let state = states[reader].as_object_mut().expect("a state");
        state.extend(fields.as_object().expect("fields").clone());
        machine(&json!({"QueryLanguage": language, "StartAt": "A", "States": states}))
    };
    let (old, new) = (with(old), with(new));
    let lines = changes(&old, &new).into_iter();
    let paths = lines.filter_map(|line| {
        Some(
            line.split_once("input must have ")?
                .1
                .split_once(',')?
                .0
                .to_owned(),
        )
    });
    paths.collect()
}

#[test]
fn input_is_followed_past_results_that_are_put_beside_it() {
    let read = |path: &str| json!({"Parameters": {"x.$": path}});
    let behind = |first: Value, old: &str, new: &str| {
        let states = json!({
            "A": first,
            "B": {"Type": "Task", "Resource": "r", "End": true},
            "C": {"Type": "Task", "Resource": "r", "End": true},
        });
        newly_read("JSONPath", states, "B", read(old), read(new))
    };
    let task = |more: Value| {
        let mut task = json!({"Type": "Task", "Resource": "r", "Next": "B"});
        task.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("fields").clone());
        task
    };
    let beside = || task(json!({"ResultPath": "$.charge"}));
    assert_eq!(behind(beside(), "$.order.id", "$.order.total"), ["$.order.total"]);
    // The result is none of the caller's.
    assert!(behind(beside(), "$.charge.id", "$.charge.total").is_empty());
    // What is below the result's place is its; what is beside it the caller's.
    let inside = || task(json!({"ResultPath": "$.order.charge"}));
    assert!(behind(inside(), "$.order.id", "$.order.charge.id").is_empty());
    assert_eq!(behind(inside(), "$.order.id", "$.order.total"), ["$.order.total"]);
    // Through templates and paths.
    let made = json!({"Type": "Pass", "Parameters": {"a.$": "$.order", "b": 1}, "Next": "B"});
    assert_eq!(behind(made.clone(), "$.a.id", "$.a.total"), ["$.order.total"]);
    assert!(behind(made, "$.a.id", "$.b").is_empty());
    let narrow = json!({"Type": "Pass", "OutputPath": "$.order", "Next": "B"});
    assert_eq!(behind(narrow, "$.id", "$.total"), ["$.order.total"]);
    let narrow = json!({"Type": "Pass", "InputPath": "$.order", "Next": "B"});
    assert_eq!(behind(narrow, "$.id", "$.total"), ["$.order.total"]);
    // A result that replaces the input.
    assert!(behind(task(json!({})), "$.id", "$.total").is_empty());
    assert!(
        behind(
            task(json!({"ResultSelector": {"total.$": "$.x"}})),
            "$.id",
            "$.total"
        )
        .is_empty()
    );
    // One of two ways brings the input as it came.
    let choice = json!({
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.kind", "StringEquals": "x", "Next": "C"}], "Default": "B"},
        "C": {"Type": "Task", "Resource": "r", "Next": "B"},
        "B": {"Type": "Task", "Resource": "r", "End": true},
    });
    assert_eq!(
        newly_read("JSONPath", choice, "B", read("$.id"), read("$.total")),
        ["$.total"]
    );
}

#[test]
fn what_a_catcher_brings_is_none_of_the_callers() {
    let caught = |catcher: Value, new: &str| {
        let mut catcher = catcher;
        catcher["ErrorEquals"] = json!(["States.ALL"]);
        catcher["Next"] = json!("B");
        let states = json!({
            "A": {"Type": "Task", "Resource": "r", "Catch": [catcher], "End": true},
            "B": {"Type": "Task", "Resource": "r", "End": true},
        });
        let read = |path: &str| json!({"Parameters": {"x.$": path}});
        newly_read(
            "JSONPath",
            states,
            "B",
            json!({"Parameters": {"x": 1}}),
            read(new),
        )
    };
    assert!(caught(json!({}), "$.Error").is_empty());
    assert!(caught(json!({"ResultPath": "$.error"}), "$.error.Cause").is_empty());
    assert_eq!(caught(json!({"ResultPath": "$.error"}), "$.id"), ["$.id"]);
    assert_eq!(caught(json!({"ResultPath": null}), "$.Error"), ["$.Error"]);
}

#[test]
fn branches_get_the_input_too() {
    for (kind, more, expected) in [
        ("Branches", json!({}), &["$.total"][..]),
        (
            "Branches",
            json!({"Parameters": {"total.$": "$.order.total", "id.$": "$.id"}}),
            &["$.order.total"],
        ),
        (
            "ItemProcessor",
            json!({"ItemSelector": {"total.$": "$.total"}}),
            &[],
        ),
        ("ItemProcessor", json!({}), &[]),
    ] {
        let at = |path: &str| {
            let scope = json!({"StartAt": "X", "States": {
                "X": {"Type": "Task", "Resource": "r", "Parameters": {"x.$": path}, "End": true}}});
            let mut state = more.clone();
            state["End"] = json!(true);
            (state["Type"], state[kind]) = match kind {
                "Branches" => (json!("Parallel"), json!([scope])),
                _ => (json!("Map"), scope),
            };
            machine(&json!({"StartAt": "A", "States": {"A": state}}))
        };
        let lines = changes(&at("$.id"), &at("$.total"));
        let found: Vec<&str> = (lines.iter())
            .filter_map(|line| Some(line.split_once("input must have ")?.1.split_once(',')?.0))
            .collect();
        // Of the second, the template read it before.
        let expected = if more.get("Parameters").is_some() {
            &[][..]
        } else {
            expected
        };
        assert_eq!(found, expected, "{kind} {more}: {lines:?}");
    }
}

#[test]
fn what_is_asked_for_need_not_be_there() {
    let of = |rule: Value| {
        let states = json!({
            "A": {"Type": "Choice", "Choices": [rule], "Default": "C"},
            "B": {"Type": "Task", "Resource": "r", "End": true},
            "C": {"Type": "Succeed"},
        });
        let parameters = |path: &str| json!({"Parameters": {"x.$": path}});
        newly_read("JSONPath", states, "B", parameters("$.id"), parameters("$.total"))
    };
    let present = json!({"Variable": "$.total", "IsPresent": true});
    let mut alone = present.clone();
    alone["Next"] = json!("B");
    assert!(of(alone).is_empty());
    let and = json!({"And": [present, {"Variable": "$.total", "NumericGreaterThan": 5}], "Next": "B"});
    assert!(of(and).is_empty());
    assert_eq!(
        of(json!({"Variable": "$.id", "IsPresent": true, "Next": "B"})),
        ["$.total"]
    );
    let condition = |text: &str| json!({"Choices": [{"Condition": text, "Next": "C"}]});
    let of_condition = |new: &str| {
        let states = json!({
            "A": {"Type": "Choice", "Default": "C"},
            "C": {"Type": "Succeed"},
        });
        newly_read(
            "JSONata",
            states,
            "A",
            condition("{% $states.input.a = 1 %}"),
            condition(new),
        )
    };
    assert!(of_condition("{% $exists( $states.input.b ) and $states.input.a = 1 %}").is_empty());
    assert_eq!(of_condition("{% $states.input.b = 1 %}"), ["$.b"]);
}

/// Who read what lies below a path needed the path, whatever names stand between the two in their order.
#[test]
fn what_stood_above_a_path_that_was_read_was_needed_before() {
    let states = json!({"A": {"Type": "Pass", "End": true}});
    let read = |paths: &[&str]| {
        let members = paths.iter().enumerate();
        let members = members.map(|(i, path)| (format!("p{i}.$"), json!(path)));
        json!({"Parameters": members.collect::<serde_json::Map<_, _>>()})
    };
    let newly =
        |old: &[&str], new: &[&str]| newly_read("JSONPath", states.clone(), "A", read(old), read(new));
    let old = ["$.a-b", "$.a.b", "$.ab"];
    assert_eq!(newly(&old, &["$.a"]), [""; 0]);
    assert_eq!(newly(&old, &["$.ab"]), [""; 0]);
    assert_eq!(newly(&old, &["$.a.b.c"]), ["$.a.b.c"]);
    assert_eq!(newly(&old, &["$.a.bc"]), ["$.a.bc"]);
    assert_eq!(newly(&["$.ab", "$.a-b"], &["$.a"]), ["$.a"]);
}
