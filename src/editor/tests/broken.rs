//! Texts that are being written: what is offered does not wait for the rest.

use super::{JSON, Memory, YAML, marked, open, sam};
use crate::editor::completion::at;
use crate::editor::{actions, folding, hover, lenses, rename, selection, symbols, targets, tokens};

fn offered(name: &str, text: &str) -> Vec<String> {
    let (open, offset) = marked(name, text);
    at(&open, offset)
        .items
        .into_iter()
        .map(|item| item.label)
        .collect()
}

fn taken(name: &str, text: &str, label: &str) -> String {
    let (open, offset) = marked(name, text);
    let found = at(&open, offset);
    let item = found.items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| panic!("no {label} in {:?}", found.items));
    let mut out = open.file().text().to_owned();
    out.replace_range(item.span.range(), &item.text);
    out
}

#[test]
fn fields_in_a_broken_object() {
    let fields = [
        "Seconds",
        "SecondsPath",
        "Timestamp",
        "TimestampPath",
        "Next",
        "End",
        "Comment",
    ];
    for (before, after) in [
        (r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "#, ""),
        (r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "#, "}}}"),
        (r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", ""#, "\"}}}"),
        (r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "S"#, "\n}}}"),
        (r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", Se"#, "}}}"),
        (
            "{\"StartAt\": \"A\", \"States\": {\"A\": {\n\"Type\": \"Wait\",\n\"Se",
            "\n},\n\"B\": {\"Type\": \"Succeed\"}}}",
        ),
    ] {
        let text = format!("{before}<|>{after}");
        assert_eq!(offered("a.asl.json", &text)[..7], fields, "{text}");
    }
    for (name, prefix) in [("a.asl.yaml", ""), ("template.yaml", "        ")] {
        let head = match name {
            "a.asl.yaml" => String::new(),
            _ => "Resources:\n  O:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n".to_owned(),
        };
        let lines = [
            "StartAt: A",
            "States:",
            "  A:",
            "    Type: Wait",
            "    Se<|>",
            "  B:",
            "    Type: Succeed",
        ];
        let body: String = lines.iter().map(|line| format!("{prefix}{line}\n")).collect();
        let text = format!("{head}{body}");
        assert_eq!(offered(name, &text)[..7], fields, "{text}");
    }
}

#[test]
fn the_first_field_of_a_new_object() {
    let yaml = "StartAt: A\nStates:\n  A:\n    <|>\n  B:\n    Type: Succeed\n";
    assert_eq!(offered("a.asl.yaml", yaml)[0], "Type");
    let yaml = "StartAt: A\nStates:\n  A:\n    Ty<|>\n  B:\n    Type: Succeed\n";
    assert_eq!(taken("a.asl.yaml", yaml, "Type"), yaml.replace("Ty<|>", "Type: "));
    let retry = "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n    Retry:\n      - Err<|>\n    End: true\n";
    assert_eq!(offered("a.asl.yaml", retry)[0], "ErrorEquals");
    let second = retry.replace("- Err<|>", "- ErrorEquals: [States.ALL]\n        Max<|>");
    assert!(offered("a.asl.yaml", &second).contains(&"MaxAttempts".to_owned()));
    assert!(!offered("a.asl.yaml", &second).contains(&"ErrorEquals".to_owned()));
    let json = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Retry": [{<|>"#;
    assert_eq!(offered("a.asl.json", json)[0], "ErrorEquals");
}

#[test]
fn values_that_are_missing_or_not_closed() {
    for after in [
        "}, \"B\": {\"Type\": \"Succeed\"}}}",
        "\"}, \"B\": {\"Type\": \"Succeed\"}}}",
        "\n}, \"B\": {\"Type\": \"Succeed\"}}}",
    ] {
        let quote = if after.starts_with('}') { "" } else { "\"" };
        let text = format!(
            "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Next\": {quote}<|>{after}"
        );
        assert_eq!(offered("a.asl.json", &text), ["B", "A"], "{text}");
    }
    let text = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": <|>}, \"B\": {\"Type\": \"Succeed\"}}}";
    assert_eq!(taken("a.asl.json", text, "B"), text.replace("<|>", "\"B\""));
    let text = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"<|>\n}, \"B\": {\"Type\": \"Succeed\"}}}";
    assert_eq!(taken("a.asl.json", text, "B"), text.replace("<|>", "B\""));
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: \"<|>\n  B:\n    Type: Succeed\n";
    assert_eq!(offered("a.asl.yaml", yaml), ["B", "A"]);
}

#[test]
fn paths_and_expressions_that_are_not_closed() {
    let json = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Parameters\": {\"x.$\": \"$$.State.<|>\n}, \"End\": true}}}";
    assert_eq!(offered("a.asl.json", json), ["EnteredTime", "Name", "RetryCount"]);
    let json = "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Output\": \"{% $states.<|>\n, \"End\": true}}}";
    assert_eq!(offered("a.asl.json", json), ["input", "context"]);
    let yaml = "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Output: \"{% $states.<|>\n    End: true\n";
    assert_eq!(offered("a.asl.yaml", yaml), ["input", "context"]);
    let broken = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $sum(($states.<|> + %}", "End": true}}}"#;
    assert_eq!(offered("a.asl.json", broken), ["input", "context"]);
}

#[test]
fn in_a_broken_text_nothing_is_renamed_or_created() {
    let text = r#"{"StartAt": "<|>A", "States": {"A": {"Type": "Pass", "Next": "B", }}}"#;
    let (open, offset) = marked("a.asl.json", text);
    let why = rename::prepare(&open, offset).expect_err("a reason");
    assert_eq!(why, "while the text is broken nothing is renamed");
    let at = open.file().text().find("\"B\"").expect("a target");
    assert!(actions::at(&open, crate::diagnostics::Span::at(at + 1), &[]).is_empty());
}

/// Every feature at every place of every beginning of a text, of a few letters each.
#[test]
fn no_beginning_of_a_text_makes_a_feature_panic() {
    let files = Memory::default();
    let test = "Definition: a.asl.json\nCases:\n  - Name: one\n    Expect: {Visited: [A]}\n".to_owned();
    for (name, text) in [
        ("a.asl.json", JSON.to_owned()),
        ("a.asl.yaml", YAML.to_owned()),
        ("template.yaml", sam()),
        ("a.sfn-test.yaml", test),
    ] {
        for end in (0..=text.len()).step_by(3) {
            let open = open(name, &text[..end]);
            symbols::of(&open);
            folding::of(&open);
            tokens::of(&open);
            lenses::of(&open, &files);
            for offset in [end, end.saturating_sub(1), end / 2] {
                for item in at(&open, offset).items {
                    assert!(item.span.start as usize <= offset && offset <= item.span.end as usize);
                }
                hover::at(&open, offset, &files);
                selection::at(&open, offset);
                targets::definition(&open, offset, &files);
                targets::references(&open, offset, true, &files);
                let _ = rename::at(&open, offset, "Other", &files);
            }
        }
    }
}

#[test]
fn words_without_quotes() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", Nex<|>}, "B": {"Type": "Succeed"}}}"#;
    assert_eq!(
        taken("a.asl.json", text, "Next"),
        text.replace("Nex<|>", "\"Next\": \"\"")
    );
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": B<|>}, "B": {"Type": "Succeed"}}}"#;
    assert_eq!(taken("a.asl.json", text, "B"), text.replace("B<|>", "\"B\""));
}
