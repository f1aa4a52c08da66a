//! A picture on its own: no script, no font, nothing from elsewhere; light or dark as the reader's page is, light on
//! paper. A state's box is the group with its number in `data-state`, that of `--format json`.

mod boxes;
mod icons;
mod words;

use std::fmt::Write as _;

use self::words::{LINE, Words, width, wrapped};
use super::{Fate, MAX_WORDS, notes, scope_title, short, shown_name};
use crate::picture::layout::{Layout, Line, Point, Rectangle, Route, Size, Sizes, layout};
use crate::picture::{Drawing, Edge, EdgeKind, Node};

const STYLE: &str = include_str!("style.css");
/// How wide a line of an edge's label may be, and how many there may be.
const LABEL_WIDTH: f64 = 190.0;
const MOST_LABEL_LINES: usize = 2;
/// How round the bends of lines are.
const BEND: f64 = 6.0;
/// How long the head of an arrow is, and half as wide.
const HEAD: [f64; 2] = [8.0, 4.0];

/// The picture; `None` when it would be too large for anybody to read.
pub(super) fn render(drawing: &Drawing, name: &str) -> Option<String> {
    render_marked(drawing, name, &Marked::NOTHING)
}

/// What is to stand out in a picture: a class for a state or a transition.
pub struct Marked<'m> {
    /// That of a state.
    pub node: &'m dyn Fn(&Node) -> Option<&'static str>,
    /// That of a transition.
    pub edge: &'m dyn Fn(usize) -> Option<&'static str>,
}

impl Marked<'_> {
    const NOTHING: Marked<'static> = Marked {
        node: &|_| None,
        edge: &|_| None,
    };
}

/// The picture with what is to stand out in it.
pub(super) fn render_marked(drawing: &Drawing, name: &str, marked: &Marked<'_>) -> Option<String> {
    let layout = layout(drawing, &sizes(drawing))?;
    let mut out = String::new();
    let Size { width, height } = layout.size;
    // Writing to a string does not fail, here and below.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" class=\"sfn\">"
    );
    let _ = writeln!(
        out,
        "<title>{}</title>\n<style>\n{STYLE}</style>",
        escape(&short(name, 200))
    );
    // What holds others first, so that lines are drawn over it.
    for (node, rectangle) in drawing.nodes.iter().zip(&layout.nodes) {
        if node.scopes.is_empty() {
            continue;
        }
        boxes::state(drawing, node, rectangle, (marked.node)(node), &mut out);
        for &inner in &node.scopes {
            scope(drawing, inner, node.scopes.len(), &layout.scopes[inner], &mut out);
        }
    }
    lines(drawing, &layout, marked, &mut out);
    for (node, rectangle) in drawing.nodes.iter().zip(&layout.nodes) {
        if node.scopes.is_empty() {
            boxes::state(drawing, node, rectangle, (marked.node)(node), &mut out);
        }
    }
    for (index, start) in layout.starts.iter().enumerate() {
        mark(index, "Start", start.as_ref(), &mut out);
        mark(index, "End", layout.ends[index].as_ref(), &mut out);
    }
    for (number, (edge, at)) in drawing.edges.iter().zip(&layout.labels).enumerate() {
        label(drawing, number, edge, *at, &mut out);
    }
    out.push_str("</svg>\n");
    Some(out)
}

/// How much room all that the picture shows takes.
fn sizes(drawing: &Drawing) -> Sizes {
    let mut titles = vec![0.0; drawing.scopes.len()];
    for node in &drawing.nodes {
        for &scope in &node.scopes {
            let titled = scope_title(drawing.scopes[scope].kind, node.scopes.len()).is_some();
            titles[scope] = if titled { LINE } else { 0.0 };
        }
    }
    // A state alone needs no mark of where it begins and ends.
    let marks = |words: &str| -> Vec<Size> {
        let inner = Size {
            width: 10.0,
            height: 10.0,
        };
        let outer = Size {
            width: width(words, Words::Small) + 26.0,
            height: 22.0,
        };
        (drawing.scopes.iter().enumerate())
            .map(|(index, scope)| match (index, scope.nodes.len()) {
                (0, _) => outer,
                (_, 0 | 1) => Size::default(),
                _ => inner,
            })
            .collect()
    };
    Sizes {
        nodes: drawing.nodes.iter().map(boxes::size).collect(),
        labels: drawing.edges.iter().map(label_size).collect(),
        titles,
        starts: marks("Start"),
        ends: marks("End"),
    }
}

fn label_size(edge: &Edge) -> Size {
    let lines = label_lines(edge);
    if lines.is_empty() {
        return Size::default();
    }
    let text = lines.iter().map(|line| width(line, Words::Small));
    Size {
        width: text.fold(0.0, f64::max) + 6.0,
        height: LINE * lines.len() as f64 + 2.0,
    }
}

fn label_lines(edge: &Edge) -> Vec<String> {
    let words = short(&edge.label, 4 * MAX_WORDS);
    let words = match edge.taken {
        0 | 1 => words,
        n if words.is_empty() => format!("{n}\u{d7}"),
        n => format!("{n}\u{d7} {words}"),
    };
    wrapped(&words, Words::Small, LABEL_WIDTH, MOST_LABEL_LINES)
}

fn scope(drawing: &Drawing, index: usize, of: usize, rectangle: &Rectangle, out: &mut String) {
    let Rectangle { at, size } = *rectangle;
    let _ = writeln!(
        out,
        "<g class=\"scope\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\"/>",
        at.x, at.y, size.width, size.height
    );
    if let Some(title) = scope_title(drawing.scopes[index].kind, of) {
        let (x, y) = (at.x + size.width / 2.0, at.y + LINE + 1.0);
        let _ = writeln!(
            out,
            "<text class=\"soft\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escape(&title)
        );
    }
    out.push_str("</g>\n");
}

/// The mark of a start or an end: words at the top level, a dot and a ring inside a state.
fn mark(scope: usize, words: &str, rectangle: Option<&Rectangle>, out: &mut String) {
    let Some(Rectangle { at, size }) = rectangle else {
        return;
    };
    let (x, y) = (at.x + size.width / 2.0, at.y + size.height / 2.0);
    let radius = size.height / 2.0;
    let _ = match (scope, words) {
        (0, _) => writeln!(
            out,
            "<g class=\"mark\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\">{words}</text></g>",
            at.x,
            at.y,
            size.width,
            size.height,
            y + 4.0
        ),
        (_, "Start") => writeln!(
            out,
            "<g class=\"mark\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/></g>"
        ),
        _ => writeln!(
            out,
            "<g class=\"mark\"><circle class=\"ring\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"/>\
             <circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"/></g>",
            radius - 0.7,
            radius - 3.0
        ),
    };
}

/// All lines and their heads; those that an execution took over the others.
fn lines(drawing: &Drawing, layout: &Layout, marked: &Marked<'_>, out: &mut String) {
    for taken in [false, true] {
        for line in &layout.lines {
            if is_taken(drawing, line) == taken {
                let class = match line.route {
                    Route::Edge(edge) => (marked.edge)(edge),
                    Route::Start(_) | Route::End(_) => None,
                };
                one_line(drawing, line, taken, class, out);
            }
        }
    }
}

/// Whether an execution went along a line.
fn is_taken(drawing: &Drawing, line: &Line) -> bool {
    let visits = |node: usize| drawing.nodes[node].visits;
    match line.route {
        Route::Edge(edge) => drawing.edges[edge].taken > 0,
        Route::Start(scope) => drawing.scopes[scope].start.and_then(visits).is_some(),
        // It was left, and by no other way.
        Route::End(node) => visits(node).is_some_and(|visits| {
            visits.entered
                > visits
                    .failed
                    .saturating_add(visits.caught)
                    .saturating_add(visits.unfinished)
        }),
    }
}

fn one_line(drawing: &Drawing, line: &Line, taken: bool, marked: Option<&str>, out: &mut String) {
    let Some(&end) = line.points.last() else {
        return;
    };
    let catch = match line.route {
        Route::Edge(edge) if drawing.edges[edge].kind == EdgeKind::Catch => " catch",
        _ => "",
    };
    let fate = match (drawing.highlighted, taken) {
        (false, _) => "",
        (true, true) => " taken",
        (true, false) => " untaken",
    };
    let fate = marked.map_or(fate.to_owned(), |class| format!("{fate} {class}"));
    let number = match line.route {
        Route::Edge(edge) => format!(" data-edge=\"{edge}\""),
        Route::Start(_) | Route::End(_) => String::new(),
    };
    // From the end on: where lines come together, their dashes lie on each other.
    let mut points: Vec<Point> = line.points.iter().rev().copied().collect();
    points[0].y -= HEAD[0] - 1.0;
    let _ = writeln!(
        out,
        "<path class=\"edge{catch}{fate}\"{number} d=\"{}\"/>",
        bends(&points)
    );
    let [length, half] = HEAD;
    let _ = writeln!(
        out,
        "<path class=\"head{catch}{fate}\"{number} d=\"M{:.1} {:.1}l{half} -{length}h-{}z\"/>",
        end.x,
        end.y,
        2.0 * half
    );
}

/// The path through points, its corners round.
fn bends(points: &[Point]) -> String {
    let mut path = String::new();
    for (i, point) in points.iter().enumerate() {
        let Point { x, y } = *point;
        if i == 0 {
            let _ = write!(path, "M{x:.1} {y:.1}");
            continue;
        }
        let Some(next) = points.get(i + 1) else {
            let _ = write!(path, "L{x:.1} {y:.1}");
            continue;
        };
        let before = points[i - 1];
        let length = |a: Point, b: Point| (a.x - b.x).abs() + (a.y - b.y).abs();
        let room = |other: Point| length(*point, other) / 2.0;
        let radius = BEND.min(room(before)).min(room(*next));
        let toward = |other: Point| {
            let share = radius / length(*point, other).max(0.01);
            (x + (other.x - x) * share, y + (other.y - y) * share)
        };
        let ((x1, y1), (x2, y2)) = (toward(before), toward(*next));
        let _ = write!(path, "L{x1:.1} {y1:.1}Q{x:.1} {y:.1} {x2:.1} {y2:.1}");
    }
    path
}

fn label(drawing: &Drawing, number: usize, edge: &Edge, at: Point, out: &mut String) {
    let lines = label_lines(edge);
    if lines.is_empty() {
        return;
    }
    let catch = if edge.kind == EdgeKind::Catch {
        " catch"
    } else {
        ""
    };
    let untaken = if drawing.highlighted && edge.taken == 0 {
        " untaken"
    } else {
        ""
    };
    let Size { width, height } = label_size(edge);
    let _ = write!(
        out,
        "<g class=\"label{catch}{untaken}\" data-edge=\"{number}\"><title>{}</title>\
         <rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>",
        escape(&short(&edge.label, 1000)),
        at.x - width / 2.0,
        at.y - height / 2.0,
    );
    for (i, line) in lines.iter().enumerate() {
        let y = at.y - height / 2.0 + 1.0 + Words::Small.base() + LINE * i as f64;
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
            at.x,
            escape(line)
        );
    }
    out.push_str("</g>\n");
}

/// Text as it may stand in an element or an attribute.
pub(in crate::report) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
