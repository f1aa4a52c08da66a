//! Map: its items, its numbers, and what it has in distributed mode.

use std::sync::Arc;

use super::fields::{self, Fields, error};
use super::{bodies, scope_node};
use crate::asl::{QueryLanguage, ScopeKind};
use crate::simulate::error::CompileError;
use crate::simulate::flow::{Flow, Payload};
use crate::simulate::states::map::batcher::Batcher;
use crate::simulate::states::map::reader::{Delimiter, Format, Headers, Reader, Source};
use crate::simulate::states::map::tolerance::Tolerance;
use crate::simulate::states::map::writer::{Transformation, Writer};
use crate::simulate::states::map::{Count, Distributed, Items, Map};
use crate::source::NodeRef;
use crate::value::Number;

pub(super) fn map_state(fields: &Fields<'_>) -> Result<Map, CompileError> {
    let processors = bodies(fields, |kind| kind == ScopeKind::Processor);
    let [processor] = processors[..] else {
        return Err(error(fields.node, "must have one of ItemProcessor and Iterator"));
    };
    let config = scope_node(fields, processor).get("ProcessorConfig");
    let of_config = |name: &str| {
        config
            .and_then(|config| config.get(name))
            .and_then(NodeRef::as_str)
    };
    let mut flow = fields.flow()?;
    // A Map takes Parameters for the older name of ItemSelector.
    let older: Option<Payload> = match &mut flow {
        Flow::JsonPath(flow) => flow.parameters.take(),
        Flow::Jsonata(_) => None,
    };
    let items = match (fields.get("ItemReader"), fields.language, fields.get("Items")) {
        (Some(_), ..) => Items::Reader,
        (None, QueryLanguage::Jsonata, Some(items)) => Items::Expression(fields::expression(items, "Items")?),
        _ => Items::Path(fields::path_field(fields.get("ItemsPath"))?),
    };
    let distributed = if of_config("Mode") == Some("DISTRIBUTED") {
        let express = of_config("ExecutionType") == Some("EXPRESS");
        Some(Box::new(distributed(fields, express)?))
    } else if let Some(reader) = fields.get("ItemReader") {
        return Err(error(reader, "only a Distributed Map reads items from S3"));
    } else {
        None
    };
    Ok(Map {
        flow,
        items,
        item_selector: fields.payload("ItemSelector")?.or(older),
        max_concurrency: count(fields, fields.node, "MaxConcurrency", "MaxConcurrencyPath", "")?,
        processor,
        distributed,
    })
}

fn distributed(fields: &Fields<'_>, express: bool) -> Result<Distributed, CompileError> {
    let node = fields.node;
    Ok(Distributed {
        express,
        label: fields.get("Label").and_then(NodeRef::as_arc_str).cloned(),
        reader: fields
            .get("ItemReader")
            .map(|reader| self::reader(fields, reader))
            .transpose()?,
        batcher: fields
            .get("ItemBatcher")
            .map(|batcher| self::batcher(fields, batcher))
            .transpose()?,
        writer: fields
            .get("ResultWriter")
            .map(|writer| self::writer(fields, writer))
            .transpose()?,
        tolerance: Tolerance {
            count: count(
                fields,
                node,
                "ToleratedFailureCount",
                "ToleratedFailureCountPath",
                "",
            )?,
            percentage: count(
                fields,
                node,
                "ToleratedFailurePercentage",
                "ToleratedFailurePercentagePath",
                "",
            )?,
        },
    })
}

/// A number of an object: the field, its `...Path`, or in JSONata an expression, named for causes by what holds it.
fn count(
    fields: &Fields<'_>,
    object: NodeRef<'_>,
    name: &'static str,
    path_name: &'static str,
    holder: &str,
) -> Result<Option<Count>, CompileError> {
    if let Some(node) = object.get(path_name) {
        return Ok(Some(Count::Path(path_name, fields::path(node)?)));
    }
    match object.get(name) {
        None => Ok(None),
        Some(node) if fields.language == QueryLanguage::Jsonata && fields::is_expression(node) => {
            let expression = fields::expression(node, &format!("{holder}{name}"))?;
            Ok(Some(Count::Expression(name, expression)))
        }
        Some(node) => number(node).map(|number| Some(Count::Fixed(name, number))),
    }
}

fn number(node: NodeRef<'_>) -> Result<Number, CompileError> {
    node.as_number()
        .filter(|number| number.as_f64() >= 0.0)
        .cloned()
        .ok_or_else(|| error(node, "must be a number, not negative"))
}

/// `Parameters` or `Arguments` of a reader or writer.
fn arguments(
    fields: &Fields<'_>,
    object: NodeRef<'_>,
    holder: &str,
) -> Result<Option<Payload>, CompileError> {
    let name = match fields.language {
        QueryLanguage::JsonPath => "Parameters",
        QueryLanguage::Jsonata => "Arguments",
    };
    object
        .get(name)
        .map(|node| fields.payload_at(node, &format!("{holder}/{name}")))
        .transpose()
}

fn reader(fields: &Fields<'_>, node: NodeRef<'_>) -> Result<Reader, CompileError> {
    let resource = node
        .get("Resource")
        .ok_or_else(|| error(node, "has no Resource"))?;
    let source = match resource.as_str().and_then(|arn| arn.split(":states:::").nth(1)) {
        Some("s3:getObject") => Source::GetObject,
        Some("s3:listObjectsV2") => Source::ListObjects,
        _ => return Err(error(resource, "must be s3:getObject or s3:listObjectsV2")),
    };
    let config = node.get("ReaderConfig");
    let of_config = |name: &str| config.and_then(|config| config.get(name));
    let text = |name: &str| of_config(name).and_then(NodeRef::as_str);
    let max_items = match config {
        Some(config) => count(
            fields,
            config,
            "MaxItems",
            "MaxItemsPath",
            "ItemReader/ReaderConfig/",
        )?,
        None => None,
    };
    Ok(Reader {
        source,
        arguments: arguments(fields, node, "ItemReader")?,
        format: format(config)?,
        max_items,
        pointer: of_config("ItemsPointer").and_then(NodeRef::as_arc_str).cloned(),
        load_and_flatten: text("Transformation") == Some("LOAD_AND_FLATTEN"),
    })
}

fn format(config: Option<NodeRef<'_>>) -> Result<Format, CompileError> {
    let Some(config) = config else {
        return Ok(Format::Json);
    };
    let manifest = config.get("ManifestType").and_then(NodeRef::as_str);
    if manifest == Some("S3_INVENTORY") {
        return Ok(Format::Inventory);
    }
    let Some(input) = config.get("InputType") else {
        return Ok(Format::Json);
    };
    let format = match input.as_str() {
        Some("JSON") => Format::Json,
        Some("JSONL") => Format::JsonLines,
        Some("CSV") => csv(config)?,
        Some("MANIFEST") => Format::Inventory,
        Some("PARQUET") => return Err(error(input, "the simulator does not read Parquet files")),
        _ => {
            return Err(error(
                input,
                "must be one of CSV, JSON, JSONL, PARQUET and MANIFEST",
            ));
        }
    };
    Ok(if manifest == Some("ATHENA_DATA") {
        Format::AthenaData(Box::new(format))
    } else {
        format
    })
}

fn csv(config: NodeRef<'_>) -> Result<Format, CompileError> {
    let delimiter = match config.get("CSVDelimiter") {
        None => Delimiter(','),
        Some(node) => node
            .as_str()
            .and_then(Delimiter::from_name)
            .ok_or_else(|| error(node, "must be one of COMMA, PIPE, SEMICOLON, SPACE and TAB"))?,
    };
    let headers = match config.get("CSVHeaders") {
        None => Headers::FirstRow,
        Some(node) => Headers::Given(
            node.items()
                .map(|header| {
                    header
                        .as_arc_str()
                        .cloned()
                        .ok_or_else(|| error(header, "must be a string"))
                })
                .collect::<Result<Vec<Arc<str>>, _>>()?,
        ),
    };
    Ok(Format::Csv(headers, delimiter))
}

fn batcher(fields: &Fields<'_>, node: NodeRef<'_>) -> Result<Batcher, CompileError> {
    let holder = "ItemBatcher/";
    Ok(Batcher {
        max_items: count(fields, node, "MaxItemsPerBatch", "MaxItemsPerBatchPath", holder)?,
        max_bytes: count(
            fields,
            node,
            "MaxInputBytesPerBatch",
            "MaxInputBytesPerBatchPath",
            holder,
        )?,
        input: node
            .get("BatchInput")
            .map(|input| fields.payload_at(input, "ItemBatcher/BatchInput"))
            .transpose()?,
    })
}

fn writer(fields: &Fields<'_>, node: NodeRef<'_>) -> Result<Writer, CompileError> {
    let to_s3 = node.get("Resource").is_some();
    let config = node.get("WriterConfig");
    let text = |name: &str| {
        config
            .and_then(|config| config.get(name))
            .and_then(NodeRef::as_str)
    };
    Ok(Writer {
        to_s3,
        arguments: arguments(fields, node, "ResultWriter")?,
        transformation: match text("Transformation") {
            Some("COMPACT") => Transformation::Compact,
            Some("FLATTEN") => Transformation::Flatten,
            Some("NONE") => Transformation::None,
            // Files describe each execution; without a file the outputs are the result [ResultWriter].
            _ if to_s3 => Transformation::None,
            _ => Transformation::Compact,
        },
        lines: text("OutputType") == Some("JSONL"),
    })
}
