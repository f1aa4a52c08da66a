//! The terminal that results are shown on.

use std::io;

use terminal_size::{Width, terminal_size_of};

use crate::report::trace::WIDTH;

/// Lines are no longer than this, however wide a terminal is: nobody reads across a whole screen.
const MOST: usize = 160;

/// The columns of a line on stdout; where that is no terminal, always the same.
pub(super) fn width() -> usize {
    match terminal_size_of(io::stdout()) {
        Some((Width(columns), _)) => usize::from(columns).clamp(40, MOST),
        None => WIDTH,
    }
}
