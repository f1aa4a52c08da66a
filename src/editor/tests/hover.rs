//! Hover, lenses, tokens and the picture's places.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Memory, nth, open, three};
use crate::diagnostics::Span;
use crate::editor::lenses::{self, Command};
use crate::editor::tokens::{self, TokenKind};
use crate::editor::{Files, graph, hints, hover};
use crate::source::SourceFile;
use crate::testing::{self, TestFile};

fn said(name: &str, text: &str, offset: usize) -> Option<String> {
    Some(hover::at(&open(name, text), offset, &Memory::default())?.markdown)
}

#[test]
fn fields_states_resources_variables() {
    for (name, text) in three() {
        let at = |needle: &str, n: usize| said(name, &text, nth(&text, needle, n, 1)).unwrap_or_default();
        let field = at("Catch", 0);
        assert!(
            field.starts_with("**Catch**: field of a Task state\n\n"),
            "{name} {field}"
        );
        assert!(
            field.contains(
                "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
            )
        );
        let field = at("ErrorEquals", 0);
        assert!(
            field.starts_with("**ErrorEquals**: field of a catcher, required\n\n"),
            "{name} {field}"
        );
        // Charge goes on to Ship, or on any error to Done; the first rule of Choose leads to it.
        assert_eq!(
            said(name, &text, nth(&text, "Charge", 1, 1)).unwrap_or_default(),
            "**Charge**: Task state\n\nCalls `lambda:invoke`\n\n- goes on to `Ship`\n- on `States.ALL` to `Done`\n- reached from `Choose`",
            "{name}"
        );
        assert!(at("Choose", 0).ends_with("reached from the start"), "{name}");
        assert_eq!(
            said(name, &text, nth(&text, "lambda:invoke", 0, 3)).unwrap_or_default(),
            "**lambda:invoke**\n\nRequired: `FunctionName`",
            "{name}"
        );
        assert_eq!(
            said(name, &text, nth(&text, "$receipt.number", 0, 3)).unwrap_or_default(),
            "**$receipt**: variable, assigned by `Charge`",
            "{name}"
        );
        let member = at("FunctionName", 0);
        assert_eq!(
            member, "**FunctionName**: parameter of `lambda:invoke`, required\n\nstring, 1 to 256 characters",
            "{name}"
        );
        // Data has no fields, and a name in it means nothing.
        for data in ["charge\"", "charge\n"] {
            if let Some(at) = text.find(data) {
                assert_eq!(said(name, &text, at + 2), None, "{name} {data}");
            }
        }
    }
}

#[test]
fn functions_of_both_languages() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"x.$": "States.MathAdd($.a, 1)"}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $substring($states.input.a, 1) %}", "End": true}}}"#;
    assert_eq!(
        said("a.asl.json", text, nth(text, "States.MathAdd", 0, 9)).as_deref(),
        Some("`States.MathAdd(a, b)`\n\nThe sum of two integers.")
    );
    let found = said("a.asl.json", text, nth(text, "$substring", 0, 4)).unwrap_or_default();
    assert!(found.starts_with("`$substring(text, start, length)`"), "{found}");
}

#[test]
fn members_of_parameters_say_what_they_must_be() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName.$": "$.f", "InvocationType": "Event", "Payload": {"a": 1}}, "Next": "B"},
        "B": {"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::aws-sdk:dynamodb:query", "Arguments": {"TableName": "t", "Limit": 1, "ExpressionAttributeValues": {":a": {"S": "x"}}, "Nothing": 1}, "Next": "C"},
        "C": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:updateFunctionConfiguration", "Parameters": {"FunctionName": "f", "MemorySize": 128}, "End": true}}}"#;
    let at = |needle: &str| said("a.asl.json", text, nth(text, needle, 0, 2));
    assert_eq!(
        at("\"FunctionName.$").as_deref(),
        Some("**FunctionName**: parameter of `lambda:invoke`, required\n\nstring, 1 to 256 characters")
    );
    let found = at("\"InvocationType").unwrap_or_default();
    assert!(
        found.contains("one of `Event`, `RequestResponse`, `DryRun`"),
        "{found}"
    );
    let found = at("\"Limit").unwrap_or_default();
    assert_eq!(
        found,
        "**Limit**: parameter of `aws-sdk:dynamodb:query`\n\ninteger"
    );
    let found = at("\"MemorySize").unwrap_or_default();
    assert!(found.contains("\n\ninteger, at least 128, at most "), "{found}");
    let found = at("\"ExpressionAttributeValues").unwrap_or_default();
    assert!(
        found.contains("object; names of yours, each with: object"),
        "{found}"
    );
    // Further in, too; and no word on what the API does not have.
    let found = at("\"S\"").unwrap_or_default();
    assert!(
        found.starts_with("**S**: parameter of `aws-sdk:dynamodb:query`\n\nstring"),
        "{found}"
    );
    assert_eq!(at("\"Nothing"), None);
    assert_eq!(at("\"a\": 1"), None);
}

#[test]
fn parts_of_the_context_object_in_both_languages() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $$.Execution.StartTime)", "plain": "$$.State.Name"}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.context.Map.Item.Index + $states.context.Execution.Input.Nothing %}", "End": true}}}"#;
    let at = |needle: &str, into: usize| said("a.asl.json", text, nth(text, needle, 0, into));
    assert_eq!(
        at("$$.Execution.StartTime", 14).as_deref(),
        Some(
            "**\\$\\$.Execution.StartTime**: string\n\nWhen the execution was started. Example: `2026-01-31T09:00:00.000Z`"
        )
    );
    let found = at("$$.Execution.StartTime", 5).unwrap_or_default();
    assert!(
        found.starts_with("**\\$\\$.Execution**: object of the context object\n\nHas `Id`, `Input`, "),
        "{found}"
    );
    let found = at("$$.Execution.StartTime", 1).unwrap_or_default();
    assert!(
        found.contains("the context object\n\nHas `Execution`, `State`"),
        "{found}"
    );
    let found = at("$states.context.Map.Item.Index", 27).unwrap_or_default();
    assert!(
        found.starts_with("**\\$states.context.Map.Item.Index**: number\n\n"),
        "{found}"
    );
    // A text is no path, and below an input anything may be.
    assert_eq!(at("$$.State.Name", 5), None);
    assert_eq!(at("Nothing", 2), None);
}

#[test]
fn parts_of_data_say_what_they_are_of() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$.order"}, "ResultSelector": {"x.$": "$.Payload"}, "ResultPath": "$.r", "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.r.x %}", "End": true}}}"#;
    let at = |needle: &str, into: usize| said("a.asl.json", text, nth(text, needle, 0, into));
    assert_eq!(
        at("$.order", 4).as_deref(),
        Some("**\\$.order**: part of the input of 'A'")
    );
    assert_eq!(
        at("$.Payload\"", 4).as_deref(),
        Some("**\\$.Payload**: part of the result of 'A'")
    );
    assert_eq!(
        at("$states.input.r.x", 14).as_deref(),
        Some("**\\$states.input.r**: part of the input of 'B'\n\nHas `x`")
    );
}

#[test]
fn a_test_file_tells_of_the_states_that_it_names() {
    let test = "Definition: order.asl.json\nCases:\n  - Name: one\n    Expect: {Visited: [Charge]}\n";
    let files = Memory::default().with("order.asl.json", super::JSON);
    let open = open("order.sfn-test.yaml", test);
    let found = hover::at(&open, nth(test, "Charge", 0, 2), &files).map(|hover| hover.markdown);
    assert!(found.unwrap_or_default().starts_with("**Charge**: Task state"));
}

#[test]
fn errors_and_values_of_fields() {
    for (name, text) in three() {
        let error = said(name, &text, nth(&text, "States.ALL", 0, 3)).unwrap_or_default();
        assert!(
            error.starts_with("**States.ALL**\n\nAny error, in ErrorEquals. "),
            "{name}: {error}"
        );
        let value = said(name, &text, nth(&text, "Choice", 0, 3)).unwrap_or_default();
        assert!(value.starts_with("**Choice**: Goes on to"), "{name}: {value}");
    }
}

/// Names of the user's are no Markdown.
#[test]
fn names_stay_names() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "x` ![](http://h/i.png) `"},
        "x` ![](http://h/i.png) `": {"Type": "Succeed"}}}"#;
    assert_eq!(
        said("a.asl.json", text, nth(text, "\"A\"", 1, 1)).as_deref(),
        Some("**A**: Pass state\n\n- goes on to `` x` ![](http://h/i.png) ` ``\n- reached from the start")
    );
    let text = r#"{"StartAt": "[a](http://x) *b*", "States": {"[a](http://x) *b*": {"Type": "Succeed"}}}"#;
    let found = said("a.asl.json", text, nth(text, "http", 0, 1)).unwrap_or_default();
    assert!(found.starts_with("**\\[a\\]\\(http://x\\) \\*b\\***"), "{found}");
}

/// Files in a folder of their own, for what is run.
struct Folder(tempfile::TempDir);

impl Files for Folder {
    fn read(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let text = std::fs::read_to_string(path).ok()?;
        Some(Arc::new(SourceFile::new(path.to_string_lossy(), text)))
    }

    fn names(&self, _: &Path) -> Vec<(String, bool)> {
        Vec::new()
    }

    fn test_files(&self, _: &Path) -> Vec<PathBuf> {
        vec![self.0.path().join("a.sfn-test.yaml")]
    }

    fn open_test(&self, path: &Path) -> Option<TestFile> {
        testing::open(path).ok()
    }
}

#[test]
fn the_value_of_a_path_in_a_case() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Result": {"total": 7}, "ResultPath": "$.order", "Next": "B"},
        "B": {"Type": "Pass", "InputPath": "$.order", "Parameters": {"x.$": "$.total", "y.$": "$.none"}, "Next": "C"},
        "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.x * 2 %}", "Next": "D"},
        "D": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $now() %}", "End": true}}}"#;
    let definition = definition.replace(", \"y.$\": \"$.none\"", "");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.asl.json");
    std::fs::write(&path, &definition).expect("a file");
    let test = "Definition: a.asl.json\nCases:\n  - Name: seven\n    Input: {id: 1}\n";
    std::fs::write(folder.path().join("a.sfn-test.yaml"), test).expect("a file");
    let files = Folder(folder);
    let name = path.to_string_lossy().into_owned();
    let at = |text: &str, needle: &str| {
        let open = open(&name, text);
        let found = hover::at(&open, nth(text, needle, 0, 2), &files)?;
        Some(found.markdown)
    };
    let value = |json: &str| Some(format!("```json\n{json}\n```\n\nin the case seven"));
    assert_eq!(at(&definition, "$.total"), value("7"));
    assert_eq!(at(&definition, "$.order\", \"Parameters"), value("{\"total\":7}"));
    assert_eq!(at(&definition, "{% $states.input.x"), value("14"));
    // What is written is run, not what lies on the disk.
    assert_eq!(at(&definition.replace(": 7}", ": 8}"), "$.total"), value("8"));
    // What depends on more than the input is not said.
    assert_eq!(at(&definition, "{% $now"), None);
    let open_now = open(&name, &definition);
    let all = hints::of(&open_now, Span::new(0, definition.len()), &files);
    let labels: Vec<&str> = all.iter().map(|hint| &*hint.label).collect();
    assert_eq!(labels, ["= {\"total\":7}", "= 7", "= 14"]);
    assert!(definition[..all[1].offset].ends_with("\"$.total\""));
    let lenses = lenses::of(&open(&name, &definition), &files);
    assert_eq!(lenses[0].title, "Run 1 case");
    assert_eq!(lenses[1].command, Command::Graph(None));
}

#[test]
fn cases_can_be_run() {
    let open = open(
        "a.sfn-test.yaml",
        "Definition: a\nCases:\n  - Name: one\n  - Name: two\n",
    );
    let found = lenses::of(&open, &Memory::default());
    let commands: Vec<&Command> = found.iter().map(|lens| &lens.command).collect();
    assert_eq!(
        commands,
        [
            &Command::RunTests(vec![PathBuf::from("a.sfn-test.yaml")]),
            &Command::RunCase("one".to_owned()),
            &Command::RunCase("two".to_owned())
        ]
    );
}

#[test]
fn the_words_of_expressions() {
    use TokenKind::{Function, Keyword, Number, Operator, Property, Variable};
    let of = |text: &str, n: usize| -> Vec<(String, TokenKind)> {
        let open = open("a.asl.json", text);
        let text = open.file().text().to_owned();
        let all = tokens::of(&open);
        all.iter()
            .take(n)
            .map(|token| (text[token.span.range()].to_owned(), token.kind))
            .collect()
    };
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass",
        "Output": "{% $sum($states.input.`x`) >= 1.5 and 'a' %}", "End": true}}}"#;
    let expected = [
        ("$sum", Function),
        ("$states", Variable),
        ("input", Property),
        ("`x`", Property),
        (">=", Operator),
        ("1.5", Number),
        ("and", Keyword),
        ("'a'", TokenKind::String),
    ];
    let expected = expected.map(|(text, kind)| (text.to_owned(), kind));
    assert_eq!(of(text, 9), expected);
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $.a-b)"}, "End": true}}}"#;
    let expected = [
        ("States.Format", Function),
        ("'{}'", TokenKind::String),
        ("$", Variable),
        ("a-b", Property),
    ];
    assert_eq!(of(text, 9), expected.map(|(text, kind)| (text.to_owned(), kind)));
    for (name, text) in three() {
        let spans: Vec<_> = tokens::of(&open(name, &text))
            .iter()
            .map(|token| token.span)
            .collect();
        assert!(
            spans.windows(2).all(|pair| pair[0].end <= pair[1].start),
            "{name}"
        );
        // $.total, $.id, $.Payload.receipt, $receipt.number
        assert_eq!(spans.len(), 9, "{name}");
    }
}

#[test]
fn the_states_of_a_picture() {
    for (name, text) in three() {
        let open = open(name, &text);
        let (drawing, states) = graph::of(&open.definitions()[0]).expect("a picture");
        let names: Vec<&str> = states.iter().map(|state| &*state.name).collect();
        assert_eq!(names, ["Choose", "Charge", "Ship", "Done"]);
        assert_eq!(drawing.nodes.len(), 4);
        assert!(text[states[3].span.range()].contains("Done"), "{name}");
    }
}
