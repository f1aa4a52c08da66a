//! Schemas by hand, and what of a value does not fit them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::{Contract, ContractError, Mismatch};
use crate::source::{Input, Reach, SourceFile, parse_any, read};
use crate::value::Value;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn open(path: &Path) -> Result<Contract, ContractError> {
    let file = read(&Input::File(path.to_owned()), "<stdin>").expect("the file");
    Contract::of_file(file, &Reach::default())
}

fn of(schema: &Json) -> Contract {
    let folder = folder(&[("s.json", &schema.to_string())]);
    open(&folder.path().join("s.json")).expect("a schema")
}

fn told(contract: &Contract, value: &Json) -> Vec<(String, String)> {
    let mismatches = contract.mismatches(&Value::from(value)).into_iter();
    mismatches
        .map(|Mismatch { pointer, message, .. }| (pointer, message))
        .collect()
}

#[test]
fn what_does_not_fit_is_told_at_its_place() {
    let contract = of(&json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string", "pattern": "^o-[0-9]+$"}, "lines": {"items": {"type": "object"}}},
        "additionalProperties": false}));
    assert_eq!(told(&contract, &json!({"id": "o-1", "lines": [{}]})), []);
    let found = told(&contract, &json!({"id": "x", "lines": [{}, 1], "more": true}));
    assert!(
        found.contains(&("/lines/1".to_owned(), "1 is not of type \"object\"".to_owned())),
        "{found:?}"
    );
    assert!(
        found.contains(&(String::new(), "'more' is not expected here".to_owned())),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|(pointer, words)| pointer == "/id" && words.contains("^o-[0-9]+$")),
        "{found:?}"
    );
}

#[test]
fn findings_stand_at_values_and_at_members_that_are_too_many() {
    let contract = of(
        &json!({"properties": {"States": {"propertyNames": {"pattern": "^[A-Z]"}, "additionalProperties": {
        "if": {"properties": {"Type": {"const": "Task"}}}, "then": {"required": ["Retry"]}}}}}),
    );
    let text = r#"{"StartAt": "a", "States": {
  "a": {"Type": "Task"},
  "B": {"Type": "Pass"}}}"#;
    let document = parse_any(Arc::new(SourceFile::new("d.json", text)))
        .document
        .expect("JSON");
    let found: Vec<(Option<String>, &str)> = contract
        .findings(&document)
        .iter()
        .map(|finding| (finding.location.clone(), &text[finding.span.range()]))
        .collect();
    let at = (Some("/States/a".to_owned()), "\"a\"");
    assert_eq!(found, [at.clone(), at]);
}

#[test]
fn references_lead_to_files_of_the_same_folder_and_nowhere_else() {
    let folder = folder(&[
        (
            "policy/main.yaml",
            "properties: {name: {$ref: \"parts/text.json#/$defs/short\"}}\n",
        ),
        (
            "policy/parts/text.json",
            r#"{"$defs": {"short": {"maxLength": 3}}}"#,
        ),
        (
            "policy/fetch.json",
            r#"{"$ref": "https://example.com/policy.json"}"#,
        ),
        (
            "policy/http.json",
            r#"{"$id": "http://example.com/a/b.json", "$ref": "c.json"}"#,
        ),
        ("policy/gone.json", r#"{"$ref": "nothing.json"}"#),
        ("policy/out.json", r#"{"$ref": "file:///etc/passwd"}"#),
        ("policy/none.json", r#"{"type": "strnig"}"#),
        ("policy/.git/HEAD", ""),
        ("outside.json", "true"),
        ("policy/climb.json", r#"{"$ref": "../outside.json"}"#),
    ]);
    let at = |name: &str| open(&folder.path().join("policy").join(name));
    let contract = at("main.yaml").expect("a schema");
    assert_eq!(told(&contract, &json!({"name": "abc"})), []);
    assert_eq!(told(&contract, &json!({"name": "abcd"})).len(), 1);
    for (name, words) in [
        ("fetch.json", "https://example.com/policy.json"),
        ("http.json", "http://example.com/a/c.json"),
        ("gone.json", "nothing.json"),
        ("out.json", "/etc/passwd"),
        ("climb.json", "outside.json"),
        ("none.json", "strnig"),
    ] {
        let error = at(name).expect_err(name).to_string();
        assert!(error.contains(words) && error.contains(name), "{name}: {error}");
    }
}

/// Patterns that take for ever, schemas that refer to themselves: an end is found, and said.
#[test]
fn hostile_schemas_end() {
    let slow = of(&json!({"pattern": "^(?=x*)(a|a|a)*(a|a|a)*(a|a|a)*(?<=b)$"}));
    let found = told(&slow, &json!("a".repeat(60)));
    assert_eq!(found.len(), 1, "{found:?}");
    let own = of(&json!({"$ref": "#"}));
    assert_eq!(told(&own, &json!({"a": [1]})), []);
    let tree = of(&json!({"properties": {"a": {"$ref": "#"}}, "type": "object"}));
    let deep = (0..500).fold(json!({}), |inner, _| json!({"a": inner}));
    assert_eq!(told(&tree, &deep), []);
    let large = TempDir::new().expect("a folder");
    let path = large.path().join("s.json");
    fs::write(
        &path,
        json!({"pattern": "(((a{1,100}){1,100}){1,100}){1,100}"}).to_string(),
    )
    .expect("a file");
    assert!(open(&path).is_err());
}

#[test]
fn a_schema_without_end_is_asked_no_longer() {
    let mut parts = serde_json::Map::new();
    parts.insert("p0".to_owned(), json!({"type": "string"}));
    // So many that it ends, and not soon.
    for number in 1..20 {
        let part = json!({"$ref": format!("#/$defs/p{}", number - 1)});
        parts.insert(format!("p{number}"), json!({"anyOf": [part, part]}));
    }
    let mut contract = of(&json!({"$ref": "#/$defs/p19", "$defs": parts}));
    contract.patience = std::time::Duration::from_millis(1);
    for _ in 0..2 {
        let found = told(&contract, &json!(7));
        let words = &found.first().expect("one").1;
        assert!(
            words.starts_with("the schema takes too long on this value"),
            "{words}"
        );
    }
}
