//! # What it does
//! Finds loops that ask a service for a status, and go on asking when the answer is a status that never changes again:
//! the job was cancelled, has timed out, or has failed in a way that no rule of the Choice state names.
//!
//! # Why
//! `Default` leads back to the Wait state for everything that is not named. Such an execution waits and asks until its
//! history is full, and what was to follow never happens. Machines with TimeoutSeconds, Express machines, and loops that
//! count their iterations end by themselves and are left alone.
//!
//! # Example
//! ```json
//! {"StartAt": "Pause", "States": {
//!   "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ssm:getCommandInvocation", "Next": "Done?",
//!     "Parameters": {"CommandId.$": "$.CommandId", "InstanceId.$": "$.InstanceId"}, "ResultPath": "$.now"},
//!   "Done?": {"Type": "Choice", "Default": "Pause", "Choices": [
//!     {"Variable": "$.now.Status", "StringEquals": "Success", "Next": "Done"},
//!     {"Variable": "$.now.Status", "StringEquals": "Failed", "Next": "Failed"}]},
//!   "Failed": {"Type": "Fail", "Error": "CommandFailed"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! Name what is worth waiting for, and let everything else leave the loop.
//! ```json
//! {"StartAt": "Pause", "States": {
//!   "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ssm:getCommandInvocation", "Next": "Done?",
//!     "Parameters": {"CommandId.$": "$.CommandId", "InstanceId.$": "$.InstanceId"}, "ResultPath": "$.now"},
//!   "Done?": {"Type": "Choice", "Default": "Failed", "Choices": [
//!     {"Variable": "$.now.Status", "StringEquals": "Success", "Next": "Done"},
//!     {"Or": [{"Variable": "$.now.Status", "StringEquals": "Pending"},
//!       {"Variable": "$.now.Status", "StringEquals": "InProgress"},
//!       {"Variable": "$.now.Status", "StringEquals": "Delayed"}], "Next": "Pause"}]},
//!   "Failed": {"Type": "Fail", "Error": "CommandFailed"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! The API models of the services: the values of a status.

use std::collections::BTreeSet;

use crate::asl::{MachineType, State, StateId, StateType, TransitionKind};
use crate::diagnostics::{Finding, Severity, joined};
use crate::expr::condition::{Condition, Facts, Place};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::services::{Call, Spelling, Structure, Type};

pub(super) static RULE: Rule = Rule {
    name: "endless-polling",
    summary: "A loop that waits for a status that can no longer occur",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

/// How a status ends that does not change again, in capitals and without signs between.
const LAST: [&str; 15] = [
    "SUCCESS", "SUCCEEDED", "SUCCESSFUL", "COMPLETE", "COMPLETED", "FAILED", "FAILURE", "CANCELLED", "CANCELED", "ABORTED",
    "STOPPED", "TIMEDOUT", "TIMEOUT", "EXPIRED", "TERMINATED",
];

/// Larger loops are left out: each status is followed through all of it.
const MOST_STATES: usize = 100;
const MOST_RULES: usize = 100;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let limited = cx.machine.fields().timeout_seconds().is_some();
    if limited {
        return;
    }
    for circle in cx.flow.scopes().iter().flat_map(|graph| graph.cycles()) {
        let states = || circle.iter().map(|id| cx.machine.state(*id));
        let choices: Vec<&State> = states().filter(|state| state.state_type == Some(StateType::Choice)).collect();
        let tasks: Vec<&State> = states().filter(|state| state.state_type == Some(StateType::Task)).collect();
        if circle.len() > MOST_STATES || choices.iter().any(|choice| choice.choices.len() > MOST_RULES) {
            continue;
        }
        // What another task in the loop does with the status is not known.
        let ([task], false, true) =
            (tasks.as_slice(), choices.is_empty(), circle.first().is_some_and(|first| cx.is_live(*first)))
        else {
            continue;
        };
        // It ends after five minutes anyway.
        if cx.execution_type(task) == Some(MachineType::Express) {
            continue;
        }
        let Some(answer) = Call::of(&cx.resource(task)).and_then(|call| call.result()) else {
            continue;
        };
        let found = choices.into_iter().find_map(|choice| {
            let asked = statuses(cx.conditions(choice), answer)?;
            let stuck = |value: &&str| is_last(value) && !leaves(cx, circle, task, &asked.place, value);
            let values: Vec<String> = asked.values.into_iter().filter(stuck).map(|value| format!("'{value}'")).collect();
            (!values.is_empty()).then_some((choice, asked.name, values))
        });
        let Some((choice, name, values)) = found else {
            continue;
        };
        let message = format!("the loop of '{}' never ends once {name} is {}", task.name, joined(&values, "or"));
        let finding = cx
            .at_state(choice, message)
            .with_label("keeps waiting")
            .with_related(task.name_span, "this polls repeatedly")
            .with_help("leave the loop on final statuses, or give the machine TimeoutSeconds");
        out.push(finding);
    }
}

/// A status that rules compare with values, and the values that it may have.
struct Asked {
    place: Place,
    name: &'static str,
    values: BTreeSet<&'static str>,
}

/// The first place in the conditions where the answer has a member with certain values.
fn statuses(conditions: &[Condition], answer: Structure<'static>) -> Option<Asked> {
    let comparisons = conditions.iter().flat_map(Condition::comparisons);
    comparisons.map(|comparison| &comparison.place).find_map(|place| {
        let spelling = place.spelling();
        let names: Vec<&str> = spelling.split('.').collect();
        // What stands before may be where the answer was put.
        (1..names.len()).find_map(|from| {
            let (name, values) = member(answer, &names[from..])?;
            Some(Asked {
                place: place.clone(),
                name,
                values: values.split('|').collect(),
            })
        })
    })
}

/// The member at the end of the names, and its values.
fn member(answer: Structure<'static>, names: &[&str]) -> Option<(&'static str, &'static str)> {
    let (first, rest) = names.split_first()?;
    let member = answer.members().find(|member| Spelling::Optimised.gives(member.name, first))?;
    match member.shape.resolve() {
        Type::OneOf(values) if rest.is_empty() => Some((member.name, values)),
        Type::Structure(inner) => self::member(inner, rest),
        _ => None,
    }
}

fn is_last(value: &str) -> bool {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_uppercase();
    LAST.iter().any(|end| plain.ends_with(end))
}

/// Whether an execution may leave the circle between two questions when the status has a value.
fn leaves(cx: &Context<'_>, circle: &[StateId], task: &State, place: &Place, value: &str) -> bool {
    let status = Condition::is_text(place, value);
    let mut seen = BTreeSet::from([task.id]);
    let mut open: Vec<StateId> = Vec::new();
    let next = |state: &State, open: &mut Vec<StateId>, seen: &mut BTreeSet<StateId>| {
        // An error is no status.
        let ways = cx.flow.scope(state.scope).successors(state.id);
        let ways: Vec<_> = ways.into_iter().filter(|(kind, _)| !matches!(kind, TransitionKind::Catch(_))).collect();
        let taken = match state.state_type {
            Some(StateType::Choice) => taken(cx.conditions(state), &status, state.default.is_some()),
            _ => ways.iter().map(|(kind, _)| *kind).collect(),
        };
        let leaves = cx.flow.scope(state.scope).is_terminal(state.id)
            || taken.iter().any(|kind| !ways.iter().any(|(way, to)| way == kind && circle.contains(to)));
        let inside = ways.iter().filter(|(kind, _)| taken.contains(kind)).map(|(_, to)| *to);
        open.extend(inside.filter(|to| seen.insert(*to)));
        leaves
    };
    if next(task, &mut open, &mut seen) {
        return true;
    }
    while let Some(id) = open.pop() {
        if next(cx.machine.state(id), &mut open, &mut seen) {
            return true;
        }
    }
    false
}

/// The ways out of a Choice state that an execution may take of whose input a condition is true.
fn taken(rules: &[Condition], status: &Condition, default: bool) -> Vec<TransitionKind> {
    let mut facts = Facts::default();
    facts.assume(status.holds());
    let mut taken = Vec::new();
    for (number, rule) in rules.iter().enumerate() {
        if facts.allows(rule.holds()) {
            taken.push(TransitionKind::Choice(number));
        }
        facts.assume(rule.complement());
    }
    // Without a Default it fails, and that is an end.
    if facts.possible() {
        let nowhere = TransitionKind::Next;
        taken.push(if default { TransitionKind::Default } else { nowhere });
    }
    taken
}
