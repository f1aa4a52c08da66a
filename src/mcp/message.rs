//! JSON-RPC 2.0 as the protocol uses it: one message per line, and no batches [MCP].

use std::fmt;
use std::io::{self, BufRead};

use serde_json::{Value, json};

/// The longest message that is read, in bytes; a definition of AWS's has at most 1 MB.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// What a client sends.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// It wants an answer.
    Request {
        /// A string or a number.
        id: Value,
        method: String,
        params: Value,
    },
    /// It wants none.
    Notification { method: String, params: Value },
    /// An answer: nothing was asked, so it means nothing.
    Response,
    /// No message of the protocol: what is answered.
    Invalid(Value),
}

/// What went wrong with a request, in JSON-RPC's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Parse = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
}

impl Message {
    /// Reads the text of a line.
    pub(super) fn read(text: &[u8]) -> Message {
        let invalid = |id: Value, message: &str| Message::Invalid(error(id, Code::InvalidRequest, message));
        let mut value: Value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(cause) => {
                let message = format!("not JSON: {cause}");
                return Message::Invalid(error(Value::Null, Code::Parse, &message));
            }
        };
        let Some(members) = value.as_object_mut() else {
            return invalid(Value::Null, "a message is one JSON object");
        };
        let params = members.remove("params").unwrap_or_else(|| json!({}));
        let id = members.remove("id");
        let method = members.get("method").and_then(Value::as_str).map(str::to_owned);
        if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return invalid(id.unwrap_or_default(), "'jsonrpc' must be \"2.0\"");
        }
        match (id, method) {
            (Some(id), Some(method)) if id.is_string() || id.is_number() => {
                Message::Request { id, method, params }
            }
            (None, Some(method)) => Message::Notification { method, params },
            (Some(_), None) if members.contains_key("result") || members.contains_key("error") => {
                Message::Response
            }
            _ => invalid(
                Value::Null,
                "a request has a 'method', and an 'id' that is a string or a number",
            ),
        }
    }
}

/// The answer that a request's result is, which is JSON already, and on one line.
pub(super) fn result(id: &Value, result: impl fmt::Display) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}")
}

/// The answer that a request fails with.
pub(super) fn error(id: Value, code: Code, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": message}})
}

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Its bytes.
    Read(Vec<u8>),
    /// It is longer than any message may be; it has been passed over.
    TooLong,
    /// There are no more.
    End,
}

/// Reads the next line that is not empty.
///
/// # Errors
/// Those of `input`.
pub(super) fn next_line(input: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let block = input.fill_buf()?;
        let end = block.iter().position(|byte| *byte == b'\n');
        let part = &block[..end.unwrap_or(block.len())];
        too_long = too_long || line.len() + part.len() > LONGEST;
        if too_long {
            line = Vec::new();
        } else {
            line.extend_from_slice(part);
        }
        let is_end = block.is_empty();
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_none() && !is_end {
            continue;
        }
        match (too_long, line.trim_ascii().is_empty()) {
            (true, _) => return Ok(Line::TooLong),
            (false, false) => return Ok(Line::Read(line)),
            (false, true) if is_end => return Ok(Line::End),
            (false, true) => line.clear(),
        }
    }
}
