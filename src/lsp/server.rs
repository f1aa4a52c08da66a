//! The loop: messages in, answers and diagnostics out.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Sender, after, never, select};
use gen_lsp_types as lsp;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::analysis::{self, Analysis, Project};
use super::beside::{Beside, Pace, Told};
use super::callers::Callers;
use super::commands;
use super::configuration::Configurations;
use super::diagnostics;
use super::documents::{Documents, OpenText};
use super::files::TestFiles;
use super::handlers;
use super::positions::Encoding;
use super::progress::Progress;
use super::runs::Runs;
use super::searches::{Listing, Searches};
use super::settings::{SECTION, Settings};
use super::transport;
use super::uri;
use super::waiting::{Waiting, uri_of};
use super::workspace;
use crate::{config, discovery, source};

/// How the dialogue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client asked for it.
    Orderly,
    /// The client went away without a word.
    ClientGone,
}

/// Why a request gets an error for an answer.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Refusal {
    /// The request is none that can be answered.
    pub(super) fn invalid(message: impl Into<String>) -> Refusal {
        Refusal {
            code: ErrorCode::InvalidParams,
            message: message.into(),
        }
    }

    /// What is asked for cannot be done with what is there.
    pub(super) fn failed(message: impl Into<String>) -> Refusal {
        Refusal {
            code: ErrorCode::RequestFailed,
            message: message.into(),
        }
    }
}

/// Whether the dialogue has begun, or is about to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Before,
    Open,
    ShutDown,
}

/// What the client can do.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Client {
    /// It sends its configuration when it is asked.
    configuration: bool,
    /// It tells of files that change, once it is asked to.
    pub(super) watches: bool,
    /// Completions may have places to fill in.
    pub(super) snippets: bool,
    /// It indents the lines of a completion as the line is that it is put into.
    pub(super) indents: bool,
    /// It takes edits that say of which version of a text they are.
    pub(super) versioned_edits: bool,
    /// It shows an outline as a tree.
    pub(super) nested_symbols: bool,
    /// It shows Markdown in hovers.
    pub(super) hover_markdown: bool,
    /// It shows Markdown beside completions.
    pub(super) completion_markdown: bool,
    /// It opens pages.
    shows_documents: bool,
    /// It shows what takes long, when it is asked to.
    pub(super) shows_progress: bool,
    /// It is an extension that was made for this server: it shows the picture of a machine, and what commands give.
    pub(super) is_own: bool,
}

/// What is done with the answer to a request of the server's.
type Then = Box<dyn FnOnce(&mut Server, Value)>;

/// The server.
pub(super) struct Server {
    sender: Sender<Message>,
    /// What the watcher of the client's process ends the server with.
    wake: Option<Sender<Message>>,
    pub(super) phase: Phase,
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) settings: Settings,
    configurations: Configurations,
    /// Which files name others.
    pub(super) callers: Callers,
    /// What was said of configurations that cannot be used, once each.
    last_problem: Option<String>,
    /// The test files of folders that were searched.
    pub(super) test_files: TestFiles,
    /// What failed of the cases that were run last, by the URI of their test file.
    failures: BTreeMap<String, Vec<lsp::Diagnostic>>,
    /// What has a name in the folders; `None` until they are searched.
    pub(super) symbols: Option<Vec<workspace::Named>>,
    /// What lies in the folders of configurations that are open; `None` of one with too much in it.
    pub(super) listings: HashMap<PathBuf, Option<Listing>>,
    pub(super) searches: Searches,
    /// What the client shows of searches that take long.
    pub(super) search_progress: Option<Progress>,
    /// The folders of which the client was told that they were not searched to their ends.
    pub(super) told_cut: BTreeSet<PathBuf>,
    /// The requests that wait for a search.
    pub(super) waiting: Vec<Waiting>,
    /// The cases that are run.
    pub(super) runs: Runs,
    /// The folders that are open at the client.
    pub(super) folders: Vec<PathBuf>,
    /// The requests to the client that are not answered yet, and what is done with an answer.
    asked: Vec<(RequestId, Then)>,
    count: i32,
}

/// A text that is open, and what was seen of it.
pub(super) struct Looked<'s> {
    pub(super) server: &'s Server,
    pub(super) text: &'s OpenText,
    pub(super) analysis: &'s Analysis,
}

/// Serves a client until it ends the dialogue, or is gone; `wake` leads to the connection's receiver.
pub fn serve(connection: Connection, wake: Option<Sender<Message>>) -> Ended {
    serve_at(Pace::default(), connection, wake)
}

/// The same; what is done beside the loop is done at a pace.
pub(super) fn serve_at(pace: Pace, connection: Connection, wake: Option<Sender<Message>>) -> Ended {
    let Connection { sender, receiver } = connection;
    let (beside, told) = Beside::new(pace);
    let mut server = Server {
        sender,
        wake,
        phase: Phase::Before,
        client: Client::default(),
        documents: Documents::default(),
        settings: Settings::default(),
        configurations: Configurations::default(),
        callers: Callers::default(),
        last_problem: None,
        test_files: TestFiles::default(),
        symbols: None,
        listings: HashMap::new(),
        searches: Searches::new(beside.clone()),
        search_progress: None,
        told_cut: BTreeSet::new(),
        waiting: Vec::new(),
        runs: Runs::new(beside),
        failures: BTreeMap::new(),
        folders: Vec::new(),
        asked: Vec::new(),
        count: 0,
    };
    let mut queue = VecDeque::new();
    loop {
        queue.extend(receiver.try_iter());
        told.try_iter().for_each(|told| server.told(told));
        let message = match queue.pop_front() {
            Some(message) => message,
            None => {
                // Nothing waits: now is the time to look at what was changed, one text after the other.
                if server.answer_waiting() || server.tell_one() {
                    continue;
                }
                server.tell_progress();
                let next = server.until_next().map_or_else(never, after);
                select! {
                    recv(receiver) -> message => match message {
                        Ok(message) => message,
                        Err(_) => return Ended::ClientGone,
                    },
                    recv(told) -> told => {
                        told.into_iter().for_each(|told| server.told(told));
                        continue;
                    }
                    recv(next) -> _ => continue,
                }
            }
        };
        // What came meanwhile may be that it is not wanted any more.
        queue.extend(receiver.try_iter());
        match message {
            Message::Request(request) => {
                let is_cancelled = |other: &Message| matches!(other, Message::Notification(note) if cancels(note, &request.id));
                if queue.iter().any(is_cancelled) {
                    let words = "the request was cancelled".to_owned();
                    let answer = Response::new_err(request.id, ErrorCode::RequestCanceled as i32, words);
                    server.send(answer);
                } else {
                    server.arrived(request);
                }
            }
            Message::Notification(note) if note.method == "exit" => {
                return match server.phase {
                    Phase::ShutDown => Ended::Orderly,
                    Phase::Before | Phase::Open => Ended::ClientGone,
                };
            }
            Message::Notification(note) => server.notification(note),
            Message::Response(response) => server.response(response),
        }
    }
}

fn cancels(note: &Notification, id: &RequestId) -> bool {
    note.method == "$/cancelRequest" && serde_json::to_value(id).ok().as_ref() == note.params.get("id")
}

impl Server {
    /// Takes what came of something that was done beside the loop.
    fn told(&mut self, told: Told) {
        match told {
            Told::Search(ended) => self.search_ended(ended),
            Told::Run(told) => self.run_told(told),
        }
    }

    /// The time until something that is done beside the loop takes long.
    fn until_next(&self) -> Option<Duration> {
        let both = [self.searches.until_next(), self.runs.until_next()];
        both.into_iter().flatten().min()
    }

    /// Sends a message; a client that is gone is told of by its own end.
    pub(super) fn send(&self, message: impl Into<Message>) {
        let _ = self.sender.send(message.into());
    }

    /// Answers a request, now or when what it waits for has come.
    pub(super) fn request(&mut self, request: Request) {
        let left = self.run_beside(request);
        if let Some(request) = left.and_then(|request| self.put_off(request)) {
            self.answer(request);
        }
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let result = match (self.phase, &*method) {
            (Phase::Before, "initialize") => {
                self.phase = Phase::Open;
                Ok(self.initialize(&params))
            }
            (Phase::Before, _) => Err(Refusal {
                code: ErrorCode::ServerNotInitialized,
                message: format!("'{method}' before 'initialize'"),
            }),
            (Phase::Open, "initialize") | (Phase::ShutDown, _) => Err(Refusal {
                code: ErrorCode::InvalidRequest,
                message: format!("'{method}' at the wrong time"),
            }),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.searches.drop_where(|_| true);
                self.refuse_waiting(ErrorCode::RequestCanceled, |_| true);
                self.cancel_runs(|_| true);
                Ok(Value::Null)
            }
            // A mistake of ours must not take the client's texts along.
            (Phase::Open, _) => catch_unwind(AssertUnwindSafe(|| handlers::answer(self, &method, params)))
                .unwrap_or_else(|_| Err(internal())),
        };
        self.send(match result {
            Ok(result) => Response::new_ok(id, result),
            Err(Refusal { code, message }) => Response::new_err(id, code as i32, message),
        });
    }

    fn notification(&mut self, note: Notification) {
        if self.phase != Phase::Open {
            return;
        }
        if note.method == "$/cancelRequest" {
            self.refuse_waiting(ErrorCode::RequestCanceled, |request| cancels(&note, &request.id));
            self.cancel_runs(|id| cancels(&note, id));
            return;
        }
        let Notification { method, params } = note;
        match &*method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => {
                if let Some(lsp::DidOpenTextDocumentParams { text_document }) = self.read(&method, params) {
                    let uri = text_document.uri.clone();
                    self.documents.open(text_document);
                    self.text_changed(&uri);
                }
            }
            "textDocument/didChange" => {
                let read: Option<lsp::DidChangeTextDocumentParams> = self.read(&method, params);
                if let Some(params) = read {
                    let text = params.text_document;
                    let uri = text.text_document_identifier.uri;
                    self.failures.remove(&uri.0);
                    if !self.documents.change(&uri, text.version, params.content_changes) {
                        self.log(&format!("{} is changed, and was not opened", uri.0));
                    }
                    self.text_changed(&uri);
                }
            }
            "textDocument/didClose" => {
                let read: Option<lsp::DidCloseTextDocumentParams> = self.read(&method, params);
                if let Some(params) = read
                    && let Some(text) = self.documents.close(&params.text_document.uri)
                {
                    self.failures.remove(&text.uri.0);
                    self.text_changed(&text.uri);
                    if analysis::is_configuration(&text) {
                        self.forget_listings();
                    }
                    // What was told of it is not true of the file for certain.
                    self.publish(lsp::PublishDiagnosticsParams::new(text.uri, None, Vec::new()));
                }
            }
            // What one text names may be another.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.forget_symbols();
                self.forget_listings();
                let saved = params.pointer("/textDocument/uri");
                let changes = params.get("changes").and_then(Value::as_array);
                let changed = changes
                    .into_iter()
                    .flatten()
                    .filter_map(|change| change.get("uri"));
                let uris = saved.into_iter().chain(changed).filter_map(Value::as_str);
                let paths: Vec<PathBuf> = uris.filter_map(uri::path).collect();
                // A client may leave out which files they were.
                if paths.is_empty() || paths.iter().any(|path| discovery::is_test_file(path)) {
                    self.forget_test_files();
                }
                self.callers.written(paths.iter().map(PathBuf::as_path));
                self.documents.all_stale();
            }
            "workspace/didChangeConfiguration" => match self.client.configuration {
                true => self.ask_for_settings(),
                false => self.set_section(params.pointer(&format!("/settings/{SECTION}"))),
            },
            "workspace/didChangeWorkspaceFolders" => {
                let names = |list: &str| folders(params.pointer(&format!("/event/{list}")));
                let (added, removed) = (names("added"), names("removed"));
                self.folders.retain(|folder| !removed.contains(folder));
                self.folders.extend(added);
                self.forget_symbols();
                self.forget_test_files();
                self.callers.forget();
                self.documents.all_stale();
            }
            "window/workDoneProgress/cancel" => self.cancel_progress(&params),
            // The rest means nothing here.
            _ => {}
        }
    }

    /// The text of `uri` is another, or is not open any more: what goes by it has to be looked at again.
    fn text_changed(&mut self, uri: &lsp::Uri) {
        if let Some(path) = uri::path(&uri.0) {
            let text = self.documents.get(uri);
            self.callers.changed(&path, text.map(|text| &*text.file));
        }
        self.documents.stale_beside(uri);
        // What waits was asked of another text.
        self.refuse_waiting(ErrorCode::ContentModified, |request| {
            uri_of(request) == Some(&*uri.0)
        });
    }

    fn response(&mut self, response: Response) {
        let Some(place) = self.asked.iter().position(|(id, _)| *id == response.id) else {
            return;
        };
        let (_, then) = self.asked.swap_remove(place);
        match response.response_result {
            Ok(result) => then(self, result),
            Err(error) => self.log(&format!("the client refused a request: {}", error.message)),
        }
    }

    /// The parameters of a notification; that they cannot be read is logged.
    fn read<P: DeserializeOwned>(&self, method: &str, params: Value) -> Option<P> {
        let read = serde_json::from_value(params);
        read.map_err(|error| self.log(&format!("{method} cannot be read: {error}")))
            .ok()
    }

    /// Answers `initialize`. Reads of the client's long list of abilities only what counts here, so that a new one, or one
    /// that is spelt wrongly, is no mistake.
    fn initialize(&mut self, params: &Value) -> Value {
        let can = |pointer: &str| {
            params
                .pointer(&format!("/capabilities/{pointer}"))
                .and_then(Value::as_bool)
                == Some(true)
        };
        let has = |pointer: &str, one: &Value| {
            let list = params.pointer(&format!("/capabilities/{pointer}"));
            let mut list = list.and_then(Value::as_array).into_iter().flatten();
            list.any(|other| other == one)
        };
        let has_markdown = |pointer: &str| has(pointer, &json!("markdown"));
        self.client = Client {
            configuration: can("workspace/configuration"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            snippets: can("textDocument/completion/completionItem/snippetSupport"),
            indents: has(
                "textDocument/completion/completionItem/insertTextModeSupport/valueSet",
                &json!(lsp::InsertTextMode::AdjustIndentation),
            ),
            versioned_edits: can("workspace/workspaceEdit/documentChanges"),
            nested_symbols: can("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            hover_markdown: has_markdown("textDocument/hover/contentFormat"),
            completion_markdown: has_markdown("textDocument/completion/completionItem/documentationFormat"),
            shows_documents: can("window/showDocument/support"),
            shows_progress: can("window/workDoneProgress"),
            is_own: (params.pointer("/capabilities/experimental/commands/commands"))
                .and_then(Value::as_array)
                .is_some_and(|own| own.iter().any(|command| command == commands::SHOW_GRAPH)),
        };
        let encodings = params
            .pointer("/capabilities/general/positionEncodings")
            .and_then(Value::as_array);
        let knows_utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        self.documents.encoding = match knows_utf8 {
            true => Encoding::Utf8,
            false => Encoding::Utf16,
        };
        self.folders = match params.get("workspaceFolders") {
            Some(list @ Value::Array(_)) => folders(Some(list)),
            _ => params
                .get("rootUri")
                .and_then(Value::as_str)
                .and_then(uri::path)
                .into_iter()
                .collect(),
        };
        self.set(params.get("initializationOptions").unwrap_or(&Value::Null));
        if let Some(process) = params.get("processId").and_then(Value::as_i64) {
            self.watch(process);
        }
        let capabilities = handlers::capabilities(self.documents.encoding);
        json!({
            "capabilities": capabilities,
            "serverInfo": {"name": "sfn-tool", "version": env!("CARGO_PKG_VERSION")},
        })
    }

    fn initialized(&mut self) {
        if self.client.configuration {
            self.ask_for_settings();
        }
        if self.client.watches {
            let sources = source::names::SOURCES.map(|end| format!("*{end}"));
            let watchers: Vec<Value> = (sources.iter().map(String::as_str))
                .chain([config::FILE_NAME, "*.tftpl"])
                .map(|name| json!({"globPattern": format!("**/{name}")}))
                .collect();
            let registration = json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            });
            self.ask(
                "client/registerCapability",
                json!({"registrations": [registration]}),
                |_, _| {},
            );
        }
    }

    fn ask_for_settings(&mut self) {
        let params = json!({"items": [{"section": SECTION}]});
        self.ask("workspace/configuration", params, |server, answer| {
            server.set_section(answer.get(0));
        });
    }

    /// A client that has no such section has said all with `initialize`.
    fn set_section(&mut self, section: Option<&Value>) {
        if let Some(section) = section.filter(|section| section.is_object()) {
            self.set(section);
        }
    }

    fn set(&mut self, json: &Value) {
        let (settings, problems) = Settings::of(json);
        self.settings = settings;
        // What was searched and read before was searched and read as the settings were.
        self.configurations.forget();
        self.callers.forget();
        self.forget_test_files();
        self.forget_symbols();
        self.documents.all_stale();
        for problem in problems {
            self.show(lsp::MessageType::Warning, &problem);
        }
    }

    /// A number that no other has.
    pub(super) fn next_number(&mut self) -> i32 {
        self.count = self.count.wrapping_add(1);
        self.count
    }

    /// Sends the client a request.
    pub(super) fn ask(
        &mut self,
        method: &str,
        params: Value,
        then: impl FnOnce(&mut Server, Value) + 'static,
    ) {
        let id = RequestId::from(format!("sfn-tool-{}", self.next_number()));
        self.asked.push((id.clone(), Box::new(then)));
        self.send(Request::new(id, method.to_owned(), params));
    }

    pub(super) fn log(&self, words: &str) {
        let params = json!({"type": lsp::MessageType::Warning, "message": words});
        self.send(Notification::new("window/logMessage".to_owned(), params));
    }

    /// Shows the user a line.
    pub(super) fn show(&self, kind: lsp::MessageType, words: &str) {
        let params = json!({"type": kind, "message": words});
        self.send(Notification::new("window/showMessage".to_owned(), params));
    }

    /// Shows a page of the documentation; where the client cannot, what it is about, and where it is.
    pub(super) fn show_page(&mut self, page: &str, words: &str) {
        if self.client.shows_documents {
            let params = json!({"uri": page, "external": true});
            self.ask("window/showDocument", params, |_, _| {});
        } else {
            self.show(lsp::MessageType::Info, &format!("{words}\n{page}"));
        }
    }

    /// Tells what failed of a test file's cases, until its text changes or they are run again. `uri` is what the client calls
    /// it.
    pub(super) fn set_failures(&mut self, path: &Path, uri: &str, failures: Vec<lsp::Diagnostic>) {
        let is_it = |text: &&OpenText| text.path.as_deref() == Some(path);
        let open = self.documents.iter().find(is_it).map(|text| text.uri.clone());
        let Some(uri) = open else {
            let uri = lsp::Uri::from(uri.to_owned());
            self.publish(lsp::PublishDiagnosticsParams::new(uri, None, failures));
            return;
        };
        self.failures.insert(uri.0.clone(), failures);
        if let Some(text) = self.documents.get_mut(&uri) {
            text.is_told = false;
        }
    }

    fn publish(&self, params: lsp::PublishDiagnosticsParams) {
        self.send(Notification::new(
            "textDocument/publishDiagnostics".to_owned(),
            params,
        ));
    }

    /// A text that is open, and what was seen of it.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn looked_at(&mut self, uri: &lsp::Uri) -> Result<Looked<'_>, Refusal> {
        let Some(text) = self.documents.get_mut(uri) else {
            return Err(Refusal {
                code: ErrorCode::InvalidParams,
                message: format!("{} is not open", uri.0),
            });
        };
        if text.analysis.is_none() {
            text.analysis = Some(analysis::look_at(
                &text.file,
                text.path.as_deref(),
                &text.language,
                &text.earlier,
                text.seen.take(),
                &mut Project {
                    settings: &self.settings,
                    configurations: &mut self.configurations,
                    callers: &self.callers,
                    listings: &self.listings,
                    folders: &self.folders,
                },
            ));
        }
        let server = &*self;
        let text = server.documents.get(uri);
        let looked = text.and_then(|text| {
            Some(Looked {
                server,
                text,
                analysis: text.analysis.as_ref()?,
            })
        });
        looked.ok_or_else(internal)
    }

    /// Tells the client of one text that was changed; whether there was one.
    fn tell_one(&mut self) -> bool {
        let untold = self.documents.iter().filter(|text| !text.is_told);
        let untold: Vec<lsp::Uri> = untold.map(|text| text.uri.clone()).collect();
        let next = untold.into_iter().find(|uri| {
            let search = self.search_around(uri);
            search.is_none_or(|search| !self.searches.is_worth_waiting(&search))
        });
        let Some(uri) = next else {
            return false;
        };
        let told = catch_unwind(AssertUnwindSafe(|| {
            let Looked { text, analysis, .. } = self.looked_at(&uri).ok()?;
            let diagnostics = diagnostics::of(text, &analysis.findings);
            let params =
                lsp::PublishDiagnosticsParams::new(text.uri.clone(), Some(text.version), diagnostics);
            Some((params, analysis.problem.clone()))
        }));
        if let Some(text) = self.documents.get_mut(&uri) {
            text.is_told = true;
        }
        match told {
            Ok(Some((mut params, problem))) => {
                let failures = self.failures.get(&uri.0);
                params.diagnostics.extend(failures.into_iter().flatten().cloned());
                self.publish(params);
                self.tell_problem(problem);
            }
            Ok(None) => {}
            Err(_) => self.log(&format!("{} cannot be looked at: {}", uri.0, internal().message)),
        }
        true
    }

    /// Shows why a configuration cannot be used, once.
    fn tell_problem(&mut self, problem: Option<String>) {
        if problem.is_none() || problem == self.last_problem {
            return;
        }
        let words = format!("{}: the defaults hold", problem.as_deref().unwrap_or_default());
        self.last_problem = problem;
        self.show(lsp::MessageType::Warning, &words);
    }

    /// Ends the server when the client's process is gone, which may leave the pipes open to others.
    fn watch(&self, process: i64) {
        let (Some(wake), Ok(process)) = (self.wake.clone(), i32::try_from(process)) else {
            return;
        };
        thread::spawn(move || {
            while transport::is_alive(process) {
                thread::sleep(Duration::from_secs(3));
            }
            let _ = wake.send(transport::gone());
        });
    }
}

pub(super) fn internal() -> Refusal {
    Refusal {
        code: ErrorCode::InternalError,
        message: format!(
            "a mistake of sfn-tool's own; please report it at {}/issues",
            env!("CARGO_PKG_REPOSITORY")
        ),
    }
}

/// The paths of a list of the protocol's workspace folders.
fn folders(list: Option<&Value>) -> Vec<PathBuf> {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|folder| uri::path(folder.get("uri")?.as_str()?))
        .collect()
}

/// Reads the parameters of a request and hands them on; the result is sent.
///
/// # Errors
/// When they cannot be read, and those of `work`.
pub(super) fn with<P: DeserializeOwned, R: Serialize>(
    server: &mut Server,
    params: Value,
    work: impl FnOnce(&mut Server, P) -> Result<R, Refusal>,
) -> Result<Value, Refusal> {
    let params = serde_json::from_value(params).map_err(|error| Refusal {
        code: ErrorCode::InvalidParams,
        message: error.to_string(),
    })?;
    let result = work(server, params)?;
    serde_json::to_value(result).map_err(|error| Refusal {
        code: ErrorCode::InternalError,
        message: error.to_string(),
    })
}
