//! The state machines of a configuration: resources, and modules that are given a definition.

use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::super::ParseOptions;
use super::super::template::Caller;
use super::calls::Calls;
use super::module::{Module, head};
use super::value::{Evaluator, Kind, Val, Why};
use crate::diagnostics::Span;

/// A state machine.
pub(super) struct Machine {
    /// Its address: `aws_sfn_state_machine.orders`, `module.orders`.
    pub(super) resource: String,
    /// The name that it is given, where that is known before it is deployed.
    pub(super) name: Option<String>,
    /// Whether it is an Express one, where that is written.
    pub(super) express: Option<bool>,
    pub(super) definition: Option<Val>,
    /// The head of its block.
    pub(super) span: Span,
    /// The module that it is written in, with what a call gives it.
    pub(super) module: Module,
    /// The calls of the module that lead to it, the nearest first.
    pub(super) callers: Vec<Caller>,
    /// What it is in the body of each of these modules: the file and its address there.
    pub(super) bodies: Vec<(Arc<str>, String)>,
}

/// What a resource calls its definition, in the order in which it counts, and its type.
struct Resource {
    kind: &'static str,
    definitions: &'static [&'static str],
    machine_type: &'static str,
    name: &'static str,
}

static RESOURCES: [Resource; 2] = [
    Resource {
        kind: "aws_sfn_state_machine",
        definitions: &["definition"],
        machine_type: "type",
        name: "name",
    },
    Resource {
        kind: "awscc_stepfunctions_state_machine",
        definitions: &["definition", "definition_string", "definition_s3_location"],
        machine_type: "state_machine_type",
        name: "state_machine_name",
    },
];

/// The state machines of the file that is looked at, in its order; those of a local module that it calls among them.
pub(super) fn of(module: &Module, options: &ParseOptions, calls: &mut Calls) -> Vec<Machine> {
    let mut found = Vec::new();
    for block in module.blocks() {
        match (block.ident.value().as_str(), &block.labels[..]) {
            ("resource", [kind, name]) => {
                if let Some(resource) = RESOURCES.iter().find(|known| known.kind == kind.as_str()) {
                    let address = format!("{}.{}", kind.as_str(), name.as_str());
                    for each in instances(module, options, block) {
                        let address = addressed(&address, each.as_ref());
                        found.push(of_resource(module, options, block, resource, address, each));
                    }
                }
            }
            ("module", [name]) => {
                for each in instances(module, options, block) {
                    let name = addressed(name.as_str(), each.as_ref());
                    let called = calls.machines(module, options, block, &name, each.as_ref());
                    let is_read = called.is_some();
                    let called = called.unwrap_or_default();
                    // What its body takes for a definition is read as that.
                    let taken: Vec<Origin> = (called.iter())
                        .filter_map(|machine| Some(origin(&machine.module, machine.definition.as_ref()?)))
                        .collect();
                    found.extend(called);
                    of_module(module, options, block, (&name, is_read), each, &taken, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

/// An instance of a block: its key and value.
pub(super) type Each = (String, Val);

/// So many instances of one block are looked at one by one.
const MOST_INSTANCES: usize = 50;

/// The instances that `for_each` makes of a block, where they are known; otherwise one of which nothing is.
fn instances(module: &Module, options: &ParseOptions, block: &Block) -> Vec<Option<Each>> {
    let instances = block.body.get_attribute("for_each").and_then(|attribute| {
        match Evaluator::new(module, options).value(0, &attribute.value).kind {
            Kind::Object { members, open: false } => Some(
                members
                    .into_iter()
                    .map(|member| (member.key.to_string(), member.value))
                    .collect(),
            ),
            Kind::List { items, open: false } => {
                let known = items.into_iter().map(|item| Some((item.as_text()?, item)));
                known.collect::<Option<Vec<Each>>>()
            }
            _ => None,
        }
    });
    match instances {
        Some(instances) if (1..=MOST_INSTANCES).contains(&instances.len()) => {
            instances.into_iter().map(Some).collect()
        }
        _ => vec![None],
    }
}

/// The address of an instance.
fn addressed(address: &str, each: Option<&Each>) -> String {
    match each {
        Some((key, _)) => format!("{address}[\"{key}\"]"),
        None => address.to_owned(),
    }
}

fn of_resource(
    module: &Module,
    options: &ParseOptions,
    block: &Block,
    resource: &Resource,
    address: String,
    each: Option<Each>,
) -> Machine {
    let attribute = |name: &&str| block.body.get_attribute(name);
    let definition = resource.definitions.iter().find_map(attribute);
    let mut evaluator = Evaluator::new(module, options);
    evaluator.each = each;
    let machine_type = block.body.get_attribute(resource.machine_type);
    let machine_type = machine_type.map(|attribute| evaluator.value(0, &attribute.value));
    let name = block.body.get_attribute(resource.name);
    let name = name.and_then(|attribute| evaluator.value(0, &attribute.value).as_text());
    Machine {
        resource: address,
        name,
        express: machine_type.as_ref().and_then(express),
        definition: definition.map(|attribute| evaluator.value(0, &attribute.value)),
        span: head(block),
        module: module.clone(),
        callers: Vec::new(),
        bodies: Vec::new(),
    }
}

/// Whether a type is Express; `None` where that is not known.
fn express(machine_type: &Val) -> Option<bool> {
    match machine_type.as_text()?.as_str() {
        "EXPRESS" => Some(true),
        "STANDARD" => Some(false),
        _ => None,
    }
}

/// How deep in a module's arguments definitions are looked for: a map of machines by name.
const DEEP: usize = 3;

/// Where a value is written: the file, by its name, and the place in it.
type Origin = (Arc<str>, Span);

fn origin(module: &Module, value: &Val) -> Origin {
    let place = value.origin();
    (Arc::from(module.source(place.file).name()), place.span)
}

/// The arguments of a module's block that have a meaning of their own.
pub(super) fn is_meta(key: &str) -> bool {
    matches!(
        key,
        "source" | "version" | "providers" | "count" | "for_each" | "depends_on"
    )
}

/// The definitions that a module is given: any argument, or part of one, that is a definition, whatever its name. Of one
/// whose body `is_read` those that are not `taken` for one there.
fn of_module(
    module: &Module,
    options: &ParseOptions,
    block: &Block,
    (name, is_read): (&str, bool),
    each: Option<Each>,
    taken: &[Origin],
    found: &mut Vec<Machine>,
) {
    let mut evaluator = Evaluator::new(module, options);
    evaluator.each = each;
    let mut inner = Vec::new();
    let mut kinds = Vec::new();
    for attribute in block.body.attributes() {
        let key = attribute.key.value().as_str();
        if is_meta(key) || key == "tags" {
            continue;
        }
        if !may_be(&attribute.value) {
            continue;
        }
        let value = evaluator.value(0, &attribute.value);
        if key == "type" || key.ends_with("_type") {
            kinds.extend(express(&value));
        }
        // What is called a definition is one, known or not, where the module makes state machines.
        let is_unknown = matches!(
            &value.kind,
            Kind::Unknown {
                why: Why::NoFile(_) | Why::Computed,
                ..
            }
        );
        if is_unknown && !is_read && key.contains("definition") && makes_machines(block) {
            inner.push((key.to_owned(), value, None));
            continue;
        }
        definitions(key, value, DEEP, &mut inner);
    }
    inner.retain(|(_, value, _)| !taken.contains(&origin(module, value)));
    // Of the machines in a map each may say its type beside its definition.
    let of_all = match kinds[..] {
        [express] => Some(express),
        _ => None,
    };
    let is_only = inner.len() == 1;
    for (path, value, express) in inner {
        let resource = match is_only {
            true => format!("module.{name}"),
            false => format!("module.{name}.{path}"),
        };
        found.push(Machine {
            resource,
            name: None,
            express: express.or(of_all),
            definition: Some(value),
            span: head(block),
            module: module.clone(),
            callers: Vec::new(),
            bodies: Vec::new(),
        });
    }
}

/// Whether a module is one for state machines, by its source.
fn makes_machines(block: &Block) -> bool {
    let source = block
        .body
        .get_attribute("source")
        .and_then(|source| source.value.as_str());
    source.is_some_and(|source| {
        let plain = source.to_ascii_lowercase().replace(['-', '_'], "");
        ["stepfunction", "statemachine", "sfn"]
            .iter()
            .any(|word| plain.contains(word))
    })
}

/// Whether an argument may be a definition, or its type: no number and no list of names.
fn may_be(expression: &Expression) -> bool {
    !matches!(
        expression,
        Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) | Expression::Array(_)
    )
}

/// The definitions in a value: where each stands, and whether its type is written beside it.
fn definitions(path: &str, value: Val, deep: usize, found: &mut Vec<(String, Val, Option<bool>)>) {
    if is_definition(&value) {
        found.push((path.to_owned(), value, None));
        return;
    }
    if let Kind::Object { members, .. } = value.kind
        && deep > 0
    {
        let kinds = members
            .iter()
            .filter(|member| matches!(&*member.key, "type" | "state_machine_type"));
        let express = kinds.filter_map(|member| express(&member.value)).next();
        for member in members {
            let from = found.len();
            definitions(&format!("{path}.{}", member.key), member.value, deep - 1, found);
            for (_, _, own) in &mut found[from..] {
                *own = own.or(express);
            }
        }
    }
}

/// Whether a value is an object, or the text of one, with StartAt and States.
fn is_definition(value: &Val) -> bool {
    let has_both = |text: &str| text.contains("StartAt") && text.contains("States");
    match &value.kind {
        Kind::Object { .. } => value.member("StartAt").is_some() && value.member("States").is_some(),
        Kind::Encoded(inner) => is_definition(inner),
        Kind::Decoded(text, _) => is_definition(text),
        Kind::Text(text) => has_both(&text.joined()),
        Kind::File(file) => has_both(file.file.text()),
        _ => false,
    }
}
