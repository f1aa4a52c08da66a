//! The one walk over the objects that the table of fields describes: a state, a scope, and what is inside. Two descend on
//! their own, and ask [`Content`](super::Content) what they come to: `fmt` visits members in another order than that of the
//! text, and goes into branches; `diff` goes through two texts at once.

use super::{Field, Kind, Shape};
use crate::source::{Member, NodeRef};

/// Who goes along.
pub trait Visitor<'d> {
    /// An object, or what stands in the place of one. Its members are gone through if so answered.
    fn begin(&mut self, object: NodeRef<'d>, kind: Kind) -> bool {
        let _ = kind;
        object.is_object()
    }

    /// A member that the table does not know.
    fn unknown(&mut self, object: NodeRef<'d>, kind: Kind, member: &'d Member) {
        let _ = (object, kind, member);
    }

    /// A field and its value. The walk goes on with the objects in it if so answered.
    fn field(&mut self, place: Place<'d>) -> bool;

    /// An item of the list in the field, before it is gone through.
    fn item(&mut self, index: usize, kind: Kind) {
        let _ = (index, kind);
    }

    /// The item was gone through.
    fn item_end(&mut self, kind: Kind) {
        let _ = kind;
    }

    /// The field was gone through; not said of one that was not gone into.
    fn field_end(&mut self) {}

    /// The members of an object were gone through.
    fn end(&mut self, object: NodeRef<'d>, kind: Kind) {
        let _ = (object, kind);
    }
}

/// A field where it stands.
#[derive(Clone, Copy)]
pub struct Place<'d> {
    /// The object that has it.
    pub object: NodeRef<'d>,
    /// What that is.
    pub kind: Kind,
    /// The field.
    pub field: &'static Field,
    /// Its key.
    pub member: &'d Member,
    /// Its value.
    pub value: NodeRef<'d>,
}

/// Shows `object`, a `kind`, and the objects in its fields to `visitor`, in the order of the text. Branches and
/// processors are not gone into: they are scopes, whose states are visited on their own.
pub fn walk<'d>(object: NodeRef<'d>, kind: Kind, visitor: &mut impl Visitor<'d>) {
    if !visitor.begin(object, kind) {
        return;
    }
    for member in object.members() {
        let Some(field) = kind.field(&member.key) else {
            visitor.unknown(object, kind, member);
            continue;
        };
        let value = object.document().node(member.value);
        let place = Place {
            object,
            kind,
            field,
            member,
            value,
        };
        if !visitor.field(place) {
            continue;
        }
        match field.shape {
            Shape::Object(Kind::Processor) | Shape::List { of: Kind::Branch, .. } => {}
            Shape::Object(inner) => walk(value, inner, visitor),
            Shape::List { of, .. } => {
                for (index, item) in value.items().enumerate() {
                    visitor.item(index, of);
                    walk(item, of, visitor);
                    visitor.item_end(of);
                }
            }
            _ => {}
        }
        visitor.field_end();
    }
    visitor.end(object, kind);
}
