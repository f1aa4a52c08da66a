//! A mermaid state diagram [mermaid.js.org, "State diagrams"].
//!
//! Ids are `s0`, `s1`; what the user wrote stands only in quoted names and behind the colon of an edge, every
//! character that mermaid or the Markdown in its labels could read as its own written as `#NN;`.

use std::fmt::Write as _;

use super::{Fate, MAX_WORDS, Mark, kind_of, notes, short, shown_name};
use crate::asl::StateType;
use crate::picture::{Drawing, Edge, EdgeKind, Node};

/// GitHub and mermaid's own default stop at these [mermaid.js.org: maxTextSize, maxEdges].
const MAX_TEXT: usize = 50_000;
const MAX_EDGES: usize = 500;

pub(super) fn render(drawing: &Drawing) -> String {
    let mut out = String::from("stateDiagram-v2\n");
    scope(drawing, 0, 1, &mut out);
    classes(drawing, &mut out);
    out
}

/// The same with some nodes marked.
pub(super) fn render_marked(drawing: &Drawing, marks: &[Mark<'_>]) -> String {
    let mut out = render(drawing);
    for mark in marks {
        let members: Vec<String> = (drawing.nodes.iter())
            .filter(|node| (mark.is)(node))
            .map(id)
            .collect();
        class(mark.class, mark.style, &members, &mut out);
    }
    out
}

/// What viewers will refuse.
pub(super) fn limits(drawing: &Drawing, text: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    let length = text.encode_utf16().count();
    if length > MAX_TEXT {
        warnings.push(format!(
            "mermaid viewers stop at {MAX_TEXT} characters and this diagram has {length}: show a part with --focus STATE, \
             or use --format svg"
        ));
    }
    let edges = text.lines().filter(|line| line.contains(" --> ")).count();
    if edges > MAX_EDGES {
        warnings.push(format!(
            "mermaid viewers stop at {MAX_EDGES} edges and this diagram of {} states has {edges}: show a part with \
             --focus STATE, or use --format svg",
            drawing.nodes.len()
        ));
    }
    warnings
}

fn scope(drawing: &Drawing, index: usize, depth: usize, out: &mut String) {
    let scope = &drawing.scopes[index];
    let pad = "    ".repeat(depth);
    for &at in &scope.nodes {
        declare(drawing, &drawing.nodes[at], depth, out);
    }
    // Writing to a string does not fail.
    if let Some(start) = scope.start {
        let _ = writeln!(out, "{pad}[*] --> {}", id(&drawing.nodes[start]));
    }
    for &at in &scope.nodes {
        let node = &drawing.nodes[at];
        for edge in drawing.leaving(at) {
            let to = id(&drawing.nodes[edge.to]);
            let _ = writeln!(out, "{pad}{} --> {to}{}", id(node), label(edge));
        }
        if node.terminal {
            let _ = writeln!(out, "{pad}{} --> [*]", id(node));
        }
    }
}

fn declare(drawing: &Drawing, node: &Node, depth: usize, out: &mut String) {
    let pad = "    ".repeat(depth);
    let mut lines = vec![shown_name(node)];
    if node.scopes.is_empty() {
        lines.push(kind_of(node));
    } else {
        lines[0] = format!("{} ({})", lines[0], kind_of(node));
    }
    // An edge from a state to itself would be drawn through its neighbours: what is retried stands in the state.
    lines.extend(notes(node, MAX_WORDS));
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    // Writing to a string does not fail.
    if node.scopes.is_empty() {
        let _ = writeln!(out, "{pad}state \"{}\" as {}", lines.join("<br>"), id(node));
        return;
    }
    // The name of a composite is one line.
    let _ = writeln!(out, "{pad}state \"{}\" as {} {{", lines.join(", "), id(node));
    for (i, &inner) in node.scopes.iter().enumerate() {
        if i > 0 {
            let _ = writeln!(out, "{pad}    --");
        }
        scope(drawing, inner, depth + 1, out);
    }
    let _ = writeln!(out, "{pad}}}");
}

fn id(node: &Node) -> String {
    format!("s{}", node.number)
}

/// `: otherwise`; nothing for `Next`.
fn label(edge: &Edge) -> String {
    let text = match edge.kind {
        EdgeKind::Next => String::new(),
        EdgeKind::Choice | EdgeKind::Default => escape(&short(&edge.label, MAX_WORDS)),
        EdgeKind::Catch => format!("catch {}", escape(&short(&edge.label, MAX_WORDS))),
    };
    let times = if edge.taken > 1 {
        format!("{}x ", edge.taken)
    } else {
        String::new()
    };
    match (times.is_empty(), text.is_empty()) {
        (true, true) => String::new(),
        _ => format!(": {}", format!("{times}{text}").trim_end()),
    }
}

/// Text that neither mermaid nor Markdown nor HTML reads as its own: all but letters, digits and a few signs as `#NN;`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let ends_word = characters.peek().is_none_or(|next| *next == ' ');
        let plain = match c {
            '$' | ',' | '(' | '=' | '/' | '\u{2026}' => true,
            // A line with `direction TB` anywhere in it is a statement for mermaid's lexer.
            ' ' => !ends_with_direction(&out),
            // `1. ` and `1) ` begin a list.
            '.' | ')' => !(before.is_ascii_digit() && ends_word),
            '-' => before.is_alphanumeric() && !ends_word,
            c => c.is_alphanumeric(),
        };
        if plain {
            out.push(c);
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "#{};", c as u32);
        }
        before = c;
    }
    out
}

fn ends_with_direction(text: &str) -> bool {
    const WORD: &str = "direction";
    (text
        .len()
        .checked_sub(WORD.len())
        .and_then(|start| text.get(start..)))
    .is_some_and(|end| end.eq_ignore_ascii_case(WORD))
}

/// A style and the ids of those that have it; nothing when none does.
fn class(name: &str, style: &str, members: &[String], out: &mut String) {
    if !members.is_empty() {
        // Writing to a string does not fail.
        let _ = writeln!(out, "    classDef {name} {style}");
        let _ = writeln!(out, "    class {} {name}", members.join(","));
    }
}

/// The colours of state types, or of what an execution did.
fn classes(drawing: &Drawing, out: &mut String) {
    let mut class = |name: &str, style: &str, members: &mut dyn Iterator<Item = &Node>| {
        let members: Vec<String> = members.map(id).collect();
        class(name, style, &members, out);
    };
    if drawing.highlighted {
        for fate in Fate::ALL {
            let [fill, stroke, text] = fate.colours();
            let style = format!("fill:{fill},stroke:{stroke},color:{text}");
            let mut members = drawing
                .nodes
                .iter()
                .filter(|node| Fate::of(drawing, node) == Some(fate));
            class(fate.name(), &style, &mut members);
        }
        return;
    }
    for (name, state_type, style) in [
        (
            "choice",
            StateType::Choice,
            "fill:#fff3bf,stroke:#967300,color:#4d3b00",
        ),
        (
            "fail",
            StateType::Fail,
            "fill:#fbd5d5,stroke:#b3261e,color:#5c0f0a",
        ),
        (
            "succeed",
            StateType::Succeed,
            "fill:#d3f2da,stroke:#1e7d36,color:#0d3d19",
        ),
    ] {
        let mut members = drawing
            .nodes
            .iter()
            .filter(|node| node.state_type == Some(state_type));
        class(name, style, &mut members);
    }
    let mut members = drawing.nodes.iter().filter(|node| node.missing && !node.later);
    class(
        "missing",
        "fill:#ffffff,stroke:#b3261e,color:#b3261e,stroke-dasharray:4",
        &mut members,
    );
}
