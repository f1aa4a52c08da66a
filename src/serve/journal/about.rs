//! What a request of the journal was about: which execution or machine, by what it names and by what came of it.

use serde_json::Value;

use super::Counts;
use super::needed::About;
use crate::serve::Server;

/// The members of UpdateStateMachine that a revision is made of.
const MEMBERS: [&str; 5] = [
    "definition",
    "roleArn",
    "loggingConfiguration",
    "tracingConfiguration",
    "encryptionConfiguration",
];

/// What is found out of a request before it is done again.
pub(super) struct Target {
    sent: Value,
    /// The execution that it names.
    execution: Option<u64>,
    /// The machine that it names, by its ARN and its number.
    machine: Option<(String, Option<u64>)>,
}

impl Target {
    /// What an update of `machine` is about, which has made a revision or changes nothing.
    fn update(&self, machine: u64, has_revision: bool) -> About {
        if self.sent.get("publish") == Some(&Value::Bool(true)) {
            return About::Machine(machine);
        }
        if !has_revision {
            return About::Nothing;
        }
        let is_given = |name: &str| self.sent.get(name).is_some_and(|member| !member.is_null());
        let given = MEMBERS.iter().enumerate().filter(|(_, name)| is_given(name));
        About::Revision(machine, given.fold(0, |members, (bit, _)| members | 1 << bit))
    }
}

impl Server {
    /// What a request names, before anything comes of it.
    pub(super) fn target(&self, operation: &str, body: &str) -> Target {
        let sent: Value = serde_json::from_str(body).unwrap_or_default();
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let token = || self.running.number_of_token(text("taskToken")?);
        let execution = match operation {
            "SendTaskSuccess" | "SendTaskFailure" | "SendTaskHeartbeat" => token(),
            "UpdateMapRun" => text("mapRunArn").and_then(|arn| self.running.number_of_map_run(arn)),
            _ => text("executionArn").and_then(|arn| self.running.number(arn)),
        };
        let routed = || {
            sent.pointer("/routingConfiguration/0/stateMachineVersionArn")?
                .as_str()
        };
        let machine = [
            "stateMachineArn",
            "stateMachineVersionArn",
            "stateMachineAliasArn",
            "resourceArn",
        ]
        .iter()
        .find_map(|name| text(name))
        .or_else(routed)
        .map(base_of_machine);
        let number = machine.as_deref().and_then(|arn| self.machine_number(arn));
        Target {
            machine: machine.map(|arn| (arn, number)),
            execution,
            sent,
        }
    }

    fn machine_number(&self, arn: &str) -> Option<u64> {
        let store = self.store();
        store.machines.get(arn).map(|machine| machine.number)
    }

    /// What a request was about, by what it named and what came of it; `before` is what there was when it came.
    pub(super) fn about(
        &self,
        operation: &str,
        target: &Target,
        before: &Counts,
        answer: Option<&str>,
    ) -> About {
        // Nothing comes of what is refused.
        let Some(answer) = answer else {
            return About::Nothing;
        };
        let answered = |name: &str| {
            let answer: Value = serde_json::from_str(answer).unwrap_or_default();
            Some(answer.get(name)?.as_str()?.to_owned())
        };
        if operation == "GetActivityTask" {
            let token = answered("taskToken");
            let execution = token.and_then(|token| self.running.number_of_token(&token));
            return execution.map_or(About::Nothing, About::Execution);
        }
        if operation.starts_with("Start") {
            let machine = target.machine.as_ref().and_then(|(_, number)| *number);
            return match (self.running.count() > before.executions, machine) {
                (true, Some(machine)) => About::Start(before.executions + 1, machine),
                (true, None) => About::Everything,
                // The same call again.
                (false, _) => About::Nothing,
            };
        }
        if let Some(execution) = target.execution {
            return About::Execution(execution);
        }
        let machine = match &target.machine {
            Some((_, number)) => *number,
            None => answered("stateMachineArn").and_then(|arn| self.machine_number(&arn)),
        };
        match (machine, &target.machine) {
            (Some(machine), _) if operation == "UpdateStateMachine" => {
                target.update(machine, answered("revisionId").is_some())
            }
            (Some(machine), _) => About::Machine(machine),
            // Of a machine that was not there.
            (None, Some((arn, _))) if arn.contains(":stateMachine:") => About::Nothing,
            // Activities.
            (None, _) => About::Everything,
        }
    }

    /// What a request at a path of the server's own is about.
    pub(super) fn about_own(&self, body: &str) -> About {
        let sent: Value = serde_json::from_str(body).unwrap_or_default();
        let arn = sent.get("executionArn").and_then(Value::as_str);
        let number = arn.and_then(|arn| self.running.number(arn));
        number.map_or(About::Nothing, About::Execution)
    }
}

/// The ARN of the machine that an ARN of it, of a version, an alias or a Map state of it begins with, without a test case.
fn base_of_machine(arn: &str) -> String {
    let end = |arn: &str| arn.find(['#', '/']).unwrap_or(arn.len());
    let plain = &arn[..end(arn)];
    plain.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}
