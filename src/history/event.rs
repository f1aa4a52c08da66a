//! The types of events [API model of GetExecutionHistory; API HistoryEvent; recorded] and what each carries.

use std::sync::Arc;

use super::{Failure, Time};
use crate::asl::StateType;
use crate::value::{Map, Value};

/// One event of an execution's history.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number, from 1; 0 for an event of a child execution, and for one of an export that has none.
    pub id: u64,
    /// The event that led to it; 0 for the first ones.
    pub previous: u64,
    /// When it happened.
    pub at: Time,
    /// The line of execution that it belongs to, by its number among [`History::lanes`](super::History::lanes).
    pub lane: u32,
    /// What happened.
    pub kind: EventKind,
}

/// Which family of events a task writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `LambdaFunction...`: a function's ARN as `Resource`.
    LambdaFunction,
    /// `Activity...`: an activity's ARN.
    Activity,
    /// `Task...`: an integration.
    Task,
}

/// What a task calls, as its events name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTarget {
    /// Which events it writes.
    pub family: Family,
    /// `invoke.waitForTaskToken`, or the whole ARN of a function or an activity.
    pub resource: Arc<str>,
    /// `lambda`, `aws-sdk:dynamodb`; empty for a function or an activity.
    pub resource_type: Arc<str>,
}

/// A task that is called, as `...Scheduled` tells it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the members of AWS's API")]
pub struct ScheduledTask {
    pub target: Arc<TaskTarget>,
    pub region: Arc<str>,
    pub parameters: Value,
    pub timeout: Option<i64>,
    pub heartbeat: Option<i64>,
    pub credentials: Option<Value>,
}

/// A JSONata expression that failed.
#[derive(Debug, Clone)]
pub struct EvaluationFailure {
    /// What with.
    pub failure: Failure,
    /// The field, relative to the state; `None` where it is the state's input that it cannot use.
    pub location: Option<Arc<str>>,
    /// The state.
    pub state: Arc<str>,
}

/// What happened. Payloads are shared values: their text is made when the event is printed. Histories of many events are
/// held, so that what only a few types carry is in a box.
#[derive(Debug, Clone)]
#[allow(
    missing_docs,
    reason = "each is the event type of AWS's API with the same members"
)]
pub enum EventKind {
    ExecutionStarted {
        /// The input's text as it was sent.
        input: Arc<str>,
        role_arn: Arc<str>,
    },
    ExecutionSucceeded {
        output: Value,
    },
    ExecutionFailed(Failure),
    ExecutionTimedOut(Failure),
    StateEntered {
        state_type: StateType,
        name: Arc<str>,
        input: Value,
        /// The input's text, where the state has the execution's as it was sent: AWS shows its blanks (recorded of
        /// arrays).
        text: Option<Arc<str>>,
    },
    StateExited {
        state_type: StateType,
        name: Arc<str>,
        output: Value,
        /// The variables that `Assign` set; `None` for a state without one.
        assigned: Option<Arc<Map>>,
    },
    /// `TaskStateAborted`, `WaitStateAborted`, `ParallelStateAborted`, `MapStateAborted`.
    StateAborted(StateType),
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    MapStateStarted {
        length: usize,
    },
    MapStateSucceeded,
    MapStateFailed,
    MapIterationStarted {
        name: Arc<str>,
        index: usize,
    },
    MapIterationSucceeded {
        name: Arc<str>,
        index: usize,
    },
    MapIterationFailed {
        name: Arc<str>,
        index: usize,
    },
    MapIterationAborted {
        name: Arc<str>,
        index: usize,
    },
    MapRunStarted {
        map_run_arn: Arc<str>,
    },
    MapRunSucceeded,
    MapRunFailed(Failure),
    EvaluationFailed(Box<EvaluationFailure>),
    /// `TaskScheduled`, `LambdaFunctionScheduled`, `ActivityScheduled`.
    Scheduled(Box<ScheduledTask>),
    Started {
        target: Arc<TaskTarget>,
        /// The name of the activity's worker, when it gave one.
        worker: Option<Arc<str>>,
    },
    /// `TaskSubmitted`.
    Submitted {
        target: Arc<TaskTarget>,
        output: Value,
    },
    Succeeded {
        target: Arc<TaskTarget>,
        output: Value,
    },
    /// `...Failed`, `...StartFailed`, `...ScheduleFailed`, `...TimedOut`, `TaskSubmitFailed`.
    Unsuccessful {
        target: Arc<TaskTarget>,
        /// What stands behind the family's name in the event type: `Failed`, `TimedOut`.
        how: Unsuccessful,
        failure: Failure,
    },
    /// What only somebody outside brings about, or only exports tell: `ExecutionAborted`, `ExecutionRedriven`, types that
    /// came later.
    Other(Box<Other>),
}

/// An event of a type that no state writes.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its type, whatever stands there.
    pub type_name: Arc<str>,
    /// Its details as they stand there.
    pub details: Arc<Map>,
}

/// The ways a task ends without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsuccessful {
    /// It answered with an error.
    Failed,
    /// It did not answer in time.
    TimedOut,
    /// It could not be started.
    StartFailed,
    /// It could not be scheduled (functions and activities).
    ScheduleFailed,
    /// The job behind a `.sync` could not be submitted (integrations).
    SubmitFailed,
}

impl Unsuccessful {
    const ALL: [Unsuccessful; 5] = [
        Unsuccessful::Failed,
        Unsuccessful::TimedOut,
        Unsuccessful::StartFailed,
        Unsuccessful::ScheduleFailed,
        Unsuccessful::SubmitFailed,
    ];

    fn suffix(self) -> &'static str {
        match self {
            Unsuccessful::Failed => "Failed",
            Unsuccessful::TimedOut => "TimedOut",
            Unsuccessful::StartFailed => "StartFailed",
            Unsuccessful::ScheduleFailed => "ScheduleFailed",
            Unsuccessful::SubmitFailed => "SubmitFailed",
        }
    }

    /// The way whose event type is `name` (`TaskStartFailed`, `LambdaFunctionFailed`), whatever the family.
    pub fn of_event_type(name: &str) -> Option<Unsuccessful> {
        let suffix = ["LambdaFunction", "Activity", "Task"]
            .into_iter()
            .find_map(|family| name.strip_prefix(family))?;
        Unsuccessful::ALL.into_iter().find(|how| how.suffix() == suffix)
    }
}

/// `<the name of a variant>` and what follows it, for the variant that `$of` is.
macro_rules! type_name {
    ($of:expr, $type:ident: $($variant:ident)*, $what:expr) => {
        match $of {
            $($type::$variant => concat!(stringify!($variant), $what),)*
        }
    };
}

/// The type of a state's event.
macro_rules! of_state {
    ($state_type:expr, $what:literal) => {
        type_name!($state_type, StateType: Pass Task Choice Wait Succeed Fail Parallel Map, concat!("State", $what))
    };
}

/// The type of a task's event.
macro_rules! of_task {
    ($target:expr, $what:literal) => {
        type_name!($target.family, Family: LambdaFunction Activity Task, $what)
    };
}

impl EventKind {
    /// `type` of the event.
    pub fn type_name(&self) -> &str {
        match self {
            EventKind::ExecutionStarted { .. } => "ExecutionStarted",
            EventKind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventKind::ExecutionFailed(_) => "ExecutionFailed",
            EventKind::ExecutionTimedOut(_) => "ExecutionTimedOut",
            EventKind::StateEntered { state_type, .. } => of_state!(state_type, "Entered"),
            EventKind::StateExited { state_type, .. } => of_state!(state_type, "Exited"),
            EventKind::StateAborted(state_type) => of_state!(state_type, "Aborted"),
            EventKind::ParallelStateStarted => "ParallelStateStarted",
            EventKind::ParallelStateSucceeded => "ParallelStateSucceeded",
            EventKind::ParallelStateFailed => "ParallelStateFailed",
            EventKind::MapStateStarted { .. } => "MapStateStarted",
            EventKind::MapStateSucceeded => "MapStateSucceeded",
            EventKind::MapStateFailed => "MapStateFailed",
            EventKind::MapIterationStarted { .. } => "MapIterationStarted",
            EventKind::MapIterationSucceeded { .. } => "MapIterationSucceeded",
            EventKind::MapIterationFailed { .. } => "MapIterationFailed",
            EventKind::MapIterationAborted { .. } => "MapIterationAborted",
            EventKind::MapRunStarted { .. } => "MapRunStarted",
            EventKind::MapRunSucceeded => "MapRunSucceeded",
            EventKind::MapRunFailed(_) => "MapRunFailed",
            EventKind::EvaluationFailed(_) => "EvaluationFailed",
            EventKind::Scheduled(task) => of_task!(task.target, "Scheduled"),
            EventKind::Started { target, .. } => of_task!(target, "Started"),
            EventKind::Submitted { target, .. } => of_task!(target, "Submitted"),
            EventKind::Succeeded { target, .. } => of_task!(target, "Succeeded"),
            EventKind::Unsuccessful { target, how, .. } => match how {
                Unsuccessful::Failed => of_task!(target, "Failed"),
                Unsuccessful::TimedOut => of_task!(target, "TimedOut"),
                Unsuccessful::StartFailed => of_task!(target, "StartFailed"),
                Unsuccessful::ScheduleFailed => of_task!(target, "ScheduleFailed"),
                Unsuccessful::SubmitFailed => of_task!(target, "SubmitFailed"),
            },
            EventKind::Other(other) => &other.type_name,
        }
    }

    /// The index of the item, of what a Map says of one.
    pub fn item(&self) -> Option<usize> {
        match self {
            EventKind::MapIterationStarted { index, .. }
            | EventKind::MapIterationSucceeded { index, .. }
            | EventKind::MapIterationFailed { index, .. }
            | EventKind::MapIterationAborted { index, .. } => Some(*index),
            _ => None,
        }
    }

    /// `ExecutionAborted`: what it was stopped with, each absent where nothing was given.
    pub fn aborted(failure: &Failure) -> EventKind {
        let members = [("error", &failure.error), ("cause", &failure.cause)];
        let details = members.into_iter().filter_map(|(name, text)| {
            let text = text.clone()?;
            Some((Arc::from(name), Value::String(text)))
        });
        EventKind::Other(Box::new(Other {
            type_name: Arc::from(EXECUTION_ABORTED),
            details: Arc::new(details.collect()),
        }))
    }

    /// `ExecutionRedriven`, for the `count`th time.
    pub fn redriven(count: u32) -> EventKind {
        let count = Value::from(i64::from(count));
        EventKind::Other(Box::new(Other {
            type_name: Arc::from("ExecutionRedriven"),
            details: Arc::new([(Arc::from("redriveCount"), count)].into_iter().collect()),
        }))
    }

    /// `MapRunRedriven`, for the `count`th time.
    pub fn map_run_redriven(map_run: &Arc<str>, count: u32) -> EventKind {
        let members = [
            ("mapRunArn", Value::String(map_run.clone())),
            ("redriveCount", Value::from(i64::from(count))),
        ];
        let details = members.into_iter().map(|(name, value)| (Arc::from(name), value));
        EventKind::Other(Box::new(Other {
            type_name: Arc::from("MapRunRedriven"),
            details: Arc::new(details.collect()),
        }))
    }

    /// Whether it ends the execution.
    pub fn is_end(&self) -> bool {
        match self {
            EventKind::ExecutionSucceeded { .. }
            | EventKind::ExecutionFailed(_)
            | EventKind::ExecutionTimedOut(_) => true,
            EventKind::Other(other) => &*other.type_name == EXECUTION_ABORTED,
            _ => false,
        }
    }
}

/// The end of an execution that was stopped from outside.
pub const EXECUTION_ABORTED: &str = "ExecutionAborted";

/// The types of the events of a history [API HistoryEvent].
pub const TYPES: [&str; 62] = [
    "ActivityFailed",
    "ActivityScheduled",
    "ActivityScheduleFailed",
    "ActivityStarted",
    "ActivitySucceeded",
    "ActivityTimedOut",
    "ChoiceStateEntered",
    "ChoiceStateExited",
    "EvaluationFailed",
    "ExecutionAborted",
    "ExecutionFailed",
    "ExecutionRedriven",
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionTimedOut",
    "FailStateEntered",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduled",
    "LambdaFunctionScheduleFailed",
    "LambdaFunctionStarted",
    "LambdaFunctionStartFailed",
    "LambdaFunctionSucceeded",
    "LambdaFunctionTimedOut",
    "MapIterationAborted",
    "MapIterationFailed",
    "MapIterationStarted",
    "MapIterationSucceeded",
    "MapRunAborted",
    "MapRunFailed",
    "MapRunRedriven",
    "MapRunStarted",
    "MapRunSucceeded",
    "MapStateAborted",
    "MapStateEntered",
    "MapStateExited",
    "MapStateFailed",
    "MapStateStarted",
    "MapStateSucceeded",
    "ParallelStateAborted",
    "ParallelStateEntered",
    "ParallelStateExited",
    "ParallelStateFailed",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "PassStateEntered",
    "PassStateExited",
    "SucceedStateEntered",
    "SucceedStateExited",
    "TaskFailed",
    "TaskScheduled",
    "TaskStarted",
    "TaskStartFailed",
    "TaskStateAborted",
    "TaskStateEntered",
    "TaskStateExited",
    "TaskSubmitFailed",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskTimedOut",
    "WaitStateAborted",
    "WaitStateEntered",
    "WaitStateExited",
];
