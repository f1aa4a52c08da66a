//! Snapshots of every format, and names that try to break out.

use std::sync::Arc;

use super::*;
use crate::asl::{ScopeId, StateMachine};
use crate::graph::ControlFlow;
use crate::history::{Recording, Timeline};
use crate::picture::Marks;
use crate::source::{SourceFile, parse};

fn machine(text: &str) -> StateMachine {
    let parsed = parse(Arc::new(SourceFile::new("t.asl.json", text)));
    StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")))
}

fn draw(machine: &StateMachine, marks: &Marks) -> Drawing {
    Drawing::new(machine, &ControlFlow::new(machine), marks)
}

fn rendered(drawing: &Drawing, format: Format, name: &str) -> String {
    render(drawing, format, name).expect("it is small")
}

/// Every kind of node and edge once.
const EVERYTHING: &str = r#"{"StartAt": "Check", "States": {
    "Check": {"Type": "Choice", "Choices": [
        {"Variable": "$.total", "NumericGreaterThan": 1000, "Next": "Both"},
        {"Variable": "$.total", "IsPresent": false, "Next": "Nowhere"}], "Default": "Each"},
    "Both": {"Type": "Parallel", "Branches": [
        {"StartAt": "Charge", "States": {
            "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "End": true,
                "Retry": [{"ErrorEquals": ["Busy", "States.Timeout"], "MaxAttempts": 2}]}}},
        {"StartAt": "Pause", "States": {
            "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Log"}, "Log": {"Type": "Pass", "End": true}}}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lost"}], "Next": "Done"},
    "Each": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}},
        "Retry": [{"ErrorEquals": ["States.ALL"]}], "End": true},
    "Done": {"Type": "Succeed"},
    "Lost": {"Type": "Fail", "Error": "Lost"},
    "Island": {"Type": "Pass", "Next": "Done"}}}"#;

/// What an execution by the upper branch does that is retried once in Charge, and whose error is caught.
const HISTORY: &str = r#"{"events": [
    {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
    {"id": 2, "previousEventId": 0, "type": "ChoiceStateEntered", "stateEnteredEventDetails": {"name": "Check"}},
    {"id": 3, "previousEventId": 2, "type": "ChoiceStateExited", "stateExitedEventDetails": {"name": "Check"}},
    {"id": 4, "previousEventId": 3, "type": "ParallelStateEntered", "stateEnteredEventDetails": {"name": "Both"}},
    {"id": 5, "previousEventId": 4, "type": "ParallelStateStarted"},
    {"id": 6, "previousEventId": 5, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Charge"}},
    {"id": 7, "previousEventId": 5, "type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "Pause"}},
    {"id": 8, "previousEventId": 6, "type": "LambdaFunctionScheduled"},
    {"id": 9, "previousEventId": 8, "type": "LambdaFunctionStarted"},
    {"id": 10, "previousEventId": 9, "type": "LambdaFunctionFailed"},
    {"id": 11, "previousEventId": 10, "type": "LambdaFunctionScheduled"},
    {"id": 12, "previousEventId": 11, "type": "LambdaFunctionStarted"},
    {"id": 13, "previousEventId": 12, "type": "LambdaFunctionFailed"},
    {"id": 14, "previousEventId": 13, "type": "ParallelStateFailed"},
    {"id": 15, "previousEventId": 14, "type": "ParallelStateExited", "stateExitedEventDetails": {"name": "Both"}},
    {"id": 16, "previousEventId": 15, "type": "FailStateEntered", "stateEnteredEventDetails": {"name": "Lost"}},
    {"id": 17, "previousEventId": 16, "type": "ExecutionFailed"}]}"#;

fn marks() -> Marks {
    let history = crate::source::parse_value(HISTORY).expect("the test's history is JSON");
    let recording = Recording::read(&history).expect("it has events");
    Marks::of_execution(&Timeline::of(&recording.history))
}

#[test]
fn every_format() {
    let machine = machine(EVERYTHING);
    let drawing = draw(&machine, &Marks::default());
    insta::assert_snapshot!("text", rendered(&drawing, Format::Text, "t"));
    insta::assert_snapshot!("mermaid", rendered(&drawing, Format::Mermaid, "t"));
    insta::assert_snapshot!("dot", rendered(&drawing, Format::Dot, "t"));
}

#[test]
fn an_execution_is_marked_in_every_format() {
    let machine = machine(EVERYTHING);
    let drawing = draw(&machine, &marks());
    insta::assert_snapshot!("text_highlighted", rendered(&drawing, Format::Text, "t"));
    insta::assert_snapshot!("mermaid_highlighted", rendered(&drawing, Format::Mermaid, "t"));
    insta::assert_snapshot!("svg_highlighted", rendered(&drawing, Format::Svg, "t"));
    let fate = |name: &str| {
        let node = drawing
            .nodes
            .iter()
            .find(|node| &*node.name == name)
            .expect("a state of the test");
        Fate::of(&drawing, node)
    };
    for (name, expected) in [
        ("Check", Fate::Taken),
        ("Both", Fate::Caught),
        ("Charge", Fate::Failed),
        ("Pause", Fate::Unfinished),
        ("Log", Fate::NotTaken),
        ("Lost", Fate::Failed),
        ("Done", Fate::NotTaken),
    ] {
        assert_eq!(fate(name), Some(expected), "{name}");
    }
    let taken: Vec<(&str, &str)> = (drawing.edges.iter())
        .filter(|edge| edge.taken > 0)
        .map(|edge| (&*drawing.nodes[edge.from].name, &*drawing.nodes[edge.to].name))
        .collect();
    assert_eq!(taken, [("Check", "Both"), ("Both", "Lost")]);
}

#[test]
fn a_focus_keeps_the_neighbours_and_what_is_around() {
    let machine = machine(EVERYTHING);
    let drawing = draw(&machine, &Marks::default());
    let names = |scope: ScopeId, name| {
        let state = machine.find(scope, name).expect("a state of the test");
        let focused = drawing.focused(&machine, state);
        let names: Vec<&str> = focused.nodes.iter().map(|node| &*node.name).collect();
        names.join(" ")
    };
    let branch = machine.scopes()[2].id;
    assert_eq!(names(branch, "Log"), "Both Pause Log");
    assert_eq!(names(ScopeId::TOP, "Each"), "Check Each One");
    assert_eq!(names(ScopeId::TOP, "Lost"), "Both Lost");
    assert_eq!(names(ScopeId::TOP, "Check"), "Check Both Each Nowhere");
}

#[test]
fn names_cannot_break_out() {
    let hostile = [
        r#"a\"] -> b [label=\"x"#,
        r"end\\",
        "s0 --> s1: x\\n[*] --> s9",
        "x direction TB",
        "<script>alert(1)</script>",
        "1. item",
        "`code` *it* _x_ #35; %%{init}%% {a} <<fork>> [[join]]",
        "\\u202egnp\\u0007\\u001b[31m",
        "\\u200b",
    ];
    let states: Vec<String> = hostile
        .iter()
        .map(|name| {
            format!(
                r#""{name}": {{"Type": "Choice", "Choices": [{{"Variable": "{name}", "IsNull": true,
            "Next": "{name}"}}]}}"#
            )
        })
        .collect();
    let machine = machine(&format!(
        r#"{{"StartAt": "1. item", "States": {{{}}}}}"#,
        states.join(",")
    ));
    assert_eq!(machine.states().len(), hostile.len());
    let drawing = draw(&machine, &Marks::default());
    insta::assert_snapshot!("mermaid_hostile", rendered(&drawing, Format::Mermaid, "t"));
    insta::assert_snapshot!("dot_hostile", rendered(&drawing, Format::Dot, "a\"b"));
    let text = rendered(&drawing, Format::Text, "t");
    assert!(
        text.chars()
            .all(|c| c == '\n' || !(c.is_control() || is_format_character(c))),
        "{text}"
    );
}

#[test]
fn long_text_is_cut() {
    assert_eq!(short("  a \n b\t\tc ", 9), "a b c");
    assert_eq!(short("abcdef", 4), "abc\u{2026}");
    assert_eq!(short("\u{202e}\u{7}", 4), "");
}

#[test]
fn large_diagrams_warn() {
    let mut text = String::from(r#"{"StartAt": "S0", "States": {"#);
    for i in 0..600 {
        text.push_str(&format!(r#""S{i}": {{"Type": "Pass", "Next": "S{}"}},"#, i + 1));
    }
    text.push_str(r#""S600": {"Type": "Succeed"}}}"#);
    let machine = machine(&text);
    let drawing = draw(&machine, &Marks::default());
    let text = rendered(&drawing, Format::Mermaid, "t");
    let warnings = warnings(&drawing, Format::Mermaid, &text);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains("500 edges") && warnings[0].contains("has 602"),
        "{warnings:?}"
    );
}

/// Two catchers lead to one state; the history names its error, and a busy Charge is the second's.
#[test]
fn of_two_catchers_with_one_target_the_one_is_taken_that_handles_the_error() {
    let machine = machine(
        r#"{"StartAt": "Charge", "States": {
            "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "End": true,
                "Catch": [{"ErrorEquals": ["Declined"], "Next": "Lost"}, {"ErrorEquals": ["States.ALL"], "Next": "Lost"}]},
            "Lost": {"Type": "Fail", "Error": "Lost"}}}"#,
    );
    let history = r#"{"events": [
        {"id": 1, "previousEventId": 0, "type": "ExecutionStarted"},
        {"id": 2, "previousEventId": 0, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Charge"}},
        {"id": 3, "previousEventId": 2, "type": "LambdaFunctionScheduled"},
        {"id": 4, "previousEventId": 3, "type": "LambdaFunctionStarted"},
        {"id": 5, "previousEventId": 4, "type": "LambdaFunctionFailed",
            "lambdaFunctionFailedEventDetails": {"error": "NAME", "cause": "c"}},
        {"id": 6, "previousEventId": 5, "type": "TaskStateExited", "stateExitedEventDetails": {"name": "Charge"}},
        {"id": 7, "previousEventId": 6, "type": "FailStateEntered", "stateEnteredEventDetails": {"name": "Lost"}},
        {"id": 8, "previousEventId": 7, "type": "ExecutionFailed"}]}"#;
    let taken = |error: &str| -> Vec<u32> {
        let history = crate::source::parse_value(&history.replace("NAME", error)).expect("JSON");
        let recording = Recording::read(&history).expect("it has events");
        let marks = Marks::of_execution(&Timeline::of(&recording.history));
        let drawing = draw(&machine, &marks);
        drawing.leaving(0).iter().map(|edge| edge.taken).collect()
    };
    assert_eq!(taken("Busy"), [0, 1]);
    assert_eq!(taken("Declined"), [1, 0]);
    // As `test --coverage-json` writes it.
    let coverage = r#"{"definitions": [{"file": "t", "points": [
        {"state": "Charge", "kind": "transition", "place": "Catch[1]", "to": "Lost", "count": 2},
        {"state": "Charge", "kind": "transition", "place": "Catch[0]", "to": "Lost", "count": 0}]}]}"#;
    let coverage = crate::source::parse_value(coverage).expect("JSON");
    let marks = Marks::of_coverage(&coverage, "t", None)
        .expect("coverage")
        .expect("of this file");
    let drawing = draw(&machine, &marks);
    assert_eq!(
        drawing
            .leaving(0)
            .iter()
            .map(|edge| edge.taken)
            .collect::<Vec<_>>(),
        [0, 2]
    );
}

#[test]
fn retries_whose_number_is_filled_in_later_are_not_counted() {
    let machine = machine(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "End": true, "Retry": [
            {"ErrorEquals": ["Busy"], "MaxAttempts": "${Most}"}, {"ErrorEquals": ["Slow"]}]}}}"#,
    );
    let drawing = draw(&machine, &Marks::default());
    let retries: Vec<&str> = drawing.nodes[0].retries.iter().map(|retry| &**retry).collect();
    assert_eq!(retries, ["${Most} times on Busy", "3 times on Slow"]);
}
