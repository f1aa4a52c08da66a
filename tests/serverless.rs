//! Definitions in services of the Serverless Framework: in serverless.yml and the files that it includes.

use std::fs;
use std::path::Path;

use super::called::run;

fn lines(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let (_, out, err) = run(folder, &[arguments, &["--format", "concise"]].concat());
    assert_eq!(err, "");
    out.lines().map(str::to_owned).collect()
}

#[test]
fn machines_are_read_in_whatever_file_they_stand() {
    let service = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/serverless"));
    let mut found = lines(service, &["validate", "serverless.yml", "--severity", "info"]);
    found.sort_unstable();
    let later = "is known only when the service is deployed: it is not read";
    let mut expected = vec![
        // `${self:custom.next}` stands for what is written there.
        "serverless.yml:7:9: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Pya".to_owned(),
        // A part in another file stands where it is named, a whole definition in its own.
        "serverless.yml:27:18: error[SCHEMA_VALIDATION_FAILED] Field 'Ed' is not supported".to_owned(),
        "machines/orders.yml:8:29: error[SCHEMA_VALIDATION_FAILED] Field 'Ed' is not supported (named in serverless.yml:29:15)".to_owned(),
        "machines/whole.asl.json:1:104: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Nowhere (named in serverless.yml:31:21)".to_owned(),
        "machines/more.yml:5:26: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported (named in serverless.yml:40:7)".to_owned(),
        "machines/resources.yml:8:33: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Pya (named in serverless.yml:42:5)".to_owned(),
        format!("serverless.yml:33:21: info[NOT_READ] The definition of later {later}"),
        format!("serverless.yml:35:21: info[NOT_READ] The definition of script {later}"),
        "serverless.yml:37:21: warning[NOT_READ] The definition of gone cannot be had: machines/gone.yml does not exist: it is not read".to_owned(),
        "serverless.yml:39:75: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported".to_owned(),
        "serverless.yml:49:88: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B".to_owned(),
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let (code, out, _) = run(service, &["graph", "serverless.yml#orders"]);
    assert_eq!((code, out.contains("Look")), (0, true), "{out}");
}

#[test]
fn a_service_without_machines_and_one_whose_files_go_in_circles_are_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("serverless.yml"),
        "service: s\nprovider: {name: aws}\nresources: {Resources: {}}\n",
    )
    .unwrap();
    let (code, out, err) = run(folder.path(), &["validate", "serverless.yml"]);
    assert_eq!((code, &*out), (0, ""));
    assert_eq!(err, "serverless.yml contains no state machine\n");
    let circle = "service: s\ncustom:\n  a: ${self:custom.b}\n  b: ${self:custom.a}\n  c: {d: \"${self:custom.c}\"}\nstepFunctions:\n  stateMachines:\n    \
        m: {definition: \"${self:custom.a}\"}\n    n: {definition: {StartAt: A, States: \"${self:custom.c}\"}}\n    o: ${file(other.yml)}\n";
    fs::write(folder.path().join("serverless.yml"), circle).unwrap();
    fs::write(
        folder.path().join("other.yml"),
        "definition: ${file(other.yml)}\n",
    )
    .unwrap();
    let found = lines(
        folder.path(),
        &["validate", "serverless.yml", "--severity", "info"],
    );
    assert!(
        found
            .iter()
            .any(|line| line.contains("info[NOT_READ] The definition of m is known only")),
        "{found:?}"
    );
    assert!(found.iter().all(|line| !line.contains("panicked")), "{found:?}");
}

#[test]
fn a_broken_include_is_told_in_its_file_and_the_others_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let service = "service: s\nstepFunctions:\n  stateMachines:\n    m: ${file(broken.yml)}\n    n: {definition: {StartAt: A, States: {A: {Type: Pass, Next: B}}}}\n";
    fs::write(folder.path().join("serverless.yml"), service).unwrap();
    fs::write(folder.path().join("broken.yml"), "definition: {StartAt: [\n").unwrap();
    let found = lines(folder.path(), &["validate", "serverless.yml"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().any(|line| line.starts_with("broken.yml:")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|line| line.contains("Missing 'Next' target: B")),
        "{found:?}"
    );
}

#[test]
fn an_include_inside_a_definition_that_is_missing_broken_or_circular_is_told_once_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let service = "service: s\nstepFunctions:\n  stateMachines:\n    missing:\n      definition:\n        StartAt: A\n        States:\n          \
        A: ${file(gone.yml)}\n    circular:\n      definition: ${file(circular.yml)}\n    broken:\n      definition:\n        StartAt: A\n        \
        States: ${file(broken.yml)}\n    wrong:\n      definition:\n        StartAt: A\n        States:\n          A: {Type: Pass, Next: B}\n";
    for (name, text) in [
        ("serverless.yml", service),
        ("circular.yml", "StartAt: A\nStates: ${file(more.yml)}\n"),
        ("more.yml", "A: ${file(more.yml)}\n"),
        ("broken.yml", "A: {Type: Pass\nB: [\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (code, out, err) = super::called::run(
        folder.path(),
        &["validate", "serverless.yml", "--format", "concise"],
    );
    assert_eq!(code, 1, "{err}");
    let found: Vec<&str> = out.lines().collect();
    assert_eq!(found.len(), 4, "{out}");
    for (place, words) in [
        (
            "serverless.yml:8:14:",
            "gone.yml does not exist: this part of the definition is not read",
        ),
        ("circular.yml:2:9:", "more.yml includes itself: this part"),
        ("serverless.yml:14:17:", "broken.yml:"),
        ("serverless.yml:19:33:", "Missing 'Next' target: B"),
    ] {
        let line = found.iter().find(|line| line.starts_with(place));
        assert!(line.is_some_and(|line| line.contains(words)), "{place} {out}");
    }
}
