//! The journal of `--state DIR`: what was asked of the server, one line a request, written before it is answered. The server
//! being deterministic, that is its whole state: a new one that is asked the same at the same moments is where the old one
//! was.
//!
//! A line is the CRC-32 of an entry in eight hexadecimal digits, a blank, and the entry in JSON. A last line that was cut off
//! is dropped; any other broken one is an error, for what comes after it means something else without it.

mod replay;

pub(super) use replay::changes;

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::Crc;
use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CallError;

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// When, in milliseconds since 1970.
    pub(super) at: i64,
    /// What.
    #[serde(flatten)]
    pub(super) what: What,
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum What {
    /// A request of the API that may change something, whatever came of it.
    Asked {
        /// The operation.
        operation: String,
        /// The region that it was signed for.
        region: Option<String>,
        /// What was sent.
        body: String,
    },
    /// A request at a path of the server's own.
    Own {
        /// The path.
        path: String,
        /// What was sent.
        body: String,
    },
    /// What a real endpoint answered.
    Answered {
        /// Whom it was asked of and what, which [`Answers`] finds it by.
        call: String,
        /// The answer, or the error's name and its cause.
        answer: Answer,
    },
}

/// Why there is no journal.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum JournalError {
    /// The folder cannot be used.
    #[error("cannot keep the state in {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Another process uses it.
    #[error("{} is used by another process", folder.display())]
    #[diagnostic(help("each server needs a folder of its own"))]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// What stands there is no file of a server's: a link that leads elsewhere, a pipe, a device.
    #[error("{} is no regular file", file.display())]
    #[diagnostic(help("give --state a folder that only sfn-tool writes"))]
    Irregular {
        /// What stands there.
        file: PathBuf,
    },
    /// A line that is not the last is broken.
    #[error("line {line} of {} is broken", file.display())]
    #[diagnostic(help(
        "what follows it depends on it; begin anew with another folder, or without the lines from there on"
    ))]
    Broken {
        /// The journal.
        file: PathBuf,
        /// Its line.
        line: usize,
    },
}

/// A journal that is written.
pub(super) struct Journal {
    file: Mutex<File>,
    /// Held as long as the server runs.
    _lock: File,
}

/// What was read of a journal.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// The entries.
    pub(super) entries: Vec<Entry>,
    /// A last line that was cut off: its number, and how many bytes of it there were.
    pub(super) cut: Option<(usize, usize)>,
}

impl Journal {
    /// Opens the journal of a folder, which is made where it is not there.
    ///
    /// # Errors
    /// When the folder cannot be used, or its journal is broken.
    pub(super) fn open(folder: &Path) -> Result<(Journal, Kept), JournalError> {
        let failed = |cause| JournalError::Folder {
            folder: folder.to_owned(),
            cause,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        // What is not there yet is made anew: nobody else's file is opened in between.
        let open = |name: &str| {
            let file = folder.join(name);
            let mut options = OpenOptions::new();
            options.read(true).write(true).truncate(false);
            match fs::symlink_metadata(&file) {
                Ok(found) if found.is_file() => {}
                Ok(found) if found.is_dir() => return Err(failed(io::ErrorKind::IsADirectory.into())),
                Ok(_) => return Err(JournalError::Irregular { file }),
                Err(_) => {
                    options.create_new(true);
                }
            }
            options.open(&file).map_err(failed)
        };
        let lock = open("lock")?;
        FileExt::try_lock(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::Taken {
                folder: folder.to_owned(),
            },
            TryLockError::Error(cause) => failed(cause),
        })?;
        let mut file = open("journal")?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (kept, length) = parse(&bytes).map_err(|line| JournalError::Broken {
            file: folder.join("journal"),
            line,
        })?;
        file.set_len(length as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let journal = Journal {
            file: Mutex::new(file),
            _lock: lock,
        };
        Ok((journal, kept))
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// When it cannot be written: the disk is full, say.
    pub(super) fn write(&self, entry: &Entry) -> io::Result<()> {
        let json = serde_json::to_string(entry)?;
        let line = format!("{:08x} {json}\n", checksum(json.as_bytes()));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = file.stream_position()?;
        let written = file.write_all(line.as_bytes());
        if written.is_err() {
            // What comes later must not stand behind half a line.
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))?;
        }
        written
    }

    /// Forgets all entries.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0)).map(drop)
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The entries of a journal, and how many of its bytes are whole lines; the number of a broken line before the last.
fn parse(bytes: &[u8]) -> Result<(Kept, usize), usize> {
    let mut kept = Kept::default();
    let mut whole = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match entry(line) {
            Some(entry) => {
                kept.entries.push(entry);
                whole += line.len();
            }
            None if whole + line.len() == bytes.len() && is_beginning(line) => {
                kept.cut = Some((index + 1, line.len()));
            }
            None => return Err(index + 1),
        }
    }
    Ok((kept, whole))
}

/// Whether it is what is left of a line of ours that was cut off: anybody else's text is not dropped.
fn is_beginning(line: &[u8]) -> bool {
    let (sum, json) = line.split_at(line.len().min(8));
    sum.iter().all(u8::is_ascii_hexdigit)
        && b" {\"at\":".starts_with(&json[..json.len().min(7)])
        && !line.ends_with(b"\n")
}

fn entry(line: &[u8]) -> Option<Entry> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, json) = line.split_once(' ')?;
    let sum = u32::from_str_radix(sum, 16).ok().filter(|_| sum.len() == 8)?;
    if sum != checksum(json.as_bytes()) {
        return None;
    }
    serde_json::from_str(json).ok()
}

/// What an endpoint answered: a result, or an error and its cause.
type Answer = Result<Value, CallError>;

/// The answers of endpoints that a journal holds, while it is replayed.
#[derive(Debug, Default)]
pub(super) struct Answers(HashMap<String, VecDeque<Answer>>);

impl Answers {
    /// Those of a journal's entries.
    pub(super) fn of(entries: &[Entry]) -> Answers {
        let mut answers = Answers::default();
        for entry in entries {
            if let What::Answered { call, answer } = &entry.what {
                answers
                    .0
                    .entry(call.clone())
                    .or_default()
                    .push_back(answer.clone());
            }
        }
        answers
    }

    /// The next answer to a call.
    pub(super) fn next(&mut self, call: &str) -> Option<Answer> {
        self.0.get_mut(call)?.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Entry {
        Entry {
            at: 1_700_000_000_123,
            what: What::Asked {
                operation: "CreateActivity".to_owned(),
                region: Some("eu-west-1".to_owned()),
                body: body.to_owned(),
            },
        }
    }

    #[test]
    fn a_journal_that_ends_anywhere_is_read_up_to_its_last_whole_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries = [asked("{\"name\": \"a\nb\"}"), asked("é"), asked("{}")];
        {
            let (journal, kept) = Journal::open(folder.path()).expect("a journal");
            assert_eq!(kept, Kept::default());
            for entry in &entries {
                journal.write(entry).expect("it is written");
            }
            // One process a folder.
            assert!(matches!(
                Journal::open(folder.path()),
                Err(JournalError::Taken { .. })
            ));
        }
        let path = folder.path().join("journal");
        let bytes = fs::read(&path).expect("the journal");
        let ends: Vec<usize> = (bytes.iter().enumerate())
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at + 1)
            .collect();
        assert_eq!(ends.len(), 3);
        for length in 0..=bytes.len() {
            fs::write(&path, &bytes[..length]).expect("it is cut");
            let (journal, kept) = Journal::open(folder.path()).expect("a journal");
            let whole = ends.iter().filter(|end| **end <= length).count();
            assert_eq!(kept.entries, entries[..whole], "{length}");
            let whole_bytes = ends.iter().rfind(|end| **end <= length).copied().unwrap_or(0);
            let cut = (length > whole_bytes).then_some((whole + 1, length - whole_bytes));
            assert_eq!(kept.cut, cut, "{length}");
            // It goes on behind the last whole line.
            journal.write(&entries[0]).expect("it is written");
            drop(journal);
            let (_, kept) = Journal::open(folder.path()).expect("a journal");
            assert_eq!((kept.entries.len(), kept.cut), (whole + 1, None));
        }
    }

    #[test]
    fn a_broken_line_before_the_last_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        {
            let (journal, _) = Journal::open(folder.path()).expect("a journal");
            journal.write(&asked("{}")).expect("it is written");
            journal.write(&asked("{}")).expect("it is written");
        }
        let path = folder.path().join("journal");
        let mut bytes = fs::read(&path).expect("the journal");
        bytes[20] ^= 1;
        fs::write(&path, bytes).expect("it is broken");
        assert!(matches!(
            Journal::open(folder.path()),
            Err(JournalError::Broken { line: 1, .. })
        ));
    }

    #[test]
    fn nobody_elses_text_is_taken_for_a_line_that_was_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        for text in [
            "precious\n",
            "notes",
            "deadbeef",
            "deadbeef notes",
            "0000abcd {}\n",
            "\0\0\0",
        ] {
            fs::write(&path, text).expect("it is written");
            let opened = Journal::open(folder.path());
            match text {
                // The beginning of a line, as far as it goes.
                "deadbeef" => assert!(opened.is_ok(), "{text:?}"),
                _ => {
                    assert!(
                        matches!(opened, Err(JournalError::Broken { line: 1, .. })),
                        "{text:?}"
                    );
                    assert_eq!(fs::read_to_string(&path).expect("the text"), text);
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let other = folder.path().join("other");
        for name in ["journal", "lock"] {
            let state = folder.path().join(name);
            fs::create_dir(&state).expect("a folder");
            fs::write(&other, "").expect("a file");
            // What it leads to is empty, or is not there, or never ends.
            for target in [other.as_path(), Path::new("nowhere"), Path::new("/dev/zero")] {
                let link = state.join(name);
                std::os::unix::fs::symlink(target, &link).expect("a link");
                assert!(matches!(
                    Journal::open(&state),
                    Err(JournalError::Irregular { .. })
                ));
                fs::remove_file(link).expect("it is removed");
            }
        }
    }

    #[test]
    fn answers_of_endpoints_come_in_their_order() {
        let answered = |call: &str, answer: i32| Entry {
            at: 0,
            what: What::Answered {
                call: call.to_owned(),
                answer: Ok(answer.into()),
            },
        };
        let mut answers = Answers::of(&[answered("a", 1), answered("b", 2), asked("{}"), answered("a", 3)]);
        assert_eq!(answers.next("a"), Some(Ok(1.into())));
        assert_eq!(answers.next("a"), Some(Ok(3.into())));
        assert_eq!(answers.next("a"), None);
        assert_eq!(answers.next("b"), Some(Ok(2.into())));
    }
}
