//! What is not followed, and what cannot be read: it is told, and is never equality.

use std::fs;

use super::{Repository, machine, text, told};

const NOT_FOLLOWED: &str = "it was not followed, and what is behind it was not compared";

/// A commit of another repository inside this one.
fn submodule(repository: &Repository, words: &str) -> String {
    let git = |arguments: &[&str]| {
        let configured = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let output = repository
            .command("git", "flows/inner", &[&configured[..], arguments].concat())
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    };
    if !repository.path("flows/inner").exists() {
        fs::create_dir_all(repository.path("flows/inner")).expect("a folder");
        git(&["init", "-q"]);
    }
    git(&["commit", "-q", "--allow-empty", "-m", words]);
    git(&["rev-parse", "HEAD"])
}

#[test]
fn another_commit_of_a_submodule_is_told() {
    let repository = Repository::new();
    repository.write("flows/a.asl.json", &machine(1));
    let first = submodule(&repository, "one");
    repository.commit("one");
    let same = repository.diff("", &["HEAD"]);
    assert_eq!(
        (same.status.code(), told(&same).trim()),
        (Some(0), "no difference")
    );
    let second = submodule(&repository, "two");
    let expected = format!(
        "a submodule at {} instead of a submodule at {}: {NOT_FOLLOWED}",
        &second[..12],
        &first[..12]
    );
    let check = |arguments: &[&str]| {
        let output = repository.diff("", arguments);
        let out = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {}", told(&output));
        assert!(out.contains(&expected), "{arguments:?} {out}");
        assert!(
            out.contains("(not followed)\n  behavioural"),
            "{arguments:?} {out}"
        );
    };
    check(&["HEAD"]);
    check(&["HEAD:flows", "flows"]);
    repository.commit("two");
    check(&["HEAD~1", "HEAD"]);
    check(&["HEAD~1:flows", "flows"]);
    // Of one that nobody has got, git knows nothing else.
    fs::remove_dir_all(repository.path("flows/inner")).expect("it is there");
    fs::create_dir(repository.path("flows/inner")).expect("a folder");
    let same = repository.diff("", &["HEAD"]);
    assert_eq!(
        (same.status.code(), told(&same).trim()),
        (Some(0), "no difference")
    );
    fs::remove_dir(repository.path("flows/inner")).expect("it is there");
    let gone = repository.diff("", &["HEAD"]);
    assert!(text(&gone.stdout).contains(&format!("a submodule at {} removed", &second[..12])));
    assert_eq!(gone.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_is_told() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    for name in ["v1/a.asl.json", "v2/a.asl.json"] {
        repository.write(name, &machine(1));
    }
    let link = |to: &str, name: &str| {
        let path = repository.path(name);
        let _ = fs::remove_file(&path);
        symlink(to, path).expect("a link");
    };
    link("v1", "now");
    link("v1/a.asl.json", "now.asl.json");
    fs::create_dir(repository.path(".hidden")).expect("a folder");
    link("../v1", ".hidden/now");
    link("v1", "same");
    repository.commit("one");
    link("v2", "now");
    link("v2/a.asl.json", "now.asl.json");
    link("../v2", ".hidden/now");
    let check = |arguments: &[&str]| {
        let output = repository.diff("", arguments);
        let out = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {}", told(&output));
        for expected in [
            "a link to 'v2' instead of a link to 'v1': ",
            "a link to 'v2/a.asl.json' instead of a link to 'v1/a.asl.json': ",
        ] {
            assert_eq!(
                out.matches(&format!("{expected}{NOT_FOLLOWED}")).count(),
                1,
                "{arguments:?} {out}"
            );
        }
        // What is hidden is not looked at.
        assert!(!out.contains("hidden") && !out.contains("same"), "{out}");
        assert_eq!(out.matches("behavioural").count(), 2, "{arguments:?} {out}");
    };
    check(&["HEAD"]);
    repository.commit("two");
    check(&["HEAD~1", "HEAD"]);
    check(&["HEAD~1"]);
    let back = repository.diff("", &["HEAD", "HEAD~1", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&back.stdout).expect("JSON");
    let change = &report["files"][0]["changes"][0];
    assert_eq!(
        (&change["kind"], &change["old"], &change["new"]),
        (&"not-followed".into(), &"v2".into(), &"v1".into())
    );
    assert_eq!(report["files"][0]["old"], "now");
    // A file in the place of a link, and no link at all.
    fs::remove_file(repository.path("now.asl.json")).expect("it is there");
    repository.write("now.asl.json", &machine(1));
    fs::remove_file(repository.path("now")).expect("it is there");
    let out = text(&repository.diff("", &["HEAD"]).stdout);
    assert!(out.contains("a link to 'v2' removed"), "{out}");
    assert!(out.contains("a link to 'v2/a.asl.json' removed"), "{out}");
}

fn broken(words: &str) -> String {
    format!(
        "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: '{words}'\n"
    )
}

/// Two texts of which neither is one are not the same; what nobody changed is.
#[test]
fn what_can_be_read_on_neither_side_is_not_equal() {
    let repository = Repository::new();
    repository.write("flow.asl.json", &machine(1));
    repository.write("template.yaml", &broken("{one"));
    repository.commit("one");
    let same = repository.diff("", &["HEAD"]);
    assert_eq!(
        (same.status.code(), told(&same).trim()),
        (Some(0), "no difference in 2 files")
    );
    repository.write("template.yaml", &broken("{two"));
    for arguments in [&["HEAD"][..], &["HEAD", "template.yaml"]] {
        let output = repository.diff("", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", told(&output));
        assert!(
            told(&output).contains("HEAD:template.yaml:5:"),
            "{}",
            told(&output)
        );
    }
    repository.commit("two");
    let output = repository.diff("", &["HEAD~1", "HEAD", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stdout).contains("\"error\""),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn the_folder_that_this_is_is_named_by_a_dot() {
    let repository = Repository::new();
    repository.write("a/one.asl.json", &machine(1));
    repository.write("two.asl.json", &machine(1));
    repository.commit("one");
    repository.write("a/one.asl.json", &machine(2));
    repository.write("two.asl.json", &machine(2));
    for (folder, arguments, files) in [
        ("", &["HEAD:.", "."][..], 2),
        ("", &["HEAD:."], 2),
        ("a", &["HEAD:.", "."], 1),
        ("a", &["HEAD:./.", "."], 1),
        ("a", &["HEAD:..", ".."], 2),
    ] {
        let output = repository.diff(folder, arguments);
        let out = text(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{folder} {arguments:?} {}",
            told(&output)
        );
        assert_eq!(
            out.matches("timeout 1 -> 2").count(),
            files,
            "{folder} {arguments:?} {out}"
        );
    }
}

/// What a sparse work tree has nothing of is not gone.
#[test]
fn a_part_that_a_sparse_work_tree_leaves_out_is_not_compared() {
    let repository = Repository::new();
    repository.write("a/one.asl.json", &machine(1));
    repository.write("b/two.asl.json", &machine(1));
    repository.commit("one");
    repository.git(&["sparse-checkout", "set", "a"]);
    for name in ["HEAD:b", "HEAD:b/two.asl.json"] {
        let output = repository.diff("", &[name]);
        assert_eq!(
            (output.status.code(), &*text(&output.stdout)),
            (Some(2), ""),
            "{name}"
        );
        let shown = told(&output).replace("\n  │ ", " ");
        assert!(
            shown.contains("is left out of the work tree (a sparse checkout)"),
            "{shown}"
        );
    }
    // What is gone is.
    fs::remove_dir_all(repository.path("a")).expect("it is there");
    let output = repository.diff("", &["HEAD:a"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("definition removed"),
        "{}",
        told(&output)
    );
}
