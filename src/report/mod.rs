//! Findings, histories and changes as text, concise lines, JSON and the formats of other tools.

pub mod changes;
pub mod cost;
pub mod coverage;
pub mod explore;
pub mod findings;
pub mod graph;
pub mod history;
pub mod html;
pub mod reference;
pub mod replay;
pub mod trace;
pub mod verdicts;

use serde::Serialize;

/// A file that could not be read, among those that could.
#[derive(Debug, Serialize)]
pub struct Failed {
    /// Its name.
    pub file: String,
    /// Why: code, message and help.
    pub error: serde_json::Value,
}
