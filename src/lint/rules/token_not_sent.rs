//! # What it does
//! Finds `.waitForTaskToken` tasks that send their token to nobody: `$$.Task.Token` (in JSONata
//! `$states.context.Task.Token`) stands nowhere in what they send.
//!
//! # Why
//! The task waits until somebody gives the token back. Nobody has it, so the task ends only by its timeout, or after a
//! year. AWS takes the definition and runs it so.
//!
//! # Example
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
//!     "TimeoutSeconds": 86400,
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"order.$": "$.orderId"}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true,
//!     "TimeoutSeconds": 86400,
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {
//!       "order.$": "$.orderId", "token.$": "$$.Task.Token"}}}}}
//! ```
//!
//! # Source
//! [Discover service integration patterns](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html):
//! wait for a callback with a task token.

use crate::asl::{Pattern, QueryLanguage, Resource, State};
use crate::diagnostics::{Applicability, Finding, Help, Severity};
use crate::expr::jsonpath::Root;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::{Compiled, Text, leading_names};
use crate::services::{Call, Type, carries_json};
use crate::source::{NodeKind, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "token-not-sent",
    summary: "A task that waits for a token that it sends to nobody",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};

/// The way to the token in the context object.
const TOKEN: [&str; 2] = ["Task", "Token"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let waits = matches!(cx.resource(task), Resource::Integration { pattern: Pattern::WaitForTaskToken, .. });
        // AWS runs a task that does not send its token [localstack#10707]. Without a payload it refuses it.
        let (true, Some(payload)) = (waits, cx.payload(task)) else {
            continue;
        };
        let sends = cx.references(task).texts.iter().any(sends);
        if !sends && !may_name_it(cx, task, payload) {
            out.extend(finding(cx, task, payload));
        }
    }
}

/// Whether a text of the task's takes the token, or something that it is in, into what is sent.
fn sends(text: &Text) -> bool {
    let field = text.field.split(['/', '[']).next().unwrap_or_default();
    if !matches!(field, "Parameters" | "Arguments" | "InputPath") {
        return false;
    }
    match &text.compiled {
        // What its placeholders stand for may be anything.
        Compiled::OpenJsonata(_) => true,
        Compiled::Jsonata(expression) => {
            let uses = expression.uses();
            let reads = uses.variables.iter().filter(|used| used.name == "states").count();
            // `$states` as a whole, not as the begin of a path: `$lookup($states, "context")`.
            reads > uses.states_paths.len()
                || uses.states_paths.iter().any(|path| {
                    let mut names = path.names.iter().map(String::as_str);
                    names.next() == Some("context") && leads_to_token(names)
                })
        }
        _ => text
            .paths()
            .any(|(path, _)| *path.root() == Root::Context && leads_to_token(leading_names(path))),
    }
}

/// Whether names lead to the token, or to an object that it is in.
fn leads_to_token<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    names.zip(TOKEN).all(|(name, expected)| name == expected)
}

/// Whether the token may be named where nothing is evaluated: in what a deployment fills in, or by a mistake that another
/// finding tells of.
fn may_name_it(cx: &Context<'_>, task: &State, payload: NodeRef<'_>) -> bool {
    if payload.is_unknown() || payload.is_open() {
        return true;
    }
    let input = Call::of(&cx.resource(task)).and_then(|call| call.input());
    payload.members().iter().any(|member| {
        let value = payload.document().node(member.value);
        let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
        let carries = carries_json(name);
        let is_text = input.is_some_and(|input| {
            (input.members()).any(|known| input.spelling.takes(known.name, name) && matches!(known.shape.resolve(), Type::Text(_)))
        });
        // A queue's address that the deployment gives has no token; a message may.
        let filled_in = match value.kind() {
            NodeKind::Placeholder(_) => carries || !is_text,
            _ => carries && task.query_language == QueryLanguage::Jsonata && value.is_unknown(),
        };
        filled_in || mentions_it(value, carries)
    })
}

/// The same inside of a member; what a deployment fills in is a single value inside of a message, and may be more elsewhere.
fn mentions_it(node: NodeRef<'_>, in_message: bool) -> bool {
    let inside = |node: NodeRef<'_>| {
        let filled_in = !in_message && matches!(node.kind(), NodeKind::Placeholder(_));
        filled_in || mentions_it(node, in_message)
    };
    match node.kind() {
        NodeKind::String(text) => {
            let evaluated = text.starts_with("{%") || node.key().is_some_and(|key| key.ends_with(".$"));
            match evaluated {
                true => node.has_placeholder() || is_begun(text),
                false => text.contains("Task.Token"),
            }
        }
        _ => {
            let document = node.document();
            node.is_open()
                || node.items().any(inside)
                || node.members().iter().any(|member| inside(document.node(member.value)))
        }
    }
}

/// Whether a path is being written that may lead to the token: `$$.Task.`
fn is_begun(text: &str) -> bool {
    text.starts_with("$$") && text.ends_with('.') && "$$.Task.Token".starts_with(text)
}

fn finding(cx: &Context<'_>, task: &State, payload: NodeRef<'_>) -> Option<Finding> {
    let resource = cx.fields(task).resource()?;
    let text = resource.as_str()?;
    let part = text.rfind(Pattern::WaitForTaskToken.suffix())?..text.len();
    let message = format!("'{}' waits for a task token that it sends to nobody", task.name);
    let mut paths = (cx.references(task).texts.iter()).flat_map(|text| text.paths().map(move |found| (text.node, found)));
    let of_input = paths
        .find(|(_, (path, _))| *path.root() == Root::Input && leading_names(path).eq(TOKEN))
        .map(|(node, (_, part))| (cx.machine.node(node), part.start));
    let help = match task.query_language {
        QueryLanguage::JsonPath if of_input.is_some() => {
            Help::asking("$.Task.Token reads the input: did you mean \"$$.Task.Token\"?", "$$.Task.Token")
        }
        QueryLanguage::JsonPath => match payload.members().iter().find(|member| carries_all(payload, &member.key)) {
            Some(member) => {
                let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
                format!("send it beside the input: \"{name}\": {{\"input.$\": \"$\", \"token.$\": \"$$.Task.Token\"}}").into()
            }
            None => format!("add \"token.$\": \"$$.Task.Token\" to {}", place(payload)).into(),
        },
        QueryLanguage::Jsonata => {
            format!("add \"token\": \"{{% $states.context.Task.Token %}}\" to {}", place(payload)).into()
        }
    };
    let finding = cx
        .at_part(resource, part, message)
        .with_label("nobody can answer")
        .with_related(payload.key_span(), "the token is not in it")
        .with_help(help);
    let edit = of_input
        .filter(|_| task.query_language == QueryLanguage::JsonPath)
        .and_then(|(node, start)| edits::replace_part(node, start..start + 1, "$$"));
    Some(edits::offer(finding, "Write '$$.Task.Token'", Applicability::Unsafe, edits::one(edit)))
}

/// Whether the member `key` sends the whole input: `"Payload.$": "$"`.
fn carries_all(payload: NodeRef<'_>, key: &str) -> bool {
    key.ends_with(".$") && payload.get(key).and_then(NodeRef::as_str) == Some("$")
}

/// What of the payload the other side reads.
fn place(payload: NodeRef<'_>) -> String {
    let read = payload.members().iter().find(|member| {
        carries_json(&member.key) && payload.document().node(member.value).is_object()
    });
    match read {
        Some(member) => format!("\"{}\"", member.key),
        None => "what the other side gets to read".to_owned(),
    }
}
