//! What the fields of a machine's states refer to: every path, call and expression with its place, and the variables
//! that states assign. Which fields hold such text is the table's to say.

mod read;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::asl::{StateId, StateMachine};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::Expression;
use crate::expr::jsonpath::{Path, Root, StepKind};
use crate::source::NodeId;

/// The references of every state of a machine.
#[derive(Debug)]
pub struct References {
    states: Vec<StateReferences>,
}

/// What the fields of one state refer to, in the order of the text; nested states have their own.
#[derive(Debug, Default)]
pub struct StateReferences {
    /// Every text that is evaluated and that parses; what does not parse is `validate/`'s to report.
    pub texts: Vec<Text>,
    /// The variables it assigns, those of its rules and catchers included.
    pub assigned: Vec<Assigned>,
}

/// A text that is evaluated.
#[derive(Debug)]
pub struct Text {
    /// The string.
    pub node: NodeId,
    /// The field, relative to the state, as AWS names it: `Parameters/a/b.$`, `Choices[0]/Variable`.
    pub field: String,
    /// Where the text begins in the decoded string, in bytes: behind `{%` and blanks.
    pub start: usize,
    /// The text, compiled.
    pub compiled: Compiled,
}

/// A compiled text.
#[derive(Debug)]
pub enum Compiled {
    /// A path.
    Path(Path),
    /// A call of an intrinsic function.
    Call(Intrinsic),
    /// A JSONata expression.
    Jsonata(Box<Expression>),
}

/// A variable that a state assigns.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// Its name, without `$`.
    pub name: Arc<str>,
    /// The value assigned.
    pub node: NodeId,
    /// The `Assign` it stands in: of the state itself, a Choice rule or a catcher.
    pub by: AssignedBy,
}

/// Whose `Assign` it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignedBy {
    /// The state's own.
    State,
    /// That of the Choice rule of this index.
    Choice(usize),
    /// That of the catcher of this index.
    Catch(usize),
}

impl References {
    /// Reads the references of all states.
    pub fn of(machine: &StateMachine) -> References {
        References {
            states: machine
                .states()
                .iter()
                .map(|state| read::state(machine, state))
                .collect(),
        }
    }

    /// Those of one state.
    pub fn state(&self, id: StateId) -> &StateReferences {
        &self.states[id.index()]
    }
}

impl StateReferences {
    /// The path that the string `node` is, when it is one.
    pub fn path(&self, node: NodeId) -> Option<&Path> {
        // In the order of the text nodes are in order, too, but for what YAML's aliases and merges stand for.
        let found = self.texts.binary_search_by_key(&node, |text| text.node).ok();
        let text = match found {
            Some(index) => &self.texts[index],
            None => self.texts.iter().find(|text| text.node == node)?,
        };
        match &text.compiled {
            Compiled::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The names of the variables it reads, without `$`, sorted. `$states` is none, and neither are functions.
    pub fn variables(&self) -> BTreeSet<Arc<str>> {
        self.texts
            .iter()
            .flat_map(Text::variables)
            .map(|(name, _)| name)
            .collect()
    }
}

impl Text {
    /// The paths in it, with the place of each in the decoded string.
    pub fn paths(&self) -> impl Iterator<Item = (&Path, Range<usize>)> {
        // Most texts are one path: that asks for no list.
        let (path, call) = match &self.compiled {
            Compiled::Path(path) => (Some(path), None),
            Compiled::Call(call) => (None, Some(call)),
            Compiled::Jsonata(_) => (None, None),
        };
        let path = path.map(|path| (path, self.start..self.start + path.text().len()));
        let in_call = call.into_iter().flat_map(|call| call.paths());
        path.into_iter()
            .chain(in_call.map(|(path, span)| (path, self.place(span.range()))))
    }

    /// The variables it reads, without `$`, with the place of each use in the decoded string.
    pub fn variables(&self) -> Vec<(Arc<str>, Range<usize>)> {
        match &self.compiled {
            Compiled::Jsonata(expression) => expression
                .uses()
                .variables
                .into_iter()
                // `$$` and functions that are passed on by name are no variables of the machine.
                .filter(|used| {
                    used.name != "states" && used.name != "$" && !Expression::is_function(&used.name)
                })
                .map(|used| (Arc::from(used.name), self.place(used.span)))
                .collect(),
            _ => self
                .paths()
                .filter_map(|(path, range)| match path.root() {
                    Root::Variable(name) => Some((name.clone(), range)),
                    _ => None,
                })
                .collect(),
        }
    }

    /// The variables it reads without providing for their absence, see [`Text::variables`]: not those that a JSONata
    /// expression asks `$exists` about, or gives another value for.
    pub fn needed_variables(&self) -> Vec<(Arc<str>, Range<usize>)> {
        let mut variables = self.variables();
        if let Compiled::Jsonata(expression) = &self.compiled
            && !variables.is_empty()
        {
            let provided_for = expression.uses().provided_for;
            variables.retain(|(name, _)| !provided_for.iter().any(|provided| **provided == **name));
        }
        variables
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

/// The names that a path begins with, up to its first step that is no single name: `order`, `id` of `$.order.id[0]`.
pub fn leading_names(path: &Path) -> impl Iterator<Item = &str> {
    path.steps().iter().map_while(|step| match &step.kind {
        StepKind::Property(name) => Some(&**name),
        _ => None,
    })
}
