//! Machines: what they are made of, their versions and aliases.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::asl::{MachineType, StateMachine};
use crate::history::Time;
use crate::simulate::Program;

/// A state machine.
pub(in crate::serve) struct Machine {
    /// What orders lists.
    pub(in crate::serve) number: u64,
    /// Its ARN.
    pub(in crate::serve) arn: String,
    /// Its name.
    pub(in crate::serve) name: String,
    /// Standard or Express.
    pub(in crate::serve) machine_type: MachineType,
    /// When it was made.
    pub(in crate::serve) created: Time,
    /// What it was made with, for calls that make it again: whether it was published, and the version's description.
    pub(in crate::serve) publication: (bool, Option<String>),
    /// What it is now.
    pub(in crate::serve) current: Arc<Revision>,
    /// Its versions by number.
    pub(in crate::serve) versions: BTreeMap<u64, Version>,
    /// The highest number that a version has had: it is not given again.
    pub(in crate::serve) last_version: u64,
    /// Its aliases by name, in the order in which they were made.
    pub(in crate::serve) aliases: IndexMap<String, Alias>,
    /// Its tags.
    pub(in crate::serve) tags: IndexMap<String, String>,
    /// Whether it goes as soon as all of its executions have ended.
    pub(in crate::serve) is_deleting: bool,
}

/// What a machine is at a time.
pub(in crate::serve) struct Revision {
    /// `revisionId`; the first one has none [recorded].
    pub(in crate::serve) id: Option<String>,
    /// When it was made.
    pub(in crate::serve) made: Time,
    /// What the caller gave.
    pub(in crate::serve) settings: Settings,
    /// `variableReferences`
    pub(in crate::serve) variable_references: Value,
    /// The definition, read.
    pub(in crate::serve) machine: Arc<StateMachine>,
    /// It compiled, or what of it the engine cannot run.
    pub(in crate::serve) program: Result<Arc<Program>, String>,
}

/// What a caller gives of a machine, and may change.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::serve) struct Settings {
    /// The definition's text.
    pub(in crate::serve) definition: Arc<str>,
    /// The execution role.
    pub(in crate::serve) role_arn: Arc<str>,
    /// `loggingConfiguration`
    pub(in crate::serve) logging: Value,
    /// `tracingConfiguration`
    pub(in crate::serve) tracing: Value,
    /// `encryptionConfiguration`
    pub(in crate::serve) encryption: Value,
}

/// A published version.
pub(in crate::serve) struct Version {
    /// When it was published.
    pub(in crate::serve) created: Time,
    /// Its description.
    pub(in crate::serve) description: Option<String>,
    /// What was published.
    pub(in crate::serve) revision: Arc<Revision>,
}

/// A name for one or two versions.
pub(in crate::serve) struct Alias {
    /// What orders lists.
    pub(in crate::serve) number: u64,
    /// Its description.
    pub(in crate::serve) description: Option<String>,
    /// The versions' numbers and their weights, which are 100 together.
    pub(in crate::serve) routing: Vec<(u64, u64)>,
    /// When it was made.
    pub(in crate::serve) created: Time,
    /// When it was changed.
    pub(in crate::serve) updated: Time,
}

impl Machine {
    /// Publishes what the machine is now; a revision that has a version already keeps that one [recorded]. Gives the
    /// version's number.
    pub(in crate::serve) fn publish(&mut self, description: Option<&str>, now: Time) -> u64 {
        if let Some(number) = self.version_of_current() {
            return number;
        }
        self.last_version += 1;
        let version = Version {
            created: now,
            description: description.map(str::to_owned),
            revision: self.current.clone(),
        };
        self.versions.insert(self.last_version, version);
        self.last_version
    }

    /// The version that what the machine is now was published as.
    pub(in crate::serve) fn version_of_current(&self) -> Option<u64> {
        let published = |(_, version): &(&u64, &Version)| Arc::ptr_eq(&version.revision, &self.current);
        self.versions.iter().find(published).map(|(number, _)| *number)
    }

    /// The ARN of a version or an alias.
    pub(in crate::serve) fn qualified(&self, qualifier: impl std::fmt::Display) -> String {
        format!("{}:{qualifier}", self.arn)
    }

    /// The version that a text names: its number, as AWS writes it.
    pub(in crate::serve) fn version(&self, number: &str) -> Option<(u64, &Version)> {
        let number = number
            .parse()
            .ok()
            .filter(|parsed: &u64| parsed.to_string() == number)?;
        Some((number, self.versions.get(&number)?))
    }
}

impl Alias {
    /// The version that a number drawn evenly chooses.
    pub(in crate::serve) fn choose(&self, drawn: u64) -> Option<u64> {
        let mut left = drawn % 100;
        for (version, weight) in &self.routing {
            match left.checked_sub(*weight) {
                None => return Some(*version),
                Some(rest) => left = rest,
            }
        }
        None
    }
}
