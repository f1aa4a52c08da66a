//! # What it does
//! Finds what looks like a secret in the data of a state: values that have the form of an access key, a private key, or
//! a token of a well-known service, and literal texts under keys such as `password`, `apiKey` or `Authorization`.
//!
//! # Why
//! Everybody who may describe the state machine or read an execution's history can read it; so can everybody with the
//! repository. A secret belongs in Secrets Manager, Parameter Store, or the connection of an HTTP task.
//!
//! # Example
//! ```json
//! {"StartAt": "Call", "States": {
//!   "Call": {"Type": "Task", "Resource": "${CallFunction}", "End": true,
//!     "Parameters": {"user": "importer", "password": "correct horse battery"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Call", "States": {
//!   "Call": {"Type": "Task", "Resource": "${CallFunction}", "End": true,
//!     "Parameters": {"user": "importer", "passwordSecretArn": "${PasswordSecretArn}"}}}}
//! ```
//!
//! # Source
//! [Call HTTPS APIs](https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html): connections;
//! [AWS Secrets Manager](https://docs.aws.amazon.com/secretsmanager/latest/userguide/hardcoded.html): hard-coded secrets.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::{NodeRef, placeholder};

pub(super) static RULE: Rule = Rule {
    name: "secret-in-definition",
    summary: "A hard-coded password or key",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

/// Fields of a state that carry data.
const DATA: [&str; 9] = [
    "Arguments",
    "Assign",
    "BatchInput",
    "ItemSelector",
    "Output",
    "Parameters",
    "Result",
    "ResultSelector",
    "Credentials",
];

/// Names of members that hold a secret, in lower case and without separators.
const NAMES: [&str; 12] = [
    "accesskey",
    "apikey",
    "apitoken",
    "authtoken",
    "authorization",
    "clientsecret",
    "passphrase",
    "password",
    "passwd",
    "privatekey",
    "secretaccesskey",
    "secretkey",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for field in DATA.iter().filter_map(|name| cx.field(state, name)) {
            walk(cx, field, out);
        }
    }
}

fn walk(cx: &Context<'_>, node: NodeRef<'_>, out: &mut Vec<Finding>) {
    if let Some(text) = node.as_str() {
        let name = node.key().map_or("", |key| key);
        let what = what(name, text).or_else(|| in_expression(text));
        if let Some(what) = what {
            out.push(
                cx.at(node, format!("{what} is written into the definition"))
                    .with_label("readable by many")
                    .with_help("keep it in Secrets Manager and pass its ARN, or use the connection of an HTTP task"),
            );
        }
    }
    node.items().for_each(|item| walk(cx, item, out));
    for member in node.members() {
        walk(cx, node.document().node(member.value), out);
    }
}

fn what(name: &str, text: &str) -> Option<&'static str> {
    shape(text).or_else(|| (is_named(name) && is_literal(text)).then_some("what looks like a secret"))
}

/// What the quoted texts of a JSONata expression are; behind `'password':` one has that name.
fn in_expression(text: &str) -> Option<&'static str> {
    if !text.starts_with("{%") {
        return None;
    }
    let parts: Vec<&str> = text.split(['\'', '"']).collect();
    // Every second one stands between quotes.
    (1..parts.len()).step_by(2).find_map(|i| {
        let name = match i.checked_sub(2).and_then(|before| parts.get(before)) {
            Some(name) if parts[i - 1].trim() == ":" => name,
            _ => "",
        };
        what(name, parts[i])
    })
}

/// What a text is by its form alone.
fn shape(text: &str) -> Option<&'static str> {
    let word = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if (text.starts_with("AKIA") || text.starts_with("ASIA")) && word(text, 20) && !text.ends_with("EXAMPLE") {
        Some("an AWS access key")
    } else if text.starts_with("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        Some("a private key")
    } else if ["ghp_", "gho_", "github_pat_", "xoxb-", "xoxp-", "sk_live_", "rk_live_"]
        .iter()
        .any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 16))
    {
        Some("a service's token")
    } else {
        None
    }
}

fn is_named(name: &str) -> bool {
    // `password.$` is a path.
    if name.ends_with(".$") {
        return false;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.iter().any(|known| plain.ends_with(known))
}

/// Whether a text is a value itself, and not where to find one.
fn is_literal(text: &str) -> bool {
    let elsewhere = ["$", "{%", "arn:", "{{resolve:", "/", "http", "States."];
    let dynamic = placeholder::is_in(text) || text.contains("{%");
    let filler = text.starts_with('<') || text.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.'));
    text.len() >= 6 && !dynamic && !filler && !elsewhere.iter().any(|start| text.starts_with(start))
}
