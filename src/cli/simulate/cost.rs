//! `--cost`: whose prices, and how much memory.

use miette::Diagnostic;

use super::{Arguments, Format};
use crate::cli::{Failure, config};
use crate::config::Config;
use crate::report::cost::Assumed;

/// `--cost` where it has no place.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("--format history has no place for the cost")]
#[diagnostic(help("--format json has the events and the cost, --format text the trace and the cost"))]
struct NoPlace;

/// The prices of `--config` or from the configuration nearest to the definition, and the memory that is assumed.
///
/// # Errors
/// When the configuration cannot be used, or the format has no place for a cost.
pub(super) fn assumed(arguments: &Arguments) -> Result<Assumed, Failure> {
    if arguments.format == Format::History {
        return Err(NoPlace.into());
    }
    let config = match &arguments.config {
        Some(path) => Config::load(path)?,
        None => config::nearest(&arguments.run.file, arguments.run.placeholders.reading.reach())?,
    };
    Ok(Assumed {
        prices: config.prices().clone(),
        memory_mb: arguments.memory_mb,
    })
}
