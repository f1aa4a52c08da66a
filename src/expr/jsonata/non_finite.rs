//! Numbers that are not finite: AWS hands them on as text, `"Infinity"`, `"-Infinity"` and `"NaN"` [floci#2676,
//! measured]. The engine refuses an infinite number and gives null for what is no number.
//!
//! An expression that ends so is evaluated once more with the arithmetic that its result consists of done here: what
//! stands alone, in arrays, in objects, in branches of conditions, at the end of blocks. A number that is not finite on
//! its way through a variable or a function stays as the engine has it.

use jlens_core::ast::{Ast, BinaryOp, Node, NodeKind};
use jlens_core::{Bindings, Error, HostFunction};
use serde_json::Value as Json;

/// The functions' names, which no expression has: the characters are for private use.
const ARITHMETIC: &str = "\u{e000}";
const NUMBER: &str = "\u{e001}";

/// Gives the functions that rewritten expressions call.
pub(super) fn bind(bindings: Bindings) -> Bindings {
    bindings
        .function(
            ARITHMETIC,
            HostFunction::new(3, |args, _| {
                let operator = args.first().and_then(Option::as_ref).and_then(Json::as_str);
                let operand = |index: usize, code| match args.get(index).and_then(Option::as_ref) {
                    None => Ok(None),
                    Some(value) => value.as_f64().map(Some).ok_or_else(|| Error::new(code)),
                };
                let (Some(left), Some(right)) = (operand(1, "T2001")?, operand(2, "T2002")?) else {
                    return Ok(None);
                };
                Ok(Some(spelled(match operator {
                    Some("+") => left + right,
                    Some("-") => left - right,
                    Some("*") => left * right,
                    Some("/") => left / right,
                    _ => left % right,
                })))
            })
            .without_input(),
        )
        .function(
            NUMBER,
            HostFunction::new(1, |args, _| {
                let value = args.first().cloned().flatten();
                // Of a number, the engine gives null for what is none.
                Ok(value.map(|value| if value.is_null() { "NaN".into() } else { value }))
            })
            .without_input(),
        )
}

fn spelled(number: f64) -> Json {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.into()
    } else {
        number.into()
    }
}

/// The expression's text with its result's arithmetic done by these functions; `None` when there is none.
pub(super) fn rewritten(ast: &Ast) -> Option<String> {
    let mut edits = Vec::new();
    collect(&ast.root, &ast.source, &mut edits)?;
    if edits.is_empty() {
        return None;
    }
    let mut text = ast.source.clone();
    edits.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    for (start, end, replacement) in edits {
        text.get(start..end)?;
        text.replace_range(start..end, &replacement);
    }
    Some(text)
}

/// Collects what to write in place of the nodes that `node`'s value consists of.
fn collect(node: &Node, source: &str, edits: &mut Vec<(usize, usize, String)>) -> Option<()> {
    let text = |node: &Node| source.get(node.span.start..node.span.end);
    match &node.kind {
        NodeKind::Binary { op, lhs, rhs }
            if matches!(
                op,
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod
            ) =>
        {
            let call = format!(
                "${ARITHMETIC}(\"{}\", {}, {})",
                op.symbol(),
                text(lhs)?,
                text(rhs)?
            );
            edits.push((
                lhs.span.start.min(node.span.start),
                rhs.span.end.max(node.span.end),
                call,
            ));
        }
        NodeKind::Function { procedure, .. } if matches!(&procedure.kind, NodeKind::Variable { name } if name == "parseInteger") =>
        {
            edits.push((
                node.span.start,
                node.span.end,
                format!("${NUMBER}({})", text(node)?),
            ));
        }
        NodeKind::Array { items } => items.iter().try_for_each(|item| collect(item, source, edits))?,
        NodeKind::Object { pairs } => pairs
            .iter()
            .try_for_each(|(_, value)| collect(value, source, edits))?,
        NodeKind::Condition { then, otherwise, .. } => {
            collect(then, source, edits)?;
            otherwise
                .iter()
                .try_for_each(|otherwise| collect(otherwise, source, edits))?;
        }
        NodeKind::Block { exprs, .. } => {
            exprs
                .last()
                .map_or(Some(()), |last| collect(last, source, edits))?;
        }
        NodeKind::Path { steps, .. } => {
            if let [only] = steps.as_slice() {
                collect(only, source, edits)?;
            }
        }
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> Option<String> {
        let ast = jlens_core::parse(text).unwrap();
        let text = super::rewritten(&ast)?;
        Some(text.replace(ARITHMETIC, "op").replace(NUMBER, "number"))
    }

    #[test]
    fn what_the_result_consists_of_is_rewritten() {
        for (text, expected) in [
            ("1/0", "$op(\"/\", 1, 0)"),
            ("(1 + 2) / ($x)", "$op(\"/\", (1 + 2), ($x))"),
            ("[1/0, 2]", "[$op(\"/\", 1, 0), 2]"),
            ("{'a': -1/0, 'b': 'é'}", "{'a': $op(\"/\", -1, 0), 'b': 'é'}"),
            ("($a := 0; 1/$a)", "($a := 0; $op(\"/\", 1, $a))"),
            ("$x ? 'é' : $x % 0", "$x ? 'é' : $op(\"%\", $x, 0)"),
            ("$parseInteger('abc', '0')", "$number($parseInteger('abc', '0'))"),
            ("$x.a / $x.b.c", "$op(\"/\", $x.a, $x.b.c)"),
            ("$sum($x) / $count($x)", "$op(\"/\", $sum($x), $count($x))"),
        ] {
            assert_eq!(rewritten(text).as_deref(), Some(expected), "{text}");
            assert!(jlens_core::parse(expected).is_ok());
        }
        for text in [
            "$x",
            "$string(1/0)",
            "$map($x, function($i){ $i / 0 })",
            "$x[1/0]",
        ] {
            assert_eq!(rewritten(text), None, "{text}");
        }
    }
}
