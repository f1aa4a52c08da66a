//! What the API that parameters are sent to expects of them.

use super::walk::Walk;
use crate::expr::shapes::{Kind, Shape};
use crate::services::{Input, Integration, SEVERAL, Spelling, Structure, Type};
use crate::value::Value;

/// Structures inside one another that parameters are compared with.
const MOST_DEEP: usize = 4;

impl Walk<'_> {
    /// What is expected of parameters by the API that they are sent to.
    pub(super) fn sent_to(&mut self, input: &Input, sent: Shape) {
        let members: Vec<_> = input
            .members()
            .map(|member| (member.name, member.shape.resolve()))
            .collect();
        self.sent(sent, &members, input.spelling, MOST_DEEP);
    }

    /// What an integration with parameters of its own expects, which no model describes.
    pub(super) fn sent_to_own(&mut self, integration: &Integration, sent: Shape) {
        for (name, value) in self.shapes.members(sent) {
            if let Some(example) = integration.example_of(&name) {
                self.shapes.suggest(value, &Value::from(example));
            }
            if integration.service == "apigateway" && SEVERAL.contains(&&*name) {
                self.shapes.expect(value, Kind::Object);
                for (_, values) in self.shapes.members(value) {
                    self.shapes.expect(values, Kind::List);
                }
            }
        }
    }

    fn sent(&mut self, sent: Shape, members: &[(&str, Type<'_>)], spelling: Spelling, depth: usize) {
        for (name, value) in self.shapes.members(sent) {
            let known = members.iter().find(|(api, _)| spelling.takes(api, &name));
            if let Some((_, shape)) = known {
                self.sent_value(value, *shape, spelling, depth);
            }
        }
    }

    fn sent_value(&mut self, value: Shape, shape: Type<'_>, spelling: Spelling, depth: usize) {
        let kind = match shape {
            Type::Text(_) => Kind::Text,
            Type::Time => Kind::Moment,
            Type::Blob(_) => return,
            Type::OneOf(names) => {
                if let Some(first) = names.split('|').next() {
                    self.shapes.suggest(value, &Value::from(first));
                }
                Kind::Text
            }
            Type::Number { whole, least, .. } => {
                if let Some(least) = least.filter(|least| *least > 1.0) {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "bounds of the models are far from those of i64"
                    )]
                    let least = if whole {
                        Value::from(least as i64)
                    } else {
                        Value::from(least)
                    };
                    self.shapes.suggest(value, &least);
                }
                Kind::Number
            }
            Type::Boolean => Kind::Boolean,
            Type::Any | Type::Content => return,
            Type::List(item) => {
                self.shapes.expect(value, Kind::List);
                if depth > 0 && self.shapes.is_list(value) {
                    for inner in self.shapes.items(value).unwrap_or_default() {
                        self.sent_value(inner, item.resolve(), spelling, depth - 1);
                    }
                }
                return;
            }
            Type::Map(item) => {
                self.shapes.expect(value, Kind::Object);
                for (_, inner) in self.shapes.members(value) {
                    if depth > 0 {
                        self.sent_value(inner, item.resolve(), spelling, depth - 1);
                    }
                }
                return;
            }
            Type::Structure(structure) => {
                self.shapes.expect(value, Kind::Object);
                if depth > 0 {
                    self.sent(value, &types(structure), spelling, depth - 1);
                }
                return;
            }
        };
        self.shapes.expect(value, kind);
    }
}

fn types<'m>(structure: Structure<'m>) -> Vec<(&'m str, Type<'m>)> {
    structure
        .members()
        .map(|member| (member.name, member.shape.resolve()))
        .collect()
}
