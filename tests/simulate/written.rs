//! The input and the mocks that `sfn-tool simulate` writes.

use std::fs;

use serde_json::{Value, json};

use super::{charge, folder, output_of, tool};

#[test]
fn written_mocks_run() {
    let folder = folder(&[("d.json", charge())]);
    let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
    assert_eq!(code, 0);
    let text = fs::read_to_string(folder.path().join("m.json")).expect("the mock file");
    let mut mocks: Value = serde_json::from_str(&text).expect("JSON");
    mocks["States"]["Charge"]["Return"]["Payload"] = json!({"id": 1});
    fs::write(folder.path().join("m.json"), mocks.to_string()).expect("a file");
    let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", "m.json"]));
    assert_eq!(code, 0);
}

/// A task whose result decides on the way, which reads the input, too.
fn reads_its_data() -> Value {
    json!({"StartAt": "Price", "States": {
        "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price",
            "Parameters": {"id.$": "$.order.id"}, "ResultPath": "$.quote", "Next": "Dear?"},
        "Dear?": {"Type": "Choice", "Choices": [
            {"Variable": "$.quote.price", "NumericGreaterThan": 50, "Next": "Refuse"}], "Default": "Buy"},
        "Refuse": {"Type": "Fail"},
        "Buy": {"Type": "Succeed"}}})
}

#[test]
fn written_input_and_mocks_fit_what_is_read() {
    let folder = folder(&[("d.json", reads_its_data())]);
    let simulate =
        |arguments: &[&str]| output_of(tool(folder.path()).args(["simulate", "d.json"]).args(arguments));
    let (code, stdout, stderr) = simulate(&["--write-mocks", "m.yaml", "--write-input", "i.json"]);
    assert_eq!((code, &*stdout), (0, ""), "{stderr}");
    assert!(
        stderr.contains("wrote m.yaml with 1 task\n") && stderr.contains("wrote i.json"),
        "{stderr}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it was written");
    let input: Value = serde_json::from_str(&read("i.json")).expect("JSON");
    assert_eq!(input, json!({"order": {"id": "id"}}));
    let first = "# yaml-language-server: $schema=https://";
    assert!(read("m.yaml").starts_with(first) && read("m.yaml").contains("mocks.schema.json\n"));
    // 1 is what a number is where nothing else is asked for: it is not greater than 50.
    assert!(read("m.yaml").contains("price: 1"), "{}", read("m.yaml"));
    let (code, ..) = simulate(&[
        "--mocks",
        "m.yaml",
        "--input",
        "i.json",
        "--expect-status",
        "succeeded",
    ]);
    assert_eq!(code, 0);
    // Alone, and on stdout.
    let (code, stdout, _) = simulate(&["--write-input", "-"]);
    assert_eq!((code, serde_json::from_str(&stdout).ok()), (0, Some(input)));
    let (code, stdout, stderr) = simulate(&["--write-input", "-", "--write-mocks", "-"]);
    assert_eq!((code, &*stdout), (2, ""));
    assert!(stderr.contains("cannot both go to stdout"), "{stderr}");
    let (code, _, stderr) = simulate(&["--write-input", "no/such/folder.json"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot write no/such/folder.json"), "{stderr}");
}

/// As DescribeExecution describes one that succeeded [Integrating optimized services].
#[test]
fn written_mocks_of_nested_executions_have_all_members() {
    let machine = json!({"StartAt": "Text", "States": {
        "Text": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync",
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:inner"}, "Next": "Json"},
        "Json": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:inner"}, "End": true}}});
    let folder = folder(&[("d.json", machine)]);
    let (code, _, stderr) =
        output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
    assert_eq!(code, 0, "{stderr}");
    let written = fs::read_to_string(folder.path().join("m.json")).expect("mocks");
    let written: Value = serde_json::from_str(&written).expect("JSON");
    for (state, data) in [("Text", json!("{}")), ("Json", json!({}))] {
        let result = &written["States"][state]["Return"];
        let mut names: Vec<&str> = result
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "ExecutionArn",
                "Input",
                "InputDetails",
                "Name",
                "Output",
                "OutputDetails",
                "RedriveCount",
                "RedriveStatus",
                "RedriveStatusReason",
                "StartDate",
                "StateMachineArn",
                "Status",
                "StopDate",
            ]
        );
        assert_eq!((&result["Input"], &result["Output"]), (&data, &data), "{state}");
        assert_eq!(
            result["RedriveStatusReason"],
            "Execution is SUCCEEDED and cannot be redriven"
        );
    }
}

#[test]
fn written_mocks_hold_what_readers_read() {
    for (resource, config) in [
        (
            "getObject",
            json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "TAB"}),
        ),
        (
            "getObject",
            json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"]}),
        ),
        ("getObject", json!({"InputType": "JSON", "ItemsPointer": "/a/b"})),
        ("getObject", json!({"InputType": "JSONL"})),
        (
            "getObject",
            json!({"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"}),
        ),
        (
            "getObject",
            json!({"InputType": "JSON", "ManifestType": "S3_INVENTORY", "Transformation": "LOAD_AND_FLATTEN"}),
        ),
        (
            "getObject",
            json!({"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}),
        ),
        ("listObjectsV2", json!({})),
        (
            "listObjectsV2",
            json!({"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}),
        ),
    ] {
        let name = if resource == "getObject" { "Key" } else { "Prefix" };
        let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
            "ItemReader": {"Resource": format!("arn:aws:states:::s3:{resource}"), "ReaderConfig": config,
                "Parameters": {"Bucket": "b", (name): "data/"}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "S", "States": {"S": {"Type": "Pass", "Result": "one", "End": true}}}}}});
        let folder = folder(&[("d.json", definition)]);
        let (code, ..) =
            output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", "m.json"]));
        assert_eq!(code, 0, "{config}");
        let (_, stdout, stderr) = output_of(tool(folder.path()).args([
            "simulate",
            "d.json",
            "--mocks",
            "m.json",
            "--format",
            "json",
            "--no-history",
        ]));
        let run: Value = serde_json::from_str(&stdout).unwrap_or_default();
        assert_eq!(run["output"], json!(["one"]), "{config}: {stdout}{stderr}");
    }
}

/// A skeleton is in the language that its file is called by, and is read back whatever the names of tasks are.
#[test]
fn mocks_that_are_written_can_be_read() {
    let name = "odd \u{7f}\u{85}\u{2028}: #";
    let folder = folder(&[(
        "d.json",
        json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true}}}),
    )]);
    for file in ["m.yaml", "m.yml", "m.json"] {
        let (code, ..) = output_of(tool(folder.path()).args(["simulate", "d.json", "--write-mocks", file]));
        assert_eq!(code, 0);
        let text = fs::read_to_string(folder.path().join(file)).expect("it was written");
        assert_eq!(text.starts_with('{'), file == "m.json", "{text}");
        assert_eq!(
            text.starts_with("# yaml-language-server:"),
            file != "m.json",
            "{text}"
        );
        let (code, _, stderr) = output_of(tool(folder.path()).args(["simulate", "d.json", "--mocks", file]));
        assert_eq!(code, 0, "{file}: {stderr}");
    }
}
