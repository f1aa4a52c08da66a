//! ItemReader: items out of S3 [aws-facts 6.5], from what the mocks say S3 holds.

mod csv;
mod manifest;

use std::sync::Arc;

use super::count::{self, Count};
use crate::mocks::{Content, Mocks};
use crate::simulate::error::StopError;
use crate::simulate::failure::Failure;
use crate::simulate::flow::{Payload, Problem};
use crate::simulate::surroundings::Surroundings;
use crate::source::parse_value;
use crate::value::{Map, Value};

pub(in crate::simulate) use csv::{Delimiter, Headers};

/// An `ItemReader`.
#[derive(Debug)]
pub(in crate::simulate) struct Reader {
    pub(in crate::simulate) source: Source,
    /// `Parameters` or `Arguments`: the bucket and the key or prefix.
    pub(in crate::simulate) arguments: Option<Payload>,
    pub(in crate::simulate) format: Format,
    pub(in crate::simulate) max_items: Option<Count>,
    /// `ItemsPointer`, a JSON Pointer (RFC 6901).
    pub(in crate::simulate) pointer: Option<Arc<str>>,
    /// `Transformation: LOAD_AND_FLATTEN`: the listed objects' contents, one after another.
    pub(in crate::simulate) load_and_flatten: bool,
}

/// What it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Source {
    GetObject,
    ListObjects,
}

/// How an object is read.
#[derive(Debug)]
pub(in crate::simulate) enum Format {
    Json,
    JsonLines,
    Csv(Headers, Delimiter),
    /// An inventory of S3: objects are its items.
    Inventory,
    /// What Athena's UNLOAD writes: the objects it lists hold the items.
    AthenaData(Box<Format>),
}

/// Most items that a run reads [quotas]; a number read from data that is larger counts as this [floci#3731].
const MOST_ITEMS: usize = 100_000_000;

/// What went wrong, or that the tool stops.
pub(in crate::simulate) enum ReadError {
    /// States.ItemReaderFailed
    Failed(Failure),
    Stop(StopError),
}

/// States.ItemReaderFailed.
pub(in crate::simulate) fn failed(cause: impl Into<Arc<str>>) -> ReadError {
    ReadError::Failed(Failure::new("States.ItemReaderFailed", cause))
}

/// The numbers and names that a reader goes by, evaluated.
pub(in crate::simulate) struct Plan {
    arguments: Value,
    most: Option<i64>,
}

impl Reader {
    /// Evaluates the fields of the reader.
    pub(in crate::simulate) fn plan(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Plan, Problem> {
        let arguments = match &self.arguments {
            Some(arguments) => arguments.evaluate(around, effective, None, None)?,
            None => Value::empty_object(),
        };
        Ok(Plan {
            arguments,
            most: self
                .max_items
                .as_ref()
                .map(|count| count::integer(count, around, effective))
                .transpose()?,
        })
    }

    /// Reads the items, and gives `Map.Item.Source` for them.
    pub(in crate::simulate) fn read(
        &self,
        plan: &Plan,
        mocks: &Mocks,
    ) -> Result<(Vec<Value>, Arc<str>), ReadError> {
        let most = match plan.most {
            Some(most) if most < 0 => return Err(failed("field MaxItems must be positive")),
            // 0 is as if there were none (recorded by AWS).
            None | Some(0) => MOST_ITEMS,
            Some(most) => usize::try_from(most).unwrap_or(MOST_ITEMS).min(MOST_ITEMS),
        };
        let text = |name: &str| {
            plan.arguments
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let bucket = text("Bucket");
        match self.source {
            Source::GetObject => {
                let key = text("Key");
                let content = object(mocks, &bucket, &key)?;
                let items = self
                    .format
                    .items(&content, self.pointer.as_deref(), most, mocks)?;
                Ok((items, Arc::from(format!("S3://{bucket}/{key}"))))
            }
            Source::ListObjects => {
                let listed = mocks
                    .list(&bucket, &text("Prefix"))
                    .map_err(|error| ReadError::Stop(StopError::Object(error)))?;
                if !self.load_and_flatten {
                    let items = listed.iter().take(most).map(|(key, content)| entry(key, content));
                    return Ok((items.collect(), Arc::from(format!("S3://{bucket}"))));
                }
                let mut items = Vec::new();
                for (_, content) in &listed {
                    let left = most - items.len();
                    items.extend(self.format.items(content, self.pointer.as_deref(), left, mocks)?);
                }
                Ok((items, Arc::from(format!("S3://{bucket}"))))
            }
        }
    }
}

/// An object that must be there for the run to go on.
fn object(mocks: &Mocks, bucket: &str, key: &str) -> Result<Content, ReadError> {
    match mocks.object(bucket, key) {
        Ok(Some(content)) => Ok(content),
        Ok(None) => Err(ReadError::Stop(StopError::NoObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })),
        Err(error) => Err(ReadError::Stop(StopError::Object(error))),
    }
}

/// An item of a listing, as AWS hands it to a child [floci#3460]: the time as a double, the tag in quotes.
fn entry(key: &Arc<str>, content: &Content) -> Value {
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    let members: [(&str, Value); 5] = [
        ("Etag", Value::from("\"d41d8cd98f00b204e9800998ecf8427e\"")),
        ("Key", Value::String(key.clone())),
        ("LastModified", Value::from(1_704_067_200.0)),
        ("Size", Value::from(size)),
        ("StorageClass", Value::from("STANDARD")),
    ];
    Value::object(
        members
            .into_iter()
            .map(|(key, value)| (Arc::from(key), value))
            .collect::<Map>(),
    )
}

impl Format {
    fn items(
        &self,
        content: &Content,
        pointer: Option<&str>,
        most: usize,
        mocks: &Mocks,
    ) -> Result<Vec<Value>, ReadError> {
        match self {
            Format::Json => json(content, pointer, most),
            Format::JsonLines => json_lines(content, most),
            Format::Csv(headers, delimiter) => match content {
                Content::Text(text) => csv::read(text, headers, *delimiter, most),
                Content::Json(_) => Err(failed("The object is not a CSV file.")),
            },
            Format::Inventory => manifest::inventory(&parsed(content)?, most, mocks),
            Format::AthenaData(format) => manifest::athena(content, format, most, mocks),
        }
    }
}

/// The value of an object that holds JSON. AWS's words for one that does not are not known.
fn parsed(content: &Content) -> Result<Value, ReadError> {
    match content {
        Content::Json(value) => Ok(value.clone()),
        Content::Text(text) => {
            parse_value(text).map_err(|error| failed(format!("The object is not valid JSON: {error}")))
        }
    }
}

fn json(content: &Content, pointer: Option<&str>, most: usize) -> Result<Vec<Value>, ReadError> {
    let mut value = parsed(content)?;
    if let Some(pointer) = pointer {
        value = resolve(&value, pointer)
            .cloned()
            // In the words of another emulator's test [floci].
            .ok_or_else(|| {
                failed("The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.")
            })?;
    }
    match &value {
        Value::Array(items) => Ok(items.iter().take(most).cloned().collect()),
        _ => Err(failed("The JSON in the object is not an array.")),
    }
}

/// The place of a JSON Pointer.
fn resolve<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    let mut place = value;
    for token in pointer.strip_prefix('/')?.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        place = match place {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
            other => other.get(&token)?,
        };
    }
    Some(place)
}

/// Blank lines do not count [floci#3602].
fn json_lines(content: &Content, most: usize) -> Result<Vec<Value>, ReadError> {
    match content {
        Content::Json(_) => json(content, None, most),
        Content::Text(text) => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(most)
            .map(|line| {
                parse_value(line)
                    .map_err(|error| failed(format!("A line of the object is not valid JSON: {error}")))
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_follow_members_and_items() {
        let value = Value::from(&serde_json::json!({"a": {"b/c": [1, {"~": 2}]}}));
        assert_eq!(resolve(&value, "/a/b~1c/1/~0"), Some(&Value::from(2)));
        assert_eq!(resolve(&value, "/a/b~1c/2"), None);
        assert_eq!(resolve(&value, "a"), None);
        assert_eq!(resolve(&value, ""), Some(&value));
    }
}
