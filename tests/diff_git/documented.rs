//! The hook and the step of a pull request as docs/diff.md shows them.

use std::fs;
use std::path::Path;

use super::{BINARY, Repository, fixture, machine, text};

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
