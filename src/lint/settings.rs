//! What is asked of lint for one file: which rules, how severe, for which type of machine.

use rustc_hash::FxHashMap;

use super::{Rule, Selection};
use crate::asl::MachineType;
use crate::diagnostics::Severity;

/// Everything that decides what is found in one file.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The rules that run.
    pub selection: Selection,
    /// The type of machine the definition is for, when it is known.
    pub machine_type: Option<MachineType>,
    /// Severities that replace the rules' own, by rule.
    pub severities: FxHashMap<&'static str, Severity>,
    /// Options that were set, by rule and name.
    pub options: FxHashMap<(&'static str, &'static str), f64>,
}

impl From<Selection> for Settings {
    fn from(selection: Selection) -> Settings {
        Settings {
            selection,
            ..Settings::default()
        }
    }
}

impl Settings {
    /// Whether the same is found by others.
    pub fn find_the_same(&self, other: &Settings) -> bool {
        self.selection.has_same_rules(&other.selection)
            && self.machine_type == other.machine_type
            && self.severities == other.severities
            && self.options == other.options
    }

    /// The value of a rule's option: what was set, or its default.
    pub fn option(&self, rule: &'static Rule, name: &str) -> f64 {
        let Some(option) = rule.options.iter().find(|option| option.name == name) else {
            return 0.0;
        };
        (self.options.get(&(rule.name, option.name)).copied()).unwrap_or(option.default)
    }
}
