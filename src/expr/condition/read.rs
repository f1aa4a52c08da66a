//! From a rule's object to its condition.

use std::sync::Arc;
use std::sync::OnceLock;

use super::{Comparison, Condition, Jsonata, Place, Side, Test};
use crate::asl::{RuleFields, comparison};
use crate::expr::jsonata::{Delimited, compiled, delimited};
use crate::expr::jsonpath::Path;
use crate::expr::spelling;
use crate::source::{Document, NodeRef};
use crate::value::{Map, Value};

/// What a rule has beside its condition.
const BESIDE: [&str; 4] = ["Next", "Comment", "Assign", "Output"];

impl Condition {
    /// Reads the condition of a rule, or of one inside `And`, `Or` and `Not`. What is no condition becomes
    /// [`Condition::Opaque`]: saying what is wrong with it is `validate/`'s part.
    pub fn read(rule: NodeRef<'_>) -> Condition {
        Condition::of(rule).unwrap_or_else(|| {
            let rest = rule
                .members()
                .iter()
                .filter(|member| !BESIDE.contains(&&*member.key));
            let rest = rest.map(|member| (member.key.clone(), rule.document().node(member.value).to_value()));
            Condition::Opaque(Value::object(rest.collect::<Map>()).to_json().into())
        })
    }

    fn of(rule: NodeRef<'_>) -> Option<Condition> {
        let fields = RuleFields::from(rule);
        if let Some(condition) = fields.condition() {
            return match condition.as_str() {
                Some(text) => Some(Condition::jsonata(rule.document(), text)),
                None => condition.as_bool().map(Condition::Constant),
            };
        }
        for (list, join) in [
            (fields.and(), Condition::And as fn(Vec<Condition>) -> Condition),
            (fields.or(), Condition::Or),
        ] {
            if let Some(list) = list {
                let parts: Vec<Condition> = list.items().map(Condition::read).collect();
                return (!parts.is_empty()).then(|| join(parts));
            }
        }
        if let Some(inner) = fields.not() {
            return Some(Condition::Not(Box::new(Condition::read(inner))));
        }
        let place = Place::read(fields.variable()?.as_str()?);
        let (operator, operand) = (rule.members().iter()).find_map(|member| {
            let operator = comparison(&member.key)?;
            Some((operator, rule.document().node(member.value)))
        })?;
        let side = match operand.as_str() {
            Some(path) if operator.is_path => Side::Place(Place::read(path)),
            _ => Side::Value(operand.to_value()),
        };
        Some(Condition::Compare(Box::new(Comparison {
            place,
            test: Test::Operator(operator),
            side,
        })))
    }

    fn jsonata(document: &Document, text: &str) -> Condition {
        let Delimited::Expression(range) = delimited(text) else {
            return Condition::Opaque(text.into());
        };
        let text = &text[range];
        Condition::Expression(Box::new(Jsonata {
            text: text.into(),
            expression: compiled::jsonata(document, text).ok(),
            meaning: OnceLock::new(),
        }))
    }
}

impl Place {
    fn read(text: &str) -> Place {
        match Path::parse(text) {
            Ok(path) => Place::Path(path),
            Err(_) => Place::Text(text.into()),
        }
    }

    /// Its one spelling.
    pub fn spelling(&self) -> Arc<str> {
        match self {
            Place::Path(path) => spelling::of_path(path).into(),
            Place::Text(text) => text.clone(),
        }
    }
}
