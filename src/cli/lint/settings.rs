//! The settings of each file: from the command line and the nearest configuration.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::output::Context;
use super::super::{Failure, Outcome};
use super::Arguments;
use crate::config::{Config, Overrides};
use crate::lint::{Baseline, Settings};
use crate::source::Reach;

/// Finds the settings of files, and reads each configuration once.
pub(super) struct SettingsOf {
    overrides: Overrides,
    reach: Reach,
    /// The configuration of all files, when the command line decides.
    fixed: Option<Arc<Config>>,
    /// By folder.
    found: Mutex<HashMap<PathBuf, Arc<Config>>>,
    /// By file of configuration.
    loaded: Mutex<HashMap<PathBuf, Arc<Config>>>,
}

impl SettingsOf {
    /// Reads `--config`, and checks the names of rules on the command line.
    ///
    /// # Errors
    /// When the configuration cannot be used, or a rule does not exist.
    pub(super) fn new(arguments: &Arguments) -> Result<SettingsOf, Failure> {
        let overrides = Overrides {
            select: arguments.select.clone(),
            extend_select: arguments.extend_select.clone(),
            ignore: arguments.ignore.clone(),
            machine_type: arguments.machine_type.map(Into::into),
        };
        let built_in = Config::default();
        built_in.settings(Path::new(""), &overrides)?;
        let fixed = match &arguments.config {
            Some(path) => Some(Config::load(path)?),
            None => arguments.isolated.then_some(built_in),
        };
        Ok(SettingsOf {
            overrides,
            reach: arguments.files.placeholders.reading.reach(),
            fixed: fixed.map(Arc::new),
            found: Mutex::default(),
            loaded: Mutex::default(),
        })
    }

    /// The settings of a file.
    ///
    /// # Errors
    /// When its configuration cannot be used.
    pub(super) fn file(&self, file: &Path) -> Result<Settings, Failure> {
        Ok(self.config(file)?.settings(file, &self.overrides)?)
    }

    /// The baseline that the configuration of the working folder, or `--config`, names.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(super) fn baseline(&self) -> Result<Option<Baseline>, Failure> {
        let Ok(config) = self.config(Path::new("definition")) else {
            return Ok(None);
        };
        let Some(path) = config.baseline() else {
            return Ok(None);
        };
        let by = config.path().unwrap_or(&path);
        Ok(Some(Baseline::load_named(&path, by, self.reach)?))
    }

    /// Prints what holds for the first of `files`.
    ///
    /// # Errors
    /// When its configuration cannot be used, or the result cannot be written.
    pub(super) fn show(&self, files: &[PathBuf], context: &Context) -> Result<Outcome, Failure> {
        let first = files.first().map_or(Path::new("definition"), PathBuf::as_path);
        // Of a folder, the files in it are meant.
        let file = if first.is_dir() {
            first.join("definition")
        } else {
            first.to_owned()
        };
        let config = self.config(&file)?;
        let settings = self.file(&file)?;
        let source = match config.path() {
            Some(path) => path.display().to_string(),
            None => "the command line and the defaults".to_owned(),
        };
        context.text(|out| {
            write!(
                out,
                "# {}: from {source}\n{}",
                first.display(),
                settings.to_toml()
            )
        })?;
        Ok(Outcome::Clean)
    }

    fn config(&self, file: &Path) -> Result<Arc<Config>, Failure> {
        if let Some(config) = &self.fixed {
            return Ok(config.clone());
        }
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = found.get(&folder) {
            return Ok(config.clone());
        }
        let config = match Config::discover(&folder) {
            None => Arc::new(Config::default()),
            Some(path) => {
                let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
                match loaded.get(&path) {
                    Some(config) => config.clone(),
                    None => {
                        let config = Arc::new(Config::load_found(&path, self.reach)?);
                        loaded.insert(path, config.clone());
                        config
                    }
                }
            }
        };
        found.insert(folder, config.clone());
        Ok(config)
    }
}
