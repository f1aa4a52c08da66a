//! The walk over a state's fields, led by the table.

use std::fmt::Write;
use std::sync::Arc;

use super::{Assigned, AssignedBy, Compiled, StateReferences, Text};
use crate::asl::fields::{Field, Kind, Shape};
use crate::asl::{QueryLanguage, State, StateMachine};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, Expression, delimited};
use crate::expr::jsonpath::Path;
use crate::source::{NodeRef, placeholder};

pub(super) fn state(machine: &StateMachine, state: &State) -> StateReferences {
    let mut reader = Reader {
        language: state.query_language,
        by: AssignedBy::State,
        name: String::new(),
        found: StateReferences::default(),
    };
    reader.object(machine.node(state.node), state.kind());
    reader.found
}

struct Reader {
    language: QueryLanguage,
    by: AssignedBy,
    /// Where the walk is: the field's name so far.
    name: String,
    found: StateReferences,
}

impl Reader {
    /// Goes on inside of the member `key` or the item `index`.
    fn inside(&mut self, part: Part<'_>, go_on: impl FnOnce(&mut Self)) {
        let length = self.name.len();
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
        go_on(self);
        self.name.truncate(length);
    }

    fn object(&mut self, object: NodeRef<'_>, kind: Kind) {
        for member in object.members() {
            let Some(field) = kind.field(&member.key) else {
                continue;
            };
            if !field.languages.allow(self.language) {
                continue;
            }
            let value = object.document().node(member.value);
            self.inside(Part::Member(&member.key), |reader| reader.field(value, field));
        }
    }

    fn field(&mut self, node: NodeRef<'_>, field: &Field) {
        match field.shape {
            // The states inside have references of their own.
            Shape::Object(Kind::Processor) | Shape::List { of: Kind::Branch, .. } => {}
            Shape::Object(kind) => self.object(node, kind),
            Shape::List { of, .. } => {
                for (i, item) in node.items().enumerate() {
                    match of {
                        Kind::ChoiceRule => self.by = AssignedBy::Choice(i),
                        Kind::Catcher => self.by = AssignedBy::Catch(i),
                        _ => {}
                    }
                    self.inside(Part::Item(i), |reader| reader.object(item, of));
                    if of != Kind::NestedRule {
                        self.by = AssignedBy::State;
                    }
                }
            }
            Shape::Assign => {
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
                self.template(node);
            }
            Shape::Template => self.template(node),
            Shape::Path | Shape::ReferencePath { .. } if self.language == QueryLanguage::JsonPath => {
                self.path(node);
            }
            Shape::PathOrCall if self.language == QueryLanguage::JsonPath => self.path_or_call(node),
            _ if self.language == QueryLanguage::Jsonata => {
                let takes = field.expression || matches!(field.shape, Shape::Condition | Shape::Items);
                if takes {
                    self.template(node);
                }
            }
            _ => {}
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
                && let Some(compiled) = jsonata(&text[range.clone()])
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
        let mut text = Text {
            node: node.id(),
            field: self.name.as_str().into(),
            start,
            compiled,
            variables: Vec::new(),
        };
        text.variables = text.read_variables();
        if let (Compiled::OpenJsonata(_), Some(written)) = (&text.compiled, node.as_str()) {
            // A name that a placeholder is part of is not known.
            text.variables
                .retain(|read| !written[read.range.clone()].contains("${"));
        }
        self.found.texts.push(text);
    }
}

/// The expression, or what it may become when its placeholders have values.
fn jsonata(text: &str) -> Option<Compiled> {
    if let Ok(expression) = Expression::compile(text) {
        return Some(Compiled::Jsonata(Box::new(expression)));
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
    let expression = Expression::compile(&open).ok()?;
    Some(Compiled::OpenJsonata(Box::new(expression)))
}

/// A part of an object or list.
enum Part<'k> {
    Member(&'k str),
    Item(usize),
}
