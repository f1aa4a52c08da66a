use std::sync::Arc;

use super::*;
use crate::source::{SourceFile, parse};

/// The text with an edit that is made from the node at `path` (keys and indexes).
fn edited(text: &str, path: &str, edit: impl Fn(NodeRef<'_>) -> Option<Vec<Edit>>) -> Option<String> {
    let name = if text.starts_with('{') {
        "t.asl.json"
    } else {
        "t.asl.yaml"
    };
    let parsed = parse(Arc::new(SourceFile::new(name, text)));
    assert!(parsed.findings.is_empty(), "{:?}", parsed.findings);
    let document = parsed.document.expect("the test's text is right");
    let node = path
        .split('/')
        .filter(|s| !s.is_empty())
        .fold(document.root(), |node, step| match step.parse::<usize>() {
            Ok(index) => node.items().nth(index).expect("an item"),
            Err(_) => node.get(step).expect("a member"),
        });
    let mut edits = edit(node)?;
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut out = text.to_owned();
    for edit in edits {
        out.replace_range(edit.span.range(), &edit.text);
    }
    Some(out)
}

const LIST: &str = r#"[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Two words"}]"#;

#[test]
fn a_member_is_laid_out_as_its_neighbours() {
    let add = |text: &str| edited(text, "S", |node| one(add_member(node, "Catch", LIST)));
    for (text, expected) in [
        (
            r#"{"S":{"a":1}}"#,
            r#"{"S":{"a":1,"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"Two words"}]}}"#,
        ),
        (
            r#"{"S": { "a": 1 }}"#,
            r#"{"S": { "a": 1, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Two words"}] }}"#,
        ),
        (
            "{\"S\": {\n\t\t\"a\": 1\n\t}}",
            "{\"S\": {\n\t\t\"a\": 1,\n\t\t\"Catch\": [{\"ErrorEquals\": [\"States.ALL\"], \"ResultPath\": \"$.e\", \"Next\": \"Two words\"}]\n\t}}",
        ),
        (
            "S: {a: 1, b: [x]} # c\n",
            "S: {a: 1, b: [x], Catch: [{ErrorEquals: [States.ALL], ResultPath: $.e, Next: Two words}]} # c\n",
        ),
        (
            "S:\n    a: 1 # one\n\n# end\n",
            "S:\n    a: 1 # one\n    Catch:\n        - ErrorEquals: [States.ALL]\n          ResultPath: $.e\n          Next: Two words\n\n# end\n",
        ),
        (
            "S:\r\n  a:\r\n  - x\r\n",
            "S:\r\n  a:\r\n  - x\r\n  Catch:\r\n  - ErrorEquals: [States.ALL]\r\n    ResultPath: $.e\r\n    Next: Two words\r\n",
        ),
        (
            "S:\n  a:",
            "S:\n  a:\n  Catch:\n    - ErrorEquals: [States.ALL]\n      ResultPath: $.e\n      Next: Two words",
        ),
        (
            "S:\n  a: >-\n    text\n    more\nT: 1\n",
            "S:\n  a: >-\n    text\n    more\n  Catch:\n    - ErrorEquals: [States.ALL]\n      ResultPath: $.e\n      Next: Two words\nT: 1\n",
        ),
    ] {
        assert_eq!(add(text).as_deref(), Some(expected), "{text}");
    }
    // What is written elsewhere, or keeps the lines behind it.
    for text in [
        "A: &a {x: 1}\nS: *a\n",
        "S:\n  a: |+\n    text\n\nT: 1\n",
        "S:\n  <<: {b: 2}\n  Catch: 1\n",
    ] {
        assert_eq!(add(text), None, "{text}");
    }
}

#[test]
fn only_the_text_that_an_object_ends_with_may_keep_its_blank_lines() {
    let add = |text: &str| edited(text, "S", |node| one(add_member(node, "Next", "\"B\"")));
    // What stands before it, and what only looks like the head of a text, says nothing of its end.
    for text in [
        "R: |+\n  x\n\nS:\n  a: 1\n",
        "R: |2\n   x\nS:\n  a: 1\n",
        "S:\n  b: $.items[?(@.price >1)]\n  a: 1\n",
        "S:\n  b: |+\n    x\n\n  a: 1\n",
    ] {
        assert_eq!(add(text), Some(format!("{text}  Next: B\n")), "{text}");
    }
    assert_eq!(add("S:\n  a:\n    b: >1\n      x\nT: 1\n"), None);
    assert_eq!(add("S:\n  a:\n    - |+\n      x\n\nT: 1\n"), None);
    assert!(add("S:\n  a:\n    b: |-\n      x\nT: 1\n").is_some());
}

#[test]
fn wide_values_get_lines_of_their_own() {
    let value = format!(
        "[{{\"ErrorEquals\": [\"{}\", \"B\"], \"MaxAttempts\": 3}}]",
        "A".repeat(60)
    );
    let text = "{\n    \"S\": {\n        \"a\": 1\n    }\n}\n";
    let expected = format!(
        "{{\n    \"S\": {{\n        \"a\": 1,\n        \"Retry\": [\n            {{\n                \"ErrorEquals\": [\"{}\", \"B\"],\n                \"MaxAttempts\": 3\n            }}\n        ]\n    }}\n}}\n",
        "A".repeat(60)
    );
    let out = edited(text, "S", |node| one(add_member(node, "Retry", &value)));
    assert_eq!(out, Some(expected));
}

#[test]
fn items_and_members_go_with_what_belongs_to_them() {
    let item = |text: &str, at: &str| edited(text, at, |node| one(remove_item(node)));
    for (text, at, expected) in [
        (r#"{"L": [1, 2, 3]}"#, "L/0", r#"{"L": [2, 3]}"#),
        (r#"{"L": [1, 2, 3]}"#, "L/2", r#"{"L": [1, 2]}"#),
        ("{\"L\": [\n  1,\n  2\n]}", "L/0", "{\"L\": [\n  2\n]}"),
        (
            "L:\n  # one\n  - a: 1 # x\n    b: 2\n  # two\n  - c\n",
            "L/0",
            "L:\n  # one\n  # two\n  - c\n",
        ),
        ("L:\n- a\n- b", "L/1", "L:\n- a"),
    ] {
        assert_eq!(item(text, at).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(item(r#"{"L": [1]}"#, "L/0"), None);
    assert_eq!(item("L: [a, # first\n  b]\n", "L/1"), None);
    let member = |text: &str, at: &str, key: &str| edited(text, at, |node| one(remove_member(node, key)));
    for (text, at, key, expected) in [
        (r#"{"a": 1, "b": 2}"#, "", "a", r#"{"b": 2}"#),
        (r#"{"a": 1, "b": 2}"#, "", "b", r#"{"a": 1}"#),
        ("a:\n  x: 1\n# c\nb: 2 # d\n", "", "b", "a:\n  x: 1\n# c\n"),
        ("L:\n- a: 1\n  b: 2\n", "L/0", "a", "L:\n- b: 2\n"),
        ("a: 1\nb:\n  - x\n", "", "b", "a: 1\n"),
    ] {
        assert_eq!(member(text, at, key).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(member("L:\n- a: 1 # c\n  b: 2\n", "L/0", "a"), None);
}

#[test]
fn items_come_before_and_behind() {
    let append = |text: &str| edited(text, "L", |node| one(append_item(node, r#"{"k": "v w"}"#)));
    assert_eq!(
        append(r#"{"L": []}"#).as_deref(),
        Some(r#"{"L": [{"k": "v w"}]}"#)
    );
    assert_eq!(
        append(r#"{"L": [{"k": 1}]}"#).as_deref(),
        Some(r#"{"L": [{"k": 1}, {"k": "v w"}]}"#)
    );
    assert_eq!(
        append("L:\n  - k: 1 # c\n").as_deref(),
        Some("L:\n  - k: 1 # c\n  - k: v w\n")
    );
    assert_eq!(
        append("L: [{k: 1}]\n").as_deref(),
        Some("L: [{k: 1}, {k: v w}]\n")
    );
    // A wide one gets lines of its own, as members do.
    let wide = format!(r#"{{"ErrorEquals": ["{}", "x"], "Next": "A"}}"#, "e".repeat(90));
    let append_wide = |text: &str| edited(text, "L", |node| one(append_item(node, &wide)));
    let list = "{\n  \"L\": [\n    {\"a\": 1}\n  ]\n}";
    let lines = format!(
        "{{\n  \"L\": [\n    {{\"a\": 1}},\n    {{\n      \"ErrorEquals\": [\n        \"{}\",\n        \"x\"\n      ],\n      \"Next\": \"A\"\n    }}\n  ]\n}}",
        "e".repeat(90)
    );
    assert_eq!(append_wide(list), Some(lines));
    let before = |text: &str| edited(text, "L/0", |node| one(insert_before(node, r#"["x"]"#)));
    assert_eq!(before(r#"{"L": [1]}"#).as_deref(), Some(r#"{"L": [["x"], 1]}"#));
    assert_eq!(
        before("L:\n  # c\n  - 1\n").as_deref(),
        Some("L:\n  - [x]\n  # c\n  - 1\n")
    );
    let moved = |text: &str| {
        edited(text, "L", |node| {
            move_before(node.items().nth(2)?, node.items().next()?)
        })
    };
    assert_eq!(
        moved(r#"{"L": [1, 2, {"a": 3}]}"#).as_deref(),
        Some(r#"{"L": [{"a": 3}, 1, 2]}"#)
    );
    assert_eq!(
        moved("L:\n  - 1\n  - 2\n  # three\n  - a: 3").as_deref(),
        Some("L:\n  # three\n  - a: 3\n  - 1\n  - 2")
    );
}

#[test]
fn strings_keep_their_quotes() {
    let replace = |text: &str| edited(text, "a", |node| one(replace_string(node, "it's: new")));
    assert_eq!(
        replace(r#"{"a": "old"}"#).as_deref(),
        Some(r#"{"a": "it's: new"}"#)
    );
    assert_eq!(
        replace("a: 'old' # c\n").as_deref(),
        Some("a: 'it''s: new' # c\n")
    );
    assert_eq!(replace("a: old # c\n").as_deref(), Some("a: \"it's: new\" # c\n"));
    let key = |text: &str, add: bool| {
        edited(text, "o", |node| {
            let member = node.members().first()?;
            one(if add {
                add_dollar(node, member)
            } else {
                remove_dollar(node, member)
            })
        })
    };
    assert_eq!(
        key(r#"{"o": {"a": 1}}"#, true).as_deref(),
        Some(r#"{"o": {"a.$": 1}}"#)
    );
    assert_eq!(key("o:\n  a: 1\n", true).as_deref(), Some("o:\n  a.$: 1\n"));
    assert_eq!(key("o: {'a.$': 1}\n", false).as_deref(), Some("o: {'a': 1}\n"));
    assert_eq!(key("o: {a: 1}\n", false), None);
}
