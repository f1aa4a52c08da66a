//! Catchers whose errors a catcher behind them would take as well, and do the same.

use serde_json::{Value, json};

use super::{canonical_text, changes, json as machine};
use crate::asl::StateMachine;

fn with(catchers: Value) -> StateMachine {
    machine(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "r", "Catch": catchers, "End": true},
        "H": {"Type": "Succeed"}, "G": {"Type": "Succeed"}}}))
}

/// `X,Y>H` is a catcher for X and Y that goes to H; `X>H$.e` has a ResultPath.
fn list(words: &str) -> StateMachine {
    let catcher = |word: &str| {
        let (errors, to) = word.split_once('>').expect("an arrow");
        let (next, path) = to.split_at(1);
        let path = if path.is_empty() { "$" } else { path };
        json!({"ErrorEquals": errors.split(',').collect::<Vec<_>>(), "Next": next, "ResultPath": path})
    };
    with(words.split(' ').map(catcher).collect())
}

#[test]
fn what_another_catcher_does_as_well_is_no_change_in_behaviour() {
    for (old, new) in [
        ("X>H States.ALL>H", "States.ALL>H"),
        ("X>H Y>H States.ALL>H", "Y,X>H States.ALL>H"),
        ("X,Y>H States.ALL>H", "X>H States.ALL>H"),
        ("X>H$.e Z>G States.ALL>H$.e", "Z>G States.ALL>H$.e"),
        ("States.HeartbeatTimeout>H States.Timeout>H", "States.Timeout>H"),
        (
            "X>H States.TaskFailed>H States.ALL>G",
            "States.TaskFailed>H States.ALL>G",
        ),
        // Nothing comes to what stands behind one that takes it before.
        ("X>H X,Y>G States.ALL>H", "X>H Y>G States.ALL>H"),
    ] {
        for (old, new) in [(old, new), (new, old)] {
            assert_eq!(
                changes(&list(old), &list(new)),
                Vec::<String>::new(),
                "{old} | {new}"
            );
            assert_eq!(
                canonical_text(&list(old)),
                canonical_text(&list(new)),
                "{old} | {new}"
            );
        }
    }
}

#[test]
fn what_another_catcher_does_otherwise_is_one() {
    for (old, new, expected) in [
        (
            "X>H States.ALL>G",
            "States.ALL>G",
            "catcher removed: X went to 'H'",
        ),
        (
            "X>H$.e States.ALL>H",
            "States.ALL>H",
            "catcher removed: X went to 'H'",
        ),
        // What stands between takes some of it.
        (
            "States.TaskFailed>H X>G States.ALL>H",
            "X>G States.ALL>H",
            "catcher removed: States.TaskFailed went to 'H'",
        ),
        (
            "X>H States.ALL>H",
            "X>G States.ALL>H",
            "catcher for X goes to 'G' instead of 'H'",
        ),
        // No catcher takes it.
        (
            "States.Runtime>H States.ALL>H",
            "States.ALL>H",
            "catcher removed: States.Runtime went to 'H'",
        ),
        // Nobody knows what it is.
        (
            "${X}>H X>G States.ALL>H",
            "X>G States.ALL>H",
            "catcher removed: ${X} went to 'H'",
        ),
    ] {
        let told = changes(&list(old), &list(new));
        assert_eq!(told, [format!("behavioural A: {expected}")], "{old} | {new}");
        assert_ne!(
            canonical_text(&list(old)),
            canonical_text(&list(new)),
            "{old} | {new}"
        );
    }
}
