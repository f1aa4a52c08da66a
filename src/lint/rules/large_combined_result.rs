//! # What it does
//! Finds Parallel and inline Map states whose combined result may pass 256 KiB: two or more branches that give back all
//! of the input, and branches or iterations that end with an answer which is often large (an object of S3, a page of a
//! query). Nothing is said where the result is dropped or reduced.
//!
//! # Why
//! The results of all branches become one array, of at most 256 KiB. Each branch that passes its input on adds a copy of
//! it: with four of them an input of 64 KiB fails, with `States.DataLimitExceeded`.
//! How large the data is cannot be read from a definition, so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Both", "States": {
//!   "Both": {"Type": "Parallel", "End": true, "Branches": [
//!     {"StartAt": "Price", "States": {
//!       "Price": {"Type": "Task", "Resource": "${Price}", "ResultPath": "$.price", "End": true}}},
//!     {"StartAt": "Stock", "States": {
//!       "Stock": {"Type": "Task", "Resource": "${Stock}", "ResultPath": "$.stock", "End": true}}}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Both", "States": {
//!   "Both": {"Type": "Parallel", "ResultPath": "$.found", "End": true, "Branches": [
//!     {"StartAt": "Price", "States": {
//!       "Price": {"Type": "Task", "Resource": "${Price}", "End": true}}},
//!     {"StartAt": "Stock", "States": {
//!       "Stock": {"Type": "Task", "Resource": "${Stock}", "End": true}}}]}}}
//! ```
//!
//! # Source
//! [Step Functions service quotas](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html): maximum
//! input or output size for a task, state, or execution.

use crate::asl::{QueryLanguage, Resource, ScopeId, State, StateId, StateType, TransitionKind};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "large-combined-result",
    summary: "A Parallel or Map whose combined results may exceed 256 KiB",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Data,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if cx.reduces_result(state) {
            continue;
        }
        match state.state_type {
            Some(StateType::Parallel) => out.extend(parallel(cx, state)),
            // Where the items are read from S3 the results are large-map-result's.
            Some(StateType::Map) if cx.fields(state).item_reader().is_none() && !cx.machine.exports_results(state.id) => {
                out.extend(map(cx, state));
            }
            _ => {}
        }
    }
}

fn parallel(cx: &Context<'_>, state: &State) -> Option<Finding> {
    let copies: Vec<ScopeId> = state.bodies.iter().copied().filter(|body| passes_on(cx, *body)).collect();
    let large: Vec<StateId> = state.bodies.iter().filter_map(|body| ends_large(cx, *body)).collect();
    if copies.len().max(large.len()) < 2 {
        return None;
    }
    let message = if copies.len() >= large.len() {
        format!(
            "'{}' gives back {} copies of its input: one of {} KiB is too large",
            state.name,
            copies.len(),
            256 / copies.len()
        )
    } else {
        format!("the results of {} come back in one array of at most 256 KiB", cx.quoted(&large, "and"))
    };
    let mut finding = cx.at_state(state, message).with_label("may grow too large");
    for start in copies.iter().filter_map(|scope| cx.flow.scope(*scope).start()).take(4) {
        finding = finding.with_related(cx.machine.state(start).name_span, "this branch passes all of it on");
    }
    Some(finding.with_help("let each branch give back what it made alone, or choose with a \"ResultSelector\""))
}

fn map(cx: &Context<'_>, state: &State) -> Option<Finding> {
    let large = state.bodies.iter().find_map(|body| ends_large(cx, *body))?;
    let message = format!("all results of '{}' come back in one array of at most 256 KiB", state.name);
    Some(
        cx.at_state(state, message)
            .with_label("may grow too large")
            .with_related(cx.machine.state(large).name_span, "each answer of this")
            .with_help("keep what is needed of each answer, or write it to S3"),
    )
}

/// Whether a way through a scope gives back all of what came in.
fn passes_on(cx: &Context<'_>, scope: ScopeId) -> bool {
    let graph = cx.flow.scope(scope);
    let mut ways: Vec<StateId> = graph.start().into_iter().collect();
    let mut seen: std::collections::HashSet<StateId> = ways.iter().copied().collect();
    while let Some(id) = ways.pop() {
        let state = cx.machine.state(id);
        if !keeps_input(cx, state) {
            continue;
        }
        if state.is_terminal() && state.state_type != Some(StateType::Fail) {
            return true;
        }
        let on = graph.successors(id).into_iter().filter(|(kind, _)| !matches!(kind, TransitionKind::Catch(_)));
        ways.extend(on.map(|(_, to)| to).filter(|to| seen.insert(*to)));
    }
    false
}

fn keeps_input(cx: &Context<'_>, state: &State) -> bool {
    let fields = cx.fields(state);
    let is_whole = |path: Option<NodeRef<'_>>| path.is_none_or(|path| path.as_str() == Some("$"));
    let whole_path = is_whole(fields.output_path());
    match (state.query_language, state.state_type) {
        (QueryLanguage::Jsonata, Some(StateType::Task | StateType::Map | StateType::Parallel)) => {
            let output = fields.output().and_then(NodeRef::as_str);
            output.is_some_and(|output| output.contains("$states.input") && !output.contains("$states.input."))
        }
        (QueryLanguage::Jsonata, _) => fields.output().is_none(),
        (QueryLanguage::JsonPath, Some(StateType::Task | StateType::Map | StateType::Parallel)) => {
            !is_whole(fields.result_path()) && whole_path
        }
        (QueryLanguage::JsonPath, Some(StateType::Pass)) => {
            let makes = fields.result().or(fields.parameters()).is_some() && is_whole(fields.result_path());
            !makes && is_whole(fields.input_path()) && whole_path
        }
        _ => is_whole(fields.input_path()) && whole_path,
    }
}

/// Actions whose answers are often large.
const LARGE: [(&str, &[&str]); 5] = [
    ("s3", &["getObject", "listObjectsV2", "listObjects"]),
    ("dynamodb", &["query", "scan", "batchGetItem"]),
    ("athena", &["getQueryResults"]),
    ("cloudwatchlogs", &["getLogEvents", "getQueryResults", "filterLogEvents"]),
    ("textract", &["analyzeDocument", "analyzeExpense", "detectDocumentText"]),
];

/// The state that ends a scope with a large answer, as it comes.
fn ends_large(cx: &Context<'_>, scope: ScopeId) -> Option<StateId> {
    let states = cx.machine.scope(scope).states.iter().copied();
    states.filter(|id| cx.is_live(*id)).find(|id| {
        let state = cx.machine.state(*id);
        let Resource::Integration { service, action, .. } = cx.resource(state) else {
            return false;
        };
        let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
        let large = LARGE.iter().any(|(s, actions)| *s == service && actions.contains(&action));
        state.state_type == Some(StateType::Task) && large && state.is_terminal() && !cx.reduces_result(state)
    })
}
