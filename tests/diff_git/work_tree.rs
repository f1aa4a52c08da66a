//! One argument: a revision, or a part of it, and the work tree.

use super::*;

#[test]
fn a_revision_alone_is_compared_with_the_work_tree() {
    let repository = Repository::new();
    for name in ["a", "flows/b", "flows/c"] {
        repository.write(&format!("{name}.asl.json"), &machine(1));
    }
    repository.commit("one");
    let output = repository.diff("", &["HEAD"]);
    assert_eq!(told(&output), "no difference in 3 files\n");
    assert_eq!(output.status.code(), Some(0));
    repository.write("a.asl.json", &machine(2));
    repository.write(
        "flows/new.asl.json",
        "{\"StartAt\": \"N\", \"States\": {\"N\": {\"Type\": \"Succeed\"}}}",
    );
    fs::remove_file(repository.path("flows/c.asl.json")).expect("it is there");
    assert_eq!(
        repository.changes("", &["HEAD"]),
        [
            "--- HEAD:a.asl.json",
            "+++ a.asl.json",
            "behavioural timeout 1 -> 2 (line 1 -> 1)",
            "--- HEAD:flows/c.asl.json",
            "+++ /dev/null",
            "breaking    definition removed: 1 state",
            "--- /dev/null",
            "+++ flows/new.asl.json",
            "behavioural definition added: 1 state",
        ]
    );
    // All of the repository, wherever the call is made.
    assert_eq!(
        repository.changes("flows", &["HEAD"])[..3],
        [
            "--- HEAD:a.asl.json",
            "+++ ../a.asl.json",
            "behavioural timeout 1 -> 2 (line 1 -> 1)",
        ]
    );
    // A part of it.
    assert_eq!(
        repository.changes("flows", &["HEAD:a.asl.json"]),
        [
            "--- HEAD:a.asl.json",
            "+++ ../a.asl.json",
            "behavioural timeout 1 -> 2 (line 1 -> 1)",
        ]
    );
    assert_eq!(
        repository.changes("", &["HEAD:flows/c.asl.json"]),
        [
            "--- HEAD:flows/c.asl.json",
            "+++ /dev/null",
            "breaking    definition removed: 1 state"
        ]
    );
    assert_eq!(repository.changes("", &["HEAD:flows"]).len(), 6);
    assert_eq!(
        repository.changes("", &[":a.asl.json"]),
        [
            "--- :a.asl.json",
            "+++ a.asl.json",
            "behavioural timeout 1 -> 2 (line 1 -> 1)"
        ]
    );
}

#[test]
fn ranges_are_those_of_git_diff() {
    let repository = five_versions();
    repository.git(&["stash", "-q"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write("flows/wf.asl.json", &machine(9));
    repository.commit("meanwhile");
    let seconds = |range: &str| {
        let changes = repository.changes("", &[range]);
        changes
            .iter()
            .find_map(|line| Some(line.split_once("timeout ")?.1.to_owned()))
    };
    assert_eq!(seconds("main..feature").as_deref(), Some("9 -> 3 (line 1 -> 1)"));
    assert_eq!(seconds("main...feature").as_deref(), Some("2 -> 3 (line 1 -> 1)"));
    assert_eq!(seconds("feature..").as_deref(), Some("3 -> 9 (line 1 -> 1)"));
}

#[test]
fn what_is_no_revision_is_told() {
    let repository = five_versions();
    for (argument, words) in [
        ("flows/wf.asl.json", "nothing to compare flows/wf.asl.json with"),
        ("flows", "nothing to compare flows with"),
        ("nowhere", "nowhere does not exist"),
        ("nowhere..main", "nowhere does not exist"),
        ("main:none.asl.json", "main:none.asl.json is not a file"),
    ] {
        let output = repository.diff("", &[argument]);
        let told = told(&output).replace("\n  │ ", " ");
        assert_eq!(output.status.code(), Some(2), "{argument}: {told}");
        assert!(told.contains(words), "{argument}: {told}");
    }
    let bare = Repository::new();
    bare.git(&[
        "clone",
        "-q",
        "--bare",
        repository.folder.path().to_str().expect("a path"),
        "bare",
    ]);
    let output = bare.diff("bare", &["main"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("no work tree"), "{}", told(&output));
    assert_eq!(bare.diff("bare", &["main~1", "main"]).status.code(), Some(1));
}

/// What git tracks is compared though a `.gitignore` names it, and what is another repository's is not.
#[test]
fn the_work_tree_is_what_git_takes_for_it() {
    let repository = Repository::new();
    repository.write("built/a.asl.json", &machine(1));
    repository.write("built/template.yaml", &template(&[("One", 1)]));
    repository.write("other.asl.json", &machine(5));
    repository.commit("one");
    repository.write(".gitignore", "built/\nignored/\n");
    repository.write("ignored/new.asl.json", &machine(1));
    repository.write("inner/x.asl.json", &machine(1));
    let inner = repository.path("inner");
    let output = repository
        .command("git", "inner", &["init", "-q"])
        .output()
        .expect("git runs");
    assert!(output.status.success() && inner.join(".git").exists());
    assert_eq!(
        told(&repository.diff("", &["HEAD"])),
        "no difference in 3 files\n"
    );
    repository.write("built/a.asl.json", &machine(2));
    assert_eq!(repository.changes("", &["HEAD"]).len(), 3);
    assert_eq!(repository.changes("", &["HEAD", "."]).len(), 3);
}

#[test]
fn a_resource_is_that_of_both_sides() {
    let repository = Repository::new();
    repository.write("flows/template.yaml", &template(&[("One", 1), ("Two", 1)]));
    repository.commit("one");
    repository.write("flows/template.yaml", &template(&[("One", 2), ("Two", 1)]));
    let one = [
        "--- HEAD:flows/template.yaml#One",
        "+++ flows/template.yaml#One",
        "behavioural timeout 1 -> 2 (line 5 -> 5)",
    ];
    for arguments in [
        &["HEAD", "flows/template.yaml#One"][..],
        &["HEAD:flows/template.yaml#One", "flows/template.yaml#One"],
        &["HEAD:flows/template.yaml#One"],
    ] {
        assert_eq!(repository.changes("", arguments), one, "{arguments:?}");
    }
    repository.commit("two");
    assert_eq!(
        repository.changes("", &["HEAD~1:flows/template.yaml#One", "HEAD"])[2],
        "behavioural timeout 1 -> 2 (line 5 -> 5)"
    );
    let output = repository.diff("", &["HEAD~1:flows/template.yaml", "HEAD:flows/template.yaml"]);
    assert!(
        told(&output).contains("HEAD~1:flows/template.yaml holds 2 state machines"),
        "{}",
        told(&output)
    );
    assert_eq!(
        told(&repository.diff("", &["HEAD", "HEAD"])),
        "no difference in 2 files\n"
    );
}

#[test]
fn what_a_revision_does_not_have_is_new() {
    let repository = Repository::new();
    repository.write("ha#sh.asl.json", &machine(1));
    repository.commit("one");
    repository.write("new.asl.json", &machine(1));
    repository.write("folder/x.asl.json", &machine(2));
    repository.write("ha#sh.asl.json", &machine(2));
    assert_eq!(
        repository.changes("", &["HEAD", "new.asl.json"]),
        [
            "--- /dev/null",
            "+++ new.asl.json",
            "behavioural definition added: 1 state"
        ]
    );
    assert_eq!(
        repository.changes("", &["HEAD", "folder"]),
        [
            "--- /dev/null",
            "+++ folder/x.asl.json",
            "behavioural definition added: 1 state"
        ]
    );
    // A name with the sign that stands before a resource.
    for arguments in [
        &["HEAD:ha#sh.asl.json"][..],
        &["HEAD:ha#sh.asl.json", "ha#sh.asl.json"],
        &["HEAD", "ha#sh.asl.json"],
    ] {
        assert_eq!(
            repository.changes("", arguments)[2],
            "behavioural timeout 1 -> 2 (line 1 -> 1)",
            "{arguments:?}"
        );
    }
    // The file of a submodule is none of this repository's.
    let inner = repository.path("inner");
    fs::create_dir(&inner).expect("a folder");
    repository
        .command("git", "inner", &["init", "-q"])
        .output()
        .expect("git runs");
    repository.write("inner/x.asl.json", &machine(1));
    let output = repository.diff("", &["HEAD", "inner/x.asl.json"]);
    assert_eq!(output.status.code(), Some(2));
    let shown = told(&output).replace("\n  │ ", " ");
    assert!(shown.contains("HEAD:./inner/x.asl.json is not a file"), "{shown}");
    let output = repository.diff("", &["HEAD~7", "new.asl.json"]);
    let shown = told(&output).replace("\n  │ ", " ");
    assert!(
        shown.contains("HEAD~7 does not exist, and git knows no revision of that name"),
        "{shown}"
    );
}

/// A file that is too much to be read is no trouble as long as nobody changes it.
#[test]
fn what_nobody_changed_is_no_difference() {
    let repository = Repository::new();
    repository.write("flow.asl.json", &machine(1));
    repository.write("broken.asl.json", "\u{0}{");
    fs::File::create(repository.path("huge.asl.json"))
        .and_then(|file| file.set_len(65 << 20))
        .expect("a file");
    repository.commit("one");
    repository.write("flow.asl.json", &machine(2));
    repository.commit("two");
    let output = repository.diff("", &["HEAD~1", "HEAD"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        told(&output).contains("1 change in 1 of 3 files"),
        "{}",
        told(&output)
    );
}

/// What a sparse work tree leaves out is not gone.
#[test]
fn a_sparse_work_tree_has_lost_nothing() {
    let repository = Repository::new();
    repository.write("a/one.asl.json", &machine(1));
    repository.write("b/two.asl.json", &machine(1));
    repository.write("b/template.yaml", &template(&[("One", 1)]));
    repository.commit("one");
    repository.git(&["sparse-checkout", "set", "a"]);
    assert!(!repository.path("b/two.asl.json").exists());
    assert_eq!(told(&repository.diff("", &["HEAD"])), "no difference\n");
}

/// A definition is one whatever its file is called, in git as in a folder.
#[test]
fn a_revision_is_searched_as_a_folder_is() {
    let repository = Repository::new();
    for name in ["noext", "flow.tpl", "a.txt"] {
        repository.write(name, &machine(1));
    }
    repository.write("prose.md", "StartAt and States are words.\n");
    repository.commit("one");
    for name in ["noext", "flow.tpl", "a.txt"] {
        repository.write(name, &machine(2));
    }
    repository.commit("two");
    for arguments in [&["HEAD~1", "HEAD"][..], &["HEAD~1"]] {
        let output = repository.diff("", arguments);
        assert_eq!(
            text(&output.stdout).matches("timeout 1 -> 2").count(),
            3,
            "{}",
            told(&output)
        );
    }
}

/// What is not there is told, unless nobody changed it.
#[test]
fn a_missing_object_is_told_where_it_is_compared() {
    let repository = Repository::new();
    repository.write("a.asl.json", &machine(1));
    repository.write("template.yaml", &template(&[("One", 1)]));
    repository.write("same.json", &machine(3));
    repository.commit("one");
    repository.write("a.asl.json", &machine(2));
    repository.write("template.yaml", &template(&[("One", 2)]));
    repository.commit("two");
    for name in ["HEAD~1:a.asl.json", "HEAD~1:template.yaml", "HEAD:same.json"] {
        let id = repository.git(&["rev-parse", name]);
        let (folder, file) = id.trim().split_at(2);
        fs::remove_file(repository.path(&format!(".git/objects/{folder}/{file}"))).expect("it is loose");
    }
    let output = repository.diff("", &["HEAD~1", "HEAD"]);
    let shown = told(&output).replace("\n  │ ", " ");
    assert_eq!(output.status.code(), Some(2), "{shown}");
    for name in ["HEAD~1:a.asl.json", "HEAD~1:template.yaml"] {
        assert!(
            shown.contains(&format!(
                "{name} is not read: the repository does not have its content"
            )),
            "{shown}"
        );
    }
    assert!(!shown.contains("same.json"), "{shown}");
}
