//! Placeholders (`${Name}`) of a definition: what fills them in, and where they are used.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::OpenDocument;
use super::completion::{Item, ItemKind};
use super::hover::inline;
use super::targets::{Occurrence, Target};
use crate::definition::Definition;
use crate::diagnostics::{Span, code_span, short};
use crate::source::lines::start_of;
use crate::source::{self, Giver, NamedBySub, SourceFile, placeholder};

/// The longest value that is shown, in characters.
const LONGEST: usize = 120;

/// A placeholder, and what is known of it.
pub(super) struct Found {
    /// What stands between the braces.
    pub name: Arc<str>,
    /// All of it.
    pub span: Span,
    by: By,
}

/// Who fills it in.
enum By {
    /// One of a list of names, or nobody where it is not in the list.
    List,
    /// `Fn::Sub`.
    Sub(NamedBySub),
    /// Terraform, when it runs.
    Terraform,
    /// Nobody who is known here.
    Unknown,
}

/// The placeholder at `offset`.
pub(super) fn at(open: &OpenDocument, offset: usize) -> Option<Found> {
    let definition = open.definition_at(offset)?;
    let is_at = |span: &Span| span.start as usize <= offset && offset < span.end as usize;
    for one in open.all_of(definition) {
        let substituted = one.document().and_then(|document| document.substituted());
        let used = substituted.and_then(|substituted| {
            let mut used = substituted.used.iter();
            used.find(|used| is_at(&used.span))
        });
        if let Some(used) = used {
            let (start, end) = (used.span.start as usize, used.span.end as usize);
            // Of a key all is told.
            let written = open.file().text().get(start..end)?;
            let within =
                placeholder::places(written).map(|place| Span::new(start + place.start, start + place.end));
            return Some(Found {
                name: used.name.clone(),
                span: within.into_iter().find(is_at).unwrap_or(used.span),
                by: By::List,
            });
        }
    }
    let file = open.file();
    let line = file.line_range(file.line(offset));
    let text = file.text().get(line.clone())?;
    let is_escaped = |start: usize| text[..start].ends_with('$');
    let places = placeholder::places(text).filter(|place| !is_escaped(place.start));
    let spans = places.map(|place| Span::new(line.start + place.start, line.start + place.end));
    let span = spans.into_iter().find(is_at)?;
    let written = file.text().get(span.range())?;
    let name = placeholder::names(written).next()?;
    let sub = |name| source::named_by_sub(file, offset, name);
    let is_template = open.path().extension().is_some_and(|end| end == "tftpl");
    let by = match source::is_terraform(file) || (is_template && !source::is_name(name)) {
        true => By::Terraform,
        false if !source::is_name(name) && !name.starts_with("AWS::") => return None,
        false if definition.is_whole_file() => By::Unknown,
        false => sub(name).map_or(By::Unknown, By::Sub),
    };
    Some(Found {
        name: Arc::from(name),
        span,
        by,
    })
}

impl Found {
    /// What fills it in, for people.
    pub fn markdown(&self, open: &OpenDocument) -> String {
        let mut out = format!("{}: ", code_span(&format!("${{{}}}", self.name)));
        let here = open.file();
        match &self.by {
            By::Terraform => out.push_str("an expression of Terraform's, whose value is known when that runs"),
            By::Unknown if self.name.starts_with("AWS::") => out.push_str(
                "a pseudo parameter of CloudFormation, which only Fn::Sub fills in: in this text it stays as it is",
            ),
            By::Unknown => out.push_str(
                "a placeholder, and nothing that is known here gives it a value. DefinitionSubstitutions of a template, \
                 variables of Terraform's templatefile, and --define do",
            ),
            By::Sub(named) => {
                let _ = write!(out, "filled in by Fn::Sub: {}", inline(&named.what));
                if let Some((key, value)) = named.place
                    && named.what.contains("Fn::Sub")
                {
                    out.push_str(", ");
                    out.push_str(&shown(here, key, value));
                }
            }
            By::List => {
                let mut given = self.givers(open);
                given.dedup_by(|one, other| told(open, one) == told(open, other));
                match &given[..] {
                    [] => out.push_str("a placeholder that nobody gives a value"),
                    [one] => out.push_str(&told(open, one)),
                    several => {
                        out.push_str("filled in by several\n");
                        for one in several {
                            let _ = write!(out, "\n- {}", told(open, one));
                        }
                    }
                }
            }
        }
        out
    }

    fn givers<'o>(&self, open: &'o OpenDocument) -> Vec<&'o Giver> {
        let definition = open.definition_at(self.span.start as usize);
        let all = definition
            .into_iter()
            .flat_map(|definition| open.all_of(definition));
        let substituted = all.filter_map(|definition| definition.document()?.substituted());
        let given = substituted.flat_map(|substituted| &substituted.given);
        (given.filter(|given| given.name == self.name))
            .map(|given| &given.by)
            .collect()
    }

    /// Where it is given its value.
    pub fn definitions(&self, open: &OpenDocument) -> Vec<Target> {
        let of_sub = match &self.by {
            By::Sub(named) => named.place.map(|(key, _)| target(open, open.file(), key)),
            _ => None,
        };
        let mut found: Vec<Target> = of_sub.into_iter().collect();
        for giver in self.givers(open) {
            if let Giver::File { file, key, .. } = giver {
                found.push(target(open, file, *key));
            }
        }
        found.dedup();
        found
    }

    /// Where else in the definition it stands, itself included.
    pub fn uses(&self, open: &OpenDocument) -> Vec<Occurrence> {
        let definition = open.definition_at(self.span.start as usize);
        let mut found: Vec<Occurrence> = definition
            .map_or_else(Vec::new, |definition| uses(definition, &self.name))
            .into_iter()
            .map(|span| Occurrence {
                span,
                is_write: false,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The names that are given values for the placeholder that is begun at `offset`; `None` where there is none.
pub(super) fn begun(open: &OpenDocument, definition: &Definition, offset: usize) -> Option<Vec<Item>> {
    let text = open.file().text();
    text.get(..offset)?;
    let before = &text[start_of(text, offset)..offset];
    let (outside, begun) = before.rsplit_once("${")?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    if outside.ends_with('$') || !begun.chars().all(is_name) {
        return None;
    }
    let rest = text.get(offset..)?.trim_start_matches(is_name);
    let end = if rest.starts_with('}') { "" } else { "}" };
    let mut items: Vec<Item> = Vec::new();
    let all = open.all_of(definition);
    let mut is_listed = false;
    for substituted in all.filter_map(|definition| definition.document()?.substituted()) {
        is_listed = true;
        for given in &substituted.given {
            if items.iter().any(|item| *item.label == *given.name) {
                continue;
            }
            items.push(Item {
                comma_at: None,
                label: given.name.to_string(),
                kind: ItemKind::Variable,
                detail: Some(match &given.by {
                    Giver::File { file, .. } if file.name() == open.file().name() => "given here".to_owned(),
                    Giver::File { file, key, .. } => format!("given in {}", place(open, file, *key)),
                    Giver::Call { .. } => "given by the settings".to_owned(),
                }),
                documentation: None,
                filter: None,
                span: Span::new(offset - begun.len(), offset),
                text: format!("{}{end}", given.name),
                snippet: None,
            });
        }
    }
    is_listed.then_some(items)
}

/// A place in another file, by the path from the document's own folder.
fn place(open: &OpenDocument, file: &SourceFile, span: Span) -> String {
    let path = Path::new(file.name());
    let folder = open.path().parent().unwrap_or(Path::new(""));
    let near = path.strip_prefix(folder).ok().or(path.file_name().map(Path::new));
    let near = near.unwrap_or(path).display();
    format!("{near}, line {}", file.line(span.start as usize))
}

/// What a giver gives, and where.
fn told(open: &OpenDocument, giver: &Giver) -> String {
    match giver {
        Giver::Call { .. } => "given a value by the settings".to_owned(),
        Giver::File { file, key, value } => {
            let what = shown(file, *key, *value);
            match file.name() == open.file().name() {
                true => format!("filled in with {what}, line {}", file.line(key.start as usize)),
                false => {
                    format!("filled in with {what}, {}", inline(&place(open, file, *key)))
                }
            }
        }
    }
}

/// A value as it is written behind its key.
fn shown(file: &SourceFile, key: Span, value: Span) -> String {
    let text = match value.end > key.end {
        // What stands between may say what it is: a tag.
        true => file.text().get(key.end as usize..value.end as usize),
        false => file.text().get(value.range()),
    };
    let text = text
        .unwrap_or_default()
        .trim_start_matches([':', '=', ' ', '"', '\t']);
    let words = text
        .split_whitespace()
        .take(LONGEST)
        .collect::<Vec<_>>()
        .join(" ");
    match words.is_empty() {
        true => "a value".to_owned(),
        false => code_span(&short(&words, LONGEST)),
    }
}

fn target(open: &OpenDocument, file: &Arc<SourceFile>, span: Span) -> Target {
    Target {
        path: (file.name() != open.file().name()).then(|| PathBuf::from(file.name())),
        span,
    }
}

/// Where a placeholder of this name stands in a definition.
fn uses(definition: &Definition, name: &str) -> Vec<Span> {
    let Some(document) = definition.document() else {
        return Vec::new();
    };
    if let Some(substituted) = document.substituted()
        && substituted.used.iter().any(|used| &*used.name == name)
    {
        let used = substituted.used.iter().filter(|used| &*used.name == name);
        return used.map(|used| used.span).collect();
    }
    let range = document.range();
    let text = document.file().text().get(range.clone()).unwrap_or_default();
    let places = placeholder::places(text);
    places
        .filter(|place| placeholder::names(&text[place.clone()]).next() == Some(name))
        .map(|place| Span::new(range.start + place.start, range.start + place.end))
        .collect()
}

/// The name at `offset` of a template that gives it a value, and its uses; `None` where there is no such name.
pub(super) fn uses_of_key(open: &OpenDocument, offset: usize) -> Option<(Span, Vec<Target>)> {
    let mut found = None;
    let all = open
        .definitions()
        .iter()
        .chain(open.others())
        .chain(open.called());
    for definition in all {
        let substituted = definition.document().and_then(|document| document.substituted());
        for given in substituted.into_iter().flat_map(|substituted| &substituted.given) {
            let Giver::File { file, key, .. } = &given.by else {
                continue;
            };
            let is_at = key.start as usize <= offset && offset <= key.end as usize;
            if !is_at || file.name() != open.file().name() {
                continue;
            }
            let (_, uses_there) = found.get_or_insert_with(|| (*key, Vec::new()));
            let spans = uses(definition, &given.name).into_iter();
            uses_there.extend(spans.map(|span| target(open, definition.file(), span)));
        }
    }
    found
}
