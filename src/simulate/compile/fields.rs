//! Fields that several types of state have.

use std::fmt::Display;
use std::sync::Arc;

use crate::asl::{self, QueryLanguage, StateFields, StateMachine};
use crate::expr::PayloadTemplate;
use crate::expr::jsonata::{self, Delimited};
use crate::expr::jsonpath::{Path, ReferencePath};
use crate::simulate::error::CompileError;
use crate::simulate::flow::{Assign, Flow, JsonPathFlow, JsonataFlow, PathField, Payload, ResultPath};
use crate::source::NodeRef;

/// One state's fields.
pub(super) struct Fields<'m> {
    pub(super) machine: &'m StateMachine,
    pub(super) state: &'m asl::State,
    pub(super) node: StateFields<'m>,
    pub(super) language: QueryLanguage,
}

/// An error at a node. Where a placeholder was not filled in, that is the mistake.
pub(super) fn error(node: NodeRef<'_>, message: impl Display) -> CompileError {
    let missing: Vec<Arc<str>> = node.placeholders().into_iter().map(Arc::from).collect();
    let message = match missing.first() {
        Some(name) => format!("the placeholder ${{{name}}} has no value"),
        None => message.to_string(),
    };
    CompileError {
        location: node.location(),
        message,
        missing,
    }
}

/// The path that a string field holds.
pub(super) fn path(node: NodeRef<'_>) -> Result<Path, CompileError> {
    let text = node.as_str().ok_or_else(|| error(node, "must be a JSONPath"))?;
    Path::parse(text).map_err(|why| error(node, why))
}

/// `InputPath`, `OutputPath`, `ItemsPath`.
pub(super) fn path_field(node: Option<NodeRef<'_>>) -> Result<PathField, CompileError> {
    let Some(node) = node else {
        return Ok(PathField::Whole);
    };
    if node.is_null() {
        return Ok(PathField::Empty);
    }
    let path = path(node)?;
    Ok(if path.is_whole_input() {
        PathField::Whole
    } else {
        PathField::At(path)
    })
}

/// `ResultPath`
pub(super) fn result_path(node: Option<NodeRef<'_>>) -> Result<ResultPath, CompileError> {
    let Some(node) = node else {
        return Ok(ResultPath::Whole);
    };
    if node.is_null() {
        return Ok(ResultPath::Discard);
    }
    let text = node
        .as_str()
        .ok_or_else(|| error(node, "must be a reference path or null"))?;
    let path = ReferencePath::parse(text).map_err(|why| error(node, why))?;
    Ok(if path.steps().is_empty() {
        ResultPath::Whole
    } else {
        ResultPath::At(path)
    })
}

/// A JSONata value.
pub(super) fn expression(node: NodeRef<'_>, field: &str) -> Result<jsonata::Template, CompileError> {
    jsonata::Template::compile(node, field).map_err(|(_, why)| error(node, why))
}

/// Whether a string is `{% ... %}`.
pub(super) fn is_expression(node: NodeRef<'_>) -> bool {
    node.as_str()
        .is_some_and(|text| matches!(jsonata::delimited(text), Delimited::Expression(_)))
}

impl<'m> Fields<'m> {
    /// A payload in the state's language, in a field that causes name.
    pub(super) fn payload(&self, field: Option<NodeRef<'_>>) -> Result<Option<Payload>, CompileError> {
        field
            .map(|node| self.payload_at(node, node.key().map_or("", |key| key)))
            .transpose()
    }

    /// A payload, named for causes.
    pub(super) fn payload_at(&self, node: NodeRef<'_>, field: &str) -> Result<Payload, CompileError> {
        match self.language {
            QueryLanguage::Jsonata => expression(node, field).map(Payload::Jsonata),
            QueryLanguage::JsonPath => {
                PayloadTemplate::compile(node)
                    .map(Payload::JsonPath)
                    .map_err(|problems| match problems.first() {
                        Some(first) => error(
                            self.machine.node(first.object),
                            format!(
                                "the value of '{}' is neither a JSONPath nor a call of an intrinsic function",
                                first.key
                            ),
                        ),
                        None => error(node, "cannot be read"),
                    })
            }
        }
    }

    /// `Assign`, named for causes.
    pub(super) fn assign_at(&self, node: NodeRef<'_>, field: &str) -> Result<Assign, CompileError> {
        if !node.is_object() {
            return Err(error(node, "must be an object of variables"));
        }
        self.payload_at(node, field).map(Assign)
    }

    /// The state's own `Assign`.
    pub(super) fn assign(&self) -> Result<Option<Assign>, CompileError> {
        let assign = self.node.assign();
        assign.map(|node| self.assign_at(node, "Assign")).transpose()
    }

    /// The data-flow fields that the state has.
    pub(super) fn flow(&self) -> Result<Flow, CompileError> {
        Ok(match self.language {
            QueryLanguage::JsonPath => Flow::JsonPath(Box::new(JsonPathFlow {
                input_path: path_field(self.node.input_path())?,
                parameters: self.payload(self.node.parameters())?,
                result_selector: self.payload(self.node.result_selector())?,
                result_path: result_path(self.node.result_path())?,
                output_path: path_field(self.node.output_path())?,
                assign: self.assign()?,
            })),
            QueryLanguage::Jsonata => Flow::Jsonata(Box::new(JsonataFlow {
                arguments: self.payload(self.node.arguments())?,
                output: self.payload(self.node.output())?,
                assign: self.assign()?,
            })),
        })
    }
}
