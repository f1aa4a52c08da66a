//! # What it does
//! Finds chains of three or more tasks (the option `tasks`), one after the other, of which none reads what another one
//! gives: each keeps the state's input and puts its result beside it or drops it.
//!
//! # Why
//! In a Parallel state they would take as long as the slowest of them. The order may be wanted all the same, so this
//! rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Address", "States": {
//!   "Address": {"Type": "Task", "Resource": "${CheckAddress}", "InputPath": "$.address", "ResultPath": "$.a", "Next": "Card"},
//!   "Card": {"Type": "Task", "Resource": "${CheckCard}", "InputPath": "$.card", "ResultPath": "$.b", "Next": "Stock"},
//!   "Stock": {"Type": "Task", "Resource": "${CheckStock}", "InputPath": "$.items", "ResultPath": "$.c", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Checks", "States": {
//!   "Checks": {"Type": "Parallel", "End": true, "Branches": [
//!     {"StartAt": "Address", "States": {
//!       "Address": {"Type": "Task", "Resource": "${CheckAddress}", "InputPath": "$.address", "End": true}}},
//!     {"StartAt": "Card", "States": {
//!       "Card": {"Type": "Task", "Resource": "${CheckCard}", "InputPath": "$.card", "End": true}}},
//!     {"StartAt": "Stock", "States": {
//!       "Stock": {"Type": "Task", "Resource": "${CheckStock}", "InputPath": "$.items", "End": true}}}]}}}
//! ```
//!
//! # Source
//! [Parallel workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html).

use std::sync::Arc;

use crate::asl::{QueryLanguage, State, StateId, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::expr::jsonpath::{Path, Root};
use crate::lint::{Confidence, Context, Group, Rule, RuleOption};
use crate::references::leading_names;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "serial-chain",
    summary: "Sequential tasks that could run in parallel",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[RuleOption {
        name: "tasks",
        default: 3.0,
        summary: "minimum number of sequential tasks",
    }],
    check,
};

/// Longer chains are looked at in parts.
const LONGEST: usize = 50;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let least = cx.option("tasks").max(2.0);
    for graph in cx.flow.scopes() {
        let mut taken = std::collections::HashSet::new();
        for id in graph.states() {
            if taken.contains(id) || !cx.is_live(*id) {
                continue;
            }
            let chain = chain(cx, *id);
            if (chain.len() as f64) < least {
                continue;
            }
            taken.extend(chain.iter().copied());
            let first = cx.machine.state(*id);
            let mut finding = cx
                .at_state(first, format!("{} do not read each other's results", cx.quoted(&chain, "and")))
                .with_label("one after the other")
                .with_help("put them into the branches of a Parallel state, unless their order matters");
            for other in chain.iter().skip(1).take(5) {
                finding = finding.with_related(cx.machine.state(*other).name_span, "could run beside it");
            }
            out.push(finding);
        }
    }
}

/// The longest run of independent tasks that begins with a state.
fn chain(cx: &Context<'_>, first: StateId) -> Vec<StateId> {
    let mut chain: Vec<StateId> = Vec::new();
    let mut written: Vec<Vec<Arc<str>>> = Vec::new();
    let mut at = Some(first);
    while let Some(id) = at {
        let state = cx.machine.state(id);
        let graph = cx.flow.scope(state.scope);
        let entered_elsewhere = !chain.is_empty() && graph.predecessors(id).len() > 1;
        let Some(writes) = writes(cx, state) else { break };
        if entered_elsewhere || chain.len() == LONGEST || reads_any(cx, state, &written) {
            break;
        }
        written.extend(writes);
        chain.push(id);
        at = state.next.as_ref().and_then(|next| cx.machine.resolve(state.scope, next));
    }
    chain
}

/// Where a task puts its result; `None` for what is no such task.
fn writes(cx: &Context<'_>, state: &State) -> Option<Option<Vec<Arc<str>>>> {
    if state.state_type != Some(StateType::Task) || !state.catchers.is_empty() {
        return None;
    }
    if state.query_language == QueryLanguage::Jsonata {
        return assigns(cx, state);
    }
    let fields = cx.fields(state);
    if fields.output_path().or(fields.assign()).is_some() {
        return None;
    }
    let path = fields.result_path()?;
    if path.is_null() {
        return Some(None);
    }
    let names = names(&Path::parse(path.as_str()?).ok()?);
    (!names.is_empty()).then_some(Some(names))
}

/// The variables of a JSONata task that passes its input on, as places of their own.
fn assigns(cx: &Context<'_>, state: &State) -> Option<Option<Vec<Arc<str>>>> {
    let output = cx.fields(state).output().and_then(NodeRef::as_str)?;
    let passes_on = output.strip_prefix("{%")?.strip_suffix("%}")?.trim() == "$states.input";
    let assigned = &cx.references(state).assigned;
    match &assigned[..] {
        _ if !passes_on => None,
        [] => Some(None),
        [one] => Some(Some(vec![Arc::from(format!("${}", one.name))])),
        _ => None,
    }
}

fn names(path: &Path) -> Vec<Arc<str>> {
    leading_names(path).map(Arc::from).collect()
}

/// Whether a task reads one of these places. Without InputPath or Parameters it is given everything.
fn reads_any(cx: &Context<'_>, state: &State, written: &[Vec<Arc<str>>]) -> bool {
    if written.is_empty() {
        return false;
    }
    if state.query_language == QueryLanguage::Jsonata {
        let read = cx.references(state).variables();
        return written.iter().flatten().any(|place| place.strip_prefix('$').is_some_and(|name| read.contains(name)));
    }
    if cx.fields(state).parameters().is_none() {
        let Some(path) = cx.fields(state).input_path().and_then(NodeRef::as_str) else {
            return true;
        };
        if path == "$" {
            return true;
        }
    }
    let texts = cx.references(state).texts.iter().filter(|text| text.field != "ResultPath");
    texts.flat_map(|text| text.paths()).any(|(path, _)| {
        let read = names(path);
        *path.root() == Root::Input && written.iter().any(|place| place.starts_with(&read) || read.starts_with(place))
    })
}
