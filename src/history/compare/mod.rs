//! Where one execution diverges from another of the same machine, or of one that was changed.
//!
//! Branches and iterations run side by side, and which of them writes its event first says nothing of what they do: each
//! lane is compared with itself.

mod values;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use values::settled;
use values::{same_map, same_text, same_value};

use super::{Event, EventKind, Member, Members, Payload, Time, Timeline};
use crate::asl::{StateMachine, StateType};
use crate::value::{Map, Value};

/// The first event that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// The state it happens in; `None` for the execution itself.
    pub state: Option<Arc<str>>,
    /// The Map indexes around it, outermost first.
    pub iteration: Vec<usize>,
    /// The event of the first history, by its index; `None` when it has ended there.
    pub then: Option<usize>,
    /// The event of the second one.
    pub now: Option<usize>,
}

/// What comes of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Of the first differences in each lane, the earliest; `None` when all lanes do the same.
    pub parting: Option<Parting>,
    /// Whether the events of all lanes together come in the same order, too, each led to by the same one.
    pub in_order: bool,
    /// The first pair of events, by their indexes, that happen at other times after the start; only where nothing else
    /// differs.
    pub in_time: Option<(usize, usize)>,
}

/// How the second machine may differ from the first without its executions being others.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// The states that are called otherwise: the new name to the old one.
    pub renamed: FxHashMap<Arc<str>, Arc<str>>,
    /// Whether causes may have other words.
    pub causes: bool,
    /// The placeholders of the second machine that nothing was put in the place of: each stands for whatever the first
    /// execution has there.
    pub placeholders: FxHashSet<Arc<str>>,
}

impl Allowed {
    /// What `machine` leaves to its deployment may be anything.
    pub fn undeployed(machine: &StateMachine) -> Allowed {
        Allowed {
            placeholders: machine.placeholders().into_iter().map(Arc::from).collect(),
            ..Allowed::default()
        }
    }

    fn name<'n>(&'n self, name: &'n str) -> &'n str {
        self.renamed.get(name).map_or(name, |old| old)
    }
}

/// Compares two executions lane by lane.
///
/// Ids and timestamps are not compared, nor what no two runs have in common: task tokens, UUIDs, and moments. A history
/// without an end, or of an execution that was stopped from outside, is compared as far as it goes, and what was not
/// exported is taken for the same.
pub fn compare(then: &Timeline<'_>, now: &Timeline<'_>, allowed: &Allowed) -> Comparison {
    let (of_then, of_now) = (by_lane(then, &Allowed::default()), by_lane(now, allowed));
    let ending = then.history.ending();
    let whole = ending.is_some_and(|ending| !is_aborted(&ending.kind));
    let (before, after) = (then.history.events(), now.history.events());
    let mut paths: Vec<&str> = of_then.keys().chain(of_now.keys()).map(|path| &**path).collect();
    paths.sort_unstable();
    paths.dedup();
    let none = Vec::new();
    let mut in_time: Option<(usize, usize)> = None;
    let mut first: Option<(Option<usize>, Option<usize>)> = None;
    for path in paths {
        let in_then = of_then.get(path).unwrap_or(&none);
        let in_now = of_now.get(path).unwrap_or(&none);
        for at in 0..in_then.len().max(in_now.len()) {
            let pair = (in_then.get(at).copied(), in_now.get(at).copied());
            if let (Some(a), Some(b)) = pair
                && same_event(then, a, now, b, allowed)
            {
                let late = elapsed(then, a) != elapsed(now, b);
                if late && in_time.is_none_or(|(first, _)| a < first) {
                    in_time = Some((a, b));
                }
                continue;
            }
            // What was not written down may have happened.
            let known = pair.0.is_some_and(|index| !is_aborted(&before[index].kind));
            if (whole || known) && first.is_none_or(|first| key(then, now, pair) < key(then, now, first)) {
                first = Some(pair);
            }
            break;
        }
    }
    let in_order = before.len() == after.len()
        && (before.iter().zip(after).enumerate()).all(|(index, (a, b))| {
            a.id == b.id && a.previous == b.previous && same_event(then, index, now, index, allowed)
        });
    Comparison {
        in_time: in_time.filter(|_| first.is_none()),
        parting: first.map(|(in_then, in_now)| parting(then, now, in_then, in_now)),
        in_order,
    }
}

/// What orders differences: when they happen, then which event it is.
fn key(
    then: &Timeline<'_>,
    now: &Timeline<'_>,
    pair: (Option<usize>, Option<usize>),
) -> (Option<Time>, usize) {
    let moments = [
        pair.0.map(|index| then.history.events()[index].at),
        pair.1.map(|index| now.history.events()[index].at),
    ];
    // Without timestamps a run's clock says nothing.
    let moment = moments
        .into_iter()
        .flatten()
        .min()
        .filter(|_| then.history.is_timed());
    let index = pair.1.unwrap_or(usize::MAX).min(pair.0.unwrap_or(usize::MAX));
    (moment, index)
}

fn parting(
    then: &Timeline<'_>,
    now: &Timeline<'_>,
    in_then: Option<usize>,
    in_now: Option<usize>,
) -> Parting {
    let of = |timeline: &Timeline<'_>, index: usize| {
        let visit = timeline.visit_of(index);
        visit.map(|visit| timeline.visits[visit].name.clone())
    };
    let (timeline, index) = match (in_then, in_now) {
        (Some(index), _) => (then, index),
        (None, index) => (now, index.unwrap_or_default()),
    };
    Parting {
        state: of(timeline, index).or_else(|| of(now, in_now?)),
        iteration: timeline.iteration_of(index),
        then: in_then,
        now: in_now,
    }
}

fn elapsed(timeline: &Timeline<'_>, index: usize) -> i64 {
    let events = timeline.history.events();
    events[index].at.since(events[0].at)
}

fn is_aborted(kind: &EventKind) -> bool {
    kind.type_name() == super::EXECUTION_ABORTED
}

/// The events of each lane, by the way to it from the top level, which is the same in every run of one execution: what
/// its Map or Parallel is called does not count there, but how many states were entered before it. The lanes of all
/// attempts are one.
fn by_lane(timeline: &Timeline<'_>, allowed: &Allowed) -> FxHashMap<Arc<str>, Vec<usize>> {
    let mut paths: Vec<Arc<str>> = Vec::with_capacity(timeline.lanes.len());
    // A lane is opened after the one around it.
    for lane in &timeline.lanes {
        let path = match lane.holder.map(|holder| (holder, &timeline.visits[holder])) {
            None => Arc::from(""),
            Some((number, holder)) => {
                let position = position(timeline, number);
                let around = paths.get(holder.lane as usize).map_or("", |path| path);
                let first = lane.visits.first().map(|&visit| &timeline.visits[visit]);
                match (holder.state_type, first) {
                    (StateType::Parallel, Some(first)) => {
                        Arc::from(format!("{around}/{position}[{}]", allowed.name(first.name)))
                    }
                    _ => Arc::from(format!("{around}/{position}[{}]", lane.index)),
                }
            }
        };
        paths.push(path);
    }
    let mut lanes: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
    for (index, event) in timeline.history.events().iter().enumerate() {
        let lane = timeline.lane_of(index);
        // What a Map says of an item belongs to the item: others may come before it or after it.
        let path = match (event.kind.item(), timeline.visit_of(index)) {
            (Some(item), Some(map)) => {
                Arc::from(format!("{}/{}[{item}]", paths[lane], position(timeline, map)))
            }
            _ => paths[lane].clone(),
        };
        lanes.entry(path).or_default().push(index);
    }
    lanes
}

/// How many states were entered in its lane before a visit.
fn position(timeline: &Timeline<'_>, visit: usize) -> usize {
    let lane = &timeline.lanes[timeline.visits[visit].lane as usize];
    lane.visits.partition_point(|&other| other < visit)
}

fn same_event(then: &Timeline<'_>, a: usize, now: &Timeline<'_>, b: usize, allowed: &Allowed) -> bool {
    let (of_a, of_b): (&Event, &Event) = (&then.history.events()[a], &now.history.events()[b]);
    if of_a.kind.type_name() != of_b.kind.type_name() {
        return false;
    }
    let unknown = then.history.gap(a).is_some() || now.history.gap(b).is_some();
    let none = Allowed::default();
    let (of_a, of_b) = (
        Listed::of(&of_a.kind, unknown, allowed.causes, &none),
        Listed::of(&of_b.kind, unknown, allowed.causes, allowed),
    );
    // Both are of one type, but exports may write members in another order.
    let has = |members: &[(&str, Content<'_>)], name: &str, content: &Content<'_>| {
        let found = members.iter().find(|(other, _)| *other == name);
        found.is_some_and(|(_, other)| content.is_same(other, allowed))
    };
    of_a.len() == of_b.len() && of_a.iter().all(|(name, content)| has(&of_b, name, content))
}

/// Members of details that say nothing of what happened: names given anew in each run.
const NOT_COMPARED: [&str; 5] = [
    "roleArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
    "mapRunArn",
    "redriveCount",
];

/// What a member holds.
enum Content<'e> {
    Text(&'e str),
    Number(i64),
    Value(&'e Value),
    Map(&'e Map),
}

impl Content<'_> {
    fn is_same(&self, other: &Content<'_>, allowed: &Allowed) -> bool {
        match (self, other) {
            (Content::Text(a), Content::Text(b)) => same_text(a, b, allowed),
            (Content::Number(a), Content::Number(b)) => a == b,
            (Content::Value(a), Content::Value(b)) => same_value(a, b, allowed),
            (Content::Map(a), Content::Map(b)) => same_map(a, b, allowed),
            _ => false,
        }
    }
}

/// The members of an event that count.
struct Listed<'e> {
    members: Vec<(&'e str, Content<'e>)>,
    /// Whether payloads are left out.
    unknown: bool,
    /// Whether causes are.
    causes: bool,
    allowed: &'e Allowed,
}

impl<'e> Listed<'e> {
    fn of(
        kind: &'e EventKind,
        unknown: bool,
        causes: bool,
        allowed: &'e Allowed,
    ) -> Vec<(&'e str, Content<'e>)> {
        let mut listed = Listed {
            members: Vec::new(),
            unknown,
            causes,
            allowed,
        };
        kind.members(&mut listed);
        listed.members
    }

    fn add(&mut self, name: &'e str, content: Content<'e>) {
        let ignored = NOT_COMPARED.contains(&name) || self.causes && name == "cause";
        if !ignored {
            self.members.push((name, content));
        }
    }
}

impl<'e> Members<'e> for Listed<'e> {
    fn text(&mut self, member: Member, text: &'e str) {
        let text = match member.name() {
            "name" | "state" => self.allowed.name(text),
            _ => text,
        };
        self.add(member.name(), Content::Text(text));
    }

    fn number(&mut self, member: Member, number: i64) {
        self.add(member.name(), Content::Number(number));
    }

    fn payload(&mut self, payload: Payload, value: &'e Value) {
        self.json(payload.member, value);
    }

    fn sent(&mut self, payload: Payload, text: &'e str) {
        if !self.unknown {
            self.text(payload.member, text);
        }
    }

    fn json(&mut self, member: Member, value: &'e Value) {
        if !self.unknown {
            self.add(member.name(), Content::Value(value));
        }
    }

    fn variables(&mut self, payload: Payload, variables: &'e Map) {
        self.add(payload.member.name(), Content::Map(variables));
    }

    fn credentials(&mut self, role: Option<&'e str>) {
        self.add("taskCredentials", Content::Text(role.unwrap_or_default()));
    }

    fn other(&mut self, name: &'e str, value: &'e Value) {
        self.add(name, Content::Value(value));
    }
}

#[cfg(test)]
mod tests;
