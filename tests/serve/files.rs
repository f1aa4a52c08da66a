//! `--machines`: machines that are there from the start.

use std::fs;
use std::io::{BufRead, BufReader, Read};

use serde_json::{Value, json};

use super::client::{Server, command};
use super::tasks::run;

/// The names of the server's machines, sorted.
fn names(server: &Server) -> Vec<String> {
    let listed: Value = server.ok("ListStateMachines", &json!({}));
    let machines = listed["stateMachines"].as_array().expect("a list").iter();
    let names = machines.filter_map(|machine| machine["name"].as_str());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[test]
fn machines_of_files_are_there_from_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("order.asl.json");
    fs::write(&path, super::client::PASS).expect("it is written");
    let server = Server::start(&["--machines", &path.display().to_string()]);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:order";
    assert_eq!(run(&server, arn, &json!({}))["status"], "SUCCEEDED");
}

#[test]
fn a_reset_leaves_what_was_there_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("order.asl.json");
    fs::write(&path, super::client::PASS).expect("it is written");
    let state = folder.path().join("state").display().to_string();
    let arguments = ["--machines", &path.display().to_string(), "--state", &state];
    let server = Server::start(&arguments);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:order";
    server.machine("other");
    run(&server, arn, &json!({}));
    let other = super::client::PASS.replace("\"A\"", "\"B\"");
    server.ok(
        "UpdateStateMachine",
        &json!({"stateMachineArn": arn, "definition": other}),
    );
    let reset = b"POST /_sfn-tool/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(server.send(reset).status, 200);
    let is_as_at_the_start = |server: &Server| {
        assert_eq!(names(server), ["order"]);
        let machine = server.ok("DescribeStateMachine", &json!({"stateMachineArn": arn}));
        assert_eq!(machine["definition"], super::client::PASS);
        let listed = server.ok("ListExecutions", &json!({"stateMachineArn": arn}));
        listed["executions"].as_array().map(Vec::len)
    };
    assert_eq!(is_as_at_the_start(&server), Some(0));
    run(&server, arn, &json!({}));
    drop(server);
    assert_eq!(is_as_at_the_start(&Server::start(&arguments)), Some(1));
}

/// A file that is named and found is one machine, and what a template names is what the template makes of it.
#[test]
fn machines_of_a_folder_are_there_once_and_as_their_template_makes_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let definition = folder.path().join("Orders.asl.json");
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Word}", "End": true}}}"#;
    fs::write(&definition, text).expect("it is written");
    let alone = folder.path().join("alone.asl.json");
    fs::write(&alone, super::client::PASS).expect("it is written");
    let template = "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: \
                    Orders.asl.json\n      DefinitionSubstitutions: {Word: filled in}\n";
    fs::write(folder.path().join("template.yaml"), template).expect("it is written");
    let (folder, alone) = (folder.path().display().to_string(), alone.display().to_string());
    let server = Server::start(&["--machines", &folder, "--machines", &alone]);
    let listed = server.ok("ListStateMachines", &json!({}));
    let mut names: Vec<&str> = (listed["stateMachines"].as_array().expect("a list").iter())
        .filter_map(|machine| machine["name"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Orders", "alone"]);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";
    assert_eq!(run(&server, arn, &json!({}))["output"], r#""filled in""#);
}

/// CloudFormation's StateMachineName, SAM's Name and Terraform's name are those of the machines; where there is none, or one
/// that is known only when it is deployed, the resource's.
#[test]
fn machines_have_the_names_that_aws_would_give_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let definition: Value = serde_json::from_str(super::client::PASS).expect("JSON");
    let machine = |kind: &str, name: &Value| {
        let key = if kind.contains("Serverless") {
            "Name"
        } else {
            "StateMachineName"
        };
        let mut properties = json!({"Definition": definition, "RoleArn": "arn:aws:iam::123456789012:role/r"});
        if !name.is_null() {
            properties[key] = name.clone();
        }
        json!({"Type": kind, "Properties": properties})
    };
    let (plain, sam) = (
        "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::StateMachine",
    );
    let template = json!({"Resources": {
        "A": machine(plain, &json!("orders-prod")),
        "B": machine(sam, &json!("billing-prod")),
        "C": machine(plain, &json!({"Fn::Sub": "${AWS::StackName}-c"})),
        "D": machine(plain, &Value::Null),
    }});
    fs::write(folder.path().join("template.json"), template.to_string()).expect("it is written");
    let pass = super::client::PASS;
    let terraform = format!(
        "resource \"aws_sfn_state_machine\" \"ship\" {{\n  name = \"shipping\"\n  definition = jsonencode({pass})\n}}\n\
         resource \"aws_sfn_state_machine\" \"pack\" {{\n  name = \"${{var.stage}}-pack\"\n  definition = \
         jsonencode({pass})\n}}\n"
    );
    fs::write(folder.path().join("main.tf"), terraform).expect("it is written");
    let server = Server::start(&["--machines", &folder.path().display().to_string()]);
    let expected = [
        "C",
        "D",
        "aws_sfn_state_machine.pack",
        "billing-prod",
        "orders-prod",
        "shipping",
    ];
    assert_eq!(names(&server), expected);
}

#[test]
fn what_is_no_machine_is_said_and_the_others_are_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let write = |name: &str, text: &str| fs::write(path(name), text).expect("it is written");
    write("good.asl.json", super::client::PASS);
    write(
        "bad.asl.json",
        r#"{"StartAt": "Nowhere", "States": {"A": {"Type": "Pass", "End": true}}}"#,
    );
    write("broken.asl.json", "{\"StartAt\": ");
    let mut server = Server::start(&["--machines", &path(""), "--machines", &path("missing.asl.json")]);
    assert_eq!(names(&server), ["good"]);
    server.child.kill().expect("it runs");
    let mut said = String::new();
    let stderr = server.child.stderr.take();
    BufReader::new(stderr.expect("stderr"))
        .read_to_string(&mut said)
        .expect("text");
    for (name, why) in [
        ("bad.asl.json", "MISSING_TRANSITION_TARGET"),
        ("broken.asl.json", ""),
        ("missing.asl.json", ""),
    ] {
        let told = said.lines().any(|line| line.contains(name) && line.contains(why));
        assert!(told, "{name}: {said}");
    }
    // None is left.
    let output = command()
        .args(["--port", "0", "--machines", &path("bad.asl.json")])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let said: Vec<String> = output.stderr.lines().map_while(Result::ok).collect();
    let said = said.join("\n");
    assert!(said.contains("bad.asl.json"), "{said}");
    assert!(
        said.contains("names no state machine that can be created"),
        "{said}"
    );
}
