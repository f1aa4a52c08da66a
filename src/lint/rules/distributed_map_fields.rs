//! # What it does
//! Finds fields of a Map that do not go together: those of Distributed mode in an inline Map, an `ItemBatcher` without
//! a size, an empty `ResultWriter`, and in an `ItemReader` a missing or superfluous `InputType`, `ItemsPointer` for what
//! is not JSON, `VersionId` of a Parquet file, `LOAD_AND_FLATTEN` without a listing, and a missing `Bucket` or `Key`; in a
//! `ResultWriter` anything but `Bucket` and `Prefix`.
//!
//! # Why
//! AWS documents each of them as a must. Whether it refuses the definition or the Map fails when it runs depends on the
//! field; an empty `ResultWriter` is taken, and every run of the Map fails.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemBatcher": {"BatchInput": {"day": "monday"}},
//!     "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
//!       "StartAt": "Resize", "States": {
//!       "Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemBatcher": {"MaxItemsPerBatch": 100, "BatchInput": {"day": "monday"}},
//!     "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
//!       "StartAt": "Resize", "States": {
//!       "Resize": {"Type": "Task", "Resource": "${Resize}", "End": true}}}}}}
//! ```
//!
//! # Source
//! [ItemReader](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html),
//! [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html) and
//! [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).

use crate::asl::{ReaderFields, Resource, State, StateType};
use crate::diagnostics::{Applicability, Finding, Help, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::is_made_elsewhere;
use crate::source::{Member, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "distributed-map-fields",
    summary: "Fields of a Map that do not go together",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// What an inline Map has no use for [Using Map state in Distributed mode].
const DISTRIBUTED_ONLY: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
];

const SIZES: [&str; 4] = [
    "MaxItemsPerBatch",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatch",
    "MaxInputBytesPerBatchPath",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Map) {
            continue;
        }
        if cx.machine.is_inline(state.id) {
            inline(cx, state, out);
            continue;
        }
        if let Some(batcher) = cx.fields(state).item_batcher().filter(|batcher| is_written(**batcher))
            && !SIZES.iter().any(|size| batcher.member(size).is_some())
        {
            let message = format!(
                "The ItemBatcher of '{}' does not say how large a batch is",
                state.name
            );
            out.push(
                cx.at_span(batcher.key_span(), message)
                    .with_help("add MaxItemsPerBatch or MaxInputBytesPerBatch"),
            );
        }
        if let Some(writer) = cx.fields(state).result_writer().filter(|writer| is_written(**writer))
            && writer.members().is_empty()
        {
            let message = format!(
                "The ResultWriter of '{}' is empty: every run of the Map fails",
                state.name
            );
            out.push(cx.at_span(writer.key_span(), message).with_help(
                "add a WriterConfig, or a Resource with its parameters, or leave the ResultWriter out",
            ));
        }
        if let Some(writer) = cx.fields(state).result_writer().filter(|writer| is_written(**writer))
            && let Some(payload) = writer.payload(state.query_language).filter(|payload| is_written(*payload))
        {
            written_to(cx, state, payload, out);
        }
        if let Some(reader) = cx.fields(state).item_reader().filter(|reader| is_written(**reader)) {
            read(cx, state, reader, out);
        }
    }
}

/// What a ResultWriter is sent: `Bucket` and `Prefix`; the names of the files are AWS's [ResultWriter (Map)].
fn written_to(cx: &Context<'_>, state: &State, payload: NodeRef<'_>, out: &mut Vec<Finding>) {
    const KNOWN: [&str; 3] = ["Bucket", "Prefix", "ExpectedBucketOwner"];
    for member in payload.members() {
        let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
        if KNOWN.contains(&name) || is_made_elsewhere(name) {
            continue;
        }
        let message = format!("The ResultWriter of '{}' takes Bucket and Prefix, and no {name}", state.name);
        let finding = cx.at_span(member.key_span, message);
        out.push(match (nearest(name, KNOWN), name) {
            (Some(near), _) => renamed(finding, payload, member, near),
            (None, "Key") => finding.with_help("Prefix is where the files go; their names are AWS's"),
            (None, _) => finding.with_help(format!("take {name} away")),
        });
    }
}

/// Offers the name that is meant, with the ending of the one that is there.
fn renamed(finding: Finding, object: NodeRef<'_>, member: &Member, near: &str) -> Finding {
    let suffix = if member.key.ends_with(".$") { ".$" } else { "" };
    let edit = edits::one(edits::rename_key(object, member, &format!("{near}{suffix}")));
    let finding = finding.with_help(Help::asks_plainly(near));
    edits::offer(finding, format!("Change to '{near}{suffix}'"), Applicability::Unsafe, edit)
}

fn inline(cx: &Context<'_>, state: &State, out: &mut Vec<Finding>) {
    let object = cx.machine.node(state.node);
    let useless: Vec<&Member> = DISTRIBUTED_ONLY
        .iter()
        .filter_map(|name| object.member(name))
        .collect();
    let Some((first, others)) = useless.split_first() else {
        return;
    };
    let message = format!(
        "'{}' is an inline Map: {} is for Distributed mode only",
        state.name, first.key
    );
    let mut finding = cx
        .at_span(first.key_span, message)
        .with_help("add \"ProcessorConfig\": {\"Mode\": \"DISTRIBUTED\", \"ExecutionType\": ...}, or remove the field");
    for other in others {
        finding = finding.with_related(other.key_span, format!("so is {}", other.key));
    }
    out.push(finding);
}

/// Whether it is an object whose members are all there to be seen.
fn is_written(node: NodeRef<'_>) -> bool {
    node.is_object() && !node.members().iter().any(|member| member.key.contains("${"))
}

/// What an `ItemReader` says; `None` where a placeholder stands.
enum Said<'d> {
    Nothing,
    Text(&'d str),
    Later,
}

fn said(field: Option<NodeRef<'_>>) -> Said<'_> {
    match field {
        None => Said::Nothing,
        Some(node) => match node.as_str().filter(|_| !node.has_placeholder()) {
            Some(text) => Said::Text(text),
            None => Said::Later,
        },
    }
}

fn read(cx: &Context<'_>, state: &State, reader: ReaderFields<'_>, out: &mut Vec<Finding>) {
    let Some(Resource::Integration {
        service: "s3",
        action,
        ..
    }) = reader
        .resource()
        .and_then(NodeRef::as_str)
        .map(Resource::parse)
    else {
        return;
    };
    let listing = action == "listObjectsV2";
    let config = reader.reader_config();
    if config.is_some_and(|config| config.is_unknown() || config.is_open()) {
        return;
    }
    let name = &state.name;
    let at = |field: &str| {
        let member = config.and_then(|config| config.member(field));
        member.map_or_else(|| reader.key_span(), |member| member.key_span)
    };
    let mut say = |field: &str, message: String, help: &str| {
        out.push(cx.at_span(at(field), message).with_help(help));
    };
    let input = said(config.and_then(|config| config.input_type()));
    let manifest = said(config.and_then(|config| config.manifest_type()));
    let inventory = matches!(manifest, Said::Text("S3_INVENTORY"));
    let later = matches!(manifest, Said::Later);
    let transformation = said(config.and_then(|config| config.transformation()));
    let flattens = matches!(transformation, Said::Text("LOAD_AND_FLATTEN"));
    match input {
        Said::Nothing if !listing && !inventory && !later => {
            let message =
                format!("The ItemReader of '{name}' reads an object and does not say what it holds");
            say(
                "ReaderConfig",
                message,
                "add \"InputType\" to the ReaderConfig: CSV, JSON, JSONL, PARQUET or MANIFEST",
            );
        }
        Said::Nothing if listing && flattens => {
            let message =
                format!("The ItemReader of '{name}' loads what it lists and does not say what that holds");
            say("Transformation", message, "add \"InputType\" to the ReaderConfig");
        }
        Said::Text(_) if !listing && inventory => {
            let message =
                format!("The ItemReader of '{name}' reads an inventory of S3, which has no InputType");
            say(
                "InputType",
                message,
                "take InputType away: ManifestType says it all",
            );
        }
        Said::Text(kind) if kind != "JSON" && config.is_some_and(|config| config.items_pointer().is_some()) => {
            let message =
                format!("The ItemReader of '{name}' reads {kind}, and ItemsPointer is for JSON only");
            say("ItemsPointer", message, "take ItemsPointer away");
        }
        _ => {}
    }
    if flattens && !listing {
        let message =
            format!("The ItemReader of '{name}' reads one object: LOAD_AND_FLATTEN is for what S3 lists");
        say(
            "Transformation",
            message,
            "read with arn:aws:states:::s3:listObjectsV2, or take Transformation away",
        );
    }
    let payload = reader.payload(state.query_language).filter(|payload| is_written(*payload));
    let Some(payload) = payload else { return };
    let given = |name: &str| {
        payload
            .members()
            .iter()
            .find(|member| member.key.strip_suffix(".$").unwrap_or(&member.key) == name)
    };
    for needed in ["Bucket", "Key"] {
        if given(needed).is_none() && !(listing && needed == "Key") {
            let message = format!("The ItemReader of '{name}' does not say which {needed} of S3 it reads");
            let near = (payload.members().iter())
                .find(|member| nearest(member.key.strip_suffix(".$").unwrap_or(&member.key), [needed]).is_some());
            out.push(match near {
                Some(member) => renamed(cx.at_span(member.key_span, message), payload, member, needed),
                None => cx
                    .at_span(payload.key_span(), message)
                    .with_help(&*format!("add {needed}")),
            });
        }
    }
    if let (Some(version), Said::Text("PARQUET")) = (given("VersionId"), input) {
        let message = format!("The ItemReader of '{name}' reads Parquet, of which it takes no VersionId");
        out.push(
            cx.at_span(version.key_span, message)
                .with_help("take VersionId away"),
        );
    }
}
