//! JSON text, strict as AWS reads it: jsonc-parser's scanner for the tokens, the grammar here, without recursion, so that
//! a mistake is told with its cause and the place where things began.

use std::ops::Range;
use std::sync::Arc;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::document::{Builder, Document, Member, NodeId, NodeKind, NodeRef};
use super::limits::{MAX_NESTING, MAX_VALUES};
use super::{Format, INVALID, Made, ParseOptions, SourceFile, members, placeholder};
use crate::diagnostics::{Finding, Severity, Span};
use crate::value::Number;

mod jackson;
mod mend;
mod mistakes;
mod repair;

use mistakes::Opened;

/// None of the leniencies: what AWS refuses is refused here.
const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(
    file: &Arc<SourceFile>,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    let original = file.text();
    let places = match options.no_placeholders {
        true => Vec::new(),
        false => placeholder::bare_in_json(original),
    };
    let masked = (!places.is_empty()).then(|| placeholder::mask(original, places));
    let (text, places) = masked
        .as_ref()
        .map_or((original, &[][..]), |m| (&m.text, &m.places));
    // A byte-order mark is no part of the text, yet offsets are those of the file.
    let base = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let known = findings.len();
    let reader = Reader::new(original, &text[base..], places, options, findings);
    match reader.read() {
        Ok(Read {
            builder,
            root,
            behind,
        }) => {
            let mut document = builder.finish(file.clone(), Format::Json, root);
            let Some(mistake) = behind else {
                return Some(document);
            };
            if options.mend {
                // It may have ended too early.
                if let Some(repaired) = repaired(file, &text[base..], options, findings, known) {
                    return Some(repaired);
                }
                document.set_broken(root);
            }
            let is_definition = ["StartAt", "States"]
                .iter()
                .any(|name| document.root().get(name).is_some());
            if options.any_value || !is_definition {
                findings.push(*mistake);
                return None;
            }
            findings.push(ignored(*mistake));
            Some(document)
        }
        Err(mistake) => {
            // What was said before about duplicates stands; the syntax is broken in one place only.
            let as_told = |mistake: Mistake| as_told(*mistake, &text[base..], masked.is_some(), options);
            if !options.mend {
                findings.push(as_told(mistake));
                return None;
            }
            findings.truncate(known);
            let reader = Reader::new(original, &text[base..], places, options, findings);
            let mend::Mended {
                tree,
                mistakes,
                is_certain,
            } = mend::mend(reader, &text[base..]);
            if !is_certain && let Some(repaired) = repaired(file, &text[base..], options, findings, known) {
                return Some(repaired);
            }
            let mut mistakes = mistakes.into_iter();
            // AWS tells the first.
            findings.extend(mistakes.next().map(as_told));
            findings.extend(mistakes.map(|mistake| *mistake));
            let (builder, root) = tree?;
            Some(builder.finish(file.clone(), Format::Json, root))
        }
    }
}

/// The bytes of an object or array inside of whose brackets a change stands; `None` where it does not.
pub(super) fn part_at(node: NodeRef<'_>, change: &Range<usize>) -> Option<Range<usize>> {
    let part = node.span().range();
    (part.start < change.start && change.end < part.end).then_some(part)
}

/// The tree of the bytes `range` of a file, where they are one value without mistakes and without bare placeholders.
pub(super) fn part(file: &Arc<SourceFile>, range: Range<usize>, options: &ParseOptions) -> Option<Document> {
    let original = file.text().get(..range.end)?;
    let text = original.get(range.start..)?;
    if !placeholder::bare_in_json(text).is_empty() {
        return None;
    }
    let mut findings = Vec::new();
    let read = Reader::new(original, text, &[], options, &mut findings)
        .read()
        .ok()?;
    (read.behind.is_none() && findings.is_empty())
        .then(|| read.builder.finish(file.clone(), Format::Json, read.root))
}

/// The tree of a text with the one change that makes it whole; `None` where there is none. `text` is that of the file with its
/// placeholders masked; `known` findings are no matter of it.
fn repaired(
    file: &Arc<SourceFile>,
    text: &str,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
    known: usize,
) -> Option<Document> {
    let original = file.text();
    let base = original.len() - text.len();
    let repair::Found { mut repair, closes } = repair::find(text)?;
    repair.at += base;
    let changed = repair.apply(original, 0);
    let is_masked = text != &original[base..];
    let places = match is_masked {
        true => placeholder::bare_in_json(&changed),
        false => Vec::new(),
    };
    let masked = placeholder::mask(&changed, places);
    let mut found = Vec::new();
    let reader = Reader::new(
        &changed,
        &masked.text[base..],
        &masked.places,
        options,
        &mut found,
    );
    let Ok(Read {
        mut builder,
        root,
        behind: None,
    }) = reader.read()
    else {
        return None;
    };
    repair.move_back(&mut builder);
    // What stands around the change, and next to it, may be meant otherwise.
    let before = original[..repair.at].trim_end().len();
    let behind = original[repair.at + repair.removed..].trim_start();
    builder.set_broken_around(before, original.len() - behind.len());
    builder.set_broken(root);
    let mistake = match closes {
        Some(opened) => mistakes::never_closed(original, base + opened, &repair),
        None => repair.finding(original),
    };
    findings.truncate(known);
    // What comes twice may do so for the change.
    found.retain(|finding| (finding.span.end as usize) < repair.at);
    findings.append(&mut found);
    findings.push(as_told(mistake, text, is_masked, options));
    Some(builder.finish(file.clone(), Format::Json, root))
}

/// A mistake as it is told: in AWS's words where it would have said them.
fn as_told(mistake: Finding, text: &str, is_masked: bool, options: &ParseOptions) -> Finding {
    let is_sent = !options.any_value && !is_masked && mistake.code == INVALID;
    match is_sent {
        true => in_words_of_aws(mistake, text),
        false => mistake,
    }
}

/// What stands behind a definition: AWS's parser reads one value and looks no further. Inferred: its `readTree` does so
/// unless told otherwise [Jackson], and nobody has seen AWS refuse it.
fn ignored(mistake: Finding) -> Finding {
    Finding {
        severity: Severity::Warning,
        message: "The definition ends before this: AWS ignores what follows".to_owned(),
        ..mistake
    }
}

/// A mistake in the text of a definition, as AWS tells it; ours stays beside it.
fn in_words_of_aws(mut mistake: Finding, text: &str) -> Finding {
    let Some(refusal) = jackson::refusal(text) else {
        return mistake;
    };
    mistake.label = Some(std::mem::replace(&mut mistake.message, refusal.message()));
    mistake.with_location(refusal.place)
}

/// What AWS says of an execution's input that is no JSON: the words of its parser without the place, and words of its own
/// for one that is empty [recorded]. `None` where its parser takes the text.
pub(super) fn input_refusal(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("Invalid execution input.".to_owned());
    }
    jackson::refusal(text).map(|refusal| refusal.words)
}

/// An array or object whose end has not come.
struct Open {
    opened: Opened,
    content: Content,
    /// Whether a mistake stands in it, in a text that is mended.
    is_broken: bool,
    /// Whether a placeholder stands in it for members or items.
    may_have_more: bool,
}

enum Content {
    Array(Vec<NodeId>),
    Object {
        members: Vec<Member>,
        /// The key whose value is next.
        key: Option<(Arc<str>, Span)>,
    },
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A value: the root, or after a colon.
    Value,
    /// A value or `]`: an array was just opened.
    ItemOrEnd,
    /// A value: a comma of an array came before.
    Item,
    /// A key or `}`: an object was just opened.
    KeyOrEnd,
    /// A key: a comma of an object came before.
    Key,
    /// A colon.
    Colon,
    /// A comma, or the end of the innermost array or object; at the root, the end of the text.
    CommaOrEnd,
}

struct Reader<'a, 'f> {
    scanner: Scanner<'a>,
    /// The text of the file, placeholders unmasked.
    original: &'a str,
    /// Where in the file the scanner's text begins.
    base: usize,
    /// The token before this one.
    last: Span,
    /// The masked placeholders that are still to come.
    masks: &'a [std::ops::Range<usize>],
    options: &'a ParseOptions,
    builder: Builder,
    made: Made,
    open: Vec<Open>,
    findings: &'f mut Vec<Finding>,
}

type Mistake = Box<Finding>;

/// A value that was read.
struct Read {
    builder: Builder,
    root: NodeId,
    /// What is wrong with the text behind it.
    behind: Option<Mistake>,
}

impl<'a, 'f> Reader<'a, 'f> {
    /// A reader of `text`, which stands at the end of `original`, the text of the file.
    fn new(
        original: &'a str,
        text: &'a str,
        masks: &'a [std::ops::Range<usize>],
        options: &'a ParseOptions,
        findings: &'f mut Vec<Finding>,
    ) -> Reader<'a, 'f> {
        let base = original.len() - text.len();
        Reader {
            scanner: Scanner::new(text, &STRICT),
            original,
            base,
            last: Span::at(base),
            masks,
            options,
            builder: Builder::default(),
            made: Made::default(),
            open: Vec::new(),
            findings,
        }
    }

    fn read(mut self) -> Result<Read, Mistake> {
        let mut next = Next::Value;
        let mut root = None;
        loop {
            let token = match (self.token(), root) {
                (Ok(None), _) => break,
                (Ok(Some((token, span))), Some(root)) if self.open.is_empty() => {
                    let behind = Some(self.unexpected(next, &token, span));
                    let builder = self.builder;
                    return Ok(Read {
                        builder,
                        root,
                        behind,
                    });
                }
                (Err(mistake), Some(root)) if self.open.is_empty() => {
                    let (builder, behind) = (self.builder, Some(mistake));
                    return Ok(Read {
                        builder,
                        root,
                        behind,
                    });
                }
                (Ok(Some(token)), _) => token,
                (Err(mistake), _) => return Err(mistake),
            };
            let (token, span) = token;
            next = self.accept(next, token, span, &mut root)?;
            if self.builder.len() > MAX_VALUES {
                return Err(Box::new(super::too_many_values(span)));
            }
            if let Some(finding) = self.made.too_much() {
                return Err(Box::new(finding));
            }
            self.last = span;
        }
        match root {
            Some(root) if self.open.is_empty() => {
                let builder = self.builder;
                Ok(Read {
                    builder,
                    root,
                    behind: None,
                })
            }
            _ => Err(self.ended_early(next)),
        }
    }

    /// Takes up a token that may stand where it does; gives what may come next.
    #[inline]
    fn accept(
        &mut self,
        next: Next,
        token: Token<'a>,
        span: Span,
        root: &mut Option<NodeId>,
    ) -> Result<Next, Mistake> {
        Ok(match (next, token) {
            (Next::Value | Next::Item | Next::ItemOrEnd, Token::OpenBrace) => {
                self.open(
                    Content::Object {
                        members: Vec::new(),
                        key: None,
                    },
                    b'{',
                    span,
                )?;
                Next::KeyOrEnd
            }
            (Next::Value | Next::Item | Next::ItemOrEnd, Token::OpenBracket) => {
                self.open(Content::Array(Vec::new()), b'[', span)?;
                Next::ItemOrEnd
            }
            (
                Next::Value | Next::Item | Next::ItemOrEnd,
                token @ (Token::String(_) | Token::Number(_) | Token::Boolean(_) | Token::Null),
            ) => {
                let value = self.scalar(token, span)?;
                self.put(value, root);
                Next::CommaOrEnd
            }
            (Next::KeyOrEnd | Next::Key, Token::String(text)) => {
                self.check_string(span)?;
                let text: Arc<str> = match self.take_mask(span) {
                    Some(_) => Arc::from(&self.original[span.range()]),
                    None => Arc::from(&*text),
                };
                if let Some(Open {
                    content: Content::Object { key, .. },
                    ..
                }) = self.open.last_mut()
                {
                    *key = Some((text, span));
                }
                Next::Colon
            }
            (Next::Colon, Token::Colon) => Next::Value,
            (Next::CommaOrEnd, Token::Comma) if !self.open.is_empty() => match self.innermost() {
                Some(Opened { bracket: b'[', .. }) => Next::Item,
                _ => Next::Key,
            },
            (Next::CommaOrEnd | Next::KeyOrEnd, Token::CloseBrace) if self.innermost_is(b'{') => {
                self.close(span, root);
                Next::CommaOrEnd
            }
            (Next::CommaOrEnd | Next::ItemOrEnd, Token::CloseBracket) if self.innermost_is(b'[') => {
                self.close(span, root);
                Next::CommaOrEnd
            }
            // A placeholder for members, which bring their commas or not.
            (Next::Colon, token @ (Token::Comma | Token::CloseBrace | Token::String(_)))
                if self.drop_placeholder_key() =>
            {
                let next = match token {
                    Token::String(_) => Next::Key,
                    _ => Next::CommaOrEnd,
                };
                return self.accept(next, token, span, root);
            }
            (Next::CommaOrEnd, Token::String(_))
                if !self.open.is_empty() && self.take_mask(span).is_some() =>
            {
                if let Some(open) = self.open.last_mut() {
                    open.may_have_more = true;
                }
                Next::CommaOrEnd
            }
            (next, token) => return Err(self.unexpected(next, &token, span)),
        })
    }

    /// Takes back a key that is a bare placeholder and has no value: it stands for members of the object.
    fn drop_placeholder_key(&mut self) -> bool {
        let Some(Open {
            content: Content::Object { key, .. },
            may_have_more,
            ..
        }) = self.open.last_mut()
        else {
            return false;
        };
        let starts = |span: Span| self.original.as_bytes().get(span.start as usize);
        let is_bare = key.as_ref().is_some_and(|(_, span)| starts(*span) == Some(&b'$'));
        if is_bare {
            *key = None;
            *may_have_more = true;
        }
        is_bare
    }

    /// The next token and its place; comments, stray characters and broken tokens are mistakes.
    fn token(&mut self) -> Result<Option<(Token<'a>, Span)>, Mistake> {
        let scanned = self.scanner.scan();
        let start = self.base + self.scanner.token_start();
        self.check_blanks(start)?;
        let token = match scanned {
            Ok(Some(token)) => token,
            Ok(None) => return Ok(None),
            Err(error) => return Err(self.broken_token(&error, start)),
        };
        let span = Span::new(start, self.base + self.scanner.token_end());
        match &token {
            Token::CommentLine(_) | Token::CommentBlock(_) => Err(self.comment(span)),
            Token::Word(_) => Err(self.word(span)),
            _ => Ok(Some((token, span))),
        }
    }

    fn scalar(&mut self, token: Token<'_>, span: Span) -> Result<NodeId, Mistake> {
        let kind = match token {
            Token::String(text) => match self.take_mask(span) {
                Some(name) => match self.options.substitutions.value(&name, &mut self.made, span) {
                    Some(value) => return Ok(self.builder.add_value(&value, span)),
                    None => NodeKind::Placeholder(name),
                },
                None => {
                    self.check_string(span)?;
                    let filled =
                        { placeholder::substitute(&text, &self.options.substitutions, &mut self.made, span) };
                    NodeKind::String(filled.map_or_else(|| Arc::from(&*text), Arc::from))
                }
            },
            Token::Number(text) => NodeKind::Number(self.number(text, span)?),
            Token::Boolean(value) => NodeKind::Bool(value),
            _ => NodeKind::Null,
        };
        Ok(self.builder.add(kind, span))
    }

    fn number(&self, text: &str, span: Span) -> Result<Number, Mistake> {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        // The scanner ends a number after a leading zero; what follows at once belongs to it.
        let follows = self
            .original
            .as_bytes()
            .get(span.end as usize)
            .copied()
            .unwrap_or(b' ');
        if digits == b"0" && follows.is_ascii_digit() {
            return Err(self.leading_zero(span));
        }
        Number::parse(text).ok_or_else(|| self.number_too_large(span))
    }

    /// The name of the placeholder that is masked at `span`.
    fn take_mask(&mut self, span: Span) -> Option<Arc<str>> {
        let (first, rest) = self.masks.split_first()?;
        if first.start != span.start as usize {
            return None;
        }
        self.masks = rest;
        placeholder::whole(&self.original[span.range()]).map(Arc::from)
    }

    fn open(&mut self, content: Content, bracket: u8, span: Span) -> Result<(), Mistake> {
        if self.open.len() >= MAX_NESTING {
            return Err(Box::new(super::too_deep(span)));
        }
        self.open.push(Open {
            opened: Opened { bracket, span },
            content,
            is_broken: false,
            may_have_more: false,
        });
        Ok(())
    }

    fn close(&mut self, end: Span, root: &mut Option<NodeId>) {
        let Some(Open {
            opened,
            content,
            is_broken,
            may_have_more,
        }) = self.open.pop()
        else {
            return;
        };
        let kind = match content {
            Content::Array(items) => NodeKind::Array(items),
            Content::Object { members, .. } => {
                // What comes twice may be a part of what was to follow.
                if !is_broken {
                    members::report_duplicates(&members, self.findings);
                }
                NodeKind::Object(members)
            }
        };
        let span = Span {
            start: opened.span.start,
            end: end.end,
        };
        let value = self.builder.add(kind, span);
        if is_broken {
            self.builder.set_broken(value);
        }
        if may_have_more {
            self.builder.set_open(value);
        }
        self.put(value, root);
    }

    /// Puts a finished value where it belongs.
    fn put(&mut self, value: NodeId, root: &mut Option<NodeId>) {
        match self.open.last_mut().map(|open| &mut open.content) {
            Some(Content::Array(items)) => items.push(value),
            Some(Content::Object { members, key }) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member { key, key_span, value });
                }
            }
            None => *root = Some(value),
        }
    }

    fn innermost(&self) -> Option<Opened> {
        self.open.last().map(|open| open.opened)
    }

    fn innermost_is(&self, bracket: u8) -> bool {
        self.innermost().is_some_and(|opened| opened.bracket == bracket)
    }
}
