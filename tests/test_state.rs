//! `sfn-tool test-state`: one state alone, its data, its errors, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::called;

/// The members of a request that are files, by the option's name; and other options.
pub(crate) struct Test {
    definition: Value,
    files: Vec<(&'static str, Value)>,
    paths: Vec<(&'static str, PathBuf)>,
    options: Vec<&'static str>,
}

impl Test {
    pub(crate) fn of(definition: Value) -> Self {
        Test {
            definition,
            files: Vec::new(),
            paths: Vec::new(),
            options: Vec::new(),
        }
    }

    pub(crate) fn file(mut self, option: &'static str, value: Value) -> Self {
        self.files.push((option, value));
        self
    }

    pub(crate) fn mock(self, value: Value) -> Self {
        self.file("mock", value)
    }

    pub(crate) fn debug(mut self) -> Self {
        self.options.extend(["--inspection-level", "debug"]);
        self
    }

    pub(crate) fn option(mut self, option: &'static str, value: &'static str) -> Self {
        self.options.extend([option, value]);
        self
    }

    /// A file as it stands.
    pub(crate) fn path(mut self, option: &'static str, path: &Path) -> Self {
        self.paths.push((option, path.to_owned()));
        self
    }

    /// The exit status, and the answer.
    pub(crate) fn run(self) -> (i32, Value) {
        let output = self.output();
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), answer)
    }

    /// What is told besides the answer.
    fn notes(self) -> String {
        String::from_utf8(self.output().stderr).unwrap()
    }

    fn output(self) -> std::process::Output {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("definition.json");
        std::fs::write(&path, self.definition.to_string()).unwrap();
        let mut command = called::program();
        command.arg("test-state").arg(path).args(["--format", "json"]);
        for (option, value) in self.files {
            let path = folder.path().join(format!("{option}.json"));
            std::fs::write(&path, value.to_string()).unwrap();
            command.arg(format!("--{option}")).arg(path);
        }
        for (option, path) in self.paths {
            command.arg(format!("--{option}")).arg(path);
        }
        command.args(self.options).output().unwrap()
    }

    pub(crate) fn refused(self) -> (String, String) {
        let (status, answer) = self.run();
        assert_eq!(status, 2, "{answer}");
        let text = |name: &str| answer["exception"][name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    }
}

/// The value of a text of JSON.
pub(crate) fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

fn task() -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:charge",
        "InputPath": "$.order",
        "Parameters": {"amount.$": "$.total"},
        "ResultSelector": {"receipt.$": "$.id"},
        "ResultPath": "$.paid",
        "Retry": [
            {"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 2},
        ],
        "Catch": [
            {"ErrorEquals": ["Broke"], "Next": "Beg"},
            {"ErrorEquals": ["Busy"], "ResultPath": "$.error", "Next": "Later"},
        ],
        "Next": "Ship"
    })
}

fn charge() -> Test {
    Test::of(task()).file("input", json!({"order": {"total": 5}}))
}

#[test]
fn the_input_may_be_text() {
    let pass = json!({"Type": "Pass", "End": true});
    let (status, answer) = Test::of(pass).option("--input-json", r#"{"x":2}"#).run();
    assert_eq!((status, &answer["output"]), (0, &json!(r#"{"x":2}"#)));
}

#[test]
fn a_task_shows_its_data_after_each_step() {
    let mock = json!({"result": "{\"id\": \"r1\", \"more\": 1}"});
    let (status, answer) = charge().mock(mock).debug().run();
    assert_eq!(status, 0, "{answer}");
    assert_eq!(answer["status"], "SUCCEEDED");
    assert_eq!(answer["nextState"], "Ship");
    let output = json!({"order": {"total": 5}, "paid": {"receipt": "r1"}});
    assert_eq!(parsed(&answer["output"]), output);
    let data = &answer["inspectionData"];
    for (name, expected) in [
        ("input", json!({"order": {"total": 5}})),
        ("afterInputPath", json!({"total": 5})),
        ("afterParameters", json!({"amount": 5})),
        ("result", json!({"id": "r1", "more": 1})),
        ("afterResultSelector", json!({"receipt": "r1"})),
        ("afterResultPath", output),
    ] {
        assert_eq!(parsed(&data[name]), expected, "{name}");
    }
}

#[test]
fn info_shows_the_outcome_alone() {
    let (_, answer) = charge().mock(json!({"result": "{\"id\": 1}"})).run();
    let mut members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["nextState", "output", "status"]);
}

fn busy(retries: u64) -> Value {
    let mock = json!({"errorOutput": {"error": "Busy", "cause": "later"}});
    let configuration = json!({"retrierRetryCount": retries});
    let test = charge().mock(mock).file("state-configuration", configuration);
    let (status, answer) = test.debug().run();
    assert_eq!(status, 1, "{answer}");
    answer
}

#[test]
fn an_error_is_retried_until_the_retrier_is_used_up() {
    let second = busy(1);
    assert_eq!(second["status"], "RETRIABLE");
    assert_eq!(
        second["inspectionData"]["errorDetails"],
        json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 6})
    );
    assert_eq!(second.get("output"), None);
    let spent = busy(2);
    assert_eq!(spent["status"], "CAUGHT_ERROR");
    assert_eq!(spent["nextState"], "Later");
    assert_eq!(
        (&spent["error"], &spent["cause"]),
        (&json!("Busy"), &json!("later"))
    );
    assert_eq!(
        parsed(&spent["output"]),
        json!({"order": {"total": 5}, "error": {"Error": "Busy", "Cause": "later"}})
    );
    assert_eq!(spent["inspectionData"]["errorDetails"]["catchIndex"], 1);
}

#[test]
fn an_error_that_nobody_names_fails() {
    let (status, answer) = charge()
        .mock(json!({"errorOutput": {"error": "Odd"}}))
        .debug()
        .run();
    assert_eq!(status, 1);
    assert_eq!(answer["status"], "FAILED");
    assert_eq!(answer["error"], "Odd");
    let data = answer["inspectionData"].as_object().unwrap();
    assert!(
        !data.contains_key("result") && !data.contains_key("errorDetails"),
        "{data:?}"
    );
}

#[test]
fn a_state_of_a_machine_reads_variables_in_the_machines_language() {
    let machine = json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Each",
        "States": {"Each": {
            "Type": "Map",
            "Items": [1],
            "ItemProcessor": {"StartAt": "Add", "States": {"Add": {
                "Type": "Pass",
                "Output": "{% $base + $states.input + $states.context.Map.Item.Index %}",
                "Assign": {"sum": "{% $base + 1 %}"},
                "End": true
            }}},
            "End": true
        }}
    });
    let test = Test::of(machine.clone())
        .file("variables", json!({"base": 40}))
        .file("input", json!(2));
    let (_, answer) = test.option("--state-name", "Add").debug().run();
    assert_eq!(answer["output"], "42");
    assert_eq!(
        parsed(&answer["inspectionData"]["variables"]),
        json!({"base": 40, "sum": 41})
    );
    let unknown = Test::of(machine.clone()).option("--state-name", "Ad").refused();
    assert_eq!(
        unknown,
        (
            "ValidationException".to_owned(),
            "State not found in definition".to_owned()
        )
    );
    // The machine is looked at as a whole before the state is; without a name, it is taken for a state.
    let mut broken = machine.clone();
    broken["States"]["Each"]["Next"] = json!("Gone");
    let (code, message) = Test::of(broken).option("--state-name", "Ad").refused();
    assert_eq!(code, "InvalidDefinition");
    assert!(message.contains("[Next, End]"), "{message}");
    let (code, message) = Test::of(machine).refused();
    assert_eq!(code, "InvalidDefinition");
    assert!(message.contains("at /States/StateName"), "{message}");
    let (code, message) = Test::of(json!({"Type": "Pass", "End": true}))
        .option("--state-name", "A")
        .refused();
    assert_eq!(code, "InvalidDefinition");
    assert!(message.contains("are required"), "{message}");
}

/// In the words recorded by AWS, without the frame that names the state.
#[test]
fn a_failure_has_its_bare_words() {
    let failed = |state: Value, input: Value| {
        let (status, answer) = Test::of(state).file("input", input).run();
        assert_eq!(status, 1, "{answer}");
        (answer["error"].clone(), answer["cause"].clone())
    };
    assert_eq!(
        failed(
            json!({"Type": "Pass", "InputPath": "$.a", "End": true}),
            json!({})
        ),
        (
            json!("States.Runtime"),
            json!("Invalid path '$.a' : No results for path: $['a']")
        )
    );
    let undefined = json!({"Type": "Pass", "QueryLanguage": "JSONata", "End": true,
        "Output": {"v": "{% $states.input.missing %}"}});
    assert_eq!(
        failed(undefined, json!({})),
        (
            json!("States.QueryEvaluationError"),
            json!(
                "The JSONata expression '$states.input.missing' specified for the field 'Output/v' returned nothing \
                 (undefined)."
            )
        )
    );
}

#[test]
fn a_mocked_heartbeat_timeout_keeps_its_name() {
    let task = |errors: &str| {
        json!({"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "End": true,
            "HeartbeatSeconds": 5, "Catch": [{"ErrorEquals": [errors], "Next": "Late"}]})
    };
    let mock = || json!({"errorOutput": {"error": "States.HeartbeatTimeout", "cause": "c"}});
    let caught = Test::of(task("States.HeartbeatTimeout")).mock(mock()).run().1;
    assert_eq!(
        (&caught["error"], &caught["status"], &caught["output"]),
        (
            &json!("States.HeartbeatTimeout"),
            &json!("CAUGHT_ERROR"),
            &json!(r#"{"Error":"States.HeartbeatTimeout","Cause":"c"}"#)
        )
    );
    // It is a kind of States.Timeout.
    let caught = Test::of(task("States.Timeout")).mock(mock()).run().1;
    assert_eq!(caught["status"], "CAUGHT_ERROR");
}

#[test]
fn arrays_come_back_with_their_blanks() {
    let map = |path: &str| {
        json!({"Type": "Map", "ItemsPath": path, "End": true,
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}})
    };
    let mock = || json!({"result": "[1,  [2 ]]"});
    let pass = json!({"Type": "Pass", "End": true});
    let whole = Test::of(pass)
        .option("--input-json", "[ 1, 2,3 ]")
        .debug()
        .run()
        .1;
    assert_eq!(whole["output"], "[ 1, 2,3 ]");
    assert_eq!(whole["inspectionData"]["input"], "[ 1, 2,3 ]");
    let part = Test::of(map("$.rows"))
        .option("--input-json", r#"{"rows": ["a",  "b"]}"#)
        .mock(mock())
        .debug()
        .run()
        .1;
    assert_eq!(part["inspectionData"]["afterItemsPath"], r#"["a",  "b"]"#);
    assert_eq!(part["output"], "[1,  [2 ]]");
    // What is put together has none.
    let built = json!({"Type": "Pass", "Parameters": {"x": [1, 2]}, "OutputPath": "$.x", "End": true});
    assert_eq!(Test::of(built).run().1["output"], "[1,2]");
    // A part of the mock, and of the context object.
    let task = json!({"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "End": true,
        "OutputPath": "$.r"});
    let answer = Test::of(task).mock(json!({"result": r#"{"r": [ ]}"#})).run().1;
    assert_eq!(answer["output"], "[ ]");
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("context.json");
    std::fs::write(&context, r#"{"Execution": {"Input": [ 7 ]}}"#).unwrap();
    let answer = Test::of(map("$$.Execution.Input"))
        .mock(mock())
        .path("context", &context)
        .debug()
        .run()
        .1;
    assert_eq!(answer["inspectionData"]["afterItemsPath"], "[ 7 ]");
}

/// The second and the first example of AWS's guide [Testing state machines with TestState API].
#[test]
fn the_whole_input_comes_back_with_its_blanks() {
    let pass = json!({"Type": "Pass", "InputPath": "$.payload", "Parameters": {"data": 1}, "ResultPath": "$.result",
        "OutputPath": "$.result.data", "Next": "Another State"});
    let answer = Test::of(pass)
        .option("--input-json", r#"{"payload": {"foo": "bar"}}"#)
        .debug()
        .run()
        .1;
    assert_eq!(
        answer,
        json!({
            "output": "1",
            "inspectionData": {
                "input": r#"{"payload": {"foo": "bar"}}"#,
                "afterInputPath": r#"{"foo":"bar"}"#,
                "afterParameters": r#"{"data":1}"#,
                "afterResultSelector": r#"{"data":1}"#,
                "afterResultPath": r#"{"payload":{"foo":"bar"},"result":{"data":1}}"#
            },
            "nextState": "Another State",
            "status": "SUCCEEDED"
        })
    );
    let choice = json!({"Type": "Choice", "Default": "No Match", "Choices": [
        {"Variable": "$.number", "NumericEquals": 1, "Next": "Equals 1"},
        {"Variable": "$.number", "NumericEquals": 2, "Next": "Equals 2"}]});
    let answer = Test::of(choice)
        .option("--input-json", r#"{"number": 2}"#)
        .run()
        .1;
    assert_eq!(
        answer,
        json!({"output": r#"{"number": 2}"#, "nextState": "Equals 2", "status": "SUCCEEDED"})
    );
}

/// JSONata writes what it gives anew; what is only passed on keeps its blanks.
#[test]
fn what_jsonata_gives_has_no_blanks() {
    let output = |output: &str| {
        let pass = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output, "End": true});
        let input = r#"{"a": [1, 2],  "b": {"c": 3}}"#;
        Test::of(pass).option("--input-json", input).run().1["output"].clone()
    };
    assert_eq!(output("{% $states.input %}"), r#"{"a":[1,2],"b":{"c":3}}"#);
    assert_eq!(output("{% $states.input.a %}"), "[1,2]");
    assert_eq!(output("{% $states.input.b %}"), r#"{"c":3}"#);
    let task = |more: Value| {
        let mut task = json!({"Type": "Task", "QueryLanguage": "JSONata", "End": true,
            "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f"});
        task.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let mock = json!({"result": "[1,  {}]"});
        Test::of(task).mock(mock).debug().run().1
    };
    let passed = task(json!({}));
    assert_eq!(
        (&passed["output"], &passed["inspectionData"]["result"]),
        (&json!("[1,  {}]"), &json!("[1,  {}]"))
    );
    let made = task(json!({"Output": "{% $states.result %}"}));
    assert_eq!(
        (&made["output"], &made["inspectionData"]["result"]),
        (&json!("[1,{}]"), &json!("[1,  {}]"))
    );
}

/// "Provide the data directly in the input (as if it had already been read from S3)" [Testing state machines with TestState
/// API].
#[test]
fn what_a_reader_would_read_may_stand_in_the_input() {
    let map = json!({"Type": "Map", "End": true, "ItemsPath": "$.orders", "ToleratedFailureCount": 2,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "my-bucket", "Key": "orders.json"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}});
    let failing = |input: &'static str, count: u32| {
        Test::of(map.clone())
            .option("--input-json", input)
            .mock(json!({"result": "[]"}))
            .file("state-configuration", json!({"mapIterationFailureCount": count}))
            .debug()
    };
    let orders = r#"{"orders": [{"orderId": "123"}, {"orderId": "456"}, {"orderId": "789"}]}"#;
    let answer = failing(orders, 3).run().1;
    assert_eq!(answer["error"], "States.ExceedToleratedFailureThreshold");
    assert_eq!(
        answer["inspectionData"]["afterItemsPath"],
        r#"[{"orderId": "123"}, {"orderId": "456"}, {"orderId": "789"}]"#
    );
    assert_eq!(
        failing(orders, 4).refused().1,
        "Map iteration failure count must be less than or equal to the number of Map iterations"
    );
    // Without it nothing is known of the items.
    let answer = failing("{}", 1).run().1;
    assert_eq!(
        (&answer["status"], answer["inspectionData"].get("afterItemsPath")),
        (&json!("SUCCEEDED"), None)
    );
}

fn each() -> Value {
    json!({
        "Type": "Map",
        "ItemsPath": "$.rows",
        "ItemSelector": {"row.$": "$$.Map.Item.Value"},
        "MaxConcurrency": 4,
        "ToleratedFailurePercentage": 50,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P",
            "States": {"P": {"Type": "Pass", "End": true}}
        },
        "Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "IntervalSeconds": 7}],
        "End": true
    })
}

#[test]
fn a_map_bears_as_many_failures_as_it_says() {
    let run = |failures: u64| {
        Test::of(each())
            .file("input", json!({"rows": [1, 2, 3]}))
            .mock(json!({"result": "[1, 1, 0]"}))
            .file(
                "state-configuration",
                json!({"mapIterationFailureCount": failures}),
            )
            .debug()
    };
    let (status, one) = run(1).run();
    assert_eq!(status, 0, "{one}");
    assert_eq!(parsed(&one["output"]), json!([1, 1, 0]));
    let data = &one["inspectionData"];
    assert_eq!(parsed(&data["afterItemsPath"]), json!([1, 2, 3]));
    assert_eq!(
        parsed(&data["afterItemSelector"]),
        json!([{"row": 1}, {"row": 2}, {"row": 3}])
    );
    assert_eq!(data["maxConcurrency"], 4);
    assert_eq!(data["toleratedFailurePercentage"], 50.0);
    let (_, two) = run(2).run();
    assert_eq!(two["status"], "RETRIABLE");
    assert_eq!(two["error"], "States.ExceedToleratedFailureThreshold");
    assert_eq!(
        two["inspectionData"]["errorDetails"]["retryBackoffIntervalSeconds"],
        7
    );
    assert_eq!(
        run(4).refused().1,
        "Map iteration failure count must be less than or equal to the number of Map iterations"
    );
}

#[test]
fn what_testing_refuses_is_said_in_its_words() {
    let pass = json!({"Type": "Pass", "End": true});
    let integration = |resource: &str, parameters: Value| json!({"Type": "Task", "Resource": resource, "Parameters": parameters, "End": true});
    let lambda = || {
        let token = json!({"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}});
        integration("arn:aws:states:::lambda:invoke.waitForTaskToken", token)
    };
    let sns = || {
        let topic = json!({"TopicArn": "arn:aws:sns:eu-west-1:123456789012:t", "Message": "m"});
        integration("arn:aws:states:::sns:publish", topic)
    };
    let text = |result: &str| json!({"result": result});
    for (test, expected) in [
        (
            Test::of(pass).mock(text("{}")),
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            Test::of(task()).mock(text("{")),
            "Mocked result must be valid JSON",
        ),
        (
            Test::of(sns()).mock(text("{\"MessageId\": 7}")),
            "Mock result schema validation error: Field 'MessageId' must be a string",
        ),
        (
            Test::of(task())
                .mock(text("1"))
                .file("context", json!({"Task": {"Token": "t"}})),
            "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a \
             '.sync' or '.waitForTaskToken' service integration pattern",
        ),
        (
            Test::of(each()).mock(text("{}")),
            "Mocked result must be an array.",
        ),
    ] {
        assert_eq!(
            test.refused(),
            ("ValidationException".to_owned(), expected.to_owned())
        );
    }
    let (code, _) = Test::of(lambda()).refused();
    assert_eq!(code, "ValidationException");
    let (code, message) = Test::of(json!({"Type": "Pass"})).refused();
    assert_eq!(code, "InvalidDefinition");
    assert!(
        message.starts_with("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: "),
        "{message}"
    );
}

#[test]
fn members_that_a_mode_does_not_ask_for_may_be_missing() {
    let start = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:other"},
        "End": true
    });
    for (mode, status) in [("STRICT", 2), ("PRESENT", 0), ("NONE", 0)] {
        let mock = json!({"result": "{}", "fieldValidationMode": mode});
        assert_eq!(Test::of(start.clone()).mock(mock).run().0, status, "{mode}");
    }
}

/// By the model of the API, whatever the integration; the `.sync` of a job by that of the API that describes it.
#[test]
fn mocks_of_all_integrations_are_checked() {
    let task = |resource: &str, parameters: Value| {
        Test::of(json!({"Type": "Task", "End": true, "Parameters": parameters,
            "Resource": format!("arn:aws:states:::{resource}")}))
    };
    let rds = || task("aws-sdk:rds:describeDBInstances", json!({}));
    let nested = |resource: &str| task(resource, json!({"StateMachineArn": "arn"}));
    let execution = |output: &str| {
        let result = format!(
            r#"{{"ExecutionArn": "e", "StateMachineArn": "s", "Status": "SUCCEEDED", "StartDate": "d", "Output": {output}}}"#
        );
        json!({"result": result})
    };
    for (test, mock, expected) in [
        (
            rds(),
            json!({"result": r#"{"DbInstances": [{"AllocatedStorage": "20"}]}"#}),
            "Field 'AllocatedStorage' must be a number",
        ),
        (
            rds(),
            json!({"result": r#"{"DbInstances": {}}"#}),
            "Field 'DbInstances' must be an array",
        ),
        (
            task(
                "aws-sdk:sfn:describeStateMachine",
                json!({"StateMachineArn": "a"}),
            ),
            json!({"result": r#"{"StateMachineArn": "a"}"#}),
            "Required field 'Name' is missing",
        ),
        (
            nested("states:startExecution.sync"),
            execution("{}"),
            "Field 'Output' must be a string",
        ),
        // An execution gives the parsed text; TestState asks for the API's answer all the same.
        (
            nested("states:startExecution.sync:2"),
            execution("{}"),
            "Field 'Output' must be a string",
        ),
        (
            task(
                "sagemaker:createTransformJob.sync",
                json!({"TransformJobName": "n", "ModelName": "m",
                "TransformInput": {}, "TransformOutput": {}, "TransformResources": {}}),
            ),
            json!({"result": r#"{"TransformJobStatus": "Done"}"#, "fieldValidationMode": "PRESENT"}),
            "Field 'TransformJobStatus' is not an expected value",
        ),
    ] {
        let (code, message) = test.mock(mock).refused();
        assert_eq!(code, "ValidationException");
        assert_eq!(
            message,
            format!("Mock result schema validation error: {expected}")
        );
    }
    // What AWS does not validate.
    for (test, mock) in [
        (rds(), json!({"result": r#"{"Whatever": 1, "DbInstances": []}"#})),
        (
            task(
                "http:invoke",
                json!({"ApiEndpoint": "https://a", "Method": "GET", "InvocationConfig.$": "$"}),
            ),
            json!({"result": "{}"}),
        ),
        (
            task(
                "aws-sdk:sqs:deleteMessage",
                json!({"QueueUrl": "q", "ReceiptHandle": "h"}),
            ),
            json!({"result": "{}"}),
        ),
    ] {
        assert_eq!(test.mock(mock).run().0, 0);
    }
}

/// AWS ignores what its model does not have, in every mode. It is told all the same: it may be misspelt.
#[test]
fn members_that_no_answer_has_are_told() {
    let rds = |mode: &str, result: Value| {
        let state = json!({"Type": "Task", "End": true, "Resource": "arn:aws:states:::aws-sdk:rds:describeDBInstances",
            "Parameters": {}});
        Test::of(state).mock(json!({"result": result.to_string(), "fieldValidationMode": mode}))
    };
    let misspelt = || json!({"dbInstances": [{"AllocatedStorage": 1}]});
    for mode in ["STRICT", "PRESENT"] {
        assert_eq!(rds(mode, misspelt()).run().0, 0);
        let notes = rds(mode, misspelt()).notes();
        assert!(
            notes.contains("there is no 'dbInstances': did you mean 'DbInstances'?"),
            "{notes}"
        );
    }
    let inside = json!({"DbInstances": [{"Foo": 1}], "SdkHttpMetadata": {}});
    let notes = rds("STRICT", inside).notes();
    assert!(notes.contains("'DbInstances[0].Foo'"), "{notes}");
    assert_eq!(notes.lines().count(), 1, "{notes}");
    assert_eq!(rds("NONE", misspelt()).notes(), "");
    assert_eq!(
        rds("STRICT", json!({"DbInstances": [{"AllocatedStorage": 1}]})).notes(),
        ""
    );
}

/// The state of a test has a name that nobody gave it.
#[test]
fn what_is_missing_is_told_without_the_name_of_the_tested_state() {
    let role = "arn:aws:iam::123456789012:role/r";
    for test in [charge(), charge().option("--role-arn", role)] {
        let output = test.output();
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(told.contains("--mock FILE"), "{told}");
        assert!(!told.contains("StateName"), "{told}");
    }
}

/// What `.sync:2` would parse stays the text that it is mocked with.
#[test]
fn a_mocked_output_is_not_parsed() {
    let state = json!({"Type": "Task", "End": true, "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "arn"}, "OutputPath": "$.Output"});
    let result = json!({"ExecutionArn": "e", "StateMachineArn": "s", "Status": "SUCCEEDED", "StartDate": "d",
        "Output": "{\"price\": 1}"});
    let (status, answer) = Test::of(state).mock(json!({"result": result.to_string()})).run();
    assert_eq!(status, 0);
    assert_eq!(answer["output"], json!(r#""{\"price\": 1}""#));
}

#[test]
fn a_task_without_a_mock_needs_a_role_and_calls_nothing() {
    assert_eq!(
        charge().refused(),
        (
            "ValidationException".to_owned(),
            "RoleArn must be specified when testing a Task state".to_owned()
        )
    );
    let role = |arn| charge().option("--role-arn", arn);
    let (status, answer) = role("arn:aws:iam::123456789012:role/r").run();
    assert_eq!((status, &answer["error"]["code"]), (2, &json!("no-mock")));
    assert_eq!(
        role("arn:aws:iam::123456789012:user/u").refused(),
        (
            "InvalidArn".to_owned(),
            "Invalid Role Arn: 'arn:aws:iam::123456789012:user/u'".to_owned()
        )
    );
}

#[test]
fn a_mock_gives_a_result_or_an_error() {
    let both = json!({"result": "{}", "errorOutput": {"error": "E"}});
    assert_eq!(
        charge().mock(both).refused(),
        (
            "ValidationException".to_owned(),
            "A test mock should have only one of the following fields: [result, errorOutput].".to_owned()
        )
    );
    // [API MockErrorOutput]
    for nameless in [json!({}), json!({"cause": "why"})] {
        let (code, message) = charge().mock(json!({"errorOutput": nameless})).refused();
        assert_eq!(
            (code.as_str(), message.as_str()),
            (
                "ValidationException",
                "The errorOutput of a test mock must have the field 'error'."
            )
        );
    }
    let parallel = json!({"Type": "Parallel", "End": true,
        "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}]});
    for state in [each(), parallel] {
        assert_eq!(
            Test::of(state).refused(),
            (
                "InvalidDefinition".to_owned(),
                "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, \
                 Succeed, Fail, Choice]"
                    .to_owned()
            )
        );
    }
}

#[test]
fn reader_data_is_read_as_it_stands_in_its_source() {
    let map = |config: Value| {
        json!({"Type": "Map", "End": true, "MaxConcurrency": 2,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
                "Parameters": {"Bucket": "b", "Key": "k"}},
            "ItemSelector": {"row.$": "$$.Map.Item.Value"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}})
    };
    let csv = map(json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}));
    let lines = map(json!({"InputType": "JSONL"}));
    for (definition, data, rows) in [
        (
            csv,
            "id,name\n1,ann\n2,bob\n",
            json!([{"row": {"id": "1", "name": "ann"}}, {"row": {"id": "2", "name": "bob"}}]),
        ),
        (
            lines,
            "{\"id\": 1}\n{\"id\": 2}\n",
            json!([{"row": {"id": 1}}, {"row": {"id": 2}}]),
        ),
    ] {
        let test = Test::of(definition)
            .mock(json!({"result": "[]"}))
            .file("state-configuration", json!({"mapItemReaderData": data}))
            .debug();
        let (_, answer) = test.run();
        let selected = answer["inspectionData"]["afterItemSelector"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"));
        let selected: Value = serde_json::from_str(selected).unwrap();
        assert_eq!(selected, rows);
    }
}
