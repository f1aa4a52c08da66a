//! The server for coding agents, spoken to over its pipes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::called::{folder, run};

/// Starts the server in `folder`, says `messages`, ends; what it answered.
fn talk(folder: &Path, messages: &[Value]) -> Vec<Value> {
    let mut server = Command::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .arg("mcp")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    for message in messages {
        writeln!(input, "{message}").unwrap();
    }
    drop(input);
    let answers = BufReader::new(server.stdout.take().unwrap()).lines();
    let answers = answers
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    assert!(server.wait().unwrap().success());
    answers
}

fn request(id: u64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// The results of calls of tools, in their order.
fn call(folder: &Path, calls: &[(&str, Value)]) -> Vec<Value> {
    let messages: Vec<Value> = (calls.iter().zip(1..))
        .map(|((tool, arguments), id)| {
            request(id, "tools/call", json!({"name": tool, "arguments": arguments}))
        })
        .collect();
    let answers = talk(folder, &messages);
    assert_eq!(answers.len(), calls.len());
    answers
        .into_iter()
        .map(|answer| answer["result"].clone())
        .collect()
}

fn definition() -> Value {
    json!({"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge", "Next": "Done"},
        "Done": {"Type": "Succeed"}}})
}

fn project() -> TempDir {
    folder(&[("order.asl.json", &definition())])
}

#[test]
fn a_client_is_greeted_and_told_the_tools() {
    let folder = project();
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let answers = talk(
        folder.path(),
        &[
            request(1, "initialize", hello),
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            request(2, "ping", json!({})),
            request(3, "tools/list", json!({})),
            request(4, "resources/list", json!({})),
            request(5, "tools/call", json!({"name": "simulat"})),
            request(6, "initialize", json!({"protocolVersion": "1999-01-01"})),
        ],
    );
    let by_id = |id: u64| answers.iter().find(|answer| answer["id"] == id).unwrap();
    assert_eq!(answers.len(), 6, "a notification has no answer");
    assert_eq!(by_id(1)["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(by_id(1)["result"]["serverInfo"]["name"], "sfn-tool");
    assert_eq!(by_id(2)["result"], json!({}));
    let tools = by_id(3)["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in [
        "check",
        "validate",
        "lint",
        "simulate",
        "skeleton",
        "test_state",
        "explore",
        "diff",
        "eval",
        "explain",
        "graph",
    ] {
        assert!(names.contains(&name), "{name} is missing: {names:?}");
    }
    assert_eq!(by_id(4)["error"]["code"], -32601);
    assert_eq!(by_id(5)["error"]["code"], -32602);
    assert!(
        by_id(5)["error"]["message"]
            .as_str()
            .unwrap()
            .contains("'simulate'")
    );
    assert_eq!(
        by_id(6)["result"]["protocolVersion"],
        "2025-11-25",
        "the newest that is spoken"
    );
}

/// What nobody asked for is left out of an answer.
fn without(mut value: Value, list: &str, inner: Option<&str>, name: &str) -> Value {
    let outer = value[list].as_array_mut().into_iter().flatten();
    for one in outer {
        match inner {
            Some(inner) => *one = without(one.take(), inner, None, name),
            None => {
                let members = one.as_object_mut().unwrap();
                members.retain(|key, value| key != name && !(key == "related" && *value == json!([])));
            }
        }
    }
    value
}

/// The same JSON as the command prints, without what was not asked for.
#[test]
fn a_tool_answers_what_its_command_prints() {
    let folder = project();
    let path = folder.path();
    let printed = |arguments: &[&str]| -> Value { serde_json::from_str(&run(path, arguments).1).unwrap() };
    let file = json!({"file": "order.asl.json"});
    let mocks = json!({"States": {"Charge": {"Return": {"total": 1.50}}}});
    fs::write(path.join("m.json"), mocks.to_string()).unwrap();
    let answers = call(
        path,
        &[
            ("validate", file.clone()),
            ("lint", file.clone()),
            ("check", json!({"files": ["."]})),
            (
                "simulate",
                json!({"file": "order.asl.json", "mocks_file": "m.json", "events": true}),
            ),
            ("graph", file.clone()),
            ("explain", json!({"code": "missing-catch"})),
            (
                "diff",
                json!({"old_file": "order.asl.json", "new_file": "order.asl.json"}),
            ),
            (
                "explore",
                json!({"file": "order.asl.json", "mocks_file": "m.json"}),
            ),
        ],
    );
    let commands: [&[&str]; 8] = [
        &["validate", "order.asl.json", "--format=json"],
        &["lint", "order.asl.json", "--format=json"],
        &["check", ".", "--format=json", "--causes"],
        &["simulate", "order.asl.json", "--mocks=m.json", "--format=json"],
        &["graph", "order.asl.json", "--format=json"],
        &["explain", "missing-catch", "--format=json"],
        &["diff", "order.asl.json", "order.asl.json", "--format=json"],
        &["explore", "order.asl.json", "--mocks=m.json", "--format=json"],
    ];
    for (answer, command) in answers.iter().zip(commands) {
        assert_eq!(answer["isError"], false, "{command:?}: {answer}");
        let expected = match command[0] {
            "validate" | "lint" | "check" => without(printed(command), "files", Some("diagnostics"), "fixes"),
            "explore" => without(printed(command), "ends", None, "testCase"),
            _ => printed(command),
        };
        assert_eq!(answer["structuredContent"], expected, "{command:?}");
        let text = answer["content"][0]["text"].as_str().unwrap();
        assert!(!text.contains('\n'), "{text}");
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap(),
            answer["structuredContent"]
        );
    }
}

#[test]
fn what_is_asked_for_is_given() {
    let folder = project();
    let file = "order.asl.json";
    let answers = call(
        folder.path(),
        &[
            ("check", json!({})),
            ("check", json!({"files": file, "fixes": true, "max_results": 1})),
            ("explore", json!({"file": file, "test_cases": true})),
            ("skeleton", json!({"file": file, "what": "mocks"})),
            ("skeleton", json!({"file": file, "what": "input"})),
            ("explain", json!({})),
            (
                "validate",
                json!({"definition": {"Type": "Succeed"}, "fragment": true}),
            ),
            ("validate", json!({"file": file, "type": "EXPRESS"})),
            (
                "eval",
                json!({"expression": "{% $states.input.a %}", "input": "{\"a\": 1}"}),
            ),
            (
                "simulate",
                json!({"definition": {"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B",
                        "Choices": [{"Variable": "$.a", "StringEquals": "${Limit}", "Next": "B"}]},
                    "B": {"Type": "Succeed"}}}, "input": {"a": "x"}, "substitutions": {"Limit": "x"}}),
            ),
        ],
    );
    for answer in &answers {
        assert_eq!(answer["isError"], false, "{answer}");
    }
    let found = |at: usize| answers[at]["structuredContent"]["files"][0].clone();
    assert_eq!(found(0)["file"], file);
    assert_eq!(found(0)["diagnostics"][0].get("fixes"), None);
    assert!(found(1)["diagnostics"][0]["fixes"].is_array(), "{}", found(1));
    assert!(answers[2]["structuredContent"]["ends"][0]["testCase"].is_object());
    assert_eq!(
        answers[3]["structuredContent"],
        json!({"States": {"Charge": {"Return": {}}}})
    );
    assert_eq!(answers[4]["structuredContent"], json!({}));
    let rule = answers[5]["structuredContent"]["rules"][0].as_object().unwrap();
    assert_eq!(rule.keys().collect::<Vec<_>>(), ["name", "summary", "severity"]);
    assert_eq!(found(6)["result"], "OK");
    assert_eq!(answers[8]["structuredContent"], json!({"result": 1}));
    assert_eq!(answers[9]["structuredContent"]["status"], "SUCCEEDED");
}

/// An agent has no command line: options are named as the tool's arguments, and nothing is said twice.
#[test]
fn a_failure_names_arguments_and_no_options() {
    let folder = project();
    let file = "order.asl.json";
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
        "Parameters": {"QueueUrl": "u", "MessageBody": "m"}});
    let choice = json!({"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B",
        "Choices": [{"Variable": "$.a", "StringEquals": "${Limit}", "Next": "B"}]}, "B": {"Type": "Succeed"}}});
    let broken = json!({"StartAt": "A", "States": {"B": {"Type": "Succeed"}}});
    let calls = [
        ("simulate", json!({"file": file}), "'mocks'"),
        ("simulate", json!({"file": file}), "skeleton makes one"),
        (
            "simulate",
            json!({"definition": choice, "input": {"a": "1"}}),
            "'substitutions'",
        ),
        ("simulate", json!({"definition": broken}), "no_validate: true"),
        ("test_state", json!({"definition": task}), "'mock'"),
        ("test_state", json!({"file": file}), "'state_name'"),
        ("explain", json!({"code": "nope"}), "explain without a code"),
        ("graph", json!({"file": file, "focus": "Nope"}), "without 'focus'"),
        ("skeleton", json!({"file": file}), "give what"),
        (
            "skeleton",
            json!({"file": file, "what": "both"}),
            "one of input, mocks",
        ),
    ];
    let asked: Vec<(&str, Value)> = calls
        .iter()
        .map(|(tool, given, _)| (*tool, given.clone()))
        .collect();
    for (answer, (tool, given, words)) in call(folder.path(), &asked).iter().zip(&calls) {
        assert_eq!(answer["isError"], true, "{tool} {given}: {answer}");
        let texts = answer["content"].as_array().unwrap();
        let said: String = texts.iter().map(|text| text["text"].as_str().unwrap()).collect();
        assert!(said.contains(words), "{tool} {given}: {said}");
        assert!(!said.contains("--"), "{tool} {given}: {said}");
        let is_told = answer["structuredContent"].get("error").is_some();
        assert!(!is_told || texts.len() == 1, "{tool} {given}: {answer}");
    }
}

#[test]
fn texts_and_values_need_no_files() {
    let folder = TempDir::new().unwrap();
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "f"}});
    let yaml = "StartAt: A\nStates:\n  A: {Type: Pass, Next: Gone}\n";
    let renamed = definition().to_string().replace("\"Done\"", "\"End\"");
    let answers = call(
        folder.path(),
        &[
            ("validate", json!({"definition": yaml})),
            (
                "simulate",
                json!({"definition": definition(), "input": {"id": 1},
                    "mocks": "States:\n  Charge: {Throw: {Error: Busy}}\n"}),
            ),
            (
                "test_state",
                json!({"definition": state, "input": {}, "mock": {"result": "{\"Payload\": 1}"}}),
            ),
            ("diff", json!({"old": definition(), "new": renamed})),
            ("eval", json!({"expression": "$sum(a)", "input": {"a": [1, 2]}})),
            ("graph", json!({"definition": definition(), "format": "mermaid"})),
        ],
    );
    let [validate, simulate, test_state, diff, eval, graph] = &answers[..] else {
        panic!("{answers:?}");
    };
    let found = &validate["structuredContent"]["files"][0];
    assert_eq!(
        (&found["file"], &found["result"]),
        (&json!("definition.asl.yaml"), &json!("FAIL"))
    );
    assert_eq!(simulate["structuredContent"]["status"], "FAILED");
    assert_eq!(simulate["structuredContent"]["error"], "Busy");
    assert_eq!(
        simulate["structuredContent"]["events"],
        json!([]),
        "unless they are asked for"
    );
    assert_eq!(
        test_state["structuredContent"]["status"], "SUCCEEDED",
        "{test_state}"
    );
    assert_eq!(
        diff["structuredContent"]["changes"][0]["kind"], "state-renamed",
        "{diff}"
    );
    assert_eq!(eval["structuredContent"], json!({"result": 3}));
    assert!(
        graph["content"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("stateDiagram-v2")
    );
}

#[test]
fn a_call_that_fails_says_why() {
    let folder = project();
    let answers = call(
        folder.path(),
        &[
            ("simulate", json!({"file": "order.asl.json"})),
            ("validate", json!({"file": "gone.json"})),
            ("validate", json!({"files": ["/etc"]})),
            ("graph", json!({"file": "order.asl.json", "format": "svg"})),
        ],
    );
    assert!(
        answers.iter().all(|answer| answer["isError"] == true),
        "{answers:?}"
    );
    assert_eq!(answers[0]["structuredContent"]["error"]["code"], "no-mock");
    let words = |answer: &Value| answer["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(words(&answers[1]).contains("does not exist"));
    assert!(words(&answers[2]).contains("outside"));
    assert!(words(&answers[3]).contains("one of json, text, mermaid, dot"));
}

/// The folder that the server was started in is all that it reads: neither what lies above it in the same repository, nor
/// what a file in it names there.
#[test]
fn what_a_definition_names_keeps_to_the_folder() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let secret = definition().to_string().replace("Charge", "Secret");
    fs::write(folder.path().join("secret.asl.json"), secret).unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    let template = |uri: &str| {
        let properties = json!({"DefinitionUri": uri});
        json!({"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": properties}}})
            .to_string()
    };
    fs::write(inside.join("order.asl.json"), definition().to_string()).unwrap();
    fs::write(inside.join("own.json"), template("order.asl.json")).unwrap();
    fs::write(inside.join("out.json"), template("../secret.asl.json")).unwrap();
    let answers = call(
        &inside,
        &[
            ("validate", json!({"file": "../secret.asl.json"})),
            ("graph", json!({"file": "own.json"})),
            ("graph", json!({"file": "out.json"})),
            ("check", json!({"files": ["out.json"]})),
        ],
    );
    assert!(answers[0].to_string().contains("outside"), "{}", answers[0]);
    assert_eq!(answers[1]["isError"], false, "{}", answers[1]);
    for answer in &answers[2..] {
        assert!(answer.to_string().contains("outside"), "{answer}");
        assert!(!answer.to_string().contains("Secret"), "{answer}");
    }
}

#[test]
fn a_cancelled_call_has_no_answer_and_the_next_one_has() {
    let folder = project();
    // An execution that goes on until it is stopped.
    let endless = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}});
    let answers = talk(
        folder.path(),
        &[
            request(
                1,
                "tools/call",
                json!({"name": "simulate", "arguments": {"definition": endless}}),
            ),
            request(
                2,
                "tools/call",
                json!({"name": "simulate", "arguments": {"definition": endless}}),
            ),
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}),
            request(
                3,
                "tools/call",
                json!({"name": "eval", "arguments": {"expression": "1"}}),
            ),
        ],
    );
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert!(!ids.contains(&&json!(2)), "{ids:?}");
    assert!(ids.contains(&&json!(3)), "{ids:?}");
}
