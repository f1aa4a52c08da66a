//! A history to marks: which states and transitions an execution took, failed and retried.
//!
//! Events are told apart by their types alone, as GetExecutionHistory names them, so that a history of AWS's and one of
//! ours read alike. Every event belongs to the visit of a state that its `previousEventId` leads back to.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use thiserror::Error;

use super::Marks;
use crate::value::{Map, Value};

/// A value that is no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no history of an execution: there is no list 'events'")]
pub struct NotAHistory;

/// One stay of the execution in a state.
struct Visit {
    name: Arc<str>,
    /// What the type of the entering event begins with: `Task`, `Parallel`.
    kind: String,
    /// The visit of the Map or Parallel around it.
    around: Option<usize>,
    /// How often its work was begun.
    tries: u32,
    /// Whether the last try failed, and nothing came after.
    failing: bool,
    left: bool,
}

/// Where an event stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The visit that is open here.
    visit: Option<usize>,
    /// The visit that was left just before.
    from: Option<usize>,
}

impl Marks {
    /// The marks of the execution that `history` tells of: what `aws stepfunctions get-execution-history` prints, or
    /// what `simulate` prints as JSON.
    ///
    /// # Errors
    /// When there is no list of events in it. Events of unknown types are passed over.
    pub fn of_execution(history: &Value) -> Result<Marks, NotAHistory> {
        let events = history
            .as_object()
            .and_then(|history| history.get("events"))
            .and_then(Value::as_array)
            .ok_or(NotAHistory)?;
        let mut marks = Marks {
            execution: true,
            ..Marks::default()
        };
        let mut visits: Vec<Visit> = Vec::new();
        let mut places: FxHashMap<i64, Place> = FxHashMap::default();
        for event in events.iter().filter_map(Value::as_object) {
            let number = |key| {
                event
                    .get(key)
                    .and_then(Value::as_number)
                    .map(|n| n.as_f64() as i64)
            };
            let before = number("previousEventId")
                .and_then(|id| places.get(&id).copied())
                .unwrap_or_default();
            let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
            let place = marks.event(kind, event, before, &mut visits);
            if let Some(id) = number("id") {
                places.insert(id, place);
            }
        }
        for visit in &visits {
            let entry = marks.visits.entry(visit.name.clone()).or_default();
            entry.entered += 1;
            entry.retried += visit.tries.saturating_sub(1);
            match (visit.left, visit.failing) {
                (true, true) => entry.caught += 1,
                (false, true) => entry.failed += 1,
                (false, false) => entry.unfinished += 1,
                (true, false) => {}
            }
        }
        Ok(marks)
    }

    /// Takes one event in; gives where it stands.
    fn event(&mut self, kind: &str, event: &Map, before: Place, visits: &mut Vec<Visit>) -> Place {
        if let Some(kind) = kind.strip_suffix("StateEntered") {
            let name = state_name(event, "stateEnteredEventDetails");
            if let Some(from) = before.from {
                let from = &visits[from];
                *self
                    .taken
                    .entry((from.name.clone(), name.clone(), from.failing))
                    .or_default() += 1;
            }
            visits.push(Visit {
                name,
                kind: kind.to_owned(),
                around: before.visit,
                tries: 0,
                // A Fail state does nothing else.
                failing: kind == "Fail",
                left: false,
            });
            return Place {
                visit: Some(visits.len() - 1),
                from: None,
            };
        }
        if kind.ends_with("StateExited") {
            let name = state_name(event, "stateExitedEventDetails");
            let mut open = before.visit;
            while let Some(at) = open {
                if visits[at].name == name && !visits[at].left {
                    visits[at].left = true;
                    return Place {
                        visit: visits[at].around,
                        from: open,
                    };
                }
                open = visits[at].around;
            }
            return before;
        }
        let Some(mut at) = before.visit else {
            return before;
        };
        // What a Parallel or Map says of itself follows the last event of a branch, in whose state it must not count.
        for whole in ["Parallel", "Map"] {
            if kind.starts_with(&format!("{whole}State")) || kind.starts_with(&format!("{whole}Run")) {
                while visits[at].kind != whole {
                    match visits[at].around {
                        Some(around) => at = around,
                        None => return before,
                    }
                }
            }
        }
        if kind.starts_with("MapIteration") || kind.starts_with("Execution") {
            return Place {
                visit: before.visit,
                from: None,
            };
        }
        let visit = &mut visits[at];
        if kind.ends_with("Scheduled") || matches!(kind, "ParallelStateStarted" | "MapStateStarted") {
            visit.tries += 1;
            visit.failing = false;
        } else if kind.ends_with("Succeeded") {
            visit.failing = false;
        } else if kind.ends_with("Failed") || kind.ends_with("TimedOut") || kind == "EvaluationFailed" {
            visit.failing = true;
        }
        Place {
            visit: Some(at),
            from: None,
        }
    }
}

fn state_name(event: &Map, details: &str) -> Arc<str> {
    let name = event
        .get(details)
        .and_then(Value::as_object)
        .and_then(|details| details.get("name"))
        .and_then(Value::as_str);
    Arc::from(name.unwrap_or_default())
}
