//! The state machines of a configuration: resources, and modules that are given a definition.

use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use super::super::properties::{self, NAME_PREFIX, Names};
use super::super::template::Caller;
use super::super::{Format, Made, ParseOptions};
use super::calls::Calls;
use super::module::{Module, Place, head, span};
use super::value::{Evaluator, Field, Instance, Kind, Val, Why};
use crate::diagnostics::{Finding, Span};

/// A state machine.
pub(super) struct Machine {
    /// Its address: `aws_sfn_state_machine.orders`, `module.orders`.
    pub(super) resource: String,
    /// The name that it is given, where that is known before it is deployed.
    pub(super) name: Option<String>,
    /// Whether it is an Express one, where that is written.
    pub(super) express: Option<bool>,
    /// What is wrong with its other properties, in the file that is looked at.
    pub(super) findings: Vec<Finding>,
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

/// The types of resources that are state machines, and what they call their properties; their definition in the order in
/// which it counts.
static RESOURCES: [(&str, &Names); 2] = [
    ("aws_sfn_state_machine", &properties::TERRAFORM),
    ("awscc_stepfunctions_state_machine", &properties::CLOUD_CONTROL),
];

/// The state machines of the file that is looked at, in its order; those of a local module that it calls among them.
pub(super) fn of(module: &Module, options: &ParseOptions, calls: &mut Calls) -> Vec<Machine> {
    let mut found = Vec::new();
    for block in module.blocks() {
        match (block.ident.value().as_str(), &block.labels[..]) {
            ("resource", [kind, name]) => {
                if let Some((_, names)) = RESOURCES.iter().find(|(known, _)| *known == kind.as_str()) {
                    let address = format!("{}.{}", kind.as_str(), name.as_str());
                    for instance in instances(module, options, block) {
                        let instance = instance.as_ref();
                        found.extend(of_resource(module, options, block, names, &address, instance));
                    }
                }
            }
            ("module", [name]) => {
                for instance in instances(module, options, block) {
                    let name = addressed(name.as_str(), instance.as_ref());
                    let called = calls.machines(module, options, block, &name, instance.as_ref());
                    let is_read = called.is_some();
                    let called = called.unwrap_or_default();
                    // What its body takes for a definition is read as that.
                    let taken: Vec<Origin> = (called.iter())
                        .filter_map(|machine| Some(origin(&machine.module, machine.definition.as_ref()?)))
                        .collect();
                    found.extend(called);
                    of_module(
                        module,
                        options,
                        block,
                        (&name, is_read),
                        instance,
                        &taken,
                        &mut found,
                    );
                }
            }
            _ => {}
        }
    }
    found
}

/// So many instances of one block are looked at one by one.
const MOST_INSTANCES: usize = 50;
/// So many definitions are looked at for one resource, of those that conditions choose from.
const MOST_ALTERNATIVES: usize = 8;

/// The instances that `for_each` or `count` makes of a block, where they are known; otherwise one of which nothing is.
fn instances(module: &Module, options: &ParseOptions, block: &Block) -> Vec<Option<Instance>> {
    let known = ["for_each", "count"].into_iter().find_map(|meta| {
        let attribute = block.body.get_attribute(meta)?;
        let mut evaluator = Evaluator::new(module, options);
        let read = |evaluator: &mut Evaluator<'_>| {
            let value = evaluator.value(0, &attribute.value);
            match meta {
                "count" => counted(module, block, &value),
                _ => keyed(value),
            }
        };
        read(&mut evaluator).or_else(|| {
            evaluator.takes_defaults = true;
            read(&mut evaluator)
        })
    });
    match known {
        Some(known) => known.into_iter().map(Some).collect(),
        None => vec![None],
    }
}

/// The instances of `for_each`.
fn keyed(value: Val) -> Option<Vec<Instance>> {
    let instances: Vec<Instance> = match value.kind {
        Kind::Object { members, open: false } => members
            .into_iter()
            .map(|member| Instance::Each(member.key.to_string(), member.value))
            .collect(),
        Kind::List { items, open: false } => {
            let known = items
                .into_iter()
                .map(|item| Some(Instance::Each(item.as_text()?, item)));
            known.collect::<Option<_>>()?
        }
        _ => return None,
    };
    (1..=MOST_INSTANCES)
        .contains(&instances.len())
        .then_some(instances)
}

/// The instances of `count`. Where none of them asks for its number they are all the same one.
fn counted(module: &Module, block: &Block, count: &Val) -> Option<Vec<Instance>> {
    let count = count.as_text()?.parse::<usize>().ok()?;
    let written = module.file.text().get(span(block.span()).range())?;
    let asks = written.contains("count.index");
    (asks && (1..=MOST_INSTANCES).contains(&count)).then(|| (0..count).map(Instance::Index).collect())
}

/// The address of an instance.
fn addressed(address: &str, instance: Option<&Instance>) -> String {
    match instance {
        Some(Instance::Each(key, _)) => format!("{address}[\"{key}\"]"),
        Some(Instance::Index(index)) => format!("{address}[{index}]"),
        None => address.to_owned(),
    }
}

/// An address without what tells instances and alternatives apart: the machine's in the body of its module.
#[cfg(feature = "cli")]
pub fn plain_address(address: &str) -> String {
    let mut plain = String::new();
    let mut rest = address;
    while let Some(at) = rest.find(['[', '?']) {
        plain.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        let end = match mark {
            "[" if after.starts_with('"') => after.find("\"]").map(|end| end + 2),
            "[" => after.find(']').map(|end| end + 1),
            _ => after.find(['.', '?']).or(Some(after.len())),
        };
        rest = end.map_or("", |end| &after[end..]);
    }
    plain.push_str(rest);
    plain
}

/// The machines that a resource is: one, or one for each definition that it may have, where a condition that is not known
/// chooses one.
fn of_resource(
    module: &Module,
    options: &ParseOptions,
    block: &Block,
    names: &Names,
    address: &str,
    instance: Option<&Instance>,
) -> Vec<Machine> {
    let attribute = |name: &&str| block.body.get_attribute(name);
    let definition = names.definitions.iter().find_map(attribute);
    let machine = |assumed: &[(String, bool)], evaluator: &mut Evaluator<'_>, definition: Option<Val>| {
        let machine_type = block.body.get_attribute(names.kind);
        let machine_type = machine_type.map(|attribute| evaluator.value(0, &attribute.value));
        let name = block.body.get_attribute(names.name);
        let name = name.and_then(|attribute| evaluator.value(0, &attribute.value).as_text());
        let mut resource = addressed(address, instance);
        for (_, holds) in assumed {
            resource.push_str(if *holds { "?true" } else { "?false" });
        }
        Machine {
            resource,
            name,
            express: machine_type.as_ref().and_then(express),
            findings: refused(evaluator, options, block, names),
            definition,
            span: head(block),
            module: module.clone(),
            callers: Vec::new(),
            bodies: Vec::new(),
        }
    };
    let evaluator = |assumed: &[(String, bool)]| {
        let mut evaluator = Evaluator::new(module, options);
        evaluator.instance = instance.cloned();
        evaluator.assumed = assumed.to_vec();
        evaluator
    };
    let mut open: Vec<Vec<(String, bool)>> = vec![Vec::new()];
    let mut found: Vec<(Vec<(String, bool)>, Val)> = Vec::new();
    let mut is_any_read = false;
    while let (Some(attribute), Some(assumed)) = (definition, open.pop()) {
        let mut evaluator = evaluator(&assumed);
        let value = evaluator.value(0, &attribute.value);
        if !is_unknown(&value) {
            is_any_read = true;
            found.push((assumed, value));
            continue;
        }
        if let Some(condition) = evaluator.met.take()
            && found.len() + open.len() + 2 <= MOST_ALTERNATIVES
        {
            for holds in [false, true] {
                let mut assumed = assumed.clone();
                assumed.push((condition.clone(), holds));
                open.push(assumed);
            }
            continue;
        }
        evaluator.takes_defaults = true;
        let otherwise = evaluator.value(0, &attribute.value);
        let is_read = is_definition(&otherwise);
        is_any_read |= is_read;
        found.push((assumed, if is_read { otherwise } else { value }));
    }
    // Where the definition is left out on a condition nothing is made.
    let is_left_out = |value: &Val| match &value.kind {
        Kind::Null => true,
        Kind::Text(text) => text.known_whole().is_some_and(|text| text.trim().is_empty()),
        _ => false,
    };
    found.retain(|(assumed, value)| assumed.is_empty() || !is_left_out(value));
    if !is_any_read {
        let mut evaluator = evaluator(&[]);
        let value = definition.map(|attribute| evaluator.value(0, &attribute.value));
        // A file that is not there says more than that a condition names it.
        let gone = found.into_iter().map(|(_, value)| value).find(is_gone);
        return vec![machine(&[], &mut evaluator, gone.or(value))];
    }
    let is_only = found.len() == 1;
    let machines = found.into_iter().map(|(assumed, value)| {
        let named = if is_only { &[] } else { &assumed[..] };
        machine(named, &mut evaluator(&assumed), Some(value))
    });
    machines.collect()
}

/// Whether a definition lies in a file that cannot be read.
fn is_gone(value: &Val) -> bool {
    let why = match &value.kind {
        Kind::Unknown { why, .. } => why,
        _ => return false,
    };
    matches!(why, Why::NoFile(_))
}

/// Whether nothing of a definition is known.
fn is_unknown(value: &Val) -> bool {
    match &value.kind {
        Kind::Unknown { .. } => true,
        Kind::Encoded(inner) | Kind::Decoded(inner, _) => is_unknown(inner),
        _ => false,
    }
}

/// What is wrong with the properties of a resource other than its definition.
fn refused(
    evaluator: &mut Evaluator<'_>,
    options: &ParseOptions,
    block: &Block,
    names: &Names,
) -> Vec<Finding> {
    let at = |span| Place { file: 0, span };
    let whole = at(head(block));
    let mut members = Vec::new();
    for attribute in block.body.attributes() {
        let key = attribute.key.value().as_str();
        let value = if names.definitions.contains(&key) {
            // It is only asked whether there is one.
            Val::new(Kind::Null, whole)
        } else if [
            names.name,
            NAME_PREFIX,
            names.kind,
            names.logging,
            names.encryption,
        ]
        .contains(&key)
        {
            evaluator.value(0, &attribute.value)
        } else {
            continue;
        };
        let place = at(span(attribute.key.span()));
        members.push(Field {
            key: Arc::from(key),
            place,
            value,
        });
    }
    for name in [names.logging, names.encryption] {
        if let Some(inner) = block.body.get_blocks(name).next() {
            let value = evaluator.block(at(head(inner)), 0, inner);
            let place = at(head(inner));
            members.push(Field {
                key: Arc::from(name),
                place,
                value,
            });
        }
    }
    let value = Val::new(Kind::Object { members, open: false }, whole);
    let (builder, root) = super::emitted(&value, options, &mut Made::default(), 0);
    let document = builder.finish(evaluator.module.file.clone(), Format::Json, root);
    let mut findings = properties::check(document.root(), names);
    for finding in &mut findings {
        // AWS knows no place of it.
        finding.location = None;
        finding.span = evaluator.module.file.on_one_line(finding.span);
    }
    findings
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
    instance: Option<Instance>,
    taken: &[Origin],
    found: &mut Vec<Machine>,
) {
    let mut evaluator = Evaluator::new(module, options);
    evaluator.instance = instance;
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
            findings: Vec::new(),
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
