//! A Task's `Credentials`: the role it runs as.

use super::report::Phase;
use super::{Context, SCHEMA, messages};
use crate::asl::Resource;
use crate::diagnostics::Finding;
use crate::services::refusals;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for state in machine.states() {
        let Some(node) = state.fields(machine).credentials().filter(|n| n.is_object()) else {
            continue;
        };
        if node.role_arn().or(node.role_arn_path()).is_none() {
            let finding = Finding::error(SCHEMA, refusals::required("RoleArn"), node.key_span())
                .with_location(node.location())
                .with_help("add \"RoleArn\": the ARN of the IAM role that the task runs as");
            context.report.add(Phase::Schema, finding);
        }
        if let Resource::Activity { .. } = state.resource() {
            let finding = Finding::error(SCHEMA, messages::ACTIVITY_CREDENTIALS, node.key_span())
                .with_location(node.location());
            context.report.add(Phase::Schema, finding);
        }
    }
}
