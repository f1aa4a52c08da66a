//! Bad input is normal input: whatever the text is, reading and checking it ends, with findings that lie in the text.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test cli robust` runs longer than the default.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use sfn_tool::asl::StateMachine;
use sfn_tool::diagnostics::Finding;
use sfn_tool::lint;
use sfn_tool::source::{self, SourceFile};
use sfn_tool::validate::{MachineType, Options, codes, validate};

const SEEDS: [&str; 5] = [
    include_str!("../fixtures/workflows/order/definition.asl.json"),
    include_str!("../fixtures/workflows/map/definition.asl.json"),
    include_str!("../fixtures/workflows/sdk-integrations/definition.asl.json"),
    include_str!("../fixtures/workflows/jsonata-order/definition.asl.json"),
    include_str!("../fixtures/workflows/retry-and-catch/definition.asl.json"),
];

/// Reads and checks a text as both types, and holds every finding to what all findings are held to.
fn check(text: &str) {
    let file = Arc::new(SourceFile::new("x", text));
    let parsed = source::parse(file);
    hold(text, &parsed.findings);
    let Some(document) = parsed.document else { return };
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

/// A value from anywhere: of every type, and words that mean something in some place.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        any::<String>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        prop::collection::vec(prop::sample::select(WORDS).prop_map(Value::from), 0..3).prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(|word| json!({word: word})),
    ]
}

const WORDS: &[&str] = &[
    "JSONata",
    "JSONPath",
    "Task",
    "Map",
    "Choice",
    "Next",
    "End",
    "Retry",
    "Catch",
    "Output",
    "Parameters",
    "a.$",
    "$",
    "$$",
    "$.a..[",
    "$.a[?(@.b == ",
    "States.Format('{}', ",
    "States.ALL",
    "{% $states.input %}",
    "{% $map(",
    "{% {",
    "${X}",
    "arn:aws:states:::",
    "arn:aws:states:::sqs:sendMessage.sync",
    "2024-01-01T00:00:00Z",
    "\u{1F600}",
    "",
];

/// A change at some place of a definition.
#[derive(Debug, Clone)]
enum Change {
    Replace(Value),
    Rename(String),
    Remove,
    Insert(String, Value),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any_value().prop_map(Change::Replace),
        prop::sample::select(WORDS).prop_map(|word| Change::Rename(word.to_owned())),
        Just(Change::Remove),
        (prop::sample::select(WORDS), any_value())
            .prop_map(|(word, value)| Change::Insert(word.to_owned(), value)),
    ]
}

/// Walks to a place chosen by `steps` and changes it.
fn apply(value: &mut Value, steps: &[usize], change: &Change) {
    let [step, rest @ ..] = steps else { return };
    let last = rest.is_empty();
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(step % map.len()).cloned().unwrap_or_default();
            match change {
                Change::Insert(name, value) if last => {
                    map.insert(name.clone(), value.clone());
                }
                Change::Remove if last => {
                    map.remove(&key);
                }
                Change::Rename(name) if last => {
                    let value = map.remove(&key).unwrap_or_default();
                    map.insert(name.clone(), value);
                }
                Change::Replace(value) if last => map[&key] = value.clone(),
                _ => apply(&mut map[&key], rest, change),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            match change {
                Change::Remove if last => {
                    items.remove(index);
                }
                Change::Replace(value) | Change::Insert(_, value) if last => items[index] = value.clone(),
                _ => apply(&mut items[index], rest, change),
            }
        }
        _ => {}
    }
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
        check(&serde_json::to_string_pretty(&definition).unwrap());
    }
}

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
