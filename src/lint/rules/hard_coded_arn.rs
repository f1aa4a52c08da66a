//! # What it does
//! Finds account ids and regions in ARNs and queue URLs, unless they are those of AWS's examples (123456789012,
//! 111122223333 and their like) or filled in by a placeholder. Each account is reported once per machine. A region that AWS fixes
//! is left alone: that of CloudFront's certificates, functions and web ACLs, of Route 53's query logs, of endpoints that
//! exist in one region only.
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
    summary: "A hard-coded account ID or region",
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
                    .at(node, format!("{fixed} is hard-coded in the definition"))
                    .with_label("works only there")
                    .with_help("write a placeholder such as \"${QueueUrl}\", and substitute it at deployment");
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
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, region, account) = (parts.next()?, parts.next()?, parts.next()?);
        return match is_fixed(service, region, parts.next().unwrap_or_default()) {
            true => place("", account),
            false => place(region, account),
        };
    }
    let (_, host) = text.split_once("https://")?;
    let (host, path) = host.split_once('/')?;
    let mut labels = host.strip_suffix(".amazonaws.com")?.rsplit('.');
    let region = labels.next()?;
    match labels.next() {
        Some("sqs") => place(region, path.split('/').next()?),
        Some(service) if is_fixed(service, region, "") => None,
        _ => place(region, ""),
    }
}

/// Where services are at home that the partition has but once, or but in some regions [AWS General Reference, Service
/// endpoints and quotas].
const AT_HOME: [(&str, &[&str]); 17] = [
    ("account", &["us-east-1", "cn-northwest-1"]),
    ("api.ecr-public", &["us-east-1"]),
    ("budgets", &["us-east-1"]),
    ("ce", &["us-east-1", "cn-northwest-1"]),
    ("cloudfront", &["us-east-1"]),
    ("cur", &["us-east-1", "cn-northwest-1"]),
    ("ecr-public", &["us-east-1"]),
    ("globalaccelerator", &["us-west-2"]),
    ("health", &["us-east-1", "us-east-2"]),
    ("iam", &["us-east-1"]),
    ("mturk-requester", &["us-east-1"]),
    ("networkmanager", &["us-west-2"]),
    ("organizations", &["us-east-1", "cn-northwest-1", "us-gov-west-1"]),
    ("pricing", &["us-east-1", "ap-south-1", "eu-central-1"]),
    ("route53domains", &["us-east-1"]),
    ("shield", &["us-east-1"]),
    ("support", &["us-east-1", "us-gov-west-1", "cn-north-1"]),
];

/// Whether AWS leaves no choice of the region: the service is at home there, or CloudFront and Route 53, which are, look
/// for the resource there.
fn is_fixed(service: &str, region: &str, resource: &str) -> bool {
    if AT_HOME.iter().any(|(name, regions)| *name == service && regions.contains(&region)) {
        return true;
    }
    region == "us-east-1"
        && match service {
            // "The certificate must be in the US East (N. Virginia) Region" [CloudFront, Requirements for using SSL/TLS
            // certificates]; API Gateway's edge-optimised domains take them from there, too.
            "acm" => true,
            // [Route 53, Public DNS query logging: the log group must be in us-east-1]; of CloudFront's functions and
            // WAF's global web ACLs the logs are there.
            "logs" => ["/aws/route53/", "/aws/cloudfront/", "aws-waf-logs-cloudfront"]
                .iter()
                .any(|group| resource.strip_prefix("log-group:").is_some_and(|name| name.starts_with(group))),
            // [AWS WAF, How to create a web ACL for CloudFront]
            "wafv2" => resource.starts_with("global/"),
            _ => false,
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
