//! The context object: `$$` in JSONPath, `$states.context` in JSONata.

use std::cell::OnceCell;
use std::sync::Arc;

use super::lane::Lane;
use super::program::State;
use super::settings::Settings;
use crate::asl::StateType;
use crate::history::Time;
use crate::value::{Map, Value};

/// The parts of the context object that stay the same for a whole execution.
#[derive(Debug)]
pub(super) struct ExecutionContext {
    /// The execution's input.
    pub(super) input: Value,
    /// How often it was redriven.
    redrives: u32,
    /// Made when somebody reads it.
    made: OnceCell<Made>,
}

/// `Execution` and `StateMachine`.
#[derive(Debug)]
struct Made {
    execution: Value,
    state_machine: Value,
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(
        members
            .into_iter()
            .map(|(key, value)| (Arc::from(key), value))
            .collect::<Map>(),
    )
}

/// `Map.Item`: what it stands for in the context object is made when somebody reads that.
#[derive(Debug, Clone)]
pub(super) struct MapItem {
    pub(super) index: usize,
    /// The member's name, when what is iterated over is an object.
    pub(super) key: Option<Arc<str>>,
    pub(super) value: Value,
    /// `STATE_DATA`, `S3://bucket`, `S3://bucket/key` [Accessing execution data from the Context object].
    pub(super) source: Option<Arc<str>>,
}

impl MapItem {
    fn object(&self) -> Value {
        let mut item = Map::with_capacity(4);
        let index = i64::try_from(self.index).unwrap_or(i64::MAX);
        item.insert(Arc::from("Index"), Value::from(index));
        if let Some(key) = &self.key {
            item.insert(Arc::from("Key"), Value::String(key.clone()));
        }
        item.insert(Arc::from("Value"), self.value.clone());
        if let Some(source) = &self.source {
            item.insert(Arc::from("Source"), Value::String(source.clone()));
        }
        Value::object(item)
    }
}

impl ExecutionContext {
    /// That of a child execution of a Map Run: `machine_name` is `<machine>/<label>`.
    pub(super) fn of_child(
        settings: &Settings,
        machine_name: &Arc<str>,
        name: &Arc<str>,
        input: Value,
        started: Time,
        redrives: u32,
    ) -> Self {
        let arn = |what: String| Value::from(settings.arn_of(&what));
        let execution = object([
            ("Id", arn(format!("execution:{machine_name}:{name}"))),
            ("Input", input.clone()),
            ("StartTime", Value::from(started.in_context())),
            ("Name", Value::String(name.clone())),
            ("RoleArn", Value::String(settings.role())),
            ("RedriveCount", Value::from(i64::from(redrives))),
        ]);
        let state_machine = object([
            ("Id", arn(format!("stateMachine:{machine_name}"))),
            ("Name", Value::String(machine_name.clone())),
        ]);
        ExecutionContext {
            input,
            redrives: 0,
            made: OnceCell::from(Made {
                execution,
                state_machine,
            }),
        }
    }

    pub(super) fn new(input: Value) -> Self {
        ExecutionContext {
            input,
            redrives: 0,
            made: OnceCell::new(),
        }
    }

    fn make(&self, settings: &Settings) -> Made {
        let execution = object([
            ("Id", Value::from(settings.execution_arn())),
            ("Input", self.input.clone()),
            ("StartTime", Value::from(settings.start.in_context())),
            ("Name", Value::String(settings.execution_name.clone())),
            ("RoleArn", Value::String(settings.role())),
        ]);
        // Present and 0 in a first run (recorded by AWS).
        let execution = match (settings.synchronous, execution) {
            (false, Value::Object(mut members)) => {
                let count = Value::from(i64::from(self.redrives));
                Arc::make_mut(&mut members).insert(Arc::from("RedriveCount"), count);
                Value::Object(members)
            }
            (_, execution) => execution,
        };
        let state_machine = object([
            ("Id", Value::from(settings.state_machine_arn())),
            ("Name", Value::String(settings.machine_name.clone())),
        ]);
        Made {
            execution,
            state_machine,
        }
    }

    /// Forgets what is made anew when it is read.
    pub(super) fn forget(&mut self) {
        self.made.take();
    }

    /// Counts how often the execution was redriven.
    pub(super) fn set_redrive_count(&mut self, count: u32) {
        self.redrives = count;
        self.forget();
    }

    /// The whole object, for `lane` in `state` and, inside a Map, with its `Map.Item`.
    ///
    /// `State.RetryCount` stands only where a state can be retried, and `Task` only where there is a token (recorded
    /// by AWS).
    pub(super) fn object(
        &self,
        settings: &Settings,
        lane: &Lane,
        state: &State,
        item: Option<&MapItem>,
    ) -> Value {
        let made = self.made.get_or_init(|| self.make(settings));
        let mut of_state = Map::with_capacity(3);
        of_state.insert(Arc::from("Name"), Value::String(state.name.clone()));
        of_state.insert(Arc::from("EnteredTime"), Value::from(lane.entered.1.in_context()));
        if matches!(
            state.state_type,
            StateType::Task | StateType::Parallel | StateType::Map
        ) {
            of_state.insert(Arc::from("RetryCount"), Value::from(i64::from(lane.retry_count)));
        }
        let mut context = Map::with_capacity(5);
        context.insert(Arc::from("Execution"), made.execution.clone());
        context.insert(Arc::from("StateMachine"), made.state_machine.clone());
        context.insert(Arc::from("State"), Value::object(of_state));
        if let Some(token) = &lane.token {
            context.insert(
                Arc::from("Task"),
                object([("Token", Value::String(token.clone()))]),
            );
        }
        if let Some(item) = item {
            context.insert(Arc::from("Map"), object([("Item", item.object())]));
        }
        Value::object(context)
    }
}
