//! Texts that are not done: cut anywhere, and changed at random, every request has an answer that is no mistake of ours.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::lsp::handlers::METHODS;

/// The code of a mistake of ours.
const INTERNAL: i32 = -32603;

/// Asks all there is to ask at a place of a text.
pub(super) fn ask_all(talk: &mut Talk, uri: &str, line: u32, character: u32) {
    let at = place(line, character);
    for method in METHODS {
        let params = json!({
            "textDocument": {"uri": uri}, "uri": uri, "position": at, "positions": [at],
            "range": {"start": place(0, 0), "end": at},
            "context": {"includeDeclaration": true, "diagnostics": []},
            "query": "", "command": "none", "newName": "N", "options": {"tabSize": 2, "insertSpaces": true},
        });
        if let Err((code, words)) = talk.request(method, params) {
            assert_ne!(code, INTERNAL, "{method} at {line}:{character}: {words}");
        }
    }
}

/// The place of a byte.
fn place_of(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count();
    let column = before[start..].encode_utf16().count();
    (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
}

/// The last character has several bytes, and no quotation mark follows it.
#[test]
fn every_request_is_answered_in_a_string_that_is_not_closed() {
    let mut talk = Talk::begin();
    for (name, text) in [
        ("a.asl.json", "{\"\u{253}"),
        ("b.asl.json", "{\"StartAt\": \"\u{1f600}"),
        (
            "c.asl.json",
            "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Result\": \"x\\n\u{e9}",
        ),
        ("d.asl.yaml", "StartAt: \"\u{20ac}"),
        ("e.asl.yaml", "StartAt: A\nStates:\n  A:\n    Comment: '\u{e9}"),
    ] {
        let uri = format!("file:///nowhere/{name}");
        talk.open(&uri, "asl", text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let (line, character) = place_of(text, offset);
            ask_all(&mut talk, &uri, line, character);
        }
    }
}

#[test]
fn every_request_is_answered_at_the_end_of_every_prefix() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut talk = Talk::begin();
    for name in [
        "workflows/order/definition.asl.json",
        "templates/sam.yaml",
        "terraform/main.tf",
    ] {
        let Ok(text) = fs::read_to_string(root.join(name)) else {
            panic!("{name}");
        };
        let uri = format!("file:///nowhere/{}", name.rsplit('/').next().unwrap());
        talk.open(&uri, "json", "");
        let step = text.len() / 12;
        for (version, (end, _)) in (2..).zip(text.char_indices().step_by(step.max(1))) {
            talk.change(&uri, version, json!([{"text": &text[..end]}]));
            let (line, character) = place_of(&text, end);
            ask_all(&mut talk, &uri, line, character);
        }
        assert!(
            !talk
                .words
                .iter()
                .any(|words| words.contains("cannot be looked at")),
            "{name}"
        );
    }
}

const YAML: &str = "StartAt: A\nQueryLanguage: JSONata\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n    \
                    Arguments: {QueueUrl: \"{% $states.input.q %}\", MessageBody: x}\n    Next: B\n  B:\n    Type: Succeed\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_text_changed_at_random_has_answers(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..9_usize, "[a{}\\[\\]\",:%$.\n \u{1F600}-]{0,6}"), 1..5),
        yaml in any::<bool>(),
        is_of_windows in any::<bool>(),
    ) {
        let mut text = match yaml {
            true => YAML.to_owned(),
            false => fs::read_to_string("fixtures/workflows/order/definition.asl.json").unwrap(),
        };
        if is_of_windows {
            text = text.replace('\n', "\r\n");
        }
        let uri = if yaml { "file:///nowhere/x.asl.yaml" } else { "file:///nowhere/x.asl.json" };
        let mut talk = Talk::begin();
        talk.open(uri, "json", &text);
        for (version, (at, removed, inserted)) in (2..).zip(edits) {
            // No client names a place inside of a line end.
            let is_inside = |at: &usize| text[..*at].ends_with('\r') && text[*at..].starts_with('\n');
            let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let places: Vec<usize> = places.filter(|at| !is_inside(at)).collect();
            let first = at.index(places.len());
            let start = places[first];
            let end = places[(first + removed).min(places.len() - 1)];
            let (from, to) = (place_of(&text, start), place_of(&text, end));
            let range = json!({"start": place(from.0, from.1), "end": place(to.0, to.1)});
            talk.change(uri, version, json!([{"range": range, "text": inserted}]));
            text.replace_range(start..end, &inserted);
            let (line, character) = place_of(&text, start + inserted.len());
            ask_all(&mut talk, uri, line, character);
        }
        // It is the text that it would be if it had been opened so.
        let whole = uri.replace("/x.", "/y.");
        talk.open(&whole, "json", &text);
        for method in ["documentSymbol", "foldingRange", "semanticTokens/full"] {
            let method = format!("textDocument/{method}");
            let mut of = |uri: &str| talk.request(&method, json!({"textDocument": {"uri": uri}})).unwrap();
            let (changed, opened) = (of(uri), of(&whole));
            prop_assert_eq!(changed.to_string().replace("/x.", "/y."), opened.to_string(), "{}", method);
        }
        let opened = json!(talk.diagnostics(&whole)).to_string();
        let changed = json!(talk.diagnostics(uri)).to_string();
        prop_assert_eq!(changed.replace("/x.", "/y."), opened);
        prop_assert!(!talk.words.iter().any(|words| words.contains("cannot be looked at")));
        prop_assert_eq!(talk.end(), Ended::Orderly);
    }
}
