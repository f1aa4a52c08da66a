use std::fs;

use super::*;

const FINE: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn of_kind(arguments: &[PathBuf], root: &Path, kind: Kind) -> Vec<String> {
    named(arguments, kind, Reach::default())
        .inputs
        .into_iter()
        .map(|input| match input {
            Ok(Input::File(path)) => path.strip_prefix(root).unwrap_or(&path).display().to_string(),
            Ok(Input::Stdin) => "-".to_owned(),
            Err(error) => format!("{error}").replace(&root.display().to_string(), "ROOT"),
        })
        .collect()
}

fn names(arguments: &[PathBuf], root: &Path) -> Vec<String> {
    of_kind(arguments, root, Kind::Definition)
}

#[test]
fn folders_are_searched_for_definitions() {
    let root = tree(&[
        ("b.asl.json", "{}"),
        ("a/z.asl.yaml", "{}"),
        ("a/B.ASL.yml", "{}"),
        ("a/mocks.json", "{}"),
        (".git/x.asl.json", "{}"),
        ("target/x.asl.json", "{}"),
        ("a/node_modules/x.asl.json", "{}"),
        ("empty/readme.md", ""),
    ]);
    let at = |name: &str| root.path().join(name);
    assert_eq!(
        names(&[at("")], root.path()),
        ["a/B.ASL.yml", "a/z.asl.yaml", "b.asl.json"]
    );
    // A folder that is named is searched whatever its name, and each file is read once.
    assert_eq!(
        names(&[at(".git"), at("b.asl.json"), at("b.asl.json")], root.path()),
        [".git/x.asl.json", "b.asl.json"]
    );
    assert_eq!(
        names(&[at("empty"), "-".into()], root.path()),
        [
            "-",
            "no definition (*.asl.json, *.asl.yaml, *.asl.yml) in ROOT/empty"
        ]
    );
}

#[test]
fn patterns_are_expanded_where_no_file_has_the_name() {
    let root = tree(&[
        ("a/x.json", "{}"),
        ("a/b/y.json", "{}"),
        ("a/b/z.yaml", "{}"),
        ("[x].json", "{}"),
    ]);
    let at = |name: &str| root.path().join(name);
    assert_eq!(
        names(&[at("a/**/*.json")], root.path()),
        ["a/b/y.json", "a/x.json"]
    );
    assert_eq!(names(&[at("[x].json")], root.path()), ["[x].json"]);
    assert_eq!(names(&[at("*.yml")], root.path()), ["no file matches ROOT/*.yml"]);
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_and_never_in_circles() {
    let root = tree(&[("a/x.asl.json", "{}")]);
    std::os::unix::fs::symlink(root.path(), root.path().join("a/up")).unwrap();
    std::os::unix::fs::symlink(root.path().join("a/x.asl.json"), root.path().join("a/y.asl.json")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.path().join("a/z.asl.json")).unwrap();
    // The link to a file beside it is that file.
    assert_eq!(names(&[root.path().into()], root.path()), ["a/x.asl.json"]);
}

#[cfg(unix)]
#[test]
fn patterns_lead_through_no_links() {
    use std::os::unix::fs::symlink;
    let root = tree(&[
        ("r/a/x.asl.json", FINE),
        ("r/a/b/y.asl.json", FINE),
        ("r/a/.hidden/z.asl.json", FINE),
        ("elsewhere/secret.asl.json", FINE),
    ]);
    let at = |name: &str| root.path().join(name);
    // Each leads to all of them: as many paths as there are rows of links.
    for number in 0..10 {
        symlink("..", at(&format!("r/a/up{number}"))).unwrap();
    }
    symlink(at("r/a/x.asl.json"), at("r/linked.asl.json")).unwrap();
    symlink(at("elsewhere"), at("r/out")).unwrap();
    let found = |pattern: &str| names(&[at(pattern)], root.path());
    let all = ["r/a/b/y.asl.json", "r/a/x.asl.json"];
    assert_eq!(found("r/a/**/*.asl.json"), all);
    assert_eq!(found("r//a/**/*.asl.json"), all);
    assert_eq!(found("r/a/**/b/*.asl.json"), all[..1]);
    assert_eq!(found("r/a/**"), all);
    assert_eq!(found("r/a/**/.hidden/*.json"), ["r/a/.hidden/z.asl.json"]);
    assert_eq!(found("r/**/*.asl.json"), all);
    assert_eq!(
        found("r/none/**/*.json"),
        ["no file matches ROOT/r/none/**/*.json"]
    );
    // A folder that only a link leads to is none of the folder's.
    let outside = found("r/o*");
    assert!(
        outside.len() == 1 && outside[0].contains("ROOT/r/out lies outside"),
        "{outside:?}"
    );
}

#[test]
fn sources_are_told_by_their_content() {
    let root = tree(&[
        ("a.json", FINE),
        ("b.txt", FINE),
        ("c.yaml", "Type: AWS::Serverless::StateMachine"),
        ("d.asl.json", "{}"),
        ("e.json", r#"{"name": "e"}"#),
        (
            "f.md",
            "StartAt names the first state of AWS::Serverless::StateMachine.",
        ),
        ("g.sfn-test.json", FINE),
        (".hidden.json", FINE),
        (".venv/h.json", FINE),
        (".terraform/i.json", FINE),
        ("node_modules/j.json", FINE),
        (
            "serverless.yml",
            "service: x\nstepFunctions:\n  stateMachines: {}\n",
        ),
    ]);
    assert_eq!(
        of_kind(&[root.path().into()], root.path(), Kind::Source),
        [
            ".hidden.json",
            "a.json",
            "b.txt",
            "c.yaml",
            "d.asl.json",
            "serverless.yml"
        ]
    );
}

#[test]
fn gitignore_counts_without_a_repository_and_for_the_folders_below() {
    let root = tree(&[
        (".gitignore", "build/\n*.gen.json\n!kept.gen.json\n"),
        ("build/a.asl.json", FINE),
        ("x/b.gen.json", FINE),
        ("x/kept.gen.json", FINE),
        ("x/.gitignore", "/c.json\n"),
        ("x/c.json", FINE),
        ("c.json", FINE),
    ]);
    assert_eq!(
        of_kind(&[root.path().into()], root.path(), Kind::Source),
        ["c.json", "x/kept.gen.json"]
    );
    assert_eq!(
        of_kind(&[root.path().join("x")], root.path(), Kind::Source),
        ["x/kept.gen.json"]
    );
    // What is named is read.
    assert_eq!(
        of_kind(&[root.path().join("build/a.asl.json")], root.path(), Kind::Source),
        ["build/a.asl.json"]
    );
}

/// What is found in a folder, and which files of patterns were not taken.
fn found_and_left_out(root: &Path) -> (Vec<String>, Vec<String>) {
    let root = root.canonicalize().unwrap();
    let named = named(std::slice::from_ref(&root), Kind::Definition, Reach::default());
    let shown = |text: String| text.replace(&format!("{}/", root.display()), "");
    let inputs = named.inputs.into_iter().map(|input| match input {
        Ok(Input::File(path)) => shown(path.display().to_string()),
        other => format!("{other:?}"),
    });
    let left_out = named.left_out.iter().map(|file| shown(file.to_string()));
    (inputs.collect(), left_out.collect())
}

const NOT_TAKEN: &str = "is left out, and nothing is excluded by it";

#[cfg(unix)]
#[test]
fn patterns_are_taken_from_regular_files_only() {
    use std::os::unix::fs::symlink;
    let root = tree(&[
        ("patterns", "*.json\n"),
        ("link/a.asl.json", FINE),
        ("zero/b.asl.json", FINE),
        ("pipe/c.asl.json", FINE),
        ("folder/.gitignore/x", ""),
        ("folder/d.asl.json", FINE),
        ("repository/.git/info/x", ""),
        ("repository/e.asl.json", FINE),
        ("begins/f.asl.json", FINE),
    ]);
    let at = |name: &str| root.path().join(name);
    symlink("../patterns", at("link/.gitignore")).unwrap();
    symlink("/dev/zero", at("zero/.gitignore")).unwrap();
    for pipe in ["pipe/.gitignore", "repository/.git/info/exclude", "begins/.git"] {
        let made = std::process::Command::new("mkfifo").arg(at(pipe)).status();
        assert!(made.unwrap().success());
    }
    let (found, left_out) = found_and_left_out(root.path());
    assert_eq!(
        found,
        [
            "begins/f.asl.json",
            "folder/d.asl.json",
            "link/a.asl.json",
            "pipe/c.asl.json",
            "repository/e.asl.json",
            "zero/b.asl.json",
        ]
    );
    let (link, other) = (
        "it is a link, which git does not follow either",
        "it is no regular file",
    );
    assert_eq!(
        left_out,
        [
            ("folder/.gitignore", other),
            ("link/.gitignore", link),
            ("pipe/.gitignore", other),
            ("repository/.git/info/exclude", other),
            ("zero/.gitignore", link),
        ]
        .map(|(file, why)| format!("{file} {NOT_TAKEN}: {why}"))
    );
}

#[test]
fn patterns_are_taken_up_to_a_size_of_all_that_hold_in_a_folder() {
    let half = format!("*.yaml\n{}", "#".repeat(75 * 1024));
    let root = tree(&[
        ("a/a.asl.json", FINE),
        ("b/.gitignore", &half),
        ("b/b.asl.json", FINE),
        ("b/b.asl.yaml", FINE),
        ("b/c/.gitignore", &half.replace("yaml", "json")),
        ("b/c/c.asl.json", FINE),
        // What holds in one folder does not count in the next.
        ("d/.gitignore", &half),
        ("d/d.asl.yaml", FINE),
    ]);
    let large = fs::File::create(root.path().join("a/.gitignore")).unwrap();
    large.set_len(3 << 30).unwrap();
    let (found, left_out) = found_and_left_out(root.path());
    assert_eq!(found, ["a/a.asl.json", "b/b.asl.json", "b/c/c.asl.json"]);
    assert_eq!(
        left_out,
        ["a", "b/c"].map(|folder| format!(
            "{folder}/.gitignore {NOT_TAKEN}: with the files of the folders around it, it is larger than 128 KiB"
        ))
    );
}

#[test]
fn a_repository_excludes_files_by_itself_and_below_its_own_gitignore() {
    let root = tree(&[
        (
            ".git/info/exclude",
            "*.local.asl.json\n/a.asl.json\nkept.asl.json\n",
        ),
        ("a.asl.json", FINE),
        ("x/a.asl.json", FINE),
        ("x/b.local.asl.json", FINE),
        ("x/.gitignore", "!kept.asl.json\r\n"),
        ("x/kept.asl.json", FINE),
        ("kept.asl.json", FINE),
        // A linked work tree shares the file of the repository that it is of.
        ("main/.git/info/exclude", "*.of-main.asl.json\n"),
        ("main/.git/worktrees/w/commondir", "../..\n"),
        ("w/.git", "gitdir: ../main/.git/worktrees/w\n"),
        ("w/a.of-main.asl.json", FINE),
        ("w/b.asl.json", FINE),
        // A submodule has its own.
        ("modules/s/info/exclude", "*.of-module.asl.json\n"),
        ("s/.git", "gitdir: ../modules/s\n"),
        ("s/a.of-module.asl.json", FINE),
        ("s/b.asl.json", FINE),
    ]);
    let (found, left_out) = found_and_left_out(root.path());
    assert_eq!(
        found,
        ["s/b.asl.json", "w/b.asl.json", "x/a.asl.json", "x/kept.asl.json"]
    );
    assert!(left_out.is_empty());
    // From inside as from around.
    let (found, _) = found_and_left_out(&root.path().join("x"));
    assert_eq!(found, ["a.asl.json", "kept.asl.json"]);
}

#[test]
fn lines_that_are_no_patterns_say_nothing() {
    let root = tree(&[
        (
            ".gitignore",
            "\u{feff}a.asl.json\n{\nb.asl.json  \n\\#c.asl.json\n",
        ),
        ("a.asl.json", FINE),
        ("b.asl.json", FINE),
        ("#c.asl.json", FINE),
        ("d.asl.json", FINE),
    ]);
    let file = root.path().join(".gitignore");
    let mut patterns = b"\xff.asl.json\n".to_vec();
    patterns.splice(0..0, fs::read(&file).unwrap());
    fs::write(&file, patterns).unwrap();
    assert_eq!(
        found_and_left_out(root.path()),
        (vec!["d.asl.json".to_owned()], Vec::new())
    );
}

const MANIFEST: &str = r#"{"version": "36.0.0", "artifacts": {
    "S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}"#;

#[test]
fn what_the_cdk_wrote_is_what_its_manifest_names() {
    let root = tree(&[
        (".gitignore", "cdk.out\n"),
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/S.template.json", "{}"),
        ("cdk.out/tree.json", FINE),
        ("cdk.out/asset.1/d.asl.json", FINE),
        ("services/x/dist/manifest.json", MANIFEST),
        ("services/x/dist/S.template.json", "{}"),
        ("services/x/dist/old.asl.json", FINE),
        ("page/manifest.json", r#"{"name": "page"}"#),
        ("page/a.json", FINE),
    ]);
    let found = [
        "page/a.json",
        "cdk.out/S.template.json",
        "services/x/dist/S.template.json",
    ];
    assert_eq!(of_kind(&[root.path().into()], root.path(), Kind::Source), found);
    let named = root.path().join("cdk.out");
    assert_eq!(
        of_kind(&[named], root.path(), Kind::Source),
        ["cdk.out/S.template.json"]
    );
    let exclude = ["cdk.out".to_owned()];
    let patterns = Arc::new(Patterns::new(root.path(), &[], &exclude).unwrap());
    let without = discover(&[root.path().into()], Kind::Source, Reach::default(), &|_| {
        vec![patterns.clone()]
    });
    assert_eq!(without.found.len(), 2);
}

#[test]
fn patterns_of_a_folder_below_count_for_its_files() {
    let root = tree(&[("a.json", FINE), ("x/b.json", FINE), ("x/c.asl.json", FINE)]);
    let below = Arc::new(Patterns::new(&root.path().join("x"), &["*.asl.*".to_owned()], &[]).unwrap());
    let patterns_of = |folder: &Path| match folder.ends_with("x") {
        true => vec![below.clone()],
        false => Vec::new(),
    };
    let found = discover(
        &[root.path().into()],
        Kind::Source,
        Reach::default(),
        &patterns_of,
    );
    let files: Vec<_> = found
        .found
        .iter()
        .map(|found| found.as_ref().unwrap().input.clone())
        .collect();
    assert_eq!(
        files,
        ["a.json", "x/c.asl.json"].map(|name| Input::File(root.path().join(name)))
    );
}

#[cfg(unix)]
#[test]
fn links_that_are_found_lead_nowhere_outside() {
    use std::os::unix::fs::symlink;
    let root = tree(&[
        ("secret.json", FINE),
        ("repository/.git/x", ""),
        ("repository/a/own.asl.json", FINE),
    ]);
    let at = |name: &str| root.path().join(name);
    symlink(at("secret.json"), at("repository/a/out.asl.json")).unwrap();
    symlink(at("repository/a/own.asl.json"), at("repository/z.asl.json")).unwrap();
    let refused = "ROOT/repository/a/out.asl.json lies outside of ROOT/repository, and is not read: \
                   --allow-outside reads it";
    let canonical = root.path().canonicalize().unwrap();
    let shown = |arguments: &[PathBuf]| -> Vec<String> {
        let shown = names(arguments, root.path()).into_iter();
        shown
            .map(|name| name.replace(&canonical.display().to_string(), "ROOT"))
            .collect()
    };
    // The link to a file that was found already is that file.
    assert_eq!(shown(&[at("repository")]), [refused, "repository/a/own.asl.json"]);
    assert_eq!(
        shown(&[at("repository/**/o*.json")]),
        [refused, "repository/a/own.asl.json"]
    );
    // Whether it is one would be told by its content, which is not looked at.
    symlink(at("secret.json"), at("repository/out.json")).unwrap();
    assert_eq!(of_kind(&[at("repository")], root.path(), Kind::Source).len(), 2);
    // What is named may lie anywhere.
    assert_eq!(
        shown(&[at("repository/a/out.asl.json")]),
        ["repository/a/out.asl.json"]
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_named_twice_is_one() {
    let root = tree(&[("a/x.json", "{}")]);
    let at = |name: &str| root.path().join(name);
    fs::hard_link(at("a/x.json"), at("same.json")).unwrap();
    assert_eq!(
        names(
            &[
                at("a/x.json"),
                at("a/../a/x.json"),
                at("./a/x.json"),
                at("same.json")
            ],
            root.path()
        ),
        ["a/x.json"]
    );
}
