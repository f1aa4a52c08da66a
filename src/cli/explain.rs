//! `sfn-tool explain [CODE]`: a rule or code in full.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use super::output::Context;
use super::{Failure, Outcome};
use crate::diagnostics::nearest;
use crate::lint::{self, Rule, documentation};
use crate::validate::codes::{self, CODES, Code};

/// Explain a lint rule or a validation code, or list them all
#[derive(Debug, Args)]
pub struct Arguments {
    /// The rule's name or the code
    code: Option<String>,
    /// Output format; markdown prints all lint rules
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the terminal
    Text,
    /// docs/rules.md
    Markdown,
}

/// A name that neither a rule nor a code has.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("there is no rule or code '{name}'")]
pub struct Unknown {
    name: String,
    #[help]
    help: String,
}

/// Runs the command.
///
/// # Errors
/// When nothing has the name, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let style = Style { color: context.color };
    match &arguments.code {
        _ if arguments.format == Format::Markdown => {
            context.result(|out| out.write_all(documentation::markdown().as_bytes()))?;
        }
        None => context.text(|out| list(&style, out))?,
        Some(name) => {
            if let Some(rule) = lint::find(&name.to_ascii_lowercase()) {
                context.text(|out| explain_rule(rule, &style, out))?;
            } else if let Some(code) = codes::find(&name.to_ascii_uppercase()) {
                context.text(|out| explain_code(code, &style, out))?;
            } else {
                return Err(unknown(name).into());
            }
        }
    }
    Ok(Outcome::Clean)
}

struct Style {
    color: bool,
}

impl Style {
    fn bold(&self, text: &str) -> String {
        if self.color {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn list(style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", style.bold("Lint rules"))?;
    let width = lint::all().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in lint::all() {
        let note = if rule.default { "" } else { " (off by default)" };
        writeln!(
            out,
            "  {:width$}  {:7}  {}{note}",
            rule.name,
            rule.severity.as_word(),
            rule.summary
        )?;
    }
    writeln!(out, "\n{}", style.bold("Validation codes"))?;
    let width = CODES.iter().map(|code| code.name.len()).max().unwrap_or(0);
    for code in &CODES {
        writeln!(out, "  {:width$}  {}", code.name, code.summary)?;
    }
    Ok(())
}

fn explain_rule(rule: &Rule, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {}\n{} rule, {}, confidence {}{}",
        style.bold(rule.name),
        rule.summary,
        rule.group,
        rule.severity.as_word(),
        rule.confidence,
        if rule.default { "" } else { ", off by default" }
    )?;
    for (heading, text) in rule.documentation().sections() {
        writeln!(out, "\n{}", style.bold(heading))?;
        for line in text.lines().filter(|line| !line.starts_with("```")) {
            writeln!(out, "{}", format!("  {line}").trim_end())?;
        }
    }
    Ok(())
}

fn explain_code(code: &Code, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {}\n\n{}",
        style.bold(code.name),
        code.summary,
        code.text
    )
}

fn unknown(name: &str) -> Unknown {
    let known = lint::all()
        .map(|rule| rule.name)
        .chain(CODES.iter().map(|code| code.name));
    let nearest = nearest(name, known);
    let help = match nearest {
        Some(nearest) => format!("did you mean '{nearest}'? `sfn-tool explain` lists all rules and codes"),
        None => "`sfn-tool explain` lists all rules and codes".to_owned(),
    };
    Unknown {
        name: name.to_owned(),
        help,
    }
}
