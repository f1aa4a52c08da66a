//! Test files read and run: each writes its files into a folder of its own.

use std::fs;

use super::*;

const DEFINITION: &str = r#"{"StartAt": "Call", "States": {"Call": {"Type": "Task",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:F", "End": true}}}"#;

/// A test file with these cases, and an input file in YAML beside it.
fn opened(cases: &str) -> Result<TestFile, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
    write("d.asl.json", DEFINITION);
    write("input.yaml", "order: {id: 7}\n");
    write("broken.yaml", "order: [\n");
    let head = "Definition: d.asl.json\nMocks: {States: {Call: {Return: {n: 1}}}}\nCases:\n";
    write("t.sfn-test.yaml", &format!("{head}{cases}"));
    open(&folder.path().join("t.sfn-test.yaml")).map_err(|refused| refused.to_string())
}

fn names(cases: &str) -> Vec<String> {
    let file = opened(cases).expect("a test file");
    file.cases.iter().map(|case| case.name.to_string()).collect()
}

#[test]
fn rows_that_the_name_does_not_tell_apart_are_numbered() {
    let row = "Expect: {Status: SUCCEEDED}";
    assert_eq!(
        names(&format!(
            "- {{Name: a, Table: [{{n: 1}}, {{n: 2}}], Input: '${{n}}', {row}}}\n"
        )),
        ["a (row 1)", "a (row 2)"]
    );
    assert_eq!(
        names(&format!(
            "- {{Name: 'a ${{n}}', Table: [{{n: 1}}, {{n: 2}}], {row}}}\n"
        )),
        ["a 1", "a 2"]
    );
    assert_eq!(
        names(&format!(
            "- {{Name: a, Table: [{{n: 1}}], Input: '${{n}}', {row}}}\n"
        )),
        ["a"]
    );
}

#[test]
fn what_a_row_gives_wrongly_is_told_in_it() {
    let cases =
        "- Name: 'a ${s}'\n  Table:\n    - {s: Call}\n    - {s: Cal}\n  Expect: {Visited: ['${s}']}\n";
    let words = opened(cases).map(|_| ()).expect_err("there is no such state");
    assert!(words.contains(".sfn-test.yaml:7:"), "{words}");
}

#[test]
fn an_input_file_may_be_yaml_and_its_mistakes_are_told() {
    let file =
        opened("- {Name: a, InputFile: input.yaml, Expect: {Status: SUCCEEDED}}\n").expect("a test file");
    assert_eq!(file.cases[0].input.to_json(), r#"{"order":{"id":7}}"#);
    assert_eq!(&*file.cases[0].input_text, r#"{"order":{"id":7}}"#);
    let refused = opened("- {Name: a, InputFile: broken.yaml, Expect: {Status: SUCCEEDED}}\n");
    let words = refused.map(|_| ()).expect_err("the input is broken");
    assert!(words.contains("broken.yaml:"), "{words}");
}

#[test]
fn an_event_in_order_must_have_all_members_that_are_wanted() {
    let verdict = |wanted: &str| {
        let cases = format!("- Name: a\n  Expect:\n    Events: [{wanted}]\n");
        let file = opened(&cases).expect("a test file");
        matches!(file.run(&file.cases[0]).outcome, Outcome::Passed)
    };
    assert!(verdict("{type: LambdaFunctionSucceeded}"));
    let output = |text: &str| {
        format!(
            "{{type: LambdaFunctionSucceeded, lambdaFunctionSucceededEventDetails: {{output: '{text}'}}}}"
        )
    };
    assert!(verdict(&output(r#"{"n":1}"#)));
    assert!(!verdict(&output(r#"{"n":2}"#)));
    assert!(!verdict("{type: LambdaFunctionFailed}"));
    // In this order.
    assert!(verdict(
        "{type: LambdaFunctionScheduled}, {type: LambdaFunctionSucceeded}"
    ));
    assert!(!verdict(
        "{type: LambdaFunctionSucceeded}, {type: LambdaFunctionScheduled}"
    ));
}
