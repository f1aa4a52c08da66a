//! The walk over a state's fields, led by the table.

use std::sync::Arc;

use super::{Assigned, AssignedBy, Compiled, StateReferences, Text};
use crate::asl::fields::{Field, Kind, Shape};
use crate::asl::{QueryLanguage, State, StateMachine};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Delimited, Expression, delimited};
use crate::expr::jsonpath::Path;
use crate::source::NodeRef;

pub(super) fn state(machine: &StateMachine, state: &State) -> StateReferences {
    let mut reader = Reader {
        language: state.query_language,
        by: AssignedBy::State,
        found: StateReferences::default(),
    };
    let kind = state.state_type.map_or(Kind::AnyState, Kind::State);
    reader.object(machine.node(state.node), kind, "");
    reader.found
}

struct Reader {
    language: QueryLanguage,
    by: AssignedBy,
    found: StateReferences,
}

impl Reader {
    fn object(&mut self, object: NodeRef<'_>, kind: Kind, prefix: &str) {
        for member in object.members() {
            let Some(field) = kind.field(&member.key) else {
                continue;
            };
            if !field.languages.allow(self.language) {
                continue;
            }
            let name = if prefix.is_empty() {
                member.key.to_string()
            } else {
                format!("{prefix}/{}", member.key)
            };
            self.field(object.document().node(member.value), field, &name);
        }
    }

    fn field(&mut self, node: NodeRef<'_>, field: &Field, name: &str) {
        match field.shape {
            // The states inside have references of their own.
            Shape::Object(Kind::Processor) | Shape::List { of: Kind::Branch, .. } => {}
            Shape::Object(kind) => self.object(node, kind, name),
            Shape::List { of, .. } => {
                for (i, item) in node.items().enumerate() {
                    match of {
                        Kind::ChoiceRule => self.by = AssignedBy::Choice(i),
                        Kind::Catcher => self.by = AssignedBy::Catch(i),
                        _ => {}
                    }
                    self.object(item, of, &format!("{name}[{i}]"));
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
                self.template(node, name);
            }
            Shape::Template => self.template(node, name),
            Shape::Path | Shape::ReferencePath { .. } if self.language == QueryLanguage::JsonPath => {
                self.path(node, name);
            }
            Shape::PathOrCall if self.language == QueryLanguage::JsonPath => self.path_or_call(node, name),
            _ if self.language == QueryLanguage::Jsonata => {
                let takes = field.expression || matches!(field.shape, Shape::Condition | Shape::Items);
                if takes {
                    self.template(node, name);
                }
            }
            _ => {}
        }
    }

    fn template(&mut self, node: NodeRef<'_>, name: &str) {
        match self.language {
            QueryLanguage::JsonPath => self.payload(node, name),
            QueryLanguage::Jsonata => self.expressions(node, name),
        }
    }

    /// A payload template: what stands under keys that end in `.$` is evaluated.
    fn payload(&mut self, node: NodeRef<'_>, name: &str) {
        for (i, item) in node.items().enumerate() {
            self.payload(item, &format!("{name}[{i}]"));
        }
        for member in node.members() {
            let value = node.document().node(member.value);
            let name = format!("{name}/{}", member.key);
            if member.key.ends_with(".$") {
                self.path_or_call(value, &name);
            } else {
                self.payload(value, &name);
            }
        }
    }

    fn expressions(&mut self, node: NodeRef<'_>, name: &str) {
        if let Some(text) = node.as_str() {
            if let Delimited::Expression(range) = delimited(text)
                && let Ok(expression) = Expression::compile(&text[range.clone()])
            {
                self.push(node, name, range.start, Compiled::Jsonata(Box::new(expression)));
            }
            return;
        }
        for (i, item) in node.items().enumerate() {
            self.expressions(item, &format!("{name}[{i}]"));
        }
        for member in node.members() {
            self.expressions(
                node.document().node(member.value),
                &format!("{name}/{}", member.key),
            );
        }
    }

    fn path_or_call(&mut self, node: NodeRef<'_>, name: &str) {
        if let Some(text) = node.as_str()
            && let Ok(call) = Intrinsic::parse(text)
        {
            self.push(node, name, 0, Compiled::Call(call));
        } else {
            self.path(node, name);
        }
    }

    fn path(&mut self, node: NodeRef<'_>, name: &str) {
        if let Some(text) = node.as_str()
            && let Ok(path) = Path::parse(text)
        {
            let start = text.len() - text.trim_start().len();
            self.push(node, name, start, Compiled::Path(path));
        }
    }

    fn push(&mut self, node: NodeRef<'_>, field: &str, start: usize, compiled: Compiled) {
        self.found.texts.push(Text {
            node: node.id(),
            field: field.to_owned(),
            start,
            compiled,
        });
    }
}
