//! # What it does
//! Finds Lambda functions that are called as `$LATEST`.
//!
//! # Why
//! An execution that runs for days calls whatever was deployed last, in the middle of its run. A version or an alias
//! keeps one execution with one version of the code, and lets a deployment move traffic step by step. Workflow Studio
//! writes `$LATEST` by itself, and for short workflows nothing is wrong with it, so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "charge:$LATEST", "Payload.$": "$"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "charge:live", "Payload.$": "$"}}}}
//! ```
//!
//! # Source
//! [Invoke an AWS Lambda function with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html);
//! [Lambda function versions](https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html).

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "latest-version",
    summary: "A Lambda function that is invoked as $LATEST",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let function = cx.payload(task).and_then(|payload| payload.get("FunctionName"));
        let qualifier = cx.payload(task).and_then(|payload| payload.get("Qualifier"));
        let latest = |node: &NodeRef<'_>| {
            let text = node.as_str().unwrap_or_default();
            text == "$LATEST" || text.ends_with(":$LATEST")
        };
        let named = [cx.fields(task).resource(), function, qualifier].into_iter().flatten().find(latest);
        out.extend(named.map(|node| {
            cx.at(node, format!("'{}' calls whatever version was deployed last", task.name))
                .with_label("$LATEST")
                .with_help("name a version or an alias")
        }));
    }
}
