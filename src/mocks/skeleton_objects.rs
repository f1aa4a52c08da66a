//! What S3 holds, to start from: for each ItemReader that names its object, one with a single item.

use serde_json::{Map, Value as Json, json};

use crate::asl::{StateMachine, StateType};
use crate::source::NodeRef;

/// The `Objects` of a skeleton. What a path or an expression names is known when it runs, not before.
pub(super) fn objects(machine: &StateMachine) -> Map<String, Json> {
    let mut objects = Map::new();
    for state in machine.states() {
        if state.state_type == Some(StateType::Map)
            && let Some(reader) = machine.field(state.id, "ItemReader")
        {
            add(&mut objects, reader);
        }
    }
    objects
}

fn add(objects: &mut Map<String, Json>, reader: NodeRef<'_>) {
    let (config, arguments) = (
        reader.get("ReaderConfig"),
        reader.get("Parameters").or_else(|| reader.get("Arguments")),
    );
    let argument = |name| fixed(arguments?.get(name)?);
    let Some(bucket) = argument("Bucket") else {
        return;
    };
    let setting = |name| config.and_then(|config| fixed(config.get(name)?));
    let lists = reader
        .get("Resource")
        .and_then(NodeRef::as_str)
        .is_some_and(|resource| resource.ends_with(":s3:listObjectsV2"));
    let key = if lists {
        format!("{}object", argument("Prefix").unwrap_or_default())
    } else {
        match argument("Key") {
            Some(key) => key.to_owned(),
            None => return,
        }
    };
    let data = "s3://bucket/data";
    let object = match (setting("ManifestType"), setting("InputType")) {
        (Some("ATHENA_DATA"), input_type) => {
            objects.insert(data.to_owned(), content(input_type, config));
            json!({"Body": format!("{data}\n")})
        }
        (Some("S3_INVENTORY"), input_type) | (None, input_type @ Some("MANIFEST")) => {
            let row = "\"bucket\",\"object\"\n";
            objects.insert(data.to_owned(), json!({"Body": row}));
            if setting("Transformation") == Some("LOAD_AND_FLATTEN") {
                objects.insert("s3://bucket/object".to_owned(), content(input_type, config));
            }
            json!({"Json": {
                "sourceBucket": "bucket",
                "destinationBucket": "arn:aws:s3:::bucket",
                "fileFormat": "CSV",
                "fileSchema": "Bucket, Key",
                "files": [{"key": "data", "size": row.len()}]
            }})
        }
        (_, input_type) => content(input_type, config),
    };
    objects.insert(format!("s3://{bucket}/{key}"), object);
}

/// A text that is no expression.
fn fixed(node: NodeRef<'_>) -> Option<&str> {
    node.as_str().filter(|text| !text.starts_with("{%"))
}

/// One item of a format.
fn content(input_type: Option<&str>, config: Option<NodeRef<'_>>) -> Json {
    let setting = |name: &str| config.and_then(|config| config.get(name));
    match input_type {
        Some("CSV") => {
            let delimiter = match setting("CSVDelimiter").and_then(NodeRef::as_str) {
                Some("PIPE") => "|",
                Some("SEMICOLON") => ";",
                Some("SPACE") => " ",
                Some("TAB") => "\t",
                _ => ",",
            };
            let columns = setting("CSVHeaders").map(|headers| headers.items().count());
            let row = |word: &str, columns: usize| {
                let fields: Vec<String> = (1..=columns).map(|number| format!("{word}{number}")).collect();
                format!("{}\n", fields.join(delimiter))
            };
            json!({"Body": match columns {
                Some(columns) => row("value", columns),
                None => row("column", 2) + &row("value", 2),
            }})
        }
        Some("JSONL") => json!({"Body": "{}\n"}),
        Some("JSON") => {
            let pointer = setting("ItemsPointer").and_then(fixed).unwrap_or_default();
            let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
            let whole = tokens.iter().rev().fold(
                json!([{}]),
                |inner, token| json!({(token.replace("~1", "/").replace("~0", "~")): inner}),
            );
            json!({"Json": whole})
        }
        _ => json!({"Body": ""}),
    }
}
