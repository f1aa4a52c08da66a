//! Where test and mock files name states of the definition.

use std::collections::BTreeSet;

use super::check::fits_kind;
use super::fields::{CASE, FILE, Keys, Shape};
use crate::diagnostics::Span;
use crate::source::NodeRef;

/// The members of events whose `name` is a state's [API HistoryEvent].
const OF_STATES: [&str; 6] = [
    "stateEnteredEventDetails",
    "stateExitedEventDetails",
    "mapIterationStartedEventDetails",
    "mapIterationSucceededEventDetails",
    "mapIterationFailedEventDetails",
    "mapIterationAbortedEventDetails",
];

/// The name of a state in a test or mock file.
#[derive(Debug, Clone, Copy)]
pub struct StateName<'d> {
    /// The name.
    pub name: &'d str,
    /// The bytes of the key or string, quotes included.
    pub span: Span,
}

/// The states that the test file with this tree names, in the order of the text.
pub fn of_test(root: NodeRef<'_>) -> Vec<StateName<'_>> {
    let mut found = Vec::new();
    collect(root, &FILE, &mut found);
    found
}

/// The states that the mock file with this tree names, in either form; in a `MockConfigFile.json` those of the machine
/// `machine_name`.
pub fn of_mocks<'d>(root: NodeRef<'d>, machine_name: &str) -> Vec<StateName<'d>> {
    let mut found = Vec::new();
    if let Some(machines) = root.get("StateMachines") {
        let cases = machines
            .get(machine_name)
            .and_then(|machine| machine.get("TestCases"));
        for case in cases.iter().flat_map(|cases| cases.members()) {
            keys(root.document().node(case.value), &mut found);
        }
    } else if let Some(states) = root.get("States") {
        keys(states, &mut found);
    }
    found
}

fn keys<'d>(object: NodeRef<'d>, found: &mut Vec<StateName<'d>>) {
    found.extend(object.members().iter().map(|member| StateName {
        name: &member.key,
        span: member.key_span,
    }));
}

fn collect<'d>(node: NodeRef<'d>, shape: &Shape, found: &mut Vec<StateName<'d>>) {
    let value = |id| node.document().node(id);
    match shape {
        Shape::State(_) => found.extend(node.as_str().map(|name| StateName {
            name,
            span: node.span(),
        })),
        Shape::Case => {
            let before = found.len();
            collect(node, &CASE, found);
            in_table(node, before, found);
        }
        Shape::MockStates => keys(node, found),
        Shape::Object { fields, .. } => {
            for member in node.members() {
                if let Some(field) = fields.iter().find(|field| *field.name == *member.key) {
                    collect(value(member.value), field.shape, found);
                    if field.name == "Events" {
                        in_events(value(member.value), found);
                    }
                }
            }
        }
        Shape::Members(names, shape) => {
            for member in node.members() {
                if matches!(names, Keys::States(_)) {
                    found.push(StateName {
                        name: &member.key,
                        span: member.key_span,
                    });
                }
                collect(value(member.value), shape, found);
            }
        }
        Shape::List(shape) | Shape::Some(shape) => {
            for item in node.items() {
                collect(item, shape, found);
            }
        }
        Shape::Either(shapes) => {
            if let Some(shape) = shapes.iter().find(|shape| fits_kind(node, shape)) {
                collect(node, shape, found);
            }
        }
        _ => {}
    }
}

/// The values of a case's table that stand where a state is named: the names from the one at `from` on are the case's.
fn in_table<'d>(case: NodeRef<'d>, from: usize, found: &mut Vec<StateName<'d>>) {
    let columns: BTreeSet<&str> = (found[from..].iter())
        .filter_map(|named| named.name.strip_prefix("${")?.strip_suffix('}'))
        .collect();
    for row in case.get("Table").into_iter().flat_map(|table| table.items()) {
        let values = columns.iter().filter_map(|column| row.get(column));
        found.extend(values.filter_map(|value| {
            Some(StateName {
                name: value.as_str()?,
                span: value.span(),
            })
        }));
    }
}

/// The states that members of expected events name.
fn in_events<'d>(events: NodeRef<'d>, found: &mut Vec<StateName<'d>>) {
    for event in events.items() {
        let details = event
            .members()
            .iter()
            .filter(|member| OF_STATES.contains(&&*member.key));
        let names = details.filter_map(|member| event.document().node(member.value).get("name"));
        found.extend(names.filter_map(|name| {
            Some(StateName {
                name: name.as_str()?,
                span: name.span(),
            })
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{SourceFile, parse_any};

    fn names(text: &str, of: impl Fn(NodeRef<'_>) -> Vec<StateName<'_>>) -> Vec<String> {
        let document = parse_any(Arc::new(SourceFile::new("t.yaml", text)))
            .document
            .unwrap();
        let found = of(document.root());
        found.iter().map(|name| name.name.to_owned()).collect()
    }

    #[test]
    fn every_place_that_names_a_state() {
        let text = "
Definition: a.asl.json
Mocks: {States: {M1: {Return: 1}}}
Schemas: {S1: {Result: r.json}}
Cases:
  - Name: N
    Mocks: {States: {M2: {Return: {X: 1}}}, Objects: {s3://b/k: x}}
    Expect:
      Output: {Tasks: 1}
      Visited: [V1, ..., V2]
      Visits: {V3: 2}
      NotVisited: [V4]
      Tasks: {T1: 1, T2: [{Parameters: {P: 1}}]}
      Retries: {R1: 1}
      Events:
        - TaskSucceeded
        - {type: TaskStateEntered, stateEnteredEventDetails: {name: E1}}
  - Name: P
    Table: [{end: P1, n: 1, x: no}, {end: P2}]
    Expect: {Visited: [V5, '${end}'], Output: '${x}'}
";
        assert_eq!(
            names(text, of_test),
            [
                "M1", "S1", "M2", "V1", "...", "V2", "V3", "V4", "T1", "T2", "R1", "E1", "V5", "${end}",
                "P1", "P2"
            ]
        );
    }

    #[test]
    fn mock_files_of_both_forms() {
        assert_eq!(
            names("States: {A: {Return: 1}, B: []}", |root| of_mocks(root, "m")),
            ["A", "B"]
        );
        let text = "StateMachines: {m: {TestCases: {c: {A: R}, d: {B: R}}}, n: {TestCases: {c: {Z: R}}}}\nMockedResponses: {R: {}}";
        assert_eq!(names(text, |root| of_mocks(root, "m")), ["A", "B"]);
    }
}
