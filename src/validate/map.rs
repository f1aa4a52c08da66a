//! What goes together in a Map: its mode, its reader, its writer, its label.

use rustc_hash::FxHashMap;

use super::report::Phase;
use super::{Context, SCHEMA, doc_pages, messages};
use crate::asl::fields::{Kind, Shape};
use crate::asl::{ProcessorConfigFields, ReaderConfigFields, State, StateType};
use crate::diagnostics::{Finding, Span};
use crate::services::refusals;
use crate::source::{NodeRef, is_of_label};

/// Characters of a label at most [Step Functions service quotas].
const LONGEST_LABEL: usize = 40;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    let mut labels: FxHashMap<&str, Span> = FxHashMap::default();
    for state in machine.states() {
        if state.state_type != Some(StateType::Map) {
            continue;
        }
        let processors = state.fields(machine).processors();
        for config in processors.filter_map(|processor| processor.processor_config()) {
            processor_config(context, state, config);
        }
        if let Some(reader) = state.fields(machine).item_reader() {
            storage_resource(context, reader.resource(), Kind::ItemReader);
            if let Some(config) = reader.reader_config() {
                reader_config(context, config);
            }
        }
        if let Some(writer) = state.fields(machine).result_writer() {
            storage_resource(context, writer.resource(), Kind::ResultWriter);
        }
        label(context, state, &mut labels);
    }
}

/// `ExecutionType` belongs to the mode DISTRIBUTED, which needs it [pf-sfn-asl-map-distributed, measured].
fn processor_config(context: &mut Context<'_>, state: &State, config: ProcessorConfigFields<'_>) {
    let Some(mode) = config.mode() else { return };
    let execution_type = config.execution_type();
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
            if context.is_express(state.scope) {
                let finding = Finding::error(SCHEMA, messages::EXPRESS_DISTRIBUTED, mode.token_span())
                    .with_documentation(doc_pages::WORKFLOW_TYPE)
                    .with_location(config.location());
                let finding = match context.machine.child_of(state.scope) {
                    None => {
                        finding.with_help("make the machine STANDARD; its child executions may be EXPRESS")
                    }
                    Some(_) => context.make_standard(state.scope, finding, "use the mode INLINE, or"),
                };
                context.report.add(Phase::Schema, finding);
            }
        }
        Some("INLINE") => {
            if let Some(node) = execution_type {
                unsupported(
                    context,
                    *config,
                    "ExecutionType",
                    node,
                    "only DISTRIBUTED mode has it",
                );
            }
        }
        _ => {}
    }
}

/// Which headers go with which input [pf-sfn-asl-map-distributed, measured].
fn reader_config(context: &mut Context<'_>, config: ReaderConfigFields<'_>) {
    let location = config.csv_header_location();
    match (config.input_type().and_then(NodeRef::as_str), location) {
        (Some("CSV"), None) => {
            let finding = Finding::error(SCHEMA, refusals::required("CSVHeaderLocation"), config.key_span())
                .with_location(config.location())
                .with_documentation(doc_pages::of(Kind::ItemReader))
                .with_label("a CSV without a word on its headers")
                .with_help("add \"CSVHeaderLocation\": \"FIRST_ROW\", or \"GIVEN\" with CSVHeaders");
            let meant = context.report.meant(config.id(), "CSVHeaderLocation");
            context.report.add_after(Phase::Schema, finding, meant);
        }
        (Some("JSON" | "JSONL" | "PARQUET"), Some(node)) => {
            let help = "only CSV and MANIFEST have headers";
            unsupported(context, *config, "CSVHeaderLocation", node, help);
        }
        _ => {}
    }
    if location.and_then(NodeRef::as_str) == Some("GIVEN") && config.csv_headers().is_none() {
        let finding = Finding::error(SCHEMA, messages::required(&["CSVHeaders"]), config.key_span())
            .with_location(config.location())
            .with_documentation(doc_pages::of(Kind::ItemReader))
            .with_label("no headers are given")
            .with_help("add \"CSVHeaders\": [names], or let the first row give them with FIRST_ROW");
        let meant = context.report.meant(config.id(), "CSVHeaders");
        context.report.add_after(Phase::Schema, finding, meant);
    }
}

fn unsupported(context: &mut Context<'_>, object: NodeRef<'_>, name: &str, field: NodeRef<'_>, help: &str) {
    let finding = Finding::error(SCHEMA, messages::unsupported(name), field.key_span())
        .with_location(object.location())
        .with_help(help);
    context.report.add(Phase::Schema, finding);
}

/// The actions of S3 that a reader or writer may call.
fn storage_resource(context: &mut Context<'_>, resource: Option<NodeRef<'_>>, kind: Kind) {
    let Some(resource) = resource.filter(|n| !n.has_placeholder()) else {
        return;
    };
    let field = resource.key().and_then(|name| kind.field(name));
    let (Some(text), Some(Shape::StorageResource(actions))) =
        (resource.as_str(), field.map(|field| field.shape))
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
    let Some(node) = state.fields(machine).label().filter(|n| !n.has_placeholder()) else {
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
            .find(|&c| !is_of_label(c))
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
