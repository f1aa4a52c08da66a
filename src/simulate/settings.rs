//! What a run is told besides its definition, input and mocks.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use super::token::TokenSeal;
pub use crate::asl::MachineType;
use crate::history::Time;

/// Longest execution, in seconds: a year, or five minutes [Step Functions service quotas].
pub(super) fn longest_execution_seconds(machine_type: MachineType) -> f64 {
    match machine_type {
        MachineType::Standard => 365.0 * 86_400.0,
        MachineType::Express => 300.0,
    }
}

/// Most events in the history of a Standard execution; the last is the failure [Step Functions service quotas].
pub const STANDARD_EVENTS: u64 = 25_000;

/// Events after which an Express execution is given up as endless, unless the caller says otherwise.
pub const ENDLESS_EVENTS: u64 = 1_000_000;

/// So much memory a run may take, unless the caller says otherwise.
pub const MOST_MEMORY: usize = 2 << 30;

/// What ends a run before its end, at its next event: that nobody wants it any more, or that it takes too long by the clock
/// on the wall.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Becomes true when nobody wants it any more.
    pub unwanted: Arc<AtomicBool>,
    /// When it has taken too long.
    pub at: Instant,
}

impl Stop {
    /// Whether the run ends now.
    pub fn is_due(&self) -> bool {
        self.unwanted.load(Ordering::Relaxed) || Instant::now() >= self.at
    }
}

/// Names, start, seed and limits of a run: the same settings give the same history.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Standard or Express.
    pub machine_type: MachineType,
    /// The state machine's name.
    pub machine_name: Arc<str>,
    /// The execution's name.
    pub execution_name: Arc<str>,
    /// What the ARN of an Express execution ends with; `None` for one made up of the seed.
    pub express_id: Option<Arc<str>>,
    /// Whether somebody waits for the execution's end, as with StartSyncExecution and TestState: its context object has no
    /// RedriveCount then [Accessing execution data from the Context object].
    pub synchronous: bool,
    /// Whether it is TestState that runs a state: the execution's ARN ends with its name then [recorded].
    pub tested: bool,
    /// The account of every ARN.
    pub account: Arc<str>,
    /// The region of every ARN and task.
    pub region: Arc<str>,
    /// The execution role; `None` for one named after the machine.
    pub role_arn: Option<Arc<str>>,
    /// When the execution starts.
    pub start: Time,
    /// Where jitter, `States.MathRandom`, `States.UUID` and task tokens come from.
    pub seed: u64,
    /// Most events; `None` for no limit.
    pub max_events: Option<u64>,
    /// Where there is no such limit: events after which the run is given up as endless. AWS would let an Express
    /// execution loop for its five minutes, which pass on the virtual clock only when something waits.
    pub endless_after: Option<u64>,
    /// By how many bytes the process may grow during the run; `None` for no limit, and where several run side by side. The
    /// items of one Map may each hold what AWS allows, and all together more than a machine has.
    pub max_memory: Option<usize>,
    /// Whether events are kept, or only counted.
    pub keep_events: bool,
    /// Whether it is kept, too, what is no part of the history: events of the child executions of Map Runs, what states
    /// failed with.
    pub keep_asides: bool,
    /// What task tokens tell their maker.
    pub token_seal: Option<TokenSeal>,
    /// Is told the number of state transitions while they happen, for whoever watches a long run.
    pub watched: Option<Arc<AtomicU64>>,
    /// What may end the run before its end.
    pub stop: Option<Stop>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            machine_type: MachineType::Standard,
            machine_name: Arc::from("StateMachine"),
            execution_name: Arc::from("execution"),
            express_id: None,
            synchronous: false,
            tested: false,
            account: Arc::from("123456789012"),
            region: Arc::from("us-east-1"),
            role_arn: None,
            start: Time::DEFAULT_START,
            seed: 0,
            max_events: Some(STANDARD_EVENTS),
            endless_after: None,
            max_memory: Some(MOST_MEMORY),
            keep_events: true,
            keep_asides: false,
            token_seal: None,
            watched: None,
            stop: None,
        }
    }
}

/// The name of the machine in a file, unless it is told another: `order` for `order.asl.json`.
pub fn machine_name(file: &Path) -> String {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    match name.split('.').next() {
        Some(stem) if !stem.is_empty() && stem != "-" => stem.to_owned(),
        _ => "StateMachine".to_owned(),
    }
}

/// The partition that a region is in.
pub fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

impl Settings {
    /// The defaults of a machine of a type, AWS's limit of events included.
    pub fn of_type(machine_type: MachineType) -> Settings {
        let (max_events, endless_after) = match machine_type {
            MachineType::Standard => (Some(STANDARD_EVENTS), None),
            MachineType::Express => (None, Some(ENDLESS_EVENTS)),
        };
        Settings {
            machine_type,
            max_events,
            endless_after,
            ..Settings::default()
        }
    }

    /// The state machine's ARN.
    pub fn state_machine_arn(&self) -> String {
        self.arn_of(&format!("stateMachine:{}", self.machine_name))
    }

    /// An ARN of Step Functions: what stands behind the account, in the region of the execution.
    pub fn arn_of(&self, what: &str) -> String {
        let Settings { region, account, .. } = self;
        format!("arn:{}:states:{region}:{account}:{what}", partition(region))
    }

    /// The execution's ARN; an Express one has no part of its own for the second id AWS adds.
    pub fn execution_arn(&self) -> String {
        let name = format!("{}:{}", self.machine_name, self.execution_name);
        match self.machine_type {
            MachineType::Standard => self.arn_of(&format!("execution:{name}")),
            MachineType::Express if self.tested => self.arn_of(&format!("express:{name}")),
            MachineType::Express => {
                let made = || Arc::from(crate::expr::random::RandomSource::new(self.seed).uuid());
                let id: Arc<str> = self.express_id.clone().unwrap_or_else(made);
                self.arn_of(&format!("express:{name}:{id}"))
            }
        }
    }

    /// The execution role's ARN.
    pub fn role(&self) -> Arc<str> {
        self.role_arn.clone().unwrap_or_else(|| {
            Arc::from(format!(
                "arn:aws:iam::{}:role/{}Role",
                self.account, self.machine_name
            ))
        })
    }
}
