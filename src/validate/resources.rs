//! What a Task calls: whether AWS knows it, whether the type of machine may, and what it must be sent.

use super::report::Phase;
use super::{Context, MachineType, SCHEMA, pages, words};
use crate::asl::{
    INTEGRATIONS, Integration, Pattern, QueryLanguage, Resource, State, StateType, integration,
};
use crate::diagnostics::{Finding, nearest};
use crate::source::NodeRef;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for state in machine.states() {
        if state.state_type != Some(StateType::Task) {
            continue;
        }
        let Some(node) = machine.field(state.id, "Resource") else {
            continue;
        };
        let Some(arn) = node.as_str() else { continue };
        match Resource::parse(arn) {
            Resource::NotAnArn => {
                let finding = Finding::error(SCHEMA, words::NOT_AN_ARN, node.token_span())
                    .with_location(node.location())
                    .with_help(
                        "write a Lambda function's ARN, an activity's ARN, or arn:aws:states:::service:action",
                    );
                context.report.add(Phase::Schema, finding);
            }
            Resource::Activity { .. } if context.options.machine_type == MachineType::Express => {
                let finding = Finding::error(SCHEMA, words::EXPRESS_ACTIVITY, node.token_span())
                    .with_documentation(pages::WORKFLOW_TYPE)
                    .with_location(node.location())
                    .with_help("call a Lambda function, or make the machine a STANDARD one");
                context.report.add(Phase::Schema, finding);
            }
            Resource::Integration {
                service,
                action,
                pattern,
            } if !node.has_placeholder() => service_call(context, state, node, arn, service, action, pattern),
            _ => {}
        }
    }
}

fn service_call(
    context: &mut Context<'_>,
    state: &State,
    node: NodeRef<'_>,
    arn: &str,
    service: &str,
    action: &str,
    pattern: Pattern,
) {
    let known = integration(service, action);
    let sdk = service.starts_with("aws-sdk:");
    let allowed = match known {
        Some(known) => known.allows(pattern),
        // The SDK integrations have every action of some 220 services, and no `.sync`.
        None => sdk && matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken),
    };
    if !allowed {
        let finding = Finding::error(SCHEMA, words::unknown_resource(arn), node.token_span())
            .with_location(node.location())
            .with_help(instead(known, service, action, pattern));
        context.report.add(Phase::Schema, finding);
        return;
    }
    if context.options.machine_type == MachineType::Express && pattern != Pattern::RequestResponse {
        let name = match pattern {
            Pattern::WaitForTaskToken => ".waitForTaskToken",
            _ => ".sync",
        };
        let finding = Finding::error(SCHEMA, words::express_pattern(name), node.token_span())
            .with_documentation(pages::WORKFLOW_TYPE)
            .with_location(node.location())
            .with_help("EXPRESS machines only call and go on; make the machine a STANDARD one to wait");
        context.report.add(Phase::Schema, finding);
        return;
    }
    let field = match state.query_language {
        QueryLanguage::JsonPath => "Parameters",
        QueryLanguage::Jsonata => "Arguments",
    };
    let Some(payload) = context.machine.field(state.id, field) else {
        // The other language's field is there: that is said, and this would follow from it.
        let other = ["Parameters", "Arguments"]
            .iter()
            .any(|f| context.machine.field(state.id, f).is_some());
        if !other {
            let finding = Finding::error(SCHEMA, words::payload_required(field, arn), node.token_span())
                .with_location(node.location());
            context.report.add(Phase::Schema, finding);
        }
        return;
    };
    let Some(known) = known.filter(|_| payload.is_object()) else {
        return;
    };
    for name in known.required {
        let there = payload
            .members()
            .iter()
            .any(|m| *m.key == **name || m.key.strip_suffix(".$") == Some(name));
        if !there {
            let finding = Finding::error(SCHEMA, words::required_member(name), payload.key_span())
                .with_location(payload.location());
            context.report.add(Phase::Schema, finding);
        }
    }
}

/// What to write instead of a resource that AWS does not know.
fn instead(known: Option<&Integration>, service: &str, action: &str, pattern: Pattern) -> String {
    if known.is_some() {
        return format!("{service}:{action} has no {pattern} form");
    }
    if service.starts_with("aws-sdk:") {
        return format!("SDK integrations have no {pattern} form; call the action and wait in a loop");
    }
    let actions: Vec<&str> = INTEGRATIONS
        .iter()
        .filter(|i| i.service == service)
        .map(|i| i.action)
        .collect();
    if actions.is_empty() {
        let services = INTEGRATIONS.iter().map(|i| i.service);
        return match nearest(service, services) {
            Some(near) => format!("did you mean the service '{near}'?"),
            None => format!(
                "for a service without an integration of its own write arn:aws:states:::aws-sdk:{service}:{action}"
            ),
        };
    }
    let sdk = format!("or call the SDK: arn:aws:states:::aws-sdk:{service}:{action}");
    match nearest(action, actions.iter().copied()) {
        Some(near) => format!("did you mean {service}:{near}? {sdk}"),
        None => format!("{service} has {}; {sdk}", actions.join(", ")),
    }
}
