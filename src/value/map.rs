//! Objects: string keys in insertion order.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Value;

/// The members of an object, in insertion order.
#[derive(Debug, Clone, Default)]
pub struct Map(IndexMap<Arc<str>, Value, FxBuildHasher>);

impl Map {
    /// An object without members.
    pub fn new() -> Self {
        Map::default()
    }

    /// An object with room for `capacity` members.
    pub fn with_capacity(capacity: usize) -> Self {
        Map(IndexMap::with_capacity_and_hasher(capacity, FxBuildHasher))
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The place, key and value of `key`.
    pub fn get_full(&self, key: &str) -> Option<(usize, &Arc<str>, &Value)> {
        self.0.get_full(key)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// Whether `key` is a member.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Sets `key`, in its old place if it has one; gives the value it replaces.
    pub fn insert(&mut self, key: Arc<str>, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }

    /// Takes `key` away; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key)
    }

    /// Members in order.
    pub fn iter(&self) -> indexmap::map::Iter<'_, Arc<str>, Value> {
        self.0.iter()
    }

    /// Keys in order.
    pub fn keys(&self) -> indexmap::map::Keys<'_, Arc<str>, Value> {
        self.0.keys()
    }

    /// Values in order of their keys.
    pub fn values(&self) -> indexmap::map::Values<'_, Arc<str>, Value> {
        self.0.values()
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl FromIterator<(Arc<str>, Value)> for Map {
    fn from_iter<T: IntoIterator<Item = (Arc<str>, Value)>>(iter: T) -> Self {
        Map(iter.into_iter().collect())
    }
}

impl Extend<(Arc<str>, Value)> for Map {
    fn extend<T: IntoIterator<Item = (Arc<str>, Value)>>(&mut self, iter: T) {
        self.0.extend(iter);
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Arc<str>, &'a Value);
    type IntoIter = indexmap::map::Iter<'a, Arc<str>, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
