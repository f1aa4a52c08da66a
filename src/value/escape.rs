//! What stands escaped in a JSON string.

use std::fmt::Write;

/// What stands behind the backslash for each byte; 0 for a byte that stands as it is, `u` for one that is spelt by its
/// number.
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control] = b'u';
        control += 1;
    }
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes[b'\n' as usize] = b'n';
    escapes[b'\r' as usize] = b'r';
    escapes[b'\t' as usize] = b't';
    escapes[0x08] = b'b';
    escapes[0x0c] = b'f';
    escapes
};

/// So many bytes are looked at together; the compiler does that in a few instructions.
const TOGETHER: usize = 32;

/// The place of the first byte that is escaped.
fn first(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(chunk) = bytes.get(start..start + TOGETHER) {
        let escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        if chunk.iter().fold(false, |any, byte| any | escaped(byte)) {
            break;
        }
        start += TOGETHER;
    }
    let rest = bytes.get(start..)?;
    rest.iter()
        .position(|byte| ESCAPES[*byte as usize] != 0)
        .map(|place| start + place)
}

/// Appends the inside of a JSON string. `NESTED`: as it stands when the JSON text is itself put into a string.
pub(super) fn write<const NESTED: bool>(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(place) = first(rest.as_bytes()) {
        let (plain, tail) = rest.split_at(place);
        out.push_str(plain);
        let byte = tail.as_bytes()[0];
        out.push_str(if NESTED { "\\\\" } else { "\\" });
        match ESCAPES[byte as usize] {
            b'u' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "u{byte:04x}");
            }
            escape => {
                if NESTED && matches!(escape, b'"' | b'\\') {
                    out.push('\\');
                }
                out.push(char::from(escape));
            }
        }
        rest = &tail[1..];
    }
    out.push_str(rest);
}

/// How many bytes [`write`] appends for `text`, when it is not nested.
pub(super) fn len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(start) = first(bytes) else {
        return bytes.len();
    };
    let more = bytes[start..].iter().map(|byte| match ESCAPES[*byte as usize] {
        0 => 0,
        b'u' => 5,
        _ => 1,
    });
    bytes.len() + more.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<const NESTED: bool>(text: &str) -> String {
        let mut out = String::new();
        write::<NESTED>(text, &mut out);
        out
    }

    // [RFC 8259, 7]: the two-character escapes, \u for the other control characters, everything else as it is.
    #[test]
    fn escapes_what_json_escapes() {
        for (text, expected) in [
            ("", ""),
            ("plain é \u{7f}", "plain é \u{7f}"),
            ("a\"b\\c/", r#"a\"b\\c/"#),
            ("\n\r\t\u{8}\u{c}", r"\n\r\t\b\f"),
            ("\0\u{1f}x", r"\u0000\u001fx"),
        ] {
            assert_eq!(written::<false>(text), expected);
            assert_eq!(len(text), expected.len());
        }
    }

    // Wherever it stands in a text longer than what is looked at together.
    #[test]
    fn finds_every_place() {
        for place in 0..100 {
            let text = format!("{}\"{}", "é".repeat(place), "y".repeat(100 - place));
            let expected = format!("{}\\\"{}", "é".repeat(place), "y".repeat(100 - place));
            assert_eq!(written::<false>(&text), expected);
            assert_eq!(len(&text), expected.len());
        }
    }

    #[test]
    fn nested_is_escaped_twice() {
        let text = "a\"b\\c\n\u{1}é";
        assert_eq!(written::<true>(text), written::<false>(&written::<false>(text)));
    }
}
