//! `diff` as git calls it: external diff driver, difftool, textconv.

use super::{BINARY, Repository, fixture, machine, text};

/// A repository with the attributes of a driver, whose `order.asl.json` has one change.
fn with_driver() -> (Repository, String) {
    let repository = Repository::new();
    repository.write(".gitattributes", "*.asl.json diff=asl\n");
    repository.write("order.asl.json", &fixture("old.asl.json"));
    repository.commit("one");
    repository.write("order.asl.json", &fixture("new.asl.json"));
    (repository, format!("diff.asl.command={BINARY} diff"))
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
