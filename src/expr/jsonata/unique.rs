//! `$distinct` of long arrays and `$keys` of what has many members. The engine compares every item with every other, which
//! takes quadratic time and cannot be stopped; here they are told apart by a hash.
//!
//! The expression is rewritten for this: a function before it takes the name's place, and asks the engine where there is
//! little to do, or where a single item is left: only the engine knows whether that item stands alone or in an array.

use jlens_core::ast::Ast;
use jlens_core::{Bindings, HostFunction};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::names::Uses;
use super::patterns::Edit;
use crate::arrange::Arrange as _;

/// A function of one argument that is done here where there is much to do.
struct Function {
    name: &'static str,
    /// The names that stand for it and for what is done here: they begin with characters for private use.
    own_name: &'static str,
    fast_name: &'static str,
    fast: fn(&Json) -> Option<Json>,
}

static FUNCTIONS: [Function; 2] = [
    Function {
        name: "distinct",
        own_name: "\u{e003}istinct",
        fast_name: "\u{e003}",
        fast: distinct,
    },
    Function {
        name: "keys",
        own_name: "\u{e004}eys",
        fast_name: "\u{e004}",
        fast: keys,
    },
];

/// As many items as the engine may compare.
const FEW: usize = 200;

/// What to write in place of calls, and what comes before the expression.
pub(super) fn edits(ast: &Ast, uses: &Uses) -> (Vec<Edit>, String) {
    let (mut edits, mut before): (Vec<Edit>, _) = (Vec::new(), String::new());
    for Function {
        name,
        own_name,
        fast_name,
        ..
    } in &FUNCTIONS
    {
        let already = edits.len();
        let calls = uses
            .calls
            .iter()
            .filter(|call| call.function.name == *name && call.arguments == Some(1));
        edits.extend(
            calls
                .map(|call| call.function.span.clone())
                .filter(|span| {
                    let written = ast.source.get(span.clone());
                    written.and_then(|written| written.strip_prefix('$')) == Some(name)
                })
                .map(|span| (span, format!("${own_name}"))),
        );
        if edits.len() > already {
            before += &format!("${own_name} := function($a) {{ ${fast_name}($a) ?? ${name}($a) }}; ");
        }
    }
    if !before.is_empty() {
        before.insert(0, '(');
    }
    (edits, before)
}

/// Gives the functions that rewritten expressions call.
pub(super) fn bind(mut bindings: Bindings) -> Bindings {
    for function in &FUNCTIONS {
        let host = HostFunction::new(1, |args, _| {
            Ok(args.first().and_then(Option::as_ref).and_then(function.fast))
        });
        bindings = bindings.function(function.fast_name, host.without_input());
    }
    bindings
}

/// The names of an object's members, or of all objects in an array and in the arrays in it: each once, in the order in
/// which they come. (Members that are functions do not come this far; nobody keeps hundreds of those.)
fn keys(value: &Json) -> Option<Json> {
    let mut seen = FxHashSet::default();
    let mut found: Vec<Json> = Vec::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Json::Array(items) => left.extend(items.iter().rev()),
            Json::Object(members) => {
                for name in members.keys() {
                    if seen.insert(name.as_str()) {
                        found.push(name.as_str().into());
                    }
                }
            }
            _ => {}
        }
    }
    (found.len() > FEW).then(|| found.into())
}

/// The first of each, unless all are alike.
fn distinct(value: &Json) -> Option<Json> {
    let items = value.as_array().filter(|items| items.len() > FEW)?;
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
            members.arrange_by_key(|(name, _)| *name);
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

    // Each name once, where it first comes, through arrays in arrays.
    #[test]
    fn many_members_have_each_name_once() {
        for (text, expected) in [
            ("$count($keys([1..5000]{'k' & $: 1}))", "5000"),
            ("$count($keys([1..300].{'k' & $: 1, 'x': 2}))", "301"),
            (
                "$keys([1..300].{'k' & $: 1, 'x': 2})[[0..3]]",
                r#"["k1","x","k2","k3"]"#,
            ),
            ("$keys([[[1..250].{'k' & $: 1}], {'last': 0}])[-1]", "\"last\""),
            ("$keys({'a': 1})", "\"a\""),
            ("$keys({'b': 1, 'a': 2})", r#"["b","a"]"#),
            ("$keys([1..500].{'a': $})", "\"a\""),
            ("$keys({})", "Undefined"),
            ("$keys(7)", "Undefined"),
            ("{'a': 1, 'b': 2} ~> $keys() ~> $count()", "2"),
            ("$distinct($keys({'a': 1, 'b': 2}))", r#"["a","b"]"#),
            ("($keys := function($x){ 'mine' }; $keys({'a': 1}))", "\"mine\""),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        assert!(run("$keys({'a': 1}) + 1").starts_with("Some(17) T2001"));
    }
}
