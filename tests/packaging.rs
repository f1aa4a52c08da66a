//! What is published elsewhere than on crates.io says the same as Cargo.toml: one version, the same targets and hooks.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

fn targets() -> Vec<Value> {
    json("packaging/targets.json").as_array().unwrap().clone()
}

#[test]
fn every_package_has_the_version_of_cargo() {
    let npm = json("packaging/npm/sfn-tool/package.json");
    assert_eq!(npm["version"], VERSION);
    let programs = npm["optionalDependencies"].as_object().unwrap();
    for (name, version) in programs {
        assert_eq!(version, VERSION, "{name}");
    }
    assert_eq!(json("editors/vscode/package.json")["version"], VERSION);
    assert_eq!(json("editors/vscode/package-lock.json")["version"], VERSION);
    let mirror = text("packaging/pre-commit/pyproject.toml");
    assert!(mirror.contains(&format!("version = \"{VERSION}\"")));
    assert!(mirror.contains(&format!("\"sfn-tool=={VERSION}\"")));
    // Wherever somebody copies a version from.
    let pages = [
        "README.md",
        "docs/install.md",
        "docs/pipelines.md",
        "packaging/gitlab/sfn-tool.gitlab-ci.yml",
        "packaging/pre-commit/README.md",
    ];
    let mut seen = 0;
    for page in pages {
        let text = text(page);
        for before in ["rev: v", "sfn-tool@v", "sfn-tool==", "sfn-tool/v"] {
            for (at, _) in text.match_indices(before) {
                let rest = &text[at + before.len()..];
                let version = rest.split(|c: char| !c.is_ascii_digit() && c != '.').next();
                assert_eq!(version, Some(VERSION), "{page}: {before}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// The npm package, the release workflow and the list of targets name the same ones.
#[test]
fn every_target_is_built_and_packed() {
    let npm = json("packaging/npm/sfn-tool/package.json");
    let programs = npm["optionalDependencies"].as_object().unwrap();
    let workflow = text(".github/workflows/release.yml");
    let targets = targets();
    assert_eq!(programs.len(), targets.len());
    for entry in targets {
        let name = format!("@sfn-tool/{}", entry["npm"].as_str().unwrap());
        assert!(programs.contains_key(&name), "{name}");
        let target = entry["target"].as_str().unwrap();
        let jobs = workflow
            .matches(&format!("{{ target: {target}, runner: "))
            .count();
        assert!(jobs >= 2, "{target} is built and tried in {jobs} jobs");
    }
}

/// npm runs nothing at installation.
#[test]
fn the_npm_package_has_no_scripts() {
    assert_eq!(json("packaging/npm/sfn-tool/package.json").get("scripts"), None);
}

/// The mirror's hooks are those of this repository, but for what installs them.
#[test]
fn the_mirror_has_the_hooks_of_this_repository() {
    let hooks = text(".pre-commit-hooks.yaml");
    assert!(hooks.contains("language: rust"));
    assert_eq!(
        text("packaging/pre-commit/.pre-commit-hooks.yaml"),
        hooks.replace("language: rust", "language: python"),
        "sed 's/language: rust/language: python/' .pre-commit-hooks.yaml > packaging/pre-commit/.pre-commit-hooks.yaml"
    );
}

/// pre-commit names every file that matches, in several processes at once where nobody says otherwise, and knows no type of
/// Terraform's templates but that they are text.
#[test]
fn every_hook_leaves_out_what_is_excluded_and_is_given_what_it_can_read() {
    let hooks = text(".pre-commit-hooks.yaml");
    let hooks: Vec<&str> = hooks.split("- id: ").skip(1).collect();
    assert_eq!(hooks.len(), 4);
    let definitions = ["flow.asl.json", "a/b/flow.asl.yml", "flow.asl.yaml"];
    let sources = [
        "template.yaml",
        "infra/orders.template.json",
        "serverless.yml",
        "main.tf",
        "cdk.tf.json",
        "flow.asl.json.tftpl",
    ];
    let others = [
        "package.json",
        "asl.json",
        "xserverless.yml",
        "main.tfvars",
        "README.md",
    ];
    for hook in hooks {
        let value = |key: &str| {
            let line = hook
                .lines()
                .find_map(|line| line.strip_prefix(&format!("  {key}: ")));
            line.unwrap_or_else(|| panic!("{key} in {hook}"))
        };
        assert!(value("entry").ends_with(" --force-exclude"), "{hook}");
        assert_eq!(value("require_serial"), "true", "{hook}");
        assert_eq!(value("types"), "[text]", "{hook}");
        let files = regex::Regex::new(value("files")).unwrap();
        let formats = value("entry").contains(" fmt ");
        assert!(definitions.iter().all(|name| files.is_match(name)), "{hook}");
        assert!(
            sources.iter().all(|name| files.is_match(name) != formats),
            "{hook}"
        );
        assert!(!others.iter().any(|name| files.is_match(name)), "{hook}");
    }
}

/// The formula gets each archive's own sum; a release without one of them is refused.
#[cfg(unix)]
#[test]
fn formula_and_dockerfile_are_made_from_the_sums() {
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    let sum = |number: usize| format!("{number:064x}");
    let line = |(number, entry): (usize, &Value)| {
        let target = entry["target"].as_str().unwrap();
        format!("{}  sfn-tool-9.8.7-{target}.tar.gz\n", sum(number + 10))
    };
    let lines: Vec<String> = targets().iter().enumerate().map(line).collect();
    let render = |lines: &[String]| {
        fs::write(&sums, lines.concat()).unwrap();
        let out = folder.path().join("out");
        let mut command = Command::new(path("packaging/render.sh"));
        let result = command.arg("9.8.7").arg(&sums).arg(&out).output().unwrap();
        (result.status.success(), out)
    };
    let (made, out) = render(&lines);
    assert!(made);
    let formula = fs::read_to_string(out.join("sfn-tool.rb")).unwrap();
    assert!(!formula.contains('@'), "{formula}");
    for (number, entry) in targets().iter().enumerate() {
        let target = entry["target"].as_str().unwrap();
        let wanted = target.contains("apple") || target.contains("musl");
        let place = format!(
            "url \"https://github.com/sfn-tool/sfn-tool/releases/download/v9.8.7/sfn-tool-9.8.7-{target}.tar.gz\"\n      \
             sha256 \"{}\"",
            sum(number + 10)
        );
        assert_eq!(formula.contains(&place), wanted, "{target} in\n{formula}");
    }
    let dockerfile = fs::read_to_string(out.join("Dockerfile")).unwrap();
    assert!(dockerfile.contains("COPY sfn-tool-9.8.7-x86_64-unknown-linux-musl/sfn-tool /sfn-tool\n"));
    let without: Vec<String> = lines.into_iter().filter(|line| !line.contains("apple")).collect();
    assert!(!render(&without).0);
}
