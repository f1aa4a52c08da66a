//! What the cases of a definition have taken of it: states, transitions, Choice rules, retriers and catchers.

mod points;
mod share;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::asl::StateMachine;
use crate::simulate::Counts;

pub use points::{Group, Kind, Point};
pub use share::Share;

/// What was taken of some definitions.
#[derive(Debug, Default)]
pub struct Coverage<'m> {
    /// Each with what was taken of it, in the order in which they came.
    pub definitions: Vec<Covered<'m>>,
}

/// What was taken of one definition.
#[derive(Debug)]
pub struct Covered<'m> {
    /// Where it stands.
    pub place: Place,
    /// The definition.
    pub machine: &'m StateMachine,
    /// What was taken.
    pub taken: Counts,
}

/// Where a definition stands: the file that its lines are those of, and the resource of a template that has it inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's path.
    pub file: String,
    /// The resource.
    pub resource: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resource {
            Some(resource) => write!(f, "{}#{resource}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl<'m> Coverage<'m> {
    /// Adds what one run took of the definition that `resource` of its file has, or that is all of the file. Runs of one
    /// definition count together, whichever test file they came from, unless what was filled in for its placeholders has
    /// made other states of it.
    pub fn add(&mut self, machine: &'m StateMachine, resource: Option<&str>, taken: &Counts) {
        match self.position(machine, resource) {
            Some(same) => self.definitions[same].taken.add(taken),
            None => self.definitions.push(Covered {
                place: Place {
                    file: machine.document().file().name().to_owned(),
                    resource: resource.map(str::to_owned),
                },
                machine,
                taken: taken.clone(),
            }),
        }
    }

    /// Where a definition is among them.
    pub fn position(&self, machine: &StateMachine, resource: Option<&str>) -> Option<usize> {
        let file = machine.document().file().name();
        self.definitions.iter().position(|covered| {
            let place = &covered.place;
            (&*place.file, place.resource.as_deref()) == (file, resource)
                && is_alike(covered.machine, machine)
        })
    }

    /// What was taken of all of it.
    pub fn share(&self) -> Share {
        let shares = self.definitions.iter().map(|covered| covered.share(|_| true));
        shares.fold(Share::default(), Share::and)
    }
}

impl Covered<'_> {
    /// What was taken of the points of some kinds. A Choice rule and a catcher are transitions, too, and count once.
    pub fn share(&self, wanted: impl Fn(&Point) -> bool) -> Share {
        let points = self.points();
        let wanted = points.iter().filter(|point| wanted(point));
        wanted.fold(Share::default(), |share, point| {
            share.and(Share {
                taken: u64::from(point.count > 0),
                of: 1,
            })
        })
    }
}

/// Whether two machines have the same states with the same ways out.
fn is_alike(a: &StateMachine, b: &StateMachine) -> bool {
    let shape = |machine: &StateMachine| -> Vec<_> {
        let states = machine.states().iter();
        states
            .map(|state| {
                let ways = (state.transitions().count(), state.retriers.len());
                (state.name.clone(), state.scope, ways)
            })
            .collect()
    };
    std::ptr::eq(a, b) || shape(a) == shape(b)
}
