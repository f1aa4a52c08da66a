//! Map Runs: what can be told of them, and what can be changed.

use super::*;
use crate::simulate::MapRunCounts;

/// Each item waits for a worker; two at a time.
const WAITS: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "MaxConcurrency": 2,
    "ToleratedFailurePercentage": 50, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}}}}}}"#;
const ARN: &str = "arn:aws:states:us-east-1:123456789012:activity:A";

fn counts(pending: u64, running: u64, succeeded: u64, failed: u64) -> MapRunCounts {
    MapRunCounts {
        pending,
        running,
        succeeded,
        failed,
        total: pending + running + succeeded + failed,
        ..MapRunCounts::default()
    }
}

impl Test {
    fn map_over(&self, items: &str) -> Arc<str> {
        let start = started(&read(WAITS), settings("M", "e"), items);
        self.running.start(start).expect("it starts").0
    }

    fn task(&self) -> ActivityTask {
        wait(self.running.activity_task(ARN, None, LONG)).expect("a task")
    }
}

#[test]
fn a_map_run_is_described_while_it_goes_on() {
    let test = test();
    let arn = test.map_over("[1, 2, 3, 4]");
    test.rest(&arn);
    let map_runs = test.running.map_runs(&arn);
    let [view] = &map_runs[..] else {
        panic!("{map_runs:?}")
    };
    assert_eq!((view.status.as_aws(), view.max_concurrency), ("RUNNING", 2));
    assert_eq!((view.tolerated_count, view.tolerated_percentage), (0, 50.0));
    assert_eq!(view.items, counts(2, 2, 0, 0));
    // How many children there will be is not known before they begin.
    assert_eq!(view.executions, counts(0, 2, 0, 0));

    // All that are left may begin.
    let update = MapRunUpdate {
        max_concurrency: Some(10),
        ..MapRunUpdate::default()
    };
    assert!(wait(test.running.update_map_run(&view.arn, now(), update)));
    test.rest(&arn);
    let (of, view) = test.running.map_run(&view.arn).expect("a Map Run");
    assert_eq!((&of, view.items), (&arn, counts(0, 4, 0, 0)));

    for number in 0..4 {
        let sent = match number {
            0 => Sent::Failure(Failure::new("E", "C")),
            _ => Sent::Success(Value::from(number)),
        };
        assert_eq!(wait(test.running.answer(&test.task().token, now(), sent)), Ok(()));
    }
    assert_eq!(test.end(&arn).status, Status::Succeeded);
    let (_, view) = test.running.map_run(&view.arn).expect("a Map Run");
    assert_eq!(
        (view.status.as_aws(), view.items),
        ("SUCCEEDED", counts(0, 0, 3, 1))
    );
    assert_eq!(view.stopped, test.end(&arn).stopped);
    assert!(!wait(test.running.update_map_run(&view.arn, now(), update)));
}

#[test]
fn a_map_run_is_stopped_with_its_execution() {
    let test = test();
    let arn = test.map_over("[1, 2, 3]");
    test.rest(&arn);
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    let map_runs = test.running.map_runs(&arn);
    let [view] = &map_runs[..] else {
        panic!("{map_runs:?}")
    };
    assert_eq!(view.status.as_aws(), "ABORTED");
    assert_eq!(
        (view.items.pending, view.items.running, view.items.aborted),
        (1, 0, 2)
    );
    assert!(test.running.map_run("nothing").is_none());
}

#[test]
fn too_many_failures_fail_a_map_run() {
    let test = test();
    let arn = test.map_over("[1, 2, 3]");
    for _ in 0..2 {
        let failure = Sent::Failure(Failure::new("E", "C"));
        assert_eq!(
            wait(test.running.answer(&test.task().token, now(), failure)),
            Ok(())
        );
    }
    assert_eq!(error(&test.end(&arn)), "States.ExceedToleratedFailureThreshold");
    let map_runs = test.running.map_runs(&arn);
    assert_eq!(map_runs[0].status.as_aws(), "FAILED");
    assert_eq!((map_runs[0].items.failed, map_runs[0].items.aborted), (2, 1));
}
