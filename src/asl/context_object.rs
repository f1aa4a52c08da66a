//! The context object: what `$$` has in JSONPath, and `$states.context` in JSONata [Accessing execution data from the
//! Context object].

/// The context object's members; below `Input`, `Value` and `Source` anything may be.
pub const CONTEXT: [(&str, &[&str]); 5] = [
    (
        "Execution",
        &[
            "Id",
            "Input",
            "Name",
            "RoleArn",
            "StartTime",
            "RedriveCount",
            "RedriveTime",
        ],
    ),
    ("State", &["EnteredTime", "Name", "RetryCount"]),
    ("StateMachine", &["Id", "Name"]),
    ("Task", &["Token"]),
    ("Map", &["Item"]),
];
/// What an item of a Map has; below `Value` and `Source` anything may be.
pub const MAP_ITEM: [&str; 4] = ["Index", "Key", "Value", "Source"];

/// The members behind the names that lead to them: those of the whole object behind no name. Nothing where anything may be.
pub fn members(names: &[&str]) -> Vec<&'static str> {
    match names {
        [] => CONTEXT.iter().map(|(name, _)| *name).collect(),
        ["Map", "Item"] => MAP_ITEM.to_vec(),
        [first] => {
            let found = CONTEXT.iter().find(|(name, _)| name == first);
            found.map_or_else(Vec::new, |(_, members)| members.to_vec())
        }
        _ => Vec::new(),
    }
}
