//! What S3 holds, to start from: for each ItemReader an object with a single item.

use serde_json::{Map, Value as Json, json};

use crate::asl::{ReaderConfigFields, ReaderFields, StateId, StateMachine, StateType};
use crate::source::NodeRef;

/// The `Objects` of a skeleton.
pub(super) fn objects(
    machine: &StateMachine,
    read: impl Fn(StateId) -> Option<(Json, Json)>,
) -> Map<String, Json> {
    let mut objects = Map::new();
    for state in machine.states() {
        if state.state_type == Some(StateType::Map)
            && let Some(reader) = state.fields(machine).item_reader()
        {
            let (item, arguments) = read(state.id).unwrap_or_else(|| (json!({}), json!({})));
            add(&mut objects, reader, &item, &arguments);
        }
    }
    objects
}

fn add<'m>(objects: &mut Map<String, Json>, reader: ReaderFields<'m>, item: &Json, arguments: &Json) {
    let config = reader.reader_config();
    let argument = |name: &str| arguments.get(name).and_then(Json::as_str);
    let Some(bucket) = argument("Bucket") else {
        return;
    };
    let setting = |of: fn(ReaderConfigFields<'m>) -> Option<NodeRef<'m>>| fixed(of(config?)?);
    let lists = reader
        .resource()
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
    let object = match (
        setting(ReaderConfigFields::manifest_type),
        setting(ReaderConfigFields::input_type),
    ) {
        (Some("ATHENA_DATA"), input_type) => {
            objects.insert(data.to_owned(), content(input_type, config, item));
            json!({"Body": format!("{data}\n")})
        }
        (Some("S3_INVENTORY"), input_type) | (None, input_type @ Some("MANIFEST")) => {
            let row = "\"bucket\",\"object\"\n";
            objects.insert(data.to_owned(), json!({"Body": row}));
            if setting(ReaderConfigFields::transformation) == Some("LOAD_AND_FLATTEN") {
                objects.insert("s3://bucket/object".to_owned(), content(input_type, config, item));
            }
            json!({"Json": {
                "sourceBucket": "bucket",
                "destinationBucket": "arn:aws:s3:::bucket",
                "fileFormat": "CSV",
                "fileSchema": "Bucket, Key",
                "files": [{"key": "data", "size": row.len()}]
            }})
        }
        (_, input_type) => content(input_type, config, item),
    };
    objects.insert(format!("s3://{bucket}/{key}"), object);
}

/// A text that is no expression.
fn fixed(node: NodeRef<'_>) -> Option<&str> {
    node.as_str().filter(|text| !text.starts_with("{%"))
}

/// One item of a format.
fn content(input_type: Option<&str>, config: Option<ReaderConfigFields<'_>>, item: &Json) -> Json {
    match input_type {
        Some("CSV") => {
            let delimiter = match config.and_then(|config| config.csv_delimiter()?.as_str()) {
                Some("PIPE") => "|",
                Some("SEMICOLON") => ";",
                Some("SPACE") => " ",
                Some("TAB") => "\t",
                _ => ",",
            };
            let row = |fields: Vec<String>| format!("{}\n", fields.join(delimiter));
            let members = || item.as_object().into_iter().flatten();
            // A line of a file has texts only, and what delimits them is no part of one.
            let plain = |value: &Json| match value {
                Json::String(text) if !text.contains(['\n', '"']) && !text.contains(delimiter) => {
                    text.clone()
                }
                Json::Number(number) => number.to_string(),
                Json::Bool(truth) => truth.to_string(),
                _ => "value".to_owned(),
            };
            let headers: Option<Vec<&str>> = (config.and_then(|config| config.csv_headers()))
                .map(|headers| headers.items().filter_map(NodeRef::as_str).collect());
            json!({"Body": match headers {
                Some(headers) => row(
                    (headers.iter().enumerate())
                        .map(|(i, name)| item.get(name).map_or_else(|| format!("value{}", i + 1), plain))
                        .collect(),
                ),
                None if members().next().is_none() => "column1,column2\nvalue1,value2\n".replace(',', delimiter),
                None => {
                    row(members().map(|(name, _)| name.clone()).collect())
                        + &row(members().map(|(_, value)| plain(value)).collect())
                }
            }})
        }
        Some("JSONL") => json!({"Body": format!("{item}\n")}),
        Some("JSON") => {
            let pointer = config
                .and_then(|config| fixed(config.items_pointer()?))
                .unwrap_or_default();
            let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
            let whole = tokens.iter().rev().fold(
                json!([item]),
                |inner, token| json!({(token.replace("~1", "/").replace("~0", "~")): inner}),
            );
            json!({"Json": whole})
        }
        _ => json!({"Body": ""}),
    }
}
