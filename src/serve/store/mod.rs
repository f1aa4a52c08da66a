//! What the server remembers: machines with their versions, aliases and tags, activities, the records of executions.
//!
//! ```text
//! machines.rs    machines, their revisions, versions and aliases
//! executions.rs  who was started, of what and with what; how it goes is known to `running`
//! activities.rs  activities
//! arn.rs         ARNs of Step Functions, taken apart and checked
//! names.rs       which names AWS takes
//! ids.rs         ids that the seed determines
//! pages.rs       lists in pages, and the tokens of the next page
//! ```

mod activities;
mod arn;
mod executions;
mod ids;
mod machines;
mod names;
mod pages;

pub(super) use activities::Activity;
pub(super) use arn::{Arn, Kind};
pub(super) use executions::{Executions, Record};
pub(super) use ids::{Given, Ids, Purpose};
pub(super) use machines::{Alias, Machine, Revision, Settings};
pub(super) use names::is_name;
pub(super) use pages::{BadToken, Pages, Wanted};

use indexmap::IndexMap;

/// Everything that is remembered, in the order in which it was made.
#[derive(Default)]
pub(super) struct Store {
    /// By ARN.
    pub(super) machines: IndexMap<String, Machine>,
    /// By ARN.
    pub(super) activities: IndexMap<String, Activity>,
    /// The executions.
    pub(super) executions: Executions,
    counter: u64,
}

impl Store {
    /// A number that grows with everything that is made: what orders lists.
    pub(super) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// How many numbers were given.
    pub(super) fn count(&self) -> u64 {
        self.counter
    }

    /// Counts on from there.
    pub(super) fn count_from(&mut self, count: u64) {
        self.counter = count;
    }

    /// The tags of a machine or an activity.
    pub(super) fn tags(&mut self, arn: &str) -> Option<&mut IndexMap<String, String>> {
        match self.machines.get_mut(arn) {
            Some(machine) => Some(&mut machine.tags),
            None => self.activities.get_mut(arn).map(|activity| &mut activity.tags),
        }
    }
}
