//! What the fields of a machine's states refer to: every path, call and expression with its place, and the variables
//! that states assign. Which fields hold such text is the table's to say.

mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::arrange::Arrange as _;
use crate::asl::{StateId, StateMachine};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonata::{Call, Expression};
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
    /// The variables it reads, in the order of the text: see [`Text::variables`].
    variables: Vec<VariableRead>,
}

/// A variable that a text reads.
#[derive(Debug, Clone)]
pub struct VariableRead {
    /// Its name, without `$`.
    pub name: Arc<str>,
    /// Its place in the decoded string, in bytes.
    pub range: Range<usize>,
    /// Whether a function of that name is read where nothing is assigned yet.
    pub may_be_function: bool,
}

/// A compiled text.
#[derive(Debug)]
pub enum Compiled {
    /// A path.
    Path(Path),
    /// A call of an intrinsic function.
    Call(Intrinsic),
    /// A JSONata expression.
    Jsonata(Arc<Expression>),
    /// A JSONata expression that is none before its placeholders have values: it stands here with a name in the place of
    /// each, as long as the placeholder.
    OpenJsonata(Arc<Expression>),
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
    /// The references of all states of `machine`: read once a definition, and shared by whoever asks.
    pub fn of(machine: &StateMachine) -> Arc<References> {
        let kept: Arc<OnceLock<Arc<References>>> = machine.document().kept();
        let read = || References::known(machine).unwrap_or_else(|| References::read(machine));
        kept.get_or_init(|| Arc::new(read())).clone()
    }

    /// Those of the text as it was, with those of the one state in which another field is another by now.
    fn known(machine: &StateMachine) -> Option<References> {
        let state = machine.changed_alone()?;
        let before: Arc<OnceLock<Arc<References>>> = machine.document().kept_before()?;
        let mut references = Arc::into_inner(Arc::into_inner(before)?.into_inner()?)?;
        let known = references.states.get_mut(state.index())?;
        *known = read::state(machine, machine.state(state));
        references.find_variables(machine, state.index()..state.index() + 1);
        (references.states.len() == machine.states().len()).then_some(references)
    }

    fn read(machine: &StateMachine) -> References {
        let states = machine.states().iter();
        let mut references = References {
            states: states.map(|state| read::state(machine, state)).collect(),
        };
        references.find_variables(machine, 0..references.states.len());
        references
    }

    /// Finds out which names in the texts of some states are variables.
    fn find_variables(&mut self, machine: &StateMachine, of: Range<usize>) {
        // A variable stands before the function of its name, and only what is assigned is a variable.
        let assigned: BTreeSet<Arc<str>> = self
            .states
            .iter()
            .flat_map(|state| &state.assigned)
            .filter(|assigned| Expression::is_function(&assigned.name))
            .map(|assigned| assigned.name.clone())
            .collect();
        for text in self.states[of].iter_mut().flat_map(|state| &mut state.texts) {
            text.variables = text.read_variables(&assigned);
            let written = machine.node(text.node).as_str();
            if let (Compiled::OpenJsonata(_), Some(written)) = (&text.compiled, written) {
                // A name that a placeholder is part of is not known.
                text.variables
                    .retain(|read| !written[read.range.clone()].contains("${"));
            }
        }
    }

    /// The variables that are assigned wherever `name` is, by the same `Assign`: what one of them is says whether `name`
    /// has a value.
    pub fn assigned_with(&self, name: &str) -> BTreeSet<Arc<str>> {
        let mut together: Option<BTreeSet<Arc<str>>> = None;
        for StateReferences { assigned, .. } in &self.states {
            for this in assigned.iter().filter(|this| *this.name == *name) {
                let beside = assigned
                    .iter()
                    .filter(|other| other.by == this.by && *other.name != *name)
                    .map(|other| other.name.clone());
                together = Some(match together {
                    None => beside.collect(),
                    Some(so_far) => beside.filter(|name| so_far.contains(name)).collect(),
                });
            }
        }
        together.unwrap_or_default()
    }

    /// The variables that each state of `machine` reads, by the state's name: `variableReferences` of DescribeStateMachine.
    /// Of states with one name in a broken machine, the variables are put together.
    pub fn variables_of_states(machine: &StateMachine) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
        let references = References::of(machine);
        let mut found: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
        for state in machine.states() {
            let variables = references.state(state.id).variables();
            if !variables.is_empty() {
                found.entry(state.name.clone()).or_default().extend(variables);
            }
        }
        let sorted = |variables: BTreeSet<Arc<str>>| variables.into_iter().collect();
        found
            .into_iter()
            .map(|(state, variables)| (state, sorted(variables)))
            .collect()
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
        let reads = self.texts.iter().flat_map(Text::variables);
        reads.map(|read| read.name.clone()).collect()
    }
}

impl Text {
    /// The paths in it, with the place of each in the decoded string.
    pub fn paths(&self) -> impl Iterator<Item = (&Path, Range<usize>)> {
        // Most texts are one path: that asks for no list.
        let (path, call) = match &self.compiled {
            Compiled::Path(path) => (Some(path), None),
            Compiled::Call(call) => (None, Some(call)),
            Compiled::Jsonata(_) | Compiled::OpenJsonata(_) => (None, None),
        };
        let path = path.map(|path| (path, self.start..self.start + path.text().len()));
        let in_call = call.into_iter().flat_map(|call| call.paths());
        path.into_iter()
            .chain(in_call.map(|(path, span)| (path, self.place(span.range()))))
    }

    /// The variables it reads, in the order of the text. The name of a function counts where some state assigns a
    /// variable of that name, also where it is called.
    pub fn variables(&self) -> &[VariableRead] {
        &self.variables
    }

    /// The variables it reads without providing for their absence: not those that a JSONata expression asks `$exists`
    /// about, or gives another value for, nor what is a function where nothing is assigned.
    pub fn needed_variables(&self) -> impl Iterator<Item = &VariableRead> {
        let provided_for: &[String] = match self.jsonata() {
            Some(expression) if !self.variables.is_empty() => &expression.uses().provided_for,
            _ => &[],
        };
        self.variables.iter().filter(|read| {
            !read.may_be_function && !provided_for.iter().any(|provided| **provided == *read.name)
        })
    }

    /// The variables that it calls as if they were functions.
    pub fn called_variables(&self) -> impl Iterator<Item = &VariableRead> {
        let calls: &[Call] = match self.jsonata() {
            Some(expression) if !self.variables.is_empty() => &expression.uses().calls,
            _ => &[],
        };
        let is_called = |read: &VariableRead| {
            let mut places = calls.iter().map(|call| self.place(call.function.span.clone()));
            places.any(|place| place == read.range)
        };
        self.variables
            .iter()
            .filter(move |read| read.may_be_function && is_called(read))
    }

    /// Whether the state surely fails where the variable `name` has no value when this text is evaluated.
    pub fn fails_without(&self, name: &str) -> bool {
        self.jsonata()
            .is_none_or(|expression| expression.fails_without(name))
    }

    fn jsonata(&self) -> Option<&Expression> {
        match &self.compiled {
            Compiled::Jsonata(expression) | Compiled::OpenJsonata(expression) => Some(expression),
            Compiled::Path(_) | Compiled::Call(_) => None,
        }
    }

    /// The variables of a compiled text; those that have a function's name are `assigned`.
    fn read_variables(&self, assigned: &BTreeSet<Arc<str>>) -> Vec<VariableRead> {
        let Some(expression) = self.jsonata() else {
            let paths = self.paths();
            return paths
                .filter_map(|(path, range)| match path.root() {
                    Root::Variable(name) => Some(VariableRead {
                        name: name.clone(),
                        range,
                        may_be_function: false,
                    }),
                    _ => None,
                })
                .collect();
        };
        let uses = expression.uses();
        let variables = uses
            .variables
            .iter()
            // `$$` is no variable of the machine.
            .filter(|used| used.name != "states" && used.name != "$")
            .map(|used| (used, Expression::is_function(&used.name)));
        let called = uses.calls.iter().map(|call| (&call.function, true));
        let mut reads: Vec<VariableRead> = variables
            .chain(called)
            .filter(|(used, may_be_function)| !may_be_function || assigned.contains(&*used.name))
            .map(|(used, may_be_function)| VariableRead {
                name: Arc::from(&*used.name),
                range: self.place(used.span.clone()),
                may_be_function,
            })
            .collect();
        reads.arrange_by_key(|read| read.range.start);
        reads
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
