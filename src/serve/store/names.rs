//! Which names AWS takes for machines, executions and activities.

/// Whether AWS takes the name, whose length the model bounds: none of the characters that its documentation lists
/// [API CreateStateMachine].
pub(in crate::serve) fn is_name(name: &str) -> bool {
    const REFUSED: &str = "?*<>{}[]\"#%\\^|~`$&,;:/";
    !name.chars().any(|c| {
        let control = matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        c.is_whitespace() || control || REFUSED.contains(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_documentation() {
        for name in ["order", "Order_1-x.y", "テスト", "a@b!(c)='+"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["my machine", "a/b", "a<b>", "a:b", "a\nb", "a#b", "a\u{80}b"] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
