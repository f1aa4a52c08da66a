//! The canonical form of a definition's text: indentation, and the order of the fields that AWS's language has.
//!
//! Meaning is kept: the order of states, of rules and of everything in data (payload templates, results, variables) is
//! the user's, and so is the spelling of every number, string and placeholder, and every comment of YAML. A text is
//! given back only when it reads as the same value again; where that cannot be had, [`Unformattable`] says why.

mod json;
mod order;
mod yaml;

use std::sync::Arc;

use thiserror::Error;

use crate::arrange::Arrange as _;
use crate::asl::ScopeFields;
use crate::diagnostics::Finding;
use crate::source::{Document, Format, NodeKind, NodeRef, ParseOptions, SourceFile, is_template, parse_with};

/// The widest line, in characters, on which a list of scalars is put.
const WIDTH: usize = 80;

/// Why a text has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Unformattable {
    /// What is in the way.
    pub message: String,
    /// Where, as a byte offset in the text.
    pub offset: usize,
    /// What to do.
    pub help: String,
}

impl Unformattable {
    fn new(offset: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Unformattable {
            message: message.into(),
            offset,
            help: help.into(),
        }
    }
}

/// The canonical form of the definition in `file`; see [`document`].
///
/// # Errors
/// As [`document`], and when the text is neither JSON nor YAML.
pub fn format(file: &Arc<SourceFile>) -> Result<String, Unformattable> {
    let parsed = parse_with(file.clone(), &ParseOptions::default());
    document(parsed.document.as_ref(), parsed.findings.last())
}

/// The canonical form of a definition. Lines end as the first line of its file does; `finding` is what is wrong with a text
/// that has no document.
///
/// # Errors
/// When there is none, or it is no definition, and when some construct of YAML cannot be moved safely.
pub fn document(before: Option<&Document>, finding: Option<&Finding>) -> Result<String, Unformattable> {
    let before = formattable(before, finding)?;
    let (file, root) = (before.file(), before.root());
    if !ScopeFields::from(root).is_definition() {
        return Err(Unformattable::new(
            root.span().start as usize,
            "this is not a definition: it has neither StartAt nor States",
            "give a definition of a state machine",
        ));
    }
    let mut text = match before.format() {
        Format::Json => json::print(before),
        Format::Yaml => yaml::print(file.text(), &placeholders(before))?,
    };
    let after = Arc::new(SourceFile::new(file.name(), text.as_str()));
    let after = parse_with(after, &ParseOptions::default()).document;
    let same = (formattable(after.as_ref(), None))
        .is_ok_and(|after| after.format() == before.format() && same(root, after.root()));
    if !same {
        return Err(Unformattable::new(
            0,
            "the formatted text would not mean the same",
            "two anchors of one name (&name) may have changed places: give each a name of its own",
        ));
    }
    if ends_lines_with_crlf(file.text()) {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    Ok(text)
}

/// The places of the bare placeholders.
fn placeholders(document: &Document) -> Vec<std::ops::Range<usize>> {
    let mut places = Vec::new();
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if let NodeKind::Placeholder(_) = node.kind() {
            places.push(node.span().start as usize..node.span().end as usize);
        }
        open.extend(node.items());
        open.extend(node.members().iter().map(|member| document.node(member.value)));
    }
    // An alias stands for what was there before.
    places.arrange_by_key(|place| (place.start, place.end));
    places.dedup();
    places
}

fn ends_lines_with_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text[..at].ends_with('\r'))
}

/// The document, when nothing of its text would be lost.
fn formattable<'d>(
    document: Option<&'d Document>,
    finding: Option<&Finding>,
) -> Result<&'d Document, Unformattable> {
    if document.is_some_and(is_template) {
        return Err(Unformattable::new(
            0,
            "this is a template, not a definition",
            "move the definition into a file of its own, which the template names (DefinitionUri)",
        ));
    }
    // What AWS ignores behind a definition is text of the user's all the same.
    let ends = |document: &&Document| {
        let rest = document.file().text().get(document.root().span().end as usize..);
        document.format() != Format::Json || rest.is_none_or(|rest| rest.trim().is_empty())
    };
    document.filter(ends).ok_or_else(|| {
        let offset = finding.map_or(0, |finding| finding.span.start as usize);
        let message = finding.map_or_else(
            || "there is no value".to_owned(),
            |finding| finding.headline().to_owned(),
        );
        Unformattable::new(offset, message, "`sfn-tool validate` shows the place")
    })
}

/// Whether two values are the same but for the order of members; duplicate keys count in their order.
fn same(a: NodeRef<'_>, b: NodeRef<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Bool(a), NodeKind::Bool(b)) => a == b,
        (NodeKind::String(a), NodeKind::String(b)) | (NodeKind::Placeholder(a), NodeKind::Placeholder(b)) => {
            a == b
        }
        (NodeKind::Number(_), NodeKind::Number(_)) => a.to_value().to_json() == b.to_value().to_json(),
        (NodeKind::Array(_), NodeKind::Array(_)) => {
            a.items().len() == b.items().len() && a.items().zip(b.items()).all(|(a, b)| same(a, b))
        }
        (NodeKind::Object(x), NodeKind::Object(y)) => {
            let sorted = |members: &'_ [crate::source::Member]| {
                let mut order: Vec<usize> = (0..members.len()).collect();
                order.arrange_by(|&i, &j| members[i].key.cmp(&members[j].key));
                order
            };
            x.len() == y.len()
                && sorted(x).into_iter().zip(sorted(y)).all(|(i, j)| {
                    x[i].key == y[j].key && same(a.document().node(x[i].value), b.document().node(y[j].value))
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
