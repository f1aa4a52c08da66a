//! # What it does
//! Finds a `Resource` that is an ARN and names nothing that a Task can call: a colon too few, `funtion:`, the ARN of a queue, a
//! topic or a state machine, a partition that there is not.
//!
//! # Why
//! A Task calls a Lambda function, an activity or an integration. Anything else is rejected when the machine is created or
//! fails when it runs.
//!
//! # Example
//! ```json
//! {"StartAt": "Tell", "States": {
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states::sns:publish", "End": true,
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.text"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Tell", "States": {
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.text"}}}}
//! ```
//!
//! # Source
//! [Task workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html): the types of tasks.

use crate::asl::Resource;
use crate::diagnostics::{Applicability, Finding, Help, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{INTEGRATIONS, integration};

pub(super) static RULE: Rule = Rule {
    name: "unknown-resource",
    summary: "An ARN that no Task can call",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

/// What ARNs may begin with [AWS General Reference].
const PARTITIONS: [&str; 8] = [
    "aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f",
];

/// What is wrong with an ARN: the message, the help, and the ARN that is meant.
struct Wrong {
    message: String,
    help: Help,
    meant: Option<String>,
}

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Some(node) = cx.fields(task).resource().filter(|node| !node.has_placeholder()) else {
            continue;
        };
        let Some(wrong) = node.as_str().and_then(|arn| wrong(arn, &cx.resource(task))) else {
            continue;
        };
        let finding = cx
            .at(node, wrong.message)
            .with_label("calls nothing")
            .with_help(wrong.help);
        out.push(match wrong.meant {
            Some(meant) => {
                let edit = edits::one(edits::replace_string(node, &meant));
                edits::offer(finding, format!("Write '{meant}'"), Applicability::Unsafe, edit)
            }
            None => finding,
        });
    }
}

fn meant(message: String, arn: String) -> Wrong {
    Wrong {
        message,
        help: Help::asks(&*arn),
        meant: Some(arn),
    }
}

fn wrong(arn: &str, resource: &Resource<'_>) -> Option<Wrong> {
    let rest = arn.strip_prefix("arn:")?;
    let (partition, rest) = rest.split_once(':')?;
    if !PARTITIONS.contains(&partition) {
        let near = nearest(partition, PARTITIONS).unwrap_or("aws");
        return Some(meant(format!("no ARN begins with 'arn:{partition}:'"), format!("arn:{near}:{rest}")));
    }
    // Of what validation knows, it tells.
    if matches!(resource, Resource::Integration { .. } | Resource::Activity { .. }) {
        return None;
    }
    // The specification of the language has such in its examples [states-language.net].
    if rest.contains(":task:") {
        return None;
    }
    let (service, rest) = rest.split_once(':')?;
    match service {
        "states" => of_states(partition, rest),
        "lambda" if matches!(resource, Resource::LambdaFunction { .. }) => without_region(partition, rest),
        "lambda" => Some(of_lambda(partition, rest)),
        _ => Some(of_other(partition, service)),
    }
}

/// An ARN of Step Functions that is neither integration nor activity.
fn of_states(partition: &str, rest: &str) -> Option<Wrong> {
    if rest.contains(":stateMachine:") || rest.contains(":execution:") {
        return Some(Wrong {
            message: "a Task does not call a state machine by its ARN".to_owned(),
            help: format!(
                "write \"arn:{partition}:states:::states:startExecution.sync:2\" as Resource, and the ARN as StateMachineArn of what is sent"
            ).into(),
            meant: None,
        });
    }
    // Behind fewer colons, or more, than the two that stand for region and account; with both of them integrations stand in
    // published workflows of AWS's [aws-samples/step-functions-workflows-collection].
    let call = rest.trim_start_matches(':');
    let is_call = match call.split_once(':') {
        Some(("aws-sdk", action)) => action.contains(':'),
        Some((service, action)) => {
            let action = action.split('.').next().unwrap_or_default();
            integration(service, action).is_some()
        }
        None => false,
    };
    let parts: Vec<&str> = rest.splitn(3, ':').collect();
    if let &[region, _, named] = parts.as_slice()
        && !region.is_empty()
        && named.contains(':')
        && !is_call
    {
        return None;
    }
    let call = is_call.then_some(call);
    Some(match call {
        Some(call) => meant(
            "an integration has three colons before its name".to_owned(),
            format!("arn:{partition}:states:::{call}"),
        ),
        None => Wrong {
            message: "this is neither an integration nor an activity".to_owned(),
            help: format!("integrations are written arn:{partition}:states:::<service>:<action>").into(),
            meant: None,
        },
    })
}

/// A function of an account in no region.
fn without_region(partition: &str, rest: &str) -> Option<Wrong> {
    let rest = rest.strip_prefix(':').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(Wrong {
        message: "the ARN of the function has no region".to_owned(),
        help: format!("write arn:{partition}:lambda:<region>:{rest}").into(),
        meant: None,
    })
}

/// An ARN of Lambda that is no function.
fn of_lambda(partition: &str, rest: &str) -> Wrong {
    let parts: Vec<&str> = rest.split(':').collect();
    let message = "this is no ARN of a function".to_owned();
    match parts.as_slice() {
        [region, account, kind, name @ ..] if nearest(kind, ["function"]).is_some() && !name.is_empty() => {
            let name = name.join(":");
            meant(message, format!("arn:{partition}:lambda:{region}:{account}:function:{name}"))
        }
        _ => Wrong {
            message,
            help: format!("write arn:{partition}:lambda:<region>:<account>:function:<name>").into(),
            meant: None,
        },
    }
}

/// An ARN of a service whose resources no Task calls.
fn of_other(partition: &str, service: &str) -> Wrong {
    let optimised = INTEGRATIONS.iter().find(|integration| integration.service == service);
    let call = match optimised {
        Some(found) => format!("arn:{partition}:states:::{service}:{}", found.action),
        None => format!("arn:{partition}:states:::aws-sdk:{service}:<action>"),
    };
    Wrong {
        message: format!("a Task does not call {service} by the ARN of a resource"),
        help: format!("write the call as Resource, such as \"{call}\", and the ARN in what is sent").into(),
        meant: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(arn: &str) -> Option<(String, Option<String>)> {
        wrong(arn, &Resource::parse(arn)).map(|wrong| (wrong.help.words, wrong.meant))
    }

    #[test]
    fn what_is_meant_is_found() {
        for (arn, expected) in [
            ("arn:aws:states::sns:publish", "arn:aws:states:::sns:publish"),
            ("arn:awz:states:::sns:publish", "arn:aws:states:::sns:publish"),
            (
                "arn:aws:states:ecs:runTask.sync",
                "arn:aws:states:::ecs:runTask.sync",
            ),
            (
                "arn:aws:states:aws-sdk:s3:getObject",
                "arn:aws:states:::aws-sdk:s3:getObject",
            ),
            (
                "arn:aws:lambda:eu-west-1:123456789012:funtion:f:live",
                "arn:aws:lambda:eu-west-1:123456789012:function:f:live",
            ),
        ] {
            let meant = told(arn).and_then(|(_, meant)| meant);
            assert_eq!(meant.as_deref(), Some(expected), "{arn}");
        }
        let nowhere = told("arn:aws:lambda::123456789012:function:f");
        assert!(nowhere.is_some_and(|(help, _)| help == "write arn:aws:lambda:<region>:123456789012:function:f"));
        let queue = told("arn:aws:sqs:eu-west-1:123456789012:q");
        assert!(queue.is_some_and(|(help, _)| help.contains("arn:aws:states:::sqs:sendMessage")));
        let machine = told("arn:aws:states:eu-west-1:123456789012:stateMachine:m");
        assert!(machine.is_some_and(|(help, _)| help.contains("states:startExecution")));
    }

    #[test]
    fn what_can_be_called_is_left_alone() {
        for arn in [
            "arn:aws:states:::sns:publish",
            "arn:aws:states:::nothing:known",
            "arn:aws-cn:lambda:cn-north-1:123456789012:function:f",
            "arn:aws:lambda:...:function:f",
            "arn:aws:states:eu-west-1:123456789012:activity:a",
            "arn:aws:states:eu-west-1:123456789012:aws-sdk:s3:getObject",
            "arn:aws:swf:eu-west-1:123456789012:task:X",
            "not an arn",
        ] {
            assert!(told(arn).is_none(), "{arn}");
        }
    }
}
