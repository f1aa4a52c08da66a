//! `sfn-tool test`, as it is called.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn tool(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("sfn-tool").expect("the binary");
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

/// The workflow of fixtures/project, with test files of its own.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/project");
    fs::copy(root.join("order.asl.json"), folder.path().join("order.asl.json")).expect("the definition");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = tool(folder)
        .arg("test")
        .args(arguments)
        .output()
        .expect("it runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A test file with shared mocks that let an order through, and these cases.
fn with_cases(cases: &str) -> String {
    format!(
        "Definition: order.asl.json\n\
         Mocks:\n  States:\n    ChargeCard: {{Return: {{Payload: {{id: ch_1}}}}}}\n    ShipItem: {{Return: {{Payload: done}}}}\n\
         Cases:\n{cases}"
    )
}

#[test]
fn the_fixture_project_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, stdout, stderr) = run(root, &["fixtures/project"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.starts_with("fixtures/project/order.sfn-test.yaml\n"));
    assert!(stdout.contains("\n  ok     a total of 1001 goes to CoolOff\n"));
    assert!(stdout.ends_with("cases passed\n"));
}

/// One wrong expectation of every kind, each told with what was expected, what came, and its line.
#[test]
fn every_kind_of_expectation_can_fail() {
    let cases = "\
- Name: wrong
  Input: {orderId: o-1, total: 1020, items: [1, 2]}
  Mocks:
    States:
      ChargeCard: [{Throw: {Error: Busy}}, {Return: {Payload: {id: ch_1}}}]
  Expect:
    Status: FAILED
    Output: {orderId: o-1}
    OutputPaths: {$.charge.id: ch_2}
    Condition: $states.output.total < 1000
    Error: Refused
    Visited: [CheckTotal, ..., RejectOrder]
    Visits: {ShipItem: {AtLeast: 3}}
    NotVisited: [CoolOff]
    Tasks: {ShipItem: 3, ChargeCard: [{}, {ParametersPaths: {$.Payload.amount: 20}}]}
    Retries: {ChargeCard: [3], ShipItem: 1}
    Waits: {CoolOff: 60}
    MaxDuration: 86400
    Events: [WaitStateEntered, TaskFailed, TaskFailed]
    Snapshot: there/is.none
";
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 1, "{stdout}");
    for expected in [
        "  FAILED wrong (line 7)\n",
        "    Status (line 13): expected FAILED, got SUCCEEDED\n",
        "    Output (line 14):\n      $.total: expected nothing, got 1020\n",
        "    OutputPaths (line 15): $.charge.id: expected \"ch_2\", got \"ch_1\"\n",
        "    Condition (line 16):\n      $states.output.total < 1000\n      expected true, got false\n",
        "    Error (line 17): expected Refused, got none: the execution ended SUCCEEDED\n",
        "    Visited (line 18):\n      expected CheckTotal > ... > RejectOrder\n      \
         got      CheckTotal > CoolOff > ChargeCard > ShipItems > ShipItem > ShipItem > OrderDone\n",
        "    Visits of 'ShipItem' (line 19): expected at least 3, got 2\n",
        "    Visits of 'CoolOff' (line 20): expected 0, got 1\n",
        "    Tasks of 'ShipItem' (line 21): expected 3 calls, got 2\n",
        "    Tasks of 'ChargeCard' (line 21): call 2: $.Payload.amount: expected 20, got 1020\n",
        "    Retries of 'ChargeCard' (line 22): expected [3] s, got [2] s\n",
        "    Retries of 'ShipItem' (line 22): expected 1, got 0\n",
        "    Waits of 'CoolOff' (line 23): expected [60] s, got [86400] s\n",
        "    MaxDuration (line 24): expected at most 86400 s, got 86402 s\n",
        "    Events (line 25):\n      entry 3: there is no {\"type\":\"TaskFailed\"} after",
        "    Snapshot (line 26): there is no file there/is.none yet: --update writes it\n",
        // The trace around it.
        "      1d 00:00:00 ChargeCard Task\n",
        "         retry after 2 s\n",
        "\n1 case failed\n",
    ] {
        assert!(stdout.contains(expected), "{expected}\n--- not in ---\n{stdout}");
    }
}

#[test]
fn mistakes_in_a_test_file_are_told_with_place_and_nearest_name() {
    let text = "\
Definition: order.asl.json
Typ: STANDARD
Cases:
  - Name: one
    Expect:
      Status: SUCEEDED
      Visited: [CheckTotl]
      Tasks: {CheckTotal: 1, ChargeCard: many}
      OutputPaths: {'$.[': 1}
      Condition: '{% 1 + %}'
  - Name: two
    Table: [{item: 1}]
    Input: ${itme}
";
    let folder = project(&[("a.sfn-test.yaml", text)]);
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 2, "{stdout}");
    for expected in [
        "a.sfn-test.yaml:2:1 ]",
        "did you mean 'Type'?",
        "a.sfn-test.yaml:6:15 ]",
        "did you mean SUCCEEDED?",
        "the definition has no state 'CheckTotl'",
        "did you mean 'CheckTotal'?",
        "'CheckTotal' is a Choice state, not a Task state",
        "'ChargeCard' must be a whole number from 0 or a list or an object",
        "'$.[' is no JSONPath",
        "this is no JSONata",
        "a row of the table has no value 'itme'",
        "did you mean ${item}?",
        "1 file could not be run",
    ] {
        assert!(stdout.contains(expected), "{expected}\n--- not in ---\n{stdout}");
    }
}

#[test]
fn a_task_without_a_mock_stops_its_case_alone() {
    let cases = "\
- {Name: 'no mock', Input: {orderId: 1, total: 1, items: []}, Mocks: {States: {ChargeCard: {Throw: {Error: X, Cause: y}}}}}
- {Name: fine, Input: {orderId: 1, total: 1, items: []}}
";
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let (code, stdout, _) = run(folder.path(), &["a.sfn-test.yaml"]);
    assert_eq!(code, 2, "{stdout}");
    assert!(
        stdout.contains("the task 'AlertOperators' has no mock"),
        "{stdout}"
    );
    assert!(stdout.contains("\n  ok     fine\n"), "{stdout}");
    assert!(
        stdout.ends_with("1 case passed, 1 case could not be run\n"),
        "{stdout}"
    );
}

#[test]
fn cases_are_chosen_listed_and_stopped_at() {
    let cases = "\
- {Name: first, Input: {orderId: 1, total: 1, items: []}}
- {Name: bad, Input: {orderId: 1, total: 0}}
- {Name: last, Input: {orderId: 1, total: 1, items: []}}
";
    let folder = project(&[
        (
            "a/x.sfn-test.yaml",
            &with_cases(cases).replace("order.asl", "../order.asl"),
        ),
        ("b.sfn-test.yml", &with_cases(cases)),
        ("mocks.yaml", "States: {}"),
    ]);
    let (code, stdout, _) = run(
        folder.path(),
        &["--list", "--filter", "bad", "--filter", "b.sfn-test.yml: first"],
    );
    assert_eq!(code, 0);
    assert_eq!(
        stdout,
        "a/x.sfn-test.yaml: bad\nb.sfn-test.yml: first\nb.sfn-test.yml: bad\n"
    );
    let (code, stdout, _) = run(folder.path(), &["--filter", "first"]);
    assert_eq!(code, 0);
    assert!(stdout.ends_with("2 cases passed\n"), "{stdout}");
    let (code, stdout, _) = run(folder.path(), &["--fail-fast"]);
    assert_eq!(code, 1);
    assert!(
        stdout.ends_with("1 case passed, 1 case failed, 4 not run\n"),
        "{stdout}"
    );
    let (code, _, stderr) = run(folder.path(), &["--filter", "nothing"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("no case matches nothing"), "{stderr}");
    let (code, stdout, _) = run(folder.path(), &["*.yml"]);
    assert_eq!(code, 1);
    assert!(stdout.ends_with("2 cases passed, 1 case failed\n"), "{stdout}");
}

#[test]
fn snapshots_are_written_and_compared() {
    let cases =
        "- {Name: s, Input: {orderId: 1, total: 1, items: []}, Expect: {Snapshot: snapshots/s.json}}\n";
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let (code, _, _) = run(folder.path(), &[]);
    assert_eq!(code, 1);
    let (code, stdout, stderr) = run(folder.path(), &["--update"]);
    assert_eq!((code, stdout.ends_with("1 case passed\n")), (0, true), "{stdout}");
    assert_eq!(stderr, "wrote snapshots/s.json for 's'\n");
    let text = fs::read_to_string(folder.path().join("snapshots/s.json")).expect("the snapshot");
    let snapshot: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        snapshot,
        serde_json::json!({
            "Status": "SUCCEEDED",
            "Output": {"orderId": 1, "total": 1, "items": [], "charge": {"id": "ch_1"}, "shipments": []},
            "Duration": 0,
            "Visited": ["CheckTotal", "ChargeCard", "ShipItems", "OrderDone"],
            "Tasks": {"ChargeCard": [{"FunctionName": "charge-card", "Payload": {"orderId": 1, "amount": 1}}]}
        })
    );
    assert_eq!(run(folder.path(), &[]).0, 0);
    fs::write(
        folder.path().join("snapshots/s.json"),
        text.replace("\"amount\": 1", "\"amount\": 2"),
    )
    .expect("written");
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 1);
    let changed = |stdout: &str| {
        let minus = stdout.contains("-           \"amount\": 2");
        minus && stdout.contains("+           \"amount\": 1")
    };
    assert!(changed(&stdout), "{stdout}");
    let (code, _, stderr) = run(folder.path(), &["--update"]);
    assert_eq!(code, 0);
    assert!(changed(&stderr), "{stderr}");
}
