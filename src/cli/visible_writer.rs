//! The writer that text for people goes through: whatever a renderer let pass, no control character of a user's file
//! reaches the terminal.

use std::io::{self, Write};

use crate::diagnostics::{escape, is_spelt_out};

/// Longest sequence that may have to wait for its end: `ESC [ 38 ; 2 ; 255 ; 255 ; 255 m`.
const LONGEST: usize = 24;

/// Passes text on; of its characters that steer a terminal only line feeds and, where there is colour, the sequences
/// that set colours stay, all others are spelt out.
#[derive(Debug)]
pub(super) struct VisibleWriter<W: Write> {
    out: W,
    color: bool,
    /// The beginning of a character or a sequence whose end has not come yet.
    held: Vec<u8>,
}

/// What stands at the beginning of some bytes.
enum Piece {
    /// So many bytes that are passed on.
    Plain(usize),
    /// A character that steers, and its length.
    Steering(char, usize),
    /// The beginning of something.
    Incomplete,
}

impl<W: Write> VisibleWriter<W> {
    pub(super) fn new(out: W, color: bool) -> Self {
        VisibleWriter {
            out,
            color,
            held: Vec::new(),
        }
    }

    /// Writes all pieces of `bytes`; gives how many bytes are left because their end has not come.
    fn pass(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut plain = 0;
        let mut at = 0;
        while let Some(step) = bytes[at..].iter().position(|&byte| is_suspicious(byte)) {
            at += step;
            match self.piece(&bytes[at..]) {
                Piece::Plain(length) => at += length,
                Piece::Steering(c, length) => {
                    self.out.write_all(&bytes[plain..at])?;
                    let mut spelt = String::new();
                    escape(c, &mut spelt);
                    self.out.write_all(spelt.as_bytes())?;
                    at += length;
                    plain = at;
                }
                Piece::Incomplete => {
                    self.out.write_all(&bytes[plain..at])?;
                    return Ok(bytes.len() - at);
                }
            }
        }
        self.out.write_all(&bytes[plain..])?;
        Ok(0)
    }

    fn piece(&self, bytes: &[u8]) -> Piece {
        match bytes {
            [0x1b, rest @ ..] if self.color => match color_sequence(rest) {
                Some(Some(length)) => Piece::Plain(1 + length),
                Some(None) if bytes.len() < LONGEST => Piece::Incomplete,
                _ => Piece::Steering('\u{1b}', 1),
            },
            [byte, ..] if byte.is_ascii() => Piece::Steering(char::from(*byte), 1),
            _ => {
                let length = match bytes[0] {
                    0xf0.. => 4,
                    0xe0.. => 3,
                    _ => 2,
                };
                let Some(character) = bytes.get(..length) else {
                    return Piece::Incomplete;
                };
                match std::str::from_utf8(character)
                    .ok()
                    .and_then(|text| text.chars().next())
                {
                    Some(c) if is_spelt_out(c) => Piece::Steering(c, length),
                    Some(_) => Piece::Plain(length),
                    // File names may be no text at all.
                    None => Piece::Plain(1),
                }
            }
        }
    }
}

/// Whether a character that steers may begin with this byte.
fn is_suspicious(byte: u8) -> bool {
    match byte {
        b'\n' => false,
        // C1 controls; the Arabic letter mark; what is U+1000 to U+2FFF, or U+F000 to U+FFFF; tags.
        0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3 => true,
        byte => byte < 0x20 || byte == 0x7f,
    }
}

/// The length of what follows ESC in a sequence that sets colours: `[` numbers `m`. `Some(None)` where it has no end yet.
fn color_sequence(bytes: &[u8]) -> Option<Option<usize>> {
    let Some((b'[', numbers)) = bytes.split_first() else {
        return if bytes.is_empty() { Some(None) } else { None };
    };
    match numbers
        .iter()
        .position(|byte| !matches!(byte, b'0'..=b'9' | b';'))
    {
        Some(end) if numbers[end] == b'm' => Some(Some(end + 2)),
        Some(_) => None,
        None => Some(None),
    }
}

impl<W: Write> Write for VisibleWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.is_empty() {
            let left = self.pass(bytes)?;
            self.held.extend_from_slice(&bytes[bytes.len() - left..]);
        } else {
            let mut all = std::mem::take(&mut self.held);
            all.extend_from_slice(bytes);
            let left = self.pass(&all)?;
            self.held.extend_from_slice(&all[all.len() - left..]);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // What has no end now has none.
        let held = std::mem::take(&mut self.held);
        if let Some((&first, rest)) = held.split_first() {
            if first == 0x1b {
                let mut spelt = String::new();
                escape('\u{1b}', &mut spelt);
                self.out.write_all(spelt.as_bytes())?;
                self.out.write_all(rest)?;
            } else {
                self.out.write_all(&held)?;
            }
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(parts: &[&[u8]], color: bool) -> String {
        let mut out = Vec::new();
        let mut writer = VisibleWriter::new(&mut out, color);
        for part in parts {
            writer.write_all(part).expect("a vector takes everything");
        }
        writer.flush().expect("a vector takes everything");
        drop(writer);
        String::from_utf8(out).expect("a text")
    }

    #[test]
    fn only_line_feeds_and_colours_pass() {
        let text = "a\n\u{1b}[1;31mb\u{1b}[0m\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{202e}é名…\r\t";
        assert_eq!(
            passed(&[text.as_bytes()], true),
            "a\n\u{1b}[1;31mb\u{1b}[0m\\u001b[2J\\u001b]0;t\\u0007\\u009b31m\\u202eé名…\\r\\t"
        );
        assert_eq!(
            passed(&[text.as_bytes()], false),
            "a\n\\u001b[1;31mb\\u001b[0m\\u001b[2J\\u001b]0;t\\u0007\\u009b31m\\u202eé名…\\r\\t"
        );
    }

    // However a text is cut into writes, what comes out is the same.
    #[test]
    fn cuts_change_nothing() {
        let text = "a\u{1b}[31mb\u{1b}[0m\u{1b}[?25l\u{202e}\u{85}é名\u{feff}\u{e0041}🚀\u{1b}".as_bytes();
        for color in [true, false] {
            let whole = passed(&[text], color);
            for first in 0..=text.len() {
                for second in first..=text.len() {
                    let parts = [&text[..first], &text[first..second], &text[second..]];
                    assert_eq!(passed(&parts, color), whole, "{first} {second}");
                }
            }
        }
    }
}
