//! Changes for people and programs: one file a format.

mod json;
mod markdown;
mod text;

pub(super) use text::lines;

use std::io::{self, Write};
use std::sync::Arc;

use crate::asl::StateMachine;
use crate::diagnostics::counted;
use crate::diagnostics::seconds as said;
use crate::diff::{Change, Class, Parting, Step};
use crate::report::Failed;
use crate::source::SourceFile;
use crate::value::Value;

/// What changed from one file to another.
#[derive(Debug, Default)]
pub struct ChangeReport {
    /// The file of the old definition: places in it are offsets in this. Absent, when the definition is new.
    pub old: Option<Arc<SourceFile>>,
    /// The file of the new one; absent, when the definition is gone.
    pub new: Option<Arc<SourceFile>>,
    /// What was named, which may be a template whose definition stands in a file of its own.
    pub old_named: Option<String>,
    /// The same of the new one.
    pub new_named: Option<String>,
    /// What is behind the names of two folders that were compared, or of two revisions.
    pub inside: Option<(Option<String>, Option<String>)>,
    /// The state machine of the old file that is meant, where it is a template.
    pub old_resource: Option<String>,
    /// That of the new file.
    pub new_resource: Option<String>,
    /// The changes to show.
    pub changes: Vec<Change>,
    /// How many cosmetic changes are not shown.
    pub hidden: usize,
    /// The old machine, where there is one and it was read.
    pub old_machine: Option<StateMachine>,
    /// The new machine, where there is one and it was read.
    pub machine: Option<StateMachine>,
    /// What became of the same inputs on both machines.
    pub runs: Vec<RunReport>,
}

/// What became of one input on both machines.
#[derive(Debug)]
pub struct RunReport {
    /// The run's name.
    pub name: String,
    /// How the old machine's execution ended.
    pub old: Ending,
    /// How the new one's did.
    pub new: Ending,
    /// Where their histories part.
    pub parting: Option<Parting>,
}

/// How an execution ended.
#[derive(Debug, PartialEq)]
pub enum Ending {
    /// By itself.
    Ended {
        /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`
        status: &'static str,
        /// Virtual seconds from start to end.
        seconds: f64,
        /// Its output, when it succeeded.
        output: Option<Value>,
        /// The error's name.
        error: Option<Arc<str>>,
        /// Why, in words.
        cause: Option<Arc<str>>,
    },
    /// It could not be run (a task without a mock), and why.
    NotRun(String),
}

impl RunReport {
    /// Whether both did the same, be it at other times; neither could be run does not count as such.
    pub fn is_same(&self) -> bool {
        self.parting.as_ref().is_none_or(|parting| parting.in_time)
            && matches!(
                (&self.old, &self.new),
                (Ending::Ended { .. }, Ending::Ended { .. })
            )
    }

    /// Whether neither could be run.
    pub fn was_not_run(&self) -> bool {
        matches!((&self.old, &self.new), (Ending::NotRun(_), Ending::NotRun(_)))
    }

    /// What happened, in a line or two without the name.
    pub(in crate::report) fn words(&self) -> Vec<String> {
        if self.is_same() && self.parting.is_none() {
            return vec![format!("identical: {}", self.old.words())];
        }
        if self.was_not_run() {
            return vec![format!("run on neither side: {}", self.old.words())];
        }
        let mut lines = Vec::new();
        let (old, new) = (self.old.words(), self.new.words());
        lines.push(match &self.parting {
            Some(parting) if parting.in_time => format!("identical, at different times: {old} -> {new}"),
            _ if old == new => format!("diverges, with the same end: {old}"),
            _ => format!("{old} -> {new}"),
        });
        if let Some(parting) = &self.parting {
            let words = |step: &Option<Step>, words: Option<String>| match (step, words) {
                (Some(step), Some(words)) if parting.in_time => {
                    format!("{words} after {}", said(step.seconds))
                }
                (_, Some(words)) => words,
                (_, None) => "its history has ended".to_owned(),
            };
            let (old, new) = parting.words();
            lines.push(format!("old: {}", words(&parting.old, old)));
            lines.push(format!("new: {}", words(&parting.new, new)));
        }
        lines
    }
}

impl Ending {
    fn words(&self) -> String {
        match self {
            Ending::NotRun(words) => format!("not run ({words})"),
            Ending::Ended {
                status,
                seconds,
                error,
                ..
            } => match error {
                Some(error) => format!("{status} with {error} after {}", said(*seconds)),
                None => format!("{status} after {}", said(*seconds)),
            },
        }
    }
}

impl ChangeReport {
    /// What the old definition is called: its file, with the resource of a template behind `#`.
    pub fn old_name(&self) -> Option<String> {
        (self.old_named.as_ref()).map(|name| named(name, &self.old_resource))
    }

    /// What the new one is called.
    pub fn new_name(&self) -> Option<String> {
        (self.new_named.as_ref()).map(|name| named(name, &self.new_resource))
    }

    /// Whether there is something to show.
    pub fn differs(&self) -> bool {
        !self.changes.is_empty() || self.runs.iter().any(|run| !run.is_same())
    }
}

fn named(name: &str, resource: &Option<String>) -> String {
    match resource {
        Some(resource) => format!("{name}#{resource}"),
        None => name.to_owned(),
    }
}

/// The formats of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: one line per change, by state
    #[default]
    Text,
    /// Everything, for programs
    Json,
    /// For pull requests: a table, the changes by state, and a collapsed graph
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

/// Prints the changes of folders as JSON, and behind them what could not be read.
///
/// # Errors
/// Those of `out`.
pub fn json_of_folders(reports: &[ChangeReport], failed: &[Failed], out: &mut dyn Write) -> io::Result<()> {
    json::of_folders(reports, failed, out)
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
            format!(" in {changed} of {}", counted(reports.len() as u64, "file"))
        }
    };
    let note = match reports.iter().map(|report| report.hidden).sum() {
        0 => String::new(),
        n => format!(" ({n} cosmetic not shown, --all shows them)"),
    };
    let runs: Vec<&RunReport> = reports.iter().flat_map(|report| &report.runs).collect();
    let late = runs
        .iter()
        .filter(|run| run.is_same() && run.parting.is_some())
        .count();
    let late = match late {
        0 => String::new(),
        late => format!(", {late} at different times"),
    };
    let note = match (runs.len(), runs.iter().filter(|run| !run.is_same()).count()) {
        (0, _) => note,
        (1, 0) => format!("{note}; 0 of 1 run differs{late}"),
        (1, _) => format!("{note}; 1 of 1 run differs{late}"),
        (all, 1) => format!("{note}; 1 of {all} runs differs{late}"),
        (all, parted) => format!("{note}; {parted} of {all} runs differ{late}"),
    };
    match classes.len() {
        0 => {
            let files = match reports.len() {
                0 => return "nothing was compared".to_owned(),
                1 => String::new(),
                all => format!(" in {all} files"),
            };
            format!("no difference{files}{note}")
        }
        1 => format!("1 change{files}: {}{note}", parts.join(", ")),
        n => format!("{n} changes{files}: {}{note}", parts.join(", ")),
    }
}
