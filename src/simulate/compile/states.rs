//! What each type of state has of its own.

use std::sync::Arc;

use super::fields::{self, Fields, error};
use super::{bodies, target};
use crate::asl::{Pattern, QueryLanguage, Resource, RuleFields, ScopeKind, StateType};
use crate::expr::Expression;
use crate::expr::condition::{Comparator, Condition, Place, Side, Test};
use crate::history::Time;
use crate::history::{Family, TaskTarget};
use crate::services::Call;
use crate::simulate::error::CompileError;
use crate::simulate::program::Behaviour;
use crate::simulate::states::{choice, fail, parallel, pass, succeed, task, wait};
use crate::source::NodeRef;
use crate::value::Number;

pub(super) fn behaviour(fields: &Fields<'_>, state_type: StateType) -> Result<Behaviour, CompileError> {
    let node = fields.node;
    Ok(match state_type {
        StateType::Pass => Behaviour::Pass(Box::new(pass::Pass {
            flow: fields.flow()?,
            result: node.result().map(NodeRef::to_value),
        })),
        StateType::Succeed => Behaviour::Succeed(Box::new(succeed::Succeed { flow: fields.flow()? })),
        StateType::Fail => Behaviour::Fail(Box::new(fail::Fail {
            error: text(fields, ("Error", node.error()), ("ErrorPath", node.error_path()))?,
            cause: text(fields, ("Cause", node.cause()), ("CausePath", node.cause_path()))?,
        })),
        StateType::Choice => Behaviour::Choice(Box::new(choice_state(fields)?)),
        StateType::Wait => Behaviour::Wait(Box::new(wait::Wait {
            flow: fields.flow()?,
            until: until(fields)?,
        })),
        StateType::Task => Behaviour::Task(Box::new(task_state(fields)?)),
        StateType::Parallel => Behaviour::Parallel(Box::new(parallel_state(fields)?)),
        StateType::Map => Behaviour::Map(Box::new(super::map::map_state(fields)?)),
    })
}

/// A Fail state's `Error` or `Cause`.
fn text(
    fields: &Fields<'_>,
    (name, node): (&'static str, Option<NodeRef<'_>>),
    (path_name, path): (&'static str, Option<NodeRef<'_>>),
) -> Result<fail::Text, CompileError> {
    if let Some(node) = path {
        let text = node
            .as_str()
            .ok_or_else(|| error(node, "must be a JSONPath or an intrinsic function call"))?;
        return Expression::parse(text)
            .map(|expression| fail::Text::Path(Arc::from(path_name), expression))
            .map_err(|why| error(node, why));
    }
    let Some(node) = node else {
        return Ok(fail::Text::Absent);
    };
    if fields.language == QueryLanguage::Jsonata && fields::is_expression(node) {
        return fields::expression(node, name).map(fail::Text::Expression);
    }
    let text = node.as_arc_str().ok_or_else(|| error(node, "must be a string"))?;
    Ok(fail::Text::Fixed(text.clone()))
}

fn choice_state(fields: &Fields<'_>) -> Result<choice::Choice, CompileError> {
    let (machine, scope) = (fields.machine, fields.state.scope);
    let mut rules = Vec::with_capacity(fields.state.choices.len());
    for (number, rule) in fields.state.choices.iter().enumerate() {
        let node = rule.fields(machine);
        let next = rule.next.as_ref().ok_or_else(|| error(*node, "has no Next"))?;
        let assign = node
            .assign()
            .map(|assign| fields.assign_at(assign, &format!("Choices[{number}]/Assign")))
            .transpose()?;
        let output = match (fields.language, node.output()) {
            (QueryLanguage::Jsonata, Some(output)) => {
                Some(fields.payload_at(output, &format!("Choices[{number}]/Output"))?)
            }
            _ => None,
        };
        let (condition, label) = condition(fields, node, number)?;
        rules.push(choice::Rule {
            condition,
            label: label.into(),
            next: target(machine, scope, next)?,
            assign,
            output,
        });
    }
    let default = fields
        .state
        .default
        .as_ref()
        .map(|default| target(machine, scope, default))
        .transpose()?;
    Ok(choice::Choice {
        flow: fields.flow()?,
        rules,
        default,
    })
}

fn condition(
    fields: &Fields<'_>,
    rule: RuleFields<'_>,
    number: usize,
) -> Result<(choice::Condition, String), CompileError> {
    let read = Condition::read(*rule);
    let label = read.label();
    if fields.language == QueryLanguage::JsonPath {
        let compiled = comparison(rule, read).map(choice::Condition::Comparison)?;
        return Ok((compiled, label));
    }
    let condition = rule.condition().ok_or_else(|| error(*rule, "has no Condition"))?;
    let compiled = match condition.as_bool() {
        Some(constant) => choice::Condition::Constant(constant),
        None => fields::expression(condition, &format!("Choices[{number}]/Condition"))
            .map(choice::Condition::Expression)?,
    };
    Ok((compiled, label))
}

/// A condition of JSONPath, ready to run; `rule` is where it stands.
fn comparison(rule: RuleFields<'_>, condition: Condition) -> Result<choice::Comparison, CompileError> {
    let parts = |list: Option<NodeRef<'_>>, parts: Vec<Condition>| {
        let rules = list.into_iter().flat_map(NodeRef::items);
        rules
            .zip(parts)
            .map(|(rule, part)| comparison(rule.into(), part))
            .collect::<Result<Vec<_>, _>>()
    };
    let path = |name, place| match place {
        Place::Path(path) => Ok(path),
        Place::Text(text) => Err(error(
            rule.get(name).unwrap_or(*rule),
            format!("'{text}' is not a JSONPath"),
        )),
    };
    match condition {
        Condition::And(list) => parts(rule.and(), list).map(choice::Comparison::And),
        Condition::Or(list) => parts(rule.or(), list).map(choice::Comparison::Or),
        Condition::Not(part) => {
            let inner = rule.not().map_or(rule, RuleFields::from);
            Ok(choice::Comparison::Not(Box::new(comparison(inner, *part)?)))
        }
        Condition::Compare(test) => match test.test {
            Test::Operator(operator) => Ok(choice::Comparison::Test {
                variable: path("Variable", test.place)?,
                comparator: Comparator::new(operator),
                operand: match test.side {
                    Side::Place(place) => choice::Operand::Path(path(operator.name, place)?),
                    Side::Value(value) => choice::Operand::Literal(value),
                },
            }),
            _ => Err(error(*rule, "is not a JSONPath rule")),
        },
        _ => Err(error(*rule, "has no Variable, or no comparison operator")),
    }
}

fn until(fields: &Fields<'_>) -> Result<wait::Until, CompileError> {
    let jsonata = fields.language == QueryLanguage::Jsonata;
    if let Some(node) = fields.node.seconds() {
        return if jsonata && fields::is_expression(node) {
            fields::expression(node, "Seconds").map(wait::Until::SecondsExpression)
        } else {
            seconds(node).map(wait::Until::Seconds)
        };
    }
    if let Some(node) = fields.node.seconds_path() {
        return fields::path(node).map(wait::Until::SecondsPath);
    }
    if let Some(node) = fields.node.timestamp_path() {
        return fields::path(node).map(wait::Until::TimestampPath);
    }
    match fields.node.timestamp() {
        Some(node) if jsonata && fields::is_expression(node) => {
            fields::expression(node, "Timestamp").map(wait::Until::TimestampExpression)
        }
        Some(node) => node
            .as_str()
            .and_then(Time::parse)
            .map(wait::Until::Timestamp)
            .ok_or_else(|| error(node, "must be an RFC 3339 timestamp")),
        None => Err(error(
            *fields.node,
            "has none of Seconds, SecondsPath, Timestamp and TimestampPath",
        )),
    }
}

/// A whole number of seconds, from 0.
fn seconds(node: NodeRef<'_>) -> Result<i64, CompileError> {
    node.as_number()
        .and_then(Number::as_i64)
        .filter(|seconds| *seconds >= 0)
        .ok_or_else(|| error(node, "must be a whole number of seconds"))
}

fn task_state(fields: &Fields<'_>) -> Result<task::Task, CompileError> {
    let resource = fields
        .node
        .resource()
        .ok_or_else(|| error(*fields.node, "has no Resource"))?;
    let arn = resource
        .as_arc_str()
        .ok_or_else(|| error(resource, "must be an ARN"))?;
    let whole = |family| TaskTarget {
        family,
        resource: arn.clone(),
        resource_type: Arc::from(""),
    };
    let (target, pattern) = match Resource::parse(arn) {
        Resource::Integration {
            service,
            action,
            pattern,
        } => (
            TaskTarget {
                family: Family::Task,
                resource: Arc::from(format!("{action}{pattern}")),
                resource_type: Arc::from(service),
            },
            pattern,
        ),
        Resource::Activity { .. } => (whole(Family::Activity), Pattern::RequestResponse),
        // Where a template leaves the ARN open, a function is what is meant most often.
        Resource::LambdaFunction { .. } | Resource::Other | Resource::NotAnArn => {
            (whole(Family::LambdaFunction), Pattern::RequestResponse)
        }
    };
    let flow = fields.flow()?;
    // AWS wants parameters of every integration; where there are none, nothing is checked that was never given.
    let input = match flow.makes_payload() && target.family == Family::Task {
        true => Call::of(&Resource::parse(arn)).and_then(|call| call.input()),
        false => None,
    };
    Ok(task::Task {
        flow,
        input,
        target: Arc::new(target),
        pattern,
        timeout: limit(fields, "TimeoutSeconds", "TimeoutSecondsPath")?,
        heartbeat: limit(fields, "HeartbeatSeconds", "HeartbeatSecondsPath")?,
        credentials: fields.payload(fields.node.credentials().map(|credentials| *credentials))?,
    })
}

fn limit(
    fields: &Fields<'_>,
    name: &'static str,
    path_name: &'static str,
) -> Result<Option<task::Limit>, CompileError> {
    if let Some(node) = fields.node.get(path_name) {
        return Ok(Some(task::Limit::Path(path_name, fields::path(node)?)));
    }
    match fields.node.get(name) {
        None => Ok(None),
        Some(node) if fields.language == QueryLanguage::Jsonata && fields::is_expression(node) => {
            Ok(Some(task::Limit::Expression(fields::expression(node, name)?)))
        }
        Some(node) => Ok(Some(task::Limit::Fixed(seconds(node)?))),
    }
}

fn parallel_state(fields: &Fields<'_>) -> Result<parallel::Parallel, CompileError> {
    let branches = bodies(fields, |kind| matches!(kind, ScopeKind::Branch(_)));
    if branches.is_empty() {
        return Err(error(*fields.node, "has no Branches"));
    }
    Ok(parallel::Parallel {
        flow: fields.flow()?,
        branches,
    })
}
