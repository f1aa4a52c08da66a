//! ResultWriter: the results of a Map Run into S3, or shaped for the state's output [aws-facts 6.5].

use std::sync::Arc;

use super::distributed::ChildResult;
use crate::simulate::flow::{Payload, Problem};
use crate::simulate::surroundings::Surroundings;
use crate::value::{Map, Value};

/// A `ResultWriter`.
#[derive(Debug)]
pub(in crate::simulate) struct Writer {
    /// Whether it has a `Resource`, that is, writes to S3.
    pub(in crate::simulate) to_s3: bool,
    /// `Parameters` or `Arguments`: Bucket and Prefix.
    pub(in crate::simulate) arguments: Option<Payload>,
    pub(in crate::simulate) transformation: Transformation,
    /// `OutputType: JSONL`
    pub(in crate::simulate) lines: bool,
}

/// `WriterConfig.Transformation`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Transformation {
    /// Each result with its execution's description.
    None,
    /// The outputs.
    Compact,
    /// The outputs, lists among them spliced in.
    Flatten,
}

/// Where a run's results go, evaluated.
#[derive(Debug)]
pub(super) struct Plan {
    bucket: Arc<str>,
    prefix: String,
}

/// What is written, and what the state's result is.
pub(super) struct Written {
    pub(super) result: Value,
    pub(super) objects: Vec<(String, Value)>,
}

impl Writer {
    pub(super) fn plan(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Plan, Problem> {
        let arguments = match &self.arguments {
            Some(arguments) => arguments.evaluate(around, effective, None, None)?,
            None => Value::empty_object(),
        };
        let text = |name: &str| match arguments.get(name) {
            Some(Value::String(text)) => text.clone(),
            _ => Arc::from(""),
        };
        let prefix = text("Prefix");
        Ok(Plan {
            bucket: text("Bucket"),
            // `<prefix>/<uuid>/manifest.json` (recorded); a prefix's own slash is not doubled.
            prefix: if prefix.is_empty() || prefix.ends_with('/') {
                prefix.to_string()
            } else {
                format!("{prefix}/")
            },
        })
    }

    /// The state's result, and what is written on the way. `run_arn` is the Map Run's, `run_id` its last part.
    pub(super) fn write(
        &self,
        plan: &Plan,
        run_arn: &str,
        run_id: &str,
        children: &[ChildResult],
    ) -> Written {
        if !self.to_s3 {
            return Written {
                result: self.shaped(children.iter()),
                objects: Vec::new(),
            };
        }
        let folder = format!("{}{run_id}", plan.prefix);
        let extension = if self.lines { "jsonl" } else { "json" };
        let mut objects = Vec::new();
        let mut files = Map::new();
        for (status, succeeded) in [("FAILED", false), ("PENDING", false), ("SUCCEEDED", true)] {
            let of_status: Vec<&ChildResult> = children
                .iter()
                .filter(|child| status != "PENDING" && child.outcome.is_ok() == succeeded)
                .collect();
            let mut listed = Vec::new();
            if !of_status.is_empty() {
                let key = format!("{folder}/{status}_0.{extension}");
                let value = self.shaped(of_status.into_iter());
                let content = if self.lines { lines(&value) } else { value };
                let size = content.as_str().map_or_else(|| content.json_len(), str::len);
                listed.push(object([
                    ("Key", Value::from(key.as_str())),
                    ("Size", Value::from(i64::try_from(size).unwrap_or(i64::MAX))),
                ]));
                objects.push((format!("s3://{}/{key}", plan.bucket), content));
            }
            files.insert(Arc::from(status), Value::from(listed));
        }
        let manifest = object([
            ("DestinationBucket", Value::String(plan.bucket.clone())),
            ("MapRunArn", Value::from(run_arn)),
            ("ResultFiles", Value::object(files)),
        ]);
        let key = format!("{folder}/manifest.json");
        objects.push((format!("s3://{}/{key}", plan.bucket), manifest));
        let details = object([
            ("Bucket", Value::String(plan.bucket.clone())),
            ("Key", Value::from(key)),
        ]);
        Written {
            result: object([
                ("MapRunArn", Value::from(run_arn)),
                ("ResultWriterDetails", details),
            ]),
            objects,
        }
    }

    fn shaped<'c>(&self, children: impl Iterator<Item = &'c ChildResult>) -> Value {
        match self.transformation {
            Transformation::None => Value::array(children.map(ChildResult::description)),
            Transformation::Compact => Value::array(children.map(ChildResult::output)),
            Transformation::Flatten => {
                let mut flat = Vec::new();
                for child in children {
                    match child.output() {
                        Value::Array(items) => flat.extend(items.iter().cloned()),
                        other => flat.push(other),
                    }
                }
                Value::from(flat)
            }
        }
    }
}

/// JSONL: one item a line.
fn lines(value: &Value) -> Value {
    let mut text = String::new();
    for item in value.as_array().unwrap_or_default() {
        item.write_json(&mut text);
        text.push('\n');
    }
    Value::from(text)
}

/// An object of a few members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
    Value::object(members.collect::<Map>())
}
