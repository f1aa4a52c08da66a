//! A language server for definitions [LSP]: what `check`, `fmt` and `editor/` say, told to an editor while one types.
//!
//! `transport` reads and writes messages, `server` is the loop, `handlers` the table of requests, `documents` what is open, `files` what lies around,
//! `positions` and `uri` turn bytes and paths into the client's places and back, `analysis` looks at one text, `callers` knows what names it, and
//! `diagnostics` tells what was found. Only here are the protocol's types used.
//!
//! Messages are handled one after the other in the order in which they came; a text is looked at when nothing waits.

mod analysis;
mod callers;
mod commands;
mod completion;
mod configuration;
mod diagnostics;
mod documents;
mod edits;
mod files;
mod handlers;
mod places;
mod positions;
mod server;
mod settings;
mod tokens;
mod transport;
mod uri;
mod workspace;

pub use server::{Ended, serve};
pub use transport::stdio;

#[cfg(test)]
mod tests;
