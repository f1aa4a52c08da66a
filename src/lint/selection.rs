//! Which rules run.

use super::{Rule, all, find, nearest};

/// Some of the rules.
#[derive(Debug, Clone)]
pub struct Selection {
    rules: Vec<&'static Rule>,
}

/// A name in `--select` or `--ignore` that no rule has.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("there is no lint rule '{name}'")]
pub struct UnknownRule {
    name: String,
    #[help]
    help: String,
}

impl UnknownRule {
    fn new(name: &str) -> Self {
        let help = match nearest(name) {
            Some(rule) => format!("did you mean '{}'? `sfn-tool explain` lists all rules", rule.name),
            None => "`sfn-tool explain` lists all rules".to_owned(),
        };
        UnknownRule {
            name: name.to_owned(),
            help,
        }
    }
}

impl Default for Selection {
    /// The rules that are on by default.
    fn default() -> Self {
        Selection {
            rules: all().filter(|rule| rule.default).collect(),
        }
    }
}

impl Selection {
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
            }
        };
        let ignored = Self::named(ignore)?;
        selection
            .rules
            .retain(|rule| !ignored.iter().any(|i| i.name == rule.name));
        Ok(selection)
    }

    fn named(names: &[String]) -> Result<Vec<&'static Rule>, UnknownRule> {
        let mut rules = Vec::new();
        for name in names {
            match name.as_str() {
                "all" => rules.extend(all()),
                name => rules.push(find(name).ok_or_else(|| UnknownRule::new(name))?),
            }
        }
        Ok(rules)
    }

    /// Whether `rule` is one of them.
    pub fn contains(&self, rule: &Rule) -> bool {
        self.rules.iter().any(|r| r.name == rule.name)
    }
}
