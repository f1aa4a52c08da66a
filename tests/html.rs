//! `sfn-tool simulate --html`, driven as a program, and its page in a real Chromium where there is one.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

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
