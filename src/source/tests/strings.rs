//! From decoded strings back to the text.

use proptest::prelude::*;

use super::*;
use crate::value::Value;

/// The source of the part of the string under key `a` that is `part`.
fn source_of(name: &str, text: &str, part: &str) -> String {
    let document = read_as(name, text).document.unwrap();
    let node = document.root().get("a").unwrap();
    let decoded = node.as_str().unwrap();
    let start = decoded.find(part).unwrap();
    text[node.span_in_source(start..start + part.len()).range()].to_owned()
}

#[test]
fn a_part_that_cuts_a_character_has_all_of_it() {
    let text = "{\"a\": \"x\u{1f600}y\"}";
    let document = read_as("x.json", text).document.unwrap();
    let node = document.root().get("a").unwrap();
    for part in [1..2, 2..5, 4..5, 2..2] {
        assert_eq!(&text[node.span_in_source(part).range()], "\u{1f600}");
    }
}

#[test]
fn parts_of_strings_are_found_in_every_style() {
    for (name, text, part, raw) in [
        (
            "x.json",
            r#"{"a": "xy\n\u00e9\ud83d\ude00 z"}"#,
            "\u{1f600}",
            r"\ud83d\ude00",
        ),
        (
            "x.json",
            r#"{"a": "xy\n\u00e9\ud83d\ude00 z"}"#,
            "\u{e9}\u{1f600} z",
            r"\u00e9\ud83d\ude00 z",
        ),
        ("x.json", r#"{"a": "plain"}"#, "lai", "lai"),
        ("x.yaml", "a: plain\n  words \n\n  more\n", "s\nm", "s \n\n  m"),
        ("x.yaml", "a: 'it''s\n  so'\n", "t's s", "t''s\n  s"),
        (
            "x.yaml",
            "a: \"x\\ty \\\n   z\\x41\"\n",
            "\ty zA",
            "\\ty \\\n   z\\x41",
        ),
        (
            "x.yaml",
            "a: |\n  one\n    two\n\n  three\n",
            "  two\n\nthr",
            "  two\n\n  thr",
        ),
        (
            "x.yaml",
            "b:\n  - 1\na: >-\n\n    one\n    two\n\n      deep\n    end\n",
            "two\n\n  deep\nend",
            "two\n\n      deep\n    end",
        ),
        (
            "x.yaml",
            "a: &x !!str |2+ # c | d\n    lead\n  x\n\n",
            "lead\nx",
            "lead\n  x",
        ),
        ("x.yaml", "a: |\r\n  one\r\n  two\r\n", "e\ntw", "e\r\n  tw"),
    ] {
        assert_eq!(source_of(name, text, part), raw, "{text}");
    }
}

#[test]
fn offsets_point_at_the_character_itself() {
    let text = r#"{"a": "\"{% $x %}"}"#;
    let document = read_as("x.json", text).document.unwrap();
    let node = document.root().get("a").unwrap();
    assert_eq!(node.span_in_source(0..0).start as usize, text.find('\\').unwrap());
    assert_eq!(node.span_in_source(4..4).start as usize, text.find('$').unwrap());
    assert_eq!(node.span_in_source(4..4), Span::at(text.find('$').unwrap()));
    // What no text spells out is the token.
    let text = "b: &b xyz\na: *b\n";
    let document = read_as("x.yaml", text).document.unwrap();
    let node = document.root().get("a").unwrap();
    assert_eq!(&text[node.span_in_source(1..2).range()], "*b");
}

fn text_of_any_kind() -> impl Strategy<Value = String> {
    proptest::string::string_regex("([ -~\u{e9}\u{1f600}]|\\n|\\t|  |\\\\|\"|'){0,40}").unwrap()
}

/// The text as a JSON string with some characters escaped that need not be.
fn escaped(text: &str, every: usize) -> String {
    let mut out = String::from("\"");
    for (i, c) in text.chars().enumerate() {
        if i % every == 0 {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            let json = Value::string(c.to_string()).to_json();
            out.push_str(&json[1..json.len() - 1]);
        }
    }
    out + "\""
}

proptest! {
    #[test]
    fn each_character_stands_where_its_source_decodes_to_it(text in text_of_any_kind(), every in 1_usize..5, name in 0..2_usize) {
        // A JSON string is a double-quoted scalar of YAML, too.
        let source = format!("{{\"a\": {}}}", escaped(&text, every));
        let parsed = read_as(["x.json", "x.yaml"][name], &source);
        prop_assert_eq!(&parsed.findings, &[]);
        let document = parsed.document.unwrap();
        let node = document.root().get("a").unwrap();
        prop_assert_eq!(node.as_str(), Some(text.as_str()));
        for (i, c) in text.char_indices() {
            let raw = &source[node.span_in_source(i..i + c.len_utf8()).range()];
            let decoded: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            prop_assert_eq!(decoded, c.to_string());
        }
    }

    #[test]
    fn each_character_of_a_block_scalar_is_found(
        lines in proptest::collection::vec("( {0,3}[a-z\u{e9}:#'\"]{0,6}){0,3}", 1..8),
        style in 0..6_usize,
        indent in 1..5_usize,
    ) {
        let header = ["|", "|-", "|+", ">", ">-", ">+"][style];
        let body: String = lines.iter().map(|l| format!("{}{l}\n", " ".repeat(indent))).collect();
        let source = format!("b: 1\na: {header}\n{body}c: 2\n");
        let parsed = read_as("x.yaml", &source);
        let Some(document) = parsed.document else { return Ok(()); };
        let Some(node) = document.root().get("a") else { return Ok(()); };
        let text = node.as_str().unwrap();
        for (i, c) in text.char_indices() {
            let raw = &source[node.span_in_source(i..i + c.len_utf8()).range()];
            // Letters are themselves; a line break or a folded space is some white space.
            if c.is_whitespace() {
                prop_assert!(raw.trim().is_empty(), "{:?} for {:?} in {:?}", raw, c, source);
            } else {
                prop_assert_eq!(raw, c.to_string(), "{:?}", source);
            }
        }
    }

    #[test]
    fn each_character_of_a_flow_scalar_is_found(words in proptest::collection::vec("[a-z\u{e9}]{1,5}", 1..6), breaks in proptest::collection::vec("( |  |\n|\n\n| \n \n\n)", 6), single: bool) {
        let mut body = String::new();
        for (i, word) in words.iter().enumerate() {
            body.push_str(word);
            if i + 1 < words.len() {
                body.push_str(&breaks[i]);
                body.push_str("  ");
            }
        }
        let quote = if single { "'" } else { "" };
        let source = format!("a: {quote}{body}{quote}\nc: 2\n");
        let document = read_as("x.yaml", &source).document.unwrap();
        let node = document.root().get("a").unwrap();
        let text = node.as_str().unwrap_or("");
        for (i, c) in text.char_indices() {
            let raw = &source[node.span_in_source(i..i + c.len_utf8()).range()];
            prop_assert!(raw == c.to_string() || (c.is_whitespace() && raw.trim().is_empty()), "{:?} for {:?} in {:?}", raw, c, source);
        }
    }
}
