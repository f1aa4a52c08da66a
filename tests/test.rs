//! `sfn-tool test`, as it is called.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::called;

fn tool(folder: &Path) -> Command {
    let mut command = called::tool();
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
  Input: {orderId: o-1, total: 1020, items: [{sku: a}, {sku: b}]}
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
        "    Retries of 'ChargeCard' (line 22): expected [3 s], got [2 s]\n",
        "    Retries of 'ShipItem' (line 22): expected 1, got 0\n",
        "    Waits of 'CoolOff' (line 23): expected [1 min], got [1 d]\n",
        "    MaxDuration (line 24): expected at most 1 d, got 1 d 2 s\n",
        "    Events (line 25):\n      entry 3: no {\"type\":\"TaskFailed\"} follows",
        "    Snapshot (line 26): the file there/is.none does not exist yet: --update writes it\n",
        // The trace around it.
        "      1d 00:00:00 ChargeCard Task\n",
        "         attempt 2 of 3, after 2 s\n",
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
      Events: [TaskFaild, {type: TaskFailed}]
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
        "did you mean 'SUCCEEDED'?",
        "the definition has no state 'CheckTotl'",
        "did you mean 'CheckTotal'?",
        "'CheckTotal' is a Choice state, not a Task state",
        "'ChargeCard' must be a whole number from 0 or a list or an object",
        "'$.[' is not a JSONPath",
        "this is not JSONata",
        "'TaskFaild' is not a valid value of an entry of 'Events'",
        "did you mean 'TaskFailed'?",
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

/// An order that is paid, and one whose card is declined: what they take and what they leave out is counted by hand.
const TWO: &str = "\
- Name: paid
  Input: {orderId: 1, total: 1, items: [{sku: a}, {sku: b}]}
- Name: declined
  Input: {orderId: 1, total: 1}
  Mocks: {States: {ChargeCard: [{Throw: {Error: Busy}}, {Throw: {Error: CardDeclined}}]}}
  Expect: {Status: FAILED}
";

#[test]
fn coverage_counts_states_transitions_and_retriers() {
    let folder = project(&[("a.sfn-test.yaml", &with_cases(TWO))]);
    let (code, stdout, _) = run(folder.path(), &["--coverage"]);
    assert_eq!(code, 0, "{stdout}");
    // Of 8 states not CoolOff and AlertOperators; of 9 transitions CheckTotal's default, ChargeCard's next and first
    // catcher, ShipItems' next; of 2 retriers one: 11 of 19.
    let expected = "\
2 cases passed

57.8 % order.asl.json
  states 6 of 8, transitions 4 of 9, choice rules 1 of 3, retriers 1 of 2, catchers 1 of 2
  never taken:
    line 8: CheckTotal to RejectOrder if $.total <= 0
    line 9: CheckTotal to CoolOff if $.total > 1000
    line 13: state CoolOff
    line 29: ChargeCard to AlertOperators on States.ALL
    line 45: retry of ShipItem on States.TaskFailed
    line 54: state AlertOperators
    and 2 transitions out of these states
";
    assert!(stdout.ends_with(expected), "{stdout}");
    let (code, _, stderr) = run(folder.path(), &["--fail-under", "57.9"]);
    assert_eq!(
        (code, stderr.as_str()),
        (1, "57.8 % was covered, which is less than 57.9 %\n")
    );
    assert_eq!(run(folder.path(), &["--fail-under", "57.8%"]).0, 0);
    assert_eq!(run(folder.path(), &["--fail-under", "101"]).0, 2);
}

/// Lines of a definition in a file of its own are those of the file, whoever names it; of two definitions inside one
/// template each is named by its resource.
#[test]
fn coverage_of_a_template_names_the_file_whose_lines_it_tells_and_the_resource() {
    let machine =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#;
    let inside = format!("{{Type: AWS::Serverless::StateMachine, Properties: {{Definition: {machine}}}}}");
    let template = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  One: {inside}\n  Two: {inside}\n  Own:\n    \
         Type: AWS::Serverless::StateMachine\n    Properties: {{DefinitionUri: flows/own.asl.json}}\n"
    );
    let test = |resource: &str| {
        format!(
            "Definition: template.yaml#{resource}\nCases:\n- Name: it runs\n  Input: {{}}\n  Expect: {{Status: SUCCEEDED}}\n"
        )
    };
    let folder = project(&[
        ("template.yaml", &template),
        ("flows/own.asl.json", machine),
        ("1.sfn-test.yaml", &test("One")),
        ("2.sfn-test.yaml", &test("Two")),
        ("3.sfn-test.yaml", &test("Own")),
    ]);
    let (code, stdout, _) = run(
        folder.path(),
        &[
            "--coverage",
            "--coverage-lcov",
            "lcov.info",
            "--coverage-json",
            "cover.json",
        ],
    );
    assert_eq!(code, 0, "{stdout}");
    for name in ["template.yaml#One", "template.yaml#Two", "flows/own.asl.json"] {
        assert!(stdout.contains(&format!("100 % {name}\n")), "{stdout}");
    }
    let lcov = fs::read_to_string(folder.path().join("lcov.info")).expect("the tracefile");
    let files: Vec<&str> = lcov.lines().filter(|line| line.starts_with("SF:")).collect();
    assert_eq!(
        files,
        ["SF:template.yaml", "SF:template.yaml", "SF:flows/own.asl.json"]
    );
    // One is on line 3 and Two on line 4 of the template, the file of its own has one line.
    let lines: Vec<&str> = lcov.lines().filter(|line| line.starts_with("DA:")).collect();
    assert_eq!(lines, ["DA:3,2", "DA:4,2", "DA:1,2"]);
    for name in ["template.yaml#Two", "template.yaml#Own", "flows/own.asl.json"] {
        let mut command = tool(folder.path());
        let graph = command.args(["graph", name, "--highlight", "cover.json", "--format", "mermaid"]);
        let output = graph.output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn coverage_is_written_for_other_programs() {
    let folder = project(&[("a.sfn-test.yaml", &with_cases(TWO))]);
    let (code, _, _) = run(
        folder.path(),
        &[
            "--coverage-lcov",
            "out/lcov.info",
            "--coverage-json",
            "cover.json",
        ],
    );
    assert_eq!(code, 0);
    let lcov = fs::read_to_string(folder.path().join("out/lcov.info")).expect("the tracefile");
    // The state of line 14 (ChargeCard) has its Next first, then its two catchers.
    let expected = "\
TN:
SF:order.asl.json
BRDA:5,0,0,0
BRDA:5,0,1,0
BRDA:5,0,2,2
BRDA:13,0,0,-
BRDA:14,0,0,1
BRDA:14,0,1,1
BRDA:14,0,2,0
BRDA:33,0,0,1
BRDA:54,0,0,-
BRF:9
BRH:4
DA:5,2
DA:13,0
DA:14,2
DA:33,1
DA:40,2
DA:53,1
DA:54,0
DA:61,1
LF:8
LH:6
end_of_record
";
    assert_eq!(lcov, expected);
    let text = fs::read_to_string(folder.path().join("cover.json")).expect("the coverage");
    let coverage: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(coverage["taken"], 11);
    let definition = &coverage["definitions"][0];
    assert_eq!(definition["file"], "order.asl.json");
    assert_eq!(
        definition["catchers"],
        serde_json::json!({"percent": 50.0, "taken": 1, "of": 2})
    );
    let graph = |file: &str| {
        let mut command = tool(folder.path());
        command.args(["graph", file, "--highlight", "cover.json", "--format", "mermaid"]);
        let output = command.output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let marked = graph("order.asl.json");
    assert!(
        marked.contains("entered twice, retried once, caught once\" as s2"),
        "{marked}"
    );
    assert!(marked.contains("\n    s0 --> s2: 2x otherwise\n"), "{marked}");
    assert!(marked.contains("\n    class s1,s6 untaken\n"), "{marked}");
    // What is of one definition alone is of whatever is drawn; of two it is of the one with the name.
    let two = serde_json::json!({"definitions": [definition, {"file": "b", "points": []}]});
    fs::write(folder.path().join("cover.json"), two.to_string()).expect("written");
    assert_eq!(graph("./order.asl.json"), marked);
    fs::copy(
        folder.path().join("order.asl.json"),
        folder.path().join("c.asl.json"),
    )
    .expect("copied");
    let output = tool(folder.path())
        .args(["graph", "c.asl.json", "--highlight", "cover.json"])
        .output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("the coverage is of other definitions: order.asl.json, b"),
        "{stderr}"
    );
}

#[test]
fn other_programs_read_verdicts() {
    let cases = "\
- {Name: fine, Input: {orderId: 1, total: 1, items: []}}
- {Name: 'not <fine>, 100%', Input: {orderId: 1, total: 0}}
";
    let folder = project(&[
        ("a.sfn-test.yaml", &with_cases(cases)),
        ("b.sfn-test.yaml", "Definition: order.asl.json\nCases: []\n"),
    ]);
    let (code, stdout, _) = run(folder.path(), &["--format", "json", "--coverage"]);
    assert_eq!(code, 2);
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        json["summary"],
        serde_json::json!({"passed": 1, "failed": 1, "errors": 1, "notRun": 0})
    );
    let failed = &json["files"][0]["cases"][1];
    assert_eq!(failed["result"], "FAILED");
    assert_eq!(failed["line"], 8);
    assert_eq!(
        failed["mismatches"][0]["lines"],
        serde_json::json!([
            "expected SUCCEEDED, got FAILED",
            "with OrderRejected: the order was not taken"
        ])
    );
    assert_eq!(failed["execution"]["error"], "OrderRejected");
    assert_eq!(
        json["files"][1]["problems"][0]["diagnostics"][0]["range"]["start"]["line"],
        2
    );
    assert_eq!(json["coverage"]["definitions"][0]["states"]["of"], 8);

    let (_, stdout, stderr) = run(folder.path(), &["--format", "junit"]);
    assert!(
        stdout.contains(r#"<testsuites name="sfn-tool" tests="3" failures="1" errors="1">"#),
        "{stdout}"
    );
    assert!(stdout.contains(r#"<testcase name="fine" classname="a.sfn-test.yaml"/>"#));
    assert!(stdout.contains(r#"<testcase name="not &lt;fine&gt;, 100%" classname="a.sfn-test.yaml">"#));
    assert!(
        stdout.contains(r#"<failure message="Status: expected SUCCEEDED, got FAILED"#),
        "{stdout}"
    );
    assert_eq!(stderr, "1 case passed, 1 case failed, 1 file could not be run\n");

    let (_, stdout, _) = run(folder.path(), &["--format", "github"]);
    let expected = "::error file=a.sfn-test.yaml,line=8,endLine=8,col=10,endColumn=28,title=not <fine>%2C 100%25::Status:%0A\
                    expected SUCCEEDED, got FAILED%0Awith OrderRejected: the order was not taken\n\
                    ::error file=b.sfn-test.yaml,line=2,endLine=2,col=1,endColumn=6,title=test-file::";
    assert!(stdout.starts_with(expected), "{stdout}");
}

/// What a test file names runs it again, too: here its definition.
#[test]
fn watching_runs_again_when_a_file_changes() {
    let cases = "- {Name: fine, Input: {orderId: 1, total: 1, items: []}}\n";
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let output = |name: &str| fs::File::create(folder.path().join(name)).expect("a file");
    let mut child = called::program()
        .args(["test", "--watch"])
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .stdout(output("out"))
        .stderr(output("err"))
        .spawn()
        .expect("it runs");
    let has = |name: &str, text: &str| {
        let path = folder.path().join(name);
        (0..600).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            fs::read_to_string(&path).unwrap_or_default().contains(text)
        })
    };
    let first = has("out", "1 case passed\n") && has("err", "watching 2 files\n");
    let definition = folder.path().join("order.asl.json");
    let text = fs::read_to_string(&definition).expect("the definition");
    fs::write(
        &definition,
        text.replace("\"Next\": \"OrderDone\"", "\"Next\": \"OrderDnoe\""),
    )
    .expect("written");
    let second = has("out", "1 file could not be run\n");
    fs::write(
        &definition,
        text.replace("\"Type\": \"Succeed\"", "\"Type\": \"Fail\""),
    )
    .expect("written");
    let third = has("out", "1 case failed\n");
    child.kill().expect("it was running");
    child.wait().expect("it ends");
    assert!(first && second && third, "{first} {second} {third}");
}

/// What a case may name: an input, mock files of both forms, values for placeholders; and the children of a
/// Distributed Map, whose events are not in the history, are counted all the same.
#[test]
fn cases_name_other_files() {
    let distributed = "\
Definition: workflows/distributed-map/definition.asl.json
Mocks: {File: workflows/distributed-map/runs/two-batches.mocks.yaml}
Cases:
  - Name: two batches
    InputFile: workflows/distributed-map/runs/two-batches.input.json
    Expect:
      Visited: [ImportCustomers]
      Visits: {ImportBatch: 2}
      Tasks:
        ImportBatch:
          Count: 2
          ParametersPaths: {$.FunctionName: ImportBatch, $.Payload.BatchInput.file: customers.csv}
  - Name: the second batch fails
    InputFile: workflows/distributed-map/runs/two-batches.input.json
    Mocks:
      States:
        ImportBatch:
          - {Iteration: 0, Return: {Payload: {imported: 2}}}
          - {Iteration: 1, Throw: {Error: Broken}}
    Expect: {Status: FAILED, Error: States.ExceedToleratedFailureThreshold}
";
    let local = serde_json::json!({
        "StateMachines": {"order": {"TestCases": {
            "Paid": {"ChargeCard": "Paid"}, "Busy": {"ChargeCard": "BusyOnce"}}}},
        "MockedResponses": {
            "Paid": {"0": {"Return": {"StatusCode": 200, "Payload": {"id": "ch_1"}}}},
            "BusyOnce": {
                "0": {"Throw": {"Error": "Busy", "Cause": "later"}},
                "1": {"Return": {"StatusCode": 200, "Payload": {"id": "ch_2"}}}}},
    });
    let of_local = "\
Definition: order.asl.json
Mocks: {File: MockConfigFile.json, TestCase: Paid}
Cases:
  - {Name: paid, Input: {orderId: 1, total: 1, items: []}, Expect: {OutputPaths: {$.charge.id: ch_1}}}
  - Name: busy
    Input: {orderId: 1, total: 1, items: []}
    Mocks: {File: MockConfigFile.json, TestCase: Busy}
    Expect: {OutputPaths: {$.charge.id: ch_2}, Retries: {ChargeCard: 1}}
";
    let template = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": ${Seconds}, "Next": "P"},
        "P": {"Type": "Pass", "Parameters": {"stage": "${Stage}", "name.$": "$$.StateMachine.Name"}, "End": true}}}"#;
    let substituted = "\
Definition: template.asl.json
Substitutions: {Seconds: 7, Stage: test}
StateMachineName: orders
Cases:
  - {Name: express, Type: EXPRESS, Expect: {Output: {stage: test, name: orders}, Waits: {W: 7}, MaxDuration: 7}}
";
    let folder = project(&[
        ("distributed.sfn-test.yaml", distributed),
        ("MockConfigFile.json", &local.to_string()),
        ("local.sfn-test.yaml", of_local),
        ("template.asl.json", template),
        ("template.sfn-test.yaml", substituted),
    ]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows/distributed-map");
    let runs = folder.path().join("workflows/distributed-map/runs");
    fs::create_dir_all(&runs).expect("a folder");
    fs::copy(
        root.join("definition.asl.json"),
        runs.join("../definition.asl.json"),
    )
    .expect("copied");
    for name in [
        "two-batches.mocks.yaml",
        "two-batches.input.json",
        "customers.csv",
    ] {
        fs::copy(root.join("runs").join(name), runs.join(name)).expect("copied");
    }
    let (code, stdout, _) = run(folder.path(), &["--coverage"]);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("\n5 cases passed\n"), "{stdout}");
    let covered = "100 % workflows/distributed-map/definition.asl.json\n  states 2 of 2\n";
    assert!(stdout.contains(covered), "{stdout}");
}

#[test]
fn files_that_do_not_fit_are_told() {
    let cases = "\
- {Name: a, InputFile: none.json}
- {Name: b, Mocks: {File: none.yaml}}
- {Name: c, Mocks: {TestCase: Paid}}
- {Name: d, Mocks: {States: {ChargeCrad: {Return: 1}}}}
- {Name: e, Input: 1, InputFile: order.asl.json}
- {Name: a}
";
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 2);
    for expected in [
        "none.json does not exist",
        "none.yaml does not exist",
        "a TestCase needs a File",
        "the definition has no state 'ChargeCrad'",
        "did you mean 'ChargeCard'?",
        "a case has an Input or an InputFile, not both",
    ] {
        assert!(stdout.contains(expected), "{expected}\n--- not in ---\n{stdout}");
    }
    let folder = project(&[("a.sfn-test.yaml", &with_cases("- {Name: a}\n- {Name: a}\n"))]);
    let (_, stdout, _) = run(folder.path(), &["a.sfn-test.yaml", "-", "none.sfn-test.yaml"]);
    assert!(stdout.contains("two cases are called 'a'"), "{stdout}");
    assert!(stdout.contains("a test file cannot come from stdin"), "{stdout}");
    assert!(stdout.contains("none.sfn-test.yaml does not exist"), "{stdout}");
    assert!(stdout.ends_with("3 files could not be run\n"), "{stdout}");
}

#[test]
fn nothing_in_a_file_steers_the_terminal() {
    let cases = r#"
- Name: "red \u001b[31m name"
  Input: {orderId: 1, total: 1, items: []}
  Mocks: {States: {ChargeCard: {Throw: {Error: "CardDeclined"}}, ShipItem: {Return: 1}}}
  Expect: {Error: "a\u001b[2Jb"}
"#;
    let folder = project(&[("a.sfn-test.yaml", &with_cases(cases))]);
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 1);
    assert!(
        stdout.contains("  FAILED red \\u001b[31m name (line 8)\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("expected 'a\\u001b[2Jb', got 'OrderRejected'"),
        "{stdout}"
    );
    assert!(!stdout.contains('\u{1b}'), "{stdout}");
}

#[test]
fn entries_of_a_mock_that_are_left_over_are_told() {
    let cases = "  - Name: two of three
    Mocks:
      States:
        A: [{Return: 1}, {Return: 2}, {Return: 3}]
  - Name: all
    Mocks:
      States:
        A: [{Return: 1}, {Return: 2}]
";
    let definition = r#"{"StartAt": "First", "States": {
        "First": {"Type": "Map", "ItemsPath": "$.items", "End": true, "Iterator": {"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}}"#;
    let input = "    Input: {items: [1, 2]}\n    Mocks:";
    let test = format!(
        "Definition: m.asl.json\nCases:\n{}",
        cases.replace("    Mocks:", input)
    );
    let folder = project(&[("m.asl.json", definition), ("m.sfn-test.yaml", &test)]);
    let (code, out, err) = run(folder.path(), &[]);
    assert_eq!(code, 0, "{out} {err}");
    let told: Vec<&str> = out.lines().filter(|line| line.contains("note:")).collect();
    assert_eq!(told, ["    note: the mock of 'A' has 3 entries, and 2 were used"]);
    let (_, out, _) = run(folder.path(), &["--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let cases = &answer["files"][0]["cases"];
    assert_eq!(
        cases[0]["leftOverMocks"],
        serde_json::json!([{"state": "A", "entries": 3, "used": 2}]),
        "{answer}"
    );
    assert!(cases[1].get("leftOverMocks").is_none());
}

/// What two test files of one definition take of it adds up: one pays, the other's card is declined.
#[test]
fn test_files_of_one_definition_add_up() {
    let paid = "- Name: paid\n  Input: {orderId: 1, total: 1, items: [{sku: a}, {sku: b}]}\n";
    let (_, declined) = TWO.split_once("- Name: declined").expect("the second case");
    let declined = format!("- Name: declined{declined}");
    let taken = |files: &[(&str, &str)]| {
        let folder = project(files);
        let (code, _, stderr) = run(folder.path(), &["--coverage-json", "cover.json"]);
        assert_eq!(code, 0, "{stderr}");
        let text = fs::read_to_string(folder.path().join("cover.json")).expect("the coverage");
        let coverage: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(coverage["definitions"].as_array().map(Vec::len), Some(1));
        let points = coverage["definitions"][0]["points"]
            .as_array()
            .expect("points")
            .clone();
        let charged = points
            .iter()
            .find(|point| point["kind"] == "state" && point["state"] == "ChargeCard")
            .map(|point| point["count"].clone());
        (
            coverage["taken"].clone(),
            charged,
            coverage["definitions"][0].clone(),
        )
    };
    let (paid, declined) = (with_cases(paid), with_cases(&declined));
    let together = taken(&[("a.sfn-test.yaml", &paid), ("b.sfn-test.yaml", &declined)]);
    // As above: 11 of 19. Each of the two enters ChargeCard once.
    assert_eq!((&together.0, &together.1), (&11.into(), &Some(2.into())));
    assert_eq!(together.2, taken(&[("a.sfn-test.yaml", &with_cases(TWO))]).2);
    assert_ne!(taken(&[("a.sfn-test.yaml", &paid)]).0, together.0);
}

/// Twelve types of events are told, and how many more there are.
#[test]
fn of_many_events_the_first_are_told() {
    // The execution starts, each Pass state is entered and left, a Fail state only entered, the execution ends.
    let told = |passes: usize, end: &str| {
        let folder = TempDir::new().expect("a folder");
        let states = (0..passes).map(|number| {
            let next = number + 1;
            format!(r#""S{number}": {{"Type": "Pass", "Next": "S{next}"}}, "#)
        });
        let states: String = states.collect();
        let definition =
            format!(r#"{{"StartAt": "S0", "States": {{{states}"S{passes}": {{"Type": "{end}"}}}}}}"#);
        fs::write(folder.path().join("d.asl.json"), definition).expect("a file");
        let test =
            "Definition: d.asl.json\nCases: [{Name: a, Expect: {Status: STATUS, Events: [TaskFailed]}}]\n";
        let status = if end == "Fail" { "FAILED" } else { "SUCCEEDED" };
        fs::write(
            folder.path().join("t.sfn-test.yaml"),
            test.replace("STATUS", status),
        )
        .expect("a file");
        let (code, stdout, _) = run(folder.path(), &[]);
        assert_eq!(code, 1, "{stdout}");
        let line = stdout.lines().find_map(|line| line.trim().strip_prefix("got "));
        line.expect("what came").to_owned()
    };
    let passes = format!(
        "ExecutionStarted{}",
        ", PassStateEntered, PassStateExited".repeat(4)
    );
    let succeed = format!("{passes}, SucceedStateEntered, SucceedStateExited, ExecutionSucceeded");
    // 12, 13 and 14 events.
    assert_eq!(told(4, "Succeed"), succeed);
    let passes = format!("{passes}, PassStateEntered, PassStateExited");
    assert_eq!(told(5, "Fail"), format!("{passes}, FailStateEntered and 1 more"));
    assert_eq!(
        told(5, "Succeed"),
        format!("{passes}, SucceedStateEntered and 2 more")
    );
}

#[test]
fn events_are_counted() {
    let folder = TempDir::new().expect("a folder");
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#;
    fs::write(folder.path().join("d.asl.json"), definition).expect("a file");
    let test = |counts: &str| {
        let test =
            format!("Definition: d.asl.json\nCases: [{{Name: a, Expect: {{Events: {{{counts}}}}}}}]\n");
        fs::write(folder.path().join("t.sfn-test.yaml"), test).expect("a file");
        run(folder.path(), &[])
    };
    let (code, stdout, _) = test("PassStateEntered: 2, TaskFailed: 0");
    assert_eq!(code, 0, "{stdout}");
    let (code, stdout, _) = test("PassStateEntered: 2, PassStateExited: 1");
    assert_eq!(code, 1, "{stdout}");
    assert!(stdout.contains("PassStateExited: expected 1, got 2"), "{stdout}");
    assert!(!stdout.contains("PassStateEntered: expected"), "{stdout}");
}

#[test]
fn without_a_test_file_it_is_said_how_to_get_one() {
    let folder = TempDir::new().expect("a folder");
    let (code, stdout, _) = run(folder.path(), &[]);
    assert_eq!(code, 2);
    assert!(stdout.contains("no test file"), "{stdout}");
    assert!(stdout.contains("explore DEFINITION --format test"), "{stdout}");
}

/// Whoever has made five mistakes learns of five, and not of one five times.
#[test]
fn all_that_can_be_told_of_a_test_file_is_told_at_once() {
    let text = "Definition: d.asl.json
Mocks: {File: gone.mocks.yaml}
Cases:
  - Name: a
    InputFile: gone.json
    Expekt: {Status: SUCCEEDED}
    Mocks: {States: {Nowhere: {Return: 1}}}
  - Name: b
    Inpt: {}
    Expect: {Status: DONE, OutputSchema: gone.schema.json}
  - Name: b
    Expect: {OutputSchema: gone-too.schema.json}
";
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}"#;
    let folder = project(&[("d.asl.json", definition), ("t.sfn-test.yaml", text)]);
    let (code, stdout, _) = run(folder.path(), &["t.sfn-test.yaml"]);
    assert_eq!(code, 2, "{stdout}");
    for told in [
        "gone.mocks.yaml",
        "gone.json",
        "Expekt",
        "Nowhere",
        "Inpt",
        "DONE",
        "gone-too.schema.json",
        // What AWS would say of the definition.
        "d.asl.json:1:",
    ] {
        assert!(stdout.contains(told), "{told}\n{stdout}");
    }
    // In a part that has a mistake nothing follows from it.
    assert!(!stdout.contains("gone.schema.json does"), "{stdout}");
}
