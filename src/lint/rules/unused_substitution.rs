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
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostics::{Applicability, Finding, Severity, Span, nearest};
use crate::lint::edits;
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::{self, Document, Giver, SourceFile};

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
    let mut templates = Templates::default();
    for one in substituted.given.iter().filter(|one| !used.contains(&*one.name)) {
        let name = &one.name;
        let finding = match &one.by {
            Giver::File { file, key, .. } => {
                let is_here = file.name() == document.file().name();
                let mut finding = match is_here {
                    true => cx.at_span(*key, words(name)).with_label("not used"),
                    false => cx.at(
                        document.root(),
                        format!("{}, and {} gives it a value", words(name), file.place(*key)),
                    ),
                };
                if !is_here {
                    finding.elsewhere.push(file.elsewhere(*key, "given a value here"));
                }
                finding
            }
            Giver::Call { only: true } => cx.at(
                document.root(),
                format!("{}, and the call gives it a value", words(name)),
            ),
            // It may be for another of the call's definitions.
            Giver::Call { only: false } => continue,
        };
        let missing = used.iter().copied().filter(|name| !given.contains(name));
        out.push(match (nearest(name, missing), &one.by) {
            (Some(near), _) => {
                finding.with_help(format!("'{near}' stands in it, and nobody gives that a value"))
            }
            (None, Giver::File { file, key, .. }) if file.name() == document.file().name() => {
                templates.removable(finding.with_help(REMOVE), file, *key)
            }
            (None, _) => finding.with_help(REMOVE),
        });
    }
}

const REMOVE: &str = "remove it";

fn words(name: &str) -> String {
    format!("'{name}' does not stand in the definition")
}

/// The trees of the files that keys stand in, each read once.
#[derive(Default)]
struct Templates(Vec<(Arc<SourceFile>, Option<Arc<Document>>)>);

impl Templates {
    fn of(&mut self, file: &Arc<SourceFile>) -> Option<&Document> {
        let known = self.0.iter().position(|(known, _)| Arc::ptr_eq(known, file));
        let at = known.unwrap_or_else(|| {
            // In Terraform's language edits are none of ours.
            let document = match source::is_terraform(file) {
                true => None,
                false => source::parse_any(file.clone()).document,
            };
            self.0.push((file.clone(), document.map(Arc::from)));
            self.0.len() - 1
        });
        self.0[at].1.as_deref()
    }

    /// Adds the fix that takes the key out, where the file is a template.
    fn removable(&mut self, finding: Finding, file: &Arc<SourceFile>, key: Span) -> Finding {
        let mut removal = || {
            let at = self.of(file)?.at(key.start as usize).filter(|at| at.on_key)?;
            edits::remove_member(at.node.parent()?, at.node.key()?)
        };
        // What makes its value may have been meant to be deployed before the state machine.
        edits::offer(finding, "Remove it", Applicability::Unsafe, edits::one(removal()))
    }
}

/// Takes out of the findings about a definition what is told of keys in other files: each is told there, where one would
/// take it out.
pub fn unused_at_keys(
    document: Option<&Document>,
    findings: &mut Vec<Finding>,
) -> Vec<(Arc<SourceFile>, Finding)> {
    let given = document.and_then(|document| document.substituted());
    let given = given.map_or(&[][..], |substituted| &substituted.given);
    let keys = given.iter().filter_map(|given| match &given.by {
        Giver::File { file, key, .. } => Some(((file.name(), key.start as usize), (&given.name, file, *key))),
        Giver::Call { .. } => None,
    });
    let keys: FxHashMap<_, _> = keys.collect();
    let mut templates = Templates::default();
    let mut moved = Vec::new();
    let mut stay = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let at = finding.elsewhere.first().filter(|_| finding.code == RULE.name);
        let key = at.and_then(|at| keys.get(&(&*at.file, at.start.offset)));
        let Some((name, file, key)) = key.copied() else {
            stay.push(index);
            continue;
        };
        let told = Finding {
            message: words(name),
            span: key,
            location: None,
            elsewhere: Vec::new(),
            ..finding.clone()
        };
        let told = told.with_label("not used");
        moved.push((
            file.clone(),
            match told.help.as_deref() {
                Some(REMOVE) => templates.removable(told, file, key),
                _ => told,
            },
        ));
    }
    if !moved.is_empty() {
        *findings = Finding::rearrange(std::mem::take(findings), &stay);
    }
    moved
}
