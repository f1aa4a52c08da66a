//! Fields of the objects in the one table, by kind and query language.

use super::snippet::Stub;
use super::{Item, ItemKind, Site};
use crate::asl::fields::docs::doc;
use crate::asl::fields::{Count, Field, Kind, Shape};
use crate::asl::{QueryLanguage, StateType, comparison};

/// So deep a required field is written with what it requires itself.
const DEPTH: usize = 3;

/// The fields that the object may get: those that must be there first, those left out that are there, or that exclude one
/// that is.
pub(super) fn of(site: &Site<'_>, kind: Kind) -> Vec<Item> {
    let language = site.context.language;
    let is_current = |name: &str| {
        let key = site.node.and_then(|node| node.key());
        key.is_some_and(|key| **key == *name)
    };
    let members = site.holder.iter().flat_map(|holder| holder.members());
    let present: Vec<&str> = members
        .map(|member| &*member.key)
        .filter(|name| !is_current(name))
        .collect();
    let is_there = |name: &str| present.contains(&name);
    let is_excluded = |name: &str| {
        let mut choices = kind.entry().choices.iter();
        choices.any(|choice| {
            choice.fields.contains(&name)
                && choice
                    .fields
                    .iter()
                    .any(|other| *other != name && is_there(other))
        })
    };
    // Only a rule that looks at a variable compares.
    let combines = ["And", "Or", "Not", "Condition"]
        .iter()
        .any(|name| is_there(name));
    let is_idle = |name: &str| {
        combines && matches!(kind, Kind::ChoiceRule | Kind::NestedRule) && comparison(name).is_some()
    };
    let wanted = |field: &&&Field| !is_there(field.name) && !is_excluded(field.name) && !is_idle(field.name);
    let fields: Vec<&Field> = kind.fields_in(language).collect();
    let (first, rest): (Vec<&Field>, Vec<&Field>) = (fields.iter().filter(wanted))
        .partition(|field| field.required || is_one_of_needed(kind, field.name));
    (first.iter().chain(&rest))
        .map(|field| item(site, kind, field, language))
        .collect()
}

/// Whether the field is one of several of which one must be there.
fn is_one_of_needed(kind: Kind, name: &str) -> bool {
    let mut choices = kind.entry().choices.iter();
    choices.any(|choice| choice.count == Count::ExactlyOne && choice.fields.contains(&name))
}

fn item(site: &Site<'_>, kind: Kind, field: &Field, language: QueryLanguage) -> Item {
    let item = site.key_item(field.name, &stub(field, language, DEPTH), ItemKind::Field);
    let item = match field.required {
        true => item.with_detail("required"),
        false => item,
    };
    match doc(kind, field.name) {
        Some(doc) => item.with_documentation(format!(
            "{}\n\n[AWS documentation]({})",
            doc.description, doc.page
        )),
        None => item,
    }
}

/// What is written behind a field.
fn stub(field: &Field, language: QueryLanguage, depth: usize) -> Stub {
    match field.shape {
        Shape::Json | Shape::Integer(..) | Shape::Number(..) | Shape::AtLeast(_) => Stub::Bare(""),
        Shape::Bool if field.name == "End" => Stub::Bare("true"),
        Shape::Bool => Stub::Bare(""),
        Shape::Condition => Stub::Text("{% | %}"),
        Shape::ErrorNames | Shape::Texts => Stub::List(Box::new(Stub::Text(""))),
        Shape::States | Shape::Assign => Stub::Object(Vec::new()),
        Shape::Template if field.name == "Output" => Stub::Bare(""),
        Shape::Template => Stub::Object(Vec::new()),
        Shape::Object(kind) => Stub::Object(required(kind, language, depth)),
        Shape::List { of, .. } => Stub::List(Box::new(Stub::Object(required(of, language, depth)))),
        Shape::Text
        | Shape::Enum(_)
        | Shape::Target
        | Shape::Resource
        | Shape::StorageResource(_)
        | Shape::Timestamp
        | Shape::Label
        | Shape::Path
        | Shape::ReferencePath { .. }
        | Shape::PathOrCall
        | Shape::Pointer
        | Shape::Items => Stub::Text(""),
    }
}

/// The fields that an object must have, and what is written behind them.
fn required(kind: Kind, language: QueryLanguage, depth: usize) -> Vec<(String, Stub)> {
    if depth == 0 {
        return Vec::new();
    }
    let mut found: Vec<(String, Stub)> = kind
        .fields_in(language)
        .filter(|field| field.required)
        .map(|field| (field.name.to_owned(), stub(field, language, depth - 1)))
        .collect();
    // A rule has a condition, which no single field of JSONPath's is.
    if kind == Kind::ChoiceRule {
        let condition = match language {
            QueryLanguage::Jsonata => ("Condition", Stub::Text("{% | %}")),
            QueryLanguage::JsonPath => ("Variable", Stub::Text("$.|")),
        };
        found.insert(0, (condition.0.to_owned(), condition.1));
    }
    found
}

/// What is written behind the name of a new state.
pub(super) fn new_state() -> Stub {
    Stub::Object(vec![("Type".to_owned(), Stub::Text(""))])
}

/// A sentence on each type of state.
pub(super) fn of_type(name: &str) -> Option<&'static str> {
    Some(match StateType::from_name(name)? {
        StateType::Pass => "Passes its input on, or a value that it makes of it.",
        StateType::Task => "Calls a Lambda function, an AWS service, an HTTP endpoint or an activity.",
        StateType::Choice => "Goes on to one of several states, by rules.",
        StateType::Wait => "Waits for seconds, or until a time.",
        StateType::Succeed => "Ends the execution, the branch or the iteration with success.",
        StateType::Fail => "Ends the execution with an error.",
        StateType::Parallel => "Runs branches at the same time, and gives a list of their outputs.",
        StateType::Map => "Runs states for each item of a list.",
    })
}
