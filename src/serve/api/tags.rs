//! TagResource, UntagResource, ListTagsForResource

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Answer, Answered, Call, Fault, answer};
use crate::serve::Server;
use crate::serve::running::ClockMode;
use crate::serve::store::Kind;

/// Most tags of a resource [Step Functions service quotas].
const MOST_TAGS: usize = 50;

/// The tag of a machine that sets the clock of its executions.
pub(super) const CLOCK: &str = "sfn-tool:clock";

/// The tags of a member, the last of a key in the place of the others [recorded].
///
/// # Errors
/// TooManyTags; ValidationException for a clock that there is not.
pub(super) fn given(call: &Call, member: &str) -> Result<IndexMap<String, String>, Fault> {
    let mut tags = IndexMap::new();
    add(call, member, "", &mut tags)?;
    Ok(tags)
}

fn add(call: &Call, member: &str, arn: &str, tags: &mut IndexMap<String, String>) -> Result<(), Fault> {
    let given = call.member(member).and_then(Value::as_array);
    let mut with = tags.clone();
    for tag in given.into_iter().flatten() {
        let text = |name: &str| {
            tag.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (key, value) = (text("key"), text("value"));
        if key == CLOCK
            && let Err(why) = value.parse::<ClockMode>()
        {
            return Err(Fault::validation(format!("The tag {CLOCK} is not usable: {why}")));
        }
        with.insert(key, value);
    }
    if with.len() > MOST_TAGS {
        // The words of AWS are not known.
        let message = format!("A resource has at most {MOST_TAGS} tags");
        return Err(Fault::new("TooManyTags", message).with("resourceName", arn));
    }
    *tags = with;
    Ok(())
}

fn resource(call: &Call) -> Result<&str, Fault> {
    Ok(call.arn("resourceArn", &[Kind::Machine, Kind::Activity])?.text)
}

/// Versions and aliases have no tags [recorded].
pub(super) fn tag(server: &Server, call: &Call) -> Answered {
    let arn = resource(call)?;
    let mut store = server.store();
    let tags = store.tags(arn).ok_or_else(|| Fault::no_resource(arn))?;
    add(call, "tags", arn, tags)?;
    Answer::empty()
}

pub(super) fn untag(server: &Server, call: &Call) -> Answered {
    let arn = resource(call)?;
    let mut store = server.store();
    let tags = store.tags(arn).ok_or_else(|| Fault::no_resource(arn))?;
    let keys = call.member("tagKeys").and_then(Value::as_array);
    for key in keys.into_iter().flatten().filter_map(Value::as_str) {
        tags.shift_remove(key);
    }
    Answer::empty()
}

pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let arn = resource(call)?;
    let mut store = server.store();
    let tags = store.tags(arn).ok_or_else(|| Fault::no_resource(arn))?;
    let tags: Vec<Value> = tags
        .iter()
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    answer! { "tags": tags }
}
