//! Comments of strangers: as many names and marks as they like.

use std::sync::Arc;

use super::yaml::marked;
use crate::asl::StateMachine;
use crate::diagnostics::Finding;
use crate::lint::{Selection, Settings, check};
use crate::source::{self, SourceFile};

/// What is said of suppressions.
fn unused(name: &str, text: &str) -> Vec<Finding> {
    let file = Arc::new(SourceFile::new(name, text));
    let document = source::parse(file).document.expect("a definition");
    let machine = StateMachine::read(Arc::new(document));
    let selected = ["unused-suppression".to_owned()];
    let settings = Settings {
        selection: Selection::new(&selected, &[]).expect("a rule"),
        ..Settings::default()
    };
    check(&machine, &settings)
}

fn with_comment(comment: &str) -> String {
    let comment = serde_json::Value::from(comment);
    format!(
        "{{\"StartAt\": \"S\", \"Comment\": {comment}, \"States\": {{\"S\": {{\"Type\": \"Succeed\"}}}}}}"
    )
}

fn names(count: usize) -> String {
    (0..count)
        .map(|i| format!("rule-{i}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// The bytes of all fixes.
fn bytes(findings: &[Finding]) -> usize {
    let edits = findings
        .iter()
        .flat_map(|finding| &finding.fixes)
        .flat_map(|fix| &fix.edits);
    edits.map(|edit| edit.text.len()).sum()
}

/// The text with the fix of one finding.
fn fixed(text: &str, finding: &Finding) -> String {
    let mut text = text.to_owned();
    for edit in &finding.fixes[0].edits {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

#[test]
fn each_name_has_a_small_fix() {
    for count in [2, 10, 100] {
        let text = with_comment(&format!("sfn-tool: ignore {}", names(count)));
        let found = unused("a.asl.json", &text);
        assert_eq!(found.len(), count);
        assert!(found.iter().all(|finding| finding.fixes.len() == 1));
        assert_eq!(bytes(&found), 0);
    }
}

#[test]
fn very_many_names_of_a_comment_are_told_as_one() {
    let text = with_comment(&format!("Why. sfn-tool: ignore {}", names(20_000)));
    let found = unused("a.asl.json", &text);
    let [finding] = &found[..] else {
        panic!("{} findings", found.len())
    };
    assert_eq!(
        finding.message,
        "20000 suppressions in this comment suppress nothing, 'rule-0' is the first"
    );
    assert!(text[finding.span.range()].starts_with("rule-0,"));
    assert!(text[finding.span.range()].ends_with("rule-19999"));
    assert_eq!(finding.location.as_deref(), Some("/Comment"));
    assert_eq!(bytes(&found), 0);
    // One of another comment is told beside it.
    let text = text.replace("Succeed\"", "Succeed\", \"Comment\": \"sfn-tool: ignore rule-0\"");
    assert_eq!(unused("a.asl.json", &text).len(), 2);
}

#[test]
fn very_many_marks_of_a_comment_are_told_as_one() {
    for (mark, words) in [
        ("sfn-tool: ignore ", "5000 suppressions in this comment"),
        ("sfn-tool: ignore x ", "5000 suppressions in this comment"),
        ("sfn-tool:ignore x ", "5000 marks here are not read"),
    ] {
        let marks = mark.repeat(5_000);
        for (name, text) in [
            ("a.asl.json", with_comment(&marks)),
            (
                "a.asl.yaml",
                format!("StartAt: S # {marks}\nStates:\n  S:\n    Type: Succeed\n"),
            ),
            (
                "a.asl.yaml",
                format!("# {marks}\nStartAt: S\nStates:\n  S:\n    Type: Succeed\n"),
            ),
        ] {
            let found = unused(name, &text);
            assert_eq!(found.len(), 1, "{name}: {mark}");
            assert!(found[0].message.starts_with(words), "{}", found[0].message);
            assert_eq!(bytes(&found), 0);
        }
    }
}

#[test]
fn used_names_are_none_of_those_that_are_too_many() {
    let states = "\"States\": {\"S\": {\"Type\": \"Fail\"}}";
    let text = with_comment(&format!("sfn-tool: ignore {}, fail-without-error", names(99)));
    let text = text.replace("\"States\": {\"S\": {\"Type\": \"Succeed\"}}", states);
    assert!(text.contains(states));
    assert_eq!(unused("a.asl.json", &text).len(), 99);
}

#[test]
fn a_fix_is_of_the_name_alone_however_the_comment_is_quoted() {
    let yaml = |comment: &str| format!("Comment: {comment}\nStartAt: S\nStates:\n  S:\n    Type: Succeed\n");
    for (name, text, expected) in [
        (
            "a.asl.json",
            with_comment("Say \"\u{e9}\". sfn-tool: ignore a, b"),
            with_comment("Say \"\u{e9}\". sfn-tool: ignore b"),
        ),
        (
            "a.asl.json",
            with_comment("Say \"so\". sfn-tool: ignore a. And more."),
            with_comment("Say \"so\". And more."),
        ),
        (
            "a.asl.yaml",
            yaml("'It''s so. sfn-tool: ignore a'"),
            yaml("'It''s so.'"),
        ),
        (
            "a.asl.yaml",
            yaml("\"It\\u0027s so. sfn-tool: ignore a, b\""),
            yaml("\"It\\u0027s so. sfn-tool: ignore b\""),
        ),
        // Over several lines it is written anew.
        (
            "a.asl.yaml",
            yaml("'It is so.\n  sfn-tool: ignore a'"),
            yaml("'It is so.'"),
        ),
        (
            "a.asl.yaml",
            yaml("see sfn-tool:ignore a"),
            yaml("\"see sfn-tool: ignore a\""),
        ),
    ] {
        let found = unused(name, &text);
        assert_eq!(fixed(&text, &found[0]), expected);
    }
}

#[test]
fn each_comment_of_a_line_is_read_once() {
    let line = "a: b # x sfn-tool: ignore a sfn-tool: ignore b # y # sfn-tool: ignore c  ";
    let text = format!("# sfn-tool\n\n{line}\n  # z");
    let found = marked(&text, &[]);
    let parts: Vec<&str> = found
        .iter()
        .map(|comment| &text[comment.hash..comment.end])
        .collect();
    assert_eq!(
        parts,
        [
            "# sfn-tool",
            "# x sfn-tool: ignore a sfn-tool: ignore b # y ",
            "# sfn-tool: ignore c"
        ]
    );
    assert_eq!(&text[found[2].line.clone()], line);
    assert_eq!(
        found.iter().map(|comment| comment.is_alone).collect::<Vec<_>>(),
        [true, false, false]
    );
    // However many marks a comment has, it is one.
    assert_eq!(
        marked(&format!("# {}", "sfn-tool: ignore x ".repeat(3_000)), &[]).len(),
        1
    );
}

#[test]
fn comments_above_one_line_hold_for_it() {
    let lines = "# sfn-tool: ignore x\n".repeat(300);
    let text = format!("StartAt: S\nStates:\n  S:\n{lines}    Type: Succeed\n");
    let found = unused("a.asl.yaml", &text);
    assert_eq!(found.len(), 300);
    assert!(
        found
            .iter()
            .all(|finding| finding.location.as_deref() == Some("/States/S"))
    );
    assert_eq!(
        fixed(&text, &found[7]),
        text.replacen("# sfn-tool: ignore x\n", "", 1)
    );
}
