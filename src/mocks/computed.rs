//! Computed answers: JSONata on what the task is sent.

use std::fmt;

use super::error::MockError;
use super::read::{Reader, members};
use crate::expr::jsonata::{Delimited, Evaluation, Template, delimited};
use crate::source::NodeRef;
use crate::value::Value;

/// A `Compute`: compiled once, evaluated for each call.
#[derive(Clone)]
pub struct Computed {
    template: Template,
    /// What it was compiled from.
    source: Value,
    /// Where it stands, for errors at run time.
    place: MockError,
}

impl Computed {
    /// Compiles the value of a `Compute`: an expression, or a value with expressions in it.
    ///
    /// # Errors
    /// An expression that does not parse, reads what is not there, or is missing.
    pub(super) fn read(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Self, MockError> {
        balanced(reader, node)?;
        let template = Template::compile(node, "Compute").map_err(|(span, error)| {
            MockError::at(
                reader.file,
                span,
                format!(
                    "'Compute' does not parse: {}",
                    error.to_string().trim_end_matches('.')
                ),
            )
        })?;
        let expressions = template.expressions();
        if expressions.is_empty() {
            return Err(reader
                .error(node, "'Compute' has no expression")
                .help("write it as \"{% ... %}\"; a value that is always the same is a Return"));
        }
        for (expression, _) in expressions {
            let uses = expression.uses();
            if let Some(name) = uses.top_level_names.first() {
                let error = reader.error(node, format!("'{}' in 'Compute' reads nothing", name.name));
                return Err(match &*name.name {
                    "$" | "*" | "**" => error.help("what the task was sent is $states.input"),
                    name => error.help(format!(
                        "what the task was sent is $states.input: write $states.input.{name}"
                    )),
                });
            }
            let unknown = uses
                .states_members
                .iter()
                .find(|member| !["input", "context"].contains(&&*member.name));
            if let Some(member) = unknown {
                return Err(reader
                    .error(
                        node,
                        format!("$states.{} is not there when a task is called", member.name),
                    )
                    .help("there are $states.input, which the task was sent, and $states.context"));
            }
        }
        Ok(Computed {
            template,
            source: node.to_value(),
            place: reader.error(node, ""),
        })
    }

    /// What it was compiled from.
    pub(super) fn source(&self) -> &Value {
        &self.source
    }

    /// The result of the task `state`.
    ///
    /// # Errors
    /// An expression that fails or gives nothing: a mistake of the mock, with its place, and no error of the task.
    pub fn evaluate(&self, state: &str, evaluation: &Evaluation<'_>) -> Result<Value, MockError> {
        self.template.evaluate(evaluation).map_err(|error| {
            let message = format!("the result of '{state}' cannot be computed: {}", error.cause);
            self.place.clone().saying(message)
        })
    }
}

/// Refuses strings with one delimiter of two.
fn balanced(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<(), MockError> {
    if node
        .as_str()
        .is_some_and(|text| delimited(text) == Delimited::Unbalanced)
    {
        return Err(reader
            .error(node, "an expression starts with {% and ends with %}")
            .help("there is one of the two; no space may stand outside"));
    }
    for item in node.items() {
        balanced(reader, item)?;
    }
    for (_, member) in members(node.document(), node) {
        balanced(reader, member)?;
    }
    Ok(())
}

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Computed at {}", self.place)
    }
}

impl PartialEq for Computed {
    /// Those at the same place are the same.
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}
