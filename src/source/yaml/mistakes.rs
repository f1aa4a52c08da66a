//! What is wrong with a YAML text, with the way out where the usual cause is known. AWS reads JSON only: words and help
//! are ours.

use granit_parser::ErrorKind;

use super::{Finding, INVALID, Span};

const TAB: &str = "YAML is indented with spaces, and this is a tab";

/// The first tab before the words of the line of `at`, or of the one behind it.
fn tab_in_indentation(text: &str, at: usize) -> Option<Span> {
    let mut begin = text.get(..at)?.rfind('\n').map_or(0, |line_break| line_break + 1);
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
    let start = text[..end].rfind('\n').map_or(0, |line_break| line_break + 1);
    let open = start + unclosed(&text[start..end])?;
    text[open..].starts_with(['[', '{']).then_some(open)
}

/// Where a line opens what it does not close: a bracket, or a quote that a value begins with.
pub(super) fn unclosed(line: &str) -> Option<usize> {
    let (mut open, mut quote, mut before) = (Vec::new(), None, ' ');
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (Some(('"', _)), _) if escaped => escaped = false,
            (Some(('"', _)), '\\') => escaped = true,
            (Some((begun, _)), _) if begun == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => quote = Some((character, at)),
            (None, '#') if before == ' ' => break,
            (None, '[' | '{') => open.push(at),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = character;
    }
    open.first().copied().or(quote.map(|(_, at)| at))
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
            error("This does not fit here", char_span)
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
