//! `sfn-tool serve`, spoken to over its socket.

mod client;
mod executions;
mod gate;
mod hostile;
mod machines;
mod map_runs;
mod state;
mod tasks;
