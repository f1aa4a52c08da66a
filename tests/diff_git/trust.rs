//! Repositories that are not to be trusted: nothing of their configuration is run, nothing is fetched.

use std::fs;

use super::{BINARY, Repository, five_versions, text};

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
