//! Functions on JSON.

use crate::expr::intrinsic::{Arguments, Wrong};
use crate::source::parse_value;
use crate::value::{Map, Value, hash_order};

/// `States.JsonMerge(a, b, false)`: the members of both, those of `b` winning; not deep. They come in the order of a
/// [map](hash_order) (recorded by AWS of four single letters, for which another order might be the same).
pub(in crate::expr::intrinsic) fn merge(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let (Value::Object(left), Value::Object(right)) = (arguments.get(0), arguments.get(1)) else {
        return Err("arguments 1 and 2 must be objects".into());
    };
    if arguments.get(2).as_bool() != Some(false) {
        return Err("argument 3 must be false: AWS has no deep merge".into());
    }
    let mut both = Map::clone(&left);
    both.extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
    let members: Vec<_> = both.iter().collect();
    let order = hash_order(members.iter().map(|(key, _)| &***key));
    let ordered = order
        .into_iter()
        .map(|index| (members[index].0.clone(), members[index].1.clone()));
    Ok(Value::object(ordered.collect()))
}

/// `States.StringToJson(text)`: its value; null for a blank text (recorded cases).
pub(in crate::expr::intrinsic) fn from_text(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let text = arguments.text(0)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    parse_value(text).map_err(|error| format!("the text is not JSON: {error}").into())
}

/// `States.JsonToString(value)`: compact JSON text.
pub(in crate::expr::intrinsic) fn to_text(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    Ok(Value::string(arguments.get(0).to_json()))
}
