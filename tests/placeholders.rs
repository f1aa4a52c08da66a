//! Placeholders that nothing was put in the place of, when a definition is run.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::called;

fn folder(files: &[(&str, Value)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content.to_string()).expect("a file");
    }
    folder
}

/// A placeholder stands as text wherever a text will do, bare or in quotes.
#[test]
fn placeholders_stand_as_text_where_a_text_will_do() {
    let folder = folder(&[("m.json", json!({"States": {"Store": {"Return": {}}}}))]);
    let definition = "StartAt: Store\nStates:\n  Store:\n    Type: Task\n    Resource: arn:aws:states:::dynamodb:putItem\n    \
                      Parameters:\n      TableName: ${OrdersTable}\n      Item: {id: {S: \"${Prefix}-1\"}}\n    End: true\n";
    fs::write(folder.path().join("d.asl.yaml"), definition).expect("a file");
    let simulate = |more: &[&str]| {
        let simulate = &["simulate", "d.asl.yaml", "--mocks", "m.json", "--full"][..];
        called::run(folder.path(), &[simulate, more].concat())
    };
    let (code, stdout, stderr) = simulate(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains(r#""TableName":"${OrdersTable}""#), "{stdout}");
    // What a task sends gets into no data: nothing is said of it.
    assert_eq!(stderr, "");
    let (code, stdout, stderr) = simulate(&["--define", "OrdersTable=orders", "--define", "Prefix=o"]);
    assert_eq!((code, &*stderr), (0, ""));
    assert!(
        stdout.contains(r#""TableName":"orders""#) && stdout.contains(r#""S":"o-1""#),
        "{stdout}"
    );
}

/// Where a placeholder decides the run stops, whatever stands before it, and names all that are needed.
#[test]
fn placeholders_that_decide_stop_the_run_there() {
    let choice = r#"{"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Default": "P",
            "Choices": [{"Variable": "$.stage", "StringEquals": "${Stage}", "Next": "W"}]},
        "W": {"Type": "Wait", "Seconds": ${Delay}, "Next": "P"},
        "P": {"Type": "Pass", "End": true}}}"#;
    let jsonata = r#"{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Output": {"text": "${Text}", "made": "{% {'k': 1, ${more} } %}"}}}}"#;
    let call = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Parameters": {"made.$": "States.Format('{} {}', $.a, ${b})"}}}}"#;
    let next =
        r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "${Then}"}, "Q": {"Type": "Succeed"}}}"#;
    for (definition, state, names) in [
        (choice, "C", &["Stage", "Delay"][..]),
        (jsonata, "P", &["more"]),
        (call, "P", &["b"]),
        (next, "P", &["Then"]),
    ] {
        let folder = folder(&[]);
        fs::write(folder.path().join("d.json"), definition).expect("a file");
        let (code, _, stderr) = called::run(
            folder.path(),
            &[
                "simulate",
                "d.json",
                "--no-validate",
                "--input-json",
                "{\"stage\": \"x\"}",
            ],
        );
        assert_eq!(code, 2, "{definition}: {stderr}");
        assert!(stderr.contains(&format!("'{state}' cannot be run")), "{stderr}");
        let defines: Vec<String> = names
            .iter()
            .map(|name| format!("--define {name}=VALUE"))
            .collect();
        let asked = format!("help: {}\n", defines.join(" "));
        assert!(
            stderr.contains(&asked) && stderr.contains("--substitutions FILE"),
            "{asked}\n{stderr}"
        );
    }
    // A state may be called like a placeholder: where it leads is no question then.
    let named = r#"{"StartAt": "${A}", "States": {"${A}": {"Type": "Pass", "Next": "${B}"}, "${B}": {"Type": "Succeed"}}}"#;
    let folder = folder(&[]);
    fs::write(folder.path().join("d.json"), named).expect("a file");
    let (code, _, stderr) = called::run(folder.path(), &["simulate", "d.json"]);
    assert_eq!(code, 0, "{stderr}");
    // A state that the run does not come to stops nothing, and neither does an error that nobody raises.
    let beside = r#"{"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "${Fn}", "Next": "P", "Catch": [{"ErrorEquals": ["${Error}"], "Next": "W"}]},
        "W": {"Type": "Wait", "Seconds": ${Delay}, "Next": "P"},
        "P": {"Type": "Pass", "End": true}}}"#;
    let folder = self::folder(&[
        ("well.json", json!({"States": {"T": {"Return": 1}}})),
        ("badly.json", json!({"States": {"T": {"Throw": {"Error": "E"}}}})),
    ]);
    fs::write(folder.path().join("d.json"), beside).expect("a file");
    let run = |mocks: &str| called::run(folder.path(), &["simulate", "d.json", "--mocks", mocks]);
    let (code, _, stderr) = run("well.json");
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stderr, "");
    let (code, _, stderr) = run("badly.json");
    assert_eq!(code, 2);
    assert!(
        stderr.contains("'T' cannot be run: ${Error}, ${Delay} have no value"),
        "{stderr}"
    );
}

/// What may get into the data of the execution is named, and an option gives it a value.
#[test]
fn placeholders_that_get_into_the_data_are_named() {
    let folder = folder(&[("m.json", json!({"States": {"Store": {"Return": {}}}}))]);
    let definition = json!({"StartAt": "Store", "States": {
        "Store": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Told",
            "Parameters": {"QueueUrl": "${Queue}", "MessageBody": "in ${AWS::Region}"}},
        "Told": {"Type": "Pass", "Result": {"stage": "${Stage}"}, "End": true}}});
    fs::write(folder.path().join("d.asl.json"), definition.to_string()).expect("a file");
    let run = |more: &[&str]| {
        let simulate = &["simulate", "d.asl.json", "--mocks", "m.json"][..];
        called::run(folder.path(), &[simulate, more].concat())
    };
    let (code, _, stderr) = run(&[]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(
        stderr,
        "warning: no value for ${Stage}: taken as text; give values with --define Stage=VALUE or --substitutions FILE\n"
    );
    let (code, _, stderr) = run(&["--define", "Stage=test"]);
    assert_eq!((code, &*stderr), (0, ""));
}

/// What stands as text is no value to compare with: a case that does fails, whatever it expects.
#[test]
fn a_comparison_with_the_text_of_a_placeholder_fails() {
    let folder = folder(&[]);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write(
        "d.asl.json",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "${Queue}", "MessageBody": "m"}, "Next": "P"},
            "P": {"Type": "Pass", "Parameters": {"queue": "${Queue}", "n": 1}, "End": true}}}"#,
    );
    let cases = |head: &str| {
        format!(
            "Definition: d.asl.json\n{head}Mocks: {{States: {{T: {{Return: {{}}}}}}}}\nCases:\n  \
             - Name: whole\n    Expect: {{Output: {{queue: '${{Queue}}', n: 1}}}}\n  \
             - Name: part\n    Expect: {{OutputPaths: {{$.n: 1}}}}\n  \
             - Name: call\n    Expect: {{Tasks: {{T: [{{ParametersPaths: {{$.QueueUrl: '${{Queue}}'}}}}]}}}}\n"
        )
    };
    let test = || called::run(folder.path(), &["test", "d.sfn-test.yaml"]);
    write("d.sfn-test.yaml", &cases(""));
    let (code, stdout, stderr) = test();
    assert_eq!(code, 1, "{stdout}{stderr}");
    assert!(
        stdout.contains("FAILED whole") && stdout.contains("FAILED call"),
        "{stdout}"
    );
    assert!(stdout.contains("ok     part"), "{stdout}");
    assert!(stdout.contains("write Substitutions: {Queue: VALUE}"), "{stdout}");
    assert_eq!(
        stderr,
        "warning: d.sfn-test.yaml: no value for ${Queue}: taken as text; give values in Substitutions:\n"
    );
    write(
        "d.sfn-test.yaml",
        &cases("Substitutions: {Queue: q}\n").replace("${Queue}", "q"),
    );
    let (code, stdout, stderr) = test();
    assert_eq!((code, &*stderr), (0, ""), "{stdout}");
    // Where the value is needed the case stops, and says how it is given here.
    write(
        "d.asl.json",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Wait", "Seconds": ${Wait}, "End": true}}}"#,
    );
    write(
        "d.sfn-test.yaml",
        "Definition: d.asl.json\nCases: [{Name: waits, Expect: {Status: SUCCEEDED}}]\n",
    );
    let (code, stdout, stderr) = test();
    assert_eq!(code, 2, "{stdout}{stderr}");
    assert!(
        stdout.contains("Substitutions: {Wait: VALUE}") && !stdout.contains("--define"),
        "{stdout}"
    );
}
