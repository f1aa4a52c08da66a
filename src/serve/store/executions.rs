//! The records of executions: who was started, of what and with what.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Revision;
use crate::history::ChildExecution;

/// An execution, as far as it is known when it starts.
pub(in crate::serve) struct Record {
    /// What orders lists.
    pub(in crate::serve) number: u64,
    /// Its ARN.
    pub(in crate::serve) arn: Arc<str>,
    /// Its name.
    pub(in crate::serve) name: String,
    /// Its machine.
    pub(in crate::serve) machine_arn: String,
    /// The version that it runs, where one was named or an alias chose it.
    pub(in crate::serve) version_arn: Option<String>,
    /// The alias that it was started with.
    pub(in crate::serve) alias_arn: Option<String>,
    /// Its input's text as it was sent.
    pub(in crate::serve) input: Arc<str>,
    /// `traceHeader`
    pub(in crate::serve) trace_header: Option<String>,
    /// What it runs.
    pub(in crate::serve) revision: Arc<Revision>,
    /// Of a child execution of a Map Run, which is no execution of its own here: its Map Run and its items.
    pub(in crate::serve) child: Option<Arc<ChildExecution>>,
}

/// All executions.
#[derive(Default)]
pub(in crate::serve) struct Executions {
    all: HashMap<Arc<str>, Arc<Record>>,
    /// By their numbers: any of them may be the next to go.
    by_machine: HashMap<String, BTreeMap<u64, Arc<str>>>,
}

impl Executions {
    /// The execution of that ARN.
    pub(in crate::serve) fn get(&self, arn: &str) -> Option<&Arc<Record>> {
        self.all.get(arn)
    }

    /// Remembers an execution.
    pub(in crate::serve) fn insert(&mut self, record: Arc<Record>) {
        let of_machine = self.by_machine.entry(record.machine_arn.clone()).or_default();
        of_machine.insert(record.number, record.arn.clone());
        self.all.insert(record.arn.clone(), record);
    }

    /// Forgets an execution.
    pub(in crate::serve) fn remove(&mut self, arn: &str) {
        let Some(record) = self.all.remove(arn) else {
            return;
        };
        if let Some(of_machine) = self.by_machine.get_mut(&record.machine_arn) {
            of_machine.remove(&record.number);
            if of_machine.is_empty() {
                self.by_machine.remove(&record.machine_arn);
            }
        }
    }

    /// The executions of a machine, the oldest first.
    pub(in crate::serve) fn of_machine(&self, arn: &str) -> impl Iterator<Item = &Arc<Record>> {
        let of_machine = self.by_machine.get(arn);
        of_machine
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|arn| self.all.get(arn))
    }
}
