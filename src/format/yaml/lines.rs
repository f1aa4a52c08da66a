//! The lines of a text, and which of them belong to which part.

use std::ops::Range;

use super::super::Unformattable;

/// A text as lines, without their ends.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

/// The lines of the parts of a collection.
pub(super) struct Cut {
    /// Those of each part.
    pub(super) parts: Vec<Own>,
    /// The comments behind the last part that stand no deeper than the parts.
    pub(super) tail: Vec<String>,
}

/// The lines of one part.
pub(super) struct Own {
    /// The comments above it.
    pub(super) lead: Vec<String>,
    /// Whether an empty line stands above it.
    pub(super) blank_before: bool,
    /// Its lines, and those of comments behind it that stand deeper.
    pub(super) lines: Range<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines {
            text,
            starts: std::iter::once(0).chain(breaks.map(|(i, _)| i + 1)).collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'t str> + '_ {
        (0..self.count()).map(|line| self.get(line))
    }

    /// A line by its number, from 0.
    pub(super) fn get(&self, line: usize) -> &'t str {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// The number of the line that the byte at `offset` stands in.
    pub(super) fn number(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// How many bytes stand before `offset` in its line.
    pub(super) fn column(&self, offset: usize) -> usize {
        offset - self.starts[self.number(offset)]
    }

    /// The rest of the line from `offset` on.
    pub(super) fn from(&self, offset: usize) -> &'t str {
        &self.get(self.number(offset))[self.column(offset)..]
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The dash of the item that begins at `start`: the last one before it that only comments, tags and anchors follow.
    pub(super) fn dash(&self, start: usize) -> Result<usize, Unformattable> {
        let mut line = self.number(start);
        let mut end = self.column(start);
        loop {
            let text = &self.get(line)[..end];
            let dash = text.rmatch_indices('-').map(|(at, _)| at).find(|&at| {
                let before = text[..at].chars().all(|c| matches!(c, ' ' | '-'));
                let after = text[at + 1..].starts_with(' ') || at + 1 == text.len();
                before && after
            });
            if let Some(at) = dash {
                return Ok(self.starts[line] + at);
            }
            if line == 0 {
                return Err(Unformattable::new(
                    start,
                    "an item whose dash is not before it cannot be formatted",
                    "write each item on the line of its dash",
                ));
            }
            line -= 1;
            end = self.get(line).len();
        }
    }

    /// Gives the parts that begin at `starts` and end at `ends` their lines of `region`.
    pub(super) fn cut(
        &self,
        starts: &[usize],
        ends: &[usize],
        region: Range<usize>,
    ) -> Result<Cut, Unformattable> {
        let mut parts: Vec<Own> = Vec::with_capacity(starts.len());
        let mut tail = Vec::new();
        // The first line that no part has.
        let mut free = region.start;
        for (i, &start) in starts.iter().enumerate() {
            let line = self.number(start);
            let column = self.column(start);
            let alone = self.get(line)[..column].chars().all(|c| matches!(c, ' ' | '-'));
            if line < free || !alone {
                return Err(Unformattable::new(
                    start,
                    "two parts on one line cannot be formatted",
                    "give each key and each item a line of its own",
                ));
            }
            let (lead, blank_before) = self.lead(free..line, start)?;
            let last = self.number(ends[i].saturating_sub(1).max(start));
            let next = starts.get(i + 1).map_or(region.end, |&next| self.number(next));
            // Comments that stand deeper than the part belong to what is in it.
            let mut end = (last + 1).min(region.end);
            let mut deeper = end;
            while deeper < next {
                let text = self.get(deeper);
                let comment = text.trim_start();
                if !comment.is_empty() && width(text) <= column {
                    break;
                }
                deeper += 1;
                if !comment.is_empty() {
                    end = deeper;
                }
            }
            free = end;
            parts.push(Own {
                lead,
                blank_before,
                lines: line..end,
            });
        }
        for line in free..region.end {
            tail.push(self.get(line).trim().to_owned());
        }
        while tail.last().is_some_and(String::is_empty) {
            tail.pop();
        }
        Ok(Cut { parts, tail })
    }

    /// The comments of lines above a part, and whether there is an empty line among them.
    fn lead(&self, lines: Range<usize>, part: usize) -> Result<(Vec<String>, bool), Unformattable> {
        let mut lead = Vec::new();
        let mut blank = false;
        for line in lines {
            let text = self.get(line).trim();
            if text.is_empty() {
                blank = true;
            } else if text.starts_with('#') {
                lead.push(text.to_owned());
            } else {
                return Err(self.unclear(part));
            }
        }
        Ok((lead, blank))
    }

    /// What stands between the line of a key or dash (`from` is the next one) and the first line `to` of what is
    /// inside: a tag or an anchor on lines of its own, which is put behind the key, and where the rest begins.
    pub(super) fn after_head(
        &self,
        from: usize,
        to: usize,
        part: usize,
    ) -> Result<(String, usize), Unformattable> {
        let mut properties = String::new();
        let mut begin = from;
        for line in from..to {
            let text = self.get(line).trim();
            if text.starts_with(['&', '!']) && begin == line && !text.contains(" #") {
                properties.push(' ');
                properties.push_str(text);
                begin = line + 1;
            } else if !text.is_empty() && !text.starts_with('#') {
                return Err(self.unclear(part));
            }
        }
        // A comment on the line of the key would swallow them.
        if !properties.is_empty() && self.from(part).contains(" #") {
            return Err(self.unclear(part));
        }
        Ok((properties, begin))
    }

    fn unclear(&self, offset: usize) -> Unformattable {
        Unformattable::new(
            offset,
            "a key, tag or anchor on lines of its own cannot be formatted here",
            "write `key: !Tag &anchor` on one line, comments above it",
        )
    }
}

/// How many blanks a line begins with.
pub(super) fn width(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Comments, indented.
pub(super) fn indented(comments: &[String], indent: usize) -> Vec<String> {
    let line = |comment: &String| match comment.is_empty() {
        true => String::new(),
        false => format!("{}{comment}", " ".repeat(indent)),
    };
    comments.iter().map(line).collect()
}
