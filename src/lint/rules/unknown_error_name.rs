//! # What it does
//! Finds names in `ErrorEquals` that begin with `States.`, or nearly so (`State.ALL`, `Stats.Timeout`), and are no error of
//! Step Functions, or are one but for the case of their letters; names with a `*`, and a bare `ALL`; names that differ by a
//! letter or two from an error of the Lambda service; and names of the service that a task calls, spelt otherwise than its
//! integration spells them: SDK integrations begin them with `DynamoDb.` where the optimised one has `DynamoDB.`, and
//! always end them with `Exception`.
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

use crate::asl::error_names::ALL;
use crate::asl::{ErrorName, RESERVED_ERRORS, Resource, State, StateType, is_reserved_error};
use crate::diagnostics::{Applicability, Finding, Help, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{Never, never_raises};
use crate::source::{NodeRef, placeholder};

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
        let found = |name| look(cx, name).or_else(|| of_service(cx, state, name)).or_else(|| lambda(cx, name));
        out.extend(names.filter_map(found));
    }
}

fn look(cx: &Context<'_>, error: &ErrorName) -> Option<Finding> {
    let name = &*error.name;
    if is_reserved_error(name) || placeholder::is_in(name) {
        return None;
    }
    let node = cx.machine.node(error.node);
    let said = |message: String| cx.at(node, message).with_label("never raised");
    if name.contains('*') && !is_raised_here(cx, name) {
        let finding = said(format!("no error is named '{name}'"))
            .with_help("ErrorEquals takes whole names; States.ALL stands for any error, States.TaskFailed for any but a timeout");
        let any = matches!(name, "*" | "States.*").then_some(ALL);
        return Some(offer(finding, node, any, Applicability::Unsafe));
    }
    let begins = name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("States."));
    if !begins {
        let near = nearly_reserved(name).filter(|_| !is_raised_here(cx, name))?;
        let finding = said(format!("Step Functions has no error '{name}'"))
            .with_help(Help::asks(near));
        // A function may raise errors of any name.
        return Some(offer(finding, node, Some(near), Applicability::Unsafe));
    }
    let finding = said(format!("Step Functions has no error '{name}'"));
    if name.starts_with("States.Http.StatusCode") {
        return Some(finding.with_help("name one status of HTTP: States.Http.StatusCode.503"));
    }
    let Some(near) = nearest(name, RESERVED_ERRORS) else {
        return Some(finding.with_help("errors of functions do not begin with 'States.': write the name they raise"));
    };
    let finding = finding.with_help(Help::asks(near));
    Some(offer(finding, node, Some(near), Applicability::Safe))
}

fn offer(finding: Finding, node: NodeRef<'_>, near: Option<&str>, how: Applicability) -> Finding {
    match near {
        Some(near) => {
            let edit = edits::one(edits::replace_string(node, near));
            edits::offer(finding, format!("Write '{near}'"), how, edit)
        }
        None => finding,
    }
}

/// The error of Step Functions that a name without its `States.` is meant to be: `State.ALL`, `Sates.Timeout`, `StatesALL`,
/// `ALL`. One letter more or less, or two that have changed places: another letter makes another word (`Status.`).
fn nearly_reserved(name: &str) -> Option<&'static str> {
    const BEGINNING: &str = "states";
    if name.eq_ignore_ascii_case("ALL") {
        return Some(ALL);
    }
    let bare = |reserved: &'static str| reserved.get(BEGINNING.len() + 1..).unwrap_or_default();
    if let Some((prefix, rest)) = name.split_once('.') {
        let prefix = prefix.to_ascii_lowercase();
        let letters = |text: &str| -> Vec<u8> {
            let mut letters = text.as_bytes().to_vec();
            letters.sort_unstable();
            letters
        };
        let slip = prefix.len() != BEGINNING.len() || letters(&prefix) == letters(BEGINNING);
        // Of a long one the distance costs its length.
        let close = slip && prefix.len().abs_diff(BEGINNING.len()) <= 1 && strsim::damerau_levenshtein(&prefix, BEGINNING) <= 1;
        let whole = format!("States.{rest}");
        let exact = RESERVED_ERRORS.into_iter().find(|reserved| *reserved == whole);
        return exact.or_else(|| nearest(&whole, RESERVED_ERRORS)).filter(|_| close);
    }
    let rest = name.get(..BEGINNING.len()).filter(|start| start.eq_ignore_ascii_case(BEGINNING));
    let rest = rest.and(name.get(BEGINNING.len()..))?;
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    RESERVED_ERRORS.into_iter().find(|reserved| bare(reserved).eq_ignore_ascii_case(rest))
}

/// Whether a Fail state of the machine has an error of this name.
fn is_raised_here(cx: &Context<'_>, name: &str) -> bool {
    let mut fails = cx.machine.states().iter().filter(|state| state.state_type == Some(StateType::Fail));
    fails.any(|state| cx.fields(state).error().and_then(NodeRef::as_str) == Some(name))
}

/// Names that begin with `Lambda.` are those of the service's own errors, wherever they stand.
fn lambda(cx: &Context<'_>, error: &ErrorName) -> Option<Finding> {
    let begins = error.name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("Lambda."));
    let invoke = Resource::parse("arn:aws:states:::lambda:invoke");
    match never_raises(&invoke, &error.name).filter(|_| begins)? {
        Never::Misspelt(meant) => Some(misspelt(cx, error, "Lambda", &meant)),
        _ => None,
    }
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
    let service = match resource {
        Resource::Integration { service: "lambda", .. } | Resource::LambdaFunction { .. } => "Lambda",
        Resource::Integration { service, .. } => service,
        _ => return None,
    };
    Some(misspelt(cx, error, service, &meant))
}

fn misspelt(cx: &Context<'_>, error: &ErrorName, service: &str, meant: &str) -> Finding {
    let node = cx.machine.node(error.node);
    let finding = cx
        .at(node, format!("{service} has no error '{}'", error.name))
        .with_label("never raised")
        .with_help(Help::asks(meant));
    // A function may raise errors of any name.
    offer(finding, node, Some(meant), Applicability::Unsafe)
}

#[cfg(test)]
mod tests {
    use super::nearly_reserved;

    #[test]
    fn what_lacks_its_beginning_is_found_and_other_words_are_not() {
        for (name, expected) in [
            ("State.ALL", Some("States.ALL")),
            ("State.Timeout", Some("States.Timeout")),
            ("state.taskFailed", Some("States.TaskFailed")),
            ("Stats.Timeout", Some("States.Timeout")),
            ("Statse.ALL", Some("States.ALL")),
            ("State.Timeot", Some("States.Timeout")),
            ("StatesALL", Some("States.ALL")),
            ("States:Timeout", Some("States.Timeout")),
            ("States TaskFailed", Some("States.TaskFailed")),
            ("ALL", Some("States.ALL")),
            ("all", Some("States.ALL")),
            ("Status.Timeout", None),
            ("State.CardDeclined", None),
            ("StatesOfMatter", None),
            ("StateTimeout", None),
            ("Timeout", None),
            ("TaskFailed", None),
            ("Estate.Timeout", None),
            ("States", None),
            ("", None),
        ] {
            assert_eq!(nearly_reserved(name), expected, "{name}");
        }
    }
}
