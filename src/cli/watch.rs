//! Waiting for files to change, by looking at them: a crate that asks the system pulls in a dozen others, and some
//! dozens of files cost nothing to look at.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// What a file looked like: its time and length; `None` when there is none.
type Look = Option<(SystemTime, u64)>;

/// Files, and what they looked like when they were last read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Watch {
    files: Vec<(PathBuf, Look)>,
}

impl Watch {
    /// The files as they are now.
    pub(super) fn new(mut files: Vec<PathBuf>) -> Watch {
        files.sort();
        files.dedup();
        let look = |path: &PathBuf| {
            let about = path.metadata().ok()?;
            Some((about.modified().ok()?, about.len()))
        };
        Watch {
            files: files
                .into_iter()
                .map(|path| (path.clone(), look(&path)))
                .collect(),
        }
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Waits until one of them is changed, written or taken away, or `files` names others.
    pub(super) fn wait(&self, files: impl Fn() -> Vec<PathBuf>) {
        loop {
            std::thread::sleep(EVERY);
            if Watch::new(files()) != *self {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let gone = folder.path().join("b");
        std::fs::write(&path, "1").unwrap();
        let watch = Watch::new(vec![path.clone(), gone.clone(), path.clone()]);
        assert_eq!(watch.len(), 2);
        assert_eq!(watch, Watch::new(vec![gone.clone(), path.clone()]));
        std::fs::write(&gone, "").unwrap();
        assert_ne!(watch, Watch::new(vec![path.clone(), gone.clone()]));
        let watch = Watch::new(vec![path.clone()]);
        std::fs::write(&path, "22").unwrap();
        assert_ne!(watch, Watch::new(vec![path.clone()]));
        watch.wait(|| vec![path.clone()]);
    }
}
