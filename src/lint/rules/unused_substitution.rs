//! # What it does
//! Finds names that the template's `DefinitionSubstitutions`, the variables of Terraform's `templatefile`, or `--define` and
//! `--substitutions` give a value, and that do not stand in the definition.
//!
//! # Why
//! It does no harm by itself. It is what is left of a state that is gone, or the other half of a misspelt name.
//!
//! # Example
//! ```json
//! {"Resources": {"Flow": {"Type": "AWS::Serverless::StateMachine", "Properties": {
//!   "Definition": {"StartAt": "Send", "States": {"Send": {"Type": "Task",
//!     "Resource": "arn:aws:states:::sqs:sendMessage",
//!     "Parameters": {"QueueUrl": "${QueueUrl}", "MessageBody": "hi"}, "End": true}}},
//!   "DefinitionSubstitutions": {"QueueUrl": {"Ref": "Queue"}, "Table": {"Ref": "Table"}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"Resources": {"Flow": {"Type": "AWS::Serverless::StateMachine", "Properties": {
//!   "Definition": {"StartAt": "Send", "States": {"Send": {"Type": "Task",
//!     "Resource": "arn:aws:states:::sqs:sendMessage",
//!     "Parameters": {"QueueUrl": "${QueueUrl}", "MessageBody": "hi"}, "End": true}}},
//!   "DefinitionSubstitutions": {"QueueUrl": {"Ref": "Queue"}}}}}}
//! ```
//!
//! # Source
//! [AWS::Serverless::StateMachine](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html):
//! DefinitionSubstitutions.

use std::collections::BTreeSet;

use crate::diagnostics::{Finding, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::Giver;

pub(super) static RULE: Rule = Rule {
    name: "unused-substitution",
    summary: "A substitution for a name that the definition does not use",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let document = cx.machine.document();
    let Some(substituted) = document.substituted() else {
        return;
    };
    // What is filled in by a macro or a merge may use it.
    if document.all().any(|node| node.is_open()) {
        return;
    }
    let used: BTreeSet<&str> = substituted.used.iter().map(|used| &*used.name).collect();
    let given: BTreeSet<&str> = substituted.given.iter().map(|given| &*given.name).collect();
    for one in substituted.given.iter().filter(|one| !used.contains(&*one.name)) {
        let name = &one.name;
        let finding = match &one.by {
            Giver::File { file, key, .. } if file.name() == document.file().name() => cx
                .at_span(*key, format!("'{name}' does not stand in the definition"))
                .with_label("not used"),
            Giver::File { file, key, .. } => cx.at(
                document.root(),
                format!("'{name}' does not stand in the definition, and {} gives it a value", file.place(*key)),
            ),
            Giver::Call { only: true } => cx.at(
                document.root(),
                format!("'{name}' does not stand in the definition, and the call gives it a value"),
            ),
            // It may be for another of the call's definitions.
            Giver::Call { only: false } => continue,
        };
        let missing = used.iter().copied().filter(|name| !given.contains(name));
        out.push(match nearest(name, missing) {
            Some(near) => finding.with_help(format!("'{near}' stands in it, and nobody gives that a value")),
            None => finding.with_help("remove it"),
        });
    }
}
