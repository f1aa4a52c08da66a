//! `sfn-tool mocks from-history` and `simulate --replay`, as they are called.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::called::{folder, run};

/// Every run in fixtures/workflows that a history holds whole: a Distributed Map's children have their own.
fn runs() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    let mut runs = Vec::new();
    for workflow in fs::read_dir(root).expect("workflows").flatten() {
        if workflow.file_name() == "distributed-map" {
            continue;
        }
        for file in fs::read_dir(workflow.path().join("runs"))
            .expect("runs")
            .flatten()
        {
            let name = file.file_name().to_string_lossy().into_owned();
            if let Some(run) = name.strip_suffix(".input.json") {
                runs.push((workflow.path(), file.path().with_file_name(run)));
            }
        }
    }
    runs.sort();
    assert!(runs.len() > 40, "{}", runs.len());
    runs
}

#[test]
fn every_history_of_ours_comes_back_byte_for_byte() {
    for (workflow, run_path) in runs() {
        let folder = TempDir::new().expect("a folder");
        let definition = workflow.join("definition.asl.json").display().to_string();
        let of_run = |end: &str| format!("{}.{end}", run_path.display());
        let simulate = |mocks: &str| {
            let arguments = [
                "simulate",
                &definition,
                "--input",
                &of_run("input.json"),
                "--mocks",
                mocks,
            ];
            run(folder.path(), &[&arguments[..], &["--format", "json"]].concat()).1
        };
        let history = simulate(&of_run("mocks.yaml"));
        fs::write(folder.path().join("h.json"), &history).expect("a file");
        // With the definition, whose run says how long the tasks took, and without.
        for more in [&["--definition", &definition][..], &[]] {
            let (code, mocks, words) = run(
                folder.path(),
                &[&["mocks", "from-history", "h.json"], more].concat(),
            );
            assert_eq!(code, 0, "{words}");
            fs::write(folder.path().join("m.yaml"), mocks).expect("a file");
            assert_eq!(simulate("m.yaml"), history, "{}", run_path.display());
        }
        let (code, said, _) = run(folder.path(), &["simulate", &definition, "--replay", "h.json"]);
        assert_eq!(code, 0, "{}: {said}", run_path.display());
        assert!(said.starts_with("identical: all "), "{said}");
    }
}

/// A callback whose call failed, by an error that whoever has the token could have sent; and one that was sent.
#[test]
fn what_was_not_submitted_is_not_submitted_again() {
    let machine = json!({"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "https://q", "MessageBody": {"token.$": "$$.Task.Token"}}}}});
    for (more, submits, written) in [
        (", \"Submitted\": null", false, Some("Submitted: null")),
        ("", true, Some("Submitted:\n")),
        (", \"Event\": \"TaskSubmitFailed\"", false, None),
    ] {
        let folder = folder(&[("d.json", &machine)]);
        let mocks = format!(r#"{{"States": {{"Ask": {{"Throw": {{"Error": "Rejected"}}{more}}}}}}}"#);
        fs::write(folder.path().join("m.json"), mocks).expect("a file");
        let simulate = |mocks: &str| {
            let arguments = [
                "simulate",
                "d.json",
                "--mocks",
                mocks,
                "--input-json",
                "{}",
                "--format",
                "json",
            ];
            run(folder.path(), &arguments).1
        };
        let history = simulate("m.json");
        assert_eq!(history.contains("\"TaskSubmitted\""), submits, "{more}");
        fs::write(folder.path().join("h.json"), &history).expect("a file");
        let (code, mocks, words) = run(folder.path(), &["mocks", "from-history", "h.json"]);
        assert_eq!(code, 0, "{words}");
        match written {
            Some(written) => assert!(mocks.contains(written), "{mocks}"),
            None => assert!(!mocks.contains("Submitted"), "{mocks}"),
        }
        fs::write(folder.path().join("h.yaml"), mocks).expect("a file");
        assert_eq!(simulate("h.yaml"), history, "{more}");
    }
}

/// Two items at a time; a failed try is tried again after a second.
fn machine() -> Value {
    json!({"StartAt": "Each", "States": {
        "Each": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "Work", "States": {
            "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true,
                "TimeoutSeconds": 10, "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}]}}}}}})
}

/// As AWS writes it: every step takes some milliseconds, and the second item is answered first. Item 0 fails once.
fn history() -> Value {
    let entered = json!({"name": "Work", "input": "7", "inputDetails": {"truncated": false}});
    let sent = |input: &str| {
        json!({"resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "input": input,
            "inputDetails": {"truncated": false}, "timeoutInSeconds": 10})
    };
    let output = |text: &str| json!({"output": text, "outputDetails": {"truncated": false}});
    let at = |millis: u32| {
        format!(
            "2025-03-01T09:00:{:02}.{:03}000+01:00",
            millis / 1000,
            millis % 1000
        )
    };
    let left =
        |name: &str, text: &str| json!({"name": name, "output": text, "outputDetails": {"truncated": false}});
    let item = |index: usize| json!({"name": "Each", "index": index});
    let event = |id: u32, previous: u32, millis: u32, kind: &str, key: &str, details: Value| {
        let mut event = json!({"id": id, "previousEventId": previous, "timestamp": at(millis), "type": kind});
        if !key.is_empty() {
            event[format!("{key}EventDetails")] = details;
        }
        event
    };
    let failed = json!({"error": "Busy", "cause": "come back"});
    let none = Value::Null;
    let mut second = entered.clone();
    second["input"] = json!("8");
    json!({"events": [
        event(1, 0, 0, "ExecutionStarted", "executionStarted", json!({"input": "{\"items\": [7, 8]}",
            "inputDetails": {"truncated": false}, "roleArn": "arn:aws:iam::123456789012:role/r"})),
        event(2, 0, 20, "MapStateEntered", "stateEntered", json!({"name": "Each", "input": "{\"items\":[7,8]}",
            "inputDetails": {"truncated": false}})),
        event(3, 2, 20, "MapStateStarted", "mapStateStarted", json!({"length": 2})),
        event(4, 3, 20, "MapIterationStarted", "mapIterationStarted", item(0)),
        event(5, 3, 20, "MapIterationStarted", "mapIterationStarted", item(1)),
        event(6, 4, 60, "TaskStateEntered", "stateEntered", entered),
        event(7, 6, 60, "LambdaFunctionScheduled", "lambdaFunctionScheduled", sent("7")),
        event(8, 5, 60, "TaskStateEntered", "stateEntered", second),
        event(9, 8, 60, "LambdaFunctionScheduled", "lambdaFunctionScheduled", sent("8")),
        event(10, 7, 90, "LambdaFunctionStarted", "", none.clone()),
        event(11, 9, 95, "LambdaFunctionStarted", "", none.clone()),
        event(12, 10, 400, "LambdaFunctionFailed", "lambdaFunctionFailed", failed),
        event(13, 11, 900, "LambdaFunctionSucceeded", "lambdaFunctionSucceeded", output("{\"n\": 8.0}")),
        event(14, 13, 910, "TaskStateExited", "stateExited", left("Work", "{\"n\": 8.0}")),
        event(15, 14, 910, "MapIterationSucceeded", "mapIterationSucceeded", item(1)),
        event(16, 12, 1430, "LambdaFunctionScheduled", "lambdaFunctionScheduled", sent("7")),
        event(17, 16, 1460, "LambdaFunctionStarted", "", none.clone()),
        event(18, 17, 2400, "LambdaFunctionSucceeded", "lambdaFunctionSucceeded", output("70")),
        event(19, 18, 2410, "TaskStateExited", "stateExited", left("Work", "70")),
        event(20, 19, 2410, "MapIterationSucceeded", "mapIterationSucceeded", item(0)),
        event(21, 20, 2410, "MapStateSucceeded", "", none),
        event(22, 20, 2420, "MapStateExited", "stateExited", left("Each", "[70,{\"n\":8.0}]")),
        event(23, 22, 2420, "ExecutionSucceeded", "executionSucceeded", output("[70,{\"n\":8.0}]")),
    ]})
}

#[test]
fn a_history_of_aws_becomes_mocks_pinned_to_their_iterations() {
    let folder = folder(&[("h.json", &history())]);
    let (code, stdout, _) = run(folder.path(), &["mocks", "from-history", "h.json"]);
    assert_eq!(code, 0);
    // In the order in which they were scheduled, each with what passed until it was answered.
    assert_eq!(
        stdout,
        "\
States:
  Work:
    - Iteration: [0]
      Throw: {Error: Busy, Cause: come back}
      DelaySeconds: 0.34
    - Iteration: [1]
      Return: {\"n\": 8.0}
      DelaySeconds: 0.84
    - Iteration: [0]
      Return: 70
      DelaySeconds: 0.97
"
    );
}

#[test]
fn with_the_definition_what_ended_ends_at_the_same_moment() {
    let folder = folder(&[("h.json", &history()), ("d.asl.json", &machine())]);
    let arguments = [
        "mocks",
        "from-history",
        "h.json",
        "--definition",
        "d.asl.json",
        "--format",
        "json",
    ];
    let (code, stdout, said) = run(folder.path(), &arguments);
    assert_eq!(code, 0);
    // In a run the second item's branch enters its state before the first has scheduled its call.
    assert_eq!(
        said,
        "d.asl.json: identical: all 23 events match; concurrent branches interleave differently\n"
    );
    // Transitions take no time in a run. Item 0 fails at 0.4 s, is called again at 1.4 s and answers at 2.4 s.
    let mocks: Value = serde_json::from_str(&stdout).expect("JSON");
    let delays: Vec<&Value> = mocks["States"]["Work"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["DelaySeconds"])
        .collect();
    assert_eq!(delays, [&json!(0.4), &json!(0.9), &json!(1)]);
}

#[test]
fn a_test_file_holds_the_execution() {
    let folder = folder(&[("h.json", &history()), ("d.asl.json", &machine())]);
    fs::create_dir(folder.path().join("tests")).expect("a folder");
    let arguments = [
        "mocks",
        "from-history",
        "h.json",
        "--definition",
        "d.asl.json",
        "--write-test",
    ];
    let (code, ..) = run(
        folder.path(),
        &[
            &arguments[..],
            &["tests/t.sfn-test.json", "--write-input", "i.json"],
        ]
        .concat(),
    );
    assert_eq!(code, 0);
    let text = fs::read_to_string(folder.path().join("tests/t.sfn-test.json")).expect("it was written");
    let test: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(test["Definition"], "../d.asl.json");
    assert_eq!(test["Type"], "STANDARD");
    assert_eq!(test["StartTime"], "2025-03-01T08:00:00Z");
    assert_eq!(test["RoleArn"], "arn:aws:iam::123456789012:role/r");
    assert_eq!(
        test["Cases"],
        json!([{"Name": "h", "Input": {"items": [7, 8]},
            "Expect": {"Status": "SUCCEEDED", "Output": [70, {"n": 8.0}]}}])
    );
    let (code, said, _) = run(folder.path(), &["test", "tests/t.sfn-test.json"]);
    assert_eq!(code, 0, "{said}");
    let input = fs::read_to_string(folder.path().join("i.json")).expect("it was written");
    assert_eq!(input, "{\"items\": [7, 8]}\n");
}

#[test]
fn a_changed_definition_parts_where_it_does_something_else() {
    let mut changed = machine();
    // The first failure is not tried again: the Map, and with it the execution, fails.
    changed["States"]["Each"]["ItemProcessor"]["States"]["Work"]["Retry"] = json!([]);
    let folder = folder(&[
        ("h.json", &history()),
        ("same.asl.json", &machine()),
        ("d.asl.json", &changed),
    ]);
    let (code, said, _) = run(
        folder.path(),
        &["simulate", "same.asl.json", "--replay", "h.json"],
    );
    assert_eq!((code, said.lines().count()), (0, 1), "{said}");
    let (code, said, _) = run(folder.path(), &["simulate", "d.asl.json", "--replay", "h.json"]);
    assert_eq!(code, 1);
    // At 0.4 s item 0 fails; what happens to item 1 at 0.4 s follows from it.
    assert_eq!(
        said,
        "\
diverges from the recorded execution in 'Work' (iteration 0), after 15 of 23 events, at 00:00:01
   then: 'Work' calls arn:aws:lambda:us-east-1:123456789012:function:work with 7
   now:  iteration 0 of 'Each' fails
   it ended SUCCEEDED; the run ends FAILED with Busy
"
    );
    let (code, said, _) = run(
        folder.path(),
        &["simulate", "d.asl.json", "--replay", "h.json", "--format", "json"],
    );
    assert_eq!(code, 1);
    let answer: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(answer["same"], false);
    assert_eq!(answer["parting"]["iteration"], json!([0]));
    assert_eq!(answer["parting"]["then"]["id"], 16);
    assert_eq!(answer["parting"]["now"]["type"], "MapIterationFailed");
}

#[test]
fn other_parameters_and_new_calls_are_told_in_words() {
    let definition = |task: Value| {
        let mut task = task;
        task["Type"] = json!("Task");
        json!({"StartAt": "A", "States": {"A": task,
            "B": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": "q", "MessageBody.$": "$"}, "End": true}}})
    };
    let a = |amount: i32, next: &str| {
        let mut task = json!({"Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": "t", "Message": {"amount": amount}}});
        match next {
            "" => task["End"] = json!(true),
            next => task["Next"] = json!(next),
        }
        definition(task)
    };
    let mocks = json!({"States": {"A": {"Return": {"MessageId": "m"}}, "B": {"Return": {}}}});
    let folder = folder(&[
        ("old.asl.json", &a(10, "B")),
        ("amount.asl.json", &a(12, "B")),
        ("m.json", &mocks),
    ]);
    // A machine without B, which never calls it.
    let mut without = a(10, "");
    without["States"].as_object_mut().expect("states").remove("B");
    fs::write(folder.path().join("short.asl.json"), without.to_string()).expect("a file");
    for name in ["old", "short"] {
        let file = format!("{name}.asl.json");
        let mocks: Value = match name {
            "short" => json!({"States": {"A": {"Return": {"MessageId": "m"}}}}),
            _ => mocks.clone(),
        };
        fs::write(folder.path().join("m.json"), mocks.to_string()).expect("a file");
        let (_, history, _) = run(
            folder.path(),
            &["simulate", &file, "--mocks", "m.json", "--format", "history"],
        );
        fs::write(folder.path().join(format!("{name}.h.json")), history).expect("a file");
    }
    let (code, said, _) = run(
        folder.path(),
        &["simulate", "amount.asl.json", "--replay", "old.h.json"],
    );
    assert_eq!(code, 1);
    assert!(said.contains("in 'A', after 2 of "), "{said}");
    assert!(
        said.contains("$.parameters.Message.amount: expected 10, got 12"),
        "{said}"
    );
    // B is new: the history does not know what it answers, and it is the parting itself.
    let (code, said, _) = run(
        folder.path(),
        &["simulate", "old.asl.json", "--replay", "short.h.json"],
    );
    assert_eq!(code, 1);
    assert!(
        said.contains("then: the execution succeeds with {\"MessageId\":\"m\"}"),
        "{said}"
    );
    assert!(
        said.contains("now:  'B' is entered with {\"MessageId\":\"m\"}"),
        "{said}"
    );
}

#[test]
fn what_a_history_does_not_hold_is_said() {
    let mut without_data = history();
    without_data["events"][0]["executionStartedEventDetails"] = json!({"roleArn": "r"});
    let mut cut = history();
    cut["events"].as_array_mut().expect("events").truncate(12);
    let folder = folder(&[
        ("empty.json", &without_data),
        ("cut.json", &cut),
        ("list.json", &json!([])),
        ("d.asl.json", &machine()),
    ]);
    let (code, _, said) = run(folder.path(), &["mocks", "from-history", "empty.json"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("its ExecutionStarted has no input") && said.contains("--include-execution-data"),
        "{said}"
    );
    let (code, _, said) = run(folder.path(), &["mocks", "from-history", "list.json"]);
    assert_eq!(code, 2);
    assert!(said.contains("list.json holds no history"), "{said}");
    // As far as it goes, it is the same.
    let (code, stdout, said) = run(folder.path(), &["simulate", "d.asl.json", "--replay", "cut.json"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(said.contains("the history has no end"), "{said}");
}

#[test]
fn a_history_is_read_in_pages_and_as_the_list_alone() {
    let whole = history();
    let events = whole["events"].as_array().expect("events");
    let page = |from: usize, to: usize, token: Value| {
        let mut page = json!({"events": events[from..to]});
        if !token.is_null() {
            page["nextToken"] = token;
        }
        page
    };
    // The pages overlap by one event, and stand in any order.
    let pages = json!([page(9, 23, Value::Null), page(0, 10, json!("more"))]);
    let in_order = json!([page(0, 10, json!("more")), page(10, 23, Value::Null)]);
    let folder = folder(&[
        ("whole.json", &whole),
        ("pages.json", &in_order),
        ("mixed.json", &pages),
        ("events.json", &whole["events"]),
        ("first.json", &page(0, 10, json!("more"))),
        ("second.json", &page(10, 23, Value::Null)),
        ("d.asl.json", &machine()),
    ]);
    let read = |name: &str| run(folder.path(), &["mocks", "from-history", name]);
    let (_, expected, _) = read("whole.json");
    for name in ["pages.json", "mixed.json", "events.json"] {
        let (code, stdout, said) = read(name);
        assert_eq!((code, &stdout), (0, &expected), "{name}: {said}");
    }
    let (code, _, said) = read("first.json");
    assert_eq!(code, 0);
    assert!(
        said.contains("the history is incomplete: it ends with a nextToken"),
        "{said}"
    );
    let (code, _, said) = read("second.json");
    assert_eq!(code, 2);
    assert!(
        said.contains("does not begin with ExecutionStarted") && said.contains("all pages in one list"),
        "{said}"
    );
}

#[test]
fn what_aws_cut_off_is_said() {
    let mut input = history();
    input["events"][0]["executionStartedEventDetails"]["inputDetails"]["truncated"] = json!(true);
    let mut output = history();
    let details = &mut output["events"][12]["lambdaFunctionSucceededEventDetails"];
    *details = json!({"output": "{\"n\": 8.", "outputDetails": {"truncated": true}});
    let folder = folder(&[("input.json", &input), ("output.json", &output)]);
    let (code, _, said) = run(folder.path(), &["mocks", "from-history", "input.json"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("the input of ExecutionStarted is truncated"),
        "{said}"
    );
    let (code, _, said) = run(folder.path(), &["mocks", "from-history", "output.json"]);
    assert_eq!(code, 0);
    assert!(
        said.contains("the output of 'Work' (event 13) is truncated in the history"),
        "{said}"
    );
}

/// A task of three limits: as it was recorded, and as it is now.
fn limited(limits: &Value) -> Value {
    let mut machine = json!({"StartAt": "A", "States": {"A": {"Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}});
    for (name, limit) in limits.as_object().expect("limits") {
        machine["States"]["A"][name] = limit.clone();
    }
    machine
}

/// An answer came after 500 s. It comes too late under a limit that is shorter than that, if the limit was not as short
/// when it came.
#[test]
fn a_shortened_limit_strikes() {
    let timeout = |seconds: u32| json!({"TimeoutSeconds": seconds});
    let both = |heartbeat: u32| json!({"TimeoutSeconds": 600, "HeartbeatSeconds": heartbeat});
    for (then, now, strikes) in [
        (timeout(600), timeout(600), false),
        (timeout(600), timeout(60), true),
        (timeout(600), timeout(501), false),
        (json!({}), timeout(60), true),
        (timeout(60), json!({}), false),
        (both(550), both(60), true),
        (timeout(600), both(60), true),
        // The worker sent heartbeats, or the answer would not have come: it sends them now, too.
        (both(60), both(60), false),
        (both(60), both(90), false),
    ] {
        let mocks = json!({"States": {"A": {"DelaySeconds": 500, "Return": {"ok": 1}}}});
        let folder = folder(&[("m.json", &mocks), ("now.asl.json", &limited(&now))]);
        // What a run would not answer so late is put into its history by hand.
        fs::write(
            folder.path().join("free.asl.json"),
            limited(&json!({})).to_string(),
        )
        .expect("a file");
        let (code, history, _) = run(
            folder.path(),
            &[
                "simulate",
                "free.asl.json",
                "--mocks",
                "m.json",
                "--format",
                "history",
            ],
        );
        assert_eq!(code, 0);
        let mut history: Value = serde_json::from_str(&history).expect("JSON");
        let scheduled = &mut history["events"][2]["taskScheduledEventDetails"];
        for (name, member) in [
            ("TimeoutSeconds", "timeoutInSeconds"),
            ("HeartbeatSeconds", "heartbeatInSeconds"),
        ] {
            if !then[name].is_null() {
                scheduled[member] = then[name].clone();
            }
        }
        fs::write(folder.path().join("h.json"), history.to_string()).expect("a file");
        let arguments = [
            "simulate",
            "now.asl.json",
            "--replay",
            "h.json",
            "--format",
            "json",
        ];
        let (_, said, words) = run(folder.path(), &arguments);
        let answer: Value = serde_json::from_str(&said).expect(&words);
        let status = if strikes { "FAILED" } else { "SUCCEEDED" };
        assert_eq!(answer["status"], status, "{then} {now}: {said}");
    }
}

/// What a replay does not show is refused, and not left out.
#[test]
fn a_replay_has_no_page_and_no_cost() {
    let pass = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}});
    let folder = folder(&[("d.asl.json", &pass)]);
    let (_, history, _) = run(folder.path(), &["simulate", "d.asl.json", "--format", "history"]);
    fs::write(folder.path().join("h.json"), history).expect("a file");
    let replay = ["simulate", "d.asl.json", "--replay", "h.json"];
    assert_eq!(run(folder.path(), &replay).0, 0);
    for option in [&["--html", "page.html"][..], &["--cost"]] {
        let (code, _, said) = run(folder.path(), &[&replay[..], option].concat());
        assert_eq!(code, 2, "{option:?}");
        assert!(said.contains("cannot be used with"), "{option:?}: {said}");
    }
}

/// A payload with one member more than it had is another payload, on whichever side the member is.
#[test]
fn a_payload_with_one_member_more_is_another() {
    let call = |more: bool| {
        let mut sent = json!({"a": {"b": 1}});
        if more {
            sent["a"]["c"] = json!(2);
        }
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": sent, "End": true}}})
    };
    let folder = folder(&[("less.asl.json", &call(false)), ("more.asl.json", &call(true))]);
    for (then, now) in [
        ("less", "more"),
        ("more", "less"),
        ("more", "more"),
        ("less", "less"),
    ] {
        let recorded = ["simulate", &format!("{then}.asl.json"), "--format", "history"];
        let (_, history, _) = run(folder.path(), &recorded);
        fs::write(folder.path().join("h.json"), history).expect("a file");
        let (code, said, _) = run(
            folder.path(),
            &["simulate", &format!("{now}.asl.json"), "--replay", "h.json"],
        );
        assert_eq!(code, i32::from(then != now), "{then} {now}: {said}");
        if then != now {
            assert!(said.contains("'A' is left with"), "{said}");
            assert!(said.contains("$.output.a.c:"), "{said}");
        }
    }
}

/// The machine's own time is shorter than what its branches took: it runs out of it, in whichever order they answer.
#[test]
fn a_machines_shortened_timeout_strikes() {
    let machine = |timeout: u32| {
        let branch = |name: &str| {
            json!({"StartAt": name, "States": {name: {"Type": "Task", "End": true,
                "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}}})
        };
        json!({"StartAt": "Both", "TimeoutSeconds": timeout, "States": {
            "Both": {"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": true}}})
    };
    let mocks =
        json!({"States": {"A": {"DelaySeconds": 100, "Return": 1}, "B": {"DelaySeconds": 90, "Return": 2}}});
    let folder = folder(&[
        ("m.json", &mocks),
        ("then.asl.json", &machine(600)),
        ("same.asl.json", &machine(101)),
        ("now.asl.json", &machine(60)),
    ]);
    let recorded = [
        "simulate",
        "then.asl.json",
        "--mocks",
        "m.json",
        "--format",
        "history",
    ];
    fs::write(folder.path().join("h.json"), run(folder.path(), &recorded).1).expect("a file");
    for (definition, code, status) in [
        ("same.asl.json", 0, "SUCCEEDED"),
        ("now.asl.json", 1, "TIMED_OUT"),
    ] {
        let replay = ["simulate", definition, "--replay", "h.json", "--format", "json"];
        let (found, said, _) = run(folder.path(), &replay);
        let answer: Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!((found, &answer["status"]), (code, &json!(status)), "{said}");
    }
}

/// GetExecutionHistory does not say which execution it is of: what its first call was sent does, or what
/// DescribeExecution answers.
#[test]
fn an_execution_that_sends_its_own_names_is_replayed() {
    let sends = json!({"StartAt": "Tell", "States": {"Tell": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": {
            "id.$": "$$.Execution.Id", "note.$": "States.Format('{} of {}', $$.Execution.Name, $$.StateMachine.Name)",
            "role.$": "$$.Execution.RoleArn", "at.$": "$$.Execution.StartTime", "machine.$": "$$.StateMachine.Id"}}}}});
    let role = "arn:aws:iam::111122223333:role/Orders";
    let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:Orders";
    let execution = "arn:aws:states:eu-west-1:111122223333:execution:Orders:run-7";
    let history = |body: &Value| {
        let sent = json!({"QueueUrl": "q", "MessageBody": body}).to_string();
        let target = json!({"resourceType": "sqs", "resource": "sendMessage"});
        let with = |more: Value| {
            let mut all = target.clone();
            for (key, value) in more.as_object().expect("an object") {
                all[key] = value.clone();
            }
            all
        };
        let output = json!({"MessageId": "m"}).to_string();
        let at = |millis: u32| format!("2024-05-01T10:00:00.{millis:03}Z");
        json!({"events": [
            {"id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": at(120),
                "executionStartedEventDetails": {"input": "{}", "roleArn": role}},
            {"id": 2, "previousEventId": 0, "type": "TaskStateEntered", "timestamp": at(130),
                "stateEnteredEventDetails": {"name": "Tell", "input": "{}"}},
            {"id": 3, "previousEventId": 2, "type": "TaskScheduled", "timestamp": at(130),
                "taskScheduledEventDetails": with(json!({"region": "eu-west-1", "parameters": sent}))},
            {"id": 4, "previousEventId": 3, "type": "TaskStarted", "timestamp": at(140), "taskStartedEventDetails": target},
            {"id": 5, "previousEventId": 4, "type": "TaskSucceeded", "timestamp": at(150),
                "taskSucceededEventDetails": with(json!({"output": output}))},
            {"id": 6, "previousEventId": 5, "type": "TaskStateExited", "timestamp": at(150),
                "stateExitedEventDetails": {"name": "Tell", "output": output}},
            {"id": 7, "previousEventId": 6, "type": "ExecutionSucceeded", "timestamp": at(150),
                "executionSucceededEventDetails": {"output": output}}]})
    };
    let sent = json!({"id": execution, "note": "run-7 of Orders", "role": role, "at": "2024-05-01T10:00:00.120Z",
        "machine": machine});
    let replayed = |history: &Value| {
        let folder = folder(&[("d.json", &sends), ("h.json", history)]);
        let (code, stdout, said) = run(folder.path(), &["simulate", "d.json", "--replay", "h.json"]);
        assert!(said.is_empty(), "{said}");
        (code, stdout)
    };
    let (code, stdout) = replayed(&history(&sent));
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("identical: all 7 events match"), "{stdout}");
    // A name that was sent to other places than the run sends it to is a difference.
    let mut other = sent.clone();
    other["note"] = json!("run-8 of Orders");
    let (code, stdout) = replayed(&history(&other));
    assert_eq!(code, 1, "{stdout}");
    // Where nothing but a description says it.
    let described =
        json!([{"executionArn": execution, "stateMachineArn": machine, "name": "run-7"}, history(&sent)]);
    assert_eq!(replayed(&described).0, 0);
    // The test file has the names as well.
    let folder = folder(&[("d.json", &sends), ("h.json", &history(&sent))]);
    let from = [
        "mocks",
        "from-history",
        "h.json",
        "--definition",
        "d.json",
        "--write-test",
        "t.sfn-test.json",
    ];
    let (code, _, said) = run(folder.path(), &from);
    assert_eq!(code, 0, "{said}");
    let test = fs::read_to_string(folder.path().join("t.sfn-test.json")).expect("a test file");
    for name in [
        "\"ExecutionName\":\"run-7\"",
        "\"StateMachineName\":\"Orders\"",
        "\"Region\":\"eu-west-1\"",
    ] {
        assert!(test.replace(": ", ":").contains(name), "{name}: {test}");
    }
}

/// What only a deployment knows is whatever the execution had there; what else differs is told, and nothing but that.
#[test]
fn placeholders_are_what_the_history_has() {
    let machine = |table: &str, color: &str| {
        json!({"StartAt": "Put", "States": {"Put": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": table, "Item": {"id": {"S": "1"}, "color": {"S": color}}}}}})
    };
    let folder = folder(&[
        ("then.asl.json", &machine("Orders-1AB", "red")),
        ("now.asl.json", &machine("${OrdersTable}", "red")),
        ("other.asl.json", &machine("${OrdersTable}", "blue")),
        (
            "mocks.json",
            &json!({"States": {"Put": {"Return": {"SdkHttpMetadata": {}}}}}),
        ),
    ]);
    let (_, history, _) = run(
        folder.path(),
        &[
            "simulate",
            "then.asl.json",
            "--mocks",
            "mocks.json",
            "--format",
            "json",
        ],
    );
    fs::write(folder.path().join("h.json"), history).expect("a file");
    let replay = |file: &str| run(folder.path(), &["simulate", file, "--replay", "h.json"]);
    let (code, told, _) = replay("now.asl.json");
    assert_eq!(
        (code, told.as_str()),
        (0, "identical: all 7 events match in order\n")
    );
    let (code, told, _) = replay("other.asl.json");
    assert_eq!(code, 1);
    let differences: Vec<&str> = told.lines().filter(|line| line.contains(": expected ")).collect();
    assert_eq!(
        differences,
        [r#"         $.parameters.Item.color.S: expected "red", got "blue""#],
        "{told}"
    );
    let (_, told, _) = run(
        folder.path(),
        &[
            "simulate",
            "now.asl.json",
            "--replay",
            "h.json",
            "--define",
            "OrdersTable=Orders-2",
        ],
    );
    assert!(
        told.contains(r#"$.parameters.TableName: expected "Orders-1AB", got "Orders-2""#),
        "{told}"
    );
}
