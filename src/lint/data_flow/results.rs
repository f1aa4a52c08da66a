//! What the results of service integrations hold.

use crate::asl::{Pattern, Resource};

use super::shape::Shape;

/// Added to every answer of an optimised integration that passes on the service's own [recorded answers].
const SDK: [&str; 2] = ["SdkHttpMetadata", "SdkResponseMetadata"];

/// The members of an answer, as the API reference of the action lists them.
struct Answer {
    service: &'static str,
    action: &'static str,
    pattern: Pattern,
    members: &'static [&'static str],
    /// Whether [`SDK`] comes on top.
    sdk: bool,
}

const fn answer(
    service: &'static str,
    action: &'static str,
    members: &'static [&'static str],
    sdk: bool,
) -> Answer {
    Answer {
        service,
        action,
        pattern: Pattern::RequestResponse,
        members,
        sdk,
    }
}

/// Actions whose answer is small, fixed and often taken for the state's input. Of others nothing is assumed.
static ANSWERS: [Answer; 10] = [
    answer(
        "dynamodb",
        "deleteItem",
        &["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
        true,
    ),
    answer("dynamodb", "getItem", &["Item", "ConsumedCapacity"], true),
    answer(
        "dynamodb",
        "putItem",
        &["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
        true,
    ),
    answer(
        "dynamodb",
        "updateItem",
        &["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
        true,
    ),
    answer("events", "putEvents", &["Entries", "FailedEntryCount"], true),
    answer(
        "http",
        "invoke",
        &["Headers", "ResponseBody", "StatusCode", "StatusText"],
        false,
    ),
    answer(
        "lambda",
        "invoke",
        &[
            "ExecutedVersion",
            "FunctionError",
            "LogResult",
            "Payload",
            "StatusCode",
        ],
        true,
    ),
    answer("sns", "publish", &["MessageId", "SequenceNumber"], true),
    answer(
        "sqs",
        "sendMessage",
        &[
            "MD5OfMessageAttributes",
            "MD5OfMessageBody",
            "MD5OfMessageSystemAttributes",
            "MessageId",
            "SequenceNumber",
        ],
        true,
    ),
    answer("states", "startExecution", &["ExecutionArn", "StartDate"], true),
];

/// The result of a task that calls `resource`.
pub(super) fn of(resource: &Resource<'_>) -> Shape {
    let Resource::Integration {
        service,
        action,
        pattern,
    } = resource
    else {
        return Shape::Any;
    };
    let known = ANSWERS
        .iter()
        .find(|a| a.service == *service && a.action == *action && a.pattern == *pattern);
    match known {
        Some(answer) => {
            let sdk: &[&str] = if answer.sdk { &SDK } else { &[] };
            Shape::closed(answer.members.iter().chain(sdk).copied())
        }
        None => Shape::Any,
    }
}
