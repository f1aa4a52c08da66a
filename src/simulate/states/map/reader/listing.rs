//! Datasets that name objects: listings and manifests.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use md5::{Digest, Md5};

use super::super::items::{InMemory, Item, ItemStream, ReadError};
use super::{Format, bounded};
use crate::history::Time;
use crate::mocks::Content;
use crate::simulate::fingerprint::Telling;
use crate::source::parse_value;
use crate::value::{Map, Value};

/// The objects themselves, as `listObjectsV2` describes them [floci#3460]. All were last modified when the run began
/// to read them: the mock file does not say.
pub(super) fn objects(
    bucket: &str,
    listed: Vec<(Arc<str>, Content)>,
    now: Time,
) -> Result<Box<dyn ItemStream>, ReadError> {
    let mut items = Vec::with_capacity(listed.len());
    for (key, body) in listed {
        let file = |cause| ReadError::file(&format!("s3://{bucket}/{key}"), &cause);
        let mut object = Map::with_capacity(5);
        object.insert(Arc::from("Etag"), Value::from(etag(&body).map_err(file)?));
        object.insert(Arc::from("Key"), Value::String(key.clone()));
        // Seconds, a double: AWS writes 1.789180622E9.
        object.insert(
            Arc::from("LastModified"),
            Value::from(now.millis() as f64 / 1000.0),
        );
        let size = i64::try_from(body.size().map_err(file)?).unwrap_or(i64::MAX);
        object.insert(Arc::from("Size"), Value::from(size));
        object.insert(Arc::from("StorageClass"), Value::from("STANDARD"));
        items.push(Value::object(object));
    }
    let source = Arc::from(format!("S3://{bucket}"));
    Ok(Box::new(InMemory::new(Value::from(items), source)))
}

/// The MD5 of what is there, in quotes, as S3 gives it for an object uploaded in one part.
fn etag(body: &Content) -> std::io::Result<String> {
    let (mut hash, mut input) = (Md5::new(), body.open()?);
    loop {
        let bytes = input.fill_buf()?;
        let read = bytes.len();
        if read == 0 {
            break;
        }
        hash.update(bytes);
        input.consume(read);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("\"{hex}\""))
}

/// The fields of an inventory's rows, and the bucket and key of each file with rows [Amazon S3 Inventory manifest].
pub(super) type Inventory = (Vec<Arc<str>>, Vec<(String, String)>);

/// Reads the manifest of an S3 inventory.
pub(super) fn inventory(body: &Content, uri: &str) -> Result<Inventory, ReadError> {
    let read = body.open().and_then(|mut input| bounded::whole(&mut *input));
    let read = read.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
    let text = read.map_err(|cause| ReadError::file(uri, &cause))?;
    // AWS's words for a manifest that is none were not seen.
    let broken = |why: &str| ReadError::Failed(format!("{uri} is no manifest of an S3 inventory: {why}"));
    let manifest = parse_value(&text).map_err(|error| broken(&error.message))?;
    let member = |name: &str| manifest.get(name).and_then(Value::as_str);
    match member("fileFormat") {
        Some("CSV") => {}
        Some(format) => return Err(broken(&format!("files of format {format} cannot be read here"))),
        None => return Err(broken("it has no fileFormat")),
    }
    let schema = member("fileSchema").ok_or_else(|| broken("it has no fileSchema"))?;
    let fields = schema.split(',').map(|field| Arc::from(field.trim())).collect();
    // The destination is an ARN: arn:aws:s3:::bucket.
    let destination = member("destinationBucket").ok_or_else(|| broken("it has no destinationBucket"))?;
    let bucket = destination.rsplit(':').next().unwrap_or(destination);
    let files = manifest
        .get("files")
        .and_then(Value::as_array)
        .ok_or_else(|| broken("it has no files"))?;
    let keys = files.iter().map(|file| file.get("key").and_then(Value::as_str));
    let files = keys
        .map(|key| Some((bucket.to_owned(), key?.to_owned())))
        .collect::<Option<_>>()
        .ok_or_else(|| broken("a file has no key"))?;
    Ok((fields, files))
}

/// The bucket and key of every object that an inventory's rows name. Keys are URL-encoded there.
pub(super) fn named(mut rows: Box<dyn ItemStream>, uri: &str) -> Result<Vec<(String, String)>, ReadError> {
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |name: &str| {
            row.value
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        bounded::room_for_name(&names).map_err(|cause| ReadError::file(uri, &cause))?;
        names.push((text("Bucket"), url_decoded(&text("Key"))));
    }
    Ok(names)
}

fn url_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let escape = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], escape) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Several objects, one after another.
#[derive(Debug)]
pub(super) struct Files {
    format: Format,
    files: VecDeque<(String, String, Result<Content, ReadError>)>,
    current: Option<Box<dyn ItemStream>>,
}

impl Files {
    /// The items that `files` (bucket, key, body) hold.
    pub(super) fn new(format: Format, files: VecDeque<(String, String, Result<Content, ReadError>)>) -> Self {
        Files {
            format,
            files,
            current: None,
        }
    }
}

impl ItemStream for Files {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(item) = current.next()?
            {
                return Ok(Some(item));
            }
            let Some((bucket, key, body)) = self.files.pop_front() else {
                return Ok(None);
            };
            self.current = Some(self.format.open(&body?, &bucket, &key)?);
        }
    }

    fn tell(&self, telling: &mut Telling) {
        telling.debug(&(&self.format, &self.files));
        telling.add(self.current.is_some());
        if let Some(current) = &self.current {
            current.tell(telling);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_look_as_aws_gives_them() {
        let body = Content::Memory(Arc::from("hi".as_bytes()));
        let listed = vec![(Arc::from("in/1.txt"), body)];
        let now = Time::from_millis(1_789_180_622_000);
        let mut items = objects("b", listed, now).expect("a listing");
        let item = items.next().expect("readable").expect("an item");
        // md5("hi") = 49f68a5c8493ec2c0bf489821c21fc3b
        assert_eq!(
            item.input().to_json(),
            r#"{"Etag":"\"49f68a5c8493ec2c0bf489821c21fc3b\"","Key":"in/1.txt","LastModified":1.789180622E9,"Size":2,"StorageClass":"STANDARD"}"#
        );
        assert_eq!(&*item.source, "S3://b");
    }

    #[test]
    fn an_inventory_names_its_fields_and_files() {
        let manifest = r#"{"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::dest", "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, Size", "files": [{"key": "inv/a.csv", "size": 1, "MD5checksum": "x"}]}"#;
        let body = Content::Memory(Arc::from(manifest.as_bytes()));
        let (fields, files) = inventory(&body, "s3://b/m").expect("a manifest");
        assert_eq!(
            fields.iter().map(|field| &**field).collect::<Vec<_>>(),
            ["Bucket", "Key", "Size"]
        );
        assert_eq!(files, [("dest".to_owned(), "inv/a.csv".to_owned())]);
    }

    #[test]
    fn keys_in_inventories_are_url_encoded() {
        assert_eq!(url_decoded("a%2Fb+c%C3%A9%zz%"), "a/b cé%zz%");
    }
}
