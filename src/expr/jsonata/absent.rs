//! What becomes of an expression where a variable has no value: whether it fails whatever the rest of its data is.
//!
//! JSONata hands on what is missing as "nothing", and most of its operators make something of nothing: `&` leaves it
//! out, comparisons are false, a condition goes to its other side. A state fails only where its whole expression comes to
//! nothing, or throws.

use jlens_core::ast::{BinaryOp, Node, NodeKind, Stage};

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It may be anything.
    Unknown,
    /// There is none.
    Nothing,
    /// It is false.
    False,
    /// It is not computed: an error is thrown.
    Throws,
}

use Known::{False, Nothing, Throws, Unknown};

/// Whether the expression `root` surely fails where the variable `name` has no value.
pub(super) fn fails_without(root: &Node, name: &str) -> bool {
    let mut walker = Walker {
        absent: vec![(name, Nothing)],
    };
    matches!(walker.value(root), Nothing | Throws)
}

/// Functions that give something where their first argument is nothing [JSONata: their documentation].
const GIVE_SOMETHING: [&str; 5] = ["append", "count", "exists", "random", "zip"];

struct Walker<'n> {
    /// Variables of which something is known, the innermost last.
    absent: Vec<(&'n str, Known)>,
}

impl<'n> Walker<'n> {
    fn value(&mut self, node: &'n Node) -> Known {
        let known = match &node.kind {
            NodeKind::Variable { name } => self.variable(name),
            NodeKind::Path { steps, .. } => self.path(steps),
            NodeKind::Block { exprs, .. } => self.block(exprs),
            NodeKind::Bind { rhs, .. } => self.value(rhs),
            NodeKind::Condition {
                condition,
                then,
                otherwise,
            } => self.condition(condition, then, otherwise.as_deref()),
            NodeKind::Binary { op, lhs, rhs } => self.binary(*op, lhs, rhs),
            NodeKind::Negate { expr } => self.value(expr),
            NodeKind::Function { procedure, args } => {
                let first = args.first().map(|first| self.value(first));
                self.call(procedure, first, &args[args.len().min(1)..])
            }
            NodeKind::Apply { lhs, rhs } => self.apply(lhs, rhs),
            NodeKind::Array { items } => self.any_throws(items.iter()),
            NodeKind::Object { pairs } => self.any_throws(pairs.iter().flat_map(|(key, value)| [key, value])),
            NodeKind::Fallback { lhs, rhs, .. } => match self.value(lhs) {
                Nothing | False => self.value(rhs),
                known => known,
            },
            _ => Unknown,
        };
        if known == Unknown && self.filtered_out(node) {
            return Nothing;
        }
        known
    }

    fn variable(&self, name: &str) -> Known {
        let known = self.absent.iter().rev().find(|(absent, _)| *absent == name);
        known.map_or(Unknown, |(_, known)| *known)
    }

    fn path(&mut self, steps: &'n [Node]) -> Known {
        match steps.split_first() {
            Some((first, rest)) => match self.value(first) {
                known @ (Nothing | Throws) => known,
                _ if rest.iter().any(|step| self.filtered_out(step)) => Nothing,
                _ => Unknown,
            },
            None => Unknown,
        }
    }

    /// Whether a predicate of a step lets nothing through.
    fn filtered_out(&mut self, node: &'n Node) -> bool {
        let stages = node.attrs.stages.iter().chain(&node.attrs.predicate);
        for stage in stages {
            if let Stage::Filter { expr, .. } = stage
                && matches!(self.value(expr), Nothing | False)
            {
                return true;
            }
        }
        false
    }

    fn block(&mut self, exprs: &'n [Node]) -> Known {
        let outer = self.absent.len();
        let mut last = Nothing;
        for expr in exprs {
            last = self.value(expr);
            if last == Throws {
                break;
            }
            if let NodeKind::Bind { lhs, .. } = &expr.kind
                && let NodeKind::Variable { name } = &lhs.kind
            {
                self.absent.push((name, last));
            }
        }
        self.absent.truncate(outer);
        last
    }

    fn condition(&mut self, condition: &'n Node, then: &'n Node, otherwise: Option<&'n Node>) -> Known {
        let other = |walker: &mut Self| otherwise.map_or(Nothing, |otherwise| walker.value(otherwise));
        match self.value(condition) {
            Throws => Throws,
            Nothing | False => other(self),
            Unknown => match (self.value(then), other(self)) {
                (Throws, Throws) => Throws,
                (Nothing | Throws, Nothing | Throws) => Nothing,
                _ => Unknown,
            },
        }
    }

    fn binary(&mut self, op: BinaryOp, lhs: &'n Node, rhs: &'n Node) -> Known {
        let left = self.value(lhs);
        if op == BinaryOp::And && matches!(left, Nothing | False) {
            return False;
        }
        let right = self.value(rhs);
        if left == Throws || (right == Throws && op != BinaryOp::And && op != BinaryOp::Or) {
            return Throws;
        }
        let nothing = left == Nothing || right == Nothing;
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod if nothing => {
                Nothing
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge if nothing => Nothing,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In if nothing => False,
            BinaryOp::And if matches!(right, Nothing | False) => False,
            BinaryOp::Or if matches!((left, right), (Nothing | False, Nothing | False)) => False,
            _ => Unknown,
        }
    }

    /// `first` is what is known of the first argument, `rest` are the others.
    fn call(&mut self, procedure: &'n Node, first: Option<Known>, rest: &'n [Node]) -> Known {
        if first == Some(Throws) || self.any_throws(rest.iter()) == Throws {
            return Throws;
        }
        let NodeKind::Variable { name } = &procedure.kind else {
            return Unknown;
        };
        match self.variable(name) {
            Nothing => return Throws,
            _ if !super::Expression::is_function(name) => return Unknown,
            _ => {}
        }
        match (name.as_str(), first) {
            ("error", _) => Throws,
            ("exists", Some(Nothing)) => False,
            (name, Some(Nothing)) if !GIVE_SOMETHING.contains(&name) => Nothing,
            _ => Unknown,
        }
    }

    fn apply(&mut self, lhs: &'n Node, rhs: &'n Node) -> Known {
        let first = self.value(lhs);
        match &rhs.kind {
            NodeKind::Function { procedure, args } => self.call(procedure, Some(first), args),
            NodeKind::Variable { .. } => self.call(rhs, Some(first), &[]),
            _ if first == Throws => Throws,
            _ => Unknown,
        }
    }

    fn any_throws(&mut self, nodes: impl Iterator<Item = &'n Node>) -> Known {
        for node in nodes {
            if self.value(node) == Throws {
                return Throws;
            }
        }
        Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, Evaluated, Expression, Limits};
    use crate::expr::random::RandomSource;
    use crate::value::Value;

    /// Whether the engine gives no value for `text` where `$x` is missing; `$y` is there.
    fn fails(text: &str) -> bool {
        let engine = Engine::new(std::sync::Arc::new(RandomSource::new(0)), Limits::aws());
        let expression = Expression::compile(text).unwrap();
        let y = Value::from(1);
        let states = Value::empty_object();
        !matches!(
            engine.evaluate_in_state(&expression, &states, [("y", &y)], 0),
            Ok(Evaluated::Value(_))
        )
    }

    #[test]
    fn expressions_fail_where_nothing_stands_in_for_the_variable() {
        for text in [
            "$x",
            "$x.a.b",
            "$x[0]",
            "$x + 1",
            "1 < $x",
            "-$x",
            "$uppercase($x)",
            "$x ~> $sum",
            "$x ~> $join(',')",
            "$number($x) * 2",
            "($a := $x; $b := $a; $b)",
            "true ? $x",
            "$y ? $x : $x.a",
            "$x ? 1",
            "$x()",
            "[1, 2][$ = $x]",
            "$map($x, function($i){ $i })",
            "[$error('no')]",
        ] {
            assert!(Expression::compile(text).unwrap().fails_without("x"), "{text}");
            assert!(fails(text), "{text}");
        }
    }

    #[test]
    fn expressions_that_provide_for_its_absence_do_not() {
        for text in [
            "$x ? $x : 'none'",
            "$exists($x) ? $x.a : 1",
            "$not($exists($x)) or $x > 1",
            "$x and $x.a",
            "$x or $y",
            "$x = 1",
            "$x in [1]",
            "$x & 'a'",
            "[$x]",
            "{'a': $x}",
            "$count($x)",
            "$append($x, 1)",
            "$y ? 1 : $x",
            "($x := 1; $x)",
            "($a := $x; $y)",
            "$y",
        ] {
            assert!(!Expression::compile(text).unwrap().fails_without("x"), "{text}");
            assert!(!fails(text), "{text}");
        }
    }
}
