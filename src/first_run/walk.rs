//! The way through a machine, scope by scope: first the one to the end, then what stands beside it.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::data::Variables;
use crate::arrange::Arrange as _;
use crate::asl::{QueryLanguage, ScopeId, StateId, StateMachine, StateType, TransitionKind};
use crate::expr::shapes::{Kind, Shape, Shapes};
use crate::services::Reply;
use crate::value::Value;

/// States visited at most.
const MOST_VISITS: usize = 50_000;
/// Values made at most.
const MOST_SHAPES: usize = 500_000;
/// Visits of one state in one scope: a loop whose end is computed is not followed further.
const MOST_ROUNDS: usize = 2;
/// Ways at most that are gone on where another one has been.
const MOST_JOINS: usize = 2_000;
/// States of a scope times its Choice states, up to which the shortest ways are looked for.
const MOST_RANKED: usize = 4_000_000;

/// A way of a Choice state that the run is to take: that of the rule of this index, or of the default, behind the last.
pub(super) type Aim = (StateId, usize);

/// What the walk has found.
pub(super) struct Found {
    /// Whether the run takes the way that it was to take.
    pub(super) is_taken: bool,
    pub(super) input: Value,
    /// The results of tasks.
    pub(super) results: Vec<(StateId, Value)>,
    /// An item of each ItemReader, and what it is told to read.
    pub(super) readers: FxHashMap<StateId, (Value, Value)>,
}

pub(super) struct Walk<'m> {
    pub(super) machine: &'m StateMachine,
    pub(super) shapes: Shapes,
    pub(super) input: Shape,
    pub(super) results: FxHashMap<StateId, Shape>,
    /// An item of each ItemReader, and its parameters.
    pub(super) readers: FxHashMap<StateId, (Shape, Shape)>,
    entries: &'m FxHashMap<StateId, Json>,
    left: usize,
    /// The way that the run has still to take.
    pub(super) aim: Option<Aim>,
    /// What each state was first visited with.
    first: FxHashMap<StateId, (Shape, Variables)>,
    /// The ways that came with something else to a state that had been visited, each with its context object.
    joins: Vec<(Shape, Beside)>,
}

/// Where the walk is: what all states of a scope see.
pub(super) struct Lane {
    pub(super) context: Shape,
    pub(super) variables: Variables,
    /// Whether it is the way that the run takes.
    pub(super) main: bool,
}

/// A way that the run does not take.
pub(super) struct Beside {
    pub(super) state: StateId,
    pub(super) data: Shape,
    pub(super) variables: Variables,
}

/// What comes after a state.
pub(super) enum Step {
    /// The scope's output.
    End(Shape),
    /// The next state's input.
    Go(StateId, Shape),
    /// Nothing: it fails, or its target is not there.
    Stop,
}

pub(super) fn walk(
    machine: &StateMachine,
    entries: &FxHashMap<StateId, Json>,
    input: Option<&Value>,
    aim: Option<Aim>,
) -> Found {
    let mut shapes = Shapes::default();
    let input = match input {
        Some(input) => shapes.fixed(input),
        None => shapes.any_object(),
    };
    let mut walk = Walk {
        machine,
        shapes,
        input,
        results: FxHashMap::default(),
        readers: FxHashMap::default(),
        entries,
        left: MOST_VISITS,
        aim,
        first: FxHashMap::default(),
        joins: Vec::new(),
    };
    let context = walk.context(None);
    walk.scope(ScopeId::TOP, input, context, Variables::default(), true);
    // What only other ways read is needed of the tasks on them; nobody starts an execution with it.
    let input = walk.shapes.value(input);
    walk.left = MOST_VISITS;
    for (context, way) in std::mem::take(&mut walk.joins) {
        walk.join(context, way);
    }
    let mut results: Vec<(StateId, Value)> = walk
        .results
        .iter()
        .map(|(state, shape)| (*state, walk.shapes.value(*shape)))
        .collect();
    results.arrange_by_key(|(state, _)| *state);
    let value = |shape: &Shape| walk.shapes.value(*shape);
    let readers = walk
        .readers
        .iter()
        .map(|(state, (item, place))| (*state, (value(item), value(place))));
    Found {
        is_taken: walk.aim.is_none(),
        input,
        results,
        readers: readers.collect(),
    }
}

impl<'m> Walk<'m> {
    /// The context object; `item` is that of the iteration.
    pub(super) fn context(&mut self, item: Option<Shape>) -> Shape {
        let shapes = &mut self.shapes;
        let text = |shapes: &mut Shapes| shapes.computed(Some(Kind::Text));
        let moment = |shapes: &mut Shapes| shapes.computed(Some(Kind::Moment));
        let execution = vec![
            ("Id", text(shapes)),
            ("Input", self.input),
            ("Name", text(shapes)),
            ("RoleArn", text(shapes)),
            ("StartTime", moment(shapes)),
            ("RedriveCount", shapes.computed(Some(Kind::Number))),
        ];
        let execution = shapes.object(named(execution));
        let state = vec![
            ("EnteredTime", moment(shapes)),
            ("Name", text(shapes)),
            ("RetryCount", shapes.computed(Some(Kind::Number))),
        ];
        let state = shapes.object(named(state));
        let machine = vec![("Id", text(shapes)), ("Name", text(shapes))];
        let machine = shapes.object(named(machine));
        let token = text(shapes);
        let task = shapes.object([(Arc::from("Token"), token)]);
        let mut all = vec![
            ("Execution", execution),
            ("State", state),
            ("StateMachine", machine),
            ("Task", task),
        ];
        if let Some(value) = item {
            let members = vec![
                ("Index", shapes.computed(Some(Kind::Number))),
                ("Key", text(shapes)),
                ("Source", text(shapes)),
                ("Value", value),
            ];
            let item = shapes.object(named(members));
            all.push(("Map", shapes.object([(Arc::from("Item"), item)])));
        }
        shapes.object(named(all))
    }

    /// The result of a task: the same for every call.
    pub(super) fn result(&mut self, state: StateId) -> Shape {
        if let Some(known) = self.results.get(&state) {
            return *known;
        }
        let example = self.entries.get(&state).and_then(|entry| entry.get("Return"));
        let shape = match example {
            Some(example) => {
                let resource = self.machine.state(state).resource();
                let given = Reply::of_task(&resource, self.machine.payload(state));
                self.shapes.example(&Value::from(example), given)
            }
            None => self.shapes.any_object(),
        };
        self.results.insert(state, shape);
        shape
    }

    /// Walks a scope; gives its output, where it comes to an end.
    pub(super) fn scope(
        &mut self,
        scope: ScopeId,
        input: Shape,
        context: Shape,
        variables: Variables,
        main: bool,
    ) -> Option<Shape> {
        let start = self.machine.scope(scope).start_at.as_ref()?;
        let start = self.machine.resolve(scope, start)?;
        let mut visits: FxHashMap<StateId, usize> = FxHashMap::default();
        let mut beside: VecDeque<Beside> = VecDeque::new();
        let mut lane = Lane {
            context,
            variables,
            main,
        };
        let outer = std::mem::replace(&mut self.shapes.sure, main);
        let output = self.lane(start, input, &mut lane, &mut visits, &mut beside, MOST_ROUNDS);
        lane.main = false;
        self.shapes.sure = false;
        let mut seen: FxHashSet<StateId> = visits.keys().copied().collect();
        while let Some(way) = beside.pop_front() {
            if !seen.insert(way.state) {
                let with = (way.data, way.variables.clone());
                if self.joins.len() < MOST_JOINS && self.first.get(&way.state) != Some(&with) {
                    self.joins.push((context, way));
                }
                continue;
            }
            lane.variables = way.variables;
            let mut visits = seen.iter().map(|state| (*state, 1)).collect();
            if let Some(count) = FxHashMap::get_mut(&mut visits, &way.state) {
                *count = 0;
            }
            self.lane(way.state, way.data, &mut lane, &mut visits, &mut beside, 1);
            seen.extend(visits.into_keys());
        }
        self.shapes.sure = outer;
        output
    }

    /// Goes on with a way where another one has been, for what it has that the other had not.
    fn join(&mut self, context: Shape, way: Beside) {
        let mut lane = Lane {
            context,
            variables: Variables::default(),
            main: false,
        };
        let mut visits: FxHashMap<StateId, usize> = FxHashMap::default();
        let mut beside = VecDeque::from([way]);
        while let Some(way) = beside.pop_front() {
            if !visits.contains_key(&way.state) {
                lane.variables = way.variables;
                self.lane(way.state, way.data, &mut lane, &mut visits, &mut beside, 1);
            }
        }
    }

    fn lane(
        &mut self,
        start: StateId,
        input: Shape,
        lane: &mut Lane,
        visits: &mut FxHashMap<StateId, usize>,
        beside: &mut VecDeque<Beside>,
        rounds: usize,
    ) -> Option<Shape> {
        let (mut at, mut data) = (start, input);
        loop {
            let count = visits.entry(at).or_default();
            if self.left == 0 || self.shapes.len() > MOST_SHAPES {
                return None;
            }
            if *count >= rounds {
                let (state, variables) = (at, lane.variables.clone());
                beside.extend((rounds == 1).then_some(Beside {
                    state,
                    data,
                    variables,
                }));
                return None;
            }
            *count += 1;
            self.left -= 1;
            let with = || (data, lane.variables.clone());
            self.first.entry(at).or_insert_with(with);
            match self.state(at, data, lane, beside) {
                Step::End(output) => return Some(output),
                Step::Go(next, passed) => (at, data) = (next, passed),
                Step::Stop => return None,
            }
        }
    }

    /// How good it is to go from the Choice state `from` to `target`: 0 where an end can be reached that is no failure, 1
    /// where that leads back to `from` first, 2 where nothing does.
    pub(super) fn rank(&self, from: StateId, target: StateId) -> u8 {
        let scope = self.machine.state(from).scope;
        let states = &self.machine.scope(scope).states;
        if states.len().saturating_mul(states.len()) > MOST_RANKED {
            return 0;
        }
        if self.ends(scope, target, Some(from)) {
            0
        } else if self.ends(scope, target, None) {
            1
        } else {
            2
        }
    }

    /// Whether the way `number` of the Choice state `from`, to `target`, is not the one that the run is to take, and does not
    /// lead there.
    pub(super) fn is_aside(&self, from: StateId, number: usize, target: StateId) -> bool {
        let Some((mut goal, wanted)) = self.aim else {
            return false;
        };
        if goal == from {
            return number != wanted;
        }
        let scope = self.machine.state(from).scope;
        while self.machine.state(goal).scope != scope {
            match self.machine.scope(self.machine.state(goal).scope).owner {
                Some(owner) => goal = owner,
                None => return false,
            }
        }
        let mut seen: FxHashSet<StateId> = FxHashSet::default();
        let mut open = vec![target];
        while let Some(at) = open.pop() {
            if at == goal {
                return false;
            }
            if seen.insert(at) {
                open.extend(self.successors(scope, at));
            }
        }
        true
    }

    /// The states that a state leads to where it does not fail.
    fn successors(&self, scope: ScopeId, at: StateId) -> impl Iterator<Item = StateId> + '_ {
        let on = self.machine.state(at).transitions();
        let on = on.filter(|next| !matches!(next.kind, TransitionKind::Catch(_)));
        on.filter_map(move |next| self.machine.resolve(scope, next.target))
    }

    /// Whether a way leads from `start` to an end that is no failure, without `avoided`.
    fn ends(&self, scope: ScopeId, start: StateId, avoided: Option<StateId>) -> bool {
        let mut seen: FxHashSet<StateId> = avoided.into_iter().collect();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            let state = self.machine.state(at);
            if state.state_type == Some(StateType::Fail) {
                continue;
            }
            if state.is_terminal() {
                return true;
            }
            open.extend(self.successors(scope, at));
        }
        false
    }

    /// Whether the machine's state is one of JSONata.
    pub(super) fn is_jsonata(&self, state: StateId) -> bool {
        self.machine.state(state).query_language == QueryLanguage::Jsonata
    }
}

fn named(members: Vec<(&str, Shape)>) -> Vec<(Arc<str>, Shape)> {
    members
        .into_iter()
        .map(|(name, shape)| (Arc::from(name), shape))
        .collect()
}
