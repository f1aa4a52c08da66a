//! Text to tree: JSON and YAML become one [`Document`] with a byte span on every key and value.

mod document;
mod file;
mod json;
mod value_text;

pub use document::{Document, Member, Node, NodeId, NodeKind, NodeRef};
pub use file::{Position, SourceFile};
pub use value_text::{ValueError, parse_value};

use std::sync::Arc;

use crate::diagnostics::Finding;

/// What reading a definition's text gives: the tree, unless the text is broken, and what was seen on the way
/// (broken syntax, duplicate keys).
#[derive(Debug)]
pub struct Parsed {
    /// The file that was read; findings' spans are offsets in its text.
    pub file: Arc<SourceFile>,
    /// The tree; `None` when the text is neither JSON nor YAML, and a finding then says why.
    pub document: Option<Document>,
    /// What is wrong with the text itself.
    pub findings: Vec<Finding>,
}

/// Reads a definition: JSON (YAML is added by its own module).
pub fn parse(file: Arc<SourceFile>) -> Parsed {
    json::parse(file)
}
