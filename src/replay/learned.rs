//! Names of the execution that no event states, and that its calls were sent: a run with other names shows where.
//!
//! GetExecutionHistory does not say which execution it is of. A state that sends `$$.Execution.Id` says it all the same: a
//! run whose names are known to stand nowhere else is compared with the history, and what stands there in their place is
//! the name.

use std::sync::Arc;

use super::{Answers, Moments, Origin, Replayed};
use crate::history::{History, Timeline};
use crate::mocks::Mocks;
use crate::simulate::{self, Program, Settings};
use crate::value::Value;

/// Names that no definition holds.
const MACHINE: &str = "StateMachine-9c4f07d2e6b1";
const EXECUTION: &str = "Execution-5a8e31c7f094";

/// Runs that are made: what one has learnt may lead the next further.
const RUNS: usize = 3;

/// Values inside one another that are looked into.
const DEEPEST: usize = 50;

impl Origin {
    /// Finds out the names that the history does not state; `settings` are those of the run, and a name that the caller
    /// was told is not looked for.
    pub fn complete(
        &mut self,
        program: &Program,
        settings: &Settings,
        mocks: &Mocks,
        answers: &Answers,
        then: &History,
        told: Told,
    ) {
        let wanted = |origin: &Origin| {
            let machine = origin.machine_name.is_none() && !told.machine_name;
            let execution = origin.execution_name.is_none() && !told.execution_name;
            (machine, execution)
        };
        let recorded = Timeline::of(then);
        for _ in 0..RUNS {
            let (machine, execution) = wanted(self);
            if !machine && !execution {
                return;
            }
            let mut probe = settings.clone();
            self.apply(&mut probe);
            probe.keep_events = true;
            if machine {
                probe.machine_name = Arc::from(MACHINE);
            }
            if execution {
                probe.execution_name = Arc::from(EXECUTION);
            }
            let director = Replayed::new(answers, Moments::AtOnce, mocks);
            let (input, text) = (self.input.clone(), self.input_text.clone());
            // What stops the tool is told by the run that counts.
            let Ok(run) = simulate::run_directed(program, &probe, mocks, &director, input, text) else {
                return;
            };
            self.learn(&probe, &Timeline::of(&run.history), &recorded);
            if wanted(self) == (machine, execution) {
                return;
            }
        }
    }

    fn learn(&mut self, probe: &Settings, now: &Timeline<'_>, then: &Timeline<'_>) {
        let arns = [probe.execution_arn(), probe.state_machine_arn()];
        let mut pairs: Vec<(&Value, &Value)> = Vec::new();
        for (now, then) in now.visits.iter().zip(&then.visits) {
            if now.name != then.name {
                break;
            }
            pairs.push((now.input, then.input));
            let tasks = now.attempts.first().and_then(|attempt| attempt.task);
            let tasks = tasks.zip(then.attempts.first().and_then(|attempt| attempt.task));
            pairs.extend(tasks.map(|(now, then)| (&now.parameters, &then.parameters)));
        }
        let mut texts = Vec::new();
        for (now, then) in pairs {
            leaves(now, then, DEEPEST, &mut texts);
        }
        for (now, then) in texts {
            for arn in &arns {
                if let Some(arn) = instead(now, then, arn) {
                    self.read_arn(arn);
                }
            }
            for (name, known) in [
                (MACHINE, &mut self.machine_name),
                (EXECUTION, &mut self.execution_name),
            ] {
                if known.is_none() {
                    *known = instead(now, then, name)
                        .filter(|name| is_name(name))
                        .map(Arc::from);
                }
            }
        }
    }
}

/// What the caller of [`Origin::complete`] was told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    /// The state machine's name.
    pub machine_name: bool,
    /// The execution's name.
    pub execution_name: bool,
}

/// The texts that stand in the same places.
fn leaves<'v>(now: &'v Value, then: &'v Value, depth: usize, found: &mut Vec<(&'v str, &'v str)>) {
    if depth == 0 || now.is_shared_with(then) {
        return;
    }
    match (now, then) {
        (Value::String(now), Value::String(then)) => found.push((now, then)),
        (Value::Array(now), Value::Array(then)) => {
            for (now, then) in now.iter().zip(then.iter()) {
                leaves(now, then, depth - 1, found);
            }
        }
        (Value::Object(now), Value::Object(then)) => {
            for (key, now) in now.iter() {
                if let Some(then) = then.get(key) {
                    leaves(now, then, depth - 1, found);
                }
            }
        }
        _ => {}
    }
}

/// What stands in `then` where `token` stands in `now`, with the same around it.
fn instead<'t>(now: &str, then: &'t str, token: &str) -> Option<&'t str> {
    let (before, after) = now.split_once(token)?;
    let found = then.strip_prefix(before)?.strip_suffix(after)?;
    (!found.is_empty()).then_some(found)
}

/// Whether a machine or an execution may be called so [API StartExecution].
fn is_name(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    text.chars().count() <= 80 && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_place_of_a_token() {
        for (now, then, expected) in [
            ("T", "run-7", Some("run-7")),
            ("order/T/done", "order/run-7/done", Some("run-7")),
            ("order/T", "other/run-7", None),
            ("order/T", "order/", None),
            ("nothing", "nothing", None),
        ] {
            assert_eq!(instead(now, then, "T"), expected, "{now}");
        }
        assert!(is_name("run-7") && !is_name("a b") && !is_name("arn:aws:states"));
    }
}
