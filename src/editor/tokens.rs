//! The words of paths, calls and expressions, for colours.

use std::ops::Range;

use super::OpenDocument;
use crate::arrange::Arrange as _;
use crate::diagnostics::Span;
use crate::references::{Compiled, References};

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A variable, `$`, `$$` or `$states`.
    Variable,
    /// A function that is called.
    Function,
    /// A step of a path.
    Property,
    /// `and`, `or`, `in`, `function`, `true`, `false`, `null`.
    Keyword,
    /// An operator.
    Operator,
    /// A string.
    String,
    /// A number.
    Number,
}

/// A word and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its bytes; on one line.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// The words of every path, call and expression of a document, in the order of the text.
pub fn of(open: &OpenDocument) -> Vec<Token> {
    let mut found = Vec::new();
    let file = open.file();
    for machine in open
        .definitions()
        .iter()
        .filter_map(|definition| definition.machine())
    {
        let references = References::of(machine);
        for text in machine
            .states()
            .iter()
            .flat_map(|state| &references.state(state.id).texts)
        {
            let node = machine.node(text.node);
            let Some(written) = node.as_str() else { continue };
            // Behind an alias the text stands somewhere else, where it has its colours.
            if node.offset_in_text(node.span().start as usize).is_none() {
                continue;
            }
            let is_jsonata = matches!(text.compiled, Compiled::Jsonata(_) | Compiled::OpenJsonata(_));
            let end = if is_jsonata {
                written.len().saturating_sub(2)
            } else {
                written.len()
            };
            let words = words(written.get(text.start..end).unwrap_or_default(), is_jsonata);
            let ranges = words
                .iter()
                .map(|(range, _)| text.start + range.start..text.start + range.end);
            for (span, (_, kind)) in node.spans_in_source(ranges).into_iter().zip(&words) {
                let kind = *kind;
                let is_one_line = file.line(span.start as usize) == file.line(span.end as usize);
                if is_one_line && !span.is_empty() {
                    found.push(Token { span, kind });
                }
            }
        }
    }
    found.arrange_by_key(|token| token.span);
    found.dedup_by_key(|token| token.span.start);
    found
}

/// The words of one text.
fn words(text: &str, is_jsonata: bool) -> Vec<(Range<usize>, TokenKind)> {
    let mut found: Vec<(Range<usize>, TokenKind)> = Vec::new();
    let bytes = text.as_bytes();
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || (!is_jsonata && c == '-');
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let rest = &text[at..];
        let kind = match c {
            '\'' | '"' | '`' => {
                at += 1;
                while at < bytes.len() && bytes[at] != bytes[start] {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(text.len());
                while !text.is_char_boundary(at) {
                    at += 1;
                }
                if c == '`' {
                    TokenKind::Property
                } else {
                    TokenKind::String
                }
            }
            '/' if is_jsonata && rest.starts_with("/*") => {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                continue;
            }
            '$' => {
                let name = rest.trim_start_matches('$');
                at += rest.len() - name.len();
                at += name.len() - name.trim_start_matches(is_name).len();
                match is_call(&text[at..]) {
                    true => TokenKind::Function,
                    false => TokenKind::Variable,
                }
            }
            c if c.is_ascii_digit() => {
                at += rest.len()
                    - rest
                        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
                        .len();
                TokenKind::Number
            }
            c if c.is_alphabetic() || c == '_' => {
                at += rest.len() - rest.trim_start_matches(is_name).len();
                // `States.Format` is one name.
                if !is_jsonata && &text[start..at] == "States" && text[at..].starts_with('.') {
                    let name = &text[at + 1..];
                    at += 1 + (name.len() - name.trim_start_matches(char::is_alphanumeric).len());
                }
                match &text[start..at] {
                    "and" | "or" | "in" | "function" if is_jsonata => TokenKind::Keyword,
                    "true" | "false" | "null" => TokenKind::Keyword,
                    _ if is_call(&text[at..]) => TokenKind::Function,
                    _ => TokenKind::Property,
                }
            }
            '+' | '-' | '*' | '/' | '%' | '=' | '!' | '<' | '>' | '&' | '?' | ':' | '~' | '|' | '^'
                if is_jsonata =>
            {
                at += rest.len()
                    - rest
                        .trim_start_matches([
                            '+', '-', '*', '/', '%', '=', '!', '<', '>', '&', '?', ':', '~', '|', '^',
                        ])
                        .len();
                TokenKind::Operator
            }
            c => {
                at += c.len_utf8();
                continue;
            }
        };
        found.push((start..at, kind));
    }
    found
}

fn is_call(rest: &str) -> bool {
    rest.trim_start().starts_with('(')
}
