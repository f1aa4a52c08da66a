//! Fields of the objects in the one table, by kind and query language.

use super::snippet::Stub;
use super::{Item, ItemKind, Site};
use crate::asl::fields::docs::doc;
use crate::asl::fields::{Count, Field, Kind, Shape};
use crate::asl::{QueryLanguage, StateType, comparison};

/// The older name of `ItemProcessor`, which nobody is to write any more.
const OLDER: &str = "Iterator";

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
    let wanted = |field: &&&Field| {
        !is_there(field.name) && !is_excluded(field.name) && !is_idle(field.name) && field.name != OLDER
    };
    let fields: Vec<&Field> = kind.fields_in(language).collect();
    let (first, rest): (Vec<&Field>, Vec<&Field>) = (fields.iter().filter(wanted))
        .partition(|field| is_required(kind, field) || is_one_of_needed(kind, field.name));
    (first.iter().chain(&rest))
        .map(|field| item(site, kind, field, language))
        .collect()
}

/// Whether the field must be there; of a state whose type is not known yet, that alone.
fn is_required(kind: Kind, field: &Field) -> bool {
    field.required && (kind != Kind::AnyState || field.name == "Type")
}

/// Whether the field is one of several of which one must be there.
fn is_one_of_needed(kind: Kind, name: &str) -> bool {
    let mut choices = kind.entry().choices.iter();
    choices.any(|choice| choice.count == Count::ExactlyOne && choice.fields.contains(&name))
}

fn item(site: &Site<'_>, kind: Kind, field: &Field, language: QueryLanguage) -> Item {
    let item = site.key_item(field.name, &stub(field, language, DEPTH), ItemKind::Field);
    let item = match is_required(kind, field) {
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
    if matches!(kind, Kind::ChoiceRule | Kind::NestedRule) {
        let condition: &[(&str, Stub)] = match language {
            QueryLanguage::Jsonata => &[("Condition", Stub::Text("{% | %}"))],
            QueryLanguage::JsonPath => &[("Variable", Stub::Text("$.|")), ("StringEquals", Stub::Text(""))],
        };
        let condition = condition
            .iter()
            .map(|(name, stub)| ((*name).to_owned(), stub.clone()));
        found.splice(..0, condition);
    }
    found
}

/// The value that is written behind a field which is missing, as JSON; `None` where it is not known.
pub(in crate::editor) fn missing_value(kind: Kind, name: &str, language: QueryLanguage) -> Option<String> {
    let field = kind.field(name)?;
    let stub = match field.shape {
        // It has to be chosen.
        Shape::Enum(_) => return None,
        _ => stub(field, language, DEPTH),
    };
    let mut inserted = super::Inserted::default();
    inserted.stub(&stub, crate::source::Format::Json, 0);
    (!inserted.plain.is_empty()).then_some(inserted.plain)
}

/// A state of this type with what it must have, where a state may stand that ends.
pub(super) fn new_state(of: StateType, language: QueryLanguage) -> Stub {
    let kind = Kind::State(of);
    let mut members = required(kind, language, DEPTH);
    members.retain(|(name, _)| name != "Type");
    members.insert(0, ("Type".to_owned(), Stub::Word(of.name())));
    let is_meant =
        |name: &&&str| kind.fields_in(language).any(|field| field.name == **name) && !name.ends_with("Path");
    for choice in kind.entry().choices {
        let field = match choice.fields.contains(&"End") {
            _ if choice.count != Count::ExactlyOne => continue,
            true => Some("End"),
            false => choice.fields.iter().find(is_meant).copied(),
        };
        let Some(field) = field.and_then(|name| kind.field(name)) else {
            continue;
        };
        let stub = match stub(field, language, DEPTH) {
            Stub::Bare("") => Stub::Bare("1"),
            stub => stub,
        };
        members.push((field.name.to_owned(), stub));
    }
    // The way out stands last.
    if let Some(end) = members.iter().position(|(name, _)| name == "End") {
        members[end..].rotate_left(1);
    }
    Stub::Object(members)
}

/// A whole object where one belongs, or a list with one: a state of each type, a rule, a retrier.
pub(super) fn whole(site: &Site<'_>, kind: Kind, is_list: bool) -> Vec<Item> {
    let language = site.context.language;
    if site.quote.is_some() {
        return Vec::new();
    }
    if matches!(kind, Kind::AnyState | Kind::State(_)) {
        let types = StateType::ALL.iter();
        let items = types.map(|of| site.stub_item(of.name(), &new_state(*of, language), ItemKind::State));
        return items.collect();
    }
    let object = Stub::Object(required(kind, language, DEPTH));
    let stub = if is_list {
        Stub::List(Box::new(object))
    } else {
        object
    };
    let words = kind.describe();
    let label = words.split_once(' ').map_or(&*words, |(_, label)| label);
    vec![site.stub_item(label, &stub, ItemKind::Field)]
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
