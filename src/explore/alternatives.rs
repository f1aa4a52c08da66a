//! What each task may answer.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::asl::{ErrorName, State, StateId, StateMachine, StateType};
use crate::expr::condition::{Condition, Relation, Side, Test};
use crate::mocks::{Answer, Mocks, Outcome};
use crate::services::left_out;
use crate::value::Value;

/// What a call may be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Which kind of outcome it is.
    pub kind: Kind,
    /// The answer.
    pub answer: Arc<Answer>,
}

/// Kinds of outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A result.
    Result,
    /// An error that a retrier, a catcher or the mocks name.
    Error(Arc<str>),
    /// An error that nobody names.
    Unnamed,
    /// Its timeout strikes; heartbeats come until then.
    Timeout,
    /// Its heartbeat strikes.
    Heartbeat,
}

/// Seconds between heartbeats that keep any task alive: no `HeartbeatSeconds` is below one.
const OFTEN_ENOUGH: f64 = 0.5;

/// Results at most that are made up for one task.
const MOST_RESULTS: usize = 8;

/// The error that nobody names, unless somebody does.
const UNNAMED: &str = "SomeError";

/// What the tasks of a machine may answer.
#[derive(Debug, Default)]
pub struct Alternatives {
    states: FxHashMap<Arc<str>, Own>,
    /// The tasks that have several results, which are made up.
    made_up: Vec<Arc<str>>,
    limits: Option<Limits>,
}

/// What strikes where a call never answers.
#[derive(Debug)]
struct Limits {
    timeout: Arc<Choice>,
    /// The timeout, where the heartbeat would strike before.
    timeout_at_last: Arc<Choice>,
    heartbeat: Arc<Choice>,
}

/// What one task may answer.
#[derive(Debug)]
struct Own {
    choices: Vec<Arc<Choice>>,
    /// Whether anybody can send heartbeats for it.
    sends_heartbeats: bool,
}

impl Alternatives {
    /// For each task: the results that `mocks` give for it, or else those of `skeletons`, with and without what may not be
    /// found, and those of `others`, which lead elsewhere; each error that its retriers and catchers, those of the states
    /// around it and its mocks name; one that nobody names.
    pub fn of(
        machine: &StateMachine,
        mocks: &Mocks,
        skeletons: &Mocks,
        others: &[(StateId, Value)],
    ) -> Alternatives {
        let named = |name: &str| {
            machine
                .states()
                .iter()
                .flat_map(handled)
                .any(|error| &*error.name == name)
        };
        let mut unnamed = UNNAMED.to_owned();
        while named(&unnamed) {
            unnamed.push('_');
        }
        let unnamed = Arc::new(Choice {
            kind: Kind::Unnamed,
            answer: Arc::new(error(&unnamed)),
        });
        let compared = names_compared(machine);
        let mut states = FxHashMap::default();
        let mut made_up: Vec<Arc<str>> = Vec::new();
        for state in machine.states() {
            if state.state_type != Some(StateType::Task) {
                continue;
            }
            let mut choices: Vec<Arc<Choice>> = Vec::new();
            let mut add = |choice: Arc<Choice>| {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            };
            let mocked = mocks.answers(&state.name);
            let results = |answers: &[Arc<Answer>]| {
                let results = answers
                    .iter()
                    .filter(|answer| matches!(answer.outcome, Outcome::Return(_) | Outcome::Compute(_)));
                results.cloned().collect::<Vec<_>>()
            };
            let mut given = results(&mocked);
            if given.is_empty() {
                given = results(&skeletons.answers(&state.name));
                let resource = machine.state(state.id).resource();
                let nothing = left_out(&resource).and_then(|member| without(given.first()?, member));
                given.extend(nothing.map(Arc::new));
                let before = given.len();
                let own = others.iter().filter(|(of, _)| *of == state.id);
                for (_, result) in own {
                    let first = given.first().map(|first| Answer::clone(first));
                    let answer = first.map(|first| Answer {
                        outcome: Outcome::Return(result.clone()),
                        ..first
                    });
                    let is_new = given.len() < MOST_RESULTS
                        && answer
                            .as_ref()
                            .is_some_and(|new| given.iter().all(|known| **known != *new));
                    given.extend(answer.filter(|_| is_new).map(Arc::new));
                }
                made_up.extend((given.len() > before).then(|| state.name.clone()));
            }
            for answer in given {
                let kind = Kind::Result;
                add(Arc::new(Choice { kind, answer }));
            }
            for answer in mocked {
                if let Outcome::Throw { error, .. } = &answer.outcome {
                    let kind = Kind::Error(error.clone().unwrap_or_default());
                    add(Arc::new(Choice { kind, answer }));
                }
            }
            for name in errors_around(machine, state, &compared) {
                let known = choices
                    .iter()
                    .any(|choice| choice.kind == Kind::Error(name.clone()));
                if !known {
                    let answer = Arc::new(error(&name));
                    choices.push(Arc::new(Choice {
                        kind: Kind::Error(name),
                        answer,
                    }));
                }
            }
            choices.push(unnamed.clone());
            let own = Own {
                choices,
                sends_heartbeats: machine.state(state.id).resource().is_answered_from_outside(),
            };
            states.insert(state.name.clone(), own);
        }
        let hangs = |kind, heartbeat_every| {
            let answer = Answer {
                heartbeat_every,
                ..Answer::of(Outcome::Hang)
            };
            Arc::new(Choice {
                kind,
                answer: Arc::new(answer),
            })
        };
        Alternatives {
            states,
            made_up,
            limits: Some(Limits {
                timeout: hangs(Kind::Timeout, None),
                timeout_at_last: hangs(Kind::Timeout, Some(OFTEN_ENOUGH)),
                heartbeat: hangs(Kind::Heartbeat, None),
            }),
        }
    }

    /// The tasks without mocks for which results are made up that lead elsewhere.
    pub fn made_up(&self) -> &[Arc<str>] {
        &self.made_up
    }

    /// What a call of `state` may be answered, with the limits that it has.
    pub fn choices(
        &self,
        state: &Arc<str>,
        timeout_seconds: Option<i64>,
        heartbeat_seconds: Option<i64>,
    ) -> Vec<Arc<Choice>> {
        let own = self.states.get(state);
        let misses = heartbeat_seconds
            .is_some_and(|heartbeat| timeout_seconds.is_none_or(|timeout| heartbeat < timeout));
        let sends = own.is_some_and(|own| own.sends_heartbeats);
        let own = own.map_or(&[][..], |own| &own.choices);
        let limits = self.limits.iter().flat_map(|limits| {
            let timeout = match timeout_seconds {
                Some(_) if !misses => Some(&limits.timeout),
                Some(_) if sends => Some(&limits.timeout_at_last),
                _ => None,
            };
            timeout.into_iter().chain(misses.then_some(&limits.heartbeat))
        });
        own.iter().chain(limits).cloned().collect()
    }
}

/// A result that lacks a member of another one.
fn without(answer: &Answer, member: &str) -> Option<Answer> {
    let Outcome::Return(result) = &answer.outcome else {
        return None;
    };
    let mut members = result.as_object()?.clone();
    members.remove(member)?;
    Some(Answer::of(Outcome::Return(Value::object(members))))
}

fn error(name: &str) -> Answer {
    Answer::of(Outcome::Throw {
        error: Some(Arc::from(name)),
        cause: Some(Arc::from("explored")),
    })
}

/// The names that rules of Choice states compare the `Error` of what was caught with.
fn names_compared(machine: &StateMachine) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for rule in machine.states().iter().flat_map(|state| &state.choices) {
        for comparison in Condition::read(machine.node(rule.node)).comparisons() {
            let is_equal = match comparison.test {
                Test::Operator(operator) => operator.name == "StringEquals",
                Test::Relation(relation) => relation == Relation::Equal,
                Test::Truth => false,
            };
            if let Side::Value(Value::String(name)) = &comparison.side
                && is_equal
                && comparison.place.spelling().ends_with(".Error")
                && names.len() < MOST_RESULTS
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
    }
    names
}

/// What the retriers and catchers of a state name.
fn handled(state: &State) -> impl Iterator<Item = &ErrorName> {
    let retriers = state.retriers.iter().flat_map(|retrier| &retrier.errors);
    retriers.chain(state.catchers.iter().flat_map(|catcher| &catcher.errors))
}

/// The errors that the retriers and catchers of a state and of the states around it name, in their order: those that a
/// task may answer with. Wildcards take what nobody names, a timeout strikes by itself, and what Step Functions raises
/// in the state's own work is no answer of its task. Where something is caught, those that are `compared` with count, too.
fn errors_around(machine: &StateMachine, state: &State, compared: &[Arc<str>]) -> Vec<Arc<str>> {
    let answered = |name: &str| {
        !name.starts_with("States.") || name.starts_with("States.Http") || name == "States.Permissions"
    };
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut around = Some(state);
    while let Some(state) = around {
        let caught = compared.iter().filter(|_| !state.catchers.is_empty());
        for name in handled(state).map(|error| &error.name).chain(caught) {
            if answered(name) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        around = machine.scope(state.scope).owner.map(|owner| machine.state(owner));
    }
    names
}
