//! A sentence for each error of Step Functions, for hover and completion [Handling errors in Step Functions workflows].

use crate::asl::UNCATCHABLE_ERRORS;

/// AWS's page about them.
pub(super) const PAGE: &str =
    "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html";

/// Each error, and when it is raised.
const ERRORS: [(&str, &str); 17] = [
    (
        "States.ALL",
        "Matches any error that can be handled. It stands alone, in the last retrier or catcher.",
    ),
    ("States.BranchFailed", "A branch of a Parallel state failed."),
    (
        "States.DataLimitExceeded",
        "The output of a state, the result of a task or the input of an execution is larger than the quota of 256 KiB.",
    ),
    (
        "States.ExceedToleratedFailureThreshold",
        "More items of a Map state failed than it tolerates.",
    ),
    (
        "States.HeartbeatTimeout",
        "A task sent no heartbeat within `HeartbeatSeconds`.",
    ),
    (
        "States.Http.Socket",
        "An HTTP task got no answer within 60 seconds.",
    ),
    (
        "States.IntrinsicFailure",
        "A call of an intrinsic function failed.",
    ),
    (
        "States.ItemReaderFailed",
        "A Map state could not read what its `ItemReader` names.",
    ),
    (
        "States.NoChoiceMatched",
        "No rule of a Choice state matched, and it has no `Default`.",
    ),
    (
        "States.ParameterPathFailure",
        "A path in a field whose name ends in `.$` leads nowhere.",
    ),
    (
        "States.Permissions",
        "The execution role does not allow what a task called.",
    ),
    (
        "States.QueryEvaluationError",
        "A JSONata expression failed, gave nothing, or gave a value that its field does not take.",
    ),
    (
        "States.ResultPathMatchFailure",
        "The `ResultPath` of a state cannot be applied to its input.",
    ),
    (
        "States.ResultWriterFailed",
        "A Map state could not write its results to where its `ResultWriter` names.",
    ),
    (
        "States.Runtime",
        "The execution failed by something that it cannot handle, such as a path that leads nowhere.",
    ),
    (
        "States.TaskFailed",
        "A task failed. In a retrier or catcher, it matches any error but `States.Timeout`.",
    ),
    (
        "States.Timeout",
        "A task took longer than `TimeoutSeconds`, or sent no heartbeat in time.",
    ),
];

/// When an error is raised; `None` of one that is not Step Functions' own.
pub(super) fn sentence(name: &str) -> Option<String> {
    if let Some(status) = name.strip_prefix("States.Http.StatusCode.") {
        return Some(format!("An HTTP task was answered with the status `{status}`."));
    }
    let (_, words) = ERRORS.iter().find(|(error, _)| *error == name)?;
    Some(match UNCATCHABLE_ERRORS.contains(&name) {
        true => format!("{words} It is neither retried nor caught."),
        false => (*words).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::RESERVED_ERRORS;

    #[test]
    fn each_error_of_step_functions_has_a_sentence() {
        let names: Vec<&str> = ERRORS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, RESERVED_ERRORS);
    }
}
