//! The JSON Schema of `sfn-tool.toml`, for editors: `schemas/config.schema.json`.

use serde_json::{Map, Value, json};

use crate::cost;
use crate::lint::{Group, all};

/// The schema, made from the list of rules.
pub fn schema() -> Value {
    let mut names: Vec<Value> = ["all", "default", "pedantic"].map(Value::from).to_vec();
    names.extend(Group::ALL.map(|group| Value::from(group.as_word())));
    names.extend(all().map(|rule| Value::from(rule.name)));
    let severities: Map<String, Value> = all()
        .map(|rule| {
            let default = rule.severity.as_word();
            (
                rule.name.to_owned(),
                json!({"description": rule.summary, "enum": ["error", "warning", "info"], "default": default}),
            )
        })
        .collect();
    let options: Map<String, Value> = all()
        .filter(|rule| !rule.options.is_empty())
        .map(|rule| {
            let options: Map<String, Value> = (rule.options.iter())
                .map(|option| {
                    let schema =
                        json!({"type": "number", "default": option.default, "description": option.summary});
                    (option.name.to_owned(), schema)
                })
                .collect();
            let schema = json!({"description": rule.summary, "type": "object", "properties": options,
                "additionalProperties": false});
            (rule.name.to_owned(), schema)
        })
        .collect();
    let list = |description: &str| json!({"type": "array", "items": {"$ref": "#/$defs/rule"}, "description": description});
    let choices = json!({
        "select": list("The rules that run: names, groups, default or all"),
        "extend-select": list("Additional rules that run"),
        "ignore": list("Rules that do not run"),
        "type": {"enum": ["standard", "express"], "description": "The type of state machine"},
        "severity": {"type": "object", "properties": severities, "additionalProperties": false,
            "description": "The severity of each rule's findings"},
        "rules": {"type": "object", "properties": options, "additionalProperties": false,
            "description": "Options of individual rules"},
    });
    let with = |more: Value| {
        let mut all = choices.as_object().cloned().unwrap_or_default();
        all.extend(more.as_object().cloned().unwrap_or_default());
        all
    };
    let files = with(json!({
        "paths": {"type": "array", "items": {"type": "string"},
            "description": "File patterns, relative to the folder of this file"},
    }));
    let lint = with(json!({
        "baseline": {"type": "string", "description": "A file with findings to leave out; lint --write-baseline writes it"},
        "files": {"type": "array", "description": "Settings for some files; later entries take precedence",
            "items": {"type": "object", "properties": files, "required": ["paths"], "additionalProperties": false}},
    }));
    let patterns =
        |description: &str| json!({"type": "array", "items": {"type": "string"}, "description": description});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sfn-tool.toml",
        "type": "object",
        "properties": {
            "include": patterns("Only these files of folders are searched for state machines: patterns as in .gitignore, relative to the folder of this file; default all"),
            "exclude": patterns("Files and folders that are left out: patterns as in .gitignore, relative to the folder of this file"),
            "lint": {"description": "Which lint rules run, and how", "type": "object", "properties": lint, "additionalProperties": false},
            "cost": cost::schema(),
        },
        "additionalProperties": false,
        "$defs": {"rule": {"enum": names}},
    })
}
