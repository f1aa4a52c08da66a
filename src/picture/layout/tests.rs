//! Nothing overlaps, lines arrive, handlers share a lane, and large machines are laid out or refused in time.

use std::sync::Arc;

use super::*;
use crate::asl::StateMachine;
use crate::graph::ControlFlow;
use crate::picture::Marks;
use crate::source::{SourceFile, parse};

fn drawing(text: &str) -> Drawing {
    let parsed = parse(Arc::new(SourceFile::new("t.asl.json", text)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
    Drawing::new(&machine, &ControlFlow::new(&machine), &Marks::default())
}

fn laid_out(drawing: &Drawing) -> Option<Layout> {
    let size = |width, height| Size { width, height };
    let sizes = Sizes {
        nodes: vec![size(120.0, 40.0); drawing.nodes.len()],
        labels: (drawing.edges.iter())
            .map(|edge| {
                if edge.label.is_empty() {
                    Size::default()
                } else {
                    size(60.0, 16.0)
                }
            })
            .collect(),
        titles: vec![0.0; drawing.scopes.len()],
    };
    layout(drawing, &sizes)
}

fn overlap(a: &Rectangle, b: &Rectangle) -> bool {
    let apart = |a: f64, wide: f64, b: f64| a + wide <= b + 0.01;
    !(apart(a.at.x, a.size.width, b.at.x)
        || apart(b.at.x, b.size.width, a.at.x)
        || apart(a.at.y, a.size.height, b.at.y)
        || apart(b.at.y, b.size.height, a.at.y))
}

fn inside(inner: &Rectangle, outer: &Rectangle) -> bool {
    inner.at.x >= outer.at.x - 0.01
        && inner.at.y >= outer.at.y - 0.01
        && inner.at.x + inner.size.width <= outer.at.x + outer.size.width + 0.01
        && inner.at.y + inner.size.height <= outer.at.y + outer.size.height + 0.01
}

/// A chain of tasks that all catch to one handler, with circles, jumps and boxes.
fn long(count: usize) -> String {
    let mut states = Vec::new();
    for i in 0..count {
        let next = if i + 1 < count {
            format!("S{}", i + 1)
        } else {
            "Done".to_owned()
        };
        let catch = r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]"#;
        states.push(match i % 7 {
            3 => format!(
                r#""S{i}": {{"Type": "Choice", "Choices": [{{"Variable": "$.x", "IsNull": true, "Next": "S{}"}},
                    {{"Variable": "$.y", "IsNull": true, "Next": "S{}"}}], "Default": "{next}"}}"#,
                i - 2,
                (i + 4).min(count - 1)
            ),
            5 => format!(
                r#""S{i}": {{"Type": "Parallel", {catch}, "Next": "{next}", "Branches": [
                    {{"StartAt": "A{i}", "States": {{"A{i}": {{"Type": "Pass", "Next": "B{i}"}}, "B{i}": {{"Type": "Succeed"}}}}}},
                    {{"StartAt": "C{i}", "States": {{"C{i}": {{"Type": "Succeed"}}}}}}]}}"#
            ),
            _ => format!(r#""S{i}": {{"Type": "Task", "Resource": "r", {catch}, "Next": "{next}"}}"#),
        });
    }
    states.push(r#""Failed": {"Type": "Fail"}, "Done": {"Type": "Succeed"}"#.to_owned());
    format!(r#"{{"StartAt": "S0", "States": {{{}}}}}"#, states.join(","))
}

#[test]
fn boxes_stand_apart_and_inside_their_owners() {
    let drawing = drawing(&long(40));
    let layout = laid_out(&drawing).expect("it is small");
    let page = Rectangle {
        at: Point::default(),
        size: layout.size,
    };
    for (scope, rectangle) in drawing.scopes.iter().zip(&layout.scopes) {
        for (i, &a) in scope.nodes.iter().enumerate() {
            assert!(inside(&layout.nodes[a], rectangle) && inside(&layout.nodes[a], &page));
            for &b in &scope.nodes[i + 1..] {
                assert!(!overlap(&layout.nodes[a], &layout.nodes[b]), "{a} and {b}");
            }
        }
    }
    for (node, rectangle) in drawing.nodes.iter().zip(&layout.nodes) {
        assert!(
            node.scopes
                .iter()
                .all(|&scope| inside(&layout.scopes[scope], rectangle))
        );
    }
    for (edge, at) in drawing.edges.iter().zip(&layout.labels) {
        let label = Rectangle {
            at: Point {
                x: at.x - 30.0,
                y: at.y - 8.0,
            },
            size: Size {
                width: 60.0,
                height: 16.0,
            },
        };
        let scope = drawing
            .scopes
            .iter()
            .find(|scope| scope.nodes.contains(&edge.from));
        let over = |&&node: &&usize| overlap(&label, &layout.nodes[node]);
        let over = scope.and_then(|scope| scope.nodes.iter().find(over));
        assert!(
            edge.label.is_empty() || over.is_none(),
            "{} over {over:?}",
            edge.label
        );
    }
}

#[test]
fn every_edge_has_a_line_that_arrives_at_its_target() {
    let drawing = drawing(&long(40));
    let layout = laid_out(&drawing).expect("it is small");
    for (i, edge) in drawing.edges.iter().enumerate() {
        let target = &layout.nodes[edge.to];
        let arrives = layout
            .lines
            .iter()
            .filter(|line| line.arrow && line.edges.contains(&i))
            .any(|line| {
                let end = line.points[line.points.len() - 1];
                let side = |y: f64| (end.y - y).abs() < 0.01;
                let within = end.x >= target.at.x && end.x <= target.at.x + target.size.width;
                within && (side(target.at.y) || side(target.at.y + target.size.height))
            });
        assert!(arrives, "edge {i} from {} to {}", edge.from, edge.to);
    }
    // Whatever joins a lane joins it at a point of the lane's own line.
    for line in layout.lines.iter().filter(|line| !line.arrow) {
        let end = line.points[line.points.len() - 1];
        let on_lane =
            |lane: &Line| lane.arrow && lane.points.contains(&end) && lane.edges.contains(&line.edges[0]);
        assert!(layout.lines.iter().any(on_lane), "{line:?}");
    }
}

#[test]
fn a_handler_of_many_has_one_lane() {
    let drawing = drawing(&long(70));
    let layout = laid_out(&drawing).expect("it is small");
    // Each of the seventy as a lane of its own would take far more than a thousand pixels.
    assert!(layout.size.width < 900.0, "{:?}", layout.size);
    let failed = drawing
        .nodes
        .iter()
        .position(|node| &*node.name == "Failed")
        .expect("it is there");
    let arrows = layout
        .lines
        .iter()
        .filter(|line| line.arrow && line.edges.iter().any(|&e| drawing.edges[e].to == failed));
    assert!(arrows.count() <= 2);
}

#[test]
fn strange_graphs_are_laid_out_too() {
    for text in [
        r#"{"StartAt": "A", "States": {}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#,
        r#"{"StartAt": "B", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}"#,
        r#"{"States": {"A": {"Type": "Map", "ItemProcessor": {"States": {}}}, "B": {"Type": "Parallel", "Branches": [{}]}}}"#,
    ] {
        assert!(laid_out(&drawing(text)).is_some(), "{text}");
    }
}

#[test]
fn a_thousand_states_are_laid_out_and_too_many_lanes_refused() {
    assert!(laid_out(&drawing(&long(1_000))).is_some());
    // Every state leads to every other: more lanes than anybody could follow.
    let count = 150;
    let states: Vec<String> = (0..count)
        .map(|i| {
            let choices: Vec<String> = (0..count)
                .map(|to| format!(r#"{{"Variable": "$.x", "IsNull": true, "Next": "S{to}"}}"#))
                .collect();
            format!(
                r#""S{i}": {{"Type": "Choice", "Choices": [{}]}}"#,
                choices.join(",")
            )
        })
        .collect();
    let text = format!(r#"{{"StartAt": "S0", "States": {{{}}}}}"#, states.join(","));
    assert!(laid_out(&drawing(&text)).is_none());
}

/// `C` jumps over `A` and `B` to `Z`, where the way of `B` joins it. An execution that went by `A` and `B` took of the
/// shared line only what is behind that.
#[test]
fn what_was_not_taken_shares_no_line_with_what_was_before_they_meet() {
    let text = r#"{"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.skip", "BooleanEquals": true, "Next": "Z"}], "Default": "A"},
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "Z"}, "Z": {"Type": "Succeed"}}}"#;
    let mut drawing = drawing(text);
    let named = |drawing: &Drawing, name: &str| {
        let node = drawing.nodes.iter().position(|node| &*node.name == name);
        node.expect("a state of the definition")
    };
    let (c, b, z) = (named(&drawing, "C"), named(&drawing, "B"), named(&drawing, "Z"));
    let jump = drawing
        .edges
        .iter()
        .position(|edge| (edge.from, edge.to) == (c, z));
    let jump = jump.expect("the edge from C to Z");
    let together = laid_out(&drawing).expect("it is small").lines.len();
    for taken_jump in [false, true] {
        for (index, edge) in drawing.edges.iter_mut().enumerate() {
            edge.taken = u32::from((index == jump) == taken_jump);
        }
        let layout = laid_out(&drawing).expect("it is small");
        let bottom = layout.nodes[b].at.y + layout.nodes[b].size.height;
        let taken = |line: &Line| line.edges.iter().any(|&edge| drawing.edges[edge].taken > 0);
        for line in layout.lines.iter().filter(|line| line.edges.contains(&jump)) {
            let alone = line.points[0].y < bottom;
            assert_eq!(taken(line), taken_jump || !alone, "{line:?}");
        }
        // The line ends where it did: at Z, in one arrow.
        let arrows = layout
            .lines
            .iter()
            .filter(|line| line.arrow && line.edges.contains(&jump));
        assert_eq!(arrows.count(), 1);
        // What was taken from its beginning on is one line still.
        assert_eq!(layout.lines.len(), together + usize::from(!taken_jump));
    }
}
