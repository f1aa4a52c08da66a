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
const EXAMPLES: [&str; 9] = [
    "123456789012",
    "112233445566",
    "111122223333",
    "444455556666",
    "111111111111",
    "222222222222",
    "012345678901",
    "000000000000",
    "999999999999",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut found: BTreeMap<String, Finding> = BTreeMap::new();
    texts(cx.machine.document().root(), &mut |node, text| {
        let Some(fixed) = fixed(text) else { return };
        match found.get_mut(&fixed) {
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
                    .at(node, format!("{fixed} is written into the definition"))
                    .with_label("works there alone")
                    .with_help("write a placeholder such as \"${QueueUrl}\", and fill it in when it is deployed");
                found.insert(fixed, finding);
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

/// What ties a text to one place: the account of an ARN or the URL of a queue, or the region where that is not filled in
/// with the rest. ARNs inside of expressions count.
fn fixed(text: &str) -> Option<String> {
    // Most texts of a definition are names.
    if !text.as_bytes().contains(&b':') {
        return None;
    }
    let at = if text.starts_with("arn:aws") { Some(0) } else { text.find("arn:aws") };
    if let Some(at) = at {
        let arn = text[at..].split(['\'', '"', ' ', ',']).next()?;
        let mut parts = arn.split(':').skip(3);
        let (region, account) = (parts.next()?, parts.next()?);
        return place(region, account);
    }
    let (_, host) = text.split_once("https://")?;
    let (host, path) = host.split_once('/')?;
    let mut labels = host.strip_suffix(".amazonaws.com")?.rsplit('.');
    let region = labels.next()?;
    match labels.next() {
        Some("sqs") => place(region, path.split('/').next()?),
        _ => place(region, ""),
    }
}

fn place(region: &str, account: &str) -> Option<String> {
    if !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit()) {
        // Whatever stands beside an account of the documentation was copied from there; `123` is nobody's.
        let real = account.len() == 12 && !EXAMPLES.contains(&account);
        return real.then(|| format!("the account {account}"));
    }
    is_region(region).then(|| format!("the region {region}"))
}

/// `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let area = parts.next().is_some_and(|area| area.len() == 2 && area.bytes().all(|b| b.is_ascii_lowercase()));
    let number = parts.next_back().is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    let names: Vec<&str> = parts.collect();
    area && number
        && matches!(names.len(), 1 | 2)
        && names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()))
}
