//! What the fields of a state in JSONPath say in JSONata: a state that was translated, and nothing else, means the same.

use crate::asl::{State, StateMachine, StateType};
use crate::expr::jsonpath::{Path, Root};
use crate::expr::spelling;
use crate::references::leading_names;
use crate::source::{NodeKind, NodeRef};
use crate::value::{Map, Value};

use std::sync::Arc;

/// A field as JSONata has it, and the fields of JSONPath that say it.
pub(super) struct Translated {
    pub(super) name: &'static str,
    /// In canonical spelling.
    pub(super) value: Value,
    pub(super) from: &'static [&'static str],
}

/// What a template or path gives: an expression, or a value with expressions in it.
enum Made {
    Expression(String),
    Value(Value),
}

impl Made {
    fn value(self) -> Value {
        match self {
            Made::Expression(text) => expression(&text),
            Made::Value(value) => value,
        }
    }
}

/// The fields that decide which data goes in and out of a state, as far as they have a counterpart that can be told: paths
/// of names, templates of these.
pub(super) fn in_jsonata(machine: &StateMachine, state: &State) -> Vec<Translated> {
    let fields = state.fields(machine);
    let mut found = Vec::new();
    let mut add = |name, from, made: Option<Made>| {
        found.extend(made.map(|made| Translated {
            name,
            value: made.value(),
            from,
        }));
    };
    for (name, field, from) in [
        (
            "TimeoutSeconds",
            "TimeoutSecondsPath",
            &["TimeoutSecondsPath"][..],
        ),
        (
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            &["HeartbeatSecondsPath"],
        ),
        ("Seconds", "SecondsPath", &["SecondsPath"]),
        ("Timestamp", "TimestampPath", &["TimestampPath"]),
        ("Error", "ErrorPath", &["ErrorPath"]),
        ("Cause", "CausePath", &["CausePath"]),
    ] {
        if let Some(path) = fields.get(field) {
            add(name, from, of_path(path, "$states.input").map(Made::Expression));
        }
    }
    let Some(input) = narrowed(fields.input_path(), Some("$states.input".to_owned())) else {
        return found;
    };
    let template = |field: Option<NodeRef<'_>>, otherwise: Made| match field {
        None => Some(otherwise),
        Some(node) => of_template(node, &input).map(Made::Value),
    };
    let whole = || Made::Expression(input.clone());
    let result = match state.state_type {
        Some(StateType::Task | StateType::Parallel) => {
            add(
                "Arguments",
                &["InputPath", "Parameters"],
                template(fields.parameters(), whole()),
            );
            result(fields.result_selector())
        }
        Some(StateType::Map) => result(fields.result_selector()),
        Some(StateType::Pass) => match fields.result() {
            Some(literal) => Some(Made::Value(literal.to_value())),
            None => template(fields.parameters(), whole()),
        },
        Some(_) => Some(whole()),
        None => None,
    };
    let has_result = !matches!(
        state.state_type,
        Some(StateType::Choice | StateType::Wait | StateType::Succeed | StateType::Fail)
    );
    let joined = match has_result {
        true => result.and_then(|result| put(fields.result_path(), result)),
        false => result,
    };
    let output = match (joined, fields.output_path()) {
        (made, None) => made,
        (Some(Made::Expression(text)), path) => narrowed(path, Some(text)).map(Made::Expression),
        _ => None,
    };
    let from: &[&str] = match state.state_type {
        Some(StateType::Pass) => &["InputPath", "Parameters", "Result", "ResultPath", "OutputPath"],
        Some(StateType::Task | StateType::Parallel | StateType::Map) => {
            &["ResultSelector", "ResultPath", "OutputPath"]
        }
        _ => &["InputPath", "OutputPath"],
    };
    add("Output", from, output);
    found
}

fn result(selector: Option<NodeRef<'_>>) -> Option<Made> {
    match selector {
        None => Some(Made::Expression("$states.result".to_owned())),
        Some(selector) => of_template(selector, "$states.result").map(Made::Value),
    }
}

/// A result where ResultPath puts it.
fn put(path: Option<NodeRef<'_>>, result: Made) -> Option<Made> {
    let Some(node) = path else { return Some(result) };
    let Some(text) = node.as_str() else {
        return matches!(node.kind(), NodeKind::Null).then(|| Made::Expression("$states.input".to_owned()));
    };
    let path = Path::parse(text).ok()?;
    let names: Vec<&str> = leading_names(&path).collect();
    if names.len() != path.steps().len() || *path.root() != Root::Input {
        return None;
    }
    match (&names[..], result) {
        ([], result) => Some(result),
        // As people write it: the input, and the result under one name.
        ([name], Made::Expression(result)) if !name.contains(['\'', '"', '\\']) => Some(Made::Expression(
            format!("$merge([$states.input, {{'{name}': {result}}}])"),
        )),
        _ => None,
    }
}

/// What InputPath or OutputPath leaves of an expression.
fn narrowed(path: Option<NodeRef<'_>>, base: Option<String>) -> Option<String> {
    match path {
        None => base,
        Some(path) => of_path(path, &base?),
    }
}

/// A path of names as an expression; `base` is what `$` stands for.
fn of_path(node: NodeRef<'_>, base: &str) -> Option<String> {
    let path = Path::parse(node.as_str()?).ok()?;
    let names: Vec<&str> = leading_names(&path).collect();
    if names.len() != path.steps().len() {
        return None;
    }
    let mut text = match path.root() {
        Root::Input => base.to_owned(),
        Root::Context => "$states.context".to_owned(),
        Root::Variable(name) => format!("${name}"),
    };
    for name in names {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        match is_plain {
            true => text.push_str(&format!(".{name}")),
            false if name.contains('`') => return None,
            false => text.push_str(&format!(".`{name}`")),
        }
    }
    Some(text)
}

/// A payload template as one of JSONata.
fn of_template(node: NodeRef<'_>, base: &str) -> Option<Value> {
    match node.kind() {
        NodeKind::Object(members) => {
            let mut made = Map::new();
            for member in members {
                let value = node.document().node(member.value);
                let (key, value) = match member.key.strip_suffix(".$") {
                    Some(key) => (Arc::from(key), expression(&of_path(value, base)?)),
                    None => (member.key.clone(), of_template(value, base)?),
                };
                made.insert(key, value);
            }
            Some(Value::object(made))
        }
        NodeKind::Array(_) => {
            let items: Option<Vec<Value>> = node.items().map(|item| of_template(item, base)).collect();
            items.map(Value::array)
        }
        // In JSONata it would be an expression.
        NodeKind::String(text) if text.trim_start().starts_with("{%") => None,
        _ => Some(node.to_value()),
    }
}

/// An expression whose texts stand between quotes of one kind, with those that are used here.
pub(super) fn with_plain_quotes(value: Value) -> Value {
    match value.as_str() {
        Some(text) if text.starts_with("{%") && !text.contains(['\'', '\\']) => {
            Value::string(text.replace('"', "'"))
        }
        _ => value,
    }
}

fn expression(text: &str) -> Value {
    Value::string(format!("{{% {} %}}", spelling::jsonata(text)))
}
