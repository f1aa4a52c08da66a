//! # What it does
//! Finds catchers that lead back to their own state with no way out: the catcher's `Next` is the state itself, or a
//! chain of states that returns to it without a Choice state in between.
//!
//! # Why
//! While the error persists, the state is tried forever: every iteration costs transitions, and a Standard execution ends
//! after 25,000 events, far from the cause. `Retry` counts its attempts and waits longer each time. A loop that waits
//! between its iterations is sometimes intended, so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Pause"}]},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Fetch"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "BackoffRate": 1, "MaxAttempts": 30}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html);
//! [Best practices](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html): avoiding the history quota.

use crate::asl::{Catcher, State, StateId};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "catch-loop",
    summary: "A catcher that leads back to its own state forever",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: false,
    options: &[],
    check,
};

/// A longer chain back is a workflow of its own.
const LONGEST: usize = 10;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for catcher in &state.catchers {
            if let Some(way) = way_back(cx, state, catcher) {
                out.push(finding(cx, state, catcher, &way));
            }
        }
    }
}

/// The states between, when only one way leads on from the catcher and it comes back.
fn way_back(cx: &Context<'_>, state: &State, catcher: &Catcher) -> Option<Vec<StateId>> {
    let mut way = Vec::new();
    let mut at = cx.machine.resolve(state.scope, catcher.next.as_ref()?)?;
    while at != state.id {
        if way.len() == LONGEST {
            return None;
        }
        way.push(at);
        let here = cx.machine.state(at);
        // A task on the way may fail, and its catchers lead elsewhere.
        if !here.choices.is_empty() || !here.catchers.is_empty() {
            return None;
        }
        at = cx.machine.resolve(here.scope, here.next.as_ref()?)?;
    }
    Some(way)
}

fn finding(cx: &Context<'_>, state: &State, catcher: &Catcher, way: &[StateId]) -> Finding {
    let message = match way {
        [] => format!("this catcher leads back to '{}' itself for as long as the error persists", state.name),
        _ => format!(
            "this catcher leads through {} back to '{}' for as long as the error persists",
            cx.quoted(way, "and"),
            state.name
        ),
    };
    let finding = match &catcher.next {
        Some(next) => cx.at(cx.machine.node(next.node), message),
        None => cx.at_state(state, message),
    };
    finding
        .with_label("no end to this")
        .with_help("retry with \"Retry\", which counts and backs off, or count the iterations and leave through a Choice state")
}
