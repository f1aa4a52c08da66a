//! `sfn-tool simulate --html`, driven as a program, and its page in a real Chromium where there is one.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use sfn_tool::internals::diagnostics::{clock, duration};

use crate::called;
use crate::chromium::Browser;

/// What the hostile fixture would set the title to, could it run.
const HACKED: &str = "hacked";

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// Runs `simulate` and writes a page; gives the page's text. The exit status must be `code`.
fn simulate(arguments: &[&str], page: &Path, code: i32) -> String {
    let output = called::program()
        .arg("simulate")
        .args(arguments)
        .arg("--html")
        .arg(page)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(!output.stdout.is_empty(), "the trace is shown all the same");
    fs::read_to_string(page).unwrap()
}

fn hostile(page: &Path) -> String {
    let file = |name: &str| fixture(name).to_str().unwrap().to_owned();
    let arguments = [
        file("html/hostile.asl.json"),
        "--input".to_owned(),
        file("html/hostile.input.json"),
        "--mocks".to_owned(),
        file("html/hostile.mocks.json"),
        "--state-machine-name".to_owned(),
        "</title><script>document.title='hacked'</script>{{data}}".to_owned(),
    ];
    simulate(&arguments.each_ref().map(String::as_str), page, 1)
}

/// A Map of `items` iterations of three states, the last of which fails.
fn large(folder: &Path, items: usize, page: &Path) -> String {
    let definition = folder.join("large.asl.json");
    let text = json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemProcessor": {"StartAt": "Pause", "States": {
            "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Last?"},
            "Last?": {"Type": "Choice", "Default": "Fine", "Choices": [
                {"Variable": "$", "NumericEquals": items - 1, "Next": "Broken"}]},
            "Fine": {"Type": "Pass", "End": true},
            "Broken": {"Type": "Fail", "Error": "TheLast"}}}}}});
    fs::write(&definition, text.to_string()).unwrap();
    let input = folder.join("input.json");
    fs::write(
        &input,
        json!({"items": (0..items).collect::<Vec<_>>()}).to_string(),
    )
    .unwrap();
    let arguments = [
        definition.to_str().unwrap(),
        "--input",
        input.to_str().unwrap(),
        "--max-events",
        "none",
        "--no-validate",
    ];
    simulate(&arguments, page, 1)
}

#[test]
fn a_page_holds_all_it_needs_and_no_name_is_markup() {
    let folder = tempfile::tempdir().unwrap();
    let page = hostile(&folder.path().join("page.html"));
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    // Its data and its script, and nothing that the fixture tries to add.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    for part in [
        "<img",
        " src=\"",
        "href=",
        "@import",
        "url(http",
        "<!--",
        "<title>hacked",
    ] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(!page.contains(['\u{2028}', '\u{2029}']));
    let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1;
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy:.100}"
    );
    // The same call writes the same page.
    assert_eq!(page, hostile(&folder.path().join("again.html")));
}

#[test]
fn a_page_on_stdout_stands_there_alone() {
    let definition = fixture("workflows/choice/definition.asl.json");
    let mut command = called::program();
    command.args([
        "simulate",
        definition.to_str().unwrap(),
        "--html",
        "-",
        "--no-validate",
    ]);
    command.args(["--input-json", r#"{"total": 1}"#]);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    if output.status.code() == Some(2) {
        assert!(text.is_empty());
    } else {
        assert!(
            text.starts_with("<!DOCTYPE html>") && text.ends_with("</html>\n"),
            "{text:.200}"
        );
    }
}

/// A run that stops at a task without a mock.
fn stopped(page: &Path) -> std::process::Output {
    let fixture = |name: &str| fixture(&format!("workflows/checkout/{name}"));
    called::program()
        .arg("simulate")
        .arg(fixture("definition.asl.json"))
        .arg("--input")
        .arg(fixture("runs/paid.input.json"))
        .arg("--html")
        .arg(page)
        .output()
        .unwrap()
}

#[test]
fn a_run_that_stops_has_a_page_too() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let output = stopped(&page);
    // The call fails as it does without a page.
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("has no mock"), "{words}");
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.starts_with("<!DOCTYPE html>") && text.ends_with("</html>\n"));
    assert!(text.contains("\"status\":\"STOPPED\"") && text.contains("has no mock"));
    assert!(
        text.contains("\"help\":\"add it to the file given with --mocks:"),
        "what to write"
    );
    assert!(
        text.contains("<g class=\"group unfinished\""),
        "the Map that it stopped in"
    );
}

/// Test files with a case that fails, one that stops, and names that would be markup.
fn tested(folder: &Path, page: &Path) -> std::process::Output {
    fs::copy(fixture("project/order.asl.json"), folder.join("order.asl.json")).unwrap();
    fs::copy(
        fixture("project/order.sfn-test.yaml"),
        folder.join("order.sfn-test.yaml"),
    )
    .unwrap();
    let hostile = r#"
Definition: other.asl.json
Cases:
  - Name: "</script><img src=x onerror=\"document.title='hacked'\"> \u202Etxt"
    Expect: {Status: FAILED}
  - Name: stops
    Input: {"call": true}
"#;
    fs::write(folder.join("other.sfn-test.yaml"), hostile).unwrap();
    let other = r#"{"StartAt": "Choose", "States": {
        "Choose": {"Type": "Choice", "Choices": [{"Variable": "$.call", "IsPresent": true, "Next": "Call"}], "Default": "Done"},
        "Call": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
            "Next": "Done"},
        "Done": {"Type": "Succeed"}}}"#;
    fs::write(folder.join("other.asl.json"), other).unwrap();
    called::program()
        .current_dir(folder)
        .args(["test", "--html"])
        .arg(page)
        .output()
        .unwrap()
}

#[test]
fn all_cases_are_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let output = tested(folder.path(), &page);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = fs::read_to_string(&page).unwrap();
    assert_eq!(text.matches("<script").count(), 2);
    assert!(!text.contains("<img") && !text.contains('\u{202e}'));
    let data = text
        .split_once("id=\"data\">")
        .unwrap()
        .1
        .split_once("</script>")
        .unwrap()
        .0;
    let data: Value = serde_json::from_str(data).unwrap();
    let outcomes: Vec<&str> = (data["more"]["cases"].as_array().unwrap().iter())
        .map(|case| case["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        ["passed"; 6]
            .into_iter()
            .chain(["failed", "stopped"])
            .collect::<Vec<_>>()
    );
    assert_eq!(data["runs"].as_array().unwrap().len(), 8);
    assert_eq!(data["runs"][7]["status"], "STOPPED");
    // Choose and Done by the first case, Call by none that counts: the run that stopped took nothing.
    let covered = &data["more"]["definitions"][1];
    assert_eq!(covered["name"], "other.asl.json");
    assert_eq!(covered["marks"]["states"], json!(["taken", "untaken", "taken"]));
    assert_eq!(covered["marks"]["edges"], json!([0, 1, 0]));
    // A path through the graph of its own for each case.
    assert_eq!(
        data["runs"][7]["marks"]["states"],
        json!(["taken", "unfinished", "untaken"])
    );
}

#[test]
fn two_machines_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let (old, new) = (fixture("diff/old.asl.json"), fixture("diff/new.asl.json"));
    let diff = |page: &Path| {
        called::program()
            .arg("diff")
            .args([&old, &new])
            .arg("--html")
            .arg(page)
            .output()
            .unwrap()
    };
    let output = diff(&page);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(!output.stdout.is_empty(), "the changes are shown all the same");
    let text = fs::read_to_string(&page).unwrap();
    let (before, after) = text.split_once("<section id=\"new\"").unwrap();
    // `Pack` is new, `Validate` must be given an order now, and `Decide` has a new condition.
    let is = |text: &str, class: &str, name: &str| {
        text.contains(&format!("{class}\" data-state="))
            && text.split("<g class=").any(|part| {
                let head = part.split(" data-state=").next().unwrap_or_default();
                head.contains(class) && part.contains(&format!("<title>{name}\n"))
            })
    };
    assert!(is(after, "added", "Pack") && !before.contains("<title>Pack\n"));
    assert!(is(before, "breaking", "Validate") && is(after, "breaking", "Validate"));
    assert!(is(before, "changed", "Decide") && is(after, "changed", "Decide"));
    assert!(before.contains("edge removed") && after.contains("edge added"));
    // A renamed state is one state: nothing of its transitions has changed.
    assert!(!is(before, "removed", "Complete") && !is(after, "added", "Done"));
    // It replaces itself, and nothing else.
    assert_eq!(diff(&page).status.code(), Some(1));
    fs::write(&page, "<!DOCTYPE html>\n<title>mine</title>\n").unwrap();
    assert_eq!(diff(&page).status.code(), Some(2));
    assert!(fs::read_to_string(&page).unwrap().contains("mine"));
}

#[test]
fn the_new_pages_answer_clicks_and_keys() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("tests.html");
    tested(folder.path(), &page);
    browser.open(&page);
    let chosen = "document.querySelector('#cases [aria-current=\"true\"] .title').textContent";
    assert_eq!(browser.value(chosen), "order.asl.json");
    assert_eq!(
        browser.value("document.querySelector('#chosen').textContent"),
        "Coverage"
    );
    // The case whose name would be markup is text; its run is drawn, and why it failed is said.
    browser.click("#case-c6");
    let name = browser.value("document.querySelector('#name bdi').textContent");
    let name = name.as_str().unwrap();
    assert!(
        name.starts_with("</script><img") && name.contains("\\u202e"),
        "{name}"
    );
    let said = browser.value("document.getElementById('notices').textContent");
    assert!(
        said.as_str().unwrap().contains("expected FAILED, got SUCCEEDED"),
        "{said}"
    );
    let taken = "[...document.querySelectorAll('.drawn:not([hidden]) g.taken[data-state]')].map(g => g.dataset.state).join()";
    assert_eq!(browser.value(taken), "0,2");
    browser.value("document.getElementById('case-c6').focus()");
    browser.key("ArrowDown");
    assert_eq!(browser.value(chosen), "stops");
    assert_eq!(
        browser.value("document.querySelector('.row.selected .title').textContent"),
        "Call"
    );
    browser.nothing_strange(&page);

    let page = folder.path().join("diff.html");
    let (old, new) = (fixture("diff/old.asl.json"), fixture("diff/new.asl.json"));
    called::program()
        .arg("diff")
        .args([&old, &new])
        .arg("--html")
        .arg(&page)
        .output()
        .unwrap();
    browser.open(&page);
    browser.click("#new g[data-state='0'] .name");
    let current = "document.querySelector('.change[aria-current=\"true\"]').textContent";
    assert!(browser.value(current).as_str().unwrap().contains("$.order"));
    assert_eq!(browser.value("document.querySelectorAll('g.selected').length"), 2);
    browser.nothing_strange(&page);
}

#[test]
fn long_waits_are_shortened_and_states_are_found() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let file = |name: &str| {
        fixture(&format!("workflows/checkout/{name}"))
            .to_str()
            .unwrap()
            .to_owned()
    };
    let (definition, input, mocks) = (
        file("definition.asl.json"),
        file("runs/paid-at-second-try.input.json"),
        file("runs/paid-at-second-try.mocks.yaml"),
    );
    simulate(&[&definition, "--input", &input, "--mocks", &mocks], &page, 0);
    browser.open(&page);
    // An hour between two seconds before it and nothing behind it: one gap, and its label is there.
    assert_eq!(
        browser.value("document.querySelectorAll('#rows .break').length"),
        1
    );
    let labels = browser.value("[...document.querySelectorAll('#axis span')].map(s => s.textContent)");
    assert!(
        labels
            .as_array()
            .unwrap()
            .iter()
            .any(|label| label == "\u{22ef} 1 h"),
        "{labels}"
    );
    let overlapping = "[...document.querySelectorAll('#axis span')].map(s => s.getBoundingClientRect())\
        .sort((a, b) => a.left - b.left).some((r, i, all) => i > 0 && r.left < all[i - 1].right)";
    assert_eq!(browser.value(overlapping), false);
    // The retry two seconds into the run is as wide as most of the timeline.
    let width = browser.value(
        "document.querySelector('#rows .seg.retry').offsetWidth / document.querySelector('.track').offsetWidth",
    );
    assert!(width.as_f64().unwrap() > 0.8, "{width}");
    // A part of the name, then the key.
    browser.value("{ const s = document.getElementById('search'); s.focus(); s.value = 'cool'; s.dispatchEvent(new Event('input')); }");
    assert_eq!(
        browser.value("document.getElementById('found').textContent"),
        "CoolingOff"
    );
    browser.key("Enter");
    assert_eq!(
        browser.value("document.querySelector('#chosen').textContent"),
        "CoolingOff"
    );
    assert_eq!(browser.value("document.getElementById('found').textContent"), "");
    browser.nothing_strange(&page);
}

/// README's picture is taken by checks/readme-picture.sh, which notes the digest of the page beside it.
#[test]
fn the_picture_of_the_readme_is_of_the_page_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        fixture(&format!("workflows/checkout/{name}"))
            .to_str()
            .unwrap()
            .to_owned()
    };
    let arguments = [
        file("definition.asl.json"),
        "--input".to_owned(),
        file("runs/paid-at-second-try.input.json"),
        "--mocks".to_owned(),
        file("runs/paid-at-second-try.mocks.yaml"),
        "--state-machine-name".to_owned(),
        "checkout".to_owned(),
    ];
    let page = simulate(
        &arguments.each_ref().map(String::as_str),
        &folder.path().join("page.html"),
        0,
    );
    let digest: String = Sha256::digest(page.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    let taken = fs::read_to_string(images.join("execution.sha256")).unwrap();
    assert_eq!(
        taken.trim(),
        digest,
        "the page has changed: checks/readme-picture.sh --write takes the picture anew"
    );
    let picture = fs::read(images.join("execution.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG") && picture.len() < 200_000);
}

/// The page's script words spans and moments itself: as the trace does.
#[test]
fn durations_on_the_page_are_those_of_the_trace() {
    let mut values: Vec<i64> = (0..2_500).chain((0..400).map(|n| n * 997_001)).collect();
    for unit in [1_000, 60_000, 3_600_000, 86_400_000, 400 * 86_400_000] {
        values.extend([-1, 0, 1, 250, 999, 1_500].map(|more| unit + more));
    }
    values.push(-5);
    let script = format!(
        "{}\nfor (const value of {}) console.log(span(value) + \"|\" + (value < 0 ? \"\" : clock(value)));",
        include_str!("../src/report/html/text.js"),
        json!(values)
    );
    let node = std::process::Command::new("node")
        .args(["--eval", &script])
        .output();
    let Ok(node) = node else {
        eprintln!("SKIPPED: there is no node");
        return;
    };
    assert!(node.status.success(), "{node:?}");
    let said = String::from_utf8(node.stdout).unwrap();
    assert_eq!(said.lines().count(), values.len());
    for (value, said) in values.iter().zip(said.lines()) {
        let moment = if *value < 0 { String::new() } else { clock(*value) };
        assert_eq!(said, format!("{}|{moment}", duration(*value)), "{value}");
    }
}

#[test]
fn a_page_that_cannot_be_written_is_told() {
    let definition = fixture("workflows/single-task/definition.asl.json");
    let mocks = fs::read_dir(fixture("workflows/single-task/runs")).unwrap();
    let mocks = mocks.map(|entry| entry.unwrap().path());
    let mocks = mocks
        .filter(|path| path.to_str().unwrap().ends_with(".mocks.yaml"))
        .min()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no-such-folder/page.html");
    let output = called::program()
        .args([
            "simulate",
            definition.to_str().unwrap(),
            "--mocks",
            mocks.to_str().unwrap(),
            "--html",
        ])
        .arg(&missing)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("cannot write"),
        "{output:?}"
    );
}

#[test]
fn a_page_opens_in_chromium_and_answers_clicks_and_keys() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();

    let page = folder.path().join("hostile.html");
    hostile(&page);
    browser.open(&page);
    assert_eq!(
        browser
            .value("document.title")
            .as_str()
            .unwrap()
            .matches(HACKED)
            .count(),
        1
    );
    assert!(
        browser
            .value("document.title")
            .as_str()
            .unwrap()
            .starts_with("</title>")
    );
    // The state that failed is chosen at first.
    assert_eq!(
        browser.value("document.querySelector('#chosen + .kind').textContent"),
        "Fail"
    );
    let error = "document.querySelector('#details .error strong').textContent";
    assert!(
        browser
            .value(error)
            .as_str()
            .unwrap()
            .starts_with("</script><script>")
    );

    // A click on a state in the graph chooses its visit everywhere.
    browser.click("#picture g[data-state='1'] .name");
    let name = "document.querySelector('#chosen').textContent";
    assert_eq!(
        browser.value(name),
        "\"><img src=x onerror=\"document.title='hacked'\">"
    );
    let chosen = "document.querySelector('.row.selected .title').textContent";
    assert_eq!(browser.value(chosen), browser.value(name));
    assert_eq!(
        browser.value("document.querySelector('.selected[data-state]').dataset.state"),
        "1"
    );
    // Two attempts with what each failed with; the wait for the second is drawn.
    let errors = "[...document.querySelectorAll('#details .error strong')].map(e => e.textContent)";
    let errors = browser.value(errors);
    assert_eq!(errors[1], "Try<b>Again</b>");
    assert!(errors[0].as_str().unwrap().starts_with("</script>"));
    assert_eq!(
        browser.value("document.querySelectorAll('.row.selected .seg.retry').length"),
        1
    );
    assert_eq!(
        browser.value("document.querySelectorAll('.row.selected .seg.failed').length"),
        2
    );
    // Numbers keep the spelling that AWS gives them, and what steers text is shown as an escape.
    let input = "document.querySelector('#details pre:not(.cause)').textContent";
    let input = browser.value(input).as_str().unwrap().to_owned();
    assert!(
        input.contains("\"small\": 0.1,") && input.contains("\"a\": null"),
        "{input}"
    );
    assert!(
        input.contains("\\u202e") && !input.contains('\u{202e}'),
        "{input}"
    );

    // The bar of another visit, then the keyboard.
    browser.click("#row-v2 .seg");
    assert_eq!(
        browser.value("document.querySelector('#chosen + .kind').textContent"),
        "Wait"
    );
    assert_eq!(
        browser.value("document.querySelector('.selected[data-state]').dataset.state"),
        "2"
    );
    browser.value("document.getElementById('rows').focus()");
    browser.key("ArrowUp");
    assert_eq!(browser.value(chosen), browser.value(name));
    assert_eq!(
        browser.value("document.querySelector('.selected[data-state]').dataset.state"),
        "1"
    );
    browser.value("document.querySelector('g[data-state=\"0\"]').focus()");
    browser.key("Enter");
    assert_eq!(
        browser.value("document.querySelector('#chosen + .kind').textContent"),
        "Pass"
    );
    browser.click("#scale-order");
    assert_eq!(
        browser.value("document.getElementById('scale-order').getAttribute('aria-pressed')"),
        "true"
    );
    // Light or dark as the reader has it.
    let page_colour = "getComputedStyle(document.body).backgroundColor";
    browser.dark(true);
    assert_eq!(browser.value(page_colour), "rgb(13, 17, 23)");
    browser.dark(false);
    assert_eq!(browser.value(page_colour), "rgb(255, 255, 255)");
    browser.nothing_strange(&page);

    let page = folder.path().join("large.html");
    large(folder.path(), 4_500, &page);
    browser.open(&page);
    let notice = browser.value("document.getElementById('notices').textContent");
    assert!(
        notice
            .as_str()
            .unwrap()
            .starts_with("10001 of 13501 visits are listed"),
        "{notice}"
    );
    // All that was cut off is found by its failure, and only what is in view is in the document.
    assert_eq!(browser.value(name), "Broken");
    assert_eq!(
        browser.value("document.querySelector('#details .error strong').textContent"),
        "TheLast"
    );
    assert_eq!(browser.value(chosen), "Broken");
    let rows = browser
        .value("document.querySelectorAll('.row').length")
        .as_u64()
        .unwrap();
    assert!((5..100).contains(&rows), "{rows} rows");
    browser.click("#picture g[data-state='2'] .name");
    let of = browser.value("document.querySelector('#details .of').textContent");
    // Of the first 10,000 visits one is the Map's; 40 items run at a time, three visits each: 83 times 40 come to the
    // Choice, and the 39 left over are in the Wait before it.
    assert_eq!(of, "visit 1 of 3,320 (4,500 in all)");
    browser.value("document.getElementById('rows').focus()");
    browser.key("Home");
    assert_eq!(browser.value(chosen), "Each");
    browser.key("ArrowLeft");
    assert_eq!(
        browser.value("document.querySelectorAll('.row').length"),
        Value::from(1)
    );
    browser.nothing_strange(&page);
}
