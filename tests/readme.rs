//! The examples of the README and of docs/ are what the tool prints: every `$ ...` of a `console` block is run.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a page has its reader do.
enum Step {
    /// A command of a `console` block, and the lines shown below it.
    Run {
        line: usize,
        command: String,
        shown: String,
    },
    /// A block that is headed with a file's name: the reader writes that file.
    Write { name: String, content: String },
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_block: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix("```") {
            in_block = Some(head).filter(|head| in_block.is_none() && !head.is_empty());
            if let Some((_, name)) = head.split_once(' ') {
                steps.push(Step::Write {
                    name: name.to_owned(),
                    content: String::new(),
                });
            }
            continue;
        }
        match (in_block, steps.last_mut()) {
            (Some("console"), last) => match (line.strip_prefix("$ "), last) {
                (Some(command), _) => steps.push(Step::Run {
                    line: index + 1,
                    command: command.to_owned(),
                    shown: String::new(),
                }),
                (None, Some(Step::Run { shown, .. })) => {
                    shown.push_str(line.trim_end());
                    shown.push('\n');
                }
                _ => {}
            },
            (Some(head), Some(Step::Write { content, .. })) if head.contains(' ') => {
                content.push_str(line);
                content.push('\n');
            }
            _ => {}
        }
    }
    steps
}

/// Where programs are found: the tool first.
fn path_with_the_tool() -> String {
    let binaries = Path::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .parent()
        .expect("a folder of binaries");
    let others = std::env::var("PATH").unwrap_or_default();
    format!("{}:{others}", binaries.display())
}

/// Does what `page` says in `folder`; gives how many commands there were.
fn follow(page: &str, folder: &Path) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path_with_the_tool();
    let text = fs::read_to_string(root.join(page)).expect("the page");
    let mut commands = 0;
    for step in steps(&text) {
        let (line, command, shown) = match step {
            Step::Write { name, content } => {
                assert_ne!(folder, root, "{page} writes {name} into the repository");
                fs::write(folder.join(name), content).expect("the file");
                continue;
            }
            Step::Run { line, command, shown } => (line, command, shown),
        };
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(folder)
            .env("PATH", &path)
            .env("NO_COLOR", "1")
            .output()
            .expect("a shell");
        let mut printed = String::new();
        for stream in [&output.stdout, &output.stderr] {
            for line in String::from_utf8_lossy(stream).lines() {
                printed.push_str(line.trim_end());
                printed.push('\n');
            }
        }
        assert_eq!(
            printed.trim_end(),
            shown.trim_end(),
            "{page} line {line}: $ {command}"
        );
        commands += 1;
    }
    commands
}

#[cfg(unix)]
#[test]
fn every_example_prints_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(follow("README.md", root) > 0);
}

/// docs/testing.md is followed from its first line to its last, in a folder that holds the workflow and nothing else.
#[cfg(unix)]
#[test]
fn the_way_to_a_tested_workflow_can_be_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let workflow = "order.asl.json";
    fs::copy(
        root.join("fixtures/project").join(workflow),
        folder.path().join(workflow),
    )
    .expect("the workflow");
    assert!(follow("docs/testing.md", folder.path()) > 5);
}

/// The other pages are read in the repository, like the README; one that has its reader write files, in a folder of its
/// own.
#[cfg(unix)]
#[test]
fn every_example_prints_what_the_other_pages_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("docs")).expect("docs") {
        let name = entry.expect("a page").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "testing.md" {
            let page = format!("docs/{name}");
            let text = fs::read_to_string(root.join(&page)).expect("the page");
            let writes = steps(&text).iter().any(|step| matches!(step, Step::Write { .. }));
            let folder = writes.then(|| tempfile::tempdir().expect("a folder"));
            follow(&page, folder.as_ref().map_or(root, |folder| folder.path()));
        }
    }
}

/// Commands of `sh` blocks that are not run here: the page, how they begin, and why.
#[cfg(unix)]
const NOT_RUN: [(&str, &str, &str); 12] = [
    ("README.md", "cargo install", "builds the tool anew"),
    ("README.md", "cargo test", "is what runs this"),
    ("docs/cdk.md", "npx cdk synth", "needs the CDK"),
    ("docs/diff.md", "aws stepfunctions", "needs an account"),
    (
        "docs/serve.md",
        "aws stepfunctions",
        "needs the AWS CLI; checks/serve.sh does the same",
    ),
    (
        "docs/serve.md",
        "curl",
        "needs an execution that waits; tests/serve has the clock",
    ),
    (
        "docs/serve.md",
        "sfn-tool serve",
        "goes on until it is stopped; tests/serve starts it",
    ),
    ("docs/replay.md", "aws stepfunctions", "needs an account"),
    ("docs/replay.md", "(aws stepfunctions", "needs an account"),
    ("docs/simulate.md", "jp ", "needs jp"),
    ("docs/simulate.md", "aws stepfunctions", "needs an account"),
    (
        "docs/diff.md",
        "git difftool",
        "is run by tests/diff_git; git 2.47 crashes where -d finds no difference",
    ),
];

/// The commands of a page's `sh` blocks, lines that go on joined, and where they stand.
#[cfg(unix)]
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut commands: Vec<(usize, String)> = Vec::new();
    let (mut in_block, mut in_sh, mut goes_on) = (false, false, false);
    for (index, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix("```") {
            in_block = !in_block;
            in_sh = in_block && head == "sh";
            goes_on = false;
            continue;
        }
        if !in_sh || line.trim().is_empty() {
            continue;
        }
        match commands.last_mut().filter(|_| goes_on) {
            Some((_, command)) => *command += &format!("\n{line}"),
            None => commands.push((index + 1, line.to_owned())),
        }
        goes_on = line.ends_with('\\') || line.ends_with('|');
    }
    commands
}

/// A repository with what the pages name: a workflow in two versions, mocks, inputs, test cases.
#[cfg(unix)]
fn project(sh: &dyn Fn(&str) -> std::process::Output, folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture =
        |name: &str| fs::read_to_string(root.join("fixtures/project").join(name)).expect("a fixture");
    let new = fixture("order.asl.json");
    let old = new.replace("1000", "500");
    assert_ne!(old, new);
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    for name in ["flows", "order.runs"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    write("order.sfn-test.yaml", &fixture("order.sfn-test.yaml"));
    write("order.runs/small.input.json", "{\"total\": 0}");
    write("old.asl.json", &old);
    write("new.asl.yaml", &new);
    let committed = |definition: &str| {
        write("order.asl.json", definition);
        write("flows/order.asl.json", definition);
        let commit = "git add . && git -c user.name=a -c user.email=a@example.com commit -qm Change";
        let output = sh(commit);
        assert!(output.status.success(), "{output:?}");
    };
    assert!(sh("git init -q -b main").status.success());
    committed(&old);
    committed(&new);
    assert!(sh("git branch feature").status.success());
    assert!(
        sh("sfn-tool simulate order.asl.json --write-mocks order.mocks.yaml")
            .status
            .success()
    );
}

/// Blocks without what is printed are run, too: each page in a repository of its own, and no further than the list says.
#[cfg(unix)]
#[test]
fn every_command_of_the_pages_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path_with_the_tool();
    let mut pages: Vec<String> = fs::read_dir(root.join("docs"))
        .expect("docs")
        .map(|entry| format!("docs/{}", entry.expect("a page").file_name().to_string_lossy()))
        .filter(|page| page.ends_with(".md"))
        .collect();
    pages.push("README.md".to_owned());
    let mut left_out = std::collections::BTreeSet::new();
    let mut run = 0;
    for page in pages {
        let text = fs::read_to_string(root.join(&page)).expect("the page");
        let found = commands(&text);
        if found.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let home = tempfile::tempdir().expect("a folder");
        let sh = |command: &str| {
            let mut sh = Command::new("sh");
            sh.args(["-c", command])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env("HOME", home.path())
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .env("NO_COLOR", "1")
                .stdin(std::process::Stdio::null());
            sh.output().expect("a shell")
        };
        project(&sh, folder.path());
        for (line, command) in found {
            let not_run =
                |(of, beginning, _): &(&str, &str, &str)| *of == page && command.starts_with(beginning);
            if let Some(at) = NOT_RUN.iter().position(not_run) {
                left_out.insert(at);
                // What AWS would have said of an execution is a history of our own here.
                if command.contains("> history.json") {
                    let history = "sfn-tool simulate order.asl.json --mocks order.mocks.yaml --format history > history.json";
                    assert!(matches!(sh(history).status.code(), Some(0 | 1)));
                }
                continue;
            }
            let output = sh(&command);
            // 1 is a finding, or a difference.
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{page} line {line}: {command}\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
            run += 1;
        }
    }
    assert!(run > 15, "{run}");
    assert_eq!(
        left_out.len(),
        NOT_RUN.len(),
        "an entry names no command: {left_out:?}"
    );
}

/// The relative links of a page, with what stands behind `#`.
fn links(text: &str) -> Vec<&str> {
    let behind = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    behind
        .filter(|link| !link.contains("://") && !link.contains(' '))
        .collect()
}

/// As GitHub and mdBook make an address of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere_and_the_index_to_every_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs"))
        .expect("docs")
        .map(|entry| entry.expect("a page").path());
    let pages: Vec<_> = pages
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    let index = fs::read_to_string(root.join("docs/README.md")).expect("the index");
    for page in pages.iter().chain([&root.join("README.md")]) {
        let text = fs::read_to_string(page).expect("a page");
        for link in links(&text) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().expect("a folder").join(file),
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if place.is_empty() || target.is_dir() {
                continue;
            }
            let text = fs::read_to_string(&target).expect("a page");
            let mut in_code = false;
            let mut headings = text.lines().filter(|line| {
                in_code ^= line.starts_with("```");
                !in_code && line.starts_with('#')
            });
            let found = headings.any(|line| anchor(line.trim_start_matches('#').trim()) == place);
            assert!(found, "{}: {link}", page.display());
        }
        let name = page.file_name().expect("a name").to_string_lossy();
        if page.starts_with(root.join("docs")) && name != "README.md" && name != "SUMMARY.md" {
            assert!(
                index.contains(&format!("({name})")),
                "the index does not have {name}"
            );
        }
    }
}

#[test]
fn the_first_page_is_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).expect("the page");
    assert!(text.lines().count() < 200);
}
