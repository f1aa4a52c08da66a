//! Parse, dispatch, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    sfn_tool::cli::run()
}
