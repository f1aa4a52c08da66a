//! What a configuration names and is not there: patterns that match nothing, and its baseline.

use std::path::{Path, PathBuf};

use super::{CODE, Config};
use crate::diagnostics::{Finding, Severity, Span};
use crate::discovery::{Paths, Patterns};

impl Config {
    /// What of it names nothing, by what lies in its folder: paths below it, and whether each is a folder. `text` is its own.
    pub fn names_nothing(&self, text: &str, listing: &[(PathBuf, bool)]) -> Vec<Finding> {
        let folder = self.folder();
        let below = || {
            listing
                .iter()
                .map(|(path, is_folder)| (folder.join(path), *is_folder))
        };
        let mut found = Vec::new();
        let mut seek = Seek { text, from: 0 };
        for (list, is_include) in [(&self.include, true), (&self.exclude, false)] {
            for pattern in list {
                let (own, none) = (std::slice::from_ref(pattern), &[][..]);
                let (include, exclude) = if is_include { (own, none) } else { (none, own) };
                let Ok(patterns) = Patterns::new(&folder, include, exclude) else {
                    continue;
                };
                let matches = |(path, is_folder): (PathBuf, bool)| match is_include {
                    true => !is_folder && patterns.includes(&path),
                    false => patterns.excludes(&path, is_folder),
                };
                // What is taken out of other patterns is nothing alone.
                if !pattern.starts_with('!') && !below().any(matches) {
                    found.push(seek.unmatched(pattern));
                }
            }
        }
        for written in self.lint.files.iter().flat_map(|entry| &entry.paths) {
            let Ok(pattern) = Paths::new(std::slice::from_ref(written)) else {
                continue;
            };
            let mut files = listing.iter().filter(|(_, is_folder)| !is_folder);
            if !files.any(|(path, _)| pattern.fit(path)) {
                found.push(seek.unmatched(written));
            }
        }
        found
    }

    /// That the baseline that it names is not there.
    pub fn lacks_baseline(&self, text: &str) -> Option<Finding> {
        let path = self.baseline().filter(|path| !path.exists())?;
        let written = self.lint.baseline.as_ref()?.to_string_lossy().into_owned();
        let message = format!("there is no file '{}'", path.display());
        let span = Seek { text, from: 0 }.place(&written);
        Some(
            Finding::error(CODE, message, span).with_help("`sfn-tool lint --write-baseline FILE` writes one"),
        )
    }

    fn folder(&self) -> PathBuf {
        let folder = self.path.as_deref().and_then(Path::parent);
        folder.map(Path::to_owned).unwrap_or_default()
    }
}

/// Finds the strings of a text of TOML, one after the other.
struct Seek<'t> {
    text: &'t str,
    from: usize,
}

impl Seek<'_> {
    /// The next string that says `words`, or else the first.
    fn place(&mut self, words: &str) -> Span {
        let quoted = ['"', '\''].map(|quote| format!("{quote}{words}{quote}"));
        let next = |from: usize| {
            let rest = &self.text[from..];
            quoted
                .iter()
                .filter_map(|quoted| rest.find(quoted.as_str()))
                .min()
                .map(|at| from + at)
        };
        let Some(at) = next(self.from).or_else(|| next(0)) else {
            return Span::at(0);
        };
        let end = at + words.len() + 2;
        self.from = end;
        Span::new(at, end)
    }

    fn unmatched(&mut self, pattern: &str) -> Finding {
        let message = format!("'{pattern}' matches no file here");
        Finding::new(Severity::Warning, CODE, message, self.place(pattern))
            .with_help("paths begin in the folder of this file")
    }
}
