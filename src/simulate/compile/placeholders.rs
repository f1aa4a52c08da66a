//! Placeholders that nothing was put in the place of: which of them decide what a run does. Wherever a text will do, a
//! placeholder stands as the text that it is.

use std::sync::Arc;

use crate::asl::fields::{Kind, Place, Shape, Visitor, walk};
use crate::asl::{QueryLanguage, ScopeId, State, StateMachine, comparison};
use crate::expr::jsonata::{Delimited, delimited};
use crate::source::NodeRef;

/// The names of the placeholders in a state whose values a run needs, in the order of the text; those of the errors that
/// handlers name are needed where something fails, and are not among them.
pub(super) fn of_state(machine: &StateMachine, state: &State) -> Vec<Arc<str>> {
    let node = machine.node(state.node);
    let mut found = Found {
        machine,
        scope: state.scope,
        language: state.query_language,
        names: Vec::new(),
    };
    if !node.is_object() {
        found.take(node);
    }
    walk(node, state.kind(), &mut found);
    found.names
}

/// Those of the machine itself: where it begins, and how long it may run.
pub(super) fn of_machine(machine: &StateMachine) -> Vec<Arc<str>> {
    let mut found = Found {
        machine,
        scope: ScopeId::TOP,
        language: machine.query_language(),
        names: Vec::new(),
    };
    for scope in machine.scopes() {
        found.scope = scope.id;
        let fields = scope.fields(machine);
        let needed = [
            fields.start_at(),
            fields.states(),
            fields.timeout_seconds(),
            fields.query_language(),
            fields.processor_config().map(|config| *config),
        ];
        needed.into_iter().flatten().for_each(|value| found.target(value));
    }
    found.names
}

/// Those of the errors that the handlers of a state name.
pub(super) fn of_errors(state: &State) -> Vec<Arc<str>> {
    let retriers = state.retriers.iter().flat_map(|retrier| &retrier.errors);
    let catchers = state.catchers.iter().flat_map(|catcher| &catcher.errors);
    let mut names = Vec::new();
    for error in retriers.chain(catchers) {
        let open = crate::source::placeholder::names(&error.name);
        // What stands for errors that a list may have besides those that are written is none by name.
        names.extend(open.filter(|name| *name != "...").map(Arc::from));
    }
    names
}

struct Found<'m> {
    machine: &'m StateMachine,
    scope: ScopeId,
    language: QueryLanguage,
    names: Vec<Arc<str>>,
}

impl Found<'_> {
    /// Those of what may be the name of a state: where there is a state of that name, a text will do.
    fn target(&mut self, node: NodeRef<'_>) {
        let is_state = |name: &str| self.machine.find(self.scope, name).is_some();
        if !node.as_str().is_some_and(is_state) {
            self.take(node);
        }
    }

    fn take(&mut self, node: NodeRef<'_>) {
        for name in node.placeholders() {
            if !self.names.iter().any(|known| **known == *name) {
                self.names.push(Arc::from(name));
            }
        }
    }

    /// Those inside of expressions.
    fn template(&mut self, node: NodeRef<'_>, is_call: bool) {
        let is_expression = match self.language {
            QueryLanguage::JsonPath => is_call,
            QueryLanguage::Jsonata => node
                .as_str()
                .is_some_and(|text| matches!(delimited(text), Delimited::Expression(_))),
        };
        if is_expression {
            self.take(node);
        }
        for item in node.items() {
            self.template(item, false);
        }
        for member in node.members() {
            self.template(node.document().node(member.value), member.key.ends_with(".$"));
        }
    }
}

impl<'d> Visitor<'d> for Found<'_> {
    fn field(&mut self, place: Place<'d>) -> bool {
        let Place {
            field, kind, value, ..
        } = place;
        if !field.languages.allow(self.language) {
            return false;
        }
        let is_operand =
            matches!(kind, Kind::ChoiceRule | Kind::NestedRule) && comparison(field.name).is_some();
        match field.shape {
            Shape::Template | Shape::Assign => self.template(value, false),
            Shape::Json | Shape::Text | Shape::Resource | Shape::Label | Shape::Texts if !is_operand => {
                if field.expression {
                    self.template(value, false);
                }
            }
            Shape::Target => self.target(value),
            // Needed where something fails; a list that is not there is needed at once.
            Shape::ErrorNames if value.is_array() => {}
            _ => self.take(value),
        }
        true
    }
}
