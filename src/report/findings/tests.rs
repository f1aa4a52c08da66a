use super::*;
use crate::diagnostics::{Applicability, Edit, Fix, Span};

fn report(text: &str, findings: Vec<Finding>) -> FileReport {
    FileReport::new(Arc::new(SourceFile::new("flow.asl.json", text)), findings)
}

fn shown(reports: &[FileReport], format: Format) -> String {
    let mut out = Vec::new();
    render(reports, format, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const TEXT: &str = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\", \"Next\": \"Bb\"},\n    \"B\": {\"Type\": \"Succeed\"}\n  }\n}\n";

fn at(text: &str, what: &str) -> Span {
    let start = text.find(what).unwrap();
    Span::new(start, start + what.len())
}

fn mistyped_next() -> Vec<Finding> {
    let mut unreachable = Finding::error(
        "MISSING_TRANSITION_TARGET",
        "State \"B\" is not reachable.",
        at(TEXT, "\"B\""),
    )
    .with_location("/States/B");
    unreachable.follows_from = Some(1);
    vec![
        unreachable,
        Finding::error(
            "MISSING_TRANSITION_TARGET",
            "Missing 'Next' target: Bb",
            at(TEXT, "\"Bb\""),
        )
        .with_location("/States/A/Next")
        .with_label("no state of this name")
        .with_related(at(TEXT, "\"B\""), "is this meant?")
        .with_help("Write \"B\"")
        .with_fix(Fix {
            title: "Write \"B\"".into(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                span: at(TEXT, "\"Bb\""),
                text: "\"B\"".into(),
            }],
        }),
    ]
}

#[test]
fn text_shows_one_finding_a_cause_with_its_places() {
    let text = shown(&[report(TEXT, mistyped_next())], Format::Text);
    assert_eq!(
        text.matches("error[MISSING_TRANSITION_TARGET]").count(),
        1,
        "{text}"
    );
    for part in [
        "flow.asl.json:4:35",
        "no state of this name",
        "is this meant?",
        "hence also: State \"B\" is not reachable.",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert_eq!(text.matches("Write \"B\"").count(), 1, "{text}");
    assert!(!text.contains('\u{1b}'), "no colour unless asked\n{text}");
}

#[test]
fn concise_is_one_line_a_cause() {
    assert_eq!(
        shown(&[report(TEXT, mistyped_next())], Format::Concise),
        "flow.asl.json:4:35: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Bb\n"
    );
}

#[test]
fn json_holds_the_full_list_in_the_order_given() {
    let json: serde_json::Value =
        serde_json::from_str(&shown(&[report(TEXT, mistyped_next())], Format::Json)).unwrap();
    let file = &json["files"][0];
    assert_eq!(file["file"], "flow.asl.json");
    assert_eq!(file["result"], "FAIL");
    assert_eq!(file["truncated"], false);
    assert_eq!(file["diagnostics"][0]["followsFrom"], 1);
    // Line 4 begins at byte 34: 2, 18 and 14 bytes stand before it, line breaks included.
    assert_eq!(
        file["diagnostics"][1],
        serde_json::json!({
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: Bb",
            "location": "/States/A/Next",
            "range": {"start": {"line": 4, "column": 35, "offset": 68}, "end": {"line": 4, "column": 39, "offset": 72}},
            "label": "no state of this name",
            "help": "Write \"B\"",
            "related": [{
                "label": "is this meant?",
                "range": {"start": {"line": 5, "column": 5, "offset": 79}, "end": {"line": 5, "column": 8, "offset": 82}},
            }],
            "fixes": [{
                "title": "Write \"B\"",
                "applicability": "unsafe",
                "edits": [{
                    "range": {
                        "start": {"line": 4, "column": 35, "offset": 68},
                        "end": {"line": 4, "column": 39, "offset": 72},
                    },
                    "text": "\"B\"",
                }],
            }],
        })
    );
}

#[test]
fn colour_comes_when_it_is_asked_for() {
    let mut out = Vec::new();
    render(&[report(TEXT, mistyped_next())], Format::Text, true, &mut out).unwrap();
    assert!(
        String::from_utf8(out)
            .unwrap()
            .starts_with("\u{1b}[31merror[MISSING")
    );
}

#[test]
fn a_cut_list_keeps_its_references() {
    let mut findings = mistyped_next();
    findings.insert(1, Finding::warning("NO_DOLLAR", "w", Span::at(0)));
    findings[0].follows_from = Some(2);
    let file = Arc::new(SourceFile::new("x", TEXT));
    let errors = FileReport::new(file.clone(), findings.clone()).at_least(Severity::Error);
    assert_eq!(errors.findings[0].follows_from, Some(1));
    let mut report = FileReport::new(file, findings);
    report.most = 2;
    let json: serde_json::Value = serde_json::from_str(&shown(&[report], Format::Json)).unwrap();
    let file = &json["files"][0];
    assert_eq!(file["truncated"], true);
    assert_eq!(file["result"], "FAIL");
    let diagnostics = file["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 2);
    assert_eq!(
        diagnostics[0].get("followsFrom"),
        None,
        "its cause is not in the list any more"
    );
}

/// An advice, a warning, an error and a warning, from the top of the text to its end.
fn of_all_severities() -> FileReport {
    let finding = |severity, code: &'static str, what| Finding::new(severity, code, code, at(TEXT, what));
    report(
        TEXT,
        vec![
            finding(Severity::Warning, "last", "\"Succeed\""),
            finding(Severity::Info, "advice", "\"StartAt\""),
            finding(Severity::Error, "mistake", "\"Pass\""),
            finding(Severity::Warning, "first", "\"States\""),
        ],
    )
}

fn places(text: &str, codes: [&str; 4]) -> [Option<usize>; 4] {
    codes.map(|code| text.find(code))
}

#[test]
fn text_goes_from_the_worst_to_the_least_and_other_formats_from_top_to_bottom() {
    let reports = [of_all_severities()];
    let text = shown(&reports, Format::Text);
    assert!(
        places(&text, ["[mistake]", "[first]", "[last]", "[advice]"]).is_sorted(),
        "{text}"
    );
    for format in [Format::Concise, Format::Sarif, Format::Github] {
        let text = shown(&reports, format);
        // The list of SARIF's rules goes by the first result of each.
        let from = text.find("\"results\"").unwrap_or(0);
        assert!(
            places(&text[from..], ["advice", "first", "mistake", "last"]).is_sorted(),
            "{text}"
        );
    }
    // The order of the list is AWS's own.
    let text = shown(&reports, Format::Json);
    assert!(
        places(&text, ["\"last\"", "\"advice\"", "\"mistake\"", "\"first\""]).is_sorted(),
        "{text}"
    );
    let [mut sorted] = reports;
    sorted.sort_by_place();
    let text = shown(&[sorted], Format::Json);
    assert!(
        places(&text, ["\"advice\"", "\"first\"", "\"mistake\"", "\"last\""]).is_sorted(),
        "{text}"
    );
}

#[test]
fn of_more_findings_than_asked_for_the_worst_are_shown_and_the_rest_is_counted() {
    let mut report = of_all_severities();
    report.most = 2;
    let reports = [report];
    let text = shown(&reports, Format::Text);
    assert!(text.contains("[mistake]") && text.contains("[first]"), "{text}");
    assert!(!text.contains("[last]") && !text.contains("[advice]"), "{text}");
    assert!(
        text.ends_with("flow.asl.json: and 2 more (--max-results none)\n\n"),
        "{text}"
    );
    let concise = shown(&reports, Format::Concise);
    assert!(
        concise.contains("[first]") && concise.contains("[mistake]"),
        "{concise}"
    );
    assert_eq!(concise.lines().count(), 2);
    assert_eq!(
        summary(&reports, "1 file"),
        "1 error, 2 warnings and 1 info in 1 file",
        "all are counted"
    );
}

#[test]
fn a_finding_has_one_help_and_a_bound_of_places() {
    let mut finding = mistyped_next().remove(1).with_help("Choose a state");
    for _ in 0..30 {
        finding = finding.with_related(at(TEXT, "\"A\""), "and this");
    }
    let text = shown(&[report(TEXT, vec![finding.clone()])], Format::Text);
    assert!(
        text.contains("Choose a state") && !text.contains("Write \"B\""),
        "{text}"
    );
    assert!(text.contains("and 21 more places"), "{text}");
    finding.help = None;
    let text = shown(&[report(TEXT, vec![finding])], Format::Text);
    assert!(text.contains("Help: Write \"B\""), "{text}");
}

#[test]
fn consequences_of_consequences_belong_to_the_first_cause() {
    let chain = |follows: Option<usize>| {
        let mut finding = Finding::error("X", "m", at(TEXT, "\"A\""));
        finding.follows_from = follows;
        finding
    };
    // Each follows from the one behind it; two that follow from each other do no harm.
    let mut findings: Vec<Finding> = (1..500).map(|next| chain(Some(next))).collect();
    findings.push(chain(None));
    let text = shown(&[report(TEXT, findings)], Format::Text);
    assert_eq!(text.matches("error[X]").count(), 1);
    assert!(text.contains("and 496 more of this kind"), "{text}");
    let circle = report(TEXT, vec![chain(Some(1)), chain(Some(0))]);
    assert_eq!(shown(&[circle], Format::Concise), "");
}

#[test]
fn warnings_do_not_fail_a_file() {
    let report = report(TEXT, vec![Finding::warning("NO_DOLLAR", "w", Span::at(0))]);
    assert!(!report.fails());
    assert_eq!(
        summary(&[report.clone(), report], "2 files"),
        "2 warnings in 2 files"
    );
    assert_eq!(summary(&[], "0 files"), "No findings in 0 files");
}

#[test]
fn a_line_of_megabytes_is_shown_around_the_place() {
    let mut text = format!(
        "{{\"Comment\": \"{}\", \"StartAt\": 7, ",
        "\u{e9}x".repeat(500_000)
    );
    let first = at(&text, "StartAt");
    text.push_str(&format!(
        "\"pad\": \"{}\", \"StartAt\": 8}}",
        "y".repeat(1_000_000)
    ));
    let second = text.rfind("StartAt").unwrap();
    let second = Span::new(second, second + 7);
    let finding = Finding::error("X", "twice", second)
        .with_label("again")
        .with_related(first, "first here");
    let column = text[..second.start as usize].chars().count() + 1;
    let text = shown(&[report(&text, vec![finding])], Format::Text);
    assert!(text.len() < 3_000, "{} bytes", text.len());
    assert!(text.contains(&format!("flow.asl.json:1:{column} ")), "{text}");
    assert!(text.contains("first here") && text.contains("again"), "{text}");
    assert_eq!(text.matches('\u{2026}').count(), 2, "{text}");
}

#[test]
fn control_characters_of_a_definition_are_not_printed() {
    let text = "{\"a\u{1b}[31m\u{2028}b\": 1}";
    let finding = Finding::error("X", "bad \u{1b}[2J name", at(text, "\"a"));
    for format in [Format::Text, Format::Concise] {
        assert!(!shown(&[report(text, vec![finding.clone()])], format).contains('\u{1b}'));
    }
}

#[test]
fn spans_at_and_past_the_end_do_no_harm() {
    for text in ["", "\n", "a\u{e9}", "{\r\n"] {
        let findings = (0..6)
            .map(|end| Finding::error("X", "m", Span::new(end / 2, end)))
            .collect();
        let report = report(text, findings);
        for format in [
            Format::Text,
            Format::Concise,
            Format::Json,
            Format::Sarif,
            Format::Github,
            Format::Junit,
        ] {
            assert!(!shown(std::slice::from_ref(&report), format).is_empty());
        }
    }
}

/// The schema is OASIS's, as Microsoft's package jest-sarif (MIT) carries it.
const SARIF: &str = include_str!("../../../fixtures/schemas/sarif-2.1.0.json");

#[test]
fn sarif_fits_its_schema() {
    let mut schema: serde_json::Value = serde_json::from_str(SARIF).unwrap();
    // One of its patterns is not a regular expression; it is for a property that is not written here.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    let lint = Finding::warning("missing-retry", "m", Span::at(3)).with_help("h");
    let file = SourceFile::new("/else where/<x>.asl.json", "{\n}");
    let elsewhere = FileReport::new(Arc::new(file), vec![lint]);
    let log: serde_json::Value =
        serde_json::from_str(&shown(&[report(TEXT, mistyped_next()), elsewhere], Format::Sarif)).unwrap();
    let errors: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let run = &log["runs"][0];
    assert_eq!(
        run["results"].as_array().map(Vec::len),
        Some(2),
        "one result a cause"
    );
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        place["region"],
        serde_json::json!({"startLine": 4, "startColumn": 35, "endLine": 4, "endColumn": 39})
    );
    assert_eq!(place["artifactLocation"]["uri"], "flow.asl.json");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
    let place = &run["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "file:///else%20where/%3Cx%3E.asl.json"
    );
    assert_eq!(place["region"]["endColumn"], 3, "at least one character");
    assert!(!has_empty_string(&log), "GitHub takes no empty strings");
}

fn has_empty_string(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.is_empty(),
        serde_json::Value::Array(items) => items.iter().any(has_empty_string),
        serde_json::Value::Object(map) => map.values().any(has_empty_string),
        _ => false,
    }
}

#[test]
fn annotations_escape_what_commands_are_made_of() {
    let finding = Finding::warning("a:b,c", "50% of\nit", at(TEXT, "StartAt")).with_help("h");
    assert_eq!(
        shown(&[report(TEXT, vec![finding])], Format::Github),
        "::warning file=flow.asl.json,line=2,endLine=2,col=4,endColumn=11,title=a%3Ab%2Cc::50%25 of%0Ait%0Ah\n"
    );
}

#[test]
fn junit_has_a_test_for_each_code_and_one_for_a_clean_file() {
    let mut findings = mistyped_next();
    findings.push(Finding::error("X", "a < \"b\" & \u{1}", Span::at(0)));
    findings.push(Finding::error("X", "again", Span::at(2)));
    findings.push(Finding::new(Severity::Info, "advice", "some", Span::at(0)));
    let text = shown(&[report(TEXT, findings), report("{}", vec![])], Format::Junit);
    for part in [
        r#"<testsuites name="sfn-tool" tests="4" failures="2" errors="0">"#,
        r#"<testsuite name="flow.asl.json" tests="3" failures="2" errors="0">"#,
        "<failure message=\"a &lt; &quot;b&quot; &amp; \\u0001 (and 1 finding more)\" type=\"error\">",
        "flow.asl.json:4:35: Missing 'Next' target: Bb\n  Write &quot;B&quot;\n</failure>",
        "<system-out>flow.asl.json:1:1: some\n</system-out>",
        r#"<testcase name="no findings" classname="flow.asl.json"/>"#,
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

/// [GitLab code quality]: the members that GitLab reads, no `./` before the path, a fingerprint of its own for each.
#[test]
fn gitlab_knows_a_finding_again_wherever_it_moves() {
    let twice = |text: &str| {
        let finding =
            || Finding::warning("no-timeout", "no timeout", at(text, "\"A\"")).with_location("/States/A");
        let file = Arc::new(SourceFile::new("./flows/a.asl.json", text));
        let shown = shown(
            &[FileReport::new(file, vec![finding(), finding()])],
            Format::Gitlab,
        );
        serde_json::from_str::<serde_json::Value>(&shown).unwrap()
    };
    let (before, after) = (twice(TEXT), twice(&format!("\n\n{TEXT}")));
    assert_eq!(before[0]["location"]["path"], "flows/a.asl.json");
    assert_eq!(before[0]["location"]["lines"]["begin"], 2);
    assert_eq!(after[0]["location"]["lines"]["begin"], 4);
    assert_eq!(before[0]["fingerprint"], after[0]["fingerprint"]);
    assert_ne!(before[0]["fingerprint"], before[1]["fingerprint"]);
    assert_eq!(
        (&before[0]["check_name"], &before[0]["severity"]),
        (&"no-timeout".into(), &"minor".into())
    );
    let rejected = shown(&[report(TEXT, mistyped_next())], Format::Gitlab);
    let rejected: serde_json::Value = serde_json::from_str(&rejected).unwrap();
    assert_eq!(rejected.as_array().unwrap().len(), 1, "one finding a cause");
    assert_eq!(rejected[0]["severity"], "critical", "AWS rejects it");
}

#[test]
fn markdown_is_a_table_that_no_name_leaves() {
    let finding = Finding::error("x", "a | b\n<b> `c`", at(TEXT, "\"A\""));
    let text = shown(&[report(TEXT, vec![finding])], Format::Markdown);
    assert_eq!(
        text,
        "**1 error in 1 file**\n\n| | where | what |\n|---|---|---|\n\
         | error `x` | `flow.asl.json:2` | `` a \\| b\\n<b> `c` `` |\n"
    );
    let nothing = shown(&[report(TEXT, Vec::new())], Format::Markdown);
    assert_eq!(nothing, "**No findings in 1 file**\n");
}

#[test]
fn causes_alone_are_kept() {
    let mut report = report(TEXT, mistyped_next());
    report.keep_causes();
    let json: serde_json::Value = serde_json::from_str(&shown(&[report], Format::Json)).unwrap();
    let found = json["files"][0]["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["message"], "Missing 'Next' target: Bb");
}
