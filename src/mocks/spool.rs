//! A text that is written while a machine runs: in memory while it is small, in a temporary file beyond.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::sync::Arc;

use super::Content;

/// Bytes that are held in memory.
const IN_MEMORY: usize = 4 << 20;

/// A text as it grows.
#[derive(Debug, Default)]
pub struct Spool {
    /// It has no name, so that nothing is left of it however the program ends.
    file: Option<File>,
    /// Bytes of the file; what a failed write has left behind them does not count.
    in_file: u64,
    /// What is not in the file.
    rest: Vec<u8>,
    /// No file can be written: all stays in memory.
    memory_only: bool,
}

/// A text that has come to its end.
#[derive(Debug)]
pub struct Spooled {
    file: Option<Arc<File>>,
    in_file: u64,
    rest: Arc<[u8]>,
}

impl Spool {
    /// Adds to its end.
    pub fn push(&mut self, text: &str) {
        self.rest.extend_from_slice(text.as_bytes());
        if self.rest.len() >= IN_MEMORY && !self.memory_only {
            self.memory_only = self.flush().is_err();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        self.file.insert(file).write_all(&self.rest)?;
        self.in_file += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }

    /// What it has come to.
    pub fn finish(self) -> Content {
        Content::Spooled(Arc::new(Spooled {
            file: self.file.map(Arc::new),
            in_file: self.in_file,
            rest: Arc::from(self.rest),
        }))
    }
}

impl Spooled {
    pub(super) fn size(&self) -> u64 {
        self.in_file + self.rest.len() as u64
    }

    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let rest = Cursor::new(self.rest.clone());
        Ok(match &self.file {
            None => Box::new(rest),
            Some(file) => {
                let part = Part {
                    file: file.clone(),
                    at: 0,
                    end: self.in_file,
                };
                Box::new(BufReader::with_capacity(1 << 16, part).chain(rest))
            }
        })
    }
}

/// Part of a file that several read at once, each at its own place.
struct Part {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Read for Part {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let room = bytes.len().min(left);
        let read = read_at(&self.file, &mut bytes[..room], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_whole_wherever_it_is_held() {
        // Two parts in the file, one in memory; a short text in memory alone.
        for (parts, length) in [(3, IN_MEMORY - 1), (2, 10)] {
            let mut spool = Spool::default();
            let mut whole = String::new();
            for number in 0..parts {
                let part = number.to_string().repeat(length);
                spool.push(&part);
                whole += &part;
            }
            let content = spool.finish();
            let mut read = String::new();
            let mut input = content.open().expect("a text");
            input.read_to_string(&mut read).expect("text");
            assert!(read == whole, "{parts} parts of {length}");
            assert_eq!(content.size().expect("a size"), whole.len() as u64);
        }
    }
}
