//! Text of users on a terminal: characters that steer what is shown are spelt out as JSON spells them.
//!
//! A state's name, an error's cause or a file's name may come from a stranger. An escape sequence in it must not clear
//! the screen, a line break must not begin a line that a pipeline reads as a command, and a control of direction must
//! not change the order in which the rest is read.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character steers the text around it: control characters (C0, DEL, C1), line and paragraph separators, and
/// the controls of direction of Unicode's bidirectional algorithm.
pub fn is_steering(c: char) -> bool {
    c.is_control() || is_separator(c) || is_bidi(c)
}

/// Whether a character is spelt out in text for people: what steers, and what hides.
pub fn is_spelt_out(c: char) -> bool {
    is_steering(c) || is_hidden(c)
}

/// Whether a character is shown as nothing and no word is written with it: two names that look the same are not, and tags
/// carry whole sentences that only programs read. The joiners U+200C and U+200D are none of them: emoji and words of
/// Persian and of Indian languages are written with them.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character is shown as nothing, and changes what stands around it: marks of direction, joiners, tags.
pub fn is_format_character(c: char) -> bool {
    is_hidden(c) || is_separator(c) || is_bidi(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// [Unicode Standard Annex 9, 2: the explicit directional formatting characters and the implicit marks]
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends a character as JSON escapes it: `\n`, `\u001b`.
pub fn escape(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

/// `text` on one line, with every character that steers or hides spelt out.
pub fn visible(text: &str) -> Cow<'_, str> {
    spelt(text, is_spelt_out)
}

/// As [`visible`], but line feeds stay: for texts of our own over several lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    spelt(text, |c| c != '\n' && is_spelt_out(c))
}

fn spelt(text: &str, is_spelt: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&is_spelt) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_spelt(c) {
            escape(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_leaves_out_what_is_spelt_out_and_the_joiners() {
        let all = '\0'..=char::MAX;
        let left_out: Vec<char> = all
            .filter(|c| is_format_character(*c) != (is_spelt_out(*c) && !c.is_control()))
            .collect();
        assert_eq!(left_out, ['\u{200c}', '\u{200d}']);
    }

    #[test]
    fn what_steers_is_spelt_out() {
        for (text, expected) in [
            ("plain é 名", "plain é 名"),
            ("\u{1b}[31mA\n::error::x", "\\u001b[31mA\\n::error::x"),
            ("a\tb\rc", "a\\tb\\rc"),
            ("\u{7f}\u{9b}31m", "\\u007f\\u009b31m"),
            ("a\u{202e}b\u{2066}c\u{61c}", "a\\u202eb\\u2066c\\u061c"),
            ("a\u{2028}b", "a\\u2028b"),
            // What is shown as nothing: a space, a hyphen, a byte-order mark, a tag.
            ("a\u{200b}b\u{ad}c\u{feff}", "a\\u200bb\\u00adc\\ufeff"),
            ("a\u{e0041}", "a\\udb40\\udc41"),
            // What joins an emoji, or parts a Persian word, is neither.
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(visible(text), expected);
        }
        assert_eq!(visible_lines("a\n\u{1b}b"), "a\n\\u001bb");
    }
}
