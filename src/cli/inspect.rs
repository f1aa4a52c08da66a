//! `sfn-tool inspect FILE`: states, what they read and call, and their variables.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::arguments::Reading;
use super::load_definition::UnknownState;
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::asl::{State, StateMachine};
use crate::diagnostics::{counted, visible};
use crate::expr::condition::Condition;
use crate::references::References;

/// Show the states of a definition, what they read and what they call
#[derive(Debug, Args)]
pub struct Arguments {
    /// The definition, in JSON or YAML, or - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show only this state
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: one block per state
    Text,
    /// For programs; variableReferences is as DescribeStateMachine returns it
    Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    query_language: &'static str,
    states: Vec<StateView>,
    variable_references: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StateView {
    name: Arc<str>,
    location: String,
    line: usize,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    state_type: Option<&'static str>,
    query_language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reads: Vec<Read>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables_read: Vec<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables_assigned: Vec<Arc<str>>,
}

/// A rule of a Choice state: when it holds, and where it leads.
#[derive(Serialize)]
struct Choice {
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Arc<str>>,
}

#[derive(Serialize)]
struct Read {
    field: String,
    text: String,
}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read, or is neither JSON nor YAML.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let definition = input::definition(&arguments.file, "<stdin>", &arguments.reading.parse_options())?;
    let mut inspection = inspect(input::machine(&definition)?);
    if let Some(name) = &arguments.state {
        inspection.keep(name)?;
    }
    context.rendered(arguments.format == Format::Text, |out| match arguments.format {
        Format::Text => text(&inspection, out),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &inspection)?;
            writeln!(out)
        }
    })?;
    Ok(Outcome::Clean)
}

impl Inspection {
    /// Leaves out what is not about the state called `name`, or the states: a broken machine may have several.
    fn keep(&mut self, name: &str) -> Result<(), UnknownState> {
        if self.states.iter().all(|state| &*state.name != name) {
            return Err(UnknownState::of(
                name,
                self.states.iter().map(|state| &*state.name),
            ));
        }
        self.states.retain(|state| &*state.name == name);
        self.variable_references.retain(|state, _| &**state == name);
        Ok(())
    }
}

fn inspect(machine: &StateMachine) -> Inspection {
    let references = References::of(machine);
    let states: Vec<StateView> = machine
        .states()
        .iter()
        .map(|state| view(machine, state, &references))
        .collect();
    Inspection {
        query_language: machine.query_language().name(),
        states,
        variable_references: References::variables_of_states(machine),
    }
}

fn view(machine: &StateMachine, state: &State, references: &References) -> StateView {
    let found = references.state(state.id);
    let integration = state.resource().describe();
    let mut assigned: Vec<Arc<str>> = found
        .assigned
        .iter()
        .map(|assigned| assigned.name.clone())
        .collect();
    assigned.sort();
    assigned.dedup();
    let file = machine.document().file();
    StateView {
        name: state.name.clone(),
        location: machine.node(state.node).location(),
        line: file.position(state.name_span.start as usize).line,
        state_type: state.state_type.map(|t| t.name()),
        query_language: state.query_language.name(),
        resource: state.resource.clone(),
        integration,
        choices: (state.choices.iter())
            .map(|rule| Choice {
                when: Condition::read(machine.node(rule.node)).text(),
                next: rule.next.as_ref().map(|next| next.name.clone()),
            })
            .collect(),
        reads: found
            .texts
            .iter()
            .map(|text| Read {
                field: text.field.clone(),
                text: machine.node(text.node).as_str().unwrap_or_default().to_owned(),
            })
            .collect(),
        variables_read: found.variables().into_iter().collect(),
        variables_assigned: assigned,
    }
}

fn text(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}, {}",
        counted(inspection.states.len(), "state"),
        inspection.query_language
    )?;
    for state in &inspection.states {
        let kind = state.state_type.unwrap_or("no type");
        write!(
            out,
            "\n{} ({kind}, line {})",
            visible(state.location.trim_start_matches("/States/")),
            state.line
        )?;
        if state.query_language != inspection.query_language {
            write!(out, " in {}", state.query_language)?;
        }
        writeln!(out)?;
        match (&state.integration, &state.resource) {
            (Some(integration), _) => writeln!(out, "  calls    {}", visible(integration))?,
            (None, Some(resource)) => writeln!(out, "  calls    {}", visible(resource))?,
            (None, None) => {}
        }
        for choice in &state.choices {
            let next = choice.next.as_deref().unwrap_or("?");
            writeln!(out, "  to {next} when {}", choice.when)?;
        }
        for read in &state.reads {
            writeln!(out, "  {}: {}", visible(&read.field), visible(&read.text))?;
        }
        for (what, names) in [
            ("reads", &state.variables_read),
            ("assigns", &state.variables_assigned),
        ] {
            if !names.is_empty() {
                let names: Vec<String> = names.iter().map(|name| format!("${name}")).collect();
                writeln!(out, "  {what:<8} {}", visible(&names.join(", ")))?;
            }
        }
    }
    Ok(())
}
