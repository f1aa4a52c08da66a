//! The error names that belong to Step Functions.

/// All names of AWS's that begin with `States.` [Handling errors in Step Functions workflows, "Error names"; the HTTP
/// names in Call HTTPS APIs]. An error of one's own must not begin so.
pub const RESERVED_ERRORS: [&str; 17] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

/// Whether `name` begins as AWS's names do and is one of them, `States.Http.StatusCode.<code>` included.
pub fn is_reserved_error(name: &str) -> bool {
    RESERVED_ERRORS.contains(&name)
        || name
            .strip_prefix("States.Http.StatusCode.")
            .is_some_and(|code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()))
}

/// The errors that end an execution whatever its catchers say, and that are never retried: AWS reports them as
/// `States.Runtime` [Handling errors in Step Functions workflows; aws-facts 2.1, 2.5].
pub const UNCATCHABLE_ERRORS: [&str; 4] = [
    "States.IntrinsicFailure",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Runtime",
];
