//! Which variables are assigned when a state is entered: surely, or on some ways only.
//!
//! A forward analysis over each scope's graph: what every way into a state has assigned, and what any has. Two sets of
//! bits a state, so that thousands of states and variables stay cheap.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::ControlFlow;
use crate::asl::{QueryLanguage, Scope, State, StateId, StateMachine, TransitionKind};
use crate::diagnostics::{Help, nearest};
use crate::expr::jsonata;
use crate::references::{AssignedBy, References, Text};

/// The variables of a machine, and where they are assigned.
#[derive(Debug)]
pub struct Assignments {
    names: BTreeSet<Arc<str>>,
    numbers: FxHashMap<Arc<str>, usize>,
    /// By state; `None` when it is never entered.
    entry: Vec<Option<OnEntry>>,
}

/// The variables that are assigned when a state is entered.
#[derive(Debug, Clone)]
struct OnEntry {
    surely: Set,
    maybe: Set,
}

/// A set of variables, by number.
#[derive(Debug, Clone, PartialEq)]
struct Set(Vec<u64>);

impl Set {
    fn empty(count: usize) -> Set {
        Set(vec![0; count.div_ceil(64)])
    }

    fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn contains(&self, number: usize) -> bool {
        self.0
            .get(number / 64)
            .is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Keeps what `other` has as well; whether anything went.
    fn intersect(&mut self, other: &Set) -> bool {
        let mut changed = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        changed
    }

    /// Adds what `other` has; whether anything came.
    fn unite(&mut self, other: &Set) -> bool {
        let mut changed = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            changed |= other & !*word != 0;
            *word |= other;
        }
        changed
    }
}

impl OnEntry {
    fn nothing(count: usize) -> OnEntry {
        OnEntry {
            surely: Set::empty(count),
            maybe: Set::empty(count),
        }
    }

    fn insert(&mut self, number: usize) {
        self.surely.insert(number);
        self.maybe.insert(number);
    }

    /// Takes in what another way into the state has; whether that changed anything.
    fn join(&mut self, other: &OnEntry) -> bool {
        let less = self.surely.intersect(&other.surely);
        let more = self.maybe.unite(&other.maybe);
        less || more
    }
}

/// How `state`, which a child execution of `map` runs, gets to the value of a variable of the execution that starts it: "you
/// cannot reference outer scope variables from child executions" [Passing data between states with variables].
fn handed_in(machine: &StateMachine, map: &State, state: &State, name: &str) -> String {
    let (member, item) = match map.query_language {
        QueryLanguage::JsonPath => (
            format!("\"{name}.$\": \"${name}\""),
            "\"item.$\": \"$$.Map.Item.Value\"",
        ),
        QueryLanguage::Jsonata => (
            format!("\"{name}\": \"{{% ${name} %}}\""),
            "\"item\": \"{% $states.context.Map.Item.Value %}\"",
        ),
    };
    let fields = map.fields(machine);
    let (way, inside) = if fields.item_batcher().is_some() {
        let way = format!(
            "add \"BatchInput\": {{{member}}} to the ItemBatcher of '{}'",
            map.name
        );
        (way, "BatchInput.")
    } else if fields.item_selector().is_some() {
        (format!("add {member} to the ItemSelector of '{}'", map.name), "")
    } else {
        let way = format!("give '{}' an \"ItemSelector\": {{{item}, {member}}}", map.name);
        (way, "")
    };
    let input = match state.query_language {
        QueryLanguage::JsonPath => "$",
        QueryLanguage::Jsonata => "$states.input",
    };
    format!(
        "child executions of a Distributed Map do not see the variables of the machine: {way}, and hand {input}.{inside}{name} on to here"
    )
}

/// The Map or Parallel inside of which alone `name` is assigned, where `state` stands outside of it.
fn assigned_inside<'m>(
    machine: &'m StateMachine,
    references: &References,
    name: &str,
    state: &State,
) -> Option<&'m State> {
    // What the state can see: its scope, and those around it.
    let around = |scope: &Scope| {
        let owner = scope.owner.filter(|_| !scope.is_distributed())?;
        Some(machine.scope(machine.state(owner).scope))
    };
    let seen = || std::iter::successors(Some(machine.scope(state.scope)), |scope| around(scope));
    let assigns = |other: &&State| {
        let assigned = &references.state(other.id).assigned;
        assigned.iter().any(|assigned| *assigned.name == *name)
    };
    let mut by = machine.states().iter().filter(assigns).peekable();
    let owner = machine.scope(by.peek()?.scope).owner?;
    by.all(|state| seen().all(|scope| scope.id != state.scope))
        .then(|| machine.state(owner))
}

impl Assignments {
    /// Follows the variables of `machine`.
    pub fn of(machine: &StateMachine, flow: &ControlFlow, references: &References) -> Assignments {
        let all = machine
            .states()
            .iter()
            .flat_map(|state| &references.state(state.id).assigned);
        let names: BTreeSet<Arc<str>> = all.map(|assigned| assigned.name.clone()).collect();
        let numbers = names.iter().cloned().zip(0..).collect();
        let mut assignments = Assignments {
            entry: vec![None; machine.states().len()],
            names,
            numbers,
        };
        // Owners come before what they hold.
        for scope in machine.scopes() {
            let on_entry = match scope.owner.map(|owner| &assignments.entry[owner.index()]) {
                Some(None) => None,
                Some(Some(around)) if !scope.is_distributed() => Some(around.clone()),
                _ => Some(OnEntry::nothing(assignments.names.len())),
            };
            // Where anything may lead anywhere, nothing is known of any state.
            let start = flow.scope(scope.id).start().filter(|_| !scope.leads_anywhere);
            if let (Some(on_entry), Some(start)) = (on_entry, start) {
                assignments.run(machine, flow, references, start, on_entry);
            }
        }
        assignments
    }

    fn run(
        &mut self,
        machine: &StateMachine,
        flow: &ControlFlow,
        references: &References,
        start: StateId,
        on_entry: OnEntry,
    ) {
        let graph = flow.scope(machine.state(start).scope);
        self.entry[start.index()] = Some(on_entry);
        let mut queue = VecDeque::from([start]);
        let mut queued = vec![false; graph.states().len()];
        let place = |id: StateId| graph.node(id).map_or(0, NodeIndex::index);
        while let Some(id) = queue.pop_front() {
            queued[place(id)] = false;
            let Some(entry) = self.entry[id.index()].clone() else {
                continue;
            };
            for (kind, to) in graph.successors(id) {
                let mut leaves = entry.clone();
                for assigned in &references.state(id).assigned {
                    if happens(kind, assigned.by)
                        && let Some(number) = self.numbers.get(&assigned.name)
                    {
                        leaves.insert(*number);
                    }
                }
                let changed = match &mut self.entry[to.index()] {
                    Some(known) => known.join(&leaves),
                    unknown => {
                        *unknown = Some(leaves);
                        true
                    }
                };
                if changed && !std::mem::replace(&mut queued[place(to)], true) {
                    queue.push_back(to);
                }
            }
        }
    }

    /// Every variable that is assigned anywhere, sorted.
    pub fn names(&self) -> &BTreeSet<Arc<str>> {
        &self.names
    }

    /// What to do about the variable `name`, which `state` reads and which not every way assigns that leads there.
    pub fn instead_of(
        &self,
        machine: &StateMachine,
        references: &References,
        name: &str,
        state: &State,
    ) -> Help {
        let child = machine.child_of(state.scope).map(|map| machine.state(map));
        if let Some(map) = child.filter(|map| self.is_possible(map, name)) {
            return handed_in(machine, map, state, name).into();
        }
        let mut own = references.state(state.id).assigned.iter();
        if own.any(|assigned| *assigned.name == *name) && !self.is_possible(state, name) {
            return format!(
                "'{}' assigns it itself, and what a state assigns is there from the next state on: read it there, or write here what it is assigned",
                state.name
            )
            .into();
        }
        if self.names.contains(name) {
            return match assigned_inside(machine, references, name, state) {
                Some(owner) => format!(
                    "it is assigned inside of '{}', and gone where that ends: hand the value on in its output",
                    owner.name
                ),
                None => format!("assign '{name}' on every path to '{}'", state.name),
            }
            .into();
        }
        let jsonata = state.query_language == QueryLanguage::Jsonata;
        if name == "states" && !jsonata {
            return "$states is JSONata's: in JSONPath the input is $, and the context object $$".into();
        }
        let variables = self.names.iter().map(|name| &**name);
        let own = std::iter::once("states").chain(jsonata::function_names());
        match nearest(name, variables.chain(own.filter(|_| jsonata))) {
            Some(near) => Help::asks_plainly(format!("${near}")),
            None => format!("add \"Assign\": {{\"{name}\": ...}} to a state before").into(),
        }
    }

    /// Whether `name` is assigned whenever `state` is entered. Of states that are never entered nothing is said.
    pub fn is_sure(&self, state: &State, name: &str) -> bool {
        self.holds(state, name, |entry| &entry.surely)
    }

    /// Whether `name` is assigned on some way to `state`. Of states that are never entered nothing is said.
    pub fn is_possible(&self, state: &State, name: &str) -> bool {
        self.holds(state, name, |entry| &entry.maybe)
    }

    fn holds(&self, state: &State, name: &str, set: fn(&OnEntry) -> &Set) -> bool {
        let Some(entry) = &self.entry[state.id.index()] else {
            return true;
        };
        let number = self.numbers.get(name);
        number.is_some_and(|number| set(entry).contains(*number))
    }

    /// A way on which `name` is not assigned, from a scope's start to `state` or to the Map or Parallel around it;
    /// `None` when none of the ways assigns it, or when an execution without it takes none of them: it fails on the way,
    /// or a Choice state asks about the variable, or about one that is assigned together with it.
    pub fn way_without(
        &self,
        machine: &StateMachine,
        flow: &ControlFlow,
        references: &References,
        state: &State,
        name: &str,
    ) -> Option<Vec<StateId>> {
        if !self.is_possible(state, name) {
            return None;
        }
        let mut telling = references.assigned_with(name);
        telling.insert(Arc::from(name));
        self.way(machine, flow, references, state, name, &telling)
    }

    fn way(
        &self,
        machine: &StateMachine,
        flow: &ControlFlow,
        references: &References,
        state: &State,
        name: &str,
        telling: &BTreeSet<Arc<str>>,
    ) -> Option<Vec<StateId>> {
        let number = *self.numbers.get(name)?;
        // Whether an execution without the variable does not go this way.
        let is_closed = |id: StateId, kind: TransitionKind| {
            let texts = &references.state(id).texts;
            match kind {
                TransitionKind::Choice(_) | TransitionKind::Default => texts
                    .iter()
                    .flat_map(Text::variables)
                    .any(|read| telling.contains(&read.name)),
                TransitionKind::Next => texts.iter().any(|text| {
                    text.variables().iter().any(|read| *read.name == *name) && text.fails_without(name)
                }),
                _ => false,
            }
        };
        let graph = flow.scope(state.scope);
        let assigns = |id: StateId, kind: TransitionKind| {
            let assigned = &references.state(id).assigned;
            assigned.iter().any(|a| &*a.name == name && happens(kind, a.by))
        };
        // Back from the state over transitions that do not assign it, to the start of the scope.
        let mut from: FxHashMap<StateId, StateId> = FxHashMap::default();
        let mut queue = VecDeque::from([state.id]);
        let mut seen = HashSet::from([state.id]);
        while let Some(id) = queue.pop_front() {
            if graph.start() == Some(id) {
                let owner = machine.scope(state.scope).owner.map(|owner| machine.state(owner));
                let owner = owner.filter(|owner| {
                    !machine.scope(state.scope).is_distributed() && self.is_possible(owner, name)
                });
                if let Some(owner) = owner {
                    return self.way(machine, flow, references, owner, name, telling);
                }
                let mut way = vec![id];
                let mut at = id;
                while let Some(next) = from.get(&at) {
                    way.push(*next);
                    at = *next;
                }
                return Some(way);
            }
            for (kind, before) in graph.predecessors(id) {
                let lacks = self.entry[before.index()]
                    .as_ref()
                    .is_some_and(|entry| !entry.surely.contains(number));
                if lacks && !assigns(before, kind) && !is_closed(before, kind) && seen.insert(before) {
                    from.insert(before, id);
                    queue.push_back(before);
                }
            }
        }
        None
    }
}

/// Whether an `Assign` happens when its state is left by `kind`. A rule of a Choice state, or its Default, has its own:
/// the state's own is for the Default alone [Choice workflow state: "Assign"].
fn happens(kind: TransitionKind, by: AssignedBy) -> bool {
    match (kind, by) {
        (TransitionKind::Next | TransitionKind::Default, AssignedBy::State) => true,
        (TransitionKind::Choice(i), AssignedBy::Choice(j)) => i == j,
        (TransitionKind::Catch(i), AssignedBy::Catch(j)) => i == j,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};

    /// What is known of `$x` where `Read` is entered, two states behind where the ways meet: whether it is assigned for
    /// sure, and a way on which it is not.
    fn known(on_default: &str) -> (bool, Option<Vec<String>>) {
        let text = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "Pick", "States": {{
                "Pick": {{"Type": "Choice", "Default": "Other",
                    "Choices": [{{"Condition": "{{% $states.input.a %}}", "Next": "Set"}}]}},
                "Set": {{"Type": "Pass", "Assign": {{"x": 1}}, "Next": "Meet"}},
                "Other": {{"Type": "Pass", {on_default} "Next": "Meet"}},
                "Meet": {{"Type": "Pass", "Next": "Between"}},
                "Between": {{"Type": "Pass", "Next": "Read"}},
                "Read": {{"Type": "Succeed", "Output": "{{% $x %}}"}}}}}}"#
        );
        let parsed = parse(Arc::new(SourceFile::new("d.json", text)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
        let flow = ControlFlow::new(&machine);
        let references = References::of(&machine);
        let assignments = Assignments::of(&machine, &flow, &references);
        let read = machine.states().iter().find(|state| &*state.name == "Read");
        let read = read.expect("the state");
        assert!(assignments.is_possible(read, "x"));
        let way = assignments.way_without(&machine, &flow, &references, read, "x");
        let names = |way: Vec<StateId>| way.iter().map(|id| machine.state(*id).name.to_string()).collect();
        (assignments.is_sure(read, "x"), way.map(names))
    }

    #[test]
    fn assigned_on_one_of_two_ways_it_may_be_missing_two_states_later() {
        let (sure, way) = known("");
        assert!(!sure);
        let way = way.expect("a way without it");
        assert_eq!(way, ["Pick", "Other", "Meet", "Between", "Read"]);
        assert_eq!(known(r#""Assign": {"x": 2},"#), (true, None));
    }
}
