//! Broken text that keeps its tree.

use super::*;

/// Reads a text that may be broken.
fn mended(name: &str, text: &str) -> Parsed {
    let options = ParseOptions {
        mend: true,
        ..ParseOptions::default()
    };
    parse_with(Arc::new(SourceFile::new(name, text)), &options)
}

/// What is made of a text as compact JSON, a hole as `${}`; how many mistakes are told; where mistakes stand.
fn seen(name: &str, text: &str) -> (String, usize, Vec<String>) {
    let parsed = mended(name, text);
    let document = parsed
        .document
        .unwrap_or_else(|| panic!("{text}: {:?}", parsed.findings));
    let mut broken: Vec<String> = document.broken().map(NodeRef::location).collect();
    broken.sort();
    (
        document.root().to_value().to_json(),
        parsed.findings.len(),
        broken,
    )
}

#[test]
fn json_is_read_on_behind_a_mistake() {
    for (text, json, broken) in [
        // A value is missing.
        (r#"{"a": , "b": 1}"#, r#"{"a":"${}","b":1}"#, ""),
        (r#"{"a": {"x": }, "b": 1}"#, r#"{"a":{"x":"${}"},"b":1}"#, "/a"),
        (r#"{"a"}"#, r#"{"a":"${}"}"#, ""),
        (r#"{"a", "b": 1}"#, r#"{"a":"${}","b":1}"#, ""),
        (r#"{"a" "b": 1}"#, r#"{"a":"${}","b":1}"#, ""),
        (r#"{"a" 1}"#, r#"{"a":1}"#, ""),
        // Commas.
        ("{\"a\": 1\n \"b\": 2}", r#"{"a":1,"b":2}"#, ""),
        (r#"{"a": [1 2,, 3,]}"#, r#"{"a":[1,2,3]}"#, "/a"),
        (r#"{"a": {"b": 1,}, "c": 2}"#, r#"{"a":{"b":1},"c":2}"#, "/a"),
        // Keys.
        (r#"{a: 1, "b": {c: 2}}"#, r#"{"a":1,"b":{"c":2}}"#, ""),
        (r#"{'a': 1}"#, r#"{"a":1}"#, ""),
        (r#"{"a": 1, : 2}"#, r#"{"a":1,"":2}"#, ""),
        // Strings end with their lines.
        ("{\"a\": \"x,\n \"b\": \"y\"}", r#"{"a":"x","b":"y"}"#, ""),
        ("{\"a\": \"x\n}", r#"{"a":"x"}"#, ""),
        (r#"{"a": "x\q", "b": 1}"#, r#"{"a":"x\\q","b":1}"#, ""),
        // Brackets.
        (
            r#"{"a": {"b": [1, 2}, "c": 3}"#,
            r#"{"a":{"b":[1,2]},"c":3}"#,
            "/a",
        ),
        (r#"{"a": [1}, 2], "b": 3}"#, r#"{"a":[1,2],"b":3}"#, ""),
        (r#"{"a": 1], "b": 3}"#, r#"{"a":1,"b":3}"#, ""),
        (r#"{"a": {"b": 1"#, r#"{"a":{"b":1}}"#, "/a"),
        (r#"{"a": {"b": "#, r#"{"a":{"b":"${}"}}"#, "/a"),
        (r#"{"a": {"b"#, r#"{"a":{"b":"${}"}}"#, "/a"),
        // What is no JSON.
        (r#"{"a": True, "b": 1}"#, r#"{"a":"${}","b":1}"#, ""),
        (r#"{"a": 01, "b": 1.}"#, r#"{"a":"${}","b":"${}"}"#, ""),
        ("{\"a\": 1, // why\n \"b\": 2 /* so */}", r#"{"a":1,"b":2}"#, ""),
        ("{\"a\":\u{a0}1, \"b\": ${x}}", r#"{"a":1,"b":"${x}"}"#, ""),
    ] {
        let (read, mistakes, places) = seen("x.json", text);
        assert_eq!(read, json, "{text}");
        assert!(mistakes > 0, "{text}");
        // The outermost object is in the list where nothing else is said.
        if !broken.is_empty() {
            assert!(places.contains(&broken.to_owned()), "{text}: {places:?}");
        } else {
            assert!(places.contains(&String::new()), "{text}: {places:?}");
        }
    }
}

#[test]
fn indentation_tells_where_a_bracket_is_missing() {
    let whole = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\n      \"Type\": \"Choice\",\n      \"Choices\": [\n        {\n                           \"Next\": \"B\"\n        }\n      ]\n    },\n    \"B\": {\n      \"Type\": \"Succeed\"\n    }\n  }\n}\n";
    let json = json_of("x.json", whole);
    // What closes A, with its comma and without; and what closes the list in it.
    for (removed, left, broken, opener) in [
        ("    },\n", "", "/States/A", "{\n      \"Type\": \"C"),
        ("\n    },", ",", "/States/A", "{\n      \"Type\": \"C"),
        ("        }\n      ]\n    },\n", "", "/States/A", "{\n            "),
    ] {
        let text = whole.replacen(removed, left, 1);
        let (read, mistakes, places) = seen("x.json", &text);
        assert_eq!((read.as_str(), mistakes), (json.as_str(), 1), "{text}");
        assert!(places.contains(&broken.to_owned()), "{places:?}");
        let finding = &mended("x.json", &text).findings[0];
        assert_eq!(
            finding.span.start as usize,
            text.find(opener).unwrap(),
            "{finding:?}"
        );
    }
}

#[test]
fn a_mistake_is_told_once_and_another_one_as_well() {
    let messages = |text: &str| -> Vec<String> {
        let findings = mended("x.json", text).findings;
        findings
            .into_iter()
            .map(|finding| finding.label.unwrap_or(finding.message))
            .collect()
    };
    // Everything behind the missing quote would be wrong, too.
    let one = messages("{\"a\": \"x,\n \"b\": \"y\",\n \"c\": 1}");
    assert_eq!(one, ["This string is not closed on its line"]);
    let two = messages("{\"a\": ,\n \"b\": 1,\n \"c\": [1 2]}");
    assert_eq!(
        two,
        [
            "A value is missing after the colon",
            "a comma belongs here, before 2"
        ]
    );
    assert_eq!(
        messages(&format!("{{\"a\": [{}1]}}", "1 1 1, ".repeat(99))).len(),
        20
    );
}

#[test]
fn a_text_that_is_no_json_is_given_up_soon() {
    // Python's values on one line: each is a mistake.
    let text = format!("{{\"a\": [{}1]}}", "True, ".repeat(50_000));
    let (read, mistakes, _) = seen("x.json", &text);
    assert!(read.len() < 2_000 && mistakes == 1, "{mistakes}");
}

#[test]
fn yaml_is_read_without_the_lines_that_break_it() {
    for (text, json, broken) in [
        (
            "a:\n  b: 1\n  c\n  d: 2\ne: 3\n",
            r#"{"a":{"b":1,"d":2},"e":3}"#,
            "/a",
        ),
        (
            "a:\n  b: 1\n  c: x: y\ne: 3\n",
            r#"{"a":{"b":1,"c":"x y"},"e":3}"#,
            "/a",
        ),
        ("a:\n  b: [1, 2\ne: 3\n", r#"{"a":{"b":[1,2]},"e":3}"#, "/a"),
        (
            "a:\n  b: {x: [1, 2\n  c: 3\n  d: 4\n  e: 5\n  f: 6\n",
            r#"{"a":{"b":{"x":[1,2]},"c":3,"d":4,"e":5,"f":6}}"#,
            "/a",
        ),
        (
            "a:\n  b: \"x\n  c: \"y\"\n  d: 4\n",
            r#"{"a":{"b":"x","c":"y","d":4}}"#,
            "/a",
        ),
        ("a:\n  b: \"x\ne: 3\n", r#"{"a":{"b":"x"},"e":3}"#, "/a"),
        ("a: 1\n\tb: 2\nc: 3\n", r#"{"a":1,"b":2,"c":3}"#, ""),
        // A key that is being written, before others.
        ("a:\n  c\n  d: 2\ne: 3\n", r#"{"a":{"d":2},"e":3}"#, "/a"),
        ("c\nd: 2\n", r#"{"d":2}"#, ""),
        ("a:\n  - c\n    d: 2\n", r#"{"a":[{"d":2}]}"#, "/a[0]"),
        ("a: 1\n---\nb: 2\n", r#"{"a":1}"#, ""),
        ("a: %x\nb: 1\n", r#"{"a":"%x","b":1}"#, ""),
        ("a: {b: ${x}, c: %}\nb: {d: ${y}}\n", r#"{"b":{"d":"${y}"}}"#, ""),
    ] {
        let (read, mistakes, places) = seen("x.yaml", text);
        assert_eq!((read.as_str(), mistakes), (json, 1), "{text}");
        assert!(places.contains(&broken.to_owned()), "{text}: {places:?}");
    }
}

/// The names of the states of a scope that end before `end`, and of those in it.
fn states(node: NodeRef<'_>, end: usize, found: &mut Vec<String>) {
    if let Some(states) = node.get("States") {
        for member in states.members() {
            let state = node.document().node(member.value);
            if state.span().end as usize <= end {
                found.push(state.location());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    let children = node
        .members()
        .iter()
        .map(|member| node.document().node(member.value));
    children
        .chain(node.items())
        .for_each(|child| states(child, end, found));
}

#[test]
fn every_prefix_keeps_the_states_that_end_before_its_end() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("definition.asl.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let whole = read_as("x.json", &text).document.unwrap();
        for (end, _) in text.char_indices().skip(1).step_by(23) {
            let parsed = mended("x.json", &text[..end]);
            let document = parsed
                .document
                .unwrap_or_else(|| panic!("{path:?} up to {end}: {:?}", parsed.findings));
            let (mut expected, mut found) = (Vec::new(), Vec::new());
            states(whole.root(), end, &mut expected);
            states(document.root(), end, &mut found);
            for state in &expected {
                assert!(found.contains(state), "{path:?} up to {end}: {state}");
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

/// What the one fix of a text makes of it.
fn fixed(name: &str, text: &str) -> String {
    let findings = mended(name, text).findings;
    let fixes: Vec<_> = findings.iter().flat_map(|finding| &finding.fixes).collect();
    let [fix] = fixes[..] else {
        panic!("{text}: {findings:?}")
    };
    crate::definition::apply_edits(text, fix.edits.iter())
}

#[test]
fn a_value_that_no_plain_text_is_is_quoted() {
    for (value, quoted) in [
        ("{% $states.input.x %}", "\"{% $states.input.x %}\""),
        ("{% $a & \"b's\" %}", "'{% $a & \"b''s\" %}'"),
        ("{% $a +\n    $b %}", "\"{% $a +\n    $b %}\""),
        ("@home # why", "\"@home\" # why"),
    ] {
        for text in ["a:\n  b: \u{ab}\n  c: 1\n", "a:\n  b:\n  - \u{ab}\n  - 1\n"] {
            let broken = text.replace('\u{ab}', value);
            assert_eq!(
                fixed("x.yaml", &broken),
                text.replace('\u{ab}', quoted),
                "{broken}"
            );
        }
    }
    // Each of several.
    let text = "a: {% 1 %}\nb: {% 2 %}\nc: {% 3 %}\n";
    assert_eq!(fixed("x.yaml", text), text.replace("{% 1 %}", "\"{% 1 %}\""));
}

#[test]
fn what_is_no_json_is_written_as_json() {
    let around = |inside: &str| format!("{{\n  \"a\": 1,\n  {inside}\n  \"c\": {{\"d\": 1}}\n}}\n");
    for (written, meant) in [
        ("'b': '$.r',", "\"b\": \"$.r\","),
        ("\"b\": True,", "\"b\": true,"),
        ("\"b\": None,", "\"b\": null,"),
        ("\"b\": Done,", "\"b\": \"Done\","),
        ("b: 1,", "\"b\": 1,"),
        (
            "\"b\": [{\"x\": [1], \"y\": 2},",
            "\"b\": [{\"x\": [1], \"y\": 2}],",
        ),
    ] {
        assert_eq!(fixed("x.json", &around(written)), around(meant), "{written}");
    }
}
