//! YAML, its lines moved: the lines of a key stand together with the comments above it, and move and are indented as
//! they are. What stands in braces, in quotes or in a block of text stays as it is written.

mod lines;
mod tree;

use lines::{Lines, indented, width};
use tree::{Entry, Part, Reference, Shape};

use super::Unformattable;
use super::order;
use crate::arrange::Arrange as _;
use crate::asl::fields::Content;
use crate::source;

/// The canonical text of a definition, with `\n` at its end.
///
/// # Errors
/// When some construct cannot be moved safely.
///
/// `placeholders` are the places of bare `${Name}`, which no parser of YAML takes inside braces.
pub(super) fn print(text: &str, placeholders: &[std::ops::Range<usize>]) -> Result<String, Unformattable> {
    let lines = Lines::of(text);
    let Some((root, references)) = tree::read(&source::masked(text, placeholders))? else {
        return Ok(text.to_owned());
    };
    let mut out = Vec::new();
    match root.shape {
        // One value in braces: nothing to move.
        Shape::Leaf => out.extend(lines.all().map(|line| line.trim_end().to_owned())),
        _ => {
            let first = lines.number(root.span.start);
            // What stands above the first key is about the file.
            out.extend((0..first).map(|line| lines.get(line).trim_end().to_owned()));
            let printer = Printer {
                lines: &lines,
                references,
            };
            let end = lines.count();
            out.extend(printer.part(&root, order::MACHINE, first..end, 0)?);
        }
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    let mut text = out.join("\n");
    text.push('\n');
    Ok(text)
}

struct Printer<'t> {
    lines: &'t Lines<'t>,
    references: Vec<Reference>,
}

type Printed = Result<Vec<String>, Unformattable>;

impl Printer<'_> {
    /// The lines of a block collection whose region of the text is `region`, indented by `indent`.
    fn part(&self, part: &Part, content: Content, region: std::ops::Range<usize>, indent: usize) -> Printed {
        match &part.shape {
            Shape::Mapping(entries) => self.mapping(entries, content, region, indent),
            Shape::Sequence(items) => self.sequence(items, content, region, indent),
            Shape::Leaf => Ok(Vec::new()),
        }
    }

    fn mapping(
        &self,
        entries: &[Entry],
        content: Content,
        region: std::ops::Range<usize>,
        indent: usize,
    ) -> Printed {
        let (content, kind) = order::object(content, || {
            let named = entries.iter().rfind(|entry| entry.key == "Type");
            named.and_then(|entry| entry.scalar.as_deref())
        });
        let starts: Vec<usize> = entries.iter().map(|entry| entry.key_start).collect();
        let ends: Vec<usize> = entries.iter().map(|entry| entry.end()).collect();
        let cut = self.lines.cut(&starts, &ends, region)?;
        let mut printed = Vec::with_capacity(entries.len());
        for (entry, own) in entries.iter().zip(&cut.parts) {
            let inside = content.member(&entry.key);
            let mut block = Block {
                rank: kind.map_or(0, |kind| match &*entry.key {
                    // A merge: what it brings in stands before the fields that add to it.
                    "<<" => 0,
                    key => order::rank(kind, key).saturating_add(1),
                }),
                blank_before: own.blank_before,
                lead: indented(&own.lead, indent),
                lines: Vec::new(),
            };
            block.lines = self.entry(entry, inside, own.lines.clone(), indent)?;
            printed.push(block);
        }
        self.keep_anchors_before_aliases(entries, &mut printed);
        printed.arrange_by_key(|block| block.rank);
        Ok(join(printed, indented(&cut.tail, indent)))
    }

    /// An entry with an alias (`*name`) goes where its rank says, but not above the entry whose anchor (`&name`) it means.
    fn keep_anchors_before_aliases(&self, entries: &[Entry], printed: &mut [Block]) {
        let holder = |offset: usize| {
            let next = entries.partition_point(|entry| entry.key_start <= offset);
            next.checked_sub(1).filter(|&at| offset < entries[at].end())
        };
        let mut pairs: Vec<(usize, usize)> = self
            .references
            .iter()
            .filter_map(|reference| Some((holder(reference.alias)?, holder(reference.anchor)?)))
            .filter(|(alias, anchor)| alias > anchor)
            .collect();
        // What an entry has to wait for stands above it in the text, so that this order settles all at once.
        pairs.sort_unstable();
        for (alias, anchor) in pairs {
            printed[alias].rank = printed[alias].rank.max(printed[anchor].rank);
        }
    }

    /// The lines of a key and its value.
    fn entry(&self, entry: &Entry, content: Content, own: std::ops::Range<usize>, indent: usize) -> Printed {
        let column = self.lines.column(entry.key_start);
        let key_line = own.start;
        if matches!(entry.value.shape, Shape::Leaf) {
            return Ok(self.leaf(entry.key_start, column, entry.value.span.end, own, indent));
        }
        let first = self.lines.number(entry.value.span.start);
        if first == key_line {
            return Err(Unformattable::new(
                entry.key_start,
                "a key with a block on its own line cannot be formatted",
                "put the block on the next line, and write keys without `?`",
            ));
        }
        let (properties, children) = self.lines.after_head(key_line + 1, first, entry.key_start)?;
        let head = self.lines.from(entry.key_start).trim_end();
        let mut out = vec![format!("{}{head}{properties}", " ".repeat(indent))];
        out.extend(self.part(&entry.value, content, children..own.end, indent + 2)?);
        Ok(out)
    }

    fn sequence(
        &self,
        items: &[Part],
        content: Content,
        region: std::ops::Range<usize>,
        indent: usize,
    ) -> Printed {
        let inside = content.item();
        let mut dashes = Vec::with_capacity(items.len());
        for item in items {
            dashes.push(self.lines.dash(item.span.start)?);
        }
        let ends: Vec<usize> = items.iter().map(|item| item.span.end).collect();
        let cut = self.lines.cut(&dashes, &ends, region)?;
        let mut printed = Vec::with_capacity(items.len());
        for ((item, &dash), own) in items.iter().zip(&dashes).zip(&cut.parts) {
            let mut block = Block {
                rank: 0,
                blank_before: own.blank_before,
                lead: indented(&own.lead, indent),
                lines: Vec::new(),
            };
            block.lines = match item.shape {
                Shape::Leaf => self.leaf(
                    dash,
                    self.lines.column(dash),
                    item.span.end,
                    own.lines.clone(),
                    indent,
                ),
                _ => {
                    let first = self.lines.number(item.span.start);
                    if first == own.lines.start {
                        let between = self.lines.between(dash + 1, item.span.start);
                        if !between.trim().is_empty() {
                            return Err(Unformattable::new(
                                dash,
                                "a tag or anchor before the first key on one line cannot be formatted",
                                "put the keys on the lines below it",
                            ));
                        }
                        let mut lines = self.part(item, inside, own.lines.clone(), indent + 2)?;
                        // The first line that is no comment takes the dash; comments before it move above.
                        let at = lines.iter().position(|line| !is_comment(line)).unwrap_or(0);
                        for line in lines.iter_mut().take(at) {
                            *line = format!("{}{}", " ".repeat(indent), line.trim_start());
                        }
                        if let Some(line) = lines.get_mut(at) {
                            *line = format!("{}- {}", " ".repeat(indent), line.trim_start_matches(' '));
                        }
                        lines
                    } else {
                        let (properties, children) =
                            self.lines.after_head(own.lines.start + 1, first, dash)?;
                        let head = format!("{}{properties}", self.lines.from(dash).trim_end());
                        let mut lines = self.part(item, inside, children..own.lines.end, indent + 2)?;
                        let bare = head == "-" && lines.first().is_some_and(|line| !is_comment(line));
                        match (bare, lines.first_mut()) {
                            (true, Some(line)) => {
                                *line = format!("{}- {}", " ".repeat(indent), line.trim_start_matches(' '));
                            }
                            _ => lines.insert(0, format!("{}{head}", " ".repeat(indent))),
                        }
                        lines
                    }
                }
            };
            printed.push(block);
        }
        Ok(join(printed, indented(&cut.tail, indent)))
    }

    /// The lines of something that is not taken apart, moved from `column` to `indent`.
    fn leaf(
        &self,
        start: usize,
        column: usize,
        end: usize,
        own: std::ops::Range<usize>,
        indent: usize,
    ) -> Vec<String> {
        let first = self.lines.from(start);
        let last = self.lines.number(end.saturating_sub(1).max(start));
        let block = last > own.start;
        let first = if block { first } else { first.trim_end() };
        let mut out = vec![format!("{}{first}", " ".repeat(indent))];
        for line in own.skip(1) {
            let text = self.lines.get(line);
            let shifted = match indent.checked_sub(column) {
                Some(more) if !text.is_empty() => format!("{}{text}", " ".repeat(more)),
                Some(_) => String::new(),
                None => text[width(text).min(column - indent)..].to_owned(),
            };
            // Behind the value there are only comments and empty lines.
            out.push(if line > last {
                shifted.trim_end().to_owned()
            } else {
                shifted
            });
        }
        while out.len() > 1 + last.saturating_sub(self.lines.number(start))
            && out.last().is_some_and(String::is_empty)
        {
            out.pop();
        }
        out
    }
}

impl Entry {
    fn end(&self) -> usize {
        self.value.span.end.max(self.key_start + 1)
    }
}

/// An entry or item, printed.
struct Block {
    rank: usize,
    /// Whether an empty line stood above it.
    blank_before: bool,
    /// The comments above it.
    lead: Vec<String>,
    lines: Vec<String>,
}

fn join(blocks: Vec<Block>, tail: Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    for (i, block) in blocks.into_iter().enumerate() {
        if i > 0 && block.blank_before && out.last().is_some_and(|line: &String| !line.is_empty()) {
            out.push(String::new());
        }
        out.extend(block.lead);
        out.extend(block.lines);
    }
    out.extend(tail);
    out
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}
