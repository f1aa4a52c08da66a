//! A broken text keeps its tree: behind a mistake reading goes on, as whoever wrote it most likely meant it.
//!
//! | mistake | what it is taken for |
//! |---|---|
//! | a value is missing, or no value of JSON's | a hole, whose value is not known: a placeholder without a name |
//! | a comma is missing, or too much | as if it stood there, or did not |
//! | a key without a colon | a member with a hole |
//! | a key without quotes | the key |
//! | a string that is not closed | it ends with its line |
//! | a bracket that closes another one | what stands between is closed, too; one that closes nothing is left out |
//! | a key that is not indented into what holds it | what holds it was to be closed before |
//! | the text ends | everything is closed |
//!
//! Objects in which a mistake stands are remembered: they may hold more than is there. Only the mistakes that are no
//! consequence of one just before are told.

use std::borrow::Cow;

use jsonc_parser::Scanner;
use jsonc_parser::tokens::Token;

use super::{Builder, Content, MAX_VALUES, Mistake, Next, NodeId, NodeKind, Open, Reader, STRICT};
use crate::diagnostics::{Finding, Span};
use crate::source::INVALID;

/// More mistakes of one text are not told.
const MOST: usize = 20;

/// Behind so many mistakes, told or not, a text is no JSON: the rest of it is left out. Each costs up to a line.
const GIVEN_UP: usize = 200;

/// So many tokens without a mistake make the next one a mistake of its own.
const APART: usize = 3;

/// Farther into a line nothing is indented. Minified texts have lines of megabytes.
const LONGEST_INDENTED: usize = 512;

/// A tree of a broken text, and its mistakes.
pub(super) struct Mended {
    /// `None` of a text without any value.
    pub(super) tree: Option<(Builder, NodeId)>,
    /// In the order of the text.
    pub(super) mistakes: Vec<Mistake>,
    /// Whether it is plain what was meant: there is one mistake, and it has nothing to do with brackets.
    pub(super) is_certain: bool,
}

/// Reads a text that is broken. `text` is what the reader's scanner reads.
pub(super) fn mend<'a>(mut reader: Reader<'a, '_>, text: &'a str) -> Mended {
    // What stands before the text: a byte-order mark.
    let mut mending = Mending {
        text,
        start: reader.base,
        mistakes: Vec::new(),
        seen: 0,
        apart: APART,
        are_brackets_wrong: false,
    };
    let root = mending.read(&mut reader);
    let tree = root.map(|root| (reader.builder, root));
    // A word that is no token is none of what may stand there, either.
    let is_one_word = || match &mending.mistakes[..] {
        [only] => mending.seen == 2 && !only.fixes.is_empty(),
        _ => false,
    };
    let is_certain = (mending.seen == 1 || is_one_word()) && !mending.are_brackets_wrong;
    Mended {
        tree,
        mistakes: mending.mistakes,
        is_certain,
    }
}

struct Mending<'a> {
    text: &'a str,
    /// Where in the file the text begins.
    start: usize,
    mistakes: Vec<Mistake>,
    /// How many there were, told or not.
    seen: usize,
    /// How many tokens came since the last mistake.
    apart: usize,
    /// Whether a bracket is missing or too many: what stands behind it may belong elsewhere.
    are_brackets_wrong: bool,
}

impl<'a> Mending<'a> {
    fn read(&mut self, reader: &mut Reader<'a, '_>) -> Option<NodeId> {
        let mut next = Next::Value;
        let mut root = None;
        while let Some((token, span)) = self.token(reader) {
            if root.is_some() && reader.open.is_empty() {
                let mistake = reader.unexpected(next, &token, span);
                self.note_bracket(reader, mistake);
                return root;
            }
            next = self.take(reader, next, token, span, &mut root);
            reader.last = span;
            self.apart += 1;
            if reader.builder.len() > MAX_VALUES {
                self.mistakes.push(Box::new(crate::source::too_many_values(span)));
                return None;
            }
            if let Some(finding) = reader.made.too_much() {
                self.mistakes.push(Box::new(finding));
                return None;
            }
        }
        if self.seen < GIVEN_UP && (root.is_none() || !reader.open.is_empty()) {
            let mistake = reader.ended_early(next);
            self.note_bracket(reader, mistake);
        }
        let end = Span::at(reader.original.len());
        while !reader.open.is_empty() {
            self.close(reader, end, &mut root);
        }
        root
    }

    /// Remembers a mistake where it stands, and tells it unless it follows from the one before.
    fn note(&mut self, reader: &mut Reader<'_, '_>, mistake: Mistake) {
        mark(&mut reader.open);
        self.seen += 1;
        if self.apart >= APART && self.mistakes.len() < MOST && !self.are_brackets_wrong {
            self.mistakes.push(mistake);
        }
        self.apart = 0;
    }

    /// Remembers that a bracket is missing or too many. Nobody knows what belongs where behind it: nothing else is told.
    fn note_bracket(&mut self, reader: &mut Reader<'_, '_>, mistake: Mistake) {
        if !self.are_brackets_wrong {
            self.note(reader, mistake);
        }
        reader.open.iter_mut().for_each(|open| open.is_broken = true);
        self.are_brackets_wrong = true;
        self.seen += 1;
        self.apart = 0;
    }

    /// The next token; what is none is made one, or left out.
    fn token(&mut self, reader: &mut Reader<'a, '_>) -> Option<(Token<'a>, Span)> {
        while self.seen < GIVEN_UP {
            match reader.token() {
                Ok(None) => return None,
                Ok(Some((token, span))) => {
                    // A string may hold what it must not, or the lines up to the quote of another one.
                    let checked = match &token {
                        Token::String(_) => reader.check_string(span),
                        Token::Number(text) => reader.number(text, span).map(|_| ()),
                        _ => Ok(()),
                    };
                    let Err(mistake) = checked else {
                        return Some((token, span));
                    };
                    self.note(reader, mistake);
                    if let Token::Number(_) = token {
                        return Some(self.word(reader, reader.word_at(span.start as usize)));
                    }
                    if !reader.original[span.range()].contains(['\n', '\r']) {
                        return Some((token, span));
                    }
                    return Some(self.string(reader, span.start as usize));
                }
                Err(mistake) => {
                    let start = reader.base + reader.scanner.token_start();
                    self.note(reader, mistake);
                    if start >= reader.original.len() {
                        return None;
                    }
                    // Only the blanks before it are none: it is read again.
                    if (reader.last.end as usize) < start && reader.check_blanks(start).is_err() {
                        reader.last = Span::at(start);
                        self.go_to(reader, start);
                        continue;
                    }
                    if let Some(token) = self.broken(reader, start) {
                        return Some(token);
                    }
                }
            }
        }
        None
    }

    /// What no token begins at `start` is taken for; nothing of a comment.
    fn broken(&mut self, reader: &mut Reader<'a, '_>, start: usize) -> Option<(Token<'a>, Span)> {
        let rest = &reader.original[start..];
        let line_end = || start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        if rest.starts_with('"') {
            return Some(self.string(reader, start));
        }
        if rest.starts_with("//") || rest.starts_with('#') {
            self.skip_to(reader, line_end());
            return None;
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/").map_or(rest.len(), |at| at + 4);
            self.skip_to(reader, start + end);
            return None;
        }
        let span = match rest.starts_with('\'') {
            true => {
                let line = &reader.original[start..line_end()];
                let end = line[1..].find('\'').map_or(line.len(), |at| at + 2);
                Span::new(start, start + end)
            }
            false => reader.word_at(start),
        };
        Some(self.word(reader, span))
    }

    /// Letters that mean nothing: at least one of them is passed, and nothing of a placeholder behind them.
    fn word(&mut self, reader: &mut Reader<'a, '_>, span: Span) -> (Token<'a>, Span) {
        let start = span.start as usize;
        let first = reader.original[start..].chars().next().map_or(1, char::len_utf8);
        let end = (span.end as usize).max(start + first);
        let mask = reader
            .masks
            .iter()
            .map(|mask| mask.start)
            .find(|mask| *mask > start);
        let end = mask.map_or(end, |mask| end.min(mask));
        self.go_to(reader, end);
        (
            Token::Word(&self.text[start - self.start..end - self.start]),
            Span::new(start, end),
        )
    }

    /// The string that begins at `start` and is not closed, or holds what it must not: up to its quote, or its line's end.
    fn string(&mut self, reader: &mut Reader<'a, '_>, start: usize) -> (Token<'a>, Span) {
        let rest = &reader.original[start + 1..];
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let mut escaped = false;
        let quote = line.bytes().position(|byte| match byte {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' => {
                escaped = true;
                false
            }
            byte => byte == b'"',
        });
        let (inside, end) = match quote {
            Some(quote) => (&line[..quote], start + 1 + quote + 1),
            None => {
                // The comma behind it is most likely not meant to be part of it.
                let inside = line.trim_end();
                let inside = inside.strip_suffix(',').unwrap_or(inside);
                (inside, start + 1 + inside.len())
            }
        };
        self.go_to(reader, end);
        (Token::String(Cow::Borrowed(inside)), Span::new(start, end))
    }

    /// Reads on at a byte of the file.
    fn go_to(&self, reader: &mut Reader<'a, '_>, at: usize) {
        reader.scanner = Scanner::new(&self.text[at - self.start..], &STRICT);
        reader.base = at;
        let passed = reader.masks.iter().take_while(|mask| mask.start < at).count();
        reader.masks = &reader.masks[passed..];
    }

    fn skip_to(&self, reader: &mut Reader<'a, '_>, at: usize) {
        self.go_to(reader, at);
        reader.last = Span::at(at);
    }

    /// Takes up a token; gives what may come next.
    fn take(
        &mut self,
        reader: &mut Reader<'a, '_>,
        mut next: Next,
        token: Token<'a>,
        span: Span,
        root: &mut Option<NodeId>,
    ) -> Next {
        if matches!(token, Token::String(_)) && is_key(reader, span) {
            next = self.outdented(reader, next, span, root);
            if next == Next::Value && !reader.open.is_empty() {
                let mistake = reader.unexpected(next, &Token::Comma, span);
                self.note(reader, mistake);
                self.hole(reader, span.start as usize, root);
                next = Next::Key;
            }
        }
        // The answers to a mistake lead to one that is right, or leave the token out: a few steps.
        for _ in 0..6 {
            let mistake = match reader.accept(next, token.clone(), span, root) {
                Ok(next) => return next,
                Err(mistake) => mistake,
            };
            match self.is_about_brackets(reader, next, &token) {
                true => self.note_bracket(reader, mistake),
                false => self.note(reader, mistake),
            }
            match self.answer(reader, next, &token, span, root) {
                Answer::Taken(then) => return then,
                Answer::Instead(then) => next = then,
            }
        }
        next
    }

    /// Whether a token that must not stand where it does opens or closes something, or may do so in the wrong place.
    fn is_about_brackets(&self, reader: &Reader<'_, '_>, next: Next, token: &Token<'_>) -> bool {
        match token {
            Token::OpenBrace | Token::OpenBracket => next != Next::CommaOrEnd || reader.innermost_is(b'{'),
            Token::CloseBrace => !reader.innermost_is(b'{'),
            Token::CloseBracket => !reader.innermost_is(b'['),
            Token::Colon => reader.innermost_is(b'['),
            _ => false,
        }
    }

    /// Closes what a key is not indented into, which is most likely not closed: of a text that is not indented nothing.
    fn outdented(
        &mut self,
        reader: &mut Reader<'a, '_>,
        mut next: Next,
        key: Span,
        root: &mut Option<NodeId>,
    ) -> Next {
        let Some((key_line, column)) = line_of(reader.original, key.start as usize) else {
            return next;
        };
        if column == 0 || key_line + column != key.start as usize {
            return next;
        }
        while reader.open.len() > 1
            && let Some(opened) = reader.innermost()
            && let Some((opened_line, outer)) = line_of(reader.original, opened.span.start as usize)
            && opened_line < key_line
            && outer >= column
        {
            let bracket = char::from(opened.bracket);
            let mistake = Finding::error(INVALID, format!("This `{bracket}` is never closed"), opened.span)
                .with_related(key, "this is not indented into it");
            self.note_bracket(reader, Box::new(mistake));
            self.close(reader, Span::at(reader.last.end as usize), root);
            // A comma may stand before the key already.
            next = match next {
                Next::Key | Next::Item => Next::Key,
                _ => Next::CommaOrEnd,
            };
        }
        next
    }

    /// What is made of a token that must not stand where it does.
    fn answer(
        &mut self,
        reader: &mut Reader<'a, '_>,
        next: Next,
        token: &Token<'a>,
        span: Span,
        root: &mut Option<NodeId>,
    ) -> Answer {
        use Answer::{Instead, Taken};
        let closes = match token {
            Token::CloseBrace => Some(b'{'),
            Token::CloseBracket => Some(b'['),
            _ => None,
        };
        let opens = matches!(token, Token::OpenBrace | Token::OpenBracket);
        match next {
            Next::Value => match token {
                Token::Comma | Token::CloseBrace | Token::CloseBracket if !reader.open.is_empty() => {
                    self.hole(reader, span.start as usize, root);
                    Instead(Next::CommaOrEnd)
                }
                Token::Comma | Token::CloseBrace | Token::CloseBracket | Token::Colon => Taken(next),
                _ => self.unknown(reader, span, root),
            },
            Next::Item | Next::ItemOrEnd => match (token, closes) {
                (Token::Comma | Token::Colon, _) => Taken(Next::Item),
                (_, Some(bracket)) => self.closer(reader, bracket, next, span, root),
                // Nothing is deeper than it may be.
                _ if opens => Taken(next),
                _ => self.unknown(reader, span, root),
            },
            Next::Key | Next::KeyOrEnd => match (token, closes) {
                (Token::Comma, _) => Taken(Next::Key),
                (Token::Colon, _) => {
                    set_key(reader, "", Span::at(span.start as usize));
                    Taken(Next::Value)
                }
                (_, Some(bracket)) => self.closer(reader, bracket, next, span, root),
                _ if opens => {
                    set_key(reader, "", Span::at(span.start as usize));
                    Instead(Next::Value)
                }
                _ => {
                    let text = &reader.original[span.range()];
                    set_key(reader, text.trim_matches('\''), span);
                    Taken(Next::Colon)
                }
            },
            Next::Colon => match token {
                Token::Comma | Token::CloseBrace | Token::CloseBracket => {
                    self.hole(reader, span.start as usize, root);
                    Instead(Next::CommaOrEnd)
                }
                _ if is_key(reader, span) => {
                    self.hole(reader, span.start as usize, root);
                    Instead(Next::Key)
                }
                _ => Instead(Next::Value),
            },
            Next::CommaOrEnd => match closes {
                Some(bracket) => self.closer(reader, bracket, next, span, root),
                None if *token == Token::Colon => Taken(next),
                None if reader.innermost_is(b'[') => Instead(Next::Item),
                None => Instead(Next::Key),
            },
        }
    }

    /// A bracket that does not close the innermost one: it closes what it can.
    fn closer(
        &mut self,
        reader: &mut Reader<'a, '_>,
        bracket: u8,
        next: Next,
        span: Span,
        root: &mut Option<NodeId>,
    ) -> Answer {
        if !reader.open.iter().any(|open| open.opened.bracket == bracket) {
            return Answer::Taken(next);
        }
        while !reader.innermost_is(bracket) {
            self.close(reader, Span::at(span.start as usize), root);
        }
        self.close(reader, span, root);
        Answer::Taken(Next::CommaOrEnd)
    }

    /// Closes the innermost array or object, in which something may be missing.
    fn close(&mut self, reader: &mut Reader<'a, '_>, end: Span, root: &mut Option<NodeId>) {
        mark(&mut reader.open);
        if let Some(Open {
            content: Content::Object { key: Some(_), .. },
            ..
        }) = reader.open.last()
        {
            self.hole(reader, end.start as usize, root);
        }
        reader.close(end, root);
    }

    /// A value that is missing before `end`: from the last token on, within its line.
    fn hole(&mut self, reader: &mut Reader<'a, '_>, end: usize, root: &mut Option<NodeId>) {
        let start = reader.last.end as usize;
        let between = reader.original.get(start..end).unwrap_or_default();
        let length = between.find(['\n', '\r']).unwrap_or(between.len());
        self.unknown_at(reader, Span::new(start, start + length), root);
    }

    /// A token that is no value.
    fn unknown(&mut self, reader: &mut Reader<'a, '_>, span: Span, root: &mut Option<NodeId>) -> Answer {
        self.unknown_at(reader, span, root);
        Answer::Taken(Next::CommaOrEnd)
    }

    fn unknown_at(&mut self, reader: &mut Reader<'a, '_>, span: Span, root: &mut Option<NodeId>) {
        let hole = reader.builder.add(NodeKind::Placeholder("".into()), span);
        reader.put(hole, root);
    }
}

/// What is done with a token.
enum Answer {
    /// It is done with; what comes next.
    Taken(Next),
    /// It is taken for what may come then.
    Instead(Next),
}

/// Remembers that a mistake stands in the innermost object, and in the lists between.
fn mark(open: &mut [Open]) {
    for one in open.iter_mut().rev() {
        one.is_broken = true;
        if one.opened.bracket == b'{' {
            break;
        }
    }
}

fn set_key(reader: &mut Reader<'_, '_>, text: &str, span: Span) {
    if let Some(Open {
        content: Content::Object { key, .. },
        ..
    }) = reader.open.last_mut()
    {
        *key = Some((text.into(), span));
    }
}

/// Where the line of `at` begins, and how far its words are indented; `None` in a line that nobody indents.
fn line_of(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let from = at.saturating_sub(LONGEST_INDENTED);
    let start = match bytes[from..at].iter().rposition(|byte| *byte == b'\n') {
        Some(line_break) => from + line_break + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let blanks = bytes[start..at]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'));
    Some((start, blanks.count()))
}

/// Whether a colon follows what stands at `span`.
fn is_key(reader: &Reader<'_, '_>, span: Span) -> bool {
    reader.original[span.end as usize..].trim_start().starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ParseOptions, SourceFile};

    /// Of a text that is whole it makes what the strict reader makes, and sees no mistake.
    #[test]
    fn a_whole_text_has_nothing_to_mend() {
        let text = "{\"a\": [1, {\"b\": \"x\\u00e9\", \"c\": {}}, [], true], \"d\": null, \"e\": -1.5e3}";
        let options = ParseOptions::default();
        let mut findings = Vec::new();
        let mended = mend(Reader::new(text, text, &[], &options, &mut findings), text);
        assert!(mended.mistakes.is_empty());
        let (builder, root) = mended.tree.expect("a tree");
        let file = std::sync::Arc::new(SourceFile::new("x.json", text));
        let document = builder.finish(file.clone(), crate::source::Format::Json, root);
        let strict = crate::source::parse(file).document.expect("a document");
        assert!(!document.is_mended());
        assert_eq!(document.root().to_value(), strict.root().to_value());
        let places = |document: &crate::source::Document| -> Vec<(Span, Span)> {
            document
                .all()
                .map(|node| (node.span(), node.key_span()))
                .collect()
        };
        assert_eq!(places(&document), places(&strict));
    }
}
