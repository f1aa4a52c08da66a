//! The changes from one definition to another.

use super::{Change, diff};
use crate::definition::Definition;

impl Definition {
    /// What changes from this definition to `new`: of its type, then of its states. Nothing where one of the two texts is
    /// broken.
    pub fn diff(&self, new: &Definition) -> Vec<Change> {
        let of_type = Change::machine_type(self.machine_type(), new.machine_type());
        let of_machine = (self.machine().zip(new.machine())).map(|(old, new)| diff(old, new));
        of_type
            .into_iter()
            .chain(of_machine.unwrap_or_default())
            .collect()
    }
}
