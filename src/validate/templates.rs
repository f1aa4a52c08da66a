//! Payload templates of JSONPath states.

use rustc_hash::FxHashMap;

use super::report::Phase;
use super::{Context, SCHEMA, doc_pages, messages, paths, values};
use crate::diagnostics::{Finding, Help, Span};
use crate::expr::jsonpath::Path;
use crate::expr::{Expression, intrinsic};
use crate::services::refusals;
use crate::source::{NodeKind, NodeRef};

/// Checks every key of a template, at any depth. AWS names the template, wherever in it the key stands: a key inside
/// `Headers` was told `at /States/GetDeclarations/Parameters` [stackoverflow 75512067].
pub(super) fn check(context: &mut Context<'_>, template: NodeRef<'_>) {
    part(context, template, template);
}

fn part(context: &mut Context<'_>, template: NodeRef<'_>, node: NodeRef<'_>) {
    // Looked at only where a key is evaluated.
    let evaluated = node.members().iter().any(|m| m.key.ends_with(".$"));
    let keys = node.members().iter().filter(|_| evaluated);
    let plain: FxHashMap<&str, Span> = keys.map(|m| (&*m.key, m.key_span)).collect();
    for member in node.members() {
        let value = node.document().node(member.value);
        let Some(name) = member.key.strip_suffix(".$") else {
            no_dollar(context, template, &member.key, value);
            part(context, template, value);
            continue;
        };
        if let Some(&plain) = plain.get(name) {
            // AWS has a payload template refused whose keys are alike once `.$` is gone [asl-validator's fixtures];
            // its words were not seen.
            let finding = Finding::error(
                SCHEMA,
                format!("The field '{name}' is defined twice, by '{name}' and '{name}.$'"),
                member.key_span,
            )
            .with_location(template.location())
            .with_related(plain, "the same field without '.$'")
            .with_help("keep one of the two");
            context.report.add(Phase::Schema, finding);
        }
        value_of(context, template, &member.key, value);
    }
    node.items().for_each(|item| part(context, template, item));
}

/// The value under a key that ends in `.$`.
fn value_of(context: &mut Context<'_>, template: NodeRef<'_>, key: &str, value: NodeRef<'_>) {
    if value.has_placeholder() {
        return;
    }
    let (span, reason, near) = match paths::unfilled(value).map(Expression::parse) {
        Some(Ok(_)) => return,
        None => (
            value.token_span(),
            "a key that ends in .$ takes a string".to_owned(),
            None,
        ),
        Some(Err(error)) => (
            values::inside(value, error.span()),
            error.to_string(),
            paths::nearest_function(&error),
        ),
    };
    let help = match near {
        Some(near) => Help::asks(near),
        None => (value.as_str().and_then(meant))
            .unwrap_or_else(|| {
                "write a path such as $.name, a call such as States.UUID(), or the key without .$ for plain text"
                    .to_owned()
            })
            .into(),
    };
    let page = match near {
        Some(_) => doc_pages::INTRINSICS,
        None => doc_pages::TEMPLATES,
    };
    let message = match value.as_str() {
        Some(_) => refusals::no_path(key),
        None => messages::template_text(key, type_name(value)),
    };
    let finding = Finding::error(SCHEMA, message, span)
        .with_location(template.location())
        .with_documentation(page)
        .with_label(reason)
        .with_help(help);
    context.report.add(Phase::Schema, finding);
}

/// What a text that is neither path nor call is meant to do: to add, to join texts, to name a text in double quotes.
fn meant(text: &str) -> Option<String> {
    let whole = |part: &str| Path::parse(part.trim()).is_ok();
    let number = |part: &str| part.trim().parse::<f64>().is_ok_and(f64::is_finite);
    let operand = |part: &str| whole(part) || number(part);
    if let Some((left, right)) = text
        .split_once(" + ")
        .filter(|(left, right)| operand(left) && operand(right))
    {
        return Some(format!("write States.MathAdd({}, {})", left.trim(), right.trim()));
    }
    if let Some((left, right)) = text
        .split_once(" - ")
        .filter(|(left, right)| operand(left) && number(right))
    {
        return Some(format!(
            "write States.MathAdd({}, -{})",
            left.trim(),
            right.trim()
        ));
    }
    if ["*", "/", "%"].iter().any(|sign| {
        let parts = text.split_once(*sign);
        parts.is_some_and(|(left, right)| operand(left) && operand(right))
    }) {
        return Some(
            "JSONPath multiplies and divides nothing: JSONata does, \"{% $states.input.a * 2 %}\"".to_owned(),
        );
    }
    if let Some((name, _)) = text.split_once('(')
        && intrinsic::function(name).is_some()
        && text.contains('"')
    {
        return Some("texts in a call stand between single quotes: States.Format('{}', $.name)".to_owned());
    }
    // A sentence with a path in it.
    let words = text.split_inclusive(char::is_whitespace);
    let is_path = |word: &str| {
        let word = word.trim().trim_end_matches(['.', ',', '!', '?', ';', ':']);
        word.starts_with('$') && word.contains('.') && whole(word)
    };
    let plain = !text.contains(['\'', '{', '}', '\\', '(', '"', '+']);
    if !plain || text.split_whitespace().count() < 2 || !words.clone().any(is_path) {
        return None;
    }
    let mut paths = Vec::new();
    let template = words.fold(String::new(), |mut template, word| {
        if is_path(word) {
            let path = word.trim().trim_end_matches(['.', ',', '!', '?', ';', ':']);
            paths.push(path);
            template.push_str(&word.replacen(path, "{}", 1));
        } else {
            template.push_str(word);
        }
        template
    });
    Some(format!("write States.Format('{template}', {})", paths.join(", ")))
}

/// The type of a value that is no text, with its article.
fn type_name(value: NodeRef<'_>) -> &'static str {
    match value.kind() {
        NodeKind::Array(_) => "an ARRAY",
        NodeKind::Object(_) => "an OBJECT",
        NodeKind::Number(_) => "a NUMBER",
        NodeKind::Bool(_) => "a BOOLEAN",
        _ => "a NULL",
    }
}

/// What a plain text looks like that is likely meant to be evaluated.
fn looks_like(text: &str) -> Option<&'static str> {
    if text.starts_with("$.") || text.starts_with("$$.") || text.starts_with("$[") {
        return Some("JSONPath");
    }
    let name = text.split_once('(').map(|(name, _)| name)?;
    intrinsic::function(name).map(|_| "Intrinsic Function")
}

fn no_dollar(context: &mut Context<'_>, template: NodeRef<'_>, key: &str, value: NodeRef<'_>) {
    let Some(what) = paths::unfilled(value).and_then(looks_like) else {
        return;
    };
    let finding = Finding::warning("NO_DOLLAR", messages::no_dollar(key, what), value.token_span())
        .with_location(template.location())
        .with_documentation(doc_pages::TEMPLATES)
        .with_label("this is plain text, not evaluated");
    context.report.add(Phase::Warning, finding);
}

/// A Pass state's `Result` is taken as it stands.
pub(super) fn static_result(context: &mut Context<'_>, result: NodeRef<'_>) {
    static_part(context, result, result);
}

fn static_part(context: &mut Context<'_>, result: NodeRef<'_>, node: NodeRef<'_>) {
    for member in node.members() {
        let value = node.document().node(member.value);
        if member.key.ends_with(".$") && value.as_str().is_some() {
            let finding = Finding::warning(
                "PASS_RESULT_IS_STATIC",
                messages::static_result(&member.key),
                member.key_span,
            )
            .with_location(result.location());
            context.report.add(Phase::Warning, finding);
        }
        static_part(context, result, value);
    }
    node.items().for_each(|item| static_part(context, result, item));
}

/// A Fail state's literal Error and Cause.
pub(super) fn no_path(context: &mut Context<'_>, node: NodeRef<'_>, field: &str) {
    let Some(what) = paths::unfilled(node).and_then(looks_like) else {
        return;
    };
    let finding = Finding::warning("NO_PATH", messages::no_path(field, what), node.token_span())
        .with_location(node.location())
        .with_label("this is plain text, not evaluated");
    context.report.add(Phase::Warning, finding);
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn what_is_meant_is_written_as_a_call() {
        for (text, expected) in [
            ("$.a + 1", Some("write States.MathAdd($.a, 1)")),
            ("$.a - 1", Some("write States.MathAdd($.a, -1)")),
            ("$.a + $.b", Some("write States.MathAdd($.a, $.b)")),
            ("Hello $.name", Some("write States.Format('Hello {}', $.name)")),
            (
                "$.first $.last.",
                Some("write States.Format('{} {}.', $.first, $.last)"),
            ),
            (
                "States.Format(\"{}\", $.a)",
                Some("texts in a call stand between single quotes: States.Format('{}', $.name)"),
            ),
            ("hello", None),
            ("it's $.name", None),
            ("costs 5 $", None),
            ("$.a +", None),
            ("", None),
        ] {
            assert_eq!(meant(text).as_deref(), expected, "{text}");
        }
    }
}
