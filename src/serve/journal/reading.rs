//! Reading a journal line by line: it may be larger than memory.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use super::{End, Entry, Journal, JournalError, Sum, checksum, line, open};

/// The longest line that is read: a request's body or an endpoint's answer, with what JSON puts around its characters.
const LONGEST_LINE: u64 = 64 << 20;

/// A journal that is read.
pub(in crate::serve) struct Reading {
    folder: PathBuf,
    file: BufReader<File>,
    lock: File,
    lines: usize,
    /// The sum of the last whole line.
    sum: Sum,
    /// How many bytes whole lines are.
    whole: u64,
    cut: Option<(usize, usize)>,
}

impl Reading {
    pub(super) fn new(folder: PathBuf, file: File, lock: File) -> Reading {
        Reading {
            folder,
            file: BufReader::new(file),
            lock,
            lines: 0,
            sum: None,
            whole: 0,
            cut: None,
        }
    }

    /// Its file.
    pub(in crate::serve) fn path(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Its folder.
    pub(in crate::serve) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    fn failed(&self, cause: std::io::Error) -> JournalError {
        JournalError::Folder {
            folder: self.folder.clone(),
            cause,
        }
    }

    /// The next line, with its end where it has one.
    fn line(&mut self) -> Result<Vec<u8>, JournalError> {
        let mut line = Vec::new();
        let read = (&mut self.file).take(LONGEST_LINE).read_until(b'\n', &mut line);
        read.map_err(|cause| self.failed(cause))?;
        Ok(line)
    }

    /// The next entry; `None` behind the last.
    ///
    /// # Errors
    /// When a line before the last is broken, or does not follow the one before it.
    pub(in crate::serve) fn next(&mut self) -> Result<Option<Entry>, JournalError> {
        let line = self.line()?;
        if line.is_empty() || self.cut.is_some() {
            return Ok(None);
        }
        self.lines += 1;
        if let Some((sum, entry)) = entry(self.sum, &line) {
            self.sum = Some(sum);
            self.whole += line.len() as u64;
            return Ok(Some(entry));
        }
        // Nothing stands behind a line without an end, unless it is no line of ours.
        if is_beginning(&line) && (line.len() as u64) < LONGEST_LINE {
            self.cut = Some((self.lines, line.len()));
            return Ok(None);
        }
        Err(JournalError::Broken {
            file: self.path(),
            line: self.lines,
        })
    }

    /// A last line that was cut off: its number, and how many bytes of it there were.
    pub(in crate::serve) fn cut(&self) -> Option<(usize, usize)> {
        self.cut
    }

    /// The journal, to be written behind its last entry.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub(in crate::serve) fn finish(self) -> Result<Journal, JournalError> {
        let Reading {
            folder,
            file,
            lock,
            sum,
            ..
        } = self;
        let mut file = file.into_inner();
        let changed = file
            .set_len(self.whole)
            .and_then(|()| file.seek(SeekFrom::End(0)).map(drop));
        changed.map_err(|cause| JournalError::Folder { folder, cause })?;
        Ok(Journal {
            end: Mutex::new(End { file, sum }),
            _lock: lock,
        })
    }

    /// The same, of a journal that has only the entries that are `needed`, and then `last`. It takes the place of the old one
    /// in one step; until then that is as it was.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::serve) fn finish_with(
        mut self,
        needed: &[bool],
        last: &Entry,
    ) -> Result<Journal, JournalError> {
        let (path, new) = (self.path(), self.folder.join("journal.new"));
        let failed = |cause| JournalError::Folder {
            folder: self.folder.clone(),
            cause,
        };
        // Of a server that was killed at this point; a link is removed, and not followed.
        if fs::symlink_metadata(&new).is_ok() {
            fs::remove_file(&new).map_err(failed)?;
        }
        let mut out = BufWriter::new(open(&self.folder, "journal.new")?);
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut sum = None;
        for needed in needed {
            let old = self.line()?;
            if let Some((_, json)) = parts(&old).filter(|_| *needed) {
                let (new, its) = line(sum, json);
                out.write_all(new.as_bytes())
                    .map_err(|cause| self.failed(cause))?;
                sum = Some(its);
            }
        }
        let json = serde_json::to_string(last).map_err(|cause| self.failed(cause.into()))?;
        let (last, sum) = line(sum, &json);
        let written = out.write_all(last.as_bytes());
        let file = written.and_then(|()| out.into_inner().map_err(|error| error.into_error()));
        let renamed = file.and_then(|file| {
            file.sync_all()?;
            fs::rename(&new, &path)?;
            Ok(file)
        });
        let file = renamed.map_err(|cause| self.failed(cause))?;
        Ok(Journal {
            end: Mutex::new(End { file, sum: Some(sum) }),
            _lock: self.lock,
        })
    }
}

/// Whether it is what is left of a line of ours that was cut off: anybody else's text is not dropped.
fn is_beginning(line: &[u8]) -> bool {
    let (sum, json) = line.split_at(line.len().min(8));
    sum.iter().all(u8::is_ascii_hexdigit)
        && b" {\"at\":".starts_with(&json[..json.len().min(7)])
        && !line.ends_with(b"\n")
}

/// The sum of a whole line, and the JSON of its entry.
fn parts(line: &[u8]) -> Option<(u32, &str)> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, json) = line.split_once(' ')?;
    let sum = u32::from_str_radix(sum, 16).ok().filter(|_| sum.len() == 8)?;
    Some((sum, json))
}

/// The entry of a line that follows one with the sum `before`, and its own sum.
fn entry(before: Sum, line: &[u8]) -> Option<(u32, Entry)> {
    let (sum, json) = parts(line)?;
    if sum != checksum(before, json) {
        return None;
    }
    Some((sum, serde_json::from_str(json).ok()?))
}
