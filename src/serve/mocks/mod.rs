//! Which mocks an execution gets, from the files that the command line names. They are read again when they have changed;
//! what is broken then is said where it is needed, and the old content is not used in its place.

mod argument;
mod files;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use self::argument::Argument;
use self::files::{Stamp, TestCases};
use crate::asl::StateMachine;
use crate::mocks::{self, Mocks};
use crate::simulate::machine_name;
use crate::source::{self, Input, SourceFile};

/// The files that mocks come from.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Of a case of a machine: `MACHINE#CASE=FILE`.
    of_cases: Vec<(String, String, PathBuf)>,
    /// Of a machine: `MACHINE=FILE`.
    of_machines: Vec<(String, PathBuf)>,
    /// Folders with `MACHINE.mocks.yaml`.
    folders: Vec<PathBuf>,
    /// Files of Step Functions Local.
    configs: Vec<PathBuf>,
    /// Test files, whose cases are chosen by name.
    tests: Vec<PathBuf>,
    read: Mutex<Read>,
}

/// What was read, until it changes.
#[derive(Debug, Default)]
struct Read {
    mocks: FxHashMap<Wanted, Kept>,
    tests: FxHashMap<PathBuf, (Stamp, Result<Arc<TestCases>, String>)>,
    /// What nobody has been told yet of what was read.
    warnings: Vec<String>,
}

/// A file, and what is read of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Wanted {
    path: PathBuf,
    machine: String,
    case: Option<String>,
}

#[derive(Debug)]
struct Kept {
    stamp: Stamp,
    /// The mocks are checked against it.
    machine: Arc<StateMachine>,
    mocks: Result<Arc<Mocks>, String>,
}

/// Why there are no mocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SourceError {
    /// Nothing has a test case of that name.
    UnknownCase,
    /// A file cannot be used: which, where and why.
    Broken(String),
}

/// The endings of a machine's own mocks in a folder.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

impl Sources {
    /// Reads what `--mocks` (`MACHINE=FILE`, `MACHINE#CASE=FILE`, a folder, or a `MockConfigFile.json`) and `--tests` name;
    /// `config` is what SFN_MOCK_CONFIG names.
    ///
    /// # Errors
    /// The first file that cannot be read, and why.
    pub(crate) fn read(
        arguments: &[String],
        tests: &[PathBuf],
        config: Option<&Path>,
    ) -> Result<Sources, String> {
        let mut sources = Sources {
            tests: tests.to_vec(),
            ..Sources::default()
        };
        for argument in arguments {
            match Argument::read(argument) {
                Argument::OfCase(machine, case, path) => {
                    mocks::read(text(&path)?, Some(&machine), None).map_err(|error| error.to_string())?;
                    sources.of_cases.push((machine, case, path));
                }
                Argument::OfMachine(machine, path) => {
                    mocks::read(text(&path)?, Some(&machine), None).map_err(|error| error.to_string())?;
                    sources.of_machines.push((machine, path));
                }
                Argument::Folder(path) => sources.folders.push(path),
                Argument::Config(path) => sources.configs.push(path),
            }
        }
        sources.configs.extend(config.map(Path::to_owned));
        for path in &sources.configs {
            files::check_config(&text(path)?)?;
        }
        for path in &sources.tests {
            files::test_cases(path)?;
        }
        Ok(sources)
    }

    /// The mocks of an execution of the machine called `name`: those of the case, where one was chosen, over those of the
    /// machine.
    ///
    /// # Errors
    /// When there is no such case, or a file cannot be used.
    pub(crate) fn of(
        &self,
        name: &str,
        case: Option<&str>,
        machine: &Arc<StateMachine>,
    ) -> Result<Arc<Mocks>, SourceError> {
        let own = match self.own_file(name) {
            Some(path) => Some(self.mocks(path, name, None, machine)?),
            None => None,
        };
        let Some(case) = case else {
            return Ok(own.unwrap_or_default());
        };
        let of_case = self.case(name, case, machine)?.ok_or(SourceError::UnknownCase)?;
        Ok(match own {
            Some(own) => Arc::new(of_case.over(&own)),
            None => of_case,
        })
    }

    /// What is to be said of the mocks that were read since this was asked last, although they are used.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut read.warnings)
    }

    /// The file with the mocks of a machine.
    fn own_file(&self, name: &str) -> Option<PathBuf> {
        // The last one counts, as with any option that is given twice.
        let given = self.of_machines.iter().rev().find(|(machine, _)| machine == name);
        if let Some((_, path)) = given {
            return Some(path.clone());
        }
        // Names of machines hold no separators.
        if name.contains(['/', '\\']) {
            return None;
        }
        let candidates = self.folders.iter().rev().flat_map(|folder| {
            ENDINGS
                .iter()
                .map(move |ending| folder.join(format!("{name}.mocks.{ending}")))
        });
        candidates.into_iter().find(|path| path.is_file())
    }

    /// The mocks of a test case; `None` where nothing has one of that name.
    fn case(
        &self,
        name: &str,
        case: &str,
        machine: &Arc<StateMachine>,
    ) -> Result<Option<Arc<Mocks>>, SourceError> {
        let own = self.of_cases.iter().rev();
        if let Some((_, _, path)) = own.clone().find(|(of, known, _)| of == name && known == case) {
            return self.mocks(path.clone(), name, None, machine).map(Some);
        }
        for path in &self.configs {
            let file = text(path).map_err(SourceError::Broken)?;
            if files::config_has(&file, name, case).map_err(SourceError::Broken)? {
                return self.mocks(path.clone(), name, Some(case), machine).map(Some);
            }
        }
        // A case of a test file of this machine's definition comes before one of another.
        let mut found = None;
        for path in &self.tests {
            let cases = self.test_cases(path).map_err(SourceError::Broken)?;
            if let Some(mocks) = cases.find(case) {
                if machine_name(&cases.definition) == name {
                    return Ok(Some(mocks));
                }
                found = found.or(Some(mocks));
            }
        }
        Ok(found)
    }

    /// The mocks of a file, read again if it has changed.
    fn mocks(
        &self,
        path: PathBuf,
        name: &str,
        case: Option<&str>,
        machine: &Arc<StateMachine>,
    ) -> Result<Arc<Mocks>, SourceError> {
        let stamp = Stamp::of(&path);
        let wanted = Wanted {
            path,
            machine: name.to_owned(),
            case: case.map(str::to_owned),
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = read.mocks.get(&wanted)
            && kept.stamp == stamp
            && Arc::ptr_eq(&kept.machine, machine)
        {
            return kept.mocks.clone().map_err(SourceError::Broken);
        }
        let mocks = fitted(&wanted, machine);
        if let Ok(mocks) = &mocks {
            read.warnings.extend(mocks::warnings(&mocks.doubts(machine)));
        }
        read.mocks.insert(
            wanted,
            Kept {
                stamp,
                machine: machine.clone(),
                mocks: mocks.clone(),
            },
        );
        mocks.map_err(SourceError::Broken)
    }

    /// The cases of a test file, read again if it, or what it names, has changed.
    fn test_cases(&self, path: &Path) -> Result<Arc<TestCases>, String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((stamp, cases)) = read.tests.get(path) {
            let reads = cases.iter().flat_map(|cases| cases.reads.iter());
            if *stamp == Stamp::of_all(reads.map(PathBuf::as_path).chain([path])) {
                return cases.clone();
            }
        }
        let cases = files::test_cases(path).map(Arc::new);
        if let Ok(cases) = &cases {
            read.warnings.extend(mocks::warnings(&cases.doubts));
        }
        let reads = cases.iter().flat_map(|cases| cases.reads.iter());
        let stamp = Stamp::of_all(reads.map(PathBuf::as_path).chain([path]));
        read.tests.insert(path.to_owned(), (stamp, cases.clone()));
        cases
    }
}

fn text(path: &Path) -> Result<Arc<SourceFile>, String> {
    source::read(&Input::File(path.to_owned()), "").map_err(|error| error.to_string())
}

fn fitted(wanted: &Wanted, machine: &StateMachine) -> Result<Arc<Mocks>, String> {
    let file = text(&wanted.path)?;
    let mocks = mocks::read(file, Some(&wanted.machine), wanted.case.as_deref());
    let mut mocks = mocks.map_err(|error| error.to_string())?;
    mocks.fit(machine).map_err(|error| error.to_string())?;
    Ok(Arc::new(mocks))
}
