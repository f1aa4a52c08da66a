//! Which paths lead nowhere, and where the data came to lack them. Each definition is worked out by hand: what a state
//! passes on is what its template, its literal or its InputPath and ResultPath make of it.

use std::sync::Arc;

use super::*;
use crate::source::{SourceFile, parse};

/// `State: text, cause of Origin, via A B C`, for each path that leads nowhere.
fn missing(definition: &str) -> Vec<String> {
    let parsed = parse(Arc::new(SourceFile::new("t.asl.json", definition)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
    let references = References::of(&machine);
    let flow = DataFlow::of(&machine, &ControlFlow::new(&machine), &references);
    let name = |id: StateId| &*machine.state(id).name;
    let told = flow.missing().iter().map(|missing| {
        let text = machine.node(missing.node).as_str().expect("a string");
        // The part is where the path stands.
        assert_eq!(&text[missing.part.clone()], &*missing.path);
        let way: Vec<&str> = missing.way.iter().map(|id| name(*id)).collect();
        format!(
            "{}: {}, {:?} of {}, via {}",
            name(missing.state),
            missing.path,
            missing.cause,
            name(missing.origin),
            way.join(" ")
        )
    });
    told.collect()
}

#[track_caller]
fn assert_missing(states: &str, expected: &[&str]) {
    let definition = format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#);
    assert_eq!(missing(&definition), expected);
}

#[track_caller]
fn assert_missing_in_jsonata(states: &str, expected: &[&str]) {
    let definition = format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{{states}}}}}"#);
    assert_eq!(missing(&definition), expected);
}

#[test]
fn a_literal_result_has_its_members_and_theirs_and_no_others() {
    assert_missing(
        r#""A": {"Type": "Pass", "Result": {"a": {"b": 1}, "list": [1]}, "Next": "B"},
           "B": {"Type": "Pass", "Parameters": {"ok.$": "$.a.b", "any.$": "$.list[0].x", "no.$": "$.a.c"}, "End": true}"#,
        &["B: $.a.c, Made of A, via A B"],
    );
}

#[test]
fn paths_of_the_context_object_and_those_that_may_find_nothing_are_not_looked_at() {
    assert_missing(
        r#""A": {"Type": "Pass", "Result": {"Execution": {}}, "Next": "B"},
           "B": {"Type": "Pass", "Parameters": {"e.$": "$$.Execution", "all.$": "$..x", "each.$": "$.list[*].y"}, "Next": "C"},
           "C": {"Type": "Pass", "Parameters": {"id.$": "$.e.Id"}, "End": true}"#,
        &[],
    );
}

#[test]
fn a_choice_rule_that_tests_for_a_member_guards_it_and_what_is_inside_it() {
    let machine = |test: &str| {
        format!(
            r#""A": {{"Type": "Pass", "Result": {{}}, "Next": "B"}},
               "B": {{"Type": "Choice", "Default": "C", "Choices": [{{"And": [
                   {{"Variable": "$.a", {test}}}, {{"Variable": "$.a.b", "StringEquals": "x"}}], "Next": "C"}}]}},
               "C": {{"Type": "Succeed"}}"#
        )
    };
    assert_missing(&machine(r#""IsPresent": true"#), &[]);
    assert_missing(
        &machine(r#""IsNull": true"#),
        &["B: $.a, Made of A, via A B", "B: $.a.b, Made of A, via A B"],
    );
}

#[test]
fn a_catcher_looks_into_the_error_output_alone() {
    assert_missing(
        r#""A": {"Type": "Pass", "Result": {"kept": 1}, "Next": "B"},
           "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Next": "C",
             "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"why.$": "$.Cause", "what.$": "$.Errors", "old.$": "$.kept"}, "Next": "C"}]},
           "C": {"Type": "Succeed"}"#,
        &["B: $.Errors, Own of B, via B", "B: $.kept, Own of B, via B"],
    );
}

#[test]
fn results_that_are_written_into_s3_leave_their_place_alone() {
    let map = |writer: &str| {
        format!(
            r#""A": {{"Type": "Map", "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
                 "StartAt": "One", "States": {{"One": {{"Type": "Pass", "End": true}}}}}},
                 "ResultWriter": {{{writer}}}, "Next": "B"}},
               "B": {{"Type": "Pass", "Parameters": {{"run.$": "$.MapRunArn", "n.$": "$.count"}}, "End": true}}"#
        )
    };
    let exported = r#""Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}"#;
    assert_missing(&map(exported), &["B: $.count, Result of A, via A B"]);
    // Shaped otherwise, or not exported, they may have any member.
    assert_missing(
        &map(&format!(
            r#"{exported}, "WriterConfig": {{"OutputType": "JSON", "Transformation": "COMPACT"}}"#
        )),
        &[],
    );
    assert_missing(
        &map(r#""WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}"#),
        &[],
    );
}

#[test]
fn the_state_that_made_the_data_is_found_behind_those_that_pass_it_on() {
    // The way back from D leads over C and B to A; E brings the member, and is no origin.
    assert_missing(
        r#""A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "E"}], "Default": "B"},
           "B": {"Type": "Pass", "Parameters": {"other": 1}, "Next": "C"},
           "E": {"Type": "Pass", "Parameters": {"id": 1}, "Next": "C"},
           "C": {"Type": "Pass", "Next": "D"},
           "D": {"Type": "Pass", "Parameters": {"other.$": "$.none"}, "End": true}"#,
        &["D: $.none, Made of B, via B C D"],
    );
}

#[test]
fn an_expression_that_is_a_path_fails_where_one_way_lacks_it_and_a_longer_one_where_all_do() {
    let machine = |output: &str| {
        format!(
            r#""A": {{"Type": "Choice", "Choices": [{{"Condition": "{{% $states.input.x %}}", "Output": {{"a": {{"b": 1}}, "c": 1}}, "Next": "B"}}],
                 "Output": {{"c": 1}}, "Default": "B"}},
               "B": {{"Type": "Pass", "Output": "{output}", "End": true}}"#
        )
    };
    let both = |path: &str| format!("B: $states.input.{path}, Made of A, via A B");
    assert_missing_in_jsonata(&machine("{% $states.input.a.b %}"), &[&both("a.b")]);
    assert_missing_in_jsonata(&machine("{% $states.input.c %}"), &[]);
    // The other way provides it.
    assert_missing_in_jsonata(&machine("{% $states.input.a & 'x' %}"), &[]);
    assert_missing_in_jsonata(
        &machine("{% 'x' & $states.input.d & $states.input.d %}"),
        &[&both("d")],
    );
    // The expression itself provides for its absence.
    assert_missing_in_jsonata(
        &machine("{% $exists($states.input.d) ? $states.input.d : 1 %}"),
        &[],
    );
    assert_missing_in_jsonata(&machine("{% $states.context.d & $states.input.c %}"), &[]);
}

#[test]
fn an_assignment_of_jsonata_looks_into_the_states_input_and_not_its_result() {
    assert_missing_in_jsonata(
        r#""A": {"Type": "Pass", "Output": {"a": 1}, "Next": "B"},
           "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
             "Assign": {"a": "{% $states.input.a %}", "b": "{% $states.input.b %}", "r": "{% $states.result.Payload %}"}, "End": true}"#,
        &["B: $states.input.b, Made of A, via A B"],
    );
}

#[test]
fn of_an_input_that_may_be_anything_nothing_is_missing() {
    assert_missing(
        r#""A": {"Type": "Pass", "Parameters": {"a.$": "$.a.b"}, "End": true}"#,
        &[],
    );
    assert_missing_in_jsonata(
        r#""A": {"Type": "Pass", "Output": "{% $states.input.a %}", "End": true}"#,
        &[],
    );
}

#[test]
fn what_a_service_never_answers_leads_nowhere() {
    // [each service's API reference]: Lambda answers StatusCode and Payload, S3 a Body that is a text.
    let task = |resource: &str, fields: &str| {
        format!(
            r#""A": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}", "Arguments": {{}}, {fields}, "End": true}}"#
        )
    };
    for (resource, read) in [
        ("lambda:invoke", "price"),
        ("aws-sdk:s3:getObject", "body"),
        ("aws-sdk:s3:getObject", "Body.x"),
        ("aws-sdk:dynamodb:query", "Items.price.Z"),
        ("states:startExecution.sync:2", "output"),
        ("athena:startQueryExecution.sync", "QueryExecution.State"),
    ] {
        assert_missing_in_jsonata(
            &task(resource, &format!(r#""Output": "{{% $states.result.{read} %}}""#)),
            &[&format!("A: $states.result.{read}, Own of A, via A")],
        );
    }
    for (resource, read) in [
        ("lambda:invoke", "Payload.price"),
        ("aws-sdk:lambda:invoke", "Payload"),
        ("aws-sdk:dynamodb:query", "Items.price.N"),
        ("aws-sdk:rds:describeDBInstances", "DbInstances.DbiResourceId"),
        ("codebuild:startBuild.sync", "Build.Id"),
        ("sqs:sendMessage", "SdkHttpMetadata.HttpStatusCode"),
        ("sqs:sendMessage.waitForTaskToken", "price"),
    ] {
        assert_missing_in_jsonata(
            &task(resource, &format!(r#""Output": "{{% $states.result.{read} %}}""#)),
            &[],
        );
    }
    assert_missing_in_jsonata(
        &task(
            "lambda:invoke",
            r#""Output": "{% $exists($states.result.price) %}""#,
        ),
        &[],
    );
}

#[test]
fn a_result_of_a_service_stays_known_where_it_is_put() {
    assert_missing(
        r#""A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Parameters": {}, "ResultPath": "$.got", "Next": "B"},
           "B": {"Type": "Pass", "Parameters": {"order.$": "$.order", "text.$": "$.got.Body", "no.$": "$.got.body"}, "Next": "C"},
           "C": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
             "ResultSelector": {"price.$": "$.price"}, "End": true}"#,
        &[
            "B: $.got.body, Result of A, via A B",
            "C: $.price, Own of C, via C",
        ],
    );
}

#[test]
fn what_a_map_or_parallel_gives_is_an_array() {
    let pass = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}"#;
    let reads = r#"{"Type": "Pass", "Parameters": {"a.$": "$.a", "b.$": "$[0].b", "c.$": "$..c", "d.$": "$"}, "End": true}"#;
    for owner in [
        format!(r#""Type": "Parallel", "Branches": [{pass}]"#),
        format!(r#""Type": "Map", "ItemProcessor": {pass}"#),
    ] {
        assert_missing(
            &format!(r#""A": {{{owner}, "Next": "B"}}, "B": {reads}"#),
            &["B: $.a, Result of A, via A B"],
        );
        // Beside the input.
        let beside = |reads: &str| {
            format!(
                r#""A": {{{owner}, "ResultPath": "$.r", "Next": "B"}}, "B": {{"Type": "Pass", "InputPath": "{reads}", "End": true}}"#
            )
        };
        assert_missing(&beside("$.a"), &[]);
        assert_missing(&beside("$.r[0].a"), &[]);
        assert_missing(&beside("$.r.a"), &["B: $.r.a, Result of A, via A B"]);
        // What is selected of it.
        assert_missing(
            &format!(
                r#""A": {{{owner}, "ResultSelector": {{"a.$": "$[0].a", "x.$": "$.x"}}, "Next": "B"}}, "B": {reads}"#
            ),
            &["A: $.x, Own of A, via A", "B: $[0].b, Result of A, via A B"],
        );
        // Dropped, or something is taken of it.
        for path in [r#""ResultPath": null"#, r#""OutputPath": "$[0]""#] {
            assert_missing(
                &format!(r#""A": {{{owner}, {path}, "Next": "B"}}, "B": {reads}"#),
                &[],
            );
        }
        // JSONata reads a name of each item.
        let jsonata =
            r#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a %}", "End": true}"#;
        assert_missing(&format!(r#""A": {{{owner}, "Next": "B"}}, "B": {jsonata}"#), &[]);
        // What a state of JSONata makes of it.
        let passes = r#""QueryLanguage": "JSONata""#;
        assert_missing(
            &format!(r#""A": {{{owner}, {passes}, "Next": "B"}}, "B": {reads}"#),
            &["B: $.a, Result of A, via A B"],
        );
        let output = r#""Output": "{% $states.result[0] %}""#;
        assert_missing(
            &format!(r#""A": {{{owner}, {passes}, {output}, "Next": "B"}}, "B": {reads}"#),
            &[],
        );
        // One of two ways.
        assert_missing(
            &format!(
                r#""A": {{"Type": "Choice", "Choices": [{{"Variable": "$.many", "IsPresent": true, "Next": "M"}}], "Default": "B"}},
                   "M": {{{owner}, "Next": "B"}}, "B": {reads}"#
            ),
            &["B: $.a, Result of M, via M B"],
        );
    }
    // Results in S3 are told of by an object.
    let written = format!(
        r#""A": {{"Type": "Map", "ResultWriter": {{}}, "ItemProcessor": {pass}, "Next": "B"}}, "B": {reads}"#
    );
    assert_missing(&written, &[]);
}

#[test]
fn an_array_has_as_many_items_as_there_are_branches() {
    let pass = r#"{"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}}"#;
    let reads = |branches: &str, path: &str| {
        format!(
            r#""A": {{"Type": "Parallel", "Branches": {branches}, "Next": "B"}},
               "B": {{"Type": "Pass", "Parameters": {{"x.$": "{path}"}}, "End": true}}"#
        )
    };
    let two = format!("[{pass}, {pass}]");
    for path in [
        "$[0]",
        "$[1].a",
        "$[-2]",
        "$[2:]",
        "$[*]",
        "$[0][5]",
        "$[?(@.x == 1)]",
    ] {
        assert_missing(&reads(&two, path), &[]);
    }
    for path in ["$[2]", "$[2].a", "$[-3]"] {
        assert_missing(&reads(&two, path), &[&format!("B: {path}, Result of A, via A B")]);
    }
    // A branch that is filled in later may be several.
    assert_missing(&reads(&format!(r#"[{pass}, "${{More}}"]"#), "$[2]"), &[]);
    // Written out.
    let written = |path: &str| {
        format!(
            r#""A": {{"Type": "Pass", "Result": {{"list": [1, {{"a": 1}}], "one": {{}}}}, "Next": "B"}},
               "B": {{"Type": "Pass", "Parameters": {{"x.$": "{path}"}}, "End": true}}"#
        )
    };
    assert_missing(&written("$.list[1].a"), &[]);
    assert_missing(&written("$.list[2]"), &["B: $.list[2], Made of A, via A B"]);
    assert_missing(&written("$.list.a"), &["B: $.list.a, Made of A, via A B"]);
    assert_missing(&written("$.one[0]"), &["B: $.one[0], Made of A, via A B"]);
    // A list that a service answers.
    let answered = |path: &str| {
        format!(
            r#""A": {{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:query", "Next": "B"}},
               "B": {{"Type": "Pass", "Parameters": {{"x.$": "{path}"}}, "End": true}}"#
        )
    };
    assert_missing(&answered("$.Items[0].id.S"), &[]);
    assert_missing(&answered("$.Items[0].id.L[0].S"), &[]);
    assert_missing(&answered("$.Items.id"), &["B: $.Items.id, Result of A, via A B"]);
    assert_missing(&answered("$[0]"), &["B: $[0], Result of A, via A B"]);
}

#[test]
fn what_an_array_has_is_told() {
    let help = |path: &str| {
        let definition = format!(
            r#"{{"StartAt": "A", "States": {{
                "A": {{"Type": "Pass", "Result": {{"a": [1, 2, 3], "b": [[]], "c": []}}, "Next": "B"}},
                "B": {{"Type": "Pass", "InputPath": "{path}", "End": true}}}}}}"#
        );
        let parsed = parse(Arc::new(SourceFile::new("t.asl.json", definition)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
        let references = References::of(&machine);
        let flow = DataFlow::of(&machine, &ControlFlow::new(&machine), &references);
        what_there_is(&machine, &flow.missing()[0]).map_or_else(String::new, |help| help.words)
    };
    assert_eq!(
        help("$.a.x.y"),
        "it is an array; $.a[0].x.y is that of its first item"
    );
    assert_eq!(help("$.a[3]"), "it is an array of 3 items, $.a[0] to $.a[2]");
    assert_eq!(help("$.b[1]"), "it is an array of one item, $.b[0]");
    assert_eq!(help("$.c[0]"), "it is an empty array");
}
