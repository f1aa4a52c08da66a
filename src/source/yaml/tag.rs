//! Tags: the core schema's (`!!int`), and CloudFormation's short functions (`!Sub`, `!Ref` ...), whose values are known
//! only when a template is deployed. Every other tag is passed over.

use std::sync::Arc;

use granit_parser::Tag;

use super::{Builder, NodeId, NodeKind};

/// What a tag says about its value.
pub(super) enum Meaning {
    /// A type of the core schema: `str`, `int` ...
    Core(String),
    /// `!Sub`: the text with placeholders in it.
    Sub,
    /// A function whose result takes the value's place: `!Ref`, `!GetAtt`, `!Join` ...
    Function(&'static str),
    /// Nothing to us.
    Other,
}

/// What stands in the place of a tagged list or object.
pub(super) enum Replacement {
    /// A placeholder of this name.
    Reference(String),
    /// One of its own parts.
    Node(NodeId),
    /// Itself, as the argument of this function.
    Argument(String),
}

/// CloudFormation's functions that have a short form, less `!Sub`
/// ([AWS CloudFormation User Guide, Intrinsic function reference]).
const FUNCTIONS: [&str; 17] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Contains",
    "Equals",
    "FindInMap",
    "GetAtt",
    "GetAZs",
    "If",
    "ImportValue",
    "Join",
    "Not",
    "Or",
    "Ref",
    "Select",
    "Split",
];

impl Meaning {
    pub(super) fn of(tag: &Tag) -> Meaning {
        if let Some(name) = tag.core_suffix() {
            return Meaning::Core(name.to_owned());
        }
        match FUNCTIONS.iter().find(|name| **name == tag.suffix()) {
            _ if tag.handle() != "!" => Meaning::Other,
            _ if tag.suffix() == "Sub" => Meaning::Sub,
            Some(name) => Meaning::Function(name),
            None => Meaning::Other,
        }
    }

    /// The name of the placeholder that a scalar with this tag is.
    pub(super) fn reference(&self, text: &str) -> Option<String> {
        match self {
            Meaning::Function("Ref" | "GetAtt") => Some(text.to_owned()),
            Meaning::Function(name) => Some(format!("{name} {text}")),
            _ => None,
        }
    }

    /// What stands in the place of a list or object with this tag; `None` for itself. Functions are kept for whoever
    /// looks at them, or are placeholders.
    pub(super) fn of_collection(
        &self,
        kind: &NodeKind,
        keep: bool,
        builder: &Builder,
    ) -> Option<Replacement> {
        match self {
            Meaning::Sub if keep => return Some(Replacement::Argument("Fn::Sub".to_owned())),
            Meaning::Function(name) if keep => return Some(Replacement::Argument(format!("Fn::{name}"))),
            _ => {}
        }
        let items: &[NodeId] = match kind {
            NodeKind::Array(items) => items,
            _ => &[],
        };
        let texts: Option<Vec<&Arc<str>>> = (items.iter())
            .map(|&item| match &builder.node(item).kind {
                NodeKind::String(text) => Some(text),
                _ => None,
            })
            .collect();
        match self {
            // !Sub [text, values]
            Meaning::Sub => items.first().map(|&text| Replacement::Node(text)),
            // !GetAtt [resource, attribute]
            Meaning::Function("GetAtt") => {
                let parts = texts.unwrap_or_default();
                Some(Replacement::Reference(
                    parts.iter().map(|part| &***part).collect::<Vec<_>>().join("."),
                ))
            }
            Meaning::Function(name) => Some(Replacement::Reference((*name).to_owned())),
            Meaning::Core(_) | Meaning::Other => None,
        }
    }
}
