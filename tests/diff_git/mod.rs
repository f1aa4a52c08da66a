//! `diff` where the versions are git's: `REV:path`, folders, the external diff driver, difftool, textconv, what the documentation shows. The real git
//! runs, in repositories of its own and without anybody's configuration.

mod around;
#[cfg(unix)]
mod documented;
mod driver;
mod trust;
mod unfollowed;
mod work_tree;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_sfn-tool");

/// A repository of its own.
struct Repository {
    folder: TempDir,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// All that a call says.
fn told(output: &Output) -> String {
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// A task that may take `seconds`.
fn machine(seconds: u32) -> String {
    format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "r", "TimeoutSeconds": {seconds}, "End": true}}}}}}
"#
    )
}

impl Repository {
    fn new() -> Repository {
        let repository = Repository {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    fn command(&self, program: &str, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        // A hook that runs these tests has variables of its own repository.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path(folder))
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", self.folder.path())
            .env("LC_ALL", "C")
            .env_remove("NO_COLOR")
            .env_remove("FORCE_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    fn try_git(&self, arguments: &[&str]) -> Output {
        let mut all = vec![
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        all.extend(arguments);
        self.command("git", "", &all).output().expect("git runs")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {} {}",
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
    }

    /// `sfn-tool diff` in a folder of the repository.
    fn diff(&self, folder: &str, arguments: &[&str]) -> Output {
        let mut all = vec!["diff"];
        all.extend(arguments);
        self.command(BINARY, folder, &all)
            .output()
            .expect("the program runs")
    }

    /// The two names and the messages of a comparison of two definitions.
    fn changes(&self, folder: &str, arguments: &[&str]) -> Vec<String> {
        let output = self.diff(folder, arguments);
        assert_eq!(text(&output.stderr).matches("Error").count(), 0, "{arguments:?}");
        text(&output.stdout)
            .lines()
            .filter(|line| line.starts_with("--- ") || line.starts_with("+++ ") || line.starts_with("  "))
            .map(|line| line.trim().to_owned())
            .collect()
    }
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/diff")
        .join(name);
    fs::read_to_string(path).expect("a fixture")
}

/// Two commits on main, a third on `feature`, a fourth version in the index and a fifth in the folder.
fn five_versions() -> Repository {
    let repository = Repository::new();
    repository.write("flows/wf.asl.json", &machine(1));
    repository.commit("one");
    repository.write("flows/wf.asl.json", &machine(2));
    repository.commit("two");
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("flows/wf.asl.json", &machine(3));
    repository.commit("three");
    repository.write("flows/wf.asl.json", &machine(4));
    repository.git(&["add", "-A"]);
    repository.write("flows/wf.asl.json", &machine(5));
    repository
}

#[test]
fn versions_are_read_through_git() {
    let repository = five_versions();
    let expect = |folder: &str, arguments: [&str; 2], names: [&str; 2], seconds: [u32; 2]| {
        assert_eq!(
            repository.changes(folder, &arguments),
            [
                format!("--- {}", names[0]),
                format!("+++ {}", names[1]),
                format!(
                    "behavioural timeout {} -> {} (line 1 -> 1)",
                    seconds[0], seconds[1]
                ),
            ],
            "{arguments:?} in {folder:?}"
        );
    };
    let file = "flows/wf.asl.json";
    let at = |revision: &str| format!("{revision}:{file}");
    let (main, feature, index) = (at("main"), at("feature"), at(""));
    expect(
        "",
        ["HEAD~2:flows/wf.asl.json", file],
        ["HEAD~2:flows/wf.asl.json", file],
        [1, 5],
    );
    expect("", [&main, &feature], [&main, &feature], [2, 3]);
    expect("", [&index, file], [&index, file], [4, 5]);
    expect(
        "",
        ["HEAD:./flows/wf.asl.json", &index],
        ["HEAD:./flows/wf.asl.json", &index],
        [3, 4],
    );
    // From a folder below: the path from the top, from here, and as one would write it without thinking.
    let here = "wf.asl.json";
    expect("flows", [&main, here], [&main, here], [2, 5]);
    expect(
        "flows",
        ["main:./wf.asl.json", here],
        ["main:./wf.asl.json", here],
        [2, 5],
    );
    expect(
        "flows",
        ["main:wf.asl.json", ":wf.asl.json"],
        ["main:wf.asl.json", ":wf.asl.json"],
        [2, 4],
    );
    // A revision alone is the other side's path in it.
    expect("", ["main", file], [&main, file], [2, 5]);
    expect("flows", ["HEAD~2", here], ["HEAD~2:wf.asl.json", here], [1, 5]);
    expect("", ["main~1", &feature], [&at("main~1"), &feature], [1, 3]);
    let whole = repository.path(file);
    let whole = whole.to_str().expect("a plain path");
    expect("", ["main", whole], [&main, whole], [2, 5]);
    // Both ways round.
    expect("", [file, "main"], [file, &main], [5, 2]);
    assert_eq!(
        repository
            .diff("", &[&main, "HEAD~1:flows/wf.asl.json"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn what_git_does_not_know_is_told_with_its_words() {
    let repository = five_versions();
    for (arguments, words) in [
        (
            ["nowhere:wf.asl.json", "flows/wf.asl.json"],
            "nowhere:wf.asl.json is not a file",
        ),
        (
            ["HEAD:other.asl.json", "flows/wf.asl.json"],
            "HEAD:other.asl.json is not a file",
        ),
        (
            ["no-such.asl.json", "flows/wf.asl.json"],
            "no-such.asl.json does not exist",
        ),
        (
            ["HEAD:flows", "flows/wf.asl.json"],
            "HEAD:flows is a folder and flows/wf.asl.json is not",
        ),
    ] {
        let output = repository.diff("", &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let shown = text(&output.stderr).replace("\n  │ ", " ");
        assert!(shown.contains(words), "{arguments:?}: {shown}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    // A file may be called as a version is.
    repository.write("a:b.asl.json", &machine(7));
    let output = repository.diff("", &["a:b.asl.json", "flows/wf.asl.json"]);
    assert!(text(&output.stdout).contains("timeout 7 -> 5"));
    // Outside any repository.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let output = repository
        .command(BINARY, "", &["diff", "HEAD:a.asl.json", "HEAD:b.asl.json"])
        .current_dir(elsewhere.path())
        .env("GIT_CEILING_DIRECTORIES", elsewhere.path())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("not a git repository"),
        "{}",
        text(&output.stderr)
    );
    // Without git, files are still compared.
    let without = |arguments: &[&str]| {
        repository
            .command(BINARY, "", arguments)
            .env("PATH", elsewhere.path())
            .output()
            .expect("the program runs")
    };
    let output = without(&["diff", "HEAD:a.asl.json", "flows/wf.asl.json"]);
    assert!(
        text(&output.stderr).contains("cannot run git"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(
        without(&["diff", "a:b.asl.json", "flows/wf.asl.json"])
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn folders_are_compared_by_name() {
    let repository = Repository::new();
    repository.write("old/same.asl.json", &machine(1));
    repository.write("old/deep/changed.asl.json", &machine(1));
    repository.write("old/gone.asl.json", &machine(9));
    repository.write("old/rewritten.asl.json", &machine(1));
    repository.write("old/mocks.json", "{}");
    repository.write("old/.hidden/x.asl.json", &machine(1));
    repository.commit("one");
    repository.write("new/same.asl.json", &machine(1));
    repository.write("new/deep/changed.asl.json", &machine(2));
    repository.write("new/born.asl.json", &machine(1));
    repository.write(
        "new/rewritten.asl.yaml",
        "StartAt: A\nStates:\n  A: {Type: Task, Resource: r, TimeoutSeconds: 1, End: true}\n",
    );
    repository.commit("two");
    let expected = |old: &str, new: &str| {
        vec![
            "--- /dev/null".to_owned(),
            format!("+++ {new}born.asl.json"),
            "behavioural definition added: 1 state".to_owned(),
            format!("--- {old}deep/changed.asl.json"),
            format!("+++ {new}deep/changed.asl.json"),
            "behavioural timeout 1 -> 2 (line 1 -> 1)".to_owned(),
            format!("--- {old}gone.asl.json"),
            "+++ /dev/null".to_owned(),
            "breaking    definition removed: 1 state".to_owned(),
        ]
    };
    assert_eq!(repository.changes("", &["old", "new"]), expected("old/", "new/"));
    assert_eq!(
        repository.changes("", &["HEAD:old", "new"]),
        expected("HEAD:old/", "new/")
    );
    assert_eq!(
        repository.changes("new", &["HEAD:old", "HEAD:./"]),
        expected("HEAD:old/", "HEAD:./")
    );
    let output = repository.diff("", &["old", "new"]);
    assert_eq!(
        (text(&output.stderr).as_str(), output.status.code()),
        (
            "3 changes in 3 of 5 files: 1 breaking, 2 behavioural (1 cosmetic not shown, --all shows them)\n",
            Some(1)
        )
    );
    // Two revisions: all that is in them.
    assert_eq!(
        repository
            .changes("", &["HEAD~1", "HEAD"])
            .iter()
            .filter(|line| line.contains("definition added"))
            .count(),
        4
    );
    let json = repository.diff("", &["--format", "json", "old", "new"]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["files"].as_array().map(Vec::len), Some(3));
    assert_eq!(report["files"][0]["new"], "new/born.asl.json");
    assert!(report["files"][0].get("old").is_none());
    assert_eq!(report["files"][1]["changes"][0]["kind"], "timeout-changed");
    // One that cannot be read stops no other.
    repository.write("new/same.asl.json", "{\"States\": ");
    let output = repository.diff("", &["old", "new"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("new/same.asl.json:1:"),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stdout).contains("timeout 1 -> 2"));
    // Nothing to compare.
    repository.write("empty/readme.md", "");
    assert_eq!(repository.diff("", &["empty", "empty"]).status.code(), Some(2));
    assert_eq!(repository.diff("", &["old", "old"]).status.code(), Some(0));
}

#[test]
fn standard_input_is_a_side() {
    let repository = five_versions();
    let mut command =
        assert_cmd::Command::from_std(repository.command(BINARY, "", &["diff", "-", ":flows/wf.asl.json"]));
    let output = command
        .write_stdin(machine(9))
        .output()
        .expect("the program runs");
    assert_eq!(
        text(&output.stdout),
        "--- <stdin>\n+++ :flows/wf.asl.json\n\nA\n  behavioural timeout 9 -> 4 (line 1 -> 1)\n"
    );
}

/// A template of SAM's with machines of this many seconds by their names.
fn template(machines: &[(&str, u32)]) -> String {
    let mut out = "Resources:\n".to_owned();
    for (name, seconds) in machines {
        out.push_str(&format!(
            "  {name}:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition: {}\n",
            machine(*seconds)
        ));
    }
    out
}

#[test]
fn folders_are_searched_as_check_does() {
    let repository = Repository::new();
    repository.write("old/template.yaml", &template(&[("One", 1), ("Two", 2)]));
    repository.write("old/plain.json", &machine(1));
    repository.write("old/package.json", "{\"name\": \"StartAt\"}");
    repository.write("old/node_modules/x.json", &machine(1));
    repository.commit("one");
    repository.write(
        "new/template.yaml",
        &template(&[("One", 1), ("Two", 3), ("Three", 1)]),
    );
    repository.write("new/plain.json", &machine(4));
    repository.write("new/package.json", "{\"name\": \"States StartAt\"}");
    repository.commit("two");
    let expected = |old: &str, new: &str| {
        vec![
            format!("--- {old}plain.json"),
            format!("+++ {new}plain.json"),
            "behavioural timeout 1 -> 4 (line 1 -> 1)".to_owned(),
            "--- /dev/null".to_owned(),
            format!("+++ {new}template.yaml#Three"),
            "behavioural definition added: 1 state".to_owned(),
            format!("--- {old}template.yaml#Two"),
            format!("+++ {new}template.yaml#Two"),
            "behavioural timeout 2 -> 3 (line 10 -> 10)".to_owned(),
        ]
    };
    assert_eq!(repository.changes("", &["old", "new"]), expected("old/", "new/"));
    assert_eq!(
        repository.changes("", &["HEAD:old", "HEAD:new"]),
        expected("HEAD:old/", "HEAD:new/")
    );
    // From a folder below the top, too.
    assert_eq!(
        repository.changes("old", &["HEAD:old", "../new"]),
        expected("HEAD:old/", "../new/")
    );
    let json = repository.diff("", &["--format", "json", "old", "new"]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["files"][2]["old"], "old/template.yaml#Two", "{report}");
    let markdown = repository.diff("", &["--format", "markdown", "old", "new"]);
    assert!(text(&markdown.stdout).contains("### `template.yaml#Three` added"));
}

#[test]
fn a_definition_under_another_name_is_told_as_that() {
    let repository = Repository::new();
    let two = |last: &str| {
        format!(
            "{{\"StartAt\": \"Charge\", \"States\": {{\"Charge\": {{\"Type\": \"Pass\", \"Next\": \"{last}\"}}, \"Ship\": {{\"Type\": \"Pass\", \"End\": true}}, \"Stop\": {{\"Type\": \"Fail\"}}}}}}"
        )
    };
    repository.write("old/order.asl.json", &two("Ship"));
    repository.write("old/same.asl.json", &machine(7));
    repository.write("old/other.asl.json", &machine(1));
    repository.write("new/flows/orders.asl.json", &two("Stop"));
    repository.write("new/moved.asl.json", &machine(7));
    repository.write(
        "new/none.asl.json",
        "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Succeed\"}}}",
    );
    assert_eq!(
        repository.changes("", &["old", "new"]),
        [
            "--- old/order.asl.json",
            "+++ new/flows/orders.asl.json",
            "behavioural definition renamed: order.asl.json -> flows/orders.asl.json",
            "behavioural continues to 'Stop' instead of 'Ship' (line 1 -> 1)",
            "--- old/same.asl.json",
            "+++ new/moved.asl.json",
            "behavioural definition renamed: same.asl.json -> moved.asl.json",
            "--- /dev/null",
            "+++ new/none.asl.json",
            "behavioural definition added: 1 state",
            "--- old/other.asl.json",
            "+++ /dev/null",
            "breaking    definition removed: 1 state",
        ]
    );
}

/// A template with one machine, whose definition stands in `flow.asl.json`.
const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: flow.asl.json
      Role: arn:aws:iam::123456789012:role/r
";

#[test]
fn equal_templates_may_name_files_that_differ() {
    let repository = Repository::new();
    for (folder, seconds) in [("old", 10), ("new", 20)] {
        repository.write(&format!("{folder}/template.yaml"), TEMPLATE);
        repository.write(&format!("{folder}/flow.asl.json"), &machine(seconds));
    }
    let output = repository.diff("", &["old/template.yaml", "new/template.yaml"]);
    let told = text(&output.stdout);
    assert!(told.contains("timeout 10 -> 20"), "{told}");
}
