//! Machines, versions, aliases, activities, tags: what AWS answers, and what it says against it.

use serde_json::{Value, json};

use super::client::{PASS, Server, machine};

const OTHER: &str = r#"{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#;

#[test]
fn a_machine_lives_from_create_to_delete() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    assert_eq!(arn, "arn:aws:states:us-east-1:123456789012:stateMachine:m");
    let described = server.ok("DescribeStateMachine", &json!({"stateMachineArn": arn}));
    let names: Vec<&String> = described.as_object().expect("members").keys().collect();
    assert_eq!(
        names,
        [
            "stateMachineArn",
            "name",
            "status",
            "definition",
            "roleArn",
            "type",
            "creationDate",
            "loggingConfiguration",
            "tracingConfiguration",
            "encryptionConfiguration"
        ]
    );
    assert_eq!(described["definition"], PASS);
    let updated = server.ok(
        "UpdateStateMachine",
        &json!({"stateMachineArn": arn, "definition": OTHER}),
    );
    let revision = updated["revisionId"].clone();
    assert!(
        revision.is_string() && updated["updateDate"].is_number(),
        "{updated}"
    );
    // Nothing is changed: no new revision.
    let again = server.ok(
        "UpdateStateMachine",
        &json!({"stateMachineArn": arn, "definition": OTHER}),
    );
    assert_eq!(again.get("revisionId"), None);
    let described = server.ok("DescribeStateMachine", &json!({"stateMachineArn": arn}));
    assert_eq!(
        (&described["revisionId"], described["definition"].as_str()),
        (&revision, Some(OTHER))
    );
    // [API DescribeStateMachine]
    let without = json!({"stateMachineArn": arn, "includedData": "METADATA_ONLY"});
    assert_eq!(server.ok("DescribeStateMachine", &without)["definition"], "{}");
    for _ in 0..2 {
        assert_eq!(
            server.ok("DeleteStateMachine", &json!({"stateMachineArn": arn})),
            json!({})
        );
    }
    let (code, message) = server.refused("DescribeStateMachine", &json!({"stateMachineArn": arn}));
    assert_eq!(
        (code.as_str(), message),
        (
            "StateMachineDoesNotExist",
            format!("State Machine Does Not Exist: '{arn}'")
        )
    );
}

#[test]
fn creating_again_is_idempotent_by_what_aws_compares() {
    let server = Server::start(&[]);
    let first = server.ok("CreateStateMachine", &machine("m"));
    let changed = |name: &str, value: Value| {
        let mut sent = machine("m");
        sent[name] = value;
        sent
    };
    let same = changed("roleArn", json!("arn:aws:iam::123456789012:role/other"));
    assert_eq!(server.ok("CreateStateMachine", &same), first);
    assert_eq!(
        server.ok("CreateStateMachine", &changed("tags", json!([{"key": "a"}]))),
        first
    );
    for sent in [
        changed("definition", json!(OTHER)),
        changed("type", json!("EXPRESS")),
        changed("publish", json!(true)),
    ] {
        let (code, message) = server.refused("CreateStateMachine", &sent);
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        let words = format!("State Machine Already Exists: '{arn}'");
        assert_eq!((code.as_str(), message), ("StateMachineAlreadyExists", words));
    }
}

#[test]
fn what_aws_refuses_is_refused_in_its_words() {
    let server = Server::start(&[]);
    let with = |name: &str, value: Value| {
        let mut sent = machine("m");
        sent[name] = value;
        sent
    };
    let unreachable =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}, "B": {"Type": "Succeed"}}}"#;
    let destination = json!({"level": "ALL", "destinations": []});
    for (sent, code, message) in [
        (
            with("name", json!("my machine")),
            "InvalidName",
            "Invalid Name: 'my machine'",
        ),
        (
            with("definition", json!(unreachable)),
            "InvalidDefinition",
            "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B'",
        ),
        // YAML is for files: the API takes JSON.
        (with("definition", json!("")), "ValidationException", ""),
        (
            with("loggingConfiguration", destination),
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ),
        (
            with("versionDescription", json!("v")),
            "ValidationException",
            "Version description can only be set when publish is true",
        ),
        (
            with("type", json!("express")),
            "ValidationException",
            "1 validation error detected: Value 'express' at 'type' failed to satisfy constraint: Member must satisfy \
             enum value set: [EXPRESS, STANDARD]",
        ),
    ] {
        let (found, words) = server.refused("CreateStateMachine", &sent);
        assert_eq!(found, code, "{words}");
        assert!(message.is_empty() || words == message, "{words}");
    }
    let (code, _) = server.refused("CreateStateMachine", &with("definition", json!("StartAt: A\n")));
    assert_eq!(code, "InvalidDefinition");
    assert_eq!(
        server.ok("ListStateMachines", &json!({})),
        json!({"stateMachines": []})
    );
    let (code, message) = server.refused("DescribeStateMachine", &json!({"stateMachineArn": "m"}));
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: m'")
    );
    assert_eq!(
        server.refused("StartNothing", &json!({})).0,
        "UnknownOperationException"
    );
}

#[test]
fn versions_are_numbered_and_aliases_lead_to_them() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    let one = json!({"stateMachineArn": arn});
    let first = server.ok("PublishStateMachineVersion", &one);
    assert_eq!(first["stateMachineVersionArn"], format!("{arn}:1"));
    assert_eq!(server.ok("PublishStateMachineVersion", &one), first);
    let change =
        json!({"stateMachineArn": arn, "definition": OTHER, "publish": true, "versionDescription": "two"});
    assert_eq!(
        server.ok("UpdateStateMachine", &change)["stateMachineVersionArn"],
        format!("{arn}:2")
    );
    let described = server.ok(
        "DescribeStateMachine",
        &json!({"stateMachineArn": format!("{arn}:2")}),
    );
    assert_eq!(
        (&described["description"], &described["definition"]),
        (&json!("two"), &json!(OTHER))
    );
    let routing = |first: u64, second: u64| {
        json!([{"stateMachineVersionArn": format!("{arn}:1"), "weight": first},
               {"stateMachineVersionArn": format!("{arn}:2"), "weight": second}])
    };
    let alias = server.ok(
        "CreateStateMachineAlias",
        &json!({"name": "live", "routingConfiguration": routing(90, 10)}),
    );
    let alias = alias["stateMachineAliasArn"].as_str().expect("an ARN");
    assert_eq!(alias, format!("{arn}:live"));
    for (sent, code) in [
        (
            json!({"name": "live", "routingConfiguration": routing(50, 50)}),
            "ConflictException",
        ),
        (
            json!({"name": "bad", "routingConfiguration": routing(50, 60)}),
            "ValidationException",
        ),
        (
            json!({"name": "123", "routingConfiguration": routing(50, 50)}),
            "ValidationException",
        ),
    ] {
        assert_eq!(server.refused("CreateStateMachineAlias", &sent).0, code);
    }
    let delete = json!({"stateMachineVersionArn": format!("{arn}:1")});
    assert_eq!(
        server.refused("DeleteStateMachineVersion", &delete).0,
        "ConflictException"
    );
    server.ok("DeleteStateMachineAlias", &json!({"stateMachineAliasArn": alias}));
    server.ok("DeleteStateMachineVersion", &delete);
    let listed = server.ok("ListStateMachineVersions", &one);
    let arns: Vec<&Value> = listed["stateMachineVersions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|version| &version["stateMachineVersionArn"])
        .collect();
    assert_eq!(arns, [&json!(format!("{arn}:2"))]);
}

#[test]
fn lists_come_in_pages_whose_tokens_are_bound_to_their_call() {
    let server = Server::start(&[]);
    for name in ["a", "b", "c"] {
        server.ok("CreateActivity", &json!({"name": name}));
    }
    let names = |page: &Value| -> Vec<String> {
        let activities = page["activities"].as_array().into_iter().flatten();
        activities
            .filter_map(|activity| Some(activity["name"].as_str()?.to_owned()))
            .collect()
    };
    let page = server.ok("ListActivities", &json!({"maxResults": 2}));
    assert_eq!(names(&page), ["a", "b"]);
    let token = &page["nextToken"];
    let rest = server.ok("ListActivities", &json!({"nextToken": token}));
    assert_eq!(
        (names(&rest), rest.get("nextToken")),
        (vec!["c".to_owned()], None)
    );
    assert_eq!(
        server
            .refused("ListStateMachines", &json!({"nextToken": token}))
            .0,
        "InvalidToken"
    );
    assert_eq!(
        server.refused("ListActivities", &json!({"maxResults": 1001})).0,
        "ValidationException"
    );
}

#[test]
fn tags_are_kept_in_their_order() {
    let server = Server::start(&[]);
    let arn = server.machine("m");
    let tags = json!([{"key": "a", "value": "1"}, {"key": "b", "value": ""}, {"key": "a", "value": "2"}]);
    server.ok("TagResource", &json!({"resourceArn": arn, "tags": tags}));
    let listed = server.ok("ListTagsForResource", &json!({"resourceArn": arn}));
    assert_eq!(
        listed["tags"],
        json!([{"key": "a", "value": "2"}, {"key": "b", "value": ""}])
    );
    server.ok(
        "UntagResource",
        &json!({"resourceArn": arn, "tagKeys": ["a", "x"]}),
    );
    let listed = server.ok("ListTagsForResource", &json!({"resourceArn": arn}));
    assert_eq!(listed["tags"], json!([{"key": "b", "value": ""}]));
    let many: Vec<Value> = (0..50).map(|n| json!({"key": n.to_string()})).collect();
    assert_eq!(
        server
            .refused("TagResource", &json!({"resourceArn": arn, "tags": many}))
            .0,
        "TooManyTags"
    );
    let version = json!({"resourceArn": format!("{arn}:1"), "tags": []});
    assert_eq!(server.refused("TagResource", &version).0, "ResourceNotFound");
}

#[test]
fn the_same_requests_with_the_same_seed_get_the_same_answers() {
    let run = |seed: &str| {
        let server = Server::start(&["--seed", seed]);
        let arn = server.machine("m");
        let mut updated = server.ok(
            "UpdateStateMachine",
            &json!({"stateMachineArn": arn, "definition": OTHER}),
        );
        updated["updateDate"] = Value::Null;
        updated
    };
    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
}

#[test]
fn tools_answer_as_the_commands_do() {
    let server = Server::start(&[]);
    let checked = server.ok("ValidateStateMachineDefinition", &json!({"definition": "{}"}));
    assert_eq!(checked["result"], "FAIL");
    assert_eq!(
        checked["diagnostics"][0],
        json!({"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "These fields are required: [States, StartAt]",
               "location": "/"})
    );
    assert_eq!(
        server.ok("ValidateStateMachineDefinition", &json!({"definition": PASS}))["result"],
        "OK"
    );
    // Of the commands' warnings, only those that AWS has: that nothing assigns $x, it does not say.
    let warned = json!({"definition": r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Parameters": {"x.$": "$x", "y": "$.y"}}}}"#, "severity": "WARNING"});
    let warned = server.ok("ValidateStateMachineDefinition", &warned);
    let codes: Vec<&str> = (warned["diagnostics"].as_array().into_iter().flatten())
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert_eq!(
        (&warned["result"], &codes[..]),
        (&json!("OK"), &["NO_DOLLAR"][..])
    );
    let state = json!({"definition": r#"{"Type": "Pass", "Result": 1, "Next": "B"}"#, "input": "{}"});
    assert_eq!(
        server.ok("TestState", &state),
        json!({"output": "1", "nextState": "B", "status": "SUCCEEDED"})
    );
}
