//! The JSON value of a running machine.
//!
//! Every array, object and string is shared (`Arc`), so that handing a state's input to its task, to the history
//! and to the next state costs a pointer. Changing a field copies the one object that holds it, and nothing when
//! nobody else holds that object. `benches/value.rs` holds the measurement behind the choice.

mod differences;
mod escape;
mod hash;
mod hash_order;
#[cfg(feature = "cli")]
mod lines;
mod map;
mod number;
mod text;
mod yaml;

use std::hash::Hasher;
use std::sync::Arc;

pub use differences::{Change, changes, differences};
pub use hash_order::hash_order;
#[cfg(feature = "cli")]
pub use lines::line_differences;
pub use map::Map;
pub use number::Number;
pub use yaml::{printable, write_quoted, yaml};

/// How deep the data of a running machine may be nested. Values are walked recursively, on threads with stacks of
/// 2 MiB; what AWS does beyond some depth, nobody has told.
pub const MAX_DEPTH: usize = 1_000;

/// A length that no text has: that of a value which is nested deeper than [`MAX_DEPTH`].
pub const TOO_DEEP: usize = 1 << 40;

/// A JSON value, cheap to clone.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, with AWS's distinction between integers and doubles.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// An array.
    Array(Arc<Vec<Value>>),
    /// An object; keys keep their order.
    Object(Arc<Map>),
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Value::String(text.into())
    }

    /// An array value.
    pub fn array(items: impl IntoIterator<Item = Value>) -> Self {
        Value::Array(Arc::new(items.into_iter().collect()))
    }

    /// An object value.
    pub fn object(map: Map) -> Self {
        Value::Object(Arc::new(map))
    }

    /// `{}`
    pub fn empty_object() -> Self {
        Value::object(Map::new())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The member `key` of an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The name of the type in JSON's words: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    /// Compact JSON text, numbers as AWS spells them.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends the beginning of the compact JSON text to `out`: all of it when it has at most `most` bytes, else at least
    /// so many, and not many more than that is worked for.
    pub fn write_json_start(&self, out: &mut String, most: usize) {
        text::write_start(self, out, out.len() + most);
    }

    /// Appends compact JSON text to `out`.
    pub fn write_json(&self, out: &mut String) {
        text::write::<false>(self, out);
    }

    /// Appends `text` as a JSON string, in quotes, to `out`.
    pub fn write_json_string(text: &str, out: &mut String) {
        text::write_string::<false>(text, out);
    }

    /// Appends compact JSON text to the inside of a JSON string in `out`: AWS's events hold payloads so.
    pub fn write_json_in_string(&self, out: &mut String) {
        text::write::<true>(self, out);
    }

    /// Feeds it to `hasher`: alike for values whose compact JSON texts are equal.
    pub fn feed(&self, hasher: &mut impl Hasher) {
        hash::feed(self, hasher);
    }

    /// Where a shared array or object lies: those that lie in one place are one, as long as they live.
    pub fn address(&self) -> Option<usize> {
        match self {
            Value::Array(items) => Some(Arc::as_ptr(items).addr()),
            Value::Object(map) => Some(Arc::as_ptr(map).addr()),
            _ => None,
        }
    }

    /// Whether both are one shared array, object or string: what is known of one of them holds for the other. Equal
    /// values need not be.
    pub fn is_shared_with(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::String(a), Value::String(b)) => Arc::ptr_eq(a, b),
            (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Length in bytes of the compact JSON text, without building it. AWS's payload limits count these bytes.
    pub fn json_len(&self) -> usize {
        text::len(self)
    }
}

/// Deep equality; numbers compare by value, so that `1` equals `1.0`, and key order does not count.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b) || a == b,
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Number(Number::Int(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Number(Number::Float(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::string(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::string(value)
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Value::object(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Value::Array(Arc::new(value))
    }
}

/// Conversion for the edges (JSON written by the report layer, `serde_json::json!` in tests).
impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(*b),
            serde_json::Value::Number(n) => {
                Value::Number(Number::parse(&n.to_string()).unwrap_or(Number::Int(0)))
            }
            serde_json::Value::String(s) => Value::string(s.as_str()),
            serde_json::Value::Array(items) => Value::array(items.iter().map(Value::from)),
            serde_json::Value::Object(map) => Value::object(
                map.iter()
                    .map(|(k, v)| (Arc::from(k.as_str()), Value::from(v)))
                    .collect(),
            ),
        }
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{SerializeMap, SerializeSeq};
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Number(n) => n.serialize(serializer),
            Value::String(s) => serializer.serialize_str(s),
            Value::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items.iter() {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Object(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map.iter() {
                    out.serialize_entry(&**key, value)?;
                }
                out.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_compact_json_in_key_order() {
        let mut map = Map::new();
        map.insert(Arc::from("b"), Value::from(1));
        map.insert(
            Arc::from("a"),
            Value::array([Value::Null, Value::from(true), Value::from("x\"\n\u{1}")]),
        );
        let value = Value::object(map);
        let text = r#"{"b":1,"a":[null,true,"x\"\n\u0001"]}"#;
        assert_eq!(value.to_json(), text);
        assert_eq!(value.json_len(), text.len());
        // Inside a string, every quotation mark and every backslash has a backslash before it.
        let mut nested = String::new();
        value.write_json_in_string(&mut nested);
        assert_eq!(nested, r#"{\"b\":1,\"a\":[null,true,\"x\\\"\\n\\u0001\"]}"#);
    }

    #[test]
    fn counts_the_bytes_of_numbers() {
        for (number, bytes) in [(0, 1), (9, 1), (10, 2), (-1, 2), (i64::MAX, 19), (i64::MIN, 20)] {
            assert_eq!(Value::from(number).json_len(), bytes, "{number}");
        }
        assert_eq!(Value::from(1.5e300).json_len(), "1.5E300".len());
    }

    #[test]
    fn a_clone_is_shared_and_an_equal_value_is_not() {
        let value = Value::array([Value::from(1)]);
        assert!(value.is_shared_with(&value.clone()));
        assert!(!value.is_shared_with(&Value::array([Value::from(1)])));
        assert!(!Value::from(1).is_shared_with(&Value::from(1)));
    }

    #[test]
    fn equality_ignores_key_order_and_number_spelling() {
        let a = Value::from(&serde_json::json!({"x": 1, "y": [1.0]}));
        let b = Value::from(&serde_json::json!({"y": [1], "x": 1.0}));
        assert_eq!(a, b);
        assert_ne!(a, Value::from(&serde_json::json!({"x": 1})));
    }
}
