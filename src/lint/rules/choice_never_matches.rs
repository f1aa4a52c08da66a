//! # What it does
//! Finds Choice rules that can never match: the same test stands in an earlier rule, an earlier rule covers it
//! (`NumericGreaterThan` 10 before `NumericGreaterThan` 100), several earlier rules cover it together, an earlier
//! `Condition` is `true`, or an `And` contradicts itself (one variable equal to two different values, above 10 and below
//! 5, a text and a number). Of `IsPresent` false it also knows that an earlier comparison of the same variable fails
//! the execution where nothing is there.
//!
//! # Why
//! Rules are tried in order and the first match wins. A rule that never matches is never used.
//!
//! # Example
//! ```json
//! {"StartAt": "BySize", "States": {
//!   "BySize": {"Type": "Choice", "Default": "Small", "Choices": [
//!     {"Variable": "$.size", "NumericGreaterThan": 10, "Next": "Large"},
//!     {"Variable": "$.size", "NumericGreaterThan": 100, "Next": "Huge"}]},
//!   "Huge": {"Type": "Pass", "Next": "Small"},
//!   "Large": {"Type": "Pass", "Next": "Small"},
//!   "Small": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! The narrower rule first.
//! ```json
//! {"StartAt": "BySize", "States": {
//!   "BySize": {"Type": "Choice", "Default": "Small", "Choices": [
//!     {"Variable": "$.size", "NumericGreaterThan": 100, "Next": "Huge"},
//!     {"Variable": "$.size", "NumericGreaterThan": 10, "Next": "Large"}]},
//!   "Huge": {"Type": "Pass", "Next": "Small"},
//!   "Large": {"Type": "Pass", "Next": "Small"},
//!   "Small": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): evaluation order.

use crate::asl::{State, StateType};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::expr::condition::{Condition, Facts};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "choice-never-matches",
    summary: "A Choice rule that can never match",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

/// Of more rules than anybody writes, comparing each with each would take too long.
const MOST: usize = 200;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|state| state.state_type == Some(StateType::Choice)) {
        let nodes = state.choices.iter().map(|choice| cx.machine.node(choice.node));
        let rules: Vec<(NodeRef<'_>, &Condition)> = nodes.zip(cx.conditions(state)).take(MOST).collect();
        // What is known when a rule's turn comes: no earlier one was true.
        let mut facts = Facts::default();
        for (i, (node, condition)) in rules.iter().enumerate() {
            if !facts.allows(condition.holds()) {
                out.push(finding(cx, state, (*node, *condition), &rules[..i]));
            }
            facts.assume(condition.complement());
        }
    }
}

/// A finding about a rule that is never true when its turn comes.
fn finding<'d>(
    cx: &Context<'d>,
    state: &State,
    (node, condition): (NodeRef<'d>, &Condition),
    before: &[(NodeRef<'d>, &Condition)],
) -> Finding {
    if condition.is_never_true() {
        let finding = cx
            .at(node, "this rule can never match: its tests contradict each other")
            .with_label("never true");
        let edit = edits::one(removal(cx, state, node));
        return edits::offer(finding, "Remove the rule", Applicability::Unsafe, edit);
    }
    let Some((earlier, wider)) = before.iter().find(|(_, earlier)| earlier.covers(condition)) else {
        let finding = cx
            .at(node, "this rule can never match: the earlier ones together match everything it would")
            .with_label("never reached");
        let edit = edits::one(removal(cx, state, node));
        return edits::offer(finding, "Remove the rule", Applicability::Unsafe, edit);
    };
    if wider.excludes(condition) {
        let finding = cx
            .at(node, "this rule can never match: an earlier one fails the execution whenever it would")
            .with_label("never reached")
            .with_related(earlier.token_span(), "this fails then")
            .with_help("put this rule first, so that it decides before the other one fails");
        let edits = edits::move_before(node, *earlier);
        return edits::offer(finding, "Put this rule before the other", Applicability::Unsafe, edits);
    }
    let finding = cx
        .at(node, "this rule can never match: an earlier one matches everything it would")
        .with_label("never reached")
        .with_related(earlier.token_span(), "this takes it")
        .with_help("put the narrower rule first, or remove this one");
    if !condition.covers(wider) {
        let edits = edits::move_before(node, *earlier);
        return edits::offer(finding, "Put this rule before the other", Applicability::Unsafe, edits);
    }
    // The same test that leads to the same place in the same way was written twice.
    let same = ["Next", "Assign", "Output"].iter().all(|field| {
        node.get(field).map(NodeRef::to_value) == earlier.get(field).map(NodeRef::to_value)
    });
    let sure = if same { Applicability::Safe } else { Applicability::Unsafe };
    edits::offer(finding, "Remove the rule", sure, edits::one(removal(cx, state, node)))
}

/// Takes a rule out, unless nothing else leads where it leads: AWS would refuse that.
fn removal(cx: &Context<'_>, state: &State, rule: NodeRef<'_>) -> Option<Edit> {
    if cx.is_only_way(state, rule) { None } else { edits::remove_item(rule) }
}
