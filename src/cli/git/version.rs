//! The files of a revision, or of the index: listed by one call of git, and read through another that stays open.

use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::ops::Bound;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::child::{PATIENCE, Patient};
use super::{GitError, git, output};
use crate::source::limits::MAX_FILE_BYTES;
use crate::source::{self, Entry, ReadError, SourceFile, Version};

/// Where the files of a version are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Root {
    /// A tree, by its id.
    Tree(String),
    /// The index, of one of its stages: 0, unless it is one of a merge that is not done.
    Index(u8),
    /// Unknown: of a file that was named by its id alone.
    Nowhere,
}

/// A version of all files of a repository.
#[derive(Debug)]
pub(in crate::cli) struct GitVersion {
    /// What stands before the colon: `HEAD`, nothing for the index.
    name: String,
    root: Root,
    files: OnceLock<Result<BTreeMap<String, Listed>, String>>,
    reader: Mutex<Reader>,
}

/// A file of a version.
#[derive(Debug)]
struct Listed {
    entry: Entry,
    id: String,
}

impl GitVersion {
    pub(super) fn new(name: &str, root: Root) -> GitVersion {
        GitVersion {
            name: name.to_owned(),
            root,
            files: OnceLock::new(),
            reader: Mutex::default(),
        }
    }

    /// The regular files of a folder and its folders: the path of each from the top, and its id.
    ///
    /// # Errors
    /// When git fails.
    pub(in crate::cli) fn files_below(&self, folder: &str) -> Result<Vec<(String, String)>, GitError> {
        let files = self.files().map_err(|words| GitError::Failed {
            name: self.shown(folder),
            words: words.to_owned(),
        })?;
        let regular = below(files, folder).filter(|(_, listed)| listed.entry == Entry::File);
        Ok(regular
            .map(|(path, listed)| (path.clone(), listed.id.clone()))
            .collect())
    }

    /// The links and submodules of a folder and its folders: the path of each from the top, what it is, and its id.
    ///
    /// # Errors
    /// When git fails.
    pub(in crate::cli) fn not_followed_below(
        &self,
        folder: &str,
    ) -> Result<Vec<(String, Entry, String)>, GitError> {
        let files = self.files().map_err(|words| GitError::Failed {
            name: self.shown(folder),
            words: words.to_owned(),
        })?;
        let found =
            below(files, folder).filter(|(_, listed)| matches!(listed.entry, Entry::Link | Entry::Submodule));
        Ok(found
            .map(|(path, listed)| (path.clone(), listed.entry, listed.id.clone()))
            .collect())
    }

    /// The text of a file by its id, under the same limits as any other file; `name` is what it is called.
    ///
    /// # Errors
    /// When git fails, or the file is no text of a size that is read.
    pub(in crate::cli) fn read_by_id(
        &self,
        name: &str,
        shown: &str,
        id: &str,
    ) -> Result<Arc<SourceFile>, ReadError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.text(name, shown, id)
    }

    fn files(&self) -> Result<&BTreeMap<String, Listed>, &str> {
        let listed = self.files.get_or_init(|| match &self.root {
            Root::Tree(id) => {
                let all = ["ls-tree", "-r", "-z", "--full-tree", id];
                list(&all, |about| {
                    let mut words = about.split(' ');
                    let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
                    Some((mode, id))
                })
            }
            Root::Index(stage) => {
                let all = ["ls-files", "--stage", "-z", "--full-name", "--", ":/"];
                list(&all, |about| {
                    let mut words = about.split(' ');
                    let (mode, id, of) = (words.next()?, words.next()?, words.next()?);
                    // What is merged has one version for all stages.
                    (of == "0" || of.parse() == Ok(*stage)).then_some((mode, id))
                })
            }
            Root::Nowhere => {
                Err("it is named by its id, which says nothing of the files around it".to_owned())
            }
        });
        listed.as_ref().map_err(String::as_str)
    }

    fn listed(&self) -> Result<&BTreeMap<String, Listed>, ReadError> {
        self.files().map_err(|words| ReadError::Io {
            name: self.shown(""),
            cause: io::Error::other(words.to_owned()),
        })
    }
}

/// What stands below a folder.
fn below<'a>(files: &'a BTreeMap<String, Listed>, folder: &str) -> Range<'a, String, Listed> {
    if folder.is_empty() {
        return files.range::<str, _>(..);
    }
    // The byte after the slash ends it.
    let (first, last) = (format!("{folder}/"), format!("{folder}0"));
    files.range::<str, _>((Bound::Included(&*first), Bound::Excluded(&*last)))
}

/// The lines `ABOUT\tPATH` of a listing, of which `read` tells the mode and the id.
fn list<'a>(
    arguments: &[&str],
    read: impl Fn(&str) -> Option<(&str, &str)> + 'a,
) -> Result<BTreeMap<String, Listed>, String> {
    let listed = output("", arguments, |name, words| GitError::Failed { name, words });
    let listed = listed.map_err(|error| match error {
        GitError::Failed { words, .. } => words,
        other => other.to_string(),
    })?;
    let listed = String::from_utf8_lossy(&listed);
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let (mode, id) = read(about)?;
        let entry = match mode {
            "120000" => Entry::Link,
            "160000" => Entry::Submodule,
            mode if mode.starts_with("100") => Entry::File,
            _ => return None,
        };
        let id = id.to_owned();
        Some((path.to_owned(), Listed { entry, id }))
    };
    Ok(listed.split('\0').filter_map(entry).collect())
}

impl Version for GitVersion {
    fn shown(&self, path: &str) -> String {
        format!("{}:{path}", self.name)
    }

    fn entry(&self, path: &str) -> Result<Option<Entry>, ReadError> {
        let files = self.listed()?;
        Ok(match files.get(path) {
            Some(listed) => Some(listed.entry),
            None => below(files, path).next().map(|_| Entry::Folder),
        })
    }

    fn names(&self, folder: &str, most: usize) -> Vec<(String, Entry)> {
        let Ok(files) = self.listed() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let skipped = match folder.len() {
            0 => 0,
            length => length + 1,
        };
        let mut rest = below(files, folder);
        while let Some((path, listed)) = rest.next()
            && found.len() < most
        {
            match path[skipped..].split_once('/') {
                None => found.push((path[skipped..].to_owned(), listed.entry)),
                Some((name, _)) => {
                    found.push((name.to_owned(), Entry::Folder));
                    // Its files are passed over at once.
                    let own_end = format!("{}0", &path[..skipped + name.len()]);
                    let end = match folder.is_empty() {
                        true => None,
                        false => Some(format!("{folder}0")),
                    };
                    let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
                    rest = files.range::<str, _>((Bound::Included(&*own_end), end));
                }
            }
        }
        found
    }

    fn read(&self, path: &str) -> Result<Arc<SourceFile>, ReadError> {
        match self.listed()?.get(path) {
            Some(listed) => self.read_by_id(path, &self.shown(path), &listed.id),
            None => Err(ReadError::NotFound {
                name: self.shown(path),
            }),
        }
    }
}

/// So many bytes of text are kept: the files of a module read each other.
const MOST_KEPT: usize = 16 << 20;

/// Reads objects, through one git for all.
#[derive(Debug, Default)]
struct Reader {
    batch: Option<Batch>,
    kept: FxHashMap<String, Arc<SourceFile>>,
    bytes: usize,
}

impl Reader {
    fn text(&mut self, name: &str, shown: &str, id: &str) -> Result<Arc<SourceFile>, ReadError> {
        if let Some(kept) = self.kept.get(id) {
            return Ok(match kept.name() == name {
                true => kept.clone(),
                false => Arc::new(SourceFile::new(name, kept.text())),
            });
        }
        let batch = match &mut self.batch {
            Some(batch) => batch,
            none => none.insert(Batch::start().map_err(|cause| ReadError::io(shown, cause))?),
        };
        let read = batch.read(shown, id);
        // Of a git that has more to give, or none, nothing more is asked.
        if !batch.is_ready {
            self.batch = None;
        }
        let file = read?.with_name(name);
        let file = Arc::new(file);
        if self.bytes + file.text().len() > MOST_KEPT {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += file.text().len();
        self.kept.insert(id.to_owned(), file.clone());
        Ok(file)
    }
}

/// A git that gives the objects that it is asked for.
#[derive(Debug)]
struct Batch {
    child: Child,
    ids: ChildStdin,
    objects: BufReader<Patient>,
    /// Whether it waits for the next id.
    is_ready: bool,
}

impl Batch {
    fn start() -> io::Result<Batch> {
        let mut child = git(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ids), Some(objects)) => Ok(Batch {
                child,
                ids,
                objects: BufReader::new(Patient::of(objects, PATIENCE)),
                is_ready: true,
            }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn read(&mut self, shown: &str, id: &str) -> Result<SourceFile, ReadError> {
        self.is_ready = false;
        let io = |cause| ReadError::io(shown, cause);
        writeln!(self.ids, "{id}")
            .and_then(|()| self.ids.flush())
            .map_err(io)?;
        // `ID TYPE SIZE`, or `ID missing`.
        let mut head = String::new();
        (&mut self.objects).take(1024).read_line(&mut head).map_err(io)?;
        let mut words = head.split_whitespace().skip(1);
        let size = match (words.next(), words.next()) {
            (Some("blob"), Some(size)) => size.parse::<u64>().ok(),
            _ => None,
        };
        let Some(size) = size else {
            // It says so of an object that is not there, and ends over one that is broken.
            self.is_ready = head.trim_end().ends_with("missing");
            return Err(ReadError::NotInVersion {
                name: shown.to_owned(),
                why: "the repository does not have its content",
            });
        };
        if size > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge {
                name: shown.to_owned(),
                limit: MAX_FILE_BYTES,
            });
        }
        let mut bytes = Vec::new();
        (&mut self.objects)
            .take(size + 1)
            .read_to_end(&mut bytes)
            .map_err(io)?;
        if bytes.len() as u64 != size + 1 {
            return Err(io(io::ErrorKind::UnexpectedEof.into()));
        }
        self.is_ready = true;
        bytes.pop();
        source::read_from(shown, &*bytes)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
