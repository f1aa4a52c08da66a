//! Canonical forms, what must not be touched, and that meaning is kept whatever comes.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn formatted(name: &str, text: &str) -> Result<String, Unformattable> {
    format(&Arc::new(SourceFile::new(name, text)))
}

#[track_caller]
fn check(name: &str, text: &str, expected: &str) {
    let once = formatted(name, text).expect("the test's definition can be formatted");
    assert_eq!(once, expected);
    assert_eq!(formatted(name, &once).as_deref(), Ok(expected), "a second time");
}

#[test]
fn json_is_ordered_and_indented() {
    check(
        "t.asl.json",
        r#"{"States":{"B":{"Next":"A","Seconds":${wait},"Type":"Wait"}, "A": {"End": true,
            "Catch": [{"Next": "B", "ErrorEquals": ["States.ALL"]}], "Resource": "${Arn}",
            "Parameters": {"b": 1.50, "a": [1, {"Type": 1}], "\u0041": {}, "c": []}, "Type": "Task"}}, "StartAt": "B"}"#,
        r#"{
  "StartAt": "B",
  "States": {
    "B": {
      "Type": "Wait",
      "Seconds": ${wait},
      "Next": "A"
    },
    "A": {
      "Type": "Task",
      "Resource": "${Arn}",
      "Parameters": {
        "b": 1.50,
        "a": [
          1,
          {
            "Type": 1
          }
        ],
        "\u0041": {},
        "c": []
      },
      "Catch": [
        {
          "ErrorEquals": ["States.ALL"],
          "Next": "B"
        }
      ],
      "End": true
    }
  }
}
"#,
    );
}

#[test]
fn lists_that_are_too_wide_are_broken() {
    let long = "x".repeat(40);
    let text = format!(r#"{{"StartAt": "A", "States": {{}}, "Comment": ["{long}", "{long}"]}}"#);
    let expected = format!(
        "{{\n  \"Comment\": [\n    \"{long}\",\n    \"{long}\"\n  ],\n  \"StartAt\": \"A\",\n  \"States\": {{}}\n}}\n"
    );
    check("t.asl.json", &text, &expected);
}

const YAML: &str = "\
# About the file.

States:
    # Waits.
    Wait:
        Next:   Work   # then works
        # how long
        Seconds: ${wait}
        Type: Wait
            # deeper


    Work:
      End: true
      Catch:
      # the first
      - Next: Wait
        # which
        ErrorEquals: [States.ALL]
      -   ErrorEquals:
          - A
          - 'B'
          Next: Wait
      Parameters:
        z: |
            one
              two

            three
        a: \"folded
          text\"
      Type: Task
      Resource: !Sub arn:${x}
      # after the last
# at the end of the states
StartAt: Wait
# the end
";

#[test]
fn yaml_is_moved_with_its_comments() {
    check(
        "t.asl.yaml",
        YAML,
        "\
# About the file.

# at the end of the states
StartAt: Wait
States:
  # Waits.
  Wait:
    Type: Wait
        # deeper
    # how long
    Seconds: ${wait}
    Next:   Work   # then works

  Work:
    Type: Task
    Resource: !Sub arn:${x}
    Parameters:
      z: |
          one
            two

          three
      a: \"folded
        text\"
    Catch:
      # the first
      # which
      - ErrorEquals: [States.ALL]
        Next: Wait
      - ErrorEquals:
          - A
          - 'B'
        Next: Wait
    End: true
    # after the last
# the end
",
    );
}

#[test]
fn anchors_and_merges_stay_where_they_mean_the_same() {
    check(
        "t.asl.yaml",
        "States:\n A: &a\n  Type: Pass\n  End: true\n B:\n  Comment: b\n  <<: *a\nStartAt: A\n",
        "StartAt: A\nStates:\n  A: &a\n    Type: Pass\n    End: true\n  B:\n    <<: *a\n    Comment: b\n",
    );
    // What means an anchor further up stays below it; all else takes its place.
    check(
        "t.asl.yaml",
        "States:\n  A: {Type: Pass, End: true, Comment: &c x}\nComment: *c\nStartAt: A\n",
        "StartAt: A\nStates:\n  A: {Type: Pass, End: true, Comment: &c x}\nComment: *c\n",
    );
    check(
        "t.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    End: true\n    Catch: &c\n      - ErrorEquals: [States.ALL]\n        Next: B\n    Retry: []\n    \
         Assign: {x: *c}\n    Type: Task\n",
        "StartAt: A\nStates:\n  A:\n    Type: Task\n    Retry: []\n    Catch: &c\n      - ErrorEquals: [States.ALL]\n        Next: B\n    \
         Assign: {x: *c}\n    End: true\n",
    );
}

#[test]
fn placeholders_in_braces_stay_as_they_are() {
    check(
        "t.asl.yaml",
        "States:\n  A: {Type: Wait, Seconds: ${wait}, End: true}\n  B:\n   Arguments: [${a}, {b: ${b.c}}]\n   Type: Task\n\
         StartAt: ${first}\n",
        "StartAt: ${first}\nStates:\n  A: {Type: Wait, Seconds: ${wait}, End: true}\n  B:\n    Type: Task\n    \
         Arguments: [${a}, {b: ${b.c}}]\n",
    );
}

#[test]
fn what_cannot_be_moved_is_said() {
    for (text, words) in [
        ("{\"a\": 1}", "not a definition"),
        ("{\"StartAt\": ", "end-of-input"),
        ("{\"StartAt\": \"A\"} {}", "ends before this"),
        ("? StartAt\n: A\nStates: {}\n", "one line"),
        (
            "StartAt: A\nStates: # states\n  &a\n  A: {Type: Pass}\n",
            "on lines of its own",
        ),
    ] {
        let error = formatted("t", text).expect_err("it must be refused");
        assert!(error.message.to_lowercase().contains(words), "{text}: {error:?}");
    }
}

#[test]
fn line_ends_are_kept() {
    assert_eq!(
        formatted("t.json", "{\"States\": {},\r\n\"StartAt\": \"A\"}\r\n").as_deref(),
        Ok("{\r\n  \"StartAt\": \"A\",\r\n  \"States\": {}\r\n}\r\n")
    );
    assert_eq!(
        formatted("t.yaml", "States: {}\r\nStartAt: A\r\n").as_deref(),
        Ok("StartAt: A\r\nStates: {}\r\n")
    );
}

/// A value as text in either language.
#[derive(Debug, Clone)]
enum Tree {
    Scalar(&'static str),
    List(Vec<Tree>),
    Object(Vec<(&'static str, Tree)>),
}

const KEYS: [&str; 22] = [
    "Type",
    "Next",
    "End",
    "States",
    "StartAt",
    "Retry",
    "Catch",
    "Choices",
    "ErrorEquals",
    "Parameters",
    "Branches",
    "ItemProcessor",
    "Comment",
    "Resource",
    "ResultPath",
    "Default",
    "And",
    "Variable",
    "Seconds",
    "other",
    "a.$",
    "A b",
];

const TWO_LINES: &str = "\"\\u00e9\\n - x\"";

const SCALARS: [&str; 13] = [
    "\"Task\"",
    "\"Map\"",
    "\"Choice\"",
    "true",
    "null",
    "-0.50",
    "1e3",
    "12345678901234567890",
    "\"# no comment\"",
    "\"a: b\"",
    TWO_LINES,
    "\"\"",
    "\"${x}\"",
];

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop::sample::select(&SCALARS[..]).prop_map(Tree::Scalar);
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            3 => object(inner),
        ]
    })
}

fn object(inner: impl Strategy<Value = Tree>) -> impl Strategy<Value = Tree> {
    (
        prop::sample::subsequence(&KEYS[..], 0..7).prop_shuffle(),
        prop::collection::vec(inner, 7),
    )
        .prop_map(|(keys, values)| Tree::Object(keys.into_iter().zip(values).collect()))
}

fn definition() -> impl Strategy<Value = Tree> {
    let pairs = (
        prop::sample::subsequence(&KEYS[..], 1..8).prop_shuffle(),
        prop::collection::vec(tree(), 8),
    );
    pairs.prop_map(|(mut keys, values)| {
        if !keys.contains(&"States") {
            keys.push("States");
        }
        Tree::Object(keys.into_iter().zip(values).collect())
    })
}

type Dice<'d> = &'d mut dyn FnMut(u32) -> u32;

/// JSON with the white space that `dice` throws.
fn to_json(tree: &Tree, dice: Dice<'_>, out: &mut String) {
    const SPACE: [&str; 4] = ["", " ", "\n", "\t \r\n"];
    match tree {
        Tree::Scalar(text) => out.push_str(text),
        Tree::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(SPACE[dice(4) as usize]);
                to_json(item, dice, out);
            }
            out.push(']');
        }
        Tree::Object(members) => {
            out.push('{');
            for (i, (key, value)) in members.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(SPACE[dice(4) as usize]);
                out.push_str(&format!("\"{key}\":"));
                // YAML wants it.
                out.push(' ');
                to_json(value, dice, out);
            }
            out.push('}');
        }
    }
}

/// YAML in the style that `dice` throws: steps of indentation, braces, comments, empty lines, blocks of text.
fn to_yaml(tree: &Tree, column: usize, dice: Dice<'_>, out: &mut String) {
    let pad = " ".repeat(column);
    match tree {
        Tree::Scalar(text) => out.push_str(&format!("{pad}{text}\n")),
        Tree::List(items) => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    noise(column, dice, out);
                }
                out.push_str(&format!("{pad}-"));
                yaml_value(item, column, true, dice, out);
            }
        }
        Tree::Object(members) => {
            for (i, (key, member)) in members.iter().enumerate() {
                if i > 0 {
                    noise(column, dice, out);
                }
                out.push_str(&format!("{pad}{key}:"));
                yaml_value(member, column, false, dice, out);
            }
        }
    }
}

fn yaml_value(value: &Tree, column: usize, dash: bool, dice: Dice<'_>, out: &mut String) {
    const LINE_END: [&str; 3] = ["\n", " # end of line\n", "  \n"];
    let empty = match value {
        Tree::Scalar(_) => false,
        Tree::List(items) => items.is_empty(),
        Tree::Object(members) => members.is_empty(),
    };
    match value {
        Tree::Scalar(TWO_LINES) if dice(2) == 0 => {
            let pad = " ".repeat(column + 1 + dice(3) as usize);
            out.push_str(&format!(" |-\n{pad}\u{e9}\n{pad} - x\n"));
        }
        Tree::Scalar(text) => {
            out.push_str(&format!(" {text}"));
            out.push_str(LINE_END[dice(3) as usize]);
        }
        flow if empty || dice(5) == 0 => {
            out.push(' ');
            to_json(flow, &mut |_| 0, out);
            out.push_str(LINE_END[dice(3) as usize]);
        }
        block => {
            let step = dice(3) as usize + 1;
            if dash && dice(2) == 0 {
                // Compact: the first key or dash on the line of this dash.
                out.push_str(&" ".repeat(step));
                let mut inner = String::new();
                to_yaml(block, column + 1 + step, dice, &mut inner);
                out.push_str(inner.trim_start());
            } else {
                out.push_str(LINE_END[dice(3) as usize]);
                let indentless = matches!(block, Tree::List(_)) && !dash && dice(2) == 0;
                to_yaml(block, if indentless { column } else { column + step }, dice, out);
            }
        }
    }
}

/// Empty lines and comments, in the column of the parts or deeper.
fn noise(column: usize, dice: Dice<'_>, out: &mut String) {
    for _ in 0..dice(3) {
        match dice(4) {
            0 => out.push('\n'),
            1 => out.push_str(&format!("{}# c: [x\n", " ".repeat(column))),
            2 => out.push_str(&format!("{}  # deep\n", " ".repeat(column))),
            _ => {}
        }
    }
}

fn comments(text: &str) -> [usize; 3] {
    ["# c: [x", "# deep", "# end of line"].map(|comment| text.matches(comment).count())
}

/// Meaning and comments are kept, and a second time changes nothing.
fn holds(name: &str, text: &str) -> Result<(), TestCaseError> {
    let parse =
        |text: &str| parse_with(Arc::new(SourceFile::new(name, text)), &ParseOptions::default()).document;
    let Some(before) = parse(text) else {
        return Err(TestCaseError::fail(format!("the test's text is broken:\n{text}")));
    };
    let once = match formatted(name, text) {
        Ok(once) => once,
        Err(error) => return Err(TestCaseError::fail(format!("{error:?}\n{text}"))),
    };
    let after = parse(&once);
    prop_assert!(
        after.is_some_and(|after| same(before.root(), after.root())),
        "{text}\n=>\n{once}"
    );
    prop_assert_eq!(comments(text), comments(&once), "{}\n=>\n{}", text, &once);
    let twice = formatted(name, &once);
    prop_assert_eq!(twice.as_ref(), Ok(&once), "{}", text);
    Ok(())
}

fn dice(seed: u64) -> impl FnMut(u32) -> u32 {
    let mut state = seed;
    move |sides| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % sides
    }
}

/// A Task whose fields stand in any order, with anchors, aliases to what stands above them, and placeholders.
fn to_anchored_yaml(dice: Dice<'_>) -> String {
    let mut fields = vec![
        "Type",
        "Comment",
        "Parameters",
        "ResultSelector",
        "ResultPath",
        "Assign",
        "Retry",
        "Catch",
        "Next",
        "TimeoutSeconds",
        "Resource",
    ];
    let mut text = String::from("States:\n  A:\n");
    let mut anchors = 0;
    while !fields.is_empty() {
        let field = fields.swap_remove(dice(fields.len() as u32) as usize);
        let value = match dice(5) {
            0 | 1 => {
                anchors += 1;
                ["&a{} x", "&a{}\n      b: [1, 2]\n      c: d", "{p: &a{} [${q}]}"][dice(3) as usize]
                    .replace("{}", &anchors.to_string())
            }
            2 | 3 if anchors > 0 => {
                let name = dice(anchors) + 1;
                ["*a{}", "{p: [*a{} , y]}", "\n      - *a{}"][dice(3) as usize]
                    .replace("{}", &name.to_string())
            }
            _ => "${later}".to_owned(),
        };
        text.push_str(&format!("    {field}: {value}\n"));
    }
    text.push_str("StartAt: A\n");
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn anchors_keep_their_meaning(seed in any::<u64>()) {
        holds("t.yaml", &to_anchored_yaml(&mut dice(seed)))?;
    }

    #[test]
    fn json_keeps_its_meaning(tree in definition(), seed in any::<u64>()) {
        let mut text = String::new();
        to_json(&tree, &mut dice(seed), &mut text);
        holds("t.json", &text)?;
    }

    #[test]
    fn yaml_keeps_its_meaning_and_comments(tree in definition(), seed in any::<u64>()) {
        let mut text = String::new();
        to_yaml(&tree, 0, &mut dice(seed), &mut text);
        holds("t.yaml", &text)?;
    }
}

#[test]
fn every_fixture_can_be_formatted() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    let mut count = 0;
    for workflow in std::fs::read_dir(folder)
        .expect("the fixtures are there")
        .flatten()
    {
        for file in std::fs::read_dir(workflow.path()).into_iter().flatten().flatten() {
            let name = file.path().display().to_string();
            if name.contains("definition.") {
                let text = std::fs::read_to_string(file.path()).expect("a fixture is text");
                holds(&name, &text).expect(&name);
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count}");
}
