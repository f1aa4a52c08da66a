//! A project with one of each source: plain `check` gives every finding in its place.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::called::run;

/// The files of the project; the last mistake of each is a target that no state has.
const FILES: [(&str, &str); 16] = [
    (".gitignore", "cdk.out\nbuild/\n"),
    ("build/old.asl.json", "{\"StartAt\": \"Gone\", \"States\": {}}\n"),
    (
        "flows/order.asl.json",
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"J\"}}\n}\n",
    ),
    (
        "flows/order.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Y\n",
    ),
    (
        "flows/any-name.json",
        "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\"Type\": \"Pass\", \"Next\": \"N\"}}}\n",
    ),
    (
        "sam/template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: orders.asl.json\n      DefinitionSubstitutions: {Target: S}\n",
    ),
    (
        "sam/orders.asl.json",
        "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\"Type\": \"Pass\", \"Next\": \"${Target}\"}}}\n",
    ),
    (
        "cloudformation/stack.json",
        "{\"Resources\": {\"Orders\": {\"Type\": \"AWS::StepFunctions::StateMachine\", \"Properties\": {\n\"DefinitionString\": \"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\",\\\"Next\\\":\\\"C\\\"}}}\"}}}}\n",
    ),
    (
        "serverless/serverless.yml",
        "service: shop\nstepFunctions:\n  stateMachines:\n    orders:\n      definition:\n        StartAt: A\n        States:\n          A: {Type: Pass, Next: V}\n",
    ),
    (
        "cdk.out/manifest.json",
        "{\"version\": \"36.0.0\", \"artifacts\": {\"Stack\": {\"type\": \"aws:cloudformation:stack\", \"properties\": {\"templateFile\": \"Stack.template.json\"}}, \"Stack.assets\": {\"type\": \"cdk:asset-manifest\", \"properties\": {\"file\": \"Stack.assets.json\"}}}}\n",
    ),
    (
        "cdk.out/Stack.template.json",
        "{\"Resources\": {\"Flow1A\": {\"Type\": \"AWS::StepFunctions::StateMachine\", \"Properties\": {\n\"DefinitionS3Location\": {\"Bucket\": \"b\", \"Key\": \"1.json\"}},\n\"Metadata\": {\"aws:cdk:path\": \"Stack/Flow/Resource\"}}}}\n",
    ),
    (
        "cdk.out/Stack.assets.json",
        "{\"files\": {\"1\": {\"source\": {\"path\": \"asset.1.json\"}, \"destinations\": {\"d\": {\"objectKey\": \"1.json\"}}}}}\n",
    ),
    (
        "cdk.out/asset.1.json",
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"D\"}}}\n",
    ),
    (
        "terraform/main.tf",
        "resource \"aws_sfn_state_machine\" \"orders\" {\n  definition = jsonencode({\n    StartAt = \"A\"\n    States = { A = { Type = \"Pass\", Next = \"T\" } }\n  })\n}\n",
    ),
    (
        "terraform/plan.json",
        "{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {\"resources\": [{\"address\": \"aws_sfn_state_machine.orders\", \"mode\": \"managed\", \"type\": \"aws_sfn_state_machine\", \"values\": {\n\"definition\": \"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\",\\\"Next\\\":\\\"P\\\"}}}\"}}]}}}\n",
    ),
    (
        "pulumi/export.json",
        "{\"version\": 3, \"deployment\": {\"resources\": [{\"type\": \"aws:sfn/stateMachine:StateMachine\", \"urn\": \"urn:pulumi:dev::shop::aws:sfn/stateMachine:StateMachine::orders\", \"inputs\": {\n\"definition\": \"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\",\\\"Next\\\":\\\"U\\\"}}}\"}}]}}\n",
    ),
];

/// Where each of the mistakes is, by the name of the state that is missing: file, line, column, and what is said behind it.
const FOUND: [(&str, &str, &str); 10] = [
    ("J", "flows/order.asl.json:3:44", ""),
    ("Y", "flows/order.asl.yaml:5:11", ""),
    ("N", "flows/any-name.json:2:33", ""),
    (
        "S",
        "sam/orders.asl.json:2:33",
        " (named in sam/template.yaml:6:22)",
    ),
    ("C", "cloudformation/stack.json:2:87", ""),
    ("V", "serverless/serverless.yml:8:33", ""),
    (
        "D",
        "cdk.out/asset.1.json:1:59",
        " (Stack/Flow/Resource, named in cdk.out/Stack.template.json:2:1)",
    ),
    ("T", "terraform/main.tf:4:44", ""),
    ("P", "terraform/plan.json:2:81", ""),
    ("U", "pulumi/export.json:2:81", ""),
];

fn project() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn plain_check_gives_every_finding_in_its_place() {
    let folder = project();
    let (code, out, err) = run(
        folder.path(),
        &["check", "--format", "concise", "--severity", "error"],
    );
    assert_eq!(code, 1, "{err}");
    let mut found: Vec<&str> = out.lines().collect();
    found.sort_unstable();
    let mut expected: Vec<String> = (FOUND.iter())
        .map(|(name, place, behind)| {
            format!("{place}: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: {name}{behind}")
        })
        .collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let (_, _, err) = run(folder.path(), &["check"]);
    assert!(
        err.contains("10 errors in 10 state machines in 10 files"),
        "{err}"
    );
}

#[test]
fn every_format_tells_all_of_them_and_other_commands_take_each() {
    let folder = project();
    let (code, out, err) = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!(code, 1, "{err}");
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let files = answer["files"].as_array().expect("files");
    assert_eq!(files.len(), FOUND.len(), "{out}");
    for file in files {
        assert_eq!(file["result"], "FAIL", "{file}");
    }
    for (argument, name) in [
        ("flows/order.asl.json", "J"),
        ("sam/template.yaml#Orders", "S"),
        ("cloudformation/stack.json", "C"),
        ("serverless/serverless.yml#orders", "V"),
        ("cdk.out/Stack.template.json#Stack/Flow", "D"),
        ("terraform/main.tf#aws_sfn_state_machine.orders", "T"),
        ("terraform/plan.json#aws_sfn_state_machine.orders", "P"),
        ("pulumi/export.json#orders", "U"),
    ] {
        let (code, out, err) = run(folder.path(), &["graph", argument]);
        assert_eq!(code, 0, "{argument}: {err}");
        assert!(
            out.contains(&format!("-> {name} (no such state)")),
            "{argument}: {out}"
        );
    }
}
