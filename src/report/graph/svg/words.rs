//! How much room words take, and where their lines break. No font is at hand, and readers have different ones: these are
//! the widths of a wide one.

/// Heights of a line of text, in pixels.
pub(super) const NAME_LINE: f64 = 16.0;
pub(super) const LINE: f64 = 14.0;

/// The two kinds of letters in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Large and bold: the name of a state.
    Name,
    /// All else.
    Small,
}

impl Words {
    /// Those of a class of the picture's style.
    pub(super) fn of(class: &str) -> Words {
        if class == "name" {
            Words::Name
        } else {
            Words::Small
        }
    }

    /// How high a line is.
    pub(super) fn line(self) -> f64 {
        match self {
            Words::Name => NAME_LINE,
            Words::Small => LINE,
        }
    }

    /// How far below the top of its line the letters stand.
    pub(super) fn base(self) -> f64 {
        match self {
            Words::Name => 12.5,
            Words::Small => 10.5,
        }
    }
}

/// About how wide a text is.
pub(super) fn width(text: &str, words: Words) -> f64 {
    let total: f64 = text.chars().map(letter).sum();
    match words {
        Words::Name => total * 1.44,
        Words::Small => total * 1.08,
    }
}

fn letter(c: char) -> f64 {
    match c {
        'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | ' ' | 'f'
        | 't' | 'r' => 3.9,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 9.4,
        'A'..='Z' | '_' | '=' | '<' | '>' | '+' | '~' | '\u{21bb}' | '\u{2026}' => 7.7,
        c if (c as u32) < 0x2e80 => 6.2,
        // The scripts of East Asia, emoji.
        _ => 11.5,
    }
}

/// A text in at most `most` lines, each no wider than `room`: broken at spaces, else behind a sign or before a capital
/// letter, else anywhere; what finds no room is an ellipsis.
pub(super) fn wrapped(text: &str, words: Words, room: f64, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = fitting(rest, words, room);
        if end == rest.len() {
            lines.push(rest.to_owned());
            break;
        }
        if lines.len() + 1 == most {
            let end = fitting(rest, words, room - width("\u{2026}", words));
            lines.push(format!("{}\u{2026}", rest[..end].trim_end()));
            break;
        }
        let end = breaking(rest, end);
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

/// How many bytes of a text fit, one character at least.
fn fitting(text: &str, words: Words, room: f64) -> usize {
    let mut used = 0.0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += width(c.encode_utf8(&mut [0; 4]), words);
        if used > room && at > 0 {
            return at;
        }
        end = at + c.len_utf8();
    }
    end
}

/// Where a line of at most `end` bytes is best ended.
fn breaking(text: &str, end: usize) -> usize {
    let head = &text[..end];
    let late = |at: &usize| *at * 3 > end;
    let space = || head.rfind(' ').map(|at| at + 1).filter(late);
    let sign = || {
        head.rfind(['-', '_', '.', ',', ':', '/'])
            .map(|at| at + 1)
            .filter(late)
    };
    let capital = || {
        let capital = |(at, c): (usize, char)| (c.is_uppercase() && at > 0).then_some(at);
        head.char_indices().rev().find_map(capital).filter(late)
    };
    space().or_else(sign).or_else(capital).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_words_do() {
        let wrap = |text, room| wrapped(text, Words::Small, room, 2);
        assert_eq!(wrap("short", 190.0), ["short"]);
        assert_eq!(wrap("aaaa bbbb cccc", 70.0), ["aaaa bbbb", "cccc"]);
        assert_eq!(wrap("SendOrderConfirmation", 80.0), ["SendOrder", "Confirmation"]);
        assert_eq!(wrap("eeeeeeeeeeeeeee", 70.0), ["eeeeeeeeee", "eeeee"]);
        let cut = wrap("aaaa bbbb cccc dddd eeee", 70.0);
        assert_eq!(cut.len(), 2);
        assert!(
            cut[1].ends_with('\u{2026}') && width(&cut[1], Words::Small) <= 70.0,
            "{cut:?}"
        );
        // A character that is wider than the room still gets its line.
        assert_eq!(
            wrapped("\u{4e2d}\u{4e2d}", Words::Name, 5.0, 4),
            ["\u{4e2d}", "\u{4e2d}"]
        );
    }
}
