//! Distributed Maps: what the parent's history tells, readers, batches, thresholds, writers.

use super::*;

/// A Distributed Map with these fields, whose children run `state`.
fn map(fields: &str, state: &str) -> String {
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", {fields} "End": true, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "S", "States": {{"S": {{{state}, "End": true}}}}}}}}}}}}"#
    )
}

const PASS: &str = r#""Type": "Pass""#;

fn reader(config: &str) -> String {
    format!(
        r#""ItemReader": {{"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {{{config}}},
            "Parameters": {{"Bucket": "b", "Key": "k"}}}},"#
    )
}

fn output(execution: &Execution) -> String {
    execution.output.as_ref().map(Value::to_json).unwrap_or_default()
}

#[test]
fn children_write_nothing_into_the_parents_history() {
    assert_eq!(
        chain(&execute(&map("", PASS), "{}", "[1, 2]")),
        [
            "1[0] ExecutionStarted",
            "2[0] MapStateEntered",
            "3[2] MapStateStarted",
            "4[3] MapRunStarted",
            "5[4] MapRunSucceeded",
            "6[5] MapStateSucceeded",
            "7[4] MapStateExited",
            "8[7] ExecutionSucceeded",
        ]
    );
}

#[test]
fn a_reader_that_fails_fails_the_map_run() {
    let definition = map(
        &reader(r#""InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "a"]"#),
        PASS,
    );
    let execution = execute(&definition, r#"{"Objects": {"s3://b/k": {"Body": "1,2"}}}"#, "{}");
    assert_eq!(
        chain(&execution)[3..],
        [
            "4[3] MapRunStarted",
            "5[4] MapRunFailed",
            "6[5] MapStateFailed",
            "7[6] ExecutionFailed"
        ]
    );
    let failure = execution.failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.ItemReaderFailed"));
}

#[test]
fn every_format_gives_its_items() {
    for (config, object, expected) in [
        (
            r#""InputType": "JSON""#,
            r#"{"Json": [1, {"a": 2}]}"#,
            r#"[1,{"a":2}]"#,
        ),
        (
            r#""InputType": "JSON", "ItemsPointer": "/x/0", "MaxItems": 1"#,
            r#"{"Body": "{\"x\": [[7, 8]]}"}"#,
            "[7]",
        ),
        (
            r#""InputType": "JSONL""#,
            r#"{"Body": "{\"a\": 1}\n\n{\"a\": 2}\n"}"#,
            r#"[{"a":1},{"a":2}]"#,
        ),
        (
            r#""InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "PIPE""#,
            r#"{"Body": "a|b\n1|x\n"}"#,
            r#"[{"a":"1","b":"x"}]"#,
        ),
    ] {
        let mocks = format!(r#"{{"Objects": {{"s3://b/k": {object}}}}}"#);
        let execution = execute(&map(&reader(config), PASS), &mocks, "{}");
        assert_eq!(output(&execution), expected, "{config}");
    }
}

#[test]
fn a_listing_gives_keys_and_sizes() {
    let fields = r#""ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": "b", "Prefix": "p/"}},
        "ItemSelector": {"key.$": "$$.Map.Item.Value.Key", "size.$": "$$.Map.Item.Value.Size",
                         "source.$": "$$.Map.Item.Source"},"#;
    let mocks = r#"{"Objects": {"s3://b/p/2": {"Body": "abc"}, "s3://b/p/1": {"Body": ""}, "s3://b/q": {"Body": ""}}}"#;
    assert_eq!(
        output(&execute(&map(fields, PASS), mocks, "{}")),
        r#"[{"key":"p/1","size":0,"source":"S3://b"},{"key":"p/2","size":3,"source":"S3://b"}]"#
    );
}

#[test]
fn batches_reach_the_children_whole() {
    let fields = r#""ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"n.$": "$$.Execution.Name"}},"#;
    assert_eq!(
        output(&execute(&map(fields, PASS), "{}", "[1, 2, 3]")),
        r#"[{"BatchInput":{"n":"execution"},"Items":[1,2]},{"BatchInput":{"n":"execution"},"Items":[3]}]"#
    );
}

#[test]
fn tolerated_failures_do_not_fail_the_run() {
    let mocks = r#"{"States": {"S": [
        {"Iteration": 0, "Return": "a"}, {"Iteration": 1, "Throw": {"Error": "E", "Cause": "c"}},
        {"Iteration": 2, "Return": "b"}]}}"#;
    let execution = execute(&map(r#""ToleratedFailureCount": 1,"#, TASK), mocks, "[1, 2, 3]");
    assert_eq!(output(&execution), r#"["a",{"Error":"E","Cause":"c"},"b"]"#);
    let execution = execute(
        &map(r#""ToleratedFailurePercentage": 33,"#, TASK),
        mocks,
        "[1, 2, 3]",
    );
    let failure = execution.failure.expect("a failure");
    assert_eq!(
        failure.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
}

#[test]
fn a_fatal_error_ends_its_child_only() {
    let definition = map(
        r#""ToleratedFailureCount": 1,"#,
        r#""Type": "Pass", "InputPath": "$.a""#,
    );
    let execution = execute(&definition, "{}", r#"[{"a": 1}, {"b": 2}]"#);
    assert_eq!(execution.status, Status::Succeeded);
    // The id is the one the state's event has in the child's own history.
    assert!(
        output(&execution).contains("'S' (entered at the event id #2)"),
        "{}",
        output(&execution)
    );
}

#[test]
fn children_have_a_context_and_variables_of_their_own() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
        "M": {"Type": "Map", "Label": "L", "End": true, "ToleratedFailureCount": 1, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "S", "States": {"S": {"Type": "Pass", "End": true,
                "Parameters": {"name.$": "$$.StateMachine.Name", "input.$": "$$.Execution.Input"}}}}}}}"#;
    assert_eq!(
        output(&execute(definition, "{}", "[5]")),
        r#"[{"name":"StateMachine/L","input":5}]"#
    );
    let reading = definition.replace(r#""name.$": "$$.StateMachine.Name""#, r#""x.$": "$x""#);
    assert!(output(&execute(&reading, "{}", "[5]")).contains("States.Runtime"));
}

#[test]
fn an_express_child_has_five_minutes() {
    let definition = map(
        r#""ToleratedFailureCount": 1,"#,
        r#""Type": "Wait", "Seconds": 301"#,
    )
    .replace("STANDARD", "EXPRESS");
    let execution = execute(&definition, "{}", "[1]");
    assert_eq!(output(&execution), r#"[{"Error":"States.Timeout","Cause":""}]"#);
    assert_eq!(execution.stopped.since(execution.started), 300_000);
}

#[test]
fn an_endless_child_fails_with_a_full_history() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "S", "States": {"S": {"Type": "Pass", "Next": "S"}}}}}}"#;
    let execution = execute(definition, "{}", "[1]");
    assert_eq!(
        execution.failure.and_then(|failure| failure.error).as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
}

#[test]
fn a_writer_leaves_the_results_in_s3() {
    let fields = r#""Label": "L", "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "out", "Prefix": "runs"}},"#;
    let execution = execute(&map(fields, PASS), "{}", "[1, 2]");
    let result = execution.output.as_ref().expect("an output");
    let details = result.get("ResultWriterDetails").expect("details");
    let key = details.get("Key").and_then(Value::as_str).expect("a key");
    assert!(
        key.starts_with("runs/") && key.ends_with("/manifest.json"),
        "{key}"
    );
    let names: Vec<&str> = execution.written.iter().map(|(uri, _)| uri.as_str()).collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("/SUCCEEDED_0.json"), "{names:?}");
    let first = execution.written[0]
        .1
        .as_array()
        .and_then(<[Value]>::first)
        .expect("a result");
    assert_eq!(first.get("Output").and_then(Value::as_str), Some("1"));
    assert_eq!(first.get("Status").and_then(Value::as_str), Some("SUCCEEDED"));
}

#[test]
fn results_can_be_flattened_without_s3() {
    let fields = r#""ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}},"#;
    assert_eq!(
        output(&execute(&map(fields, PASS), "{}", "[[1, 2], 3]")),
        "[1,2,3]"
    );
}

#[test]
fn an_object_that_is_not_there_stops_the_run() {
    let program = compile(&map(&reader(r#""InputType": "JSON""#), PASS));
    let settings = Settings::default();
    let result = run(
        &program,
        &settings,
        &Mocks::default(),
        Value::empty_object(),
        Arc::from("{}"),
    );
    let error = result.expect_err("an error");
    assert_eq!(error.to_string(), "the mocks have no object s3://b/k");
}
