//! One change, as data.

use std::sync::Arc;

use super::unknown::{UNDECIDED, may_be_equal};
use crate::asl::MachineType;
use crate::diagnostics::Span;
use crate::source::NodeRef;
use crate::value::Value;

/// Whom a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Nobody: comments.
    Cosmetic,
    /// What an execution does: transitions, conditions, retries, timeouts, data flow, what tasks call.
    Behavioural,
    /// What callers and watchers rely on: input newly read, output and error names, a callback's message, names of
    /// states, a Map's Label.
    Breaking,
}

impl Class {
    /// `cosmetic`, `behavioural` or `breaking`.
    pub fn as_word(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::Behavioural => "behavioural",
            Class::Breaking => "breaking",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What kind of change it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Its name in JSON.
            pub fn as_word(self) -> &'static str {
                match self {
                    $(Kind::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// A definition where there was none.
    DefinitionAdded = "definition-added",
    /// No definition where there was one.
    DefinitionRemoved = "definition-removed",
    /// A definition under another name.
    DefinitionRenamed = "definition-renamed",
    /// A link or a submodule that leads elsewhere, and was not followed.
    NotFollowed = "not-followed",
    /// Standard or Express, which the definition does not say.
    MachineTypeChanged = "machine-type-changed",
    /// `StartAt` names another state.
    StartMoved = "start-moved",
    /// A state that was not there.
    StateAdded = "state-added",
    /// A state that is gone.
    StateRemoved = "state-removed",
    /// A state under another name.
    StateRenamed = "state-renamed",
    /// A state in another scope.
    StateMoved = "state-moved",
    /// A state inside a new Map or Parallel that stands where it stood.
    StateWrapped = "state-wrapped",
    /// A state that was inside a Map or Parallel that is gone.
    StateUnwrapped = "state-unwrapped",
    /// A new state that does a part of what another did.
    StateSplit = "state-split",
    /// A state that is gone, and a part of whose work another does.
    StateMerged = "state-merged",
    /// A variable under another name.
    VariableRenamed = "variable-renamed",
    /// `Type`
    TypeChanged = "type-changed",
    /// `Next`, `End`, `Default`, or the Next of a Choice rule or catcher.
    TransitionMoved = "transition-moved",
    /// `Default` where there was none.
    DefaultAdded = "default-added",
    /// No `Default` where there was one.
    DefaultRemoved = "default-removed",
    /// A Choice rule that was not there.
    RuleAdded = "choice-rule-added",
    /// A Choice rule that is gone.
    RuleRemoved = "choice-rule-removed",
    /// A Choice rule that tests something else, or gives something else on.
    RuleChanged = "choice-rule-changed",
    /// Choice rules tried in another order.
    RulesReordered = "choice-rules-reordered",
    /// A retrier that was not there.
    RetrierAdded = "retrier-added",
    /// A retrier that is gone.
    RetrierRemoved = "retrier-removed",
    /// A retrier for other errors or with other numbers.
    RetrierChanged = "retrier-changed",
    /// Retriers tried in another order.
    RetriersReordered = "retriers-reordered",
    /// A catcher that was not there.
    CatcherAdded = "catcher-added",
    /// A catcher that is gone.
    CatcherRemoved = "catcher-removed",
    /// A catcher for other errors or with another result.
    CatcherChanged = "catcher-changed",
    /// Catchers tried in another order.
    CatchersReordered = "catchers-reordered",
    /// What a task calls.
    ResourceChanged = "resource-changed",
    /// `TimeoutSeconds` and its path.
    TimeoutChanged = "timeout-changed",
    /// `HeartbeatSeconds` and its path.
    HeartbeatChanged = "heartbeat-changed",
    /// How long or until when a Wait waits.
    WaitChanged = "wait-changed",
    /// A Fail state's error or cause.
    ErrorChanged = "error-changed",
    /// What goes into a state, what comes out, and what is kept of it.
    DataFlowChanged = "data-flow-changed",
    /// The language of expressions.
    QueryLanguageChanged = "query-language-changed",
    /// A Parallel's branch that was not there.
    BranchAdded = "branch-added",
    /// A Parallel's branch that is gone.
    BranchRemoved = "branch-removed",
    /// A Parallel's branch at another place, and so its result.
    BranchMoved = "branch-moved",
    /// How a Map runs its items.
    ProcessorChanged = "processor-changed",
    /// A Map's `Label`.
    LabelChanged = "label-changed",
    /// A part of the execution's input that was not read before.
    InputRead = "input-read",
    /// Any other field.
    FieldChanged = "field-changed",
    /// `Comment`, or `Version`.
    CommentChanged = "comment-changed",
    /// The same meaning in another text: formatting, order, spelling.
    SpellingChanged = "spelling-changed",
}

/// Where something stands in one of the definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// AWS's path: `/States/A/TimeoutSeconds`.
    pub location: String,
    /// The key or value token.
    pub span: Span,
}

impl Place {
    /// The place of a node.
    pub fn of(node: NodeRef<'_>) -> Self {
        Place {
            location: node.location(),
            span: node.token_span(),
        }
    }
}

/// What leads elsewhere and is not followed.
#[cfg(feature = "cli")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFollowed {
    /// A symbolic link.
    Link,
    /// Another repository inside of one.
    Submodule,
}

/// One change between two definitions.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whom it concerns.
    pub class: Class,
    /// What kind it is.
    pub kind: Kind,
    /// The state it belongs to, by its name in the new definition (in the old, when it is gone); none for the machine.
    pub state: Option<Arc<str>>,
    /// Its place in the old definition.
    pub old: Option<Place>,
    /// Its place in the new definition.
    pub new: Option<Place>,
    /// The change in the language's words.
    pub message: String,
    /// What was there.
    pub old_value: Option<Value>,
    /// What is there.
    pub new_value: Option<Value>,
    /// Of a state that is taken for another: how sure that is, from 0 to 1.
    pub certainty: Option<f64>,
}

impl Change {
    /// A definition that came or went as a whole; `words` say how much it is.
    pub fn whole(kind: Kind, words: impl std::fmt::Display) -> Self {
        let (class, verb) = match kind {
            Kind::DefinitionRemoved => (Class::Breaking, "removed"),
            _ => (Class::Behavioural, "added"),
        };
        Change::new(class, kind, None, format!("definition {verb}: {words}"))
    }

    /// A definition that is another file, or another resource of a template; not where only the end of the name differs.
    pub fn name(old: &str, new: &str) -> Option<Self> {
        let stem = |name: &str| {
            let (file, resource) = name.split_once('#').unwrap_or((name, ""));
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            (stem.to_owned(), resource.to_owned())
        };
        (stem(old) != stem(new)).then(|| {
            let words = format!("definition renamed: {old} -> {new}");
            Change::new(Class::Behavioural, Kind::DefinitionRenamed, None, words)
        })
    }

    /// A link or a submodule that leads elsewhere: what it is at either side, and where it leads. `None` where it does not.
    #[cfg(feature = "cli")]
    pub fn not_followed(old: Option<(NotFollowed, &str)>, new: Option<(NotFollowed, &str)>) -> Option<Self> {
        let shown = |(what, leads_to): (NotFollowed, &str)| match what {
            NotFollowed::Link => format!("a link to '{leads_to}'"),
            NotFollowed::Submodule => format!("a submodule at {}", leads_to.get(..12).unwrap_or(leads_to)),
        };
        let words = match (old, new) {
            _ if old == new => return None,
            (Some(old), Some(new)) => format!("{} instead of {}", shown(new), shown(old)),
            (None, Some(new)) => format!("{} added", shown(new)),
            (Some(old), None) => format!("{} removed", shown(old)),
            (None, None) => return None,
        };
        let value = |side: Option<(NotFollowed, &str)>| side.map(|(_, leads_to)| Value::string(leads_to));
        let message = format!("{words}: it was not followed, and what is behind it was not compared");
        Some(Change {
            old_value: value(old),
            new_value: value(new),
            ..Change::new(Class::Behavioural, Kind::NotFollowed, None, message)
        })
    }

    /// A machine of another type. Standard executions run up to a year and keep a history that can be asked for;
    /// Express ones five minutes, without, and some may run twice [Choosing workflow type in Step Functions].
    pub fn machine_type(old: MachineType, new: MachineType) -> Option<Self> {
        let word = |machine_type| match machine_type {
            MachineType::Standard => "Standard",
            MachineType::Express => "Express",
        };
        let note = match new {
            _ if old == new => return None,
            MachineType::Express => {
                "executions last at most five minutes, may run more than once, and have no history to query"
            }
            MachineType::Standard => {
                "starting an execution returns an ARN; it runs once, and its name must be unique"
            }
        };
        let message = format!("type {} -> {} ({note})", word(old), word(new));
        Some(Change {
            old_value: Some(Value::string(word(old).to_uppercase())),
            new_value: Some(Value::string(word(new).to_uppercase())),
            ..Change::new(Class::Breaking, Kind::MachineTypeChanged, None, message)
        })
    }

    /// A text that says the same in other words.
    pub fn spelling() -> Self {
        Change::new(
            Class::Cosmetic,
            Kind::SpellingChanged,
            None,
            "formatted or written differently, with the same meaning",
        )
    }

    /// A change without places and values, which the `with_` methods add.
    pub(super) fn new(
        class: Class,
        kind: Kind,
        state: Option<&Arc<str>>,
        message: impl Into<String>,
    ) -> Self {
        Change {
            class,
            kind,
            state: state.cloned(),
            old: None,
            new: None,
            message: message.into(),
            old_value: None,
            new_value: None,
            certainty: None,
        }
    }

    /// Adds what stands at either side, place and value, and says so where these may be equal once they are deployed.
    pub(super) fn with_nodes(mut self, old: Option<NodeRef<'_>>, new: Option<NodeRef<'_>>) -> Self {
        if old
            .zip(new)
            .is_some_and(|(old, new)| may_be_equal(old, new) && old.to_value() != new.to_value())
        {
            self.message.push_str(UNDECIDED);
        }
        Change {
            old_value: old.map(NodeRef::to_value),
            new_value: new.map(NodeRef::to_value),
            ..self.with_places(old, new)
        }
    }

    /// Adds how sure it is.
    pub(super) fn with_certainty(self, certainty: f64) -> Self {
        Change {
            certainty: Some(certainty),
            ..self
        }
    }

    /// Adds the places only.
    pub(super) fn with_places(self, old: Option<NodeRef<'_>>, new: Option<NodeRef<'_>>) -> Self {
        Change {
            old: old.map(Place::of),
            new: new.map(Place::of),
            ..self
        }
    }
}
