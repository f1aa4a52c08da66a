//! An edit in a language server: a text that was changed is looked at as if it had been opened as it is now. The text has
//! U+0001 between what stands before the edit, what is removed, what is put there, and what stands behind it.
#![no_main]

use std::sync::{LazyLock, Mutex};
use std::thread;

use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use sfn_tool::internals::lsp;

/// A client.
struct Client {
    connection: Connection,
    /// How many requests it sent.
    requests: i32,
    /// The version that was last told of, and what was told.
    told: (i64, Value),
}

static CLIENT: LazyLock<Mutex<Client>> = LazyLock::new(|| {
    let (own, servers) = Connection::memory();
    thread::spawn(move || lsp::serve(servers, None));
    let mut client = Client { connection: own, requests: 0, told: (0, Value::Null) };
    client.request("initialize", json!({"capabilities": {}}));
    client.notify("initialized", json!({}));
    Mutex::new(client)
});

impl Client {
    fn notify(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(note.into()).expect("a server");
    }

    /// What is answered, result or error.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection.sender.send(request.into()).expect("a server");
        loop {
            if let Some(answer) = self.receive() {
                assert_eq!(answer.id, id);
                return serde_json::to_value(answer.response_result).expect("JSON");
            }
        }
    }

    /// The next message: an answer, or what is told.
    fn receive(&mut self) -> Option<Response> {
        match self.connection.receiver.recv().expect("a message") {
            Message::Response(answer) => return Some(answer),
            Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                if let Some(version) = note.params["version"].as_i64() {
                    self.told = (version, note.params["diagnostics"].clone());
                }
            }
            _ => {}
        }
        None
    }

    /// What is told of a version.
    fn diagnostics(&mut self, version: i64) -> Value {
        while self.told.0 != version {
            assert!(self.receive().is_none());
        }
        self.told.1.clone()
    }

    fn open(&mut self, uri: &str, text: &str, version: i64) -> Value {
        let item = json!({"uri": uri, "languageId": "asl", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
        self.diagnostics(version)
    }

    fn change(&mut self, uri: &str, range: (&Value, &Value), text: &str, version: i64) -> Value {
        let range = json!({"start": range.0, "end": range.1});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": text}]}),
        );
        self.diagnostics(version)
    }

    /// All that is said of a text and of a place in it.
    fn look(&mut self, uri: &str, place: &Value) -> Vec<Value> {
        let mut answers = Vec::new();
        for method in ["documentSymbol", "foldingRange", "semanticTokens/full", "codeLens", "formatting"] {
            let params = json!({"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": true}});
            answers.push(self.request(&format!("textDocument/{method}"), params));
        }
        for method in ["completion", "hover", "definition", "references", "documentHighlight", "prepareRename"] {
            let params = json!({
                "textDocument": {"uri": uri}, "position": place, "context": {"includeDeclaration": true, "triggerKind": 1},
            });
            answers.push(self.request(&format!("textDocument/{method}"), params));
        }
        let params = json!({"textDocument": {"uri": uri}, "positions": [place]});
        answers.push(self.request("textDocument/selectionRange", params));
        let all = json!({"start": {"line": 0, "character": 0}, "end": {"line": 100_000, "character": 0}});
        for method in ["codeAction", "inlayHint"] {
            let params = json!({"textDocument": {"uri": uri}, "range": all, "context": {"diagnostics": []}});
            answers.push(self.request(&format!("textDocument/{method}"), params));
        }
        answers
    }

    fn close(&self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
}

/// The line and the column, in UTF-16, behind a text.
fn end(text: &str) -> Value {
    // The protocol ends a line at `\n`, `\r\n` and `\r`.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (before, line) = text.rsplit_once('\n').map_or(("", &*text), |(before, line)| (before, line));
    let breaks = before.matches('\n').count() + usize::from(text.contains('\n'));
    json!({"line": breaks, "character": line.encode_utf16().count()})
}

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(4, '\u{1}');
    let [before, removed, inserted, behind] = [(); 4].map(|()| parts.next().unwrap_or_default());
    // No place of the protocol's is between the two.
    if before.ends_with('\r') || removed.ends_with('\r') || inserted.ends_with('\r') {
        return;
    }
    let name = if text.starts_with('{') { "json" } else { "yaml" };
    let uri = format!("file:///nowhere/x.asl.{name}");
    let place = end(before);
    let mut client = CLIENT.lock().expect("one at a time");

    let whole = client.open(&uri, &format!("{before}{removed}{behind}"), 1);
    let told = client.change(&uri, (&place, &end(&format!("{before}{removed}"))), inserted, 2);
    let changed = client.look(&uri, &place);
    // Taken back, it is as it was.
    let undone = client.change(&uri, (&place, &end(&format!("{before}{inserted}"))), removed, 3);
    client.close(&uri);
    assert_eq!(undone, whole);

    assert_eq!(told, client.open(&uri, &format!("{before}{inserted}{behind}"), 4));
    assert_eq!(changed, client.look(&uri, &place));
    client.close(&uri);
});
