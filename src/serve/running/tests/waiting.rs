//! Clocks, callbacks, activities, limits.

use super::*;

const YEAR: &str = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 30000000, "End": true}}}"#;
const CALLBACK: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true, "TimeoutSeconds": 3600,
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}}}}"#;
const ACTIVITY: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:us-east-1:123456789012:activity:A"}}}"#;
const ARN: &str = "arn:aws:states:us-east-1:123456789012:activity:A";

impl Test {
    /// The token that the history of an execution shows.
    fn token(&self, arn: &str) -> String {
        let token = self.running.with_history(arn, |events| {
            events.iter().find_map(|event| match &event.kind {
                crate::history::EventKind::Scheduled(task) => task
                    .parameters
                    .get("MessageBody")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                _ => None,
            })
        });
        token.flatten().expect("a token")
    }
}

fn success(text: &str) -> Sent {
    Sent::Success(parse_value(text).expect("JSON"))
}

#[test]
fn a_wait_is_over_at_once_unless_the_clock_is_real() {
    let test = test();
    let arn = test.begin(YEAR);
    let view = test.end(&arn);
    assert_eq!(view.status, Status::Succeeded);
    assert_eq!(
        view.stopped.map(|at| at.since(view.started)),
        Some(30_000_000_000)
    );

    let real = test.begin_with(YEAR, Some("real"));
    assert_eq!(test.rest(&real).status, Status::Running);
    assert!(wait(test.running.advance_clock(&real, now(), 29_999_000.0)));
    assert_eq!(test.rest(&real).status, Status::Running);
    assert!(wait(test.running.advance_clock(&real, now(), 1_001.0)));
    assert_eq!(test.end(&real).status, Status::Succeeded);
    assert!(!wait(test.running.advance_clock(&real, now(), 1.0)));
    assert!(!wait(test.running.advance_clock("nobody", now(), 1.0)));
}

// However busy the machine is: nobody who has started one is told that it runs while it is at work.
#[test]
fn what_is_at_work_is_waited_for() {
    let test = test();
    let forever = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "P"}}}"#;
    let settings = Settings {
        max_events: Some(2_000),
        ..settings("M", "e")
    };
    let start = started(&read(forever), settings, "{}");
    let (arn, _) = test.running.start(start).expect("it starts");
    wait(test.running.settled(&arn, Duration::ZERO));
    let status = test.running.view(&arn).map(|view| view.status);
    assert_eq!(status, Some(Status::Failed));
}

// An Express execution may loop for its five minutes, which are a second of work here.
#[test]
fn what_goes_on_and_on_can_be_stopped() {
    let test = test();
    let endless = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#;
    let loops: Vec<Arc<str>> = (0..8)
        .map(|number| {
            let settings = Settings {
                endless_after: None,
                max_events: None,
                ..settings("M", &format!("e{number}"))
            };
            test.running
                .start(started(&read(endless), settings, "{}"))
                .expect("it starts")
                .0
        })
        .collect();
    // Others go on meanwhile.
    let start = started(&read(YEAR), settings("M", "other"), "{}");
    let (other, _) = test.running.start(start).expect("it starts");
    assert_eq!(test.end(&other).status, Status::Succeeded);
    for arn in &loops {
        wait(test.running.stop(arn, now(), Failure::new("E", "C")));
        assert_eq!(test.end(arn).status, Status::Aborted);
    }
}

#[test]
fn a_fast_running_clock_waits_shorter() {
    let test = test();
    let arn = test.begin_with(YEAR, Some("x100000000"));
    assert_eq!(test.end(&arn).status, Status::Succeeded);
}

#[test]
fn an_execution_is_stopped_where_it_waits() {
    let test = test();
    let arn = test.begin_with(YEAR, Some("real"));
    let failure = Failure::new("E", "C");
    let stopped = wait(test.running.stop(&arn, now(), failure.clone()));
    let view = test.end(&arn);
    assert_eq!(
        (view.status, view.failure.clone()),
        (Status::Aborted, Some(failure))
    );
    assert_eq!(stopped, view.stopped);
    // It stays as it ended.
    assert_eq!(
        wait(test.running.stop(&arn, now(), Failure::new("F", "D"))),
        stopped
    );
    assert_eq!(error(&test.end(&arn)), "E");
    assert_eq!(
        test.types(&arn),
        ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]
    );
    assert_eq!(
        wait(test.running.stop("nobody", now(), Failure::new("", ""))),
        None
    );
}

#[test]
fn a_callback_is_answered_once() {
    let test = test();
    let arn = test.begin(CALLBACK);
    assert_eq!(test.rest(&arn).status, Status::Running);
    let token = test.token(&arn);
    let send = |token: &str, sent: Sent| wait(test.running.answer(token, now(), sent));
    assert_eq!(send("no token", success("1")), Err(TokenError::NoToken));
    assert_eq!(send(&token, Sent::Heartbeat), Ok(()));
    assert_eq!(send(&token, success("[1]")), Ok(()));
    assert_eq!(output(&test.end(&arn)), "[1]");
    assert_eq!(send(&token, success("[2]")), Err(TokenError::TimedOut));
    assert_eq!(send(&token, Sent::Heartbeat), Err(TokenError::TimedOut));
    test.running.reset();
    assert_eq!(send(&token, success("[2]")), Err(TokenError::Nothing));
    assert!(test.running.view(&arn).is_none());
}

// While a client is awaited time passes as on the wall, in every branch; when none is, what is left is skipped.
#[test]
fn a_callback_is_not_overtaken() {
    let test = test();
    let both = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [{CALLBACK}, {YEAR}]}}}}}}"#
    );
    let arn = test.begin(&both);
    assert_eq!(test.rest(&arn).status, Status::Running);
    assert!(!test.types(&arn).contains(&"WaitStateExited".to_owned()));
    assert_eq!(
        wait(test.running.answer(&test.token(&arn), now(), success("1"))),
        Ok(())
    );
    assert_eq!(output(&test.end(&arn)), "[1,{}]");
    // Its own timeout is tried by moving the clock.
    let arn = test.begin(CALLBACK);
    test.rest(&arn);
    assert!(wait(test.running.advance_clock(&arn, now(), 3_600.0)));
    assert_eq!(error(&test.end(&arn)), "States.Timeout");
}

#[test]
fn activities_are_first_come_first_served() {
    let test = test();
    let arns: Vec<Arc<str>> = (0..2)
        .map(|number| {
            let start = started(
                &read(ACTIVITY),
                settings("M", &format!("e{number}")),
                &number.to_string(),
            );
            let (arn, _) = test.running.start(start).expect("it starts");
            test.rest(&arn);
            arn
        })
        .collect();
    let poll = |most| wait(test.running.activity_task(ARN, Some("w"), most));
    for (number, arn) in arns.iter().enumerate() {
        let task = poll(LONG).expect("a task");
        assert_eq!(task.input.to_json(), number.to_string());
        assert_eq!(
            wait(test.running.answer(&task.token, now(), success("3"))),
            Ok(())
        );
        assert_eq!(output(&test.end(arn)), "3");
    }
    assert!(poll(Duration::ZERO).is_none());
    assert_eq!(
        test.types(&arns[0])[2..5],
        ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    );
}

#[test]
fn a_worker_that_has_gone_takes_no_task() {
    let test = test();
    let running = test.running.clone();
    wait(async {
        // Both wait in line; the first goes.
        let first = running.activity_task(ARN, None, LONG);
        let gone = tokio::time::timeout(Duration::from_millis(1), first).await;
        assert!(gone.is_err());
        let second = running.activity_task(ARN, None, LONG);
        let start = started(&read(ACTIVITY), settings("M", "e"), "7");
        running.start(start).expect("it starts");
        let task = second.await.expect("a task");
        assert_eq!(task.input.to_json(), "7");
    });
}

#[test]
fn a_stopped_execution_gives_its_activity_to_nobody() {
    let test = test();
    let arn = test.begin(ACTIVITY);
    test.rest(&arn);
    wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    assert!(wait(test.running.activity_task(ARN, None, Duration::ZERO)).is_none());
}

// Nobody polls, and nothing is held for that.
#[test]
fn tasks_of_ended_executions_are_not_held() {
    let test = test();
    let (machine, wanted) = (read(ACTIVITY), 300);
    let program = Arc::new(Program::compile(&machine).expect("a program"));
    for number in 0..wanted {
        let start = Start {
            program: Ok(program.clone()),
            ..started(&machine, settings("M", &format!("e{number}")), "1")
        };
        let (arn, _) = test.running.start(start).expect("it starts");
        test.rest(&arn);
        wait(test.running.stop(&arn, now(), Failure::new("E", "C")));
    }
    assert!(test.running.shared.activities.waiting(ARN) <= wanted / 2);
    assert!(wait(test.running.activity_task(ARN, None, Duration::ZERO)).is_none());
    assert_eq!(test.running.shared.activities.waiting(ARN), 0);
}

#[test]
fn what_nobody_answers_fails_past_every_handler() {
    let test = test();
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Next": "S",
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
        "Retry": [{"ErrorEquals": ["States.ALL"]}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]},
        "S": {"Type": "Succeed"}}}"#;
    let view = test.end(&test.begin(definition));
    assert_eq!((view.status, error(&view)), (Status::Failed, "SfnTool.NotMocked"));
    let cause = view.failure.and_then(|failure| failure.cause).unwrap_or_default();
    assert!(cause.starts_with("the task 'T' has no mock"), "{cause}");
}

#[test]
fn what_cannot_be_run_says_so() {
    let test = test();
    let mut start = started(&read(YEAR), settings("M", "e"), "{}");
    start.program = Err("/States/W: no".to_owned());
    let (arn, _) = test.running.start(start).expect("it starts");
    let view = test.end(&arn);
    assert_eq!(error(&view), "SfnTool.Unsupported");
    assert_eq!(test.types(&arn), ["ExecutionStarted", "ExecutionFailed"]);
    let mut start = started(&read(YEAR), settings("M", "e"), "{}");
    start.case = Some("C".to_owned());
    let refused = test.running.start(start);
    assert_eq!(refused.err(), Some(NotStarted::UnknownCase("C".to_owned())));
}

#[test]
fn a_bug_ends_its_execution_alone() {
    let test = test();
    let waiting = test.begin(CALLBACK);
    test.rest(&waiting);
    let bug = ACTIVITY.replace("activity:A", "activity:Bug");
    let start = started(&read(&bug), settings("M", "bug"), "{}");
    let (arn, _) = test.running.start(start).expect("it starts");
    let view = test.end(&arn);
    assert_eq!(
        (view.status, error(&view)),
        (Status::Failed, "SfnTool.InternalError")
    );
    assert_eq!(
        test.types(&arn),
        ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    );
    assert_eq!(
        wait(test.running.answer(&test.token(&waiting), now(), success("1"))),
        Ok(())
    );
    assert_eq!(test.end(&waiting).status, Status::Succeeded);
}

#[test]
fn what_is_forgotten_touches_nothing_that_comes_after() {
    let options = Options {
        most_running: 1,
        ..Options::default()
    };
    let test = test_with(options, Sources::default());
    for _ in 0..20 {
        let arn = test.begin_with(YEAR, Some("real"));
        assert_eq!(test.rest(&arn).status, Status::Running);
        test.running.reset();
    }
    let arn = test.begin(CALLBACK);
    let token = {
        test.rest(&arn);
        test.token(&arn)
    };
    let other = started(&read(YEAR), settings("M", "other"), "{}");
    assert_eq!(test.running.start(other).err(), Some(NotStarted::Limit(1)));
    assert_eq!(wait(test.running.answer(&token, now(), success("1"))), Ok(()));
    assert_eq!(test.end(&arn).status, Status::Succeeded);
}

#[test]
fn so_many_run_and_so_many_are_kept() {
    let options = Options {
        keep: 1,
        most_running: 1,
        ..Options::default()
    };
    let test = test_with(options, Sources::default());
    let start = |name: &str, clock: Option<&str>| {
        let mut start = started(&read(YEAR), settings("M", name), "{}");
        start.clock = clock.map(str::to_owned);
        test.running.start(start)
    };
    let (first, _) = start("a", Some("real")).expect("it starts");
    assert_eq!(start("b", None).err(), Some(NotStarted::Limit(1)));
    wait(test.running.stop(&first, now(), Failure::new("", "")));
    let (second, _) = start("b", None).expect("it starts");
    test.end(&second);
    assert!(test.running.view(&first).is_none());
    assert!(test.running.view(&second).is_some());
    assert_eq!(
        *test.here.forgotten.lock().expect("no panic"),
        [first.to_string()]
    );
}

#[test]
fn many_are_answered_in_any_order_by_many_threads() {
    const COUNT: usize = 1_000;
    const THREADS: usize = 8;
    let test = test();
    let machine = read(CALLBACK);
    let program = Arc::new(Program::compile(&machine).expect("a program"));
    let arns: Vec<Arc<str>> = (0..COUNT)
        .map(|number| {
            let start = Start {
                program: Ok(program.clone()),
                ..started(
                    &machine,
                    settings("M", &format!("e{number}")),
                    &number.to_string(),
                )
            };
            test.running.start(start).expect("it starts").0
        })
        .collect();
    let tokens: Vec<String> = arns
        .iter()
        .map(|arn| {
            test.rest(arn);
            test.token(arn)
        })
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (test, tokens) = (&test, &tokens);
            scope.spawn(move || {
                // 7 and 1,000 have no divisor in common: each is met once, in another order.
                for number in (thread..COUNT).step_by(THREADS).map(|number| number * 7 % COUNT) {
                    let sent = Sent::Success(Value::from(number as i64));
                    assert_eq!(
                        wait(test.running.answer(&tokens[number], now(), sent)),
                        Ok(()),
                        "{number}"
                    );
                }
            });
        }
    });
    for (number, arn) in arns.iter().enumerate() {
        assert_eq!(output(&test.end(arn)), number.to_string());
        let ids = |events: &[Event]| events.iter().map(|event| event.id).collect::<Vec<u64>>();
        let ids = test.running.with_history(arn, ids).expect("an execution");
        assert_eq!(ids, (1..=8).collect::<Vec<u64>>());
    }
}

#[test]
fn fewer_are_kept_where_histories_are_long() {
    // A Pass state makes four events: eight fit, twelve do not.
    let options = Options {
        most_bytes: 11 * size_of::<Event>(),
        ..Options::default()
    };
    let test = test_with(options, Sources::default());
    let pass = read(r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#);
    let arns: Vec<Arc<str>> = (0..4)
        .map(|number| {
            let (arn, _) = begin(&test.running, &pass, "M", &format!("e{number}"), "{}");
            test.end(&arn);
            arn
        })
        .collect();
    let known: Vec<bool> = arns.iter().map(|arn| test.running.view(arn).is_some()).collect();
    assert_eq!(known, [false, false, true, true]);
    // One that is longer than all may be is kept until the next has ended.
    let many = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    let (arn, _) = begin(&test.running, &read(many), "M", "many", "[1, 2, 3]");
    assert_eq!(test.end(&arn).status, Status::Succeeded);
    assert!(test.running.view(&arns[3]).is_none());
}

#[test]
fn a_history_that_memory_has_no_room_for_ends_its_execution() {
    // 25,000 events take more.
    let options = Options {
        most_bytes: 10_000 * size_of::<Event>(),
        ..Options::default()
    };
    let test = test_with(options, Sources::default());
    let forever = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "P"}}}"#;
    let view = test.end(&test.begin(forever));
    assert_eq!(error(&view), "SfnTool.LimitExceeded");
    let cause = view.failure.and_then(|failure| failure.cause).unwrap_or_default();
    assert!(cause.contains("--history-memory"), "{cause}");
    // The others go on.
    let pass = read(r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#);
    let (arn, _) = begin(&test.running, &pass, "M", "other", "{}");
    assert_eq!(test.end(&arn).status, Status::Succeeded);
}

#[test]
fn what_was_due_has_happened_when_it_was_due_however_late_anybody_looks() {
    let test = test();
    let retry = r#""End": true, "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 10}],"#;
    let arn = test.begin(&CALLBACK.replace(r#""End": true,"#, retry));
    let began = test.rest(&arn).started;
    // The task's hour passes half a minute before; the retry's interval is over at once then.
    let later = began.after_millis(3_630_000);
    let stopped = wait(test.running.stop(&arn, later, Failure::new("E", "C")));
    assert_eq!(stopped.map(|at| at.since(began)), Some(3_640_000));
}
