//! Parts of a definition that are filled in when it is deployed: nothing is said that they could answer, and all is said
//! that they could not.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use tempfile::TempDir;

use super::called::run;

/// What `validate` and `lint --select all` say of a definition, as `code place`, less what is said of any task.
fn said(name: &str, text: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let mut said = Vec::new();
    for command in [
        &["validate", "--severity", "info"][..],
        &["lint", "--ignore", UNCONCERNED],
    ] {
        let (_, out, _) = run(folder.path(), &[command, &["--format", "concise", name]].concat());
        said.extend(out.lines().map(|line| {
            let code = line.split(['[', ']']).nth(1).unwrap_or_default();
            format!("{code} {}", line.split("] ").nth(1).unwrap_or(line))
        }));
    }
    said
}

/// Rules about what is written, whatever the unknown part is.
const UNCONCERNED: &str = "missing-retry,pass-through-state,missing-comment";

const NOTHING: [&str; 0] = [];

/// A definition whose part `WHAT` is unknown: bare and in quotes, and, where `yaml`, as a function of a template.
fn each_way(definition: &str) {
    let written = [
        "${it}",
        "\"${it}\"",
        "\"${self:custom.it}\"",
        "${lookup(var.all, \"it\")}",
    ];
    for text in written {
        // In quotes it is a text, which is no number and no boolean; a variable of the Serverless Framework is one.
        let definition =
            ["MaxConcurrency", "Seconds", "End"]
                .iter()
                .fold(definition.to_owned(), |all, field| {
                    all.replace(
                        &format!("\"{field}\": WHAT"),
                        &format!("\"{field}\": {}", text.trim_matches('"')),
                    )
                });
        let definition = definition.replace("WHAT", text);
        assert_eq!(said("d.asl.json", &definition), NOTHING, "{definition}");
    }
    for text in [
        "{\"Ref\": \"It\"}",
        "{\"Fn::GetAtt\": [\"It\", \"Arn\"]}",
        "{\"Fn::If\": [\"Yes\", 1, {\"Ref\": \"AWS::NoValue\"}]}",
    ] {
        let definition = definition.replace("WHAT", text);
        let template = format!(
            r#"{{"Resources": {{"M": {{"Type": "AWS::Serverless::StateMachine", "Properties": {{"Definition": {definition}}}}}}}}}"#
        );
        assert_eq!(said("template.json", &template), NOTHING, "{template}");
    }
}

#[test]
fn states_and_transitions_that_are_not_known_are_not_missed() {
    let ends = r#""B": {"Type": "Pass", "End": true}, "C": {"Type": "Pass", "End": true}"#;
    // All states, the first one, where it starts, where a state leads.
    each_way(r#"{"StartAt": "A", "States": WHAT}"#);
    each_way(&format!(r#"{{"StartAt": "A", "States": {{"A": WHAT, {ends}}}}}"#));
    each_way(&format!(r#"{{"StartAt": WHAT, "States": {{{ends}}}}}"#));
    each_way(&format!(
        r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Next": WHAT}}, {ends}}}}}"#
    ));
    // Rules and catchers: the list, one of them, where one leads.
    for choices in [
        "WHAT",
        "[WHAT]",
        r#"[{"Variable": "$.x", "IsPresent": true, "Next": WHAT}]"#,
    ] {
        each_way(&format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Choice", "Choices": {choices}, "Default": "B"}}, {ends}}}}}"#
        ));
    }
    for catch in [
        "WHAT",
        "[WHAT]",
        r#"[{"ErrorEquals": ["States.ALL"], "Next": WHAT}]"#,
    ] {
        each_way(&format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Wait", "Seconds": 1, "Next": "T"}},
                "T": {{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Retry": WHAT,
                    "TimeoutSeconds": 5, "Parameters": {{"QueueUrl": "u", "MessageBody": "m"}},
                    "Catch": {catch}, "Next": "B"}}, {ends}}}}}"#
        ));
    }
}

#[test]
fn whole_values_may_be_anything() {
    for body in [
        r#""Type": "Parallel", "Branches": WHAT, "End": true"#,
        r#""Type": "Parallel", "Branches": [WHAT], "End": true"#,
        r#""Type": "Map", "ItemProcessor": WHAT, "End": true, "ItemReader": WHAT, "ItemBatcher": WHAT,
            "ResultWriter": WHAT, "ItemSelector": WHAT, "MaxConcurrency": WHAT"#,
        r#""Type": "Map", "ResultWriter": WHAT, "End": true,
            "ItemProcessor": {"ProcessorConfig": WHAT, "StartAt": "I", "States": WHAT}"#,
        r#""Type": "Wait", "Seconds": WHAT, "End": WHAT"#,
        r#""Type": "Pass", "QueryLanguage": WHAT, "Parameters": WHAT, "Output": WHAT, "Assign": WHAT, "End": true"#,
    ] {
        each_way(&format!(r#"{{"StartAt": "A", "States": {{"A": {{{body}}}}}}}"#));
    }
}

#[test]
fn members_that_are_not_known_may_be_what_is_missed() {
    // The name of a state, of the way out of a state, and of all that a macro or a merge key adds.
    for text in [
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "X"}, "${name}": {"Type": "Pass", "End": true}}}"#,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "${nextOrEnd}": "B"}, "B": {"Type": "Pass", "End": true}}}"#,
    ] {
        assert_eq!(said("d.asl.json", text), NOTHING, "{text}");
    }
    let merged = "\
        StartAt: A\nStates:\n  A:\n    Type: Task\n    <<: ${self:custom.task}\n  \
        B: {Type: Succeed}\n  <<: ${file(states.yml)}\n";
    assert_eq!(said("d.asl.yaml", merged), NOTHING);
    let included = r#"{"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Definition": {
        "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Elsewhere"},
            "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/states.json"}}}}}}}}"#;
    assert_eq!(said("template.json", included), NOTHING);
}

#[test]
fn what_a_placeholder_cannot_answer_is_still_said() {
    // A placeholder for a value says nothing about states.
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "${fn}", "TimeoutSeconds": 5, "Retry": "${retry}", "Next": "B"},
        "B": {"Type": "Succeed", "Comment": "${c}"}, "C": {"Type": "Succeed"}}}"#;
    assert_eq!(
        said("d.asl.json", text),
        ["MISSING_TRANSITION_TARGET State \"C\" is not reachable."]
    );
    // An unknown branch leads nowhere outside of itself, and a state with an unknown part has its other mistakes.
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Parallel", "Branches": ["${one}", {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "J"}}}],
            "Next": "B", "Catch": "${catch}", "Nxt": "B"},
        "B": {"Type": "Succeed", "Foo": 1}}}"#;
    assert_eq!(
        said("d.asl.json", text),
        [
            "MISSING_TRANSITION_TARGET Missing 'Next' target: J",
            "SCHEMA_VALIDATION_FAILED Field 'Nxt' is not supported",
            "SCHEMA_VALIDATION_FAILED Field 'Foo' is not supported",
        ]
    );
    // A text with a placeholder in it is a text.
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Catch": "all of ${catch}", "End": true}}}"#;
    assert_eq!(
        said("d.asl.json", text)[0],
        "SCHEMA_VALIDATION_FAILED Field 'Catch' is not supported"
    );
}

#[test]
fn variables_that_an_unknown_part_may_read_are_not_called_unread() {
    let machine = |output: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "Set", "States": {{
            "Set": {{"Type": "Pass", "Assign": {{"size": 1}}, "Next": "Use"}},
            "Use": {{"Type": "Succeed", "Output": {output}}}}}}}"#
        )
    };
    for output in [
        r#""{% 1 + ${more} %}""#,
        r#""{% {'k': 1, ${more} } %}""#,
        "${output}",
        r#"{"a": "{% ${expression} %}"}"#,
    ] {
        assert_eq!(said("d.asl.json", &machine(output)), NOTHING, "{output}");
    }
    for output in [r#""{% 'in ${stage}' %}""#, r#"{"stage": "${stage}"}"#] {
        assert_eq!(
            said("d.asl.json", &machine(output)),
            ["unread-variable '$size' is assigned, and no state reads it"],
            "{output}"
        );
    }
}

#[test]
fn a_placeholder_for_members_or_items_leaves_what_holds_it_open() {
    let in_states = |states: &str| format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#);
    let to_b = r#""A": {"Type": "Pass", "Next": "B"}"#;
    for definition in [
        in_states("${states}"),
        in_states("${states}${more}"),
        in_states(&format!("{to_b}, ${{more}}")),
        // The commas are in what is filled in.
        in_states(&format!("{to_b}${{more}}")),
        in_states(&format!("${{more}} {to_b}")),
        in_states(&format!("${{first}}, {to_b}, ${{last}}")),
        in_states(r#""A": {"Type": "Task", ${resource}, "End": true}"#),
        in_states(
            r#""A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "B"}${rules}], "Default": "B"}, "B": {"Type": "Succeed"}"#,
        ),
        r#"{${header} "States": {"A": {"Type": "Succeed"}}}"#.to_owned(),
    ] {
        assert_eq!(said("d.asl.json", &definition), NOTHING, "{definition}");
    }
    // What it cannot explain is told.
    let definition = in_states(r#""A": {"Type": "Pass", "Next": "B", "Seconds": 1}, ${more}"#);
    assert_eq!(
        said("d.asl.json", &definition),
        ["SCHEMA_VALIDATION_FAILED Field 'Seconds' is not supported"]
    );
    // A text in the place of a member is a mistake as ever.
    let definition = in_states(&format!("\"${{more}}\", {to_b}"));
    let told = said("d.asl.json", &definition);
    assert!(
        told.iter()
            .any(|line| line.starts_with("INVALID_JSON_DESCRIPTION")),
        "{told:?}"
    );
}
