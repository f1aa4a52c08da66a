//! What a value is to be read as: by the field it stands in and the language of its state.

use super::{Field, Kind, Shape};
use crate::asl::QueryLanguage;

/// How a value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// As it stands.
    Data,
    /// A JSONPath.
    Path,
    /// A JSONPath or a call of an intrinsic function.
    PathOrCall,
    /// A payload template: paths under `.$` keys, or expressions in its strings.
    Template(QueryLanguage),
    /// Error names, whose order does not count.
    ErrorNames,
    /// States by name.
    States(QueryLanguage),
    /// An object of the table of fields.
    Object(Kind, QueryLanguage),
    /// A list of them.
    List(Kind, QueryLanguage),
}

impl Content {
    /// What the field `name` of a `kind` holds.
    pub fn of(kind: Kind, name: &str, language: QueryLanguage) -> Content {
        kind.field(name)
            .map_or(Content::Data, |field| field.content(language))
    }

    /// What the member `key` of it holds.
    pub fn member(self, key: &str) -> Content {
        match self {
            Content::Object(kind, language) => Content::of(kind, key, language),
            Content::States(language) => Content::Object(Kind::AnyState, language),
            Content::Template(QueryLanguage::JsonPath) if key.ends_with(".$") => Content::PathOrCall,
            Content::Template(_) => self,
            _ => Content::Data,
        }
    }

    /// What an item of it holds.
    pub fn item(self) -> Content {
        match self {
            Content::List(kind, language) => Content::Object(kind, language),
            Content::Template(_) => self,
            _ => Content::Data,
        }
    }
}

impl Field {
    /// What it holds in a state of `language`.
    pub fn content(&self, language: QueryLanguage) -> Content {
        let jsonpath = language == QueryLanguage::JsonPath;
        match self.shape {
            Shape::Object(kind) => Content::Object(kind, language),
            Shape::List { of, .. } => Content::List(of, language),
            Shape::States => Content::States(language),
            Shape::Template | Shape::Assign => Content::Template(language),
            Shape::ErrorNames => Content::ErrorNames,
            Shape::Path | Shape::ReferencePath { .. } if jsonpath => Content::Path,
            Shape::PathOrCall if jsonpath => Content::PathOrCall,
            // `RoleArn.$` of Credentials.
            Shape::Json if jsonpath && self.name.ends_with(".$") => Content::PathOrCall,
            Shape::Condition | Shape::Items if !jsonpath => Content::Template(language),
            _ if self.expression && !jsonpath => Content::Template(language),
            _ => Content::Data,
        }
    }
}
