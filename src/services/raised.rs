//! What a task fails with when the service that it calls refuses the call: the error's name and its cause, as Step Functions
//! writes them [recorded].
//!
//! An error that the service's model declares has its own name, any other that of the service's own exception in the SDK that
//! Step Functions uses: for optimised integrations the SDK for Java 1 (`DynamoDB.AmazonDynamoDBException`), for SDK
//! integrations the SDK for Java 2 (`SecretsManager.SecretsManagerException`).

use super::{errors, service};

/// The clients of optimised integrations in the SDK for Java 1: the service, what its exception is called, and what its
/// causes call it; Batch [hyp3#911], ECS [catalogue-pipeline#3554; construct-hub#415], the others recorded or by the SDK's own
/// names.
const CLIENTS: [(&str, &str, &str); 12] = [
    ("athena", "AmazonAthenaException", "AmazonAthena"),
    ("batch", "AWSBatchException", "AWSBatch"),
    ("codebuild", "AWSCodeBuildException", "AWSCodeBuild"),
    ("dynamodb", "AmazonDynamoDBException", "AmazonDynamoDBv2"),
    ("ecs", "AmazonECSException", "AmazonECS"),
    ("events", "AmazonEventBridgeException", "AmazonEventBridge"),
    ("glue", "AWSGlueException", "AWSGlue"),
    ("lambda", "AWSLambdaException", "AWSLambda"),
    ("sagemaker", "AmazonSageMakerException", "AmazonSageMaker"),
    ("sns", "AmazonSNSException", "AmazonSNS"),
    ("sqs", "AmazonSQSException", "AmazonSQS"),
    ("states", "AWSStepFunctionsException", "AWSStepFunctions"),
];

/// The services of optimised integrations whose models have other names.
const MODELS: [(&str, &str); 2] = [("events", "eventbridge"), ("states", "sfn")];

/// A call that a service refuses.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The error's code, where the answer has one.
    pub code: Option<&'a str>,
    /// What it says.
    pub message: &'a str,
    /// The answer's HTTP status.
    pub status: u16,
    /// The answer's id.
    pub request_id: &'a str,
}

/// The name of the error and the cause of a task that calls `called`: a service as a Resource names it, `dynamodb` or
/// `aws-sdk:dynamodb`.
pub fn raised(called: &str, refused: &Refused<'_>) -> (String, String) {
    let Refused {
        message,
        status,
        request_id,
        ..
    } = refused;
    let sdk = called.strip_prefix("aws-sdk:");
    let name = sdk.unwrap_or(called);
    let model = MODELS.iter().find(|(optimised, _)| *optimised == name);
    let owner = service(model.map_or(name, |(_, model)| *model));
    let prefix = match owner {
        Some(owner) => errors::error_prefix(called, owner),
        None => None,
    };
    let prefix = prefix.unwrap_or(name);
    let declared = |code: &str| {
        let suffix = if code.ends_with("Exception") {
            ""
        } else {
            "Exception"
        };
        let name = format!("{code}{suffix}");
        let mut exceptions = owner?.model()?.exceptions();
        exceptions.any(|known| known == name).then_some(name)
    };
    let own = refused.code.and_then(declared);
    let client = CLIENTS.iter().find(|(service, ..)| *service == called);
    match client {
        Some((_, exception, service)) => {
            let error = own.unwrap_or_else(|| (*exception).to_owned());
            let code = refused.code.unwrap_or(exception);
            (
                format!("{prefix}.{error}"),
                format!(
                    "{message} (Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {request_id}; \
                     Proxy: null)"
                ),
            )
        }
        None => {
            let error = own.unwrap_or_else(|| format!("{prefix}Exception"));
            (
                format!("{prefix}.{error}"),
                format!(
                    "{message} (Service: {prefix}, Status Code: {status}, Request ID: {request_id}) (SDK Attempt Count: 1)"
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<'a>(code: &'a str, message: &'a str, status: u16) -> Refused<'a> {
        Refused {
            code: Some(code).filter(|code| !code.is_empty()),
            message,
            status,
            request_id: "id",
        }
    }

    /// All but the last of each kind recorded by AWS.
    #[test]
    fn refusals_are_named_as_step_functions_names_them() {
        for (called, refused, error, cause) in [
            (
                "lambda",
                refused("ResourceNotFoundException", "Function not found", 404),
                "Lambda.ResourceNotFoundException",
                "Function not found (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: \
                 id; Proxy: null)",
            ),
            (
                "dynamodb",
                refused("ValidationException", "1 validation error", 400),
                "DynamoDB.AmazonDynamoDBException",
                "1 validation error (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: \
                 id; Proxy: null)",
            ),
            (
                "sqs",
                refused("MissingParameter", "no body", 400),
                "SQS.AmazonSQSException",
                "no body (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: id; Proxy: null)",
            ),
            (
                "sns",
                refused("InvalidParameter", "no group", 400),
                "SNS.InvalidParameterException",
                "no group (Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter; Request ID: id; Proxy: null)",
            ),
            (
                "states",
                refused("StateMachineDoesNotExist", "none", 400),
                "StepFunctions.StateMachineDoesNotExistException",
                "none (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: id; \
                 Proxy: null)",
            ),
            (
                "aws-sdk:dynamodb",
                refused("ResourceNotFoundException", "none", 400),
                "DynamoDb.ResourceNotFoundException",
                "none (Service: DynamoDb, Status Code: 400, Request ID: id) (SDK Attempt Count: 1)",
            ),
            (
                "aws-sdk:secretsmanager",
                refused("ValidationException", "Invalid name.", 400),
                "SecretsManager.SecretsManagerException",
                "Invalid name. (Service: SecretsManager, Status Code: 400, Request ID: id) (SDK Attempt Count: 1)",
            ),
            (
                "aws-sdk:sfn",
                refused("InvalidToken", "Invalid Token: 'Invalid token'", 400),
                "Sfn.InvalidTokenException",
                "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: id) (SDK Attempt Count: 1)",
            ),
            // Quoted by a user [hyp3#911].
            (
                "batch",
                refused("AuthorizerConfigurationException", "null", 500),
                "Batch.AWSBatchException",
                "null (Service: AWSBatch; Status Code: 500; Error Code: AuthorizerConfigurationException; Request ID: id; \
                 Proxy: null)",
            ),
            // An answer without a code.
            (
                "lambda",
                refused("", "Bad Gateway", 502),
                "Lambda.AWSLambdaException",
                "Bad Gateway (Service: AWSLambda; Status Code: 502; Error Code: AWSLambdaException; Request ID: id; Proxy: null)",
            ),
        ] {
            let said = raised(called, &refused);
            assert_eq!((said.0.as_str(), said.1.as_str()), (error, cause), "{called}");
        }
    }
}
