//! Reading a text again that was changed in one place: what holds that place is read, and the rest of the tree is moved.
//! Where it is not certain that this gives the tree of the whole text, the whole text is read.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::document::Ends;
use super::limits::{MAX_NESTING, MAX_VALUES};
use super::{Document, Format, NodeRef, ParseOptions, SourceFile, json, yaml};

/// The tree of a text as it was, for whoever reads it as it is now: the first who does takes it.
#[derive(Debug, Clone)]
pub struct Before(Arc<Mutex<Option<Document>>>);

impl Before {
    /// A tree in which nothing was found, read as texts are now; `None` where it cannot be a help.
    pub fn of(document: Document) -> Option<Before> {
        document
            .is_plain()
            .then(|| Before(Arc::new(Mutex::new(Some(document)))))
    }

    fn take(&self, file: &SourceFile) -> Option<Document> {
        // It is there or not, whoever held the lock.
        let mut document = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        document.take_if(|document| document.file().name() == file.name())
    }
}

/// The tree of a file in which nothing is found, by what is known of it as it was; `None` where it has to be read.
pub(super) fn reread(file: &Arc<SourceFile>, options: &ParseOptions) -> Option<Document> {
    let before = options.before.as_ref()?;
    let is_usual = options.format.is_none()
        && options.substitutions.is_empty()
        && !options.any_value
        && !options.no_placeholders
        && !options.fragment
        && !options.keep_functions;
    if !is_usual {
        return None;
    }
    let document = before.take(file)?;
    if document.format() != Format::of(file) {
        return None;
    }
    let change = Change::between(document.file().text(), file.text());
    if change.was.is_empty() && change.now.is_empty() {
        return Some(document.placed(file.clone()));
    }
    let is_yaml = document.format() == Format::Yaml;
    if is_yaml
        && [document.file(), file]
            .into_iter()
            .any(|file| yaml::has_far_reaching(file.text()))
    {
        return None;
    }
    // What holds the change, the outermost first; of all of it nothing is kept.
    let around: Vec<NodeRef<'_>> =
        std::iter::successors(Some(document.root()), |node| last_from(*node, change.was.start)).collect();
    for (depth, node) in around.iter().enumerate().skip(1).rev() {
        let was = match is_yaml {
            true => yaml::part_at(*node, &change.was),
            false => json::part_at(*node, &change.was),
        };
        let Some(was) = was else {
            continue;
        };
        let end = file.text().len() - (document.file().text().len() - was.end);
        let part = match is_yaml {
            true => yaml::part(file, was.start..end, options),
            false => json::part(file, was.start..end, options),
        }?;
        let is_fine = part.is_plain()
            && part.root().is_object() == node.is_object()
            && part.root().span().start == node.span().start
            && depth + part.height() <= MAX_NESTING
            && document.len() + part.len() <= MAX_VALUES;
        let number = |at: usize| u32::try_from(at).ok();
        let ends = Ends {
            changed_was: number(change.was.start)?..number(change.was.end)?,
            changed_now: number(change.now.start)?..number(change.now.end)?,
            was: number(was.end)?,
            now: number(end)?,
        };
        let old = node.id();
        return is_fine.then(|| document.put(old, part, ends));
    }
    None
}

/// The last object or array in `holder` that begins before a byte or at it.
fn last_from(holder: NodeRef<'_>, at: usize) -> Option<NodeRef<'_>> {
    let begins = |node: &NodeRef<'_>| node.span().start as usize <= at;
    let members = holder.members();
    let after = members.partition_point(|member| member.key_span.start as usize <= at);
    let value = match after.checked_sub(1) {
        Some(last) => Some(holder.document().node(members[last].value)),
        None => holder.items().rev().find(begins),
    };
    value.filter(|value| begins(value) && (value.is_object() || value.is_array()))
}

/// Where two texts differ.
pub(super) struct Change {
    pub(super) was: Range<usize>,
    pub(super) now: Range<usize>,
}

impl Change {
    pub(super) fn between(was: &str, now: &str) -> Change {
        let (was, now) = (was.as_bytes(), now.as_bytes());
        let start = same(
            was.iter().zip(now),
            was.chunks_exact(CHUNK).zip(now.chunks_exact(CHUNK)),
        );
        let (left, right) = (&was[start..], &now[start..]);
        let end = same(
            left.iter().rev().zip(right.iter().rev()),
            left.rchunks_exact(CHUNK).zip(right.rchunks_exact(CHUNK)),
        );
        Change {
            was: start..was.len() - end,
            now: start..now.len() - end,
        }
    }
}

/// So many bytes are compared at once.
const CHUNK: usize = 256;

/// How many bytes are the same, from the end that both iterators begin at.
fn same<'t>(
    bytes: impl Iterator<Item = (&'t u8, &'t u8)>,
    chunks: impl Iterator<Item = (&'t [u8], &'t [u8])>,
) -> usize {
    let whole = CHUNK * chunks.take_while(|(was, now)| was == now).count();
    whole + bytes.skip(whole).take_while(|(was, now)| was == now).count()
}
