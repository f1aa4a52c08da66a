//! The JSON Schema of test files, for editors: `schemas/test.schema.json`, made from the table of keys.

use serde_json::{Map, Value, json};

use super::fields::{CASE, FILE, Field, GAP, Keys, Named, Shape};

/// The schema of mock files, whose answers stand in test files, too.
const MOCKS: &str = include_str!("../../schemas/mocks.schema.json");

/// The schema.
pub fn schema() -> Value {
    let mocks: Value = serde_json::from_str(MOCKS).unwrap_or_default();
    let own_form = &mocks["anyOf"][0]["properties"];
    let mut definitions = mocks["$defs"].as_object().cloned().unwrap_or_default();
    let mut add = |name: &str, schema: Value| definitions.insert(name.to_owned(), schema);
    add("mockStates", own_form["States"].clone());
    add("mockObjects", own_form["Objects"].clone());
    add(
        "filled",
        json!({"description": "A value from a table row.", "type": "string", "pattern": "^\\$\\{[^}]*\\}$"}),
    );
    add("case", of(&CASE, true));
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://raw.githubusercontent.com/sfn-tool/sfn-tool/main/schemas/test.schema.json",
        "title": "Test file of sfn-tool",
        "description": "Cases for one definition: executions with mocked task results, and what is expected of them.",
    });
    if let (Some(all), Value::Object(file)) = (all.as_object_mut(), of(&FILE, false)) {
        all.extend(file);
        all.insert("$defs".to_owned(), Value::Object(definitions));
    }
    all
}

/// The schema of a shape; in a case `${name}` may stand for any of it.
fn of(shape: &Shape, in_case: bool) -> Value {
    let own = match shape {
        Shape::Value => return json!(true),
        Shape::Text | Shape::File | Shape::Pattern | Shape::Condition => return json!({"type": "string"}),
        Shape::State(Named::StateOrGap) => {
            return json!({"type": "string", "description": format!("A state, or '{GAP}' for any states in between.")});
        }
        Shape::State(_) => return json!({"type": "string"}),
        Shape::Time => return json!({"type": "string", "format": "date-time"}),
        Shape::Case => return json!({"$ref": "#/$defs/case"}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::Seconds => json!({"type": "number", "minimum": 0}),
        Shape::Count => json!({"type": "integer", "minimum": 0}),
        Shape::Object { fields, required } => {
            let mut object = json!({
                "type": "object",
                "properties": properties(fields, in_case),
                "additionalProperties": false,
            });
            if !required.is_empty() {
                object["required"] = json!(required);
            }
            // A case is an object, whatever its table holds.
            if required.contains(&"Name") {
                return object;
            }
            object
        }
        Shape::Members(keys, shape) => {
            let mut object = json!({"type": "object", "additionalProperties": of(shape, in_case)});
            if *keys == Keys::Paths {
                object["propertyNames"] = json!({"pattern": "^\\$"});
            }
            if let Keys::Words(words) = keys {
                // In a table a name may be filled in.
                object["propertyNames"] = json!({"anyOf": [{"enum": words}, {"pattern": "\\$\\{"}]});
            }
            object
        }
        Shape::List(shape) => json!({"type": "array", "items": of(shape, in_case)}),
        Shape::Some(shape) => json!({"type": "array", "items": of(shape, in_case), "minItems": 1}),
        Shape::Either(shapes) => {
            // What one of them may be filled with, all may: it is said once, below.
            let shapes: Vec<Value> = shapes.iter().map(|shape| inner(shape, in_case)).collect();
            json!({"anyOf": shapes})
        }
        Shape::MockStates => json!({"$ref": "#/$defs/mockStates"}),
        Shape::MockObjects => json!({"$ref": "#/$defs/mockObjects"}),
    };
    if in_case {
        json!({"anyOf": [own, {"$ref": "#/$defs/filled"}]})
    } else {
        own
    }
}

/// The schema of one of several shapes: filled in within it, not as a whole.
fn inner(shape: &Shape, in_case: bool) -> Value {
    let mut schema = of(shape, in_case);
    let filled = schema
        .get("anyOf")
        .and_then(Value::as_array)
        .is_some_and(|any| any.len() == 2 && any[1] == json!({"$ref": "#/$defs/filled"}));
    if filled { schema["anyOf"][0].take() } else { schema }
}

fn properties(fields: &[Field], in_case: bool) -> Map<String, Value> {
    fields
        .iter()
        .map(|field| {
            let mut schema = match of(field.shape, in_case && field.name != "Table") {
                Value::Object(schema) => schema,
                _ => Map::new(),
            };
            schema.insert("description".to_owned(), Value::from(field.description));
            (field.name.to_owned(), Value::Object(schema))
        })
        .collect()
}
