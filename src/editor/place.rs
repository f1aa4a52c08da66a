//! What stands under the cursor, told once for every feature: in JSON and in YAML, in a file of its own or in a template.

use crate::asl::fields::{Content, Field, Kind, Shape};
use crate::asl::{QueryLanguage, ScopeId, StateId, StateMachine};
use crate::diagnostics::Span;
use crate::source::{At, Document, Member, NodeRef};

/// What a value is, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// An object of the table of fields.
    Object(Kind),
    /// A list of such objects.
    List(Kind),
    /// States by name.
    States,
    /// The value of a field, or a part of it.
    Value(Content),
    /// Something that the table does not know.
    Unknown,
}

/// A place, and what it is a part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'m> {
    /// The machine.
    pub machine: &'m StateMachine,
    /// The scope: where names of states are looked up.
    pub scope: ScopeId,
    /// The innermost state.
    pub state: Option<StateId>,
    /// The language of its expressions.
    pub language: QueryLanguage,
    /// The innermost object of the table of fields around it, and what it is.
    pub object: Option<(NodeRef<'m>, Kind)>,
    /// The field of that object which it is the value of, or a part of.
    pub field: Option<&'static Field>,
    /// The value of that field.
    pub value: Option<NodeRef<'m>>,
    /// What it is itself.
    pub role: Role,
}

impl<'m> Context<'m> {
    /// Where `node` stands.
    pub fn of(machine: &'m StateMachine, node: NodeRef<'m>) -> Context<'m> {
        let mut around = vec![node];
        while let Some(parent) = around.last().and_then(|node| node.parent()) {
            around.push(parent);
        }
        around.reverse();
        let mut context = Context {
            machine,
            scope: ScopeId::TOP,
            state: None,
            language: machine.query_language(),
            object: None,
            field: None,
            value: None,
            role: Role::Object(Kind::Machine),
        };
        for step in around.windows(2) {
            if let [holder, held] = step {
                context = context.enter(*holder, held.key().map(|key| &**key), Some(*held));
            }
        }
        if let Role::Object(kind) = context.role {
            context.object = Some((node, kind));
            context.field = None;
            context.value = None;
            context.enter_scope(node);
        }
        context
    }

    /// Where the value of `key` stands, or an item, that `holder` may not have yet.
    pub fn inside(machine: &'m StateMachine, holder: NodeRef<'m>, key: Option<&str>) -> Context<'m> {
        let held = key.and_then(|key| holder.get(key));
        Context::of(machine, holder).enter(holder, key, held)
    }

    /// From what `holder` is to what its member `key` is, or its item.
    pub fn enter(mut self, holder: NodeRef<'m>, key: Option<&str>, held: Option<NodeRef<'m>>) -> Context<'m> {
        match self.role {
            Role::Object(kind) => {
                self.object = Some((holder, kind));
                self.enter_scope(holder);
                self.field = key.and_then(|key| kind.field(key));
                self.value = held;
                self.role = self.field.map_or(Role::Unknown, |field| self.role_of(field));
            }
            Role::States => {
                let found = key.and_then(|key| self.machine.find(self.scope, key));
                let is_it = |id: &StateId| held.is_some_and(|held| self.machine.state(*id).node == held.id());
                // Of two states with one name, the one that stands here.
                let state = found.filter(is_it).or_else(|| {
                    let states = &self.machine.scope(self.scope).states;
                    states.iter().copied().find(is_it)
                });
                self.state = state;
                self.field = None;
                self.value = None;
                self.object = None;
                let state = state.map(|id| self.machine.state(id));
                self.language = state.map_or(self.language, |state| state.query_language);
                self.role = Role::Object(state.map_or(Kind::AnyState, |state| state.kind()));
            }
            Role::List(kind) => {
                self.role = Role::Object(kind);
                // An object in the place of a list is taken for its item.
                if key.is_some() {
                    return self.enter(holder, key, held);
                }
            }
            Role::Value(content) => {
                self.role = Role::Value(match key {
                    Some(key) => content.member(key),
                    None => content.item(),
                });
            }
            Role::Unknown => {}
        }
        self
    }

    fn role_of(&self, field: &Field) -> Role {
        match field.shape {
            Shape::Object(kind) => Role::Object(kind),
            Shape::List { of, .. } => Role::List(of),
            Shape::States => Role::States,
            _ => Role::Value(field.content(self.language)),
        }
    }

    fn enter_scope(&mut self, node: NodeRef<'m>) {
        if !matches!(
            self.object,
            Some((_, Kind::Machine | Kind::Branch | Kind::Processor))
        ) {
            return;
        }
        let scopes = self.machine.scopes().iter();
        if let Some(scope) = scopes.into_iter().find(|scope| scope.node == node.id()) {
            self.scope = scope.id;
        }
    }

    /// Whether it is the value of a field that names a state, itself.
    pub fn is_target(&self) -> bool {
        self.field.is_some_and(|field| field.shape == Shape::Target)
    }
}

/// What stands at a byte of a definition, and where that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'m> {
    /// The node, or the one whose key it is.
    pub at: At<'m>,
    /// Where that stands.
    pub context: Context<'m>,
}

impl<'m> Place<'m> {
    /// What stands at `offset`.
    pub fn at(machine: &'m StateMachine, offset: usize) -> Option<Place<'m>> {
        let at = machine.document().at(offset)?;
        Some(Place {
            at,
            context: Context::of(machine, at.node),
        })
    }

    /// The state whose name it is, where that is written.
    pub fn state_by_key(&self) -> Option<StateId> {
        let holder = self.at.node.parent()?;
        let is_state = self.at.on_key && Context::of(self.context.machine, holder).role == Role::States;
        let state = self.context.state.filter(|_| is_state)?;
        (self.context.machine.state(state).node == self.at.node.id()).then_some(state)
    }
}

/// The bytes of the text of a key, quotes aside; `None` where it shows something else than it says.
pub(super) fn key_text(document: &Document, member: &Member) -> Option<Span> {
    text_at(document, member.key_span, &member.key)
}

/// The bytes of the text of a string, quotes aside; `None` where it shows something else than it says.
pub(super) fn string_text(node: NodeRef<'_>) -> Option<Span> {
    text_at(node.document(), node.span(), node.as_str()?)
}

/// Where `said` stands in the token at `span`: the whole of it, or all between its quotes, escapes and all.
fn text_at(document: &Document, span: Span, said: &str) -> Option<Span> {
    let text = document.file().text().get(span.range())?;
    if text == said {
        return Some(span);
    }
    let is_quoted = |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    (is_quoted('"') || is_quoted('\'')).then(|| Span::new(span.start as usize + 1, span.end as usize - 1))
}
