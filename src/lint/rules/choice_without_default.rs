//! # What it does
//! Finds Choice states without a `Default` whose rules do not cover every case.
//!
//! # Why
//! When no rule matches and there is no `Default`, the execution fails, and no `Catch` can prevent it: a Choice state
//! has none, and the error is one that a Map or Parallel around it cannot catch either. Rules that are each other's
//! opposite (`BooleanEquals` true and false, `IsPresent` true and false, `NumericLessThan` and
//! `NumericGreaterThanEquals` of one number, a rule and its `Not`) cover everything and need no `Default`.
//!
//! # Example
//! ```json
//! {"StartAt": "ByStatus", "States": {
//!   "ByStatus": {"Type": "Choice", "Choices": [
//!     {"Variable": "$.status", "StringEquals": "SUCCEEDED", "Next": "Done"},
//!     {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failed"}]},
//!   "Done": {"Type": "Succeed"},
//!   "Failed": {"Type": "Fail", "Error": "JobFailed"}}}
//! ```
//!
//! # Use instead
//! A Fail state that says what was not foreseen is a good default.
//! ```json
//! {"StartAt": "ByStatus", "States": {
//!   "ByStatus": {"Type": "Choice", "Choices": [
//!     {"Variable": "$.status", "StringEquals": "SUCCEEDED", "Next": "Done"},
//!     {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failed"}],
//!     "Default": "UnknownStatus"},
//!   "Done": {"Type": "Succeed"},
//!   "UnknownStatus": {"Type": "Fail", "Error": "UnknownStatus", "CausePath": "$.status"},
//!   "Failed": {"Type": "Fail", "Error": "JobFailed"}}}
//! ```
//!
//! # Source
//! [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): Default.

use rustc_hash::FxHashMap;

use crate::asl::{ScopeId, State, StateType, comparison};
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;
use crate::value::Value;

pub(super) static RULE: Rule = Rule {
    name: "choice-without-default",
    summary: "A Choice state that fails when no rule matches",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut fails: FxHashMap<ScopeId, Option<(&State, bool)>> = FxHashMap::default();
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Choice) || cx.field(state, "Default").is_some() {
            continue;
        }
        let rules: Vec<NodeRef<'_>> = state.choices.iter().map(|c| cx.machine.node(c.node)).collect();
        // Of more rules than anybody writes, comparing each with each would take too long.
        if rules.is_empty() || (rules.len() <= 200 && cover_everything(&rules)) {
            continue;
        }
        let fail = *fails.entry(state.scope).or_insert_with(|| fail_state(cx, state.scope));
        out.push(finding(cx, state, &fail));
    }
}

/// The first Fail state of a scope, and whether there are more.
fn fail_state<'m>(cx: &Context<'m>, scope: ScopeId) -> Option<(&'m State, bool)> {
    let states = cx.machine.scope(scope).states.iter().map(|id| cx.machine.state(*id));
    let mut fails = states.filter(|state| state.state_type == Some(StateType::Fail));
    Some((fails.next()?, fails.next().is_some()))
}

fn finding(cx: &Context<'_>, state: &State, fail: &Option<(&State, bool)>) -> Finding {
    let message = format!(
        "'{}' has no Default: the execution fails when none of its rules matches",
        state.name
    );
    let help = match fail {
        Some((fail, _)) => format!("add \"Default\": {}", edits::json_string(&fail.name)),
        None => "add \"Default\" with the state that takes what nobody foresaw".to_owned(),
    };
    let finding = cx.at_state(state, message).with_label("no Default").with_help(help);
    if let Some((fail, false)) = fail
        && let Some(edit) = edits::add_member(
            cx.machine.node(state.node),
            "Default",
            &edits::json_string(&fail.name),
        )
    {
        return finding.with_fix(Fix {
            title: format!("Go to '{}' when no rule matches", fail.name),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
    }
    finding
}

/// Whether one of the rules matches whatever the input is (a path that leads nowhere fails with or without a
/// `Default`).
fn cover_everything(rules: &[NodeRef<'_>]) -> bool {
    let tests: Vec<Test> = rules.iter().filter_map(|rule| Test::read(*rule)).collect();
    if tests.contains(&Test::Always) {
        return true;
    }
    let opposite = |a: &Test| tests.iter().any(|b| a.is_opposite(b));
    tests.iter().any(opposite) || tests.iter().any(|less| less_equal_greater(less, &tests))
}

/// What a rule tests, as far as it can be compared with another.
#[derive(Debug, PartialEq)]
enum Test {
    /// A JSONata condition that is `true`.
    Always,
    /// One comparison: variable, operator, operand.
    Compare(Value, &'static str, Value),
    /// A JSONata comparison: left side, operator, right side.
    Condition(String, &'static str, String),
    /// Anything else, with its fields.
    Other(Value),
    /// The opposite of a test.
    Not(Box<Test>),
}

impl Test {
    fn read(rule: NodeRef<'_>) -> Option<Test> {
        if let Some(condition) = rule.get("Condition") {
            return match condition.as_str() {
                Some(text) => Test::jsonata(text),
                None => (condition.as_bool() == Some(true)).then_some(Test::Always),
            };
        }
        if let Some(inner) = rule.get("Not") {
            return Some(Test::Not(Box::new(Test::read(inner)?)));
        }
        if let Some(variable) = rule.get("Variable") {
            let (operator, operand) = rule.members().iter().find_map(|member| {
                let operator = comparison(&member.key)?;
                Some((operator.name, rule.document().node(member.value)))
            })?;
            return Some(Test::Compare(variable.to_value(), operator, operand.to_value()));
        }
        ["And", "Or"].iter().find_map(|junction| {
            let list = rule.get(junction)?.to_value();
            Some(Test::Other(Value::array([Value::from(*junction), list])))
        })
    }

    fn jsonata(text: &str) -> Option<Test> {
        let text = text.strip_prefix("{%")?.strip_suffix("%}")?.trim();
        if text == "true" {
            return Some(Test::Always);
        }
        if let Some(inner) = text.strip_prefix("$not(").and_then(|t| t.strip_suffix(')')) {
            // `$not(a) and (b)` is no negation as a whole.
            if !inner.contains(['(', ')']) {
                return Some(Test::Not(Box::new(Test::jsonata(&format!("{{%{inner}%}}"))?)));
            }
        }
        const OPERATORS: [&str; 6] = ["<=", ">=", "!=", "<", ">", "="];
        let found: Vec<usize> = text.match_indices(['<', '>', '=', '!']).map(|(at, _)| at).collect();
        let single = match found[..] {
            [_] => true,
            [a, b] => b == a + 1,
            _ => false,
        };
        // Anything that binds looser than a comparison makes its two sides something else.
        let plain = single && ![" and ", " or ", "?", ":", ";"].iter().any(|s| text.contains(s));
        if plain
            && let Some(operator) = OPERATORS.iter().find(|op| text.contains(**op))
            && let Some((left, right)) = text.split_once(*operator)
        {
            return Some(Test::Condition(
                left.trim().to_owned(),
                operator,
                right.trim().to_owned(),
            ));
        }
        Some(Test::Other(Value::from(text)))
    }

    fn is_opposite(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::Not(inner), other) | (other, Test::Not(inner)) => **inner == *other,
            (Test::Compare(var_a, op_a, a), Test::Compare(var_b, op_b, b)) => {
                var_a == var_b
                    && if op_a == op_b {
                        matches!((a.as_bool(), b.as_bool()), (Some(a), Some(b)) if a != b)
                    } else {
                        a == b && complement(op_a).as_deref() == Some(*op_b)
                    }
            }
            (Test::Condition(left_a, op_a, right_a), Test::Condition(left_b, op_b, right_b)) => {
                left_a == left_b
                    && if op_a == op_b {
                        *op_a == "="
                            && matches!(
                                (right_a.as_str(), right_b.as_str()),
                                ("true", "false") | ("false", "true")
                            )
                    } else {
                        right_a == right_b && complement_sign(op_a) == Some(*op_b)
                    }
            }
            _ => false,
        }
    }
}

/// The operator that matches whenever `operator` does not, for two values of its type.
fn complement(operator: &str) -> Option<String> {
    const PAIRS: [(&str, &str); 4] = [
        ("LessThanEquals", "GreaterThan"),
        ("GreaterThanEquals", "LessThan"),
        ("LessThan", "GreaterThanEquals"),
        ("GreaterThan", "LessThanEquals"),
    ];
    let (stem, path) = match operator.strip_suffix("Path") {
        Some(stem) => (stem, "Path"),
        None => (operator, ""),
    };
    PAIRS.iter().find_map(|(a, b)| {
        let kind = stem.strip_suffix(a)?;
        Some(format!("{kind}{b}{path}"))
    })
}

fn complement_sign(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "=" => "!=",
        "!=" => "=",
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        "<=" => ">",
        _ => return None,
    })
}

/// Whether `less` is a "less than" and the tests hold "equal" and "greater" of the same things.
fn less_equal_greater(less: &Test, tests: &[Test]) -> bool {
    let has = |wanted: &Test| tests.contains(wanted);
    match less {
        Test::Compare(variable, operator, operand) => {
            let (stem, path) = match operator.strip_suffix("Path") {
                Some(stem) => (stem, "Path"),
                None => (*operator, ""),
            };
            let Some(kind) = stem.strip_suffix("LessThan") else {
                return false;
            };
            ["Equals", "GreaterThan"].iter().all(|other| {
                comparison(&format!("{kind}{other}{path}"))
                    .is_some_and(|c| has(&Test::Compare(variable.clone(), c.name, operand.clone())))
            })
        }
        Test::Condition(left, "<", right) => ["=", ">"]
            .iter()
            .all(|sign| has(&Test::Condition(left.clone(), sign, right.clone()))),
        _ => false,
    }
}
