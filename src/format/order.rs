//! In which order the fields of an object stand. It comes from the table of fields; only what AWS gives no order for,
//! the way of data through a state, is written down here.

use crate::asl::fields::{Content, Kind};
use crate::asl::{QueryLanguage, StateType};

/// What stands before all other fields.
const HEAD: [&str; 2] = ["Type", "Comment"];

/// What stands behind all other fields: a state's fields in the order in which an execution uses them [Processing input
/// and output in Step Functions], and then where it goes.
const TAIL: [&str; 21] = [
    "InputPath",
    "Parameters",
    "Arguments",
    "ItemProcessor",
    "Iterator",
    "Branches",
    "Result",
    "ResultSelector",
    "ResultWriter",
    "ResultPath",
    "Assign",
    "Output",
    "OutputPath",
    "Retry",
    "Catch",
    "Choices",
    "Default",
    "Next",
    "End",
    "StartAt",
    "States",
];

/// Where the field `name` of a `kind` stands: fields are sorted by this. What the table does not know comes last, in
/// the order in which it was written.
pub(super) fn rank(kind: Kind, name: &str) -> usize {
    const MIDDLE: usize = HEAD.len();
    const END: usize = 1_000;
    if let Some(at) = HEAD.iter().position(|head| *head == name) {
        return at;
    }
    let Some(at) = kind.fields().position(|field| field.name == name) else {
        return usize::MAX;
    };
    match TAIL.iter().position(|tail| *tail == name) {
        Some(tail) => END + tail,
        None => MIDDLE + at,
    }
}

/// What a definition holds. In which language its states are makes no difference to the order.
pub(super) const MACHINE: Content = Content::Object(Kind::Machine, QueryLanguage::JsonPath);

/// What an object holds and, where it is one of the table, its kind; `type_name` is the value of its `Type`.
pub(super) fn object<'t>(
    content: Content,
    type_name: impl FnOnce() -> Option<&'t str>,
) -> (Content, Option<Kind>) {
    match content {
        Content::Object(Kind::AnyState, language) => {
            let kind = type_name()
                .and_then(StateType::from_name)
                .map_or(Kind::AnyState, Kind::State);
            (Content::Object(kind, language), Some(kind))
        }
        Content::Object(kind, _) => (content, Some(kind)),
        _ => (content, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_names_fields_of_the_table_only() {
        for name in HEAD.iter().chain(&TAIL) {
            assert!(Kind::ALL.iter().any(|kind| kind.field(name).is_some()), "{name}");
        }
    }

    #[test]
    fn fields_stand_as_an_execution_uses_them() {
        let sorted = |kind: Kind, mut names: Vec<&'static str>| {
            names.sort_by_key(|name| rank(kind, name));
            names.join(" ")
        };
        assert_eq!(
            sorted(
                Kind::Machine,
                vec![
                    "States",
                    "Version",
                    "StartAt",
                    "Comment",
                    "QueryLanguage",
                    "TimeoutSeconds"
                ]
            ),
            "Comment QueryLanguage TimeoutSeconds Version StartAt States"
        );
        assert_eq!(
            sorted(
                Kind::State(StateType::Task),
                vec![
                    "End",
                    "Catch",
                    "Retry",
                    "ResultPath",
                    "Other",
                    "Parameters",
                    "Comment",
                    "Resource",
                    "Type"
                ]
            ),
            "Type Comment Resource Parameters ResultPath Retry Catch End Other"
        );
        assert_eq!(
            sorted(
                Kind::ChoiceRule,
                vec!["Next", "NumericEquals", "Variable", "Comment"]
            ),
            "Comment Variable NumericEquals Next"
        );
        assert_eq!(
            sorted(Kind::Processor, vec!["States", "StartAt", "ProcessorConfig"]),
            "ProcessorConfig StartAt States"
        );
    }
}
