//! What JSONata states make of values: variables, the types of fields, and what a failure looks like. Expected values are
//! worked out by hand from AWS's rules.

use super::{Status, chain, execute};
use crate::history::EventKind;
use crate::simulate::Execution;

fn run(states: &str, input: &str) -> Execution {
    let definition = format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{{states}}}}}"#);
    execute(&definition, r#"{"States": {"A": {"Return": {}}}}"#, input)
}

/// The error and the cause, without the frame that names the state `A`.
fn failure(execution: &Execution) -> (String, String) {
    let failure = execution.failure.as_ref().expect("a failure");
    let frame = "An error occurred while executing the state 'A' (entered at the event id #2). ";
    let cause = failure.cause.as_deref().unwrap_or_default();
    let error = failure.error.as_deref().unwrap_or_default();
    (
        error.to_owned(),
        cause.strip_prefix(frame).unwrap_or(cause).to_owned(),
    )
}

/// Where the first expression failed.
fn location(execution: &Execution) -> Option<String> {
    let mut events = execution.history.events().iter();
    events.find_map(|event| match &event.kind {
        EventKind::EvaluationFailed(failed) => failed.location.as_deref().map(str::to_owned),
        _ => None,
    })
}

const PASS: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;

fn map(fields: &str, input: &str) -> Execution {
    run(
        &format!(r#""A": {{"Type": "Map", {fields} "ItemProcessor": {PASS}, "End": true}}"#),
        input,
    )
}

#[test]
fn a_variable_stands_before_the_function_of_its_name() {
    let execution = run(
        r#""A": {"Type": "Pass", "Assign": {"count": 0, "max": 3, "error": "none", "uuid": [1]}, "Next": "Loop"},
           "Loop": {"Type": "Choice", "Choices": [{"Condition": "{% $count < $max %}", "Next": "Inc"}], "Default": "Done"},
           "Inc": {"Type": "Pass", "Assign": {"count": "{% $count + 1 %}"}, "Next": "Loop"},
           "Done": {"Type": "Succeed", "Output": "{% {'count': $count, 'e': $error, 'u': $uuid[0], 's': $sum([$max, 1])} %}"}"#,
        "{}",
    );
    let output = execution.output.expect("an output");
    assert_eq!(output.to_json(), r#"{"count":3,"e":"none","u":1,"s":4}"#);
}

// As jsonata-js 2.0.6 has it: the innermost frame that knows the name decides, and what it holds is no function.
#[test]
fn a_variable_cannot_be_called() {
    for call in [
        "$count([1])",
        "$keys({'a': 1})",
        "[2] ~> $count",
        "$states.input.list.$count()",
        "$split('a', /b/)",
        "$uuid()",
    ] {
        let execution = run(
            &format!(
                r#""Z": {{"Type": "Succeed"}}, "A": {{"Type": "Pass", "Next": "B",
                   "Assign": {{"count": 1, "keys": "k", "split": null, "uuid": true}}}},
                   "B": {{"Type": "Succeed", "Output": "{{% {call} %}}"}}"#
            ),
            r#"{"list": [1]}"#,
        );
        let cause = failure(&execution).1;
        let thrown = "threw an error during evaluation. T1006: Attempted to invoke a non-function";
        let not_chained = "T2006: The right side of the function application operator ~> must be a function";
        assert!(
            cause.ends_with(thrown) || cause.ends_with(not_chained),
            "{call}: {cause}"
        );
    }
}

// The name is that of an expression that fails, so that it can be retried and caught; the words, but for those of
// Timestamp, are ours.
#[test]
fn a_value_that_is_no_good_is_a_failed_evaluation() {
    for (state, location, cause) in [
        (r#""Type": "Wait", "Seconds": "{% -1 %}""#, "Seconds", "-1"),
        (r#""Type": "Wait", "Seconds": "{% 1.5 %}""#, "Seconds", "1.5"),
        (
            r#""Type": "Wait", "Seconds": "{% 1e8 %}""#,
            "Seconds",
            "100000000",
        ),
        (
            r#""Type": "Wait", "Timestamp": "{% '2024-01-01 00:00:00Z' %}""#,
            "Timestamp",
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: \
             2024-01-01 00:00:00Z",
        ),
        (
            r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
               "TimeoutSeconds": "{% 0 %}""#,
            "TimeoutSeconds",
            "0",
        ),
        (
            r#""Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
               "HeartbeatSeconds": "{% 2.5 %}""#,
            "HeartbeatSeconds",
            "2.5",
        ),
    ] {
        let execution = run(&format!(r#""A": {{{state}, "End": true}}"#), "{}");
        let (error, words) = failure(&execution);
        assert_eq!(error, "States.QueryEvaluationError", "{state}");
        assert!(words.ends_with(cause), "{state}: {words}");
        assert_eq!(super::jsonata::location(&execution).as_deref(), Some(location));
        // It follows that the state was entered.
        assert_eq!(
            chain(&execution)[2..],
            ["3[2] EvaluationFailed", "4[3] ExecutionFailed"]
        );
    }
}

#[test]
fn a_map_s_numbers_are_told_the_same_way() {
    let distributed = r#""ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;
    for (fields, location) in [
        (r#""MaxConcurrency": "{% -1 %}""#, "MaxConcurrency"),
        (r#""ToleratedFailureCount": "{% -2 %}""#, "ToleratedFailureCount"),
        (
            r#""ToleratedFailurePercentage": "{% 100.5 %}""#,
            "ToleratedFailurePercentage",
        ),
        (
            r#""ItemBatcher": {"MaxItemsPerBatch": "{% -1 %}"}"#,
            "ItemBatcher/MaxItemsPerBatch",
        ),
        (
            r#""ItemBatcher": {"MaxInputBytesPerBatch": "{% 0.5 %}"}"#,
            "ItemBatcher/MaxInputBytesPerBatch",
        ),
        (
            r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "k"},
               "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% -1 %}"}}"#,
            "ItemReader/ReaderConfig/MaxItems",
        ),
    ] {
        let states = format!(
            r#""A": {{"Type": "Map", {fields}, {distributed}, "Next": "B",
               "Catch": [{{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "B"}}]}}, "B": {{"Type": "Succeed"}}"#
        );
        let execution = run(&states, "[1]");
        assert_eq!(execution.status, Status::Succeeded, "{fields}");
        assert_eq!(super::jsonata::location(&execution).as_deref(), Some(location));
    }
}

#[test]
fn a_refused_value_is_retried() {
    let execution = run(
        r#""A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
           "TimeoutSeconds": "{% $states.context.State.RetryCount - 1 %}", "End": true,
           "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 2}]}"#,
        "{}",
    );
    assert_eq!(
        chain(&execution)[1..6],
        [
            "2[0] TaskStateEntered",
            "3[2] EvaluationFailed",
            "4[3] EvaluationFailed",
            "5[4] TaskScheduled",
            "6[5] TaskStarted"
        ]
    );
}

#[test]
fn a_map_without_items_needs_an_array() {
    let execution = map("", r#"{"a": [1, 2]}"#);
    assert_eq!(
        failure(&execution),
        (
            "States.QueryEvaluationError".to_owned(),
            r#"Map state input must be an array but was: {"a":[1,2]}"#.to_owned()
        )
    );
    assert_eq!(location(&execution), None);
    assert_eq!(
        chain(&execution),
        [
            "1[0] ExecutionStarted",
            "2[0] MapStateEntered",
            "3[0] EvaluationFailed",
            "4[3] MapStateFailed",
            "5[4] ExecutionFailed"
        ]
    );
    assert_eq!(map("", "[1, 2]").status, Status::Succeeded);
}

/// Its work is done when a Wait evaluates what it is left with.
#[test]
fn a_wait_fails_after_it_was_entered() {
    for wait in [
        r#""Seconds": 5"#,
        r#""Seconds": "{% 0 %}""#,
        r#""Timestamp": "2020-01-01T00:00:00Z""#,
    ] {
        for field in [r#""Output": "{% $nope %}""#, r#""Assign": {"x": "{% $nope %}"}"#] {
            let execution = run(
                &format!(r#""A": {{"Type": "Wait", {wait}, {field}, "End": true}}"#),
                "{}",
            );
            assert_eq!(
                chain(&execution)[1..],
                [
                    "2[0] WaitStateEntered",
                    "3[2] EvaluationFailed",
                    "4[3] ExecutionFailed"
                ],
                "{wait} {field}"
            );
        }
    }
}

#[test]
fn failures_in_an_iteration_follow_its_first_state() {
    let execution = run(
        r#""A": {"Type": "Map", "Items": [1], "End": true, "ItemProcessor": {"StartAt": "P", "States": {
           "P": {"Type": "Pass", "Output": "{% $nothing %}", "End": true}}}}"#,
        "{}",
    );
    // [floci#3167, measured]
    assert_eq!(
        chain(&execution)[3..],
        [
            "4[3] MapIterationStarted",
            "5[4] PassStateEntered",
            "6[5] EvaluationFailed",
            "7[6] MapIterationFailed",
            "8[6] MapStateFailed",
            "9[8] ExecutionFailed"
        ]
    );
}

// Every field whose expression must give a type [floci#2676]; the words are those recorded for Items.
#[test]
fn fields_take_values_of_their_type_only() {
    let task = |field: &str| {
        format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {{"FunctionName": "f"}},
               {field}, "End": true}}"#
        )
    };
    let map = |field: &str| {
        format!(
            r#"{{"Type": "Map", {field}, "End": true, "ItemProcessor": {{"StartAt": "P",
               "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
               "States": {{"P": {{"Type": "Pass", "End": true}}}}}}}}"#
        )
    };
    let wait = |field: &str| format!(r#"{{"Type": "Wait", {field}, "End": true}}"#);
    let fail = |field: &str| format!(r#"{{"Type": "Fail", {field}}}"#);
    let choice = |rule: &str| format!(r#"{{"Type": "Choice", "Choices": [{{{rule}, "Next": "B"}}]}}"#);
    let items = |field: &str| map(&format!(r#""Items": "{{% [1] %}}", {field}"#));
    for (state, field, expected, right, wrong) in [
        (
            &task as &dyn Fn(&str) -> String,
            "TimeoutSeconds",
            "number",
            "1",
            "'1'",
        ),
        (&task, "HeartbeatSeconds", "number", "1", "true"),
        (&wait, "Seconds", "number", "0", "'0'"),
        (&wait, "Timestamp", "string", "'2024-01-01T00:00:00Z'", "0"),
        (&fail, "Error", "string", "'E'", "1"),
        (&fail, "Cause", "string", "'C'", "null"),
        (&choice, "Condition", "boolean", "true", "'true'"),
        (&map, "Items", "array", "[1]", "'x'"),
        (&items, "MaxConcurrency", "number", "1", "[1]"),
        (&items, "ToleratedFailureCount", "number", "1", "'1'"),
        (&items, "ToleratedFailurePercentage", "number", "1.5", "'1'"),
    ] {
        let run = |expression: &str| {
            let state = state(&format!(r#""{field}": "{{% {expression} %}}""#));
            let states = format!(r#""A": {state}, "B": {{"Type": "Succeed"}}"#);
            let failure = super::jsonata::run(&states, "{}").failure;
            let error = failure.as_ref().and_then(|failure| failure.error.clone());
            let cause = failure.and_then(|failure| failure.cause);
            (error.unwrap_or_default(), cause.unwrap_or_default())
        };
        assert_ne!(&*run(right).0, "States.QueryEvaluationError", "{field}");
        let (error, cause) = run(wrong);
        assert_eq!(&*error, "States.QueryEvaluationError", "{field}");
        let words = format!("returned an unexpected result type. Expected '{expected}', but was '");
        assert!(cause.contains(&words), "{cause}");
        assert!(cause.contains(&format!("{field}' ")), "{cause}");
        assert!(
            run("$nope").1.ends_with("returned nothing (undefined)."),
            "{field}"
        );
        assert!(
            run("$sum").1.ends_with("returned an unsupported result type."),
            "{field}"
        );
    }
}
