//! The result of a run, written while it runs.

use std::io::{self, Write};

use super::Format;
use crate::cli::Failure;
use crate::cli::output::{self, Context, ResultStream};
use crate::cli::visible_writer::VisibleWriter;
use crate::history::EventSink;
use crate::report::cost::{self, Assumed};
use crate::report::history::{self, HistoryWriter, Shape};
use crate::report::trace::{self, Trace};
use crate::simulate::{Execution, Settings, StopError};

/// How it is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) format: Format,
    /// Whether payloads are shown whole.
    pub(super) full: bool,
    pub(super) color: bool,
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
    pub(super) fn afterwards(&self, execution: &Execution, context: &Context) -> Result<(), Failure> {
        context.rendered(self.format == Format::Text, |out| match self.format {
            Format::Text => {
                trace::text(execution, self.full, self.color, out)?;
                self.cost_below(Some(execution), out)
            }
            Format::Json | Format::History => history::write(execution, self.shape(), self.cost.clone(), out),
        })
    }

    fn cost_below(&self, execution: Option<&Execution>, out: &mut dyn Write) -> io::Result<()> {
        match (execution, &self.cost) {
            (Some(execution), Some(assumed)) => out.write_all(cost::text(execution, assumed).as_bytes()),
            _ => Ok(()),
        }
    }

    fn shape(&self) -> Shape {
        match self.format {
            Format::History => Shape::History,
            Format::Text | Format::Json => Shape::Execution,
        }
    }

    /// Runs an execution and writes its result on the way. `None` when nobody reads that any more and the run may be
    /// endless: it is given up then.
    ///
    /// # Errors
    /// When the tool had to stop, or the result cannot be written.
    pub(super) fn while_running(
        &self,
        settings: &Settings,
        run: impl FnOnce(Sink<'_>) -> Result<Execution, StopError>,
    ) -> Result<Option<Execution>, Failure> {
        let endless = settings.max_events.is_none() && settings.endless_after.is_none();
        let out = ResultStream::new(endless);
        let keep = settings.keep_events;
        let (ended, out) = match self.format {
            Format::Text => {
                let out = VisibleWriter::new(out, self.color);
                let mut trace = Trace::new(out, self.full, self.color, settings.start);
                let ended = run(keep.then_some(&mut trace));
                let out = trace.finish(ended.as_ref().ok()).and_then(|mut out| {
                    self.cost_below(ended.as_ref().ok(), &mut out)?;
                    out.flush()
                });
                (ended, out)
            }
            Format::Json | Format::History => {
                let mut writer = HistoryWriter::new(out, self.shape(), settings).with_cost(self.cost.clone());
                let ended = run(keep.then_some(&mut writer));
                let out = writer.finish(ended.as_ref().ok()).and_then(|mut out| out.flush());
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
