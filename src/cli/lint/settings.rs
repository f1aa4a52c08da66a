//! The settings of each file: from the command line and the nearest configuration.

use std::path::{Path, PathBuf};

use super::super::config::Configs;
use super::super::output::Context;
use super::super::{Failure, Outcome};
use super::Linting;
use crate::config::{Config, Overrides};
use crate::lint::{Baseline, Settings};

/// Finds the settings of files.
pub(super) struct SettingsOf<'a> {
    overrides: Overrides,
    configs: &'a Configs,
}

impl<'a> SettingsOf<'a> {
    /// Checks the names of rules on the command line.
    ///
    /// # Errors
    /// When a rule does not exist.
    pub(super) fn new(arguments: &Linting, configs: &'a Configs) -> Result<SettingsOf<'a>, Failure> {
        let overrides = Overrides {
            select: arguments.select.clone(),
            extend_select: arguments.extend_select.clone(),
            ignore: arguments.ignore.clone(),
            machine_type: arguments.machine_type.map(Into::into),
        };
        Config::default().settings(Path::new(""), &overrides)?;
        Ok(SettingsOf { overrides, configs })
    }

    /// The settings of a file.
    ///
    /// # Errors
    /// When its configuration cannot be used.
    pub(super) fn file(&self, file: &Path) -> Result<Settings, Failure> {
        Ok(self.configs.of(file)?.settings(file, &self.overrides)?)
    }

    /// The baseline that the configuration of the working folder, or `--config`, names.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(super) fn baseline(&self) -> Result<Option<Baseline>, Failure> {
        let Ok(config) = self.configs.of(Path::new("definition")) else {
            return Ok(None);
        };
        let Some(path) = config.baseline() else {
            return Ok(None);
        };
        let by = config.path().unwrap_or(&path);
        Ok(Some(Baseline::load_named(&path, by, self.configs.reach())?))
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
        let config = self.configs.of(&file)?;
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
}
