//! The box of a state: an icon, the name, a short line about what it does, and what stands out about it.

use std::fmt::Write as _;

use super::icons::{Icon, SIZE as ICON};
use super::words::{Words, width, wrapped};
use super::{Fate, escape, notes, short, shown_name};
use crate::asl::StateType;
use crate::picture::layout::{Rectangle, Size};
use crate::picture::{Drawing, Node};
use crate::report::graph::{counts, kind_of, kind_within};

/// Room around what stands in a box, and between the icon and the text.
const PADDING: f64 = 8.0;
/// How wide a line of a name may be, and every other line.
const NAME_WIDTH: f64 = 230.0;
const MOST_NAME_LINES: usize = 4;
/// How many characters a line about a state may have.
const MAX_LINE: usize = 34;

/// The lines in a state's box with their classes.
fn lines(node: &Node) -> Vec<(&'static str, String)> {
    let name = wrapped(&shown_name(node), Words::Name, NAME_WIDTH, MOST_NAME_LINES);
    let mut lines: Vec<(&'static str, String)> = name.into_iter().map(|line| ("name", line)).collect();
    lines.push(("soft", kind(node)));
    if let Some(retries) = &node.retries_in_short {
        lines.push(("retry", format!("\u{21bb} {}", short(retries, MAX_LINE))));
    }
    if let Some(visits) = node.visits {
        let counts = counts(visits);
        if !counts.is_empty() {
            lines.push(("soft", short(&counts, MAX_LINE)));
        }
    }
    if let Some(first) = node.findings.first() {
        let rule = first.split(':').next().unwrap_or(first);
        let more = match node.findings.len() {
            1 => String::new(),
            count => format!(" +{}", count - 1),
        };
        lines.push(("note", format!("! {}{more}", short(rule, MAX_LINE))));
    }
    lines
}

/// What it does, without the word that the icon says.
fn kind(node: &Node) -> String {
    let words = kind_of(node);
    let words = match words.strip_prefix("Task: ") {
        Some(call) => match call.strip_prefix("lambda function ") {
            Some(function) => format!("Lambda: {function}"),
            None => match call.strip_prefix("activity ") {
                Some(activity) => format!("Activity: {activity}"),
                None => call.to_owned(),
            },
        },
        None => words,
    };
    short(&words, MAX_LINE)
}

/// How much room a state's box takes; of one that holds scopes, its heading.
pub(super) fn size(node: &Node) -> Size {
    let lines = lines(node);
    let text = lines.iter().map(|(class, line)| width(line, Words::of(class)));
    let height: f64 = lines.iter().map(|(class, _)| Words::of(class).line()).sum();
    Size {
        width: 3.0 * PADDING + ICON + text.fold(0.0, f64::max).max(24.0),
        height: height.max(ICON) + 2.0 * PADDING,
    }
}

/// Draws a state.
pub(super) fn state(
    drawing: &Drawing,
    node: &Node,
    rectangle: &Rectangle,
    marked: Option<&'static str>,
    out: &mut String,
) {
    let Rectangle { at, size } = *rectangle;
    let icon = Icon::of(node);
    let _ = writeln!(
        out,
        "<g class=\"{}\" data-state=\"{}\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
         height=\"{:.1}\" rx=\"7\"/>",
        classes(drawing, node, marked),
        node.number,
        escape(&tooltip(node)),
        at.x,
        at.y,
        size.width,
        size.height
    );
    let lines = lines(node);
    let text: f64 = lines.iter().map(|(class, _)| Words::of(class).line()).sum();
    let head = text.max(ICON) + 2.0 * PADDING;
    // What holds others has its heading in the middle.
    let wide = match node.scopes.is_empty() {
        true => 0.0,
        false => (size.width - self::size(node).width).max(0.0) / 2.0,
    };
    let left = at.x + wide + PADDING;
    icon.draw(left, at.y + (head - ICON) / 2.0, out);
    let x = left + ICON + PADDING;
    let mut y = at.y + (head - text) / 2.0;
    for (class, line) in lines {
        let words = Words::of(class);
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            y + words.base(),
            escape(&line)
        );
        y += words.line();
    }
    out.push_str("</g>\n");
}

fn classes(drawing: &Drawing, node: &Node, marked: Option<&'static str>) -> String {
    let mut classes = vec![if node.scopes.is_empty() { "state" } else { "group" }];
    match (Fate::of(drawing, node), node.state_type) {
        (Some(fate), _) => classes.push(fate.name()),
        (None, Some(StateType::Choice)) => classes.push("choice"),
        (None, Some(StateType::Succeed)) => classes.push("succeed"),
        (None, Some(StateType::Fail)) => classes.push("fail"),
        (None, _) => {}
    }
    let flags = [
        (node.terminal, "end"),
        (node.missing && !node.later, "missing"),
        (!node.live && !node.missing, "dead"),
    ];
    classes.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, class)| class));
    classes.extend(marked);
    classes.join(" ")
}

/// What is shown when the pointer rests on a state: all that its box says in short.
fn tooltip(node: &Node) -> String {
    let dead = (!node.live && !node.missing).then(|| "never reached".to_owned());
    [shown_name(node), kind_within(node, 400)]
        .into_iter()
        .chain(notes(node, 400))
        .chain(dead)
        .collect::<Vec<_>>()
        .join("\n")
}
