//! What the expressions of a running state may read: the context object, the variables, the run's numbers.

use std::sync::Arc;

use super::context::MapItem;
use super::engine::Engine;
use super::lane::{Lane, LaneId};
use super::test_state::Step;
use crate::expr::random::RandomSource;
use crate::expr::{Environment, Scope, jsonata};
use crate::value::{Map, Value};

/// The surroundings of a lane's state.
pub(super) struct Surroundings<'e> {
    engine: &'e Engine<'e>,
    lane: &'e Lane,
    /// `Map.Item` of an iteration that has no lane of its own yet.
    item: Option<&'e MapItem>,
}

impl<'e> Surroundings<'e> {
    /// Those of the state that lane `id` is in.
    pub(super) fn of(engine: &'e Engine<'_>, id: LaneId) -> Self {
        Surroundings {
            engine,
            lane: engine.lane(id),
            item: None,
        }
    }

    /// The same, with `item` as `Map.Item` of the context object.
    pub(super) fn with_item(&self, item: &'e MapItem) -> Surroundings<'e> {
        Surroundings {
            item: Some(item),
            ..*self
        }
    }

    /// The state's input as it was entered with.
    pub(super) fn raw_input(&self) -> &'e Value {
        &self.lane.input
    }

    /// Bytes that the state's input has at most.
    pub(super) fn raw_bytes(&self) -> usize {
        self.lane.bytes
    }

    /// Tells whoever tests this state what its data is after a step of the flow.
    pub(super) fn note(&self, step: Step, value: &Value) {
        if let Some(probe) = &self.engine.probe {
            probe.note(step, value);
        }
    }

    /// What a JSONata expression gave. It is written anew, numbers and all [floci#2676], so that a test does not take it for
    /// the data that it may share, which comes back as it was given.
    pub(super) fn made(&self, value: Value) -> Value {
        match (&self.engine.probe, value) {
            (Some(_), Value::Array(items)) => Value::Array(Arc::new(Vec::clone(&items))),
            (Some(_), Value::Object(members)) => Value::Object(Arc::new(Map::clone(&members))),
            (_, value) => value,
        }
    }

    /// The scope of a JSONPath expression whose `$` is `input`.
    pub(super) fn scope<'s>(&'s self, input: &'s Value) -> Scope<'s> {
        Scope::new(input, self)
    }

    /// What a JSONata expression is evaluated with.
    pub(super) fn evaluation(
        &self,
        result: Option<&Value>,
        error_output: Option<&Value>,
    ) -> jsonata::Evaluation<'_> {
        jsonata::Evaluation {
            engine: self.engine.jsonata(),
            environment: self,
            states: jsonata::States {
                input: self.lane.input.clone(),
                result: result.cloned(),
                error_output: error_output.cloned(),
            },
            now_millis: self.engine.now.millis(),
        }
    }
}

impl Environment for Surroundings<'_> {
    fn context(&self) -> Value {
        let state = self.engine.program.state(self.lane.state);
        let item = self.item.or_else(|| {
            self.lane
                .iteration
                .as_ref()
                .and_then(|iteration| iteration.item.as_ref())
        });
        let context = self.engine.context_object(self.lane, state, item);
        match &self.engine.probe {
            Some(probe) => probe.context(context, self.item.is_some()),
            None => context,
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.lane.variables.get(name).cloned()
    }

    fn random(&self) -> &RandomSource {
        &self.engine.random
    }
}
