//! What can be run from a text, and the picture of a machine.

use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::files::Around;
use super::server::{Refusal, Server};
use crate::editor::graph;
use crate::editor::lenses::{self, Command};
use crate::lint;
use crate::report;

/// Shows what a rule is about.
pub(super) const EXPLAIN: &str = "sfn-tool.explain";

/// Runs all cases of test files.
pub(super) const RUN_TESTS: &str = "sfn-tool.runTests";

/// Runs one case of a test file.
pub(super) const RUN_CASE: &str = "sfn-tool.runCase";

/// Shows the picture of a machine: what a client does that says so.
pub(super) const SHOW_GRAPH: &str = "sfn-tool.showGraph";

/// The commands that are run here.
pub(super) const COMMANDS: [&str; 3] = [EXPLAIN, RUN_TESTS, RUN_CASE];

/// What can be run from the lines of a text.
pub(super) fn lenses(
    server: &mut Server,
    params: lsp::CodeLensParams,
) -> Result<Vec<lsp::CodeLens>, Refusal> {
    let is_own = server.client.is_own;
    let looked = server.looked_at(&params.text_document.uri)?;
    let uri = &looked.text.uri;
    let mut told = Vec::new();
    for lens in lenses::of(&looked.analysis.open, &Around::of(&looked)) {
        let (command, arguments) = match lens.command {
            Command::RunTests(files) => (
                RUN_TESTS,
                files.iter().map(|path| json!(looked.uri_of(path))).collect(),
            ),
            Command::RunCase(name) => (RUN_CASE, vec![json!(uri), json!(name)]),
            // Without somebody who shows it, it would do nothing.
            Command::Graph(_) if !is_own => continue,
            Command::Graph(resource) => (SHOW_GRAPH, vec![json!(uri), json!(resource)]),
        };
        told.push(lsp::CodeLens {
            range: looked.text.range(lens.span),
            command: Some(lsp::Command {
                title: lens.title,
                command: command.to_owned(),
                arguments: Some(arguments),
                ..lsp::Command::default()
            }),
            data: None,
        });
    }
    Ok(told)
}

/// Runs a command that is done at once.
pub(super) fn execute(server: &mut Server, params: lsp::ExecuteCommandParams) -> Result<Value, Refusal> {
    let arguments = params.arguments.unwrap_or_default();
    let text = |place: usize| arguments.get(place).and_then(Value::as_str);
    match (&*params.command, text(0)) {
        (EXPLAIN, Some(rule)) => {
            let rule =
                lint::find(rule).ok_or_else(|| Refusal::failed(format!("there is no lint rule '{rule}'")))?;
            if !server.client.is_own {
                let page = report::reference::address(rule.name);
                server.show_page(&page, &format!("{}: {}", rule.name, rule.summary));
            }
            Ok(Value::from(format!(
                "# {}\n\n{}\n",
                rule.name,
                rule.documentation().text.trim()
            )))
        }
        // With their arguments, these are run beside the loop.
        (EXPLAIN, None) | (RUN_TESTS | RUN_CASE, _) => Err(Refusal::invalid(format!(
            "{} takes other arguments",
            params.command
        ))),
        (other, _) => Err(Refusal::invalid(format!("there is no command '{other}'"))),
    }
}

/// What the picture of a machine is asked for with.
#[derive(Debug, Deserialize)]
pub(super) struct GraphParams {
    uri: lsp::Uri,
    /// The template's resource, where there are several.
    #[serde(default)]
    resource: Option<String>,
}

/// A state in the text of a picture's machine.
#[derive(Debug, Serialize)]
struct State {
    name: String,
    range: lsp::Range,
}

/// The picture of a machine.
#[derive(Debug, Serialize)]
pub(super) struct Graph {
    svg: String,
    states: Vec<State>,
}

/// Draws a machine; `null` where its text is too broken for that.
pub(super) fn graph(server: &mut Server, params: GraphParams) -> Result<Option<Graph>, Refusal> {
    let looked = server.looked_at(&params.uri)?;
    let definitions = looked.analysis.open.definitions();
    let definition = match &params.resource {
        None => definitions.first(),
        Some(resource) => definitions
            .iter()
            .find(|definition| definition.name() == *resource),
    };
    let Some(definition) = definition else {
        return match params.resource {
            Some(resource) => Err(Refusal::failed(format!("there is no state machine '{resource}'"))),
            None => Ok(None),
        };
    };
    let Some((drawing, drawn)) = graph::of(definition) else {
        return Ok(None);
    };
    let svg = report::graph::render(&drawing, report::graph::Format::Svg, &definition.name());
    let states = drawn.into_iter().map(|state| State {
        name: state.name,
        range: looked.text.range(state.span),
    });
    Ok(svg.map(|svg| Graph {
        svg,
        states: states.collect(),
    }))
}
