//! An outline for a terminal: each state with what it does and where it leads, in an order that follows the arrows.

use std::fmt::Write as _;

use super::{Fate, MAX_LINE, MAX_WORDS, absence, kind_of, notes, scope_title, short, shown_name};
use crate::picture::{Drawing, EdgeKind, Node, Scope};

pub(super) fn render(drawing: &Drawing) -> String {
    let mut out = String::new();
    let orders = reading_orders(drawing);
    scope(drawing, &orders, 0, 0, &mut out);
    out
}

fn scope(drawing: &Drawing, orders: &[Vec<usize>], index: usize, depth: usize, out: &mut String) {
    let order = &orders[index];
    for (i, &at) in order.iter().enumerate() {
        state(drawing, orders, index, at, depth, out);
        if depth == 0 && i + 1 < order.len() {
            out.push('\n');
        }
    }
}

fn state(
    drawing: &Drawing,
    orders: &[Vec<usize>],
    scope_index: usize,
    at: usize,
    depth: usize,
    out: &mut String,
) {
    let node = &drawing.nodes[at];
    let pad = "    ".repeat(depth);
    let start = if drawing.scopes[scope_index].start == Some(at) {
        "* "
    } else {
        ""
    };
    let fate = match Fate::of(drawing, node) {
        Some(fate) => format!("[{}] ", fate.name()),
        None => String::new(),
    };
    let live = if node.live || node.missing {
        ""
    } else {
        ", never reached"
    };
    // Writing to a string does not fail, here and below.
    let _ = writeln!(
        out,
        "{pad}{start}{fate}{} ({}{live})",
        shown_name(node),
        kind_of(node)
    );
    // What one visit came to is said in front of the name.
    let said = Fate::of(drawing, node).map(Fate::name);
    for note in notes(node, MAX_LINE)
        .iter()
        .filter(|note| Some(note.as_str()) != said)
    {
        let _ = writeln!(out, "{pad}    {note}");
    }
    for (i, &inner) in node.scopes.iter().enumerate() {
        let kind = drawing.scopes[inner].kind;
        let title = scope_title(kind, node.scopes.len()).unwrap_or_else(|| "each item".to_owned());
        let title = if node.scopes.len() == 1 && i == 0 && matches!(kind, crate::asl::ScopeKind::Branch(_)) {
            "branch 0".to_owned()
        } else {
            title
        };
        let _ = writeln!(out, "{pad}    {title}:");
        scope(drawing, orders, inner, depth + 2, out);
    }
    for line in leaving(drawing, at) {
        let _ = writeln!(out, "{pad}    {line}");
    }
    if let (true, Some(end)) = (node.terminal, end_word(node)) {
        let _ = writeln!(out, "{pad}    {end}");
    }
}

/// `Succeed` and `Fail` say by their type that they end.
fn end_word(node: &Node) -> Option<&'static str> {
    use crate::asl::StateType::{Fail, Succeed};
    (!matches!(node.state_type, Some(Succeed | Fail))).then_some("-> end")
}

fn leaving(drawing: &Drawing, at: usize) -> Vec<String> {
    drawing
        .leaving(at)
        .iter()
        .map(|edge| {
            let to = &drawing.nodes[edge.to];
            let arrow = if edge.kind == EdgeKind::Catch {
                "~> "
            } else {
                "-> "
            };
            let label = short(&edge.label, MAX_WORDS);
            let why = match edge.kind {
                EdgeKind::Next => String::new(),
                EdgeKind::Choice => format!(" if {label}"),
                EdgeKind::Default => format!(" {label}"),
                EdgeKind::Catch => format!(" on {label}"),
            };
            let times = match edge.taken {
                0 => String::new(),
                1 => " [taken]".to_owned(),
                n => format!(" [taken {n} times]"),
            };
            let missing = match to.missing {
                true => format!(" ({})", absence(to)),
                false => String::new(),
            };
            format!("{arrow}{}{missing}{why}{times}", shown_name(to))
        })
        .collect()
}

/// The states of each scope so that what follows stands below what leads to it: a walk in depth from `StartAt`, reversed;
/// states that it does not come to at the end, in the order of the text. Names without states are left out: the
/// transition says it.
fn reading_orders(drawing: &Drawing) -> Vec<Vec<usize>> {
    let mut seen = vec![false; drawing.nodes.len()];
    let order = |scope: &Scope| {
        let mut done = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        if let Some(start) = scope.start {
            seen[start] = true;
            open.push((start, drawing.leaving(start).len()));
        }
        // The last target first: reversed, the first one comes right below its source.
        while let Some((at, left)) = open.last_mut() {
            if *left == 0 {
                done.push(*at);
                open.pop();
                continue;
            }
            *left -= 1;
            let to = drawing.leaving(*at)[*left].to;
            if !std::mem::replace(&mut seen[to], true) {
                open.push((to, drawing.leaving(to).len()));
            }
        }
        done.reverse();
        done.extend(scope.nodes.iter().copied().filter(|&at| !seen[at]));
        done.retain(|&at| !drawing.nodes[at].missing);
        done
    };
    drawing.scopes.iter().map(order).collect()
}
