//! Variables of an expression that hold one regular expression and nothing else: `($p := /x/; $split($a, $p))`.

use std::ops::Range;

use jlens_core::ast::{Ast, Node, NodeKind};
use rustc_hash::FxHashMap;

/// A regular expression's text and its flags.
pub(super) type Written<'a> = (&'a str, &'a str);

/// The regular expression that a node is.
pub(super) fn written(node: &Node) -> Option<Written<'_>> {
    match &node.kind {
        NodeKind::Regex { pattern, flags } => Some((pattern, flags.as_str())),
        _ => None,
    }
}

/// The variables, by their names.
pub(super) struct Constants<'a>(FxHashMap<&'a str, Constant<'a>>);

struct Constant<'a> {
    pattern: Written<'a>,
    /// The bytes of the expression in which the variable has been bound.
    scope: Range<usize>,
}

impl<'a> Constants<'a> {
    /// Those that a block binds itself, and that nothing else of the expression binds: no other `:=`, no parameter, no
    /// `@` and no `#`.
    pub(super) fn of(ast: &'a Ast) -> Self {
        let mut bound: FxHashMap<&str, usize> = FxHashMap::default();
        let mut found = FxHashMap::default();
        ast.root.walk(&mut |node| {
            let names = [node.attrs.focus.as_deref(), node.attrs.index.as_deref()];
            for name in names.into_iter().flatten().chain(names_bound(node)) {
                *bound.entry(name).or_default() += 1;
            }
            let NodeKind::Block { exprs, .. } = &node.kind else {
                return;
            };
            for statement in exprs {
                if let NodeKind::Bind { lhs, rhs } = &statement.kind
                    && let NodeKind::Variable { name } = &lhs.kind
                    && let Some(pattern) = written(rhs.as_ref())
                {
                    let scope = statement.span.end..node.span.end;
                    found.insert(name.as_str(), Constant { pattern, scope });
                }
            }
        });
        found.retain(|name, _| bound.get(name) == Some(&1));
        Constants(found)
    }

    /// What the variable `node` holds where it stands.
    pub(super) fn find(&self, node: &Node) -> Option<Written<'a>> {
        let NodeKind::Variable { name } = &node.kind else {
            return None;
        };
        let constant = self.0.get(name.as_str())?;
        constant
            .scope
            .contains(&node.span.start)
            .then_some(constant.pattern)
    }
}

/// The variables that a node gives values.
fn names_bound(node: &Node) -> Vec<&str> {
    match &node.kind {
        NodeKind::Bind { lhs, .. } => match &lhs.kind {
            NodeKind::Variable { name } => vec![name],
            _ => Vec::new(),
        },
        NodeKind::Lambda(lambda) => lambda.params.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    // The same as with the pattern written in its place, wherever the variable is that pattern.
    #[test]
    fn patterns_in_variables_are_found() {
        for (text, expected) in [
            ("($p := /[0-9]+/; $split('a1b22c', $p))", r#"["a","b","c"]"#),
            (
                "($p := /x/i; $f := function($t){ $replace($t, $p, 'y') }; $f('aXx'))",
                "\"ayy\"",
            ),
            ("($p := /x/; 'axb' ~> $split($p))", r#"["a","b"]"#),
            (
                "($long_name := /a(b)/; $match('ab', $long_name).groups)",
                r#"["b"]"#,
            ),
            ("($p := /a/; ($p := /b/; $split('xay', $p)))", r#"["xay"]"#),
            (
                "($p := /a/; $f := function($p){ $split('xayb', $p) }; $f(/b/))",
                r#"["xay",""]"#,
            ),
            ("(($p := /a/; 1); $split('xay', $p))", "Undefined"),
            ("($s := $split('xay', $p); $p := /a/; $s)", "Undefined"),
            ("($p := true ? /a/ : /b/; $split('xay', $p))", r#"["x","y"]"#),
            ("($p := /a/; $contains('xay', $p))", "true"),
        ] {
            let got = run(text);
            assert!(got == expected || got.contains(expected), "{text}: {got}");
        }
        // Places are those of the expression as it was written.
        assert!(run("($pp := /a/; $split('b', $pp) + 1)").starts_with("Some(31) T2001"));
    }

    #[test]
    fn long_texts_are_searched_in_linear_time() {
        // Ten seconds' work where each match counts from the start.
        let text = "($p := /x/; $count($split($pad('', 400000, 'abx'), $p)))";
        assert_eq!(run(text), "133334");
    }
}
