//! # What it does
//! Finds a `ResultSelector` whose result is not used: `"ResultPath": null` drops it, `OutputPath` leaves out the
//! place where it is put, or `OutputPath` picks a member that it does not make. Also finds members that no state reads on
//! any path before they are replaced or a Fail state ends the execution.
//!
//! # Why
//! It is evaluated for nothing, and fails the state when one of its paths leads nowhere. Mostly the result was meant to
//! be kept.
//!
//! # Example
//! ```json
//! {"StartAt": "Find", "States": {
//!   "Find": {"Type": "Task", "Resource": "${FindFunction}", "End": true,
//!     "ResultSelector": {"id.$": "$.id"}, "ResultPath": null}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Find", "States": {
//!   "Find": {"Type": "Task", "Resource": "${FindFunction}", "End": true,
//!     "ResultSelector": {"id.$": "$.id"}, "ResultPath": "$.found"}}}
//! ```
//!
//! # Source
//! [Specifying state output using ResultPath](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html).

use std::sync::Arc;

use crate::asl::{QueryLanguage, State};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::jsonpath::{Path, Root};
use crate::lint::unread::Readers;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::leading_names;
use crate::source::{Member, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "unused-result-selector",
    summary: "A ResultSelector, or a member of it, that nothing uses",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut readers = Readers::default();
    for state in cx.live_states() {
        if state.query_language != QueryLanguage::JsonPath {
            continue;
        }
        let Some(selector) = cx.fields(state).result_selector() else {
            continue;
        };
        out.extend(dropped(cx, state, selector).or_else(|| unread(cx, &mut readers, state, selector)));
    }
}

fn dropped(cx: &Context<'_>, state: &State, selector: NodeRef<'_>) -> Option<Finding> {
    let result_path = cx.fields(state).result_path();
    let output_path = cx.fields(state).output_path();
    for path in [result_path, output_path].into_iter().flatten() {
        if path.is_null() {
            let message = format!("the ResultSelector of '{}' has no effect: its result is dropped", state.name);
            let finding = cx
                .at(selector, message)
                .with_label("not used")
                .with_related(path.token_span(), "this drops it")
                .with_help("keep the result somewhere, or take the ResultSelector out");
            let edit = edits::one(edits::remove_member(cx.machine.node(state.node), "ResultSelector"));
            return Some(edits::offer(finding, "Take it out", Applicability::Unsafe, edit));
        }
    }
    let output_path = output_path?;
    let kept = names(output_path.as_str()?)?;
    let mut place = match result_path {
        Some(path) => names(path.as_str()?)?,
        None => Vec::new(),
    };
    let overlap = |place: &[Arc<str>]| place.starts_with(&kept) || kept.starts_with(place);
    let unused: Vec<&Member> = if overlap(&place) {
        // Of the object it makes only some members may be kept.
        let members = selector.members().iter();
        members
            .filter(|member| {
                place.push(Arc::from(member.key.strip_suffix(".$").unwrap_or(&member.key)));
                let used = overlap(&place);
                place.pop();
                !used
            })
            .collect()
    } else {
        selector.members().iter().collect()
    };
    let first = unused.first()?;
    let list: Vec<String> = unused.iter().map(|m| format!("'{}'", m.key.trim_end_matches(".$"))).collect();
    let message = format!(
        "OutputPath leaves out {} of the ResultSelector of '{}'",
        list.join(", "),
        state.name
    );
    let mut finding = cx.at(selector, message);
    finding.span = first.key_span;
    let finding = finding
        .with_label("not used")
        .with_related(output_path.token_span(), "this keeps something else");
    let edit = match unused.len() == selector.members().len() {
        true => edits::one(edits::remove_member(cx.machine.node(state.node), "ResultSelector")),
        // Neighbours go one after the other.
        false => edits::one(edits::remove_member(selector, &first.key)),
    };
    Some(edits::offer(finding, "Take it out", Applicability::Unsafe, edit))
}

/// Members that are passed on, and that no state reads before they are gone.
fn unread(cx: &Context<'_>, readers: &mut Readers, state: &State, selector: NodeRef<'_>) -> Option<Finding> {
    if cx.fields(state).output_path().is_some() {
        return None;
    }
    let mut place = match cx.fields(state).result_path() {
        Some(path) => names(path.as_str()?)?,
        None => Vec::new(),
    };
    let members = selector.members().iter();
    let unread: Vec<&Member> = members
        .filter(|member| {
            place.push(Arc::from(member.key.strip_suffix(".$").unwrap_or(&member.key)));
            let unread = readers.is_unread(cx, state, &place);
            place.pop();
            unread
        })
        .collect();
    let first = unread.first()?;
    let list: Vec<String> = unread.iter().map(|m| format!("'{}'", m.key.trim_end_matches(".$"))).collect();
    let message = format!("no state reads {} of the ResultSelector of '{}'", list.join(", "), state.name);
    let mut finding = cx.at(selector, message);
    finding.span = first.key_span;
    // It costs little, and may be there for whoever reads the history.
    finding.severity = Severity::Info;
    let finding = finding
        .with_label("not used")
        .with_help("take it out, or read it; without any of them the result can be dropped: \"ResultPath\": null");
    // An empty one would be an empty result, which may be what a state behind it stands on.
    let edit = match unread.len() == selector.members().len() {
        true => None,
        false => edits::one(edits::remove_member(selector, &first.key)),
    };
    Some(edits::offer(finding, "Take it out", Applicability::Unsafe, edit))
}

fn names(path: &str) -> Option<Vec<Arc<str>>> {
    let path = Path::parse(path).ok()?;
    (*path.root() == Root::Input).then(|| leading_names(&path).map(Arc::from).collect())
}
