//! The state machines of a template.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::file::LONGEST_MARK;
use super::super::properties;
use super::super::substituted::{Given, Giver};
use super::super::{Made, NodeKind, NodeRef, ParseOptions, SourceFile, placeholder};
use super::functions::{self, Function};
use super::{exports, known};
use crate::diagnostics::{Finding, Span};
use crate::value::Value;

/// A state machine of a template.
pub(super) struct Machine<'d> {
    /// Its logical id.
    pub(super) resource: Cow<'d, str>,
    /// The name that it is given, where the template says one that is known before it is deployed.
    pub(super) name: Option<&'d str>,
    pub(super) place: Place<'d>,
    /// Whether it is an Express one, where the template says so.
    pub(super) express: Option<bool>,
    /// What is wrong with its other properties.
    pub(super) findings: Vec<Finding>,
    /// What the template puts in the place of placeholders.
    pub(super) substitutions: Option<NodeRef<'d>>,
    /// The path of the construct that it comes from, where the CDK wrote the template.
    pub(super) construct: Option<&'d str>,
    /// The file of the CDK's assembly that is put into S3, where its definition is said to lie there.
    pub(super) asset: Option<PathBuf>,
}

/// Where its definition is.
pub(super) enum Place<'d> {
    /// An object of the template.
    Object(NodeRef<'d>),
    /// A text, or a function that makes one.
    Text(NodeRef<'d>),
    /// A text that is one expression of Terraform's.
    Expression(NodeRef<'d>),
    /// The path of another file, or its place in S3.
    File(NodeRef<'d>),
    /// The resource, whose definition is missing.
    Nowhere(Span),
    /// A property that SAM does not have: its name for APIs.
    Misnamed(NodeRef<'d>),
    /// What is known only when it is deployed, and why.
    Later(NodeRef<'d>, &'static str),
}

const CLOUDFORMATION: &str = "AWS::StepFunctions::StateMachine";
const SAM: &str = "AWS::Serverless::StateMachine";
/// What every template of CloudFormation and SAM may begin with.
const VERSION: &str = "AWSTemplateFormatVersion";
/// What every one of them has.
pub(super) const RESOURCES: &str = "Resources";
/// Where the Step Functions plugin of the Serverless Framework looks.
const SERVERLESS: &str = "stepFunctions";

/// The members of an object.
pub(super) fn children(node: NodeRef<'_>) -> impl Iterator<Item = (&str, NodeRef<'_>)> {
    (node.members().iter()).map(move |member| (&*member.key, node.document().node(member.value)))
}

const _: () = {
    let mut at = 0;
    while at < MARKS.len() {
        assert!(MARKS[at].len() <= LONGEST_MARK);
        at += 1;
    }
};

/// The words of which a text has one that may hold state machines and is no definition itself.
pub(super) const MARKS: [&str; 8] = [
    CLOUDFORMATION,
    SAM,
    VERSION,
    RESOURCES,
    SERVERLESS,
    exports::TERRAFORM,
    exports::CLOUD_CONTROL,
    exports::PULUMI,
];

/// Words of which one stands in every file with state machines that is no definition itself, and hardly ever in another.
pub const WORDS: &[&str] = &[
    CLOUDFORMATION,
    SAM,
    "stepFunctions",
    exports::TERRAFORM,
    exports::CLOUD_CONTROL,
    exports::PULUMI,
];

/// Whether a text may be a template with state machines: one look at it, so that definitions pay nothing for templates.
pub(super) fn may_have(file: &SourceFile) -> bool {
    file.has_template_marks(|text| (MARKS.iter()).any(|word| text.contains(word)))
}

/// The state machines of a template, in its order; `None` for what is no template.
pub(super) fn of(root: NodeRef<'_>) -> Option<Vec<Machine<'_>>> {
    if root.get("States").is_some() || root.get("StartAt").is_some() {
        return None;
    }
    let resources = root.get(RESOURCES).filter(|node| node.is_object());
    if resources.is_none() && root.get(VERSION).is_none() {
        return None;
    }
    Some(
        (resources.into_iter().flat_map(children))
            .filter_map(|(resource, node)| of_template(resource, node))
            .collect(),
    )
}

/// The state machine that a resource of a template is.
pub(super) fn of_template<'d>(resource: &'d str, node: NodeRef<'d>) -> Option<Machine<'d>> {
    let kind = node.get("Type")?.as_str()?;
    (matches!(kind, CLOUDFORMATION | SAM)).then(|| of_resource(resource, node, kind))
}

fn of_resource<'d>(resource: &'d str, node: NodeRef<'d>, kind: &str) -> Machine<'d> {
    let properties = node.get("Properties").unwrap_or(node);
    let files = ["DefinitionUri", "DefinitionS3Location"];
    let place = of_object(properties, "Definition")
        .or_else(|| properties.get("DefinitionString").map(of_text))
        .or_else(|| files.iter().find_map(|key| properties.get(key)).map(Place::File))
        .or_else(|| properties.get("DefinitionBody").map(Place::Misnamed))
        .unwrap_or_else(|| nowhere(node));
    let names = match kind {
        SAM => &properties::SAM,
        _ => &properties::CLOUDFORMATION,
    };
    Machine {
        resource: Cow::Borrowed(resource),
        name: properties.get(names.name).and_then(known_text),
        place,
        express: express(properties.get(names.kind)),
        // Without properties the members are those of the resource.
        findings: (node.get("Properties")).map_or_else(Vec::new, |written| properties::check(written, names)),
        substitutions: properties.get("DefinitionSubstitutions"),
        // [CDK cloud assembly]
        construct: (node.get("Metadata")).and_then(|metadata| metadata.get("aws:cdk:path")?.as_str()),
        asset: None,
    }
}

/// The text that `Fn::Sub` fills in. `!Sub` of a text alone is read as that text.
pub(super) fn sub(value: NodeRef<'_>) -> Option<&str> {
    match Function::of(value) {
        Some(Function {
            name: "Sub",
            argument,
        }) => argument.as_str(),
        _ => value.as_str(),
    }
}

/// A text that is known before it is deployed.
pub(super) fn known_text(node: NodeRef<'_>) -> Option<&str> {
    node.as_str().filter(|text| !placeholder::is_in(text))
}

fn nowhere(node: NodeRef<'_>) -> Place<'_> {
    Place::Nowhere(node.token_span())
}

fn of_object<'d>(node: NodeRef<'d>, key: &str) -> Option<Place<'d>> {
    let definition = node.get(key)?;
    Some(match definition.kind() {
        // A text where an object belongs is told by whoever reads it.
        NodeKind::Placeholder(_) => Place::Text(definition),
        _ => Place::Object(definition),
    })
}

/// A text; `Fn::ToJsonString` makes one of an object [AWS::LanguageExtensions transform].
fn of_text(node: NodeRef<'_>) -> Place<'_> {
    match node.get("Fn::ToJsonString") {
        Some(object) => Place::Object(object),
        None => Place::Text(node),
    }
}

pub(super) fn express(kind: Option<NodeRef<'_>>) -> Option<bool> {
    match kind?.as_str()? {
        "EXPRESS" => Some(true),
        "STANDARD" => Some(false),
        _ => None,
    }
}

impl Machine<'_> {
    /// The key in S3 of its definition, where that lies there.
    pub(super) fn key(&self) -> Option<&str> {
        let Place::File(node) = self.place else {
            return None;
        };
        let key = node.get("Key")?;
        match Function::of(key) {
            Some(Function {
                name: "Sub",
                argument,
            }) => argument.as_str(),
            _ => key.as_str(),
        }
    }

    /// The names that the template gives, where all of them are known.
    pub(super) fn given(&self) -> Option<Vec<Given>> {
        let node = self
            .substitutions
            .filter(|node| node.is_object() && !node.is_open())?;
        let is_function = Function::of(node).is_some() || node.member("Fn::Transform").is_some();
        let given = node.members().iter().map(|member| {
            let value = node.document().node(member.value);
            let stands_for = match sub(value) {
                Some(text) => placeholder::whole(text).map(str::to_owned),
                None => Function::of(value).map(Function::placeholder),
            };
            // Short of what is too much: then nothing is known of it.
            let text = functions::part(value, &mut Made::default());
            Given {
                name: member.key.clone(),
                by: Giver::File {
                    file: node.document().file().clone(),
                    key: member.key_span,
                    value: value.span(),
                },
                stands_for: stands_for.map(Arc::from),
                unknown: text.filter(|text| placeholder::is_in(text)).map(Arc::from),
            }
        });
        (!is_function).then(|| given.collect())
    }

    /// How its definition is read: with the substitutions of the template that are known before it is deployed, after
    /// those of the user.
    pub(super) fn options(&self, given: &ParseOptions) -> ParseOptions {
        let mut options = given.clone();
        let substitutions = &mut options.substitutions;
        let mut add = |name: &str, value: &Value| {
            if !substitutions.has(name) {
                substitutions.set(name, value.clone());
            }
        };
        if let Some(node) = self.substitutions {
            for member in node.members() {
                let value = node.document().node(member.value);
                let is_known = match value.kind() {
                    NodeKind::String(_) => !value.has_placeholder(),
                    NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) => true,
                    _ => false,
                };
                if is_known {
                    add(&member.key, &value.to_value());
                } else if let Some(text) = sub(value) {
                    // The resources of integrations: `arn:${AWS::Partition}:states:::dynamodb:putItem`.
                    let filled = known().iter().fold(text.to_owned(), |text, (name, value)| {
                        text.replace(&format!("${{{name}}}"), value.as_str().unwrap_or_default())
                    });
                    if !placeholder::is_in(&filled) {
                        add(&member.key, &Value::string(&*filled));
                    }
                }
            }
        }
        for (name, value) in known() {
            add(name, &value);
        }
        options
    }
}
