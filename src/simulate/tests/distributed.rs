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

/// What a ResultWriter has written, by its place in the list.
fn written(execution: &Execution, number: usize) -> Value {
    let mut text = Vec::new();
    let written = &execution.written[number].1;
    written.write_json(&mut text).expect("a content");
    parse_value(std::str::from_utf8(&text).expect("text")).expect("JSON")
}

/// Asserts that the Map Run of the first state failed before any child, because of its reader.
pub(super) fn reader_failed(execution: &Execution) {
    assert_eq!(
        chain(execution)[3..],
        [
            "4[3] MapRunStarted",
            "5[4] MapRunFailed",
            "6[5] MapStateFailed",
            "7[6] ExecutionFailed"
        ]
    );
    let failure = execution.failure.as_ref().expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.ItemReaderFailed"));
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
    reader_failed(&execution);
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
        r#"[{"size":0,"source":"S3://b","key":"p/1"},{"size":3,"source":"S3://b","key":"p/2"}]"#
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

/// "must resolve to a positive integer" [ItemBatcher (Map)].
#[test]
fn a_batch_of_no_items_is_refused() {
    let fields = r#""ItemBatcher": {"MaxItemsPerBatchPath": "$.n"}, "ItemsPath": "$.items","#;
    let failure = |n: i64| {
        let execution = execute(
            &map(fields, PASS),
            "{}",
            &format!(r#"{{"n": {n}, "items": [1, 2]}}"#),
        );
        execution.failure.and_then(|failure| failure.cause)
    };
    assert_eq!(failure(1), None);
    for none in [0, -1] {
        let cause = failure(none).expect("a cause");
        assert!(
            cause.contains("field MaxItemsPerBatch must be positive"),
            "{cause}"
        );
    }
}

/// One answer beside those of some iterations serves all the others.
#[test]
fn a_mock_without_an_iteration_serves_the_rest() {
    let mocks = r#"{"States": {"S": [{"Iteration": 1, "Return": "b"}, {"Return": "rest"}]}}"#;
    assert_eq!(
        output(&execute(&map("", TASK), mocks, "[1, 2, 3]")),
        r#"["rest","b","rest"]"#
    );
}

#[test]
fn tolerated_failures_do_not_fail_the_run() {
    let mocks = r#"{"States": {"S": [
        {"Iteration": 0, "Return": "a"}, {"Iteration": 1, "Throw": {"Error": "E", "Cause": "c"}},
        {"Iteration": 2, "Return": "b"}]}}"#;
    let execution = execute(&map(r#""ToleratedFailureCount": 1,"#, TASK), mocks, "[1, 2, 3]");
    // A child that failed is described like one that is exported [ResultWriter].
    let items = execution
        .output
        .as_ref()
        .and_then(Value::as_array)
        .expect("a list");
    assert_eq!((&items[0], &items[2]), (&Value::from("a"), &Value::from("b")));
    let member = |name: &str| items[1].get(name).and_then(Value::as_str);
    assert_eq!((member("Error"), member("Cause")), (Some("E"), Some("c")));
    assert_eq!((member("Status"), member("Input")), (Some("FAILED"), Some("2")));
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
        r#"[{"input":5,"name":"StateMachine/L"}]"#
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
    // As DescribeExecution has it, without an error [floci#2733].
    assert!(
        output(&execution).contains(r#""Status":"TIMED_OUT""#) && !output(&execution).contains("Error"),
        "{}",
        output(&execution)
    );
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
    let results = written(&execution, 0);
    let first = results.as_array().and_then(<[Value]>::first).expect("a result");
    assert_eq!(first.get("Output").and_then(Value::as_str), Some("1"));
    assert_eq!(first.get("Status").and_then(Value::as_str), Some("SUCCEEDED"));
}

#[test]
fn a_map_run_that_fails_leaves_its_results_in_s3() {
    // Of two children at a time, the second fails the run after a second; the first waits still, and is stopped. The
    // third was never started.
    let state = r#""Type": "Wait", "SecondsPath": "$", "Next": "C"}, "F": {"Type": "Fail", "Error": "E", "Cause": "c"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "F"}], "Default": "P"},
        "P": {"Type": "Pass""#;
    let fields = r#""MaxConcurrency": 2, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "out"}},"#;
    let execution = execute(&map(fields, state), "{}", "[5, 1, 7]");
    assert_eq!(execution.status, Status::Failed);
    let manifest = written(&execution, 1);
    let files = manifest.get("ResultFiles").expect("files");
    let listed = |status: &str| files.get(status).and_then(Value::as_array).map(<[Value]>::len);
    assert_eq!(
        [listed("FAILED"), listed("PENDING"), listed("SUCCEEDED")],
        [Some(1), Some(0), Some(0)]
    );
    let results = written(&execution, 0);
    let of = |child: &Value, name: &str| child.get(name).map(Value::to_json);
    let children: Vec<_> = results.as_array().expect("children").iter().collect();
    let told: Vec<_> = children
        .iter()
        .map(|child| (of(child, "Input"), of(child, "Status"), of(child, "Error")))
        .collect();
    let text = |text: &str| Some(format!("\"{text}\""));
    assert_eq!(
        told,
        [
            (text("5"), text("ABORTED"), None),
            (text("1"), text("FAILED"), text("E")),
        ]
    );
}

#[test]
fn an_empty_writer_fails_the_map() {
    let execution = execute(&map(r#""ResultWriter": {},"#, PASS), "{}", "[1]");
    let failure = execution.failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.ResultWriterFailed"));
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

#[test]
fn the_members_of_an_object_are_items() {
    let fields = r#""ItemsPath": "$.o", "ItemSelector": {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value",
        "i.$": "$$.Map.Item.Index", "s.$": "$$.Map.Item.Source"},"#;
    let input = r#"{"o": {"a": 1, "b": 2}}"#;
    assert_eq!(
        output(&execute(&map(fields, PASS), "{}", input)),
        r#"[{"s":"STATE_DATA","v":1,"i":0,"k":"a"},{"s":"STATE_DATA","v":2,"i":1,"k":"b"}]"#
    );
    let execution = execute(&map(r#""ItemsPath": "$.o","#, PASS), "{}", input);
    assert_eq!(
        output(&execution),
        r#"[{"Key":"a","Value":1},{"Key":"b","Value":2}]"#
    );
    assert!(chain(&execution)[2].contains("MapStateStarted"));
}

/// Named with one `$` less, and an object of the context object is none of the objects that are iterated [recorded].
#[test]
fn items_of_the_context_object_are_an_array() {
    for (path, named) in [
        ("$$", "$"),
        ("$$.Execution", "$.Execution"),
        ("$$.Execution.Id", "$.Execution.Id"),
    ] {
        let items = format!(r#""ItemsPath": "{path}""#);
        let inline = format!(
            r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", {items}, "End": true,
                "ItemProcessor": {{"StartAt": "S", "States": {{"S": {{{PASS}, "End": true}}}}}}}}}}}}"#
        );
        for definition in [inline, map(&format!("{items},"), PASS)] {
            let failure = execute(&definition, "{}", "{}").failure.expect("a failure");
            let cause = failure.cause.expect("a cause");
            assert!(
                cause.ends_with(&format!("Reference path \"{named}\" must point to array.")),
                "{cause}"
            );
        }
    }
    let input = map(r#""ItemsPath": "$$.Execution.Input","#, PASS);
    assert_eq!(output(&execute(&input, "{}", "[1,2]")), "[1,2]");
}

#[test]
fn listed_objects_can_be_loaded() {
    let fields = r#""ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 3},
        "Parameters": {"Bucket": "b", "Prefix": "p/"}},
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"},"#;
    let mocks = r#"{"Objects": {"s3://b/p/2": {"Body": "3\n4"}, "s3://b/p/1": {"Body": "1\n2\n"}}}"#;
    assert_eq!(
        output(&execute(&map(fields, PASS), mocks, "{}")),
        r#"[{"s":"S3://b/p/1","v":1},{"s":"S3://b/p/1","v":2},{"s":"S3://b/p/2","v":3}]"#
    );
}

#[test]
fn manifests_name_what_is_read() {
    let athena = reader(
        r#""ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"]"#,
    );
    let mocks = r#"{"Objects": {"s3://b/k": {"Body": "s3://d/x.csv\ns3://d/y.csv\n"},
        "s3://d/x.csv": {"Body": "1\n2\n"}, "s3://d/y.csv": {"Body": "3\n"}}}"#;
    assert_eq!(
        output(&execute(&map(&athena, PASS), mocks, "{}")),
        r#"[{"a":"1"},{"a":"2"},{"a":"3"}]"#
    );
    let mocks = r#"{"Objects": {"s3://b/k": {"Json": {"destinationBucket": "arn:aws:s3:::d", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key", "files": [{"key": "i.csv"}]}},
        "s3://d/i.csv": {"Body": "\"src\",\"a%20b.json\"\n"}, "s3://src/a b.json": {"Json": [7, 8]}}}"#;
    let inventory = reader(r#""InputType": "MANIFEST""#);
    assert_eq!(
        output(&execute(&map(&inventory, PASS), mocks, "{}")),
        r#"[{"Bucket":"src","Key":"a%20b.json"}]"#
    );
    let loaded = reader(
        r#""ManifestType": "S3_INVENTORY", "Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON""#,
    );
    assert_eq!(output(&execute(&map(&loaded, PASS), mocks, "{}")), "[7,8]");
}

#[test]
fn one_map_reads_what_another_has_written() {
    let processor = r#""ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}}"#;
    let second = processor.replace(r#""S""#, r#""S2""#);
    let definition = format!(
        r#"{{"StartAt": "M", "States": {{
        "M": {{"Type": "Map", {processor}, "Next": "N", "ResultWriter": {{"Resource": "arn:aws:states:::s3:putObject",
            "WriterConfig": {{"Transformation": "COMPACT", "OutputType": "JSONL"}},
            "Parameters": {{"Bucket": "out", "Prefix": "p"}}}}}},
        "N": {{"Type": "Map", {second}, "End": true, "ItemReader": {{
            "Resource": "arn:aws:states:::s3:listObjectsV2",
            "ReaderConfig": {{"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 2}},
            "Parameters": {{"Bucket": "out", "Prefix.$": "States.Format('p/{{}}/SUCC',
                States.ArrayGetItem(States.StringSplit($.ResultWriterDetails.Key, '/'), 1))"}}}}}}}}}}"#
    )
    .replace("\n                States.ArrayGetItem", " States.ArrayGetItem");
    assert_eq!(
        output(&execute(&definition, "{}", r#"["a", {"b": 1}]"#)),
        r#"["a",{"b":1}]"#
    );
}

#[test]
fn the_items_pointer_may_be_an_expression() {
    let run = |pointer: &str| {
        let definition = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true,
            "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
                "StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true}}}}}},
            "ItemReader": {{"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {{"InputType": "JSON", "ItemsPointer": "{{% {pointer} %}}"}},
                "Arguments": {{"Bucket": "b", "Key": "k"}}}}}}}}}}"#
        );
        let mocks = r#"{"Objects": {"s3://b/k": {"Json": {"a": [1], "b": [2, 3]}}}}"#;
        execute(&definition, mocks, r#"{"part": "b"}"#)
    };
    assert_eq!(output(&run("'/' & $states.input.part")), "[2,3]");
    let failure = run("1").failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.QueryEvaluationError"));
}

#[test]
fn failed_batches_count_by_their_items() {
    let mocks =
        r#"{"States": {"S": [{"Iteration": 0, "Throw": {"Error": "E"}}, {"Iteration": 1, "Return": 1}]}}"#;
    let run = |tolerated: u32| {
        let fields =
            format!(r#""ToleratedFailureCount": {tolerated}, "ItemBatcher": {{"MaxItemsPerBatch": 3}},"#);
        execute(&map(&fields, TASK), mocks, "[1, 2, 3, 4]").status
    };
    assert_eq!((run(2), run(3)), (Status::Failed, Status::Succeeded));
}

#[test]
fn numbers_that_a_map_run_refuses() {
    for (fields, cause) in [
        (
            r#""ToleratedFailureCountPath": "$.n","#,
            "ToleratedFailureCount cannot be negative.",
        ),
        (
            r#""ToleratedFailurePercentagePath": "$.n","#,
            "ToleratedFailurePercentage must be between 0 and 100.",
        ),
        (
            r#""ToleratedFailureCountPath": "$.x","#,
            "The ToleratedFailureCountPath field refers to value \"y\" which is not a valid integer: $.x",
        ),
    ] {
        let definition = map(&format!(r#""ItemsPath": "$.i", {fields}"#), PASS);
        let execution = execute(&definition, "{}", r#"{"i": [1], "n": -1, "x": "y"}"#);
        assert_eq!(
            chain(&execution)[2..],
            ["3[2] MapStateStarted", "4[3] ExecutionFailed"],
            "{fields}"
        );
        let shown = execution
            .failure
            .and_then(|failure| failure.cause)
            .expect("a cause");
        assert!(
            shown.ends_with(&format!(" (entered at the event id #2). {cause}")),
            "{shown}"
        );
    }
}

#[test]
fn a_result_too_large_for_a_state_fails_the_run() {
    let item = format!("\"{}\"", "x".repeat(100_000));
    let execution = execute(&map("", PASS), "{}", &format!("[{item}, {item}, {item}]"));
    let failure = execution.failure.expect("a failure");
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(
        failure.cause.as_deref(),
        Some(
            "The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit."
        )
    );
}

#[test]
fn a_full_history_may_fill_the_one_around_it() {
    // With 6 events at most, 5 have room before the failure. The inner child loops; its failure is the fifth event of
    // the outer child, whose MapStateFailed would be the sixth. The run itself tolerates that, and its own
    // MapStateSucceeded is the sixth.
    let inner = r#""Type": "Map", "ItemsPath": "$", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "L"}}}"#;
    let settings = Settings {
        max_events: Some(6),
        ..Settings::default()
    };
    let definition = map(r#""ToleratedFailureCount": 1,"#, inner);
    let execution = run_with(&settings, &definition, "{}", "[[1]]");
    assert_eq!(
        chain(&execution)[3..],
        [
            "4[3] MapRunStarted",
            "5[4] MapRunSucceeded",
            "6[5] ExecutionFailed"
        ]
    );
    assert_eq!(execution.status, Status::Failed);
}
