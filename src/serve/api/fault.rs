//! The errors that are answered. Where AWS's words were recorded they are AWS's; the others say so where they stand.

use serde_json::{Map, Value};

use crate::serve::store::BadToken;

/// An error with its HTTP status.
#[derive(Debug)]
pub(in crate::serve) struct Fault {
    /// The status.
    pub(in crate::serve) status: u16,
    /// The exception's name.
    pub(in crate::serve) code: &'static str,
    /// Why.
    pub(in crate::serve) message: String,
    /// Its other members.
    members: Vec<(&'static str, Value)>,
}

impl Fault {
    /// An error of the caller's.
    pub(in crate::serve) fn new(code: &'static str, message: impl Into<String>) -> Fault {
        Fault {
            status: 400,
            code,
            message: message.into(),
            members: Vec::new(),
        }
    }

    /// ValidationException
    pub(super) fn validation(message: impl Into<String>) -> Fault {
        Fault::new("ValidationException", message)
    }

    /// ValidationException with a reason of the model's enumeration.
    pub(super) fn reason(self, reason: &'static str) -> Fault {
        self.with("reason", reason)
    }

    /// The same with a further member.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Fault {
        self.members.push((name, value.into()));
        self
    }

    /// A mistake of ours.
    pub(in crate::serve) fn internal() -> Fault {
        Fault::failure("sfn-tool made a mistake, of which its stderr tells more; the server goes on")
    }

    /// The server cannot do what it is asked, whatever the request.
    pub(in crate::serve) fn failure(message: &str) -> Fault {
        Fault {
            status: 500,
            ..Fault::new("InternalFailure", message)
        }
    }

    /// StateMachineDoesNotExist
    pub(super) fn no_machine(arn: &str) -> Fault {
        Fault::new(
            "StateMachineDoesNotExist",
            format!("State Machine Does Not Exist: '{arn}'"),
        )
    }

    /// ExecutionDoesNotExist
    pub(super) fn no_execution(arn: &str) -> Fault {
        Fault::new(
            "ExecutionDoesNotExist",
            format!("Execution Does Not Exist: '{arn}'"),
        )
    }

    /// ActivityDoesNotExist
    pub(super) fn no_activity(arn: &str) -> Fault {
        Fault::new(
            "ActivityDoesNotExist",
            format!("Activity Does Not Exist: '{arn}'"),
        )
    }

    /// ResourceNotFound
    pub(super) fn no_resource(arn: &str) -> Fault {
        Fault::new("ResourceNotFound", format!("Resource not found: '{arn}'")).with("resourceName", arn)
    }

    /// InvalidName
    pub(super) fn name(name: &str) -> Fault {
        Fault::new("InvalidName", format!("Invalid Name: '{name}'"))
    }

    /// The text that is sent.
    pub(in crate::serve) fn body(&self) -> String {
        let mut members = Map::new();
        members.insert("__type".to_owned(), self.code.into());
        members.insert("message".to_owned(), self.message.as_str().into());
        for (name, value) in &self.members {
            members.insert((*name).to_owned(), value.clone());
        }
        Value::Object(members).to_string()
    }
}

impl From<BadToken> for Fault {
    /// The words of AWS are not recorded.
    fn from(_: BadToken) -> Fault {
        Fault::new("InvalidToken", "Invalid Token: 'Invalid token'")
    }
}
