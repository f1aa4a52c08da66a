//! What goes wrong in a running machine: an error name and a cause, and which retriers and catchers take it.

use std::sync::Arc;

use crate::asl::ErrorName;
pub use crate::asl::error_names as names;
use crate::diagnostics::short;
use crate::value::{Map, Value};

/// An error on its way to a retrier, a catcher or the end of the execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The error's name. A `Fail` state and SendTaskFailure may leave it out.
    pub error: Option<Arc<str>>,
    /// What happened, in words.
    pub cause: Option<Arc<str>>,
    /// Whether a missed heartbeat is behind a States.Timeout.
    pub missed_heartbeat: bool,
}

impl Failure {
    /// A failure with a name and a cause.
    pub fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Failure {
            error: Some(error.into()),
            cause: Some(cause.into()),
            missed_heartbeat: false,
        }
    }

    /// Neither an error nor a cause.
    pub fn nothing() -> Self {
        Failure {
            error: None,
            cause: None,
            missed_heartbeat: false,
        }
    }

    /// States.Timeout. Its cause is the empty text: no event shows it, but a catcher's error output has `"Cause": ""`
    /// (recorded by AWS), where SendTaskFailure without a cause gives null.
    pub fn timeout() -> Self {
        Failure::new(names::TIMEOUT, "")
    }

    /// States.DataLimitExceeded of what `name` returned: a state, a function's ARN or an integration's service
    /// (recorded by AWS; it has no frame).
    pub fn data_limit(name: &str) -> Self {
        Failure::new(
            names::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service \
                 limit."
            ),
        )
    }

    /// States.DataLimitExceeded of variables that the state `state` would assign; `what` is too large. The limits are
    /// documented, the name is that of other data, and the words are ours.
    pub fn variables_limit(what: &str, state: &str) -> Self {
        Failure::new(
            names::DATA_LIMIT_EXCEEDED,
            format!("{what} in the state '{state}' would exceed the maximum number of bytes service limit."),
        )
    }

    /// States.DataLimitExceeded of what the state `name` would send [mbc-net/mbc-cqrs-serverless#466, where AWS was seen
    /// to say it].
    pub fn parameters_limit(name: &str) -> Self {
        Failure::new(
            names::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{name}' provided parameters with a size exceeding the maximum number of bytes service \
                 limit."
            ),
        )
    }

    /// What stops the machine, framed as AWS frames what its interpreter raises: `state` is the innermost state that
    /// was running and `entered` the id of its `...StateEntered` event [floci#2868, #3167].
    pub fn in_state(error: &str, state: &str, entered: u64, what: &str) -> Self {
        Failure::new(
            error,
            format!(
                "An error occurred while executing the state '{state}' (entered at the event id #{entered}). {what}"
            ),
        )
    }

    /// Whether its cause is framed as what the interpreter raises.
    pub fn is_interpreters(&self) -> bool {
        let cause = self.cause.as_deref().unwrap_or_default();
        cause.starts_with("An error occurred while executing the state '")
    }

    /// `Error: cause` for people, with at most so many characters of the cause.
    pub fn words(&self, most: usize) -> String {
        let error = self.error.as_deref().unwrap_or("an error without a name");
        match self.shown_cause() {
            Some(cause) => format!("{error}: {}", short(cause, most)),
            None => error.to_owned(),
        }
    }

    /// The cause for an event; the empty one is left out.
    pub fn shown_cause(&self) -> Option<&Arc<str>> {
        self.cause.as_ref().filter(|cause| !cause.is_empty())
    }

    /// `{"Error": ..., "Cause": ...}`, the error output of a catcher; what is absent is null.
    pub fn output(&self) -> Value {
        let text = |text: &Option<Arc<str>>| text.clone().map_or(Value::Null, Value::String);
        let mut map = Map::with_capacity(2);
        map.insert(Arc::from("Error"), text(&self.error));
        map.insert(Arc::from("Cause"), text(&self.cause));
        Value::object(map)
    }

    /// Whether the execution ends here whatever catches are there: States.Runtime "will always cause the execution
    /// to fail" [Handling errors in Step Functions workflows].
    pub fn is_fatal(&self) -> bool {
        self.error.as_deref() == Some(names::RUNTIME)
    }

    /// Whether an `ErrorEquals` list takes this failure.
    pub fn matches(&self, errors: &[ErrorName]) -> bool {
        let error = match self.missed_heartbeat {
            true => names::HEARTBEAT_TIMEOUT,
            false => self.error.as_deref().unwrap_or(""),
        };
        errors.iter().any(|entry| names::takes(&entry.name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};

    fn equals(names: &[&str]) -> Vec<ErrorName> {
        let parsed = parse(Arc::new(SourceFile::new("x", "{}")));
        let document = parsed.document.expect("a document");
        names
            .iter()
            .map(|name| ErrorName {
                name: Arc::from(*name),
                node: document.root().id(),
            })
            .collect()
    }

    #[test]
    fn names_match_as_aws_matches_them() {
        let custom = Failure::new("Custom", "x");
        let runtime = Failure::new(names::RUNTIME, "x");
        let timeout = Failure::timeout();
        let heartbeat = Failure {
            missed_heartbeat: true,
            ..Failure::timeout()
        };
        let nameless = Failure {
            error: None,
            cause: None,
            missed_heartbeat: false,
        };
        for (failure, list, expected) in [
            (&custom, &["Custom"][..], true),
            (&custom, &["custom"], false),
            (&custom, &["Other", "States.TaskFailed"], true),
            (&custom, &["States.ALL"], true),
            (&runtime, &["States.ALL"], false),
            (&runtime, &["States.Runtime"], false),
            (&timeout, &["States.TaskFailed"], false),
            (&timeout, &["States.Timeout"], true),
            (&timeout, &["States.HeartbeatTimeout"], false),
            (&heartbeat, &["States.HeartbeatTimeout"], true),
            (&heartbeat, &["States.Timeout"], true),
            (&nameless, &["States.Runtime"], false),
            (&nameless, &["States.ALL"], true),
        ] {
            assert_eq!(failure.matches(&equals(list)), expected, "{failure:?} {list:?}");
        }
    }

    #[test]
    fn error_output_keeps_what_is_absent_as_null() {
        assert_eq!(
            Failure::timeout().output().to_json(),
            r#"{"Error":"States.Timeout","Cause":""}"#
        );
        let nothing = Failure {
            error: None,
            cause: None,
            missed_heartbeat: false,
        };
        assert_eq!(nothing.output().to_json(), r#"{"Error":null,"Cause":null}"#);
    }
}
