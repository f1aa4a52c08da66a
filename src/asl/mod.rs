//! The typed model of a definition: what every command works with.
//!
//! A [`StateMachine`] is built from any [`Document`](crate::source::Document), broken definitions included: what is
//! missing or of the wrong type is `None`, and `validate/` says so. States and scopes live in two arenas and are named
//! by [`StateId`] and [`ScopeId`]; every part knows its node in the document.

mod choice;
pub mod context_object;
mod error_handling;
pub mod error_names;
pub mod fields;
mod fragment;
mod machine;
mod names;
mod open_data;
mod parts;
mod quiet;
mod read;
mod resource;

#[cfg(test)]
pub(crate) use choice::COMPARISONS;
pub use choice::{ChoiceRule, Comparison, Operand, comparison};
pub use error_handling::{Catcher, ErrorName, Retrier};
pub use error_names::{RESERVED_ERRORS, UNCATCHABLE_ERRORS, is_reserved_error};
pub(crate) use fragment::{Fragment, Stranger};
pub use machine::{
    Reference, Scope, ScopeId, ScopeKind, State, StateId, StateMachine, Transition, TransitionKind,
};
pub use names::{MachineType, QueryLanguage, StateType};
pub use parts::{
    BatcherFields, CatcherFields, ProcessorConfigFields, ReaderConfigFields, ReaderFields, RetrierFields,
    RuleFields, ScopeFields, StateFields, WriterFields,
};
pub use quiet::Quiet;
pub use resource::{Pattern, Resource};
