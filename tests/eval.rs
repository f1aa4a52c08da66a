//! `sfn-tool eval`: the expression of a command line or a file, on an input and variables.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::called;

fn sfn_tool() -> Command {
    let mut command = called::tool();
    command.env("NO_COLOR", "1");
    command
}

fn eval(arguments: &[&str]) -> (i32, Value) {
    let output = sfn_tool()
        .arg("eval")
        .args(["--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        serde_json::from_slice(&output.stdout).unwrap(),
    )
}

#[test]
fn a_value_nothing_and_a_mistake() {
    assert_eq!(eval(&["$sum([1, 2, 3]) * 2"]), (0, json!({"result": 12})));
    assert_eq!(eval(&["$none.a"]), (0, json!({"undefined": true})));
    let (status, answer) = eval(&["1 +"]);
    assert_eq!(status, 1);
    assert_eq!(answer["error"]["code"], "S0207");
    let (status, answer) = eval(&["1 + \"x\""]);
    assert_eq!((status, &answer["error"]["code"]), (1, &json!("T2002")));
}

#[test]
fn the_input_may_be_text() {
    assert_eq!(
        eval(&["x + 1", "--input-json", r#"{"x": 2}"#]),
        (0, json!({"result": 3}))
    );
    assert_eq!(
        eval(&["--aws", "$states.input.x", "--input-json", r#"{"x": 2}"#]),
        (0, json!({"result": 2}))
    );
    let broken = sfn_tool()
        .args(["eval", "x", "--input-json", "{x}"])
        .output()
        .unwrap();
    assert_eq!(broken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("the input is not JSON"));
}

#[test]
fn an_expression_may_begin_with_a_minus() {
    assert_eq!(eval(&["-3 + 1"]), (0, json!({"result": -2})));
    // Numbers that are not finite are text on AWS [floci#2676, measured].
    assert_eq!(eval(&["--aws", "-1/0"]), (0, json!({"result": "-Infinity"})));
}

#[test]
fn files_give_expression_input_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let expression = file("expression.txt", "items[price > $limit].name");
    let input = file(
        "input.yaml",
        "items:\n  - {name: pen, price: 1}\n  - {name: ink, price: 4}\n",
    );
    let variables = file("variables.json", r#"{"limit": 2}"#);
    let answer = eval(&[
        "--expression-file",
        &expression,
        "--input",
        &input,
        "--variables",
        &variables,
    ]);
    assert_eq!(answer, (0, json!({"result": "ink"})));
}

#[test]
fn the_same_seed_draws_the_same() {
    assert_eq!(
        eval(&["$random()", "--seed", "5"]),
        eval(&["$random()", "--seed", "5"])
    );
    assert_ne!(
        eval(&["$uuid()", "--seed", "5"]),
        eval(&["$uuid()", "--seed", "6"])
    );
}

#[test]
fn hostile_expressions_end_in_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.txt");
    fs::write(&path, format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000))).unwrap();
    let (status, answer) = eval(&["--expression-file", path.to_str().unwrap()]);
    assert_eq!((status, &answer["error"]["code"]), (1, &json!("U1001")));
    let (status, _) = eval(&["($f := function($x){ $f($x + 1) + 1 }; $f(0))"]);
    assert_eq!(status, 1);
    let (status, _) = eval(&["$pad('x', 9999999999)"]);
    assert_eq!(status, 1);
}

#[test]
fn a_function_that_does_not_exist_is_told_with_the_nearest_one() {
    let said = |arguments: &[&str]| {
        let output = sfn_tool().arg("eval").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for arguments in [&["$summ([1])"][..], &["--aws", "{% $summ([1]) %}"]] {
        let text = said(arguments);
        assert!(text.contains("did you mean $sum?"), "{text}");
        assert!(text.contains("<expression>:1:7"), "{text}");
    }
}

// AWS's bounds and words, as measured in floci#2676 and quoted in its guide.
#[test]
fn bounds_of_aws_have_words_of_their_own() {
    for (expression, words) in [
        ("[1..10000000]", "memory limit exceeded"),
        ("$pad('x', 9000000)", "memory limit exceeded"),
        (
            "($f := function($n){ 1 + $f($n) }; $f(0))",
            "Stack overflow error",
        ),
    ] {
        let (status, answer) = eval(&["--aws", expression]);
        let message = answer["error"]["message"].as_str().unwrap();
        assert_eq!(status, 1);
        assert!(
            message.contains("threw an error during evaluation: "),
            "{message}"
        );
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn what_cannot_be_read_is_exit_2() {
    sfn_tool()
        .args(["eval", "1", "--input", "no-such-file.json"])
        .assert()
        .code(2);
}

#[test]
fn the_languages_of_jsonpath_states() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.json");
    fs::write(&input, r#"{"a": [{"b": 1}, {"b": 2}], "name": "Ada"}"#).unwrap();
    let context = folder.path().join("context.json");
    fs::write(&context, r#"{"Execution": {"Name": "run"}}"#).unwrap();
    let files = [
        "--input",
        input.to_str().unwrap(),
        "--context",
        context.to_str().unwrap(),
    ];
    let with = |language: &str, expression: &str| {
        let mut arguments = vec!["--language", language, expression];
        arguments.extend(files);
        eval(&arguments)
    };
    assert_eq!(with("jsonpath", "$.a[*].b"), (0, json!({"result": [1, 2]})));
    assert_eq!(
        with("jsonpath", "$$.Execution.Name"),
        (0, json!({"result": "run"}))
    );
    assert_eq!(
        with("jsonpath", "$.b"),
        (
            1,
            json!({"error": {"code": "States.Runtime", "message": "Invalid path '$.b' : No results for path: $['b']"}})
        )
    );
    let (status, answer) = with("jsonpath", "$.é[");
    assert_eq!((status, &answer["error"]["position"]), (1, &json!(3)));
    assert_eq!(
        with("intrinsic", "States.Format('Hello, {}!', $.name)"),
        (0, json!({"result": "Hello, Ada!"}))
    );
    let (_, answer) = with("intrinsic", "States.Fromat('')");
    assert_eq!(
        answer["error"]["message"],
        "there is no intrinsic function 'States.Fromat'; did you mean 'States.Format'?"
    );
    assert_eq!(
        with(
            "template",
            r#"{"who.$": "$.name", "what": [{"n.$": "States.ArrayLength($.a)"}]}"#
        ),
        (0, json!({"result": {"who": "Ada", "what": [{"n": 2}]}}))
    );
    let (status, answer) = with("template", r#"{"x.$": "name"}"#);
    assert_eq!(
        (status, &answer["error"]["code"]),
        (1, &json!("SCHEMA_VALIDATION_FAILED"))
    );
}

// What AWS refuses and says, as measured in floci#2670 and floci#2665.
#[test]
fn aws_takes_no_bare_names_and_binds_states() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.json");
    fs::write(&path, r#"{"a": 9007199254740993}"#).unwrap();
    let input = path.to_str().unwrap();
    assert_eq!(
        eval(&["--aws", "a", "--input", input]).1["error"],
        json!({
            "code": "UNSUPPORTED_JSONATA_EXPRESSION",
            "message": "Reference to 'a' at the top level is not supported.",
            "position": 0
        })
    );
    assert_eq!(
        eval(&["--aws", "$states.input.a", "--input", input]),
        (0, json!({"result": 9_007_199_254_740_993_i64}))
    );
    let (status, answer) = eval(&["--aws", "$states.input.b", "--input", input]);
    assert_eq!(status, 1);
    assert_eq!(answer["error"]["code"], "States.QueryEvaluationError");
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .ends_with("returned nothing (undefined).")
    );
}

#[test]
fn without_a_terminal_the_expression_comes_from_stdin() {
    let output = sfn_tool()
        .args(["eval", "--format", "json"])
        .write_stdin("1 + 1\n")
        .output()
        .unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&output.stdout).unwrap(),
        json!({"result": 2})
    );
}

// "Maximum input or output size for a task, state, or execution: 256 KiB" [Step Functions service quotas]: two bytes are
// the quotation marks.
#[test]
fn aws_bounds_what_a_state_puts_out() {
    let of_length = |length: usize| eval(&["--aws", &format!("$pad('', {length}, 'x')")]);
    assert_eq!(of_length(262_142).0, 0);
    let (status, answer) = of_length(262_143);
    assert_eq!(
        (status, &answer["error"]["code"]),
        (1, &json!("States.DataLimitExceeded"))
    );
    // JSONata itself has no such bound.
    assert_eq!(eval(&["$pad('', 262143, 'x')"]).0, 0);
}

/// As they stand in a definition: nothing has to be said of their language.
#[test]
fn an_expression_of_a_definition_is_evaluated_as_what_it_is() {
    let input = ["--input-json", r#"{"a": 1}"#];
    let result = |expression: &str| eval(&[&[expression], &input[..]].concat());
    assert_eq!(result("{% $states.input.a + 1 %}"), (0, json!({"result": 2})));
    assert_eq!(result("$states.input.a"), (0, json!({"result": 1})));
    assert_eq!(
        result("States.Format('a {}', $.a)"),
        (0, json!({"result": "a 1"}))
    );
    assert_eq!(result(" States.MathAdd($.a, 2)"), (0, json!({"result": 3})));
    // A field of this name, and what is asked for.
    assert_eq!(result("States.a"), (0, json!({"undefined": true})));
    let (_, asked) = eval(&["States.Format('a')", "--language", "jsonata"]);
    assert_ne!(asked, json!({"result": "a"}));
    // What is given is taken.
    let folder = tempfile::tempdir().unwrap();
    let variables = folder.path().join("v.json");
    fs::write(&variables, r#"{"states": {"input": {"a": 7}}}"#).unwrap();
    let variables = variables.display().to_string();
    let given = eval(&["$states.input.a", "--variables", &variables]);
    assert_eq!(given, (0, json!({"result": 7})));
}
