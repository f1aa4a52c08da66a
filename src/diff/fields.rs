//! The fields of a state that are compared by their values: their defaults, their kinds, and the older names.

use crate::asl::{State, StateMachine, StateType};
use crate::source::NodeRef;
use crate::value::Value;

use super::Kind;

/// Fields with a comparison of their own, in `compare`, `choices` and `errors`.
const SPECIAL: [&str; 12] = [
    "Type",
    "Next",
    "End",
    "Choices",
    "Default",
    "Retry",
    "Catch",
    "Branches",
    "ItemProcessor",
    "Iterator",
    "QueryLanguage",
    "Comment",
];

/// A field under its present name.
#[derive(Clone, Copy)]
pub(super) struct Field<'d> {
    pub(super) name: &'d str,
    pub(super) value: NodeRef<'d>,
}

/// The fields of `state` that are compared by value, in the order of the text.
pub(super) fn of<'m>(machine: &'m StateMachine, state: &State) -> Vec<Field<'m>> {
    let object = machine.node(state.node);
    object
        .members()
        .iter()
        .filter(|member| !SPECIAL.contains(&&*member.key))
        .map(|member| Field {
            name: present_name(&member.key, state.state_type),
            value: object.document().node(member.value),
        })
        .collect()
}

/// A Map's `Parameters` are called `ItemSelector` since there is `ItemProcessor`; both are taken and mean one thing
/// [Map workflow state: deprecated fields].
fn present_name(name: &str, state_type: Option<StateType>) -> &str {
    match (name, state_type) {
        ("Parameters", Some(StateType::Map)) => "ItemSelector",
        _ => name,
    }
}

/// What holds when `field` is absent [states-language.net; Map, Task workflow state].
pub(super) fn default(field: &str) -> Option<Value> {
    Some(match field {
        "InputPath" | "OutputPath" | "ResultPath" | "ItemsPath" => Value::from("$"),
        "MaxConcurrency" | "ToleratedFailurePercentage" | "ToleratedFailureCount" => Value::from(0),
        "TimeoutSeconds" | "HeartbeatSeconds" => Value::from(99_999_999),
        _ => return None,
    })
}

/// What kind of change a change of `field` is.
pub(super) fn kind(field: &str) -> Kind {
    match field {
        "Resource" => Kind::ResourceChanged,
        "TimeoutSeconds" | "TimeoutSecondsPath" => Kind::TimeoutChanged,
        "HeartbeatSeconds" | "HeartbeatSecondsPath" => Kind::HeartbeatChanged,
        "Seconds" | "SecondsPath" | "Timestamp" | "TimestampPath" => Kind::WaitChanged,
        "Error" | "ErrorPath" | "Cause" | "CausePath" => Kind::ErrorChanged,
        "Label" => Kind::LabelChanged,
        "InputPath" | "OutputPath" | "ResultPath" | "ResultSelector" | "Parameters" | "Arguments"
        | "Output" | "Assign" | "Items" | "ItemsPath" | "ItemSelector" | "ItemBatcher" | "ItemReader"
        | "ResultWriter" | "Result" => Kind::DataFlowChanged,
        _ => Kind::FieldChanged,
    }
}

/// The word for a field in a message.
pub(super) fn noun(field: &str) -> &str {
    match field {
        "Resource" => "resource",
        "TimeoutSeconds" => "timeout",
        "HeartbeatSeconds" => "heartbeat",
        _ => field,
    }
}

/// Whether a field decides what a state that ends the execution gives as output.
pub(super) fn shapes_output(field: &str, state_type: Option<StateType>) -> bool {
    match field {
        "OutputPath" | "ResultPath" | "ResultSelector" | "Output" | "Result" => true,
        "InputPath" => matches!(state_type, Some(StateType::Succeed | StateType::Pass)),
        "Parameters" => state_type == Some(StateType::Pass),
        _ => false,
    }
}
