//! PublishStateMachineVersion, DeleteStateMachineVersion, ListStateMachineVersions

use serde_json::json;

use super::machines::{changeable, named, plain};
use super::{Answer, Answered, Call, Fault, answer, date};
use crate::serve::Server;
use crate::serve::store::Kind;

/// Most versions of a machine [Step Functions service quotas].
const MOST_VERSIONS: usize = 1000;

pub(super) fn publish(server: &Server, call: &Call) -> Answered {
    let mut store = server.store();
    let machine = changeable(&mut store, call)?;
    let current = machine.current.id.as_deref();
    if let Some(revision) = call.optional("revisionId")
        && Some(revision) != current
    {
        // The first revision has no id; what AWS shows of it is not known.
        return Err(Fault::new(
            "ConflictException",
            format!(
                "Failed to publish the State Machine version for revision {revision}. The current State Machine \
                 revision is {}.",
                current.unwrap_or("INITIAL")
            ),
        ));
    }
    // A revision that has a version keeps that one, however many there are.
    if machine.version_of_current().is_none() && machine.versions.len() >= MOST_VERSIONS {
        // The words of AWS are not known.
        let message = format!("A state machine has at most {MOST_VERSIONS} versions");
        return Err(Fault::new("ServiceQuotaExceededException", message));
    }
    let number = machine.publish(call.optional("description"), call.now);
    let created = machine
        .versions
        .get(&number)
        .map_or(call.now, |version| version.created);
    answer! {
        "creationDate": date(created),
        "stateMachineVersionArn": machine.qualified(number),
    }
}

/// What is not there is deleted, too, as a machine is.
pub(super) fn delete(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("stateMachineVersionArn", &[Kind::Machine])?;
    let mut store = server.store();
    let (machine_arn, Some(qualifier)) = arn.machine() else {
        // The words of AWS are not known.
        return Err(Fault::validation(format!(
            "'{}' is not the ARN of a state machine version",
            arn.text
        )));
    };
    let Some(machine) = store.machines.get_mut(machine_arn) else {
        return Answer::empty();
    };
    let Some((number, _)) = machine.version(qualifier) else {
        return Answer::empty();
    };
    let routes = |routing: &[(u64, u64)]| routing.iter().any(|(version, _)| *version == number);
    let users: Vec<&str> = (machine.aliases.iter())
        .filter(|(_, alias)| routes(&alias.routing))
        .map(|(name, _)| name.as_str())
        .collect();
    if !users.is_empty() {
        // The words are not recorded.
        return Err(Fault::new(
            "ConflictException",
            format!(
                "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this \
                 version: [{}]",
                users.join(", ")
            ),
        ));
    }
    machine.versions.remove(&number);
    Answer::empty()
}

/// The newest first [recorded].
pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = plain(call)?;
    let mut store = server.store();
    let machine = named(&mut store, call)?;
    let versions = machine.versions.iter().rev().map(|(number, version)| {
        let item = json!({
            "stateMachineVersionArn": machine.qualified(number),
            "creationDate": date(version.created),
        });
        ((0, *number), item)
    });
    let scope = [call.operation.as_str(), arn];
    let (page, token) = server.pages.cut(call.page(&scope), true, versions.collect())?;
    answer! { "stateMachineVersions": page, "nextToken": token }
}
