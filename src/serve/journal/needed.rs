//! Which entries of a journal what is known now depends on.

use rustc_hash::{FxHashMap, FxHashSet};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It is always needed.
    Everything,
    /// Nothing came of it.
    Nothing,
    /// It has started this execution, of this machine.
    Start(u64, u64),
    /// It tells something to this execution.
    Execution(u64),
    /// This execution got these mocks.
    Chose(u64, usize),
    /// These mocks.
    Mocks(usize),
    /// This machine.
    Machine(u64),
    /// This machine has a new revision, by these members of the request.
    Revision(u64, u8),
}

/// Which of the entries are needed where these executions and machines, by their numbers, are known.
pub(super) fn needed(
    abouts: &[About],
    executions: &FxHashSet<u64>,
    machines: impl IntoIterator<Item = u64>,
) -> Vec<bool> {
    let mut machines: FxHashSet<u64> = machines.into_iter().collect();
    let mut mocks: FxHashSet<usize> = FxHashSet::default();
    for about in abouts {
        match about {
            // What it runs may have been deleted since.
            About::Start(execution, machine) if executions.contains(execution) => {
                machines.insert(*machine);
            }
            About::Chose(execution, chosen) if executions.contains(execution) => {
                mocks.insert(*chosen);
            }
            _ => {}
        }
    }
    // The members that a later revision sets anew, as long as nobody needs what lies between.
    let mut later: FxHashMap<u64, u8> = FxHashMap::default();
    let mut needed: Vec<bool> = (abouts.iter().rev())
        .map(|about| match about {
            About::Everything => true,
            About::Nothing => false,
            About::Start(execution, machine) => {
                let needed = executions.contains(execution);
                if needed {
                    later.remove(machine);
                }
                needed
            }
            About::Execution(execution) | About::Chose(execution, _) => executions.contains(execution),
            About::Mocks(id) => mocks.contains(id),
            About::Machine(machine) => {
                later.remove(machine);
                machines.contains(machine)
            }
            About::Revision(machine, members) => {
                let over = later.entry(*machine).or_default();
                let is_lost = members & !*over == 0;
                *over |= members;
                machines.contains(machine) && !is_lost
            }
        })
        .collect();
    needed.reverse();
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(abouts: &[About], executions: &[u64], machines: &[u64]) -> String {
        let executions = executions.iter().copied().collect();
        let needed = needed(abouts, &executions, machines.iter().copied());
        let letter = |needed: &bool| if *needed { '+' } else { '-' };
        needed.iter().map(letter).collect()
    }

    #[test]
    fn what_was_forgotten_is_not_needed() {
        use About::{Chose, Everything, Execution, Machine, Mocks, Nothing, Start};
        let abouts = [
            Everything,
            Machine(1),
            Mocks(0),
            Mocks(1),
            Start(1, 1),
            Chose(1, 0),
            Start(2, 1),
            Chose(2, 1),
            Execution(1),
            Execution(2),
            Nothing,
            Machine(1),
        ];
        assert_eq!(kept(&abouts, &[1, 2], &[1]), "++++++++++-+");
        assert_eq!(kept(&abouts, &[2], &[1]), "++-+--++-+-+");
        // A machine that was deleted is needed by its executions.
        assert_eq!(kept(&abouts, &[2], &[]), "++-+--++-+-+");
        assert_eq!(kept(&abouts, &[], &[]), "+-----------");
    }

    #[test]
    fn revisions_that_nobody_ran_and_that_others_lie_over_are_not_needed() {
        use About::{Machine, Revision, Start};
        let abouts = [
            Machine(1),
            Revision(1, 0b01),
            Revision(1, 0b11),
            Start(1, 1),
            Revision(1, 0b10),
            Revision(1, 0b01),
            Revision(1, 0b01),
            Revision(2, 0b11),
        ];
        assert_eq!(kept(&abouts, &[1], &[1]), "+-+++-+-");
        assert_eq!(kept(&abouts, &[], &[1]), "+---+-+-");
    }
}
