//! `sfn-tool fmt`, driven as a program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::called;

fn fmt(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = called::program();
    command
        .arg("fmt")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const MESSY: &str = r#"{"States": {"A": {"End": true, "Type": "Pass"}}, "StartAt": "A"}"#;

const CANONICAL: &str = r#"{
  "StartAt": "A",
  "States": {
    "A": {
      "Type": "Pass",
      "End": true
    }
  }
}
"#;

#[test]
fn files_and_folders_are_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("flows")).unwrap();
    fs::write(at("flows/a.asl.json"), MESSY).unwrap();
    fs::write(
        at("flows/b.asl.yaml"),
        "States:\n    A: # the only one\n        Type: Succeed\nStartAt: A\n",
    )
    .unwrap();
    fs::write(at("flows/other.json"), "{ }").unwrap();
    let output = fmt(folder.path(), &["flows"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stderr), "2 of 2 changed\n");
    assert_eq!(fs::read_to_string(at("flows/a.asl.json")).unwrap(), CANONICAL);
    assert_eq!(
        fs::read_to_string(at("flows/b.asl.yaml")).unwrap(),
        "StartAt: A\nStates:\n  A: # the only one\n    Type: Succeed\n"
    );
    assert_eq!(fs::read_to_string(at("flows/other.json")).unwrap(), "{ }");
    let output = fmt(folder.path(), &["flows"]);
    assert_eq!(text(&output.stderr), "0 of 2 changed\n");
    // Nothing but the two definitions and the other file is left behind.
    assert_eq!(fs::read_dir(at("flows")).unwrap().count(), 3);
}

#[test]
fn check_and_diff_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.asl.json");
    fs::write(&path, MESSY).unwrap();
    let output = fmt(folder.path(), &["--check", "a.asl.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "a.asl.json\n");
    let output = fmt(folder.path(), &["--diff", "a.asl.json"]);
    assert_eq!(output.status.code(), Some(1));
    let diff = text(&output.stdout);
    assert!(
        diff.starts_with("--- a.asl.json\n+++ a.asl.json (formatted)\n@@ -1 +1,9 @@\n"),
        "{diff}"
    );
    assert!(diff.contains("\n+  \"StartAt\": \"A\",\n"), "{diff}");
    let output = fmt(folder.path(), &["--diff", "--color", "always", "a.asl.json"]);
    assert!(text(&output.stdout).contains("\u{1b}[32m+  \"StartAt\": \"A\",\u{1b}[0m\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), MESSY);
    fs::write(&path, CANONICAL).unwrap();
    for option in ["--check", "--diff"] {
        let output = fmt(folder.path(), &[option, "a.asl.json"]);
        assert_eq!((output.status.code(), output.stdout), (Some(0), Vec::new()));
    }
}

#[test]
fn stdin_goes_to_stdout() {
    let mut child = called::program()
        .args(["fmt", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(MESSY.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(0), CANONICAL.to_owned())
    );

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), MESSY).unwrap();
    let output = fmt(folder.path(), &["--stdout", "a.json"]);
    assert_eq!(text(&output.stdout), CANONICAL);
    assert_eq!(fs::read_to_string(folder.path().join("a.json")).unwrap(), MESSY);
}

#[test]
fn what_cannot_be_formatted_is_left_and_said() {
    let folder = tempfile::tempdir().unwrap();
    // The second anchor of the name would come between the first and the alias that means it.
    let alias = "Comment: &c x\nStates: {A: {Type: Pass, End: true, Comment: *c}}\nTimeoutSeconds: &c 5\nStartAt: A\n";
    for (name, content) in [
        ("a.asl.yaml", alias),
        ("b.asl.json", "{"),
        ("c.asl.json", "{\"a\": 1}"),
        ("d.asl.json", MESSY),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let output = fmt(
        folder.path(),
        &[
            "a.asl.yaml",
            "b.asl.json",
            "c.asl.json",
            "d.asl.json",
            "missing.json",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    let words = text(&output.stderr);
    for part in [
        "would not mean the same",
        "b.asl.json:1:1",
        "not a definition",
        "missing.json does not exist",
        "1 of 5 changed",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("a.asl.yaml")).unwrap(),
        alias
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("d.asl.json")).unwrap(),
        CANONICAL
    );
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.asl.json"), MESSY).unwrap();
    fs::set_permissions(at("real.asl.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.asl.json", at("link.asl.json")).unwrap();
    assert!(fmt(folder.path(), &["link.asl.json"]).status.success());
    assert!(fs::symlink_metadata(at("link.asl.json")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(at("real.asl.json")).unwrap(), CANONICAL);
    assert_eq!(
        fs::metadata(at("real.asl.json")).unwrap().permissions().mode() & 0o777,
        0o640
    );

    fs::write(at("locked.asl.json"), MESSY).unwrap();
    fs::set_permissions(at("locked.asl.json"), fs::Permissions::from_mode(0o444)).unwrap();
    let output = fmt(folder.path(), &["locked.asl.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("read-only"));
    assert_eq!(fs::read_to_string(at("locked.asl.json")).unwrap(), MESSY);
}

#[test]
fn what_a_configuration_or_the_call_excludes_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.asl.json", "legacy/b.asl.json", "old/c.asl.json", "d.json"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, MESSY).unwrap();
    }
    fs::write(folder.path().join("sfn-tool.toml"), "exclude = [\"legacy/\"]\n").unwrap();
    let listed = |arguments: &[&str]| {
        let output = fmt(folder.path(), &[&["--check"], arguments].concat());
        text(&output.stdout)
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(&["."]), ["a.asl.json", "old/c.asl.json"]);
    assert_eq!(listed(&[".", "--exclude", "old/"]), ["a.asl.json"]);
    assert_eq!(
        listed(&[".", "--isolated"]),
        ["a.asl.json", "legacy/b.asl.json", "old/c.asl.json"]
    );
    // What is named is meant, unless a hook names every file.
    assert_eq!(listed(&["legacy/b.asl.json"]), ["legacy/b.asl.json"]);
    assert_eq!(
        listed(&["legacy/b.asl.json", "a.asl.json", "--force-exclude"]),
        ["a.asl.json"]
    );
    // A pattern lets in none of another name.
    assert_eq!(
        listed(&[".", "--include", "*.json"]),
        ["a.asl.json", "old/c.asl.json"]
    );
    fs::write(folder.path().join("sfn-tool.toml"), "exclude = 1\n").unwrap();
    let output = fmt(folder.path(), &["--check", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("sfn-tool.toml"),
        "{}",
        text(&output.stderr)
    );
}
