//! An answer made up from the model of an API: the right names and types, values to be replaced.

use serde_json::{Map, Value as Json, json};

use super::{Length, Member, Need, Spelling, Structure, Type};
use crate::arrange::Arrange as _;

/// Structures inside of structures at most; deeper ones stay empty.
const DEPTH: usize = 3;
/// Members of a structure at most, the required ones first; long answers hide what a test is about.
const MEMBERS: usize = 12;
/// Tokens that mean there is more: an answer that has one sends a workflow around its loop for ever.
const MORE: [&str; 7] = [
    "NextToken",
    "NextMarker",
    "Marker",
    "LastEvaluatedKey",
    "LastEvaluatedTableName",
    "NextContinuationToken",
    "ContinuationToken",
];

/// An object with the members of `structure`.
pub fn answer(structure: Structure<'_>, spelling: Spelling) -> Json {
    Json::Object(object(structure, spelling, DEPTH))
}

fn object(structure: Structure<'_>, spelling: Spelling, depth: usize) -> Map<String, Json> {
    let mut members: Vec<(usize, Member<'_>)> = structure.members().enumerate().collect();
    members.retain(|(_, member)| !MORE.contains(&&*spelling.write(member.name)));
    members.arrange_by_key(|(index, member)| (member.need == Need::Optional, *index));
    members.truncate(MEMBERS);
    members.arrange_by_key(|(index, _)| *index);
    let value = |member: &Member<'_>| example(member.name, member.shape.resolve(), spelling, depth);
    members
        .iter()
        .map(|(_, member)| (spelling.write(member.name).into_owned(), value(member)))
        .collect()
}

/// A value of a type; `name` is that of the member that it is. Structures are filled so deep.
fn example(name: &str, shape: Type<'_>, spelling: Spelling, depth: usize) -> Json {
    match shape {
        Type::Text(length) => text(name, length),
        Type::Blob(_) => json!("AA=="),
        Type::Content => json!(name),
        Type::Time => json!("2024-01-01T00:00:00.000Z"),
        Type::OneOf(names) => json!(one(names)),
        Type::Number { whole, least, .. } => {
            let least = least.unwrap_or(0.0).max(0.0);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounds of the models are far from the limits of i64"
            )]
            if whole { json!(least as i64) } else { json!(least) }
        }
        Type::Boolean => json!(false),
        Type::List(item) if depth > 0 => json!([example(name, item.resolve(), spelling, depth - 1)]),
        Type::List(_) => json!([]),
        Type::Structure(structure) if depth > 0 => Json::Object(object(structure, spelling, depth - 1)),
        Type::Structure(_) | Type::Map(_) | Type::Any => json!({}),
    }
}

/// As [`example`], with the members alone that must be there.
pub fn least(name: &str, shape: Type<'_>, spelling: Spelling, depth: usize) -> Json {
    match shape {
        Type::Structure(structure) if depth > 0 => {
            let needed = structure.members().filter(|member| member.need != Need::Optional);
            let least = |member: &Member<'_>| least(member.name, member.shape.resolve(), spelling, depth - 1);
            Json::Object(
                needed
                    .map(|member| (spelling.write(member.name).into_owned(), least(&member)))
                    .collect(),
            )
        }
        Type::List(item) if depth > 0 => json!([least(name, item.resolve(), spelling, depth - 1)]),
        shape => example(name, shape, spelling, 0),
    }
}

/// The first of the names that says that all is well, or else the first.
fn one(names: &str) -> Option<&str> {
    const GOOD: [&str; 6] = [
        "succeeded",
        "success",
        "completed",
        "complete",
        "active",
        "available",
    ];
    let good = |name: &&str| GOOD.contains(&&*name.to_ascii_lowercase());
    names.split('|').find(good).or(names.split('|').next())
}

/// The member's own name says what belongs there.
fn text(name: &str, length: Length) -> Json {
    let mut text = match name {
        // DynamoDB spells its numbers as texts.
        "N" | "NS" => "1".to_owned(),
        name if name.to_ascii_lowercase().ends_with("arn") => {
            "arn:aws:service:us-east-1:123456789012:name".to_owned()
        }
        name => name.to_owned(),
    };
    while text.chars().count() < length.least {
        text.push('x');
    }
    if let Some((end, _)) = length.most.and_then(|most| text.char_indices().nth(most)) {
        text.truncate(end);
    }
    Json::String(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::Pattern;
    use crate::services::Call;

    fn answered(service: &str, action: &str) -> Json {
        let call =
            Call::named(service, action, Pattern::RequestResponse).unwrap_or_else(|| panic!("no {action}"));
        answer(
            call.answer().unwrap_or_else(|| panic!("{action} has no model")),
            call.spelling,
        )
    }

    #[test]
    fn names_and_types_are_those_of_the_api() {
        let started = answered("aws-sdk:athena", "startQueryExecution");
        assert_eq!(started, json!({"QueryExecutionId": "QueryExecutionId"}));
        let tables = answered("aws-sdk:dynamodb", "listTables");
        assert_eq!(tables, json!({"TableNames": ["TableNames"]}));
        let images = answered("aws-sdk:rekognition", "detectLabels");
        assert!(images["Labels"][0]["Confidence"].is_number());
        let instances = answered("aws-sdk:rds", "describeDBInstances");
        assert!(instances.get("Marker").is_none());
        // Twelve characters, no more and no fewer.
        let admin = answered("aws-sdk:auditmanager", "getOrganizationAdminAccount");
        assert_eq!(admin["AdminAccountId"], json!("adminAccount"));
        assert!(instances["DbInstances"][0]["DbInstanceIdentifier"].is_string());
    }

    #[test]
    fn numbers_of_dynamodb_are_digits() {
        assert_eq!(text("N", Length::default()), json!("1"));
        let queried = answered("aws-sdk:dynamodb", "getItem");
        assert_eq!(queried["Item"], json!({}));
    }

    #[test]
    fn jobs_have_ended_well() {
        let call = Call::named("sagemaker", "createTransformJob", Pattern::Sync).expect("a job");
        let job = answer(call.result().expect("a model"), call.spelling);
        assert_eq!(job["TransformJobStatus"], json!("Completed"));
    }

    #[test]
    fn what_is_empty_is_an_object() {
        assert_eq!(answered("aws-sdk:sqs", "deleteMessage"), json!({}));
    }
}
