//! The one table of optimised integrations.

use super::{Model, Service, service};
use crate::asl::Pattern;

/// An optimised integration: `arn:aws:states:::<service>:<action>`.
#[derive(Debug)]
pub struct Integration {
    /// `sqs`
    pub service: &'static str,
    /// `sendMessage`
    pub action: &'static str,
    /// Whether it has `.waitForTaskToken`.
    pub callback: bool,
    /// Whether it has `.sync`.
    pub sync: bool,
    /// Whether it takes and answers what the API's action of its name does.
    pub api: bool,
    /// The API's action that `.sync` asks until the job is done.
    poll: Option<&'static str>,
    /// What it takes besides.
    pub(super) extra: &'static [&'static str],
    /// What must be there, where no model says it [Integrating optimized services].
    pub needs: &'static [&'static str],
    /// What may be there, where no model says it and the page of the service lists it.
    pub(super) may_have: &'static [&'static str],
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

    /// The model of the API that it calls, where it calls it as it is.
    pub(super) fn model(&self) -> Option<&'static Model> {
        self.api_service().filter(|_| self.api)?.model()
    }

    /// The action that it asks whether the job is done, and the model that has it.
    pub(super) fn poll(&self) -> Option<(&'static Model, &'static str)> {
        self.api_service()?.model().zip(self.poll)
    }

    /// The service whose API it calls.
    pub fn api_service(&self) -> Option<Service> {
        let name = match (self.service, self.action) {
            ("states", _) => "sfn",
            ("events", _) => "eventbridge",
            ("emr-containers", _) => "emrcontainers",
            ("emr-serverless", _) => "emrserverless",
            ("bedrock", "invokeModel") => "bedrockruntime",
            (name, _) => name,
        };
        service(name)
    }

    const fn or_callback(mut self) -> Integration {
        self.callback = true;
        self
    }

    const fn and_takes(mut self, extra: &'static [&'static str]) -> Integration {
        self.extra = extra;
        self
    }

    const fn needs(mut self, needs: &'static [&'static str]) -> Integration {
        self.needs = needs;
        self
    }

    const fn may_have(mut self, names: &'static [&'static str]) -> Integration {
        self.may_have = names;
        self
    }

    const fn polls(mut self, poll: &'static str) -> Integration {
        self.poll = Some(poll);
        self
    }
}

/// Calls the API as it is.
const fn call(service: &'static str, action: &'static str) -> Integration {
    Integration {
        service,
        action,
        sync: false,
        callback: false,
        api: true,
        poll: None,
        extra: &[],
        needs: &[],
        may_have: &[],
    }
}

/// Calls the API as it is, and has `.sync`.
const fn job(service: &'static str, action: &'static str) -> Integration {
    Integration {
        sync: true,
        ..call(service, action)
    }
}

/// Has parameters and a result of its own.
const fn own(service: &'static str, action: &'static str) -> Integration {
    Integration {
        api: false,
        ..call(service, action)
    }
}

/// Has parameters and a result of its own, and `.sync`.
const fn own_job(service: &'static str, action: &'static str) -> Integration {
    Integration {
        api: false,
        ..job(service, action)
    }
}

/// Members of API Gateway's parameters that must be objects of lists, since a header or a query parameter may have several
/// values [recorded for Headers; a public log for QueryParameters].
pub const SEVERAL: [&str; 2] = ["Headers", "QueryParameters"];

/// All of them [Integrating optimized services with Step Functions, and the page of each service; what `.sync` asks: How
/// Step Functions generates IAM policies for integrated services].
pub static INTEGRATIONS: [Integration; 64] = [
    own("apigateway", "invoke")
        .or_callback()
        .needs(&["ApiEndpoint", "Method"])
        .may_have(&[
            "AllowNullValues",
            "AuthType",
            "Headers",
            "Path",
            "QueryParameters",
            "RequestBody",
            "Stage",
        ]),
    job("athena", "startQueryExecution").polls("getQueryExecution"),
    call("athena", "stopQueryExecution"),
    call("athena", "getQueryExecution"),
    call("athena", "getQueryResults"),
    job("batch", "submitJob").polls("describeJobs"),
    call("bedrock", "invokeModel")
        .or_callback()
        .and_takes(&["Input", "Output"]),
    job("bedrock", "createModelCustomizationJob").polls("getModelCustomizationJob"),
    own("bedrockagentcore", "invokeHarness").needs(&["HarnessArn", "Messages"]),
    job("codebuild", "startBuild").polls("batchGetBuilds"),
    job("codebuild", "startBuildBatch").polls("batchGetBuildBatches"),
    job("codebuild", "retryBuildBatch").polls("batchGetBuildBatches"),
    call("codebuild", "stopBuild"),
    call("codebuild", "stopBuildBatch"),
    call("codebuild", "batchDeleteBuilds"),
    call("codebuild", "batchGetReports"),
    call("codebuild", "deleteBuildBatch"),
    job("databrew", "startJobRun").polls("describeJobRun"),
    call("dynamodb", "getItem"),
    call("dynamodb", "putItem"),
    call("dynamodb", "updateItem"),
    call("dynamodb", "deleteItem"),
    job("ecs", "runTask").or_callback().polls("describeTasks"),
    own("eks", "call").needs(&[
        "ClusterName",
        "CertificateAuthority",
        "Endpoint",
        "Method",
        "Path",
    ]),
    own_job("eks", "runJob")
        .or_callback()
        .needs(&["ClusterName", "CertificateAuthority", "Endpoint", "Job"]),
    job("eks", "createCluster").polls("describeCluster"),
    job("eks", "deleteCluster"),
    job("eks", "createNodegroup").polls("describeNodegroup"),
    job("eks", "deleteNodegroup"),
    job("eks", "createFargateProfile").polls("describeFargateProfile"),
    job("eks", "deleteFargateProfile"),
    own_job("elasticmapreduce", "createCluster"),
    own_job("elasticmapreduce", "terminateCluster"),
    own_job("elasticmapreduce", "addStep"),
    own("elasticmapreduce", "cancelStep"),
    own("elasticmapreduce", "setClusterTerminationProtection"),
    own("elasticmapreduce", "modifyInstanceFleetByName"),
    own("elasticmapreduce", "modifyInstanceGroupByName"),
    call("emr-containers", "createVirtualCluster"),
    job("emr-containers", "deleteVirtualCluster"),
    job("emr-containers", "startJobRun").polls("describeJobRun"),
    job("emr-serverless", "createApplication"),
    job("emr-serverless", "startApplication"),
    job("emr-serverless", "stopApplication"),
    job("emr-serverless", "deleteApplication"),
    job("emr-serverless", "startJobRun").polls("getJobRun"),
    job("emr-serverless", "cancelJobRun"),
    call("events", "putEvents").or_callback(),
    job("glue", "startJobRun").polls("getJobRun"),
    own("http", "invoke")
        .needs(&["ApiEndpoint", "Method"])
        .may_have(&[
            "Authentication",
            "Headers",
            "InvocationConfig",
            "QueryParameters",
            "RequestBody",
            "Transform",
        ]),
    call("lambda", "invoke").or_callback(),
    job("mediaconvert", "createJob").polls("getJob"),
    job("sagemaker", "createTrainingJob").polls("describeTrainingJob"),
    job("sagemaker", "createTransformJob").polls("describeTransformJob"),
    job("sagemaker", "createHyperParameterTuningJob").polls("describeHyperParameterTuningJob"),
    job("sagemaker", "createLabelingJob").polls("describeLabelingJob"),
    job("sagemaker", "createProcessingJob").polls("describeProcessingJob"),
    call("sagemaker", "createEndpoint"),
    call("sagemaker", "createEndpointConfig"),
    call("sagemaker", "createModel"),
    call("sagemaker", "updateEndpoint"),
    call("sns", "publish").or_callback(),
    call("sqs", "sendMessage").or_callback(),
    job("states", "startExecution")
        .or_callback()
        .polls("describeExecution"),
];

/// The integration `service:action`.
pub fn integration(service: &str, action: &str) -> Option<&'static Integration> {
    INTEGRATIONS
        .iter()
        .find(|i| i.service == service && i.action == action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_of_the_table_has_a_model() {
        for integration in &INTEGRATIONS {
            let name = format!("{}:{}", integration.service, integration.action);
            if integration.api {
                let action = integration
                    .model()
                    .and_then(|model| model.action(integration.action));
                assert!(action.is_some(), "{name}");
            }
            if integration.poll.is_some() {
                let action = integration
                    .poll()
                    .and_then(|(model, action)| model.action(action));
                assert!(
                    action.is_some_and(|action| action.output().members().next().is_some()),
                    "{name}"
                );
            }
        }
    }
}
