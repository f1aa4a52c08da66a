//! The configuration that holds for a file.

use std::path::Path;

use super::Failure;
use crate::config::Config;
use crate::source::Reach;

/// The configuration nearest to `file`, in its folder or one above; the built-in one when there is none.
///
/// # Errors
/// When it cannot be used.
pub(super) fn nearest(file: &Path, reach: Reach) -> Result<Config, Failure> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match Config::discover(folder) {
        Some(path) => Ok(Config::load_found(&path, reach)?),
        None => Ok(Config::default()),
    }
}
