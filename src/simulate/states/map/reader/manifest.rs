//! Manifests: what lists other objects.

use std::sync::Arc;

use super::{Format, ReadError, csv, failed, object, parsed};
use crate::mocks::{Content, Mocks};
use crate::value::Value;

/// The rows of an S3 inventory: CSV files that `manifest.json` lists, whose columns `fileSchema` names [Amazon S3
/// inventory; concepts "S3 inventory" of ItemReader].
pub(super) fn inventory(manifest: &Value, most: usize, mocks: &Mocks) -> Result<Vec<Value>, ReadError> {
    let bucket = manifest
        .get("destinationBucket")
        .or_else(|| manifest.get("sourceBucket"))
        .and_then(Value::as_str)
        .map(|bucket| bucket.rsplit(":::").next().unwrap_or(bucket))
        .ok_or_else(|| failed("The manifest names no destinationBucket."))?;
    let headers = match manifest.get("fileSchema").and_then(Value::as_str) {
        Some(schema) => csv::Headers::Given(schema.split(',').map(|name| Arc::from(name.trim())).collect()),
        None => return Err(failed("The manifest has no fileSchema.")),
    };
    let mut items = Vec::new();
    let files = manifest
        .get("files")
        .and_then(Value::as_array)
        .unwrap_or_default();
    for file in files {
        let key = file.get("key").and_then(Value::as_str).unwrap_or_default();
        let left = most - items.len();
        match object(mocks, bucket, key)? {
            Content::Text(text) => items.extend(csv::read(&text, &headers, csv::Delimiter(','), left)?),
            Content::Json(_) => return Err(failed("A file of the inventory is not a CSV file.")),
        }
    }
    Ok(items)
}

/// The items of the objects that an Athena manifest lists, one `s3://bucket/key` a line.
pub(super) fn athena(
    content: &Content,
    format: &Format,
    most: usize,
    mocks: &Mocks,
) -> Result<Vec<Value>, ReadError> {
    let lines: Vec<String> = match content {
        Content::Text(text) => text.lines().map(str::to_owned).collect(),
        Content::Json(_) => match parsed(content)? {
            Value::Array(lines) => lines
                .iter()
                .filter_map(|line| line.as_str().map(str::to_owned))
                .collect(),
            _ => return Err(failed("The manifest is not a list of objects.")),
        },
    };
    let mut items = Vec::new();
    for line in lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
    {
        let place = line.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
        let Some((bucket, key)) = place else {
            return Err(failed(format!(
                "The manifest lists '{line}', which is no S3 object."
            )));
        };
        let content = object(mocks, bucket, key)?;
        let left = most - items.len();
        items.extend(format.items(&content, None, left, mocks)?);
    }
    Ok(items)
}
