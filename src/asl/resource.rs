//! What a Task's `Resource` calls.

use crate::source::placeholder;

use std::fmt;

/// How an integration waits for its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// The answer of the call itself.
    RequestResponse,
    /// `.sync`: the job that the call started has ended.
    Sync,
    /// `.sync:2`: the same, the output parsed.
    Sync2,
    /// `.waitForTaskToken`: somebody sends the token back.
    WaitForTaskToken,
}

impl Pattern {
    /// What stands behind the action: `.sync`, or nothing.
    pub fn suffix(self) -> &'static str {
        match self {
            Pattern::RequestResponse => "",
            Pattern::Sync => ".sync",
            Pattern::Sync2 => ".sync:2",
            Pattern::WaitForTaskToken => ".waitForTaskToken",
        }
    }

    /// An action and how its end is known: `startJobRun` and `.sync` of `startJobRun.sync`.
    pub fn split(action: &str) -> (&str, Pattern) {
        [Pattern::Sync2, Pattern::Sync, Pattern::WaitForTaskToken]
            .into_iter()
            .find_map(|pattern| Some((action.strip_suffix(pattern.suffix())?, pattern)))
            .unwrap_or((action, Pattern::RequestResponse))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.suffix())
    }
}

/// A `Resource`, by its shape; whether the service and action exist is `validate/`'s question.
///
/// Shapes are read with the same tolerance everywhere: any region and account, also the `...` and short accounts of
/// examples, since AWS checks those only when it runs the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// `arn:aws:lambda:<region>:<account>:function:<name>`
    LambdaFunction {
        /// What follows `function:`, with its alias or version.
        name: &'a str,
    },
    /// `arn:aws:states:<region>:<account>:activity:<name>`
    Activity {
        /// What follows `activity:`.
        name: &'a str,
    },
    /// `arn:aws:states:::<service>:<action>[pattern]`; `aws-sdk:<service>` is one service name here, as in
    /// `resourceType` of AWS's events.
    Integration {
        /// `sqs`, `aws-sdk:dynamodb`
        service: &'a str,
        /// `sendMessage`
        action: &'a str,
        /// How it waits.
        pattern: Pattern,
    },
    /// An ARN of any other shape, or a placeholder.
    Other,
    /// Not an ARN.
    NotAnArn,
}

impl<'a> Resource<'a> {
    /// Tells what `text` calls.
    pub fn parse(text: &'a str) -> Resource<'a> {
        let Some(rest) = text.strip_prefix("arn:") else {
            return if placeholder::is_in(text) {
                Resource::Other
            } else {
                Resource::NotAnArn
            };
        };
        let Some((_partition, rest)) = rest.split_once(':') else {
            return Resource::NotAnArn;
        };
        if let Some(task) = rest.strip_prefix("states:::") {
            return Self::integration(task);
        }
        // `arn:aws:lambda:...:function:X`, as examples shorten it, has fewer colons: the last part decides.
        if rest.starts_with("lambda:") {
            if let Some((_, name)) = rest.split_once(":function:") {
                return Resource::LambdaFunction { name };
            }
        } else if rest.starts_with("states:")
            && let Some((_, name)) = rest.split_once(":activity:")
        {
            return Resource::Activity { name };
        }
        Resource::Other
    }

    /// Whether a client or a worker may answer it: whoever has its token.
    pub fn is_answered_from_outside(&self) -> bool {
        match self {
            Resource::Activity { .. } | Resource::Other => true,
            Resource::Integration { pattern, .. } => *pattern == Pattern::WaitForTaskToken,
            Resource::LambdaFunction { .. } | Resource::NotAnArn => false,
        }
    }

    /// Whether there is a token to send heartbeats with: `.sync` has one as well (recorded by AWS).
    pub fn has_token(&self) -> bool {
        match self {
            Resource::Integration { pattern, .. } => *pattern != Pattern::RequestResponse,
            _ => self.is_answered_from_outside(),
        }
    }

    /// What it calls, in words: `lambda function f`, `activity a`, `sqs:sendMessage.waitForTaskToken`. `None` when that
    /// cannot be told.
    pub fn describe(&self) -> Option<String> {
        match self {
            Resource::LambdaFunction { name } => Some(format!("lambda function {name}")),
            Resource::Activity { name } => Some(format!("activity {name}")),
            Resource::Integration {
                service,
                action,
                pattern,
            } => Some(format!("{service}:{action}{pattern}")),
            Resource::Other | Resource::NotAnArn => None,
        }
    }

    fn integration(task: &'a str) -> Resource<'a> {
        let split = if let Some(sdk) = task.strip_prefix("aws-sdk:") {
            sdk.find(':').map(|at| at + "aws-sdk:".len())
        } else {
            task.find(':')
        };
        let Some(split) = split else {
            return Resource::Other;
        };
        let (service, action) = (&task[..split], &task[split + 1..]);
        let (action, pattern) = Pattern::split(action);
        Resource::Integration {
            service,
            action,
            pattern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let integration = |service, action, pattern| Resource::Integration {
            service,
            action,
            pattern,
        };
        for (text, expected) in [
            (
                "arn:aws:states:::sqs:sendMessage",
                integration("sqs", "sendMessage", Pattern::RequestResponse),
            ),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                integration("states", "startExecution", Pattern::Sync2),
            ),
            (
                "arn:aws-cn:states:::ecs:runTask.sync",
                integration("ecs", "runTask", Pattern::Sync),
            ),
            (
                "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
                integration("aws-sdk:sfn", "startExecution", Pattern::WaitForTaskToken),
            ),
            (
                "arn:aws:lambda:us-east-1:123:function:f:1",
                Resource::LambdaFunction { name: "f:1" },
            ),
            (
                "arn:aws:lambda:...:function:X",
                Resource::LambdaFunction { name: "X" },
            ),
            (
                "arn:aws:states:us-east-1:123456789012:activity:a",
                Resource::Activity { name: "a" },
            ),
            ("${Function}", Resource::Other),
            ("sendMessage", Resource::NotAnArn),
            ("arn:", Resource::NotAnArn),
        ] {
            assert_eq!(Resource::parse(text), expected, "{text}");
        }
    }
}
