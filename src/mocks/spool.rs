//! A text that is written while a machine runs: in memory while it is small, in a temporary file beyond.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::sync::Arc;

use tempfile::{NamedTempFile, TempPath};

use super::Content;

/// Bytes that are held in memory.
const IN_MEMORY: usize = 4 << 20;

/// A text as it grows.
#[derive(Debug, Default)]
pub struct Spool {
    file: Option<(File, TempPath)>,
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
    file: Option<TempPath>,
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
            None => NamedTempFile::new()?.into_parts(),
        };
        self.file.insert(file).0.write_all(&self.rest)?;
        self.in_file += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }

    /// What it has come to.
    pub fn finish(self) -> Content {
        Content::Spooled(Arc::new(Spooled {
            file: self.file.map(|(_, path)| path),
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
            Some(path) => {
                let file = BufReader::with_capacity(1 << 16, File::open(path)?.take(self.in_file));
                Box::new(file.chain(rest))
            }
        })
    }
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
