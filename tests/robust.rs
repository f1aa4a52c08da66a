//! Bad input is normal input: whatever the text is, reading and checking it ends, with findings that lie in the text.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test cli robust` runs longer than the default.

mod change;

use std::sync::{Arc, LazyLock};

use change::{any_change, apply};
use proptest::prelude::*;
use serde_json::{Value, json};
use sfn_tool::internals::asl::MachineType;
use sfn_tool::internals::asl::StateMachine;
use sfn_tool::internals::diagnostics::Finding;
use sfn_tool::internals::diff::diff;
use sfn_tool::internals::format::format;
use sfn_tool::internals::graph::ControlFlow;
use sfn_tool::internals::lint;
use sfn_tool::internals::mocks::{Mocks, Outcome};
use sfn_tool::internals::picture::{Drawing, Marks};
use sfn_tool::internals::references::References;
use sfn_tool::internals::report::{graph, history, html, trace};
use sfn_tool::internals::simulate::{self, Program, Settings};
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::testing;
use sfn_tool::internals::validate::{Options, codes, validate};
use sfn_tool::internals::value;

const SEEDS: [&str; 7] = [
    include_str!("../fixtures/workflows/order/definition.asl.json"),
    include_str!("../fixtures/workflows/map/definition.asl.json"),
    include_str!("../fixtures/workflows/sdk-integrations/definition.asl.json"),
    include_str!("../fixtures/workflows/jsonata-order/definition.asl.json"),
    include_str!("../fixtures/workflows/retry-and-catch/definition.asl.json"),
    include_str!("../fixtures/workflows/distributed-map/definition.asl.json"),
    include_str!("../fixtures/workflows/parallel/definition.asl.json"),
];

/// The definitions as they are before anything is changed.
fn originals() -> &'static [StateMachine] {
    static ORIGINALS: LazyLock<Vec<StateMachine>> = LazyLock::new(|| {
        let read = |text: &str| {
            let document = source::parse(Arc::new(SourceFile::new("x", text))).document;
            StateMachine::read(Arc::new(document.expect("a definition of fixtures/")))
        };
        SEEDS.into_iter().map(read).collect()
    });
    &ORIGINALS
}

/// Reads and checks a text as both types, and holds every finding to what all findings are held to.
fn check(text: &str) {
    let file = Arc::new(SourceFile::new("x", text));
    for parsed in source::definitions(file, &source::ParseOptions::default()) {
        hold(text, &parsed.findings);
        if let Some(document) = parsed.document {
            check_definition(text, document);
        }
    }
}

fn check_definition(text: &str, document: source::Document) {
    let machine = StateMachine::read(Arc::new(document));
    for machine_type in [MachineType::Standard, MachineType::Express] {
        let findings = validate(&machine, &Options { machine_type });
        hold(text, &findings);
        let coded = |finding: &Finding| codes::find(&finding.code).is_some();
        assert!(
            findings.iter().all(coded),
            "a code is not explained in {findings:?}"
        );
    }
    hold(text, &lint::check(&machine, &lint::Settings::default()));
}

/// A definition inside a template: as an object, or as a text of every kind that moves its places.
fn in_template(definition: &Value, kind: usize) -> String {
    let text = format!("{definition:#}");
    let template = |key: &str, value: Value| {
        let machine = json!({"Type": "AWS::StepFunctions::StateMachine", "Properties": {key: value}});
        format!("{:#}", json!({"Resources": {"M": machine}}))
    };
    match kind {
        0 => template("Definition", definition.clone()),
        1 => template("DefinitionString", json!(text)),
        2 => {
            let middle = (text.len() / 2..=text.len())
                .find(|&i| text.is_char_boundary(i))
                .unwrap_or(text.len());
            let parts = json!([&text[..middle], {"Ref": "Part"}, &text[middle..]]);
            template("DefinitionString", json!({"Fn::Join": ["", parts]}))
        }
        _ => {
            let style = if kind == 3 { "|" } else { ">" };
            let block = text.replace('\n', "\n    ");
            let head = "Resources:\n M:\n  Type: AWS::StepFunctions::StateMachine\n  Properties:";
            format!("{head}\n   DefinitionString: {style}\n    {block}\n")
        }
    }
}

fn hold(text: &str, findings: &[Finding]) {
    for (i, finding) in findings.iter().enumerate() {
        let spans = std::iter::once(finding.span).chain(finding.related.iter().map(|r| r.span));
        for span in spans.chain(finding.fixes.iter().flat_map(|f| f.edits.iter().map(|e| e.span))) {
            assert!(text.get(span.range()).is_some(), "{finding:?} lies outside");
        }
        assert!(
            !text[finding.span.range()].contains('\n'),
            "{finding:?} is not on one line"
        );
        if let Some(cause) = finding.follows_from {
            assert!(
                cause != i && findings[cause].follows_from.is_none(),
                "{finding:?}"
            );
        }
    }
}

/// Hands a changed definition to everything else that reads one: formatting, references, the pictures, the diff to
/// what it was, and a run whose tasks all answer with an empty object.
fn exercise(original: &StateMachine, text: &str) {
    let file = Arc::new(SourceFile::new("x", text));
    if let Ok(once) = format(&file) {
        let twice = format(&Arc::new(SourceFile::new("x", once.as_str())));
        assert_eq!(
            twice.as_deref(),
            Ok(once.as_str()),
            "formatting is not idempotent"
        );
    }
    let Some(document) = source::parse(file).document else {
        return;
    };
    let machine = StateMachine::read(Arc::new(document));
    References::of(&machine);
    let drawing = Drawing::new(&machine, &ControlFlow::new(&machine), &Marks::default());
    for format in [
        graph::Format::Text,
        graph::Format::Mermaid,
        graph::Format::Dot,
        graph::Format::Svg,
    ] {
        graph::render(&drawing, format, "x");
    }
    diff(original, &machine);
    diff(&machine, original);
    let Ok(program) = Program::compile(&machine) else {
        return;
    };
    let settings = Settings {
        max_events: Some(300),
        keep_asides: true,
        ..Settings::default()
    };
    let mocks = Mocks::answering(Outcome::Return(value::Value::default()));
    let run = simulate::run(
        &program,
        &settings,
        &mocks,
        value::Value::default(),
        Arc::from("null"),
    );
    if let Ok(execution) = run {
        let mut out = Vec::new();
        history::write(&execution, history::Shape::Execution, None, &mut out).expect("memory takes it");
        assert!(serde_json::from_slice::<Value>(&out).is_ok());
        trace::text(&execution, trace::Look::new(false, false), &mut out).expect("memory takes it");
        page(&machine, &execution);
    }
}

/// The page of any execution is one, and its data is JSON.
fn page(machine: &StateMachine, execution: &simulate::Execution) {
    let mut out = Vec::new();
    html::page(machine, execution, "x", &mut out).expect("memory takes it");
    let page = String::from_utf8(out).expect("it is text");
    let (_, data) = page.split_once(" id=\"data\">").expect("its data");
    let (data, _) = data.split_once("</script>").expect("its end");
    assert!(serde_json::from_str::<Value>(data).is_ok());
    assert_eq!(page.matches("</script>").count(), 2);
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    /// A valid definition cut off, or with bytes of it changed.
    #[test]
    fn damaged_text(seed in 0..SEEDS.len(), at in any::<prop::sample::Index>(), cut in any::<bool>(), c in any::<char>()) {
        let text = SEEDS[seed];
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let tail = if cut { "" } else { &text[at..] };
        check(&format!("{}{c}{tail}", &text[..at]));
    }

    /// A valid definition with some of its parts changed.
    #[test]
    fn changed_definition(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec((prop::collection::vec(0..40_usize, 1..8), any_change()), 1..6),
    ) {
        let mut definition: Value = serde_json::from_str(SEEDS[seed]).unwrap();
        for (steps, change) in &changes {
            apply(&mut definition, steps, change);
        }
        check(&definition.to_string());
        let text = serde_json::to_string_pretty(&definition).unwrap();
        check(&text);
        exercise(&originals()[seed], &text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A definition with some of its parts changed says nothing outside of a template that holds it.
    #[test]
    fn changed_definition_in_a_template(
        seed in 0..SEEDS.len(),
        kind in 0..5_usize,
        changes in prop::collection::vec((prop::collection::vec(0..40_usize, 1..8), any_change()), 1..6),
    ) {
        let mut definition: Value = serde_json::from_str(SEEDS[seed]).expect("JSON");
        for (steps, change) in &changes {
            apply(&mut definition, steps, change);
        }
        check(&in_template(&definition, kind));
    }

    /// A test file with some of its parts changed is told what is wrong with it, or its cases run and are judged.
    #[test]
    fn changed_test_file(
        changes in prop::collection::vec((prop::collection::vec(0..40_usize, 1..8), any_change()), 1..4),
    ) {
        let (folder, original) = &*TEST_FILE;
        let mut file = original.clone();
        for (steps, change) in &changes {
            apply(&mut file, steps, change);
        }
        let path = folder.path().join("changed.sfn-test.json");
        std::fs::write(&path, file.to_string()).expect("the file");
        match testing::open(&path) {
            Ok(test) => {
                let verdicts = test.cases.iter().map(|case| test.run(case));
                prop_assert_eq!(verdicts.count(), test.cases.len());
            }
            Err(testing::Refused::Mistakes { files, .. }) => {
                prop_assert!(!files.is_empty());
                for (file, findings) in &files {
                    hold(file.text(), findings);
                }
            }
            Err(testing::Refused::Unreadable(error)) => panic!("{error}"),
        }
    }
}

/// The test file of fixtures/project as JSON, and a folder with its definition.
static TEST_FILE: LazyLock<(tempfile::TempDir, Value)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let definition = include_str!("../fixtures/project/order.asl.json");
    std::fs::write(folder.path().join("order.asl.json"), definition).expect("the definition");
    let text = include_str!("../fixtures/project/order.sfn-test.yaml");
    let parsed = source::parse_any(Arc::new(SourceFile::new("t.yaml", text)));
    let value = parsed.document.expect("YAML").root().to_value();
    (folder, serde_json::to_value(value).expect("JSON"))
});

/// Thousands of states, and thousands of mistakes, take no more than a moment and no more than linear memory.
#[test]
fn large_definitions() {
    let many = |next: fn(usize) -> String| {
        let states: serde_json::Map<String, Value> = (0..10_000)
            .map(|i| {
                (
                    format!("State{i}"),
                    json!({"Type": "Pass", "Next": next(i), "Foo": 1}),
                )
            })
            .collect();
        json!({"StartAt": "State0", "States": states}).to_string()
    };
    check(&many(|i| format!("State{}", i + 1)));
    check(&many(|i| format!("Sttae{i}")));
    let members: serde_json::Map<String, Value> =
        (0..50_000).map(|i| (format!("k{i}.$"), json!("$.x"))).collect();
    let fields: serde_json::Map<String, Value> =
        (0..50_000).map(|i| (format!("Field{i}"), json!(1))).collect();
    let mut state = json!({"Type": "Pass", "End": true, "Parameters": members});
    if let Value::Object(state) = &mut state {
        state.extend(fields);
    }
    check(&json!({"StartAt": "A", "States": {"A": state}}).to_string());
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        check(&open.repeat(100_000));
        check(&format!("{}1{}", open.repeat(100_000), close.repeat(100_000)));
    }
    let mut rule = json!({"Variable": "$", "IsNull": true});
    for _ in 0..40 {
        rule = json!({"Not": rule});
    }
    check(&json!({"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [rule]}}}).to_string());
}
