//! `$distinct` of long arrays. The engine compares every item with every other, which takes quadratic time and cannot be
//! stopped; here the items are told apart by a text that equal ones share.
//!
//! The expression is rewritten for this: a function before it takes the name's place, and asks the engine where there is
//! little to do, or where a single item is left: only the engine knows whether that item stands alone or in an array.

use jlens_core::ast::Ast;
use jlens_core::{Bindings, HostFunction};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::names::Uses;
use super::patterns::Edit;

/// The names that stand for `distinct` and for what is done here: they begin with characters for private use.
const NAME: &str = "\u{e003}istinct";
const FAST: &str = "\u{e003}";

/// As many items as the engine may compare.
const FEW: usize = 200;

/// What to write in place of calls, and what comes before the expression.
pub(super) fn edits(ast: &Ast, uses: &Uses) -> (Vec<Edit>, String) {
    let edits: Vec<Edit> = uses
        .calls
        .iter()
        .filter(|call| call.function.name == "distinct" && call.arguments == Some(1))
        .map(|call| call.function.span.clone())
        .filter(|span| ast.source.get(span.clone()) == Some("$distinct"))
        .map(|span| (span, format!("${NAME}")))
        .collect();
    let before = if edits.is_empty() {
        String::new()
    } else {
        format!("(${NAME} := function($a) {{ ${FAST}($a) ?? $distinct($a) }}; ")
    };
    (edits, before)
}

/// Gives the function that rewritten expressions call.
pub(super) fn bind(bindings: Bindings) -> Bindings {
    let function = HostFunction::new(1, |args, _| match args.first() {
        Some(Some(Json::Array(items))) if items.len() > FEW => Ok(distinct(items)),
        _ => Ok(None),
    });
    bindings.function(FAST, function.without_input())
}

/// The first of each, unless all are alike.
fn distinct(items: &[Json]) -> Option<Json> {
    let mut seen = FxHashSet::default();
    let mut text = String::new();
    let mut found: Vec<Json> = Vec::new();
    for item in items {
        text.clear();
        write(item, &mut text);
        if !seen.contains(text.as_str()) {
            seen.insert(text.clone());
            found.push(item.clone());
        }
    }
    (found.len() > 1).then(|| found.into())
}

/// Writes a text that equal values share: members in the order of their names, numbers as doubles.
fn write(value: &Json, text: &mut String) {
    match value {
        Json::Number(number) => {
            // Zero has two signs.
            let double = number.as_f64().unwrap_or_default() + 0.0;
            text.push_str(&double.to_string());
        }
        Json::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, member) in members {
                text.push_str(&Json::from(name.as_str()).to_string());
                write(member, text);
                text.push(',');
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    // Equality is JSONata's: deep, members in any order, 1 is 1.0 and not "1".
    #[test]
    fn long_arrays_have_each_item_once() {
        for (text, expected) in [
            ("$count($distinct([1..5000]))", "5000"),
            ("$distinct([1..1000].($ % 3))", "[1,2,0]"),
            ("$distinct([1..1000].{'a': 1, 'b': 2})", r#"{"a":1,"b":2}"#),
            ("$distinct([[1..500].('x')])", r#"["x"]"#),
            (
                "$distinct($append([1..300].{'a': 1, 'b': [$ % 2]}, [{'b': [1], 'a': 1.0}, {'b': ['1'], 'a': 1}]))",
                r#"[{"a":1,"b":[1]},{"a":1,"b":[0]},{"b":["1"],"a":1}]"#,
            ),
            ("$distinct([3, 1, 3])", "[3,1]"),
            ("$distinct(7)", "7"),
            ("$distinct($nothing)", "Undefined"),
            ("[1..500] ~> $distinct() ~> $count()", "500"),
            (
                "($distinct := function($x){ 'mine' }; $distinct([1..500]))",
                "\"mine\"",
            ),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        // Places are those of the expression as it was written.
        assert!(run("$distinct([1, 2]) + 'x'").starts_with("Some(19) T2001"));
    }
}
