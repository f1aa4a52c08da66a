//! A finding: one thing to say about a document, with its place and a way out.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Help, Span};

/// How bad a finding is, worst first in this order: `Error > Warning > Info`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice that needs no action.
    Info,
    /// AWS accepts it, and it is likely a mistake.
    Warning,
    /// AWS refuses it (or, for a lint rule, it fails for certain).
    Error,
}

impl Severity {
    /// `ERROR`, `WARNING` or `INFO`, as ValidateStateMachineDefinition spells severities.
    pub fn as_aws(self) -> &'static str {
        match self {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        }
    }

    /// `error`, `warning` or `info`.
    pub fn as_word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Another place that explains a finding: the state that is meant, the first of two duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The place, in the same file as the finding.
    pub span: Span,
    /// What is there, in a few words.
    pub label: String,
}

/// A place in another file that explains a finding: the template that names the definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The name of the file.
    pub file: String,
    /// Where the place begins.
    pub start: Point,
    /// Where it ends.
    pub end: Point,
    /// What is there, in a few words.
    pub label: String,
}

/// A place in a file: the byte, and its line and column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The byte's offset.
    pub offset: usize,
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// The result means what its author meant.
    Safe,
    /// The result is likely what was meant; somebody should look at it.
    Unsafe,
}

/// A replacement of one span by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty to insert.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Edits that, applied together, take a finding away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an imperative: "Add a Default".
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
}

/// One thing to say about a document. Findings are data: renderers live in `report/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// AWS's code (`SCHEMA_VALIDATION_FAILED`) or the name of a lint rule (`missing-retry`).
    pub code: Cow<'static, str>,
    /// AWS's words where they are known.
    pub message: String,
    /// AWS's path of the place (`/States/A/Choices[0]/Next`), absent where AWS gives none.
    pub location: Option<String>,
    /// The paths of other places that the same finding names: it is told once for all of them.
    pub also_at: Vec<String>,
    /// The place to look at: a key or a value token of one line, never a whole state.
    pub span: Span,
    /// Words shown at the place itself, when they say more than the message.
    pub label: Option<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// Places in other files that explain it.
    pub elsewhere: Vec<Elsewhere>,
    /// The constructs of the CDK that it is about: `Orders/Flow/Resource`.
    pub constructs: Vec<Arc<str>>,
    /// What to write instead.
    pub help: Option<String>,
    /// The name that is asked about: what is likely meant by the one that stands there.
    pub meant: Option<String>,
    /// The title of the page of AWS's documentation that explains it.
    pub documentation: Option<&'static str>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
    /// Index, in the same file's list of findings, of the finding this one follows from.
    pub follows_from: Option<usize>,
}

impl Finding {
    /// Those of `findings` from severity `least` on, what follows from what kept right.
    pub fn keep(findings: Vec<Finding>, least: Severity) -> Vec<Finding> {
        let kept: Vec<usize> = (0..findings.len())
            .filter(|i| findings[*i].severity >= least)
            .collect();
        Finding::rearrange(findings, &kept)
    }

    /// Those of `findings` that `order` names, each once, in its order; what follows from what is kept right.
    pub fn rearrange(findings: Vec<Finding>, order: &[usize]) -> Vec<Finding> {
        let mut places = vec![None; findings.len()];
        for (place, i) in order.iter().enumerate() {
            places[*i] = Some(place);
        }
        let mut findings: Vec<Option<Finding>> = findings.into_iter().map(Some).collect();
        let mut kept: Vec<Finding> = order.iter().filter_map(|i| findings[*i].take()).collect();
        for finding in &mut kept {
            finding.follows_from = (finding.follows_from).and_then(|i| places.get(i).copied().flatten());
        }
        kept
    }

    /// A finding with its place; the rest is added with the `with_` methods.
    pub fn new(
        severity: Severity,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Finding {
            severity,
            code: code.into(),
            message: message.into(),
            location: None,
            also_at: Vec::new(),
            span,
            label: None,
            related: Vec::new(),
            elsewhere: Vec::new(),
            constructs: Vec::new(),
            help: None,
            meant: None,
            documentation: None,
            fixes: Vec::new(),
            follows_from: None,
        }
    }

    /// An error, see [`Finding::new`].
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Finding::new(Severity::Error, code, message, span)
    }

    /// A warning, see [`Finding::new`].
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Finding::new(Severity::Warning, code, message, span)
    }

    /// The message as it is shown to people: without the location, which AWS repeats in what it says of broken JSON.
    pub fn headline(&self) -> &str {
        let before = |location: &String| self.message.strip_suffix(location)?.strip_suffix("\n at ");
        self.location.as_ref().and_then(before).unwrap_or(&self.message)
    }

    /// Adds AWS's location.
    pub fn with_location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Adds the words shown at the place.
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds what to write instead.
    pub fn with_help(mut self, help: impl Into<Help>) -> Self {
        self.advise(help.into());
        self
    }

    /// The same of a finding that is told already.
    pub fn advise(&mut self, help: Help) {
        self.help = Some(help.words);
        self.meant = help.meant;
    }

    /// Says what is likely meant, where the message asks about it.
    pub fn with_meant(mut self, meant: Option<String>) -> Self {
        self.meant = meant.or(self.meant);
        self
    }

    /// Adds the title of a page of AWS's documentation.
    pub fn with_documentation(mut self, title: &'static str) -> Self {
        self.documentation = Some(title);
        self
    }

    /// Adds the path of another place that it is told for.
    pub fn with_also_at(mut self, location: impl Into<String>) -> Self {
        self.also_at.push(location.into());
        self
    }

    /// Adds another place.
    pub fn with_related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related {
            span,
            label: label.into(),
        });
        self
    }

    /// Adds a fix.
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}
