//! What a Task calls: whether AWS knows it, whether the type of machine may, and what it must be sent.

use super::report::Phase;
use super::{Context, SCHEMA, doc_pages, messages, parameters};
use crate::asl::{Pattern, Resource, State, StateType};
use crate::diagnostics::{Finding, Help, nearest};
use crate::services::{INTEGRATIONS, Integration, SOURCE, integration, service, services};
use crate::source::NodeRef;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for state in machine
        .states()
        .iter()
        .filter(|state| !machine.is_quiet(state.id))
    {
        if state.state_type != Some(StateType::Task) {
            continue;
        }
        let Some(node) = state.fields(machine).resource() else {
            continue;
        };
        let Some(arn) = node.as_str() else { continue };
        match Resource::parse(arn) {
            Resource::NotAnArn => {
                let finding = Finding::error(SCHEMA, messages::NOT_AN_ARN, node.token_span())
                    .with_location(node.location())
                    .with_help(
                        "write a Lambda function's ARN, an activity's ARN, or arn:aws:states:::service:action",
                    );
                context.report.add(Phase::Schema, finding);
            }
            Resource::Activity { .. } if context.is_express(state.scope) => {
                let finding = Finding::error(SCHEMA, messages::EXPRESS_ACTIVITY, node.token_span())
                    .with_documentation(doc_pages::WORKFLOW_TYPE)
                    .with_location(node.location());
                let finding = context.make_standard(state.scope, finding, "call a Lambda function, or");
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
    let sdk = service.strip_prefix("aws-sdk:");
    let allowed = match (known, sdk) {
        (Some(known), _) => known.allows(pattern),
        // SDK integrations have no `.sync`.
        (None, Some(sdk)) => {
            matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken) && sdk_has(sdk, action)
        }
        (None, None) => false,
    };
    if !allowed {
        let finding = Finding::error(SCHEMA, messages::unknown_resource(arn), node.token_span())
            .with_location(node.location())
            .with_help(instead(known, service, action, pattern));
        context.report.add(Phase::Schema, finding);
        return;
    }
    if context.is_express(state.scope) && pattern != Pattern::RequestResponse {
        let name = match pattern {
            Pattern::WaitForTaskToken => ".waitForTaskToken",
            _ => ".sync",
        };
        let finding = Finding::error(SCHEMA, messages::express_pattern(name), node.token_span())
            .with_documentation(doc_pages::WORKFLOW_TYPE)
            .with_location(node.location());
        let finding = context.make_standard(
            state.scope,
            finding,
            "Express executions do not wait for results: to wait,",
        );
        context.report.add(Phase::Schema, finding);
        return;
    }
    let Some(payload) = context.machine.payload(state.id) else {
        let field = state.query_language.payload_field();
        let other = state.query_language.other().payload_field();
        // The other language's field is there: that is said, and this would follow from it.
        if context.machine.field(state.id, other).is_none() {
            let finding = Finding::error(SCHEMA, messages::payload_required(field, arn), node.token_span())
                .with_location(node.location());
            let cause = context.report.meant(state.node, field);
            context.report.add_after(Phase::Schema, finding, cause);
        }
        return;
    };
    parameters::check(
        context,
        &Resource::Integration {
            service,
            action,
            pattern,
        },
        payload,
    );
}

/// Whether SDK integrations have `action` of `service`, as far as it can be told: services that the documentation did
/// not list yet may have come since, and of retired ones the actions are not known.
fn sdk_has(name: &str, action: &str) -> bool {
    let Some(service) = service(name) else {
        return false;
    };
    match service.model().filter(|_| service.prefix.is_some()) {
        Some(model) => model.action(action).is_some(),
        None => true,
    }
}

/// What to write instead of a resource that AWS does not know.
fn instead(known: Option<&Integration>, service: &str, action: &str, pattern: Pattern) -> Help {
    if known.is_some() {
        return format!("{service}:{action} has no {pattern} form").into();
    }
    if let Some(sdk) = service.strip_prefix("aws-sdk:") {
        return match pattern {
            Pattern::Sync | Pattern::Sync2 => {
                format!("SDK integrations have no {pattern} form; call the action and wait in a loop").into()
            }
            _ => instead_of_sdk(sdk, action),
        };
    }
    let actions: Vec<&str> = INTEGRATIONS
        .iter()
        .filter(|i| i.service == service)
        .map(|i| i.action)
        .collect();
    if actions.is_empty() {
        let services = INTEGRATIONS.iter().map(|i| i.service);
        return match nearest(service, services) {
            Some(near) => Help::asking(format!("did you mean the service '{near}'?"), near),
            None if sdk_has(service, action) => format!(
                "a service without an integration of its own is called by its SDK: \
                 arn:aws:states:::aws-sdk:{service}:{action}"
            )
            .into(),
            None => instead_of_sdk(service, action),
        };
    }
    // The SDK may have the action that the integration does not.
    let mut of_service = INTEGRATIONS.iter().filter(|i| i.service == service);
    let api = of_service.find_map(Integration::api_service);
    let sdk = api.filter(|api| sdk_has(api.name, action));
    let sdk = sdk.map(|api| format!("arn:aws:states:::aws-sdk:{}:{action}", api.name));
    match (nearest(action, actions.iter().copied()), sdk) {
        (Some(near), None) => Help::asks_plainly(format!("{service}:{near}")),
        (Some(near), Some(sdk)) => {
            let near = format!("{service}:{near}");
            Help::asking(format!("did you mean {near}, or the SDK's {sdk}?"), near)
        }
        (None, Some(sdk)) => {
            format!("call the SDK: {sdk}; {service} itself has {}", actions.join(", ")).into()
        }
        (None, None) => format!("{service} has {}", actions.join(", ")).into(),
    }
}

/// What to write instead of an SDK integration that AWS does not know.
fn instead_of_sdk(name: &str, action: &str) -> Help {
    let Some(known) = service(name) else {
        // The names of the API and of the AWS CLI, where the SDK for Java has another.
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let sdk = match plain.to_ascii_lowercase().as_str() {
            "stepfunctions" | "states" => "sfn".to_owned(),
            "events" => "eventbridge".to_owned(),
            "logs" => "cloudwatchlogs".to_owned(),
            "elb" => "elasticloadbalancing".to_owned(),
            "elbv2" => "elasticloadbalancingv2".to_owned(),
            "elasticmapreduce" => "emr".to_owned(),
            other => other.to_owned(),
        };
        let meant = service(&sdk).map(|service| service.name);
        return match meant.or_else(|| nearest(name, services().map(|service| service.name))) {
            Some(near) => Help::asks_plainly(format!("aws-sdk:{near}:{action}")),
            None => format!("no service has this name in the API models of {SOURCE}").into(),
        };
    };
    let model = known.model();
    if model.is_some_and(|model| model.has_withheld(action)) {
        return format!("Step Functions does not offer this action of {name}").into();
    }
    let actions = model.into_iter().flat_map(|model| model.actions());
    match nearest(action, actions.map(|action| action.name)) {
        Some(near) => Help::asks_plainly(format!("aws-sdk:{name}:{near}")),
        None => format!("{name} has no such action in the API models of {SOURCE}").into(),
    }
}
