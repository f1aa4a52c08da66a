//! # What it does
//! Finds names in `ErrorEquals` that begin with `States.` and are no error of Step Functions, or are one but for the
//! case of their letters; names that differ by a letter or two from an error of the Lambda service; and names of the
//! service that a task calls, spelt otherwise than its integration spells them: SDK integrations begin them with
//! `DynamoDb.` where the optimised one has `DynamoDB.`, and always end them with `Exception`.
//!
//! # Why
//! Error names are compared letter by letter, and `States.` is reserved: no function can raise such an error. A
//! retrier or catcher for `States.Timeot` is accepted and never used.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Done", "Catch": [
//!     {"ErrorEquals": ["States.Timeot"], "Next": "Late"}]},
//!   "Late": {"Type": "Fail", "Error": "TooLate"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Done", "Catch": [
//!     {"ErrorEquals": ["States.Timeout"], "Next": "Late"}]},
//!   "Late": {"Type": "Fail", "Error": "TooLate"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Learning to use AWS service SDK integrations in Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html):
//! exception prefixes and the suffix.
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error names.

use crate::asl::{ErrorName, RESERVED_ERRORS, Resource, State, StateType, is_reserved_error};
use crate::diagnostics::{Applicability, Finding, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{LAMBDA_TRANSIENT, Never, never_raises};
use crate::source::placeholder;

pub(super) static RULE: Rule = Rule {
    name: "unknown-error-name",
    summary: "A misspelt error name of Step Functions",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let names = (state.retriers.iter().flat_map(|r| &r.errors))
            .chain(state.catchers.iter().flat_map(|c| &c.errors));
        let found = |name| look(cx, name).or_else(|| lambda(cx, name)).or_else(|| of_service(cx, state, name));
        out.extend(names.filter_map(found));
    }
}

fn look(cx: &Context<'_>, error: &ErrorName) -> Option<Finding> {
    let name = &*error.name;
    let begins = name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("States."));
    if !begins || is_reserved_error(name) || placeholder::is_in(name) {
        return None;
    }
    let node = cx.machine.node(error.node);
    let message = format!("Step Functions has no error '{name}'");
    let finding = cx.at(node, message).with_label("never raised");
    if name.starts_with("States.Http.StatusCode") {
        return Some(finding.with_help("name one status of HTTP: States.Http.StatusCode.503"));
    }
    let Some(near) = nearest(name, RESERVED_ERRORS) else {
        return Some(finding.with_help("errors of functions do not begin with 'States.': write the name they raise"));
    };
    let finding = finding.with_help(format!("did you mean '{near}'?"));
    let edit = edits::one(edits::replace_string(node, near));
    Some(edits::offer(finding, format!("Write '{near}'"), Applicability::Safe, edit))
}

/// Names that begin with `Lambda.` are those of the service's own errors.
fn lambda(cx: &Context<'_>, error: &ErrorName) -> Option<Finding> {
    let name = &*error.name;
    let known = LAMBDA_TRANSIENT.into_iter().chain(["Lambda.Unknown"]);
    if !name.starts_with("Lambda.") || known.clone().any(|known| known == name) || placeholder::is_in(name) {
        return None;
    }
    let near = known.min_by_key(|known| strsim::damerau_levenshtein(known, name))?;
    if strsim::damerau_levenshtein(near, name) > 2 {
        return None;
    }
    let node = cx.machine.node(error.node);
    let finding = cx
        .at(node, format!("Lambda has no error '{name}'"))
        .with_label("never raised")
        .with_help(format!("did you mean '{near}'?"));
    let edit = edits::one(edits::replace_string(node, near));
    // A function may raise errors of any name.
    Some(edits::offer(finding, format!("Write '{near}'"), Applicability::Unsafe, edit))
}

/// Names of the service that is called, spelt otherwise than its integration spells them.
fn of_service(cx: &Context<'_>, state: &State, error: &ErrorName) -> Option<Finding> {
    if state.state_type != Some(StateType::Task) {
        return None;
    }
    let resource = cx.resource(state);
    let Some(Never::Misspelt(meant)) = never_raises(&resource, &error.name) else {
        return None;
    };
    let Resource::Integration { service, .. } = resource else {
        return None;
    };
    let node = cx.machine.node(error.node);
    let finding = cx
        .at(node, format!("{service} has no error '{}'", error.name))
        .with_label("never raised")
        .with_help(format!("did you mean '{meant}'?"));
    let edit = edits::one(edits::replace_string(node, &meant));
    Some(edits::offer(finding, format!("Write '{meant}'"), Applicability::Unsafe, edit))
}
