//! Which runs go on alike: what two child executions have left of their time tells them apart.

use std::cell::RefCell;
use std::sync::Arc;

use super::*;
use crate::mocks::Mocks;
use crate::source::SourceFile;

/// Notes what the runs tell when `B` is called.
#[derive(Default)]
struct AtB(RefCell<Vec<u64>>);

impl Director for AtB {
    fn decide(&self, call: &Call<'_>) -> Decision {
        if &**call.state == "B" {
            self.0.borrow_mut().push(call.fingerprint());
        }
        Decision::Mocks
    }
}

/// The number when `B` is called after five seconds, of a run in which `First` has answered after `delay` seconds.
/// Item 0 goes through `First` and what `then` is, item 1 calls `B`, item 2 waits for a moment that is fixed.
fn told(then: &str, at_once: usize, delay: u32) -> u64 {
    let definition = format!(
        r#"{{"StartAt": "Each", "States": {{"Each": {{"Type": "Map", "ItemsPath": "$", "MaxConcurrency": {at_once}, "End": true,
        "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}, "StartAt": "Which", "States": {{
            "Which": {{"Type": "Choice", "Choices": [
                {{"Variable": "$", "NumericEquals": 0, "Next": "First"}}, {{"Variable": "$", "NumericEquals": 1, "Next": "Second"}}],
                "Default": "Fixed"}},
            "First": {{{TASK}, "ResultPath": null, {then}}},
            "Rest": {{"Type": "Wait", "Seconds": 60, "Next": "Done"}},
            "Second": {{{TASK}, "Next": "B"}},
            "B": {{{TASK}, "End": true}},
            "Fixed": {{"Type": "Wait", "Timestamp": "2024-01-01T00:01:00Z", "Next": "Done"}},
            "Done": {{"Type": "Succeed"}}}}}}}}}}}}"#
    );
    let mocks = format!(
        r#"{{"States": {{"First": {{"Return": 1, "DelaySeconds": {delay}}}, "Second": {{"Return": 1, "DelaySeconds": 5}},
            "B": {{"Return": 1}}}}}}"#
    );
    let mocks: Mocks = mocks::read(
        Arc::new(SourceFile::new("mocks.json", mocks.as_str())),
        None,
        None,
    )
    .expect("mocks");
    let director = AtB::default();
    let input = parse_value("[0, 1, 2]").expect("an input");
    let settings = Settings::default();
    let program = compile(&definition);
    run_directed(
        &program,
        &settings,
        &mocks,
        &director,
        input,
        Arc::from("[0, 1, 2]"),
    )
    .expect("an execution");
    let told = director.0.into_inner();
    assert_eq!(told.len(), 1);
    told[0]
}

/// Each of the five minutes that an Express child has began at the start; what is left of its wait differs.
#[test]
fn a_childs_own_timer_tells_runs_apart() {
    let rests = |delay| told(r#""Next": "Rest""#, 3, delay);
    assert_eq!(rests(1), rests(1));
    assert_ne!(rests(1), rests(2));
}

/// Item 2 begins when item 0 has ended: all wait for the same moments, and its five minutes end at others.
#[test]
fn a_childs_deadline_tells_runs_apart() {
    let begins = |delay| told(r#""End": true"#, 2, delay);
    assert_eq!(begins(1), begins(1));
    assert_ne!(begins(1), begins(2));
}
