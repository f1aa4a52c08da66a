//! Paths, calls and templates on values that are not there yet.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::asl::QueryLanguage;
use crate::expr::condition::Relation;
use crate::expr::intrinsic::{ArgumentKind, Call, Intrinsic};
use crate::expr::jsonata::{Delimited, compiled, delimited};
use crate::expr::jsonpath::{CompareOperator, Filter, Operand, Path, Root, Step, StepKind};
use crate::expr::shapes::{Kind, Shape, Shapes, candidates};
use crate::source::{Document, NodeRef};
use crate::value::Value;

/// The variables of a scope.
pub(super) type Variables = FxHashMap<Arc<str>, Shape>;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// `$` in JSONPath.
    pub(super) input: Shape,
    /// `$$`
    pub(super) context: Shape,
    /// `$states` in JSONata.
    pub(super) states: Shape,
    pub(super) variables: &'a Variables,
    pub(super) language: QueryLanguage,
}

/// The value of a path.
pub(super) fn path(shapes: &mut Shapes, around: &Around<'_>, path: &Path) -> Shape {
    let start = match path.root() {
        Root::Input => around.input,
        Root::Context => around.context,
        Root::Variable(name) => match around.variables.get(name) {
            Some(shape) => *shape,
            None => return shapes.computed(None),
        },
    };
    follow(shapes, start, path.steps())
}

fn follow(shapes: &mut Shapes, start: Shape, steps: &[Step]) -> Shape {
    let mut at = start;
    for (i, step) in steps.iter().enumerate() {
        at = match &step.kind {
            StepKind::Property(name) => shapes.member(at, name),
            StepKind::Properties(names) => {
                let members: Vec<(Arc<str>, Shape)> = names
                    .iter()
                    .map(|name| (name.clone(), shapes.member(at, name)))
                    .collect();
                shapes.object(members)
            }
            StepKind::Index(index) => shapes.nth(at, usize::try_from(*index).unwrap_or(0)),
            StepKind::Wildcard | StepKind::Slice { .. } | StepKind::Indexes(_) | StepKind::Filter(_) => {
                if !shapes.members(at).is_empty() {
                    return shapes.computed(None);
                }
                let item = match &step.kind {
                    StepKind::Filter(filter) => filtered(shapes, at, filter),
                    _ => shapes.nth(at, 0),
                };
                let rest = follow(shapes, item, &steps[i + 1..]);
                return shapes.list(vec![rest]);
            }
            StepKind::Scan => return shapes.computed(None),
        };
    }
    at
}

/// The item of a list that a filter lets pass: the first that has what it asks for, which gets it where none has.
fn filtered(shapes: &mut Shapes, list: Shape, filter: &Filter) -> Shape {
    let mut asked: Vec<(&[Step], Option<Value>)> = Vec::new();
    let mut open = vec![filter];
    while let Some(filter) = open.pop() {
        match filter {
            Filter::And(parts) => open.extend(parts),
            Filter::Or(parts) => open.extend(parts.first()),
            Filter::Exists(Operand::Item(steps)) => asked.push((steps, None)),
            Filter::Compare(Operand::Item(steps), operator, Operand::Literal(value)) => {
                asked.push((steps, compared(*operator, value, false)));
            }
            Filter::Compare(Operand::Literal(value), operator, Operand::Item(steps)) => {
                asked.push((steps, compared(*operator, value, true)));
            }
            Filter::Compare(Operand::Item(steps), ..) => asked.push((steps, None)),
            _ => {}
        }
    }
    let first = |steps: &[Step]| match steps.first().map(|step| &step.kind) {
        Some(StepKind::Property(name)) => Some(name.clone()),
        _ => None,
    };
    let has_all = |shapes: &Shapes, item: Shape| {
        asked
            .iter()
            .all(|(steps, _)| first(steps).is_none_or(|name| shapes.known_member(item, &name).is_some()))
    };
    let known = shapes.items(list).unwrap_or_default();
    let item = known.into_iter().find(|item| has_all(shapes, *item));
    let item = item.unwrap_or_else(|| shapes.nth(list, 0));
    for (steps, value) in asked {
        let place = follow(shapes, item, steps);
        if let Some(value) = value {
            shapes.prefer(place, &value);
        }
    }
    item
}

/// A value that stands so to a literal; `turned`: the literal is on the left.
fn compared(operator: CompareOperator, literal: &Value, turned: bool) -> Option<Value> {
    let relation = match operator {
        CompareOperator::Equal => Relation::Equal,
        CompareOperator::NotEqual => Relation::NotEqual,
        CompareOperator::Less => Relation::Less,
        CompareOperator::LessEqual => Relation::LessEqual,
        CompareOperator::Greater => Relation::Greater,
        CompareOperator::GreaterEqual => Relation::GreaterEqual,
        CompareOperator::In if !turned => return literal.as_array()?.first().cloned(),
        CompareOperator::Contains if !turned => {
            return literal.as_str().is_some().then(|| literal.clone());
        }
        _ => return None,
    };
    let relation = if turned { relation.turned() } else { relation };
    let mut all = candidates(literal).into_iter();
    all.find(|candidate| relation.holds_of(candidate, literal))
}

/// The value of a text that is a path or a call.
pub(super) fn path_or_call(shapes: &mut Shapes, around: &Around<'_>, text: &str) -> Shape {
    if let Ok(call) = Intrinsic::parse(text) {
        return self::call(shapes, around, call.call());
    }
    match Path::parse(text) {
        Ok(found) => path(shapes, around, &found),
        Err(_) => shapes.computed(None),
    }
}

fn call(shapes: &mut Shapes, around: &Around<'_>, call: &Call) -> Shape {
    let given: Vec<Shape> = call
        .arguments
        .iter()
        .map(|argument| match &argument.kind {
            ArgumentKind::Literal(value) | ArgumentKind::Text { value, .. } => shapes.fixed(value),
            ArgumentKind::Path(found) => path(shapes, around, found),
            ArgumentKind::Call(inner) => self::call(shapes, around, inner),
        })
        .collect();
    let name = call
        .function
        .name
        .strip_prefix("States.")
        .unwrap_or(call.function.name);
    match (name, given.as_slice()) {
        ("Format", [template, rest @ ..]) => {
            shapes.suggest(*template, &Value::from(vec!["{}"; rest.len()].join(" ")));
            return format(shapes, *template, rest);
        }
        ("StringToJson", [text]) => return shapes.parsed(*text),
        ("JsonToString", [value]) => return shapes.json_of(*value),
        ("Array", items) => return shapes.list(items.to_vec()),
        ("ArrayPartition", [list, size]) => {
            shapes.expect(*list, Kind::List);
            shapes.expect(*size, Kind::Number);
            return shapes.list(vec![*list]);
        }
        ("ArrayContains", [list, _]) => {
            shapes.expect(*list, Kind::List);
            return shapes.computed(Some(Kind::Boolean));
        }
        ("ArrayRange", numbers) => {
            for number in numbers {
                shapes.expect(*number, Kind::Number);
            }
            let item = shapes.computed(Some(Kind::Number));
            return shapes.list(vec![item]);
        }
        ("ArrayGetItem", [list, index]) => {
            // The one item that there is.
            shapes.suggest(*index, &Value::from(0));
            let place = shapes
                .settled(*index)
                .and_then(|index| index.as_number()?.as_i64());
            return shapes.nth(
                *list,
                place.and_then(|place| usize::try_from(place).ok()).unwrap_or(0),
            );
        }
        ("ArrayLength", [list]) => {
            shapes.expect(*list, Kind::List);
            return shapes.computed(Some(Kind::Number));
        }
        ("ArrayUnique", [list]) => {
            shapes.expect(*list, Kind::List);
            return *list;
        }
        ("JsonMerge", [first, second, ..]) => {
            shapes.expect(*first, Kind::Object);
            shapes.expect(*second, Kind::Object);
            let members = shapes.members(*second);
            return shapes.with(*first, members);
        }
        ("Base64Decode", [text]) => return shapes.decoded(*text),
        ("Base64Encode", [text]) => shapes.expect(*text, Kind::Text),
        ("Hash", [_, algorithm]) => shapes.suggest(*algorithm, &Value::from("SHA-256")),
        ("MathRandom", [from, to, seed @ ..]) => {
            shapes.expect(*from, Kind::Number);
            shapes.suggest(*to, &Value::from(10));
            for seed in seed {
                shapes.expect(*seed, Kind::Number);
            }
            return shapes.computed(Some(Kind::Number));
        }
        ("MathAdd", numbers) => {
            for number in numbers {
                shapes.expect(*number, Kind::Number);
            }
            return shapes.computed(Some(Kind::Number));
        }
        ("StringSplit", texts) => {
            for text in texts {
                shapes.expect(*text, Kind::Text);
            }
            if let [text, separator] = texts
                && let Some(Value::String(separator)) = shapes.settled(*separator)
                && separator.chars().count() == 1
            {
                return shapes.split(*text, &separator);
            }
            let item = shapes.computed(Some(Kind::Text));
            return shapes.list(vec![item]);
        }
        _ => {}
    }
    shapes.computed(Some(Kind::Text))
}

/// The text that `States.Format` makes.
fn format(shapes: &mut Shapes, template: Shape, values: &[Shape]) -> Shape {
    let Value::String(template) = shapes.value(template) else {
        return shapes.computed(Some(Kind::Text));
    };
    let pieces: Vec<&str> = template.split("{}").collect();
    // A backslash makes brackets a part of the text.
    if template.contains('\\') || pieces.len() != values.len() + 1 {
        return shapes.computed(Some(Kind::Text));
    }
    let mut parts = Vec::new();
    for (i, piece) in pieces.into_iter().enumerate() {
        parts.push(shapes.fixed(&Value::from(piece)));
        parts.extend(values.get(i));
    }
    shapes.joined(parts)
}

/// The value of a JSONata expression, without its delimiters.
pub(super) fn expression(shapes: &mut Shapes, around: &Around<'_>, document: &Document, text: &str) -> Shape {
    let Ok(expression) = compiled::jsonata(document, text) else {
        return shapes.computed(None);
    };
    let variable = |name: &str| match name {
        "states" => Some(around.states),
        name => around.variables.get(name).copied(),
    };
    expression.trace(shapes, &variable)
}

/// The value of a template, in the language of the state.
pub(super) fn template(shapes: &mut Shapes, around: &Around<'_>, node: NodeRef<'_>) -> Shape {
    if node.is_array() {
        let items = node.items().map(|item| template(shapes, around, item)).collect();
        return shapes.list(items);
    }
    if node.is_object() {
        let document = node.document();
        let mut members = Vec::new();
        for member in node.members() {
            let value = document.node(member.value);
            let made = match (around.language, member.key.strip_suffix(".$")) {
                (QueryLanguage::JsonPath, Some(name)) => {
                    let made = path_or_call(shapes, around, value.as_str().unwrap_or_default());
                    (Arc::from(name), made)
                }
                _ => (member.key.clone(), template(shapes, around, value)),
            };
            members.push(made);
        }
        return shapes.object(members);
    }
    if around.language == QueryLanguage::Jsonata
        && let Some(text) = node.as_str()
        && let Delimited::Expression(range) = delimited(text)
    {
        return expression(shapes, around, node.document(), &text[range]);
    }
    shapes.fixed(&node.to_value())
}

/// Whether an expression gives a list's only item in the place of a list of one: JSONata does wherever it picks or makes
/// items, and leaves alone what is named by a path.
pub(super) fn may_unwrap(node: NodeRef<'_>, language: QueryLanguage) -> bool {
    let text = node.as_str().filter(|_| language == QueryLanguage::Jsonata);
    let Some((text, Delimited::Expression(range))) = text.map(|text| (text, delimited(text))) else {
        return false;
    };
    compiled::jsonata(node.document(), &text[range]).is_ok_and(|expression| !expression.is_plain_path())
}

/// The value of a field that is a path in JSONPath, or a template in JSONata.
pub(super) fn field(shapes: &mut Shapes, around: &Around<'_>, node: NodeRef<'_>) -> Shape {
    match around.language {
        QueryLanguage::JsonPath => path_or_call(shapes, around, node.as_str().unwrap_or_default()),
        QueryLanguage::Jsonata => template(shapes, around, node),
    }
}
