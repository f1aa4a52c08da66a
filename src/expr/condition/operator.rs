//! The comparison operators, typed as AWS types them: values of the wrong type never match.

use std::cmp::Ordering;

use super::pattern::Pattern;
use crate::asl::{Comparison, Operand};
use crate::expr::timestamp::{self, Timestamp};
use crate::value::Value;

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// A comparison operator, ready to run.
#[derive(Debug, Clone, Copy)]
pub struct Comparator {
    pub(super) test: Test,
}

/// What an operator of JSONPath asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Test {
    String(Relation),
    Pattern,
    Number(Relation),
    Boolean,
    Timestamp(Relation),
    Type(TypeTest),
}

/// What an `Is...` operator asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum TypeTest {
    Null,
    Present,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

impl Comparator {
    /// The operator of the table's entry.
    pub fn new(comparison: &Comparison) -> Comparator {
        let name = comparison.name;
        let name = if comparison.is_path {
            name.strip_suffix("Path").unwrap_or(name)
        } else {
            name
        };
        let relation = [
            ("LessThanEquals", Relation::LessEqual),
            ("GreaterThanEquals", Relation::GreaterEqual),
            ("LessThan", Relation::Less),
            ("GreaterThan", Relation::Greater),
        ]
        .into_iter()
        .find_map(|(suffix, relation)| name.ends_with(suffix).then_some(relation))
        .unwrap_or(Relation::Equal);
        let test = match comparison.operand {
            Operand::String => Test::String(relation),
            Operand::Pattern => Test::Pattern,
            Operand::Number => Test::Number(relation),
            Operand::Boolean => Test::Boolean,
            Operand::Timestamp => Test::Timestamp(relation),
            Operand::TypeTest => Test::Type(match name {
                "IsPresent" => TypeTest::Present,
                "IsNumeric" => TypeTest::Numeric,
                "IsString" => TypeTest::String,
                "IsBoolean" => TypeTest::Boolean,
                "IsTimestamp" => TypeTest::Timestamp,
                _ => TypeTest::Null,
            }),
        };
        Comparator { test }
    }

    /// How its two sides are compared; `None` for patterns and types.
    pub(super) fn relation(&self) -> Option<Relation> {
        match self.test {
            Test::String(relation) | Test::Number(relation) | Test::Timestamp(relation) => Some(relation),
            Test::Boolean => Some(Relation::Equal),
            Test::Pattern | Test::Type(_) => None,
        }
    }

    /// Whether it may be asked of a place that does not exist; every other operator fails the state then.
    pub fn takes_missing(&self) -> bool {
        matches!(self.test, Test::Type(TypeTest::Present))
    }

    /// Whether `left`, the variable's value (`None` where the place does not exist), stands so to `right`. Values of
    /// another type than the operator's never do (recorded cases).
    pub fn matches(&self, left: Option<&Value>, right: &Value) -> bool {
        let Test::Type(test) = self.test else {
            return left.is_some_and(|left| self.compare(left, right));
        };
        let is_so = match (test, left) {
            (TypeTest::Present, left) => left.is_some(),
            (_, None) => return false,
            (TypeTest::Null, Some(value)) => value.is_null(),
            (TypeTest::Numeric, Some(value)) => value.as_number().is_some(),
            (TypeTest::String, Some(value)) => value.as_str().is_some(),
            (TypeTest::Boolean, Some(value)) => value.as_bool().is_some(),
            (TypeTest::Timestamp, Some(value)) => moment(value).is_some(),
        };
        right.as_bool() == Some(is_so)
    }

    fn compare(&self, left: &Value, right: &Value) -> bool {
        match self.test {
            Test::String(relation) => match (left.as_str(), right.as_str()) {
                (Some(a), Some(b)) if relation == Relation::Equal => a == b,
                // Java compares UTF-16 code units.
                (Some(a), Some(b)) => relation.holds(a.encode_utf16().cmp(b.encode_utf16())),
                _ => false,
            },
            Test::Pattern => match (left.as_str(), right.as_str()) {
                (Some(text), Some(pattern)) => Pattern::new(pattern).matches(text),
                _ => false,
            },
            Test::Number(relation) => match (left.as_number(), right.as_number()) {
                (Some(a), Some(b)) if relation == Relation::Equal => a == b,
                (Some(a), Some(b)) if a == b => relation.holds(Ordering::Equal),
                (Some(a), Some(b)) => relation.holds(a.compare(b)),
                _ => false,
            },
            Test::Boolean => match (left.as_bool(), right.as_bool()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
            Test::Timestamp(relation) => match (moment(left), moment(right)) {
                (Some(a), Some(b)) => relation.holds(a.cmp(&b)),
                _ => false,
            },
            Test::Type(_) => self.matches(Some(left), right),
        }
    }
}

impl Relation {
    /// Whether a value holds it that stands so to the other.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::NotEqual => order.is_ne(),
            Relation::Less => order.is_lt(),
            Relation::LessEqual => order.is_le(),
            Relation::Greater => order.is_gt(),
            Relation::GreaterEqual => order.is_ge(),
        }
    }

    /// Whether `left` stands so to `right`, as JSONata compares: only numbers and texts have an order.
    pub(crate) fn holds_of(self, left: &Value, right: &Value) -> bool {
        match (self, left, right) {
            (_, Value::Number(a), Value::Number(b)) if a == b => self.holds(Ordering::Equal),
            (_, Value::Number(a), Value::Number(b)) => self.holds(a.compare(b)),
            (_, Value::String(a), Value::String(b)) => self.holds(a.cmp(b)),
            (Relation::Equal, a, b) => a == b,
            (Relation::NotEqual, a, b) => a != b,
            _ => false,
        }
    }

    /// The relation that holds of two ordered values whenever this one does not.
    pub(crate) fn complement(self) -> Relation {
        match self {
            Relation::Equal => Relation::NotEqual,
            Relation::NotEqual => Relation::Equal,
            Relation::Less => Relation::GreaterEqual,
            Relation::LessEqual => Relation::Greater,
            Relation::Greater => Relation::LessEqual,
            Relation::GreaterEqual => Relation::Less,
        }
    }

    /// The same with its sides exchanged: `a < b` is `b > a`.
    pub(crate) fn turned(self) -> Relation {
        match self {
            Relation::Equal | Relation::NotEqual => self,
            Relation::Less => Relation::Greater,
            Relation::LessEqual => Relation::GreaterEqual,
            Relation::Greater => Relation::Less,
            Relation::GreaterEqual => Relation::LessEqual,
        }
    }
}

fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(timestamp::parse)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::asl::{COMPARISONS, comparison};

    fn holds(name: &str, left: serde_json::Value, right: serde_json::Value) -> bool {
        let comparison = comparison(name).expect(name);
        Comparator::new(comparison).matches(Some(&Value::from(&left)), &Value::from(&right))
    }

    #[test]
    fn order_of_every_type() {
        for (prefix, low, high) in [
            ("String", json!("A"), json!("AB")),
            ("Numeric", json!(-1.5), json!(2)),
            (
                "Timestamp",
                json!("2012-10-09T19:00:55+01:00"),
                json!("2012-10-09T18:00:55.1Z"),
            ),
        ] {
            for (suffix, below, same, above) in [
                ("Equals", false, true, false),
                ("LessThan", true, false, false),
                ("LessThanEquals", true, true, false),
                ("GreaterThan", false, false, true),
                ("GreaterThanEquals", false, true, true),
            ] {
                for path in ["", "Path"] {
                    let name = format!("{prefix}{suffix}{path}");
                    assert_eq!(holds(&name, low.clone(), high.clone()), below, "{name}");
                    assert_eq!(holds(&name, low.clone(), low.clone()), same, "{name}");
                    assert_eq!(holds(&name, high.clone(), low.clone()), above, "{name}");
                }
            }
        }
    }

    #[test]
    fn other_types_never_match() {
        let values = [
            json!(null),
            json!(true),
            json!(0),
            json!("a"),
            json!([]),
            json!({"A": 0}),
        ];
        for entry in COMPARISONS.iter().filter(|c| c.operand != Operand::TypeTest) {
            for (i, left) in values.iter().enumerate() {
                for (j, right) in values.iter().enumerate() {
                    if i != j {
                        assert!(
                            !holds(entry.name, left.clone(), right.clone()),
                            "{} {left} {right}",
                            entry.name
                        );
                    }
                }
            }
        }
        assert!(!holds("TimestampEquals", json!("a"), json!("a")));
        assert!(!holds(
            "TimestampEquals",
            json!("2012-10-09T19:00:55"),
            json!("2012-10-09T19:00:55")
        ));
        assert!(holds("BooleanEquals", json!(false), json!(false)));
        assert!(holds("NumericEquals", json!(0.0), json!(0)));
        assert!(holds("NumericLessThanEquals", json!(0.0), json!(-0.0)));
        // U+FFFF is one code unit above the surrogates that U+10000 begins with.
        assert!(holds("StringLessThan", json!("\u{10000}"), json!("\u{FFFF}")));
    }

    #[test]
    fn types() {
        let values = [
            ("IsNull", json!(null)),
            ("IsBoolean", json!(false)),
            ("IsNumeric", json!(1.1)),
            ("IsString", json!("")),
            ("IsTimestamp", json!("2012-10-09T19:00:55Z")),
        ];
        for (name, _) in &values {
            for (of, value) in &values {
                let is_so = name == of || (*name == "IsString" && *of == "IsTimestamp");
                assert_eq!(holds(name, value.clone(), json!(true)), is_so, "{name} {value}");
                assert_eq!(holds(name, value.clone(), json!(false)), !is_so, "{name} {value}");
            }
        }
        let present = Comparator::new(comparison("IsPresent").expect("it is in the table"));
        assert!(present.takes_missing());
        for (left, right, expected) in [
            (None, true, false),
            (None, false, true),
            (Some(Value::Null), true, true),
            (Some(Value::Null), false, false),
        ] {
            assert_eq!(present.matches(left.as_ref(), &Value::Bool(right)), expected);
        }
    }
}
