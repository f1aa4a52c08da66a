//! What is counted of a definition, worked out by hand from what its runs do.

use std::sync::Arc;

use super::*;
use crate::mocks;
use crate::simulate::{Program, Settings, run};
use crate::source::{Reach, SourceFile, parse, parse_value};

const ORDER: &str = r#"{"StartAt": "Pick", "States": {
    "Pick": {"Type": "Choice", "Default": "Call", "Choices": [
        {"Variable": "$.n", "NumericEquals": 1, "Next": "Done"}, {"Variable": "$.n", "NumericEquals": 2, "Next": "Done"}]},
    "Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:F", "Next": "Done",
        "Retry": [{"ErrorEquals": ["Never"], "MaxAttempts": 0}, {"ErrorEquals": ["Again"], "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Other"], "Next": "Done"}, {"ErrorEquals": ["States.ALL"], "Next": "Done"}]},
    "Done": {"Type": "Succeed"}}}"#;

fn machine(text: &str) -> StateMachine {
    machine_in("t.asl.json", text)
}

fn machine_in(file: &str, text: &str) -> StateMachine {
    let parsed = parse(Arc::new(SourceFile::new(file, text)));
    StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")))
}

/// What a run takes of a machine, whose task `Call` answers as `answers` says.
fn taken(machine: &StateMachine, input: &str, answers: &str) -> Counts {
    let file = SourceFile::new("mocks.json", format!(r#"{{"States": {{"Call": {answers}}}}}"#));
    let mocks = mocks::read_within(Arc::new(file), None, None, Reach::default()).expect("mocks");
    let value = parse_value(input).expect("an input");
    let program = Program::compile(machine).expect("a program");
    let run = run(&program, &Settings::default(), &mocks, value, Arc::from(input));
    run.expect("an execution").taken
}

const ANSWERS: &str = r#"{"Return": {}}"#;
const FAILS: &str = r#"[{"Throw": {"Error": "Again"}}, {"Throw": {"Error": "Strange"}}]"#;

/// `State place: count` of every point.
fn points(covered: &Covered<'_>) -> Vec<String> {
    let machine = covered.machine;
    let told = covered.points().into_iter().map(|point| {
        let name = &machine.state(point.state).name;
        let written = &machine.document().file().text()[point.span.start as usize..point.span.end as usize];
        format!(
            "{name} {} {}: {}",
            point.kind.place(),
            written.trim_matches('"'),
            point.count
        )
    });
    told.collect()
}

#[test]
fn every_state_transition_rule_and_handler_that_can_be_taken_is_counted() {
    let machine = machine(ORDER);
    let mut coverage = Coverage::default();
    coverage.add(&machine, None, &taken(&machine, r#"{"n": 2}"#, ANSWERS));
    coverage.add(&machine, None, &taken(&machine, r#"{"n": 3}"#, FAILS));
    let [covered] = &coverage.definitions[..] else {
        panic!("runs of one file count together");
    };
    // The first retrier allows no retry: nothing can take it.
    assert_eq!(
        points(covered),
        [
            "Pick  Pick: 2",
            "Pick Choices[0] Done: 0",
            "Pick Choices[1] Done: 1",
            "Pick Default Call: 1",
            "Call  Call: 1",
            "Call Next Done: 0",
            "Call Catch[0] Done: 0",
            "Call Catch[1] Done: 1",
            "Call Retry[1] Again: 1",
            "Done  Done: 2",
        ]
    );
    assert_eq!(coverage.share(), Share { taken: 7, of: 10 });
    let of = |group: Group| covered.share(|point| group.has(point.kind));
    let shares = Group::ALL.map(|group| (of(group).taken, of(group).of));
    assert_eq!(shares, [(3, 3), (3, 6), (2, 3), (1, 1), (1, 2)]);
}

#[test]
fn definitions_count_apart_in_two_files_in_two_resources_and_with_other_states() {
    let (one, other) = (machine(ORDER), machine(&ORDER.replace(r#""Again""#, r#""Once""#)));
    let unlike = machine(r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#);
    let elsewhere = machine_in("b.asl.json", ORDER);
    let counts = |machine| taken(machine, r#"{"n": 1}"#, ANSWERS);
    let mut coverage = Coverage::default();
    coverage.add(&one, None, &counts(&one));
    // The same states with the same ways out, read once more.
    coverage.add(&other, None, &counts(&other));
    coverage.add(&elsewhere, None, &counts(&elsewhere));
    coverage.add(&one, Some("Order"), &counts(&one));
    coverage.add(&unlike, None, &counts(&unlike));
    let places = coverage
        .definitions
        .iter()
        .map(|covered| covered.place.to_string());
    assert_eq!(
        places.collect::<Vec<_>>(),
        ["t.asl.json", "b.asl.json", "t.asl.json#Order", "t.asl.json"]
    );
    assert_eq!(coverage.position(&other, Some("Order")), Some(2));
    assert_eq!(coverage.position(&unlike, Some("Order")), None);
    // Three of ten points, three times, and the one of the other machine.
    assert_eq!(coverage.share(), Share { taken: 10, of: 31 });
}
