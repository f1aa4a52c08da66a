//! # What it does
//! Finds loops that wait and ask until an answer comes, and that nothing ends when it never does: no count of the iterations,
//! no time compared, no TimeoutSeconds of the machine.
//!
//! # Why
//! An execution may run for a year, or until its history has 25,000 events, and every iteration is paid for. Many such loops
//! wait for what is sure to end, so this rule is off by default; `endless-polling` finds those that go on after a status
//! which never changes again.
//!
//! # Example
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "${ReadyFunction}", "Next": "Ready?"},
//!   "Ready?": {"Type": "Choice", "Default": "Pause", "Choices": [
//!     {"Variable": "$.ready", "BooleanEquals": true, "Next": "Done"}]},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Ask", "TimeoutSeconds": 86400, "States": {
//!   "Ask": {"Type": "Task", "Resource": "${ReadyFunction}", "Next": "Ready?"},
//!   "Ready?": {"Type": "Choice", "Default": "Pause", "Choices": [
//!     {"Variable": "$.ready", "BooleanEquals": true, "Next": "Done"}]},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Best practices](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html): timeouts, and the
//! history quota.

use crate::asl::{MachineType, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::expr::condition::{Comparison, Condition};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "polling-without-limit",
    summary: "A polling loop with no limit on iterations or time",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Time,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let limited = cx.machine.fields().timeout_seconds().is_some();
    if limited {
        return;
    }
    for states in cx.waiting_loops() {
        let first = |state_type| states.iter().find(|state| state.state_type == Some(state_type));
        let (Some(wait), Some(task)) = (first(StateType::Wait), first(StateType::Task)) else {
            continue;
        };
        if cx.execution_type(task) == Some(MachineType::Express) || states.iter().any(|state| counts(cx, state)) {
            continue;
        }
        let finding = cx
            .at_state(task, format!("nothing ends the loop of '{}' when what it waits for never comes", task.name))
            .with_label("polled repeatedly")
            .with_related(wait.name_span, "this waits between")
            .with_help("give the machine TimeoutSeconds, or count the iterations and leave the loop after a maximum");
        out.push(finding);
    }
}

/// Whether a state may be what counts turns or looks at the time.
fn counts(cx: &Context<'_>, state: &State) -> bool {
    const COUNTING: [&str; 7] = ["States.MathAdd", "RetryCount", "EnteredTime", "+", " - ", "$now(", "$millis("];
    let compared = cx.conditions(state).iter().flat_map(Condition::comparisons).any(Comparison::is_of_amounts);
    let computed = cx.references(state).texts.iter().any(|text| {
        let text = cx.machine.node(text.node).as_str().unwrap_or_default();
        COUNTING.iter().any(|word| text.contains(word))
    });
    compared || computed
}
