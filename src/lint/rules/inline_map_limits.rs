//! # What it does
//! Finds inline Maps that ask for more than 40 iterations at a time, and those over one page of what S3 lists, where
//! nothing asks for the following pages.
//!
//! # Why
//! An inline Map runs at most 40 iterations at a time whatever `MaxConcurrency` says, and all of them write into the
//! one history of 25,000 events: some thousand items end the execution. A Distributed Map runs up to 10,000 children
//! with histories of their own. S3 lists at most 1,000 objects per call. A Distributed Map fetches the following pages by itself; an
//! inline Map leaves the other objects out, and nothing fails.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "MaxConcurrency": 1000, "End": true,
//!     "ItemProcessor": {"StartAt": "Resize", "States": {
//!       "Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "MaxConcurrency": 1000, "End": true,
//!     "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
//!       "StartAt": "Resize", "States": {
//!       "Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}}}}}
//! ```
//!
//! # Source
//! [Using Map state in Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).

use crate::asl::{Resource, State, StateType};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "inline-map-limits",
    summary: "An inline Map for work that needs a Distributed Map",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

/// Iterations of an inline Map at a time [Using Map state in Inline mode].
const MOST: f64 = 40.0;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Map) || may_be_distributed(cx, state) {
            continue;
        }
        if let Some(node) = cx.fields(state).max_concurrency()
            && let Some(wanted) = node.as_number().map(|n| n.as_f64()).filter(|n| *n > MOST)
        {
            let message = format!("'{}' runs 40 iterations at a time, not {wanted}: it is an inline Map", state.name);
            let finding = cx.at(node, message).with_label("more than there are").with_help(help(cx, state));
            let edit = edits::one(edits::replace_word(node, "40"));
            out.push(edits::offer(finding, "Write 40", Applicability::Unsafe, edit));
        } else if let Some(listing) = listing(cx, state) {
            let message = format!("'{}' gets one page of what S3 lists: at most 1,000 objects", state.name);
            out.push(
                cx.at_state(state, message)
                    .with_label("the others are left out")
                    .with_related(listing.name_span, "the listing")
                    .with_help("a Distributed Map with an \"ItemReader\" (s3:listObjectsV2) reads all pages by itself"),
            );
        }
    }
}

fn help(cx: &Context<'_>, state: &State) -> &'static str {
    match cx.execution_type(state) {
        // Express executions have no Distributed Map.
        Some(MachineType::Express) => "write 40 or less",
        _ => "write 40 or less, or make it a Distributed Map: \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", ...}",
    }
}

/// Whether a Map is distributed, or may be: a placeholder may say so.
fn may_be_distributed(cx: &Context<'_>, state: &State) -> bool {
    !cx.machine.is_inline(state.id)
}

/// The task just before that lists objects, when its result is what is iterated over.
fn listing<'m>(cx: &Context<'m>, state: &State) -> Option<&'m State> {
    let items = cx.fields(state).items_path().or_else(|| cx.fields(state).items())?.as_str()?;
    let items = items.trim_end_matches("%}").trim_end();
    let before = cx.flow.scope(state.scope).predecessors(state.id);
    let [(_, before)] = before[..] else { return None };
    let before = cx.machine.state(before);
    let lists = matches!(
        cx.resource(before),
        Resource::Integration { service: "aws-sdk:s3", action: "listObjectsV2" | "listObjects", .. }
    );
    let text = cx.machine.document().file().text();
    // Somebody goes on where the page ends, or knows that there are few.
    let goes_on = ["ContinuationToken", "IsTruncated", "NextMarker"].iter().any(|word| text.contains(word));
    let few = cx.payload(before).is_some_and(|payload| payload.get("MaxKeys").is_some());
    (lists && items.ends_with("Contents") && !goes_on && !few).then_some(before)
}
