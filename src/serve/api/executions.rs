//! StartExecution, StartSyncExecution, StopExecution, DescribeExecution, ListExecutions, GetExecutionHistory,
//! RedriveExecution, DescribeStateMachineForExecution

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Answer, Answered, Call, Fault, answer, children, date, machines, tags};
use crate::asl::MachineType;
use crate::cost;
use crate::history::{Event, EventWriter, Failure, Time};
use crate::serve::Server;
use crate::serve::running::{NotStarted, Standing, Start, Status, View};
use crate::serve::store::{Kind, Purpose, Record, Store, is_name};
use crate::simulate::test_state::Refusal;
use crate::simulate::{NotRedrivable, Settings};
use crate::source;

/// How long StartExecution waits for an execution to end or to be parked.
const SETTLING: Duration = Duration::from_millis(100);

/// Longest input [Step Functions service quotas].
const MOST_INPUT: usize = 262_144;

/// What is said of an input that is no JSON; nesting that is too deep for this server alone is, too.
pub(super) fn bad_input(text: &str) -> Fault {
    match Refusal::of_input(text) {
        Some(refusal) => Fault::new(refusal.code, refusal.message),
        None => Fault::new(
            "InvalidExecutionInput",
            "Invalid State Machine Execution Input: 'Invalid execution input.'",
        ),
    }
}

/// What an execution is made of, before it has a name.
struct Chosen {
    machine_arn: String,
    machine_name: String,
    version_arn: Option<String>,
    alias_arn: Option<String>,
    machine_type: MachineType,
    revision: Arc<crate::serve::store::Revision>,
    /// The machine's tag that sets the clock of its executions.
    clock: Option<String>,
}

/// The machine, version or alias that is to be run, `arn` without a test case.
fn choose(server: &Server, store: &Store, call: &Call, arn: &str) -> Result<Chosen, Fault> {
    let refused = |words: String| Fault::new("InvalidArn", format!("Invalid Arn: '{words}'"));
    let arn = crate::serve::store::Arn::parse(arn).map_err(refused)?;
    let arn = arn.of(&[Kind::Machine]).map_err(refused)?;
    let nowhere = || Fault::no_machine(arn.text);
    let (machine_arn, qualifier) = arn.machine();
    machines::without_label(call, &arn)?;
    let machine = store.machines.get(machine_arn).ok_or_else(nowhere)?;
    machines::stays(machine)?;
    let mut chosen = Chosen {
        machine_arn: machine_arn.to_owned(),
        machine_name: machine.name.clone(),
        version_arn: None,
        alias_arn: None,
        machine_type: machine.machine_type,
        revision: machine.current.clone(),
        clock: machine.tags.get(tags::CLOCK).cloned(),
    };
    let Some(qualifier) = qualifier else {
        return Ok(chosen);
    };
    let number = match machine.aliases.get(qualifier) {
        Some(alias) => {
            chosen.alias_arn = Some(arn.text.to_owned());
            let drawn = server.ids.number(Purpose::Route);
            alias.choose(drawn).ok_or_else(nowhere)?
        }
        None => machine.version(qualifier).ok_or_else(nowhere)?.0,
    };
    let version = machine.versions.get(&number).ok_or_else(nowhere)?;
    chosen.version_arn = Some(machine.qualified(number));
    chosen.revision = version.revision.clone();
    Ok(chosen)
}

/// Begins an execution, or finds the running one that the call has begun before; and when it began.
fn begin(server: &Server, call: &Call, sync: bool) -> Result<(Arc<Record>, Time), Fault> {
    let (arn, case) = match call.text("stateMachineArn").split_once('#') {
        Some((arn, case)) => (arn, Some(case)),
        None => (call.text("stateMachineArn"), None),
    };
    let text: Arc<str> = Arc::from(call.optional("input").unwrap_or("{}"));
    let given = call.optional("name");
    if let Some(name) = given.filter(|name| !is_name(name)) {
        return Err(Fault::name(name));
    }
    let mut store = server.store();
    let chosen = choose(server, &store, call, arn)?;
    if sync && chosen.machine_type == MachineType::Standard {
        return Err(not_of_this_type());
    }
    let input = source::parse_value(&text).map_err(|_| bad_input(&text))?;
    if text.len() > MOST_INPUT {
        // The words of AWS are not known.
        let words = format!("Input is longer than {MOST_INPUT} bytes.");
        let message = format!("Invalid State Machine Execution Input: '{words}'");
        return Err(Fault::new("InvalidExecutionInput", message));
    }
    let name = given.map_or_else(|| server.ids.uuid(Purpose::Execution), str::to_owned);
    let mut parts = chosen.machine_arn.split(':').skip(3);
    let mut part = || Arc::from(parts.next().unwrap_or_default());
    let settings = Settings {
        machine_name: Arc::from(chosen.machine_name.as_str()),
        execution_name: Arc::from(name.as_str()),
        synchronous: sync,
        region: part(),
        account: part(),
        role_arn: Some(chosen.revision.settings.role_arn.clone()),
        seed: server.ids.number(Purpose::Seed),
        // Executions run side by side: the memory of all their histories is bounded.
        max_memory: None,
        ..Settings::of_type(chosen.machine_type)
    };
    let arn: Arc<str> = Arc::from(settings.execution_arn());
    if let Some(known) = store.executions.get(&arn) {
        // "If StartExecution is called with the same name and input as a running execution, the call succeeds and
        // returns the same response as the original request" [API StartExecution].
        let running = server
            .running
            .view(&arn)
            .filter(|view| view.status == Status::Running);
        return match running.filter(|_| known.input == text) {
            Some(view) => Ok((known.clone(), view.started)),
            None => Err(Fault::new(
                "ExecutionAlreadyExists",
                format!("Execution Already Exists: '{arn}'"),
            )),
        };
    }
    let record = Arc::new(Record {
        number: store.next_number(),
        arn: arn.clone(),
        name,
        machine_arn: chosen.machine_arn,
        version_arn: chosen.version_arn,
        alias_arn: chosen.alias_arn,
        input: text.clone(),
        trace_header: call.optional("traceHeader").map(str::to_owned),
        revision: chosen.revision.clone(),
        child: None,
    });
    store.executions.insert(record.clone());
    // What runs may ask for the store.
    drop(store);
    let started = server.running.start_at(
        call.now,
        Start {
            settings,
            machine: chosen.revision.machine.clone(),
            program: chosen.revision.program.clone(),
            case: case.map(str::to_owned),
            clock: chosen.clock,
            input,
            input_text: text,
        },
    );
    match started {
        Ok((_, began)) => Ok((record, began)),
        Err(why) => {
            server.store().executions.remove(&arn);
            Err(match why {
                NotStarted::Limit(most) => {
                    // The words of AWS are not known.
                    let message =
                        format!("The maximum number of running executions has been reached: {most}");
                    Fault::new("ExecutionLimitExceeded", message)
                }
                // A mistake of ours.
                NotStarted::Broken(_) => Fault::internal(),
                NotStarted::UnknownCase(case) => Fault::new(
                    "InvalidName",
                    format!(
                        "Invalid Name: there is no test case '{case}' of '{}'",
                        chosen.machine_name
                    ),
                ),
            })
        }
    }
}

fn not_of_this_type() -> Fault {
    Fault::new(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )
}

pub(super) async fn start(server: &Server, call: &Call) -> Answered {
    let (record, began) = begin(server, call, false)?;
    server.running.settled(&record.arn, SETTLING).await;
    answer! { "executionArn": &*record.arn, "startDate": date(began) }
}

pub(super) async fn start_sync(server: &Server, call: &Call) -> Answered {
    let (record, began) = begin(server, call, true)?;
    if server.is_replaying() {
        // Nobody waits for the answer.
        return Answer::empty();
    }
    let view = server
        .running
        .ended(&record.arn)
        .await
        .ok_or_else(Fault::internal)?;
    let data = machines::included(call);
    let (input, output) = texts(&record, &view, data);
    let (error, cause) = match &view.failure {
        Some(failure) => (
            failure.error.as_deref(),
            failure.shown_cause().map(|cause| &**cause),
        ),
        None => (None, None),
    };
    let status = match view.status {
        // An Express execution that is stopped; StartSyncExecution has no name for it.
        Status::Running | Status::Aborted => "FAILED",
        other => other.name(),
    };
    answer! {
        "executionArn": &*record.arn,
        "stateMachineArn": record.machine_arn.as_str(),
        "name": record.name.as_str(),
        "startDate": date(began),
        "stopDate": date(view.stopped.unwrap_or(began)),
        "status": status,
        "error": error,
        "cause": cause,
        "input": input,
        "inputDetails": json!({"included": data}),
        "output": output,
        "outputDetails": json!({"included": data}),
        "traceHeader": record.trace_header.clone(),
        "billingDetails": json!({
            "billedMemoryUsedInMB": cost::billed_memory_mb(view.memory_bytes / (1024 * 1024)),
            "billedDurationInMilliseconds": view.billed_millis,
        }),
    }
}

fn texts(record: &Record, view: &View, data: bool) -> (Option<String>, Option<String>) {
    let output = view
        .output
        .as_ref()
        .filter(|_| data)
        .map(|output| output.to_json());
    (data.then(|| record.input.to_string()), output)
}

/// The execution that a call names, of a Standard machine or of a Map Run: those of Express machines cannot be asked about
/// otherwise [API DescribeExecution].
fn named(server: &Server, call: &Call) -> Result<(Arc<Record>, View), Fault> {
    let arn = call.arn("executionArn", &[Kind::Execution])?;
    let record = server.store().executions.get(arn.text).cloned();
    let view = server.running.view(arn.text);
    let found = record.zip(view).or_else(|| {
        let (record, child) = children::find(server, arn.text)?;
        Some((record, child.view))
    });
    found.ok_or_else(|| Fault::no_execution(arn.text))
}

/// The same, for a call that does something to it. AWS's words of a child of a Map Run are not known.
fn named_to_change(server: &Server, call: &Call) -> Result<(Arc<Record>, View), Fault> {
    let (record, view) = named(server, call)?;
    match &record.child {
        None => Ok((record, view)),
        Some(_) => Err(Fault::validation(format!(
            "{} of a child execution of a Map Run is not supported by sfn-tool: name the execution that the Map Run is of",
            call.operation
        ))),
    }
}

pub(super) fn describe(server: &Server, call: &Call) -> Answered {
    let (record, view) = named(server, call)?;
    let data = machines::included(call);
    let (input, output) = texts(&record, &view, data);
    let (error, cause) = match (&view.failure, view.status) {
        // Recorded of an execution that times out: neither.
        (Some(failure), Status::Failed | Status::Aborted) => (
            failure.error.as_deref(),
            failure.shown_cause().map(|cause| &**cause),
        ),
        _ => (None, None),
    };
    let redrive = not_redrivable(server, &record, &view);
    answer! {
        "executionArn": &*record.arn,
        "stateMachineArn": record.machine_arn.as_str(),
        "name": record.name.as_str(),
        "mapRunArn": record.child.as_ref().map(|child| &*child.map_run),
        "status": view.status.name(),
        "startDate": date(view.started),
        "stopDate": view.stopped.map(date),
        "input": input,
        "inputDetails": json!({"included": data}),
        "output": output,
        "outputDetails": (view.status == Status::Succeeded).then(|| json!({"included": data})),
        "traceHeader": record.trace_header.clone(),
        "error": error,
        "cause": cause,
        "stateMachineVersionArn": record.version_arn.clone(),
        "stateMachineAliasArn": record.alias_arn.clone(),
        "redriveCount": view.redrives,
        "redriveDate": view.redriven.map(date),
        "redriveStatus": match (&redrive, &record.child) {
            (Some(_), _) => "NOT_REDRIVABLE",
            (None, Some(_)) => "REDRIVABLE_BY_MAP_RUN",
            (None, None) => "REDRIVABLE",
        },
        "redriveStatusReason": redrive,
    }
}

/// Why an execution cannot be redriven: the words are those of [API DescribeExecution]'s list.
fn not_redrivable(server: &Server, record: &Record, view: &View) -> Option<String> {
    if matches!(view.status, Status::Running | Status::Succeeded) {
        let status = view.status.name();
        return Some(format!("Execution is {status} and cannot be redriven"));
    }
    if record.child.is_some() {
        return None;
    }
    let store = server.store();
    let machine = store.machines.get(&record.machine_arn);
    let stays = machine.is_some_and(|machine| !machine.is_deleting);
    drop(store);
    if !stays {
        return Some("State machine is in DELETING status".to_owned());
    }
    let why = server.running.is_redrivable(&record.arn).err()?;
    Some(words(why).to_owned())
}

/// Why an execution is not redriven, as [API DescribeExecution] lists it.
fn words(why: NotRedrivable) -> &'static str {
    match why {
        NotRedrivable::FullHistory => "Execution history event limit exceeded",
        NotRedrivable::TooLong => "Execution has exceeded the max execution time",
        NotRedrivable::TooLate => "Execution redrivable period exceeded",
        // It has gone on meanwhile.
        NotRedrivable::NotFailed => "Execution is RUNNING and cannot be redriven",
        // What AWS can and this server cannot.
        NotRedrivable::MapRun => {
            "Redriving an execution with a Map Run whose results are in S3, or of which more than 10,000 child executions \
             did not end well, is not supported by sfn-tool"
        }
    }
}

pub(super) fn describe_machine(server: &Server, call: &Call) -> Answered {
    let (record, _) = named(server, call)?;
    let name = record.machine_arn.rsplit(':').next().unwrap_or_default();
    let data = machines::included(call);
    let mut members = machines::of_revision(&record.revision, &record.machine_arn, name, data);
    members.insert("updateDate".to_owned(), date(record.revision.made));
    // That the definition is the whole one is a guess.
    members.insert("label".to_owned(), children::label(&record).into());
    let map_run = record.child.as_ref().map(|child| &*child.map_run);
    members.insert("mapRunArn".to_owned(), map_run.into());
    Ok(Answer::Members(members))
}

/// The newest first: "Running executions are sorted by their startDate or redriveDate, and other executions are sorted by
/// their stopDate" [API ListExecutions].
pub(super) fn list(server: &Server, call: &Call) -> Answered {
    // "You can specify either a mapRunArn or a stateMachineArn, but not both" [API ListExecutions]; the words of AWS are not
    // known.
    match (call.member("stateMachineArn"), call.member("mapRunArn")) {
        (Some(_), None) => {}
        (None, Some(_)) => return children::list(server, call),
        (None, None) => {
            let message = "Must specify either a stateMachineArn or a mapRunArn";
            return Err(Fault::validation(message).reason("MISSING_REQUIRED_PARAMETER"));
        }
        (Some(_), Some(_)) => {
            return Err(Fault::validation(
                "Must specify either a stateMachineArn or a mapRunArn, but not both",
            ));
        }
    }
    let arn = call.arn("stateMachineArn", &[Kind::Machine])?;
    let (machine_arn, qualifier) = arn.machine();
    machines::without_label(call, &arn)?;
    let store = server.store();
    let machine = store
        .machines
        .get(machine_arn)
        .ok_or_else(|| Fault::no_machine(arn.text))?;
    if machine.machine_type == MachineType::Express {
        return Err(not_of_this_type());
    }
    // "If you provide a stateMachineArn and a PENDING_REDRIVE statusFilter, the API returns a validation exception"
    // [API ListExecutions]; the words are ours.
    if call.optional("statusFilter") == Some("PENDING_REDRIVE") {
        let message = "The status filter PENDING_REDRIVE is supported with a mapRunArn only";
        return Err(Fault::validation(message));
    }
    let is_known = |qualifier| {
        let is_alias = machine.aliases.contains_key(qualifier);
        is_alias || machine.version(qualifier).is_some()
    };
    let of_qualifier = |record: &&Arc<Record>| {
        qualifier.is_none()
            || record.version_arn.as_deref() == Some(arn.text)
            || record.alias_arn.as_deref() == Some(arn.text)
    };
    let mut records = store
        .executions
        .of_machine(machine_arn)
        .filter(of_qualifier)
        .peekable();
    // Of a version that was deleted there may be executions.
    if records.peek().is_none() && qualifier.is_some_and(|qualifier| !is_known(qualifier)) {
        return Err(Fault::no_machine(arn.text));
    }
    let listed = server.running.standing(records, |record| &record.arn);
    let listed = (listed.into_iter())
        .filter(|(_, standing)| is_wanted(call, *standing))
        .map(|(record, standing)| (key(record, standing), record))
        .collect();
    let filters = ["statusFilter", "redriveFilter"].map(|name| call.optional(name).unwrap_or_default());
    let scope = [call.operation.as_str(), arn.text, filters[0], filters[1]];
    let (page, token) = server.pages.cut(call.page(&scope), true, listed)?;
    // What has been forgotten meanwhile is left out.
    let seen = |record: &Arc<Record>| Some(item(record, &server.running.view(&record.arn)?));
    let page: Vec<Json> = page.into_iter().filter_map(seen).collect();
    answer! { "executions": page, "nextToken": token }
}

/// Whether ListExecutions is asked for one that stands like this.
pub(super) fn is_wanted(call: &Call, standing: Standing) -> bool {
    let redriven = match call.optional("redriveFilter") {
        Some("REDRIVEN") => standing.redrives > 0,
        Some(_) => standing.redrives == 0,
        None => true,
    };
    let status = call.optional("statusFilter");
    redriven && status.is_none_or(|status| status == standing.status.name())
}

/// What a list of executions is ordered by.
pub(super) fn key(record: &Record, standing: Standing) -> (i64, u64) {
    (standing.at.millis(), record.number)
}

/// An execution in a list.
pub(super) fn item(record: &Record, view: &View) -> Json {
    json!({
        "executionArn": &*record.arn,
        "stateMachineArn": record.machine_arn,
        "name": record.name,
        "status": view.status.name(),
        "startDate": date(view.started),
        "stopDate": view.stopped.map(date),
        "mapRunArn": record.child.as_ref().map(|child| &*child.map_run),
        "itemCount": record.child.as_ref().map(|child| child.items),
        "stateMachineVersionArn": record.version_arn,
        "stateMachineAliasArn": record.alias_arn,
        "redriveCount": view.redrives,
        "redriveDate": view.redriven.map(date),
    })
}

pub(super) fn history(server: &Server, call: &Call) -> Answered {
    let (record, _) = named(server, call)?;
    if record.child.as_ref().is_some_and(|child| child.express) {
        // "This API action is not supported by EXPRESS state machines" [API GetExecutionHistory]; the words are those that
        // AWS has for ARNs of their executions.
        let words = "Resource type not valid in this context: express";
        return Err(Fault::new("InvalidArn", format!("Invalid Arn: '{words}'")));
    }
    let reverse = call.flag("reverseOrder");
    let with_data = call
        .member("includeExecutionData")
        .and_then(Json::as_bool)
        .unwrap_or(true);
    let scope = [
        call.operation.as_str(),
        &*record.arn,
        if reverse { "reverse" } else { "" },
    ];
    let mut writer = EventWriter::of_api(
        with_data,
        record.alias_arn.as_deref(),
        record.version_arn.as_deref(),
    );
    let read = |events: &[Event]| {
        let count = events.len();
        let all = (0..count).map(|at| if reverse { count - 1 - at } else { at });
        let all = all.map(|index| ((0, index as u64), index)).collect();
        let (page, token) = server.pages.cut(call.page(&scope), reverse, all)?;
        let mut text = String::from("{\"events\":[");
        for (at, index) in page.into_iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            writer.write(&events[index], &mut text);
        }
        text.push(']');
        if let Some(token) = token {
            text.push_str(&format!(",\"nextToken\":\"{token}\""));
        }
        text.push('}');
        Ok::<_, Fault>(text)
    };
    let found = match &record.child {
        None => server.running.with_history(&record.arn, read),
        Some(_) => server.running.with_history_of_child(&record.arn, read),
    };
    let text = found.ok_or_else(|| Fault::no_execution(&record.arn))??;
    Ok(Answer::Text(text))
}

/// Of one that has ended AWS's answer is not recorded: the date of its end.
pub(super) async fn stop(server: &Server, call: &Call) -> Answered {
    let (record, view) = named_to_change(server, call)?;
    let failure = Failure {
        error: call.optional("error").map(Into::into),
        cause: call.optional("cause").map(Into::into),
        missed_heartbeat: false,
    };
    let stopped = server.running.stop(&record.arn, call.now, failure).await;
    answer! { "stopDate": date(stopped.or(view.stopped).unwrap_or(call.now)) }
}

/// Goes on from where the execution failed.
pub(super) async fn redrive(server: &Server, call: &Call) -> Answered {
    let (record, view) = named_to_change(server, call)?;
    let token = call.optional("clientToken");
    let refused = |reason: &str| Err(Fault::new("ExecutionNotRedrivable", reason));
    let reason = not_redrivable(server, &record, &view);
    if let Some(at) = token.and_then(|token| server.running.redriven_with(&record.arn, token)) {
        return answer! { "redriveDate": date(at) };
    }
    if let Some(reason) = reason {
        return refused(&reason);
    }
    match server.running.redrive(&record.arn, call.now, token).await {
        Ok(at) => {
            server.running.settled(&record.arn, SETTLING).await;
            answer! { "redriveDate": date(at) }
        }
        Err(why) => refused(words(why)),
    }
}
