//! What a rule is.

use std::fmt;

use super::Context;
use crate::diagnostics::{Finding, Severity};

/// A lint rule: its name and nature, and the function that looks for it.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as findings, `--select` and `explain` have it: `missing-retry`.
    pub name: &'static str,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// What it is about.
    pub group: Group,
    /// Whether it runs without being selected. Rules of which many findings call for no action do not.
    pub default: bool,
    /// Numbers that a configuration may set for it.
    pub options: &'static [RuleOption],
    pub(super) check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// A number that a configuration may set for a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleOption {
    /// Its name: `max-hours`.
    pub name: &'static str,
    /// Its value unless set.
    pub default: f64,
    /// What it is, unit included, in a line.
    pub summary: &'static str,
}

/// How sure the findings of a rule are, apart from how bad they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Depends on what the workflow is for.
    Low,
    /// Nearly always worth a change.
    Medium,
    /// Follows from the definition alone.
    High,
}

impl Confidence {
    /// `low`, `medium` or `high`.
    pub fn as_word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_word())
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Transitions.
    Flow,
    /// Retry and Catch.
    Errors,
    /// Timeouts and heartbeats.
    Time,
    /// Paths, templates, expressions, results.
    Data,
    /// Habits of good workflows.
    Practice,
}

impl Group {
    /// All groups, in the order they are listed.
    pub const ALL: [Group; 5] = [
        Group::Flow,
        Group::Errors,
        Group::Time,
        Group::Data,
        Group::Practice,
    ];

    /// `flow`, `errors`, `time`, `data` or `practice`.
    pub fn as_word(self) -> &'static str {
        match self {
            Group::Flow => "flow",
            Group::Errors => "errors",
            Group::Time => "time",
            Group::Data => "data",
            Group::Practice => "practice",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_word())
    }
}
