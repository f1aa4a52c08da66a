//! Running an expression.

use std::time::Duration;

use jlens_core::reads::Read;
use jlens_core::{Bindings, Options};

use super::convert::{Document, cut};
use super::exact::Exact;
use super::functions;
use super::guard::Guarded;
use super::messages;
use super::non_finite;
use super::patterns;
use super::syntax::{Expression, Rewritten};
use crate::expr::random::RandomSource;
use crate::value::Value;
use std::sync::Arc;

/// Bounds of one evaluation.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Evaluation depth at most.
    pub max_depth: Option<usize>,
    /// Steps at most: a bound that is the same on every machine.
    pub max_steps: u64,
    /// Processor time at most: the last resort against an expression that hangs between steps.
    pub timeout: Duration,
    /// Bytes of a string at most.
    pub max_string_length: Option<usize>,
    /// Items of an array at most.
    pub max_array_length: Option<usize>,
    /// Bytes of the result's JSON text at most, and of the arguments of a function that AWS adds.
    pub max_result_size: usize,
    /// Bytes that the process may grow by while the expression is evaluated.
    pub max_memory: usize,
}

/// Memory that no expression of use takes.
const GIBIBYTE: usize = 1 << 30;

impl Default for Limits {
    /// The engine's own bounds, with enough steps for some ten seconds' work.
    fn default() -> Self {
        Limits {
            max_depth: None,
            max_steps: 100_000_000,
            timeout: Duration::from_secs(10),
            max_string_length: None,
            max_array_length: None,
            max_result_size: 1 << 26,
            max_memory: GIBIBYTE,
        }
    }
}

impl Limits {
    /// AWS's bounds, as measured [floci#2676]: depth 100 (a sum of 100 terms passes, one of 101
    /// does not), 6,990,256 bytes in one built value with 8 for a number and 1 for a character. AWS stops an expression
    /// after a second; steps stand for the time, so that a run is the same on every machine. The seconds are for what
    /// takes time without taking steps: a regular expression that tries the same again and again.
    pub fn aws() -> Self {
        const VALUE_BYTES: usize = 6_990_256;
        Limits {
            max_depth: Some(100),
            max_steps: 20_000_000,
            timeout: Duration::from_secs(2),
            max_string_length: Some(VALUE_BYTES),
            max_array_length: Some(VALUE_BYTES / 8),
            // More than a state may hand on, and no more than a few moments' work.
            max_result_size: 2 * VALUE_BYTES,
            max_memory: GIBIBYTE,
        }
    }
}

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Evaluated {
    /// A value.
    Value(Value),
    /// Nothing.
    Undefined,
    /// A function, which is no JSON value: AWS has words of its own for it.
    Function,
}

/// An expression that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct EvaluationError {
    /// The code of the reference implementation: `T0410`.
    pub code: String,
    /// Its message, without the code.
    pub message: String,
    /// The offset in the expression, in UTF-16 units, where it is known.
    pub position: Option<usize>,
    /// The bound it passed, when that is why.
    pub bound: Option<Bound>,
}

/// The code of an expression that was stopped: the reference implementation's guard has it for depth and time alike.
pub(super) const STOPPED: &str = "U1001";

/// The code of an error that has none: it is AWS's own.
pub(super) const INTERNAL: &str = "internal";

/// What an expression has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Calls and terms inside each other.
    Depth,
    /// Steps, or time.
    Time,
    /// A string, an array, a result or all of them together.
    Memory,
}

impl Bound {
    fn of(code: &str) -> Option<Bound> {
        match code {
            "D1011" => Some(Bound::Depth),
            "D1012" | "U1006" => Some(Bound::Time),
            STOPPED => Some(Bound::Memory),
            _ => None,
        }
    }

    /// AWS's words: for depth and time those of the reference implementation's guard [recorded; Transforming data with
    /// JSONata in Step Functions].
    pub fn words(self) -> &'static str {
        match self {
            Bound::Depth => {
                "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as \
                 tail-recursive"
            }
            Bound::Time => "Expression evaluation timeout: Check for infinite loop",
            Bound::Memory => "Expression evaluation memory limit exceeded: Check for excessive memory usage",
        }
    }
}

/// The code of an evaluation that was stopped from outside.
pub(super) const CANCELLED: &str = "U1003";

impl From<Bound> for EvaluationError {
    fn from(bound: Bound) -> Self {
        EvaluationError {
            code: STOPPED.to_owned(),
            message: bound.words().to_owned(),
            position: None,
            bound: Some(bound),
        }
    }
}

impl From<jlens_core::Error> for EvaluationError {
    fn from(error: jlens_core::Error) -> Self {
        let bound = Bound::of(error.code());
        let (code, message) = match bound {
            Some(bound @ (Bound::Depth | Bound::Time)) => (STOPPED, bound.words().to_owned()),
            Some(Bound::Memory) if error.code() != STOPPED => (STOPPED, Bound::Memory.words().to_owned()),
            // The engine says what is too large.
            _ => (error.code(), patterns::with_own_names(messages::of(&error))),
        };
        EvaluationError {
            code: code.to_owned(),
            message,
            position: error.position(),
            bound,
        }
    }
}

/// The form in which an expression is run.
struct Form<'e> {
    /// `None`: as it is written.
    rewritten: Option<&'e Rewritten>,
    /// See [`is_shadowing`].
    shadowed: bool,
    /// Whether it is one of a state of AWS.
    in_state: bool,
}

/// Whether one of the variables has the name of a function that the expression names: it stands before the function, so
/// that nothing holds that is known of it [jsonata-js: variables are looked up in the innermost frame that has them].
fn is_shadowing(expression: &Expression, variables: &[(&str, &Value)]) -> bool {
    !variables.is_empty()
        && expression
            .functions_named()
            .iter()
            .any(|name| variables.iter().any(|(variable, _)| *variable == &**name))
}

/// The code of a number that is infinite.
const OUT_OF_RANGE: &str = "D1001";

/// What all evaluations of one run share: the functions that AWS adds, the run's numbers and limits.
#[derive(Debug)]
pub struct Engine {
    bindings: Bindings,
    /// Those of a state.
    in_state: Bindings,
    limits: Limits,
    random: Arc<RandomSource>,
    exact: Exact,
}

impl Engine {
    /// An engine that draws from `random`.
    pub fn new(random: Arc<RandomSource>, limits: Limits) -> Self {
        let exact = Exact::default();
        let bindings = functions::bindings(&random, &exact);
        Engine {
            in_state: functions::in_state(bindings.clone(), &random),
            bindings,
            limits,
            random,
            exact,
        }
    }

    /// Evaluates `expression` with variables (names without `$`) and, for expressions outside Step Functions, an input
    /// document. `now_millis` is what `$millis()` gives, in milliseconds since 1970.
    ///
    /// # Errors
    /// What the expression throws, and the limits.
    pub fn evaluate<'v>(
        &self,
        expression: &Expression,
        input: Option<&Value>,
        variables: impl IntoIterator<Item = (&'v str, &'v Value)>,
        now_millis: i64,
    ) -> Result<Evaluated, EvaluationError> {
        let variables: Vec<(&str, &Value)> = variables.into_iter().collect();
        let shadowed = is_shadowing(expression, &variables);
        let form = Form {
            rewritten: expression.on_input().filter(|_| !shadowed),
            shadowed,
            in_state: false,
        };
        self.run(&form, expression, input, variables, now_millis)
    }

    /// Like [`Engine::evaluate`], as a state of AWS does: there is no input document but `$states`, and numbers that
    /// are not finite are given as text: `"Infinity"`, `"NaN"` [floci#2676, measured].
    ///
    /// # Errors
    /// What the expression throws, and the limits.
    pub fn evaluate_in_state<'v>(
        &self,
        expression: &Expression,
        states: &Value,
        variables: impl IntoIterator<Item = (&'v str, &'v Value)>,
        now_millis: i64,
    ) -> Result<Evaluated, EvaluationError> {
        let mut variables: Vec<(&str, &Value)> = variables.into_iter().collect();
        if let Some(direct) = expression.direct() {
            let path = direct.path();
            let variable = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| *value)
            };
            let root = match path.variable() {
                "states" => Some(states),
                name => variable(name),
            };
            // What no state assigned may still be a function's name.
            if root.is_some()
                && direct.function().and_then(variable).is_none()
                && let Some(evaluated) = direct.evaluate(root, path.steps())
            {
                return Ok(evaluated);
            }
        }
        let shadowed = is_shadowing(expression, &variables);
        let rooted = expression.rooted().filter(|_| !shadowed);
        if rooted.is_none() {
            variables.push(("states", states));
        }
        let form = Form {
            rewritten: rooted.or_else(|| expression.on_input().filter(|_| !shadowed)),
            shadowed,
            in_state: true,
        };
        self.run(&form, expression, rooted.map(|_| states), variables, now_millis)
    }

    fn run(
        &self,
        form: &Form<'_>,
        expression: &Expression,
        input: Option<&Value>,
        variables: Vec<(&str, &Value)>,
        now_millis: i64,
    ) -> Result<Evaluated, EvaluationError> {
        let Form {
            rewritten,
            shadowed,
            in_state,
        } = *form;
        self.exact.clear();
        let bindings = if in_state { &self.in_state } else { &self.bindings };
        let mut bindings = bindings.clone();
        // What is read of a variable is not known where the name of a function stands for another value.
        let every = shadowed || expression.reads().every_binding();
        for (name, value) in variables {
            let read = match expression.reads().binding(name) {
                Some(read) if !shadowed => Some(read),
                _ => every.then_some(&Read::Whole),
            };
            if let Some(read) = read {
                bindings = bindings.var(name, cut(value, read, &self.exact));
            }
        }
        let guarded = Guarded::new(&self.limits);
        let compiled = match rewritten {
            None => &expression.inner,
            Some(rewritten) => {
                if !rewritten.patterns.is_empty() {
                    bindings = patterns::bind(bindings, &rewritten.patterns, guarded.token());
                }
                &rewritten.compiled
            }
        };
        let before = rewritten.map_or(0, |rewritten| rewritten.before);
        let mut options = self.options(now_millis, &guarded);
        if let Some(depth) = self.limits.max_depth.filter(|_| before > 0) {
            // It is one level down.
            options = options.max_depth(depth + 1);
        }
        let document = Document::new(input, self.exact.clone());
        let mut builder = document.builder();
        let mut result = compiled.evaluate_source_to(&document, &bindings, &options, |output| {
            output.write(&mut builder)
        });
        let may_be_spelt = match &result {
            Ok(_) => builder.built_null,
            Err(error) => error.code() == OUT_OF_RANGE,
        };
        // Whether an error's place is not that in the text as it was written.
        let mut moved = false;
        if in_state
            && may_be_spelt
            && let Some(spelling) = expression.spelling(shadowed)
        {
            result = self.spelled(spelling, &document, &bindings, options.clone(), result);
            moved = result.as_ref().is_err_and(|error| error.code() != OUT_OF_RANGE);
        }
        match result {
            Ok(Some(value)) => Ok(Evaluated::Value(value)),
            Ok(None) => Ok(tell_function(compiled.source(), &document, &bindings, &options)),
            Err(error) => {
                let error = match error.code() {
                    CANCELLED => guarded.passed().into(),
                    _ => EvaluationError::from(error),
                };
                let position = error.position.filter(|_| !moved);
                Err(EvaluationError {
                    position: position.map(|position| position.saturating_sub(before)),
                    ..error
                })
            }
        }
    }

    /// Evaluates an expression once more in the form that lets numbers through which are not finite; `before` is what
    /// came without.
    fn spelled<'v>(
        &self,
        spelling: &jlens_core::Expression,
        document: &Document<'v>,
        bindings: &'v Bindings,
        mut options: Options,
        before: jlens_core::Result<Option<Value>>,
    ) -> jlens_core::Result<Option<Value>> {
        if let Some(depth) = self.limits.max_depth {
            options = options.max_depth(depth * non_finite::DEPTH_FACTOR);
        }
        let mut builder = document.builder().spelling_numbers();
        let result =
            spelling.evaluate_source_to(document, bindings, &options, |output| output.write(&mut builder));
        match (result, before) {
            (Ok(_), _) if builder.built_from_non_finite => Err(non_finite::in_string()),
            (Ok(value), _) => Ok(value),
            // What the number that was refused would have come to.
            (Err(error), Err(before)) if Bound::of(error.code()).is_none() && error.code() != CANCELLED => {
                match error.code() {
                    code if code == before.code() => Err(before),
                    _ => Err(error),
                }
            }
            (Err(_), before) => before,
        }
    }

    fn options(&self, now_millis: i64, guarded: &Guarded) -> Options {
        let mut options = Options::new()
            .now(now_millis)
            .seed(self.random.next_u64())
            .max_steps(self.limits.max_steps)
            // By the clock on the wall, should nobody watch.
            .timeout(self.limits.timeout * 30)
            .max_result_size(self.limits.max_result_size)
            .cancel_token(guarded.token().clone());
        if let Some(depth) = self.limits.max_depth {
            options = options.max_depth(depth);
        }
        if let Some(bytes) = self.limits.max_string_length {
            options = options.max_string_length(bytes);
        }
        if let Some(items) = self.limits.max_array_length {
            options = options.max_array_length(items);
        }
        options
    }
}

/// The engine gives a function as result and no result alike; `$type` of the same expression, with the same seed, tells
/// them apart.
fn tell_function<'v>(
    source: &str,
    document: &Document<'v>,
    bindings: &'v Bindings,
    options: &Options,
) -> Evaluated {
    // No parentheses of their own: a slash behind one of them would begin no regular expression, which is a function, too.
    let text = format!("$type({source}\n)");
    let told = jlens_core::Expression::compile(&text)
        .and_then(|typed| typed.evaluate_source(document, bindings, options));
    match told {
        Ok(Some(serde_json::Value::String(name))) if name == "function" => Evaluated::Function,
        _ => Evaluated::Undefined,
    }
}
