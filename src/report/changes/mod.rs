//! Changes for people and programs: one file a format.

mod json;
mod markdown;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use crate::asl::StateMachine;
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
    /// How many cosmetic changes are not shown.
    pub hidden: usize,
    /// The new machine, where there is one and it was read.
    pub machine: Option<StateMachine>,
}

impl ChangeReport {
    /// Whether there is something to show.
    pub fn differs(&self) -> bool {
        !self.changes.is_empty()
    }
}

/// The formats of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: a line a change, by state
    #[default]
    Text,
    /// Everything, for programs
    Json,
    /// For pull requests: a table, the changes by state, a folded graph
    Markdown,
}

/// Writes the changes in a format. `of_folders` when files were compared one by one, which may be none or many.
///
/// # Errors
/// Those of `out`.
pub fn render(
    reports: &[ChangeReport],
    of_folders: bool,
    format: Format,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::render(reports, color, out),
        Format::Json => json::render(reports, of_folders, out),
        Format::Markdown => markdown::render(reports, out),
    }
}

/// One line that sums up: `3 changes: 1 breaking, 2 behavioural`, and in how many files where there are several.
pub fn summary(reports: &[ChangeReport]) -> String {
    let classes: Vec<Class> = reports
        .iter()
        .flat_map(|report| report.changes.iter().map(|change| change.class))
        .collect();
    let parts: Vec<String> = [Class::Breaking, Class::Behavioural, Class::Cosmetic]
        .into_iter()
        .map(|class| (classes.iter().filter(|c| **c == class).count(), class))
        .filter(|(count, _)| *count > 0)
        .map(|(count, class)| format!("{count} {}", class.as_word()))
        .collect();
    let files = match reports {
        [_] => String::new(),
        _ => {
            let changed = reports.iter().filter(|report| report.differs()).count();
            format!(" in {changed} of {} files", reports.len())
        }
    };
    let note = match reports.iter().map(|report| report.hidden).sum() {
        0 => String::new(),
        n => format!(" ({n} cosmetic not shown, --all shows them)"),
    };
    match classes.len() {
        0 => format!("no difference{files}{note}"),
        1 => format!("1 change{files}: {}{note}", parts.join(", ")),
        n => format!("{n} changes{files}: {}{note}", parts.join(", ")),
    }
}
