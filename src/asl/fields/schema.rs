//! The table as a JSON Schema, for editors: `schemas/asl.schema.json`.
//!
//! `validate/` walks the table itself: a schema can say neither which fields AWS lists nor in which order, and compiling
//! it costs 5 ms in every run of the tool, where the walk and every other check take 13 us for the seeds' order
//! workflow, as long as running the compiled schema alone (benches/validate.rs). That both say the same is tested, for
//! every field on every type of state (tests/schema.rs).
//!
//! A state's fields depend on its query language, which it may set itself or inherit from the machine, and nothing
//! between: so each type has one schema a language, and Map and Parallel, whose bodies inherit from the machine, one
//! a pair of languages.

use serde_json::{Map, Value, json};

use super::docs::doc;
use super::{Choice, Count, Field, Kind, Shape};
use crate::asl::{QueryLanguage, StateType};

/// Where a schema stands: the machine's language, and that of the state it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    machine: QueryLanguage,
    state: QueryLanguage,
}

const JSONPATH: Place = Place {
    machine: QueryLanguage::JsonPath,
    state: QueryLanguage::JsonPath,
};
const JSONATA: Place = Place {
    machine: QueryLanguage::Jsonata,
    state: QueryLanguage::Jsonata,
};
/// A JSONata state of a JSONPath machine; the other way round is not allowed.
const MIXED: Place = Place {
    machine: QueryLanguage::JsonPath,
    state: QueryLanguage::Jsonata,
};

/// What a template fills in later, in any string.
const PLACEHOLDER: &str = "\\$\\{";
/// The same, and nothing else in the string.
const WHOLE_PLACEHOLDER: &str = "^\\$\\{[^{}]+\\}$";
/// A JSONata expression, or what is filled in later.
const EXPRESSION: &str = "^\\{%[\\s\\S]*%\\}$|\\$\\{";

/// The JSON Schema (draft 2020-12) of a definition.
pub fn json_schema() -> Value {
    let mut defs = Map::new();
    for place in [JSONPATH, JSONATA, MIXED] {
        for kind in Kind::ALL {
            let unused = matches!(kind, Kind::Machine | Kind::AnyState);
            if unused || !is_distinct(kind, place) {
                continue;
            }
            defs.insert(name(kind, place), object(kind, place));
        }
    }
    for place in [JSONPATH, JSONATA] {
        defs.insert(format!("State_{}", place.machine), state(place.machine));
    }
    // The machine's States are refined by its query language.
    let mut machine = object(Kind::Machine, JSONPATH);
    let states = |place| json!({"properties": {"States": states_of(place)}});
    if let Value::Object(machine) = &mut machine {
        let mut root = Map::new();
        root.insert(
            "$schema".into(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        root.insert(
            "$id".into(),
            json!("https://raw.githubusercontent.com/sfn-tool/sfn-tool/main/schemas/asl.schema.json"),
        );
        root.insert("title".into(), json!("Amazon States Language"));
        root.insert(
            "$comment".into(),
            json!("Generated from the table of fields in src/asl/fields; do not edit."),
        );
        root.append(machine);
        if let Some(Value::Object(properties)) = root.get_mut("properties") {
            properties.insert(
                "States".into(),
                documented(json!({"type": "object"}), Kind::Machine, "States"),
            );
        }
        root.insert("if".into(), is_unknown_language());
        root.insert(
            "else".into(),
            json!({"if": is_jsonata(), "then": states(JSONATA), "else": states(JSONPATH)}),
        );
        root.insert("$defs".into(), Value::Object(defs));
        return Value::Object(root);
    }
    machine
}

/// `QueryLanguage` is there, and anything but JSONPath, which then counts as JSONata.
fn is_jsonata() -> Value {
    json!({
        "required": ["QueryLanguage"],
        "properties": {"QueryLanguage": {"not": {"const": "JSONPath"}}}
    })
}

/// `QueryLanguage` is filled in when the definition is deployed.
fn is_unknown_language() -> Value {
    json!({
        "required": ["QueryLanguage"],
        "properties": {"QueryLanguage": {"type": "string", "pattern": PLACEHOLDER}}
    })
}

/// A value, or what fills it in when the definition is deployed.
fn or_placeholder(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "string", "pattern": WHOLE_PLACEHOLDER}]})
}

/// Whether `place` needs a schema of its own for `kind`.
fn is_distinct(kind: Kind, place: Place) -> bool {
    match kind {
        Kind::State(StateType::Map | StateType::Parallel) => true,
        // JSONata has And, Or and Not in its expressions.
        Kind::NestedRule => place == JSONPATH,
        _ => place != MIXED,
    }
}

fn name(kind: Kind, place: Place) -> String {
    let kind_name = match kind {
        Kind::State(state_type) => state_type.name().to_owned(),
        other => format!("{other:?}"),
    };
    let bodies = matches!(kind, Kind::State(StateType::Map | StateType::Parallel));
    match place {
        // A body's states inherit from the machine.
        MIXED if matches!(kind, Kind::Branch | Kind::Processor) => name(kind, JSONPATH),
        MIXED if bodies => format!("{kind_name}_JSONata_in_JSONPath"),
        _ => format!("{kind_name}_{}", place.state),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn states_of(place: Place) -> Value {
    json!({
        "type": "object",
        "additionalProperties": or_placeholder(reference(&format!("State_{}", place.machine)))
    })
}

/// A state of a machine of this language: its type and its own language choose the schema.
fn state(machine: QueryLanguage) -> Value {
    let by_type = |place| -> Vec<Value> {
        StateType::ALL
            .into_iter()
            .map(|state_type| {
                json!({
                    "if": {"required": ["Type"], "properties": {"Type": {"const": state_type.name()}}},
                    "then": reference(&name(Kind::State(state_type), place))
                })
            })
            .collect()
    };
    let types: Vec<&str> = StateType::ALL.into_iter().map(StateType::name).collect();
    let types = json!({"anyOf": [{"enum": types}, {"type": "string", "pattern": PLACEHOLDER}]});
    let mut schema = json!({
        "type": "object",
        "required": ["Type"],
        "properties": {"Type": documented(types, Kind::AnyState, "Type")}
    });
    match machine {
        QueryLanguage::JsonPath => {
            schema["if"] = is_unknown_language();
            schema["else"] = json!({
                "if": is_jsonata(),
                "then": {"allOf": by_type(MIXED)},
                "else": {"allOf": by_type(JSONPATH)}
            });
        }
        QueryLanguage::Jsonata => {
            let language = json!({"not": {"const": "JSONPath"}});
            schema["properties"]["QueryLanguage"] = documented(language, Kind::AnyState, "QueryLanguage");
            schema["if"] = is_unknown_language();
            schema["else"] = json!({"allOf": by_type(JSONATA)});
        }
    }
    schema
}

fn object(kind: Kind, place: Place) -> Value {
    let fields: Vec<&Field> = match kind {
        Kind::Machine => kind.fields().collect(),
        _ => kind.fields_in(place.state).collect(),
    };
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            (
                field.name.to_owned(),
                documented(value(field, place), kind, field.name),
            )
        })
        .collect();
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("properties".into(), Value::Object(properties));
    if !kind.entry().open {
        schema.insert("additionalProperties".into(), json!(false));
    }
    let has = |name: &&str| fields.iter().any(|f| f.name == *name);
    let mut all: Vec<Value> = kind
        .entry()
        .choices
        .iter()
        .filter_map(|choice| {
            let names: Vec<&str> = choice.fields.iter().copied().filter(has).collect();
            exclusive(choice, &names)
        })
        .collect();
    if place.state == QueryLanguage::JsonPath && matches!(kind, Kind::ChoiceRule | Kind::NestedRule) {
        all.push(comparisons(kind));
    }
    match kind {
        // AWS has no schema for this one: the member itself may be written with `.$`.
        Kind::Credentials if place.state == QueryLanguage::JsonPath => {
            all.push(json!({"anyOf": [{"required": ["RoleArn"]}, {"required": ["RoleArn.$"]}]}));
        }
        Kind::Credentials => all.push(json!({"required": ["RoleArn"]})),
        // What is sent to S3 [aws-cdk#33396].
        Kind::ItemReader | Kind::ResultWriter => {
            let payload = place.state.payload_field();
            all.push(json!({"if": {"required": ["Resource"]}, "then": {"required": [payload]}}));
        }
        _ => {}
    }
    if !all.is_empty() {
        schema.insert("allOf".into(), Value::from(all));
    }
    Value::Object(schema)
}

/// Fields that exclude each other. The comparison operators are too many for pairs; see [`comparisons`].
fn exclusive(choice: &Choice, names: &[&str]) -> Option<Value> {
    let required = |name: &&str| json!({"required": [name]});
    match choice.count {
        Count::AtMostOne if names.len() == 2 => Some(json!({"not": {"required": names}})),
        Count::AtMostOne => None,
        Count::ExactlyOne | Count::ExactlyOneOfRule if names.len() == 1 => Some(required(&names[0])),
        Count::ExactlyOne | Count::ExactlyOneOfRule => {
            Some(json!({"oneOf": names.iter().map(required).collect::<Vec<_>>()}))
        }
    }
}

/// `Variable` stands with exactly one comparison, And, Or and Not with none.
fn comparisons(kind: Kind) -> Value {
    let operators: Vec<&str> = kind
        .fields()
        .map(|f| f.name)
        .filter(|name| crate::asl::comparison(name).is_some())
        .collect();
    let one: Vec<Value> = operators.iter().map(|name| json!({"required": [name]})).collect();
    json!({
        "if": {"required": ["Variable"]},
        "then": {"oneOf": one},
        "else": {"not": {"anyOf": one}}
    })
}

/// A field's schema with what the field means.
fn documented(schema: Value, kind: Kind, name: &str) -> Value {
    let (Value::Object(schema), Some(doc)) = (&schema, doc(kind, name)) else {
        return schema;
    };
    let mut all = Map::new();
    all.insert(
        "description".into(),
        format!("{} {}", doc.description, doc.page).into(),
    );
    all.extend(schema.clone());
    all.insert("examples".into(), json!([doc.example]));
    Value::Object(all)
}

fn value(field: &Field, place: Place) -> Value {
    let expression = field.expression && place.state == QueryLanguage::Jsonata;
    let pattern = if expression { EXPRESSION } else { PLACEHOLDER };
    match field.shape {
        Shape::Json | Shape::Template => json!({}),
        Shape::Resource => json!({"type": "string", "pattern": "^arn:[^:]*:|\\$\\{"}),
        Shape::Text | Shape::Target | Shape::Pointer => json!({"type": "string"}),
        Shape::Bool => json!({"type": ["boolean", "string"], "pattern": PLACEHOLDER}),
        Shape::Integer(low, high) => {
            let mut schema = json!({"type": ["integer", "string"], "minimum": low, "pattern": pattern});
            if high != i64::MAX {
                schema["maximum"] = json!(high);
            }
            schema
        }
        Shape::Number(low, high) => {
            let mut schema = json!({"type": ["number", "string"], "pattern": pattern});
            if low != f64::MIN {
                schema["minimum"] = json!(low);
            }
            if high != f64::MAX {
                schema["maximum"] = json!(high);
            }
            schema
        }
        Shape::AtLeast(low) => json!({"type": ["number", "string"], "minimum": low, "pattern": pattern}),
        Shape::Enum(values) => {
            json!({"anyOf": [{"enum": values}, {"type": "string", "pattern": PLACEHOLDER}]})
        }
        Shape::States => or_placeholder(states_of(place)),
        Shape::StorageResource(actions) => {
            let actions = actions.join("|");
            json!({"type": "string", "pattern": format!("^arn:[^:]+:states:::({actions})$|\\$\\{{")})
        }
        Shape::Timestamp => {
            let day = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$";
            json!({"type": "string", "pattern": format!("{day}|{pattern}")})
        }
        Shape::Label => json!({"type": "string", "anyOf": [
            {"minLength": 1, "maxLength": 40},
            {"pattern": PLACEHOLDER}
        ]}),
        Shape::Path => json!({"type": ["string", "null"], "pattern": "^\\s*\\$"}),
        Shape::ReferencePath { null: true, .. } => json!({"type": ["string", "null"], "pattern": "^\\s*\\$"}),
        Shape::ReferencePath { null: false, .. } => json!({"type": "string", "pattern": "^\\s*\\$"}),
        Shape::PathOrCall => json!({"type": "string", "pattern": "^\\s*(\\$|States\\.)"}),
        Shape::Assign => or_placeholder(json!({"type": "object"})),
        Shape::Condition => or_placeholder(json!({"type": ["string", "boolean"], "pattern": EXPRESSION})),
        Shape::Items => or_placeholder(json!({"type": ["string", "array", "object"], "pattern": EXPRESSION})),
        Shape::ErrorNames => {
            or_placeholder(json!({"type": "array", "minItems": 1, "items": {"type": "string"}}))
        }
        Shape::Texts => or_placeholder(json!({"type": "array", "items": {"type": "string"}})),
        Shape::Object(kind) => or_placeholder(reference(&name(kind, inner(place, kind)))),
        Shape::List { of, non_empty } => {
            let item = or_placeholder(reference(&name(of, inner(place, of))));
            let mut schema = json!({"type": "array", "items": item});
            if non_empty {
                schema["minItems"] = json!(1);
            }
            or_placeholder(schema)
        }
    }
}

/// The place of an object inside a state.
fn inner(place: Place, kind: Kind) -> Place {
    match (place, kind) {
        (MIXED, Kind::Branch | Kind::Processor | Kind::ProcessorConfig) => JSONPATH,
        (MIXED, _) => JSONATA,
        _ => place,
    }
}
