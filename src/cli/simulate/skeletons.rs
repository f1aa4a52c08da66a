//! `simulate --write-mocks` and `--write-input`: files to start from.

use std::path::Path;

use miette::Diagnostic;
use serde_json::{Map, Value as Json};

use crate::asl::StateMachine;
use crate::cli::output::Context;
use crate::cli::output_file::{self, Kind};
use crate::cli::{Failure, Outcome};
use crate::diagnostics::{counted, visible};
use crate::first_run::first_run;
use crate::lint::never_answered;
use crate::value::{Value, printable, yaml};

/// Where editors find the schema of mock files.
const MODELINE: &str = "# yaml-language-server: $schema=https://raw.githubusercontent.com/sfn-tool/sfn-tool/main/schemas/mocks.schema.json\n";

/// Both are to go to stdout.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("--write-mocks and --write-input cannot both go to stdout")]
#[diagnostic(help("name a file for one of them"))]
struct BothOnStdout;

/// Writes what a first run of `machine` needs; `force`: over files that are there.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(
    machine: &StateMachine,
    mocks: Option<&Path>,
    input: Option<&Path>,
    force: bool,
    context: &Context,
) -> Result<Outcome, Failure> {
    if mocks == input {
        return Err(BothOnStdout.into());
    }
    let needed = first_run(machine);
    let never = never_answered(machine);
    for never in &never {
        context.say(&format!("warning: line {}: {never}", never.line));
    }
    if let Some(path) = mocks {
        let tasks = needed.mocks["States"].as_object().map_or(0, Map::len);
        let mut head = MODELINE.to_owned();
        for never in &never {
            head.push_str(&format!("# {}\n", visible(&never.to_string())));
        }
        let written = text(path, &Value::from(&needed.mocks), &needed.mocks, &head);
        if put(path, &written, force, context)? {
            context.say(&format!(
                "wrote {} with {}",
                path.display(),
                counted(tasks, "task")
            ));
        }
    }
    if let Some(path) = input {
        let json = serde_json::to_value(&needed.input).unwrap_or_default();
        if put(path, &text(path, &needed.input, &json, ""), force, context)? {
            context.say(&format!("wrote {}", path.display()));
        }
    }
    Ok(Outcome::Clean)
}

/// By its name a file of YAML is read as such.
fn text(path: &Path, value: &Value, json: &Json, head: &str) -> String {
    match path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
        true => format!("{head}{}", yaml(value)),
        false => format!("{}\n", printable(&format!("{json:#}"))),
    }
}

/// Whether a file was written; otherwise it was stdout.
fn put(path: &Path, text: &str, force: bool, context: &Context) -> Result<bool, Failure> {
    if path == Path::new("-") {
        context.result(|out| out.write_all(text.as_bytes()))?;
        return Ok(false);
    }
    output_file::write(path, &Kind::Edited { force }, |out| {
        out.write_all(text.as_bytes())
    })?;
    Ok(true)
}
