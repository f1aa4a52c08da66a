//! What error names in `ErrorEquals` stand for, as far as rules ask.

use super::{Context, edits};
use crate::asl::State;
use crate::diagnostics::Edit;
use crate::source::NodeRef;

/// The transient errors of Lambda that AWS says to retry [Best practices for Step Functions, "Handling transient
/// Lambda service exceptions"; Workflow Studio adds TooManyRequestsException to every Lambda task it makes].
pub(super) const LAMBDA_TRANSIENT: [&str; 4] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// Whether every error that `name` matches is matched by `earlier` as well, so that an entry for `name` behind one
/// for `earlier` is never used [aws-facts 2.5: States.ALL matches everything but States.DataLimitExceeded and
/// States.Runtime, States.TaskFailed everything but States.Timeout and those two; a missed heartbeat is matched by
/// States.Timeout as well].
pub(super) fn covers(earlier: &str, name: &str) -> bool {
    let terminal = matches!(name, "States.DataLimitExceeded" | "States.Runtime");
    match earlier {
        _ if earlier == name => true,
        "States.ALL" => !terminal,
        "States.TaskFailed" => {
            !terminal && !matches!(name, "States.ALL" | "States.Timeout" | "States.HeartbeatTimeout")
        }
        "States.Timeout" => name == "States.HeartbeatTimeout",
        _ => false,
    }
}

/// Takes an error name out of its retrier or catcher, and what holds nothing else with it.
pub(super) fn remove_name(cx: &Context<'_>, state: &State, name: NodeRef<'_>) -> Option<Vec<Edit>> {
    let entry = name.parent()?.parent()?;
    let list = entry.parent()?;
    if name.parent()?.items().len() < 2 && cx.is_only_way(state, entry) {
        return None;
    }
    let state = cx.machine.node(state.node);
    edits::one(match (name.parent()?.items().len(), list.items().len()) {
        (0 | 1, 0 | 1) => edits::remove_member(state, list.key()?),
        (0 | 1, _) => edits::remove_item(entry),
        _ => edits::remove_item(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_cover_what_they_match() {
        for (earlier, name, expected) in [
            ("A", "A", true),
            ("A", "a", false),
            ("States.ALL", "A", true),
            ("States.ALL", "States.Timeout", true),
            ("States.ALL", "States.DataLimitExceeded", false),
            ("States.TaskFailed", "A", true),
            ("States.TaskFailed", "States.Timeout", false),
            ("States.TaskFailed", "States.ALL", false),
            ("States.Timeout", "States.HeartbeatTimeout", true),
            ("A", "States.ALL", false),
        ] {
            assert_eq!(covers(earlier, name), expected, "{earlier} covers {name}");
        }
    }
}
