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

    /// Whether `written` may stand for the member that the API calls `name` among parameters. Both spellings of an
    /// acronym count: that one of them is refused was not measured.
    pub fn takes(self, name: &str, written: &str) -> bool {
        gives(name, written) || (self == Spelling::Optimised && name == written)
    }
}

/// Whether `written` is the member that the API calls `name` in a result. The API's own small letters are not (recorded
/// by AWS for both kinds of integration). `null` is taken in Java: the SDK has `nul` for DynamoDB's `NULL`.
pub fn gives(name: &str, written: &str) -> bool {
    capitalised(name) == written || java(name) == written || (name == "NULL" && written == "Nul")
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
            ("DBInstanceIdentifier", "DBInstanceIdentifier", true, true),
            ("attempts", "attempts", false, true),
            ("attempts", "Attempts", true, true),
            ("awsvpcConfiguration", "awsVpcConfiguration", false, false),
            ("Key", "key", false, false),
        ] {
            assert_eq!(Spelling::Sdk.takes(api, written), sdk, "{written}");
            assert_eq!(Spelling::Optimised.takes(api, written), optimised, "{written}");
        }
    }
}
