//! An edit in a language server: a text that was changed is looked at as if it had been opened as it is now. The text has
//! U+0001 between what stands before the edit, what is removed, what is put there, and what stands behind it.
#![no_main]

use std::sync::{LazyLock, Mutex};
use std::thread;

use libfuzzer_sys::fuzz_target;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use sfn_tool::internals::lsp;

/// A client, and how many requests it sent.
struct Client(Connection, i32);

static CLIENT: LazyLock<Mutex<Client>> = LazyLock::new(|| {
    let (own, servers) = Connection::memory();
    thread::spawn(move || lsp::serve(servers, None));
    let mut client = Client(own, 0);
    client.request("initialize", json!({"capabilities": {}}));
    client.notify("initialized", json!({}));
    Mutex::new(client)
});

impl Client {
    fn notify(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.0.sender.send(note.into()).expect("a server");
    }

    /// What is answered, result or error.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.1 += 1;
        let id = RequestId::from(self.1);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.0.sender.send(request.into()).expect("a server");
        loop {
            let Message::Response(answer) = self.0.receiver.recv().expect("a message") else { continue };
            assert_eq!(answer.id, id);
            return serde_json::to_value(answer.response_result).expect("JSON");
        }
    }

    fn open(&self, uri: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": "asl", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
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
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        answers
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
    if before.ends_with('\r') || removed.ends_with('\r') {
        return;
    }
    let name = if text.starts_with('{') { "json" } else { "yaml" };
    let uri = format!("file:///nowhere/x.asl.{name}");
    let place = end(before);
    let mut client = CLIENT.lock().expect("one at a time");

    client.open(&uri, &format!("{before}{removed}{behind}"));
    let range = json!({"start": place, "end": end(&format!("{before}{removed}"))});
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"range": range, "text": inserted}]}),
    );
    let changed = client.look(&uri, &place);

    client.open(&uri, &format!("{before}{inserted}{behind}"));
    assert_eq!(changed, client.look(&uri, &place));
});
