//! Findings, histories and changes as text, concise lines, JSON and the formats of other tools.

pub mod changes;
mod code_span;
pub mod cost;
pub mod coverage;
pub mod explore;
pub mod findings;
pub mod graph;
pub mod history;
pub mod html;
pub mod replay;
pub mod trace;
pub mod verdicts;
