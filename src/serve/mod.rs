//! A server that speaks the API of Step Functions, so that clients run against it.
//!
//! ```text
//! mocks/     which mocks an execution gets
//! running/   executions at work
//! ```

mod mocks;
mod running;
