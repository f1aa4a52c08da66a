//! # What it does
//! Finds Fail states without an `Error` (or `ErrorPath`).
//!
//! # Why
//! The execution fails without saying why: alarms, the list of failed executions and a parent workflow's catchers
//! have nothing to go by. A state that ends a branch this way fails with an error that no `ErrorEquals` but
//! `States.ALL` can name.
//!
//! # Example
//! ```json
//! {"StartAt": "Rejected", "States": {
//!   "Rejected": {"Type": "Fail"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Rejected", "States": {
//!   "Rejected": {"Type": "Fail", "Error": "OrderRejected", "Cause": "The stock was too low."}}}
//! ```
//!
//! # Source
//! [Fail workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html).

use crate::asl::StateType;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "fail-without-error",
    summary: "A Fail state that does not say what failed",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let fields = cx.fields(state);
        if state.state_type != Some(StateType::Fail) || fields.error().or(fields.error_path()).is_some() {
            continue;
        }
        // A cause alone tells people enough, if not alarms.
        let (message, help) = if fields.cause().or(fields.cause_path()).is_some() {
            (
                format!("'{}' has a Cause and no Error to tell it by", state.name),
                "add \"Error\", a name to catch or to alarm on",
            )
        } else {
            (
                format!("'{}' fails without saying why", state.name),
                "add \"Error\" (a name to catch or to alarm on) and \"Cause\" (a sentence for people)",
            )
        };
        let finding = cx
            .at_state(state, message)
            .with_label("no Error")
            .with_help(help);
        // `Order failed` becomes `OrderFailed`.
        let words = state.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let error: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
        let edit = (!error.is_empty())
            .then(|| edits::add_member(cx.machine.node(state.node), "Error", &edits::json_string(&error)))
            .flatten();
        let title = format!("Name the error '{error}'");
        out.push(edits::offer(finding, title, Applicability::Unsafe, edits::one(edit)));
    }
}
