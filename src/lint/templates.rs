//! The payload templates of a state: every member of them, wherever the table of fields has a template.

use super::Context;
use crate::asl::State;
use crate::asl::fields::{Kind, Shape};
use crate::source::{Member, NodeRef};

/// A member of a template.
pub(super) struct Part<'m> {
    /// The object it stands in.
    pub(super) object: NodeRef<'m>,
    /// The member.
    pub(super) member: &'m Member,
    /// Its value.
    pub(super) value: NodeRef<'m>,
}

/// Shows every member of a state's templates, those of its catchers, rules, reader and writer included, to `see`. What
/// a nested state has is left to it.
pub(super) fn members<'m>(cx: &Context<'m>, state: &State, see: &mut impl FnMut(Part<'m>)) {
    object(state, cx.machine.node(state.node), state.kind(), see);
}

fn object<'m>(state: &State, node: NodeRef<'m>, kind: Kind, see: &mut impl FnMut(Part<'m>)) {
    for member in node.members() {
        let Some(field) = kind.field(&member.key) else {
            continue;
        };
        if !field.languages.allow(state.query_language) {
            continue;
        }
        let value = node.document().node(member.value);
        match field.shape {
            Shape::Template | Shape::Assign => template(value, see),
            // The states inside are looked at on their own.
            Shape::Object(Kind::Processor) | Shape::List { of: Kind::Branch, .. } => {}
            Shape::Object(kind) => object(state, value, kind, see),
            Shape::List { of, .. } => value.items().for_each(|item| object(state, item, of, see)),
            _ => {}
        }
    }
}

fn template<'m>(node: NodeRef<'m>, see: &mut impl FnMut(Part<'m>)) {
    for member in node.members() {
        let value = node.document().node(member.value);
        see(Part {
            object: node,
            member,
            value,
        });
        template(value, see);
    }
    node.items().for_each(|item| template(item, see));
}
