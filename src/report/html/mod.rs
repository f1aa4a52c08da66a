//! An execution as one page that needs nothing else: the graph with the path taken, a timeline, and what went into and
//! came out of every state; a page of all cases of test files, and one of two machines side by side.
//!
//! Names and payloads are the user's text and stay text: the picture escapes them, the data stands as JSON in an element
//! that no browser runs, and the script makes text nodes of it. Were there a hole all the same, the page's own policy
//! runs no script but the one whose digest it names, and loads nothing from anywhere.

mod cases;
mod changes;
mod data;
mod template;
mod texts;

use std::io::{self, Write};

use serde::Serialize;

use super::graph;
use crate::asl::StateMachine;
use crate::graph::ControlFlow;
use crate::history::{History, Timeline};
use crate::picture::{Drawing, Marks};
use crate::simulate::{Execution, MachineType, Time};
use data::Run;
use template::Page;
use texts::Texts;

pub use cases::page as tests_page;
pub use changes::page as changes_page;

/// A run that the tool had to stop: a task without a mock.
#[derive(Debug)]
pub struct Stopped<'s> {
    /// What had happened until then.
    pub history: &'s History,
    /// Standard or Express.
    pub machine_type: MachineType,
    /// When it began.
    pub started: Time,
    /// Why it was stopped.
    pub why: &'s str,
    /// What to do about it.
    pub help: Option<&'s str>,
}

/// There is nothing beside the run.
#[derive(Debug, Serialize)]
struct Nothing {}

/// Writes the page of an execution of `machine`, whose history was kept with all that is told beside it. `name` is
/// what the machine is called.
///
/// # Errors
/// When `out` cannot be written.
pub fn page(
    machine: &StateMachine,
    execution: &Execution,
    name: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    one(machine, &execution.history, &Run::of(execution, name), out)
}

/// Writes the page of a run that had to stop, as far as it came.
///
/// # Errors
/// When `out` cannot be written.
pub fn stopped_page(
    machine: &StateMachine,
    stopped: &Stopped<'_>,
    name: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    one(machine, stopped.history, &Run::stopped(stopped, name), out)
}

fn one(machine: &StateMachine, history: &History, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let timeline = Timeline::of(history);
    let drawing = Drawing::new(
        machine,
        &ControlFlow::new(machine),
        &Marks::of_execution(&timeline),
    );
    let mut texts = Texts::default();
    let json = data::run(machine, run, &timeline, None, &mut texts, data::most_visits(1));
    let page = Page {
        title: run.name,
        graphs: vec![picture(&drawing, run.name)],
        data: data::document(&[json], &texts, &Nothing {}),
    };
    page.write(out)
}

/// In the place of a graph.
const TOO_LARGE: &str = "<p class=\"none\">The graph is too large to draw.</p>\n";

/// A graph as it stands in a page.
fn picture(drawing: &Drawing, name: &str) -> String {
    graph::render(drawing, graph::Format::Svg, name).unwrap_or_else(|| TOO_LARGE.to_owned())
}
