//! Datasets out of S3 that are packed, or cannot be read.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// A Distributed Map over what `config` reads of `s3://b/k`; its result is the list of the items.
fn over(config: &str) -> String {
    format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "ItemReader": {{
            "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {{{config}}},
            "Parameters": {{"Bucket": "b", "Key": "k"}}}}, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "S", "States": {{"S": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
    )
}

#[test]
fn files_that_a_manifest_names_may_be_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data.csv.gz");
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer
        .write_all(b"\"b\",\"x%2Fy.txt\"\n\"b\",\"z\"\n")
        .expect("packed");
    std::fs::write(&file, packer.finish().expect("packed")).expect("a file");
    let file = Value::from(file.to_str().expect("a path")).to_json();
    let inventory = format!(
        r#"{{"Objects": {{"s3://b/k": {{"Json": {{"fileFormat": "CSV", "fileSchema": "Bucket, Key",
            "destinationBucket": "arn:aws:s3:::d", "files": [{{"key": "data.csv.gz"}}]}}}},
            "s3://d/data.csv.gz": {{"File": {file}}}}}}}"#
    );
    let execution = execute(
        &over(r#""ManifestType": "S3_INVENTORY", "InputType": "MANIFEST""#),
        &inventory,
        "{}",
    );
    assert_eq!(
        execution.output.expect("an output").to_json(),
        r#"[{"Bucket":"b","Key":"x%2Fy.txt"},{"Bucket":"b","Key":"z"}]"#
    );
    let athena = format!(
        r#"{{"Objects": {{"s3://b/k": {{"Body": "s3://d/data.csv.gz\n"}}, "s3://d/data.csv.gz": {{"File": {file}}}}}}}"#
    );
    let config = r#""ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["c"]"#;
    let execution = execute(&over(config), &athena, "{}");
    assert_eq!(
        execution.output.expect("an output").to_json(),
        r#"[{"c":"b"},{"c":"b"}]"#
    );
}

#[test]
fn an_object_that_cannot_be_read_fails_the_map_run() {
    let mocks = r#"{"Objects": {"s3://b/k": {"Throw": {"Cause": "The specified key does not exist."}}}}"#;
    let execution = execute(&over(r#""InputType": "JSON""#), mocks, "{}");
    distributed::reader_failed(&execution);
    let failure = execution.failure.expect("a failure");
    assert_eq!(
        failure.cause.as_deref(),
        Some("The specified key does not exist.")
    );
}
