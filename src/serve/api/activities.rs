//! CreateActivity, DeleteActivity, DescribeActivity, ListActivities, GetActivityTask

use std::time::Duration;

use serde_json::json;

use super::{Answer, Answered, Call, Fault, answer, date, settings, tags};
use crate::serve::Server;
use crate::serve::journal::{Asked, What};
use crate::serve::running::POLL;
use crate::serve::store::{Activity, Kind, is_name};

/// How long a task is waited for that was handed out before.
const REPLAYED: Duration = Duration::from_secs(1);

/// "the response returns a taskToken with a null string" [API GetActivityTask]: the one place where null is sent.
const NO_TASK: &str = r#"{"taskToken":null}"#;

/// Idempotent by its name; of tags that differ nothing is said [API CreateActivity].
pub(super) fn create(server: &Server, call: &Call) -> Answered {
    let name = call.text("name");
    if !is_name(name) {
        return Err(Fault::name(name));
    }
    let tags = tags::given(call, "tags")?;
    let encryption = settings::encryption(call.member("encryptionConfiguration"))?;
    let arn = call.arn_of(&server.settings.account, "activity", name);
    let mut store = server.store();
    let number = store.next_number();
    let activity = store.activities.entry(arn.clone()).or_insert_with(|| Activity {
        number,
        name: name.to_owned(),
        created: call.now,
        encryption: encryption.clone(),
        tags,
    });
    if activity.encryption != encryption {
        // The words of AWS are not known.
        return Err(Fault::new(
            "ActivityAlreadyExists",
            format!("Activity Already Exists: '{arn}'"),
        ));
    }
    answer! { "activityArn": arn, "creationDate": date(activity.created) }
}

/// What is not there is deleted, too.
pub(super) fn delete(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("activityArn", &[Kind::Activity])?;
    server.store().activities.shift_remove(arn.text);
    Answer::empty()
}

pub(super) fn describe(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("activityArn", &[Kind::Activity])?;
    let store = server.store();
    let activity = store
        .activities
        .get(arn.text)
        .ok_or_else(|| Fault::no_activity(arn.text))?;
    answer! {
        "activityArn": arn.text,
        "name": activity.name.as_str(),
        "creationDate": date(activity.created),
        "encryptionConfiguration": activity.encryption.clone(),
    }
}

pub(super) fn list(server: &Server, call: &Call) -> Answered {
    let store = server.store();
    let region = format!(":states:{}:", call.region);
    let activities = store.activities.iter().filter(|(arn, _)| arn.contains(&region));
    let activities = activities.map(|(arn, activity)| {
        let item = json!({
            "activityArn": arn,
            "name": activity.name,
            "creationDate": date(activity.created),
        });
        ((0, activity.number), item)
    });
    let scope = [call.operation.as_str(), call.region.as_str()];
    let (page, token) = server.pages.cut(call.page(&scope), false, activities.collect())?;
    answer! { "activities": page, "nextToken": token }
}

/// A long poll: a task, or after a minute a null token [API GetActivityTask].
pub(super) async fn get_task(server: &Server, call: &Call) -> Answered {
    let arn = call.arn("activityArn", &[Kind::Activity])?;
    if !server.store().activities.contains_key(arn.text) {
        return Err(Fault::no_activity(arn.text));
    }
    // While a journal is replayed, the task is there.
    let most = if server.is_replaying() { REPLAYED } else { POLL };
    match server
        .running
        .activity_task(arn.text, call.optional("workerName"), most)
        .await
    {
        Some(task) => {
            // Who got which task is what counts of a poll.
            let sent = json!({"activityArn": arn.text, "workerName": call.optional("workerName")});
            server.keep_at(task.taken, || {
                What::Asked(Asked {
                    operation: call.operation.clone(),
                    region: call.region.clone(),
                    body: sent.to_string(),
                    counts: server.counts(),
                    by: None,
                })
            })?;
            answer! { "taskToken": &*task.token, "input": task.input.to_json() }
        }
        None => Ok(Answer::Text(NO_TASK.to_owned())),
    }
}
