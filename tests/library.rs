//! The crate's API, as a program that uses it sees it.

use serde_json::json;
use sfn_tool::{
    Answer, Class, Definition, MachineType, Mocks, Open, OpenError, Run, RunError, Severity, StateStatus,
    StateTest, StateTestError, Status,
};

const ORDER: &str = r#"{"StartAt": "Charge", "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge",
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Declined"], "ResultPath": "$.error", "Next": "Refuse"}],
        "ResultPath": "$.charge", "Next": "Done"},
    "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": "the card was declined"},
    "Done": {"Type": "Succeed"}}}"#;

fn order() -> Definition {
    Definition::parse(ORDER).expect("a definition")
}

/// A file in a folder of its own, which goes when the test ends.
fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a temporary file");
    (folder, path)
}

#[test]
fn a_run_tells_status_output_and_states() {
    let mocks = Mocks::new().in_order(
        "Charge",
        [Answer::throws("Busy", "later"), Answer::returns(json!("c-1"))],
    );
    let execution = order().simulate(json!({"id": 7}), &mocks).expect("a run");
    assert_eq!(execution.status(), Status::Succeeded);
    assert_eq!(execution.output(), Some(&json!({"id": 7, "charge": "c-1"})));
    assert_eq!(execution.visited(), ["Charge", "Done"]);
    assert_eq!((execution.error(), execution.cause()), (None, None));
    // Charge twice, Done once.
    assert_eq!(execution.transitions(), 3);
    let history: serde_json::Value = serde_json::from_str(&execution.history_json()).expect("JSON");
    let types: Vec<&str> = (history["events"].as_array().expect("events").iter())
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        types,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionFailed",
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionSucceeded",
            "TaskStateExited",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
    );
}

#[test]
fn an_execution_that_fails_is_no_error() {
    let mocks = Mocks::new()
        .answer("Charge", Answer::throws("Declined", "no money"))
        .answer("Charge", Answer::throws("Declined", "no money").after_seconds(2));
    let execution = order().simulate(json!({}), &mocks).expect("a run");
    assert_eq!(execution.status(), Status::Failed);
    assert_eq!(execution.output(), None);
    assert_eq!(execution.error(), Some("Refused"));
    assert_eq!(execution.cause(), Some("the card was declined"));
    assert_eq!(execution.visited(), ["Charge", "Refuse"]);
}

#[test]
fn what_cannot_be_run_says_why() {
    let definition = order();
    let error = definition
        .simulate(json!({}), &Mocks::new())
        .expect_err("no mock");
    assert!(matches!(error, RunError::Stopped(_)), "{error:?}");
    assert!(error.to_string().contains("Charge"), "{error}");

    let mocks = Mocks::new().answer("Chrage", Answer::returns(json!(1)));
    let error = definition.simulate(json!({}), &mocks).expect_err("no such state");
    assert!(matches!(error, RunError::Mocks(_)), "{error:?}");
    assert!(error.to_string().contains("Chrage"), "{error}");

    let error = definition.run(&Run::new(json!({})).start_time("yesterday"));
    assert!(matches!(error, Err(RunError::StartTime(_))));

    let broken = Definition::parse(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}"#).expect("a text");
    let Err(RunError::Refused(findings)) = broken.simulate(json!({}), &Mocks::new()) else {
        panic!("AWS refuses it");
    };
    assert_eq!(findings, broken.validate());
}

#[test]
fn findings_have_a_place_and_words() {
    let definition = Definition::parse(
        "{\n \"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\", \"Nxet\": \"A\"}}}",
    );
    let findings = definition.expect("a text").validate();
    let mut errors = findings.errors();
    let first = errors
        .find(|finding| finding.message.contains("Nxet"))
        .expect("an error");
    assert_eq!((first.line, first.column), (3, 35));
    assert_eq!(
        (first.severity, &*first.code),
        (Severity::Error, "SCHEMA_VALIDATION_FAILED")
    );
    assert_eq!(first.message, "Field 'Nxet' is not supported");
    assert_eq!(first.location.as_deref(), Some("/States/A"));
    let line = "definition:3:35: error[SCHEMA_VALIDATION_FAILED] Field 'Nxet' is not supported";
    assert_eq!(first.to_string(), line);
    assert!(findings.to_string().contains(&format!("{line}\n")));
    assert_eq!(first.help.as_deref(), Some("did you mean 'Next'?"));
    // What is no JSON is a finding, too, and no error of opening.
    let findings = Definition::parse("{").expect("a text").validate();
    assert_eq!(findings.errors().count(), 1);
}

#[test]
fn lint_runs_the_rules_that_are_asked_for() {
    let account = ORDER.replace("123456789012", "210987654321");
    let definition = Definition::parse(&account).expect("a definition");
    let names =
        |findings: sfn_tool::Findings| -> Vec<String> { findings.into_iter().map(|f| f.code).collect() };
    assert!(names(definition.lint()).contains(&"hard-coded-arn".to_owned()));
    let chosen = definition.lint_rules(&["missing-comment"], &[]).expect("a rule");
    assert_eq!(names(chosen), ["missing-comment"]);
    let without = definition.lint_rules(&[], &["hard-coded-arn"]).expect("a rule");
    assert!(!names(without).contains(&"hard-coded-arn".to_owned()));
    assert!(definition.lint_rules(&["no-such-rule"], &[]).is_err());
}

#[test]
fn files_templates_and_substitutions_are_opened() {
    let template = "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Type: EXPRESS\n      \
                    Definition:\n        StartAt: A\n        States: {A: {Type: Pass, Result: \"${What}\", End: true}}\n  \
                    Other:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      \
                    Definition: {StartAt: B, States: {B: {Type: Succeed}}}\n";
    let (_folder, path) = file("template.yaml", template);
    let several = Definition::open(&path).expect_err("two of them");
    assert!(matches!(several, OpenError::NoDefinition(_)), "{several:?}");
    assert!(several.to_string().contains("Orders, Other"), "{several}");

    let named = format!("{}#Orders", path.display());
    let definition = Open::new()
        .substitute("What", 5)
        .file(&named)
        .expect("a definition");
    assert_eq!(definition.machine_type(), MachineType::Express);
    let execution = definition.simulate(json!({}), &Mocks::new()).expect("a run");
    assert_eq!(execution.output(), Some(&json!("5")));
    let told = Open::new().machine_type(MachineType::Standard).file(&named);
    assert_eq!(told.expect("a definition").machine_type(), MachineType::Standard);

    let missing = Definition::open("no-such.asl.json").expect_err("no file");
    assert!(matches!(missing, OpenError::Unreadable { .. }), "{missing:?}");
    assert!(missing.to_string().contains("no-such.asl.json"), "{missing}");
}

#[test]
fn mock_files_stand_below_what_is_added() {
    let (_folder, path) = file("m.mocks.yaml", "States:\n  Charge: {Return: from the file}\n");
    let mocks = Mocks::open(&path).expect("a file");
    let output = |mocks: &Mocks| {
        let execution = order().simulate(json!({}), mocks).expect("a run");
        execution.output().expect("an output")["charge"].clone()
    };
    assert_eq!(output(&mocks), "from the file");
    assert_eq!(output(&mocks.answer("Charge", Answer::returns("added"))), "added");
}

#[test]
fn runs_differ_by_what_they_are_told() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Output": "{% [$states.context.Execution.Name, $states.context.Execution.StartTime] %}"}}}"#;
    let definition = Definition::parse(text).expect("a definition");
    let run = Run::new(json!({}))
        .execution_name("night")
        .start_time("2030-02-03T04:05:06Z");
    let execution = definition.run(&run).expect("a run");
    assert_eq!(
        execution.output(),
        Some(&json!(["night", "2030-02-03T04:05:06Z"]))
    );
    let unused = Run::new(json!({})).mocks(Mocks::new());
    assert!(definition.run(&unused).expect("a run").unused_mocks().is_empty());
    let unused = Mocks::new().answer("Charge", Answer::hangs());
    let skips = ORDER.replace("\"StartAt\": \"Charge\"", "\"StartAt\": \"Skip\"").replace(
        "\"Charge\": {",
        "\"Skip\": {\"Type\": \"Choice\", \"Default\": \"Done\", \"Choices\": [{\"Variable\": \"$.pay\", \"IsPresent\": true, \
         \"Next\": \"Charge\"}]}, \"Charge\": {",
    );
    let execution = Definition::parse(&skips)
        .expect("a text")
        .simulate(json!({}), &unused)
        .expect("a run");
    assert_eq!(execution.unused_mocks(), ["Charge"]);
    assert_eq!(execution.visited(), ["Skip", "Done"]);
}

#[test]
fn states_of_child_executions_are_visited() {
    let text = r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "b", "Key": "k"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}}"#;
    let mocks = Mocks::new().object("s3://b/k", json!([1, 2]));
    let execution = Definition::parse(text)
        .expect("a text")
        .simulate(json!({}), &mocks)
        .expect("a run");
    assert_eq!(execution.output(), Some(&json!([1, 2])));
    assert_eq!(execution.visited(), ["Each", "One", "One"]);
}

#[test]
fn one_state_is_tested_alone() {
    let definition = order();
    let test = StateTest::of("Charge", json!({"id": 7}));
    let outcome = definition
        .test_state(&test.clone().returns(json!("c-1")))
        .expect("an answer");
    assert_eq!(outcome.status, StateStatus::Succeeded);
    assert_eq!(outcome.output, Some(json!({"id": 7, "charge": "c-1"})));
    assert_eq!(outcome.next_state.as_deref(), Some("Done"));
    assert!(outcome.inspection.is_some());
    let outcome = definition
        .test_state(&test.clone().throws("Declined", "no money"))
        .expect("an answer");
    assert_eq!(outcome.status, StateStatus::CaughtError);
    assert_eq!(outcome.next_state.as_deref(), Some("Refuse"));
    let refused = definition
        .test_state(&StateTest::of("Nowhere", json!({})))
        .expect_err("no such state");
    let StateTestError::Refused { exception, message } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (&*exception, &*message),
        ("ValidationException", "State not found in definition")
    );
    let lone = r#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x + 1 %}", "End": true}"#;
    let lone = Definition::parse(lone).expect("a text");
    let outcome = lone
        .test_state(&StateTest::alone(json!({})).variables(json!({"x": 1})))
        .expect("an answer");
    assert_eq!(outcome.output, Some(json!(2)));
}

#[test]
fn differences_are_classed() {
    let new = ORDER.replace("\"MaxAttempts\": 2", "\"MaxAttempts\": 5");
    let new = Open::new()
        .machine_type(MachineType::Express)
        .text(&new)
        .expect("a definition");
    let differences = order().diff(&new);
    let told: Vec<(Class, &str, Option<&str>)> = (differences.iter())
        .map(|difference| (difference.class, difference.kind, difference.state.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Class::Breaking, "machine-type-changed", None),
            (Class::Behavioural, "retrier-changed", Some("Charge")),
        ]
    );
    assert!(differences[1].to_string().starts_with("behavioural: Charge: "));
    assert!(order().diff(&order()).is_empty());
}

#[test]
fn a_definition_is_shared_between_threads() {
    let definition = order();
    let mocks = Mocks::new().answer("Charge", Answer::returns(json!(1)));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let execution = definition.simulate(json!({}), &mocks).expect("a run");
                assert_eq!(execution.status(), Status::Succeeded);
            });
        }
    });
}

#[test]
fn a_configuration_decides_what_lint_finds() {
    let config = "[lint]\nselect = [\"missing-comment\"]\n[lint.severity]\nmissing-comment = \"error\"\n";
    let (_folder, path) = file("sfn-tool.toml", config);
    let findings = order().lint_configured(&path).expect("a configuration");
    let found: Vec<_> = findings.iter().map(|f| (f.severity, f.code.as_str())).collect();
    assert_eq!(found, [(Severity::Error, "missing-comment")]);
    let (_folder, path) = file("sfn-tool.toml", "[lint]\nselect = [\"no-such-rule\"]\n");
    let error = order().lint_configured(&path).expect_err("no such rule");
    assert!(error.to_string().contains("no-such-rule"), "{error}");
}

/// "Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY." [pf-sfn-encryption-config]
#[test]
fn properties_of_a_template_are_validated() {
    let template = "Resources:\n  Orders:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      \
                    RoleArn: arn:aws:iam::123456789012:role/orders\n      EncryptionConfiguration:\n        \
                    Type: AWS_OWNED_KEY\n        KmsKeyId: alias/orders\n      \
                    Definition: {StartAt: B, States: {B: {Type: Succeed}}}\n";
    let (_folder, path) = file("template.yaml", template);
    let findings = Definition::open(&path).expect("a definition").validate();
    let said: Vec<_> = findings.errors().map(|f| f.message.as_str()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("AWS_OWNED_KEY"), "{said:?}");
}
