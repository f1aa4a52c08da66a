//! A graph for graphviz [graphviz.org, "DOT Language"].
//!
//! A Map or Parallel is a cluster that holds a node with its name, its scopes as clusters in it, and a point where they
//! come together: edges of the whole go to the one and leave from the other, cut at the cluster's border.

use std::fmt::Write as _;

use super::{Fate, MAX_WORDS, kind_of, notes, scope_title, short, shown_name};
use crate::asl::StateType;
use crate::picture::{Drawing, Edge, EdgeKind, Node};

pub(super) fn render(drawing: &Drawing, name: &str) -> String {
    let mut out = String::new();
    // Writing to a string does not fail, here and below.
    let _ = writeln!(out, "digraph {} {{", quoted(&short(name, MAX_WORDS)));
    out.push_str(concat!(
        "    compound=true\n",
        "    node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"Helvetica\", fontsize=11]\n",
        "    edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7]\n",
        "    graph [fontname=\"Helvetica\", fontsize=11]\n",
    ));
    // A node that an edge names inside a cluster becomes a member of it: all edges stand behind the clusters.
    let mut edges = String::new();
    scope(drawing, 0, ["start", "end"], 1, &mut out, &mut edges);
    out.push_str(&edges);
    out.push_str("}\n");
    out
}

/// A scope: its nodes to `out`, its edges to `edges`. `ends` are the nodes before its first state and behind its last
/// ones.
fn scope(
    drawing: &Drawing,
    index: usize,
    ends: [&str; 2],
    depth: usize,
    out: &mut String,
    edges: &mut String,
) {
    let scope = &drawing.scopes[index];
    let pad = "    ".repeat(depth);
    let [start, end] = ends;
    let mut enders = 0;
    for &at in &scope.nodes {
        declare(drawing, &drawing.nodes[at], depth, out, edges);
    }
    if let Some(first) = scope.start {
        let first = &drawing.nodes[first];
        let mut attributes = vec!["color=\"#888888\"".to_owned()];
        into(first, &mut attributes);
        edge(edges, start, &id(first), &attributes);
    }
    for &at in &scope.nodes {
        let node = &drawing.nodes[at];
        for retry in &node.retries {
            let words = quoted(&format!("retry {}", short(retry, MAX_WORDS)));
            let mut attributes = vec![format!(
                "label={words}, style=dotted, color=\"#967300\", fontcolor=\"#967300\""
            )];
            if !node.scopes.is_empty() {
                attributes.push("constraint=false".to_owned());
            }
            edge(edges, &exit(node), &id(node), &attributes);
        }
        for leaving in drawing.leaving(at) {
            transition(drawing, leaving, edges);
        }
        if node.terminal {
            enders += 1;
            let mut attributes = vec!["color=\"#888888\"".to_owned()];
            out_of(node, &mut attributes);
            edge(edges, &exit(node), end, &attributes);
        }
    }
    if index == 0 {
        let mut point = |name: &str, shape: &str| {
            let _ = writeln!(
                out,
                "{pad}{name} [shape={shape}, label=\"\", width=0.17, fillcolor=\"#444444\"]"
            );
        };
        if scope.start.is_some() {
            point(start, "circle");
        }
        if enders > 0 {
            point(end, "doublecircle");
        }
    }
}

fn declare(drawing: &Drawing, node: &Node, depth: usize, out: &mut String, edges: &mut String) {
    let pad = "    ".repeat(depth);
    let mut lines = vec![shown_name(node), kind_of(node)];
    // Retries are edges.
    lines.extend(notes(node, MAX_WORDS).into_iter().skip(node.retries.len()));
    let mut attributes = vec![format!("label={}", quoted_lines(&lines))];
    let fate = Fate::of(drawing, node).map(Fate::colours);
    let [fill, stroke, text] = fate.unwrap_or_else(|| colours(node));
    attributes.push(format!(
        "fillcolor=\"{fill}\", color=\"{stroke}\", fontcolor=\"{text}\""
    ));
    if node.state_type == Some(StateType::Choice) {
        attributes.push("shape=diamond, style=filled, margin=\"0.02,0.02\"".to_owned());
    } else if node.missing || !node.live {
        attributes.push("style=\"rounded,filled,dashed\"".to_owned());
    }
    let attributes = attributes.join(", ");
    if node.scopes.is_empty() {
        let _ = writeln!(out, "{pad}{} [{attributes}]", id(node));
        return;
    }
    let _ = writeln!(out, "{pad}subgraph {} {{", cluster(node));
    let _ = writeln!(out, "{pad}    style=rounded; color=\"{stroke}\"; label=\"\"");
    let _ = writeln!(
        out,
        "{pad}    {} [{attributes}, shape=plain, style=\"\"]",
        id(node)
    );
    let _ = writeln!(
        out,
        "{pad}    {} [shape=point, width=0.05, color=\"#888888\"]",
        exit(node)
    );
    for (i, &inner) in node.scopes.iter().enumerate() {
        let _ = writeln!(out, "{pad}    subgraph {}_{i} {{", cluster(node));
        let title = scope_title(drawing.scopes[inner].kind, node.scopes.len()).unwrap_or_default();
        let _ = writeln!(
            out,
            "{pad}        style=\"rounded,dashed\"; color=\"#999999\"; label={}",
            quoted(&title)
        );
        scope(drawing, inner, [&id(node), &exit(node)], depth + 2, out, edges);
        let _ = writeln!(out, "{pad}    }}");
    }
    let _ = writeln!(out, "{pad}}}");
}

fn transition(drawing: &Drawing, leaving: &Edge, out: &mut String) {
    let (from, to) = (&drawing.nodes[leaving.from], &drawing.nodes[leaving.to]);
    let mut attributes = Vec::new();
    let label = short(&leaving.label, MAX_WORDS);
    let times = if leaving.taken > 1 {
        format!("{}x", leaving.taken)
    } else {
        String::new()
    };
    let label = [times, label]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    if !label.is_empty() {
        attributes.push(format!("label={}", quoted_lines(&label)));
    }
    match leaving.kind {
        EdgeKind::Next | EdgeKind::Choice => {}
        EdgeKind::Default => attributes.push("color=\"#555555\"".to_owned()),
        EdgeKind::Catch => {
            attributes.push("style=dashed, color=\"#b3261e\", fontcolor=\"#b3261e\"".to_owned());
        }
    }
    if drawing.highlighted {
        let width = if leaving.taken > 0 {
            "penwidth=2.2"
        } else {
            "penwidth=0.6"
        };
        attributes.push(width.to_owned());
    }
    out_of(from, &mut attributes);
    into(to, &mut attributes);
    edge(out, &exit(from), &id(to), &attributes);
}

fn edge(out: &mut String, from: &str, to: &str, attributes: &[String]) {
    let attributes = attributes.join(", ");
    let _ = match attributes.is_empty() {
        true => writeln!(out, "    {from} -> {to}"),
        false => writeln!(out, "    {from} -> {to} [{attributes}]"),
    };
}

fn id(node: &Node) -> String {
    format!("s{}", node.number)
}

/// The node that edges leave from.
fn exit(node: &Node) -> String {
    match node.scopes.is_empty() {
        true => id(node),
        false => format!("{}_end", id(node)),
    }
}

fn cluster(node: &Node) -> String {
    format!("cluster_{}", id(node))
}

fn into(node: &Node, attributes: &mut Vec<String>) {
    if !node.scopes.is_empty() {
        attributes.push(format!("lhead={}", cluster(node)));
    }
}

fn out_of(node: &Node, attributes: &mut Vec<String>) {
    if !node.scopes.is_empty() {
        attributes.push(format!("ltail={}", cluster(node)));
    }
}

fn colours(node: &Node) -> [&'static str; 3] {
    match node.state_type {
        Some(StateType::Choice) => ["#fff3bf", "#967300", "#4d3b00"],
        Some(StateType::Fail) => ["#fbd5d5", "#b3261e", "#5c0f0a"],
        Some(StateType::Succeed) => ["#d3f2da", "#1e7d36", "#0d3d19"],
        None if node.missing && !node.later => ["#ffffff", "#b3261e", "#b3261e"],
        _ => ["#ffffff", "#444444", "#222222"],
    }
}

/// A quoted string in which nothing is an escape: `\N` would be the node's id, `\n` a line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

fn quoted_lines(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

/// Also `&`: graphviz reads HTML's entities in every label.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}
