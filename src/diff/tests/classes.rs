//! Whom a change concerns, in both query languages.

use serde_json::{Value, json};

use super::{changes, json as machine};

/// The changes of a machine with one task, `old` and `new` being its fields beside type, resource and end.
fn task(language: &str, old: Value, new: Value) -> Vec<String> {
    state(language, "Task", old, new)
}

fn state(language: &str, kind: &str, old: Value, new: Value) -> Vec<String> {
    let one = |fields: Value| {
        let mut state = json!({"Type": kind});
        if kind == "Task" {
            state["Resource"] = json!("arn:aws:states:::lambda:invoke");
        }
        if fields.get("Next").is_none() {
            state["End"] = json!(true);
        }
        for (name, value) in fields.as_object().expect("fields") {
            state[name] = value.clone();
        }
        machine(
            &json!({"QueryLanguage": language, "StartAt": "A", "States": {"A": state, "Z": {"Type": "Succeed"}}}),
        )
    };
    changes(&one(old), &one(new))
}

const BOTH: [&str; 2] = ["JSONPath", "JSONata"];

#[test]
fn input_newly_read_is_breaking() {
    assert_eq!(
        task(
            "JSONPath",
            json!({"Parameters": {"a.$": "$.a"}}),
            json!({"Parameters": {"a.$": "$.a", "b.$": "States.Format('{}', $.order['id'])"}})
        )[0],
        "breaking A: the execution's input must have $.order.id, which was not read before"
    );
    assert_eq!(
        task(
            "JSONata",
            json!({"Arguments": {"a": "{% $states.input.a %}"}}),
            json!({"Arguments": {"a": "{% $states.input.a & $states.context.Execution.Input.b %}"}})
        )[0],
        "breaking A: the execution's input must have $.b, which was not read before"
    );
    // What is read behind a state that makes an output of its own is not the execution's input.
    let behind = |argument: &str| {
        json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "r", "Next": "B"},
            "B": {"Type": "Task", "Resource": "r", "Arguments": {"x": argument}, "End": true}}})
    };
    let lines = changes(
        &machine(&behind("{% $states.input.a %}")),
        &machine(&behind("{% $states.input.b %}")),
    );
    assert!(
        lines.iter().all(|line| line.starts_with("behavioural")),
        "{lines:?}"
    );
}

#[test]
fn input_newly_read_in_assign_is_breaking_where_it_is_the_input() {
    let assign = |language: &str, kind: &str, more: Value| {
        let fields = |text: &str| {
            let mut fields = more.clone();
            let key = if language == "JSONata" { "x" } else { "x.$" };
            fields["Assign"] = json!({key: text});
            fields
        };
        let (old, new) = match language {
            "JSONata" => ("{% $states.input.a %}", "{% $states.input.b.c %}"),
            _ => ("$.a", "$.b.c"),
        };
        let lines = state(language, kind, fields(old), fields(new));
        lines
            .iter()
            .any(|line| line.contains("input must have $.b.c, which was not read before"))
    };
    let wait = json!({"Seconds": 1});
    for kind in ["Task", "Pass"] {
        assert!(assign("JSONata", kind, json!({})), "{kind}");
    }
    assert!(assign("JSONata", "Wait", wait.clone()));
    // In JSONPath it is the result that Assign begins at, where there is one.
    assert!(assign("JSONPath", "Wait", wait));
    assert!(assign("JSONPath", "Pass", json!({})));
    assert!(!assign("JSONPath", "Pass", json!({"Result": {"b": {"c": 1}}})));
    assert!(!assign("JSONPath", "Task", json!({})));
}

#[test]
fn output_names_no_longer_given_are_breaking() {
    let selector = |value: Value| json!({"ResultSelector": value});
    assert_eq!(
        task(
            "JSONPath",
            selector(json!({"a.$": "$.x", "b": 1})),
            selector(json!({"a.$": "$.y", "c": 1}))
        ),
        [
            "behavioural A: ResultSelector.a.$ \"$.x\" -> \"$.y\" (the execution's output)",
            "breaking A: ResultSelector.b 1 removed (the execution's output)",
            "behavioural A: ResultSelector.c 1 added (the execution's output)",
        ]
    );
    // The name is still given, by a path now.
    assert_eq!(
        task(
            "JSONPath",
            selector(json!({"b": 1})),
            selector(json!({"b.$": "$.b"}))
        ),
        [
            "behavioural A: ResultSelector.b 1 removed (the execution's output)",
            "behavioural A: ResultSelector.b.$ \"$.b\" added (the execution's output)",
        ]
    );
    let output = |value: Value| json!({"Output": value});
    assert_eq!(
        task(
            "JSONata",
            output(json!({"a": {"b": 1}, "c": "{% 1 %}"})),
            output(json!({"a": 2, "c": "{% 2 %}"}))
        ),
        [
            "breaking A: Output.a {\"b\":1} -> 2 (the execution's output)",
            "behavioural A: Output.c \"{% 1 %}\" -> \"{% 2 %}\" (the execution's output)",
        ]
    );
    assert_eq!(
        task(
            "JSONata",
            json!({}),
            output(json!("{% $states.result.Payload %}"))
        ),
        ["breaking A: Output \"{% $states.result.Payload %}\" added (the execution's output)"]
    );
    assert_eq!(
        task("JSONPath", json!({}), json!({"OutputPath": "$.Payload"})),
        ["breaking A: OutputPath \"$.Payload\" added (the execution's output)"]
    );
    // A literal has no names to lose.
    assert_eq!(
        state("JSONPath", "Pass", json!({"Result": "a"}), json!({"Result": "b"})),
        ["behavioural A: Result \"a\" -> \"b\" (the execution's output)"]
    );
    // Nor does what another state goes on with.
    assert_eq!(
        task(
            "JSONPath",
            json!({"Next": "Z"}),
            json!({"Next": "Z", "OutputPath": "$.Payload"})
        ),
        ["behavioural A: OutputPath \"$.Payload\" added"]
    );
}

#[test]
fn error_names_no_longer_given_are_breaking() {
    for language in BOTH {
        let fail = |error: Value| {
            let mut fail = json!({"Type": "Fail", "Cause": "c"});
            fail["Error"] = error;
            machine(&json!({"QueryLanguage": language, "StartAt": "A", "States": {"A": fail}}))
        };
        assert_eq!(
            changes(&fail(json!("Mine")), &fail(json!("Yours"))),
            ["breaking A: Error \"Mine\" -> \"Yours\" (no Fail state uses the old error name any more)"]
        );
    }
}

#[test]
fn the_message_of_a_callback_is_breaking() {
    for (language, field) in [("JSONPath", "Parameters"), ("JSONata", "Arguments")] {
        let sends = |resource: &str, message: Value| {
            let mut fields = json!({"Resource": resource});
            fields[field] = json!({"QueueUrl": "q", "MessageBody": message});
            fields
        };
        let waits = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
        let simple = "arn:aws:states:::sqs:sendMessage";
        assert_eq!(
            task(
                language,
                sends(waits, json!({"a": 1})),
                sends(waits, json!({"b": 1}))
            ),
            [
                format!("breaking A: {field}.MessageBody.a 1 removed (the callback's message)"),
                format!("breaking A: {field}.MessageBody.b 1 added (the callback's message)"),
            ]
        );
        assert_eq!(
            task(
                language,
                sends(simple, json!({"a": 1})),
                sends(simple, json!({"a": 2}))
            ),
            [format!("behavioural A: {field}.MessageBody.a 1 -> 2")]
        );
        assert_eq!(
            task(language, sends(waits, json!(1)), sends(simple, json!(1))),
            [format!(
                "breaking A: resource {waits} -> {simple} (no callback is requested any more)"
            )]
        );
    }
}

#[test]
fn label_mode_and_type_of_a_map_are_breaking() {
    for language in BOTH {
        let map = |label: &str, config: Value| {
            json!({"Label": label, "ItemProcessor": {"ProcessorConfig": config, "StartAt": "I",
                "States": {"I": {"Type": "Pass", "End": true}}}})
        };
        let standard = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
        let express = json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"});
        assert_eq!(
            state(language, "Map", map("a", standard), map("b", express)),
            [
                "breaking A: Label \"a\" -> \"b\" (part of the Map Run's ARN)",
                "breaking A: ExecutionType STANDARD -> EXPRESS (the type of the child executions)",
            ]
        );
    }
}

#[test]
fn what_an_execution_does_is_behaviour() {
    for language in BOTH {
        let retry =
            |attempts: u32| json!({"Next": "Z", "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": attempts}]});
        for (old, new, line) in [
            (
                json!({"End": true}),
                json!({"Next": "Z"}),
                "behavioural A: continues to 'Z' instead of ending",
            ),
            (retry(1), retry(2), "behavioural A: retrier for E: retries 1 -> 2"),
            (
                json!({"Next": "Z"}),
                json!({"Next": "Z", "TimeoutSeconds": 5}),
                "behavioural A: timeout 5 added",
            ),
            (
                json!({"Next": "Z", "HeartbeatSeconds": 4}),
                json!({"Next": "Z", "HeartbeatSeconds": 5}),
                "behavioural A: heartbeat 4 -> 5",
            ),
            (
                json!({"Next": "Z"}),
                json!({"Next": "Z", "Resource": "arn:aws:states:::sns:publish"}),
                "behavioural A: resource arn:aws:states:::lambda:invoke -> arn:aws:states:::sns:publish",
            ),
            (
                json!({"Next": "Z"}),
                json!({"Next": "Z", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]}),
                "behavioural A: catcher added: States.ALL goes to 'Z'",
            ),
            (
                json!({"Next": "Z"}),
                json!({"Next": "Z", "Assign": {"v": 1}}),
                "behavioural A: Assign {\"v\":1} added",
            ),
        ] {
            assert_eq!(task(language, old, new), [line], "{language}");
        }
        let wait = |seconds: u32| json!({"Seconds": seconds, "Next": "Z"});
        assert_eq!(
            state(language, "Wait", wait(1), wait(2)),
            ["behavioural A: Seconds 1 -> 2"]
        );
    }
    let rule = |condition: Value| {
        let mut rule = condition;
        rule["Next"] = json!("Z");
        json!({"Choices": [rule], "Default": "Z"})
    };
    let choice = |language: &str, old: Value, new: Value| {
        let one = |fields: Value| {
            let mut state = fields;
            state["Type"] = json!("Choice");
            machine(
                &json!({"QueryLanguage": language, "StartAt": "A", "States": {"A": state, "Z": {"Type": "Succeed"}}}),
            )
        };
        changes(&one(rule(old)), &one(rule(new)))
    };
    assert_eq!(
        choice(
            "JSONPath",
            json!({"Variable": "$.a", "NumericEquals": 1}),
            json!({"Variable": "$.a", "NumericEquals": 2})
        ),
        ["behavioural A: Choices[0] tests $.a NumericEquals 2 instead of $.a NumericEquals 1"]
    );
    assert_eq!(
        choice(
            "JSONata",
            json!({"Condition": "{% $states.input.a = 1 %}"}),
            json!({"Condition": "{% $states.input.a = 2 %}"})
        ),
        ["behavioural A: Choices[0] tests $states.input.a = 2 instead of $states.input.a = 1"]
    );
}
