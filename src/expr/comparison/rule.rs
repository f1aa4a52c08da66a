//! A Choice rule, compiled.

use thiserror::Error;

use super::operator::Comparator;
use super::pattern::Pattern;
use crate::asl::{self, Operand};
use crate::expr::Scope;
use crate::expr::jsonpath::{self, Path, PathError};
use crate::source::NodeRef;
use crate::value::Value;

/// When a rule of a Choice state holds.
#[derive(Debug, Clone)]
pub enum Rule {
    /// All of them.
    And(Vec<Rule>),
    /// One of them at least.
    Or(Vec<Rule>),
    /// Not this.
    Not(Box<Rule>),
    /// A comparison of a variable.
    Compare {
        /// `Variable`
        variable: Path,
        /// The operator.
        comparator: Comparator,
        /// What the variable is compared with.
        right: Right,
    },
}

/// The right side of a comparison.
#[derive(Debug, Clone)]
pub enum Right {
    /// A value of the definition.
    Literal(Value),
    /// A `StringMatches` pattern of the definition.
    Pattern(Pattern),
    /// The place that a `...Path` operator names.
    Path(Path),
}

/// An object that is no Choice rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleError {
    /// None of the operators, `And`, `Or`, `Not`.
    #[error("the rule has no comparison operator, And, Or or Not")]
    NoOperator,
    /// Two operators.
    #[error("the rule has both {0} and {1}")]
    TwoOperators(&'static str, &'static str),
    /// `And` or `Or` without rules.
    #[error("{0} must be a list of rules that is not empty")]
    NoRules(&'static str),
    /// An operator without `Variable`.
    #[error("the rule has no Variable")]
    NoVariable,
    /// A field that takes a path has none.
    #[error("{field} is not a path: {error}")]
    BadPath {
        /// The field.
        field: &'static str,
        /// What is wrong.
        error: jsonpath::ParseError,
    },
}

/// Why a rule could not be tested; AWS raises it as `States.Runtime`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleFailure {
    /// The place that a path names is not there (public run logs; aws-facts 2.2).
    #[error("Invalid path '{0}': The choice state's condition path references an invalid value.")]
    Missing(String),
    /// The input is null [states-language#29].
    #[error("{0}")]
    NullInput(PathError),
}

impl Rule {
    /// Compiles the rule's object. `Next`, `Assign`, `Comment` and `Output` beside it are not looked at.
    pub fn compile(node: NodeRef<'_>) -> Result<Rule, RuleError> {
        let mut rule: Option<(&'static str, Rule)> = None;
        for member in node.members() {
            let value = node.document().node(member.value);
            let (name, found) = match &*member.key {
                "And" => ("And", Rule::And(list("And", value)?)),
                "Or" => ("Or", Rule::Or(list("Or", value)?)),
                "Not" => ("Not", Rule::Not(Box::new(Rule::compile(value)?))),
                key => match asl::comparison(key) {
                    Some(comparison) => (comparison.name, comparison_rule(node, comparison, value)?),
                    None => continue,
                },
            };
            if let Some((first, _)) = rule {
                return Err(RuleError::TwoOperators(first, name));
            }
            rule = Some((name, found));
        }
        rule.map(|(_, rule)| rule).ok_or(RuleError::NoOperator)
    }

    /// Whether it holds. What `And` and `Or` need not ask, they do not.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<bool, RuleFailure> {
        match self {
            Rule::And(rules) => {
                for rule in rules {
                    if !rule.evaluate(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Rule::Or(rules) => {
                for rule in rules {
                    if rule.evaluate(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Rule::Not(rule) => Ok(!rule.evaluate(scope)?),
            Rule::Compare {
                variable,
                comparator,
                right,
            } => {
                let left = match variable.lookup(scope) {
                    Ok(value) => value,
                    Err(_) if comparator.takes_missing() => None,
                    Err(error) => return Err(failure(variable, error)),
                };
                if left.is_none() && !comparator.takes_missing() {
                    return Err(RuleFailure::Missing(variable.to_string()));
                }
                match right {
                    Right::Literal(right) => Ok(comparator.matches(left.as_ref(), right)),
                    Right::Pattern(pattern) => {
                        let text = left.as_ref().and_then(Value::as_str);
                        Ok(text.is_some_and(|text| pattern.matches(text)))
                    }
                    Right::Path(path) => match path.lookup(scope) {
                        Ok(Some(right)) => Ok(comparator.matches(left.as_ref(), &right)),
                        Ok(None) => Err(RuleFailure::Missing(path.to_string())),
                        Err(error) => Err(failure(path, error)),
                    },
                }
            }
        }
    }

    /// Every path in it, in the order of the text.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Rule::And(rules) | Rule::Or(rules) => rules.iter().flat_map(Rule::paths).collect(),
            Rule::Not(rule) => rule.paths(),
            Rule::Compare { variable, right, .. } => match right {
                Right::Path(path) => vec![variable, path],
                Right::Literal(_) | Right::Pattern(_) => vec![variable],
            },
        }
    }
}

fn failure(path: &Path, error: PathError) -> RuleFailure {
    match error {
        PathError::NullInput => RuleFailure::NullInput(error),
        _ => RuleFailure::Missing(path.to_string()),
    }
}

fn list(name: &'static str, node: NodeRef<'_>) -> Result<Vec<Rule>, RuleError> {
    let rules: Vec<Rule> = node.items().map(Rule::compile).collect::<Result<_, _>>()?;
    if rules.is_empty() {
        return Err(RuleError::NoRules(name));
    }
    Ok(rules)
}

fn comparison_rule(
    node: NodeRef<'_>,
    comparison: &'static asl::Comparison,
    operand: NodeRef<'_>,
) -> Result<Rule, RuleError> {
    let variable = node.get("Variable").ok_or(RuleError::NoVariable)?;
    let path = |field, node: NodeRef<'_>| {
        Path::parse(node.as_str().unwrap_or_default()).map_err(|error| RuleError::BadPath { field, error })
    };
    Ok(Rule::Compare {
        variable: path("Variable", variable)?,
        comparator: Comparator::new(comparison),
        right: match (comparison.is_path, comparison.operand) {
            (true, _) => Right::Path(path(comparison.name, operand)?),
            (false, Operand::Pattern) => Right::Pattern(Pattern::new(operand.as_str().unwrap_or_default())),
            (false, _) => Right::Literal(operand.to_value()),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::expr::Environment;
    use crate::expr::random::RandomSource;
    use crate::source::{self, SourceFile};

    struct Surroundings(RandomSource);

    impl Environment for Surroundings {
        fn context(&self) -> Value {
            Value::from(&json!({"Execution": {"Input": {"a-b": 0}}}))
        }

        fn variable(&self, name: &str) -> Option<Value> {
            (name == "n").then(|| Value::from(4))
        }

        fn random(&self) -> &RandomSource {
            &self.0
        }
    }

    fn compile(rule: &str) -> Result<Rule, RuleError> {
        let parsed = source::parse(Arc::new(SourceFile::new("t", rule)));
        Rule::compile(parsed.document.expect("JSON").root())
    }

    fn evaluate(rule: &str, input: serde_json::Value) -> Result<bool, String> {
        let surroundings = Surroundings(RandomSource::new(0));
        compile(rule)
            .expect("a rule")
            .evaluate(&Scope::new(&Value::from(&input), &surroundings))
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn rules_hold_or_not() {
        let input = json!({"a": 1, "b": 1.0, "s": "log-1.txt", "l": [1], "nul": null});
        for (rule, expected) in [
            (
                r#"{"Variable": "$.a", "NumericEqualsPath": "$.b", "Next": "X"}"#,
                true,
            ),
            (r#"{"Variable": "$.s", "StringMatches": "log-*.txt"}"#, true),
            (r#"{"Variable": "$.a", "StringMatches": "1"}"#, false),
            (r#"{"Variable": "$n", "NumericGreaterThan": 3}"#, true),
            (
                r#"{"Variable": "$$.Execution.Input.a-b", "NumericLessThanEquals": 0}"#,
                true,
            ),
            (r#"{"Variable": "$.nope", "IsPresent": false}"#, true),
            (r#"{"Variable": "$.l[3]", "IsPresent": true}"#, false),
            (r#"{"Variable": "$.a[0]", "IsPresent": true}"#, false),
            (r#"{"Variable": "$.nul", "IsPresent": true}"#, true),
            (r#"{"Not": {"Variable": "$.a", "NumericEquals": 1}}"#, false),
            (
                r#"{"And": [{"Variable": "$.x", "IsPresent": true}, {"Variable": "$.x", "IsNull": false}]}"#,
                false,
            ),
            (
                r#"{"Or": [{"Variable": "$.a", "NumericEquals": 1}, {"Variable": "$.x", "IsNull": true}]}"#,
                true,
            ),
        ] {
            assert_eq!(evaluate(rule, input.clone()), Ok(expected), "{rule}");
        }
    }

    #[test]
    fn what_is_missing_fails() {
        let missing = |path: &str| {
            Err(format!(
                "Invalid path '{path}': The choice state's condition path references an invalid value."
            ))
        };
        let input = json!({"a": 1, "l": []});
        for (rule, path) in [
            (r#"{"Variable": "$.x.y", "NumericEquals": 1}"#, "$.x.y"),
            (r#"{"Variable": "$.x", "IsNull": false}"#, "$.x"),
            (r#"{"Variable": "$.l[0]", "IsString": false}"#, "$.l[0]"),
            (r#"{"Variable": "$.a", "NumericEqualsPath": "$.x"}"#, "$.x"),
            (r#"{"Variable": "$nope", "NumericEquals": 1}"#, "$nope"),
        ] {
            assert_eq!(evaluate(rule, input.clone()), missing(path), "{rule}");
        }
        assert_eq!(
            evaluate(r#"{"Variable": "$", "IsString": true}"#, json!(null)),
            Err("Unable to apply Path transformation to null or empty input.".into())
        );
    }

    #[test]
    fn what_is_no_rule() {
        for (rule, expected) in [
            (r#"{"Variable": "$.a", "Next": "X"}"#, RuleError::NoOperator),
            (
                r#"{"Variable": "$.a", "IsNull": true, "IsString": true}"#,
                RuleError::TwoOperators("IsNull", "IsString"),
            ),
            (r#"{"And": []}"#, RuleError::NoRules("And")),
            (r#"{"IsNull": true}"#, RuleError::NoVariable),
            (r#"{"Not": {"Or": 1}}"#, RuleError::NoRules("Or")),
        ] {
            assert_eq!(compile(rule).map(drop), Err(expected), "{rule}");
        }
        let bad = compile(r#"{"Variable": "a", "IsNull": true}"#)
            .map(drop)
            .expect_err("no path");
        assert_eq!(bad.to_string(), "Variable is not a path: a path starts with '$'");
    }
}
