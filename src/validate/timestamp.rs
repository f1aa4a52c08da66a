//! RFC 3339 timestamps as AWS takes them.

/// Whether `text` is one: an upper-case `T` between date and time, and `Z` or an offset [recorded by LocalStack from
/// AWS: no T, no Z, a month 13 and an hour 25 are each refused].
pub(super) fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = bytes.get(range)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11..13), number(14..16), number(17..19)) else {
        return false;
    };
    if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
        return false;
    }
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    // RFC 3339 has leap seconds.
    if day == 0 || day > days || hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    let mut at = 19;
    if is(at, b'.') {
        let digits = bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        at += 1 + digits;
    }
    match bytes.get(at) {
        Some(b'Z') => bytes.len() == at + 1,
        Some(b'+' | b'-') => {
            bytes.len() == at + 6
                && is(at + 3, b':')
                && number(at + 1..at + 3).is_some_and(|h| h < 24)
                && number(at + 4..at + 6).is_some_and(|m| m < 60)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn timestamps() {
        for text in [
            "2016-03-14T01:59:00Z",
            "2016-03-14T01:59:00.123456Z",
            "2024-02-29T23:59:60+05:30",
            "2001-01-01T12:00:00-08:00",
            "2001-01-01T12:00:00+23:59",
            // Of the years that begin a century only each fourth is a leap year.
            "2000-02-29T12:00:00Z",
        ] {
            assert!(is_valid(text), "{text}");
        }
        for text in [
            "",
            "2016-03-14",
            "1900-02-29T12:00:00Z",
            "2023-02-29T12:00:00Z",
            "2001-01-01T12:00:00+24:00",
            "2001-01-01T12:00:00+00:60",
            "2016-03-14T01:59:00",
            "2016-03-14 01:59:00Z",
            "2016-03-14t01:59:00Z",
            "2016-03-14T01:59:00z",
            "2016-13-14T01:59:00Z",
            "2023-02-29T01:59:00Z",
            "2016-03-14T24:59:00Z",
            "2016-03-14T01:59:00.Z",
            "2016-03-14T01:59:00+0530",
            "2016-03-14T01:59:00Z ",
            "20\u{e9}6-03-14T01:59:00Z",
        ] {
            assert!(!is_valid(text), "{text}");
        }
    }
}
