//! A part of a definition, put into a machine that it may be a part of.

use std::sync::Arc;

use super::document::{Builder, Document, Member, NodeKind, NodeRef};
use super::{Format, NodeId, ParseOptions, Parsed, SourceFile, parse_with};
use crate::diagnostics::Span;

/// What the root of a document is in a machine.
#[derive(Debug, Clone, Copy)]
pub enum Part<'n> {
    /// A state.
    State {
        /// The name that it gets.
        name: &'n str,
        /// Whether states of its type say what comes next.
        has_next: bool,
    },
    /// The states by their names.
    States {
        /// The name of the first.
        first: &'n str,
    },
}

impl Document {
    /// The machine that holds this document's root, every part at its place. What else it may hold is unknown, and so is
    /// what follows a state that stands alone and does not say it.
    ///
    /// With `ends` it is one that can be run: it has a state for each of these names, at which a run ends, and nothing in it
    /// is unknown.
    pub(crate) fn in_machine(&self, part: Part<'_>, ends: Option<&[Arc<str>]>) -> Document {
        let root = self.root();
        let mut building = Building {
            builder: Builder::default(),
            at: Span::at(root.span().start as usize),
        };
        let mut machine = Vec::new();
        let (first, mut states) = match part {
            Part::State { name, has_next } => {
                let mut members = building.members(root);
                let says_next = ["Next", "End"].iter().any(|field| root.get(field).is_some());
                if has_next && !says_next {
                    members.push(match ends {
                        None => building.member("Next", NodeKind::Placeholder(Arc::from("Next"))),
                        Some(_) => building.member("End", NodeKind::Bool(true)),
                    });
                }
                let state = building.builder.add(NodeKind::Object(members), root.span());
                (name, vec![building.named(name, state)])
            }
            Part::States { first } => {
                let (states, others) = (building.members(root).into_iter()).partition(|member| {
                    matches!(building.builder.node(member.value).kind, NodeKind::Object(_))
                });
                machine = others;
                (first, states)
            }
        };
        for name in ends.unwrap_or_default() {
            let members = vec![building.member("Type", NodeKind::String(Arc::from("Succeed")))];
            states.push(building.member(name, NodeKind::Object(members)));
        }
        let states = building.builder.add(NodeKind::Object(states), root.span());
        if ends.is_none() {
            building.builder.set_open(states);
        }
        machine.push(building.member("StartAt", NodeKind::String(Arc::from(first))));
        machine.push(building.named("States", states));
        let machine = building.builder.add(NodeKind::Object(machine), root.span());
        building
            .builder
            .finish(self.file().clone(), self.format(), machine)
    }
}

struct Building {
    builder: Builder,
    /// Where what is not written stands.
    at: Span,
}

impl Building {
    fn member(&mut self, key: &str, kind: NodeKind) -> Member {
        let value = self.builder.add(kind, self.at);
        self.named(key, value)
    }

    fn named(&self, key: &str, value: NodeId) -> Member {
        Member {
            key: Arc::from(key),
            key_span: self.at,
            value,
        }
    }

    fn members(&mut self, node: NodeRef<'_>) -> Vec<Member> {
        let members = node.members().iter().map(|member| Member {
            key: member.key.clone(),
            key_span: member.key_span,
            value: self.copy(node.document().node(member.value)),
        });
        members.collect()
    }

    fn copy(&mut self, node: NodeRef<'_>) -> NodeId {
        let kind = match node.kind() {
            NodeKind::Array(_) => NodeKind::Array(node.items().map(|item| self.copy(item)).collect()),
            NodeKind::Object(_) => NodeKind::Object(self.members(node)),
            other => other.clone(),
        };
        let copy = self.builder.add(kind, node.span());
        if node.is_open() {
            self.builder.set_open(copy);
        }
        copy
    }
}

/// Reads JSON whose outermost braces are missing, as pages print members of an object: `"A": {...}, "B": {...}`. `None`
/// where that is not what is wrong with a text.
pub(crate) fn without_braces(file: &Arc<SourceFile>, options: &ParseOptions) -> Option<Parsed> {
    let text = file.text();
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let members = text[start..].trim_end().trim_end_matches(',');
    if !members.starts_with('"') {
        return None;
    }
    let options = ParseOptions {
        format: Some(Format::Json),
        ..options.clone()
    };
    let braced = Arc::new(SourceFile::new(file.name(), format!("{{{members}}}")));
    let mut parsed = parse_with(braced, &options);
    let document = parsed.document.take()?;
    let shift = |offset: u32| {
        let offset = (offset as usize).saturating_sub(1).min(members.len());
        start + offset
    };
    let place = |span: Span| Span::new(shift(span.start), shift(span.end));
    for finding in &mut parsed.findings {
        finding.span = place(finding.span);
        finding.fixes.clear();
        for related in &mut finding.related {
            related.span = place(related.span);
        }
    }
    Some(Parsed {
        file: file.clone(),
        document: Some(document.moved(file.clone(), place)),
        ..parsed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        let parsed = super::super::parse(Arc::new(SourceFile::new("x.json", text)));
        parsed.document.expect("an object")
    }

    #[test]
    fn a_state_gets_a_machine_and_keeps_its_places() {
        let text = r#"{"Type": "Wait", "Seconds": 1}"#;
        let state = document(text);
        let part = Part::State {
            name: "Wait",
            has_next: true,
        };
        let machine = state.in_machine(part, None);
        assert_eq!(
            machine.root().to_value().to_json(),
            r#"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":1,"Next":"${Next}"}}}"#
        );
        let states = machine.root().get("States").expect("states");
        assert!(states.is_open());
        let seconds = states
            .get("Wait")
            .and_then(|state| state.get("Seconds"))
            .expect("a number");
        assert_eq!(&text[seconds.span().range()], "1");
        let run = state.in_machine(part, Some(&[]));
        assert_eq!(
            run.root().to_value().to_json(),
            r#"{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":1,"End":true}}}"#
        );
    }

    #[test]
    fn states_get_ends_where_a_run_leaves_them() {
        let states = document(r#"{"Comment": "x", "A": {"Type": "Pass", "Next": "B"}}"#);
        let run = states.in_machine(Part::States { first: "A" }, Some(&[Arc::from("B")]));
        assert_eq!(
            run.root().to_value().to_json(),
            r#"{"Comment":"x","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed"}}}"#
        );
    }

    #[test]
    fn members_without_braces_are_read_at_their_places() {
        let read = |text: &str| {
            let file = Arc::new(SourceFile::new("x.json", text));
            without_braces(&file, &ParseOptions::default())
        };
        let text = "\n  \"A\": {\"Type\": \"Pass\"},\n";
        let document = read(text).and_then(|parsed| parsed.document).expect("members");
        let a = document.root().get("A").expect("a state");
        assert_eq!(&text[a.span().range()], "{\"Type\": \"Pass\"}");
        assert_eq!(&text[document.root().members()[0].key_span.range()], "\"A\"");
        for none in ["", "{\"A\": 1}", "\"A\"", "\"A\": {"] {
            assert!(read(none).is_none(), "{none}");
        }
    }
}
