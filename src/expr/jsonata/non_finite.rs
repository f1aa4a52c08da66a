//! Numbers that are not finite: AWS hands them on as text, `"Infinity"`, `"-Infinity"` and `"NaN"` [floci#2676,
//! measured]. In the reference implementation they go through variables and functions as any number does, and only a
//! calculation or `$string` refuses them. The engine refuses an infinite number where it comes up, and gives null for
//! what is no number.
//!
//! An expression that ends so is evaluated once more with its arithmetic done here. There three finite numbers, which
//! nothing else gives, stand for those that are not finite, so that the engine takes them anywhere.

use crate::arrange::Arrange as _;
use jlens_core::ast::{Ast, BinaryOp, Node, NodeKind};
use jlens_core::{Bindings, Error, HostFunction};
use serde_json::Value as Json;

/// The functions' names, which no expression has: the characters are for private use.
const ARITHMETIC: &str = "\u{e000}";
const NUMBER: &str = "\u{e001}";

/// Stands for infinity, and negated for its negative: it is next to the largest number, so that it compares as infinity
/// does.
const INFINITE: f64 = 1.797_693_134_862_315_5e308;
/// Stands for what is no number.
const NAN: f64 = 1.797_693_134_862_315_3e308;

/// The digits of both, as `$string` gives them.
const DIGITS: [&str; 2] = ["1.7976931348623155e+308", "1.7976931348623153e+308"];

/// How deep a rewritten expression goes where the original goes one deep: each calculation is a call.
pub(super) const DEPTH_FACTOR: usize = 3;

/// The text that stands in a result for a number of a rewritten expression; `None` for one that is finite.
pub(super) fn name(number: f64) -> Option<&'static str> {
    if number == INFINITE {
        Some("Infinity")
    } else if number == -INFINITE {
        Some("-Infinity")
    } else if number.abs() == NAN {
        Some("NaN")
    } else {
        None
    }
}

/// Whether a text of a result was made from a number that is not finite, which `$string` and `&` refuse.
pub(super) fn is_made_of(text: &str) -> bool {
    text.len() >= DIGITS[0].len() && DIGITS.iter().any(|digits| text.contains(digits))
}

/// The error of such a text.
pub(super) fn in_string() -> Error {
    Error::new("D3001")
}

/// Gives the functions that rewritten expressions call.
pub(super) fn bind(bindings: Bindings) -> Bindings {
    bindings
        .function(
            ARITHMETIC,
            HostFunction::new(3, |args, _| arithmetic(args)).without_input(),
        )
        .function(
            NUMBER,
            HostFunction::new(1, |args, _| {
                let value = args.first().cloned().flatten();
                // Of a number, the engine gives null for what is none.
                Ok(value.map(|value| if value.is_null() { NAN.into() } else { value }))
            })
            .without_input(),
        )
}

fn arithmetic(args: &[Option<Json>]) -> jlens_core::Result<Option<Json>> {
    let operator = args.first().and_then(Option::as_ref).and_then(Json::as_str);
    // What is not finite is a result, and no operand [jsonata-js: isNumeric].
    let operand = |index: usize, code| match args.get(index).and_then(Option::as_ref) {
        None => Ok(None),
        Some(value) => match value.as_f64() {
            Some(number) if number.abs() == INFINITE => Err(Error::new("D1001").with("value", Json::Null)),
            Some(number) if number.abs() != NAN => Ok(Some(number)),
            _ => Err(Error::new(code).with("value", value.clone())),
        },
    };
    let token = |error: Error| match operator {
        Some(operator) => error.with("token", operator),
        None => error,
    };
    let (left, right) = (
        operand(1, "T2001").map_err(token)?,
        operand(2, "T2002").map_err(token)?,
    );
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(None);
    };
    let result = match operator {
        Some("+") => left + right,
        Some("-") => left - right,
        Some("*") => left * right,
        Some("/") => left / right,
        _ => left % right,
    };
    Ok(Some(match result {
        nan if nan.is_nan() => NAN.into(),
        infinite if infinite.is_infinite() => INFINITE.copysign(infinite).into(),
        finite => finite.into(),
    }))
}

/// The expression's text with its arithmetic done by these functions; `None` when there is none.
pub(super) fn rewritten(ast: &Ast) -> Option<String> {
    let mut insertions = Vec::new();
    let mut whole = true;
    ast.root
        .walk(&mut |node| whole &= collect(node, &ast.source, &mut insertions).is_some());
    if insertions.is_empty() || !whole {
        return None;
    }
    // In one place what was opened outside comes first, and what was opened inside is closed first.
    insertions.arrange_by(|a, b| a.at.cmp(&b.at).then(a.order.cmp(&b.order)));
    let mut text = String::with_capacity(ast.source.len() + 16 * insertions.len());
    let mut done = 0;
    for insertion in &insertions {
        text.push_str(ast.source.get(done..insertion.at)?);
        text.push_str(&insertion.text);
        done = insertion.at.max(insertion.until);
    }
    text.push_str(ast.source.get(done..)?);
    Some(text)
}

/// A text to insert.
struct Insertion {
    at: usize,
    /// Where the original goes on.
    until: usize,
    /// Among those in one place: what closes, the innermost first, then what opens, the outermost first.
    order: (bool, i64),
    text: String,
}

/// Collects what to insert around a calculation; `None` where its text cannot be told.
fn collect(node: &Node, source: &str, insertions: &mut Vec<Insertion>) -> Option<()> {
    let (start, end, open) = match &node.kind {
        NodeKind::Binary { op, lhs, rhs }
            if matches!(
                op,
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod
            ) =>
        {
            let between = source.get(lhs.span.end..rhs.span.start)?;
            if between.trim() != op.symbol() {
                return None;
            }
            insertions.push(Insertion {
                at: lhs.span.end,
                until: rhs.span.start,
                order: (true, i64::MIN),
                text: ", ".to_owned(),
            });
            let open = format!("${ARITHMETIC}(\"{}\", ", op.symbol());
            (
                lhs.span.start.min(node.span.start),
                rhs.span.end.max(node.span.end),
                open,
            )
        }
        NodeKind::Function { procedure, .. } if matches!(&procedure.kind, NodeKind::Variable { name } if name == "parseInteger") => {
            (node.span.start, node.span.end, format!("${NUMBER}("))
        }
        _ => return Some(()),
    };
    let length = i64::try_from(end - start).ok()?;
    insertions.push(Insertion {
        at: start,
        until: start,
        order: (true, -length),
        text: open,
    });
    insertions.push(Insertion {
        at: end,
        until: end,
        order: (false, length),
        text: ")".to_owned(),
    });
    Some(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Engine, Evaluated, Expression, Limits};
    use super::*;
    use crate::expr::random::RandomSource;
    use crate::value::Value;

    fn rewritten(text: &str) -> Option<String> {
        let ast = jlens_core::parse(text).unwrap();
        let text = super::rewritten(&ast)?;
        assert!(jlens_core::parse(&text).is_ok(), "{text}");
        Some(text.replace(ARITHMETIC, "op").replace(NUMBER, "number"))
    }

    #[test]
    fn arithmetic_is_rewritten_wherever_it_stands() {
        for (text, expected) in [
            ("1/0", "$op(\"/\", 1, 0)"),
            ("1 + 2 * 3 - 4", "$op(\"-\", $op(\"+\", 1, $op(\"*\", 2, 3)), 4)"),
            ("(1 + 2) / ($x)", "$op(\"/\", ($op(\"+\", 1, 2)), ($x))"),
            (
                "{'a': -1/0, 'b': 'é' & 1%2}",
                "{'a': $op(\"/\", -1, 0), 'b': 'é' & $op(\"%\", 1, 2)}",
            ),
            (
                "$map($x, function($i){ $i / 0 })",
                "$map($x, function($i){ $op(\"/\", $i, 0) })",
            ),
            ("$x[a/0 > 1]", "$x[$op(\"/\", a, 0) > 1]"),
            ("$parseInteger('abc', '0')", "$number($parseInteger('abc', '0'))"),
            ("$x.a[0] / $x.b{c: d}", "$op(\"/\", $x.a[0], $x.b{c: d})"),
        ] {
            assert_eq!(rewritten(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(rewritten("$string($x)"), None);
    }

    fn run(text: &str) -> String {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::aws());
        let expression = Expression::compile(text).unwrap();
        match engine.evaluate_in_state(&expression, &Value::empty_object(), [], 0) {
            Ok(Evaluated::Value(value)) => value.to_json(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.code,
        }
    }

    // Results of jsonata-js 2.0.6, its numbers that are not finite spelt as AWS spells them.
    #[test]
    fn numbers_that_are_not_finite_go_where_others_go() {
        for (text, expected) in [
            ("1/0", "\"Infinity\""),
            ("[1/0, -1/0, 0/0]", "[\"Infinity\",\"-Infinity\",\"NaN\"]"),
            ("($x := 1/0; {'k': $x})", "{\"k\":\"Infinity\"}"),
            ("$map([1,2], function($v){ $v/0 })", "[\"Infinity\",\"Infinity\"]"),
            ("-(1/0)", "\"-Infinity\""),
            ("1/0 > 5", "true"),
            ("-1/0 < 5", "true"),
            ("$max([1/0, 1])", "\"Infinity\""),
            ("$abs(-1/0)", "\"Infinity\""),
            ("1/0 = 1/0", "true"),
            ("1e308 * 10 & ''", "D3001"),
            ("$string(1/0)", "D3001"),
            ("1/0 + 1", "D1001"),
            ("0/0 + 1", "T2001"),
            ("[1/0, null]", "[\"Infinity\",null]"),
            ("$parseInteger('abc', '0')", "\"NaN\""),
            ("$exists(1/0)", "true"),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
    }
}
