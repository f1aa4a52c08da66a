//! What an expression gives, as far as its text says: the types that its result may have, and whether a list of one item
//! is that item.

use jlens_core::ast::{BinaryOp, Node, NodeKind, Stage};

use super::Expression;
use super::names::Use;
use super::plain_path::is_bare;
use super::signatures;
use super::template::Expected;
use crate::expr::shapes::Kind;

/// Types of values, a bit each.
type Types = u8;

const TEXT: Types = 1;
const NUMBER: Types = 2;
const BOOLEAN: Types = 4;
const OBJECT: Types = 8;
const ARRAY: Types = 16;
const NULL: Types = 32;
const FUNCTION: Types = 64;
const ANY: Types = 127;

/// What each type is called in a sentence.
const NAMES: [(Types, &str); 7] = [
    (TEXT, "a string"),
    (NUMBER, "a number"),
    (BOOLEAN, "a boolean"),
    (OBJECT, "an object"),
    (ARRAY, "an array"),
    (NULL, "null"),
    (FUNCTION, "a function"),
];

/// Functions that give an array whatever they are given. Others of that signature (`$keys`, `$match`) give a sequence, and
/// of one item the item.
const GIVE_ARRAYS: [&str; 6] = ["split", "sort", "reverse", "shuffle", "partition", "zip"];

/// Functions that give a sequence of what they pick or make.
const PICK: [&str; 2] = ["map", "filter"];

impl Expression {
    /// The types that its result may have, in words, where none of them is what a field expects.
    pub(crate) fn surely_not(&self, expected: Expected) -> Option<String> {
        let types = self.types(&self.inner.ast().root);
        let accepted = match expected {
            Expected::Array => ARRAY,
            Expected::ArrayOrObject => ARRAY | OBJECT,
            Expected::Boolean => BOOLEAN,
            Expected::Number => NUMBER,
            Expected::String => TEXT,
        };
        let names = NAMES.iter().filter(|(name, _)| types & name != 0);
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        (types & accepted == 0 && !names.is_empty()).then(|| names.join(" or "))
    }

    fn types(&self, node: &Node) -> Types {
        if !is_bare(&node.attrs) {
            return ANY;
        }
        match &node.kind {
            NodeKind::String { .. } => TEXT,
            NodeKind::Number { .. } | NodeKind::Negate { .. } => NUMBER,
            NodeKind::Bool { .. } => BOOLEAN,
            NodeKind::Null => NULL,
            NodeKind::Array { .. } => ARRAY,
            NodeKind::Object { .. } => OBJECT,
            NodeKind::Regex { .. } | NodeKind::Lambda(_) => FUNCTION,
            NodeKind::Binary { op, .. } => match op {
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod => NUMBER,
                BinaryOp::Concat => TEXT,
                BinaryOp::Range => ANY,
                _ => BOOLEAN,
            },
            // What is not there is no value.
            NodeKind::Condition { then, otherwise, .. } => {
                self.types(then) | otherwise.as_deref().map_or(0, |otherwise| self.types(otherwise))
            }
            NodeKind::Fallback { lhs, rhs, .. } => self.types(lhs) | self.types(rhs),
            NodeKind::Block { exprs, .. } => exprs.last().map_or(0, |last| self.types(last)),
            NodeKind::Bind { rhs, .. } => self.types(rhs),
            NodeKind::Function { procedure, .. } => self.called(procedure).map_or(ANY, of_function),
            // Of two functions it makes one.
            NodeKind::Apply { lhs, rhs } => match &rhs.kind {
                NodeKind::Function { procedure, .. } if !matches!(lhs.kind, NodeKind::Variable { .. }) => {
                    self.called(procedure).map_or(ANY, of_function)
                }
                _ => ANY,
            },
            _ => ANY,
        }
    }

    /// The function of JSONata that `procedure` names; none that the expression binds.
    fn called<'n>(&self, procedure: &'n Node) -> Option<&'n str> {
        let NodeKind::Variable { name } = &procedure.kind else {
            return None;
        };
        let is_it = |function: &Use| function.name == *name && function.span.start == procedure.span.start;
        let mut calls = self.uses().calls.iter();
        calls.any(|call| is_it(&call.function)).then_some(name)
    }

    /// Whether it picks or makes items, and gives one item itself in the place of a list of it: by a filter, an order or an
    /// object behind a path, or by `$map` or `$filter`. What is named by a path alone stays the list that it is.
    pub(crate) fn gives_one_item_itself(&self) -> bool {
        self.unwraps(&self.inner.ast().root)
    }

    fn unwraps(&self, node: &Node) -> bool {
        let picks = |procedure| self.called(procedure).is_some_and(|name| PICK.contains(&name));
        match &node.kind {
            NodeKind::Path {
                steps,
                keep_singleton_array: false,
            } => {
                let is_plain = |step: &Node| {
                    !step.attrs.keep_array
                        && step.attrs.group.is_none()
                        && !matches!(step.kind, NodeKind::Array { .. })
                };
                let picks = |step: &Node| match &step.kind {
                    NodeKind::Sort { .. } => true,
                    _ => filters(step).is_some_and(|filters| filters),
                };
                let names =
                    |step: &Node| matches!(step.kind, NodeKind::Name { .. } | NodeKind::Variable { .. });
                let takes_one = |step: &Node| filters(step) == Some(false);
                let (last, rest) = match steps.split_last() {
                    Some(split) if node.attrs.group.is_none() && !node.attrs.keep_array => split,
                    _ => return false,
                };
                // Behind what makes a list of several, each name is looked for in each of its items.
                let is_picked = rest.iter().chain([last]).any(picks);
                steps.iter().all(is_plain)
                    && !steps.iter().any(takes_one)
                    && rest
                        .iter()
                        .all(|step| names(step) || matches!(step.kind, NodeKind::Sort { .. }))
                    && match last.kind {
                        NodeKind::Object { .. } => true,
                        NodeKind::Name { .. } | NodeKind::Variable { .. } | NodeKind::Sort { .. } => {
                            is_picked
                        }
                        _ => false,
                    }
            }
            _ if filters(node) == Some(true) => !node.attrs.keep_array && node.attrs.group.is_none(),
            _ if !is_bare(&node.attrs) => false,
            NodeKind::Condition { then, otherwise, .. } => {
                self.unwraps(then)
                    || otherwise
                        .as_deref()
                        .is_some_and(|otherwise| self.unwraps(otherwise))
            }
            NodeKind::Block { exprs, .. } => exprs.last().is_some_and(|last| self.unwraps(last)),
            NodeKind::Function { procedure, .. } => picks(procedure),
            NodeKind::Apply { rhs, .. } => {
                matches!(&rhs.kind, NodeKind::Function { procedure, .. } if picks(procedure))
            }
            _ => false,
        }
    }
}

/// Whether a step has predicates that let several items through; `Some(false)` where one may take an item by its place.
fn filters(step: &Node) -> Option<bool> {
    let stages = step.attrs.stages.iter().chain(&step.attrs.predicate);
    let is_test = |stage: &Stage| match stage {
        Stage::Filter { expr, .. } => matches!(
            &expr.kind,
            NodeKind::Binary { op, .. }
                if !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod)
        ),
        Stage::Index { .. } => true,
    };
    let tests: Vec<bool> = stages.map(is_test).collect();
    (!tests.is_empty()).then(|| tests.into_iter().all(|test| test))
}

fn of_function(name: &str) -> Types {
    match signatures::of(name).and_then(|kinds| kinds.gives) {
        Some(Kind::Text) => TEXT,
        Some(Kind::Number) => NUMBER,
        Some(Kind::Boolean) => BOOLEAN,
        Some(Kind::Object) if matches!(name, "sift" | "merge") => OBJECT,
        Some(Kind::List) if GIVE_ARRAYS.contains(&name) => ARRAY,
        _ => ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::*;

    /// What the text says is what comes out.
    #[test]
    fn types_are_those_of_the_results() {
        for (text, types, result) in [
            ("'30'", "a string", "\"30\""),
            ("$count([1, 2])", "a number", "2"),
            ("-(1 + 2)", "a number", "-3"),
            ("1 < 2 and true", "a boolean", "true"),
            ("'a' & 1", "a string", "\"a1\""),
            ("[1][[0]]", "", "1"),
            ("[1][0]", "", "1"),
            ("[1..1]", "an array", "[1]"),
            ("$split('a', ',')", "an array", "[\"a\"]"),
            ("$keys({'a': 1})", "", "\"a\""),
            ("$range(1, 1, 1)", "", "1"),
            ("$clone([1])", "", "[1]"),
            ("{'a': 1}", "an object", "{\"a\":1}"),
            ("true ? 1 : 'a'", "a string or a number", "1"),
            ("true ? 1", "a number", "1"),
            ("($x := 1; $string($x))", "a string", "\"1\""),
            ("($count := function($x) { 'a' }; $count([]))", "", "\"a\""),
            ("[3, 1] ~> $sum()", "a number", "4"),
            ("null", "null", "null"),
            ("$exists(1)", "a boolean", "true"),
            ("$max([1, 2])", "a number", "2"),
        ] {
            let expression = Expression::compile(text).unwrap();
            let all = [
                Expected::Array,
                Expected::ArrayOrObject,
                Expected::Boolean,
                Expected::Number,
                Expected::String,
            ];
            let said: Vec<String> = all
                .iter()
                .filter_map(|expected| expression.surely_not(*expected))
                .collect();
            assert!(said.iter().all(|said| said == types), "{text}: {said:?}");
            assert_eq!(said.is_empty(), types.is_empty(), "{text}: {said:?}");
            assert_eq!(run(text), result, "{text}");
        }
    }

    /// One item comes as itself exactly where that is said.
    #[test]
    fn one_item_comes_as_itself() {
        let list = "($o := [{'id': 'i', 's': 'x'}]; WHAT)";
        for (text, unwraps) in [
            ("$o[s = 'x']", true),
            ("$o[s = 'x'].id", true),
            ("$o[s = 'x' and id != 'j'].id", true),
            ("$o^(id)", true),
            ("$o^(id).id", true),
            ("$o.{'a': id}", true),
            ("$map($o, function($v) { $v.id })", true),
            ("$o ~> $filter(function($v) { true })", true),
            ("true ? $o[s = 'x'] : []", true),
            ("[$o[s = 'x']]", false),
            ("$o[s = 'x'][]", false),
            ("$o[]", false),
            ("$o[s = 'x'].[id]", false),
            ("$append([], $o[s = 'x'])", false),
            ("$o", false),
        ] {
            let text = list.replace("WHAT", text);
            let expression = Expression::compile(&text).unwrap();
            assert_eq!(expression.gives_one_item_itself(), unwraps, "{text}");
            assert_eq!(!run(&text).starts_with('['), unwraps, "{text}: {}", run(&text));
        }
        // One of them is meant, or it may be.
        for text in [
            "$o[0]",
            "$o[s = 'x'][0]",
            "$o[$i]",
            "$o[-1].id",
            "$o.lines[$n + 1]",
            "$o{id: s}",
            "$o.id",
        ] {
            assert!(
                !Expression::compile(text).unwrap().gives_one_item_itself(),
                "{text}"
            );
        }
    }
}
