//! `sfn-tool serve`: a local endpoint of Step Functions, for the user's own clients.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use miette::Diagnostic;

use super::output::Context;
use super::{Failure, Outcome, definitions};
use crate::diagnostics::visible;
use crate::serve::{self, ClockMode, Endpoint, Endpoints, Log, Settings, Sources};

/// Serve the API of Step Functions, with mocked task results
#[derive(Debug, Args)]
pub struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8083, value_parser = port)]
    port: u16,
    /// Address to listen on; whoever reaches it can use the server
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Mocked task results: MACHINE=FILE, MACHINE#CASE=FILE, a folder with MACHINE.mocks.yaml, or a MockConfigFile.json
    /// [default: $SFN_MOCK_CONFIG]
    #[arg(long, value_name = "WHAT")]
    mocks: Vec<String>,
    /// Test files whose cases StartExecution can choose with #CASE behind the state machine's ARN
    #[arg(long, value_name = "FILES", num_args = 1..)]
    tests: Vec<PathBuf>,
    /// Definitions and templates whose state machines exist from the start
    #[arg(long, value_name = "FILES", num_args = 1..)]
    machines: Vec<PathBuf>,
    /// How time passes: fast (waits do not wait), real, or xN [default: fast, or what $WAIT_TIME_SCALE says]
    #[arg(long, value_name = "CLOCK")]
    clock: Option<ClockMode>,
    /// The account ID in ARNs [default: $AWS_ACCOUNT_ID, or 123456789012]
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// The region in ARNs for requests that are not signed [default: $AWS_DEFAULT_REGION, or us-east-1]
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// Seed for names, IDs, tokens, jitter and random functions
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Where Lambda functions are called that no mock answers for: http://HOST:PORT [default: $LAMBDA_ENDPOINT]
    #[arg(long, value_name = "URL")]
    lambda_endpoint: Option<Endpoint>,
    /// Where another service is called: SERVICE=http://HOST:PORT [default: $DYNAMODB_ENDPOINT, $SQS_ENDPOINT ...]
    #[arg(long, value_name = "SERVICE=URL", value_parser = endpoint)]
    endpoint: Vec<(String, Endpoint)>,
    /// Keep the state in this folder: a later server goes on from there [default: in memory only]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Keep so many ended executions
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    keep: usize,
    /// Memory for the histories of executions, in MiB: those that ended first are forgotten when they take more
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    history_memory: u32,
    /// A name that requests may have in their Host header, besides loopback names
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// What to write to stderr
    #[arg(long, value_name = "WHAT", default_value = "quiet")]
    log: LogChoice,
}

/// The values of `--log`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogChoice {
    /// Only what is wrong
    Quiet,
    /// One line per call
    Calls,
}

fn account(text: &str) -> Result<String, String> {
    match text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("give the 12 digits of an account ID".to_owned()),
    }
}

fn port(text: &str) -> Result<u16, String> {
    let port = text.parse();
    port.map_err(|_| "give the number of a port, 1 to 65535, or 0 for a free one".to_owned())
}

fn region(text: &str) -> Result<String, String> {
    match serve::is_region(text) {
        true => Ok(text.to_owned()),
        false => Err("give a region such as us-east-1 or eu-central-1".to_owned()),
    }
}

/// The region that a shell is set up for, which may be one of an emulator's own.
fn any_region(text: &str) -> Result<String, String> {
    match serve::may_be_region(text) {
        true => Ok(text.to_owned()),
        false => Err("give a region such as us-east-1 or eu-central-1".to_owned()),
    }
}

/// `SERVICE=URL`
fn endpoint(text: &str) -> Result<(String, Endpoint), String> {
    let (service, url) = text.split_once('=').ok_or("write SERVICE=http://HOST:PORT")?;
    Ok((service.to_owned(), url.parse()?))
}

/// Step Functions Local's factor for waits: 0.01 is a clock a hundred times as fast.
fn scale(text: &str) -> Result<ClockMode, String> {
    match text.parse::<f64>() {
        Ok(0.0) => Ok(ClockMode::Fast),
        Ok(scale) if scale > 0.0 => format!("x{}", 1.0 / scale).parse(),
        _ => Err("give a number such as 0.01".to_owned()),
    }
}

/// The variables of Step Functions Local that name endpoints, and the services.
const VARIABLES: [(&str, &str); 5] = [
    ("LAMBDA_ENDPOINT", "lambda"),
    ("DYNAMODB_ENDPOINT", "dynamodb"),
    ("GLUE_ENDPOINT", "glue"),
    ("SNS_ENDPOINT", "sns"),
    ("SQS_ENDPOINT", "sqs"),
];

/// The endpoints that variables and options name; options override variables.
fn endpoints(arguments: &Arguments, context: &Context) -> Result<Endpoints, Failure> {
    let mut endpoints = Endpoints::default();
    for (variable, service) in VARIABLES {
        if let Some(endpoint) = setting(&None, variable, str::parse)? {
            context.say(&format!("{service} is called at {endpoint} (${variable})"));
            endpoints.add(service, endpoint).map_err(BadEndpoint)?;
        }
    }
    let lambda = arguments
        .lambda_endpoint
        .iter()
        .map(|endpoint| ("lambda", endpoint));
    let named = arguments
        .endpoint
        .iter()
        .map(|(service, endpoint)| (service.as_str(), endpoint));
    for (service, endpoint) in lambda.chain(named) {
        endpoints.add(service, endpoint.clone()).map_err(BadEndpoint)?;
    }
    Ok(endpoints)
}

/// A mock file or test file cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{0}")]
struct BadMocks(String);

/// None of the machines that are to be there from the start can be read; why was said.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("--machines names no state machine that can be read")]
struct NoMachines;

/// A service cannot be called.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{0}")]
struct BadEndpoint(String);

/// An environment variable has a value that cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("${name} is set to '{value}': {why}")]
struct BadVariable {
    name: &'static str,
    value: String,
    why: String,
}

/// What the command line says, or where it is silent the environment variable of Step Functions Local.
fn setting<T: Clone>(
    given: &Option<T>,
    name: &'static str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Failure> {
    if given.is_some() {
        return Ok(given.clone());
    }
    let Some(value) = std::env::var(name).ok().filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let refused = |why| BadVariable {
        name,
        value: value.clone(),
        why,
    };
    Ok(Some(read(&value).map_err(refused)?))
}

/// Runs the command: until the process is told to end.
///
/// # Errors
/// When the address is taken, or a file cannot be read.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let settings = Settings {
        address: SocketAddr::new(arguments.host, arguments.port),
        account: setting(&arguments.account, "AWS_ACCOUNT_ID", account)?
            .unwrap_or_else(|| "123456789012".into()),
        region: setting(&arguments.region, "AWS_DEFAULT_REGION", any_region)?
            .unwrap_or_else(|| "us-east-1".into()),
        seed: arguments.seed,
        allowed_hosts: arguments.allow_host.clone(),
        clock: setting(&arguments.clock, "WAIT_TIME_SCALE", scale)?.unwrap_or(ClockMode::Fast),
        keep: arguments.keep,
        history_memory: arguments.history_memory as usize,
        state: arguments.state.clone(),
        endpoints: endpoints(arguments, context)?,
        log: match arguments.log {
            LogChoice::Quiet => Log::Quiet,
            LogChoice::Calls => Log::Calls,
        },
    };
    if !arguments.host.is_loopback() {
        context.say(&format!(
            "warning: {} can be reached from other machines, and the server asks nobody who they are",
            arguments.host
        ));
    }
    let ready = |address: SocketAddr| -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "listening on http://{address}")?;
        out.flush()?;
        context.say(&format!("export AWS_ENDPOINT_URL_SFN=http://{address}"));
        Ok(())
    };
    let config = std::env::var_os("SFN_MOCK_CONFIG").filter(|path| !path.is_empty());
    let config = config.as_deref().map(Path::new);
    if let Some(path) = config {
        context.say(&format!(
            "mocks are read from {} ($SFN_MOCK_CONFIG)",
            path.display()
        ));
    }
    let sources = Sources::read(&arguments.mocks, &arguments.tests, config).map_err(BadMocks)?;
    let mut skipped = 0_usize;
    let machines = definitions::all(&arguments.machines, context, |failure| {
        skipped += 1;
        failure.print(context);
    });
    if machines.is_empty() && skipped > 0 {
        return Err(NoMachines.into());
    }
    serve::run(settings, sources, machines, ready, |line| {
        eprintln!("{}", visible(line))
    })?;
    Ok(Outcome::Clean)
}
