//! `sfn-tool schema KIND`: the JSON Schemas of what is read and printed.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::output::Context;
use super::{Failure, Outcome};
use crate::asl::fields::schema::json_schema;
use crate::{config, testing};

/// Print the JSON Schema of definitions, or of the tool's files
#[derive(Debug, Args)]
pub struct Arguments {
    /// What the schema describes
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A definition, in the Amazon States Language
    Asl,
    /// A mock file
    Mocks,
    /// A test file
    Test,
    /// sfn-tool.toml
    Config,
    /// What `diff --format json` prints
    Changes,
    /// What `test --coverage-json` writes
    Coverage,
    /// What `eval --format json` prints
    Evaluation,
    /// What `simulate --format json` prints
    Execution,
    /// What `explain --format json` prints
    Explanation,
    /// What `explore --format json` prints
    Exploration,
    /// What every command prints under `--format json` when the call fails
    Failure,
    /// What `check`, `validate` and `lint --format json` prints
    Findings,
    /// What `fmt --format json` prints
    Formatting,
    /// What `graph --format json` prints
    Graph,
    /// What `simulate --format history` prints
    History,
    /// What `inspect --format json` prints
    Inspection,
    /// What `simulate --replay HISTORY --format json` prints
    Replay,
    /// What `test-state --format json` prints
    TestState,
    /// What `test --format json` prints
    Verdicts,
}

/// The schema of an output, as the repository holds it.
macro_rules! output {
    ($name:literal) => {
        include_str!(concat!("../../schemas/output/", $name, ".schema.json")).to_owned()
    };
}

/// Runs the command.
///
/// # Errors
/// When the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let made = |schema: Value| format!("{schema:#}\n");
    let text = match arguments.kind {
        Kind::Asl => made(json_schema()),
        Kind::Mocks => include_str!("../../schemas/mocks.schema.json").to_owned(),
        Kind::Test => made(testing::schema()),
        Kind::Config => made(config::schema()),
        Kind::Changes => output!("changes"),
        Kind::Coverage => output!("coverage"),
        Kind::Evaluation => output!("evaluation"),
        Kind::Execution => output!("execution"),
        Kind::Explanation => output!("explanation"),
        Kind::Exploration => output!("exploration"),
        Kind::Failure => output!("failure"),
        Kind::Findings => output!("findings"),
        Kind::Formatting => output!("formatting"),
        Kind::Graph => output!("graph"),
        Kind::History => output!("history"),
        Kind::Inspection => output!("inspection"),
        Kind::Replay => output!("replay"),
        Kind::TestState => output!("test-state"),
        Kind::Verdicts => output!("verdicts"),
    };
    context.result(|out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}
