//! Changes of texts: what increments make is the whole text.

use gen_lsp_types as lsp;
use proptest::prelude::*;

use crate::lsp::documents::Documents;
use crate::lsp::positions::Encoding;

/// The text of a place's line and column, counted without any index: the reference.
fn offset(text: &str, line: u32, column: u32, encoding: Encoding) -> usize {
    let mut start = 0;
    for _ in 0..line {
        let rest = &text[start..];
        let Some(at) = rest.find(['\n', '\r']) else {
            return text.len();
        };
        start += at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
    }
    let mut units = 0;
    for (at, character) in text[start..].char_indices() {
        units += match encoding {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
        };
        if matches!(character, '\n' | '\r') || units > column as usize {
            return start + at;
        }
    }
    text.len()
}

fn edit() -> impl Strategy<Value = (u32, u32, u32, u32, String)> {
    (
        0..6_u32,
        0..9_u32,
        0..3_u32,
        0..9_u32,
        "[a{\"\u{e9}\u{1F600}\u{301}\n\r]{0,5}",
    )
}

proptest! {
    #[test]
    fn increments_make_the_whole_text(
        begin in "[a{}\"\u{e9}\u{1F600}\n\r]{0,40}",
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..4), 0..12),
        utf8 in any::<bool>(),
    ) {
        let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Utf16 };
        let mut documents = Documents::default();
        documents.encoding = encoding;
        let uri = lsp::Uri::from("untitled:x".to_owned());
        documents.open(lsp::TextDocumentItem::new(uri.clone(), "json".into(), 0, begin.clone()));
        let mut expected = begin;
        for (version, edits) in (1..).zip(edits) {
            let mut changes = Vec::new();
            for (line, column, more_lines, end_column, text) in edits {
                let (from, to) = ((line, column), (line + more_lines, end_column));
                let (from, to) = (from.min(to), from.max(to));
                let range = lsp::Range::new(lsp::Position::new(from.0, from.1), lsp::Position::new(to.0, to.1));
                let start = offset(&expected, from.0, from.1, encoding);
                let end = offset(&expected, to.0, to.1, encoding);
                expected.replace_range(start..end.max(start), &text);
                let part = lsp::TextDocumentContentChangePartial { range, text, ..Default::default() };
                changes.push(lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part));
            }
            prop_assert!(documents.change(&uri, version, changes));
            prop_assert_eq!(documents.get(&uri).map(|text| text.file.text()), Some(&*expected));
        }
    }
}
