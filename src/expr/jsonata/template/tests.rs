use super::super::Limits;
use super::*;
use crate::expr::random::RandomSource;
use crate::source::{self, SourceFile};

struct Surroundings(RandomSource);

impl Environment for Surroundings {
    fn context(&self) -> Value {
        Value::from(&serde_json::json!({"State": {"Name": "A"}}))
    }

    fn variable(&self, name: &str) -> Option<Value> {
        (name == "x").then(|| Value::from(7))
    }

    fn random(&self) -> &RandomSource {
        &self.0
    }
}

fn evaluate_as(json: &str, expected: Option<Expected>) -> Result<String, String> {
    evaluate_with(r#"{"a": {"b": 1}, "big": 9007199254740991}"#, json, expected)
}

fn evaluate_with(input: &str, json: &str, expected: Option<Expected>) -> Result<String, String> {
    let parsed = source::parse_any(Arc::new(SourceFile::new("t", json)));
    let document = parsed.document.unwrap();
    let template = Template::compile(document.root(), "Output").map_err(|(_, e)| e.message)?;
    let evaluation = Evaluation {
        engine: &Engine::new(Arc::new(RandomSource::new(0)), Limits::aws()),
        environment: &Surroundings(RandomSource::new(0)),
        states: States {
            input: source::parse_value(input).unwrap(),
            result: None,
            error_output: None,
        },
        now_millis: 0,
    };
    let value = match expected {
        Some(expected) => template.evaluate_as(expected, &evaluation),
        None => template.evaluate(&evaluation),
    };
    value.map(|v| v.to_json()).map_err(|e| e.cause)
}

fn evaluate(json: &str) -> Result<String, String> {
    evaluate_as(json, None)
}

#[test]
fn leaves_are_evaluated_and_the_rest_kept() {
    let json = r#"{"k": ["{% $states.input.a.b + $x %}", " {% $x %} ", {"s": "{%$states.context.State.Name%}"}], "n": null}"#;
    assert_eq!(
        evaluate(json).unwrap(),
        r#"{"k":[8," {% $x %} ",{"s":"A"}],"n":null}"#
    );
    assert_eq!(
        evaluate("\"{% $states.input.big %}\"").unwrap(),
        "9007199254740991"
    );
}

// JSON integers stay exact while they fit 64 bits, larger ones are doubles, and 1.0 prints 1 [floci#2676].
#[test]
fn plain_paths_keep_integers_and_respell_doubles() {
    let numbers = |json: &str| evaluate_with(json, "\"{% $states.input.n %}\"", None).unwrap();
    assert_eq!(numbers(r#"{"n": 9007199254740993}"#), "9007199254740993");
    assert_eq!(
        numbers(r#"{"n": [{"a": 1.0}, 1e2, 0.5, 9223372036854775807]}"#),
        "[{\"a\":1},100,0.5,9223372036854775807]"
    );
    assert_eq!(numbers(r#"{"n": 9223372036854775808}"#), "9.223372036854776E18");
    // So do whole arrays and objects that other expressions hand on.
    assert_eq!(
        evaluate_with(
            r#"{"n": [{"a": 9007199254740993, "b": 1.0}, {"a": 2}]}"#,
            "\"{% {'first': $states.input.n[0], 'big': $filter($states.input.n, function($i){ $i.a > 2 })} %}\"",
            None
        )
        .unwrap(),
        r#"{"first":{"a":9007199254740993,"b":1},"big":{"a":9007199254740993,"b":1}}"#
    );
    // A path through an array maps over it.
    assert_eq!(
        evaluate_with(
            r#"{"n": [{"a": 1}, {"a": 2}]}"#,
            "\"{% $states.input.n.a %}\"",
            None
        )
        .unwrap(),
        "[1,2]"
    );
    assert_eq!(
        evaluate_with(r#"{"n": []}"#, "\"{% $states.input.n %}\"", None).unwrap(),
        "[]"
    );
    assert_eq!(
        evaluate_with(r#"{"n": [[7]]}"#, "\"{% $states.input.n %}\"", None).unwrap(),
        "[[7]]"
    );
    assert!(evaluate_with(r#"{"n": "text"}"#, "\"{% $states.input.n.a %}\"", None).is_err());
}

// The state's data is the input of what the engine runs; an expression does not notice.
#[test]
fn the_states_data_is_no_context() {
    assert_eq!(
        evaluate(r#""{% $map([1], function($x){ $states.input.a.b + $x }) %}""#).unwrap(),
        "2"
    );
    assert_eq!(
        evaluate(r#""{% [$states.input.a].($states.context.State.Name) %}""#).unwrap(),
        "\"A\""
    );
    assert_eq!(evaluate(r#""{% ($states := 5; $states) %}""#).unwrap(), "5");
    assert!(evaluate(r#""{% $uppercase() %}""#).is_err());
    assert!(evaluate(r#""{% $keys() %}""#).is_err());
    let cause = evaluate(r#""{% $states.input.a.b + 'x' %}""#).unwrap_err();
    assert!(cause.contains("'$states.input.a.b + 'x'' specified"), "{cause}");
}

// Words as AWS was recorded or quoted to say them [recorded; Transforming data with JSONata in Step Functions].
// A double stands for each while the engine has them, and they come back as they were.
#[test]
fn large_integers_stay_exact() {
    let input =
        r#"{"id": 1234567890123456789, "l": [{"id": 9007199254740993, "n": 1}, {"id": 9007199254740994}]}"#;
    for (expression, expected) in [
        ("{'a': $states.input.id}", r#"{"a":1234567890123456789}"#),
        ("[$states.input.id, 1]", "[1234567890123456789,1]"),
        ("$states.input.l[n = 1].id", "9007199254740993"),
        (
            "$states.input.l.{'i': id}",
            r#"[{"i":9007199254740993},{"i":9007199254740994}]"#,
        ),
        (r#"$parse('{\"a\": 9007199254740993}').a"#, "9007199254740993"),
        ("($x := $states.input.id; $x)", "1234567890123456789"),
    ] {
        let json = format!("\"{{% {expression} %}}\"");
        let result = evaluate_with(input, &json, None);
        assert_eq!(result.as_deref(), Ok(expected), "{expression}");
    }
}

#[test]
fn causes_are_awss() {
    assert_eq!(
        evaluate(r#"{"a": [1, "{% $states.input.none %}"]}"#).unwrap_err(),
        "The JSONata expression '$states.input.none' specified for the field 'Output/a[1]' returned nothing \
         (undefined)."
    );
    assert_eq!(
        evaluate("\"{% $abs('x') %}\"").unwrap_err(),
        "The JSONata expression '$abs('x')' specified for the field 'Output' threw an error during evaluation. \
         T0410: Argument 1 of function \"abs\" does not match function signature"
    );
    assert_eq!(
        evaluate_as("\"{% 1 %}\"", Some(Expected::Array)).unwrap_err(),
        "The JSONata expression '1' specified for the field 'Output' returned an unexpected result type. Expected \
         'array', but was 'number' for value: 1"
    );
    assert_eq!(
        evaluate("\"{% $sum %}\"").unwrap_err(),
        "The JSONata expression '$sum' specified for the field 'Output' returned an unsupported result type."
    );
    let internal = evaluate("\"{% $base64decode('!!!') %}\"").unwrap_err();
    let (words, id) = internal.rsplit_once(' ').unwrap();
    assert_eq!(
        (words, id.len()),
        (
            "The JSONata expression '$base64decode('!!!')' specified for the field 'Output' threw an internal error \
             during evaluation.",
            36
        )
    );
    assert_eq!(evaluate("\"{% $base64decode('YWI') %}\"").unwrap(), "\"ab\"");
    assert!(
        evaluate("\"{% $eval('1+1') %}\"")
            .unwrap_err()
            .ends_with("T1006: Attempted to invoke a non-function")
    );
}

// Non-finite results become text [floci#2676, measured].
#[test]
fn numbers_that_are_not_finite_are_text() {
    for (expression, expected) in [
        ("1/0", r#""Infinity""#),
        ("-1/0", r#""-Infinity""#),
        ("0/0", r#""NaN""#),
        ("[1/0]", r#"["Infinity"]"#),
        ("{'a': [0/0, null]}", r#"{"a":["NaN",null]}"#),
        ("$states.input.a.b / ($x - 7)", r#""Infinity""#),
        ("$parseInteger('abc', '0')", r#""NaN""#),
        ("null", "null"),
        ("6/3", "2"),
    ] {
        assert_eq!(
            evaluate(&format!("\"{{% {expression} %}}\"")).unwrap(),
            expected,
            "{expression}"
        );
    }
    assert!(evaluate("\"{% 1/0 + 1 %}\"").unwrap_err().contains("D1001"));
}

// The bounds measured in floci#2676.
#[test]
fn bounds_are_awss() {
    let sum = |terms: usize| format!("\"{{% {} %}}\"", vec!["1"; terms].join("+"));
    assert_eq!(evaluate(&sum(100)).unwrap(), "100");
    assert!(
        evaluate(&sum(101))
            .unwrap_err()
            .contains("evaluation: Stack overflow error")
    );
    let recursive =
        |n: u32| format!("\"{{% ($f := function($n){{$n = 0 ? 0 : 1 + $f($n - 1)}}; $f({n})) %}}\"");
    assert_eq!(evaluate(&recursive(31)).unwrap(), "31");
    assert!(evaluate(&recursive(32)).is_err());
    assert_eq!(evaluate("\"{% $count([1..873782]) %}\"").unwrap(), "873782");
    assert!(
        evaluate("\"{% $count([1..873783]) %}\"")
            .unwrap_err()
            .contains("memory limit exceeded")
    );
    assert!(
        evaluate("\"{% ($f := function(){$f()}; $f()) %}\"")
            .unwrap_err()
            .contains("timeout")
    );
}
