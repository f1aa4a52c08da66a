//! Connections: how many, how long, and how they end.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::{Gate, Handler, Reply, Request};

/// What one client may take of the server.
#[derive(Debug, Clone, Copy)]
pub(in crate::serve) struct Limits {
    /// Connections at once.
    pub(in crate::serve) connections: usize,
    /// Bytes of a request's head.
    pub(in crate::serve) head: usize,
    /// Bytes of a request's body.
    pub(in crate::serve) body: usize,
    /// How long a head may take.
    pub(in crate::serve) head_time: Duration,
    /// How long a body may take.
    pub(in crate::serve) body_time: Duration,
    /// How long answers that are under way have when the server ends.
    pub(in crate::serve) farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 1024,
            head: 16 * 1024,
            // What AWS takes, and something for the names around it.
            body: 1024 * 1024 + 64 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            farewell: Duration::from_millis(500),
        }
    }
}

/// Serves until `ending` is true; then no connection is accepted, and those that are idle are closed.
pub(in crate::serve) async fn listen<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    gate: Gate,
    limits: Limits,
    mut ending: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let gate = Arc::new(gate);
    let told = ending.clone();
    loop {
        let accepted = next(&listener, &mut ending).await;
        match accepted {
            None => break,
            Some(Ok((stream, _))) => match room.clone().try_acquire_owned() {
                Ok(place) => {
                    let connection = serve(stream, handler.clone(), gate.clone(), limits, told.clone());
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(_) => drop(tokio::spawn(refuse(stream))),
            },
            // No file descriptors, say: others are given back soon.
            Some(Err(_)) => sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    // Those that do not end in time are dropped with the runtime.
    let _ = timeout(limits.farewell, room.acquire_many(all)).await;
}

/// The next connection, or `None` when the server is to end.
async fn next(
    listener: &TcpListener,
    ending: &mut watch::Receiver<bool>,
) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    let mut accepting = pin!(listener.accept());
    let mut ended = pin!(ending.wait_for(|ending| *ending));
    poll_fn(|context| {
        if ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        accepting.as_mut().poll(context).map(Some)
    })
    .await
}

/// There are too many connections: says so and closes.
async fn refuse(mut stream: TcpStream) {
    const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let _ = timeout(Duration::from_secs(1), stream.write_all(BUSY)).await;
}

async fn serve<H: Handler>(
    stream: TcpStream,
    handler: Arc<H>,
    gate: Arc<Gate>,
    limits: Limits,
    mut ending: watch::Receiver<bool>,
) {
    // Answers are small and written at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (handler, gate) = (handler.clone(), gate.clone());
        async move { Ok::<_, Infallible>(answer(request, handler, &gate, limits).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_buf_size(limits.head)
            .serve_connection(TokioIo::new(stream), service)
    );
    let mut ended = pin!(ending.wait_for(|ending| *ending));
    let mut told = false;
    poll_fn(|context| {
        if !told && ended.as_mut().poll(context).is_ready() {
            told = true;
            connection.as_mut().graceful_shutdown();
        }
        // A broken connection is the client's matter.
        connection.as_mut().poll(context).map(drop)
    })
    .await;
}

async fn answer<H: Handler>(
    request: hyper::Request<Incoming>,
    handler: Arc<H>,
    gate: &Gate,
    limits: Limits,
) -> Response<Full<Bytes>> {
    let id = handler.request_id();
    let (head, body) = request.into_parts();
    let reply = match gate.enter(&head) {
        Err((status, words)) => refused(status, &words),
        Ok((asked, region)) => match read(body, limits).await {
            Err(reply) => reply,
            Ok(body) => {
                let request = Request { asked, region, body };
                handler.answer(request).await
            }
        },
    };
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// What is refused before anybody looks at it. No answer of AWS has these statuses.
fn refused(status: u16, words: &str) -> Reply {
    Reply {
        status,
        body: json!({"__type": "SfnTool.Refused", "message": words}).to_string(),
    }
}

async fn read(body: Incoming, limits: Limits) -> Result<Vec<u8>, Reply> {
    match timeout(limits.body_time, Limited::new(body, limits.body).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(refused(
            413,
            &format!("the body is larger than {} bytes", limits.body),
        )),
        Ok(Err(_)) => Err(refused(400, "the body cannot be read")),
        Err(_) => Err(refused(408, "the body did not come in time")),
    }
}
