//! The text of a filter, by Jayway's FilterCompiler.

use regex::RegexBuilder;

use super::error::{ParseError, ParseErrorKind};
use super::filter::{CompareOperator, Filter, Operand, list};
use super::parse::Cursor;
use super::path::{MAX_NESTING, StepKind};
use crate::diagnostics::Span;
use crate::value::{Number, Value};

/// Bytes a compiled pattern may take.
const PATTERN_SIZE: usize = 1 << 20;

/// Whether a path inside a filter ends before `c`.
fn ends_path(c: char) -> bool {
    c.is_whitespace() || matches!(c, ')' | '(' | '=' | '<' | '>' | '!' | '&' | '|' | '~' | ',' | ']')
}

impl Cursor<'_> {
    /// From behind `[?` up to, not past, `]`.
    pub(super) fn filter(&mut self) -> Result<StepKind, ParseError> {
        self.skip_blanks();
        if self.peek() != Some('(') {
            return self.error_here(ParseErrorKind::BadFilter);
        }
        let filter = self.any()?;
        self.skip_blanks();
        match self.peek() {
            Some(']') | None => Ok(StepKind::Filter(Box::new(filter))),
            Some(_) => self.error_here(ParseErrorKind::BadOperator),
        }
    }

    fn any(&mut self) -> Result<Filter, ParseError> {
        let mut parts = vec![self.all()?];
        loop {
            self.skip_blanks();
            if !self.eat("||") {
                break;
            }
            parts.push(self.all()?);
        }
        Ok(join(parts, Filter::Or))
    }

    fn all(&mut self) -> Result<Filter, ParseError> {
        let mut parts = vec![self.unary()?];
        loop {
            self.skip_blanks();
            if !self.eat("&&") {
                break;
            }
            parts.push(self.unary()?);
        }
        Ok(join(parts, Filter::And))
    }

    fn unary(&mut self) -> Result<Filter, ParseError> {
        self.skip_blanks();
        match self.peek() {
            Some('!') => {
                self.at += 1;
                self.deeper(|cursor| Ok(Filter::Not(Box::new(cursor.unary()?))))
            }
            Some('(') => {
                let open = self.at;
                self.at += 1;
                let inner = self.deeper(Self::any)?;
                self.skip_blanks();
                if self.eat(")") {
                    return Ok(inner);
                }
                match self.peek() {
                    None => self.error(ParseErrorKind::BadFilter, open, open + 1),
                    Some(_) => self.error_here(ParseErrorKind::BadOperator),
                }
            }
            _ => self.relation(),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth == MAX_NESTING {
            return self.error_here(ParseErrorKind::TooDeep);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn relation(&mut self) -> Result<Filter, ParseError> {
        let left = self.operand()?;
        self.skip_blanks();
        let Some(operator) = self.operator() else {
            return Ok(Filter::Exists(left));
        };
        self.skip_blanks();
        let right = match self.bare_word() {
            Some(word) => Operand::Literal(word),
            None => self.operand()?,
        };
        Ok(Filter::Compare(left, operator, right))
    }

    /// A text without quotes, which AWS takes on the right side: `[?(@.Name==Receipt)]` runs in AWS's sample workflows.
    fn bare_word(&mut self) -> Option<Value> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/')))
            .unwrap_or(rest.len());
        let word = &rest[..len];
        if matches!(word, "true" | "false" | "null") {
            return None;
        }
        self.at += len;
        Some(Value::string(word))
    }

    fn operator(&mut self) -> Option<CompareOperator> {
        let rest = self.rest();
        let word = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .map_or(rest, |end| &rest[..end]);
        let (spelling, operator) = CompareOperator::ALL.into_iter().find(|(spelling, _)| {
            if word.is_empty() {
                rest.starts_with(spelling)
            } else {
                // Jayway reads the words in either case.
                word.eq_ignore_ascii_case(spelling)
            }
        })?;
        self.at += spelling.len();
        Some(operator)
    }

    fn operand(&mut self) -> Result<Operand, ParseError> {
        self.skip_blanks();
        match self.peek() {
            Some('@') => {
                self.at += 1;
                let steps = self.deeper(|cursor| cursor.steps(ends_path))?;
                Ok(Operand::Item(steps))
            }
            Some('$') => {
                self.at += 1;
                let steps = self.deeper(|cursor| cursor.steps(ends_path))?;
                Ok(Operand::Document(steps))
            }
            Some('/') => self.pattern(),
            _ => self.literal().map(Operand::Literal),
        }
    }

    fn literal(&mut self) -> Result<Value, ParseError> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => {
                let text = self.quoted(quote)?;
                Ok(Value::string(unescape(text, quote)))
            }
            Some('[') => self.deeper(Self::list),
            Some(c) if c.is_ascii_digit() || c == '-' => {
                let rest = self.rest();
                let len = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')))
                    .unwrap_or(rest.len());
                match Number::parse(&rest[..len]) {
                    Some(number) => {
                        self.at += len;
                        Ok(Value::Number(number))
                    }
                    None => self.error(ParseErrorKind::BadOperand, self.at, self.at + len),
                }
            }
            _ => {
                let rest = self.rest();
                let len = rest
                    .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
                    .unwrap_or(rest.len());
                let value = match &rest[..len] {
                    "" => return self.error_here(ParseErrorKind::BadOperand),
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    "null" => Value::Null,
                    // A word without quotes is a string to Jayway 2.0, and AWS's own samples have them:
                    // [?(@.Name==Receipt)] [aws-samples/step-functions-workflows-collection].
                    word => Value::string(word),
                };
                self.at += len;
                Ok(value)
            }
        }
    }

    fn list(&mut self) -> Result<Value, ParseError> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.eat("]") {
            return Ok(list(items));
        }
        loop {
            self.skip_blanks();
            items.push(self.literal()?);
            self.skip_blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(']') => break,
                None => return self.error(ParseErrorKind::Unclosed, open, open + 1),
                Some(_) => return self.error_here(ParseErrorKind::NoComma),
            }
        }
        self.at += 1;
        Ok(list(items))
    }

    /// `/pattern/flags`; Java's flags `i`, `m`, `s`, `u`, `x` (`d` changes line ends only and is dropped).
    fn pattern(&mut self) -> Result<Operand, ParseError> {
        let open = self.at;
        let text = self.quoted('/')?;
        let mut builder = RegexBuilder::new(&format!("^(?:{text})$"));
        builder.size_limit(PATTERN_SIZE);
        while let Some(flag) = self.peek() {
            match flag {
                'i' => builder.case_insensitive(true),
                'm' => builder.multi_line(true),
                's' => builder.dot_matches_new_line(true),
                'x' => builder.ignore_whitespace(true),
                'u' | 'd' | 'U' => &mut builder,
                _ => break,
            };
            self.at += 1;
        }
        builder.build().map(Operand::Pattern).map_err(|_| ParseError {
            kind: ParseErrorKind::BadPattern,
            span: Span::new(open, self.at),
        })
    }
}

fn join(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    if parts.len() == 1 {
        parts.swap_remove(0)
    } else {
        many(parts)
    }
}

/// Takes the backslash away from escaped quotes and backslashes.
fn unescape(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next)) if next == quote || next == '\\' => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}
