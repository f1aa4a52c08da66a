//! What a path or an expression gives in a test case.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::place::Place;
use super::{Files, OpenDocument};
use crate::asl::{State, StateMachine};
use crate::definition::Definition;
use crate::expr::jsonata::{Engine, Evaluated, Limits, varies};
use crate::expr::jsonpath::{Path, Root};
use crate::expr::random::RandomSource;
use crate::history::EventKind;
use crate::references::{Compiled, References, Text};
use crate::simulate::{self, Settings};
use crate::source;
use crate::testing::TestFile;
use crate::value::Value;

/// The longest value that is shown, in characters.
const LONGEST: usize = 600;

/// After so many events a case that is run for an editor is given up.
const MOST_EVENTS: u64 = 20_000;

/// So many cases are run for an editor.
const MOST_CASES: usize = 20;

/// A value in a test case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct InCase {
    /// The case.
    case: Arc<str>,
    /// The value; `None` where the path or expression gives nothing.
    value: Option<Value>,
}

impl InCase {
    /// For people.
    pub fn markdown(&self) -> String {
        let case = super::hover::inline(&self.case);
        let Some(value) = &self.value else {
            return format!("gives nothing in the case {case}");
        };
        let text = crate::diagnostics::short(&value.to_json(), LONGEST);
        // A fence that the value does not have.
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        format!("{fence}json\n{text}\n{fence}\n\nin the case {case}")
    }
}

/// The value of the path or expression at a place, when a case of a test file first comes to its state. Only what looks into
/// the state's input alone is evaluated: what else it is depends on more than the input.
pub(super) fn value_at(
    open: &OpenDocument,
    definition: &Definition,
    place: &Place<'_>,
    files: &dyn Files,
) -> Option<InCase> {
    let machine = definition.machine()?;
    let state = machine.state(place.context.state?);
    let references = References::of(machine);
    let node = place.at.node;
    let text = references
        .state(state.id)
        .texts
        .iter()
        .find(|text| text.node == node.id())?;
    Looks::of(text)?;
    let (case, value) = Cases::of(open, definition, files)?.value(machine, state, text)?;
    Some(InCase { case, value })
}

/// The cases of a definition, run.
pub(super) struct Cases {
    /// What each state was first entered with, and in which case.
    entered: FxHashMap<Arc<str>, (Arc<str>, Value)>,
}

impl Cases {
    /// Runs the cases of the definition's test files, each with the values that it gives placeholders; `None` where there is
    /// none, or the definition cannot be run.
    pub fn of(open: &OpenDocument, definition: &Definition, files: &dyn Files) -> Option<Cases> {
        let mut entered = FxHashMap::default();
        let named = super::tests_of::naming(open, definition, files);
        let mut named = named.iter().filter(|file| file.is_test()).peekable();
        named.peek()?;
        // What is written in the editor is run, not what lies on the disk.
        let tests: Vec<TestFile> = source::as_if(open.path(), open.file().clone(), || {
            named.filter_map(|file| files.open_test(&file.path)).collect()
        });
        if tests.is_empty() {
            return None;
        }
        let cases = (tests.iter()).flat_map(|test| test.cases.iter().map(|case| (&test.program, case)));
        for (program, case) in cases.take(MOST_CASES) {
            let settings = Settings {
                keep_events: true,
                endless_after: Some(MOST_EVENTS),
                ..case.settings.clone()
            };
            let (input, text) = (case.input.clone(), case.input_text.clone());
            let Ok(run) = simulate::run(program, &settings, &case.mocks, input, text) else {
                continue;
            };
            for event in run.history.events() {
                if let EventKind::StateEntered { name, input, .. } = &event.kind {
                    let first = || (case.name.clone(), input.clone());
                    entered.entry(name.clone()).or_insert_with(first);
                }
            }
        }
        Some(Cases { entered })
    }

    /// What a text of `state` gives, and in which case: nothing where it leads nowhere. `None` where it depends on more than
    /// the state's input, no case comes to the state, or it fails.
    pub fn value(
        &self,
        machine: &StateMachine,
        state: &State,
        text: &Text,
    ) -> Option<(Arc<str>, Option<Value>)> {
        let looks = Looks::of(text)?;
        let (case, input) = self.entered.get(&state.name)?;
        let narrowed = state
            .fields(machine)
            .input_path()
            .filter(|_| text.field != "InputPath");
        let seen = match (&looks, narrowed) {
            (Looks::Path(_), _) if !is_of_input(&text.field) => return None,
            (Looks::Path(_), Some(node)) => {
                let path = Path::parse(node.as_str()?).ok();
                path.filter(|path| *path.root() == Root::Input)?
                    .apply(input)
                    .ok()??
            }
            _ => input.clone(),
        };
        Some((case.clone(), looks.evaluate(&seen)?))
    }
}

/// Whether a path of JSONPath in `field` looks into the state's input. `ResultPath` says where something is put.
fn is_of_input(field: &str) -> bool {
    !["ResultPath", "ResultSelector", "Assign", "Catch[", "OutputPath"]
        .iter()
        .any(|other| field.starts_with(other))
}

/// A text that looks into the state's input alone.
enum Looks<'t> {
    Path(&'t Path),
    Expression(&'t crate::expr::jsonata::Expression),
}

impl<'t> Looks<'t> {
    fn of(text: &'t Text) -> Option<Looks<'t>> {
        match &text.compiled {
            Compiled::Path(path) if *path.root() == Root::Input => Some(Looks::Path(path)),
            Compiled::Jsonata(expression) => {
                let uses = expression.uses();
                let of_input = uses
                    .states_paths
                    .iter()
                    .all(|path| path.names.first().is_some_and(|name| name == "input"));
                let only_states = uses.variables.iter().all(|used| used.name == "states");
                // As many as are followed by a name: `$states` alone is all of it.
                let is_whole = uses.variables.len() > uses.states_paths.len();
                let is_fixed = !uses.calls.iter().any(|call| varies(&call.function.name));
                let is_plain =
                    of_input && only_states && !is_whole && is_fixed && text.variables().is_empty();
                is_plain.then_some(Looks::Expression(expression))
            }
            _ => None,
        }
    }

    /// The value; `None` where it fails.
    fn evaluate(&self, input: &Value) -> Option<Option<Value>> {
        match self {
            Looks::Path(path) => path.apply(input).ok(),
            Looks::Expression(expression) => {
                let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
                let states = Value::object([(Arc::from("input"), input.clone())].into_iter().collect());
                match engine.evaluate_in_state(expression, &states, [], 0).ok()? {
                    Evaluated::Value(value) => Some(Some(value)),
                    Evaluated::Undefined => Some(None),
                    Evaluated::Function => None,
                }
            }
        }
    }
}

/// The test files that test a definition of a document, for whoever runs them.
pub fn tests(open: &OpenDocument, definition: &Definition, files: &dyn Files) -> Vec<(PathBuf, usize)> {
    let named = super::tests_of::naming(open, definition, files);
    let of_tests = named.iter().filter(|file| file.is_test());
    let count = |file: &super::tests_of::Naming| {
        let cases = file.document.root().get("Cases");
        cases.map_or(0, |cases| cases.items().len())
    };
    of_tests
        .map(|file| (FilePath::to_owned(&file.path), count(file)))
        .collect()
}
