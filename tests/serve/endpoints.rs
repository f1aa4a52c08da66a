//! Real endpoints: what tasks make of their answers, and where one cannot be used.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::client::Server;
use super::tasks::{CHARGE, create, ended, run};

/// A service that is called: it answers with what `reply` makes of a path, a body and the number of calls before.
pub struct Service {
    pub url: String,
    pub calls: Arc<AtomicUsize>,
}

impl Service {
    pub fn start(reply: impl Fn(&str, &str, usize) -> String + Send + 'static) -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, |path, body| {
                    reply(path, body, counted.fetch_add(1, Ordering::Relaxed))
                });
            }
        });
        Service { url, calls }
    }
}

fn answer(stream: TcpStream, reply: impl FnOnce(&str, &str) -> String) {
    let mut stream = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).is_ok_and(|read| read > 0) {}
    for line in head.to_ascii_lowercase().lines() {
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    let path = head.split(' ').nth(1).unwrap_or_default();
    let reply = reply(path, &String::from_utf8_lossy(&body));
    let _ = stream.into_inner().write_all(reply.as_bytes());
}

/// An answer with a status, more lines of its head, and JSON.
pub fn http(status: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Lambda's answer when too many call it [API Invoke].
fn throttled() -> String {
    let body = json!({"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", "Type": "User",
        "message": "Rate Exceeded."});
    http(
        "429 Too Many Requests",
        "x-amzn-ErrorType: TooManyRequestsException\r\n",
        &body,
    )
}

/// A state that calls a function, with further fields.
fn invoke(fields: &Value) -> String {
    let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "charge", "Payload.$": "$"}});
    for (name, value) in fields.as_object().into_iter().flatten() {
        state[name] = value.clone();
    }
    json!({"StartAt": "Charge", "States": {"Charge": state}}).to_string()
}

#[test]
fn a_function_without_a_mock_is_called_at_the_endpoint() {
    // A function that says what it was called with, and one that fails.
    let lambda = Service::start(|path, body, _| match body.contains("fail") {
        true => http(
            "200 OK",
            "X-Amz-Function-Error: Unhandled\r\n",
            &json!({"errorType": "Oops", "errorMessage": "no"}),
        ),
        false => http("200 OK", "", &json!({"path": path})),
    });
    let server = Server::start(&["--lambda-endpoint", &lambda.url]);
    let arn = create(&server, "Charge", CHARGE);
    let called = run(&server, &arn, &json!({}));
    assert_eq!(
        ended(&server, &called["executionArn"])["output"],
        r#"{"path":"/2015-03-31/functions/charge/invocations"}"#
    );
    let called = run(&server, &arn, &json!({"fail": true}));
    let ended = ended(&server, &called["executionArn"]);
    assert_eq!(
        (&ended["error"], &ended["cause"]),
        (
            &json!("Oops"),
            &json!(r#"{"errorType":"Oops","errorMessage":"no"}"#)
        )
    );
}

#[test]
fn lambdas_own_errors_are_retried_by_their_names() {
    let lambda = Service::start(|_, _, before| match before {
        0 | 1 => throttled(),
        _ => http("200 OK", "", &json!("paid")),
    });
    let server = Server::start(&["--lambda-endpoint", &lambda.url]);
    let retry = json!({"Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 2}],
        "OutputPath": "$.Payload"});
    let arn = create(&server, "Charge", &invoke(&retry));
    let called = run(&server, &arn, &json!({}));
    assert_eq!(ended(&server, &called["executionArn"])["output"], "\"paid\"");
    assert_eq!(lambda.calls.load(Ordering::Relaxed), 3);
}

#[test]
fn an_endpoint_that_cannot_be_used_ends_the_execution_whatever_handlers_it_has() {
    // A port that nobody listens at.
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let server = Server::start(&["--lambda-endpoint", &url]);
    let handlers = json!({"Retry": [{"ErrorEquals": ["States.ALL"]}], "Catch": [{"ErrorEquals": ["States.TaskFailed"],
        "Next": "Charge"}, {"ErrorEquals": ["States.ALL"], "Next": "Charge"}]});
    let arn = create(&server, "Charge", &invoke(&handlers));
    let called = run(&server, &arn, &json!({}));
    let ended = ended(&server, &called["executionArn"]);
    assert_eq!(
        (&ended["status"], &ended["error"]),
        (&json!("FAILED"), &json!("SfnTool.EndpointFailed"))
    );
    let cause = ended["cause"].as_str().unwrap_or_default();
    assert!(
        cause.starts_with(&format!("lambda:invoke: {url} cannot be reached: ")),
        "{cause}"
    );
}

#[test]
fn a_state_that_is_tested_without_a_mock_calls_the_endpoint() {
    let lambda = Service::start(|_, body, _| match body.contains("busy") {
        true => throttled(),
        false => http("200 OK", "", &json!({"got": body})),
    });
    let server = Server::start(&["--lambda-endpoint", &lambda.url]);
    let state = |input: &str| {
        json!({"definition": json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "TimeoutSeconds": 5, "Parameters": {"FunctionName": "charge", "Payload.$": "$"}, "OutputPath": "$.Payload",
            "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"]}]}).to_string(),
            "roleArn": "arn:aws:iam::123456789012:role/r", "input": input})
    };
    let tested = server.ok("TestState", &state("{\"a\":1}"));
    assert_eq!(
        (&tested["status"], &tested["output"]),
        (&json!("SUCCEEDED"), &json!(r#"{"got":"{\"a\":1}"}"#))
    );
    let tested = server.ok("TestState", &state("\"busy\""));
    assert_eq!(
        (&tested["status"], &tested["error"]),
        (&json!("RETRIABLE"), &json!("Lambda.TooManyRequestsException"))
    );
    // A mock overrides the endpoint.
    let mut mocked = state("{}");
    mocked["mock"] = json!({"result": r#"{"Payload": 7}"#, "fieldValidationMode": "NONE"});
    assert_eq!(server.ok("TestState", &mocked)["output"], "7");
    assert_eq!(lambda.calls.load(Ordering::Relaxed), 2);
}

#[test]
fn a_state_that_is_tested_calls_this_server() {
    let server = Server::start(&[]);
    let child = server.machine("child");
    let state = |resource: &str, parameters: &Value| {
        json!({"definition": json!({"Type": "Task", "Resource": resource, "End": true, "Parameters": parameters}).to_string(),
            "roleArn": "arn:aws:iam::123456789012:role/r"})
    };
    let start = state(
        "arn:aws:states:::states:startExecution",
        &json!({"StateMachineArn": child, "Name": "n"}),
    );
    let tested = server.ok("TestState", &start);
    let output: Value = serde_json::from_str(tested["output"].as_str().unwrap_or_default()).expect("JSON");
    let arn = child.replace(":stateMachine:", ":execution:") + ":n";
    assert_eq!(output["ExecutionArn"], arn);
    let describe = state(
        "arn:aws:states:::aws-sdk:sfn:describeExecution",
        &json!({"ExecutionArn": format!("{arn}x")}),
    );
    let tested = server.ok("TestState", &describe);
    assert_eq!(tested["error"], "Sfn.ExecutionDoesNotExistException");
    let cause = tested["cause"].as_str().unwrap_or_default();
    assert!(
        cause.starts_with(&format!(
            "Execution Does Not Exist: '{arn}x' (Service: Sfn, Status Code: 400, Request ID: "
        )),
        "{cause}"
    );
}

#[test]
fn a_state_that_nobody_answers_is_not_tested() {
    let server = Server::start(&[]);
    let asked = json!({"definition": json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "charge"}}).to_string(), "roleArn": "arn:aws:iam::123456789012:role/r"});
    assert_eq!(server.refused("TestState", &asked).0, "ValidationException");
}
