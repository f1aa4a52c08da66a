//! Whoever is asked "did you mean" can say yes.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Every text in `fixtures/` that the server looks at.
fn fixtures() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if [".json", ".yaml", ".yml", ".toml", ".tf"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A machine in JSON with one state, whose members are these.
fn machine(members: &str) -> String {
    format!(
        "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{{members}}}, \"Done\": {{\"Type\": \"Succeed\"}}}}}}"
    )
}

/// The questions of a text that have no fix at their place.
fn without_fix(talk: &mut Talk, uri: &str, text: &str) -> (usize, Vec<String>) {
    let language = uri.rsplit('.').next().unwrap_or_default();
    talk.open(uri, language, text);
    let diagnostics = talk.diagnostics(uri);
    let asking = diagnostics.iter().filter(|one| {
        let message = one["message"].as_str().unwrap();
        message.contains("did you mean")
    });
    let asking: Vec<&Value> = asking.collect();
    let mut found = Vec::new();
    for diagnostic in &asking {
        let params = json!({
            "textDocument": {"uri": uri}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
        });
        let actions = talk.request("textDocument/codeAction", params).unwrap();
        let fixes = |action: &&Value| {
            let title = action["title"].as_str().unwrap();
            title.starts_with("Change to") || title.starts_with("Replace") || action["edit"].is_object()
        };
        let mends = |action: &&Value| {
            let title = action["title"].as_str().unwrap();
            fixes(action) && !title.starts_with("Ignore") && !title.starts_with("Explain")
        };
        if !actions.as_array().unwrap().iter().any(|action| mends(&action)) {
            found.push(format!("{uri}: {}", diagnostic["message"]));
        }
    }
    talk.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let _ = talk.publication(uri);
    (asking.len(), found)
}

#[test]
fn each_question_in_the_fixtures_has_a_fix() {
    let mut talk = Talk::begin();
    let (mut asked, mut missing) = (0, Vec::new());
    for path in fixtures() {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let (count, found) = without_fix(&mut talk, &uri_of(&path), &text);
        asked += count;
        missing.extend(found);
    }
    assert!(
        missing.is_empty(),
        "{} of {asked}:\n{}",
        missing.len(),
        missing.join("\n")
    );
    assert!(asked > 20, "{asked}");
}

#[test]
fn what_is_mistyped_has_a_fix_wherever_it_stands() {
    let mut talk = Talk::begin();
    let task = |resource: &str, more: &str| {
        machine(&format!(
            "\"Type\": \"Task\", \"Resource\": \"{resource}\", {more} \"End\": true"
        ))
    };
    let jsonata = |output: &str| {
        machine(&format!(
            "\"Type\": \"Pass\", \"QueryLanguage\": \"JSONata\", \"Output\": \"{{% {output} %}}\", \"End\": true"
        ))
    };
    for (name, text) in [
        ("a.asl.json", task("arn:aws:states:::dynamodb:putItm", "")),
        ("b.asl.json", task("arn:aws:states:::aws-sdk:dynamodb:putItm", "")),
        ("c.asl.json", task("arn:aws:states:::dynamdb:putItem", "")),
        ("d.asl.json", task("arn:aws:states:::aws-sdk:dynamdb:putItem", "")),
        ("e.asl.json", jsonata("$lenght($states.input)")),
        ("f.asl.json", jsonata("$states.inpt.x")),
        ("g.asl.json", jsonata("states.input.x")),
        ("h.asl.json", jsonata("input.x")),
        (
            "i.asl.json",
            machine(r#""Type": "Pass", "Parameters": {"x.$": "States.Formatt('{}', $.a)"}, "End": true"#),
        ),
        ("j.asl.json", machine(r#""Type": "Pass", "Nxt": "Done""#)),
        ("k.asl.json", machine(r#""Type": "Pass", "Next": "Dnoe""#)),
        ("l.asl.json", machine(r#""Type": "Pas", "End": true"#)),
        (
            "m.asl.yaml",
            "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMesage\n    Next: Dnoe\n  Done:\n    Type: Succeed\n".to_owned(),
        ),
        (
            "n.asl.json",
            machine(r#""Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"total": 1}, "Next": "B"}, "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $totel %}", "Next": "Done""#),
        ),
        ("sfn-tool.toml", "[lint]\nignore = [\"missing-cach\"]\n".to_owned()),
        ("o.mocks.yaml", "States:\n  A:\n    Retrun: 1\n".to_owned()),
    ] {
        let (asked, missing) = without_fix(&mut talk, &format!("file:///nowhere/{name}"), &text);
        assert!(asked > 0, "{name} asks nothing");
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}
