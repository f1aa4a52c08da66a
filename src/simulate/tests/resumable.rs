//! Runs that wait for the world: they write what a run at one go writes, and what comes from outside stands where AWS
//! puts it [recorded; API SendTaskSuccess, SendTaskHeartbeat, GetActivityTask].

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::*;
use crate::history::{EventSink, EventWriter, SinkClosed};
use crate::mocks::Mocks;
use crate::simulate::resumable::{Parts, ResumableRun};
use crate::source::parse_any;

/// There is the activity `A`, and whoever has a token answers.
struct Everybody;

impl Outside for Everybody {
    fn has_activity(&self, arn: &str) -> bool {
        arn.ends_with(":activity:A")
    }

    fn answers(&self, call: &OutsideCall<'_>) -> Answers {
        match &*call.target.resource {
            "startExecution.sync" => Answers::Taker,
            "sendMessage.waitForTaskToken" => Answers::Holder,
            _ => Answers::Nobody,
        }
    }
}

/// Events that are read while the run goes on.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<Event>>>);

impl EventSink for Events {
    fn event(&mut self, event: Event) -> Result<(), SinkClosed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        Ok(())
    }
}

impl Events {
    fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `id[previous] Type` and milliseconds from the start.
    fn lines(&self) -> Vec<String> {
        let line = |event: &Event| {
            let since = event.at.since(Time::DEFAULT_START);
            format!(
                "{}[{}] {} {since}",
                event.id,
                event.previous,
                event.kind.type_name()
            )
        };
        self.all().iter().map(line).collect()
    }
}

struct Waiting {
    run: ResumableRun,
    events: Events,
}

fn begin(definition: &str, mocks: &str) -> Waiting {
    let mocks = mocks::read(Arc::new(SourceFile::new("mocks.json", mocks)), None, None).expect("mocks");
    begin_with(compile(definition), Settings::default(), mocks, "{}")
}

fn begin_with(program: Program, settings: Settings, mocks: Mocks, input: &str) -> Waiting {
    let events = Events::default();
    let parts = Parts {
        program: Arc::new(program),
        settings: Arc::new(settings),
        mocks: Arc::new(mocks),
        outside: Arc::new(Everybody),
        sink: Box::new(events.clone()),
    };
    let value = parse_value(input).expect("an input");
    let run = ResumableRun::begin(parts, value, Arc::from(input)).expect("a run");
    Waiting { run, events }
}

/// The moment `millis` after the start.
fn at(millis: i64) -> Time {
    Time::DEFAULT_START.after_millis(millis)
}

impl Waiting {
    /// What it does until that moment.
    fn advance(&mut self, millis: i64) -> Paused {
        self.run.advance(at(millis)).expect("it goes on")
    }

    /// The keys of calls that wait since this was asked last.
    fn keys(&mut self) -> Vec<Arc<str>> {
        self.run
            .take_requests()
            .into_iter()
            .map(|request| request.key)
            .collect()
    }
}

const CALLBACK: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 60, "HeartbeatSeconds": 10,
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}}}"#;

fn success(text: &str) -> Told {
    Told::Success(parse_value(text).expect("JSON"))
}

#[test]
fn a_run_that_is_advanced_bit_by_bit_is_the_run_at_one_go() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut runs = 0;
    for workflow in list(&root) {
        let definition = fs::read_to_string(workflow.join("definition.asl.json")).expect("a definition");
        let parsed = parse(Arc::new(SourceFile::new("definition.json", definition)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
        for mocks_file in list(&workflow.join("runs")) {
            let name = mocks_file.to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".mocks.yaml") else {
                continue;
            };
            let read = |file: &str| {
                Arc::new(SourceFile::new(
                    file,
                    fs::read_to_string(file).unwrap_or_default(),
                ))
            };
            let mocks = || {
                let mut mocks = mocks::read(read(&name), None, None).expect("mocks");
                mocks.fit(&machine).expect("mocks that fit");
                mocks
            };
            let input = fs::read_to_string(format!("{stem}.input.json")).unwrap_or_else(|_| "{}".to_owned());
            let value = parse_any(Arc::new(SourceFile::new("input.json", input.as_str())));
            let value = value.document.expect("an input").root().to_value();
            let settings = Settings::default();
            let whole = run(
                &Program::compile(&machine).expect("a program"),
                &settings,
                &mocks(),
                value,
                Arc::from(input.as_str()),
            );
            let Ok(whole) = whole else { continue };
            let program = Program::compile(&machine).expect("a program");
            let mut waiting = begin_with(program, settings, mocks(), &input);
            let mut horizon = Time::DEFAULT_START;
            loop {
                match waiting.run.advance(horizon).expect("it goes on") {
                    Paused::Ended => break,
                    Paused::WaitsUntil(at) => {
                        assert!(at > horizon, "{name}");
                        horizon = at;
                    }
                    Paused::Sliced => {}
                    Paused::WaitsForOutside(_) => panic!("{name}: nothing is outside"),
                }
            }
            let text = |events: &[Event]| -> Vec<String> {
                let mut writer = EventWriter::default();
                let mut write = |event: &Event| {
                    let mut out = String::new();
                    writer.write(event, &mut out);
                    out
                };
                events.iter().map(&mut write).collect()
            };
            assert_eq!(
                text(&waiting.events.all()),
                text(whole.history.events()),
                "{name}"
            );
            let concluded = waiting.run.conclude().expect("an end");
            assert_eq!(concluded.status, whole.status, "{name}");
            assert_eq!(concluded.stopped, whole.stopped, "{name}");
            assert_eq!(concluded.taken, whole.taken, "{name}");
            assert_eq!(concluded.unused_mocks, whole.unused_mocks, "{name}");
            runs += 1;
        }
    }
    assert!(runs > 10, "{runs} runs");
}

#[test]
fn a_long_run_stops_for_others_and_goes_on_where_it_was() {
    let definition = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}},
        {"StartAt": "C", "States": {"C": {"Type": "Pass", "Next": "C"}}}]}}}"#;
    let mocks = || mocks::read(Arc::new(SourceFile::new("mocks.json", "{}")), None, None).expect("mocks");
    let whole = run(
        &compile(definition),
        &Settings::default(),
        &mocks(),
        Value::empty_object(),
        Arc::from("{}"),
    )
    .expect("an execution");
    let mut waiting = begin_with(compile(definition), Settings::default(), mocks(), "{}");
    let mut slices = 0;
    while waiting.advance(0) != Paused::Ended {
        slices += 1;
    }
    // 25,000 events are some 12,500 states.
    assert!((2..100).contains(&slices), "{slices}");
    let events = |events: &[Event]| -> Vec<String> {
        let line = |event: &Event| format!("{}[{}] {}", event.id, event.previous, event.kind.type_name());
        events.iter().map(line).collect()
    };
    assert!(events(&waiting.events.all()) == events(whole.history.events()));
}

#[test]
fn a_callback_ends_the_task_when_it_comes() {
    let mut waiting = begin(CALLBACK, "{}");
    // Its heartbeat is the first that strikes.
    assert_eq!(waiting.advance(0), Paused::WaitsForOutside(at(10_000)));
    let keys = waiting.keys();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    assert!(waiting.keys().is_empty());
    assert_eq!(waiting.run.heartbeat(key, at(9_000)), Ok(Ok(())));
    assert_eq!(waiting.advance(9_000), Paused::WaitsForOutside(at(19_000)));
    assert_eq!(waiting.run.answer(key, at(18_500), success("[1]")), Ok(Ok(())));
    assert_eq!(waiting.advance(18_500), Paused::Ended);
    assert_eq!(
        waiting.run.answer(key, at(18_600), success("[1]")),
        Ok(Err(Closed))
    );
    assert_eq!(
        waiting.events.lines(),
        [
            "1[0] ExecutionStarted 0",
            "2[0] TaskStateEntered 0",
            "3[2] TaskScheduled 0",
            "4[3] TaskStarted 0",
            "5[4] TaskSubmitted 0",
            "6[5] TaskSucceeded 18500",
            "7[6] TaskStateExited 18500",
            "8[7] ExecutionSucceeded 18500",
        ]
    );
    let end = waiting.run.end().expect("an end");
    assert_eq!(
        (end.0, end.1.map(Value::to_json)),
        (Status::Succeeded, Some("[1]".to_owned()))
    );
}

#[test]
fn a_callback_that_comes_too_late_is_told_so() {
    let mut waiting = begin(CALLBACK, "{}");
    waiting.advance(0);
    let keys = waiting.keys();
    assert_eq!(
        waiting.run.answer(&keys[0], at(10_000), success("1")),
        Ok(Err(Closed))
    );
    let (status, _, failure) = waiting.run.end().expect("an end");
    assert_eq!(status, Status::Failed);
    assert!(failure.is_some_and(|failure| failure.missed_heartbeat));
    assert_eq!(waiting.events.lines()[5], "6[5] TaskTimedOut 10000");
}

#[test]
fn heartbeats_do_not_move_the_timeout() {
    let mut waiting = begin(CALLBACK, "{}");
    waiting.advance(0);
    let keys = waiting.keys();
    for second in [9, 18, 27, 36, 45, 54] {
        assert_eq!(waiting.run.heartbeat(&keys[0], at(second * 1000)), Ok(Ok(())));
    }
    assert_eq!(waiting.advance(54_000), Paused::WaitsForOutside(at(60_000)));
    assert_eq!(waiting.run.heartbeat(&keys[0], at(60_000)), Ok(Err(Closed)));
    let (_, _, failure) = waiting.run.end().expect("an end");
    assert!(failure.is_some_and(|failure| !failure.missed_heartbeat));
}

#[test]
fn an_activity_beats_from_when_a_worker_takes_it() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true, "HeartbeatSeconds": 10,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:A", "TimeoutSeconds": 60}}}"#;
    let mut waiting = begin(definition, "{}");
    assert_eq!(waiting.advance(0), Paused::WaitsForOutside(at(60_000)));
    let keys = waiting.keys();
    assert_eq!(
        waiting.run.take_up(&keys[0], at(20_000), Some(Arc::from("w"))),
        Ok(Ok(()))
    );
    assert_eq!(waiting.advance(20_000), Paused::WaitsForOutside(at(30_000)));
    let failure = Failure::new("Broken", "why");
    assert_eq!(
        waiting
            .run
            .answer(&keys[0], at(25_000), Told::Failure(failure, None)),
        Ok(Ok(()))
    );
    assert_eq!(waiting.advance(25_000), Paused::Ended);
    assert_eq!(
        waiting.events.lines()[2..],
        [
            "3[2] ActivityScheduled 0",
            "4[3] ActivityStarted 20000",
            "5[4] ActivityFailed 25000",
            "6[5] ExecutionFailed 25000",
        ]
    );
}

#[test]
fn an_activity_that_does_not_exist_fails_the_execution() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:B"}}}"#;
    let mut waiting = begin(definition, "{}");
    assert_eq!(waiting.advance(0), Paused::Ended);
    let (_, _, failure) = waiting.run.end().expect("an end");
    let cause = failure
        .and_then(|failure| failure.cause.clone())
        .unwrap_or_default();
    assert!(cause.ends_with("The activity arn:aws:states:us-east-1:123456789012:activity:B does not exist."));
}

#[test]
fn an_answer_that_overtakes_what_was_submitted_waits_for_it() {
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn":
        "arn:aws:states:us-east-1:123456789012:stateMachine:N"}}}}"#;
    let mut waiting = begin(definition, "{}");
    let year = 365 * 86_400_000;
    assert_eq!(waiting.advance(0), Paused::WaitsForOutside(at(year)));
    let keys = waiting.keys();
    assert_eq!(waiting.run.answer(&keys[0], at(5), success("2")), Ok(Ok(())));
    assert_eq!(waiting.run.answer(&keys[0], at(6), success("3")), Ok(Err(Closed)));
    assert_eq!(waiting.advance(6), Paused::WaitsForOutside(at(year)));
    assert_eq!(waiting.run.submitted(&keys[0], at(7), Value::from(1)), Ok(Ok(())));
    assert_eq!(waiting.advance(7), Paused::Ended);
    assert_eq!(
        waiting.events.lines()[3..],
        [
            "4[3] TaskStarted 0",
            "5[4] TaskSubmitted 7",
            "6[5] TaskSucceeded 7",
            "7[6] TaskStateExited 7",
            "8[7] ExecutionSucceeded 7",
        ]
    );
}

// StopExecution: the end stands by itself, and a Wait says nothing [recorded].
#[test]
fn an_execution_is_stopped_where_it_waits() {
    let definition = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}}"#;
    let mut waiting = begin(definition, "{}");
    assert_eq!(waiting.advance(10), Paused::WaitsUntil(at(100_000)));
    let failure = Failure {
        error: None,
        cause: Some(Arc::from("enough")),
        missed_heartbeat: false,
    };
    waiting.run.stop(at(50), failure).expect("it stops");
    assert_eq!(waiting.advance(100), Paused::Ended);
    assert_eq!(waiting.events.lines()[2], "3[0] ExecutionAborted 50");
    let mut out = String::new();
    EventWriter::default().write(&waiting.events.all()[2], &mut out);
    assert!(
        out.ends_with(r#""executionAbortedEventDetails":{"cause":"enough"}}"#),
        "{out}"
    );
    assert_eq!(waiting.run.end().expect("an end").0, Status::Aborted);
}

#[test]
fn a_failing_branch_closes_the_callbacks_of_the_others() {
    let definition = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "F"}, "F": {"Type": "Fail"}}}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Later"}]},
        "Later": {"Type": "Wait", "Seconds": 5, "End": true}}}"#;
    let mut waiting = begin(definition, "{}");
    assert_eq!(waiting.advance(0), Paused::WaitsForOutside(at(5_000)));
    let keys = waiting.keys();
    assert_eq!(waiting.run.awaits(), 1);
    // Nothing outside is awaited any more.
    assert_eq!(waiting.advance(5_000), Paused::WaitsUntil(at(10_000)));
    assert_eq!(
        waiting.run.answer(&keys[0], at(5_001), success("1")),
        Ok(Err(Closed))
    );
}

#[test]
fn external_mocks_need_somebody_outside() {
    let external = r#"{"States": {"T": {"External": true, "Submitted": {"MessageId": "m"}}}}"#;
    let mut waiting = begin(CALLBACK, external);
    assert_eq!(waiting.advance(0), Paused::WaitsForOutside(at(10_000)));
    let mut out = String::new();
    EventWriter::default().write(&waiting.events.all()[4], &mut out);
    assert!(out.contains(r#""output":"{\"MessageId\":\"m\"}""#), "{out}");
    let mocks = mocks::read(Arc::new(SourceFile::new("m.json", external)), None, None).expect("mocks");
    let stopped = run(
        &compile(CALLBACK),
        &Settings::default(),
        &mocks,
        Value::empty_object(),
        Arc::from("{}"),
    );
    let error = stopped.expect_err("nobody answers");
    assert_eq!(
        error.to_string(),
        "the mock of 'T' is External: only `sfn-tool serve` has clients and workers that answer"
    );
}

#[test]
fn only_tasks_with_a_token_are_answered_from_outside() {
    let read = |text: &str| mocks::read(Arc::new(SourceFile::new("m.json", text)), None, None);
    let message = |text: &str| read(text).expect_err("a mistake").to_string();
    let lambda = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}}}"#;
    let parsed = parse(Arc::new(SourceFile::new("definition.json", lambda)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
    let mut mocks = read(r#"{"States": {"T": {"External": true}}}"#).expect("mocks");
    let error = mocks.fit(&machine).expect_err("no token").to_string();
    assert_eq!(error, "m.json:1:13: nobody outside can answer 'T'");
    assert_eq!(
        message(r#"{"States": {"T": {"External": true, "DelaySeconds": 1}}}"#),
        "m.json:1:53: 'DelaySeconds' says nothing about an answer from outside"
    );
    assert_eq!(
        message(r#"{"States": {"T": {"External": 1}}}"#),
        "m.json:1:31: 'External' must be true"
    );
}
