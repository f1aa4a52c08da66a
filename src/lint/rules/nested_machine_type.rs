//! # What it does
//! Finds calls of a state machine of the same template that its type does not allow: `states:startExecution.sync` of an
//! Express one, `startSyncExecution` of a Standard one. Also where the ARN comes through `DefinitionSubstitutions` or
//! `templatefile`.
//!
//! # Why
//! Step Functions waits only for Standard executions, and answers only with the output of Express ones. AWS takes the
//! definition, since it does not look at the other machine; the call fails when it runs.
//!
//! # Example
//! ```json
//! {"Resources": {
//!   "Child": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Type": "EXPRESS",
//!     "Definition": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}}},
//!   "Parent": {"Type": "AWS::Serverless::StateMachine", "Properties": {
//!     "Definition": {"StartAt": "Run", "States": {"Run": {"Type": "Task",
//!       "Resource": "arn:aws:states:::states:startExecution.sync:2", "TimeoutSeconds": 600,
//!       "Parameters": {"StateMachineArn": "${ChildArn}"}, "End": true}}},
//!     "DefinitionSubstitutions": {"ChildArn": {"Ref": "Child"}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"Resources": {
//!   "Child": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Type": "EXPRESS",
//!     "Definition": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}}},
//!   "Parent": {"Type": "AWS::Serverless::StateMachine", "Properties": {
//!     "Definition": {"StartAt": "Run", "States": {"Run": {"Type": "Task",
//!       "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution", "TimeoutSeconds": 600,
//!       "Retry": [{"ErrorEquals": ["Sfn.SfnException"]}],
//!       "Parameters": {"StateMachineArn": "${ChildArn}"}, "End": true}}},
//!     "DefinitionSubstitutions": {"ChildArn": {"Ref": "Child"}}}}}}
//! ```
//!
//! # Source
//! [Start a new AWS Step Functions state machine from a running execution](https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html);
//! [StartSyncExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html):
//! StateMachineTypeNotSupported.

use crate::asl::{Pattern, Resource};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "nested-machine-type",
    summary: "A call of another state machine that its type does not allow",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        // Whether it waits for an Express execution; others are started of both types.
        let express = match cx.resource(task) {
            Resource::Integration { service: "states", action: "startExecution", pattern: Pattern::Sync | Pattern::Sync2 } => false,
            Resource::Integration { service: "aws-sdk:sfn", action: "startSyncExecution", .. } => true,
            _ => continue,
        };
        let arn = cx.payload(task).and_then(|payload| payload.get("StateMachineArn"));
        let Some(arn) = arn else { continue };
        let sibling = arn.as_placeholder().and_then(|name| cx.machine.document().sibling(name));
        let Some(sibling) = sibling.filter(|sibling| sibling.express != express) else {
            continue;
        };
        let name = &sibling.resource;
        let (message, help) = match express {
            false => (
                format!("'{}' waits for an execution of {name}, which is an Express state machine", task.name),
                format!("call arn:aws:states:::aws-sdk:sfn:startSyncExecution, or make {name} STANDARD"),
            ),
            true => (
                format!("'{}' calls {name} and takes its answer, but that is a Standard state machine", task.name),
                format!("call arn:aws:states:::states:startExecution.sync:2, or make {name} EXPRESS"),
            ),
        };
        let finding = cx.at(arn, message).with_label("the call fails").with_help(help);
        out.push(match cx.fields(task).resource() {
            Some(resource) => finding.with_related(resource.token_span(), "this waits for the result"),
            None => finding,
        });
    }
}
