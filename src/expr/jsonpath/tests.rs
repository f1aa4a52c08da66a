//! Expected values are worked out from Jayway's rules and AWS's answers, never taken from output.

use serde_json::json;

use super::path::MAX_LENGTH;
use super::*;
use crate::value::Value;

fn value(json: serde_json::Value) -> Value {
    Value::from(&json)
}

fn get(path: &str, document: serde_json::Value) -> Result<Option<Value>, PathError> {
    Path::parse(path).expect(path).apply(&value(document))
}

fn assert_gives(path: &str, document: serde_json::Value, expected: serde_json::Value) {
    assert_eq!(get(path, document), Ok(Some(value(expected))), "{path}");
}

#[test]
fn definite_paths_give_the_value_itself() {
    let document = json!({"a": {"b-c": [1, {"x y": null}]}, "list.length()": 3, "": 9});
    for (path, expected) in [
        ("$", document.clone()),
        ("$.a.b-c[0]", json!(1)),
        ("$.a.b-c[-1]", json!({"x y": null})),
        ("$['a'][\"b-c\"][ 1 ]['x y']", json!(null)),
        ("$.a['b-c'][1]", json!({"x y": null})),
        ("$.a.['b-c'][0]", json!(1)),
        ("$['list.length()']", json!(3)),
        ("$.a.b-c[(@.length-2)]", json!(1)),
        ("$.a.b-c[( @.size() - 1 )]['x y']", json!(null)),
        ("$['']", json!(9)),
        (" $.a.b-c[0] ", json!(1)),
    ] {
        assert_gives(path, document.clone(), expected);
    }
}

#[test]
fn what_a_path_finds_is_shared() {
    let document = value(json!({"a": [{"big": [1, 2, 3]}]}));
    let found = Path::parse("$.a[0].big").expect("a path").apply(&document);
    let (Ok(Some(Value::Array(found))), Some(Value::Array(a))) = (found, document.get("a")) else {
        panic!("both are arrays");
    };
    let Some(Value::Array(big)) = a[0].get("big") else {
        panic!("it is an array");
    };
    assert!(std::sync::Arc::ptr_eq(&found, big));
}

#[test]
fn several_names_give_one_object() {
    let document = json!({"a": 1, "b": 2, "c": 3});
    assert_gives("$['a', 'c', 'nope']", document.clone(), json!({"a": 1, "c": 3}));
    assert_eq!(
        get("$['a', 'b'].v", document),
        Err(PathError::Invalid(
            "Multi properties can only be used as path leafs: $['a', 'b']".into()
        ))
    );
}

#[test]
fn what_is_missing_is_told_in_jayways_words() {
    let not_found = |text: &str| Err(PathError::NotFound(text.into()));
    let document = json!({"a": {"b": 1}, "list": [1], "nul": null});
    for (path, text) in [
        ("$.x", "No results for path: $['x']"),
        ("$.a.x", "No results for path: $['a']['x']"),
        ("$.x.y.z", "Missing property in path $['x']"),
        (
            "$.list.length()",
            "Property ['length()'] not found in path $['list']",
        ),
        ("$.list[0].x", "Property ['x'] not found in path $['list'][0]"),
        ("$.nul[0]", "The path $['nul'] is null"),
        ("$.list[3].x", "Property ['x'] not found in path $['list'][3]"),
    ] {
        assert_eq!(get(path, document.clone()), not_found(text), "{path}");
    }
    assert_eq!(
        get("$.a.b[0]", document.clone()),
        Err(PathError::Invalid(
            "Filter: [0] can only be applied to arrays. Current context is: 1".into()
        ))
    );
    // Past the end is neither a value nor an error.
    assert_eq!(get("$.list[1]", document.clone()), Ok(None));
    assert_eq!(get("$.list[-2]", document), Ok(None));
    assert_eq!(get("$", json!(null)), Err(PathError::NullInput));
}

#[test]
fn indefinite_paths_give_lists() {
    let document = json!({"items": [{"v": 1}, {"w": 2}, {"v": 3}, 4], "o": {"p": 1, "q": 2}});
    for (path, expected) in [
        ("$.items[*].v", json!([1, 3])),
        ("$.items.*.v", json!([1, 3])),
        ("$.items[1:3]", json!([{"w": 2}, {"v": 3}])),
        ("$.items[-2:]", json!([{"v": 3}, 4])),
        ("$.items[:1].v", json!([1])),
        ("$.items[:-3]", json!([{"v": 1}])),
        ("$.items[3:1]", json!([])),
        ("$.items[0, 3]", json!([{"v": 1}, 4])),
        ("$.o.*", json!([1, 2])),
        ("$.o[0,1]", json!([])),
        // Missing before the list: still a list.
        ("$.nope.items[1:5].v", json!([])),
        ("$.items[0].v.x[*]", json!([])),
        ("$..v", json!([1, 3])),
        ("$..[0]", json!([{"v": 1}])),
    ] {
        assert_gives(path, document.clone(), expected);
    }
}

#[test]
fn deep_scans_meet_outer_values_first() {
    let document = json!({"d": {"x": {"a": [1, 2]}, "a": 0}});
    assert_gives("$.d..a", document.clone(), json!([0, [1, 2]]));
    assert_gives("$.d..a[*]", document.clone(), json!([1, 2]));
    assert_gives("$.d.x..*", document, json!([[1, 2], 1, 2]));
}

#[test]
fn filters() {
    let document = json!({
        "limit": 10,
        "list": [
            {"n": "a", "v": 5, "tags": ["x", "y"], "keep": true},
            {"n": "b", "v": 10, "tags": [], "keep": false},
            {"n": "Ab'c", "v": 15.0, "other": null}
        ]
    });
    for (filter, expected) in [
        ("@.keep", json!(["a", "b"])),
        ("@.other", json!(["Ab'c"])),
        ("!@.keep", json!(["Ab'c"])),
        ("@.keep == true", json!(["a"])),
        ("@.v == 15", json!(["Ab'c"])),
        ("@.v == '5'", json!(["a"])),
        ("@.v > 5 && @.v<=15", json!(["b", "Ab'c"])),
        ("@.v < 10 || @['n'] == 'b'", json!(["a", "b"])),
        ("(@.v == 5 || @.v == 10) && @.keep == false", json!(["b"])),
        ("@.v >= $.limit", json!(["b", "Ab'c"])),
        ("@.keep != true", json!(["b", "Ab'c"])),
        ("@.other == null", json!(["Ab'c"])),
        ("@.n =~ /a.*/i", json!(["a", "Ab'c"])),
        ("@.n =~ /a/", json!(["a"])),
        ("@.n in ['b', \"a\"]", json!(["a", "b"])),
        ("@.n nin ['b']", json!(["a", "Ab'c"])),
        ("@.n == 'Ab\\'c'", json!(["Ab'c"])),
        ("@.tags contains 'x'", json!(["a"])),
        ("@.tags all ['x','y']", json!(["a"])),
        ("@.tags subsetof ['x','y','z']", json!(["a", "b"])),
        ("@.tags anyof ['y']", json!(["a"])),
        ("@.tags noneof ['y']", json!(["b"])),
        ("@.tags size 2", json!(["a"])),
        ("@.tags empty true", json!(["b"])),
        ("@.tags[0] == 'x'", json!(["a"])),
        ("@.n < 'a'", json!(["Ab'c"])),
        // A text without quotes.
        ("@.n==b", json!(["b"])),
        ("@.n != Some_word && @.keep == true", json!(["a"])),
        // Values of two types have no order.
        ("@.n > 1", json!([])),
    ] {
        assert_gives(&format!("$.list[?({filter})].n"), document.clone(), expected);
    }
    assert_gives("$..[?(@.v == 10)].n", document, json!(["b"]));
    // AWS's own example [Using JSONPath paths], and what it says about scalars.
    let document = json!({"bar": ["a", "b", "c"], "jar": [{"a": 1}, {"a": 5}, {"a": 2}, {"a": 7}, {"a": 3}]});
    assert_gives(
        "$.jar[?(@.a >= 5)]",
        document.clone(),
        json!([{"a": 5}, {"a": 7}]),
    );
    assert_gives("$.bar[?(@ == 'a')]", document.clone(), json!([]));
    assert_gives("$.bar[?(@.x != 1)]", document, json!([]));
}

#[test]
fn broken_paths_say_where() {
    use ParseErrorKind as Kind;
    for (path, kind, from, to) in [
        ("", Kind::NoRoot, 0, 0),
        (" ", Kind::NoRoot, 0, 0),
        ("a.b", Kind::NoRoot, 0, 1),
        ("$-a", Kind::NoStep, 1, 2),
        ("$.", Kind::EndsWithDot, 1, 2),
        ("$.a..", Kind::EndsWithDot, 3, 5),
        ("$...a", Kind::NoName, 3, 4),
        ("$.a b", Kind::BlankInName, 3, 4),
        ("$.a[", Kind::Unclosed, 3, 4),
        ("$.a[0", Kind::Unclosed, 3, 4),
        ("$['a]", Kind::UnclosedQuote, 2, 3),
        ("$['a' 'b']", Kind::NoComma, 6, 7),
        ("$[]", Kind::BadBrackets, 2, 3),
        ("$[a]", Kind::BadBrackets, 2, 3),
        ("$[0,]", Kind::BadIndex, 2, 4),
        ("$[99999999999]", Kind::BadIndex, 2, 13),
        ("$[:]", Kind::BadSlice, 2, 3),
        ("$[0:2:1]", Kind::BadSlice, 2, 7),
        ("$[(@.count-1)]", Kind::BadBrackets, 2, 13),
        ("$[(@.length)]", Kind::BadBrackets, 2, 12),
        ("$[?@.a]", Kind::BadFilter, 3, 4),
        ("$[?(@.a == )]", Kind::BadOperand, 11, 12),
        ("$[?(@.a ~ 1)]", Kind::BadOperator, 8, 9),
        ("$[?(@.a =~ /(/)]", Kind::BadPattern, 11, 14),
    ] {
        let error = Path::parse(path).expect_err(path);
        assert_eq!(
            (error.kind, error.span),
            (kind, crate::diagnostics::Span::new(from, to)),
            "{path}"
        );
    }
    let deep = format!("$[?{}@.a{}]", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(
        Path::parse(&deep).map(drop).map_err(|e| e.kind),
        Err(Kind::TooDeep)
    );
    let long = format!("$.{}", "a".repeat(MAX_LENGTH));
    assert_eq!(
        Path::parse(&long).map(drop).map_err(|e| e.kind),
        Err(Kind::TooLong)
    );
}

#[test]
fn roots() {
    for (path, root, steps) in [
        ("$", Root::Input, 0),
        ("$$", Root::Context, 0),
        ("$$.Execution.Id", Root::Context, 2),
        ("$name", Root::Variable("name".into()), 0),
        ("$größe_2.a[0]", Root::Variable("größe_2".into()), 2),
        ("$[0]", Root::Input, 1),
    ] {
        let parsed = Path::parse(path).expect(path);
        assert_eq!((parsed.root(), parsed.steps().len()), (&root, steps), "{path}");
    }
}

#[test]
fn reference_paths_write() {
    for (path, input, expected) in [
        ("$", json!({"a": 1}), json!("r")),
        ("$.b", json!({"a": 1}), json!({"a": 1, "b": "r"})),
        ("$.a", json!({"a": 1, "z": 2}), json!({"a": "r", "z": 2})),
        ("$.a.b['c d']", json!({}), json!({"a": {"b": {"c d": "r"}}})),
        ("$.a[1]", json!({"a": [1, 2]}), json!({"a": [1, "r"]})),
        ("$.a.b", json!({"a": null}), json!({"a": {"b": "r"}})),
    ] {
        let reference = ReferencePath::parse(path).expect(path);
        assert_eq!(
            reference.write(&value(input), Value::from("r")),
            Ok(value(expected)),
            "{path}"
        );
    }
    let conflict = ReferencePath::parse("$.someTaskResult").expect("a reference path");
    assert_eq!(
        conflict.write(&Value::from("input1"), Value::from(1)),
        Err("Unable to apply ReferencePath $.someTaskResult to input \"input1\"".into())
    );
    for (path, input) in [
        ("$.a.b", json!({"a": 1})),
        ("$.a[2]", json!({"a": [1, 2]})),
        ("$[0]", json!({})),
    ] {
        let reference = ReferencePath::parse(path).expect(path);
        assert!(reference.write(&value(input), Value::Null).is_err(), "{path}");
    }
}

#[test]
fn writing_leaves_the_input_and_shares_what_it_does_not_touch() {
    let input = value(json!({"big": {"x": 1}, "a": {"old": 1}}));
    let output = ReferencePath::parse("$.a.new")
        .expect("a reference path")
        .write(&input, Value::from(2))
        .expect("it fits");
    assert_eq!(input, value(json!({"big": {"x": 1}, "a": {"old": 1}})));
    assert_eq!(output, value(json!({"big": {"x": 1}, "a": {"old": 1, "new": 2}})));
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (input.get("big"), output.get("big"))
    else {
        panic!("both have it");
    };
    assert!(std::sync::Arc::ptr_eq(before, after));
}

/// Scans in a row look at a value once for each way to it: 60 levels and 40 scans have more ways than can be walked.
#[test]
fn a_path_that_looks_at_too_much_ends() {
    let mut deep = json!(1);
    for _ in 0..60 {
        deep = json!({"a": deep});
    }
    let path = Path::parse(&format!("${}", "..*".repeat(40))).expect("a path");
    let error = path.apply(&value(deep.clone())).expect_err("it ends");
    assert!(error.to_string().contains("more than 5000000 values"), "{error}");
    // One scan looks at each value once.
    let found = Path::parse("$..*").expect("a path").apply(&value(deep));
    assert_eq!(
        found.expect("a list").expect("a list").as_array().map(<[_]>::len),
        Some(60)
    );
}

#[test]
fn what_is_no_reference_path() {
    for (path, text) in [
        ("a.b", "Reference path didn't start with '$'"),
        ("$.a[*]", "'[*]' may lead to more than one place"),
        ("$..a", "'..' may lead to more than one place"),
        ("$.a[0:1].b", "'[0:1]' may lead to more than one place"),
        ("$.a[?(@.b)]", "'[?(@.b)]' may lead to more than one place"),
        ("$$.a", "the path must begin at the state's input, '$'"),
        ("$x.a", "the path must begin at the state's input, '$'"),
    ] {
        let error = ReferencePath::parse(path).expect_err(path);
        assert_eq!(error.to_string(), text, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\$?[$.@?\\[\\]()'\"*:,0-9a-c =~/<>&|!\\\\é-]{0,40}") {
        if let Ok(path) = Path::parse(&text) {
            let _ = path.apply(&value(json!({"a": [1, {"b": "c"}], "b": null})));
            proptest::prop_assert!(path.steps().iter().all(|s| text.get(s.span.range()).is_some()));
        }
    }

    #[test]
    fn nor_does_any_unicode(text in "\\PC{0,60}") {
        if let Err(error) = Path::parse(&text) {
            proptest::prop_assert!(text.get(error.span.range()).is_some(), "{error:?} cuts a character");
        }
        if let Err(error) = ReferencePath::parse(&text) {
            proptest::prop_assert!(text.get(error.span.range()).is_some(), "{error:?} cuts a character");
        }
    }
}
