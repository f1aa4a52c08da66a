//! How payloads are written, and what happens to paths that cannot be applied. Expected values are worked out by hand from
//! AWS's rules.

use super::{Status, chain, execute, times};
use crate::history::{EventKind, EventWriter};
use crate::simulate::Execution;

fn error(execution: &Execution) -> (&str, &str) {
    let failure = execution.failure.as_ref().expect("a failure");
    (
        failure.error.as_deref().unwrap_or_default(),
        failure.cause.as_deref().unwrap_or_default(),
    )
}

/// What is computed stands behind what is written, in the order of Java's map: the hash of "b" is 98, in bucket 2 of 16, that
/// of "a" 97, in bucket 1, and that of "p" 112, in bucket 0.
#[test]
fn what_is_computed_stands_behind_what_is_written() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Parameters": {"b.$": "$.x", "z": {"q.$": "$.x", "r": 0}, "p.$": "$.x", "a.$": "$.x", "y": 2}}}}"#;
    let execution = execute(definition, "{}", r#"{"x": 1}"#);
    let output = execution.output.as_ref().expect("an output");
    assert_eq!(output.to_json(), r#"{"z":{"r":0,"q":1},"y":2,"p":1,"a":1,"b":1}"#);
}

/// Whatever the order in which they are written, fields are evaluated in that of the text: the first that finds nothing is
/// the one that is named.
#[test]
fn fields_are_evaluated_in_the_order_of_the_text() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Parameters": {"b.$": "$.none", "a.$": "$.neither"}}}}"#;
    let execution = execute(definition, "{}", "{}");
    assert!(error(&execution).1.contains("specified for the field 'b.$'"));
}

#[test]
fn the_first_state_shows_the_input_as_it_was_sent() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#;
    let execution = execute(definition, "{}", r#"["Hello",  "World"]"#);
    let (mut text, mut writer) = (String::new(), EventWriter::of_api(true, None, None));
    for event in execution.history.events() {
        writer.write(event, &mut text);
    }
    assert_eq!(
        text.matches(r#""input":"[\"Hello\",  \"World\"]""#).count(),
        2,
        "{text}"
    );
    assert_eq!(
        text.matches(r#""input":"[\"Hello\",\"World\"]""#).count(),
        1,
        "{text}"
    );
}

#[test]
fn an_items_path_that_finds_nothing_is_a_conflict_that_is_caught() {
    let definition = |path: &str| {
        format!(
            r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "ItemsPath": "{path}", "Next": "D",
                "Catch": [{{"ErrorEquals": ["States.ReferencePathConflict"], "Next": "D"}}],
                "ItemProcessor": {{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true}}}}}}}},
                "D": {{"Type": "Pass", "End": true}}}}}}"#
        )
    };
    let output = |path: &str, input: &str| {
        let execution = execute(&definition(path), "{}", input);
        assert_eq!(execution.status, Status::Succeeded);
        execution.output.as_ref().expect("an output").to_json()
    };
    let conflict = |cause: &str| format!(r#"{{"Error":"States.ReferencePathConflict","Cause":"{cause}"}}"#);
    // The step that fails, and the whole input.
    assert_eq!(
        output("$.a.b", r#"{"a": {"c": 1}}"#),
        conflict(r#"Unable to apply step \"b\" to input {\"a\":{\"c\":1}}"#)
    );
    assert_eq!(
        output("$.a", "7"),
        conflict("Unable to apply ReferencePath $.a to input 7")
    );
}

#[test]
fn a_result_path_into_an_array_names_the_step() {
    let definition = |path: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": 1, "ResultPath": "{path}", "End": true}}}}}}"#
        )
    };
    for (path, input, cause) in [
        ("$.x", "[1]", r#"Unable to apply step "x" to input [1]"#),
        (
            "$.a.x",
            r#"{"a":3}"#,
            r#"Unable to apply step "x" to input {"a":3}"#,
        ),
        (
            "$.x",
            r#""text""#,
            r#"Unable to apply ReferencePath $.x to input "text""#,
        ),
    ] {
        let execution = execute(&definition(path), "{}", input);
        assert_eq!(error(&execution), ("States.ReferencePathConflict", cause));
    }
}

#[test]
fn an_http_task_waits_for_a_minute() {
    let run = |timeout: &str, mock: &str| {
        let definition = format!(
            r#"{{"StartAt": "H", "States": {{"H": {{"Type": "Task", "Resource": "arn:aws:states:::http:invoke", {timeout}
                "Parameters": {{"ApiEndpoint": "https://example.com", "Method": "GET", "Authentication": {{
                    "ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/11111111-2222-3333-4444-555555555555"}}}},
                "End": true}}}}}}"#
        );
        execute(&definition, &format!(r#"{{"States": {{"H": {mock}}}}}"#), "{}")
    };
    let late = r#"{"Return": {"StatusCode": 200}, "DelaySeconds": 60}"#;
    for (timeout, mock) in [
        ("", r#"{"Hang": true}"#),
        (r#""TimeoutSeconds": 120,"#, r#"{"Hang": true}"#),
        ("", late),
    ] {
        let execution = run(timeout, mock);
        assert_eq!(error(&execution).0, "States.Http.Socket", "{timeout} {mock}");
        assert_eq!(times(&execution, "TaskFailed"), [60_000], "{timeout} {mock}");
    }
    // A limit of its own strikes before, and at the same moment.
    for (seconds, mock) in [(30, r#"{"Hang": true}"#), (60, r#"{"Hang": true}"#)] {
        let execution = run(&format!(r#""TimeoutSeconds": {seconds},"#), mock);
        assert_eq!(error(&execution).0, "States.Timeout");
        assert_eq!(times(&execution, "TaskTimedOut"), [seconds * 1000]);
    }
    let in_time = run("", r#"{"Return": {"StatusCode": 200}, "DelaySeconds": 59.5}"#);
    assert_eq!(in_time.status, Status::Succeeded, "{:?}", chain(&in_time));
    assert!(
        in_time
            .history
            .events()
            .iter()
            .any(|event| matches!(event.kind, EventKind::Succeeded { .. }))
    );
}

/// "Step Functions considers the time value up to seconds and truncates milliseconds" [Wait workflow state].
#[test]
fn a_timestamp_counts_to_the_second() {
    let at = |field: &str, language: &str| {
        let definition = format!(
            r#"{{"QueryLanguage": "{language}", "StartAt": "W", "States": {{"W": {{"Type": "Wait", {field}, "End": true}}}}}}"#
        );
        let execution = execute(&definition, "{}", r#"{"at": "2024-01-01T00:00:05.900Z"}"#);
        execution.stopped.millis() - execution.started.millis()
    };
    assert_eq!(at(r#""Timestamp": "2024-01-01T00:00:05.900Z""#, "JSONPath"), 5000);
    assert_eq!(at(r#""TimestampPath": "$.at""#, "JSONPath"), 5000);
    assert_eq!(at(r#""Timestamp": "{% $states.input.at %}""#, "JSONata"), 5000);
}
