//! A value that fits what is known.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Kind, Shape, Shapes, What};
use crate::value::{Map, Number, Value};

impl Shapes {
    /// A value that fits all that is known of a shape.
    pub fn value(&self, shape: Shape) -> Value {
        self.write(shape, 0)
    }

    fn write(&self, shape: Shape, depth: usize) -> Value {
        let node = self.node(shape);
        if depth > 100 {
            return Value::Null;
        }
        match &node.what {
            What::Scalar(value) => value.clone(),
            What::Of(Kind::Text) if node.name.is_empty() => Value::from("text"),
            What::Any | What::Of(Kind::Text) => text(&node.name),
            What::Of(Kind::Number) => Value::Number(Number::Int(1)),
            What::Of(Kind::Boolean) => Value::Bool(true),
            What::Of(Kind::Moment) => Value::from("2024-01-01T00:00:00Z"),
            What::Of(Kind::Base64) => Value::from("AA=="),
            What::Of(Kind::Digits) => Value::from("1"),
            What::Of(Kind::Object) => Value::empty_object(),
            What::Of(Kind::List) => Value::array([]),
            What::Object(_) | What::With(..) => {
                let members = self.members(shape).into_iter();
                let there = members.filter(|(_, member)| !self.node(*member).absent);
                let written = there.map(|(name, member)| (name, self.write(member, depth + 1)));
                let mut written = written.collect::<Map>();
                if written.is_empty()
                    && let Some((name, value)) = self.unread(shape)
                {
                    written.insert(name, value);
                }
                Value::object(written)
            }
            What::List(item, least) => {
                let item = self.write(*item, depth + 1);
                Value::array(std::iter::repeat_n(item, *least))
            }
            What::Items(items) => Value::array(items.iter().map(|item| self.write(*item, depth + 1))),
            What::Json(inner) => Value::from(self.write(*inner, depth + 1).to_json()),
            What::Base64(inner) => Value::from(BASE64_STANDARD.encode(self.text_of(*inner, depth + 1))),
            What::Joined(parts) => {
                let texts = parts.iter().map(|part| self.text_of(*part, depth + 1));
                Value::from(texts.collect::<String>())
            }
            What::Split(text, separator, _) => {
                let text = self.text_of(*text, depth + 1);
                Value::array(text.split(&**separator).map(Value::from))
            }
        }
    }
}

impl Shapes {
    fn text_of(&self, shape: Shape, depth: usize) -> String {
        match self.write(shape, depth) {
            Value::String(text) => text.to_string(),
            other => other.to_json(),
        }
    }
}

/// The member's own name says what belongs there.
fn text(name: &Arc<str>) -> Value {
    match &**name {
        "" => Value::empty_object(),
        // DynamoDB spells its numbers as texts.
        "N" => Value::from("1"),
        name if name.to_ascii_lowercase().ends_with("arn") => {
            Value::from("arn:aws:service:us-east-1:123456789012:name")
        }
        _ => Value::String(name.clone()),
    }
}
