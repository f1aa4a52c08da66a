//! `sfn-tool test-state`: the parts of a request: sizes, context, stateConfiguration; what a Map and an HTTP Task show.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::{Value, json};

use crate::test_state::{Test, parsed};

fn invoke() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "f", "Payload.$": "$"}})
}

fn anything() -> Value {
    json!({"result": "{}", "fieldValidationMode": "NONE"})
}

fn processor(distributed: bool) -> Value {
    let mut processor = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    if distributed {
        processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    }
    processor
}

#[test]
fn a_request_has_no_text_longer_than_the_api_takes() {
    // The limits: error 256, cause 32,768, a state's name 80, data 262,144.
    let most = |member: &str, most: usize| {
        format!(
            "Value at '{member}' failed to satisfy constraint: Member must have length less than or equal to {most}"
        )
    };
    let error = |error: usize, cause: usize| {
        let output = json!({"error": "e".repeat(error), "cause": "c".repeat(cause)});
        Test::of(invoke()).mock(json!({"errorOutput": output}))
    };
    assert_eq!(error(256, 32_768).run().0, 1);
    let (code, message) = error(257, 32_769).refused();
    assert_eq!(code, "ValidationException");
    let of_error = most("mock.errorOutput.error", 256);
    let of_cause = most("mock.errorOutput.cause", 32_768);
    assert_eq!(
        message,
        format!("2 validation errors detected: {of_error}; {of_cause}")
    );
    // Characters count, not bytes.
    let caused = |name: String| {
        let configuration = json!({"errorCausedByState": name});
        Test::of(invoke())
            .mock(json!({"errorOutput": {"error": "E"}}))
            .file("state-configuration", configuration)
    };
    let cause_by = "stateConfiguration.errorCausedByState";
    assert_eq!(caused("ä".repeat(80)).run().0, 1);
    assert_eq!(
        caused("ä".repeat(81)).refused().1,
        format!("1 validation error detected: {}", most(cause_by, 80))
    );
    assert_eq!(
        caused(String::new()).refused().1,
        format!(
            "1 validation error detected: Value at '{cause_by}' failed to satisfy constraint: Member must have length \
             greater than or equal to 1"
        )
    );
    let negative = Test::of(invoke())
        .mock(anything())
        .file("state-configuration", json!({"retrierRetryCount": -1}));
    assert_eq!(
        negative.refused().1,
        "1 validation error detected: Value '-1' at 'stateConfiguration.retrierRetryCount' failed to satisfy constraint: \
         Member must have value greater than or equal to 0"
    );
    let input = json!({"a": "x".repeat(262_144)});
    let large = Test::of(invoke()).mock(anything()).file("input", input);
    assert_eq!(
        large.refused().1,
        format!("1 validation error detected: {}", most("input", 262_144))
    );
    // What is sent is the text, blanks included.
    let folder = tempfile::tempdir().unwrap();
    let blanks = |count: usize| {
        let path = folder.path().join("input.json");
        std::fs::write(&path, format!("[{}]", " ".repeat(count))).unwrap();
        Test::of(json!({"Type": "Pass", "End": true})).path("input", &path)
    };
    assert_eq!(blanks(262_142).run().0, 0);
    assert_eq!(
        blanks(262_143).refused().1,
        format!("1 validation error detected: {}", most("input", 262_144))
    );
}

#[test]
fn a_context_object_has_known_members_of_the_right_types() {
    let with = |context: Value| Test::of(invoke()).mock(anything()).file("context", context);
    let mut refused = vec![
        (json!([]), "Context object must be a JSON object".to_owned()),
        (
            json!({"Map": {"Item": {"Index": 0}}}),
            "'Map' field is not supported when mocking a Context object".to_owned(),
        ),
        // The bare name, wherever it stands.
        (
            json!({"execution": {}}),
            "Field 'execution' is not allowed".to_owned(),
        ),
        (
            json!({"State": {"Retries": 1}}),
            "Field 'Retries' is not allowed".to_owned(),
        ),
        (
            json!({"StateMachine": {"Input": 1}}),
            "Field 'Input' is not allowed".to_owned(),
        ),
    ];
    // [Accessing execution data from the Context object]
    for (object, texts, numbers) in [
        (
            "Execution",
            &["Id", "Name", "RoleArn", "StartTime", "RedriveTime"][..],
            &["RedriveCount"][..],
        ),
        ("State", &["EnteredTime", "Name"], &["RetryCount"]),
        ("StateMachine", &["Id", "Name"], &[]),
    ] {
        refused.push((json!({object: "x"}), format!("{object} must be an object")));
        for text in texts {
            refused.push((
                json!({object: {*text: 3}}),
                format!("{object}.{text} must be a string"),
            ));
        }
        for number in numbers {
            refused.push((
                json!({object: {*number: "3"}}),
                format!("{object}.{number} must be a number"),
            ));
        }
    }
    for (context, what) in refused {
        let expected = format!("Invalid Context object provided: {what}");
        let (code, message) = with(context).refused();
        assert_eq!((code.as_str(), message), ("ValidationException", expected));
    }
    // Input is free, and RoleArn null where no role is given.
    for execution in [json!({"Input": [1]}), json!({"RoleArn": null})] {
        assert_eq!(with(json!({"Execution": execution})).run().0, 0);
    }
    let alone = Test::of(invoke()).file("context", json!({}));
    assert_eq!(
        alone.refused().1,
        "TestState does not support Context when a mock is not specified."
    );
}

/// Nothing is made up beside it (recorded by AWS).
#[test]
fn the_context_object_is_the_one_that_is_given() {
    let mut task = invoke();
    task["Parameters"]["Payload"] = json!({"context.$": "$$"});
    task["Parameters"].as_object_mut().unwrap().remove("Payload.$");
    let seen = |context: Value| {
        let test = Test::of(task.clone()).mock(anything()).file("context", context);
        let answer = test.debug().run().1;
        parsed(&answer["inspectionData"]["afterParameters"])["Payload"]["context"].clone()
    };
    for context in [
        json!({}),
        json!({"Execution": {}}),
        json!({"Execution": {"Id": "x", "Input": 3}, "State": {"RetryCount": 7}}),
    ] {
        assert_eq!(seen(context.clone()), context);
    }
    // The item at hand is no part that could be given.
    let map =
        json!({"Type": "Map", "End": true, "ItemSelector": {"c.$": "$$"}, "ItemProcessor": processor(false)});
    let answer = Test::of(map)
        .file("input", json!(["a"]))
        .file("context", json!({"StateMachine": {"Name": "m"}}))
        .mock(json!({"result": "[1]"}))
        .debug()
        .run()
        .1;
    let item = json!({"Index": 0, "Value": "a", "Source": "STATE_DATA"});
    assert_eq!(
        parsed(&answer["inspectionData"]["afterItemSelector"]),
        json!([{"c": {"StateMachine": {"Name": "m"}, "Map": {"Item": item}}}])
    );
}

#[test]
fn the_state_that_an_error_comes_from_is_inside() {
    let parallel = json!({"Type": "Parallel", "End": true, "Branches": [
        processor(false), {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "End": true}}}]});
    let failing = |error: &str, state: Option<&str>| {
        let test = Test::of(parallel.clone()).mock(json!({"errorOutput": {"error": error}}));
        match state {
            None => test,
            Some(state) => test.file("state-configuration", json!({"errorCausedByState": state})),
        }
    };
    assert_eq!(failing("E", None).run().0, 1);
    assert_eq!(failing("States.TaskFailed", Some("Q")).run().0, 1);
    // [sample-stepfunctions-testing-with-testStateAPI]
    assert_eq!(failing("States.TaskFailed", None).run().0, 1);
    assert_eq!(
        failing("E", Some("R")).refused().1,
        "ErrorCausedByState 'R' is no state inside the Parallel, which has P, Q"
    );
}

#[test]
fn a_test_runs_for_five_minutes_at_most() {
    let wait = |seconds: u32| Test::of(json!({"Type": "Wait", "Seconds": seconds, "End": true})).run();
    assert_eq!(wait(300).1["status"], "SUCCEEDED");
    let (status, answer) = wait(301);
    assert_eq!((status, &answer["status"]), (1, &json!("FAILED")));
    assert_eq!(answer["error"], "States.Timeout");
}

#[test]
fn a_map_shows_what_its_iterations_would_start_with() {
    let map = |more: Value| {
        let mut map = json!({"Type": "Map", "End": true, "ItemProcessor": processor(true)});
        map.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        map
    };
    // Two items a batch, each after the selector.
    let batched = Test::of(map(json!({
        "ItemsPath": "$.n",
        "ItemSelector": {"n.$": "$$.Map.Item.Value"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k.$": "$.k"}},
    })))
    .file("input", json!({"n": [1, 2, 3], "k": "v"}))
    .mock(json!({"result": "[]"}))
    .debug()
    .run()
    .1;
    let data = &batched["inspectionData"];
    assert_eq!(parsed(&data["afterItemsPath"]), json!([1, 2, 3]));
    assert_eq!(
        parsed(&data["afterItemSelector"]),
        json!([{"n": 1}, {"n": 2}, {"n": 3}])
    );
    assert_eq!(
        parsed(&data["afterItemBatcher"]),
        json!([{"BatchInput": {"k": "v"}, "Items": [{"n": 1}, {"n": 2}]},
            {"BatchInput": {"k": "v"}, "Items": [{"n": 3}]}])
    );
    // The items are where the pointer leads, and at most MaxItems of them.
    let reads = |data: &str| {
        Test::of(map(json!({
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/a/b", "MaxItems": 2},
                "Parameters": {"Bucket": "b", "Key": "k"}},
            "ItemSelector": {"v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"},
        })))
        .mock(json!({"result": "[]"}))
        .file("state-configuration", json!({"mapItemReaderData": data}))
        .debug()
        .run()
        .1
    };
    let pointed = reads(r#"{"a": {"b": [7, 8, 9]}}"#);
    let data = &pointed["inspectionData"];
    assert_eq!(parsed(&data["afterItemsPointer"]), json!([7, 8]));
    assert_eq!(
        parsed(&data["afterItemSelector"]),
        json!([{"v": 7, "s": "S3://b/k"}, {"v": 8, "s": "S3://b/k"}])
    );
    let nowhere = reads(r#"{"a": []}"#);
    assert_eq!(nowhere["error"], "States.ItemReaderFailed");
    // The members of an object are items of a Distributed Map, each with its name.
    let members = Test::of(map(
        json!({"ItemsPath": "$.o", "ItemSelector": {"k.$": "$$.Map.Item.Key"}}),
    ))
    .file("input", json!({"o": {"a": 1}}))
    .mock(json!({"result": "[]"}))
    .debug()
    .run()
    .1;
    let data = &members["inspectionData"];
    assert_eq!(parsed(&data["afterItemsPath"]), json!({"a": 1}));
    assert_eq!(parsed(&data["afterItemSelector"]), json!([{"k": "a"}]));
    // ItemsPath belongs to JSONPath.
    let jsonata = Test::of(map(json!({"QueryLanguage": "JSONata"})))
        .file("input", json!([1]))
        .mock(json!({"result": "[]"}))
        .debug()
        .run()
        .1;
    let path = jsonata["inspectionData"].get("afterItemsPath");
    assert_eq!(path, None, "{jsonata}");
}

#[test]
fn results_that_are_not_exported_are_an_array() {
    let map = |writer: Value| json!({"Type": "Map", "End": true, "ItemsPath": "$.n", "ItemProcessor": processor(true), "ResultWriter": writer});
    let exported = map(json!({"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}));
    let kept = map(json!({"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}));
    for (map, result, status) in [
        (&exported, "{}", 0),
        (&exported, "[]", 2),
        (&kept, "[]", 0),
        (&kept, "{}", 2),
    ] {
        let test = Test::of(map.clone())
            .file("input", json!({"n": []}))
            .mock(json!({"result": result}));
        assert_eq!(test.run().0, status, "{map} {result}");
    }
}

#[test]
fn trace_shows_the_request_and_the_response_of_an_http_task() {
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters": {
        "ApiEndpoint": "https://example.org/orders", "Method": "POST",
        "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/c/1"},
        "QueryParameters": {"q": "a b"}, "Headers": {"X-Order": "7"},
        "RequestBody": {"name.$": "$.name", "ids": [1, 2], "meta": {"k": {"x": "v"}}},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "BRACKETS"}}}});
    let answer = |level: &'static str| {
        let result = json!({"StatusCode": 201, "StatusText": "Created", "Headers": {"date": ["now"]},
            "ResponseBody": {"id": 7}});
        Test::of(task.clone())
            .file("input", json!({"name": "ä"}))
            .mock(json!({"result": result.to_string()}))
            .option("--inspection-level", level)
            .run()
            .1["inspectionData"]
            .clone()
    };
    assert_eq!(answer("debug").get("request"), None);
    let traced = answer("trace");
    assert_eq!(
        traced["request"],
        json!({
            "protocol": "https", "method": "POST", "url": "https://example.org/orders?q=a%20b",
            // ids[]=1&ids[]=2&meta[k][x]=v&name=ä, percent-encoded: what is computed stands behind what is written.
            "body": "ids%5B%5D=1&ids%5B%5D=2&meta%5Bk%5D%5Bx%5D=v&name=%C3%A4",
            "headers": "[X-Order: 7, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, \
                        Range: bytes=0-262144]",
        })
    );
    assert_eq!(
        traced["response"],
        json!({"protocol": "https", "statusCode": "201", "statusMessage": "Created", "headers": "[date: now]",
            "body": "{\"id\":7}"})
    );
}

// The frame, the words and those of an empty input are StartExecution's [recorded].
#[test]
fn an_input_that_is_no_json_is_refused_in_the_words_of_aws() {
    let pass = || Test::of(json!({"Type": "Pass", "End": true}));
    for (input, words) in [
        (
            "later",
            "Unrecognized token 'later': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')",
        ),
        (
            "{'a': 1}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        ),
        ("", "Invalid execution input."),
    ] {
        let (code, message) = pass().option("--input-json", input).refused();
        assert_eq!(code, "InvalidExecutionInput", "{input}");
        assert_eq!(
            message,
            format!("Invalid State Machine Execution Input: '{words}'"),
            "{input}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        pass().path("input", &path)
    };
    assert_eq!(
        file("input.json", "{'a': 1}").refused().0,
        "InvalidExecutionInput"
    );
    // A file may be YAML, which is sent as the JSON that it means.
    let (status, answer) = file("input.yaml", "{'a': 1}").run();
    assert_eq!((status, parsed(&answer["output"])), (0, json!({"a": 1})));
}

#[test]
fn query_parameters_and_headers_may_be_texts_and_lists_of_them() {
    let traced = |name: &str, value: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters": {
            "ApiEndpoint": "https://example.org/orders", "Method": "GET",
            "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/c/1"}}});
        task["Parameters"][name] = value;
        let answer = Test::of(task)
            .mock(json!({"result": r#"{"StatusCode": 200}"#}))
            .option("--inspection-level", "trace")
            .run()
            .1;
        answer["inspectionData"]["request"].clone()
    };
    let url = |given: Value| traced("QueryParameters", given)["url"].clone();
    assert_eq!(url(json!("a=b")), "https://example.org/orders?a=b");
    assert_eq!(url(json!(["a=b", "c=d"])), "https://example.org/orders?a=b&c=d");
    assert_eq!(url(json!({})), "https://example.org/orders");
    let headers = |given: Value| traced("Headers", given)["headers"].clone();
    let own = "User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]";
    assert_eq!(headers(json!("X-Order: 7")), format!("[X-Order: 7, {own}"));
    assert_eq!(headers(json!(["A: 1", "B: 2"])), format!("[A: 1, B: 2, {own}"));
    // What Step Functions sets takes the place of one that is given.
    assert_eq!(headers(json!({"user-agent": "mine"})), format!("[{own}"));
}

#[test]
fn what_could_not_be_sent_has_no_request_and_no_response() {
    let traced = |members: &[(&str, Value)], mock: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters": {
            "ApiEndpoint": "https://example.org/orders", "Method": "GET",
            "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/c/1"}}});
        for (name, value) in members {
            task[*name] = value.clone();
        }
        let (status, answer) = Test::of(task)
            .mock(mock)
            .option("--inspection-level", "trace")
            .run();
        let data = answer["inspectionData"].clone();
        assert!(data.get("afterParameters").is_some(), "{answer}");
        (
            status,
            data.get("request").is_some(),
            data.get("response").is_some(),
        )
    };
    let result = || json!({"result": r#"{"StatusCode": 200}"#});
    let no_timeout = [("TimeoutSecondsPath", json!("$.missing"))];
    assert_eq!(traced(&no_timeout, result()), (1, false, false));
    let no_result = [("ResultSelector", json!({"a.$": "$.missing"}))];
    assert_eq!(traced(&no_result, result()), (1, true, true));
    let error = json!({"errorOutput": {"error": "States.Http.Socket"}});
    assert_eq!(traced(&[], error), (1, true, false));
}

#[test]
fn variables_have_names_that_expressions_can_have() {
    let with =
        |name: &str| Test::of(json!({"Type": "Pass", "End": true})).file("variables", json!({name: 1}));
    assert_eq!(with("größe_2").run().0, 0);
    let characters = |name: &str| {
        format!("Invalid variable name '{name}': the variable name contains invalid characters.")
    };
    let long = "a".repeat(81);
    for (name, expected) in [
        ("$x", characters("$x")),
        ("1a", characters("1a")),
        ("a b", characters("a b")),
        (
            "states",
            "Cannot assign to reserved variable '$states'.".to_owned(),
        ),
        (
            &long,
            format!("Invalid variable name '{long}': the variable name exceeds the 80-character limit."),
        ),
    ] {
        let refused = with(name).refused();
        assert_eq!(refused, ("ValidationException".to_owned(), expected));
    }
}

/// "You can also test what happens when all retry attempts are exhausted by increasing RetryCount values in your context
/// object" (developer guide).
#[test]
fn the_retries_made_may_stand_in_the_context_object() {
    let tried = |context: Value, configuration: Value| {
        let mut task = invoke();
        task["Retry"] =
            json!([{"ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 2}]);
        let answer = Test::of(task)
            .mock(json!({"errorOutput": {"error": "E"}}))
            .file("context", context)
            .file("state-configuration", configuration)
            .debug()
            .run()
            .1;
        let seconds = &answer["inspectionData"]["errorDetails"]["retryBackoffIntervalSeconds"];
        (answer["status"].clone(), seconds.clone())
    };
    let retry = |count: u32| json!({"State": {"RetryCount": count}});
    assert_eq!(tried(json!({}), json!({})), (json!("RETRIABLE"), json!(2)));
    assert_eq!(tried(retry(1), json!({})), (json!("RETRIABLE"), json!(6)));
    assert_eq!(tried(retry(2), json!({})), (json!("FAILED"), Value::Null));
    // What is configured takes precedence.
    let none = json!({"retrierRetryCount": 0});
    assert_eq!(tried(retry(2), none), (json!("RETRIABLE"), json!(2)));
}

#[test]
fn a_state_inside_a_distributed_map_knows_the_source_of_its_item() {
    let item = |distributed: bool, reader: Value| {
        let mut processor = processor(distributed);
        processor["States"]["P"] = json!({"Type": "Pass", "Parameters": {"item.$": "$$.Map.Item"}, "OutputPath": "$.item", "End": true});
        let mut map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
        if !reader.is_null() {
            map["ItemReader"] = reader;
        }
        let machine = json!({"StartAt": "M", "States": {"M": map}});
        let (status, answer) = Test::of(machine)
            .option("--state-name", "P")
            .option("--input-json", "7")
            .run();
        assert_eq!(status, 0, "{answer}");
        parsed(&answer["output"])
    };
    assert_eq!(item(false, Value::Null), json!({"Index": 0, "Value": 7}));
    assert_eq!(
        item(true, Value::Null),
        json!({"Index": 0, "Value": 7, "Source": "STATE_DATA"})
    );
    // Which object it would be is not known here.
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket.$": "$.b", "Key.$": "$.k"}});
    assert_eq!(item(true, reader), json!({"Index": 0, "Value": 7}));
}

#[test]
fn where_the_results_of_a_map_would_go_is_evaluated() {
    let map = json!({"Type": "Map", "ItemProcessor": processor(true), "End": true, "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.bucket", "Prefix": "p"}}});
    let with = |input: Value| {
        let (status, answer) = Test::of(map.clone())
            .file("input", input)
            .mock(json!({"result": "{}"}))
            .run();
        (status, answer["cause"].clone())
    };
    let cause =
        "The JSONPath '$.bucket' specified for the field 'Bucket.$' could not be found in the input '[1]'";
    assert_eq!(with(json!([1])), (1, json!(cause)));
}

/// "STRICT: Enforces field naming, size, shape, and data type constraints" (developer guide). KMS's model gives a
/// CiphertextBlob 1 to 6144.
#[test]
fn a_mocked_text_is_as_long_as_the_api_has_it() {
    let encrypt = json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:kms:encrypt", "End": true,
        "Parameters": {"KeyId": "k", "Plaintext": "cA=="}});
    let mocked = |mode: &str, length: usize| {
        let result = json!({"CiphertextBlob": "a".repeat(length)}).to_string();
        Test::of(encrypt.clone()).mock(json!({"result": result, "fieldValidationMode": mode}))
    };
    for mode in ["STRICT", "PRESENT"] {
        let refused = |length: usize| mocked(mode, length).refused().1;
        let because =
            |what: &str| format!("Mock result schema validation error: Field 'CiphertextBlob' {what}");
        assert_eq!(refused(0), because("is smaller than the minimum length"));
        assert_eq!(refused(6145), because("exceeds the maximum length"));
        assert_eq!(mocked(mode, 6144).run().0, 0);
    }
    assert_eq!(mocked("NONE", 6145).run().0, 0);
}
