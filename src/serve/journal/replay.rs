//! A journal, done again.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::needed::{About, needed};
use super::reading::Reading;
use super::{Asked, Began, Chose, Entry, FORM, Journal, JournalError, What};
use crate::asl::MachineType;
use crate::history::Time;
use crate::serve::running::ApiError;
use crate::serve::{Server, api};

/// What was found out of the entries so far.
#[derive(Default)]
struct Seen {
    /// What each is about.
    abouts: Vec<About>,
    /// The place of the last entry with the mocks of an id, counted among those with mocks.
    mocks: FxHashMap<String, usize>,
    /// How many entries have mocks.
    with_mocks: usize,
    /// The execution that the last request has started or lets go on: it gets what the entry behind chooses.
    execution: u64,
}

impl Server {
    /// Does what the entries of a journal say, at the moments that they say. Nobody is called again who has answered. Entries
    /// that nothing depends on any more are dropped where they are most of the journal.
    ///
    /// # Errors
    /// When the journal is broken, or was kept with settings that ARNs and ids depend on and that are others now.
    pub(in crate::serve) async fn replay(
        self: &Arc<Self>,
        mut reading: Reading,
    ) -> Result<Journal, JournalError> {
        let mut seen = Seen::default();
        let mut next = reading.next()?;
        // What comes behind the first entry is read by its form.
        let form = next.as_ref().map(|first| match &first.what {
            What::Began(began) => began.form,
            _ => 0,
        });
        if form.is_some_and(|form| form != FORM) {
            return Err(JournalError::OtherForm { file: reading.path() });
        }
        let mut last_at = None;
        while let Some(entry) = next {
            next = reading.next()?;
            let at = Time::from_millis(entry.at);
            self.wall.stand_at(at);
            // What became due between two requests had happened when the second one came.
            if last_at.replace(entry.at) != Some(entry.at) {
                self.running.catch_up().await;
            }
            if let What::Began(began) = &entry.what {
                self.fits(began, &reading)?;
            }
            if matches!(entry.what, What::Asked(_)) {
                self.replaying().chosen = next.as_ref().and_then(|next| self.choice(&next.what));
            }
            let about = self.again(entry.what, at, &mut seen).await;
            seen.abouts.push(about);
        }
        if let Some((line, bytes)) = reading.cut() {
            (self.say)(&format!(
                "warning: line {line} of {}, the last one, was cut off after {bytes} bytes and is dropped: the request in it was \
                 not answered",
                reading.path().display()
            ));
        }
        let executions = self.running.numbers();
        let journal = self.compact(reading, &seen.abouts, &executions)?;
        self.wall.go_on();
        Ok(journal)
    }

    /// What the entry behind a request says of the mocks that an execution got by it.
    fn choice(&self, behind: &What) -> Option<Chose> {
        match behind {
            What::Chose(chosen) => Some(chosen.clone()),
            // New mocks stand before the entry that names them.
            What::Mocks { id, file, text } => {
                self.learn_mocks(id, file, text);
                Some(Chose::Mocks(id.clone()))
            }
            _ => None,
        }
    }

    /// Does what an entry says; gives what it is about.
    async fn again(self: &Arc<Self>, what: What, at: Time, seen: &mut Seen) -> About {
        match what {
            What::Began(began) => {
                self.replaying().began = Some(began);
                About::Everything
            }
            What::Asked(asked) => {
                let about = self.ask_again(asked, at).await;
                if let About::Start(execution, _) | About::Execution(execution) = about {
                    seen.execution = execution;
                }
                about
            }
            What::Own { path, body } => {
                // Looked for before it is done: the execution may end by it, and be forgotten.
                let about = self.about_own(&body);
                drop(self.own(&path, body.as_bytes(), at).await);
                about
            }
            What::Adopted {
                name,
                definition,
                express,
                counts,
            } => {
                self.count_from(&counts);
                let adoption = api::Adoption {
                    name,
                    definition,
                    machine_type: match express {
                        true => MachineType::Express,
                        false => MachineType::Standard,
                    },
                };
                // What was taken in then is taken in now.
                let _ = api::adopt_again(self, &adoption, at);
                About::Everything
            }
            What::Mocks { id, file, text } => {
                self.learn_mocks(&id, &file, &text);
                seen.mocks.insert(id, seen.with_mocks);
                seen.with_mocks += 1;
                About::Mocks(seen.with_mocks - 1)
            }
            What::Chose(Chose::Mocks(id)) => match seen.mocks.get(&id) {
                Some(mocks) => About::Chose(seen.execution, *mocks),
                None => About::Execution(seen.execution),
            },
            What::Chose(_) => About::Execution(seen.execution),
            What::Told(task, told) => {
                self.replaying().answers.remove(&task);
                self.running.tell(&task, at, told).await;
                About::Execution(task.execution)
            }
            What::Counted(counts) => {
                self.count_from(&counts);
                About::Everything
            }
        }
    }

    async fn ask_again(self: &Arc<Self>, asked: Asked, at: Time) -> About {
        let Asked {
            operation,
            region,
            body,
            counts,
            by,
        } = asked;
        self.count_from(&counts);
        let target = self.target(&operation, &body);
        let answer = api::answer_to(self, &operation, body.as_bytes(), Some(&region), at).await;
        let about = self.about(&operation, &target, &counts, answer.as_deref().ok());
        if let Some(by) = by {
            let answer = match answer {
                Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
                Err(fault) => Err(ApiError {
                    code: fault.code.to_owned(),
                    message: fault.message,
                }),
            };
            self.replaying().answers.insert(by, answer);
        }
        about
    }

    /// The journal, to be written on: without what is not needed, where that is most of it.
    fn compact(
        &self,
        reading: Reading,
        abouts: &[About],
        executions: &FxHashSet<u64>,
    ) -> Result<Journal, JournalError> {
        let machines: Vec<u64> = {
            let store = self.store();
            store.machines.values().map(|machine| machine.number).collect()
        };
        let needed = needed(abouts, executions, machines);
        let kept = needed.iter().filter(|needed| **needed).count();
        if needed.is_empty() || kept * 2 > needed.len() {
            return reading.finish();
        }
        self.replaying().forget();
        let counted = Entry {
            at: self.wall.now().millis(),
            what: What::Counted(self.counts()),
        };
        reading.finish_with(&needed, &counted)
    }

    /// Whether everything that ARNs and ids are made of is as it was.
    ///
    /// # Errors
    /// The first setting that is not.
    fn fits(&self, began: &Began, reading: &Reading) -> Result<(), JournalError> {
        let settings = &self.settings;
        for (option, kept, given) in [
            ("--account", began.account.clone(), settings.account.clone()),
            ("--region", began.region.clone(), settings.region.clone()),
            ("--seed", began.seed.to_string(), settings.seed.to_string()),
        ] {
            if kept != given {
                let folder = reading.folder();
                return Err(JournalError::OtherSetting {
                    folder,
                    option,
                    kept,
                    given,
                });
            }
        }
        Ok(())
    }
}
