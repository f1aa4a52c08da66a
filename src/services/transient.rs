//! Which errors of a service pass by themselves: what is worth trying again.

use super::errors::error_prefix;
use super::{integration, service};
use crate::asl::Resource;

/// The transient errors of Lambda that AWS says to retry [Best practices for Step Functions, "Handling transient
/// Lambda service exceptions"]; Workflow Studio adds TooManyRequestsException to every Lambda task that it makes.
pub const LAMBDA_TRANSIENT: [&str; 4] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// How AWS's services begin the names of exceptions that say "slow down" or "our fault" [AWS SDKs and Tools Reference,
/// Retry behavior: throttling and transient errors].
const BEGINNINGS: [&str; 8] = [
    "Throttl",
    "TooManyRequests",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "Internal",
    "ServiceUnavailable",
    "ServerException",
];

/// The transient errors of what `resource` calls, by their names in `ErrorEquals`; none where nobody knows what that
/// is. Which of its exceptions a service means so, their names say; the one of a lost connection comes on top.
pub fn transient_errors(resource: &Resource<'_>) -> Vec<String> {
    let (called, action) = match resource {
        Resource::LambdaFunction { .. } => ("lambda", "invoke"),
        Resource::Integration { service, action, .. } => (*service, *action),
        _ => return Vec::new(),
    };
    match called {
        "lambda" => return LAMBDA_TRANSIENT.map(str::to_owned).to_vec(),
        // [Call HTTPS APIs in Step Functions workflows, "Errors related to running an HTTP Task"]
        "http" => {
            return [
                "StatusCode.429",
                "StatusCode.502",
                "StatusCode.503",
                "StatusCode.504",
                "Socket",
            ]
            .map(|name| format!("States.Http.{name}"))
            .to_vec();
        }
        // An error of the API is named by its status (recorded by AWS: `ApiGateway.403`).
        "apigateway" => {
            return ["429", "502", "503", "504"]
                .map(|status| format!("ApiGateway.{status}"))
                .to_vec();
        }
        _ => {}
    }
    let owner = match called.strip_prefix("aws-sdk:") {
        Some(sdk) => service(sdk),
        None => integration(called, action).and_then(|integration| integration.api_service()),
    };
    let Some((owner, prefix)) = owner.and_then(|owner| Some((owner, error_prefix(called, owner)?))) else {
        return Vec::new();
    };
    let declared = owner.model().into_iter().flat_map(|model| model.exceptions());
    let mut names: Vec<&str> = declared
        .filter(|name| BEGINNINGS.iter().any(|begins| name.starts_with(begins)))
        .collect();
    // What the model does not declare, throttling and HTTP 503 included, is raised as the service's own exception.
    let own = format!("{prefix}Exception");
    if names.is_empty() {
        names.push(&own);
    }
    names.push("SdkClientException");
    names.into_iter().map(|name| format!("{prefix}.{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_its_own() {
        for (resource, expected) in [
            (
                "arn:aws:lambda:us-east-1:123456789012:function:f",
                &LAMBDA_TRANSIENT[..],
            ),
            (
                "arn:aws:states:::dynamodb:putItem",
                &[
                    "DynamoDB.InternalServerErrorException",
                    "DynamoDB.ProvisionedThroughputExceededException",
                    "DynamoDB.RequestLimitExceededException",
                    "DynamoDB.ThrottlingException",
                    "DynamoDB.SdkClientException",
                ],
            ),
            (
                "arn:aws:states:::aws-sdk:athena:getQueryResults",
                &[
                    "Athena.InternalServerException",
                    "Athena.TooManyRequestsException",
                    "Athena.SdkClientException",
                ],
            ),
            (
                "arn:aws:states:::ecs:runTask.sync",
                &["ECS.ServerException", "ECS.SdkClientException"],
            ),
            // S3 declares no exception for a server that is busy.
            (
                "arn:aws:states:::aws-sdk:s3:getObject",
                &["S3.S3Exception", "S3.SdkClientException"],
            ),
            (
                "arn:aws:states:::apigateway:invoke",
                &[
                    "ApiGateway.429",
                    "ApiGateway.502",
                    "ApiGateway.503",
                    "ApiGateway.504",
                ],
            ),
            ("${Anything}", &[]),
            ("arn:aws:states:::${Service}:putItem", &[]),
        ] {
            assert_eq!(
                transient_errors(&Resource::parse(resource)),
                expected,
                "{resource}"
            );
        }
    }
}
