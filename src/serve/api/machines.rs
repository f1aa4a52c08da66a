//! CreateStateMachine, UpdateStateMachine, DeleteStateMachine, DescribeStateMachine, ListStateMachines

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{Answer, Answered, Call, Fault, answer, date, settings, tags};
use crate::asl::MachineType;
use crate::definition::Definition;
use crate::history::Time;
use crate::serve::Server;
use crate::serve::store::{Arn, Kind, Machine, Purpose, Revision, Settings, Store, is_name};
use crate::source::{Format, LONGEST_NAME, ParseOptions, SourceFile};

/// The machine that a call names, without anything behind its name.
///
/// # Errors
/// InvalidArn, ValidationException for the ARN of a Map state, StateMachineDoesNotExist.
pub(super) fn named<'s>(store: &'s mut Store, call: &Call) -> Result<&'s mut Machine, Fault> {
    let arn = plain(call)?;
    store.machines.get_mut(arn).ok_or_else(|| Fault::no_machine(arn))
}

/// As [`named`], of a machine that is to be changed.
///
/// # Errors
/// Those of [`named`], and StateMachineDeleting.
pub(super) fn changeable<'s>(store: &'s mut Store, call: &Call) -> Result<&'s mut Machine, Fault> {
    let machine = named(store, call)?;
    stays(machine)?;
    Ok(machine)
}

/// That a machine is not being deleted. The words of AWS are not known.
///
/// # Errors
/// StateMachineDeleting
pub(super) fn stays(machine: &Machine) -> Result<(), Fault> {
    match machine.is_deleting {
        false => Ok(()),
        true => Err(Fault::new(
            "StateMachineDeleting",
            format!("State Machine Is Deleting: '{}'", machine.arn),
        )),
    }
}

/// The ARN of a machine that a call names, without anything behind its name.
///
/// # Errors
/// InvalidArn, ValidationException for the ARN of a Map state.
pub(super) fn plain(call: &Call) -> Result<&str, Fault> {
    let arn = call.arn("stateMachineArn", &[Kind::Machine])?;
    without_label(call, &arn)?;
    Ok(arn.text)
}

/// Refuses the ARN of a Map state.
///
/// # Errors
/// ValidationException
pub(super) fn without_label(call: &Call, arn: &Arn<'_>) -> Result<(), Fault> {
    match arn.machine() {
        (_, Some(label)) if label.starts_with('/') => {
            // The words of AWS are not known.
            let message = format!(
                "{} does not support the ARN of a Map state: '{}'",
                call.operation, arn.text
            );
            Err(Fault::validation(message).reason("API_DOES_NOT_SUPPORT_LABELED_ARNS"))
        }
        _ => Ok(()),
    }
}

pub(super) fn create(server: &Server, call: &Call) -> Answered {
    let name = call.text("name");
    if !is_name(name) {
        return Err(Fault::name(name));
    }
    let machine_type = call
        .optional("type")
        .and_then(MachineType::named)
        .unwrap_or_default();
    let publication = publication(call)?;
    let tags = tags::given(call, "tags")?;
    let settings = settings::given(call)?;
    let arn = call.arn_of(&server.settings.account, "stateMachine", name);
    let again = |machine: &Machine| {
        stays(machine)?;
        let before = &machine.current.settings;
        // The role is not looked at, nor are the tags [API CreateStateMachine].
        let same = before.definition == settings.definition
            && before.logging == settings.logging
            && before.tracing == settings.tracing
            && before.encryption == settings.encryption
            && machine.machine_type == machine_type
            && machine.publication == publication;
        match same {
            true => created(machine),
            false => Err(Fault::new(
                "StateMachineAlreadyExists",
                format!("State Machine Already Exists: '{arn}'"),
            )),
        }
    };
    if let Some(machine) = server.store().machines.get(&arn) {
        return again(machine);
    }
    let definition = settings::definition(&settings.definition);
    let revision = settings::revision(settings.clone(), definition, machine_type, None, call.now)?;
    let mut store = server.store();
    // While the definition was read, another call may have made it.
    if let Some(machine) = store.machines.get(&arn) {
        return again(machine);
    }
    let mut machine = Machine {
        number: store.next_number(),
        arn: arn.clone(),
        name: name.to_owned(),
        machine_type,
        created: call.now,
        publication: publication.clone(),
        current: Arc::new(revision),
        versions: BTreeMap::new(),
        last_version: 0,
        aliases: IndexMap::new(),
        tags,
        is_deleting: false,
    };
    if publication.0 {
        machine.publish(publication.1.as_deref(), call.now);
    }
    let answer = created(&machine);
    store.machines.insert(arn, machine);
    answer
}

/// The name of a machine that a template names by its address alone: `aws_sfn_state_machine.orders["a"]` is
/// `aws_sfn_state_machine.orders-a`.
fn named_by_address(address: &str) -> String {
    let plain: Vec<&str> = address
        .split(|c: char| !is_name(c.encode_utf8(&mut [0; 4])))
        .filter(|part| !part.is_empty())
        .collect();
    plain.join("-")
}

/// A machine that a file holds.
pub(in crate::serve) struct Adoption {
    /// Its name.
    pub(in crate::serve) name: String,
    /// Its definition's text. Placeholders of templates stay in it.
    pub(in crate::serve) definition: String,
    pub(in crate::serve) machine_type: MachineType,
}

/// Makes a machine of a definition that a file holds. Says, too, whether that changes anything: it may be there from an
/// earlier start.
///
/// # Errors
/// What AWS says against it, or that its name is `taken`.
pub(in crate::serve) fn adopt(
    server: &Server,
    definition: Definition,
    now: Time,
    taken: &HashSet<String>,
) -> Result<(Adoption, bool), String> {
    let given = definition.deployed_name();
    let name = match given == definition.name() {
        true => named_by_address(&given),
        false => given,
    };
    if !is_name(&name) || name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Fault::name(&name).message);
    }
    if taken.contains(&name) {
        return Err(format!("another one has its name, {name}"));
    }
    if definition.document().is_none()
        && let Some(error) = definition.text_error()
    {
        return Err(error.message.clone());
    }
    let text = match (definition.is_in_template(), definition.document()) {
        (false, Some(document)) if document.format() == Format::Json => document.text().to_owned(),
        (_, Some(document)) => document.root().to_value().to_json(),
        (_, None) => definition.file().text().to_owned(),
    };
    let adoption = Adoption {
        name,
        definition: text,
        machine_type: definition.machine_type(),
    };
    let settings = adopted(server, &adoption);
    let revision = settings::revision(settings, definition, adoption.machine_type, None, now);
    let is_new = take_in(server, &adoption, revision.map_err(|fault| fault.message)?, now)?;
    Ok((adoption, is_new))
}

/// Adopts what was adopted before.
///
/// # Errors
/// As for `adopt`.
pub(in crate::serve) fn adopt_again(server: &Server, adoption: &Adoption, now: Time) -> Result<bool, String> {
    let file = Arc::new(SourceFile::new("definition.json", adoption.definition.as_str()));
    let definition = Definition::of_file(file, &ParseOptions::default());
    let settings = adopted(server, adoption);
    let revision = settings::compiled(settings, definition, None, now);
    take_in(server, adoption, revision.map_err(|fault| fault.message)?, now)
}

fn adopted(server: &Server, adoption: &Adoption) -> Settings {
    let (account, name) = (&server.settings.account, &adoption.name);
    Settings {
        definition: Arc::from(adoption.definition.as_str()),
        role_arn: Arc::from(format!("arn:aws:iam::{account}:role/{name}Role")),
        logging: json!({"level": "OFF", "includeExecutionData": false}),
        tracing: json!({"enabled": false}),
        encryption: json!({"type": "AWS_OWNED_KEY"}),
    }
}

/// Makes the machine, or where there is one from an earlier start, changes it. Says whether it is not as it was.
fn take_in(server: &Server, adoption: &Adoption, mut revision: Revision, now: Time) -> Result<bool, String> {
    let call = Call::new("CreateStateMachine", Map::new(), &server.region(), now);
    let arn = call.arn_of(&server.settings.account, "stateMachine", &adoption.name);
    let mut store = server.store();
    if let Some(machine) = store.machines.get_mut(&arn) {
        stays(machine).map_err(|fault| fault.message)?;
        if machine.current.settings.definition == revision.settings.definition {
            return Ok(false);
        }
        if machine.machine_type != adoption.machine_type {
            return Err(format!(
                "{} is there from an earlier start with another type; delete it first",
                adoption.name
            ));
        }
        revision.id = Some(server.ids.uuid(Purpose::Revision));
        machine.current = Arc::new(revision);
        return Ok(true);
    }
    let machine = Machine {
        number: store.next_number(),
        arn: arn.clone(),
        name: adoption.name.clone(),
        machine_type: adoption.machine_type,
        created: now,
        publication: (false, None),
        current: Arc::new(revision),
        versions: BTreeMap::new(),
        last_version: 0,
        aliases: IndexMap::new(),
        tags: IndexMap::new(),
        is_deleting: false,
    };
    store.machines.insert(arn, machine);
    Ok(true)
}

fn created(machine: &Machine) -> Answered {
    let version = machine.publication.0.then(|| machine.qualified(1));
    answer! {
        "stateMachineArn": machine.arn.as_str(),
        "creationDate": date(machine.created),
        "stateMachineVersionArn": version,
    }
}

/// Whether the machine is to be published, and the version's description.
fn publication(call: &Call) -> Result<(bool, Option<String>), Fault> {
    let publish = call.flag("publish");
    let description = call.optional("versionDescription").map(str::to_owned);
    if description.is_some() && !publish {
        return Err(Fault::validation(
            "Version description can only be set when publish is true",
        ));
    }
    Ok((publish, description))
}

pub(super) fn update(server: &Server, call: &Call) -> Answered {
    const CHANGES: [&str; 5] = [
        "definition",
        "roleArn",
        "loggingConfiguration",
        "tracingConfiguration",
        "encryptionConfiguration",
    ];
    plain(call)?;
    let (publish, description) = publication(call)?;
    // "This error occurs if both definition and roleArn are not specified" [API UpdateStateMachine]; the words of AWS are
    // not recorded.
    if !publish && CHANGES.iter().all(|name| call.member(name).is_none()) {
        return Err(Fault::new(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the EncryptionConfiguration must be specified",
        ));
    }
    let (machine_type, before) = {
        let mut store = server.store();
        let machine = changeable(&mut store, call)?;
        (machine.machine_type, machine.current.clone())
    };
    let after = settings::changed(call, &before.settings)?;
    let new = match after == before.settings {
        true => None,
        false => {
            let definition = settings::definition(&after.definition);
            let id = server.ids.uuid(Purpose::Revision);
            let revision = settings::revision(after, definition, machine_type, Some(id), call.now)?;
            Some(Arc::new(revision))
        }
    };
    let mut store = server.store();
    let machine = changeable(&mut store, call)?;
    let revision_id = new.as_ref().and_then(|new| new.id.clone());
    if let Some(new) = new {
        machine.current = new;
    }
    let version = publish.then(|| machine.publish(description.as_deref(), call.now));
    answer! {
        "updateDate": date(call.now),
        "revisionId": revision_id,
        "stateMachineVersionArn": version.map(|version| machine.qualified(version)),
    }
}

/// What is not there is deleted, too [recorded].
/// "A state machine is deleted only when all its executions are completed. On the next state transition, the state
/// machine's executions are terminated" [API DeleteStateMachine]. Express ones run on.
pub(super) fn delete(server: &Server, call: &Call) -> Answered {
    let arn = plain(call)?;
    let mut store = server.store();
    let running = match store.machines.get(arn) {
        Some(machine) if machine.machine_type == MachineType::Standard => running(server, &store, arn),
        _ => Vec::new(),
    };
    match store.machines.get_mut(arn) {
        Some(machine) if !running.is_empty() => machine.is_deleting = true,
        _ => drop(store.machines.shift_remove(arn)),
    }
    drop(store);
    for execution in running {
        server.running.stop_at_transition(&execution, call.now);
    }
    Answer::empty()
}

/// The executions of a machine that have not ended.
fn running(server: &Server, store: &Store, arn: &str) -> Vec<Arc<str>> {
    let executions = store.executions.of_machine(arn).map(|record| record.arn.clone());
    executions.filter(|arn| server.running.is_running(arn)).collect()
}

/// Removes the machines that were deleted and have no execution at work any more.
pub(super) fn sweep(server: &Server) {
    let mut store = server.store();
    let deleting = store.machines.values().filter(|machine| machine.is_deleting);
    let gone = deleting.filter(|machine| running(server, &store, &machine.arn).is_empty());
    let gone: Vec<String> = gone.map(|machine| machine.arn.clone()).collect();
    for arn in gone {
        store.machines.shift_remove(&arn);
    }
}

pub(super) fn describe(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("stateMachineArn", &[Kind::Machine])?;
    let store = server.store();
    let (machine_arn, qualifier) = arn.machine();
    let nowhere = || Fault::no_machine(arn.text);
    let machine = store.machines.get(machine_arn).ok_or_else(nowhere)?;
    let label = qualifier.and_then(|qualifier| qualifier.strip_prefix('/'));
    let (revision, created, description) = match (qualifier, label) {
        (None, _) => (&machine.current, machine.created, None),
        // The ARN of a Map state [API DescribeStateMachine].
        (_, Some(label)) => {
            let program = machine.current.program.as_ref();
            if !program.is_ok_and(|program| program.labels().any(|known| known == label)) {
                return Err(nowhere());
            }
            (&machine.current, machine.created, None)
        }
        (Some(qualifier), None) => {
            let (_, version) = machine.version(qualifier).ok_or_else(nowhere)?;
            (&version.revision, version.created, version.description.clone())
        }
    };
    let mut members = of_revision(revision, arn.text, &machine.name, included(call));
    let status = if machine.is_deleting { "DELETING" } else { "ACTIVE" };
    members.insert("status".to_owned(), status.into());
    members.insert("type".to_owned(), machine.machine_type.name().into());
    members.insert("creationDate".to_owned(), date(created));
    members.insert("description".to_owned(), description.into());
    members.insert("label".to_owned(), label.into());
    Ok(Answer::Members(members))
}

/// Whether data is asked for: `includedData` [API DescribeStateMachine].
pub(super) fn included(call: &Call) -> bool {
    call.optional("includedData") != Some("METADATA_ONLY")
}

/// What DescribeStateMachine and DescribeStateMachineForExecution have in common. "If called with includedData =
/// METADATA_ONLY, the returned definition will be {}" [API DescribeStateMachine]; that the other says so too is inferred.
pub(super) fn of_revision(revision: &Revision, arn: &str, name: &str, data: bool) -> Map<String, Value> {
    let settings = &revision.settings;
    let definition: &str = if data { &settings.definition } else { "{}" };
    let references = &revision.variable_references;
    let shown = data && references.as_object().is_some_and(|states| !states.is_empty());
    let members = [
        ("stateMachineArn", Value::from(arn)),
        ("name", name.into()),
        ("definition", definition.into()),
        ("roleArn", (&*settings.role_arn).into()),
        ("loggingConfiguration", settings.logging.clone()),
        ("tracingConfiguration", settings.tracing.clone()),
        ("revisionId", revision.id.clone().into()),
        ("encryptionConfiguration", settings.encryption.clone()),
        (
            "variableReferences",
            if shown { references.clone() } else { Value::Null },
        ),
    ];
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let store = server.store();
    let region = format!(":states:{}:", call.region);
    let machines = store
        .machines
        .values()
        .filter(|machine| machine.arn.contains(&region));
    let machines = machines.map(|machine| {
        let item = json!({
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "type": machine.machine_type.name(),
            "creationDate": date(machine.created),
        });
        ((0, machine.number), item)
    });
    let scope = [call.operation.as_str(), call.region.as_str()];
    let (page, token) = server.pages.cut(call.page(&scope), false, machines.collect())?;
    answer! { "stateMachines": page, "nextToken": token }
}
