//! The parameters of integrations that have some of their own, for which there is no API model: http:invoke,
//! apigateway:invoke and others.
//!
//! That AWS checks what stands there literally was seen of http:invoke [pf-sfn-asl-resource-arn]; which members must
//! be there is documented, and AWS's words are those of the other integrations [Integrating optimized services].

use super::report::{FindingId, Phase};
use super::{Context, SCHEMA};
use crate::asl::Resource;
use crate::diagnostics::Finding;
use crate::services::{integration, is_host, is_https, is_made_elsewhere, refusals, unsupported_headers};
use crate::source::NodeRef;

/// Checks the `payload` (Parameters or Arguments) of a call of `resource`.
pub(super) fn check(context: &mut Context<'_>, resource: &Resource<'_>, payload: NodeRef<'_>) {
    let Resource::Integration { service, action, .. } = *resource else {
        return;
    };
    let Some(known) = integration(service, action).filter(|known| !known.api) else {
        return;
    };
    if !payload.is_object() || payload.members().iter().any(|m| is_made_elsewhere(&m.key)) {
        return;
    }
    let before = context.report.next_id();
    // Whatever an empty object lacks is one mistake.
    let cause = |context: &Context<'_>| {
        let first = payload.members().is_empty() && context.report.next_id() != before;
        first.then_some(before)
    };
    for name in known.needs.iter().filter(|name| !has(payload, name)) {
        let cause = cause(context);
        context
            .report
            .add_after(Phase::Schema, missing(payload, payload, name), cause);
    }
    let endpoint = literal(payload, "ApiEndpoint");
    match (service, action) {
        ("http", "invoke") => {
            if let Some((node, _)) = endpoint.filter(|(_, text)| !is_https(text)) {
                let help = "write an address that begins with https://";
                not_valid(context, payload, node, "ApiEndpoint", help);
            }
            let cause = cause(context);
            connection(context, payload, cause);
        }
        ("apigateway", "invoke") => {
            if let Some((node, _)) = endpoint.filter(|(_, text)| !is_host(text)) {
                let help = "write the host alone, <API id>.execute-api.<region>.amazonaws.com; the rest goes into Stage, \
                            Path and QueryParameters";
                not_valid(context, payload, node, "ApiEndpoint", help);
            }
        }
        _ => {}
    }
    headers(context, service, action, payload);
}

/// The names of headers that stand there, whatever their values.
fn headers(context: &mut Context<'_>, service: &str, action: &str, payload: NodeRef<'_>) {
    let Some(headers) = payload.get("Headers") else {
        return;
    };
    let names = headers.members().iter();
    let names = names.map(|member| member.key.strip_suffix(".$").unwrap_or(&member.key));
    if let Some(message) = unsupported_headers(service, action, names) {
        let finding = Finding::error(SCHEMA, message, headers.key_span())
            .with_location(payload.location())
            .with_help("Step Functions sets these headers itself, or does not allow them");
        context.report.add(Phase::Schema, finding);
    }
}

/// The connection of an HTTP Task: `Authentication` or `InvocationConfig` names it [Call HTTPS APIs in Step Functions].
fn connection(context: &mut Context<'_>, payload: NodeRef<'_>, cause: Option<FindingId>) {
    const HOLDERS: [&str; 2] = ["Authentication", "InvocationConfig"];
    if !HOLDERS.iter().any(|name| has(payload, name)) {
        let help = "name a connection of EventBridge: \"Authentication\": {\"ConnectionArn\": \"arn:...\"}";
        let finding = missing(payload, payload, HOLDERS[0]).with_help(help);
        context.report.add_after(Phase::Schema, finding, cause);
    }
    for holder in HOLDERS.iter().filter_map(|name| payload.get(name)) {
        if !holder.is_object() || holder.members().iter().any(|m| is_made_elsewhere(&m.key)) {
            continue;
        }
        if !has(holder, "ConnectionArn") {
            context
                .report
                .add(Phase::Schema, missing(payload, holder, "ConnectionArn"));
        }
        if let Some((node, _)) = literal(holder, "ConnectionArn").filter(|(_, text)| !is_connection(text)) {
            let help = "write arn:aws:events:<region>:<account>:connection/<name>/<id>";
            not_valid(context, payload, node, "ConnectionArn", help);
        }
    }
}

fn has(object: NodeRef<'_>, name: &str) -> bool {
    let given = object.members().iter().map(|member| &*member.key);
    given
        .into_iter()
        .any(|key| key.strip_suffix(".$").unwrap_or(key) == name)
}

/// A text that is sent as it stands.
fn literal<'d>(object: NodeRef<'d>, name: &str) -> Option<(NodeRef<'d>, &'d str)> {
    let node = object.get(name).filter(|node| !node.has_placeholder())?;
    let text = node.as_str().filter(|text| !text.starts_with("{%"))?;
    Some((node, text))
}

/// AWS names the whole payload, wherever in it the member belongs.
fn missing(payload: NodeRef<'_>, object: NodeRef<'_>, name: &str) -> Finding {
    Finding::error(SCHEMA, refusals::required(name), object.key_span()).with_location(payload.location())
}

fn not_valid(context: &mut Context<'_>, payload: NodeRef<'_>, node: NodeRef<'_>, name: &str, help: &str) {
    let finding = Finding::error(SCHEMA, refusals::not_valid(name), node.token_span())
        .with_location(payload.location())
        .with_help(help);
    context.report.add(Phase::Schema, finding);
}

/// `arn:aws:events:us-east-1:123456789012:connection/name/id`
fn is_connection(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts[..] else {
        return false;
    };
    let named = resource
        .strip_prefix("connection/")
        .is_some_and(|name| !name.is_empty());
    (arn, service) == ("arn", "events") && ![partition, region, account].contains(&"") && named
}
