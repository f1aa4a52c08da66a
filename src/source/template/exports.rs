//! State machines in what deployment tools write in JSON: Terraform's plans and states (`terraform show -json`, a
//! `.tfstate`) and its configurations in JSON (`*.tf.json`, as CDKTF writes them), Pulumi's exports and previews.
//!
//! Whatever is not of the shape that such a file has is passed over: their formats grow.

use std::borrow::Cow;

use super::super::properties::{self, Names};
use super::super::{NodeKind, NodeRef, terraform};
use super::machines::{Machine, Place, children, express, known_text};

/// The type of Terraform's resource.
pub(super) const TERRAFORM: &str = "aws_sfn_state_machine";
/// The same of the provider that is made from CloudFormation's schemas.
pub(super) const CLOUD_CONTROL: &str = "awscc_stepfunctions_state_machine";
/// The type of Pulumi's resource.
pub(super) const PULUMI: &str = "aws:sfn/stateMachine:StateMachine";

const AT_APPLY: &str = "is known only when the plan is applied";

/// The state machines in an export; `None` for what is none.
pub(super) fn of(root: NodeRef<'_>) -> Option<Vec<Machine<'_>>> {
    if root.get("format_version").is_some() {
        let values = ["planned_values", "values"].iter().find_map(|key| root.get(key));
        let mut found = Vec::new();
        if let Some(module) = values.and_then(|values| values.get("root_module")) {
            module_values(root, module, &mut found);
        }
        return Some(found);
    }
    if root.get("terraform_version").is_some() && root.get("resources").is_some() {
        return Some(state(root));
    }
    if let Some(resources) = root.get("deployment").and_then(|node| node.get("resources")) {
        return Some(resources.items().filter_map(pulumi).collect());
    }
    if let Some(resources) = root.get("resource").filter(|_| root.get("StartAt").is_none())
        && (of_configuration(resources, TERRAFORM).next().is_some()
            || of_configuration(resources, CLOUD_CONTROL).next().is_some())
    {
        return Some(configuration(resources));
    }
    let steps = root.get("steps").filter(|steps| steps.is_array())?;
    let of_step = |step: NodeRef<'_>| step.get("newState").is_some() || step.get("oldState").is_some();
    steps.items().any(of_step).then(|| {
        steps
            .items()
            .filter_map(|step| pulumi(step.get("newState")?))
            .collect()
    })
}

/// The machines of a module's values, and of the modules in it.
fn module_values<'d>(root: NodeRef<'d>, module: NodeRef<'d>, found: &mut Vec<Machine<'d>>) {
    let list = |key| module.get(key).into_iter().flat_map(NodeRef::items);
    for resource in list("resources") {
        let Some(values) = resource.get("values").filter(|_| is_machine(resource)) else {
            continue;
        };
        if resource.get("mode").and_then(NodeRef::as_str) == Some("data") {
            continue;
        }
        let address = resource
            .get("address")
            .and_then(NodeRef::as_str)
            .unwrap_or(TERRAFORM);
        let place = match definition(values) {
            Some(definition) => text(definition),
            None if is_known_later(root, address) => Place::Later(resource, AT_APPLY),
            None => Place::Nowhere(resource.token_span()),
        };
        found.push(machine(Cow::Borrowed(address), place, values));
    }
    for child in list("child_modules") {
        module_values(root, child, found);
    }
}

/// Whether a resource of a plan or state is a state machine.
fn is_machine(resource: NodeRef<'_>) -> bool {
    let kind = resource.get("type").and_then(NodeRef::as_str);
    kind.is_some_and(|kind| [TERRAFORM, CLOUD_CONTROL].contains(&kind))
}

/// What the values of a resource call its definition.
fn definition(values: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let is_there = |node: &NodeRef<'_>| !node.is_null();
    let find = |key| values.get(key).filter(is_there);
    find("definition").or_else(|| find("definition_string"))
}

/// The resources of a type in a configuration in JSON, and their names. A block may be one object, or a list of them
/// [Terraform: JSON Configuration Syntax].
fn of_configuration<'d>(
    resources: NodeRef<'d>,
    kind: &str,
) -> impl Iterator<Item = (&'d str, NodeRef<'d>)> + use<'d> {
    let of_kind = resources.get(kind);
    let named = of_kind.into_iter().flat_map(children);
    named.flat_map(|(name, block)| {
        let own = block.is_object().then_some(block);
        own.into_iter()
            .chain(block.items())
            .map(move |block| (name, block))
    })
}

/// The machines of a configuration in JSON.
fn configuration(resources: NodeRef<'_>) -> Vec<Machine<'_>> {
    let mut found = Vec::new();
    let kinds: [(_, &Names); 2] = [
        (TERRAFORM, &properties::TERRAFORM),
        (CLOUD_CONTROL, &properties::CLOUD_CONTROL),
    ];
    for (kind, names) in kinds {
        for (name, block) in of_configuration(resources, kind) {
            let place = match definition(block) {
                None => Place::Nowhere(block.token_span()),
                // A text that is one expression gives what that gives.
                Some(definition) if definition.as_str().is_some_and(terraform::json::is_expression) => {
                    Place::Expression(definition)
                }
                Some(definition) => text(definition),
            };
            found.push(Machine {
                // What a plan or state holds was looked at by the provider.
                findings: properties::check(block, names),
                ..machine(Cow::Owned(format!("{kind}.{name}")), place, block)
            });
        }
    }
    found
}

/// Whether a plan says that a definition is known when it is applied.
fn is_known_later(plan: NodeRef<'_>, address: &str) -> bool {
    let mut changes = plan.get("resource_changes").into_iter().flat_map(NodeRef::items);
    let change = changes.find(|change| change.get("address").and_then(NodeRef::as_str) == Some(address));
    let unknown = change.and_then(|change| definition(change.get("change")?.get("after_unknown")?));
    unknown.and_then(NodeRef::as_bool) == Some(true)
}

/// The machines of a `.tfstate`.
fn state(root: NodeRef<'_>) -> Vec<Machine<'_>> {
    let text_of = |node: NodeRef<'_>, key: &str| node.get(key).and_then(NodeRef::as_str).map(str::to_owned);
    let mut found = Vec::new();
    for resource in root.get("resources").into_iter().flat_map(NodeRef::items) {
        if !is_machine(resource) || text_of(resource, "mode").as_deref() == Some("data") {
            continue;
        }
        let kind = text_of(resource, "type").unwrap_or_default();
        let name = text_of(resource, "name").unwrap_or_default();
        let module = text_of(resource, "module")
            .map(|module| format!("{module}."))
            .unwrap_or_default();
        for instance in resource.get("instances").into_iter().flat_map(NodeRef::items) {
            let Some(attributes) = instance.get("attributes") else {
                continue;
            };
            let key = match instance.get("index_key").map(NodeRef::kind) {
                Some(NodeKind::String(key)) => format!("[\"{key}\"]"),
                Some(NodeKind::Number(number)) => format!("[{number}]"),
                _ => String::new(),
            };
            let place = match definition(attributes) {
                Some(definition) => text(definition),
                None => Place::Nowhere(resource.token_span()),
            };
            found.push(machine(
                Cow::Owned(format!("{module}{kind}.{name}{key}")),
                place,
                attributes,
            ));
        }
    }
    found
}

/// The machine that a resource of Pulumi's is.
fn pulumi(resource: NodeRef<'_>) -> Option<Machine<'_>> {
    if resource.get("type")?.as_str()? != PULUMI {
        return None;
    }
    let urn = resource.get("urn").and_then(NodeRef::as_str).unwrap_or_default();
    let name = urn.rsplit("::").next().unwrap_or(urn);
    let values = ["inputs", "outputs"].iter().find_map(|key| {
        let values = resource.get(key)?;
        values.get("definition").map(|_| values)
    });
    let Some(values) = values else {
        return Some(machine(
            Cow::Borrowed(name),
            Place::Nowhere(resource.token_span()),
            resource,
        ));
    };
    let place = values
        .get("definition")
        .map_or(Place::Nowhere(resource.token_span()), text);
    Some(machine(Cow::Borrowed(name), place, values))
}

/// The definition that a text is; Pulumi has objects for secrets, and a text of its own for what is not known yet.
fn text(definition: NodeRef<'_>) -> Place<'_> {
    /// What stands for a value that is not known yet [Pulumi: Property values on the wire, unknown sentinel].
    const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    match definition.kind() {
        NodeKind::String(text) if &**text == UNKNOWN => Place::Later(definition, AT_APPLY),
        NodeKind::String(_) => Place::Text(definition),
        NodeKind::Object(_) => Place::Later(definition, "is kept as a secret"),
        _ => Place::Later(definition, AT_APPLY),
    }
}

fn machine<'d>(resource: Cow<'d, str>, place: Place<'d>, values: NodeRef<'d>) -> Machine<'d> {
    let kind = children(values)
        .find(|(key, _)| matches!(*key, "type" | "state_machine_type"))
        .map(|(_, node)| node);
    let name = children(values)
        .find(|(key, _)| matches!(*key, "name" | "state_machine_name"))
        .and_then(|(_, node)| known_text(node));
    Machine {
        resource,
        name,
        place,
        express: express(kind),
        findings: Vec::new(),
        substitutions: None,
        construct: None,
        asset: None,
    }
}
