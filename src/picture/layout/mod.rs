//! Where the parts of a [`Drawing`] stand on a page.
//!
//! Each scope is laid out on its own, the inner ones first, since no transition leaves its scope; a Map or Parallel is
//! then a box of known size in its own scope. Within a scope states stand in layers, each below what leads to it. What
//! most executions pass is one column straight down, and so is every other chain of states, and every lane past many
//! layers: such columns have one order from left to right, so that none ever crosses another or steps aside. Lines run
//! across only in the gaps between layers, each on a track of its own; states and labels are never in their way. All
//! transitions to one target share one lane: a handler that a hundred states catch to has one line to it, not a hundred.
//! Layout crates at hand (dagre, layout-rs, rust-sugiyama) draw such a machine 10,000 pixels wide, or know no boxes
//! inside boxes.

mod blocks;
mod channels;
mod columns;
mod order;
mod place;
mod ways;

use super::drawing::Drawing;
use blocks::Blocks;
use ways::Ways;

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
    /// Of the mark of each scope's start; nothing where it has none.
    pub starts: Vec<Size>,
    /// Of the mark of each scope's end.
    pub ends: Vec<Size>,
}

/// What a line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The edge of this index.
    Edge(usize),
    /// From the mark of the start of this scope to its first state.
    Start(usize),
    /// From this node to the mark of the end of its scope.
    End(usize),
}

/// A line on the page: straight down, up, or across from point to point. Lines to one target may come together, and go
/// over the same points from there on.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it goes along, its end last.
    pub points: Vec<Point>,
    /// What it stands for.
    pub route: Route,
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
    /// The mark of each scope's start.
    pub starts: Vec<Option<Rectangle>>,
    /// The mark of each scope's end.
    pub ends: Vec<Option<Rectangle>>,
    /// The lines of all edges, and those from and to the marks.
    pub lines: Vec<Line>,
}

/// Room around what a scope holds.
const MARGIN: f64 = 14.0;
/// Room between the scopes of a node.
const BETWEEN: f64 = 12.0;
/// Scopes of one node that together are wider than this stand in rows.
const WIDEST: f64 = 1500.0;

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
        starts: vec![None; drawing.scopes.len()],
        ends: vec![None; drawing.scopes.len()],
        lines: Vec::new(),
    };
    // By scope, as long as they stand at the origin; inner scopes come after those around them.
    let mut lines: Vec<Vec<Line>> = vec![Vec::new(); drawing.scopes.len()];
    for index in (0..drawing.scopes.len()).rev() {
        let scope = &drawing.scopes[index];
        for &node in &scope.nodes {
            let inner = &drawing.nodes[node].scopes;
            if !inner.is_empty() {
                layout.nodes[node].size = shelve(inner, &mut layout, sizes.nodes[node]);
            }
        }
        let ways = Ways::new(drawing, index, sizes)?;
        let mut boxes: Vec<Size> = scope.nodes.iter().map(|&node| layout.nodes[node].size).collect();
        boxes.extend(ways.start.map(|_| sizes.starts[index]));
        boxes.extend(ways.end.map(|_| sizes.ends[index]));
        let blocks = Blocks::new(&ways, &boxes)?;
        let order = order::order(&ways, &blocks);
        let placed = place::place(&ways, &blocks, &order);
        let shift = Point {
            x: MARGIN,
            y: MARGIN + sizes.titles[index],
        };
        let mut corners = placed.corners.iter().map(|&corner| moved(corner, shift));
        for (&node, corner) in scope.nodes.iter().zip(&mut corners) {
            layout.nodes[node].at = corner;
        }
        let mut mark = |mark: Option<usize>, size: Size| {
            mark.and_then(|_| corners.next()).map(|at| Rectangle { at, size })
        };
        layout.starts[index] = mark(ways.start, sizes.starts[index]);
        layout.ends[index] = mark(ways.end, sizes.ends[index]);
        for (edge, at) in placed.labels {
            layout.labels[edge] = moved(at, shift);
        }
        lines[index] = placed.lines;
        shift_lines(&mut lines[index], shift);
        layout.scopes[index].size = Size {
            width: placed.size.width + 2.0 * MARGIN,
            height: placed.size.height + sizes.titles[index] + 2.0 * MARGIN,
        };
    }
    settle(drawing, &mut layout, &mut lines);
    layout.size = layout.scopes.first().map_or(Size::default(), |scope| scope.size);
    layout.lines = lines.into_iter().flatten().collect();
    Some(layout)
}

/// Puts the scopes of a node side by side below its heading, in rows where there are many; gives the node's size.
fn shelve(inner: &[usize], layout: &mut Layout, heading: Size) -> Size {
    let all: f64 = inner
        .iter()
        .map(|&scope| layout.scopes[scope].size.width + BETWEEN)
        .sum();
    let widest = if all > WIDEST {
        (all / (all / WIDEST).sqrt().ceil()).max(WIDEST * 0.7)
    } else {
        all
    };
    let mut rows: Vec<(f64, Vec<usize>)> = Vec::new();
    for &scope in inner {
        let width = layout.scopes[scope].size.width + BETWEEN;
        match rows.last_mut() {
            Some((used, row)) if *used + width <= widest + 0.01 => {
                *used += width;
                row.push(scope);
            }
            _ => rows.push((width, vec![scope])),
        }
    }
    let width = rows
        .iter()
        .map(|(used, _)| used + BETWEEN)
        .fold(heading.width, f64::max);
    let mut y = heading.height;
    for (used, row) in rows {
        let height = row
            .iter()
            .map(|&scope| layout.scopes[scope].size.height)
            .fold(0.0, f64::max);
        let mut x = (width - used + BETWEEN) / 2.0;
        for scope in row {
            layout.scopes[scope].at = Point { x, y };
            x += layout.scopes[scope].size.width + BETWEEN;
        }
        y += height + BETWEEN;
    }
    Size { width, height: y }
}

/// Moves what is inside each node to where the node stands, from the outside in.
fn settle(drawing: &Drawing, layout: &mut Layout, lines: &mut [Vec<Line>]) {
    for outer in 0..drawing.scopes.len() {
        for &node in &drawing.scopes[outer].nodes {
            for &scope in &drawing.nodes[node].scopes {
                let at = moved(layout.scopes[scope].at, layout.nodes[node].at);
                layout.scopes[scope].at = at;
                for &child in &drawing.scopes[scope].nodes {
                    layout.nodes[child].at = moved(layout.nodes[child].at, at);
                    let first = drawing.edges.partition_point(|edge| edge.from < child);
                    for edge in first..first + drawing.leaving(child).len() {
                        layout.labels[edge] = moved(layout.labels[edge], at);
                    }
                }
                for mark in [&mut layout.starts[scope], &mut layout.ends[scope]]
                    .into_iter()
                    .flatten()
                {
                    mark.at = moved(mark.at, at);
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

#[cfg(test)]
mod tests;
