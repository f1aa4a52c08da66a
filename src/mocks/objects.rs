//! What S3 holds: the `Objects` of a mock file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Mocks, Object};
use crate::value::Value;

/// What stands in an object.
#[derive(Debug, Clone)]
pub enum Content {
    /// Text, in whatever format its reader expects.
    Text(Arc<str>),
    /// A value that need not be parsed.
    Json(Value),
}

impl Content {
    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Content::Text(text) => text.len(),
            Content::Json(value) => value.json_len(),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A file of `Objects` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read {path}, the content of {uri}: {cause}")]
pub struct ObjectError {
    /// The object.
    pub uri: String,
    /// Its file.
    pub path: String,
    /// Why.
    pub cause: String,
}

impl Mocks {
    /// What `s3://bucket/key` holds; `None` when the mocks do not say.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn object(&self, bucket: &str, key: &str) -> Result<Option<Content>, ObjectError> {
        let named = |uri: &str| {
            uri.strip_prefix("s3://")
                .and_then(|rest| rest.split_once('/'))
                .is_some_and(|(b, k)| b == bucket && k == key)
        };
        match self.objects.iter().find(|(uri, _)| named(uri)) {
            Some((uri, object)) => self.content(uri, object).map(Some),
            None => Ok(None),
        }
    }

    /// The keys and contents of a bucket's objects whose key begins with `prefix`, in the order of keys, as S3 lists
    /// them (by UTF-8 bytes).
    ///
    /// # Errors
    /// When the file of one cannot be read.
    pub fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<(Arc<str>, Content)>, ObjectError> {
        let mut found: Vec<(Arc<str>, Content)> = Vec::new();
        for (uri, object) in &self.objects {
            let Some((b, key)) = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')) else {
                continue;
            };
            if b == bucket && key.starts_with(prefix) {
                found.push((Arc::from(key), self.content(uri, object)?));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    fn content(&self, uri: &str, object: &Object) -> Result<Content, ObjectError> {
        match object {
            Object::Body(text) => Ok(Content::Text(text.clone())),
            Object::Json(value) => Ok(Content::Json(value.clone())),
            Object::File(path) => {
                let path = self.beside(path);
                std::fs::read_to_string(&path)
                    .map(|text| Content::Text(Arc::from(text)))
                    .map_err(|cause| ObjectError {
                        uri: uri.to_owned(),
                        path: path.display().to_string(),
                        cause: cause.to_string(),
                    })
            }
        }
    }

    /// A path relative to the mock file.
    fn beside(&self, path: &Path) -> PathBuf {
        let folder = self
            .file
            .as_ref()
            .and_then(|file| Path::new(file.name()).parent());
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}
