//! Reading a file's text: bounded, and never a panic over what it holds.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use super::limits::MAX_FILE_BYTES;
use super::{Input, SourceFile};
use crate::diagnostics::counted;

/// A file that cannot be read as text. One such file stops no other.
#[derive(Debug, Error)]
#[cfg_attr(feature = "cli", derive(miette::Diagnostic))]
pub enum ReadError {
    /// There is no such file, or it vanished since the folder was searched.
    #[error("{name} {}", gone(name))]
    #[cfg_attr(
        feature = "cli",
        diagnostic(help("give a definition, a template, a folder to search, or - for stdin"))
    )]
    NotFound {
        /// The path as it was given.
        name: String,
    },
    /// A folder without a file of the kind in it.
    #[error("no {what} in {name}{}", looked(*looked_at))]
    #[cfg_attr(feature = "cli", diagnostic(help("{}", searched(*looked_at))))]
    NothingInFolder {
        /// The folder.
        name: String,
        /// What it was searched for.
        what: String,
        /// How many files were looked at, where their content decides.
        looked_at: Option<usize>,
    },
    /// A folder where one file is needed.
    #[error("{name} is a folder")]
    #[cfg_attr(feature = "cli", diagnostic(help("name one file")))]
    IsFolder {
        /// The folder.
        name: String,
    },
    /// A pattern that fits nothing.
    #[error("no file matches {pattern}")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// A pattern that is none.
    #[error("{pattern} is neither a file nor a valid pattern: {message}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// More bytes than are read.
    #[error("{name} is larger than {} MiB", limit / (1024 * 1024))]
    #[cfg_attr(feature = "cli", diagnostic(help("AWS takes definitions of 1 MiB at most")))]
    TooLarge {
        /// The file.
        name: String,
        /// The most bytes of a file that are read.
        limit: u64,
    },
    /// A text of another encoding.
    #[error("{name} is encoded in {encoding}")]
    #[cfg_attr(feature = "cli", diagnostic(help("save it as UTF-8")))]
    Encoding {
        /// The file.
        name: String,
        /// What its first bytes say.
        encoding: &'static str,
    },
    /// Bytes that are no UTF-8.
    #[error("{name} is not UTF-8 text: byte {offset} does not begin a character")]
    #[cfg_attr(feature = "cli", diagnostic(help("save it as UTF-8")))]
    NotUtf8 {
        /// The file.
        name: String,
        /// Where the first such byte is.
        offset: usize,
    },
    /// A file that another one names, and that lies where it may not.
    #[error("{name} lies outside of {root}, and is not read: --allow-outside reads it")]
    #[cfg_attr(
        feature = "cli",
        diagnostic(help(
            "a file may name files of its own repository; --allow-outside lets it name others"
        ))
    )]
    Outside {
        /// The path as it is named.
        name: String,
        /// The folder that it would have to lie in.
        root: String,
    },
    /// A file of a version in git that is not to be had from it.
    #[error("{name} is not read: {why}")]
    NotInVersion {
        /// The path as it is named.
        name: String,
        /// Why not.
        why: &'static str,
    },
    /// A pipe, a device or a socket.
    #[error("{name} is no regular file")]
    #[cfg_attr(
        feature = "cli",
        diagnostic(help("give a file, - for stdin, or what the shell makes of <(COMMAND)"))
    )]
    NoRegularFile {
        /// The file.
        name: String,
    },
    /// Anything else that the system says.
    #[error("cannot read {name}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
}

/// Why there is no file of a name: there may be a link.
fn gone(name: &str) -> String {
    match std::fs::read_link(name) {
        Ok(target) => format!("is a link to {}, which does not exist", target.display()),
        Err(_) => "does not exist".to_owned(),
    }
}

/// How many files were looked at, for the end of a sentence.
fn looked(count: Option<usize>) -> String {
    count.map_or_else(String::new, |count| {
        format!(": {} looked at", counted(count, "file"))
    })
}

/// What a search looks for.
#[cfg(feature = "cli")]
fn searched(content_decides: Option<usize>) -> &'static str {
    match content_decides {
        None => "files of other names are read when they are named one by one, or by a pattern",
        Some(_) => {
            "looked for: definitions (*.asl.json, *.asl.yaml; StartAt and States in any JSON or YAML), templates of SAM and \
             CloudFormation, cdk.out, serverless.yml, Terraform, plans; left out: what .gitignore, include and exclude say, \
             hidden folders, node_modules and target"
        }
    }
}

impl ReadError {
    /// What to do where another file names it, whose paths begin at `start`: `the folder of the template`.
    pub fn help(&self, start: &str) -> Option<String> {
        match self {
            ReadError::NotFound { .. } | ReadError::IsFolder { .. } | ReadError::Io { .. } => {
                Some(format!("paths are relative to {start}"))
            }
            ReadError::Outside { .. } => Some(
                "a file may name files of its own repository; --allow-outside lets it name others".to_owned(),
            ),
            ReadError::Encoding { .. } | ReadError::NotUtf8 { .. } => Some("save it as UTF-8".to_owned()),
            _ => None,
        }
    }

    /// The file, folder or pattern that it is about.
    pub fn name(&self) -> &str {
        match self {
            ReadError::NotFound { name }
            | ReadError::NothingInFolder { name, .. }
            | ReadError::IsFolder { name }
            | ReadError::TooLarge { name, .. }
            | ReadError::Encoding { name, .. }
            | ReadError::NotUtf8 { name, .. }
            | ReadError::Outside { name, .. }
            | ReadError::NotInVersion { name, .. }
            | ReadError::NoRegularFile { name }
            | ReadError::Io { name, .. } => name,
            ReadError::NoMatch { pattern } | ReadError::Pattern { pattern, .. } => pattern,
        }
    }

    /// What it says, with what the system says.
    pub fn with_cause(&self) -> String {
        match self {
            ReadError::Io { cause, .. } => format!("{self}: {cause}"),
            other => other.to_string(),
        }
    }

    /// The error for what the system says about a file.
    pub(crate) fn io(name: impl Display, cause: io::Error) -> ReadError {
        let name = name.to_string();
        match cause.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound { name },
            io::ErrorKind::IsADirectory => ReadError::IsFolder { name },
            _ => ReadError::Io { name, cause },
        }
    }
}

/// Reads an input that a call names; `stdin_name` is what standard input is called. A file may lie anywhere, and is a
/// regular one, or a stream that the call was given open (`/dev/stdin`, and `/dev/fd/63`, which a shell makes of
/// `<(COMMAND)`). All are read up to one limit ([`MAX_FILE_BYTES`]).
///
/// # Errors
/// When there is no text in UTF-8 to be had from it, or too much.
pub fn read(input: &Input, stdin_name: &str) -> Result<Arc<SourceFile>, ReadError> {
    #[cfg(feature = "cli")]
    super::known_reads::remember(match input {
        Input::Stdin => Path::new("/dev/stdin"),
        Input::File(path) => path,
    });
    #[cfg(feature = "cli")]
    if let Input::File(path) = input
        && let Some(file) = super::unsaved::unsaved(path, &path.display().to_string())
    {
        return Ok(file);
    }
    let (name, bytes) = match input {
        Input::Stdin => (stdin_name.to_owned(), bytes(io::stdin().lock())),
        Input::File(path) => (path.display().to_string(), open(path)?.and_then(bytes)),
    };
    let bytes = bytes.map_err(|cause| ReadError::io(&name, cause))?;
    let text = decode(&name, bytes)?;
    let file = SourceFile::new(name, text);
    Ok(Arc::new(match input {
        Input::Stdin => file.of_stdin(),
        Input::File(_) => file,
    }))
}

/// Opens a file that a call names.
fn open(path: &Path) -> Result<io::Result<File>, ReadError> {
    // Looked at before it is opened: opening a pipe waits for its other end.
    if let Ok(about) = path.metadata()
        && !about.is_file()
        && !about.is_dir()
        && !is_open_already(path)
    {
        let name = path.display().to_string();
        return Err(ReadError::NoRegularFile { name });
    }
    Ok(File::open(path))
}

/// Whether a path is that of a stream that the process was given open.
pub(super) fn is_open_already(path: &Path) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    path.to_str().is_some_and(|path| {
        path == "/dev/stdin"
            || ["/dev/fd/", "/proc/self/fd/"]
                .iter()
                .any(|folder| path.strip_prefix(folder).is_some_and(number))
    })
}

/// Reads a text from anywhere, under the limits of files; `name` is what it is called.
///
/// # Errors
/// Those of [`read`].
pub fn read_from(name: &str, from: impl Read) -> Result<SourceFile, ReadError> {
    let bytes = bytes(from).map_err(|cause| ReadError::io(name, cause))?;
    Ok(SourceFile::new(name, decode(name, bytes)?))
}

/// At most one byte more than a file may have.
pub(super) fn bytes(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<String, ReadError> {
    let name = || name.to_owned();
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge {
            name: name(),
            limit: MAX_FILE_BYTES,
        });
    }
    if let Some(encoding) = other_encoding(&bytes) {
        return Err(ReadError::Encoding {
            name: name(),
            encoding,
        });
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
        name: name(),
        offset: error.utf8_error().valid_up_to(),
    })
}

/// The encoding that the first bytes tell when it is not UTF-8: by the byte-order mark, or by the NUL bytes that ASCII
/// has in the wide encodings.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] => Some("UTF-32, little endian"),
        [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32, big endian"),
        [0xFF, 0xFE, ..] => Some("UTF-16, little endian"),
        [0xFE, 0xFF, ..] => Some("UTF-16, big endian"),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some("UTF-16, little endian"),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some("UTF-16, big endian"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        decode("x", bytes.to_vec()).map_or_else(|error| error.to_string(), |text| format!("{text:?}"))
    }

    #[test]
    fn what_is_no_utf8_is_named() {
        assert_eq!(
            refused(b"{\"a\": \"\xe9\"}"),
            "x is not UTF-8 text: byte 7 does not begin a character"
        );
        let wide: Vec<u8> = "{\"a\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(refused(&wide), "x is encoded in UTF-16, little endian");
        assert_eq!(
            refused(&[&[0xFE, 0xFF], &b"\0{\0}"[..]].concat()),
            "x is encoded in UTF-16, big endian"
        );
        assert_eq!(refused("\u{feff}{}".as_bytes()), "\"\\u{feff}{}\"");
        assert_eq!(refused(b""), "\"\"");
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let read =
            |path: &std::path::Path| read(&Input::of(path), "<stdin>").map(|file| file.text().to_owned());
        assert!(matches!(read(folder.path()), Err(ReadError::IsFolder { .. })));
        assert!(matches!(
            read(&folder.path().join("x")),
            Err(ReadError::NotFound { .. })
        ));
        let large = folder.path().join("large.json");
        File::create(&large).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        assert!(matches!(read(&large), Err(ReadError::TooLarge { .. })));
        #[cfg(unix)]
        assert!(matches!(
            read(std::path::Path::new("/dev/zero")),
            Err(ReadError::NoRegularFile { .. })
        ));
    }

    #[test]
    fn streams_that_are_open_already_are_known_by_their_paths() {
        for (path, is_open) in [
            ("/dev/stdin", true),
            ("/dev/fd/63", true),
            ("/proc/self/fd/0", true),
            ("/dev/fd/", false),
            ("/dev/fd/1/x", false),
            ("/dev/zero", false),
            ("dev/fd/1", false),
        ] {
            assert_eq!(is_open_already(Path::new(path)), is_open, "{path}");
        }
    }
}
