//! A file written whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::time::{Duration, Instant};

use super::temporary::Temporary;

/// Writes a file with `write`: a new one beside it takes its place when all is written. Links are followed; owner and
/// permissions of a file that was there are kept.
///
/// # Errors
/// When it cannot be written, is there and read-only, or would lose its owner or its other names.
pub(super) fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    write_at(&whole(path), write)
}

/// Where a path leads.
fn whole(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Writes a file at a path that is no link; one that has become a link is replaced, and not what it leads to.
fn write_at(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let old = match fs::metadata(target) {
        Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A pipe or a device holds nothing that could be half written.
        Ok(old) if !old.is_file() => return write(&mut open_stream(target, &old)?),
        Ok(old) if old.permissions().readonly() => return Err(denied("the file is read-only")),
        Ok(old) => Some(old),
        Err(_) => None,
    };
    if let Some(old) = &old {
        check_names(old)?;
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let new = Temporary::in_folder(folder)?;
    let Some(file) = new.as_file() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(old) = old {
        keep_owner(file, &old)?;
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    new.take_place_of(target)
}

/// So long a reader of a pipe may take to open it: it may have been started together with this call.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(1);

/// Opens a pipe or a device.
///
/// # Errors
/// When it cannot be opened, and for a pipe that nobody reads: opened as a file is, it would wait for a reader for ever.
#[cfg(unix)]
fn open_stream(target: &Path, about: &fs::Metadata) -> io::Result<fs::File> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    if !about.file_type().is_fifo() {
        return fs::File::create(target);
    }
    let since = Instant::now();
    let mut options = fs::OpenOptions::new();
    // The bits are those of the C library, whose type for them has a sign.
    options
        .write(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let file = loop {
        match options.open(target) {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
                if since.elapsed() > PATIENCE {
                    let words = "nobody reads the pipe: open it for reading first, as with `cat PIPE &`";
                    return Err(io::Error::new(io::ErrorKind::NotConnected, words));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            opened => break opened?,
        }
    };
    // A reader may be slow.
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

#[cfg(not(unix))]
fn open_stream(target: &Path, _: &fs::Metadata) -> io::Result<fs::File> {
    fs::File::create(target)
}

/// Writes `after` into a file that held `before` when it was read; `false`, and no change, when it holds something else by
/// now.
///
/// # Errors
/// Those of [`write`].
pub(super) fn replace(path: &Path, before: &str, after: &str) -> io::Result<bool> {
    // What was looked at is what is written, though a link may lead elsewhere by now.
    let target = whole(path);
    if !holds(&target, before) {
        return Ok(false);
    }
    write_at(&target, |out| out.write_all(after.as_bytes())).map(|()| true)
}

/// Whether a file holds this text and nothing else.
fn holds(path: &Path, text: &str) -> bool {
    let is_file = path.metadata().is_ok_and(|about| about.is_file());
    let mut now = Vec::new();
    let read = |file: fs::File| file.take(text.len() as u64 + 1).read_to_end(&mut now);
    is_file && fs::File::open(path).and_then(read).is_ok() && now == text.as_bytes()
}

fn denied(words: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, words)
}

/// A file that takes the place of one with several names would leave the others to the old text.
#[cfg(unix)]
fn check_names(old: &fs::Metadata) -> io::Result<()> {
    match std::os::unix::fs::MetadataExt::nlink(old) {
        0 | 1 => Ok(()),
        _ => Err(denied(
            "the file has other names (hard links), which would keep the old text",
        )),
    }
}

#[cfg(not(unix))]
fn check_names(_: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn keep_owner(new: &fs::File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = new.metadata()?;
    if (own.uid(), own.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid()))
        .map_err(|_| denied("the file belongs to another user or group, and would be yours"))
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("page.html");
        write(&path, |out| out.write_all(b"one")).expect("it is written");
        let failed = write(&path, |out| {
            out.write_all(b"two")?;
            Err(io::Error::other("stop"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).expect("it is there"), b"one");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert!(write(folder.path(), |_| Ok(())).is_err());
    }

    #[test]
    fn a_text_is_replaced_only_where_it_is_what_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "one").expect("it is written");
        for before in ["on", "onee", "two", ""] {
            assert!(
                !replace(&path, before, "x").expect("it is left alone"),
                "{before}"
            );
        }
        assert!(!replace(&folder.path().join("none"), "", "x").expect("there is none"));
        assert!(replace(&path, "one", "two").expect("it is written"));
        assert_eq!(fs::read(&path).expect("it is there"), b"two");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&path, "old").expect("it is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
        symlink(&path, &link).expect("a link");
        write(&link, |out| out.write_all(b"new")).expect("it is written");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(
            fs::metadata(&path).expect("it is there").permissions().mode() & 0o777,
            0o640
        );
        // The other name would keep the old text.
        fs::hard_link(&path, folder.path().join("other")).expect("a link");
        let refused = write(&path, |out| out.write_all(b"third")).expect_err("it has two names");
        assert!(refused.to_string().contains("hard links"), "{refused}");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
    }
}
