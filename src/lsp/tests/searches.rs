//! Folders are searched beside the loop: requests are answered meanwhile, and what is found is told when it has come.

use std::fs;

use super::*;
use crossbeam_channel::Sender;

const WAITS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}, "End": true}}}"#;

const EXPRESS: &str = "Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: a.asl.json, Type: EXPRESS}
";

const TEST: &str =
    "Definition: a.asl.json\nCases:\n  - Name: one\n    Mocks:\n      States:\n        A: {Return: {}}\n";

/// A folder with a template that makes a machine Express, and a test file; the definition is open in a dialogue in which
/// searches wait for the sender, and others do not wait for them.
fn held_back(capabilities: Value) -> (tempfile::TempDir, Talk, String, Sender<()>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in [
        ("template.yaml", EXPRESS),
        ("a.asl.json", WAITS),
        ("a.sfn-test.yaml", TEST),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (open, gate) = crossbeam_channel::unbounded();
    let pace = Pace {
        patience: Duration::ZERO,
        gate: Some(gate),
    };
    let folders = json!([{"uri": uri_of(folder.path()), "name": "f"}]);
    let talk = Talk::at(
        pace,
        json!({"capabilities": capabilities, "workspaceFolders": folders}),
    );
    let uri = uri_of(&folder.path().join("a.asl.json"));
    talk.open(&uri, "json", WAITS);
    (folder, talk, uri, open)
}

fn is_express(diagnostics: &[Value]) -> bool {
    let mut codes = diagnostics.iter().filter_map(|one| one["code"].as_str());
    codes.any(|code| code == "SCHEMA_VALIDATION_FAILED")
}

/// A request that needs no search is answered: all that came before was taken up.
fn settle(talk: &mut Talk, uri: &str) {
    let at = json!({"textDocument": {"uri": uri}, "position": place(0, 3)});
    assert!(talk.request("textDocument/hover", at).unwrap().is_object());
}

#[test]
fn requests_are_answered_while_a_folder_is_searched() {
    let (_folder, mut talk, uri, gate) = held_back(json!({}));
    // Nobody waits for the template: without it nothing is wrong.
    assert!(!is_express(&talk.diagnostics(&uri)));
    settle(&mut talk, &uri);
    let text = json!({"textDocument": {"uri": uri}});
    let symbols = talk.request("textDocument/documentSymbol", text).unwrap();
    assert_eq!(symbols.as_array().unwrap().len(), 1);
    // What is found is told when it has come.
    drop(gate);
    assert!(is_express(&talk.diagnostics(&uri)));
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn what_goes_by_a_search_is_answered_behind_it() {
    let (folder, mut talk, uri, gate) = held_back(json!({}));
    talk.send(
        100,
        "textDocument/codeLens",
        json!({"textDocument": {"uri": uri}}),
    );
    let renamed = json!({"textDocument": {"uri": uri}, "position": place(0, 29), "newName": "Charge"});
    talk.send(101, "textDocument/rename", renamed);
    // A later request is answered before them.
    settle(&mut talk, &uri);
    drop(gate);
    let mut answers = BTreeMap::new();
    for _ in 0..2 {
        let (id, answer) = talk.answer();
        answers.insert(id.to_string(), answer.unwrap());
    }
    let lenses = answers["100"].to_string();
    assert!(lenses.contains("a.sfn-test.yaml"), "{lenses}");
    let test = uri_of(&folder.path().join("a.sfn-test.yaml"));
    assert_eq!(
        answers["101"]["changes"][&test][0]["newText"], "Charge",
        "{answers:?}"
    );
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn what_waits_is_answered_when_it_is_cancelled_or_its_text_changes() {
    let (_folder, mut talk, uri, gate) = held_back(json!({}));
    for (id, ends, code) in [
        (100, "cancel", -32800),
        (101, "change", -32801),
        (102, "shutdown", -32800),
    ] {
        talk.send(id, "textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        settle(&mut talk, &uri);
        match ends {
            "cancel" => talk.notify("$/cancelRequest", json!({"id": id})),
            "change" => talk.change(&uri, 2, json!([{"text": format!("{WAITS}\n")}])),
            _ => talk.send(103, "shutdown", Value::Null),
        }
        assert_eq!(talk.answer(), (id.into(), Err(code)), "{ends}");
    }
    assert_eq!(talk.answer().0, 103.into());
    talk.notify("exit", Value::Null);
    assert_eq!(talk.server.join().unwrap(), Ended::Orderly);
    drop(gate);
}

#[test]
fn a_client_that_is_gone_waits_for_no_search() {
    let (_folder, talk, uri, gate) = held_back(json!({}));
    talk.send(
        100,
        "textDocument/codeLens",
        json!({"textDocument": {"uri": uri}}),
    );
    drop(talk.connection);
    assert_eq!(talk.server.join().unwrap(), Ended::ClientGone);
    drop(gate);
}

/// Whoever ends a search knows less, and is told so where it counts.
#[test]
fn a_long_search_is_shown_and_can_be_ended() {
    let (_folder, mut talk, uri, gate) = held_back(json!({
        "window": {"workDoneProgress": true},
        "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}},
    }));
    while talk.progress.is_empty() {
        assert!(talk.next().is_none());
    }
    let begun = talk.progress.remove(0);
    assert_eq!(
        (&begun["value"]["kind"], &begun["value"]["cancellable"]),
        (&json!("begin"), &json!(true))
    );
    talk.notify("window/workDoneProgress/cancel", json!({"token": begun["token"]}));
    settle(&mut talk, &uri);
    drop(gate);
    while talk.progress.is_empty() {
        assert!(talk.next().is_none());
    }
    assert_eq!(
        talk.progress[0],
        json!({"token": begun["token"], "value": {"kind": "end"}})
    );
    let has_said = |talk: &Talk, words: &str| talk.words.iter().any(|said| said.contains(words));
    assert!(has_said(&talk, "was not searched to its end"), "{:?}", talk.words);
    let renamed = json!({"textDocument": {"uri": uri}, "position": place(0, 29), "newName": "Charge"});
    talk.request("textDocument/rename", renamed).unwrap();
    assert!(
        has_said(&talk, "other files in it may name what is renamed"),
        "{:?}",
        talk.words
    );
    assert_eq!(talk.end(), Ended::Orderly);
}

/// Of a client that does not say what changes on the disk, it is looked at when it counts.
#[test]
fn what_has_come_unseen_is_renamed_too() {
    let (folder, mut talk, uri, gate) = held_back(json!({}));
    drop(gate);
    let rename = json!({"textDocument": {"uri": uri}, "position": place(0, 29), "newName": "Charge"});
    let files = |talk: &mut Talk| {
        let edit = talk.request("textDocument/rename", rename.clone()).unwrap();
        edit["changes"].as_object().unwrap().len()
    };
    assert_eq!(files(&mut talk), 2);
    fs::write(folder.path().join("b.sfn-test.yaml"), TEST).unwrap();
    assert_eq!(files(&mut talk), 3);
    assert_eq!(talk.end(), Ended::Orderly);
}

#[test]
fn a_configuration_that_names_nothing_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("flows/old")).unwrap();
    fs::create_dir_all(folder.path().join("node_modules/x")).unwrap();
    fs::write(folder.path().join("flows/old/a.asl.json"), WAITS).unwrap();
    let folders = json!([{"uri": uri_of(folder.path()), "name": "f"}]);
    let mut talk = Talk::with(json!({"capabilities": {}, "workspaceFolders": folders}));
    let uri = uri_of(&folder.path().join("sfn-tool.toml"));
    let text = "include = [\"*.asl.json\", \"*.asl.yaml\"]\nexclude = [\"old/\", \"node_modules\", \"olt/\", \"!keep\"]\n[lint]\nbaseline = \"none.json\"\n[[lint.files]]\npaths = [\"flows/**\", \"flow/**\"]\nignore = [\"missing-catch\"]\n";
    talk.open(&uri, "toml", text);
    let told = |found: &[Value]| -> Vec<String> {
        let line = |one: &Value| {
            let words = one["message"].as_str().unwrap().lines().next().unwrap();
            format!("{}: {words}", one["range"]["start"]["line"])
        };
        found.iter().map(line).collect()
    };
    let missing = format!(
        "3: there is no file '{}'",
        folder.path().join("none.json").display()
    );
    assert_eq!(
        told(&talk.diagnostics(&uri)),
        [
            "0: '*.asl.yaml' matches no file here",
            "1: 'olt/' matches no file here",
            &missing,
            "5: 'flow/**' matches no file here",
        ]
    );
    // What has come is seen.
    fs::write(folder.path().join("flows/b.asl.yaml"), "").unwrap();
    fs::write(folder.path().join("none.json"), "{}").unwrap();
    let come = uri_of(&folder.path().join("flows/b.asl.yaml"));
    talk.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": come, "type": 1}]}),
    );
    assert_eq!(
        told(&talk.diagnostics(&uri)),
        [
            "1: 'olt/' matches no file here",
            "5: 'flow/**' matches no file here"
        ]
    );
    assert_eq!(talk.end(), Ended::Orderly);
}
