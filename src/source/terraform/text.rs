//! Texts with interpolations: quoted templates, heredocs, and files that Terraform fills in.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::template::{Element, Template};

use super::super::SourceFile;
use super::super::decoded::Places;
use super::super::substituted::{Given, Used};
use super::super::template::Written;
use super::module::span;
use super::value::{Evaluator, Kind};
use crate::diagnostics::Span;

/// How a template is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// In quotes, with escapes.
    Quoted,
    /// As lines, of which the first `indent` blanks are no part.
    Lines { indent: usize },
}

/// A text, part by part.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// Where it is written.
    pub(super) file: Arc<SourceFile>,
    pub(super) pieces: Vec<Piece>,
    /// Whether it has directives that nobody knows the outcome of, so that it is not known what it says.
    pub(super) has_directives: bool,
    /// Whether it has any, or escapes: what it says stands nowhere as it is.
    pub(super) is_rewritten: bool,
    /// Whether the blanks that begin what comes next are no part of it.
    pub(super) strips_next: bool,
    /// The names that are given for it and that stand in it, where it is a template with a known list of variables.
    pub(super) names: Option<Arc<Names>>,
}

/// The variables of a template.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) given: Vec<Given>,
    pub(super) used: Vec<Used>,
    pub(super) by: Renderer,
}

/// Who fills in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renderer {
    /// The function `templatefile`.
    Function,
    /// The data source `template_file`.
    DataSource,
}

/// A part of a text.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// What it says, and where that stands. Of equal length they are the same text.
    Known { text: String, span: Span },
    /// An expression that is known when Terraform runs.
    Unknown { name: String, span: Span },
}

impl Text {
    pub(super) fn new(file: Arc<SourceFile>) -> Text {
        Text {
            file,
            pieces: Vec::new(),
            has_directives: false,
            is_rewritten: false,
            strips_next: false,
            names: None,
        }
    }

    /// How many bytes of it are known.
    pub(super) fn len(&self) -> usize {
        let pieces = self.pieces.iter();
        pieces
            .map(|piece| match piece {
                Piece::Known { text, .. } => text.len(),
                Piece::Unknown { .. } => 0,
            })
            .sum()
    }

    /// A text that an expression at `span` stands for.
    pub(super) fn of(file: Arc<SourceFile>, text: &str, span: Span) -> Text {
        let mut new = Text::new(file);
        new.known(text, span);
        new
    }

    /// Goes on with `text`, for which `span` stands in the file.
    fn add(&mut self, text: &str, span: Span) {
        if text.is_empty() {
            return;
        }
        // What stands as it is goes on as it is.
        if let Some(Piece::Known { text: last, span: at }) = self.pieces.last_mut()
            && last.len() == at.range().len()
            && text.len() == span.range().len()
            && at.end == span.start
        {
            last.push_str(text);
            at.end = span.end;
            return;
        }
        self.pieces.push(Piece::Known {
            text: text.to_owned(),
            span,
        });
    }

    /// Goes on with the template's elements.
    pub(super) fn add_template(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        file: usize,
        template: &Template,
        form: Form,
    ) {
        // An interpolation may begin a line, or go on with one.
        let mut line_begins = true;
        for element in template.iter() {
            match element {
                Element::Literal(literal) => {
                    let mut range = span(literal.span()).range();
                    if std::mem::take(&mut self.strips_next) {
                        let written = self.file.text().get(range.clone()).unwrap_or_default();
                        range.start += written.len() - written.trim_start().len();
                    }
                    match form {
                        Form::Quoted => self.add_quoted(range),
                        Form::Lines { indent } => self.add_lines(range.clone(), indent, line_begins),
                    }
                    line_begins = false;
                }
                Element::Interpolation(interpolation) => {
                    let at = span(interpolation.span());
                    self.strip_before(interpolation.strip.strip_start());
                    let value = evaluator.value(file, &interpolation.expr);
                    match &value.kind {
                        Kind::Unknown { name, .. } => self.pieces.push(Piece::Unknown {
                            name: name.clone(),
                            span: at,
                        }),
                        Kind::Text(text) => {
                            self.has_directives |= text.has_directives;
                            self.is_rewritten |= text.is_rewritten;
                            let text = text.joined();
                            self.add(&text, at);
                        }
                        Kind::Null => {}
                        _ => {
                            let text = match (&value.kind, value.as_text()) {
                                (Kind::Encoded(inner), _) => evaluator.json(inner),
                                (_, None) => evaluator.json(&value),
                                (_, Some(text)) => evaluator.may_make(text.len()).then_some(text),
                            };
                            match text {
                                Some(text) => self.add(&text, at),
                                None => self.pieces.push(Piece::Unknown {
                                    name: "...".to_owned(),
                                    span: at,
                                }),
                            }
                        }
                    }
                    self.strips_next = interpolation.strip.strip_end();
                    line_begins = false;
                }
                Element::Directive(directive) => {
                    self.strips_next = false;
                    self.add_directive(evaluator, file, directive, form);
                    line_begins = false;
                }
            }
        }
    }

    /// A part of a quoted template: its escapes are undone [HCL Native Syntax Specification, Quoted and Heredoc Template
    /// Expressions].
    pub(super) fn add_quoted(&mut self, range: Range<usize>) {
        let source = self.file.clone();
        let Some(written) = source.text().get(range.clone()) else {
            return;
        };
        let mut rest = written;
        while !rest.is_empty() {
            let at = range.start + (written.len() - rest.len());
            let plain = rest.find(['\\', '$', '%']).unwrap_or(rest.len());
            if plain > 0 {
                self.add(&rest[..plain], Span::new(at, at + plain));
                rest = &rest[plain..];
                continue;
            }
            let (text, length) = escape(rest);
            self.add(&text, Span::new(at, at + length));
            rest = &rest[length..];
        }
    }

    /// A part of a heredoc or of a file.
    fn add_lines(&mut self, range: Range<usize>, indent: usize, line_begins: bool) {
        let source = self.file.clone();
        let Some(written) = source.text().get(range.clone()) else {
            return;
        };
        let mut at = range.start;
        for (number, line) in written.split_inclusive('\n').enumerate() {
            let mut rest = line;
            if indent > 0 && (number > 0 || line_begins) {
                let blanks = line.chars().take(indent).take_while(|c| matches!(c, ' ' | '\t'));
                rest = &line[blanks.map(char::len_utf8).sum::<usize>()..];
            }
            let mut from = at + (line.len() - rest.len());
            while let Some(found) = ["$${", "%%{"].iter().filter_map(|mark| rest.find(mark)).min() {
                self.add(&rest[..found], Span::new(from, from + found));
                let mark = &rest[found + 1..found + 3];
                self.add(mark, Span::new(from + found, from + found + 3));
                self.is_rewritten = true;
                rest = &rest[found + 3..];
                from += found + 3;
            }
            self.add(rest, Span::new(from, from + rest.len()));
            at += line.len();
        }
    }

    fn known(&mut self, text: &str, span: Span) {
        self.add(text, span);
    }

    /// The whole text, placeholders for what is not known.
    pub(super) fn joined(&self) -> String {
        self.pieces.iter().map(Piece::shown).collect()
    }

    /// The whole text, where all of it is known.
    pub(super) fn known_whole(&self) -> Option<String> {
        let is_known = |piece: &Piece| matches!(piece, Piece::Known { .. });
        (!self.has_directives && self.pieces.iter().all(is_known)).then(|| self.joined())
    }

    /// Whether every part that is known stands in the file as it is, no escape in it.
    pub(super) fn is_as_written(&self) -> bool {
        !self.is_rewritten
            && self.pieces.iter().all(|piece| match piece {
                Piece::Known { text, span } => self.file.text().get(span.range()) == Some(text),
                Piece::Unknown { .. } => true,
            })
    }

    /// Whether it says something else than what stands in its file.
    pub(super) fn is_verbatim(&self) -> bool {
        match &self.pieces[..] {
            [] => self.file.text().is_empty(),
            [Piece::Known { text, span }] => {
                !self.has_directives && span.start == 0 && *text == self.file.text()
            }
            _ => false,
        }
    }

    /// It and the places of its parts; `None` where directives decide what it says.
    pub(super) fn written(&self) -> Option<Written> {
        if self.has_directives {
            return None;
        }
        let mut written = Written {
            text: String::new(),
            places: Places::default(),
        };
        for piece in &self.pieces {
            let text = piece.shown();
            let (Piece::Known { span, .. } | Piece::Unknown { span, .. }) = piece;
            written.places.add_unit(&text, *span);
            written.text.push_str(&text);
        }
        Some(written)
    }
}

/// What an escape at the beginning of `text` stands for, and its length. What is none stands for itself.
fn escape(text: &str) -> (String, usize) {
    let code = |digits: usize| {
        let hex = text.get(2..2 + digits)?;
        let code = u32::from_str_radix(hex, 16).ok()?;
        Some((char::from_u32(code)?.to_string(), 2 + digits))
    };
    let first = text.chars().next().map_or(1, char::len_utf8);
    let found = match text.as_bytes() {
        [b'$', b'$', b'{', ..] => Some(("${".to_owned(), 3)),
        [b'%', b'%', b'{', ..] => Some(("%{".to_owned(), 3)),
        [b'\\', b'n', ..] => Some(("\n".to_owned(), 2)),
        [b'\\', b'r', ..] => Some(("\r".to_owned(), 2)),
        [b'\\', b't', ..] => Some(("\t".to_owned(), 2)),
        [b'\\', b'"', ..] => Some(("\"".to_owned(), 2)),
        [b'\\', b'\\', ..] => Some(("\\".to_owned(), 2)),
        [b'\\', b'u', ..] => code(4),
        [b'\\', b'U', ..] => code(8),
        _ => None,
    };
    found.unwrap_or_else(|| (text[..first].to_owned(), first))
}
