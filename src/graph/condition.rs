//! A Choice rule's condition in words, for edges of a drawing and lines of a comparison.

use crate::asl::comparison;
use crate::source::NodeRef;

/// What a Choice rule tests, on one line: `$.total NumericGreaterThan 1000`, `not ($.a IsPresent true)`, or the text of
/// a JSONata condition without its delimiters.
pub fn condition_text(rule: NodeRef<'_>) -> String {
    text(rule, false)
}

fn text(rule: NodeRef<'_>, inside: bool) -> String {
    if let Some(condition) = rule.get("Condition") {
        return match condition.as_str() {
            Some(text) => expression(text).to_owned(),
            None => condition.to_value().to_json(),
        };
    }
    for (junction, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(list) = rule.get(junction) {
            let parts: Vec<String> = list.items().map(|part| text(part, true)).collect();
            let joined = parts.join(word);
            return if inside && parts.len() > 1 {
                format!("({joined})")
            } else {
                joined
            };
        }
    }
    if let Some(negated) = rule.get("Not") {
        return format!("not ({})", text(negated, false));
    }
    let variable = rule
        .get("Variable")
        .map_or_else(|| "?".to_owned(), |v| v.as_str().unwrap_or("?").to_owned());
    let test = rule
        .members()
        .iter()
        .find(|member| comparison(&member.key).is_some());
    match test {
        Some(member) => {
            let operand = rule.document().node(member.value).to_value();
            let operand = match (operand.as_str(), member.key.ends_with("Path")) {
                (Some(path), true) => path.to_owned(),
                _ => operand.to_json(),
            };
            format!("{variable} {} {operand}", member.key)
        }
        None => variable,
    }
}

/// The text between `{%` and `%}`, trimmed; the whole text when it has no delimiters.
pub fn expression(text: &str) -> &str {
    text.strip_prefix("{%")
        .and_then(|t| t.strip_suffix("%}"))
        .map_or(text, str::trim)
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
}
