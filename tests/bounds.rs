//! A small file may ask for much: what is made of it has a bound, and the error says where and what to do.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_sfn-tool");

fn call(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(BINARY)
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text);
    let joined = text
        .lines()
        .map(|line| line.trim_start_matches([' ', '│', '×', '╰', '─', '▶', '├']));
    (output.status.code(), joined.collect::<Vec<_>>().join(" "))
}

#[test]
fn records_of_datasets_end() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let definition = |config: &str| {
        format!(
            r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true,
            "ItemReader": {{"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {{{config}}}, "Parameters": {{"Bucket": "b", "Key": "k"}}}},
            "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "X", "States": {{"X": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
        )
    };
    write(
        "csv.asl.json",
        &definition(r#""InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW""#),
    );
    write("jsonl.asl.json", &definition(r#""InputType": "JSONL""#));
    write("inventory.asl.json", &definition(r#""InputType": "MANIFEST""#));
    // No line ends: neither in five mebibytes as they are, nor packed into some kilobytes.
    write("long", &"x".repeat(5 << 20));
    write("quoted", &format!("a,b\n\"{}", "x\n".repeat(3 << 20)));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed
        .write_all(&vec![0; 5 << 20])
        .expect("a vector takes everything");
    fs::write(folder.path().join("bomb.gz"), packed.finish().expect("packed")).expect("a file");
    let manifest = r#"{"Json": {"sourceBucket": "b", "destinationBucket": "arn:aws:s3:::b", "version": "2016-11-30",
        "fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": [{"key": "d.gz", "size": 1, "MD5checksum": "x"}]}}"#;
    write("long.json", r#"{"Objects": {"s3://b/k": {"File": "long"}}}"#);
    write("quoted.json", r#"{"Objects": {"s3://b/k": {"File": "quoted"}}}"#);
    write(
        "bomb.json",
        &format!(r#"{{"Objects": {{"s3://b/k": {manifest}, "s3://b/d.gz": {{"File": "bomb.gz"}}}}}}"#),
    );
    for (definition, mocks) in [
        ("csv.asl.json", "long.json"),
        ("csv.asl.json", "quoted.json"),
        ("jsonl.asl.json", "long.json"),
        ("inventory.asl.json", "bomb.json"),
    ] {
        let (status, text) = call(folder.path(), &["simulate", definition, "--mocks", mocks]);
        assert_eq!(status, Some(2), "{definition}, {mocks}: {text}");
        assert!(
            text.contains("a record is longer than 4 MiB"),
            "{definition}, {mocks}: {text}"
        );
    }
    // Headers stand in every item.
    let headers: String = (0..60_000).map(|n| format!("h{n},")).collect();
    write("long", &format!("{headers}\n1\n"));
    let (status, text) = call(
        folder.path(),
        &["simulate", "csv.asl.json", "--mocks", "long.json"],
    );
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("the headers are longer than 256 KiB"), "{text}");
}
