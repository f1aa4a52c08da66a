//! # What it does
//! Finds Distributed Maps that read their items from S3 and give all results back as one array: no `ResultWriter`, and
//! the result is neither dropped (`"ResultPath": null`) nor reduced (`ResultSelector`, or an `Output` that is more than
//! `{% $states.result %}`).
//!
//! # Why
//! The array may have 256 KiB, some 26 bytes a result for 10,000 items. Past that the Map fails with
//! `States.DataLimitExceeded` when all the work is done; `States.ALL` does not catch it.
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

use crate::asl::{State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::expr::jsonata::{Delimited, delimited};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeKind;

pub(super) static RULE: Rule = Rule {
    name: "large-map-result",
    summary: "A Distributed Map over S3 whose results come back in one array",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Map) {
            continue;
        }
        let Some(reader) = cx.field(state, "ItemReader") else {
            continue;
        };
        let null = |name| cx.field(state, name).is_some_and(|path| matches!(path.kind(), NodeKind::Null));
        let dropped = null("ResultPath") || null("OutputPath");
        if dropped || cx.has_any(state, &["ResultWriter", "ResultSelector"]) || is_chosen(cx, state) {
            continue;
        }
        // A few items, by the author's own word.
        let most = reader.get("ReaderConfig").and_then(|config| config.get("MaxItems"));
        if most.and_then(|most| most.as_number()).is_some_and(|most| most.as_f64() <= 100.0) {
            continue;
        }
        out.push(
            cx.at_state(state, format!("all results of '{}' come back in one array of at most 256 KiB", state.name))
                .with_label("may grow too large")
                .with_related(reader.key_span(), "as many items as there are")
                .with_help("add a \"ResultWriter\", or drop the result with \"ResultPath\": null"),
        );
    }
}

/// Whether an `Output` makes something else of the result than the result itself.
fn is_chosen(cx: &Context<'_>, state: &State) -> bool {
    cx.field(state, "Output").is_some_and(|output| {
        let text = output.as_str().unwrap_or_default();
        match delimited(text) {
            Delimited::Expression(range) => text[range].trim() != "$states.result",
            _ => true,
        }
    })
}
