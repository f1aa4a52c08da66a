//! Completion in test and mock files.

use super::{JSON, Memory, marked};
use crate::editor::completion::among;

/// What is offered at the mark, beside a definition `order.asl.json` and what else there is.
fn offered(name: &str, text: &str, files: Memory) -> Vec<String> {
    let (open, offset) = marked(name, text);
    let files = files.with("order.asl.json", JSON);
    let found = among(&open, offset, &files);
    found.items.into_iter().map(|item| item.label).collect()
}

fn in_test(text: &str) -> Vec<String> {
    offered("order.sfn-test.yaml", text, Memory::default())
}

/// The text after the only completion that begins with `label` was taken.
fn taken(name: &str, text: &str, label: &str) -> String {
    let (open, offset) = marked(name, text);
    let files = Memory::default().with("order.asl.json", JSON);
    let found = among(&open, offset, &files);
    let item = found.items.iter().find(|item| item.label == label).unwrap();
    let mut out = open.file().text().to_owned();
    out.replace_range(item.span.range(), &item.text);
    out
}

#[test]
fn keys_of_a_test_file_that_are_not_there_yet() {
    let keys = in_test("Definition: order.asl.json\n<|>\nCases:\n  - Name: one\n");
    assert!(keys.contains(&"Substitutions".to_owned()), "{keys:?}");
    assert!(!keys.contains(&"Definition".to_owned()) && !keys.contains(&"Cases".to_owned()));
    let keys = in_test("Definition: order.asl.json\nCases:\n  - Name: one\n    Exp<|>\n    Input: {}\n");
    assert!(
        keys.contains(&"Expect".to_owned()) && !keys.contains(&"Input".to_owned()),
        "{keys:?}"
    );
    assert!(!keys.contains(&"Name".to_owned()), "{keys:?}");
    // The first key of an item, before others.
    let keys = in_test("Definition: order.asl.json\nCases:\n  - Na<|>\n    Input: {}\n");
    assert!(
        keys.contains(&"Name".to_owned()) && !keys.contains(&"Input".to_owned()),
        "{keys:?}"
    );
    let keys = in_test("Definition: order.asl.json\nCases:\n  - Name: one\n    Expect:\n      Sta<|>\n");
    assert_eq!(keys[0], "Status");
    assert_eq!(
        taken(
            "order.sfn-test.yaml",
            "Definition: order.asl.json\nCases:\n  - Name: one\n    Expect:\n      Sta<|>\n",
            "Status"
        ),
        "Definition: order.asl.json\nCases:\n  - Name: one\n    Expect:\n      Status: \n"
    );
}

#[test]
fn states_words_and_errors_in_a_test_file() {
    let case = |lines: &str| format!("Definition: order.asl.json\nCases:\n  - Name: one\n{lines}");
    let all = ["Choose", "Charge", "Ship", "Done"];
    for list in [
        "    Expect:\n      NotVisited: [Choose, <|>]\n",
        "    Expect:\n      NotVisited:\n        - Ship\n        - Ch<|>\n",
        "    Expect:\n      NotVisited:\n      - <|>\n",
        "    Expect:\n      Visits:\n        Sh<|>\n",
    ] {
        assert_eq!(in_test(&case(list)), all, "{list}");
    }
    let visited = in_test(&case("    Expect:\n      Visited: [<|>]\n"));
    assert_eq!(visited, ["Choose", "Charge", "Ship", "Done", "..."]);
    assert_eq!(
        in_test(&case("    Expect:\n      Tasks:\n        <|>\n")),
        ["Charge"]
    );
    assert_eq!(
        in_test(&case("    Expect:\n      Status: <|>\n")),
        ["SUCCEEDED", "FAILED", "TIMED_OUT"]
    );
    let mocks =
        case("    Mocks:\n      States:\n        Charge:\n          - Throw:\n              Error: <|>\n");
    let errors = in_test(&mocks);
    assert!(
        errors.contains(&"Lambda.ServiceException".to_owned()),
        "{errors:?}"
    );
    assert!(errors.contains(&"States.Timeout".to_owned()) && !errors.contains(&"States.ALL".to_owned()));
    let entry = in_test(&case(
        "    Mocks:\n      States:\n        Charge:\n          - <|>\n",
    ));
    assert!(
        entry.contains(&"Return".to_owned()) && entry.contains(&"Throw".to_owned()),
        "{entry:?}"
    );
    let json = r#"{"Definition": "order.asl.json", "Cases": [{"Name": "one", "Expect": {"Visited": ["Choose", "<|>"]}}]}"#;
    let names = offered("order.sfn-test.json", json, Memory::default());
    assert_eq!(names, ["Choose", "Charge", "Ship", "Done", "..."]);
}

#[test]
fn a_mock_file_is_about_the_definition_of_a_test_file_that_names_it() {
    let test = "Definition: order.asl.json\nMocks: {File: order.mocks.yaml}\nCases:\n  - Name: one\n";
    let files = || Memory::default().with("order.sfn-test.yaml", test);
    assert_eq!(
        offered("order.mocks.yaml", "<|>\n", files()),
        ["States", "Objects"]
    );
    assert_eq!(
        offered("order.mocks.yaml", "States:\n  <|>\n", files()),
        ["Charge"]
    );
    let entry = offered("order.mocks.yaml", "States:\n  Charge:\n    Re<|>\n", files());
    assert!(entry.contains(&"Return".to_owned()), "{entry:?}");
    let errors = offered(
        "order.mocks.yaml",
        "States:\n  Charge:\n    Throw: \n      Error: <|>\n",
        files(),
    );
    assert!(
        errors.contains(&"Lambda.ServiceException".to_owned()),
        "{errors:?}"
    );
    // Of a definition that nobody names, no states are known.
    assert_eq!(
        offered("other.mocks.yaml", "States:\n  <|>\n", Memory::default()),
        Vec::<String>::new()
    );
}

/// Paths lead on from the test file, by what lies in the folders.
#[test]
fn names_of_files_in_a_test_file() {
    let files = || {
        Memory::default()
            .with("/w/flows/order.asl.json", JSON)
            .with("/w/flows/notes.txt", "")
            .with("/w/template.yaml", "")
            .with("/w/tests/data/in.json", "{}")
            .with("/w/tests/pay.mocks.yaml", "")
            .with("/w/tests/node_modules/y.json", "")
            .with("/w/tests/.cache/y.json", "")
    };
    let offered = |text: &str| offered("/w/tests/a.sfn-test.yaml", text, files());
    for (text, expected) in [
        ("Definition: <|>\n", &["data/", "../"][..]),
        (
            "Definition: ../<|>\n",
            &["template.yaml", "flows/", "tests/", "../"],
        ),
        ("Definition: ../flows/o<|>\n", &["order.asl.json"]),
        ("Mocks:\n  File: <|>\n", &["pay.mocks.yaml", "data/", "../"]),
        ("Cases:\n  - Name: a\n    InputFile: \"data/<|>\"\n", &["in.json"]),
        (
            "Cases:\n  - Name: a\n    Expect:\n      OutputSchema: data/<|>\n",
            &["in.json"],
        ),
        ("Definition: /w/<|>\n", &[]),
        ("Cases:\n  - Name: ../<|>\n", &[]),
    ] {
        assert_eq!(offered(text), expected, "{text}");
    }
    let json = super::files::offered(
        "/w/tests/a.sfn-test.json",
        r#"{"Definition": "../fl<|>"}"#,
        files(),
    );
    assert!(json.contains(&"flows/".to_owned()), "{json:?}");
    // What is taken replaces the name that is begun, and what is left of it behind the caret.
    let (open, offset) = marked("/w/tests/a.sfn-test.yaml", "Definition: ../flows/o<|>rd.json\n");
    let found = among(&open, offset, &files());
    let mut out = open.file().text().to_owned();
    out.replace_range(found.items[0].span.range(), &found.items[0].text);
    assert_eq!(out, "Definition: ../flows/order.asl.json\n");
}

/// In brackets, closed or not.
#[test]
fn keys_and_values_in_brackets() {
    let case = |lines: &str| {
        in_test(&format!(
            "Definition: order.asl.json\nCases:\n  - Name: one\n{lines}"
        ))
    };
    assert_eq!(case("    Expect: {Tasks: {Ch<|>: 3}}\n"), ["Charge"]);
    assert_eq!(case("    Expect: {Tasks: {<|>\n"), ["Charge"]);
    let keys = case("    Expect: {Status: FAILED, <|>\n");
    assert!(
        keys.contains(&"Error".to_owned()) && !keys.contains(&"Status".to_owned()),
        "{keys:?}"
    );
    assert_eq!(
        case("    Expect: {Status: <|>}\n"),
        ["SUCCEEDED", "FAILED", "TIMED_OUT"]
    );
    let errors = case("    Mocks: {States: {Charge: {Throw: {Error: <|>\n");
    assert!(errors.contains(&"States.Timeout".to_owned()), "{errors:?}");
    let keys = case("    Mocks:\n      States:\n        Charge: [{Ret<|>urn: 1}]\n");
    assert!(keys.contains(&"Return".to_owned()), "{keys:?}");
    assert!(case("    Expect: {Visited: [Choose, <|>\n").contains(&"Ship".to_owned()));
    assert_eq!(
        in_test("Definition: order.asl.json\nCases:\n  - {Na<|>\n")[0],
        "Name"
    );
}
