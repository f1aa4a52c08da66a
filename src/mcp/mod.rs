//! A server of the Model Context Protocol on stdin and stdout [MCP]: commands as tools for coding agents. Each call runs
//! this program anew, as a command line would, and answers with the JSON that it prints, without what the agent did not ask
//! for: what is said is the same wherever it is asked for, and what a hostile definition costs ends with its call.
//!
//! `message` reads and writes JSON-RPC, `tools` is the table of tools, `call` makes a command line of a call's arguments,
//! `program` runs it within bounds, `answer` cuts what it printed, and `server` is the loop.

mod answer;
mod call;
mod message;
mod program;
mod server;
mod tools;

pub use program::ONLY_HERE;
pub use server::{Host, serve};

#[cfg(test)]
mod tests;
