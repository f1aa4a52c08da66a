//! # What it does
//! Finds tasks whose errors nothing catches: neither the task nor a Map or Parallel around it has a `Catch`. When no
//! state of the machine catches anything, that is said once, as advice. When every catcher leads straight to a Fail
//! state, nothing is said: an error ends such a machine with or without them.
//!
//! # Why
//! An error that nobody catches ends the execution at once: nothing is undone, nobody is told, and what branches
//! beside it were doing is dropped. In a workflow that does handle errors, a task without a `Catch` was most often
//! forgotten. Tasks that run only after an error was caught, and tasks from which every path ends in a Fail state,
//! are not reported: there is nothing left to save.
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

use crate::asl::error_names::ALL;
use crate::asl::{Catcher, QueryLanguage, ScopeId, State, StateId, StateType, TransitionKind};
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::graph::StateSet;
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "missing-catch",
    summary: "A task whose errors nothing catches",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
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
        });
        if !saved {
            uncaught.entry(outermost.id).or_default().push(task.id);
        }
    }
    if cx.machine.states().iter().any(|state| !state.catchers.is_empty()) {
        if !handles_errors(cx) {
            return;
        }
        let mut handlers = Handlers::default();
        out.extend((uncaught.iter()).map(|(outermost, tasks)| one(cx, &mut handlers, *outermost, tasks)));
    } else if let Some((first, _)) = uncaught.first_key_value() {
        let tasks: Vec<StateId> = uncaught.values().flatten().copied().collect();
        out.push(all(cx, cx.machine.state(*first), &tasks));
    }
}

/// Whether a catcher leads to more than a Fail state, so that an error that it does not get makes a difference.
fn handles_errors(cx: &Context<'_>) -> bool {
    let target = |state: &State, catcher: &Catcher| {
        cx.machine
            .resolve(state.scope, catcher.next.as_ref()?)
            .and_then(|id| cx.machine.state(id).state_type)
    };
    cx.machine.states().iter().any(|state| {
        let mut targets = state.catchers.iter().map(|catcher| target(state, catcher));
        targets.any(|target| target != Some(StateType::Fail))
    })
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
fn calls_out(cx: &Context<'_>, state: &State) -> bool {
    match state.state_type {
        Some(StateType::Task) => true,
        Some(StateType::Map) => cx.field(state, "ItemReader").is_some(),
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

fn all(cx: &Context<'_>, first: &State, tasks: &[StateId]) -> Finding {
    let message = match tasks {
        [only] => format!(
            "no state catches errors: one of '{}' ends the execution",
            cx.machine.state(*only).name
        ),
        _ => format!(
            "no state catches errors: one of {} ends the execution",
            cx.quoted(tasks, "or")
        ),
    };
    let catch = catcher(first, "<state that handles it>");
    // Often that is what was meant: somebody watches for failed executions.
    let advice = |finding| Finding {
        severity: Severity::Info,
        ..finding
    };
    let mut finding = cx.at_state(first, message).with_label("no Catch").with_help(format!(
        "add \"Catch\": {catch} where there is something to undo or somebody to tell"
    ));
    for task in tasks.iter().filter(|task| **task != first.id) {
        finding = finding.with_related(cx.machine.state(*task).name_span, "no Catch");
    }
    advice(finding)
}

fn catcher(state: &State, next: &str) -> String {
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
