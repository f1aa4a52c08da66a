//! # What it does
//! Finds `$$.Task.Token` in tasks that do not wait for one, and `$$.Map.Item` outside of Map states, in JSONata
//! `$states.context.Task` and `$states.context.Map` likewise. The states in the processor of a Distributed Map count as
//! outside: they run in executions of their own. Only the Map's own fields have its item, such as `ItemSelector`.
//!
//! # Why
//! The context object has a `Task` only in activities and `.waitForTaskToken` tasks, and a `Map` only in a Map.
//! Elsewhere the path leads nowhere, and the state fails.
//!
//! # Example
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"token.$": "$$.Task.Token"}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
//!     "TimeoutSeconds": 86400,
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"token.$": "$$.Task.Token"}}}}}
//! ```
//!
//! # Source
//! [Accessing execution data from the Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use std::ops::Range;

use crate::asl::{Pattern, Resource, State, StateType};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::expr::jsonpath::{Root, StepKind};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::{Compiled, Text};

pub(super) static RULE: Rule = Rule {
    name: "context-path-elsewhere",
    summary: "A task token without a callback, or a Map item outside a Map",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for text in &cx.references(state).texts {
            for (member, part) in context_members(text) {
                let map = cx.machine.child_of(state.scope).map(|map| &cx.machine.state(map).name);
                let (message, help) = match (member, map) {
                    ("Task", _) if !has_token(cx, state) => (
                        format!("'{}' does not wait for a task token, so there is none", state.name),
                        "append .waitForTaskToken to the Resource, or leave the token out".to_owned(),
                    ),
                    ("Map", None) if !in_map(cx, state) => (
                        format!("'{}' is not in a Map, so there is no item", state.name),
                        "use it inside a Map, or in its ItemSelector".to_owned(),
                    ),
                    ("Map", Some(map)) if !in_map(cx, state) => (
                        format!("'{}' runs in a child execution of '{map}', which has no Map item", state.name),
                        format!("put it into the child's input with an \"ItemSelector\" of '{map}', and read it there"),
                    ),
                    _ => continue,
                };
                let finding = cx
                    .at_part(cx.machine.node(text.node), part, message)
                    .with_label("not there")
                    .with_help(help);
                // That child executions lack it follows from where AWS says to read it; nobody is known to have tried.
                let severity = match (member, map) {
                    ("Map", Some(_)) => Severity::Warning,
                    _ => finding.severity,
                };
                let finding = Finding { severity, ..finding };
                let edit = if member == "Task" { callback(cx, state) } else { None };
                let title = "Wait for the task token";
                out.push(edits::offer(finding, title, Applicability::Unsafe, edits::one(edit)));
            }
        }
    }
}

/// Makes the call of a task one that waits.
fn callback(cx: &Context<'_>, state: &State) -> Option<Edit> {
    let plain = matches!(
        cx.resource(state),
        Resource::Integration { pattern: Pattern::RequestResponse, .. }
    );
    let resource = cx.fields(state).resource().filter(|_| plain)?;
    edits::replace_string(resource, &format!("{}.waitForTaskToken", resource.as_str()?))
}

/// The first members of the context object that a text reads, with their places.
fn context_members(text: &Text) -> Vec<(&'static str, Range<usize>)> {
    let known = |name: &str| ["Task", "Map"].into_iter().find(|member| *member == name);
    if let Compiled::Jsonata(expression) = &text.compiled {
        let paths = &expression.uses().states_paths;
        return (paths.iter())
            .filter_map(|path| match &path.names[..] {
                [context, name, ..] if context == "context" => {
                    Some((known(name)?, text.start + path.span.start..text.start + path.span.end))
                }
                _ => None,
            })
            .collect();
    }
    text.paths()
        .filter(|(path, _)| *path.root() == Root::Context)
        .filter_map(|(path, part)| match &path.steps().first()?.kind {
            StepKind::Property(name) => Some((known(name)?, part)),
            _ => None,
        })
        .collect()
}

fn has_token(cx: &Context<'_>, state: &State) -> bool {
    state.state_type == Some(StateType::Task)
        && match cx.resource(state) {
            Resource::Integration { pattern, .. } => pattern != Pattern::RequestResponse,
            Resource::Activity { .. } | Resource::Other => true,
            _ => false,
        }
}

/// Whether the context object has an item. "You must define parameters from the Context object in the ItemSelector block
/// of the main Map state, not within the states included in the ItemProcessor section" [Accessing execution data from the
/// Context object]; of iterations that are part of the execution it is known that they have it all the same.
fn in_map(cx: &Context<'_>, state: &State) -> bool {
    let child = cx.machine.child_of(state.scope);
    let mut around = cx.with_owners(state).take_while(|around| Some(around.id) != child);
    around.any(|around| around.state_type == Some(StateType::Map))
}
