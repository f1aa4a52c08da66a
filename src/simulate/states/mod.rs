//! What a state of each type does at run time: one file a type.

pub(super) mod choice;
pub(super) mod fail;
pub(super) mod map;
pub(super) mod parallel;
pub(super) mod pass;
pub(super) mod succeed;
pub(super) mod task;
pub(super) mod wait;
