//! What an editor offers to do: rename, fix, run, draw, explain.

use std::fs;

use super::*;

const TEXT: &str = "{\"StartAt\": \"A\", \"States\": {\n\
    \"A\": {\"Type\": \"Pass\", \"Comment\": \"\u{1F600}\", \"Next\": \"B\"},\n\
    \"B\": {\"Type\": \"Succeed\"}}}\n";

const TEST: &str = "Definition: x.asl.json\nCases:\n  - Name: one\n    Expect:\n      Visited: [A, B]\n  - Name: two\n    Expect:\n      Status: FAILED\n";

/// A folder with a definition and its test file, and their URIs.
fn project() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let (definition, test) = (
        folder.path().join("x.asl.json"),
        folder.path().join("x.sfn-test.yaml"),
    );
    fs::write(&definition, TEXT).unwrap();
    fs::write(&test, TEST).unwrap();
    let uris = (uri_of(&definition), uri_of(&test));
    (folder, uris.0, uris.1)
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": place(line, character)})
}

#[test]
fn a_state_is_renamed_in_its_files() {
    let (_folder, uri, test) = project();
    let mut talk = Talk::begin();
    talk.open(&uri, "json", TEXT);
    let prepared = talk
        .request("textDocument/prepareRename", at(&uri, 2, 1))
        .unwrap();
    assert_eq!(
        prepared,
        json!({"range": {"start": place(2, 1), "end": place(2, 2)}, "placeholder": "B"})
    );
    let mut params = at(&uri, 2, 1);
    params["newName"] = json!("Done");
    let edit = talk.request("textDocument/rename", params.clone()).unwrap();
    let places = |uri: &str| -> Vec<(Value, Value)> {
        let edits = edit["changes"][uri].as_array().unwrap().iter();
        let mut places: Vec<_> = edits
            .map(|edit| (edit["range"]["start"].clone(), edit["newText"].clone()))
            .collect();
        places.sort_by_key(|(place, _)| place["line"].as_u64());
        places
    };
    // Behind the emoji, in UTF-16.
    assert_eq!(
        places(&uri),
        [(place(1, 48), json!("Done")), (place(2, 1), json!("Done"))]
    );
    assert_eq!(places(&test), [(place(4, 19), json!("Done"))]);
    // A name that is taken, and a text that is broken.
    params["newName"] = json!("A");
    assert_eq!(
        talk.request("textDocument/rename", params.clone()).unwrap_err().0,
        -32803
    );
    talk.change(&uri, 2, json!([{"text": TEXT.replace("}}}", "}}")}]));
    params["newName"] = json!("Done");
    assert_eq!(talk.request("textDocument/rename", params).unwrap_err().0, -32803);
}

#[test]
fn what_can_be_done_about_a_finding_is_offered_with_it() {
    let mut talk = Talk::begin();
    let uri = "file:///x.asl.json";
    talk.open(uri, "json", &TEXT.replace("\"Next\": \"B\"", "\"Next\": \"C\""));
    let diagnostics = talk.diagnostics(uri);
    let params = |only: Value| {
        json!({"textDocument": {"uri": uri}, "range": {"start": place(1, 48), "end": place(1, 48)},
               "context": {"diagnostics": diagnostics, "only": only}})
    };
    let actions = talk
        .request("textDocument/codeAction", params(Value::Null))
        .unwrap();
    let create = actions
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["title"] == "Create the state 'C'");
    let create = create.unwrap_or_else(|| panic!("{actions}"));
    assert_eq!(create["kind"], "quickfix");
    let edits = create["edit"]["changes"][uri].as_array().unwrap();
    assert!(
        edits[0]["newText"].as_str().unwrap().contains("\"C\""),
        "{edits:?}"
    );
    // What is not asked for is not offered.
    assert_eq!(
        talk.request("textDocument/codeAction", params(json!(["refactor"])))
            .unwrap(),
        json!([])
    );
    // A comma that is missing is a fix, alone and with all others; formatting and fixing go by the text as it is.
    let broken = "{\"StartAt\": \"A\" \"States\": {\"A\": {\"Type\": \"Succeed\"}}}";
    talk.change(uri, 2, json!([{"text": broken}]));
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": place(0, 14), "end": place(0, 14)}, "context": {"diagnostics": []}});
    let actions = talk.request("textDocument/codeAction", params).unwrap();
    let fix = &actions[0];
    assert_eq!(
        (&fix["isPreferred"], &fix["diagnostics"][0]["source"]),
        (&json!(true), &json!("sfn-tool")),
        "{actions}"
    );
}

#[test]
fn cases_are_run_from_their_lines() {
    let (_folder, uri, test) = project();
    let mut talk = Talk::begin();
    talk.open(&uri, "json", TEXT);
    let lenses = talk
        .request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}))
        .unwrap();
    let [run] = &lenses.as_array().unwrap()[..] else {
        panic!("one lens, for no client that shows pictures: {lenses}");
    };
    assert_eq!(
        (&run["command"]["title"], &run["range"]["start"]["line"]),
        (&json!("Run 2 cases"), &json!(0))
    );
    let ran = talk
        .request("workspace/executeCommand", run["command"].clone())
        .unwrap();
    assert_eq!(ran, json!({"passed": 1, "failed": 1}));
    assert!(
        talk.words.iter().any(|words| words == "1 of 2 cases failed"),
        "{:?}",
        talk.words
    );
    // The file is not open: it is told of all the same.
    let diagnostics = talk.diagnostics(&test);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0]["range"]["start"]["line"], 7, "{diagnostics:?}");
    assert!(
        diagnostics[0]["message"]
            .as_str()
            .unwrap()
            .contains("expected FAILED, got SUCCEEDED"),
        "{diagnostics:?}"
    );
    // Open, its failure goes when it is changed.
    talk.open(&test, "yaml", TEST);
    let params = json!({"command": "sfn-tool.runCase", "arguments": [test, "two"]});
    assert_eq!(
        talk.request("workspace/executeCommand", params).unwrap(),
        json!({"passed": 0, "failed": 1})
    );
    while talk.diagnostics(&test).len() != 1 {}
    talk.change(&test, 2, json!([{"text": TEST.replace("FAILED", "SUCCEEDED")}]));
    while !talk.diagnostics(&test).is_empty() {}
    let params = json!({"command": "sfn-tool.runTests", "arguments": [test]});
    assert_eq!(
        talk.request("workspace/executeCommand", params).unwrap(),
        json!({"passed": 2, "failed": 0})
    );
    for (command, arguments) in [
        ("sfn-tool.runCase", json!([test, "three"])),
        ("sfn-tool.runTests", json!(["file:///etc/passwd"])),
        ("sfn-tool.runTests", json!([])),
        ("sfn-tool.explain", json!(["none"])),
        ("rm", json!(["-rf"])),
    ] {
        let params = json!({"command": command, "arguments": arguments});
        talk.request("workspace/executeCommand", params).unwrap_err();
    }
    talk.request(
        "workspace/executeCommand",
        json!({"command": "sfn-tool.explain", "arguments": ["missing-catch"]}),
    )
    .unwrap();
    assert!(
        talk.words
            .iter()
            .any(|words| words.contains("docs/rules.md#missing-catch")),
        "{:?}",
        talk.words
    );
}

#[test]
fn a_machine_is_drawn_with_the_places_of_its_states() {
    let own = json!({"commands": {"commands": ["sfn-tool.showGraph"]}});
    let mut talk = Talk::with(json!({"capabilities": {"experimental": own}}));
    talk.open("file:///x.asl.json", "json", TEXT);
    let params = json!({"textDocument": {"uri": "file:///x.asl.json"}});
    let lenses = talk.request("textDocument/codeLens", params).unwrap();
    assert_eq!(lenses[0]["command"]["command"], "sfn-tool.showGraph", "{lenses}");
    let graph = talk
        .request("sfn-tool/graph", json!({"uri": "file:///x.asl.json"}))
        .unwrap();
    assert!(graph["svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(
        graph["states"][1],
        json!({"name": "B", "range": {"start": place(2, 0), "end": place(2, 3)}})
    );
    let none = json!({"uri": "file:///x.asl.json", "resource": "Orders"});
    assert_eq!(talk.request("sfn-tool/graph", none).unwrap_err().0, -32803);
}

#[test]
fn fields_are_explained_and_expressions_coloured() {
    let markdown = json!({"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}});
    let mut talk = Talk::with(json!({ "capabilities": markdown }));
    let uri = "file:///x.asl.json";
    let text = "{\"StartAt\": \"A\", \"QueryLanguage\": \"JSONata\", \"States\": {\"A\": {\"Type\": \"Pass\",\n\"Output\": \"\u{1F600}{%%}\", \"End\": true}}}";
    talk.open(
        uri,
        "json",
        &text.replace("\u{1F600}{%%}", "{% $sum($states.input.x) %}"),
    );
    let hover = talk.request("textDocument/hover", at(uri, 0, 68)).unwrap();
    assert_eq!(hover["contents"]["kind"], "markdown", "{hover}");
    assert!(
        hover["contents"]["value"].as_str().unwrap().contains("Type"),
        "{hover}"
    );
    let tokens = talk
        .request(
            "textDocument/semanticTokens/full",
            json!({"textDocument": {"uri": uri}}),
        )
        .unwrap();
    let data: Vec<u64> = tokens["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    assert!(data.len() >= 10 && data.len().is_multiple_of(5), "{data:?}");
    // The first stands behind `"Output": "{% `: `$sum`, a function.
    assert_eq!((&data[..2], data[3]), (&[1, 14][..], 1), "{data:?}");
}

#[test]
fn values_of_a_case_are_shown_where_that_is_wanted() {
    let (folder, uri, test) = project();
    let text = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"InputPath\": \"$.order\", \"End\": true}}}";
    fs::write(folder.path().join("x.asl.json"), text).unwrap();
    let cases = "Definition: x.asl.json\nCases:\n  - Name: one\n    Input: {order: 4711}\n    Expect: {Status: SUCCEEDED}\n";
    fs::write(uri::path(&test).unwrap(), cases).unwrap();
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": place(0, 0), "end": place(9, 0)}});
    for wanted in [false, true] {
        let options = json!({"inlayHints": wanted});
        let mut talk = Talk::with(json!({"capabilities": {}, "initializationOptions": options}));
        talk.open(&uri, "json", text);
        let hints = talk.request("textDocument/inlayHint", params.clone()).unwrap();
        match wanted {
            false => assert_eq!(hints, json!([])),
            true => assert!(hints[0]["label"].as_str().unwrap().contains("4711"), "{hints}"),
        }
    }
}

/// Each client gets what it says that it takes.
#[test]
fn what_a_client_cannot_show_is_told_in_a_simpler_way() {
    let text = "{\"StartAt\": \"A\", \"States\": {\n\"A\": {\"Type\": \"Parallel\", \"Branches\": [{\"StartAt\": \"B\", \"States\": {\n\"B\": {\"Type\": \"Succeed\"}}}], \"End\": true}}}";
    let uri = "file:///x.asl.json";
    let params = json!({"textDocument": {"uri": uri}, "position": place(2, 2), "newName": "C"});
    let all = json!({
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}, "hover": {"contentFormat": ["markdown"]}},
    });
    let mut talk = Talk::with(json!({ "capabilities": all }));
    talk.open(uri, "json", text);
    let symbols = talk
        .request("textDocument/documentSymbol", params.clone())
        .unwrap();
    assert_eq!(symbols[0]["children"][0]["name"], "B", "{symbols}");
    let renamed = talk.request("textDocument/rename", params.clone()).unwrap();
    assert_eq!(
        renamed["documentChanges"][0]["textDocument"],
        json!({"uri": uri, "version": 1})
    );
    assert_eq!(
        renamed["documentChanges"][0]["edits"].as_array().unwrap().len(),
        2
    );
    assert_eq!(renamed["changes"], Value::Null);
    let mut talk = Talk::begin();
    talk.open(uri, "json", text);
    let symbols = talk
        .request("textDocument/documentSymbol", params.clone())
        .unwrap();
    let told: Vec<(&Value, &Value)> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["name"], &one["containerName"]))
        .collect();
    assert_eq!(told, [(&json!("A"), &Value::Null), (&json!("B"), &json!("A"))]);
    assert_eq!(symbols[1]["location"]["range"]["start"], place(2, 0), "{symbols}");
    let renamed = talk.request("textDocument/rename", params.clone()).unwrap();
    assert_eq!(renamed["changes"][uri].as_array().unwrap().len(), 2);
    let hover = talk.request("textDocument/hover", params).unwrap();
    assert_eq!(hover["contents"]["kind"], "plaintext");
}
