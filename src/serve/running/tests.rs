//! Executions at work, without a server around them. Nothing here depends on how long anything takes.

mod children;
mod fixtures;
mod map_runs;
mod redriving;
mod waiting;

use std::future::Future;
use std::sync::{OnceLock, Weak};

use serde_json::{Value as Json, json};

use super::*;
use crate::source::{parse, parse_value};

/// A server that has machines and activities.
#[derive(Default)]
struct Here {
    running: OnceLock<Weak<Running>>,
    machines: Mutex<FxHashMap<String, Arc<StateMachine>>>,
    forgotten: Mutex<Vec<String>>,
}

impl World for Here {
    fn has_activity(&self, arn: &str) -> bool {
        assert!(!arn.ends_with(":activity:Bug"), "a bug");
        arn.ends_with(":activity:A")
    }

    fn call(&self, operation: &str, parameters: Json, _by: Option<Task>, reply: Reply) {
        let running = self.running.get().and_then(Weak::upgrade).expect("it runs");
        let text = |name: &str| parameters[name].as_str().unwrap_or_default().to_owned();
        let seconds = |time: Time| time.millis() as f64 / 1000.0;
        let answer = match operation {
            "StartExecution" => {
                let arn = text("stateMachineArn");
                let name = arn.rsplit(':').next().unwrap_or_default();
                let machine = self.machines.lock().expect("no panic").get(name).cloned();
                match machine {
                    Some(machine) => {
                        let (arn, began) = begin(&running, &machine, name, "child", &text("input"));
                        Ok(json!({"executionArn": &*arn, "startDate": seconds(began)}))
                    }
                    None => Err(ApiError {
                        code: "StateMachineDoesNotExist".to_owned(),
                        message: format!("State Machine Does Not Exist: '{arn}'"),
                    }),
                }
            }
            "DescribeExecution" => {
                let view = running.view(&text("executionArn")).expect("an execution");
                let mut answer = json!({"executionArn": text("executionArn"), "status": view.status.name()});
                if let Some(output) = view.output {
                    answer["output"] = Json::from(output.to_json());
                }
                Ok(answer)
            }
            other => panic!("{other}"),
        };
        reply(answer);
    }

    fn forgotten(&self, arn: &str, _early: bool) {
        self.forgotten.lock().expect("no panic").push(arn.to_owned());
    }
}

struct Test {
    here: Arc<Here>,
    running: Arc<Running>,
}

fn test_with(options: Options, sources: Sources) -> Test {
    let here = Arc::new(Here::default());
    let running = Arc::new(Running::new(options, sources, here.clone()).expect("threads"));
    here.running.set(Arc::downgrade(&running)).expect("once");
    Test { here, running }
}

fn test() -> Test {
    test_with(Options::default(), Sources::default())
}

fn read(definition: &str) -> Arc<StateMachine> {
    let parsed = parse(Arc::new(SourceFile::new("definition.json", definition)));
    Arc::new(StateMachine::read(Arc::new(parsed.document.expect("a document"))))
}

fn settings(machine: &str, name: &str) -> Settings {
    Settings {
        machine_name: Arc::from(machine),
        execution_name: Arc::from(name),
        ..Settings::default()
    }
}

fn started(machine: &Arc<StateMachine>, settings: Settings, input: &str) -> Start {
    Start {
        settings,
        machine: machine.clone(),
        program: Program::compile(machine)
            .map(Arc::new)
            .map_err(|error| error.to_string()),
        case: None,
        clock: None,
        input: parse_value(input).expect("JSON"),
        input_text: Arc::from(input),
    }
}

fn begin(
    running: &Running,
    machine: &Arc<StateMachine>,
    name: &str,
    execution: &str,
    input: &str,
) -> (Arc<str>, Time) {
    let start = started(machine, settings(name, execution), input);
    running.start(start).expect("it starts")
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// What a clock on the wall shows.
fn now() -> Time {
    Wall::default().now()
}

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(60);

impl Test {
    fn begin(&self, definition: &str) -> Arc<str> {
        self.begin_with(definition, None)
    }

    fn begin_with(&self, definition: &str, clock: Option<&str>) -> Arc<str> {
        let mut start = started(&read(definition), settings("M", "e"), "{}");
        start.clock = clock.map(str::to_owned);
        self.running.start(start).expect("it starts").0
    }

    /// What becomes of an execution.
    fn end(&self, arn: &str) -> View {
        wait(self.running.ended(arn)).expect("an execution")
    }

    /// Waits until it rests.
    fn rest(&self, arn: &str) -> View {
        wait(self.running.settled(arn, LONG));
        self.running.view(arn).expect("an execution")
    }

    fn types(&self, arn: &str) -> Vec<String> {
        let types = |events: &[Event]| {
            events
                .iter()
                .map(|event| event.kind.type_name().to_owned())
                .collect()
        };
        self.running.with_history(arn, types).expect("an execution")
    }
}

fn error(view: &View) -> &str {
    let failure = view.failure.as_ref().and_then(|failure| failure.error.as_deref());
    failure.unwrap_or_default()
}

fn output(view: &View) -> String {
    view.output.as_ref().map(Value::to_json).unwrap_or_default()
}
