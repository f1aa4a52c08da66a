//! What is left of an ordered set of values when some of it is ruled out.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::operator::Relation;

/// A bound, and whether it belongs to what is left.
type Bound<T> = (T, bool);

/// The values between two bounds, some points taken out.
#[derive(Debug, Clone)]
pub(super) struct Line<T> {
    lower: Option<Bound<T>>,
    upper: Option<Bound<T>>,
    /// Shared by copies: it is the one part that grows.
    without: Rc<BTreeSet<T>>,
    /// A few points more that a copy has taken out.
    more: Vec<T>,
}

/// Points that a copy has of its own before it copies the others.
const FEW: usize = 32;

impl<T: Ord + Clone> Line<T> {
    /// All values, from `least` on if there is one.
    pub(super) fn new(least: Option<T>) -> Line<T> {
        Line {
            lower: least.map(|least| (least, true)),
            upper: None,
            without: Rc::default(),
            more: Vec::new(),
        }
    }

    fn take_out(&mut self, value: T) {
        self.more.push(value);
        if self.more.len() >= FEW {
            Rc::make_mut(&mut self.without).extend(self.more.drain(..));
        } else if let Some(without) = Rc::get_mut(&mut self.without) {
            without.extend(self.more.drain(..));
        }
    }

    fn is_out(&self, value: &T) -> bool {
        self.without.contains(value) || self.more.contains(value)
    }

    /// Keeps what stands so to `value`.
    pub(super) fn keep(&mut self, relation: Relation, value: T) {
        match relation {
            Relation::NotEqual => {
                if self.contains(&value) {
                    self.take_out(value);
                }
            }
            Relation::Equal => {
                self.raise((value.clone(), true));
                self.cut((value, true));
            }
            Relation::Less => self.cut((value, false)),
            Relation::LessEqual => self.cut((value, true)),
            Relation::Greater => self.raise((value, false)),
            Relation::GreaterEqual => self.raise((value, true)),
        }
    }

    fn raise(&mut self, bound: Bound<T>) {
        let narrower = |old: &Bound<T>| bound.0 > old.0 || (bound.0 == old.0 && !bound.1);
        if self.lower.as_ref().is_none_or(narrower) {
            self.lower = Some(bound);
        }
    }

    fn cut(&mut self, bound: Bound<T>) {
        let narrower = |old: &Bound<T>| bound.0 < old.0 || (bound.0 == old.0 && !bound.1);
        if self.upper.as_ref().is_none_or(narrower) {
            self.upper = Some(bound);
        }
    }

    /// The only value left, if one is.
    pub(super) fn point(&self) -> Option<&T> {
        match (&self.lower, &self.upper) {
            (Some((lower, true)), Some((upper, true))) if lower == upper => Some(lower),
            _ => None,
        }
    }

    /// Whether nothing is left. Between two different bounds something is: that holds of numbers and moments, and for
    /// texts nearly.
    pub(super) fn is_empty(&self) -> bool {
        match (&self.lower, &self.upper) {
            (Some((lower, with_lower)), Some((upper, with_upper))) => {
                lower > upper || (lower == upper && !(*with_lower && *with_upper && !self.is_out(lower)))
            }
            _ => false,
        }
    }

    pub(super) fn contains(&self, value: &T) -> bool {
        let above =
            (self.lower.as_ref()).is_none_or(|(lower, with)| value > lower || (*with && value == lower));
        let below =
            (self.upper.as_ref()).is_none_or(|(upper, with)| value < upper || (*with && value == upper));
        above && below && !self.is_out(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_leave_a_value_or_none() {
        use Relation::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        for (kept, empty) in [
            (&[(Greater, 1), (Less, 2)][..], false),
            (&[(Greater, 2), (Less, 2)], true),
            (&[(GreaterEqual, 2), (Less, 2)], true),
            (&[(LessEqual, 2), (GreaterEqual, 2)], false),
            (&[(LessEqual, 2), (GreaterEqual, 2), (NotEqual, 2)], true),
            (&[(LessEqual, 2), (LessEqual, 5), (Greater, 2)], true),
            (&[(GreaterEqual, 2), (Greater, 2), (LessEqual, 2)], true),
            (&[(Greater, 2), (GreaterEqual, 2), (LessEqual, 2)], true),
            (&[(Less, 2), (LessEqual, 2), (GreaterEqual, 2)], true),
            (&[(Equal, 1), (Equal, 2)], true),
            (&[(NotEqual, 1), (Equal, 1)], true),
            (&[(NotEqual, 1), (Equal, 2)], false),
            (&[(LessEqual, -1)], true),
            (&[(LessEqual, 0), (NotEqual, 0)], true),
        ] {
            let mut line = Line::new(Some(0));
            for (relation, value) in kept {
                line.keep(*relation, *value);
            }
            assert_eq!(line.is_empty(), empty, "{kept:?}");
        }
    }
}
