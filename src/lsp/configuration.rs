//! The `sfn-tool.toml` that holds for a file, and the baseline that it names, read again when they have changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::settings::Settings;
use crate::config::{Config, Overrides};
use crate::diagnostics::Finding;
use crate::discovery::Patterns;
use crate::lint::{self, Baseline};
use crate::source;

/// A configuration as it was read.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    config: Config,
    baseline: Option<Baseline>,
    /// Why it cannot be used, in which case the defaults hold.
    pub(super) problem: Option<String>,
}

impl Configuration {
    fn read(path: &Path, named: bool, settings: &Settings) -> Configuration {
        let config = match named {
            true => Config::load(path),
            false => Config::load_found(path, settings.reach()),
        };
        let config = match config {
            Ok(config) => config,
            Err(error) => {
                return Configuration {
                    problem: Some(error.to_string()),
                    ..Configuration::default()
                };
            }
        };
        let baseline = config
            .baseline()
            .map(|file| Baseline::load_named(&file, path, settings.reach()));
        let (baseline, problem) = match baseline {
            None => (None, None),
            Some(Ok(baseline)) => (Some(baseline), None),
            Some(Err(error)) => (None, Some(error.to_string())),
        };
        Configuration {
            config,
            baseline,
            problem,
        }
    }

    /// The rules that run for a file.
    pub(super) fn rules(&self, file: &Path) -> lint::Settings {
        // Only names of an override can be unknown, and there is none.
        self.config
            .settings(file, &Overrides::default())
            .unwrap_or_default()
    }

    /// Which files of folders are looked at, where it says so.
    pub(super) fn patterns(&self) -> Option<Arc<Patterns>> {
        self.config.patterns(true)
    }

    /// Leaves out of the findings of a file what its baseline knows.
    pub(super) fn filter(&self, file: &Path, rules: &lint::Settings, findings: &mut Vec<Finding>) {
        if let Some(baseline) = &self.baseline {
            let ran = |rule: &str| lint::find(rule).is_none_or(|rule| rules.selection.contains(rule));
            baseline.filter(file, findings, ran);
        }
    }
}

/// What tells that a file has changed: the text that is open, or when it was written and how long it is.
type Stamp = (Option<u64>, Option<SystemTime>, u64);

/// The configurations that were read, by their files.
#[derive(Debug, Default)]
pub(super) struct Configurations {
    read: HashMap<PathBuf, (Vec<Stamp>, Arc<Configuration>)>,
}

impl Configurations {
    /// That of a file.
    pub(super) fn of(&mut self, file: &Path, settings: &Settings) -> Arc<Configuration> {
        let named = settings.config.clone();
        let is_named = named.is_some();
        let folder = file.parent().unwrap_or(Path::new("."));
        let Some(path) = named.or_else(|| Config::discover(folder)) else {
            return Arc::default();
        };
        if let Some((stamps, configuration)) = self.read.get(&path)
            && *stamps == stamps_of(&path, configuration)
        {
            return configuration.clone();
        }
        let configuration = Arc::new(Configuration::read(&path, is_named, settings));
        let stamps = stamps_of(&path, &configuration);
        self.read.insert(path, (stamps, configuration.clone()));
        configuration
    }

    /// All are read again: what may be read has changed.
    pub(super) fn forget(&mut self) {
        self.read.clear();
    }
}

fn stamps_of(path: &Path, configuration: &Configuration) -> Vec<Stamp> {
    let baseline = configuration.config.baseline();
    [Some(path.to_owned()), baseline]
        .iter()
        .flatten()
        .map(|path| stamp(path))
        .collect()
}

fn stamp(path: &Path) -> Stamp {
    let about = path.metadata().ok();
    let open = source::unsaved_stamp(path);
    let written = about.as_ref().and_then(|about| about.modified().ok());
    (open, written, about.map_or(0, |about| about.len()))
}
