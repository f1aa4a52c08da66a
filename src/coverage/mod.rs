//! What the cases of a definition have taken of it: states, transitions, Choice rules, retriers and catchers.

mod points;
mod share;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

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
    /// Its file.
    pub path: PathBuf,
    /// The definition.
    pub machine: &'m StateMachine,
    /// What was taken.
    pub taken: Counts,
}

impl<'m> Coverage<'m> {
    /// Adds what one run took. Runs of one file count together, whichever test file they came from, unless what was
    /// filled in for its placeholders has made other states of it.
    pub fn add(&mut self, path: &Path, machine: &'m StateMachine, taken: &Counts) {
        match self.position(path, machine) {
            Some(same) => self.definitions[same].taken.add(taken),
            None => self.definitions.push(Covered {
                path: path.to_owned(),
                machine,
                taken: taken.clone(),
            }),
        }
    }

    /// Where a definition is among them.
    pub fn position(&self, path: &Path, machine: &StateMachine) -> Option<usize> {
        self.definitions
            .iter()
            .position(|covered| covered.path == path && is_alike(covered.machine, machine))
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
