//! The state machine, its scopes and states.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::fields::Kind;
use super::quiet::{Heard, Quiet};
use super::{Catcher, ChoiceRule, MachineType, QueryLanguage, Resource, Retrier, StateType};
use crate::diagnostics::Span;
use crate::source::{Document, NodeId, NodeRef};

/// A state of one [`StateMachine`], nested states included; numbered in the order of the text, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub(super) u32);

impl StateId {
    /// Its index in [`StateMachine::states`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A scope of one [`StateMachine`]: an object with `StartAt` and `States`. The top level is number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub(super) u32);

impl ScopeId {
    /// The top level.
    pub const TOP: ScopeId = ScopeId(0);

    /// Its index in [`StateMachine::scopes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The name of a state, where a field points at one (`Next`, `Default`, `StartAt`).
#[derive(Debug, Clone)]
pub struct Reference {
    /// The state's name.
    pub name: Arc<str>,
    /// The string.
    pub node: NodeId,
}

/// What a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The machine itself.
    TopLevel,
    /// A Parallel state's branch, by its index.
    Branch(usize),
    /// A Map state's `ItemProcessor` (or `Iterator`, its older name).
    Processor,
}

/// How a Map runs its processor: `Mode` of its `ProcessorConfig`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapMode {
    /// Iterations are part of the execution; also what a scope that is no processor has.
    Inline,
    /// Items are executions of their own.
    Distributed,
    /// It is not written down: a placeholder, or a mistake.
    Unknown,
}

/// An object with `StartAt` and `States`: names are unique and transitions stay inside.
#[derive(Debug)]
pub struct Scope {
    /// Itself.
    pub id: ScopeId,
    /// What it is.
    pub kind: ScopeKind,
    /// How a Map runs it.
    pub mode: MapMode,
    /// Its object.
    pub node: NodeId,
    /// The Map or Parallel that holds it.
    pub owner: Option<StateId>,
    /// `StartAt`, when it is a string.
    pub start_at: Option<Reference>,
    /// The object of `States`, when there is one.
    pub states_node: Option<NodeId>,
    /// Whether it may have states that are not written: `States`, or a part of it, is filled in later.
    pub open: bool,
    /// Whether something in it leads nobody knows where, so that any of its states may be entered: where it starts, a
    /// transition, a state that is not written.
    pub leads_anywhere: bool,
    /// Its states in the order of the text, without those of nested scopes.
    pub states: Vec<StateId>,
    pub(super) by_name: FxHashMap<Arc<str>, StateId>,
}

impl Scope {
    /// Whether it is the processor of a Distributed Map: each item is an execution of its own.
    pub fn is_distributed(&self) -> bool {
        self.mode == MapMode::Distributed
    }
}

/// One state.
#[derive(Debug)]
pub struct State {
    /// Itself.
    pub id: StateId,
    /// Its name.
    pub name: Arc<str>,
    /// The bytes of its name.
    pub name_span: Span,
    /// Its object.
    pub node: NodeId,
    /// Where it stands.
    pub scope: ScopeId,
    /// Its type; `None` when `Type` is missing or none of the eight.
    pub state_type: Option<StateType>,
    /// The language of its expressions. `Some("JSONPath")` is JSONPath, absent is the machine's, and anything else
    /// counts as JSONata [floci#2968, measured].
    pub query_language: QueryLanguage,
    /// `Resource`, when it is a string.
    pub resource: Option<Arc<str>>,
    /// `Next`, when it is a string.
    pub next: Option<Reference>,
    /// `End`, when it is a boolean.
    pub end: Option<bool>,
    /// A Choice state's `Default`.
    pub default: Option<Reference>,
    /// A Choice state's rules.
    pub choices: Vec<ChoiceRule>,
    /// `Retry`.
    pub retriers: Vec<Retrier>,
    /// `Catch`.
    pub catchers: Vec<Catcher>,
    /// A Parallel state's branches; a Map state's processor.
    pub bodies: Vec<ScopeId>,
    /// Whether it may have transitions that are not written, or not written where they lead: it, or a part of it, is
    /// filled in later.
    pub open: bool,
}

impl State {
    /// What object of the table of fields it is.
    pub fn kind(&self) -> Kind {
        self.state_type.map_or(Kind::AnyState, Kind::State)
    }

    /// What a task calls; [`Resource::Other`] when its `Resource` is missing or no string.
    pub fn resource(&self) -> Resource<'_> {
        self.resource.as_deref().map_or(Resource::Other, Resource::parse)
    }

    /// Whether it ends its scope: Succeed, Fail, or `End: true`.
    pub fn is_terminal(&self) -> bool {
        matches!(self.state_type, Some(StateType::Succeed | StateType::Fail)) || self.end == Some(true)
    }

    /// Every transition that leaves it, in the order Next, Choices, Default, Catch.
    pub fn transitions(&self) -> impl Iterator<Item = Transition<'_>> {
        let next = self.next.iter().map(|target| Transition {
            kind: TransitionKind::Next,
            target,
        });
        let choices = self.choices.iter().enumerate().filter_map(|(i, rule)| {
            rule.next.as_ref().map(|target| Transition {
                kind: TransitionKind::Choice(i),
                target,
            })
        });
        let default = self.default.iter().map(|target| Transition {
            kind: TransitionKind::Default,
            target,
        });
        let catch = self.catchers.iter().enumerate().filter_map(|(i, catcher)| {
            catcher.next.as_ref().map(|target| Transition {
                kind: TransitionKind::Catch(i),
                target,
            })
        });
        next.chain(choices).chain(default).chain(catch)
    }
}

/// What makes a state leave for its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransitionKind {
    /// `Next`
    Next,
    /// The Choice rule of this index.
    Choice(usize),
    /// `Default`
    Default,
    /// The catcher of this index.
    Catch(usize),
}

impl TransitionKind {
    /// Where it stands in its state, in the words of AWS's locations: `Next`, `Choices[0]`, `Default`, `Catch[0]`.
    pub fn place(self) -> String {
        match self {
            TransitionKind::Next => "Next".to_owned(),
            TransitionKind::Choice(number) => format!("Choices[{number}]"),
            TransitionKind::Default => "Default".to_owned(),
            TransitionKind::Catch(number) => format!("Catch[{number}]"),
        }
    }
}

/// A transition as it is written; its target need not exist.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'m> {
    /// What makes it happen.
    pub kind: TransitionKind,
    /// Where it leads.
    pub target: &'m Reference,
}

/// A definition as a machine. See the [module](super) documentation.
#[derive(Debug)]
pub struct StateMachine {
    pub(super) document: Arc<Document>,
    pub(super) query_language: QueryLanguage,
    pub(super) scopes: Vec<Scope>,
    pub(super) states: Vec<State>,
    pub(super) quiet: Quiet,
    pub(super) heard: Heard,
}

impl StateMachine {
    /// Reads the machine out of a document. It never fails: see the [module](super) documentation.
    pub fn read(document: Arc<Document>) -> StateMachine {
        super::read::machine(document)
    }

    /// The document it was read from.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// A node of the document.
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        self.document.node(id)
    }

    /// The machine's own query language.
    pub fn query_language(&self) -> QueryLanguage {
        self.query_language
    }

    /// All scopes, the top level first, each before those inside it.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// All states in the order of the text, nested ones after the state that holds them.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// A state by its id.
    pub fn state(&self, id: StateId) -> &State {
        &self.states[id.index()]
    }

    /// A scope by its id.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// The state called `name` in `scope` itself; of two with one name, the last.
    pub fn find(&self, scope: ScopeId, name: &str) -> Option<StateId> {
        self.scope(scope).by_name.get(name).copied()
    }

    /// The state a reference in `scope` points at.
    pub fn resolve(&self, scope: ScopeId, reference: &Reference) -> Option<StateId> {
        self.find(scope, &reference.name)
    }

    /// What a state sends: its `Parameters`, or `Arguments` in JSONata.
    pub fn payload(&self, state: StateId) -> Option<NodeRef<'_>> {
        self.field(state, self.state(state).query_language.payload_field())
    }

    /// Whether a state has one of the fields `names`.
    pub fn has_any(&self, state: StateId, names: &[&str]) -> bool {
        names.iter().any(|name| self.field(state, name).is_some())
    }

    /// Whether a state has a limit of its own that may strike while it works.
    pub fn is_limited(&self, state: StateId) -> bool {
        let fields = self.state(state).fields(self);
        fields.timeout().or(fields.heartbeat()).is_some()
    }

    /// The Distributed Map in whose child executions the states of `scope` run: the innermost around them. `None` where
    /// they are part of the machine's own execution.
    pub fn child_of(&self, scope: ScopeId) -> Option<StateId> {
        let mut around = Some(self.scope(scope));
        while let Some(scope) = around {
            let owner = scope.owner?;
            if scope.is_distributed() {
                return Some(owner);
            }
            around = Some(self.scope(self.state(owner).scope));
        }
        None
    }

    /// The type of the executions that run the states of `scope` in a machine of the type `own`: the children of a
    /// Distributed Map are what its `ExecutionType` makes them. `None` where that is not known.
    pub fn execution_type(&self, scope: ScopeId, own: Option<MachineType>) -> Option<MachineType> {
        let Some(map) = self.child_of(scope) else {
            return own;
        };
        MachineType::named(self.child_type(map)?.as_str()?)
    }

    /// Where a Distributed Map says of which type its child executions are.
    pub fn child_type(&self, map: StateId) -> Option<NodeRef<'_>> {
        let mut processors = self.state(map).fields(self).processors();
        processors.find_map(|processor| processor.processor_config()?.execution_type())
    }

    /// Whether a Map is distributed.
    pub fn is_distributed(&self, state: StateId) -> bool {
        let mut bodies = self.state(state).bodies.iter();
        bodies.any(|body| self.scope(*body).is_distributed())
    }

    /// Whether a Map is surely not distributed: its processor is written, and says so.
    pub fn is_inline(&self, state: StateId) -> bool {
        let state = self.state(state);
        let mut bodies = state.bodies.iter();
        !state
            .fields(self)
            .processors()
            .any(|processor| processor.is_unknown())
            && bodies.all(|body| self.scope(*body).mode == MapMode::Inline)
    }

    /// Whether a Map or Parallel may hold states that are not written: its processor, a branch or their states are filled
    /// in later.
    pub fn may_hold_more(&self, state: StateId) -> bool {
        let fields = ["Branches", "ItemProcessor", "Iterator"];
        let is_unknown = |name: &&str| {
            let field = self.field(state, name);
            field.is_some_and(|node| node.is_unknown() || (node.is_array() && node.is_open()))
        };
        let mut bodies = self.state(state).bodies.iter();
        fields.iter().any(is_unknown) || bodies.any(|body| self.scope(*body).open)
    }

    /// Whether the results of a Map go to S3. A `ResultWriter` without a `Resource` only shapes them: they stay in the
    /// state's output [ResultWriter (Map)]. What is filled in later may have one.
    pub fn exports_results(&self, state: StateId) -> bool {
        let writer = self.state(state).fields(self).result_writer();
        writer.is_some_and(|writer| writer.is_unknown() || writer.is_open() || writer.resource().is_some())
    }

    /// The field `name` of a state.
    pub fn field(&self, state: StateId, name: &str) -> Option<NodeRef<'_>> {
        self.node(self.state(state).node).get(name)
    }
}
