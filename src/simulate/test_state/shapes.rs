//! What mocked results of some integrations must look like, from their API references.
//!
//! A small table: the result of an integration that is not in it is not checked. Members that the table does not know
//! are ignored, as AWS ignores what its models do not know (recorded by AWS).

use super::Refusal;
use crate::asl::{Pattern, Resource};
use crate::value::Value;

/// What a value must be.
#[derive(Debug)]
enum Shape {
    /// A string: text, a timestamp or a blob, of so many characters at least.
    Text(usize),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A number, between two others.
    Number(f64, f64),
    Boolean,
    List(&'static Shape),
    /// An object whose members all have this shape.
    MapOf(&'static Shape),
    Structure(&'static [Member]),
    /// Anything.
    Any,
}

/// A member of a structure.
#[derive(Debug)]
struct Member(&'static str, Need, Shape);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

/// The action whose mocked result AWS would check and the table does not know.
pub(super) fn unchecked(resource: &Resource<'_>) -> Option<String> {
    let Resource::Integration {
        service,
        action,
        pattern,
    } = resource
    else {
        return None;
    };
    // "Not validated" [Testing state machines with TestState API].
    let free = matches!(*service, "http" | "apigateway")
        || matches!((*service, *action), ("eks", "call" | "runJob"))
        || *pattern == Pattern::WaitForTaskToken;
    let sync = *pattern != Pattern::RequestResponse;
    let of = service.strip_prefix("aws-sdk:").unwrap_or(service);
    let known = RESULTS
        .iter()
        .any(|(name, own, is_sync, _)| *name == of && own == action && *is_sync == sync);
    (!free && !known).then(|| format!("{service}:{action}"))
}

use Need::{Optional, Required};
use Shape::{Any, Boolean, List, MapOf, Number, OneOf, Structure, Text};

const TEXT: Shape = Text(0);
const NUMBER: Shape = Number(f64::MIN, f64::MAX);

/// The result of an action: service, action, whether of `.sync`, members.
type Entry = (&'static str, &'static str, bool, &'static [Member]);

/// [API references of Lambda, Step Functions, EventBridge, DynamoDB, S3, SQS, SNS, KMS]
const RESULTS: [Entry; 18] = [
    (
        "lambda",
        "invoke",
        false,
        &[
            Member("StatusCode", Optional, NUMBER),
            Member("FunctionError", Optional, TEXT),
            Member("LogResult", Optional, TEXT),
            Member("Payload", Optional, Any),
            Member("ExecutedVersion", Optional, Text(1)),
        ],
    ),
    (
        "lambda",
        "getFunction",
        false,
        &[
            Member("Configuration", Optional, Structure(FUNCTION)),
            Member(
                "Code",
                Optional,
                Structure(&[
                    Member("RepositoryType", Optional, TEXT),
                    Member("Location", Optional, TEXT),
                ]),
            ),
            Member("Tags", Optional, MapOf(&TEXT)),
        ],
    ),
    ("lambda", "getFunctionConfiguration", false, FUNCTION),
    (
        "states",
        "startExecution",
        false,
        &[
            Member("ExecutionArn", Required, Text(1)),
            Member("StartDate", Required, TEXT),
        ],
    ),
    ("states", "startExecution", true, EXECUTION),
    ("states", "describeExecution", false, EXECUTION),
    (
        "events",
        "putEvents",
        false,
        &[
            Member("FailedEntryCount", Optional, NUMBER),
            Member(
                "Entries",
                Optional,
                List(&Structure(&[
                    Member("EventId", Optional, TEXT),
                    Member("ErrorCode", Optional, TEXT),
                    Member("ErrorMessage", Optional, TEXT),
                ])),
            ),
        ],
    ),
    (
        "dynamodb",
        "getItem",
        false,
        &[
            Member("Item", Optional, MapOf(&ATTRIBUTE)),
            Member("ConsumedCapacity", Optional, Structure(CAPACITY)),
        ],
    ),
    ("dynamodb", "putItem", false, WRITTEN),
    ("dynamodb", "updateItem", false, WRITTEN),
    ("dynamodb", "deleteItem", false, WRITTEN),
    (
        "s3",
        "getObject",
        false,
        &[
            Member("Body", Optional, Any),
            Member("ContentLength", Optional, NUMBER),
            Member("ContentType", Optional, TEXT),
            Member("ETag", Optional, TEXT),
            Member("LastModified", Optional, TEXT),
            Member("VersionId", Optional, TEXT),
            Member("DeleteMarker", Optional, Boolean),
            Member("Metadata", Optional, MapOf(&TEXT)),
            Member("PartsCount", Optional, NUMBER),
            Member("TagCount", Optional, NUMBER),
            Member(
                "ServerSideEncryption",
                Optional,
                OneOf(&["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"]),
            ),
            Member("StorageClass", Optional, OneOf(STORAGE_CLASSES)),
        ],
    ),
    (
        "s3",
        "putObject",
        false,
        &[
            Member("ETag", Optional, TEXT),
            Member("VersionId", Optional, TEXT),
            Member("Size", Optional, NUMBER),
            Member("BucketKeyEnabled", Optional, Boolean),
        ],
    ),
    (
        "sqs",
        "sendMessage",
        false,
        &[
            Member("MessageId", Optional, TEXT),
            Member("SequenceNumber", Optional, TEXT),
            Member("MD5OfMessageBody", Optional, TEXT),
            Member("MD5OfMessageAttributes", Optional, TEXT),
            Member("MD5OfMessageSystemAttributes", Optional, TEXT),
        ],
    ),
    (
        "sns",
        "publish",
        false,
        &[
            Member("MessageId", Optional, TEXT),
            Member("SequenceNumber", Optional, TEXT),
        ],
    ),
    (
        "kms",
        "encrypt",
        false,
        &[
            Member("CiphertextBlob", Optional, Text(1)),
            Member("KeyId", Optional, Text(1)),
            Member("EncryptionAlgorithm", Optional, OneOf(ENCRYPTION)),
        ],
    ),
    (
        "kms",
        "decrypt",
        false,
        &[
            Member("Plaintext", Optional, Text(1)),
            Member("KeyId", Optional, Text(1)),
            Member("EncryptionAlgorithm", Optional, OneOf(ENCRYPTION)),
        ],
    ),
    (
        "kms",
        "generateDataKey",
        false,
        &[
            Member("CiphertextBlob", Optional, Text(1)),
            Member("Plaintext", Optional, Text(1)),
            Member("KeyId", Optional, Text(1)),
        ],
    ),
];

const FUNCTION: &[Member] = &[
    Member("FunctionName", Optional, TEXT),
    Member("FunctionArn", Optional, TEXT),
    Member("Runtime", Optional, TEXT),
    Member("Role", Optional, TEXT),
    Member("Handler", Optional, TEXT),
    Member("CodeSize", Optional, NUMBER),
    Member("Description", Optional, TEXT),
    Member("Timeout", Optional, Number(1.0, f64::MAX)),
    Member("MemorySize", Optional, Number(128.0, 10_240.0)),
    Member("LastModified", Optional, TEXT),
    Member("Version", Optional, Text(1)),
    Member(
        "State",
        Optional,
        OneOf(&["Pending", "Active", "Inactive", "Failed"]),
    ),
    Member("PackageType", Optional, OneOf(&["Zip", "Image"])),
];

const EXECUTION: &[Member] = &[
    Member("ExecutionArn", Required, Text(1)),
    Member("StateMachineArn", Required, Text(1)),
    Member("Name", Optional, Text(1)),
    Member(
        "Status",
        Required,
        OneOf(&[
            "RUNNING",
            "SUCCEEDED",
            "FAILED",
            "TIMED_OUT",
            "ABORTED",
            "PENDING_REDRIVE",
        ]),
    ),
    Member("StartDate", Required, TEXT),
    Member("StopDate", Optional, TEXT),
    Member("Error", Optional, TEXT),
    Member("Cause", Optional, TEXT),
];

const CAPACITY: &[Member] = &[
    Member("TableName", Optional, Text(1)),
    Member("CapacityUnits", Optional, NUMBER),
    Member("ReadCapacityUnits", Optional, NUMBER),
    Member("WriteCapacityUnits", Optional, NUMBER),
];

/// AttributeValue; what nests is not followed.
const ATTRIBUTE: Shape = Structure(&[
    Member("S", Optional, TEXT),
    Member("N", Optional, TEXT),
    Member("B", Optional, TEXT),
    Member("SS", Optional, List(&TEXT)),
    Member("NS", Optional, List(&TEXT)),
    Member("M", Optional, MapOf(&Any)),
    Member("L", Optional, List(&Any)),
    Member("NULL", Optional, Boolean),
    Member("BOOL", Optional, Boolean),
]);

const WRITTEN: &[Member] = &[
    Member("Attributes", Optional, MapOf(&ATTRIBUTE)),
    Member("ConsumedCapacity", Optional, Structure(CAPACITY)),
];

const STORAGE_CLASSES: &[&str] = &[
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "FSX_OPENZFS",
];

const ENCRYPTION: &[&str] = &[
    "SYMMETRIC_DEFAULT",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "SM2PKE",
];

/// Checks a mocked result of a task that calls `resource`. `strict` asks for the required members.
///
/// # Errors
/// The first member that does not fit.
pub(super) fn check(resource: &Resource<'_>, result: &Value, strict: bool) -> Result<(), Refusal> {
    let Resource::Integration {
        service,
        action,
        pattern,
    } = resource
    else {
        return Ok(());
    };
    // Whoever sends the token back says what the result is.
    if *pattern == Pattern::WaitForTaskToken {
        return Ok(());
    }
    let sync = *pattern != Pattern::RequestResponse;
    let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
    let known = RESULTS
        .iter()
        .find(|(of, name, is_sync, _)| *of == service && name == action && *is_sync == sync);
    match (known, result) {
        (None, _) => Ok(()),
        (Some((.., members)), Value::Object(_)) => structure(members, result, strict)
            .map_err(|what| Refusal::validation(format!("Mock result schema validation error: {what}"))),
        (Some(_), _) => Err(Refusal::validation("Mocked result must be a JSON object.")),
    }
}

fn structure(members: &[Member], value: &Value, strict: bool) -> Result<(), String> {
    for Member(name, need, _) in members {
        if strict && *need == Required && value.get(name).is_none_or(Value::is_null) {
            return Err(format!("Required field '{name}' is missing"));
        }
    }
    for Member(name, _, shape) in members {
        if let Some(value) = value.get(name).filter(|value| !value.is_null()) {
            shape.check(name, value, strict)?;
        }
    }
    Ok(())
}

impl Shape {
    fn check(&self, name: &str, value: &Value, strict: bool) -> Result<(), String> {
        let must_be = |what: &str| Err(format!("Field '{name}' must be {what}"));
        match (self, value) {
            (Any, _) | (Boolean, Value::Bool(_)) => Ok(()),
            (Text(least), Value::String(text)) if text.chars().count() < *least => {
                Err(format!("Field '{name}' is smaller than the minimum length"))
            }
            (OneOf(names), Value::String(text)) if !names.contains(&&**text) => {
                Err(format!("Field '{name}' is not an expected value"))
            }
            (Text(_) | OneOf(_), Value::String(_)) => Ok(()),
            (Number(least, _), Value::Number(number)) if number.as_f64() < *least => {
                Err(format!("Field '{name}' is less than the minimum value"))
            }
            (Number(_, most), Value::Number(number)) if number.as_f64() > *most => {
                Err(format!("Field '{name}' exceeds the maximum value"))
            }
            (Number(..), Value::Number(_)) => Ok(()),
            (List(shape), Value::Array(items)) => {
                items.iter().try_for_each(|item| shape.check(name, item, strict))
            }
            (MapOf(shape), Value::Object(members)) => members
                .iter()
                .try_for_each(|(key, value)| shape.check(key, value, strict)),
            (Structure(members), Value::Object(_)) => structure(members, value, strict),
            (Text(_) | OneOf(_), _) => must_be("a string"),
            (Number(..), _) => must_be("a number"),
            (Boolean, _) => must_be("a boolean"),
            (List(_), _) => must_be("an array"),
            (MapOf(_) | Structure(_), _) => must_be("an object"),
        }
    }
}
