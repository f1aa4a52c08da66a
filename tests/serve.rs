//! `sfn-tool serve`, spoken to over its socket.

mod client;
mod endpoints;
mod executions;
mod files;
mod fuzz;
mod gate;
mod hostile;
mod load;
mod machines;
mod map_runs;
mod state;
mod tasks;
