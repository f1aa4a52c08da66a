//! Map: its items, its numbers, and what it has in distributed mode.

use std::sync::Arc;

use md5::{Digest, Md5};

use super::bodies;
use super::fields::{self, Fields, error};
use crate::asl::{
    BatcherFields, MachineType, QueryLanguage, ReaderConfigFields, ReaderFields, Resource, ScopeKind,
    WriterFields,
};
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
        return Err(error(*fields.node, "must have one of ItemProcessor and Iterator"));
    };
    let scope = fields.machine.scope(processor);
    let mut flow = fields.flow()?;
    // A Map takes Parameters for the older name of ItemSelector.
    let older: Option<Payload> = match &mut flow {
        Flow::JsonPath(flow) => flow.parameters.take(),
        Flow::Jsonata(_) => None,
    };
    let items = match (fields.language, fields.node.items()) {
        (QueryLanguage::Jsonata, Some(items)) => Items::Expression(fields::expression(items, "Items")?),
        (QueryLanguage::Jsonata, None) => Items::Input,
        (QueryLanguage::JsonPath, _) => Items::Path(fields::path_field(fields.node.items_path())?),
    };
    let distributed = if scope.is_distributed() {
        let child_type = fields.machine.execution_type(processor, None);
        let express = child_type == Some(MachineType::Express);
        Some(Box::new(distributed(fields, express)?))
    } else if let Some(reader) = fields.node.item_reader() {
        return Err(error(*reader, "only a Distributed Map reads items from S3"));
    } else {
        None
    };
    Ok(Map {
        flow,
        has_items_path: fields.node.items_path().is_some(),
        items,
        item_selector: fields.payload(fields.node.item_selector())?.or(older),
        max_concurrency: count(fields, *fields.node, "MaxConcurrency", "MaxConcurrencyPath", "")?,
        processor,
        distributed,
    })
}

fn distributed(fields: &Fields<'_>, express: bool) -> Result<Distributed, CompileError> {
    let node = *fields.node;
    Ok(Distributed {
        express,
        label: match fields.node.label().and_then(NodeRef::as_arc_str) {
            Some(label) => label.clone(),
            None => Arc::from(made_up_label(&fields.state.name)),
        },
        reader: (fields.node.item_reader())
            .map(|reader| self::reader(fields, reader))
            .transpose()?,
        batcher: (fields.node.item_batcher())
            .map(|batcher| self::batcher(fields, batcher))
            .transpose()?,
        writer: (fields.node.result_writer())
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

/// The payload of a reader or writer.
fn arguments(
    fields: &Fields<'_>,
    payload: Option<NodeRef<'_>>,
    holder: &str,
) -> Result<Option<Payload>, CompileError> {
    let name = fields.language.payload_field();
    payload
        .map(|node| fields.payload_at(node, &format!("{holder}/{name}")))
        .transpose()
}

fn reader<'m>(fields: &Fields<'m>, node: ReaderFields<'m>) -> Result<Reader, CompileError> {
    let resource = node.resource().ok_or_else(|| error(*node, "has no Resource"))?;
    let action = match Resource::parse(resource.as_str().unwrap_or_default()) {
        Resource::Integration {
            service: "s3",
            action,
            ..
        } => action,
        _ => "",
    };
    let config = node.reader_config();
    let text =
        |of: fn(ReaderConfigFields<'m>) -> Option<NodeRef<'m>>| config.and_then(of).and_then(NodeRef::as_str);
    let flatten = text(ReaderConfigFields::transformation) == Some("LOAD_AND_FLATTEN");
    let manifest = text(ReaderConfigFields::manifest_type);
    let is_manifest = manifest.is_some() || text(ReaderConfigFields::input_type) == Some("MANIFEST");
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
            *config,
            "MaxItems",
            "MaxItemsPath",
            "ItemReader/ReaderConfig/",
        )?,
        None => None,
    };
    let pointer = config
        .and_then(|config| config.items_pointer())
        .filter(|node| fields.language == QueryLanguage::Jsonata && fields::is_expression(*node))
        .map(|node| fields::expression(node, "ItemReader/ReaderConfig/ItemsPointer"))
        .transpose()?;
    Ok(Reader {
        pointer,
        dataset,
        arguments: arguments(fields, node.payload(fields.language), "ItemReader")?,
        max_items,
    })
}

/// How the text of an object holds items.
fn format(reader: ReaderFields<'_>, config: Option<ReaderConfigFields<'_>>) -> Result<Format, CompileError> {
    let config = config.ok_or_else(|| error(*reader, "has no ReaderConfig"))?;
    let input_type = config
        .input_type()
        .ok_or_else(|| error(*config, "has no InputType"))?;
    match input_type.as_str() {
        Some("JSON") => Ok(Format::Json {
            pointer: config.items_pointer().and_then(NodeRef::as_str).map(Arc::from),
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

fn csv(config: ReaderConfigFields<'_>) -> Result<Format, CompileError> {
    let delimiter = match config.csv_delimiter().and_then(NodeRef::as_str) {
        None | Some("COMMA") => b',',
        Some("PIPE") => b'|',
        Some("SEMICOLON") => b';',
        Some("SPACE") => b' ',
        Some("TAB") => b'\t',
        Some(_) => {
            return Err(error(
                *config,
                "CSVDelimiter must be COMMA, PIPE, SEMICOLON, SPACE or TAB",
            ));
        }
    };
    let headers = match config.csv_header_location().and_then(NodeRef::as_str) {
        Some("FIRST_ROW") => Headers::FirstRow,
        Some("GIVEN") => {
            let node = config
                .csv_headers()
                .ok_or_else(|| error(*config, "has no CSVHeaders"))?;
            let headers = node.items().map(|header| header.as_arc_str().cloned());
            let headers: Option<Vec<Arc<str>>> = headers.collect();
            Headers::Given(headers.ok_or_else(|| error(node, "must be strings"))?.into())
        }
        _ => return Err(error(*config, "CSVHeaderLocation must be FIRST_ROW or GIVEN")),
    };
    Ok(Format::Csv { delimiter, headers })
}

fn batcher(fields: &Fields<'_>, node: BatcherFields<'_>) -> Result<Batcher, CompileError> {
    let holder = "ItemBatcher/";
    Ok(Batcher {
        max_items: count(fields, *node, "MaxItemsPerBatch", "MaxItemsPerBatchPath", holder)?,
        max_bytes: count(
            fields,
            *node,
            "MaxInputBytesPerBatch",
            "MaxInputBytesPerBatchPath",
            holder,
        )?,
        input: node
            .batch_input()
            .map(|input| fields.payload_at(input, "ItemBatcher/BatchInput"))
            .transpose()?,
    })
}

fn writer(fields: &Fields<'_>, node: WriterFields<'_>) -> Result<Writer, CompileError> {
    let to_s3 = node.resource().is_some();
    let config = node.writer_config();
    let transformation = config.and_then(|config| config.transformation());
    let output_type = config.and_then(|config| config.output_type());
    Ok(Writer {
        to_s3,
        is_empty: node.members().is_empty(),
        arguments: arguments(fields, node.payload(fields.language), "ResultWriter")?,
        transformation: match transformation.and_then(NodeRef::as_str) {
            Some("COMPACT") => Transformation::Compact,
            Some("FLATTEN") => Transformation::Flatten,
            Some("NONE") => Transformation::None,
            // Files describe each execution; without a file the outputs are the result [ResultWriter].
            _ if to_s3 => Transformation::None,
            _ => Transformation::Compact,
        },
        lines: output_type.and_then(NodeRef::as_str) == Some("JSONL"),
    })
}
