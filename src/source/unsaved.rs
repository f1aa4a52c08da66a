//! Texts that are open in an editor: whoever reads their files reads them as they stand there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::SourceFile;

/// How many there are: no other command has any, nor looks for one.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Tells texts apart: the count of those that there were before.
static STAMPS: AtomicU64 = AtomicU64::new(0);

/// By path without links, with a stamp.
type Texts = HashMap<PathBuf, (u64, Arc<SourceFile>)>;

static TEXTS: Mutex<Option<Texts>> = Mutex::new(None);

fn with<R>(work: impl FnOnce(&mut Texts) -> R) -> R {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    let result = work(texts);
    COUNT.store(texts.len(), Ordering::Relaxed);
    result
}

fn key(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// From now on, the file at `path` has the text of `file`.
pub fn remember_unsaved(path: &Path, file: Arc<SourceFile>) {
    let stamp = STAMPS.fetch_add(1, Ordering::Relaxed);
    with(|texts| texts.insert(key(path), (stamp, file)));
}

/// From now on, the file at `path` is what is on the disk.
pub fn forget_unsaved(path: &Path) {
    // A file that is gone has no path without links.
    with(|texts| {
        texts.remove(path);
        texts.remove(&key(path));
    });
}

/// Does `work` as if the file at `path` had the text of `file`, whatever it has: what would be read then?
pub fn as_if<R>(path: &Path, file: Arc<SourceFile>, work: impl FnOnce() -> R) -> R {
    /// Puts back what there was, also where `work` panics.
    struct Before(PathBuf, Option<(u64, Arc<SourceFile>)>);
    impl Drop for Before {
        fn drop(&mut self) {
            let (path, before) = (self.0.clone(), self.1.take());
            with(|texts| match before {
                Some(before) => texts.insert(path, before),
                None => texts.remove(&path),
            });
        }
    }
    let path = key(path);
    let stamp = STAMPS.fetch_add(1, Ordering::Relaxed);
    let before = with(|texts| texts.insert(path.clone(), (stamp, file)));
    let _before = Before(path, before);
    work()
}

/// Tells two texts of a file that is open apart; `None` of one that is not.
pub fn unsaved_stamp(path: &Path) -> Option<u64> {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return None;
    }
    with(|texts| texts.get(&key(path)).map(|(stamp, _)| *stamp))
}

/// The text of a file that is open, called `name`.
pub(super) fn unsaved(path: &Path, name: &str) -> Option<Arc<SourceFile>> {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return None;
    }
    let file = with(|texts| texts.get(&key(path)).map(|(_, file)| file.clone()))?;
    Some(match file.name() == name {
        true => file,
        false => Arc::new(SourceFile::new(name, file.text())),
    })
}
