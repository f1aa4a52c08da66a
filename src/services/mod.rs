//! What AWS's services take and answer, from AWS's own API models.
//!
//! `data/api-models.*` is made from botocore by `tools/api-models/generate.py`, which says how it is written. A
//! [`Service`] is one line of its index; its [`Model`] is unpacked when first asked for. The optimised integrations
//! ([`INTEGRATIONS`]) call the same APIs by names of their own; a [`Call`] brings both kinds together.

mod call;
mod catalogue;
mod errors;
mod example;
mod headers;
mod integrations;
mod jobs;
mod misfit;
mod model;
mod names;
mod own;
mod parameters;
#[cfg(feature = "cli")]
mod raised;
pub mod refusals;
mod reply;
mod transient;

pub use call::{Call, Input};
pub use catalogue::{SOURCE, Service, service, services};
pub use errors::{Never, declared_errors, is_of_service, never_raises};
pub use example::{answer, least};
pub use headers::unsupported_headers;
pub use integrations::{INTEGRATIONS, Integration, SEVERAL, integration};
pub use jobs::{JobEnd, JobStatus};
pub use misfit::{Asked, Misfit, Step as Inside, What, written_path};
pub use model::{Action, Length, Member, Model, Need, Structure, Type};
pub use names::Spelling;
pub use own::{is_host, is_https, own_values};
pub use parameters::{Fault, RefusedPart, Step, carries_json, is_made_elsewhere};
#[cfg(feature = "cli")]
pub use raised::{Refused, raised};
pub use reply::{Reply, left_out};
pub use transient::{LAMBDA_TRANSIENT, transient_errors};
