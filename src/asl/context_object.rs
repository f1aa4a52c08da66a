//! The context object: what `$$` has in JSONPath, and `$states.context` in JSONata [Accessing execution data from the
//! Context object].

/// What a member of the context object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text, or the null that AWS itself puts there (recorded).
    TextOrNull,
    /// A number.
    Number,
    /// Whatever the state machine, its input or the item makes it.
    Anything,
}

/// What a member is, in a sentence, and an example of it.
pub type Member = (&'static str, (Kind, &'static str, &'static str));

/// The objects of the context object, and their members.
pub const CONTEXT: [(&str, &[Member]); 5] = [
    (
        "Execution",
        &[
            (
                "Id",
                (
                    Kind::Text,
                    "The ARN of the execution.",
                    "arn:aws:states:us-east-1:123456789012:execution:Orders:o-17",
                ),
            ),
            (
                "Input",
                (
                    Kind::Anything,
                    "The input that the execution was started with.",
                    "",
                ),
            ),
            ("Name", (Kind::Text, "The name of the execution.", "o-17")),
            // Null where no role is given.
            (
                "RoleArn",
                (
                    Kind::TextOrNull,
                    "The ARN of the role that the state machine runs with.",
                    "arn:aws:iam::123456789012:role/Orders",
                ),
            ),
            (
                "StartTime",
                (
                    Kind::Text,
                    "When the execution was started.",
                    "2026-01-31T09:00:00.000Z",
                ),
            ),
            (
                "RedriveCount",
                (Kind::Number, "How many times the execution was redriven.", "0"),
            ),
            (
                "RedriveTime",
                (
                    Kind::Text,
                    "When the execution was last redriven. It is there in redriven executions only.",
                    "2026-01-31T09:00:00.000Z",
                ),
            ),
        ],
    ),
    (
        "State",
        &[
            (
                "EnteredTime",
                (
                    Kind::Text,
                    "When the state was entered.",
                    "2026-01-31T09:00:00.000Z",
                ),
            ),
            ("Name", (Kind::Text, "The name of the state.", "Charge")),
            (
                "RetryCount",
                (Kind::Number, "How many times the state was retried.", "0"),
            ),
        ],
    ),
    (
        "StateMachine",
        &[
            (
                "Id",
                (
                    Kind::Text,
                    "The ARN of the state machine.",
                    "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
                ),
            ),
            ("Name", (Kind::Text, "The name of the state machine.", "Orders")),
        ],
    ),
    (
        "Task",
        &[(
            "Token",
            (
                Kind::Text,
                "What SendTaskSuccess and SendTaskFailure send back. It is there in Task states that wait for it only.",
                "AAAAKgAAAAIAAA...",
            ),
        )],
    ),
    (
        "Map",
        &[(
            "Item",
            (
                Kind::Anything,
                "The item that the iteration is for. It is there inside of a Map state only.",
                "",
            ),
        )],
    ),
];

/// What an item of a Map has; below `Value` and `Source` anything may be.
const MAP_ITEM: [Member; 4] = [
    ("Index", (Kind::Number, "The place of the item, from 0.", "0")),
    (
        "Key",
        (
            Kind::Text,
            "The name of the member, where the items are those of an object.",
            "o-17",
        ),
    ),
    ("Value", (Kind::Anything, "The item itself.", "")),
    (
        "Source",
        (
            Kind::Text,
            "Where the item comes from: `STATE_DATA`, or the URI of the object or bucket that was read.",
            "STATE_DATA",
        ),
    ),
];

/// The members behind the names that lead to them: those of the whole object behind no name. Nothing where anything may be,
/// and below a text or a number.
pub fn members(names: &[&str]) -> Vec<&'static str> {
    match names {
        [] => CONTEXT.iter().map(|(name, _)| *name).collect(),
        _ => rows(names).iter().map(|(name, _)| *name).collect(),
    }
}

/// The rows of what has members: an object of the context object, or the item of a Map.
fn rows(names: &[&str]) -> &'static [Member] {
    match names {
        ["Map", "Item"] => &MAP_ITEM,
        [first] => CONTEXT
            .iter()
            .find(|(name, _)| name == first)
            .map_or(&[], |(_, rows)| rows),
        _ => &[],
    }
}

/// What the member is that the names lead to; `None` of a whole object, and of what is not known.
pub fn member(names: &[&str]) -> Option<Member> {
    let (last, before) = names.split_last()?;
    rows(before).iter().find(|(name, _)| name == last).copied()
}
