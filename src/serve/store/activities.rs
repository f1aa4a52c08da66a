//! Activities: their names. Who waits for a task of one is known to `running`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::history::Time;

/// An activity.
pub(in crate::serve) struct Activity {
    /// What orders lists.
    pub(in crate::serve) number: u64,
    /// Its name.
    pub(in crate::serve) name: String,
    /// When it was made.
    pub(in crate::serve) created: Time,
    /// `encryptionConfiguration`, which is kept and does nothing.
    pub(in crate::serve) encryption: Value,
    /// Its tags.
    pub(in crate::serve) tags: IndexMap<String, String>,
}
