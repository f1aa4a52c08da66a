//! A history's events to visits and lines of execution.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::pages::Pages;
use super::{Event, Lane, NotAHistory, Recording, Visit};
use crate::expr::timestamp;
use crate::value::{Map, Value};

/// Where what follows an event stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The visit that is open here.
    visit: Option<usize>,
    /// The visit that was left just before.
    from: Option<usize>,
    /// The line of execution, when an iteration was just begun.
    lane: Option<usize>,
}

impl Recording {
    /// Reads what `aws stepfunctions get-execution-history` prints, in either order of events, whole or in pages, or what
    /// `simulate` prints as JSON.
    ///
    /// # Errors
    /// When there is no list of events in it. Events of unknown types are kept, and belong where they stand.
    pub fn read(history: &Value) -> Result<Recording, NotAHistory> {
        let pages = Pages::of(history)?;
        let mut recording = Recording {
            events: pages.events.into_iter().map(read_event).collect(),
            execution_arn: pages.execution_arn,
            has_more: pages.more,
            ..Recording::default()
        };
        // `--reverse-order` begins with the last; events without ids keep their places.
        recording.events.sort_by_key(|event| event.id);
        // Pages that overlap give an event twice.
        recording
            .events
            .dedup_by(|event, before| event.id != 0 && event.id == before.id);
        recording.lanes.push(Lane {
            around: None,
            index: None,
            indexes: Vec::new(),
            path: Arc::from(""),
            entered: 0,
        });
        let mut reader = Reader {
            lanes: FxHashMap::default(),
            open: FxHashMap::default(),
            recording,
        };
        let mut places: FxHashMap<i64, Place> = FxHashMap::default();
        for index in 0..reader.recording.events.len() {
            let event = &reader.recording.events[index];
            let (id, before) = (event.id, places.get(&event.previous).copied().unwrap_or_default());
            let place = reader.place(index, before);
            if id > 0 {
                places.insert(id, place);
            }
        }
        Ok(reader.recording)
    }
}

fn read_event(event: &Map) -> Event {
    let number = |key| {
        event
            .get(key)
            .and_then(Value::as_number)
            .map_or(0, |n| n.as_f64() as i64)
    };
    let details = event.iter().find_map(|(key, value)| match value {
        Value::Object(map) if key.ends_with("EventDetails") => Some(map.clone()),
        _ => None,
    });
    Event {
        id: number("id"),
        previous: number("previousEventId"),
        kind: event.get("type").and_then(text).unwrap_or_default(),
        millis: event.get("timestamp").and_then(millis),
        details,
        visit: None,
        lane: 0,
    }
}

pub(super) fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// RFC 3339, or the seconds that version 1 of the CLI prints.
fn millis(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => timestamp::parse(text).map(|moment| moment.millis()),
        Value::Number(seconds) => Some((seconds.as_f64() * 1000.0).round() as i64),
        _ => None,
    }
}

struct Reader {
    recording: Recording,
    /// Lines of execution by the visit around them and the index of the item, or the name of the first state.
    lanes: FxHashMap<(usize, Branch), usize>,
    /// The last visit of each state that was entered.
    open: FxHashMap<Arc<str>, usize>,
}

#[derive(PartialEq, Eq, Hash)]
enum Branch {
    Item(usize),
    Start(Arc<str>),
}

impl Reader {
    /// Gives the event its visit and line; gives where what follows it stands.
    fn place(&mut self, index: usize, before: Place) -> Place {
        let kind = self.recording.events[index].kind.clone();
        let place = self.follow(index, &kind, before);
        let event = &mut self.recording.events[index];
        if let Some(visit) = event.visit {
            // What an iteration says of itself stands in its own line; it has got one below.
            if event.lane == 0 {
                event.lane = self.recording.visits[visit].lane;
            }
        }
        place
    }

    fn follow(&mut self, index: usize, kind: &str, before: Place) -> Place {
        if let Some(kind) = kind.strip_suffix("StateEntered") {
            return self.entered(index, kind, before);
        }
        if kind.ends_with("StateExited") {
            return self.exited(index, before);
        }
        if kind.starts_with("Execution") {
            return before;
        }
        if kind.starts_with("MapIteration") {
            return self.iteration(index, before);
        }
        if kind == "EvaluationFailed"
            && let Some(visit) = self.evaluated(index, before)
        {
            self.recording.events[index].visit = Some(visit);
            return Place {
                visit: Some(visit),
                ..Place::default()
            };
        }
        let Some(mut at) = before.visit else {
            return before;
        };
        // What a Parallel or Map says of itself follows the last event of a branch, in whose state it must not count.
        for whole in ["Parallel", "Map"] {
            let own = kind
                .strip_prefix(whole)
                .is_some_and(|rest| rest.starts_with("State") || rest.starts_with("Run"));
            if own {
                let visits = &self.recording.visits;
                while &*visits[at].kind != whole || visits[at].over {
                    match visits[at].around {
                        Some(around) => at = around,
                        None => return before,
                    }
                }
                if kind.ends_with("StateFailed") || kind.ends_with("StateAborted") {
                    self.recording.visits[at].over = true;
                }
            }
        }
        self.recording.events[index].visit = Some(at);
        Place {
            visit: Some(at),
            ..Place::default()
        }
    }

    fn entered(&mut self, index: usize, kind: &str, before: Place) -> Place {
        let name = self.name(index, "name");
        let lane = match (before.from, before.lane, before.visit) {
            (Some(from), ..) => self.recording.visits[from].lane,
            (None, Some(lane), _) => lane,
            (None, None, Some(around)) => self.lane(around, Branch::Start(name.clone())),
            (None, None, None) => 0,
        };
        let visit = self.recording.visits.len();
        self.recording.visits.push(Visit {
            name: name.clone(),
            kind: Arc::from(kind),
            around: before.visit,
            from: before.from,
            lane,
            left: false,
            over: false,
        });
        self.recording.lanes[lane].entered += 1;
        self.open.insert(name, visit);
        self.recording.events[index].visit = Some(visit);
        Place {
            visit: Some(visit),
            ..Place::default()
        }
    }

    fn exited(&mut self, index: usize, before: Place) -> Place {
        let name = self.name(index, "name");
        let Some(visit) = self.open_visit(&name, before.visit) else {
            return before;
        };
        self.recording.visits[visit].left = true;
        self.recording.events[index].visit = Some(visit);
        Place {
            visit: self.recording.visits[visit].around,
            from: Some(visit),
            lane: None,
        }
    }

    /// An iteration that begins, or ends: what follows the end of one is the Map's, or begins another.
    fn iteration(&mut self, index: usize, before: Place) -> Place {
        let name = self.name(index, "name");
        let item = self.recording.events[index].number("index");
        let map = self.open_visit(&name, before.visit);
        let (Some(map), Some(item)) = (map, item.and_then(|item| usize::try_from(item).ok())) else {
            return Place {
                visit: before.visit,
                ..Place::default()
            };
        };
        let lane = self.lane(map, Branch::Item(item));
        let event = &mut self.recording.events[index];
        event.visit = Some(map);
        event.lane = lane;
        Place {
            visit: Some(map),
            from: None,
            lane: (&*event.kind == "MapIterationStarted").then_some(lane),
        }
    }

    /// The state whose expression failed: one that fails before it has done anything follows what stood before it.
    fn evaluated(&self, index: usize, before: Place) -> Option<usize> {
        let name = self.recording.events[index].text("state")?;
        let at = before.visit;
        if at.is_some_and(|at| self.recording.visits[at].name == *name && !self.recording.visits[at].left) {
            return at;
        }
        let visits = &self.recording.visits;
        let follows = |visit: &Visit| visit.around == at && visit.from == before.from;
        visits
            .iter()
            .rposition(|visit| visit.name == *name && !visit.left && follows(visit))
            .or_else(|| self.open.get(name).copied().filter(|visit| !visits[*visit].left))
    }

    /// The visit of the state called `name` that is open at `at` or around it.
    fn open_visit(&self, name: &str, mut at: Option<usize>) -> Option<usize> {
        let visits = &self.recording.visits;
        while let Some(visit) = at {
            if &*visits[visit].name == name && !visits[visit].left {
                return at;
            }
            at = visits[visit].around;
        }
        None
    }

    fn lane(&mut self, around: usize, branch: Branch) -> usize {
        let outer = &self.recording.lanes[self.recording.visits[around].lane];
        let (mut indexes, item, key) = match &branch {
            Branch::Item(item) => (outer.indexes.clone(), Some(*item), item.to_string()),
            Branch::Start(name) => (outer.indexes.clone(), None, name.to_string()),
        };
        indexes.extend(item);
        // A state is entered once at a time in its line, so that the count tells its visits apart.
        let path = format!("{}/{}[{key}]", outer.path, outer.entered);
        let lanes = &mut self.recording.lanes;
        *self.lanes.entry((around, branch)).or_insert_with(|| {
            lanes.push(Lane {
                around: Some(around),
                index: item,
                indexes,
                path: Arc::from(path),
                entered: 0,
            });
            lanes.len() - 1
        })
    }

    fn name(&self, index: usize, key: &str) -> Arc<str> {
        self.recording.events[index]
            .text(key)
            .cloned()
            .unwrap_or_default()
    }
}
