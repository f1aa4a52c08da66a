//! What a task can call: the optimised integrations, and the actions of every service that has an SDK integration.

use super::{Completions, Item, ItemKind, Site};
use crate::arrange::Arrange as _;
use crate::asl::{MachineType, Pattern};
use crate::services::{INTEGRATIONS, service, services};

const PREFIX: &str = "arn:aws:states:::";
const SDK: &str = "aws-sdk:";

const PATTERNS: [Pattern; 4] = [
    Pattern::RequestResponse,
    Pattern::Sync,
    Pattern::Sync2,
    Pattern::WaitForTaskToken,
];

/// The resources that begin as what was typed does. Actions of services are offered when the service is named: there are
/// over nine thousand.
pub(super) fn of(site: &Site<'_>, machine_type: MachineType) -> Completions {
    // In another partition, resources begin in another way.
    let typed = site.typed.as_str();
    let prefix = match typed.split_once(":states:::") {
        Some((partition, _)) if partition.starts_with("arn:aws") => format!("{partition}:states:::"),
        _ => PREFIX.to_owned(),
    };
    // Express machines do not wait for results.
    let patterns = match machine_type {
        MachineType::Express => &PATTERNS[..1],
        MachineType::Standard => &PATTERNS[..],
    };
    let rest = typed.strip_prefix(&*prefix).unwrap_or(typed);
    let written = |name: &str| format!("{prefix}{name}");
    if let Some(sdk) = rest.strip_prefix(SDK)
        && let Some((name, _)) = sdk.split_once(':')
    {
        return Completions {
            items: actions(site, name, patterns, &written),
            is_incomplete: false,
        };
    }
    let mut items: Vec<Item> = Vec::new();
    for integration in &INTEGRATIONS {
        for pattern in patterns
            .iter()
            .copied()
            .filter(|pattern| integration.allows(*pattern))
        {
            let name = format!("{}:{}{pattern}", integration.service, integration.action);
            let item = site.string_item(&written(&name), ItemKind::Resource);
            items.push(item.with_detail(words(pattern)));
        }
    }
    for service in services().filter(|service| service.model().is_some() || service.prefix.is_some()) {
        let mut item = site.string_item(&written(&format!("{SDK}{}:", service.name)), ItemKind::Resource);
        // More is to be written.
        if !site.is_closed && site.quote.is_some() {
            item.text.pop();
        }
        items.push(item.with_detail("every action of the service"));
    }
    Completions {
        items,
        is_incomplete: true,
    }
}

/// The actions of a service.
fn actions(site: &Site<'_>, name: &str, patterns: &[Pattern], written: &dyn Fn(&str) -> String) -> Vec<Item> {
    let Some(model) = service(name).and_then(|service| service.model()) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    for action in model.actions() {
        // SDK integrations have no `.sync`.
        let has =
            |pattern: &&Pattern| matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken);
        for pattern in patterns.iter().filter(has).copied() {
            let resource = format!("{SDK}{name}:{}{pattern}", action.name);
            let item = site.string_item(&written(&resource), ItemKind::Resource);
            items.push(item.with_detail(words(pattern)));
        }
    }
    // Those that are called for their result first.
    items.arrange_by_key(|item| item.label.ends_with(Pattern::WaitForTaskToken.suffix()));
    items
}

/// How an integration waits, in a few words.
fn words(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::RequestResponse => "goes on with the response",
        Pattern::Sync => "waits for the end of the job",
        Pattern::Sync2 => "waits for the end; the output is JSON",
        Pattern::WaitForTaskToken => "waits until the task token is sent back",
    }
}

/// The actions of S3 that an ItemReader or ResultWriter takes.
pub(super) fn of_storage(site: &Site<'_>, actions: &[&str]) -> Vec<Item> {
    let items = actions
        .iter()
        .map(|action| site.string_item(&format!("{PREFIX}{action}"), ItemKind::Resource));
    items.collect()
}
