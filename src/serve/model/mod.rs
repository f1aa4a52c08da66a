//! What Step Functions' own API takes and answers: AWS's model, as `tools/api-models/step_functions.py` writes it.
//!
//! ```text
//! check.rs    a request against the model: AWS's words for what does not fit
//! order.rs    an answer in the order of the model
//! ```

mod check;
mod order;

use std::collections::HashMap;

use crate::arrange::Arrange as _;
use indexmap::IndexMap;
use regress::Regex;
use serde::Deserialize;

pub(super) use check::Unfit;

/// The model, read once when the server starts.
pub(super) struct Model {
    operations: IndexMap<String, Operation>,
    shapes: Vec<Shape>,
}

/// An operation of the API.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    input: ShapeId,
    output: ShapeId,
}

type ShapeId = usize;

/// What a value must be.
struct Shape {
    name: String,
    kind: Kind,
    /// AWS does not repeat its value in an error.
    sensitive: bool,
}

enum Kind {
    Structure {
        members: IndexMap<String, ShapeId>,
        required: Vec<String>,
    },
    List {
        member: ShapeId,
        min: Option<u64>,
        max: Option<u64>,
    },
    Map {
        value: ShapeId,
    },
    Text {
        min: Option<u64>,
        max: Option<u64>,
        pattern: Option<(String, Regex)>,
        /// In the order in which AWS lists them.
        one_of: Vec<String>,
    },
    Number {
        what: Numeric,
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
    Time,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numeric {
    Integer,
    Long,
    Float,
}

/// A shape as the file has it.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "type")]
    kind: String,
    min: Option<f64>,
    max: Option<f64>,
    pattern: Option<String>,
    #[serde(default, rename = "enum")]
    one_of: Vec<String>,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    members: IndexMap<String, String>,
    member: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct WrittenOperation {
    input: String,
    output: String,
}

#[derive(Deserialize)]
struct File {
    operations: IndexMap<String, WrittenOperation>,
    shapes: IndexMap<String, Written>,
}

impl Model {
    /// Reads the model that is part of the program.
    ///
    /// # Errors
    /// When the file in `data/` is broken.
    pub(super) fn read() -> Result<Model, String> {
        Model::parse(include_str!("../../../data/step-functions-api.json"))
    }

    fn parse(text: &str) -> Result<Model, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let numbers: HashMap<&str, ShapeId> = (file.shapes.keys().enumerate())
            .map(|(number, name)| (name.as_str(), number))
            .collect();
        let number = |name: &str| {
            let found = numbers.get(name).copied();
            found.ok_or_else(|| format!("there is no shape {name}"))
        };
        let shapes = (file.shapes.iter())
            .map(|(name, written)| {
                Ok(Shape {
                    name: name.clone(),
                    kind: kind(written, &number)?,
                    sensitive: written.sensitive,
                })
            })
            .collect::<Result<_, String>>()?;
        let operations = (file.operations.iter())
            .map(|(name, written)| {
                let operation = Operation {
                    input: number(&written.input)?,
                    output: number(&written.output)?,
                };
                Ok((name.clone(), operation))
            })
            .collect::<Result<_, String>>()?;
        Ok(Model { operations, shapes })
    }

    /// The operation of that name, and the name as long as the model lives.
    pub(super) fn operation(&self, name: &str) -> Option<(&str, Operation)> {
        let (name, operation) = self.operations.get_key_value(name)?;
        Some((name, *operation))
    }

    /// The names of the operations.
    #[cfg(test)]
    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id]
    }
}

fn kind(written: &Written, number: &impl Fn(&str) -> Result<ShapeId, String>) -> Result<Kind, String> {
    let (min, max) = (written.min, written.max);
    let length = |bound: Option<f64>| bound.map(|bound| bound as u64);
    let numeric = |what| Kind::Number { what, min, max };
    Ok(match written.kind.as_str() {
        "structure" => Kind::Structure {
            members: (written.members.iter())
                .map(|(name, shape)| Ok((name.clone(), number(shape)?)))
                .collect::<Result<_, String>>()?,
            required: written.required.clone(),
        },
        "list" => Kind::List {
            member: number(written.member.as_deref().unwrap_or_default())?,
            min: length(min),
            max: length(max),
        },
        "map" => Kind::Map {
            value: number(written.value.as_deref().unwrap_or_default())?,
        },
        "string" => Kind::Text {
            min: length(min),
            max: length(max),
            pattern: (written.pattern.as_ref())
                .map(|pattern| {
                    // Java's patterns fit whole values, and so far mean the same in ECMAScript.
                    let whole = Regex::with_flags(&format!("^(?:{pattern})$"), "su");
                    let whole = whole.map_err(|error| format!("{pattern}: {error}"))?;
                    Ok::<_, String>((pattern.clone(), whole))
                })
                .transpose()?,
            one_of: as_aws_lists(&written.one_of),
        },
        "integer" => numeric(Numeric::Integer),
        "long" => numeric(Numeric::Long),
        "float" | "double" => numeric(Numeric::Float),
        "boolean" => Kind::Boolean,
        "timestamp" => Kind::Time,
        other => return Err(format!("there is no type {other}")),
    })
}

/// The names of an enumeration in the order of AWS's messages: that of a hash table of Java with 32 places, in each the
/// name last that was entered first. It is so in every message that was seen, of this service [recorded] and of DynamoDB.
fn as_aws_lists(names: &[String]) -> Vec<String> {
    let place = |name: &str| {
        let hash = name.encode_utf16().fold(0_u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        hash % 32
    };
    let mut names: Vec<String> = names.iter().rev().cloned().collect();
    names.arrange_by_key(|name| place(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_every_operation() {
        let model = Model::read().expect("the model");
        assert_eq!(model.operations().count(), 37);
        assert!(model.operation("StartExecution").is_some());
        assert!(model.operation("startExecution").is_none());
    }

    #[test]
    fn names_are_listed_as_aws_lists_them() {
        let listed = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            as_aws_lists(&names).join(", ")
        };
        // DynamoDB's messages of public issues: Member must satisfy enum value set: [...]
        assert_eq!(listed(&["S", "N", "B"]), "B, N, S");
        assert_eq!(listed(&["INDEXES", "TOTAL", "NONE"]), "INDEXES, TOTAL, NONE");
        assert_eq!(
            listed(&["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]),
            "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"
        );
        assert_eq!(
            listed(&["PROVISIONED", "PAY_PER_REQUEST"]),
            "PROVISIONED, PAY_PER_REQUEST"
        );
    }

    #[test]
    fn a_broken_model_is_said_and_does_not_panic() {
        assert!(Model::parse("{").is_err());
        let without = r#"{"operations":{"A":{"input":"B","output":"B"}},"shapes":{}}"#;
        assert_eq!(
            Model::parse(without).err().as_deref(),
            Some("there is no shape B")
        );
    }
}
