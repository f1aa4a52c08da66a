//! What is wrong with a mock file.

use std::fmt;

use crate::arrange::Arrange as _;
#[cfg(feature = "cli")]
use crate::diagnostics::visible;
use crate::diagnostics::{Help, Span};
use crate::source::SourceFile;

/// A mock file that does not fit: exit status 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockError {
    place: String,
    span: Option<Span>,
    message: String,
    /// What to do; the name that message or help asks about.
    advice: Box<(Option<String>, Option<String>)>,
    /// The other mistakes of the file.
    others: Vec<MockError>,
    /// How many there are besides.
    untold: usize,
}

/// Most mistakes of a file that are told.
const MOST_TOLD: usize = 100;

impl MockError {
    /// The mistakes of one file as one error, in the order of the file; nothing where there are none.
    pub(super) fn all(mistakes: impl IntoIterator<Item = MockError>) -> Result<(), MockError> {
        let (mut all, mut untold) = (Vec::new(), 0);
        for mut mistake in mistakes {
            let others = std::mem::take(&mut mistake.others);
            untold += mistake.untold;
            all.push(mistake);
            all.extend(others);
        }
        let place = |mistake: &MockError| mistake.span.map(|span| (span.start, span.end));
        all.arrange_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.message.cmp(&b.message)));
        all.dedup();
        untold += all.len().saturating_sub(MOST_TOLD);
        all.truncate(MOST_TOLD);
        let mut all = all.into_iter();
        match all.next() {
            None => Ok(()),
            Some(first) => Err(MockError {
                others: all.collect(),
                untold,
                ..first
            }),
        }
    }

    /// Each mistake of the file.
    pub fn each(&self) -> impl Iterator<Item = &MockError> {
        std::iter::once(self).chain(&self.others)
    }

    /// A mistake at `span` of `file`.
    pub(super) fn at(file: &SourceFile, span: Span, message: impl Into<String>) -> Self {
        let position = file.position(span.start as usize);
        MockError {
            place: format!("{}:{}:{}", file.name(), position.line, position.column),
            span: Some(span),
            message: message.into(),
            advice: Box::default(),
            others: Vec::new(),
            untold: 0,
        }
    }

    /// A mistake of the file as a whole.
    pub(super) fn whole(name: &str, message: impl Into<String>) -> Self {
        MockError {
            place: name.to_owned(),
            span: None,
            message: message.into(),
            advice: Box::default(),
            others: Vec::new(),
            untold: 0,
        }
    }

    /// The same place, with a message.
    pub(super) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Says what to do.
    pub(super) fn help(mut self, help: impl Into<Help>) -> Self {
        let Help { words, meant } = help.into();
        *self.advice = (Some(words), meant);
        self
    }

    /// Says what is likely meant by what stands there, where the message asks about it.
    pub(super) fn meaning(mut self, meant: Option<String>) -> Self {
        self.advice.1 = meant;
        self
    }

    /// What is likely meant by what stands there.
    pub fn meant(&self) -> Option<&str> {
        self.advice.1.as_deref()
    }

    /// Whether it stands in this file.
    #[cfg(feature = "cli")]
    pub(super) fn is_in(&self, file: &SourceFile) -> bool {
        let rest = self.place.strip_prefix(file.name());
        rest.is_some_and(|rest| rest.starts_with(':'))
    }

    /// The bytes of the mistake in its file; `None` when it is of the file as a whole.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// This mistake alone, with its place.
    pub fn line(&self) -> String {
        format!("{}: {}", self.place, self.message)
    }

    /// What is wrong, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do, where that can be said.
    pub fn advice(&self) -> Option<&str> {
        self.advice.0.as_deref()
    }
}

/// On one line: the first mistake, and how many there are.
impl fmt::Display for MockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        match 1 + self.others.len() + self.untold {
            1 => Ok(()),
            all => write!(f, " (the first of {all} mistakes)"),
        }
    }
}

impl std::error::Error for MockError {}

#[cfg(feature = "cli")]
impl miette::Diagnostic for MockError {
    /// What to do, and the other mistakes, each on a line of its own.
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let mut lines: Vec<String> = self.advice.0.iter().cloned().collect();
        lines.extend(self.others.iter().map(|other| {
            let help = other.advice.0.as_ref();
            visible(&match help {
                Some(help) => format!("{} ({help})", other.line()),
                None => other.line(),
            })
            .into_owned()
        }));
        lines.extend((self.untold > 0).then(|| format!("and {} more", self.untold)));
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }
}
