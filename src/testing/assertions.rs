//! What happened against what was expected.

use std::sync::Arc;

use super::comparisons::{LONGEST, SHOWN, at_path, call, fits, has, in_words, misfits, times, unlike};
use super::model::{Call, Calls, Case, Events, Expect, Retries, TestFile, Waits};
use super::observed::Observed;
use super::snapshot;
use super::verdict::{Mismatch, SNAPSHOT};
use crate::arrange::Arrange as _;
use crate::diagnostics::{Span, nearest, seconds, short, some_of};
use crate::expr::jsonata::{Engine, Evaluated, Limits};
use crate::expr::random::RandomSource;
use crate::simulate::{Execution, Failure, StateCounts};
use crate::value::differences;
use crate::value::{Map, Value};

/// Compares an execution with what its case expects.
pub(super) fn judge(test: &TestFile, case: &Case, execution: &Execution) -> Judgement {
    let mut judge = Judge {
        test,
        case,
        execution,
        mismatches: Vec::new(),
    };
    let expect = &case.expect;
    judge.ending(expect);
    judge.output(expect);
    judge.conditions(expect);
    let needed = expect.needs_events() || !test.contracts.is_empty();
    let observed = needed.then(|| Observed::of(execution));
    if let Some(observed) = &observed {
        judge.visited(expect, observed);
    }
    judge.visits(expect);
    if let Some(observed) = &observed {
        judge.tasks(expect, observed);
        judge.contracts(observed);
    }
    judge.retries(expect, observed.as_ref());
    if let Some(observed) = &observed {
        judge.waits(expect, observed);
    }
    judge.duration(expect);
    judge.events(expect);
    let snapshot = match (&expect.snapshot, &observed) {
        (Some(expected), Some(observed)) => {
            let taken = snapshot::Snapshot::compare(&expected.value, test, execution, observed);
            if let Some(lines) = taken.differences() {
                judge.mismatches.push(Mismatch {
                    what: SNAPSHOT.to_owned(),
                    span: expected.span,
                    lines,
                    states: Vec::new(),
                });
            }
            Some(taken)
        }
        _ => None,
    };
    // As they stand in the file.
    judge.mismatches.arrange_by_key(|mismatch| mismatch.span.start);
    Judgement {
        mismatches: judge.mismatches,
        snapshot,
    }
}

/// What came out of the comparison.
pub(super) struct Judgement {
    pub(super) mismatches: Vec<Mismatch>,
    pub(super) snapshot: Option<snapshot::Snapshot>,
}

struct Judge<'a> {
    test: &'a TestFile,
    case: &'a Case,
    execution: &'a Execution,
    mismatches: Vec<Mismatch>,
}

impl Judge<'_> {
    fn miss(&mut self, what: impl Into<String>, span: Span, lines: Vec<String>) {
        self.mismatches.push(Mismatch {
            what: what.into(),
            span,
            lines,
            states: Vec::new(),
        });
    }

    /// A mismatch about one state.
    fn miss_in(&mut self, what: &str, state: &Arc<str>, span: Span, lines: Vec<String>) {
        self.mismatches.push(Mismatch {
            what: format!("{what} of '{state}'"),
            span,
            lines,
            states: vec![state.clone()],
        });
    }

    /// Status, error and cause.
    fn ending(&mut self, expect: &Expect) {
        let execution = self.execution;
        let got = execution.status;
        if let Some(status) = expect.status.as_ref().filter(|status| status.value != got) {
            let mut lines = vec![format!(
                "expected {}, got {}",
                status.value.as_aws(),
                got.as_aws()
            )];
            let failed_with = |failure: &Failure| format!("with {}", failure.words(LONGEST));
            lines.extend(execution.failure.as_ref().map(failed_with));
            self.miss("Status", status.span, lines);
        }
        let failure = execution.failure.as_ref();
        let parts = [
            ("Error", &expect.error, failure.and_then(|f| f.error.as_deref())),
            (
                "Cause",
                &expect.cause,
                failure.and_then(|f| f.shown_cause()).map(|cause| &**cause),
            ),
        ];
        for (what, expected, got) in parts {
            let Some(expected) = expected else { continue };
            if let Some(line) = got.and_then(|got| self.unfilled(&Value::from(got))) {
                self.miss(what, expected.span, vec![line]);
                continue;
            }
            match got {
                Some(got) if expected.value.fit(got) => {}
                Some(got) => {
                    let line = in_words(&expected.value, got);
                    self.miss(what, expected.span, vec![line]);
                }
                None => {
                    let ended = execution.status.as_aws();
                    let line = format!(
                        "expected {}, got none: the execution ended {ended}",
                        expected.value
                    );
                    self.miss(what, expected.span, vec![line]);
                }
            }
        }
    }

    fn output(&mut self, expect: &Expect) {
        if let Some(expected) = &expect.output {
            let mut lines = match &self.execution.output {
                Some(output) => differences(&expected.value, output),
                None => vec![self.no_output()],
            };
            lines.extend(
                self.execution
                    .output
                    .as_ref()
                    .and_then(|output| self.unfilled(output)),
            );
            if !lines.is_empty() {
                self.miss("Output", expected.span, lines);
            }
        }
        if let Some(schema) = &expect.output_schema {
            let lines = match &self.execution.output {
                Some(output) => misfits(&schema.value, output),
                None => vec![self.no_output()],
            };
            if !lines.is_empty() {
                self.miss("OutputSchema", schema.span, lines);
            }
        }
        let mut lines = Vec::new();
        for part in &expect.output_paths {
            let (path, value) = &part.value;
            match &self.execution.output {
                Some(output) => {
                    lines.extend(at_path(path, value, output));
                    let got = path.apply(output).ok().flatten();
                    lines.extend(got.and_then(|got| self.unfilled(&got)));
                }
                None => lines.push(self.no_output()),
            }
            if !lines.is_empty() {
                self.miss("OutputPaths", part.span, std::mem::take(&mut lines));
            }
        }
    }

    /// What tasks were sent and returned, against their schemas.
    fn contracts(&mut self, observed: &Observed) {
        let test = self.test;
        for contract in &test.contracts {
            let state = &contract.state;
            let sides = [
                ("Parameters", &contract.parameters, observed.calls.get(state)),
                ("Result", &contract.result, observed.results.get(state)),
            ];
            for (what, schema, values) in sides {
                let Some(schema) = schema else { continue };
                let mut lines = Vec::new();
                for (number, value) in values.into_iter().flatten().enumerate() {
                    let misfits = misfits(&schema.value, value).into_iter();
                    lines.extend(misfits.map(|line| format!("call {}: {what}: {line}", number + 1)));
                }
                if !lines.is_empty() {
                    self.miss_in("Schemas", state, schema.span, lines);
                }
            }
        }
    }

    /// What is said of a value that is compared and holds the text of a placeholder: once that has a value, the comparison
    /// is another.
    fn unfilled(&self, got: &Value) -> Option<String> {
        let names = &self.test.placeholders;
        let text = |name: &Arc<str>| format!("${{{name}}}");
        if names.is_empty() {
            return None;
        }
        let mut open = vec![got];
        while let Some(value) = open.pop() {
            match value {
                Value::String(held) => {
                    if let Some(name) = names.iter().find(|name| held.contains(&text(name))) {
                        let text = text(name);
                        return Some(format!(
                            "what came holds {text}, which has no value: write Substitutions: {{{name}: VALUE}}"
                        ));
                    }
                }
                Value::Array(items) => open.extend(items.iter()),
                Value::Object(members) => open.extend(members.values()),
                _ => {}
            }
        }
        None
    }

    /// The same of what a call was made with, where that is compared.
    fn unfilled_call(&self, expected: &Call, got: &Value) -> Option<String> {
        let whole = expected.parameters.as_ref().map(|_| got.clone());
        let parts = expected
            .paths
            .iter()
            .filter_map(|(path, _)| path.apply(got).ok().flatten());
        whole
            .into_iter()
            .chain(parts)
            .find_map(|compared| self.unfilled(&compared))
    }

    fn no_output(&self) -> String {
        let status = self.execution.status.as_aws();
        match &self.execution.failure {
            Some(failure) => format!(
                "there is no output: the execution ended {status}, with {}",
                failure.words(LONGEST)
            ),
            None => format!("there is no output: the execution ended {status}"),
        }
    }

    /// Expressions with `$states` as the cases' own: what went in and came out.
    fn conditions(&mut self, expect: &Expect) {
        if expect.conditions.is_empty() {
            return;
        }
        let execution = self.execution;
        let mut states = Map::new();
        let mut put = |name: &str, value: Value| states.insert(Arc::from(name), value);
        put("input", self.case.input.clone());
        put("status", Value::from(execution.status.as_aws()));
        put("duration", Value::from(lasted(execution)));
        if let Some(output) = &execution.output {
            put("output", output.clone());
        }
        if let Some(failure) = &execution.failure {
            let mut error = Map::new();
            for (name, text) in [("Error", &failure.error), ("Cause", &failure.cause)] {
                if let Some(text) = text {
                    error.insert(Arc::from(name), Value::String(text.clone()));
                }
            }
            put("errorOutput", Value::object(error));
        }
        let states = Value::object(states);
        let random = Arc::new(RandomSource::new(self.case.settings.seed));
        let engine = Engine::new(random, Limits::aws());
        for condition in &expect.conditions {
            let result = engine.evaluate(
                &condition.value,
                execution.output.as_ref(),
                [("states", &states)],
                execution.stopped.millis(),
            );
            let got = match result {
                Ok(Evaluated::Value(Value::Bool(true))) => continue,
                Ok(Evaluated::Value(value)) => {
                    format!("expected true, got {}", short(&value.to_json(), LONGEST))
                }
                Ok(Evaluated::Undefined) => "expected true, got nothing".to_owned(),
                Ok(Evaluated::Function) => "expected true, got a function".to_owned(),
                Err(error) => format!("it cannot be evaluated: {error}"),
            };
            let lines = vec![short(condition.value.source(), LONGEST), got];
            self.miss("Condition", condition.span, lines);
        }
    }

    fn visited(&mut self, expect: &Expect, observed: &Observed) {
        let Some(expected) = &expect.visited else { return };
        if fits(&expected.value, &observed.visited) {
            return;
        }
        let names: Vec<&str> = (expected.value.iter())
            .map(|name| name.as_deref().unwrap_or(super::fields::GAP))
            .collect();
        let got: Vec<&str> = observed.visited.iter().map(|name| &**name).collect();
        let lines = vec![
            format!("expected {}", names.join(" > ")),
            format!("got      {}", got.join(" > ")),
        ];
        self.miss("Visited", expected.span, lines);
    }

    /// What was taken of the states called `name`; AWS takes no two of one name.
    fn taken(&self, name: &str) -> Option<&StateCounts> {
        let states = self.test.machine.states().iter();
        let id = states.filter(|state| *state.name == *name).map(|s| s.id).next()?;
        self.execution.taken.state(id)
    }

    fn visits(&mut self, expect: &Expect) {
        for visit in &expect.visits {
            let (state, bound) = &visit.value;
            let entered = self.taken(state).map_or(0, |taken| taken.entered);
            if !bound.takes(entered) {
                let line = format!("expected {bound}, got {entered}");
                self.miss_in("Visits", state, visit.span, vec![line]);
            }
        }
    }

    fn tasks(&mut self, expect: &Expect, observed: &Observed) {
        let none = Vec::new();
        for task in &expect.tasks {
            let (state, expected) = &task.value;
            let calls = observed.calls.get(state).unwrap_or(&none);
            let mut lines = Vec::new();
            match expected {
                Calls::Each(each) => {
                    if each.len() != calls.len() {
                        lines.push(format!(
                            "expected {}, got {}",
                            times(each.len()),
                            times(calls.len())
                        ));
                    }
                    for (number, (expected, got)) in each.iter().zip(calls).enumerate() {
                        lines.extend(call(number, expected, got));
                        lines.extend(self.unfilled_call(expected, got));
                    }
                }
                Calls::Every(count, expected) => {
                    let got = calls.len() as u64;
                    if let Some(bound) = count.filter(|bound| !bound.takes(got)) {
                        lines.push(format!("expected {bound} calls, got {got}"));
                    }
                    for (number, got) in calls.iter().enumerate() {
                        lines.extend(call(number, expected, got));
                        lines.extend(self.unfilled_call(expected, got));
                    }
                }
            }
            if !lines.is_empty() {
                self.miss_in("Tasks", state, task.span, lines);
            }
        }
    }

    fn retries(&mut self, expect: &Expect, observed: Option<&Observed>) {
        for retry in &expect.retries {
            let (state, expected) = &retry.value;
            let line = match expected {
                Retries::Count(count) => {
                    let got = self.taken(state).map_or(0, StateCounts::retries);
                    (got != *count).then(|| format!("expected {count}, got {got}"))
                }
                Retries::After(waits) => {
                    let got = observed.and_then(|observed| observed.retries.get(state));
                    unlike(waits, got.map_or(&[], Vec::as_slice))
                }
            };
            if let Some(line) = line {
                self.miss_in("Retries", state, retry.span, vec![line]);
            }
        }
    }

    fn waits(&mut self, expect: &Expect, observed: &Observed) {
        for wait in &expect.waits {
            let (state, expected) = &wait.value;
            let got = observed.waits.get(state).map_or(&[][..], Vec::as_slice);
            let line = match expected {
                Waits::Each(waits) => unlike(waits, got),
                Waits::Every(_) if got.is_empty() => Some("it was never entered".to_owned()),
                Waits::Every(seconds) => unlike(&vec![*seconds; got.len()], got),
            };
            if let Some(line) = line {
                self.miss_in("Waits", state, wait.span, vec![line]);
            }
        }
    }

    fn duration(&mut self, expect: &Expect) {
        let Some(most) = &expect.max_duration else { return };
        let got = lasted(self.execution);
        if got > most.value {
            let line = format!("expected at most {}, got {}", seconds(most.value), seconds(got));
            self.miss("MaxDuration", most.span, vec![line]);
        }
    }

    fn events(&mut self, expect: &Expect) {
        let Some(expected) = &expect.events else { return };
        let events = self.execution.history.events();
        match &expected.value {
            Events::Counts(counts) => {
                let types: Vec<&str> = events.iter().map(|event| event.kind.type_name()).collect();
                for (name, bound) in counts {
                    let got = types.iter().filter(|kind| **kind == &**name).count() as u64;
                    if bound.takes(got) {
                        continue;
                    }
                    let mut line = format!("{name}: expected {bound}, got {got}");
                    if got == 0
                        && let Some(near) = nearest(name, types.iter().copied())
                    {
                        line.push_str(&format!("; did you mean {near}?"));
                    }
                    self.miss("Events", expected.span, vec![line]);
                }
            }
            Events::InOrder(all) => {
                let mut rest = events.iter();
                for (number, wanted) in all.iter().enumerate() {
                    let found = rest.any(|event| {
                        let own_type = wanted.get("type").and_then(Value::as_str);
                        // An event is taken apart only where its type does not tell.
                        own_type.is_none_or(|name| event.kind.type_name() == name)
                            && (wanted
                                .as_object()
                                .is_some_and(|members| members.len() == 1 && own_type.is_some())
                                || has(&event.value(), wanted))
                    });
                    if !found {
                        let mut lines = vec![format!(
                            "entry {}: no {} follows the entries before it in the list",
                            number + 1,
                            short(&wanted.to_json(), LONGEST)
                        )];
                        let types: Vec<&str> = events.iter().map(|event| event.kind.type_name()).collect();
                        lines.push(format!("got {}", some_of(&types, SHOWN, SHOWN)));
                        self.miss("Events", expected.span, lines);
                        return;
                    }
                }
            }
        }
    }
}

/// How many seconds the execution took.
fn lasted(execution: &Execution) -> f64 {
    execution.stopped.since(execution.started) as f64 / 1000.0
}
