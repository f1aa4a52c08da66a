//! Nothing in the picture of any fixture touches what it must not, told from the layout itself.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::asl::StateMachine;
use crate::graph::ControlFlow;
use crate::picture::Marks;
use crate::source::{SourceFile, parse};

/// Sides may touch.
const SLACK: f64 = 0.6;

fn drawing(name: &str, text: &str) -> Option<Drawing> {
    let document = parse(Arc::new(SourceFile::new(name, text))).document?;
    let machine = StateMachine::read(Arc::new(document));
    Some(Drawing::new(
        &machine,
        &ControlFlow::new(&machine),
        &Marks::default(),
    ))
}

fn meet(a: &Rectangle, b: &Rectangle) -> bool {
    a.at.x + SLACK < b.at.x + b.size.width
        && b.at.x + SLACK < a.at.x + a.size.width
        && a.at.y + SLACK < b.at.y + b.size.height
        && b.at.y + SLACK < a.at.y + a.size.height
}

/// The straight parts of a line as boxes that are as thick as the line.
fn parts(line: &Line) -> Vec<Rectangle> {
    let part = |pair: &[Point]| {
        let (a, b) = (pair[0], pair[1]);
        assert!(
            (a.x - b.x).abs() < 0.01 || (a.y - b.y).abs() < 0.01,
            "neither down nor across: {line:?}"
        );
        Rectangle {
            at: Point {
                x: a.x.min(b.x) - 0.65,
                y: a.y.min(b.y) - 0.65,
            },
            size: Size {
                width: (a.x - b.x).abs() + 1.3,
                height: (a.y - b.y).abs() + 1.3,
            },
        }
    };
    line.points.windows(2).map(part).collect()
}

/// What touches what it must not.
fn touching(drawing: &Drawing) -> Vec<String> {
    let Some(layout) = layout(drawing, &sizes(drawing)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let labels: Vec<(usize, Rectangle)> = (drawing.edges.iter().zip(&layout.labels).enumerate())
        .filter(|(_, (edge, _))| !label_lines(edge).is_empty())
        .map(|(number, (edge, at))| {
            let size = label_size(edge);
            let at = Point {
                x: at.x - size.width / 2.0,
                y: at.y - size.height / 2.0,
            };
            (number, Rectangle { at, size })
        })
        .collect();
    let lines: Vec<(&Line, Vec<Rectangle>)> = layout.lines.iter().map(|line| (line, parts(line))).collect();
    let leaves: Vec<usize> = (0..drawing.nodes.len())
        .filter(|&node| drawing.nodes[node].scopes.is_empty())
        .collect();
    let marks: Vec<&Rectangle> = layout.starts.iter().chain(&layout.ends).flatten().collect();
    for scope in &drawing.scopes {
        for (i, &a) in scope.nodes.iter().enumerate() {
            for &b in &scope.nodes[..i] {
                if meet(&layout.nodes[a], &layout.nodes[b]) {
                    found.push(format!("states {a} and {b}"));
                }
            }
        }
    }
    for (i, (edge, label)) in labels.iter().enumerate() {
        found.extend(
            leaves
                .iter()
                .filter(|&&node| meet(label, &layout.nodes[node]))
                .map(|node| format!("label {edge}, state {node}")),
        );
        found.extend(
            marks
                .iter()
                .filter(|mark| meet(label, mark))
                .map(|_| format!("label {edge}, a mark")),
        );
        found.extend(
            labels[..i]
                .iter()
                .filter(|(_, other)| meet(label, other))
                .map(|(other, _)| format!("labels {edge}, {other}")),
        );
        for (line, parts) in &lines {
            if line.route != Route::Edge(*edge) && parts.iter().any(|part| meet(label, part)) {
                found.push(format!("label {edge}, {:?}", line.route));
            }
        }
    }
    // Where a line ends, what is in its way is where it goes to.
    for (line, parts) in &lines {
        let inner = |part: &Rectangle, node: usize| {
            let Rectangle { at, size } = layout.nodes[node];
            let at = Point {
                x: at.x + 1.0,
                y: at.y + 1.0,
            };
            let size = Size {
                width: size.width - 2.0,
                height: size.height - 2.0,
            };
            meet(part, &Rectangle { at, size })
        };
        for &node in &leaves {
            if parts.iter().any(|part| inner(part, node)) {
                found.push(format!("{:?}, state {node}", line.route));
            }
        }
    }
    found.extend(lying_on_each_other(drawing, &lines));
    found
}

/// Lines that run along each other though they lead to different states, or not for the same reason. Those of one wide
/// Choice do until they part.
fn lying_on_each_other(drawing: &Drawing, lines: &[(&Line, Vec<Rectangle>)]) -> Vec<String> {
    let rules = |line: &Line| match line.route {
        Route::Edge(edge) if drawing.edges[edge].kind != EdgeKind::Catch => Some(drawing.edges[edge].from),
        _ => None,
    };
    let is_wide = |node: usize| {
        drawing
            .leaving(node)
            .iter()
            .filter(|edge| edge.kind != EdgeKind::Catch)
            .count()
            > 8
    };
    let part = |a: &Line, b: &Line| rules(a).is_some_and(|from| rules(b) == Some(from) && is_wide(from));
    let net = |line: &Line| match line.route {
        Route::Edge(edge) => {
            let edge = &drawing.edges[edge];
            (edge.to, edge.kind == EdgeKind::Catch)
        }
        Route::Start(scope) => (drawing.scopes[scope].start.unwrap_or(usize::MAX), false),
        // The mark of the end is no node; that of its scope is one number for all that lead to it.
        Route::End(node) => {
            let scope = drawing
                .scopes
                .iter()
                .position(|scope| scope.nodes.contains(&node));
            (usize::MAX - scope.unwrap_or(0), false)
        }
    };
    let along = |a: &Rectangle, b: &Rectangle| {
        let overlap = |a: f64, wide: f64, b: f64, other: f64| (a + wide).min(b + other) - a.max(b);
        let across = overlap(a.at.x, a.size.width, b.at.x, b.size.width);
        let down = overlap(a.at.y, a.size.height, b.at.y, b.size.height);
        // Two that cross share a square as large as they are thick.
        across > 0.1 && down > 0.1 && across.max(down) > 3.0
    };
    let mut found = Vec::new();
    for (i, (line, parts)) in lines.iter().enumerate() {
        for (other, others) in &lines[..i] {
            if net(line) != net(other)
                && !part(line, other)
                && parts
                    .iter()
                    .any(|part| others.iter().any(|other| along(part, other)))
            {
                found.push(format!("{:?} on {:?}", line.route, other.route));
            }
        }
    }
    found
}

fn definitions(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of fixtures") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            definitions(&path, found);
        } else if path.to_string_lossy().contains(".asl.") {
            found.push(path);
        }
    }
}

#[test]
fn nothing_touches_what_it_must_not_in_any_fixture() {
    let mut files = Vec::new();
    definitions(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"),
        &mut files,
    );
    files.sort();
    let mut drawn = 0;
    for file in &files {
        let text = String::from_utf8_lossy(&std::fs::read(file).expect("a fixture")).into_owned();
        let Some(drawing) = drawing(&file.to_string_lossy(), &text) else {
            continue;
        };
        drawn += usize::from(!drawing.nodes.is_empty());
        assert_eq!(touching(&drawing), Vec::<String>::new(), "{}", file.display());
    }
    assert!(drawn > 200, "{drawn} definitions");
}

/// Loops, jumps over many states, handlers of all of them, long names and conditions, all in one.
fn tangle(count: usize) -> String {
    let states: Vec<String> = (0..count)
        .map(|i| {
            let to = |other: usize| format!("State number {other} with a name that is rather long");
            let next = if i + 1 < count { to(i + 1) } else { "Done".to_owned() };
            let catch = r#""Catch": [{"ErrorEquals": ["A", "B"], "Next": "Failed"}, {"ErrorEquals": ["States.ALL"], "Next": "Undo"}]"#;
            let name = to(i);
            match i % 5 {
                1 => format!(
                    r#""{name}": {{"Type": "Choice", "Choices": [
                        {{"Variable": "$.a.rather.long.path.to.something", "IsNull": true, "Next": "{}"}},
                        {{"Variable": "$.b", "StringEquals": "words that fill more than one line of a label by far", "Next": "{}"}},
                        {{"Variable": "$.c", "IsNull": true, "Next": "{name}"}}], "Default": "{next}"}}"#,
                    to(i.saturating_sub(4)),
                    to((i + 9).min(count - 1)),
                ),
                3 => format!(
                    r#""{name}": {{"Type": "Map", {catch}, "Next": "{next}", "ItemProcessor": {{"StartAt": "M{i}", "States": {{
                        "M{i}": {{"Type": "Choice", "Choices": [{{"Variable": "$.x", "IsNull": true, "Next": "M{i}"}}], "Default": "N{i}"}},
                        "N{i}": {{"Type": "Succeed"}}}}}}}}"#
                ),
                _ => format!(r#""{name}": {{"Type": "Task", "Resource": "r", {catch}, "Next": "{next}"}}"#),
            }
        })
        .collect();
    format!(
        r#"{{"StartAt": "State number 0 with a name that is rather long", "States": {{{},
            "Undo": {{"Type": "Pass", "Next": "Failed"}}, "Failed": {{"Type": "Fail"}}, "Done": {{"Type": "Succeed"}}}}}}"#,
        states.join(",")
    )
}

#[test]
fn nothing_touches_in_a_tangle_either() {
    for count in [6, 30, 70] {
        let drawing = drawing("t.asl.json", &tangle(count)).expect("it is JSON");
        assert!(layout(&drawing, &sizes(&drawing)).is_some());
        assert_eq!(touching(&drawing), Vec::<String>::new(), "{count}");
    }
}

#[test]
fn a_box_is_no_wider_than_its_name_and_one_short_line() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:a-function-with-a-very-long-name-that-says-it-all",
        "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.SdkClientException"], "MaxAttempts": 3},
                  {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}}}"#;
    let drawing = drawing("t.asl.json", text).expect("it is JSON");
    let svg = render(&drawing, "t").expect("it is small");
    assert!(
        svg.contains(">\u{21bb} 3\u{d7} Lambda.ServiceException +2</text>"),
        "{svg}"
    );
    assert!(boxes::size(&drawing.nodes[0]).width < 320.0);
    // All of it is there for who points at it.
    assert!(svg.contains("retry once on any error") && svg.contains("very-long-name-that-says-it-all"));
}
