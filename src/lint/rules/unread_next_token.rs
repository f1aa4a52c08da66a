//! # What it does
//! Finds tasks that list, scan or query and get one page of it, where nothing in the definition reads the token of the
//! next page. Tasks in a loop, those that ask for a few on purpose (`Limit`, `MaxResults` of 1), and those whose whole
//! answer is handed to somebody who may read the token are left alone.
//!
//! # Why
//! A call returns a limited number of results: 20 accounts, 1 MiB of a table. The rest is left out without an error,
//! and nobody notices until there is a rest.
//!
//! # Example
//! ```json
//! {"StartAt": "List", "States": {
//!   "List": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:organizations:listAccounts", "Parameters": {}, "Next": "Each"},
//!   "Each": {"Type": "Map", "ItemsPath": "$.Accounts", "End": true,
//!     "ItemProcessor": {"StartAt": "Visit", "States": {"Visit": {"Type": "Pass", "End": true}}}}}}
//! ```
//!
//! # Use instead
//! A loop that goes on while there is a token.
//! ```json
//! {"StartAt": "List", "States": {
//!   "List": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:organizations:listAccounts", "Parameters": {}, "Next": "Each"},
//!   "Each": {"Type": "Map", "ItemsPath": "$.Accounts", "ResultPath": null, "Next": "More?",
//!     "ItemProcessor": {"StartAt": "Visit", "States": {"Visit": {"Type": "Pass", "End": true}}}},
//!   "More?": {"Type": "Choice", "Default": "Done",
//!     "Choices": [{"Variable": "$.NextToken", "IsPresent": true, "Next": "List next"}]},
//!   "List next": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:organizations:listAccounts",
//!     "Parameters": {"NextToken.$": "$.NextToken"}, "Next": "Each"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! The API models of the services: what has a token for the next page in its answer and takes one.

use std::sync::Arc;

use crate::asl::{Pattern, QueryLanguage, Resource, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::expr::jsonpath::{Path, Root, StepKind};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::references::{Compiled, leading_names};
use crate::services::Call;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "unread-next-token",
    summary: "A list of which only the first page is read",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// What services call the token of the next page, in what they answer.
const TOKENS: [&str; 9] = [
    "NextToken",
    "NextMarker",
    "Marker",
    "LastEvaluatedKey",
    "NextContinuationToken",
    "NextPageToken",
    "PaginationToken",
    "NextPageMarker",
    "NextShardIterator",
];

/// How such actions begin. What describes something mostly describes one thing.
const BEGINNINGS: [&str; 5] = ["list", "scan", "query", "search", "getQueryResults"];

/// How many are asked for on purpose.
const LIMITS: [&str; 5] = ["Limit", "MaxResults", "MaxItems", "MaxKeys", "PageSize"];

/// An organisation has one root.
const SHORT: [(&str, &str); 1] = [("organizations", "listRoots")];

/// Of more such tasks than anybody writes, asking of each who takes its answer would take too long.
const MOST: usize = 50;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let found = paged(cx);
    if found.is_empty() {
        return;
    }
    let text = cx.machine.document().text().to_ascii_lowercase();
    for Paged { task, call, token } in found {
        let is_read = text.contains(&token.to_ascii_lowercase());
        if is_read || cx.is_in_loop(task.id) || asks_for_few(cx, task) || takes_by_place(cx, task) || is_handed_on(cx, task) {
            continue;
        }
        let message = format!("'{}' gets the first page only: nothing reads {token} of {call}", task.name);
        let finding = cx.at_state(task, message).with_label("more may be left").with_help(format!(
            "go back to it with {token} while there is one, or let a Distributed Map read the list"
        ));
        out.push(finding);
    }
}

/// A task that gets one page.
struct Paged<'m> {
    task: &'m State,
    /// `organizations:listAccounts`
    call: String,
    token: &'static str,
}

fn paged<'m>(cx: &Context<'m>) -> Vec<Paged<'m>> {
    let paged = |task: &'m State| {
        let Resource::Integration {
            service,
            action,
            pattern: Pattern::RequestResponse,
        } = cx.resource(task)
        else {
            return None;
        };
        let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
        if !BEGINNINGS.iter().any(|start| action.starts_with(start)) || SHORT.contains(&(service, action)) {
            return None;
        }
        let token = token(cx, task)?;
        let call = format!("{service}:{action}");
        Some(Paged { task, call, token })
    };
    cx.live_tasks().filter_map(paged).take(MOST).collect()
}

/// What the answer calls the token, where the call takes one as well.
fn token(cx: &Context<'_>, task: &State) -> Option<&'static str> {
    let call = Call::of(&cx.resource(task))?;
    let answer = call.answer()?;
    let token = TOKENS
        .into_iter()
        .find(|token| answer.members().any(|member| member.name.eq_ignore_ascii_case(token)))?;
    let paged = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["token", "marker", "startkey"].iter().any(|end| name.ends_with(end))
    };
    call.input()?.members().any(|member| paged(member.name)).then_some(token)
}

fn asks_for_few(cx: &Context<'_>, task: &State) -> bool {
    let limit = |name: &&str| cx.payload(task)?.get(name);
    let of = |name: &str| matches!(cx.resource(task), Resource::Integration { service, .. } if service.ends_with(name));
    // The first row of Athena's results names the columns.
    let one = if of("athena") { 2.0 } else { 1.0 };
    let table = of("dynamodb");
    LIMITS.iter().filter_map(limit).any(|limit| {
        table || limit.as_number().is_some_and(|number| number.as_f64() <= one)
    })
}

/// Whether the ResultSelector takes items by their places: `$.ResultSet.Rows[1].Data[0]` is on the first page.
fn takes_by_place(cx: &Context<'_>, task: &State) -> bool {
    let texts = &cx.references(task).texts;
    let selected = texts.iter().filter(|text| text.field.starts_with("ResultSelector"));
    let mut paths = selected.flat_map(|text| text.paths()).peekable();
    let by_place = |path: &Path| path.steps().iter().any(|step| matches!(step.kind, StepKind::Index(_)));
    paths.peek().is_some() && paths.all(|(path, _)| by_place(path))
}

/// Whether the whole answer goes where the token may be read: to the caller, to a function, to another machine.
fn is_handed_on(cx: &Context<'_>, task: &State) -> bool {
    let selected = cx.fields(task).result_selector().is_some();
    let dropped = cx.fields(task).result_path().is_some_and(|path| path.as_str().is_none());
    if selected || dropped {
        return false;
    }
    if cx.flow.scope(task.scope).is_terminal(task.id) {
        return true;
    }
    let place: Vec<Arc<str>> = match cx.fields(task).result_path().and_then(NodeRef::as_str) {
        Some(path) => path.split('.').skip(1).map(Arc::from).collect(),
        None => Vec::new(),
    };
    let others = cx.live_states().filter(|other| other.id != task.id && is_beside(cx, other, task));
    others.into_iter().any(|other| takes_whole(cx, other, &place))
}

/// Whether `other` stands in the scope of `task`, or in a Parallel there: what is inside a Map sees one item.
fn is_beside(cx: &Context<'_>, other: &State, task: &State) -> bool {
    cx.with_owners(cx.machine.state(other.id))
        .take_while(|state| state.id == other.id || state.state_type == Some(StateType::Parallel))
        .any(|state| state.scope == task.scope)
}

/// Whether a state passes on what lies at `place` as a whole.
fn takes_whole(cx: &Context<'_>, state: &State, place: &[Arc<str>]) -> bool {
    let is_task = state.state_type == Some(StateType::Task);
    if is_task && cx.payload(state).is_none() {
        return true;
    }
    cx.references(state).texts.iter().any(|text| {
        let sent = ["Parameters", "Arguments", "ItemSelector"].iter().any(|field| text.field.starts_with(field));
        match &text.compiled {
            Compiled::Path(path) if *path.root() == Root::Input => {
                let names: Vec<&str> = leading_names(path).collect();
                sent && names.len() == path.steps().len()
                    && names.len() <= place.len()
                    && names.iter().zip(place).all(|(name, at)| **name == **at)
            }
            Compiled::Jsonata(expression) if state.query_language == QueryLanguage::Jsonata => {
                let source = expression.source();
                let whole = |word: &str| {
                    source.match_indices(word).any(|(at, _)| !source[at + word.len()..].starts_with('.'))
                };
                whole("$states.input") || whole("$states.result")
            }
            _ => false,
        }
    })
}
