//! The picture of a machine, and where its states stand.

use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::picture::{Drawing, Marks};

/// A state of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its name, which the picture shows.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
}

/// What is drawn of a definition, and the places of its states in the order of the text; `None` where its text is broken.
pub fn of(definition: &Definition) -> Option<(Drawing, Vec<Drawn>)> {
    let (machine, flow) = (definition.machine()?, definition.flow()?);
    let drawing = Drawing::new(machine, flow, &Marks::default());
    let states = machine.states().iter().map(|state| Drawn {
        name: state.name.to_string(),
        span: state.name_span,
    });
    Some((drawing, states.collect()))
}
