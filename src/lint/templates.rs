//! The payload templates of a state: every member of them, wherever the table of fields has a template.

use super::Context;
use crate::asl::fields::{Place, Shape, Visitor, walk};
use crate::asl::{QueryLanguage, State};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonpath::Path;
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
    let mut templates = Templates {
        language: state.query_language,
        see,
    };
    walk(cx.machine.node(state.node), state.kind(), &mut templates);
}

/// Whether a text is a path or a call of JSONPath, and not just something that begins with a dollar sign.
pub(super) fn is_dynamic(text: &str) -> bool {
    let path = ["$.", "$$.", "$["].iter().any(|start| text.starts_with(start));
    (path && Path::parse(text).is_ok()) || (text.starts_with("States.") && Intrinsic::parse(text).is_ok())
}

/// Shows the members of every template that the walk comes by.
struct Templates<'s, F> {
    language: QueryLanguage,
    see: &'s mut F,
}

impl<'m, F: FnMut(Part<'m>)> Visitor<'m> for Templates<'_, F> {
    fn field(&mut self, place: Place<'m>) -> bool {
        let counts = place.field.languages.allow(self.language);
        if counts && matches!(place.field.shape, Shape::Template | Shape::Assign) {
            template(place.value, self.see);
        }
        counts
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
