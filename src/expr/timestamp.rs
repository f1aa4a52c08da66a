//! Moments as AWS reads and writes them.
//!
//! AWS calls what it takes an "ISO-8601 extended offset date-time format string" (recorded causes), the words of Java's
//! `DateTimeFormatter.ISO_OFFSET_DATE_TIME`: seconds and their fraction may be left out, the offset may not. The states
//! language adds that `T` and `Z` are upper case.

use std::fmt;

/// A moment with nanoseconds, of the years 0000 to 9999; ordered in time, whatever offset it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    seconds: i64,
    /// Nanoseconds within the second.
    nanos: u32,
}

const NANOS: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// Reads `2016-03-14T01:59:00Z`, `2016-03-14T01:59:00.123456789+01:00`. `None` for anything else.
pub fn parse(text: &str) -> Option<Timestamp> {
    let mut rest = Reader(text.as_bytes());
    let year = rest.digits(4)?;
    rest.byte(b'-')?;
    let month = rest.digits(2)?;
    rest.byte(b'-')?;
    let day = rest.digits(2)?;
    rest.byte(b'T')?;
    let hour = rest.digits(2)?;
    rest.byte(b':')?;
    let minute = rest.digits(2)?;
    let mut second = 0;
    let mut nanos = 0;
    if rest.byte(b':').is_some() {
        second = rest.digits(2)?;
        if rest.byte(b'.').is_some() {
            nanos = rest.fraction();
        }
    }
    let offset = rest.offset()?;
    let is_date = (1..=12).contains(&month) && day >= 1 && day <= days_of(year, month);
    if !rest.0.is_empty() || !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
    Some(Timestamp { seconds, nanos })
}

impl Timestamp {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn millis(self) -> i64 {
        i64::try_from(self.nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }
}

/// UTC with no, 3, 6 or 9 digits of a fraction, as few as tell it: `2024-01-01T00:00:00Z`, `2024-01-01T00:00:00.001Z`
/// [Accessing execution data from the Context object].
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(DAY));
        let second = self.seconds.rem_euclid(DAY);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        )?;
        match self.nanos {
            0 => {}
            n if n % 1_000_000 == 0 => write!(f, ".{:03}", n / 1_000_000)?,
            n if n % 1_000 == 0 => write!(f, ".{:06}", n / 1_000)?,
            n => write!(f, ".{n:09}")?,
        }
        f.write_str("Z")
    }
}

struct Reader<'t>(&'t [u8]);

impl Reader<'_> {
    fn byte(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == byte).then(|| self.0 = rest)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let value = digits.iter().try_fold(0, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + i64::from(digit - b'0'))
        })?;
        self.0 = rest;
        Some(value)
    }

    /// Up to nine digits, as nanoseconds.
    fn fraction(&mut self) -> u32 {
        let mut nanos = 0;
        let mut unit = 100_000_000;
        while unit > 0 {
            let Some(digit) = self.digits(1) else { break };
            nanos += digit as u32 * unit;
            unit /= 10;
        }
        nanos
    }

    /// `Z`, `+01:00`, `-01:30:15`, in seconds; at most 18 hours, as Java has it.
    fn offset(&mut self) -> Option<i64> {
        if self.byte(b'Z').is_some() {
            return Some(0);
        }
        let sign = if self.byte(b'-').is_some() {
            -1
        } else {
            self.byte(b'+')?;
            1
        };
        let hours = self.digits(2)?;
        self.byte(b':')?;
        let minutes = self.digits(2)?;
        let seconds = match self.byte(b':') {
            Some(()) => self.digits(2)?,
            None => 0,
        };
        let offset = hours * 3600 + minutes * 60 + seconds;
        (minutes <= 59 && seconds <= 59 && offset <= 18 * 3600).then_some(sign * offset)
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March so that the leap day
/// is the last (Howard Hinnant's `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day number, 0 being 1970-01-01, in the proleptic Gregorian calendar: the inverse of
/// `days_from_civil`.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i128> {
        parse(text).map(|t| t.nanos() / NANOS)
    }

    // Seconds are those of `date -u -d`.
    #[test]
    fn moments_are_read() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2024-02-29T12:00:00Z"), Some(1_709_208_000));
        assert_eq!(seconds("2000-03-01T00:00Z"), Some(951_868_800));
        assert_eq!(seconds("2012-10-09T19:00:55+01:00"), Some(1_349_805_655));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), Some(-1));
        let nanos = parse("1970-01-01T00:00:01.5Z").map(Timestamp::nanos);
        assert_eq!(nanos, Some(1_500_000_000));
        let earlier = parse("2016-03-14T01:59:00+01:00");
        assert!(earlier < parse("2016-03-14T01:00:00Z"));
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for text in [
            "",
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00Z",
            "2024-01-01t00:00:00z",
            "2016-13-05T21:29:29Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2016-12-05T25:29:29Z",
            "2016-12-05T24:00:00Z",
            "2016-12-05T23:60:00Z",
            "2016-12-05T23:59:60Z",
            "05-12-2016T21:29:29Z",
            "2016-12-05T21:29:29.1234567890Z",
            "2016-12-05T21:29:29+0100",
            "2016-12-05T21:29:29+19:00",
            "2016-12-05T21:29:29Z ",
            "+2016-12-05T21:29:29Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    /// The moment so many nanoseconds after 1970-01-01T00:00:00Z.
    fn moment(nanos: i128) -> Timestamp {
        Timestamp {
            seconds: nanos.div_euclid(NANOS) as i64,
            nanos: nanos.rem_euclid(NANOS) as u32,
        }
    }

    #[test]
    fn moments_are_written_with_as_few_digits_as_tell_them() {
        for (nanos, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_000_000, "1970-01-01T00:00:00.001Z"),
            (120_000, "1970-01-01T00:00:00.000120Z"),
            (7, "1970-01-01T00:00:00.000000007Z"),
            (-1_000_000_000, "1969-12-31T23:59:59Z"),
            (1_709_208_000_000_000_000, "2024-02-29T12:00:00Z"),
        ] {
            assert_eq!(moment(nanos).to_string(), text);
        }
        assert_eq!(moment(1_500_000_000).to_string(), "1970-01-01T00:00:01.500Z");
        assert_eq!(moment(-1_000_000).millis(), -1);
    }

    proptest::proptest! {
        #[test]
        fn reading_undoes_writing(seconds in -62_000_000_000_i64..250_000_000_000, nanos in 0..1_000_000_000_i64) {
            let moment = moment(i128::from(seconds) * NANOS + i128::from(nanos));
            proptest::prop_assert_eq!(parse(&moment.to_string()), Some(moment));
        }

        #[test]
        fn no_text_panics(text in "[0-9TZ:.+-]{0,40}|\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
