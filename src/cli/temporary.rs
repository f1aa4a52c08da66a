//! Temporary files that no signal leaves behind.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// The temporary files that there are. Whoever holds the lock keeps a signal waiting that would end the program.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn live() -> MutexGuard<'static, Vec<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A new file in `folder`, which is removed with this value unless it has been put in the place of another, and before a
/// signal ends the program.
pub(super) struct Temporary {
    /// `None` once it is in its place.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Temporary {
    /// # Errors
    /// When it cannot be made.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Temporary> {
        #[cfg(unix)]
        signals::watch();
        let mut builder = tempfile::Builder::new();
        // As any program makes files: the user's mask says who may read it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut live = live();
        let file = builder.tempfile_in(folder)?;
        let path = file.path().to_owned();
        live.push(path.clone());
        Ok(Temporary {
            file: Some(file),
            path,
        })
    }

    /// The file, for writing.
    pub(super) fn as_file(&self) -> Option<&std::fs::File> {
        self.file.as_ref().map(NamedTempFile::as_file)
    }

    /// Puts it in the place of the file at `target`.
    ///
    /// # Errors
    /// When it cannot be put there.
    pub(super) fn take_place_of(mut self, target: &Path) -> io::Result<()> {
        let live = live();
        let placed = match self.file.take() {
            Some(file) => file.persist(target).map(drop).map_err(|error| error.error),
            None => Ok(()),
        };
        // `self` is forgotten by the list when it is dropped.
        drop(live);
        placed
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut live = live();
        self.file = None;
        live.retain(|path| *path != self.path);
    }
}

#[cfg(unix)]
mod signals {
    use std::sync::Once;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    static WATCHED: Once = Once::new();

    /// Has the signals that end the program wait until its temporary files are gone.
    pub(super) fn watch() {
        WATCHED.call_once(|| {
            // A signal that the caller ignores (`nohup`) goes on being ignored.
            let ignored = ignored();
            let ending = [SIGHUP, SIGINT, SIGTERM]
                .into_iter()
                .filter(|signal| ignored >> (signal - 1) & 1 == 0);
            let Ok(mut signals) = Signals::new(ending) else {
                return;
            };
            let clean = move || {
                for signal in signals.forever() {
                    let mut live = super::live();
                    for path in live.drain(..) {
                        // What cannot be removed cannot be told to anybody any more.
                        let _ = std::fs::remove_file(path);
                    }
                    let _ = emulate_default_handler(signal);
                }
            };
            // Without a thread signals would end nothing: the program would have to be killed.
            if std::thread::Builder::new().spawn(clean).is_err() {
                for signal in [SIGHUP, SIGINT, SIGTERM] {
                    let _ = signal_hook::flag::register_conditional_default(
                        signal,
                        std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true)),
                    );
                }
            }
        });
    }

    /// The set of ignored signals, where the system tells it: bit 0 is signal 1 (proc_pid_status(5)).
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }
}
