//! What an exploration has found, for people, as JSON, and as cases of a test file.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{counted, duration, short, visible};
use crate::explore::{Cut, Findings, Kind, Loop, Step, Unreached, Way, What};
use crate::lint::NeverAnswered;
use crate::mocks::Outcome;
use crate::replay::{Answered, Answers, Expected, Limits, mock_file, test_case};
use crate::simulate::Status;
use crate::value::{Map, Value};

/// Most decisions of a way that are shown, each said once where it is the same several times in a row.
const SHOWN: usize = 16;

/// Longest result that is shown on a line, in characters.
const LONGEST: usize = 60;

/// Writes what was found, for people.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(found: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let telling = Telling::of(found);
    writeln!(
        out,
        "{}, {} with a task call",
        counted(found.runs as u64, "run"),
        counted(found.situations as u64, "situation")
    )?;
    if let Some(cut) = found.cut {
        let (limit, option) = match cut {
            Cut::Runs => ("the limit on runs was reached", "--max-runs"),
            Cut::Calls => ("paths with more calls were not followed", "--max-calls"),
            Cut::Transitions => ("the limit on state transitions was reached", "--max-transitions"),
        };
        writeln!(out, "not everything was tried: {limit} ({option})")?;
        if !found.open.is_empty() {
            writeln!(out, "not followed further: calls of {}", named(&found.open))?;
        }
    }
    let uncaught: Vec<&Way> = found.uncaught().collect();
    if let Some(unnamed) = uncaught.iter().find_map(|way| unnamed(way)) {
        writeln!(
            out,
            "{} stands for any error that no handler names",
            visible(unnamed)
        )?;
    }
    if !uncaught.is_empty() {
        writeln!(out, "\nNothing catches")?;
        for way in uncaught {
            let error = visible(way.error.as_deref().unwrap_or(way.status.as_aws()));
            writeln!(out, "  {error} in {}", visible(&state(way)))?;
            if !matches!(way.error.as_deref(), None | Some("States.Timeout"))
                && let Some(cause) = &way.cause
                && cause.starts_with("An error occurred")
            {
                writeln!(out, "     {}", visible(&short(cause, 200)))?;
            }
            telling.steps(way.input, &way.steps, out)?;
        }
    }
    if !found.never_answered.is_empty() {
        writeln!(out, "\nNever answered")?;
        for never in &found.never_answered {
            writeln!(out, "  line {}: {}", never.line, visible(&never.to_string()))?;
        }
    }
    let own = |own: bool| {
        let loops = found.loops.iter();
        loops.filter(move |one| one.is_endless(found.own_timeout) != own)
    };
    for (title, of_own) in [
        ("Never ends", false),
        ("Runs until the execution times out", true),
    ] {
        if own(of_own).next().is_some() {
            writeln!(out, "\n{title}")?;
        }
        for endless in own(of_own) {
            let what = if endless.retry { "retries of" } else { "loop" };
            writeln!(out, "  {what} {}", quoted(&endless.states))?;
            if !endless.way.is_empty() {
                writeln!(out, "     first")?;
                telling.steps(endless.input, &endless.way, out)?;
            }
            writeln!(out, "     repeatedly")?;
            telling.steps(0, &endless.round, out)?;
            if let Some(end) = &endless.end {
                let (rounds, after) = (end.rounds as u64, duration(end.millis));
                let how = match (end.status, &end.error) {
                    (Status::TimedOut, _) => "the execution times out".to_owned(),
                    (_, Some(error)) => format!("the execution fails with {}", visible(error)),
                    _ => format!("the execution ends: {}", end.status.as_aws()),
                };
                let rounds = match (endless.retry, rounds) {
                    (false, _) => counted(rounds, "iteration"),
                    (true, 1) => "1 retry".to_owned(),
                    (true, _) => format!("{rounds} retries"),
                };
                writeln!(out, "     {rounds}, then {how} ({after})")?;
            }
        }
    }
    let meant: Vec<&Way> = found
        .ends
        .iter()
        .filter(|way| way.meant || way.status == Status::Succeeded)
        .collect();
    if !meant.is_empty() {
        writeln!(out, "\nEnds")?;
        for way in meant {
            let error = way
                .error
                .as_ref()
                .map_or(String::new(), |error| format!(" with {}", visible(error)));
            writeln!(
                out,
                "  {}{error} in {}",
                way.status.as_aws(),
                visible(&state(way))
            )?;
            telling.steps(way.input, &way.steps, out)?;
        }
    }
    if !found.unreached.is_empty() || !found.never_repeated.is_empty() {
        writeln!(out, "\nNever taken")?;
        for unreached in &found.unreached {
            writeln!(
                out,
                "  line {}: {}: {}",
                unreached.line,
                visible(&what(unreached)),
                visible(&unreached.why)
            )?;
        }
        for states in &found.never_repeated {
            writeln!(out, "  loop {}: no run repeats it", quoted(states))?;
        }
        let decided = |unreached: &Unreached| matches!(unreached.what, What::Choice(_) | What::Default);
        if found.unreached.iter().any(decided) {
            writeln!(
                out,
                "  other values to try: --input FILE, or lists of results in --mocks FILE"
            )?;
        }
    }
    for (title, way) in [
        ("Longest", &found.longest),
        ("Most transitions", &found.most_transitions),
    ] {
        if let Some(way) = way {
            let count = counted(way.transitions, "state transition");
            writeln!(out, "\n{title}: {}, {count}", duration(way.millis))?;
            telling.steps(way.input, &way.steps, out)?;
        }
    }
    write!(out, "\n{}", outcome(found))
}

/// The outcome in a line.
pub fn outcome(found: &Findings) -> String {
    let (uncaught, endless) = (found.uncaught().count(), found.endless().count());
    let mut parts = Vec::new();
    match uncaught {
        0 if found.cut.is_some() => parts.push("every error that was tried is caught".to_owned()),
        0 => parts.push("every error is caught".to_owned()),
        count => parts.push(format!("nothing catches {}", counted(count as u64, "error"))),
    }
    match endless {
        // What was tried says nothing about the loops behind it.
        0 if found.cut.is_some() => {}
        0 if !found.never_repeated.is_empty() => {}
        0 => parts.push("every loop ends".to_owned()),
        1 => parts.push("1 loop never ends".to_owned()),
        count => parts.push(format!("{count} loops never end")),
    }
    match found.never_repeated.len() {
        0 => {}
        1 => parts.push("1 loop never repeated".to_owned()),
        count => parts.push(format!("{count} loops never repeated")),
    }
    if !found.unreached.is_empty() {
        let count = found.unreached.len() as u64;
        parts.push(format!("{} never taken", counted(count, "part")));
    }
    if found.cut.is_some() {
        parts.push("not everything was tried".to_owned());
    }
    let text = parts.join(", ");
    let (first, rest) = text.split_at(1);
    format!("{}{rest}\n", first.to_uppercase())
}

/// States by their names.
fn quoted(states: &[Arc<str>]) -> String {
    let names: Vec<String> = states.iter().map(|name| format!("'{}'", visible(name))).collect();
    names.join(", ")
}

/// How ways are told: step by step, without the tasks that succeed, unless which of several results they have decides.
struct Telling<'f> {
    /// The states with several results.
    several: FxHashSet<&'f str>,
    inputs: &'f [Value],
}

impl<'f> Telling<'f> {
    fn of(found: &'f Findings) -> Telling<'f> {
        let loops = found.loops.iter().flat_map(|one| [&one.way, &one.round]);
        let ways = found
            .ends
            .iter()
            .chain(&found.longest)
            .chain(&found.most_transitions);
        let mut results: FxHashMap<&str, &Outcome> = FxHashMap::default();
        let mut several = FxHashSet::default();
        for step in loops.chain(ways.map(|way| &way.steps)).flatten() {
            if let (Kind::Result, outcome) = (&step.choice.kind, &step.choice.answer.outcome)
                && results
                    .insert(&step.state, outcome)
                    .is_some_and(|other| other != outcome)
            {
                several.insert(&*step.state);
            }
        }
        Telling {
            several,
            inputs: &found.inputs,
        }
    }

    /// Writes a way as numbered steps; the same one after the other is said once.
    fn steps(&self, input: usize, steps: &[Step], out: &mut dyn Write) -> io::Result<()> {
        if let Some(other) = self.inputs.get(input).filter(|_| input > 0) {
            let other = short(&other.to_json(), LONGEST);
            writeln!(out, "     with the input {}", visible(&other))?;
        }
        if steps.is_empty() {
            return writeln!(out, "     no task is called");
        }
        let mut said: Vec<(String, usize)> = Vec::new();
        let told =
            |step: &&Step| !matches!(step.choice.kind, Kind::Result) || self.several.contains(&*step.state);
        for step in steps.iter().filter(told) {
            let one = visible(&format!("{} {}", called(step), answered(step))).into_owned();
            match said.last_mut() {
                Some((last, count)) if *last == one => *count += 1,
                _ => said.push((one, 1)),
            }
        }
        if said.is_empty() {
            return writeln!(out, "     every task succeeds");
        }
        // The end of a long way says more than its middle.
        let left_out = match said.len() > SHOWN {
            true => SHOWN / 4..said.len() - SHOWN / 2,
            false => 0..0,
        };
        for (index, (one, count)) in said.iter().enumerate() {
            if index == left_out.start && !left_out.is_empty() {
                let calls: usize = said[left_out.clone()].iter().map(|(_, count)| count).sum();
                let (first, last, calls) = (left_out.start + 1, left_out.end, counted(calls as u64, "call"));
                writeln!(out, "     ... {first} to {last}: {calls} ...")?;
            }
            if left_out.contains(&index) {
                continue;
            }
            let times = match count {
                1 => String::new(),
                _ => format!(" ({count} times)"),
            };
            writeln!(out, "     {}. {one}{times}", index + 1)?;
        }
        Ok(())
    }
}

/// Writes what was found as JSON: `runs`, `situations`, `cut`, `ends` and `others` with their steps and test cases, `loops`,
/// `neverAnswered`, `unreached`, `loopsNeverRepeated`, `longest`, `mostTransitions`.
///
/// # Errors
/// When `out` cannot be written.
pub fn json(found: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let way = |way: &Way| {
        json!({
            "status": way.status.as_aws(),
            "error": way.error.as_deref(),
            "cause": way.cause.as_deref(),
            "state": way.state.as_deref(),
            "uncaught": way.status != Status::Succeeded && !way.meant,
            "seconds": way.millis as f64 / 1000.0,
            "transitions": way.transitions,
            "steps": steps(&way.steps),
            "testCase": case(way, found),
        })
    };
    let loops = |endless: &Loop| {
        json!({
            "states": endless.states.iter().map(|name| &**name).collect::<Vec<_>>(),
            "retry": endless.retry,
            "way": steps(&endless.way),
            "round": steps(&endless.round),
            "endless": endless.is_endless(found.own_timeout),
            "end": endless.end.as_ref().map(|end| json!({
                "status": end.status.as_aws(),
                "error": end.error.as_deref(),
                "rounds": end.rounds,
                "seconds": end.millis as f64 / 1000.0,
            })),
        })
    };
    let unreached = |unreached: &Unreached| {
        let (what, index) = match unreached.what {
            What::State => ("State", None),
            What::Choice(index) => ("Choices", Some(index)),
            What::Default => ("Default", None),
            What::Retrier(index) => ("Retry", Some(index)),
            What::Catcher(index) => ("Catch", Some(index)),
        };
        json!({"state": &*unreached.state, "what": what, "index": index, "line": unreached.line,
            "why": unreached.why})
    };
    let never_answered = |never: &NeverAnswered| {
        json!({"state": &*never.state, "path": &*never.path, "line": never.line, "task": &*never.task,
            "call": never.call, "help": never.help})
    };
    let mut not_followed: Vec<&str> = Vec::new();
    for state in &found.open {
        if !not_followed.contains(&&**state) {
            not_followed.push(state);
        }
    }
    let answer = json!({
        "runs": found.runs,
        "situations": found.situations,
        "cut": found.cut.map(|cut| match cut { Cut::Runs => "runs", Cut::Calls => "calls", Cut::Transitions => "transitions" }),
        "notFollowed": not_followed,
        "ends": found.ends.iter().map(way).collect::<Vec<_>>(),
        "others": found.others.iter().map(way).collect::<Vec<_>>(),
        "loops": found.loops.iter().map(loops).collect::<Vec<_>>(),
        "neverAnswered": found.never_answered.iter().map(never_answered).collect::<Vec<_>>(),
        "unreached": found.unreached.iter().map(unreached).collect::<Vec<_>>(),
        "loopsNeverRepeated": found.never_repeated.iter()
            .map(|states| states.iter().map(|name| &**name).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "longest": found.longest.as_ref().map(way),
        "mostTransitions": found.most_transitions.as_ref().map(way),
    });
    serde_json::to_writer_pretty(&mut *out, &answer)?;
    writeln!(out)
}

/// The ways to the ends, those that take what these do not, and the longest, as the cases of a test file: `head` has its other members.
pub fn test_file(found: &Findings, head: Map) -> Value {
    let mut cases: Vec<Value> = found.ends.iter().map(|way| case(way, found)).collect();
    let mut add = |way: &Way, name: String| {
        let mut case = case(way, found);
        if let Value::Object(members) = &mut case {
            Arc::make_mut(members).insert(Arc::from("Name"), Value::from(name));
        }
        cases.push(case);
    };
    for (number, way) in found.others.iter().enumerate() {
        add(way, format!("{}, path {}", name(way), number + 2));
    }
    if let Some(longest) = &found.longest {
        add(longest, format!("the longest: {}", duration(longest.millis)));
    }
    let mut file = head;
    file.insert(Arc::from("Cases"), Value::from(cases));
    Value::object(file)
}

/// A way as a test case.
fn case(way: &Way, found: &Findings) -> Value {
    let calls = way.steps.iter().map(|step| Answered {
        state: step.state.clone(),
        iteration: step.iteration.clone(),
        answer: (*step.choice.answer).clone(),
        ended: None,
        end_event: None,
        limits: Limits::default(),
    });
    let answers = Answers {
        calls: calls.collect(),
        ..Answers::default()
    };
    let expected = Expected {
        status: Some(way.status.as_aws()),
        output: way.output.clone(),
        error: way.error.clone(),
        cause: way.cause.clone(),
    };
    let input = found.inputs.get(way.input).unwrap_or(&Value::Null);
    test_case(&name(way), input, Some(mock_file(&answers)), &expected)
}

fn name(way: &Way) -> String {
    let error = (way.error.as_ref()).map_or(String::new(), |error| format!(" with {error}"));
    format!("{}{error} in {}", way.status.as_aws(), state(way))
}

fn state(way: &Way) -> String {
    way.state
        .as_ref()
        .map_or("the execution".to_owned(), |name| format!("'{name}'"))
}

fn what(unreached: &Unreached) -> String {
    let state = &unreached.state;
    match unreached.what {
        What::State => format!("state '{state}'"),
        What::Choice(index) => format!("Choices[{index}] of '{state}'"),
        What::Default => format!("Default of '{state}'"),
        What::Retrier(index) => format!("Retry[{index}] of '{state}'"),
        What::Catcher(index) => format!("Catch[{index}] of '{state}'"),
    }
}

/// Names with how often each stands there, the first ten.
fn named(names: &[Arc<str>]) -> String {
    const SHOWN: usize = 10;
    let mut counts: Vec<(&Arc<str>, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let mut shown: Vec<String> = counts
        .iter()
        .take(SHOWN)
        .map(|(name, count)| match count {
            1 => format!("'{}'", visible(name)),
            _ => format!("'{}' ({count} times)", visible(name)),
        })
        .collect();
    if counts.len() > SHOWN {
        shown.push(counted((counts.len() - SHOWN) as u64, "more task"));
    }
    shown.join(", ")
}

/// The error that stands for all that no handler names, where a path has it.
fn unnamed(way: &Way) -> Option<&str> {
    way.steps
        .iter()
        .find_map(|step| match (&step.choice.kind, &step.choice.answer.outcome) {
            (Kind::Unnamed, Outcome::Throw { error, .. }) => error.as_deref(),
            _ => None,
        })
}

fn called(step: &Step) -> String {
    match &step.iteration[..] {
        [] => format!("'{}'", step.state),
        indexes => {
            let indexes: Vec<String> = indexes.iter().map(usize::to_string).collect();
            format!("'{}' (iteration {})", step.state, indexes.join(", "))
        }
    }
}

fn answered(step: &Step) -> String {
    match (&step.choice.kind, &step.choice.answer.outcome) {
        (Kind::Timeout, _) => "times out".to_owned(),
        (Kind::Heartbeat, _) => "misses a heartbeat".to_owned(),
        (Kind::Error(error), _) => format!("fails with {error}"),
        (Kind::Unnamed, Outcome::Throw { error, .. }) => {
            format!("fails with {}", error.as_deref().unwrap_or_default())
        }
        (_, Outcome::Return(value)) => format!("returns {}", short(&value.to_json(), LONGEST)),
        _ => "returns a computed result".to_owned(),
    }
}

fn steps(steps: &[Step]) -> Json {
    let step = |step: &Step| {
        let (outcome, error) = match (&step.choice.kind, &step.choice.answer.outcome) {
            (Kind::Timeout, _) => ("timeout", None),
            (Kind::Heartbeat, _) => ("heartbeat", None),
            (_, Outcome::Throw { error, .. }) => ("error", error.as_deref()),
            _ => ("result", None),
        };
        json!({"state": &*step.state, "iteration": step.iteration, "outcome": outcome, "error": error})
    };
    steps.iter().map(step).collect()
}
