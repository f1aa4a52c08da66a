//! Which errors a call of a service cannot fail with, by their names.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{Service, integration, service, services};
use crate::asl::{Pattern, Resource, is_reserved_error};
use crate::source::placeholder;

/// What optimised integrations begin the names of their errors with, where SDK integrations may have another spelling
/// (recorded by AWS: `DynamoDB.ResourceNotFoundException` beside `DynamoDb.ResourceNotFoundException`). Of what is not listed
/// nobody has shown an error: EKS, the three kinds of EMR, DataBrew, MediaConvert, Bedrock.
///
/// API Gateway, DynamoDB, EventBridge, Lambda, SNS, SQS and Step Functions: recorded; Batch [hyp3#911]; ECS
/// [catalogue-pipeline#3554]; SageMaker [Sample projects of Step Functions]. That Athena, CodeBuild and Glue are spelt
/// as the SDK integration spells them is what public definitions have, inferred.
const OPTIMISED: [(&str, &str); 13] = [
    ("apigateway", "ApiGateway"),
    ("athena", "Athena"),
    ("batch", "Batch"),
    ("codebuild", "CodeBuild"),
    ("dynamodb", "DynamoDB"),
    ("ecs", "ECS"),
    ("events", "EventBridge"),
    ("glue", "Glue"),
    ("lambda", "Lambda"),
    ("sagemaker", "SageMaker"),
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

/// Why a call of `resource` never fails with an error named `error`; `None` when it may, or nobody knows. Callbacks end
/// with whatever the other side says, and that a job never ends with the error of another service is not known.
pub fn never_raises(resource: &Resource<'_>, error: &str) -> Option<Never> {
    let (called, action, pattern) = match resource {
        Resource::LambdaFunction { .. } => ("lambda", "invoke", Pattern::RequestResponse),
        Resource::Integration {
            service,
            action,
            pattern,
        } => (*service, *action, *pattern),
        _ => return None,
    };
    if placeholder::is_in(called) || placeholder::is_in(error) {
        return None;
    }
    let never = never_of_call(called, action, error)?;
    let is_known = match (pattern, &never) {
        (Pattern::RequestResponse, _) => true,
        // A job that failed is States.TaskFailed (recorded): what begins otherwise came from the call.
        (Pattern::Sync | Pattern::Sync2, Never::Misspelt(_)) => true,
        // Whoever has the token may know a service's error by its bare name, but hardly by a wrong prefix.
        (Pattern::WaitForTaskToken, Never::Misspelt(_)) => error.contains('.'),
        _ => false,
    };
    is_known.then_some(never)
}

/// [`never_raises`] of a call that is answered at once.
fn never_of_call(called: &str, action: &str, error: &str) -> Option<Never> {
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
    let mut own = [api, service(called)].into_iter().flatten();
    if own.any(|own| own.name == owner.name) {
        return misspelt_optimised(owner, optimised_prefix(called)?, prefix, name);
    }
    // What integrations with an interface of their own say is not known; a function's code may raise any name.
    api?;
    foreign(owner, name, called == "lambda")
}

/// Whether the error's name says that the service which a task calls as `called` refused the call: it begins as that
/// service's errors do, or where nobody knows how, with the service's name, in whatever case: `EMRContainers` for
/// `emr-containers`.
pub fn is_of_service(error: &str, called: &str) -> bool {
    let Some((prefix, _)) = error.split_once('.') else {
        return false;
    };
    let sdk = called.strip_prefix("aws-sdk:");
    let right = match sdk {
        Some(name) => service(name).and_then(|service| service.prefix),
        None => optimised_prefix(called),
    };
    if let Some(right) = right {
        return prefix == right;
    }
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_ascii_alphanumeric());
        kept.map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(prefix) == letters(sdk.unwrap_or(called))
}

fn optimised_prefix(called: &str) -> Option<&'static str> {
    let found = OPTIMISED.iter().find(|(service, _)| *service == called);
    found.map(|(_, prefix)| *prefix)
}

/// The service that is called, and what the names of its errors begin with.
fn called_service(called: &str, action: &str) -> Option<(Service, &'static str)> {
    match called.strip_prefix("aws-sdk:") {
        Some(sdk) => service(sdk).and_then(|own| Some((own, own.prefix?))),
        None => Some((
            integration(called, action)?.api_service()?,
            optimised_prefix(called)?,
        )),
    }
}

/// A name without a service: what calls raise is named `S3.NoSuchKeyException`. A function's code may raise any name.
fn unprefixed(called: &str, action: &str, error: &str) -> Option<Never> {
    let (own, prefix) = called_service(called, action).filter(|_| called != "lambda")?;
    let reserved = format!("States.{error}");
    if is_reserved_error(&reserved) {
        return Some(Never::Misspelt(reserved));
    }
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
    optimised_prefix(called).or(owner.prefix)
}

/// The service whose errors begin with `prefix`, in whatever case: optimised integrations have others than SDK ones.
fn owner(prefix: &str) -> Option<Service> {
    let optimised = (OPTIMISED.iter()).find(|(_, written)| written.eq_ignore_ascii_case(prefix));
    match optimised {
        Some(("states", _)) => service("sfn"),
        Some(("events", _)) => service("eventbridge"),
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
    let meant = format!("{name}{suffix}");
    // An error that the model does not declare is raised as the service's own: `S3.S3Exception`.
    let meant = near_declared(own, name).unwrap_or(meant);
    (prefix != right || name != meant).then(|| Never::Misspelt(format!("{right}.{meant}")))
}

/// Optimised integrations have names of other kinds, too: `EventBridge.FailedEntry`, `DynamoDB.AmazonDynamoDBException`.
fn misspelt_optimised(own: Service, right: &str, prefix: &str, name: &str) -> Option<Never> {
    let meant = near_declared(own, name).unwrap_or_else(|| name.to_owned());
    (prefix != right || name != meant).then(|| Never::Misspelt(format!("{right}.{meant}")))
}

/// The exception which a service declares that `name` is, or is meant to be: letter case and the word `Exception` aside, two
/// letters differ at most.
fn near_declared(own: Service, name: &str) -> Option<String> {
    let declared = || {
        // What the SDK makes of a lost connection, and Step Functions of a function that ended without an answer.
        let more = Some("SdkClientException").into_iter();
        let more = more.chain((own.name == "lambda").then_some("Unknown"));
        let names = own.model().into_iter().flat_map(|model| model.exceptions());
        names.chain(more)
    };
    if declared().any(|known| known == name) {
        return Some(name.to_owned());
    }
    let bare = |text: &str| -> String {
        let text = text.to_ascii_lowercase();
        text.strip_suffix("exception").map_or(text.clone(), str::to_owned)
    };
    let wanted = bare(name);
    let near = declared().find(|known| {
        let known = bare(known);
        known == wanted
            || known.len() > 5 && strsim::damerau_levenshtein(known.as_str(), wanted.as_str()) <= 1
    });
    let near = near.or_else(|| {
        let folded = name.to_ascii_lowercase();
        declared().find(|known| {
            known.len() > 12 && strsim::damerau_levenshtein(&known.to_ascii_lowercase(), &folded) <= 2
        })
    });
    near.map(str::to_owned)
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
            // Of a job the call's errors are known, too; of a callback only what begins as its service's.
            ("ecs:runTask.sync", "Ecs.ServerException", "ECS.ServerException"),
            (
                "ecs:runTask.waitForTaskToken",
                "Ecs.AmazonECSException",
                "ECS.AmazonECSException",
            ),
            (
                "glue:startJobRun.sync",
                "ConcurrentRunsExceededException",
                "Glue.ConcurrentRunsExceededException",
            ),
            (
                "batch:submitJob.sync",
                "Batch.ServerExeption",
                "Batch.ServerException",
            ),
            (
                "lambda:invoke",
                "Lambda.TooManyRequests",
                "Lambda.TooManyRequestsException",
            ),
            (
                "lambda:invoke",
                "lambda.serviceException",
                "Lambda.ServiceException",
            ),
            (
                "lambda:invoke.waitForTaskToken",
                "Lambda.SdkClientExeption",
                "Lambda.SdkClientException",
            ),
            ("sqs:sendMessage", "TaskFailed", "States.TaskFailed"),
            ("ecs:runTask.sync", "Timeout", "States.Timeout"),
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
            ("glue:startJobRun", "OrderRefused", Never::Unprefixed("Glue")),
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
            ("emr-serverless:startJobRun", "OrderRefused"),
            ("http:invoke", "OrderRefused"),
            // A function may let the error of its own call through, and whoever has a token may send it.
            ("lambda:invoke", "TooManyRequestsException"),
            ("lambda:invoke", "TaskFailed"),
            ("sqs:sendMessage.waitForTaskToken", "Timeout"),
            (
                "dynamodb:putItem.waitForTaskToken",
                "ConditionalCheckFailedException",
            ),
            ("glue:startJobRun.sync", "OrderRefused"),
            ("lambda:invoke", "Lambda.Unknown"),
            ("lambda:invoke", "Lambda.AWSLambdaException"),
            ("lambda:invoke", "Lambda.TimeoutException"),
            ("batch:submitJob.sync", "Batch.AWSBatchException"),
            ("ecs:runTask.sync", "ECS.AmazonECSException"),
            (
                "emr-containers:startJobRun.sync",
                "EMRContainers.ValidationException",
            ),
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

    #[test]
    fn whose_error_it_is_its_beginning_says() {
        for (error, called, expected) in [
            ("SQS.AmazonSQSException", "sqs", true),
            ("Sqs.SqsException", "sqs", false),
            ("Sqs.SqsException", "aws-sdk:sqs", true),
            ("SQS.AmazonSQSException", "aws-sdk:sqs", false),
            ("StepFunctions.ExecutionDoesNotExistException", "states", true),
            ("EventBridge.FailedEntry", "events", true),
            ("ECS.ServerException", "ecs", true),
            // Nobody has shown how these begin.
            ("EMRContainers.ValidationException", "emr-containers", true),
            ("EmrContainers.ValidationException", "emr-containers", true),
            ("ECS.ServerException", "emr-containers", false),
            ("Refused", "sqs", false),
            ("Sqs", "sqs", false),
        ] {
            assert_eq!(is_of_service(error, called), expected, "{error} {called}");
        }
    }
}
