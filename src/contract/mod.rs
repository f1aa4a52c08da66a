//! JSON Schemas that a user brings: an organisation's rules for definitions (`validate --schema`), and contracts for what
//! tasks are sent and answer and what executions give (test files). Compiled only where one is asked for.

mod bounded;
mod references;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value as Json;

use bounded::{PATIENCE, bounded};

use crate::arrange::Arrange as _;
use crate::asl::fields::schema::json_schema;
use crate::diagnostics::{Finding, Severity, short};
use crate::source::{self, Document, NodeRef, Reach, ReadError, SourceFile};
use crate::value::Value;

/// The code of what a definition's schema finds.
pub const CODE: &str = "SCHEMA_POLICY";

/// Steps back that a pattern may take on one text: beyond, the text counts as one that does not match.
const MOST_BACKTRACKS: usize = 100_000;
/// Bytes that a compiled pattern may have.
const MOST_PATTERN: usize = 1_000_000;
/// Longest words of one mismatch.
const LONGEST: usize = 300;
/// Mismatches of one value that are told at most.
const MOST_TOLD: usize = 1_000;

/// A schema, compiled.
#[derive(Debug)]
pub struct Contract {
    name: String,
    validator: Arc<Validator>,
    /// How long it may take on one value.
    patience: Duration,
    /// Whether it took longer on one: it is asked about no other.
    is_endless: AtomicBool,
}

/// A schema that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// Its file cannot be read.
    #[error("{0}")]
    Unreadable(#[from] ReadError),
    /// Its file is neither JSON nor YAML.
    #[error("{name}:{line}: {message}")]
    NotData {
        /// The file.
        name: String,
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It is no JSON Schema, or refers to what is not read.
    #[error("{name} cannot be used as a JSON Schema: {message}")]
    Invalid {
        /// The file.
        name: String,
        /// Why.
        message: String,
    },
}

impl miette::Diagnostic for ContractError {}

/// A part of a value that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The JSON Pointer of the part.
    pub pointer: String,
    /// The member of it that is meant, where it is one that may not be there.
    pub member: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What of the schema says so, as a JSON Pointer.
    pub rule: String,
}

impl Contract {
    /// The schema of the Amazon States Language, from the table of fields.
    ///
    /// # Errors
    /// None, unless the table is broken.
    pub fn of_asl() -> Result<Contract, ContractError> {
        Contract::compile("asl", json_schema(), Path::new("."), &Reach::default())
    }

    /// The schema in the file `file`, which the caller names. Files that it refers to are read within `reach`.
    ///
    /// # Errors
    /// When it is no schema, or refers to what is not read.
    pub fn of_file(file: Arc<SourceFile>, reach: &Reach) -> Result<Contract, ContractError> {
        let name = file.name().to_owned();
        let value = data(file)?;
        let json = serde_json::to_value(&value).unwrap_or_default();
        Contract::compile(&name, json, Path::new(&name), reach)
    }

    fn compile(name: &str, schema: Json, path: &Path, reach: &Reach) -> Result<Contract, ContractError> {
        let patterns = PatternOptions::fancy_regex()
            .backtrack_limit(MOST_BACKTRACKS)
            .size_limit(MOST_PATTERN)
            .dfa_size_limit(MOST_PATTERN);
        let options = jsonschema::options()
            .with_base_uri(references::address(path))
            .with_retriever(references::Files::new(path, reach.clone()))
            .with_pattern_options(patterns);
        let compiled = bounded(PATIENCE, move || {
            let validator = options.build(&schema);
            validator.map_err(|error| short(&error.to_string(), LONGEST))
        });
        let too_large = || {
            Err(format!(
                "it is too large: {} seconds do not compile it",
                PATIENCE.as_secs()
            ))
        };
        let validator = compiled.unwrap_or_else(too_large);
        let validator = validator.map_err(|message| ContractError::Invalid {
            name: name.to_owned(),
            message,
        })?;
        Ok(Contract {
            name: name.to_owned(),
            validator: Arc::new(validator),
            patience: PATIENCE,
            is_endless: AtomicBool::new(false),
        })
    }

    /// What it is called: its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What of `value` does not fit.
    pub fn mismatches(&self, value: &Value) -> Vec<Mismatch> {
        let told = match self.is_endless.load(Ordering::Relaxed) {
            true => None,
            false => {
                let json = serde_json::to_value(value).unwrap_or_default();
                let validator = self.validator.clone();
                bounded(self.patience, move || {
                    let errors = validator.iter_errors(&json).take(MOST_TOLD);
                    errors.flat_map(|error| of_error(&error)).collect()
                })
            }
        };
        told.unwrap_or_else(|| {
            self.is_endless.store(true, Ordering::Relaxed);
            vec![Mismatch {
                pointer: String::new(),
                member: None,
                message:
                    "the schema takes too long on this value: its alternatives (anyOf, oneOf, $ref) multiply"
                        .to_owned(),
                rule: String::new(),
            }]
        })
    }

    /// What of a definition does not fit, at its place.
    pub fn findings(&self, document: &Document) -> Vec<Finding> {
        let mismatches = self.mismatches(&document.root().to_value());
        let mut findings: Vec<Finding> = mismatches
            .iter()
            .map(|mismatch| self.finding(document, mismatch))
            .collect();
        findings.arrange_by_key(|finding| finding.span.start);
        findings
    }

    fn finding(&self, document: &Document, mismatch: &Mismatch) -> Finding {
        let node = at(document.root(), &mismatch.pointer);
        let message = format!("{} ({}#{})", mismatch.message, self.name, mismatch.rule);
        let member = mismatch.member.as_ref().and_then(|name| {
            let member = node.members().iter().find(|member| *member.key == **name)?;
            Some((document.node(member.value), member.key_span))
        });
        let (node, span) = member.unwrap_or_else(|| (node, node.token_span()));
        Finding::new(Severity::Error, CODE, message, span).with_location(node.location())
    }
}

/// What an error says, each unexpected member on its own.
fn of_error(error: &ValidationError<'_>) -> Vec<Mismatch> {
    let told = |member: Option<String>, message: String| Mismatch {
        pointer: error.instance_path().as_str().to_owned(),
        member,
        message: short(&message, LONGEST),
        rule: error.schema_path().as_str().to_owned(),
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| told(Some(name.clone()), format!("'{name}' is not expected here")))
            .collect(),
        ValidationErrorKind::PropertyNames { error: inner } => {
            let name = inner.instance().as_str().map(str::to_owned);
            vec![told(name, format!("{inner}"))]
        }
        ValidationErrorKind::BacktrackLimitExceeded { .. } => {
            vec![told(
                None,
                "the schema's pattern takes too long on this text".to_owned(),
            )]
        }
        _ => vec![told(None, error.masked_with(value_of(error)).to_string())],
    }
}

/// The value as it is shown: scalars as they are, all else by its type.
fn value_of(error: &ValidationError<'_>) -> String {
    match &**error.instance() {
        Json::Array(_) => "this list".to_owned(),
        Json::Object(_) => "this object".to_owned(),
        scalar => short(&scalar.to_string(), 80),
    }
}

/// The value in a JSON or YAML file.
fn data(file: Arc<SourceFile>) -> Result<Value, ContractError> {
    let parsed = source::parse_any(file);
    let mut errors = parsed
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    match (&parsed.document, errors.next()) {
        (Some(document), None) => Ok(document.root().to_value()),
        (_, finding) => Err(ContractError::NotData {
            name: parsed.file.name().to_owned(),
            line: finding.map_or(1, |finding| {
                parsed.file.position(finding.span.start as usize).line
            }),
            message: finding.map_or("there is no value", Finding::headline).to_owned(),
        }),
    }
}

/// The node that a JSON Pointer names, or the last on the way there.
fn at<'d>(root: NodeRef<'d>, pointer: &str) -> NodeRef<'d> {
    let mut node = root;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let next = match name.parse::<usize>() {
            Ok(index) if node.is_array() => node.items().nth(index),
            _ => node.get(&name),
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}
