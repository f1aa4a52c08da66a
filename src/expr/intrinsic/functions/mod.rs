//! What the functions do, by their groups in the guide.

pub(super) mod array;
pub(super) mod encoding;
pub(super) mod json;
pub(super) mod math;
pub(super) mod text;
