//! Parts that are known only when the definition is deployed: another expression is a difference, the same one is none.

use std::sync::Arc;

use crate::definition::Definition;
use crate::diff::Class;
use crate::source::{ParseOptions, SourceFile};

/// The changes between the one machine of two files, in words.
fn between(name: &str, old: &str, new: &str) -> Vec<String> {
    let read = |text: &str| {
        let file = Arc::new(SourceFile::new(name, text));
        let mut all = Definition::all_in_file(file, &ParseOptions::default());
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    };
    let (old, new) = (read(old), read(new));
    assert!(
        old.machine().is_some() && new.machine().is_some(),
        "{:?}",
        new.text_error()
    );
    let changes = old.changes(&new);
    assert!(
        changes.iter().all(|change| change.class == Class::Behavioural),
        "{changes:?}"
    );
    changes
        .iter()
        .map(|change| format!("{}: {}", change.state.as_deref().unwrap_or("-"), change.message))
        .collect()
}

/// What changes where the text `old` in the definition becomes `new`; one part of either is said as one line.
fn changed(name: &str, definition: &str, old: &str, new: &str) -> String {
    let with = |part: &str| definition.replace("WHAT", part);
    let same = between(name, &with(old), &with(old));
    assert_eq!(same, Vec::<String>::new(), "{old}");
    let forth = between(name, &with(old), &with(new));
    let back = between(name, &with(new), &with(old));
    assert_eq!(
        (forth.len(), back.len()),
        (1, 1),
        "{forth:?} {back:?} {definition}"
    );
    forth[0].clone()
}

const TEMPLATE: &str = "\
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
";

fn template(states: &str) -> String {
    let states: Vec<String> = states.lines().map(|line| format!("          {line}")).collect();
    format!(
        "{TEMPLATE}{}\n          B: {{Type: Succeed}}\n          C: {{Type: Succeed}}\n",
        states.join("\n")
    )
}

#[test]
fn another_function_of_a_template_is_a_difference_wherever_it_stands() {
    let (old, new) = ("!If [c, B, !Ref X]", "!If [c, !Ref X, B]");
    let arrow = "${If [c, B, X]} -> ${If [c, X, B]}";
    let quoted = arrow.replace(" -> ", "\" -> \"");
    let instead = "'${If [c, X, B]}' instead of '${If [c, B, X]}'";
    let may = "(may be equal once deployed)";
    for (states, expected) in [
        (
            "A: {Type: Pass, Next: WHAT}",
            format!("A: continues to {instead} {may}"),
        ),
        (
            "A: {Type: Pass, Next: B, Result: WHAT}",
            format!("A: Result \"{}\" {may}", quoted),
        ),
        ("A: WHAT", format!("A: state \"{}\" {may}", quoted)),
        ("A: {Type: WHAT, Next: B}", format!("A: type {arrow} {may}")),
        (
            "A: {Type: Pass, End: WHAT}",
            format!("A: End \"{}\" {may}", quoted),
        ),
        (
            "A: {Type: Pass, QueryLanguage: WHAT, End: true}",
            format!("A: QueryLanguage \"{}\" {may}", quoted),
        ),
        (
            "A: {Type: Choice, Choices: [{Variable: $.x, IsNull: true, Next: B}], Default: WHAT}",
            format!("A: defaults to {instead} {may}"),
        ),
        (
            "A: {Type: Choice, Choices: [{Variable: $.x, IsNull: true, Next: WHAT}]}",
            format!("A: when $.x IsNull true, goes to {instead} {may}"),
        ),
        (
            "A: {Type: Parallel, Branches: [WHAT], Next: B}",
            format!("A: Branches[0] \"{}\" {may}", quoted),
        ),
        (
            "A: {Type: Map, ItemProcessor: WHAT, Next: B}",
            format!("A: ItemProcessor \"{}\" {may}", quoted),
        ),
        (
            "A: {Type: Map, ItemProcessor: {StartAt: I, States: WHAT}, Next: B}",
            format!("A: States \"{}\" {may}", quoted),
        ),
        (
            "A: {Type: Map, ItemProcessor: {ProcessorConfig: WHAT, StartAt: I, States: {I: {Type: Succeed}}}, Next: B}",
            format!("A: ProcessorConfig \"{}\" {may}", quoted),
        ),
    ] {
        assert_eq!(
            changed("t.yaml", &template(states), old, new),
            expected,
            "{states}"
        );
    }
    // Where what is said of it is longer than one value.
    for states in [
        "A: {Type: Choice, Choices: WHAT, Default: B}",
        "A: {Type: Choice, Choices: [WHAT], Default: B}",
        "A: {Type: Choice, Choices: [{Variable: $.x, StringEquals: WHAT, Next: B}]}",
        "A: {Type: Choice, Choices: [{Variable: WHAT, StringEquals: x, Next: B}]}",
        "A: {Type: Task, Resource: r, Retry: WHAT, Next: B}",
        "A: {Type: Task, Resource: r, Catch: [WHAT], Next: B}",
        "A: {Type: Task, Resource: r, Catch: [{ErrorEquals: [WHAT], Next: B}], Next: B}",
        "A: {Type: Task, Resource: r, Catch: [{ErrorEquals: [X], Next: WHAT}], Next: B}",
        "A: {Type: Task, Resource: !Sub ['r:${x}', {x: WHAT}], Next: B}",
        "A: {Type: Task, Resource: !Join [':', [r, WHAT]], Next: B}",
        "A: {Type: Pass, Next: B, Parameters: {a: [1, {b: WHAT}]}}",
        "A: {Type: Pass, Next: B, Fn::Transform: {Name: Mine, Parameters: {x: WHAT}}}",
        "A: {Type: Pass, Next: B, Parameters: {a: 1, Fn::Transform: {Name: WHAT}}}",
        "A: {Type: Task, Resource: r, Next: B, Retry: [{ErrorEquals: [X], Fn::Transform: {Name: WHAT}}]}",
        "A: {Type: Pass, Next: B}\nFn::Transform: {Name: WHAT}",
    ] {
        let told = changed("t.yaml", &template(states), old, new);
        assert!(
            told.contains("If [c, X, B]") && told.contains("If [c, B, X]"),
            "{states} {told}"
        );
    }
}

#[test]
fn the_same_function_is_the_same_in_json_and_in_another_spelling() {
    let yaml = template("A: {Type: Pass, Next: !If [c, B, !GetAtt X.Arn]}");
    let long = template("A: {Type: Pass, Next: {Fn::If: [c, B, {Fn::GetAtt: [X, Arn]}]}}");
    assert_eq!(between("t.yaml", &yaml, &long), Vec::<String>::new());
    // What a call gives is its value wherever that is written.
    let given = template("A: {Type: Task, Resource: !Sub ['${a}:${b}', {a: x, b: !Ref Q}], Next: B}");
    let written = template("A: {Type: Task, Resource: !Sub 'x:${Q}', Next: B}");
    assert_eq!(between("t.yaml", &given, &written), Vec::<String>::new());
}

#[test]
fn what_differs_beside_the_unknown_part_is_certain() {
    let task = |resource: &str| template(&format!("A: {{Type: Task, Resource: {resource}, Next: B}}"));
    let told = between("t.yaml", &task("!Sub 'a:${X}'"), &task("!Sub 'b:${X}'"));
    assert_eq!(told, ["A: resource a:${X} -> b:${X}"]);
    let told = between("t.yaml", &task("!Sub 'a:${X}'"), &task("a:b"));
    assert_eq!(told, ["A: resource a:${X} -> a:b (may be equal once deployed)"]);
}

#[test]
fn parts_of_a_text_are_told_apart() {
    let text = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: ";
    let joined = format!(
        "{text}!Join ['', ['{{\"StartAt\":\"A\",\"States\":{{\"A\":{{\"Type\":\"Task\",\"Resource\":\"', WHAT, '\",\"End\":true}}}}}}']]\n"
    );
    let told = changed("t.yaml", &joined, "!If [c, X, Y]", "!If [c, Y, X]");
    assert_eq!(
        told,
        "A: resource ${If [c, X, Y]} -> ${If [c, Y, X]} (may be equal once deployed)"
    );
    let filled = format!(
        "{text}!Sub\n        - |\n          {{\"StartAt\":\"A\",\n           \"States\":{{\"A\":{{\"Type\":\"Task\",\"Resource\":\"${{f}}\",\"TimeoutSeconds\":${{t}},\"End\":true}}}}}}\n        - {{f: WHAT, t: 5}}\n"
    );
    let told = changed("t.yaml", &filled, "!GetAtt X.Arn", "!GetAtt Y.Arn");
    assert_eq!(
        told,
        "A: resource ${X.Arn} -> ${Y.Arn} (may be equal once deployed)"
    );
}

#[test]
fn another_expression_of_terraform_is_a_difference() {
    let long = format!("var.{}", "x".repeat(300));
    for (what, old, new) in [
        ("Next = WHAT", "var.x ? \"B\" : \"C\"", "var.x ? \"C\" : \"B\""),
        ("Next = \"B\", Result = WHAT", "var.x", "var.y"),
        ("Next = \"B\", Result = \"a ${WHAT} b\"", "var.x", "var.y"),
        (
            "Next = \"B\", Result = \"WHAT\"",
            &*format!("${{f({long}, 1)}}"),
            &*format!("${{f({long}, 2)}}"),
        ),
    ] {
        let definition = format!(
            "resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = jsonencode({{\n    StartAt = \"A\"\n    States = {{\n      A = {{ Type = \"Pass\", {what} }}\n      B = {{ Type = \"Succeed\" }}\n      C = {{ Type = \"Succeed\" }}\n    }}\n  }})\n}}\n"
        );
        let told = changed("m.tf", &definition, old, new);
        assert!(told.ends_with("(may be equal once deployed)"), "{told}");
    }
}

#[test]
fn placeholders_without_a_value_are_compared_by_name() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": WHAT, "End": true}}}"#;
    let told = changed("a.asl.json", definition, "${x}", "${y}");
    assert_eq!(
        told,
        "A: Seconds \"${x}\" -> \"${y}\" (may be equal once deployed)"
    );
    let merged = "StartAt: A\nStates:\n  A:\n    Type: Task\n    <<: ${self:custom.WHAT}\n    End: true\n";
    let told = changed("a.asl.yaml", merged, "x", "y");
    assert_eq!(
        told,
        "A: << \"${self:custom.x}\" -> \"${self:custom.y}\" (may be equal once deployed)"
    );
}

#[test]
fn what_a_template_puts_in_is_compared() {
    let definition = "\
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionSubstitutions: {F: WHAT, T: 5}
      Definition:
        StartAt: A
        States:
          A: {Type: Task, Resource: '${F}', TimeoutSeconds: '${T}', End: true}
";
    let told = changed("t.yaml", definition, "!GetAtt X.Arn", "!GetAtt Y.Arn");
    assert_eq!(
        told,
        "A: resource ${X.Arn} -> ${Y.Arn} (may be equal once deployed)"
    );
    let told = changed("t.yaml", definition, "!Sub 'a-${X}'", "!Sub 'b-${X}'");
    assert_eq!(told, "A: resource a-${X} -> b-${X}");
    let told = changed("t.yaml", definition, "one", "two");
    assert_eq!(told, "A: resource one -> two");
    // The same written at its place is the same.
    let written = definition.replace("'${F}'", "!GetAtt X.Arn");
    let put_in = definition.replace("WHAT", "!GetAtt X.Arn");
    assert_eq!(between("t.yaml", &put_in, &written), Vec::<String>::new());
}
