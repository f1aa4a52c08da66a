//! A journal, asked again.

use std::sync::{Arc, PoisonError};

use super::{Answers, Entry, What};
use crate::history::Time;
use crate::serve::{Server, api};

/// The operations that may change something. Of GetActivityTask what counts is who got which task: it is written when
/// there is one.
pub(in crate::serve) fn changes(operation: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "Create", "Update", "Delete", "Publish", "Start", "Stop", "Redrive", "SendTask", "Tag", "Untag",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| operation.starts_with(beginning))
}

impl Server {
    /// Does what the entries of a journal say, at the moments that they say. Real endpoints are not called again.
    pub(in crate::serve) async fn replay(self: &Arc<Self>, entries: Vec<Entry>) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Answers::of(&entries);
        let mut before = None;
        for entry in entries {
            let at = Time::from_millis(entry.at);
            self.wall.stand_at(at);
            // What became due between two requests had happened when the second one came.
            if before.replace(entry.at) != Some(entry.at) {
                self.running.catch_up().await;
            }
            match entry.what {
                What::Asked {
                    operation,
                    region,
                    body,
                } => {
                    // What was refused then is refused now.
                    let _ = api::answer_to(self, &operation, body.as_bytes(), region.as_deref(), at).await;
                }
                What::Own { path, body } => drop(self.own(&path, body.as_bytes()).await),
                What::Answered { .. } => {}
            }
        }
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Answers::default();
        self.wall.go_on();
        self.running.wake_all();
    }
}
