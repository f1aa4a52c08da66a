//! What a history says of the execution as a whole: its input, start, names and role.

use std::sync::Arc;

use crate::history::{EventKind, Gap, History, Recording};
use crate::simulate::{MachineType, Settings, Time};
use crate::source;
use crate::value::Value;

/// Input, start, names and role of a recorded execution.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The input.
    pub input: Value,
    /// The input's text, as it was sent.
    pub input_text: Arc<str>,
    /// When it started; `None` when the history does not say.
    pub start: Option<Time>,
    /// The execution role.
    pub role_arn: Option<Arc<str>>,
    /// Standard or Express, where an ARN tells.
    pub machine_type: Option<MachineType>,
    /// The region, where an ARN tells.
    pub region: Option<Arc<str>>,
    /// The account, where an ARN tells.
    pub account: Option<Arc<str>>,
    /// The state machine's name, where an ARN tells.
    pub machine_name: Option<Arc<str>>,
    /// The execution's name, where an ARN tells.
    pub execution_name: Option<Arc<str>>,
    /// What an Express execution's ARN ends with, where one tells.
    pub express_id: Option<Arc<str>>,
}

/// A history that no execution can be run from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The first event is missing.
    #[error("the history does not begin with ExecutionStarted")]
    NoStart,
    /// The input is not there.
    #[error("the history holds no data: its ExecutionStarted has no input")]
    NoInput,
    /// The input is there, and not all of it.
    #[error("the input of ExecutionStarted is truncated in the history")]
    CutInput,
    /// The input is there, and no JSON.
    #[error("the input of ExecutionStarted is not JSON: {0}")]
    BadInput(String),
}

impl miette::Diagnostic for OriginError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(match self {
            OriginError::NoStart => {
                "export all of it: aws stepfunctions get-execution-history --execution-arn ARN (without --no-paginate and \
                 --max-items), or give all pages in one list"
            }
            OriginError::NoInput => {
                "export it with its data: aws stepfunctions get-execution-history --include-execution-data"
            }
            OriginError::CutInput => "put the whole input into the event and remove its inputDetails",
            OriginError::BadInput(_) => "the history was changed after it was exported",
        }))
    }
}

impl Origin {
    /// Reads the first event and the ARNs.
    ///
    /// # Errors
    /// When there is no first event, or no input in it.
    pub fn of(recording: &Recording) -> Result<Origin, OriginError> {
        let history = &recording.history;
        let first = history.events().first().ok_or(OriginError::NoStart)?;
        let EventKind::ExecutionStarted { input, role_arn } = &first.kind else {
            return Err(OriginError::NoStart);
        };
        match history.gap(0) {
            Some(Gap::Absent) => return Err(OriginError::NoInput),
            Some(Gap::Cut) => return Err(OriginError::CutInput),
            None => {}
        }
        let input_text = input.clone();
        let input = source::parse_value(&input_text).map_err(|error| OriginError::BadInput(error.message))?;
        let mut origin = Origin {
            input,
            input_text,
            start: history.is_timed().then_some(first.at),
            role_arn: Some(role_arn.clone()).filter(|arn| !arn.is_empty()),
            machine_type: None,
            region: None,
            account: None,
            machine_name: None,
            execution_name: None,
            express_id: None,
        };
        origin.read_events(history);
        for arn in recording.machine_arns.iter().chain(&recording.execution_arn) {
            origin.read_arn(arn);
        }
        Ok(origin)
    }

    /// Region and account, where no ARN of the execution tells: tasks are called in the region of the execution, its role
    /// is one of its account.
    fn read_events(&mut self, history: &History) {
        let part = |arn: &str, number: usize| -> Option<Arc<str>> {
            let part = arn.split(':').nth(number)?;
            (!part.is_empty()).then(|| Arc::from(part))
        };
        self.account = self.role_arn.as_deref().and_then(|role| part(role, 4));
        for event in history.events() {
            match &event.kind {
                EventKind::Scheduled(task) if self.region.is_none() => {
                    let function = || part(&task.target.resource, 3);
                    self.region = match task.region.is_empty() {
                        false => Some(task.region.clone()),
                        true => function(),
                    };
                }
                // `arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:ID`
                EventKind::MapRunStarted { map_run_arn } => {
                    self.region = part(map_run_arn, 3).or(self.region.take());
                    self.account = part(map_run_arn, 4).or(self.account.take());
                    let machine = part(map_run_arn, 6);
                    let machine = machine.and_then(|of| of.split('/').next().map(Arc::from));
                    self.machine_name = machine.or(self.machine_name.take());
                    return;
                }
                _ => {}
            }
        }
    }

    /// `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`, `...:express:MACHINE:NAME:ID`,
    /// `...:stateMachine:MACHINE:VERSION`.
    pub(super) fn read_arn(&mut self, arn: &str) {
        let parts: Vec<&str> = arn.split(':').collect();
        let ["arn", _, "states", region, account, what, machine, rest @ ..] = &parts[..] else {
            return;
        };
        self.region = Some(Arc::from(*region));
        self.account = Some(Arc::from(*account));
        self.machine_name = Some(Arc::from(*machine));
        match (*what, rest) {
            ("execution", [name]) => {
                self.machine_type = Some(MachineType::Standard);
                self.execution_name = Some(Arc::from(*name));
            }
            ("express", [name, id]) => {
                self.machine_type = Some(MachineType::Express);
                self.execution_name = Some(Arc::from(*name));
                self.express_id = Some(Arc::from(*id));
            }
            _ => {}
        }
    }

    /// Puts what the history says into `settings`.
    pub fn apply(&self, settings: &mut Settings) {
        let set = |to: &mut Arc<str>, from: &Option<Arc<str>>| {
            if let Some(from) = from {
                *to = from.clone();
            }
        };
        set(&mut settings.region, &self.region);
        set(&mut settings.account, &self.account);
        set(&mut settings.machine_name, &self.machine_name);
        set(&mut settings.execution_name, &self.execution_name);
        settings.express_id.clone_from(&self.express_id);
        if let Some(start) = self.start {
            settings.start = start;
        }
        if self.role_arn.is_some() {
            settings.role_arn = self.role_arn.clone();
        }
    }
}
