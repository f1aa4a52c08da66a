//! What lint advises and what it leaves alone holds on AWS: every "Use instead" and every form that a rule exempts (its
//! `ok` fixtures) is validated, and run as far as its data goes.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sfn_tool::{Answer, Definition, MachineType, Mocks, Open, Run, RunError};

/// The definitions under the heading "Use instead" of docs/rules.md, each by its rule.
fn advised() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/rules.md")).expect("the page of all rules");
    let rules = page.split("\n## ").skip(1);
    let of_rule = |text: &str| {
        let name = text.lines().next().unwrap_or_default().to_owned();
        let (_, advice) = text.split_once("### Use instead")?;
        let (_, code) = advice.split_once("```json\n")?;
        let (code, _) = code.split_once("```")?;
        Some((name, code.to_owned()))
    };
    rules.filter_map(of_rule).collect()
}

/// The fixtures that a rule leaves alone.
fn exempted() -> Vec<(String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut found = Vec::new();
    for rule in fs::read_dir(&rules).expect("fixtures/rules") {
        let rule = rule.expect("a folder of the repository").path();
        for file in fs::read_dir(&rule).expect("a rule's fixtures") {
            let path = file.expect("a file of the repository").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with("ok") && name.contains(".asl.") {
                let text = fs::read_to_string(&path).expect("a fixture");
                let rule = rule
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                found.push((format!("{rule}/{name}"), text));
            }
        }
    }
    found.sort();
    found
}

/// Fixtures that hold what AWS refuses for another mistake: their rules leave it to `validate`.
const LEFT_TO_VALIDATE: [&str; 2] = ["literal-with-dollar/ok.asl.yaml", "path-inside-text/ok.asl.json"];

/// The names of all Task states, at any depth.
fn tasks(value: &Value, found: &mut Vec<String>) {
    if let Some(states) = value.get("States").and_then(Value::as_object) {
        for (name, state) in states {
            if state["Type"] == "Task" {
                found.push(name.clone());
            }
            tasks(state, found);
        }
    }
    for inside in ["ItemProcessor", "Iterator"] {
        if let Some(processor) = value.get(inside) {
            tasks(processor, found);
        }
    }
    for branch in value["Branches"].as_array().into_iter().flatten() {
        tasks(branch, found);
    }
}

/// Runs a definition whose tasks all answer `{}`; whether that came to an end.
fn runs(name: &str, text: &str, definition: &Definition) -> bool {
    // Which tasks there are is read from JSON; the forms in YAML are few.
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return false;
    };
    let mut names = Vec::new();
    tasks(&value, &mut names);
    let answer = json!({"Payload": {}});
    let mocks = names.iter().fold(Mocks::new(), |mocks, task| {
        mocks.answer(task, Answer::returns(answer.clone()))
    });
    match definition.run(&Run::new(json!({})).mocks(mocks)) {
        Ok(execution) => {
            assert_ne!(execution.error(), Some("States.DataLimitExceeded"), "{name}");
            true
        }
        // An object of S3 that there is not, a loop whose answer never comes.
        Err(RunError::Stopped(_)) => false,
        // A placeholder in an expression stands for what makes one of it.
        Err(RunError::Unsupported(_)) if text.contains("${") => false,
        Err(error) => panic!("{name}: {error}"),
    }
}

#[test]
fn what_rules_advise_and_exempt_is_valid_and_runs() {
    let (advised, exempted) = (advised(), exempted());
    assert!(
        advised.len() > 40 && exempted.len() > 60,
        "{} {}",
        advised.len(),
        exempted.len()
    );
    let mut ended = 0;
    for (name, text) in advised.iter().chain(&exempted) {
        // Templates of several machines, which a text alone cannot name one of.
        if text.matches("::StateMachine\"").count() > 1 {
            continue;
        }
        let opened = |machine_type| {
            let definition = Open::new().machine_type(machine_type).text(text);
            definition.unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let definition = match opened(MachineType::Standard) {
            standard if standard.validate().errors().next().is_none() => standard,
            _ => opened(MachineType::Express),
        };
        let findings = definition.validate();
        if LEFT_TO_VALIDATE.contains(&&**name) {
            continue;
        }
        assert_eq!(findings.errors().count(), 0, "{name}: {findings}");
        ended += usize::from(runs(name, text, &definition));
    }
    assert!(ended > 100, "{ended} runs came to an end");
}
