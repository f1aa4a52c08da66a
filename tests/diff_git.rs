//! `diff` where the versions are git's: `REV:path`, folders, the external diff driver, difftool, textconv. The real git
//! runs, in repositories of its own and without anybody's configuration.

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
    repository.write("old/gone.asl.json", &machine(1));
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

/// A repository with the attributes of a driver, whose `order.asl.json` has one change.
fn with_driver() -> (Repository, String) {
    let repository = Repository::new();
    repository.write(".gitattributes", "*.asl.json diff=asl\n");
    repository.write("order.asl.json", &fixture("old.asl.json"));
    repository.commit("one");
    repository.write("order.asl.json", &fixture("new.asl.json"));
    (repository, format!("diff.asl.command={BINARY} diff"))
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/diff")
        .join(name);
    fs::read_to_string(path).expect("a fixture")
}

#[test]
fn git_diff_and_git_log_call_the_driver() {
    let (repository, driver) = with_driver();
    let shown = repository.git(&["-c", &driver, "diff"]);
    assert!(
        shown.starts_with("--- a/order.asl.json\n+++ b/order.asl.json\n"),
        "{shown}"
    );
    assert!(shown.contains("timeout 60 -> 300 (line 8 -> 8)"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    repository.commit("two");
    // Without --ext-diff, log and show do not ask the driver.
    let shown = repository.git(&["-c", &driver, "log", "-p", "--ext-diff"]);
    assert!(
        shown.contains("timeout 60 -> 300") && shown.contains("definition added: 10 states"),
        "{shown}"
    );
    let shown = repository.git(&["-c", &driver, "show", "--ext-diff", "HEAD"]);
    assert!(shown.contains("timeout 60 -> 300"), "{shown}");
    // From a folder below.
    repository.write("deep/x.txt", "");
    let output = repository
        .command("git", "deep", &["-c", &driver, "diff", "HEAD~1"])
        .output()
        .expect("git runs");
    assert!(
        text(&output.stdout).contains("timeout 60 -> 300"),
        "{}",
        text(&output.stderr)
    );
    // A deletion.
    repository.git(&["rm", "-q", "order.asl.json"]);
    let shown = repository.git(&["-c", &driver, "diff", "--cached"]);
    assert!(
        shown.starts_with("--- a/order.asl.json\n+++ /dev/null\n")
            && shown.contains("definition removed: 11 states"),
        "{shown}"
    );
}

#[test]
fn a_rename_comes_with_nine_arguments() {
    let (repository, driver) = with_driver();
    repository.git(&["mv", "order.asl.json", "orders.asl.json"]);
    repository.write("orders.asl.json", &fixture("old.asl.json").replace("60", "61"));
    repository.commit("two");
    let shown = repository.git(&["-c", &driver, "diff", "-M", "HEAD~1", "HEAD"]);
    assert!(
        shown.starts_with("--- a/order.asl.json\n+++ b/orders.asl.json\n")
            && shown.contains("timeout 60 -> 61"),
        "{shown}"
    );
}

#[test]
fn a_version_that_cannot_be_read_does_not_end_git() {
    let (repository, driver) = with_driver();
    repository.write(
        "order.asl.json",
        "{\"StartAt\": \"A\",\n \"States\": {\"A\": }}\n",
    );
    repository.write("z.asl.json", &machine(1));
    repository.git(&["add", "-N", "z.asl.json"]);
    let shown = repository.git(&["-c", &driver, "diff"]);
    assert!(shown.contains("b/order.asl.json:2:"), "{shown}");
    assert!(shown.contains("definition added: 1 state"), "{shown}");
}

#[test]
fn an_unmerged_file_is_told() {
    let (repository, driver) = with_driver();
    repository.write("order.asl.json", &machine(1));
    repository.commit("base");
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("order.asl.json", &machine(2));
    repository.commit("theirs");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("order.asl.json", &machine(3));
    repository.commit("ours");
    assert!(!repository.try_git(&["merge", "-q", "feature"]).status.success());
    // With a base of the merge, git has two files to compare; without, it calls with the path alone.
    for arguments in [&["diff"][..], &["diff", "--cached"]] {
        let mut all = vec!["-c", &driver];
        all.extend(arguments);
        let output = repository.try_git(&all);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(
            text(&output.stdout).contains("order.asl.json"),
            "{arguments:?}: {}",
            text(&output.stdout)
        );
        assert!(!text(&output.stderr).contains("external diff died"));
    }
    assert!(
        text(&repository.diff("", &["order.asl.json"]).stdout)
            .contains("order.asl.json has unresolved merge conflicts")
    );
    // The stages of the index are versions, too.
    let output = repository.diff("", &[":2:order.asl.json", ":3:order.asl.json"]);
    assert!(
        text(&output.stdout).contains("timeout 3 -> 2"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_exit_status_counts_where_git_trusts_it() {
    let (repository, _) = with_driver();
    let driver = format!("diff.asl.command={BINARY} diff --exit-code");
    // git 2.46 and later know trustExitCode; before, any status but 0 ends git.
    let trusted = repository.try_git(&[
        "-c",
        &driver,
        "-c",
        "diff.asl.trustExitCode=true",
        "diff",
        "--exit-code",
    ]);
    if text(&trusted.stderr).contains("external diff died") {
        return;
    }
    assert_eq!(trusted.status.code(), Some(1));
    // The same meaning in another spelling.
    repository.write("order.asl.json", &fixture("old.asl.json").replace(": ", ":  "));
    let trusted = repository.try_git(&[
        "-c",
        &driver,
        "-c",
        "diff.asl.trustExitCode=true",
        "diff",
        "--exit-code",
    ]);
    assert_eq!(trusted.status.code(), Some(0), "{}", text(&trusted.stdout));
}

#[test]
fn a_pager_of_git_gets_colour() {
    let (repository, _) = with_driver();
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = repository.command(BINARY, "", arguments);
        command.envs(variables.iter().copied());
        text(&command.output().expect("the program runs").stdout).contains("\u{1b}[31mbreaking")
    };
    let zero = "0000000";
    repository.write("old", &fixture("old.asl.json"));
    let seven = [
        "diff",
        "order.asl.json",
        "old",
        zero,
        "100644",
        "order.asl.json",
        zero,
        "100644",
    ];
    let mut never = seven.to_vec();
    never.extend(["--color", "never"]);
    assert!(!run(&[], &seven));
    assert!(run(&[("GIT_PAGER_IN_USE", "true")], &seven));
    assert!(!run(&[("GIT_PAGER_IN_USE", "true"), ("NO_COLOR", "1")], &seven));
    assert!(!run(&[("GIT_PAGER_IN_USE", "true")], &never));
}

#[test]
fn difftool_gives_two_files_or_two_folders() {
    let (repository, _) = with_driver();
    repository.write("same.txt", "1");
    let tool = format!("{BINARY} diff");
    let shown = repository.git(&["difftool", "-y", "-x", &tool, "HEAD"]);
    assert!(shown.contains("timeout 60 -> 300"), "{shown}");
    // As a tool from the configuration.
    let command = format!("difftool.sfn.cmd={BINARY} diff \"$LOCAL\" \"$REMOTE\"");
    let shown = repository.git(&["-c", &command, "difftool", "-y", "-t", "sfn", "HEAD"]);
    assert!(shown.contains("timeout 60 -> 300"), "{shown}");
    let shown = repository.git(&["-c", &command, "difftool", "-y", "-d", "-t", "sfn", "HEAD"]);
    assert!(shown.contains("timeout 60 -> 300"), "{shown}");
    // A new file has nothing on its left.
    repository.write("new.asl.json", &machine(1));
    repository.git(&["add", "-A"]);
    let shown = repository.git(&[
        "-c",
        &command,
        "difftool",
        "-y",
        "-t",
        "sfn",
        "--cached",
        "--",
        "new.asl.json",
    ]);
    assert!(shown.contains("definition added: 1 state"), "{shown}");
}

#[test]
fn textconv_shows_the_canonical_form() {
    let (repository, _) = with_driver();
    let textconv = format!("diff.asl.textconv={BINARY} diff --textconv");
    let shown = repository.git(&["-c", &textconv, "diff"]);
    assert!(
        shown.contains("\n-      \"TimeoutSeconds\": 60,\n")
            && shown.contains("\n+      \"TimeoutSeconds\": 300,\n"),
        "{shown}"
    );
    // git log and git show ask for it without --ext-diff.
    repository.commit("two");
    assert!(
        repository
            .git(&["-c", &textconv, "show"])
            .contains("+      \"TimeoutSeconds\": 300,")
    );
    // The same meaning is no difference: other order, white space, defaults.
    repository.write("order.asl.json", &fixture("new.asl.json").replace(": ", ":\n  "));
    let shown = repository.git(&["-c", &textconv, "diff"]);
    assert_eq!(shown.matches("@@").count(), 0, "{shown}");
    // What is no definition is shown as it is.
    repository.write("order.asl.json", "{\"StartAt\": \n");
    let shown = repository.git(&["-c", &textconv, "diff"]);
    assert!(shown.contains("+{\"StartAt\": \n"), "{shown}");
}

#[test]
fn textconv_takes_json_and_yaml() {
    let repository = Repository::new();
    repository.write("a.asl.json", &fixture("old.asl.json"));
    repository.write("a.asl.yaml", &fixture("same.asl.yaml"));
    let text_of = |name: &str| {
        let output = repository.diff("", &["--textconv", name]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert_eq!(text_of("a.asl.json"), text_of("a.asl.yaml"));
    assert!(
        text_of("a.asl.json")
            .starts_with("{\n  \"StartAt\": \"Validate\",\n  \"States\": {\n    \"Ask\": {\n")
    );
    let output = repository.diff("", &["--textconv", "a.asl.json", "a.asl.yaml"]);
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
/// A step of the documentation: the text between two marks.
fn documented(from: &str, to: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.md");
    let docs = fs::read_to_string(path).expect("the documentation");
    let start = docs.find(from).expect("where the step begins") + from.len();
    let end = docs[start..].find(to).expect("where the step ends") + start;
    docs[start..end].to_owned()
}

#[cfg(unix)]
fn path_with_binary() -> std::ffi::OsString {
    let folder = Path::new(BINARY).parent().expect("a folder");
    let others = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&others));
    std::env::join_paths(all).expect("a path")
}

#[cfg(unix)]
#[test]
fn the_documented_hook_stops_breaking_changes() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    repository.write("flows/order.asl.json", &fixture("old.asl.json"));
    repository.commit("one");
    // As YAML folds it: line breaks are blanks.
    let entry = documented("entry: >-\n", "        files:").replace("\n          ", " ");
    let hook = format!(
        "#!/bin/sh\nexec {} $(git diff --cached --name-only)\n",
        entry.trim()
    );
    repository.write(".git/hooks/pre-commit", &hook);
    fs::set_permissions(
        repository.path(".git/hooks/pre-commit"),
        fs::Permissions::from_mode(0o755),
    )
    .expect("a hook");
    let commit = || {
        repository.git(&["add", "-A"]);
        let arguments = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "commit",
            "-qm",
            "x",
        ];
        let mut command = repository.command("git", "", &arguments);
        command
            .env("PATH", path_with_binary())
            .output()
            .expect("git runs")
    };
    repository.write(
        "flows/order.asl.json",
        &fixture("old.asl.json").replace("60", "61"),
    );
    repository.write("flows/new.asl.json", &machine(1));
    let output = commit();
    assert!(
        output.status.success(),
        "{} {}",
        text(&output.stdout),
        text(&output.stderr)
    );
    repository.write("flows/order.asl.json", &fixture("new.asl.json"));
    let output = commit();
    assert!(!output.status.success());
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("breaking    renamed, was 'Complete'"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_documented_step_describes_a_pull_request() {
    let repository = Repository::new();
    repository.write("flows/order.asl.json", &fixture("old.asl.json"));
    repository.commit("one");
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("flows/order.asl.json", &fixture("new.asl.json"));
    repository.commit("two");
    repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let step = documented("        run: |\n", "      - name:");
    let output = repository
        .command("bash", "", &["-e", "-o", "pipefail", "-c", &step])
        .env("PATH", path_with_binary())
        .env("GITHUB_BASE_REF", "main")
        .env("GITHUB_STEP_SUMMARY", repository.path("summary.md"))
        .output()
        .expect("bash runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let summary = fs::read_to_string(repository.path("summary.md")).expect("a summary");
    assert!(
        summary.starts_with("### `")
            && summary.contains("| 🔴 breaking | 8 | 5 |")
            && summary.contains("```mermaid\n"),
        "{summary}"
    );
}

/// A program that leaves a file behind where it is run, as a repository's configuration would name it.
#[cfg(unix)]
fn trap(repository: &Repository, name: &str) -> (String, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (program, sprung) = (repository.path(name), repository.path(&format!("{name}.sprung")));
    fs::write(
        &program,
        format!("#!/bin/sh\ntouch '{}'\nexit 1\n", sprung.display()),
    )
    .expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it may run");
    (program.display().to_string(), sprung)
}

#[cfg(unix)]
#[test]
fn nothing_that_the_repository_configures_is_run() {
    let repository = five_versions();
    let file = "flows/wf.asl.json";
    repository.write(".gitattributes", "*.asl.json diff=asl filter=asl\n");
    let names = [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.alternateRefsCommand",
        "core.editor",
        "credential.helper",
        "diff.external",
        "diff.asl.textconv",
        "diff.asl.command",
        "filter.asl.smudge",
        "filter.asl.clean",
        "filter.asl.process",
        "pager.cat-file",
        "pager.rev-parse",
        "gpg.program",
        "alias.cat-file",
        "alias.rev-parse",
    ];
    let traps: Vec<_> = names
        .iter()
        .map(|name| {
            let (program, sprung) = trap(&repository, &format!("trap-{name}"));
            repository.git(&["config", name, &program]);
            sprung
        })
        .collect();
    let (hook, sprung_hook) = trap(&repository, "post-index-change");
    repository.git(&[
        "config",
        "core.hooksPath",
        &repository.folder.path().display().to_string(),
    ]);
    drop(hook);
    for arguments in [
        vec![":flows/wf.asl.json", "HEAD:flows/wf.asl.json"],
        vec!["HEAD~1:flows/wf.asl.json", file],
        vec!["HEAD~1", "HEAD"],
        vec!["main", "flows"],
        vec!["HEAD~1:flows", "flows"],
    ] {
        let output = repository.diff("", &arguments);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
    let sprung: Vec<_> = traps
        .iter()
        .chain([&sprung_hook])
        .filter(|path| path.exists())
        .collect();
    assert!(sprung.is_empty(), "{sprung:?}");
}

#[cfg(unix)]
#[test]
fn a_missing_object_is_not_fetched() {
    let repository = five_versions();
    let (program, sprung) = trap(&repository, "upload-pack");
    let blob = repository.git(&["rev-parse", "main~1:flows/wf.asl.json"]);
    let blob = blob.trim();
    fs::remove_file(repository.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..])))
        .expect("it is loose");
    for (name, value) in [
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", "none"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", &program),
        // What a repository allows itself is not asked either.
        ("protocol.allow", "always"),
    ] {
        repository.git(&["config", name, value]);
    }
    let output = repository.diff("", &["main~1:flows/wf.asl.json", "flows/wf.asl.json"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(
        text(&output.stderr).contains("main~1:flows/wf.asl.json"),
        "{}",
        text(&output.stderr)
    );
    assert!(!sprung.exists());
}

#[test]
fn what_git_says_of_a_repository_of_somebody_else_is_passed_on() {
    let repository = five_versions();
    for arguments in [
        ["main:flows/wf.asl.json", "flows/wf.asl.json"],
        ["main", "flows/wf.asl.json"],
    ] {
        let output = repository
            .command(BINARY, "", &["diff", arguments[0], arguments[1]])
            .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
            .output()
            .expect("the program runs");
        let words = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains("dubious ownership"), "{words}");
        assert!(words.contains("safe.directory"), "{words}");
    }
}
