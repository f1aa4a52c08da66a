//! Broken text: one finding, at the cause, that says what to do.

use super::*;

/// Asserts that `text` has one finding with `words` in its message or help, at the part in «guillemets».
fn one_finding(name: &str, text: &str, words: &str) {
    let (before, rest) = text.split_once('\u{ab}').unwrap();
    let (inside, after) = rest.split_once('\u{bb}').unwrap();
    let text = format!("{before}{inside}{after}");
    let parsed = read_as(name, &text);
    assert!(parsed.document.is_none(), "{text}");
    let [finding] = parsed.findings.as_slice() else {
        panic!("{text}: {:?}", parsed.findings);
    };
    let place = before.len()..before.len() + inside.len();
    assert_eq!(
        finding.span.range(),
        place,
        "{text}: {finding:?} marks {:?}",
        marked(&text, finding)
    );
    let beside = [&finding.label, &finding.help].map(|words| words.as_deref().unwrap_or(""));
    let all = format!("{} {}", finding.message, beside.join(" "));
    assert!(all.contains(words), "{text}: {all}");
    assert_eq!(finding.severity, crate::diagnostics::Severity::Error);
}

#[test]
fn json_mistakes_are_told_at_their_cause() {
    for (text, words) in [
        ("\u{ab}\u{bb}", "empty"),
        ("\u{ab}\u{bb} \n", "empty"),
        ("{\"a\": 1\u{ab},\u{bb}\n}", "trailing comma"),
        ("{\"a\": [1\u{ab},\u{bb} ]}", "trailing comma"),
        ("{\"a\": 1\u{ab},\u{bb} }", "trailing comma"),
        ("{\"a\": \u{ab}1\u{bb}\n \"b\": 2}", "comma is missing"),
        ("{\"a\": [\u{ab}1\u{bb} 2]}", "comma is missing"),
        ("{\"a\": \"x\"\u{ab}:\u{bb} 1}", "Unexpected `:`"),
        ("{\u{ab}'a'\u{bb}: 1}", "double quotes"),
        ("{\u{ab}a\u{bb}: 1}", "key in double quotes"),
        ("{\"a\": \u{ab}True\u{bb}}", "Write true"),
        ("{\"a\": \u{ab}yes\u{bb}}", "double quotes"),
        ("{\"a\": 1, \u{ab}// why\u{bb}\n \"b\": 2}", "comments"),
        ("{\"a\": 1, \u{ab}/* why\u{bb}\n */ \"b\": 2}", "comments"),
        ("\u{ab}#!/bin\u{bb}\n{}", "comments"),
        ("{\"a\": {\"b\": \u{ab}1\u{bb}", "`}` is missing"),
        ("{\"a\": [1, 2\u{ab}}\u{bb}", "Close it with `]`"),
        ("{}\u{ab}}\u{bb}", "closes nothing"),
        ("{} \u{ab}{\u{bb}}", "a text holds one"),
        ("{\u{ab}\"a\"\u{bb} 1}", "colon and a value"),
        ("{\"a\"\u{ab}:\u{bb} }", "value is missing"),
        ("{\u{ab}1\u{bb}: 2}", "A key is a string"),
        ("{\u{ab},\u{bb} \"a\": 2}", "nothing before it"),
        ("{\"a\": \u{ab}\"x,\u{bb}\n \"b\": 2}", "not closed"),
        ("{\"a\": \u{ab}\"x}\u{bb}", "not closed"),
        ("{\"a\": \u{ab}\"x,\u{bb}\n \"b\": \"\\d\"}", "not closed"),
        ("{\"a\": \"x\u{ab}\\d\u{bb}\"}", "not a JSON escape"),
        ("{\"a\": \"x\u{ab}\t\u{bb}\"}", "Write \\t"),
        ("{\"a\": \"\u{ab}\0\u{bb}\"}", "Write \\u0000"),
        ("{\"a\": \u{ab}\0\u{bb}}", "NUL"),
        ("{\"a\": \u{ab}01\u{bb}}", "zero"),
        ("{\"a\": \u{ab}+1\u{bb}}", "not a JSON number"),
        ("{\"a\": \u{ab}.5\u{bb}}", "not a JSON number"),
        ("{\"a\": \u{ab}0x1F\u{bb}}", "not a JSON number"),
        ("{\"a\": \u{ab}1.\u{bb}}", "not a JSON number"),
        ("{\"a\": \u{ab}-\u{bb}}", "not a JSON number"),
        ("{\"a\": \u{ab}1e999\u{bb}}", "too large"),
        ("{\"a\":\u{ab}\u{a0}\u{bb}1}", "white space"),
        ("{\"a\": \u{ab}$\u{bb}{b\n}", "placeholder"),
    ] {
        one_finding("x.json", text, words);
    }
}

/// AWS's parser reads one value [Jackson].
#[test]
fn what_stands_behind_a_definition_is_ignored() {
    for (behind, shown) in [("}", "}"), (" {}", "{"), ("\nx", "x"), (" // why", "// why")] {
        let text = format!("{{\"StartAt\": \"A\", \"States\": {{}}}}{behind}");
        let parsed = read_as("x.json", &text);
        let [finding] = &parsed.findings[..] else {
            panic!("{text}: {:?}", parsed.findings);
        };
        assert_eq!(finding.severity, crate::diagnostics::Severity::Warning, "{text}");
        assert_eq!(marked(&text, finding), shown, "{text}");
        assert!(parsed.document.is_some(), "{text}");
    }
}

#[test]
fn half_a_surrogate_pair_is_no_character() {
    for text in [
        r#"{"a": "\ud83d"}"#,
        r#"{"a": "\ude00x"}"#,
        r#"{"a": "\ud83d\u0041"}"#,
    ] {
        let parsed = read_as("x.json", text);
        assert!(
            parsed.findings[0].message.contains("surrogate"),
            "{:?}",
            parsed.findings
        );
        assert!(marked(text, &parsed.findings[0]).starts_with('\\'));
    }
    assert_eq!(json_of("x.json", r#"["\ud83d\ude00"]"#), "[\"\u{1f600}\"]");
}

#[test]
fn yaml_mistakes_are_told_at_their_cause() {
    for (text, words) in [
        ("\u{ab}\u{bb}", "empty"),
        ("\u{ab}\u{bb}# nothing\n", "empty"),
        ("a: 1\n\u{ab}---\u{bb}\nb: 2\n", "one YAML document"),
        ("a: \u{ab}*nope\u{bb}\n", "No anchor"),
        ("a: &x\n  b: \u{ab}*x\u{bb}\n", "inside the value"),
        ("a: \u{ab}\"open\u{bb}\nb: 2\n", "never closed"),
        ("a: b\u{ab}:\u{bb} c\n", "colon"),
        ("Output: {\u{ab}%\u{bb} $x %}\n", "JSONata"),
        ("a: \u{ab}@\u{bb}x\n", "quotes"),
        ("? \u{ab}[\u{bb}a]\n: 1\n", "A key is a text"),
        ("a: [1, 2\n", ""),
        ("a: {<<: 1}", ""),
    ] {
        if text.contains('\u{ab}') {
            one_finding("x.yaml", text, words);
        } else {
            assert_eq!(read_as("x.yaml", text).findings.len(), 1, "{text}");
        }
    }
}

/// Where the cause is, and not where the parser noticed it.
#[test]
fn yaml_mistakes_are_marked_at_their_cause() {
    for (text, words, marked) in [
        ("a:\n  b: x\n\tc: 1\n", "this is a tab", "\t"),
        ("a:\n  b: x\n  \tc: 1\n", "this is a tab", "\t"),
        ("a:\n\tb: 1\n", "this is a tab", "\t"),
        ("a:\n  - b: [x\n    c: 2\n", "This `[` is never closed", "["),
        ("a:\n  - b: {x: 1\n    c: 2\n", "is never closed", "{"),
        (
            "a: \"x\nb: 1\nc: \"y\"\nd: 2\n",
            "This quote is never closed",
            "\"x",
        ),
    ] {
        let findings = read_as("x.yaml", text).findings;
        let finding = &findings[0];
        assert!(finding.message.contains(words), "{text}: {finding:?}");
        assert_eq!(&text[finding.span.range()], marked, "{text}: {finding:?}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_refused_at_the_bracket() {
    let deep = limits::MAX_NESTING;
    for (name, open, close) in [
        ("x.json", "[", "]"),
        ("x.yaml", "[", "]"),
        ("x.json", "{\"a\":", "}"),
    ] {
        let inner = if open == "[" { "" } else { "1" };
        let at = |n: usize| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
        assert_eq!(
            value_with(name, &at(deep), &Substitutions::default()).findings,
            [],
            "{name}"
        );
        for n in [deep + 1, 100_000] {
            let parsed = value_with(name, &at(n), &Substitutions::default());
            assert_eq!(parsed.findings[0].code, "TOO_DEEPLY_NESTED", "{name}");
            assert_eq!(
                parsed.findings[0].span,
                Span::new(deep * open.len(), deep * open.len() + 1)
            );
        }
    }
    let block: String = (0..400).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert_eq!(read_as("x.yaml", &block).findings[0].code, "TOO_DEEPLY_NESTED");
}

#[test]
fn alias_bombs_are_refused() {
    // Nine levels of nine aliases each: 9^9 values.
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for i in 1..9 {
        let alias = format!("*a{},", i - 1).repeat(9);
        text.push_str(&format!("a{i}: &a{i} [{alias}]\n"));
    }
    let parsed = read_as("x.yaml", &text);
    assert!(parsed.document.is_none());
    assert!(
        parsed.findings[0].message.contains("more than"),
        "{:?}",
        parsed.findings
    );
    // And of depth: each alias puts the last one into another list.
    let mut text = "a0: &a0 [x]\n".to_owned();
    for i in 1..400 {
        text.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
    }
    assert_eq!(read_as("x.yaml", &text).findings[0].code, "TOO_DEEPLY_NESTED");
}
