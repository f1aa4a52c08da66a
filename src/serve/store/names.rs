//! Which names AWS takes for machines, executions and activities.

use crate::source::is_of_name;

/// Whether AWS takes the name, whose length the model bounds.
pub(in crate::serve) fn is_name(name: &str) -> bool {
    name.chars().all(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_documentation() {
        for name in ["order", "Order_1-x.y", "テスト", "a@b!(c)='+"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "my machine",
            "a/b",
            "a<b>",
            "a:b",
            "a\nb",
            "a#b",
            "a\u{80}b",
            "a\u{fffe}b",
        ] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
