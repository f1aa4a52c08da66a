//! Two machines side by side, with what changed marked, and the changes in words.

use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::TOO_LARGE;
use super::data::for_script;
use super::template::{Page, stacked};
use crate::asl::StateMachine;
use crate::diagnostics::Span;
use crate::diff::{Change, Class, Kind, renames};
use crate::graph::ControlFlow;
use crate::picture::{Drawing, Edge, EdgeKind, Marks, Node};
use crate::report::changes::{self, ChangeReport};
use crate::report::graph::{self, Marked};
use crate::source::SourceFile;

/// Everything that the script of the page reads.
#[derive(Debug, Serialize)]
struct Changed<'c> {
    files: Vec<FileData<'c>>,
}

/// A pair of definitions.
#[derive(Debug, Serialize)]
struct FileData<'c> {
    name: String,
    words: String,
    states: Sides<Vec<&'c str>>,
    changes: Vec<ChangeData<'c>>,
    runs: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Sides<T> {
    old: T,
    new: T,
}

/// A change, and the numbers of the states that it is about.
#[derive(Debug, Serialize)]
struct ChangeData<'c> {
    class: &'static str,
    state: Option<&'c str>,
    words: &'c str,
    place: String,
    old: Option<usize>,
    new: Option<usize>,
}

/// Writes the page of what changed in some files.
///
/// # Errors
/// When `out` cannot be written.
pub fn page(reports: &[ChangeReport], out: &mut dyn Write) -> io::Result<()> {
    let files: Vec<FileData<'_>> = reports.iter().map(file).collect();
    let title = match &files[..] {
        [only] => format!("Changes of {}", only.name),
        many => format!("Changes of {} definitions", many.len()),
    };
    let side = |id: &str, heading: &str, came: &str, graph: &dyn Fn(&ChangeReport) -> String| {
        let mut section = format!(
            "<section id=\"{id}\" aria-label=\"{heading}\">\n<div class=\"bar\"><h2>{heading}</h2>\
             <span class=\"legend\" aria-hidden=\"true\"><i class=\"{came}\"></i>{came} <i class=\"changed\"></i>changed \
             <i class=\"breaking\"></i>breaking</span><span class=\"buttons\"><button type=\"button\" aria-label=\"Zoom out\">&minus;</button>\
             <button type=\"button\">Fit</button><button type=\"button\" aria-label=\"Zoom in\">+</button></span></div>\n\
             <div class=\"picture\">\n"
        );
        let graphs: Vec<String> = reports.iter().map(graph).collect();
        section.push_str(&stacked(graphs.iter().map(String::as_str)));
        section.push_str("</div>\n</section>\n");
        section
    };
    let old = side("old", "Old", "removed", &|report| drawn(report, true));
    let new = side("new", "New", "added", &|report| drawn(report, false));
    let page = Page {
        title: &title,
        graphs: vec![old, new],
        // Only strings and numbers: it cannot fail.
        data: for_script(&serde_json::to_string(&Changed { files }).unwrap_or_default()),
    };
    page.write_changes(out)
}

fn file(report: &ChangeReport) -> FileData<'_> {
    let name = |file: &Option<Arc<SourceFile>>| file.as_ref().map(|file| file.name().to_owned());
    let name = match (name(&report.old), name(&report.new)) {
        (Some(old), Some(new)) if old != new => format!("{old} \u{2192} {new}"),
        (_, Some(new)) => new,
        (Some(old), None) => old,
        (None, None) => String::new(),
    };
    FileData {
        name,
        words: changes::summary(std::slice::from_ref(report)),
        states: Sides {
            old: state_names(report.old_machine.as_ref()),
            new: state_names(report.machine.as_ref()),
        },
        changes: (report.changes.iter())
            .map(|change| ChangeData {
                class: change.class.as_word(),
                state: change.state.as_deref(),
                words: &change.message,
                place: changes::lines(report, change),
                old: number_of(change, report.old_machine.as_ref(), true),
                new: number_of(change, report.machine.as_ref(), false),
            })
            .collect(),
        runs: (report.runs.iter())
            .map(|run| format!("{}: {}", run.name, run.words().join("\n")))
            .collect(),
    }
}

fn state_names(machine: Option<&StateMachine>) -> Vec<&str> {
    let states = machine.map_or(&[][..], |machine| machine.states());
    states.iter().map(|state| &*state.name).collect()
}

/// The state that a change is about on one side: the innermost one around its place there, else the one that is called so.
fn number_of(change: &Change, machine: Option<&StateMachine>, old: bool) -> Option<usize> {
    let machine = machine?;
    let place = if old { &change.old } else { &change.new };
    let name = change.state.as_ref()?;
    let Some(place) = place else {
        // What came has no place in the old machine, and what is gone none in the new one.
        let gone = matches!(
            change.kind,
            Kind::StateAdded | Kind::StateSplit | Kind::StateRemoved | Kind::StateMerged
        );
        if gone {
            return None;
        }
        let named = machine.states().iter().find(|state| state.name == *name)?;
        return Some(named.id.index());
    };
    let around = |span: Span| span.start <= place.span.start && place.span.end <= span.end;
    // Nested states come after those around them.
    let found = (machine.states().iter())
        .rfind(|state| around(state.name_span) || around(machine.node(state.node).span()))?;
    Some(found.id.index())
}

/// The graph of one side.
fn drawn(report: &ChangeReport, old: bool) -> String {
    let (machine, other) = match old {
        true => (&report.old_machine, report.machine.as_ref()),
        false => (&report.machine, report.old_machine.as_ref()),
    };
    let Some(machine) = machine else {
        return "<p class=\"none\">There is no definition on this side.</p>\n".to_owned();
    };
    let draw = |machine: &StateMachine| Drawing::new(machine, &ControlFlow::new(machine), &Marks::default());
    let drawing = draw(machine);
    let marks = |wanted: &dyn Fn(&Change) -> bool| -> FxHashSet<usize> {
        let wanted = report.changes.iter().filter(|change| wanted(change));
        wanted
            .filter_map(|change| number_of(change, Some(machine), old))
            .collect()
    };
    let came = marks(&|change| match old {
        true => matches!(change.kind, Kind::StateRemoved | Kind::StateMerged) && change.old.is_some(),
        false => matches!(change.kind, Kind::StateAdded | Kind::StateSplit) && change.new.is_some(),
    });
    let breaking = marks(&|change| change.class == Class::Breaking);
    let changed = marks(&|change| change.class != Class::Cosmetic);
    let ways = other
        .map(|other| ways(&draw(other), &renamed(report, !old)))
        .unwrap_or_default();
    let names = renamed(report, old);
    let came_word = if old { "removed" } else { "added" };
    let marked = Marked {
        node: &|node: &Node| match node.number {
            number if came.contains(&number) => Some(came_word),
            number if breaking.contains(&number) => Some("breaking"),
            number if changed.contains(&number) => Some("changed"),
            _ => None,
        },
        edge: &|edge: &Edge| {
            (other.is_some() && !ways.contains(&way(&drawing, edge, &names))).then_some(came_word)
        },
    };
    let file = if old { &report.old } else { &report.new };
    let name = file.as_ref().map_or("", |file| file.name());
    graph::svg_marked(&drawing, name, &marked).unwrap_or_else(|| TOO_LARGE.to_owned())
}

/// A transition as it is known on both sides.
type Way = (String, String, EdgeKind, String);

/// Names of the old machine that are others in the new one, with those.
type Renames = Vec<(Arc<str>, Arc<str>)>;

/// The renames, where `old` names are to be read; nothing for the new side, whose names they are.
fn renamed(report: &ChangeReport, old: bool) -> Renames {
    match (&report.old_machine, &report.machine) {
        (Some(before), Some(after)) if old => renames(before, after),
        _ => Vec::new(),
    }
}

fn ways(drawing: &Drawing, renames: &Renames) -> FxHashSet<Way> {
    drawing
        .edges
        .iter()
        .map(|edge| way(drawing, edge, renames))
        .collect()
}

fn way(drawing: &Drawing, edge: &Edge, renames: &Renames) -> Way {
    let name = |node: usize| {
        let name = &*drawing.nodes[node].name;
        let renamed = renames.iter().find(|(old, _)| &**old == name);
        renamed.map_or(name, |(_, new)| &**new).to_owned()
    };
    (name(edge.from), name(edge.to), edge.kind, edge.label.clone())
}
