//! # What it does
//! Finds Lambda tasks that are tried only once: neither the task nor a Map or Parallel around it has a `Retry`. Where
//! some states retry, the others were forgotten: a warning. Where nothing in a machine with several Lambda tasks retries,
//! one finding of severity info says it for all. Other tasks without a `Retry` are named together, as
//! advice: calls of other services, Lambda tasks whose transient errors a `Catch` gets, and tasks that call a function
//! only by the name of a placeholder (`${ResizeFunction}`, `${ResizeLambdaArn}`).
//!
//! # Why
//! Throttling, a deployment in progress, a broken connection: services and functions fail now and then and succeed a
//! second later. Without a `Retry` each of these ends the execution or goes to its handler. AWS says to retry Lambda's
//! transient errors in every production workflow.
//!
//! Left out is what should not run twice unseen: callbacks and activities (a second message, a second worker), jobs
//! (`.sync`), nested executions with a `Name` (the second start is refused), and HTTP calls other than GET, HEAD, PUT,
//! DELETE and OPTIONS. A POST deserves a `Retry` only if the other side is idempotent.
//!
//! # Example
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:resize", "End": true}}}
//! ```
//!
//! # Use instead
//! The transient errors of the service that is called; other errors come again. What runs twice must bear it: pass an
//! idempotency token where it writes.
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:resize", "End": true,
//!     "Retry": [{
//!       "ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
//!         "Lambda.TooManyRequestsException"],
//!       "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL"}]}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! handling transient Lambda service exceptions.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::asl::error_names::takes;
use crate::asl::{Pattern, Resource, State};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{LAMBDA_TRANSIENT, transient_errors};
use crate::source::{NodeRef, parse_value, placeholder};

pub(super) static RULE: Rule = Rule {
    name: "missing-retry",
    summary: "A task that is tried only once",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

/// Methods of which a second request changes nothing more [RFC 9110, 9.2.2].
const IDEMPOTENT: [&str; 5] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"];

/// More places than anybody reads help nobody.
const PLACES: usize = 5;

/// What to retry of a call.
struct Retrier {
    errors: Vec<String>,
    /// As it is shown.
    json: String,
    value: Option<edits::Written>,
}

/// What to retry of each call, found out once: hundreds of tasks may make the same.
#[derive(Default)]
struct Retriers<'m>(RefCell<FxHashMap<Option<&'m str>, Rc<Retrier>>>);

impl<'m> Retriers<'m> {
    /// Of what `task` calls, with the waits that Workflow Studio proposes.
    fn of(&self, cx: &Context<'m>, task: &State) -> Rc<Retrier> {
        // What is only named as a function is one, whatever the name.
        let is_function = is_named_as_function(cx, task);
        let called = cx.fields(task).resource().and_then(NodeRef::as_str);
        let key = called.filter(|_| !is_function);
        if let Some(known) = self.0.borrow().get(&key) {
            return known.clone();
        }
        let errors = match is_function {
            true => LAMBDA_TRANSIENT.map(str::to_owned).to_vec(),
            false => key.map_or_else(Vec::new, |called| transient_errors(&Resource::parse(called))),
        };
        let names: Vec<String> = errors.iter().map(|error| edits::json_string(error)).collect();
        let json = format!(
            "[{{\"ErrorEquals\": [{}], \"IntervalSeconds\": 1, \"MaxAttempts\": 3, \"BackoffRate\": 2, \
             \"JitterStrategy\": \"FULL\"}}]",
            names.join(", ")
        );
        let value = parse_value(&json).ok().map(edits::Written::new);
        let new = Rc::new(Retrier { errors, json, value });
        self.0.borrow_mut().insert(key, new.clone());
        new
    }
}

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let retriers = Retriers::default();
    let once = cx
        .live_tasks()
        .filter(|task| cx.with_owners(task).all(|state| state.retriers.is_empty()));
    let (forgotten, others): (Vec<&State>, Vec<&State>) = once
        .filter(|task| calls_lambda(cx, task) || is_named_as_function(cx, task) || may_run_twice(cx, &retriers, task))
        .partition(|task| calls_lambda(cx, task) && !is_caught(cx, task));
    let fails = |task: &State| format!("'{}' has no Retry: a transient error of Lambda fails it", task.name);
    let (hidden, forgotten) = cx.by_suppression(forgotten);
    let (more_hidden, others) = cx.by_suppression(others);
    for task in hidden.into_iter().chain(more_hidden) {
        out.extend(finding(cx, &retriers, fails(task), &[task]));
    }
    if let [_, _, ..] = forgotten[..]
        && cx.machine.states().iter().all(|state| state.retriers.is_empty())
    {
        let names = cx.quoted(&ids(&forgotten), "or");
        let message = format!("no state retries: a transient error of Lambda fails {names}");
        out.extend(finding(cx, &retriers, message, &forgotten).map(as_info));
    } else {
        out.extend(forgotten.iter().filter_map(|task| finding(cx, &retriers, fails(task), &[task])));
    }
    let message = match others[..] {
        [only] => format!("'{}' has no Retry: a transient error fails it", only.name),
        _ => format!("without a Retry a transient error fails {}", cx.quoted(&ids(&others), "or")),
    };
    out.extend(finding(cx, &retriers, message, &others).map(as_info));
}

fn as_info(finding: Finding) -> Finding {
    Finding { severity: Severity::Info, ..finding }
}

fn ids(tasks: &[&State]) -> Vec<crate::asl::StateId> {
    tasks.iter().map(|task| task.id).collect()
}

fn calls_lambda(cx: &Context<'_>, task: &State) -> bool {
    matches!(
        cx.resource(task),
        Resource::LambdaFunction { .. }
            | Resource::Integration {
                service: "lambda" | "aws-sdk:lambda",
                action: "invoke",
                pattern: Pattern::RequestResponse,
            }
    )
}

/// Whether a `Resource` is one placeholder, for something that is called a function.
fn is_named_as_function(cx: &Context<'_>, task: &State) -> bool {
    let Some(resource) = cx.fields(task).resource() else { return false };
    let names = resource.placeholders();
    let [name] = names[..] else { return false };
    let is_all = resource.as_str().is_none_or(|text| text.len() == name.len() + "${}".len());
    let name = name.to_ascii_lowercase();
    is_all
        && (name.contains("function") || name.contains("lambda"))
        // Only activities and callbacks have heartbeats.
        && cx.fields(task).heartbeat().is_none()
}

/// Whether a catcher gets Lambda's transient errors, so that they do not end the execution.
fn is_caught(cx: &Context<'_>, task: &State) -> bool {
    cx.with_owners(task).any(|state| {
        let mut names = state.catchers.iter().flat_map(|catcher| &catcher.errors);
        // A placeholder may be any name.
        names.any(|name| {
            placeholder::is_in(&name.name) || LAMBDA_TRANSIENT.iter().any(|error| takes(&name.name, error))
        })
    })
}

/// Whether another service is called in a way that trying again is unlikely to harm.
fn may_run_twice<'m>(cx: &Context<'m>, retriers: &Retriers<'m>, task: &State) -> bool {
    let Resource::Integration { service, action, pattern: Pattern::RequestResponse } = cx.resource(task) else {
        return false;
    };
    let sent = |name: &str| cx.payload(task).and_then(|payload| payload.get(name));
    match (service, action) {
        ("states", "startExecution") | ("aws-sdk:sfn", "startExecution" | "startSyncExecution") => {
            // An expression that makes all of it may name it.
            let opaque = cx.payload(task).is_some_and(|payload| !payload.is_object());
            !opaque && ["Name", "Name.$"].into_iter().all(|name| sent(name).is_none())
        }
        ("http" | "apigateway", "invoke") => {
            sent("Method").and_then(NodeRef::as_str).is_some_and(|method| IDEMPOTENT.contains(&method))
        }
        _ => !retriers.of(cx, task).errors.is_empty(),
    }
}

fn finding<'m>(
    cx: &Context<'m>,
    retriers: &Retriers<'m>,
    message: String,
    tasks: &[&State],
) -> Option<Finding> {
    let (first, more) = tasks.split_first()?;
    let mut finding = cx
        .at_state(first, message)
        .with_label("tried once")
        .with_help(help(cx, retriers, first, more));
    for task in more.iter().take(PLACES) {
        finding = finding.with_related(task.name_span, "tried once");
    }
    for task in more {
        finding = finding.with_also_at(cx.machine.node(task.node).location());
    }
    let edits: Option<Vec<Edit>> = tasks
        .iter()
        .map(|task| {
            let retrier = retriers.of(cx, task);
            edits::add_value(cx.machine.node(task.node), "Retry", retrier.value.as_ref()?)
        })
        .collect();
    if let Some(edits) = edits {
        finding = finding.with_fix(Fix {
            title: "Retry transient errors".to_owned(),
            applicability: Applicability::Unsafe,
            edits,
        });
    }
    Some(finding)
}

/// What to add; where another of the calls has other errors, also what to add there.
fn help<'m>(cx: &Context<'m>, retriers: &Retriers<'m>, first: &State, more: &[&State]) -> String {
    let own = retriers.of(cx, first);
    let others = more.iter().map(|task| (task, retriers.of(cx, task)));
    match others.into_iter().find(|(_, retrier)| retrier.json != own.json) {
        None => format!("add \"Retry\": {}", own.json),
        Some((other, retrier)) => format!(
            "add to '{}' \"Retry\": {}, and to '{}' \"Retry\": {}",
            first.name, own.json, other.name, retrier.json
        ),
    }
}
