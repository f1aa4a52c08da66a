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

/// Seventy mebibytes, each written once.
const TIMES: usize = 70;

#[test]
fn text_that_is_put_together_has_one_bound() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let mebibyte = "x".repeat(1 << 20);
    let template = |definition: &str| {
        format!(
            r#"{{"Resources": {{"M": {{"Type": "AWS::StepFunctions::StateMachine", "Properties": {{"RoleArn": "r", {definition}}}}}}}}}"#
        )
    };
    let parts = vec!["\"a\""; TIMES + 1].join(",");
    let join = format!(r#"{{"Fn::Join": ["{mebibyte}", [{parts}]]}}"#);
    // As the text of a definition, inside one, and inside a part of another.
    write("text.json", &template(&format!("\"DefinitionString\": {join}")));
    write(
        "inside.json",
        &template(&format!(
            r#""Definition": {{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Comment": {join}, "End": true}}}}}}"#
        )),
    );
    let nested = format!(r#"{{"Fn::Join": ["", [{{"Fn::Sub": "b"}}, {join}]]}}"#);
    write(
        "nested.json",
        &template(&format!("\"DefinitionString\": {nested}")),
    );
    // A substitution of the template itself.
    let placeholders = "${V}".repeat(TIMES);
    write(
        "sub.json",
        &template(&format!(
            r#""DefinitionString": "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Comment\": \"{placeholders}\", \"End\": true}}}}}}", "DefinitionSubstitutions": {{"V": "{mebibyte}"}}"#
        )),
    );
    write("values.json", &format!(r#"{{"V": "{mebibyte}"}}"#));
    let pass = format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Comment": "{placeholders}", "End": true}}}}}}"#
    );
    write("d.asl.json", &pass);
    write("d.asl.yaml", &pass);
    for arguments in [
        &["validate", "text.json"][..],
        &["validate", "inside.json"],
        &["validate", "nested.json"],
        &["validate", "sub.json"],
        &["validate", "d.asl.json", "--substitutions", "values.json"],
        &["validate", "d.asl.yaml", "--substitutions", "values.json"],
    ] {
        let (status, text) = call(folder.path(), arguments);
        let shown: String = text.chars().take(2000).collect();
        assert_eq!(status, Some(1), "{arguments:?}: {shown}");
        assert!(
            text.contains("would be larger than 64 MiB"),
            "{arguments:?}: {shown}"
        );
        assert!(text.contains("Fill in less"), "{arguments:?}: {shown}");
    }
    // Locals of locals: each is ten times the one before.
    let mut locals = format!("  a0 = \"{}\"\n", "x".repeat(1000));
    for n in 1..8 {
        let ten = format!("${{local.a{}}}", n - 1).repeat(10);
        locals += &format!("  a{n} = \"{ten}\"\n");
    }
    write(
        "m.tf",
        &format!(
            "locals {{\n{locals}}}\nresource \"aws_sfn_state_machine\" \"m\" {{\n  role_arn = \"r\"\n  definition = jsonencode({{ StartAt = \"A\", States = {{ A = {{ Type = \"Pass\", Comment = local.a7, End = true }} }} }})\n}}\n"
        ),
    );
    let (status, text) = call(folder.path(), &["validate", "m.tf"]);
    assert!(
        matches!(status, Some(0 | 1)),
        "{}",
        text.chars().take(2000).collect::<String>()
    );

    // Many machines of one template, none of which makes too much.
    let uses = "${V}".repeat(20);
    let machine = |name: usize| {
        format!(
            r#""M{name}": {{"Type": "AWS::StepFunctions::StateMachine", "Properties": {{"RoleArn": "r", "DefinitionString": "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Comment\": \"{uses}\", \"End\": true}}}}}}"}}}}"#
        )
    };
    let machines: Vec<String> = (0..5).map(machine).collect();
    write(
        "many.json",
        &format!(r#"{{"Resources": {{{}}}}}"#, machines.join(",")),
    );
    let (status, text) = call(
        folder.path(),
        &["validate", "many.json", "--substitutions", "values.json"],
    );
    assert_eq!(status, Some(1));
    assert!(
        text.contains("would be larger than 64 MiB"),
        "{}",
        text.chars().take(2000).collect::<String>()
    );

    // The rows of a table together: none of them is too much alone.
    write(
        "p.asl.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#,
    );
    let rows = format!("{{\"v\": \"{mebibyte}\"}}");
    let rows = vec![rows; 3].join(",");
    let uses = "${v}".repeat(25);
    write(
        "x.sfn-test.json",
        &format!(
            r#"{{"Definition": "p.asl.json", "Cases": [{{"Name": "c", "Table": [{rows}], "Input": "{uses}", "Expect": {{"Status": "SUCCEEDED"}}}}]}}"#
        ),
    );
    let (status, text) = call(folder.path(), &["test", "x.sfn-test.json"]);
    assert_eq!(status, Some(2));
    assert!(
        text.contains("would be too large"),
        "{}",
        text.chars().take(2000).collect::<String>()
    );
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

#[test]
fn files_that_a_template_names_again_and_again_have_one_bound() {
    let folder = TempDir::new().expect("a folder");
    let comment = "x".repeat(20 << 20);
    let definition = format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Comment": "{comment}", "End": true}}}}}}"#
    );
    fs::write(folder.path().join("large.asl.json"), definition).expect("a file");
    let machine =
        r#"{"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "large.asl.json"}}"#;
    let resources: Vec<String> = (0..200).map(|i| format!(r#""M{i}": {machine}"#)).collect();
    let template = format!(
        r#"{{"Transform": "AWS::Serverless-2016-10-31", "Resources": {{{}}}}}"#,
        resources.join(",")
    );
    fs::write(folder.path().join("template.json"), template).expect("a file");
    let (status, told) = call(
        folder.path(),
        &["validate", "template.json", "--format", "concise"],
    );
    assert_eq!(status, Some(1), "{told}");
    // Three times twenty are within 64 MiB.
    assert!(
        told.ends_with(
            "template.json:1:436: error[INVALID_JSON_DESCRIPTION] With the file that is named here the \
        definitions of this file are larger than 64 MiB together"
        ),
        "{told}"
    );
}

/// Reading the template anew for each of them took minutes.
#[test]
fn many_substitutions_that_nobody_uses_are_all_told() {
    const COUNT: usize = 20_000;
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let machine = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
    let names: Vec<String> = (0..COUNT)
        .map(|number| format!("\"Name{number}\": \"x\""))
        .collect();
    let template = |definition: &str| {
        format!(
            r#"{{"Resources": {{"M": {{"Type": "AWS::Serverless::StateMachine", "Properties": {{{definition},
            "DefinitionSubstitutions": {{{}}}}}}}}}}}"#,
            names.join(",\n")
        )
    };
    write("inside.json", &template(&format!(r#""Definition": {machine}"#)));
    write("beside.json", &template(r#""DefinitionUri": "machine.asl.json""#));
    write("machine.asl.json", machine);
    for file in ["inside.json", "beside.json"] {
        let (code, told) = call(folder.path(), &["lint", file, "--format", "concise"]);
        assert_eq!(code, Some(0), "{file}");
        let count = told.matches("[unused-substitution]").count();
        assert_eq!(count, COUNT, "{file}");
    }
}
