//! What is wrong with a JSON text: one finding at the cause, with the way out.
//!
//! AWS answers INVALID_JSON_DESCRIPTION to all of them, in the words of its parser ([`super::jackson`]); these are ours,
//! which stand beside them.

use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;

use super::{Mistake, Next, Reader};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Span};
use crate::source::INVALID;
use crate::source::repair::Repair;

/// Where an array or object began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    /// `{` or `[`.
    pub(super) bracket: u8,
    /// Its place.
    pub(super) span: Span,
}

impl Opened {
    fn closer(self) -> char {
        if self.bracket == b'{' { '}' } else { ']' }
    }
}

impl Reader<'_, '_> {
    /// A token where none of its kind may stand.
    pub(super) fn unexpected(&self, next: Next, token: &Token<'_>, span: Span) -> Mistake {
        let shown = self.shown(span);
        let closes = matches!(token, Token::CloseBrace | Token::CloseBracket);
        let starts_value = matches!(
            token,
            Token::OpenBrace
                | Token::OpenBracket
                | Token::String(_)
                | Token::Number(_)
                | Token::Boolean(_)
                | Token::Null
        );
        let finding = match next {
            Next::Key | Next::Item if closes => trailing_comma(self.last),
            Next::CommaOrEnd if self.open.is_empty() && closes => {
                Finding::error(INVALID, format!("This `{shown}` closes nothing"), span)
                    .with_help("Remove it, or look for the bracket that was closed too early")
            }
            Next::CommaOrEnd if self.open.is_empty() => {
                Finding::error(INVALID, "The JSON value ends before this: a text holds one", span)
                    .with_help("Look for a bracket that was closed too early")
            }
            Next::CommaOrEnd if starts_value => {
                let end = Span::at(self.last.end as usize);
                Finding::error(INVALID, "A comma is missing", self.last_char())
                    .with_label(format!("a comma belongs here, before {shown}"))
                    .with_fix(fix("Insert a comma", end, ","))
            }
            _ if closes && next != Next::Colon && next != Next::Value => {
                let finding = Finding::error(
                    INVALID,
                    format!("`{shown}` closes what another bracket opened"),
                    span,
                );
                match self.innermost() {
                    Some(opened) => finding
                        .with_related(opened.span, "opened here")
                        .with_help(format!("Close it with `{}` first", opened.closer())),
                    None => finding,
                }
            }
            Next::Colon => Finding::error(
                INVALID,
                "A colon and a value are missing after this key",
                self.last,
            )
            .with_help("Write \"key\": value"),
            Next::Key | Next::KeyOrEnd if starts_value => {
                Finding::error(INVALID, format!("A key is a string, and {shown} is not"), span)
                    .with_help("Write the key in double quotes")
            }
            Next::Value if closes || *token == Token::Comma => {
                Finding::error(INVALID, "A value is missing after the colon", self.last_char())
            }
            _ if *token == Token::Comma => Finding::error(INVALID, "A comma with nothing before it", span)
                .with_help("Remove it")
                .with_fix(fix("Remove the comma", span, "")),
            _ => Finding::error(INVALID, format!("Unexpected `{shown}`"), span),
        };
        Box::new(finding)
    }

    /// The text ended inside something, or is empty.
    pub(super) fn ended_early(&self, next: Next) -> Mistake {
        let Some(opened) = self.innermost() else {
            return Box::new(crate::source::empty_text(self.options));
        };
        let what = if opened.bracket == b'{' { "object" } else { "array" };
        let finding = Finding::error(
            INVALID,
            format!("The text ends inside an {what}: `{}` is missing", opened.closer()),
            self.last_char(),
        )
        .with_label("the text ends here")
        .with_related(
            opened.span,
            format!("this `{}` is never closed", char::from(opened.bracket)),
        );
        Box::new(match next {
            Next::Colon => finding.with_help("The last key has no value"),
            Next::Value => finding.with_help("The last key's value is missing"),
            _ => finding,
        })
    }

    /// A token that is none of JSON's.
    pub(super) fn broken_token(&self, error: &ParseError, start: usize) -> Mistake {
        let range = error.range();
        let span = self.one_line(self.base + range.start, self.base + range.end);
        Box::new(match error.kind() {
            ParseErrorKind::SingleQuotedStringsNotAllowed => {
                let line = self.line_from(start);
                let closed = line[1..].find('\'').map(|i| i + 2);
                let span = Span::new(start, start + closed.unwrap_or(line.len()));
                let finding = Finding::error(INVALID, "Strings need double quotes", span)
                    .with_help("Write \"text\" instead of 'text'");
                match closed {
                    Some(end) => {
                        let meant = in_quotes(&line[1..end - 1]);
                        finding.with_fix(unsafe_fix("Write double quotes", span, &meant))
                    }
                    None => finding,
                }
            }
            ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => {
                self.open_string(start)
            }
            ParseErrorKind::String(kind) => {
                // The escape may be in a string that was meant to end on an earlier line.
                let string = Span::new(start, self.base + range.start);
                if let Some(finding) = self.string_over_lines(string) {
                    return Box::new(finding);
                }
                match kind {
                    ParseStringErrorKind::InvalidUnicodeEscapeSequence(_) => {
                        Finding::error(INVALID, "This escape is half of a surrogate pair", span)
                            .with_help("Characters beyond U+FFFF take two escapes, like \\ud83d\\ude00")
                    }
                    ParseStringErrorKind::ExpectedFourHexDigits => {
                        Finding::error(INVALID, "\\u needs four hexadecimal digits", span)
                    }
                    _ => Finding::error(
                        INVALID,
                        format!("`{}` is not a JSON escape", self.shown(span)),
                        span,
                    )
                    .with_help(
                        r#"Escapes are \" \\ \/ \b \f \n \r \t \uXXXX; a backslash itself is written \\"#,
                    ),
                }
            }
            ParseErrorKind::UnterminatedCommentBlock => return self.comment(span),
            ParseErrorKind::HexadecimalNumbersNotAllowed
            | ParseErrorKind::UnaryPlusNumbersNotAllowed
            | ParseErrorKind::BareDecimalPointNumbersNotAllowed
            | ParseErrorKind::NonFiniteNumbersNotAllowed
            | ParseErrorKind::ExpectedDigit
            | ParseErrorKind::ExpectedDigitFollowingNegativeSign
            | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => {
                let word = self.word_at(start);
                Finding::error(
                    INVALID,
                    format!("`{}` is not a JSON number", self.shown(word)),
                    word,
                )
                .with_help("Numbers are written like 0, -7, 1.5 or 2e3")
            }
            _ => return self.word(self.word_at(start)),
        })
    }

    /// A comment.
    pub(super) fn comment(&self, span: Span) -> Mistake {
        let span = self.one_line(span.start as usize, span.end as usize);
        Box::new(
            Finding::error(INVALID, "JSON has no comments", span)
                .with_help("Every state and the machine itself take a Comment field; YAML has comments"),
        )
    }

    /// Letters outside a string, or a character that means nothing in JSON.
    pub(super) fn word(&self, span: Span) -> Mistake {
        let shown = self.shown(span);
        let finding = Finding::error(INVALID, format!("`{shown}` is not JSON"), span);
        let rest = self.original[span.end as usize..].trim_start();
        Box::new(match shown.as_str() {
            "True" | "TRUE" => written(finding, "true"),
            "False" | "FALSE" => written(finding, "false"),
            "None" | "NULL" | "Null" | "nil" | "undefined" => written(finding, "null"),
            _ if shown.starts_with('#') => return self.comment(span),
            _ if self.original[span.start as usize..].starts_with("${") => {
                finding.with_help("A placeholder is closed by } on its line")
            }
            _ if shown.starts_with('\0') => {
                finding.with_help("The file holds NUL bytes; it may be no text at all")
            }
            _ if rest.starts_with(':') => quoted(finding.with_help("Write the key in double quotes"), &shown),
            _ if shown.starts_with(|c: char| c.is_alphabetic()) && self.innermost().is_none() => {
                finding.with_help("Strings need double quotes")
            }
            _ if shown.starts_with(|c: char| c.is_alphabetic()) => {
                quoted(finding.with_help("Strings need double quotes"), &shown)
            }
            _ => finding,
        })
    }

    /// Digits after a leading zero.
    pub(super) fn leading_zero(&self, span: Span) -> Mistake {
        let word = self.word_at(span.start as usize);
        Box::new(
            Finding::error(
                INVALID,
                format!("`{}` is not a JSON number", self.shown(word)),
                word,
            )
            .with_help("Numbers do not begin with a zero"),
        )
    }

    /// A number that no double holds.
    pub(super) fn number_too_large(&self, span: Span) -> Mistake {
        Box::new(Finding::error(
            INVALID,
            "This number is too large for a double",
            span,
        ))
    }

    /// What stands between two tokens is JSON's white space and nothing else.
    pub(super) fn check_blanks(&self, start: usize) -> Result<(), Mistake> {
        let from = self.last.end as usize;
        let between = self.original.get(from..start).unwrap_or("");
        let Some(i) = between.find(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')) else {
            return Ok(());
        };
        let c = between[i..].chars().next().unwrap_or(' ');
        let span = Span::new(from + i, from + i + c.len_utf8());
        Err(Box::new(
            Finding::error(
                INVALID,
                format!("U+{:04X} is not white space in JSON", u32::from(c)),
                span,
            )
            .with_help("Write a plain space"),
        ))
    }

    /// Strings hold no control characters; a line break in one means that its quote is missing.
    pub(super) fn check_string(&self, span: Span) -> Result<(), Mistake> {
        let text = &self.original[span.range()];
        let Some(i) = text.bytes().position(|b| b < 0x20) else {
            return Ok(());
        };
        if let Some(finding) = self.string_over_lines(span) {
            return Err(Box::new(finding));
        }
        let code = text.as_bytes()[i];
        let at = span.start as usize + i;
        let escape = match code {
            b'\t' => "\\t".to_owned(),
            _ => format!("\\u{code:04x}"),
        };
        Err(Box::new(
            Finding::error(
                INVALID,
                format!("A string holds the control character U+{code:04X}"),
                Span::new(at, at + 1),
            )
            .with_help(format!("Write {escape}"))
            .with_fix(fix(&format!("Write {escape}"), Span::new(at, at + 1), &escape)),
        ))
    }

    fn string_over_lines(&self, string: Span) -> Option<Finding> {
        let text = &self.original[string.range()];
        text.contains(['\n', '\r'])
            .then(|| self.open_string(string.start as usize))
    }

    fn open_string(&self, start: usize) -> Finding {
        let line = self.line_from(start);
        Finding::error(
            INVALID,
            "This string is not closed on its line",
            Span::new(start, start + line.trim_end().len()),
        )
        .with_help("Close it with a double quote; a line break inside a string is written \\n")
    }

    /// What stands at `span`, cut to what can be read in a message.
    fn shown(&self, span: Span) -> String {
        let text = &self.original[span.range()];
        match text.char_indices().nth(40) {
            Some((cut, _)) => format!("{}\u{2026}", &text[..cut]),
            None => text.to_owned(),
        }
    }

    /// The last character of the token before.
    fn last_char(&self) -> Span {
        let end = self.last.end as usize;
        let before = &self.original[..end];
        let len = before.chars().next_back().map_or(0, char::len_utf8);
        Span::new(end - len, end)
    }

    /// The rest of the line from `start` on.
    fn line_from(&self, start: usize) -> &str {
        let rest = &self.original[start..];
        rest.split(['\n', '\r']).next().unwrap_or(rest)
    }

    /// A range cut to its first line, on character boundaries, and at least one character where there is one.
    fn one_line(&self, start: usize, end: usize) -> Span {
        let mut end = end.min(self.original.len());
        while !self.original.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end.min(start + self.line_from(start).len()))
    }

    /// From `start` to the next white space or punctuation of JSON, at least one character.
    pub(super) fn word_at(&self, start: usize) -> Span {
        let line = self.line_from(start);
        let first = line.chars().next().map_or(0, char::len_utf8);
        let stops = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '}' | ']' | '{' | '[' | '"');
        let end = line[first..].find(stops).map_or(line.len(), |i| first + i);
        Span::new(start, start + end)
    }
}

/// A bracket that is not closed where the lines behind it say, by a change that closes it.
pub(super) fn never_closed(text: &str, opened: usize, repair: &Repair) -> Finding {
    let bracket = &text[opened..=opened];
    let told = repair.finding(text);
    let mut finding = Finding::error(
        INVALID,
        format!("This `{bracket}` is never closed"),
        Span::new(opened, opened + 1),
    )
    .with_related(told.span, "its end is missing here");
    finding.fixes = told.fixes;
    finding
}

fn trailing_comma(comma: Span) -> Finding {
    Finding::error(INVALID, "A trailing comma: nothing follows it", comma)
        .with_help("Remove the comma")
        .with_fix(fix("Remove the comma", comma, ""))
}

/// A word that is written in another way.
fn written(finding: Finding, word: &str) -> Finding {
    let fix = fix(&format!("Write {word}"), finding.span, word);
    finding.with_help(format!("Write {word}")).with_fix(fix)
}

/// A word that quotes make a string.
fn quoted(finding: Finding, word: &str) -> Finding {
    if !word
        .chars()
        .all(|letter| letter.is_alphanumeric() || "_.$-".contains(letter))
    {
        return finding;
    }
    let fix = unsafe_fix("Put it in double quotes", finding.span, &in_quotes(word));
    finding.with_fix(fix)
}

fn in_quotes(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn unsafe_fix(title: &str, span: Span, text: &str) -> Fix {
    Fix {
        applicability: Applicability::Unsafe,
        ..fix(title, span, text)
    }
}

fn fix(title: &str, span: Span, text: &str) -> Fix {
    Fix {
        title: title.to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit {
            span,
            text: text.to_owned(),
        }],
    }
}
