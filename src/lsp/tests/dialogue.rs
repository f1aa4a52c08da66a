//! What an editor sees while one types.

use std::fs;

use super::*;

/// B is spelt wrongly in line 2, behind an emoji.
const BROKEN: &str = "{\"StartAt\": \"A\", \"States\": {\n\
    \"A\": {\"Comment\": \"\u{1F600}\", \"Type\": \"Pass\", \"Next\": \"Bb\"},\n\
    \"B\": {\"Type\": \"Succeed\"}}}\n";

#[test]
fn findings_are_told_as_the_text_changes() {
    let mut talk = Talk::begin();
    talk.open("file:///x.asl.json", "json", BROKEN);
    let told = talk.publication("file:///x.asl.json");
    assert_eq!(told["version"], 1);
    let diagnostics = told["diagnostics"].as_array().unwrap();
    assert_eq!(messages(diagnostics), ["Missing 'Next' target: Bb"]);
    let one = &diagnostics[0];
    assert_eq!(
        (&one["severity"], &one["code"], &one["source"]),
        (&json!(1), &json!("MISSING_TRANSITION_TARGET"), &json!("sfn-tool"))
    );
    assert!(
        one["codeDescription"]["href"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    assert!(
        one["message"]
            .as_str()
            .unwrap()
            .contains("the states here are A, B"),
        "{one}"
    );
    // In UTF-16 the emoji has two units: `"A": {"Comment": "` is 18, `", "Type": "Pass", "Next": ` 27.
    assert_eq!(one["range"], json!({"start": place(1, 47), "end": place(1, 51)}));
    // What follows from it is told with it: nothing leads to B.
    let related = one["relatedInformation"].as_array().unwrap();
    assert!(
        related.iter().any(|one| one["message"]
            .as_str()
            .unwrap()
            .contains("\"B\" is not reachable")),
        "{related:?}"
    );
    // Two changes, each to what the one before it made.
    let change =
        |from, to, text: &str| json!({"range": {"start": place(1, from), "end": place(1, to)}, "text": text});
    talk.change(
        "file:///x.asl.json",
        2,
        json!([change(48, 50, ""), change(48, 48, "B")]),
    );
    let told = talk.publication("file:///x.asl.json");
    assert_eq!((&told["version"], &told["diagnostics"]), (&json!(2), &json!([])));
    talk.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": "file:///x.asl.json"}}),
    );
    assert_eq!(talk.diagnostics("file:///x.asl.json"), Vec::<Value>::new());
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn a_state_that_nothing_leads_to_is_shown_as_unnecessary() {
    let mut talk = Talk::begin();
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}"#;
    // A text that was never saved; its language says what it is.
    talk.open("untitled:Untitled-1", "asl", text);
    let diagnostics = talk.diagnostics("untitled:Untitled-1");
    assert_eq!(messages(&diagnostics), ["State \"B\" is not reachable."]);
    assert_eq!(diagnostics[0]["tags"], json!([1]));
}

#[test]
fn what_is_no_definition_is_left_alone() {
    let mut talk = Talk::begin();
    for (name, text) in [
        ("package.json", "{\"name\": }"),
        ("values.yaml", "a: [1"),
        ("empty.json", ""),
    ] {
        let uri = format!("file:///{name}");
        talk.open(&uri, "json", text);
        assert_eq!(talk.diagnostics(&uri), Vec::<Value>::new(), "{name}");
    }
    // By its name this one is.
    talk.open("file:///empty.asl.json", "json", "");
    assert_eq!(messages(&talk.diagnostics("file:///empty.asl.json")).len(), 1);
}

#[test]
fn the_nearest_configuration_holds_open_or_saved() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfn-tool.toml");
    fs::write(&config, "[lint]\nselect = [\"missing-comment\"]\n").unwrap();
    let uri = uri_of(&folder.path().join("x.asl.json"));
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    let mut talk = Talk::begin();
    talk.open(&uri, "json", text);
    let codes = |diagnostics: Vec<Value>| -> Vec<String> {
        diagnostics
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(talk.diagnostics(&uri)), ["missing-comment"]);
    // It is open, changed and not saved.
    let config_uri = uri_of(&config);
    talk.open(
        &config_uri,
        "toml",
        "[lint]\nignore = [\"missing-comment\", \"missing-cach\"]\n",
    );
    let diagnostics = talk.diagnostics(&config_uri);
    assert_eq!(messages(&diagnostics), ["there is no lint rule 'missing-cach'"]);
    assert_eq!(
        diagnostics[0]["range"],
        json!({"start": place(1, 30), "end": place(1, 42)})
    );
    assert_eq!(codes(talk.diagnostics(&uri)), Vec::<String>::new());
    assert!(
        talk.words.is_empty() || talk.words[0].contains("missing-cach"),
        "{:?}",
        talk.words
    );
    talk.request("none", Value::Null).unwrap_err();
    assert!(
        talk.words.iter().any(|words| words.contains("the defaults hold")),
        "{:?}",
        talk.words
    );
}

#[test]
fn a_rule_that_is_switched_on_meanwhile_looks_at_all_states() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sfn-tool.toml");
    fs::write(&config, "[lint]\nselect = [\"missing-comment\"]\n").unwrap();
    let uri = uri_of(&folder.path().join("x.asl.json"));
    let text = "{\"Comment\": \"x\", \"StartAt\": \"A\", \"States\": {\n\"A\": {\"Type\": \"Wait\", \"Seconds\": 1, \"Next\": \"B\"},\n\"B\": \
                {\"Type\": \"Task\", \"Resource\": \"arn:aws:states:us-east-1:123456789012:activity:a\", \"End\": true}}}";
    let mut talk = Talk::begin();
    talk.open(&uri, "json", text);
    let codes = |diagnostics: Vec<Value>| -> Vec<String> {
        let codes = diagnostics
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned());
        codes.collect()
    };
    assert_eq!(codes(talk.diagnostics(&uri)), Vec::<String>::new());
    // Each time a digit more in the state before it.
    let at = place(1, 33);
    let type_one = |talk: &Talk, version| {
        talk.change(
            &uri,
            version,
            json!([{"range": {"start": at, "end": at}, "text": "1"}]),
        );
    };
    type_one(&talk, 2);
    assert_eq!(codes(talk.diagnostics(&uri)), Vec::<String>::new());
    fs::write(&config, "[lint]\nselect = [\"missing-timeout\"]\n# on\n").unwrap();
    for version in 3..6 {
        type_one(&talk, version);
        assert_eq!(codes(talk.diagnostics(&uri)), ["missing-timeout"]);
    }
}

#[test]
fn a_file_that_another_names_is_read_as_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let definition = folder.path().join("x.asl.json");
    fs::write(
        &definition,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
    )
    .unwrap();
    let test = folder.path().join("x.sfn-test.yaml");
    let text = "Definition: x.asl.json\nCases:\n  - Name: one\n    Expect:\n      Status: SUCCEEDED\n      Visited: [B]\n";
    fs::write(&test, text).unwrap();
    let (uri, test) = (uri_of(&definition), uri_of(&test));
    let mut talk = Talk::begin();
    talk.open(&test, "yaml", text);
    let diagnostics = talk.diagnostics(&test);
    assert_eq!(messages(&diagnostics).len(), 1, "{diagnostics:?}");
    assert_eq!(
        diagnostics[0]["range"],
        json!({"start": place(5, 16), "end": place(5, 17)})
    );
    // The state is renamed in the editor.
    talk.open(
        &uri,
        "json",
        r#"{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#,
    );
    talk.diagnostics(&uri);
    assert_eq!(talk.diagnostics(&test), Vec::<Value>::new());
    // Closed, it is what is on the disk; gone, the test file says so.
    talk.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    fs::remove_file(&definition).unwrap();
    talk.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(talk.diagnostics(&uri), Vec::<Value>::new());
    let is_gone = |diagnostics: &[Value]| {
        messages(diagnostics)
            .iter()
            .any(|words| words.contains("does not exist"))
    };
    while !is_gone(&talk.diagnostics(&test)) {}
}

#[test]
fn mock_files_have_their_mistakes() {
    let mut talk = Talk::begin();
    talk.open(
        "file:///order.mocks.yaml",
        "yaml",
        "States:\n  Pay:\n    Retrun: 1\n",
    );
    let diagnostics = talk.diagnostics("file:///order.mocks.yaml");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0]["range"]["start"]["line"], 2, "{diagnostics:?}");
}

#[test]
fn machines_of_templates_are_told_where_they_stand() {
    let mut talk = Talk::begin();
    let text = "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Role: x\n      \
                Definition:\n        StartAt: A\n        States:\n          A: {Type: Pass, Next: B}\n";
    talk.open("file:///template.yaml", "yaml", text);
    let diagnostics = talk.diagnostics("file:///template.yaml");
    assert_eq!(messages(&diagnostics), ["Missing 'Next' target: B"]);
    assert_eq!(diagnostics[0]["range"]["start"], place(8, 32));
    let terraform = "resource \"aws_sfn_state_machine\" \"x\" {\n  definition = jsonencode({StartAt = \"A\", States = {A = {Type = \"Pass\", Next = \"B\"}}})\n}\n";
    talk.open("file:///nowhere/main.tf", "terraform", terraform);
    assert_eq!(
        messages(&talk.diagnostics("file:///nowhere/main.tf")),
        ["Missing 'Next' target: B"]
    );
}

#[test]
fn settings_come_from_the_beginning_or_when_they_are_asked_for() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}"#;
    let mut talk = Talk::with(json!({"capabilities": {}, "initializationOptions": {"machineType": 1}}));
    assert!(talk.words.iter().any(|words| words.contains("machineType")) || talk.next().is_none());
    assert!(talk.words[0].contains("machineType"), "{:?}", talk.words);
    talk.open("file:///x.asl.json", "json", text);
    let standard = talk.diagnostics("file:///x.asl.json");
    // A client that is asked.
    let mut talk = Talk::with(json!({"capabilities": {"workspace": {"configuration": true}}}));
    talk.configuration = json!({"machineType": "EXPRESS"});
    talk.open("file:///x.asl.json", "json", text);
    talk.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    // It may have been looked at before the answer was there: an Express machine has no activities.
    while talk.diagnostics("file:///x.asl.json") == standard {}
}

#[test]
fn formatting_replaces_what_differs_and_nothing_while_the_text_is_broken() {
    let mut talk = Talk::begin();
    talk.open(
        "file:///x.asl.json",
        "json",
        r#"{"States": {"A": {"Type": "Succeed"}}, "StartAt": "A"}"#,
    );
    let params = json!({"textDocument": {"uri": "file:///x.asl.json"}, "options": {"tabSize": 8, "insertSpaces": true}});
    let edits = talk.request("textDocument/formatting", params.clone()).unwrap();
    let [edit] = &edits.as_array().unwrap()[..] else {
        panic!("one edit: {edits}");
    };
    let change = json!([{"range": edit["range"], "text": edit["newText"]}]);
    talk.change("file:///x.asl.json", 2, change);
    assert_eq!(
        talk.request("textDocument/formatting", params.clone()).unwrap(),
        json!([])
    );
    talk.change("file:///x.asl.json", 3, json!([{"text": "{\"StartAt\": }"}]));
    assert_eq!(
        talk.request("textDocument/formatting", params).unwrap(),
        json!([])
    );
    // A file that is none of ours is left alone without a word.
    talk.open("file:///package.json", "json", "{\"name\":\"x\"}");
    let params = json!({"textDocument": {"uri": "file:///package.json"}, "options": {"tabSize": 8, "insertSpaces": true}});
    assert_eq!(
        talk.request("textDocument/formatting", params).unwrap(),
        json!([])
    );
    assert_eq!(talk.words, Vec::<String>::new());
}

#[test]
fn states_lead_to_their_uses_and_test_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("tests")).unwrap();
    let definition = folder.path().join("x.asl.json");
    let text = "{\"StartAt\": \"A\", \"States\": {\n\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"},\n\"B\": {\"Type\": \"Succeed\"}}}\n";
    fs::write(&definition, text).unwrap();
    let test = folder.path().join("tests/x.sfn-test.yaml");
    fs::write(
        &test,
        "Definition: ../x.asl.json\nCases:\n  - Name: one\n    Expect:\n      Visited: [A, B]\n",
    )
    .unwrap();
    let uri = uri_of(&definition);
    let folders =
        json!([{"uri": "file:///elsewhere", "name": "e"}, {"uri": uri_of(folder.path()), "name": "f"}]);
    let mut talk = Talk::with(json!({"capabilities": {}, "workspaceFolders": folders}));
    talk.open(&uri, "json", text);
    let at = |line, character| json!({"textDocument": {"uri": uri}, "position": place(line, character), "context": {"includeDeclaration": false}});
    let found = talk.request("textDocument/definition", at(1, 31)).unwrap();
    assert_eq!(
        found,
        json!([{"uri": uri, "range": {"start": place(2, 1), "end": place(2, 2)}}])
    );
    let found = talk.request("textDocument/references", at(2, 1)).unwrap();
    let test = uri_of(&test);
    let expected = json!([
        {"uri": uri, "range": {"start": place(1, 31), "end": place(1, 32)}},
        {"uri": test, "range": {"start": place(4, 19), "end": place(4, 20)}},
    ]);
    assert_eq!(found, expected);
    let found = talk.request("textDocument/documentHighlight", at(2, 1)).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    let found = talk.request("textDocument/documentSymbol", at(0, 0)).unwrap();
    let names: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let found = talk.request("textDocument/foldingRange", at(0, 0)).unwrap();
    assert_eq!(found[0], json!({"startLine": 0, "endLine": 2}));
    let params = json!({"textDocument": {"uri": uri}, "positions": [place(1, 31), place(0, 0)]});
    let found = talk.request("textDocument/selectionRange", params).unwrap();
    assert_eq!(
        found[0]["range"],
        json!({"start": place(1, 31), "end": place(1, 32)})
    );
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[test]
fn what_can_be_written_is_offered_while_the_text_is_broken() {
    for snippets in [false, true] {
        let item = json!({"completionItem": {"snippetSupport": snippets}});
        let mut talk = Talk::with(json!({"capabilities": {"textDocument": {"completion": item}}}));
        let text = "{\"StartAt\": \"A\", \"States\": {\n\"A\": {\"Comment\": \"\u{1F600}\", \"Type\": \"Pass\", \"Next\": \"\n}, \"B\": {\"Type\": \"Succeed\"}}}\n";
        talk.open("file:///x.asl.json", "json", text);
        let diagnostics = talk.diagnostics("file:///x.asl.json");
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        let params = json!({"textDocument": {"uri": "file:///x.asl.json"}, "position": place(1, 48)});
        let found = talk.request("textDocument/completion", params).unwrap();
        let items = found["items"].as_array().unwrap();
        let state = items
            .iter()
            .find(|item| item["label"] == "B")
            .unwrap_or_else(|| panic!("{found}"));
        let edit = &state["textEdit"];
        assert_eq!(edit["range"]["start"]["line"], 1, "{edit}");
        assert!(edit["newText"].as_str().unwrap().contains('B'));
        let is_snippet = |item: &Value| item["insertTextFormat"] == 2;
        assert!(snippets || !items.iter().any(is_snippet));
    }
}

/// A client that puts lines in as they are gets them as they have to stand.
#[test]
fn lines_are_indented_for_whoever_does_not() {
    let text =
        "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Catc\n";
    for (modes, mode, indent) in [(json!([1, 2]), json!(2), ""), (json!([1]), Value::Null, "    ")] {
        let item = json!({"completionItem": {"insertTextModeSupport": {"valueSet": modes}}});
        let mut talk = Talk::with(json!({"capabilities": {"textDocument": {"completion": item}}}));
        talk.open("file:///x.asl.yaml", "yaml", text);
        let params = json!({"textDocument": {"uri": "file:///x.asl.yaml"}, "position": place(5, 8)});
        let found = talk.request("textDocument/completion", params).unwrap();
        let items = found["items"].as_array().unwrap();
        let catch = items.iter().find(|item| item["label"] == "Catch").unwrap();
        assert_eq!(catch["insertTextMode"], mode);
        let written = catch["textEdit"]["newText"].as_str().unwrap();
        let second = written.lines().nth(1).unwrap();
        let expected = format!("{indent}  ");
        assert!(second.starts_with(&format!("{expected}-")), "{written:?}");
    }
}

#[test]
fn states_of_all_folders_are_found_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{\"StartAt\": \"Charge\", \"States\": {\n\"Charge\": {\"Type\": \"Pass\", \"Next\": \"Ship\"},\n\"Ship\": {\"Type\": \"Succeed\"}}}\n";
    let mut folders = Vec::new();
    for name in ["one", "two"] {
        let inner = folder.path().join(name);
        fs::create_dir(&inner).unwrap();
        fs::write(
            inner.join("x.asl.json"),
            text.replace("Ship", &format!("Ship {name}")),
        )
        .unwrap();
        folders.push(json!({"uri": uri_of(&inner), "name": name}));
    }
    let mut talk = Talk::with(json!({"capabilities": {}, "workspaceFolders": folders}));
    let names = |talk: &mut Talk, query: &str| -> Vec<String> {
        let found = talk.request("workspace/symbol", json!({"query": query})).unwrap();
        let found = found.as_array().unwrap().iter();
        found
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut found = names(&mut talk, "shp");
    found.sort();
    assert_eq!(found, ["Ship one", "Ship two"]);
    // One folder is closed.
    let event = json!({"added": [], "removed": [folders[0]]});
    talk.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(names(&mut talk, "shp"), ["Ship two"]);
}
