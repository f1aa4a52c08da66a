//! A child execution that has ended, and its description.

use std::sync::Arc;

use crate::history::Failure;
use crate::history::Time;
use crate::simulate::map_runs::ChildEnd;
use crate::value::{Map, Value};

/// How a child ended.
#[derive(Debug)]
pub(in crate::simulate) enum ChildOutcome {
    Succeeded(Value),
    Failed(Failure),
    /// An Express child that ran longer than it may.
    TimedOut,
    /// Stopped, because its Map Run failed.
    Aborted,
}

impl ChildOutcome {
    /// How it ended.
    pub(super) fn end(&self) -> ChildEnd {
        match self {
            ChildOutcome::Succeeded(_) => ChildEnd::Succeeded,
            ChildOutcome::Failed(_) => ChildEnd::Failed,
            ChildOutcome::TimedOut => ChildEnd::TimedOut,
            ChildOutcome::Aborted => ChildEnd::Aborted,
        }
    }
}

/// A child execution that has ended.
#[derive(Debug)]
pub(super) struct ChildResult {
    pub(super) machine_arn: String,
    pub(super) execution_arn: String,
    pub(super) name: Arc<str>,
    pub(super) input: Value,
    pub(super) outcome: ChildOutcome,
    pub(super) started: Time,
    pub(super) stopped: Time,
    /// How often it was redriven.
    pub(super) redrives: u32,
}

impl ChildResult {
    /// Its description, as the files of a ResultWriter have it [Exporting Map state results to Amazon S3].
    pub(super) fn description(&self) -> Value {
        let included = || object([("Included", Value::from(true))]);
        let mut members: Vec<(&str, Value)> = Vec::with_capacity(14);
        if let ChildOutcome::Failed(failure) = &self.outcome {
            let text = |text: &Option<Arc<str>>| text.clone().map_or(Value::Null, Value::String);
            members.push(("Cause", text(&failure.cause)));
            members.push(("Error", text(&failure.error)));
        }
        members.push(("ExecutionArn", Value::from(self.execution_arn.as_str())));
        members.push(("Input", Value::from(self.input.to_json())));
        members.push(("InputDetails", included()));
        members.push(("Name", Value::String(self.name.clone())));
        if let ChildOutcome::Succeeded(output) = &self.outcome {
            members.push(("Output", Value::from(output.to_json())));
            members.push(("OutputDetails", included()));
        }
        members.push(("RedriveCount", Value::from(i64::from(self.redrives))));
        let status = match self.outcome {
            ChildOutcome::Succeeded(_) => {
                members.push(("RedriveStatus", Value::from("NOT_REDRIVABLE")));
                let reason = "Execution is SUCCEEDED and cannot be redriven";
                members.push(("RedriveStatusReason", Value::from(reason)));
                "SUCCEEDED"
            }
            // A child is redriven with its Map Run [API model of DescribeExecution].
            ChildOutcome::Failed(_) | ChildOutcome::TimedOut | ChildOutcome::Aborted => {
                members.push(("RedriveStatus", Value::from("REDRIVABLE_BY_MAP_RUN")));
                match self.outcome {
                    ChildOutcome::TimedOut => "TIMED_OUT",
                    ChildOutcome::Aborted => "ABORTED",
                    _ => "FAILED",
                }
            }
        };
        members.push(("StartDate", Value::from(self.started.in_context())));
        members.push(("StateMachineArn", Value::from(self.machine_arn.as_str())));
        members.push(("Status", Value::from(status)));
        members.push(("StopDate", Value::from(self.stopped.in_context())));
        let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
        Value::object(members.collect::<Map>())
    }
}

/// An object of a few members.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
    Value::object(members.collect::<Map>())
}
