//! Functions on arrays.

use crate::arrange::Arrange as _;
use crate::expr::intrinsic::{Arguments, Wrong};
use crate::value::Value;

/// Most items that `States.ArrayRange` gives.
const MAX_RANGE: i64 = 1000;

/// Most bytes of JSON text that `States.ArrayPartition` takes.
const MAX_PARTITION_BYTES: usize = 256 * 1024;

/// `States.Array(...)`: its arguments.
pub(in crate::expr::intrinsic) fn array(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    Ok(Value::array(arguments.values.iter().cloned()))
}

/// `States.ArrayPartition(array, size)`: arrays of `size` items each, the last one shorter where it does not come out.
pub(in crate::expr::intrinsic) fn partition(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let items = arguments.array(0)?;
    let size = arguments.integer(1)?;
    let size = usize::try_from(size)
        .ok()
        .filter(|size| *size > 0)
        .ok_or_else(|| format!("the chunk size must be positive, not {size}"))?;
    if arguments.get(0).json_len() > MAX_PARTITION_BYTES {
        return Err("the array is larger than 256 KiB".into());
    }
    Ok(Value::array(
        items
            .chunks(size)
            .map(|chunk| Value::array(chunk.iter().cloned())),
    ))
}

/// `States.ArrayContains(array, value)`
pub(in crate::expr::intrinsic) fn contains(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let wanted = arguments.get(1);
    let found = arguments.array(0)?.iter().any(|item| same(item, &wanted));
    Ok(Value::Bool(found))
}

/// `States.ArrayRange(first, last, step)`: `last` is included when a step hits it.
pub(in crate::expr::intrinsic) fn range(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let (first, last, step) = (
        arguments.integer(0)?,
        arguments.integer(1)?,
        arguments.integer(2)?,
    );
    if step == 0 {
        return Err("the step must not be 0".into());
    }
    let distance = i128::from(last) - i128::from(first);
    let count = distance / i128::from(step) + 1;
    if distance.signum() * i128::from(step).signum() < 0 {
        return Ok(Value::array([]));
    }
    if count > i128::from(MAX_RANGE) {
        return Err(format!("the range has {count} items, at most {MAX_RANGE} are allowed").into());
    }
    // Every item lies between `first` and `last`, so nothing overflows.
    let items = (0..).map_while(|i: i64| {
        (i128::from(i) < count).then(|| Value::from(first.saturating_add(step.saturating_mul(i))))
    });
    Ok(Value::array(items))
}

/// `States.ArrayGetItem(array, index)`, counted from 0.
pub(in crate::expr::intrinsic) fn get_item(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let items = arguments.array(0)?;
    let index = arguments.integer(1)?;
    usize::try_from(index)
        .ok()
        .and_then(|index| items.get(index))
        .cloned()
        .ok_or_else(|| format!("there is no item {index} in an array of {}", items.len()).into())
}

/// `States.ArrayLength(array)`
pub(in crate::expr::intrinsic) fn length(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let len = arguments.array(0)?.len();
    Ok(Value::from(i64::try_from(len).unwrap_or(i64::MAX)))
}

/// `States.ArrayUnique(array)`: each value once, where it stands first.
pub(in crate::expr::intrinsic) fn unique(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let items = arguments.array(0)?;
    let mut seen = rustc_hash::FxHashSet::default();
    let unique = items.iter().filter(|item| {
        let mut key = String::new();
        canonical(item, &mut key);
        seen.insert(key)
    });
    Ok(Value::array(unique.cloned()))
}

/// Equality as Java's collections have it: 1 and 1.0 are two values, the order of keys does not count.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.is_integer() == b.is_integer() && a == b,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => a == b,
    }
}

/// A text that two values share when they are the [`same`]: JSON with sorted keys.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items.iter() {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.arrange_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (key, item) in members {
                Value::String(key.clone()).write_json(out);
                out.push(':');
                canonical(item, out);
                out.push(',');
            }
            out.push('}');
        }
        _ => value.write_json(out),
    }
}
