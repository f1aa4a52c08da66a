//! What the data of a tested state is after each step of its flow.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Map, Value};

/// A step of the data flow, named in `inspectionData` by the data after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Step {
    InputPath,
    Parameters,
    Arguments,
    ItemsPath,
    ItemsPointer,
    ItemSelector,
    ItemBatcher,
    Result,
    ResultSelector,
    ResultPath,
}

impl Step {
    /// The member of `inspectionData` [API InspectionData].
    pub(super) fn key(self) -> &'static str {
        match self {
            Step::InputPath => "afterInputPath",
            Step::Parameters => "afterParameters",
            Step::Arguments => "afterArguments",
            Step::ItemsPath => "afterItemsPath",
            Step::ItemsPointer => "afterItemsPointer",
            Step::ItemSelector => "afterItemSelector",
            Step::ItemBatcher => "afterItemBatcher",
            Step::Result => "result",
            Step::ResultSelector => "afterResultSelector",
            Step::ResultPath => "afterResultPath",
        }
    }
}

/// What listens to the data flow of the one state that is tested, and what its context object has of its own.
#[derive(Debug)]
pub(in crate::simulate) struct Probe {
    /// The request's context object.
    given: Option<Value>,
    /// Whether a role was named: without one, RoleArn is null (recorded by AWS).
    has_role: bool,
    /// Surroundings only lend the engine out, so what they note is kept in a cell.
    steps: RefCell<Vec<(Step, Value)>>,
    /// Whether a task's call was made.
    called: Cell<bool>,
}

impl Probe {
    /// One that has heard nothing: `given` is the request's context object.
    pub(super) fn new(given: Option<Value>, has_role: bool) -> Self {
        Probe {
            given,
            has_role,
            steps: RefCell::default(),
            called: Cell::default(),
        }
    }

    /// Keeps the data after a step.
    pub(in crate::simulate) fn note(&self, step: Step, value: &Value) {
        self.steps.borrow_mut().push((step, value.clone()));
    }

    /// Keeps that a task's call is made: what it is made with is in order.
    pub(in crate::simulate) fn note_call(&self) {
        self.called.set(true);
    }

    /// Whether a task's call was made.
    pub(super) fn has_called(&self) -> bool {
        self.called.get()
    }

    /// What was noted, in order.
    pub(super) fn into_steps(self) -> Vec<(Step, Value)> {
        self.steps.into_inner()
    }

    /// The context object of the test: the one that the request gives, beside which nothing is made up, or else the
    /// engine's (both recorded by AWS) [recorded; Testing state machines with TestState API]. `has_item` says that
    /// `own` has the `Map` of an item at hand, which no request can give.
    pub(in crate::simulate) fn context(&self, own: Value, has_item: bool) -> Value {
        if let Some(given) = &self.given {
            let item = has_item.then(|| own.get("Map")).flatten();
            let (Value::Object(members), Some(item)) = (given, item) else {
                return given.clone();
            };
            let mut context = Map::clone(members);
            context.insert(Arc::from("Map"), item.clone());
            return Value::object(context);
        }
        let Value::Object(own) = own else { return own };
        let mut context = Arc::unwrap_or_clone(own);
        if let Some(Value::Object(execution)) = context.get_mut("Execution") {
            let execution = Arc::make_mut(execution);
            if !self.has_role {
                execution.insert(Arc::from("RoleArn"), Value::Null);
            }
            // By name, otherwise than in an execution (both recorded by AWS).
            let by_name: BTreeMap<_, _> = std::mem::take(execution)
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            execution.extend(by_name);
        }
        Value::object(context)
    }
}
