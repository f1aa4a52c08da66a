//! Names, numbers and texts as sentences hold them.

use std::fmt;

/// `a`, `a and b`, `a, b and c`, with the conjunction that is given.
pub fn joined<S: AsRef<str>>(names: &[S], conjunction: &str) -> String {
    let text = |names: &[S]| names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names {
        [first @ .., last] if !first.is_empty() => {
            format!("{} {conjunction} {}", text(first), last.as_ref())
        }
        names => text(names),
    }
}

/// `a, b, c`; of more than `most` names the first `kept` and how many more there are: `a, b and 3 more`.
pub fn some_of<S: AsRef<str>>(names: &[S], most: usize, kept: usize) -> String {
    let text = |names: &[S]| names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if names.len() <= most {
        return text(names);
    }
    format!("{} and {} more", text(&names[..kept]), names.len() - kept)
}

/// `1 file`, `2 files`.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(count: N, word: &str) -> String {
    format!("{count} {word}{}", if count == N::from(1) { "" } else { "s" })
}

/// `once`, `twice`, `3 times`.
pub fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// The text, or its first `most` characters and `...`.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Two texts of which each is shown in `most` characters, `...` where it is cut: around the first difference, so that both
/// show what differs.
pub fn short_both(a: &str, b: &str, most: usize) -> (String, String) {
    if a == b {
        return (short(a, most), short(b, most));
    }
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let before = most / 3;
    // What differs near the beginning is seen from there.
    let from = if same + before <= most { 0 } else { same - before };
    let part = |text: &str| {
        let Some((begins, _)) = text.char_indices().nth(from) else {
            return text.to_owned();
        };
        let head = if from > 0 { "..." } else { "" };
        format!("{head}{}", short(&text[begins..], most))
    };
    (part(a), part(b))
}

/// A span of time: `0 s`, `1.5 s`, `2 h 5 min`.
pub fn duration(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let mut rest = millis.max(0);
    let mut parts = Vec::new();
    for (size, unit) in units {
        if rest >= size {
            parts.push(format!("{} {unit}", rest / size));
            rest %= size;
        }
    }
    if rest > 0 || parts.is_empty() {
        let seconds = format!("{}.{:03}", rest / 1000, rest % 1000);
        let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
        parts.push(format!("{seconds} s"));
    }
    parts.join(" ")
}

/// A time since the start, as a clock shows it: `00:01:30`, `2d 00:00:00`, with milliseconds where there are some.
pub fn clock(millis: i64) -> String {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    let mut text = if days > 0 {
        format!("{days}d ")
    } else {
        String::new()
    };
    let (minutes, millis) = (rest / 60_000, rest % 60_000);
    text += &format!("{:02}:{:02}:{:02}", minutes / 60, minutes % 60, millis / 1000);
    if millis % 1000 != 0 {
        text += &format!(".{:03}", millis % 1000);
    }
    text
}

/// [`duration`] of so many seconds, as fields and files give them; what goes on for ever is `more than a year`.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() || s > 366.0 * 86_400.0 => "more than a year".to_owned(),
        s => duration((s * 1000.0).round() as i64),
    }
}

/// How much text there is: `812 bytes`, `1.2 KB`, `3.4 MB`.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => counted(bytes as u64, "byte"),
        1_000..999_950 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// The text, or its beginning, its size and its end, in `most` characters or a few more.
pub fn short_middle(text: &str, most: usize) -> String {
    // Nothing has more characters than bytes.
    if text.len() <= most {
        return text.to_owned();
    }
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let middle = format!(" ... {} ... ", size(text.len()));
    let kept = most.saturating_sub(middle.len()).max(8);
    let (head, tail) = (kept - kept / 3, kept / 3);
    let at = |character: usize| {
        let mut ends = text.char_indices().map(|(at, _)| at);
        ends.nth(character).unwrap_or(text.len())
    };
    if head + tail >= count {
        return text.to_owned();
    }
    format!("{}{middle}{}", &text[..at(head)], &text[at(count - tail)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_are_shown_around_what_differs() {
        let both = |a: &str, b: &str| {
            let (a, b) = short_both(a, b, 9);
            format!("{a} {b}")
        };
        assert_eq!(both("abc", "abd"), "abc abd");
        // Behind the sixth character three are left, as many as stand before what differs further on.
        assert_eq!(both("abcdef123456", "abcdef723456"), "abcdef123... abcdef723...");
        assert_eq!(both("éabcdefghijx", "éabcdefghijyz"), "...hijx ...hijyz");
        // One of the two ends where they differ.
        assert_eq!(both("abcdefghijk", "abcdefgh"), "...fghijk ...fgh");
        assert_eq!(both("", "abcdefghijk"), " abcdefghi...");
        assert_eq!(both("abcdefghijk", "abcdefghijk"), "abcdefghi... abcdefghi...");
    }

    #[test]
    fn a_clock_shows_days_before_and_milliseconds_behind_where_there_are_some() {
        for (millis, expected) in [
            (0, "00:00:00"),
            (90_000, "00:01:30"),
            (86_399_999, "23:59:59.999"),
            (2 * 86_400_000 + 7, "2d 00:00:00.007"),
        ] {
            assert_eq!(clock(millis), expected);
        }
    }

    #[test]
    fn spans_of_time_are_said_in_their_units() {
        for (millis, expected) in [
            (0, "0 s"),
            (1500, "1.5 s"),
            (250, "0.25 s"),
            (10_000, "10 s"),
            (61_000, "1 min 1 s"),
            (3_600_000, "1 h"),
            (90_061_001, "1 d 1 h 1 min 1.001 s"),
        ] {
            assert_eq!(duration(millis), expected);
        }
        assert_eq!(seconds(0.5), "0.5 s");
        assert_eq!(seconds(3780.0), "1 h 3 min");
        assert_eq!(seconds(f64::INFINITY), "more than a year");
        assert_eq!(seconds(1e300), "more than a year");
    }

    #[test]
    fn long_texts_are_cut_in_the_middle_with_their_size() {
        assert_eq!(short_middle("abc", 3), "abc");
        // 40 less the 19 of the middle are 21, of which a third is the end's.
        let text = "0123456789".repeat(10);
        assert_eq!(
            short_middle(&text, 40),
            "01234567890123 ... 100 bytes ... 3456789"
        );
        // Letters of two bytes are cut between them, and counted as bytes.
        let text = "\u{e9}".repeat(60);
        assert_eq!(
            short_middle(&text, 40).chars().filter(|&c| c == '\u{e9}').count(),
            21
        );
        assert!(short_middle(&text, 40).contains(" ... 120 bytes ... "));
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_234), "1.2 KB");
        assert_eq!(size(2_000_000), "2.0 MB");
    }

    #[test]
    fn names_are_joined_as_a_sentence_has_them() {
        assert_eq!(joined::<&str>(&[], "and"), "");
        assert_eq!(joined(&["a"], "and"), "a");
        assert_eq!(joined(&["a", "b"], "or"), "a or b");
        assert_eq!(joined(&["a", "b", "c"], "and"), "a, b and c");
        assert_eq!(some_of(&["a", "b", "c"], 3, 2), "a, b, c");
        assert_eq!(some_of(&["a", "b", "c", "d"], 3, 2), "a, b and 2 more");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(short("\u{e9}t\u{e9}", 3), "\u{e9}t\u{e9}");
        assert_eq!(short("\u{e9}t\u{e9}s", 3), "\u{e9}t\u{e9}...");
        assert_eq!(counted(1_u32, "file"), "1 file");
        assert_eq!(counted(0_u32, "file"), "0 files");
    }
}
