//! schemas/asl.schema.json is current, and says what the table of fields says.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sfn_tool::internals::asl::fields::{Count, Field, Kind, Shape, schema::json_schema};
use sfn_tool::internals::asl::{QueryLanguage, StateMachine, StateType};
use sfn_tool::internals::source::{self, SourceFile};
use sfn_tool::internals::validate::{self, Options};

use crate::called;

/// `UPDATE=1 cargo test --test cli schema` writes it anew.
#[test]
fn schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/asl.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&json_schema()).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "schemas/asl.schema.json is stale: UPDATE=1 cargo test --test cli schema"
    );
}

/// `UPDATE=1 cargo test` writes it anew.
#[test]
fn schema_of_test_files_is_current() {
    let schema = sfn_tool::internals::testing::schema();
    jsonschema::meta::validate(&schema).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/test.schema.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "schemas/test.schema.json is stale: UPDATE=1 cargo test schema"
    );
}

/// Every part of a test file that has all keys, replaced by values of each type: the schema takes what the tool takes.
#[test]
fn schema_of_test_files_agrees_with_the_tool() {
    let whole = json!({
        "$schema": "s", "Definition": "d", "Substitutions": {"a": 1}, "Type": "STANDARD", "Seed": 1, "Comment": "c",
        "StateMachineName": "m", "ExecutionName": "e", "RoleArn": "r", "Account": "a", "Region": "r",
        "Mocks": {"File": "f", "TestCase": "t"},
        "Schemas": {"T": {"Parameters": "p", "Result": "r"}},
        "Cases": [
            {"Name": "n", "Input": {"a": 1}, "InputFile": "f", "Type": "EXPRESS", "Seed": 2, "Mocks": {"File": "f"},
             "Expect": {
                "Status": "FAILED", "Output": 1, "OutputSchema": "s", "OutputPaths": {"$.a": 1}, "Error": {"Matches": "x"}, "Cause": "x",
                "Visited": ["A", "..."], "Visits": {"A": {"AtLeast": 1, "AtMost": 2}, "B": 1}, "NotVisited": ["C"],
                "Tasks": {"A": [{"Parameters": 1, "ParametersPaths": {"$.x": 1}}], "B": 2, "C": {"Count": {"AtLeast": 1}}},
                "Retries": {"A": [1.5], "B": 1}, "Waits": {"A": [1.5], "B": 1.5}, "MaxDuration": 1.5,
                "Events": [{"type": "x"}, "TaskFailed"], "Snapshot": "s"}},
            {"Name": "m", "Expect": {"Visits": ["A"], "Events": {"TaskFailed": 1}, "Condition": ["x"]}},
        ],
    });
    let schema = jsonschema::validator_for(&sfn_tool::internals::testing::schema()).unwrap();
    let takes = |file: &Value| {
        let file = Arc::new(SourceFile::new("t.json", file.to_string()));
        // What a schema cannot say: that a pattern is one.
        sfn_tool::internals::testing::check(&file).iter().all(|finding| {
            [
                "must be",
                "unknown key",
                "has no",
                "is not a valid value of",
                "is not a valid key of",
                "is not a JSONPath",
            ]
            .iter()
            .all(|words| !finding.message.contains(words))
        })
    };
    assert!(takes(&whole) && schema.is_valid(&whole));
    let mut places = Vec::new();
    pointers(&whole, String::new(), &mut places);
    assert!(places.len() > 60);
    let mut refused = 0;
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
    ];
    for place in &places {
        for other in others.iter().chain([&json!({"unknown": 1})]) {
            let mut changed = whole.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            refused += usize::from(!takes(&changed));
            assert_eq!(schema.is_valid(&changed), takes(&changed), "{place} = {other}");
        }
    }
    assert!(refused > 200);
}

/// The test files that are shown as examples are what editors take.
#[test]
fn fixtures_fit_the_schema_of_test_files() {
    let schema = jsonschema::validator_for(&sfn_tool::internals::testing::schema()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/project");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().contains(".sfn-test.") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let file = Arc::new(SourceFile::new(path.display().to_string(), text));
        let value = source::parse_any(file).document.unwrap().root().to_value();
        schema.validate(&serde_json::to_value(value).unwrap()).unwrap();
    }
}

/// The places of a value and of all that is in it, as JSON Pointers.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            pointers(
                value,
                format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                found,
            );
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(number, item)| {
            pointers(item, format!("{at}/{number}"), found);
        }),
        _ => {}
    }
}

#[test]
fn schema_is_a_schema() {
    jsonschema::meta::validate(&json_schema()).unwrap();
}

/// Whether the structure of a definition is what AWS takes, as `validate` says it.
fn table_accepts(definition: &Value) -> bool {
    // Without quotes, as YAML has it, which the schema is for as well: in quotes it is no number and no boolean.
    let text = definition.to_string().replace(r#""${X}""#, "${X}");
    let file = Arc::new(SourceFile::new("x", text));
    let document = source::parse(file).document.expect("JSON");
    let machine = StateMachine::read(Arc::new(document));
    validate::validate(&machine, &Options::default())
        .iter()
        .all(|finding| finding.code != validate::SCHEMA)
}

/// A state with its required fields, one of each group, and nothing else.
fn minimal(state_type: StateType, language: QueryLanguage) -> Value {
    let body = json!({"StartAt": "Inner", "States": {"Inner": {"Type": "Succeed"}}});
    let mut state = json!({"Type": state_type.name()});
    match state_type {
        StateType::Task => state["Resource"] = json!("arn:aws:lambda:us-east-1:123456789012:function:f"),
        StateType::Wait => state["Seconds"] = json!(1),
        StateType::Parallel => state["Branches"] = json!([body]),
        StateType::Map => state["ItemProcessor"] = body,
        StateType::Choice => {
            state["Choices"] = match language {
                QueryLanguage::JsonPath => json!([{"Variable": "$.x", "IsNull": true, "Next": "S"}]),
                QueryLanguage::Jsonata => json!([{"Condition": "{% true %}", "Next": "S"}]),
            };
        }
        _ => {}
    }
    if state_type.has_next() {
        state["End"] = json!(true);
    }
    state
}

/// A value that the field takes.
fn good(field: &Field) -> Value {
    match field.shape {
        Shape::Bool => json!(true),
        Shape::Integer(low, _) | Shape::AtLeast(low) => json!(low.max(1)),
        Shape::Number(low, _) => json!(low.max(1.0)),
        Shape::Enum(values) => json!(values[0]),
        Shape::Target => json!("S"),
        Shape::Timestamp => json!("2016-03-14T01:59:00Z"),
        Shape::Path | Shape::ReferencePath { .. } | Shape::PathOrCall => json!("$.x"),
        Shape::Assign => json!({"x": 1}),
        Shape::Condition => json!("{% true %}"),
        Shape::Items | Shape::Texts => json!([]),
        Shape::ErrorNames => json!(["States.ALL"]),
        Shape::Resource => json!("arn:aws:lambda:us-east-1:123456789012:function:f"),
        Shape::StorageResource(actions) => json!(format!("arn:aws:states:::{}", actions[0])),
        Shape::Object(Kind::Credentials) => json!({"RoleArn": "arn:aws:iam::123456789012:role/r"}),
        Shape::Object(Kind::ItemReader) => json!({"Resource": "arn:aws:states:::s3:getObject"}),
        Shape::Object(Kind::Processor) => json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}),
        Shape::Object(_) => json!({}),
        Shape::List { of: Kind::Branch, .. } => {
            json!([{"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}])
        }
        Shape::List {
            of: Kind::ChoiceRule, ..
        } => json!([{"Condition": "{% true %}", "Next": "S"}]),
        Shape::List { .. } => json!([]),
        Shape::Json | Shape::Text | Shape::Template | Shape::Label | Shape::Pointer => json!("text"),
        Shape::States => json!({}),
    }
}

fn definition(state: Value, machine: Option<QueryLanguage>) -> Value {
    let mut definition = json!({"StartAt": "S", "States": {"S": state}});
    if let Some(language) = machine {
        definition["QueryLanguage"] = json!(language.name());
    }
    definition
}

/// Every field of every object on every state type, in each language and with values of each JSON type: the schema
/// and the table give the same verdict, and a legal field with a good value is accepted.
#[test]
fn schema_and_table_agree_on_every_pair_of_type_and_field() {
    let schema = jsonschema::validator_for(&json_schema()).unwrap();
    let mut names: Vec<&'static Field> = Vec::new();
    for field in Kind::ALL.into_iter().flat_map(Kind::fields) {
        if names.iter().all(|f| f.name != field.name) {
            names.push(field);
        }
    }
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!("x"),
        json!("${X}"),
        json!("{% 1 %}"),
        json!([]),
        json!({}),
    ];
    let (mut pairs, mut accepted) = (0, 0);
    for language in [QueryLanguage::JsonPath, QueryLanguage::Jsonata] {
        for state_type in StateType::ALL {
            let base = minimal(state_type, language);
            let kind = Kind::State(state_type);
            for field in &names {
                // The schema cannot know that a Resource is an activity, or what a service needs.
                let own = kind.field(field.name).unwrap_or(field);
                for value in values.iter().cloned().chain([good(own)]) {
                    let mut state = base.clone();
                    state[field.name] = value;
                    for machine in [None, Some(language)] {
                        let mut state = state.clone();
                        if machine.is_none() && field.name != "QueryLanguage" {
                            state["QueryLanguage"] = json!(language.name());
                        }
                        let definition = definition(state, machine);
                        let table = table_accepts(&definition);
                        assert_eq!(schema.is_valid(&definition), table, "{definition}");
                        pairs += 1;
                        accepted += usize::from(table);
                    }
                }
            }
        }
    }
    assert!(
        pairs > 10_000 && accepted > 1_000,
        "{pairs} pairs, {accepted} accepted"
    );
}

/// Of a Choice rule, which is made of groups: every set of up to three fields.
#[test]
fn schema_and_table_agree_on_choice_rules() {
    let schema = jsonschema::validator_for(&json_schema()).unwrap();
    let rule = |kind: Kind, names: &[&str]| {
        let mut rule = json!({});
        for name in names {
            rule[*name] = match kind.field(name).map(|f| f.shape) {
                Some(Shape::Object(Kind::NestedRule)) => json!({"Variable": "$", "IsNull": true}),
                Some(Shape::List { .. }) => json!([{"Variable": "$", "IsNull": true}]),
                Some(_) => good(kind.field(name).unwrap()),
                None => json!(1),
            };
        }
        rule
    };
    let names = [
        "And",
        "Or",
        "Not",
        "Variable",
        "Condition",
        "StringEquals",
        "IsPresent",
        "NumericLessThanPath",
        "Next",
        "Output",
        "Assign",
        "Comment",
        "Unknown",
    ];
    for language in [QueryLanguage::JsonPath, QueryLanguage::Jsonata] {
        for a in names {
            for b in names {
                for c in names {
                    let mut fields = vec![a, b, c];
                    fields.sort_unstable();
                    fields.dedup();
                    let top = rule(Kind::ChoiceRule, &fields);
                    let mut inner = json!({"Next": "S"});
                    inner["Not"] = rule(Kind::NestedRule, &fields);
                    for rule in [top, inner] {
                        let state = json!({"Type": "Choice", "Choices": [rule], "Default": "S"});
                        let definition = definition(state, Some(language));
                        assert_eq!(
                            schema.is_valid(&definition),
                            table_accepts(&definition),
                            "{definition}"
                        );
                    }
                }
            }
        }
    }
}

/// The groups of the table name fields that their kinds have.
#[test]
fn groups_name_fields_of_their_kind() {
    for kind in Kind::ALL {
        for choice in kind.entry().choices {
            for name in choice.fields {
                let known = kind.field(name).is_some();
                // Condition is no field of a nested rule, but AWS lists it there as well.
                assert!(
                    known || (choice.count == Count::ExactlyOneOfRule && *name == "Condition"),
                    "{kind:?} {name}"
                );
            }
        }
    }
}

fn printed(kind: &str) -> Value {
    let output = called::tool().args(["schema", kind]).output().unwrap();
    assert!(output.status.success(), "{kind}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The members of a schema's objects that have no words on them, those aside that only refine what stands elsewhere.
fn undescribed(schema: &Value, at: &str, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                let refines = ["if", "then", "else", "not"].contains(&key.as_str());
                let names_states = |inner: &Value| inner.get("States").is_some();
                if refines && value.get("properties").is_none_or(names_states) {
                    continue;
                }
                if ["if", "not", "examples"].contains(&key.as_str()) {
                    continue;
                }
                if key == "properties" {
                    let fields = value.as_object().into_iter().flatten();
                    found.extend(
                        fields
                            .filter(|(_, field)| {
                                field.get("description").is_none() && field.get("$ref").is_none()
                            })
                            .map(|(name, _)| format!("{at}/{name}")),
                    );
                }
                undescribed(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                undescribed(item, at, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_schema_is_printed_and_describes_its_fields() {
    for kind in ["asl", "mocks", "test", "config", "findings", "history"] {
        let schema = printed(kind);
        jsonschema::meta::validate(&schema).unwrap();
        let mut found = Vec::new();
        undescribed(&schema, "", &mut found);
        assert_eq!(found, Vec::<String>::new(), "{kind}");
    }
    let choices = &printed("asl")["$defs"]["Choice_JSONPath"]["properties"]["Choices"];
    let description = choices["description"].as_str().unwrap();
    assert!(
        description.contains("https://docs.aws.amazon.com/step-functions/"),
        "{description}"
    );
    assert_eq!(choices["examples"][0][0]["Next"], "Large");
}

#[test]
fn a_schema_that_there_is_not_is_told_with_those_that_are() {
    let output = called::tool().args(["schema", "mock"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("asl, mocks, test, config, changes,"), "{told}");
}

/// Whatever a command prints as JSON is described, and the description can be had of the tool.
#[test]
fn the_schema_of_every_output_is_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let kind = name.strip_suffix(".schema.json").unwrap();
        let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(printed(kind), kept, "{kind}");
    }
}
