//! Real neighbours: the endpoints that the command line names, and calls of them. http only, no redirects, no host but those
//! named.
//!
//! ```text
//! protocol.rs   how a service is asked, and what its answers mean
//! ```

mod protocol;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use indexmap::IndexMap;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::protocol::{Answered, Asked, Protocol};
use crate::history::{Family, TaskTarget};

/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long a call may take: a Lambda function's longest run.
const LONGEST: Duration = Duration::from_secs(900);
/// The largest answer: a Lambda function's.
const MOST_BYTES: usize = 6 * 1024 * 1024;

/// A URL that is called: `http://HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `HOST:PORT`
    authority: String,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Endpoint, String> {
        let Some(rest) = text.strip_prefix("http://") else {
            return Err("give a URL that begins with http://".to_owned());
        };
        let authority = rest.trim_end_matches('/');
        let parsed: hyper::http::uri::Authority = authority
            .parse()
            .map_err(|_| "give a URL such as http://127.0.0.1:4566".to_owned())?;
        if authority.contains(['/', '@', '?', '#']) || parsed.host().is_empty() {
            return Err("give a URL with a host and a port and nothing behind them".to_owned());
        }
        let port = parsed.port_u16().unwrap_or(80);
        Ok(Endpoint {
            authority: format!("{}:{port}", parsed.host()),
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

/// The endpoints by service, as a Resource names it: `lambda`, `dynamodb`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoints {
    by_service: IndexMap<String, Endpoint>,
}

/// The service that a call may go to, as `--endpoint` names it.
fn service(target: &TaskTarget) -> Option<&str> {
    // Whoever waits for a token or a job's end is not answered by the call itself.
    let is_answered = !target.resource.contains('.') || target.resource.ends_with(".waitForTaskToken");
    match target.family {
        Family::LambdaFunction => Some("lambda"),
        Family::Activity => None,
        Family::Task => is_answered.then(|| {
            target
                .resource_type
                .strip_prefix("aws-sdk:")
                .unwrap_or(&target.resource_type)
        }),
    }
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::serve) enum CallError {
    /// The task fails: the error's name, and its cause.
    Task(String, String),
    /// The endpoint cannot be used, or not for this call. AWS has nothing like it.
    Unusable(String),
}

impl Endpoints {
    /// Adds the endpoint of a service.
    ///
    /// # Errors
    /// When nobody here knows how the service is asked.
    pub(crate) fn add(&mut self, service: &str, endpoint: Endpoint) -> Result<(), String> {
        if Protocol::of(service).is_none() {
            return Err(format!(
                "calling {service} is not supported; supported are {}",
                protocol::services().collect::<Vec<_>>().join(", ")
            ));
        }
        self.by_service.insert(service.to_owned(), endpoint);
        Ok(())
    }

    fn of(&self, target: &TaskTarget) -> Option<(Protocol, &Endpoint)> {
        let service = service(target)?;
        Some((Protocol::of(service)?, self.by_service.get(service)?))
    }

    /// The services with an endpoint.
    pub(in crate::serve) fn services(&self) -> Vec<String> {
        self.by_service.keys().cloned().collect()
    }

    /// Whether a task's call would go to an endpoint if these services had one.
    pub(in crate::serve) fn would_call(target: &TaskTarget, services: &[String]) -> bool {
        service(target).is_some_and(|service| services.iter().any(|known| known == service))
    }

    /// Whether a task's call goes to an endpoint.
    pub(in crate::serve) fn has(&self, target: &TaskTarget) -> bool {
        self.of(target).is_some()
    }

    /// Calls the endpoint; `id` is the id of an answer that has none.
    ///
    /// # Errors
    /// What the service says against it; where it cannot be reached, that, in our words.
    pub(in crate::serve) async fn call(
        &self,
        target: &TaskTarget,
        region: &str,
        parameters: &Value,
        id: &str,
    ) -> Result<Value, CallError> {
        let unusable = |why: String| {
            let called = match target.family {
                Family::LambdaFunction => target.resource.to_string(),
                Family::Task | Family::Activity => format!("{}:{}", target.resource_type, target.resource),
            };
            CallError::Unusable(format!("{called}: {why}"))
        };
        let Some((protocol, endpoint)) = self.of(target) else {
            return Err(unusable("there is no endpoint for it".to_owned()));
        };
        let asked = protocol.request(target, region, parameters).map_err(unusable)?;
        let answered = match timeout(LONGEST, send(endpoint, asked)).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(why)) => return Err(unusable(format!("{endpoint} {why}"))),
            Err(_) => return Err(unusable(format!("{endpoint} gives no answer"))),
        };
        let answer = protocol.answer(target, &answered, id);
        answer.map_err(|(error, cause)| CallError::Task(error, cause))
    }
}

async fn send(endpoint: &Endpoint, asked: Asked) -> Result<Answered, String> {
    let connecting = timeout(CONNECTING, TcpStream::connect(&endpoint.authority)).await;
    let stream = match connecting {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(format!("cannot be reached: {error}")),
        Err(_) => return Err("cannot be reached in time".to_owned()),
    };
    let broken = |error: hyper::Error| format!("broke the connection: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let task = tokio::spawn(connection);
    let mut request = hyper::Request::post(asked.path).header("host", &endpoint.authority);
    for (name, value) in asked.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(asked.body)))
        .map_err(|error| format!("cannot be asked: {error}"))?;
    let answer = sender.send_request(request).await.map_err(broken)?;
    let header = |name: &str| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let answered = Answered {
        status: answer.status().as_u16(),
        function_error: answer.headers().contains_key("x-amz-function-error"),
        error_type: header("x-amzn-errortype"),
        request_id: header("x-amzn-requestid").or_else(|| header("x-amz-request-id")),
        body: Bytes::new(),
    };
    let body = Limited::new(answer.into_body(), MOST_BYTES).collect().await;
    task.abort();
    match body {
        Ok(body) => Ok(Answered {
            body: body.to_bytes(),
            ..answered
        }),
        Err(error) => Err(format!("has an answer that cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_plain_urls() {
        let read = |text: &str| text.parse::<Endpoint>().map(|endpoint| endpoint.to_string());
        assert_eq!(
            read("http://127.0.0.1:4566/"),
            Ok("http://127.0.0.1:4566".to_owned())
        );
        assert_eq!(read("http://localstack"), Ok("http://localstack:80".to_owned()));
        for text in [
            "https://a",
            "a:80",
            "http://",
            "http://a/b",
            "http://u@a",
            "http://a?b",
            "file:///etc/passwd",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
