//! Which files of folders are let in: what the call says, and the configuration of each folder.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Failure;
use super::arguments::Search;
use super::config::Configs;
use crate::discovery::Patterns;

/// The patterns of a call.
pub(super) struct Filters<'c> {
    search: &'c Search,
    configs: &'c Configs,
    own: Arc<Patterns>,
    /// The first configuration that could not be used.
    failed: Mutex<Option<Failure>>,
}

impl<'c> Filters<'c> {
    /// # Errors
    /// When a pattern of the call is none.
    pub(super) fn new(search: &'c Search, configs: &'c Configs) -> Result<Filters<'c>, Failure> {
        let own = Patterns::new(Path::new("."), &search.include, &search.exclude)?;
        Ok(Filters {
            search,
            configs,
            own: Arc::new(own),
            failed: Mutex::default(),
        })
    }

    /// Those that hold for the files of a folder.
    pub(super) fn of(&self, folder: &Path) -> Vec<Arc<Patterns>> {
        let mut patterns = vec![self.own.clone()];
        match self.configs.of_folder(folder) {
            Ok(config) => patterns.extend(config.patterns(self.search.include.is_empty())),
            Err(failure) => {
                let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert(failure);
            }
        }
        patterns
    }

    /// Whether a file is left out though the call names it.
    pub(super) fn leaves_out(&self, path: &Path) -> bool {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        self.search.force_exclude
            && self
                .of(folder)
                .iter()
                .any(|patterns| patterns.excludes(path, false))
    }

    /// # Errors
    /// When a configuration could not be used.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }
}
