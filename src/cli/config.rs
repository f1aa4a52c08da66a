//! The configuration that holds for a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Failure;
use super::arguments::{Search, Sources};
use crate::config::Config;
use crate::source::Reach;

/// The configuration nearest to `file`, in its folder or one above; the built-in one when there is none.
///
/// # Errors
/// When it cannot be used.
pub(super) fn nearest(file: &Path, reach: Reach) -> Result<Config, Failure> {
    match Config::discover(folder_of(file)) {
        Some(path) => Ok(Config::load_found(&path, reach)?),
        None => Ok(Config::default()),
    }
}

/// The configurations of many files, each read once.
pub(super) struct Configs {
    reach: Reach,
    /// The one of all files, when the command line decides.
    fixed: Option<Arc<Config>>,
    /// By folder.
    found: Mutex<HashMap<PathBuf, Arc<Config>>>,
    /// By file of configuration.
    loaded: Mutex<HashMap<PathBuf, Arc<Config>>>,
}

impl Configs {
    /// Those that the arguments choose: `--config`, `--isolated`, or the nearest of each file.
    ///
    /// # Errors
    /// When the file of `--config` cannot be used.
    pub(super) fn new(sources: &Sources) -> Result<Configs, Failure> {
        Configs::of_search(&sources.search, sources.placeholders.reading.reach())
    }

    /// The same for a command that reads within `reach`.
    ///
    /// # Errors
    /// When the file of `--config` cannot be used.
    pub(super) fn of_search(search: &Search, reach: Reach) -> Result<Configs, Failure> {
        let fixed = match &search.config {
            Some(path) => Some(Config::load(path)?),
            None => search.isolated.then(Config::default),
        };
        Ok(Configs {
            reach,
            fixed: fixed.map(Arc::new),
            found: Mutex::default(),
            loaded: Mutex::default(),
        })
    }

    /// Where files may lie that a configuration names.
    pub(super) fn reach(&self) -> Reach {
        self.reach.clone()
    }

    /// The configuration of a file.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(super) fn of(&self, file: &Path) -> Result<Arc<Config>, Failure> {
        self.of_folder(folder_of(file))
    }

    /// The configuration of the files in a folder.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(super) fn of_folder(&self, folder: &Path) -> Result<Arc<Config>, Failure> {
        if let Some(config) = &self.fixed {
            return Ok(config.clone());
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = found.get(folder) {
            return Ok(config.clone());
        }
        let config = match Config::discover(folder) {
            None => Arc::new(Config::default()),
            Some(path) => {
                let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
                match loaded.get(&path) {
                    Some(config) => config.clone(),
                    None => {
                        let config = Arc::new(Config::load_found(&path, self.reach.clone())?);
                        loaded.insert(path, config.clone());
                        config
                    }
                }
            }
        };
        found.insert(folder.to_owned(), config.clone());
        Ok(config)
    }
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
