//! What is written: only what a call names, over nothing that somebody else has written, and never half.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_sfn-tool");
const TASK: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"FunctionName": "f"}, "End": true}}}"#;
const PASS: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "$(id)", "End": true}}}"#;
const SCRIPT: &str = "#!/bin/sh\necho mine\n";

struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        place.write("task.asl.json", TASK);
        place.write("t/d.asl.json", PASS);
        place.write("mine.sh", SCRIPT);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Exit status, stdout and stderr on one line.
    fn call(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = Command::new(BINARY)
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let err = text(&output.stderr)
            .lines()
            .map(|line| line.trim_start_matches([' ', '│', '×', '╰', '─', '▶', '├']))
            .collect::<Vec<_>>()
            .join(" ");
        (output.status.code(), text(&output.stdout), err)
    }

    /// A call that must leave the file `name` as it is, and say why.
    fn refuses(&self, arguments: &[&str], name: &str, why: &str) {
        let before = self.read(name);
        let (status, out, err) = self.call(arguments);
        assert_eq!(self.read(name), before, "{arguments:?}");
        assert_eq!(status, Some(2), "{arguments:?}: {out}{err}");
        assert!(err.contains(why), "{arguments:?}: no {why:?} in {err}");
        self.nothing_temporary(".");
    }

    fn writes(&self, arguments: &[&str], name: &str, part: &str) {
        let (status, out, err) = self.call(arguments);
        assert_eq!(status, Some(0), "{arguments:?}: {out}{err}");
        assert!(
            self.read(name).contains(part),
            "{arguments:?}: {}",
            self.read(name)
        );
        self.nothing_temporary(".");
    }

    fn nothing_temporary(&self, folder: &str) {
        for entry in fs::read_dir(self.path(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            assert!(!name.to_string_lossy().starts_with(".tmp"), "{name:?}");
        }
    }
}

/// A test file of one case with this snapshot.
fn case(snapshot: &str) -> String {
    format!("Definition: d.asl.json\nCases:\n  - Name: happy\n    Expect: {{Snapshot: {snapshot}}}\n")
}

#[test]
fn snapshots_stay_in_the_folder_of_their_test_file() {
    let place = Place::new();
    place.write("outside.json", "");
    for (snapshot, file) in [
        ("../mine.sh", "mine.sh"),
        ("../outside.json", "outside.json"),
        ("sub/../../mine.sh", "mine.sh"),
    ] {
        place.write("t/x.sfn-test.yaml", &case(snapshot));
        place.refuses(&["test", "--update", "t"], file, "the folder of the test file");
    }
    place.write("t/x.sfn-test.yaml", &case("../new.json"));
    let (status, _, err) = place.call(&["test", "--update", "."]);
    assert_eq!(status, Some(2), "{err}");
    assert!(!place.path("new.json").exists());
    // A folder that is not there yet does not hide where a path leads.
    place.write("t/x.sfn-test.yaml", &case("a/b/../../../new.json"));
    let (status, _, err) = place.call(&["test", "--update", "."]);
    assert_eq!(status, Some(2), "{err}");
    assert!(!place.path("new.json").exists() && !place.path("t/a").exists());

    place.write("t/x.sfn-test.yaml", &case("snapshots/x.json"));
    place.writes(&["test", "--update", "."], "t/snapshots/x.json", "\"Visited\"");
    // What it has written it may write again.
    let old = place.read("t/snapshots/x.json").replace("$(id)", "other");
    place.write("t/snapshots/x.json", &old);
    place.writes(&["test", "--update", "."], "t/snapshots/x.json", "$(id)");
    place.write("t/snapshots/x.json", "");
    place.writes(&["test", "--update", "."], "t/snapshots/x.json", "$(id)");
}

#[cfg(unix)]
#[test]
fn snapshots_go_through_no_link_that_leads_elsewhere() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    fs::create_dir(place.path("other")).expect("a folder");
    symlink(place.path("mine.sh"), place.path("t/link.json")).expect("a link");
    symlink(place.path("other"), place.path("t/folder")).expect("a link");
    symlink("nowhere", place.path("t/dangling.json")).expect("a link");
    place.write("t/x.sfn-test.yaml", &case("link.json"));
    place.refuses(
        &["test", "--update", "t"],
        "mine.sh",
        "the folder of the test file",
    );
    place.write("t/x.sfn-test.yaml", &case("folder/x.json"));
    place.refuses(
        &["test", "--update", "t"],
        "mine.sh",
        "the folder of the test file",
    );
    assert!(!place.path("other/x.json").exists());
    place.write("t/x.sfn-test.yaml", &case("dangling.json"));
    place.refuses(&["test", "--update", "t"], "mine.sh", "a link that leads nowhere");
    assert!(!place.path("t/nowhere").exists());
}

/// What git, editors, pipelines or this tool would read.
#[test]
fn snapshots_are_no_files_that_programs_read() {
    let place = Place::new();
    for (snapshot, why) in [
        (".git/hooks/pre-commit", "hidden"),
        ("./.github/workflows/x.yml", "hidden"),
        ("runs/.x.json", "hidden"),
        ("sfn-tool.toml", "configuration"),
    ] {
        place.write("t/x.sfn-test.yaml", &case(snapshot));
        place.refuses(&["test", "--update", "t"], "mine.sh", why);
        assert!(!place.path(&format!("t/{snapshot}")).exists(), "{snapshot}");
    }
}

#[test]
fn snapshots_replace_only_snapshots() {
    let place = Place::new();
    place.write("t/script.sh", SCRIPT);
    place.write("t/input.json", "{\"a\": 1}");
    for (snapshot, why) in [
        ("script.sh", "holds no snapshot"),
        ("d.asl.json", "read"),
        ("x.sfn-test.yaml", "read"),
    ] {
        place.write("t/x.sfn-test.yaml", &case(snapshot));
        place.refuses(&["test", "--update", "t"], &format!("t/{snapshot}"), why);
    }
    // What has the form of a snapshot and is read for something else.
    let snapshot = r#"{"Status": "FAILED", "Duration": 0, "Visited": [], "Tasks": {}}"#;
    place.write("t/both.json", snapshot);
    place.write(
        "t/x.sfn-test.yaml",
        "Definition: d.asl.json\nCases: [{Name: a, InputFile: both.json, Expect: {Snapshot: both.json}}]\n",
    );
    place.refuses(
        &["test", "--update", "t"],
        "t/both.json",
        "the tests read this file",
    );
    // Two cases never write one file, run together or not, rows of a table included.
    place.write("t/s.json", snapshot);
    for cases in [
        "[{Name: a, Expect: {Snapshot: s.json}}, {Name: b, Expect: {Snapshot: ./s.json}}]",
        "[{Name: a, Table: [{n: 1}, {n: 2}], Input: \"${n}\", Expect: {Snapshot: s.json}}]",
    ] {
        place.write(
            "t/x.sfn-test.yaml",
            &format!("Definition: d.asl.json\nCases: {cases}\n"),
        );
        place.refuses(
            &["test", "--update", "t"],
            "t/s.json",
            "another case has the same snapshot",
        );
        place.refuses(
            &["test", "--update", "t", "--filter", "a"],
            "t/s.json",
            "another case has the same snapshot",
        );
    }
    // Where one is refused none is written.
    place.write(
        "t/x.sfn-test.yaml",
        "Definition: d.asl.json\nCases: [{Name: a, Expect: {Snapshot: new.json}}, {Name: b, Expect: {Snapshot: script.sh}}]\n",
    );
    place.refuses(&["test", "--update", "t"], "t/script.sh", "holds no snapshot");
    assert!(!place.path("t/new.json").exists());
}

#[test]
fn files_to_edit_replace_nothing_unless_asked() {
    let place = Place::new();
    let write = ["simulate", "task.asl.json", "--write-mocks", "m.json"];
    place.writes(&write, "m.json", "\"Return\"");
    place.write("m.json", "{\"States\": {\"A\": {\"Return\": 7}}}");
    place.refuses(&write, "m.json", "--force");
    place.writes(&[&write[..], &["--force"]].concat(), "m.json", "\"Return\"");
    place.write("empty.json", "");
    place.writes(
        &["simulate", "task.asl.json", "--write-mocks", "empty.json"],
        "empty.json",
        "\"Return\"",
    );
    // What the call reads stays whatever is said.
    let own = [
        "simulate",
        "task.asl.json",
        "--write-mocks",
        "./task.asl.json",
        "--force",
    ];
    place.refuses(&own, "task.asl.json", "reads it");
    fs::hard_link(place.path("task.asl.json"), place.path("same.json")).expect("a link");
    place.refuses(
        &[
            "simulate",
            "task.asl.json",
            "--write-mocks",
            "same.json",
            "--force",
        ],
        "same.json",
        "reads it",
    );

    place.write("mocks.json", r#"{"States": {"A": {"Return": {"Payload": 7}}}}"#);
    let (_, history, _) = place.call(&[
        "simulate",
        "task.asl.json",
        "--mocks",
        "mocks.json",
        "--format",
        "history",
    ]);
    place.write("h.json", &history);
    let from = ["mocks", "from-history", "h.json", "--definition", "task.asl.json"];
    for option in ["--write-test", "--write-input"] {
        let call = |file: &'static str| [&from[..], &[option, file]].concat();
        place.refuses(&call("mine.sh"), "mine.sh", "--force");
        place.refuses(
            &[&call("h.json")[..], &["--force"]].concat(),
            "h.json",
            "reads it",
        );
        let file = if option == "--write-test" {
            "x.sfn-test.json"
        } else {
            "i.json"
        };
        place.writes(&call(file), file, "{");
        place.refuses(&call(file), file, "--force");
        place.writes(&[&call(file)[..], &["--force"]].concat(), file, "{");
    }
}

#[test]
fn reports_replace_only_reports() {
    let place = Place::new();
    place.write("mocks.json", r#"{"States": {"A": {"Return": {"Payload": 7}}}}"#);
    place.write(
        "t/x.sfn-test.yaml",
        "Definition: d.asl.json\nCases: [{Name: a}]\n",
    );
    let html = ["simulate", "task.asl.json", "--mocks", "mocks.json", "--html"];
    let calls: [(&[&str], &str, &str); 5] = [
        (&html, "page.html", "<!DOCTYPE html>"),
        (&["test", "t", "--html"], "page.html", "<!DOCTYPE html>"),
        (&["test", "t", "--coverage-lcov"], "cov.info", "SF:"),
        (&["test", "t", "--coverage-json"], "cov.json", "definitions"),
        (
            &["lint", "task.asl.json", "--write-baseline"],
            "base.json",
            "\"version\"",
        ),
    ];
    for (call, name, part) in calls {
        let with = |file: &'static str| [call, &[file]].concat();
        let named = [call, &[name]].concat();
        place.refuses(&with("mine.sh"), "mine.sh", "is not overwritten");
        place.writes(&named, name, part);
        place.writes(&named, name, part);
        place.write("empty", "");
        place.writes(&with("empty"), "empty", part);
        // No report of another form, nor what is read.
        place.write("readme.html", "<!DOCTYPE html>\n<title>mine</title>\n");
        place.refuses(&with("readme.html"), "readme.html", "is not overwritten");
        let read = if call[0] == "test" {
            "t/x.sfn-test.yaml"
        } else {
            "task.asl.json"
        };
        place.refuses(&with(read), read, "reads it");
    }
}

#[cfg(unix)]
#[test]
fn streams_are_written_as_they_are_given() {
    let place = Place::new();
    place.write("mocks.json", r#"{"States": {"A": {"Return": {"Payload": 7}}}}"#);
    for script in [
        "$0 simulate task.asl.json --write-mocks /dev/stdout",
        "$0 simulate task.asl.json --write-mocks /dev/stdout >> log; cat log",
        "$0 simulate task.asl.json --write-mocks /dev/stdout | cat",
        "$0 simulate task.asl.json --write-mocks >(cat)",
        "mkfifo p; cat p & $0 simulate task.asl.json --write-mocks p; wait",
        "$0 simulate task.asl.json --write-mocks /dev/null && echo '\"Return\"'",
    ] {
        place.write("log", "before\n");
        let output = Command::new("bash")
            .current_dir(place.0.path())
            .args(["-c", script, BINARY])
            .output()
            .expect("bash runs");
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains("\"Return\""), "{script}: {out}{output:?}");
        if script.contains(">>") {
            assert!(out.starts_with("before\n"), "{out}");
        }
    }
}

/// Opened as files are, such a pipe would be waited for without end.
#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads_is_an_error() {
    let place = Place::new();
    place.write("mocks.json", r#"{"States": {"A": {"Return": {"Payload": 7}}}}"#);
    let made = Command::new("mkfifo").arg(place.path("p")).status();
    assert!(made.expect("mkfifo runs").success());
    for call in [
        &["simulate", "task.asl.json", "--write-mocks", "p"][..],
        &[
            "simulate",
            "task.asl.json",
            "--mocks",
            "mocks.json",
            "--html",
            "p",
        ],
        &["lint", "task.asl.json", "--write-baseline", "p"],
        &["test", "t", "--coverage-lcov", "p"],
        &["test", "t", "--coverage-json", "p"],
    ] {
        let (status, out, err) = place.call(call);
        assert_eq!(status, Some(2), "{call:?}: {out}{err}");
        assert!(
            err.contains("cannot write p") && err.contains("nobody reads the pipe"),
            "{call:?}: {err}"
        );
    }
}

/// More than a pipe holds, to a reader who comes late and takes his time.
#[cfg(unix)]
#[test]
fn a_slow_reader_of_a_pipe_gets_everything() {
    let place = Place::new();
    place.write("mocks.json", r#"{"States": {"A": {"Return": {"Payload": 7}}}}"#);
    let script = "mkfifo p; (sleep 0.3; exec < p; sleep 0.3; cat > page) & \
                  $0 simulate task.asl.json --mocks mocks.json --html p; status=$?; wait; exit $status";
    let output = Command::new("bash")
        .current_dir(place.0.path())
        .args(["-c", script, BINARY])
        .output()
        .expect("bash runs");
    let page = fs::read_to_string(place.path("page")).expect("a page");
    assert!(page.len() > 65_536, "{} bytes, {output:?}", page.len());
    assert!(page.trim_end().ends_with("</html>"), "{output:?}");
}

const UNFORMATTED: &str = "{\"States\":{\"A\":{\"End\":true,\"Type\":\"Pass\"}},\"StartAt\":\"A\"}";

#[cfg(unix)]
#[test]
fn owner_mode_and_links_survive_or_the_file_is_left() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let place = Place::new();
    place.write("a.asl.json", UNFORMATTED);
    fs::set_permissions(place.path("a.asl.json"), fs::Permissions::from_mode(0o600)).expect("it is ours");
    symlink("a.asl.json", place.path("link.asl.json")).expect("a link");
    // By three names it is one file.
    let (status, out, err) = place.call(&["fmt", "a.asl.json", "./a.asl.json", "link.asl.json"]);
    assert_eq!(status, Some(0), "{out}{err}");
    assert!(err.contains("1 of 1 changed"), "{err}");
    let about = fs::metadata(place.path("a.asl.json")).expect("a file");
    assert_eq!((about.mode() & 0o777, about.nlink()), (0o600, 1));
    assert!(place.path("link.asl.json").is_symlink());
    // Of two names one would keep the old text.
    place.write("b.asl.json", UNFORMATTED);
    fs::hard_link(place.path("b.asl.json"), place.path("c.json")).expect("a link");
    place.refuses(&["fmt", "b.asl.json"], "b.asl.json", "hard links");
    let fix = ["lint", "b.asl.json", "--isolated", "--select", "all", "--fix"];
    place.write("d.asl.json", r#"{"QueryLanguage": "JSONPath", "StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$", "End": true}}}"#);
    fs::remove_file(place.path("b.asl.json")).expect("it is there");
    fs::hard_link(place.path("d.asl.json"), place.path("b.asl.json")).expect("a link");
    place.refuses(&fix, "b.asl.json", "hard links");
}

/// A page of many events takes a while; whatever moment the signal comes at, no part of it stays.
#[cfg(unix)]
#[test]
fn a_signal_leaves_no_temporary_file() {
    let place = Place::new();
    let states: String = (0..400)
        .map(|n| format!("\"S{n}\": {{\"Type\": \"Pass\", \"Next\": \"S{}\"}}, ", n + 1))
        .collect();
    place.write(
        "long.asl.json",
        &format!("{{\"StartAt\": \"S0\", \"States\": {{{states}\"S400\": {{\"Type\": \"Succeed\"}}}}}}"),
    );
    let temporary = || {
        let entries = fs::read_dir(place.0.path()).expect("a folder");
        let mut names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        names.any(|name| name.to_string_lossy().starts_with(".tmp"))
    };
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut running = Command::new(BINARY)
            .current_dir(place.0.path())
            .args(["simulate", "long.asl.json", "--html", "page.html"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        while !temporary() && running.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        let kill = Command::new("kill")
            .args([signal, &running.id().to_string()])
            .stderr(Stdio::null())
            .status();
        assert!(kill.is_ok());
        let ended = running.wait().expect("a child");
        assert!(!temporary(), "{signal}: {ended:?}");
        // The page is whole or not there.
        if let Ok(page) = fs::read_to_string(place.path("page.html")) {
            assert!(page.trim_end().ends_with("</html>"), "{signal}");
        }
        let _ = fs::remove_file(place.path("page.html"));
    }
}

#[test]
fn folders_of_reports_are_made_and_bad_ones_told() {
    let place = Place::new();
    place.write(
        "t/x.sfn-test.yaml",
        "Definition: d.asl.json\nCases: [{Name: a}]\n",
    );
    place.writes(
        &["test", "t", "--coverage-lcov", "out/deep/cov.info"],
        "out/deep/cov.info",
        "SF:",
    );
    let (status, _, err) = place.call(&["test", "t", "--coverage-lcov", "mine.sh/cov.info"]);
    assert_eq!(status, Some(2), "{err}");
    assert!(Path::new(&place.path("mine.sh")).is_file());
}

#[test]
fn no_two_options_write_one_file() {
    let place = Place::new();
    place.write("x.sfn-test.yaml", &case("s.json"));
    let name = |a: &str, b: &str| format!("--{a} and --{b} name one file");
    place.write("there", "");
    for (first, second) in [
        ("new", "new"),
        ("new", "./new"),
        ("t/../new", "new"),
        ("there", "t/../there"),
    ] {
        for (call, a, b) in [
            (&["simulate", "task.asl.json"][..], "html", "write-input"),
            (&["simulate", "task.asl.json"], "write-mocks", "write-input"),
            (&["test", "x.sfn-test.yaml"], "coverage-json", "coverage-lcov"),
            (&["test", "x.sfn-test.yaml"], "html", "coverage-json"),
        ] {
            let (a_option, b_option) = (format!("--{a}"), format!("--{b}"));
            let arguments = [call, &[&*a_option, first, &b_option, second]].concat();
            let (status, out, err) = place.call(&arguments);
            assert_eq!((status, &*out), (Some(2), ""), "{arguments:?} {err}");
            assert!(err.contains(&name(a, b)), "{arguments:?} {err}");
            assert!(
                !place.path("new").exists() && place.read("there").is_empty(),
                "{arguments:?}"
            );
        }
    }
    // Two names are two files.
    let (status, _, err) = place.call(&[
        "test",
        "x.sfn-test.yaml",
        "--coverage-json",
        "a",
        "--coverage-lcov",
        "b",
    ]);
    assert!(!err.contains("name one file"), "{status:?} {err}");
    assert!(place.path("a").exists() && place.path("b").exists());
}

#[cfg(unix)]
#[test]
fn links_lead_two_options_to_one_file() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.write("there", "");
    fs::hard_link(place.path("there"), place.path("hard")).expect("a link");
    symlink("there", place.path("soft")).expect("a link");
    symlink("new", place.path("to-be")).expect("a link");
    symlink("t", place.path("folder")).expect("a link");
    for (first, second) in [
        ("there", "hard"),
        ("there", "soft"),
        ("to-be", "new"),
        ("folder/x", "t/x"),
    ] {
        let arguments = [
            "simulate",
            "task.asl.json",
            "--write-mocks",
            first,
            "--write-input",
            second,
        ];
        let (status, _, err) = place.call(&arguments);
        assert_eq!(status, Some(2), "{arguments:?} {err}");
        assert!(
            err.contains("--write-mocks and --write-input name one file"),
            "{err}"
        );
    }
    assert!(!place.path("new").exists() && !place.path("t/x").exists());
}
