//! What each error name of Step Functions means, for `explain`.

use super::codes::Code;

/// The beginning of the names that end in the status code of an endpoint.
pub const STATUS_CODE: &str = "States.Http.StatusCode";

/// The error names of Step Functions, in the order of their names [Handling errors in Step Functions workflows; recorded].
pub static ERRORS: [Code; 19] = [
    Code {
        name: "States.ALL",
        summary: "Any error, in ErrorEquals",
        text: "It must be alone in its ErrorEquals, in the last retrier or catcher. It matches every error except \
               States.Runtime. AWS's guide also excludes States.DataLimitExceeded, but AWS was recorded catching it.",
    },
    Code {
        name: "States.BranchFailed",
        summary: "A branch of a Parallel state failed",
        text: "AWS lists the name; a Parallel state fails with the error of its branch. Name that error, or \
               States.ALL, in Catch.",
    },
    Code {
        name: "States.DataLimitExceeded",
        summary: "A payload is larger than 256 KiB",
        text: "The result of a task, the input or the output of a state is too large. Select what is needed \
               (ResultSelector, Output), or keep the data in S3 and pass its key on. A retry does not help; a catcher \
               for this name or for States.ALL matches it.",
    },
    Code {
        name: "States.ExceedToleratedFailureThreshold",
        summary: "Too many items of a Map failed",
        text: "More items failed than ToleratedFailureCount or ToleratedFailurePercentage allow; without either, the \
               first failure is one too many. The errors of the items are in their child executions and in the results \
               that a ResultWriter writes.",
    },
    Code {
        name: "States.HeartbeatTimeout",
        summary: "A task sent no heartbeat in time",
        text: "HeartbeatSeconds passed without a heartbeat from the activity's worker or from the holder of the task token. \
               The history says States.Timeout; a retrier or catcher matches it under both names.",
    },
    Code {
        name: "States.Http.Socket",
        summary: "An HTTP task got no answer",
        text: "The endpoint did not answer within 60 seconds, or the connection broke. A retry may help.",
    },
    Code {
        name: STATUS_CODE,
        summary: "An HTTP task got an error status",
        text: "The name ends with the status code of the response: States.Http.StatusCode.503. A retrier or \
               catcher names it with its code.",
    },
    Code {
        name: "States.IntrinsicFailure",
        summary: "An intrinsic function failed",
        text: "An argument has a type or value that the function does not accept. AWS reports it as States.Runtime, \
               which nothing catches and nothing retries.",
    },
    Code {
        name: "States.ItemReaderFailed",
        summary: "The items of a Map could not be read",
        text: "The ItemReader's object is missing, may not be read, or is not of the InputType. A catcher of \
               the Map matches it.",
    },
    Code {
        name: "States.NoChoiceMatched",
        summary: "No rule of a Choice state matched",
        text: "The state has no Default. A Choice state has no Catch, and AWS reports the error as States.Runtime in \
               the execution. Add a Default.",
    },
    Code {
        name: "States.ParameterPathFailure",
        summary: "A path in Parameters finds nothing",
        text: "AWS reports it as States.Runtime, which nothing catches and nothing retries. Read only what is there, or \
               provide it in an earlier state.",
    },
    Code {
        name: "States.Permissions",
        summary: "The role may not do what a task needs",
        text: "The execution role lacks a permission for the call. Add it to the role; a retry does not help.",
    },
    Code {
        name: "States.QueryEvaluationError",
        summary: "A JSONata expression failed",
        text: "It threw an error, returned nothing, or returned a value that its field does not accept. Where data may be \
               missing, test with $exists or give a default. A catcher of the state matches it.",
    },
    Code {
        name: "States.ReferencePathConflict",
        summary: "ItemsPath or ResultPath cannot be applied",
        text: "An ItemsPath finds nothing in the input, or a ResultPath leads into a value that is not an object.",
    },
    Code {
        name: "States.ResultPathMatchFailure",
        summary: "ResultPath cannot be applied",
        text: "The path leads into a value of the input that is not an object, so the result cannot be put there.",
    },
    Code {
        name: "States.ResultWriterFailed",
        summary: "The results of a Map could not be written",
        text: "The ResultWriter may not write to the bucket, or it does not exist. A catcher of the Map matches it.",
    },
    Code {
        name: "States.Runtime",
        summary: "The execution could not continue",
        text: "A path that finds nothing, a value of the wrong type, a definition that cannot be run further. It \
               always fails the execution: no retrier and no catcher matches it, not even States.ALL. Avoid the cause: \
               `lint` reports the paths that are known to find nothing.",
    },
    Code {
        name: "States.TaskFailed",
        summary: "Any failure of a task except a timeout",
        text: "In ErrorEquals it matches every error but States.Timeout, States.HeartbeatTimeout and States.Runtime.",
    },
    Code {
        name: "States.Timeout",
        summary: "A task or the execution took too long",
        text: "TimeoutSeconds passed, or no heartbeat came within HeartbeatSeconds. A retrier or catcher of the task \
               matches it. If the whole execution times out, nothing catches that, and its status is TIMED_OUT.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::error_names::RESERVED_ERRORS;

    #[test]
    fn every_reserved_name_is_explained() {
        let names = ERRORS.iter().map(|error| error.name);
        // It stands for many names.
        let names: Vec<&str> = names.filter(|name| *name != STATUS_CODE).collect();
        assert_eq!(names, RESERVED_ERRORS);
    }
}
