//! What a call that is waited for had submitted before it ended.

use serde_json::json;

use super::skeleton;
use crate::asl::Pattern;
use crate::asl::error_names::{DATA_LIMIT_EXCEEDED, PERMISSIONS, TASK_FAILED};
use crate::services::is_of_service;
use crate::value::Value;

/// What a call that submits something answers, as `TaskSubmitted` shows it: the answer of the API with the metadata
/// that Step Functions adds.
pub fn submitted(service: &str, action: &str) -> Value {
    let mut answer = skeleton::call(service, action);
    if let Some(members) = answer.as_object_mut() {
        let metadata = json!({"AllHttpHeaders": {}, "HttpHeaders": {}, "HttpStatusCode": 200});
        members.insert("SdkHttpMetadata".into(), metadata);
        let request = json!({"RequestId": "00000000-0000-4000-8000-000000000000"});
        members.insert("SdkResponseMetadata".into(), request);
    }
    Value::from(&answer)
}

/// Whether a failure came after the call had submitted its job or its token, where nothing else says so.
///
/// A job that failed is `States.TaskFailed` (recorded for ECS and for nested executions); every other error of `.sync`
/// is the call's. SendTaskFailure may give any name, so a callback's error is the call's only where it bears the
/// service's name: `SQS.AmazonSQSException` [Handling errors in Step Functions workflows].
pub fn had_submitted(error: &str, service: &str, pattern: Pattern) -> bool {
    match pattern {
        Pattern::RequestResponse => false,
        // A result that is too large was one.
        Pattern::Sync | Pattern::Sync2 => matches!(error, TASK_FAILED | DATA_LIMIT_EXCEEDED),
        Pattern::WaitForTaskToken => error != PERMISSIONS && !is_of_service(error, service),
    }
}
