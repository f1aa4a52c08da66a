//! What a schema refers to: files within reach, and nothing else.

use std::error::Error;
use std::path::{Path, PathBuf};

use jsonschema::{Retrieve, Uri};
use serde_json::Value as Json;

use crate::source::Reach;

/// Reads what a schema refers to.
pub(super) struct Files {
    /// The schema's own file.
    by: PathBuf,
    reach: Reach,
}

impl Files {
    pub(super) fn new(by: &Path, reach: Reach) -> Files {
        Files {
            by: by.to_owned(),
            reach,
        }
    }
}

/// Why something is not read.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("it refers to {0}, and nothing is fetched: keep the schema in a file and refer to that")]
    Fetch(String),
    #[error("it refers to {0}")]
    File(String),
}

impl Retrieve for Files {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn Error + Send + Sync>> {
        let uri = uri.as_str();
        let Some(path) = uri.strip_prefix("file://") else {
            return Err(Refused::Fetch(uri.to_owned()).into());
        };
        let path = PathBuf::from(decoded(path.split(['?', '#']).next().unwrap_or_default()));
        let file = self.reach.read(&shown(&path), &self.by);
        let file = file.map_err(|error| Refused::File(error.to_string()))?;
        let value = super::data(file).map_err(|error| Refused::File(error.to_string()))?;
        Ok(serde_json::to_value(&value)?)
    }
}

/// The path from the current folder on, where it lies there: what people wrote.
fn shown(path: &Path) -> PathBuf {
    let here = std::path::absolute(".").unwrap_or_default();
    path.strip_prefix(here)
        .map_or_else(|_| path.to_owned(), Path::to_owned)
}

/// The address of a file, which its references are relative to.
pub(super) fn address(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut address = String::from("file://");
    for byte in whole.to_string_lossy().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(char::from(byte))
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &more[2..];
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
