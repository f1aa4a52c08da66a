//! YAML 1.2 text, as the JSON it stands for: granit-parser for the events, the tree here.
//!
//! Anchors, aliases and merge keys are resolved, CloudFormation's short tags understood. There is no recursion over
//! the text, and what aliases multiply is counted, so that no text takes more memory than its size promises.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use rustc_hash::FxHashMap;

use super::document::{Builder, Document, Member, NodeId, NodeKind};
use super::limits::{MAX_NESTING, MAX_VALUES};
use super::{Format, INVALID, Made, ParseOptions, SourceFile, members, placeholder};
use crate::diagnostics::{Finding, Span};

mod flow;
mod mend;
mod merge;
mod mistakes;
mod part;
mod repair;
mod scalar;
mod tag;

pub(super) use part::{has_far_reaching, part, part_at};

pub(super) fn parse(
    file: &Arc<SourceFile>,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    let known = findings.len();
    let mistake = match attempt(file.text(), options, findings) {
        Ok((builder, root)) => return Some(builder.finish(file.clone(), Format::Yaml, root)),
        Err(mistake) => mistake,
    };
    let mut mended = None;
    let mut mistake = *mistake;
    if options.mend {
        let mut found = Vec::new();
        mended = mend::mend(file, &mut mistake, options, &mut found);
        if mended.is_some() {
            findings.truncate(known);
            findings.append(&mut found);
        }
    }
    findings.push(mistake);
    // Nothing is the beginning of a definition, too.
    let is_blank = || {
        file.text()
            .lines()
            .all(|line| line.trim().is_empty() || line.starts_with('#'))
    };
    if options.mend && mended.is_none() && is_blank() {
        let mut builder = Builder::default();
        let root = builder.add(NodeKind::Null, Span::at(0));
        builder.set_broken(root);
        return Some(builder.finish(file.clone(), Format::Yaml, root));
    }
    mended
}

/// Reads a text, which may have bare placeholders where YAML has none.
fn attempt(
    text: &str,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Result<(Builder, NodeId), Mistake> {
    let mut found = Vec::new();
    let first = match Reader::read(text, text, &[], options, &mut found) {
        Ok(read) => {
            findings.append(&mut found);
            return Ok(read);
        }
        Err(mistake) => mistake,
    };
    // `{Seconds: ${wait}}`: inside braces and brackets a bare placeholder is broken YAML. Only then the text is read
    // again, with what may be such a placeholder masked; a mask that turns out to lie elsewhere is taken off.
    let mut places = match options.no_placeholders {
        true => Vec::new(),
        false => flow::candidates(text),
    };
    for _ in 0..2 {
        if places.is_empty() {
            break;
        }
        let masked = placeholder::mask(text, places);
        let mut again = Vec::new();
        let mut reader = Reader::new(text, &masked.places, options, &mut again);
        let result = reader.run(&masked.text);
        let used = std::mem::take(&mut reader.used);
        let builder = std::mem::take(&mut reader.builder);
        match result {
            Ok(root) if used.len() == masked.places.len() => {
                findings.append(&mut again);
                return Ok((builder, root));
            }
            _ => places = used,
        }
    }
    findings.append(&mut found);
    Err(first)
}

type Mistake = Box<Finding>;

/// A sequence or mapping whose end has not come.
struct Open {
    start: usize,
    anchor: usize,
    tag: Option<tag::Meaning>,
    /// How deep what it holds goes.
    height: usize,
    /// Where its last part ends.
    end: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<NodeId>),
    Mapping {
        members: Vec<merge::Entry>,
        /// The key whose value is next.
        key: Option<Key>,
    },
}

/// A key that waits for its value.
struct Key {
    text: Arc<str>,
    span: Span,
    /// Whether it is a plain `<<`.
    merge: bool,
}

/// A value that an alias may name.
#[derive(Clone, Copy)]
struct Anchored {
    node: NodeId,
    height: usize,
}

struct Reader<'a, 'f> {
    /// The text of the file, placeholders unmasked.
    original: &'a str,
    masks: &'a [Range<usize>],
    /// The masks that were found to be values.
    used: Vec<Range<usize>>,
    options: &'a ParseOptions,
    builder: Builder,
    made: Made,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Anchored>,
    root: Option<NodeId>,
    /// Where the last event ended.
    last: usize,
    findings: &'f mut Vec<Finding>,
}

impl<'a, 'f> Reader<'a, 'f> {
    fn new(
        original: &'a str,
        masks: &'a [Range<usize>],
        options: &'a ParseOptions,
        findings: &'f mut Vec<Finding>,
    ) -> Self {
        Reader {
            original,
            masks,
            used: Vec::new(),
            options,
            builder: Builder::default(),
            made: Made::default(),
            open: Vec::new(),
            anchors: FxHashMap::default(),
            root: None,
            last: 0,
            findings,
        }
    }

    fn read(
        original: &'a str,
        text: &str,
        masks: &'a [Range<usize>],
        options: &'a ParseOptions,
        findings: &'f mut Vec<Finding>,
    ) -> Result<(Builder, NodeId), Mistake> {
        let mut reader = Reader::new(original, masks, options, findings);
        let root = reader.run(text)?;
        Ok((reader.builder, root))
    }

    fn run(&mut self, text: &str) -> Result<NodeId, Mistake> {
        let mut settings = granit_parser::options! {
            flow_nesting_limit: MAX_NESTING,
            block_nesting_limit: MAX_NESTING,
        };
        settings.set_emit_comments(false);
        for next in Parser::new_from_str_with_options(text, settings) {
            let (event, span) = next.map_err(|error| self.broken(&error))?;
            let range = span.byte_range().unwrap_or(self.last..self.last);
            let end = range.end;
            match event {
                Event::DocumentStart(..) if self.root.is_some() => {
                    return Err(Box::new(
                        Finding::error(
                            INVALID,
                            "A text holds one YAML document, and here a second begins",
                            Span::new(range.start, end),
                        )
                        .with_help("Put each document into a file of its own"),
                    ));
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar(&text, style, anchor, tag.as_deref(), range)?;
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.start(Content::Sequence(Vec::new()), anchor, tag.as_deref(), &range)?;
                }
                Event::MappingStart(_, anchor, tag) => {
                    let content = Content::Mapping {
                        members: Vec::new(),
                        key: None,
                    };
                    self.start(content, anchor, tag.as_deref(), &range)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(&range)?,
                Event::Alias(id) => self.alias(id, range)?,
                _ => {}
            }
            self.last = end;
            if self.builder.len() > MAX_VALUES {
                return Err(Box::new(super::too_many_values(Span::at(end))));
            }
            if let Some(finding) = self.made.too_much() {
                return Err(Box::new(finding));
            }
        }
        self.root.ok_or_else(|| Box::new(super::empty_text(self.options)))
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
    ) -> Result<(), Mistake> {
        let masked = self.take_mask(&range);
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_span(range),
            _ => Span::new(range.start, range.end),
        };
        let text: Cow<'_, str> = match masked {
            true => Cow::Borrowed(&self.original[span.range()]),
            false => Cow::Borrowed(text),
        };
        let plain = style == ScalarStyle::Plain || masked;
        if self.awaits_key() {
            let empty = plain && span.is_empty();
            let key = Key {
                text: if empty { Arc::from("") } else { Arc::from(&*text) },
                span,
                merge: plain && text == "<<",
            };
            if anchor != 0 {
                let node = self.builder.add(NodeKind::String(key.text.clone()), span);
                self.anchors.insert(anchor, Anchored { node, height: 0 });
            }
            self.set_key(key);
            return Ok(());
        }
        let meaning = tag.map(tag::Meaning::of);
        let node = self.scalar_node(&text, plain, meaning, span);
        self.finish(node, 0, anchor, span.end as usize);
        Ok(())
    }

    fn scalar_node(&mut self, text: &str, plain: bool, meaning: Option<tag::Meaning>, span: Span) -> NodeId {
        let options = self.options;
        let substitutions = &options.substitutions;
        let bare = if plain && meaning.is_none() && !self.options.no_placeholders {
            placeholder::whole(text)
        } else {
            None
        };
        let reference = meaning.as_ref().and_then(|m| m.reference(text));
        if let Some(name) = reference.as_deref().or(bare) {
            return match substitutions.value(name, &mut self.made, span) {
                Some(value) => self.builder.add_value(&value, span),
                None => self.builder.add(NodeKind::Placeholder(Arc::from(name)), span),
            };
        }
        let kind = match meaning {
            None if plain => scalar::resolve(text),
            Some(tag::Meaning::Core(name)) => scalar::tagged(&name, text),
            _ => None,
        };
        let kind = kind.unwrap_or_else(|| {
            let filled = placeholder::substitute(text, substitutions, &mut self.made, span);
            NodeKind::String(filled.map_or_else(|| Arc::from(text), Arc::from))
        });
        self.builder.add(kind, span)
    }

    fn start(
        &mut self,
        content: Content,
        anchor: usize,
        tag: Option<&Tag>,
        range: &Range<usize>,
    ) -> Result<(), Mistake> {
        let span = Span::new(range.start, range.end);
        if self.awaits_key() {
            return Err(Box::new(
                Finding::error(
                    INVALID,
                    "A key is a text here, never a list or an object",
                    self.one_char(range.start),
                )
                .with_help(
                    "JSON, which this becomes, has no other keys; quote the key if braces belong to it",
                ),
            ));
        }
        if self.open.len() >= MAX_NESTING {
            return Err(Box::new(super::too_deep(self.one_char(range.start))));
        }
        self.open.push(Open {
            start: span.start as usize,
            anchor,
            tag: tag.map(tag::Meaning::of),
            height: 0,
            end: range.end,
            content,
        });
        Ok(())
    }

    fn end(&mut self, range: &Range<usize>) -> Result<(), Mistake> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        // A block collection ends with its last part; its own event comes only where the next thing begins.
        let end = if range.is_empty() { open.end } else { range.end };
        let span = Span::new(open.start, end.max(open.start));
        let (kind, has_more) = match open.content {
            Content::Sequence(items) => (NodeKind::Array(items), None),
            Content::Mapping { members, .. } => {
                let (members, has_more) = merge::resolve(members, &self.builder, self.findings);
                (NodeKind::Object(members), has_more)
            }
        };
        if let NodeKind::Object(members) = &kind {
            members::report_duplicates(members, self.findings);
        }
        let node = match open
            .tag
            .as_ref()
            .and_then(|tag| tag.of_collection(&kind, self.options.keep_functions, &self.builder))
        {
            Some(tag::Replacement::Reference(name)) => {
                match self.options.substitutions.value(&name, &mut self.made, span) {
                    Some(value) => self.builder.add_value(&value, span),
                    None => self.builder.add(NodeKind::Placeholder(Arc::from(name)), span),
                }
            }
            Some(tag::Replacement::Node(node)) => node,
            Some(tag::Replacement::Argument(name)) => {
                let member = Member {
                    key: Arc::from(name),
                    key_span: span,
                    value: self.builder.add(kind, span),
                };
                self.builder.add(NodeKind::Object(vec![member]), span)
            }
            None => self.builder.add(kind, span),
        };
        if let Some(names) = has_more {
            self.builder.set_merged(node, "<<", &names);
        }
        self.finish(node, open.height + 1, open.anchor, end);
        Ok(())
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), Mistake> {
        let span = Span::new(range.start, range.end);
        let Some(anchored) = self.anchors.get(&id).copied() else {
            return Err(Box::new(
                Finding::error(INVALID, "This alias stands inside the value that it names", span)
                    .with_help("A value cannot hold itself"),
            ));
        };
        if self.awaits_key() {
            let NodeKind::String(text) = &self.builder.node(anchored.node).kind else {
                return Err(Box::new(Finding::error(
                    INVALID,
                    "A key is a text, and this alias names something else",
                    span,
                )));
            };
            let key = Key {
                text: text.clone(),
                span,
                merge: false,
            };
            self.set_key(key);
            return Ok(());
        }
        if self.open.len() + anchored.height > MAX_NESTING {
            return Err(Box::new(super::too_deep(span)));
        }
        let Some(copy) = self.builder.copy(anchored.node) else {
            return Err(Box::new(
                super::too_many_values(span).with_help("Aliases of aliases multiply; use fewer of them"),
            ));
        };
        self.builder.set_span(copy, span);
        self.finish(copy, anchored.height, 0, range.end);
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn finish(&mut self, node: NodeId, height: usize, anchor: usize, end: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node, height });
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.height = open.height.max(height);
        open.end = open.end.max(end);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { members, key } => {
                if let Some(Key { text, span, merge }) = key.take() {
                    let member = Member {
                        key: text,
                        key_span: span,
                        value: node,
                    };
                    members.push(merge::Entry { member, merge });
                }
            }
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn set_key(&mut self, new: Key) {
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(new.span.end as usize);
            if let Content::Mapping { key, .. } = &mut open.content {
                *key = Some(new);
            }
        }
    }

    /// Whether a placeholder was masked at exactly this place.
    fn take_mask(&mut self, range: &Range<usize>) -> bool {
        let known = self.masks.binary_search_by_key(&range.start, |mask| mask.start);
        let hit = known.is_ok_and(|i| self.masks[i] == *range);
        if hit {
            self.used.push(range.clone());
        }
        hit
    }

    /// The place of a block scalar, of which the parser gives the content: from its `|` or `>` to its last character.
    fn block_span(&self, content: Range<usize>) -> Span {
        let between = &self.original[self.last.min(content.start)..content.start];
        let mut header = None;
        let mut before = ' ';
        let mut comment = false;
        for (i, c) in between.char_indices() {
            match c {
                '\n' | '\r' => comment = false,
                '#' if before.is_whitespace() => comment = true,
                '|' | '>' if !comment && (before.is_whitespace() || matches!(before, ':' | '-')) => {
                    header = Some(self.last + i);
                    break;
                }
                _ => {}
            }
            before = c;
        }
        // Trailing blank lines are no part of it; blanks at the end of its last line are.
        let text = &self.original[content.clone()];
        let words = text.trim_end().len();
        let end = text[words..].find(['\n', '\r']).map_or(text.len(), |i| words + i);
        Span::new(header.unwrap_or(content.start), content.start + end)
    }

    fn one_char(&self, at: usize) -> Span {
        let len = self
            .original
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        Span::new(at, at + len)
    }

    fn broken(&self, error: &ScanError) -> Mistake {
        let at = error.marker().byte_offset().unwrap_or(self.last);
        Box::new(mistakes::finding(self.original, error.kind(), at))
    }
}
