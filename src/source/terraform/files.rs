//! The files that a configuration reads: `file`, `templatefile`, and the data sources for them.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::super::reach::readable;
use super::super::substituted::{Given, Giver, Used};
use super::super::version::Entry;
use super::super::{Reach, ReadError, SourceFile};
use super::calls::plain;
use super::module::Place;
use super::text::{Form, Names, Renderer, Text};
use super::value::{Evaluator, Kind, Val, Why};
use super::variables;
use crate::diagnostics::Span;

/// The text of a file.
#[derive(Debug, Clone)]
pub(super) struct FileText {
    pub(super) file: Arc<SourceFile>,
    /// See [`Text::names`].
    pub(super) names: Option<Arc<Names>>,
}

/// A folder of more files, or one that is deeper, is not gone through for `fileset`.
const MOST_IN_SET: usize = 5000;
const DEEPEST_SET: usize = 10;

/// How many folders above the module's are looked into for a path that does not say where it begins: Terraform is
/// started in one of them.
const FOLDERS_UP: usize = 6;

impl Evaluator<'_> {
    /// The text of the file at a path.
    pub(super) fn file(&mut self, place: Place, path: &Val) -> Val {
        let Some(path) = path.as_text() else {
            return self.unknown(place, Why::Computed);
        };
        if !self.may_read() {
            return self.unknown(place, Why::TooMuch);
        }
        match self.find(&path) {
            Ok(file) => Val {
                kind: Kind::File(FileText { file, names: None }),
                place,
                named: Vec::new(),
            },
            Err(error) => self.unknown(place, Why::NoFile(error.to_string())),
        }
    }

    /// The files of a folder that match a pattern, by their paths in it [Terraform: fileset Function].
    pub(super) fn fileset(&self, place: Place, folder: &Val, pattern: &Val) -> Val {
        let (Some(path), Some(pattern)) = (folder.as_text(), pattern.as_text()) else {
            return self.unknown(place, Why::Computed);
        };
        let by = Path::new(self.module.root().name());
        let folder = self.module.folder().join(path.trim_start_matches("./"));
        let reach = &self.options.reach;
        let root = reach.resolve_folder(readable(&folder), by);
        let (Ok(root), Some(pattern)) = (root, regex_of(&pattern)) else {
            return self.unknown(place, Why::Computed);
        };
        let mut found = Vec::new();
        let mut left = MOST_IN_SET;
        if !collect(reach, &root, "", 0, &mut left, &mut found) {
            return self.unknown(place, Why::TooMuch);
        }
        found.retain(|name| pattern.is_match(name));
        found.sort();
        let items = found.iter().map(|name| self.text(place, name));
        Val::new(
            Kind::List {
                items: items.collect(),
                open: false,
            },
            place,
        )
    }

    /// Reads a file from the module's folder, or from one above it.
    fn find(&self, path: &str) -> Result<Arc<SourceFile>, ReadError> {
        let folder = self.module.folder();
        let path = path.trim_start_matches("./");
        let by = Path::new(self.module.root().name());
        // It is called as it lies in the project.
        let reach = &self.options.reach;
        let named = |path: PathBuf| {
            let has_detour = path.components().any(|part| part == Component::ParentDir);
            match reach.whole(&path) {
                Some(whole) if has_detour => plain(reach, &path, &whole),
                _ => path,
            }
        };
        let named_here = named(folder.join(path));
        let first = self.options.reach.read(&named_here, by);
        if Path::new(path).is_absolute()
            || path.starts_with("..")
            || !matches!(first, Err(ReadError::NotFound { .. }))
        {
            return first;
        }
        let mut up = PathBuf::new();
        for _ in 0..FOLDERS_UP {
            if self.options.reach.is_top(&folder.join(&up)) {
                break;
            }
            up.push("..");
            let found = self.options.reach.read(&named(folder.join(&up).join(path)), by);
            if found.is_ok() {
                return found;
            }
        }
        first
    }

    /// The variables that are given for a template, and those that stand in it; `None` where not all that are given are
    /// known.
    fn names(&self, used: Vec<Used>, variables: &Val, by: Renderer) -> Option<Arc<Names>> {
        let Kind::Object { members, open: false } = &variables.kind else {
            return None;
        };
        let given = members.iter().map(|member| Given {
            name: member.key.clone(),
            by: Giver::File {
                file: self.source(member.place.file).clone(),
                key: member.place.span,
                value: match member.value.place.file == member.place.file {
                    true => member.value.place.span,
                    false => Span::at(0),
                },
            },
            stands_for: match &member.value.kind {
                Kind::Unknown { name, .. } => Some(Arc::from(&**name)),
                _ => None,
            },
            // It is put in where the text is read.
            unknown: None,
        });
        Some(Arc::new(Names {
            given: given.collect(),
            used,
            by,
        }))
    }

    /// What a template gives with these variables: the text of a file, or a text of the configuration.
    pub(super) fn render(
        &mut self,
        place: Place,
        template: Val,
        variables: Option<Val>,
        by: Renderer,
    ) -> Val {
        let (file, base) = match &template.kind {
            Kind::File(file) => (file.file.clone(), 0),
            // A text whose interpolations Terraform has made before (`$${name}` is left for the data source).
            Kind::Text(_) => return template,
            _ => return template,
        };
        let none = Val {
            kind: Kind::Object {
                members: Vec::new(),
                open: true,
            },
            place,
            named: Vec::new(),
        };
        let Ok(parsed) = hcl_edit::parser::parse_template(file.text()) else {
            // What Terraform would not take: the text itself tells more.
            let named = variables::named(file.text());
            let names = variables
                .as_ref()
                .and_then(|variables| self.names(named, variables, by));
            return Val {
                kind: Kind::File(FileText { file, names }),
                place,
                named: Vec::new(),
            };
        };
        let names = variables
            .as_ref()
            .and_then(|variables| self.names(variables::used(&parsed), variables, by));
        let before = (
            self.variables.replace(variables.unwrap_or(none)),
            self.text.replace(file.clone()),
        );
        let mut text = Text::new(file);
        text.add_template(self, base, &parsed, Form::Lines { indent: 0 });
        (self.variables, self.text) = before;
        text.names.clone_from(&names);
        let kind = match text.is_verbatim() {
            true => Kind::File(FileText {
                file: text.file.clone(),
                names,
            }),
            false => Kind::Text(text),
        };
        Val::new(kind, place)
    }
}

/// The paths of the files below a folder; `false` where there are too many. Links are left alone.
fn collect(
    reach: &Reach,
    root: &Path,
    inside: &str,
    depth: usize,
    left: &mut usize,
    found: &mut Vec<String>,
) -> bool {
    for (name, entry) in reach.names(&root.join(inside), *left + 1) {
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        let Ok(name) = name.into_string() else {
            continue;
        };
        let path = match inside {
            "" => name,
            inside => format!("{inside}/{name}"),
        };
        match entry {
            Entry::File => found.push(path),
            Entry::Folder => {
                if depth >= DEEPEST_SET || !collect(reach, root, &path, depth + 1, left, found) {
                    return false;
                }
            }
            Entry::Link | Entry::Submodule => {}
        }
    }
    true
}

/// What a pattern of `fileset` matches: `*` and `?` inside a name, `**` over folders, `{a,b}` one of these. `None` of any
/// other.
fn regex_of(pattern: &str) -> Option<regex::Regex> {
    let mut expression = String::from("^");
    let mut rest = pattern.trim_start_matches("./");
    let mut in_braces = false;
    while let Some(c) = rest.chars().next() {
        let (length, part) = match c {
            '*' if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            '*' if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            '{' if !in_braces => {
                in_braces = true;
                (1, "(?:".to_owned())
            }
            '}' if in_braces => {
                in_braces = false;
                (1, ")".to_owned())
            }
            ',' if in_braces => (1, "|".to_owned()),
            '[' | ']' | '{' | '}' | '\\' => return None,
            c => (c.len_utf8(), regex::escape(&c.to_string())),
        };
        expression.push_str(&part);
        rest = &rest[length..];
    }
    expression.push('$');
    regex::Regex::new(&expression).ok().filter(|_| !in_braces)
}
