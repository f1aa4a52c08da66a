//! `sfn-tool explore`, as it is called.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::called::{folder, run};

fn explored(folder: &Path, more: &[&str]) -> (i32, Value) {
    let (code, stdout, said) = run(
        folder,
        &[&["explore", "d.asl.json", "--format", "json"], more].concat(),
    );
    (
        code,
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{said}")),
    )
}

fn task(more: Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": "q", "MessageBody": "m"}});
    for (key, value) in more.as_object().expect("an object") {
        task[key] = value.clone();
    }
    task
}

/// One task: a retry for Busy after two seconds, a catcher for Declined, ten seconds to answer.
fn charge() -> Value {
    json!({"StartAt": "Charge", "States": {
        "Charge": task(json!({"TimeoutSeconds": 10, "Next": "Done",
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["Declined"], "Next": "Refused"}]})),
        "Refused": {"Type": "Fail", "Error": "Refused"},
        "Done": {"Type": "Succeed"}}})
}

fn ends(found: &Value) -> Vec<(String, String, bool, usize)> {
    let text = |end: &Value, key: &str| end[key].as_str().unwrap_or("none").to_owned();
    found["ends"]
        .as_array()
        .expect("ends")
        .iter()
        .map(|end| {
            let steps = end["steps"].as_array().map_or(0, Vec::len);
            (
                text(end, "error"),
                text(end, "state"),
                end["uncaught"] == true,
                steps,
            )
        })
        .collect()
}

#[test]
fn every_outcome_of_a_task_is_tried_and_the_shortest_way_to_each_end_told() {
    let folder = folder(&[("d.asl.json", &charge())]);
    let (code, found) = explored(folder.path(), &[]);
    assert_eq!(code, 1);
    // A result, Busy, Declined, an error that nobody names, and the timeout: once at first, once after the retry.
    assert_eq!((&found["runs"], &found["situations"]), (&json!(11), &json!(2)));
    let end =
        |error: &str, state: &str, uncaught, steps| (error.to_owned(), state.to_owned(), uncaught, steps);
    assert_eq!(
        ends(&found),
        [
            end("none", "Done", false, 1),
            end("Refused", "Refused", false, 1),
            end("SomeError", "Charge", true, 1),
            end("States.Timeout", "Charge", true, 1),
            // The one retry is used up.
            end("Busy", "Charge", true, 2),
        ]
    );
    assert_eq!((&found["unreached"], &found["loops"]), (&json!([]), &json!([])));
    // Busy at once, two seconds, and ten until the timeout.
    assert_eq!(found["longest"]["seconds"], 12.0);
    assert_eq!(found["longest"]["steps"][1]["outcome"], "timeout");
    // Entered, tried again, and on to another state.
    assert_eq!(found["mostTransitions"]["transitions"], 3);
}

#[test]
fn the_text_says_it_in_words() {
    let folder = folder(&[("d.asl.json", &charge())]);
    let (code, stdout, _) = run(folder.path(), &["explore", "d.asl.json"]);
    assert_eq!(code, 1);
    let expected = "\
11 runs, 2 situations with a task call
SomeError stands for any error that no handler names

Nothing catches
  SomeError in 'Charge'
     1. 'Charge' fails with SomeError
  States.Timeout in 'Charge'
     1. 'Charge' times out
  Busy in 'Charge'
     1. 'Charge' fails with Busy (2 times)

Ends
  SUCCEEDED in 'Done'
     every task succeeds
  FAILED with Refused in 'Refused'
     1. 'Charge' fails with Declined
";
    assert!(stdout.starts_with(expected), "{stdout}");
    assert!(
        stdout.contains(
            "\nLongest: 12 s, 2 state transitions\n     1. 'Charge' fails with Busy\n     2. 'Charge' times out\n"
        ),
        "{stdout}"
    );
    let outcome = "Nothing catches 3 errors, every loop ends\n";
    assert!(stdout.ends_with(&format!("\n\n{outcome}")), "{stdout}");
    let quiet = run(folder.path(), &["explore", "d.asl.json", "-q"]);
    assert_eq!(quiet, (1, outcome.to_owned(), String::new()));
    assert_eq!(run(folder.path(), &["explore", "d.asl.json", "--exit-zero"]).0, 0);
}

/// A loop that every run leaves at once is not said to end.
#[test]
fn of_a_loop_that_no_run_repeats_nothing_is_said() {
    let machine = json!({"StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ask", "Next": "Ready?"},
        "Ready?": {"Type": "Choice", "Default": "Pause",
            "Choices": [{"Variable": "$.state", "StringEquals": "ready", "Next": "Done"}]},
        "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Ask"},
        "Done": {"Type": "Succeed"}}});
    let folder = folder(&[
        ("d.asl.json", &machine),
        (
            "ready.json",
            &json!({"States": {"Ask": {"Return": {"state": "ready"}}}}),
        ),
        (
            "both.json",
            &json!({"States": {"Ask": [{"Return": {"state": "no"}}, {"Return": {"state": "ready"}}]}}),
        ),
    ]);
    let call = |mocks: &str, more: &[&str]| {
        let call = [
            &["explore", "d.asl.json", "--input-json", "{}", "--mocks", mocks],
            more,
        ]
        .concat();
        run(folder.path(), &call).1
    };
    let text = call("ready.json", &[]);
    assert!(
        text.contains("\n  loop 'Ask', 'Ready?', 'Pause': no run repeats it\n  other values to try: "),
        "{text}"
    );
    assert!(
        text.ends_with("\nNothing catches 1 error, 1 loop never repeated, 2 parts never taken\n"),
        "{text}"
    );
    let json: Value = serde_json::from_str(&call("ready.json", &["--format", "json"])).unwrap();
    assert_eq!(json["loopsNeverRepeated"], json!([["Ask", "Ready?", "Pause"]]));
    // The loop is gone round where a mock says so; that it need not end is what is said then.
    let text = call("both.json", &[]);
    assert!(!text.contains("no run repeats it"), "{text}");
    assert!(text.contains("1 loop never ends"), "{text}");
}

/// The heartbeat strikes a worker that falls silent; one that is heard of is struck by the timeout.
#[test]
fn a_task_with_a_heartbeat_may_still_time_out() {
    let ask = |resource: &str| {
        let catch = |error: &str, next: &str| json!({"ErrorEquals": [error], "Next": next});
        json!({"StartAt": "Ask", "States": {
            "Ask": {"Type": "Task", "Resource": resource, "TimeoutSeconds": 3600, "HeartbeatSeconds": 60, "End": true,
                "Catch": [catch("States.HeartbeatTimeout", "Silent"), catch("States.Timeout", "Late")]},
            "Silent": {"Type": "Succeed"}, "Late": {"Type": "Succeed"}}})
    };
    let folder_of = |resource: &str| folder(&[("d.asl.json", &ask(resource))]);
    let outcomes = |found: &Value| {
        let steps = found["ends"].as_array().expect("ends").iter();
        let steps = steps.flat_map(|end| end["steps"].as_array().cloned().unwrap_or_default());
        steps
            .map(|step| step["outcome"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let activity = folder_of("arn:aws:states:eu-west-1:123456789012:activity:review");
    let (_, found) = explored(activity.path(), &[]);
    assert_eq!(found["longest"]["seconds"], 3600.0, "{found}");
    assert_eq!(found["longest"]["steps"][0]["outcome"], "timeout");
    assert_eq!(found["unreached"], json!([]));
    assert!(outcomes(&found).contains(&"heartbeat".to_owned()), "{found}");
    let (_, stdout, _) = run(activity.path(), &["explore", "d.asl.json"]);
    assert!(stdout.contains("'Ask' misses a heartbeat"), "{stdout}");
    // Nobody sends heartbeats for a function.
    let function = folder_of("arn:aws:lambda:eu-west-1:123456789012:function:f");
    let (_, found) = explored(function.path(), &[]);
    assert_eq!(found["longest"]["seconds"], 60.0, "{found}");
    assert!(!outcomes(&found).contains(&"timeout".to_owned()), "{found}");
}

/// A definition with placeholders is tested with the values that it was explored with.
#[test]
fn the_test_file_has_the_values_of_placeholders() {
    let definition = json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": "${Function}",
        "Parameters": {"limit": "${Limit}"}, "End": true}}});
    let values = json!({"Function": "arn:aws:lambda:eu-west-1:123456789012:function:f"});
    let folder = folder(&[("d.asl.json", &definition), ("values.json", &values)]);
    let placeholders = ["--substitutions", "values.json", "--define", "Limit=5"];
    let arguments = ["explore", "d.asl.json", "--format", "test"];
    let (_, file, said) = run(folder.path(), &[&arguments[..], &placeholders].concat());
    assert!(file.contains("Limit:"), "{file}{said}");
    fs::write(folder.path().join("found.sfn-test.yaml"), &file).expect("a file");
    let (code, stdout, said) = run(folder.path(), &["test", "found.sfn-test.yaml"]);
    assert_eq!(code, 0, "{file}\n{stdout}{said}");
}

/// Asks every half minute until it is done.
fn poll() -> Value {
    json!({"StartAt": "Pause", "States": {
        "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Ask"},
        "Ask": task(json!({"Next": "Done?", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Lost"}]})),
        "Done?": {"Type": "Choice", "Default": "Pause", "Choices": [
            {"Variable": "$.status", "StringEquals": "DONE", "Next": "Good"},
            {"Variable": "$.status", "StringEquals": "LOST", "Next": "Lost"}]},
        "Good": {"Type": "Succeed"},
        "Lost": {"Type": "Fail", "Error": "Lost"}}})
}

#[test]
fn a_loop_that_some_answer_never_leaves_is_told_and_ends_the_search() {
    let mocks =
        json!({"States": {"Ask": [{"Return": {"status": "RUNNING"}}, {"Return": {"status": "DONE"}}]}});
    let folder = folder(&[("d.asl.json", &poll()), ("m.json", &mocks)]);
    let (code, found) = explored(folder.path(), &["--mocks", "m.json"]);
    assert_eq!(code, 1);
    // Asked with the input, and asked with RUNNING: from then on nothing changes.
    assert_eq!(found["situations"], 2);
    assert_eq!(found["loops"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["loops"][0]["states"], json!(["Ask"]));
    assert_eq!(found["loops"][0]["retry"], false);
    assert_eq!(found["cut"], Value::Null);
    // No answer was LOST.
    let unreached = &found["unreached"];
    assert_eq!(
        (&unreached[0]["what"], &unreached[0]["index"]),
        (&json!("Choices"), &json!(1))
    );
    assert_eq!(unreached.as_array().map(Vec::len), Some(1));
    // Two rounds of half a minute, the loop not gone round again.
    assert_eq!(found["longest"]["seconds"], 60.0);
}

#[test]
fn what_ends_a_loop_is_told() {
    let mocks = json!({"States": {"Ask": {"Return": {"status": "RUNNING"}}}});
    let mut limited = poll();
    limited["TimeoutSeconds"] = json!(100);
    let folder = folder(&[
        ("d.asl.json", &poll()),
        ("l.asl.json", &limited),
        ("m.json", &mocks),
    ]);
    // A round enters and leaves three states and calls a task, which is scheduled, started, succeeded: nine events. With
    // ExecutionStarted before and ExecutionFailed behind them 2,777 rounds and five more events fill the history: the
    // wait of the last round is over by then.
    let (code, found) = explored(folder.path(), &["--mocks", "m.json"]);
    assert_eq!(code, 1);
    let end = &found["loops"][0]["end"];
    assert_eq!(
        (&end["status"], &end["error"]),
        (&json!("FAILED"), &json!("States.Runtime"))
    );
    assert_eq!(found["loops"][0]["endless"], true);
    assert_eq!(end["seconds"], 2_778.0 * 30.0);
    // Half a minute before each call: the fourth would come after 120 seconds.
    let limited = ["explore", "l.asl.json", "--mocks", "m.json", "--format", "json"];
    let (code, stdout, _) = run(folder.path(), &limited);
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(found["loops"][0]["endless"], false);
    assert_eq!(found["loops"][0]["end"]["status"], "TIMED_OUT");
    let timed_out: Vec<&Value> = found["ends"]
        .as_array()
        .expect("ends")
        .iter()
        .filter(|end| end["status"] == "TIMED_OUT")
        .collect();
    assert_eq!(timed_out.len(), 1, "{stdout}");
    assert_eq!(timed_out[0]["steps"].as_array().map(Vec::len), Some(3));
    assert_eq!(timed_out[0]["seconds"], 100.0);
    let (_, stdout, _) = run(folder.path(), &["explore", "l.asl.json", "--mocks", "m.json"]);
    assert!(
        stdout.contains("\nRuns until the execution times out\n  loop 'Ask'\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("iterations, then the execution times out (1 min 40 s)\n"),
        "{stdout}"
    );
}

#[test]
fn a_chain_of_many_tasks_with_retriers_is_tried_whole() {
    let mut states = serde_json::Map::new();
    for number in 0..100 {
        let next = format!("T{}", number + 1);
        let retry = json!([{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]);
        states.insert(format!("T{number}"), task(json!({"Next": next, "Retry": retry})));
    }
    states.insert("T100".to_owned(), json!({"Type": "Succeed"}));
    let folder = folder(&[("d.asl.json", &json!({"StartAt": "T0", "States": states}))]);
    let (code, found) = explored(folder.path(), &[]);
    assert_eq!(code, 1);
    assert_eq!(found["cut"], Value::Null);
    // At each task three situations - no retry made, one, two - in which a result, Busy and SomeError are tried.
    assert_eq!(
        (&found["situations"], &found["runs"]),
        (&json!(300), &json!(1 + 900))
    );
    // Each task fails with either error, the last one may succeed.
    assert_eq!(ends(&found).len(), 201);
    // A way of hundreds of calls is told by its beginning and its end: 4 and 8 of 100 tasks, each of which fails twice.
    let (_, stdout, _) = run(folder.path(), &["explore", "d.asl.json"]);
    assert!(stdout.contains("\n     ... 5 to 92: 176 calls ...\n"), "{stdout}");
    // Two retries, after one and two seconds, at each task.
    assert_eq!(found["longest"]["seconds"], 300.0);
}

#[test]
fn what_nothing_reaches_is_told_with_why() {
    let definition = json!({"StartAt": "A", "States": {
        "A": task(json!({"End": true, "Catch": [
            {"ErrorEquals": ["States.Timeout"], "Next": "Late"},
            {"ErrorEquals": ["States.ALL"], "Next": "Bad"}]})),
        "Late": task(json!({"End": true})),
        "Bad": {"Type": "Pass", "End": true}}});
    let folder = folder(&[("d.asl.json", &definition)]);
    let (code, found) = explored(folder.path(), &[]);
    assert_eq!(code, 0, "everything is caught");
    let whys: Vec<(&str, &str)> = found["unreached"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (
                one["what"].as_str().unwrap_or(""),
                one["why"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        whys,
        [
            ("Catch", "the task has no TimeoutSeconds that could expire"),
            ("State", "no run got there")
        ]
    );
    // AWS rejects a definition with such a state.
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "End": true}, "B": {"Type": "Pass", "End": true}}});
    let folder = super::called::folder(&[("d.asl.json", &definition)]);
    let (_, found) = explored(folder.path(), &["--no-validate"]);
    assert_eq!(found["unreached"][0]["why"], "nothing leads to it");
}

#[test]
fn the_tasks_of_branches_and_iterations_have_outcomes_of_their_own() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: task(json!({"End": true}))}});
    let definition = json!({"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Branches": [branch("Left"), branch("Right")], "Next": "Each",
            "Catch": [{"ErrorEquals": ["Known"], "Next": "Caught"}]},
        "Caught": {"Type": "Pass", "End": true},
        "Each": {"Type": "Map", "ItemProcessor": branch("Item"), "End": true}}});
    let mocks = json!({"States": {"Left": {"Return": 1}, "Right": {"Return": 2}, "Item": {"Return": 3}}});
    let folder = folder(&[("d.asl.json", &definition), ("m.json", &mocks)]);
    let (code, found) = explored(folder.path(), &["--mocks", "m.json"]);
    assert_eq!(code, 1);
    let kinds: Vec<(String, String, bool)> = ends(&found).into_iter().map(|(a, b, c, _)| (a, b, c)).collect();
    // The error that the Parallel names is one that its branches' tasks are tried with.
    for (error, state, uncaught) in [
        ("none", "Caught", false),
        ("none", "Each", false),
        ("SomeError", "Left", true),
        ("SomeError", "Right", true),
        ("SomeError", "Item", true),
    ] {
        let one = (error.to_owned(), state.to_owned(), uncaught);
        assert!(kinds.contains(&one), "{one:?} in {kinds:?}");
    }
    assert_eq!(found["cut"], Value::Null);
    assert_eq!(found["unreached"], json!([]));
}

#[test]
fn a_limit_is_told() {
    // The count makes every round another situation.
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "Count", "States": {
        "Count": {"Type": "Pass", "Assign": {"n": "{% $exists($n) ? $n + 1 : 0 %}"}, "Next": "Work"},
        "Work": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": {"QueueUrl": "q", "MessageBody": "m"},
            "Next": "Count"}}});
    let folder = folder(&[("d.asl.json", &definition)]);
    let (_, found) = explored(folder.path(), &["--max-runs", "20", "--no-validate"]);
    assert_eq!((&found["cut"], &found["runs"]), (&json!("runs"), &json!(20)));
    let (_, found) = explored(folder.path(), &["--max-calls", "5", "--no-validate"]);
    assert_eq!(found["cut"], "calls");
    let (_, few) = explored(folder.path(), &["--max-transitions", "30", "--no-validate"]);
    assert_eq!(few["cut"], "transitions");
    assert_eq!(found["notFollowed"], json!(["Work"]));
    let (_, stdout, _) = run(
        folder.path(),
        &["explore", "d.asl.json", "--max-runs", "20", "--no-validate"],
    );
    assert!(
        stdout.contains(
            "not everything was tried: the limit on runs was reached (--max-runs)\nnot followed further: \
             calls of 'Work' (2 times)\n"
        ),
        "{stdout}"
    );
}

#[test]
fn the_ways_are_test_cases_that_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    for (workflow, run_name) in [
        ("checkout", "paid"),
        ("order", "in-stock"),
        ("retry-and-catch", "first-try"),
        ("parallel", "all-branches-succeed"),
        ("map", "three-items"),
        ("heartbeat", "answered"),
        ("timeout", "answered"),
        ("sdk-integrations", "approved"),
        ("jsonata-order", "charged"),
        ("process-order", "fulfilled"),
        ("distributed-map", "two-batches"),
    ] {
        let folder = TempDir::new().expect("a folder");
        let path = |end: &str| root.join(workflow).join(end).display().to_string();
        let (definition, input, mocks) = (
            path("definition.asl.json"),
            path(&format!("runs/{run_name}.input.json")),
            path(&format!("runs/{run_name}.mocks.yaml")),
        );
        let arguments = [
            "explore",
            &definition,
            "--input",
            &input,
            "--mocks",
            &mocks,
            "--max-runs",
            "400",
        ];
        let (_, file, said) = run(folder.path(), &[&arguments[..], &["--format", "test"]].concat());
        assert!(file.contains("Cases:"), "{workflow}: {file}{said}");
        fs::write(folder.path().join("found.sfn-test.yaml"), &file).expect("a file");
        let (code, stdout, said) = run(folder.path(), &["test", "found.sfn-test.yaml", "--allow-outside"]);
        assert_eq!(code, 0, "{workflow}\n{file}\n{stdout}{said}");
    }
}

#[test]
fn without_an_input_the_runs_begin_with_what_is_read() {
    let machine = json!({"StartAt": "Call", "States": {
        "Call": task(json!({"Parameters": {"QueueUrl": "q", "MessageBody.$": "$.order.id"}, "End": true}))}});
    let folder = folder(&[("d.asl.json", &machine)]);
    let (_, stdout, said) = run(folder.path(), &["explore", "d.asl.json", "--format", "json"]);
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    assert!(
        said.contains("no --input") && said.contains(r#"{"order":{"id":"id"}}"#),
        "{said}"
    );
    let errors: Vec<String> = ends(&found).into_iter().map(|end| end.0).collect();
    assert!(errors.contains(&"none".to_owned()), "{found}");
    // What is given is what the runs begin with.
    let (_, stdout, said) = run(
        folder.path(),
        &["explore", "d.asl.json", "--format", "json", "--input-json", "{}"],
    );
    let found: Value = serde_json::from_str(&stdout).expect("JSON");
    assert!(!said.contains("no --input"), "{said}");
    let errors: Vec<String> = ends(&found).into_iter().map(|end| end.0).collect();
    assert_eq!(errors, ["States.Runtime"], "{found}");
}

#[test]
fn what_a_service_never_answers_fails_and_is_told() {
    // Lambda's answer has the function's in Payload [API Invoke].
    let machine = json!({"StartAt": "Price", "States": {
        "Price": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
            "Next": "Send"},
        "Send": task(json!({"Parameters": {"QueueUrl": "q", "MessageBody.$": "$.price"}, "End": true}))}});
    let folder = folder(&[("d.asl.json", &machine)]);
    let (code, found) = explored(folder.path(), &[]);
    assert_eq!(code, 1);
    assert!(
        ends(&found).contains(&("States.Runtime".to_owned(), "Send".to_owned(), true, 1)),
        "{found}"
    );
    let never = &found["neverAnswered"][0];
    assert_eq!(
        (&never["state"], &never["path"], &never["task"], &never["call"]),
        (
            &json!("Send"),
            &json!("$.price"),
            &json!("Price"),
            &json!("lambda:invoke")
        )
    );
    let (_, stdout, _) = run(folder.path(), &["explore", "d.asl.json"]);
    assert!(
        stdout.contains(
            "Never answered\n  line 1: 'Send' reads '$.price', which the result of lambda:invoke ('Price') does not have: \
             what the function returns is in 'Payload': $.Payload.price"
        ),
        "{stdout}"
    );
    let (_, written, said) = run(
        folder.path(),
        &["simulate", "d.asl.json", "--write-mocks", "m.yaml"],
    );
    assert!(
        written.is_empty() && said.contains("warning: line 1: 'Send' reads '$.price'"),
        "{said}"
    );
    let mocks = fs::read_to_string(folder.path().join("m.yaml")).expect("mocks");
    assert!(
        mocks.contains("# 'Send' reads '$.price'") && !mocks.contains("price:"),
        "{mocks}"
    );
}

#[test]
fn what_an_item_reader_reads_is_made_up_where_nothing_is_given() {
    let machine = json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket.$": "$.bucket", "Key": "orders.csv"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Send",
            "States": {"Send": task(json!({"Parameters": {"QueueUrl": "q", "MessageBody.$": "$.id"}, "End": true}))}}}}});
    let folder = folder(&[("d.asl.json", &machine)]);
    for more in [&[][..], &["--input-json", r#"{"bucket": "mine"}"#]] {
        let (_, found) = explored(folder.path(), more);
        let ends: Vec<String> = ends(&found).into_iter().map(|(error, ..)| error).collect();
        assert_eq!(
            ends,
            ["none", "States.ExceedToleratedFailureThreshold"],
            "{found}"
        );
    }
    // The test file has what it is run with.
    let (_, test, _) = run(folder.path(), &["explore", "d.asl.json", "--format", "test"]);
    fs::write(folder.path().join("t.sfn-test.yaml"), test).expect("a file");
    let (code, stdout, said) = run(folder.path(), &["test", "t.sfn-test.yaml"]);
    assert_eq!(code, 0, "{stdout}{said}");
    // What is given is all that there is.
    fs::write(
        folder.path().join("m.json"),
        r#"{"Objects": {"s3://bucket/other.csv": {"Body": ""}}}"#,
    )
    .expect("a file");
    let (code, _, said) = run(folder.path(), &["explore", "d.asl.json", "--mocks", "m.json"]);
    assert_eq!(code, 2);
    assert!(said.contains("no object s3://bucket/orders.csv"), "{said}");
}

/// What DynamoDB's GetItem gives where there is no such item has no `Item`.
#[test]
fn an_item_may_not_be_there() {
    let get = |next: Value, more: &[&str]| {
        let mut machine = json!({"StartAt": "Get", "States": next});
        machine["States"]["Get"] = json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "t", "Key": {"id": {"S": "1"}}}, "Next": "Next"});
        let mocks = json!({"States": {"Get": {"Return": {"Item": {"name": {"S": "a"}}}}}});
        let folder = folder(&[("d.asl.json", &machine), ("m.json", &mocks)]);
        explored(folder.path(), more)
    };
    let errors = |found: &Value| -> Vec<String> {
        let ends = found["ends"].as_array().expect("a list");
        let uncaught = ends.iter().filter(|end| end["uncaught"] == true);
        let named = uncaught.map(|end| end["error"].as_str().unwrap_or_default().to_owned());
        named.filter(|error| error != "SomeError").collect()
    };
    let known = json!({"Type": "Pass", "OutputPath": "$.Item.name.S", "End": true});
    let reads = json!({"Next": known});
    let (_, found) = get(reads.clone(), &[]);
    assert_eq!(errors(&found), ["States.Runtime"], "{found}");
    // Who asks first is right.
    let asks = json!({"Known": known, "None": {"Type": "Succeed"}, "Next": {"Type": "Choice", "Default": "None",
        "Choices": [{"Variable": "$.Item", "IsPresent": true, "Next": "Known"}]}});
    let (_, found) = get(asks, &[]);
    assert_eq!(errors(&found), [] as [&str; 0], "{found}");
    // A mock file says what there is.
    let (_, found) = get(reads, &["--mocks", "m.json"]);
    assert_eq!(errors(&found), [] as [&str; 0], "{found}");
}

/// What rules compare with is tried, of inputs and of results; and the test file has a case for each branch.
#[test]
fn each_branch_is_tried_and_has_a_case() {
    let call = |name: &str, path: &str, next: &str| json!({"Type": "Task", "Resource": format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}"), "ResultPath": path, "Next": next});
    let choice =
        |rule: Value, default: &str| json!({"Type": "Choice", "Choices": [rule], "Default": default});
    let machine = json!({"StartAt": "Kind", "States": {
        "Kind": choice(json!({"Variable": "$.kind", "StringEquals": "standard", "Next": "Quote"}), "Express"),
        "Quote": call("quote", "$.quote", "Bill"),
        "Express": call("express", "$.quote", "Bill"),
        "Bill": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:bill",
            "Parameters": {"amount.$": "$.quote.amount"}, "ResultPath": "$.bill", "Next": "Check"},
        "Check": choice(json!({"Variable": "$.bill.total", "NumericGreaterThan": 1000, "Next": "Approve"}), "Done"),
        "Approve": call("approve", "$.approval", "Done"),
        "Done": {"Type": "Succeed"}}});
    let folder = folder(&[("d.asl.json", &machine)]);
    let (_, found) = explored(folder.path(), &[]);
    assert_eq!(found["unreached"], json!([]), "{found}");
    let uncaught: Vec<String> = ends(&found)
        .into_iter()
        .filter(|end| end.2)
        .map(|end| end.1)
        .collect();
    assert_eq!(uncaught, ["Quote", "Bill", "Approve", "Express"]);
    let (_, file, said) = run(folder.path(), &["explore", "d.asl.json", "--format", "test"]);
    assert!(
        said.contains("no mocks of 'Bill': the runs try results that the Choice rules tell apart"),
        "{said}"
    );
    assert!(said.contains("1 more input made up"), "{said}");
    fs::write(folder.path().join("d.sfn-test.yaml"), file).expect("a file");
    let (code, stdout, said) = run(folder.path(), &["test", "d.sfn-test.yaml", "--coverage"]);
    assert_eq!(code, 0, "{stdout}{said}");
    assert!(stdout.contains("100 % d.asl.json"), "{stdout}");
    // An input that is given is the only one.
    let given = r#"{"kind": "standard"}"#;
    let (_, found) = explored(folder.path(), &["--input-json", given]);
    let unreached: Vec<&str> = found["unreached"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|part| part["state"].as_str())
        .collect();
    assert_eq!(unreached, ["Kind", "Express"]);
}

/// What is caught is of the name that a rule asks for.
#[test]
fn errors_have_the_names_that_rules_compare_with() {
    let machine = |language: &str, rule: Value, catcher: Value| {
        json!({"StartAt": "Charge", "QueryLanguage": language, "States": {
            "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:f", "Next": "Done", "Catch": [catcher]},
            "Which?": {"Type": "Choice", "Choices": [rule], "Default": "Bad"},
            "Bad": {"Type": "Fail", "Error": "Bad"},
            "Declined": {"Type": "Fail", "Error": "Told"},
            "Done": {"Type": "Succeed"}}})
    };
    let all = json!({"ErrorEquals": ["States.ALL"], "Next": "Which?"});
    let mut kept = all.clone();
    kept["ResultPath"] = json!("$.error");
    for machine in [
        machine(
            "JSONPath",
            json!({"Variable": "$.error.Error", "StringEquals": "CardDeclined", "Next": "Declined"}),
            kept,
        ),
        machine(
            "JSONata",
            json!({"Condition": "{% $states.input.Error = 'CardDeclined' %}", "Next": "Declined"}),
            {
                let mut output = all;
                output["Output"] = json!("{% $states.errorOutput %}");
                output
            },
        ),
    ] {
        let folder = folder(&[("d.asl.json", &machine)]);
        let (_, found) = explored(folder.path(), &[]);
        assert_eq!(found["unreached"], json!([]), "{found}");
    }
}
