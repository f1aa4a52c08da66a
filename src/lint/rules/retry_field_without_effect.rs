//! # What it does
//! Finds fields of a retrier that change nothing: a `MaxDelaySeconds` below `IntervalSeconds`, which is what every attempt
//! waits then; a `BackoffRate`, `MaxDelaySeconds` or `JitterStrategy` where nothing is waited (`IntervalSeconds` of 0), nothing
//! grows (one attempt, a rate of 1) or nothing is retried (`MaxAttempts` of 0).
//!
//! # Why
//! Whoever reads them counts on them. Mostly two numbers are in each other's place, or an attempt was meant to be more.
//!
//! # Example
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxDelaySeconds": 10, "BackoffRate": 2}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxDelaySeconds": 60, "BackoffRate": 2}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! the fields of a retrier. AWS accepts every combination of them.

use crate::asl::{Retrier, State};
use crate::diagnostics::{Applicability, Finding, Severity, seconds};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "retry-field-without-effect",
    summary: "A field of a retrier that changes nothing",
    severity: Severity::Info,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for retrier in &state.retriers {
            out.extend(swapped(cx, state, retrier).or_else(|| useless(cx, state, retrier)));
        }
    }
}

/// A number of a retrier: its default where it is not set, `None` where it is not known yet.
fn number(node: Option<NodeRef<'_>>, default: f64) -> Option<f64> {
    match node {
        Some(node) => node.as_number().map(|number| number.as_f64()),
        None => Some(default),
    }
}

struct Numbers {
    interval: Option<f64>,
    attempts: Option<f64>,
    rate: Option<f64>,
}

impl Numbers {
    fn of(cx: &Context<'_>, retrier: &Retrier) -> Numbers {
        let fields = retrier.fields(cx.machine);
        Numbers {
            interval: number(fields.interval_seconds(), Retrier::DEFAULT_INTERVAL_SECONDS),
            attempts: number(fields.max_attempts(), Retrier::DEFAULT_MAX_ATTEMPTS as f64),
            rate: number(fields.backoff_rate(), Retrier::DEFAULT_BACKOFF_RATE),
        }
    }
}

/// A longest interval below the first one.
fn swapped(cx: &Context<'_>, state: &State, retrier: &Retrier) -> Option<Finding> {
    let fields = retrier.fields(cx.machine);
    let (first, longest) = (fields.interval_seconds()?, fields.max_delay_seconds()?);
    let (interval, most) = (first.as_number()?.as_f64(), longest.as_number()?.as_f64());
    if interval <= most || Numbers::of(cx, retrier).attempts == Some(0.0) {
        return None;
    }
    let message = format!(
        "'{}' waits {} before every attempt: its MaxDelaySeconds is less than IntervalSeconds, {}",
        state.name,
        seconds(most),
        seconds(interval)
    );
    let finding = cx
        .at(longest, message)
        .with_label("cuts the first interval already")
        .with_related(first.token_span(), "never waited")
        .with_help("IntervalSeconds is the first interval, MaxDelaySeconds the longest");
    let finding = Finding {
        severity: Severity::Warning,
        ..finding
    };
    let text = cx.machine.document().file().text();
    let written = |node: NodeRef<'_>| text.get(node.span().range());
    let swap = || {
        let edit = edits::replace_word(first, written(longest)?)?;
        Some(vec![edit, edits::replace_word(longest, written(first)?)?])
    };
    Some(edits::offer(finding, "Swap the two numbers", Applicability::Unsafe, swap()))
}

/// Fields that say how to wait where nothing is waited, or how it grows where nothing grows.
fn useless(cx: &Context<'_>, state: &State, retrier: &Retrier) -> Option<Finding> {
    let numbers = Numbers::of(cx, retrier);
    let (why, names): (&str, &[&str]) = if numbers.attempts == Some(0.0) {
        (
            "MaxAttempts is 0, so that nothing is retried",
            &["IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"],
        )
    } else if numbers.interval == Some(0.0) {
        (
            "IntervalSeconds is 0, and so is every interval",
            &["BackoffRate", "MaxDelaySeconds", "JitterStrategy"],
        )
    } else if numbers.attempts == Some(1.0) {
        ("the one attempt waits IntervalSeconds", &["BackoffRate", "MaxDelaySeconds"])
    } else if numbers.rate == Some(1.0) {
        ("the interval does not grow", &["MaxDelaySeconds"])
    } else {
        return None;
    };
    let object = cx.machine.node(retrier.node);
    // Whoever writes a rate of 1 says that nothing grows.
    let counts = |name: &&str| !(*name == "BackoffRate" && numbers.rate == Some(1.0));
    let there: Vec<&str> = (names.iter().copied())
        .filter(|name| object.member(name).is_some())
        .filter(counts)
        .collect();
    let first = object.get(there.first()?)?;
    let message = format!(
        "{} of '{}' {} nothing: {why}",
        crate::diagnostics::joined(&there, "and"),
        state.name,
        if there.len() == 1 { "changes" } else { "change" }
    );
    let finding = cx
        .at_span(first.key_span(), message)
        .with_location(first.location())
        .with_label("without effect");
    let finding = if numbers.attempts == Some(0.0) {
        finding.with_help("take them out, or allow attempts")
    } else {
        finding.with_help("take them out, or change what leaves them without effect")
    };
    let removed = there.iter().map(|name| edits::remove_member(object, name));
    let removed: Option<Vec<_>> = removed.collect();
    let removed = removed.filter(|edits| edits.len() == 1);
    Some(edits::offer(
        finding,
        format!("Take {} out", there.first()?),
        Applicability::Safe,
        removed,
    ))
}
