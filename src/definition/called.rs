//! What is looked at as others make it: a definition that a template names, the body of a module.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Definition;
use crate::discovery::absolute;
use crate::source::{self, SourceFile};

/// A state machine in the body of one of Terraform's modules: its file, and its address without the keys of instances.
pub(crate) type Body = (PathBuf, String);

/// What is looked at as others make it. A search that comes upon it leaves it to them: a definition that a template names is
/// what the template makes of it, and the body of a module is what its callers make of it.
#[derive(Debug, Default)]
pub(crate) struct Called {
    /// Definitions that templates name.
    files: HashSet<PathBuf>,
    bodies: HashSet<Body>,
}

impl Called {
    /// The machine called `address` in a file.
    pub(crate) fn body(file: PathBuf, address: &str) -> Body {
        (file, source::plain_address(address))
    }

    /// Notes whose file and bodies a definition is.
    pub(crate) fn add(&mut self, definition: &Definition) {
        if definition.caller().is_some() {
            self.files.extend(path_of(definition.file()));
        }
        self.add_bodies(definition.bodies());
    }

    /// Notes a file that is named.
    pub(crate) fn add_file(&mut self, path: PathBuf) {
        self.files.insert(path);
    }

    pub(crate) fn add_bodies(&mut self, bodies: &[(Arc<str>, String)]) {
        let bodies = bodies.iter();
        self.bodies
            .extend(bodies.map(|(file, address)| Called::body(absolute(Path::new(&**file)), address)));
    }

    /// `alone`: the file of a definition that stands by itself; `own`: what it is in the body of a module, where it may be
    /// one.
    pub(crate) fn has(&self, alone: Option<&PathBuf>, own: Option<&Body>) -> bool {
        alone.is_some_and(|path| self.files.contains(path))
            || own.is_some_and(|own| self.bodies.contains(own))
    }

    /// Whether others tell of a definition that was found in the file at `path`.
    pub(crate) fn is_told(&self, path: &Path, definition: &Definition) -> bool {
        let path = path.to_owned();
        let own = Called::body(path.clone(), &definition.name());
        self.has((!definition.is_in_template()).then_some(&path), Some(&own))
    }
}

/// The file's path without links to its folder; `None` for stdin.
pub(crate) fn path_of(file: &SourceFile) -> Option<PathBuf> {
    (!file.is_stdin()).then(|| absolute(Path::new(file.name())))
}
