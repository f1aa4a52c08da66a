//! Objects: string keys in insertion order.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Value;

/// The members of an object, in insertion order.
#[derive(Debug, Clone)]
pub struct Map(Members);

/// Nearly all objects of a state machine's data have a few members: those stand in a list, which is made, searched and
/// dropped faster than a table, and takes one allocation instead of two.
#[derive(Debug, Clone)]
enum Members {
    /// At most [`FEW`].
    Few(Vec<(Arc<str>, Value)>),
    /// Any number.
    Many(Box<IndexMap<Arc<str>, Value, FxBuildHasher>>),
}

/// So many members are searched one after another.
const FEW: usize = 8;

impl Default for Map {
    fn default() -> Self {
        Map(Members::Few(Vec::new()))
    }
}

/// The place of `key` in a list. Texts of another length, which most are, are not looked into.
fn position(members: &[(Arc<str>, Value)], key: &str) -> Option<usize> {
    members.iter().position(|(own, _)| **own == *key)
}

impl Map {
    /// An object without members.
    pub fn new() -> Self {
        Map::default()
    }

    /// An object with room for `capacity` members.
    pub fn with_capacity(capacity: usize) -> Self {
        Map(if capacity > FEW {
            Members::Many(Box::new(IndexMap::with_capacity_and_hasher(
                capacity,
                FxBuildHasher,
            )))
        } else {
            Members::Few(Vec::with_capacity(capacity))
        })
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        match &self.0 {
            Members::Few(members) => members.len(),
            Members::Many(members) => members.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            Members::Few(members) => members
                .iter()
                .find(|(own, _)| **own == *key)
                .map(|(_, value)| value),
            Members::Many(members) => members.get(key),
        }
    }

    /// The place, key and value of `key`.
    pub fn get_full(&self, key: &str) -> Option<(usize, &Arc<str>, &Value)> {
        match &self.0 {
            Members::Few(members) => {
                let place = position(members, key)?;
                let (own, value) = members.get(place)?;
                Some((place, own, value))
            }
            Members::Many(members) => members.get_full(key),
        }
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match &mut self.0 {
            Members::Few(members) => members
                .iter_mut()
                .find(|(own, _)| **own == *key)
                .map(|(_, value)| value),
            Members::Many(members) => members.get_mut(key),
        }
    }

    /// Whether `key` is a member.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`, in its old place if it has one; gives the value it replaces.
    pub fn insert(&mut self, key: Arc<str>, value: Value) -> Option<Value> {
        match &mut self.0 {
            Members::Few(members) => {
                if let Some((_, old)) = members.iter_mut().find(|(own, _)| *own == key) {
                    return Some(std::mem::replace(old, value));
                }
                if members.len() < FEW {
                    members.push((key, value));
                    return None;
                }
                let mut many: IndexMap<Arc<str>, Value, FxBuildHasher> =
                    std::mem::take(members).into_iter().collect();
                many.insert(key, value);
                self.0 = Members::Many(Box::new(many));
                None
            }
            Members::Many(members) => members.insert(key, value),
        }
    }

    /// Takes `key` away; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        match &mut self.0 {
            Members::Few(members) => position(members, key).map(|place| members.remove(place).1),
            Members::Many(members) => members.shift_remove(key),
        }
    }

    /// Members in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(match &self.0 {
            Members::Few(members) => Source::Few(members.iter()),
            Members::Many(members) => Source::Many(members.iter()),
        })
    }

    /// Keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Arc<str>> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// Values in order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + Clone {
        self.iter().map(|(_, value)| value)
    }
}

/// The members of an object in order: see [`Map::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'a>(Source<'a>);

#[derive(Debug, Clone)]
enum Source<'a> {
    Few(std::slice::Iter<'a, (Arc<str>, Value)>),
    Many(indexmap::map::Iter<'a, Arc<str>, Value>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Arc<str>, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Few(members) => members.next().map(|(key, value)| (key, value)),
            Source::Many(members) => members.next(),
        }
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Few(members) => members.nth(n).map(|(key, value)| (key, value)),
            Source::Many(members) => members.nth(n),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Source::Few(members) => members.size_hint(),
            Source::Many(members) => members.size_hint(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// The order of members does not count.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl FromIterator<(Arc<str>, Value)> for Map {
    fn from_iter<T: IntoIterator<Item = (Arc<str>, Value)>>(iter: T) -> Self {
        let iter = iter.into_iter();
        let mut map = Map::with_capacity(iter.size_hint().0);
        map.extend(iter);
        map
    }
}

impl Extend<(Arc<str>, Value)> for Map {
    fn extend<T: IntoIterator<Item = (Arc<str>, Value)>>(&mut self, iter: T) {
        for (key, value) in iter {
            self.insert(key, value);
        }
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Arc<str>, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: i64) -> Map {
        (0..count)
            .map(|n| (Arc::from(format!("k{n}")), Value::from(n)))
            .collect()
    }

    fn keys(map: &Map) -> Vec<&str> {
        map.keys().map(|key| &**key).collect()
    }

    // Below and above the number of members from which on they stand in a table.
    #[test]
    fn few_and_many_members_behave_alike() {
        for count in [1, 3, 8, 9, 40] {
            let mut map = numbered(count);
            let last = format!("k{}", count - 1);
            assert_eq!(map.len(), usize::try_from(count).expect("a small number"));
            assert_eq!(map.get(&last), Some(&Value::from(count - 1)));
            assert_eq!(map.get("k"), None);
            assert_eq!(map.get_full("k0").map(|(place, ..)| place), Some(0));
            // A key keeps its place when its value is set anew.
            assert_eq!(map.insert(Arc::from("k0"), Value::Null), Some(Value::from(0)));
            assert_eq!(keys(&map).first(), Some(&"k0"));
            if let Some(value) = map.get_mut(&last) {
                *value = Value::from(true);
            }
            assert_eq!(map.values().last(), Some(&Value::from(true)));
            // The order of those that stay is kept.
            assert!(map.remove("k0").is_some());
            assert_eq!(map.remove("k0"), None);
            assert!(!map.contains_key("k0"));
            let left: Vec<String> = (1..count).map(|n| format!("k{n}")).collect();
            assert_eq!(keys(&map), left);
            assert_eq!(map.iter().len(), left.len());
        }
    }

    #[test]
    fn equality_takes_a_list_for_a_table() {
        // Nine are a table, and stay one when they become eight.
        let mut table = numbered(9);
        table.remove("k8");
        let list = numbered(8);
        assert_eq!(table, list);
        assert_eq!(list, table);
        let mut other = numbered(8);
        other.insert(Arc::from("k7"), Value::Null);
        assert_ne!(table, other);
        assert_ne!(list, numbered(7));
    }
}
