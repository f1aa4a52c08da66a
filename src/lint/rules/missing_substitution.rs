//! # What it does
//! Finds names in a definition (`${QueueUrl}`) that nothing gives a value: neither the template's `DefinitionSubstitutions`
//! nor `--define` and `--substitutions`. Where there is no such list at all, nothing is reported. A variable that Terraform's
//! `templatefile` does not give is an error of its own, `INVALID_FUNCTION_ARGUMENT`. In a file that a template names, also pseudo
//! parameters, such as `${AWS::Region}`: CloudFormation fills them in in the template alone.
//!
//! # Why
//! CloudFormation deploys the name as it stands, and the state machine sends the text `${QueueUrl}` to a service.
//!
//! # Example
//! ```json
//! {"Resources": {"Flow": {"Type": "AWS::Serverless::StateMachine", "Properties": {
//!   "Definition": {"StartAt": "Send", "States": {"Send": {"Type": "Task",
//!     "Resource": "arn:aws:states:::sqs:sendMessage",
//!     "Parameters": {"QueueUrl": "${QueueUrl}", "MessageBody": "hi"}, "End": true}}},
//!   "DefinitionSubstitutions": {"QueuUrl": {"Ref": "Queue"}}}}}}
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

use crate::diagnostics::{Applicability, Edit, Finding, Help, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "missing-substitution",
    summary: "A name in the definition that no list of substitutions gives a value",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let substituted = cx.machine.document().substituted();
    let Some(substituted) = substituted.filter(|substituted| !substituted.is_refused) else {
        return;
    };
    let given: BTreeSet<&str> = substituted.given.iter().map(|given| &*given.name).collect();
    let used: BTreeSet<&str> = substituted.used.iter().map(|used| &*used.name).collect();
    let mut said = BTreeSet::new();
    for one in &substituted.used {
        if given.contains(&*one.name) || !said.insert(&*one.name) {
            continue;
        }
        let finding = cx
            .at_span(one.span, format!("no substitution gives '{}' a value", one.name))
            .with_label("stays as it is");
        // One that is used already is not what is meant.
        let unused = given.iter().copied().filter(|name| !used.contains(name));
        out.push(match nearest(&one.name, unused) {
            Some(near) => renamed(cx, finding, &one.name, near),
            None => finding.with_help(match one.name.strip_prefix("AWS::") {
                Some(name) => format!(
                    "a template's own values are not filled in here: add '{name}' to the substitutions, with !Ref {}",
                    one.name
                ),
                None => format!("add '{}' to the substitutions", one.name),
            }),
        });
    }
}

/// Offers the name that is given.
fn renamed(cx: &Context<'_>, finding: Finding, name: &str, near: &str) -> Finding {
    let finding = finding.with_help(Help::asking(format!("did you mean '{near}', which is given?"), near));
    let written = cx.machine.document().file().text().get(finding.span.range());
    // What is written otherwise there, with escapes, stays.
    let edit = written.filter(|written| written.matches(name).count() == 1).map(|written| {
        vec![Edit {
            span: finding.span,
            text: written.replace(name, near),
        }]
    });
    edits::offer(finding, format!("Write '{near}'"), Applicability::Unsafe, edit)
}
