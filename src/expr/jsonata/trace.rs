//! What an expression reads of values that are not there yet: it is walked with [`Shapes`], which grow on the way.

use std::sync::Arc;

use jlens_core::ast::{BinaryOp, LambdaDef, Node, NodeKind, Stage};

use super::condition::relation;
use super::plain_path::PlainPath;
use super::{Engine, Evaluated, Expression, Limits, signatures};
use crate::expr::condition::Relation;
use crate::expr::random::RandomSource;
use crate::expr::shapes::{Kind, Shape, Shapes};
use crate::value::{Number, Value};

/// Functions inside functions at most.
const MOST_CALLS: usize = 20;
/// Nodes walked at most, those of functions each time that they are called.
const MOST_NODES: usize = 20_000;

impl Expression {
    /// Walks the expression; `variable` gives what stands behind a name that it does not bind itself, `$states` included.
    /// Gives what the expression does.
    pub(crate) fn trace(&self, shapes: &mut Shapes, variable: &dyn Fn(&str) -> Option<Shape>) -> Shape {
        let context = shapes.computed(None);
        let mut tracer = Tracer {
            shapes,
            variable,
            bound: Vec::new(),
            calls: 0,
            left: MOST_NODES,
        };
        tracer.value(&self.inner.ast().root, context)
    }

    /// Whether it is a variable and names after it, and nothing else: what such a path names it gives as it is.
    pub(crate) fn is_plain_path(&self) -> bool {
        PlainPath::of(&self.inner.ast().root).is_some()
    }
}

/// What a name stands for.
#[derive(Clone)]
enum Bound {
    Value(Shape),
    Function(Arc<LambdaDef>),
}

pub(super) struct Tracer<'t> {
    pub(super) shapes: &'t mut Shapes,
    variable: &'t dyn Fn(&str) -> Option<Shape>,
    bound: Vec<(String, Bound)>,
    calls: usize,
    left: usize,
}

impl Tracer<'_> {
    pub(super) fn value(&mut self, node: &Node, context: Shape) -> Shape {
        if self.left == 0 {
            return self.shapes.computed(None);
        }
        self.left -= 1;
        let known = self.known(node, context);
        let found = self.stages(&node.attrs.predicate, known);
        if let Some(group) = &node.attrs.group {
            let item = self.shapes.item(found);
            for (key, value) in &group.pairs {
                self.value(key, item);
                self.value(value, item);
            }
            return self.shapes.computed(Some(Kind::Object));
        }
        found
    }

    fn known(&mut self, node: &Node, context: Shape) -> Shape {
        match &node.kind {
            NodeKind::Path { steps, .. } => self.path(steps, context),
            NodeKind::Name { name } => self.name(context, name),
            NodeKind::Wildcard => self.shapes.some_member(context),
            // At any depth is at the top as well.
            NodeKind::Descendant => context,
            NodeKind::Variable { name } if name.is_empty() => context,
            NodeKind::Variable { name } => match self.named(name) {
                Some(Bound::Value(shape)) => shape,
                _ => self.shapes.computed(None),
            },
            NodeKind::String { value } => self.shapes.fixed(&Value::from(value.as_str())),
            NodeKind::Number { value } => self.shapes.fixed(&number(*value)),
            NodeKind::Bool { value } => self.shapes.fixed(&Value::Bool(*value)),
            NodeKind::Null => self.shapes.fixed(&Value::Null),
            NodeKind::Binary { op, lhs, rhs } => self.binary(*op, lhs, rhs, context),
            NodeKind::Negate { expr } => {
                let of = self.value(expr, context);
                self.shapes.expect(of, Kind::Number);
                self.shapes.computed(Some(Kind::Number))
            }
            NodeKind::Array { items } => {
                let items = items.iter().map(|item| self.value(item, context)).collect();
                self.shapes.list(items)
            }
            NodeKind::Object { pairs } => {
                let mut members: Vec<(Arc<str>, Shape)> = Vec::new();
                for (key, value) in pairs {
                    let written = self.value(key, context);
                    let value = self.value(value, context);
                    if let Some(Value::String(key)) = self.shapes.settled(written) {
                        members.push((key, value));
                    }
                }
                self.shapes.object(members)
            }
            NodeKind::Condition {
                condition,
                then,
                otherwise,
            } => {
                self.value(condition, context);
                let then = self.value(then, context);
                if let Some(otherwise) = otherwise {
                    self.value(otherwise, context);
                }
                then
            }
            NodeKind::Fallback { lhs, rhs, .. } => {
                let value = self.value(lhs, context);
                self.value(rhs, context);
                value
            }
            NodeKind::Block { exprs, .. } => {
                let outer = self.bound.len();
                let mut last = None;
                for expr in exprs {
                    last = Some(self.value(expr, context));
                }
                self.bound.truncate(outer);
                last.unwrap_or_else(|| self.shapes.computed(None))
            }
            NodeKind::Bind { lhs, rhs } => {
                let bound = match &rhs.kind {
                    NodeKind::Lambda(lambda) => Bound::Function(lambda.clone()),
                    _ => Bound::Value(self.value(rhs, context)),
                };
                let shape = match &bound {
                    Bound::Value(shape) => *shape,
                    Bound::Function(_) => self.shapes.computed(None),
                };
                if let NodeKind::Variable { name } = &lhs.kind {
                    self.bound.push((name.clone(), bound));
                }
                shape
            }
            NodeKind::Apply { lhs, rhs } => {
                let first = self.value(lhs, context);
                match &rhs.kind {
                    NodeKind::Function { procedure, args } => {
                        self.call(procedure, args, Some(first), context)
                    }
                    NodeKind::Transform(_) => {
                        let item = self.shapes.item(first);
                        self.shapes.expect(item, Kind::Object);
                        first
                    }
                    _ => self.call(rhs, &[], Some(first), context),
                }
            }
            NodeKind::Function { procedure, args } => self.call(procedure, args, None, context),
            NodeKind::Partial { args, .. } => {
                for arg in args {
                    self.value(arg, context);
                }
                self.shapes.computed(None)
            }
            // A thunk is a call that the engine defers.
            NodeKind::Lambda(lambda) if lambda.thunk => self.value(&lambda.body, context),
            _ => self.shapes.computed(None),
        }
    }

    fn named(&self, name: &str) -> Option<Bound> {
        let own = self.bound.iter().rev().find(|(bound, _)| bound == name);
        own.map(|(_, bound)| bound.clone())
            .or_else(|| (self.variable)(name).map(Bound::Value))
    }

    /// A member, of each item where it is a list.
    fn name(&mut self, of: Shape, name: &str) -> Shape {
        if self.shapes.is_list(of) {
            let item = self.shapes.item(of);
            let member = self.name(item, name);
            return self.shapes.list(vec![member]);
        }
        self.shapes.member(of, name)
    }

    fn path(&mut self, steps: &[Node], context: Shape) -> Shape {
        let outer = self.bound.len();
        let (mut at, mut many) = (context, false);
        for (i, step) in steps.iter().enumerate() {
            at = match &step.kind {
                _ if i == 0 => self.value(step, context),
                NodeKind::Sort { terms } => {
                    let item = self.shapes.item(at);
                    for term in terms {
                        self.value(&term.expr, item);
                    }
                    at
                }
                kind => {
                    // An object that is made for each is made of a list; the input as a whole is none.
                    let is_input =
                        i == 2 && matches!(&steps[0].kind, NodeKind::Variable { name } if name == "states");
                    if self.shapes.several && matches!(kind, NodeKind::Object { .. }) && !is_input {
                        self.shapes.expect(at, Kind::List);
                    }
                    // Each item of what was found so far makes the step.
                    let mut item = at;
                    while self.shapes.is_list(item) {
                        (item, many) = (self.shapes.item(item), true);
                    }
                    match kind {
                        NodeKind::Name { name } => self.shapes.member(item, name),
                        _ => self.value(step, item),
                    }
                }
            };
            for name in step.attrs.focus.iter().chain(&step.attrs.index) {
                let item = self.shapes.item(at);
                self.bound.push((name.clone(), Bound::Value(item)));
            }
            if i > 0 && step.attrs.group.is_some() {
                at = self.shapes.computed(Some(Kind::Object));
            }
            at = self.stages(&step.attrs.stages, at);
        }
        self.bound.truncate(outer);
        // Lists that several items give are joined.
        if many && !self.shapes.is_list(at) {
            at = self.shapes.list(vec![at]);
        }
        at
    }

    /// Filters see the items of what they filter; an index takes one of them. Gives what is left.
    fn stages(&mut self, stages: &[Stage], of: Shape) -> Shape {
        let mut at = of;
        for stage in stages {
            match stage {
                Stage::Filter { expr, .. } => match index(expr) {
                    // A value that is no list is its own first item.
                    Some(0) if !self.shapes.is_list(at) => {}
                    Some(index) => at = self.shapes.nth(at, index),
                    None => {
                        let item = self.shapes.item(at);
                        self.hold(expr, item, true);
                        self.value(expr, item);
                    }
                },
                Stage::Index { var, .. } => {
                    let index = self.shapes.computed(Some(Kind::Number));
                    self.bound.push((var.clone(), Bound::Value(index)));
                }
            }
        }
        at
    }

    fn binary(&mut self, op: BinaryOp, lhs: &Node, rhs: &Node, context: Shape) -> Shape {
        let (left, right) = (self.value(lhs, context), self.value(rhs, context));
        let kind = match op {
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Range => {
                self.shapes.expect(left, Kind::Number);
                self.shapes.expect(right, Kind::Number);
                if op == BinaryOp::Range {
                    let item = self.shapes.computed(Some(Kind::Number));
                    return self.shapes.list(vec![item]);
                }
                Kind::Number
            }
            BinaryOp::Concat => return self.shapes.joined(vec![left, right]),
            BinaryOp::In => {
                if !self.shapes.is_list(right) {
                    self.shapes.expect(right, Kind::List);
                }
                let item = self.shapes.item(right);
                self.compared(Relation::Equal, left, item);
                Kind::Boolean
            }
            BinaryOp::And | BinaryOp::Or => Kind::Boolean,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                if let Some(relation) = relation(op) {
                    self.compared(relation, left, right);
                }
                Kind::Boolean
            }
        };
        self.shapes.computed(Some(kind))
    }

    /// Two values that are compared are of one type, and one may be an example of the other.
    fn compared(&mut self, relation: Relation, left: Shape, right: Shape) {
        let (a, b) = (self.shapes.settled(left), self.shapes.settled(right));
        match (a, b) {
            (None, Some(value)) => self.shapes.suggest_relation(left, relation, &value),
            (Some(value), None) => self.shapes.suggest_relation(right, relation.turned(), &value),
            (None, None) if !matches!(relation, Relation::Equal | Relation::NotEqual) => {
                let is_moment = |shape| self.shapes.kind(shape) == Some(Kind::Moment);
                // Only numbers and texts have an order; numbers are what people order, but for times.
                let kind = match is_moment(left) || is_moment(right) {
                    true => Kind::Moment,
                    false => Kind::Number,
                };
                self.shapes.expect(left, kind);
                self.shapes.expect(right, kind);
            }
            _ => {}
        }
    }

    fn call(&mut self, procedure: &Node, args: &[Node], first: Option<Shape>, context: Shape) -> Shape {
        let function = match &procedure.kind {
            NodeKind::Lambda(lambda) => Some(lambda.clone()),
            NodeKind::Variable { name } => match self.named(name) {
                Some(Bound::Function(lambda)) => Some(lambda),
                Some(Bound::Value(_)) => None,
                None => return self.built_in(name, args, first, context),
            },
            _ => None,
        };
        let mut values: Vec<Shape> = first.into_iter().collect();
        values.extend(args.iter().map(|arg| self.value(arg, context)));
        match function {
            Some(lambda) => self.apply(&lambda, &values, context),
            None => {
                self.value(procedure, context);
                self.shapes.computed(None)
            }
        }
    }

    fn apply(&mut self, lambda: &LambdaDef, values: &[Shape], context: Shape) -> Shape {
        if self.calls == MOST_CALLS {
            return self.shapes.computed(None);
        }
        self.calls += 1;
        let result = self.with_bound(lambda, values, |tracer| tracer.value(&lambda.body, context));
        self.calls -= 1;
        result
    }

    /// Does something where the parameters of a function stand for `values`.
    fn with_bound<T>(
        &mut self,
        lambda: &LambdaDef,
        values: &[Shape],
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = self.bound.len();
        for (i, name) in lambda.params.iter().enumerate() {
            let value = values
                .get(i)
                .copied()
                .unwrap_or_else(|| self.shapes.computed(None));
            self.bound.push((name.clone(), Bound::Value(value)));
        }
        let result = work(self);
        self.bound.truncate(outer);
        result
    }

    /// The function that an argument is.
    fn function(&self, node: &Node) -> Option<Arc<LambdaDef>> {
        match &node.kind {
            NodeKind::Lambda(lambda) => Some(lambda.clone()),
            NodeKind::Variable { name } => match self.named(name)? {
                Bound::Function(lambda) => Some(lambda),
                Bound::Value(_) => None,
            },
            _ => None,
        }
    }

    fn built_in(&mut self, name: &str, args: &[Node], first: Option<Shape>, context: Shape) -> Shape {
        let mut values: Vec<Shape> = first.into_iter().collect();
        for arg in args {
            let value = match &arg.kind {
                NodeKind::Lambda(_) => self.shapes.computed(None),
                _ => self.value(arg, context),
            };
            values.push(value);
        }
        let lambda = args.iter().rev().find_map(|arg| self.function(arg));
        if let (Some(lambda), Some(of)) = (&lambda, values.first().copied()) {
            return self.with_function(name, lambda, of, &values, context);
        }
        let value = values.first().copied();
        match (name, value) {
            ("exists" | "type" | "string" | "boolean" | "not" | "count", _) => {
                if name == "count"
                    && let Some(of) = value
                {
                    self.shapes.expect(of, Kind::List);
                }
                let kind = match name {
                    "count" => Kind::Number,
                    "type" | "string" => Kind::Text,
                    _ => Kind::Boolean,
                };
                return self.shapes.computed(Some(kind));
            }
            ("parse", Some(of)) => return self.shapes.parsed(of),
            ("number", Some(of)) => {
                self.shapes.expect(of, Kind::Text);
                self.shapes.expect(of, Kind::Digits);
                return self.shapes.computed(Some(Kind::Number));
            }
            ("toMillis", Some(of)) => {
                self.shapes.expect(of, Kind::Text);
                match values.get(1).map(|picture| self.shapes.settled(*picture)) {
                    None => self.shapes.expect(of, Kind::Moment),
                    Some(Some(picture)) => {
                        if let Some(example) = moment_as(&picture) {
                            self.shapes.suggest(of, &example);
                        }
                    }
                    Some(None) => {}
                }
                return self.shapes.computed(Some(Kind::Number));
            }
            ("base64decode", Some(of)) => return self.shapes.decoded(of),
            ("now", None) => return self.shapes.computed(Some(Kind::Moment)),
            ("keys" | "spread", Some(of)) => {
                self.shapes.some_member(of);
            }
            ("reverse" | "shuffle" | "distinct" | "sort", Some(of)) => {
                self.shapes.expect(of, Kind::List);
                return of;
            }
            ("append", Some(of)) => return of,
            ("lookup", Some(of)) => {
                if let Some(key) = values.get(1).copied() {
                    return self.looked_up(of, key);
                }
            }
            ("merge", Some(of)) => {
                if let Some(merged) = self.merged(of) {
                    return merged;
                }
            }
            ("partition", Some(of)) => {
                self.shapes.expect(of, Kind::List);
                return self.shapes.list(vec![of]);
            }
            ("split", Some(of)) => {
                self.shapes.expect(of, Kind::Text);
                let separator = values
                    .get(1)
                    .and_then(|separator| self.shapes.settled(*separator));
                if let Some(Value::String(separator)) = separator.filter(|_| values.len() == 2) {
                    return self.shapes.split(of, &separator);
                }
                let item = self.shapes.computed(Some(Kind::Text));
                return self.shapes.list(vec![item]);
            }
            _ => {}
        }
        let Some(signature) = signatures::of(name) else {
            return self.shapes.computed(None);
        };
        for (i, value) in values.iter().enumerate() {
            if let Some(Some(kind)) = signature.takes.get(i) {
                self.shapes.expect(*value, *kind);
            }
            if let Some(Some(kind)) = signature.items.get(i) {
                let item = self.shapes.item(*value);
                self.shapes.expect(item, *kind);
            }
        }
        self.shapes.computed(signature.gives)
    }

    /// The member that a key names which may be worked out.
    fn looked_up(&mut self, of: Shape, key: Shape) -> Shape {
        self.shapes.expect(key, Kind::Text);
        let of = self.shapes.item(of);
        self.shapes.expect(of, Kind::Object);
        match self.shapes.value(key) {
            // Of what is worked out nothing is known: it may be any of the names.
            _ if self.shapes.is_computed(key) && !self.shapes.is_joined(key) => self.shapes.some_member(of),
            Value::String(name) => self.name(of, &name),
            _ => self.shapes.computed(None),
        }
    }

    /// The objects of a list joined into one.
    fn merged(&mut self, list: Shape) -> Option<Shape> {
        for item in self.shapes.items(list)? {
            self.shapes.expect(item, Kind::Object);
        }
        let mut items = self.shapes.items(list)?.into_iter();
        let mut whole = items.next()?;
        for item in items {
            let members = self.shapes.members(item);
            whole = self.shapes.with(whole, members);
        }
        Some(whole)
    }

    /// A function that calls another on what it is given.
    fn with_function(
        &mut self,
        name: &str,
        lambda: &LambdaDef,
        of: Shape,
        values: &[Shape],
        context: Shape,
    ) -> Shape {
        match name {
            "each" | "sift" => {
                let value = self.shapes.some_member(of);
                if name == "sift" {
                    self.with_bound(lambda, &[value], |tracer| {
                        tracer.hold(&lambda.body, context, true)
                    });
                }
                let made = self.apply(lambda, &[value], context);
                match name {
                    "each" => self.shapes.list(vec![made]),
                    _ => of,
                }
            }
            "reduce" => {
                self.shapes.expect(of, Kind::List);
                let item = self.shapes.item(of);
                let start = values.get(2).copied().unwrap_or(item);
                self.apply(lambda, &[start, item], context)
            }
            _ => {
                self.shapes.expect(of, Kind::List);
                let item = self.shapes.item(of);
                let given = match name {
                    "sort" => vec![item, item],
                    _ => vec![item],
                };
                if matches!(name, "filter" | "single") {
                    self.with_bound(lambda, &given, |tracer| tracer.hold(&lambda.body, context, true));
                }
                let result = self.apply(lambda, &given, context);
                match name {
                    "map" => self.shapes.list(vec![result]),
                    "single" => item,
                    _ => of,
                }
            }
        }
    }
}

/// The place in a list that a filter names, one from the end counted from the start: of a list that is as long as it must be.
fn index(filter: &Node) -> Option<usize> {
    let (value, from_end) = match &filter.kind {
        NodeKind::Number { value } => (*value, *value < 0.0),
        NodeKind::Negate { expr } => match expr.kind {
            NodeKind::Number { value } => (-value, true),
            _ => return None,
        },
        _ => return None,
    };
    let place = if from_end {
        -value.floor() - 1.0
    } else {
        value.floor()
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "lists are made that long only where it is little"
    )]
    let place = place.max(0.0) as usize;
    Some(place)
}

/// The example of a moment, written as a picture says.
fn moment_as(picture: &Value) -> Option<Value> {
    // 2024-01-01T00:00:00Z
    let text = format!("$fromMillis(1704067200000, {})", picture.to_json());
    let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
    match engine.evaluate(&Expression::compile(&text).ok()?, None, [], 0) {
        Ok(Evaluated::Value(value)) => Some(value),
        _ => None,
    }
}

pub(super) fn number(value: f64) -> Value {
    let number = Number::Float(value);
    Value::Number(number.as_i64().map_or(number, Number::Int))
}
