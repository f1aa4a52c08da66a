//! What holds for all machines: what is spelt differently is the same, and no difference is one both ways round.

mod catchers;
mod classes;
mod equal;
mod input;
mod machines;
mod matching;
mod respell;
mod unknown;
mod variables;

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Change, Class, canonical_text, diff};
use crate::asl::StateMachine;
use crate::source::{self, SourceFile};
use machines::Dice;

/// The machine that a text means.
pub(super) fn machine(name: &str, text: &str) -> StateMachine {
    let parsed = source::parse(Arc::new(SourceFile::new(name, text)));
    let document = parsed
        .document
        .unwrap_or_else(|| panic!("{:?}: {text}", parsed.findings));
    StateMachine::read(Arc::new(document))
}

/// The changes that are more than cosmetic, in words.
fn changes(old: &StateMachine, new: &StateMachine) -> Vec<String> {
    let line = |change: &Change| {
        format!(
            "{} {}: {}",
            change.class.as_word(),
            change.state.as_deref().unwrap_or("-"),
            change.message
        )
    };
    let found = diff(old, new);
    found
        .iter()
        .filter(|change| change.class != Class::Cosmetic)
        .map(line)
        .collect()
}

fn json(value: &serde_json::Value) -> StateMachine {
    machine("m.asl.json", &value.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Formatting, the order of keys, JSON or YAML, defaults written out, older names, spellings of paths, numbers and
    /// expressions, comments.
    #[test]
    fn spelling_is_no_difference(bytes in vec(any::<u8>(), 1..400), other in vec(any::<u8>(), 1..200)) {
        let value = machines::machine(&mut Dice::new(&bytes));
        let (name, text) = respell::text(&value, &mut Dice::new(&other));
        let (old, new) = (json(&value), machine(name, &text));
        prop_assert_eq!(changes(&old, &new), Vec::<String>::new(), "{}\n{}", value, text);
        prop_assert_eq!(changes(&new, &old), Vec::<String>::new(), "{}\n{}", text, value);
        prop_assert_eq!(canonical_text(&old), canonical_text(&new), "{}\n{}", value, text);
    }

    /// A machine equals itself; two machines that share most of their states differ both ways round or not at all, and
    /// that is when their canonical texts differ.
    #[test]
    fn no_difference_is_one_both_ways(bytes in vec(any::<u8>(), 1..400), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] = byte;
        let (a, b) = (machines::machine(&mut Dice::new(&bytes)), machines::machine(&mut Dice::new(&changed)));
        let (old, new) = (json(&a), json(&b));
        prop_assert_eq!(changes(&old, &old), Vec::<String>::new());
        let same = changes(&old, &new).is_empty();
        prop_assert_eq!(same, changes(&new, &old).is_empty(), "{}\n{}", a, b);
        prop_assert_eq!(same, canonical_text(&old) == canonical_text(&new), "{}\n{}", a, b);
    }

    /// The canonical text is a definition, means what it was made from, and is its own canonical text.
    #[test]
    fn canonical_text_is_a_definition(bytes in vec(any::<u8>(), 1..400)) {
        let value = machines::machine(&mut Dice::new(&bytes));
        let old = json(&value);
        let text = canonical_text(&old);
        let new = machine("c.asl.json", &text);
        prop_assert_eq!(changes(&old, &new), Vec::<String>::new(), "{}\n{}", value, text);
        prop_assert_eq!(canonical_text(&new), text);
    }
}
