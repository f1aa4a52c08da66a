//! A history to marks: which states and transitions an execution took, failed and retried.

use super::Marks;
use crate::recorded::Recording;

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
        let mut marks = Marks {
            execution: true,
            ..Marks::default()
        };
        let mut courses = vec![Course::default(); recording.visits.len()];
        for event in &recording.events {
            let Some(number) = event.visit else { continue };
            let (visit, kind) = (&recording.visits[number], &*event.kind);
            if kind.ends_with("StateEntered") {
                if let Some(from) = visit.from {
                    let (name, failing) = (recording.visits[from].name.clone(), courses[from].failing);
                    *marks
                        .taken
                        .entry((name, visit.name.clone(), failing))
                        .or_default() += 1;
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
            let entry = marks.visits.entry(visit.name.clone()).or_default();
            entry.entered += 1;
            entry.retried += course.tries.saturating_sub(1);
            match (visit.left, course.failing) {
                (true, true) => entry.caught += 1,
                (false, true) => entry.failed += 1,
                (false, false) => entry.unfinished += 1,
                (true, false) => {}
            }
        }
        marks
    }
}
