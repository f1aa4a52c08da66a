//! An execution as one page that needs nothing else: the graph with the path taken, a timeline, and what went into and
//! came out of every state.
//!
//! Names and payloads are the user's text and stay text: the picture escapes them, the data stands as JSON in an element
//! that no browser runs, and the script makes text nodes of it. Were there a hole all the same, the page's own policy
//! runs no script but the one whose digest it names, and loads nothing from anywhere.

mod data;
mod texts;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::graph;
use crate::asl::StateMachine;
use crate::diagnostics::visible;
use crate::graph::ControlFlow;
use crate::history::Timeline;
use crate::picture::{Drawing, Marks};
use crate::simulate::Execution;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// The parts of the script, in the order in which they need each other.
const SCRIPT: [&str; 6] = [
    include_str!("text.js"),
    include_str!("rows.js"),
    include_str!("timeline.js"),
    include_str!("details.js"),
    include_str!("picture.js"),
    include_str!("page.js"),
];

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
    let timeline = Timeline::of(&execution.history);
    let drawing = Drawing::new(
        machine,
        &ControlFlow::new(machine),
        &Marks::of_execution(&timeline),
    );
    let graph = graph::render(&drawing, graph::Format::Svg, name)
        .unwrap_or_else(|| "<p class=\"none\">The graph is too large to draw.</p>\n".to_owned());
    let script = script();
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
        STANDARD.encode(Sha256::digest(script.as_bytes()))
    );
    let data = data::json(machine, execution, &timeline, name);
    // The template's own marks are replaced, once; what stands in their place is not looked at.
    let mut rest = PAGE;
    while let Some((before, (mark, after))) = rest
        .split_once("{{")
        .and_then(|(before, mark)| Some((before, mark.split_once("}}")?)))
    {
        out.write_all(before.as_bytes())?;
        let part = match mark {
            "title" => &graph::escape(&visible(name)),
            "policy" => &policy,
            "style" => STYLE,
            "graph" => &graph,
            "data" => &data,
            "script" => &script,
            _ => "",
        };
        out.write_all(part.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// The whole script: its parts share one scope, and nothing of it is global.
fn script() -> String {
    format!("(() => {{\n\"use strict\";\n{}}})();\n", SCRIPT.concat())
}
