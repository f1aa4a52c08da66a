//! Runs this program for a call, within bounds of time and size.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Set for a program that is to read nothing outside the folder it was started in, whatever names it.
pub const ONLY_HERE: &str = "SFN_TOOL_ONLY_HERE";
/// How long a call may take.
const LONGEST: Duration = Duration::from_secs(120);
/// How many bytes of its result are taken; no agent reads as many.
const MOST: usize = 4 * 1024 * 1024;
/// How many of what it says about itself.
const MOST_WORDS: usize = 64 * 1024;
/// How often it is looked whether the call was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// What came of a call.
#[derive(Debug)]
pub(super) enum Ran {
    /// It ended.
    Ended {
        /// The exit status; `None` when a signal ended it.
        status: Option<i32>,
        /// What it printed.
        printed: String,
        /// What it said on stderr.
        said: String,
    },
    /// The client cancelled it.
    Cancelled,
    /// It took too long.
    TimedOut,
    /// It printed too much.
    TooMuch,
}

/// Runs `program` with `arguments` in `folder`.
///
/// # Errors
/// When it cannot be started.
pub(super) fn run(
    program: &Path,
    arguments: &[String],
    folder: &Path,
    cancelled: &AtomicBool,
) -> io::Result<Ran> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env(ONLY_HERE, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (sender, printed) = mpsc::channel();
    let out = child.stdout.take();
    let words = child.stderr.take();
    let words = thread::spawn(move || read(words, MOST_WORDS, true));
    thread::spawn(move || sender.send(read(out, MOST, false)));
    let start = Instant::now();
    let mut end = |ran| {
        // It may have ended by itself; nobody waits for what it still has to say.
        let _ = child.kill();
        let _ = child.wait();
        Ok(ran)
    };
    let printed = loop {
        match printed.recv_timeout(LOOK) {
            Ok(printed) => break printed,
            Err(RecvTimeoutError::Disconnected) => break Vec::new(),
            Err(RecvTimeoutError::Timeout) if cancelled.load(Ordering::Relaxed) => {
                return end(Ran::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) if start.elapsed() > LONGEST => return end(Ran::TimedOut),
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    if printed.len() > MOST {
        return end(Ran::TooMuch);
    }
    let status = child.wait()?.code();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ran::Ended {
        status,
        printed: text(&printed),
        said: text(&words.join().unwrap_or_default()),
    })
}

/// What a pipe gives: at most `most` bytes and one more. With `drains` the rest is read and dropped, so that the writer can
/// go on.
fn read(pipe: Option<impl Read>, most: usize, drains: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let limit = u64::try_from(most).unwrap_or(u64::MAX) + 1;
        // What cannot be read is at its end.
        let _ = pipe.by_ref().take(limit).read_to_end(&mut bytes);
        if drains {
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
    }
    bytes
}
