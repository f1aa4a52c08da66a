//! Child executions of Map Runs: the members that they have in answers, and their list.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Answered, Call, Fault, answer, executions};
use crate::serve::Server;
use crate::serve::running::ChildView;
use crate::serve::store::{Kind, Record};

/// What is remembered of the execution that a child's Map Run is of, and what is known of the child itself.
fn record(parent: &Record, view: &ChildView) -> Record {
    let ChildView {
        child, place, input, ..
    } = view;
    let machine = child.arn.strip_suffix(&*child.name).unwrap_or(&child.arn);
    Record {
        // Children are ordered among themselves.
        number: *place,
        arn: Arc::from(child.arn.as_str()),
        name: child.name.to_string(),
        machine_arn: machine
            .trim_end_matches(':')
            .replacen(":execution:", ":stateMachine:", 1),
        version_arn: None,
        alias_arn: None,
        input: input.clone(),
        trace_header: None,
        revision: parent.revision.clone(),
        child: Some(child.clone()),
    }
}

/// A child execution, by its ARN.
pub(super) fn find(server: &Server, arn: &str) -> Option<(Arc<Record>, ChildView)> {
    let view = server.running.child(arn)?;
    let parent = server.store().executions.get(&view.of).cloned()?;
    Some((Arc::new(record(&parent, &view)), view))
}

/// ListExecutions with a `mapRunArn`: the newest first, as of a machine.
pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("mapRunArn", &[Kind::MapRun])?;
    let nowhere = || Fault::no_resource(arn.text);
    let children = server.running.children(arn.text).ok_or_else(nowhere)?;
    let parent = match children.first() {
        Some(child) => server.store().executions.get(&child.of).cloned(),
        None => None,
    };
    let listed = parent.iter().flat_map(|parent| {
        let children = children.iter();
        children.map(|child| (Arc::new(record(parent, child)), child.view.clone()))
    });
    let listed = (listed.filter(|(_, view)| executions::is_wanted(call, view.standing())))
        .map(|(record, view)| (executions::key(&record, view.standing()), (record, view)))
        .collect();
    let filters = ["statusFilter", "redriveFilter"].map(|name| call.optional(name).unwrap_or_default());
    let scope = [call.operation.as_str(), arn.text, filters[0], filters[1]];
    let (page, token) = server.pages.cut(call.page(&scope), true, listed)?;
    let page: Vec<Json> = (page.iter())
        .map(|(record, view)| executions::item(record, view))
        .collect();
    answer! { "executions": page, "nextToken": token }
}

/// The label of the Map state that a child is of: what stands behind the machine's name in its ARN.
pub(super) fn label(record: &Record) -> Option<&str> {
    record.child.as_ref()?;
    record.machine_arn.rsplit('/').next()
}
