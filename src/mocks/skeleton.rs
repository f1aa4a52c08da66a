//! A mock file to start from: every task, with an answer in the shape its integration gives.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};

use super::skeleton_objects;
use crate::asl::{Pattern, Resource, State, StateId, StateMachine, StateType};
use crate::services::{Call, Reply, answer};

/// A mock file for `machine`: the entries of its Task states, and what its ItemReaders read: `read` gives an item of each,
/// and the parameters that it is read with.
pub fn skeleton(
    machine: &StateMachine,
    entries: &FxHashMap<StateId, Json>,
    read: impl Fn(StateId) -> Option<(Json, Json)>,
) -> Json {
    let mut states = Map::new();
    for state in machine.states() {
        if let Some(entry) = entries.get(&state.id) {
            states.insert(state.name.to_string(), entry.clone());
        }
    }
    let objects = skeleton_objects::objects(machine, read);
    if objects.is_empty() {
        json!({"States": states})
    } else {
        json!({"States": states, "Objects": objects})
    }
}

/// An entry that serves every call of a Task state, with an answer in the shape its integration gives; `None` for a state
/// that calls nothing.
pub fn skeleton_entry(machine: &StateMachine, state: &State) -> Option<Json> {
    if state.state_type != Some(StateType::Task) {
        return None;
    }
    Some(match state.resource() {
        Resource::Integration {
            service,
            action,
            pattern,
        } => {
            let mut entry = example_entry(service, action, pattern);
            let given = Reply::of_task(&state.resource(), machine.payload(state.id));
            if let Some(result) = entry.get_mut("Return").and_then(Json::as_object_mut) {
                result.retain(|name, _| given.asked_by(name).is_none());
            }
            entry
        }
        Resource::Activity { .. } => json!({"Return": {}, "Worker": "worker"}),
        _ => json!({"Return": {}}),
    })
}

/// An entry that serves every call of an integration, with an answer in the shape it gives.
pub fn example_entry(service: &str, action: &str, pattern: Pattern) -> Json {
    match pattern {
        Pattern::RequestResponse => json!({"Return": call(service, action)}),
        // What is returned is what SendTaskSuccess brings; the call's own answer is what was submitted.
        Pattern::WaitForTaskToken => json!({"Return": {}, "Submitted": call(service, action)}),
        Pattern::Sync | Pattern::Sync2 => {
            json!({"Return": job(service, action, pattern), "Submitted": call(service, action)})
        }
    }
}

/// What the call of an integration answers: what those that workflows use most do answer [each service's API
/// reference], ids made up; of all others what their API's model says they may.
pub(super) fn call(service: &str, action: &str) -> Json {
    match (service, action) {
        ("lambda", "invoke") => json!({"ExecutedVersion": "$LATEST", "Payload": {}, "StatusCode": 200}),
        ("sqs", "sendMessage") => json!({
            "MD5OfMessageBody": "00000000000000000000000000000000",
            "MessageId": "00000000-0000-4000-8000-000000000000"
        }),
        ("sns", "publish") => json!({"MessageId": "00000000-0000-4000-8000-000000000000"}),
        ("dynamodb", "getItem") => json!({"Item": {}}),
        ("events", "putEvents") => json!({
            "Entries": [{"EventId": "00000000-0000-4000-8000-000000000000"}],
            "FailedEntryCount": 0
        }),
        ("states" | "aws-sdk:sfn", "startExecution") => json!({
            "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:Name:Execution",
            "StartDate": "2024-01-01T00:00:00.000Z"
        }),
        ("states" | "aws-sdk:sfn", "startSyncExecution") => json!({
            "ExecutionArn": "arn:aws:states:us-east-1:123456789012:express:Name:Execution:Id",
            "Output": "{}",
            "Status": "SUCCEEDED"
        }),
        ("batch", "submitJob") => json!({"JobId": "00000000-0000-4000-8000-000000000000", "JobName": "name"}),
        ("glue", "startJobRun") => json!({"JobRunId": "jr_0000"}),
        ("ecs", "runTask") => json!({
            "Tasks": [{"TaskArn": "arn:aws:ecs:us-east-1:123456789012:task/cluster/0000"}],
            "Failures": []
        }),
        ("athena", "startQueryExecution") => {
            json!({"QueryExecutionId": "00000000-0000-4000-8000-000000000000"})
        }
        ("apigateway", "invoke") => json!({
            "Headers": {},
            "ResponseBody": {},
            "StatusCode": 200,
            "StatusText": "OK"
        }),
        ("http", "invoke") => json!({
            "Headers": {},
            "ResponseBody": {},
            "StatusCode": 200,
            "StatusText": "OK"
        }),
        _ => Call::named(service, action, Pattern::RequestResponse)
            .and_then(|call| Some(answer(call.answer()?, call.spelling)))
            .unwrap_or_else(|| json!({})),
    }
}

/// A nested execution that succeeded, as DescribeExecution describes it [Integrating optimized services]. `.sync:2`
/// parses its input and output, `.sync` leaves them as text.
fn execution(parsed: bool) -> Json {
    let data = || if parsed { json!({}) } else { json!("{}") };
    json!({
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:Name:Execution",
        "Input": data(),
        "InputDetails": {"Included": true},
        "Name": "Execution",
        "Output": data(),
        "OutputDetails": {"Included": true},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": "2024-01-01T00:00:00.000Z",
        "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:Name",
        "Status": "SUCCEEDED",
        "StopDate": "2024-01-01T00:00:00.000Z"
    })
}

/// What a `.sync` call gives when the job is done: the answer of the API that describes the job.
fn job(service: &str, action: &str, pattern: Pattern) -> Json {
    match (service, action) {
        ("states", "startExecution") => execution(pattern == Pattern::Sync2),
        ("batch", "submitJob") => {
            json!({"JobId": "00000000-0000-4000-8000-000000000000", "Status": "SUCCEEDED"})
        }
        ("glue", "startJobRun") => json!({"Id": "jr_0000", "JobRunState": "SUCCEEDED"}),
        ("ecs", "runTask") => json!({"LastStatus": "STOPPED", "StopCode": "EssentialContainerExited"}),
        ("athena", "startQueryExecution") => json!({"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}),
        _ => Call::named(service, action, pattern)
            .and_then(|call| Some(answer(call.result()?, call.spelling)))
            .unwrap_or_else(|| json!({})),
    }
}
