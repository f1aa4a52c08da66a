//! What error names in `ErrorEquals` stand for, as far as rules ask.

use crate::asl::ErrorName;

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

/// An error name that an earlier entry of the list takes.
#[derive(Debug)]
pub(super) struct Shadowed<'m> {
    /// The index of the entry (catcher or retrier) it stands in.
    pub(super) entry: usize,
    /// The name.
    pub(super) name: &'m ErrorName,
    /// The earlier name that covers it.
    pub(super) by: &'m ErrorName,
    /// Whether no error is left for its entry; only the entry's first name is listed then.
    pub(super) whole: bool,
}

/// The names that earlier entries take, given the names of each entry in order.
pub(super) fn shadowed<'m>(entries: &[&'m [ErrorName]]) -> Vec<Shadowed<'m>> {
    let mut found = Vec::new();
    for (i, names) in entries.iter().enumerate() {
        let covered: Vec<Shadowed<'m>> = names
            .iter()
            .filter_map(|name| {
                let by = entries[..i]
                    .iter()
                    .flat_map(|earlier| earlier.iter())
                    .find(|earlier| covers(&earlier.name, &name.name))?;
                Some(Shadowed {
                    entry: i,
                    name,
                    by,
                    whole: false,
                })
            })
            .collect();
        if covered.len() == names.len() {
            found.extend(covered.into_iter().take(1).map(|s| Shadowed { whole: true, ..s }));
        } else {
            found.extend(covered);
        }
    }
    found
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
