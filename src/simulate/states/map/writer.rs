//! ResultWriter: the results of a Map Run into S3, or shaped for the state's output [aws-facts 6.5].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::simulate::clock::Time;
use crate::simulate::failure::Failure;
use crate::simulate::flow::{MOST_BYTES, Payload, Problem};
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

/// A child execution that has ended.
#[derive(Debug)]
pub(super) struct ChildResult {
    pub(super) machine_arn: String,
    pub(super) execution_arn: String,
    pub(super) name: Arc<str>,
    pub(super) input: Value,
    pub(super) outcome: Result<Value, Failure>,
    pub(super) started: Time,
    pub(super) stopped: Time,
}

/// Where the results go.
#[derive(Debug)]
struct Destination {
    bucket: Arc<str>,
    prefix: String,
}

/// The results of a Map Run, as they come.
#[derive(Debug)]
pub(super) struct Results {
    transformation: Transformation,
    lines: bool,
    /// `None`: they are the state's result.
    destination: Option<Destination>,
    /// What each child adds, by its number; with a destination, of the children that succeeded.
    entries: BTreeMap<usize, Value>,
    /// Bytes of their JSON texts, each with its comma or bracket.
    bytes: usize,
    /// With a destination: the children that failed.
    failed: BTreeMap<usize, Value>,
}

impl Results {
    /// Those of a Map Run that has none yet.
    pub(super) fn begin(
        writer: Option<&Writer>,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Self, Problem> {
        let destination = match writer.filter(|writer| writer.to_s3) {
            None => None,
            Some(writer) => {
                let arguments = match &writer.arguments {
                    Some(arguments) => arguments.evaluate(around, effective, None, None)?,
                    None => Value::empty_object(),
                };
                let text = |name: &str| match arguments.get(name) {
                    Some(Value::String(text)) => Ok(text.clone()),
                    None if name == "Prefix" => Ok(Arc::from("")),
                    // AWS's words were not seen.
                    _ => Err(Problem::runtime(format!(
                        "The field '{name}' of the ResultWriter must be a STRING"
                    ))),
                };
                let prefix = text("Prefix")?;
                Some(Destination {
                    bucket: text("Bucket")?,
                    // `<prefix>/<uuid>/manifest.json` (recorded); a prefix's own slash is not doubled.
                    prefix: if prefix.is_empty() || prefix.ends_with('/') {
                        prefix.to_string()
                    } else {
                        format!("{prefix}/")
                    },
                })
            }
        };
        Ok(Results {
            transformation: writer.map_or(Transformation::Compact, |writer| writer.transformation),
            lines: writer.is_some_and(|writer| writer.lines),
            destination,
            entries: BTreeMap::new(),
            bytes: 0,
            failed: BTreeMap::new(),
        })
    }

    /// Takes up what the child with this number came to.
    pub(super) fn add(&mut self, number: usize, child: ChildResult) {
        let succeeded = child.outcome.is_ok();
        let entry = match (self.transformation, child.outcome) {
            (Transformation::Compact | Transformation::Flatten, Ok(output)) => output,
            // A child that failed is described whatever the transformation [ResultWriter].
            (_, outcome) => ChildResult { outcome, ..child }.description(),
        };
        if self.destination.is_some() {
            let list = if succeeded {
                &mut self.entries
            } else {
                &mut self.failed
            };
            list.insert(number, entry);
            return;
        }
        // Once they have no room in a result, none needs to be kept: the state fails in the end.
        self.bytes = self.bytes.saturating_add(entry.json_len() + 1);
        if self.bytes < MOST_BYTES {
            self.entries.insert(number, entry);
        } else {
            self.entries.clear();
        }
    }

    /// The state's result; what goes to S3 is added to `written`. `run_arn` is the Map Run's ARN.
    ///
    /// # Errors
    /// States.DataLimitExceeded for a result that is too large for a state.
    pub(super) fn finish(
        self,
        state: &str,
        run_arn: &str,
        written: &mut Vec<(String, Value)>,
    ) -> Result<Value, Failure> {
        let (transformation, lines) = (self.transformation, self.lines);
        let Some(Destination { bucket, prefix }) = self.destination else {
            if self.bytes >= MOST_BYTES {
                return Err(Failure::data_limit(state));
            }
            return Ok(shaped(self.entries, transformation, lines));
        };
        let folder = format!("{prefix}{}", run_arn.rsplit(':').next().unwrap_or_default());
        let extension = if lines { "jsonl" } else { "json" };
        let mut files = |status: &str, entries: BTreeMap<usize, Value>| {
            if entries.is_empty() {
                return Value::from(Vec::new());
            }
            let key = format!("{folder}/{status}_0.{extension}");
            let content = shaped(entries, transformation, lines);
            let size = content.as_str().map_or_else(|| content.json_len(), str::len);
            written.push((format!("s3://{bucket}/{key}"), content));
            Value::from(vec![object([
                ("Key", Value::from(key)),
                ("Size", Value::from(i64::try_from(size).unwrap_or(i64::MAX))),
            ])])
        };
        let (failed, succeeded) = (files("FAILED", self.failed), files("SUCCEEDED", self.entries));
        let manifest = object([
            ("DestinationBucket", Value::String(bucket.clone())),
            ("MapRunArn", Value::from(run_arn)),
            (
                "ResultFiles",
                object([
                    ("FAILED", failed),
                    ("PENDING", Value::from(Vec::new())),
                    ("SUCCEEDED", succeeded),
                ]),
            ),
        ]);
        let key = format!("{folder}/manifest.json");
        written.push((format!("s3://{bucket}/{key}"), manifest));
        let details = object([("Bucket", Value::String(bucket)), ("Key", Value::from(key))]);
        Ok(object([
            ("MapRunArn", Value::from(run_arn)),
            ("ResultWriterDetails", details),
        ]))
    }
}

/// The list of the entries: an array, or text with one entry a line.
fn shaped(entries: BTreeMap<usize, Value>, transformation: Transformation, lines: bool) -> Value {
    let mut list = Vec::with_capacity(entries.len());
    for entry in entries.into_values() {
        match entry {
            Value::Array(items) if transformation == Transformation::Flatten => {
                list.extend(items.iter().cloned());
            }
            other => list.push(other),
        }
    }
    if !lines {
        return Value::from(list);
    }
    let mut text = String::new();
    for entry in list {
        entry.write_json(&mut text);
        text.push('\n');
    }
    Value::from(text)
}

impl ChildResult {
    /// Its description, as the files of a ResultWriter have it [Exporting Map state results to Amazon S3].
    fn description(self) -> Value {
        let included = || object([("Included", Value::from(true))]);
        let mut members: Vec<(&str, Value)> = Vec::with_capacity(14);
        if let Err(failure) = &self.outcome {
            let text = |text: &Option<Arc<str>>| text.clone().map_or(Value::Null, Value::String);
            members.push(("Cause", text(&failure.cause)));
            members.push(("Error", text(&failure.error)));
        }
        members.push(("ExecutionArn", Value::from(self.execution_arn)));
        members.push(("Input", Value::from(self.input.to_json())));
        members.push(("InputDetails", included()));
        members.push(("Name", Value::String(self.name)));
        let status = if let Ok(output) = &self.outcome {
            members.push(("Output", Value::from(output.to_json())));
            members.push(("OutputDetails", included()));
            members.push(("RedriveCount", Value::from(0)));
            members.push(("RedriveStatus", Value::from("NOT_REDRIVABLE")));
            let reason = "Execution is SUCCEEDED and cannot be redriven";
            members.push(("RedriveStatusReason", Value::from(reason)));
            "SUCCEEDED"
        } else {
            members.push(("RedriveCount", Value::from(0)));
            // A child is redriven with its Map Run [API model of DescribeExecution].
            members.push(("RedriveStatus", Value::from("REDRIVABLE_BY_MAP_RUN")));
            "FAILED"
        };
        members.push(("StartDate", Value::from(self.started.in_context())));
        members.push(("StateMachineArn", Value::from(self.machine_arn)));
        members.push(("Status", Value::from(status)));
        members.push(("StopDate", Value::from(self.stopped.in_context())));
        let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
        Value::object(members.collect::<Map>())
    }
}

/// An object of a few members.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
    Value::object(members.collect::<Map>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(transformation: Transformation) -> Results {
        Results {
            transformation,
            lines: false,
            destination: None,
            entries: BTreeMap::new(),
            bytes: 0,
            failed: BTreeMap::new(),
        }
    }

    fn child(outcome: Result<Value, Failure>) -> ChildResult {
        ChildResult {
            machine_arn: "machine".to_owned(),
            execution_arn: "execution".to_owned(),
            name: Arc::from("name"),
            input: Value::from(1),
            outcome,
            started: Time::from_millis(0),
            stopped: Time::from_millis(1500),
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut results = results(Transformation::Compact);
        results.add(1, child(Ok(Value::from("b"))));
        results.add(0, child(Ok(Value::from("a"))));
        let result = results.finish("M", "arn:x", &mut Vec::new()).expect("a result");
        assert_eq!(result.to_json(), r#"["a","b"]"#);
    }

    #[test]
    fn a_child_that_failed_is_described() {
        let mut results = results(Transformation::Flatten);
        results.add(0, child(Ok(Value::from(vec![Value::from(1), Value::from(2)]))));
        results.add(1, child(Err(Failure::new("E", "c"))));
        let result = results.finish("M", "arn:x", &mut Vec::new()).expect("a result");
        assert_eq!(
            result.to_json(),
            concat!(
                r#"[1,2,{"Cause":"c","Error":"E","ExecutionArn":"execution","Input":"1","#,
                r#""InputDetails":{"Included":true},"Name":"name","RedriveCount":0,"#,
                r#""RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"1970-01-01T00:00:00Z","#,
                r#""StateMachineArn":"machine","Status":"FAILED","StopDate":"1970-01-01T00:00:01.500Z"}]"#
            )
        );
    }

    #[test]
    fn a_result_holds_so_many_bytes() {
        // ["aaa...",...]: 262,144 bytes are two brackets, two times two quotes, a comma and 262,137 characters; the
        // brackets and commas count one a text and one more.
        for (characters, fits) in [(262_137, true), (262_138, false)] {
            let mut results = results(Transformation::Compact);
            results.add(0, child(Ok(Value::from("a".repeat(characters - 100)))));
            results.add(1, child(Ok(Value::from("a".repeat(100)))));
            let result = results.finish("M", "arn:x", &mut Vec::new());
            assert_eq!(result.is_ok(), fits, "{characters}");
            if let Err(failure) = result {
                assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
            }
        }
    }
}
