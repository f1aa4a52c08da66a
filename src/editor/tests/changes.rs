//! Rename and code actions.

use super::{Memory, marked, nth, open, three};
use crate::definition::{Definition, apply_edits};
use crate::diagnostics::{Edit, Severity, Span};
use crate::editor::OpenDocument;
use crate::editor::actions::{self, ActionKind};
use crate::editor::rename::{self, places};
use crate::lint::Settings;
use crate::source::ParseOptions;

fn applied(open: &OpenDocument, edits: &[Edit]) -> String {
    apply_edits(open.file().text(), edits.iter())
}

#[test]
fn a_state_is_renamed_wherever_it_is_named() {
    for (name, text) in three() {
        let open = open(name, &text);
        let at = nth(&text, "Ship", 0, 1);
        assert_eq!(
            rename::prepare(&open, at, &Memory::default()).expect("a name").1,
            "Ship"
        );
        let found = rename::at(&open, at, "Send it", &Memory::default()).expect("a rename");
        assert_eq!(found.len(), 1);
        assert_eq!(
            applied(&open, &found[0].edits),
            text.replace("Ship", "Send it"),
            "{name}"
        );
    }
}

#[test]
fn names_are_quoted_where_they_must_be() {
    let open = open("order.asl.yaml", super::YAML);
    let at = nth(super::YAML, "Ship", 0, 1);
    let found = rename::at(&open, at, "Ship: \"it\"", &Memory::default()).expect("a rename");
    assert_eq!(
        applied(&open, &found[0].edits),
        super::YAML.replace("Ship", r#""Ship: \"it\"""#)
    );
}

#[test]
fn a_variable_is_renamed_wherever_it_is_named() {
    for (name, text) in three() {
        let open = open(name, &text);
        let at = nth(&text, "$receipt", 0, 2);
        assert_eq!(places(&open, at).len(), 2);
        let found = rename::at(&open, at, "slip", &Memory::default()).expect("a rename");
        let expected = text
            .replacen("receipt.$", "slip.$", 1)
            .replace("$receipt.number", "$slip.number");
        assert_eq!(applied(&open, &found[0].edits), expected, "{name}");
    }
}

#[test]
fn what_is_not_only_a_rename_is_refused() {
    let open = open("order.asl.json", super::JSON);
    let files = Memory::default();
    let why = |needle: &str, into: usize, new: &str| {
        rename::at(&open, nth(super::JSON, needle, 0, into), new, &files).expect_err("a reason")
    };
    assert_eq!(why("Ship", 1, "Done"), "there is a state 'Done' already");
    assert_eq!(
        why("Ship", 1, &"x".repeat(81)),
        "a name has at most 80 characters"
    );
    assert!(
        rename::at(
            &open,
            nth(super::JSON, "Ship", 0, 1),
            &"\u{e9}".repeat(80),
            &files
        )
        .is_ok()
    );
    assert!(why("Ship", 1, "").contains("empty"));
    assert!(why("Type", 1, "x").contains("neither"));
    assert!(why("$receipt", 2, "a b").contains("no name of a variable"));
    assert_eq!(why("$receipt", 2, "states"), "$states has a meaning in JSONata");
    assert_eq!(why("$receipt", 2, "sum"), "$sum has a meaning in JSONata");
    assert!(why("Ship", 1, " Ship").contains("a blank"));
    // By an alias.
    let (alias, offset) = marked(
        "a.asl.yaml",
        "StartAt: &first A\nStates:\n  <|>A:\n    Type: Pass\n    Next: B\n  B:\n    Type: Pass\n    Next: *first\n",
    );
    assert!(
        rename::prepare(&alias, offset, &files)
            .expect_err("a reason")
            .contains("by an alias")
    );
    let (text, offset) = marked(
        "template.yaml",
        "Resources:\n  O:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: '{\"StartAt\": \"A\", \"States\": {\"<|>A\": {\"Type\": \"Succeed\"}}}'\n",
    );
    assert!(
        rename::prepare(&text, offset, &files)
            .expect_err("a reason")
            .contains("text in a template")
    );
    // The new name is bound in an expression that reads the variable.
    let (bound, offset) = marked(
        "a.asl.json",
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"<|>x": 1}, "Next": "B"},
            "B": {"Type": "Pass", "Output": "{% ($y := 1; $x + $y) %}", "End": true}}}"#,
    );
    assert!(
        rename::at(&bound, offset, "y", &files)
            .expect_err("a reason")
            .contains("an expression of 'B' has a $y of its own")
    );
    // A processor assigns one of the same name.
    let (twice, offset) = marked(
        "a.asl.yaml",
        "QueryLanguage: JSONata\nStartAt: M\nStates:\n  M:\n    Type: Map\n    Items: [1]\n    Assign: {<|>n: 2}\n    ItemProcessor:\n      StartAt: X\n      States:\n        X: {Type: Pass, Assign: {n: 1}, End: true}\n    End: true\n",
    );
    match rename::at(&twice, offset, "total", &files) {
        Ok(found) => assert_eq!(found[0].edits.len(), 1),
        Err(why) => assert!(
            why.contains("'X' assigns a variable $n in another scope"),
            "{why}"
        ),
    }
}

/// The states inside have not moved: what is around them is called otherwise.
#[test]
fn a_state_with_states_in_it_is_renamed() {
    for (name, text) in [
        (
            "a.asl.json",
            r#"{"StartAt": "Mp", "States": {"<|>Mp": {"Type": "Map", "ItemProcessor": {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}, "End": true}}}"#,
        ),
        (
            "a.asl.json",
            r#"{"StartAt": "Mp", "States": {"<|>Mp": {"Type": "Parallel", "Branches": [{"StartAt": "X", "States": {"X": {"Type": "Pass", "Next": "Y"}, "Y": {"Type": "Pass", "End": true}}}, {"StartAt": "Z", "States": {"Z": {"Type": "Succeed"}}}], "Next": "E"}, "E": {"Type": "Succeed"}}}"#,
        ),
        (
            "a.asl.yaml",
            "StartAt: Mp\nStates:\n  <|>Mp:\n    Type: Map\n    ItemProcessor:\n      ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n      StartAt: X\n      States:\n        X: {Type: Pass, End: true}\n    End: true\n",
        ),
    ] {
        let (open, offset) = marked(name, text);
        let found = rename::at(&open, offset, "Loop", &Memory::default()).expect("a rename");
        assert_eq!(
            applied(&open, &found[0].edits),
            text.replace("<|>", "").replace("Mp", "Loop"),
            "{name}"
        );
    }
}

#[test]
fn states_that_are_alike_are_told_apart() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [
        {"Variable": "$.x", "IsPresent": true, "Next": "B"}], "Default": "C"}, "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}}"#;
    let open = open("a.asl.json", text);
    let found = rename::at(&open, nth(text, "\"B\"", 1, 1), "Done", &Memory::default()).expect("a rename");
    assert_eq!(applied(&open, &found[0].edits), text.replace("\"B\"", "\"Done\""));
}

#[test]
fn tests_and_mocks_go_along() {
    let test = "Definition: ../order.asl.json\nMocks: {File: m.yaml}\nCases:\n  - Name: Ship\n    Expect: {Visited: [Choose, Ship, 'Done']}\n";
    let mocks = "States: {Ship: {Return: {}}, Charge: {Return: {Ship: 1}}}\n";
    let files = Memory::default()
        .with("cases/o.sfn-test.yaml", test)
        .with("cases/m.yaml", mocks)
        .with(
            "cases/other.sfn-test.yaml",
            "Definition: other.asl.json\nCases: [{Name: n, Expect: {Visited: [Ship]}}]\n",
        );
    let open = open("order.asl.json", super::JSON);
    let found = rename::at(&open, nth(super::JSON, "Ship", 0, 1), "Send", &files).expect("a rename");
    let mut texts: Vec<(String, String)> = found
        .iter()
        .skip(1)
        .map(|file| {
            let path = file.path.clone().expect("a path");
            let text = apply_edits(&files.0[&path], file.edits.iter());
            (path.to_string_lossy().into_owned(), text)
        })
        .collect();
    texts.sort();
    assert_eq!(
        texts,
        [
            ("cases/m.yaml".to_owned(), mocks.replacen("Ship", "Send", 1)),
            (
                "cases/o.sfn-test.yaml".to_owned(),
                test.replace("Choose, Ship", "Choose, Send")
            )
        ]
    );
}

/// `#` names a resource of a template, unless there is a file of that very name.
#[test]
fn tests_of_a_file_with_a_number_sign_go_along() {
    let test = "Definition: order#1.asl.json\nCases: [{Name: n, Expect: {Visited: [Ship]}}]\n";
    let files = Memory::default()
        .with("order#1.asl.json", super::JSON)
        .with("o.sfn-test.yaml", test);
    let open = open("order#1.asl.json", super::JSON);
    let found = rename::at(&open, nth(super::JSON, "Ship", 0, 1), "Send", &files).expect("a rename");
    let path = found[1].path.clone().expect("a path");
    assert_eq!(path.to_string_lossy(), "o.sfn-test.yaml");
    assert_eq!(
        apply_edits(test, found[1].edits.iter()),
        test.replace("Ship", "Send")
    );
}

#[test]
fn fixes_come_first_then_suppression_and_explanation() {
    // A catcher behind States.ALL is never reached: AWS says so itself; lint finds the missing retry and has no fix.
    let open = open("order.asl.json", super::JSON);
    let checked = open.definitions()[0].check(&Settings::default());
    let finding = |code: &str| {
        let at = checked.iter().position(|finding| finding.code == code);
        at.unwrap_or_else(|| panic!("no {code} in {:?}", checked))
    };
    let index = finding("missing-retry");
    let found = actions::at(&open, checked[index].span, &checked);
    let suppress = found
        .iter()
        .find(|action| action.title == "Ignore missing-retry here" && action.finding == Some(index))
        .expect("a suppression");
    let text = applied(&open, &suppress.edits);
    assert!(
        text.contains(
            "\"Charge\": {\n      \"Comment\": \"sfn-tool: ignore missing-retry\",\n      \"Type\""
        ),
        "{text}"
    );
    assert!(!codes(&text, "order.asl.json").contains(&"missing-retry".to_owned()));
    let explain = found
        .iter()
        .find(|action| action.explains.as_deref() == Some("missing-retry"));
    assert!(explain.is_some_and(|action| action.edits.is_empty()));
}

fn codes(text: &str, name: &str) -> Vec<String> {
    let open = open(name, text);
    let definition: &Definition = &open.definitions()[0];
    let found = definition.check(&Settings::default());
    found
        .into_iter()
        .map(|finding| finding.code.into_owned())
        .collect()
}

#[test]
fn every_suppression_takes_its_finding_away() {
    for (name, text) in three() {
        let open = open(name, &text);
        let checked = open.definitions()[0].check(&Settings::default());
        let mut tried = 0;
        for finding in &checked {
            let title = format!("Ignore {} here", finding.code);
            let all = actions::at(&open, finding.span, &checked);
            let Some(action) = all.iter().find(|action| action.title == title) else {
                continue;
            };
            tried += 1;
            let text = applied(&open, &action.edits);
            assert!(
                codes(&text, name).len() < checked.len(),
                "{name} {title}:\n{text}"
            );
        }
        assert!(tried > 0, "{name}");
    }
}

#[test]
fn the_missing_state_is_created_behind_what_leads_to_it() {
    for (name, text) in three() {
        let text =
            text.replacen("Next\": \"Ship", "Next\": \"Pack", 1)
                .replacen("Next: Ship", "Next: Pack", 1);
        let open = open(name, &text);
        let at = nth(&text, "Pack", 0, 1);
        let found = actions::at(&open, Span::at(at), &[]);
        let create = found.first().expect("an action");
        assert_eq!(create.title, "Create the state 'Pack'");
        let text = applied(&open, &create.edits);
        let after = super::open(name, &text);
        let machine = after.definitions()[0].machine().expect("a machine");
        let names: Vec<&str> = machine.states().iter().map(|state| &*state.name).collect();
        assert_eq!(
            names,
            ["Choose", "Charge", "Pack", "Ship", "Done"],
            "{name}:\n{text}"
        );
        let errors = after.definitions()[0].check(&Settings::default());
        let missing = errors.iter().filter(|finding| {
            finding.severity == Severity::Error && finding.code == "MISSING_TRANSITION_TARGET"
        });
        assert!(missing.count() <= 1, "{name}: Ship alone may be unreachable");
    }
    // What exists needs none.
    let open = open("order.asl.json", super::JSON);
    assert!(actions::at(&open, Span::at(nth(super::JSON, "Done", 0, 1)), &[]).is_empty());
}

#[test]
fn all_safe_fixes_are_one_edit() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemsPath": "$.a", "Iterator": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}, "End": true}}}"#;
    let open = open("a.asl.json", text);
    let action = actions::fix_all(&open, &ParseOptions::default(), &Settings::default()).expect("fixes");
    assert_eq!(action.kind, ActionKind::FixAll);
    let fixed = applied(&open, &action.edits);
    // Iterator is the older name of ItemProcessor.
    assert!(
        fixed.contains("\"ItemProcessor\"") && !fixed.contains("\"Iterator\""),
        "{fixed}"
    );
    let clean = super::open("a.asl.json", &fixed);
    assert_eq!(
        actions::fix_all(&clean, &ParseOptions::default(), &Settings::default()),
        None
    );
}

/// The titles of what can be done at the mark.
fn titles(name: &str, text: &str) -> Vec<String> {
    let (open, offset) = super::marked(name, text);
    let found = actions::at(&open, Span::at(offset), &[]);
    found.into_iter().map(|action| action.title).collect()
}

/// The text after the first thing that can be done at the mark.
fn done(name: &str, text: &str) -> String {
    let (open, offset) = super::marked(name, text);
    let found = actions::at(&open, Span::at(offset), &[]);
    applied(&open, &found.first().expect("an action").edits)
}

#[test]
fn a_state_that_another_scope_has_is_not_created_again() {
    let json = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "O<|>ut"}}}], "Next": "Out"}, "Out": {"Type": "Succeed"}}}"#;
    assert_eq!(titles("a.asl.json", json), ["End here"]);
    assert!(done("a.asl.json", json).contains(r#""In": {"Type": "Pass", "End": true}"#));
    let yaml = "StartAt: P\nStates:\n  P:\n    Type: Map\n    ItemProcessor:\n      StartAt: In\n      States:\n        In:\n          Type: Pass\n          Next: O<|>ut\n    Next: Out\n  Out:\n    Type: Succeed\n";
    assert!(done("a.asl.yaml", yaml).contains("          Type: Pass\n          End: true\n    Next: Out\n"));
    // A rule of a Choice cannot end, nor can what StartAt names be elsewhere.
    for text in [
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "O<|>ut"}]}}}], "Next": "Out"}, "Out": {"Type": "Succeed"}}}"#,
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "O<|>ut", "States": {}}], "Next": "Out"}, "Out": {"Type": "Succeed"}}}"#,
    ] {
        assert_eq!(titles("a.asl.json", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_first_state_is_created_too() {
    let text = r#"{"StartAt": "<|>A", "States": {}}"#;
    assert_eq!(
        done("a.asl.json", text),
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#
    );
    let yaml = "StartAt: <|>A\nStates: {}\n";
    assert_eq!(
        done("a.asl.yaml", yaml),
        "StartAt: A\nStates: {\"A\": {\"Type\": \"Pass\", \"End\": true}}\n"
    );
}

#[test]
fn what_is_created_has_the_line_breaks_of_the_text() {
    for (name, text) in three() {
        let text = text.replacen("Next\": \"Ship", "Next\": \"P<|>ack", 1).replacen(
            "Next: Ship",
            "Next: P<|>ack",
            1,
        );
        let text = done(name, &text.replace('\n', "\r\n"));
        assert_eq!(
            text.matches('\n').count(),
            text.matches("\r\n").count(),
            "{name}: {text:?}"
        );
    }
}

#[test]
fn what_suppresses_nothing_is_not_suppressed() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "sfn-tool: ignore missing-catch"}}}"#;
    let open = open("a.asl.json", text);
    let checked = open.definitions()[0].check(&Settings::default());
    assert_eq!(checked[0].code, "unused-suppression");
    let found = actions::at(&open, checked[0].span, &checked);
    let titles: Vec<&str> = found.iter().map(|action| &*action.title).collect();
    assert!(
        !titles.iter().any(|title| title.starts_with("Ignore")),
        "{titles:?}"
    );
    assert!(titles.contains(&"Explain unused-suppression"), "{titles:?}");
}

/// A comment that is there already gets the mark at its end.
#[test]
fn a_comment_of_yaml_gets_the_mark_too() {
    let text = super::YAML.replace("  Charge:\n", "  Charge: # the card\n");
    let open = open("a.asl.yaml", &text);
    let checked = open.definitions()[0].check(&Settings::default());
    let at = checked
        .iter()
        .position(|finding| finding.code == "missing-retry")
        .expect("a finding");
    let found = actions::at(&open, checked[at].span, &checked);
    let suppress = found
        .iter()
        .find(|action| action.title == "Ignore missing-retry here")
        .expect("a suppression");
    let text = applied(&open, &suppress.edits);
    assert!(
        text.contains("# the card; sfn-tool: ignore missing-retry\n"),
        "{text}"
    );
    assert!(
        !codes(&text, "a.asl.yaml").contains(&"missing-retry".to_owned()),
        "{text}"
    );
}

#[test]
fn a_variable_may_be_named_as_it_is_read() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"}, "B": {"Type": "Pass", "Parameters": {"x.$": "$n"}, "End": true}}}"#;
    let open = open("a.asl.json", text);
    let at = nth(text, "\"n\"", 0, 1);
    let files = Memory::default();
    let edits = rename::at(&open, at, "$total", &files).expect("a rename");
    assert_eq!(
        applied(&open, &edits[0].edits),
        text.replace("\"n\"", "\"total\"").replace("$n", "$total")
    );
    assert_eq!(
        rename::at(&open, at, "", &files),
        Err("a name cannot be empty".to_owned())
    );
    assert_eq!(
        rename::at(&open, at, "$count", &files),
        Err("$count has a meaning in JSONata".to_owned())
    );
}

/// The text after the rename at the mark.
fn renamed(name: &str, text: &str, new: &str) -> String {
    let (open, offset) = marked(name, text);
    let found = rename::at(&open, offset, new, &Memory::default());
    let found = found.unwrap_or_else(|why| panic!("{text}: {why}"));
    applied(&open, &found[0].edits)
}

/// What else is wrong is said in other words then, or of another state: the definition's mistakes stand in no way.
#[test]
fn mistakes_elsewhere_stand_in_no_way() {
    for text in [
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nofity"}, "<|>Notify": {"Type": "Succeed"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "A"}]}, "<|>Notify": {"Type": "Succeed"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Nxt": "Notify"}, "<|>Notify": {"Type": "Succeed", "Typ": 1}}}"#,
    ] {
        let expected = text.replace("<|>", "").replace("\"Notify\": {", "\"Tell\": {");
        assert_eq!(renamed("a.asl.json", text, "Tell"), expected);
    }
}

/// A copy gets a name of its own; what led to the two of them stays with the other.
#[test]
fn a_copy_is_renamed_alone() {
    let json = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}, "<|>B": {"Type": "Succeed"}}}"#;
    let plain = json.replace("<|>", "");
    let at = plain.rfind("\"B\"").expect("a name");
    let expected = format!("{}\"C\"{}", &plain[..at], &plain[at + 3..]);
    assert_eq!(renamed("a.asl.json", json, "C"), expected);
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n  <|>B:\n    Type: Succeed\n  B:\n    Type: Succeed\n";
    assert_eq!(renamed("a.asl.yaml", yaml, "C"), yaml.replace("<|>B:", "C:"));
    let (open, offset) = marked(
        "a.asl.yaml",
        &yaml.replace("<|>", "").replace("Next: B", "Next: <|>B"),
    );
    let why = rename::prepare(&open, offset, &Memory::default()).expect_err("a reason");
    assert!(why.contains("several states 'B'"), "{why}");
}

#[test]
fn a_name_with_quotes_gets_its_first_one_back() {
    let name = "N\u{e4}ch \"q\" \\ 's' \u{1f600}";
    for text in [
        r#"{"StartAt": "<|>A", "States": {"A": {"Type": "Succeed"}}}"#,
        "StartAt: '<|>A'\nStates:\n  \"A\": {Type: Succeed}\n",
    ] {
        let file = if text.starts_with('{') {
            "a.asl.json"
        } else {
            "a.asl.yaml"
        };
        let there = renamed(file, text, name);
        let at = text.find("<|>").expect("a mark");
        let marked = format!("{}<|>{}", &there[..at], &there[at..]);
        assert_eq!(renamed(file, &marked, "A"), text.replace("<|>", ""), "{there}");
    }
    let escaped = r#"{"StartAt": "\u0041", "States": {"<|>A": {"Type": "Succeed"}}}"#;
    assert_eq!(
        renamed("a.asl.json", escaped, "B"),
        r#"{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#
    );
}

#[test]
fn what_is_not_there_is_renamed_where_it_is_named() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Nofity"}], "Next": "<|>Nofity"}, "Notify": {"Type": "Succeed"}}}"#;
    let expected = text.replace("<|>", "").replace("Nofity", "Notify");
    assert_eq!(renamed("a.asl.json", text, "Notify"), expected);
}

#[test]
fn a_state_is_renamed_from_its_test_too() {
    let test = "Definition: ../order.asl.json\nCases:\n  - Name: n\n    Expect: {Tasks: {\"Ship\": 3}, Visited: [Choose, <|>Ship, 'Done']}\n";
    let plain = test.replace("<|>", "");
    let files = Memory::default()
        .with("order.asl.json", super::JSON)
        .with("cases/o.sfn-test.yaml", &plain);
    let (open, offset) = marked("cases/o.sfn-test.yaml", test);
    let (span, name) = rename::prepare(&open, offset, &files).expect("a name");
    assert_eq!((&plain[span.range()], &*name), ("Ship", "Ship"));
    let found = rename::at(&open, offset, "Send", &files).expect("a rename");
    assert_eq!(found.len(), 2);
    for file in found {
        let old = match &file.path {
            None => &*plain,
            Some(path) => {
                assert_eq!(path.to_string_lossy(), "order.asl.json");
                super::JSON
            }
        };
        assert_eq!(apply_edits(old, file.edits.iter()), old.replace("Ship", "Send"));
    }
}
