//! The walk over a state's fields, led by the table.

use std::fmt::Write;
use std::sync::Arc;

use super::{Assigned, AssignedBy, Compiled, StateReferences, Text};
use crate::asl::fields::{Content, Kind, Place, Shape, Visitor, walk};
use crate::asl::{QueryLanguage, State, StateMachine};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, compiled, delimited};
use crate::expr::jsonpath::Path;
use crate::source::{Document, NodeRef, placeholder};

pub(super) fn state(machine: &StateMachine, state: &State) -> StateReferences {
    let mut reader = Reader {
        language: state.query_language,
        by: AssignedBy::State,
        name: String::new(),
        around: Vec::new(),
        found: StateReferences::default(),
    };
    walk(machine.node(state.node), state.kind(), &mut reader);
    reader.found
}

struct Reader {
    language: QueryLanguage,
    by: AssignedBy,
    /// Where the walk is: the field's name so far.
    name: String,
    /// How long the names around it are.
    around: Vec<usize>,
    found: StateReferences,
}

impl<'d> Visitor<'d> for Reader {
    fn field(&mut self, place: Place<'d>) -> bool {
        let Place {
            field, member, value, ..
        } = place;
        if !field.languages.allow(self.language) {
            return false;
        }
        self.enter(Part::Member(&member.key));
        if field.shape == Shape::Assign {
            self.assign(value);
        }
        match field.content(self.language) {
            Content::Template(_) => self.template(value),
            Content::Path => self.path(value),
            Content::PathOrCall => self.path_or_call(value),
            _ => {}
        }
        true
    }

    fn field_end(&mut self) {
        self.leave();
    }

    fn item(&mut self, index: usize, kind: Kind) {
        self.enter(Part::Item(index));
        match kind {
            Kind::ChoiceRule => self.by = AssignedBy::Choice(index),
            Kind::Catcher => self.by = AssignedBy::Catch(index),
            _ => {}
        }
    }

    fn item_end(&mut self, kind: Kind) {
        self.leave();
        if kind != Kind::NestedRule {
            self.by = AssignedBy::State;
        }
    }
}

impl Reader {
    /// Goes into the member `key` or the item `index`.
    fn enter(&mut self, part: Part<'_>) {
        let length = self.name.len();
        self.around.push(length);
        match part {
            Part::Member(key) => {
                self.name.push_str(if length > 0 { "/" } else { "" });
                self.name.push_str(key);
            }
            // Writing to a String cannot fail.
            Part::Item(index) => {
                let _ = write!(self.name, "[{index}]");
            }
        }
    }

    fn leave(&mut self) {
        self.name.truncate(self.around.pop().unwrap_or(0));
    }

    /// Goes on inside of the member `key` or the item `index`.
    fn inside(&mut self, part: Part<'_>, go_on: impl FnOnce(&mut Self)) {
        self.enter(part);
        go_on(self);
        self.leave();
    }

    /// The variables that an `Assign` sets.
    fn assign(&mut self, node: NodeRef<'_>) {
        for member in node.members() {
            // `x.$` assigns `x`; in JSONata names stand as they are.
            let assigned = match self.language {
                QueryLanguage::JsonPath => member.key.strip_suffix(".$").unwrap_or(&member.key),
                QueryLanguage::Jsonata => &member.key,
            };
            self.found.assigned.push(Assigned {
                name: Arc::from(assigned),
                node: member.value,
                by: self.by,
            });
        }
    }

    fn template(&mut self, node: NodeRef<'_>) {
        match self.language {
            QueryLanguage::JsonPath => self.payload(node),
            QueryLanguage::Jsonata => self.expressions(node),
        }
    }

    /// A payload template: what stands under keys that end in `.$` is evaluated.
    fn payload(&mut self, node: NodeRef<'_>) {
        for (i, item) in node.items().enumerate() {
            self.inside(Part::Item(i), |reader| reader.payload(item));
        }
        for member in node.members() {
            let value = node.document().node(member.value);
            self.inside(Part::Member(&member.key), |reader| {
                if member.key.ends_with(".$") {
                    reader.path_or_call(value);
                } else {
                    reader.payload(value);
                }
            });
        }
    }

    fn expressions(&mut self, node: NodeRef<'_>) {
        if let Some(text) = node.as_str() {
            if let Delimited::Expression(range) = delimited(text)
                && let Some(compiled) = jsonata(node.document(), &text[range.clone()])
            {
                self.push(node, range.start, compiled);
            }
            return;
        }
        for (i, item) in node.items().enumerate() {
            self.inside(Part::Item(i), |reader| reader.expressions(item));
        }
        for member in node.members() {
            let value = node.document().node(member.value);
            self.inside(Part::Member(&member.key), |reader| reader.expressions(value));
        }
    }

    fn path_or_call(&mut self, node: NodeRef<'_>) {
        if let Some(text) = node.as_str()
            && let Ok(call) = Intrinsic::parse(text)
        {
            self.push(node, 0, Compiled::Call(call));
        } else {
            self.path(node);
        }
    }

    fn path(&mut self, node: NodeRef<'_>) {
        if let Some(text) = node.as_str()
            && let Ok(path) = Path::parse(text)
        {
            let start = text.len() - text.trim_start().len();
            self.push(node, start, Compiled::Path(path));
        }
    }

    fn push(&mut self, node: NodeRef<'_>, start: usize, compiled: Compiled) {
        self.found.texts.push(Text {
            node: node.id(),
            field: self.name.as_str().into(),
            start,
            compiled,
            // Which names are variables is known when all states were read.
            variables: Vec::new(),
        });
    }
}

/// The expression, or what it may become when its placeholders have values.
fn jsonata(document: &Document, text: &str) -> Option<Compiled> {
    if let Ok(expression) = compiled::jsonata(document, text) {
        return Some(Compiled::Jsonata(expression));
    }
    let mut open = text.to_owned();
    for place in placeholder::places(text) {
        let name: String = text[place.clone()]
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte)
                } else {
                    '_'
                }
            })
            .collect();
        open.replace_range(place, &name);
    }
    if open == text {
        return None;
    }
    compiled::jsonata(document, &open).ok().map(Compiled::OpenJsonata)
}

/// A part of an object or list.
enum Part<'k> {
    Member(&'k str),
    Item(usize),
}
