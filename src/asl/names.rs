//! The closed lists of names in the language: state types, query languages, machine types.

use std::fmt;

use crate::source::Embedding;

/// The two types of state machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MachineType {
    /// Durable, exactly once, up to a year.
    #[default]
    Standard,
    /// Short, many, up to five minutes; some integrations are missing.
    Express,
}

impl MachineType {
    /// The type that a template makes a state machine; `None` where it does not say.
    pub(crate) fn of_template(embedding: Option<&Embedding>) -> Option<MachineType> {
        Some(match embedding?.express? {
            true => MachineType::Express,
            false => MachineType::Standard,
        })
    }

    /// The type that the API calls so.
    pub fn named(name: &str) -> Option<MachineType> {
        [MachineType::Standard, MachineType::Express]
            .into_iter()
            .find(|known| known.name() == name)
    }

    /// What the API calls it: the value of `type`.
    pub fn name(self) -> &'static str {
        match self {
            MachineType::Standard => "STANDARD",
            MachineType::Express => "EXPRESS",
        }
    }
}

/// The eight state types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateType {
    /// Passes its input on, or gives a fixed result.
    Pass,
    /// Calls out: a Lambda function, an activity, a service.
    Task,
    /// Chooses the next state.
    Choice,
    /// Waits.
    Wait,
    /// Ends its scope with success.
    Succeed,
    /// Fails the execution.
    Fail,
    /// Runs branches side by side.
    Parallel,
    /// Runs a processor once for each item.
    Map,
}

impl StateType {
    /// All of them, in the order of AWS's documentation.
    pub const ALL: [StateType; 8] = [
        StateType::Pass,
        StateType::Task,
        StateType::Choice,
        StateType::Wait,
        StateType::Succeed,
        StateType::Fail,
        StateType::Parallel,
        StateType::Map,
    ];

    /// The value of `Type`.
    pub const fn name(self) -> &'static str {
        match self {
            StateType::Pass => "Pass",
            StateType::Task => "Task",
            StateType::Choice => "Choice",
            StateType::Wait => "Wait",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        }
    }

    /// The type that `Type: name` means; names are case-sensitive.
    pub fn from_name(name: &str) -> Option<StateType> {
        StateType::ALL.into_iter().find(|t| t.name() == name)
    }

    /// Whether a state of this type takes `Next` or `End`.
    pub fn has_next(self) -> bool {
        !matches!(self, StateType::Choice | StateType::Succeed | StateType::Fail)
    }
}

impl fmt::Display for StateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The two query languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueryLanguage {
    /// Paths, payload templates and intrinsic functions: the default.
    JsonPath,
    /// Expressions in `{% %}`.
    Jsonata,
}

impl QueryLanguage {
    /// The value of `QueryLanguage`.
    pub fn name(self) -> &'static str {
        match self {
            QueryLanguage::JsonPath => "JSONPath",
            QueryLanguage::Jsonata => "JSONata",
        }
    }

    /// The field that holds what a state sends.
    pub fn payload_field(self) -> &'static str {
        match self {
            QueryLanguage::JsonPath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        }
    }

    /// The other one.
    pub fn other(self) -> QueryLanguage {
        match self {
            QueryLanguage::JsonPath => QueryLanguage::Jsonata,
            QueryLanguage::Jsonata => QueryLanguage::JsonPath,
        }
    }
}

impl fmt::Display for QueryLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
