//! What ends a call: its answer, or the limit that strikes before.

use std::sync::Arc;

use super::{Ending, Task, after};
use crate::asl::Pattern;
use crate::history::Time;
use crate::history::failure::{Failure, names};
use crate::history::{Family, Unsuccessful};
use crate::mocks::{Answer, Outcome};
use crate::services::{JobEnd, JobStatus};
use crate::simulate::flow::MOST_BYTES;
use crate::value::{Number, Value};

/// A limit in seconds, and whether it is the heartbeat's.
pub(super) struct FirstLimit {
    pub(super) seconds: i64,
    is_heartbeat: bool,
}

/// Whichever strikes first; at the same moment the timeout.
pub(super) fn first_limit(timeout: Option<i64>, heartbeat: Option<i64>) -> Option<FirstLimit> {
    let timeout = timeout.map(|seconds| FirstLimit {
        seconds,
        is_heartbeat: false,
    });
    let heartbeat = heartbeat.map(|seconds| FirstLimit {
        seconds,
        is_heartbeat: true,
    });
    match (timeout, heartbeat) {
        (Some(timeout), Some(heartbeat)) if heartbeat.seconds < timeout.seconds => Some(heartbeat),
        (Some(timeout), _) => Some(timeout),
        (None, heartbeat) => heartbeat,
    }
}

/// What ends the call, and when. Without a limit, timeout or heartbeat, a hanging call outlasts every execution. `judged`
/// says that a result which tells of an error is one.
pub(super) fn ending(
    task: &Task,
    answer: &Answer,
    (timeout, heartbeat): (Option<i64>, Option<i64>),
    now: Time,
    judged: bool,
) -> (Ending, Time) {
    let answers = match answer.outcome {
        Outcome::Hang => None,
        _ => Some(now.after_seconds(answer.delay_seconds)),
    };
    let limit = first_limit(timeout, heartbeat.filter(|seconds| !answer.keeps_alive(*seconds)));
    if is_http(task)
        && limit
            .as_ref()
            .is_none_or(|limit| limit.seconds > MOST_HTTP_SECONDS)
    {
        let gives_up = after(now, MOST_HTTP_SECONDS);
        return match answers.filter(|at| *at < gives_up) {
            Some(at) => (answered(task, answer, judged), at),
            None => (Ending::Fails(Unsuccessful::Failed, no_answer()), gives_up),
        };
    }
    let strikes = limit.as_ref().map(|limit| after(now, limit.seconds));
    match (answers, strikes) {
        (Some(at), strikes) if strikes.is_none_or(|strikes| at < strikes) => {
            (answered(task, answer, judged), at)
        }
        (_, strikes) => {
            let failure = Failure {
                missed_heartbeat: limit.is_some_and(|limit| limit.is_heartbeat),
                ..Failure::timeout()
            };
            (
                Ending::Fails(Unsuccessful::TimedOut, failure),
                strikes.unwrap_or(Time::FAR),
            )
        }
    }
}

/// Longest that an HTTP Task waits for its answer, in seconds, "even if `TimeoutSeconds` exceeds that limit" [Task workflow
/// state; Step Functions service quotas].
const MOST_HTTP_SECONDS: i64 = 60;

fn is_http(task: &Task) -> bool {
    let target = &task.target;
    (target.family, &*target.resource_type, &*target.resource) == (Family::Task, "http", "invoke")
}

/// What an HTTP Task fails with that waited in vain [Handling errors in Step Functions workflows]. The words of its cause were
/// not seen.
fn no_answer() -> Failure {
    Failure {
        error: Some(Arc::from(names::HTTP_SOCKET)),
        cause: None,
        missed_heartbeat: false,
    }
}

pub(super) fn answered(task: &Task, answer: &Answer, judged: bool) -> Ending {
    match &answer.outcome {
        Outcome::Return(result) if result.json_len() > MOST_BYTES => {
            Ending::Fails(Unsuccessful::Failed, too_large(task))
        }
        Outcome::Return(result) => match told_by(task, result).filter(|_| judged) {
            Some(failure) => Ending::Fails(Unsuccessful::Failed, failure),
            None => Ending::Returns(result.clone()),
        },
        Outcome::Throw { error, cause } => {
            let how = answer.event.as_deref().and_then(Unsuccessful::of_event_type);
            // Only a limit of the state raises these, and it writes `...TimedOut` [recorded]; a missed heartbeat
            // is a States.Timeout that catchers take under both names.
            let missed_heartbeat = error.as_deref() == Some(names::HEARTBEAT_TIMEOUT);
            if missed_heartbeat || error.as_deref() == Some(names::TIMEOUT) {
                let failure = Failure {
                    cause: Some(cause.clone().unwrap_or_else(|| Arc::from(""))),
                    missed_heartbeat,
                    ..Failure::timeout()
                };
                return Ending::Fails(how.unwrap_or(Unsuccessful::TimedOut), failure);
            }
            let failure = Failure {
                error: error.clone(),
                cause: cause.clone(),
                missed_heartbeat: false,
            };
            Ending::Fails(how.unwrap_or(Unsuccessful::Failed), failure)
        }
        // Never answers, as `ending` has seen to; what is computed is a result by now, and what comes from outside is
        // waited for.
        Outcome::Hang | Outcome::Compute(_) | Outcome::External => Ending::Returns(Value::Null),
    }
}

/// The failure that Step Functions makes of an answer in which a service tells of one, of an event, a request or a job: no
/// state ever sees such a result [recorded; Integrating optimized services].
fn told_by(task: &Task, result: &Value) -> Option<Failure> {
    if task.target.family != Family::Task || task.pattern == Pattern::WaitForTaskToken {
        return None;
    }
    let number = |name| {
        result
            .get(name)
            .and_then(Value::as_number)
            .and_then(Number::as_i64)
    };
    let status = || number("StatusCode").filter(|status| *status >= 400);
    let body = || {
        let body = result.get("ResponseBody");
        body.map_or_else(String::new, |body| {
            body.as_str().map_or_else(|| body.to_json(), str::to_owned)
        })
    };
    if matches!(task.pattern, Pattern::Sync | Pattern::Sync2) {
        let job = JobStatus::of_job(&task.target.resource_type, task.action(), result)?;
        // The description of the job is the cause [recorded].
        return (job.end == JobEnd::Failed).then(|| Failure::new(names::TASK_FAILED, result.to_json()));
    }
    match (&*task.target.resource_type, &*task.target.resource) {
        ("events", "putEvents") if number("FailedEntryCount").is_some_and(|failed| failed > 0) => {
            Some(Failure::new("EventBridge.FailedEntry", result.to_json()))
        }
        ("http", "invoke") => Some(Failure::new(
            format!("States.Http.StatusCode.{}", status()?),
            body(),
        )),
        // That the body is the cause here, too, was not seen.
        ("apigateway", "invoke") => Some(Failure::new(format!("ApiGateway.{}", status()?), body())),
        _ => None,
    }
}

/// A function's ARN names itself, an integration its service (recorded by AWS).
fn too_large(task: &Task) -> Failure {
    let name = match task.target.family {
        Family::Task => &task.target.resource_type,
        Family::LambdaFunction | Family::Activity => &task.target.resource,
    };
    Failure::data_limit(name)
}
