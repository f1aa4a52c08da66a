//! Where the parts of a [`Drawing`] stand on a page.
//!
//! Each scope is laid out on its own, the inner ones first, since no transition leaves its scope; a Map or Parallel is
//! then a box of known size in its own scope. Within a scope states stand in layers, each below what leads to it, and
//! all transitions to one target share one lane: a handler that a hundred states catch to has one line to it, not a
//! hundred. Layout crates at hand (dagre, layout-rs, rust-sugiyama) draw such a machine 10,000 pixels wide, or know no
//! boxes inside boxes.

mod layers;
mod order;
mod place;

use super::drawing::{Drawing, EdgeKind};
use layers::Flat;

/// A width and a height, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// A place on the page, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A rectangle by its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rectangle {
    /// The corner.
    pub at: Point,
    /// How large it is.
    pub size: Size,
}

/// What has to find room: how large texts are is the renderer's to say.
#[derive(Debug)]
pub struct Sizes {
    /// Of each node; of one that holds scopes, its heading.
    pub nodes: Vec<Size>,
    /// Of each edge's label; nothing where it has none.
    pub labels: Vec<Size>,
    /// The height of the title of each scope; 0 where it has none.
    pub titles: Vec<f64>,
}

/// A line on the page.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it goes along; it leaves and comes to each point straight down (or up).
    pub points: Vec<Point>,
    /// Whether it ends at a state.
    pub arrow: bool,
    /// The edges that it is part of.
    pub edges: Vec<usize>,
    /// Whether these are catchers' edges.
    pub catch: bool,
}

/// A drawing laid out.
#[derive(Debug)]
pub struct Layout {
    /// The whole.
    pub size: Size,
    /// Each node's box.
    pub nodes: Vec<Rectangle>,
    /// Each scope's box; that of the top level is the whole.
    pub scopes: Vec<Rectangle>,
    /// The middle of each edge's label.
    pub labels: Vec<Point>,
    /// The lines of all edges.
    pub lines: Vec<Line>,
}

/// Room around what a scope holds, and above it for the mark of its start.
const MARGIN: f64 = 16.0;
/// Room for the mark of the start.
pub(super) const START: f64 = 26.0;
/// Room between the scopes of a node.
const BETWEEN: f64 = 14.0;

/// Lays a drawing out; `None` when it is too large for a picture that anybody could read.
pub fn layout(drawing: &Drawing, sizes: &Sizes) -> Option<Layout> {
    let mut layout = Layout {
        size: Size::default(),
        nodes: sizes
            .nodes
            .iter()
            .map(|&size| Rectangle {
                size,
                ..Rectangle::default()
            })
            .collect(),
        scopes: vec![Rectangle::default(); drawing.scopes.len()],
        labels: vec![Point::default(); drawing.edges.len()],
        lines: Vec::new(),
    };
    // By scope, as long as they stand at the origin; inner scopes come after those around them.
    let mut lines: Vec<Vec<Line>> = vec![Vec::new(); drawing.scopes.len()];
    for index in (0..drawing.scopes.len()).rev() {
        let scope = &drawing.scopes[index];
        for &node in &scope.nodes {
            let inner = &drawing.nodes[node].scopes;
            if !inner.is_empty() {
                layout.nodes[node].size = around(inner, &layout, sizes.nodes[node]);
            }
        }
        let flat = Flat::new(drawing, index, &layout.nodes, &sizes.labels)?;
        let placed = place::place(order::order(flat));
        let top = MARGIN + START + sizes.titles[index];
        let shift = Point { x: MARGIN, y: top };
        for (&node, &corner) in scope.nodes.iter().zip(&placed.corners) {
            layout.nodes[node].at = moved(corner, shift);
        }
        for (edge, at) in placed.labels {
            layout.labels[edge] = moved(at, shift);
        }
        lines[index] = placed.lines;
        shift_lines(&mut lines[index], shift);
        layout.scopes[index].size = Size {
            width: placed.size.width + 2.0 * MARGIN,
            height: placed.size.height + top + MARGIN,
        };
    }
    settle(drawing, sizes, &mut layout, &mut lines);
    layout.size = layout.scopes.first().map_or(Size::default(), |scope| scope.size);
    layout.lines = lines.into_iter().flatten().collect();
    Some(layout)
}

/// The size of a node around scopes that stand side by side under its heading.
fn around(inner: &[usize], layout: &Layout, heading: Size) -> Size {
    let sizes = || inner.iter().map(|&scope| layout.scopes[scope].size);
    let width = sizes().map(|size| size.width).sum::<f64>() + BETWEEN * (inner.len() + 1) as f64;
    let height = sizes().map(|size| size.height).fold(0.0, f64::max);
    Size {
        width: width.max(heading.width),
        height: heading.height + height + BETWEEN,
    }
}

/// Moves what is inside each node to where the node stands, from the outside in.
fn settle(drawing: &Drawing, sizes: &Sizes, layout: &mut Layout, lines: &mut [Vec<Line>]) {
    for outer in 0..drawing.scopes.len() {
        for &node in &drawing.scopes[outer].nodes {
            let rectangle = layout.nodes[node];
            let inner = &drawing.nodes[node].scopes;
            let used: f64 = inner
                .iter()
                .map(|&scope| layout.scopes[scope].size.width + BETWEEN)
                .sum();
            let mut x = rectangle.at.x + (rectangle.size.width - used + BETWEEN) / 2.0;
            for &scope in inner {
                let at = Point {
                    x,
                    y: rectangle.at.y + sizes.nodes[node].height,
                };
                x += layout.scopes[scope].size.width + BETWEEN;
                layout.scopes[scope].at = at;
                for &child in &drawing.scopes[scope].nodes {
                    layout.nodes[child].at = moved(layout.nodes[child].at, at);
                    let first = drawing.edges.partition_point(|edge| edge.from < child);
                    for edge in first..first + drawing.leaving(child).len() {
                        layout.labels[edge] = moved(layout.labels[edge], at);
                    }
                }
                shift_lines(&mut lines[scope], at);
            }
        }
    }
}

fn moved(point: Point, by: Point) -> Point {
    Point {
        x: point.x + by.x,
        y: point.y + by.y,
    }
}

fn shift_lines(lines: &mut [Line], by: Point) {
    for point in lines.iter_mut().flat_map(|line| &mut line.points) {
        *point = moved(*point, by);
    }
}

/// Whether an edge is a catcher's: those have lanes of their own.
fn is_catch(kind: EdgeKind) -> bool {
    kind == EdgeKind::Catch
}

#[cfg(test)]
mod tests;
