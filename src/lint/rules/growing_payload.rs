//! # What it does
//! Finds states in a loop that add to what they read every time they run: a list with another item, a text with
//! another part, an object merged with the last one, put back to the same place or variable.
//!
//! # Why
//! The data of a state may have 256 KiB. What grows with every iteration works in tests and fails one day, after many
//! iterations, with `States.DataLimitExceeded`.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "List", "States": {
//!   "List": {"Type": "Task", "Resource": "${ListFunction}", "Next": "More?",
//!     "Assign": {"found": "{% $append($found, $states.result.items) %}", "more": "{% $states.result.more %}"}},
//!   "More?": {"Type": "Choice", "Default": "Done", "Choices": [{"Condition": "{% $more %}", "Next": "List"}]},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! Handle each page where it is read, or write it to S3 or DynamoDB and keep its key.
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "List", "States": {
//!   "List": {"Type": "Task", "Resource": "${ListAndStoreFunction}", "Next": "More?",
//!     "Assign": {"page": "{% $states.result.page %}", "more": "{% $states.result.more %}"}},
//!   "More?": {"Type": "Choice", "Default": "Done", "Choices": [{"Condition": "{% $more %}", "Next": "List"}]},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! using Amazon S3 ARNs instead of passing large payloads.

use crate::asl::{State, StateId};
use crate::diagnostics::{Finding, Severity};
use crate::expr::intrinsic::{ArgumentKind, Call};
use crate::expr::jsonpath::Root;
use crate::lint::{Confidence, Context, Group, Rule};
use crate::references::{Compiled, Text};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "growing-payload",
    summary: "Data that grows with every iteration of a loop",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for graph in cx.flow.scopes() {
        let looping: Vec<StateId> = graph.cycles().concat();
        for id in looping.into_iter().filter(|id| cx.is_live(*id)) {
            let state = cx.machine.state(id);
            out.extend(cx.references(state).texts.iter().filter_map(|text| look(cx, state, text)));
        }
    }
}

fn look(cx: &Context<'_>, state: &State, text: &Text) -> Option<Finding> {
    let place = written_to(cx, state, text)?;
    let grows = match (&text.compiled, &place) {
        (Compiled::Jsonata(expression), Place::Variable(name)) => adds_to(expression.source(), &format!("${name}")),
        (Compiled::Jsonata(expression), Place::Path(path)) => {
            let member = path.strip_prefix('$').unwrap_or(path);
            adds_to(expression.source(), &format!("$states.input{member}"))
        }
        (Compiled::Call(call), place) => grows(call.call(), place),
        _ => false,
    };
    if !grows {
        return None;
    }
    let node = cx.machine.node(text.node);
    let what = match &place {
        Place::Variable(name) => format!("'${name}'"),
        Place::Path(path) => format!("'{path}'"),
    };
    Some(
        cx.at(node, format!("{what} grows with every iteration of the loop that contains '{}'", state.name))
            .with_label("adds to itself")
            .with_help("store accumulated data elsewhere (S3, DynamoDB), or process it in each iteration"),
    )
}

/// Where the value of a text goes.
enum Place {
    Variable(String),
    /// A ResultPath and the member behind it.
    Path(String),
}

fn written_to(cx: &Context<'_>, state: &State, text: &Text) -> Option<Place> {
    // `Assign/x.$`, or `Catch[0]/Assign/x`; deeper members are not looked at.
    if let Some((_, name)) = text.field.split_once("Assign/") {
        let name = name.strip_suffix(".$").unwrap_or(name);
        return (!name.contains(['/', '['])).then(|| Place::Variable(name.to_owned()));
    }
    // `Output/x` comes back as `$states.input.x` when the states between pass it on.
    if let Some(member) = text.field.strip_prefix("Output/") {
        return (!member.contains(['/', '['])).then(|| Place::Path(format!("$.{member}")));
    }
    let member = text
        .field
        .strip_prefix("Parameters/")
        .or_else(|| text.field.strip_prefix("ResultSelector/"))?
        .strip_suffix(".$")?;
    if member.contains(['/', '[']) || state.state_type == Some(crate::asl::StateType::Task) {
        return None;
    }
    let base = (cx.fields(state).result_path()).map_or(Some("$"), NodeRef::as_str)?;
    Some(Place::Path(format!("{base}.{member}")))
}

/// Whether an expression appends to `variable`, which it names as `$x` or `$states.input.x`.
fn adds_to(source: &str, variable: &str) -> bool {
    let compact: String = source.chars().filter(|c| !c.is_whitespace()).collect();
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '[');
    let after = |start: &str| {
        compact
            .match_indices(&format!("{start}{variable}"))
            .any(|(at, found)| ends(&compact[at + found.len()..]))
    };
    // `$append($x, ...)`, `$merge([$x, ...])`, `[$x, ...]`, `$x & "..."`
    let list = ["$append(", "$merge([", "["].iter().any(|start| after(start)) && compact.contains(&format!("{variable},"));
    list || compact.starts_with(&format!("{variable}&"))
}

/// Whether a call puts what stands at `place` and more into one value.
fn grows(call: &Call, place: &Place) -> bool {
    let adds = matches!(call.function.name, "States.Array" | "States.Format" | "States.JsonMerge") && call.arguments.len() > 1;
    let same = call.arguments.iter().any(|argument| match &argument.kind {
        ArgumentKind::Path(path) => match (path.root(), place) {
            (Root::Variable(name), Place::Variable(place)) => **name == **place && path.steps().is_empty(),
            (Root::Input, Place::Path(place)) => path.text().trim_end_matches("[*]") == place,
            _ => false,
        },
        ArgumentKind::Call(inner) => adds && grows_inside(inner, place),
        _ => false,
    });
    adds && same
}

fn grows_inside(call: &Call, place: &Place) -> bool {
    call.arguments.iter().any(|argument| match &argument.kind {
        ArgumentKind::Path(path) => match (path.root(), place) {
            (Root::Variable(name), Place::Variable(place)) => **name == **place,
            (Root::Input, Place::Path(place)) => path.text().starts_with(place.as_str()),
            _ => false,
        },
        ArgumentKind::Call(inner) => grows_inside(inner, place),
        _ => false,
    })
}
