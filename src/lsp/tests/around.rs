//! What lies around a text changes under the server: files are gone, are others, are no texts, and folders come and go.

use std::fs;

use super::prefixes::ask_all;
use super::*;

const DEFINITION: &str = "{\"StartAt\": \"A\", \"States\": {\n\"A\": {\"Type\": \"Pass\", \"End\": true}}}\n";

const TEMPLATE: &str = "Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: a.asl.json}
";

const TEST: &str = "Definition: a.asl.json\nMocks: {File: a.mocks.yaml}\nCases:\n  - Name: one\n    Expect: {Visited: [A]}\n";

const FILES: [(&str, &str); 5] = [
    ("a.asl.json", DEFINITION),
    ("template.yaml", TEMPLATE),
    ("a.sfn-test.yaml", TEST),
    ("a.mocks.yaml", "States: {}\n"),
    ("sfn-tool.toml", "[lint]\nbaseline = \"b.json\"\n"),
];

/// A folder with a file of each kind.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn of_folders(folders: &[&tempfile::TempDir]) -> Talk {
    let folders: Vec<Value> = folders
        .iter()
        .map(|folder| json!({"uri": uri_of(folder.path()), "name": "f"}))
        .collect();
    Talk::with(json!({"capabilities": {}, "workspaceFolders": folders}))
}

fn changed(talk: &Talk, folder: &tempfile::TempDir, kind: u8) {
    let change = |(name, _): &(&str, &str)| json!({"uri": uri_of(&folder.path().join(name)), "type": kind});
    let changes: Vec<Value> = FILES.iter().map(change).collect();
    talk.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

/// Each kind of file is open, and everything is asked of it.
fn ask_all_of_all(talk: &mut Talk, folder: &tempfile::TempDir) {
    for (name, _) in FILES {
        ask_all(talk, &uri_of(&folder.path().join(name)), 0, 13);
    }
    for words in ["cannot be looked at", "mistake of sfn-tool"] {
        assert!(
            !talk.words.iter().any(|said| said.contains(words)),
            "{:?}",
            talk.words
        );
    }
}

#[test]
fn files_are_gone_renamed_and_no_texts() {
    let folder = folder();
    let mut talk = of_folders(&[&folder]);
    for (name, text) in FILES {
        talk.open(&uri_of(&folder.path().join(name)), "json", text);
    }
    ask_all_of_all(&mut talk, &folder);
    // Gone, without a word and with one.
    for (name, _) in FILES {
        fs::rename(
            folder.path().join(name),
            folder.path().join(format!("old-{name}")),
        )
        .unwrap();
    }
    ask_all_of_all(&mut talk, &folder);
    changed(&talk, &folder, 3);
    ask_all_of_all(&mut talk, &folder);
    // No texts, and no files.
    for (name, _) in FILES {
        fs::write(folder.path().join(name), b"\xff\xfe\x00{").unwrap();
    }
    changed(&talk, &folder, 1);
    ask_all_of_all(&mut talk, &folder);
    for (name, _) in FILES {
        talk.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri_of(&folder.path().join(name))}}),
        );
        fs::remove_file(folder.path().join(name)).unwrap();
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    changed(&talk, &folder, 1);
    ask_all_of_all(&mut talk, &folder);
    // The folder itself.
    fs::remove_dir_all(folder.path()).unwrap();
    for (name, text) in FILES {
        talk.open(&uri_of(&folder.path().join(name)), "json", text);
    }
    ask_all_of_all(&mut talk, &folder);
    assert_eq!(talk.end(), Ended::Orderly);
}

/// Each of two folders has its own; one that is closed has none.
#[test]
fn two_folders_have_each_their_own() {
    let (one, two) = (folder(), folder());
    let mut talk = of_folders(&[&one, &two]);
    let lenses = |talk: &mut Talk, folder: &tempfile::TempDir| {
        let uri = uri_of(&folder.path().join("a.asl.json"));
        let lenses = talk.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        lenses.unwrap()[0]["command"]["arguments"].clone()
    };
    for folder in [&one, &two] {
        talk.open(&uri_of(&folder.path().join("a.asl.json")), "json", DEFINITION);
    }
    for folder in [&one, &two] {
        let test = uri_of(&folder.path().join("a.sfn-test.yaml"));
        assert_eq!(lenses(&mut talk, folder), json!([test]));
    }
    let event = json!({"added": [], "removed": [{"uri": uri_of(two.path()), "name": "f"}]});
    talk.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    // Its own folder is still searched for its tests.
    let test = uri_of(&two.path().join("a.sfn-test.yaml"));
    assert_eq!(lenses(&mut talk, &two), json!([test]));
    assert_eq!(talk.end(), Ended::Orderly);
}

/// Mock files have the states of the definition that a test file names them for.
#[test]
fn states_in_a_mock_file_and_names_of_files_in_a_test_file() {
    let folder = folder();
    let task = DEFINITION.replace(
        "\"Type\": \"Pass\"",
        "\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::sqs:sendMessage\"",
    );
    fs::write(folder.path().join("a.asl.json"), task).unwrap();
    let mut talk = of_folders(&[&folder]);
    let mut offered = |name: &str, text: &str, at: Value| -> Vec<String> {
        let uri = uri_of(&folder.path().join(name));
        talk.open(&uri, "yaml", text);
        let params = json!({"textDocument": {"uri": uri}, "position": at});
        let found = talk.request("textDocument/completion", params).unwrap();
        let items = found["items"].as_array().unwrap().iter();
        items
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(offered("a.mocks.yaml", "States:\n  \n", place(1, 2)), ["A"]);
    assert_eq!(
        offered("b.sfn-test.yaml", "Definition: a\n", place(0, 13)),
        ["a.asl.json", "template.yaml"]
    );
    // A link leads out of the repository.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", folder.path().join("out")).unwrap();
        assert_eq!(
            offered("c.sfn-test.yaml", "Definition: out/\n", place(0, 16)),
            Vec::<String>::new()
        );
        assert_eq!(
            offered("d.sfn-test.yaml", "Definition: ../\n", place(0, 15)),
            Vec::<String>::new()
        );
    }
}
