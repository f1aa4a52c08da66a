//! A Choice rule's condition in words, for edges of a drawing and lines of a comparison.

use crate::asl::{Comparison, Operand, comparison};
use crate::source::{NodeKind, NodeRef};

/// What a Choice rule tests, on one line: `$.total NumericGreaterThan 1000`, `not ($.a IsPresent true)`, or the text of
/// a JSONata condition without its delimiters.
pub fn condition_text(rule: NodeRef<'_>) -> String {
    text(rule, false, |operator, operand| {
        format!("{} {}", operator.name, literal(operator, operand))
    })
}

/// The same in few words: `$.total > 1000`, `$.a is not present`. White space of a JSONata condition is made single.
pub fn condition_in_short(rule: NodeRef<'_>) -> String {
    let text = text(rule, false, |operator, operand| {
        if operator.operand == Operand::TypeTest {
            let not = if operand.as_bool() == Some(false) {
                " not"
            } else {
                ""
            };
            format!("is{not} {}", tested_type(operator.name))
        } else {
            format!("{} {}", symbol(operator.name), literal(operator, operand))
        }
    });
    match rule.get("Condition") {
        Some(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        None => text,
    }
}

/// The words of a rule; `inside` when it stands beside others, so that it needs its own brackets. `compared` says what
/// its variable is compared with.
fn text(rule: NodeRef<'_>, inside: bool, compared: fn(&'static Comparison, NodeRef<'_>) -> String) -> String {
    if let Some(condition) = rule.get("Condition") {
        return match condition.as_str() {
            Some(text) => expression(text).to_owned(),
            None => condition.to_value().to_json(),
        };
    }
    for (junction, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(list) = rule.get(junction) {
            let alone = list.items().len() < 2;
            let parts: Vec<String> = list.items().map(|part| text(part, !alone, compared)).collect();
            let joined = parts.join(word);
            return if inside && !alone {
                format!("({joined})")
            } else {
                joined
            };
        }
    }
    if let Some(negated) = rule.get("Not") {
        return format!("not ({})", text(negated, false, compared));
    }
    let variable = rule.get("Variable").and_then(NodeRef::as_str).unwrap_or("?");
    let test = (rule.members().iter()).find_map(|member| Some((comparison(&member.key)?, member.value)));
    match test {
        Some((operator, operand)) => {
            format!("{variable} {}", compared(operator, rule.document().node(operand)))
        }
        None => variable.to_owned(),
    }
}

/// The text between `{%` and `%}`, trimmed; the whole text when it has no delimiters.
pub fn expression(text: &str) -> &str {
    text.strip_prefix("{%")
        .and_then(|t| t.strip_suffix("%}"))
        .map_or(text, str::trim)
}

/// `IsPresent` -> `present`, `IsNumeric` -> `a number`.
fn tested_type(operator: &str) -> &str {
    match operator {
        "IsNull" => "null",
        "IsPresent" => "present",
        "IsNumeric" => "a number",
        "IsString" => "a string",
        "IsBoolean" => "a boolean",
        "IsTimestamp" => "a timestamp",
        other => other,
    }
}

/// `NumericLessThanEqualsPath` -> `<=`. The operators of the table end in one of these words.
fn symbol(operator: &str) -> &'static str {
    let name = operator.strip_suffix("Path").unwrap_or(operator);
    [
        ("Matches", "like"),
        ("LessThanEquals", "<="),
        ("GreaterThanEquals", ">="),
        ("LessThan", "<"),
        ("GreaterThan", ">"),
        ("Equals", "="),
    ]
    .into_iter()
    .find_map(|(end, symbol)| name.ends_with(end).then_some(symbol))
    .unwrap_or("?")
}

/// What a variable is compared with: paths as they are, other text in quotes.
fn literal(operator: &Comparison, operand: NodeRef<'_>) -> String {
    match operand.kind() {
        NodeKind::String(path) if operator.is_path => path.to_string(),
        _ => operand.to_value().to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};
    use std::sync::Arc;

    #[test]
    fn conditions_read_as_they_are_written() {
        for (rule, expected) in [
            (
                r#"{"Variable": "$.a", "NumericGreaterThan": 5, "Next": "X"}"#,
                "$.a NumericGreaterThan 5",
            ),
            (
                r#"{"Variable": "$.a", "StringEqualsPath": "$.b"}"#,
                "$.a StringEqualsPath $.b",
            ),
            (
                r#"{"Not": {"Variable": "$.a", "IsPresent": true}}"#,
                "not ($.a IsPresent true)",
            ),
            (
                r#"{"And": [{"Variable": "$.a", "StringEquals": "x"},
                    {"Or": [{"Variable": "$.b", "IsNull": true}, {"Variable": "$.c", "IsNull": false}]}]}"#,
                r#"$.a StringEquals "x" and ($.b IsNull true or $.c IsNull false)"#,
            ),
            (
                r#"{"Condition": "{%  $states.input.n > 1 %}"}"#,
                "$states.input.n > 1",
            ),
        ] {
            let parsed = parse(Arc::new(SourceFile::new("t.json", rule)));
            let document = parsed.document.expect("JSON");
            assert_eq!(condition_text(document.root()), expected);
        }
    }

    fn words(rule: &str) -> String {
        let parsed = parse(Arc::new(SourceFile::new("rule.json", rule)));
        let document = parsed.document.expect("the test's rule is JSON");
        condition_in_short(document.root())
    }

    #[test]
    fn rules_read_as_sentences() {
        for (rule, expected) in [
            (
                r#"{"Variable": "$.total", "NumericGreaterThan": 1000}"#,
                "$.total > 1000",
            ),
            (
                r#"{"Variable": "$.a", "NumericLessThanEqualsPath": "$.b"}"#,
                "$.a <= $.b",
            ),
            (
                r#"{"Variable": "$.s", "StringMatches": "log-*"}"#,
                r#"$.s like "log-*""#,
            ),
            (r#"{"Variable": "$.s", "StringEquals": "$.x"}"#, r#"$.s = "$.x""#),
            (r#"{"Variable": "$.s", "IsPresent": false}"#, "$.s is not present"),
            (r#"{"Variable": "$.s", "IsNumeric": true}"#, "$.s is a number"),
            (
                r#"{"Not": {"Variable": "$.b", "BooleanEquals": true}}"#,
                "not ($.b = true)",
            ),
            (
                r#"{"And": [{"Variable": "$.a", "IsNull": true}, {"Or": [{"Variable": "$.b", "NumericEquals": 1.50},
                    {"Variable": "$.c", "TimestampLessThan": "2024-01-01T00:00:00Z"}]}]}"#,
                r#"$.a is null and ($.b = 1.5 or $.c < "2024-01-01T00:00:00Z")"#,
            ),
            (
                r#"{"Or": [{"And": [{"Variable": "$.a", "BooleanEquals": true}]}]}"#,
                "$.a = true",
            ),
            (r#"{"Condition": "{%  $x >\n 1 %}"}"#, "$x > 1"),
            (r#"{"Condition": true}"#, "true"),
            (r#"{"Variable": "$.a"}"#, "$.a"),
            ("{}", "?"),
        ] {
            assert_eq!(words(rule), expected, "{rule}");
        }
    }
}
