//! The fields of a state that are compared by their values: their defaults, their kinds, and the older names.

use crate::asl::{QueryLanguage, State, StateMachine, StateType};
use crate::value::Value;

use super::meaning::Meant;
use super::{Kind, defaults};
use crate::asl::fields::Content;

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
    pub(super) value: Meant<'d>,
}

impl Field<'_> {
    /// Its value in one spelling; `None` when it says what its absence says.
    pub(super) fn canonical(self, state: &State) -> Option<Value> {
        let value = self.value.canonical();
        let kind = state.kind();
        (!defaults::is_default(kind, state.query_language, self.name, &value)).then_some(value)
    }
}

/// The fields of `state` that are compared by value, in the order of the text.
pub(super) fn of<'m>(machine: &'m StateMachine, state: &State) -> Vec<Field<'m>> {
    let object = machine.node(state.node);
    object
        .members()
        .iter()
        .filter(|member| !SPECIAL.contains(&&*member.key))
        .map(|member| {
            let name = present_name(&member.key, state);
            let node = object.document().node(member.value);
            let content = Content::of(state.kind(), name, state.query_language);
            let value = Meant { node, content };
            Field { name, value }
        })
        .collect()
}

/// A Map's `Parameters` are called `ItemSelector` since there is `ItemProcessor`; both are taken in JSONPath and mean one
/// thing [Map workflow state: deprecated fields].
pub(super) fn present_name<'n>(name: &'n str, state: &State) -> &'n str {
    match (name, state.state_type, state.query_language) {
        ("Parameters", Some(StateType::Map), QueryLanguage::JsonPath) => "ItemSelector",
        _ => name,
    }
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
