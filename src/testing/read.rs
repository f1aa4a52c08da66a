//! What a checked test file says, as data. Everything here has been found to fit the table of keys.

use std::path::PathBuf;
use std::sync::Arc;

use regex::Regex;

use super::check::{expression, text_of};
use super::fields::GAP;
use super::model::{At, Bound, Call, Calls, Events, Expect, Retries, Waits, Words};
use crate::diagnostics::Span;
use crate::expr::jsonata::Expression;
use crate::expr::jsonpath::Path;
use crate::simulate::{MachineType, Settings, Status, Time};
use crate::source::{Member, NodeRef};
use crate::value::{Map, Value};

/// The settings that `node`, a file or a case, gives over `base`.
pub(super) fn settings(node: NodeRef<'_>, base: &Settings) -> Settings {
    let mut settings = base.clone();
    if let Some(word) = node.get("Type").and_then(NodeRef::as_str) {
        let limits = Settings::of_type(match word {
            "EXPRESS" => MachineType::Express,
            _ => MachineType::Standard,
        });
        settings.machine_type = limits.machine_type;
        settings.max_events = limits.max_events;
        settings.endless_after = limits.endless_after;
    }
    let text = |name: &str| node.get(name).and_then(NodeRef::as_arc_str).cloned();
    if let Some(time) = text("StartTime").and_then(|text| Time::parse(&text)) {
        settings.start = time;
    }
    if let Some(seed) = node.get("Seed") {
        settings.seed = count(seed);
    }
    settings.machine_name = text("StateMachineName").unwrap_or(settings.machine_name);
    settings.execution_name = text("ExecutionName").unwrap_or(settings.execution_name);
    settings.role_arn = text("RoleArn").or(settings.role_arn);
    settings.account = text("Account").unwrap_or(settings.account);
    settings.region = text("Region").unwrap_or(settings.region);
    settings
}

/// What a case expects; `path` finds a file that it names.
pub(super) fn expect(case: NodeRef<'_>, path: &dyn Fn(&str) -> PathBuf) -> Expect {
    let Some(node) = case.get("Expect") else {
        let span = case.get("Name").map_or(Span::at(0), NodeRef::token_span);
        return Expect {
            status: Some(At {
                value: Status::Succeeded,
                span,
            }),
            ..Expect::default()
        };
    };
    let span = node.key_span();
    let at = |name: &str| {
        node.member(name)
            .map(|m| (m.key_span, node.document().node(m.value)))
    };
    let error = at("Error").map(|(span, node)| At {
        value: words(node),
        span,
    });
    let cause = at("Cause").map(|(span, node)| At {
        value: words(node),
        span,
    });
    let snapshot = at("Snapshot").map(|(span, node)| At {
        value: path(&text_of(node)),
        span,
    });
    let status = at("Status").map(|(span, node)| At {
        value: match node.as_str() {
            Some("FAILED") => Status::Failed,
            Some("TIMED_OUT") => Status::TimedOut,
            _ => Status::Succeeded,
        },
        span,
    });
    let told = error.is_some() || cause.is_some() || snapshot.is_some();
    let succeeded = || At {
        value: Status::Succeeded,
        span,
    };
    Expect {
        status: status.or_else(|| (!told).then(succeeded)),
        output: at("Output").map(|(span, node)| At {
            value: node.to_value(),
            span,
        }),
        // Its file is read by whoever reads files.
        output_schema: None,
        output_paths: paths(node.get("OutputPaths")),
        conditions: conditions(node),
        error,
        cause,
        visited: at("Visited").map(|(span, node)| {
            let names = node.items().map(text_of);
            At {
                value: names.map(|name| (*name != *GAP).then_some(name)).collect(),
                span,
            }
        }),
        visits: visits(node),
        tasks: by_state(node.get("Tasks"), calls),
        retries: by_state(node.get("Retries"), |node| match node.is_array() {
            true => Retries::After(node.items().map(number).collect()),
            false => Retries::Count(count(node)),
        }),
        waits: by_state(node.get("Waits"), |node| match node.is_array() {
            true => Waits::Each(node.items().map(number).collect()),
            false => Waits::Every(number(node)),
        }),
        max_duration: at("MaxDuration").map(|(span, node)| At {
            value: number(node),
            span,
        }),
        events: at("Events").map(|(span, node)| At {
            value: events(node),
            span,
        }),
        snapshot,
    }
}

fn count(node: NodeRef<'_>) -> u64 {
    let count = node.as_number().and_then(|number| number.as_i64());
    count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
}

fn number(node: NodeRef<'_>) -> f64 {
    node.as_number().map_or(0.0, |number| number.as_f64())
}

fn words(node: NodeRef<'_>) -> Words {
    let pattern = node.get("Matches").and_then(NodeRef::as_str);
    match pattern.and_then(|pattern| Regex::new(pattern).ok()) {
        Some(pattern) => Words::Matches(pattern),
        None => Words::Exact(text_of(node)),
    }
}

/// The members of an object with what stands under each.
fn members<'d>(node: NodeRef<'d>) -> impl Iterator<Item = (&'d Member, NodeRef<'d>)> {
    let document = node.document();
    node.members()
        .iter()
        .map(move |member| (member, document.node(member.value)))
}

fn paths(node: Option<NodeRef<'_>>) -> Vec<At<(Path, Value)>> {
    let all = node.into_iter().flat_map(members);
    all.filter_map(|(member, value)| {
        Some(At {
            value: (Path::parse(&member.key).ok()?, value.to_value()),
            span: member.key_span,
        })
    })
    .collect()
}

fn conditions(node: NodeRef<'_>) -> Vec<At<Expression>> {
    let Some(condition) = node.get("Condition") else {
        return Vec::new();
    };
    let all: Vec<NodeRef<'_>> = match condition.is_array() {
        true => condition.items().collect(),
        false => vec![condition],
    };
    all.into_iter()
        .filter_map(|node| {
            let (text, _) = expression(node.as_str()?);
            Some(At {
                value: Expression::compile(text).ok()?,
                span: node.token_span(),
            })
        })
        .collect()
}

fn bound(node: NodeRef<'_>) -> Bound {
    if !node.is_object() {
        return Bound::exactly(count(node));
    }
    Bound {
        least: node.get("AtLeast").map_or(0, count),
        most: node.get("AtMost").map_or(u64::MAX, count),
    }
}

fn by_state<T>(node: Option<NodeRef<'_>>, read: impl Fn(NodeRef<'_>) -> T) -> Vec<At<(Arc<str>, T)>> {
    let all = node.into_iter().flat_map(members);
    all.map(|(member, value)| At {
        value: (member.key.clone(), read(value)),
        span: member.key_span,
    })
    .collect()
}

fn visits(node: NodeRef<'_>) -> Vec<At<(Arc<str>, Bound)>> {
    let listed = |name: &str, bound: Bound| {
        let items = node.get(name).into_iter().flat_map(NodeRef::items);
        items
            .map(|item| At {
                value: (text_of(item), bound),
                span: item.token_span(),
            })
            .collect::<Vec<_>>()
    };
    let once = Bound {
        least: 1,
        most: u64::MAX,
    };
    let mut visits = listed("Visits", once);
    visits.extend(by_state(
        node.get("Visits").filter(|visits| visits.is_object()),
        bound,
    ));
    visits.extend(listed("NotVisited", Bound::exactly(0)));
    visits
}

fn calls(node: NodeRef<'_>) -> Calls {
    if node.is_array() {
        return Calls::Each(node.items().map(call).collect());
    }
    if !node.is_object() {
        return Calls::Every(Some(Bound::exactly(count(node))), Call::default());
    }
    Calls::Every(node.get("Count").map(bound), call(node))
}

fn call(node: NodeRef<'_>) -> Call {
    Call {
        parameters: node.get("Parameters").map(NodeRef::to_value),
        paths: paths(node.get("ParametersPaths"))
            .into_iter()
            .map(|path| path.value)
            .collect(),
    }
}

fn events(node: NodeRef<'_>) -> Events {
    if node.is_array() {
        let event = |node: NodeRef<'_>| match node.as_arc_str() {
            Some(name) => {
                let mut members = Map::new();
                members.insert(Arc::from("type"), Value::String(name.clone()));
                Value::object(members)
            }
            None => node.to_value(),
        };
        return Events::InOrder(node.items().map(event).collect());
    }
    let counts = by_state(Some(node), bound);
    Events::Counts(counts.into_iter().map(|count| count.value).collect())
}
