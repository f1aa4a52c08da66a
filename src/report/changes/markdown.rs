//! Changes for pull requests: a table of how many there are, the changes by state, and a folded graph of the new machine.
//!
//! What the user wrote stands in code spans: there it is no markup, no link, no mention and no HTML.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use super::{ChangeReport, text};
use crate::asl::StateMachine;
use crate::diagnostics::{code_span, counted};
use crate::diff::{Change, Class, Kind};
use crate::graph::ControlFlow;
use crate::picture::{Drawing, Marks, Node};
use crate::report::graph::{self, Mark};

/// GitHub takes 65,536 characters in a comment; the rest is for what stands around it.
const MAX_TEXT: usize = 60_000;
/// What is kept for saying what was left out.
const RESERVE: usize = 1_000;

pub(super) fn render(reports: &[ChangeReport], out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let changed: Vec<&ChangeReport> = (reports.iter())
        .filter(|report| report.differs() || !report.runs.is_empty())
        .collect();
    if changed.is_empty() {
        text.push_str("No difference in meaning.\n");
    } else if changed.len() > 1 {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}\n", super::summary(reports));
    }
    for (i, report) in changed.iter().enumerate() {
        let mut part = String::new();
        one(report, MAX_TEXT.saturating_sub(text.len() + RESERVE), &mut part);
        if text.len() + part.len() > MAX_TEXT - RESERVE {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "\nToo long for one comment: {} not shown.",
                are(changed.len() - i, "more changed file")
            );
            break;
        }
        if i > 0 {
            text.push('\n');
        }
        text.push_str(&part);
    }
    out.write_all(text.as_bytes())
}

/// One file in at most about `room` bytes.
fn one(report: &ChangeReport, room: usize, out: &mut String) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "### {}\n", title(report));
    let mut table = String::from("| class | changes | states |\n|:--|--:|--:|\n");
    for class in [Class::Breaking, Class::Behavioural, Class::Cosmetic] {
        let of_class = || report.changes.iter().filter(|change| change.class == class);
        if of_class().next().is_some() {
            let states: BTreeSet<_> = of_class().filter_map(|change| change.state.as_ref()).collect();
            let _ = writeln!(
                table,
                "| {} {} | {} | {} |",
                sign(class),
                class.as_word(),
                of_class().count(),
                states.len()
            );
        }
    }
    if !report.changes.is_empty() {
        out.push_str(&table);
    }
    let mut group: Option<&Option<Arc<str>>> = None;
    for (shown, change) in report.changes.iter().enumerate() {
        let mut lines = String::new();
        if group != Some(&change.state) {
            let heading = match &change.state {
                Some(name) => format!("State {}", code_span(name)),
                None => "The machine".to_owned(),
            };
            let _ = writeln!(lines, "\n**{heading}**\n");
            group = Some(&change.state);
        }
        let place = text::lines(report, change);
        let _ = writeln!(
            lines,
            "- {} {} {} {place}",
            sign(change.class),
            change.class.as_word(),
            code_span(&change.message)
        );
        if out.len() + lines.len() > room {
            let _ = writeln!(
                out,
                "\nToo long for one comment: {} not shown.",
                are(report.changes.len() - shown, "more change")
            );
            return;
        }
        out.push_str(&lines);
    }
    runs(report, room, out);
    if let Some(machine) = &report.machine
        && !report.changes.is_empty()
    {
        graph(report, machine, room.saturating_sub(out.len()), out);
    }
}

/// What became of the same inputs.
fn runs(report: &ChangeReport, room: usize, out: &mut String) {
    for (i, run) in report.runs.iter().enumerate() {
        let words: Vec<String> = run.words().iter().map(|line| code_span(line)).collect();
        let line = format!("- {}: {}\n", code_span(&run.name), words.join("<br>"));
        if out.len() + line.len() > room {
            // Writing to a string does not fail.
            let _ = writeln!(out, "\n{} not shown.", are(report.runs.len() - i, "more run"));
            return;
        }
        if i == 0 {
            out.push_str("\n**Runs**\n\n");
        }
        out.push_str(&line);
    }
}

/// `old.asl.json`, or both names where they differ.
fn title(report: &ChangeReport) -> String {
    let name = |name: Option<String>| name.map(|name| code_span(&name));
    // Of two revisions, what is the same for all is left out.
    let (old, new) = match &report.inside {
        Some(inside) => inside.clone(),
        None => (report.old_name(), report.new_name()),
    };
    match (name(old), name(new)) {
        (Some(old), Some(new)) if old == new => new,
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(old), None) => format!("{old} deleted"),
        (None, Some(new)) => format!("{new} added"),
        (None, None) => "Nothing".to_owned(),
    }
}

fn sign(class: Class) -> &'static str {
    match class {
        Class::Breaking => "🔴",
        Class::Behavioural => "🟡",
        Class::Cosmetic => "⚪",
    }
}

/// The graph of the new machine, folded, with the changed states marked; a word in its place where viewers would not
/// draw it.
fn graph(report: &ChangeReport, machine: &StateMachine, room: usize, out: &mut String) {
    let drawing = Drawing::new(machine, &ControlFlow::new(machine), &Marks::default());
    let is = |node: &Node, wanted: fn(&Change) -> bool| {
        (report.changes.iter())
            .any(|change| change.new.is_some() && change.state.as_ref() == Some(&node.name) && wanted(change))
    };
    let added = |change: &Change| matches!(change.kind, Kind::StateAdded | Kind::StateSplit);
    let breaking = |change: &Change| change.class == Class::Breaking;
    let marks = [
        Mark {
            class: "changed",
            style: "stroke:#b35a00,stroke-width:4px",
            is: &|node: &Node| is(node, |_| true) && !is(node, breaking) && !is(node, added),
        },
        Mark {
            class: "breaking",
            style: "stroke:#b3261e,stroke-width:4px",
            is: &|node: &Node| is(node, breaking),
        },
        Mark {
            class: "added",
            style: "stroke:#1e7d36,stroke-width:4px,stroke-dasharray:6",
            is: &|node: &Node| is(node, added) && !is(node, breaking),
        },
    ];
    let diagram = graph::mermaid_marked(&drawing, &marks);
    let too_large = !graph::warnings(&drawing, graph::Format::Mermaid, &diagram).is_empty();
    // Writing to a string does not fail.
    let _ = match too_large || diagram.len() + 300 > room {
        true => writeln!(
            out,
            "\nThe graph of {} states is too large to draw here; `sfn-tool graph --format svg` draws it.",
            drawing.nodes.len()
        ),
        false => writeln!(
            out,
            "\n<details><summary>The new machine: changed states orange, breaking changes red, new states green and \
             dashed</summary>\n\n```mermaid\n{diagram}```\n\n</details>"
        ),
    };
}

/// `1 more run is`, `2 more runs are`.
fn are(count: usize, word: &str) -> String {
    format!(
        "{} {}",
        counted(count as u64, word),
        if count == 1 { "is" } else { "are" }
    )
}
