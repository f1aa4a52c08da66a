//! What can be run from a text: its test cases; and the picture of a machine.

use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::files::Around;
use super::positions::Lines;
use super::server::{Refusal, Server};
use super::uri;
use crate::diagnostics::{Finding, counted, visible_lines};
use crate::editor::graph;
use crate::editor::lenses::{self, Command};
use crate::lint;
use crate::report;
use crate::testing::{self, Outcome, Refused, TestFile};

/// Shows what a rule is about.
pub(super) const EXPLAIN: &str = "sfn-tool.explain";

/// Runs all cases of test files.
const RUN_TESTS: &str = "sfn-tool.runTests";

/// Runs one case of a test file.
const RUN_CASE: &str = "sfn-tool.runCase";

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

/// Runs a command.
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
        (RUN_TESTS, Some(_)) => {
            let files: Vec<&str> = arguments.iter().filter_map(Value::as_str).collect();
            let mut ran = Ran::default();
            for file in files {
                run(server, file, None, &mut ran)?;
            }
            Ok(ran.told(server))
        }
        (RUN_CASE, Some(file)) => {
            let case = text(1).ok_or_else(|| Refusal::invalid("the name of a case is missing"))?;
            let mut ran = Ran::default();
            run(server, file, Some(case), &mut ran)?;
            Ok(ran.told(server))
        }
        (EXPLAIN | RUN_TESTS | RUN_CASE, None) => {
            Err(Refusal::invalid(format!("{} takes arguments", params.command)))
        }
        (other, _) => Err(Refusal::invalid(format!("there is no command '{other}'"))),
    }
}

/// How many cases were run.
#[derive(Debug, Default, Serialize)]
struct Ran {
    passed: usize,
    failed: usize,
}

impl Ran {
    /// What the command gives; in words, it is shown.
    fn told(&self, server: &Server) -> Value {
        if server.client.is_own {
            return json!(self);
        }
        let words = match self.failed {
            0 => format!("{} passed", counted(self.passed, "case")),
            failed => format!("{failed} of {} failed", counted(self.passed + failed, "case")),
        };
        let kind = match self.failed {
            0 => lsp::MessageType::Info,
            _ => lsp::MessageType::Warning,
        };
        server.show(kind, &words);
        json!(self)
    }
}

/// Runs the cases of a test file, or one; what fails is told at the expectation.
fn run(server: &mut Server, of: &str, case: Option<&str>, ran: &mut Ran) -> Result<(), Refusal> {
    let path = uri::path(of).ok_or_else(|| Refusal::failed("the test file was never saved"))?;
    if !crate::discovery::is_test_file(&path) {
        return Err(Refusal::failed(format!("{} is no test file", path.display())));
    }
    let file = match testing::open_within(&path, server.settings.reach()) {
        Ok(file) => file,
        Err(Refused::Unreadable(error)) => return Err(Refusal::failed(error.with_cause())),
        Err(Refused::Mistakes { files, .. }) => {
            let first = files.first().and_then(|(file, findings)| {
                let finding = findings.first()?;
                Some(format!("{}: {}", file.place(finding.span), finding.headline()))
            });
            return Err(Refusal::failed(
                first.unwrap_or_else(|| "the test file has mistakes".to_owned()),
            ));
        }
    };
    let failures = failures(&file, case, ran)?;
    let lines = Lines::of(file.file.text());
    let encoding = server.documents.encoding;
    let told = failures.iter().map(|failure| lsp::Diagnostic {
        range: lines.range(file.file.text(), file.file.on_one_line(failure.span), encoding),
        severity: Some(lsp::DiagnosticSeverity::Error),
        code: Some(lsp::Code::String(failure.code.clone().into_owned())),
        code_description: None,
        source: Some("sfn-tool".to_owned()),
        message: lsp::Message::String(visible_lines(&failure.message).into_owned()),
        tags: None,
        related_information: None,
        data: None,
    });
    server.set_failures(&path, of, told.collect());
    Ok(())
}

fn failures(file: &TestFile, case: Option<&str>, ran: &mut Ran) -> Result<Vec<Finding>, Refusal> {
    let wanted: Vec<&testing::Case> = (file.cases.iter())
        .filter(|one| case.is_none_or(|name| *one.name == *name))
        .collect();
    if let (Some(name), []) = (case, &wanted[..]) {
        return Err(Refusal::failed(format!("there is no case '{name}'")));
    }
    let mut found = Vec::new();
    for case in wanted {
        match file.run(case).outcome {
            Outcome::Passed => ran.passed += 1,
            Outcome::Failed { mismatches, .. } => {
                ran.failed += 1;
                let told = mismatches
                    .iter()
                    .map(|one| Finding::error("test-case", one.words(), one.span));
                found.extend(told);
            }
            Outcome::Stopped(error) => {
                ran.failed += 1;
                found.push(Finding::error("test-case", error.to_string(), case.span));
            }
        }
    }
    Ok(found)
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
