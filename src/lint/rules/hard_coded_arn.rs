//! # What it does
//! Finds account ids and regions in ARNs and queue URLs, unless they are those of AWS's examples (123456789012,
//! 111122223333 and their like) or filled in by a placeholder. Named once a machine and account.
//!
//! # Why
//! The definition works in one account and region alone: the copy for testing writes to the queue of production, and a
//! move to another region is a search and replace.
//!
//! # Example
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/998877665544/orders", "MessageBody.$": "$"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "${OrdersQueue}", "MessageBody.$": "$"}}}}
//! ```
//!
//! # Source
//! [Using definition substitutions](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html):
//! DefinitionSubstitutions.

use std::collections::BTreeMap;

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "hard-coded-arn",
    summary: "An account id or region that is written into the definition",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

/// Accounts of AWS's documentation.
const EXAMPLES: [&str; 8] = [
    "123456789012",
    "111122223333",
    "444455556666",
    "111111111111",
    "222222222222",
    "012345678901",
    "000000000000",
    "999999999999",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut found: BTreeMap<&str, Finding> = BTreeMap::new();
    texts(cx.machine.document().root(), &mut |node, text| {
        let Some(account) = account(text) else { return };
        if EXAMPLES.contains(&account) {
            return;
        }
        match found.get_mut(account) {
            // More places than anybody reads help nobody.
            Some(first) if first.related.len() < 5 => {
                first.related.push(crate::diagnostics::Related {
                    span: node.token_span(),
                    label: "and here".to_owned(),
                });
            }
            Some(_) => {}
            None => {
                let finding = cx
                    .at(node, format!("the account {account} is written into the definition"))
                    .with_label("this account alone")
                    .with_help("write a placeholder such as \"${QueueUrl}\", and fill it in when it is deployed");
                found.insert(account, finding);
            }
        }
    });
    out.extend(found.into_values());
}

fn texts<'d>(node: NodeRef<'d>, see: &mut impl FnMut(NodeRef<'d>, &'d str)) {
    if let Some(text) = node.as_str() {
        see(node, text);
    }
    node.items().for_each(|item| texts(item, see));
    for member in node.members().iter().filter(|m| &*m.key != "Comment") {
        texts(node.document().node(member.value), see);
    }
}

/// The account in an ARN or the URL of a queue.
fn account(text: &str) -> Option<&str> {
    let is_account = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
    if text.starts_with("arn:") {
        return text.split(':').nth(4).filter(is_account);
    }
    let rest = text.strip_prefix("https://sqs.")?;
    rest.split('/').nth(1).filter(is_account)
}
