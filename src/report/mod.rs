//! Findings, histories and changes as text, concise lines and JSON.

pub mod findings;
