//! `sfn-tool eval EXPRESSION`: an expression tried at the prompt.

mod aws;
mod jsonpath;
mod prompt;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::output::Context;
use super::{Failure, Outcome, input};
use crate::diagnostics::{Finding, Span};
use crate::expr::intrinsic::function;
use crate::expr::jsonata::{Delimited, Engine, Evaluated, Expression, Limits, SyntaxError, delimited};
use crate::expr::random::RandomSource;
use crate::report::findings::{self, FileReport};
use crate::source::SourceFile;
use crate::validate;
use crate::value::{Map, Value};

/// Evaluate an expression against an input
#[derive(Debug, Args)]
pub struct Arguments {
    /// The expression, with or without {% %}; on a terminal, leave it out for a prompt
    #[arg(conflicts_with = "expression_file", allow_hyphen_values = true)]
    expression: Option<String>,
    /// Read the expression from a file
    #[arg(long, value_name = "FILE")]
    expression_file: Option<PathBuf>,
    /// The language of the expression [default: jsonata; intrinsic for a call of one of its functions: States.Format(...)]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<Language>,
    /// The input document, a JSON or YAML file, or - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "input_json")]
    input: Option<PathBuf>,
    /// The input document as JSON text
    #[arg(long, value_name = "TEXT")]
    input_json: Option<String>,
    /// Variables: a JSON or YAML file with an object whose names have no $
    #[arg(long, value_name = "FILE")]
    variables: Option<PathBuf>,
    /// The context object, a JSON or YAML file: what $$ stands for in JSONPath
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Evaluate JSONata as Step Functions does in a state: the input is $states.input, bare names are rejected, AWS's
    /// limits apply; an expression with $states is always evaluated so
    #[arg(long)]
    aws: bool,
    /// Seed for random numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// JSONata with Step Functions' functions
    Jsonata,
    /// A path: $.a, $$.Execution.Id, $variable
    Jsonpath,
    /// A call of an intrinsic function: States.Format('{}', $.a)
    Intrinsic,
    /// A payload template, JSON with keys that end in .$
    Template,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The value, indented, or the error at its position
    Text,
    /// {"result": ...}, {"undefined": true} or {"error": {"code", "message", "position"}}
    Json,
}

/// `{"result": V}`, `{"undefined": true}` or `{"error": {...}}`
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Result(Value),
    Undefined(bool),
    /// A function has no JSON form: to whoever asks for JSON there is nothing.
    #[serde(rename = "undefined")]
    Function(bool),
    Error(Mistake),
}

#[derive(Serialize)]
struct Mistake {
    code: String,
    message: String,
    /// In UTF-16 units, as the reference implementation counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    #[serde(skip)]
    span: Option<std::ops::Range<usize>>,
    /// What to write instead.
    #[serde(skip)]
    help: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let tried = Tried::read(arguments)?;
    let (name, text) = match (&arguments.expression, &arguments.expression_file) {
        (Some(text), _) => ("<expression>".to_owned(), text.clone()),
        (None, Some(path)) => (path.display().to_string(), input::text(path)?.text().to_owned()),
        (None, None) if std::io::stdin().is_terminal() => return prompt::run(&tried, context),
        (None, None) => (
            "<stdin>".to_owned(),
            input::text(Path::new("-"))?.text().trim_end().to_owned(),
        ),
    };
    let text = match tried.language(&text) {
        Language::Jsonata => without_delimiters(text),
        Language::Intrinsic => text.trim().to_owned(),
        _ => text,
    };
    let answer = tried.evaluate(&text);
    let outcome = if matches!(answer, Answer::Error(_)) {
        Outcome::Findings
    } else {
        Outcome::Clean
    };
    context.rendered(arguments.format == Format::Text, |out| match arguments.format {
        Format::Json => {
            serde_json::to_writer(&mut *out, &answer)?;
            writeln!(out)
        }
        Format::Text => answer.show(name, text, context.color, out),
    })?;
    Ok(outcome)
}

/// What expressions are tried on.
struct Tried {
    /// As it was given.
    language: Option<Language>,
    aws: bool,
    input: Option<Value>,
    variables: Map,
    context: Option<Value>,
    seed: u64,
}

impl Tried {
    fn read(arguments: &Arguments) -> Result<Tried, Failure> {
        Ok(Tried {
            language: arguments.language,
            aws: arguments.aws,
            input: input::given(arguments.input.as_deref(), arguments.input_json.as_deref())?,
            variables: arguments
                .variables
                .as_deref()
                .map(input::object)
                .transpose()?
                .unwrap_or_default(),
            context: arguments.context.as_deref().map(input::value).transpose()?,
            seed: arguments.seed,
        })
    }

    /// The language of an expression: what was given, otherwise what it begins like. In JSONata a call of an intrinsic
    /// function would call what is nothing.
    fn language(&self, text: &str) -> Language {
        let called = text.trim().split_once('(').map(|(name, _)| name.trim_end());
        let is_intrinsic = || called.is_some_and(|name| function(name).is_some());
        self.language.unwrap_or_else(|| match is_intrinsic() {
            true => Language::Intrinsic,
            false => Language::Jsonata,
        })
    }

    /// Whether JSONata is evaluated as in a state: where it reads `$states`, which nothing else has.
    fn as_in_a_state(&self, text: &str) -> bool {
        let reads_states = |expression: Expression| {
            let mut variables = expression.uses().variables.iter();
            variables.any(|used| used.name == "states")
        };
        let is_given = || self.variables.get("states").is_some();
        self.aws || (!is_given() && Expression::compile(text).is_ok_and(reads_states))
    }

    /// Whether `text` lacks its end.
    fn is_unfinished(&self, text: &str) -> bool {
        // An open bracket, an operator without its right side, an open comment.
        const ENDS_EARLY: [&str; 3] = ["S0203", "S0207", "S0106"];
        self.language(text) == Language::Jsonata
            && Expression::compile(&without_delimiters(text.to_owned()))
                .is_err_and(|error| ENDS_EARLY.contains(&&*error.code))
    }

    fn evaluate(&self, text: &str) -> Answer {
        match self.language(text) {
            Language::Jsonata if !self.as_in_a_state(text) => {
                jsonata(text, self.input.as_ref(), &self.variables, self.seed)
            }
            language => {
                let surroundings =
                    jsonpath::Surroundings::new(self.context.clone(), self.variables.clone(), self.seed);
                let input = self.input.clone().unwrap_or_default();
                match language {
                    Language::Jsonata => aws::evaluate(text, input, &surroundings, self.seed),
                    _ => jsonpath::evaluate(language, text, &input, &surroundings),
                }
            }
        }
    }
}

impl Answer {
    /// For people: the value, indented, or the mistake in its place.
    fn show(self, name: String, text: String, color: bool, out: &mut dyn Write) -> std::io::Result<()> {
        match self {
            Answer::Result(value) => {
                serde_json::to_writer_pretty(&mut *out, &value)?;
                writeln!(out)
            }
            Answer::Undefined(_) => writeln!(out, "undefined"),
            Answer::Function(_) => writeln!(out, "a function"),
            Answer::Error(mistake) => show(&mistake, name, text, color, out),
        }
    }
}

impl From<SyntaxError> for Mistake {
    fn from(error: SyntaxError) -> Self {
        Mistake {
            code: error.code,
            message: error.message,
            position: Some(error.position),
            span: Some(error.span),
            help: None,
        }
    }
}

fn jsonata(text: &str, input: Option<&Value>, variables: &Map, seed: u64) -> Answer {
    let expression = match Expression::compile(text) {
        Ok(expression) => expression,
        Err(error) => return Answer::Error(error.into()),
    };
    let engine = Engine::new(Arc::new(RandomSource::new(seed)), Limits::default());
    let variables = variables.iter().map(|(name, value)| (&**name, value));
    match engine.evaluate(&expression, input, variables, now_millis()) {
        Ok(Evaluated::Value(value)) => Answer::Result(value),
        Ok(Evaluated::Undefined) => Answer::Undefined(true),
        Ok(Evaluated::Function) => Answer::Function(true),
        Err(e) => {
            let span = e.position.map(|at| byte_offset(text, at)).map(|at| at..at);
            Answer::Error(Mistake {
                help: help(&expression, &e.code),
                code: e.code,
                message: e.message,
                position: e.position,
                span,
            })
        }
    }
}

/// The code of a call of what is no function.
const NO_FUNCTION: &str = "T1006";

/// What to write instead where an expression called a function that does not exist.
fn help(expression: &Expression, code: &str) -> Option<String> {
    let uses = expression.uses();
    let names = uses.calls.iter().map(|call| &*call.function.name);
    let mut unknown = names.filter(|name| code == NO_FUNCTION && !Expression::is_function(name));
    let name = unknown.next()?;
    let what = format!("there is no function ${name}");
    Some(match validate::unknown_function_help(name) {
        Some(help) => format!("{what}; {help}"),
        None => what,
    })
}

/// An expression as it stands in a definition is taken without its `{%` and `%}`.
fn without_delimiters(text: String) -> String {
    match delimited(text.trim()) {
        Delimited::Expression(range) => text.trim()[range].to_owned(),
        _ => text,
    }
}

/// Milliseconds since 1970: an expression tried at the prompt runs now.
fn now_millis() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    })
}

fn byte_offset(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= utf16 {
            return at;
        }
        units += c.len_utf16();
    }
    text.len()
}

fn show(
    mistake: &Mistake,
    name: String,
    text: String,
    color: bool,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let span = mistake
        .span
        .as_ref()
        .map_or(Span::at(0), |s| Span::new(s.start, s.end));
    let mut finding = Finding::error(mistake.code.clone(), mistake.message.clone(), span);
    finding.help = mistake.help.clone();
    let file = Arc::new(SourceFile::new(name, text));
    let report = FileReport::new(file, vec![finding]);
    findings::render(&[report], findings::Format::Text, color, out)
}
