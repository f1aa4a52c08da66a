//! `sfn-tool validate` over fixtures/broken: one mistake each, and what AWS says of it.
//!
//! `<mistake>.expected.json` holds AWS's list of diagnostics, in order, and with each the bytes that are to be shown
//! (`at`). The words are AWS's as its documentation or the source named there has them.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::called;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder)
}

fn validate(path: &Path, machine_type: &str) -> (Option<i32>, Value) {
    let output = called::tool()
        .args(["validate", "--format", "json", "--type", machine_type])
        .arg(path)
        .output()
        .expect("the binary runs");
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{}: {error}: {}",
            path.display(),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (output.status.code(), report)
}

fn text(args: &[&str], path: &Path) -> String {
    let output = called::tool()
        .arg("validate")
        .args(args)
        .arg(path)
        .output()
        .expect("the binary runs");
    String::from_utf8(output.stdout).expect("text is UTF-8")
}

/// A diagnostic as the expectations have it.
fn shown(diagnostic: &Value, source: &str) -> Value {
    let offset = |end: &str| {
        let offset = diagnostic["range"][end]["offset"].as_u64().expect("an offset");
        usize::try_from(offset).expect("an offset")
    };
    let mut shown = json!({
        "code": diagnostic["code"],
        "message": diagnostic["message"],
        "at": &source[offset("start")..offset("end")],
    });
    for key in ["location", "followsFrom"] {
        if let Some(value) = diagnostic.get(key) {
            shown[key] = value.clone();
        }
    }
    if diagnostic["severity"] != "ERROR" {
        shown["severity"] = diagnostic["severity"].clone();
    }
    shown
}

#[test]
fn every_mistake_is_said_as_aws_says_it() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(fixtures("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".expected.json"))
        .collect();
    files.sort();
    for expectations in files {
        let mut expected: Value = serde_json::from_str(&fs::read_to_string(&expectations).unwrap()).unwrap();
        let name = expectations
            .to_string_lossy()
            .replace(".expected.json", ".asl.json");
        let definition = Path::new(&name);
        let machine_type = expected["type"].as_str().unwrap_or("standard").to_owned();
        let (status, report) = validate(definition, &machine_type);
        let source = fs::read_to_string(definition).unwrap();
        let file = &report["files"][0];
        let mut found: Vec<Value> = (file["diagnostics"].as_array().unwrap().iter())
            .map(|diagnostic| shown(diagnostic, &source))
            .collect();
        let wanted = expected["diagnostics"].as_array_mut().unwrap();
        for (found, wanted) in found.iter_mut().zip(wanted.iter()) {
            // An end of text has no bytes to compare.
            if wanted["at"].is_null() {
                found["at"] = Value::Null;
            }
        }
        let fails = wanted.iter().any(|d| d.get("severity").is_none());
        let verdict = if fails { ("FAIL", Some(1)) } else { ("OK", Some(0)) };
        if &found != wanted || (file["result"].as_str(), status) != (Some(verdict.0), verdict.1) {
            wrong.push(format!(
                "{}\n  expected {}\n  found    {} ({}, exit {status:?})",
                definition.display(),
                Value::from(wanted.clone()),
                Value::from(found),
                file["result"]
            ));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 80, "{count} mistakes");
}

#[test]
fn every_code_is_explained() {
    for entry in fs::read_dir(fixtures("broken")).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".expected.json") {
            continue;
        }
        let expected: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for diagnostic in expected["diagnostics"].as_array().unwrap() {
            let code = diagnostic["code"].as_str().unwrap();
            assert!(
                sfn_tool::internals::validate::codes::find(code).is_some(),
                "{code} is not explained"
            );
        }
    }
}

/// The five mistakes that must each show one finding that says it all.
#[test]
fn one_finding_a_mistake_in_text() {
    for (name, words) in [
        (
            "next-typo",
            &[
                "Missing 'Next' target: Chrage",
                "the state that is probably meant",
                "did you mean 'Charge'?",
            ][..],
        ),
        (
            "neither-next-nor-end",
            &[
                "should have only one of the following fields: [Next, End]",
                "the state has no successor",
                "\"End\": true",
            ],
        ),
        (
            "field-typo",
            &["Field 'Resorce' is not supported", "did you mean 'Resource'?"],
        ),
        (
            "path-unclosed",
            &[
                "Value must be a valid JSONPath.",
                "'[' is not closed",
                "AWS: Using JSONPath paths",
            ],
        ),
        (
            "jsonata-in-jsonpath",
            &[
                "only supported for the 'JSONata' QueryLanguage",
                "this state is JSONPath",
                "set \"QueryLanguage\": \"JSONata\"",
            ],
        ),
    ] {
        let path = fixtures("broken").join(format!("{name}.asl.json"));
        let text = text(&["--color", "never"], &path);
        let findings = text.lines().filter(|line| line.starts_with("error[")).count();
        assert_eq!(findings, 1, "{name}:\n{text}");
        for word in words {
            assert!(text.contains(word), "{name}: {word:?} is missing in\n{text}");
        }
    }
}

#[test]
fn max_results_and_severity() {
    let path = fixtures("broken").join("start-at-missing.asl.json");
    let output = text(&["--format", "json", "--max-results", "1"], &path);
    let report: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(report["files"][0]["diagnostics"].as_array().unwrap().len(), 1);
    assert_eq!(report["files"][0]["truncated"], true);

    let path = fixtures("broken").join("warning-no-path.asl.json");
    let output = text(&["--format", "json", "--severity", "error"], &path);
    let report: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(report["files"][0]["diagnostics"], json!([]));
    assert_eq!(report["files"][0]["truncated"], false);
}

#[test]
fn placeholders_stand_for_any_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.asl.json");
    let definition = r#"{
        "StartAt": "${First}",
        "TimeoutSeconds": ${timeout},
        "States": {
            "${First}": {"Type": "Wait", "Seconds": ${wait}, "Next": "${Second}"},
            "T": {
                "Type": "Task",
                "Resource": "arn:${Partition}:states:::${Service}:sendMessage",
                "Parameters": ${parameters},
                "Retry": [{"ErrorEquals": ["${Error}"], "MaxAttempts": ${attempts}, "JitterStrategy": "${jitter}"}],
                "OutputPath": "$.${Path}",
                "ResultSelector": {"a.$": "${Selector}"},
                "End": ${end}
            }
        }
    }"#;
    fs::write(&path, definition).unwrap();
    let (status, report) = validate(&path, "standard");
    assert_eq!(report["files"][0]["diagnostics"], json!([]));
    assert_eq!(status, Some(0));
}

/// Quotes stay around what is put in the place of a placeholder, so what takes a number or a boolean gets a text. In
/// JSONata it may be an expression; variables of the Serverless Framework keep their type.
#[test]
fn placeholders_in_quotes_are_no_numbers_and_no_booleans() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let (_, report) = validate(&path, "standard");
        let of = |found: &Value| {
            format!(
                "{} {}",
                found["location"].as_str().unwrap(),
                found["message"].as_str().unwrap()
            )
        };
        let found = report["files"][0]["diagnostics"].as_array().unwrap().clone();
        (found.iter().map(of).collect::<Vec<_>>(), report.to_string())
    };
    let json = r#"{"StartAt": "W", "TimeoutSeconds": "${t}", "States": {
        "W": {"Type": "Wait", "Seconds": "${tens}0", "Next": "C"},
        "C": {"Type": "Choice", "Default": "T", "Choices": [
            {"Variable": "$.n", "NumericGreaterThan": "${limit}", "Next": "T"},
            {"Variable": "$.b", "BooleanEquals": "${flag}", "Next": "T"},
            {"Variable": "$.s", "StringEquals": "${text}", "Next": "T"},
            {"Variable": "$.n", "NumericLessThan": "${self:custom.n}", "Next": "T"}]},
        "T": {"Type": "Task", "Resource": "${arn}", "HeartbeatSeconds": "${file(a.yml):n}", "End": true,
            "Retry": [{"ErrorEquals": ["E"], "BackoffRate": "${rate}", "JitterStrategy": "${j}"}]},
        "J": {"Type": "Task", "QueryLanguage": "JSONata", "Resource": "${arn}", "TimeoutSeconds": "${t}", "End": true}}}"#
        .replace(r#""Next": "C"}"#, r#""Next": "C"}, "D": {"Type": "Pass", "Next": "J"}"#)
        .replace(r#""Default": "T""#, r#""Default": "D""#);
    let (found, report) = said("a.asl.json", &json);
    assert_eq!(
        found,
        [
            "/TimeoutSeconds Expected value of type Integer",
            "/States/W/Seconds Expected value of type Integer",
            "/States/C/Choices[0]/NumericGreaterThan Expected value of type [NUMBER]",
            "/States/C/Choices[1]/BooleanEquals Expected value of type [BOOLEAN]",
            "/States/T/Retry[0]/BackoffRate Expected value of type [NUMBER]",
        ]
    );
    assert!(
        report.contains("write ${t}, without quotes: they stay around what is put in its place"),
        "{report}"
    );
    // A file is filled in before it is read, an object of a template afterwards.
    let yaml = "StartAt: A\nStates:\n  A: {Type: Wait, Seconds: \"${t}\", Next: B}\n  B:\n    Type: Wait\n    \
                Seconds: ${t}\n    Next: C\n  C:\n    Type: Wait\n    Seconds: ${t}0\n    End: true\n";
    let (found, _) = said("a.asl.yaml", yaml);
    assert_eq!(found, ["/States/A/Seconds Expected value of type Integer"]);
    let object = yaml.replace('\n', "\n        ");
    for substitutions in ["", "      DefinitionSubstitutions: {t: 30}\n"] {
        for kind in ["StepFunctions", "Serverless"] {
            let template = format!(
                "Resources:\n  M:\n    Type: AWS::{kind}::StateMachine\n    Properties:\n{substitutions}      Definition:\n        {object}\n"
            );
            let (found, report) = said("template.yaml", &template);
            let at = "/Resources/M/Properties/Definition/States";
            // Of a text with more in it, only what it becomes is looked at.
            let states = if substitutions.is_empty() {
                &["A", "B"][..]
            } else {
                &["A", "B", "C"]
            };
            let expected: Vec<String> = (states.iter())
                .map(|state| format!("{at}/{state}/Seconds Expected value of type Integer"))
                .collect();
            assert_eq!(found, expected, "{template}");
            assert!(
                !substitutions.is_empty() || report.contains("or a file of its own"),
                "{report}"
            );
        }
    }
    // A function may give a number, but Fn::Sub gives a text.
    let functions = object.replace("\"${t}\"", "!Ref T").replace("${t}0", "5");
    let template = format!(
        "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n        {}\n",
        functions.replace("${t}", "!Sub '${T}'"),
    );
    let at = "/Resources/M/Properties/Definition/States/B/Seconds";
    assert_eq!(
        said("template.yaml", &template).0,
        [format!("{at} Expected value of type Integer")]
    );
}

/// Where every state's Retry and Catch, both languages and deep nesting meet, nothing is made up.
#[test]
fn accepted_although_unusual() {
    let folder = tempfile::tempdir().unwrap();
    for (name, definition) in [
        // [pf-sfn-asl-numeric-ranges, measured]
        (
            "zeroes",
            json!({"StartAt": "A", "TimeoutSeconds": 0, "States": {"A": {
                "Type": "Task", "Resource": "arn:aws:lambda:...:function:X", "End": true,
                "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0, "MaxAttempts": 0}]}}}),
        ),
        // A processor may loop for ever [floci#2786, measured].
        (
            "endless-processor",
            json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "A", "States": {
                    "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}}}}),
        ),
        // A Comment is no expression [floci#2670, measured].
        (
            "comment",
            json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
                "Type": "Pass", "Output": "{% $now() %}", "Comment": "{% not parsed", "End": true}}}),
        ),
        // Keys of a payload are no fields [floci#2670].
        (
            "payload-keys",
            json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {
                "Type": "Pass", "End": true,
                "Output": {"Next": "x", "States": {"A": {"Type": "Nope"}}, "v": " {% 1 %} "}}}}),
        ),
        // The other way round is allowed [Managing state and transforming data].
        (
            "jsonata-state-in-jsonpath-machine",
            json!({"StartAt": "A", "States": {"A": {
                "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input %}", "End": true}}}),
        ),
        // What is only known at run time; keys that are the user's own.
        (
            "names-of-parameters",
            json!({"StartAt": "A", "States": {
                "A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rds:deleteDBInstance", "Next": "B",
                    "Parameters": {"DbInstanceIdentifier": "d", "NotYet.$": "$.x"}},
                "B": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob", "Next": "C",
                    "Parameters": {"JobName": "n", "JobQueue": "q", "JobDefinition": "d",
                        "RetryStrategy": {"attempts": 5}, "Parameters": {"any_key": "v"}}},
                "C": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Next": "D",
                    "Parameters": {"TaskDefinition": "t", "NetworkConfiguration": {
                        "AwsvpcConfiguration": {"Fn::If": ["Private", {"Subnets": []}, {"Ref": "N"}]}}}},
                "D": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem", "End": true,
                    "Parameters": {"TableName": "${Table}", "Key": {"id": {"S.$": "$.id"}}, "${Extra}": 1}}}}),
        ),
        // Too new for the documentation that lists the services, and retired ones.
        (
            "services-that-are-not-known-well",
            json!({"StartAt": "A", "States": {
                "A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:iotdataplane:publish", "Next": "B",
                    "Parameters": {"Topic": "t"}},
                "B": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:qldb:listLedgers", "End": true,
                    "Parameters": {}}}}),
        ),
        (
            "null-paths",
            json!({"StartAt": "A", "States": {"A": {
                "Type": "Pass", "InputPath": null, "OutputPath": null, "ResultPath": null, "End": true}}}),
        ),
    ] {
        let path = folder.path().join(format!("{name}.asl.json"));
        fs::write(&path, definition.to_string()).unwrap();
        let (status, report) = validate(&path, "standard");
        assert_eq!(report["files"][0]["diagnostics"], json!([]), "{name}");
        assert_eq!(status, Some(0), "{name}");
    }
}

/// What was meant instead, and of when the models are where nothing is near.
#[test]
fn what_is_not_known_of_an_api_is_told_with_what_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("d.asl.json");
    for (resource, parameters, expected) in [
        (
            "aws-sdk:dynamodb:putItm",
            json!({}),
            "did you mean aws-sdk:dynamodb:putItem?",
        ),
        (
            "aws-sdk:dynamodb:PutItem",
            json!({}),
            "did you mean aws-sdk:dynamodb:putItem?",
        ),
        (
            "aws-sdk:DynamoDB:putItem",
            json!({}),
            "did you mean aws-sdk:dynamodb:putItem?",
        ),
        (
            "aws-sdk:stepfunctions:startExecution",
            json!({}),
            "did you mean aws-sdk:sfn:startExecution?",
        ),
        (
            "aws-sdk:emr-serverless:startJobRun",
            json!({}),
            "did you mean aws-sdk:emrserverless:startJobRun?",
        ),
        (
            "aws-sdk:sts:assumeRole",
            json!({}),
            "Step Functions does not offer this action of sts",
        ),
        (
            "aws-sdk:sts:beSomebodyElse",
            json!({}),
            "sts has no such action in the API models of botocore ",
        ),
        (
            "aws-sdk:s3:getObject",
            json!({"Bucket": "b", "Key": "k", "Rnage": "r"}),
            "did you mean \"Range\"?",
        ),
        (
            "aws-sdk:sqs:deleteQueue",
            json!({"QueueUrl": "q", "Force": true}),
            "it takes QueueUrl, by the API models of",
        ),
    ] {
        let definition = json!({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
            "Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters}}});
        fs::write(&path, definition.to_string()).unwrap();
        let (status, report) = validate(&path, "standard");
        let help = report["files"][0]["diagnostics"][0]["help"]
            .as_str()
            .unwrap_or_default();
        assert!(help.starts_with(expected), "{resource}: {help}");
        assert_eq!(status, Some(1), "{resource}");
    }
}

/// What a rule, catcher or state without a Next was to lead to is not reachable: one mistake, told once.
#[test]
fn what_is_not_reachable_follows_from_a_missing_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.asl.json");
    let task = |catcher: Value| {
        json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
            "Catch": [catcher]})
    };
    let choice = |rule: Value| json!({"Type": "Choice", "Choices": [rule], "Default": "End"});
    for first in [
        choice(json!({"Variable": "$.a", "IsPresent": true})),
        choice(json!({"Variable": "$.a", "IsPresent": true, "Next": 5})),
        choice(json!({"Variable": "$.a", "IsPresent": true, "Nextt": "Then"})),
        task(json!({"ErrorEquals": ["States.ALL"]})),
        json!({"Type": "Pass", "Next": 5}),
        // A field of the other language is one too many, too.
        choice(json!({"Variable": "$.a", "IsPresent": true, "Condition": "{% true %}", "Next": "Then"})),
    ] {
        let states =
            json!({"First": first, "Then": {"Type": "Pass", "Next": "End"}, "End": {"Type": "Succeed"}});
        fs::write(&path, json!({"StartAt": "First", "States": states}).to_string()).unwrap();
        let (_, report) = validate(&path, "standard");
        let list = report["files"][0]["diagnostics"].as_array().unwrap();
        let causes = list.iter().filter(|finding| finding.get("followsFrom").is_none());
        assert_eq!(causes.count(), 1, "{first}: {list:?}");
        assert!(list.len() > 1, "{first}");
    }
}

/// A parameter that is nearly a missing one: AWS says both, a reader sees one cause.
#[test]
fn a_missing_parameter_follows_from_the_misspelt_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.asl.json");
    let definition = |parameters: Value| {
        json!({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": parameters}}})
    };
    let causes = |parameters: Value| {
        fs::write(&path, definition(parameters).to_string()).unwrap();
        let (_, report) = validate(&path, "standard");
        let list = report["files"][0]["diagnostics"].as_array().unwrap().clone();
        let cause = |finding: &Value| {
            let name = finding["message"]
                .as_str()
                .unwrap()
                .split(['"', '\''])
                .nth(1)
                .unwrap()
                .to_owned();
            (name, finding["followsFrom"].as_u64())
        };
        list.iter().map(cause).collect::<Vec<_>>()
    };
    let of = |name: &str, cause: Option<u64>| (name.to_owned(), cause);
    // In AWS's order: that of the places, and Parameters stands before what is in it.
    assert_eq!(
        causes(json!({"QueueUrl": "q", "MessagBody": "m"})),
        [of("MessageBody", Some(1)), of("MessagBody", None)]
    );
    assert_eq!(
        causes(json!({"QueueUrl": "q", "Text": "m"})),
        [of("MessageBody", None), of("Text", None)]
    );
    fs::write(
        &path,
        definition(json!({"QueueUrl": "q", "MessagBody": "m"})).to_string(),
    )
    .unwrap();
    let mut command = assert_cmd::Command::cargo_bin("sfn-tool").unwrap();
    let output = command
        .args(["validate", "--color", "never"])
        .arg(&path)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("did you mean \"MessageBody\"?"), "{shown}");
    assert_eq!(shown.matches("error[").count(), 1, "{shown}");
}

// AWS accepts it, and the call fails when it is run: the variable stands before the function of its name.
#[test]
fn a_variable_that_is_called_is_told() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "Before", "States": {
        "Before": {"Type": "Pass", "Output": "{% $count($states.input) %}", "Next": "Set"},
        "Set": {"Type": "Pass", "Assign": {"count": 0}, "Next": "Use"},
        "Use": {"Type": "Pass", "Output": "{% $count([1]) + $count %}", "End": true}}});
    let folder = crate::called::folder(&[("d.json", &definition)]);
    let (code, stdout, _) = crate::called::run(folder.path(), &["validate", "d.json", "--format", "json"]);
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&stdout).expect("JSON");
    let diagnostics = answer["files"][0]["diagnostics"].as_array().expect("a list");
    let told: Vec<_> = diagnostics
        .iter()
        .map(|one| (one["location"].as_str(), one["message"].as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            Some("/States/Use/Output"),
            Some("'$count' is a variable here, and no function.")
        )]
    );
}

#[test]
fn what_has_no_end_is_no_placeholder() {
    let field = |text: &str| {
        let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Pass", "Output": text, "End": true}}});
        let folder = crate::called::folder(&[("d.json", &definition)]);
        crate::called::run(folder.path(), &["validate", "d.json", "--format", "concise"]).1
    };
    assert!(field("{% $x + ${ %}").contains("INVALID_JSONATA_EXPRESSION"));
    assert!(!field("{% 1 + ${Number} %}").contains("INVALID_JSONATA_EXPRESSION"));
}

/// A file that is not there was told; nothing is said in sum of no file.
#[test]
fn what_could_not_be_read_is_not_counted_as_without_findings() {
    for command in ["validate", "lint"] {
        let output = Command::cargo_bin("sfn-tool")
            .expect("the binary")
            .args([command, "no-such-file.asl.json"])
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("no-such-file.asl.json"), "{said}");
        assert!(!said.contains("No findings"), "{said}");
    }
}
