//! What coding agents are taught holds: the examples of SKILL.md are run, and the options that it and docs/agents.md name
//! are options of the tool.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::called::run;

const SKILL: &str = "skills/sfn-tool/SKILL.md";

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The blocks of a page: what stands behind their fences, and their lines.
fn blocks(page: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(head) => {
                is_open = !is_open;
                if is_open {
                    blocks.push((head.to_owned(), Vec::new()));
                }
            }
            None if is_open => blocks.last_mut().unwrap().1.push(line.to_owned()),
            None => {}
        }
    }
    blocks
}

/// A repository whose last commit holds an older version of the order's workflow.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    let order = page("fixtures/workflows/order/definition.asl.json");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"]);
        assert!(
            git.args(arguments)
                .current_dir(folder.path())
                .status()
                .unwrap()
                .success()
        );
    };
    let older = order.replace("\"MaxAttempts\": 3", "\"MaxAttempts\": 1");
    assert_ne!(order, older);
    fs::write(folder.path().join("order.asl.json"), older).unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "order"]);
    fs::write(folder.path().join("order.asl.json"), order).unwrap();
    folder
}

/// Whatever an agent is told to type does what is said.
#[cfg(unix)]
#[test]
fn the_examples_of_the_skill_run() {
    let folder = project();
    let binaries = Path::new(env!("CARGO_BIN_EXE_sfn-tool")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let mut commands = 0;
    for (head, lines) in blocks(&page(SKILL)) {
        if let Some((_, file)) = head.split_once(' ') {
            fs::write(folder.path().join(file), lines.join("\n")).unwrap();
            continue;
        }
        assert_eq!(head, "sh", "an example that is not run");
        for line in lines {
            let (command, wanted) = match line.split_once("   # exit ") {
                Some((command, status)) => (command, status.parse().unwrap()),
                None => (&*line, 0),
            };
            let output = Command::new("sh")
                .args(["-c", command])
                .current_dir(folder.path())
                .env("PATH", &path)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            let printed = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(wanted), "$ {command}\n{printed}{said}");
            commands += 1;
        }
    }
    assert!(commands >= 10);
    let skeleton = fs::read_to_string(folder.path().join("skeleton.yaml")).unwrap();
    let mocks = fs::read_to_string(folder.path().join("order.mocks.yaml")).unwrap();
    for line in mocks
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
    {
        let state = line.trim().split(':').next().unwrap();
        assert!(skeleton.contains(state), "the skeleton has no {state}");
    }
}

#[test]
fn the_skill_is_short() {
    assert!(page(SKILL).lines().count() < 150);
}

/// The options of each command, as its help lists them.
fn options() -> BTreeMap<String, BTreeSet<String>> {
    let folder = TempDir::new().unwrap();
    let help = |command: &[&str]| run(folder.path(), &[command, &["--help"][..]].concat()).1;
    let listed = help(&[]);
    let commands = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let commands: Vec<&str> = commands
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect();
    assert!(commands.contains(&"simulate"));
    let mut all = BTreeMap::new();
    for command in commands
        .into_iter()
        .filter(|name| !name.starts_with('-') && *name != "help")
    {
        let text = match command {
            "mocks" => help(&["mocks", "from-history"]),
            command => help(&[command]),
        };
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let found = words
            .filter(|word| word.starts_with("--") && word.len() > 2)
            .map(str::to_owned);
        all.insert(command.to_owned(), found.collect());
    }
    all
}

/// Every option in a code span or example is one of the command that it stands with, or, where it stands alone, of some
/// command.
#[test]
fn every_option_that_is_taught_exists() {
    let options = options();
    let mut seen = 0;
    for name in [SKILL, "docs/agents.md"] {
        let text = page(name);
        let mut is_block = false;
        let mut pieces: Vec<&str> = Vec::new();
        for line in text.lines() {
            if line.trim_start().starts_with("```") {
                is_block = !is_block;
            } else if is_block {
                pieces.push(line);
            } else {
                pieces.extend(line.split('`').skip(1).step_by(2));
            }
        }
        for piece in pieces {
            let words: Vec<&str> = piece.split_whitespace().collect();
            let command = words.iter().find(|word| options.contains_key(**word));
            for word in &words {
                let option: String = word
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                    .collect();
                if !option.starts_with("--") || option.len() < 3 || piece.contains("aws ") {
                    continue;
                }
                let is_known = match command {
                    Some(command) => options[*command].contains(&option),
                    None => options.values().any(|all| all.contains(&option)),
                };
                assert!(is_known, "{name}: `{piece}` names {option}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// docs/agents.md names the codes that the schema has, and the tools that the server has.
#[test]
fn codes_and_tools_are_all_named() {
    let text = page("docs/agents.md");
    let schema: Value = serde_json::from_str(&page("schemas/output/failure.schema.json")).unwrap();
    let codes = schema["$defs"]["error"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap();
    for code in codes {
        assert!(
            text.contains(&format!("| `{}` |", code.as_str().unwrap())),
            "{code}"
        );
    }
    let tools = page("src/mcp/tools.rs");
    for line in tools
        .lines()
        .filter_map(|line| line.strip_prefix("        name: \""))
    {
        let tool = line.trim_end_matches("\",");
        assert!(text.contains(&format!("`{tool}`")), "{tool}");
    }
}
