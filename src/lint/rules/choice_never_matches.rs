//! # What it does
//! Finds Choice rules that can never match: the same test stands in an earlier rule, an earlier rule covers it
//! (`NumericGreaterThan` 10 before `NumericGreaterThan` 100), an earlier `Condition` is `true`, or an `And` contradicts
//! itself (one variable equal to two different values, above 10 and below 5, a text and a number).
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

use std::cmp::Ordering;

use crate::asl::{State, StateType, comparison};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::expr::comparison::Pattern;
use crate::expr::spelling;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;
use crate::value::{Number, Value};

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
                let finding = cx
                    .at(*node, "this rule can never match: its tests contradict each other")
                    .with_label("never true");
                let edit = edits::one(removal(cx, state, *node));
                out.push(edits::offer(finding, "Remove the rule", Applicability::Unsafe, edit));
            } else if let Some((earlier, wider)) = rules[..i].iter().find(|(_, earlier)| earlier.covers(test)) {
                let finding = cx
                    .at(*node, "this rule can never match: an earlier one takes whatever it would")
                    .with_label("never reached")
                    .with_related(earlier.token_span(), "this takes it")
                    .with_help("put the narrower rule first, or remove this one");
                out.push(offer_fix(cx, state, finding, (*node, test), (*earlier, wider)));
            }
        }
    }
}

/// Takes a rule out, unless nothing else leads where it leads: AWS would refuse that.
fn removal(cx: &Context<'_>, state: &State, rule: NodeRef<'_>) -> Option<Edit> {
    if cx.is_only_way(state, rule) { None } else { edits::remove_item(rule) }
}

fn offer_fix(
    cx: &Context<'_>,
    state: &State,
    finding: Finding,
    (rule, test): (NodeRef<'_>, &Test),
    (earlier, wider): (NodeRef<'_>, &Test),
) -> Finding {
    if test != wider {
        let edits = edits::move_before(rule, earlier);
        return edits::offer(finding, "Put this rule before the other", Applicability::Unsafe, edits);
    }
    // The same test that leads to the same place in the same way was written twice.
    let same = ["Next", "Assign", "Output"].iter().all(|field| {
        rule.get(field).map(NodeRef::to_value) == earlier.get(field).map(NodeRef::to_value)
    });
    let sure = if same { Applicability::Safe } else { Applicability::Unsafe };
    edits::offer(finding, "Remove the rule", sure, edits::one(removal(cx, state, rule)))
}

/// A rule's test, as far as it can be compared.
#[derive(Debug, PartialEq)]
enum Test {
    Always,
    Never,
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
                (Some(false), _) => Some(Test::Never),
                (_, Some(text)) => {
                    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?.trim();
                    // What differs from call to call is not the same test twice.
                    let varies = ["$random", "$uuid", "$millis", "$now"].iter().any(|name| inner.contains(name));
                    if varies { None } else { Some(jsonata(&spelling::jsonata(inner))) }
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
            (Test::Not(inner), Test::Not(other)) => other.covers(inner),
            (Test::Compare(variable, operator, limit), Test::Compare(other_variable, other_operator, value)) => {
                variable == other_variable && wider(operator, limit, other_operator, value)
            }
            _ => false,
        }
    }

    fn contradicts_itself(&self) -> bool {
        let mut tests = Vec::new();
        match self {
            Test::Never => return true,
            Test::Any(tests) => return !tests.is_empty() && tests.iter().all(Test::contradicts_itself),
            Test::All(_) => self.flatten(&mut tests),
            _ => return false,
        }
        tests.iter().enumerate().any(|(i, test)| {
            test.contradicts_itself() || tests[..i].iter().any(|other| test.excludes(other) || other.excludes(test))
        })
    }

    /// The parts of an And, and those of an And in it.
    fn flatten<'t>(&'t self, out: &mut Vec<&'t Test>) {
        match self {
            Test::All(tests) => tests.iter().for_each(|test| test.flatten(out)),
            other => out.push(other),
        }
    }

    /// Whether this test is never true together with `other`.
    fn excludes(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::Not(inner), other) => inner.covers(other),
            (Test::Compare(a, operator, value), Test::Compare(b, other_operator, other_value)) => {
                a == b && disjoint((operator, value), (other_operator, other_value))
            }
            _ => false,
        }
    }
}

/// A JSONata condition: comparisons with literals, joined by `and` and `or`; anything else as it stands.
fn jsonata(text: &str) -> Test {
    // Brackets and quoted words may hold operators of their own.
    let plain = !text.contains(['(', ')', '[', ']', '{', '}', '?', ':', ';', '~', '%']);
    let quoted = |part: &str| part.matches(['"', '\'']).count() % 2 == 1;
    let join = |word: &str, make: fn(Vec<Test>) -> Test| {
        let parts: Vec<&str> = text.split(word).collect();
        let whole = parts.len() > 1 && !parts.iter().any(|part| quoted(part));
        whole.then(|| make(parts.into_iter().map(|part| jsonata(part.trim())).collect()))
    };
    match text {
        "true" => return Test::Always,
        "false" => return Test::Never,
        _ => {}
    }
    let joined = if plain { join(" or ", Test::Any).or_else(|| join(" and ", Test::All)) } else { None };
    joined
        .or_else(|| if plain { literal_comparison(text) } else { None })
        .unwrap_or_else(|| Test::Condition(text.to_owned()))
}

/// `$states.input.size > 10`, with the operator that JSONPath has for it.
fn literal_comparison(text: &str) -> Option<Test> {
    const SIGNS: [(&str, &str); 6] = [
        (" <= ", "LessThanEquals"),
        (" >= ", "GreaterThanEquals"),
        (" != ", "!="),
        (" < ", "LessThan"),
        (" > ", "GreaterThan"),
        (" = ", "Equals"),
    ];
    let (sign, operator) = SIGNS.iter().find(|(sign, _)| text.contains(sign))?;
    let (left, right) = text.split_once(sign)?;
    let right = right.trim();
    let unquoted = |quote: char| {
        let inner = right.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains([quote, '\\'])).then(|| Value::from(inner))
    };
    let (family, value) = match (unquoted('"').or_else(|| unquoted('\'')), Number::parse(right)) {
        (Some(text), _) => ("String", text),
        (_, Some(number)) => ("Numeric", Value::Number(number)),
        _ if right == "true" || right == "false" => ("Boolean", Value::from(right == "true")),
        _ => return None,
    };
    // More than one operator binds in ways of its own.
    let simple = !left.contains([' ', '"', '\'', '<', '>', '=', '!', '*', '+', '&']);
    let variable = Value::from(left.trim());
    let compare = |name: &str| Some(Test::Compare(variable.clone(), comparison(&format!("{family}{name}"))?.name, value.clone()));
    match *operator {
        _ if !simple => None,
        "!=" => Some(Test::Not(Box::new(compare("Equals")?))),
        name => compare(name),
    }
}

/// The type that an operator's values have, its comparison, and whether it compares with another path.
fn parts(operator: &str) -> Option<(&'static str, &str, bool)> {
    let (stem, path) = match operator.strip_suffix("Path") {
        Some(stem) => (stem, true),
        None => (operator, false),
    };
    ["Numeric", "String", "Boolean", "Timestamp"]
        .into_iter()
        .find_map(|family| Some((family, stem.strip_prefix(family)?, path)))
}

/// Whether two comparisons of one variable are never true together.
fn disjoint((operator, value): (&str, &Value), (other, other_value): (&str, &Value)) -> bool {
    let (a, b) = match (parts(operator), parts(other)) {
        (Some(a), Some(b)) => (a, b),
        (Some((family, ..)), None) => return is_another_type(family, other, other_value),
        (None, Some((family, ..))) => return is_another_type(family, operator, value),
        // `IsString` and `IsNumeric`, both true; or one of them true and false.
        (None, None) => {
            let exclusive = |name: &str| matches!(name, "IsNull" | "IsBoolean" | "IsNumeric" | "IsString");
            let both = value.as_bool() == Some(true) && other_value.as_bool() == Some(true);
            return (operator == other && value != other_value)
                || (both && operator != other && exclusive(operator) && exclusive(other));
        }
    };
    // A timestamp is a text as well.
    let text = |family: &str| matches!(family, "String" | "Timestamp");
    if a.0 != b.0 {
        return !(text(a.0) && text(b.0));
    }
    if a.2 || b.2 {
        return false;
    }
    match (a.1, b.1) {
        ("Equals", "Equals") => value != other_value,
        ("Equals", bound) => compare(value, other_value).is_some_and(|order| !holds(order, bound)),
        (bound, "Equals") => compare(other_value, value).is_some_and(|order| !holds(order, bound)),
        // Upper and lower bound that leave nothing between.
        _ => {
            let order = compare(value, other_value);
            let (lower, upper) = ("GreaterThan", "LessThan");
            let strict = !(a.1.ends_with("Equals") && b.1.ends_with("Equals"));
            let empty = |order| order == Ordering::Greater || (order == Ordering::Equal && strict);
            match order {
                Some(order) if a.1.starts_with(lower) && b.1.starts_with(upper) => empty(order),
                Some(order) if a.1.starts_with(upper) && b.1.starts_with(lower) => empty(order.reverse()),
                _ => false,
            }
        }
    }
}

/// Numbers; times that are written alike. Other texts have an order that depends on who compares.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Some(a.compare(b));
    }
    let (a, b) = (a.as_str()?, b.as_str()?);
    (a.len() == b.len() && a.ends_with('Z') && b.ends_with('Z') && a.as_bytes().get(4) == Some(&b'-')).then(|| a.cmp(b))
}

/// Whether a value that stands so to a bound is within it.
fn holds(order: Ordering, bound: &str) -> bool {
    match bound {
        "LessThan" => order == Ordering::Less,
        "LessThanEquals" => order != Ordering::Greater,
        "GreaterThan" => order == Ordering::Greater,
        "GreaterThanEquals" => order != Ordering::Less,
        // `StringMatches`
        _ => true,
    }
}

/// Whether a test of the type says that a value is none of `family`.
fn is_another_type(family: &str, test: &str, value: &Value) -> bool {
    let own = match family {
        "Numeric" => "IsNumeric",
        "Boolean" => "IsBoolean",
        "Timestamp" => "IsTimestamp",
        _ => "IsString",
    };
    match value.as_bool() {
        Some(false) => test == own || test == "IsPresent",
        Some(true) => {
            let text = matches!(family, "String" | "Timestamp") && matches!(test, "IsString" | "IsTimestamp");
            test != own && test != "IsPresent" && !text
        }
        None => false,
    }
}

/// Whether every value that `narrow value` is true of is one that `wide limit` is true of. Of orders only that of JSON's
/// numbers: timestamps and text have orders of their own.
fn wider(wide: &str, limit: &Value, narrow: &str, value: &Value) -> bool {
    // What is there is there for any other test; where nothing is, the test itself fails the state.
    if wide == "IsPresent" && limit.as_bool() == Some(true) {
        return narrow != "IsPresent";
    }
    if wide == "StringMatches" {
        let text = value.as_str().filter(|_| narrow == "StringEquals");
        return (limit.as_str().zip(text)).is_some_and(|(pattern, text)| Pattern::new(pattern).matches(text));
    }
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
