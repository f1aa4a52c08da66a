use super::super::{NodeRef, Substitutions, definitions, the_definition};
use super::*;

fn read(name: &str, text: &str) -> Vec<Parsed> {
    definitions(Arc::new(SourceFile::new(name, text)), &ParseOptions::default())
}

fn json(parsed: &Parsed) -> String {
    parsed.document.as_ref().unwrap().root().to_value().to_json()
}

/// What stands in the template where a node of the definition is said to be.
fn shown<'t>(text: &'t str, node: NodeRef<'_>) -> &'t str {
    &text[node.span().range()]
}

#[test]
fn functions_are_texts_where_they_are_known_and_placeholders_elsewhere() {
    let text = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {
        "a": {"Ref": "Table"}, "b": {"Fn::GetAtt": ["Fn", "Arn"]}, "c": {"Fn::GetAtt": "Fn.Arn"},
        "d": {"Fn::Sub": "arn:${AWS::Partition}:${X}"}, "e": {"Fn::Sub": ["${X}-${Y}", {"Y": 1}]},
        "f": {"Fn::Join": ["-", ["a", {"Ref": "T"}, 1]]}, "g": {"Fn::If": ["C", 1, 2]},
        "h": {"Ref": "AWS::Partition"}, "i": {"Ref": "a", "Other": 1}, "j": {"Condition": {"Type": "Pass"}},
        "k": {"Fn::Join": ["-", {"Ref": "List"}]}}}}}}"#;
    let found = read("t.json", text);
    assert_eq!(
        json(&found[0]),
        r#"{"a":"${Table}","b":"${Fn.Arn}","c":"${Fn.Arn}","d":"arn:aws:${X}","e":"${X}-1","f":"a-${T}-1","g":"${If [C, 1, 2]}","h":"aws","i":{"Ref":"a","Other":1},"j":{"Condition":{"Type":"Pass"}},"k":"${Join [-, List]}"}"#
    );
    let root = found[0].document.as_ref().unwrap().root();
    assert_eq!(shown(text, root.get("a").unwrap()), r#"{"Ref": "Table"}"#);
    assert_eq!(root.get("a").unwrap().placeholders(), ["Table"]);
}

#[test]
fn short_functions_of_yaml_mean_what_long_ones_do() {
    let text = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        a: !Join ['', ['arn:', !Ref 'AWS::Partition', ':', !GetAtt [F, Arn]]]\n        b: !Sub ['${X}', {X: 1}]\n        c: !If [C, 1, 2]\n        d: !Ref T\n";
    assert_eq!(
        json(&read("t.yaml", text)[0]),
        r#"{"a":"arn:aws:${F.Arn}","b":"1","c":"${If [C, 1, 2]}","d":"${T}"}"#
    );
    // A definition's own file is read as before: there, functions are placeholders.
    let plain = "StartAt: !Join ['', [a, b]]\nStates: {}\n";
    assert_eq!(
        json(&read("d.asl.yaml", plain)[0]),
        r#"{"StartAt":"${Join}","States":{}}"#
    );
}

#[test]
fn every_part_of_a_text_is_placed_in_the_template() {
    let text = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {\"StartAt\": \"A\",\n         \"n\": ${Pause}}\n";
    let found = read("t.yaml", text);
    let root = found[0].document.as_ref().unwrap().root();
    assert_eq!(shown(text, root.get("StartAt").unwrap()), "\"A\"");
    assert_eq!(shown(text, root.get("n").unwrap()), "${Pause}");
    assert_eq!(root.get("n").unwrap().placeholders(), ["Pause"]);
    let embedding = found[0].embedding.as_ref().unwrap();
    assert_eq!(embedding.location, "/Resources/M/Properties/DefinitionString");
    assert!(!embedding.is_editable);

    // A joined text of JSON: quotes are two bytes there.
    let text = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString":
        {"Fn::Join": ["", ["{\"StartAt\":\"A", {"Ref": "Name"}, "é\",\"n\":1}"]]}}}}}"#;
    let found = read("t.json", text);
    assert_eq!(json(&found[0]), r#"{"StartAt":"A${Name}é","n":1}"#);
    let root = found[0].document.as_ref().unwrap().root();
    assert_eq!(shown(text, root.get("n").unwrap()), "1");
    assert_eq!(
        found[0].document.as_ref().unwrap().text(),
        r#"{"StartAt":"A${Name}é","n":1}"#
    );
}

#[test]
fn broken_texts_are_told_where_they_stand() {
    let text = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: |\n        {\"StartAt\": \"A\"\n         \"n\": 1}\n";
    let found = read("t.yaml", text);
    assert!(found[0].document.is_none());
    let [finding] = &found[0].findings[..] else {
        panic!("{:?}", found[0].findings)
    };
    // As in a file of its own: the end of what the comma belongs behind.
    let start = finding.span.start as usize;
    assert_eq!(&text[start - 2..=start], "\"A\"");
    // Nothing that is deployed later can be read now.
    let later = text.split("|").next().unwrap().to_owned() + "!ImportValue X\n";
    let found = read("t.yaml", &later);
    assert!(found[0].document.is_none());
    assert_eq!(found[0].findings[0].code, "NOT_READ");
}

#[test]
fn substitutions_of_the_user_come_before_those_of_the_template() {
    let text = r#"{"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {
        "Type": "EXPRESS", "DefinitionSubstitutions": {"A": "one", "B": 2, "C": {"Ref": "X"}},
        "Definition": {"a": "${A}-${B}-${C}", "b": "${D}"}}}}}"#;
    let mut options = ParseOptions::default();
    options.substitutions.define("A", "mine");
    let found = definitions(Arc::new(SourceFile::new("t.json", text)), &options);
    assert_eq!(json(&found[0]), r#"{"a":"mine-2-${C}","b":"${D}"}"#);
    assert_eq!(found[0].embedding.as_ref().unwrap().express, Some(true));
    assert!(Substitutions::default().is_empty());
}

#[test]
fn one_of_several_is_named() {
    let machine = |name: &str| {
        format!(
            r#""{name}": {{"Type": "AWS::Serverless::StateMachine", "Properties": {{"Definition": {{}}}}}}"#
        )
    };
    let of = |machines: &[&str], resource: Option<&str>| {
        let machines: Vec<String> = machines.iter().map(|name| machine(name)).collect();
        let text = format!(
            r#"{{"AWSTemplateFormatVersion": "1", "Resources": {{{}}}}}"#,
            machines.join(",")
        );
        let file = Arc::new(SourceFile::new("t.json", text));
        match the_definition(file, &ParseOptions::default(), resource) {
            Ok(parsed) => parsed.embedding.unwrap().resource,
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(of(&["A"], None), "A");
    assert_eq!(of(&["A", "B"], Some("B")), "B");
    assert_eq!(of(&["A", "B"], None), "t.json holds 2 state machines: A, B");
    assert_eq!(
        of(&["Orders"], Some("Order")),
        "t.json holds no state machine \"Order\""
    );
    assert_eq!(of(&[], None), "t.json holds no state machine");
    // A state machine called Resources is no template.
    let plain = r#"{"StartAt": "AWS::Serverless::StateMachine", "States": {}, "Resources": {}}"#;
    let file = Arc::new(SourceFile::new("t.json", plain));
    let parsed = the_definition(file, &ParseOptions::default(), None).unwrap();
    assert!(parsed.embedding.is_none());
}

fn undeployable(text: &str) -> Vec<(String, Option<String>)> {
    let found = read("t.yaml", text);
    let embeddings = found.iter().filter_map(|parsed| parsed.embedding.as_ref());
    let told = embeddings.flat_map(|embedding| &embedding.undeployable);
    told.flat_map(|told| &told.findings)
        .map(|finding| (finding.message.clone(), finding.help.clone()))
        .collect()
}

#[test]
fn properties_that_there_are_not_are_told_where_one_is_meant() {
    let sam = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionURI: a.json\n      StateMachineType: EXPRESS\n      Polices: []\n      SomethingNew: 1\n      Role: r\n      Fn::Transform: {}\n";
    let said = |name: &str, meant: &str| {
        (
            format!("property {name} not defined for resource of type AWS::Serverless::StateMachine"),
            Some(format!("did you mean {meant}?")),
        )
    };
    assert_eq!(
        undeployable(sam),
        [
            said("DefinitionURI", "DefinitionUri"),
            said("StateMachineType", "Type"),
            said("Polices", "Policies")
        ]
    );
    let cloudformation = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition: {StartAt: A, States: {A: {Type: Succeed}}}\n      Type: EXPRESS\n      RoleArn: r\n";
    assert_eq!(
        undeployable(cloudformation),
        [(
            "#: extraneous key [Type] is not permitted".to_owned(),
            Some("did you mean StateMachineType?".to_owned())
        )]
    );
    let none = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n";
    assert_eq!(undeployable(none), []);
}

#[test]
fn a_function_s_name_is_no_resource() {
    let template = |fields: &str, resource: &str| {
        format!(
            "Resources:\n  Fn: {{Type: AWS::Serverless::Function}}\n  Queue: {{Type: AWS::SQS::Queue}}\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n{fields}      Definition:\n        StartAt: A\n        States:\n          A: {{Type: Task, Resource: {resource}, Parameters: {{FunctionName: !Ref Fn}}, End: true}}\n"
        )
    };
    let name = vec![(
        "Value is not a valid resource ARN".to_owned(),
        Some("write !GetAtt Fn.Arn".to_owned()),
    )];
    assert_eq!(undeployable(&template("", "!Ref Fn")), name);
    assert_eq!(undeployable(&template("", "!Sub '${Fn}'")), name);
    for given in ["!Ref Fn", "!Sub '${Fn}'"] {
        let given = format!("      DefinitionSubstitutions: {{Arn: {given}}}\n");
        assert_eq!(undeployable(&template(&given, "'${Arn}'")), name, "{given}");
    }
    for resource in [
        "!GetAtt Fn.Arn",
        "!Ref Queue",
        "!Ref Parameter",
        "!Sub '${Fn.Arn}'",
    ] {
        assert_eq!(undeployable(&template("", resource)), [], "{resource}");
    }
    let given = "      DefinitionSubstitutions: {Fn: !GetAtt Fn.Arn}\n";
    assert_eq!(undeployable(&template(given, "'${Fn}'")), []);
}
