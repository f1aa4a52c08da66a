//! `--help`: in groups, short enough to be read, with examples that run.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::called;

/// What a call prints on stdout, or where it has no command on stderr.
fn printed(arguments: &[&str]) -> String {
    printed_on(arguments, "100")
}

/// That, on a terminal with so many columns.
fn printed_on(arguments: &[&str], columns: &str) -> String {
    let output = called::tool()
        .args(arguments)
        .env("COLUMNS", columns)
        .output()
        .expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("a text")
}

/// The commands in the order of the list.
fn commands() -> Vec<String> {
    let list = printed(&[]);
    let lines = list.lines().skip_while(|line| *line != "Commands:").skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn the_list_of_commands_fits_on_a_screen() {
    assert!(printed(&[]).lines().count() <= 40, "{}", printed(&[]));
    let first = [
        "check", "simulate", "test", "explore", "diff", "graph", "fmt", "explain",
    ];
    assert_eq!(commands()[..8], first);
}

#[test]
fn short_help_is_short_and_general_options_come_last() {
    for command in commands() {
        let short = printed_on(&[&command, "-h"], "80");
        let lines = short.lines().count();
        assert!(lines <= 50, "{command}: {lines}\n{short}");
        assert!(
            short.lines().all(|line| line.chars().count() <= 80),
            "{command}\n{short}"
        );
        let headings: Vec<&str> = short
            .lines()
            .filter(|line| line.ends_with(':') && line.starts_with(char::is_uppercase) && line.len() < 30)
            .collect();
        assert_eq!(headings.last(), Some(&"General:"), "{command}\n{short}");
        assert!(!headings.contains(&"Options:"), "{command}\n{short}");
    }
}

#[test]
fn the_examples_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["order.asl.json", "order.sfn-test.yaml"] {
        fs::copy(root.join("fixtures/project").join(name), folder.path().join(name)).expect("a copy");
    }
    let definition = fs::read_to_string(folder.path().join("order.asl.json")).expect("a definition");
    fs::write(
        folder.path().join("old.asl.json"),
        definition.replace("1000", "500"),
    )
    .expect("a file");
    let binaries = Path::new(env!("CARGO_BIN_EXE_sfn-tool"))
        .parent()
        .expect("a folder");
    let path = format!(
        "{}:{}",
        binaries.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let sh = |line: &str| {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("NO_COLOR", "1");
        command.output().expect("a shell")
    };
    let commit =
        "git init -q . && git add . && git -c user.name=a -c user.email=a@example.com commit -qm Begin";
    assert!(sh(commit).status.success());
    for command in commands() {
        let help = printed(&[&command, "--help"]);
        let examples: Vec<&str> = help
            .lines()
            .filter_map(|line| line.strip_prefix("  $ "))
            .collect();
        let is_server = ["serve", "lsp", "mcp"].contains(&&*command);
        assert!(is_server || !examples.is_empty(), "{command}");
        for example in examples {
            assert!(example.starts_with(&format!("sfn-tool {command}")), "{example}");
            // Longer ones would be broken, and could not be copied.
            assert!(example.len() <= 96, "{example}");
            let output = sh(example);
            let said = String::from_utf8_lossy(&output.stderr);
            // 1 is a finding, or a difference.
            assert!(matches!(output.status.code(), Some(0 | 1)), "{example}\n{said}");
        }
    }
}

#[test]
fn the_version_says_of_when_the_models_are() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(printed(&["-V"]), format!("sfn-tool {version}\n"));
    let long = printed(&["--version"]);
    let mut lines = long.lines();
    assert_eq!(lines.next(), Some(&*format!("sfn-tool {version}")));
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("API models: botocore ")),
        "{long}"
    );
}

#[test]
fn near_names_are_offered() {
    for (arguments, near) in [
        (&["simulat"][..], "simulate"),
        (&["simulate", "--inputt"], "--input"),
        (&["explain", "mising-catch"], "did you mean 'missing-catch'?"),
        (
            &["explain", "MISSING_TRANSITION_TARGETS"],
            "did you mean 'MISSING_TRANSITION_TARGET'?",
        ),
        (&["man", "simulte"], "did you mean 'simulate'?"),
        (&["lint", "--select", "mising-catch", "x.json"], "missing-catch"),
        (&["schema", "mock"], "mocks"),
    ] {
        let text = printed(arguments);
        assert!(text.contains(near), "{arguments:?}: {text}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("sfn-tool.toml"), "[lint]\nselekt = []\n").expect("a file");
    fs::write(folder.path().join("a.asl.json"), "{}").expect("a file");
    let output = called::tool()
        .args(["lint", "a.asl.json"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("did you mean 'select'?"), "{said}");
}

#[test]
fn files_that_are_not_there_are_named_as_what_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let definition = root.join("fixtures/project/order.asl.json");
    let said = |option: &str| {
        let output = called::tool()
            .arg("simulate")
            .arg(&definition)
            .args([option, "gone.json"])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let input = said("--input");
    assert!(
        input.contains("the input file gone.json does not exist"),
        "{input}"
    );
    assert!(input.contains("--write-input gone.json writes one"), "{input}");
    let mocks = said("--mocks");
    assert!(
        mocks.contains("the mock file gone.json does not exist"),
        "{mocks}"
    );
}

#[test]
fn rules_and_codes_have_addresses() {
    let page = |name: &str| printed(&["explain", name, "--web"]);
    assert!(
        page("missing-catch").ends_with("/docs/rules.md#missing-catch\n"),
        "{}",
        page("missing-catch")
    );
    let code = page("schema_validation_failed");
    assert!(
        code.ends_with("/docs/rules.md#schema_validation_failed\n"),
        "{code}"
    );
    // Some of AWS's codes are not in capitals.
    let code = page("InvalidName");
    assert!(code.ends_with("/docs/rules.md#invalidname\n"), "{code}");
}
