//! `sfn-tool serve`: a server that speaks the API of Step Functions (AWS JSON 1.0), so that clients run against it.
//!
//! ```text
//! http/      connections, limits, the check of Host and Origin: bytes -> (operation, JSON) -> bytes
//! model/     AWS's model of the API: requests are checked against it, answers ordered by it
//! api/       one file a group of actions
//! store/     machines, versions, aliases, activities, tags, records of executions; names, ARNs, pages
//! mocks/     which mocks an execution gets
//! running/   executions at work: threads, clocks, callbacks, activities, children
//! journal/   `--state`: what was asked, kept and asked again
//! wall.rs    the time outside of executions
//! world.rs   what executions need of the server around them
//! endpoints/ real services that tasks call
//! ```
//!
//! Everything that is answered depends on the requests, their order and the seed, dates aside.

mod api;
mod endpoints;
mod http;
mod journal;
mod mocks;
mod model;
mod running;
mod store;
mod wall;
mod world;

use endpoints::CallError;
pub(crate) use endpoints::{Endpoint, Endpoints};
pub(crate) use http::{is_region, may_be_region};
pub(crate) use mocks::Sources;
pub(crate) use running::ClockMode;

use std::collections::HashSet;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

use self::api::{Adoption, Fault};
use self::http::{Asked, Gate, Handler, Limits, Reply, Request};
use self::journal::{Began, Counts, Entry, FORM, Journal, JournalError, Replaying, What};
use self::model::Model;
use self::running::{Options, Running, Task};
use self::store::{Ids, Pages, Purpose, Store};
use self::wall::Wall;
use self::world::{Around, OwnCalls};
use crate::asl::MachineType;
use crate::definition::Definition;
use crate::history::Time;

/// What the server is told on the command line.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The account of every ARN.
    pub(crate) account: String,
    /// The region of requests that are not signed.
    pub(crate) region: String,
    /// What ids and tokens are made from.
    pub(crate) seed: u64,
    /// Names that a Host header may have besides loopback names.
    pub(crate) allowed_hosts: Vec<String>,
    /// How time passes for executions.
    pub(crate) clock: ClockMode,
    /// So many ended executions are kept.
    pub(crate) keep: usize,
    /// So many MiB histories may take.
    pub(crate) history_memory: usize,
    /// Real services.
    pub(crate) endpoints: Endpoints,
    /// The folder that keeps the state.
    pub(crate) state: Option<PathBuf>,
    /// What is written to stderr.
    pub(crate) log: Log,
}

/// How much is written to stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Log {
    /// Nothing but what is wrong with the server itself.
    Quiet,
    /// A line per call.
    Calls,
}

/// The server's parts.
struct Server {
    settings: Settings,
    model: Model,
    store: Mutex<Store>,
    ids: Ids,
    pages: Pages,
    running: Running,
    wall: Arc<Wall>,
    /// Where requests are kept, once the old ones have been replayed.
    journal: OnceLock<Journal>,
    /// What a journal says, while it is replayed, and which mocks stand in it.
    replaying: Mutex<Replaying>,
    /// The machines that are there from the start.
    adopted: Mutex<Vec<Adoption>>,
    /// Says a line on stderr.
    say: Box<dyn Fn(&str) + Send + Sync>,
}

/// Why the server cannot begin.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum ServeError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    #[diagnostic(help("another program may listen there: --port 0 takes a free port"))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// No runtime, no signals.
    #[error("cannot start the server")]
    Start(#[source] io::Error),
    /// None of the machines that are to be there from the start could be created; why was said.
    #[error("--machines names no state machine that can be created")]
    NoMachines,
    /// The state cannot be kept.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Journal(#[from] JournalError),
    /// The model in the program is broken.
    #[error("the model of the API is broken: {0}")]
    Model(String),
}

/// Serves until the process is told to end. `ready` is told the address once connections are taken; `say` writes a line
/// to stderr.
///
/// # Errors
/// When the server cannot begin.
pub(crate) fn run(
    settings: Settings,
    sources: Sources,
    machines: Vec<Definition>,
    ready: impl FnOnce(SocketAddr) -> io::Result<()>,
    say: impl Fn(&str) + Send + Sync + 'static,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(ServeError::Start)?;
    let address = settings.address;
    let gate = Gate {
        allowed_hosts: settings.allowed_hosts.clone(),
    };
    let server = Server::new(settings, sources, Box::new(say), runtime.handle().clone())?;
    runtime.block_on(async {
        server.resume().await?;
        server.adopt(machines)?;
        let cannot_listen = |cause| ServeError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
        let ending = ending()?;
        ready(listener.local_addr().map_err(cannot_listen)?).map_err(ServeError::Start)?;
        http::listen(listener, server.clone(), gate, Limits::default(), ending).await;
        Ok::<_, ServeError>(())
    })?;
    // Work that is under way is given up: executions are but in memory, and what is kept of them was written. The process ends:
    // to give the memory of thousands of histories back one by one would only take its time.
    std::mem::forget(server);
    runtime.shutdown_background();
    Ok(())
}

/// Becomes true when the process is told to end.
fn ending() -> Result<watch::Receiver<bool>, ServeError> {
    let (tell, told) = watch::channel(false);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
            let mut signals = signal(kind).map_err(ServeError::Start)?;
            let tell = tell.clone();
            tokio::spawn(async move {
                signals.recv().await;
                tell.send_replace(true);
            });
        }
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            tell.send_replace(true);
        }
    });
    Ok(told)
}

impl Server {
    fn new(
        settings: Settings,
        sources: Sources,
        say: Box<dyn Fn(&str) + Send + Sync>,
        runtime: Handle,
    ) -> Result<Arc<Server>, ServeError> {
        let options = Options {
            clock: settings.clock,
            seed: settings.seed,
            keep: settings.keep,
            most_bytes: settings.history_memory.saturating_mul(1 << 20),
            ..Options::default()
        };
        let wall = Arc::<Wall>::default();
        let around = Arc::new(Around {
            server: OnceLock::new(),
            own_calls: OwnCalls::on(&runtime),
            runtime,
            endpoints: settings.endpoints.clone(),
            wall: wall.clone(),
            is_short: Default::default(),
        });
        let server = Arc::new(Server {
            model: Model::read().map_err(ServeError::Model)?,
            store: Mutex::default(),
            ids: Ids::new(settings.seed),
            pages: Pages::new(settings.seed),
            running: Running::new(options, sources, around.clone()).map_err(ServeError::Start)?,
            wall,
            journal: OnceLock::new(),
            replaying: Mutex::default(),
            adopted: Mutex::default(),
            settings,
            say,
        });
        // It was not set before.
        let _ = around.server.set(Arc::downgrade(&server));
        Ok(server)
    }

    /// Creates the machines that are to be there from the start. One that cannot be created is said, and the others are.
    fn adopt(&self, machines: Vec<Definition>) -> Result<(), ServeError> {
        let is_any = !machines.is_empty();
        let mut names = HashSet::new();
        for definition in machines {
            let (place, counts, at) = (definition.place(), self.counts(), self.wall.now());
            match api::adopt(self, definition, at, &names) {
                Ok((adoption, is_new)) => {
                    names.insert(adoption.name.clone());
                    if is_new {
                        self.keep_adoption(&adoption, at, counts);
                    }
                    self.adopted().push(adoption);
                }
                Err(why) => (self.say)(&format!("warning: {place} is no state machine here: {why}")),
            }
        }
        match is_any && names.is_empty() {
            true => Err(ServeError::NoMachines),
            false => Ok(()),
        }
    }

    fn adopted(&self) -> MutexGuard<'_, Vec<Adoption>> {
        self.adopted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps that a machine of a file was made or changed.
    fn keep_adoption(&self, adoption: &Adoption, at: Time, counts: Counts) {
        let what = || What::Adopted {
            name: adoption.name.clone(),
            definition: adoption.definition.clone(),
            express: adoption.machine_type == MachineType::Express,
            counts,
        };
        // That it cannot be kept was said.
        drop(self.keep_at(at, what));
    }

    /// The region of requests that are not signed.
    fn region(&self) -> String {
        self.settings.region.clone()
    }

    /// How much of everything that is counted there is.
    fn counts(&self) -> Counts {
        Counts {
            ids: self.ids.count(),
            numbers: self.store().count(),
            executions: self.running.count(),
        }
    }

    /// Counts on from there.
    fn count_from(&self, counts: &Counts) {
        self.ids.count_from(counts.ids);
        self.store().count_from(counts.numbers);
        self.running.count_from(counts.executions);
    }

    /// With what it was started.
    fn began(&self) -> Began {
        let settings = &self.settings;
        Began {
            form: FORM,
            account: settings.account.clone(),
            region: settings.region.clone(),
            seed: settings.seed,
            clock: settings.clock.to_string(),
            endpoints: settings.endpoints.services(),
        }
    }

    /// What is remembered. A request that panicked has left it whole: changes are made at their end.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on where a server stopped that kept its state in the same folder.
    async fn resume(self: &Arc<Self>) -> Result<(), ServeError> {
        let Some(folder) = &self.settings.state else {
            return Ok(());
        };
        let reading = Journal::open(folder)?;
        let journal = self.replay(reading).await?;
        // It was not set before.
        let _ = self.journal.set(journal);
        let began = self.began();
        if self.replaying().began.replace(began.clone()) != Some(began.clone()) {
            self.keep(|| What::Began(began));
        }
        self.running.go_on();
        Ok(())
    }

    /// Whether a journal is replayed.
    fn is_replaying(&self) -> bool {
        self.settings.state.is_some() && self.journal.get().is_none()
    }

    /// Keeps what happens, where the state is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    fn keep_at(&self, at: Time, what: impl FnOnce() -> What) -> Result<(), Fault> {
        let Some(journal) = self.journal.get() else {
            return Ok(());
        };
        let entry = Entry {
            at: at.millis(),
            what: what(),
        };
        journal.write(&entry).map_err(|error| {
            (self.say)(&format!("the state cannot be kept: {error}"));
            Fault::failure("the state cannot be kept; stderr says why")
        })
    }

    /// The same, now, where nobody can be told that it failed.
    fn keep(&self, what: impl FnOnce() -> What) {
        drop(self.keep_at(self.wall.now(), what));
    }

    /// Answers a request of a client, or of the task `by`. Where the state is kept, one that may change something is kept
    /// before it is answered, and before anything else happens.
    async fn asked(
        self: &Arc<Self>,
        operation: &str,
        region: Option<&str>,
        body: &[u8],
        at: Time,
        by: Option<Task>,
    ) -> Result<String, Fault> {
        if journal::changes(operation) {
            self.keep_at(at, || {
                What::Asked(journal::Asked {
                    operation: operation.to_owned(),
                    region: region.map_or_else(|| self.region(), str::to_owned),
                    body: String::from_utf8_lossy(body).into_owned(),
                    counts: self.counts(),
                    by,
                })
            })?;
        }
        let answer = api::answer_to(self, operation, body, region, at).await;
        if answer.as_ref().is_err_and(|fault| fault.status == 500) {
            (self.say)(&format!(
                "a mistake of sfn-tool, please report it: {operation} cannot be answered"
            ));
        }
        answer
    }

    async fn operation(self: Arc<Self>, operation: String, request: Request) -> Reply {
        let region = request.region.as_deref();
        let answer = self
            .asked(&operation, region, &request.body, self.wall.now(), None)
            .await;
        let (status, code, body) = match answer {
            Ok(body) => (200, "", body),
            Err(fault) => (fault.status, fault.code, fault.body()),
        };
        if self.settings.log >= Log::Calls {
            (self.say)(format!("{operation} {status} {code}").trim_end());
        }
        Reply { status, body }
    }

    /// What is at the server's own paths.
    async fn own(self: &Arc<Self>, path: &str, body: &[u8], at: Time) -> Reply {
        let (status, body) = match path {
            "/health" => (200, r#"{"status":"ok"}"#.to_owned()),
            "/_sfn-tool/reset" => {
                self.running.reset();
                *self.store() = Store::default();
                self.ids.reset();
                if let Some(journal) = self.journal.get() {
                    // What cannot be cleared is replayed up to here.
                    let _ = journal.clear();
                    self.replaying().forget();
                    self.keep(|| What::Began(self.began()));
                }
                // The machines of the command line are there as they were at the start.
                for adoption in &*self.adopted() {
                    let counts = self.counts();
                    if api::adopt_again(self, adoption, at).is_ok() {
                        self.keep_adoption(adoption, at, counts);
                    }
                }
                (200, "{}".to_owned())
            }
            "/_sfn-tool/clock" => match serde_json::from_slice::<Advance>(body) {
                Ok(Advance { execution, seconds }) if seconds >= 0.0 && seconds.is_finite() => {
                    match self.running.advance_clock(&execution, at, seconds).await {
                        true => (200, "{}".to_owned()),
                        false => {
                            let message = "no execution with this ARN is running";
                            (400, Fault::new("SfnTool.Refused", message).body())
                        }
                    }
                }
                _ => {
                    let message = "send {\"executionArn\": \"...\", \"advanceSeconds\": 60}";
                    (400, Fault::new("SfnTool.Refused", message).body())
                }
            },
            _ => (
                404,
                Fault::new("SfnTool.Refused", "there is nothing at this path").body(),
            ),
        };
        Reply { status, body }
    }
}

/// What `/_sfn-tool/clock` is sent.
#[derive(Deserialize)]
struct Advance {
    #[serde(rename = "executionArn")]
    execution: String,
    #[serde(rename = "advanceSeconds")]
    seconds: f64,
}

impl Handler for Server {
    fn answer(self: Arc<Self>, request: Request) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        match &request.asked {
            Asked::Operation(operation) => {
                let operation = operation.clone();
                Box::pin(self.operation(operation, request))
            }
            Asked::Path(path) => {
                let path = path.clone();
                Box::pin(async move {
                    let at = self.wall.now();
                    if path == "/_sfn-tool/clock" {
                        let body = String::from_utf8_lossy(&request.body).into_owned();
                        let path = path.clone();
                        // That it cannot be kept was said.
                        drop(self.keep_at(at, || What::Own { path, body }));
                    }
                    self.own(&path, &request.body, at).await
                })
            }
        }
    }

    fn request_id(&self) -> String {
        self.ids.uuid(Purpose::Request)
    }
}
