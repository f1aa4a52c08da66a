//! `include` and `exclude`: which files of a folder are looked at.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::diagnostics::short;

/// The most bytes of patterns that are held at a time, of all configurations together: compiled, they take up to a thousand
/// times as much memory.
const MAX_BYTES: usize = 256 << 10;

/// How many bytes of patterns are held.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// A part of [`HELD`], as long as it is needed.
#[derive(Debug)]
struct Share(usize);

impl Share {
    fn of(bytes: usize) -> Option<Share> {
        let share = Share(bytes);
        let before = HELD.fetch_add(bytes, Ordering::Relaxed);
        // What does not fit is given back.
        (bytes <= MAX_BYTES && before <= MAX_BYTES - bytes).then_some(share)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// Patterns as `.gitignore` has them, relative to the folder that they are written in.
#[derive(Debug, Clone)]
pub struct Patterns {
    /// The folder, absolute.
    root: PathBuf,
    /// Only these files are looked at; `None` for all.
    include: Option<Gitignore>,
    exclude: Gitignore,
    _share: Arc<Share>,
}

/// A pattern that is none.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("the pattern '{pattern}': {message}")]
#[diagnostic(
    code("invalid-configuration"),
    help("write a pattern as .gitignore has them, such as \"*.asl.*\" or \"legacy/**\"")
)]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub message: String,
}

impl Patterns {
    /// Patterns of the folder `root`; without any in `include` every file is looked at.
    ///
    /// # Errors
    /// The first that is no pattern, and when all configurations have too many together.
    pub fn new(root: &Path, include: &[String], exclude: &[String]) -> Result<Patterns, PatternError> {
        let root = absolute(root);
        let share = share_of(include.iter().chain(exclude))?;
        Ok(Patterns {
            include: match include {
                [] => None,
                some => Some(matcher(&root, some)?),
            },
            exclude: matcher(&root, exclude)?,
            root,
            _share: Arc::new(share),
        })
    }

    /// The same, of all files.
    pub fn without_include(self) -> Patterns {
        Patterns {
            include: None,
            ..self
        }
    }

    /// Whether a file or folder, or a folder that it is in, is excluded.
    pub fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        self.inside(path)
            .is_some_and(|path| matches(&self.exclude, &path, is_folder))
    }

    /// Whether a file is among those that are looked at.
    pub fn includes(&self, path: &Path) -> bool {
        let Some(include) = &self.include else { return true };
        self.inside(path)
            .is_none_or(|path| matches(include, &path, false))
    }

    /// The path as patterns see it; `None` for what lies elsewhere.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        let path = absolute(path);
        let inside = path.strip_prefix(&self.root).ok()?;
        (!inside.as_os_str().is_empty()).then(|| inside.to_owned())
    }
}

/// Patterns of whole paths from one folder on, as shells have them: `*` stays inside of one folder, and `**` does not.
#[derive(Debug)]
pub struct Paths {
    matcher: Gitignore,
    _share: Share,
}

impl Paths {
    /// # Errors
    /// The first that is no pattern, and when all configurations have too many together.
    pub fn new(patterns: &[String]) -> Result<Paths, PatternError> {
        let share = share_of(patterns.iter())?;
        // The crate that knows what a pattern is takes exponential time to match one with many stars.
        for pattern in patterns {
            glob::Pattern::new(pattern).map_err(|cause| PatternError {
                pattern: pattern.clone(),
                message: cause.to_string(),
            })?;
        }
        let anchored: Vec<String> = patterns.iter().map(|pattern| anchored(pattern)).collect();
        Ok(Paths {
            matcher: matcher(Path::new(""), &anchored)?,
            _share: share,
        })
    }

    /// Whether one of them fits a path from the folder on.
    pub fn fit(&self, path: &Path) -> bool {
        !path.has_root() && self.matcher.matched(path, false).is_ignore()
    }
}

/// A shell's pattern of a whole path as one of `.gitignore`, where braces and backslashes mean something.
fn anchored(pattern: &str) -> String {
    let mut out = String::from("/");
    let mut is_in_class = false;
    for c in pattern.chars() {
        match c {
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '{' | '}' | '\\' if !is_in_class => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

fn share_of<'p>(patterns: impl Iterator<Item = &'p String> + Clone) -> Result<Share, PatternError> {
    let bytes = patterns.clone().map(String::len).sum();
    Share::of(bytes).ok_or_else(|| {
        let longest = patterns.max_by_key(|pattern| pattern.len());
        PatternError {
            pattern: short(longest.map_or("", |pattern| pattern), 80),
            message: format!(
                "with those of other folders there is more than {} KiB of patterns",
                MAX_BYTES >> 10
            ),
        }
    })
}

fn matcher(root: &Path, patterns: &[String]) -> Result<Gitignore, PatternError> {
    let mut builder = GitignoreBuilder::new(root);
    let error = |pattern: &str, error: ignore::Error| PatternError {
        pattern: pattern.to_owned(),
        message: error.to_string(),
    };
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|cause| error(pattern, cause))?;
    }
    builder
        .build()
        .map_err(|cause| error(&patterns.join(", "), cause))
}

fn matches(matcher: &Gitignore, path: &Path, is_folder: bool) -> bool {
    matcher.matched_path_or_any_parents(path, is_folder).is_ignore()
}

/// The path from the root of the file system, without `.` and `..`; links are not followed.
pub fn absolute(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in std::path::absolute(path)
        .unwrap_or_else(|_| path.to_owned())
        .components()
    {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(include: &[&str], exclude: &[&str]) -> Patterns {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Patterns::new(Path::new("/project"), &owned(include), &owned(exclude)).expect("patterns")
    }

    #[test]
    fn a_name_counts_in_every_folder_and_a_path_in_its_own() {
        let some = patterns(&["*.asl.*", "flows/*.json"], &["legacy/", "/gone.asl.json"]);
        let includes = |path: &str| some.includes(Path::new(path));
        assert!(includes("/project/a.asl.json") && includes("/project/x/y/a.asl.yaml"));
        assert!(includes("/project/flows/a.json") && !includes("/project/x/flows/a.json"));
        assert!(!includes("/project/a.json"));
        // What lies elsewhere is none of this folder's business.
        assert!(includes("/elsewhere/a.json"));
        let excludes = |path: &str| some.excludes(Path::new(path), false);
        assert!(excludes("/project/x/legacy/a.asl.json") && excludes("/project/gone.asl.json"));
        assert!(!excludes("/project/x/gone.asl.json") && !excludes("/project"));
        assert!(excludes("/project/x/../legacy/a.json") && !excludes("/project/legacy/../a.json"));
        assert!(patterns(&[], &[]).includes(Path::new("/project/any.txt")));
    }

    #[test]
    fn paths_fit_as_shells_have_it() {
        let fits = |pattern: &str, path: &str| {
            let paths = Paths::new(&[pattern.to_owned()]).expect("a pattern");
            paths.fit(Path::new(path))
        };
        for (pattern, path, expected) in [
            ("legacy/**", "legacy/x/a.json", true),
            ("legacy/**", "legacy/a.json", true),
            ("legacy/**", "x/legacy/a.json", false),
            ("legacy/*", "legacy/x/a.json", false),
            ("*.json", "a.json", true),
            ("*.json", "x/a.json", false),
            ("**/*.json", "x/y/a.json", true),
            ("**/*.json", "a.json", true),
            ("a/**/b.json", "a/b.json", true),
            ("a?[!x].json", "abc.json", true),
            ("a?[!x].json", "abx.json", false),
            ("a?c", "a/c", false),
            ("a{b,c}", "ab", false),
            ("a{b,c}", "a{b,c}", true),
            ("[{]a", "{a", true),
            ("!a", "!a", true),
            ("#a", "#a", true),
            ("elsewhere/**", "/elsewhere/a", false),
            ("**", "x/a", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
        // As many ways to fail as there are ways to part the name.
        let stars = format!("{}b.json", "*a".repeat(60));
        assert!(!fits(&stars, &format!("{}.json", "a".repeat(200))));
        let error = Paths::new(&["a[".to_owned()]).expect_err("no pattern");
        assert_eq!(error.pattern, "a[");
    }

    #[test]
    fn patterns_are_held_up_to_a_size() {
        let many = |bytes: usize| vec!["x".repeat(1024); bytes / 1024];
        let refused = || {
            let error = Patterns::new(Path::new("."), &[], &many(170 << 10)).expect_err("too many");
            assert!(
                error.message.ends_with("more than 256 KiB of patterns"),
                "{error}"
            );
        };
        let held = Patterns::new(Path::new("."), &many(170 << 10), &[]).expect("patterns");
        let copy = held.clone();
        refused();
        drop(held);
        refused();
        drop(copy);
        let again = Patterns::new(Path::new("."), &[], &many(170 << 10));
        drop(again.expect("patterns"));
        Patterns::new(Path::new("."), &[], &many(1 << 20)).expect_err("too many");
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        let error = Patterns::new(Path::new("."), &[], &["a{b".to_owned()]).expect_err("no pattern");
        assert_eq!(error.pattern, "a{b");
    }
}
