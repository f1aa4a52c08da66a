//! Nothing overlaps, lines arrive, handlers share a lane, and large machines are laid out or refused in time.

use std::sync::Arc;

use super::*;
use crate::asl::{StateMachine, StateType};
use crate::graph::ControlFlow;
use crate::picture::Marks;
use crate::source::{SourceFile, parse};

fn drawing(text: &str) -> Drawing {
    let parsed = parse(Arc::new(SourceFile::new("t.asl.json", text)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
    Drawing::new(&machine, &ControlFlow::new(&machine), &Marks::default())
}

fn sizes(drawing: &Drawing) -> Sizes {
    let size = |width, height| Size { width, height };
    Sizes {
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
        starts: vec![size(50.0, 20.0); drawing.scopes.len()],
        ends: vec![size(50.0, 20.0); drawing.scopes.len()],
    }
}

fn laid_out(drawing: &Drawing) -> Option<Layout> {
    layout(drawing, &sizes(drawing))
}

fn named(drawing: &Drawing, name: &str) -> usize {
    let node = drawing.nodes.iter().position(|node| &*node.name == name);
    node.expect("a state of the definition")
}

/// How often a line changes from one column to another.
fn steps(line: &Line) -> usize {
    line.points
        .windows(2)
        .filter(|pair| (pair[0].x - pair[1].x).abs() > 0.01)
        .count()
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
}

#[test]
fn every_edge_has_a_line_that_arrives_at_its_target_from_above() {
    let drawing = drawing(&long(40));
    let layout = laid_out(&drawing).expect("it is small");
    let starts = drawing
        .scopes
        .iter()
        .filter(|scope| scope.start.is_some())
        .count();
    let ends = drawing
        .nodes
        .iter()
        .filter(|node| node.terminal && node.state_type != Some(StateType::Fail))
        .count();
    assert_eq!(layout.lines.len(), drawing.edges.len() + starts + ends);
    for line in &layout.lines {
        let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
        let at = |point: Point, rectangle: &Rectangle, y: f64| {
            let within = point.x >= rectangle.at.x && point.x <= rectangle.at.x + rectangle.size.width;
            within && (point.y - y).abs() < 0.01
        };
        let below = |rectangle: &Rectangle| rectangle.at.y + rectangle.size.height;
        if let Route::Edge(edge) = line.route {
            let (from, to) = (
                &layout.nodes[drawing.edges[edge].from],
                &layout.nodes[drawing.edges[edge].to],
            );
            assert!(at(first, from, below(from)) && at(last, to, to.at.y), "{line:?}");
        }
        // Straight down at last: it has an arrow there.
        let before = line.points[line.points.len() - 2];
        assert!(
            (before.x - last.x).abs() < 0.01 && before.y < last.y - 7.0,
            "{line:?}"
        );
    }
}

#[test]
fn the_main_way_runs_straight_down() {
    // A failure is never the main way, however long the way to it is; nor is a loop.
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "r", "Next": "B", "Catch": [{"ErrorEquals": ["E"], "Next": "X"}]},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "X"},
            {"Variable": "$.y", "IsNull": true, "Next": "A"}], "Default": "C"},
        "C": {"Type": "Parallel", "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Succeed"}}},
            {"StartAt": "Q", "States": {"Q": {"Type": "Succeed"}}}], "Next": "D"},
        "D": {"Type": "Pass", "End": true},
        "X": {"Type": "Pass", "Next": "Y"}, "Y": {"Type": "Pass", "Next": "Z"}, "Z": {"Type": "Pass", "Next": "F"},
        "F": {"Type": "Fail"}}}"#;
    let drawing = drawing(text);
    let layout = laid_out(&drawing).expect("it is small");
    let middle = |rectangle: &Rectangle| rectangle.at.x + rectangle.size.width / 2.0;
    let start = middle(&layout.starts[0].expect("a start"));
    for name in ["A", "B", "C", "D"] {
        assert!(
            (middle(&layout.nodes[named(&drawing, name)]) - start).abs() < 0.01,
            "{name}"
        );
    }
    assert!((middle(&layout.ends[0].expect("an end")) - start).abs() < 0.01);
    for pair in [
        ("A", "B"),
        ("B", "C"),
        ("C", "D"),
        ("X", "Y"),
        ("Y", "Z"),
        ("Z", "F"),
    ] {
        let (from, to) = (named(&drawing, pair.0), named(&drawing, pair.1));
        let edge = drawing
            .edges
            .iter()
            .position(|edge| (edge.from, edge.to) == (from, to));
        let line = layout
            .lines
            .iter()
            .find(|line| Some(line.route) == edge.map(Route::Edge));
        assert_eq!(line.map(steps), Some(0), "{pair:?}");
    }
}

#[test]
fn long_lines_have_no_stairs() {
    let drawing = drawing(&long(70));
    let layout = laid_out(&drawing).expect("it is small");
    // To the label, to the lane, to the target: no line steps aside more often, however far it goes.
    for line in &layout.lines {
        assert!(steps(line) <= 3, "{line:?}");
    }
}

#[test]
fn a_handler_of_many_has_one_lane() {
    let drawing = drawing(&long(70));
    let layout = laid_out(&drawing).expect("it is small");
    // Each of the seventy as a lane of its own would take far more than a thousand pixels.
    assert!(layout.size.width < 900.0, "{:?}", layout.size);
    let failed = named(&drawing, "Failed");
    let ends = layout.lines.iter().filter(|line| {
        let Route::Edge(edge) = line.route else {
            return false;
        };
        drawing.edges[edge].to == failed
    });
    let mut ends: Vec<Point> = ends.map(|line| line.points[line.points.len() - 1]).collect();
    assert!(ends.len() > 50);
    ends.dedup();
    assert_eq!(ends.len(), 1);
}

#[test]
fn strange_graphs_are_laid_out_too() {
    for text in [
        r#"{"StartAt": "A", "States": {}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}"#,
        r#"{"States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}"#,
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

#[test]
fn a_choice_of_many_rules_is_no_higher_than_one_of_a_few() {
    let height = |rules: usize| {
        let (mut choices, mut states) = (Vec::new(), Vec::new());
        for i in 0..rules {
            choices.push(format!(
                r#"{{"Variable": "$.x", "NumericEquals": {i}, "Next": "S{i}"}}"#
            ));
            states.push(format!(r#""S{i}": {{"Type": "Succeed"}}"#));
        }
        let (choices, states) = (choices.join(","), states.join(","));
        let drawing = drawing(&format!(
            r#"{{"StartAt": "C", "States": {{"C": {{"Type": "Choice", "Choices": [{choices}]}}, {states}}}}}"#
        ));
        laid_out(&drawing).expect("it is small").size.height
    };
    assert_eq!(height(60), height(9));
    // A few have tracks of their own.
    assert!(height(8) > height(9), "{} and {}", height(8), height(9));
}
