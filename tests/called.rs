//! The binary as a user calls it, in a folder of its own.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The tool, as the standard library starts programs.
pub fn program() -> std::process::Command {
    std::process::Command::new(env!("CARGO_BIN_EXE_sfn-tool"))
}

/// The tool, for whoever writes to its stdin or asserts at once.
pub fn tool() -> Command {
    Command::from_std(program())
}

/// Runs the tool in `folder`: its exit status, what it printed, what it said on stderr.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = tool()
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .args(arguments)
        .output()
        .expect("it runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A new folder with these files in it.
pub fn folder(files: &[(&str, &Value)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content.to_string()).expect("a file");
    }
    folder
}
