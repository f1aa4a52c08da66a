//! The items of a Distributed Map, one after another: a dataset is never held whole where its form allows.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::STATE_DATA;
use crate::mocks::ObjectError;
use crate::simulate::context::MapItem;
use crate::simulate::error::StopError;
use crate::simulate::fingerprint::Telling;
use crate::value::{Map, Value};

/// One item, as `Map.Item` of the context object knows it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The member's name, when what is iterated over is an object.
    pub(super) key: Option<Arc<str>>,
    pub(super) value: Value,
    /// `STATE_DATA`, `S3://bucket`, `S3://bucket/key` [Accessing execution data from the Context object].
    pub(super) source: Arc<str>,
}

impl Item {
    /// What the child gets where no ItemSelector differs: of an object, the pair [ItemsPath].
    pub(super) fn input(&self) -> Value {
        match &self.key {
            None => self.value.clone(),
            Some(key) => {
                let mut pair = Map::with_capacity(2);
                pair.insert(Arc::from("Key"), Value::String(key.clone()));
                pair.insert(Arc::from("Value"), self.value.clone());
                Value::object(pair)
            }
        }
    }

    /// `Map.Item` of the context object.
    pub(super) fn in_context(&self, index: usize) -> MapItem {
        MapItem {
            index,
            key: self.key.clone(),
            value: self.value.clone(),
            source: Some(self.source.clone()),
        }
    }
}

/// Why a dataset cannot be read.
#[derive(Debug)]
pub(super) enum ReadError {
    /// AWS fails the Map Run: States.ItemReaderFailed with this cause.
    Failed(String),
    /// The tool cannot go on.
    Stop(StopError),
}

impl ReadError {
    /// A file that stands for an object could not be read.
    pub(super) fn file(uri: &str, cause: &io::Error) -> Self {
        ReadError::Stop(StopError::Object(ObjectError {
            uri: uri.to_owned(),
            cause: cause.to_string(),
        }))
    }
}

/// A dataset being read.
pub(super) trait ItemStream: fmt::Debug + Send {
    /// The next item.
    fn next(&mut self) -> Result<Option<Item>, ReadError>;

    /// Tells what there is still to read.
    fn tell(&self, telling: &mut Telling);
}

/// The elements of an array, or the members of an object, that is there whole.
#[derive(Debug)]
pub(super) struct InMemory {
    data: Value,
    next: usize,
    source: Arc<str>,
}

impl InMemory {
    /// The items of the state's own data.
    pub(super) fn state_data(data: Value) -> Self {
        InMemory::new(data, Arc::from(STATE_DATA))
    }

    /// The items of `data`, which came from `source`.
    pub(super) fn new(data: Value, source: Arc<str>) -> Self {
        InMemory {
            data,
            next: 0,
            source,
        }
    }

    /// How many there are.
    pub(super) fn len(data: &Value) -> usize {
        match data {
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            _ => 0,
        }
    }
}

impl ItemStream for InMemory {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        let (key, value) = match &self.data {
            Value::Array(items) => (None, items.get(self.next)),
            Value::Object(members) => match members.iter().nth(self.next) {
                Some((key, value)) => (Some(key.clone()), Some(value)),
                None => (None, None),
            },
            _ => (None, None),
        };
        self.next += 1;
        Ok(value.map(|value| Item {
            key,
            value: value.clone(),
            source: self.source.clone(),
        }))
    }

    fn tell(&self, telling: &mut Telling) {
        telling.value(&self.data);
        telling.add((self.next, &self.source));
    }
}

/// A dataset, at most so many items of it.
#[derive(Debug)]
pub(super) struct Limited {
    inner: Box<dyn ItemStream>,
    left: u64,
}

impl Limited {
    /// The first `most` items.
    pub(super) fn new(inner: Box<dyn ItemStream>, most: u64) -> Self {
        Limited { inner, left: most }
    }
}

impl ItemStream for Limited {
    fn next(&mut self) -> Result<Option<Item>, ReadError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.inner.next()
    }

    fn tell(&self, telling: &mut Telling) {
        telling.add(self.left);
        self.inner.tell(telling);
    }
}
