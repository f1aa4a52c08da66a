//! What the value at one place may still be.

use std::cmp::Ordering;
use std::sync::Arc;

use super::line::Line;
use super::operator::{Comparator, Relation, Test as Asked, TypeTest};
use super::pattern::Pattern;
use crate::expr::timestamp::{self, Timestamp};
use crate::value::{Number, Value};

/// Patterns of one place that are compared with one another at most: each is compared with all.
const MOST_PATTERNS: usize = 100;

/// A set of kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const NONE: Kinds = Kinds(0);
    pub(super) const MISSING: Kinds = Kinds(1);
    pub(super) const NULL: Kinds = Kinds(2);
    const TRUE: Kinds = Kinds(4);
    const FALSE: Kinds = Kinds(8);
    pub(super) const BOOLEAN: Kinds = Kinds(12);
    pub(super) const NUMBER: Kinds = Kinds(16);
    /// Text that is no moment.
    const WORDS: Kinds = Kinds(32);
    /// Text that is a moment (RFC 3339).
    pub(super) const MOMENT: Kinds = Kinds(64);
    pub(super) const TEXT: Kinds = Kinds(96);
    /// Arrays and objects that are true as a boolean.
    const FULL: Kinds = Kinds(128);
    /// Those that are false.
    const HOLLOW: Kinds = Kinds(256);
    pub(super) const ALL: Kinds = Kinds(511);

    pub(super) const fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    const fn common(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// The kind of a literal.
    pub(super) fn of(value: &Value) -> Kinds {
        match value {
            Value::Null => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOLEAN,
            Value::Number(_) => Kinds::NUMBER,
            Value::String(_) => Kinds::TEXT,
            Value::Array(_) | Value::Object(_) => Kinds::ALL.without(Kinds::MISSING),
        }
    }

    const fn boolean(value: bool) -> Kinds {
        if value { Kinds::TRUE } else { Kinds::FALSE }
    }
}

/// What a value may be.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    kinds: Kinds,
    numbers: Line<Ordered>,
    texts: Line<Text>,
    moments: Line<Timestamp>,
    /// What texts match, and what they do not.
    patterns: Vec<(Arc<str>, bool)>,
}

impl Domain {
    pub(super) fn new(kinds: Kinds) -> Domain {
        Domain {
            kinds,
            numbers: Line::new(None),
            texts: Line::new(Some(Text(Arc::from("")))),
            moments: Line::new(None),
            patterns: Vec::new(),
        }
    }

    /// Keeps the values of which an operator of JSONPath is true, or false. Where nothing is, all but `IsPresent` fail.
    pub(super) fn keep_operator(&mut self, comparator: &Comparator, right: &Value, truth: bool) {
        if let Asked::Type(asked) = comparator.test {
            if let Some(expected) = right.as_bool() {
                self.keep_type(asked, expected == truth);
            }
            return self.settle();
        }
        self.kinds = self.kinds.without(Kinds::MISSING);
        match (comparator.test, right) {
            (Asked::String(relation), Value::String(text)) => {
                self.keep_order(Kinds::TEXT, relation, truth, |domain, relation| {
                    domain.texts.keep(relation, Text(text.clone()));
                });
            }
            (Asked::Number(relation), Value::Number(number)) => {
                self.keep_order(Kinds::NUMBER, relation, truth, |domain, relation| {
                    domain.numbers.keep(relation, Ordered(number.clone()));
                });
            }
            (Asked::Timestamp(relation), Value::String(text)) => match timestamp::parse(text) {
                Some(moment) => self.keep_order(Kinds::MOMENT, relation, truth, |domain, relation| {
                    domain.moments.keep(relation, moment);
                }),
                None if truth => self.kinds = Kinds::NONE,
                None => {}
            },
            (Asked::Boolean, Value::Bool(value)) => {
                let same = Kinds::boolean(*value);
                self.kinds = if truth {
                    self.kinds.common(same)
                } else {
                    self.kinds.without(same)
                };
            }
            (Asked::Pattern, Value::String(pattern)) => {
                if truth {
                    self.kinds = self.kinds.common(Kinds::TEXT);
                }
                self.keep_pattern(pattern, truth);
            }
            // Values of another type never match.
            _ if truth => self.kinds = Kinds::NONE,
            _ => {}
        }
        self.settle();
    }

    /// Keeps the values of which an operator of JSONata is true, or false, or gives nothing. Where nothing is, `=` and
    /// `!=` are false and the others give nothing [jsonata-js, evaluateEqualityExpression and
    /// evaluateComparisonExpression].
    pub(super) fn keep_relation(&mut self, relation: Relation, right: &Value, truth: bool, or_nothing: bool) {
        let same = match right {
            Value::Bool(value) => Kinds::boolean(*value),
            other => Kinds::of(other),
        };
        match (relation, truth) {
            (Relation::Equal, false) => self.keep_value(Relation::NotEqual, right, same),
            (Relation::NotEqual, true) => {
                self.keep_value(Relation::NotEqual, right, same);
                self.kinds = self.kinds.without(Kinds::MISSING);
            }
            // Values of two types cannot be ordered: that fails.
            _ => {
                let may_miss = match relation {
                    Relation::Equal | Relation::NotEqual => !truth,
                    _ => or_nothing,
                };
                self.kinds = self
                    .kinds
                    .common(if may_miss { same.and(Kinds::MISSING) } else { same });
                self.keep_value(if truth { relation } else { relation.complement() }, right, same);
            }
        }
        self.settle();
    }

    /// Keeps what is true, or false, as a boolean, or is not there [JSONata, Boolean functions: $boolean].
    pub(super) fn keep_truth(&mut self, truth: bool, or_nothing: bool) {
        if !or_nothing {
            self.kinds = self.kinds.without(Kinds::MISSING);
        }
        if truth {
            self.kinds = self
                .kinds
                .without(Kinds::NULL.and(Kinds::FALSE).and(Kinds::HOLLOW));
            self.numbers.keep(Relation::NotEqual, Ordered(Number::Int(0)));
            self.texts.keep(Relation::NotEqual, Text(Arc::from("")));
        } else {
            self.kinds = self
                .kinds
                .without(Kinds::TRUE.and(Kinds::MOMENT).and(Kinds::FULL));
            self.numbers.keep(Relation::Equal, Ordered(Number::Int(0)));
            self.texts.keep(Relation::Equal, Text(Arc::from("")));
        }
        self.settle();
    }

    /// Whether no value is left.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds == Kinds::NONE
    }

    fn keep_order(
        &mut self,
        kind: Kinds,
        relation: Relation,
        truth: bool,
        narrow: impl FnOnce(&mut Domain, Relation),
    ) {
        if truth {
            self.kinds = self.kinds.common(kind);
        }
        narrow(self, if truth { relation } else { relation.complement() });
    }

    fn keep_value(&mut self, relation: Relation, right: &Value, same: Kinds) {
        match right {
            Value::Number(number) => self.numbers.keep(relation, Ordered(number.clone())),
            Value::String(text) => self.texts.keep(relation, Text(text.clone())),
            Value::Null | Value::Bool(_) if relation == Relation::NotEqual => {
                self.kinds = self.kinds.without(same)
            }
            _ => {}
        }
    }

    fn keep_type(&mut self, asked: TypeTest, is_so: bool) {
        let kind = match asked {
            TypeTest::Present => Kinds::ALL.without(Kinds::MISSING),
            TypeTest::Null => Kinds::NULL,
            TypeTest::Numeric => Kinds::NUMBER,
            TypeTest::String => Kinds::TEXT,
            TypeTest::Boolean => Kinds::BOOLEAN,
            TypeTest::Timestamp => Kinds::MOMENT,
        };
        self.kinds = if is_so {
            self.kinds.common(kind)
        } else {
            self.kinds.without(kind)
        };
        if !matches!(asked, TypeTest::Present) {
            self.kinds = self.kinds.without(Kinds::MISSING);
        }
    }

    fn keep_pattern(&mut self, pattern: &Arc<str>, truth: bool) {
        // What the wider one does not match, the narrower one does not match.
        let never = |wide: &str, narrow: &str| Pattern::new(wide).covers(narrow);
        let contradicts = |(other, matched): &(Arc<str>, bool)| match (truth, *matched) {
            (true, false) => never(other, pattern),
            (false, true) => never(pattern, other),
            _ => false,
        };
        if (!truth && never(pattern, "*")) || self.patterns.iter().any(contradicts) {
            self.kinds = self.kinds.without(Kinds::TEXT);
        }
        if self.patterns.len() < MOST_PATTERNS {
            self.patterns.push((pattern.clone(), truth));
        }
    }

    /// Takes out the kinds of which no value is left.
    fn settle(&mut self) {
        if self.numbers.is_empty() {
            self.kinds = self.kinds.without(Kinds::NUMBER);
        }
        if self.moments.is_empty() {
            self.kinds = self.kinds.without(Kinds::MOMENT);
        }
        if self.texts.is_empty() {
            self.kinds = self.kinds.without(Kinds::TEXT);
        } else if let Some(Text(text)) = self.texts.point() {
            let matched =
                |(pattern, matched): &(Arc<str>, bool)| Pattern::new(pattern).matches(text) == *matched;
            let impossible = match timestamp::parse(text) {
                _ if !self.patterns.iter().all(matched) => Kinds::TEXT,
                Some(moment) if self.moments.contains(&moment) => Kinds::WORDS,
                Some(_) => Kinds::TEXT,
                None => Kinds::MOMENT,
            };
            self.kinds = self.kinds.without(impossible);
        }
    }
}

/// A number, ordered by value.
#[derive(Debug, Clone)]
struct Ordered(Number);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0 == other.0 {
            Ordering::Equal
        } else {
            self.0.compare(&other.0)
        }
    }
}

/// A text, ordered as Java and JavaScript order texts: by UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text(Arc<str>);

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.encode_utf16().cmp(other.0.encode_utf16())
    }
}
