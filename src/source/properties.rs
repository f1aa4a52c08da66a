//! What is refused in the properties of a state machine other than its definition, where they are written out: a function
//! of a template's, or an expression of Terraform's, may give anything.
//!
//! The messages are those of deployments [pf-sfn-definition-exactly-one; pf-sfn-encryption-config;
//! pf-sfn-logging-destination; pf-sfn-logging-name-ascii; pf-sfn-name-charset]; their codes are the names of the
//! exceptions. What a tool refuses before AWS is asked has the tool's words, and AWS's code.

use std::sync::Arc;

use super::{NodeRef, SourceFile, placeholder};
use crate::arrange::Arrange as _;
use crate::diagnostics::{Finding, Help, Span, nearest};

const NAME: &str = "InvalidName";
const ENCRYPTION: &str = "InvalidEncryptionConfiguration";
const LOGGING: &str = "InvalidLoggingConfiguration";
/// CloudFormation's code for such answers of a resource.
const REQUEST: &str = "InvalidRequest";

/// Longest name of a state machine [API CreateStateMachine].
pub const LONGEST_NAME: usize = 80;
/// What Terraform adds to a `name_prefix` [aws_sfn_state_machine].
const SUFFIX: usize = 26;

/// The values of a type, of a log's level and of an encryption's type [API CreateStateMachine].
const TYPES: [&str; 2] = ["STANDARD", "EXPRESS"];
const LEVELS: [&str; 4] = ["ALL", "ERROR", "FATAL", "OFF"];
const ENCRYPTION_TYPES: [&str; 2] = ["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"];

/// How a tool calls the properties.
#[derive(Debug)]
pub(super) struct Names {
    tool: Tool,
    pub(super) definitions: &'static [&'static str],
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) logging: &'static str,
    level: &'static str,
    /// The way to the ARN of a log group; a number is an item of a list.
    destination: &'static [Step],
    pub(super) encryption: &'static str,
    encryption_type: &'static str,
    key: &'static str,
    reuse: &'static str,
    /// What is said of several definitions.
    several: &'static str,
    /// All properties, where the tool's documentation lists them.
    all: &'static [&'static str],
    /// What other tools call a property, and its name here.
    elsewhere: &'static [(&'static str, &'static str)],
}

/// Who looks at the properties before AWS does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    CloudFormation,
    /// The provider `aws`.
    Terraform,
    /// The provider `awscc`, which hands on what CloudFormation takes.
    CloudControl,
}

/// A step on the way to a value.
#[derive(Debug, Clone, Copy)]
enum Step {
    Member(&'static str),
    /// The only item of a list.
    Only,
}

/// What the resource's handler says of several definitions.
const SEVERAL: &str = "Property validation failed. Please use one of [DefinitionS3Location], [DefinitionString] or [Definition].";

pub(super) const CLOUDFORMATION: Names = Names {
    tool: Tool::CloudFormation,
    definitions: &["Definition", "DefinitionString", "DefinitionS3Location"],
    name: "StateMachineName",
    kind: "StateMachineType",
    logging: "LoggingConfiguration",
    level: "Level",
    destination: &[
        Step::Member("Destinations"),
        Step::Only,
        Step::Member("CloudWatchLogsLogGroup"),
        Step::Member("LogGroupArn"),
    ],
    encryption: "EncryptionConfiguration",
    encryption_type: "Type",
    key: "KmsKeyId",
    reuse: "KmsDataKeyReusePeriodSeconds",
    several: SEVERAL,
    all: &[
        "Definition",
        "DefinitionS3Location",
        "DefinitionString",
        "DefinitionSubstitutions",
        "EncryptionConfiguration",
        "LoggingConfiguration",
        "RoleArn",
        "StateMachineName",
        "StateMachineType",
        "Tags",
        "TracingConfiguration",
    ],
    elsewhere: &[
        ("Type", "StateMachineType"),
        ("Name", "StateMachineName"),
        ("Logging", "LoggingConfiguration"),
        ("Tracing", "TracingConfiguration"),
        ("Role", "RoleArn"),
    ],
};

pub(super) const SAM: Names = Names {
    definitions: &["Definition", "DefinitionUri"],
    name: "Name",
    kind: "Type",
    logging: "Logging",
    // The SAM translator's words.
    several: "Specify either 'Definition' or 'DefinitionUri' property and not both.",
    all: &[
        "AutoPublishAlias",
        "Definition",
        "DefinitionSubstitutions",
        "DefinitionUri",
        "DeploymentPreference",
        "Events",
        "Logging",
        "Name",
        "PermissionsBoundary",
        "Policies",
        "PropagateTags",
        "Role",
        "RolePath",
        "Tags",
        "Tracing",
        "Type",
        "UseAliasAsEventTarget",
    ],
    elsewhere: &[
        ("StateMachineType", "Type"),
        ("StateMachineName", "Name"),
        ("LoggingConfiguration", "Logging"),
        ("TracingConfiguration", "Tracing"),
        ("RoleArn", "Role"),
        ("DefinitionString", "Definition"),
        ("DefinitionS3Location", "DefinitionUri"),
    ],
    ..CLOUDFORMATION
};

pub(super) const TERRAFORM: Names = Names {
    tool: Tool::Terraform,
    definitions: &["definition"],
    name: "name",
    kind: "type",
    logging: "logging_configuration",
    level: "level",
    destination: &[Step::Member("log_destination")],
    encryption: "encryption_configuration",
    encryption_type: "type",
    key: "kms_key_id",
    reuse: "kms_data_key_reuse_period_seconds",
    several: SEVERAL,
    all: &[],
    elsewhere: &[],
};

pub(super) const CLOUD_CONTROL: Names = Names {
    tool: Tool::CloudControl,
    definitions: &["definition", "definition_string", "definition_s3_location"],
    name: "state_machine_name",
    kind: "state_machine_type",
    destination: &[
        Step::Member("destinations"),
        Step::Only,
        Step::Member("cloudwatch_logs_log_group"),
        Step::Member("log_group_arn"),
    ],
    ..TERRAFORM
};

/// What Terraform calls a name that it makes unique.
pub(super) const NAME_PREFIX: &str = "name_prefix";

/// What is wrong with the properties in the object `properties`.
pub(super) fn check(properties: NodeRef<'_>, names: &Names) -> Vec<Finding> {
    let mut check = Check {
        names,
        findings: Vec::new(),
    };
    check.properties(properties);
    check.definitions(properties);
    let odd = check.name(properties);
    let kind = given(properties, names.kind);
    check.one_of(kind, "#/StateMachineType", names.kind, &TYPES, REQUEST);
    if let Some(encryption) = block(properties, names.encryption) {
        check.encryption(encryption);
    }
    if let Some(logging) = block(properties, names.logging) {
        check.logging(logging, odd);
    }
    check.findings
}

struct Check<'n> {
    names: &'n Names,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn say(
        &mut self,
        code: &'static str,
        words: impl Into<String>,
        at: NodeRef<'_>,
        span: Span,
        help: String,
    ) {
        let finding = Finding::error(code, words, span)
            .with_location(at.location())
            .with_help(help);
        self.findings.push(finding);
    }

    /// Looks for names that no property has. One that is near to none may be newer than this list.
    fn properties(&mut self, properties: NodeRef<'_>) {
        let Names { all, elsewhere, .. } = *self.names;
        let unknown = |name: &str| !all.is_empty() && !all.contains(&name) && !name.starts_with("Fn::");
        // A resource without properties has other members.
        let is_properties = properties.key().is_some_and(|key| &**key == "Properties");
        let members = properties.members().iter().filter(|_| is_properties);
        for member in members.filter(|member| unknown(&member.key)) {
            let other = elsewhere.iter().find(|(other, _)| *other == &*member.key);
            let meant = other.map(|(_, name)| *name);
            let Some(meant) = meant.or_else(|| nearest(&member.key, all.iter().copied())) else {
                continue;
            };
            // The words of the SAM translator, and of CloudFormation.
            let message = match self.names.kind {
                "Type" => format!(
                    "property {} not defined for resource of type AWS::Serverless::StateMachine",
                    member.key
                ),
                _ => format!("#: extraneous key [{}] is not permitted", member.key),
            };
            let finding = Finding::error(REQUEST, message, member.key_span)
                .with_location(properties.location())
                .with_help(Help::asks_plainly(meant));
            self.findings.push(finding);
        }
    }

    fn definitions(&mut self, properties: NodeRef<'_>) {
        let names = self.names.definitions.iter();
        let mut given: Vec<_> = names.filter_map(|name| properties.member(name)).collect();
        given.arrange_by_key(|member| member.key_span.start);
        if let [first, second, ..] = given[..] {
            // CloudFormation's code for it was not seen; this is its own for such answers of a resource.
            let finding = Finding::error(REQUEST, self.names.several, second.key_span)
                .with_location(properties.location())
                .with_label("one too many")
                .with_related(first.key_span, "the first definition")
                .with_help(format!("keep {} or {}", first.key, second.key));
            self.findings.push(finding);
        }
    }

    /// Looks at the name; it, where AWS takes it and logs cannot bear it.
    fn name<'d>(&mut self, properties: NodeRef<'d>) -> Option<(NodeRef<'d>, &'d str)> {
        if self.names.tool == Tool::Terraform {
            let longest = LONGEST_NAME - SUFFIX;
            if let Some((node, text)) = given(properties, NAME_PREFIX) {
                self.provider_name(node, text, NAME_PREFIX, longest);
            }
            let (node, text) = given(properties, self.names.name)?;
            self.provider_name(node, text, self.names.name, LONGEST_NAME);
            return None;
        }
        let (node, text) = given(properties, self.names.name)?;
        let known = known_parts(text);
        if !is_name(text, &known) {
            let help =
                "a name has 1 to 80 characters, without white space, brackets, slashes and most punctuation";
            let words = format!("Invalid Name: '{text}'");
            self.say(NAME, words, node, node.token_span(), help.to_owned());
            return None;
        }
        let ascii = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        (!known.chars().all(ascii)).then_some((node, text))
    }

    /// What the provider takes for a name: less than AWS [aws_sfn_state_machine].
    fn provider_name(&mut self, node: NodeRef<'_>, text: &str, name: &str, longest: usize) {
        let known = known_parts(text);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let (words, help) = if !known.chars().all(is_plain) {
            let words =
                format!("invalid value for {name} (the name should only contain 0-9, A-Z, a-z, - and _)");
            (
                words,
                "the provider takes no other characters, though AWS does".to_owned(),
            )
        } else if text.is_empty() || known.len() > longest {
            let words = format!("expected length of {name} to be in the range (1 - {longest}), got {text}");
            let of_prefix = match name == NAME_PREFIX {
                true => format!(": Terraform adds {SUFFIX} to a prefix"),
                false => String::new(),
            };
            (words, format!("write 1 to {longest} characters{of_prefix}"))
        } else {
            return;
        };
        self.say(NAME, words, node, node.token_span(), help);
    }

    /// Looks at a value that is one of some words. `path` and `name` are CloudFormation's name and that of a provider.
    fn one_of(
        &mut self,
        given: Option<(NodeRef<'_>, &str)>,
        path: &str,
        name: &str,
        words: &[&str],
        code: &'static str,
    ) {
        let Some((node, text)) =
            given.filter(|(node, text)| !node.has_placeholder() && !words.contains(text))
        else {
            return;
        };
        let message = match self.names.tool {
            Tool::Terraform => {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("expected {name} to be one of [{}], got {text}", quoted.join(" "))
            }
            // Seen of other resources; this one's schema has the same keyword.
            Tool::CloudFormation | Tool::CloudControl => {
                format!("{path}: failed validation constraint for keyword [enum]")
            }
        };
        let help = match nearest(text, words.iter().copied()) {
            Some(near) => format!("write {near}"),
            None => format!("write {}", words.join(" or ")),
        };
        self.say(code, message, node, node.token_span(), help);
    }

    fn encryption(&mut self, encryption: NodeRef<'_>) {
        let Names {
            encryption_type,
            key,
            reuse,
            ..
        } = *self.names;
        let kind = given(encryption, encryption_type);
        let path = "#/EncryptionConfiguration/Type";
        self.one_of(kind, path, encryption_type, &ENCRYPTION_TYPES, ENCRYPTION);
        match kind {
            Some((node, "CUSTOMER_MANAGED_KMS_KEY")) if !may_have(encryption, key) => {
                let finding = Finding::error(ENCRYPTION, "Must set a valid kmsKeyId.", node.token_span())
                    .with_location(encryption.location())
                    .with_help(format!("add {key}, or let AWS have the key: AWS_OWNED_KEY"));
                self.findings.push(finding);
            }
            Some((_, "AWS_OWNED_KEY")) => {
                for (member, word) in [(key, "kmsKeyId"), (reuse, "kmsDataKeyReusePeriodSeconds")] {
                    let is_null = |node: NodeRef<'_>| node.is_null();
                    if let Some(given) = encryption.member(member)
                        && !encryption.get(member).is_some_and(is_null)
                    {
                        let message = format!("Custom {word} is not allowed when selecting AWS_OWNED_KEY.");
                        let help =
                            format!("take it away, or set {encryption_type} to CUSTOMER_MANAGED_KMS_KEY");
                        let finding = Finding::error(ENCRYPTION, message, given.key_span)
                            .with_location(encryption.location())
                            .with_help(help);
                        self.findings.push(finding);
                    }
                }
            }
            _ => {}
        }
    }

    /// `odd` is the machine's name, where logs cannot bear it.
    fn logging(&mut self, logging: NodeRef<'_>, odd: Option<(NodeRef<'_>, &str)>) {
        let level = given(logging, self.names.level);
        let path = "#/LoggingConfiguration/Level";
        self.one_of(level, path, self.names.level, &LEVELS, LOGGING);
        let Some((level, "ALL" | "ERROR" | "FATAL")) = level else {
            return;
        };
        let say = |check: &mut Self, message: &str, span: Span, help: String| {
            let finding = Finding::error(LOGGING, message, span)
                .with_location(logging.location())
                .with_help(help);
            check.findings.push(finding);
        };
        if let Some((node, text)) = odd {
            // AWS's words were not seen.
            let help = "a machine that writes logs has a name of 0-9, A-Z, a-z, '.', '_' and '-'";
            let words = format!("Invalid Name for logging: '{text}'");
            say(self, &words, node.token_span(), help.to_owned());
        }
        let mut at = logging;
        for (number, step) in self.names.destination.iter().enumerate() {
            if is_function(at) || at.is_unknown() || at.is_open() {
                return;
            }
            let next = match step {
                Step::Member(name) => at.get(name).filter(|node| !node.is_null()),
                Step::Only if !at.is_array() => return,
                Step::Only => {
                    let mut items = at.items();
                    match (items.next(), items.next()) {
                        (Some(only), None) => Some(only),
                        _ => {
                            let words = "Must specify exactly one Log Destination.";
                            return say(self, words, at.key_span(), "name one log group".to_owned());
                        }
                    }
                }
            };
            at = match (next, step) {
                (Some(next), _) => next,
                (None, Step::Member(name)) if number == 0 => {
                    let words = "Must specify exactly one Log Destination.";
                    let help = format!(
                        "add {name} with one log group, or set {} to OFF",
                        self.names.level
                    );
                    return say(self, words, level.token_span(), help);
                }
                (None, _) if !at.is_object() => return,
                (None, _) => {
                    let words = "Must set valid CloudWatch Log Group ARN.";
                    return say(self, words, at.key_span(), format!("add {}", self.last_steps()));
                }
            };
        }
        self.destination(logging, at);
    }

    /// The end of the way to a log group's ARN.
    fn last_steps(&self) -> String {
        let members = self.names.destination.iter().filter_map(|step| match step {
            Step::Member(name) => Some(*name),
            Step::Only => None,
        });
        members.skip(1).collect::<Vec<_>>().join(" with ")
    }

    fn destination(&mut self, logging: NodeRef<'_>, arn: NodeRef<'_>) {
        let mut say = |message: &str, help: String| {
            let finding = Finding::error(LOGGING, message, arn.token_span())
                .with_location(logging.location())
                .with_help(help);
            self.findings.push(finding);
        };
        let not_qualified = "Log Group ARN must be provided with '*' qualifier.";
        // The providers cut ':*' off the attribute [aws_cloudwatch_log_group].
        if let [reference] = arn.placeholders()[..]
            && arn.is_unknown()
            && is_log_group(reference)
        {
            return say(not_qualified, format!("write \"${{{reference}}}:*\""));
        }
        let Some(text) = arn.as_str().filter(|_| !arn.has_placeholder()) else {
            return;
        };
        let group = text.splitn(6, ':').collect::<Vec<_>>();
        let is_group = matches!(group[..], ["arn", _, "logs", _, _, rest] if rest.starts_with("log-group:"));
        if !is_group {
            let help = "write arn:aws:logs:<region>:<account>:log-group:<name>:*";
            say(
                "Provided ARN is not CloudWatch Logs Log Group ARN.",
                help.to_owned(),
            );
        } else if !text.ends_with(":*") {
            say(not_qualified, "end it with :*".to_owned());
        }
    }
}

/// Whether an expression of Terraform's is the ARN of a log group, as the provider `aws` gives it.
fn is_log_group(reference: &str) -> bool {
    let reference = reference.strip_prefix("data.").unwrap_or(reference);
    let name = reference.strip_prefix("aws_cloudwatch_log_group.");
    let name = name.and_then(|name| name.strip_suffix(".arn"));
    let name = name.map(|name| name.split_once('[').map_or(name, |(name, _)| name));
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}

/// Whether AWS takes a character in the name of a machine, an execution or an activity: none of those that its
/// documentation lists [API CreateStateMachine; pf-sfn-name-charset].
pub fn is_of_name(c: char) -> bool {
    let refused = "?*<>{}[]\"#%\\^|~`$&,;:/".contains(c);
    !(refused || c.is_whitespace() || c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// Whether AWS takes a character in a Map's Label: the documentation lists those that names must not have, but for these
/// [Map state in Distributed mode: Label].
pub fn is_of_label(c: char) -> bool {
    matches!(c, '/' | '\u{fffe}' | '\u{ffff}') || is_of_name(c)
}

/// `known` is what of it is known.
fn is_name(text: &str, known: &str) -> bool {
    !text.is_empty() && known.chars().count() <= LONGEST_NAME && known.chars().all(is_of_name)
}

/// A text without its placeholders.
fn known_parts(text: &str) -> String {
    let mut known = String::with_capacity(text.len());
    let mut from = 0;
    for place in placeholder::places(text) {
        known.push_str(&text[from..place.start]);
        from = place.end;
    }
    known.push_str(&text[from..]);
    known
}

/// A text, which may hold placeholders.
fn given<'d>(object: NodeRef<'d>, name: &str) -> Option<(NodeRef<'d>, &'d str)> {
    let node = object.get(name)?;
    Some((node, node.as_str()?))
}

/// An object, or the only item of a list: so blocks are written in Terraform's JSON.
fn block<'d>(properties: NodeRef<'d>, name: &str) -> Option<NodeRef<'d>> {
    let node = properties.get(name)?;
    if !node.is_array() {
        return Some(node);
    }
    let mut items = node.items();
    let only = items.next()?;
    items.next().is_none().then_some(only)
}

fn may_have(object: NodeRef<'_>, name: &str) -> bool {
    object.get(name).is_some_and(|node| !node.is_null()) || is_function(object) || object.is_open()
}

/// Whether an object is a function of the template's.
fn is_function(node: NodeRef<'_>) -> bool {
    let is_name = |key: &str| key == "Ref" || key.starts_with("Fn::");
    node.members().iter().any(|member| is_name(&member.key))
}

/// For what a state machine cannot be deployed: what is wrong with its properties, or with how its template is filled in.
#[derive(Debug, Clone)]
pub struct Undeployable {
    /// The file that has the mistakes.
    pub file: Arc<SourceFile>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Undeployable {
    /// What is wrong in one file; nothing where nothing is.
    pub(super) fn of(file: &Arc<SourceFile>, findings: Vec<Finding>) -> Vec<Undeployable> {
        let file = file.clone();
        let found = (!findings.is_empty()).then(|| Undeployable { file, findings });
        found.into_iter().collect()
    }
}
