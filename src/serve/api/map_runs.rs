//! ListMapRuns, DescribeMapRun, UpdateMapRun

use super::{Answered, Call, Fault, answer};
use crate::serve::Server;
use crate::serve::store::Kind;

pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("executionArn", &[Kind::Execution])?;
    if server.store().executions.get(arn.text).is_none() {
        return Err(Fault::no_execution(arn.text));
    }
    answer! { "mapRuns": Vec::<serde_json::Value>::new() }
}

pub(super) fn describe(_: &Server, call: &Call) -> Answered {
    let arn = call.arn("mapRunArn", &[Kind::MapRun])?;
    Err(Fault::no_resource(arn.text))
}

pub(super) fn update(_: &Server, call: &Call) -> Answered {
    let arn = call.arn("mapRunArn", &[Kind::MapRun])?;
    Err(Fault::no_resource(arn.text))
}
