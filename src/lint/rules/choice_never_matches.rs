//! # What it does
//! Finds Choice rules that can never match: the same test stands in an earlier rule, an earlier rule covers it
//! (`NumericGreaterThan` 10 before `NumericGreaterThan` 100), an earlier `Condition` is `true`, or an `And` contradicts
//! itself (one variable equal to two different values).
//!
//! # Why
//! Rules are tried in order and the first match wins. Where such a rule leads, nothing ever goes by it.
//!
//! # Example
//! ```json
//! {"StartAt": "BySize", "States": {
//!   "BySize": {"Type": "Choice", "Default": "Small", "Choices": [
//!     {"Variable": "$.size", "NumericGreaterThan": 10, "Next": "Large"},
//!     {"Variable": "$.size", "NumericGreaterThan": 100, "Next": "Huge"}]},
//!   "Huge": {"Type": "Pass", "Next": "Small"},
//!   "Large": {"Type": "Pass", "Next": "Small"},
//!   "Small": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! The narrower rule first.
//! ```json
//! {"StartAt": "BySize", "States": {
//!   "BySize": {"Type": "Choice", "Default": "Small", "Choices": [
//!     {"Variable": "$.size", "NumericGreaterThan": 100, "Next": "Huge"},
//!     {"Variable": "$.size", "NumericGreaterThan": 10, "Next": "Large"}]},
//!   "Huge": {"Type": "Pass", "Next": "Small"},
//!   "Large": {"Type": "Pass", "Next": "Small"},
//!   "Small": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): evaluation order.

use crate::asl::{StateType, comparison};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;
use crate::value::Value;

pub(super) static RULE: Rule = Rule {
    name: "choice-never-matches",
    summary: "A Choice rule that can never match",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

/// Of more rules than anybody writes, comparing each with each would take too long.
const MOST: usize = 200;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.state_type != Some(StateType::Choice) {
            continue;
        }
        let rules: Vec<(NodeRef<'_>, Test)> = state
            .choices
            .iter()
            .take(MOST)
            .map(|choice| cx.machine.node(choice.node))
            .filter_map(|node| Some((node, Test::read(node)?)))
            .collect();
        for (i, (node, test)) in rules.iter().enumerate() {
            if test.contradicts_itself() {
                out.push(
                    cx.at(*node, "this rule can never match: its tests contradict each other")
                        .with_label("never true"),
                );
            } else if let Some((earlier, _)) = rules[..i].iter().find(|(_, earlier)| earlier.covers(test)) {
                out.push(
                    cx.at(*node, "this rule can never match: an earlier one takes whatever it would")
                        .with_label("never reached")
                        .with_related(earlier.token_span(), "this takes it")
                        .with_help("put the narrower rule first, or remove this one"),
                );
            }
        }
    }
}

/// A rule's test, as far as it can be compared.
#[derive(Debug, PartialEq)]
enum Test {
    Always,
    /// Variable, operator, operand.
    Compare(Value, &'static str, Value),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// A JSONata condition.
    Condition(String),
}

impl Test {
    fn read(rule: NodeRef<'_>) -> Option<Test> {
        if let Some(condition) = rule.get("Condition") {
            return match (condition.as_bool(), condition.as_str()) {
                (Some(true), _) => Some(Test::Always),
                (_, Some(text)) => {
                    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?.trim();
                    // What differs from call to call is not the same test twice.
                    let varies = inner.contains("$random") || inner.contains("$uuid") || inner.contains("$millis");
                    match inner {
                        "true" => Some(Test::Always),
                        _ if varies => None,
                        _ => Some(Test::Condition(inner.to_owned())),
                    }
                }
                _ => None,
            };
        }
        let list = |name: &str| -> Option<Vec<Test>> { rule.get(name)?.items().map(Test::read).collect() };
        if rule.get("And").is_some() {
            return Some(Test::All(list("And")?));
        }
        if rule.get("Or").is_some() {
            return Some(Test::Any(list("Or")?));
        }
        if let Some(inner) = rule.get("Not") {
            return Some(Test::Not(Box::new(Test::read(inner)?)));
        }
        let variable = rule.get("Variable")?.to_value();
        let (operator, operand) = rule.members().iter().find_map(|member| {
            let operator = comparison(&member.key)?;
            let operand = rule.document().node(member.value);
            (!operand.has_placeholder()).then(|| (operator.name, operand.to_value()))
        })?;
        Some(Test::Compare(variable, operator, operand))
    }

    /// Whether this test is true whenever `other` is.
    fn covers(&self, other: &Test) -> bool {
        if self == other {
            return true;
        }
        match (self, other) {
            (Test::Always, _) => true,
            (_, Test::Any(tests)) => tests.iter().all(|test| self.covers(test)),
            (Test::Any(tests), _) => tests.iter().any(|test| test.covers(other)),
            (Test::All(tests), _) => !tests.is_empty() && tests.iter().all(|test| test.covers(other)),
            (_, Test::All(tests)) => tests.iter().any(|test| self.covers(test)),
            (Test::Compare(variable, operator, limit), Test::Compare(other_variable, other_operator, value)) => {
                variable == other_variable && wider(operator, limit, other_operator, value)
            }
            _ => false,
        }
    }

    fn contradicts_itself(&self) -> bool {
        let Test::All(tests) = self else { return false };
        let equals: Vec<(&Value, &str, &Value)> = tests
            .iter()
            .filter_map(|test| match test {
                Test::Compare(variable, operator, value)
                    if operator.ends_with("Equals") && !operator.contains("Than") =>
                {
                    Some((variable, *operator, value))
                }
                _ => None,
            })
            .collect();
        let two_values = equals.iter().enumerate().any(|(i, (variable, operator, value))| {
            equals[..i].iter().any(|(v, o, other)| v == variable && o == operator && other != value)
        });
        two_values
            || tests.iter().any(|test| match test {
                Test::Not(inner) => tests.contains(inner),
                _ => false,
            })
    }
}

/// Whether every number that `narrow value` is true of is one that `wide limit` is true of. JSON's numbers only:
/// timestamps and text have orders of their own.
fn wider(wide: &str, limit: &Value, narrow: &str, value: &Value) -> bool {
    let (Some(wide), Some(narrow)) = (wide.strip_prefix("Numeric"), narrow.strip_prefix("Numeric")) else {
        return false;
    };
    let (Some(limit), Some(value)) = (limit.as_number(), value.as_number()) else {
        return false;
    };
    let (limit, value) = (limit.as_f64(), value.as_f64());
    match (wide, narrow) {
        ("GreaterThan", "GreaterThan") | ("GreaterThanEquals", "GreaterThan" | "GreaterThanEquals" | "Equals") => {
            value >= limit
        }
        ("GreaterThan", "GreaterThanEquals" | "Equals") => value > limit,
        ("LessThan", "LessThan") | ("LessThanEquals", "LessThan" | "LessThanEquals" | "Equals") => value <= limit,
        ("LessThan", "LessThanEquals" | "Equals") => value < limit,
        _ => false,
    }
}
