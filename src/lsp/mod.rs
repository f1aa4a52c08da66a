//! A language server for definitions [LSP]: what `check`, `fmt` and `editor/` say, told to an editor while one types.
//!
//! `transport` reads and writes messages, `server` is the loop, `handlers` the table of requests, `documents` what is open, `files` what lies around,
//! `positions` and `uri` turn bytes and paths into the client's places and back, `analysis` looks at one text, `callers` knows what names it, `unused` what they give
//! for nothing, and `diagnostics` tells what was found. Only here are the protocol's types used.
//!
//! Messages are handled one after the other in the order in which they came; a text is looked at when nothing waits. Only what may take long is
//! done `beside` the loop and answered later: `searches` of folders, for which requests are `waiting`, and `runs` of test cases; `progress` shows them.

mod analysis;
mod beside;
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
mod progress;
mod runs;
mod searches;
mod server;
mod settings;
mod tokens;
mod transport;
mod unused;
mod uri;
mod waiting;
mod workspace;

pub use server::{Ended, serve};
pub use transport::stdio;

#[cfg(test)]
mod tests;
