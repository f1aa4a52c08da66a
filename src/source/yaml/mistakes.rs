//! What is wrong with a YAML text, with the way out where the usual cause is known. AWS reads JSON only: words and help
//! are ours.

use granit_parser::ErrorKind;

use super::{Finding, INVALID, Span};
use crate::source::lines::start_of;

/// So many lines before a mistake are looked at for the quote that began it.
const LOOKED_BACK: usize = 200;

const TAB: &str = "YAML is indented with spaces, and this is a tab";

/// The first tab before the words of the line of `at`, or of the one behind it.
fn tab_in_indentation(text: &str, at: usize) -> Option<Span> {
    text.get(..at)?;
    let mut begin = start_of(text, at);
    for line in text[begin..].split_inclusive('\n').take(2) {
        let indent = &line[..line.len() - line.trim_start().len()];
        if let Some(tab) = indent.find('\t').filter(|_| !line.trim().is_empty()) {
            return Some(Span::new(begin + tab, begin + tab + 1));
        }
        begin += line.len();
    }
    None
}

/// The bracket that is open at the end of the line above that of `at`.
fn open_bracket_before(text: &str, at: usize) -> Option<usize> {
    let end = text.get(..at)?.rfind('\n')?;
    let start = start_of(text, end);
    let open = start + unclosed(&text[start..end])?;
    text[open..].starts_with(['[', '{']).then_some(open)
}

/// The quote that begins a value in a line above that of `at` and is not closed there: up to the end of that line.
fn open_quote_before(text: &str, at: usize) -> Option<Span> {
    let mut end = start_of(text, at).checked_sub(1)?;
    for _ in 0..LOOKED_BACK {
        let start = start_of(text, end);
        let line = text[start..end].trim_end();
        let open = unclosed(line).filter(|open| line[*open..].starts_with(['"', '\'']));
        if let Some(open) = open {
            return Some(Span::new(start + open, start + line.len()));
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// Where a line opens what it does not close: a bracket, or a quote that a value begins with.
pub(super) fn unclosed(line: &str) -> Option<usize> {
    let (open, quote) = opened(line);
    open.first().copied().or(quote.map(|(_, at)| at))
}

/// What closes all that a line opens and does not close; nothing where that is nothing.
pub(super) fn closers(line: &str) -> String {
    let (open, quote) = opened(line);
    let brackets = open.iter().rev().map(|at| match line.as_bytes()[*at] {
        b'[' => ']',
        _ => '}',
    });
    quote
        .map(|(quote, _)| quote)
        .into_iter()
        .chain(brackets)
        .collect()
}

/// The brackets that are open at the end of a line, and the quote.
fn opened(line: &str) -> (Vec<usize>, Option<(char, usize)>) {
    let (mut open, mut quote, mut before) = (Vec::new(), None, ' ');
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (Some(('"', _)), _) if escaped => escaped = false,
            (Some(('"', _)), '\\') => escaped = true,
            (Some((begun, _)), _) if begun == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ']' | '}' | ',') => {
                quote = Some((character, at));
            }
            (None, '#') if before == ' ' => break,
            (None, '[' | '{') => open.push(at),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = character;
    }
    (open, quote)
}

/// The finding for an error of the parser at the byte offset `at`.
pub(super) fn finding(text: &str, kind: &ErrorKind, at: usize) -> Finding {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // Errors at the very end are shown at the last thing there is.
    if at == text.len() {
        at = text.trim_end().char_indices().next_back().map_or(at, |(i, _)| i);
    }
    let rest = &text[at..];
    let line = rest.split(['\n', '\r']).next().unwrap_or(rest);
    let first = line.chars().next().map_or(0, char::len_utf8);
    let char_span = Span::new(at, at + first);
    let line_span = Span::new(at, at + line.trim_end().len());
    let error = |message: &str, span: Span| Finding::error(INVALID, message, span);
    match kind {
        ErrorKind::RecursionLimitExceeded => crate::source::too_deep(char_span),
        ErrorKind::UnknownAnchor => {
            let end = line[first..]
                .find([' ', ',', ']', '}'])
                .map_or(line.len(), |i| first + i);
            error(
                "No anchor of this name precedes this alias",
                Span::new(at, at + end),
            )
            .with_help("Mark a value above with &name; quote the text if it only begins with *")
        }
        ErrorKind::UnclosedQuotedScalar => error("This quote is never closed", line_span),
        ErrorKind::UnclosedFlowCollection { open } => {
            error(&format!("This `{open}` is never closed"), char_span)
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => {
            let span = tab_in_indentation(text, at).unwrap_or(char_span);
            error(TAB, span).with_help("Replace the tabs")
        }
        ErrorKind::MappingValueNotAllowed => error("A colon where no key can stand", char_span).with_help(
            "Quote a text with a colon in it, or look at the indentation of this line and the one above",
        ),
        ErrorKind::UnexpectedCharacter { character: '%' } => {
            error("Unexpected `%`: a plain text cannot begin with it", char_span)
                .with_help("Put JSONata expressions in quotes: \"{% ... %}\"")
        }
        ErrorKind::UnexpectedCharacter { character } => error(
            &format!("Unexpected `{character}`: a plain text cannot begin with it"),
            char_span,
        )
        .with_help("Put the text in quotes"),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            error("The indentation fits nothing above", char_span)
                .with_help("Look at the indentation of this line and the one above")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            error("A key without a colon", line_span)
                .with_help("Write key: value, with a space after the colon")
        }
        ErrorKind::UnpairedLowSurrogate | ErrorKind::MissingLowSurrogate | ErrorKind::InvalidLowSurrogate => {
            error("This escape is half of a surrogate pair", char_span)
        }
        ErrorKind::UnknownQuotedScalarEscape => error("An unknown escape in a double-quoted text", char_span)
            .with_help(r"Write \\ for a backslash, or use single quotes"),
        _ => {
            let words = kind.to_string();
            let tab = tab_in_indentation(text, at).filter(|_| words.contains("found a tab"));
            if let Some(tab) = tab {
                return error(TAB, tab).with_help("Replace the tabs");
            }
            // Another quote has closed it since.
            let quote = open_quote_before(text, at).filter(|_| words.contains("-quoted scalar"));
            if let Some(quote) = quote {
                return error("This quote is never closed", quote);
            }
            if words.contains("trailing content after") {
                return error("The quoted text ends before this", line_span).with_help(
                    r#"Inside of "..." write ' or \" for a quote; inside of '...' write " or ''"#,
                );
            }
            if let Some(open) = open_bracket_before(text, at) {
                let span = Span::new(open, open + 1);
                return error(&format!("This `{}` is never closed", &text[span.range()]), span);
            }
            let mut chars = words.chars();
            let head: String = chars
                .next()
                .map(|c| c.to_uppercase().collect())
                .unwrap_or_default();
            error(&format!("{head}{}", chars.as_str()), char_span)
        }
    }
}
