//! # What it does
//! Finds loops of a Wait state, a task that asks for the status of a job, and a Choice state, where the service has a
//! `.sync` integration that waits for the job by itself.
//!
//! # Why
//! Each iteration costs three transitions and seven or more of the 25,000 events of an execution; the job's end is noticed
//! up to one wait late. `.sync` starts the job, waits, and gives its result or its error.
//!
//! # Example
//! ```json
//! {"StartAt": "Start", "States": {
//!   "Start": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun", "Next": "Pause",
//!     "Parameters": {"JobName": "${Job}"}, "ResultPath": "$.run"},
//!   "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getJobRun", "Next": "Done?",
//!     "Parameters": {"JobName": "${Job}", "RunId.$": "$.run.JobRunId"}, "ResultPath": "$.status"},
//!   "Done?": {"Type": "Choice", "Default": "Pause", "Choices": [
//!     {"Variable": "$.status.JobRun.JobRunState", "StringEquals": "SUCCEEDED", "Next": "Done"}]},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Run", "States": {
//!   "Run": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": true,
//!     "Parameters": {"JobName": "${Job}"}, "TimeoutSeconds": 3600}}}
//! ```
//!
//! # Source
//! [Service integration patterns](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html): run a
//! job.

use crate::asl::{Resource, State};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "polling-loop",
    summary: "A polling loop that a .sync integration could replace",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

/// What asks for the state of a job, and what waits for it.
const JOBS: [(&str, &str, &str); 14] = [
    ("athena", "getQueryExecution", "athena:startQueryExecution.sync"),
    ("batch", "describeJobs", "batch:submitJob.sync"),
    ("codebuild", "batchGetBuilds", "codebuild:startBuild.sync"),
    ("databrew", "describeJobRun", "databrew:startJobRun.sync"),
    ("ecs", "describeTasks", "ecs:runTask.sync"),
    ("emr", "describeStep", "elasticmapreduce:addStep.sync"),
    ("emr", "describeCluster", "elasticmapreduce:createCluster.sync"),
    ("emrcontainers", "describeJobRun", "emr-containers:startJobRun.sync"),
    ("emrserverless", "getJobRun", "emr-serverless:startJobRun.sync"),
    ("glue", "getJobRun", "glue:startJobRun.sync"),
    ("mediaconvert", "getJob", "mediaconvert:createJob.sync"),
    ("sagemaker", "describeProcessingJob", "sagemaker:createProcessingJob.sync"),
    ("sagemaker", "describeTrainingJob", "sagemaker:createTrainingJob.sync"),
    ("sfn", "describeExecution", "states:startExecution.sync:2"),
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.waiting_loops().flatten() {
        // Express executions have no .sync.
        if cx.execution_type(state) == Some(MachineType::Express) {
            continue;
        }
        if let Some(instead) = polls(cx, state) {
            let message = format!("the loop of '{}' waits for a job as {instead} does by itself", state.name);
            out.push(
                cx.at_state(state, message)
                    .with_label("polled repeatedly")
                    .with_help(format!("start the job with arn:aws:states:::{instead}, and set TimeoutSeconds")),
            );
        }
    }
}

fn polls(cx: &Context<'_>, state: &State) -> Option<&'static str> {
    let Resource::Integration { service, action, .. } = cx.resource(state) else {
        return None;
    };
    let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
    let known = JOBS.iter().find(|(s, a, _)| *s == service && *a == action);
    known.map(|(_, _, instead)| *instead)
}
