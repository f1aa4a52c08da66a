//! `!Ref` of a Lambda function in the place of its ARN.
//!
//! It gives the function's name [AWS::Lambda::Function], and the Resource of a Task wants an ARN.

use super::super::document::Document;
use super::super::{NodeKind, NodeRef, placeholder};
use super::functions::Function;
use super::machines::{Machine, Place, RESOURCES, sub};
use crate::arrange::Arrange as _;
use crate::diagnostics::Finding;

const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// What is told of tasks of `definition` whose Resource the template makes of a function's name.
pub(super) fn check(machine: &Machine<'_>, template: &Document, definition: &Document) -> Vec<Finding> {
    let resources = template.root().get(RESOURCES);
    let is_function = |name: &str| {
        let kind = resources.and_then(|all| all.get(name)?.get("Type")?.as_str());
        kind.is_some_and(|kind| FUNCTIONS.contains(&kind))
    };
    let substitution = |name: &str| machine.substitutions.and_then(|given| given.get(name));
    let mut found = Vec::new();
    let mut open = vec![definition.root()];
    while let Some(node) = open.pop() {
        open.extend(node.members().iter().map(|member| definition.node(member.value)));
        open.extend(node.items());
        let is_task = node.get("Type").and_then(NodeRef::as_str) == Some("Task");
        let Some(resource) = node.get("Resource").filter(|_| is_task) else {
            continue;
        };
        let Some(name) = name(resource) else { continue };
        let (function, span) = match substitution(name) {
            Some(value) => match named(value) {
                Some(function) => (function, value.token_span()),
                None => continue,
            },
            // In a file of its own a name is nothing that the template has.
            None if matches!(machine.place, Place::File(_)) => continue,
            None => (name, resource.token_span()),
        };
        if is_function(function) {
            let finding = Finding::error(
                "SCHEMA_VALIDATION_FAILED",
                "Value is not a valid resource ARN",
                span,
            );
            found.push(
                finding
                    .with_location(resource.location())
                    .with_label("gives the function's name")
                    .with_help(format!("write !GetAtt {function}.Arn")),
            );
        }
    }
    found.arrange_by_key(|finding| finding.span);
    found.dedup_by_key(|finding| finding.span);
    found
}

/// The name of the placeholder that a value is.
fn name<'d>(node: NodeRef<'d>) -> Option<&'d str> {
    match node.kind() {
        NodeKind::Placeholder(name) => Some(name),
        _ => placeholder::whole(node.as_str()?),
    }
}

/// The resource whose `Ref` a value is.
fn named<'d>(value: NodeRef<'d>) -> Option<&'d str> {
    match Function::of(value) {
        None if name(value).is_some() => name(value),
        Some(Function {
            name: "Ref",
            argument,
        }) => argument.as_str(),
        _ => placeholder::whole(sub(value)?),
    }
}
