//! `sfn-tool.toml`, suppressions, baselines and statistics of `lint`.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::called;

fn sfn_tool(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = called::tool();
    command.current_dir(folder);
    command.args(arguments).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const MACHINE: &str = r#"{
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"token.$": "$$.Task.Token"}},
      "Next": "Failed"
    },
    "Failed": {"Type": "Fail"}
  }
}
"#;

/// A project: a configuration, and the same definition at the top and in `legacy/old`.
fn project(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("legacy/old")).expect("a folder");
    fs::write(folder.path().join("sfn-tool.toml"), config).expect("a file");
    for file in ["a.asl.json", "legacy/old/b.asl.json"] {
        fs::write(folder.path().join(file), MACHINE).expect("a file");
    }
    folder
}

/// The rules that find something, as `file rule`, in the order of the output.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = sfn_tool(folder, &[&["lint", "--format", "concise"], arguments].concat());
    let text = stdout(&output);
    assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
    let word = |line: &str| {
        let file = line.split(':').next().unwrap_or_default().to_owned();
        let rule = line.split(['[', ']']).nth(1).unwrap_or_default();
        format!("{file} {rule}")
    };
    text.lines().map(word).collect()
}

#[test]
fn the_nearest_configuration_decides_and_parts_of_it_hold_for_some_files() {
    let folder = project(
        "[lint]\nselect = [\"missing-timeout\", \"fail-without-error\"]\n\n\
         [[lint.files]]\npaths = [\"legacy/**\"]\nignore = [\"missing-timeout\"]\n",
    );
    let both = ["a.asl.json", "legacy/old/b.asl.json"];
    assert_eq!(
        found(folder.path(), &both),
        [
            "a.asl.json missing-timeout",
            "a.asl.json fail-without-error",
            "legacy/old/b.asl.json fail-without-error"
        ]
    );
    // Found upwards from the file, wherever the program is started.
    assert_eq!(
        found(&folder.path().join("legacy"), &["old/b.asl.json"]),
        ["old/b.asl.json fail-without-error"]
    );
    assert_eq!(
        found(
            folder.path(),
            &["--select", "missing-timeout", "legacy/old/b.asl.json"]
        ),
        ["legacy/old/b.asl.json missing-timeout"]
    );
    let isolated = found(folder.path(), &["--isolated", "a.asl.json"]);
    assert!(
        isolated.contains(&"a.asl.json missing-timeout".to_owned()),
        "{isolated:?}"
    );
    fs::write(folder.path().join("other.toml"), "[lint]\nselect = [\"time\"]\n").expect("a file");
    assert_eq!(
        found(folder.path(), &["--config", "other.toml", "a.asl.json"]),
        ["a.asl.json missing-timeout"]
    );
}

#[test]
fn severities_decide_what_fails() {
    let folder =
        project("[lint]\nselect = [\"missing-timeout\"]\nseverity = { missing-timeout = \"info\" }\n");
    let output = sfn_tool(folder.path(), &["lint", "a.asl.json", "--format", "concise"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stdout(&output).contains("info[missing-timeout]"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn mistakes_in_a_configuration_are_named() {
    for (config, words) in [
        (
            "[lint]\nselect = [\"missing-timeot\"]\n",
            "did you mean 'missing-timeout'?",
        ),
        ("[lint]\nslect = []\n", "slect"),
        ("[lint.rules.retry-budget]\nhour = 1\n", "did you mean 'hours'?"),
    ] {
        let folder = project(config);
        let output = sfn_tool(folder.path(), &["lint", "a.asl.json"]);
        assert_eq!(output.status.code(), Some(2), "{config}");
        let text = stderr(&output);
        assert!(
            text.contains(words) && text.contains("sfn-tool.toml"),
            "{config}: {text}"
        );
    }
}

#[test]
fn what_is_shown_says_the_same_when_it_is_read() {
    let folder = project(
        "[lint]\ntype = \"express\"\nextend-select = [\"missing-comment\"]\nignore = [\"errors\"]\n\
         [lint.severity]\nmissing-timeout = \"error\"\n[lint.rules.missing-heartbeat]\nminutes = 2.5\n",
    );
    let shown = stdout(&sfn_tool(folder.path(), &["lint", "--show-config", "a.asl.json"]));
    for words in [
        "type = \"express\"",
        "\"missing-comment\"",
        "missing-timeout = \"error\"",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    assert!(!shown.contains("nothing-caught"), "{shown}");
    fs::write(folder.path().join("shown.toml"), &shown).expect("a file");
    let again = stdout(&sfn_tool(
        folder.path(),
        &["lint", "--show-config", "--config", "shown.toml", "a.asl.json"],
    ));
    let without_first = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without_first(&again), without_first(&shown));
}

#[test]
fn comments_suppress_and_stale_ones_are_reported() {
    let folder =
        project("[lint]\nselect = [\"missing-timeout\", \"fail-without-error\", \"unused-suppression\"]\n");
    let with = |comment: &str| {
        MACHINE.replace(
            "\"Type\": \"Task\",",
            &format!("\"Type\": \"Task\", \"Comment\": \"{comment}\","),
        )
    };
    fs::write(
        folder.path().join("a.asl.json"),
        with("People take their time. sfn-tool: ignore missing-timeout"),
    )
    .expect("a file");
    assert_eq!(
        found(folder.path(), &["a.asl.json"]),
        ["a.asl.json fail-without-error"]
    );
    let stale =
        with("sfn-tool: ignore missing-timeout").replace("\"Next\"", "\"TimeoutSeconds\": 60, \"Next\"");
    fs::write(folder.path().join("a.asl.json"), stale).expect("a file");
    assert_eq!(
        found(folder.path(), &["a.asl.json"]),
        ["a.asl.json unused-suppression", "a.asl.json fail-without-error"]
    );
}

#[test]
fn a_comment_in_one_state_hides_no_other_that_is_told_with_it() {
    let folder = project("");
    let task = |comment: &str, next: &str| {
        let catch = r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "F"}]"#;
        let resource = r#""Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}"#;
        format!(r#"{{"Type": "Task", "Comment": "{comment}", {resource}, {catch}, {next}}}"#)
    };
    let machine = |b: &str, c: &str| {
        format!(
            r#"{{"StartAt": "B", "States": {{"B": {}, "C": {}, "D": {}, "F": {{"Type": "Fail", "Error": "e", "Cause": "c"}}}}}}"#,
            task(b, r#""Next": "C""#),
            task(c, r#""Next": "D""#),
            task("", r#""End": true"#)
        )
    };
    let mark = "sfn-tool: ignore missing-retry";
    let told = |b: &str, c: &str| {
        fs::write(folder.path().join("a.asl.json"), machine(b, c)).expect("a file");
        let selected = [
            "lint",
            "--select",
            "missing-retry,unused-suppression",
            "--format",
            "concise",
            "a.asl.json",
        ];
        stdout(&sfn_tool(folder.path(), &selected))
    };
    for (b, c, named) in [
        (mark, "", "'C' or 'D'"),
        ("", mark, "'B' or 'D'"),
        (mark, mark, "'D' has no Retry"),
    ] {
        let text = told(b, c);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains(named), "{text}");
    }
}

/// A definition in YAML whose lines can each be given a comment, by a mark.
const YAML: &str = "# file
StartAt: Ask
States:
  Ask:  # ask
    Type: Task  # type
    Resource: ${Function}
    Next: Split  # next
  Split:
    Type: Parallel  # parallel
    End: true
    Branches:  # branches
      - StartAt: Fetch  # branch
        States:  # states
          Fetch:
            # above
            Type: Task
            Resource: ${Function}
            Retry:
              - ErrorEquals: [States.ALL]  # retrier
                MaxAttempts: 2
            Next: Stop
          Stop: {Type: Fail}  # flow
      - {StartAt: Halt, States: {
          Halt: {  # brace
            Type: Fail,  # inside
            Comment: other  # last
          }}}
";

#[test]
fn a_comment_of_yaml_holds_for_what_its_line_begins() {
    let folder = project(
        "[lint]\nselect = [\"nothing-caught\", \"retry-everything\", \"fail-without-error\", \"unused-suppression\"]\n",
    );
    // Ask has no Catch, Fetch's retrier retries everything, Stop and Halt say nothing.
    let all = [
        "4 nothing-caught",
        "19 retry-everything",
        "22 fail-without-error",
        "24 fail-without-error",
    ];
    let found = |mark: &str, rule: &str| {
        let text = match mark {
            "" => YAML.to_owned(),
            _ => YAML.replace(&format!("# {mark}\n"), &format!("# sfn-tool: ignore {rule}\n")),
        };
        fs::write(folder.path().join("y.asl.yaml"), text).expect("a file");
        let output = sfn_tool(folder.path(), &["lint", "--format", "concise", "y.asl.yaml"]);
        let word = |line: &str| {
            let number = line.split(':').nth(1).unwrap_or_default().to_owned();
            format!("{number} {}", line.split(['[', ']']).nth(1).unwrap_or_default())
        };
        stdout(&output).lines().map(word).collect::<Vec<_>>()
    };
    assert_eq!(found("", ""), all);
    let fail = "fail-without-error";
    // Where the comment stands, the rule, and which of the findings above it takes out.
    let holds: [(&str, &str, &[usize]); 15] = [
        // The first field of the machine, of a state, of a branch.
        ("file", fail, &[2, 3]),
        ("ask", "nothing-caught", &[0]),
        ("type", "nothing-caught", &[0]),
        ("parallel", fail, &[2, 3]),
        ("branch", fail, &[2]),
        ("above", "retry-everything", &[1]),
        // A field's value is begun with its key.
        ("branches", fail, &[2, 3]),
        ("states", fail, &[2]),
        // An entry of a list.
        ("retrier", "retry-everything", &[1]),
        // Flow style.
        ("flow", fail, &[2]),
        ("brace", fail, &[3]),
        ("inside", fail, &[3]),
        // Later fields begin nothing but themselves.
        ("next", "nothing-caught", &[]),
        ("last", fail, &[]),
        ("branches", "nothing-caught", &[]),
    ];
    for (mark, rule, gone) in holds {
        let left: Vec<&str> = (all.iter().enumerate())
            .filter(|(i, _)| !gone.contains(i))
            .map(|(_, line)| *line)
            .collect();
        let mut found = found(mark, rule);
        let unused = found.iter().filter(|line| line.contains("unused")).count();
        assert_eq!(unused, usize::from(gone.is_empty()), "{mark} {rule}: {found:?}");
        found.retain(|line| !line.contains("unused"));
        assert_eq!(found, left, "{mark} {rule}");
    }
}

#[test]
fn a_comment_that_misses_its_state_is_told_where_it_belongs() {
    let folder = project("[lint]\nselect = [\"fail-without-error\", \"unused-suppression\"]\n");
    let text =
        "StartAt: A\nStates:\n  A:\n    Comment: c\n    Type: Fail # sfn-tool: ignore fail-without-error\n";
    fs::write(folder.path().join("y.asl.yaml"), text).expect("a file");
    let shown = stdout(&sfn_tool(
        folder.path(),
        &["lint", "--color", "never", "y.asl.yaml"],
    ));
    assert!(
        shown.contains("after the name of 'A' it applies to the whole state"),
        "{shown}"
    );
}

#[test]
fn a_baseline_leaves_out_what_it_knows() {
    let folder = project(
        "[lint]\nselect = [\"missing-timeout\", \"fail-without-error\"]\nbaseline = \"known.json\"\n",
    );
    let write = [
        "lint",
        "--write-baseline",
        "known.json",
        "a.asl.json",
        "legacy/old/b.asl.json",
    ];
    let output = sfn_tool(folder.path(), &write);
    assert_eq!(
        (output.status.code(), stdout(&output).as_str()),
        (Some(0), ""),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        found(folder.path(), &["a.asl.json", "legacy/old/b.asl.json"]),
        [""; 0]
    );
    // Other lines, another finding: only that is new.
    let moved = MACHINE.replace("  \"StartAt\"", "\n\n  \"StartAt\"").replace(
        "\"Next\": \"Failed\"",
        "\"Catch\": [{\"ErrorEquals\": [\"States.ALL\"], \"Next\": \"Worse\"}], \"Next\": \"Failed\"",
    );
    let moved = moved.replace(
        "\"Failed\": {",
        "\"Worse\": {\"Type\": \"Fail\"},\n    \"Failed\": {",
    );
    fs::write(folder.path().join("a.asl.json"), moved).expect("a file");
    assert_eq!(
        found(folder.path(), &["a.asl.json"]),
        ["a.asl.json fail-without-error"]
    );
    // What is gone is said.
    let mended = MACHINE.replace(
        "\"Next\": \"Failed\"",
        "\"TimeoutSeconds\": 60, \"Next\": \"Failed\"",
    );
    fs::write(folder.path().join("a.asl.json"), mended).expect("a file");
    let output = sfn_tool(folder.path(), &["lint", "a.asl.json"]);
    let words = stderr(&output);
    assert!(
        words.contains("gone: a.asl.json: missing-timeout at /States/")
            && words.contains("1 finding of the baseline is gone"),
        "{words}"
    );
    // A rule that does not run this time finds nothing, and proves nothing.
    let output = sfn_tool(
        folder.path(),
        &["lint", "--select", "fail-without-error", "a.asl.json"],
    );
    assert!(!stderr(&output).contains("gone"), "{}", stderr(&output));
    // So are the findings of a file that went.
    fs::remove_file(folder.path().join("legacy/old/b.asl.json")).expect("a file");
    let output = sfn_tool(folder.path(), &["lint", "a.asl.json"]);
    let words = stderr(&output);
    assert!(
        words.contains("gone: legacy/old/b.asl.json: missing-timeout"),
        "{words}"
    );
    fs::write(folder.path().join("known.json"), "[]").expect("a file");
    assert_eq!(
        sfn_tool(folder.path(), &["lint", "a.asl.json"]).status.code(),
        Some(2)
    );
}

#[test]
fn statistics_count_by_rule() {
    let folder = project("[lint]\nselect = [\"missing-timeout\", \"fail-without-error\"]\n");
    let run = |format: &str| {
        let arguments = [
            "lint",
            "--statistics",
            "--format",
            format,
            "a.asl.json",
            "legacy/old/b.asl.json",
        ];
        stdout(&sfn_tool(folder.path(), &arguments))
    };
    let text = run("text");
    let first = text.lines().next().unwrap_or_default();
    assert!(
        first.contains("2 in     2 files  fail-without-error") && text.lines().count() == 2,
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!(json["statistics"][1]["rule"], "missing-timeout");
    assert_eq!(json["statistics"][1]["findings"], 2);
}

#[test]
fn the_schema_is_current_and_takes_what_is_read() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.schema.json");
    let schema = sfn_tool::internals::config::schema();
    let text = format!("{schema:#}\n");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &text).expect("the schema");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, text, "stale: UPDATE=1 cargo test --test lint_config");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let fits = |text: &str| {
        let value: toml::Value = toml::from_str(text).expect("TOML");
        validator.is_valid(&serde_json::to_value(value).expect("JSON"))
    };
    assert!(fits(
        "[lint]\nselect = [\"all\", \"errors\"]\nbaseline = \"b.json\"\n[[lint.files]]\npaths = [\"x\"]\ntype = \"express\"\n"
    ));
    assert!(fits(
        "[lint.rules.retry-budget]\nhours = 1\n[lint.severity]\nnothing-caught = \"error\"\n"
    ));
    assert!(fits(
        "[cost]\nmillion-transitions = 27.9\ngb-second = [{up-to = 10, price = \"0.5\"}, {price = 1}]\n"
    ));
    assert!(!fits("[cost]\nmillion-transitions = \"free\"\n"));
    assert!(!fits("[lint]\nselect = [\"nothing\"]\n"));
    assert!(!fits("[lint.rules.retry-budget]\nhour = 1\n"));
}

/// A baseline is of files, which may hold several definitions: what one of them has is not gone because another has not.
#[test]
fn a_baseline_knows_all_definitions_of_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let machine = |id: &str, target: &str| {
        format!(
            "  {id}:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Name: a b\n      Definition: {{StartAt: A, \
             States: {{A: {{Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {{QueueUrl: u, \
             MessageBody: m}}, Next: {target}}}, B: {{Type: Succeed}}}}}}\n"
        )
    };
    let template = format!("Resources:\n{}{}", machine("One", "B"), machine("Two", "C"));
    std::fs::write(folder.path().join("template.yaml"), template).unwrap();
    for command in ["lint", "check"] {
        let run = |arguments: &[&str]| {
            super::called::run(folder.path(), &[&[command, "template.yaml"], arguments].concat())
        };
        let (code, _, err) = run(&["--write-baseline", "base.json"]);
        assert_eq!(code, 0, "{err}");
        let (code, out, err) = run(&["--baseline", "base.json"]);
        assert_eq!(&*out, "", "{command}");
        assert!(!err.contains("gone"), "{command}: {err}");
        // What AWS rejects fails lint, which has nothing to say of it.
        assert_eq!(code, i32::from(command == "lint"), "{command}: {err}");
        std::fs::remove_file(folder.path().join("base.json")).unwrap();
    }
}
