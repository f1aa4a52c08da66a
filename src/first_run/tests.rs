//! Worked out by hand: what a first run must find in its input and in the results of its tasks.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{first_run, other_runs};
use crate::asl::StateMachine;
use crate::source::{SourceFile, parse};

fn needed(definition: &Json) -> (Json, Json) {
    let file = Arc::new(SourceFile::new("d.json", definition.to_string()));
    let document = parse(file).document.expect("JSON");
    let found = first_run(&StateMachine::read(Arc::new(document)));
    (serde_json::to_value(&found.input).expect("JSON"), found.mocks)
}

fn input(definition: &Json) -> Json {
    needed(definition).0
}

/// A machine whose only state sends `parameters` to a function.
fn sends(parameters: &Json) -> Json {
    json!({"StartAt": "Send", "States": {"Send": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": parameters}}}})
}

/// A machine with one Choice state: its rules, and states to go to, of which `Bad` fails.
fn chooses(rules: &Json) -> Json {
    json!({"StartAt": "Choose", "States": {
        "Choose": {"Type": "Choice", "Choices": rules, "Default": "Bad"},
        "Good": {"Type": "Succeed"}, "Bad": {"Type": "Fail"}}})
}

#[test]
fn what_is_read_is_there_in_its_type() {
    let read = json!({
        "id.$": "$.order.id",
        "first.$": "$.order.lines[0].sku",
        "sum.$": "States.MathAdd($.order.total, 1)",
        "parsed.$": "States.StringToJson($.body)",
        "origin.$": "$$.Execution.Input.origin",
    });
    assert_eq!(
        input(&sends(&read)),
        json!({"order": {"id": "id", "lines": [{"sku": "sku"}], "total": 1}, "body": "{}", "origin": "origin"})
    );
    let wait = json!({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "SecondsPath": "$.delay", "Next": "U"},
        "U": {"Type": "Wait", "TimestampPath": "$.until", "End": true}}});
    assert_eq!(input(&wait), json!({"delay": 1, "until": "2024-01-01T00:00:00Z"}));
}

#[test]
fn jsonata_is_read_through_functions_and_lambdas() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true, "Output": {
        "sum": "{% $sum($states.input.prices) %}",
        "names": "{% $map($states.input.people, function($p) { $p.name & '!' }) %}",
        "later": "{% $toMillis($states.input.at) + 1 %}",
        "inner": "{% $parse($states.input.body).id %}",
        "late": "{% $states.input.days > 3 ? 'late' : 'soon' %}"}}}});
    assert_eq!(
        input(&machine),
        json!({"prices": [1], "people": [{"name": "name"}], "at": "2024-01-01T00:00:00Z",
            "body": "{\"id\":\"id\"}", "days": 4})
    );
}

/// JSONata gives the only item in the place of a list of one, and a Map takes lists alone.
#[test]
fn items_that_an_expression_picks_are_two() {
    for (items, expected) in [
        (
            "$states.input.items[status='open']",
            json!({"items": [{"status": "open", "id": "id"}, {"status": "open", "id": "id"}]}),
        ),
        (
            "$map($states.input.items, function($i) { $i.x })",
            json!({"items": [{"x": {"id": "id"}}, {"x": {"id": "id"}}]}),
        ),
        (
            "$states.input.items.{'id': id}",
            json!({"items": [{"id": "id"}, {"id": "id"}]}),
        ),
        (
            "$each($states.input.map, function($v) { {'id': $v} })",
            json!({"map": {"key": "key", "another": "key"}}),
        ),
        // A path gives what is there.
        ("$states.input.items", json!({"items": [{"id": "id"}]})),
        (
            "$states.input.order.lines",
            json!({"order": {"lines": [{"id": "id"}]}}),
        ),
    ] {
        let machine = json!({"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
            "Items": format!("{{% {items} %}}"), "ItemProcessor": {"StartAt": "P", "States": {
                "P": {"Type": "Pass", "End": true, "Output": "{% $states.input.id %}"}}}}}});
        assert_eq!(input(&machine), expected, "{items}");
    }
}

#[test]
fn a_rule_that_leads_to_an_end_is_what_matches() {
    for (rules, expected) in [
        (
            json!([{"Variable": "$.n", "NumericGreaterThan": 50, "Next": "Good"}]),
            json!({"n": 51}),
        ),
        (
            json!([{"Variable": "$.s", "StringEquals": "paid", "Next": "Good"}]),
            json!({"s": "paid"}),
        ),
        (
            json!([{"Variable": "$.s", "StringMatches": "log-*.txt", "Next": "Good"}]),
            json!({"s": "log-x.txt"}),
        ),
        (
            json!([{"Variable": "$.failed", "BooleanEquals": true, "Next": "Bad"},
                {"Variable": "$.n", "NumericEquals": 2, "Next": "Good"}]),
            json!({"n": 2, "failed": false}),
        ),
        (
            json!([{"Variable": "$.error", "IsPresent": false, "Next": "Good"}]),
            json!({}),
        ),
        (
            json!([{"Next": "Good", "And": [{"Variable": "$.a.b", "IsPresent": true},
                {"Not": {"Variable": "$.a.b", "StringEquals": "no"}}]}]),
            json!({"a": {"b": "b"}}),
        ),
        (
            json!([{"Variable": "$.n", "NumericLessThanPath": "$.most", "Next": "Good"}]),
            json!({"n": 0, "most": 1}),
        ),
    ] {
        assert_eq!(input(&chooses(&rules)), expected, "{rules}");
    }
    let jsonata = |condition: &str| {
        let mut machine = chooses(&json!([{"Condition": condition, "Next": "Good"}]));
        machine["QueryLanguage"] = json!("JSONata");
        input(&machine)
    };
    assert_eq!(
        jsonata("{% $states.input.n >= 5 and $states.input.kind = 'a' %}"),
        json!({"n": 5, "kind": "a"})
    );
    assert_eq!(jsonata("{% $states.input.ok %}"), json!({"ok": true}));
    assert_eq!(jsonata("{% $not($exists($states.input.error)) %}"), json!({}));
}

#[test]
fn a_loop_is_left_by_what_its_task_answers() {
    let machine = json!({"StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Done?"},
        "Done?": {"Type": "Choice", "Default": "Wait", "Choices": [
            {"Variable": "$.status", "StringEquals": "RUNNING", "Next": "Wait"},
            {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Fail"},
            {"Variable": "$.status", "StringEquals": "DONE", "Next": "End"}]},
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Ask"},
        "Fail": {"Type": "Fail"}, "End": {"Type": "Succeed"}}});
    assert_eq!(
        needed(&machine).1,
        json!({"States": {"Ask": {"Return": {"status": "DONE"}}}})
    );
}

#[test]
fn data_is_followed_through_what_passes_it_on() {
    let machine = json!({"StartAt": "Get", "States": {
        "Get": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
            "ResultSelector": {"order.$": "$.Payload.order"}, "ResultPath": "$.got", "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.got.order.lines", "ResultPath": "$.done",
            "ItemSelector": {"line.$": "$$.Map.Item.Value", "currency.$": "$.currency"},
            "ItemProcessor": {"StartAt": "Price", "States": {"Price": {"Type": "Task",
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:p",
                "Parameters": {"sku.$": "$.line.sku", "in.$": "$.currency"}, "End": true}}},
            "Next": "Both"},
        "Both": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "Total", "States": {"Total": {"Type": "Pass", "End": true,
                "Parameters": {"first.$": "$.done[0].price"}}}},
            {"StartAt": "Id", "States": {"Id": {"Type": "Pass", "End": true, "InputPath": "$.customer.id"}}}]}}});
    let (input, mocks) = needed(&machine);
    assert_eq!(input, json!({"currency": "currency", "customer": {"id": "id"}}));
    assert_eq!(
        mocks["States"]["Get"]["Return"]["Payload"],
        json!({"order": {"lines": [{"sku": "sku"}]}})
    );
    assert_eq!(mocks["States"]["Price"]["Return"], json!({"price": "price"}));
}

#[test]
fn what_other_ways_read_is_there_as_well() {
    let machine = json!({"StartAt": "Get", "States": {
        "Get": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.r",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}], "Next": "Kind"},
        "Kind": {"Type": "Choice", "Default": "Other", "Choices": [
            {"Variable": "$.r.kind", "StringEquals": "a", "Next": "End"}]},
        "Other": {"Type": "Pass", "Parameters": {"why.$": "$.r.why"}, "Next": "End"},
        "Tell": {"Type": "Pass", "Parameters": {"to.$": "$.owner", "why.$": "$.error.Cause"}, "Next": "End"},
        "End": {"Type": "Succeed"}}});
    let (input, mocks) = needed(&machine);
    assert_eq!(input, json!({"owner": "owner"}));
    assert_eq!(
        mocks["States"]["Get"]["Return"],
        json!({"kind": "a", "why": "why"})
    );
}

#[test]
fn what_services_take_decides_on_types() {
    let machine = json!({"StartAt": "Send", "States": {"Send": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl.$": "$.queue",
            "MessageBody": "m", "DelaySeconds.$": "$.delay"}}}});
    assert_eq!(input(&machine), json!({"queue": "queue", "delay": 1}));
    // No API model says which methods and endpoints there are.
    let machine = json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::apigateway:invoke", "Parameters": {"ApiEndpoint.$": "$.host",
            "Method.$": "$.method", "Path.$": "$.path"}}}});
    assert_eq!(
        input(&machine),
        json!({"host": "example.execute-api.us-east-1.amazonaws.com", "method": "GET", "path": "path"})
    );
}

#[test]
fn readers_read_what_their_iterations_do() {
    let machine = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket.$": "$.bucket", "Key": "orders.csv"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "S", "States": {"S": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": true}}}}}});
    let (input, mocks) = needed(&machine);
    assert_eq!(input, json!({"bucket": "bucket"}));
    assert_eq!(
        mocks["Objects"],
        json!({"s3://bucket/orders.csv": {"Body": "id\nid\n"}})
    );
}

/// Reads inside reads, data that doubles at every state, loops: an end is found all the same.
#[test]
fn hostile_machines_end() {
    let deep = format!("$.{}", vec!["a"; 5_000].join("."));
    needed(&sends(&json!({"deep.$": deep})));
    let mut states = serde_json::Map::new();
    for i in 0..60 {
        states.insert(
            format!("S{i}"),
            json!({"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$.c"}, "Next": format!("S{}", (i + 1) % 60)}),
        );
    }
    needed(&json!({"StartAt": "S0", "States": states}));
    let lambda = "{% ($f := function($x) { $f($x) + $f($x) }; $f($states.input.n)) %}";
    needed(&json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {
        "P": {"Type": "Pass", "Output": lambda, "End": true}}}));
}

/// A machine whose task's result is read by `output`.
fn reads(resource: &str, output: &Json) -> Json {
    json!({"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": format!("arn:aws:states:::{resource}"), "Arguments": {}, "Output": output}}})
}

/// The result that is made up for it.
fn result(resource: &str, output: &Json) -> Json {
    needed(&reads(resource, output)).1["States"]["T"]["Return"].clone()
}

#[test]
fn results_have_the_members_that_services_answer_and_no_others() {
    let lambda = result(
        "lambda:invoke",
        &json!([
            "{% $states.result.price %}",
            "{% $states.result.body.x %}",
            "{% $states.result.Payload.id %}"
        ]),
    );
    assert_eq!(
        lambda,
        json!({"ExecutedVersion": "$LATEST", "Payload": {"id": "id"}, "StatusCode": 200})
    );
    let object = result(
        "aws-sdk:s3:getObject",
        &json!("{% $states.result.body & $states.result.Body %}"),
    );
    assert_eq!((&object["Body"], object.get("body")), (&json!("Body"), None));
    let child = result(
        "states:startExecution.sync:2",
        &json!("{% $states.result.output & $states.result.Output.id %}"),
    );
    assert_eq!(
        (&child["Output"], child.get("output")),
        (&json!({"id": "id"}), None)
    );
}

#[test]
fn what_is_read_of_an_answer_has_its_type() {
    // Not among the members that the skeleton shows, and there when they are read.
    let object = result(
        "aws-sdk:s3:getObject",
        &json!("{% $states.result.PartsCount + 1 %}"),
    );
    assert_eq!(object["PartsCount"], json!(0));
    let item = result(
        "dynamodb:getItem",
        &json!([
            "{% $number($states.result.Item.price.N) %}",
            "{% $states.result.Item.name %}"
        ]),
    );
    assert_eq!(item["Item"], json!({"price": {"N": "1"}, "name": {"S": "name"}}));
    let task = result(
        "ecs:runTask.sync",
        &json!("{% $states.result.Containers[0].ExitCode = 0 %}"),
    );
    assert_eq!(task["Containers"], json!([{"ExitCode": 0}]));
    // The first row has the columns' names.
    let rows = result(
        "athena:getQueryResults",
        &json!("{% $states.result.ResultSet.Rows[1].Data[0].VarCharValue %}"),
    );
    assert_eq!(rows["ResultSet"]["Rows"].as_array().map(Vec::len), Some(2));
    // The text of an object may be JSON, which is parsed.
    let parsed = result(
        "aws-sdk:s3:getObject",
        &json!("{% $parse($states.result.Body).total + 1 %}"),
    );
    assert_eq!(parsed["Body"], json!("{\"total\":1}"));
    let output = result(
        "aws-sdk:sfn:startSyncExecution",
        &json!("{% $parse($states.result.Output).id %}"),
    );
    assert_eq!(output["Output"], json!("{\"id\":\"id\"}"));
}

#[test]
fn a_status_is_chosen_of_those_that_there_are() {
    let machine = |wanted: &str| {
        json!({"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getJobRun", "Parameters": {}, "Next": "Choose"},
            "Choose": {"Type": "Choice", "Default": "Bad", "Choices": [
                {"Variable": "$.JobRun.JobRunState", "StringEquals": wanted, "Next": "Good"}]},
            "Good": {"Type": "Succeed"}, "Bad": {"Type": "Fail"}}})
    };
    let state =
        |wanted: &str| needed(&machine(wanted)).1["States"]["T"]["Return"]["JobRun"]["JobRunState"].clone();
    assert_eq!(state("STOPPED"), json!("STOPPED"));
    assert_eq!(state("DONE"), json!("SUCCEEDED"));
}

#[test]
fn variables_are_assigned_of_the_result_before_its_selector() {
    let machine = json!({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultSelector": {"a.$": "$.a"},
        "Assign": {"b.$": "$.b"}}}});
    assert_eq!(
        needed(&machine).1["States"]["T"]["Return"],
        json!({"a": "a", "b": "b"})
    );
}

/// An index takes one item of a list, in a path's first step as in any other; what is asked of it is asked of the item.
#[test]
fn jsonata_reads_lists_of_lists_by_their_places() {
    let rows =
        |expression: &str| result("athena:getQueryResults", &json!(expression))["ResultSet"]["Rows"].clone();
    let cell = |text: &str| json!({"VarCharValue": text});
    let any = || cell("VarCharValue");
    for (expression, expected) in [
        (
            "{% $number($states.result.ResultSet.Rows[1].Data[0].VarCharValue) %}",
            json!([{"Data": [cell("1")]}, {"Data": [cell("1")]}]),
        ),
        (
            "{% ( $head := $states.result.ResultSet.Rows[0].Data; $head[1].VarCharValue ) %}",
            json!([{"Data": [any(), any()]}]),
        ),
        (
            "{% $filter($states.result.ResultSet.Rows, function($row) { $row.Data[0].VarCharValue = 'x' }).Data[1] %}",
            json!([{"Data": [cell("x"), cell("x")]}]),
        ),
        (
            "{% $states.result.ResultSet.Rows[-1].Data[0].VarCharValue = 'x' %}",
            json!([{"Data": [cell("x")]}]),
        ),
        (
            "{% $states.result.ResultSet.Rows.Data.VarCharValue %}",
            json!([{"Data": [any()]}]),
        ),
        (
            "{% ($states.result.ResultSet.Rows.Data)[1].VarCharValue %}",
            json!([{"Data": [any(), any()]}]),
        ),
    ] {
        assert_eq!(rows(expression), expected, "{expression}");
    }
    let far = rows("{% $states.result.ResultSet.Rows[60].Data[0].VarCharValue %}");
    assert_eq!(far.as_array().map(Vec::len), Some(61));
    let endless = rows("{% $states.result.ResultSet.Rows[1000000].Data[0].VarCharValue %}");
    assert_eq!(endless.as_array().map(Vec::len), Some(1));
}

/// A rule in JSONata chooses the item that it looks at.
#[test]
fn a_rule_that_compares_an_item_by_its_place_matches() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "Choose", "States": {
        "Choose": {"Type": "Choice", "Default": "Bad",
            "Choices": [{"Condition": "{% $states.input.rows[1].cells[1] = '5' %}", "Next": "Good"}]},
        "Good": {"Type": "Succeed"}, "Bad": {"Type": "Fail"}}});
    assert_eq!(
        input(&machine),
        json!({"rows": [{"cells": ["5", "5"]}, {"cells": ["5", "5"]}]})
    );
}

/// The input for a Pass state whose output is an expression.
fn of_expression(expression: &str) -> Json {
    input(
        &json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Output": format!("{{% {expression} %}}")}}}),
    )
}

#[test]
fn objects_are_read_whatever_their_names() {
    for (expression, expected) in [
        ("$keys($states.input.map)", json!({"map": {"key": "key"}})),
        (
            "$states.input.map.a + $count($keys($states.input.map))",
            json!({"map": {"a": 1}}),
        ),
        (
            "$each($states.input.map, function($v) { $v.name })",
            json!({"map": {"key": {"name": "name"}}}),
        ),
        (
            "$lookup($states.input.map, $states.input.by)",
            json!({"map": {"by": "by"}, "by": "by"}),
        ),
        (
            "$lookup($states.input.map, 'a' & $states.input.by).x",
            json!({"map": {"aby": {"x": "x"}}, "by": "by"}),
        ),
        (
            "$map($keys($states.input.map), function($k) { $lookup($states.input.map, $k).id })",
            json!({"map": {"key": {"id": "id"}}}),
        ),
        ("$states.input.*.name", json!({"key": {"name": "name"}})),
        ("$states.input.**.id", json!({"id": "id"})),
        (
            "$merge([$states.input.a, $states.input.b]).x",
            json!({"a": {"x": "x"}, "b": {}}),
        ),
    ] {
        assert_eq!(of_expression(expression), expected, "{expression}");
    }
}

#[test]
fn items_pass_the_filters_of_jsonata() {
    for (filter, item) in [
        ("status = 'open'", json!({"status": "open"})),
        (
            "price > 5 and status != 'x'",
            json!({"price": 6, "status": "other"}),
        ),
        ("$not(done)", json!({"done": false})),
        ("done", json!({"done": true})),
        ("$contains(name, 'ab')", json!({"name": "ab"})),
        ("$lowercase(kind) = 'a'", json!({"kind": "a"})),
        ("$count(parts) > 2", json!({"parts": ["parts", "parts", "parts"]})),
        ("$toMillis(at) < $millis()", json!({"at": "2000-01-01T00:00:00Z"})),
        ("at > $now()", json!({"at": "2100-01-01T00:00:00Z"})),
        ("a > b", json!({"a": 2, "b": 1})),
        (
            "$not(status = 'open' or done)",
            json!({"status": "other", "done": false}),
        ),
    ] {
        let mut expected = item.clone();
        expected["id"] = json!("id");
        assert_eq!(
            of_expression(&format!("$states.input.items[{filter}].id"))["items"],
            expected,
            "{filter}"
        );
    }
    let wanted = of_expression("$states.input.items[id = $states.input.wanted].name");
    assert_eq!(
        wanted,
        json!({"items": {"id": "wanted", "name": "name"}, "wanted": "wanted"})
    );
    let filtered = of_expression("$filter($states.input.items, function($i) { $i.price > 10 })");
    assert_eq!(filtered, json!({"items": [{"price": 11}]}));
}

#[test]
fn texts_have_the_parts_that_are_read() {
    for (expression, expected) in [
        ("$split($states.input.key, '/')[2]", json!({"key": "key/key/key"})),
        (
            "$toMillis($states.input.at, '[D01].[M01].[Y0001]')",
            json!({"at": "01.01.2024"}),
        ),
        // {"x":"x"}
        (
            "$parse($base64decode($states.input.data)).x",
            json!({"data": "eyJ4IjoieCJ9"}),
        ),
    ] {
        assert_eq!(of_expression(expression), expected, "{expression}");
    }
    let read = json!({
        "part.$": "States.ArrayGetItem(States.StringSplit($.key, '/'), 2)",
        "inner.$": "States.ArrayGetItem($.lines[?(@.n >= 5 && @.s in ['a', 'b'])].id, 0)",
    });
    assert_eq!(
        input(&sends(&read)),
        json!({"key": "key/key/key", "lines": [{"s": "a", "n": 5, "id": "id"}]})
    );
}

#[test]
fn objects_have_the_keys_that_are_put_together() {
    let reader = |language: &str, arguments: &str, fields: &Json| {
        let mut reader =
            json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}});
        reader[arguments] = fields.clone();
        needed(&json!({"StartAt": "M", "QueryLanguage": language, "States": {"M": {"Type": "Map", "End": true,
            "ItemReader": reader, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}},
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}}}}))
        .1["Objects"]
            .clone()
    };
    assert_eq!(
        reader(
            "JSONPath",
            "Parameters",
            &json!({"Bucket": "b", "Key.$": "States.Format('in/{}.json', $.day)"})
        ),
        json!({"s3://b/in/day.json": {"Json": [{}]}})
    );
    assert_eq!(
        reader(
            "JSONata",
            "Arguments",
            &json!({"Bucket": "b", "Key": "{% 'in/' & $states.input.day & '.json' %}"})
        ),
        json!({"s3://b/in/day.json": {"Json": [{}]}})
    );
}

#[test]
fn headers_and_query_parameters_of_api_gateway_have_several_values() {
    let calls = json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::apigateway:invoke",
        "Parameters": {"ApiEndpoint": "e", "Method": "GET", "Headers.$": "$.headers",
            "QueryParameters": {"q.$": "$.q"}}}}});
    assert_eq!(input(&calls), json!({"headers": {}, "q": ["q"]}));
}

#[test]
fn what_only_a_state_writes_is_not_in_the_input() {
    let machine = |read: &str, before: Json| {
        json!({"StartAt": "Before", "States": {
            "Before": {"Type": "Pass", "Parameters": before, "ResultPath": "$.before", "Next": "Get"},
            "Get": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.got", "End": true,
                "Parameters": {"FunctionName": "f", "Payload.$": "$.order"},
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}]},
            "Tell": {"Type": "Pass", "Parameters": {"read.$": read, "id.$": "$.id"}, "End": true}}})
    };
    // Where `Get` has failed there is no result of it, and nobody starts an execution with one.
    let expected = json!({"order": "order", "id": "id"});
    assert_eq!(input(&machine("$.got.Payload.status", json!({}))), expected);
    // Another state reads it before: then the input has it.
    let read_before = machine("$.got.Payload.status", json!({"old.$": "$.got.Payload.at"}));
    let got = json!({"Payload": {"at": "at", "status": "status"}});
    assert_eq!(
        input(&read_before),
        json!({"got": got, "order": "order", "id": "id"})
    );
}

/// Whichever way comes to a state, the task that made what the state reads gives it.
#[test]
fn tasks_beside_the_way_give_what_is_read_where_the_ways_meet() {
    let task = |name: &str, next: &str| json!({"Type": "Task", "Resource": format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}"), "ResultPath": "$.quote", "Next": next});
    let choice = |rule: Json| json!({"Type": "Choice", "Choices": [rule], "Default": "Express"});
    let bill = |next: &str| json!({"Type": "Pass", "Parameters": {"amount.$": "$.quote.amount"}, "ResultPath": "$.bill", "Next": next});
    let jsonpath = json!({"StartAt": "Kind", "States": {
        "Kind": choice(json!({"Variable": "$.kind", "StringEquals": "standard", "Next": "Quote"})),
        "Quote": task("quote", "Bill"), "Express": task("express", "Bill"), "Bill": bill("Check"),
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$.quote.big", "BooleanEquals": true, "Next": "More"}], "Default": "Done"},
        "More": {"Type": "Pass", "Parameters": {"currency.$": "$.quote.currency"}, "End": true}, "Done": {"Type": "Succeed"}}});
    let (input, mocks) = needed(&jsonpath);
    assert_eq!(input, json!({"kind": "standard"}));
    let read = json!({"Return": {"amount": "amount", "big": true, "currency": "currency"}});
    assert_eq!(mocks["States"], json!({"Quote": read, "Express": read}));
    // Through variables, and inside the branches of a Parallel state.
    let task = |next: &str| {
        json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"},
        "Assign": {"quote": "{% $states.result.Payload %}"}, "Next": next})
    };
    let inner = json!({"StartAt": "Kind", "States": {
        "Kind": choice(json!({"Condition": "{% $states.input.kind = 'standard' %}", "Next": "Quote"})),
        "Quote": task("Bill"), "Express": task("Bill"),
        "Bill": {"Type": "Pass", "Output": {"amount": "{% $quote.amount * 2 %}"}, "End": true}}});
    let parallel = json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [inner], "End": true}}});
    let (input, mocks) = needed(&parallel);
    assert_eq!(input, json!({"kind": "standard"}));
    for state in ["Quote", "Express"] {
        assert_eq!(
            mocks["States"][state]["Return"]["Payload"],
            json!({"amount": 1}),
            "{state}"
        );
    }
    // A way around the task: nobody starts the execution with its result.
    let mut around = jsonpath;
    around["States"]["Kind"]["Default"] = json!("Bill");
    around["States"]
        .as_object_mut()
        .expect("an object")
        .remove("Express");
    assert_eq!(needed(&around).0, json!({"kind": "standard"}));
}

/// Each way of a Choice state has a run that takes it, with what its rule compares with.
#[test]
fn each_way_of_a_choice_has_a_run() {
    let task = |next: &str| json!({"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:f", "ResultPath": "$.bill", "Next": next});
    let definition = json!({"StartAt": "Kind", "States": {
        "Kind": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Variable": "$.kind", "StringEquals": "standard", "Next": "Bill"},
            {"Variable": "$.never", "IsPresent": false, "Next": "Done"}]},
        "Bill": task("Check"),
        "Check": {"Type": "Choice", "Default": "Done", "Choices": [{"Variable": "$.bill.total", "NumericGreaterThan": 1000, "Next": "Done"}]},
        "Done": {"Type": "Succeed"}}});
    let file = Arc::new(SourceFile::new("d.json", definition.to_string()));
    let machine = StateMachine::read(Arc::new(parse(file).document.expect("JSON")));
    let json = |value: &crate::value::Value| serde_json::to_value(value).expect("JSON");
    let runs: Vec<(Json, Json)> = (other_runs(&machine, None).iter())
        .map(|run| (json(&run.input), json(&run.results[0].1)))
        .collect();
    // Whatever is compared elsewhere is read there, too.
    let bill = |total: i64| json!({"total": total});
    assert_eq!(
        runs,
        [
            (json!({"kind": "standard", "never": "never"}), bill(1001)),
            (json!({"kind": "kind"}), bill(1001)),
            (json!({"kind": "kind", "never": "never"}), bill(1001)),
            (json!({"kind": "standard", "never": "never"}), bill(1001)),
            (json!({"kind": "standard", "never": "never"}), bill(1)),
        ]
    );
    // Of an input that is given nothing is changed.
    let given = crate::value::Value::from(&json!({"kind": "standard", "never": 1}));
    assert_eq!(other_runs(&machine, Some(&given)).len(), 3);
}

/// JSONata fails where it puts a text and a number in order.
#[test]
fn what_is_put_in_order_with_a_number_is_one() {
    let needed = |condition: &str| {
        let machine = json!({"QueryLanguage": "JSONata", "StartAt": "C", "States": {
            "C": {"Type": "Choice", "Default": "D", "Choices": [{"Condition": format!("{{% {condition} %}}"), "Next": "E"}]},
            "D": {"Type": "Succeed"}, "E": {"Type": "Fail"}}});
        input(&machine)
    };
    assert_eq!(needed("$states.input.x > 5"), json!({"x": 1}));
    assert_eq!(needed("$states.input.x <= 5"), json!({"x": 6}));
    assert_eq!(needed("$states.input.x > 'm'"), json!({"x": "m"}));
    assert_eq!(needed("$states.input.x = 5"), json!({"x": 1}));
    assert_eq!(
        needed("$states.input.x >= $states.input.limit"),
        json!({"x": 0, "limit": 1})
    );
}
