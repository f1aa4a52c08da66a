//! What executions need of the server around them: its activities, its own API, and the endpoints of real services.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::yield_now;

use super::endpoints::Endpoints;
use super::journal::What;
use super::mocks::SourceError;
use super::running::{ApiError, ClockMode, EndpointError, EndpointReply, Reply, Task, Tells, World};
use super::store::Purpose;
use super::wall::Wall;
use super::{CallError, Log, Server};
use crate::history::{Failure, TaskTarget, Time};
use crate::mocks::Mocks;

/// The server, as executions see it.
pub(super) struct Around {
    /// Set once the server stands.
    pub(super) server: OnceLock<Weak<Server>>,
    /// Where calls are made.
    pub(super) runtime: Handle,
    /// Calls of the server's own API.
    pub(super) own_calls: OwnCalls,
    /// Real services.
    pub(super) endpoints: Endpoints,
    /// The clock.
    pub(super) wall: Arc<Wall>,
    /// Whether somebody was told that histories have too little memory.
    pub(super) is_short: AtomicBool,
}

type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Calls of the server's own API that executions make, which begin in turn, and other work between them: thousands of
/// executions that start others must not keep a client waiting.
pub(super) struct OwnCalls(UnboundedSender<Call>);

impl OwnCalls {
    /// Where they wait for the runtime.
    pub(super) fn on(runtime: &Handle) -> OwnCalls {
        let (sender, mut calls): (_, UnboundedReceiver<Call>) = unbounded_channel();
        runtime.spawn(async move {
            while let Some(call) = calls.recv().await {
                // One may wait for an execution to end: the next does not wait for it.
                tokio::spawn(call);
                yield_now().await;
            }
        });
        OwnCalls(sender)
    }

    fn make(&self, call: impl Future<Output = ()> + Send + 'static) {
        // Where the runtime is gone, nobody waits for an answer.
        let _ = self.0.send(Box::pin(call));
    }
}

impl Around {
    fn server(&self) -> Option<Arc<Server>> {
        self.server.get().and_then(Weak::upgrade)
    }
}

impl World for Around {
    fn has_activity(&self, arn: &str) -> bool {
        self.server()
            .is_some_and(|server| server.store().activities.contains_key(arn))
    }

    fn call(&self, operation: &str, parameters: Value, by: Option<Task>, reply: Reply) {
        let Some(server) = self.server() else { return };
        // It was answered, and the server was killed before the task was told.
        let known = by.as_ref().and_then(|by| server.replaying().answers.remove(by));
        if let Some(answer) = known {
            self.runtime.spawn(async move { reply(answer) });
            return;
        }
        let operation = operation.to_owned();
        self.own_calls.make(async move {
            let body = parameters.to_string();
            let at = server.wall.now();
            let answer = server.asked(&operation, None, body.as_bytes(), at, by).await;
            reply(match answer {
                Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
                Err(fault) => Err(ApiError {
                    code: fault.code.to_owned(),
                    message: fault.message,
                }),
            });
        });
    }

    fn mocks(&self, read: &dyn Fn() -> Result<Arc<Mocks>, SourceError>) -> Result<Arc<Mocks>, SourceError> {
        match self.server() {
            Some(server) => server.chosen_mocks(read),
            None => read(),
        }
    }

    fn tells(&self, execution: u64, key: &str, told: &Tells) -> Option<Time> {
        let server = self.server().filter(|server| server.settings.state.is_some())?;
        let at = server.wall.now();
        let task = Task {
            execution,
            key: Arc::from(key),
        };
        // Where it cannot be kept that was said, and the execution goes on.
        drop(server.keep_at(at, || What::Told(task, told.clone())));
        Some(at)
    }

    fn is_replaying(&self) -> bool {
        self.server().is_some_and(|server| server.is_replaying())
    }

    fn clock(&self) -> Option<ClockMode> {
        let server = self.server().filter(|server| server.is_replaying())?;
        let replaying = server.replaying();
        replaying.began.as_ref()?.clock.parse().ok()
    }

    fn wall(&self) -> Arc<Wall> {
        self.wall.clone()
    }

    fn has_endpoint(&self, target: &TaskTarget) -> bool {
        let replayed = self.server().filter(|server| server.is_replaying());
        match replayed.and_then(|server| server.replaying().began.clone()) {
            Some(began) => Endpoints::would_call(target, &began.endpoints),
            None => self.endpoints.has(target),
        }
    }

    fn call_endpoint(&self, target: &TaskTarget, parameters: Value, reply: EndpointReply) {
        let Some(server) = self.server() else { return };
        let (target, region) = (target.clone(), server.region());
        let endpoints = self.endpoints.clone();
        self.runtime.spawn(async move {
            let id = server.ids.uuid(Purpose::Request);
            let answer = endpoints.call(&target, &region, &parameters, &id).await;
            reply(answer.map_err(|error| match error {
                CallError::Task(error, cause) => EndpointError::Task(Failure::new(error, cause)),
                CallError::Unusable(why) => EndpointError::Unusable(why),
            }));
        });
    }

    fn request_id(&self) -> String {
        let server = self.server();
        server
            .map(|server| server.ids.uuid(Purpose::Request))
            .unwrap_or_default()
    }

    fn warn(&self, line: &str) {
        let told = self.server().filter(|server| server.settings.log > Log::Quiet);
        if let Some(server) = told {
            (server.say)(line);
        }
    }

    fn forgotten(&self, arn: &str, early: bool) {
        let Some(server) = self.server() else { return };
        server.store().executions.remove(arn);
        if early && !self.is_short.swap(true, Ordering::Relaxed) {
            (server.say)(&format!(
                "histories take more than {} MiB: the executions that ended first are forgotten; --history-memory makes room \
                 for more",
                server.settings.history_memory
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// Calls that each make two more, for ever.
    fn start(calls: Arc<OwnCalls>, made: Arc<AtomicUsize>) -> Call {
        Box::pin(async move {
            made.fetch_add(1, Ordering::Relaxed);
            calls.make(start(calls.clone(), made.clone()));
            calls.make(start(calls.clone(), made.clone()));
        })
    }

    #[test]
    fn calls_without_end_leave_others_their_turns() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let calls = Arc::new(OwnCalls::on(runtime.handle()));
        let made = Arc::new(AtomicUsize::new(0));
        calls.make(start(calls.clone(), made.clone()));
        runtime.block_on(async {
            while made.load(Ordering::Relaxed) < 1000 {
                yield_now().await;
            }
            // Thousands wait by now. A request takes a few turns, and few of them come between two.
            let before = made.load(Ordering::Relaxed);
            let request = tokio::spawn(async {
                for _ in 0..10 {
                    yield_now().await;
                }
            });
            request.await.expect("an answer");
            let between = made.load(Ordering::Relaxed) - before;
            assert!(between < 100, "{between} calls came before one request");
        });
        runtime.shutdown_background();
    }
}
