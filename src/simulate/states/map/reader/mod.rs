//! ItemReader: items out of S3 [ItemReader (Map)], from what the mocks say S3 holds.

mod bounded;
mod csv;
mod json;
mod listing;

use std::sync::Arc;

use self::csv::{Records, Rows};
use self::json::Lines;
use super::count::{self, Count};
use super::items::{ItemStream, Limited, ReadError};
use crate::arrange::Arrange as _;
use crate::expr::jsonata;
use crate::history::Time;
use crate::mocks::{Content, Mocks};
use crate::simulate::error::StopError;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Payload, Problem};
use crate::simulate::s3_output::Written;
use crate::value::Value;

/// `ItemReader`
#[derive(Debug)]
pub(in crate::simulate) struct Reader {
    pub(in crate::simulate) dataset: Dataset,
    /// `Parameters` or `Arguments`: `Bucket`, and `Key` or `Prefix`.
    pub(in crate::simulate) arguments: Option<Payload>,
    pub(in crate::simulate) max_items: Option<Count>,
    /// `ItemsPointer`, where it is an expression; else it is part of the format.
    pub(in crate::simulate) pointer: Option<jsonata::Template>,
}

/// What the reader's resource and configuration say the items are.
#[derive(Debug)]
pub(in crate::simulate) enum Dataset {
    /// `s3:getObject`: what one object holds.
    Object(Format),
    /// `s3:listObjectsV2`: the objects with a prefix, or what they hold (`LOAD_AND_FLATTEN`).
    Listing(Option<Format>),
    /// `s3:getObject` of an inventory's manifest: what the inventory lists, or what those objects hold.
    Inventory(Option<Format>),
    /// `s3:getObject` of an Athena manifest: what the files that it names hold.
    AthenaManifest(Format),
}

/// How an object's text holds items.
#[derive(Debug, Clone)]
pub(in crate::simulate) enum Format {
    Json { pointer: Option<Arc<str>> },
    JsonLines,
    Csv { delimiter: u8, headers: Headers },
}

/// `CSVHeaderLocation`
#[derive(Debug, Clone)]
pub(in crate::simulate) enum Headers {
    FirstRow,
    Given(Arc<[Arc<str>]>),
}

/// Most items that MaxItems may say; a path's number above it is cut [floci#3731].
const MOST_ITEMS: i64 = 100_000_000;

/// What is to be read, the state's fields evaluated.
#[derive(Debug)]
pub(super) struct Request {
    bucket: String,
    /// Key or prefix.
    key: String,
    /// Most items; a negative number fails the Map Run.
    max_items: i64,
    /// What the expression of `ItemsPointer` gives.
    pointer: Option<Arc<str>>,
}

impl Reader {
    /// Why there are no items, when what was read has none.
    pub(super) fn none(&self, request: &Request) -> String {
        let Request { bucket, key, .. } = request;
        match &self.dataset {
            Dataset::Listing(None) => format!("s3://{bucket} has no objects whose keys begin with '{key}'"),
            Dataset::Listing(Some(_)) => {
                format!("ItemReader found none in the objects of s3://{bucket} whose keys begin with '{key}'")
            }
            _ => format!("ItemReader found none in s3://{bucket}/{key}"),
        }
    }

    pub(super) fn request(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Request, Problem> {
        let arguments = match &self.arguments {
            Some(arguments) => arguments.evaluate(around, effective, None, None)?,
            None => Value::empty_object(),
        };
        let key = match self.dataset {
            Dataset::Listing(_) => "Prefix",
            _ => "Key",
        };
        // AWS's words for a bucket or a key of another type were not seen.
        let text = |name: &str, required: bool| match arguments.get(name) {
            Some(Value::String(text)) => Ok(text.to_string()),
            None if !required => Ok(String::new()),
            _ => Err(Problem::runtime(format!(
                "The field '{name}' of the ItemReader must be a STRING"
            ))),
        };
        let (bucket, key) = (text("Bucket", true)?, text(key, key == "Key")?);
        let max_items = match &self.max_items {
            None => 0,
            Some(count) => count::integer(count, around, effective)?,
        };
        let pointer = match &self.pointer {
            None => None,
            Some(pointer) => {
                let evaluation = around.evaluation(None, None);
                match pointer.evaluate_as(jsonata::Expected::String, &evaluation)? {
                    Value::String(pointer) => Some(pointer),
                    _ => None,
                }
            }
        };
        Ok(Request {
            bucket,
            key,
            max_items,
            pointer,
        })
    }

    /// Whether `ItemsPointer` says where in the data the items are.
    pub(super) fn has_pointer(&self) -> bool {
        let format = match &self.dataset {
            Dataset::Object(format) | Dataset::AthenaManifest(format) => Some(format),
            Dataset::Listing(format) | Dataset::Inventory(format) => format.as_ref(),
        };
        self.pointer.is_some() || matches!(format, Some(Format::Json { pointer: Some(_) }))
    }

    /// Begins to read what stands in `text` instead of S3: one object as it is there, or the listed objects as an array.
    pub(super) fn open_given(
        &self,
        request: &Request,
        text: &Arc<str>,
    ) -> Result<Box<dyn ItemStream>, ReadError> {
        let listed = Format::Json { pointer: None };
        let format = match &self.dataset {
            Dataset::Object(format) | Dataset::AthenaManifest(format) => format,
            Dataset::Listing(format) | Dataset::Inventory(format) => format.as_ref().unwrap_or(&listed),
        };
        let all = request
            .format(format)
            .open(&Content::of_text(text), &request.bucket, &request.key)?;
        request.limited(all)
    }

    /// Begins to read, from the first item.
    pub(super) fn open(
        &self,
        request: &Request,
        objects: &S3<'_>,
        now: Time,
    ) -> Result<Box<dyn ItemStream>, ReadError> {
        request.limited(self.open_all(request, objects, now)?)
    }

    fn open_all(
        &self,
        request: &Request,
        objects: &S3<'_>,
        now: Time,
    ) -> Result<Box<dyn ItemStream>, ReadError> {
        let bucket = &*request.bucket;
        let object = || objects.object(bucket, &request.key);
        match &self.dataset {
            Dataset::Object(content) => request.format(content).open(&object()?, bucket, &request.key),
            Dataset::Listing(content) => {
                let listed = objects.list(bucket, &request.key);
                match content {
                    None => listing::objects(bucket, listed, now),
                    Some(content) => {
                        let names = listed
                            .into_iter()
                            .map(|(key, _)| (bucket.to_owned(), key.to_string()));
                        Ok(flatten(&request.format(content), names.collect(), objects))
                    }
                }
            }
            Dataset::Inventory(content) => {
                let (fields, files) = listing::inventory(&object()?, &request.uri())?;
                let rows = Format::Csv {
                    delimiter: b',',
                    headers: Headers::Given(fields.into()),
                };
                let files = flatten_packed(&rows, files, objects);
                match content {
                    None => Ok(files),
                    Some(content) => Ok(flatten(
                        &request.format(content),
                        listing::named(files, &request.uri())?,
                        objects,
                    )),
                }
            }
            Dataset::AthenaManifest(content) => {
                let input = object()?;
                let input = input
                    .open()
                    .map_err(|cause| ReadError::file(&request.uri(), &cause))?;
                let mut records = Records::new(input, b',');
                let mut names = Vec::new();
                while let Some(record) = records.next(&request.uri())? {
                    let uri = record.first().map_or("", |uri| uri.trim());
                    let name = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
                    let (bucket, key) = name.ok_or_else(|| {
                        // AWS's words were not seen.
                        ReadError::Failed(format!("'{uri}' in {} names no S3 object", request.uri()))
                    })?;
                    bounded::room_for_name(&names)
                        .map_err(|cause| ReadError::file(&request.uri(), &cause))?;
                    names.push((bucket.to_owned(), key.to_owned()));
                }
                Ok(flatten_packed(&request.format(content), names, objects))
            }
        }
    }
}

impl Request {
    /// At most as many items as `MaxItems` says.
    fn limited(&self, all: Box<dyn ItemStream>) -> Result<Box<dyn ItemStream>, ReadError> {
        let most = match self.max_items {
            // Recorded: 0 is no limit.
            0 => u64::MAX,
            number => u64::try_from(number.min(MOST_ITEMS))
                .map_err(|_| ReadError::Failed("field MaxItems must be positive".to_owned()))?,
        };
        Ok(Box::new(Limited::new(all, most)))
    }

    /// The format, with the pointer that an expression gives.
    fn format(&self, format: &Format) -> Format {
        match (format, &self.pointer) {
            (Format::Json { .. }, Some(pointer)) => Format::Json {
                pointer: Some(pointer.clone()),
            },
            _ => format.clone(),
        }
    }

    fn uri(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }
}

/// S3 as a run sees it: what the mocks hold, and what its ResultWriters have written.
pub(super) struct S3<'e> {
    pub(super) mocks: &'e Mocks,
    pub(super) written: &'e [(String, Written)],
}

impl S3<'_> {
    /// An object that must be there: the tool cannot know whether it is missing on AWS, too.
    fn object(&self, bucket: &str, key: &str) -> Result<Content, ReadError> {
        let uri = format!("s3://{bucket}/{key}");
        let written = self.written.iter().rev().find(|(own, _)| *own == uri);
        let content = written
            .map(|(_, written)| Ok(written.content.clone()))
            .or_else(|| self.mocks.object(bucket, key))
            .ok_or_else(|| {
                ReadError::Stop(StopError::NoObject {
                    bucket: bucket.to_owned(),
                    key: key.to_owned(),
                })
            })?;
        content.map_err(|cause| ReadError::Failed(cause.to_string()))
    }

    /// The keys that begin with `prefix`, in the order S3 lists them: by their UTF-8 bytes.
    fn list(&self, bucket: &str, prefix: &str) -> Vec<(Arc<str>, Content)> {
        let mut found = self.mocks.list(bucket, prefix);
        for (uri, written) in self.written {
            let key = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
            let Some((_, key)) = key.filter(|(own, key)| *own == bucket && key.starts_with(prefix)) else {
                continue;
            };
            found.retain(|(other, _)| **other != *key);
            found.push((Arc::from(key), written.content.clone()));
        }
        found.arrange_by(|(a, _), (b, _)| a.cmp(b));
        found
    }
}

/// What each of several objects holds, one after another.
fn flatten(content: &Format, names: Vec<(String, String)>, objects: &S3<'_>) -> Box<dyn ItemStream> {
    flatten_as(content, names, objects, |content| content)
}

/// The same for files that AWS's own services write: an inventory's are packed with gzip [Amazon S3 Inventory], those of
/// Athena's UNLOAD by default [UNLOAD].
fn flatten_packed(content: &Format, names: Vec<(String, String)>, objects: &S3<'_>) -> Box<dyn ItemStream> {
    flatten_as(content, names, objects, |content| {
        Content::Unpacked(Box::new(content))
    })
}

fn flatten_as(
    content: &Format,
    names: Vec<(String, String)>,
    objects: &S3<'_>,
    read_as: impl Fn(Content) -> Content,
) -> Box<dyn ItemStream> {
    let files = names
        .into_iter()
        .map(|(bucket, key)| {
            let body = objects.object(&bucket, &key).map(&read_as);
            (bucket, key, body)
        })
        .collect();
    Box::new(listing::Files::new(content.clone(), files))
}

impl Format {
    /// The items of one object.
    pub(super) fn open(
        &self,
        body: &Content,
        bucket: &str,
        key: &str,
    ) -> Result<Box<dyn ItemStream>, ReadError> {
        let uri: Arc<str> = Arc::from(format!("s3://{bucket}/{key}"));
        let source: Arc<str> = Arc::from(format!("S3://{bucket}/{key}"));
        let input = body.open().map_err(|cause| ReadError::file(&uri, &cause))?;
        Ok(match self {
            Format::Json { pointer } => json::open(input, pointer.as_deref(), &uri, source)?,
            Format::JsonLines => Box::new(Lines::new(input, source)),
            Format::Csv { delimiter, headers } => {
                let given = match headers {
                    Headers::FirstRow => None,
                    Headers::Given(headers) => Some(&**headers),
                };
                Box::new(Rows::open(input, *delimiter, given, source)?)
            }
        })
    }
}
