//! The part of a trace that is around a failure.

use crate::report::trace::{self, Look};
use crate::simulate::Execution;
use crate::testing::Mismatch;

/// Traces of at most so many lines are shown whole.
const WHOLE: usize = 30;
/// How many blocks before the end are shown of longer ones.
const LAST: usize = 3;

/// The lines of the trace that matter to `mismatches`: those of the states that they are about and of the end, with
/// `...` for what is left out. All of them when there are few, or `full` asks for them.
pub(super) fn lines(execution: &Execution, mismatches: &[Mismatch], full: bool, color: bool) -> Vec<String> {
    let text = |color| {
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let look = Look {
            // The states before, whose output it is, may be left out.
            inputs: true,
            ..Look::new(full, color)
        };
        let _ = trace::text(execution, look, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    };
    let plain = text(false);
    let shown = if color { text(true) } else { plain.clone() };
    let shown: Vec<&str> = shown.lines().collect();
    if full || shown.len() <= WHOLE {
        return shown.into_iter().map(str::to_owned).collect();
    }
    // A block is a state's line and what follows it.
    let mut blocks: Vec<(usize, Option<&str>)> = Vec::new();
    let mut count = 0;
    for (number, line) in plain.lines().enumerate() {
        let line = line.trim_start();
        if is_of_state(line) {
            let words = line.split_once(' ').map(|(_, words)| words);
            blocks.push((number, words));
        } else if line.is_empty() {
            blocks.push((number, None));
        }
        count = number + 1;
    }
    let states: Vec<&str> = mismatches.iter().flat_map(|m| &m.states).map(|s| &**s).collect();
    let mut lines = Vec::new();
    let mut left_out = blocks.first().is_some_and(|(first, _)| *first > 0);
    for (number, (start, words)) in blocks.iter().enumerate() {
        let end = blocks.get(number + 1).map_or(count, |(next, _)| *next);
        let about = words.is_some_and(|words| states.iter().any(|state| names(words, state)));
        if about || number + LAST >= blocks.len() {
            if std::mem::take(&mut left_out) {
                lines.push("...".to_owned());
            }
            lines.extend(
                shown[*start..end.min(shown.len())]
                    .iter()
                    .map(|&line| line.to_owned()),
            );
        } else {
            left_out = true;
        }
    }
    lines
}

/// Whether a line tells of a state that is entered: it begins with a time, `00:00:14` or `2d 00:00:00`.
fn is_of_state(line: &str) -> bool {
    let is_time = |word: &str| {
        word.matches(':').count() == 2 && word.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.')
    };
    let mut words = line.split(' ');
    let first = words.next().unwrap_or_default();
    let days = first
        .strip_suffix('d')
        .is_some_and(|days| days.parse::<u64>().is_ok());
    is_time(if days {
        words.next().unwrap_or_default()
    } else {
        first
    })
}

/// Whether the words behind the time of a state's line, `2d` and its name and type, are those of `state`.
fn names(words: &str, state: &str) -> bool {
    let of = |words: &str| {
        words
            .strip_prefix(state)
            .is_some_and(|rest| rest.starts_with(' ') && !rest[1..].contains(' '))
    };
    // Behind the days there is the time of day.
    of(words) || words.split_once(' ').is_some_and(|(_, words)| of(words))
}

#[cfg(test)]
mod tests {
    use super::{is_of_state, names};

    #[test]
    fn a_state_begins_with_a_time() {
        for line in ["00:00:14 A Task", "00:00:14.250 A Task", "2d 00:00:00 A Task"] {
            assert!(is_of_state(line), "{line}");
        }
        for line in [
            "2 more items like this: 1 call each",
            "0 items: '$.x' is empty",
            "",
            "2d",
        ] {
            assert!(!is_of_state(line), "{line}");
        }
    }

    #[test]
    fn a_line_names_its_state() {
        assert!(names("Charge card Task", "Charge card"));
        assert!(!names("Charge card Task", "Charge"));
        assert!(names("00:00:01 Charge Task", "Charge"));
        assert!(!names("Recharge Task", "Charge"));
    }
}
