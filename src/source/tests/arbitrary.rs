//! Whatever the bytes: no panic, and places that are places of the text.

use proptest::prelude::*;

use super::*;

const JSON: &str = r#"{"Comment": "caf\u00e9 \"q\"", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${wait},
 "Next": "B"}, "B": {"Type": "Pass", "Result": [1, -2.5e3, true, null, {"x": []}], "End": true}}}"#;

const YAML: &str = "Comment: &c |\n  text\n   more\nStartAt: 'A'\nStates:\n  A: &a\n    Type: Wait\n    Seconds: ${wait}\n    Next: B\n  \
                    B:\n    <<: *a\n    Type: Pass\n    Result: [1, {x: ${y}}, !Ref Z, \"a\\n\\x41\"]\n    End: true # last\n  C: *c\n";

/// Every place that is said lies in the text, on the boundaries of characters, and scalars spell their values.
fn check(name: &str, text: &str) {
    let parsed = value_with(name, text, &Substitutions::default());
    check_mended(name, text, &parsed);
    let fine = |span: Span| text.get(span.range()).is_some();
    for finding in &parsed.findings {
        assert!(fine(finding.span), "{finding:?}");
        assert!(
            finding.related.iter().all(|related| fine(related.span)),
            "{finding:?}"
        );
        assert!(!marked(text, finding).contains('\n'), "{finding:?}");
    }
    let Some(document) = parsed.document else {
        assert!(
            !parsed.findings.is_empty(),
            "no document, and nobody knows why: {text:?}"
        );
        return;
    };
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        assert!(fine(node.span()) && fine(node.token_span()), "{node:?}");
        for member in node.members() {
            assert!(fine(member.key_span), "{member:?}");
            open.push(document.node(member.value));
        }
        open.extend(node.items());
        if let Some(string) = node.as_str() {
            for offset in 0..=string.len() + 1 {
                let start = node.span_in_source(offset..offset).start as usize;
                assert!(text.is_char_boundary(start) || !string.is_char_boundary(offset));
            }
        }
        let token = &text[node.span().range()];
        let scalar =
            !node.is_array() && !node.is_object() && !matches!(node.kind(), NodeKind::Placeholder(_));
        if name.ends_with("json") && scalar {
            let again = value_with("x.json", token, &Substitutions::default())
                .document
                .unwrap();
            assert_eq!(again.root().to_value(), node.to_value(), "{token}");
        }
    }
}

/// What is said of a text that is whole is the same when it may be broken, and a tree that was mended lies in the text.
fn check_mended(name: &str, text: &str, strict: &Parsed) {
    let options = ParseOptions {
        any_value: true,
        mend: true,
        ..ParseOptions::default()
    };
    let mended = parse_with(Arc::new(SourceFile::new(name, text)), &options);
    if let Some(document) = &strict.document {
        assert_eq!(mended.findings, strict.findings);
        let tree = mended.document.expect("a tree");
        assert!(!tree.is_mended());
        assert_eq!(
            format!("{:?}", tree.root().to_value()),
            format!("{:?}", document.root().to_value())
        );
        return;
    }
    assert!(!mended.findings.is_empty(), "{text:?}");
    for finding in &mended.findings {
        assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
    }
    for node in mended.document.iter().flat_map(Document::all) {
        let spans = [node.span(), node.key_span(), node.token_span()];
        assert!(
            spans.iter().all(|span| text.get(span.range()).is_some()),
            "{node:?} of {text:?}"
        );
        let holder = node.parent().map_or(node.span(), NodeRef::span);
        let inside = holder.contains(node.span()) || name.ends_with("yaml");
        assert!(inside, "{node:?} in {holder:?} of {text:?}");
    }
}

fn mutated(base: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "'",
            "\\",
            "\n",
            " ",
            "\t",
            "${",
            "${x}",
            "&c",
            "*a",
            "|",
            ">-",
            "- ",
            "# ",
            "!Sub ",
            "<<: ",
            "\r\n",
            "\u{feff}",
            "\u{2028}",
            "\u{1f600}",
            "\\ud800",
            "\0",
            "---\n",
            "? ",
            "%",
            "0",
            "e9",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec((any::<proptest::sample::Index>(), 0..6_usize, piece), 1..6).prop_map(
        move |edits| {
            let mut chars: Vec<char> = base.chars().collect();
            for (at, removed, inserted) in edits {
                let at = at.index(chars.len() + 1);
                let end = (at + removed).min(chars.len());
                chars.splice(at..end, inserted.chars());
            }
            chars.into_iter().collect()
        },
    )
}

#[test]
fn the_unchanged_texts_are_fine() {
    for (name, text) in [("x.json", JSON), ("x.yaml", YAML)] {
        assert_eq!(value_with(name, text, &Substitutions::default()).findings, []);
        check(name, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text(text in any::<String>()) {
        check("x.json", &text);
        check("x.yaml", &text);
    }

    #[test]
    fn mutated_json(text in mutated(JSON)) {
        check("x.json", &text);
        check("x.yaml", &text);
    }

    #[test]
    fn mutated_yaml(text in mutated(YAML)) {
        check("x.yaml", &text);
    }
}
