//! Whether conditions can be true and false together: one question, of which `covers`, `excludes` and "these rules cover
//! everything" are forms.
//!
//! Each comparison narrows what the value at its place may be; where nothing is left, there is no such input. Of
//! alternatives (a true `Or`, a false `And`) one after another is tried. Everything is taken to be possible that is not
//! known to be impossible, and so is what would take too long to find out.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::domain::{Domain, Kinds};
use super::operator::{Comparator, Relation, Test as Asked, TypeTest};
use super::{Comparison, Condition, Side, Test};
use crate::asl::Operand;
use crate::value::Value;

/// Alternatives inside alternatives that are tried.
const MOST_NESTED: usize = 64;

/// A condition, and whether it is to be true.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'c> {
    condition: &'c Condition,
    truth: bool,
    /// Whether it may give nothing instead, which an expression of JSONata does for values that are not there. Inside
    /// `and` and `or` that counts as false; as a whole condition it fails the state.
    or_nothing: bool,
}

impl<'c> Claim<'c> {
    pub(super) fn new(condition: &'c Condition, truth: bool) -> Claim<'c> {
        Claim {
            condition,
            truth,
            or_nothing: false,
        }
    }

    /// The same of a part of `And` or `Or`.
    fn part(self, condition: &'c Condition) -> Claim<'c> {
        Claim {
            condition,
            or_nothing: !self.truth,
            ..self
        }
    }

    /// The opposite of what stands inside `Not`.
    fn inside(self, condition: &'c Condition) -> Claim<'c> {
        Claim {
            condition,
            truth: !self.truth,
            ..self
        }
    }
}

/// Whether some input may make all of them so.
pub(super) fn possible<'c>(claims: impl IntoIterator<Item = Claim<'c>>) -> bool {
    let mut facts = Facts::default();
    for claim in claims {
        facts.assume(claim);
    }
    facts.possible()
}

/// Whether one of the conditions is true whatever the input is, as long as the values are of the types that they are
/// compared with: `BooleanEquals` true and false cover everything. An input that fails the state counts as covered.
pub fn cover_everything(conditions: &[Condition]) -> bool {
    let mut facts = Facts {
        expected: Some(Expected::of(conditions)),
        ..Facts::default()
    };
    conditions
        .iter()
        .for_each(|condition| facts.assume(condition.complement()));
    !facts.possible()
}

/// What is compared: one place, or two with each other by the values of one type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Place(Arc<str>),
    Pair(Option<Operand>, Arc<str>, Arc<str>),
}

/// What is known of a subject's value.
#[derive(Debug, Clone)]
enum Known {
    Value(Box<Domain>),
    /// How two values may stand to each other: the first less, equal, greater; not comparable.
    Order([bool; 4]),
}

impl Known {
    fn is_empty(&self) -> bool {
        match self {
            Known::Value(domain) => domain.is_empty(),
            Known::Order(order) => !order.contains(&true),
        }
    }
}

/// What is known of an input for which certain conditions are true, and others false.
#[derive(Debug, Default)]
pub struct Facts<'c> {
    known: FxHashMap<Subject, Known>,
    /// Of each list one at least.
    alternatives: Vec<Vec<Claim<'c>>>,
    contradicted: bool,
    /// Claims assumed so far: the measure of how much work finding out may take.
    size: usize,
    expected: Option<Expected>,
}

impl<'c> Facts<'c> {
    /// Adds a claim to what is known.
    pub fn assume(&mut self, claim: Claim<'c>) {
        let mut view = View {
            below: None,
            expected: self.expected.as_ref(),
            known: std::mem::take(&mut self.known),
            alternatives: std::mem::take(&mut self.alternatives),
            count: 0,
        };
        let possible = view.assume(claim);
        (self.known, self.alternatives) = (view.known, view.alternatives);
        self.size += view.count;
        self.contradicted |= !possible;
    }

    /// Whether some input may be so.
    pub fn possible(&self) -> bool {
        self.search(None)
    }

    /// Whether some input may be so that makes one more claim true.
    pub fn allows(&self, claim: Claim<'c>) -> bool {
        self.search(Some(claim))
    }

    fn search(&self, claim: Option<Claim<'c>>) -> bool {
        if self.contradicted {
            return false;
        }
        let mut view = View {
            below: Some(Below::Facts(&self.known)),
            expected: self.expected.as_ref(),
            known: FxHashMap::default(),
            alternatives: self.alternatives.clone(),
            count: 0,
        };
        if claim.is_some_and(|claim| !view.assume(claim)) {
            return false;
        }
        // Enough for a few of the smaller puzzles, and for going through everything a few times.
        let mut left = 10_000 + 4 * (self.size + view.count);
        view.solve(&mut left, 0)
    }
}

/// Where a view looks up what it has not narrowed itself.
#[derive(Clone, Copy)]
enum Below<'v, 'c> {
    Facts(&'v FxHashMap<Subject, Known>),
    View(&'v View<'v, 'c>),
}

/// Facts on top of others, which stay as they are.
struct View<'v, 'c> {
    below: Option<Below<'v, 'c>>,
    expected: Option<&'v Expected>,
    known: FxHashMap<Subject, Known>,
    alternatives: Vec<Vec<Claim<'c>>>,
    /// Claims looked at.
    count: usize,
}

impl<'c> View<'_, 'c> {
    fn find(&self, subject: &Subject) -> Option<&Known> {
        self.known.get(subject).or_else(|| match self.below? {
            Below::Facts(known) => known.get(subject),
            Below::View(view) => view.find(subject),
        })
    }

    /// Adds a claim; false where it contradicts what is known.
    fn assume(&mut self, claim: Claim<'c>) -> bool {
        self.count += 1;
        match (claim.condition, claim.truth) {
            (Condition::Constant(value), truth) => *value == truth,
            (Condition::Expression(expression), _) => self.assume(Claim {
                condition: expression.meaning(),
                ..claim
            }),
            (Condition::Opaque(_), _) => true,
            (Condition::Not(inner), _) => self.assume(claim.inside(inner)),
            (Condition::And(parts), true) | (Condition::Or(parts), false) => {
                parts.iter().all(|part| self.assume(claim.part(part)))
            }
            (Condition::And(parts), false) | (Condition::Or(parts), true) => match parts.as_slice() {
                [only] => self.assume(claim.part(only)),
                _ => {
                    self.alternatives
                        .push(parts.iter().map(|part| claim.part(part)).collect());
                    true
                }
            },
            (Condition::Compare(comparison), _) => {
                let Some(asked) = Question::of(comparison) else {
                    return true;
                };
                let subject = asked.subject();
                let mut known = self.known.remove(&subject).unwrap_or_else(|| self.copy(&subject));
                asked.narrow(&mut known, claim);
                let possible = !known.is_empty();
                self.known.insert(subject, known);
                possible
            }
        }
    }

    /// Whether a claim may be so; one that is made of several is taken to be.
    fn may_be(&self, claim: Claim<'c>) -> bool {
        match claim.condition {
            Condition::Constant(value) => *value == claim.truth,
            Condition::Not(inner) => self.may_be(claim.inside(inner)),
            Condition::Compare(comparison) => Question::of(comparison).is_none_or(|asked| {
                let mut known = self.copy(&asked.subject());
                asked.narrow(&mut known, claim);
                !known.is_empty()
            }),
            _ => true,
        }
    }

    /// What is known of a subject; what is expected of it where nothing is known.
    fn copy(&self, subject: &Subject) -> Known {
        match (self.find(subject), subject) {
            (Some(known), _) => known.clone(),
            (None, Subject::Place(place)) => {
                let kinds = self.expected.map_or(Kinds::ALL, |expected| expected.kinds(place));
                Known::Value(Box::new(Domain::new(kinds)))
            }
            (None, Subject::Pair(..)) => Known::Order([true, true, true, self.expected.is_none()]),
        }
    }

    /// Whether one of each list of alternatives is possible together with all that is known. `left` is how many claims
    /// may still be looked at.
    fn solve(mut self, left: &mut usize, depth: usize) -> bool {
        // What has one alternative only is no choice.
        let mut settled = false;
        while !settled {
            settled = true;
            for list in std::mem::take(&mut self.alternatives) {
                let (size, view) = (list.len(), &self);
                let open: Vec<Claim<'c>> = list.into_iter().filter(|claim| view.may_be(*claim)).collect();
                match left.checked_sub(size) {
                    Some(rest) => *left = rest,
                    None => return true,
                }
                match open.as_slice() {
                    [] => return false,
                    [only] => {
                        settled = false;
                        if !self.assume(*only) {
                            return false;
                        }
                    }
                    _ => self.alternatives.push(open),
                }
            }
        }
        let smallest = (0..self.alternatives.len()).min_by_key(|&index| self.alternatives[index].len());
        let Some(smallest) = smallest else {
            return true;
        };
        if depth == MOST_NESTED {
            return true;
        }
        let list = self.alternatives.swap_remove(smallest);
        list.into_iter().any(|claim| {
            let mut view = View {
                below: Some(Below::View(&self)),
                expected: self.expected,
                known: FxHashMap::default(),
                alternatives: self.alternatives.clone(),
                count: 0,
            };
            view.assume(claim) && view.solve(left, depth + 1)
        })
    }
}

/// A comparison by what is compared.
enum Question<'c> {
    Operator(Arc<str>, Comparator, &'c Value),
    Relation(Arc<str>, Relation, &'c Value),
    Truth(Arc<str>),
    Pair(Option<Operand>, [Arc<str>; 2], Relation),
}

impl<'c> Question<'c> {
    /// `None` where nothing can be told of its answer.
    fn of(comparison: &'c Comparison) -> Option<Question<'c>> {
        let place = comparison.place.spelling();
        let (family, other, relation) = match (comparison.test, &comparison.side) {
            (Test::Truth, _) => return Some(Question::Truth(place)),
            (Test::Operator(operator), side) => {
                let comparator = Comparator::new(operator);
                let other = match (side, unknown(side)) {
                    // What AWS refuses asks nothing.
                    (Side::Value(value), None) => {
                        let question = Question::Operator(place, comparator, value);
                        return operator.operand.takes(value).then_some(question);
                    }
                    (_, other) => other?,
                };
                (Some(operator.operand), other, comparator.relation()?)
            }
            (Test::Relation(relation), side) => match (side, unknown(side)) {
                (Side::Value(value), None) => return Some(Question::Relation(place, relation, value)),
                (_, other) => (None, other?, relation),
            },
        };
        // `a < b` and `b > a` are one question.
        Some(match place <= other {
            true => Question::Pair(family, [place, other], relation),
            false => Question::Pair(family, [other, place], relation.turned()),
        })
    }

    fn subject(&self) -> Subject {
        match self {
            Question::Operator(place, ..) | Question::Relation(place, ..) | Question::Truth(place) => {
                Subject::Place(place.clone())
            }
            Question::Pair(family, [a, b], _) => Subject::Pair(*family, a.clone(), b.clone()),
        }
    }

    fn narrow(&self, known: &mut Known, claim: Claim<'_>) {
        let Claim {
            truth, or_nothing, ..
        } = claim;
        match (self, known) {
            (Question::Operator(_, comparator, right), Known::Value(domain)) => {
                domain.keep_operator(comparator, right, truth);
            }
            (Question::Relation(_, relation, right), Known::Value(domain)) => {
                domain.keep_relation(*relation, right, truth, or_nothing);
            }
            (Question::Truth(_), Known::Value(domain)) => domain.keep_truth(truth, or_nothing),
            (Question::Pair(_, _, relation), Known::Order(order)) => {
                use std::cmp::Ordering::{Equal, Greater, Less};
                for (may_be, so) in order.iter_mut().zip([Less, Equal, Greater]) {
                    *may_be &= relation.holds(so) == truth;
                }
                // Of what cannot be compared `!=` may be true, and each may be false.
                order[3] &= !truth || *relation == Relation::NotEqual;
            }
            _ => {}
        }
    }
}

/// The right side as a place, where its value is not known: a placeholder is filled in later.
fn unknown(side: &Side) -> Option<Arc<str>> {
    match side {
        Side::Place(place) => Some(place.spelling()),
        Side::Value(Value::String(text)) if text.contains("${") => Some(text.clone()),
        Side::Value(_) => None,
    }
}

/// The kinds of values that conditions show they expect, by place.
#[derive(Debug)]
struct Expected(FxHashMap<Arc<str>, Kinds>);

impl Expected {
    fn of(conditions: &[Condition]) -> Expected {
        let mut expected = Expected(FxHashMap::default());
        for comparison in conditions.iter().flat_map(Condition::comparisons) {
            expected.add(comparison);
        }
        expected
    }

    fn add(&mut self, comparison: &Comparison) {
        let (place, kinds) = match Question::of(comparison) {
            Some(Question::Operator(place, comparator, _)) => {
                let kinds = match comparator.test {
                    Asked::String(_) | Asked::Pattern => Kinds::TEXT,
                    Asked::Number(_) => Kinds::NUMBER,
                    Asked::Boolean => Kinds::BOOLEAN,
                    Asked::Timestamp(_) => Kinds::MOMENT,
                    Asked::Type(TypeTest::Present) => Kinds::MISSING,
                    Asked::Type(TypeTest::Null) => Kinds::NULL,
                    // Who asks for a type expects others.
                    Asked::Type(_) => Kinds::ALL.without(Kinds::MISSING),
                };
                (place, kinds)
            }
            Some(Question::Relation(place, _, right)) => (place, Kinds::of(right)),
            Some(Question::Truth(place)) => (place, Kinds::BOOLEAN),
            Some(Question::Pair(..)) | None => return,
        };
        let known = self.0.entry(place).or_insert(Kinds::NONE);
        *known = known.and(kinds);
    }

    fn kinds(&self, place: &Arc<str>) -> Kinds {
        let kinds = self.0.get(place).copied().unwrap_or(Kinds::ALL);
        // Whether something is there, or is null, is asked of any value.
        match kinds.without(Kinds::MISSING.and(Kinds::NULL)) == Kinds::NONE {
            true => Kinds::ALL,
            false => kinds,
        }
    }
}
