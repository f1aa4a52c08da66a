//! One value against its shape.

use std::fmt::Display;

use super::report::Phase;
use super::structure::Site;
use super::{Context, SCHEMA, expressions, hints, messages, paths, templates, timestamp, variables};
use crate::asl::fields::{Field, Kind, Shape};
use crate::asl::{QueryLanguage, StateType};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Help, Span, nearest};
use crate::expr::jsonata::{Delimited, delimited};
use crate::source::{Document, Format, NodeRef, placeholder};

/// Checks the value of `field`.
pub(super) fn check(context: &mut Context<'_>, node: NodeRef<'_>, field: &'static Field, site: Site) {
    let first = context.report.next_id();
    shape(context, node, field, site);
    context
        .report
        .change(first, |finding| hints::add(finding, node, field, site));
}

fn shape(context: &mut Context<'_>, node: NodeRef<'_>, field: &'static Field, site: Site) {
    let language = site.language;
    let jsonata = language == Some(QueryLanguage::Jsonata);
    // What is put into a text may make an expression of it.
    let is_text =
        stays_text(node, field.shape) && !(field.expression && language != Some(QueryLanguage::JsonPath));
    // What a template fills in later may be anything.
    if node.is_unknown() && !is_text {
        return;
    }
    if field.expression && jsonata && looks_like_expression(node) {
        return expressions::check(context, node, field, site);
    }
    let placeholder = node.has_placeholder() && !is_text;
    match field.shape {
        Shape::Json => templates::static_result(context, node),
        Shape::Template => template(context, node, field, site),
        Shape::Text
        | Shape::Target
        | Shape::Resource
        | Shape::Label
        | Shape::Pointer
        | Shape::StorageResource(_) => {
            if text(context, node) && site.kind == Kind::State(StateType::Fail) && !jsonata {
                templates::no_path(context, node, field.name);
            }
        }
        Shape::Bool => {
            if node.as_bool().is_none() && !placeholder {
                expect(context, node, "BOOLEAN");
            }
        }
        Shape::Integer(low, high) => {
            if !placeholder {
                integer(context, node, low, high);
            }
        }
        Shape::Number(low, high) => {
            if !placeholder {
                number(context, node, low, high);
            }
        }
        Shape::AtLeast(low) => {
            if !placeholder {
                at_least(context, node, low);
            }
        }
        Shape::Enum(values) => enumeration(context, node, values),
        Shape::States => {
            if !node.is_object() {
                expect(context, node, "OBJECT");
            }
        }
        Shape::Assign => {
            if node.is_object() {
                variables::check(context, node);
                template(context, node, field, site);
            } else {
                expect(context, node, "OBJECT");
            }
        }
        Shape::Timestamp => {
            let valid = node.as_str().is_some_and(timestamp::is_valid);
            if !valid && !placeholder {
                let message = if node.as_str().is_some() {
                    messages::TIMESTAMP.to_owned()
                } else {
                    messages::expected("STRING")
                };
                let finding = Finding::error(SCHEMA, message, node.token_span())
                    .with_location(node.location())
                    .with_help("write date, T, time, and Z or an offset: \"2016-03-14T01:59:00Z\"");
                context.report.add(Phase::Schema, finding);
            }
        }
        Shape::Path => {
            if !node.is_null() && text(context, node) {
                paths::path(context, node);
            }
        }
        Shape::ReferencePath { null, context: root } => {
            if !(null && node.is_null()) && text(context, node) {
                paths::reference(context, node, site.kind, root, null);
            }
        }
        Shape::PathOrCall => {
            if text(context, node) {
                paths::path_or_call(context, node);
            }
        }
        Shape::Condition => {
            if looks_like_expression(node) {
                expressions::check(context, node, field, site);
            } else if node.as_bool().is_none() && !placeholder {
                expression_needed(context, node);
            }
        }
        // A literal object is taken since Map iterates over objects [Map workflow state: Items].
        Shape::Items => {
            if node.is_array() || node.is_object() || looks_like_expression(node) {
                expressions::check(context, node, field, site);
            } else if !placeholder {
                expression_needed(context, node);
            }
        }
        Shape::ErrorNames => {
            if list(context, node, true) {
                node.items().for_each(|item| {
                    text(context, item);
                });
            }
        }
        Shape::Texts => {
            if list(context, node, false) {
                node.items().for_each(|item| {
                    text(context, item);
                });
            }
        }
        // The walk goes on inside; but processors and branches are scopes, and checked as such.
        Shape::Object(kind) => {
            if kind == Kind::Processor && !node.is_object() {
                expect(context, node, "OBJECT");
            }
        }
        Shape::List { of, non_empty } => {
            if list(context, node, non_empty) && of == Kind::Branch {
                let known = |item: &NodeRef<'_>| !item.is_object() && !item.is_unknown();
                node.items()
                    .filter(known)
                    .for_each(|item| expect(context, item, "OBJECT"));
            }
        }
    }
}

/// Whether the value of a field that takes no text is one, whatever its placeholders stand for: CloudFormation and Terraform's
/// `templatefile` put a text in their place, and the quotes around it stay [CloudFormation resource provider]. Variables of
/// the Serverless Framework (`${self:custom.n}`) and functions keep their type.
pub(super) fn stays_text(node: NodeRef<'_>, shape: Shape) -> bool {
    let names = node.as_str().map(placeholder::names);
    matches!(
        shape,
        Shape::Bool | Shape::Integer(..) | Shape::Number(..) | Shape::AtLeast(_)
    ) && (node.is_unknown() || node.document().format() == Format::Json)
        && names.is_some_and(|mut names| {
            names.all(|name| {
                name.chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
            })
        })
}

/// Whether a value is a string that begins or ends as a JSONata expression does; whether it does both is checked
/// with the expressions.
fn looks_like_expression(node: NodeRef<'_>) -> bool {
    node.as_str()
        .is_some_and(|text| delimited(text) != Delimited::Literal)
}

/// Says that a value is not of the type AWS calls `type_name`.
pub(super) fn expect(context: &mut Context<'_>, node: NodeRef<'_>, type_name: &str) {
    let finding = Finding::error(SCHEMA, messages::expected(type_name), node.token_span())
        .with_location(node.location())
        .with_label(format!("this is {}", node.described()));
    context.report.add(Phase::Schema, finding);
}

/// Whether a value is a string; says so if it is not.
fn text(context: &mut Context<'_>, node: NodeRef<'_>) -> bool {
    let string = node.as_str().is_some();
    if !string && !node.is_unknown() {
        expect(context, node, "STRING");
    }
    string
}

/// A payload template in the language that counts.
fn template(context: &mut Context<'_>, node: NodeRef<'_>, field: &'static Field, site: Site) {
    match site.language {
        Some(QueryLanguage::Jsonata) => expressions::check(context, node, field, site),
        Some(QueryLanguage::JsonPath) => templates::check(context, node),
        None => {}
    }
}

fn expression_needed(context: &mut Context<'_>, node: NodeRef<'_>) {
    if node.as_str().is_some() {
        let finding =
            Finding::error(SCHEMA, messages::DELIMITERS, node.token_span()).with_location(node.location());
        context.report.add(Phase::Schema, finding);
    } else {
        expect(context, node, "STRING");
    }
}

/// Whether a value is a list that may be looked into.
fn list(context: &mut Context<'_>, node: NodeRef<'_>, non_empty: bool) -> bool {
    if !node.is_array() {
        expect(context, node, "ARRAY");
        return false;
    }
    if non_empty && node.items().len() == 0 && !node.is_open() {
        let finding = Finding::error(SCHEMA, messages::EMPTY, node.key_span()).with_location(node.location());
        context.report.add(Phase::Schema, finding);
    }
    true
}

fn integer(context: &mut Context<'_>, node: NodeRef<'_>, low: i64, high: i64) {
    let Some(value) = node.as_number().and_then(|n| n.as_i64()) else {
        // An integer beyond 64 bits is beyond every range.
        let message = match node.as_number() {
            Some(n) if n.is_integer() && n.as_f64() > 0.0 => messages::maximum(high),
            Some(n) if n.is_integer() => messages::minimum(low),
            _ => messages::EXPECTED_INTEGER.to_owned(),
        };
        let finding = Finding::error(SCHEMA, message, node.token_span()).with_location(node.location());
        context.report.add(Phase::Schema, finding);
        return;
    };
    if value < low {
        range(
            context,
            node,
            messages::minimum(low),
            &limits(low, (high != i64::MAX).then_some(high)),
        );
    } else if value > high {
        range(context, node, messages::maximum(high), &limits(low, Some(high)));
    }
}

fn number(context: &mut Context<'_>, node: NodeRef<'_>, low: f64, high: f64) {
    let Some(value) = node.as_number().map(|n| n.as_f64()) else {
        expect(context, node, "NUMBER");
        return;
    };
    if value < low {
        range(
            context,
            node,
            messages::minimum(format!("{low:.1}")),
            &limits(low, Some(high)),
        );
    } else if value > high {
        range(
            context,
            node,
            messages::maximum(format!("{high:.1}")),
            &limits(low, Some(high)),
        );
    }
}

fn at_least(context: &mut Context<'_>, node: NodeRef<'_>, low: i64) {
    #[allow(clippy::cast_precision_loss, reason = "the bounds are small")]
    match node.as_number() {
        None => expect(context, node, "NUMBER"),
        Some(number) if number.as_f64() < low as f64 => {
            range(context, node, messages::minimum(low), &limits(low, None::<i64>));
        }
        Some(_) => {}
    }
}

/// What a number may be, in words.
fn limits(low: impl Display, high: Option<impl Display>) -> String {
    match high {
        Some(high) => format!("takes {low} to {high}"),
        None => format!("takes {low} or more"),
    }
}

fn range(context: &mut Context<'_>, node: NodeRef<'_>, message: String, limits: &str) {
    let finding = Finding::error(SCHEMA, message, node.token_span())
        .with_location(node.location())
        .with_label(limits);
    context.report.add(Phase::Schema, finding);
}

fn enumeration(context: &mut Context<'_>, node: NodeRef<'_>, values: &[&str]) {
    let Some(value) = node.as_str() else {
        return expect(context, node, "STRING");
    };
    if node.has_placeholder() || values.contains(&value) {
        return;
    }
    let span = node.token_span();
    let finding = Finding::error(SCHEMA, messages::one_of(values), span).with_location(node.location());
    let only = values.first().copied().filter(|_| values.len() == 1);
    let Some(near) = nearest(value, values.iter().copied()).or(only) else {
        context.report.add(Phase::Schema, finding);
        return;
    };
    let help = if only.is_some() {
        format!("write \"{near}\"").into()
    } else if near.eq_ignore_ascii_case(value) {
        format!("write '{near}': names are case-sensitive").into()
    } else {
        Help::asks(near)
    };
    let finding = mended(finding.with_help(help), node.document(), span, near);
    context.report.add(Phase::Schema, finding);
}

/// The bytes of a part of a string's text, its first line only.
pub(super) fn inside(node: NodeRef<'_>, part: Span) -> Span {
    let text = node.document().file().text();
    let span = node.span_in_source(part.range());
    let Some(within) = text.get(span.range()) else {
        debug_assert!(false, "{span:?} cuts a character");
        return node.token_span();
    };
    let line = within.split(['\n', '\r']).next().unwrap_or_default();
    Span::new(span.start as usize, span.start as usize + line.len())
}

/// A finding with the fix that its help describes: `text` in place of the string or key at `span`, quoted as that is.
pub(super) fn mended(finding: Finding, document: &Document, span: Span, text: &str) -> Finding {
    let old = &document.file().text()[span.range()];
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    let quoted = match old.chars().next() {
        Some('\'') => format!("'{}'", text.replace('\'', "''")),
        Some(c) if c != '"' && text.chars().all(plain) => text.to_owned(),
        _ => serde_json::Value::from(text).to_string(),
    };
    finding.with_fix(Fix {
        title: format!("Change to '{text}'"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { span, text: quoted }],
    })
}
