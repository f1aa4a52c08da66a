//! The lanes of an exported history, which it does not name: each event belongs where the event stands that its
//! `previousEventId` leads back to.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::asl::StateType;
use crate::history::{Event, EventKind, Lane};

/// Gives every event its lane; gives the lanes, the first of which is the top level.
pub(super) fn assign(events: &mut [Event]) -> Vec<Lane> {
    let mut finder = Finder {
        lanes: vec![Lane { parent: 0, index: 0 }],
        ..Finder::default()
    };
    let mut places: FxHashMap<u64, Place> = FxHashMap::default();
    for event in events {
        let before = places.get(&event.previous).copied().unwrap_or_default();
        let (lane, place) = finder.follow(&event.kind, before);
        event.lane = lane;
        if event.id > 0 {
            places.insert(event.id, place);
        }
    }
    finder.lanes
}

/// Where what follows an event stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The stay that is open here.
    stay: Option<usize>,
    /// The stay that was left just before.
    from: Option<usize>,
    /// The lane, when an iteration was just begun.
    lane: Option<u32>,
}

impl Place {
    fn inside(stay: usize) -> Place {
        Place {
            stay: Some(stay),
            ..Place::default()
        }
    }
}

/// One stay of the execution in a state.
struct Stay {
    name: Arc<str>,
    state_type: StateType,
    /// The stay in the Map or Parallel around it.
    around: Option<usize>,
    /// The stay that was left just before, in the same lane.
    from: Option<usize>,
    lane: u32,
    left: bool,
    /// Whether what runs inside it is over: its Map or Parallel has failed for good, or was aborted.
    over: bool,
    /// How often its Map or Parallel was begun.
    begun: u32,
    /// How many lanes it has held since.
    held: usize,
}

#[derive(Default)]
struct Finder {
    lanes: Vec<Lane>,
    stays: Vec<Stay>,
    /// Lanes by the stay around them, how often that was begun, and what tells them apart.
    known: FxHashMap<(usize, u32, Branch), u32>,
    /// The last stay in each state that was entered.
    last: FxHashMap<Arc<str>, usize>,
}

/// What tells the lanes of a Map or Parallel apart: no state's name stands twice in a definition.
#[derive(PartialEq, Eq, Hash)]
enum Branch {
    Item(usize),
    Start(Arc<str>),
}

impl Finder {
    /// The lane of an event, and where what follows it stands.
    fn follow(&mut self, kind: &EventKind, before: Place) -> (u32, Place) {
        match kind {
            EventKind::StateEntered { state_type, name, .. } => self.entered(*state_type, name, before),
            EventKind::StateExited { name, .. } => match self.open(name, before.stay) {
                Some(stay) => {
                    self.stays[stay].left = true;
                    let place = Place {
                        stay: self.stays[stay].around,
                        from: Some(stay),
                        lane: None,
                    };
                    (self.stays[stay].lane, place)
                }
                None => (self.lane_of(before), before),
            },
            EventKind::ExecutionStarted { .. } => (0, before),
            kind if kind.is_end() => (0, before),
            EventKind::MapIterationStarted { name, index } => self.iteration(name, *index, true, before),
            EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => self.iteration(name, *index, false, before),
            EventKind::EvaluationFailed(failed) => match self.evaluated(&failed.state, before) {
                Some(stay) => (self.stays[stay].lane, Place::inside(stay)),
                None => self.inside(before.stay, before),
            },
            EventKind::ParallelStateStarted
            | EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::StateAborted(StateType::Parallel) => {
                self.of_whole(kind, StateType::Parallel, before)
            }
            EventKind::MapStateStarted { .. }
            | EventKind::MapStateSucceeded
            | EventKind::MapStateFailed
            | EventKind::MapRunStarted { .. }
            | EventKind::MapRunSucceeded
            | EventKind::MapRunFailed(_)
            | EventKind::StateAborted(StateType::Map) => self.of_whole(kind, StateType::Map, before),
            _ => self.inside(before.stay, before),
        }
    }

    /// An event of the stay itself.
    fn inside(&self, stay: Option<usize>, before: Place) -> (u32, Place) {
        match stay {
            Some(stay) => (self.stays[stay].lane, Place::inside(stay)),
            None => (self.lane_of(before), before),
        }
    }

    /// Where an event stands that says nothing else.
    fn lane_of(&self, place: Place) -> u32 {
        let stay = place.from.or(place.stay);
        place.lane.or(stay.map(|stay| self.stays[stay].lane)).unwrap_or(0)
    }

    /// What a Parallel or Map says of itself follows the last event of a branch, in whose state it must not count.
    fn of_whole(&mut self, kind: &EventKind, whole: StateType, before: Place) -> (u32, Place) {
        let mut at = before.stay;
        while let Some(stay) =
            at.filter(|&stay| self.stays[stay].state_type != whole || self.stays[stay].over)
        {
            at = self.stays[stay].around;
        }
        let Some(stay) = at else {
            return (self.lane_of(before), before);
        };
        match kind {
            EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. } => {
                self.stays[stay].begun += 1;
                self.stays[stay].held = 0;
            }
            EventKind::ParallelStateFailed | EventKind::MapStateFailed | EventKind::StateAborted(_) => {
                self.stays[stay].over = true;
            }
            _ => {}
        }
        self.inside(Some(stay), before)
    }

    fn entered(&mut self, state_type: StateType, name: &Arc<str>, before: Place) -> (u32, Place) {
        let lane = match (before.from, before.lane, before.stay) {
            (Some(from), ..) => self.stays[from].lane,
            (None, Some(lane), _) => lane,
            (None, None, Some(around)) => self.lane(around, Branch::Start(name.clone())),
            (None, None, None) => 0,
        };
        let stay = self.stays.len();
        self.stays.push(Stay {
            name: name.clone(),
            state_type,
            around: before.stay,
            from: before.from,
            lane,
            left: false,
            over: false,
            begun: 0,
            held: 0,
        });
        self.last.insert(name.clone(), stay);
        (lane, Place::inside(stay))
    }

    /// The Map says that an iteration begins or ends: what follows the end of one is the Map's, or begins another.
    fn iteration(&mut self, name: &str, index: usize, begins: bool, before: Place) -> (u32, Place) {
        let Some(map) = self.open(name, before.stay) else {
            return (self.lane_of(before), before);
        };
        let lane = self.lane(map, Branch::Item(index));
        let place = Place {
            stay: Some(map),
            from: None,
            lane: begins.then_some(lane),
        };
        (self.stays[map].lane, place)
    }

    /// The state whose expression failed: one that fails before it has done anything follows what stood before it.
    fn evaluated(&self, name: &str, before: Place) -> Option<usize> {
        let at = before.stay;
        if at.is_some_and(|at| *self.stays[at].name == *name && !self.stays[at].left) {
            return at;
        }
        let follows = |stay: &Stay| stay.around == at && stay.from == before.from;
        self.stays
            .iter()
            .rposition(|stay| *stay.name == *name && !stay.left && follows(stay))
            .or_else(|| {
                self.last
                    .get(name)
                    .copied()
                    .filter(|stay| !self.stays[*stay].left)
            })
    }

    /// The stay in the state called `name` that is open at `at` or around it.
    fn open(&self, name: &str, mut at: Option<usize>) -> Option<usize> {
        while let Some(stay) = at {
            if *self.stays[stay].name == *name && !self.stays[stay].left {
                return at;
            }
            at = self.stays[stay].around;
        }
        None
    }

    fn lane(&mut self, around: usize, branch: Branch) -> u32 {
        let stay = &mut self.stays[around];
        let index = match &branch {
            Branch::Item(item) => *item,
            Branch::Start(_) => stay.held,
        };
        let lanes = &mut self.lanes;
        *self.known.entry((around, stay.begun, branch)).or_insert_with(|| {
            stay.held += 1;
            lanes.push(Lane {
                parent: stay.lane,
                index,
            });
            // More than four billion events were read before.
            u32::try_from(lanes.len() - 1).unwrap_or(u32::MAX)
        })
    }
}
