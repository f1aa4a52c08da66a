//! `for` expressions, over what is known.

use std::sync::Arc;

use hcl_edit::expr::ForExpr;

use super::module::Place;
use super::text::Text;
use super::value::{Evaluator, Field, Kind, Val, Why};
use crate::arrange::Arrange as _;
use crate::value::Number;

impl Evaluator<'_> {
    /// The value of a name that `for` gives one.
    pub(super) fn bound(&self, name: &str) -> Option<Val> {
        let (_, value, size) = self.bound.iter().rev().find(|(bound, _, _)| bound == name)?;
        self.module.spend(*size).then(|| value.clone())
    }

    /// The list or object that a `for` expression makes. Objects are gone through by the order of their keys
    /// [Terraform: for Expressions, Element Ordering].
    pub(super) fn looped(&mut self, place: Place, looped: &ForExpr) -> Val {
        let collection = self.value(place.file, &looped.intro.collection_expr);
        let Some(elements) = self.elements(place, collection).filter(|_| !looped.grouping) else {
            return self.unknown(place, Why::Computed);
        };
        let before = self.bound.len();
        let (mut items, mut members, mut open) = (Vec::new(), Vec::<Field>::new(), false);
        for (key, value) in elements {
            if let Some(name) = &looped.intro.key_var {
                self.bound.push((name.value().as_str().to_owned(), key, 1));
            }
            let size = value.size();
            let name = looped.intro.value_var.value().as_str().to_owned();
            self.bound.push((name, value, size));
            let is_taken = match &looped.cond {
                None => true,
                Some(cond) => match self.value(place.file, &cond.expr).kind {
                    Kind::Bool(is_taken) => is_taken,
                    // There may be one more.
                    _ => {
                        open = true;
                        false
                    }
                },
            };
            if is_taken {
                let value = self.value(place.file, &looped.value_expr);
                match &looped.key_expr {
                    None => items.push(value),
                    Some(key) => match self.value(place.file, key).as_text() {
                        Some(key) => {
                            members.retain(|known| *known.key != *key);
                            members.push(Field {
                                key: Arc::from(key),
                                place: value.place,
                                value,
                            });
                        }
                        None => open = true,
                    },
                }
            }
            self.bound.truncate(before);
        }
        let kind = match looped.key_expr {
            Some(_) => Kind::Object { members, open },
            None => Kind::List { items, open },
        };
        Val::new(kind, place)
    }

    /// The keys and values of a collection, where all are known.
    pub(super) fn elements(&self, place: Place, collection: Val) -> Option<Vec<(Val, Val)>> {
        match collection.kind {
            Kind::List { items, open: false } => {
                let number = |at: usize| Number::parse(&at.to_string()).map(Kind::Number);
                let keyed = items.into_iter().enumerate();
                keyed
                    .map(|(at, item)| Some((Val::new(number(at)?, place), item)))
                    .collect()
            }
            Kind::Object {
                mut members,
                open: false,
            } => {
                members.arrange_by(|a, b| a.key.cmp(&b.key));
                let text = |member: &Field| {
                    let source = self.source(member.place.file);
                    Val::new(
                        Kind::Text(Text::of(source, &member.key, member.place.span)),
                        member.place,
                    )
                };
                Some(
                    members
                        .into_iter()
                        .map(|member| (text(&member), member.value))
                        .collect(),
                )
            }
            _ => None,
        }
    }
}
