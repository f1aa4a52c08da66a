//! What S3 holds: the `Objects` of a mock file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Mocks, Object};
use crate::value::Value;

/// Where the bytes of an object are.
#[derive(Debug, Clone)]
pub enum Content {
    /// Here.
    Memory(Arc<[u8]>),
    /// In a file, which is read as it is needed: datasets are large.
    File(PathBuf),
}

impl Content {
    /// A text's bytes.
    pub fn of_text(text: &Arc<str>) -> Content {
        Content::Memory(Arc::from(text.clone()))
    }

    /// The bytes of a value: a string's own, and the JSON text of anything else.
    pub fn of_value(value: &Value) -> Content {
        match value {
            Value::String(text) => Content::of_text(text),
            other => Content::Memory(Arc::from(other.to_json().into_bytes())),
        }
    }

    /// Reads from the first byte.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn open(&self) -> io::Result<Box<dyn BufRead>> {
        Ok(match self {
            Content::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
            Content::File(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path)?)),
        })
    }

    /// Length in bytes.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn size(&self) -> io::Result<u64> {
        Ok(match self {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File(path) => path.metadata()?.len(),
        })
    }
}

/// A file of `Objects` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the content of {uri}: {cause}")]
pub struct ObjectError {
    /// The object.
    pub uri: String,
    /// Why.
    pub cause: String,
}

impl Mocks {
    /// What `s3://bucket/key` holds; `None` when the mocks do not say.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Content> {
        let named = |uri: &str| split(uri).is_some_and(|(b, k)| b == bucket && k == key);
        let (_, object) = self.objects.iter().find(|(uri, _)| named(uri))?;
        Some(self.content(object))
    }

    /// The keys and contents of a bucket's objects whose key begins with `prefix`, in the order of the file.
    pub fn list(&self, bucket: &str, prefix: &str) -> Vec<(Arc<str>, Content)> {
        let objects = self.objects.iter().filter_map(|(uri, object)| {
            let (own, key) = split(uri)?;
            (own == bucket && key.starts_with(prefix)).then(|| (Arc::from(key), self.content(object)))
        });
        objects.collect()
    }

    fn content(&self, object: &Object) -> Content {
        match object {
            Object::Body(text) => Content::of_text(text),
            Object::Json(value) => Content::Memory(Arc::from(value.to_json().into_bytes())),
            Object::File(path) => Content::File(self.beside(path)),
        }
    }

    /// A path relative to the mock file.
    pub(super) fn beside(&self, path: &Path) -> PathBuf {
        let folder = self
            .file
            .as_ref()
            .and_then(|file| Path::new(file.name()).parent());
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

/// Bucket and key of `s3://bucket/key`.
fn split(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}
