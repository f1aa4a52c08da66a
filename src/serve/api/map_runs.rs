//! ListMapRuns, DescribeMapRun, UpdateMapRun

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Answer, Answered, Call, Fault, answer, date};
use crate::serve::Server;
use crate::serve::store::Kind;
use crate::simulate::{MapRunCounts, MapRunUpdate, MapRunView};

/// The Map state that a Map Run is of, as the ARN of its machine with the state's label: that of the Map Run without the
/// id at its end.
fn state_arn(map_run: &str) -> String {
    let of_state = map_run.rsplit_once(':').map_or(map_run, |(of_state, _)| of_state);
    of_state.replacen(":mapRun:", ":stateMachine:", 1)
}

pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("executionArn", &[Kind::Execution])?;
    if server.store().executions.get(arn.text).is_none() {
        return Err(Fault::no_execution(arn.text));
    }
    let map_runs = server.running.map_runs(arn.text).into_iter().enumerate();
    let map_runs = map_runs.map(|(index, map_run)| {
        let item = json!({
            "executionArn": arn.text,
            "mapRunArn": &*map_run.arn,
            "stateMachineArn": state_arn(&map_run.arn),
            "startDate": date(map_run.started),
            "stopDate": map_run.stopped.map(date),
        });
        ((0, index as u64), item)
    });
    let scope = [call.operation.as_str(), arn.text];
    let (page, token) = server.pages.cut(call.page(&scope), false, map_runs.collect())?;
    answer! { "mapRuns": page, "nextToken": token }
}

fn named(server: &Server, call: &Call) -> Result<(Arc<str>, MapRunView), Fault> {
    let arn = call.arn("mapRunArn", &[Kind::MapRun])?;
    server
        .running
        .map_run(arn.text)
        .ok_or_else(|| Fault::no_resource(arn.text))
}

pub(super) fn describe(server: &Server, call: &Call) -> Answered {
    let (execution, map_run) = named(server, call)?;
    answer! {
        "mapRunArn": &*map_run.arn,
        "executionArn": &*execution,
        "status": map_run.status.as_aws(),
        "startDate": date(map_run.started),
        "stopDate": map_run.stopped.map(date),
        "maxConcurrency": map_run.max_concurrency,
        "toleratedFailurePercentage": map_run.tolerated_percentage,
        "toleratedFailureCount": map_run.tolerated_count,
        "itemCounts": counts(&map_run.items),
        "executionCounts": counts(&map_run.executions),
        "redriveCount": map_run.redrives,
        "redriveDate": map_run.redriven.map(date),
    }
}

fn counts(counts: &MapRunCounts) -> Json {
    json!({
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": counts.not_redrivable,
        "pendingRedrive": counts.pending_redrive,
    })
}

pub(super) async fn update(server: &Server, call: &Call) -> Answered {
    let (_, map_run) = named(server, call)?;
    let update = MapRunUpdate {
        max_concurrency: call.number("maxConcurrency"),
        tolerated_count: call.number("toleratedFailureCount"),
        tolerated_percentage: call.member("toleratedFailurePercentage").and_then(Json::as_f64),
    };
    if !server
        .running
        .update_map_run(&map_run.arn, call.now, update)
        .await
    {
        // The words of AWS are not known.
        let message = format!("Map Run is {} and cannot be updated", map_run.status.as_aws());
        return Err(Fault::validation(message).reason("CANNOT_UPDATE_COMPLETED_MAP_RUN"));
    }
    Answer::empty()
}
