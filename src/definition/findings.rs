//! What is said of a definition, for a program that uses the crate.

use std::fmt;
#[cfg(feature = "cli")]
use std::path::Path;

use super::Definition;
#[cfg(feature = "cli")]
use crate::config::{Config, Overrides};
use crate::diagnostics::{self, Severity};
use crate::lint::{Selection, Settings};
use crate::source::SourceFile;

/// One thing that `validate` or `lint` says of a definition. Displayed it is one line, as `--format concise` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// AWS's code (`SCHEMA_VALIDATION_FAILED`), or the name of a lint rule (`missing-retry`).
    pub code: String,
    /// What is wrong, in AWS's words where they are known.
    pub message: String,
    /// AWS's path of the place (`/States/A/Choices[0]/Next`), where AWS gives one.
    pub location: Option<String>,
    /// The file that it is about.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in the line, from 1, in characters.
    pub column: usize,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            severity,
            code,
            message,
            file,
            line,
            column,
            ..
        } = self;
        write!(
            f,
            "{file}:{line}:{column}: {}[{code}] {message}",
            severity.as_word()
        )
    }
}

/// What `validate` or `lint` says of a definition, in order. Displayed it is a line for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    fn of(definition: &Definition, findings: &[diagnostics::Finding]) -> Findings {
        Findings::in_file(definition.file(), findings)
    }

    fn in_file(file: &SourceFile, findings: &[diagnostics::Finding]) -> Findings {
        let view = |finding: &diagnostics::Finding| {
            let at = file.position(finding.span.start as usize);
            Finding {
                severity: finding.severity,
                code: finding.code.clone().into_owned(),
                message: finding.headline().to_owned(),
                location: finding.location.clone(),
                file: file.name().to_owned(),
                line: at.line,
                column: at.column,
                help: finding.help.clone(),
            }
        };
        Findings(findings.iter().map(view).collect())
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// Those for which AWS would refuse the definition, or a lint rule is certain.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A configuration that cannot be used.
#[cfg(feature = "cli")]
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadConfig(String);

/// A name that no lint rule has.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoSuchRule(String);

impl Definition {
    /// What AWS would say of it: errors, for which it refuses the definition, and warnings; of a template's state machine
    /// also what CloudFormation would say of its other properties.
    pub fn validate(&self) -> Findings {
        let mut findings = Findings::of(self, &self.validate_deployed_as(self.machine_type()));
        for found in self.undeployable_elsewhere() {
            findings.0.extend(Findings::in_file(&found.file, &found.findings));
        }
        findings
    }

    /// What AWS accepts and users regret: what the lint rules find that are on by default.
    pub fn lint(&self) -> Findings {
        self.lint_selected(Selection::default())
    }

    /// What these lint rules find: those named in `select` (the default ones where it is empty), without those in `ignore`.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn lint_rules(&self, select: &[&str], ignore: &[&str]) -> Result<Findings, NoSuchRule> {
        let owned = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        let selection = Selection::new(&owned(select), &owned(ignore));
        let selection = selection.map_err(|error| NoSuchRule(error.to_string()))?;
        Ok(self.lint_selected(selection))
    }

    /// What lint finds as the `sfn-tool.toml` at `path` has it: which rules run, how severe they are, with which options, and
    /// for which files.
    ///
    /// # Errors
    /// When the configuration cannot be read, or names what does not exist.
    #[cfg(feature = "cli")]
    pub fn lint_configured(&self, path: impl AsRef<Path>) -> Result<Findings, BadConfig> {
        let config = Config::load(path.as_ref()).map_err(|error| BadConfig(error.to_string()))?;
        let overrides = Overrides {
            machine_type: self.known_type(),
            ..Overrides::default()
        };
        let settings = config
            .settings(Path::new(self.file().name()), &overrides)
            .map_err(|error| BadConfig(error.to_string()))?;
        Ok(self.linted(&settings))
    }

    fn lint_selected(&self, selection: Selection) -> Findings {
        let settings = Settings {
            machine_type: self.known_type(),
            ..Settings::from(selection)
        };
        self.linted(&settings)
    }

    fn linted(&self, settings: &Settings) -> Findings {
        let mut found = self.lint_with(settings);
        let document = self.document().map(|document| &**document);
        let at_keys = crate::lint::unused_at_keys(document, &mut found);
        let mut findings = Findings::of(self, &found);
        for (file, finding) in at_keys {
            findings.0.extend(Findings::in_file(&file, &[finding]));
        }
        findings
    }

    pub(super) fn refusals(&self) -> Findings {
        Findings::of(self, &self.refused_as(self.machine_type()))
    }
}
