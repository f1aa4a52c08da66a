//! How Step Functions spells the names of an API.

use std::borrow::Cow;

/// The two manners of naming members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// SDK integrations take the names of the SDK for Java: `DBInstanceIdentifier` is `DbInstanceIdentifier` (public
    /// workflows that run). The API's own case is refused: `The field "onStatusReason" is not supported by Step
    /// Functions` [a public project's note on aws-sdk:batch:submitJob].
    Sdk,
    /// Optimised integrations name members as the API does, in PascalCase. Small first letters are accepted in places:
    /// `"RetryStrategy": {"attempts": 5}` [Passing parameters to a service API in Step Functions].
    Optimised,
}

impl Spelling {
    /// How the member that the API calls `name` is written.
    pub fn write(self, name: &str) -> Cow<'_, str> {
        match self {
            Spelling::Sdk => java(name),
            Spelling::Optimised => capitalised(name),
        }
    }

    /// Whether `written` may stand for the member that the API calls `name` among parameters. SDK integrations take the
    /// name of the SDK alone: `BOOL` is refused where `Bool` is taken [repost: query with boolean filter].
    pub fn takes(self, name: &str, written: &str) -> bool {
        match self {
            Spelling::Sdk => is_java(name, written),
            Spelling::Optimised => self.gives(name, written) || name == written,
        }
    }

    /// Whether `written` is the member that the API calls `name` in a result. The API's own small letters are not (recorded
    /// by AWS for both kinds of integration). SDK integrations give the names of the SDK [aws-sdk-js#4294: `Bool` for
    /// `BOOL`; public workflows that run read `DbInstances`], but for the types of DynamoDB's attributes, which were seen in
    /// both spellings [boto3#4253]. Of optimised integrations only their own was seen, and both count.
    pub fn gives(self, name: &str, written: &str) -> bool {
        let own = || capitalised(name) == written;
        match self {
            Spelling::Sdk => is_java(name, written) || (ATTRIBUTE_TYPES.contains(&name) && own()),
            Spelling::Optimised => own() || is_java(name, written),
        }
    }
}

/// The types of DynamoDB's attributes that the SDK for Java spells otherwise.
const ATTRIBUTE_TYPES: [&str; 5] = ["BOOL", "BS", "NS", "NULL", "SS"];

/// Whether the SDK for Java has the member `name` as `written`. `null` is taken in Java: the SDK has `nul` for DynamoDB's
/// `NULL`.
fn is_java(name: &str, written: &str) -> bool {
    java(name) == written || (name == "NULL" && written == "Nul")
}

fn capitalised(name: &str) -> Cow<'_, str> {
    match name.as_bytes().first() {
        Some(first) if first.is_ascii_lowercase() => {
            let mut name = name.to_owned();
            name[..1].make_ascii_uppercase();
            Cow::Owned(name)
        }
        _ => Cow::Borrowed(name),
    }
}

/// As the SDK for Java names a property, with a capital: of the capitals that a name begins with all but the last
/// become small where a small letter follows, and all else. `equals`, which Java has for itself, is `EqualsValue`
/// [Learning to use AWS service SDK integrations in Step Functions].
fn java(name: &str) -> Cow<'_, str> {
    if name.eq_ignore_ascii_case("equals") {
        return Cow::Borrowed("EqualsValue");
    }
    let bytes = name.as_bytes();
    let leading = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let small = match bytes.get(leading) {
        Some(next) if next.is_ascii_lowercase() => leading.saturating_sub(1),
        _ => leading,
    };
    if small < 2 {
        return capitalised(name);
    }
    let mut name = name.to_owned();
    name[1..small].make_ascii_lowercase();
    Cow::Owned(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_words_to_java() {
        for (api, sdk, optimised) in [
            ("TableName", "TableName", "TableName"),
            ("stateMachineArn", "StateMachineArn", "StateMachineArn"),
            (
                "DBInstanceIdentifier",
                "DbInstanceIdentifier",
                "DBInstanceIdentifier",
            ),
            ("DBInstances", "DbInstances", "DBInstances"),
            ("MD5OfMessageBody", "Md5OfMessageBody", "MD5OfMessageBody"),
            ("ETag", "ETag", "ETag"),
            ("SSEKMSKeyId", "SsekmsKeyId", "SSEKMSKeyId"),
            ("ACL", "Acl", "ACL"),
            ("S3Key", "S3Key", "S3Key"),
            ("S", "S", "S"),
            ("SS", "Ss", "SS"),
            ("equals", "EqualsValue", "Equals"),
            ("x-y", "X-y", "X-y"),
            ("", "", ""),
        ] {
            assert_eq!(Spelling::Sdk.write(api), sdk);
            assert_eq!(Spelling::Optimised.write(api), optimised);
        }
    }

    #[test]
    fn what_is_taken() {
        for (api, written, sdk, optimised) in [
            ("DBInstanceIdentifier", "DbInstanceIdentifier", true, true),
            ("DBInstanceIdentifier", "DBInstanceIdentifier", false, true),
            ("BOOL", "BOOL", false, true),
            ("BOOL", "Bool", true, true),
            ("NULL", "Nul", true, true),
            ("SSEKMSKeyId", "SSEKMSKeyId", false, true),
            ("attempts", "attempts", false, true),
            ("attempts", "Attempts", true, true),
            ("awsvpcConfiguration", "awsVpcConfiguration", false, false),
            ("Key", "key", false, false),
        ] {
            assert_eq!(Spelling::Sdk.takes(api, written), sdk, "{written}");
            assert_eq!(Spelling::Optimised.takes(api, written), optimised, "{written}");
        }
    }

    #[test]
    fn what_is_given() {
        for (api, written, sdk) in [
            ("DBInstances", "DbInstances", true),
            ("DBInstances", "DBInstances", false),
            ("stateMachineArn", "StateMachineArn", true),
            ("stateMachineArn", "stateMachineArn", false),
            ("BOOL", "Bool", true),
            ("BOOL", "BOOL", true),
            ("NULL", "Nul", true),
        ] {
            assert_eq!(Spelling::Sdk.gives(api, written), sdk, "{written}");
        }
        assert!(Spelling::Optimised.gives("MD5OfMessageBody", "MD5OfMessageBody"));
        assert!(Spelling::Optimised.gives("MD5OfMessageBody", "Md5OfMessageBody"));
    }
}
