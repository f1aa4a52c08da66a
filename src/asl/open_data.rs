//! Placeholders without a value whose text an execution's data may hold.

use super::{StateMachine, StateType};
use crate::source::NodeRef;

/// Fields that say what is called, and what is read and written elsewhere: their texts go to a service, and into nothing that
/// a state hands on.
const SENT: [&str; 4] = ["Resource", "Credentials", "ItemReader", "ResultWriter"];

/// Fields whose states are states of the machine, too.
const BODIES: [&str; 3] = ["Branches", "ItemProcessor", "Iterator"];

impl StateMachine {
    /// The names of all placeholders that nothing was put in the place of, each once, in the order of the text.
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names = Vec::new();
        take(self.document().root(), &mut names);
        names
    }

    /// The names of the placeholders that nothing was put in the place of and that may get into the data of an execution, each
    /// once, in the order of the text. What only a task sends is not among them: its result is not made of it.
    pub fn placeholders_in_data(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for state in self.states() {
            let is_task = state.state_type == Some(StateType::Task);
            let payload = state.query_language.payload_field();
            let object = self.node(state.node);
            for member in object.members() {
                let key = &*member.key;
                let passed_over = SENT.contains(&key) || BODIES.contains(&key) || key == "Comment";
                if !(passed_over || is_task && key == payload) {
                    take(object.document().node(member.value), &mut names);
                }
            }
        }
        names
    }
}

fn take<'d>(node: NodeRef<'d>, names: &mut Vec<&'d str>) {
    for name in node.placeholders() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    node.items().for_each(|item| take(item, names));
    for member in node.members() {
        take(node.document().node(member.value), names);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{SourceFile, parse};

    #[test]
    fn what_only_goes_to_a_service_is_in_no_data() {
        let text = r#"{"StartAt": "T", "Comment": "${About}", "States": {
            "T": {"Type": "Task", "Resource": "${Fn}", "Parameters": {"table": "${Table}"},
                "ResultSelector": {"stage": "${Stage}", "both.$": "$"}, "Next": "P"},
            "P": {"Type": "Parallel", "Parameters": {"region": "in ${Region}"}, "Branches": [{"StartAt": "I", "States": {
                "I": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                    "Parameters": {"QueueUrl": "${Queue}", "MessageBody": "${Stage}"}, "End": true}}}],
                "Next": "F"},
            "F": {"Type": "Fail", "Error": "${Name}", "Comment": "${Why}"}}}"#;
        let parsed = parse(Arc::new(SourceFile::new("d.json", text)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("a document")));
        assert_eq!(machine.placeholders_in_data(), ["Stage", "Region", "Name"]);
        let all = ["About", "Fn", "Table", "Stage", "Region", "Queue", "Name", "Why"];
        assert_eq!(machine.placeholders(), all);
    }
}
