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

/// The objects of the context object, and their members.
pub const CONTEXT: [(&str, &[(&str, Kind)]); 5] = [
    (
        "Execution",
        &[
            ("Id", Kind::Text),
            ("Input", Kind::Anything),
            ("Name", Kind::Text),
            // Null where no role is given.
            ("RoleArn", Kind::TextOrNull),
            ("StartTime", Kind::Text),
            ("RedriveCount", Kind::Number),
            ("RedriveTime", Kind::Text),
        ],
    ),
    (
        "State",
        &[
            ("EnteredTime", Kind::Text),
            ("Name", Kind::Text),
            ("RetryCount", Kind::Number),
        ],
    ),
    ("StateMachine", &[("Id", Kind::Text), ("Name", Kind::Text)]),
    ("Task", &[("Token", Kind::Text)]),
    ("Map", &[("Item", Kind::Anything)]),
];

/// What an item of a Map has; below `Value` and `Source` anything may be.
const MAP_ITEM: [&str; 4] = ["Index", "Key", "Value", "Source"];

/// The members behind the names that lead to them: those of the whole object behind no name. Nothing where anything may be,
/// and below a text or a number.
pub fn members(names: &[&str]) -> Vec<&'static str> {
    match names {
        [] => CONTEXT.iter().map(|(name, _)| *name).collect(),
        ["Map", "Item"] => MAP_ITEM.to_vec(),
        [first] => {
            let found = CONTEXT.iter().find(|(name, _)| name == first);
            found.map_or_else(Vec::new, |(_, members)| {
                members.iter().map(|(name, _)| *name).collect()
            })
        }
        _ => Vec::new(),
    }
}
