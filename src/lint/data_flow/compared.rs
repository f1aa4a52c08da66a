//! Comparisons of Choice rules with what a service answers, whose model says that it is never of the type they ask for; and
//! such answers that fields take by their paths.

use std::sync::Arc;

use super::Inputs;
use super::shape::Shape;
use super::transfer::Inside;
use crate::asl::{Operand, QueryLanguage, RuleFields, StateId, StateMachine, StateType};
use crate::expr::condition::{Comparison, Condition, Place, Relation, Side, Test};
use crate::expr::jsonpath::{Path, Root};
use crate::services::{Reply, Type};
use crate::source::{NodeId, NodeRef};
use crate::value::Value;

/// Fields that take a number or a time by its path.
const BY_PATH: [(&str, Sort); 7] = [
    ("SecondsPath", Sort::Number),
    ("TimestampPath", Sort::Text),
    ("TimeoutSecondsPath", Sort::Number),
    ("HeartbeatSecondsPath", Sort::Number),
    ("MaxConcurrencyPath", Sort::Number),
    ("ToleratedFailureCountPath", Sort::Number),
    ("ToleratedFailurePercentagePath", Sort::Number),
];

/// A comparison that no answer of the service makes true, or a field that fails with all of them.
#[derive(Debug)]
pub struct Compared {
    /// The state.
    pub state: StateId,
    /// The text that names the value: `Variable`, `Condition` or `SecondsPath`.
    pub node: NodeId,
    /// The value.
    pub path: Arc<str>,
    /// What it is.
    pub has: Sort,
    /// What it would have to be.
    pub asked: Sort,
}

/// A type of values that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

pub(super) fn find(machine: &StateMachine, inputs: &Inputs<'_>) -> Vec<Compared> {
    let mut found = Vec::new();
    for state in machine.states() {
        let Some(inside) = inputs.inside(state.id) else {
            continue;
        };
        if state.state_type != Some(StateType::Choice) {
            for (name, asked) in BY_PATH {
                let node = machine.field(state.id, name);
                let path = node.and_then(|node| Some((node, Path::parse(node.as_str()?).ok()?)));
                let Some((node, path)) =
                    path.filter(|(_, path)| *path.root() == Root::Input && path.is_definite())
                else {
                    continue;
                };
                let shape = inside.seen_by(state, name, &inputs.error).follow(&path);
                if let Some(has) = shape.as_ref().and_then(sort).filter(|has| *has != asked) {
                    let path = Arc::from(path.text().trim());
                    found.push(Compared {
                        state: state.id,
                        node: node.id(),
                        path,
                        has,
                        asked,
                    });
                }
            }
            continue;
        }
        let seen = inside.seen_by(state, "Choices", &inputs.error);
        let rules = state.choices.iter().rev();
        let mut open: Vec<NodeRef<'_>> = rules.map(|rule| machine.node(rule.node)).collect();
        while let Some(rule) = open.pop() {
            let fields = RuleFields::from(rule);
            let lists = [fields.and(), fields.or()].into_iter().flatten();
            let parts: Vec<NodeRef<'_>> = lists.flat_map(NodeRef::items).chain(fields.not()).collect();
            open.extend(parts.into_iter().rev());
            let Some(node) = fields.variable().or(fields.condition()) else {
                continue;
            };
            for comparison in Condition::read(rule).comparisons() {
                let told = told(comparison, inside, seen);
                found.extend(told.map(|(path, has, asked)| Compared {
                    state: state.id,
                    node: node.id(),
                    path,
                    has,
                    asked,
                }));
            }
        }
    }
    found
}

/// The value, what it is and what is asked of it, where that is known and differs.
fn told(comparison: &Comparison, inside: &Inside, seen: &Shape) -> Option<(Arc<str>, Sort, Sort)> {
    let asked = asked(comparison)?;
    let shape = match &comparison.place {
        Place::Path(path) if *path.root() == Root::Input && path.is_definite() => seen.follow(path)?,
        Place::Path(_) => return None,
        Place::Text(text) => {
            let names: Vec<&str> = text.strip_prefix("$states.input.")?.split('.').collect();
            let plain = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let names = names.iter().all(plain).then_some(names)?;
            inside.raw().get(names, QueryLanguage::Jsonata)?
        }
    };
    let has = sort(&shape)?;
    (has != asked).then(|| (comparison.place.spelling(), has, asked))
}

/// The type of what a service answers.
fn sort(shape: &Shape) -> Option<Sort> {
    match shape {
        Shape::Reply(Reply::Part(
            Type::Text(_) | Type::Time | Type::Blob(_) | Type::Content | Type::OneOf(_),
            _,
        )) => Some(Sort::Text),
        Shape::Reply(Reply::Part(Type::Number { .. }, _)) => Some(Sort::Number),
        Shape::Reply(Reply::Part(Type::Boolean, _)) => Some(Sort::Boolean),
        _ => None,
    }
}

/// The type that a value must have for a comparison to be true.
fn asked(comparison: &Comparison) -> Option<Sort> {
    match (comparison.test, &comparison.side) {
        (Test::Operator(operator), _) => match operator.operand {
            Operand::Number => Some(Sort::Number),
            Operand::Boolean => Some(Sort::Boolean),
            Operand::String | Operand::Pattern | Operand::Timestamp => Some(Sort::Text),
            Operand::TypeTest => None,
        },
        (Test::Relation(relation), Side::Value(value)) => match value {
            // What is of another type is not equal.
            _ if relation == Relation::NotEqual => None,
            Value::Number(_) => Some(Sort::Number),
            Value::Bool(_) => Some(Sort::Boolean),
            Value::String(_) => Some(Sort::Text),
            _ => None,
        },
        (Test::Relation(_) | Test::Truth, _) => None,
    }
}
