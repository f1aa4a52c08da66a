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
fn the_result_of_a_task_in_a_string_that_is_not_closed() {
    let yaml = "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Arguments: {FunctionName: f}\n    Output: \"{% $states.result.<|>\n    Next: B\n  B:\n    Type: Succeed\n";
    assert!(offered("a.asl.yaml", yaml).contains(&"Payload".to_owned()));
    let json = "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::lambda:invoke\",\n\"Output\": \"{% $states.result.<|>\n, \"End\": true}}}";
    assert!(offered("a.asl.json", json).contains(&"Payload".to_owned()));
}

#[test]
fn brackets_of_yaml_that_are_not_closed() {
    let of = |lines: &str| {
        format!(
            "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n{lines}\n    Next: B\n  B: {{Type: Succeed}}\n"
        )
    };
    for (lines, expected) in [
        ("    Parameters: {FunctionName: f, <|>", "Payload"),
        ("    Catch: [{ErrorEquals: [States.ALL], Next: <|>", "B"),
        ("    Catch: [{ErrorEquals: [States.ALL], <|>", "Next"),
        ("    Retry:\n      - ErrorEquals: [<|>", "States.Timeout"),
    ] {
        let text = of(lines);
        let found = offered("a.asl.yaml", &text);
        assert!(found.contains(&expected.to_owned()), "{lines}: {found:?}");
    }
    let state = "StartAt: A\nStates:\n  A: {Type: Pass, <|>\n  B: {Type: Succeed}\n";
    let found = offered("a.asl.yaml", state);
    assert!(
        found.contains(&"Next".to_owned()) && !found.contains(&"Type".to_owned()),
        "{found:?}"
    );
    let next = state.replace("<|>", "Next: <|>");
    assert_eq!(offered("a.asl.yaml", &next), ["B", "A"]);
}

/// What is written where a list is wanted gets its dash.
#[test]
fn the_first_key_of_an_item_without_its_dash() {
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n    Retry:\n      Err<|>\n    End: true\n";
    let found = taken("a.asl.yaml", yaml, "ErrorEquals");
    assert!(found.contains("    Retry:\n      - ErrorEquals:"), "{found}");
    let second = yaml.replace("Err<|>", "ErrorEquals: [States.ALL]\n      Max<|>");
    let found = taken("a.asl.yaml", &second, "MaxAttempts");
    assert!(found.contains("\n      MaxAttempts: "), "{found}");
    let errors = yaml.replace("Err<|>", "ErrorEquals: [<|>");
    assert!(offered("a.asl.yaml", &errors).contains(&"States.Timeout".to_owned()));
}

/// A path to the token that is being written sends it.
#[test]
fn a_token_that_is_being_written_is_sent() {
    let text = |path: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 5, "Parameters": {{"FunctionName": "f", "Payload": {{"t.$": "{path}"}}}}, "End": true}}}}}}"#
        )
    };
    let is_told = |path: &str| {
        let open = open("a.asl.json", &text(path));
        let found = open.definitions()[0].check(&crate::lint::Settings::default());
        found.iter().any(|one| one.code == "token-not-sent")
    };
    assert!(!is_told("$$.Task.") && !is_told("$$.") && !is_told("$$.Task.Token"));
    assert!(is_told("$$.Execution.") && is_told("$.Task."));
}

#[test]
fn a_placeholder_without_a_name_is_told_as_that() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${}, "End": true}}}"#;
    let open = open("a.asl.json", text);
    let found = open.definitions()[0].check(&crate::lint::Settings::default());
    let words: Vec<&str> = found.iter().filter_map(|one| one.label.as_deref()).collect();
    assert!(
        words.contains(&"A name is missing between these braces")
            || found.iter().any(|one| one.message.contains("A name is missing")),
        "{found:?}"
    );
}

#[test]
fn in_a_broken_text_nothing_is_renamed_or_created() {
    let text = r#"{"StartAt": "<|>A", "States": {"A": {"Type": "Pass", "Next": "B", }}}"#;
    let (open, offset) = marked("a.asl.json", text);
    let why = rename::prepare(&open, offset, &Memory::default()).expect_err("a reason");
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

/// What is offered at the mark of a definition in YAML: in a file of its own, in SAM's template before another resource and
/// at its end, in a service.
fn offered_everywhere(definition: &str) -> Vec<(String, Vec<String>)> {
    let indented: String = definition
        .lines()
        .map(|line| match line.is_empty() {
            true => "\n".to_owned(),
            false => format!("        {line}\n"),
        })
        .collect();
    let sam =
        "Resources:\n  O:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n";
    let service = "service: s\nplugins: [serverless-step-functions]\nstepFunctions:\n  stateMachines:\n    m:\n      definition:\n";
    [
        ("a.asl.yaml", definition.to_owned()),
        ("template.yaml", format!("{sam}{indented}")),
        (
            "template.yaml",
            format!("{sam}{indented}  Topic:\n    Type: AWS::SNS::Topic\n"),
        ),
        ("serverless.yml", format!("{service}{indented}")),
        ("serverless.yml", format!("{service}{indented}resources: {{}}\n")),
    ]
    .into_iter()
    .map(|(name, text)| (format!("{name}:\n{text}"), offered(name, &text)))
    .collect()
}

#[test]
fn behind_the_last_value_of_a_definition_and_before_its_first() {
    let task = "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n";
    let pass = "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n";
    let states = "States:\n  A: {Type: Pass, End: true}\n";
    for (definition, label) in [
        (format!("{task}    <|>\n"), "TimeoutSeconds"),
        (format!("{task}    N<|>\n"), "Next"),
        (format!("{task}    Next: <|>\n"), "A"),
        (format!("{task}    Parameters:\n      <|>\n"), "QueueUrl"),
        (format!("{task}    Parameters:\n      Q<|>\n"), "QueueUrl"),
        (
            format!("{task}    Parameters:\n      Qu<|>\n    End: true\n"),
            "QueueUrl",
        ),
        (
            format!("{task}    Catch:\n      - ErrorEquals: [States.ALL]\n        Next: <|>\n"),
            "A",
        ),
        (
            format!("{task}    Catch:\n      - ErrorEquals: [<|>]\n"),
            "States.ALL",
        ),
        (format!("{task}    End: true\n  B:\n    Type: <|>\n"), "Succeed"),
        (format!("{task}    End: true\n<|>\n"), "QueryLanguage"),
        (format!("{pass}  <|>\n"), "B"),
        (format!("{pass}  B:\n    <|>\n"), "Type"),
        (format!("{pass}  B:\n    Type: <|>\n"), "Succeed"),
        (format!("StartAt: <|>\n{states}"), "A"),
        (format!("<|>\nStartAt: A\n{states}"), "QueryLanguage"),
        (format!("Q<|>\nStartAt: A\n{states}"), "QueryLanguage"),
        ("<|>\n".to_owned(), "StartAt"),
        ("St<|>\n".to_owned(), "StartAt"),
        ("StartAt: A\n<|>\n".to_owned(), "States"),
        ("StartAt: A\nStates:\n  <|>\n".to_owned(), "A"),
    ] {
        for (text, labels) in offered_everywhere(&definition) {
            // To the plugin a word is a text in JSON.
            if definition.starts_with("St<") && text.starts_with("serverless") {
                continue;
            }
            assert!(
                labels.iter().any(|one| one == label),
                "{label} in {labels:?} of {text}"
            );
        }
    }
}

#[test]
fn outside_of_a_definition_nothing_is_offered() {
    let head = "Resources:\n  O:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n";
    for text in [
        format!(
            "{head}      <|>\n      Definition:\n        StartAt: A\n        States: {{A: {{Type: Succeed}}}}\n"
        ),
        format!(
            "{head}      Definition:\n        StartAt: A\n        States: {{A: {{Type: Succeed}}}}\n      <|>\n"
        ),
        format!(
            "{head}      Definition:\n        StartAt: A\n        States: {{A: {{Type: Succeed}}}}\n  <|>\n"
        ),
        format!(
            "{head}      Definition:\n        StartAt: A\n        States: {{A: {{Type: Succeed}}}}\n      Type: EXPRESS\n        <|>\n"
        ),
        format!("{head}      Definition: {{StartAt: A, States: {{A: {{Type: Succeed}}}}}}\n        <|>\n"),
    ] {
        assert_eq!(offered("template.yaml", &text), Vec::<String>::new(), "{text}");
    }
}

/// The letter of a new key makes one text with the key behind it.
#[test]
fn a_new_key_before_another_hides_no_key() {
    let text = "StartAt: A\nStates:\n  A:\n    C<|>\n    Type: Wait\n    Seconds: 1\n    End: true\n";
    let labels = offered("a.asl.yaml", text);
    assert!(labels.contains(&"Comment".to_owned()), "{labels:?}");
    for there in ["Type", "Seconds", "End", "Choices"] {
        assert!(!labels.contains(&there.to_owned()), "{there} in {labels:?}");
    }
    let text =
        "StartAt: A\nStates:\n  A:\n    Type: Choice\n    Choices:\n      - N<|>\n        Variable: $.x\n";
    let labels = offered("a.asl.yaml", text);
    assert!(labels.contains(&"Next".to_owned()), "{labels:?}");
    // Nothing else is told than the one mistake.
    let (open, _) = marked("a.asl.yaml", text);
    let codes: Vec<String> = (open.definitions().iter())
        .flat_map(|definition| definition.check(&crate::lint::Settings::default()))
        .map(|finding| finding.code.into_owned())
        .collect();
    assert_eq!(codes, ["INVALID_JSON_DESCRIPTION"]);
}
