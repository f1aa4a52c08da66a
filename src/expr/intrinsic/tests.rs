//! Expected values are worked out by hand from the guide's rules.

use serde_json::json;

use super::function::FUNCTIONS;
use super::*;
use crate::expr::random::RandomSource;
use crate::expr::{Environment, Scope};
use crate::value::Value;

struct Surroundings(RandomSource);

impl Environment for Surroundings {
    fn context(&self) -> Value {
        Value::from(&json!({"Execution": {"Name": "a-b"}}))
    }

    fn variable(&self, name: &str) -> Option<Value> {
        (name == "n").then(|| Value::from(4))
    }

    fn random(&self) -> &RandomSource {
        &self.0
    }
}

fn run(call: &str, input: serde_json::Value) -> Result<String, String> {
    let intrinsic = Intrinsic::parse(call).map_err(|error| format!("{error} at {:?}", error.span))?;
    let surroundings = Surroundings(RandomSource::new(3));
    intrinsic
        .evaluate(&Scope::new(&Value::from(&input), &surroundings))
        .map(|value| value.to_json())
        .map_err(|error| error.error)
}

fn assert_gives(call: &str, input: serde_json::Value, expected: &str) {
    assert_eq!(run(call, input), Ok(expected.into()), "{call}");
}

fn assert_refuses(call: &str, input: serde_json::Value) {
    let name = call.split('(').next().unwrap_or_default();
    assert_eq!(
        run(call, input),
        Err(format!("Invalid arguments in {name}")),
        "{call}"
    );
}

#[test]
fn arrays() {
    for (call, expected) in [
        ("States.Array()", "[]"),
        (
            "States.Array(1, 'a', null, true, -1.5, $.list)",
            "[1,\"a\",null,true,-1.5,[1,2,3]]",
        ),
        ("States.ArrayPartition($.list, 2)", "[[1,2],[3]]"),
        ("States.ArrayPartition($.list, 1.5)", "[[1,2],[3]]"),
        ("States.ArrayPartition(States.Array(), 3)", "[]"),
        ("States.ArrayContains($.list, 2)", "true"),
        ("States.ArrayContains($.list, 2.0)", "false"),
        ("States.ArrayContains($.deep, States.Array($.o))", "true"),
        ("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]"),
        ("States.ArrayRange(0, 10, 4)", "[0,4,8]"),
        ("States.ArrayRange(3, -3, -3)", "[3,0,-3]"),
        ("States.ArrayRange(1, 0, 1)", "[]"),
        ("States.ArrayRange(0.5, 2.4, 1)", "[1,2]"),
        ("States.ArrayGetItem($.list, 2)", "3"),
        ("States.ArrayLength($.list)", "3"),
        (
            "States.ArrayUnique($.repeated)",
            "[3,\"3\",{\"a\":1,\"b\":2},null]",
        ),
    ] {
        let input = json!({
            "list": [1, 2, 3], "o": {"a": 1}, "deep": [[{"a": 1}]],
            "repeated": [3, "3", {"a": 1, "b": 2}, 3, {"b": 2, "a": 1}, null, "3", null]
        });
        assert_gives(call, input, expected);
    }
    assert_eq!(
        run("States.ArrayLength(States.ArrayRange(1, 1000, 1))", json!({})),
        Ok("1000".into())
    );
    for call in [
        "States.ArrayPartition($.list, 0)",
        "States.ArrayPartition($.list, -1)",
        "States.ArrayPartition(1, 1)",
        "States.ArrayRange(1, 1001, 1)",
        "States.ArrayRange(-9223372036854775807, 9223372036854775807, 1)",
        "States.ArrayRange(1, 2, 0)",
        "States.ArrayRange('a', 2, 1)",
        "States.ArrayGetItem($.list, 3)",
        "States.ArrayGetItem($.list, -1)",
        "States.ArrayLength('abc')",
    ] {
        assert_refuses(call, json!({"list": [1, 2, 3]}));
    }
}

#[test]
fn numbers_are_rounded_halves_up() {
    for (a, b, sum) in [
        ("1", "2", "3"),
        ("1.5", "0", "2"),
        ("2.5", "0", "3"),
        ("-1.5", "0", "-1"),
        ("-1.51", "0", "-2"),
        ("-0.5", "0.5", "1"),
        ("2147483647", "2147483647", "4294967294"),
    ] {
        assert_gives(&format!("States.MathAdd({a}, {b})"), json!({}), sum);
    }
    assert_refuses("States.MathAdd(2147483648, 0)", json!({}));
    assert_refuses("States.MathAdd('1', 0)", json!({}));
    assert_gives("States.MathAdd($n, -1)", json!({}), "3");
}

#[test]
fn random_numbers_stay_in_range_and_follow_their_seed() {
    assert_gives("States.MathRandom(5, 6)", json!({}), "5");
    let draw = |seed: i32| run(&format!("States.MathRandom(0, 1000000, {seed})"), json!({}));
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    // new java.util.Random(42).nextInt(10) is 0.
    assert_gives("States.MathRandom(-5, 5, 42)", json!({}), "-5");
    assert_refuses("States.MathRandom(2, 2)", json!({}));
    assert_refuses("States.MathRandom(2, 1)", json!({}));
    let uuid = run("States.UUID()", json!({})).expect("a UUID");
    assert_eq!(uuid.len(), 38);
}

#[test]
fn texts() {
    for (call, expected) in [
        ("States.Format('a')", "\"a\""),
        ("States.Format('{} and {}', $.s, 1.10)", "\"x and 1.1\""),
        (
            "States.Format('{}{}{}', null, true, $.o)",
            "\"nulltrue{a=1, b=[x, null, {}]}\"",
        ),
        (r"States.Format('\{\}{}\'\\', 1)", r#""{}1'\\""#),
        (r"States.Format('\{{}\}', 1)", r#""{1}""#),
        ("States.Format($.template, 'y')", "\"<y>\""),
        // What a deployment fills in is text until then; `${}` is a dollar and a slot.
        ("States.Format('${Stage}-{}', 1)", "\"${Stage}-1\""),
        (
            "States.Format('${lookup(var.x, {})} ${}', 1)",
            "\"${lookup(var.x, {})} $1\"",
        ),
        ("States.StringSplit('1,2,,3,', ',')", "[\"1\",\"2\",\"3\"]"),
        ("States.StringSplit('This.is+a', '.+')", "[\"This\",\"is\",\"a\"]"),
        ("States.StringSplit('ab', '')", "[\"ab\"]"),
        ("States.StringSplit('', ',')", "[]"),
        (
            "States.ArrayGetItem(States.StringSplit($$.Execution.Name, '-'), 1)",
            "\"b\"",
        ),
    ] {
        let input = json!({"s": "x", "o": {"a": 1, "b": ["x", null, {}]}, "template": "<{}>"});
        assert_gives(call, input, expected);
    }
    assert_refuses("States.Format('{}')", json!({}));
    assert_refuses("States.Format('{}', 1, 2)", json!({}));
    // AWS's words [aws/aws-cdk#29261]; `\\{` is an escaped backslash before a bare brace.
    for (call, brace, other) in [
        (r#"States.Format('{"id":"{}"}', 1)"#, '{', '}'),
        (r"States.Format('{} \\{x\\}', 1)", '{', '}'),
        ("States.Format('{a}')", '{', '}'),
        ("States.Format('{')", '{', '}'),
        ("States.Format('a}')", '}', '{'),
        ("States.Format('{}}', 1)", '}', '{'),
        ("States.Format('{{}}', 1)", '{', '}'),
        ("States.Format($.template)", '}', '{'),
        ("States.Format(States.Format('$\\{x\\}'))", '{', '}'),
    ] {
        assert_eq!(
            run(call, json!({"template": "}"})),
            Err(format!(
                "Invalid template in States.Format: matching '{other}' not found for '{brace}'."
            )),
            "{call}"
        );
    }
    assert_refuses("States.Format(1)", json!({}));
    assert_refuses("States.StringSplit(1, ',')", json!({}));
}

#[test]
fn json() {
    for (call, expected) in [
        (r#"States.StringToJson('{"a": [1, -0]}')"#, "{\"a\":[1,0]}"),
        ("States.StringToJson(' ')", "null"),
        ("States.StringToJson($.text)", "\"x\""),
        ("States.JsonToString($.o)", r#""{\"a\":{\"x\":1},\"b\":2}""#),
        (
            "States.JsonMerge($.o, $.p, false)",
            "{\"a\":{\"y\":2},\"b\":2,\"c\":3}",
        ),
        // In the order of a map, whatever that of the members: their hashes are 97 to 100.
        (
            "States.JsonMerge($.q, $.p, false)",
            "{\"a\":{\"y\":2},\"c\":3,\"d\":4}",
        ),
    ] {
        let input = json!({"text": "\"x\"", "o": {"a": {"x": 1}, "b": 2}, "p": {"a": {"y": 2}, "c": 3},
            "q": {"d": 4, "a": 5}});
        assert_gives(call, input, expected);
    }
    assert_refuses("States.StringToJson('{')", json!({}));
    assert_refuses("States.StringToJson(1)", json!({}));
    assert_refuses("States.JsonMerge($, $, true)", json!({}));
    assert_refuses("States.JsonMerge($, 1, false)", json!({}));
}

#[test]
fn encodings() {
    assert_gives("States.Base64Encode('Man')", json!({}), "\"TWFu\"");
    assert_gives("States.Base64Encode('M')", json!({}), "\"TQ==\"");
    assert_gives("States.Base64Decode('TQ==')", json!({}), "\"M\"");
    assert_gives("States.Base64Decode('T-W\nFu')", json!({}), "\"Man\"");
    assert_refuses("States.Base64Decode('T')", json!({}));
    // RFC 1321's digest of "abc".
    assert_gives(
        "States.Hash('abc', 'MD5')",
        json!({}),
        "\"900150983cd24fb0d6963f7d28e17f72\"",
    );
    assert_refuses("States.Hash('abc', 'md5')", json!({}));
    let long = "\u{e9}".repeat(10_001);
    assert_refuses("States.Base64Encode($.s)", json!({"s": long}));
    assert!(run("States.Base64Encode($.s)", json!({"s": "\u{e9}".repeat(10_000)})).is_ok());
}

#[test]
fn missing_arguments_name_the_whole_call() {
    let call = "States.Array(States.Format('{}', $.a.b))";
    let intrinsic = Intrinsic::parse(call).expect("a call");
    let surroundings = Surroundings(RandomSource::new(3));
    let error = intrinsic
        .evaluate(&Scope::new(&Value::from(&json!({"a": {}})), &surroundings))
        .expect_err("it is missing");
    assert_eq!(
        error.to_string(),
        "The function 'States.Array(States.Format('{}', $.a.b))' had the following error: The JsonPath argument for \
         the field '$.a.b' could not be found in the input '{\"a\":{}}'"
    );
    // Past the end of an array is missing, null is not.
    assert!(run("States.Format('{}', $.l[3])", json!({"l": []})).is_err());
    assert_gives("States.Format('{}', $.l)", json!({"l": null}), "\"null\"");
}

#[test]
fn paths_end_where_the_argument_does() {
    let input = json!({"l": [{"k, (x)": "a", "v": 1}, {"k, (x)": "b", "v": 2}]});
    assert_gives(
        "States.ArrayGetItem($.l[?(@['k, (x)'] == b)].v, 0)",
        input.clone(),
        "2",
    );
    assert_gives("States.Array($.l[0].v , $.l[1].v)", input, "[1,2]");
    let intrinsic = Intrinsic::parse("States.Array($.a, States.Array($$.b))").expect("a call");
    let paths: Vec<String> = intrinsic
        .paths()
        .iter()
        .map(|(path, _)| path.to_string())
        .collect();
    assert_eq!(paths, ["$.a", "$$.b"]);
}

#[test]
fn broken_calls_say_where() {
    use ParseErrorKind as Kind;
    let kind = |text: &str| {
        Intrinsic::parse(text)
            .map(drop)
            .map_err(|e| (e.kind, e.span.range()))
    };
    assert_eq!(kind("foo"), Err((Kind::NotACall, 0..3)));
    assert_eq!(kind(""), Err((Kind::NotACall, 0..0)));
    assert_eq!(kind(" States.UUID()"), Err((Kind::NotACall, 0..1)));
    assert_eq!(
        kind("States.Fromat('a')"),
        Err((
            Kind::UnknownFunction {
                name: "States.Fromat".into(),
                nearest: Some("States.Format")
            },
            0..13
        ))
    );
    assert_eq!(kind("States.UUID"), Err((Kind::NoParenthesis, 11..11)));
    assert_eq!(kind("States.JsonToString($"), Err((Kind::Unclosed, 19..20)));
    assert_eq!(kind("States.Array(1 2)"), Err((Kind::NoComma, 15..16)));
    assert_eq!(kind("States.Array(1,)"), Err((Kind::BadArgument, 15..16)));
    assert_eq!(kind("States.Array(\"a\")"), Err((Kind::BadArgument, 13..14)));
    assert_eq!(kind("States.Array(abc)"), Err((Kind::BadArgument, 13..16)));
    assert_eq!(kind("States.Array('a)"), Err((Kind::UnclosedQuote, 13..14)));
    assert_eq!(kind(r#"States.Array('\"')"#), Err((Kind::BadEscape, 14..16)));
    assert_eq!(kind("States.UUID() x"), Err((Kind::Trailing, 14..15)));
    assert_eq!(kind("States.UUID()  "), Ok(()));
    assert!(matches!(kind("States.Array($.a[)"), Err((Kind::Path(_), _))));
    let Err((wrong, _)) = kind("States.MathAdd(1)") else {
        panic!("too few");
    };
    assert_eq!(wrong.to_string(), "States.MathAdd takes 2 arguments, not 1");
    let nested = |n: usize| format!("{}1{}", "States.Array(".repeat(n), ")".repeat(n));
    assert_eq!(kind(&nested(10)), Ok(()));
    assert_eq!(kind(&nested(11)).map_err(|e| e.0), Err(Kind::TooDeep));
    assert_eq!(kind(&nested(4_000)).map_err(|e| e.0), Err(Kind::TooDeep));
}

#[test]
fn literals_tell_what_fails_in_every_run() {
    let certain = |call: &str| {
        let found = Intrinsic::parse(call)
            .expect("a call")
            .certain_failures(&|_| None);
        found
            .into_iter()
            .map(|failure| (failure.function, failure.span.range()))
            .collect::<Vec<_>>()
    };
    for (call, function, span) in [
        ("States.Format('a {b} {}', $.x)", "States.Format", 17..18),
        (r"States.Format('\{}}', $.x)", "States.Format", 17..18),
        ("States.Format('{}')", "States.Format", 0..19),
        ("States.Format('{} {}', $.x)", "States.Format", 0..27),
        ("States.Format(3)", "States.Format", 0..16),
        ("States.Array(States.Hash($.x, 'SHA'))", "States.Hash", 13..36),
        ("States.JsonMerge($.a, $.b, true)", "States.JsonMerge", 0..32),
        ("States.ArrayRange($.a, 9, 0)", "States.ArrayRange", 0..28),
        ("States.ArrayRange(1, 1001, 1)", "States.ArrayRange", 0..29),
        ("States.ArrayPartition($.a, 0)", "States.ArrayPartition", 0..29),
        ("States.MathAdd($.a, 'b')", "States.MathAdd", 0..24),
        ("States.StringSplit($.a, 1)", "States.StringSplit", 0..26),
        ("States.StringToJson('{')", "States.StringToJson", 0..24),
        ("States.ArrayContains('a', $.b)", "States.ArrayContains", 0..30),
    ] {
        assert_eq!(certain(call), [(function, span)], "{call}");
    }
    for call in [
        "States.Format('{} {}', $.x, $.y)",
        r"States.Format('\{{}\}', $.x)",
        "States.Format($.x, $.y)",
        "States.ArrayRange($.a, 5000, 1)",
        "States.ArrayRange(1, 5000, $.step)",
        "States.ArrayGetItem($.a, 7)",
        "States.ArrayPartition($.a, $.n)",
        "States.MathRandom(5, $.n)",
        "States.Hash($.x, $.y)",
        "States.JsonMerge($.a, $.b, $.c)",
        "States.Array(1, 'a', $.x)",
        "States.UUID()",
    ] {
        assert_eq!(certain(call), [], "{call}");
    }
}

#[test]
fn the_table_is_whole() {
    assert_eq!(FUNCTIONS.len(), 18);
    for f in &FUNCTIONS {
        assert!(std::ptr::fn_addr_eq(
            function(f.name).expect("it is in the table").run,
            f.run
        ));
    }
}

#[test]
fn a_mistake_at_the_first_character_has_all_of_it() {
    let error = Intrinsic::parse("\u{a1}x").unwrap_err();
    assert_eq!(error.span.range(), 0..2);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "(States\\.[A-Z][a-zA-Z]{0,8}\\()?[$.@\\[\\]()'\\\\{},0-9a-c né-]{0,40}") {
        match Intrinsic::parse(&text) {
            Ok(call) => {
                let surroundings = Surroundings(RandomSource::new(0));
                let _ = call.evaluate(&Scope::new(&Value::from(&json!({"a": [1, "b"]})), &surroundings));
            }
            Err(error) => assert!(text.get(error.span.range()).is_some(), "{error:?} cuts a character"),
        }
    }

    #[test]
    fn no_arguments_panic(index in 0..FUNCTIONS.len(), literals in proptest::collection::vec(
        "-?[0-9]{1,19}|-?[0-9]{1,3}\\.[0-9]|'[{}a,]{0,4}'|null|true|\\$|\\$\\.a", 0..4)
    ) {
        let text = format!("{}({})", FUNCTIONS[index].name, literals.join(", "));
        if let Ok(call) = Intrinsic::parse(&text) {
            let surroundings = Surroundings(RandomSource::new(0));
            let _ = call.evaluate(&Scope::new(&Value::from(&json!({"a": [1, "b"]})), &surroundings));
        }
    }
}
