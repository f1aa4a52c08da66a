//! The one table of intrinsic functions.

use std::fmt;

use super::functions::{array, encoding, json, math, text};
use crate::diagnostics::counted;
use crate::expr::random::RandomSource;
use crate::value::Value;

/// An intrinsic function.
#[derive(Clone, Copy)]
pub struct Function {
    /// `States.Format`
    pub name: &'static str,
    /// Fewest arguments.
    pub min_arguments: usize,
    /// Most arguments; any number when absent.
    pub max_arguments: Option<usize>,
    /// Whether it may give a string: only such a call may stand in a Fail state's ErrorPath and CausePath [Fail
    /// workflow state].
    pub gives_text: bool,
    /// What it does.
    pub(super) run: fn(&Arguments<'_>) -> Result<Value, Wrong>,
}

/// What is wrong with the arguments of a call.
#[derive(Debug)]
pub struct Wrong {
    /// AWS's words, where they are others than `Invalid arguments in <function>`.
    pub(super) error: Option<String>,
    /// Ours.
    pub(super) hint: String,
}

impl From<String> for Wrong {
    fn from(hint: String) -> Self {
        Wrong { error: None, hint }
    }
}

impl From<&str> for Wrong {
    fn from(hint: &str) -> Self {
        Wrong::from(hint.to_owned())
    }
}

/// What a function is called with.
pub struct Arguments<'a> {
    /// The arguments, as many as the function takes.
    pub(super) values: &'a [Value],
    /// The first argument as it is written between its quotes, escapes kept, when it is a literal.
    pub(super) template: Option<&'a str>,
    /// The run's generator.
    pub(super) random: &'a RandomSource,
}

const fn entry(
    name: &'static str,
    arguments: (usize, Option<usize>),
    gives_text: bool,
    run: fn(&Arguments<'_>) -> Result<Value, Wrong>,
) -> Function {
    Function {
        name,
        min_arguments: arguments.0,
        max_arguments: arguments.1,
        gives_text,
        run,
    }
}

const fn exactly(count: usize) -> (usize, Option<usize>) {
    (count, Some(count))
}

/// All intrinsic functions [Intrinsic functions for JSONPath states], in the order of the guide.
pub const FUNCTIONS: [Function; 18] = [
    entry("States.Array", (0, None), false, array::array),
    entry("States.ArrayPartition", exactly(2), false, array::partition),
    entry("States.ArrayContains", exactly(2), false, array::contains),
    entry("States.ArrayRange", exactly(3), false, array::range),
    entry("States.ArrayGetItem", exactly(2), true, array::get_item),
    entry("States.ArrayLength", exactly(1), false, array::length),
    entry("States.ArrayUnique", exactly(1), false, array::unique),
    entry("States.Base64Encode", exactly(1), true, encoding::base64_encode),
    entry("States.Base64Decode", exactly(1), true, encoding::base64_decode),
    entry("States.Hash", exactly(2), true, encoding::hash),
    entry("States.JsonMerge", exactly(3), false, json::merge),
    entry("States.StringToJson", exactly(1), false, json::from_text),
    entry("States.JsonToString", exactly(1), true, json::to_text),
    entry("States.MathRandom", (2, Some(3)), false, math::random),
    entry("States.MathAdd", exactly(2), false, math::add),
    entry("States.StringSplit", exactly(2), false, text::split),
    entry("States.UUID", exactly(0), true, text::uuid),
    entry("States.Format", (1, None), true, text::format),
];

/// The function called `name`, `States.` included; names are case-sensitive.
pub fn function(name: &str) -> Option<&'static Function> {
    static TABLE: [Function; 18] = FUNCTIONS;
    TABLE.iter().find(|function| function.name == name)
}

impl Function {
    /// How many arguments it takes, in words: `2 arguments`, `2 or 3 arguments`, `at least 1 argument`.
    pub fn arity(&self) -> String {
        match (self.min_arguments, self.max_arguments) {
            (0, Some(0)) => "no arguments".into(),
            (min, Some(max)) if min == max => counted(min, "argument"),
            (min, Some(max)) => format!("{min} or {max} arguments"),
            (min, None) => format!("at least {}", counted(min, "argument")),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Arguments<'_> {
    /// The argument at `index`; null past the end, which the parser's count of arguments rules out.
    pub(super) fn get(&self, index: usize) -> Value {
        self.values.get(index).cloned().unwrap_or_default()
    }

    /// The array at `index`.
    pub(super) fn array(&self, index: usize) -> Result<&[Value], String> {
        match self.values.get(index) {
            Some(Value::Array(items)) => Ok(items),
            other => Err(wrong(index, "an array", other)),
        }
    }

    /// The string at `index`.
    pub(super) fn text(&self, index: usize) -> Result<&str, String> {
        match self.values.get(index) {
            Some(Value::String(text)) => Ok(text),
            other => Err(wrong(index, "a string", other)),
        }
    }

    /// The number at `index`, rounded to the nearest integer, halves up as Java's `Math.round` does (recorded cases:
    /// -1.5 is -1, 2.5 is 3).
    pub(super) fn integer(&self, index: usize) -> Result<i64, String> {
        match self.values.get(index) {
            Some(Value::Number(number)) => match number.as_i64() {
                Some(n) => Ok(n),
                None => {
                    let rounded = (number.as_f64() + 0.5).floor();
                    if rounded.abs() < 9.2e18 {
                        Ok(rounded as i64)
                    } else {
                        Err(format!("argument {} is too large: {number}", index + 1))
                    }
                }
            },
            other => Err(wrong(index, "a number", other)),
        }
    }
}

fn wrong(index: usize, expected: &str, found: Option<&Value>) -> String {
    let found = found.map_or("nothing", Value::type_name);
    format!("argument {} must be {expected}, not {found}", index + 1)
}
