//! The members of what a task is sent, from AWS's API models.

use super::snippet::Stub;
use super::{Item, ItemKind, Site, site};
use crate::asl::fields::Kind;
use crate::asl::{QueryLanguage, ReaderFields, Resource};
use crate::diagnostics::{code_span, counted};
use crate::editor::place::Context;
use crate::services::{Call, Length, Member, Need, Spelling, Structure, Type, own_values};
use crate::source::NodeRef;

/// So deep a member is written with what it requires itself.
const DEPTH: usize = 3;

/// What a call takes at a place of its parameters.
struct Level {
    spelling: Spelling,
    members: Vec<Member<'static>>,
    /// Names without a model, and whether they must be there.
    more: Vec<(&'static str, bool)>,
    /// Whether values may be paths.
    has_paths: bool,
}

/// The members that can be added; where the object has none yet, all that are required at once.
pub(super) fn members(site: &Site<'_>) -> Vec<Item> {
    let Some(level) = level_of(&site.context, &site.steps) else {
        return Vec::new();
    };
    let current = site.node.and_then(|node| node.key());
    let present: Vec<&str> = (site.holder.iter().flat_map(|holder| holder.members()))
        .map(|member| &*member.key)
        .filter(|key| current.is_none_or(|current| **current != **key))
        .map(|key| key.strip_suffix(".$").unwrap_or(key))
        .collect();
    let is_there = |name: &str| present.iter().any(|key| level.spelling.takes(name, key));
    let needed = |member: &Member<'_>| is_needed(member, level.spelling);
    let mut items = Vec::new();
    let required: Vec<(String, Stub)> = (level.members.iter().filter(|member| needed(member)))
        .map(|member| {
            let stub = stub_of(member, level.spelling, DEPTH);
            (level.spelling.write(member.name).into_owned(), stub)
        })
        .chain(
            (level.more.iter().filter(|(_, needed)| *needed))
                .map(|(name, _)| ((*name).to_owned(), own_stub(name))),
        )
        .collect();
    if present.is_empty() && required.len() > 1 && !site.has_value {
        items.extend(together(site, &required));
    }
    let ordered = |is_first: bool| {
        let chosen = level
            .members
            .iter()
            .filter(move |member| needed(member) == is_first);
        chosen.filter(|member| !is_there(member.name))
    };
    for member in ordered(true).chain(ordered(false)) {
        let name = level.spelling.write(member.name);
        let shape = member.shape.resolve();
        let item = site.key_item(&name, &stub_of(member, level.spelling, DEPTH), ItemKind::Field);
        let required = if needed(member) { "required, " } else { "" };
        items.push(item.with_detail(format!("{required}{}", what(shape))));
        if level.has_paths && !site.has_value && !matches!(shape, Type::List(_) | Type::Structure(_)) {
            items.push(path_item(site, &name));
        }
    }
    for (name, is_needed) in level.more.iter().filter(|(name, _)| !is_there(name)) {
        let item = site.key_item(name, &own_stub(name), ItemKind::Field);
        items.push(match is_needed {
            true => item.with_detail("required"),
            false => item,
        });
        if level.has_paths && !site.has_value {
            items.push(path_item(site, name));
        }
    }
    items
}

/// The member whose value is a path: `Payload.$`.
fn path_item(site: &Site<'_>, name: &str) -> Item {
    let item = site.key_item(&format!("{name}.$"), &Stub::Text("$|"), ItemKind::Field);
    item.with_detail("a path, or a call of an intrinsic function")
}

/// What is written behind a name without a model.
fn own_stub(name: &str) -> Stub {
    match name {
        "Authentication" | "InvocationConfig" => {
            Stub::Object(vec![("ConnectionArn".to_owned(), Stub::Text(""))])
        }
        "Headers" | "QueryParameters" | "RequestBody" | "Transform" | "RequestEncodingOptions" => {
            Stub::Object(Vec::new())
        }
        "AllowNullValues" => Stub::Bare("true"),
        _ => Stub::Text(""),
    }
}

/// All that must be there, in one.
fn together(site: &Site<'_>, required: &[(String, Stub)]) -> Option<Item> {
    let ((first, first_stub), rest) = required.split_first()?;
    // One member after the other, as one would write them.
    let mut item = site.key_item(first, first_stub, ItemKind::Field);
    let mut inserted = site.inserted();
    let json = site.format == crate::source::Format::Json;
    match (json, site.quote) {
        (true, quote) => {
            site.key_in(&mut inserted, first, quote).text(": ");
            inserted.stub(first_stub, site.format, 0);
        }
        (false, None) => {
            inserted.key_of(first, first_stub, site.format, 0);
        }
        // In quotes, one key is being written.
        (false, Some(_)) => return None,
    }
    for (name, stub) in rest {
        if json {
            inserted.text(if inserted.on_one_line { ", " } else { ",\n" });
            inserted.name(name).text(": ");
            inserted.stub(stub, site.format, 0);
        } else {
            inserted.text("\n").key_of(name, stub, site.format, 0);
        }
    }
    inserted.text(if site.needs_comma { "," } else { "" });
    let names: Vec<&str> = required.iter().map(|(name, _)| &**name).collect();
    item.label = format!("required: {}", names.join(", "));
    item.detail = Some("all that must be sent".to_owned());
    item.text.clone_from(&inserted.plain);
    item.snippet = inserted.has_stops().then_some(inserted.snippet);
    Some(item)
}

/// The values that a member may have, where they are a few words.
pub(super) fn values(site: &Site<'_>) -> Vec<Item> {
    let Some((Some(last), before)) = site.steps.split_last() else {
        return Vec::new();
    };
    let Some(level) = level_of(&site.context, before) else {
        return Vec::new();
    };
    if level.more.iter().any(|(name, _)| name == last)
        && let Some(known) = own_values(last)
    {
        let items = known
            .split('|')
            .map(|word| site.string_item(word, ItemKind::Word));
        return items.collect();
    }
    let mut members = level.members.iter();
    let Some(member) = members.find(|member| level.spelling.takes(member.name, last)) else {
        return Vec::new();
    };
    match member.shape.resolve() {
        Type::OneOf(names) => names
            .split('|')
            .map(|name| site.string_item(name, ItemKind::Word))
            .collect(),
        Type::Boolean if site.quote.is_none() => ["true", "false"]
            .map(|value| site.bare_item(value, ItemKind::Word))
            .to_vec(),
        _ => Vec::new(),
    }
}

/// What the call takes behind `steps`.
fn level_of(context: &Context<'_>, steps: &[Option<String>]) -> Option<Level> {
    let field = context.field?;
    let language = context.language;
    let (object, kind) = context.object?;
    if field.name != language.payload_field() {
        return None;
    }
    let call = match kind {
        Kind::State(_) => Call::of(&context.machine.state(context.state?).resource())?,
        // It reads the items of a Map with an action of Amazon S3.
        Kind::ItemReader => {
            let resource = Resource::parse(ReaderFields::from(object).resource()?.as_str()?);
            let Resource::Integration {
                service: "s3",
                action,
                pattern,
            } = resource
            else {
                return None;
            };
            Call::named("aws-sdk:s3", action, pattern)?
        }
        _ => return None,
    };
    let has_paths = language == QueryLanguage::JsonPath;
    let Some(input) = call.input() else {
        let own = call.own()?;
        let of = match steps.last() {
            None => None,
            Some(step) => Some(step.as_deref()?),
        };
        let names = own.own_members(of).into_iter();
        return Some(Level {
            spelling: call.spelling,
            members: Vec::new(),
            more: names
                .map(|name| (name, of.is_none() && own.needs.contains(&name)))
                .collect(),
            has_paths,
        });
    };
    let spelling = input.spelling;
    let mut members: Vec<Member<'static>> = input.members().collect();
    let mut more = input.extra().iter().map(|name| (*name, false)).collect();
    let mut inner: Option<Type<'static>> = None;
    for step in steps {
        let shape = match (step, inner) {
            (Some(name), None | Some(Type::Structure(_))) => {
                let name = match language {
                    QueryLanguage::JsonPath if name.ends_with(".$") => return None,
                    _ => name,
                };
                let mut all = members.iter();
                all.find(|member| spelling.takes(member.name, name))?.shape
            }
            (Some(_), Some(Type::Map(shape))) | (None, Some(Type::List(shape))) => shape,
            _ => return None,
        };
        let shape = shape.resolve();
        members = match shape {
            Type::Structure(structure) => structure.members().collect(),
            _ => Vec::new(),
        };
        more = Vec::new();
        inner = Some(shape);
    }
    Some(Level {
        spelling,
        members,
        more,
        has_paths,
    })
}

/// What the member `node` of a call's parameters is, in Markdown.
pub(in crate::editor) fn described(context: &Context<'_>, node: NodeRef<'_>) -> Option<String> {
    let mut steps = site::steps(node, context);
    let key = steps.pop()??;
    let name = match context.language {
        QueryLanguage::JsonPath => key.strip_suffix(".$").unwrap_or(&key),
        QueryLanguage::Jsonata => &key,
    };
    let level = level_of(context, &steps)?;
    let of = match kind_of(context) {
        Some(called) => format!(" of {}", code_span(&called)),
        None => String::new(),
    };
    let told = |is_needed: bool| {
        let required = if is_needed { ", required" } else { "" };
        format!("**{name}**: parameter{of}{required}")
    };
    if let Some((_, is_needed)) = level.more.iter().find(|(more, _)| *more == name) {
        return Some(told(*is_needed));
    }
    let mut members = level.members.iter();
    let member = members.find(|member| level.spelling.takes(member.name, name))?;
    let shape = member.shape.resolve();
    let mut out = told(is_needed(member, level.spelling));
    out.push_str("\n\n");
    out.push_str(&in_full(shape, level.spelling));
    Some(out)
}

/// What is called, as it stands in `Resource`.
fn kind_of(context: &Context<'_>) -> Option<String> {
    match context.object?.1 {
        Kind::State(_) => context.machine.state(context.state?).resource().describe(),
        _ => None,
    }
}

/// A type, and what its values must be.
fn in_full(shape: Type<'_>, spelling: Spelling) -> String {
    let long = |Length { least, most }: Length, of: &str| match (least, most) {
        (0, None) => String::new(),
        (least, Some(most)) if least == most => format!(", {}", counted(least, of)),
        (0, Some(most)) => format!(", at most {}", counted(most, of)),
        (least, None) => format!(", at least {}", counted(least, of)),
        (least, Some(most)) => format!(", {least} to {}", counted(most, of)),
    };
    let mut out = what(shape);
    match shape {
        Type::Text(length) => out.push_str(&long(length, "character")),
        Type::Blob(length) => out.push_str(&long(length, "byte")),
        Type::Number { least, most, .. } => {
            for (bound, value) in [("at least", least), ("at most", most)] {
                if let Some(value) = value {
                    out.push_str(&format!(", {bound} {value}"));
                }
            }
        }
        Type::OneOf(names) => {
            let names: Vec<String> = names.split('|').map(|name| format!("`{name}`")).collect();
            out = format!("one of {}", names.join(", "));
        }
        Type::List(item) => out.push_str(&format!("; each item: {}", what(item.resolve()))),
        Type::Map(value) => out.push_str(&format!("; names of yours, each with: {}", what(value.resolve()))),
        Type::Structure(structure) => {
            let names: Vec<String> = structure
                .members()
                .map(|member| format!("`{}`", spelling.write(member.name)))
                .collect();
            if !names.is_empty() {
                out.push_str(&format!(" with {}", names.join(", ")));
            }
        }
        _ => {}
    }
    out
}

fn is_needed(member: &Member<'_>, spelling: Spelling) -> bool {
    match member.need {
        Need::Required => true,
        // See `Input::required`.
        Need::Token => spelling == Spelling::Sdk,
        Need::Optional => false,
    }
}

/// What is written behind a member.
fn stub_of(member: &Member<'_>, spelling: Spelling, depth: usize) -> Stub {
    // Texts that hold JSON, which Step Functions writes for an optimised integration [Integrating optimized services].
    match (spelling, member.name) {
        (Spelling::Optimised, "input" | "detail" | "Input" | "Detail") => Stub::Object(Vec::new()),
        _ => stub(member.shape.resolve(), spelling, depth),
    }
}

/// What is written for a value of a type.
fn stub(shape: Type<'_>, spelling: Spelling, depth: usize) -> Stub {
    match shape {
        Type::Text(_) | Type::Time | Type::OneOf(_) | Type::Content => Stub::Text(""),
        Type::Number { .. } | Type::Boolean | Type::Any => Stub::Bare(""),
        // Bytes may be given as JSON: Lambda's Payload is.
        Type::Blob(_) => Stub::Object(Vec::new()),
        Type::List(item) if depth > 0 => Stub::List(Box::new(stub(item.resolve(), spelling, depth - 1))),
        Type::List(_) => Stub::List(Box::new(Stub::Bare(""))),
        Type::Map(_) => Stub::Object(Vec::new()),
        Type::Structure(structure) => Stub::Object(required(structure, spelling, depth)),
    }
}

fn required(structure: Structure<'_>, spelling: Spelling, depth: usize) -> Vec<(String, Stub)> {
    if depth == 0 {
        return Vec::new();
    }
    let needed = structure.members().filter(|member| is_needed(member, spelling));
    needed
        .map(|member| {
            let stub = stub_of(&member, spelling, depth - 1);
            (spelling.write(member.name).into_owned(), stub)
        })
        .collect()
}

/// A type, in a word.
fn what(shape: Type<'_>) -> String {
    match shape {
        Type::Text(_) | Type::Content => "string".to_owned(),
        Type::Time => "timestamp".to_owned(),
        Type::Blob(_) => "bytes, or JSON".to_owned(),
        Type::Number { whole: true, .. } => "integer".to_owned(),
        Type::Number { .. } => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Any => "any value".to_owned(),
        Type::OneOf(names) => names.replace('|', " | "),
        Type::List(_) => "list".to_owned(),
        Type::Map(_) | Type::Structure(_) => "object".to_owned(),
    }
}
