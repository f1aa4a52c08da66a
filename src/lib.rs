#![doc = include_str!("../docs/library.md")]
//!
//! ## The map
//!
//! For whoever changes the crate. Data goes one way; a layer imports only from layers above it in this list.
//!
//! ```text
//! diagnostics/  Finding, Span, Fix: what any layer may say about a document (data, no rendering)
//! arrange/      things put in order, by one copy of the algorithm
//! value/        the JSON value of a running machine: shared (Arc at every node), cheap to clone, AWS's number spelling;
//!               where two values differ, and a value as YAML
//! cost/         what executions are billed by, and what that costs
//! source/       text -> Document: JSON and YAML as one tree with a byte span on every key and value; positions; the
//!               definitions inside templates and configurations
//! asl/          Document -> StateMachine: typed states, transitions, retriers, catchers, each knowing its node; and the
//!               one table of fields that schema and checks come from
//! services/     what AWS's services take and answer, from AWS's own API models; the table of optimised integrations
//! format/       the canonical form of a definition's text: indentation and the order of fields
//! expr/         the languages inside strings: jsonpath/ intrinsic/ jsonata/, the payload template that holds them, the
//!               condition/ of a Choice rule, and one spelling/ for texts that mean the same
//! references/   what each state refers to: paths, calls, expressions, variables read and assigned
//! history/      the events of executions, our own and exported ones: one type, reader, writer, timeline and comparer
//! graph/        StateMachine -> petgraph control flow: one graph a scope (top level, each branch, each processor)
//! picture/      what a picture of a machine shows, what is marked in it, and where everything stands
//! validate/     what AWS refuses: every object against the table of fields, then what holds between them; AWS's codes
//!               and words
//! lint/         what AWS accepts and users regret: one file a rule, registry, fixes
//! discovery/    which files a command line means: files, folders, patterns, what the CDK wrote
//! config/       `sfn-tool.toml`: which rules run and how severe they are, file by file; prices
//! contract/     JSON Schemas that users bring, for definitions and for data: compiled, and what does not fit
//! mocks/        mock files of both forms -> the answers a run gets
//! first_run/    StateMachine -> an execution input and mocks with which a first run comes to its end
//! simulate/     StateMachine -> Program -> History: engine with a virtual clock, one file a state type, tasks
//! definition/   text, file or template resource -> Definition: read, modelled, typed; validate, lint, simulate: what commands share
//! testing/      test files: cases with mocks and expectations -> verdicts
//! coverage/     what all cases of a definition took of it: states, transitions, Choice rules, retriers, catchers
//! replay/       a recorded execution -> its tasks' answers, mocks, a test case; where a run diverges from it
//! explore/      every combination of task outcomes -> errors that nothing catches, loops, what is never taken
//! diff/         two StateMachines -> Changes
//! editor/       one open document: what stands at a place in it, and what an editor wants to know of that; no protocol
//! report/       Findings, History, Changes -> text, json, concise ...
//! lsp/          a language server: what editor/ and the checks say of open texts, in the Language Server Protocol
//! serve/        the API of Step Functions over HTTP: machines, executions, tasks, and AWS's model of it all
//! mcp/          the commands as tools for coding agents: the Model Context Protocol, a call's arguments -> a command line
//! cli/          one file a command: its arguments, and the few lines that join the parts above
//! internals/    what tests/, benches/ and fuzz/ reach into; no part of the API
//! ```

// What only the command line uses of the modules that it shares with the library.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub(crate) mod arrange;
pub(crate) mod asl;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub(crate) mod config;
#[cfg(feature = "cli")]
pub(crate) mod contract;
pub(crate) mod cost;
#[cfg(feature = "cli")]
pub(crate) mod coverage;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod diff;
#[cfg(feature = "cli")]
pub(crate) mod discovery;
#[cfg(feature = "cli")]
pub(crate) mod editor;
#[cfg(feature = "cli")]
pub(crate) mod explore;
pub(crate) mod expr;
#[cfg(feature = "cli")]
pub(crate) mod first_run;
pub(crate) mod format;
pub(crate) mod graph;
pub(crate) mod history;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod internals;
pub(crate) mod lint;
#[cfg(feature = "cli")]
pub(crate) mod lsp;
#[cfg(feature = "cli")]
pub(crate) mod mcp;
pub(crate) mod mocks;
#[cfg(feature = "cli")]
pub(crate) mod picture;
pub(crate) mod references;
#[cfg(feature = "cli")]
pub(crate) mod replay;
#[cfg(feature = "cli")]
pub(crate) mod report;
#[cfg(feature = "cli")]
pub(crate) mod serve;
pub(crate) mod services;
pub(crate) mod simulate;
pub(crate) mod source;
#[cfg(feature = "cli")]
pub(crate) mod testing;
pub(crate) mod validate;
pub(crate) mod value;

pub use asl::MachineType;
#[cfg(feature = "cli")]
pub use definition::BadConfig;
pub use definition::{
    Answer, Definition, Execution, Finding, Findings, Mocks, NoSuchRule, Open, OpenError, Run, RunError,
    StateOutcome, StateTest, StateTestError,
};
pub use diagnostics::Severity;
pub use diff::{Class, Difference};
pub use simulate::{Status, test_state::Status as StateStatus};
