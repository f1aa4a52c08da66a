//! `sfn-tool simulate FILE --replay HISTORY`: a definition with what happened.

use std::path::Path;

use miette::Diagnostic;

use super::output::Context;
use super::{Failure, Outcome, input};
use crate::asl::StateMachine;
use crate::history::{Allowed, NotAHistory, Recording};
use crate::mocks::Mocks;
use crate::replay::{self, Answers, Faith, Fit, Origin, Told};
use crate::report;
use crate::simulate::{Program, Settings};

/// A file that should hold a history.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{file} holds no history")]
#[diagnostic(
    code("invalid-data"),
    help(
        "give what `aws stepfunctions get-execution-history` or `sfn-tool simulate --format history` prints: \
     {{\"events\": [...]}}"
    )
)]
struct HistoryError {
    file: String,
    #[source]
    cause: NotAHistory,
}

/// A recorded execution, as it was exported.
pub(super) struct Past {
    pub(super) recording: Recording,
    pub(super) origin: Origin,
    pub(super) answers: Answers,
}

impl Past {
    /// Finds out the names that the history does not state.
    pub(super) fn complete(&mut self, program: &Program, settings: &Settings, mocks: &Mocks, told: Told) {
        let history = &self.recording.history;
        self.origin
            .complete(program, settings, mocks, &self.answers, history, told);
    }
}

/// Reads a history.
///
/// # Errors
/// When the file cannot be read, holds none, or does not hold how the execution began.
pub(super) fn read(path: &Path) -> Result<Past, Failure> {
    let recording = Recording::read(&input::value(path)?).map_err(|cause| HistoryError {
        file: path.display().to_string(),
        cause,
    })?;
    let origin = Origin::of(&recording)?;
    let answers = Answers::of(&recording);
    Ok(Past {
        recording,
        origin,
        answers,
    })
}

/// Whether the replay is shown for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Text,
    Json,
}

/// Runs a machine with what happened, and tells where it diverges from that.
///
/// # Errors
/// When the history cannot be read, the machine cannot be run, or a task is called that neither the history nor the
/// mocks know.
pub(super) fn run(
    (machine, program): (&StateMachine, &Program),
    history: &Path,
    mut settings: Settings,
    told: Told,
    mocks: &Mocks,
    shown: Shown,
    context: &Context,
) -> Result<Outcome, Failure> {
    let mut past = read(history)?;
    past.complete(program, &settings, mocks, told);
    past.origin.apply(&mut settings);
    settings.keep_events = true;
    for sentence in &past.answers.missing {
        context.say(&format!("warning: {sentence}"));
    }
    let Past {
        recording,
        origin,
        answers,
    } = &past;
    let (then, allowed) = (&recording.history, Allowed::undeployed(machine));
    let fit: Fit = replay::fit(program, &settings, mocks, origin, answers, then, &allowed)?;
    context.rendered(matches!(shown, Shown::Text), |out| match shown {
        Shown::Text => report::replay::text(then, &fit, &allowed, out),
        Shown::Json => report::replay::json(then, &fit, &allowed, out),
    })?;
    Ok(match fit.faith {
        Faith::Parts(_) => Outcome::Findings,
        Faith::EventForEvent | Faith::LineByLine => Outcome::Clean,
    })
}
