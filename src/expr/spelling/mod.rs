//! One spelling for texts that mean the same: `$['a']` and `$.a`, calls and expressions that differ in white space.
//!
//! What does not parse keeps its spelling: nothing is known of what it means.

mod jsonata;
mod path;

pub use jsonata::{in_jsonata, jsonata};

use super::intrinsic::Intrinsic;
use super::jsonpath::Path;

/// The spelling of a JSONPath: `.name` where a name is plain, `['name']` elsewhere, no blanks around.
pub fn path(text: &str) -> String {
    match Path::parse(text) {
        Ok(parsed) => of_path(&parsed),
        Err(_) => text.to_owned(),
    }
}

/// The spelling of a parsed path, see [`path`].
pub fn of_path(path: &Path) -> String {
    path::spell(path)
}

/// The spelling of what stands under a key that ends in `.$`: a path, or a call of an intrinsic function with one blank
/// behind each comma.
pub fn path_or_call(text: &str) -> String {
    match Intrinsic::parse(text) {
        Ok(parsed) => path::spell_call(parsed.call()),
        Err(_) => path(text),
    }
}
