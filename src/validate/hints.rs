//! What may be meant by a value that its field does not take, whatever AWS says of it: how the value that was probably
//! wanted is written.

use super::structure::Site;
use crate::asl::fields::{Field, Shape};
use crate::asl::{QueryLanguage, comparison};
use crate::diagnostics::{Applicability, Edit, Finding, Fix};
use crate::expr::jsonata::Expression;
use crate::expr::jsonpath::Path;
use crate::expr::spelling;
use crate::source::NodeRef;

/// Adds to what is said of the value of `field` how it is written as it may be meant.
pub(super) fn add(finding: &mut Finding, node: NodeRef<'_>, field: &Field, site: Site) {
    let Some((help, instead)) = meant(node, field, site) else {
        return;
    };
    finding.help = Some(help);
    if let Some(text) = instead {
        finding.fixes.push(Fix {
            title: format!("Change to {text}"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                span: node.token_span(),
                text,
            }],
        });
    }
}

/// In words, and as a text in the place of the value.
fn meant(node: NodeRef<'_>, field: &Field, site: Site) -> Option<(String, Option<String>)> {
    if matches!(field.shape, Shape::List { .. } | Shape::ErrorNames | Shape::Texts) {
        let wrap = node.is_object() || node.as_str().is_some();
        return wrap.then(|| (format!("\"{}\" is a list: put [ ] around it", field.name), None));
    }
    if let Some(help) = other_type(node, field) {
        return Some((help.to_owned(), None));
    }
    let text = node.as_str()?;
    let jsonata = site.language == Some(QueryLanguage::Jsonata);
    if node.has_placeholder() && super::values::stays_text(node, field.shape) {
        let document = node.document();
        let is_file = document.range() == (0..document.file().text().len());
        return Some(match is_file {
            true => (
                format!("write {text}, without quotes: they stay around what is put in its place"),
                Some(text.to_owned()),
            ),
            false => (
                format!(
                    "what is put in the place of {text} stays a text here: a \"DefinitionString\" or a file of its own can \
                     hold it without quotes"
                ),
                None,
            ),
        });
    }
    match field.shape {
        Shape::Path | Shape::ReferencePath { .. } | Shape::PathOrCall => {
            let named = !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'));
            let path = format!("$.{text}");
            let fits = named && !text.starts_with('.') && Path::parse(&path).is_ok();
            fits.then(|| (format!("did you mean \"{path}\"?"), Some(format!("\"{path}\""))))
        }
        Shape::Items | Shape::Condition if !text.contains(['{', '%']) => Some(delimited(text)),
        _ if text.starts_with('$') && jsonata && field.expression => Some(delimited(text)),
        _ if text.starts_with('$') && !jsonata && Path::parse(text).is_ok() => {
            let twin = format!("{}Path", field.name);
            let twin = site.kind.field(&twin)?;
            Some((format!("\"{}\": \"{text}\" reads it from there", twin.name), None))
        }
        Shape::Integer(..) | Shape::Number(..) | Shape::AtLeast(_) => {
            let number = text.trim();
            let is_number = !number.is_empty() && number.parse::<f64>().is_ok_and(f64::is_finite);
            let plain = number
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
            (is_number && plain).then(|| (format!("write {number}, without quotes"), Some(number.to_owned())))
        }
        Shape::Bool => {
            let word = text.trim().to_ascii_lowercase();
            // YAML's older words are texts now.
            let meant = match &*word {
                "true" | "yes" | "on" => "true",
                "false" | "no" | "off" => "false",
                _ => return None,
            };
            let quoted = node.document().file().text()[node.token_span().range()].starts_with(['"', '\'']);
            let how = if quoted && meant == word {
                ", without quotes"
            } else {
                ""
            };
            Some((format!("write {meant}{how}"), Some(meant.to_owned())))
        }
        _ => None,
    }
}

/// What does the work of a list or a null where one name or one value belongs.
fn other_type(node: NodeRef<'_>, field: &Field) -> Option<&'static str> {
    let compares = comparison(field.name).is_some();
    match field.shape {
        Shape::Target if node.is_array() => {
            Some("a state has one successor: a Parallel state runs several at once, a Choice state picks one")
        }
        _ if compares && node.is_array() => {
            Some("a comparison takes one value: put a rule for each value into \"Or\"")
        }
        _ if compares && node.is_null() => Some("write \"IsNull\": true in the place of the comparison"),
        _ => None,
    }
}

/// A text as an expression; a JSONPath as what it is in JSONata.
fn delimited(text: &str) -> (String, Option<String>) {
    let converted = spelling::in_jsonata(text);
    let expression = format!("{{% {} %}}", converted.as_deref().unwrap_or(text.trim()));
    let fits = Expression::compile_in_definition(converted.as_deref().unwrap_or(text)).is_ok();
    let quoted = serde_json::Value::from(expression.as_str()).to_string();
    (
        format!("an expression stands between {{% and %}}: \"{expression}\""),
        fits.then_some(quoted),
    )
}
