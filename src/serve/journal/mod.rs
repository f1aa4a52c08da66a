//! The journal of `--state DIR`: what was asked of the server, one line a request, written before it is answered, and what
//! executions were told from outside. The server being deterministic, that is its whole state: a new one that is asked and
//! told the same at the same moments is where the old one was. What depends on files and options stands in it, too: the mocks
//! that an execution got, and with what the server was started.
//!
//! ```text
//! reading.rs  reading it line by line, and writing it anew without what is not needed
//! replay.rs   doing again what it says
//! chosen.rs   the mocks that executions get, and got
//! about.rs    which execution or machine a request was about
//! needed.rs   which entries what is known now depends on
//! ```
//!
//! A line is a CRC-32 in eight hexadecimal digits, a blank, and the entry in JSON. The sum is that of the entry and of the sum
//! of the line before, so that a line that is gone, there twice or in another place is as broken as a changed one. A last line
//! that was cut off is dropped; any other broken one is an error, for what comes after it means something else without it.

mod about;
mod chosen;
mod needed;
mod reading;
mod replay;

pub(super) use chosen::Replaying;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::Crc;
use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use self::reading::Reading;
use super::running::{Task, Tells};
use super::store::Given;

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
    /// A server began. The first entry is one.
    Began(Began),
    /// A request of the API that may change something, whatever came of it.
    Asked(Asked),
    /// A request at a path of the server's own.
    Own {
        /// The path.
        path: String,
        /// What was sent.
        body: String,
    },
    /// A machine of a file was made or changed.
    Adopted {
        /// Its name.
        name: String,
        /// Its definition's text.
        definition: String,
        /// Whether it is an Express one.
        express: bool,
        /// The server's counts before.
        counts: Counts,
    },
    /// Mocks, which the entries behind it name by their id.
    Mocks {
        /// Their id.
        id: String,
        /// The file that they are read from as if it held the text.
        file: String,
        /// Their text.
        text: String,
    },
    /// What the execution got that the entry before it starts or lets go on.
    Chose(Chose),
    /// What an execution was told of a call of its own.
    Told(Task, Tells),
    /// The counts at this point: what was counted before it may be there no more.
    Counted(Counts),
}

/// The mocks of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Chose {
    /// These.
    Mocks(String),
    /// None, for a file could not be used, and why.
    Broken(String),
    /// None, for there was no such test case.
    UnknownCase,
}

/// The operations that may change something. Of GetActivityTask what counts is who got which task: it is written when
/// there is one.
pub(super) fn changes(operation: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "Create", "Update", "Delete", "Publish", "Start", "Stop", "Redrive", "SendTask", "Tag", "Untag",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| operation.starts_with(beginning))
}

/// A request of the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) operation: String,
    /// The region of it.
    pub(super) region: String,
    /// What was sent.
    pub(super) body: String,
    /// The server's counts before.
    pub(super) counts: Counts,
    /// The task that asks, where no client does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<Task>,
}

/// What a server was started with, as far as answers depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Began {
    /// The form of the journal.
    pub(super) form: u32,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) seed: u64,
    pub(super) clock: String,
    /// The services with an endpoint.
    pub(super) endpoints: Vec<String>,
}

/// The form that this tool writes. In the first, no line knew of the one before it.
pub(super) const FORM: u32 = 2;

/// How much of everything that is counted there was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// Ids, by purpose.
    pub(super) ids: Given,
    /// What lists are ordered by.
    pub(super) numbers: u64,
    /// Executions.
    pub(super) executions: u64,
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
    /// A line that is not the last is broken, or one before it is missing.
    #[error("line {line} of {} is broken, or does not follow the line before it", file.display())]
    #[diagnostic(help(
        "what follows it depends on it; begin anew with another folder, or without the lines from there on"
    ))]
    Broken {
        /// The journal.
        file: PathBuf,
        /// Its line.
        line: usize,
    },
    /// It was written by a version of the tool that writes another form.
    #[error("{} was written by another version of sfn-tool", file.display())]
    #[diagnostic(help("begin anew with another folder, or go on with that version"))]
    OtherForm {
        /// The journal.
        file: PathBuf,
    },
    /// Every ARN and id in it was made with another setting.
    #[error("the state in {} was kept with {option} {kept}, and now it is {given}", folder.display())]
    #[diagnostic(help("start the server with {option} {kept}, or with another folder"))]
    OtherSetting {
        /// The folder.
        folder: PathBuf,
        /// The option.
        option: &'static str,
        /// What it was.
        kept: String,
        /// What it is.
        given: String,
    },
}

/// A journal that is written.
pub(super) struct Journal {
    end: Mutex<End>,
    /// Held as long as the server runs.
    _lock: File,
}

/// Where the next line is written.
struct End {
    file: File,
    /// The sum of the last line.
    sum: Sum,
}

/// What a line says of itself and of all that stand before it; `None` before the first.
type Sum = Option<u32>;

/// Opens a file of the folder. What is not there yet is made anew: nobody else's file is opened in between.
fn open(folder: &Path, name: &str) -> Result<File, JournalError> {
    let file = folder.join(name);
    let failed = |cause| JournalError::Folder {
        folder: folder.to_owned(),
        cause,
    };
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
}

impl Journal {
    /// Opens the journal of a folder, which is made where it is not there, to be read to its end before it is written.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub(super) fn open(folder: &Path) -> Result<Reading, JournalError> {
        let failed = |cause| JournalError::Folder {
            folder: folder.to_owned(),
            cause,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = open(folder, "lock")?;
        FileExt::try_lock(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::Taken {
                folder: folder.to_owned(),
            },
            TryLockError::Error(cause) => failed(cause),
        })?;
        Ok(Reading::new(folder.to_owned(), open(folder, "journal")?, lock))
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// When it cannot be written: the disk is full, say.
    pub(super) fn write(&self, entry: &Entry) -> io::Result<()> {
        let json = serde_json::to_string(entry)?;
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = end.file.stream_position()?;
        let (line, sum) = line(end.sum, &json);
        let written = end.file.write_all(line.as_bytes());
        if written.is_err() {
            // What comes later must not stand behind half a line.
            end.file.set_len(whole)?;
            end.file.seek(SeekFrom::Start(whole))?;
            return written;
        }
        end.sum = Some(sum);
        Ok(())
    }

    /// Forgets all entries.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.file.set_len(0)?;
        end.sum = None;
        end.file.seek(SeekFrom::Start(0)).map(drop)
    }
}

/// The line of an entry's JSON behind a line with the sum `before`, and its own sum.
fn line(before: Sum, json: &str) -> (String, u32) {
    let sum = checksum(before, json);
    (format!("{sum:08x} {json}\n"), sum)
}

fn checksum(before: Sum, json: &str) -> u32 {
    let mut crc = Crc::new();
    if let Some(before) = before {
        crc.update(&before.to_be_bytes());
    }
    crc.update(json.as_bytes());
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: &str) -> Entry {
        Entry {
            at: 1_700_000_000_123,
            what: What::Asked(Asked {
                operation: "CreateActivity".to_owned(),
                region: "eu-west-1".to_owned(),
                body: body.to_owned(),
                counts: Counts::default(),
                by: None,
            }),
        }
    }

    /// All entries of a folder's journal, and the last line, where it was cut off.
    type Kept = (Vec<Entry>, Option<(usize, usize)>);

    /// Reads a folder's journal, and goes on with it.
    fn read(folder: &Path) -> Result<(Journal, Kept), JournalError> {
        let mut reading = Journal::open(folder)?;
        let mut entries = Vec::new();
        while let Some(entry) = reading.next()? {
            entries.push(entry);
        }
        let cut = reading.cut();
        Ok((reading.finish()?, (entries, cut)))
    }

    #[test]
    fn a_journal_that_ends_anywhere_is_read_up_to_its_last_whole_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries = [asked("{\"name\": \"a\nb\"}"), asked("é"), asked("{}")];
        {
            let (journal, kept) = read(folder.path()).expect("a journal");
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
            let (journal, kept) = read(folder.path()).expect("a journal");
            let whole = ends.iter().filter(|end| **end <= length).count();
            assert_eq!(kept.0, entries[..whole], "{length}");
            let whole_bytes = ends.iter().rfind(|end| **end <= length).copied().unwrap_or(0);
            let cut = (length > whole_bytes).then_some((whole + 1, length - whole_bytes));
            assert_eq!(kept.1, cut, "{length}");
            // It goes on behind the last whole line.
            journal.write(&entries[0]).expect("it is written");
            drop(journal);
            let (_, kept) = read(folder.path()).expect("a journal");
            assert_eq!((kept.0.len(), kept.1), (whole + 1, None));
        }
    }

    #[test]
    fn a_broken_line_before_the_last_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        {
            let (journal, _) = read(folder.path()).expect("a journal");
            journal.write(&asked("{}")).expect("it is written");
            journal.write(&asked("{}")).expect("it is written");
        }
        let path = folder.path().join("journal");
        let mut bytes = fs::read(&path).expect("the journal");
        bytes[20] ^= 1;
        fs::write(&path, bytes).expect("it is broken");
        assert!(matches!(
            read(folder.path()),
            Err(JournalError::Broken { line: 1, .. })
        ));
    }

    /// Whole lines, each as it was written, in another order or number.
    #[test]
    fn a_line_that_is_gone_or_elsewhere_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        {
            let (journal, _) = read(folder.path()).expect("a journal");
            for body in ["0", "1", "1", "3", "4"] {
                journal.write(&asked(body)).expect("it is written");
            }
        }
        let path = folder.path().join("journal");
        let text = fs::read_to_string(&path).expect("the journal");
        let lines: Vec<&str> = text.lines().collect();
        // The lines that are left, and the first that does not follow.
        for (left, broken) in [
            (&[0, 1, 2, 3, 4][..], None),
            // Nobody can tell from a server that was killed before it wrote them.
            (&[0, 1, 2], None),
            (&[1, 2, 3, 4], Some(1)),
            (&[0, 2, 3, 4], Some(2)),
            (&[0, 1, 3, 4], Some(3)),
            (&[0, 1, 1, 2, 3, 4], Some(3)),
            (&[0, 1, 2, 3, 4, 4], Some(6)),
            (&[0, 1, 2, 4, 3], Some(4)),
            (&[0, 2, 1, 3, 4], Some(2)),
            (&[0, 0], Some(2)),
        ] {
            let text: String = left.iter().map(|line| format!("{}\n", lines[*line])).collect();
            fs::write(&path, &text).expect("it is written");
            let found = match read(folder.path()) {
                Ok(_) => None,
                Err(JournalError::Broken { line, .. }) => Some(line),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(found, broken, "{left:?}");
            assert_eq!(fs::read_to_string(&path).expect("the journal"), text);
        }
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
            let opened = read(folder.path());
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
    fn what_is_not_needed_is_dropped_in_one_step() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries: Vec<Entry> = (0..6).map(|number| asked(&number.to_string())).collect();
        {
            let (journal, _) = read(folder.path()).expect("a journal");
            for entry in &entries {
                journal.write(entry).expect("it is written");
            }
        }
        // What a server has left that was killed while it did this.
        fs::write(folder.path().join("journal.new"), "half").expect("it is written");
        let mut reading = Journal::open(folder.path()).expect("a journal");
        while reading.next().expect("an entry").is_some() {}
        let counted = Entry {
            at: 1,
            what: What::Counted(Counts::default()),
        };
        let journal = reading.finish_with(&[true, false, false, false, false, true], &counted);
        let journal = journal.expect("a journal");
        journal.write(&entries[3]).expect("it is written");
        drop(journal);
        assert!(!folder.path().join("journal.new").exists());
        let (_, (kept, _)) = read(folder.path()).expect("a journal");
        assert_eq!(
            kept,
            [&entries[0], &entries[5], &counted, &entries[3]].map(Entry::clone)
        );
    }
}
