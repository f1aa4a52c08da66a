//! The error names of retriers and catchers.

use super::report::Phase;
use super::{Context, SCHEMA, messages};
use crate::asl::ErrorName;
use crate::asl::error_names::ALL;
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Span};
use crate::source::NodeRef;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for state in machine.states() {
        let retry: Vec<&[ErrorName]> = state.retriers.iter().map(|r| r.errors.as_slice()).collect();
        let catch: Vec<&[ErrorName]> = state.catchers.iter().map(|c| c.errors.as_slice()).collect();
        for list in [retry, catch] {
            all_alone_and_last(context, &list);
        }
    }
}

/// `States.ALL` stands alone in its list, and that list is the last one.
fn all_alone_and_last(context: &mut Context<'_>, list: &[&[ErrorName]]) {
    for (i, errors) in list.iter().enumerate() {
        let Some(all) = errors.iter().find(|error| &*error.name == ALL) else {
            continue;
        };
        let last = i + 1 == list.len();
        if last && errors.len() == 1 {
            continue;
        }
        let node = context.machine.node(all.node);
        let (label, help) = if errors.len() > 1 {
            (
                "it stands beside other names",
                "States.ALL covers the other names: give it an entry of its own, the last one",
            )
        } else {
            (
                "entries follow it",
                "no entry after it is ever used: make it the last one",
            )
        };
        let mut finding = Finding::error(SCHEMA, messages::ALL_ALONE_LAST, node.token_span())
            .with_location(node.location())
            .with_label(label)
            .with_help(help);
        finding.fixes.extend(match (last, errors.len()) {
            (true, _) => alone(node),
            (false, 1) => moved_to_the_end(node),
            (false, _) => None,
        });
        context.report.add(Phase::Schema, finding);
    }
}

/// Of the last list: no other name is needed.
fn alone(all: NodeRef<'_>) -> Option<Fix> {
    let names = all.parent().filter(|list| list.is_array())?;
    let text = all.document().file().text();
    Some(fix(
        "Leave the other names out",
        vec![Edit {
            span: names.span(),
            text: format!("[{}]", &text[all.token_span().range()]),
        }],
    ))
}

/// The entry changes places with those behind it.
fn moved_to_the_end(all: NodeRef<'_>) -> Option<Fix> {
    let entry = all.parent()?.parent()?;
    let list = entry.parent().filter(|list| list.is_array())?;
    let text = all.document().file().text();
    // A block of YAML may end with the line.
    let spans: Option<Vec<Span>> = (list.items())
        .map(|item| {
            let span = item.span();
            let length = text.get(span.range())?.trim_end().len();
            Some(Span::new(span.start as usize, span.start as usize + length))
        })
        .collect();
    let spans = spans?;
    let at = list.items().position(|item| item.id() == entry.id())?;
    let from = spans[at + 1..].iter().chain([&spans[at]]);
    let edits = spans[at..].iter().zip(from).map(|(span, from)| {
        Some(Edit {
            span: *span,
            text: text.get(from.range())?.to_owned(),
        })
    });
    Some(fix("Make it the last entry", edits.collect::<Option<_>>()?))
}

fn fix(title: &str, edits: Vec<Edit>) -> Fix {
    Fix {
        title: title.to_owned(),
        applicability: Applicability::Unsafe,
        edits,
    }
}
