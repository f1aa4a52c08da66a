//! # What it does
//! Finds Choice states without a `Default` whose rules do not cover every case.
//!
//! # Why
//! When no rule matches and there is no `Default`, the execution fails, and no `Catch` can prevent it: a Choice state
//! has none, and the error is one that a Map or Parallel around it cannot catch either. Rules that together cover
//! everything need no `Default`: `BooleanEquals` true and false, `IsPresent` true and false, `NumericLessThan` and
//! `NumericGreaterThanEquals` of one number, a rule and its `Not`, `And` and `Or` of such tests, and the same in JSONata.
//! Values are taken to be of the types that they are compared with.
//!
//! # Example
//! ```json
//! {"StartAt": "ByStatus", "States": {
//!   "ByStatus": {"Type": "Choice", "Choices": [
//!     {"Variable": "$.status", "StringEquals": "SUCCEEDED", "Next": "Done"},
//!     {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failed"}]},
//!   "Done": {"Type": "Succeed"},
//!   "Failed": {"Type": "Fail", "Error": "JobFailed"}}}
//! ```
//!
//! # Use instead
//! A Fail state that says what was not foreseen is a good default.
//! ```json
//! {"StartAt": "ByStatus", "States": {
//!   "ByStatus": {"Type": "Choice", "Choices": [
//!     {"Variable": "$.status", "StringEquals": "SUCCEEDED", "Next": "Done"},
//!     {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failed"}],
//!     "Default": "UnknownStatus"},
//!   "Done": {"Type": "Succeed"},
//!   "UnknownStatus": {"Type": "Fail", "Error": "UnknownStatus", "CausePath": "$.status"},
//!   "Failed": {"Type": "Fail", "Error": "JobFailed"}}}
//! ```
//!
//! # Source
//! [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): Default.

use rustc_hash::FxHashMap;

use crate::asl::{ScopeId, State, StateType};
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::source::NodeRef;
use crate::expr::condition::cover_everything;
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "choice-without-default",
    summary: "A Choice state that fails when no rule matches",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut fails: FxHashMap<ScopeId, Option<(&State, bool)>> = FxHashMap::default();
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Choice) || cx.fields(state).default().is_some() {
            continue;
        }
        // A rule that is filled in later may take everything.
        if state.choices.iter().any(|rule| cx.machine.node(rule.node).is_unknown())
            || cx.fields(state).choices().is_some_and(NodeRef::is_open)
        {
            continue;
        }
        let rules = cx.conditions(state);
        if rules.is_empty() || cover_everything(rules) {
            continue;
        }
        let fail = *fails.entry(state.scope).or_insert_with(|| fail_state(cx, state.scope));
        out.push(finding(cx, state, &fail));
    }
}

/// The first Fail state of a scope, and whether there are more.
fn fail_state<'m>(cx: &Context<'m>, scope: ScopeId) -> Option<(&'m State, bool)> {
    let states = cx.machine.scope(scope).states.iter().map(|id| cx.machine.state(*id));
    let mut fails = states.filter(|state| state.state_type == Some(StateType::Fail));
    Some((fails.next()?, fails.next().is_some()))
}

fn finding(cx: &Context<'_>, state: &State, fail: &Option<(&State, bool)>) -> Finding {
    let message = format!(
        "'{}' has no Default: the execution fails when none of its rules matches",
        state.name
    );
    let help = match fail {
        Some((fail, _)) => format!("add \"Default\": {}", edits::json_string(&fail.name)),
        None => "add \"Default\" with the state that handles unforeseen values".to_owned(),
    };
    let finding = cx.at_state(state, message).with_label("no Default").with_help(help);
    if let Some((fail, false)) = fail
        && let Some(edit) = edits::add_member(
            cx.machine.node(state.node),
            "Default",
            &edits::json_string(&fail.name),
        )
    {
        return finding.with_fix(Fix {
            title: format!("Go to '{}' when no rule matches", fail.name),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
    }
    finding
}
