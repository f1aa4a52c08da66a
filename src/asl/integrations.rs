//! The one table of optimised integrations.

use super::Pattern;

/// An optimised integration: `arn:aws:states:::<service>:<action>`.
#[derive(Debug)]
pub struct Integration {
    /// `sqs`
    pub service: &'static str,
    /// `sendMessage`
    pub action: &'static str,
    /// Whether it has `.sync`.
    pub sync: bool,
    /// Whether it has `.waitForTaskToken`.
    pub callback: bool,
    /// Members that AWS was seen to require [pf-sfn-asl-integration-parameters, measured].
    pub required: &'static [&'static str],
}

impl Integration {
    /// Whether it may wait as `pattern` does. `.sync:2` exists for `states:startExecution` alone
    /// [pf-sfn-asl-resource-arn].
    pub fn allows(&self, pattern: Pattern) -> bool {
        match pattern {
            Pattern::RequestResponse => true,
            Pattern::Sync => self.sync,
            Pattern::Sync2 => self.sync && self.service == "states",
            Pattern::WaitForTaskToken => self.callback,
        }
    }
}

const fn call(service: &'static str, action: &'static str) -> Integration {
    Integration {
        service,
        action,
        sync: false,
        callback: false,
        required: &[],
    }
}

const fn job(service: &'static str, action: &'static str) -> Integration {
    Integration {
        sync: true,
        ..call(service, action)
    }
}

impl Integration {
    const fn or_callback(mut self) -> Integration {
        self.callback = true;
        self
    }

    const fn needs(mut self, required: &'static [&'static str]) -> Integration {
        self.required = required;
        self
    }
}

/// All of them [Integrating optimized services with Step Functions, and the page of each service].
pub static INTEGRATIONS: [Integration; 64] = [
    call("apigateway", "invoke").or_callback(),
    job("athena", "startQueryExecution"),
    call("athena", "stopQueryExecution"),
    call("athena", "getQueryExecution"),
    call("athena", "getQueryResults"),
    job("batch", "submitJob"),
    call("bedrock", "invokeModel").or_callback(),
    job("bedrock", "createModelCustomizationJob"),
    call("bedrockagentcore", "invokeHarness"),
    job("codebuild", "startBuild"),
    job("codebuild", "startBuildBatch"),
    job("codebuild", "retryBuildBatch"),
    call("codebuild", "stopBuild"),
    call("codebuild", "stopBuildBatch"),
    call("codebuild", "batchDeleteBuilds"),
    call("codebuild", "batchGetReports"),
    call("codebuild", "deleteBuildBatch"),
    job("databrew", "startJobRun"),
    call("dynamodb", "getItem").needs(&["TableName", "Key"]),
    call("dynamodb", "putItem").needs(&["TableName", "Item"]),
    call("dynamodb", "updateItem"),
    call("dynamodb", "deleteItem"),
    job("ecs", "runTask").or_callback().needs(&["TaskDefinition"]),
    call("eks", "call"),
    job("eks", "runJob").or_callback(),
    job("eks", "createCluster"),
    job("eks", "deleteCluster"),
    job("eks", "createNodegroup"),
    job("eks", "deleteNodegroup"),
    job("eks", "createFargateProfile"),
    job("eks", "deleteFargateProfile"),
    job("elasticmapreduce", "createCluster"),
    job("elasticmapreduce", "terminateCluster"),
    job("elasticmapreduce", "addStep"),
    call("elasticmapreduce", "cancelStep"),
    call("elasticmapreduce", "setClusterTerminationProtection"),
    call("elasticmapreduce", "modifyInstanceFleetByName"),
    call("elasticmapreduce", "modifyInstanceGroupByName"),
    call("emr-containers", "createVirtualCluster"),
    job("emr-containers", "deleteVirtualCluster"),
    job("emr-containers", "startJobRun"),
    job("emr-serverless", "createApplication"),
    job("emr-serverless", "startApplication"),
    job("emr-serverless", "stopApplication"),
    job("emr-serverless", "deleteApplication"),
    job("emr-serverless", "startJobRun"),
    job("emr-serverless", "cancelJobRun"),
    call("events", "putEvents").or_callback().needs(&["Entries"]),
    job("glue", "startJobRun").needs(&["JobName"]),
    call("http", "invoke"),
    call("lambda", "invoke").or_callback().needs(&["FunctionName"]),
    job("mediaconvert", "createJob"),
    job("sagemaker", "createTrainingJob"),
    job("sagemaker", "createTransformJob"),
    job("sagemaker", "createHyperParameterTuningJob"),
    job("sagemaker", "createLabelingJob"),
    job("sagemaker", "createProcessingJob"),
    call("sagemaker", "createEndpoint"),
    call("sagemaker", "createEndpointConfig"),
    call("sagemaker", "createModel"),
    call("sagemaker", "updateEndpoint"),
    call("sns", "publish").or_callback().needs(&["Message"]),
    call("sqs", "sendMessage")
        .or_callback()
        .needs(&["QueueUrl", "MessageBody"]),
    job("states", "startExecution")
        .or_callback()
        .needs(&["StateMachineArn"]),
];

/// The integration `service:action`.
pub fn integration(service: &str, action: &str) -> Option<&'static Integration> {
    INTEGRATIONS
        .iter()
        .find(|i| i.service == service && i.action == action)
}
