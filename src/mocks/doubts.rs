//! Mocks that no service answers like: what is tested with them is not what will happen. They are used all the same, as
//! Step Functions Local does.

use super::error::MockError;
use super::{Answer, Mocks, Outcome};
use crate::arrange::Arrange as _;
use crate::asl::{Resource, State, StateMachine, StateType};
use crate::diagnostics::{Help, Severity, Span};
use crate::services::{Asked, Inside, JobEnd, JobStatus, Misfit, Never, Reply, never_raises, written_path};
use crate::source::{self, NodeRef, SourceFile};
use crate::value::Value;

/// Most doubts that are told in full.
const TOLD: usize = 10;

/// The lines that tell of doubts, the last of those that are too many.
pub fn warnings(doubts: &[MockError]) -> impl Iterator<Item = String> {
    let more = doubts.len().saturating_sub(TOLD);
    let more = (more > 0).then(|| format!("warning: {more} more of the mocks are not what services answer"));
    let told = doubts.iter().take(TOLD);
    told.map(|doubt| format!("warning: {doubt}")).chain(more)
}

impl Mocks {
    /// What is to be said of the answers of the Task states of `machine`, in the order of the mock file: results that
    /// are not what the API's model says, errors that the service does not raise.
    pub fn doubts(&self, machine: &StateMachine) -> Vec<MockError> {
        let Some(file) = &self.file else {
            return Vec::new();
        };
        let tasks = machine.states().iter();
        let tasks = tasks.filter(|state| state.state_type == Some(StateType::Task));
        let mut doubts: Vec<MockError> = Vec::new();
        for state in tasks {
            let resource = state.resource();
            for answer in self.answers(&state.name) {
                match &answer.outcome {
                    Outcome::Return(result) => {
                        let asked = Asked {
                            known: true,
                            content: true,
                            ..Asked::default()
                        };
                        let given = Reply::of_task(&resource, machine.payload(state.id));
                        for misfit in given.misfits(result, asked) {
                            doubts.push(wrong_result(file, state, &answer, &given, &misfit));
                        }
                        doubts.extend(not_ended(file, state, &answer, result));
                    }
                    Outcome::Throw {
                        error: Some(error), ..
                    } => doubts.extend(never_thrown(file, state, &resource, &answer, error)),
                    _ => {}
                }
            }
        }
        doubts.arrange_by_key(|doubt| doubt.span().map(|span| span.start));
        doubts.dedup();
        doubts
    }
}

fn wrong_result(
    file: &SourceFile,
    state: &State,
    answer: &Answer,
    given: &Reply,
    misfit: &Misfit,
) -> MockError {
    let call = state.resource().describe().unwrap_or_default();
    let name = &state.name;
    let why = misfit.why(given);
    let message = format!("the mock of '{name}' is not what {call} answers: {why}");
    let span = answer.place.0.unwrap_or_default();
    MockError::at(file, inside(file, span, &misfit.path).unwrap_or(span), message).meaning(why.meant)
}

/// A job that has not ended: the task would still wait.
fn not_ended(file: &SourceFile, state: &State, answer: &Answer, result: &Value) -> Option<MockError> {
    let resource = state.resource();
    let job = JobStatus::of(&resource, result).filter(|job| job.end == JobEnd::NotYet)?;
    let call = resource.describe().unwrap_or_default();
    let name = &state.name;
    let path = written_path(&job.path);
    let says = &job.says;
    let message = format!(
        "the mock of '{name}' is not what {call} answers: '{path}' is {says}, and the task waits until the job has ended"
    );
    let span = answer.place.0.unwrap_or_default();
    Some(MockError::at(
        file,
        inside(file, span, &job.path).unwrap_or(span),
        message,
    ))
}

fn never_thrown(
    file: &SourceFile,
    state: &State,
    resource: &Resource<'_>,
    answer: &Answer,
    error: &str,
) -> Option<MockError> {
    let why = match never_raises(resource, error)? {
        Never::Misspelt(meant) => Help::asks(meant),
        Never::Unprefixed(prefix) => format!("its errors are named {prefix}.*").into(),
        Never::Foreign(owner) => format!("{owner}.* are errors of another service").into(),
    };
    let what = resource.describe().unwrap_or_default();
    let name = &state.name;
    let message = format!("the mock of '{name}' throws '{error}', which {what} does not: {why}");
    Some(MockError::at(file, answer.place.0.unwrap_or_default(), message).meaning(why.meant))
}

/// The bytes of a part of the value at `span`: the file is read again, since only a mistake asks for it.
fn inside(file: &SourceFile, span: Span, path: &[Inside]) -> Option<Span> {
    let parsed = source::parse_any(std::sync::Arc::new(SourceFile::new(file.name(), file.text())));
    if parsed
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return None;
    }
    let document = parsed.document?;
    let mut node: NodeRef<'_> = document.at(span.start as usize)?.node;
    while node.span() != span {
        node = node.parent()?;
    }
    for step in path {
        node = match step {
            Inside::Member(name) => node.get(name)?,
            Inside::Item(index) => node.items().nth(*index)?,
        };
    }
    Some(node.span())
}
