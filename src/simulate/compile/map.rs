//! Map: its items, its numbers, and what it has in distributed mode.

use std::sync::Arc;

use md5::{Digest, Md5};

use super::fields::{self, Fields, error};
use super::{bodies, scope_node};
use crate::asl::{QueryLanguage, Resource, ScopeKind};
use crate::simulate::error::CompileError;
use crate::simulate::flow::{Flow, Payload};
use crate::simulate::states::map::batcher::Batcher;
use crate::simulate::states::map::reader::{Dataset, Format, Headers, Reader};
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
    let execution_type = config
        .and_then(|config| config.get("ExecutionType"))
        .and_then(NodeRef::as_str);
    let mut flow = fields.flow()?;
    // A Map takes Parameters for the older name of ItemSelector.
    let older: Option<Payload> = match &mut flow {
        Flow::JsonPath(flow) => flow.parameters.take(),
        Flow::Jsonata(_) => None,
    };
    let items = match (fields.language, fields.get("Items")) {
        (QueryLanguage::Jsonata, Some(items)) => Items::Expression(fields::expression(items, "Items")?),
        (QueryLanguage::Jsonata, None) => Items::Input,
        (QueryLanguage::JsonPath, _) => Items::Path(fields::path_field(fields.get("ItemsPath"))?),
    };
    let distributed = if fields.machine.scope(processor).is_distributed() {
        let express = execution_type == Some("EXPRESS");
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
        label: match fields.get("Label").and_then(NodeRef::as_arc_str) {
            Some(label) => label.clone(),
            None => Arc::from(made_up_label(&fields.state.name)),
        },
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

/// AWS makes up a label where there is none; this one is the same for a state of the same name.
fn made_up_label(state: &str) -> String {
    let hex: String = Md5::digest(state)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A member that is a string.
fn text<'m>(node: Option<NodeRef<'m>>, name: &str) -> Option<&'m str> {
    node.and_then(|node| node.get(name)).and_then(NodeRef::as_str)
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
    let action = match Resource::parse(resource.as_str().unwrap_or_default()) {
        Resource::Integration {
            service: "s3",
            action,
            ..
        } => action,
        _ => "",
    };
    let config = node.get("ReaderConfig");
    let flatten = text(config, "Transformation") == Some("LOAD_AND_FLATTEN");
    let manifest = text(config, "ManifestType");
    let is_manifest = manifest.is_some() || text(config, "InputType") == Some("MANIFEST");
    let dataset = match action {
        "listObjectsV2" if flatten => Dataset::Listing(Some(format(node, config)?)),
        "listObjectsV2" => Dataset::Listing(None),
        "getObject" if manifest == Some("ATHENA_DATA") => Dataset::AthenaManifest(format(node, config)?),
        "getObject" if is_manifest && flatten => Dataset::Inventory(Some(format(node, config)?)),
        "getObject" if is_manifest => Dataset::Inventory(None),
        "getObject" => Dataset::Object(format(node, config)?),
        _ => return Err(error(resource, "must be s3:getObject or s3:listObjectsV2")),
    };
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
    let pointer = config
        .and_then(|config| config.get("ItemsPointer"))
        .filter(|node| fields.language == QueryLanguage::Jsonata && fields::is_expression(*node))
        .map(|node| fields::expression(node, "ItemReader/ReaderConfig/ItemsPointer"))
        .transpose()?;
    Ok(Reader {
        pointer,
        dataset,
        arguments: arguments(fields, node, "ItemReader")?,
        max_items,
    })
}

/// How the text of an object holds items.
fn format(reader: NodeRef<'_>, config: Option<NodeRef<'_>>) -> Result<Format, CompileError> {
    let config = config.ok_or_else(|| error(reader, "has no ReaderConfig"))?;
    let input_type = config
        .get("InputType")
        .ok_or_else(|| error(config, "has no InputType"))?;
    match input_type.as_str() {
        Some("JSON") => Ok(Format::Json {
            pointer: text(Some(config), "ItemsPointer").map(Arc::from),
        }),
        Some("JSONL") => Ok(Format::JsonLines),
        Some("CSV") => csv(config),
        Some("PARQUET") => Err(error(
            input_type,
            "the simulator does not read Parquet files; give the rows as JSON Lines, and simulate with InputType JSONL",
        )),
        _ => Err(error(input_type, "must be CSV, JSON or JSONL")),
    }
}

fn csv(config: NodeRef<'_>) -> Result<Format, CompileError> {
    let delimiter = match text(Some(config), "CSVDelimiter") {
        None | Some("COMMA") => b',',
        Some("PIPE") => b'|',
        Some("SEMICOLON") => b';',
        Some("SPACE") => b' ',
        Some("TAB") => b'\t',
        Some(_) => {
            return Err(error(
                config,
                "CSVDelimiter must be COMMA, PIPE, SEMICOLON, SPACE or TAB",
            ));
        }
    };
    let headers = match text(Some(config), "CSVHeaderLocation") {
        Some("FIRST_ROW") => Headers::FirstRow,
        Some("GIVEN") => {
            let node = config
                .get("CSVHeaders")
                .ok_or_else(|| error(config, "has no CSVHeaders"))?;
            let headers = node.items().map(|header| header.as_arc_str().cloned());
            let headers: Option<Vec<Arc<str>>> = headers.collect();
            Headers::Given(headers.ok_or_else(|| error(node, "must be strings"))?.into())
        }
        _ => return Err(error(config, "CSVHeaderLocation must be FIRST_ROW or GIVEN")),
    };
    Ok(Format::Csv { delimiter, headers })
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
        is_empty: node.members().is_empty(),
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
