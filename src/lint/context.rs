//! What a rule sees, and how it makes findings.

use std::sync::{Arc, OnceLock};

use super::data_flow::{self, DataFlow, Misspelt};
use super::suppression::{self, Suppression};
use super::{Rule, Settings};
use crate::asl::{MachineType, Resource, State, StateFields, StateId, StateMachine, StateType};
use crate::diagnostics::{Finding, Help, Span, joined};
use crate::expr::condition::Condition;
use crate::graph::{Assignments, ControlFlow};
use crate::references::{References, StateReferences};
use crate::source::NodeRef;

/// What all rules share about one machine; what only some need is made when the first asks.
#[derive(Debug)]
pub struct Subject<'m> {
    machine: &'m StateMachine,
    settings: &'m Settings,
    flow: &'m ControlFlow,
    live: Vec<bool>,
    references: OnceLock<Arc<References>>,
    looping: OnceLock<Vec<bool>>,
    data_flow: OnceLock<DataFlow>,
    assignments: OnceLock<Assignments>,
    /// By state: those of its Choice rules.
    conditions: OnceLock<Vec<Vec<Condition>>>,
    suppressions: OnceLock<Vec<Suppression>>,
}

impl<'m> Subject<'m> {
    /// The machine as rules see it.
    pub fn new(machine: &'m StateMachine, flow: &'m ControlFlow, settings: &'m Settings) -> Self {
        // A state stands behind the Map or Parallel that holds it, so that its owner is known already.
        let mut live: Vec<bool> = Vec::with_capacity(machine.states().len());
        for state in machine.states() {
            let owner_lives = (machine.scope(state.scope).owner).is_none_or(|owner| live[owner.index()]);
            live.push(owner_lives && flow.scope(state.scope).reachable().contains(state.id));
        }
        Subject {
            machine,
            settings,
            flow,
            live,
            references: OnceLock::new(),
            looping: OnceLock::new(),
            data_flow: OnceLock::new(),
            assignments: OnceLock::new(),
            conditions: OnceLock::new(),
            suppressions: OnceLock::new(),
        }
    }
}

impl<'m> Subject<'m> {
    /// The machine.
    pub fn machine(&self) -> &'m StateMachine {
        self.machine
    }

    /// What is not to be reported, and where.
    pub(super) fn suppressions(&self) -> &[Suppression] {
        self.suppressions.get_or_init(|| suppression::all(self))
    }
}

/// One rule's view of a machine.
#[derive(Debug, Clone, Copy)]
pub struct Context<'m> {
    /// The machine.
    pub machine: &'m StateMachine,
    /// Its control flow.
    pub flow: &'m ControlFlow,
    subject: &'m Subject<'m>,
    rule: &'static Rule,
    /// Whether quiet states are left out.
    only_loud: bool,
}

impl<'m> Context<'m> {
    /// The view of `rule`.
    pub fn new(subject: &'m Subject<'m>, rule: &'static Rule) -> Self {
        Context {
            machine: subject.machine,
            flow: subject.flow,
            subject,
            rule,
            only_loud: false,
        }
    }

    /// The view of a rule that judges states one by one: of those that are not [quiet](StateMachine::is_quiet).
    pub(super) fn of_loud_states(self) -> Self {
        Context {
            only_loud: true,
            ..self
        }
    }

    /// All states that the rule may have something to say of.
    pub fn states(&self) -> impl Iterator<Item = &'m State> + use<'m> {
        let (machine, only_loud) = (self.machine, self.only_loud);
        (machine.states().iter()).filter(move |state| !(only_loud && machine.is_quiet(state.id)))
    }

    /// What was asked for: the type of machine, the rules' options.
    pub fn settings(&self) -> &'m Settings {
        self.subject.settings
    }

    /// The value of one of the rule's own options.
    pub fn option(&self, name: &str) -> f64 {
        self.subject.settings.option(self.rule, name)
    }

    /// What a state's fields refer to.
    pub fn references(&self, state: &State) -> &'m StateReferences {
        self.all_references().state(state.id)
    }

    fn all_references(&self) -> &'m References {
        self.subject
            .references
            .get_or_init(|| References::of(self.machine))
    }

    /// What is known of every state's input.
    pub fn data_flow(&self) -> &'m DataFlow {
        self.subject
            .data_flow
            .get_or_init(|| DataFlow::of(self.machine, self.flow, self.all_references()))
    }

    /// The members that are likely misspelt.
    pub fn misspelt(&self) -> Vec<Misspelt> {
        data_flow::misspelt(self.machine, self.flow, self.all_references())
    }

    /// When a Choice state's rules hold, rule by rule.
    pub fn conditions(&self, state: &State) -> &'m [Condition] {
        let all = self.subject.conditions.get_or_init(|| {
            let conditions = |state: &State| {
                let nodes = state.choices.iter().map(|rule| self.machine.node(rule.node));
                nodes.map(Condition::read).collect()
            };
            self.machine.states().iter().map(conditions).collect()
        });
        &all[state.id.index()]
    }

    /// Which variables are surely assigned where.
    pub fn assignments(&self) -> &'m Assignments {
        self.subject
            .assignments
            .get_or_init(|| Assignments::of(self.machine, self.flow, self.all_references()))
    }

    /// What to do about the variable `name`, which `state` reads where it may not be assigned.
    pub fn instead_of_variable(&self, state: &State, name: &str) -> Help {
        (self.assignments()).instead_of(self.machine, self.all_references(), name, state)
    }

    /// A way to `state`, for the end of a sentence, on which the variable `name` is not assigned; `None` when none of
    /// the ways assigns it.
    pub fn way_without_variable(&self, state: &State, name: &str) -> Option<String> {
        let references = self.all_references();
        let way = (self.assignments()).way_without(self.machine, self.flow, references, state, name)?;
        let name = |id: &StateId| &self.machine.state(*id).name;
        Some(match way.as_slice() {
            [] => String::new(),
            [only] => format!(" when '{}' is entered first", name(only)),
            [first, _] => format!(" on the way from '{}'", name(first)),
            way => self.way(way),
        })
    }

    /// Those of `states` for which the rule is not to be reported, and the others. A rule that tells several states in one
    /// finding tells each of the former in one of its own: what holds for one must not hide the others.
    pub fn by_suppression<'s>(&self, states: Vec<&'s State>) -> (Vec<&'s State>, Vec<&'s State>) {
        let at = |state: &State| state.name_span.start as usize;
        let held = suppression::places(self.subject, self.rule.name);
        (states.into_iter()).partition(|state| held.contain(at(state)))
    }

    /// A finding at a state's name.
    pub fn at_state(&self, state: &State, message: impl Into<String>) -> Finding {
        let location = self.machine.node(state.node).location();
        Finding::new(self.rule.severity, self.rule.name, message, state.name_span).with_location(location)
    }

    /// A finding at a node: a scalar's own token, the key of an array or object.
    pub fn at(&self, node: NodeRef<'_>, message: impl Into<String>) -> Finding {
        Finding::new(self.rule.severity, self.rule.name, message, node.token_span())
            .with_location(node.location())
    }

    /// A finding at bytes of the file.
    pub fn at_span(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(self.rule.severity, self.rule.name, message, span)
    }

    /// A finding at a part of a string, a range of its decoded text.
    pub fn at_part(
        &self,
        node: NodeRef<'_>,
        part: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> Finding {
        Finding::new(
            self.rule.severity,
            self.rule.name,
            message,
            node.span_in_source(part),
        )
        .with_location(node.location())
    }

    /// Whether an execution can enter `state`.
    pub fn is_live(&self, state: StateId) -> bool {
        self.subject.live[state.index()]
    }

    /// The states that an execution can enter, less those of which a part is not known yet: what they lack may be in it.
    pub fn live_states(&self) -> impl Iterator<Item = &'m State> + use<'m> {
        let live = &self.subject.live;
        let machine = self.machine;
        let is_written = move |state: &State| {
            let node = machine.node(state.node);
            !node.is_open() && !node.is_unknown()
        };
        self.states()
            .filter(move |state| live[state.id.index()] && is_written(state))
    }

    /// The tasks that an execution can enter.
    pub fn live_tasks(&self) -> impl Iterator<Item = &'m State> + use<'m> {
        self.live_states()
            .filter(|state| state.state_type == Some(StateType::Task))
    }

    /// What a task calls; [`Resource::Other`] when its `Resource` is missing or no string.
    pub fn resource(&self, task: &State) -> Resource<'m> {
        self.machine.state(task.id).resource()
    }

    /// What a task sends: its `Parameters`, or `Arguments` in JSONata.
    pub fn payload(&self, task: &State) -> Option<NodeRef<'m>> {
        self.machine.payload(task.id)
    }

    /// The fields of a state.
    pub fn fields(&self, state: &State) -> StateFields<'m> {
        state.fields(self.machine)
    }

    /// A field of a state by its name, for rules that go through lists of them.
    pub fn field(&self, state: &State, name: &str) -> Option<NodeRef<'m>> {
        self.machine.field(state.id, name)
    }

    /// Whether a state has one of these fields.
    pub fn has_any(&self, state: &State, names: &[&str]) -> bool {
        self.machine.has_any(state.id, names)
    }

    /// Whether the result of a Parallel or inline Map is dropped, or something is chosen from it: what AWS measures is the
    /// state's output.
    pub fn reduces_result(&self, state: &State) -> bool {
        let fields = self.fields(state);
        let null = |path: Option<NodeRef<'_>>| path.is_some_and(|path| path.is_null());
        null(fields.result_path())
            || null(fields.output_path())
            || fields.result_selector().or(fields.output()).is_some()
    }

    /// `state`, the Map or Parallel around it, the one around that, up to the top level.
    pub fn with_owners(&self, state: &'m State) -> impl Iterator<Item = &'m State> + use<'m> {
        let machine = self.machine;
        std::iter::successors(Some(state), move |state| {
            Some(machine.state(machine.scope(state.scope).owner?))
        })
    }

    /// The type of the executions that run `state`: the machine's, or that of a Distributed Map's children. `None` where
    /// that is not known.
    pub fn execution_type(&self, state: &State) -> Option<MachineType> {
        self.machine
            .execution_type(state.scope, self.settings().machine_type)
    }

    /// The states inside a Map or Parallel, those of Maps and Parallels in it included; of more than `most` only some.
    pub fn inside(&self, state: &State, most: usize) -> Vec<StateId> {
        let mut scopes = state.bodies.clone();
        let mut inside = Vec::new();
        while let Some(scope) = scopes.pop() {
            for id in &self.machine.scope(scope).states {
                inside.push(*id);
                scopes.extend(&self.machine.state(*id).bodies);
            }
            if inside.len() > most {
                break;
            }
        }
        inside
    }

    /// Whether an execution may come to a state again after it has left it.
    pub fn is_in_loop(&self, state: StateId) -> bool {
        let looping = self.subject.looping.get_or_init(|| {
            let mut looping = vec![false; self.machine.states().len()];
            for id in self
                .flow
                .scopes()
                .iter()
                .flat_map(|graph| graph.cycles())
                .flatten()
            {
                looping[id.index()] = true;
            }
            looping
        });
        looping[state.index()]
    }

    /// The loops that an execution can enter in which a Choice state decides whether to wait once more.
    pub fn waiting_loops(&self) -> impl Iterator<Item = Vec<&'m State>> {
        let loops = self.flow.scopes().iter().flat_map(|graph| graph.cycles());
        let states = loops.map(|circle| {
            circle
                .iter()
                .map(|id| self.machine.state(*id))
                .collect::<Vec<_>>()
        });
        states.filter(|states| {
            let has = |state_type| states.iter().any(|state| state.state_type == Some(state_type));
            let live = states.first().is_some_and(|state| self.is_live(state.id));
            live && has(StateType::Wait) && has(StateType::Choice)
        })
    }

    /// Whether `part`, a catcher or Choice rule of `state`, is all that leads to its `Next`: without it AWS would refuse the
    /// state there.
    pub fn is_only_way(&self, state: &State, part: NodeRef<'_>) -> bool {
        let rules = state.choices.iter().map(|rule| (rule.node, &rule.next));
        let catchers = state.catchers.iter().map(|catcher| (catcher.node, &catcher.next));
        let next = rules
            .chain(catchers)
            .find(|(node, _)| *node == part.id())
            .and_then(|(_, next)| next.as_ref());
        let target = next.and_then(|next| self.machine.resolve(state.scope, next));
        let graph = self.flow.scope(state.scope);
        target.is_some_and(|target| graph.start() != Some(target) && !graph.has_other_ways_in(target))
    }

    /// Names in quotes, joined for a sentence: `'A', 'B' and 'C'`; of more than five the first four and a count.
    pub fn quoted(&self, states: &[StateId], conjunction: &str) -> String {
        let name = |id: &StateId| format!("'{}'", self.machine.state(*id).name);
        let shown = if states.len() <= 5 { states } else { &states[..4] };
        let mut names: Vec<String> = shown.iter().map(name).collect();
        if shown.len() < states.len() {
            names.push(format!("{} more", states.len() - shown.len()));
        }
        joined(&names, conjunction)
    }

    /// A way of several steps for the end of a sentence: ` (on the way 'A' -> 'B' -> 'C')`; nothing for a single step.
    pub fn way(&self, states: &[StateId]) -> String {
        if states.len() <= 2 {
            return String::new();
        }
        let name = |id: &StateId| format!("'{}'", self.machine.state(*id).name);
        let mut names: Vec<String> = states.iter().map(name).collect();
        if names.len() > 6 {
            names.splice(3..names.len() - 2, ["...".to_owned()]);
        }
        format!(" (via {})", names.join(" -> "))
    }
}
