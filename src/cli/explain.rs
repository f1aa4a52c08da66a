//! `sfn-tool explain [CODE]`: a rule or code in full.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::output::Context;
use super::{Failure, Outcome};
use crate::diagnostics::nearest;
use crate::lint::{self, Rule};
use crate::report::reference;
use crate::validate::codes::{self, CODES, Code, ERRORS};

/// Explain a lint rule or a validation code, or list them all
#[derive(Debug, Args)]
pub struct Arguments {
    /// A rule, a code, or an error name of Step Functions
    code: Option<String>,
    /// Output format
    #[arg(long, default_value = "text", conflicts_with = "web")]
    format: Format,
    /// Print the address of its documentation page
    #[arg(long)]
    web: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A page of the documentation; without a name docs/rules.md
    Markdown,
    /// For programs
    Json,
}

/// A name that no rule, code or error has.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("there is no rule or code '{name}'")]
#[diagnostic(code("unknown-name"))]
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
    let subject = arguments.code.as_deref().map(Subject::called).transpose()?;
    if arguments.format == Format::Markdown {
        let page = match &subject {
            None => reference::all(),
            Some(Subject::Rule(rule)) => reference::rule(rule),
            Some(Subject::Code(code)) => reference::code(code),
        };
        context.result(|out| out.write_all(page.as_bytes()))?;
        return Ok(Outcome::Clean);
    }
    if arguments.web {
        let page = match &subject {
            Some(subject) => reference::address(subject.name()),
            None => reference::DOCUMENTATION.to_owned(),
        };
        context.text(|out| writeln!(out, "{page}"))?;
        return Ok(Outcome::Clean);
    }
    context.rendered(arguments.format == Format::Text, |out| {
        match (arguments.format, &subject) {
            (Format::Json, subject) => {
                let explained = subject.as_ref().map_or_else(all, Subject::explained);
                serde_json::to_writer_pretty(&mut *out, &explained)?;
                writeln!(out)
            }
            (_, None) => list(&style, out),
            (_, Some(Subject::Rule(rule))) => explain_rule(rule, &style, out),
            (_, Some(Subject::Code(code))) => explain_code(code, &style, out),
        }
    })?;
    Ok(Outcome::Clean)
}

/// What is explained.
enum Subject {
    Rule(&'static Rule),
    Code(&'static Code),
}

impl Subject {
    fn called(name: &str) -> Result<Subject, Unknown> {
        let rule = || lint::find(&name.to_ascii_lowercase()).map(Subject::Rule);
        let code = || codes::find(name).map(Subject::Code);
        rule().or_else(code).ok_or_else(|| unknown(name))
    }

    fn name(&self) -> &'static str {
        match self {
            Subject::Rule(rule) => rule.name,
            Subject::Code(code) => code.name,
        }
    }

    /// All about it, for programs.
    fn explained(&self) -> Value {
        let mut explained = self.in_short();
        match self {
            Subject::Rule(rule) => {
                let sections = rule.documentation();
                let sections = sections.sections().into_iter();
                explained["sections"] = sections
                    .map(|(heading, text)| json!({"heading": heading, "text": text}))
                    .collect();
            }
            Subject::Code(code) => explained["text"] = json!(code.text),
        }
        explained
    }

    /// Its line of the list.
    fn in_short(&self) -> Value {
        match self {
            Subject::Rule(rule) => json!({
                "kind": "rule",
                "name": rule.name,
                "summary": rule.summary,
                "severity": rule.severity.as_aws(),
                "group": rule.group.as_word(),
                "confidence": rule.confidence.as_word(),
                "default": rule.default,
            }),
            Subject::Code(code) => json!({"kind": code.kind(), "name": code.name, "summary": code.summary}),
        }
    }
}

/// All rules and codes, for programs.
fn all() -> Value {
    let rules: Vec<Value> = lint::all().map(|rule| Subject::Rule(rule).in_short()).collect();
    let codes: Vec<Value> = codes::all().map(|code| Subject::Code(code).in_short()).collect();
    json!({"rules": rules, "codes": codes})
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
    for (heading, codes) in [
        ("Validation codes", &CODES[..]),
        ("Error names of Step Functions", &ERRORS[..]),
    ] {
        writeln!(out, "\n{}", style.bold(heading))?;
        let width = codes.iter().map(|code| code.name.len()).max().unwrap_or(0);
        for code in codes {
            writeln!(out, "  {:width$}  {}", code.name, code.summary)?;
        }
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
    let rule = || nearest(name, lint::all().map(|rule| rule.name));
    let code = || nearest(name, codes::all().map(|code| code.name));
    // Both are near to some names, and whoever writes capitals means a code.
    let nearest = match name.contains(|c: char| c.is_ascii_lowercase()) {
        true => rule().or_else(code),
        false => code().or_else(rule),
    };
    // A part of a name: `catch-loses`.
    let part = || {
        let folded = name.to_ascii_lowercase();
        let rules = lint::all().map(|rule| rule.name);
        let mut names = rules.chain(codes::all().map(|code| code.name));
        names.find(|known| folded.len() >= 3 && known.to_ascii_lowercase().contains(&folded))
    };
    let help = match nearest.or_else(part) {
        Some(nearest) => format!("did you mean '{nearest}'? `sfn-tool explain` lists all that are explained"),
        None => "`sfn-tool explain` lists all that are explained".to_owned(),
    };
    Unknown {
        name: name.to_owned(),
        help,
    }
}
