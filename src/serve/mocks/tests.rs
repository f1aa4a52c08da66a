use std::fs;

use super::*;
use crate::mocks::Outcome;
use crate::source::parse;

const MACHINE: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}}}"#;

fn machine() -> Arc<StateMachine> {
    let parsed = parse(Arc::new(SourceFile::new("definition.json", MACHINE)));
    Arc::new(StateMachine::read(Arc::new(parsed.document.expect("a document"))))
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

/// What the only task answers.
fn answer(mocks: &Mocks) -> Option<String> {
    match &mocks.answers("T").first()?.outcome {
        Outcome::Return(value) => Some(value.to_json()),
        other => Some(format!("{other:?}")),
    }
}

fn read(arguments: &[String]) -> Sources {
    Sources::read(arguments, &[], None).expect("sources")
}

fn returns(value: &str) -> String {
    format!(r#"{{"States": {{"T": {{"Return": {value}}}}}}}"#)
}

#[test]
fn a_machine_has_mocks_by_its_name() {
    let folder = folder();
    let (one, machine) = (write(&folder, "one.json", &returns("1")), machine());
    write(&folder, "b.mocks.yaml", "States: {T: {Return: 2}}");
    let sources = read(&[format!("a={one}"), folder.path().display().to_string()]);
    let of = |name: &str| answer(&sources.of(name, None, &machine).expect("mocks"));
    assert_eq!(of("a").as_deref(), Some("1"));
    assert_eq!(of("b").as_deref(), Some("2"));
    assert_eq!(of("c"), None);
    assert_eq!(of("../b"), None);
}

/// Of a file of mocks and of a test file alike, each time that they are read.
#[test]
fn mocks_that_no_service_answers_like_are_told_once() {
    let folder = folder();
    let own = write(&folder, "own.json", &returns(r#"{"StatusCode": "200"}"#));
    write(&folder, "a.asl.json", MACHINE);
    let cases = format!(
        r#"{{"Definition": "a.asl.json", "Cases": [{{"Name": "c", "Mocks": {}, "Expect": {{}}}}]}}"#,
        returns(r#"{"Payload": 1, "price": 2}"#)
    );
    let cases = write(&folder, "a.test.json", &cases);
    let machine = machine();
    let sources = Sources::read(&[format!("a={own}")], &[PathBuf::from(cases)], None).expect("sources");
    let told = |case| {
        sources.of("a", case, &machine).expect("mocks");
        sources.take_warnings().join("\n")
    };
    let warning = told(None);
    assert!(
        warning.starts_with("warning: ") && warning.contains("'StatusCode' must be a number"),
        "{warning}"
    );
    assert_eq!(told(None), "");
    let warning = told(Some("c"));
    assert!(
        warning.contains("a.test.json") && warning.contains("there is no 'price'"),
        "{warning}"
    );
    assert_eq!(told(Some("c")), "");
}

#[test]
fn a_case_lies_over_the_machines_own_mocks() {
    let folder = folder();
    let (own, busy) = (
        write(&folder, "own.json", &returns("1")),
        write(&folder, "busy.json", &returns("2")),
    );
    let config = write(
        &folder,
        "MockConfigFile.json",
        r#"{"StateMachines": {"a": {"TestCases": {"local": {"T": "R"}}}},
            "MockedResponses": {"R": {"0": {"Return": {"Payload": 3}}}}}"#,
    );
    let sources = read(&[format!("a={own}"), format!("a#busy={busy}"), config]);
    let machine = machine();
    let of = |name: &str, case: &str| {
        let mocks = sources.of(name, Some(case), &machine);
        mocks.map(|mocks| answer(&mocks).unwrap_or_default())
    };
    assert_eq!(of("a", "busy"), Ok("2".to_owned()));
    assert_eq!(of("a", "local"), Ok(r#"{"Payload":3}"#.to_owned()));
    assert_eq!(of("a", "other"), Err(SourceError::UnknownCase));
    assert_eq!(of("b", "busy"), Err(SourceError::UnknownCase));
}

#[test]
fn cases_of_test_files_are_chosen_by_name() {
    let folder = folder();
    write(&folder, "a.asl.json", MACHINE);
    let test = "Definition: a.asl.json\nCases:\n  - Name: it is busy\n    Mocks: {States: {T: {Return: 5}}}\n    Expect: {Status: SUCCEEDED}\n";
    let path = write(&folder, "a.sfn-test.yaml", test);
    let sources = Sources::read(&[], &[PathBuf::from(path)], None).expect("sources");
    let mocks = sources.of("a", Some("it is busy"), &machine()).expect("mocks");
    assert_eq!(answer(&mocks).as_deref(), Some("5"));
    assert_eq!(
        sources.of("a", Some("it"), &machine()).err(),
        Some(SourceError::UnknownCase)
    );
}

#[test]
fn files_are_read_again_when_they_change() {
    let folder = folder();
    let path = write(&folder, "m.json", &returns("1"));
    let sources = read(&[format!("a={path}")]);
    let machine = machine();
    let of = || sources.of("a", None, &machine).map(|mocks| answer(&mocks));
    assert_eq!(of(), Ok(Some("1".to_owned())));
    write(&folder, "m.json", &returns("\"another\""));
    assert_eq!(of(), Ok(Some("\"another\"".to_owned())));
    // What is broken is said; what was read before is not used in its place.
    write(&folder, "m.json", "{\"States\": {\"T\":\n {\"Retrun\": 1}}}");
    let broken = of().expect_err("a mistake");
    let SourceError::Broken(message) = broken else {
        panic!("{broken:?}")
    };
    assert!(
        message.starts_with(&format!("{path}:2:3: unknown member 'Retrun'")),
        "{message}"
    );
    fs::remove_file(&path).expect("it goes");
    assert!(matches!(of(), Err(SourceError::Broken(_))));
    write(&folder, "m.json", &returns("1"));
    assert_eq!(of(), Ok(Some("1".to_owned())));
}

#[test]
fn what_cannot_be_read_is_said_at_once() {
    let folder = folder();
    let own = write(&folder, "own.json", &returns("1"));
    let error = Sources::read(std::slice::from_ref(&own), &[], None).expect_err("whose?");
    assert_eq!(
        error,
        format!("{own}: which state machine are these mocks of? write --mocks MACHINE={own}")
    );
    for arguments in [["a=nowhere.json".to_owned()], ["nowhere.json".to_owned()]] {
        let error = Sources::read(&arguments, &[], None).expect_err("no file");
        assert!(error.contains("nowhere.json"), "{error}");
    }
    assert!(Sources::read(&[], &[PathBuf::from("nowhere.yaml")], None).is_err());
    assert!(Sources::read(&[], &[], Some(Path::new("nowhere.json"))).is_err());
}
