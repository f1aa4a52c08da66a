//! Expressions that are evaluated on our own values, without the engine: plain paths, and the functions that fold the
//! numbers at the end of one: `$sum($states.input.items.price)`. Nothing is converted, and integers keep all their digits.

use jlens_core::ast::{Node, NodeKind};

use super::convert::{number, respelt};
use super::evaluate::Evaluated;
use super::plain_path::{Found, PlainPath, follow, is_bare};
use crate::value::{Number, Value};

/// An expression that needs no engine.
#[derive(Debug, Clone)]
pub(super) struct Direct {
    fold: Option<Fold>,
    path: PlainPath,
}

/// A function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Sum,
    Count,
    Max,
    Min,
    Average,
}

const FOLDS: [(&str, Fold); 5] = [
    ("sum", Fold::Sum),
    ("count", Fold::Count),
    ("max", Fold::Max),
    ("min", Fold::Min),
    ("average", Fold::Average),
];

impl Direct {
    /// The expression, when it is of this kind.
    pub(super) fn of(root: &Node) -> Option<Direct> {
        if let NodeKind::Function { procedure, args } = &root.kind {
            let (NodeKind::Variable { name }, [argument]) = (&procedure.kind, args.as_slice()) else {
                return None;
            };
            let (_, fold) = FOLDS.iter().find(|(function, _)| function == name)?;
            let path = PlainPath::of(argument)?;
            return is_bare(&root.attrs).then_some(Direct {
                fold: Some(*fold),
                path,
            });
        }
        PlainPath::of(root).map(|path| Direct { fold: None, path })
    }

    /// The path.
    pub(super) fn path(&self) -> &PlainPath {
        &self.path
    }

    /// The function's name, without `$`: a variable of that name takes its place.
    pub(super) fn function(&self) -> Option<&'static str> {
        let fold = self.fold?;
        FOLDS
            .iter()
            .find(|(_, other)| *other == fold)
            .map(|(name, _)| *name)
    }

    /// What it gives for the value that `steps` are followed from; `None` where the engine knows better.
    pub(super) fn evaluate(&self, root: Option<&Value>, steps: &[Box<str>]) -> Option<Evaluated> {
        let found = root.map_or(Found::Nothing, |root| follow(root, steps));
        match self.fold {
            None => Some(match found {
                Found::Nothing => Evaluated::Undefined,
                Found::One(value) => Evaluated::Value(respelt(value)),
                Found::Many(values) => Evaluated::Value(Value::array(values.into_iter().map(respelt))),
            }),
            Some(fold) => match found {
                Found::Nothing => fold.over(std::iter::empty()),
                Found::One(Value::Array(items)) => fold.over(items.iter()),
                Found::One(value) => fold.over(std::iter::once(value)),
                Found::Many(values) => fold.over(values.into_iter()),
            }
            .map(Evaluated::Value),
        }
    }
}

impl Fold {
    /// Of values that are numbers, one at least; the engine has the words for others.
    fn over<'v>(self, values: impl ExactSizeIterator<Item = &'v Value>) -> Option<Value> {
        let count = values.len();
        if self == Fold::Count {
            return Some(Value::from(i64::try_from(count).ok()?));
        }
        let mut numbers = values.map(|value| value.as_number().map(Number::as_f64));
        let mut result = match (self, numbers.next()??) {
            // As the reference adds up: from zero.
            (Fold::Sum | Fold::Average, first) => 0.0 + first,
            (_, first) => first,
        };
        for number in numbers {
            let number = number?;
            match self {
                Fold::Max => result = result.max(number),
                Fold::Min => result = result.min(number),
                _ => result += number,
            }
        }
        if self == Fold::Average {
            result /= count as f64;
        }
        result.is_finite().then(|| Value::Number(number(result)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::{Engine, Expression, Limits};
    use super::*;
    use crate::expr::random::RandomSource;
    use crate::source::parse_value;

    /// What the engine itself gives where the variable `d` is `value`.
    fn by_engine(path: &str, value: &Value) -> Evaluated {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
        let expression = Expression::compile(path).unwrap();
        engine.evaluate(&expression, None, [("d", value)], 0).unwrap()
    }

    fn directly(path: &str, input: &Value) -> Option<Evaluated> {
        let expression = Expression::compile(path).unwrap();
        let direct = expression.direct().unwrap();
        direct.evaluate(Some(input), direct.path().steps())
    }

    // Worked out from JSONata's rules: paths map over arrays, arrays found are taken apart, one item is the item.
    #[test]
    fn paths_map_over_arrays() {
        let input = parse_value(
            r#"{"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}, 5, [{"b": 6}]], "one": [{"t": ["x"]}], "two": [{"t": []}, {"t": ["x"]}],
                "n": {"m": [{"k": [{"v": 1.0}]}]}, "empty": [], "no": [[], {"t": [1]}], "in": [[{"t": [1]}]], "ins": [[{"t": [[1]]}]]}"#,
        )
        .unwrap();
        for (path, expected) in [
            ("$d.a.b", "[1,2,3,6]"),
            ("$d.one.t", "[\"x\"]"),
            ("$d.two.t", "\"x\""),
            ("$d.n.m.k.v", "1"),
            ("$d.no.t", "[1]"),
            ("$d.in.t", "1"),
            ("$d.ins.t", "[1]"),
            ("$d.empty", "[]"),
            ("$sum($d.a.b)", "12"),
            ("$count($d.a.b)", "4"),
            ("$count($d.nothing)", "0"),
            ("$max($d.a.b)", "6"),
            ("$min($d.a.b)", "1"),
            ("$average($d.a.b)", "3"),
        ] {
            let Some(Evaluated::Value(value)) = directly(path, &input) else {
                panic!("{path}")
            };
            assert_eq!(value.to_json(), expected, "{path}");
        }
        assert_eq!(directly("$d.a.b.c", &input), Some(Evaluated::Undefined));
        assert_eq!(directly("$d.empty.b", &input), Some(Evaluated::Undefined));
        // The engine says what is wrong.
        assert_eq!(directly("$sum($d.a)", &input), None);
        assert_eq!(directly("$sum($d.nothing)", &input), None);
    }

    fn document() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            (0..5i64).prop_map(serde_json::Value::from),
            Just(serde_json::Value::Null)
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::vec(("[ab]", inner), 0..3)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_engine_agrees(document in document()) {
            let input = Value::from(&document);
            for path in ["$d.a", "$d.a.b", "$d.a.a.b", "$d.b.a.b.a"] {
                let direct = directly(path, &input);
                prop_assert_eq!(direct, Some(by_engine(path, &input)), "{} of {}", path, document);
                for text in [format!("$sum({path})"), format!("$count({path})")] {
                    if let Some(direct) = directly(&text, &input) {
                        prop_assert_eq!(direct, by_engine(&text, &input), "{} of {}", text, document);
                    }
                }
            }
        }
    }
}
