//! Text to [`Intrinsic`].

use std::sync::Arc;

use super::call::{Argument, ArgumentKind, Call, Intrinsic};
use super::error::{ParseError, ParseErrorKind};
use super::function::{FUNCTIONS, function};
use crate::diagnostics::{self, Span};
use crate::expr::jsonpath::Path;
use crate::value::{Number, Value};

/// Most calls inside one another, the outermost counted [Intrinsic functions: "nest up to 10"].
pub const MAX_NESTING: usize = 10;

/// Longest text of an expression, in bytes. Far above anything written by hand; AWS's own bound is that of the
/// definition.
pub const MAX_LENGTH: usize = 64 * 1024;

pub(super) fn intrinsic(text: &str) -> Result<Intrinsic, ParseError> {
    let mut parser = Parser { text, at: 0 };
    if text.len() > MAX_LENGTH {
        return parser.error(ParseErrorKind::TooLong, 0, text.len());
    }
    let call = parser.call(1)?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return parser.error(ParseErrorKind::Trailing, parser.at, text.len());
    }
    Ok(Intrinsic {
        text: Arc::from(text),
        call,
    })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error<T>(&self, kind: ParseErrorKind, from: usize, to: usize) -> Result<T, ParseError> {
        Err(ParseError {
            kind,
            span: Span::new(from, to),
        })
    }

    fn error_here<T>(&self, kind: ParseErrorKind) -> Result<T, ParseError> {
        let width = self.peek().map_or(0, char::len_utf8);
        self.error(kind, self.at, self.at + width)
    }

    fn call(&mut self, depth: usize) -> Result<Call, ParseError> {
        let from = self.at;
        let rest = self.rest();
        let len = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
            .unwrap_or(rest.len());
        let name = &rest[..len];
        if !name.starts_with("States.") {
            let first = self.peek().map_or(0, char::len_utf8);
            return self.error(ParseErrorKind::NotACall, from, from + len.max(first));
        }
        if depth > MAX_NESTING {
            return self.error(ParseErrorKind::TooDeep, from, from + len);
        }
        let Some(function) = function(name) else {
            let nearest = diagnostics::nearest(name, FUNCTIONS.iter().map(|f| f.name));
            let name = name.to_string();
            return self.error(
                ParseErrorKind::UnknownFunction { name, nearest },
                from,
                from + len,
            );
        };
        self.at += len;
        if self.peek() != Some('(') {
            return self.error_here(ParseErrorKind::NoParenthesis);
        }
        let arguments = self.arguments(depth)?;
        let (count, most) = (arguments.len(), function.max_arguments);
        if count < function.min_arguments || most.is_some_and(|most| count > most) {
            let kind = ParseErrorKind::WrongCount {
                function: function.name,
                expected: function.arity(),
                found: count,
            };
            return self.error(kind, from, self.at);
        }
        Ok(Call {
            function,
            arguments,
            span: Span::new(from, self.at),
        })
    }

    /// From `(` past its `)`.
    fn arguments(&mut self, depth: usize) -> Result<Vec<Argument>, ParseError> {
        let open = self.at;
        self.at += 1;
        let mut arguments = Vec::new();
        self.skip_blanks();
        if self.peek() == Some(')') {
            self.at += 1;
            return Ok(arguments);
        }
        loop {
            self.skip_blanks();
            let from = self.at;
            let Some(c) = self.peek() else {
                return self.error(ParseErrorKind::Unclosed, open, open + 1);
            };
            let kind = self.argument(c, depth)?;
            arguments.push(Argument {
                kind,
                span: Span::new(from, self.at),
            });
            self.skip_blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(')') => {
                    self.at += 1;
                    return Ok(arguments);
                }
                None => return self.error(ParseErrorKind::Unclosed, open, open + 1),
                Some(_) => return self.error_here(ParseErrorKind::NoComma),
            }
        }
    }

    fn argument(&mut self, first: char, depth: usize) -> Result<ArgumentKind, ParseError> {
        match first {
            '\'' => self.text(),
            '$' => {
                let (path, len) = Path::parse_prefix(self.rest()).map_err(|error| ParseError {
                    kind: ParseErrorKind::Path(error.kind),
                    span: Span::new(
                        self.at + error.span.start as usize,
                        self.at + error.span.end as usize,
                    ),
                })?;
                self.at += len;
                Ok(ArgumentKind::Path(path))
            }
            'S' => self.call(depth + 1).map(ArgumentKind::Call),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) -> Result<ArgumentKind, ParseError> {
        let rest = self.rest();
        let len = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_')))
            .unwrap_or(rest.len());
        let word = &rest[..len];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => match Number::parse(word) {
                Some(number) => Value::Number(number),
                None if len == 0 => return self.error_here(ParseErrorKind::BadArgument),
                None => return self.error(ParseErrorKind::BadArgument, self.at, self.at + len),
            },
        };
        self.at += len;
        Ok(ArgumentKind::Literal(value))
    }

    /// A text in single quotes, with its escapes.
    fn text(&mut self) -> Result<ArgumentKind, ParseError> {
        let open = self.at;
        let inner = open + 1;
        let mut value = String::new();
        let mut chars = self.text[inner..].char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\'' => {
                    self.at = inner + i + 1;
                    return Ok(ArgumentKind::Text {
                        value: Value::string(value),
                        raw: Arc::from(&self.text[inner..inner + i]),
                    });
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\'' | '{' | '}' | '\\'))) => value.push(escaped),
                    Some((_, other)) => {
                        let from = inner + i;
                        return self.error(ParseErrorKind::BadEscape, from, from + 1 + other.len_utf8());
                    }
                    None => break,
                },
                _ => value.push(c),
            }
        }
        self.error(ParseErrorKind::UnclosedQuote, open, inner)
    }
}
