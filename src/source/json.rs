//! JSON text, strict as AWS reads it, with jsonc-parser for the places.

use std::sync::Arc;

use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};

use super::document::{Builder, Member, NodeId, NodeKind};
use super::{Parsed, SourceFile};
use crate::diagnostics::{Finding, Span};
use crate::value::Number;

/// None of the leniencies: what AWS refuses is refused here.
pub(super) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(file: Arc<SourceFile>) -> Parsed {
    let mut findings = Vec::new();
    let mut builder = Builder::default();
    let root = match parse_to_ast(file.text(), &CollectOptions::default(), &STRICT) {
        Ok(result) => result
            .value
            .as_ref()
            .map(|value| convert(value, &mut builder, &mut findings)),
        Err(error) => {
            let range = error.range();
            findings.push(Finding::error(
                "INVALID_JSON_DESCRIPTION",
                format!("{}", error.kind()),
                Span::new(range.start, range.end),
            ));
            None
        }
    };
    let document = root.map(|root| builder.finish(file.clone(), root));
    Parsed {
        file,
        document,
        findings,
    }
}

fn span(range: jsonc_parser::common::Range) -> Span {
    Span::new(range.start, range.end)
}

fn convert(value: &ast::Value<'_>, builder: &mut Builder, _findings: &mut Vec<Finding>) -> NodeId {
    match value {
        ast::Value::NullKeyword(v) => builder.add(NodeKind::Null, span(v.range)),
        ast::Value::BooleanLit(v) => builder.add(NodeKind::Bool(v.value), span(v.range)),
        ast::Value::NumberLit(v) => {
            let number = Number::parse(v.value).unwrap_or(Number::Big(Arc::from(v.value)));
            builder.add(NodeKind::Number(number), span(v.range))
        }
        ast::Value::StringLit(v) => builder.add(NodeKind::String(Arc::from(&*v.value)), span(v.range)),
        ast::Value::Array(v) => {
            let items = v
                .elements
                .iter()
                .map(|item| convert(item, builder, _findings))
                .collect();
            builder.add(NodeKind::Array(items), span(v.range))
        }
        ast::Value::Object(v) => {
            let mut members: Vec<Member> = Vec::with_capacity(v.properties.len());
            for property in &v.properties {
                use jsonc_parser::common::Ranged;
                let key: Arc<str> = Arc::from(property.name.as_str());
                let key_span = span(property.name.range());
                let value = convert(&property.value, builder, _findings);
                members.push(Member { key, key_span, value });
            }
            builder.add(NodeKind::Object(members), span(v.range))
        }
    }
}
