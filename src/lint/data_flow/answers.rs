//! What is read of a task's result and its service never answers.

use std::fmt;
use std::sync::Arc;

use super::{DataFlow, IntoArray, Missing};
use crate::asl::{QueryLanguage, StateMachine};
use crate::diagnostics::{Help, nearest, some_of};
use crate::expr::jsonpath::Path;
use crate::graph::ControlFlow;
use crate::references::{References, leading_names};
use crate::services::{Reply, Type};

/// Most members of an answer that are named.
const NAMED: usize = 8;

/// A path into a task's result that leads nowhere, whatever the service answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeverAnswered {
    /// The state that reads it.
    pub state: Arc<str>,
    /// The path.
    pub path: Arc<str>,
    /// Its line, from 1.
    pub line: usize,
    /// The task.
    pub task: Arc<str>,
    /// What the task calls.
    pub call: String,
    /// What there is instead; empty where that cannot be told.
    pub help: String,
}

impl fmt::Display for NeverAnswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NeverAnswered {
            state,
            path,
            task,
            call,
            ..
        } = self;
        write!(f, "'{state}' reads '{path}', which the result of {call}")?;
        if state != task {
            write!(f, " ('{task}')")?;
        }
        write!(f, " does not have")?;
        match self.help.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", self.help),
        }
    }
}

/// The paths of a machine that lead nowhere in what a service answers.
pub fn never_answered(machine: &StateMachine) -> Vec<NeverAnswered> {
    let references = References::of(machine);
    let flow = DataFlow::of(machine, &ControlFlow::new(machine), &references);
    let told = |missing: &Missing| {
        let task = machine.state(missing.answerer?);
        let span = machine.node(missing.node).span();
        Some(NeverAnswered {
            state: machine.state(missing.state).name.clone(),
            path: missing.path.clone(),
            line: machine.document().file().position(span.start as usize).line,
            task: task.name.clone(),
            call: task.resource().describe()?,
            help: what_there_is(machine, missing).map_or_else(String::new, |help| help.words),
        })
    };
    flow.missing().iter().filter_map(told).collect()
}

/// What an array has where `missing` looks for something else.
fn in_array(missing: &Missing, array: IntoArray) -> Option<String> {
    let path = Path::parse(&missing.path).ok()?;
    let before: String = leading_names(&path)
        .take(array.names)
        .map(|name| format!(".{name}"))
        .collect();
    let before = format!("${before}");
    let behind = missing.path.strip_prefix(&before)?;
    if behind.starts_with('.') {
        return Some(format!(
            "it is an array; {before}[0]{behind} is that of its first item"
        ));
    }
    Some(match array.count? {
        0 => "it is an empty array".to_owned(),
        1 => format!("it is an array of one item, {before}[0]"),
        count => format!(
            "it is an array of {count} items, {before}[0] to {before}[{}]",
            count - 1
        ),
    })
}

/// What a service answers, or an array has, where `missing` looks for something else.
pub fn what_there_is(machine: &StateMachine, missing: &Missing) -> Option<Help> {
    if let Some(array) = missing.array {
        return in_array(missing, array).map(Help::from);
    }
    let task = missing.answerer?;
    let given = Reply::of_task(&machine.state(task).resource(), machine.payload(task));
    if let Some((name, asked)) = (missing.within.first()).and_then(|name| Some((name, given.asked_by(name)?)))
    {
        return Some(format!("'{name}' is answered only where '{asked}' asks for it").into());
    }
    let (mut at, mut unknown) = (given, None);
    for name in &missing.within {
        match at.one().member(name) {
            Some(member) => at = member,
            None => {
                unknown = Some(&**name);
                break;
            }
        }
    }
    let unknown = unknown?;
    if let Reply::Part(Type::Text(_) | Type::Content | Type::Blob(_), _) = at {
        let parse = match machine.state(missing.state).query_language {
            QueryLanguage::JsonPath => "States.StringToJson(...)",
            QueryLanguage::Jsonata => "$parse(...)",
        };
        return Some(format!("it is a text: parse it first, with {parse}").into());
    }
    let names: Vec<_> = at
        .one()
        .names()?
        .into_iter()
        .filter(|name| !name.starts_with("Sdk"))
        .collect();
    if let Some(near) = nearest(unknown, names.iter().map(|name| &**name)) {
        return Some(Help::asks(near));
    }
    let Some((member, open)) = at.where_open() else {
        return Some(match names.len() {
            0 => "it is empty".into(),
            _ => format!("it has {}", some_of(&names, NAMED, NAMED)).into(),
        });
    };
    // What is read there is likely a member of that; `body` is likely `ResponseBody`.
    let path = &missing.path;
    let Some(place) = path.find(&format!(".{unknown}")) else {
        return Some(open.into());
    };
    let behind = match member.to_lowercase().ends_with(&unknown.to_lowercase()) {
        true => place + 1 + unknown.len(),
        false => place,
    };
    Some(format!("{open}: {}.{member}{}", &path[..place], &path[behind..]).into())
}
