//! Messages on stdin and stdout.
//!
//! The crate's own reader ends the connection at the first message that it cannot read; here that is answered with the
//! error that JSON-RPC has for it, and the next message is read.

use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::Sender;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::Deserialize;
use serde_json::{Value, json};

/// The longest message that is taken: a text of the largest size that is read, each byte escaped.
const LONGEST: usize = 400 * 1024 * 1024;

/// A longest line of a message's head; none of the protocol's comes near it.
const LONGEST_HEADER: u64 = 8 * 1024;

/// A connection on stdin and stdout, what ends it from within, and the thread that writes.
pub fn stdio() -> (Connection, Sender<Message>, JoinHandle<()>) {
    let (inbox, receiver) = crossbeam_channel::unbounded();
    let (sender, outbox) = crossbeam_channel::unbounded::<Message>();
    let output = Arc::new(Mutex::new(io::stdout()));
    let (refusals, wake) = (output.clone(), inbox.clone());
    thread::spawn(move || {
        read_all(io::stdin().lock(), &inbox, |refusal| {
            write(&refusals, &refusal.to_string())
        });
        // Whoever is gone does not say so.
        let _ = inbox.send(gone());
    });
    let writer = thread::spawn(move || {
        for message in outbox {
            let Ok(text) = serde_json::to_string(&message) else {
                continue;
            };
            // Every message has a member of its own. A client that does not read any more is gone, which the end of stdin tells.
            if let Some(members) = text.strip_prefix('{') {
                let _ = write(&output, &format!("{{\"jsonrpc\":\"2.0\",{members}"));
            }
        }
    });
    (Connection { sender, receiver }, wake, writer)
}

/// Whether a process is there. Elsewhere than on Unix its end closes its pipes, which is seen.
pub(super) fn is_alive(process: i32) -> bool {
    #[cfg(unix)]
    if let Some(process) = rustix::process::Pid::from_raw(process) {
        use rustix::io::Errno;
        return rustix::process::test_kill_process(process) != Err(Errno::SRCH);
    }
    let _ = process;
    true
}

/// What ends the server.
pub(super) fn gone() -> Message {
    Message::Notification(Notification::new("exit".to_owned(), Value::Null))
}

fn write(output: &Mutex<impl Write>, text: &str) -> io::Result<()> {
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// Reads messages until the input ends, or nobody wants them any more.
fn read_all(mut input: impl BufRead, inbox: &Sender<Message>, refuse: impl Fn(&Value) -> io::Result<()>) {
    loop {
        let read = match length(&mut input) {
            Ok(Some(length)) => body(&mut input, length),
            Ok(None) | Err(_) => return,
        };
        let Ok(text) = read else { return };
        match message(&text) {
            Ok(message) => {
                let is_exit = matches!(&message, Message::Notification(note) if note.method == "exit");
                if inbox.send(message).is_err() || is_exit {
                    return;
                }
            }
            Err(refusal) => {
                if refuse(&refusal).is_err() {
                    return;
                }
            }
        }
    }
}

/// The length in the head of the next message; `None` at the end of the input.
fn length(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let invalid = |words: &str| io::Error::new(io::ErrorKind::InvalidData, words.to_owned());
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match line.split_once(':') {
            None if line.is_empty() && length.is_some() => return Ok(length),
            // Behind a message some clients end the line.
            None if line.is_empty() => {}
            None => return Err(invalid("a line of a message's head has no colon")),
            Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                let count = value.trim().parse::<usize>();
                length = Some(count.map_err(|_| invalid("Content-Length is no number"))?);
            }
            Some(_) => {}
        }
    }
}

fn body(input: &mut impl BufRead, length: usize) -> io::Result<Vec<u8>> {
    if length > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the message is too long",
        ));
    }
    // What is announced need not come.
    let mut bytes = Vec::new();
    let read = input.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    match read == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The message, or the answer to what is none. The crate takes a request whose id it cannot read for a notification, which
/// nobody would answer.
fn message(text: &[u8]) -> Result<Message, Value> {
    let refusal = |id: Value, code: ErrorCode, words: &str| json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": words}});
    let mut members = match serde_json::from_slice(text) {
        Ok(Value::Object(members)) => members,
        Ok(_) => {
            return Err(refusal(
                Value::Null,
                ErrorCode::InvalidRequest,
                "a message is an object",
            ));
        }
        Err(error) => return Err(refusal(Value::Null, ErrorCode::ParseError, &error.to_string())),
    };
    let id = members.remove("id").filter(|id| !id.is_null());
    let method = match members.remove("method") {
        Some(Value::String(method)) => Some(method),
        None | Some(Value::Null) => None,
        Some(_) => {
            let id = id.unwrap_or_default();
            return Err(refusal(id, ErrorCode::InvalidRequest, "a method is a text"));
        }
    };
    let id = match id {
        None => None,
        Some(id) => match RequestId::deserialize(&id) {
            Ok(id) => Some(id),
            Err(_) => {
                let words = "an id is a text, or a number of 32 bits";
                return Err(refusal(id, ErrorCode::InvalidRequest, words));
            }
        },
    };
    let params = members.remove("params").unwrap_or_default();
    Ok(match (id, method) {
        (Some(id), Some(method)) => Message::Request(Request { id, method, params }),
        (None, Some(method)) => Message::Notification(Notification { method, params }),
        (id, None) => {
            let error = members.remove("error").filter(|error| !error.is_null());
            let error = error.and_then(|error| ResponseError::deserialize(error).ok());
            let result = members.remove("result").map(Ok);
            let (Some(id), Some(response_result)) = (&id, error.map(Err).or(result)) else {
                let id = serde_json::to_value(id).unwrap_or_default();
                let words = "this is neither a request nor an answer";
                return Err(refusal(id, ErrorCode::InvalidRequest, words));
            };
            Message::Response(Response {
                id: id.clone(),
                response_result,
            })
        }
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// The methods of the messages read, and the refusals.
    fn read(input: &str) -> (Vec<String>, Vec<Value>) {
        let (inbox, receiver) = crossbeam_channel::unbounded();
        let refusals: RefCell<Vec<Value>> = RefCell::default();
        read_all(input.as_bytes(), &inbox, |refusal| {
            refusals.borrow_mut().push(refusal.clone());
            Ok(())
        });
        let method = |message| match message {
            Message::Request(request) => request.method,
            Message::Notification(note) => note.method,
            Message::Response(response) => response.id.to_string(),
        };
        (receiver.try_iter().map(method).collect(), refusals.into_inner())
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_message_that_is_none_is_answered_and_stops_nothing() {
        let input = [
            framed("{"),
            framed(r#"{"jsonrpc": "2.0", "id": 5000000000, "method": "x"}"#),
            framed("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"\u{e9}\"}"),
            framed(r#"{"jsonrpc": "2.0", "id": 906, "method": 5}"#),
            framed(r#"{"jsonrpc": "2.0", "id": 907}"#),
            framed("[]"),
        ];
        let (methods, refusals) = read(&input.concat());
        assert_eq!(methods, ["\u{e9}"]);
        let codes: Vec<_> = refusals
            .iter()
            .map(|one| (&one["id"], one["error"]["code"].as_i64()))
            .collect();
        assert_eq!(codes[0], (&Value::Null, Some(-32700)));
        assert_eq!(codes[1], (&json!(5_000_000_000_u64), Some(-32600)));
        assert_eq!(codes[2], (&json!(906), Some(-32600)));
        assert_eq!(codes[3], (&json!(907), Some(-32600)));
        assert_eq!(codes[4], (&Value::Null, Some(-32600)));
    }

    #[test]
    fn heads_are_read_as_clients_write_them() {
        let body = r#"{"jsonrpc":"2.0","method":"a"}"#;
        let length = body.len();
        let input = format!(
            "content-length:{length}\r\nContent-Type: x\r\n\r\n{body}\r\n{}",
            framed(body)
        );
        assert_eq!(read(&input).0, ["a", "a"]);
        // What is cut, or has no length, ends the reading.
        assert_eq!(read("Content-Length: 99\r\n\r\n{}").0, Vec::<String>::new());
        assert_eq!(read("Content-Length: x\r\n\r\n{}").0, Vec::<String>::new());
        assert_eq!(read("no head").0, Vec::<String>::new());
    }
}
