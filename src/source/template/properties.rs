//! What CloudFormation refuses in the properties of a state machine other than its definition, where they are written
//! out: a function of the template's may give anything.
//!
//! The messages are those of deployments [pf-sfn-definition-exactly-one; pf-sfn-encryption-config;
//! pf-sfn-logging-destination; pf-sfn-logging-name-ascii; pf-sfn-name-charset]; their codes are the names of the
//! exceptions.

use super::super::NodeRef;
use crate::diagnostics::{Finding, Span};

const NAME: &str = "InvalidName";
const ENCRYPTION: &str = "InvalidEncryptionConfiguration";
const LOGGING: &str = "InvalidLoggingConfiguration";

/// Longest name of a state machine [API CreateStateMachine].
const LONGEST_NAME: usize = 80;

/// How SAM and CloudFormation call the properties.
pub(super) struct Names {
    pub(super) definitions: &'static [&'static str],
    pub(super) name: &'static str,
    pub(super) logging: &'static str,
    /// What is said of several definitions.
    pub(super) several: &'static str,
}

pub(super) static CLOUDFORMATION: Names = Names {
    definitions: &["Definition", "DefinitionString", "DefinitionS3Location"],
    name: "StateMachineName",
    logging: "LoggingConfiguration",
    several: "Property validation failed. Please use one of [DefinitionS3Location], [DefinitionString] or [Definition].",
};

pub(super) static SAM: Names = Names {
    definitions: &["Definition", "DefinitionUri"],
    name: "Name",
    logging: "Logging",
    // The SAM translator's words.
    several: "Specify either 'Definition' or 'DefinitionUri' property and not both.",
};

/// What is wrong with the properties in the object `properties`.
pub(super) fn check(properties: NodeRef<'_>, names: &Names) -> Vec<Finding> {
    let mut findings = Vec::new();
    definitions(properties, names, &mut findings);
    let given = literal(properties, names.name);
    let ascii = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    let odd = given.filter(|(_, text)| is_name(text) && !ascii(text));
    if let Some((node, text)) = given.filter(|(_, text)| !is_name(text)) {
        let finding = Finding::error(NAME, format!("Invalid Name: '{text}'"), node.token_span())
            .with_location(node.location())
            .with_help(
                "a name has 1 to 80 characters, without white space, brackets, slashes and most punctuation",
            );
        findings.push(finding);
    }
    if let Some(configuration) = properties.get("EncryptionConfiguration") {
        encryption(configuration, &mut findings);
    }
    if let Some(configuration) = properties.get(names.logging) {
        logging(configuration, odd, &mut findings);
    }
    findings
}

fn definitions(properties: NodeRef<'_>, names: &Names, findings: &mut Vec<Finding>) {
    let mut given: Vec<_> = names
        .definitions
        .iter()
        .filter_map(|name| properties.member(name))
        .collect();
    given.sort_by_key(|member| member.key_span.start);
    if let [first, second, ..] = given[..] {
        // CloudFormation's code for it was not seen; this is its own for such answers of a resource.
        let finding = Finding::error("InvalidRequest", names.several, second.key_span)
            .with_location(properties.location())
            .with_label("one too many")
            .with_related(first.key_span, "the first definition")
            .with_help(format!("keep {} or {}", first.key, second.key));
        findings.push(finding);
    }
}

/// [API CreateStateMachine; pf-sfn-name-charset]
fn is_name(text: &str) -> bool {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    !text.is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(forbidden)
}

fn encryption(configuration: NodeRef<'_>, findings: &mut Vec<Finding>) {
    match literal(configuration, "Type") {
        Some((node, "CUSTOMER_MANAGED_KMS_KEY")) if !may_have(configuration, "KmsKeyId") => {
            let finding = Finding::error(ENCRYPTION, "Must set a valid kmsKeyId.", node.token_span())
                .with_location(configuration.location())
                .with_help("add KmsKeyId, or let AWS have the key: AWS_OWNED_KEY");
            findings.push(finding);
        }
        Some((_, "AWS_OWNED_KEY")) => {
            for (member, word) in [
                ("KmsKeyId", "kmsKeyId"),
                ("KmsDataKeyReusePeriodSeconds", "kmsDataKeyReusePeriodSeconds"),
            ] {
                if let Some(given) = configuration.member(member) {
                    let message = format!("Custom {word} is not allowed when selecting AWS_OWNED_KEY.");
                    let finding = Finding::error(ENCRYPTION, message, given.key_span)
                        .with_location(configuration.location())
                        .with_help("take it away, or set Type to CUSTOMER_MANAGED_KMS_KEY");
                    findings.push(finding);
                }
            }
        }
        _ => {}
    }
}

/// `odd` is the machine's name, where logs cannot bear it.
fn logging(configuration: NodeRef<'_>, odd: Option<(NodeRef<'_>, &str)>, findings: &mut Vec<Finding>) {
    let Some((level, "ALL" | "ERROR" | "FATAL")) = literal(configuration, "Level") else {
        return;
    };
    let mut say = |message: &str, span: Span, help: &str| {
        let finding = Finding::error(LOGGING, message, span)
            .with_location(configuration.location())
            .with_help(help);
        findings.push(finding);
    };
    if let Some((node, text)) = odd {
        // AWS's words were not seen.
        let help = "a machine that writes logs has a name of 0-9, A-Z, a-z, '.', '_' and '-'";
        say(
            &format!("Invalid Name for logging: '{text}'"),
            node.token_span(),
            help,
        );
    }
    let Some(destinations) = configuration.get("Destinations") else {
        return say(
            "Must specify exactly one Log Destination.",
            level.token_span(),
            "add Destinations with one log group, or set Level to OFF",
        );
    };
    if !destinations.is_array() {
        return;
    }
    let mut items = destinations.items();
    let (Some(destination), None) = (items.next(), items.next()) else {
        return say(
            "Must specify exactly one Log Destination.",
            destinations.key_span(),
            "name one log group",
        );
    };
    if !destination.is_object() || is_function(destination) {
        return;
    }
    let group = destination.get("CloudWatchLogsLogGroup");
    if group.is_some_and(|group| !group.is_object() || is_function(group)) {
        return;
    }
    let Some(arn) = group.and_then(|group| group.get("LogGroupArn")) else {
        let span = group.unwrap_or(destination).key_span();
        return say(
            "Must set valid CloudWatch Log Group ARN.",
            span,
            "add CloudWatchLogsLogGroup with LogGroupArn",
        );
    };
    let Some(text) = arn.as_str().filter(|_| !arn.has_placeholder()) else {
        return;
    };
    let group = text.splitn(6, ':').collect::<Vec<_>>();
    let is_group = matches!(group[..], ["arn", _, "logs", _, _, rest] if rest.starts_with("log-group:"));
    if !is_group {
        say(
            "Provided ARN is not CloudWatch Logs Log Group ARN.",
            arn.token_span(),
            "write arn:aws:logs:<region>:<account>:log-group:<name>:*",
        );
    } else if !text.ends_with(":*") {
        say(
            "Log Group ARN must be provided with '*' qualifier.",
            arn.token_span(),
            "end it with :*",
        );
    }
}

/// A text that is written out.
fn literal<'d>(object: NodeRef<'d>, name: &str) -> Option<(NodeRef<'d>, &'d str)> {
    let node = object.get(name).filter(|node| !node.has_placeholder())?;
    Some((node, node.as_str()?))
}

fn may_have(object: NodeRef<'_>, name: &str) -> bool {
    object.get(name).is_some_and(|node| !node.is_null()) || is_function(object)
}

/// Whether an object is a function of the template's.
fn is_function(node: NodeRef<'_>) -> bool {
    let is_name = |key: &str| key == "Ref" || key.starts_with("Fn::");
    node.members().iter().any(|member| is_name(&member.key))
}
