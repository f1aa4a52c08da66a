//! What any layer may say about a document: findings as data, never rendered here.

mod finding;
mod nearest;
mod span;

pub use finding::{Applicability, Edit, Finding, Fix, Related, Severity};
pub use nearest::nearest;
pub use span::Span;
