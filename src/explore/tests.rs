//! The search that merges what is alike finds what a search finds that merges nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::unreached::{self, Unreached, What};
use super::{Alternatives, Choice, Findings, Inputs, Limits, Way, explore};
use crate::asl::{StateMachine, StateType};
use crate::graph::ControlFlow;
use crate::mocks::{self, Mocks};
use crate::simulate::{self, Call, Counts, Decision, Director, Program, Settings, Status};
use crate::source::{SourceFile, parse_any};
use crate::value::Value;

/// Numbers that look random, the same for one seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // The generator of Numerical Recipes; its high bits.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// A machine with a handful of states, each leading on to later ones only, so that every way ends; and its mocks.
struct Made {
    dice: Dice,
    tasks: BTreeMap<String, Json>,
}

impl Made {
    fn of(seed: u64) -> (Json, Json) {
        let mut made = Made {
            dice: Dice(seed),
            tasks: BTreeMap::new(),
        };
        let count = 2 + made.dice.roll(5);
        let mut states = serde_json::Map::new();
        for number in 0..count {
            let state = made.state(number, count);
            states.insert(format!("S{number}"), state);
        }
        states.insert("Good".to_owned(), json!({"Type": "Succeed"}));
        states.insert("Bad".to_owned(), json!({"Type": "Fail", "Error": "Bad"}));
        let mut machine = json!({"StartAt": "S0", "States": states});
        if made.dice.one_in(2) {
            machine["TimeoutSeconds"] = json!(3 + made.dice.roll(15));
        }
        (machine, json!({"States": made.tasks}))
    }

    /// A state behind the one with this number.
    fn later(&mut self, number: u64, count: u64) -> String {
        match number + 1 + self.dice.roll(count - number + 1) {
            later if later < count => format!("S{later}"),
            later if later % 3 == 0 => "Bad".to_owned(),
            _ => "Good".to_owned(),
        }
    }

    fn state(&mut self, number: u64, count: u64) -> Json {
        let name = format!("S{number}");
        let next = self.later(number, count);
        match self.dice.roll(11) {
            0 | 9 | 10 => json!({"Type": "Wait", "Seconds": 1 + self.dice.roll(9), "Next": next}),
            1 => {
                let one = self.later(number, count);
                json!({"Type": "Choice", "Default": next, "Choices": [
                    {"And": [{"Variable": "$.r", "IsPresent": true}, {"Variable": "$.r", "NumericEquals": 1}],
                        "Next": one}]})
            }
            2 => {
                let branches: Vec<Json> = ["L", "R"]
                    .iter()
                    .map(|side| self.scope(&format!("{name}{side}")))
                    .collect();
                let parallel =
                    json!({"Type": "Parallel", "Branches": branches, "ResultPath": null, "Next": next});
                self.handled(parallel, number, count)
            }
            3 => {
                let map = json!({"Type": "Map", "ItemsPath": "$$.Execution.Input.items", "ResultPath": null,
                    "ItemProcessor": self.scope(&format!("{name}I")), "MaxConcurrency": self.dice.roll(3),
                    "Next": next});
                self.handled(map, number, count)
            }
            _ => {
                let task = self.task(&name, json!({"Next": next}));
                self.handled(task, number, count)
            }
        }
    }

    /// One task alone, or one behind a wait.
    fn scope(&mut self, name: &str) -> Json {
        let task = self.task(name, json!({"End": true}));
        if self.dice.one_in(2) {
            return json!({"StartAt": name, "States": {name: task}});
        }
        let pause = format!("{name}W");
        json!({"StartAt": pause, "States": {name: task,
            pause.clone(): {"Type": "Wait", "Seconds": 1 + self.dice.roll(3), "Next": name}}})
    }

    fn task(&mut self, name: &str, mut task: Json) -> Json {
        task["Type"] = json!("Task");
        task["Resource"] = json!("arn:aws:states:::sqs:sendMessage");
        task["Parameters"] = json!({"QueueUrl": "q", "MessageBody": "m"});
        if self.dice.one_in(3) {
            task["TimeoutSeconds"] = json!(2 + self.dice.roll(4));
        }
        if self.dice.one_in(3) {
            task["Retry"] =
                json!([{"ErrorEquals": ["E"], "IntervalSeconds": 1 + self.dice.roll(3), "MaxAttempts": 1}]);
        }
        // What went another way comes to the same again.
        if self.dice.one_in(2) {
            task["ResultPath"] = json!(null);
        }
        let results = if self.dice.one_in(3) {
            json!([{"Return": {"r": 1}}, {"Return": {"r": 2}, "DelaySeconds": 1}])
        } else {
            json!([{"Return": {"r": self.dice.roll(2)}}])
        };
        self.tasks.insert(name.to_owned(), results);
        task
    }

    fn handled(&mut self, mut state: Json, number: u64, count: u64) -> Json {
        if self.dice.one_in(2) {
            let error = ["E", "States.Timeout", "States.ALL"][self.dice.roll(3) as usize];
            state["Catch"] =
                json!([{"ErrorEquals": [error], "ResultPath": null, "Next": self.later(number, count)}]);
        }
        state
    }
}

/// What is found without merging: each end with the fewest calls on a way to it.
struct Found {
    ends: BTreeMap<(String, String, String), usize>,
    taken: Counts,
    longest: i64,
    most_transitions: u64,
}

struct Exhaustive<'a> {
    program: &'a Program,
    settings: &'a Settings,
    mocks: &'a Mocks,
    alternatives: &'a Alternatives,
    input: Value,
    runs: usize,
    found: Found,
}

/// More runs than this are not made: the machine is left out.
const MOST_RUNS: usize = 3_000;

struct Scripted<'a> {
    script: &'a [Arc<Choice>],
    alternatives: &'a Alternatives,
    next: Cell<usize>,
    open: RefCell<Vec<Arc<Choice>>>,
}

impl Director for Scripted<'_> {
    fn decide(&self, call: &Call<'_>) -> Decision {
        let number = self.next.replace(self.next.get() + 1);
        match self.script.get(number) {
            Some(choice) => Decision::Answer(choice.answer.clone()),
            None => {
                *self.open.borrow_mut() =
                    self.alternatives
                        .choices(call.state, call.timeout_seconds, call.heartbeat_seconds);
                Decision::Stop
            }
        }
    }
}

fn end_of(way: &Way) -> (String, String, String) {
    let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or("none").to_owned();
    (way.status.as_aws().to_owned(), text(&way.error), text(&way.state))
}

impl Exhaustive<'_> {
    /// Tries everything behind `script`; `None` when that is too much.
    fn from(&mut self, script: &mut Vec<Arc<Choice>>) -> Option<()> {
        self.runs += 1;
        if self.runs > MOST_RUNS {
            return None;
        }
        let director = Scripted {
            script,
            alternatives: self.alternatives,
            next: Cell::new(0),
            open: RefCell::default(),
        };
        let text = Arc::from(self.input.to_json());
        let input = self.input.clone();
        let run = simulate::run_directed(self.program, self.settings, self.mocks, &director, input, text);
        let open = director.open.into_inner();
        let calls = script.len();
        match run {
            Ok(execution) => {
                let way = Way::of(&execution, Vec::new());
                let fewest = self.found.ends.entry(end_of(&way)).or_insert(calls);
                *fewest = (*fewest).min(calls);
                self.found.taken.add(&execution.taken);
                self.found.longest = self.found.longest.max(way.millis);
                self.found.most_transitions = self.found.most_transitions.max(way.transitions);
            }
            Err(_) => {
                for choice in open {
                    script.push(choice);
                    self.from(script)?;
                    script.pop();
                }
            }
        }
        Some(())
    }
}

fn parts(unreached: &[Unreached]) -> Vec<String> {
    unreached
        .iter()
        .map(|one| match one.what {
            What::State => format!("{} itself", one.state),
            what => format!("{} {what:?}", one.state),
        })
        .collect()
}

/// Explores one machine both ways; `false` when it is too large for the plain search.
fn compare(seed: u64) -> bool {
    let (definition, mocked) = Made::of(seed);
    let file = |name: &str, json: &Json| Arc::new(SourceFile::new(name, json.to_string()));
    let document = parse_any(file("d.json", &definition))
        .document
        .expect("a document");
    let machine = StateMachine::read(Arc::new(document));
    let mocks = mocks::read(file("m.json", &mocked), None, None).expect("mocks");
    let program = Program::compile(&machine).expect("a program");
    let settings = Settings::default();
    let alternatives = Alternatives::of(&machine, &mocks, &Mocks::default(), &[]);
    let input = Value::from(&json!({"items": [1, 2]}));
    let mut plain = Exhaustive {
        program: &program,
        settings: &settings,
        mocks: &mocks,
        alternatives: &alternatives,
        input: input.clone(),
        runs: 0,
        found: Found {
            ends: BTreeMap::new(),
            taken: Counts::default(),
            longest: 0,
            most_transitions: 0,
        },
    };
    if plain.from(&mut Vec::new()).is_none() {
        return false;
    }
    let text = Arc::from(input.to_json());
    let merged: Findings = explore(
        &machine,
        &program,
        &settings,
        &mocks,
        &alternatives,
        Inputs {
            first: &input,
            text: &text,
            others: &[],
        },
        Limits::DEFAULT,
    )
    .expect("an exploration");
    let told = format!("seed {seed}\n{definition:#}\n{mocked}");
    assert_eq!(merged.cut, None, "{told}");
    let ends: BTreeMap<_, _> = merged
        .ends
        .iter()
        .map(|way| (end_of(way), way.steps.len()))
        .collect();
    assert_eq!(ends, plain.found.ends, "{told}");
    assert_eq!(ends.len(), merged.ends.len(), "{told}");
    let never = unreached::of(&machine, &ControlFlow::new(&machine), &plain.found.taken, false);
    assert_eq!(parts(&merged.unreached), parts(&never), "{told}");
    assert!(merged.loops.is_empty(), "{told}");
    let longest = merged.longest.expect("a longest way");
    assert_eq!(longest.millis, plain.found.longest, "{told}");
    // Under a limit of time the way with the most transitions may be one that nobody has the time for.
    let most = merged.most_transitions.expect("a way with the most transitions");
    if merged.ends.iter().all(|way| way.status != Status::TimedOut) {
        assert_eq!(most.transitions, plain.found.most_transitions, "{told}");
    }
    true
}

#[test]
fn merging_loses_nothing() {
    // In the machine of 670 an end is come to in time only on the longer of two ways to one situation.
    let seeds = (0..250).chain([670]);
    let compared = seeds.filter(|seed| compare(*seed)).count();
    assert!(compared > 150, "{compared} of 251 were small enough");
}

/// Explores a machine whose tasks answer with skeletons.
fn explored(definition: &Json, runs: usize) -> Findings {
    let file = |name: &str, json: &Json| Arc::new(SourceFile::new(name, json.to_string()));
    let document = parse_any(file("d.json", definition))
        .document
        .expect("a document");
    let machine = StateMachine::read(Arc::new(document));
    let tasks = machine.states().iter();
    let tasks = tasks.filter(|state| state.state_type == Some(StateType::Task));
    let results: serde_json::Map<String, Json> = tasks
        .map(|state| (state.name.to_string(), json!({"Return": {}})))
        .collect();
    let mocks = mocks::read(file("m.json", &json!({"States": results})), None, None).expect("mocks");
    let program = Program::compile(&machine).expect("a program");
    let alternatives = Alternatives::of(&machine, &mocks, &Mocks::default(), &[]);
    let (input, text) = (Value::from(&json!({})), Arc::from("{}"));
    let limits = Limits {
        runs,
        ..Limits::DEFAULT
    };
    explore(
        &machine,
        &program,
        &Settings::default(),
        &mocks,
        &alternatives,
        Inputs {
            first: &input,
            text: &text,
            others: &[],
        },
        limits,
    )
    .expect("an exploration")
}

fn uncaught(found: &Findings) -> Vec<(&str, &str)> {
    fn text(text: &Option<Arc<str>>) -> &str {
        text.as_deref().unwrap_or_default()
    }
    found
        .uncaught()
        .map(|way| (text(&way.error), text(&way.state)))
        .collect()
}

/// A Fail state that fails otherwise than it says is no end that is meant.
#[test]
fn a_fail_state_that_breaks_is_an_error_that_nothing_catches() {
    for (field, value) in [
        ("CausePath", "$.error"),
        ("ErrorPath", "$.missing"),
        ("CausePath", "States.JsonToString($.error)"),
    ] {
        let mut fail = json!({"Type": "Fail", "Error": "Rejected"});
        if field == "ErrorPath" {
            fail = json!({"Type": "Fail"});
        }
        fail[field] = json!(value);
        let found = explored(&json!({"StartAt": "F", "States": {"F": fail}}), 10);
        assert_eq!(uncaught(&found), [("States.Runtime", "F")], "{field}: {value}");
    }
    let meant = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "States.Runtime", "Cause": "so it is"}}});
    assert_eq!(uncaught(&explored(&meant, 10)), []);
}

/// Seven branches whose tasks are tried again have more outcomes together than anybody can run.
#[test]
fn what_one_task_alone_does_is_found_though_the_search_is_cut_off() {
    let branch = |number: usize| {
        let name = format!("T{number}");
        json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true,
            "Retry": [{"ErrorEquals": ["A", "B", "C"], "MaxAttempts": 6}]}}})
    };
    let branches: Vec<Json> = (0..7).map(branch).collect();
    let definition = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": branches, "Next": "After",
            "Catch": [{"ErrorEquals": ["A"], "Next": "Undo"}]},
        "After": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true},
        "Undo": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true}}});
    let found = explored(&definition, 200);
    assert_eq!(found.cut, Some(super::Cut::Runs));
    let branches: Vec<String> = (0..7).map(|number| format!("T{number}")).collect();
    let mut expected: Vec<(&str, &str)> = ["B", "C", "SomeError"]
        .iter()
        .flat_map(|error| branches.iter().map(move |task| (*error, task.as_str())))
        .collect();
    // A leads on to Undo, whose own errors nobody catches.
    expected.extend([("SomeError", "After"), ("SomeError", "Undo")]);
    expected.sort_unstable();
    let mut names = uncaught(&found);
    names.sort_unstable();
    assert_eq!(names, expected);
    assert!(found.unreached.is_empty(), "{:?}", found.unreached);
}
