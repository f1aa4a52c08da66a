//! One state alone, as AWS's TestState runs it [recorded; Testing state machines with TestState API]: through the
//! engine's own code for that state, with what its data was after each step of the flow.
//!
//! ```text
//! request.rs     what is asked, read from the members of AWS's request
//! given.rs       data with the text that it was given in
//! definition.rs  the state, taken out of its machine
//! checks.rs      what TestState refuses
//! limits.rs      the sizes that its API takes
//! context.rs     what a context object must look like
//! shapes.rs      what mocked results of some integrations must look like
//! steps.rs       the data after each step
//! run.rs         the run, and what becomes of an error
//! map.rs         a Map whose whole result is mocked
//! http.rs        the request and response of an HTTP Task
//! ```
//!
//! Not supported: the validation of mocked results against API models other than those of `shapes.rs`, which are taken as
//! they are.

mod checks;
mod context;
mod definition;
mod given;
mod http;
mod limits;
mod map;
mod request;
mod run;
mod shapes;
mod steps;

pub use definition::Tested;
pub use given::Given;
pub use request::{Configuration, Level, Mock, Request};
pub use run::{Answer, NO_MOCK, Status, TestError, run};
#[cfg(feature = "cli")]
pub use run::{Callee, Came, run_calling};
pub(super) use steps::{Probe, Step};

use serde::Serialize;

use crate::source;

/// What TestState refuses, and why, in the words of AWS where they are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The name of the exception: `ValidationException`, `InvalidDefinition`, `InvalidExecutionInput`, `InvalidArn`.
    pub code: &'static str,
    /// Why.
    pub message: String,
    /// What helps here, where that is not what would help with AWS.
    #[serde(skip)]
    pub hint: Option<String>,
}

impl Refusal {
    fn validation(message: impl Into<String>) -> Self {
        Refusal {
            code: "ValidationException",
            message: message.into(),
            hint: None,
        }
    }

    fn definition(message: impl Into<String>) -> Self {
        Refusal {
            code: "InvalidDefinition",
            message: message.into(),
            hint: None,
        }
    }

    /// An input that is no JSON. The frame is that of StartExecution [recorded]; that TestState, which has the same
    /// exception [API TestState], says it alike is inferred.
    ///
    /// `None` where AWS's parser takes the text.
    pub fn of_input(text: &str) -> Option<Self> {
        let words = source::input_refusal(text)?;
        Some(Refusal {
            code: "InvalidExecutionInput",
            message: format!("Invalid State Machine Execution Input: '{words}'"),
            hint: None,
        })
    }

    fn arn(message: impl Into<String>) -> Self {
        Refusal {
            code: "InvalidArn",
            message: message.into(),
            hint: None,
        }
    }

    /// The same, with what helps here.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Refusal {
            hint: Some(hint.into()),
            ..self
        }
    }
}
