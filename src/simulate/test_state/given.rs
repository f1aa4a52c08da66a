//! Data of a request, with the text that it was given in.
//!
//! "Arrays come back with the blanks of the text that they came from", a part that a path selects, too (recorded by AWS)
//! [recorded; Testing state machines with TestState API]. A value is shared at every node, so an array that nothing
//! has changed is known by its address.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{self, Document, Format, NodeKind, NodeRef, SourceFile, ValueError};
use crate::value::Value;

/// A value, and the text of each array in it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The value.
    pub value: Value,
    /// Where the arrays of `value` lie, which keeps them there, and their texts.
    arrays: HashMap<usize, Arc<str>>,
    /// The text of the value, where it is an object.
    object: Option<Arc<str>>,
}

impl From<Value> for Given {
    /// A value that was no text.
    fn from(value: Value) -> Self {
        Given {
            value,
            arrays: HashMap::new(),
            object: None,
        }
    }
}

impl Given {
    /// The value of a document. What is no JSON has no text that could come back.
    pub fn of(document: &Document) -> Self {
        let root = document.root();
        let mut given = Given::from(root.to_value());
        if document.format() == Format::Json {
            let value = given.value.clone();
            given.keep(document, root, &value);
            if let Value::Object(_) = value {
                given.object = written(document, root);
            }
        }
        given
    }

    /// The value of a text.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let value = source::parse_value(text)?;
        let file = Arc::new(SourceFile::new("value.json", text));
        // What is JSON is a document; one that is nested too deeply for that has no texts of its own.
        Ok(match source::parse_any(file).document {
            Some(document) => Given::of(&document),
            None => Given::from(value),
        })
    }

    /// The text that an array in this value was given as.
    pub(super) fn text(&self, array: &Value) -> Option<&str> {
        let Value::Array(_) = array else { return None };
        let text = self.arrays.get(&array.address()?)?;
        Some(text)
    }

    /// The text that the whole was given as, where `object` is the whole. AWS's examples show it of a state's input, and a
    /// part of it that is an object without its blanks [Testing state machines with TestState API].
    pub(super) fn whole(&self, object: &Value) -> Option<&str> {
        self.object
            .as_deref()
            .filter(|_| self.value.is_shared_with(object))
    }

    /// The text that the API is sent.
    pub(super) fn sent(&self) -> Cow<'_, str> {
        let written = self.whole(&self.value).or_else(|| self.text(&self.value));
        written.map_or_else(|| Cow::Owned(self.value.to_json()), Cow::Borrowed)
    }

    fn keep(&mut self, document: &Document, node: NodeRef<'_>, value: &Value) {
        match (node.kind(), value) {
            (NodeKind::Array(_), Value::Array(items)) => {
                if let (Some(address), Some(text)) = (value.address(), written(document, node)) {
                    self.arrays.insert(address, text);
                }
                for (node, value) in node.items().zip(items.iter()) {
                    self.keep(document, node, value);
                }
            }
            (NodeKind::Object(members), Value::Object(object)) => {
                // Of a key that stands twice, the last value counts: its text takes the place of the other's.
                for member in members {
                    if let Some(value) = object.get(&member.key) {
                        self.keep(document, document.node(member.value), value);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The text of a node.
fn written(document: &Document, node: NodeRef<'_>) -> Option<Arc<str>> {
    let span = node.span();
    let text = document.text().get(span.start as usize..span.end as usize)?;
    Some(Arc::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_keep_their_blanks_and_what_is_made_of_them_does_not() {
        let given = Given::parse(r#"{"a": [1,  [2 ]], "a": [ 3, [4,5] ], "o": {"p": [ ]}}"#).expect("JSON");
        let at = |path: &[&str]| {
            path.iter()
                .try_fold(&given.value, |value, key| value.get(key))
                .and_then(|value| given.text(value))
        };
        assert_eq!(at(&["a"]), Some("[ 3, [4,5] ]"));
        assert_eq!(at(&["o", "p"]), Some("[ ]"));
        // Of objects only the whole.
        assert_eq!(at(&["o"]), None);
        assert_eq!(given.value.get("o").and_then(|part| given.whole(part)), None);
        assert_eq!(
            given.whole(&given.value),
            Some(r#"{"a": [1,  [2 ]], "a": [ 3, [4,5] ], "o": {"p": [ ]}}"#)
        );
        let inner = given
            .value
            .get("a")
            .and_then(Value::as_array)
            .map(|items| &items[1]);
        assert_eq!(inner.and_then(|value| given.text(value)), Some("[4,5]"));
        let equal = Value::array([Value::from(4), Value::from(5)]);
        assert_eq!(given.text(&equal), None);
    }
}
