//! The page around what is shown: its style, its script, and the policy that lets nothing else run.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::diagnostics::visible;
use crate::report::graph;

const HEAD: &str = include_str!("head.html");
const TAIL: &str = include_str!("tail.html");
const RUNS: &str = include_str!("page.html");
const CHANGES: &str = include_str!("changes.html");
const STYLE: &str = include_str!("page.css");
/// The parts of the script of runs, in the order in which they need each other.
const SCRIPT: [&str; 8] = [
    include_str!("text.js"),
    include_str!("rows.js"),
    include_str!("scale.js"),
    include_str!("timeline.js"),
    include_str!("details.js"),
    include_str!("picture.js"),
    include_str!("search.js"),
    include_str!("page.js"),
];
/// Those of the script of changes.
const CHANGES_SCRIPT: [&str; 4] = [
    include_str!("text.js"),
    include_str!("picture.js"),
    include_str!("search.js"),
    include_str!("changes.js"),
];

/// The page of one run or many.
pub(super) struct Page<'p> {
    /// What it is called.
    pub(super) title: &'p str,
    /// The graphs.
    pub(super) graphs: Vec<String>,
    /// What the script reads, as it may stand in a script element.
    pub(super) data: String,
}

impl Page<'_> {
    /// Writes the page of runs.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let graphs = stacked(self.graphs.iter().map(String::as_str));
        self.fill(RUNS, &SCRIPT, &graphs, out)
    }

    /// Writes the page of changes: the graphs stand side by side.
    pub(super) fn write_changes(&self, out: &mut dyn Write) -> io::Result<()> {
        self.fill(CHANGES, &CHANGES_SCRIPT, &self.graphs.concat(), out)
    }

    fn fill(&self, template: &str, script: &[&str], graphs: &str, out: &mut dyn Write) -> io::Result<()> {
        // The parts of the script share one scope, and nothing of it is global.
        let script = format!("(() => {{\n\"use strict\";\n{}}})();\n", script.concat());
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
            STANDARD.encode(Sha256::digest(script.as_bytes()))
        );
        // The template's own marks are replaced, once; what stands in their place is not looked at.
        for part_of_page in [HEAD, template, TAIL] {
            let mut rest = part_of_page;
            while let Some((before, (mark, after))) = rest
                .split_once("{{")
                .and_then(|(before, mark)| Some((before, mark.split_once("}}")?)))
            {
                out.write_all(before.as_bytes())?;
                let part = match mark {
                    "title" => &graph::escape(&visible(self.title)),
                    "policy" => &policy,
                    "style" => STYLE,
                    "graph" => graphs,
                    "data" => &self.data,
                    "script" => &script,
                    _ => "",
                };
                out.write_all(part.as_bytes())?;
                rest = after;
            }
            out.write_all(rest.as_bytes())?;
        }
        Ok(())
    }
}

/// Graphs of which one is shown, the first until another is chosen.
pub(super) fn stacked<'g>(graphs: impl Iterator<Item = &'g str>) -> String {
    let each = graphs.enumerate().map(|(number, graph)| {
        let hidden = if number > 0 { " hidden" } else { "" };
        format!("<div class=\"drawn\"{hidden}>\n{graph}</div>\n")
    });
    each.collect()
}
