//! How what is taken is written: quotes, commas, indentation, and places for what comes next.

use super::*;

#[test]
fn a_field_comes_with_a_place_for_its_value() {
    let text = "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Wait\",\n<|>\n\"Next\": \"Y\"}}}";
    let expected = "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Wait\",\n\"Timestamp\": \"\",\n\"Next\": \"Y\"}}}";
    assert_eq!(taken("a.asl.json", text, "Timestamp"), expected);
    let found = offered("a.asl.json", text);
    assert_eq!(
        item(&found, "Timestamp").snippet.as_deref(),
        Some("\"Timestamp\": \"$1\",")
    );
    // A key that has a value keeps it.
    let text = r#"{"StartAt": "X", "States": {"X": {"Type": "Wait", "Sec<|>": 1, "Next": "Y"}}}"#;
    assert_eq!(
        taken("a.asl.json", text, "SecondsPath"),
        text.replace("Sec<|>", "SecondsPath")
    );
    let yaml = "StartAt: X\nStates:\n  X:\n    Type: Task\n    <|>\n    Next: Y\n";
    let found = offered("a.asl.yaml", yaml);
    assert_eq!(item(&found, "Resource").snippet.as_deref(), Some("Resource: $1"));
    assert_eq!(
        item(&found, "Catch").snippet.as_deref(),
        Some("Catch:\n  - ErrorEquals: [$1]\n    Next: $2")
    );
    assert!(
        item(&found, "Resource")
            .documentation
            .as_deref()
            .is_some_and(|text| text.contains("https://docs.aws"))
    );
}

#[test]
fn words_and_booleans() {
    let texts = state(r#""Type": "<|>""#, &["Type: <|>"]);
    for (name, text) in texts {
        assert_eq!(
            labels(&offered(name, &text)),
            [
                "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"
            ],
            "{name}"
        );
    }
    let texts = state(r#""Type": "Pass", "End": <|>null"#, &["Type: Pass", "End: <|>"]);
    for (name, text) in texts {
        assert_eq!(labels(&offered(name, &text)), ["true"], "{name}");
    }
}

/// Members whose names are no plain words.
#[test]
fn members_that_need_quotes_get_them() {
    let text = |of_b: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {{"od d": 1, "even": 2, "it's": 3}}, "ResultPath": "$.res", "Next": "B"}}, "B": {{"Type": "Pass", {of_b}, "End": true}}}}}}"#
        )
    };
    let found = offered("a.asl.json", &text(r#""InputPath": "$.res.<|>""#));
    let odd = item(&found, "od d");
    assert_eq!(odd.filter.as_deref(), Some(".od d"));
    assert!(!labels(&found).contains(&"it's"), "{:?}", labels(&found));
    for (before, label, after) in [
        (
            r#""InputPath": "$.res.<|>""#,
            "od d",
            r#""InputPath": "$.res['od d']""#,
        ),
        (
            r#""InputPath": "$.res.o<|>""#,
            "od d",
            r#""InputPath": "$.res['od d']""#,
        ),
        (
            r#""InputPath": "$.res.<|>""#,
            "even",
            r#""InputPath": "$.res.even""#,
        ),
        (
            r#""InputPath": "$.res['<|>']""#,
            "od d",
            r#""InputPath": "$.res['od d']""#,
        ),
        (
            r#""InputPath": "$.res['o<|>""#,
            "od d",
            r#""InputPath": "$.res['od d']""#,
        ),
        (
            r#""Parameters": {"x.$": "States.Format('{}', $.res['<|>'])"}"#,
            "even",
            r#""Parameters": {"x.$": "States.Format('{}', $.res['even'])"}"#,
        ),
        (
            r#""QueryLanguage": "JSONata", "Output": "{% $states.input.res.<|> %}""#,
            "od d",
            r#""QueryLanguage": "JSONata", "Output": "{% $states.input.res.`od d` %}""#,
        ),
    ] {
        assert_eq!(taken("a.asl.json", &text(before), label), text(after), "{before}");
    }
}

#[test]
fn values_where_a_comma_or_a_space_is_missing() {
    let text = |of_a: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass",{of_a}}}, "B": {{"Type": "Succeed"}}}}}}"#
        )
    };
    for (before, label, after) in [
        (r#" "Next":<|>"#, "B", r#" "Next":"B""#),
        (r#" "End":<|>"#, "true", r#" "End":true"#),
        (
            "\n\"Next\": <|>\n\"Comment\": \"x\"",
            "B",
            "\n\"Next\": \"B\",\n\"Comment\": \"x\"",
        ),
        (
            "\n\"End\": <|>\n\"Comment\": \"x\"",
            "true",
            "\n\"End\": true,\n\"Comment\": \"x\"",
        ),
        (r#" "<|>,"End":true"#, "Comment", r#" "Comment": "","End":true"#),
    ] {
        assert_eq!(taken("a.asl.json", &text(before), label), text(after), "{before}");
    }
}

#[test]
fn delimiters_of_an_expression_come_with_quotes() {
    let yaml =
        "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Output: <|>\n    End: true\n";
    let found = offered("a.asl.yaml", yaml);
    assert_eq!(item(&found, "{% %}").snippet.as_deref(), Some("\"{% $1 %\\}\""));
    let paths = yaml.replace("QueryLanguage: JSONata\n", "");
    assert!(!labels(&offered("a.asl.yaml", &paths)).contains(&"{% %}"));
}

#[test]
fn lines_are_indented_as_the_text_is() {
    for (step, expected) in [
        ("\t", "\"Retry\": [{\n\t\"ErrorEquals\": [\"$1\"]\n\\}]"),
        ("    ", "\"Retry\": [{\n    \"ErrorEquals\": [\"$1\"]\n\\}]"),
        ("  ", "\"Retry\": [{\n  \"ErrorEquals\": [\"$1\"]\n\\}]"),
    ] {
        let lines = [
            (0, "{"),
            (1, "\"StartAt\": \"A\","),
            (1, "\"States\": {"),
            (2, "\"A\": {"),
            (3, "\"Type\": \"Task\","),
            (3, "<|>"),
            (2, "}"),
            (1, "}"),
            (0, "}"),
        ];
        let text: String = lines
            .iter()
            .map(|(depth, line)| format!("{}{line}\n", step.repeat(*depth)))
            .collect();
        let found = offered("a.asl.json", &text);
        assert_eq!(
            item(&found, "Retry").snippet.as_deref(),
            Some(expected),
            "{step:?}"
        );
    }
}

/// What the member before lacks is written with the next one.
#[test]
fn the_comma_before_is_written_too() {
    let before =
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\n  \"Type\": \"Pass\",\n  \"ResultPath\": \"$.r\"";
    for typed in ["<|>", "\"<|>\"", "Nex<|>", "\"Nex<|>"] {
        let text = format!("{before}\n  {typed}\n}}, \"B\": {{\"Type\": \"Succeed\"}}}}}}");
        let after = format!("{before},\n  \"Next\": \"\"\n}}, \"B\": {{\"Type\": \"Succeed\"}}}}}}");
        assert_eq!(taken("a.asl.json", &text, "Next"), after, "{typed}");
    }
}

#[test]
fn values_that_are_begun_without_quotes() {
    let text =
        |value: &str| format!(r#"{{"StartAt": "A", "States": {{"A": {{"Type": {value}, "End": true}}}}}}"#);
    for value in ["<|>", "T<|>", "Ta<|>sk", "\"T<|>\""] {
        assert_eq!(
            taken("a.asl.json", &text(value), "Task"),
            text("\"Task\""),
            "{value}"
        );
    }
}

#[test]
fn new_states_rules_and_machines() {
    let states = r#"{"StartAt": "Task", "States": {"Task": {"Type": "Succeed"}, <|>}}"#;
    let found = offered("a.asl.json", states);
    assert_eq!(
        labels(&found),
        [
            "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"
        ]
    );
    assert_eq!(
        item(&found, "Task").snippet.as_deref(),
        Some("\"${1:Task2}\": {\n  \"Type\": \"Task\",\n  \"Resource\": \"$2\",\n  \"End\": true\n\\}")
    );
    let value = r#"{"StartAt": "A", "States": {"A": <|>}}"#;
    assert_eq!(
        taken("a.asl.json", value, "Wait"),
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\n  \"Type\": \"Wait\",\n  \"Seconds\": 1,\n  \"End\": true\n}}}"
    );
    let rule = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "A"}, <|>]}}}"#;
    assert_eq!(labels(&offered("a.asl.json", rule)), ["Choice rule"]);
    // Of a state without a type that alone is required.
    let bare = r#"{"StartAt": "A", "States": {"A": {<|>}}}"#;
    let found = offered("a.asl.json", bare);
    let required = found
        .items
        .iter()
        .filter(|item| item.detail.as_deref() == Some("required"));
    assert_eq!(required.map(|item| &*item.label).collect::<Vec<_>>(), ["Type"]);
    let empty = offered("a.asl.json", "<|>\n");
    assert_eq!(
        labels(&empty),
        ["State machine in JSONata", "State machine in JSONPath"]
    );
    assert!(offered("data.json", "<|>").items.is_empty());
    assert_eq!(
        taken("a.asl.yaml", "<|>", "State machine in JSONata"),
        "QueryLanguage: JSONata\nStartAt: Start\nStates:\n  Start:\n    Type: Pass\n    End: true\n"
    );
}

#[test]
fn what_yaml_writes_in_brackets_has_no_quotes() {
    let text = |inside: &str| format!("StartAt: A\nStates:\n  A: {{Type: Wait, {inside}}}\n");
    assert_eq!(taken("a.asl.yaml", &text("<|>"), "End"), text("End: true"));
    let found = offered("a.asl.yaml", &text("<|>"));
    assert_eq!(item(&found, "Next").snippet.as_deref(), Some("Next: $1"));
    // Those around have them.
    let quoted = text("<|>").replace("Type:", "\"Type\":");
    let found = offered("a.asl.yaml", &quoted);
    assert_eq!(item(&found, "Next").snippet.as_deref(), Some("\"Next\": \"$1\""));
}

#[test]
fn a_key_of_a_test_comes_with_what_it_begins_with() {
    let taken = |text: &str, label: &str| {
        let (open, offset) = marked("a.sfn-test.yaml", text);
        let found = crate::editor::completion::among(&open, offset, &crate::editor::tests::Memory::default());
        let item = item(&found, label);
        let mut out = open.file().text().to_owned();
        out.replace_range(item.span.range(), &item.text);
        (out, item.detail.clone())
    };
    let (text, detail) = taken("Definition: a.asl.json\n<|>\n", "Cases");
    assert_eq!(text, "Definition: a.asl.json\nCases:\n  - Name: \n");
    assert_eq!(detail.as_deref(), Some("required"));
    let (text, _) = taken("Cases:\n  - <|>\n", "Expect");
    assert_eq!(
        text, "Cases:\n  - Expect:\n    \n",
        "a client indents the line as the one above"
    );
    let (text, _) = taken("Cases:\n  - {<|>}\n", "Expect");
    assert_eq!(text, "Cases:\n  - {Expect: }\n");
}
