use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::call::Call;
use super::message::{LONGEST, Line, Message, next_line};
use super::tools::{TOOLS, find};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn call(root: &Path, tool: &str, arguments: Value) -> Result<Vec<String>, String> {
    let call = Call::new(find(tool).unwrap(), &object(arguments), root);
    call.map(|call| call.arguments).map_err(|error| error.to_string())
}

#[test]
fn a_message_is_an_object_of_json_rpc() {
    let read = |text: &str| Message::read(text.as_bytes());
    assert_eq!(
        read(r#"{"jsonrpc": "2.0", "id": "a", "method": "ping"}"#),
        Message::Request {
            id: json!("a"),
            method: "ping".to_owned(),
            params: json!({})
        }
    );
    assert_eq!(
        read(r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#),
        Message::Notification {
            method: "notifications/initialized".to_owned(),
            params: json!({})
        }
    );
    assert_eq!(
        read(r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#),
        Message::Response
    );
    for (text, code) in [
        ("{", -32700),
        ("[]", -32600),
        (r#"{"id": 1, "method": "ping"}"#, -32600),
        (r#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, -32600),
        (r#"{"jsonrpc": "2.0", "id": 1}"#, -32600),
    ] {
        let Message::Invalid(answer) = read(text) else {
            panic!("{text} is a message");
        };
        assert_eq!(answer["error"]["code"], code, "{text}");
    }
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let mut text = vec![b' '; LONGEST + 1];
    text.extend_from_slice(b"\n\n{}\n[]");
    let mut input = &text[..];
    let lines = std::iter::from_fn(|| match next_line(&mut input).unwrap() {
        Line::End => None,
        line => Some(line),
    });
    let lines: Vec<Line> = lines.collect();
    assert_eq!(
        lines,
        [
            Line::TooLong,
            Line::Read(b"{}".to_vec()),
            Line::Read(b"[]".to_vec())
        ]
    );
}

#[test]
fn paths_keep_to_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.json"), "{}").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join("in")).unwrap();
    for name in ["a.asl.json", "-b.asl.json", "in/c.asl.json"] {
        fs::write(root.join(name), "{}").unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path(), root.join("link")).unwrap();
    let validate = |path: &str| call(&root, "validate", json!({"files": [path]}));
    let last = |arguments: Vec<String>| arguments.last().cloned().unwrap();
    for (given, taken) in [
        ("a.asl.json", "a.asl.json"),
        ("in/../a.asl.json", "in/../a.asl.json"),
        ("a.asl.json#Orders", "a.asl.json#Orders"),
        ("-b.asl.json", "./-b.asl.json"),
        (".", "."),
    ] {
        assert_eq!(last(validate(given).unwrap()), taken);
    }
    let absolute = root.join("in/c.asl.json").display().to_string();
    assert_eq!(last(validate(&absolute).unwrap()), absolute);
    let secret = outside.path().join("secret.json").display().to_string();
    let up = format!(
        "in/../../{}/secret.json",
        outside.path().file_name().unwrap().display()
    );
    for path in [&secret, &up, "/", "..", "/dev/stdin"] {
        assert!(validate(path).unwrap_err().contains("outside"), "{path}");
    }
    #[cfg(unix)]
    assert!(validate("link/secret.json").unwrap_err().contains("outside"));
    for path in ["-", "gone.json", "HEAD:a.asl.json", "*.json"] {
        assert!(validate(path).unwrap_err().contains("does not exist"), "{path}");
    }
    let input = json!({"file": "a.asl.json", "input_file": secret});
    assert!(call(&root, "simulate", input).unwrap_err().contains("outside"));
}

#[test]
fn nothing_given_is_taken_for_an_option() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let eval = call(
        &root,
        "eval",
        json!({"expression": "--help", "language": "jsonata"}),
    )
    .unwrap();
    assert_eq!(
        eval,
        ["eval", "--format=json", "--language=jsonata", "--", "--help"]
    );
    let state = json!({"definition": {}, "state_name": "--reveal-secrets"});
    let arguments = call(&root, "test_state", state).unwrap();
    assert!(arguments.contains(&"--state-name=--reveal-secrets".to_owned()));
    assert!(!arguments.contains(&"--reveal-secrets".to_owned()));
}

#[test]
fn arguments_that_do_not_fit_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (tool, arguments, words) in [
        ("validate", json!({}), "give files or definition or file"),
        ("validate", json!({"definiton": {}}), "did you mean 'definition'?"),
        (
            "validate",
            json!({"files": [1]}),
            "'files' must be an array of paths",
        ),
        (
            "validate",
            json!({"definition": {}, "type": "fast"}),
            "one of standard, express",
        ),
        (
            "validate",
            json!({"definition": {}, "max_results": -1}),
            "a whole number",
        ),
        (
            "simulate",
            json!({"definition": {}, "file": "a"}),
            "give definition or file, not both",
        ),
        ("diff", json!({"old": {}}), "give new or new_file"),
        ("eval", json!({}), "give expression"),
        (
            "diff",
            json!({"old": {}, "new": {}, "all": 1}),
            "'all' must be true or false",
        ),
    ] {
        let said = call(&root, tool, arguments.clone()).unwrap_err();
        assert!(said.contains(words), "{tool} {arguments}: {said}");
    }
}

/// Every schema is one, and takes every name that a call may use.
#[test]
fn tools_are_described_by_schemas() {
    for tool in TOOLS {
        let described = tool.described();
        let schema = &described["inputSchema"];
        jsonschema::meta::validate(schema).unwrap();
        let mut names: Vec<&str> = tool.names().collect();
        let properties = schema["properties"].as_object().unwrap();
        let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
        names.sort_unstable();
        described.sort_unstable();
        assert_eq!(names, described, "{}", tool.name);
    }
}
