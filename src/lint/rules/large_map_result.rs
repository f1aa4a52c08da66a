//! # What it does
//! Finds Distributed Maps whose results all come back in one array: no `ResultWriter` that names a bucket, and either the
//! items are read from S3, or the author seems to expect the result to be dropped (`"ResultPath": null`) or
//! part of it selected (`ResultSelector`, `Output`). Nothing is reported where each child ends with a small literal, or
//! `MaxItems` is at most 100.
//!
//! # Why
//! The array may take up 256 KiB, some 26 bytes per result for 10,000 items. Beyond that the Map fails with
//! `States.DataLimitExceeded` when all the work is done, before `ResultPath`, `OutputPath`, `ResultSelector` or `Output`
//! make something else of it. A `ResultWriter` with a `WriterConfig` alone shapes the array and does not export it.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "${Bucket}"}},
//!     "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
//!       "StartAt": "Resize", "States": {"Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "${Bucket}"}},
//!     "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
//!       "StartAt": "Resize", "States": {"Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}},
//!     "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
//!       "Parameters": {"Bucket": "${Bucket}", "Prefix": "results"}}}}}
//! ```
//!
//! # Source
//! [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html): exporting
//! results to S3.

use crate::asl::{ReaderFields, QueryLanguage, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::expr::jsonata::{Delimited, delimited};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "large-map-result",
    summary: "A Distributed Map whose results come back in one array",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// Of results that take less bytes of JSON than this, 10,000 fit into 256 KiB.
const SMALL: usize = 26;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let is_map = state.state_type == Some(StateType::Map);
        if !is_map || cx.machine.exports_results(state.id) || ends_small(cx, state) {
            continue;
        }
        let finding = cx
            .at_state(state, format!("all results of '{}' come back in one array of at most 256 KiB", state.name))
            .with_label("may grow too large")
            .with_help(
                "add a \"ResultWriter\" that names a bucket, or let each child end with a small result: what is made of \
                 the array comes too late",
            );
        let reduced = reduced(cx, state);
        let finding = match cx.fields(state).item_reader() {
            Some(reader) if !reads_few(reader) => finding.with_related(reader.key_span(), "as many items as there are"),
            // There are no more items than fit into the state's input.
            None if reduced.is_some() && cx.machine.is_distributed(state.id) => Finding {
                severity: Severity::Info,
                ..finding
            },
            _ => continue,
        };
        out.push(match reduced {
            Some(field) => finding.with_related(field.key_span(), "the array is made before"),
            None => finding,
        });
    }
}

/// Whether the author says that there are few items.
fn reads_few(reader: ReaderFields<'_>) -> bool {
    let most = reader.reader_config().and_then(|config| config.max_items());
    most.and_then(|most| most.as_number()).is_some_and(|most| most.as_f64() <= 100.0)
}

/// The field that drops the result, or chooses something from it: on AWS it does not help [aws-cdk#24799, measured with
/// ResultPath and OutputPath].
fn reduced<'m>(cx: &Context<'m>, state: &State) -> Option<NodeRef<'m>> {
    let fields = cx.fields(state);
    let null = |path: Option<NodeRef<'m>>| path.filter(|path| path.is_null());
    let chosen = |output: &NodeRef<'_>| {
        let text = output.as_str().unwrap_or_default();
        match delimited(text) {
            Delimited::Expression(range) => text[range].trim() != "$states.result",
            _ => true,
        }
    };
    null(fields.result_path())
        .or_else(|| null(fields.output_path()))
        .or_else(|| fields.result_selector())
        .or_else(|| fields.output().filter(chosen))
}

/// Whether every child ends with a small literal.
fn ends_small(cx: &Context<'_>, state: &State) -> bool {
    let inside = state.bodies.iter().flat_map(|body| &cx.machine.scope(*body).states);
    let mut ends = inside
        .map(|id| cx.machine.state(*id))
        .filter(|state| state.is_terminal() && state.state_type != Some(StateType::Fail))
        .peekable();
    ends.peek().is_some() && ends.all(|end| is_small(cx, end))
}

fn is_small(cx: &Context<'_>, end: &State) -> bool {
    let fields = cx.fields(end);
    if fields.output_path().is_some_and(|path| path.is_null()) {
        return true;
    }
    let literal = match (end.query_language, end.state_type) {
        (QueryLanguage::Jsonata, _) => fields.output(),
        (QueryLanguage::JsonPath, Some(StateType::Pass))
            if fields.result_path().or(fields.output_path()).is_none() =>
        {
            fields.result()
        }
        _ => None,
    };
    literal.is_some_and(|literal| {
        let text = literal.to_value().to_json();
        text.len() < SMALL && !text.contains("{%") && !text.contains("${")
    })
}
