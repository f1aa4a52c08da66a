//! Whole dialogues, spoken in memory.

mod around;
mod callers;
mod dialogue;
mod edits;
mod features;
mod fixes;
mod prefixes;
mod protocol;
mod runs;
mod searches;

use std::collections::BTreeMap;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

use super::beside::Pace;
use super::server::{Ended, serve_at};
use super::uri;

/// Longer than anything here takes, on a busy machine, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// As much as the main thread of a program has.
const STACK: usize = 8 * 1024 * 1024;

/// A client and its server.
struct Talk {
    connection: Connection,
    server: JoinHandle<Ended>,
    count: i32,
    /// What the server told last of each text, until it was asked for.
    told: BTreeMap<String, Value>,
    /// What was shown and logged.
    words: Vec<String>,
    /// What was said of what takes long.
    progress: Vec<Value>,
    /// What the client answers when it is asked for its configuration.
    configuration: Value,
}

/// Whoever waits for what is done beside the loop waits until it has ended.
fn patient() -> Pace {
    Pace {
        patience: PATIENCE,
        gate: None,
    }
}

fn start(connection: Connection) -> JoinHandle<Ended> {
    start_at(patient(), connection)
}

fn start_at(pace: Pace, connection: Connection) -> JoinHandle<Ended> {
    let builder = thread::Builder::new().stack_size(STACK);
    builder.spawn(move || serve_at(pace, connection, None)).unwrap()
}

impl Talk {
    /// A dialogue that has begun; `params` are those of `initialize`.
    fn with(params: Value) -> Talk {
        Talk::at(patient(), params)
    }

    /// The same; what is done beside the loop is done at a pace.
    fn at(pace: Pace, params: Value) -> Talk {
        let (own, servers) = Connection::memory();
        let mut talk = Talk {
            connection: own,
            server: start_at(pace, servers),
            count: 0,
            told: BTreeMap::new(),
            words: Vec::new(),
            progress: Vec::new(),
            configuration: Value::Null,
        };
        talk.request("initialize", params).unwrap();
        talk.notify("initialized", json!({}));
        talk
    }

    fn begin() -> Talk {
        Talk::with(json!({"capabilities": {}}))
    }

    fn notify(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(note.into()).unwrap();
    }

    /// The result of a request, or the code and words of its error.
    fn request(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        self.count += 1;
        let id = RequestId::from(self.count);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        loop {
            if let Some(response) = self.next() {
                assert_eq!(response.id, id, "each request has one answer, in their order");
                return response
                    .response_result
                    .map_err(|error| (error.code, error.message));
            }
        }
    }

    /// The next message, if it is an answer; what else comes is kept.
    fn next(&mut self) -> Option<Response> {
        match self.connection.receiver.recv_timeout(PATIENCE).unwrap() {
            Message::Response(response) => return Some(response),
            Message::Notification(note) => match &*note.method {
                "textDocument/publishDiagnostics" => {
                    let uri = note.params["uri"].as_str().unwrap().to_owned();
                    self.told.insert(uri, note.params);
                }
                "$/progress" => self.progress.push(note.params),
                _ => self
                    .words
                    .push(note.params["message"].as_str().unwrap().to_owned()),
            },
            Message::Request(request) => {
                let result = match &*request.method {
                    "workspace/configuration" => json!([self.configuration]),
                    _ => Value::Null,
                };
                let answer = Response::new_ok(request.id, result);
                self.connection.sender.send(answer.into()).unwrap();
            }
        }
        None
    }

    /// Sends a request, whose answer is waited for elsewhere.
    fn send(&self, id: i32, method: &str, params: Value) {
        let request = Request::new(id.into(), method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
    }

    /// The next answer: its id, and the result or the code of its error.
    fn answer(&mut self) -> (RequestId, Result<Value, i32>) {
        loop {
            if let Some(response) = self.next() {
                let result = response.response_result.map_err(|error| error.code);
                return (response.id, result);
            }
        }
    }

    fn open(&self, uri: &str, language: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    fn change(&self, uri: &str, version: i32, changes: Value) {
        let text = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": text, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// What the server says of a text that it was not yet asked for.
    fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        self.publication(uri)["diagnostics"].as_array().unwrap().clone()
    }

    fn publication(&mut self, uri: &str) -> Value {
        loop {
            if let Some(told) = self.told.remove(uri) {
                return told;
            }
            assert!(self.next().is_none(), "nothing was asked");
        }
    }

    fn end(mut self) -> Ended {
        self.request("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        self.server.join().unwrap()
    }
}

/// The messages of diagnostics, in order, their first lines.
fn messages(diagnostics: &[Value]) -> Vec<&str> {
    let all = diagnostics.iter().filter_map(|one| one["message"].as_str());
    all.filter_map(|message| message.lines().next()).collect()
}

fn uri_of(path: &Path) -> String {
    uri::of(path).0
}

fn place(line: u32, character: u32) -> Value {
    json!({"line": line, "character": character})
}
