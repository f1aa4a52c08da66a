//! Which errors a call of a service cannot fail with, by their names.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{Service, integration, service, services};
use crate::asl::{Pattern, Resource};
use crate::source::placeholder;

/// What optimised integrations begin the names of their errors with, where SDK integrations have another spelling
/// (recorded by AWS: `DynamoDB.ResourceNotFoundException` beside `DynamoDb.ResourceNotFoundException`).
const OPTIMISED: [(&str, &str); 4] = [
    ("dynamodb", "DynamoDB"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("states", "StepFunctions"),
];

/// Why a call never fails with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Never {
    /// The name belongs to another service, whose errors begin so.
    Foreign(&'static str),
    /// It is spelt otherwise.
    Misspelt(String),
    /// Every error of the call begins so, and this one has no service before it.
    Unprefixed(&'static str),
}

/// Why a call of `resource` never fails with an error named `error`; `None` when it may, or nobody knows. Jobs and
/// callbacks end with whatever the other side says.
pub fn never_raises(resource: &Resource<'_>, error: &str) -> Option<Never> {
    let Resource::Integration {
        service: called,
        action,
        pattern: Pattern::RequestResponse,
    } = resource
    else {
        return None;
    };
    if placeholder::is_in(called) || placeholder::is_in(error) {
        return None;
    }
    let Some((prefix, name)) = error.split_once('.') else {
        return unprefixed(called, action, error);
    };
    let owner = owner(prefix)?;
    if let Some(sdk) = called.strip_prefix("aws-sdk:") {
        let own = service(sdk)?;
        return match own.name == owner.name {
            true => misspelt_sdk(own, prefix, name),
            false => foreign(owner, name, false),
        };
    }
    let api = integration(called, action).and_then(|integration| integration.api_service());
    let own = [api, service(called)]
        .into_iter()
        .flatten()
        .any(|own| own.name == owner.name);
    if own {
        let (_, right) = OPTIMISED.iter().find(|(service, _)| service == called)?;
        return (*right != prefix).then(|| Never::Misspelt(format!("{right}.{name}")));
    }
    // What integrations with an interface of their own say is not known; a function's code may raise any name.
    api?;
    foreign(owner, name, *called == "lambda")
}

/// The service that is called, and what the names of its errors begin with.
fn called_service(called: &str, action: &str) -> Option<(Service, &'static str)> {
    match called.strip_prefix("aws-sdk:") {
        Some(sdk) => service(sdk).and_then(|own| Some((own, own.prefix?))),
        None => {
            let (_, prefix) = OPTIMISED.iter().find(|(service, _)| *service == called)?;
            Some((integration(called, action)?.api_service()?, *prefix))
        }
    }
}

/// A name without a service: what SDK integrations and the optimised ones measured raise is named `S3.NoSuchKeyException`.
fn unprefixed(called: &str, action: &str, error: &str) -> Option<Never> {
    let (own, prefix) = called_service(called, action)?;
    let mut declared = own.model()?.exceptions();
    let meant = declared.find(|known| *known == error || known.strip_suffix("Exception") == Some(error));
    Some(match meant {
        Some(meant) => Never::Misspelt(format!("{prefix}.{meant}")),
        None => Never::Unprefixed(prefix),
    })
}

/// The errors that the service which `resource` calls declares, by their names in `ErrorEquals`; none where it is not known
/// how they begin.
pub fn declared_errors(resource: &Resource<'_>) -> Vec<String> {
    let Resource::Integration {
        service: called,
        action,
        ..
    } = resource
    else {
        return Vec::new();
    };
    let Some((own, prefix)) = called_service(called, action) else {
        return Vec::new();
    };
    let names = own.model().into_iter().flat_map(|model| model.exceptions());
    names.map(|name| format!("{prefix}.{name}")).collect()
}

/// What the names of `owner`'s errors begin with where a task calls it as `called`.
pub(super) fn error_prefix(called: &str, owner: Service) -> Option<&'static str> {
    let optimised = OPTIMISED.iter().find(|(service, _)| *service == called);
    optimised.map(|(_, prefix)| *prefix).or(owner.prefix)
}

/// The service whose errors begin with `prefix`, in whatever case: optimised integrations have others than SDK ones.
fn owner(prefix: &str) -> Option<Service> {
    let optimised = OPTIMISED.iter().find(|(_, written)| *written == prefix);
    match optimised {
        Some(("states", _)) => service("sfn"),
        Some((name, _)) => service(name),
        None => by_prefix(prefix),
    }
}

/// The service whose SDK errors begin with `prefix`, in whatever case.
fn by_prefix(prefix: &str) -> Option<Service> {
    // Each name of each retrier and catcher is looked up.
    static SERVICES: OnceLock<FxHashMap<String, Service>> = OnceLock::new();
    let known = SERVICES.get_or_init(|| {
        let mut known = FxHashMap::default();
        for service in services() {
            if let Some(prefix) = service.prefix {
                known.entry(prefix.to_ascii_lowercase()).or_insert(service);
            }
        }
        known
    });
    known.get(&prefix.to_ascii_lowercase()).copied()
}

/// Names of one's own may begin with a word that is a service's prefix (`Billing.Refused`); AWS's end with `Exception`.
fn foreign(owner: Service, name: &str, may_be_own: bool) -> Option<Never> {
    const OWN: [&str; 3] = ["dynamodb", "sqs", "sns"];
    if !name.ends_with("Exception") || (may_be_own && !OWN.contains(&owner.name)) {
        return None;
    }
    owner.prefix.map(Never::Foreign)
}

/// "Always include the Exception suffix for the potential error names", and prefixes as the page has them [Learning to
/// use AWS service SDK integrations in Step Functions].
fn misspelt_sdk(own: Service, prefix: &str, name: &str) -> Option<Never> {
    let right = own.prefix?;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) || name.is_empty() {
        return None;
    }
    let suffix = if name.ends_with("Exception") {
        ""
    } else {
        "Exception"
    };
    let mut meant = format!("{name}{suffix}");
    let declared = || own.model().into_iter().flat_map(|model| model.exceptions());
    // An error that the model does not declare is raised as the service's own: `S3.S3Exception`.
    if !declared().any(|known| known == meant) {
        let near = declared().find(|known| {
            let far = |written: &str| strsim::damerau_levenshtein(known, written) > 2;
            known.len() > 12 && !(far(&meant) && far(name))
        });
        meant = near.map_or(meant, str::to_owned);
    }
    (prefix != right || name != meant).then(|| Never::Misspelt(format!("{right}.{meant}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(resource: &str, error: &str) -> Option<Never> {
        never_raises(&Resource::parse(&format!("arn:aws:states:::{resource}")), error)
    }

    #[test]
    fn errors_are_spelt_as_the_integration_spells_them() {
        for (resource, error, meant) in [
            (
                "aws-sdk:s3:createBucket",
                "S3.BucketAlreadyExists",
                "S3.BucketAlreadyExistsException",
            ),
            (
                "aws-sdk:dynamodb:putItem",
                "DynamoDB.ConditionalCheckFailedException",
                "DynamoDb.ConditionalCheckFailedException",
            ),
            (
                "dynamodb:putItem",
                "DynamoDb.ConditionalCheckFailedException",
                "DynamoDB.ConditionalCheckFailedException",
            ),
            (
                "aws-sdk:dynamodb:putItem",
                "DynamoDb.ConditionalCheckFailedExeption",
                "DynamoDb.ConditionalCheckFailedException",
            ),
            (
                "aws-sdk:sns:publish",
                "SNS.NotFoundException",
                "Sns.NotFoundException",
            ),
            (
                "aws-sdk:sfn:startExecution",
                "StepFunctions.ExecutionAlreadyExistsException",
                "Sfn.ExecutionAlreadyExistsException",
            ),
        ] {
            assert_eq!(
                never(resource, error),
                Some(Never::Misspelt(meant.to_owned())),
                "{resource} {error}"
            );
        }
    }

    #[test]
    fn errors_of_other_services_are_told() {
        for (resource, error, owner) in [
            ("dynamodb:putItem", "Lambda.TooManyRequestsException", "Lambda"),
            ("aws-sdk:s3:getObject", "Kms.DisabledException", "Kms"),
            ("lambda:invoke", "DynamoDB.ResourceNotFoundException", "DynamoDb"),
        ] {
            assert_eq!(
                never(resource, error),
                Some(Never::Foreign(owner)),
                "{resource} {error}"
            );
        }
    }

    #[test]
    fn every_error_of_an_api_begins_with_its_service() {
        for (resource, error, expected) in [
            (
                "dynamodb:putItem",
                "ConditionalCheckFailedException",
                Never::Misspelt("DynamoDB.ConditionalCheckFailedException".to_owned()),
            ),
            (
                "aws-sdk:dynamodb:putItem",
                "ConditionalCheckFailed",
                Never::Misspelt("DynamoDb.ConditionalCheckFailedException".to_owned()),
            ),
            ("aws-sdk:s3:getObject", "OrderRefused", Never::Unprefixed("S3")),
            ("sqs:sendMessage", "OrderRefused", Never::Unprefixed("SQS")),
        ] {
            assert_eq!(never(resource, error), Some(expected), "{resource} {error}");
        }
    }

    #[test]
    fn what_may_be_is_left_alone() {
        for (resource, error) in [
            // Recorded by AWS.
            (
                "aws-sdk:secretsmanager:createSecret",
                "SecretsManager.SecretsManagerException",
            ),
            ("aws-sdk:dynamodb:getItem", "DynamoDb.ResourceNotFoundException"),
            ("dynamodb:getItem", "DynamoDB.AmazonDynamoDBException"),
            ("sqs:sendMessage", "SQS.SdkClientException"),
            (
                "states:startExecution",
                "StepFunctions.StateMachineDoesNotExistException",
            ),
            ("events:putEvents", "EventBridge.FailedEntry"),
            ("apigateway:invoke", "ApiGateway.403"),
            ("lambda:invoke", "Lambda.ResourceNotReadyException"),
            // A name of one's own.
            ("lambda:invoke", "Billing.RefusedException"),
            ("aws-sdk:s3:getObject", "Billing.Refused"),
            ("lambda:invoke", "OrderRefused"),
            ("states:startExecution.sync", "OrderRefused"),
            ("dynamodb:putItem.waitForTaskToken", "OrderRefused"),
            ("glue:startJobRun", "OrderRefused"),
            ("http:invoke", "OrderRefused"),
            // The other side's.
            (
                "sqs:sendMessage.waitForTaskToken",
                "Lambda.TooManyRequestsException",
            ),
            ("states:startExecution.sync", "DynamoDB.ResourceNotFoundException"),
            // Both of bedrock's.
            ("bedrock:invokeModel", "Bedrock.ThrottlingException"),
            ("bedrock:invokeModel", "BedrockRuntime.ThrottlingException"),
            ("http:invoke", "Lambda.ServiceException"),
            ("aws-sdk:s3:getObject", "States.ALL"),
        ] {
            assert_eq!(never(resource, error), None, "{resource} {error}");
        }
    }
}
