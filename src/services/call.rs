//! What a Task calls, of either kind: by which names it takes parameters, and what it answers.

use super::{Action, Integration, Member, Need, Spelling, Structure, integration, service};
use crate::asl::{Pattern, Resource};

/// A call of an API that a model is known of.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// How names are written.
    pub spelling: Spelling,
    action: Option<Action<'static>>,
    result: Option<Action<'static>>,
    optimised: Option<&'static Integration>,
    /// Whether its parameters have names besides the API's.
    renamed: bool,
}

/// Actions for whose parameters the Java SDK, behind SDK integrations, has names of its own (`DestinationBucket` for
/// `Bucket`); nobody is known to have tried which Step Functions takes.
const RENAMED: [(&str, &str); 2] = [("s3", "copyObject"), ("s3", "uploadPartCopy")];

impl Call {
    /// What `resource` calls, when it is an API that a model is known of.
    pub fn of(resource: &Resource<'_>) -> Option<Call> {
        let Resource::Integration {
            service,
            action,
            pattern,
        } = resource
        else {
            return None;
        };
        Self::named(service, action, *pattern)
    }

    /// The call of `service:action`, the service as it stands in `resourceType` of AWS's events.
    pub fn named(service_name: &str, action: &str, pattern: Pattern) -> Option<Call> {
        if let Some(sdk) = service_name.strip_prefix("aws-sdk:") {
            let renamed = RENAMED.contains(&(sdk, action));
            let action = service(sdk)?.model()?.action(action)?;
            return Some(Call {
                renamed,
                spelling: Spelling::Sdk,
                action: Some(action),
                // Whoever sends the token back says what the result is.
                result: (pattern == Pattern::RequestResponse).then_some(action),
                optimised: None,
            });
        }
        let optimised = integration(service_name, action)?;
        let action = optimised.model().and_then(|model| model.action(action));
        let result = match pattern {
            Pattern::RequestResponse => action,
            Pattern::Sync | Pattern::Sync2 => {
                optimised.poll().and_then(|(model, action)| model.action(action))
            }
            Pattern::WaitForTaskToken => None,
        };
        Some(Call {
            spelling: Spelling::Optimised,
            action,
            result,
            optimised: Some(optimised),
            renamed: false,
        })
    }

    /// What it takes. `None` where that is not known.
    pub fn input(&self) -> Option<Input> {
        let action = self.action.filter(|_| !self.renamed)?;
        Some(Input {
            spelling: self.spelling,
            structure: action.input(),
            extra: self.optimised.map_or(&[], |optimised| optimised.extra),
        })
    }

    /// The integration, where no model describes it.
    pub fn own(&self) -> Option<&'static Integration> {
        self.optimised.filter(|optimised| !optimised.api)
    }

    /// What must be there of an optimised integration that no model describes.
    pub fn own_needs(&self) -> Option<&'static [&'static str]> {
        let optimised = self.optimised.filter(|optimised| !optimised.api)?;
        Some(optimised.needs).filter(|needs| !needs.is_empty())
    }

    /// What the call itself answers.
    pub fn answer(&self) -> Option<Structure<'static>> {
        Some(self.action?.output())
    }

    /// What the result of the state is made of; `None` where that is not known, or anybody's.
    pub fn result(&self) -> Option<Structure<'static>> {
        Some(self.result?.output())
    }
}

/// The parameters of a call.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// How names are written.
    pub spelling: Spelling,
    structure: Structure<'static>,
    extra: &'static [&'static str],
}

impl Input {
    /// What the API takes.
    pub fn members(&self) -> impl Iterator<Item = Member<'static>> + use<> {
        self.structure.members()
    }

    /// The same, read once.
    pub fn listed(&self) -> &'static [Member<'static>] {
        self.structure.listed()
    }

    /// What it takes besides the API's own.
    pub fn extra(&self) -> &'static [&'static str] {
        self.extra
    }

    /// The members that must be there. Nine optimised actions were measured, and what they ask for is what the API's
    /// model requires [pf-sfn-asl-integration-parameters]. SDK integrations ask for tokens too, which an SDK would
    /// make up: `The field 'ClientToken' is required` for `aws-sdk:emrserverless:startJobRun` [a public project's
    /// notes]; examples of the optimised one leave it out [Call Amazon EMR Serverless with Step Functions].
    pub fn required(&self) -> impl Iterator<Item = Member<'static>> + use<> {
        let spelling = self.spelling;
        self.listed()
            .iter()
            .copied()
            .filter(move |member| match member.need {
                Need::Required => true,
                Need::Token => spelling == Spelling::Sdk,
                Need::Optional => false,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(arn: &str) -> Vec<String> {
        let call = Call::of(&Resource::parse(arn)).unwrap_or_else(|| panic!("no {arn}"));
        let input = call.input().unwrap_or_else(|| panic!("{arn} takes nothing"));
        let names = input
            .required()
            .map(|member| input.spelling.write(member.name).into_owned());
        names.collect()
    }

    #[test]
    fn what_must_be_sent_is_what_was_measured() {
        for (action, expected) in [
            ("lambda:invoke", &["FunctionName"][..]),
            ("sqs:sendMessage.waitForTaskToken", &["QueueUrl", "MessageBody"]),
            ("sns:publish", &["Message"]),
            ("dynamodb:putItem", &["TableName", "Item"]),
            ("dynamodb:getItem", &["TableName", "Key"]),
            ("states:startExecution.sync:2", &["StateMachineArn"]),
            ("events:putEvents", &["Entries"]),
            ("ecs:runTask.sync", &["TaskDefinition"]),
            ("glue:startJobRun", &["JobName"]),
            ("aws-sdk:dynamodb:listTables", &[]),
            ("aws-sdk:rds:deleteDBInstance", &["DbInstanceIdentifier"]),
        ] {
            assert_eq!(
                required(&format!("arn:aws:states:::{action}")),
                expected,
                "{action}"
            );
        }
    }

    #[test]
    fn tokens_are_asked_for_by_sdk_integrations_only() {
        let token = "ClientToken".to_owned();
        assert!(required("arn:aws:states:::aws-sdk:emrserverless:startJobRun").contains(&token));
        assert!(!required("arn:aws:states:::emr-serverless:startJobRun.sync").contains(&token));
    }

    #[test]
    fn jobs_give_what_describes_them() {
        let result = |arn| Call::of(&Resource::parse(arn)).and_then(|call| call.result());
        let names =
            |structure: Structure<'static>| -> Vec<&str> { structure.members().map(|m| m.name).collect() };
        let execution = result("arn:aws:states:::states:startExecution.sync");
        assert!(execution.is_some_and(|members| names(members).contains(&"output")));
        let started = result("arn:aws:states:::states:startExecution");
        assert_eq!(started.map(names), Some(vec!["executionArn", "startDate"]));
        assert!(result("arn:aws:states:::states:startExecution.waitForTaskToken").is_none());
        assert!(result("arn:aws:states:::http:invoke").is_none());
        let copy = Call::of(&Resource::parse("arn:aws:states:::aws-sdk:s3:copyObject"));
        assert!(copy.is_some_and(|call| call.input().is_none() && call.result().is_some()));
    }
}
