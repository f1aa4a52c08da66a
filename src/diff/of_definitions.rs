//! The changes from one definition to another.

use std::fmt;

use super::{Change, Class, diff};
use crate::definition::Definition;

/// One thing that two definitions do differently. Displayed it is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Whom it concerns.
    pub class: Class,
    /// What kind of change it is: `state-added`, `retrier-changed`.
    pub kind: &'static str,
    /// The state it belongs to, by its name in the new definition (in the old, when it is gone); none for the machine.
    pub state: Option<String>,
    /// What changes.
    pub message: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.class.as_word())?;
        if let Some(state) = &self.state {
            write!(f, "{state}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl Definition {
    /// What `new` does differently: the type of the machine, then its states. Nothing is compared where one of the two
    /// texts is broken.
    pub fn diff(&self, new: &Definition) -> Vec<Difference> {
        let view = |change: Change| Difference {
            class: change.class,
            kind: change.kind.as_word(),
            state: change.state.map(|name| name.to_string()),
            message: change.message,
        };
        self.changes(new).into_iter().map(view).collect()
    }

    /// The same with places and values.
    pub(crate) fn changes(&self, new: &Definition) -> Vec<Change> {
        let of_type = Change::machine_type(self.machine_type(), new.machine_type());
        let of_machine = (self.compared().zip(new.compared())).map(|(old, new)| diff(old, new));
        of_type
            .into_iter()
            .chain(of_machine.unwrap_or_default())
            .collect()
    }
}
