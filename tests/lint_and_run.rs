//! What lint says of large results, and what the run shows: they agree.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::called;

fn sfn_tool(folder: &Path, arguments: &[&str]) -> String {
    let mut command = called::tool();
    let output = command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether the run of `definition` fails with States.DataLimitExceeded: 300 items, each answered with 1,000 bytes.
fn exceeds_limit(folder: &Path) -> bool {
    let shown = sfn_tool(
        folder,
        &[
            "simulate",
            "m.asl.json",
            "--input",
            "input.json",
            "--mocks",
            "mocks.json",
            "--format",
            "json",
        ],
    );
    let execution: Value = serde_json::from_str(&shown).unwrap_or_else(|error| panic!("{error}: {shown}"));
    match execution["status"].as_str() {
        Some("SUCCEEDED") => false,
        _ => {
            assert_eq!(execution["error"], "States.DataLimitExceeded", "{execution}");
            true
        }
    }
}

fn is_found(folder: &Path, rule: &str) -> bool {
    let shown = sfn_tool(
        folder,
        &[
            "lint",
            "--isolated",
            "--select",
            rule,
            "--format",
            "concise",
            "m.asl.json",
        ],
    );
    shown.contains(rule)
}

fn write(folder: &Path, name: &str, value: &Value) {
    fs::write(folder.join(name), value.to_string()).expect("a temporary file");
}

/// A Map that reads 300 rows from S3, with the members of `fields` over its own.
fn map_over_s3(language: &str, fields: &Value) -> Value {
    let payload = match language {
        "JSONata" => "Arguments",
        _ => "Parameters",
    };
    let mut map = json!({
        "Type": "Map",
        "End": true,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            payload: {"Bucket": "b", "Key": "k"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Work",
            "States": {"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}},
        },
    });
    for (name, value) in fields.as_object().expect("an object") {
        map[name] = value.clone();
    }
    json!({"QueryLanguage": language, "StartAt": "Each", "States": {"Each": map}})
}

#[test]
fn lint_reports_the_distributed_maps_whose_results_are_too_large() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let large = "x".repeat(1000);
    let rows: Vec<Value> = (0..300).map(|number| json!({"n": number})).collect();
    write(folder, "input.json", &json!({}));
    write(
        folder,
        "mocks.json",
        &json!({
            "States": {"Work": {"Return": {"text": large}}},
            "Objects": {"s3://b/k": {"Json": rows}},
        }),
    );
    let ends_with = |last: Value| {
        json!({"ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Work",
            "States": {
                "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Last"},
                "Last": last,
            },
        }})
    };
    let writer = |payload: &str| json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", payload: {"Bucket": "b", "Prefix": "p"}}});
    for (language, fields, too_large) in [
        ("JSONPath", json!({}), true),
        // aws-cdk#24799: neither has an effect.
        ("JSONPath", json!({"ResultPath": null, "OutputPath": null}), true),
        ("JSONPath", json!({"OutputPath": null}), true),
        (
            "JSONPath",
            json!({"ResultSelector": {"count.$": "States.ArrayLength($)"}}),
            true,
        ),
        (
            "JSONPath",
            json!({"ResultWriter": {"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}}),
            true,
        ),
        ("JSONata", json!({}), true),
        (
            "JSONata",
            json!({"Output": {"count": "{% $count($states.result) %}"}}),
            true,
        ),
        ("JSONata", json!({"Output": {}}), true),
        ("JSONPath", writer("Parameters"), false),
        ("JSONata", writer("Arguments"), false),
        (
            "JSONPath",
            ends_with(json!({"Type": "Pass", "Result": {}, "End": true})),
            false,
        ),
        (
            "JSONPath",
            ends_with(json!({"Type": "Pass", "OutputPath": null, "End": true})),
            false,
        ),
        (
            "JSONata",
            ends_with(json!({"Type": "Succeed", "Output": "done"})),
            false,
        ),
        // What the last state makes of its input is as large as that.
        ("JSONPath", ends_with(json!({"Type": "Pass", "End": true})), true),
        (
            "JSONPath",
            ends_with(json!({"Type": "Pass", "Result": {}, "ResultPath": "$.more", "End": true})),
            true,
        ),
        (
            "JSONata",
            ends_with(json!({"Type": "Pass", "Output": "{% $states.input %}", "End": true})),
            true,
        ),
    ] {
        write(folder, "m.asl.json", &map_over_s3(language, &fields));
        assert_eq!(exceeds_limit(folder), too_large, "the run: {language} {fields}");
        assert_eq!(
            is_found(folder, "large-map-result"),
            too_large,
            "lint: {language} {fields}"
        );
    }
}

#[test]
fn lint_reports_the_catchers_that_let_a_large_result_through() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    write(folder, "input.json", &json!({}));
    write(
        folder,
        "mocks.json",
        &json!({"States": {"Load": {"Return": {"Body": "x".repeat(300_000)}}}}),
    );
    for (names, caught) in [
        // The guide excepts it from States.ALL; AWS was recorded catching it.
        (json!(["States.ALL"]), true),
        (json!(["States.TaskFailed"]), true),
        (json!(["S3.NoSuchKeyException", "States.DataLimitExceeded"]), true),
        (json!(["S3.NoSuchKeyException"]), false),
        (json!(["States.Timeout"]), false),
    ] {
        let load = json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Parameters": {"Bucket": "b", "Key": "k"},
            "Catch": [{"ErrorEquals": names, "Next": "Caught"}],
            "End": true,
        });
        let states = json!({"Load": load, "Caught": {"Type": "Pass", "End": true}});
        write(
            folder,
            "m.asl.json",
            &json!({"StartAt": "Load", "States": states}),
        );
        assert_eq!(exceeds_limit(folder), !caught, "the run: {names}");
        assert_eq!(
            is_found(folder, "data-limit-not-caught"),
            !caught,
            "lint: {names}"
        );
    }
}
