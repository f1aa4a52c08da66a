//! What executions need of the server around them: its activities, its own API, and the endpoints of real services.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, Weak};

use serde_json::Value;
use tokio::runtime::Handle;

use super::endpoints::Endpoints;
use super::journal::What;
use super::running::{ApiError, EndpointError, EndpointReply, Reply, World};
use super::store::Purpose;
use super::wall::Wall;
use super::{CallError, Server, api};
use crate::history::{Failure, TaskTarget};

/// The server, as executions see it.
pub(super) struct Around {
    /// Set once the server stands.
    pub(super) server: OnceLock<Weak<Server>>,
    /// Where calls are made.
    pub(super) runtime: Handle,
    /// Real services.
    pub(super) endpoints: Endpoints,
    /// The region of calls.
    pub(super) region: String,
    /// The clock.
    pub(super) wall: Arc<Wall>,
    /// Whether somebody was told that histories have too little memory.
    pub(super) is_short: AtomicBool,
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

    fn call(&self, operation: &str, parameters: Value, reply: Reply) {
        let Some(server) = self.server() else { return };
        let operation = operation.to_owned();
        self.runtime.spawn(async move {
            let body = parameters.to_string();
            let answer = api::answer_to(&server, &operation, body.as_bytes(), None, server.wall.now()).await;
            reply(match answer {
                Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
                Err(fault) => Err(ApiError {
                    code: fault.code.to_owned(),
                    message: fault.message,
                }),
            });
        });
    }

    fn wall(&self) -> Arc<Wall> {
        self.wall.clone()
    }

    fn has_endpoint(&self, target: &TaskTarget) -> bool {
        self.endpoints.has(target)
    }

    fn call_endpoint(&self, target: &TaskTarget, parameters: Value, reply: EndpointReply) {
        let Some(server) = self.server() else { return };
        let call = format!("{}:{} {parameters}", target.resource_type, target.resource);
        // While a journal is replayed, what was answered then.
        let known = server
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(&call);
        let told = |answer: Result<Value, CallError>| {
            answer.map_err(|error| match error {
                CallError::Task(error, cause) => EndpointError::Task(Failure::new(error, cause)),
                CallError::Unusable(why) => EndpointError::Unusable(why),
            })
        };
        if let Some(answer) = known {
            return reply(told(answer));
        }
        let (target, region) = (target.clone(), self.region.clone());
        let endpoints = self.endpoints.clone();
        self.runtime.spawn(async move {
            let id = server.ids.uuid(Purpose::Request);
            let answer = endpoints.call(&target, &region, &parameters, &id).await;
            server.keep(|| What::Answered {
                call,
                answer: answer.clone(),
            });
            reply(told(answer));
        });
    }

    fn request_id(&self) -> String {
        let server = self.server();
        server
            .map(|server| server.ids.uuid(Purpose::Request))
            .unwrap_or_default()
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
