//! The variables that a template names: all that Terraform asks for before it fills one in.

use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ForExpr};
use hcl_edit::template::{ForTemplateExpr, Interpolation, Template};
use hcl_edit::visit::{self, Visit};

use super::super::placeholder;
use super::super::substituted::Used;
use super::module::span;
use crate::arrange::Arrange as _;
use crate::diagnostics::Span;

/// The variables of a template, in its order, but for those that its own `for` gives values.
pub(super) fn used(template: &Template) -> Vec<Used> {
    let mut looking = Looking::default();
    looking.visit_template(template);
    looking.found.arrange_by_key(|used| used.span);
    looking.found
}

/// The names in the placeholders of a text that is no template yet.
pub(super) fn named(text: &str) -> Vec<Used> {
    let mut found = Vec::new();
    for place in placeholder::places(text) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let words = text[place.clone()].split(|c| !is_name(c));
        found.extend(words.filter(|word| !word.is_empty()).map(|word| Used {
            name: Arc::from(word),
            span: Span::new(place.start, place.end),
        }));
    }
    found
}

#[derive(Default)]
struct Looking {
    found: Vec<Used>,
    /// The names that `for` gives values here.
    bound: Vec<String>,
    /// The interpolation that is one name, or a part of its value, and nothing else.
    alone: Option<Span>,
}

impl Looking {
    /// Looks at what `inside` looks at, where these names have values.
    fn within(&mut self, names: &[Option<String>], inside: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        self.bound.extend(names.iter().flatten().cloned());
        inside(self);
        self.bound.truncate(before);
    }
}

impl Visit for Looking {
    fn visit_interpolation(&mut self, node: &Interpolation) {
        let is_name = match &node.expr {
            Expression::Variable(_) => true,
            Expression::Traversal(traversal) => matches!(traversal.expr, Expression::Variable(_)),
            _ => false,
        };
        self.alone = is_name.then(|| span(node.span()));
        visit::visit_interpolation(self, node);
        self.alone = None;
    }

    fn visit_expr(&mut self, node: &Expression) {
        let Expression::Variable(name) = node else {
            return visit::visit_expr(self, node);
        };
        let name = name.value().as_str();
        let span = self.alone.take().unwrap_or_else(|| span(node.span()));
        if !self.bound.iter().any(|bound| bound == name) {
            let name = Arc::from(name);
            self.found.push(Used { name, span });
        }
    }

    fn visit_for_expr(&mut self, node: &ForExpr) {
        let intro = &node.intro;
        self.visit_expr(&intro.collection_expr);
        let key = intro
            .key_var
            .as_ref()
            .map(|name| name.value().as_str().to_owned());
        let value = intro.value_var.value().as_str().to_owned();
        self.within(&[key, Some(value)], |inside| {
            node.key_expr.iter().for_each(|key| inside.visit_expr(key));
            inside.visit_expr(&node.value_expr);
            node.cond.iter().for_each(|cond| inside.visit_for_cond(cond));
        });
    }

    fn visit_for_template_expr(&mut self, node: &ForTemplateExpr) {
        self.visit_expr(&node.collection_expr);
        let key = node.key_var.as_ref().map(|name| name.value().as_str().to_owned());
        let value = node.value_var.value().as_str().to_owned();
        self.within(&[key, Some(value)], |inside| {
            inside.visit_template(&node.template)
        });
    }
}
