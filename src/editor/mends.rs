//! What a finding says is missing or too many, written or taken away.

use super::OpenDocument;
use super::actions::can_edit;
use super::completion::fields::missing_value;
use super::place::Context;
use crate::diagnostics::{Edit, Finding, Severity};
use crate::lint::edits::{add_member, remove_member};
use crate::source::NodeRef;

/// The names between the brackets behind what AWS says first.
fn listed<'f>(finding: &'f Finding, begin: &str) -> Option<Vec<&'f str>> {
    let names = finding.message.strip_prefix(begin)?.strip_suffix(']')?;
    Some(names.split(", ").collect())
}

/// The name between what AWS says before and behind it.
fn named<'f>(finding: &'f Finding, begin: &str, end: &str) -> Option<&'f str> {
    finding.message.strip_prefix(begin)?.strip_suffix(end)
}

/// What can be done about an error in AWS's words: what it is called, and the edit.
pub(super) fn of(open: &OpenDocument, finding: &Finding) -> Vec<(String, Edit)> {
    let found = || {
        let offset = finding.span.start as usize;
        let definition = open.definition_at(offset)?;
        let machine = definition.machine()?;
        if finding.severity != Severity::Error || !can_edit(definition) {
            return None;
        }
        let at = machine.document().at(offset)?;
        // Of an object itself, its key or its brace is marked; of a member, its key or value.
        let whole = Context::of(machine, at.node);
        let location = finding.location.as_deref()?;
        let mut object = at.node;
        while object.location() != location || !object.is_object() {
            object = object.parent()?;
        }
        let context = Context::of(machine, object);
        let kind = context
            .object
            .filter(|(node, _)| node.id() == object.id())
            .map(|(_, kind)| kind);
        let added =
            |name: &str, value: &str| Some((format!("Write \"{name}\""), add_member(object, name, value)?));
        let removed = |holder: NodeRef<'_>, name: &str| {
            Some((format!("Remove '{name}'"), remove_member(holder, name)?))
        };
        if let Some(name) = named(finding, "Field '", "' is not supported") {
            return Some(removed(object, name).into_iter().collect());
        }
        if let Some(names) = listed(finding, "There should only be one of the following fields: [") {
            let there = names.into_iter().filter(|name| object.get(name).is_some());
            return Some(there.filter_map(|name| removed(object, name)).collect());
        }
        if let Some(name) = named(finding, "State \"", "\" is not reachable.") {
            let holder = object.parent()?;
            return Some(removed(holder, name).into_iter().collect());
        }
        if let Some(name) = named(finding, "The field '", "' is required but was missing") {
            return Some(added(name, "\"\"").into_iter().collect());
        }
        if let Some(names) = listed(
            finding,
            "This object should have only one of the following fields: [",
        ) {
            let ends = names.contains(&"End");
            return Some(ends.then(|| added("End", "true")).flatten().into_iter().collect());
        }
        let names = listed(finding, "These fields are required: [")?;
        let value = |name: &str| match (name, machine.scope(whole.scope).states.first()) {
            ("StartAt", Some(first)) => Some(crate::lint::edits::json_string(&machine.state(*first).name)),
            _ => missing_value(kind?, name, context.language),
        };
        let each = names.into_iter().filter_map(|name| added(name, &value(name)?));
        Some(each.collect())
    };
    found().unwrap_or_default()
}
