//! A server in a process of its own, and a client that writes what it is told, right or wrong.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A server, which ends with the value.
pub struct Server {
    pub child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfn-tool"));
    command.arg("serve");
    for variable in [
        "AWS_ACCOUNT_ID",
        "AWS_DEFAULT_REGION",
        "SFN_MOCK_CONFIG",
        "LAMBDA_ENDPOINT",
        "WAIT_TIME_SCALE",
    ] {
        command.env_remove(variable);
    }
    command
}

impl Server {
    pub fn start(arguments: &[&str]) -> Server {
        let mut child = command()
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("stdout"));
        out.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Server { child, address }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        // A test that waits for what never comes is to fail.
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a time");
        stream
    }

    /// Sends bytes, and reads one answer.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may close before it has read everything.
        let _ = stream.write_all(bytes);
        Answer::read(&mut BufReader::new(stream)).expect("an answer")
    }

    /// Calls an operation.
    pub fn call(&self, operation: &str, sent: &Value) -> (u16, Value) {
        let answer = self.send(&request(operation, &sent.to_string()));
        let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        (answer.status, body)
    }

    /// Calls an operation that succeeds.
    pub fn ok(&self, operation: &str, sent: &Value) -> Value {
        let (status, body) = self.call(operation, sent);
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    /// Calls an operation that is refused: the exception and its message.
    pub fn refused(&self, operation: &str, sent: &Value) -> (String, String) {
        let (status, body) = self.call(operation, sent);
        assert_eq!(status, 400, "{operation}: {body}");
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("__type"), text("message"))
    }

    /// A Standard machine of one Pass state; its ARN.
    pub fn machine(&self, name: &str) -> String {
        let made = self.ok("CreateStateMachine", &machine(name));
        made["stateMachineArn"].as_str().expect("an ARN").to_owned()
    }
}

/// A connection that is kept for one call after the other.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn to(server: &Server) -> Connection {
        Connection(BufReader::new(server.connect()))
    }

    /// Sends bytes, and reads one answer; `None` where the server closes instead.
    pub fn send(&mut self, bytes: &[u8]) -> Option<Answer> {
        // The server may close before it has read everything.
        let _ = self.0.get_mut().write_all(bytes);
        Answer::read(&mut self.0)
    }

    /// Calls an operation; `None` where the server ends meanwhile.
    pub fn call(&mut self, operation: &str, sent: &Value) -> Option<(u16, Value)> {
        let answer = self.send(&request(operation, &sent.to_string()))?;
        let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        Some((answer.status, body))
    }

    /// Calls an operation that succeeds.
    pub fn ok(&mut self, operation: &str, sent: &Value) -> Value {
        let (status, body) = self.call(operation, sent).expect("an answer");
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }
}

/// What CreateStateMachine is sent for a machine of one Pass state.
pub fn machine(name: &str) -> Value {
    json!({"name": name, "definition": PASS, "roleArn": "arn:aws:iam::123456789012:role/r"})
}

pub const PASS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;

/// A request as the AWS CLI sends it.
pub fn request(operation: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: \
         AWSStepFunctions.{operation}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Answer {
    /// Reads an answer; `None` where the connection ends without one.
    pub fn read(stream: &mut impl BufRead) -> Option<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let (first, headers) = head.split_once("\r\n")?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let headers = headers.to_ascii_lowercase();
        let length = headers
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        Some(Answer {
            status,
            headers,
            body,
        })
    }
}
