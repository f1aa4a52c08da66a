//! What an expression refers to, found without running it: AWS refuses some of it when a definition is created.

use std::ops::Range;

use crate::arrange::Arrange as _;
use jlens_core::ast::{Ast, BinaryOp, Node, NodeKind, Stage};

/// A name and where the expression uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The name, without `$`.
    pub name: String,
    /// Its bytes in the expression.
    pub span: Range<usize>,
}

/// Everything an expression refers to, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// Names that are looked up in the input document, which Step Functions does not have: AWS refuses `phone` with
    /// `Reference to 'phone' at the top level is not supported.` A bare `$` counts, under the name `$`
    /// [floci#2670, measured]. Names in later steps, predicates, sort terms and groupings are no such names.
    pub top_level_names: Vec<Use>,
    /// Variables that are read and not bound inside the expression: `$x`, `$states`.
    pub variables: Vec<Use>,
    /// Members read right off `$states`: `input`, `result`, `errorOutput`, `context`.
    pub states_members: Vec<Use>,
    /// What is read of `$states`, as far as the text names it: `input`, `order`, `id` of `$states.input.order.id[0]`.
    pub states_paths: Vec<StatesPath>,
    /// Functions that are called by name and not bound inside the expression.
    pub calls: Vec<Call>,
    /// Variables whose absence the expression provides for, without `$`: those that it asks `$exists` about, those that
    /// decide a condition (`$x ? $x : 1`), and those before `??` and `?:`.
    pub provided_for: Vec<String>,
    /// The operators `??` and `?:`.
    pub later_operators: Vec<Use>,
    /// Operators of arithmetic that a text in quotes stands beside, which fails with T2001 or T2002.
    pub arithmetic_on_texts: Vec<Use>,
}

/// Names behind `$states`, and their place from its `$` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatesPath {
    /// The names.
    pub names: Vec<String>,
    /// Its bytes in the expression.
    pub span: Range<usize>,
}

/// A call of a function by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function's name, without `$`, and its place.
    pub function: Use,
    /// How many arguments it is given, one that `~>` hands it included; `None` for a partial application, whose rest
    /// may come later.
    pub arguments: Option<usize>,
}

impl Uses {
    pub(super) fn of(ast: &Ast) -> Uses {
        let mut walker = Walker {
            uses: Uses::default(),
            bound: Vec::new(),
        };
        walker.node(&ast.root, true);
        let Uses {
            later_operators,
            arithmetic_on_texts,
            ..
        } = &mut walker.uses;
        for operators in [later_operators, arithmetic_on_texts] {
            operators.arrange_by_key(|operator| operator.span.start);
            for operator in operators {
                operator.place_in(&ast.source);
            }
        }
        walker.uses
    }
}

impl StatesPath {
    fn of(states: &Node, steps: &[Node]) -> StatesPath {
        let mut path = StatesPath {
            names: Vec::new(),
            span: states.span.start..states.span.end,
        };
        for step in steps {
            let NodeKind::Name { name } = &step.kind else {
                break;
            };
            path.names.push(name.clone());
            path.span.end = step.span.end;
        }
        path
    }
}

struct Walker {
    uses: Uses,
    /// Names bound so far, innermost last.
    bound: Vec<String>,
}

impl Use {
    /// Narrows the place to the first that shows the name.
    fn place_in(&mut self, source: &str) {
        if let Some(at) = source
            .get(self.span.clone())
            .and_then(|text| text.find(&self.name))
        {
            let start = self.span.start + at;
            self.span = start..start + self.name.len();
        }
    }
}

/// The sign of an operator that takes numbers alone.
fn arithmetic(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        _ => return None,
    })
}

fn used(name: &str, node: &Node) -> Use {
    Use {
        name: name.to_owned(),
        span: node.span.start..node.span.end,
    }
}

impl Walker {
    /// `top`: whether a name here is looked up in the input document.
    fn node(&mut self, node: &Node, top: bool) {
        match &node.kind {
            NodeKind::Path { steps, .. } => {
                let outer = self.bound.len();
                for (i, step) in steps.iter().enumerate() {
                    self.node(step, top && i == 0);
                }
                self.bound.truncate(outer);
                if let [first, second, ..] = &steps[..]
                    && let (NodeKind::Variable { name }, NodeKind::Name { name: member }) =
                        (&first.kind, &second.kind)
                    && name == "states"
                {
                    self.uses.states_members.push(used(member, second));
                    self.uses.states_paths.push(StatesPath::of(first, &steps[1..]));
                }
            }
            NodeKind::Name { name } if top => self.uses.top_level_names.push(used(name, node)),
            NodeKind::Wildcard if top => self.uses.top_level_names.push(used("*", node)),
            NodeKind::Descendant if top => self.uses.top_level_names.push(used("**", node)),
            NodeKind::Variable { name } if name.is_empty() && top => {
                self.uses.top_level_names.push(used("$", node));
            }
            // What a step works on, `$`, is no variable.
            NodeKind::Variable { name } if !name.is_empty() && !self.bound.contains(name) => {
                self.uses.variables.push(used(name, node));
            }
            NodeKind::Function { procedure, args } => self.call(procedure, args, Some(args.len()), top),
            NodeKind::Partial { procedure, args } => self.call(procedure, args, None, top),
            NodeKind::Block { exprs, .. } => {
                let outer = self.bound.len();
                for expr in exprs {
                    self.node(expr, top);
                }
                self.bound.truncate(outer);
            }
            NodeKind::Bind { lhs, rhs } => {
                // A function may call itself by the name it is bound to.
                if let NodeKind::Variable { name } = &lhs.kind {
                    self.bound.push(name.clone());
                }
                self.node(rhs, top);
            }
            NodeKind::Lambda(lambda) => {
                let outer = self.bound.len();
                self.bound.extend(lambda.params.iter().cloned());
                self.node(&lambda.body, top);
                self.bound.truncate(outer);
            }
            // The pattern and the updates of a transform are evaluated on what it is applied to.
            NodeKind::Transform(transform) => {
                self.node(&transform.pattern, false);
                self.node(&transform.update, false);
                if let Some(delete) = &transform.delete {
                    self.node(delete, false);
                }
            }
            NodeKind::Sort { terms } => {
                for term in terms {
                    self.node(&term.expr, false);
                }
            }
            NodeKind::Apply { lhs, rhs } => {
                self.node(lhs, top);
                match &rhs.kind {
                    // What stands before `~>` is the call's first argument.
                    NodeKind::Function { procedure, args } => {
                        self.call(procedure, args, Some(args.len() + 1), top);
                        self.attributes(rhs);
                    }
                    _ => self.node(rhs, top),
                }
            }
            NodeKind::Fallback { op, lhs, rhs } => {
                self.uses.later_operators.push(Use {
                    name: op.symbol().to_owned(),
                    span: lhs.span.end..rhs.span.start.max(lhs.span.end),
                });
                self.provide_for(lhs);
                self.node(lhs, top);
                self.node(rhs, top);
            }
            NodeKind::Binary { op, lhs, rhs } => {
                let is_text = |node: &Node| match &node.kind {
                    NodeKind::String { .. } => true,
                    NodeKind::Binary { op, .. } => *op == BinaryOp::Concat,
                    _ => false,
                };
                if let Some(symbol) = arithmetic(*op).filter(|_| is_text(lhs) || is_text(rhs)) {
                    self.uses.arithmetic_on_texts.push(Use {
                        name: symbol.to_owned(),
                        span: lhs.span.end..rhs.span.start.max(lhs.span.end),
                    });
                }
                self.node(lhs, top);
                self.node(rhs, top);
            }
            NodeKind::Negate { expr } => self.node(expr, top),
            NodeKind::Array { items } => items.iter().for_each(|item| self.node(item, top)),
            NodeKind::Object { pairs } => {
                for (key, value) in pairs {
                    self.node(key, top);
                    self.node(value, top);
                }
            }
            NodeKind::Condition {
                condition,
                then,
                otherwise,
            } => {
                self.provide_for(condition);
                self.node(condition, top);
                self.node(then, top);
                if let Some(otherwise) = otherwise {
                    self.node(otherwise, top);
                }
            }
            _ => {}
        }
        self.attributes(node);
    }

    fn call(&mut self, procedure: &Node, args: &[Node], arguments: Option<usize>, top: bool) {
        match &procedure.kind {
            NodeKind::Variable { name } if !name.is_empty() => {
                if name == "exists" {
                    args.iter().for_each(|arg| self.provide_for(arg));
                }
                if !self.bound.contains(name) {
                    let function = used(name, procedure);
                    self.uses.calls.push(Call { function, arguments });
                }
            }
            _ => self.node(procedure, top),
        }
        for arg in args {
            self.node(arg, top);
        }
    }

    /// Notes the variable that `node` is, or begins with; of a condition, those of its parts.
    fn provide_for(&mut self, node: &Node) {
        if let NodeKind::Binary {
            op: BinaryOp::And | BinaryOp::Or,
            lhs,
            rhs,
        } = &node.kind
        {
            self.provide_for(lhs);
            self.provide_for(rhs);
        }
        let first = match &node.kind {
            NodeKind::Path { steps, .. } => steps.first(),
            _ => Some(node),
        };
        if let Some(NodeKind::Variable { name }) = first.map(|first| &first.kind) {
            self.uses.provided_for.push(name.clone());
        }
    }

    /// Predicates and groupings see the items of the step they belong to; `@$v` and `#$i` bind for the steps after.
    fn attributes(&mut self, node: &Node) {
        let attrs = &node.attrs;
        self.bound.extend(attrs.focus.iter().chain(&attrs.index).cloned());
        for stage in attrs.stages.iter().chain(&attrs.predicate) {
            match stage {
                Stage::Filter { expr, .. } => self.node(expr, false),
                Stage::Index { var, .. } => self.bound.push(var.clone()),
            }
        }
        for (key, value) in attrs.group.iter().flat_map(|group| &group.pairs) {
            self.node(key, false);
            self.node(value, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;

    fn names(uses: &[super::Use]) -> Vec<&str> {
        uses.iter().map(|u| u.name.as_str()).collect()
    }

    fn uses_of(text: &str) -> super::Uses {
        Expression::compile(text).unwrap().uses().clone()
    }

    fn top(text: &str) -> Vec<String> {
        uses_of(text)
            .top_level_names
            .into_iter()
            .map(|u| u.name)
            .collect()
    }

    // The cases are those measured in floci#2670 [floci#2670].
    #[test]
    fn bare_names_at_the_top_level() {
        assert_eq!(top("phone.number"), ["phone"]);
        assert_eq!(top("$"), ["$"]);
        assert_eq!(top("{aaa: 1}"), ["aaa"]);
        assert_eq!(top("$map($states.input.a, function($x){ b })"), ["b"]);
        assert_eq!(
            top("$states.input.a[price > 2].name^(price){ kind: total }"),
            Vec::<String>::new()
        );
        assert_eq!(top("$states.input.(a + b)"), Vec::<String>::new());
        assert_eq!(top("$states.input.a.$sum(price)"), Vec::<String>::new());
    }

    #[test]
    fn bound_variables_are_not_uses() {
        let uses = uses_of("($a := $b; $f := function($x){ $x + $a }; $f($c))");
        assert_eq!(names(&uses.variables), ["b", "c"]);
        assert!(uses.calls.is_empty());
        // `$` is what a step works on.
        for text in ["$b ~> |$|{'a': $.c}|", "$b[$ > 1].($ * 2)^($)"] {
            let uses = uses_of(text);
            assert_eq!(names(&uses.variables), ["b"], "{text}");
        }
    }

    #[test]
    fn calls_and_members_of_states() {
        let uses = uses_of("$uppercase($states.result.name) & $nope(1, 2)");
        assert_eq!(names(&uses.states_members), ["result"]);
        assert_eq!(names(&uses.variables), ["states"]);
        assert_eq!(calls(&uses), [("uppercase", Some(1)), ("nope", Some(2))]);
    }

    #[test]
    fn paths_into_states_have_their_places() {
        let text = "$exists($states . input.a[0].b) and '$states.context.x' != $states.input.`c d`";
        let uses = uses_of(text);
        let paths = uses.states_paths.iter();
        let paths: Vec<(String, &str)> = paths
            .map(|p| (p.names.join("/"), &text[p.span.clone()]))
            .collect();
        assert_eq!(
            paths,
            [
                ("input/a/b".to_owned(), "$states . input.a[0].b"),
                ("input/c d".to_owned(), "$states.input.`c d`")
            ]
        );
    }

    fn calls(uses: &super::Uses) -> Vec<(&str, Option<usize>)> {
        let calls = uses.calls.iter();
        calls
            .map(|call| (call.function.name.as_str(), call.arguments))
            .collect()
    }

    #[test]
    fn chains_and_partial_applications_give_arguments_too() {
        let uses = uses_of("$a ~> $join(',') ~> $uppercase ~> $substring(?, 1)");
        assert_eq!(calls(&uses), [("join", Some(2)), ("substring", None)]);
        assert_eq!(names(&uses.variables), ["a", "uppercase"]);
        // A function that calls itself last, where the engine defers the call.
        let uses = uses_of("($f := function($n){ $n = 0 ? $sum([1]) : $f($n - 1) }; $f(3))");
        assert_eq!(calls(&uses), [("sum", Some(1))]);
    }

    #[test]
    fn a_variable_may_be_provided_for() {
        let uses = uses_of("$exists($a.b) ? $a.b : ($c ?? $d ?: 1)");
        assert_eq!(uses.provided_for, ["a", "c", "d"]);
        let uses = uses_of("$e.f ? $e.f : $g");
        assert_eq!(uses.provided_for, ["e"]);
    }
}
