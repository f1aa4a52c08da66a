//! Where a text comes from.

use std::path::{Path, PathBuf};

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// Standard input, `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The input that one argument names when it names no folder and no pattern.
    pub fn of(argument: &Path) -> Input {
        if argument == Path::new("-") {
            Input::Stdin
        } else {
            Input::File(argument.to_owned())
        }
    }
}

/// What tells files apart, however they are named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A device's number and a file's in it: links of both kinds are one file.
    #[cfg(unix)]
    Inode(u64, u64),
    /// A path without links.
    Path(PathBuf),
    /// Standard input, or what cannot be found.
    Named(Input),
}

impl Identity {
    /// The identity of an input.
    pub fn of(input: &Input) -> Identity {
        let Input::File(path) = input else {
            return Identity::Named(input.clone());
        };
        #[cfg(unix)]
        if let Ok(about) = path.metadata() {
            use std::os::unix::fs::MetadataExt;
            return Identity::Inode(about.dev(), about.ino());
        }
        match path.canonicalize() {
            Ok(path) => Identity::Path(path),
            Err(_) => Identity::Named(input.clone()),
        }
    }
}
