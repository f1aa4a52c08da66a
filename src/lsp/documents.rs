//! The texts that are open at the client, which count for more than what is on the disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::{self as lsp, Position, TextDocumentContentChangeEvent as Change, Uri};

use super::analysis::Analysis;
use super::positions::{Encoding, Lines};
use super::uri;
use crate::asl::Quiet;
use crate::config;
use crate::definition::Seen;
use crate::diagnostics::Span;
use crate::expr::jsonata::compiled::Earlier;
use crate::lint;
use crate::source::{self, SourceFile};

/// A text that is open.
#[derive(Debug)]
pub(super) struct OpenText {
    pub(super) uri: Uri,
    /// Where it is saved; `None` of a text that never was, or lies elsewhere.
    pub(super) path: Option<PathBuf>,
    /// What the client takes it for: `json`, `yaml`, `asl`, ...
    pub(super) language: String,
    pub(super) version: i32,
    pub(super) file: Arc<SourceFile>,
    lines: Lines,
    encoding: Encoding,
    /// What was seen of it; `None` since it was changed.
    pub(super) analysis: Option<Analysis>,
    /// The expressions that were compiled of it as it was.
    pub(super) earlier: Earlier,
    /// What is known of it as it was, by the rules that ran then.
    pub(super) seen: Option<(Seen, lint::Settings)>,
    /// Whether the client was told of it as it is now.
    pub(super) is_told: bool,
}

impl OpenText {
    fn new(item: lsp::TextDocumentItem, encoding: Encoding) -> OpenText {
        let path = uri::path(&item.uri.0);
        let name = match &path {
            Some(path) => path.display().to_string(),
            None => item.uri.0.clone(),
        };
        let lines = Lines::of(&item.text);
        let language = item.language_id.to_string();
        let file = Arc::new(SourceFile::new(name, item.text));
        OpenText {
            uri: item.uri,
            path,
            language,
            version: item.version,
            file,
            lines,
            encoding,
            analysis: None,
            earlier: Earlier::default(),
            seen: None,
            is_told: false,
        }
    }

    /// The byte of a place of the client's.
    pub(super) fn offset(&self, position: Position) -> usize {
        self.lines.offset(self.file.text(), position, self.encoding)
    }

    /// The client's range of a span.
    pub(super) fn range(&self, span: Span) -> lsp::Range {
        self.lines.range(self.file.text(), span, self.encoding)
    }

    /// The bytes of a range of the client's.
    pub(super) fn span(&self, range: &lsp::Range) -> Span {
        self.lines.span(self.file.text(), range, self.encoding)
    }

    /// Applies changes in their order, each to what the ones before it made.
    fn change(&mut self, version: i32, changes: Vec<Change>) {
        let mut text = self.file.text().to_owned();
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => {
                    self.lines = Lines::of(&whole.text);
                    text = whole.text;
                }
                Change::TextDocumentContentChangePartial(part) => {
                    let span = self.lines.span(&text, &part.range, self.encoding);
                    text.replace_range(span.range(), &part.text);
                    self.lines = std::mem::take(&mut self.lines).replaced(&text, span.range(), &part.text);
                }
            }
        }
        self.version = version;
        self.file = Arc::new(self.file.with_text(text));
        self.put_away();
    }

    /// It has to be looked at again: something else has changed.
    pub(super) fn stale(&mut self) {
        self.put_away();
        if let Some((seen, _)) = &mut self.seen {
            seen.quiet = Quiet::default();
        }
    }

    /// Keeps what is still of use of what was seen of it.
    fn put_away(&mut self) {
        if let Some(analysis) = self.analysis.take() {
            let definitions = analysis.open.definitions().iter().chain(analysis.open.others());
            let documents = definitions.filter_map(|definition| definition.document());
            documents.for_each(|document| self.earlier.take_from(document));
            let rules = analysis.rules;
            self.seen = analysis.open.into_seen().map(|seen| (seen, rules));
        }
        self.is_told = false;
    }
}

/// All that are open, by URI.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<String, OpenText>,
    pub(super) encoding: Encoding,
}

impl Documents {
    pub(super) fn open(&mut self, item: lsp::TextDocumentItem) {
        let text = OpenText::new(item, self.encoding);
        remember(&text);
        self.open.insert(text.uri.0.clone(), text);
    }

    /// Whether there is such a text.
    pub(super) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<Change>) -> bool {
        let Some(text) = self.open.get_mut(&uri.0) else {
            return false;
        };
        text.change(version, changes);
        remember(text);
        true
    }

    pub(super) fn close(&mut self, uri: &Uri) -> Option<OpenText> {
        let text = self.open.remove(&uri.0)?;
        if let Some(path) = &text.path {
            source::forget_unsaved(path);
        }
        Some(text)
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&OpenText> {
        self.open.get(&uri.0)
    }

    pub(super) fn get_mut(&mut self, uri: &Uri) -> Option<&mut OpenText> {
        self.open.get_mut(&uri.0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &OpenText> {
        self.open.values()
    }

    /// What goes by other files has to be looked at again, since the text of `uri` has changed: what a template names, what
    /// names it, what a test file tests, what stands beside a file of Terraform, and everything by its configuration.
    pub(super) fn stale_beside(&mut self, uri: &Uri) {
        let path = uri::path(&uri.0);
        let name = path.as_ref().and_then(|path| path.file_name());
        let is_configuration = name.is_some_and(|name| name == config::FILE_NAME);
        // Where nothing else is open, that need not be asked.
        let changed = self.open.get(&uri.0).filter(|_| self.open.len() > 1);
        let changed = changed.map(|text| text.file.clone());
        let template = changed.filter(|file| source::may_be_template(file));
        let may_name = |text: &OpenText| {
            let name = text.path.as_ref().and_then(|path| path.file_name()?.to_str());
            let names = |template: &Arc<SourceFile>| name.is_some_and(|name| template.text().contains(name));
            template.as_ref().is_some_and(names)
        };
        for text in self.open.values_mut().filter(|text| text.uri != *uri) {
            if is_configuration
                || may_name(text)
                || text.analysis.as_ref().is_some_and(Analysis::reads_others)
            {
                text.stale();
            }
        }
    }

    /// Those that are meant have to be looked at again, if they were.
    pub(super) fn stale_where(&mut self, is_meant: impl Fn(&OpenText, &Analysis) -> bool) {
        let is_it = |text: &&mut OpenText| {
            let analysis = text.analysis.as_ref();
            analysis.is_some_and(|analysis| is_meant(text, analysis))
        };
        self.open.values_mut().filter(is_it).for_each(OpenText::stale);
    }

    /// All have to be looked at again: what they name has changed.
    pub(super) fn all_stale(&mut self) {
        self.open.values_mut().for_each(OpenText::stale);
    }
}

/// Whoever names the file reads what is open.
fn remember(text: &OpenText) {
    if let Some(path) = &text.path {
        source::remember_unsaved(path, text.file.clone());
    }
}

impl Drop for Documents {
    fn drop(&mut self) {
        for path in self.open.values().filter_map(|text| text.path.as_ref()) {
            source::forget_unsaved(path);
        }
    }
}
