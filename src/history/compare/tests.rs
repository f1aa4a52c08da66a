//! What two histories have in common, worked out by hand: each case changes one thing.

use super::*;
use crate::history::Recording;
use crate::source::parse_value;

/// A history of these events: id, the id before, seconds after the start, type, details.
fn history(events: &[(u32, u32, Option<u32>, &str, &str)]) -> Recording {
    let events: Vec<String> = events
        .iter()
        .map(|(id, previous, seconds, kind, details)| {
            let at = seconds.map_or(String::new(), |seconds| {
                format!(
                    r#""timestamp": "2024-01-01T00:{:02}:{:02}Z","#,
                    seconds / 60,
                    seconds % 60
                )
            });
            let details = match *details {
                "" => String::new(),
                details => format!(r#", "xEventDetails": {details}"#),
            };
            format!(r#"{{{at} "id": {id}, "previousEventId": {previous}, "type": "{kind}"{details}}}"#)
        })
        .collect();
    let value = parse_value(&format!("[{}]", events.join(","))).expect("JSON");
    Recording::read(&value).expect("a history")
}

fn compared(then: &Recording, now: &Recording, allowed: &Allowed) -> Comparison {
    compare(&Timeline::of(&then.history), &Timeline::of(&now.history), allowed)
}

/// One event with these details between the start and the end.
fn one(kind: &str, details: &str) -> Recording {
    history(&[
        (1, 0, Some(0), "ExecutionStarted", r#"{"input": "{}"}"#),
        (
            2,
            1,
            Some(0),
            "TaskStateEntered",
            r#"{"name": "T", "input": "{}"}"#,
        ),
        (3, 2, Some(1), kind, details),
        (4, 3, Some(1), "ExecutionSucceeded", r#"{"output": "{}"}"#),
    ])
}

#[test]
fn events_are_the_same_whose_members_are() {
    let token = "t".repeat(100);
    let short = "t".repeat(99);
    let (token, other) = (format!("\"{token}\""), format!("\"{}u\"", &token[1..]));
    let (short, short_other) = (format!("\"{short}\""), format!("\"{}u\"", &short[1..]));
    let sent = |token: &str| {
        let token = token.replace('"', "\\\"");
        format!(r#"{{"resource": "r", "resourceType": "s", "parameters": "{{\"t\": {token}}}"}}"#)
    };
    let cases = [
        (
            "TaskScheduled",
            r#"{"timeoutInSeconds": 5}"#,
            r#"{"timeoutInSeconds": 6}"#,
            false,
        ),
        ("TaskScheduled", r#"{"timeoutInSeconds": 5}"#, "{}", false),
        ("TaskScheduled", "{}", r#"{"timeoutInSeconds": 5}"#, false),
        ("TaskScheduled", r#"{"region": "a"}"#, r#"{"region": "b"}"#, false),
        (
            "TaskScheduled",
            r#"{"taskCredentials": {"roleArn": "a"}}"#,
            r#"{"taskCredentials": {"roleArn": "b"}}"#,
            false,
        ),
        // Numbers by value, members in any order.
        (
            "TaskSucceeded",
            r#"{"output": "{\"a\": 1, \"b\": [2]}"}"#,
            r#"{"output": "{\"b\":[2.0],\"a\":1}"}"#,
            true,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "[1, 2]"}"#,
            r#"{"output": "[1]"}"#,
            false,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "[1]"}"#,
            r#"{"output": "[1, 2]"}"#,
            false,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "{\"a\": 1}"}"#,
            r#"{"output": "{\"b\": 1}"}"#,
            false,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "{\"a\": 1}"}"#,
            r#"{"output": "{\"a\": 1, \"b\": 1}"}"#,
            false,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "{\"a\": 1, \"b\": 1}"}"#,
            r#"{"output": "{\"a\": 1}"}"#,
            false,
        ),
        // JSON in a text of a payload.
        (
            "TaskSucceeded",
            r#"{"output": "\"[1, 2]\""}"#,
            r#"{"output": "\"[1,2]\""}"#,
            true,
        ),
        (
            "TaskSucceeded",
            r#"{"output": "\"[1, 2]\""}"#,
            r#"{"output": "\"[1,3]\""}"#,
            false,
        ),
        // What was not exported, or only in part, is taken for the same.
        ("TaskSucceeded", r#"{"output": "1"}"#, "{}", true),
        (
            "TaskSucceeded",
            r#"{"output": "{\"a\":", "outputDetails": {"truncated": true}}"#,
            r#"{"output": "{\"a\": 2}", "outputDetails": {"truncated": false}}"#,
            true,
        ),
        (
            "PassStateExited",
            r#"{"name": "T", "output": "1", "assignedVariables": {"x": "1"}}"#,
            r#"{"name": "T", "output": "1", "assignedVariables": {"x": "2"}}"#,
            false,
        ),
        (
            "TaskFailed",
            r#"{"error": "E", "cause": "a"}"#,
            r#"{"error": "E", "cause": "b"}"#,
            false,
        ),
        ("TaskFailed", r#"{"error": "E"}"#, r#"{"error": "F"}"#, false),
        // What no two runs have in common.
        (
            "TaskFailed",
            r#"{"cause": "(entered at the event id #12) 2024-01-01T00:00:00Z 00000000-0000-4000-8000-000000000000"}"#,
            r#"{"cause": "(entered at the event id #7) 2025-02-03T04:05:06.789+01:00 12345678-90ab-cdef-1234-567890abcdef"}"#,
            true,
        ),
        (
            "TaskFailed",
            r#"{"cause": "event id #1 a"}"#,
            r#"{"cause": "event id #2 b"}"#,
            false,
        ),
        ("TaskScheduled", &sent(&token), &sent(&other), true),
        ("TaskScheduled", &sent(&short), &sent(&short_other), false),
        (
            "TaskScheduled",
            &sent(&token),
            &sent(&other.replace('t', " ")),
            false,
        ),
        (
            "MapRunStarted",
            r#"{"mapRunArn": "a"}"#,
            r#"{"mapRunArn": "b"}"#,
            true,
        ),
        (
            "ExecutionRedriven",
            r#"{"redriveCount": 1}"#,
            r#"{"redriveCount": 2}"#,
            true,
        ),
        (
            "ExecutionStarted",
            r#"{"input": "[1]"}"#,
            r#"{"input": "[ 1.0 ]"}"#,
            true,
        ),
        (
            "ExecutionStarted",
            r#"{"input": "[1]"}"#,
            r#"{"input": "[2]"}"#,
            false,
        ),
        ("ExecutionStarted", r#"{"input": "[1]"}"#, "{}", true),
        ("NewThing", r#"{"a": 1}"#, r#"{"a": 2}"#, false),
        ("NewThing", r#"{"a": 1}"#, r#"{"a": 1}"#, true),
    ];
    for (kind, then, now, same) in cases {
        let found = compared(&one(kind, then), &one(kind, now), &Allowed::default());
        assert_eq!(found.parting.is_none(), same, "{kind} {then} {now}: {found:?}");
        assert_eq!(found.in_order, same, "{kind} {then} {now}: {found:?}");
        if let Some(parting) = found.parting {
            assert_eq!((parting.then, parting.now), (Some(2), Some(2)));
        }
    }
    let types = compared(
        &one("TaskStarted", ""),
        &one("TaskSubmitted", ""),
        &Allowed::default(),
    );
    assert!(types.parting.is_some());
}

#[test]
fn causes_and_names_may_be_allowed_to_differ() {
    let failed = |cause: &str| one("TaskFailed", &format!(r#"{{"error": "E", "cause": "{cause}"}}"#));
    let causes = Allowed {
        causes: true,
        ..Allowed::default()
    };
    assert_eq!(compared(&failed("a"), &failed("b"), &causes).parting, None);
    // A Parallel, its branch's first state and its own name: each is renamed.
    let parallel = |outer: &str, inner: &str| {
        history(&[
            (
                1,
                0,
                Some(0),
                "ParallelStateEntered",
                &format!(r#"{{"name": "{outer}", "input": "1"}}"#),
            ),
            (2, 1, Some(0), "ParallelStateStarted", ""),
            (
                3,
                2,
                Some(0),
                "WaitStateEntered",
                &format!(r#"{{"name": "{inner}", "input": "1"}}"#),
            ),
            (
                4,
                3,
                Some(5),
                "WaitStateExited",
                &format!(r#"{{"name": "{inner}", "output": "1"}}"#),
            ),
            (5, 4, Some(5), "ParallelStateSucceeded", ""),
            (
                6,
                4,
                Some(5),
                "ParallelStateExited",
                &format!(r#"{{"name": "{outer}", "output": "1"}}"#),
            ),
            (7, 6, Some(5), "ExecutionSucceeded", r#"{"output": "1"}"#),
        ])
    };
    let (old, new) = (parallel("P", "W"), parallel("Q", "V"));
    let renamed = |names: &[(&str, &str)]| Allowed {
        renamed: names
            .iter()
            .map(|(new, old)| (Arc::from(*new), Arc::from(*old)))
            .collect(),
        ..Allowed::default()
    };
    assert!(compared(&old, &new, &Allowed::default()).parting.is_some());
    assert!(compared(&old, &new, &renamed(&[("Q", "P")])).parting.is_some());
    assert!(compared(&old, &new, &renamed(&[("V", "W")])).parting.is_some());
    assert_eq!(
        compared(&old, &new, &renamed(&[("Q", "P"), ("V", "W")])).parting,
        None
    );
    // Only the second history has new names.
    assert!(
        compared(&new, &old, &renamed(&[("Q", "P"), ("V", "W")]))
            .parting
            .is_some()
    );
}

/// Two items, the first of which is left after `first` seconds and the second after `second`, with these outputs.
fn items(first: (u32, &str), second: (u32, &str)) -> Recording {
    let left = |(_, output): (u32, &str)| format!(r#"{{"name": "W", "output": "{output}"}}"#);
    let (a, b) = (left(first), left(second));
    let mut ends = [(4, 6, first.0, a, 0), (5, 7, second.0, b, 1)];
    ends.sort_by_key(|(_, _, seconds, ..)| *seconds);
    let [x, y] = ends;
    let item = |index: u32| format!(r#"{{"name": "M", "index": {index}}}"#);
    history(&[
        (1, 0, Some(0), "ExecutionStarted", r#"{"input": "1"}"#),
        (2, 1, Some(0), "MapStateEntered", r#"{"name": "M", "input": "1"}"#),
        (3, 2, Some(0), "MapStateStarted", r#"{"length": 2}"#),
        (4, 3, Some(0), "MapIterationStarted", &item(0)),
        (5, 3, Some(0), "MapIterationStarted", &item(1)),
        (
            6,
            4,
            Some(0),
            "WaitStateEntered",
            r#"{"name": "W", "input": "1"}"#,
        ),
        (
            7,
            5,
            Some(0),
            "WaitStateEntered",
            r#"{"name": "W", "input": "1"}"#,
        ),
        (8, x.1, Some(x.2), "WaitStateExited", &x.3),
        (9, 8, Some(x.2), "MapIterationSucceeded", &item(x.4)),
        (10, y.1, Some(y.2), "WaitStateExited", &y.3),
        (11, 10, Some(y.2), "MapIterationSucceeded", &item(y.4)),
        (12, 11, Some(y.2), "MapStateSucceeded", ""),
        (
            13,
            12,
            Some(y.2),
            "MapStateExited",
            r#"{"name": "M", "output": "1"}"#,
        ),
        (14, 13, Some(y.2), "ExecutionSucceeded", r#"{"output": "1"}"#),
    ])
}

#[test]
fn items_are_compared_each_with_itself() {
    let none = Allowed::default();
    let before = items((1, "1"), (2, "2"));
    let found = compared(&before, &items((1, "1"), (2, "2")), &none);
    assert_eq!((found.parting, found.in_order, found.in_time), (None, true, None));
    // The other one is first: the same, at other times. Item 0 was left by event 8, and is left by event 10.
    let found = compared(&before, &items((3, "1"), (2, "2")), &none);
    assert_eq!(
        (found.parting, found.in_order, found.in_time),
        (None, false, Some((7, 9)))
    );
    // Only the time differs: the first event that comes late is told.
    let found = compared(&before, &items((1, "1"), (5, "2")), &none);
    assert_eq!(
        (found.parting, found.in_order, found.in_time),
        (None, true, Some((9, 9)))
    );
    // Both differ: the earliest is told, which is the first item's, or the second's where that is left before.
    for (now, index, item) in [
        (items((1, "7"), (2, "8")), Some(7), 0),
        (items((3, "7"), (1, "8")), Some(7), 0),
        (items((1, "1"), (2, "8")), Some(9), 1),
    ] {
        let parting = compared(&before, &now, &none).parting.expect("they differ");
        assert_eq!(parting.then, index);
        assert_eq!(parting.state.as_deref(), Some("W"));
        assert_eq!(parting.iteration, [item]);
    }
}

#[test]
fn a_history_is_compared_as_far_as_it_goes() {
    let none = Allowed::default();
    let start = (1, 0, Some(0), "ExecutionStarted", r#"{"input": "1"}"#);
    let entered = (
        2,
        1,
        Some(0),
        "PassStateEntered",
        r#"{"name": "P", "input": "1"}"#,
    );
    let left = (
        3,
        2,
        Some(0),
        "PassStateExited",
        r#"{"name": "P", "output": "1"}"#,
    );
    let end = (4, 3, Some(0), "ExecutionSucceeded", r#"{"output": "1"}"#);
    let aborted = (3, 2, Some(0), "ExecutionAborted", "");
    let whole = history(&[start, entered, left, end]);
    // Still running, or stopped from outside: what comes then is not known.
    for part in [history(&[start, entered]), history(&[start, entered, aborted])] {
        assert_eq!(compared(&part, &whole, &none).parting, None);
        assert!(!compared(&part, &whole, &none).in_order);
        // What is known differs all the same.
        let other = history(&[start, end]);
        assert!(compared(&part, &other, &none).parting.is_some());
    }
    // An execution that ended does nothing more; one that did more is another.
    let longer = history(&[
        start,
        entered,
        left,
        (
            4,
            3,
            Some(0),
            "PassStateEntered",
            r#"{"name": "Q", "input": "1"}"#,
        ),
    ]);
    let parting = compared(&history(&[start, end]), &longer, &none)
        .parting
        .expect("it does more");
    assert_eq!((parting.then, parting.now), (Some(1), Some(1)));
    let parting = compared(&whole, &history(&[start, entered]), &none)
        .parting
        .expect("it does less");
    assert_eq!(
        (parting.then, parting.now, parting.state.as_deref()),
        (Some(2), None, Some("P"))
    );
}

/// Without timestamps, the event that comes first in the history is told, whatever the second one's clock says.
#[test]
fn histories_without_timestamps_are_ordered_by_their_events() {
    let strip = |timed: bool, a: &str, b: &str| {
        let at = |seconds: u32| timed.then_some(seconds);
        history(&[
            (
                1,
                0,
                at(0),
                "ParallelStateEntered",
                r#"{"name": "P", "input": "1"}"#,
            ),
            (2, 1, at(0), "ParallelStateStarted", ""),
            (
                3,
                2,
                at(0),
                "WaitStateEntered",
                &format!(r#"{{"name": "Z", "input": "{a}"}}"#),
            ),
            (
                4,
                2,
                at(0),
                "WaitStateEntered",
                &format!(r#"{{"name": "A", "input": "{b}"}}"#),
            ),
            (5, 4, at(9), "ExecutionFailed", ""),
        ])
    };
    for timed in [true, false] {
        let found = compared(
            &strip(timed, "1", "1"),
            &strip(true, "2", "2"),
            &Allowed::default(),
        );
        let parting = found.parting.expect("they differ");
        assert_eq!((parting.then, parting.state.as_deref()), (Some(2), Some("Z")));
    }
}
