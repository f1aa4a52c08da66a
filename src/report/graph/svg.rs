//! A picture on its own: no script, no font, nothing from elsewhere; light or dark as the reader's page is.

use std::fmt::Write as _;

use super::{Fate, MAX_WORDS, kind_of, notes, scope_title, short, shown_name};
use crate::asl::StateType;
use crate::picture::layout::{Layout, Line, Point, Rectangle, Size, Sizes, layout};
use crate::picture::{Drawing, Edge, EdgeKind, Node};

/// Heights of a line of text, in pixels; the name of a state is larger.
const NAME_LINE: f64 = 17.0;
const LINE: f64 = 14.0;
const PADDING: f64 = 9.0;

/// The picture; `None` when it would be too large for anybody to read.
pub(super) fn render(drawing: &Drawing, name: &str) -> Option<String> {
    let sizes = Sizes {
        nodes: drawing.nodes.iter().map(node_size).collect(),
        labels: drawing.edges.iter().map(label_size).collect(),
        titles: (drawing.scopes.iter().enumerate())
            .map(|(i, _)| if title(drawing, i).is_some() { LINE } else { 0.0 })
            .collect(),
    };
    let layout = layout(drawing, &sizes)?;
    let mut out = String::new();
    let Size { width, height } = layout.size;
    // Writing to a string does not fail, here and below.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" class=\"sfn\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escape(&short(name, 200)));
    out.push_str(STYLE);
    // Boxes around others first, so that lines are drawn over them and under the states.
    for around in [true, false] {
        for (node, rectangle) in drawing.nodes.iter().zip(&layout.nodes) {
            if node.scopes.is_empty() != around {
                state(drawing, node, rectangle, &mut out);
            }
        }
        if around {
            for (i, rectangle) in layout.scopes.iter().enumerate().skip(1) {
                scope(drawing, i, rectangle, &mut out);
            }
        }
    }
    starts(drawing, &layout, &mut out);
    for line in &layout.lines {
        edge(drawing, line, &mut out);
    }
    for (label, at) in drawing.edges.iter().zip(&layout.labels) {
        words(drawing, label, *at, &mut out);
    }
    out.push_str("</svg>\n");
    Some(out)
}

const STYLE: &str = r#"<defs>
<marker id="sfn-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker>
<marker id="sfn-arrow-catch" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="head-catch" d="M0 0 8 4 0 8z"/></marker>
</defs>
<style>
.sfn{--page:#fff;--text:#1f2328;--soft:#59636e;--line:#6e7781;--box:#fff;--group:#f6f8fa;--catch:#b3261e;--retry:#7d5e00;
--choice:#fff3bf;--choice-line:#967300;--good:#d3f2da;--good-line:#1e7d36;--bad:#fbd5d5;--bad-line:#b3261e;
--caught:#fde3c8;--caught-line:#b35a00;--open:#e7e2f5;--open-line:#6a50b5;background:var(--page);
font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;font-size:11px}
@media(prefers-color-scheme:dark){.sfn{--page:#0d1117;--text:#e6edf3;--soft:#9da7b1;--line:#8b949e;--box:#161b22;
--group:#11161d;--catch:#ff8f87;--retry:#e3b341;--choice:#3a2f00;--choice-line:#d4a72c;--good:#0f2f18;--good-line:#4ac26b;
--bad:#46110f;--bad-line:#ff8f87;--caught:#40260b;--caught-line:#f0a35e;--open:#241d40;--open-line:#a594e0}}
.sfn rect{fill:var(--box);stroke:var(--line)}.sfn text{fill:var(--text);text-anchor:middle}
.sfn .scope rect{fill:none;stroke-dasharray:4 4;opacity:.7}
.sfn .name{font-size:13px;font-weight:600}.sfn .soft{fill:var(--soft)}.sfn .retry{fill:var(--retry)}
.sfn .note{fill:var(--catch)}
.sfn .choice>rect{fill:var(--choice);stroke:var(--choice-line)}.sfn .succeed>rect{fill:var(--good);stroke:var(--good-line)}
.sfn .fail>rect{fill:var(--bad);stroke:var(--bad-line)}.sfn .dead>rect,.sfn .missing>rect{stroke-dasharray:5 4}
.sfn .missing>rect{stroke:var(--catch)}.sfn .missing .name{fill:var(--catch)}
.sfn .end>rect{stroke-width:2.5}
.sfn .edge{fill:none;stroke:var(--line);stroke-width:1.3}.sfn .catch{stroke:var(--catch);stroke-dasharray:5 4}
.sfn .head,.sfn .start{fill:var(--line)}.sfn .head-catch{fill:var(--catch)}
.sfn .label{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
.sfn .label-catch{fill:var(--catch)}
.sfn .failed>rect{fill:var(--bad);stroke:var(--bad-line);stroke-width:2}
.sfn .caught>rect{fill:var(--caught);stroke:var(--caught-line);stroke-width:2}
.sfn .unfinished>rect{fill:var(--open);stroke:var(--open-line);stroke-width:2}
.sfn .retried>rect{fill:var(--choice);stroke:var(--choice-line);stroke-width:2}
.sfn .taken>rect{fill:var(--good);stroke:var(--good-line);stroke-width:2}
.sfn .group>rect{fill:var(--group)}.sfn .untaken{opacity:.45}.sfn .edge.taken{stroke-width:2.8}
</style>
"#;

/// The lines in a state's box with their classes.
fn box_lines(node: &Node) -> Vec<(&'static str, String)> {
    let mut lines = vec![("name", shown_name(node)), ("soft", kind_of(node))];
    for (i, note) in notes(node, MAX_WORDS).into_iter().enumerate() {
        match i < node.retries.len() {
            true => lines.push(("retry", format!("\u{21bb} {note}"))),
            false if note.starts_with('!') => lines.push(("note", note)),
            false => lines.push(("soft", note)),
        }
    }
    lines
}

fn node_size(node: &Node) -> Size {
    let lines = box_lines(node);
    let width = lines
        .iter()
        .map(|(class, line)| text_width(line, *class == "name"));
    Size {
        width: (width.fold(0.0, f64::max) + 2.0 * PADDING + 6.0).max(70.0),
        height: NAME_LINE + LINE * (lines.len() - 1) as f64 + 1.6 * PADDING,
    }
}

fn label_size(edge: &Edge) -> Size {
    let words = label_words(edge);
    if words.is_empty() {
        return Size::default();
    }
    Size {
        width: text_width(&words, false) + 6.0,
        height: LINE + 3.0,
    }
}

fn label_words(edge: &Edge) -> String {
    let words = short(&edge.label, MAX_WORDS);
    match edge.taken {
        0 | 1 => words,
        n if words.is_empty() => format!("{n}x"),
        n => format!("{n}x {words}"),
    }
}

/// About how wide a text is: no font is at hand, and readers have different ones.
fn text_width(text: &str, name: bool) -> f64 {
    let width = |c: char| match c {
        'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | ' ' | 'f'
        | 't' | 'r' => 3.6,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 9.4,
        'A'..='Z' | '_' | '=' | '<' | '>' | '+' | '~' => 7.5,
        c if (c as u32) < 0x2e80 => 6.2,
        // The scripts of East Asia, emoji.
        _ => 11.5,
    };
    let total: f64 = text.chars().map(width).sum();
    if name { total * 1.36 } else { total * 1.08 }
}

fn state(drawing: &Drawing, node: &Node, rectangle: &Rectangle, out: &mut String) {
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
        (node.missing, "missing"),
        (!node.live && !node.missing, "dead"),
    ];
    classes.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, class)| class));
    let Rectangle { at, size } = *rectangle;
    let radius = if node.state_type == Some(StateType::Choice) {
        size.height / 2.0
    } else {
        7.0
    };
    let _ = writeln!(
        out,
        "<g class=\"{}\" data-state=\"{}\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" \
         height=\"{:.1}\" rx=\"{radius:.1}\"/>",
        classes.join(" "),
        node.number,
        escape(&tooltip(node)),
        at.x,
        at.y,
        size.width,
        size.height
    );
    let x = at.x + size.width / 2.0;
    let mut y = at.y + PADDING + 10.0;
    for (class, line) in box_lines(node) {
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escape(&line)
        );
        y += if class == "name" { NAME_LINE - 1.0 } else { LINE };
    }
    out.push_str("</g>\n");
}

/// What is shown when the pointer rests on a state: its name and what was found, in full.
fn tooltip(node: &Node) -> String {
    let findings = node.findings.iter().map(|finding| short(finding, 400));
    std::iter::once(shown_name(node))
        .chain(findings)
        .collect::<Vec<_>>()
        .join("\n")
}

fn title(drawing: &Drawing, scope: usize) -> Option<String> {
    let owner = drawing.nodes.iter().find(|node| node.scopes.contains(&scope))?;
    scope_title(drawing.scopes[scope].kind, owner.scopes.len())
}

fn scope(drawing: &Drawing, index: usize, rectangle: &Rectangle, out: &mut String) {
    let Rectangle { at, size } = *rectangle;
    let _ = writeln!(
        out,
        "<g class=\"scope\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\"/>",
        at.x, at.y, size.width, size.height
    );
    if let Some(title) = title(drawing, index) {
        let (x, y) = (at.x + size.width / 2.0, at.y + LINE);
        let _ = writeln!(
            out,
            "<text class=\"soft\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escape(&title)
        );
    }
    out.push_str("</g>\n");
}

/// A dot and an arrow above the first state of each scope.
fn starts(drawing: &Drawing, layout: &Layout, out: &mut String) {
    for start in drawing.scopes.iter().filter_map(|scope| scope.start) {
        let Rectangle { at, size } = layout.nodes[start];
        let x = at.x + size.width / 2.0;
        let y = at.y - 22.0;
        let _ = writeln!(
            out,
            "<circle class=\"start\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/><path class=\"edge\" \
             d=\"M{x:.1} {y:.1}V{:.1}\" marker-end=\"url(#sfn-arrow)\"/>",
            at.y - 1.0
        );
    }
}

fn edge(drawing: &Drawing, line: &Line, out: &mut String) {
    let Some(first) = line.points.first() else {
        return;
    };
    let mut path = format!("M{:.1} {:.1}", first.x, first.y);
    for pair in line.points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if (a.x - b.x).abs() < 0.05 {
            let _ = write!(path, "V{:.1}", b.y);
        } else {
            let middle = (a.y + b.y) / 2.0;
            let _ = write!(
                path,
                "C{:.1} {middle:.1} {:.1} {middle:.1} {:.1} {:.1}",
                a.x, b.x, b.x, b.y
            );
        }
    }
    let taken = line.edges.iter().any(|&edge| drawing.edges[edge].taken > 0);
    let class = match (line.catch, drawing.highlighted, taken) {
        (true, true, true) => "edge catch taken",
        (true, true, false) => "edge catch untaken",
        (true, false, _) => "edge catch",
        (false, true, true) => "edge taken",
        (false, true, false) => "edge untaken",
        (false, false, _) => "edge",
    };
    let head = match (line.arrow, line.catch) {
        (false, _) => "",
        (true, true) => " marker-end=\"url(#sfn-arrow-catch)\"",
        (true, false) => " marker-end=\"url(#sfn-arrow)\"",
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"{head}/>");
}

fn words(drawing: &Drawing, edge: &Edge, at: Point, out: &mut String) {
    let words = label_words(edge);
    if words.is_empty() || edge.from == edge.to {
        return;
    }
    let catch = if edge.kind == EdgeKind::Catch {
        " label-catch"
    } else {
        ""
    };
    let untaken = if drawing.highlighted && edge.taken == 0 {
        " untaken"
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<text class=\"label{catch}{untaken}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        at.x,
        at.y + 4.0,
        escape(&words)
    );
}

/// Text as it may stand in an element or an attribute.
pub(in crate::report) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
