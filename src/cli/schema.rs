//! `sfn-tool schema KIND`: the JSON Schemas of what is read and printed.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::output::Context;
use super::{Failure, Outcome};
use crate::asl::fields::schema::json_schema;
use crate::{config, testing};

/// Print a JSON Schema: of definitions, or of the files that sfn-tool reads and prints
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sfn-tool schema asl > asl.schema.json\n  sfn-tool schema mocks")]
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
    /// What `validate --format json` and `lint --format json` print
    Findings,
    /// What `simulate --format history` prints
    History,
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
        Kind::Findings => include_str!("../../schemas/output/findings.schema.json").to_owned(),
        Kind::History => include_str!("../../schemas/output/history.schema.json").to_owned(),
    };
    context.result(|out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}
