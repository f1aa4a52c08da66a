//! Where the states lead: targets that do not exist, a workflow that never ends, states that nothing reaches.

use rustc_hash::{FxHashMap, FxHashSet};

use super::report::{FindingId, Phase};
use super::{Context, messages, structure, values};
use crate::asl::{Reference, Scope, ScopeId, StateId, StateMachine};
use crate::diagnostics::{Finding, Help, nearest};
use crate::source::placeholder;

pub(super) const MISSING_TARGET: &str = "MISSING_TRANSITION_TARGET";

/// Names compared in one scope to find what mistyped ones mean: thousands of mistakes are not typing mistakes.
const MOST_COMPARED: usize = 200_000;

/// A transition to a state that does not exist.
struct Dangling {
    finding: FindingId,
    /// The state it starts from; none for `StartAt`.
    from: Option<StateId>,
    /// The state that is probably meant.
    meant: Option<StateId>,
}

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    let mut everywhere = FxHashMap::default();
    for state in machine.states() {
        everywhere.entry(&*state.name).or_insert(state.id);
    }
    for scope in machine.scopes() {
        let dangling = targets(context, scope, &everywhere);
        let endless = scope.id == ScopeId::TOP && no_terminal(context, &dangling);
        // It does not run at the top level when there is no terminal state; in branches and processors, which may
        // loop for ever, it does [floci#2786, measured].
        if !endless {
            reachability(context, scope, &dangling);
        }
    }
}

fn is_placeholder(reference: &Reference) -> bool {
    placeholder::is_in(&reference.name)
}

/// The first state of each name in the whole machine.
type Everywhere<'m> = FxHashMap<&'m str, StateId>;

fn targets(context: &mut Context<'_>, scope: &Scope, everywhere: &Everywhere<'_>) -> Vec<Dangling> {
    let machine = context.machine;
    let mut dangling = Vec::new();
    let mut compared = 0;
    let mut first_of: FxHashMap<&str, FindingId> = FxHashMap::default();
    // Without States AWS says nothing of StartAt [recorded; pf-sfn-asl-state-fields].
    let start = scope.start_at.iter().filter(|_| scope.states_node.is_some());
    let start = start.map(|target| (None, target));
    let transitions = scope
        .states
        .iter()
        .flat_map(|&id| machine.state(id).transitions().map(move |t| (Some(id), t.target)));
    for (from, target) in start.chain(transitions) {
        if scope.open || is_placeholder(target) || machine.resolve(scope.id, target).is_some() {
            continue;
        }
        compared += scope.states.len();
        // A state seldom leads to itself.
        let others = scope.states.iter().filter(|&&id| Some(id) != from);
        let names = others.map(|&id| &*machine.state(id).name);
        let meant = Some(names)
            .filter(|_| compared < MOST_COMPARED)
            .and_then(|names| nearest(&target.name, names))
            .and_then(|name| machine.find(scope.id, name));
        let finding = missing_target(machine, scope, target, meant, everywhere);
        // A state that is gone is missed wherever something leads to it.
        let cause = first_of.get(&*target.name).copied();
        let finding = context.report.add_after(Phase::Target, finding, cause);
        first_of.entry(&*target.name).or_insert(finding);
        dangling.push(Dangling { finding, from, meant });
    }
    dangling
}

fn missing_target(
    machine: &StateMachine,
    scope: &Scope,
    target: &Reference,
    meant: Option<StateId>,
    everywhere: &Everywhere<'_>,
) -> Finding {
    let node = machine.node(target.node);
    let finding = Finding::error(
        MISSING_TARGET,
        messages::missing_target(&target.name),
        node.token_span(),
    )
    .with_location(node.location());
    if let Some(id) = meant {
        let state = machine.state(id);
        let finding = finding
            .with_label("there is no state of this name here")
            .with_related(state.name_span, "the state that is probably meant")
            .with_help(Help::asks(&*state.name));
        return values::mended(finding, machine.document(), node.token_span(), &state.name);
    }
    if let Some(state) = everywhere.get(&*target.name).map(|&id| machine.state(id)) {
        let help = if scope.id == ScopeId::TOP {
            "the states of a branch or processor cannot be entered from outside"
        } else {
            "a transition stays inside its branch or processor: end it with \"End\": true, and let the state that contains it continue"
        };
        return finding
            .with_label("this state is in another scope")
            .with_related(state.name_span, "it stands here")
            .with_help(help);
    }
    let names: Vec<&str> = scope.states.iter().map(|&id| &*machine.state(id).name).collect();
    finding
        .with_label("there is no state of this name here")
        .with_help(match names.as_slice() {
            [] => "there are no states here".to_owned(),
            names => format!("the states here are {}", structure::list(names)),
        })
}

/// Says that the top level has no terminal state, if so. Branches and processors may do without, and a terminal state
/// that nothing reaches counts [floci#2735, floci#2786, measured].
fn no_terminal(context: &mut Context<'_>, dangling: &[Dangling]) -> bool {
    let machine = context.machine;
    let top = &machine.scopes()[0];
    let states = || top.states.iter().map(|&id| machine.state(id));
    let Some(states_node) = top.states_node.map(|id| machine.node(id)) else {
        return false;
    };
    // One of the states that are filled in later may end it.
    if top.open {
        return false;
    }
    let open = |id| context.report.open_end(id);
    let ends = states().any(|state| {
        // What a state of unknown type does is unknown.
        let untyped = state.state_type.is_none();
        // A template may fill in `"End": ${end}`.
        let end = state.fields(machine).end().is_some_and(|n| n.has_placeholder());
        let may_end = machine.node(state.node).is_open() && state.next.is_none();
        untyped || end || may_end || state.is_terminal()
    });
    if ends || states().len() == 0 {
        return false;
    }
    // A target that is nowhere may be the state that ends it.
    let lost = || dangling.iter().find(|d| d.meant.is_none()).map(|d| d.finding);
    let cause = states().find_map(|state| open(state.node)).or_else(lost);
    let finding = Finding::error("MISSING_END_STATE", messages::NO_TERMINAL, states_node.key_span())
        .with_label("every state here continues to another one")
        .with_help("end one with \"End\": true, or with a Succeed or Fail state");
    context.report.add_after(Phase::Terminal, finding, cause);
    true
}

fn reachability(context: &mut Context<'_>, scope: &Scope, dangling: &[Dangling]) {
    let machine = context.machine;
    // Without StartAt (which is said) or with one that is filled in later, nothing can be known.
    let Some(start) = &scope.start_at else { return };
    if scope.leads_anywhere {
        return;
    }
    let mut walk = Walk::new(machine, scope);
    if let Some(first) = machine.resolve(scope.id, start) {
        walk.from(first, None);
    }
    let reached: Vec<bool> = scope.states.iter().map(|&id| walk.is_reached(id)).collect();
    // Mending a target reaches the state that is meant, and what that leads to.
    for transition in dangling {
        if let Some(meant) = transition.meant
            && transition.from.is_none_or(|from| walk.is_reached(from))
        {
            walk.from(meant, Some(transition.finding));
        }
    }
    // The others may be what a transition to nobody knows where, or a state that leads nowhere, was to lead to.
    let unknown = dangling
        .iter()
        .find(|d| d.meant.is_none() && d.from.is_none_or(|from| walk.is_reached(from)))
        .map(|d| d.finding);
    let lost = scope
        .states
        .iter()
        .filter(|&&id| walk.is_reached(id))
        .find_map(|&id| context.report.lost_way(machine.state(id).node));
    // Of two states with one name the last counts; that there are two is said elsewhere.
    let unreached =
        scope.states.iter().zip(reached).filter(|(id, reached)| {
            !reached && machine.find(scope.id, &machine.state(**id).name) == Some(**id)
        });
    let unreached: Vec<StateId> = unreached.map(|(&id, _)| id).collect();
    // Those that others of them lead to come last: they follow from these.
    let mut led_to = FxHashSet::default();
    for &id in &unreached {
        let targets = machine.state(id).transitions();
        let targets = targets.filter_map(|t| machine.resolve(scope.id, t.target));
        led_to.extend(targets.filter(|target| *target != id));
    }
    let (last, first): (Vec<StateId>, Vec<StateId>) =
        unreached.into_iter().partition(|id| led_to.contains(id));
    for id in first.into_iter().chain(last) {
        let state = machine.state(id);
        let cause = walk.cause(id).or(unknown).or(lost);
        let node = machine.node(state.node);
        let finding = Finding::error(
            MISSING_TARGET,
            messages::unreachable(&state.name),
            state.name_span,
        )
        .with_location(node.location())
        .with_label("nothing leads here from StartAt")
        .with_help("let a state transition to it, or remove it");
        let finding = context.report.add_after(Phase::Reachability, finding, cause);
        walk.from(id, Some(finding));
    }
}

/// Which states of a scope have been reached, and what had to be mended for it.
struct Walk<'m> {
    machine: &'m StateMachine,
    scope: &'m Scope,
    /// By the state's index less the first one's.
    reached: Vec<Option<Option<FindingId>>>,
    first: usize,
}

impl<'m> Walk<'m> {
    fn new(machine: &'m StateMachine, scope: &'m Scope) -> Walk<'m> {
        let first = scope.states.first().map_or(0, |id| id.index());
        let last = scope.states.last().map_or(0, |id| id.index());
        Walk {
            machine,
            scope,
            reached: vec![None; last + 1 - first],
            first,
        }
    }

    fn from(&mut self, start: StateId, cause: Option<FindingId>) {
        let mut queue = vec![start];
        while let Some(id) = queue.pop() {
            let reached = &mut self.reached[id.index() - self.first];
            if reached.is_some() {
                continue;
            }
            *reached = Some(cause);
            let transitions = self.machine.state(id).transitions();
            queue.extend(transitions.filter_map(|t| self.machine.resolve(self.scope.id, t.target)));
        }
    }

    fn is_reached(&self, id: StateId) -> bool {
        self.reached[id.index() - self.first].is_some()
    }

    /// The finding whose mending reaches a state.
    fn cause(&self, id: StateId) -> Option<FindingId> {
        self.reached[id.index() - self.first].flatten()
    }
}
