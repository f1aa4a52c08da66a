//! Where two executions of the same input part: one of the old machine, one of the new.

use std::sync::Arc;

use super::matching::{How, matches};
use super::values::LONGEST_VALUE;
use crate::asl::StateMachine;
use crate::diagnostics::short_both;
use crate::history::{Allowed, EventKind, Failure, Timeline, compare};
use crate::simulate::Execution;
use crate::value::Value;

/// The names of states that are called otherwise in the new machine: old and new.
pub fn renames(old: &StateMachine, new: &StateMachine) -> Vec<(Arc<str>, Arc<str>)> {
    let found = matches(old, new);
    let renamed = |state: &&crate::asl::State| {
        let how = found.to_old.get(&state.id).map(|found| found.how);
        matches!(how, Some(How::Renamed(_) | How::MovedAndRenamed(_)))
    };
    (new.states().iter())
        .filter(renamed)
        .filter_map(|state| {
            let was = found.to_old.get(&state.id)?.state;
            Some((Arc::clone(&old.state(was).name), Arc::clone(&state.name)))
        })
        .collect()
}

/// One side of the place where two histories part.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The event's number in its history.
    pub event: u64,
    /// Its type: `TaskStateEntered`.
    pub kind: String,
    /// The state it belongs to, if it belongs to one.
    pub state: Option<Arc<str>>,
    /// What it carries: an input, an output, an error.
    pub detail: Option<Value>,
    /// Seconds since the start.
    pub seconds: f64,
}

/// The first difference of two histories; `None` where one has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Parting {
    /// In the old one.
    pub old: Option<Step>,
    /// In the new one.
    pub new: Option<Step>,
    /// Whether the events are the same and only their times are not.
    pub in_time: bool,
}

/// Where the histories of two executions part, states that were `renamed` being one state; `None` when they never do.
/// Numbers of events, ARNs and the words of causes do not count.
pub fn parting(old: &Execution, new: &Execution, renamed: &[(Arc<str>, Arc<str>)]) -> Option<Parting> {
    let allowed = Allowed {
        renamed: renamed
            .iter()
            .map(|(old, new)| (Arc::clone(new), Arc::clone(old)))
            .collect(),
        causes: true,
        ..Allowed::default()
    };
    let (before, after) = (Timeline::of(&old.history), Timeline::of(&new.history));
    let compared = compare(&before, &after, &allowed);
    let (at, in_time) = match (compared.parting, compared.in_time) {
        (Some(parting), _) => ((parting.then, parting.now), false),
        (None, Some((a, b))) => ((Some(a), Some(b)), true),
        (None, None) => return None,
    };
    Some(Parting {
        old: at.0.map(|index| step(&before, index)),
        new: at.1.map(|index| step(&after, index)),
        in_time,
    })
}

fn step(timeline: &Timeline<'_>, index: usize) -> Step {
    let events = timeline.history.events();
    let event = &events[index];
    let visit = timeline.visit_of(index);
    Step {
        event: event.id,
        kind: event.kind.type_name().to_owned(),
        state: visit.map(|visit| Arc::clone(timeline.visits[visit].name)),
        detail: detail(&event.kind),
        seconds: event.at.since(events[0].at) as f64 / 1000.0,
    }
}

/// What an event carries that both executions could have in common.
fn detail(kind: &EventKind) -> Option<Value> {
    let error = |failure: &Failure| failure.error.clone().map(Value::String);
    let object = |members: Vec<(&str, Option<Value>)>| {
        let members = members
            .into_iter()
            .filter_map(|(name, value)| Some((Arc::from(name), value?)));
        Some(Value::object(members.collect()))
    };
    match kind {
        EventKind::ExecutionSucceeded { output }
        | EventKind::Submitted { output, .. }
        | EventKind::Succeeded { output, .. } => Some(output.clone()),
        EventKind::StateEntered { input, .. } => Some(input.clone()),
        EventKind::StateExited { output, assigned, .. } => match assigned {
            None => Some(output.clone()),
            Some(variables) => object(vec![
                ("output", Some(output.clone())),
                ("variables", Some(Value::Object(Arc::clone(variables)))),
            ]),
        },
        EventKind::ExecutionFailed(failure)
        | EventKind::ExecutionTimedOut(failure)
        | EventKind::MapRunFailed(failure)
        | EventKind::Unsuccessful { failure, .. } => error(failure),
        EventKind::EvaluationFailed(failed) => error(&failed.failure),
        EventKind::Scheduled(task) => object(vec![
            ("resource", Some(Value::String(Arc::clone(&task.target.resource)))),
            ("parameters", Some(task.parameters.clone())),
            ("timeout", task.timeout.map(Value::from)),
            ("heartbeat", task.heartbeat.map(Value::from)),
        ]),
        EventKind::MapStateStarted { length } => i64::try_from(*length).ok().map(Value::from),
        EventKind::MapIterationStarted { index, .. }
        | EventKind::MapIterationSucceeded { index, .. }
        | EventKind::MapIterationFailed { index, .. }
        | EventKind::MapIterationAborted { index, .. } => i64::try_from(*index).ok().map(Value::from),
        _ => None,
    }
}

impl Parting {
    /// Both steps: `event 7, TaskStateEntered 'Charge' {"id":1}`; what they carry is shown around what differs in it.
    pub fn words(&self) -> (Option<String>, Option<String>) {
        let detail = |step: &Option<Step>| {
            let detail = step.as_ref().and_then(|step| step.detail.as_ref());
            detail.map_or_else(String::new, Value::to_json)
        };
        let (old, new) = short_both(&detail(&self.old), &detail(&self.new), LONGEST_VALUE);
        let words = |step: &Option<Step>, detail: &str| step.as_ref().map(|step| step.words(detail));
        (words(&self.old, &old), words(&self.new, &new))
    }
}

impl Step {
    fn words(&self, detail: &str) -> String {
        let state = self
            .state
            .as_ref()
            .map_or_else(String::new, |name| format!(" '{name}'"));
        let between = if detail.is_empty() { "" } else { " " };
        format!("event {}, {}{state}{between}{detail}", self.event, self.kind)
    }
}
