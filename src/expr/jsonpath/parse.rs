//! Text to [`Path`], by the grammar of Jayway's PathCompiler.

use std::sync::Arc;

use super::error::{ParseError, ParseErrorKind};
use super::path::{MAX_LENGTH, Path, Root, Step, StepKind};
use crate::diagnostics::Span;

/// Compiles a whole text.
pub(super) fn path(text: &str) -> Result<Path, ParseError> {
    if text.len() > MAX_LENGTH {
        return Err(ParseError {
            kind: ParseErrorKind::TooLong,
            span: Span::new(0, text.len()),
        });
    }
    let trimmed = text.trim_end();
    let mut cursor = Cursor {
        text: trimmed,
        at: (text.len() - text.trim_start().len()).min(trimmed.len()),
        depth: 0,
    };
    let root = cursor.root()?;
    let steps = cursor.steps(|_| false)?;
    Ok(Path::new(Arc::from(text), root, steps))
}

/// Compiles the path that `text` starts with, which ends before a blank, a comma or a parenthesis outside brackets: an
/// argument of an intrinsic function. Gives the path and its length in bytes.
pub(super) fn prefix(text: &str) -> Result<(Path, usize), ParseError> {
    let mut cursor = Cursor {
        text,
        at: 0,
        depth: 0,
    };
    let root = cursor.root()?;
    let steps = cursor.steps(|c| c.is_whitespace() || matches!(c, ',' | ')'))?;
    let path = Path::new(Arc::from(&text[..cursor.at]), root, steps);
    Ok((path, cursor.at))
}

/// A place in a path's text.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes past `token` when it is next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(super) fn error<T>(&self, kind: ParseErrorKind, from: usize, to: usize) -> Result<T, ParseError> {
        Err(ParseError {
            kind,
            span: Span::new(from, to.min(self.text.len())),
        })
    }

    /// An error at the next character.
    pub(super) fn error_here<T>(&self, kind: ParseErrorKind) -> Result<T, ParseError> {
        let width = self.peek().map_or(0, char::len_utf8);
        self.error(kind, self.at, self.at + width)
    }

    /// `$`, `$$` or `$name`.
    fn root(&mut self) -> Result<Root, ParseError> {
        if !self.eat("$") {
            return self.error_here(ParseErrorKind::NoRoot);
        }
        if self.eat("$") {
            return Ok(Root::Context);
        }
        // Variable names are made of ID_Start and ID_Continue [Step Functions service quotas].
        let name: &str = self.rest();
        let is_start = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !is_start {
            return Ok(Root::Input);
        }
        let end = name
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(name.len());
        self.at += end;
        Ok(Root::Variable(Arc::from(&name[..end])))
    }

    /// Steps up to the end of the text, or to a character that is `end` (used by paths inside filters).
    pub(super) fn steps(&mut self, end: impl Fn(char) -> bool + Copy) -> Result<Vec<Step>, ParseError> {
        let mut steps: Vec<Step> = Vec::new();
        while let Some(c) = self.peek() {
            if end(c) {
                break;
            }
            let from = self.at;
            match c {
                '.' => {
                    if self.eat("..") {
                        steps.push(Step {
                            kind: StepKind::Scan,
                            span: Span::new(from, self.at),
                        });
                    } else {
                        self.at += 1;
                    }
                    match self.peek() {
                        None => return self.error(ParseErrorKind::EndsWithDot, from, self.at),
                        Some('.') => return self.error_here(ParseErrorKind::NoName),
                        Some('[') => {}
                        Some(_) => {
                            let kind = self.name_or_wildcard(end)?;
                            steps.push(Step {
                                kind,
                                span: Span::new(from, self.at),
                            });
                        }
                    }
                }
                '[' => {
                    let kind = self.brackets()?;
                    steps.push(Step {
                        kind,
                        span: Span::new(from, self.at),
                    });
                }
                // Jayway wants a dot or a bracket behind the root, and takes a name without one behind brackets.
                _ if steps.is_empty() => return self.error_here(ParseErrorKind::NoStep),
                _ => {
                    let kind = self.name_or_wildcard(end)?;
                    steps.push(Step {
                        kind,
                        span: Span::new(from, self.at),
                    });
                }
            }
        }
        Ok(steps)
    }

    /// An unquoted name: everything up to a dot, a bracket or the end, dashes and parentheses included.
    fn name_or_wildcard(&mut self, end: impl Fn(char) -> bool) -> Result<StepKind, ParseError> {
        let rest = self.rest();
        let len = rest
            .find(|c: char| c == '.' || c == '[' || end(c))
            .unwrap_or(rest.len());
        let name = &rest[..len];
        if name.is_empty() {
            return self.error_here(ParseErrorKind::NoName);
        }
        if let Some(blank) = name.find(char::is_whitespace) {
            let len = self.text[self.at + blank..]
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            return self.error(
                ParseErrorKind::BlankInName,
                self.at + blank,
                self.at + blank + len,
            );
        }
        self.at += len;
        Ok(if name == "*" {
            StepKind::Wildcard
        } else {
            StepKind::Property(Arc::from(name))
        })
    }

    /// From `[` past its `]`.
    fn brackets(&mut self) -> Result<StepKind, ParseError> {
        let from = self.at;
        self.at += 1;
        self.skip_blanks();
        let kind = match self.peek() {
            None => return self.error(ParseErrorKind::Unclosed, from, from + 1),
            Some('\'' | '"') => return self.names(from),
            Some('*') => {
                self.at += 1;
                StepKind::Wildcard
            }
            Some('?') => {
                self.at += 1;
                self.filter()?
            }
            Some('(' | '@') => self.counted_from_end()?,
            Some(c) if c.is_ascii_digit() || c == '-' || c == ':' => self.indexes(from)?,
            Some(_) => return self.error_here(ParseErrorKind::BadBrackets),
        };
        self.skip_blanks();
        if !self.eat("]") {
            return match self.peek() {
                None => self.error(ParseErrorKind::Unclosed, from, from + 1),
                Some(_) => self.error_here(ParseErrorKind::BadBrackets),
            };
        }
        Ok(kind)
    }

    /// Quoted names up to `]`.
    fn names(&mut self, from: usize) -> Result<StepKind, ParseError> {
        let mut names: Vec<Arc<str>> = Vec::new();
        loop {
            self.skip_blanks();
            let Some(quote @ ('\'' | '"')) = self.peek() else {
                return match self.peek() {
                    None => self.error(ParseErrorKind::Unclosed, from, from + 1),
                    Some(_) => self.error_here(ParseErrorKind::BadBrackets),
                };
            };
            names.push(Arc::from(self.quoted(quote)?));
            self.skip_blanks();
            match self.peek() {
                Some(']') => break,
                Some(',') => self.at += 1,
                None => return self.error(ParseErrorKind::Unclosed, from, from + 1),
                Some(_) => return self.error_here(ParseErrorKind::NoComma),
            }
        }
        self.at += 1;
        Ok(if names.len() == 1 {
            StepKind::Property(names.swap_remove(0))
        } else {
            StepKind::Properties(names)
        })
    }

    /// A quoted text. A backslash keeps the quote behind it from closing and stays in the text: the version of Jayway
    /// that AWS runs takes names raw (seen in recorded cases).
    pub(super) fn quoted(&mut self, quote: char) -> Result<&'t str, ParseError> {
        let open = self.at;
        let inner = open + quote.len_utf8();
        let mut escaped = false;
        for (i, c) in self.text[inner..].char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.at = inner + i + quote.len_utf8();
                return Ok(&self.text[inner..inner + i]);
            }
        }
        self.error(ParseErrorKind::UnclosedQuote, open, inner)
    }

    /// `(@.length-1)`, `(@.size() - 1)`: Jayway's older spelling of an index from the end.
    fn counted_from_end(&mut self) -> Result<StepKind, ParseError> {
        let from = self.at;
        let rest = self.rest();
        let body = rest.find(']').map_or(rest, |end| &rest[..end]);
        let tight: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let inner = tight
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
            .unwrap_or(&tight);
        let number = ["@.length-", "@.size()-"]
            .into_iter()
            .find_map(|function| inner.strip_prefix(function))
            .and_then(|number| number.parse::<i32>().ok())
            .filter(|number| *number > 0);
        match number {
            Some(number) => {
                self.at += body.len();
                Ok(StepKind::Index(-number))
            }
            None => self.error(ParseErrorKind::BadBrackets, from, from + body.len()),
        }
    }

    /// `0`, `0,1`, `1:3`, `1:`, `:3`
    fn indexes(&mut self, from: usize) -> Result<StepKind, ParseError> {
        let start = self.at;
        let rest = self.rest();
        let Some(len) = rest.find(']') else {
            return self.error(ParseErrorKind::Unclosed, from, from + 1);
        };
        let body = &rest[..len];
        self.at += len;
        let parse = |text: &str| text.trim().parse::<i32>().ok();
        let bad = |kind| {
            Err(ParseError {
                kind,
                span: Span::new(start, start + len),
            })
        };
        if let Some((a, b)) = body.split_once(':') {
            let end = |text: &str| match text.trim() {
                "" => Some(None),
                text => parse(text).map(Some),
            };
            return match (end(a), end(b)) {
                (Some(None), Some(None)) => bad(ParseErrorKind::BadSlice),
                (Some(from), Some(to)) => Ok(StepKind::Slice { from, to }),
                _ => bad(ParseErrorKind::BadSlice),
            };
        }
        let list: Option<Vec<i32>> = body.split(',').map(parse).collect();
        match list.as_deref() {
            None => bad(ParseErrorKind::BadIndex),
            Some([index]) => Ok(StepKind::Index(*index)),
            Some(list) => Ok(StepKind::Indexes(list.to_vec())),
        }
    }
}
