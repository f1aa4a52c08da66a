//! Connections, limits, who may ask: bytes to an operation with its body, and back. It knows nothing of machines.
//!
//! ```text
//! connections.rs  accepting them, their number and times, the end of the server
//! gate.rs         what a request must look like before it is read: Host, Origin, method, content type
//! ```
//!
//! A page in a browser must not reach the server: neither by a name that resolves to the loopback address (the Host
//! header is checked), nor across origins (a request with an Origin is refused, and the content type of the API cannot be
//! sent by a page that was not allowed to).

mod connections;
mod gate;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub(super) use connections::{Limits, listen};
pub(super) use gate::Gate;
pub(crate) use gate::{is_region, may_be_region};

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// An operation of the API, as `X-Amz-Target` names it.
    Operation(String),
    /// A path of the server's own.
    Path(String),
}

/// A request.
#[derive(Debug)]
pub(super) struct Request {
    /// What was asked for.
    pub(super) asked: Asked,
    /// The region that it is signed for.
    pub(super) region: Option<String>,
    /// What was sent.
    pub(super) body: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// JSON.
    pub(super) body: String,
}

/// Whoever answers requests.
pub(super) trait Handler: Send + Sync + 'static {
    /// Answers a request.
    fn answer(self: Arc<Self>, request: Request) -> Pin<Box<dyn Future<Output = Reply> + Send>>;

    /// The id of the next answer.
    fn request_id(&self) -> String;
}
