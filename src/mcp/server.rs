//! The loop: messages in, answers out. Calls are done one after the other by a thread of their own, so that pings are
//! answered and calls cancelled meanwhile.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::answer;
use super::call::Call;
use super::message::{self, Code, LONGEST, Line, Message};
use super::program::{self, Ran};
use super::tools::{self, TOOLS, Tool};
use crate::diagnostics::did_you_mean;

/// The versions of the protocol that are spoken, the newest first; for what is used here they are the same.
const VERSIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// Calls that may wait for their turn.
const WAITING: usize = 64;
/// What agents are told about all tools together.
const INSTRUCTIONS: &str = "Judges AWS Step Functions definitions offline, as AWS would. After each change of a definition: \
                            check until nothing is found, skeleton and simulate for the paths that matter, explore \
                            for what nobody thought of, diff against the version before. Paths are those of files in the \
                            folder that the server was started in; texts need no file.";

/// What the server needs of its surroundings.
#[derive(Debug)]
pub struct Host {
    /// This program, which calls are run with.
    pub program: PathBuf,
    /// The folder that paths must lie in, without links in its own path.
    pub root: PathBuf,
}

/// A call that waits for its turn.
struct Job {
    id: Value,
    tool: &'static Tool,
    arguments: Map<String, Value>,
    cancelled: Arc<AtomicBool>,
}

/// The calls that wait or run, by the text of their id.
type Open = Mutex<HashMap<String, Arc<AtomicBool>>>;

/// Answers the messages of `input` until it ends.
///
/// # Errors
/// When `input` cannot be read or `output` cannot be written.
pub fn serve(host: &Host, mut input: impl BufRead, output: impl Write + Send) -> io::Result<()> {
    let output = Mutex::new(output);
    let send = |message: &dyn fmt::Display| -> io::Result<()> {
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        // JSON without indentation holds no line break.
        writeln!(output, "{message}")?;
        output.flush()
    };
    let open = Open::default();
    thread::scope(|scope| {
        let (sender, jobs) = mpsc::sync_channel::<Job>(WAITING);
        let (open, send) = (&open, &send);
        let worker = scope.spawn(move || -> io::Result<()> {
            for job in jobs {
                let answer = (!job.cancelled.load(Ordering::Relaxed))
                    .then(|| answer(host, &job))
                    .flatten();
                forget(open, &job.id);
                // A cancelled call gets no answer [MCP cancellation].
                if let Some(result) = answer.filter(|_| !job.cancelled.load(Ordering::Relaxed)) {
                    send(&message::result(&job.id, result))?;
                }
            }
            Ok(())
        });
        loop {
            let message = match message::next_line(&mut input)? {
                Line::Read(line) => Message::read(&line),
                Line::TooLong => {
                    let words = format!("a message has at most {LONGEST} bytes");
                    Message::Invalid(message::error(Value::Null, Code::InvalidRequest, &words))
                }
                Line::End => break,
            };
            match message {
                Message::Invalid(answer) => send(&answer)?,
                Message::Response => {}
                Message::Notification { method, params } => {
                    if let ("notifications/cancelled", Some(id)) = (&*method, params.get("requestId")) {
                        let open = open.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(cancelled) = open.get(&id.to_string()) {
                            cancelled.store(true, Ordering::Relaxed);
                        }
                    }
                }
                Message::Request { id, method, params } => match &*method {
                    "tools/call" => {
                        if let Err(answer) = begin(open, &sender, id, &params) {
                            send(&answer)?;
                        }
                    }
                    "initialize" => send(&message::result(&id, initialized(&params)))?,
                    "ping" => send(&message::result(&id, "{}"))?,
                    "tools/list" => {
                        let tools: Vec<Value> = TOOLS.iter().map(Tool::described).collect();
                        send(&message::result(&id, json!({"tools": tools})))?;
                    }
                    other => {
                        let words = format!("there is no method '{other}'");
                        send(&message::error(id, Code::MethodNotFound, &words))?;
                    }
                },
            }
        }
        // What has been asked is answered still.
        drop(sender);
        worker.join().unwrap_or(Ok(()))
    })
}

fn initialized(params: &Value) -> Value {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let version = VERSIONS.into_iter().find(|version| asked == Some(version));
    json!({
        "protocolVersion": version.unwrap_or(VERSIONS[0]),
        "capabilities": {"tools": {}},
        "serverInfo": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "instructions": INSTRUCTIONS,
    })
}

/// Has a call wait for its turn.
///
/// # Errors
/// When it is none: the answer.
fn begin(open: &Open, sender: &mpsc::SyncSender<Job>, id: Value, params: &Value) -> Result<(), Value> {
    let bad = |id: &Value, words: &str| message::error(id.clone(), Code::InvalidParams, words);
    let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
    let Some(tool) = tools::find(name) else {
        let help = did_you_mean(name, TOOLS.iter().map(|tool| tool.name), || {
            "tools/list lists all tools".to_owned()
        });
        return Err(bad(&id, &format!("there is no tool '{name}': {help}")));
    };
    let arguments = match params.get("arguments") {
        None => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(_) => return Err(bad(&id, "'arguments' must be an object")),
    };
    let cancelled = Arc::new(AtomicBool::new(false));
    let mut calls = open.lock().unwrap_or_else(PoisonError::into_inner);
    if calls.contains_key(&id.to_string()) {
        return Err(message::error(
            id,
            Code::InvalidRequest,
            "a call with this id is under way",
        ));
    }
    calls.insert(id.to_string(), cancelled.clone());
    drop(calls);
    let job = Job {
        id,
        tool,
        arguments,
        cancelled,
    };
    sender.try_send(job).map_err(|error| {
        let (TrySendError::Full(job) | TrySendError::Disconnected(job)) = error;
        forget(open, &job.id);
        message::error(job.id, Code::InvalidRequest, "too many calls are under way")
    })
}

fn forget(open: &Open, id: &Value) {
    open.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&id.to_string());
}

/// The result of a call, as JSON; `None` when it was cancelled.
fn answer(host: &Host, job: &Job) -> Option<String> {
    let call = match Call::new(job.tool, &job.arguments, &host.root) {
        Ok(call) => call,
        Err(error) => return Some(failed(&error.to_string())),
    };
    let ran = program::run(&host.program, &call.arguments, &host.root, &job.cancelled);
    Some(match ran {
        Err(error) => failed(&format!("the tool cannot be run: {error}")),
        Ok(Ran::Cancelled) => return None,
        Ok(Ran::TimedOut) => failed("the call took more than two minutes and was stopped"),
        Ok(Ran::TooMuch) => {
            failed("the result is too large: ask for less (max_results, no events, one file)")
        }
        Ok(Ran::Ended {
            status,
            printed,
            said,
        }) => ended(job, status, &call.named(printed), &call.named(said)),
    })
}

/// What a run printed, as a tool's result; with an exit status that is neither 0 nor 1 it failed.
fn ended(job: &Job, status: Option<i32>, printed: &str, said: &str) -> String {
    let has_failed = !matches!(status, Some(0 | 1));
    let shortened = match has_failed {
        true => Some(answer::in_arguments(job.tool, printed)),
        false => answer::shortened(job.tool, &job.arguments, printed),
    };
    let printed = shortened.as_deref().unwrap_or(printed);
    // Lines of JSON begin with indentation only, and no string holds a line break: the same without what only people need.
    let text = match printed.starts_with(['{', '[']) {
        true => printed.lines().map(str::trim_start).collect::<String>(),
        false => printed.to_owned(),
    };
    let is_object = text.starts_with('{') && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    // As it is: numbers keep the spelling that they have on AWS.
    let structured = if is_object { Some(&*text) } else { None };
    // What the JSON says is not said again.
    let is_told = text.starts_with("{\"error\":");
    let said = (has_failed && !said.is_empty() && !is_told).then(|| answer::in_arguments(job.tool, said));
    let texts: Vec<&str> = [Some(&*text).filter(|text| !text.is_empty()), said.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    result(&texts, structured, has_failed)
}

fn failed(words: &str) -> String {
    result(&[words], None, true)
}

/// A tool's result; `structured` is a JSON object on one line.
fn result(texts: &[&str], structured: Option<&str>, has_failed: bool) -> String {
    let content: Vec<Value> = (texts.iter())
        .map(|text| json!({"type": "text", "text": text}))
        .collect();
    let structured = structured.map(|object| format!(",\"structuredContent\":{object}"));
    format!(
        "{{\"content\":{},\"isError\":{has_failed}{}}}",
        Value::Array(content),
        structured.unwrap_or_default()
    )
}
