//! Bare placeholders inside flow collections, where YAML reads their braces as its own.

use std::ops::Range;

use super::placeholder;

/// Placeholders that may be whole values inside braces or brackets: those after `:`, `,`, `[` or `{`, outside quotes as
/// far as their own line tells.
pub(super) fn candidates(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains("${") {
            in_line(text, line_start, line.len(), &mut places);
        }
        line_start += line.len();
    }
    places
}

fn in_line(text: &str, start: usize, len: usize, places: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let (mut quote, mut before) = (None, b' ');
    let mut i = start;
    while i < start + len {
        let byte = bytes[i];
        match quote {
            Some(b'"') if byte == b'\\' => i += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            // A quote opens a string only where a value or key begins; elsewhere it is an apostrophe.
            None if matches!(byte, b'"' | b'\'') && begins_value(before) => quote = Some(byte),
            None if byte == b'$' && begins_value(before) => {
                if let Some((end, _)) = placeholder::at(text, i) {
                    places.push(i..end);
                    i = end;
                    before = b'"';
                    continue;
                }
            }
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        i += 1;
    }
}

fn begins_value(before: u8) -> bool {
    matches!(before, b' ' | b':' | b',' | b'[' | b'{')
}
