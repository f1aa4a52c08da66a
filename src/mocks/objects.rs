//! What S3 holds: the `Objects` of a mock file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::read::Reader;
use super::spool::Spooled;
use super::{Mocks, Object};
use crate::source::Reach;

/// Where the bytes of an object are.
#[derive(Debug, Clone)]
pub enum Content {
    /// Here.
    Memory(Arc<[u8]>),
    /// In a file, which is read as it is needed: datasets are large.
    File(NamedFile),
    /// What was written while the machine ran.
    Spooled(Arc<Spooled>),
    /// What that holds, unpacked if it is packed with gzip.
    Unpacked(Box<Content>),
}

/// A file that a mock file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its path, joined to the folder of the mock file.
    path: PathBuf,
    /// The mock file.
    by: PathBuf,
    reach: Reach,
}

impl NamedFile {
    /// The file that `reader`'s mock file names `path`.
    pub(super) fn new(path: &str, reader: &Reader<'_>) -> NamedFile {
        let by = PathBuf::from(reader.file.name());
        NamedFile {
            path: by.parent().unwrap_or(Path::new("")).join(path),
            by,
            reach: reader.reach.clone(),
        }
    }

    /// Its path, joined to the folder of the mock file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The mock file.
    pub(super) fn named_by(&self) -> &Path {
        &self.by
    }

    /// Where it is.
    fn resolve(&self) -> io::Result<PathBuf> {
        let resolved = self.reach.resolve(&self.path, &self.by);
        resolved.map_err(|error| io::Error::other(error.with_cause()))
    }
}

/// The first bytes of what gzip has packed [RFC 1952].
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Most bytes that one packed object gives, ours: a megabyte may hold a thousand.
const MOST_UNPACKED: u64 = 1 << 30;

/// Bytes that end in an error where they are too many.
struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!("unpacked, it is larger than {} GiB", MOST_UNPACKED >> 30))
        })?;
        Ok(read)
    }
}

impl Content {
    /// A text's bytes.
    pub fn of_text(text: &Arc<str>) -> Content {
        Content::Memory(Arc::from(text.clone()))
    }

    /// Reads from the first byte.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Content::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
            Content::File(file) => Box::new(BufReader::with_capacity(1 << 16, File::open(file.resolve()?)?)),
            Content::Spooled(spooled) => spooled.open()?,
            Content::Unpacked(packed) => {
                let mut input = packed.open()?;
                if input.fill_buf()?.starts_with(&GZIP) {
                    let unpacked = Bounded {
                        input: MultiGzDecoder::new(input),
                        left: MOST_UNPACKED,
                    };
                    Box::new(BufReader::with_capacity(1 << 16, unpacked))
                } else {
                    input
                }
            }
        })
    }

    /// Length in bytes, as it is stored.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn size(&self) -> io::Result<u64> {
        Ok(match self {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File(file) => file.resolve()?.metadata()?.len(),
            Content::Spooled(spooled) => spooled.size(),
            Content::Unpacked(packed) => packed.size()?,
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
    /// What `s3://bucket/key` holds, or why it cannot be read; `None` when the mocks do not say.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Result<Content, Arc<str>>> {
        let named = |uri: &str| split(uri).is_some_and(|(b, k)| b == bucket && k == key);
        let (_, object) = self.objects.iter().find(|(uri, _)| named(uri))?;
        Some(Self::content(object))
    }

    /// The keys and contents of a bucket's objects whose key begins with `prefix`, in the order of the file.
    pub fn list(&self, bucket: &str, prefix: &str) -> Vec<(Arc<str>, Content)> {
        let objects = self.objects.iter().filter_map(|(uri, object)| {
            let (own, key) = split(uri)?;
            // A listing has what cannot be read, too; how much it is, the mocks do not say.
            let content = || Self::content(object).unwrap_or(Content::Memory(Arc::from([])));
            (own == bucket && key.starts_with(prefix)).then(|| (Arc::from(key), content()))
        });
        objects.collect()
    }

    fn content(object: &Object) -> Result<Content, Arc<str>> {
        Ok(match object {
            Object::Body(text) => Content::of_text(text),
            Object::Json(value) => Content::Memory(Arc::from(value.to_json().into_bytes())),
            Object::File(file) => Content::File(file.clone()),
            Object::Throw(cause) => return Err(cause.clone()),
        })
    }
}

/// Bucket and key of `s3://bucket/key`.
fn split(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix("s3://")?.split_once('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_too_much_is_given_up() {
        let read = |left| {
            let mut text = Vec::new();
            Bounded {
                input: &b"four"[..],
                left,
            }
            .read_to_end(&mut text)
            .map(|_| text)
        };
        assert_eq!(read(4).expect("it fits"), b"four");
        let error = read(3).expect_err("it does not fit").to_string();
        assert_eq!(error, "unpacked, it is larger than 1 GiB");
    }
}
