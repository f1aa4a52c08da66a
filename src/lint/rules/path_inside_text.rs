//! # What it does
//! Finds paths and expressions in the middle of a plain text: `"Order $.id failed"`, `"Hello {% $name %}"`.
//!
//! # Why
//! A value is evaluated as a whole or not at all. The text is passed on as it stands, and the reader of the message
//! sees `$.id`. Texts that are code or queries, where such words mean something else, are left alone.
//!
//! # Example
//! ```json
//! {"StartAt": "Tell", "States": {
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
//!     "Parameters": {"TopicArn": "${Topic}", "Message": "Order $.order.id failed"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Tell", "States": {
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "States.Format('Order {} failed', $.order.id)"}}}}
//! ```
//!
//! # Source
//! [Intrinsic functions](https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html): States.Format;
//! [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::ops::Range;

use crate::asl::{QueryLanguage, State, StateType};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::expr::jsonata::{Delimited, delimited};
use crate::lint::templates::{self, Part, is_code, is_dynamic, lacks_delimiters};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "path-inside-text",
    summary: "A path inside other text, which is never evaluated",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let inside = |text: &str, language| {
            let whole = language == QueryLanguage::Jsonata
                && lacks_delimiters(text, |name| cx.assignments().is_possible(state, name));
            if whole { None } else { inside(text, language) }
        };
        templates::members(cx, state, &mut |part| {
            if part.member.key.ends_with(".$") {
                return;
            }
            let place_in = |node: NodeRef<'_>| node.as_str().and_then(|text| inside(text, state.query_language));
            let found = place_in(part.value).zip(part.value.as_str());
            let found = found.map(|(place, text)| mended(finding(cx, part.value, place), state, &part, text));
            let in_list = part.value.items().filter_map(|item| Some(finding(cx, item, place_in(item)?)));
            let mut all = found.into_iter().chain(in_list).peekable();
            // Few texts get so far.
            if all.peek().is_some() && !is_code(&part.member.key) {
                out.extend(all);
            }
        });
        if state.state_type == Some(StateType::Fail) {
            for node in ["Error", "Cause"].into_iter().filter_map(|name| cx.field(state, name)) {
                let place = node.as_str().and_then(|text| inside(text, state.query_language));
                out.extend(place.map(|place| finding(cx, node, place)));
            }
        }
    }
}

fn finding(cx: &Context<'_>, node: NodeRef<'_>, place: Range<usize>) -> Finding {
    let word = node.as_str().and_then(|text| text.get(place.clone())).unwrap_or_default();
    let help = match word.starts_with('{') {
        true => "let one expression make the whole text: \"{% 'text ' & $value %}\"",
        false if word.starts_with("$states") => "write \"{% 'text ' & $states... & ' text' %}\"",
        false => "make the text by a call, under a key that ends in .$: States.Format('text {} text', $.value)",
    };
    cx.at_part(node, place, format!("'{word}' is passed as text: a value is evaluated as a whole or not at all"))
        .with_label("not evaluated")
        .with_help(help)
}

/// Offers a call of `States.Format` where nothing in the text means something else in there.
fn mended(finding: Finding, state: &State, part: &Part<'_>, text: &str) -> Finding {
    let key = &part.member.key;
    let plain = !text.contains(['\'', '{', '}', '\\', '\n']);
    if state.query_language != QueryLanguage::JsonPath
        || !plain
        || part.object.member(&format!("{key}.$")).is_some()
    {
        return finding;
    }
    let edits = || -> Option<Vec<Edit>> {
        let (format, paths) = format_call(text);
        let call = format!("States.Format('{format}', {})", paths.join(", "));
        Some(vec![edits::add_dollar(part.object, part.member)?, edits::replace_string(part.value, &call)?])
    };
    edits::offer(finding, format!("Make the text under '{key}.$' by States.Format"), Applicability::Unsafe, edits())
}

/// The text with `{}` in the place of its paths, and the paths.
fn format_call(text: &str) -> (String, Vec<&str>) {
    let (mut format, mut paths, mut rest) = (String::new(), Vec::new(), text);
    while let Some(place) = path(rest) {
        format.push_str(&rest[..place.start]);
        format.push_str("{}");
        paths.push(&rest[place.clone()]);
        rest = &rest[place.end..];
    }
    format.push_str(rest);
    (format, paths)
}

/// The first path or expression in a text that is more than that.
fn inside(text: &str, language: QueryLanguage) -> Option<Range<usize>> {
    let place = match language {
        // All of it is a call that lacks its place: path-without-dollar's, or AWS's own warning.
        QueryLanguage::JsonPath if is_dynamic(text) => return None,
        QueryLanguage::JsonPath => path(text)?,
        QueryLanguage::Jsonata if delimited(text) == Delimited::Literal => {
            expression(text).or_else(|| states(text))?
        }
        QueryLanguage::Jsonata => return None,
    };
    (place.len() < text.trim().len()).then_some(place)
}

/// `$.order.id` or `$$.Execution.Name` between blanks or other signs that end a word in a sentence.
fn path(text: &str) -> Option<Range<usize>> {
    text.match_indices("$.").find_map(|(dot, _)| {
        let start = if text[..dot].ends_with('$') { dot - 1 } else { dot };
        let names = &text[dot + 2..];
        let name_length = |text: &str| {
            let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
            if first { end } else { 0 }
        };
        let mut end = name_length(names);
        if end == 0 || !stands_alone(text, start) {
            return None;
        }
        // A full stop ends the sentence.
        while let Some(next) = names[end..].strip_prefix('.').map(name_length).filter(|length| *length > 0) {
            end += 1 + next;
        }
        let rest = &names[end..];
        // `$.each(...)` is code, `$.x = 1` as well.
        let code = rest.starts_with(['(', '[', '\'', '"', '`', '$']) || rest.trim_start().starts_with("= ");
        (!code).then_some(start..dot + 2 + end)
    })
}

/// `$states.input.x` in a text of JSONata.
fn states(text: &str) -> Option<Range<usize>> {
    text.match_indices("$states.").find_map(|(start, word)| {
        let rest = &text[start + word.len()..];
        let known = ["input", "result", "context", "errorOutput"].iter().any(|name| rest.starts_with(name));
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'));
        let end = start + word.len() + length.unwrap_or(rest.len());
        let end = start + text[start..end].trim_end_matches('.').len();
        (known && stands_alone(text, start)).then_some(start..end)
    })
}

/// `{% ... %}` inside a text.
fn expression(text: &str) -> Option<Range<usize>> {
    let start = text.find("{%")?;
    let end = start + text[start..].find("%}")? + 2;
    // With blanks around it and nothing else it is plain text on purpose. Other templates have such brackets, too, as in
    // `{% if name %}`; what reads data here has a dollar sign.
    let around = text[..start].trim().is_empty() && text[end..].trim().is_empty();
    (!around && text[start..end].contains('$')).then_some(start..end)
}

/// Whether what begins at `start` does so as a word of a sentence, a name of a file or the like does.
fn stands_alone(text: &str, start: usize) -> bool {
    let before = text[..start].chars().next_back();
    before.is_none_or(|c| c.is_whitespace() || matches!(c, ':' | '/' | '-' | '_' | '#' | ',' | '='))
}
