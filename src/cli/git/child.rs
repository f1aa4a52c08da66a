//! A git that is waited for, and not without end: where a pipe stands for one of a repository's own files, git waits for a
//! writer that never comes.

use std::io::{self, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How long a git may write nothing that looks up names or lists files.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The same of one that reads a whole tree, and has nothing to write where it finds nothing.
pub(super) const PATIENCE_OF_SEARCH: Duration = Duration::from_secs(600);

/// At most so much is kept of what git says on stderr.
const MOST_SAID: u64 = 1 << 20;

/// Runs a git to its end. The error is one of [`io::ErrorKind::TimedOut`] where it wrote nothing for so long.
pub(super) fn output(mut command: Command, patience: Duration) -> io::Result<Output> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut child = Ended(child);
    let (Some(stdout), Some(mut stderr)) = (child.0.stdout.take(), child.0.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let mut said = within(patience, move |said| {
        let mut kept = Vec::new();
        let read = (&mut stderr).take(MOST_SAID).read_to_end(&mut kept);
        let read = read.and_then(|_| io::copy(&mut stderr, &mut io::sink()));
        // Nobody waits any more where this fails.
        drop(said.send(read.map(|_| kept)));
    });
    let mut stdout = Patient::of(stdout, patience);
    let mut written = Vec::new();
    stdout.read_to_end(&mut written)?;
    let mut kept = Vec::new();
    said.read_to_end(&mut kept)?;
    Ok(Output {
        status: child.0.wait()?,
        stdout: written,
        stderr: kept,
    })
}

/// A child that does not outlive whoever waits for it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a child writes, as long as it goes on writing.
#[derive(Debug)]
pub(super) struct Patient {
    chunks: Receiver<io::Result<Vec<u8>>>,
    patience: Duration,
    chunk: Vec<u8>,
    /// How much of the chunk has been read.
    read: usize,
}

impl Patient {
    pub(super) fn of(mut from: impl Read + Send + 'static, patience: Duration) -> Patient {
        within(patience, move |chunks| {
            let mut bytes = vec![0; 64 * 1024];
            loop {
                let chunk = match from.read(&mut bytes) {
                    Ok(0) => return,
                    Ok(length) => Ok(bytes[..length].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = chunk.is_err();
                // Who waited may have given up.
                if chunks.send(chunk).is_err() || is_last {
                    return;
                }
            }
        })
    }
}

/// What another thread reads.
fn within(
    patience: Duration,
    reading: impl FnOnce(SyncSender<io::Result<Vec<u8>>>) + Send + 'static,
) -> Patient {
    let (sender, chunks) = sync_channel(4);
    thread::spawn(move || reading(sender));
    Patient {
        chunks,
        patience,
        chunk: Vec::new(),
        read: 0,
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.chunk.len() {
            self.chunk = match self.chunks.recv_timeout(self.patience) {
                Ok(chunk) => chunk?,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => return Err(silent(self.patience)),
            };
            self.read = 0;
        }
        let length = buffer.len().min(self.chunk.len() - self.read);
        buffer[..length].copy_from_slice(&self.chunk[self.read..self.read + length]);
        self.read += length;
        Ok(length)
    }
}

fn silent(patience: Duration) -> io::Error {
    let words = format!(
        "git wrote nothing for {} seconds, and was ended",
        patience.as_secs()
    );
    io::Error::new(io::ErrorKind::TimedOut, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_that_writes_nothing_is_ended() {
        // Its input has no end.
        let mut command = Command::new("git");
        command.args(["hash-object", "--stdin"]).stdin(Stdio::piped());
        let error = output(command, Duration::from_millis(20)).expect_err("it has nothing to write");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn all_that_is_written_is_read() {
        let mut command = Command::new("git");
        command.arg("no-such-command").stdin(Stdio::null());
        let done = output(command, PATIENCE).expect("it runs");
        assert!(!done.status.success() && done.stdout.is_empty());
        assert!(String::from_utf8_lossy(&done.stderr).contains("no-such-command"));
        let text = vec![b'x'; 1_000_000];
        let mut read = Vec::new();
        Patient::of(io::Cursor::new(text.clone()), PATIENCE)
            .read_to_end(&mut read)
            .expect("it is there");
        assert!(read == text);
    }
}
