use std::sync::Arc;

use super::{Condition, Facts, cover_everything};
use crate::source::{SourceFile, parse};

/// The condition of a rule, or of a JSONata expression.
fn condition(text: &str) -> Condition {
    let rule = match text.starts_with('{') {
        true => text.to_owned(),
        false => format!(
            "{{\"Condition\": {}}}",
            serde_json::json!(format!("{{% {text} %}}"))
        ),
    };
    let parsed = parse(Arc::new(SourceFile::new("rule.json", rule.as_str())));
    Condition::read(parsed.document.expect("the test's rule is JSON").root())
}

/// `x StringEquals "a"`, several joined by `;`.
fn rules(text: &str) -> Vec<Condition> {
    let rule = |text: &str| {
        let mut words = text.trim().splitn(3, ' ');
        let (place, operator, side) = (words.next(), words.next(), words.next());
        let [place, operator, side] = [place, operator, side].map(|word| word.expect("three words"));
        condition(&format!(
            "{{\"Variable\": \"$.{place}\", \"{operator}\": {side}}}"
        ))
    };
    text.split(';').map(rule).collect()
}

#[test]
fn conditions_are_spelt_in_full_and_in_short() {
    for (rule, text, label) in [
        (
            r#"{"Variable": "$.a", "NumericGreaterThan": 5.0, "Next": "X"}"#,
            "$.a NumericGreaterThan 5",
            "$.a > 5",
        ),
        (
            r#"{"Variable": "$['a']", "NumericLessThanEqualsPath": "$.b"}"#,
            "$.a NumericLessThanEqualsPath $.b",
            "$.a <= $.b",
        ),
        (
            r#"{"Variable": "$.s", "StringMatches": "log-*"}"#,
            r#"$.s StringMatches "log-*""#,
            r#"$.s like "log-*""#,
        ),
        (
            r#"{"Variable": "$.s", "StringEquals": "$.x"}"#,
            r#"$.s StringEquals "$.x""#,
            r#"$.s = "$.x""#,
        ),
        (
            r#"{"Variable": "$.s", "IsPresent": false}"#,
            "$.s IsPresent false",
            "$.s is not present",
        ),
        (
            r#"{"Not": {"Variable": "$.a", "IsNumeric": true}}"#,
            "not ($.a IsNumeric true)",
            "not ($.a is a number)",
        ),
        (
            r#"{"And": [{"Variable": "$.a", "IsNull": true}, {"Or": [{"Variable": "$.b", "NumericEquals": 1.50},
                {"Variable": "$.c", "TimestampLessThan": "2024-01-01T00:00:00Z"}]}]}"#,
            r#"$.a IsNull true and ($.b NumericEquals 1.5 or $.c TimestampLessThan "2024-01-01T00:00:00Z")"#,
            r#"$.a is null and ($.b = 1.5 or $.c < "2024-01-01T00:00:00Z")"#,
        ),
        (
            r#"{"Or": [{"And": [{"Variable": "$.a", "BooleanEquals": true}]}]}"#,
            "$.a BooleanEquals true",
            "$.a = true",
        ),
        (
            r#"{"Condition": "{%  $x >\n 1 /* many */ %}"}"#,
            "$x > 1",
            "$x > 1",
        ),
        (r#"{"Condition": true}"#, "true", "true"),
        (
            r#"{"Variable": "$.a", "Next": "X"}"#,
            r#"{"Variable":"$.a"}"#,
            r#"{"Variable":"$.a"}"#,
        ),
        (r#"{"And": [], "Next": "X"}"#, r#"{"And":[]}"#, r#"{"And":[]}"#),
        (r#"{"Next": "X"}"#, "?", "?"),
    ] {
        let condition = condition(rule);
        assert_eq!(
            (condition.text().as_str(), condition.label().as_str()),
            (text, label),
            "{rule}"
        );
    }
}

#[test]
fn a_condition_covers_a_narrower_one() {
    for (wide, narrow, expected) in [
        ("n NumericGreaterThan 10", "n NumericGreaterThan 100", true),
        ("n NumericGreaterThan 100", "n NumericGreaterThan 10", false),
        ("n NumericGreaterThanEquals 10", "n NumericEquals 10", true),
        ("n NumericGreaterThan 10", "n NumericEquals 10", false),
        ("n NumericGreaterThan 10", "m NumericGreaterThan 100", false),
        ("s StringLessThan \"b\"", "s StringEquals \"a\"", true),
        ("s StringMatches \"log-*\"", "s StringEquals \"log-1\"", true),
        ("s StringMatches \"log-*\"", "s StringMatches \"log-a*\"", true),
        ("s StringMatches \"log-a*\"", "s StringMatches \"log-*\"", false),
        ("s IsString true", "s StringMatches \"a*\"", true),
        (
            "s IsString true",
            "s TimestampLessThan \"2024-01-01T00:00:00Z\"",
            true,
        ),
        (
            "s IsTimestamp true",
            "s StringEquals \"2024-01-01T00:00:00Z\"",
            true,
        ),
        ("s IsTimestamp true", "s StringEquals \"tomorrow\"", false),
        // One moment, written in two ways; texts that are not the same text.
        (
            "t TimestampEquals \"2024-01-01T00:00:00Z\"",
            "t TimestampEquals \"2024-01-01T01:00:00+01:00\"",
            true,
        ),
        (
            "t StringEquals \"2024-01-01T00:00:00Z\"",
            "t TimestampEquals \"2024-01-01T00:00:00Z\"",
            false,
        ),
        ("a IsPresent true", "a NumericEquals 1", true),
        // Where nothing is, the comparison fails the state: the other is never asked.
        ("a NumericEquals 1", "a IsPresent false", true),
        ("a IsNull true", "a IsNull false", false),
        ("a BooleanEquals true", "a BooleanEquals true", true),
        // A placeholder may become anything, but is itself.
        ("n NumericEquals \"${N}\"", "n NumericEquals \"${N}\"", true),
        ("s StringEquals \"${A}\"", "s StringEquals \"${B}\"", false),
        (
            "n NumericLessThanEqualsPath \"$.m\"",
            "n NumericEqualsPath \"$.m\"",
            true,
        ),
        (
            "n NumericLessThanEqualsPath \"$.m\"",
            "m NumericGreaterThanPath \"$.n\"",
            true,
        ),
        (
            "n NumericLessThanEqualsPath \"$.m\"",
            "m StringGreaterThanPath \"$.n\"",
            false,
        ),
    ] {
        let [wide_rule, narrow_rule] = [wide, narrow].map(|text| rules(text).remove(0));
        assert_eq!(wide_rule.covers(&narrow_rule), expected, "{wide} / {narrow}");
    }
}

#[test]
fn conditions_exclude_one_another() {
    for (one, other, expected) in [
        ("s StringEquals \"a\"", "s StringEquals \"b\"", true),
        ("n NumericGreaterThan 5", "n NumericLessThanEquals 5", true),
        ("n NumericGreaterThanEquals 5", "n NumericLessThanEquals 5", false),
        ("n NumericEquals 5", "n StringEquals \"5\"", true),
        ("n IsString true", "n IsNumeric true", true),
        ("n IsString false", "n StringEquals \"a\"", true),
        ("n IsPresent false", "n IsNull true", true),
        ("s StringMatches \"a*\"", "s StringEquals \"b\"", true),
        ("s StringMatches \"a*\"", "s StringMatches \"*b\"", false),
        // U+FFFF is one code unit above the surrogates that U+10000 begins with.
        (
            "s StringLessThan \"\u{ffff}\"",
            "s StringEquals \"\u{10000}\"",
            false,
        ),
        ("s StringLessThan \"\"", "s IsString true", true),
        (
            "n NumericLessThanPath \"$.m\"",
            "m NumericLessThanPath \"$.n\"",
            true,
        ),
        (
            "n NumericLessThanPath \"$.m\"",
            "m NumericEqualsPath \"$.k\"",
            false,
        ),
    ] {
        let [a, b] = [one, other].map(|text| rules(text).remove(0));
        assert_eq!(
            (a.excludes(&b), b.excludes(&a)),
            (expected, expected),
            "{one} / {other}"
        );
    }
}

#[test]
fn rules_cover_every_case() {
    for (text, expected) in [
        ("b BooleanEquals true; b BooleanEquals false", true),
        ("b BooleanEquals true", false),
        ("s StringEquals \"\"; s StringGreaterThan \"\"", true),
        ("s StringEquals \"a\"; s StringGreaterThan \"a\"", false),
        (
            "n NumericLessThan 0; n NumericEquals 0; n NumericGreaterThan 0",
            true,
        ),
        ("n NumericLessThan 0; n NumericGreaterThan 0", false),
        ("n NumericLessThan 5; n NumericGreaterThan 3", true),
        (
            "n NumericLessThanPath \"$.m\"; m NumericLessThanEqualsPath \"$.n\"",
            true,
        ),
        ("s StringMatches \"*\"", true),
        ("x IsPresent true; x IsPresent false", true),
        ("x IsPresent true", false),
        ("x IsPresent false; x IsNull true", false),
        ("x IsNull true", false),
        ("x IsNull true; x IsNull false", true),
        (
            "x IsNull true; x NumericLessThan 5; x NumericGreaterThanEquals 5",
            true,
        ),
        ("x IsString true", false),
        ("x IsString true; x IsNumeric true", false),
        (
            "x IsString true; x NumericGreaterThan 0; x NumericLessThanEquals 0",
            false,
        ),
        ("s StringEquals \"a\"; s NumericEquals 1", false),
        ("s StringEquals \"a\"; s StringEquals \"b\"", false),
    ] {
        assert_eq!(cover_everything(&rules(text)), expected, "{text}");
    }
}

#[test]
fn joined_rules_cover_every_case() {
    let a = r#"{"Variable": "$.a", "BooleanEquals": true}"#;
    let b = r#"{"Variable": "$.b", "IsPresent": true}"#;
    for (rules, expected) in [
        (
            vec![
                format!(r#"{{"And": [{a}, {b}]}}"#),
                format!(r#"{{"Not": {{"And": [{b}, {a}]}}}}"#),
            ],
            true,
        ),
        (
            vec![format!(r#"{{"And": [{a}, {b}]}}"#), format!(r#"{{"Not": {b}}}"#)],
            false,
        ),
        (
            vec![
                format!(r#"{{"And": [{a}, {b}]}}"#),
                format!(r#"{{"Not": {b}}}"#),
                format!(r#"{{"Not": {a}}}"#),
            ],
            true,
        ),
        (vec![format!(r#"{{"Or": [{a}, {{"Not": {a}}}]}}"#)], true),
        (
            vec![
                format!(r#"{{"And": [{a}, {b}]}}"#),
                format!(r#"{{"And": [{{"Not": {a}}}, {b}]}}"#),
                format!(r#"{{"And": [{a}, {{"Not": {b}}}]}}"#),
                format!(r#"{{"And": [{{"Not": {a}}}, {{"Not": {b}}}]}}"#),
            ],
            true,
        ),
    ] {
        let conditions: Vec<Condition> = rules.iter().map(|rule| condition(rule)).collect();
        assert_eq!(cover_everything(&conditions), expected, "{rules:?}");
    }
}

#[test]
fn jsonata_is_read_as_comparisons() {
    for (texts, expected) in [
        (&["$n < 10", "$n >= 10"][..], true),
        (&["$n < 10", "10 <= $n"], true),
        (&["$n < 10", "$n > 10"], false),
        (&["$n * 2 + 1 < 10", "($n*2 + 1) >= 10"], true),
        (&["$a and $b", "$not($a and $b)"], true),
        (&["$a and $b", "$not($a)", "$not($b)"], true),
        (&["$a and $b", "$not($a) and $b"], false),
        (&["$states.input.s = 'a'", "$states.input.s != \"a\""], true),
        (&["$s in ['a', 'b']", "$s != 'a' and $s != 'b'"], true),
        (&["$s in ['a', 'b']", "$s != 'a'"], true),
        (&["$s in ['a', 'b']", "$not($s = 'a')"], true),
        (&["$s in ['a', 'b']"], false),
        (&["$exists($x)", "$not($exists($x))"], true),
        (&["$flag", "$not($flag)"], true),
        (&["$flag = true", "$flag = false"], true),
        (&["$flag = true"], false),
        (&["$x = null"], false),
        (&["$a ? $b : $c", "$not($a ? $b : $c)"], true),
        (&["$a ? true : true"], true),
        (&["$a < $b", "$b <= $a"], true),
        (&["$a = $b", "$a != $b"], true),
        (&["$random() < 0.5", "$random() >= 0.5"], false),
        (
            &["$count($states.input.l) = 0", "$count($states.input.l) > 0"],
            false,
        ),
        (&["true"], true),
        (&["$length('a b')", "$length('a  b') = 3"], false),
    ] {
        let conditions: Vec<Condition> = texts.iter().map(|text| condition(text)).collect();
        assert_eq!(cover_everything(&conditions), expected, "{texts:?}");
    }
}

#[test]
fn jsonata_covers_and_excludes() {
    for (wide, narrow, covers, excludes) in [
        ("$n > 10", "$n > 100", true, false),
        ("$n > 10", "$n = 100 and $m", true, false),
        ("$n > 10 or $m", "$m", true, false),
        ("$s = 'a'", "$s = 'b'", false, true),
        ("$s = 'a'", "$s in ['b', 'c']", false, true),
        ("$x", "$x = false", false, true),
        ("$x = true", "$x", false, false),
        // Nothing is equal to nothing, and nothing is different from it.
        ("$x != 1", "$not($exists($x))", false, true),
        ("$now() = 1", "$now() = 1", false, false),
        ("$s = '${A}'", "$s = '${A}'", true, false),
    ] {
        let (a, b) = (condition(wide), condition(narrow));
        assert_eq!(
            (a.covers(&b), a.excludes(&b)),
            (covers, excludes),
            "{wide} / {narrow}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_possible() {
    for text in [
        r#"{"Variable": "$.a"}"#,
        r#"{"Condition": "{% ( %}"}"#,
        r#"{"And": []}"#,
        r#"{"Variable": "$.a", "NumericEquals": "1"}"#,
        r#"{"Variable": "$.a", "StringMatches": 1}"#,
    ] {
        let unread = condition(text);
        assert!(
            !unread.covers(&unread) && !unread.excludes(&unread) && !unread.is_never_true(),
            "{text}"
        );
        assert!(!cover_everything(&[unread]), "{text}");
    }
}

#[test]
fn a_value_of_the_wrong_type_contradicts_nothing() {
    for test in [
        r#""NumericEquals": "1"}, {"Variable": "$.a", "IsNumeric": true"#,
        r#""StringEquals": 1}, {"Variable": "$.a", "IsString": true"#,
        r#""BooleanEquals": "true"}, {"Variable": "$.a", "IsPresent": true"#,
        r#""IsString": "true"}, {"Variable": "$.a", "IsNumeric": true"#,
    ] {
        let both = condition(&format!(r#"{{"And": [{{"Variable": "$.a", {test}}}]}}"#));
        assert!(!both.is_never_true(), "{test}");
    }
}

#[test]
fn several_facts_together_rule_a_condition_out() {
    let list = rules("n NumericLessThan 5; n NumericGreaterThan 3; n IsString true; n IsNumeric true");
    let mut facts = Facts::default();
    let allowed: Vec<bool> = (list.iter())
        .map(|rule| {
            let allowed = facts.allows(rule.holds());
            facts.assume(rule.complement());
            allowed
        })
        .collect();
    // From 3 to 5 the first one decides, below it too; what is no number comes to the third.
    assert_eq!(allowed, [true, true, true, false]);
}

/// Every condition over two small numbers, compared with what comes out when all values are tried.
mod against_all_values {
    use proptest::prelude::*;

    use super::*;

    const SIGNS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

    #[derive(Debug, Clone)]
    enum Tree {
        Test(usize, usize, i64),
        And(Vec<Tree>),
        Or(Vec<Tree>),
        Not(Box<Tree>),
    }

    impl Tree {
        fn text(&self) -> String {
            let join = |parts: &[Tree], word: &str| {
                let parts: Vec<String> = parts.iter().map(Tree::text).collect();
                format!("({})", parts.join(word))
            };
            match self {
                Tree::Test(place, sign, value) => format!("$v{place} {} {value}", SIGNS[*sign]),
                Tree::And(parts) => join(parts, " and "),
                Tree::Or(parts) => join(parts, " or "),
                Tree::Not(inner) => format!("$not({})", inner.text()),
            }
        }

        /// Of values that may not be there, as jsonata-js evaluates it; a whole condition that gives nothing fails. In
        /// halves, so that something lies between two integers.
        fn holds(&self, values: [Option<i64>; 2]) -> Option<bool> {
            match self {
                Tree::Test(place, sign, value) => match (values[*place], value * 2) {
                    (None, _) => (*sign < 2).then_some(false),
                    (Some(a), b) => Some([a == b, a != b, a < b, a <= b, a > b, a >= b][*sign]),
                },
                Tree::And(parts) => Some(parts.iter().all(|part| part.holds(values) == Some(true))),
                Tree::Or(parts) => Some(parts.iter().any(|part| part.holds(values) == Some(true))),
                Tree::Not(inner) => inner.holds(values).map(|holds| !holds),
            }
        }
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let test = (0..2_usize, 0..6_usize, 0..3_i64)
            .prop_map(|(place, sign, value)| Tree::Test(place, sign, value));
        test.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::Or),
                inner.prop_map(|inner| Tree::Not(Box::new(inner))),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_answers_are_right(a in tree(), b in tree()) {
            let (one, other) = (condition(&a.text()), condition(&b.text()));
            let there: Vec<Option<i64>> = (-1..6).map(Some).collect();
            let any: Vec<Option<i64>> = there.iter().copied().chain([None]).collect();
            let pairs = |list: &[Option<i64>]| -> Vec<[Option<i64>; 2]> {
                list.iter().flat_map(|a| list.iter().map(move |b| [*a, *b])).collect()
            };
            let (a, b) = (|values| a.holds(values), |values| b.holds(values));
            let any = pairs(&any);
            let both = any.iter().any(|values| a(*values) == Some(true) && b(*values) == Some(true));
            prop_assert_eq!(one.excludes(&other), !both);
            let escapes = any.iter().any(|values| a(*values) == Some(false) && b(*values) == Some(true));
            prop_assert_eq!(one.covers(&other), !escapes);
            let all = pairs(&there).iter().all(|values| a(*values) == Some(true) || b(*values) == Some(true));
            prop_assert_eq!(cover_everything(&[one, other]), all);
        }
    }
}
