//! Machines that are written in other ways and do the same.

use serde_json::{Value, json};

use super::{changes, json as machine};

/// A state that was translated from one query language to the other says the same.
#[test]
fn a_translated_state_is_the_same_but_for_its_language() {
    let lines = |jsonpath: &Value, jsonata: &Value| {
        let of = |state: &Value| {
            let mut state = state.clone();
            state["End"] = json!(true);
            machine(&json!({"StartAt": "A", "States": {"A": state}}))
        };
        let jsonata = {
            let mut state = jsonata.clone();
            state["QueryLanguage"] = json!("JSONata");
            state
        };
        let there = changes(&of(jsonpath), &of(&jsonata));
        let back = changes(&of(&jsonata), &of(jsonpath));
        assert_eq!(there.len() == 1, back.len() == 1, "{there:?} {back:?}");
        there
    };
    let task = |more: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"});
        task.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("fields").clone());
        task
    };
    let parameters = json!({"Parameters": {"FunctionName": "f", "Payload": {"id.$": "$.order.id", "by.$": "$$.Execution.Name"}}});
    let arguments = json!({"Arguments": {"FunctionName": "f", "Payload": {
        "by": "{% $states.context.Execution.Name %}", "id": "{%$states.input.order.id%}"}}});
    let with = |base: &Value, more: Value| {
        let mut fields = base.clone();
        fields
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("fields").clone());
        task(fields)
    };
    let language = "behavioural A: query language JSONPath -> JSONata";
    for (old, new) in [
        (json!({}), json!({})),
        (
            json!({"ResultPath": null}),
            json!({"Output": "{% $states.input %}"}),
        ),
        (
            json!({"ResultPath": "$.r"}),
            json!({"Output": "{% $merge([$states.input, {'r': $states.result}]) %}"}),
        ),
        (
            json!({"ResultSelector": {"a.$": "$.Payload.a"}}),
            json!({"Output": {"a": "{% $states.result.Payload.a %}"}}),
        ),
        (
            json!({"OutputPath": "$.Payload"}),
            json!({"Output": "{% $states.result.Payload %}"}),
        ),
        (
            json!({"TimeoutSecondsPath": "$.limit"}),
            json!({"TimeoutSeconds": "{% $states.input.limit %}"}),
        ),
    ] {
        assert_eq!(
            lines(&with(&parameters, old.clone()), &with(&arguments, new)),
            [language],
            "{old}"
        );
    }
    // Another output, another argument.
    let other = lines(
        &with(&parameters, json!({})),
        &with(&arguments, json!({"Output": "{% $states.input %}"})),
    );
    assert!(
        other.iter().any(|line| line.starts_with("breaking A: Output")),
        "{other:?}"
    );
    let less = json!({"Arguments": {"FunctionName": "f"}});
    assert!(lines(&with(&parameters, json!({})), &with(&less, json!({}))).len() > 1);
    let pass = |more: Value| {
        let mut pass = json!({"Type": "Pass"});
        pass.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("fields").clone());
        pass
    };
    for (old, new) in [
        (json!({}), json!({})),
        (json!({"Result": {"a": 1}}), json!({"Output": {"a": 1}})),
        (
            json!({"Parameters": {"a.$": "$.b"}}),
            json!({"Output": {"a": "{% $states.input.b %}"}}),
        ),
        (
            json!({"InputPath": "$.b"}),
            json!({"Output": "{% $states.input.b %}"}),
        ),
    ] {
        assert_eq!(lines(&pass(old.clone()), &pass(new)), [language], "{old}");
    }
}

/// Which of two rules is tried first is no matter where they never both hold.
#[test]
fn the_order_of_rules_that_exclude_each_other_concerns_nobody() {
    let choice = |rules: &[&Value]| {
        let rules: Vec<Value> = (rules.iter())
            .map(|rule| {
                let mut rule = (*rule).clone();
                rule["Next"] = json!(if rule.get("StringEquals").is_some() {
                    "B"
                } else {
                    "C"
                });
                rule
            })
            .collect();
        machine(&json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": rules, "Default": "C"},
            "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}}))
    };
    let equals = |text: &str| json!({"Variable": "$.x", "StringEquals": text});
    let more = |number: u32| json!({"Variable": "$.x", "NumericGreaterThan": number});
    let (a, b, ten, five) = (equals("a"), equals("b"), more(10), more(5));
    let order = |before: &[&Value], after: &[&Value]| changes(&choice(before), &choice(after));
    assert!(order(&[&a, &b, &ten], &[&ten, &b, &a]).is_empty());
    assert_eq!(
        order(&[&ten, &five], &[&five, &ten]),
        ["behavioural A: rules are tried in a different order"]
    );
    // Of three, two that do not exclude each other have changed places.
    assert_eq!(
        order(&[&ten, &a, &five], &[&five, &a, &ten]),
        ["behavioural A: rules are tried in a different order"]
    );
}
