//! The examples of the README and of docs/ are what the tool prints: every `$ sfn-tool ...` of a `console` block is run.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A command of a `console` block, and the lines shown below it.
struct Example {
    line: usize,
    command: String,
    shown: String,
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_block = line == "```console";
        } else if in_block && let Some(command) = line.strip_prefix("$ ") {
            examples.push(Example {
                line: index + 1,
                command: command.to_owned(),
                shown: String::new(),
            });
        } else if in_block && let Some(example) = examples.last_mut() {
            example.shown.push_str(line.trim_end());
            example.shown.push('\n');
        }
    }
    examples
}

#[cfg(unix)]
#[test]
fn every_example_prints_what_its_page_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binaries = Path::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .parent()
        .expect("a folder of binaries");
    let path = format!(
        "{}:{}",
        binaries.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    for page in ["README.md", "docs/replay.md"] {
        let text = fs::read_to_string(root.join(page)).expect("the page");
        let examples = examples(&text);
        assert!(!examples.is_empty(), "{page}");
        for example in examples {
            check(page, &example, root, &path);
        }
    }
}

#[cfg(unix)]
fn check(page: &str, example: &Example, root: &Path, path: &str) {
    {
        let output = Command::new("sh")
            .args(["-c", &example.command])
            .current_dir(root)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .output()
            .expect("a shell");
        let mut printed = String::new();
        for stream in [&output.stdout, &output.stderr] {
            for line in String::from_utf8_lossy(stream).lines() {
                printed.push_str(line.trim_end());
                printed.push('\n');
            }
        }
        assert_eq!(
            printed.trim_end(),
            example.shown.trim_end(),
            "{page} line {}: $ {}",
            example.line,
            example.command
        );
    }
}
