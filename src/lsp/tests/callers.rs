//! Definitions in files of their own, told as those who name them make them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Talk, place, uri_of};

const WAITS: &str = r#"{"StartAt": "Charge", "States": {
"Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": {"FunctionName": "${ChargArn}", "Payload": {"t.$": "$$.Task.Token"}}, "TimeoutSeconds": 9, "Next": "Paid"},
"Paid": {"Type": "Succeed"}}}
"#;

const SAM: &str = "Resources:
  Uri:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flows/orders.asl.json
      Type: EXPRESS
      DefinitionSubstitutions: {ChargeArn: x}
";

/// A folder with these files, and a dialogue about it.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Talk) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    let folders = json!([{"uri": uri_of(folder.path()), "name": "f"}]);
    let talk = Talk::with(json!({"capabilities": {}, "workspaceFolders": folders}));
    (folder, talk)
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The code of each finding, and the line where it stands.
fn found(diagnostics: &[Value]) -> Vec<(&str, u64)> {
    let line = |one: &Value| one["range"]["start"]["line"].as_u64().unwrap();
    let all = diagnostics
        .iter()
        .map(|one| (one["code"].as_str().unwrap(), line(one)));
    all.filter(|(code, _)| *code != "missing-catch").collect()
}

#[test]
fn a_definition_is_told_as_its_template_makes_it() {
    let (folder, mut talk) = project(&[("flows/orders.asl.json", WAITS), ("template.yaml", SAM)]);
    let uri = uri_of(&folder.path().join("flows/orders.asl.json"));
    let template = uri_of(&folder.path().join("template.yaml"));
    talk.open(&uri, "json", WAITS);
    let all = talk.diagnostics(&uri);
    let express = ("SCHEMA_VALIDATION_FAILED", 1);
    let missing = ("missing-substitution", 1);
    assert_eq!(found(&all), [express, missing], "{all:?}");
    // Each finding says who names the file.
    assert_eq!(
        all[0]["relatedInformation"][0]["location"]["uri"],
        template.as_str()
    );
    // What is open counts as it is.
    talk.open(&template, "yaml", &SAM.replace("EXPRESS", "STANDARD"));
    // What nobody uses is told at its key, and what is missing where the definition is named, too: it may not be open.
    assert_eq!(
        found(&talk.diagnostics(&template)),
        [("missing-substitution", 4), ("unused-substitution", 6)]
    );
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [missing], "{all:?}");
    let range = json!({"start": place(6, 32), "end": place(6, 41)});
    talk.change(&template, 2, json!([{"range": range, "text": "ChargArn"}]));
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [], "{all:?}");
    // Closed, it is what lies on the disk.
    talk.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": template}}),
    );
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [express, missing], "{all:?}");
    // Without the template it is on its own.
    fs::remove_file(folder.path().join("template.yaml")).unwrap();
    let gone = json!({"changes": [{"uri": template, "type": 3}]});
    talk.notify("workspace/didChangeWatchedFiles", gone);
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [], "{all:?}");
    write(
        folder.path(),
        "stacks/other.yaml",
        &SAM.replace("flows/", "../flows/"),
    );
    let come = uri_of(&folder.path().join("stacks/other.yaml"));
    talk.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": come, "type": 1}]}),
    );
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [express, missing], "{all:?}");
}

#[test]
fn a_template_that_a_configuration_excludes_makes_nothing() {
    let (folder, mut talk) = project(&[
        ("flows/orders.asl.json", WAITS),
        ("old/template.yaml", &SAM.replace("flows/", "../flows/")),
        ("sfn-tool.toml", "exclude = [\"old\"]\n"),
    ]);
    let uri = uri_of(&folder.path().join("flows/orders.asl.json"));
    talk.open(&uri, "json", WAITS);
    assert_eq!(found(&talk.diagnostics(&uri)), []);
}

/// Two machines of one file: everything that holds for one of them.
#[test]
fn a_definition_that_several_name_is_told_for_each() {
    let two = format!(
        "{SAM}  Second:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: ./flows/orders.asl.json\n      DefinitionSubstitutions: {{ChargArn: x}}\n"
    );
    let (folder, mut talk) = project(&[("flows/orders.asl.json", WAITS), ("template.yaml", &two)]);
    let uri = uri_of(&folder.path().join("flows/orders.asl.json"));
    talk.open(&uri, "json", WAITS);
    let all = talk.diagnostics(&uri);
    let codes: Vec<&str> = found(&all).into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&"SCHEMA_VALIDATION_FAILED"), "{codes:?}");
    // The outline has each state once.
    let params = json!({"textDocument": {"uri": uri}});
    let symbols = talk.request("textDocument/documentSymbol", params).unwrap();
    let names: Vec<&Value> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Charge", "Paid"]);
}

#[test]
fn a_template_of_terraforms_makes_its_file() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${fn}", "TimeoutSeconds": 5, "Next": "${fnn}"},
"B": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 5, "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}, "End": true}}}
"#;
    let main = r#"resource "aws_sfn_state_machine" "o" {
  name = "o"
  type = "EXPRESS"
  role_arn = "r"
  definition = templatefile("${path.module}/def.asl.json", { fn = aws_lambda_function.x.arn })
}
"#;
    let (folder, mut talk) = project(&[("def.asl.json", definition), ("main.tf", main)]);
    let uri = uri_of(&folder.path().join("def.asl.json"));
    talk.open(&uri, "json", definition);
    let all = talk.diagnostics(&uri);
    assert_eq!(
        found(&all),
        [("INVALID_FUNCTION_ARGUMENT", 0), ("SCHEMA_VALIDATION_FAILED", 1)],
        "{all:?}"
    );
}

/// A template of Terraform's as any definition: completion, names in both directions, a rename.
#[test]
fn a_file_that_terraform_fills_in_is_edited() {
    let definition = r#"{"StartAt": "Send", "States": {
"Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "${queue_url}", "MessageBody": "x"}, "Next": "Rest"},
"Rest": {"Type": "Wait", "Seconds": ${wait}, "End": true}}}
"#;
    let main = r#"resource "aws_sfn_state_machine" "o" {
  name     = "o"
  role_arn = "r"
  definition = templatefile("${path.module}/def.tftpl", {
    queue_url = aws_sqs_queue.q.url
    wait      = 5
    spare     = 1
  })
}
"#;
    let (folder, mut talk) = project(&[("def.tftpl", definition), ("main.tf", main)]);
    let uri = uri_of(&folder.path().join("def.tftpl"));
    let module = uri_of(&folder.path().join("main.tf"));
    talk.open(&uri, "plaintext", definition);
    talk.open(&module, "terraform", main);
    assert_eq!(found(&talk.diagnostics(&module)), [("unused-substitution", 6)]);
    assert_eq!(found(&talk.diagnostics(&uri)), [("missing-retry", 1)]);
    let at = |uri: &str, line: u32, character: u32| json!({"textDocument": {"uri": uri}, "position": place(line, character)});
    let column =
        |line: usize, needle: &str| definition.lines().nth(line).unwrap().find(needle).unwrap() as u32;
    let labels = |found: &Value| -> Vec<String> {
        let items = found.get("items").unwrap_or(found).as_array().unwrap();
        let all = items
            .iter()
            .map(|item| item["label"].as_str().unwrap().to_owned());
        all.collect()
    };
    let next = at(&uri, 1, column(1, "Rest") + 1);
    let names = labels(&talk.request("textDocument/completion", next.clone()).unwrap());
    assert_eq!(names, ["Rest", "Send"]);
    let begun = at(&uri, 1, column(1, "${queue") + 4);
    let names = labels(&talk.request("textDocument/completion", begun.clone()).unwrap());
    assert_eq!(names, ["queue_url", "wait", "spare"]);
    let key = talk.request("textDocument/definition", begun.clone()).unwrap();
    assert_eq!(
        (&key[0]["uri"], &key[0]["range"]["start"]),
        (&json!(module), &place(4, 4))
    );
    let hover = talk.request("textDocument/hover", begun).unwrap();
    let words = hover["contents"]["value"].as_str().unwrap().to_owned();
    assert!(words.contains("filled in with `aws_sqs_queue.q.url`"), "{words}");
    let uses = talk
        .request("textDocument/definition", at(&module, 5, 5))
        .unwrap();
    assert_eq!(
        (&uses[0]["uri"], &uses[0]["range"]["start"]["line"]),
        (&json!(uri), &json!(2))
    );
    let mut renamed = next.clone();
    renamed["newName"] = json!("Pause");
    let edits = talk.request("textDocument/rename", renamed.clone()).unwrap();
    assert_eq!(
        edits["changes"][&uri].as_array().map(Vec::len),
        Some(2),
        "{edits}"
    );
    // A placeholder that is begun, where the text is none of Terraform's yet.
    for (line, old, new) in [(2, "${wait}", "${}"), (1, "${queue_url}", "${")] {
        let begun = definition.replace(old, new);
        talk.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        talk.open(&uri, "plaintext", &begun);
        let column = begun.lines().nth(line).unwrap().find(new).unwrap() as u32 + 2;
        let found = talk.request("textDocument/completion", at(&uri, line as u32, column));
        assert_eq!(labels(&found.unwrap()), ["queue_url", "wait", "spare"], "{new}");
    }
    // What an edit changes in what Terraform makes of escapes is not known.
    let escaped = definition.replace("\"x\"", "\"$${x}\"");
    talk.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    talk.open(&uri, "plaintext", &escaped);
    let next = at(&uri, 1, column(1, "Rest") + 6);
    let mut renamed = next.clone();
    renamed["newName"] = json!("Pause");
    let refusal = talk.request("textDocument/rename", renamed).unwrap_err();
    assert!(refusal.1.contains("escapes ($${)"), "{refusal:?}");
    assert_eq!(
        labels(&talk.request("textDocument/completion", next).unwrap()),
        ["Rest", "Send"]
    );
}

/// A template of Terraform's that nobody names is no broken JSON.
#[test]
fn directives_that_nobody_names_are_no_mistake() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${fn}",
%{ if x }"TimeoutSeconds": ${t},%{ endif }
"End": true}}}"#;
    let (folder, mut talk) = project(&[("def.asl.json.tftpl", text)]);
    let uri = uri_of(&folder.path().join("def.asl.json.tftpl"));
    talk.open(&uri, "plaintext", text);
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [("NOT_READ", 1)], "{all:?}");
}

/// What the command `test` doubts of mocks is told where it stands.
#[test]
fn mocks_that_no_service_returns_are_told_in_the_test_file() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}}"#;
    let test = "Definition: a.asl.json\nCases:\n  - Name: one\n    Mocks:\n      States:\n        A: {Return: {Paylod: 1}}\n";
    let (folder, mut talk) = project(&[("a.asl.json", definition), ("a.sfn-test.yaml", test)]);
    let uri = uri_of(&folder.path().join("a.sfn-test.yaml"));
    talk.open(&uri, "yaml", test);
    let all = talk.diagnostics(&uri);
    assert_eq!(found(&all), [("mock-file", 5)], "{all:?}");
    assert!(
        all[0]["message"]
            .as_str()
            .unwrap()
            .contains("did you mean 'Payload'?"),
        "{all:?}"
    );
}

#[test]
fn a_part_of_a_file_is_a_definition_where_a_service_says_so() {
    let part = "machine:
  type: EXPRESS
  definition:
    StartAt: Look
    States:
      Look: {Type: Pass, Result: 1, Next: Doen}
      Done: {Type: Succeed}
";
    let service = "service: shop
provider: {name: aws}
plugins: [serverless-step-functions]
stepFunctions:
  stateMachines:
    returns: ${file(returns.yml):machine}
";
    let (folder, mut talk) = project(&[("returns.yml", part), ("serverless.yml", service)]);
    let uri = uri_of(&folder.path().join("returns.yml"));
    talk.open(&uri, "yaml", part);
    let all = talk.diagnostics(&uri);
    assert!(found(&all).contains(&("MISSING_TRANSITION_TARGET", 5)), "{all:?}");
    // It leads to its states, and they are renamed.
    let at = json!({"textDocument": {"uri": uri}, "position": place(3, 14)});
    let led = talk.request("textDocument/definition", at.clone()).unwrap();
    assert_eq!(
        led[0]["range"],
        json!({"start": place(5, 6), "end": place(5, 10)})
    );
    talk.change(&uri, 2, json!([{"text": part.replace("Doen", "Done")}]));
    let params = json!({"textDocument": {"uri": uri}, "position": place(3, 14), "newName": "See"});
    let renamed = talk.request("textDocument/rename", params).unwrap();
    let edits = renamed["changes"][&uri].as_array().unwrap();
    assert_eq!(edits.len(), 2, "{edits:?}");
}

/// `template.yaml#Uri` in a test file is the file that the template names.
#[test]
fn tests_that_name_the_template_belong_to_its_file() {
    let definition = "{\"StartAt\": \"Aa\", \"States\": {\n\"Aa\": {\"Type\": \"Pass\", \"Next\": \"Bb\"},\n\"Bb\": {\"Type\": \"Succeed\"}}}\n";
    let test =
        "Definition: ../template.yaml#Uri\nCases:\n  - Name: one\n    Expect:\n      Visited: [Aa, Bb]\n";
    let template = SAM.replace(
        "      Type: EXPRESS\n      DefinitionSubstitutions: {ChargeArn: x}\n",
        "",
    );
    // Another machine, and its test.
    let inline = "  Inline:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: Bb\n        States: {Bb: {Type: Succeed}}\n";
    let template = format!("{template}{inline}");
    let (folder, mut talk) = project(&[
        ("flows/orders.asl.json", definition),
        ("template.yaml", &template),
        ("tests/uri.sfn-test.yaml", test),
        (
            "tests/inline.sfn-test.yaml",
            &test.replace("#Uri", "#Inline").replace("Aa, ", ""),
        ),
    ]);
    let uri = uri_of(&folder.path().join("flows/orders.asl.json"));
    let test_uri = uri_of(&folder.path().join("tests/uri.sfn-test.yaml"));
    talk.open(&uri, "json", definition);
    talk.open(&test_uri, "yaml", test);
    let here = |line, character| json!({"textDocument": {"uri": uri}, "position": place(line, character), "newName": "Cc", "context": {"includeDeclaration": false}});
    let renamed = talk.request("textDocument/rename", here(2, 1)).unwrap();
    let changes = renamed["changes"].as_object().unwrap();
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(
        changes[&test_uri],
        json!([{"range": {"start": place(4, 20), "end": place(4, 22)}, "newText": "Cc"}])
    );
    let used = talk.request("textDocument/references", here(2, 1)).unwrap();
    let in_test = json!({"uri": test_uri, "range": {"start": place(4, 20), "end": place(4, 22)}});
    assert!(used.as_array().unwrap().contains(&in_test), "{used}");
    let params = json!({"textDocument": {"uri": uri}});
    let lenses = talk.request("textDocument/codeLens", params).unwrap();
    assert_eq!(lenses[0]["command"]["title"], "Run 1 case");
    // And from the test to the file that the template names.
    let from =
        |line, character| json!({"textDocument": {"uri": test_uri}, "position": place(line, character)});
    let led = talk.request("textDocument/definition", from(4, 21)).unwrap();
    let expected = json!([{"uri": uri, "range": {"start": place(2, 0), "end": place(2, 4)}}]);
    assert_eq!(led, expected);
    let led = talk.request("textDocument/definition", from(0, 15)).unwrap();
    assert_eq!(led[0]["uri"], uri.as_str());
    // From a test of a machine that stands in the template, into the template.
    let inline_uri = uri_of(&folder.path().join("tests/inline.sfn-test.yaml"));
    let text = test.replace("#Uri", "#Inline").replace("Aa, ", "");
    talk.open(&inline_uri, "yaml", &text);
    let at = json!({"textDocument": {"uri": inline_uri}, "position": place(4, 16)});
    let led = talk.request("textDocument/definition", at).unwrap();
    assert_eq!(
        led[0]["uri"],
        uri_of(&folder.path().join("template.yaml")).as_str()
    );
    assert_eq!(led[0]["range"]["start"]["line"], 10);
}
