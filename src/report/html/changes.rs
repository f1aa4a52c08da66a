//! Two machines side by side, with what changed marked, and the changes in words.

use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
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
    let drawn: Vec<Sides<String>> = reports.iter().map(drawn).collect();
    let side = |id: &str, heading: &str, came: &str, graph: fn(&Sides<String>) -> &str| {
        let mut section = format!(
            "<section id=\"{id}\" aria-label=\"{heading}\">\n<div class=\"bar\"><h2>{heading}</h2>\
             <span class=\"legend\" aria-hidden=\"true\"><i class=\"{came}\"></i>{came} <i class=\"changed\"></i>changed \
             <i class=\"breaking\"></i>breaking</span><span class=\"buttons\"><button type=\"button\" aria-label=\"Zoom out\">&minus;</button>\
             <button type=\"button\">Fit</button><button type=\"button\" aria-label=\"Zoom in\">+</button></span></div>\n\
             <div class=\"picture\">\n"
        );
        section.push_str(&stacked(drawn.iter().map(graph)));
        section.push_str("</div>\n</section>\n");
        section
    };
    let old = side("old", "Old", "removed", |graphs| &graphs.old);
    let new = side("new", "New", "added", |graphs| &graphs.new);
    let page = Page {
        title: &title,
        graphs: vec![old, new],
        // Only strings and numbers: it cannot fail.
        data: for_script(&serde_json::to_string(&Changed { files }).unwrap_or_default()),
    };
    page.write_changes(out)
}

fn file(report: &ChangeReport) -> FileData<'_> {
    let name = match (report.old_name(), report.new_name()) {
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

/// The graphs of both sides. Each machine is drawn once; each drawing is looked at for the other's marks, too.
fn drawn(report: &ChangeReport) -> Sides<String> {
    let draw = |machine: &StateMachine| Drawing::new(machine, &ControlFlow::new(machine), &Marks::default());
    let old = report.old_machine.as_ref().map(draw);
    let new = report.machine.as_ref().map(draw);
    let renames = match (&report.old_machine, &report.machine) {
        (Some(before), Some(after)) => renames(before, after),
        _ => Vec::new(),
    };
    // Both sides are compared by the new names.
    let old_ways = old.as_ref().map(|drawing| ways(drawing, &renames));
    let new_ways = new.as_ref().map(|drawing| ways(drawing, &[]));
    let side = |drawing: Option<&Drawing>, ways: Option<&[Way]>, other: Option<&[Way]>, is_old| {
        let (Some(drawing), Some(ways)) = (drawing, ways) else {
            return "<p class=\"none\">There is no definition on this side.</p>\n".to_owned();
        };
        let others = other.map(|other| other.iter().collect::<FxHashSet<_>>());
        let is_new = |edge: usize| {
            others
                .as_ref()
                .is_some_and(|others| !others.contains(&ways[edge]))
        };
        marked(report, drawing, &is_new, is_old)
    };
    Sides {
        old: side(old.as_ref(), old_ways.as_deref(), new_ways.as_deref(), true),
        new: side(new.as_ref(), new_ways.as_deref(), old_ways.as_deref(), false),
    }
}

/// The graph of one side; `is_new` says of a transition that the other side does not have it.
fn marked(report: &ChangeReport, drawing: &Drawing, is_new: &dyn Fn(usize) -> bool, old: bool) -> String {
    let (machine, file) = match old {
        true => (&report.old_machine, &report.old),
        false => (&report.machine, &report.new),
    };
    let marks = |wanted: &dyn Fn(&Change) -> bool| -> FxHashSet<usize> {
        let wanted = report.changes.iter().filter(|change| wanted(change));
        wanted
            .filter_map(|change| number_of(change, machine.as_ref(), old))
            .collect()
    };
    let came = marks(&|change| match old {
        true => matches!(change.kind, Kind::StateRemoved | Kind::StateMerged) && change.old.is_some(),
        false => matches!(change.kind, Kind::StateAdded | Kind::StateSplit) && change.new.is_some(),
    });
    let breaking = marks(&|change| change.class == Class::Breaking);
    let changed = marks(&|change| change.class != Class::Cosmetic);
    let came_word = if old { "removed" } else { "added" };
    let marked = Marked {
        node: &|node: &Node| match node.number {
            number if came.contains(&number) => Some(came_word),
            number if breaking.contains(&number) => Some("breaking"),
            number if changed.contains(&number) => Some("changed"),
            _ => None,
        },
        edge: &|edge: usize| is_new(edge).then_some(came_word),
    };
    let name = file.as_ref().map_or("", |file| file.name());
    graph::svg_marked(drawing, name, &marked).unwrap_or_else(|| TOO_LARGE.to_owned())
}

/// A transition as it is known on both sides.
type Way = (String, String, EdgeKind, String);

/// The transitions, in the order of the drawing, by the names that states have behind `renames`.
fn ways(drawing: &Drawing, renames: &[(Arc<str>, Arc<str>)]) -> Vec<Way> {
    let renames: FxHashMap<&str, &str> = renames.iter().map(|(old, new)| (&**old, &**new)).collect();
    let name = |node: usize| {
        let name = &*drawing.nodes[node].name;
        (*renames.get(name).unwrap_or(&name)).to_owned()
    };
    let way = |edge: &Edge| (name(edge.from), name(edge.to), edge.kind, edge.label.clone());
    drawing.edges.iter().map(way).collect()
}
