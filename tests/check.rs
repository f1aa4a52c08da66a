//! `check`: every source of a project, found and told in one report; and what validate and lint find in the same folders.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::called::run;

const ORDER: &str = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\", \"Next\": \"Bb\"},\n    \"B\": {\"Type\": \"Succeed\"}\n  }\n}\n";
const ASK: &str = "{\n  \"StartAt\": \"Ask\",\n  \"States\": {\n    \"Ask\": {\"Type\": \"Choice\", \"Choices\": [{\"Variable\": \"$.x\", \"IsPresent\": true, \"Next\": \"Done\"}]},\n    \"Done\": {\"Type\": \"Succeed\"}\n  }\n}\n";
const FINE: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
const SAM: &str = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: orders.asl.json\n  Refunds:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: orders.asl.json\n  Remote:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: s3://bucket/key\n";
const WAIT: &str = "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\"Type\": \"Wait\", \"End\": true}\n}}\n";
const SERVERLESS: &str = "service: x\nstepFunctions:\n  stateMachines:\n    one:\n      definition:\n        StartAt: A\n        States:\n          A: {Type: Pass, Nxt: B, End: true}\n";
const MANIFEST: &str = r#"{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}"#;
const SYNTHESIZED: &str = r#"{"Resources": {"Flow1A": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
  "DefinitionString": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":\"Z\"}}}"}}}}"#;
const NO_MACHINE: &str =
    "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Bucket: {Type: AWS::S3::Bucket}\n";

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// A project with one of each source, and others that are none.
fn mixed() -> TempDir {
    project(&[
        (".gitignore", "ignored/\ncdk.out\n"),
        ("flows/order.asl.json", ORDER),
        ("ignored/order.asl.json", ORDER),
        ("machine.json", ASK),
        ("sam/template.yaml", SAM),
        ("sam/orders.asl.json", WAIT),
        ("serverless.yml", SERVERLESS),
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/S.template.json", SYNTHESIZED),
        ("cdk.out/tree.json", ORDER),
        ("package.json", "{\"name\": \"StartAt\"}"),
        ("bucket.yaml", NO_MACHINE),
    ])
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

const ERRORS: [&str; 4] = [
    "flows/order.asl.json:4:35: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Bb",
    "sam/orders.asl.json:2:3: error[SCHEMA_VALIDATION_FAILED] This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] (named in sam/template.yaml:6:22, sam/template.yaml:10:22)",
    "serverless.yml:8:27: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported",
    "cdk.out/S.template.json:2:89: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Z",
];
const CHOICE: &str = "machine.json:4:5: warning[choice-without-default] 'Ask' has no Default: the execution fails when none of its rules matches";

#[test]
fn every_source_of_a_project_is_found_and_told_at_its_place() {
    let folder = mixed();
    let (code, out, err) = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(code, 1, "{err}");
    let told: Vec<&str> = out.lines().filter(|line| !line.contains("info[")).collect();
    assert_eq!(told, [ERRORS[0], CHOICE, ERRORS[1], ERRORS[2], ERRORS[3]]);
    // What stands in S3 is said, too, and counted.
    assert!(out.contains("sam/template.yaml:14:22: info["), "{out}");
    let (_, _, err) = run(folder.path(), &["check"]);
    assert!(
        err.contains("4 errors, 1 warning and 1 info in 6 state machines in 6 files; 1 more was not read"),
        "{err}"
    );
    // A name is a name, however the folder is named.
    let (code, out, _) = run(folder.path(), &["check", "flows", "--format", "concise"]);
    assert_eq!((code, lines(&out)), (1, vec![ERRORS[0]]));
}

#[test]
fn validate_and_lint_find_the_same_files() {
    let folder = mixed();
    let (code, out, _) = run(folder.path(), &["validate", ".", "--format", "concise"]);
    assert_eq!((code, lines(&out)), (1, ERRORS.to_vec()));
    let (code, out, err) = run(folder.path(), &["lint", ".", "--format", "concise"]);
    assert_eq!(code, 1);
    assert!(out.starts_with(CHOICE), "{out}");
    for file in [
        "flows/order.asl.json",
        "sam/orders.asl.json",
        "serverless.yml",
        "cdk.out/S.template.json",
    ] {
        assert!(
            err.contains(&format!("{file}: AWS rejects the definition (1 error)")),
            "{err}"
        );
    }
    let files = "flows/order.asl.json\nmachine.json\nsam/orders.asl.json\nsam/template.yaml\nserverless.yml\ncdk.out/S.template.json\n";
    for command in [&["check"][..], &["validate", "."], &["lint", "."]] {
        let (code, out, _) = run(folder.path(), &[command, &["--show-files"]].concat());
        assert_eq!((code, &*out), (0, files), "{command:?}");
    }
}

#[test]
fn a_finding_in_a_shared_definition_is_told_once_with_its_callers() {
    let folder = mixed();
    let (_, out, _) = run(folder.path(), &["check", "sam", "--format", "json"]);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let files = answer["files"].as_array().expect("files");
    let orders: Vec<&Value> = (files.iter())
        .filter(|file| file["file"] == "sam/orders.asl.json")
        .collect();
    assert_eq!(orders.len(), 1, "{out}");
    let missing = "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]";
    let diagnostics = orders[0]["diagnostics"].as_array().expect("diagnostics");
    let found: Vec<&Value> = (diagnostics.iter())
        .filter(|found| found["message"] == missing)
        .collect();
    assert_eq!(found.len(), 1, "{out}");
    let callers: Vec<_> = (found[0]["related"].as_array().expect("related").iter())
        .map(|related| {
            (
                related["file"].as_str(),
                related["range"]["start"]["line"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        callers,
        [
            (Some("sam/template.yaml"), Some(6)),
            (Some("sam/template.yaml"), Some(10))
        ]
    );
}

#[test]
fn a_failure_in_json_is_an_error_of_aws_s() {
    let folder = project(&[("a.asl.json", ORDER), ("b.asl.json", ASK), ("c.asl.json", FINE)]);
    let results = |arguments: &[&str]| -> (i32, Vec<String>) {
        let (code, out, _) = run(folder.path(), &[arguments, &["--format", "json"]].concat());
        let answer: Value = serde_json::from_str(&out).expect("JSON");
        let files = answer["files"].as_array().expect("files").iter();
        (
            code,
            files
                .map(|file| file["result"].as_str().unwrap_or("").to_owned())
                .collect(),
        )
    };
    assert_eq!(
        results(&["check"]),
        (1, vec!["FAIL".into(), "OK".into(), "OK".into()])
    );
    assert_eq!(results(&["check", "b.asl.json"]).0, 1);
    assert_eq!(results(&["check", "b.asl.json", "--fail-on", "error"]).0, 0);
    assert_eq!(results(&["check", "--exit-zero"]).0, 0);
    assert_eq!(results(&["check", "c.asl.json"]), (0, vec!["OK".into()]));
}

#[test]
fn where_nothing_is_found_it_is_said_what_was_looked_at() {
    let folder = project(&[
        ("a/package.json", "{}"),
        ("a/bucket.yaml", NO_MACHINE),
        ("b.asl.json", FINE),
        ("d/package.json", "{}"),
    ]);
    for command in ["check", "validate", "lint"] {
        // Each of several is told.
        let (_, _, err) = run(folder.path(), &[command, "a", "d"]);
        assert!(
            err.contains("no state machine in a:") && err.contains("no state machine in d:"),
            "{err}"
        );
        let (code, out, err) = run(folder.path(), &[command, "a"]);
        assert_eq!((code, &*out), (2, ""), "{command}");
        assert!(err.contains("no state machine in a: 2 files looked at"), "{err}");
        assert!(err.contains("serverless.yml"), "{err}");
        // One folder without any is told although another has some.
        let (code, _, err) = run(folder.path(), &[command, ".", "a"]);
        assert_eq!(code, 2);
        assert!(err.contains("no state machine in a:"), "{err}");
    }
}

#[test]
fn lint_never_finds_nothing_in_what_is_no_definition() {
    let folder = project(&[
        ("package.json", "{\"name\": \"x\"}"),
        ("a.asl.json", ORDER),
        ("b.asl.json", FINE),
    ]);
    for (file, count) in [("package.json", "1 error"), ("a.asl.json", "1 error")] {
        let (code, out, err) = run(folder.path(), &["lint", file]);
        assert_eq!((code, &*out), (1, ""), "{file}");
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(
            err.contains(&format!("{file}: AWS rejects the definition ({count})")),
            "{err}"
        );
        let (code, _, _) = run(folder.path(), &["lint", file, "--exit-zero"]);
        assert_eq!(code, 0);
    }
    let (code, _, err) = run(folder.path(), &["lint", "b.asl.json"]);
    assert_eq!(code, 0);
    assert!(err.starts_with("No findings in 1 file"), "{err}");
}

#[test]
fn a_template_without_a_state_machine_is_no_finding() {
    let folder = project(&[("bucket.yaml", NO_MACHINE), ("a.asl.json", ORDER)]);
    for command in ["check", "validate", "lint"] {
        let (code, out, err) = run(folder.path(), &[command, "bucket.yaml", "--format", "concise"]);
        assert_eq!((code, &*out), (0, ""), "{command}");
        assert_eq!(err, "bucket.yaml contains no state machine\n");
        let (code, _, _) = run(folder.path(), &[command, "bucket.yaml", "a.asl.json"]);
        assert_eq!(code, 1, "{command}");
    }
}

#[test]
fn a_configuration_says_what_is_looked_at() {
    let folder = mixed();
    let write = |text: &str| fs::write(folder.path().join("sfn-tool.toml"), text).expect("a file");
    let files = |arguments: &[&str]| {
        let (_, out, _) = run(folder.path(), &[&["check", "--show-files"], arguments].concat());
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    write("include = [\"*.asl.*\"]\n");
    assert_eq!(files(&[]), ["flows/order.asl.json", "sam/orders.asl.json"]);
    assert_eq!(files(&["--include", "*.yml"]), ["serverless.yml"]);
    assert_eq!(files(&["--exclude", "sam"]), ["flows/order.asl.json"]);
    assert_eq!(files(&["--isolated"]).len(), 6);
    write("exclude = [\"/sam\", \"cdk.out/\", \"*.yml\"]\n");
    assert_eq!(files(&[]), ["flows/order.asl.json", "machine.json"]);
    // What is named is read, unless a hook says that it names everything.
    assert_eq!(files(&["serverless.yml"]), ["serverless.yml"]);
    assert_eq!(
        files(&["serverless.yml", "sam/orders.asl.json", "--force-exclude"]),
        [""; 0]
    );
    let (code, _, err) = run(folder.path(), &["check", "serverless.yml", "--force-exclude"]);
    assert_eq!(code, 0, "{err}");
    write("exclude = [\"a{b\"]\n");
    let (code, _, err) = run(folder.path(), &["check"]);
    assert_eq!(code, 2);
    assert!(err.contains("the pattern 'a{b'"), "{err}");
}

#[test]
fn one_broken_file_stops_no_other() {
    let folder = project(&[
        (
            "broken.yaml",
            "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    Properties: {\n",
        ),
        (
            "gone.yaml",
            "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: gone.asl.json}\n",
        ),
        ("order.asl.json", ORDER),
        ("notes.json", "{\"text\": \"StartAt"),
    ]);
    let (code, out, err) = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(code, 1, "{out}{err}");
    let files: Vec<&str> = (out.lines()).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["broken.yaml", "gone.yaml", "order.asl.json"]);
}

#[test]
fn what_is_mended_is_what_both_commands_mend() {
    let text = ASK.replace("\"Done\": {\"Type\": \"Succeed\"}", "\"Done\": {\"Type\": \"Task\", \"Resource\": \"arn:aws:lambda:us-east-1:123456789012:function:f\", \"End\": true, \"Retry\": [{\"ErrorEquals\": [\"States.ALL\"], \"IntervalSeconds\": 1}]}");
    let of = |command: &[&str]| {
        let folder = project(&[("a.asl.json", &text)]);
        run(folder.path(), &[command, &["--fix", "--unsafe-fixes"]].concat());
        fs::read_to_string(folder.path().join("a.asl.json")).expect("the file")
    };
    assert_eq!(of(&["check"]), of(&["lint", "."]));
}

#[cfg(unix)]
#[test]
fn what_lies_in_a_folder_may_be_anything() {
    let folder = project(&[("a/order.asl.json", ORDER), ("big.json", "")]);
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("..", at("a/up")).expect("a link");
    std::os::unix::fs::symlink("loop.json", at("loop.json")).expect("a link");
    let made = std::process::Command::new("mkfifo")
        .arg(at("pipe.asl.json"))
        .status();
    assert!(made.expect("mkfifo").success());
    fs::write(at("\u{1b}[31mred.json"), FINE).expect("a file");
    fs::File::create(at("big.json"))
        .and_then(|file| file.set_len(200 * 1024 * 1024))
        .expect("a file");
    let (code, out, err) = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(
        (code, lines(&out)),
        (1, vec![ERRORS[0].replace("flows/", "a/").as_str()]),
        "{err}"
    );
    let (_, out, _) = run(folder.path(), &["check", "--show-files"]);
    assert!(!out.contains('\u{1b}') && out.contains("red.json"), "{out:?}");
}

#[cfg(unix)]
#[test]
fn patterns_that_are_not_taken_are_told_once_and_stop_nothing() {
    let folder = project(&[
        ("a/order.asl.json", FINE),
        (
            "t.sfn-test.json",
            r#"{"Definition": "a/order.asl.json", "Cases": []}"#,
        ),
    ]);
    std::os::unix::fs::symlink("/dev/zero", folder.path().join(".gitignore")).expect("a link");
    let said = ".gitignore is left out, and nothing is excluded by it: it is a link, which git does not follow either";
    for call in [
        &["check"][..],
        &["check", ".", "a"],
        &["validate", "."],
        &["fmt", ".", "--check"],
        &["test", "."],
        &["diff", "a", "."],
    ] {
        let (code, _, err) = run(folder.path(), call);
        assert!(code != 101 && err.matches(said).count() == 1, "{call:?}: {err}");
    }
    let (code, _, err) = run(folder.path(), &["check", "--quiet"]);
    assert_eq!((code, &*err), (0, ""));
}

#[test]
fn the_folder_of_the_call_is_what_is_checked_by_default() {
    let folder = project(&[("x/a.asl.json", ORDER)]);
    let names = |folder: &Path| {
        let (_, out, _) = run(folder, &["check", "--show-files"]);
        out
    };
    assert_eq!(names(folder.path()), "x/a.asl.json\n");
    assert_eq!(names(&folder.path().join("x")), "a.asl.json\n");
}

#[test]
fn what_a_folder_leaves_out_is_not_told_where_it_cannot_be_read() {
    let folder = project(&[
        ("a.asl.json", FINE),
        (
            "sub/sfn-tool.toml",
            "exclude = [\"link.asl.json\", \"empty.asl.json\"]\n",
        ),
        (".git/HEAD", ""),
    ]);
    let outside = project(&[("b.asl.json", FINE)]);
    std::os::unix::fs::symlink(
        outside.path().join("b.asl.json"),
        folder.path().join("sub/link.asl.json"),
    )
    .expect("a link");
    let (code, _, err) = run(folder.path(), &["check"]);
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("link.asl.json"), "{err}");
    let (code, _, err) = run(folder.path(), &["check", "--isolated"]);
    assert_eq!(code, 2);
    assert!(err.contains("sub/link.asl.json"), "{err}");
}

#[test]
fn what_follows_from_a_mistake_holds_nothing_back() {
    // That B is not reachable follows from the name in A: what lint finds in B is no part of that.
    let text = r#"{"StartAt": "A", "States": {
 "A": {"Type": "Pass", "Next": "Bee"},
 "B": {"Type": "Task", "Resource": "${nmae}", "End": true}}}"#;
    let template = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: m.asl.json\n      \
        DefinitionSubstitutions:\n        name: x\n";
    let folder = project(&[("template.yaml", template), ("m.asl.json", text)]);
    let (_, out, _) = run(folder.path(), &["check", "--format", "concise"]);
    assert!(
        out.contains("m.asl.json:3:37: warning[missing-substitution]"),
        "{out}"
    );
}
