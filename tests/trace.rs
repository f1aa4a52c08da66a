//! The trace of `sfn-tool simulate`: what a person reads of a run.

use std::fs;

use serde_json::{Value, json};

use crate::called;

/// What `simulate` prints on stdout with these files.
fn trace(definition: &Value, input: &Value, mocks: &Value, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [("d.json", definition), ("i.json", input), ("m.json", mocks)] {
        fs::write(folder.path().join(name), content.to_string()).expect("a file");
    }
    let output = called::tool()
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .args(["simulate", "d.json", "--input", "i.json", "--mocks", "m.json"])
        .args(arguments)
        .output()
        .expect("it runs");
    String::from_utf8(output.stdout).expect("a text")
}

/// The lines between that of a state and the next one of the same depth, without their indentation.
fn of_state<'t>(trace: &'t str, state: &str) -> Vec<&'t str> {
    let head =
        |line: &str| line.trim_start().starts_with(|c: char| c.is_ascii_digit()) && line.contains(state);
    let lines = trace.lines().skip_while(|line| !head(line)).skip(1);
    lines
        .take_while(|line| line.starts_with("  "))
        .map(str::trim_start)
        .collect()
}

fn task(name: &str, more: &Value) -> Value {
    let mut task =
        json!({"Type": "Task", "Resource": format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")});
    for (key, value) in more.as_object().into_iter().flatten() {
        task[key] = value.clone();
    }
    task
}

fn one(state: Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

#[test]
fn what_a_state_changes_is_shown_and_nothing_twice() {
    let definition = json!({"StartAt": "Export", "States": {
        "Export": task("export", &json!({"ResultPath": "$.export", "Next": "Trim"})),
        "Trim": {"Type": "Pass", "QueryLanguage": "JSONata", "Next": "Same",
            "Output": "{% $merge([$sift($states.input, function($v, $k) { $k != 'secret' }), {'n': 2}]) %}"},
        "Same": task("same", &json!({"ResultPath": null, "Next": "New"})),
        "New": task("new", &json!({"End": true}))}});
    let mocks = json!({"States": {"Export": {"Return": {"file": "f"}}, "Same": {"Return": 1}, "New": {"Return": {"all": "new"}}}});
    let trace = trace(&definition, &json!({"n": 1, "secret": "s"}), &mocks, &[]);
    assert_eq!(
        of_state(&trace, "Export Task"),
        [
            r#"input {"n":1,"secret":"s"}"#,
            "call export with the input",
            r#"result {"file":"f"}"#,
            r#"+ $.export = {"file":"f"}"#
        ]
    );
    assert_eq!(
        of_state(&trace, "Trim Pass"),
        ["~ $.n = 1 -> 2", r#"- $.secret = "s""#]
    );
    assert_eq!(
        of_state(&trace, "Same Task"),
        ["call same with the input", "result 1", "output is the input"]
    );
    // The result is the output.
    assert_eq!(
        of_state(&trace, "New Task"),
        ["call new with the input", r#"result {"all":"new"}"#]
    );
    assert!(
        trace.ends_with("\nThe execution succeeded after 0 s: {\"all\":\"new\"}\n"),
        "{trace}"
    );
}

#[test]
fn long_values_are_cut_in_the_middle_and_wrapped_in_full() {
    let input = json!({"first": "a".repeat(400), "last": 1});
    let definition = one(json!({"Type": "Pass", "End": true}));
    let lines = |arguments: &[&str]| -> Vec<String> {
        let trace = trace(&definition, &input, &json!({"States": {}}), arguments);
        trace.lines().map(str::to_owned).collect()
    };
    let short = lines(&[]);
    // {"first":"<400>","last":1}
    assert!(short[1].starts_with("   input {\"first\":\"aaa") && short[1].ends_with("aaa\",\"last\":1}"));
    assert!(short[1].contains(" ... 421 bytes ... "), "{}", short[1]);
    assert!(short[1].chars().count() <= 120);
    let full = lines(&["--full"]);
    let until = full.iter().position(String::is_empty).expect("an empty line");
    assert!(full[..until].iter().all(|line| line.chars().count() <= 120));
    assert_eq!(
        full[..until].concat().matches('a').count(),
        400 + "Pass".matches('a').count() + "last".matches('a').count()
    );
}

#[test]
fn an_error_is_never_cut() {
    let cause = format!("begin {} end", "x".repeat(900));
    let definition = one(task("f", &json!({"End": true})));
    let mocks = json!({"States": {"S": {"Throw": {"Error": "Boom", "Cause": cause}}}});
    let trace = trace(&definition, &json!({}), &mocks, &[]);
    assert_eq!(trace.matches(&cause).count(), 2, "{trace}");
    assert!(trace.ends_with(&format!(
        "\nThe execution failed after 0 s in 'S': Boom: {cause}\n"
    )));
}

#[test]
fn a_choice_says_which_rule_matched_and_by_what() {
    let choice = |rules: Value| {
        json!({"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": rules, "Default": "D"},
            "D": {"Type": "Pass", "End": true}}})
    };
    let paths = choice(json!([
        {"Variable": "$.kind", "StringEquals": "rush", "Next": "D"},
        {"And": [{"Variable": "$.total", "NumericGreaterThan": 10}, {"Not": {"Variable": "$.gone", "IsPresent": true}}], "Next": "D"}]));
    let of = |definition: &Value, input: Value| {
        let trace = trace(definition, &input, &json!({"States": {}}), &[]);
        of_state(&trace, "C Choice")[1].to_owned()
    };
    assert_eq!(
        of(&paths, json!({"kind": "slow", "total": 11})),
        "Choices[1] matched: $.total > 10 and not ($.gone is present), with $.total = 11, $.gone absent"
    );
    assert_eq!(
        of(&paths, json!({"kind": "slow", "total": 3})),
        r#"no rule matched: $.kind = "slow", $.total = 3, $.gone absent"#
    );
    let mut expressions = choice(json!([{"Condition": "{% $states.input.order.total > 10 %}", "Next": "D"}]));
    expressions["QueryLanguage"] = json!("JSONata");
    assert_eq!(
        of(&expressions, json!({"order": {"total": 12}})),
        "Choices[0] matched: $states.input.order.total > 10, with $states.input.order.total = 12"
    );
}

/// Each value is cut by itself: cut as a whole, the line would show a part of one as all of it.
#[test]
fn what_a_choice_looked_at_is_whole_or_counted() {
    let of = |condition: &str, input: &Value| {
        let definition = json!({"StartAt": "C", "QueryLanguage": "JSONata", "States": {
            "C": {"Type": "Choice", "Choices": [{"Condition": format!("{{% {condition} %}}"), "Next": "D"}], "Default": "D"},
            "D": {"Type": "Succeed"}}});
        let trace = trace(&definition, input, &json!({"States": {}}), &[]);
        (*of_state(&trace, "C Choice").last().expect("lines of the state")).to_owned()
    };
    let lines: Vec<Value> = (0..20).map(|sku| json!({"sku": sku, "n": 2})).collect();
    let input = json!({"total": 150, "lines": lines});
    let line = of(
        "$states.input.total > 100 and $count($states.input.lines) > 1",
        &input,
    );
    assert!(
        line.starts_with("with $states.input.total = 150, $states.input.lines = [{"),
        "{line}"
    );
    assert_eq!(line.matches(" bytes ").count(), 1, "{line}");
    let members: Vec<String> = (0..9).map(|i| format!("member{i}")).collect();
    let input: Value = members
        .iter()
        .map(|name| (name.clone(), json!(1)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let read: Vec<String> = members
        .iter()
        .map(|name| format!("$states.input.{name}"))
        .collect();
    let line = of(&format!("{} > 100", read.join(" + ")), &input);
    let shown = line.matches(" = 1").count();
    assert!(
        line.ends_with(&format!(", and {} more", 9 - shown)) && shown > 1,
        "{line}"
    );
}

#[test]
fn items_that_went_alike_are_shown_once() {
    let work = task(
        "work",
        &json!({"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 4, "MaxAttempts": 2}], "End": true}),
    );
    let definition = |processor: Value| {
        one(
            json!({"Type": "Map", "ItemProcessor": processor, "ItemsPath": "$.items", "ResultPath": "$.done", "End": true}),
        )
    };
    let inner = json!({"StartAt": "Work", "States": {"Work": work}});
    let items: Vec<Value> = (0..100).map(|n| json!({"n": n})).collect();
    // Only the item with index 7 is tried again: each iteration has a list of its own.
    let mocks = json!({"States": {"Work": [
        {"Iteration": [7], "Throw": {"Error": "Busy"}}, {"Iteration": [7], "Return": "late"}, {"Return": "ok"}]}});
    let mut answers: Vec<Value> = mocks["States"]["Work"].as_array().cloned().unwrap_or_default();
    answers.extend((0..98).map(|_| json!({"Return": "ok"})));
    let mocks = json!({"States": {"Work": answers}});
    let shown = trace(&definition(inner.clone()), &json!({"items": items}), &mocks, &[]);
    let lines = of_state(&shown, "S Map");
    assert_eq!(
        lines[1..lines.len() - 1],
        [
            "100 items",
            "item 0",
            "00:00:00 Work Task",
            r#"input {"n":0}"#,
            "call work with the input",
            r#"result "ok""#,
            "98 more items like this: 1 call each",
            "item 7",
            "00:00:00 Work Task",
            r#"input {"n":7}"#,
            "call work with the input",
            "failed Busy",
            "attempt 2 of 3, after 4 s",
            r#"result "late""#,
        ]
    );
    let full = trace(
        &definition(inner.clone()),
        &json!({"items": items}),
        &mocks,
        &["--full"],
    );
    assert_eq!(full.matches("Work Task").count(), 100);
    // The same as children of a Distributed Map.
    let mut children = inner;
    children["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let shown = trace(&definition(children), &json!({"items": items}), &mocks, &[]);
    assert!(
        shown.contains("  98 more child executions like this: 1 call each\n  child execution 7\n"),
        "{shown}"
    );
}

#[test]
fn a_child_execution_that_was_stopped_says_so_wherever_it_was() {
    let inner = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Look", "States": {
            "Look": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Bad"}], "Default": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": 5, "End": true},
            "Bad": {"Type": "Fail", "Error": "Broken", "Cause": "one"}}});
    let definition = one(json!({"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.items", "End": true}));
    let shown = trace(
        &definition,
        &json!({"items": [1, 2]}),
        &json!({"States": {}}),
        &[],
    );
    // The second one had left its first state when the first one's failure ended the Map Run.
    assert!(
        shown.contains(
            "       no rule matched: $ = 2\n    stopped before its next state, as the Map Run of 'S' was\n"
        ),
        "{shown}"
    );
    // The Map fails because of a count; what was counted is named.
    assert!(
        shown.ends_with("; before that, 'Bad', child execution 0 of 'S' failed with Broken: one\n"),
        "{shown}"
    );
}

/// What was caught is told, and what was behind it: a Map Run's own error only counts.
#[test]
fn what_failed_inside_of_what_was_caught_is_told_at_the_end() {
    let inner = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "Broken", "Cause": "one"}}});
    let definition = json!({"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.items", "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]},
        "Sorry": {"Type": "Fail", "Error": "Sorry"}}});
    let shown = trace(&definition, &json!({"items": [1]}), &json!({"States": {}}), &[]);
    let last = shown.lines().last().unwrap_or_default();
    assert!(
        last.contains(
            "in 'Sorry': Sorry; before that, 'M' failed with States.ExceedToleratedFailureThreshold: "
        ),
        "{last}"
    );
    assert!(
        last.ends_with("; before that, 'Bad', child execution 0 of 'M' failed with Broken: one"),
        "{last}"
    );
}

/// Whatever its last state is: of one that goes on later, nothing says that it was the last but the end of the execution.
#[test]
fn a_child_execution_that_came_to_its_end_was_not_stopped() {
    let body = || json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    for last in [
        json!({"Type": "Wait", "Seconds": 3, "End": true}),
        json!({"Type": "Map", "ItemProcessor": body(), "End": true}),
        json!({"Type": "Parallel", "Branches": [body()], "End": true}),
        json!({"Type": "Pass", "End": true}),
    ] {
        let inner = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "L", "States": {"L": last}});
        let definition =
            one(json!({"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.items", "End": true}));
        let shown = trace(&definition, &json!({"items": [[1]]}), &json!({"States": {}}), &[]);
        assert!(shown.contains("child execution 0"), "{shown}");
        assert!(!shown.contains("stopped"), "{shown}");
    }
}

#[test]
fn a_map_without_items_says_why() {
    let inner = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let inline = one(json!({"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.orders", "End": true}));
    let shown = trace(&inline, &json!({"orders": []}), &json!({"States": {}}), &[]);
    assert!(shown.contains("   0 items: '$.orders' is empty\n"), "{shown}");
    let mut inner = inner;
    inner["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let read = one(
        json!({"Type": "Map", "ItemProcessor": inner, "End": true, "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": "b", "Key": "orders.csv"}}}),
    );
    let mocks = json!({"States": {}, "Objects": {"s3://b/orders.csv": {"Body": "id,name\n"}}});
    let shown = trace(&read, &json!({}), &mocks, &[]);
    assert!(
        shown.contains("   0 items: ItemReader found none in s3://b/orders.csv\n"),
        "{shown}"
    );
}

#[test]
fn a_timeout_says_which_limit_struck() {
    let slow = |limits: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": "q", "MessageBody": {"t.$": "$$.Task.Token"}}, "End": true});
        for (key, value) in limits.as_object().into_iter().flatten() {
            state[key] = value.clone();
        }
        let trace = trace(
            &one(state),
            &json!({}),
            &json!({"States": {"S": {"Hang": true}}}),
            &[],
        );
        let lines: Vec<String> = trace.lines().map(|line| line.trim().to_owned()).collect();
        let at = lines
            .iter()
            .position(|line| line.starts_with("timed out"))
            .expect("it times out");
        lines[at..at + 2].join("\n")
    };
    assert_eq!(
        slow(json!({"TimeoutSeconds": 3600, "HeartbeatSeconds": 60})),
        "timed out after 1 min States.Timeout\nlimit HeartbeatSeconds 60, no heartbeat received"
    );
    assert_eq!(
        slow(json!({"TimeoutSeconds": 90})),
        "timed out after 1 min 30 s States.Timeout\nlimit TimeoutSeconds 90"
    );
    let waits = json!({"StartAt": "W", "TimeoutSeconds": 10, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}});
    let shown = trace(&waits, &json!({}), &json!({"States": {}}), &[]);
    assert!(
        shown.ends_with(
            "\nThe execution timed out after 10 s in 'W': the time limit of the execution was reached\n"
        ),
        "{shown}"
    );
}

#[test]
fn the_last_line_says_where_the_error_came_from() {
    let inner = json!({"StartAt": "Work", "States": {"Work": task("work", &json!({"End": true}))}});
    let map = json!({"Type": "Map", "ItemProcessor": inner, "ItemsPath": "$.items", "End": true});
    let mocks =
        json!({"States": {"Work": [{"Return": 1}, {"Throw": {"Error": "Bad", "Cause": "the second"}}]}});
    let shown = trace(&one(map.clone()), &json!({"items": [1, 2]}), &mocks, &[]);
    assert!(
        shown.ends_with("\nThe execution failed after 0 s in 'Work', item 1 of 'S': Bad: the second\n"),
        "{shown}"
    );
    // What a Fail state makes of an error that was caught.
    let mut caught = map;
    caught["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": "F"}]);
    let definition =
        json!({"StartAt": "S", "States": {"S": caught, "F": {"Type": "Fail", "Error": "Rejected"}}});
    let answer = "The execution failed after 0 s in 'F': Rejected; before that, 'Work', item 1 of 'S' failed with \
                  Bad: the second\n";
    let shown = trace(&definition, &json!({"items": [1, 2]}), &mocks, &[]);
    assert!(shown.ends_with(answer), "{shown}");
    assert_eq!(
        trace(&definition, &json!({"items": [1, 2]}), &mocks, &["-q"]),
        answer
    );
}

/// What the interpreter says stands where its state failed, and in the answer where the states are not shown.
#[test]
fn a_message_of_the_interpreter_is_told_once_in_a_trace_and_in_the_answer_alone() {
    let definition = one(json!({"Type": "Fail", "Error": "Rejected", "CausePath": "$.why"}));
    let (input, mocks) = (json!({}), json!({"States": {}}));
    let message =
        "The JSONPath '$.why' specified for the field 'CausePath' could not be found in the input '{}'";
    let shown = trace(&definition, &input, &mocks, &[]);
    assert_eq!(shown.matches(message).count(), 1, "{shown}");
    assert!(
        shown.ends_with("\nThe execution failed after 0 s in 'S': States.Runtime\n"),
        "{shown}"
    );
    let shown = trace(&definition, &input, &mocks, &["-q"]);
    let framed =
        "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). ";
    assert_eq!(
        shown,
        format!("The execution failed after 0 s in 'S': {framed}{message}\n")
    );
}
