//! The protocol's own rules: order, errors, cancelling, the end.

use super::*;
use crate::lsp::handlers;
use crate::lsp::positions::Encoding;

#[test]
fn a_dialogue_begins_and_ends_in_order() {
    let mut talk = Talk::begin();
    assert_eq!(
        talk.request("initialize", json!({"capabilities": {}}))
            .unwrap_err()
            .0,
        -32600
    );
    talk.request("shutdown", Value::Null).unwrap();
    assert_eq!(
        talk.request("textDocument/formatting", json!({})).unwrap_err().0,
        -32600
    );
    talk.notify("exit", Value::Null);
    assert_eq!(talk.server.join().unwrap(), Ended::Orderly);
}

#[test]
fn a_client_that_is_gone_ends_the_server() {
    let talk = Talk::begin();
    drop(talk.connection);
    assert_eq!(talk.server.join().unwrap(), Ended::ClientGone);
    let talk = Talk::begin();
    talk.notify("exit", Value::Null);
    assert_eq!(talk.server.join().unwrap(), Ended::ClientGone);
}

#[test]
fn before_the_beginning_nothing_is_answered_but_with_that() {
    let (own, servers) = Connection::memory();
    let request = Request::new(1.into(), "textDocument/hover".to_owned(), json!({}));
    own.sender.send(request.into()).unwrap();
    own.sender
        .send(Notification::new("textDocument/didOpen".to_owned(), json!({})).into())
        .unwrap();
    let server = start(servers);
    let Message::Response(answer) = own.receiver.recv_timeout(PATIENCE).unwrap() else {
        panic!("an answer");
    };
    assert_eq!(answer.response_result.unwrap_err().code, -32002);
    drop(own);
    assert_eq!(server.join().unwrap(), Ended::ClientGone);
}

#[test]
fn what_is_not_known_or_not_right_is_an_error_of_its_kind() {
    let mut talk = Talk::begin();
    assert_eq!(
        talk.request("textDocument/nothing", json!({})).unwrap_err().0,
        -32601
    );
    assert_eq!(
        talk.request("textDocument/formatting", json!({"x": 1}))
            .unwrap_err()
            .0,
        -32602
    );
    let nowhere =
        json!({"textDocument": {"uri": "file:///nowhere"}, "options": {"tabSize": 2, "insertSpaces": true}});
    assert_eq!(
        talk.request("textDocument/formatting", nowhere).unwrap_err().0,
        -32602
    );
    // Notifications have no answers; one that cannot be read is logged.
    talk.notify("$/unknown", json!(3));
    talk.notify("textDocument/didOpen", json!({"textDocument": 1}));
    talk.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": "file:///x", "version": 1}, "contentChanges": []}),
    );
    assert_eq!(talk.request("none", Value::Null).unwrap_err().0, -32601);
    assert_eq!(talk.words.len(), 2, "{:?}", talk.words);
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn every_request_is_answered_once_whatever_it_asks() {
    let offered = serde_json::to_value(handlers::capabilities(Encoding::Utf16)).unwrap();
    assert!(offered["definitionProvider"].as_bool().unwrap());
    let mut talk = Talk::begin();
    let text = "{\"StartAt\": \"\u{1F600}\", \"States\": {\"\u{1F600}\": {\"Type\": \"Succeed\"}}}";
    talk.open("file:///x.asl.json", "json", text);
    let texts = [
        json!({"uri": "file:///x.asl.json"}),
        json!({"uri": "file:///none"}),
        json!(null),
    ];
    for method in handlers::METHODS {
        for text in &texts {
            for position in [place(0, 0), place(0, 14), place(9, u32::MAX), json!({"line": -1})] {
                let params = json!({
                    "textDocument": text, "position": position, "positions": [position],
                    "range": {"start": place(0, 0), "end": position}, "context": {"includeDeclaration": true, "diagnostics": []},
                    "query": "", "command": "none", "newName": "N", "options": {"tabSize": 2, "insertSpaces": true},
                });
                // The id of the answer is looked at there.
                let _ = talk.request(method, params);
            }
        }
    }
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn a_cancelled_request_is_answered_as_such() {
    let (own, servers) = Connection::memory();
    let formatting = |id: RequestId| Request::new(id, "textDocument/formatting".to_owned(), json!({}));
    let cancel = |id: Value| Notification::new("$/cancelRequest".to_owned(), json!({"id": id}));
    for message in [
        Message::from(Request::new(
            1.into(),
            "initialize".to_owned(),
            json!({"capabilities": {}}),
        )),
        formatting(2.into()).into(),
        formatting("3".to_owned().into()).into(),
        formatting(4.into()).into(),
        // A text is no number.
        cancel(json!("2")).into(),
        cancel(json!("3")).into(),
        cancel(json!(4)).into(),
        Request::new(5.into(), "shutdown".to_owned(), Value::Null).into(),
        Notification::new("exit".to_owned(), Value::Null).into(),
    ] {
        own.sender.send(message).unwrap();
    }
    assert_eq!(start(servers).join().unwrap(), Ended::Orderly);
    let answers = own.receiver.try_iter().filter_map(|message| match message {
        Message::Response(response) => Some((
            response.id,
            response.response_result.err().map(|error| error.code),
        )),
        _ => None,
    });
    let answers: Vec<(RequestId, Option<i32>)> = answers.collect();
    let expected = [
        (1.into(), None),
        (2.into(), Some(-32602)),
        ("3".to_owned().into(), Some(-32800)),
        (4.into(), Some(-32800)),
        (5.into(), None),
    ];
    assert_eq!(answers, expected);
}

#[test]
fn the_encoding_of_places_is_agreed_on() {
    for (offers, expected) in [
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-16"]), "utf-16"),
        (json!(null), "utf-16"),
        (json!("utf-8"), "utf-16"),
    ] {
        let (own, servers) = Connection::memory();
        let params = json!({"capabilities": {"general": {"positionEncodings": offers}}});
        own.sender
            .send(Request::new(1.into(), "initialize".to_owned(), params).into())
            .unwrap();
        let server = start(servers);
        let Message::Response(answer) = own.receiver.recv_timeout(PATIENCE).unwrap() else {
            panic!("an answer");
        };
        assert_eq!(
            answer.response_result.unwrap()["capabilities"]["positionEncoding"],
            expected
        );
        drop(own);
        server.join().unwrap();
    }
}
