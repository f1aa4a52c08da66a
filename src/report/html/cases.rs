//! All cases of test files as one page: the coverage of each definition on its graph, and each case's run.

use std::io::{self, Write};

use miette::Diagnostic;
use serde::Serialize;

use super::data::{self, MarkData, Run};
use super::template::Page;
use super::texts::Texts;
use super::{Stopped, picture};
use crate::coverage::{Coverage, Covered};
use crate::graph::ControlFlow;
use crate::history::{History, Timeline};
use crate::picture::{Drawing, Marks};
use crate::report::verdicts::Report;
use crate::report::{coverage, graph};
use crate::simulate::Execution;
use crate::testing::Outcome;
use crate::value::Value;

/// What there is beside the runs.
#[derive(Debug, Serialize)]
struct Tested<'t> {
    definitions: Vec<DefinitionData<'t>>,
    cases: Vec<CaseData<'t>>,
}

/// A definition and what the cases covered of it; its graph has its number.
#[derive(Debug, Serialize)]
struct DefinitionData<'t> {
    name: String,
    share: String,
    parts: Vec<String>,
    states: Vec<&'t str>,
    missed: Vec<MissedData>,
    marks: MarkData,
}

/// Something that no case took.
#[derive(Debug, Serialize)]
struct MissedData {
    state: usize,
    line: usize,
    words: String,
}

/// A case; its run has the number `run`.
#[derive(Debug, Serialize)]
struct CaseData<'t> {
    name: &'t str,
    file: &'t str,
    definition: usize,
    outcome: &'static str,
    /// What was not as expected.
    words: Vec<String>,
    run: usize,
}

/// Writes the page. Every case is run once more, since those that passed have kept no events.
///
/// # Errors
/// When `out` cannot be written.
pub fn page(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let covered = report.coverage();
    let mut definitions = Vec::new();
    let mut graphs = Vec::new();
    let mut flows = Vec::new();
    for definition in &covered.definitions {
        let flow = ControlFlow::new(definition.machine);
        let plain = Drawing::new(definition.machine, &flow, &Marks::default());
        graphs.push(picture(&plain, &definition.place.to_string()));
        definitions.push(described(definition, &flow));
        flows.push(flow);
    }
    let all = || {
        report
            .files
            .iter()
            .flat_map(|file| file.cases().map(move |case| (&*file.name, case)))
    };
    let most = data::most_visits(all().count());
    let mut texts = Texts::default();
    let (mut runs, mut cases) = (Vec::new(), Vec::new());
    for (file, (test, case, verdict)) in all() {
        let Some(definition) = covered.position(&test.machine, test.resource.as_deref()) else {
            continue;
        };
        let (outcome, words) = match &verdict.outcome {
            Outcome::Passed => ("passed", Vec::new()),
            Outcome::Failed { mismatches, .. } => (
                "failed",
                mismatches.iter().map(|mismatch| mismatch.words()).collect(),
            ),
            Outcome::Stopped(error) => ("stopped", vec![error.to_string()]),
        };
        let (history, ended) = test.retrace(case);
        let flow = &flows[definition];
        let mut add = |run: &Run<'_>, history: &History| {
            let timeline = Timeline::of(history);
            let drawing = Drawing::new(&test.machine, flow, &Marks::of_execution(&timeline));
            runs.push(data::run(
                &test.machine,
                run,
                &timeline,
                Some(marks(&drawing)),
                &mut texts,
                most,
            ));
        };
        match ended {
            Ok(execution) => {
                let execution = Execution { history, ..execution };
                add(&Run::of(&execution, &case.name), &execution.history);
            }
            Err(error) => {
                let help = error.help().map(|help| help.to_string());
                let stopped = Stopped {
                    history: &history,
                    machine_type: case.settings.machine_type,
                    started: case.settings.start,
                    why: &error.to_string(),
                    help: help.as_deref(),
                };
                add(&Run::stopped(&stopped, &case.name), &history);
            }
        }
        cases.push(CaseData {
            name: &case.name,
            file,
            definition,
            outcome,
            words,
            run: runs.len() - 1,
        });
    }
    let title = match &covered.definitions[..] {
        [only] => format!("Tests of {}", only.place),
        many => format!("Tests of {} definitions", many.len()),
    };
    let page = Page {
        title: &title,
        graphs,
        data: data::document(&runs, &texts, &Tested { definitions, cases }),
    };
    page.write(out)
}

fn described<'t>(covered: &Covered<'t>, flow: &ControlFlow) -> DefinitionData<'t> {
    // The same form that `graph --highlight` reads: one way from counts to marks.
    let alone = Coverage {
        definitions: vec![Covered {
            place: covered.place.clone(),
            machine: covered.machine,
            taken: covered.taken.clone(),
        }],
    };
    let value = Value::from(&coverage::json(&alone));
    let place = &covered.place;
    let covering = Marks::of_coverage(&value, &place.file, place.resource.as_deref())
        .and_then(Result::ok)
        .unwrap_or_default();
    let (missed, _) = coverage::missed(covered);
    DefinitionData {
        share: covered.share(|_| true).to_string(),
        parts: coverage::parts(covered),
        states: covered
            .machine
            .states()
            .iter()
            .map(|state| &*state.name)
            .collect(),
        missed: (missed.iter())
            .map(|point| MissedData {
                state: point.state.index(),
                line: coverage::line(covered.machine, point),
                words: coverage::words(covered, point),
            })
            .collect(),
        marks: marks(&Drawing::new(covered.machine, flow, &covering)),
        name: place.to_string(),
    }
}

fn marks(drawing: &Drawing) -> MarkData {
    let (states, edges) = graph::fates(drawing);
    let entered = graph::entered(drawing);
    MarkData {
        states,
        entered,
        edges,
    }
}
