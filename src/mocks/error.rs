//! What is wrong with a mock file.

use std::fmt;

use crate::diagnostics::Span;
use crate::source::SourceFile;

/// A mock file that does not fit: exit status 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockError {
    place: String,
    span: Option<Span>,
    message: String,
    help: Option<String>,
}

impl MockError {
    /// A mistake at `span` of `file`.
    pub(super) fn at(file: &SourceFile, span: Span, message: impl Into<String>) -> Self {
        let position = file.position(span.start as usize);
        MockError {
            place: format!("{}:{}:{}", file.name(), position.line, position.column),
            span: Some(span),
            message: message.into(),
            help: None,
        }
    }

    /// A mistake of the file as a whole.
    pub(super) fn whole(name: &str, message: impl Into<String>) -> Self {
        MockError {
            place: name.to_owned(),
            span: None,
            message: message.into(),
            help: None,
        }
    }

    /// The same place, with a message.
    pub(super) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Says what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The bytes of the mistake in its file; `None` when it is of the file as a whole.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// What is wrong, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do, where that can be said.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for MockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for MockError {}

#[cfg(feature = "cli")]
impl miette::Diagnostic for MockError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}
