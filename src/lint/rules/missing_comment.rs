//! # What it does
//! Finds machines without a `Comment`.
//!
//! # Why
//! The comment is what the console's list and the next reader have to go by. A matter of taste, so this rule is off by
//! default.
//!
//! # Example
//! ```json
//! {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"Comment": "Does nothing, as a placeholder for the nightly import.",
//!   "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html): Comment.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "missing-comment",
    summary: "A machine without a Comment on its purpose",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let machine = cx.machine.fields();
    if machine.comment().is_some() {
        return;
    }
    if let Some(start) = machine.start_at() {
        out.push(
            cx.at(start, "this machine has no Comment")
                .with_label("state its purpose")
                .with_help("add \"Comment\" with a sentence"),
        );
    }
}
