//! What goes together in a Map: its mode, its reader, its writer, its label.

use rustc_hash::FxHashMap;

use super::report::Phase;
use super::{Context, SCHEMA, doc_pages, messages};
use crate::asl::fields::{Kind, Shape};
use crate::asl::{MachineType, State, StateType};
use crate::diagnostics::{Finding, Span};
use crate::services::refusals;
use crate::source::NodeRef;

/// Characters of a label at most [Step Functions service quotas].
const LONGEST_LABEL: usize = 40;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    let mut labels: FxHashMap<&str, Span> = FxHashMap::default();
    for state in machine.states() {
        if state.state_type != Some(StateType::Map) {
            continue;
        }
        for field in ["ItemProcessor", "Iterator"] {
            let config = machine
                .field(state.id, field)
                .and_then(|p| p.get("ProcessorConfig"));
            if let Some(config) = config {
                processor_config(context, config);
            }
        }
        if let Some(reader) = machine.field(state.id, "ItemReader") {
            storage_resource(context, reader, Kind::ItemReader);
            if let Some(config) = reader.get("ReaderConfig") {
                reader_config(context, config);
            }
        }
        if let Some(writer) = machine.field(state.id, "ResultWriter") {
            storage_resource(context, writer, Kind::ResultWriter);
        }
        label(context, state, &mut labels);
    }
}

/// `ExecutionType` belongs to the mode DISTRIBUTED, which needs it [pf-sfn-asl-map-distributed, measured].
fn processor_config(context: &mut Context<'_>, config: NodeRef<'_>) {
    let Some(mode) = config.get("Mode") else { return };
    let execution_type = config.member("ExecutionType");
    match mode.as_str() {
        Some("DISTRIBUTED") => {
            if execution_type.is_none() {
                let finding = Finding::error(
                    SCHEMA,
                    messages::required(&["ExecutionType"]),
                    mode.token_span(),
                )
                .with_location(config.location())
                .with_help(
                    "add \"ExecutionType\": \"STANDARD\" or \"EXPRESS\", the type of the child executions",
                );
                let meant = context.report.meant(config.id(), "ExecutionType");
                context.report.add_after(Phase::Schema, finding, meant);
            }
            if context.options.machine_type == MachineType::Express {
                let finding = Finding::error(SCHEMA, messages::EXPRESS_DISTRIBUTED, mode.token_span())
                    .with_documentation(doc_pages::WORKFLOW_TYPE)
                    .with_location(config.location())
                    .with_help("make the machine STANDARD; its child executions may be EXPRESS");
                context.report.add(Phase::Schema, finding);
            }
        }
        Some("INLINE") => {
            if let Some(member) = execution_type {
                unsupported(
                    context,
                    config,
                    "ExecutionType",
                    member.key_span,
                    "only DISTRIBUTED mode has it",
                );
            }
        }
        _ => {}
    }
}

/// Which headers go with which input [pf-sfn-asl-map-distributed, measured].
fn reader_config(context: &mut Context<'_>, config: NodeRef<'_>) {
    let text = |field: &str| config.get(field).and_then(NodeRef::as_str);
    let location = config.member("CSVHeaderLocation");
    match (text("InputType"), location) {
        (Some("CSV"), None) => {
            let finding = Finding::error(SCHEMA, refusals::required("CSVHeaderLocation"), config.key_span())
                .with_location(config.location())
                .with_documentation(doc_pages::of(Kind::ItemReader))
                .with_label("a CSV without a word on its headers")
                .with_help("add \"CSVHeaderLocation\": \"FIRST_ROW\", or \"GIVEN\" with CSVHeaders");
            let meant = context.report.meant(config.id(), "CSVHeaderLocation");
            context.report.add_after(Phase::Schema, finding, meant);
        }
        (Some("JSON" | "JSONL" | "PARQUET"), Some(member)) => {
            unsupported(
                context,
                config,
                "CSVHeaderLocation",
                member.key_span,
                "only CSV and MANIFEST have headers",
            );
        }
        _ => {}
    }
    if text("CSVHeaderLocation") == Some("GIVEN") && config.member("CSVHeaders").is_none() {
        let finding = Finding::error(SCHEMA, messages::required(&["CSVHeaders"]), config.key_span())
            .with_location(config.location())
            .with_documentation(doc_pages::of(Kind::ItemReader))
            .with_label("no headers are given")
            .with_help("add \"CSVHeaders\": [names], or let the first row give them with FIRST_ROW");
        let meant = context.report.meant(config.id(), "CSVHeaders");
        context.report.add_after(Phase::Schema, finding, meant);
    }
}

fn unsupported(context: &mut Context<'_>, node: NodeRef<'_>, field: &str, span: Span, help: &str) {
    let finding = Finding::error(SCHEMA, messages::unsupported(field), span)
        .with_location(node.location())
        .with_help(help);
    context.report.add(Phase::Schema, finding);
}

/// The actions of S3 that a reader or writer may call.
fn storage_resource(context: &mut Context<'_>, node: NodeRef<'_>, kind: Kind) {
    let Some(resource) = node.get("Resource").filter(|n| !n.has_placeholder()) else {
        return;
    };
    let (Some(text), Some(Shape::StorageResource(actions))) =
        (resource.as_str(), kind.field("Resource").map(|f| f.shape))
    else {
        return;
    };
    // Any partition: arn:aws:states:::s3:getObject, arn:aws-cn:...
    let action = text
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(":states:::"))
        .map(|(_, action)| action);
    if action.is_some_and(|action| actions.contains(&action)) {
        return;
    }
    let arns: Vec<String> = actions.iter().map(|a| format!("arn:aws:states:::{a}")).collect();
    let finding = Finding::error(SCHEMA, messages::RESOURCE_VALUES, resource.token_span())
        .with_location(resource.location())
        .with_documentation(doc_pages::of(kind))
        .with_help(format!("write {}", arns.join(" or ")));
    context.report.add(Phase::Schema, finding);
}

fn label<'m>(context: &mut Context<'m>, state: &State, labels: &mut FxHashMap<&'m str, Span>) {
    let machine: &'m _ = context.machine;
    let Some(node) = machine.field(state.id, "Label").filter(|n| !n.has_placeholder()) else {
        return;
    };
    let Some(text) = node.as_str() else { return };
    let span = node.token_span();
    let problem = if text.chars().count() > LONGEST_LABEL {
        Some(messages::long_label(text))
    } else if text.is_empty() {
        // The rule is documented; AWS's words for it were not seen, nor for the next one.
        Some("Invalid Label name: it cannot be empty".to_owned())
    } else {
        text.chars()
            .find(|&c| is_forbidden(c))
            .map(|c| format!("Invalid Label name: {text} contains the character {c:?}"))
    };
    if let Some(message) = problem {
        let finding = Finding::error("INVALID_LABEL_NAME", message, span).with_location(node.location());
        context.report.add(Phase::Name, finding);
    }
    if let Some(&first) = labels.get(text) {
        let finding = Finding::error("DUPLICATE_LABEL_NAME", messages::duplicate_label(text), span)
            .with_location(node.location())
            .with_related(first, "the first Map with this label");
        context.report.add(Phase::Name, finding);
    } else {
        labels.insert(text, span);
    }
}

/// Characters that a label must not have [Map state in Distributed mode: Label].
fn is_forbidden(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "?*<>{}[]:;,\\|^~$#%&`\"".contains(c)
}
