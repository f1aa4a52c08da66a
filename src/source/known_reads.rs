//! The files that this process has read: what must not be written over.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::{Identity, Input};

/// `None` until somebody wants to know: a program that uses the library may read any number of files.
static READ: Mutex<Option<FxHashSet<Identity>>> = Mutex::new(None);

/// From now on what is read is remembered.
pub fn remember_reads() {
    READ.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert_default();
}

/// Remembers a file that is read.
pub(super) fn remember(path: &Path) {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(read) = &mut *read {
        read.insert(Identity::of(&Input::File(path.to_owned())));
    }
}

/// Whether the file has been read, by whatever name.
pub fn was_read(path: &Path) -> bool {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let identity = || Identity::of(&Input::File(path.to_owned()));
    read.as_ref().is_some_and(|read| read.contains(&identity()))
}
