//! Which rules run.

use super::{Group, Rule, all, find, nearest};
use crate::diagnostics::Help;

/// Some of the rules.
#[derive(Debug, Clone)]
pub struct Selection {
    rules: Vec<&'static Rule>,
    /// The rules that are off only because they are so by default: nobody chose among rules, or named them.
    off: Vec<&'static Rule>,
}

/// A name in `--select` or `--ignore` that no rule has.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(feature = "cli", derive(miette::Diagnostic))]
#[error("there is no lint rule '{name}'")]
pub struct UnknownRule {
    name: String,
    #[cfg_attr(feature = "cli", help)]
    help: Help,
}

impl UnknownRule {
    fn new(name: &str) -> Self {
        let help = match nearest(name) {
            Some(rule) => Help::asking(
                format!("did you mean '{}'? `sfn-tool explain` lists all rules", rule.name),
                rule.name,
            ),
            None => "`sfn-tool explain` lists all rules".into(),
        };
        UnknownRule {
            name: name.to_owned(),
            help,
        }
    }
}

impl UnknownRule {
    /// What to do about it.
    pub fn help(&self) -> Help {
        self.help.clone()
    }
}

impl Default for Selection {
    /// The rules that are on by default.
    fn default() -> Self {
        let (rules, off) = all().partition(|rule| rule.default);
        Selection { rules, off }
    }
}

impl Selection {
    /// Whether another has the same rules.
    pub fn has_same_rules(&self, other: &Selection) -> bool {
        let names =
            |selection: &Selection| -> Vec<&str> { selection.rules.iter().map(|rule| rule.name).collect() };
        names(self) == names(other)
    }

    /// The rules named in `select` (the default ones when it is empty, every one for `all`), without those in `ignore`.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownRule> {
        let mut selection = if select.is_empty() {
            Selection::default()
        } else {
            Selection {
                rules: Self::named(select)?,
                off: Vec::new(),
            }
        };
        selection.drop(&Self::named(ignore)?);
        Ok(selection)
    }

    fn drop(&mut self, ignored: &[&'static Rule]) {
        let stays = |rule: &&'static Rule| !ignored.iter().any(|i| i.name == rule.name);
        self.rules.retain(stays);
        self.off.retain(stays);
    }

    /// The rules of these names, where they run.
    #[cfg(feature = "cli")]
    pub fn only(&self, names: &[&str]) -> Selection {
        let rules = self.rules.iter().copied();
        Selection {
            rules: rules.filter(|rule| names.contains(&rule.name)).collect(),
            off: Vec::new(),
        }
    }

    /// The same with the rules named in `more`, and without those in `ignore`.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn with(mut self, more: &[String], ignore: &[String]) -> Result<Self, UnknownRule> {
        let more = Self::named(more)?;
        self.off.retain(|rule| !more.iter().any(|m| m.name == rule.name));
        self.rules.extend(more);
        self.drop(&Self::named(ignore)?);
        Ok(self)
    }

    /// The rule called `name`.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn rule(name: &str) -> Result<&'static Rule, UnknownRule> {
        find(name).ok_or_else(|| UnknownRule::new(name))
    }

    /// The rules that names stand for: `all`, `default`, `pedantic` (those that are off by default), a group, or a rule's
    /// own name.
    pub(crate) fn named(names: &[String]) -> Result<Vec<&'static Rule>, UnknownRule> {
        let mut rules = Vec::new();
        for name in names {
            let group = Group::ALL.into_iter().find(|group| group.as_word() == name);
            match (name.as_str(), group) {
                ("all", _) => rules.extend(all()),
                ("pedantic", _) => rules.extend(all().filter(|rule| !rule.default)),
                ("default", _) => rules.extend(all().filter(|rule| rule.default)),
                (_, Some(group)) => rules.extend(all().filter(|rule| rule.group == group)),
                (name, None) => rules.push(Self::rule(name)?),
            }
        }
        Ok(rules)
    }

    /// The rules that are off only because they are so by default.
    pub fn off(&self) -> &[&'static Rule] {
        &self.off
    }

    /// Whether `rule` is one of them.
    pub fn contains(&self, rule: &Rule) -> bool {
        // Every rule is one static.
        self.rules.iter().any(|r| std::ptr::eq(*r, rule))
    }
}
