//! # What it does
//! Finds tasks whose errors nothing catches, in a machine that handles errors: neither the task nor a Map or Parallel
//! around it has a `Catch`. A machine handles errors when a state of its top level catches `States.ALL` or
//! `States.TaskFailed` and does more about it than to fail or to go on as if nothing had happened. Catchers inside a Map
//! or Parallel, or for single errors by name, are no such promise. Where nothing is caught at all, `nothing-caught` may
//! say so.
//!
//! # Why
//! An error that nobody catches ends the execution at once: nothing is undone, nobody is told, and what branches
//! beside it were doing is dropped. In a workflow that does handle errors, a task without a `Catch` was most often
//! forgotten. Tasks that run only after an error was caught, and tasks from which every path ends in a Fail state,
//! are not reported: there is nothing left to save. Nor is a last step that only notifies, since the work is done by
//! then, and what runs in a Map that tolerates failures.
//!
//! # Example
//! ```json
//! {"StartAt": "Reserve", "States": {
//!   "Reserve": {"Type": "Task", "Resource": "${ReserveFunction}", "Next": "Charge",
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Release"}]},
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true},
//!   "Release": {"Type": "Task", "Resource": "${ReleaseFunction}", "Next": "Failed"},
//!   "Failed": {"Type": "Fail", "Error": "OrderFailed"}}}
//! ```
//!
//! # Use instead
//! A `ResultPath` keeps the input beside the error, for the handler to work with.
//! ```json
//! {"StartAt": "Reserve", "States": {
//!   "Reserve": {"Type": "Task", "Resource": "${ReserveFunction}", "Next": "Charge",
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Release"}]},
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Release"}]},
//!   "Release": {"Type": "Task", "Resource": "${ReleaseFunction}", "Next": "Failed"},
//!   "Failed": {"Type": "Fail", "Error": "OrderFailed"}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! fallback states.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::asl::error_names::{ALL, TASK_FAILED};
use crate::asl::{
    Catcher, ErrorName, Pattern, QueryLanguage, Resource, ScopeId, State, StateId, StateType, TransitionKind,
};
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::graph::StateSet;
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "missing-catch",
    summary: "A task whose errors are not caught",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    if !handles_errors(cx) {
        return;
    }
    let scopes: Vec<Paths> = cx.flow.scopes().iter().map(|graph| Paths::new(cx, graph)).collect();
    // By the outermost state, since a Catch there would do for all tasks inside.
    let mut uncaught: BTreeMap<StateId, Vec<StateId>> = BTreeMap::new();
    for task in cx.live_states().filter(|state| calls_out(cx, state)) {
        let mut outermost = task;
        let saved = cx.with_owners(task).any(|around| {
            outermost = around;
            let paths = &scopes[around.scope.index()];
            !around.catchers.is_empty()
                || !paths.without_errors.contains(around.id)
                || !paths.to_success.contains(around.id)
                || (around.id != task.id && tolerates_failures(cx, around))
        });
        let told = outermost.id == task.id && is_last_word(cx, task);
        if !saved && !told {
            uncaught.entry(outermost.id).or_default().push(task.id);
        }
    }
    let mut handlers = Handlers::default();
    out.extend((uncaught.iter()).map(|(outermost, tasks)| one(cx, &mut handlers, *outermost, tasks)));
}

/// Whether the top level has a catcher for whatever may happen that leads to more than a Fail state or to where the
/// state goes anyway, so that an error that it does not get makes a difference.
fn handles_errors(cx: &Context<'_>) -> bool {
    let handles = |state: &State, catcher: &Catcher| {
        let any = |error: &ErrorName| matches!(&*error.name, ALL | TASK_FAILED);
        let target = catcher.next.as_ref().and_then(|next| cx.machine.resolve(state.scope, next));
        let next = state.next.as_ref().and_then(|next| cx.machine.resolve(state.scope, next));
        catcher.errors.iter().any(any)
            && target != next
            && target.is_none_or(|id| cx.machine.state(id).state_type != Some(StateType::Fail))
    };
    let mut states = cx.live_states().filter(|state| cx.machine.scope(state.scope).owner.is_none());
    states.any(|state| state.catchers.iter().any(|catcher| handles(state, catcher)))
}

/// Whether a failed iteration of a Map fails nothing else.
fn tolerates_failures(cx: &Context<'_>, state: &State) -> bool {
    const FIELDS: [&str; 4] = [
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    ];
    cx.has_any(state, &FIELDS)
}

/// Whether a task tells somebody, and no other task comes after it.
fn is_last_word(cx: &Context<'_>, task: &State) -> bool {
    notifies(cx, task) && {
        let graph = cx.flow.scope(task.scope);
        let after = graph.reachable_from(Some(task.id), |_| true);
        let works = |state: &State| !state.bodies.is_empty() || calls_out(cx, state);
        let mut others = graph.states().iter().filter(|id| **id != task.id && after.contains(**id));
        others.all(|id| !works(cx.machine.state(*id)))
    }
}

/// What is called to tell people or other systems.
const NOTIFIES: [&str; 6] = ["events", "eventbridge", "ses", "sesv2", "sns", "sqs"];

fn notifies(cx: &Context<'_>, task: &State) -> bool {
    match cx.resource(task) {
        Resource::Integration { service, pattern: Pattern::RequestResponse, .. }
            if NOTIFIES.contains(&service.strip_prefix("aws-sdk:").unwrap_or(service)) =>
        {
            true
        }
        Resource::Integration { pattern: Pattern::RequestResponse, .. }
        | Resource::LambdaFunction { .. }
        | Resource::Other => task.name.to_ascii_lowercase().contains("notif"),
        _ => false,
    }
}

/// The states of a scope that run without an error, and those that may still end well.
struct Paths {
    without_errors: StateSet,
    to_success: StateSet,
}

impl Paths {
    fn new(cx: &Context<'_>, graph: &crate::graph::ScopeGraph) -> Self {
        let ends_well = |id: &StateId| {
            let state = cx.machine.state(*id);
            // A state that leads nowhere is broken, not doomed.
            (state.is_terminal() && state.state_type != Some(StateType::Fail)) || graph.dangles(*id)
        };
        let good: Vec<StateId> = graph.states().iter().copied().filter(ends_well).collect();
        Paths {
            without_errors: graph.reachable_from(graph.start(), |kind| !matches!(kind, TransitionKind::Catch(_))),
            to_success: graph.reaching(good),
        }
    }
}

/// Whether the state itself can meet an error of the outside world: a task, or a Map that reads its items from S3.
pub(super) fn calls_out(cx: &Context<'_>, state: &State) -> bool {
    match state.state_type {
        Some(StateType::Task) => true,
        Some(StateType::Map) => cx.fields(state).item_reader().is_some(),
        _ => false,
    }
}

fn one<'m>(cx: &Context<'m>, handlers: &mut Handlers<'m>, outermost: StateId, tasks: &[StateId]) -> Finding {
    let state = cx.machine.state(outermost);
    let message = match tasks {
        [only] if *only == outermost => {
            format!("'{}' has no Catch: an error of it ends the execution", state.name)
        }
        _ => format!(
            "'{}' has no Catch: an error of {} inside it ends the execution",
            state.name,
            cx.quoted(tasks, "or")
        ),
    };
    let handler = *handlers.entry(state.scope).or_insert_with(|| common_handler(cx, state.scope));
    let handler = handler.filter(|handler| **handler != *state.name);
    let catch = catcher(state, handler.unwrap_or("<state that handles it>"));
    let mut finding = cx
        .at_state(state, message)
        .with_label("no Catch")
        .with_help(format!("add \"Catch\": {catch}"));
    for task in tasks.iter().filter(|task| **task != outermost) {
        finding = finding.with_related(cx.machine.state(*task).name_span, "an error here");
    }
    if handler.is_some()
        && let Some(edit) = edits::add_member(cx.machine.node(state.node), "Catch", &catch)
    {
        finding = finding.with_fix(Fix {
            title: "Catch its errors as the other states do".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
    }
    finding
}

pub(super) fn catcher(state: &State, next: &str) -> String {
    // A JSONata catcher keeps the input by an Output of its own making, which is not one field to propose.
    let keep = match state.query_language {
        QueryLanguage::JsonPath => "\"ResultPath\": \"$.error\", ",
        QueryLanguage::Jsonata => "",
    };
    let next = edits::json_string(next);
    format!("[{{\"ErrorEquals\": [\"States.ALL\"], {keep}\"Next\": {next}}}]")
}

/// By scope, the one state that all its catchers for States.ALL lead to.
type Handlers<'m> = FxHashMap<ScopeId, Option<&'m str>>;

fn common_handler<'m>(cx: &Context<'m>, scope: ScopeId) -> Option<&'m str> {
    let mut handlers = (cx.machine.scope(scope).states.iter())
        .flat_map(|id| &cx.machine.state(*id).catchers)
        .filter(|catcher| catcher.errors.iter().any(|e| &*e.name == ALL))
        .filter_map(|catcher| Some(&*catcher.next.as_ref()?.name));
    let first = handlers.next()?;
    handlers.all(|other| other == first).then_some(first)
}
