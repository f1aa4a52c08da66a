//! What is said at the bounds of a rule, and beside AWS's words: help, and the places that explain a mistake. Each is worked
//! out by hand from AWS's rule.

use std::sync::Arc;

use super::*;
use crate::expr::jsonata::Expression;
use crate::source::{SourceFile, parse};

fn findings(definition: &str) -> Vec<Finding> {
    let parsed = parse(Arc::new(SourceFile::new("t.asl.json", definition)));
    let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
    let machine_type = MachineType::Standard;
    validate(&machine, &Options { machine_type })
}

fn messages_of(definition: &str) -> Vec<String> {
    findings(definition)
        .into_iter()
        .map(|finding| finding.message)
        .collect()
}

/// A Map in distributed mode with these fields more.
fn map(fields: &str) -> String {
    format!(
        r#"{{"StartAt": "Fan", "States": {{"Fan": {{"Type": "Map", {fields}, "End": true, "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
            "StartAt": "One", "States": {{"One": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
    )
}

/// A machine of one Pass state with these fields.
fn pass(fields: &str) -> String {
    format!(r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Pass", {fields}}}}}}}"#)
}

#[test]
fn a_label_may_have_forty_characters() {
    let label = |length: usize| map(&format!(r#""Label": "{}""#, "a".repeat(length)));
    assert!(messages_of(&label(40)).is_empty());
    let long = "a".repeat(41);
    assert_eq!(
        messages_of(&label(41)),
        [format!(
            "Invalid Label name: {long} exceeds the 40-character limit allowed by the service"
        )]
    );
}

#[test]
fn a_percentage_may_be_anything_from_nothing_to_all() {
    let tolerated = |percent: &str| messages_of(&map(&format!(r#""ToleratedFailurePercentage": {percent}"#)));
    assert!(tolerated("0").is_empty());
    assert!(tolerated("100").is_empty());
    assert_eq!(tolerated("100.5"), ["Maximum value is 100.0"]);
    assert_eq!(tolerated("-0.5"), ["Minimum value is 0.0"]);
}

#[test]
fn short_misspellings_of_end_are_known() {
    let help = |fields: &str, name: &str| -> Option<String> {
        let message = format!("Field '{name}' is not supported");
        let said = findings(&pass(fields))
            .into_iter()
            .find(|finding| finding.message == message);
        said.expect("the field is not supported").help
    };
    let end = Some("did you mean 'End'?".to_owned());
    for name in ["Ed", "en", "nd"] {
        assert_eq!(help(&format!(r#""{name}": true"#), name), end);
    }
    // One that is there already is not what is meant.
    assert_ne!(help(r#""nd": true, "End": true"#, "nd"), end);
}

#[test]
fn of_fields_that_exclude_each_other_the_others_are_shown() {
    let all = findings(&pass(r#""Next": "P", "End": true"#));
    assert_eq!(
        all[0].message,
        "There should only be one of the following fields: [Next, End]"
    );
    let labels: Vec<&str> = all[0].related.iter().map(|related| &*related.label).collect();
    assert_eq!(labels, ["Next stands here"]);
}

#[test]
fn parameters_that_are_made_elsewhere_lack_nothing() {
    let send = |arguments: &str| {
        messages_of(&format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "Send", "States": {{"Send": {{"Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": {arguments}, "End": true}}}}}}"#
        ))
    };
    assert!(send(r#""{% $states.input %}""#).is_empty());
    assert!(send(r#"{"${Name}": "x"}"#).is_empty());
    assert!(!send(r#"{"MessageBody": "x"}"#).is_empty());
}

#[test]
fn a_function_that_is_misspelt_is_told_from_the_one_that_is_meant() {
    let all = findings(&pass(
        r#""Parameters": {"text.$": "States.Fromat('{}', $.a)"}, "End": true"#,
    ));
    assert_eq!(all.len(), 1);
    let help = all[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("States.Format"), "{help}");
}

#[test]
fn only_the_root_variable_is_refused_whatever_the_field() {
    let refused = |text: &str| -> Vec<String> {
        let expression = Expression::compile(text).expect("an expression");
        expressions::refusals(&expression)
            .into_iter()
            .map(|(message, _)| message)
            .collect()
    };
    assert!(refused("$x + $states.input.a").is_empty());
    assert_eq!(refused("$x + $$.a"), ["Reference to '$$' is not supported."]);
}

#[test]
fn a_target_that_is_missing_is_no_state_that_is_unreachable() {
    let all = findings(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Gone"}, "B": {"Type": "Succeed"}}}"#,
    );
    let unreachable: Vec<&str> = (all.iter())
        .filter(|finding| is_unreachable(finding))
        .map(|finding| &*finding.message)
        .collect();
    assert_eq!(unreachable, [r#"State "B" is not reachable."#]);
    assert!(
        all.iter()
            .any(|finding| finding.message == "Missing 'Next' target: Gone")
    );
}

#[test]
fn a_value_that_belongs_elsewhere_is_told_how_it_is_written() {
    let help = |fields: &str| -> String {
        let said = findings(&format!(r#"{{"StartAt": "W", "States": {{"W": {{{fields}}}}}}}"#));
        said.into_iter()
            .find_map(|finding| finding.help)
            .unwrap_or_default()
    };
    for (fields, expected) in [
        (
            r#""Type": "Wait", "Timestamp": "$.when", "End": true"#,
            r#""TimestampPath": "$.when" reads it from there"#,
        ),
        (
            r#""Type": "Wait", "Seconds": "$.delay", "End": true"#,
            r#""SecondsPath": "$.delay" reads it from there"#,
        ),
        (
            r#""Type": "Wait", "Seconds": "60", "End": true"#,
            "write 60, without quotes",
        ),
        (
            r#""Type": "Wait", "SecondsPath": "delay", "End": true"#,
            r#"did you mean "$.delay"?"#,
        ),
        (
            r#""Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "$states.input.delay", "End": true"#,
            r#"an expression stands between {% and %}: "{% $states.input.delay %}""#,
        ),
        (r#""Type": "Pass", "End": "true""#, "write true, without quotes"),
        (
            r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
               "Catch": {"ErrorEquals": ["States.ALL"], "Next": "W"}"#,
            "\"Catch\" is a list: put [ ] around it",
        ),
        (
            r#""Type": "Choice", "Default": "W", "Choices": [
               {"Variable": "$.x", "NumericEquals": "$.y", "Next": "W"}]"#,
            r#""NumericEqualsPath": "$.y" reads it from there"#,
        ),
        (
            r#""Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% states.input.x %}", "End": true"#,
            "did you mean $states?",
        ),
    ] {
        assert_eq!(help(fields), expected, "{fields}");
    }
    // Other texts are left alone.
    assert_eq!(help(r#""Type": "Wait", "Seconds": "a while", "End": true"#), "");
}

#[test]
fn a_language_of_a_processor_is_why_its_states_have_the_wrong_fields() {
    let text = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "Output": 1, "End": true}}}}}}"#;
    let found = findings(text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].follows_from, found[1].follows_from), (None, Some(0)));
}

#[test]
fn suggestions_name_what_there_is() {
    let help = |resource: &str| {
        let text = format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "arn:aws:states:::{resource}",
                "Parameters": {{}}, "End": true}}}}}}"#
        );
        findings(&text)[0].help.clone().unwrap_or_default()
    };
    assert_eq!(help("lambda:invok"), "did you mean lambda:invoke?");
    assert_eq!(help("dynamodb:putItems"), "did you mean dynamodb:putItem?");
    assert!(help("dynamodb:query").starts_with("call the SDK: arn:aws:states:::aws-sdk:dynamodb:query; "));
    assert!(
        help("states:describeExecution")
            .starts_with("call the SDK: arn:aws:states:::aws-sdk:sfn:describeExecution; ")
    );
    assert_eq!(
        help("dynamodb:fly"),
        "dynamodb has getItem, putItem, updateItem, deleteItem"
    );
    assert!(help("ssm:getParameter").contains("arn:aws:states:::aws-sdk:ssm:getParameter"));
    assert_eq!(help("ssm:getParametr"), "did you mean aws-sdk:ssm:getParameter?");
}

#[test]
fn a_variable_of_a_branch_is_gone_outside_of_it() {
    let help = |reader: &str| {
        let text = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "P", "States": {{"P": {{"Type": "Parallel", "Next": "Q", "Branches": [
                {{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Assign": {{"x": 1}}, "End": true}}}}}}]}},
                "Q": {reader}}}}}"#
        );
        let found = findings(&text);
        let found = found
            .into_iter()
            .find(|finding| finding.code == "UNASSIGNED_VARIABLE");
        found.and_then(|finding| finding.help).unwrap_or_default()
    };
    assert_eq!(
        help(r#"{"Type": "Pass", "Output": "{% $x %}", "End": true}"#),
        "it is assigned inside of 'P', and gone where that ends: hand the value on in its output"
    );
    // Its own scope assigns it as well, later.
    assert_eq!(
        help(
            r#"{"Type": "Pass", "Output": "{% $x %}", "Next": "R"},
               "R": {"Type": "Pass", "Assign": {"x": 2}, "End": true}"#
        ),
        "assign 'x' on every path to 'Q'"
    );
}

#[test]
fn a_bracket_of_a_reference_path_holds_a_name_or_an_index() {
    let of = |path: &str| {
        messages_of(&format!(
            r#"{{"StartAt": "C", "States": {{"C": {{"Type": "Choice", "Default": "D",
                "Choices": [{{"Variable": "{path}", "IsNull": true, "Next": "D"}}]}}, "D": {{"Type": "Succeed"}}}}}}"#
        ))
    };
    let bracket = ["Value is not a Reference Path: '[' must be followed by ' or '['"];
    // The first is the one that was quoted [ts2asl#912].
    for path in [
        "$.item[$$.Execution.Id]S",
        "$.a[*]",
        "$.a[?(@.x)]",
        "$[a]",
        "$.a[-1]",
        "$['a[b']['c'][",
        "$[]",
    ] {
        assert_eq!(of(path), bracket, "{path}");
    }
    for path in ["$.a[0:1]", "$..a", "$.a..b[c]", "$['a[b'].*"] {
        assert_eq!(of(path), ["Value is not a Reference Path"], "{path}");
    }
    for path in ["$['a'][0]", "$['[x]']"] {
        assert!(of(path).is_empty(), "{path}");
    }
    assert_eq!(
        messages_of(&pass(r#""End": true, "ResultPath": "$.a[*]""#)),
        ["Value is not a Reference Path"]
    );
}

#[test]
fn a_text_in_the_place_of_an_expression_is_put_between_delimiters() {
    let fixed = |fields: &str| {
        let text = format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "M", "States": {{"M": {{"Type": "Map", {fields}, "End": true,
                "ItemProcessor": {{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
        );
        let found = findings(&text);
        let fix = found.first().and_then(|finding| finding.fixes.first().cloned());
        fix.map(|fix| fix.edits[0].text.clone())
    };
    let put = |text: &str| Some(text.to_owned());
    assert_eq!(
        fixed(r#""Items": "$states.input.a""#),
        put(r#""{% $states.input.a %}""#)
    );
    assert_eq!(fixed(r#""Items": "$.a.b""#), put(r#""{% $states.input.a.b %}""#));
    assert_eq!(
        fixed(r#""MaxConcurrency": "$states.input.\"a b\"""#),
        put(r#""{% $states.input.\"a b\" %}""#)
    );
    assert_eq!(fixed(r#""Items": "$states.input.a.""#), None);
}

#[test]
fn headers_that_a_call_must_not_set_are_rejected() {
    let of = |resource: &str, more: &str| {
        let definition = format!(
            r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "End": true,
                "Resource": "arn:aws:states:::{resource}:invoke", "Parameters": {{"Method": "GET", {more}}}}}}}}}"#
        );
        let told = findings(&definition).into_iter();
        told.map(|finding| (finding.message, finding.location.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let told = |names: &str| {
        vec![(
            format!("The 'Headers' field contains unsupported values: [{names}]"),
            "/States/T/Parameters".to_owned(),
        )]
    };
    let api = r#""ApiEndpoint": "a.execute-api.us-east-1.amazonaws.com", "Headers""#;
    // [classmethod tsnote-step-functions-api-gateway]
    assert_eq!(
        of("apigateway", &format!(r#"{api}: {{"Authorization": ["x"]}}"#)),
        told("authorization")
    );
    // The name counts, whatever makes the value.
    assert_eq!(
        of(
            "apigateway",
            &format!(r#"{api}: {{"X-Amzn-Trace.$": "$.a", "Accept": ["b"], "Via": ["c"]}}"#)
        ),
        told("x-amzn-trace, via")
    );
    assert!(
        of(
            "apigateway",
            &format!(r#"{api}: {{"If-Match": ["x"], "x-Authorization": ["x"]}}"#)
        )
        .is_empty()
    );
    let http = r#""ApiEndpoint": "https://a.b", "Headers": {"If-Match": "x", "Accept": "y"},
        "Authentication": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/a/b"}"#;
    assert_eq!(of("http", http), told("if-match"));
}

/// What comes from other languages, or from the other query language, is told with what to write here.
#[test]
fn habits_of_elsewhere_are_told_with_what_to_write() {
    let help = |definition: &str| {
        // What follows from the mistake has none.
        let mut told = findings(definition).into_iter();
        told.find_map(|finding| finding.help).unwrap_or_default()
    };
    let wait = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds.$": "$.n", "End": true}}}"#;
    assert_eq!(help(wait), "did you mean 'SecondsPath'?");
    let fail = r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Cause.$": "$.why"}}}"#;
    assert_eq!(help(fail), "did you mean 'CausePath'?");
    let next = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Next": ["A", "B"]}, "A": {"Type": "Succeed"},
        "B": {"Type": "Succeed"}}}"#;
    assert!(
        help(next).starts_with("a state has one successor"),
        "{}",
        help(next)
    );
    let rule = |rule: &str| {
        help(&format!(
            r#"{{"StartAt": "C", "States": {{"C": {{"Type": "Choice", "Default": "D",
                "Choices": [{{"Variable": "$.x", {rule}, "Next": "D"}}]}}, "D": {{"Type": "Succeed"}}}}}}"#
        ))
    };
    assert_eq!(
        rule(r#""StringEquals": ["a", "b"]"#),
        "a comparison takes one value: put a rule for each value into \"Or\""
    );
    assert_eq!(
        rule(r#""StringEquals": null"#),
        "write \"IsNull\": true in the place of the comparison"
    );
    let output = |expression: &str| {
        help(&format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true,
                "Output": "{{% {expression} %}}"}}}}}}"#
        ))
    };
    assert_eq!(
        output("$states.input?.x"),
        "JSONata gives nothing where a part of a path is missing: write a plain dot"
    );
    assert_eq!(
        output("$$.Execution.Id"),
        "the context object is $states.context: write $states.context.Execution"
    );
    assert_eq!(
        output("$toUpperCase($states.input.x)"),
        "did you mean $uppercase?"
    );
    assert!(output("States.Format('{}', $states.input.x)").starts_with("States.* are functions of JSONPath"));
}

/// A variable that a state assigns is there from the next state on, and none gets into a child execution.
#[test]
fn where_variables_are_not_seen_the_way_to_their_value_is_told() {
    let help = |definition: &str| {
        let told = findings(definition).into_iter();
        let mut told = told.filter(|finding| finding.code == "UNASSIGNED_VARIABLE");
        told.next().and_then(|finding| finding.help).unwrap_or_default()
    };
    let own = r#"{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Assign": {"x": 1}, "Output": "{% $x %}"}}}"#;
    assert!(
        help(own)
            .starts_with("'P' assigns it itself, and what a state assigns is there from the next state on"),
        "{}",
        help(own)
    );
    let fan = |fields: &str| {
        help(&format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "P", "States": {{
                "P": {{"Type": "Pass", "Assign": {{"x": 1}}, "Next": "M"}},
                "M": {{"Type": "Map", "End": true, {fields} "ItemProcessor": {{
                    "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, "StartAt": "I", "States": {{
                    "I": {{"Type": "Pass", "Output": "{{% $x %}}", "End": true}}}}}}}}}}}}"#
        ))
    };
    let said = fan("");
    assert!(
        said.contains(
            r#"give 'M' an "ItemSelector": {"item": "{% $states.context.Map.Item.Value %}", "x": "{% $x %}"}"#
        ),
        "{said}"
    );
    assert!(said.ends_with("hand $states.input.x on to here"), "{said}");
    let said = fan(r#""ItemSelector": {"a": 1},"#);
    assert!(
        said.contains(r#"add "x": "{% $x %}" to the ItemSelector of 'M'"#),
        "{said}"
    );
    let said = fan(r#""ItemBatcher": {"MaxItemsPerBatch": 5},"#);
    assert!(
        said.contains(r#"add "BatchInput": {"x": "{% $x %}"} to the ItemBatcher of 'M'"#)
            && said.ends_with("hand $states.input.BatchInput.x on to here"),
        "{said}"
    );
}
