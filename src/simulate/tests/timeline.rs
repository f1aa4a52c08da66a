//! A run's history as visits and lanes, and what its export makes of them.

use std::sync::Arc;

use crate::asl::StateMachine;
use crate::history::{EventWriter, Fate, Moment, Recording, Timeline};
use crate::mocks;
use crate::simulate::{self, Execution, Program, Settings};
use crate::source::{SourceFile, parse, parse_value};
use crate::value::Value;

const DEFINITION: &str = r#"{"StartAt": "Both", "States": {
    "Both": {"Type": "Parallel", "Next": "Done", "Catch": [{"ErrorEquals": ["TooLate"], "Next": "Done"}],
        "Branches": [
            {"StartAt": "Call", "States": {
                "Call": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Message": "m", "TopicArn": "t"},
                    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 5}],
                    "Catch": [{"ErrorEquals": ["Gone"], "Next": "Wait"}], "End": true},
                "Wait": {"Type": "Wait", "Seconds": 60, "End": true}}},
            {"StartAt": "Pause", "States": {
                "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Late"},
                "Late": {"Type": "Fail", "Error": "TooLate"}}}]},
    "Done": {"Type": "Pass", "End": true}}}"#;
const MOCKS: &str = r#"{"States": {"Call": [{"Throw": {"Error": "Busy"}, "DelaySeconds": 2}, {"Throw": {"Error": "Gone"}}]}}"#;

fn run_both(keep_asides: bool) -> Execution {
    let parsed = parse(Arc::new(SourceFile::new("m.json", DEFINITION)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("JSON")));
    let mut mocks = mocks::read(Arc::new(SourceFile::new("k.json", MOCKS)), None, None).expect("mocks");
    mocks.fit(&machine).expect("the mocks of its tasks");
    let program = Program::compile(&machine).expect("a program");
    let settings = Settings {
        keep_asides,
        ..Settings::default()
    };
    simulate::run(
        &program,
        &settings,
        &mocks,
        Value::empty_object(),
        Arc::from("{}"),
    )
    .expect("an execution")
}

#[test]
fn a_history_is_told_as_visits() {
    let execution = run_both(true);
    let visits = Timeline::of(&execution.history);
    let seconds = |moment: Moment| moment.at.since(execution.started) / 1000;
    let told: Vec<_> = visits
        .visits
        .iter()
        .map(|visit| {
            let error = visit.failure.and_then(|failure| failure.error.as_deref());
            (
                &**visit.name,
                visit.fate,
                seconds(visit.entered),
                seconds(visit.left),
                error,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Both", Fate::Caught, 0, 30, Some("TooLate")),
            ("Call", Fate::Caught, 0, 7, Some("Gone")),
            ("Pause", Fate::Succeeded, 0, 30, None),
            // Its branch is stopped when the other fails.
            ("Wait", Fate::Aborted, 7, 30, None),
            ("Late", Fate::Failed, 30, 30, Some("TooLate")),
            ("Done", Fate::Succeeded, 30, 30, None),
        ]
    );
    let call = &visits.visits[1];
    let attempts: Vec<_> = call
        .attempts
        .iter()
        .map(|attempt| {
            let retry_at = attempt.retry_at.map(|at| at.since(execution.started) / 1000);
            (seconds(attempt.begun), attempt.ended.map(seconds), retry_at)
        })
        .collect();
    assert_eq!(attempts, [(0, Some(2), Some(7)), (7, Some(7), None)]);
    assert_eq!(
        call.attempts[0].failure.and_then(|f| f.error.as_deref()),
        Some("Busy")
    );
    assert_eq!((call.retries(), call.next), (1, Some(3)));
    let lanes: Vec<_> = visits
        .lanes
        .iter()
        .map(|lane| (lane.holder, lane.index, &lane.visits[..]))
        .collect();
    assert_eq!(
        lanes,
        [
            (None, 0, &[0, 5][..]),
            (Some(0), 0, &[1, 3]),
            (Some(0), 1, &[2, 4])
        ]
    );
}

/// What was told beside the events adds nothing here that the events do not say: an export, and a run that kept its
/// events alone, make the same timeline.
#[test]
fn an_export_makes_the_same_timeline() {
    let told = |timeline: &Timeline<'_>| -> Vec<String> {
        let visit = |number: usize| {
            let visit = &timeline.visits[number];
            let error = visit.failure.and_then(|failure| failure.error.as_deref());
            format!(
                "{} {:?} {} {:?} {:?} {} {:?} {}",
                visit.name,
                visit.fate,
                visit.attempts.len(),
                visit.next,
                // The cause of a branch's failure is told to its Parallel only beside the events.
                error.filter(|_| visit.state_type == crate::asl::StateType::Task),
                visit.entered.at,
                visit.output,
                visit.lane,
            )
        };
        let lanes = timeline.lanes.iter();
        let lanes = lanes.map(|lane| {
            format!(
                "{:?} {} {} {:?}",
                lane.holder, lane.index, lane.attempt, lane.visits
            )
        });
        (0..timeline.visits.len()).map(visit).chain(lanes).collect()
    };
    let execution = run_both(true);
    let mut writer = EventWriter::default();
    let events = execution.history.events().iter();
    let json = |event| {
        let mut text = String::new();
        writer.write(event, &mut text);
        text
    };
    let events: Vec<String> = events.map(json).collect();
    let export = parse_value(&format!("{{\"events\": [{}]}}", events.join(","))).expect("JSON");
    let recording = Recording::read(&export).expect("a history");
    let expected = told(&Timeline::of(&execution.history));
    assert_eq!(told(&Timeline::of(&recording.history)), expected);
    assert_eq!(told(&Timeline::of(&run_both(false).history)), expected);
}

/// An event's value is what its text says.
#[test]
fn an_events_value_is_its_text_taken_apart() {
    let execution = run_both(false);
    let mut writer = EventWriter::default();
    for event in execution.history.events() {
        let mut text = String::new();
        writer.write(event, &mut text);
        assert_eq!(event.value(), parse_value(&text).expect("JSON"), "{text}");
    }
}
