//! A history to marks: which states and transitions an execution took, failed and retried.

use super::{Marks, Visits};
use crate::history::recorded::{Event, Recording};

/// What became of one stay of the execution in a state.
#[derive(Clone, Copy, Default)]
struct Course {
    /// How often its work was begun.
    tries: u32,
    /// Whether the last try failed, and nothing came after.
    failing: bool,
}

impl Marks {
    /// The marks of an execution.
    pub fn of_execution(recording: &Recording) -> Marks {
        let mut marks = Marks::for_execution();
        let mut courses = vec![Course::default(); recording.visits.len()];
        for event in &recording.events {
            let Some(number) = event.visit else {
                if &*event.kind == "ExecutionFailed"
                    && let Some(number) = visit_before(recording, event)
                {
                    // What fails without an event of its own: a time that is none, a path without a result.
                    courses[number].failing = true;
                }
                continue;
            };
            let (visit, kind) = (&recording.visits[number], &*event.kind);
            if kind.ends_with("StateEntered") {
                if let Some(from) = visit.from {
                    marks.add_transition(&recording.visits[from].name, &visit.name, courses[from].failing);
                }
                // A Fail state does nothing else.
                courses[number].failing = &*visit.kind == "Fail";
            } else if kind.starts_with("MapIteration") || kind.ends_with("StateExited") {
                // Neither begins nor ends a try.
            } else if kind.ends_with("Scheduled")
                || matches!(kind, "ParallelStateStarted" | "MapStateStarted")
            {
                courses[number].tries += 1;
                courses[number].failing = false;
            } else if kind.ends_with("Succeeded") {
                courses[number].failing = false;
            } else if kind.ends_with("Failed") || kind.ends_with("TimedOut") {
                courses[number].failing = true;
            }
        }
        for (visit, course) in recording.visits.iter().zip(courses) {
            let ended = |left, failing| u32::from((visit.left, course.failing) == (left, failing));
            marks.add_visit(
                &visit.name,
                Visits {
                    entered: 1,
                    retried: course.tries.saturating_sub(1),
                    caught: ended(true, true),
                    failed: ended(false, true),
                    unfinished: ended(false, false),
                },
            );
        }
        marks
    }
}

/// The visit that was open when an event of the execution itself came.
fn visit_before(recording: &Recording, event: &Event) -> Option<usize> {
    let found = recording
        .events
        .binary_search_by_key(&event.previous, |event| event.id)
        .ok()?;
    let visit = recording.events[found].visit?;
    (!recording.visits[visit].left).then_some(visit)
}
