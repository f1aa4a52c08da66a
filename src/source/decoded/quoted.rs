//! Strings of one flow: JSON's, and YAML's plain, single-quoted and double-quoted scalars.

use std::ops::Range;

use super::Decoder;

/// The inside of a JSON string; `None` when an escape is broken.
pub(super) fn json(source: &str, inside: Range<usize>, decoder: &mut Decoder) -> Option<()> {
    let mut at = inside.start;
    while at < inside.end {
        let rest = &source[at..inside.end];
        let plain = rest.find('\\').unwrap_or(rest.len());
        decoder.verbatim(source, at..at + plain);
        at += plain;
        if at < inside.end {
            let (c, len) = escape(&source[at..inside.end], json_letter)?;
            decoder.unit(c.encode_utf8(&mut [0; 4]), at..at + len);
            at += len;
        }
    }
    Some(())
}

/// The inside of a double-quoted YAML scalar; `None` when an escape is broken.
pub(super) fn double(source: &str, inside: Range<usize>, decoder: &mut Decoder) -> Option<()> {
    let mut at = inside.start;
    while at < inside.end {
        let rest = &source[at..inside.end];
        let plain = rest.find(['\\', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        decoder.verbatim(source, at..at + plain);
        at += plain;
        let rest = &source[at..inside.end];
        if rest.is_empty() {
            break;
        }
        if let Some(escaped) = rest.strip_prefix('\\') {
            if escaped.starts_with(['\n', '\r']) {
                // An escaped line break is nothing; empty lines after it are line breaks.
                let blank = blank(escaped);
                let breaks = breaks(&escaped[..blank]) - 1;
                decoder.unit(&"\n".repeat(breaks), at..at + 1 + blank);
                at += 1 + blank;
            } else {
                let (c, len) = escape(rest, yaml_letter)?;
                decoder.unit(c.encode_utf8(&mut [0; 4]), at..at + len);
                at += len;
            }
        } else {
            at = white(source, at, inside.end, decoder);
        }
    }
    Some(())
}

/// The inside of a single-quoted YAML scalar.
pub(super) fn single(source: &str, inside: Range<usize>, decoder: &mut Decoder) {
    let mut at = inside.start;
    while at < inside.end {
        let rest = &source[at..inside.end];
        let plain = rest.find(['\'', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        decoder.verbatim(source, at..at + plain);
        at += plain;
        if source[at..inside.end].starts_with('\'') {
            decoder.unit("'", at..(at + 2).min(inside.end));
            at += 2;
        } else if at < inside.end {
            at = white(source, at, inside.end, decoder);
        }
    }
}

/// A plain YAML scalar.
pub(super) fn plain(source: &str, token: Range<usize>, decoder: &mut Decoder) {
    let mut at = token.start;
    while at < token.end {
        let rest = &source[at..token.end];
        let plain = rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
        decoder.verbatim(source, at..at + plain);
        at += plain;
        if at < token.end {
            at = white(source, at, token.end, decoder);
        }
    }
}

/// White space at `at`: taken over on a line, folded around line breaks (one is a space, each further one a line break).
/// Gives where it ends.
fn white(source: &str, at: usize, end: usize, decoder: &mut Decoder) -> usize {
    let run = at..at + blank(&source[at..end]);
    match breaks(&source[run.clone()]) {
        0 => decoder.verbatim(source, run.clone()),
        1 => decoder.unit(" ", run.clone()),
        n => decoder.unit(&"\n".repeat(n - 1), run.clone()),
    }
    run.end
}

/// The length of the white space that `text` begins with.
fn blank(text: &str) -> usize {
    text.find(|c| !matches!(c, ' ' | '\t' | '\n' | '\r'))
        .unwrap_or(text.len())
}

/// How many line breaks there are, `\r\n` being one.
fn breaks(text: &str) -> usize {
    let lone = text.bytes().filter(|b| *b == b'\r').count() - text.matches("\r\n").count();
    lone + text.matches('\n').count()
}

/// The character that the escape at the start of `text` stands for, and the escape's length.
fn escape(text: &str, letter: fn(char) -> Option<char>) -> Option<(char, usize)> {
    let mut chars = text.chars();
    chars.next();
    let kind = chars.next()?;
    let digits = match kind {
        'u' => 4,
        'x' if letter('x').is_some() => 2,
        'U' if letter('U').is_some() => 8,
        _ => return Some((letter(kind)?, 1 + kind.len_utf8())),
    };
    let code = hex(text, 2, digits)?;
    if !(0xD800..0xDC00).contains(&code) {
        return Some((char::from_u32(code)?, 2 + digits));
    }
    // The second half of a surrogate pair.
    let low = text
        .get(6..8)
        .filter(|s| *s == "\\u")
        .and_then(|_| hex(text, 8, 4))?;
    let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((code - 0xD800) << 10) + low)?, 12))
}

fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    u32::from_str_radix(text.get(at..at + digits)?, 16).ok()
}

fn json_letter(letter: char) -> Option<char> {
    Some(match letter {
        '"' | '\\' | '/' => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => return None,
    })
}

/// YAML 1.2, section 5.7; `x` and `U` say that they take digits.
fn yaml_letter(letter: char) -> Option<char> {
    Some(match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'v' => '\u{b}',
        'e' => '\u{1b}',
        ' ' | '\t' | 'x' | 'U' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return json_letter(letter),
    })
}
