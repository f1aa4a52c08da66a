//! The details of an exported event -> what a run would have written.

use std::sync::Arc;

use super::{Gap, text};
use crate::asl::StateType;
use crate::history::{
    EvaluationFailure, EventKind, Failure, Family, INPUT, OUTPUT, Other, Payload, ScheduledTask, TaskTarget,
    Unsuccessful,
};
use crate::source;
use crate::value::{Map, Value};

/// Reads events one after the other.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// The ARNs of the machine's version and alias.
    pub(super) machine_arns: Vec<Arc<str>>,
    /// The last payload: the next event most often repeats it.
    last: Option<(Arc<str>, Value)>,
    gap: Option<Gap>,
}

impl Details {
    /// What happened, and whether its payload is not in the export.
    pub(super) fn read(&mut self, event: &Map) -> (EventKind, Option<Gap>) {
        let type_name = event.get("type").and_then(text).unwrap_or_default();
        let found = event.iter().find_map(|(key, value)| match value {
            Value::Object(map) if key.ends_with("EventDetails") => Some(map.clone()),
            _ => None,
        });
        let details = found.unwrap_or_default();
        self.gap = None;
        let kind = self.kind(&type_name, &details);
        let kind = kind.unwrap_or_else(|| EventKind::Other(Box::new(Other { type_name, details })));
        (kind, self.gap)
    }

    /// `None` for a type that no run writes, and for an event without what makes it one.
    fn kind(&mut self, type_name: &str, details: &Map) -> Option<EventKind> {
        Some(match type_name {
            "ExecutionStarted" => {
                for key in ["stateMachineVersionArn", "stateMachineAliasArn"] {
                    self.machine_arns.extend(details.get(key).and_then(text));
                }
                self.gap = gap(details, INPUT);
                EventKind::ExecutionStarted {
                    input: member(details, "input"),
                    role_arn: member(details, "roleArn"),
                }
            }
            "ExecutionSucceeded" => EventKind::ExecutionSucceeded {
                output: self.payload(details, OUTPUT),
            },
            "ExecutionFailed" => EventKind::ExecutionFailed(failure(details)),
            "ExecutionTimedOut" => EventKind::ExecutionTimedOut(failure(details)),
            "ParallelStateStarted" => EventKind::ParallelStateStarted,
            "ParallelStateSucceeded" => EventKind::ParallelStateSucceeded,
            "ParallelStateFailed" => EventKind::ParallelStateFailed,
            "MapStateStarted" => EventKind::MapStateStarted {
                length: index(details, "length").unwrap_or(0),
            },
            "MapStateSucceeded" => EventKind::MapStateSucceeded,
            "MapStateFailed" => EventKind::MapStateFailed,
            "MapRunStarted" => EventKind::MapRunStarted {
                map_run_arn: member(details, "mapRunArn"),
            },
            "MapRunSucceeded" => EventKind::MapRunSucceeded,
            "MapRunFailed" => EventKind::MapRunFailed(failure(details)),
            "EvaluationFailed" => EventKind::EvaluationFailed(Box::new(EvaluationFailure {
                failure: failure(details),
                location: details.get("location").and_then(text),
                state: member(details, "state"),
            })),
            _ => {
                return iteration(type_name, details)
                    .or_else(|| self.of_state(type_name, details))
                    .or_else(|| self.of_task(type_name, details));
            }
        })
    }

    fn of_state(&mut self, type_name: &str, details: &Map) -> Option<EventKind> {
        let (state_type, what) = StateType::ALL.into_iter().find_map(|state_type| {
            let rest = type_name.strip_prefix(state_type.name())?.strip_prefix("State")?;
            Some((state_type, rest))
        })?;
        match what {
            "Entered" => Some(EventKind::StateEntered {
                state_type,
                name: member(details, "name"),
                input: self.payload(details, INPUT),
                text: None,
            }),
            "Exited" => Some(EventKind::StateExited {
                state_type,
                name: member(details, "name"),
                output: self.payload(details, OUTPUT),
                assigned: self.assigned(details),
            }),
            "Aborted" => Some(EventKind::StateAborted(state_type)),
            _ => None,
        }
    }

    fn of_task(&mut self, type_name: &str, details: &Map) -> Option<EventKind> {
        let families = [
            ("LambdaFunction", Family::LambdaFunction),
            ("Activity", Family::Activity),
            ("Task", Family::Task),
        ];
        let (family, what) = families
            .into_iter()
            .find_map(|(name, family)| Some((family, type_name.strip_prefix(name)?)))?;
        let target = Arc::new(TaskTarget {
            family,
            resource: member(details, "resource"),
            resource_type: member(details, "resourceType"),
        });
        Some(match what {
            "Scheduled" => EventKind::Scheduled(Box::new(ScheduledTask {
                parameters: match family {
                    Family::Task => self.value(details, "parameters"),
                    Family::LambdaFunction | Family::Activity => self.payload(details, INPUT),
                },
                target,
                region: member(details, "region"),
                timeout: whole(details, "timeoutInSeconds"),
                heartbeat: whole(details, "heartbeatInSeconds"),
                credentials: details.get("taskCredentials").map(credentials),
            })),
            "Started" => EventKind::Started {
                target,
                worker: details.get("workerName").and_then(text),
            },
            "Submitted" => EventKind::Submitted {
                target,
                output: self.payload(details, OUTPUT),
            },
            "Succeeded" => EventKind::Succeeded {
                target,
                output: self.payload(details, OUTPUT),
            },
            _ => EventKind::Unsuccessful {
                target,
                how: Unsuccessful::of_event_type(type_name)?,
                failure: failure(details),
            },
        })
    }

    fn payload(&mut self, details: &Map, payload: Payload) -> Value {
        self.gap = gap(details, payload);
        self.value(details, payload.member.name())
    }

    /// The value of JSON in a text.
    fn value(&mut self, details: &Map, key: &str) -> Value {
        let Some(text) = details.get(key).and_then(text) else {
            self.gap = Some(Gap::Absent);
            return Value::Null;
        };
        if let Some((last, value)) = &self.last
            && *last == text
        {
            return value.clone();
        }
        let value = json(&text);
        self.last = Some((text, value.clone()));
        value
    }

    fn assigned(&self, details: &Map) -> Option<Arc<Map>> {
        let variables = details.get("assignedVariables")?.as_object()?;
        let values = variables.iter().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.clone(), json);
            (name.clone(), value)
        });
        Some(Arc::new(values.collect()))
    }
}

fn gap(details: &Map, payload: Payload) -> Option<Gap> {
    let cut = details
        .get(payload.details.name())
        .and_then(|details| details.get("truncated"));
    match details.get(payload.member.name()) {
        None => Some(Gap::Absent),
        Some(_) if cut.and_then(Value::as_bool) == Some(true) => Some(Gap::Cut),
        Some(_) => None,
    }
}

/// What a task returns is JSON; a text that is none can only stand for itself.
fn json(text: &str) -> Value {
    source::parse_value(text).unwrap_or_else(|_| Value::from(text))
}

fn iteration(type_name: &str, details: &Map) -> Option<EventKind> {
    let what = type_name.strip_prefix("MapIteration")?;
    let (name, index) = (member(details, "name"), index(details, "index")?);
    match what {
        "Started" => Some(EventKind::MapIterationStarted { name, index }),
        "Succeeded" => Some(EventKind::MapIterationSucceeded { name, index }),
        "Failed" => Some(EventKind::MapIterationFailed { name, index }),
        "Aborted" => Some(EventKind::MapIterationAborted { name, index }),
        _ => None,
    }
}

fn failure(details: &Map) -> Failure {
    Failure {
        error: details.get("error").and_then(text),
        cause: details.get("cause").and_then(text),
        missed_heartbeat: false,
    }
}

/// As a definition gives them.
fn credentials(value: &Value) -> Value {
    let role = value.get("roleArn").cloned();
    Value::object(
        role.map(|role| (Arc::from("RoleArn"), role))
            .into_iter()
            .collect(),
    )
}

/// A text; empty where there is none.
fn member(details: &Map, key: &str) -> Arc<str> {
    details.get(key).and_then(text).unwrap_or_default()
}

fn whole(details: &Map, key: &str) -> Option<i64> {
    details.get(key)?.as_number()?.as_i64()
}

fn index(details: &Map, key: &str) -> Option<usize> {
    usize::try_from(whole(details, key)?).ok()
}
