//! Many at a time: executions, callbacks, connections that are slow or idle, polls that are given up.
//!
//! `SERVE_EXECUTIONS=10000 cargo test --release --test cli serve::load` takes more than the default.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Connection, Server, request};
use super::tasks::create;

const THREADS: usize = 16;

const PARKED: &str = r#"{"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 3600,
    "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token", "number.$": "$.number"}}}}}"#;

fn executions() -> usize {
    let wanted = std::env::var("SERVE_EXECUTIONS");
    wanted.ok().and_then(|wanted| wanted.parse().ok()).unwrap_or(800)
}

/// Does something on several threads, each with a connection of its own.
fn on_threads<T: Send>(server: &Server, act: impl Fn(usize, &mut Connection) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let act = &act;
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || act(number, &mut Connection::to(server))))
            .collect();
        let done = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        done.collect()
    })
}

fn token(connection: &mut Connection, execution: &Value) -> Value {
    let history = connection.ok("GetExecutionHistory", &json!({"executionArn": execution}));
    let scheduled = history["events"].as_array().into_iter().flatten();
    let sent = scheduled
        .filter_map(|event| event["taskScheduledEventDetails"]["parameters"].as_str())
        .next_back();
    let sent: Value = serde_json::from_str(sent.expect("a task")).expect("JSON");
    sent["MessageBody"]["token"].clone()
}

#[test]
fn executions_by_the_thousand_half_of_them_answered_in_any_order() {
    let server = Server::start(&[]);
    let pass = server.machine("pass");
    let parked = create(&server, "parked", PARKED);
    let each = executions() / THREADS;
    // Others say nothing, or a byte now and then.
    let idle: Vec<_> = (0..300).map(|_| server.connect()).collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let whole = request("ListActivities", "{}");
            let mut slow: Vec<_> = (0..100).map(|_| server.connect()).collect();
            for byte in whole.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                for stream in &mut slow {
                    // One whose head took too long is closed.
                    let _ = stream.write_all(&[*byte]);
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        let started = on_threads(&server, |thread, connection| {
            let mut started = Vec::new();
            for number in 0..each {
                let number = thread * each + number;
                let machine = if number.is_multiple_of(2) { &pass } else { &parked };
                let input = json!({"number": number}).to_string();
                let asked = json!({"stateMachineArn": machine, "name": format!("e{number}"), "input": input});
                let execution = connection.ok("StartExecution", &asked)["executionArn"].clone();
                let token = match number % 2 {
                    0 => Value::Null,
                    _ => token(connection, &execution),
                };
                started.push((number, execution, token));
            }
            started
        });
        let started: Vec<_> = started.into_iter().flatten().collect();
        assert_eq!(started.len(), each * THREADS);
        // Each is answered once, by whoever comes to it: 7,919 is a prime, so that all of them are met.
        let next = AtomicUsize::new(0);
        on_threads(&server, |_, connection| {
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if turn >= started.len() {
                    break;
                }
                let (number, execution, token) = &started[turn * 7_919 % started.len()];
                let (operation, status) = match number % 10 {
                    1 => ("SendTaskFailure", "FAILED"),
                    number if number % 2 == 1 => ("SendTaskSuccess", "SUCCEEDED"),
                    _ => ("", "SUCCEEDED"),
                };
                let answer = match operation {
                    "SendTaskSuccess" => json!({"taskToken": token, "output": number.to_string()}),
                    _ => json!({"taskToken": token, "error": "E"}),
                };
                if !operation.is_empty() {
                    connection.ok(operation, &answer);
                    // It is over when the answer was taken.
                    let (refused, again) = connection.call(operation, &answer).expect("an answer");
                    assert_eq!((refused, &again["__type"]), (400, &json!("TaskTimedOut")));
                }
                let described = connection.ok("DescribeExecution", &json!({"executionArn": execution}));
                assert_eq!(described["status"], status, "{described}");
                if operation == "SendTaskSuccess" {
                    assert_eq!(described["output"], number.to_string());
                }
            }
        });
        done.store(true, Ordering::Relaxed);
    });
    drop(idle);
    let listed = server.ok(
        "ListExecutions",
        &json!({"stateMachineArn": parked, "statusFilter": "RUNNING"}),
    );
    assert_eq!(listed["executions"], json!([]));
}

#[test]
fn a_poll_that_was_given_up_takes_no_task() {
    let server = Server::start(&[]);
    let activity = server.ok("CreateActivity", &json!({"name": "work"}))["activityArn"].clone();
    let poll = json!({"activityArn": activity});
    for _ in 0..20 {
        let mut stream = server.connect();
        stream
            .write_all(&request("GetActivityTask", &poll.to_string()))
            .expect("it is taken");
    }
    // The server has seen them come and go.
    for _ in 0..10 {
        server.ok("ListActivities", &json!({}));
    }
    let definition =
        json!({"StartAt": "W", "States": {"W": {"Type": "Task", "Resource": activity, "End": true}}});
    let machine = create(&server, "works", &definition.to_string());
    server.ok(
        "StartExecution",
        &json!({"stateMachineArn": machine, "input": "7"}),
    );
    let task = server.ok("GetActivityTask", &poll);
    assert_eq!(task["input"], "7", "{task}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_under_load() {
    let mut server = Server::start(&[]);
    let pass = server.machine("pass");
    let id = server.child.id().to_string();
    let calls = AtomicUsize::new(0);
    on_threads(&server, |thread, connection| {
        // Until the server is gone.
        while let Some((status, body)) = connection.call("StartExecution", &json!({"stateMachineArn": pass}))
        {
            assert_eq!(status, 200, "{body}");
            if calls.fetch_add(1, Ordering::Relaxed) == 200 {
                let kill = std::process::Command::new("kill").args(["-TERM", &id]).status();
                assert!(kill.expect("kill runs").success(), "{thread}");
            }
        }
    });
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
}
