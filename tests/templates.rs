//! Definitions inside templates of CloudFormation, SAM, the CDK and the Serverless Framework.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::called::run;

fn templates() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/templates"))
}

/// The lines of `--format concise`.
fn lines(arguments: &[&str]) -> (i32, Vec<String>) {
    let (code, out, err) = run(templates(), &[arguments, &["--format", "concise"]].concat());
    assert_eq!(err, "");
    (code, out.lines().map(str::to_owned).collect())
}

#[test]
fn every_machine_of_a_template_is_validated_where_it_stands() {
    let sam = [
        // Payments is an Express machine because the template says so.
        "sam.yaml:26:29: error[SCHEMA_VALIDATION_FAILED] Express state machine does not support '.waitForTaskToken' service integration ",
        // Orders is a file of its own, with a bare placeholder that the template fills in.
        "machines/orders.asl.json:4:59: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Doen (named in sam.yaml:33:22)",
    ];
    assert_eq!(
        lines(&["validate", "sam.yaml"]),
        (1, sam.map(str::to_owned).to_vec())
    );
    assert_eq!(
        lines(&["validate", "sam.yaml#Payments"]),
        (1, vec![sam[0].to_owned()])
    );
    let cloudformation = [
        "cloudformation.yaml:13:15: error[SCHEMA_VALIDATION_FAILED] Field 'TimeoutSecond' is not supported",
        "cloudformation.yaml:23:24: error[INVALID_JSON_DESCRIPTION] Unexpected character ('\"' (code 34)): \
             was expecting comma to separate Object entries",
        "cloudformation.yaml:30:3: error[MISSING_DESCRIPTION] The state machine Nothing has no definition",
    ];
    assert_eq!(
        lines(&["validate", "cloudformation.yaml"]),
        (1, cloudformation.map(str::to_owned).to_vec())
    );
    // As the CDK writes it: a text put together from parts.
    let cdk = [
        "cdk.template.json:10:60: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Doen",
        "cdk.template.json:14:38: error[SCHEMA_VALIDATION_FAILED] The field 'Item' is required but was missing",
    ];
    assert_eq!(
        lines(&["validate", "cdk.template.json"]),
        (1, cdk.map(str::to_owned).to_vec())
    );
    let serverless = "serverless.yml:15:13: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported";
    assert_eq!(
        lines(&["validate", "serverless.yml"]),
        (1, vec![serverless.to_owned()])
    );
}

#[test]
fn a_location_is_that_of_the_template() {
    let (_, out, _) = run(
        templates(),
        &["validate", "--format", "json", "cdk.template.json"],
    );
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let diagnostics = &answer["files"][0]["diagnostics"];
    assert_eq!(
        diagnostics[0]["location"],
        "/Resources/Flow7A1B/Properties/DefinitionString/States/Put/Parameters"
    );
    assert_eq!(answer["files"].as_array().map(Vec::len), Some(1));
}

#[test]
fn one_machine_of_a_template_is_drawn_run_and_compared() {
    let (code, out, _) = run(templates(), &["graph", "cdk.template.json"]);
    assert_eq!(
        (code, out.lines().next()),
        (0, Some("* Put (Task: dynamodb:putItem)"))
    );
    let (code, _, err) = run(templates(), &["graph", "sam.yaml"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("sam.yaml holds 3 state machines: Payments, Orders, Remote"),
        "{err}"
    );
    assert!(err.contains("sam.yaml#Payments"), "{err}");
    let (code, _, err) = run(templates(), &["inspect", "sam.yaml#Payment"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean Payments?"), "{err}");

    let folder = tempfile::tempdir().expect("a folder");
    let template = |seconds: u32| {
        format!(
            "Resources:\n  Pause:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: W\n        States:\n          W: {{Type: Wait, Seconds: {seconds}, End: true}}\n"
        )
    };
    for (name, seconds) in [("old.yaml", 1), ("new.yaml", 2)] {
        fs::write(folder.path().join(name), template(seconds)).expect("a file");
    }
    let (code, out, _) = run(folder.path(), &["simulate", "old.yaml", "--format", "json"]);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &answer["status"]), (0, &Value::from("SUCCEEDED")));
    let (code, out, _) = run(folder.path(), &["diff", "old.yaml", "new.yaml#Pause"]);
    assert_eq!(code, 1);
    assert!(out.contains("Seconds 1 -> 2"), "{out}");
}

#[test]
fn a_machine_of_a_template_is_run_as_the_type_that_the_template_gives_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = "Resources:\n  Pause:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      StateMachineType: EXPRESS\n      DefinitionString: |\n        {\"StartAt\": \"W\", \"States\": {\"W\": {\"Type\": \"Wait\", \"Seconds\": 400, \"End\": true}}}\n  Other:\n    Type: AWS::StepFunctions::StateMachine\n    Properties: {Definition: {StartAt: A, States: {A: {Type: Succeed}}}}\n";
    fs::write(folder.path().join("t.yaml"), template).expect("a file");
    let status = |arguments: &[&str]| {
        let whole = [&["simulate", "t.yaml#Pause", "--format", "json"], arguments].concat();
        let (_, out, err) = run(folder.path(), &whole);
        let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out} {err}"));
        answer["status"].as_str().map(str::to_owned)
    };
    // An Express execution lasts five minutes at most.
    assert_eq!(status(&[]).as_deref(), Some("TIMED_OUT"));
    assert_eq!(status(&["--type", "standard"]).as_deref(), Some("SUCCEEDED"));

    let test =
        "Definition: t.yaml#Pause\nCases:\n  - {Name: it waits, Expect: {Status: SUCCEEDED, Visited: [W]}}\n";
    fs::write(folder.path().join("t.sfn-test.yaml"), test).expect("a file");
    let (code, out, err) = run(folder.path(), &["test", "t.sfn-test.yaml"]);
    assert_eq!(code, 1, "{out} {err}");
    assert!(out.contains("TIMED_OUT"), "{out}");
    // What the test file says, or the case, comes first.
    for standard in [
        test.replace("Cases:", "Type: STANDARD\nCases:"),
        test.replace("{Name: it waits", "{Name: it waits, Type: STANDARD"),
    ] {
        fs::write(folder.path().join("t.sfn-test.yaml"), standard).expect("a file");
        let (code, out, err) = run(folder.path(), &["test", "t.sfn-test.yaml"]);
        assert_eq!(code, 0, "{out} {err}");
    }
    let unnamed = test.replace("#Pause", "");
    fs::write(folder.path().join("t.sfn-test.yaml"), unnamed).expect("a file");
    let (code, out, _) = run(folder.path(), &["test", "t.sfn-test.yaml"]);
    assert_eq!(code, 2);
    assert!(
        out.contains("t.yaml holds 2 state machines: Pause, Other"),
        "{out}"
    );
}

#[test]
fn fixes_are_made_in_objects_and_never_in_texts() {
    let folder = tempfile::tempdir().expect("a folder");
    // The comment suppresses nothing; the fix takes it out.
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Succeed", "Comment": "sfn-tool: ignore missing-retry"}}}"#;
    let object = format!(
        r#"{{"Resources": {{"M": {{"Type": "AWS::Serverless::StateMachine", "Properties": {{"Definition": {definition}}}}}}}}}"#
    );
    let text = format!(
        r#"{{"Resources": {{"M": {{"Type": "AWS::StepFunctions::StateMachine", "Properties": {{"DefinitionString": {}}}}}}}}}"#,
        Value::from(definition)
    );
    for (name, content) in [("object.json", &object), ("text.json", &text)] {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    let arguments = [
        "lint",
        "--isolated",
        "--select",
        "unused-suppression",
        "--fix",
        "--unsafe-fixes",
    ];
    run(folder.path(), &[&arguments[..], &["object.json"]].concat());
    let mended = fs::read_to_string(folder.path().join("object.json")).expect("it is there");
    assert_eq!(
        mended,
        object.replace(r#", "Comment": "sfn-tool: ignore missing-retry""#, "")
    );
    let (code, out, _) = run(folder.path(), &[&arguments[..], &["text.json"]].concat());
    assert_eq!(code, 1);
    assert!(out.contains("unused-suppression"), "{out}");
    let kept = fs::read_to_string(folder.path().join("text.json")).expect("it is there");
    assert_eq!(kept, text);
}

#[test]
fn a_template_without_machines_is_fine_and_is_not_formatted() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  B: {Type: 'AWS::S3::Bucket'}\n";
    fs::write(folder.path().join("t.yaml"), template).expect("a file");
    assert_eq!(run(folder.path(), &["validate", "t.yaml"]).0, 0);
    let (code, _, err) = run(folder.path(), &["simulate", "t.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("t.yaml holds no state machine"), "{err}");
    let (code, _, err) = run(folder.path(), &["fmt", "t.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("this is a template, not a definition"), "{err}");
    let kept = fs::read_to_string(folder.path().join("t.yaml")).expect("it is there");
    assert_eq!(kept, template);
}

#[test]
fn properties_that_cloudformation_refuses_are_told_at_their_place() {
    let expected = [
        "6:25: error[InvalidName] Invalid Name: 'my machine'",
        "8:7: error[InvalidRequest] Property validation failed. Please use one of [DefinitionS3Location], \
         [DefinitionString] or [Definition].",
        "10:15: error[InvalidEncryptionConfiguration] Must set a valid kmsKeyId.",
        "12:16: error[InvalidLoggingConfiguration] Must specify exactly one Log Destination.",
        "16:25: error[InvalidLoggingConfiguration] Invalid Name for logging: 'größe'",
        "20:9: error[InvalidEncryptionConfiguration] Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY.",
        "21:9: error[InvalidEncryptionConfiguration] Custom kmsDataKeyReusePeriodSeconds is not allowed when \
         selecting AWS_OWNED_KEY.",
        "26:28: error[InvalidLoggingConfiguration] Log Group ARN must be provided with '*' qualifier.",
        "31:7: error[InvalidRequest] Specify either 'Definition' or 'DefinitionUri' property and not both.",
        "36:28: error[InvalidLoggingConfiguration] Provided ARN is not CloudWatch Logs Log Group ARN.",
        "60:30: error[InvalidName] Invalid Name: 'my orders ${AWS::Region}'",
        "61:25: error[InvalidRequest] #/StateMachineType: failed validation constraint for keyword [enum]",
        "63:39: error[InvalidEncryptionConfiguration] #/EncryptionConfiguration/Type: failed validation \
         constraint for keyword [enum]",
        "64:37: error[InvalidLoggingConfiguration] #/LoggingConfiguration/Level: failed validation constraint \
         for keyword [enum]",
    ];
    let (code, mut found) = lines(&["validate", "properties.yaml"]);
    let mut expected = expected.map(|line| format!("properties.yaml:{line}"));
    found.sort();
    expected.sort();
    assert_eq!((code, found), (1, expected.to_vec()));
}

/// The definition stands in a file of its own: what is wrong with the other properties is no part of that.
#[test]
fn properties_are_told_in_the_template_though_the_definition_stands_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let template = "Resources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      \
        DefinitionUri: flow.asl.json\n      Name: a/b\n";
    fs::write(folder.path().join("template.yaml"), template).unwrap();
    let flow = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}"#;
    fs::write(folder.path().join("flow.asl.json"), flow).unwrap();
    let name = "template.yaml:6:13: error[InvalidName] Invalid Name: 'a/b'";
    let target = "flow.asl.json:1:59: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B (named in template.yaml:5:22)";
    for arguments in [
        &["validate", "template.yaml"][..],
        &["validate", "template.yaml#Flow"],
        &["validate", "."],
        &["check", ".", "--severity", "error"],
    ] {
        let (code, out, err) = run(folder.path(), &[arguments, &["--format", "concise"]].concat());
        let found: Vec<&str> = out.lines().collect();
        assert_eq!((code, found, &*err), (1, vec![name, target], ""), "{arguments:?}");
    }
    let (_, out, _) = run(folder.path(), &["lint", ".", "--format", "concise"]);
    assert!(!out.contains("InvalidName"), "{out}");
    // What is recorded is known the next time.
    let (code, _, err) = run(folder.path(), &["check", ".", "--write-baseline", "base.json"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = run(folder.path(), &["check", ".", "--baseline", "base.json"]);
    assert_eq!((code, &*out), (0, ""), "{err}");
    assert!(!err.contains("gone"), "{err}");
}

/// Names that nobody gives, and names that nobody uses: in SAM, beside it, and in a template of Terraform's.
#[test]
fn substitutions_that_are_missing_and_unused_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let machine = |definition: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    \
             Properties:\n{definition}      DefinitionSubstitutions:\n        QueuUrl: !Ref Queue\n        Region: !Sub '${{AWS::Region}}'\n"
        )
    };
    let inline = "      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Pass\n            \
        Comment: !Sub '${Stack} in'\n            Result: {queue: \"${QueueUrl}\", region: '${Region}'}\n            End: true\n";
    fs::write(folder.path().join("inline.yaml"), machine(inline)).unwrap();
    let uri = "      DefinitionUri: flow.asl.json\n";
    fs::write(folder.path().join("uri.yaml"), machine(uri)).unwrap();
    let flow = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${QueueUrl} ${Region} ${AWS::Region}", "End": true}}}"#;
    fs::write(folder.path().join("flow.asl.json"), flow).unwrap();
    let main = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = templatefile(\"${path.module}/flow.tpl\", {\n    \
        queue = aws_sqs_queue.q.id\n    list  = [1]\n    spare = 1\n  })\n}\n";
    fs::write(folder.path().join("main.tf"), main).unwrap();
    let template = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${qeue} ${jsonencode(list)} $${kept}", "End": true}}}"#;
    fs::write(folder.path().join("flow.tpl"), template).unwrap();
    let rules = [
        "--select",
        "missing-substitution,unused-substitution",
        "--format",
        "concise",
    ];
    let lint = |file: &str, more: &[&str]| {
        let (_, out, err) = run(folder.path(), &[&["lint", file], &rules[..], more].concat());
        // What Terraform stops at is no lint rule's.
        let rejected = match file {
            "main.tf" => "flow.tpl: AWS rejects the definition (1 error): run sfn-tool check to see it\n",
            _ => "",
        };
        assert_eq!(err, rejected);
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        lint("inline.yaml", &[]),
        [
            "inline.yaml:12:30: warning[missing-substitution] no substitution gives 'QueueUrl' a value",
            "inline.yaml:15:9: info[unused-substitution] 'QueuUrl' does not stand in the definition",
        ]
    );
    assert_eq!(
        lint("uri.yaml", &[]),
        [
            "uri.yaml:8:9: info[unused-substitution] 'QueuUrl' does not stand in the definition",
            "flow.asl.json:1:62: warning[missing-substitution] no substitution gives 'QueueUrl' a value (named in uri.yaml:6:22)",
            "flow.asl.json:1:84: warning[missing-substitution] no substitution gives 'AWS::Region' a value (named in uri.yaml:6:22)",
        ]
    );
    assert_eq!(
        lint("main.tf", &[]),
        [
            "main.tf:3:5: info[unused-substitution] 'queue' does not stand in the definition",
            "main.tf:5:5: info[unused-substitution] 'spare' does not stand in the definition",
        ]
    );
    // Without any list nothing is said; what the call gives is one.
    assert_eq!(lint("flow.asl.json", &[]), [""; 0]);
    assert_eq!(
        lint(
            "flow.asl.json",
            &["--define", "QueueUrl=u", "--define", "Region=r"]
        ),
        [""; 0]
    );
    assert_eq!(lint("uri.yaml", &["--define", "QueueUrl=u"]).len(), 2);
}

#[test]
fn a_substitution_with_the_partition_alone_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let template = "Resources:\n  Put:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: put.asl.json\n      \
        DefinitionSubstitutions:\n        Yaml: !Sub arn:${AWS::Partition}:states:::dynamodb:putItem\n        \
        Json: {\"Fn::Sub\": \"arn:${AWS::Partition}:states:::dynamodb:putItem\"}\n        \
        Later: !Sub arn:${AWS::Partition}:states:${AWS::Region}:::x\n";
    let state = |name: &str, next: &str| {
        format!(
            "\"{name}\": {{\"Type\": \"Task\", \"Resource\": \"${{{name}}}\", \"Parameters\": {{\"Tbl\": 1}}, {next}}}"
        )
    };
    let definition = format!(
        "{{\"StartAt\": \"Yaml\", \"States\": {{\n{},\n{},\n{}}}}}\n",
        state("Yaml", "\"Next\": \"Json\""),
        state("Json", "\"Next\": \"Later\""),
        state("Later", "\"End\": true")
    );
    std::fs::write(folder.path().join("template.yaml"), template).unwrap();
    std::fs::write(folder.path().join("put.asl.json"), definition).unwrap();
    let (code, out, err) = super::called::run(folder.path(), &["validate", ".", "--format", "concise"]);
    assert_eq!(code, 1, "{err}");
    let lines: std::collections::BTreeSet<&str> = (out.lines())
        .filter(|line| line.contains("SCHEMA_VALIDATION_FAILED"))
        .filter_map(|line| line.strip_prefix("put.asl.json:")?.split(':').next())
        .collect();
    assert_eq!(lines.into_iter().collect::<Vec<_>>(), ["2", "3"], "{out}");
}

#[test]
fn a_definition_outside_of_the_repository_is_told_how_to_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("repository");
    fs::create_dir_all(repository.join(".git")).expect("a folder");
    fs::write(folder.path().join("m.asl.json"), "{}").expect("a file");
    let template = |uri: &str| {
        let text = format!(
            "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: {uri}\n"
        );
        fs::write(repository.join("template.yaml"), text).expect("a file");
        run(&repository, &["validate", "template.yaml"]).1
    };
    let outside = template("../m.asl.json");
    assert!(
        outside.contains("Help: a file may name files of its own repository; --allow-outside"),
        "{outside}"
    );
    let missing = template("n.asl.json");
    assert!(
        missing.contains("Help: paths are relative to the folder of the template"),
        "{missing}"
    );
}
