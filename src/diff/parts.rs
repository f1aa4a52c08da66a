//! The parts of a state, and of a machine, compared by what they mean.

use std::sync::Arc;

use crate::asl::{
    Pattern, ProcessorConfigFields, QueryLanguage, Reference, Resource, Scope, ScopeId, State, StateMachine,
};
use crate::diagnostics::{short, short_both};
use crate::source::NodeRef;
use crate::value::Value;

use super::change::{Change, Class, Kind};
use super::compare::{Differ, Pair, names};
use super::fields::{self, Field};
use super::meaning::Meant;
use super::values::{LONGEST_VALUE, leaves};
use super::{defaults, languages};
use crate::asl::fields::Content;

impl<'a> Differ<'a> {
    /// Whether every transition leads to the same state as before: a name may have stayed and its state not.
    pub(super) fn same_targets(&self, pair: Pair<'_>) -> bool {
        let (old, new) = (self.old.scope(pair.old.scope), self.new.scope(pair.new.scope));
        pair.old
            .transitions()
            .zip(pair.new.transitions())
            .all(|(a, b)| self.same_target(old.id, a.target, new.id, b.target))
    }

    /// Whether two references mean the same state, renames considered.
    pub(super) fn same_target(
        &self,
        old_scope: ScopeId,
        a: &Reference,
        new_scope: ScopeId,
        b: &Reference,
    ) -> bool {
        match (self.old.resolve(old_scope, a), self.new.resolve(new_scope, b)) {
            (Some(a), Some(b)) => {
                self.matches.to_new.get(&a).is_some_and(|found| found.state == b)
                    || self.leads_into_wrapper(a, b)
            }
            (None, None) => a.name == b.name,
            _ => false,
        }
    }

    /// `Next` and `End`.
    pub(super) fn transition(&mut self, pair: Pair<'a>) {
        let (old, new) = (pair.old, pair.new);
        let ends = |state: &State| state.end == Some(true);
        let moved = |message| {
            let name = Some(&new.name);
            Change::new(Class::Behavioural, Kind::TransitionMoved, name, message)
        };
        let (old_scope, new_scope) = (self.old.scope(old.scope), self.new.scope(new.scope));
        match (&old.next, &new.next) {
            (None, Some(next)) if ends(old) => {
                let message = format!("continues to '{}' instead of ending", next.name);
                let places = (old.fields(self.old).end(), new.fields(self.new).next());
                self.add(moved(message).with_nodes(places.0, places.1));
            }
            // What a wrapped state went on to, its wrapper goes on to.
            (Some(next), None)
                if ends(new)
                    && self.wrapper(new).is_some_and(|wrapper| {
                        let follows = |after| self.same_target(old.scope, next, wrapper.scope, after);
                        wrapper.next.as_ref().is_some_and(follows)
                    }) => {}
            (Some(next), None) if ends(new) => {
                let message = format!("ends here instead of continuing to '{}'", next.name);
                let places = (old.fields(self.old).next(), new.fields(self.new).end());
                self.add(moved(message).with_nodes(places.0, places.1));
            }
            (before, after) => {
                let sides = ((old_scope, before.as_ref()), (new_scope, after.as_ref()));
                self.target(
                    Some(&new.name),
                    Kind::TransitionMoved,
                    "continues to",
                    sides.0,
                    sides.1,
                );
            }
        }
    }

    /// One reference at both sides; `words` say what it does: "continues to".
    pub(super) fn target(
        &mut self,
        state: Option<&Arc<str>>,
        kind: Kind,
        words: &str,
        (old_scope, before): (&Scope, Option<&Reference>),
        (new_scope, after): (&Scope, Option<&Reference>),
    ) {
        let message = match (before, after) {
            (Some(a), Some(b)) if self.same_target(old_scope.id, a, new_scope.id, b) => return,
            (None, None) => return,
            // The place of a renamed state that has been taken by another of its old name.
            (Some(a), Some(b)) if a.name == b.name => {
                let was = self.old.resolve(old_scope.id, a).is_some();
                let is = self.new.resolve(new_scope.id, b).is_some();
                match (was, is) {
                    (false, _) => format!("{words} '{}', which no state was called before", b.name),
                    (true, false) => format!("{words} '{}', which no state is called any more", b.name),
                    (true, true) => format!("{words} '{}', another state of that name", b.name),
                }
            }
            (Some(a), Some(b)) => format!("{words} '{}' instead of '{}'", b.name, a.name),
            (None, Some(b)) => format!("{words} '{}'", b.name),
            (Some(a), None) => format!("no longer {words} '{}'", a.name),
        };
        let node = |machine: &'a StateMachine, reference: Option<&Reference>| {
            reference.map(|r| machine.node(r.node))
        };
        let change = Change::new(Class::Behavioural, kind, state, message)
            .with_nodes(node(self.old, before), node(self.new, after));
        self.add(change);
    }

    pub(super) fn fields(&mut self, pair: Pair<'a>) {
        let old_fields = fields::of(self.old, pair.old);
        let new_fields = fields::of(self.new, pair.new);
        let find = |list: &[Field<'a>], name: &str, state: &State| {
            let field = list.iter().rev().find(|f| f.name == name).copied()?;
            field.canonical(state).map(|canonical| (field.value, canonical))
        };
        let translated = self.translated(pair, &old_fields, &new_fields);
        let mut seen: Vec<&str> = translated;
        for field in old_fields.iter().chain(&new_fields) {
            if seen.contains(&field.name) {
                continue;
            }
            seen.push(field.name);
            let class = self.classify(field.name, pair);
            self.value(
                Some(&pair.new.name),
                field.name,
                find(&old_fields, field.name, pair.old),
                find(&new_fields, field.name, pair.new),
                class,
            );
        }
    }

    /// The fields of a state in another query language that say the same there.
    fn translated(&self, pair: Pair<'a>, old: &[Field<'a>], new: &[Field<'a>]) -> Vec<&'static str> {
        use QueryLanguage::{JsonPath, Jsonata};
        let (was, other, fields) = match (pair.old.query_language, pair.new.query_language) {
            (JsonPath, Jsonata) => (languages::in_jsonata(self.old, pair.old), pair.new, new),
            (Jsonata, JsonPath) => (languages::in_jsonata(self.new, pair.new), pair.old, old),
            _ => return Vec::new(),
        };
        let mut same = Vec::new();
        let mut other_than = Vec::new();
        for languages::Translated { name, value, from } in was {
            let said = fields.iter().rev().find(|field| field.name == name);
            let said = said
                .and_then(|field| field.canonical(other))
                .map(languages::with_plain_quotes);
            let is_default = defaults::is_default(other.kind(), Jsonata, name, &value);
            match said == (!is_default).then_some(value) {
                true => same.extend(std::iter::once(name).chain(from.iter().copied())),
                false => other_than.extend(from.iter().copied()),
            }
        }
        // What only one of two fields says again is still told.
        same.retain(|name| !other_than.contains(name));
        same
    }

    /// Whom a change of a field concerns, and why when it is more than behaviour.
    fn classify(&self, field: &str, pair: Pair<'_>) -> Concern {
        let (old, new) = (pair.old.resource(), pair.new.resource());
        let is_callback = |resource: &Resource<'_>| {
            let pattern = Pattern::WaitForTaskToken;
            matches!(resource, Resource::Integration { pattern: p, .. } if *p == pattern)
        };
        let is_activity = |resource: &Resource<'_>| matches!(resource, Resource::Activity { .. });
        let ends = |state: &State| state.scope == ScopeId::TOP && state.is_terminal();
        match field {
            "Label" => Concern::Breaking(" (part of the Map Run's ARN)"),
            "Error" if self.lost_error(pair.old).is_some() => {
                Concern::Breaking(" (no Fail state uses the old error name any more)")
            }
            "Resource" if is_callback(&old) && !is_callback(&new) => {
                Concern::Breaking(" (no callback is requested any more)")
            }
            "Resource" if is_activity(&old) => {
                Concern::Breaking(" (the activity's workers get nothing any more)")
            }
            "Parameters" | "Arguments" if is_callback(&old) && is_callback(&new) => {
                Concern::Breaking(" (the callback's message)")
            }
            "Parameters" | "Arguments" if is_activity(&old) && is_activity(&new) => {
                Concern::Breaking(" (what the activity's workers get)")
            }
            _ if fields::shapes_output(field, pair.new.state_type) && ends(pair.old) && ends(pair.new) => {
                Concern::Output
            }
            _ => Concern::Behaviour,
        }
    }

    /// A field compared by its canonical values, `None` where it is absent or says what its absence says; the
    /// differences inside objects and arrays are changes of their own.
    pub(super) fn value(
        &mut self,
        state: Option<&Arc<str>>,
        field: &str,
        old: Option<(Meant<'a>, Value)>,
        new: Option<(Meant<'a>, Value)>,
        concern: Concern,
    ) {
        let kind = fields::kind(field);
        let (old, new) = match (old, new) {
            (Some((_, a)), Some((_, b))) if a == b => return,
            (old, new) => (old.map(|(meant, _)| meant), new.map(|(meant, _)| meant)),
        };
        let noun = fields::noun(field);
        let found: Vec<_> = match (old, new) {
            (Some(old), Some(new)) => leaves(old, new)
                .into_iter()
                .map(|leaf| (leaf.path, leaf.old, leaf.new))
                .collect(),
            _ => vec![(String::new(), old, new)],
        };
        let paths: Vec<String> = found.iter().map(|(path, ..)| path.clone()).collect();
        for (path, before, after) in found {
            let (class, note) = concern.of(&path, before, after, &paths);
            let spelt = |value: Meant<'_>| match (field, value.node.as_str()) {
                ("Resource", Some(text)) => text.to_owned(),
                _ => value.node.to_value().to_json(),
            };
            let one = |value: Meant<'_>| match field {
                "Resource" => spelt(value),
                _ => short(&spelt(value), LONGEST_VALUE),
            };
            let message = match (before, after) {
                (Some(a), Some(b)) if field == "Resource" => {
                    format!("{noun}{path} {} -> {}{note}", spelt(a), spelt(b))
                }
                (Some(a), Some(b)) => {
                    let (a, b) = short_both(&spelt(a), &spelt(b), LONGEST_VALUE);
                    format!("{noun}{path} {a} -> {b}{note}")
                }
                (Some(a), None) => format!("{noun}{path} {} removed{note}", one(a)),
                (None, Some(b)) => format!("{noun}{path} {} added{note}", one(b)),
                (None, None) => continue,
            };
            let nodes = (before.map(|value| value.node), after.map(|value| value.node));
            self.add(Change::new(class, kind, state, message).with_nodes(nodes.0, nodes.1));
        }
    }

    /// A field that stands as it is in an object that is no state.
    pub(super) fn plain(&mut self, state: Option<&Arc<str>>, name: &str, old: NodeRef<'a>, new: NodeRef<'a>) {
        let of = |object: NodeRef<'a>| {
            let content = Content::Data;
            let node = object.get(name)?;
            let value = Meant { node, content };
            Some((value, value.canonical()))
        };
        self.value(state, name, of(old), of(new), Concern::Behaviour);
    }

    /// A field that changes nothing.
    pub(super) fn cosmetic(
        &mut self,
        state: Option<&Arc<str>>,
        field: &str,
        old: Option<NodeRef<'_>>,
        new: Option<NodeRef<'_>>,
    ) {
        let message = match (old, new) {
            (Some(a), Some(b)) if a.to_value() == b.to_value() => return,
            (Some(_), Some(_)) => format!("{field} changed"),
            (Some(_), None) => format!("{field} removed"),
            (None, Some(_)) => format!("{field} added"),
            (None, None) => return,
        };
        self.add(Change::new(Class::Cosmetic, Kind::CommentChanged, state, message).with_nodes(old, new));
    }

    /// `ProcessorConfig`, absent meaning an inline Map [Map workflow state].
    pub(super) fn processor(&mut self, owner: Option<&Arc<str>>, old: &Scope, new: &Scope) {
        let (old, new) = (old.fields(self.old), new.fields(self.new));
        let configs = (old.processor_config(), new.processor_config());
        let both = |of: fn(ProcessorConfigFields<'a>) -> Option<NodeRef<'a>>| {
            (configs.0.and_then(of), configs.1.and_then(of))
        };
        for (field, default, (before, after)) in [
            ("Mode", "INLINE", both(ProcessorConfigFields::mode)),
            ("ExecutionType", "", both(ProcessorConfigFields::execution_type)),
        ] {
            let word = |node: Option<NodeRef<'a>>| node.and_then(NodeRef::as_str).unwrap_or(default);
            let (a, b) = (word(before), word(after));
            if a != b {
                let shown = |text: &str| if text.is_empty() { "none" } else { text }.to_owned();
                let note = if field == "Mode" {
                    "whether items are executions of their own"
                } else {
                    "the type of the child executions"
                };
                let message = format!("{field} {} -> {} ({note})", shown(a), shown(b));
                let change = Change::new(Class::Breaking, Kind::ProcessorChanged, owner, message);
                self.add(change.with_nodes(before, after));
            }
        }
        self.unknown(
            owner,
            "ProcessorConfig",
            old.processor_config().map(|config| *config),
            new.processor_config().map(|config| *config),
        );
        for name in names(*old, *new, &["StartAt", "States", "ProcessorConfig", "Comment"]) {
            self.plain(owner, name, *old, *new);
        }
        self.cosmetic(owner, "Comment", old.comment(), new.comment());
    }
}

/// Whom the changes of a field concern.
#[derive(Debug, Clone, Copy)]
pub(super) enum Concern {
    /// What an execution does.
    Behaviour,
    /// Somebody outside, and why.
    Breaking(&'static str),
    /// Those who read the execution's output, as far as names are no longer given.
    Output,
}

impl Concern {
    /// The class of the change at `path` below the field, and the words behind it; `paths` are those of all changes of
    /// the field.
    fn of(
        self,
        path: &str,
        old: Option<Meant<'_>>,
        new: Option<Meant<'_>>,
        paths: &[String],
    ) -> (Class, &'static str) {
        match self {
            Concern::Behaviour => (Class::Behavioural, ""),
            Concern::Breaking(note) => (Class::Breaking, note),
            Concern::Output => {
                let holds_names = |value: &Meant<'_>| value.node.is_object() || value.node.is_array();
                // `a` and `a.$` give the same name.
                let twin = match path.strip_suffix(".$") {
                    Some(plain) => plain.to_owned(),
                    None => format!("{path}.$"),
                };
                let keeps_names = match (&old, &new) {
                    (Some(_), None) => !path.is_empty() && paths.contains(&twin),
                    (None, Some(_)) => !path.is_empty(),
                    (Some(old), Some(_)) if !path.is_empty() => !holds_names(old),
                    // Of a path or an expression nobody can say what names it gives.
                    (Some(old), Some(new)) => {
                        let literal =
                            |value: &Meant<'_>| value.content == Content::Data && !holds_names(value);
                        literal(old) && literal(new)
                    }
                    (None, None) => true,
                };
                match keeps_names {
                    true => (Class::Behavioural, " (the execution's output)"),
                    false => (Class::Breaking, " (the execution's output)"),
                }
            }
        }
    }
}
