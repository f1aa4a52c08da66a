//! The language server, spoken to over its pipes as an editor does.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A server that was started, and its pipes.
struct Server {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sfn-tool"))
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Server {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn say(&mut self, body: &str) {
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn request(&mut self, id: u32, method: &str, params: Value) -> Value {
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string());
        self.hear()
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(
                self.output.read_line(&mut line).unwrap(),
                0,
                "the server says no more"
            );
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(message["jsonrpc"], "2.0");
        message
    }

    fn status(mut self) -> Option<i32> {
        drop(self.input.take());
        self.process.wait().unwrap().code()
    }
}

#[test]
fn an_editor_is_served_over_the_pipes() {
    let mut server = Server::start(&["--stdio"]);
    let answer = server.request(
        1,
        "initialize",
        json!({"processId": std::process::id(), "capabilities": {}}),
    );
    assert_eq!(answer["id"], 1);
    assert_eq!(answer["result"]["serverInfo"]["name"], "sfn-tool");
    server.notify("initialized", json!({}));
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}"#;
    let item = json!({"uri": "file:///x.asl.json", "languageId": "json", "version": 7, "text": text});
    server.notify("textDocument/didOpen", json!({"textDocument": item}));
    let told = server.hear();
    assert_eq!(told["method"], "textDocument/publishDiagnostics");
    assert_eq!(told["params"]["version"], 7);
    assert_eq!(
        told["params"]["diagnostics"][0]["code"],
        "MISSING_TRANSITION_TARGET"
    );
    // What is no message is answered, and ends nothing.
    server.say("{\"jsonrpc\"");
    assert_eq!(server.hear()["error"]["code"], -32700);
    server.say(r#"{"jsonrpc": "2.0", "id": 99999999999, "method": "x"}"#);
    assert_eq!(server.hear()["error"]["code"], -32600);
    assert_eq!(server.request(2, "shutdown", Value::Null)["result"], Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.status(), Some(0));
}

#[test]
fn a_client_that_vanishes_ends_the_server() {
    let mut server = Server::start(&[]);
    server.request(1, "initialize", json!({"processId": null, "capabilities": {}}));
    // Its pipes are closed.
    assert_eq!(server.status(), Some(1));
    // It is gone, and somebody else holds them open.
    let mut gone = Command::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .arg("--version")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    gone.wait().unwrap();
    let mut server = Server::start(&[]);
    server.request(
        1,
        "initialize",
        json!({"processId": gone.id(), "capabilities": {}}),
    );
    if cfg!(unix) {
        assert_eq!(server.process.wait().unwrap().code(), Some(1));
    }
}
