//! A journal, done again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use rustc_hash::FxHashSet;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::needed::{About, needed};
use super::reading::Reading;
use super::{Asked, Began, Chose, Counts, Entry, FORM, Journal, JournalError, What};
use crate::asl::MachineType;
use crate::history::Time;
use crate::mocks::{Mocks, Written};
use crate::serve::mocks::SourceError;
use crate::serve::running::{ApiError, Task};
use crate::serve::{Server, api};

/// The operations that may change something. Of GetActivityTask what counts is who got which task: it is written when
/// there is one.
pub(in crate::serve) fn changes(operation: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "Create", "Update", "Delete", "Publish", "Start", "Stop", "Redrive", "SendTask", "Tag", "Untag",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| operation.starts_with(beginning))
}

/// What a journal says beyond the request that is done again, and what of it is remembered.
#[derive(Default)]
pub(in crate::serve) struct Replaying {
    /// With what the server was started that the entries are of.
    pub(in crate::serve) began: Option<Began>,
    /// The mocks of the execution that the request begins or lets go on.
    chosen: Option<Chose>,
    mocks: HashMap<String, Arc<Mocks>>,
    /// What was answered to tasks that have asked this server, until they are told.
    pub(in crate::serve) answers: HashMap<Task, Result<Value, ApiError>>,
    /// The mocks that were written last, and their id.
    last: Option<(Arc<Mocks>, String)>,
    /// The ids of the mocks that the journal has.
    written: HashSet<String>,
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

/// The members of UpdateStateMachine that a revision is made of.
const MEMBERS: [&str; 5] = [
    "definition",
    "roleArn",
    "loggingConfiguration",
    "tracingConfiguration",
    "encryptionConfiguration",
];

/// What is found out of a request before it is done again.
struct Target {
    sent: Value,
    /// The execution that it names.
    execution: Option<u64>,
    /// The machine that it names, by its ARN and its number.
    machine: Option<(String, Option<u64>)>,
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
        let mut abouts: Vec<About> = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        let (mut before, mut execution) = (None, 0);
        let mut next = reading.next()?;
        // What comes behind it is read by its form.
        let form = next.as_ref().map(|first| match &first.what {
            What::Began(began) => began.form,
            _ => 0,
        });
        if form.is_some_and(|form| form != FORM) {
            return Err(JournalError::OtherForm { file: reading.path() });
        }
        while let Some(entry) = next {
            next = reading.next()?;
            let at = Time::from_millis(entry.at);
            self.wall.stand_at(at);
            // What became due between two requests had happened when the second one came.
            if before.replace(entry.at) != Some(entry.at) {
                self.running.catch_up().await;
            }
            let chosen = match next.as_ref().map(|next| &next.what) {
                Some(What::Chose(chosen)) => Some(chosen.clone()),
                // The mocks stand before the entry that names them.
                Some(What::Mocks { id, file, text }) => {
                    self.learn_mocks(id, file, text);
                    Some(Chose::Mocks(id.clone()))
                }
                _ => None,
            };
            abouts.push(match entry.what {
                What::Began(began) => {
                    self.fits(&began, &reading)?;
                    self.replaying().began = Some(began);
                    About::Everything
                }
                What::Asked(asked) => {
                    self.replaying().chosen = chosen;
                    let about = self.ask_again(asked, at).await;
                    if let About::Start(number, _) | About::Execution(number) = about {
                        execution = number;
                    }
                    about
                }
                What::Own { path, body } => {
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
                    let machine_type = match express {
                        true => MachineType::Express,
                        false => MachineType::Standard,
                    };
                    let adoption = api::Adoption {
                        name,
                        definition,
                        machine_type,
                    };
                    // What was taken in then is taken in now.
                    let _ = api::adopt_again(self, &adoption, at);
                    About::Everything
                }
                What::Mocks { id, file, text } => {
                    self.learn_mocks(&id, &file, &text);
                    ids.push(id);
                    About::Mocks(ids.len() - 1)
                }
                What::Chose(Chose::Mocks(id)) => match ids.iter().rposition(|known| *known == id) {
                    Some(mocks) => About::Chose(execution, mocks),
                    None => About::Execution(execution),
                },
                What::Chose(_) => About::Execution(execution),
                What::Told(task, told) => {
                    self.replaying().answers.remove(&task);
                    self.running.tell(&task, at, told).await;
                    About::Execution(task.execution)
                }
                What::Counted(counts) => {
                    self.count_from(&counts);
                    About::Everything
                }
            });
        }
        if let Some((line, bytes)) = reading.cut() {
            (self.say)(&format!(
                "warning: line {line} of {}, the last one, was cut off after {bytes} bytes and is dropped: the request in it was \
                 not answered",
                reading.path().display()
            ));
        }
        let executions = self.running.numbers();
        let journal = self.compact(reading, &abouts, &executions)?;
        self.wall.go_on();
        Ok(journal)
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

    fn learn_mocks(&self, id: &str, file: &str, text: &str) {
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

    /// What a request names, before anything comes of it.
    fn target(&self, operation: &str, body: &str) -> Target {
        let sent: Value = serde_json::from_str(body).unwrap_or_default();
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let token = || self.running.number_of_token(text("taskToken")?);
        let execution = match operation {
            "SendTaskSuccess" | "SendTaskFailure" | "SendTaskHeartbeat" => token(),
            "UpdateMapRun" => text("mapRunArn").and_then(|arn| self.running.number_of_map_run(arn)),
            _ => text("executionArn").and_then(|arn| self.running.number(arn)),
        };
        let routed = || {
            sent.pointer("/routingConfiguration/0/stateMachineVersionArn")?
                .as_str()
        };
        let machine = [
            "stateMachineArn",
            "stateMachineVersionArn",
            "stateMachineAliasArn",
            "resourceArn",
        ]
        .iter()
        .find_map(|name| text(name))
        .or_else(routed)
        .map(base_of_machine);
        let number = machine.as_deref().and_then(|arn| self.machine_number(arn));
        Target {
            machine: machine.map(|arn| (arn, number)),
            execution,
            sent,
        }
    }

    fn machine_number(&self, arn: &str) -> Option<u64> {
        let store = self.store();
        store.machines.get(arn).map(|machine| machine.number)
    }

    /// What a request was about, by what came of it.
    fn about(&self, operation: &str, target: &Target, before: &Counts, answer: Option<&str>) -> About {
        let Some(answer) = answer else {
            return About::Nothing;
        };
        if operation == "GetActivityTask" {
            let answer: Value = serde_json::from_str(answer).unwrap_or_default();
            let token = answer.get("taskToken").and_then(Value::as_str);
            let number = token.and_then(|token| self.running.number_of_token(token));
            return number.map_or(About::Nothing, About::Execution);
        }
        if operation.starts_with("Start") {
            let machine = target.machine.as_ref().and_then(|(_, number)| *number);
            return match (self.running.count() > before.executions, machine) {
                (true, Some(machine)) => About::Start(before.executions + 1, machine),
                (true, None) => About::Everything,
                // The same call again.
                (false, _) => About::Nothing,
            };
        }
        if let Some(execution) = target.execution {
            return About::Execution(execution);
        }
        let made = || {
            let answer: Value = serde_json::from_str(answer).unwrap_or_default();
            Some(answer.get("stateMachineArn")?.as_str()?.to_owned())
        };
        let machine = match &target.machine {
            Some((_, Some(number))) => Some(*number),
            Some((_, None)) => None,
            None => made().and_then(|arn| self.machine_number(&arn)),
        };
        match (operation, machine) {
            ("UpdateStateMachine", Some(machine))
                if target.sent.get("publish") != Some(&Value::Bool(true)) =>
            {
                let is_new = answer.contains("\"revisionId\"");
                let given = MEMBERS.iter().enumerate().filter(|(_, name)| {
                    let member = target.sent.get(**name);
                    member.is_some_and(|member| !member.is_null())
                });
                let members = given.fold(0, |members, (bit, _)| members | 1 << bit);
                match is_new {
                    true => About::Revision(machine, members),
                    false => About::Nothing,
                }
            }
            (_, Some(machine)) => About::Machine(machine),
            // Activities, and what was not there.
            (_, None) => match &target.machine {
                Some((arn, None)) if arn.contains(":stateMachine:") => About::Nothing,
                _ => About::Everything,
            },
        }
    }

    fn about_own(&self, body: &str) -> About {
        let sent: Value = serde_json::from_str(body).unwrap_or_default();
        let arn = sent.get("executionArn").and_then(Value::as_str);
        let number = arn.and_then(|arn| self.running.number(arn));
        number.map_or(About::Nothing, About::Execution)
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

    pub(in crate::serve) fn replaying(&self) -> std::sync::MutexGuard<'_, Replaying> {
        self.replaying.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ARN of the machine that an ARN of it, of a version, an alias or a Map state of it begins with, without a test case.
fn base_of_machine(arn: &str) -> String {
    let end = |arn: &str| arn.find(['#', '/']).unwrap_or(arn.len());
    let plain = &arn[..end(arn)];
    plain.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}
