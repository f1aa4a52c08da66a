//! Our values to the engine's and back.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use jlens_core::input::{Sink, Source, Sources};
use jlens_core::output::{Builder, Member};
use jlens_core::reads::Read;
use rustc_hash::FxHashMap;

use super::exact::Exact;
use super::non_finite;
use crate::arrange::Arrange as _;
use crate::value::{Map, Number, Value};

/// The parts of `value` that `read` names, as the engine takes variables. What an expression does not read is not
/// converted, so that its cost does not grow with data it does not touch.
pub(super) fn cut(value: &Value, read: &Read, exact: &Exact) -> serde_json::Value {
    match read {
        Read::Whole => whole(value, exact),
        Read::Fields(fields) => match value {
            Value::Object(map) => fields_of(map, fields, exact),
            Value::Array(items) => items.iter().map(|item| cut(item, read, exact)).collect(),
            scalar => whole(scalar, exact),
        },
    }
}

fn fields_of(map: &Map, fields: &BTreeMap<String, Read>, exact: &Exact) -> serde_json::Value {
    // Walk the shorter side; the order of the object is kept.
    if fields.len() * 4 < map.len() {
        let mut found: Vec<_> = fields
            .iter()
            .filter_map(|(name, read)| map.get_full(name).map(|(at, key, value)| (at, key, value, read)))
            .collect();
        found.arrange_by_key(|(at, ..)| *at);
        return found
            .into_iter()
            .map(|(_, key, value, read)| (key.to_string(), cut(value, read, exact)))
            .collect();
    }
    map.iter()
        .filter_map(|(key, value)| {
            let read = fields.get(&**key)?;
            Some((key.to_string(), cut(value, read, exact)))
        })
        .collect()
}

fn whole(value: &Value, exact: &Exact) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(Number::Int(n)) => {
            exact.note(*n);
            (*n).into()
        }
        Value::Number(n) => n.as_f64().into(),
        Value::String(s) => s.to_string().into(),
        Value::Array(items) => items.iter().map(|item| whole(item, exact)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(k, v)| (k.to_string(), whole(v, exact)))
            .collect(),
    }
}

/// An input document, read level by level as the expression reaches it; what an expression hands on untouched is the
/// shared value itself, not a copy.
pub(super) struct Document<'v> {
    /// The document; `None` is undefined.
    root: Option<&'v Value>,
    tree: Rc<Tree<'v>>,
}

/// The arrays and objects of a document that an evaluation has reached.
struct Tree<'v> {
    reached: RefCell<Vec<&'v Value>>,
    exact: Exact,
    itself: Weak<Tree<'v>>,
}

impl<'v> Document<'v> {
    pub(super) fn new(root: Option<&'v Value>, exact: Exact) -> Self {
        let tree = Rc::new_cyclic(|itself| Tree {
            reached: RefCell::default(),
            exact,
            itself: itself.clone(),
        });
        Document { root, tree }
    }

    /// What builds results of evaluations on this document.
    pub(super) fn builder(&self) -> ValueBuilder<'v> {
        ValueBuilder {
            keys: FxHashMap::default(),
            tree: self.tree.clone(),
            built_null: false,
            spells_numbers: false,
            built_from_non_finite: false,
        }
    }
}

impl<'v> Source<'v> for Document<'v> {
    fn read(&self, sink: &mut Sink<'_, 'v>) -> Result<(), String> {
        if let Some(value) = self.root {
            self.tree.write(value, sink);
        }
        Ok(())
    }
}

impl<'v> Tree<'v> {
    fn at(&self, index: u32) -> Option<&'v Value> {
        let index = usize::try_from(index).ok()?;
        self.reached.borrow().get(index).copied()
    }

    fn write(&self, value: &'v Value, sink: &mut Sink<'_, 'v>) {
        match value {
            Value::Null => sink.null(),
            Value::Bool(b) => sink.bool(*b),
            Value::Number(n) => {
                if let Number::Int(n) = n {
                    self.exact.note(*n);
                }
                sink.number(n.as_f64());
            }
            Value::String(s) => sink.string(s),
            Value::Array(_) | Value::Object(_) => {
                // Whoever reads holds the tree, and no document has so many members.
                let Some(itself) = self.itself.upgrade() else {
                    return;
                };
                let mut reached = self.reached.borrow_mut();
                let Ok(index) = u32::try_from(reached.len()) else {
                    return;
                };
                reached.push(value);
                drop(reached);
                match value {
                    Value::Array(_) => sink.array_of(&itself, index),
                    _ => sink.object_of(&itself, index),
                }
            }
        }
    }
}

impl<'v> Sources<'v> for Tree<'v> {
    fn read(&self, index: u32, sink: &mut Sink<'_, 'v>) -> Result<(), String> {
        match self.at(index) {
            Some(Value::Array(items)) => {
                sink.reserve(items.len());
                items.iter().for_each(|item| self.write(item, sink));
            }
            Some(Value::Object(map)) => {
                sink.reserve(map.len());
                for (key, value) in map.iter() {
                    sink.key(key);
                    self.write(value, sink);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn read_field(&self, index: u32, key: &str, sink: &mut Sink<'_, 'v>) -> Result<bool, String> {
        let Some(Value::Object(map)) = self.at(index) else {
            return Ok(false);
        };
        if let Some(value) = map.get(key) {
            self.write(value, sink);
        }
        Ok(true)
    }

    fn length(&self, index: u32) -> Option<usize> {
        match self.at(index) {
            Some(Value::Array(items)) => Some(items.len()),
            _ => None,
        }
    }

    fn read_item(&self, index: u32, item: usize, sink: &mut Sink<'_, 'v>) -> Result<bool, String> {
        let Some(Value::Array(items)) = self.at(index) else {
            return Ok(false);
        };
        if let Some(item) = items.get(item) {
            self.write(item, sink);
        }
        Ok(true)
    }
}

/// Builds our values from a result. Keys that come back in many objects are shared.
pub(super) struct ValueBuilder<'v> {
    keys: FxHashMap<Box<str>, Arc<str>>,
    tree: Rc<Tree<'v>>,
    /// Whether a `null` was built: it may stand for what is no number, `0/0`.
    pub(super) built_null: bool,
    /// Whether the numbers that stand for such as are not finite are given as text.
    spells_numbers: bool,
    /// Whether a text was built of such a number.
    pub(super) built_from_non_finite: bool,
}

impl ValueBuilder<'_> {
    /// The builder for an expression in the form of [`non_finite`].
    pub(super) fn spelling_numbers(self) -> Self {
        ValueBuilder {
            spells_numbers: true,
            ..self
        }
    }
}

impl Builder for ValueBuilder<'_> {
    type Value = Value;
    type Array = Vec<Value>;
    type Object = Map;

    fn input(&mut self, member: Member) -> Option<Value> {
        let value = member
            .of(&self.tree)
            .then(|| self.tree.at(member.index()))
            .flatten()?;
        Some(respelt(value))
    }

    fn null(&mut self) -> Value {
        self.built_null = true;
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, value: f64) -> Value {
        match non_finite::name(value) {
            Some(name) if self.spells_numbers => Value::string(name),
            _ => Value::Number(
                self.tree
                    .exact
                    .of(value)
                    .map_or_else(|| number(value), Number::Int),
            ),
        }
    }

    fn string(&mut self, value: &str) -> Value {
        self.built_from_non_finite |= self.spells_numbers && non_finite::is_made_of(value);
        Value::string(value)
    }

    fn array(&mut self, len: usize) -> Vec<Value> {
        Vec::with_capacity(len)
    }

    fn push(&mut self, array: &mut Vec<Value>, item: Value) {
        array.push(item);
    }

    fn end_array(&mut self, array: Vec<Value>) -> Value {
        Value::from(array)
    }

    fn object(&mut self, len: usize) -> Map {
        Map::with_capacity(len)
    }

    fn insert(&mut self, object: &mut Map, key: &str, value: Value) {
        let key = match self.keys.get(key) {
            Some(key) => key.clone(),
            None => {
                let shared: Arc<str> = Arc::from(key);
                self.keys.insert(key.into(), shared.clone());
                shared
            }
        };
        object.insert(key, value);
    }

    fn end_object(&mut self, object: Map) -> Value {
        Value::object(object)
    }
}

/// A result's number as AWS prints it: whole numbers that fit 64 bits as integers (`1.0` prints `1`), larger ones as
/// doubles [floci#2676, measured].
pub(super) fn number(value: f64) -> Number {
    // 2^63 itself does not fit.
    if value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0 {
        Number::Int(value as i64)
    } else {
        Number::Float(value)
    }
}

/// The value with its numbers as JSONata prints them; the same shared value when there is nothing to change.
pub(super) fn respelt(value: &Value) -> Value {
    if !has_other_spelling(value) {
        return value.clone();
    }
    match value {
        Value::Number(n) => Value::Number(number(n.as_f64())),
        Value::Array(items) => Value::array(items.iter().map(respelt)),
        Value::Object(map) => Value::object(
            map.iter()
                .map(|(key, value)| (Arc::clone(key), respelt(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn has_other_spelling(value: &Value) -> bool {
    match value {
        Value::Number(Number::Float(n)) => n.fract() == 0.0 && matches!(number(*n), Number::Int(_)),
        Value::Number(Number::Big(_)) => true,
        Value::Array(items) => items.iter().any(has_other_spelling),
        Value::Object(map) => map.values().any(has_other_spelling),
        _ => false,
    }
}
