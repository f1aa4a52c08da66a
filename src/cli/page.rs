//! `--html FILE`: a page.

use std::io::{self, Write};
use std::path::Path;

use super::Failure;
use super::output::Context;
use super::output_file::{self, Kind};

/// Writes the page that `render` makes, where one is asked for; gives whether it went to stdout, where nothing else may
/// stand.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(
    path: Option<&Path>,
    context: &Context,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<bool, Failure> {
    let Some(path) = path else {
        return Ok(false);
    };
    if path == Path::new("-") {
        context.result(render)?;
        return Ok(true);
    }
    output_file::write(path, &Kind::Report(&output_file::PAGE), render)?;
    context.detail(|| format!("wrote {}", path.display()));
    Ok(false)
}
