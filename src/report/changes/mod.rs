//! Changes for people and programs: one file a format.

mod json;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use crate::diff::{Change, Class};
use crate::source::SourceFile;

/// What changed from one file to another.
#[derive(Debug)]
pub struct ChangeReport {
    /// The old file; places in the old definition are offsets in it. Absent, when the definition is new.
    pub old: Option<Arc<SourceFile>>,
    /// The new file; absent, when the definition is gone.
    pub new: Option<Arc<SourceFile>>,
    /// The changes to show.
    pub changes: Vec<Change>,
}

/// The formats of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: a line a change, by state
    #[default]
    Text,
    /// Everything, for programs
    Json,
}

/// Writes the changes in a format.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &ChangeReport, format: Format, color: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(report, color, out),
        Format::Json => json::render(report, out),
    }
}

/// One line that sums up: `3 changes: 1 breaking, 2 behavioural`.
pub fn summary(changes: &[Change]) -> String {
    let parts: Vec<String> = [Class::Breaking, Class::Behavioural, Class::Cosmetic]
        .into_iter()
        .map(|class| (changes.iter().filter(|c| c.class == class).count(), class))
        .filter(|(count, _)| *count > 0)
        .map(|(count, class)| format!("{count} {}", class.as_word()))
        .collect();
    match changes.len() {
        0 => "no difference".to_owned(),
        1 => format!("1 change: {}", parts.join(", ")),
        n => format!("{n} changes: {}", parts.join(", ")),
    }
}
