//! The mocks that executions get: chosen from files while a server runs, and those of the journal while it is replayed.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use rustc_hash::FxHashSet;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Began, Chose, What};
use crate::mocks::{Mocks, Written};
use crate::serve::Server;
use crate::serve::mocks::SourceError;
use crate::serve::running::{ApiError, Task};

/// What a journal says beyond the request that is done again, and what of it is remembered.
#[derive(Default)]
pub(in crate::serve) struct Replaying {
    /// With what the server was started that the entries are of.
    pub(in crate::serve) began: Option<Began>,
    /// The mocks of the execution that the request begins or lets go on.
    pub(super) chosen: Option<Chose>,
    mocks: HashMap<String, Arc<Mocks>>,
    /// What was answered to tasks that have asked this server, until they are told.
    pub(in crate::serve) answers: HashMap<Task, Result<Value, ApiError>>,
    /// The mocks that were written last, and their id.
    last: Option<(Arc<Mocks>, String)>,
    /// The ids of the mocks that the journal has.
    written: FxHashSet<String>,
}

impl Replaying {
    /// The mocks that the entry behind a request says, once.
    fn take_chosen(&mut self) -> Option<Result<Arc<Mocks>, SourceError>> {
        Some(match self.chosen.take()? {
            Chose::Mocks(id) => match self.mocks.get(&id) {
                Some(mocks) => Ok(mocks.clone()),
                None => Err(SourceError::Broken(format!("the journal has no mocks {id}"))),
            },
            Chose::Broken(why) => Err(SourceError::Broken(why)),
            Chose::UnknownCase => Err(SourceError::UnknownCase),
        })
    }

    /// The id of mocks, and their text where it has to be written first.
    fn id(&mut self, mocks: &Arc<Mocks>) -> (String, Option<Written>) {
        if let Some((last, id)) = &self.last
            && Arc::ptr_eq(last, mocks)
        {
            return (id.clone(), None);
        }
        let written = mocks.written();
        let mut hash = Sha256::new();
        hash.update((written.file.len() as u64).to_be_bytes());
        hash.update(written.file.as_bytes());
        hash.update(written.text.as_bytes());
        let id: String = hash.finalize()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.last = Some((mocks.clone(), id.clone()));
        let is_new = self.written.insert(id.clone());
        (id, is_new.then_some(written))
    }

    /// The journal has nothing any more.
    pub(in crate::serve) fn forget(&mut self) {
        self.last = None;
        self.written.clear();
    }
}

impl Server {
    /// Takes the mocks of an entry, which others name by their id.
    pub(super) fn learn_mocks(&self, id: &str, file: &str, text: &str) {
        let mut replaying = self.replaying();
        if replaying.mocks.contains_key(id) {
            return;
        }
        let written = Written {
            file: file.to_owned(),
            text: text.to_owned(),
        };
        replaying.written.insert(id.to_owned());
        // A line that its checksum fits is one of ours.
        if let Ok(mocks) = written.read() {
            replaying.mocks.insert(id.to_owned(), Arc::new(mocks));
        }
    }

    /// The mocks of an execution: those that `read` gives, which are kept where the state is; or those that were kept.
    ///
    /// # Errors
    /// Those of `read`.
    pub(in crate::serve) fn chosen_mocks(
        &self,
        read: &dyn Fn() -> Result<Arc<Mocks>, SourceError>,
    ) -> Result<Arc<Mocks>, SourceError> {
        if self.is_replaying() {
            let chosen = self.replaying().take_chosen();
            // The server was killed before it could choose: nobody was answered.
            return chosen.unwrap_or_else(read);
        }
        let chosen = read();
        if self.settings.state.is_some() {
            let (chose, new) = match &chosen {
                Ok(mocks) => {
                    let (id, new) = self.replaying().id(mocks);
                    (Chose::Mocks(id), new)
                }
                Err(SourceError::Broken(why)) => (Chose::Broken(why.clone()), None),
                Err(SourceError::UnknownCase) => (Chose::UnknownCase, None),
            };
            if let (Chose::Mocks(id), Some(Written { file, text })) = (&chose, new) {
                let id = id.clone();
                self.keep(|| What::Mocks { id, file, text });
            }
            self.keep(|| What::Chose(chose));
        }
        chosen
    }

    pub(in crate::serve) fn replaying(&self) -> MutexGuard<'_, Replaying> {
        self.replaying.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
