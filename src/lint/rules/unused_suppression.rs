//! # What it does
//! Finds `sfn-tool: ignore RULE` in a `Comment`, or in a comment of a YAML file, where the rule has nothing to find, or
//! does not exist.
//!
//! # Why
//! It hides the next finding of that rule, which nobody has looked at.
//!
//! # Example
//! ```json
//! {"StartAt": "Done", "States": {
//!   "Done": {"Type": "Succeed", "Comment": "sfn-tool: ignore missing-catch"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Poll", "States": {
//!   "Poll": {"Type": "Task", "Resource": "${PollFunction}", "End": true,
//!     "Comment": "Fails fast on purpose. sfn-tool: ignore nothing-caught, missing-retry"}}}
//! ```
//!
//! # Source
//! Rules of this tool. A state's `Comment` holds for the state and what is inside, the machine's for the whole file; a
//! comment in YAML for its line, or the next when it stands alone, and for what that line begins: a state by its name or
//! its first field.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(in crate::lint) static RULE: Rule = Rule {
    name: "unused-suppression",
    summary: "An ignore comment that suppresses nothing",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

/// Nothing is known before all other rules have run: `suppression` makes the findings.
fn check(_: &Context<'_>, _: &mut Vec<Finding>) {}
