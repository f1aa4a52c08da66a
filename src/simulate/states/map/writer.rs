//! ResultWriter: the results of a Map Run into S3, or shaped for the state's output [ResultWriter (Map)].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::child_result::{ChildOutcome, ChildResult, object};
use super::result_file::ResultFile;
use crate::asl::error_names;
use crate::history::Failure;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::fingerprint::Telling;
use crate::simulate::flow::{MOST_BYTES, Payload, Problem};
use crate::simulate::s3_output::Written;
use crate::value::Value;

/// A `ResultWriter`.
#[derive(Debug)]
pub(in crate::simulate) struct Writer {
    /// Whether it has a `Resource`, that is, writes to S3.
    pub(in crate::simulate) to_s3: bool,
    /// Whether it has no field at all.
    pub(in crate::simulate) is_empty: bool,
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

/// Where the results go, and the files with those that have come.
#[derive(Debug)]
struct Destination {
    bucket: Arc<str>,
    prefix: String,
    succeeded: ResultFile,
    failed: ResultFile,
    /// Results that are not in a file yet, because one of a lower number is missing.
    waiting: BTreeMap<usize, (bool, Value)>,
    /// The number of the result that is next.
    next: usize,
}

/// The results of a Map Run, as they come.
#[derive(Debug)]
pub(super) struct Results {
    transformation: Transformation,
    lines: bool,
    /// `None`: they are the state's result.
    destination: Option<Destination>,
    /// Without a destination: what each child adds, by its number.
    entries: BTreeMap<usize, Value>,
    /// Bytes of their JSON texts, each with its comma or bracket.
    bytes: usize,
}

impl Results {
    /// Those of a Map Run that has none yet.
    pub(super) fn begin(
        writer: Option<&Writer>,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Self, Problem> {
        if writer.is_some_and(|writer| writer.is_empty) {
            // AWS takes it, and it fails when it runs [aws-cdk#33831]; the name and the words are ours.
            return Err(Problem::InState(
                error_names::RESULT_WRITER_FAILED,
                "The ResultWriter is empty: it needs a WriterConfig, or a Resource with its parameters"
                    .to_owned(),
            ));
        }
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
                    succeeded: ResultFile::new(writer.lines),
                    failed: ResultFile::new(writer.lines),
                    waiting: BTreeMap::new(),
                    next: 0,
                })
            }
        };
        Ok(Results {
            transformation: writer.map_or(Transformation::Compact, |writer| writer.transformation),
            lines: writer.is_some_and(|writer| writer.lines),
            destination,
            entries: BTreeMap::new(),
            bytes: 0,
        })
    }

    /// Tells what has come.
    pub(super) fn tell(&self, telling: &mut Telling) {
        telling.debug(&(self.transformation, self.lines, &self.destination, self.bytes));
        for (number, entry) in &self.entries {
            telling.add(number);
            telling.value(entry);
        }
    }

    /// Whether they go into S3.
    pub(super) fn are_written(&self) -> bool {
        self.destination.is_some()
    }

    /// Takes up what the child with this number came to.
    pub(super) fn add(&mut self, number: usize, child: ChildResult) {
        // A child that failed is described whatever the transformation [ResultWriter].
        let (succeeded, entry) = match (self.transformation, &child.outcome) {
            (Transformation::Compact | Transformation::Flatten, ChildOutcome::Succeeded(output)) => {
                (true, output.clone())
            }
            (_, outcome) => (matches!(outcome, ChildOutcome::Succeeded(_)), child.description()),
        };
        if let Some(destination) = &mut self.destination {
            destination.waiting.insert(number, (succeeded, entry));
            destination.take_up(self.transformation);
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
        written: &mut Vec<(String, Written)>,
    ) -> Result<Value, Failure> {
        match self.destination {
            Some(destination) => Ok(destination.export(self.transformation, run_arn, written)),
            None if self.bytes >= MOST_BYTES => Err(Failure::data_limit(state)),
            None => Ok(shaped(self.entries, self.transformation, self.lines)),
        }
    }

    /// The Map Run has failed: what goes to S3 is written all the same [ResultWriter].
    pub(super) fn abandon(self, run_arn: &str, written: &mut Vec<(String, Written)>) {
        if let Some(destination) = self.destination {
            destination.export(self.transformation, run_arn, written);
        }
    }
}

impl Destination {
    /// Puts into the files what is next.
    fn take_up(&mut self, transformation: Transformation) {
        while let Some((succeeded, entry)) = self.waiting.remove(&self.next) {
            self.put(transformation, succeeded, &entry);
            self.next += 1;
        }
    }

    fn put(&mut self, transformation: Transformation, succeeded: bool, entry: &Value) {
        let file = if succeeded {
            &mut self.succeeded
        } else {
            &mut self.failed
        };
        match entry {
            Value::Array(items) if transformation == Transformation::Flatten => {
                items.iter().for_each(|item| file.add(item));
            }
            entry => file.add(entry),
        }
    }

    /// Writes the files and the manifest that names them; gives what the state tells of them.
    fn export(
        mut self,
        transformation: Transformation,
        run_arn: &str,
        written: &mut Vec<(String, Written)>,
    ) -> Value {
        // Where a child has no result, those of higher numbers still wait.
        for (succeeded, entry) in std::mem::take(&mut self.waiting).into_values() {
            self.put(transformation, succeeded, &entry);
        }
        let (bucket, prefix) = (self.bucket, self.prefix);
        let folder = format!("{prefix}{}", run_arn.rsplit(':').next().unwrap_or_default());
        let mut list = |status: &str, file: ResultFile| {
            let extension = if file.lines() { "jsonl" } else { "json" };
            let Some(content) = file.finish() else {
                return Value::from(Vec::new());
            };
            let key = format!("{folder}/{status}_0.{extension}");
            let size = content.content.size().unwrap_or(u64::MAX);
            let size = Value::from(i64::try_from(size).unwrap_or(i64::MAX));
            written.push((format!("s3://{bucket}/{key}"), content));
            Value::from(vec![object([("Key", Value::from(key)), ("Size", size)])])
        };
        let (failed, succeeded) = (list("FAILED", self.failed), list("SUCCEEDED", self.succeeded));
        let manifest = object([
            ("DestinationBucket", Value::String(bucket.clone())),
            ("MapRunArn", Value::from(run_arn)),
            (
                "ResultFiles",
                object([
                    ("FAILED", failed),
                    // Children "that were started by a Map Run, but haven't started executing yet" [API
                    // MapRunExecutionCounts]: here each starts executing at once.
                    ("PENDING", Value::from(Vec::new())),
                    ("SUCCEEDED", succeeded),
                ]),
            ),
        ]);
        let key = format!("{folder}/manifest.json");
        written.push((format!("s3://{bucket}/{key}"), Written::json(&manifest)));
        let details = object([("Bucket", Value::String(bucket)), ("Key", Value::from(key))]);
        object([
            ("MapRunArn", Value::from(run_arn)),
            ("ResultWriterDetails", details),
        ])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Time;

    fn results(transformation: Transformation) -> Results {
        Results {
            transformation,
            lines: false,
            destination: None,
            entries: BTreeMap::new(),
            bytes: 0,
        }
    }

    fn child(outcome: ChildOutcome) -> ChildResult {
        ChildResult {
            machine_arn: "machine".to_owned(),
            execution_arn: "execution".to_owned(),
            name: Arc::from("name"),
            input: Value::from(1),
            outcome,
            started: Time::from_millis(0),
            stopped: Time::from_millis(1500),
            redrives: 0,
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut results = results(Transformation::Compact);
        results.add(1, child(ChildOutcome::Succeeded(Value::from("b"))));
        results.add(0, child(ChildOutcome::Succeeded(Value::from("a"))));
        let result = results.finish("M", "arn:x", &mut Vec::new()).expect("a result");
        assert_eq!(result.to_json(), r#"["a","b"]"#);
    }

    #[test]
    fn a_child_that_failed_is_described() {
        let mut results = results(Transformation::Flatten);
        results.add(
            0,
            child(ChildOutcome::Succeeded(Value::from(vec![
                Value::from(1),
                Value::from(2),
            ]))),
        );
        results.add(1, child(ChildOutcome::Failed(Failure::new("E", "c"))));
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
            results.add(
                0,
                child(ChildOutcome::Succeeded(Value::from("a".repeat(characters - 100)))),
            );
            results.add(1, child(ChildOutcome::Succeeded(Value::from("a".repeat(100)))));
            let result = results.finish("M", "arn:x", &mut Vec::new());
            assert_eq!(result.is_ok(), fits, "{characters}");
            if let Err(failure) = result {
                assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
            }
        }
    }
}
