//! Our values to the engine's and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use jlens_core::input::{Sink, Source};
use jlens_core::output::Builder;
use jlens_core::reads::Read;
use rustc_hash::FxHashMap;

use crate::value::{Map, Number, Value};

/// The parts of `value` that `read` names, as the engine takes variables. What an expression does not read is not
/// converted, so that its cost does not grow with data it does not touch.
pub(super) fn cut(value: &Value, read: &Read) -> serde_json::Value {
    match read {
        Read::Whole => whole(value),
        Read::Fields(fields) => match value {
            Value::Object(map) => fields_of(map, fields),
            Value::Array(items) => items.iter().map(|item| cut(item, read)).collect(),
            scalar => whole(scalar),
        },
    }
}

fn fields_of(map: &Map, fields: &BTreeMap<String, Read>) -> serde_json::Value {
    // Walk the shorter side; the order of the object is kept.
    if fields.len() * 4 < map.len() {
        let mut found: Vec<_> = fields
            .iter()
            .filter_map(|(name, read)| map.get_full(name).map(|(at, key, value)| (at, key, value, read)))
            .collect();
        found.sort_by_key(|(at, ..)| *at);
        return found
            .into_iter()
            .map(|(_, key, value, read)| (key.to_string(), cut(value, read)))
            .collect();
    }
    map.iter()
        .filter_map(|(key, value)| fields.get(&**key).map(|read| (key.to_string(), cut(value, read))))
        .collect()
}

fn whole(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(Number::Int(n)) => (*n).into(),
        Value::Number(n) => n.as_f64().into(),
        Value::String(s) => s.to_string().into(),
        Value::Array(items) => items.iter().map(whole).collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.to_string(), whole(v))).collect(),
    }
}

/// An input document, read level by level as the expression reaches it; `None` is undefined.
pub(super) struct Input<'v>(pub(super) Option<&'v Value>);

impl<'v> Source<'v> for Input<'v> {
    fn read(&self, sink: &mut Sink<'_, 'v>) -> Result<(), String> {
        if let Some(value) = self.0 {
            write(value, sink);
        }
        Ok(())
    }
}

struct Items<'v>(&'v [Value]);

impl<'v> Source<'v> for Items<'v> {
    fn read(&self, sink: &mut Sink<'_, 'v>) -> Result<(), String> {
        sink.reserve(self.0.len());
        self.0.iter().for_each(|item| write(item, sink));
        Ok(())
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn read_item(&self, index: usize, sink: &mut Sink<'_, 'v>) -> Result<bool, String> {
        if let Some(item) = self.0.get(index) {
            write(item, sink);
        }
        Ok(true)
    }
}

struct Members<'v>(&'v Map);

impl<'v> Source<'v> for Members<'v> {
    fn read(&self, sink: &mut Sink<'_, 'v>) -> Result<(), String> {
        sink.reserve(self.0.len());
        for (key, value) in self.0 {
            sink.key(key);
            write(value, sink);
        }
        Ok(())
    }

    fn read_field(&self, key: &str, sink: &mut Sink<'_, 'v>) -> Result<bool, String> {
        if let Some(value) = self.0.get(key) {
            write(value, sink);
        }
        Ok(true)
    }
}

fn write<'v>(value: &'v Value, sink: &mut Sink<'_, 'v>) {
    match value {
        Value::Null => sink.null(),
        Value::Bool(b) => sink.bool(*b),
        Value::Number(n) => sink.number(n.as_f64()),
        Value::String(s) => sink.string(s),
        Value::Array(items) => sink.array(Items(items)),
        Value::Object(map) => sink.object(Members(map)),
    }
}

/// Builds our values from a result. Keys that come back in many objects are shared.
#[derive(Default)]
pub(super) struct ValueBuilder {
    keys: FxHashMap<Box<str>, Arc<str>>,
    /// Whether a `null` was built: it may stand for what is no number, `0/0`.
    pub(super) built_null: bool,
}

impl Builder for ValueBuilder {
    type Value = Value;
    type Array = Vec<Value>;
    type Object = Map;

    fn null(&mut self) -> Value {
        self.built_null = true;
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, value: f64) -> Value {
        Value::Number(number(value))
    }

    fn string(&mut self, value: &str) -> Value {
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
