//! Directives of templates: `%{ if }` and `%{ for }`, as far as what decides them is known. Conditions that nobody knows are
//! never taken for something here: two of them may exclude each other, and what both give is no text that ever is.

use hcl_edit::Span as _;
use hcl_edit::template::{Directive, ForDirective, IfDirective};

use super::super::placeholder;
use super::module::{Place, span};
use super::text::{Form, Piece, Text};
use super::value::{Evaluator, Kind};
use crate::diagnostics::Span;

impl Text {
    /// Goes on with what a directive gives; where that is not known, something unknown stands there.
    pub(super) fn add_directive(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        file: usize,
        directive: &Directive,
        form: Form,
    ) {
        let at = span(directive.span());
        let is_known = match directive {
            Directive::If(directive) => self.add_if(evaluator, file, directive, form),
            Directive::For(directive) => self.add_for(evaluator, file, (directive, at), form),
        };
        self.is_rewritten = true;
        if !is_known {
            let written = self.file.text().get(at.range()).unwrap_or_default();
            let name = placeholder::named(written);
            self.pieces.push(Piece::Unknown { name, span: at });
            self.has_directives = true;
        }
    }

    /// Whether it is known which of the two parts is taken.
    fn add_if(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        file: usize,
        directive: &IfDirective,
        form: Form,
    ) -> bool {
        let (head, end) = (&directive.if_expr, &directive.endif_expr);
        let otherwise = directive.else_expr.as_ref();
        let Kind::Bool(holds) = evaluator.value(file, &head.cond_expr).kind else {
            return false;
        };
        self.strip_before(head.strip.strip_start());
        // The part that is taken, and the marks around it.
        let taken = match (holds, otherwise) {
            (true, Some(other)) => Some((&head.template, head.strip, other.strip)),
            (true, None) => Some((&head.template, head.strip, end.strip)),
            (false, Some(other)) => Some((&other.template, other.strip, end.strip)),
            (false, None) => None,
        };
        if let Some((template, before, after)) = taken {
            self.strips_next = before.strip_end();
            self.add_template(evaluator, file, template, form);
            self.strip_before(after.strip_start());
        }
        self.strips_next = end.strip.strip_end();
        true
    }

    /// Whether it is known what is gone through.
    fn add_for(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        file: usize,
        (directive, at): (&ForDirective, Span),
        form: Form,
    ) -> bool {
        let (head, end) = (&directive.for_expr, &directive.endfor_expr);
        let collection = evaluator.value(file, &head.collection_expr);
        let Some(elements) = evaluator.elements(Place { file, span: at }, collection) else {
            return false;
        };
        self.strip_before(head.strip.strip_start());
        let before = evaluator.bound.len();
        for (key, value) in elements {
            // As much again is made as stands there.
            if !evaluator.may_make(at.range().len()) {
                return false;
            }
            if let Some(name) = &head.key_var {
                evaluator.bound.push((name.value().as_str().to_owned(), key, 1));
            }
            let size = value.size();
            let name = head.value_var.value().as_str().to_owned();
            evaluator.bound.push((name, value, size));
            self.strips_next = head.strip.strip_end();
            self.add_template(evaluator, file, &head.template, form);
            self.strip_before(end.strip.strip_start());
            evaluator.bound.truncate(before);
        }
        self.strips_next = end.strip.strip_end();
        true
    }

    /// Takes the blanks away that a mark (`~`) stands behind.
    pub(super) fn strip_before(&mut self, is_marked: bool) {
        if !is_marked {
            return;
        }
        if let Some(Piece::Known { text, span }) = self.pieces.last_mut() {
            let blanks = text.len() - text.trim_end().len();
            if text.len() == span.range().len() {
                *span = Span::new(span.range().start, span.range().end - blanks);
            }
            text.truncate(text.len() - blanks);
        }
    }
}
