//! # What it does
//! Finds patterns of `StringMatches` that are written as regular expressions: `^ORD-.*$`, `[0-9]*`, `\d`.
//!
//! # Why
//! `StringMatches` knows `*` alone, which stands for any characters. All other characters stand for themselves, so that the
//! rule never matches.
//!
//! # Example
//! ```json
//! {"StartAt": "Kind", "States": {
//!   "Kind": {"Type": "Choice", "Default": "Other", "Choices": [
//!     {"Variable": "$.id", "StringMatches": "^ORD-.*$", "Next": "Order"}]},
//!   "Order": {"Type": "Succeed"}, "Other": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Kind", "States": {
//!   "Kind": {"Type": "Choice", "Default": "Other", "Choices": [
//!     {"Variable": "$.id", "StringMatches": "ORD-*", "Next": "Order"}]},
//!   "Order": {"Type": "Succeed"}, "Other": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): StringMatches.

use crate::asl::RuleFields;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "regex-in-pattern",
    summary: "A regular expression where StringMatches takes a pattern",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for rule in &state.choices {
            patterns(cx, rule.fields(cx.machine), out);
        }
    }
}

fn patterns<'m>(cx: &Context<'m>, rule: RuleFields<'m>, out: &mut Vec<Finding>) {
    if let Some(node) = rule.string_matches()
        && let Some(pattern) = node.as_str().filter(|pattern| is_regex(pattern))
    {
        out.push(
            cx.at(node, format!("'{pattern}' is a regular expression: StringMatches knows * alone"))
                .with_label("never matches")
                .with_help("write * where any characters may stand; $contains(value, /regex/) of JSONata takes a regular expression"),
        );
    }
    for inner in rule.and().into_iter().chain(rule.or()).flat_map(|list| list.items()).chain(rule.not()) {
        patterns(cx, inner.into(), out);
    }
}

/// Whether a text has what only regular expressions have. `report.*` is a pattern, too, and `$` may be a currency.
fn is_regex(pattern: &str) -> bool {
    let class = ["[a-z", "[A-Z", "[0-9", "[^", "\\d", "\\w", "\\s", "(?"];
    let anchored = pattern.starts_with('^') && (pattern.ends_with('$') || pattern.contains(".*") || !pattern.contains('*'));
    anchored || pattern.starts_with(".*") || class.iter().any(|part| pattern.contains(part))
}

#[cfg(test)]
mod tests {
    use super::is_regex;

    #[test]
    fn regular_expressions_are_told_from_patterns() {
        for pattern in ["^a.*b$", "^ORD", ".*error.*", "[0-9]*", "id-\\d+", "[^a]*", "^a$"] {
            assert!(is_regex(pattern), "{pattern}");
        }
        for pattern in ["ORD-*", "*.tar.*", "report.*", "*", "a\\*b", "cost: *$", "[x]*", "s3://b/*.csv"] {
            assert!(!is_regex(pattern), "{pattern}");
        }
    }
}
