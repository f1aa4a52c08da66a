//! The one change that makes a broken text whole. Brackets that are missing or too many break a text far from where they
//! are: of several changes the one counts after which the lines are indented as they are nested.

use std::collections::BTreeSet;
use std::ops::Range;

use jsonc_parser::Scanner;
use jsonc_parser::tokens::Token;

use super::{MAX_NESTING, Next, STRICT};
use crate::source::lines::{end_of, start_of};
use crate::source::repair::{LONGEST_LINE, Repair, boundaries, removals};

/// So many lines that are not indented as they are nested are looked at.
const ODD_LINES: usize = 3;

/// So many bytes are read to try changes: what takes more is as broken as it is. A text of 10,000 lines is read some forty times.
const READ: usize = 16 << 20;

/// What may be missing: one character, or a line that closes or opens something.
const MISSING: [&str; 7] = ["\"", "}", "]", "{", "[", ",", ":"];
const MISSING_CLOSERS: [&str; 2] = ["},", "],"];
const MISSING_OPENERS: [&str; 4] = ["{", "[", "\"\": {", "\"\": ["];

/// A change, and the bracket that what it inserts closes.
pub(super) struct Found {
    pub(super) repair: Repair,
    pub(super) closes: Option<usize>,
}

/// A line, its line break included.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    start: usize,
    end: usize,
}

/// The best change so far.
struct Best {
    /// How many lines of the changed text are odd; of two such changes the one of the lower rank counts.
    odd: usize,
    rank: usize,
    found: Found,
}

/// What may come next in a text, and what is open: its grammar, without what it says.
#[derive(Clone)]
struct Skeleton {
    open: Vec<Level>,
    next: Next,
    is_done: bool,
    /// The lines that are not indented as they are nested: how many, and of the first ones where they and what holds them begin.
    odd: usize,
    odd_places: Vec<(usize, usize)>,
    /// How much farther in than what holds it the first line is.
    step: Option<usize>,
}

#[derive(Clone)]
struct Level {
    bracket: u8,
    at: usize,
    /// Where the line begins in which it is opened, and how far that is indented.
    line: usize,
    column: usize,
    /// How far what stands in it is indented.
    inside: Option<usize>,
}

impl Skeleton {
    fn new(text: &str) -> Skeleton {
        Skeleton {
            open: Vec::new(),
            next: Next::Value,
            is_done: false,
            odd: 0,
            odd_places: Vec::new(),
            step: step(text),
        }
    }

    /// Reads lines, of which the first begins at `start`; fails at the token that must not stand where it does, and where
    /// more than `most` lines are odd.
    fn read(&mut self, text: &str, start: usize, most: usize) -> Result<(), usize> {
        let mut scanner = Scanner::new(text, &STRICT);
        let (mut last, mut line, mut column) = (0, 0, 0);
        loop {
            let scanned = scanner.scan();
            let at = scanner.token_start();
            let failed = Err(start + at);
            let token = match scanned {
                Ok(Some(token)) => token,
                Ok(None) => return Ok(()),
                Err(_) => return failed,
            };
            let broken = text.get(last..at).and_then(|blanks| blanks.rfind('\n'));
            let is_first = last == 0 || broken.is_some();
            if is_first {
                line = broken.map_or(line, |broken| last + broken + 1);
                column = at - line;
            }
            last = scanner.token_end();
            if matches!(token, Token::String(_)) && text[at..last].contains(['\n', '\r']) {
                return failed;
            }
            let is_key = matches!(self.next, Next::Key | Next::KeyOrEnd);
            if is_key && text[at..].starts_with("\",") {
                return failed;
            }
            if is_first {
                self.compare(&token, start + at, start + line, column);
                if self.odd > most {
                    return failed;
                }
            }
            let level = Level {
                bracket: 0,
                at: start + at,
                line: start + line,
                column,
                inside: None,
            };
            if !self.take(&token, level) {
                return failed;
            }
        }
    }

    /// Compares how far a line is indented with what holds its first token.
    fn compare(&mut self, token: &Token<'_>, at: usize, line: usize, column: usize) {
        let Some(level) = self.open.last_mut().filter(|level| level.line < line) else {
            return;
        };
        let is_odd = match token {
            Token::CloseBrace | Token::CloseBracket => column != level.column,
            Token::Comma => true,
            _ if self.next == Next::Value => true,
            _ if matches!(
                self.next,
                Next::Key | Next::KeyOrEnd | Next::Item | Next::ItemOrEnd
            ) =>
            {
                let step = column.checked_sub(level.column);
                match level.inside {
                    Some(inside) => inside != column,
                    None => {
                        level.inside = Some(column);
                        let usual = *self.step.get_or_insert(step.unwrap_or_default());
                        step != Some(usual)
                    }
                }
            }
            _ => false,
        };
        if is_odd {
            self.odd += 1;
            if self.odd_places.len() < ODD_LINES {
                self.odd_places.push((at, level.at));
            }
        }
    }

    /// Takes up a token; whether it may stand here.
    fn take(&mut self, token: &Token<'_>, level: Level) -> bool {
        if self.is_done {
            return false;
        }
        let innermost = self.open.last().map(|level| level.bracket);
        let opened = match token {
            Token::OpenBrace => Some((b'{', Next::KeyOrEnd)),
            Token::OpenBracket => Some((b'[', Next::ItemOrEnd)),
            _ => None,
        };
        self.next = match (self.next, token) {
            (Next::Value | Next::Item | Next::ItemOrEnd, _) if opened.is_some() => {
                let Some((bracket, next)) = opened.filter(|_| self.open.len() < MAX_NESTING) else {
                    return false;
                };
                self.open.push(Level { bracket, ..level });
                next
            }
            (
                Next::Value | Next::Item | Next::ItemOrEnd,
                Token::String(_) | Token::Number(_) | Token::Boolean(_) | Token::Null,
            ) => Next::CommaOrEnd,
            (Next::KeyOrEnd | Next::Key, Token::String(_)) => Next::Colon,
            (Next::Colon, Token::Colon) => Next::Value,
            (Next::CommaOrEnd, Token::Comma) => match innermost {
                Some(b'[') => Next::Item,
                _ => Next::Key,
            },
            (Next::CommaOrEnd | Next::KeyOrEnd, Token::CloseBrace) if innermost == Some(b'{') => {
                self.open.pop();
                Next::CommaOrEnd
            }
            (Next::CommaOrEnd | Next::ItemOrEnd, Token::CloseBracket) if innermost == Some(b'[') => {
                self.open.pop();
                Next::CommaOrEnd
            }
            _ => return false,
        };
        self.is_done = self.open.is_empty() && self.next == Next::CommaOrEnd;
        true
    }

    fn is_whole(&self) -> bool {
        self.is_done && self.open.is_empty()
    }

    /// Whether what follows is read alike.
    fn is_alike(&self, other: &Skeleton) -> bool {
        let mut levels = self.open.iter().zip(&other.open);
        self.next == other.next
            && self.is_done == other.is_done
            && self.open.len() == other.open.len()
            && levels.all(|(own, other)| {
                (own.bracket, own.column, own.inside) == (other.bracket, other.column, other.inside)
            })
    }
}

/// How much farther in than what holds it a line of this text is: as far in as a line at its beginning or end is least.
fn step(text: &str) -> Option<usize> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let ends = lines().take(3).chain(lines().rev().take(3));
    let steps = ends.map(|line| line.len() - line.trim_start().len());
    steps.filter(|step| *step > 0).min()
}

/// The change that makes a text whole, if there is one.
pub(super) fn find(text: &str) -> Option<Found> {
    let mut first = Skeleton::new(text);
    let failed = match first.read(text, 0, usize::MAX) {
        Err(at) => at,
        Ok(()) if first.is_whole() => return None,
        Ok(()) => text.trim_end().len().saturating_sub(1),
    };
    let lines = lines(text, failed, &first);
    // What was read before each of them, in one go.
    let mut skeleton = Skeleton::new(text);
    let mut at = 0;
    let mut before: Vec<(Range<usize>, Skeleton)> = Vec::new();
    for line in lines.iter().collect::<BTreeSet<_>>() {
        if skeleton.read(&text[at..line.start], at, usize::MAX).is_err() {
            break;
        }
        at = line.start;
        before.push((line.start..line.end, skeleton.clone()));
    }
    let mut best: Option<Best> = None;
    let mut left = READ;
    for line in lines {
        if let Some((_, skeleton)) = before.iter().find(|(known, _)| known.start == line.start) {
            in_line(text, line.start..line.end, skeleton, &mut best, &mut left);
        }
    }
    Some(best?.found)
}

/// The lines in which the cause may be, the likeliest first: where the text is odd, where it breaks, the lines before those,
/// and where what is open there begins.
fn lines(text: &str, failed: usize, first: &Skeleton) -> Vec<Line> {
    let odd = first.odd_places.iter().map(|(at, _)| *at);
    let opened = first.odd_places.iter().map(|(_, opened)| *opened);
    let open = first.open.last().map(|level| level.at);
    let mut lines: Vec<Line> = Vec::new();
    for at in odd.chain([failed]).chain(opened).chain(open) {
        let start = start_of(text, at);
        let before = text[..start].trim_end();
        for start in [
            Some(start),
            (!before.is_empty()).then(|| start_of(text, before.len())),
        ] {
            let Some(start) = start else {
                continue;
            };
            let end = (end_of(text, start) + 1).min(text.len());
            let line = Line { start, end };
            if end - start <= LONGEST_LINE && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// Tries the changes of a line, before which stands what `before` has read. `left` are the bytes that may still be read.
fn in_line(text: &str, line: Range<usize>, before: &Skeleton, best: &mut Option<Best>, left: &mut usize) {
    let part = &text[line.clone()];
    let mut read: Vec<(Skeleton, Option<usize>)> = Vec::new();
    for (rank, repair) in changes(part, line.start, before.step.unwrap_or_default()) {
        let copied = before.open.len() * size_of::<Level>() + part.len();
        *left = left.saturating_sub(copied);
        if *left == 0 {
            return;
        }
        let mut skeleton = before.clone();
        skeleton.odd_places.clear();
        let changed = repair.apply(part, line.start);
        if skeleton.read(&changed, line.start, usize::MAX).is_err() {
            continue;
        }
        // What follows is read once for all changes after which it is read alike.
        let known = read.iter().find(|(known, _)| known.is_alike(&skeleton));
        let behind = match known {
            Some((known, behind)) => behind.map(|behind| behind - known.odd + skeleton.odd),
            None => {
                let mut rest = skeleton.clone();
                let most = best.as_ref().map_or(usize::MAX, |best| best.odd);
                let read_to = rest.read(&text[line.end..], line.end, most);
                let odd = (read_to.is_ok() && rest.is_whole()).then_some(rest.odd);
                *left = left.saturating_sub(read_to.err().unwrap_or(text.len()) - line.end);
                read.push((skeleton.clone(), odd));
                odd
            }
        };
        let Some(odd) = behind else {
            continue;
        };
        if best
            .as_ref()
            .is_none_or(|best| (odd, rank) < (best.odd, best.rank))
        {
            let closes = closed_by(before, &changed, &repair, line.start);
            let found = Found { repair, closes };
            *best = Some(Best { odd, rank, found });
        }
    }
}

/// The bracket that is closed by what a change inserts.
fn closed_by(before: &Skeleton, changed: &str, repair: &Repair, start: usize) -> Option<usize> {
    if !repair.inserted.starts_with(['}', ']']) {
        return None;
    }
    let mut skeleton = before.clone();
    skeleton
        .read(&changed[..repair.at - start], start, usize::MAX)
        .ok()?;
    skeleton.open.last().map(|level| level.at)
}

/// The changes of a line that may have been meant, the likelier ones with a lower number.
fn changes(part: &str, start: usize, step: usize) -> Vec<(usize, Repair)> {
    let words = part.trim_end();
    let mut all = Vec::new();
    for repair in removals(words, start) {
        let at = repair.at - start;
        // Without this quote two strings were one.
        let behind = part[at..].strip_prefix('"').map(str::trim_start);
        let behind = behind.and_then(|behind| behind.strip_prefix(','));
        let before = part[..at].trim_end().strip_suffix(',').map(str::trim_end);
        let ends = behind.is_some_and(|behind| behind.trim_start().starts_with('"'));
        let begins = part[at..].starts_with('"') && before.is_some_and(|before| before.ends_with('"'));
        if ends || (begins && part[at + 1..].trim_start().starts_with(',')) {
            continue;
        }
        // Nobody begins a list of objects that is none: what closes it is missing.
        let is_list = part[at..]
            .strip_prefix('[')
            .is_some_and(|rest| rest.trim_start().starts_with('{'));
        let is_bracket = part[at..].starts_with(['{', '}', '[', ']']) && !is_list;
        all.push((if is_bracket { 0 } else { 2 }, repair));
    }
    for at in boundaries(words) {
        all.extend(MISSING.iter().map(|text| (1, Repair::insert(start + at, *text))));
    }
    for text in MISSING_CLOSERS {
        all.push((3, Repair::insert(start + words.len(), text)));
    }
    // The other quotes, which are none of JSON's.
    if let (Some(first), Some(last)) = (words.find('\''), words.rfind('\''))
        && !words.contains('"')
    {
        let removed = last + 1 - first;
        all.push((
            0,
            Repair {
                at: start + first,
                removed,
                inserted: words[first..=last].replace('\'', "\""),
            },
        ));
    }
    let column = part.len() - part.trim_start().len();
    let column = if words.ends_with(['{', '[']) {
        column + step
    } else {
        column
    };
    for text in MISSING_OPENERS {
        let line = format!("\n{:column$}{text}", "");
        all.push((3, Repair::insert(start + words.len(), line)));
    }
    if part.ends_with('\n') {
        all.push((4, Repair::remove(start, part.len())));
    }
    all
}
