//! Tests that drive the real binary, one module a command. One test program, so that it is linked once.

mod called;
mod chromium;
mod completions;
mod cost;
mod diff;
mod diff_git;
mod diff_simulate;
mod eval;
mod explore;
mod files;
mod fmt;
mod graph;
mod html;
mod inspect;
mod lint;
mod lint_config;
mod lint_fix;
mod readme;
mod replay;
mod robust;
mod schema;
mod seeds;
mod simulate;
mod test;
mod test_state;
mod validate;
