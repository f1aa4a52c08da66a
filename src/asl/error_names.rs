//! The error names that belong to Step Functions, and what a name in `ErrorEquals` takes: the one place that matches
//! them, for the engine as for everybody who tells what it will do.

/// Any error that a retrier or catcher may take.
pub const ALL: &str = "States.ALL";
/// The machine could not be run further: a path without result, a choice without match.
pub const RUNTIME: &str = "States.Runtime";
/// Any failure but a timeout.
pub const TASK_FAILED: &str = "States.TaskFailed";
/// A task or the execution ran longer than it may.
pub const TIMEOUT: &str = "States.Timeout";
/// A task sent no heartbeat in time. Only retriers and catchers use the name: the event says States.Timeout.
pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
/// The execution role may not do what the task needs.
pub const PERMISSIONS: &str = "States.Permissions";
/// A payload over 256 KiB.
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// An HTTP Task waited 60 seconds for an answer.
pub const HTTP_SOCKET: &str = "States.Http.Socket";
/// A Distributed Map's dataset could not be read.
pub const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
/// A Distributed Map's results could not be written.
pub const RESULT_WRITER_FAILED: &str = "States.ResultWriterFailed";
/// A `ResultPath` or an `ItemsPath` cannot be applied.
pub const REFERENCE_PATH_CONFLICT: &str = "States.ReferencePathConflict";
/// A JSONata expression failed.
pub const QUERY_EVALUATION: &str = "States.QueryEvaluationError";

/// All names of AWS's that begin with `States.` [Handling errors in Step Functions workflows, "Error names"; Call
/// HTTPS APIs; construct-hub#459]. An error of one's own must not begin so.
pub const RESERVED_ERRORS: [&str; 18] = [
    ALL,
    "States.BranchFailed",
    DATA_LIMIT_EXCEEDED,
    "States.ExceedToleratedFailureThreshold",
    HEARTBEAT_TIMEOUT,
    HTTP_SOCKET,
    "States.IntrinsicFailure",
    ITEM_READER_FAILED,
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    PERMISSIONS,
    QUERY_EVALUATION,
    REFERENCE_PATH_CONFLICT,
    "States.ResultPathMatchFailure",
    RESULT_WRITER_FAILED,
    RUNTIME,
    TASK_FAILED,
    TIMEOUT,
];

/// Whether `name` begins as AWS's names do and is one of them, `States.Http.StatusCode.<code>` included.
pub fn is_reserved_error(name: &str) -> bool {
    RESERVED_ERRORS.contains(&name)
        || name
            .strip_prefix("States.Http.StatusCode.")
            .is_some_and(|code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()))
}

/// The errors that end an execution whatever its catchers say, and that are never retried: AWS reports them as
/// `States.Runtime` [Handling errors in Step Functions workflows; floci#2868; recorded].
pub const UNCATCHABLE_ERRORS: [&str; 4] = [
    "States.IntrinsicFailure",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    RUNTIME,
];

/// Whether `name` in `ErrorEquals` takes the error `error`, a missed heartbeat being the error States.HeartbeatTimeout.
///
/// States.Runtime "will always cause the execution to fail" [Handling errors in Step Functions workflows], whatever is
/// named. States.ALL takes everything else: States.DataLimitExceeded, too, which the guide excepts and which AWS was
/// recorded catching [Handling errors in Step Functions workflows; recorded]. States.TaskFailed takes what is no
/// timeout; that this includes States.DataLimitExceeded is inferred from States.ALL. States.Timeout takes a missed
/// heartbeat as well [recorded].
pub fn takes(name: &str, error: &str) -> bool {
    match name {
        _ if error == RUNTIME => false,
        ALL => true,
        TASK_FAILED => !matches!(error, TIMEOUT | HEARTBEAT_TIMEOUT),
        TIMEOUT => matches!(error, TIMEOUT | HEARTBEAT_TIMEOUT),
        _ => name == error,
    }
}

/// The names that take errors of other names.
pub const WIDE_NAMES: [&str; 3] = [ALL, TASK_FAILED, TIMEOUT];

/// Whether `earlier` takes every error that `name` takes, so that an entry for `name` behind one for `earlier` is never
/// used.
pub fn covers(earlier: &str, name: &str) -> bool {
    match name {
        _ if earlier == name => true,
        ALL => false,
        TASK_FAILED => earlier == ALL,
        _ => takes(earlier, name),
    }
}

/// Whether `name` stands for errors of many names: States.ALL, States.TaskFailed.
pub fn is_wildcard(name: &str) -> bool {
    matches!(name, ALL | TASK_FAILED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wide_names_cover_others() {
        for earlier in RESERVED_ERRORS.into_iter().chain(["Custom"]) {
            let covers_another = RESERVED_ERRORS
                .into_iter()
                .chain(["Custom"])
                .any(|name| name != earlier && covers(earlier, name));
            assert_eq!(covers_another, WIDE_NAMES.contains(&earlier), "{earlier}");
        }
    }

    #[test]
    fn a_name_takes_what_aws_says() {
        for (name, error, expected) in [
            ("Custom", "Custom", true),
            ("custom", "Custom", false),
            (TASK_FAILED, "Custom", true),
            (ALL, "Custom", true),
            (ALL, RUNTIME, false),
            (TASK_FAILED, RUNTIME, false),
            (RUNTIME, RUNTIME, false),
            (ALL, DATA_LIMIT_EXCEEDED, true),
            (TASK_FAILED, DATA_LIMIT_EXCEEDED, true),
            (ALL, TIMEOUT, true),
            (TASK_FAILED, TIMEOUT, false),
            (TASK_FAILED, HEARTBEAT_TIMEOUT, false),
            (TIMEOUT, HEARTBEAT_TIMEOUT, true),
            (HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT, true),
            (HEARTBEAT_TIMEOUT, TIMEOUT, false),
            (ALL, "", true),
        ] {
            assert_eq!(takes(name, error), expected, "{name} takes {error}");
        }
    }

    #[test]
    fn a_wildcard_covers_all_that_it_takes() {
        for (earlier, name, expected) in [
            ("A", "A", true),
            ("A", "a", false),
            (ALL, "A", true),
            (ALL, TIMEOUT, true),
            (ALL, TASK_FAILED, true),
            (ALL, DATA_LIMIT_EXCEEDED, true),
            (ALL, RUNTIME, false),
            (TASK_FAILED, "A", true),
            (TASK_FAILED, DATA_LIMIT_EXCEEDED, true),
            (TASK_FAILED, TIMEOUT, false),
            (TASK_FAILED, HEARTBEAT_TIMEOUT, false),
            (TASK_FAILED, ALL, false),
            (TIMEOUT, HEARTBEAT_TIMEOUT, true),
            (HEARTBEAT_TIMEOUT, TIMEOUT, false),
            ("A", ALL, false),
        ] {
            assert_eq!(covers(earlier, name), expected, "{earlier} covers {name}");
        }
    }

    /// Behind what covers it, no error is left that a name takes.
    #[test]
    fn what_is_covered_takes_nothing_more() {
        let names = RESERVED_ERRORS
            .into_iter()
            .chain(["A", "Lambda.Unknown", "States.Http.StatusCode.404"]);
        for earlier in names.clone() {
            for name in names.clone().filter(|name| covers(earlier, name)) {
                for error in names.clone().filter(|error| takes(name, error)) {
                    assert!(
                        takes(earlier, error),
                        "{earlier} covers {name}, but does not take {error}"
                    );
                }
            }
        }
    }
}
