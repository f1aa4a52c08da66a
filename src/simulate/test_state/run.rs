//! The run of the one state, and what becomes of its result or error.

use std::sync::Arc;

use serde::Serialize;

use super::definition::{InMap, Subject, Tested};
use super::request::{Level, Request};
use super::steps::{Probe, Step};
use super::{Given, Refusal, checks, http, limits};
use crate::asl::{QueryLanguage, ScopeId, StateType};
use crate::history::EventKind;
use crate::history::failure::{Failure, names};
use crate::mocks::{Mocks, NoAnswerKind, Outcome};
use crate::simulate::context::MapItem;
use crate::simulate::engine::{self, Engine, Outside, Progress};
use crate::simulate::error::{CompileError, Halt, StopError};
use crate::simulate::flow::{Exit, Flow, Problem};
use crate::simulate::lane::{Iteration, LaneId, Place, Variables};
use crate::simulate::program::{Behaviour, Next, Program, State};
use crate::simulate::settings::{MachineType, Settings};
use crate::value::{Map, Value};

/// The longest that a test runs.
const MOST_MILLIS: i64 = 300_000;

/// How the state ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It succeeded.
    Succeeded,
    /// It failed, and nothing takes the error.
    Failed,
    /// It failed, and would be tried again.
    Retriable,
    /// It failed, and a catcher takes the error.
    CaughtError,
}

/// TestState's response.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The state's output, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The error's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Arc<str>>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Arc<str>>,
    /// `inspectionData`: texts of JSON, and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection_data: Option<Value>,
    /// The state that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_state: Option<Arc<str>>,
    /// How it ended.
    pub status: Status,
    /// The action whose mocked result AWS would have checked, and the tool could not: it has no model of its API.
    #[serde(skip)]
    pub unchecked: Option<String>,
    /// What of the mocked result AWS ignores: a sentence about each part.
    #[serde(skip)]
    pub ignored: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum TestError {
    /// AWS refuses the request.
    Refused(Refusal),
    /// The tool cannot run the state.
    Compile(CompileError),
    /// The task has no mock, and nobody is called. The state's name is none that anybody gave it.
    Unmocked,
    /// The tool had to stop.
    Stop(StopError),
}

impl From<Refusal> for TestError {
    fn from(refusal: Refusal) -> Self {
        TestError::Refused(refusal)
    }
}

impl From<Halt> for TestError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Stop(error) => match *error {
                StopError::NoAnswer(none) if none.kind == NoAnswerKind::NoMock => TestError::Unmocked,
                error => TestError::Stop(error),
            },
            // One state alone ends no execution and fills no history.
            Halt::Ended | Halt::ChildFull(_) => TestError::Stop(StopError::Endless(0)),
        }
    }
}

/// What is said of [`TestError::Unmocked`].
pub const NO_MOCK: &str = "the task has no mock";

/// Who answers a task that the request has no mock for.
#[derive(Clone, Copy)]
pub enum Callee<'o> {
    /// Nobody: such a task stops the test.
    Nobody,
    /// Whoever takes the [`Call`](Came::Call), and then runs the state again with what came of it.
    Outside(&'o dyn Outside),
    /// It was called, with this outcome.
    Was(&'o Outcome),
}

/// What came of a test.
pub enum Came {
    /// The answer.
    Answer(Answer),
    /// The state calls this, and what becomes of it depends on the outcome.
    Call(Box<engine::Request>),
}

/// Runs the state that `request` asks about.
///
/// # Errors
/// See [`TestError`].
pub fn run(tested: Tested<'_>, request: &Request) -> Result<Answer, TestError> {
    match run_calling(tested, request, Callee::Nobody)? {
        Came::Answer(answer) => Ok(answer),
        // Nobody takes a call.
        Came::Call(_) => Err(TestError::Stop(StopError::Endless(0))),
    }
}

/// The same, where somebody may be called.
///
/// # Errors
/// See [`TestError`].
pub fn run_calling(tested: Tested<'_>, request: &Request, callee: Callee<'_>) -> Result<Came, TestError> {
    limits::check(tested.text, request)?;
    let subject = Subject::of(tested, request.state_name.as_deref())?;
    let Some(state) = subject.machine.states().first() else {
        return Err(Refusal::definition("Invalid State Machine Definition: 'it has no state'").into());
    };
    let language = state.query_language;
    let mocked = checks::check(request, &subject.machine, state)?;
    let unchecked = checks::unchecked(request, state);
    let ignored = checks::ignored(request, state, mocked.as_ref());
    let program = Program::compile(&subject.machine).map_err(TestError::Compile)?;
    if program.states.iter().any(|state| state.lacks_value) {
        return Err(TestError::Stop(StopError::Placeholders {
            state: state.name.clone(),
            names: program.missing.clone(),
        }));
    }
    let settings = Settings {
        // TestState's executions are Express ones (recorded by AWS, in the context object).
        machine_type: MachineType::Express,
        synchronous: true,
        tested: true,
        region: request.region.clone(),
        start: request.start,
        role_arn: request.role_arn.clone(),
        keep_events: false,
        account: account(request),
        ..Settings::default()
    };
    let error = request.mock.as_ref().and_then(|mock| mock.error.clone());
    let mocks = match (&mocked, &error) {
        (Some(result), _) => Mocks::answering(Outcome::Return(result.value.clone())),
        (None, Some(error)) => Mocks::answering(Outcome::Throw {
            error: error.error.clone(),
            cause: error.cause.clone(),
        }),
        (None, None) => match callee {
            Callee::Was(outcome) => Mocks::answering(outcome.clone()),
            Callee::Nobody | Callee::Outside(_) => Mocks::default(),
        },
    };
    let mut engine = Engine::new(&program, &settings, &mocks, request.input.value.clone(), None);
    let given = request.context.as_ref().map(|given| given.value.clone());
    engine.probe = Some(Probe::new(given, request.role_arn.is_some()));
    if let Callee::Outside(outside) = callee {
        engine.outside = Some(outside);
    }
    let id = begin(&mut engine, request, subject.in_map)?;
    let mut test = Test {
        engine,
        id,
        request,
        language,
        mocked: mocked.clone(),
        numbers: Map::new(),
        hides: Vec::new(),
    };
    let state = test.engine.state_of(id);
    let result = mocked.map(|mocked| mocked.value);
    let progress = match (&state.behaviour, &request.mock) {
        (Behaviour::Map(map), Some(_)) => test.map(map, result)?,
        (Behaviour::Parallel(parallel), Some(_)) => {
            // Not shown (recorded by AWS).
            test.hides
                .extend([Step::InputPath, Step::Parameters, Step::Arguments, Step::Result]);
            let around = test.engine.surroundings(id);
            let ready = parallel
                .flow
                .effective(&around)
                .and_then(|effective| parallel.flow.payload(&around, &effective))
                .map(|_| ());
            test.mocked(ready, &parallel.flow, result)?
        }
        _ => {
            if let Behaviour::Pass(pass) = &state.behaviour
                && pass.result.is_none()
            {
                test.hides.push(Step::Result);
            }
            match test.work(state)? {
                Progress::Blocked => match test.engine.take_requests().pop() {
                    Some(call) => return Ok(Came::Call(Box::new(call))),
                    None => Progress::Blocked,
                },
                progress => progress,
            }
        }
    };
    let answer = test.conclude(state, progress)?;
    Ok(Came::Answer(Answer {
        unchecked,
        ignored,
        ..answer
    }))
}

/// The account of the ARNs in the context object: the role's, where it names one.
fn account(request: &Request) -> Arc<str> {
    let of_role = request.role_arn.as_deref().and_then(|arn| arn.split(':').nth(4));
    match of_role {
        Some(account) if !account.is_empty() => Arc::from(account),
        _ => Settings::default().account,
    }
}

/// Enters the state, with the events before it that causes count.
fn begin(engine: &mut Engine<'_>, request: &Request, in_map: Option<InMap>) -> Result<LaneId, TestError> {
    let mut variables = Variables::default();
    if !request.variables.is_empty() {
        variables.assign(&request.variables);
    }
    // Without a context of its own a state inside a Map is in the first iteration, whose item is the input.
    let iteration = in_map.map(|InMap { source }| {
        Arc::new(Iteration {
            item: Some(MapItem {
                index: 0,
                key: None,
                value: request.input.value.clone(),
                source,
            }),
            index: None,
            outer: None,
        })
    });
    let input = request.input.value.clone();
    let id = engine.spawn(Place::Top, ScopeId::TOP, input, 0, variables, iteration);
    engine.record(id, 0, || EventKind::ExecutionStarted {
        input: Arc::from(""),
        role_arn: Arc::from(""),
    })?;
    let state = engine.state_of(id);
    engine.enter(id, state)?;
    engine.lane_mut(id).retry_count = u32::try_from(request.retries()).unwrap_or(u32::MAX);
    Ok(id)
}

/// A test under way.
pub(super) struct Test<'t> {
    pub(super) engine: Engine<'t>,
    pub(super) id: LaneId,
    pub(super) request: &'t Request,
    pub(super) language: QueryLanguage,
    /// The mocked result.
    mocked: Option<Given>,
    /// What is shown beside the steps: the numbers of a Map, the variables.
    pub(super) numbers: Map,
    /// Steps that AWS does not show of this type of state.
    pub(super) hides: Vec<Step>,
}

impl<'t> Test<'t> {
    /// The state's own work.
    fn work(&mut self, state: &'t State) -> Result<Progress, TestError> {
        let began = self.engine.now;
        let progress = self.engine.work_alone(self.id)?;
        // "The TestState API can run for up to five minutes" [API TestState]. How far a timestamp is depends on the day
        // of the test, so waiting for one is taken to be over in time.
        if let Behaviour::Wait(wait) = &state.behaviour
            && wait.counts_seconds()
            && self.engine.now.millis() - began.millis() > MOST_MILLIS
        {
            return Ok(Progress::Failed(Failure::timeout()));
        }
        Ok(progress)
    }

    /// The mocked result, or error, of a state whose input was prepared.
    pub(super) fn mocked(
        &mut self,
        ready: Result<(), Problem>,
        flow: &Flow,
        result: Option<Value>,
    ) -> Result<Progress, TestError> {
        let exit = match (ready, result) {
            (Err(problem), _) => Err(problem),
            (Ok(()), Some(result)) => flow.finish(&self.engine.surroundings(self.id), result),
            (Ok(()), None) => {
                let error = self.request.mock.as_ref().and_then(|mock| mock.error.as_ref());
                return Ok(Progress::Failed(Failure {
                    error: error.and_then(|error| error.error.clone()),
                    cause: error.and_then(|error| error.cause.clone()),
                    missed_heartbeat: false,
                }));
            }
        };
        match exit {
            Ok(exit) => Ok(Progress::Exit(exit)),
            Err(problem) => Ok(self.engine.problem(self.id, problem)?),
        }
    }

    /// The answer that the state's end makes.
    fn conclude(self, state: &'t State, progress: Progress) -> Result<Answer, TestError> {
        let failure = match progress {
            Progress::Exit(mut exit) => match self.engine.over_limit(self.id, &mut exit) {
                None => return Ok(self.left(state, exit, Status::Succeeded, None, Map::new())),
                Some(failure) => failure,
            },
            // A mocked error comes back under the name that it was given: "the mocked response is returned as a JSON object
            // that contains an error and cause field" [API MockInput].
            Progress::Failed(failure) if failure.missed_heartbeat => Failure {
                error: Some(Arc::from(names::HEARTBEAT_TIMEOUT)),
                ..failure
            },
            Progress::Failed(failure) => failure,
            // Only what the request leaves unmocked waits, and that was refused.
            Progress::Blocked | Progress::Yield => return Err(TestError::Stop(StopError::Endless(0))),
        };
        self.failed(state, failure)
    }

    /// What retriers and catchers make of a failure. The first retrier that matches decides, and is named even when
    /// it is used up (recorded by AWS).
    fn failed(mut self, state: &'t State, failure: Failure) -> Result<Answer, TestError> {
        let mut details = Map::new();
        let index = |number: usize| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        let mut retriers = state.retriers.iter().enumerate();
        if let Some((number, retrier)) = retriers.find(|(_, retrier)| failure.matches(&retrier.errors)) {
            details.insert(Arc::from("retryIndex"), index(number));
            let made = self.request.retries();
            if made < retrier.attempts() {
                // Whole seconds; of a jittered delay, the longest.
                let seconds = retrier.delay_seconds(made.saturating_add(1)) as i64;
                details.insert(Arc::from("retryBackoffIntervalSeconds"), Value::from(seconds));
                return Ok(self.ended(Status::Retriable, failure, details));
            }
        }
        let mut catchers = state.catchers.iter().enumerate();
        let Some((number, catcher)) = catchers.find(|(_, catcher)| failure.matches(&catcher.errors)) else {
            return Ok(self.ended(Status::Failed, failure, details));
        };
        details.insert(Arc::from("catchIndex"), index(number));
        let applied = catcher.flow.apply(&self.engine.surroundings(self.id), &failure);
        let problem = match applied {
            Ok(mut exit) => {
                exit.next = Some(Next::State(catcher.next));
                match self.engine.over_limit(self.id, &mut exit) {
                    None => return Ok(self.left(state, exit, Status::CaughtError, Some(failure), details)),
                    Some(failure) => return Ok(self.ended(Status::Failed, failure, details)),
                }
            }
            Err(problem) => problem,
        };
        match self.engine.problem(self.id, problem)? {
            Progress::Failed(failure) => Ok(self.ended(Status::Failed, failure, details)),
            _ => Ok(self.ended(Status::Failed, failure, details)),
        }
    }

    /// The state is left, for another state or for good.
    fn left(
        mut self,
        state: &State,
        exit: Exit,
        status: Status,
        failure: Option<Failure>,
        details: Map,
    ) -> Answer {
        let next_state = match exit.next.unwrap_or(state.next) {
            Next::State(next) => Some(self.engine.program.state(next).name.clone()),
            Next::End => None,
        };
        let mut variables = self.request.variables.clone();
        if let Some(assigned) = &exit.assigned {
            variables.extend(assigned.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        if !variables.is_empty() {
            let text = Value::object(variables).to_json();
            self.numbers.insert(Arc::from("variables"), Value::from(text));
        }
        Answer {
            output: Some(self.text(&exit.output)),
            error: failure.as_ref().and_then(|failure| failure.error.clone()),
            cause: failure
                .as_ref()
                .and_then(|failure| failure.shown_cause().cloned()),
            inspection_data: self.inspection(details),
            next_state,
            status,
            unchecked: None,
            ignored: Vec::new(),
        }
    }

    /// The state failed, and is not left.
    fn ended(self, status: Status, failure: Failure, details: Map) -> Answer {
        Answer {
            output: None,
            error: failure.error.clone(),
            cause: failure.shown_cause().cloned(),
            inspection_data: self.inspection(details),
            next_state: None,
            status,
            unchecked: None,
            ignored: Vec::new(),
        }
    }

    /// A value as text. The whole input, the mocked result and every array keep the text they were given in wherever nothing
    /// has changed them (recorded by AWS) [recorded; Testing state machines with TestState API].
    fn text(&self, value: &Value) -> String {
        let (request, mocked) = (self.request, self.mocked.as_ref());
        match request.mock.as_ref().map(|mock| &mock.result) {
            Some(Some(Value::String(given))) if mocked.is_some_and(|mocked| is(&mocked.value, value)) => {
                given.to_string()
            }
            _ => [Some(&request.input), request.context.as_ref(), mocked]
                .into_iter()
                .flatten()
                .find_map(|given| given.text(value))
                .or_else(|| request.input.whole(value))
                .map_or_else(|| value.to_json(), str::to_owned),
        }
    }

    /// `inspectionData`; none at INFO.
    fn inspection(mut self, details: Map) -> Option<Value> {
        if self.request.level == Level::Info {
            return None;
        }
        let probe = self.engine.probe.take();
        let called = probe.as_ref().is_some_and(Probe::has_called);
        let steps = probe.map_or_else(Vec::new, Probe::into_steps);
        let mut data = Map::new();
        let text = |value: &Value| Value::from(self.text(value));
        data.insert(Arc::from("input"), text(&self.request.input.value));
        // Fail has no InputPath, and AWS shows its input after one all the same (recorded).
        let state = self.engine.state_of(self.id);
        if state.state_type == StateType::Fail && self.language == QueryLanguage::JsonPath {
            data.insert(Arc::from(Step::InputPath.key()), text(&self.request.input.value));
        }
        for (step, value) in &steps {
            if !self.hides.contains(step) {
                data.insert(Arc::from(step.key()), text(value));
            }
        }
        // What could not be sent was no request, and has no response.
        if self.request.level == Level::Trace && called && calls_http(state) {
            let of = |wanted: &[Step]| {
                let mut known = steps.iter().filter(|(step, _)| wanted.contains(step));
                known.next().map(|(_, value)| value)
            };
            if let Some(parameters) = of(&[Step::Parameters, Step::Arguments]) {
                let region = &self.engine.settings.region;
                data.insert(Arc::from("request"), http::request(parameters, region));
                if let Some(result) = of(&[Step::Result]) {
                    data.insert(Arc::from("response"), http::response(result, parameters));
                }
            }
        }
        data.extend(
            self.numbers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        if !details.is_empty() {
            data.insert(Arc::from("errorDetails"), Value::object(details));
        }
        Some(Value::object(data))
    }
}

/// Whether `value` is `given`, and not only like it.
fn is(given: &Value, value: &Value) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) => given.is_shared_with(value),
        _ => given == value,
    }
}

/// Whether a state is an HTTP Task.
fn calls_http(state: &State) -> bool {
    matches!(&state.behaviour, Behaviour::Task(task)
        if &*task.target.resource_type == "http" && task.target.resource.starts_with("invoke"))
}
