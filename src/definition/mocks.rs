//! What tasks answer, for a program that uses the crate.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::OpenError;
use crate::asl::StateMachine;
use crate::mocks::{self, MockError};
use crate::source::{self, Input, Reach, SourceFile};

/// What the tasks of a run answer, and what S3 holds.
///
/// ```
/// use sfn_tool::{Answer, Mocks};
/// use serde_json::json;
///
/// let busy = Answer::throws("Busy", "try later");
/// let charged = Answer::returns(json!({"id": "c-1"}));
/// let mocks = Mocks::new()
///     .answer("Reserve", Answer::returns(json!({"id": "r-1"})))
///     .in_order("Charge", [busy, charged])
///     .object("s3://bucket/rows.json", json!([1, 2, 3]));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Mocks {
    file: Option<Arc<SourceFile>>,
    test_case: Option<String>,
    reach: Reach,
    states: Map<String, Json>,
    objects: Map<String, Json>,
}

impl Mocks {
    /// No mocks: a task that is called stops the run with an error that names it.
    pub fn new() -> Mocks {
        Mocks::default()
    }

    /// Those of a mock file of the tool, or of a `MockConfigFile.json` of Step Functions Local. What is added with the
    /// methods below replaces them, state by state and object by object.
    ///
    /// # Errors
    /// When the file cannot be read. What is wrong in it is said when the run begins.
    pub fn open(path: impl AsRef<Path>) -> Result<Mocks, OpenError> {
        let file = source::read(&Input::File(path.as_ref().to_owned()), "")?;
        Ok(Mocks {
            file: Some(file),
            ..Mocks::default()
        })
    }

    /// Chooses the test case of a `MockConfigFile.json`.
    pub fn test_case(mut self, name: &str) -> Mocks {
        self.test_case = Some(name.to_owned());
        self
    }

    /// Lets the mock file name files outside of its repository, as [`Open::allow_outside`](super::Open::allow_outside) does
    /// a template.
    pub fn allow_outside(mut self) -> Mocks {
        self.reach = Reach::new(true);
        self
    }

    /// Has every call of the state `state` answered so.
    pub fn answer(mut self, state: &str, answer: Answer) -> Mocks {
        self.states.insert(state.to_owned(), Json::Object(answer.0));
        self
    }

    /// Has the calls of the state `state` answered so, one after the other, retries included.
    pub fn in_order(mut self, state: &str, answers: impl IntoIterator<Item = Answer>) -> Mocks {
        let answers = answers.into_iter().map(|answer| Json::Object(answer.0));
        self.states.insert(state.to_owned(), answers.collect());
        self
    }

    /// Puts JSON into S3, where a Distributed Map reads it: `s3://bucket/key`.
    pub fn object(mut self, uri: &str, json: impl Into<Json>) -> Mocks {
        self.objects
            .insert(uri.to_owned(), json!({ "Json": json.into() }));
        self
    }

    /// As the engine has them, for `machine` that runs under the name `name`.
    pub(super) fn read(&self, machine: &StateMachine, name: &str) -> Result<mocks::Mocks, MockError> {
        let mut own = json!({});
        for (key, members) in [("States", &self.states), ("Objects", &self.objects)] {
            if !members.is_empty() {
                own[key] = Json::Object(members.clone());
            }
        }
        let mut own = mocks::read(Arc::new(SourceFile::new("mocks", own.to_string())), None, None)?;
        own.fit(machine)?;
        let Some(file) = &self.file else {
            return Ok(own);
        };
        let (case, reach) = (self.test_case.as_deref(), self.reach.clone());
        let mut base = mocks::read_within(file.clone(), Some(name), case, reach)?;
        base.fit(machine)?;
        Ok(own.over(&base))
    }
}

/// What a call is answered with.
#[derive(Debug, Clone)]
pub struct Answer(Map<String, Json>);

impl Answer {
    fn of(member: &str, value: Json) -> Answer {
        Answer(Map::from_iter([(member.to_owned(), value)]))
    }

    /// A result: of an integration what its API answers, of a function called by its ARN what the function returns.
    pub fn returns(result: impl Into<Json>) -> Answer {
        Answer::of("Return", result.into())
    }

    /// An error.
    pub fn throws(error: &str, cause: &str) -> Answer {
        Answer::of("Throw", json!({ "Error": error, "Cause": cause }))
    }

    /// Nothing: the timeout or heartbeat of the state expires.
    pub fn hangs() -> Answer {
        Answer::of("Hang", Json::Bool(true))
    }

    /// The same, after so many virtual seconds.
    pub fn after_seconds(mut self, seconds: u32) -> Answer {
        self.0.insert("DelaySeconds".to_owned(), seconds.into());
        self
    }

    /// The same, with a heartbeat every so many virtual seconds until then.
    pub fn with_heartbeats_every(mut self, seconds: u32) -> Answer {
        self.0.insert("HeartbeatEverySeconds".to_owned(), seconds.into());
        self
    }
}
