//! What the result of a `.sync` task says of its job: whether it has ended, and how.

use super::Inside as Step;
use crate::asl::{Pattern, Resource};
use crate::value::{Number, Value};

/// How a job stands that has not ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEnd {
    /// It has failed, and the task with it: States.TaskFailed, whose cause is the description of the job (recorded for
    /// nested executions and for ECS).
    Failed,
    /// It has not ended, so that Step Functions still waits.
    NotYet,
}

/// The member that says how a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    /// Where it is.
    pub path: Vec<Step>,
    /// What it says.
    pub says: String,
    /// What that means.
    pub end: JobEnd,
}

/// Where the status of an action's job is, which statuses say that the job has failed, and which that it goes on.
struct Job {
    service: &'static str,
    action: &'static str,
    /// Members, outermost first, a dot between them. The outer ones may be absent: which of them Step Functions gives was
    /// not seen for every service.
    status: &'static str,
    /// A `|` between them, as between those of the API's models.
    failed: &'static str,
    passing: &'static str,
}

const fn job(
    service: &'static str,
    action: &'static str,
    status: &'static str,
    failed: &'static str,
    passing: &'static str,
) -> Job {
    Job {
        service,
        action,
        status,
        failed,
        passing,
    }
}

const fn sagemaker(action: &'static str, status: &'static str, passing: &'static str) -> Job {
    job("sagemaker", action, status, "Failed", passing)
}

const BUILD: &str = "FAILED|FAULT|TIMED_OUT|STOPPED";

/// The statuses are those of the API's models [Discover service integration patterns in Step Functions]. What
/// becomes of the task when a job of SageMaker or Bedrock is `Stopped` was not seen, so that it stands nowhere here; ECS
/// has no status that says it.
const JOBS: [Job; 21] = [
    job(
        "athena",
        "startQueryExecution",
        "QueryExecution.Status.State",
        "FAILED|CANCELLED",
        "QUEUED|RUNNING",
    ),
    job(
        "batch",
        "submitJob",
        "Status",
        "FAILED",
        "SUBMITTED|PENDING|RUNNABLE|STARTING|RUNNING",
    ),
    job(
        "bedrock",
        "createModelCustomizationJob",
        "Status",
        "Failed",
        "InProgress|Stopping",
    ),
    job(
        "codebuild",
        "startBuild",
        "Build.BuildStatus",
        BUILD,
        "IN_PROGRESS",
    ),
    job(
        "codebuild",
        "startBuildBatch",
        "BuildBatch.BuildBatchStatus",
        BUILD,
        "IN_PROGRESS",
    ),
    job(
        "codebuild",
        "retryBuildBatch",
        "BuildBatch.BuildBatchStatus",
        BUILD,
        "IN_PROGRESS",
    ),
    job(
        "databrew",
        "startJobRun",
        "State",
        "FAILED|STOPPED|TIMEOUT",
        "STARTING|RUNNING|STOPPING",
    ),
    job(
        "eks",
        "createCluster",
        "Cluster.Status",
        "FAILED",
        "CREATING|PENDING",
    ),
    job(
        "eks",
        "createFargateProfile",
        "FargateProfile.Status",
        "CREATE_FAILED",
        "CREATING",
    ),
    job(
        "eks",
        "createNodegroup",
        "Nodegroup.Status",
        "CREATE_FAILED",
        "CREATING",
    ),
    job(
        "elasticmapreduce",
        "addStep",
        "Step.Status.State",
        "FAILED|CANCELLED|INTERRUPTED",
        "PENDING|CANCEL_PENDING|RUNNING",
    ),
    job(
        "emr-containers",
        "startJobRun",
        "JobRun.State",
        "FAILED|CANCELLED",
        "PENDING|SUBMITTED|RUNNING|CANCEL_PENDING",
    ),
    job(
        "emr-serverless",
        "startJobRun",
        "JobRun.State",
        "FAILED|CANCELLED",
        "SUBMITTED|PENDING|SCHEDULED|RUNNING|CANCELLING|QUEUED",
    ),
    job(
        "glue",
        "startJobRun",
        "JobRunState",
        "FAILED|STOPPED|TIMEOUT|ERROR|EXPIRED",
        "STARTING|RUNNING|STOPPING|WAITING",
    ),
    job(
        "mediaconvert",
        "createJob",
        "Job.Status",
        "ERROR|CANCELED",
        "SUBMITTED|PROGRESSING",
    ),
    sagemaker(
        "createHyperParameterTuningJob",
        "HyperParameterTuningJobStatus",
        "InProgress|Stopping",
    ),
    sagemaker(
        "createLabelingJob",
        "LabelingJobStatus",
        "Initializing|InProgress|Stopping",
    ),
    sagemaker(
        "createProcessingJob",
        "ProcessingJobStatus",
        "InProgress|Stopping",
    ),
    sagemaker("createTrainingJob", "TrainingJobStatus", "InProgress|Stopping"),
    sagemaker("createTransformJob", "TransformJobStatus", "InProgress|Stopping"),
    job(
        "states",
        "startExecution",
        "Status",
        "FAILED|TIMED_OUT|ABORTED",
        "RUNNING|PENDING_REDRIVE",
    ),
];

impl JobStatus {
    /// What `result` says of the job that `resource` waits for; `None` when it has ended well, or nothing is known.
    pub fn of(resource: &Resource<'_>, result: &Value) -> Option<JobStatus> {
        let Resource::Integration {
            service,
            action,
            pattern: Pattern::Sync | Pattern::Sync2,
        } = *resource
        else {
            return None;
        };
        Self::of_job(service, action, result)
    }

    /// As [`JobStatus::of`], of the job that `action` of a service starts.
    pub fn of_job(service: &str, action: &str, result: &Value) -> Option<JobStatus> {
        if (service, action) == ("ecs", "runTask") {
            return container(result);
        }
        let mut jobs = JOBS.iter();
        let job = jobs.find(|job| (job.service, job.action) == (service, action))?;
        let members: Vec<&str> = job.status.split('.').collect();
        let (path, says) = (0..members.len()).find_map(|outer| at(result, &members[outer..]))?;
        let is_one = |names: &str| names.split('|').any(|name| name == says);
        let end = match () {
            () if is_one(job.failed) => JobEnd::Failed,
            () if is_one(job.passing) => JobEnd::NotYet,
            () => return None,
        };
        Some(JobStatus {
            path,
            says: says.to_owned(),
            end,
        })
    }
}

/// The text that `members` lead to.
fn at<'v>(value: &'v Value, members: &[&str]) -> Option<(Vec<Step>, &'v str)> {
    let found = members.iter().try_fold(value, |value, name| value.get(name))?;
    Some((
        members.iter().map(|name| Step::Member((*name).into())).collect(),
        found.as_str()?,
    ))
}

/// A task of ECS has failed when it did not start (recorded) or an essential container ended with an error
/// [copilot-cli#3160]. The result does not say which are essential: one that ended well may have been the only one.
fn container(task: &Value) -> Option<JobStatus> {
    let status = |path: Vec<Step>, says: &str, end| {
        Some(JobStatus {
            path,
            says: says.to_owned(),
            end,
        })
    };
    if let Some((path, says)) = at(task, &["LastStatus"])
        && says != "STOPPED"
    {
        return status(path, says, JobEnd::NotYet);
    }
    if let Some((path, says @ "TaskFailedToStart")) = at(task, &["StopCode"]) {
        return status(path, says, JobEnd::Failed);
    }
    let containers = task.get("Containers")?.as_array()?;
    let codes = containers.iter().enumerate();
    let codes: Vec<(usize, i64)> = codes
        .filter_map(|(index, container)| {
            let code = container.get("ExitCode")?.as_number().and_then(Number::as_i64)?;
            Some((index, code))
        })
        .collect();
    let (index, code) = *codes.first()?;
    if codes.iter().any(|(_, code)| *code == 0) {
        return None;
    }
    let path = [
        Step::Member("Containers".into()),
        Step::Item(index),
        Step::Member("ExitCode".into()),
    ];
    status(path.into(), &code.to_string(), JobEnd::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Reply;
    use crate::services::Type;

    /// What the API's model says the status is, of one job of those that it describes.
    fn statuses(job: &Job) -> Option<&'static str> {
        let resource = format!("arn:aws:states:::{}:{}.sync", job.service, job.action);
        let given = Reply::of(&Resource::parse(&resource));
        let found = job.status.split('.').try_fold(given, |given, name| {
            let known = |name: &str| given.member(name).filter(|member| *member != Reply::Open);
            // CodeBuild describes several builds.
            let several = || {
                known(&format!("{name}s"))
                    .or_else(|| known(&format!("{name}es")))?
                    .item()
            };
            known(name).or_else(several)
        });
        match found?.part()? {
            (Type::OneOf(names), _) => Some(names),
            _ => None,
        }
    }

    /// A status that a newer model has besides must be looked at.
    #[test]
    fn every_status_of_a_job_is_known() {
        const WELL: [&str; 6] = [
            "SUCCEEDED",
            "SUCCESS",
            "COMPLETED",
            "COMPLETE",
            "ACTIVE",
            "Completed",
        ];
        // Clusters that are changed later, and what SageMaker and Bedrock leave open.
        const OTHER: [&str; 7] = [
            "Stopped",
            "Deleting",
            "DeleteFailed",
            "DELETING",
            "UPDATING",
            "DELETE_FAILED",
            "DEGRADED",
        ];
        for job in &JOBS {
            let name = format!("{}:{}", job.service, job.action);
            let Some(names) = statuses(job) else {
                // What EMR answers is the integration's own.
                assert_eq!(job.service, "elasticmapreduce", "{name}");
                continue;
            };
            let listed = || job.failed.split('|').chain(job.passing.split('|'));
            for listed in listed() {
                assert!(
                    names.split('|').any(|known| known == listed),
                    "{name}: {listed} of {names}"
                );
            }
            for known in names.split('|') {
                let is_known = WELL.contains(&known) || OTHER.contains(&known);
                assert_ne!(
                    is_known,
                    listed().any(|listed| listed == known),
                    "{name}: {known}"
                );
            }
        }
    }

    #[test]
    fn the_status_is_found_whatever_stands_around_it() {
        let told = |resource: &str, result: &str| {
            let resource = format!("arn:aws:states:::{resource}");
            let value = crate::source::parse_value(result).expect("JSON");
            let status = JobStatus::of(&Resource::parse(&resource), &value)?;
            Some((status.says, status.end))
        };
        let failed = |says: &str| Some((says.to_owned(), JobEnd::Failed));
        let not_yet = |says: &str| Some((says.to_owned(), JobEnd::NotYet));
        for (resource, result, expected) in [
            (
                "glue:startJobRun.sync",
                r#"{"JobRunState": "STOPPED"}"#,
                failed("STOPPED"),
            ),
            (
                "glue:startJobRun.sync",
                r#"{"JobRunState": "RUNNING"}"#,
                not_yet("RUNNING"),
            ),
            ("glue:startJobRun.sync", r#"{"JobRunState": "SUCCEEDED"}"#, None),
            ("glue:startJobRun.sync", r#"{"JobRunState": "Paused"}"#, None),
            ("glue:startJobRun.sync", "{}", None),
            ("glue:startJobRun", r#"{"JobRunState": "STOPPED"}"#, None),
            (
                "states:startExecution.sync",
                r#"{"Status": "ABORTED"}"#,
                failed("ABORTED"),
            ),
            (
                "states:startExecution.sync:2",
                r#"{"Status": "TIMED_OUT"}"#,
                failed("TIMED_OUT"),
            ),
            (
                "athena:startQueryExecution.sync",
                r#"{"QueryExecution": {"Status": {"State": "FAILED"}}}"#,
                failed("FAILED"),
            ),
            (
                "emr-containers:startJobRun.sync",
                r#"{"State": "CANCELLED"}"#,
                failed("CANCELLED"),
            ),
            (
                "emr-containers:startJobRun.sync",
                r#"{"JobRun": {"State": "CANCELLED"}}"#,
                failed("CANCELLED"),
            ),
            (
                "sagemaker:createTrainingJob.sync",
                r#"{"TrainingJobStatus": "Failed"}"#,
                failed("Failed"),
            ),
            ("batch:submitJob.sync", r#"{"Status": 1}"#, None),
            (
                "ecs:runTask.sync",
                r#"{"LastStatus": "RUNNING"}"#,
                not_yet("RUNNING"),
            ),
            (
                "ecs:runTask.sync",
                r#"{"LastStatus": "STOPPED", "StopCode": "TaskFailedToStart"}"#,
                failed("TaskFailedToStart"),
            ),
            (
                "ecs:runTask.sync",
                r#"{"Containers": [{"Name": "a"}, {"ExitCode": 137}]}"#,
                failed("137"),
            ),
            (
                "ecs:runTask.sync",
                r#"{"Containers": [{"ExitCode": 137}, {"ExitCode": 0}]}"#,
                None,
            ),
            (
                "ecs:runTask.sync",
                r#"{"LastStatus": "STOPPED", "Containers": []}"#,
                None,
            ),
        ] {
            assert_eq!(told(resource, result), expected, "{resource} {result}");
        }
    }
}
