//! The tool's own form: `States` and `Objects`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::computed::Computed;
use super::error::MockError;
use super::objects::NamedFile;
use super::read::{Reader, members};
use super::{Answer, Entries, Mocks, Object, Outcome, Place, StateMocks};
use crate::diagnostics::joined;
use crate::source::NodeRef;
use crate::value::Number;

/// Members of an entry.
pub const ENTRY: [&str; 11] = [
    "Return",
    "Throw",
    "Compute",
    "Hang",
    "External",
    "DelaySeconds",
    "HeartbeatEverySeconds",
    "Submitted",
    "Worker",
    "Event",
    "Iteration",
];

/// Longest `DelaySeconds` and `HeartbeatEverySeconds`: Step Functions' own longest wait.
const LONGEST_DELAY: f64 = 99_999_999.0;

pub(super) fn read(reader: &Reader<'_>, root: NodeRef<'_>) -> Mocks {
    reader.kept(reader.only(root, &["States", "Objects"]));
    members_of(reader, root)
}

/// Reads `States` and `Objects` of a value that may have other members, too. Parts with mistakes are left out: the reader
/// knows them.
pub(super) fn members_of(reader: &Reader<'_>, root: NodeRef<'_>) -> Mocks {
    let mut mocks = Mocks::default();
    let is_object = |node: &NodeRef<'_>| reader.kept(reader.object(*node)).is_some();
    if let Some(states) = root.get("States").filter(is_object) {
        for (member, node) in members(root.document(), states) {
            let entries = if node.is_array() {
                in_order(reader, node)
            } else {
                let Some((answer, _)) = reader.kept(answer(reader, node, false)) else {
                    continue;
                };
                Entries::Always(Arc::new(answer))
            };
            let state = StateMocks {
                entries,
                place: node.id(),
                span: member.key_span,
            };
            mocks.states.insert(member.key.clone(), state);
        }
    }
    if let Some(objects) = root.get("Objects").filter(is_object) {
        for (member, node) in members(root.document(), objects) {
            let uri = member
                .key
                .strip_prefix("s3://")
                .and_then(|rest| rest.split_once('/'));
            if uri.is_none_or(|(bucket, key)| bucket.is_empty() || key.is_empty()) {
                let message = format!("'{}' is not an S3 object", member.key);
                let error = MockError::at(reader.file, member.key_span, message);
                reader.kept::<()>(Err(error.help("objects are named s3://bucket/key")));
            }
            if let Some(object) = reader.kept(object(reader, node)) {
                mocks.objects.push((member.key.clone(), object));
            }
        }
    }
    mocks
}

fn in_order(reader: &Reader<'_>, node: NodeRef<'_>) -> Entries {
    let mut general = Vec::new();
    let mut pinned: FxHashMap<Vec<usize>, Vec<Arc<Answer>>> = FxHashMap::default();
    for item in node.items() {
        let Some((answer, iteration)) = reader.kept(answer(reader, item, true)) else {
            continue;
        };
        match iteration {
            Some(iteration) => pinned.entry(iteration).or_default().push(Arc::new(answer)),
            None => general.push(Arc::new(answer)),
        }
    }
    Entries::InOrder { general, pinned }
}

/// One entry, and the iteration it is for.
fn answer(
    reader: &Reader<'_>,
    node: NodeRef<'_>,
    in_list: bool,
) -> Result<(Answer, Option<Vec<usize>>), MockError> {
    reader.only(node, &ENTRY)?;
    let outcomes: Vec<&str> = ["Return", "Throw", "Compute", "Hang", "External"]
        .into_iter()
        .filter(|name| node.get(name).is_some())
        .collect();
    let place = Place(
        outcomes
            .first()
            .and_then(|name| node.get(name))
            .map(NodeRef::span),
    );
    let outcome = match outcomes[..] {
        [one] => outcome(reader, node, one)?,
        [] => {
            return Err(reader
                .error(node, "an entry has an outcome")
                .help("write one of: Return: <value>, Throw: {Error: ..., Cause: ...}, Compute: \"{% ... %}\", Hang: true, External: true"));
        }
        _ => {
            return Err(reader
                .error(
                    node,
                    format!("an entry has one outcome, not {}", joined(&outcomes, "and")),
                )
                .help("give each call an entry of its own in a list"));
        }
    };
    if outcome == Outcome::External {
        let settled = ["DelaySeconds", "HeartbeatEverySeconds", "Worker", "Event"].into_iter();
        if let Some((name, member)) = settled.filter_map(|name| Some((name, node.get(name)?))).next() {
            return Err(reader
                .error(
                    member,
                    format!("'{name}' says nothing about an answer from outside"),
                )
                .help("beside External stands Submitted alone"));
        }
    }
    let iteration = match node.get("Iteration") {
        Some(list) if in_list => Some(iteration(reader, list)?),
        Some(list) => {
            return Err(reader
                .error(list, "an object serves every call")
                .help("entries with an Iteration belong in a list"));
        }
        None => None,
    };
    let answer = Answer {
        outcome,
        delay_seconds: seconds(reader, node, "DelaySeconds")?.unwrap_or_default(),
        heartbeat_every: seconds(reader, node, "HeartbeatEverySeconds")?,
        submitted: node.get("Submitted").map(NodeRef::to_value),
        worker: node.get("Worker").map(|worker| reader.text(worker)).transpose()?,
        event: node.get("Event").map(|event| reader.text(event)).transpose()?,
        place,
    };
    Ok((answer, iteration))
}

fn outcome(reader: &Reader<'_>, entry: NodeRef<'_>, name: &str) -> Result<Outcome, MockError> {
    let Some(node) = entry.get(name) else {
        return Ok(Outcome::Hang);
    };
    match name {
        "Return" => Ok(Outcome::Return(node.to_value())),
        "Throw" => throw(reader, node),
        "Compute" => Ok(Outcome::Compute(Arc::new(Computed::read(reader, node)?))),
        "Hang" if node.as_bool() == Some(true) => Ok(Outcome::Hang),
        "External" if node.as_bool() == Some(true) => Ok(Outcome::External),
        _ => Err(reader.error(node, format!("'{name}' must be true"))),
    }
}

/// `Throw`: `Error` and `Cause`, each may be absent.
pub(super) fn throw(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Outcome, MockError> {
    reader.only(node, &["Error", "Cause"])?;
    let text = |name| node.get(name).map(|text| reader.text(text)).transpose();
    Ok(Outcome::Throw {
        error: text("Error")?,
        cause: text("Cause")?,
    })
}

/// The member `name`, a number of seconds.
fn seconds(reader: &Reader<'_>, entry: NodeRef<'_>, name: &str) -> Result<Option<f64>, MockError> {
    let Some(node) = entry.get(name) else {
        return Ok(None);
    };
    node.as_number()
        .map(Number::as_f64)
        .filter(|seconds| (0.0..=LONGEST_DELAY).contains(seconds))
        .map(Some)
        .ok_or_else(|| {
            let message = format!("'{name}' must be a number from 0 to {LONGEST_DELAY}");
            reader.error(node, message)
        })
}

/// Map indexes, outermost first; a number alone is a list of one.
fn iteration(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Vec<usize>, MockError> {
    let index = |node: NodeRef<'_>| {
        node.as_number()
            .and_then(Number::as_i64)
            .and_then(|index| usize::try_from(index).ok())
            .ok_or_else(|| reader.error(node, "a Map index is a whole number from 0"))
    };
    if node.is_array() {
        node.items().map(index).collect()
    } else {
        Ok(vec![index(node)?])
    }
}

fn object(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Object, MockError> {
    reader.only(node, &["Body", "Json", "File", "Throw"])?;
    let contents: Vec<_> = node.members().iter().map(|member| &*member.key).collect();
    match contents[..] {
        ["Body"] => node.get("Body").map(|text| Ok(Object::Body(reader.text(text)?))),
        ["Json"] => node.get("Json").map(|value| Ok(Object::Json(value.to_value()))),
        ["File"] => node
            .get("File")
            .map(|path| Ok(Object::File(NamedFile::new(&reader.text(path)?, reader)))),
        ["Throw"] => node.get("Throw").map(|error| unreadable(reader, error)),
        _ => None,
    }
    .unwrap_or_else(|| {
        Err(reader
            .error(node, "an object has one of Body, Json, File and Throw")
            .help("write Body: <text>, Json: <value>, File: <path> or Throw: {Cause: <text>}"))
    })
}

/// `Throw` of an object: its `Cause`. The error is always States.ItemReaderFailed.
fn unreadable(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Object, MockError> {
    reader.only(node, &["Cause"])?;
    let cause = node
        .get("Cause")
        .ok_or_else(|| reader.error(node, "'Cause' is missing"))?;
    Ok(Object::Throw(reader.text(cause)?))
}
