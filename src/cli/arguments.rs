//! Arguments that several commands share.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::definitions::Checked;
use super::{Failure, Outcome, input};
use crate::asl::MachineType;
use crate::contract::Contract;
use crate::diagnostics::Severity;
use crate::mcp;
use crate::report::findings::{FileReport, Format};
use crate::source::{ParseOptions, Reach};

/// Arguments of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Print results only
    ///
    /// For simulate and explore, print only the outcome, in one line.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more progress and status messages
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Print help; --help has all options and examples
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Print the version
    ///
    /// --version also prints the date of the API models.
    #[arg(short = 'V', long, global = true, action = ArgAction::Version)]
    version: Option<bool>,
}

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The definitions a command reads.
#[derive(Debug, Args)]
pub struct Files {
    /// Definitions, or templates that contain them: files, glob patterns, folders (searched for every known source), or -
    /// for stdin; TEMPLATE#RESOURCE selects one state machine of a template
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub sources: Sources,
}

/// How definitions are found and read.
#[derive(Debug, Args)]
pub struct Sources {
    /// The file name to report for stdin
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub stdin_filename: String,
    #[command(flatten)]
    pub placeholders: Placeholders,
    #[command(flatten)]
    pub search: Search,
    /// List the files with state machines, without checking them
    #[arg(long)]
    pub show_files: bool,
}

/// Which files of folders are read.
#[derive(Debug, Default, Args)]
pub struct Search {
    /// In folders, look only at files that match PATTERN
    ///
    /// Patterns are written as in .gitignore; the option may be repeated, and overrides 'include' of the configuration.
    #[arg(long, value_name = "PATTERN")]
    pub include: Vec<String>,
    /// In folders, leave out what matches PATTERN
    ///
    /// Patterns are written as in .gitignore; the option may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Leave out what is excluded even if it is named, for hooks that name every file
    #[arg(long)]
    pub force_exclude: bool,
    /// Use this configuration file instead of the nearest sfn-tool.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore every sfn-tool.toml
    #[arg(long)]
    pub isolated: bool,
}

/// How definitions are read, and what their placeholders stand for.
#[derive(Debug, Args)]
pub struct Placeholders {
    /// Replace ${NAME} with VALUE
    #[arg(long, value_name = "NAME=VALUE", value_parser = definition)]
    pub define: Vec<(String, String)>,
    /// A JSON or YAML file that maps placeholder names to values; --define takes precedence
    #[arg(long, value_name = "FILE")]
    pub substitutions: Option<PathBuf>,
    /// Accept a part of a state machine: one state, or several without StartAt and States around them
    #[arg(long)]
    pub fragment: bool,
    #[command(flatten)]
    pub reading: Reading,
}

/// What files meant to be edited replace.
#[derive(Debug, Args)]
pub struct Writing {
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
}

/// Which files are read that other files name.
#[derive(Debug, Args)]
pub struct Reading {
    /// Also read files outside the repository that a template, test file, mock file or configuration names
    #[arg(long)]
    pub allow_outside: bool,
}

impl Reading {
    /// Where files may lie that other files name.
    pub(super) fn reach(&self) -> Reach {
        // Calls of `mcp`: nobody watches what an agent is made to read.
        match std::env::var_os(mcp::ONLY_HERE) {
            Some(_) => Reach::here(),
            None => Reach::new(self.allow_outside),
        }
    }

    /// How definitions are read whose placeholders stay.
    pub(super) fn parse_options(&self) -> ParseOptions {
        ParseOptions::within(self.reach())
    }
}

/// `NAME=VALUE`
fn definition(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// The definition a command runs, and with what.
#[derive(Debug, Args)]
pub struct Runnable {
    /// The definition, in JSON or YAML, or - for stdin; TEMPLATE#RESOURCE selects one state machine of a template
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The file name to report for stdin
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub stdin_filename: String,
    #[command(flatten)]
    pub placeholders: Placeholders,
    /// The execution's input, JSON or YAML; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "input_json")]
    pub input: Option<PathBuf>,
    /// The execution's input as JSON text [default: {}]
    #[arg(long, value_name = "TEXT")]
    pub input_json: Option<String>,
    /// The type of the state machine [default: a template's, otherwise standard]
    #[arg(long = "type", value_name = "TYPE")]
    pub machine_type: Option<MachineTypeChoice>,
    /// Run the definition even if AWS would reject it
    #[arg(long)]
    pub no_validate: bool,
}

/// JSON Schemas that definitions are to fit, in addition to what AWS asks for.
#[derive(Debug, Args)]
pub struct Schemas {
    /// Also check definitions against a JSON Schema
    ///
    /// FILE holds one in JSON or YAML; asl is the schema of the Amazon States Language. The option may be repeated.
    #[arg(long, value_name = "asl|FILE")]
    pub schema: Vec<PathBuf>,
}

impl Schemas {
    /// The schemas, compiled.
    ///
    /// # Errors
    /// When one cannot be read, or is none.
    pub(super) fn open(&self, reach: &Reach) -> Result<Vec<Contract>, Failure> {
        let one = |path: &PathBuf| match path.to_str() {
            Some("asl") => Ok(Contract::of_asl()?),
            _ => Ok(Contract::of_file(input::text(path)?, reach)?),
        };
        self.schema.iter().map(one).collect()
    }
}

/// How findings are shown, and when they fail the command.
#[derive(Debug, Args)]
pub struct Reporting {
    /// Output format
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// Print at most N findings per file, or none for no limit [default: 100 in text, no limit in other formats]
    #[arg(long, value_name = "N", value_parser = max_results)]
    pub max_results: Option<MaxResults>,
    /// In JSON, leave out findings that follow from others, as the other formats do
    #[arg(long)]
    pub causes: bool,
    /// Exit with status 0 whatever is found
    #[arg(long)]
    pub exit_zero: bool,
    /// Exit with status 1 when a definition was not read
    #[arg(long)]
    pub fail_on_unread: bool,
}

/// The value of `--max-results`.
#[derive(Debug, Clone, Copy)]
pub struct MaxResults(usize);

/// More findings of one file than these nobody reads on a screen.
const MOST_IN_TEXT: usize = 100;

fn max_results(text: &str) -> Result<MaxResults, String> {
    match text {
        "none" => Ok(MaxResults(usize::MAX)),
        _ => text
            .parse()
            .map(MaxResults)
            .map_err(|_| "give a number, or none".to_owned()),
    }
}

impl Reporting {
    /// Leaves out what is not to be printed of each file.
    pub(super) fn limit(&self, reports: &mut [FileReport]) {
        let most = match self.max_results {
            Some(MaxResults(most)) => most,
            None if self.format == Format::Text => MOST_IN_TEXT,
            None => usize::MAX,
        };
        for report in reports {
            report.most = most;
            if self.causes {
                report.keep_causes();
            }
        }
    }

    /// The outcome of a command that found `checked`, when findings from `threshold` on fail it.
    pub(super) fn outcome(&self, checked: &Checked, threshold: Severity) -> Outcome {
        if !checked.failed.is_empty() {
            return Outcome::Unreadable;
        }
        let fails = |report: &FileReport| {
            let errors = report.aws_errors.is_some_and(|count| count > 0);
            errors || report.worst().is_some_and(|worst| worst >= threshold)
        };
        let unread = self.fail_on_unread && checked.unread > 0;
        if !self.exit_zero && (unread || checked.reports.iter().any(fails)) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}

/// The values of `--severity` and `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityChoice {
    /// Errors only
    Error,
    /// Warnings and errors
    Warning,
    /// Everything
    Info,
}

impl From<SeverityChoice> for Severity {
    fn from(choice: SeverityChoice) -> Severity {
        match choice {
            SeverityChoice::Error => Severity::Error,
            SeverityChoice::Warning => Severity::Warning,
            SeverityChoice::Info => Severity::Info,
        }
    }
}

/// The values of `--type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MachineTypeChoice {
    /// Durable, exactly-once executions of up to one year
    Standard,
    /// High-volume executions of up to five minutes
    Express,
}

impl From<MachineTypeChoice> for MachineType {
    fn from(choice: MachineTypeChoice) -> MachineType {
        match choice {
            MachineTypeChoice::Standard => MachineType::Standard,
            MachineTypeChoice::Express => MachineType::Express,
        }
    }
}
