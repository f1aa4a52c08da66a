//! The result of a run, written while it runs.

use std::io::{self, Write};

use super::Format;
use crate::cli::Failure;
use crate::cli::output::{self, Context, ResultStream};
use crate::cli::visible_writer::VisibleWriter;
use crate::history::EventSink;
use crate::report::cost::{self, Assumed};
use crate::report::history::{self, HistoryWriter, Shape};
use crate::report::trace::{self, Ending, Look, Trace};
use crate::simulate::{Execution, Settings, StopError};

/// How it is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) format: Format,
    /// How a trace is shown.
    pub(super) look: Look,
    /// Whether only the outcome is shown.
    pub(super) outcome_only: bool,
    /// What is assumed to say what it costs, when that is asked for.
    pub(super) cost: Option<Assumed>,
}

/// Where a run's events go; nowhere when they are not kept.
type Sink<'s> = Option<&'s mut (dyn EventSink + 'static)>;

impl Shown {
    /// Writes the result of an execution that has kept its events.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn afterwards(
        &self,
        execution: &Execution,
        warn: impl FnOnce(&Execution),
        context: &Context,
    ) -> Result<(), Failure> {
        context.rendered(self.format == Format::Text, |out| match self.format {
            Format::Text => {
                let ending = match self.outcome_only {
                    true => trace::states(execution, self.look, io::sink())?.1,
                    false => trace::states(execution, self.look, &mut *out)?.1,
                };
                self.end(&ending, execution, warn, out)
            }
            Format::Json | Format::History => {
                history::write(execution, self.shape(), self.cost.clone(), out)?;
                warn(execution);
                Ok(())
            }
        })
    }

    /// Writes what stands below the states: the answer is the last of it, behind what is said on stderr.
    fn end(
        &self,
        ending: &Ending,
        execution: &Execution,
        warn: impl FnOnce(&Execution),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if !self.outcome_only {
            out.write_all(ending.summary(execution).as_bytes())?;
            if let Some(assumed) = &self.cost {
                out.write_all(cost::text(execution, assumed).as_bytes())?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()?;
        warn(execution);
        out.write_all(ending.answer(execution, self.outcome_only).as_bytes())?;
        out.flush()
    }

    fn shape(&self) -> Shape {
        match self.format {
            Format::History => Shape::History,
            Format::Text | Format::Json => Shape::Execution,
        }
    }

    /// Runs an execution and writes its result on the way; `warn` says what there is to say on stderr. `None` when nobody reads that any more and the run may be
    /// endless: it is given up then.
    ///
    /// # Errors
    /// When the tool had to stop, or the result cannot be written.
    pub(super) fn while_running(
        &self,
        settings: &Settings,
        run: impl FnOnce(Sink<'_>) -> Result<Execution, StopError>,
        warn: impl FnOnce(&Execution),
    ) -> Result<Option<Execution>, Failure> {
        let endless = settings.max_events.is_none() && settings.endless_after.is_none();
        let out = ResultStream::new(endless);
        let keep = settings.keep_events;
        let (ended, out) = match self.format {
            Format::Text => {
                let out = VisibleWriter::new(out, self.look.color);
                let (ended, finished) = match self.outcome_only {
                    true => {
                        let mut trace = Trace::new(io::sink(), self.look, settings.start);
                        let ended = run(keep.then_some(&mut trace));
                        (ended, trace.finish().map(|(_, ending)| (out, ending)))
                    }
                    false => {
                        let mut trace = Trace::new(out, self.look, settings.start);
                        let ended = run(keep.then_some(&mut trace));
                        (ended, trace.finish())
                    }
                };
                let out = finished.and_then(|(mut out, ending)| match &ended {
                    Ok(execution) => self.end(&ending, execution, warn, &mut out),
                    Err(_) => out.flush(),
                });
                (ended, out)
            }
            Format::Json | Format::History => {
                let mut writer = HistoryWriter::new(out, self.shape(), settings).with_cost(self.cost.clone());
                let ended = run(keep.then_some(&mut writer));
                let out = writer.finish(ended.as_ref().ok()).and_then(|mut out| out.flush());
                if let Ok(execution) = &ended {
                    warn(execution);
                }
                (ended, out)
            }
        };
        let read = output::written(out)?;
        match ended {
            Ok(execution) => Ok(Some(execution)),
            Err(StopError::SinkClosed) if !read => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
