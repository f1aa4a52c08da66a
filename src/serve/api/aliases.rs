//! CreateStateMachineAlias, UpdateStateMachineAlias, DeleteStateMachineAlias, DescribeStateMachineAlias,
//! ListStateMachineAliases

use serde_json::{Value, json};

use super::machines::{named, plain, stays};
use super::{Answer, Answered, Call, Fault, answer, date};
use crate::serve::Server;
use crate::serve::store::{Alias, Arn, Kind, Machine, Store};

/// Most aliases of a machine [Step Functions service quotas].
const MOST_ALIASES: usize = 100;

/// The words for an alias that is not there; not recorded.
fn nowhere() -> Fault {
    Fault::new(
        "ResourceNotFound",
        "Request references a resource that does not exist.",
    )
}

/// The alias that a call names, and its machine's ARN and its name.
fn found<'s, 'c>(store: &'s mut Store, call: &'c Call) -> Result<(&'s mut Alias, &'c str, &'c str), Fault> {
    let arn = call.arn("stateMachineAliasArn", &[Kind::Machine])?;
    let (machine, name) = arn.machine();
    let name = name.ok_or_else(nowhere)?;
    let of = store.machines.get_mut(machine).ok_or_else(nowhere)?;
    let alias = of.aliases.get_mut(name).ok_or_else(nowhere)?;
    Ok((alias, machine, name))
}

/// The versions' numbers that an alias leads to, each with its weight in percent.
type Weights = Vec<(u64, u64)>;

/// Where a routing configuration leads: the machine's ARN, the versions and weights. The words of AWS for what is wrong
/// with one are not recorded.
fn routing<'c>(call: &'c Call, store: &Store) -> Result<(&'c str, Weights), Fault> {
    let invalid = |words: String| Err(Fault::validation(words).reason("INVALID_ROUTING_CONFIGURATION"));
    let routes = call.member("routingConfiguration").and_then(Value::as_array);
    let routes: Vec<(&str, u64)> = (routes.into_iter().flatten())
        .map(|route| {
            let arn = route.get("stateMachineVersionArn").and_then(Value::as_str);
            let weight = route.get("weight").and_then(Value::as_f64);
            (arn.unwrap_or_default(), weight.unwrap_or(0.0) as u64)
        })
        .collect();
    // What is wrong with the request itself comes before what it names is looked for.
    let arns = || {
        let arns: Vec<&str> = routes.iter().map(|(arn, _)| *arn).collect();
        arns.join(", ")
    };
    let mut machine: Option<&str> = None;
    let mut versions: Vec<&str> = Vec::new();
    for (text, _) in &routes {
        let refused = |words: String| Fault::new("InvalidArn", format!("Invalid Arn: '{words}'"));
        let arn = Arn::parse(text)
            .and_then(|arn| arn.of(&[Kind::Machine]))
            .map_err(refused)?;
        let (of, Some(version)) = arn.machine() else {
            return invalid(format!(
                "Routing configuration must contain state machine version ARNs. Received: [{}]",
                arns()
            ));
        };
        if *machine.get_or_insert(of) != of {
            return invalid(format!(
                "Routing configuration must contain versions of one state machine. Received: [{}]",
                arns()
            ));
        }
        if versions.contains(&version) {
            return invalid(format!(
                "Routing configuration must contain distinct state machine version ARNs. Received: [{}]",
                arns()
            ));
        }
        versions.push(version);
    }
    let weights = || routes.iter().map(|(_, weight)| *weight);
    if weights().sum::<u64>() != 100 {
        let weights: Vec<String> = weights().map(|weight| weight.to_string()).collect();
        return invalid(format!(
            "Sum of routing configuration weights must equal 100. Received: [{}]",
            weights.join(", ")
        ));
    }
    let arn = machine.ok_or_else(nowhere)?;
    let machine = store.machines.get(arn).ok_or_else(nowhere)?;
    let numbers = versions.iter().map(|version| machine.version(version));
    let numbers: Option<Vec<u64>> = numbers.map(|found| Some(found?.0)).collect();
    let numbers = numbers.ok_or_else(nowhere)?;
    Ok((arn, numbers.into_iter().zip(weights()).collect()))
}

pub(super) fn create(server: &Server, call: &Call) -> Answered {
    let mut store = server.store();
    let (arn, routing) = routing(call, &store)?;
    let name = call.text("name");
    let description = call.optional("description").map(str::to_owned);
    let number = store.next_number();
    let machine = store.machines.get_mut(arn).ok_or_else(nowhere)?;
    stays(machine)?;
    if let Some(alias) = machine.aliases.get(name) {
        // "CreateStateMachineAlias is an idempotent API" [API CreateStateMachineAlias]; the words of the conflict are
        // not recorded.
        if alias.routing != routing || alias.description != description {
            let message = "Failed to create alias because an alias with the same name and a different routing \
                           configuration already exists.";
            return Err(Fault::new("ConflictException", message));
        }
    } else {
        if machine.aliases.len() >= MOST_ALIASES {
            // The words of AWS are not known.
            let message = format!("A state machine has at most {MOST_ALIASES} aliases");
            return Err(Fault::new("ServiceQuotaExceededException", message));
        }
        let alias = Alias {
            number,
            description,
            routing,
            created: call.now,
            updated: call.now,
        };
        machine.aliases.insert(name.to_owned(), alias);
    }
    let created = machine.aliases.get(name).map_or(call.now, |alias| alias.created);
    answer! {
        "stateMachineAliasArn": machine.qualified(name),
        "creationDate": date(created),
    }
}

pub(super) fn update(server: &Server, call: &Call) -> Answered {
    let mut store = server.store();
    let new = match call.member("routingConfiguration") {
        Some(_) => Some(routing(call, &store)?),
        None => None,
    };
    let description = call.optional("description").map(str::to_owned);
    if new.is_none() && description.is_none() {
        // "You must specify at least one of the description or routingConfiguration parameters"
        // [API UpdateStateMachineAlias].
        let message = "You must specify at least one of the description or routingConfiguration parameters.";
        return Err(Fault::validation(message).reason("MISSING_REQUIRED_PARAMETER"));
    }
    let (of, _) = call.arn("stateMachineAliasArn", &[Kind::Machine])?.machine();
    if let Some(machine) = store.machines.get(of) {
        stays(machine)?;
    }
    let (alias, machine, _) = found(&mut store, call)?;
    if let Some((of, routing)) = new {
        if of != machine {
            let message = format!("Routing configuration must refer to versions of {machine}.");
            return Err(Fault::validation(message).reason("INVALID_ROUTING_CONFIGURATION"));
        }
        alias.routing = routing;
    }
    if description.is_some() {
        alias.description = description;
    }
    alias.updated = call.now;
    answer! { "updateDate": date(call.now) }
}

pub(super) fn delete(server: &Server, call: &Call) -> Answered {
    let mut store = server.store();
    let (_, machine, name) = found(&mut store, call)?;
    if let Some(machine) = store.machines.get_mut(machine) {
        machine.aliases.shift_remove(name);
    }
    Answer::empty()
}

pub(super) fn describe(server: &Server, call: &Call) -> Answered {
    let mut store = server.store();
    let (alias, machine, name) = found(&mut store, call)?;
    let routing: Vec<Value> = (alias.routing.iter())
        .map(|(version, weight)| json!({"stateMachineVersionArn": format!("{machine}:{version}"), "weight": weight}))
        .collect();
    answer! {
        "stateMachineAliasArn": call.text("stateMachineAliasArn"),
        "name": name,
        "description": alias.description.clone(),
        "routingConfiguration": routing,
        "creationDate": date(alias.created),
        "updateDate": date(alias.updated),
    }
}

/// The aliases of a machine, or of one version of it.
pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = plain(call)?;
    let mut store = server.store();
    let (machine, version): (&Machine, Option<u64>) =
        match call.arn("stateMachineArn", &[Kind::Machine])?.machine() {
            (of, Some(qualifier)) => {
                let machine = store.machines.get(of).ok_or_else(|| Fault::no_machine(arn))?;
                let (number, _) = machine.version(qualifier).ok_or_else(nowhere)?;
                (machine, Some(number))
            }
            (_, None) => (named(&mut store, call)?, None),
        };
    let listed = machine.aliases.iter().filter(|(_, alias)| {
        version.is_none_or(|version| alias.routing.iter().any(|(routed, _)| *routed == version))
    });
    let listed = listed.map(|(name, alias)| {
        let item = json!({
            "stateMachineAliasArn": machine.qualified(name),
            "creationDate": date(alias.created),
        });
        ((0, alias.number), item)
    });
    let scope = [call.operation.as_str(), arn];
    let (page, token) = server.pages.cut(call.page(&scope), false, listed.collect())?;
    answer! { "stateMachineAliases": page, "nextToken": token }
}
