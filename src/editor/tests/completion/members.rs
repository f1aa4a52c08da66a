//! Members of paths: of variables, of the items of arrays, and of what states put into the data.

use super::*;

#[test]
fn members_of_a_variable_that_is_assigned_as_an_object() {
    let text = |language: &str, of_b: &str| {
        format!(
            r#"{{"StartAt": "A", "QueryLanguage": "{language}", "States": {{"A": {{"Type": "Pass", "Assign": {{"v": {{"a": {{"deep": 1}}, "od d": 2}}}}, "Next": "B"}}, "B": {{"Type": "Pass", {of_b}, "End": true}}}}}}"#
        )
    };
    for (language, of_b, expected) in [
        ("JSONPath", r#""InputPath": "$v.<|>""#, &["a", "od d"][..]),
        ("JSONPath", r#""InputPath": "$v.a.<|>""#, &["deep"]),
        ("JSONata", r#""Output": "{% $v.<|> %}""#, &["a", "od d"]),
        ("JSONata", r#""Output": "{% ($v := 1; $v.<|>) %}""#, &[]),
        ("JSONata", r#""Output": "{% $w.<|> %}""#, &[]),
    ] {
        assert_eq!(
            labels(&offered("a.asl.json", &text(language, of_b))),
            expected,
            "{of_b}"
        );
    }
}

#[test]
fn members_of_the_items_of_arrays() {
    let text = |result: &str, path: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {result}, "Next": "B"}}, "B": {{"Type": "Pass", "Parameters": {{"x.$": "{path}"}}, "End": true}}}}}}"#
        )
    };
    let items = r#"{"gamma": [{"id": 1, "name": "x"}, {"id": 2, "price": 3}]}"#;
    for path in ["$.gamma[0].<|>", "$.gamma[*].n<|>", "$.gamma[-1].<|>"] {
        assert_eq!(
            labels(&offered("a.asl.json", &text(items, path))),
            ["id", "name", "price"],
            "{path}"
        );
    }
    // Of lists in lists, too.
    let deep = text(r#"{"deep": [[{"x": 1}], [{"y": 2}]]}"#, "$.deep[0][0].<|>");
    assert_eq!(labels(&offered("a.asl.json", &deep)), ["x", "y"]);
    let jsonata = |output: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Pass", "Output": {items}, "Assign": {{"list": [{{"a": 1}}, {{"b": 2}}]}}, "Next": "B"}}, "B": {{"Type": "Pass", "Output": "{{% {output} %}}", "End": true}}}}}}"#
        )
    };
    for output in [
        "$states.input.gamma[0].<|>",
        "$states.input.gamma.<|>",
        "1 + $states.input.gamma[1].<|>",
    ] {
        assert_eq!(
            labels(&offered("a.asl.json", &jsonata(output))),
            ["id", "name", "price"],
            "{output}"
        );
    }
    assert_eq!(
        labels(&offered("a.asl.json", &jsonata("$list[0].<|>"))),
        ["a", "b"]
    );
    // What is asked for in brackets is no path to members.
    assert_eq!(
        labels(&offered(
            "a.asl.json",
            &jsonata("$states.input.gamma[id = 1].<|>")
        )),
        Vec::<&str>::new()
    );
}

/// Paths that meet in a state bring each its own, and where nothing is known there is what others read.
#[test]
fn members_that_states_put_and_read() {
    let text = |path: &str, last: &str| {
        format!(
            r#"{{"StartAt": "C", "States": {{
            "C": {{"Type": "Choice", "Choices": [
                {{"Variable": "$.request.amount", "NumericGreaterThan": 1, "Next": "A"}},
                {{"Variable": "{path}", "BooleanEquals": true, "Next": "A"}}], "Default": "A"}},
            "A": {{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "ResultPath": "$.decision",
                "Parameters": {{"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}, "TimeoutSeconds": 5,
                "Catch": [{{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "F"}}], "Next": "D"}},
            "D": {{"Type": "Choice", "Choices": [
                {{"Variable": "$.decision.approved", "BooleanEquals": true, "Next": "E"}},
                {{"Variable": "{last}", "BooleanEquals": true, "Next": "E"}}], "Default": "F"}},
            "E": {{"Type": "Succeed"}},
            "F": {{"Type": "Fail", "ErrorPath": "$.error.Error"}}}}}}"#
        )
    };
    let (none, name) = ("$.request.x", "a.asl.json");
    let found = |path: &str, last: &str| {
        let found = offered(name, &text(path, last));
        found
            .items
            .into_iter()
            .map(|item| item.label)
            .collect::<Vec<String>>()
    };
    assert_eq!(found("$.<|>", none), ["decision", "error", "request"]);
    assert_eq!(found("$.request.<|>", none), ["amount", "x"]);
    assert_eq!(found(none, "$.decision.<|>"), ["approved"]);
    let failing = text(none, none).replace("$.error.Error", "$.<|>");
    assert_eq!(labels(&offered(name, &failing)), ["decision", "error"]);
    let failing = text(none, none).replace("$.error.Error", "$.error.<|>");
    assert_eq!(labels(&offered(name, &failing)), ["Cause", "Error"]);
}

#[test]
fn members_of_a_variable_that_is_assigned_from_data() {
    let text = |assigned: &str, output: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{
            "A": {{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": {{"QueueUrl": "q", "MessageBody": "m"}},
                "Assign": {{"sent": "{assigned}"}}, "Next": "B",
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Assign": {{"problem": "{{% $states.errorOutput %}}"}}, "Next": "B"}}]}},
            "B": {{"Type": "Pass", "Output": "{{% {output} %}}", "End": true}}}}}}"#
        )
    };
    let found = offered("a.asl.json", &text("x", "$problem.<|>"));
    assert_eq!(labels(&found), ["Cause", "Error"]);
    let found = offered("a.asl.json", &text("{% $states.result %}", "$sent.<|>"));
    assert!(labels(&found).contains(&"MessageId"), "{:?}", labels(&found));
}
