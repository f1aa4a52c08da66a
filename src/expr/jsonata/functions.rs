//! The functions that Step Functions adds to JSONata [Transforming data with JSONata; measured in floci#2662, #2676].

use std::sync::Arc;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};
use jlens_core::{Bindings, Error, HostFunction};
use serde_json::Value as Json;

use super::evaluate::{Bound, INTERNAL, STOPPED};
use super::exact::Exact;
use super::non_finite;
use super::replaced_text;
use super::signatures::{REMOVED, arity};
use super::strict_json;
use super::unique;
use crate::expr::digest;
use crate::expr::random::{JavaRandom, RandomSource};

type Arguments<'a> = &'a [Option<Json>];
type Answer = jlens_core::Result<Option<Json>>;

/// The most numbers `$range` gives; one more exceeds AWS's memory [floci#2676, measured].
const MAX_RANGE: usize = 360_145;

/// All of them, drawing from `random` where they draw without a seed.
pub(super) fn bindings(random: &Arc<RandomSource>, exact: &Exact) -> Bindings {
    let parsed = exact.clone();
    let draws = random.clone();
    let uuids = random.clone();
    replaced_text::bind(unique::bind(non_finite::bind(Bindings::new())))
        // Step Functions has no $eval: calling it fails as calling any value does.
        .var(REMOVED, Json::Null)
        .function("partition", function("partition", partition))
        .function("range", function("range", range))
        .function("hash", function("hash", hash))
        .function(
            "random",
            function("random", move |args| random_number(args, &draws)),
        )
        .function("uuid", function("uuid", move |_| Ok(Some(uuids.uuid().into()))))
        .function("parse", function("parse", move |args| parse(args, &parsed)))
}

/// What else a state has: functions of JSONata that AWS's own implementation fails in where the reference's does not.
pub(super) fn in_state(bindings: Bindings, random: &Arc<RandomSource>) -> Bindings {
    let random = random.clone();
    let decode = HostFunction::with_signature("<s-:s>", move |args, _| match argument(args, 0) {
        Some(Json::String(text)) => base64decode(text, &random).map(Some),
        _ => Ok(None),
    });
    match decode {
        Ok(decode) => bindings.function("base64decode", decode),
        Err(_) => bindings,
    }
}

/// The characters that Base64 text stands for. `$base64decode("!!!")` is an error without a code on AWS, which names an
/// id [floci#2736, measured]; the reference implementation leaves out what is no Base64.
fn base64decode(text: &str, random: &RandomSource) -> jlens_core::Result<Json> {
    match BASE64.decode(text) {
        // As in the reference implementation, each byte is a character.
        Ok(bytes) => Ok(bytes.into_iter().map(char::from).collect::<String>().into()),
        Err(_) => Err(Error::new(INTERNAL).with("message", random.uuid())),
    }
}

/// The alphabet of Java's decoder, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A function that refuses arguments past its last [floci#2676].
fn function(
    name: &'static str,
    imp: impl Fn(Arguments<'_>) -> Answer + Send + Sync + 'static,
) -> HostFunction {
    let most = arity(name).and_then(|arity| arity.most).unwrap_or_default();
    let checked = move |args: Arguments<'_>| {
        if args.len() > most {
            return Err(no_match(name, most + 1));
        }
        imp(args)
    };
    HostFunction::new(most, move |args, _| checked(args)).without_input()
}

fn argument<'a>(args: Arguments<'a>, index: usize) -> Option<&'a Json> {
    args.get(index).and_then(Option::as_ref)
}

/// `T0410: Argument 2 of function "parse" does not match function signature`
fn no_match(name: &str, index: usize) -> Error {
    Error::new("T0410")
        .with("index", index as u64)
        .with("token", name)
}

fn failure(message: impl Into<String>) -> Error {
    Error::new("D3137").with("message", message.into())
}

/// A number cut towards zero (the guide says "rounded down"; measured otherwise).
fn integer(name: &str, args: Arguments<'_>, index: usize) -> jlens_core::Result<Option<f64>> {
    match argument(args, index) {
        None => Ok(None),
        Some(value) => value
            .as_f64()
            .map(|n| Some(n.trunc()))
            .ok_or_else(|| no_match(name, index + 1)),
    }
}

/// `$partition(array, size)`: the array in chunks.
fn partition(args: Arguments<'_>) -> Answer {
    let Some(array) = argument(args, 0) else {
        return Ok(None);
    };
    let Json::Array(items) = array else {
        return Err(Error::new("T0412").with("index", 1).with("token", "partition"));
    };
    let size = integer("partition", args, 1)?;
    if items.is_empty() || size == Some(0.0) {
        return Ok(None);
    }
    match size {
        Some(size) if size < 0.0 => Err(failure("Second argument must be zero or greater")),
        Some(size) => {
            let chunks = items
                .chunks((size as usize).max(1))
                .map(|chunk| Json::from(chunk.to_vec()));
            Ok(Some(chunks.collect()))
        }
        None => Ok(Some(vec![array.clone()].into())),
    }
}

/// `$range(start, end, step)`: numbers from start to end, the end included when it is hit. A range of one number is
/// that number.
fn range(args: Arguments<'_>) -> Answer {
    let (Some(start), Some(end), Some(step)) = (
        integer("range", args, 0)?,
        integer("range", args, 1)?,
        integer("range", args, 2)?,
    ) else {
        return Ok(None);
    };
    if step == 0.0 || (end - start) * step < 0.0 {
        return Ok(None);
    }
    let count = ((end - start) / step).floor() + 1.0;
    if count > MAX_RANGE as f64 {
        return Err(Error::new(STOPPED).with("message", Bound::Memory.words()));
    }
    let mut numbers: Vec<Json> = (0..count as usize)
        .map(|i| whole(start + step * i as f64))
        .collect();
    Ok(Some(if numbers.len() == 1 {
        numbers.remove(0)
    } else {
        numbers.into()
    }))
}

fn whole(value: f64) -> Json {
    if value.abs() < 9e15 {
        Json::from(value as i64)
    } else {
        Json::from(value)
    }
}

/// `$hash(text, algorithm)`: lower-case hexadecimal digits.
fn hash(args: Arguments<'_>) -> Answer {
    let text = match argument(args, 0) {
        None => return Ok(None),
        Some(Json::String(text)) => text,
        Some(_) => return Err(no_match("hash", 1)),
    };
    let algorithm = match argument(args, 1) {
        None => return Ok(None),
        Some(Json::String(name)) => name,
        Some(_) => return Err(no_match("hash", 2)),
    };
    match digest::hex_digest(algorithm, text.as_bytes()) {
        Some(digits) => Ok(Some(digits.into())),
        None => Err(failure(format!(
            "Hash algorithm '{algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"
        ))),
    }
}

/// `$random(seed)`: with a seed, the first number of java.util.Random; without, the run's next.
fn random_number(args: Arguments<'_>, random: &RandomSource) -> Answer {
    let number = match integer("random", args, 0)? {
        Some(seed) => JavaRandom::new(seed as i64).next_double(),
        None => random.next_double(),
    };
    Ok(Some(number.into()))
}

/// `$parse(text)`: JSON text as a value. Strict: a second document, a repeated key, an empty text, a number that is
/// infinite are `Invalid JSON`.
fn parse(args: Arguments<'_>, exact: &Exact) -> Answer {
    match argument(args, 0) {
        None => Ok(None),
        Some(Json::String(text)) => match serde_json::from_str::<strict_json::Strict>(text) {
            Ok(value) => {
                exact.note_all(&value.0);
                Ok(Some(value.0))
            }
            Err(_) => Err(failure("Invalid JSON")),
        },
        Some(_) => Err(no_match("parse", 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, Evaluated, Expression, Limits};
    use super::*;
    use crate::value::Value;

    fn run(text: &str) -> String {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
        let expression = Expression::compile(text).unwrap();
        match engine.evaluate(&expression, None, std::iter::empty::<(&str, &Value)>(), 0) {
            Ok(Evaluated::Value(value)) => value.to_json(),
            Ok(Evaluated::Undefined) => "undefined".into(),
            Ok(Evaluated::Function) => "function".into(),
            Err(error) => error.to_string(),
        }
    }

    // Expected values were measured on AWS: floci#2662 and floci#2676 [floci#2676].
    #[test]
    fn functions_of_step_functions() {
        for (text, expected) in [
            ("$partition([1,2,3,4,5], 2.9)", "[[1,2],[3,4],[5]]"),
            ("$partition([1,2])", "[[1,2]]"),
            ("$partition([], 2)", "undefined"),
            ("$partition([1], 0)", "undefined"),
            (
                "$partition([1], -1)",
                "D3137: Second argument must be zero or greater",
            ),
            (
                "$partition(1, 1)",
                "T0412: Argument 1 of function \"partition\" must be an array of undefined",
            ),
            ("$range(-1.7, 2, 1)", "[-1,0,1,2]"),
            ("$range(3, 3, 1)", "3"),
            ("$range(0, 6, 2)", "[0,2,4,6]"),
            ("$range(0, 6, -2)", "undefined"),
            ("$range(0, 6)", "undefined"),
            (
                "$hash(\"input\", \"SHA-1\")",
                "\"140f86aae51ab9e1cda9b4254fe98a74eb54c1a1\"",
            ),
            ("$hash(\"input\")", "undefined"),
            (
                "$hash(\"a\", \"md5\")",
                "D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
            ),
            ("$random(42)", "0.7275636800328681"),
            ("$parse(\"{\\\"a\\\": [1, null]}\")", "{\"a\":[1,null]}"),
            ("$parse(\"\")", "D3137: Invalid JSON"),
            ("$parse(\"1 2\")", "D3137: Invalid JSON"),
            ("$parse('{\"a\":1,\"a\":2}')", "D3137: Invalid JSON"),
            (
                "$parse(\"1\", 2)",
                "T0410: Argument 2 of function \"parse\" does not match function signature",
            ),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
    }

    #[test]
    fn a_function_as_result_is_told_from_nothing() {
        assert_eq!(run("$sum"), "function");
        assert_eq!(run("function($x){$x}"), "function");
        // A regular expression is one [JSONata: Using regular expressions in JSONata].
        assert_eq!(run("/a/"), "function");
        assert_eq!(run("(1; /a/)"), "function");
        assert_eq!(run("$nothing"), "undefined");
    }
}
