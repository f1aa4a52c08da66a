//! Work on a schema, with an end. Alternatives of alternatives multiply (`anyOf` of references to `anyOf`), and so do the
//! steps of whoever asks each: forty short lines may take years. What a schema will take cannot be read off it.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a schema may be compiled, or asked about one value.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Schemas and values may be nested.
const STACK: usize = 16 << 20;

/// What `work` gives; `None` where it takes longer. Then its thread goes on for as long as the process.
pub(super) fn bounded<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, done) = mpsc::sync_channel(1);
    // Nobody may wait for the result any more.
    let work = move || drop(sender.send(work()));
    thread::Builder::new().stack_size(STACK).spawn(work).ok()?;
    done.recv_timeout(patience).ok()
}
