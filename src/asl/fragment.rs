//! Parts of definitions that stand alone, as pages and chat answers print them: one state, or states without the machine
//! around them.

use super::StateType;
use crate::source::{NodeRef, Part};

/// What a text is that is no state machine, but a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// One state: the object with its `Type`.
    State(StateType),
    /// States by their names; holds the first one's.
    States(String),
}

impl Fragment {
    /// What the object `root` is; `None` for a machine, and for anything else.
    pub(crate) fn of(root: NodeRef<'_>) -> Option<Fragment> {
        if root.get("StartAt").is_some() || root.get("States").is_some() {
            return None;
        }
        if let Some(state_type) = state_type(root) {
            return Some(Fragment::State(state_type));
        }
        let mut first = None;
        for member in root.members() {
            let value = root.document().node(member.value);
            if state_type(value).is_some() {
                first.get_or_insert(&member.key);
            } else if &*member.key != "Comment" || value.as_str().is_none() {
                return None;
            }
        }
        first.map(|name| Fragment::States(name.to_string()))
    }

    /// What it is, in a few words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Fragment::State(state_type) => {
                format!("this is a single {state_type} state, and no state machine")
            }
            Fragment::States(_) => "this is a list of states, and no state machine".to_owned(),
        }
    }

    /// What makes a machine of it, and what looks at it as it is; `braces`: whether it has braces of its own.
    pub(crate) fn help(&self, braces: bool) -> String {
        let it = if braces { "..." } else { "{...}" };
        let around = match self {
            Fragment::State(state_type) => {
                format!(r#"{{"StartAt": "{state_type}", "States": {{"{state_type}": {it}}}}}"#)
            }
            Fragment::States(first) => {
                let first = serde_json::Value::from(first.as_str());
                format!(r#"{{"StartAt": {first}, "States": {it}}}"#)
            }
        };
        format!("write {around} around it, or look at it as it is with --fragment")
    }

    /// Where it stands in the machine that is made of it.
    pub(crate) fn part(&self) -> Part<'_> {
        match self {
            Fragment::State(state_type) => Part::State {
                name: state_type.name(),
                has_next: state_type.has_next(),
            },
            Fragment::States(first) => Part::States { first },
        }
    }
}

/// What an object is that has neither `StartAt` nor `States` and is no [`Fragment`] either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// The machine is the value of this member.
    Around(String),
    /// Anything else: the settings of another tool, an input, a schema.
    Other,
}

impl Stranger {
    /// What the object `root` is; `None` for a machine, a part of one, and an object without members.
    pub(crate) fn of(root: NodeRef<'_>) -> Option<Stranger> {
        let is_machine = |node: NodeRef<'_>| node.get("StartAt").is_some() && node.get("States").is_some();
        let is_part =
            root.get("StartAt").or_else(|| root.get("States")).is_some() || Fragment::of(root).is_some();
        if is_part || root.members().is_empty() || !root.is_object() {
            return None;
        }
        let around = (root.members().iter()).find(|member| is_machine(root.document().node(member.value)));
        Some(match around {
            Some(member) => Stranger::Around(member.key.to_string()),
            None => Stranger::Other,
        })
    }

    /// What it is, in a few words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Stranger::Around(key) => format!("this is no state machine: its \"{key}\" is one"),
            Stranger::Other => {
                "this does not look like a state machine: it has no StartAt and no States".to_owned()
            }
        }
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> String {
        match self {
            Stranger::Around(key) => format!("a file with the value of \"{key}\" alone is a definition"),
            Stranger::Other => "a definition is an object with \"StartAt\" and \"States\"".to_owned(),
        }
    }
}

fn state_type(node: NodeRef<'_>) -> Option<StateType> {
    StateType::from_name(node.get("Type")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{SourceFile, parse};

    fn of(text: &str) -> Option<Fragment> {
        let parsed = parse(Arc::new(SourceFile::new("x.json", text)));
        Fragment::of(parsed.document.expect("an object").root())
    }

    #[test]
    fn states_alone_are_fragments_and_machines_and_other_objects_are_none() {
        assert_eq!(of(r#"{"Type": "Task"}"#), Some(Fragment::State(StateType::Task)));
        assert_eq!(
            of(r#"{"Comment": "x", "A": {"Type": "Pass"}, "B": {"Type": "Fail"}}"#),
            Some(Fragment::States("A".to_owned()))
        );
        for none in [
            "{}",
            r#"{"Comment": "x"}"#,
            r#"{"Type": "AWS::StepFunctions::StateMachine"}"#,
            r#"{"StartAt": "A", "Type": "Task"}"#,
            r#"{"States": {"A": {"Type": "Pass"}}}"#,
            r#"{"A": {"Type": "Pass"}, "B": 1}"#,
            r#"{"A": {"Type": "Pass"}, "B": {"Type": "object"}}"#,
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn other_objects_are_strangers_and_machines_and_their_parts_are_none() {
        let of = |text: &str| {
            let parsed = parse(Arc::new(SourceFile::new("x.json", text)));
            Stranger::of(parsed.document.expect("an object").root())
        };
        for (text, expected) in [
            (r#"{"name": "x", "version": "1.0.0"}"#, Some(Stranger::Other)),
            (r#"{"Comment": "x"}"#, Some(Stranger::Other)),
            (
                r#"{"name": "x", "definition": {"StartAt": "A", "States": {}}}"#,
                Some(Stranger::Around("definition".to_owned())),
            ),
            (r#"{"StartAt": "A"}"#, None),
            (r#"{"States": {}}"#, None),
            (r#"{"Type": "Task"}"#, None),
            (r#"{"A": {"Type": "Pass"}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
